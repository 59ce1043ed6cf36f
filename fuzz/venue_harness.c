/* venue_harness.c: a host of a few lines, which is any venue's other end. */
#include "venue_harness.h"

#include <string.h>
#include <xxhash.h>

#include "model/registry.h"

enum { FUZZ_INSTRUMENTS_MAX = 4096, FUZZ_REQUESTS_MAX = 256, FUZZ_TIMES = 3 };

static uint32_t events_count;
static uint64_t events_hash;
static void (*events_hold)(const plm_event *event);
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
	if (events_hold != NULL)
		events_hold(event);
	events_hash = XXH3_64bits_withSeed(event, sizeof *event, events_hash);
	events_count++;
	return PLM_OK;
}

static plm_err
fuzz_submit(void *ctx, const plm_request *request)
{
	(void)ctx;
	FUZZ_REQUIRE(memchr(request->target, '\0', sizeof request->target) != NULL);
	FUZZ_REQUIRE(strpbrk(request->target, " \r\n#") == NULL);
	FUZZ_REQUIRE(memchr(request->body, '\0', sizeof request->body) != NULL);
	if (requests_count == FUZZ_REQUESTS_MAX)
		return PLM_EFULL;
	requests_sent[requests_count++] = *request;
	return PLM_OK;
}

static plm_event_sink event_sink = {fuzz_emit, NULL};
static plm_request_sink request_sink = {fuzz_submit, NULL};

/* One live session. */
typedef struct fuzz_session {
	const plm_venue_ops *ops;
	const fuzz_venue *venue;
	plm_slice bytes;
	void *state;
	plm_time_ns now_ns;
	uint32_t answered;
} fuzz_session;

static void
session_take(fuzz_session *s, const plm_frame *frame)
{
	plm_fault fault = {.code = PLM_OK};
	plm_venue_status status;
	(void)s->ops->on_frame(s->state, s->now_ns, frame, &event_sink, &request_sink, &fault);
	if (s->ops->on_tick != NULL)
		s->ops->on_tick(s->state, s->now_ns, &event_sink, &request_sink);
	s->ops->status(s->state, &status);
	FUZZ_REQUIRE(memchr(status.text, '\0', sizeof status.text) != NULL);
}

static void
session_say(fuzz_session *s, uint8_t link, plm_slice bytes)
{
	plm_frame frame = {.kind = PLM_FRAME_WS, .link = link, .bytes = bytes};
	session_take(s, &frame);
}

/* Answers what was asked so far, good and bad, sealed as the host would; links that are asked for
 * open. What is asked meanwhile waits for the next time. */
static void
session_answer(fuzz_session *s)
{
	const fuzz_venue *venue = s->venue;
	for (uint32_t until = requests_count; s->answered < until; s->answered++) {
		plm_request request = requests_sent[s->answered];
		bool bad = venue->bad_each != 0 &&
			   s->answered % venue->bad_each == venue->bad_each - 1;
		if (request.kind == PLM_REQUEST_WS_OPEN)
			s->ops->on_open(s->state, request.link, s->now_ns, &request_sink);
		if (request.seal != 0)
			FUZZ_REQUIRE(s->ops->seal(s->state, s->now_ns, &request) == PLM_OK);
		if (request.kind != PLM_REQUEST_HTTP)
			continue;
		const char *reply = venue->reply == NULL ? NULL
							 : venue->reply(&request, s->answered);
		plm_frame frame = {.kind = PLM_FRAME_HTTP,
		    .status = bad ? venue->bad_status : 200,
		    .tag = request.tag,
		    .bytes = reply == NULL ? s->bytes : plm_slice_of(reply)};
		s->now_ns++;
		session_take(s, &frame);
	}
}

/* The same memory again, zeroed: new pages for each input cost more than all else. */
static void *
session_state(size_t size)
{
	static void *state;
	static size_t state_size;
	if (state_size != size) {
		free(state);
		state = malloc(size);
	}
	FUZZ_REQUIRE(state != NULL);
	state_size = size;
	return memset(state, 0, size);
}

static void
session_run(
    const plm_venue_desc *desc, const fuzz_venue *venue, const plm_venue_cfg *cfg, plm_slice bytes)
{
	fuzz_session s = {.ops = desc->ops, .venue = venue, .bytes = bytes};
	plm_fault fault = {.code = PLM_OK};
	s.now_ns = 1800000000 * PLM_NS_PER_S;
	s.state = session_state(s.ops->state_size);
	FUZZ_REQUIRE(s.ops->init(s.state, cfg, &fault) == PLM_OK);
	requests_count = 0;
	s.ops->on_open(
	    s.state, desc->stream_path == NULL ? PLM_LINK_NONE : 0, s.now_ns, &request_sink);
	session_answer(&s);
	session_answer(&s);
	for (size_t i = 0; venue->words[i] != NULL; i++)
		session_say(&s, 0, plm_slice_of(venue->words[i]));
	session_answer(&s);
	for (int i = 0; i < FUZZ_TIMES; i++) {
		s.now_ns += PLM_NS_PER_S;
		for (uint8_t link = 0; link < venue->links; link++)
			session_say(&s, link, bytes);
		session_answer(&s);
	}
	if (s.ops->on_close != NULL)
		s.ops->on_close(s.state, 0, s.now_ns, &request_sink);
	s.ops->fini(s.state);
}

plm_venue_cfg
fuzz_venue_cfg(const plm_venue_desc *desc, const fuzz_venue *venue)
{
	static pli_registry *names;
	if (names != NULL && pli_registry_instruments_count(names) + 512 > FUZZ_INSTRUMENTS_MAX) {
		pli_registry_destroy(names);
		names = NULL;
	}
	if (names == NULL)
		names = pli_registry_create((pli_registry_bounds){4096, 4, FUZZ_INSTRUMENTS_MAX});
	FUZZ_REQUIRE(names != NULL);
	events_hold = venue->holds;
	return (plm_venue_cfg){.names = names,
	    .venue = pli_venue_id_of(desc),
	    .account = {1},
	    .key = venue->key,
	    .secret = venue->secret,
	    .passphrase = venue->passphrase,
	    .markets = venue->markets,
	    .allow_trading_keys = venue->trading,
	    .private_stream = true};
}

uint64_t
fuzz_venue_decode(
    const plm_venue_desc *desc, const plm_venue_cfg *cfg, plm_slice bytes, plm_err *ret_err)
{
	plm_fault fault = {.code = PLM_OK};
	plm_frame frame = {.kind = PLM_FRAME_RAW, .bytes = bytes};
	events_count = 0;
	events_hash = 0;
	plm_err err = desc->ops->decode(cfg, &frame, &event_sink, &fault);
	FUZZ_REQUIRE(err == PLM_OK || err == PLM_EKIND || err == PLM_EDECODE || err == PLM_EFULL);
	FUZZ_REQUIRE(events_count == 0 || err == PLM_OK || err == PLM_EFULL);
	*ret_err = err;
	return events_hash;
}

void
fuzz_venue_run(const plm_venue_desc *desc, const fuzz_venue *venue, plm_slice bytes)
{
	plm_err err;
	plm_venue_cfg cfg = fuzz_venue_cfg(desc, venue);
	(void)fuzz_venue_decode(desc, &cfg, bytes, &err);
	session_run(desc, venue, &cfg, bytes);
	cfg.private_stream = false;
	if (venue->public_too)
		session_run(desc, venue, &cfg, bytes);
}
