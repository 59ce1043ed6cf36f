/* bybit_rig.h: the adapter on the bench: names, a sink that keeps events, one that keeps requests,
 * a host of a few lines that answers them. */
#ifndef TESTS_VENUE_BYBIT_RIG_H
#define TESTS_VENUE_BYBIT_RIG_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/registry.h"
#include "venue/bybit/bybit_session.h"
#include "venue/venues.h"

enum { RIG_EVENTS_MAX = 4096, RIG_REQUESTS_MAX = 4096 };

/* events: of the last call, as the host would take them over. sent: every request so far. */
typedef struct rig {
	pli_registry *names;
	plm_venue_cfg cfg;
	plm_event *events;
	uint32_t events_count, events_max;
	plm_request *sent;
	uint32_t sent_count;
	bool deaf; /* requests find no room */
	plm_event_sink event_sink;
	plm_request_sink request_sink;
	plm_fault fault;
	plm_err err;
	void *state;
	plm_time_ns now_ns;
	int64_t venue_ahead_ms;
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

/* As the host's: what is not on the list does not leave. */
static inline bool
rig_allowed(const plm_request *request)
{
	char call[PLM_TARGET_MAX + 8];
	if (request->kind == PLM_REQUEST_WS_SEND) {
		const char *op = strstr(request->body, "\"op\":\"");
		assert_non_null(op);
		(void)snprintf(call, sizeof call, "%.*s", (int)strcspn(op + 6, "\""), op + 6);
	} else {
		(void)snprintf(call, sizeof call, "%s %.*s", request->method,
		    (int)strcspn(request->target, "?"), request->target);
	}
	for (const char *const *row = pli_venue_bybit.requests_allowed; *row != NULL; row++)
		if (strcmp(*row, call) == 0)
			return true;
	return false;
}

static inline plm_err
rig_submit(void *ctx, const plm_request *request)
{
	rig *r = ctx;
	if (r->deaf || r->sent_count >= RIG_REQUESTS_MAX)
		return PLM_EFULL;
	if (request->kind == PLM_REQUEST_HTTP || request->kind == PLM_REQUEST_WS_SEND)
		assert_true(rig_allowed(request));
	r->sent[r->sent_count++] = *request;
	return PLM_OK;
}

static inline rig *
rig_create(void)
{
	rig *r = calloc(1, sizeof *r);
	assert_non_null(r);
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
	    .venue = {4},
	    .account_name = "desk",
	    .markets = "",
	    .private_stream = true};
	r->cfg.account = pli_registry_account(
	    r->names, r->cfg.venue, PLM_SLICE("bybit"), PLM_SLICE("desk"));
	return r;
}

static inline void
rig_destroy(rig *r)
{
	if (r->state != NULL)
		pli_venue_bybit.ops->fini(r->state);
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
	r->err = pli_venue_bybit.ops->decode(&r->cfg, &frame, &r->event_sink, &r->fault);
	return r->err;
}

static inline plm_err
rig_decode(rig *r, const char *text)
{
	return rig_decode_slice(r, plm_slice_of(text), NULL);
}

/* Decodes a stored payload; false, with a note, when the folder of payloads is not here. */
static inline bool
rig_fixture(rig *r, const char *name)
{
	static char text[1 << 20];
	char path[512];
	(void)snprintf(path, sizeof path, "%s/fixtures/bybit/%s", PLM_SHARED_DIR, name);
	FILE *file = fopen(path, "rb");
	if (file == NULL) {
		(void)printf("# SKIP %s is not here\n", name);
		return false;
	}
	size_t size = fread(text, 1, sizeof text, file);
	assert_true(size < sizeof text);
	(void)fclose(file);
	(void)rig_decode_slice(r, (plm_slice){text, size}, NULL);
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

static inline const plm_balance *
rig_balance(const rig *r, uint32_t n)
{
	const plm_event *event = rig_event(r, PLM_EVENT_BALANCE, n);
	assert_non_null(event);
	return &event->u.balance;
}

static inline const plm_mark *
rig_mark(const rig *r, uint32_t n)
{
	const plm_event *event = rig_event(r, PLM_EVENT_MARK, n);
	assert_non_null(event);
	return &event->u.mark;
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

#define assert_near(value, expected, most) assert_true(fabs((value) - (expected)) <= (most))

#endif
