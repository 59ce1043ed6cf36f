/* binance_rig.h: the adapter on the bench: names, a sink that keeps events, one that keeps
 * requests, a host of a few lines that answers them. */
#ifndef TESTS_VENUE_BINANCE_RIG_H
#define TESTS_VENUE_BINANCE_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/registry.h"
#include "venue/binance/binance_internal.h"
#include "venue/venues.h"

enum { RIG_EVENTS_MAX = 4096, RIG_REQUESTS_MAX = 4096 };

/* events: of the last call, as the host would take them over. sent: every request so far. */
typedef struct rig {
	const plm_venue_desc *desc;
	pli_registry *names;
	plm_venue_cfg cfg;
	plm_event *events;
	uint32_t events_count;
	uint32_t events_max;
	plm_request *sent;
	uint32_t sent_count;
	plm_event_sink event_sink;
	plm_request_sink request_sink;
	plm_fault fault;
	plm_err err;
	void *state;
	plm_time_ns now_ns;
	int64_t venue_ahead_ms;
	uint32_t config_tag; /* of the last answered question for the account's modes */
} rig;

static inline plm_err
rig_emit(void *ctx, const plm_event *event)
{
	rig *r = ctx;
	if (r->events_count >= r->events_max)
		return PLM_EFULL;
	r->events[r->events_count++] = *event;
	return PLM_OK;
}

static inline plm_err
rig_submit(void *ctx, const plm_request *request)
{
	rig *r = ctx;
	if (r->sent_count >= RIG_REQUESTS_MAX)
		return PLM_EFULL;
	if (request->kind == PLM_REQUEST_HTTP) {
		char call[PLM_TARGET_MAX + 8];
		(void)snprintf(call, sizeof call, "%s %.*s", request->method,
		    (int)strcspn(request->target, "?"), request->target);
		bool allowed = false;
		for (const char *const *row = r->desc->requests_allowed; *row != NULL; row++)
			allowed |= strcmp(*row, call) == 0;
		assert_true(allowed);
	}
	r->sent[r->sent_count++] = *request;
	return PLM_OK;
}

static inline rig *
rig_create(void)
{
	rig *r = calloc(1, sizeof *r);
	assert_non_null(r);
	r->desc = &pli_venue_binance;
	r->names = pli_registry_create((pli_registry_bounds){1024, 16, 2048});
	r->events = calloc(RIG_EVENTS_MAX, sizeof *r->events);
	r->sent = calloc(RIG_REQUESTS_MAX, sizeof *r->sent);
	assert_non_null(r->names);
	assert_non_null(r->events);
	assert_non_null(r->sent);
	r->events_max = RIG_EVENTS_MAX;
	r->event_sink = (plm_event_sink){rig_emit, r};
	r->request_sink = (plm_request_sink){rig_submit, r};
	r->now_ns = 1800000000 * PLM_NS_PER_S;
	r->cfg = (plm_venue_cfg){.names = r->names,
	    .venue = {1},
	    .account_name = "desk",
	    .markets = "",
	    .private_stream = true};
	r->cfg.account = pli_registry_account(
	    r->names, r->cfg.venue, PLM_SLICE("binance"), PLM_SLICE("desk"));
	return r;
}

static inline void
rig_destroy(rig *r)
{
	if (r->state != NULL)
		r->desc->ops->fini(r->state);
	free(r->state);
	pli_registry_destroy(r->names);
	free(r->events);
	free(r->sent);
	free(r);
}

static inline plm_err
rig_decode_slice(rig *r, plm_slice bytes, const char *channel)
{
	plm_frame frame = {.kind = PLM_FRAME_RAW, .channel = plm_slice_of(channel), .bytes = bytes};
	r->events_count = 0;
	r->fault = (plm_fault){.code = PLM_OK};
	r->err = r->desc->ops->decode(&r->cfg, &frame, &r->event_sink, &r->fault);
	return r->err;
}

static inline plm_err
rig_decode(rig *r, const char *text)
{
	return rig_decode_slice(r, plm_slice_of(text), NULL);
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
	(void)snprintf(path, sizeof path, "%s/fixtures/binance/%s", PLM_SHARED_DIR, name);
	char *text = rig_read(path, &size);
	if (text == NULL) {
		(void)printf("# SKIP %s is not here\n", name);
		return false;
	}
	(void)rig_decode_slice(r, (plm_slice){text, size}, NULL);
	free(text);
	return true;
}

/* The n-th event of a type, from 0; NULL when there are fewer. */
static inline const plm_event *
rig_event(const rig *r, plm_event_type type, uint32_t n)
{
	for (uint32_t i = 0; i < r->events_count; i++)
		if (r->events[i].type == type && n-- == 0)
			return &r->events[i];
	return NULL;
}

static inline const plm_position *
rig_position(const rig *r, uint32_t n)
{
	const plm_event *event = rig_event(r, PLM_EVENT_POSITION, n);
	assert_non_null(event);
	return &event->u.position;
}

static inline const plm_instrument *
rig_spec(const rig *r, const char *name)
{
	const plm_instrument *spec = pli_registry_instrument_get(
	    r->names, pli_registry_instrument_find(r->names, r->cfg.venue, plm_slice_of(name)));
	assert_non_null(spec);
	return spec;
}

static inline const char *
rig_asset(const rig *r, plm_asset_id id)
{
	return plm_names_asset_text(r->names, id);
}

#define assert_decimal(value, text) rig_assert_decimal((value), (text), __FILE__, __LINE__)

static inline void
rig_assert_decimal(plm_decimal value, const char *text, const char *file, int line)
{
	char got[PLM_DECIMAL_TEXT_MAX];
	(void)plm_decimal_format(value, got);
	_assert_string_equal(got, text, file, line);
}

/* The host. */

static inline void
rig_start(rig *r)
{
	r->state = calloc(1, r->desc->ops->state_size);
	assert_non_null(r->state);
	assert_int_equal(r->desc->ops->init(r->state, &r->cfg, &r->fault), PLM_OK);
}

static inline void
rig_open(rig *r, uint8_t link)
{
	r->desc->ops->on_open(r->state, link, r->now_ns, &r->request_sink);
}

static inline void
rig_close(rig *r, uint8_t link)
{
	r->desc->ops->on_close(r->state, link, r->now_ns, &r->request_sink);
}

static inline void
rig_tick(rig *r, int64_t after_ms)
{
	r->now_ns += after_ms * PLM_NS_PER_MS;
	r->events_count = 0;
	r->desc->ops->on_tick(r->state, r->now_ns, &r->event_sink, &r->request_sink);
}

/* Time passes in steps of the host's tick; the events of all ticks are kept. */
static inline void
rig_wait(rig *r, int64_t ms)
{
	r->events_count = 0;
	for (int64_t at = 0; at < ms; at += 100) {
		r->now_ns += 100 * PLM_NS_PER_MS;
		r->desc->ops->on_tick(r->state, r->now_ns, &r->event_sink, &r->request_sink);
	}
}

static inline plm_err
rig_frame(rig *r, const plm_frame *frame)
{
	r->events_count = 0;
	r->fault = (plm_fault){.code = PLM_OK};
	r->err = r->desc->ops->on_frame(
	    r->state, r->now_ns, frame, &r->event_sink, &r->request_sink, &r->fault);
	return r->err;
}

static inline plm_err
rig_say(rig *r, uint8_t link, const char *text)
{
	plm_frame frame = {.kind = PLM_FRAME_WS, .link = link, .bytes = plm_slice_of(text)};
	return rig_frame(r, &frame);
}

/* How many requests to a path were made. */
static inline uint32_t
rig_asked(const rig *r, const char *method, const char *target)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < r->sent_count; i++)
		count += strcmp(r->sent[i].method, method) == 0 &&
			 strcmp(r->sent[i].target, target) == 0;
	return count;
}

static inline uint32_t
rig_links(const rig *r, plm_request_kind kind, uint8_t link)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < r->sent_count; i++)
		count += r->sent[i].kind == kind && r->sent[i].link == link;
	return count;
}

/* The last request to a path; it must have been made. */
static inline const plm_request *
rig_last(const rig *r, const char *method, const char *target)
{
	for (uint32_t i = r->sent_count; i-- > 0;)
		if (strcmp(r->sent[i].method, method) == 0 &&
		    strcmp(r->sent[i].target, target) == 0)
			return &r->sent[i];
	fail_msg("nobody asked for %s %s", method, target);
	return NULL;
}

/* Answers the last request to a path: it leaves (sealed), 20 ms pass, the answer is here. */
static inline plm_err
rig_answer(rig *r, const char *call, uint16_t status, const char *body)
{
	char method[8] = "";
	const char *target = strchr(call, ' ') + 1;
	memcpy(method, call, (size_t)(target - call - 1));
	plm_request request = *rig_last(r, method, target);
	if (request.seal != 0)
		assert_int_equal(r->desc->ops->seal(r->state, r->now_ns, &request), PLM_OK);
	r->now_ns += 20 * PLM_NS_PER_MS;
	plm_frame frame = {.kind = PLM_FRAME_HTTP,
	    .status = status,
	    .tag = request.tag,
	    .bytes = plm_slice_of(body)};
	return rig_frame(r, &frame);
}

static inline plm_venue_status
rig_status(const rig *r)
{
	plm_venue_status status;
	r->desc->ops->status(r->state, &status);
	return status;
}

#endif
