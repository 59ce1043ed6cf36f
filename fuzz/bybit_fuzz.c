/* bybit_fuzz.c: any bytes as a captured payload, as a message of each link of a live session, and
 * as the answer to every request that it makes; what is wrong sends nothing, and the session goes
 * on. */
#include <string.h>

#include "harness.h"
#include "model/registry.h"
#include "venue/venues.h"

enum { FUZZ_INSTRUMENTS_MAX = 4096, FUZZ_REQUESTS_MAX = 64, FUZZ_LINKS = 5 };

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
	if (event->type == PLM_EVENT_MARK)
		FUZZ_REQUIRE(plm_decimal_sign(event->u.mark.mark_price) >= 0);
	events_count++;
	return PLM_OK;
}

static plm_err
fuzz_submit(void *ctx, const plm_request *request)
{
	(void)ctx;
	FUZZ_REQUIRE(memchr(request->target, '\0', sizeof request->target) != NULL);
	FUZZ_REQUIRE(memchr(request->body, '\0', sizeof request->body) != NULL);
	FUZZ_REQUIRE(strpbrk(request->target, " \r\n#") == NULL);
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
	const plm_venue_ops *ops = pli_venue_bybit.ops;
	(void)ops->on_frame(state, now_ns, frame, &event_sink, &request_sink, &fault);
	ops->on_tick(state, now_ns, &event_sink, &request_sink);
	ops->status(state, &status);
	FUZZ_REQUIRE(memchr(status.text, '\0', sizeof status.text) != NULL);
}

/* What the session needs to go on; the bytes in place of all else. */
static plm_slice
fuzz_answer_of(const plm_request *request, plm_slice bytes)
{
	static const char modes[] = "{\"retCode\":0,\"result\":{\"marginMode\":\"REGULAR_MARGIN\","
				    "\"unifiedMarginStatus\":6},\"time\":1800000000000}";
	static const char list[] =
	    "{\"retCode\":0,\"result\":{\"list\":[],\"nextPageCursor\":\"\"},\"time\":1}";
	if (strcmp(request->target, "/v5/account/info") == 0)
		return PLM_SLICE(modes);
	return strstr(request->target, "instruments-info") != NULL ? PLM_SLICE(list) : bytes;
}

/* Answers each request once, good and bad, sealed as the host would. */
static void
fuzz_answer(void *state, plm_time_ns now_ns, plm_slice bytes)
{
	for (uint32_t i = 0; i < requests_count && i < FUZZ_REQUESTS_MAX; i++) {
		plm_request request = requests_sent[i];
		if (request.kind == PLM_REQUEST_WS_OPEN)
			pli_venue_bybit.ops->on_open(state, request.link, now_ns, &request_sink);
		if (request.seal != 0)
			FUZZ_REQUIRE(pli_venue_bybit.ops->seal(state, now_ns, &request) == PLM_OK);
		if (request.kind != PLM_REQUEST_HTTP)
			continue;
		plm_frame frame = {.kind = PLM_FRAME_HTTP,
		    .status = (uint16_t)(i % 7 == 6 ? 400 : 200),
		    .tag = request.tag,
		    .bytes = fuzz_answer_of(&request, bytes)};
		fuzz_take(state, now_ns + i, &frame);
	}
}

static void
fuzz_say(void *state, plm_time_ns now_ns, uint8_t link, plm_slice bytes)
{
	plm_frame frame = {.kind = PLM_FRAME_WS, .link = link, .bytes = bytes};
	fuzz_take(state, now_ns, &frame);
}

static void
fuzz_session(const plm_venue_cfg *cfg, plm_slice bytes)
{
	const plm_venue_ops *ops = pli_venue_bybit.ops;
	plm_time_ns now_ns = 1800000000 * PLM_NS_PER_S;
	plm_fault fault = {.code = PLM_OK};
	void *state = calloc(1, ops->state_size);
	FUZZ_REQUIRE(state != NULL);
	FUZZ_REQUIRE(ops->init(state, cfg, &fault) == PLM_OK);
	requests_count = 0;
	ops->on_open(state, PLM_LINK_NONE, now_ns, &request_sink);
	plm_frame time = {.kind = PLM_FRAME_HTTP,
	    .status = 200,
	    .tag = requests_sent[0].tag,
	    .bytes = PLM_SLICE(
		"{\"retCode\":0,\"result\":{\"timeNano\":\"1800000000000000000\"}}")};
	fuzz_take(state, now_ns, &time);
	fuzz_answer(state, now_ns, bytes);
	ops->on_open(state, 0, now_ns, &request_sink);
	fuzz_say(state, now_ns, 0, PLM_SLICE("{\"success\":true,\"op\":\"auth\"}"));
	fuzz_say(state, now_ns, 0, PLM_SLICE("{\"success\":true,\"op\":\"subscribe\"}"));
	fuzz_answer(state, now_ns, bytes);
	for (uint8_t link = 0; link < FUZZ_LINKS; link++)
		for (int twice = 0; twice < 2; twice++)
			fuzz_say(state, now_ns + PLM_NS_PER_S * (link + 2), link, bytes);
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
	    .venue = {1},
	    .account = {1},
	    .key = "k",
	    .secret = "s",
	    .markets = "BTCUSDT,BTCUSD,BTC-26DEC27-90000-C",
	    .allow_trading_keys = true,
	    .private_stream = true};
	plm_frame frame = {.kind = PLM_FRAME_RAW, .bytes = fuzz_slice(data, size)};
	events_count = 0;
	plm_err err = pli_venue_bybit.ops->decode(&cfg, &frame, &event_sink, &fault);
	FUZZ_REQUIRE(err == PLM_OK || err == PLM_EKIND || err == PLM_EDECODE || err == PLM_EFULL);
	FUZZ_REQUIRE(events_count == 0 || err == PLM_OK || err == PLM_EFULL);
	fuzz_session(&cfg, frame.bytes);
	cfg.private_stream = false;
	fuzz_session(&cfg, frame.bytes);
	return 0;
}
