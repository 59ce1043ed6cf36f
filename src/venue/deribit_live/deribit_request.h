/* deribit_request.h: what a session says to Deribit. */
#ifndef PLI_VENUE_DERIBIT_LIVE_DERIBIT_REQUEST_H
#define PLI_VENUE_DERIBIT_LIVE_DERIBIT_REQUEST_H

#include <stdbool.h>

#include "plimsoll/sys/venue.h"

/* pli_deribit_request_kind: what an answer belongs to. */
enum { PLI_DERIBIT_AUTH = 1, PLI_DERIBIT_HEARTBEAT, PLI_DERIBIT_TEST, PLI_DERIBIT_STATUS };
enum { PLI_DERIBIT_SUBSCRIBE_USER = 5, PLI_DERIBIT_SUBSCRIBE_PUBLIC, PLI_DERIBIT_SUMMARIES };
enum { PLI_DERIBIT_POSITIONS = 8, PLI_DERIBIT_INSTRUMENT, PLI_DERIBIT_INSTRUMENTS };
enum { PLI_DERIBIT_MATRIX = 11, PLI_DERIBIT_LOG };
typedef uint32_t pli_deribit_request_kind;

/* The methods that this adapter may use, ended by NULL; all of them only read. */
extern const char *const pli_deribit_methods[];

/* pli_deribit_request fills a whole PLM_REQUEST_WS_SEND on link 0 with the given JSON-RPC id, of
 * any kind but subscriptions and logs. Arguments, escaped; NULL where a kind has none: AUTH key and
 * secret, INSTRUMENT its name, INSTRUMENTS a currency, MATRIX one or "CROSS". Errors: PLM_EOVERFLOW
 * (does not fit). */
plm_err pli_deribit_request(plm_request *request, uint32_t id, pli_deribit_request_kind kind,
    const char *first, const char *second);
/* pli_deribit_log_request: the same of the rows of a currency's transaction log that a word of the
 * venue's picks (PLI_DERIBIT_LOG), between two times by its clock. */
typedef struct pli_deribit_log_ask {
	const char *currency, *word;
	plm_time_ns from_ns, to_ns;
} pli_deribit_log_ask;
plm_err pli_deribit_log_request(plm_request *request, uint32_t id, const pli_deribit_log_ask *ask);
/* Subscriptions are opened, fed and closed; add answers false when the channel does not fit. */
void pli_deribit_subscribe_open(plm_request *request, uint32_t id, bool user);
bool pli_deribit_subscribe_add(
    plm_request *request, const char *prefix, plm_slice middle, const char *suffix);
void pli_deribit_subscribe_close(plm_request *request);

#endif
