/* deribit_rig.h: Deribit on the bench: its messages, read both ways. */
#ifndef TESTS_VENUE_DERIBIT_RIG_H
#define TESTS_VENUE_DERIBIT_RIG_H

#include "../support/venue_rig.h"

static int64_t deribit_queue_ms; /* how long each request waits for its turn before it is sealed */

static inline rig *
rig_create(void)
{
	deribit_queue_ms = 0;
	return rig_create_of(&pli_venue_deribit);
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
