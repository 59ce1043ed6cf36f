/* hyperliquid_rig.h: the adapter on the bench: names, a sink that keeps events, and a venue of a
 * few lines that answers every question with what the test has laid out. */
#ifndef TESTS_VENUE_HYPERLIQUID_RIG_H
#define TESTS_VENUE_HYPERLIQUID_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/host_queue.h"
#include "model/registry.h"
#include "venue/hyperliquid/hyperliquid.h"
#include "venue/venues.h"

enum { RIG_EVENTS_MAX = 8192, RIG_SENT_MAX = 4096, RIG_TYPES_MAX = 32, RIG_OWNED_MAX = 64 };

#define RIG_ADDRESS "0x00000000000000000000000000000000000000a1"

/* What the venue says to a type of request; status 0: nothing comes. */
typedef struct rig_reply {
	const char *type, *body;
	uint16_t status;
} rig_reply;

/* events: since the last rig_clear. sent: every request so far; answered: so many of them. */
typedef struct rig {
	pli_registry *names;
	plm_venue_cfg cfg;
	plm_event *events;
	uint32_t events_count;
	plm_request *sent;
	uint32_t sent_count, answered;
	plm_event_sink event_sink;
	plm_request_sink request_sink;
	plm_fault fault;
	plm_err err;
	void *state;
	plm_time_ns now_ns;
	rig_reply replies[RIG_TYPES_MAX];
	uint32_t replies_count;
	char *owned[RIG_OWNED_MAX]; /* bodies that the bench made */
	uint32_t owned_count;
	bool deaf; /* subscriptions get no receipt */
} rig;

static inline plm_err
rig_emit(void *ctx, const plm_event *event)
{
	rig *r = ctx;
	if (r->events_count >= RIG_EVENTS_MAX)
		return PLM_EFULL;
	r->events[r->events_count++] = *event;
	return PLM_OK;
}

/* Whatever the adapter asks must be on its own list, as the host looks at it. */
static inline plm_err
rig_submit(void *ctx, const plm_request *request)
{
	rig *r = ctx;
	assert_true(pli_request_allowed(&pli_venue_hyperliquid, request));
	if (r->sent_count >= RIG_SENT_MAX)
		return PLM_EFULL;
	r->sent[r->sent_count++] = *request;
	return PLM_OK;
}

static inline rig *
rig_create(void)
{
	rig *r = calloc(1, sizeof *r);
	assert_non_null(r);
	r->names = pli_registry_create((pli_registry_bounds){2048, 16, 2048});
	r->events = calloc(RIG_EVENTS_MAX, sizeof *r->events);
	r->sent = calloc(RIG_SENT_MAX, sizeof *r->sent);
	assert_non_null(r->names);
	assert_non_null(r->events);
	assert_non_null(r->sent);
	r->event_sink = (plm_event_sink){rig_emit, r};
	r->request_sink = (plm_request_sink){rig_submit, r};
	r->now_ns = 1800000000 * PLM_NS_PER_S;
	r->cfg = (plm_venue_cfg){.names = r->names,
	    .venue = {1},
	    .account_name = "desk",
	    .markets = "",
	    .private_stream = true};
	r->cfg.account = pli_registry_account(
	    r->names, r->cfg.venue, PLM_SLICE("hyperliquid"), PLM_SLICE("desk"));
	return r;
}

static inline void
rig_destroy(rig *r)
{
	if (r->state != NULL)
		pli_venue_hyperliquid.ops->fini(r->state);
	free(r->state);
	pli_registry_destroy(r->names);
	for (uint32_t i = 0; i < r->owned_count; i++)
		free(r->owned[i]);
	free(r->events);
	free(r->sent);
	free(r);
}

static inline plm_err
rig_decode_slice(rig *r, plm_slice bytes)
{
	plm_frame frame = {.kind = PLM_FRAME_RAW, .bytes = bytes};
	r->events_count = 0;
	r->fault = (plm_fault){.code = PLM_OK};
	r->err = pli_venue_hyperliquid.ops->decode(&r->cfg, &frame, &r->event_sink, &r->fault);
	return r->err;
}

static inline plm_err
rig_decode(rig *r, const char *text)
{
	return rig_decode_slice(r, plm_slice_of(text));
}

/* Whole file, to be freed; NULL when it is not there. */
static inline char *
rig_read(const char *path, size_t *ret_size)
{
	FILE *file = fopen(path, "rb");
	if (file == NULL)
		return NULL;
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	size_t size = (size_t)ftell(file);
	rewind(file);
	char *text = calloc(1, size + 1);
	assert_non_null(text);
	*ret_size = fread(text, 1, size, file);
	(void)fclose(file);
	return text;
}

/* Decodes a stored payload; false, with a note, when the folder of payloads is not here. */
static inline bool
rig_fixture(rig *r, const char *name)
{
	char path[512];
	size_t size = 0;
	(void)snprintf(path, sizeof path, "%s/fixtures/hyperliquid/%s", PLM_SHARED_DIR, name);
	char *text = rig_read(path, &size);
	if (text == NULL) {
		(void)printf("# SKIP %s is not here\n", name);
		return false;
	}
	(void)rig_decode_slice(r, (plm_slice){text, size});
	free(text);
	return true;
}

static inline const plm_event *
rig_event(const rig *r, plm_event_type type, uint32_t n)
{
	for (uint32_t i = 0; i < r->events_count; i++)
		if (r->events[i].type == type && n-- == 0)
			return &r->events[i];
	return NULL;
}

static inline uint32_t
rig_count(const rig *r, plm_event_type type)
{
	uint32_t count = 0;
	while (rig_event(r, type, count) != NULL)
		count++;
	return count;
}

static inline const plm_position *
rig_position(const rig *r, uint32_t n)
{
	const plm_event *event = rig_event(r, PLM_EVENT_POSITION, n);
	assert_non_null(event);
	return &event->u.position;
}

static inline const char *
rig_asset(const rig *r, plm_asset_id id)
{
	return plm_names_asset_text(r->names, id);
}

/* The last balance of an asset that was emitted. */
static inline const plm_balance *
rig_balance(const rig *r, const char *asset)
{
	for (uint32_t i = r->events_count; i-- > 0;)
		if (r->events[i].type == PLM_EVENT_BALANCE &&
		    strcmp(rig_asset(r, r->events[i].u.balance.asset), asset) == 0)
			return &r->events[i].u.balance;
	fail_msg("no balance of %s", asset);
	return NULL;
}

static inline const plm_instrument *
rig_spec(const rig *r, const char *name)
{
	const plm_instrument *spec = pli_registry_instrument_get(
	    r->names, pli_registry_instrument_find(r->names, r->cfg.venue, plm_slice_of(name)));
	assert_non_null(spec);
	return spec;
}

#define assert_decimal(value, text) rig_assert_decimal((value), (text), __FILE__, __LINE__)

static inline void
rig_assert_decimal(plm_decimal value, const char *text, const char *file, int line)
{
	char got[PLM_DECIMAL_TEXT_MAX];
	(void)plm_decimal_format(value, got);
	_assert_string_equal(got, text, file, line);
}

/* The venue. */

static inline void
rig_lay(rig *r, const char *type, uint16_t status, const char *body)
{
	for (uint32_t i = 0; i < r->replies_count; i++)
		if (strcmp(r->replies[i].type, type) == 0) {
			r->replies[i] = (rig_reply){type, body, status};
			return;
		}
	assert_true(r->replies_count < RIG_TYPES_MAX);
	r->replies[r->replies_count++] = (rig_reply){type, body, status};
}

/* A state of one dex with these positions (JSON rows) and this account value; to be freed. */
static inline char *
rig_state(int64_t time_ms, const char *value, const char *notional, const char *rows)
{
	char *text = NULL;
	int size = asprintf(&text,
	    "{\"marginSummary\":{\"accountValue\":\"%s\",\"totalNtlPos\":\"%s\"},"
	    "\"crossMarginSummary\":{\"accountValue\":\"%s\",\"totalMarginUsed\":\"1\"},"
	    "\"crossMaintenanceMarginUsed\":\"2\",\"withdrawable\":\"3\",\"assetPositions\":[%s],"
	    "\"time\":%lld}",
	    value, notional, value, rows, (long long)time_ms);
	assert_true(size > 0);
	return text;
}

#define RIG_ROW(coin, size, value, pnl)                                                            \
	"{\"type\":\"oneWay\",\"position\":{\"coin\":\"" coin "\",\"szi\":\"" size                 \
	"\",\"leverage\":{\"type\":\"cross\",\"value\":20},\"entryPx\":\"100\",\"positionValue\":" \
	"\"" value "\",\"unrealizedPnl\":\"" pnl "\",\"marginUsed\":\"5\",\"maxLeverage\":40}}"

#define RIG_COINS                                                                                  \
	"[{\"universe\":[{\"name\":\"BTC\",\"maxLeverage\":40},{\"name\":\"ETH\","                 \
	"\"maxLeverage\":25}],\"marginTables\":[],\"collateralToken\":0},{\"universe\":[{"         \
	"\"name\":\"xyz:TSLA\",\"maxLeverage\":10}],\"marginTables\":[],\"collateralToken\":0}]"

#define RIG_TOKENS                                                                                 \
	"{\"universe\":[{\"tokens\":[150,0],\"name\":\"@107\"}],\"tokens\":[{\"name\":\"USDC\","   \
	"\"index\":0},{\"name\":\"HYPE\",\"index\":150}]}"

/* An account with nothing in it but 100 USDC in spot. */
static inline void
rig_lay_all(rig *r)
{
	rig_lay(r, "exchangeStatus", 200, "{\"time\":1800000000000}");
	rig_lay(r, "userRole", 200, "{\"role\":\"user\"}");
	rig_lay(r, "spotMeta", 200, RIG_TOKENS);
	rig_lay(r, "allPerpMetas", 200, RIG_COINS);
	rig_lay(r, "userAbstraction", 200, "\"default\"");
	rig_lay(r, "userVaultEquities", 200, "[]");
	rig_lay(r, "subAccounts2", 200, "null");
	rig_lay(r, "spotClearinghouseState", 200,
	    "{\"balances\":[{\"coin\":\"USDC\",\"token\":0,\"total\":\"100\",\"hold\":\"1\"}]}");
}

static inline plm_err
rig_frame(rig *r, const plm_frame *frame)
{
	r->fault = (plm_fault){.code = PLM_OK};
	uint32_t before = r->events_count;
	r->err = pli_venue_hyperliquid.ops->on_frame(
	    r->state, r->now_ns, frame, &r->event_sink, &r->request_sink, &r->fault);
	if (r->err != PLM_OK)
		r->events_count = before; /* as the host does */
	return r->err;
}

static inline plm_err
rig_say(rig *r, const char *text)
{
	plm_frame frame = {.kind = PLM_FRAME_WS, .bytes = plm_slice_of(text)};
	return rig_frame(r, &frame);
}

static inline void
rig_answer_http(rig *r, plm_request *request)
{
	for (uint32_t i = 0; i < r->replies_count; i++) {
		char head[64];
		(void)snprintf(head, sizeof head, "{\"type\":\"%s\"", r->replies[i].type);
		if (strncmp(request->body, head, strlen(head)) != 0)
			continue;
		assert_int_equal(
		    pli_venue_hyperliquid.ops->seal(r->state, r->now_ns, request), PLM_OK);
		plm_frame frame = {.kind = PLM_FRAME_HTTP,
		    .status = r->replies[i].status,
		    .tag = request->tag,
		    .bytes = plm_slice_of(r->replies[i].body)};
		(void)rig_frame(r, &frame);
		return;
	}
}

/* {"method":"subscribe","subscription":{...}} is echoed as a receipt. */
static inline void
rig_answer_ws(rig *r, const plm_request *request)
{
	char text[PLM_BODY_MAX + 64];
	const char *subscription = strstr(request->body, "\"subscription\":");
	if (subscription == NULL)
		(void)rig_say(r, "{\"channel\":\"pong\"}");
	if (subscription == NULL || r->deaf)
		return;
	(void)snprintf(text, sizeof text,
	    "{\"channel\":\"subscriptionResponse\",\"data\":{\"method\":\"subscribe\",%s}",
	    subscription);
	assert_int_equal(rig_say(r, text), PLM_OK);
}

/* Time passes, 100 ms a tick; what was asked meanwhile is answered at the tick's end. */
static inline void
rig_pass(rig *r, int64_t ms)
{
	for (; ms > 0; ms -= 100) {
		r->now_ns += 100 * PLM_NS_PER_MS;
		pli_venue_hyperliquid.ops->on_tick(
		    r->state, r->now_ns, &r->event_sink, &r->request_sink);
		for (uint32_t until = r->sent_count; r->answered < until;) {
			plm_request request = r->sent[r->answered++];
			if (request.kind == PLM_REQUEST_HTTP)
				rig_answer_http(r, &request);
			else if (request.kind == PLM_REQUEST_WS_SEND)
				rig_answer_ws(r, &request);
		}
	}
}

static inline void
rig_open(rig *r)
{
	pli_venue_hyperliquid.ops->on_open(r->state, 0, r->now_ns, &r->request_sink);
}

static inline void
rig_start(rig *r, const char *address)
{
	r->cfg.key = address;
	r->state = calloc(1, pli_venue_hyperliquid.ops->state_size);
	assert_non_null(r->state);
	r->err = pli_venue_hyperliquid.ops->init(r->state, &r->cfg, &r->fault);
	if (r->err == PLM_OK)
		rig_open(r);
}

static inline plm_venue_status
rig_status(const rig *r)
{
	plm_venue_status status;
	pli_venue_hyperliquid.ops->status(r->state, &status);
	return status;
}

/* How many requests so far hold that text in their body. */
static inline uint32_t
rig_asked(const rig *r, const char *text)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < r->sent_count; i++)
		count += strstr(r->sent[i].body, text) != NULL;
	return count;
}

static inline uint32_t
rig_closes(const rig *r)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < r->sent_count; i++)
		count += r->sent[i].kind == PLM_REQUEST_WS_CLOSE;
	return count;
}

#endif
