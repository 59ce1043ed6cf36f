/* hub.h: the serve agent: HTTP and WebSocket views of a replica of the book.
 *
 * The core hands over every sequenced event; the hub applies it to a book, an exposure and a set of
 * limits of its own (apply only: it never evaluates a limit), so that each view at sequence N is
 * computed by the same functions as the core's (docs/decisions/0002-serve-holds-a-replica.md).
 * Settling is lazy: at most once per 100 ms, before an answer, and where nobody asks as often as
 * realised volatility is sampled.
 *
 * All calls come from one thread, which is also the thread of the server table and of the clock.
 * Nothing here blocks. Memory is taken at create, buffers for answers grow to stated maxima. */
#ifndef PLI_API_HUB_H
#define PLI_API_HUB_H

#include "base/world.h"
#include "book/book.h"
#include "exposure/exposure.h"
#include "limit/notice.h"
#include "plimsoll/event.h"

typedef struct pli_hub pli_hub;

/* pli_hub_numbers: what the hub cannot see itself, filled by the engine when asked (a snapshot of
 * counters that other threads write; each field may be a little older than the next). Shown by
 * /metrics and /healthz. All count from the start of the process. */
typedef struct pli_hub_numbers {
	plm_time_ns started_wall_ns;
	uint64_t core_sequence;         /* last sequence that the core gave out */
	uint64_t frames_count;          /* frames heard from venues */
	uint64_t frames_count_bad;      /* of them not decodable */
	uint64_t marks_count_conflated; /* marks replaced by newer ones in a full ring */
	uint64_t ring_full_count;       /* times that a producer found a ring full */
	uint64_t journal_bytes;
	uint64_t journal_failures;
	uint64_t journal_gaps;
	bool journal_failing;   /* /healthz answers 503 */
	char journal_text[120]; /* why, one sentence; "" when it does not fail */
	int64_t settle_ns_last;
	int64_t settle_ns_max;
} pli_hub_numbers;

/* pli_hub_config: copied by create; what it points to is borrowed until destroy.
 * numbers   may be NULL: then the engine's metrics are absent
 * notify    may be NULL; hears of each notice, from do_work
 * command   takes an ACKNOWLEDGEMENT or LIMIT_CHANGE towards the core; the effect comes back as
 *           an event. Errors: PLM_EFULL. May be NULL: then commands are refused
 * bounds    the replica's; the same as the core's */
typedef struct pli_hub_config {
	const pli_server *server;
	const pli_clock *clock;
	pli_book_bounds bounds;
	uint32_t limits_max;
	uint32_t limit_states_max;
	void (*numbers)(void *ctx, pli_hub_numbers *ret_numbers);
	plm_err (*command)(void *ctx, const plm_event *event);
	void (*notify)(void *ctx, const pli_notice *notice);
	void *ctx;
} pli_hub_config;

/* pli_hub_create takes the memory and sets the server's handler. NULL: memory could not be had.
 * destroy takes NULL; it does not close the server. */
pli_hub *pli_hub_create(const pli_hub_config *config);
void pli_hub_destroy(pli_hub *hub);

/* pli_hub_listen starts to answer on host:port (port 0 picks one; *ret_port says which).
 * Errors: PLM_EREFUSED (host is not a loopback address: there is no access control yet), those of
 * the server's listen. */
plm_err pli_hub_listen(
    pli_hub *hub, const char *host, uint16_t port, uint16_t *ret_port, plm_fault *ret_fault);

/* pli_hub_port: the port listened on, 0 before listen. */
uint16_t pli_hub_port(const pli_hub *hub);

/* pli_hub_on_event applies one sequenced event to the replica. Events come in sequence, each once.
 * An ALERT is sent to the streams at once. Cost: that of pli_book_apply. */
void pli_hub_on_event(pli_hub *hub, const plm_event *event);

/* pli_hub_do_work runs the server's handlers (server->poll without waiting), gives out notices that
 * are due and, each 100 ms, settles and sends what changed; without a stream it settles each 30 s
 * of the book's time. Returns how much was done; 0: nothing, the agent may wait in server->poll
 * itself. */
int pli_hub_do_work(pli_hub *hub, plm_time_ns steady_ns, plm_time_ns wall_ns);

/* pli_hub_book, pli_hub_exposure: the replica, for tests and for the state hash. Borrowed. */
const pli_book *pli_hub_book(const pli_hub *hub);
const pli_exposure *pli_hub_exposure(pli_hub *hub);

#endif
