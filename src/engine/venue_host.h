/* venue_host.h: runs one adapter: owns its links, backoff, liveness, request queue and rate budget.
 *
 * The adapter sees bytes and time; the host sees no meaning. What one call of the adapter emits is
 * one transaction: it goes out whole (definitions of new names first, PLM_FLAG_LAST on the last
 * event) or, when the call answers with an error, not at all. Net agent's thread only. */
#ifndef PLI_ENGINE_VENUE_HOST_H
#define PLI_ENGINE_VENUE_HOST_H

#include "base/world.h"
#include "engine/event_outbox.h"
#include "engine/host_crowd.h"
#include "engine/host_queue.h"
#include "model/registry.h"
#include "plimsoll/sys/venue.h"

/* pli_account_config: one account of the configuration. Copied by create, secrets too; those are
 * wiped by destroy. NULL texts: none. stream_url and rest_url replace the descriptor's hosts. */
typedef struct pli_account_config {
	const plm_venue_desc *desc;
	plm_venue_id venue; /* the descriptor's row */
	const char *name;
	const char *portfolio;
	const char *strategy;
	const char *key;
	const char *secret;
	const char *passphrase; /* NULL: none */
	const char *path;
	const char *markets;
	const char *stream_url;
	const char *rest_url;
	const char *ca_file;
	bool allow_trading_keys;
} pli_account_config;

/* pli_host_shared: what all hosts of one net agent share. Borrowed. batch holds one call's
 * events. requests_in_flight: sent by any of them and not answered. starting_count: begun, and
 * waiting to be live for the first time, or read while its link waits. crowded_until_ns: others
 * wait to begin until then at least. */
typedef struct pli_host_shared {
	const pli_net *net;
	const pli_clock *clock;
	const pli_disk *disk;
	pli_registry *registry;
	pli_event_outbox *outbox;
	pli_budgets *budgets;
	pli_crowds *crowds;
	plm_event *batch;
	uint32_t batch_max;
	uint32_t requests_in_flight;
	uint32_t starting_count;
	plm_time_ns crowded_until_ns;
} pli_host_shared;

/* pli_host_counters: for metrics and `feeds`. */
typedef struct pli_host_counters {
	uint64_t frames;
	uint64_t frames_bad;   /* PLM_EDECODE */
	uint64_t frames_other; /* PLM_EKIND */
	uint64_t gaps;
	uint64_t requests_sent;
	uint64_t requests_refused; /* not on the read-only list: must stay 0 */
	uint64_t requests_dropped; /* optional ones, queue full */
	uint32_t reconnects;
} pli_host_counters;

typedef struct pli_venue_host pli_venue_host;

/* index: this host's number in the agent, 0 .. PLI_HOSTS_MAX - 1; it names its connections.
 * Errors: what the adapter's init answers (PLM_EAUTH, PLM_EARG), PLM_EFULL (names), PLM_ENOMEM;
 * *ret_fault says what. */
enum { PLI_HOSTS_MAX = 1024 };
plm_err pli_venue_host_create(pli_host_shared *shared, uint32_t index,
    const pli_account_config *config, pli_venue_host **ret_host, plm_fault *ret_fault);
void pli_venue_host_destroy(pli_venue_host *host); /* takes NULL */

/* pli_venue_host_do_work: deadlines, backoff, liveness, watched file, the adapter's tick, requests
 * that may go now. now is steady time; wall is what the adapter gets as now_ns. */
void pli_venue_host_do_work(pli_venue_host *host, plm_time_ns steady_ns, plm_time_ns wall_ns);

/* pli_venue_host_is_rested: what a live feed asks when it begins, tables of margin tiers too, is
 * answered; true of a feed that is not live: it says so itself. */
bool pli_venue_host_is_rested(const pli_venue_host *host);

/* From the net table's handler; conn and request are the numbers that the host gave out. */
uint32_t pli_venue_host_of_conn(uint32_t conn);
uint32_t pli_venue_host_of_request(uint32_t request);
void pli_venue_host_on_open(pli_venue_host *host, uint32_t conn);
void pli_venue_host_on_frame(
    pli_venue_host *host, uint32_t conn, plm_slice frame, plm_time_ns received_ns);
void pli_venue_host_on_pong(pli_venue_host *host, uint32_t conn);
void pli_venue_host_on_close(pli_venue_host *host, uint32_t conn, plm_err err, const char *text);
void pli_venue_host_on_reply(pli_venue_host *host, uint32_t request, const pli_http_reply *reply);

pli_host_counters pli_venue_host_counters_get(const pli_venue_host *host);

#endif
