/* hub_internal.h: the hub's own parts; for src/api only. */
#ifndef PLI_API_HUB_INTERNAL_H
#define PLI_API_HUB_INTERNAL_H

#include "api/exposure_json.h"
#include "api/hub.h"
#include "api/stream_view.h"
#include "api/whatif.h"
#include "limit/limit.h"
#include "margin/book_cascade.h"
#include "margin/book_legs.h"

/* HUB_BATCH_MAX: events of a batch held back until its end, so that views show whole batches; a
 * larger batch is applied as it comes. HUB_TICK_NS: streams are served so often. */
enum {
	HUB_BATCH_MAX = 4096,
	HUB_ROWS_MAX = 16384,
	HUB_POOLS_MAX = 4096,
	HUB_CLIENTS_MAX = 64,
	HUB_VIEWS_MAX = 8,
	HUB_OPEN_MAX = 512,
	HUB_ANSWER_BYTES_MAX = 64 << 20,
	HUB_BACKLOG_BYTES_MAX = 256 << 10,
	HUB_ROWS_PER_MESSAGE = 256,
	HUB_METRICS_BYTES_MAX = 1 << 20,
	HUB_POOL_LEGS_MAX = 16384,
};
#define HUB_TICK_NS (100 * PLM_NS_PER_MS)
#define HUB_TICK_NS_MIN (20 * PLM_NS_PER_MS)
#define HUB_SLOW_NS_MAX (10 * PLM_NS_PER_S)
#define HUB_HEARTBEAT_NS (1 * PLM_NS_PER_S)

/* hub_client: one stream. sent_version: rows of the view up to it are with the client; a pass over
 * the rows may stop at `cursor` while the client is slow and goes on from there. stuck_since_ns: 0
 * while the client keeps up. open: hashes of the keys
 * whose children are wanted; open_age 2: opened after the pass began, 1: during the last, 0: known.
 */
typedef struct hub_client {
	bool used;
	bool in_pass;
	bool open_all;
	bool greeted;
	bool notices;
	uint32_t id;
	stream_view *view;
	uint64_t sent_version;
	uint64_t pass_version;
	uint64_t sent_sequence;
	uint64_t generation;
	uint64_t sent_state; /* hub->state_version that the client knows */
	uint32_t cursor;
	uint32_t open_count;
	plm_time_ns stuck_since_ns;
	plm_time_ns sent_ns;
	uint64_t open[HUB_OPEN_MAX];
	uint8_t open_age[HUB_OPEN_MAX];
} hub_client;

/* hub_counters: the hub's own metrics. */
typedef struct hub_counters {
	uint64_t requests, requests_refused, events, alerts, messages, clients_slow, batches_large,
	    rows_left_out;
} hub_counters;

/* hub_text: plain text under construction, cut (and flagged) at its capacity. */
typedef struct hub_text {
	char *bytes;
	size_t size;
	size_t capacity;
	bool overflow;
} hub_text;

struct pli_hub {
	pli_hub_config config;
	pli_book *book;
	pli_exposure *exposure;
	pli_margin *margin;
	pli_ladder_row *pools;     /* HUB_POOLS_MAX of scratch */
	pli_ladder_legs pool_legs; /* scratch */
	pli_limits *limits;
	pli_notices *notices;
	pli_exposure_source source;
	pli_whatif *whatif;
	pli_cascade *cascade;
	pli_json_writer answer;  /* of requests */
	pli_json_writer message; /* of streams */
	hub_text text;           /* of metrics */
	plm_event *pending;      /* of the batch that has not ended */
	uint32_t pending_count;
	bool dirty;             /* a batch ended since the last settle */
	uint64_t state_version; /* counts alerts, limit changes and feed states */
	uint16_t port;
	plm_time_ns tick_due_ns;
	plm_time_ns tick_last_ns;
	plm_time_ns steady_ns;
	plm_time_ns wall_ns;
	hub_counters counters;
	stream_view *views[HUB_VIEWS_MAX];
	hub_client clients[HUB_CLIENTS_MAX];
};

/* pli_hub_settle brings the replica's legs up to its last batch end; call before reading them. */
void pli_hub_settle(pli_hub *hub);

/* pli_hub_numbers_get: the engine's numbers; false when there is no engine to ask. */
bool pli_hub_numbers_get(const pli_hub *hub, pli_hub_numbers *ret_numbers);

/* pli_hub_on_request, pli_hub_on_connect, ...: the server handler's entries; ctx is the hub. */
void pli_hub_on_request(void *ctx, const pli_http_in *in, pli_http_answer *ret_answer);
bool pli_hub_on_connect(void *ctx, uint32_t client, const pli_http_in *in);
void pli_hub_on_message(void *ctx, uint32_t client, plm_slice text);
void pli_hub_on_disconnect(void *ctx, uint32_t client);

/* pli_hub_stream_tick serves every stream; returns messages sent. pli_hub_stream_alert sends one
 * alert to every stream at once, pli_hub_stream_notice a notice to those that asked for them. */
int pli_hub_stream_tick(pli_hub *hub);
void pli_hub_stream_alert(pli_hub *hub, const plm_event *alert);
void pli_hub_stream_notice(pli_hub *hub, const pli_notice *notice);
void pli_hub_stream_fini(pli_hub *hub);

/* pli_hub_guard_host: the Host header names this machine's loopback (against DNS rebinding).
 * pli_hub_guard_origin: no Origin header, or the page's own. */
bool pli_hub_guard_host(plm_slice host);
bool pli_hub_guard_origin(const pli_http_in *in);

/* pli_hub_parse_query reads by, tier, scope and derivatives_only of a request; unknown names are
 * errors. by_list (may be NULL) receives the dimensions in the order asked for, as bits.
 * Errors: PLM_EPARSE, PLM_ENOTFOUND with a sentence. */
enum { HUB_BY_MAX = 9 };
typedef struct hub_by_list {
	uint32_t bits[HUB_BY_MAX];
	uint32_t count;
} hub_by_list;
plm_err pli_hub_parse_query(const pli_hub *hub, plm_slice query, plm_exposure_query *ret_query,
    hub_by_list *ret_by, plm_fault *ret_fault);

/* pli_hub_query_value: the value of `name` in a raw query string, percent-decoded into ret_text;
 * false when it is absent or does not fit. */
bool pli_hub_query_value(plm_slice query, const char *name, char *ret_text, size_t text_size);

/* pli_hub_query_check: a misspelt parameter must not silently change the numbers. known: names,
 * NULL ends; expected: in the sentence. Errors: PLM_EPARSE. */
plm_err pli_hub_query_check(
    plm_slice query, const char *const *known, const char *expected, plm_fault *ret_fault);

/* pli_hub_path_name: a name in a path, percent-decoded; false when it is broken or does not fit. */
bool pli_hub_path_name(plm_slice raw, char *ret_text, size_t text_size);

/* Documents (state_json.c). */
void pli_hub_put_accounts(pli_hub *hub, pli_json_writer *w);
void pli_hub_put_transits(pli_hub *hub, pli_json_writer *w);
void pli_hub_put_positions(pli_hub *hub, pli_json_writer *w, const plm_exposure_query *query);
void pli_hub_put_feeds(pli_hub *hub, pli_json_writer *w);
void pli_hub_put_limits(pli_hub *hub, pli_json_writer *w);
void pli_hub_put_alerts(pli_hub *hub, pli_json_writer *w);
void pli_hub_put_actions(pli_hub *hub, pli_json_writer *w);
void pli_hub_put_alert(pli_hub *hub, pli_json_writer *w, const plm_event *event);
void pli_hub_put_health(pli_hub *hub, pli_json_writer *w, bool *ret_ok);

/* hub_breaches counts limit states outside their bands. */
typedef struct hub_breaches {
	uint32_t soft, hard, unacknowledged;
} hub_breaches;
hub_breaches pli_hub_breaches_count(const pli_hub *hub);

/* pli_hub_text_add appends as printf does. */
void pli_hub_text_add(hub_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* pli_hub_put_metrics writes the Prometheus text of metrics.def. */
void pli_hub_put_metrics(pli_hub *hub, hub_text *text);

#endif
