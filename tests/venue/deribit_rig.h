/* deribit_rig.h: an adapter on the bench: names, a sink that keeps events, one that keeps requests.
 */
#ifndef TESTS_VENUE_DERIBIT_RIG_H
#define TESTS_VENUE_DERIBIT_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/registry.h"
#include "plimsoll/sys/venue.h"
#include "venue/venues.h"

enum { RIG_EVENTS_MAX = 8192, RIG_REQUESTS_MAX = 256 };

typedef struct rig {
	pli_registry *names;
	plm_venue_cfg cfg;
	plm_event *events;
	uint32_t events_count;
	uint32_t events_max; /* of one call; RIG_EVENTS_MAX unless a test says less */
	plm_request *requests;
	uint32_t requests_count;
	uint32_t requests_max;
	plm_event_sink event_sink;
	plm_request_sink request_sink;
	plm_fault fault;
	void *state;
	plm_time_ns now_ns;
	int64_t venue_ahead_ms; /* the venue's clock against ours */
	int64_t queue_ms;       /* how long each request waits for its turn before it is sealed */
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

	if (r->requests_count >= r->requests_max)
		return PLM_EFULL;
	r->requests[r->requests_count++] = *request;
	return PLM_OK;
}

static inline rig *
rig_create(void)
{
	rig *r = calloc(1, sizeof *r);

	assert_non_null(r);
	r->names = pli_registry_create((pli_registry_bounds){256, 16, 8192});
	r->events = calloc(RIG_EVENTS_MAX, sizeof *r->events);
	r->requests = calloc(RIG_REQUESTS_MAX, sizeof *r->requests);
	assert_non_null(r->names);
	assert_non_null(r->events);
	assert_non_null(r->requests);
	r->events_max = RIG_EVENTS_MAX;
	r->requests_max = RIG_REQUESTS_MAX;
	r->event_sink = (plm_event_sink){rig_emit, r};
	r->request_sink = (plm_request_sink){rig_submit, r};
	r->now_ns = 1800000000 * PLM_NS_PER_S;
	r->cfg = (plm_venue_cfg){
	    .names = r->names, .venue = {2}, .account_name = "main", .private_stream = true};
	r->cfg.account = pli_registry_account(
	    r->names, r->cfg.venue, PLM_SLICE("deribit"), PLM_SLICE("main"));
	return r;
}

static inline void
rig_destroy(rig *r)
{
	if (r->state != NULL) {
		pli_venue_deribit.ops->fini(r->state);
		free(r->state);
	}
	pli_registry_destroy(r->names);
	free(r->events);
	free(r->requests);
	free(r);
}

static inline plm_err
rig_decode_slice(rig *r, plm_slice bytes, const char *channel)
{
	plm_frame frame = {.kind = PLM_FRAME_RAW, .channel = plm_slice_of(channel), .bytes = bytes};

	r->events_count = 0;
	r->fault = (plm_fault){.code = PLM_OK};
	return pli_venue_deribit.ops->decode(&r->cfg, &frame, &r->event_sink, &r->fault);
}

static inline plm_err
rig_decode(rig *r, const char *text)
{
	return rig_decode_slice(r, plm_slice_of(text), NULL);
}

/* A blank before it keeps a payload from being read the quick way. Both ways give the same, now
 * that its instruments are known; returns what. */
static inline plm_err
rig_both_ways(rig *r, const char *text)
{
	size_t size = strlen(text);
	char *general = malloc(size + 2);
	plm_event *events;
	uint32_t count;
	plm_err err;

	assert_non_null(general);
	general[0] = ' ';
	memcpy(general + 1, text, size + 1);
	err = rig_decode(r, general);
	count = r->events_count;
	events = calloc(count + 1, sizeof *events);
	assert_non_null(events);
	memcpy(events, r->events, count * sizeof *events);
	assert_int_equal(rig_decode(r, text), err);
	assert_int_equal(r->events_count, count);
	assert_memory_equal(r->events, events, count * sizeof *events);
	free(events);
	free(general);
	return err;
}

/* Whole file, to be freed; NULL when it is not there. */
static inline char *
rig_read(const char *path, size_t *ret_size)
{
	FILE *file = fopen(path, "rb");
	char *text;
	size_t size = 0, capacity = 1 << 20;

	if (file == NULL)
		return NULL;
	text = malloc(capacity);
	assert_non_null(text);
	for (size_t got; (got = fread(text + size, 1, capacity - size, file)) > 0;) {
		size += got;
		if (size == capacity) {
			text = realloc(text, capacity *= 2);
			assert_non_null(text);
		}
	}
	fclose(file);
	*ret_size = size;
	return text;
}

/* The n-th event of a type; fails the test when there is none. */
static inline const plm_event *
rig_event(const rig *r, plm_event_type type, uint32_t n)
{
	for (uint32_t i = 0; i < r->events_count; i++) {
		if (r->events[i].type == type && n-- == 0)
			return &r->events[i];
	}
	fail_msg("no event \"%s\"", plm_event_text(type));
	return NULL;
}

static inline uint32_t
rig_count(const rig *r, plm_event_type type)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < r->events_count; i++)
		count += r->events[i].type == type;
	return count;
}

static inline const plm_instrument *
rig_instrument(const rig *r, const char *name)
{
	plm_instrument_id id = pli_registry_instrument_find(
	    r->names, r->cfg.venue, plm_slice_of(name));

	assert_int_not_equal(id.value, 0);
	return pli_registry_instrument_get(r->names, id);
}

/* Compares a decimal with its text; "null" for unknown. */
static inline void
rig_decimal_at(plm_decimal value, const char *expected, const char *file, int line)
{
	char text[PLM_DECIMAL_TEXT_MAX];

	plm_decimal_format(value, text);
	_assert_string_equal(text, expected, file, line);
}

#define assert_decimal(value, expected) rig_decimal_at(value, expected, __FILE__, __LINE__)

/* An answer, and a notification. */
#define RESULT(body) "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" body ",\"usIn\":1600000000000000}"
#define NOTICE(channel, body)                                                                      \
	"{\"jsonrpc\":\"2.0\",\"method\":\"subscription\",\"params\":{\"channel\":\"" channel      \
	"\",\"data\":" body "}}"

/* A rig that has decoded the text, which gave `expected`. */
static inline rig *
rig_decoded(const char *text, plm_err expected)
{
	rig *r = rig_create();
	plm_err err = rig_decode(r, text);

	if (err != expected)
		fail_msg("%s: %s %s", plm_err_name(err), r->fault.path, r->fault.text);
	if (expected != PLM_OK) {
		assert_int_equal(r->events_count, 0);
		assert_int_equal(r->fault.code, expected);
		assert_true(r->fault.text[0] != '\0');
	}
	return r;
}

/* The text gives this error, no event and no instrument. */
static inline void
rig_refused(const char *text, plm_err expected)
{
	rig *r = rig_decoded(text, expected);

	assert_int_equal(pli_registry_instruments_count(r->names), 0);
	rig_destroy(r);
}

#endif
