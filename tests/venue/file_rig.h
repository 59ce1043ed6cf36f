/* file_rig.h: the file venue on the bench: names, and a sink that keeps events. */
#ifndef TESTS_VENUE_FILE_RIG_H
#define TESTS_VENUE_FILE_RIG_H

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

enum { RIG_EVENTS_MAX = 64 };

typedef struct rig {
	pli_registry *names;
	plm_venue_cfg cfg;
	plm_event events[RIG_EVENTS_MAX];
	uint32_t events_count;
	uint32_t events_all; /* sent, kept or not */
	plm_event_sink sink;
	plm_fault fault;
} rig;

static inline plm_err
rig_emit(void *ctx, const plm_event *event)
{
	rig *r = ctx;
	if (r->events_count < RIG_EVENTS_MAX)
		r->events[r->events_count++] = *event;
	r->events_all++;
	return PLM_OK;
}

static inline int
rig_setup(void **state)
{
	rig *r = calloc(1, sizeof *r);
	assert_non_null(r);
	r->names = pli_registry_create((pli_registry_bounds){64, 8, 256});
	assert_non_null(r->names);
	r->sink = (plm_event_sink){rig_emit, r};
	r->cfg = (plm_venue_cfg){.names = r->names,
	    .venue = pli_venue_id_of(&pli_venue_file),
	    .account_name = "desk",
	    .path = "books/desk.csv",
	    .markets = ""};
	r->cfg.account = pli_registry_account(
	    r->names, r->cfg.venue, PLM_SLICE("file"), PLM_SLICE("desk"));
	*state = r;
	return 0;
}

static inline int
rig_teardown(void **state)
{
	rig *r = *state;
	pli_registry_destroy(r->names);
	free(r);
	return 0;
}

static inline plm_err
rig_decode(rig *r, const char *text)
{
	plm_frame frame = {.kind = PLM_FRAME_RAW, .bytes = plm_slice_of(text)};
	r->events_count = r->events_all = 0;
	r->fault = (plm_fault){0};
	return pli_venue_file.ops->decode(&r->cfg, &frame, &r->sink, &r->fault);
}

static inline void
rig_take(rig *r, const char *text)
{
	if (rig_decode(r, text) != PLM_OK)
		fail_msg(
		    "%u:%u: %s: %s", r->fault.line, r->fault.column, r->fault.path, r->fault.text);
}

/* The text is refused, nothing was sent, and the fault names place and expectation. */
static inline void
rig_refuse(rig *r, const char *text, uint32_t line, uint32_t column, const char *path,
    const char *expected)
{
	if (rig_decode(r, text) != PLM_EDECODE)
		fail_msg("taken: %s", text);
	assert_int_equal(r->events_all, 0);
	if (r->fault.line != line || r->fault.column != column ||
	    strcmp(r->fault.path, path) != 0 || strstr(r->fault.text, expected) == NULL)
		fail_msg("%s\n%u:%u: %s: %s", text, r->fault.line, r->fault.column, r->fault.path,
		    r->fault.text);
}

/* The nth event of a type, NULL when there is none. */
static inline const plm_event *
rig_event(const rig *r, plm_event_type type, uint32_t nth)
{
	for (uint32_t i = 0; i < r->events_count; i++) {
		if (r->events[i].type == type && nth-- == 0)
			return &r->events[i];
	}
	return NULL;
}

static inline void
rig_decimal(plm_decimal value, const char *wanted)
{
	char text[PLM_DECIMAL_TEXT_MAX];
	(void)plm_decimal_format(value, text);
	assert_string_equal(text, wanted);
}

#endif
