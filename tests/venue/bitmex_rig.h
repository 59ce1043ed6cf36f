/* bitmex_rig.h: the adapter on the bench: names, a sink that keeps events, and a venue that answers
 * each request with what the test has laid out. */
#ifndef TESTS_VENUE_BITMEX_RIG_H
#define TESTS_VENUE_BITMEX_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/host_queue.h"
#include "model/registry.h"
#include "venue/venues.h"

#define BITMEX_FIXTURES PLM_SHARED_DIR "/fixtures/bitmex/"

enum { RIG_EVENTS_MAX = 2048, RIG_SENT_MAX = 1024 };

/* events: since the last rig_clear. sent: every request; answered: so many of them. */
typedef struct rig {
	pli_registry *names;
	plm_venue_cfg cfg;
	plm_event events[RIG_EVENTS_MAX];
	uint32_t events_count;
	plm_request sent[RIG_SENT_MAX];
	uint32_t sent_count, answered;
	plm_event_sink event_sink;
	plm_request_sink request_sink;
	plm_fault fault;
	plm_err err;
	void *state;
	plm_time_ns now_ns;
	const char *rights, *positions, *margins;
	uint16_t status;
} rig;

static inline plm_err
rig_emit(void *ctx, const plm_event *event)
{
	rig *r = ctx;
	if (r->events_count == RIG_EVENTS_MAX)
		return PLM_EFULL;
	r->events[r->events_count++] = *event;
	return PLM_OK;
}

/* Whatever the adapter asks must be on its own list, as the host looks at it. */
static inline plm_err
rig_submit(void *ctx, const plm_request *request)
{
	rig *r = ctx;
	assert_true(pli_request_allowed(&pli_venue_bitmex, request));
	if (r->sent_count == RIG_SENT_MAX)
		return PLM_EFULL;
	r->sent[r->sent_count++] = *request;
	return PLM_OK;
}

static inline rig *
rig_create(void)
{
	rig *r = calloc(1, sizeof *r);
	assert_non_null(r);
	r->names = pli_registry_create((pli_registry_bounds){256, 8, 512});
	assert_non_null(r->names);
	r->event_sink = (plm_event_sink){rig_emit, r};
	r->request_sink = (plm_request_sink){rig_submit, r};
	r->now_ns = 1800000000 * PLM_NS_PER_S;
	r->status = 200;
	r->rights = "[{\"id\":\"other\",\"permissions\":[\"order\"]},"
		    "{\"id\":\"key\",\"permissions\":[]}]";
	r->positions = r->margins = "[]";
	r->cfg = (plm_venue_cfg){.names = r->names,
	    .venue = pli_venue_id_of(&pli_venue_bitmex),
	    .account_name = "desk",
	    .key = "key",
	    .secret = "secret",
	    .markets = "",
	    .private_stream = true};
	r->cfg.account = pli_registry_account(
	    r->names, r->cfg.venue, PLM_SLICE("bitmex"), PLM_SLICE("desk"));
	return r;
}

static inline void
rig_destroy(rig *r)
{
	if (r->state != NULL)
		pli_venue_bitmex.ops->fini(r->state);
	free(r->state);
	pli_registry_destroy(r->names);
	free(r);
}

static inline void
rig_decode_slice(rig *r, plm_slice bytes)
{
	plm_frame frame = {.kind = PLM_FRAME_RAW, .bytes = bytes};
	r->events_count = 0;
	r->fault = (plm_fault){.code = PLM_OK};
	r->err = pli_venue_bitmex.ops->decode(&r->cfg, &frame, &r->event_sink, &r->fault);
}

static inline void
rig_decode(rig *r, const char *text)
{
	rig_decode_slice(r, plm_slice_of(text));
}

/* A stored payload, to be freed; NULL, with a note, where the folder of payloads is not here. */
static inline char *
rig_fixture(const char *name)
{
	char path[512];
	(void)snprintf(path, sizeof path, "%s%s", BITMEX_FIXTURES, name);
	FILE *file = fopen(path, "rb");
	char *text = calloc(1, 1 << 20);
	assert_non_null(text);
	if (file == NULL || fread(text, 1, (1 << 20) - 1, file) == 0) {
		(void)printf("# SKIP %s is not here\n", path);
		free(text);
		text = NULL;
	}
	if (file != NULL)
		(void)fclose(file);
	return text;
}

/* The nth event of a type since the last call; NULL. */
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

static inline const plm_event *
rig_first(const rig *r, plm_event_type type)
{
	const plm_event *event = rig_event(r, type, 0);
	assert_non_null(event);
	return event;
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

#define assert_asset(r, id, text)                                                                  \
	assert_string_equal(plm_names_asset_text((r)->names, (id)), (text))

/* The venue. */

static inline void
rig_frame(rig *r, const plm_frame *frame)
{
	r->fault = (plm_fault){.code = PLM_OK};
	r->err = pli_venue_bitmex.ops->on_frame(
	    r->state, r->now_ns, frame, &r->event_sink, &r->request_sink, &r->fault);
}

static inline void
rig_say(rig *r, const char *text)
{
	plm_frame frame = {.kind = PLM_FRAME_WS, .bytes = plm_slice_of(text)};
	rig_frame(r, &frame);
}

static inline void
rig_answer(rig *r, const plm_request *request)
{
	const char *body = "[{\"asset\":\"ETH\",\"currency\":\"Gwei\",\"scale\":9}]";
	if (strcmp(request->target, "/api/v1/apiKey") == 0)
		body = r->rights;
	else if (strcmp(request->target, "/api/v1/position") == 0)
		body = r->positions;
	else if (strstr(request->target, "/user/margin") != NULL)
		body = r->margins;
	plm_frame frame = {.kind = PLM_FRAME_HTTP,
	    .status = r->status,
	    .tag = request->tag,
	    .bytes = plm_slice_of(body)};
	rig_frame(r, &frame);
}

/* What the stream says to a message: a login is granted, a table is heard. */
static inline void
rig_reply(rig *r, const plm_request *request)
{
	char text[256];
	const char *args = strstr(request->body, "\"args\":[\"");
	if (strstr(request->body, "authKeyExpires") != NULL)
		rig_say(r, "{\"success\":true,\"request\":{\"op\":\"authKeyExpires\"}}");
	if (strstr(request->body, "subscribe") == NULL)
		return;
	(void)snprintf(text, sizeof text, "{\"success\":true,\"subscribe\":\"%.*s\"}",
	    (int)strcspn(args + 9, "\""), args + 9);
	rig_say(r, text);
}

/* Seconds go by; whatever is asked is answered. */
static inline void
rig_pass(rig *r, int seconds)
{
	for (int i = 0; i < seconds * 10; i++) {
		r->now_ns += PLM_NS_PER_S / 10;
		pli_venue_bitmex.ops->on_tick(
		    r->state, r->now_ns, &r->event_sink, &r->request_sink);
		while (r->answered < r->sent_count) {
			plm_request request = r->sent[r->answered++];
			if (request.seal)
				assert_int_equal(
				    pli_venue_bitmex.ops->seal(r->state, r->now_ns, &request),
				    PLM_OK);
			if (request.kind == PLM_REQUEST_HTTP)
				rig_answer(r, &request);
			else
				rig_reply(r, &request);
		}
	}
}

/* A new link, welcomed by a venue whose clock is ahead by so much. */
static inline void
rig_open(rig *r)
{
	if (r->state == NULL) {
		r->state = calloc(1, pli_venue_bitmex.ops->state_size);
		assert_non_null(r->state);
		assert_int_equal(pli_venue_bitmex.ops->init(r->state, &r->cfg, &r->fault), PLM_OK);
	}
	pli_venue_bitmex.ops->on_open(r->state, 0, r->now_ns, &r->request_sink);
	rig_say(r, "{\"info\":\"Welcome\",\"timestamp\":\"2027-01-15T08:00:30.000Z\"}");
}

static inline plm_venue_status
rig_status(const rig *r)
{
	plm_venue_status status;
	pli_venue_bitmex.ops->status(r->state, &status);
	return status;
}

static inline uint32_t
rig_sent(const rig *r, const char *part)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < r->sent_count; i++)
		count += strstr(r->sent[i].body, part) != NULL ||
			 strstr(r->sent[i].target, part) != NULL;
	return count;
}

#endif
