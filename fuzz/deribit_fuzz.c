/* deribit_fuzz.c: any bytes as a captured payload and as a frame of a live session; what is wrong
 * sends nothing, and the session goes on. */
#include <string.h>
#include <xxhash.h>

#include "harness.h"
#include "model/registry.h"
#include "venue/venues.h"

enum { FUZZ_INSTRUMENTS_MAX = 4096 };

static uint32_t events_count;
static uint64_t events_hash;

static plm_err
fuzz_emit(void *ctx, const plm_event *event)
{
	(void)ctx;
	events_hash = XXH3_64bits_withSeed(event, sizeof *event, events_hash);
	FUZZ_REQUIRE(event->type > PLM_EVENT_NONE && event->type < PLM_EVENT_COUNT_);
	events_count++;
	return PLM_OK;
}

static plm_err
fuzz_submit(void *ctx, const plm_request *request)
{
	(void)ctx;
	FUZZ_REQUIRE(strlen(request->body) < sizeof request->body);
	return PLM_OK;
}

static void
fuzz_session(const plm_venue_cfg *cfg, plm_slice bytes)
{
	const plm_venue_ops *ops = pli_venue_deribit.ops;
	plm_event_sink events = {fuzz_emit, NULL};
	plm_request_sink requests = {fuzz_submit, NULL};
	plm_time_ns now_ns = 1800000000 * PLM_NS_PER_S;
	plm_frame frame = {.kind = PLM_FRAME_WS, .bytes = bytes};
	plm_venue_status status;
	plm_fault fault = {.code = PLM_OK};
	void *state = calloc(1, ops->state_size);
	FUZZ_REQUIRE(state != NULL);
	FUZZ_REQUIRE(ops->init(state, cfg, &fault) == PLM_OK);
	ops->on_open(state, 0, now_ns, &requests);
	for (int i = 0; i < 3; i++) {
		(void)ops->on_frame(state, now_ns + i, &frame, &events, &requests, &fault);
		ops->on_tick(state, now_ns + PLM_NS_PER_S * i, &events, &requests);
		ops->status(state, &status);
		FUZZ_REQUIRE(memchr(status.text, '\0', sizeof status.text) != NULL);
	}
	ops->fini(state);
	free(state);
}

/* A blank before it keeps a payload from being read the quick way: the same events come of it. */
static void
fuzz_quick(const plm_venue_cfg *cfg, plm_slice bytes)
{
	plm_event_sink events = {fuzz_emit, NULL};
	char *blank = malloc(bytes.size + 1);
	FUZZ_REQUIRE(blank != NULL);
	blank[0] = ' ';
	if (bytes.size > 0)
		memcpy(blank + 1, bytes.bytes, bytes.size);
	plm_frame frames[2] = {{.kind = PLM_FRAME_RAW, .bytes = bytes},
	    {.kind = PLM_FRAME_RAW, .bytes = {blank, bytes.size + 1}}};
	uint64_t hashes[2];
	plm_err errs[2];
	for (int i = 0; i < 2; i++) {
		events_hash = 0;
		errs[i] = pli_venue_deribit.ops->decode(cfg, &frames[i], &events, NULL);
		hashes[i] = events_hash;
	}
	FUZZ_REQUIRE(errs[0] == errs[1] && hashes[0] == hashes[1]);
	free(blank);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static pli_registry *names;
	plm_event_sink events = {fuzz_emit, NULL};
	plm_fault fault = {.code = PLM_OK};
	if (names != NULL && pli_registry_instruments_count(names) + 512 > FUZZ_INSTRUMENTS_MAX) {
		pli_registry_destroy(names);
		names = NULL;
	}
	if (names == NULL)
		names = pli_registry_create((pli_registry_bounds){4096, 4, FUZZ_INSTRUMENTS_MAX});
	FUZZ_REQUIRE(names != NULL);
	plm_venue_cfg cfg = {.names = names,
	    .venue = {2},
	    .account = {1},
	    .key = "k",
	    .secret = "s",
	    .markets = "BTC",
	    .allow_trading_keys = true,
	    .private_stream = true};
	plm_frame frame = {.kind = PLM_FRAME_RAW, .bytes = fuzz_slice(data, size)};
	events_count = 0;
	plm_err err = pli_venue_deribit.ops->decode(&cfg, &frame, &events, &fault);
	FUZZ_REQUIRE(err == PLM_OK || err == PLM_EKIND || err == PLM_EDECODE || err == PLM_EFULL);
	FUZZ_REQUIRE(events_count == 0 || err == PLM_OK || err == PLM_EFULL);
	if (err != PLM_EFULL)
		fuzz_quick(&cfg, frame.bytes);
	fuzz_session(&cfg, frame.bytes);
	return 0;
}
