/* bitmex_fuzz.c: any bytes as a captured payload, as a message of a live session, and as the
 * answer to every request that it makes; what is wrong sends nothing, and the session goes on. */
#include <string.h>

#include "harness.h"
#include "model/registry.h"
#include "venue/venues.h"

enum { FUZZ_INSTRUMENTS_MAX = 4096, FUZZ_REQUESTS_MAX = 64 };

static uint32_t events_count;
static plm_request requests_sent[FUZZ_REQUESTS_MAX];
static uint32_t requests_count;

static plm_err
fuzz_emit(void *ctx, const plm_event *event)
{
	(void)ctx;
	FUZZ_REQUIRE(event->type > PLM_EVENT_NONE && event->type < PLM_EVENT_COUNT_);
	if (event->type == PLM_EVENT_POSITION)
		FUZZ_REQUIRE(event->u.position.instrument.value != 0 &&
			     plm_decimal_is_known(event->u.position.quantity));
	if (event->type == PLM_EVENT_BALANCE)
		FUZZ_REQUIRE(event->u.balance.asset.value != 0);
	events_count++;
	return PLM_OK;
}

static plm_err
fuzz_submit(void *ctx, const plm_request *request)
{
	(void)ctx;
	FUZZ_REQUIRE(memchr(request->target, '\0', sizeof request->target) != NULL);
	FUZZ_REQUIRE(memchr(request->body, '\0', sizeof request->body) != NULL);
	if (requests_count == FUZZ_REQUESTS_MAX)
		return PLM_EFULL;
	requests_sent[requests_count++] = *request;
	return PLM_OK;
}

static plm_event_sink event_sink = {fuzz_emit, NULL};
static plm_request_sink request_sink = {fuzz_submit, NULL};

static void
fuzz_take(void *state, plm_time_ns now_ns, const plm_frame *frame)
{
	plm_fault fault = {.code = PLM_OK};
	plm_venue_status status;
	const plm_venue_ops *ops = pli_venue_bitmex.ops;
	(void)ops->on_frame(state, now_ns, frame, &event_sink, &request_sink, &fault);
	ops->on_tick(state, now_ns, &event_sink, &request_sink);
	ops->status(state, &status);
	FUZZ_REQUIRE(memchr(status.text, '\0', sizeof status.text) != NULL);
}

static void
fuzz_say(void *state, plm_time_ns now_ns, plm_slice bytes)
{
	plm_frame frame = {.kind = PLM_FRAME_WS, .bytes = bytes};
	fuzz_take(state, now_ns, &frame);
}

/* A good answer to what must be there before anything else happens; else the bytes. */
static plm_slice
fuzz_reply(const plm_request *request, plm_slice bytes)
{
	if (strcmp(request->target, "/api/v1/apiKey") == 0)
		return PLM_SLICE("[{\"id\":\"key\",\"permissions\":[]}]");
	if (strcmp(request->target, "/api/v1/wallet/assets") == 0)
		return PLM_SLICE("[{\"asset\":\"ETH\",\"currency\":\"Gwei\",\"scale\":9}]");
	return bytes;
}

/* Answers what was asked since `from`, good and bad, sealed as the host would. */
static uint32_t
fuzz_answer(void *state, plm_time_ns now_ns, uint32_t from, plm_slice bytes)
{
	const plm_venue_ops *ops = pli_venue_bitmex.ops;
	uint32_t count = requests_count;
	for (uint32_t i = from; i < count; i++) {
		plm_request request = requests_sent[i];
		if (request.seal)
			FUZZ_REQUIRE(ops->seal(state, now_ns, &request) == PLM_OK);
		if (request.kind != PLM_REQUEST_HTTP)
			continue;
		plm_frame frame = {.kind = PLM_FRAME_HTTP,
		    .status = (uint16_t)(i % 11 == 10 ? 503 : 200),
		    .tag = request.tag,
		    .bytes = fuzz_reply(&request, bytes)};
		fuzz_take(state, now_ns + i, &frame);
	}
	return count;
}

static const char whole_position[] =
    "{\"table\":\"position\",\"action\":\"partial\",\"data\":[{\"account\":1,\"symbol\":"
    "\"XBTUSD\",\"currency\":\"XBt\",\"underlying\":\"XBT\",\"quoteCurrency\":\"USD\","
    "\"currentQty\":100,\"timestamp\":\"2026-11-27T08:00:00.000Z\"}]}";

/* Logged in and listening, with a whole row that the bytes may change. */
static void
fuzz_session(const plm_venue_cfg *cfg, plm_slice bytes)
{
	static const char *const words[] = {
	    "{\"info\":\"Welcome\",\"timestamp\":\"2027-01-15T08:00:00.000Z\"}",
	    "{\"success\":true,\"request\":{\"op\":\"authKeyExpires\"}}",
	    "{\"success\":true,\"subscribe\":\"position\"}",
	    "{\"success\":true,\"subscribe\":\"margin\"}", whole_position};
	const plm_venue_ops *ops = pli_venue_bitmex.ops;
	plm_time_ns now_ns = 1800000000 * PLM_NS_PER_S;
	plm_fault fault = {.code = PLM_OK};
	void *state = calloc(1, ops->state_size);
	FUZZ_REQUIRE(state != NULL);
	FUZZ_REQUIRE(ops->init(state, cfg, &fault) == PLM_OK);
	requests_count = 0;
	ops->on_open(state, 0, now_ns, &request_sink);
	uint32_t answered = fuzz_answer(state, now_ns, 0, bytes);
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		fuzz_say(state, now_ns, plm_slice_of(words[i]));
	answered = fuzz_answer(state, now_ns, answered, bytes);
	for (int i = 1; i < 4; i++)
		fuzz_say(state, now_ns + PLM_NS_PER_S * i, bytes);
	(void)fuzz_answer(state, now_ns + PLM_NS_PER_S * 4, answered, bytes);
	ops->on_close(state, 0, now_ns, &request_sink);
	ops->fini(state);
	free(state);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static pli_registry *names;
	plm_fault fault = {.code = PLM_OK};
	if (names != NULL && pli_registry_instruments_count(names) + 512 > FUZZ_INSTRUMENTS_MAX) {
		pli_registry_destroy(names);
		names = NULL;
	}
	if (names == NULL)
		names = pli_registry_create((pli_registry_bounds){4096, 4, FUZZ_INSTRUMENTS_MAX});
	FUZZ_REQUIRE(names != NULL);
	plm_venue_cfg cfg = {.names = names,
	    .venue = {5},
	    .account = {1},
	    .key = "key",
	    .secret = "secret",
	    .markets = "ETHUSDT,SOLUSD",
	    .private_stream = true};
	plm_frame frame = {.kind = PLM_FRAME_RAW, .bytes = fuzz_slice(data, size)};
	events_count = 0;
	plm_err err = pli_venue_bitmex.ops->decode(&cfg, &frame, &event_sink, &fault);
	FUZZ_REQUIRE(err == PLM_OK || err == PLM_EKIND || err == PLM_EDECODE || err == PLM_EFULL);
	FUZZ_REQUIRE(events_count == 0 || err == PLM_OK || err == PLM_EFULL);
	fuzz_session(&cfg, frame.bytes);
	return 0;
}
