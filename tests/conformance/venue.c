/* venue.c: the behaviours that every adapter must show, each a test. */
#include "venue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "recorded_venue.h"

typedef struct suite {
	const plm_venue_desc *desc;
	const char *name;
} suite;

static const recorded_options usual = {.state = NULL};

static void
suite_explain(recorded_venue *v, const char *state, const char *what)
{
	const plm_feed_state *feed = recorded_feed(v);
	(void)printf("# in state %s: feed %u, \"%s\"; expected of the book:\n", state, feed->status,
	    feed->text);
	(void)printf("%s# it holds:\n%s# what was sent last:\n", recorded_expectation(v, state),
	    recorded_book(v));
	for (uint32_t i = v->sent_count < 8 ? 0 : v->sent_count - 8; i < v->sent_count; i++)
		(void)printf("#   %.300s\n", v->sent[i]);
	fail_msg("%s: %s", v->recording->path, what);
}

static bool
suite_book_is(recorded_venue *v, const char *state)
{
	return strcmp(recorded_book(v), recorded_expectation(v, state)) == 0;
}

/* LIVE with the book of the state, in so many seconds. */
static void
suite_until(recorded_venue *v, const char *state, int64_t seconds)
{
	for (int64_t ms = 0; ms < seconds * 1000; ms += 100) {
		recorded_pass(v, 100);
		if (recorded_feed(v)->status == PLM_FEED_LIVE && suite_book_is(v, state))
			return;
	}
	suite_explain(v, state, "not live with what is expected, in time");
}

/* The book stays as it is in the state, whatever the feed is. */
static void
suite_hold(recorded_venue *v, const char *state, int64_t seconds)
{
	for (int64_t ms = 0; ms < seconds * 1000; ms += 20) {
		recorded_pass(v, 20);
		if (!suite_book_is(v, state))
			suite_explain(v, state, "the book changed though nothing happened");
	}
}

static recorded_venue *
suite_live(const suite *s, const recorded_options *options)
{
	recorded_venue *v = recorded_create(s->desc, s->name, options);
	suite_until(v, options->state != NULL ? options->state : "usual", 180);
	return v;
}

static void
suite_end(recorded_venue *v)
{
	assert_int_equal(pli_venue_host_counters_get(v->host).requests_refused, 0);
	recorded_destroy(v);
}

/* True, with the reason in the output, where the recording says that there is no such thing. */
static bool
suite_none(const suite *s, const char *behaviour)
{
	recording *r = recording_create(s->name);
	const char *why = recording_none(r, behaviour);
	if (why != NULL)
		(void)printf("# %s: %s does not apply: %s\n", s->name, behaviour, why);
	else if (recording_state(r, behaviour) < 0)
		fail_msg("%s: expected a state %s, or a line \"== none %s: REASON\"", r->path,
		    behaviour, behaviour);
	bool none = why != NULL;
	recording_destroy(r);
	return none;
}

static void
test_conformance__from_nothing_to_live(void **state)
{
	recorded_venue *v = suite_live(*state, &usual);
	suite_hold(v, "usual", 150);
	assert_int_equal(recorded_feed(v)->status, PLM_FEED_LIVE);
	assert_int_equal(pli_venue_host_counters_get(v->host).frames_bad, 0);
	assert_int_equal(pli_venue_host_counters_get(v->host).reconnects, 0);
	suite_end(v);
}

static void
test_conformance__an_update_shows(void **state)
{
	recorded_venue *v = suite_live(*state, &usual);
	recorded_enter(v, "update", true);
	suite_until(v, "update", 5);
	suite_hold(v, "update", 90);
	assert_int_equal(recorded_feed(v)->status, PLM_FEED_LIVE);
	suite_end(v);
}

static void
test_conformance__a_close_is_zero(void **state)
{
	recorded_venue *v = suite_live(*state, &usual);
	recorded_enter(v, "close", true);
	suite_until(v, "close", 5);
	suite_hold(v, "close", 90);
	suite_end(v);
}

/* What no message told is found by the periodic reading. */
static void
test_conformance__a_lost_update_is_found(void **state)
{
	recorded_venue *v = suite_live(*state, &usual);
	recorded_enter(v, "close", false);
	suite_until(v, "close", 120);
	suite_end(v);
}

static void
test_conformance__a_refused_login_ends_it(void **state)
{
	const suite *s = *state;
	if (suite_none(s, "login-refused"))
		return;
	recorded_venue *v = recorded_create(
	    s->desc, s->name, &(recorded_options){.state = "login-refused"});
	recorded_pass(v, 60000);
	assert_int_equal(recorded_feed(v)->status, PLM_FEED_DOWN);
	assert_string_not_equal(recorded_feed(v)->text, "");
	assert_string_equal(recorded_book(v), "");
	uint32_t sent = v->sent_count;
	recorded_pass(v, 600000);
	assert_int_equal(v->sent_count, sent); /* a refused key that goes on asking is banned */
	suite_end(v);
}

static void
test_conformance__half_a_frame_changes_nothing(void **state)
{
	recorded_venue *v = suite_live(*state, &usual);
	for (uint32_t part = 1; part < 8; part++) {
		recorded_push(v, "update");
		for (uint32_t i = 0; i < v->pushed_count; i++) /* the whole does not come */
			free(v->due[--v->due_count].text);
		assert_true(v->pushed_count > 0);
		recorded_half(v, part);
		suite_hold(v, "usual", 2);
		suite_until(v, "usual", 60);
	}
	assert_true(pli_venue_host_counters_get(v->host).frames_bad >= 7);
	suite_end(v);
}

static void
test_conformance__half_an_answer_is_no_answer(void **state)
{
	for (uint32_t halves = 1; halves < 8; halves++) {
		recorded_venue *v = suite_live(*state, &(recorded_options){.halves = halves});
		suite_hold(v, "usual", 10);
		suite_end(v);
	}
}

static void
test_conformance__unknown_fields_are_passed_over(void **state)
{
	recorded_venue *v = suite_live(*state, &(recorded_options){.unknown_fields = true});
	recorded_enter(v, "update", true);
	suite_until(v, "update", 5);
	recorded_enter(v, "close", true);
	suite_until(v, "close", 5);
	assert_int_equal(pli_venue_host_counters_get(v->host).frames_bad, 0);
	suite_end(v);
}

/* Sooner than the periodic reading would find it. */
static void
test_conformance__a_gap_is_seen(void **state)
{
	if (suite_none(*state, "gap"))
		return;
	recorded_venue *v = suite_live(*state, &usual);
	recorded_enter(v, "gap", true);
	suite_until(v, "gap", 10);
	suite_end(v);
}

static void
test_conformance__a_duplicate_changes_nothing(void **state)
{
	recorded_venue *v = suite_live(*state, &usual);
	recorded_enter(v, "update", true);
	recorded_repeat(v);
	suite_until(v, "update", 5);
	suite_hold(v, "update", 5);
	recorded_repeat(v);
	suite_hold(v, "update", 40);
	suite_end(v);
}

/* Where its bytes do not say how old it is, the periodic reading does. */
static void
test_conformance__an_old_message_does_not_last(void **state)
{
	recorded_venue *v = suite_live(*state, &usual);
	recorded_enter(v, "update", true);
	suite_until(v, "update", 5);
	v->state = (uint32_t)recording_state(v->recording, "close");
	recorded_repeat(v);
	suite_until(v, "close", 120);
	suite_hold(v, "close", 60);
	suite_end(v);
}

static void
test_conformance__an_empty_hedge_row_hides_nothing(void **state)
{
	const suite *s = *state;
	if (suite_none(s, "hedge")) {
		assert_int_equal(s->desc->caps & PLM_VENUE_HEDGE_MODE, 0);
		return;
	}
	assert_true((s->desc->caps & PLM_VENUE_HEDGE_MODE) != 0);
	recorded_venue *v = suite_live(s, &(recorded_options){.state = "hedge"});
	suite_hold(v, "hedge", 60);
	suite_end(v);
}

static plm_slice
suite_big(const char *begin, char filling, size_t size, const char *end)
{
	char *text = malloc(size + strlen(begin) + strlen(end));
	assert_non_null(text);
	memcpy(text, begin, strlen(begin));
	memset(text + strlen(begin), filling, size);
	memcpy(text + strlen(begin) + size, end, strlen(end));
	return (plm_slice){text, size + strlen(begin) + strlen(end)};
}

static void
test_conformance__an_oversized_frame_costs_a_link_at_most(void **state)
{
	recorded_venue *v = suite_live(*state, &usual);
	plm_slice big[] = {suite_big("", '[', 1 << 20, ""),
	    suite_big("{\"a\":\"", 'a', 7 << 20, "\"}"), suite_big("", '1', 1 << 20, "")};
	for (size_t i = 0; i < sizeof big / sizeof big[0]; i++) {
		for (uint32_t link = 0; link < PLM_LINKS_MAX; link++)
			if (v->links[link].open)
				recorded_say(v, link, big[i]);
		suite_hold(v, "usual", 2);
		suite_until(v, "usual", 60);
		free((void *)big[i].bytes);
	}
	for (uint32_t link = 0; link < PLM_LINKS_MAX; link++) {
		recorded_drop(v, link, PLM_EOVERFLOW); /* what the net does over 8 MiB */
		suite_hold(v, "usual", 2);
		suite_until(v, "usual", 60);
	}
	suite_end(v);
}

/* From the start and in the middle; what it asks meanwhile is little. */
static void
suite_refusals(const suite *s, const char *name)
{
	recorded_venue *v = recorded_create(s->desc, s->name, &(recorded_options){.state = name});
	recorded_pass(v, 60000);
	assert_int_not_equal(recorded_feed(v)->status, PLM_FEED_LIVE);
	assert_string_equal(recorded_book(v), "");
	if (v->sent_count > 120)
		suite_explain(v, name, "over 2 requests a second while the venue says no");
	recorded_enter(v, "usual", true);
	suite_until(v, "usual", 300);
	recorded_enter(v, name, true);
	uint32_t sent = v->sent_count;
	bool was_live = true;
	for (int i = 0; i < 90; i++) {
		suite_hold(v, "usual", 1);
		was_live &= recorded_feed(v)->status == PLM_FEED_LIVE;
	}
	assert_false(was_live);
	assert_string_not_equal(recorded_feed(v)->text, "");
	assert_true(v->sent_count - sent < 180);
	recorded_enter(v, "usual", true);
	suite_until(v, "usual", 300);
	suite_end(v);
}

static void
test_conformance__a_rate_limit_is_waited_out(void **state)
{
	if (!suite_none(*state, "rate-limit"))
		suite_refusals(*state, "rate-limit");
}

static void
test_conformance__maintenance_is_waited_out(void **state)
{
	if (!suite_none(*state, "maintenance"))
		suite_refusals(*state, "maintenance");
}

/* Is the quoted text of the message, from start on, in one of the later messages? */
static bool
suite_said_again(const recorded_venue *v, uint32_t since, const char *start, size_t size)
{
	char quoted[256];
	(void)snprintf(quoted, sizeof quoted, "\"%.*s\"", (int)size, start);
	for (uint32_t i = since; i < v->sent_count; i++)
		if (strstr(v->sent[i], "ubscri") != NULL && strstr(v->sent[i], quoted) != NULL)
			return true;
	return false;
}

/* Every word in quotes of a message that subscribes, but for numbers and signatures, stands in a
 * later one. */
static void
suite_subscribed_again(recorded_venue *v, uint32_t since)
{
	for (uint32_t i = 0; i < since; i++) {
		if (strstr(v->sent[i], "ubscri") == NULL)
			continue;
		const char *at = v->sent[i];
		while ((at = strchr(at, '"')) != NULL) {
			const char *start = ++at;
			size_t size = strcspn(start, "\"");
			at += size + 1;
			if (strspn(start, "0123456789abcdef") < size &&
			    !suite_said_again(v, since, start, size))
				fail_msg("not subscribed again: %.*s", (int)size, start);
		}
	}
}

static void
test_conformance__a_reconnect_restores_what_was_heard(void **state)
{
	recorded_venue *v = suite_live(*state, &usual);
	char urls[PLM_LINKS_MAX][sizeof v->links[0].url];
	recorded_pass(v, 10000);
	uint32_t since = v->sent_count;
	for (uint32_t i = 0; i < PLM_LINKS_MAX; i++)
		(void)snprintf(
		    urls[i], sizeof urls[i], "%s", v->links[i].open ? v->links[i].url : "");
	recorded_cut(v, PLM_ECLOSED);
	recorded_pass(v, 200);
	assert_int_not_equal(recorded_feed(v)->status, PLM_FEED_LIVE);
	suite_until(v, "usual", 60);
	recorded_pass(v, 10000);
	suite_subscribed_again(v, since);
	for (uint32_t i = 0; i < PLM_LINKS_MAX; i++)
		if (urls[i][0] != '\0')
			assert_true(v->links[i].open);
	recorded_enter(v, "update", true);
	suite_until(v, "update", 5);
	suite_end(v);
}

/* Each link alone. What happened meanwhile was not told; it is found. */
static void
test_conformance__a_lost_link_hides_nothing(void **state)
{
	for (uint32_t link = 0; link < PLM_LINKS_MAX; link++) {
		recorded_venue *v = suite_live(*state, &usual);
		if (v->links[link].open) {
			recorded_drop(v, link, PLM_ECLOSED);
			recorded_enter(v, "close", true);
			suite_until(v, "close", 120);
		}
		suite_end(v);
	}
}

static void
test_conformance__a_key_that_can_trade_is_refused(void **state)
{
	const suite *s = *state;
	recorded_options options = {.state = "can-trade"};
	if (suite_none(s, "can-trade"))
		return;
	recorded_venue *v = recorded_create(s->desc, s->name, &options);
	recorded_pass(v, 60000);
	assert_int_equal(recorded_feed(v)->status, PLM_FEED_DOWN);
	assert_string_not_equal(recorded_feed(v)->text, "");
	assert_string_equal(recorded_book(v), "");
	suite_end(v);
	options.allow_trading_keys = true;
	v = suite_live(s, &options);
	recorded_pass(v, 5000);
	assert_string_not_equal(recorded_feed(v)->text, ""); /* it goes on being said */
	suite_end(v);
}

/* The offset is shown, within what it says of its own error. */
static void
suite_clock(const suite *s, recorded_venue *v, int64_t ahead_ns)
{
	const plm_feed_state *feed = recorded_feed(v);
	if (recording_none(v->recording, "clock") != NULL) {
		(void)printf("# %s: clock does not apply: %s\n", s->name,
		    recording_none(v->recording, "clock"));
		assert_int_equal(feed->clock_error_ns, 0);
		return;
	}
	assert_true(feed->clock_error_ns > 0 && feed->clock_error_ns < 10 * PLM_NS_PER_S);
	int64_t off_ns = feed->clock_offset_ns - ahead_ns;
	assert_true(off_ns <= feed->clock_error_ns && off_ns >= -feed->clock_error_ns);
}

static void
test_conformance__clocks_that_differ_are_no_obstacle(void **state)
{
	static const int64_t ahead_s[] = {-3600, -30, 30, 3600};
	for (size_t i = 0; i < sizeof ahead_s / sizeof ahead_s[0]; i++) {
		recorded_venue *v = suite_live(
		    *state, &(recorded_options){.venue_ahead_ns = ahead_s[i] * PLM_NS_PER_S});
		recorded_enter(v, "update", true);
		suite_until(v, "update", 5);
		suite_hold(v, "update", 60);
		suite_clock(*state, v, ahead_s[i] * PLM_NS_PER_S);
		suite_end(v);
	}
}

/* A file that is wrong leaves the last good one in force, and says so. */
static void
suite_file_refused(recorded_venue *v)
{
	suite_hold(v, "usual", 60);
	assert_int_equal(recorded_feed(v)->status, PLM_FEED_DEGRADED);
	assert_string_not_equal(recorded_feed(v)->text, "");
}

static void
test_conformance__a_wrong_file_changes_nothing(void **state)
{
	static const char *const wrong[] = {"unknown-field", "duplicate"};
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		recorded_venue *v = suite_live(*state, &usual);
		recorded_enter(v, wrong[i], false);
		suite_file_refused(v);
		recorded_enter(v, "usual", false);
		suite_until(v, "usual", 5);
		suite_end(v);
	}
}

static void
test_conformance__half_a_file_changes_nothing(void **state)
{
	recorded_venue *v = suite_live(*state, &usual);
	v->state = (uint32_t)recording_state(v->recording, "update");
	v->halves = 1;
	suite_file_refused(v);
	v->halves = 0;
	suite_until(v, "update", 5);
	suite_end(v);
}

static void
test_conformance__an_oversized_file_changes_nothing(void **state)
{
	recorded_venue *v = suite_live(*state, &usual);
	v->file_bytes = (8 << 20) + 1;
	recorded_pass(v, 60000);
	assert_string_equal(recorded_book(v), recorded_expectation(v, "usual"));
	assert_int_equal(recorded_feed(v)->status, PLM_FEED_DEGRADED);
	v->file_bytes = 0;
	suite_until(v, "usual", 5);
	suite_end(v);
}

#define BEHAVIOUR(name)                                                                            \
	{                                                                                          \
#name, name, NULL, NULL, &s                                                        \
	}

int
conformance_run(const plm_venue_desc *desc, const char *name)
{
	suite s = {desc, name};
	const struct CMUnitTest tests[] = {
	    BEHAVIOUR(test_conformance__from_nothing_to_live),
	    BEHAVIOUR(test_conformance__an_update_shows),
	    BEHAVIOUR(test_conformance__a_close_is_zero),
	    BEHAVIOUR(test_conformance__a_lost_update_is_found),
	    BEHAVIOUR(test_conformance__a_refused_login_ends_it),
	    BEHAVIOUR(test_conformance__half_a_frame_changes_nothing),
	    BEHAVIOUR(test_conformance__half_an_answer_is_no_answer),
	    BEHAVIOUR(test_conformance__unknown_fields_are_passed_over),
	    BEHAVIOUR(test_conformance__a_gap_is_seen),
	    BEHAVIOUR(test_conformance__a_duplicate_changes_nothing),
	    BEHAVIOUR(test_conformance__an_old_message_does_not_last),
	    BEHAVIOUR(test_conformance__an_empty_hedge_row_hides_nothing),
	    BEHAVIOUR(test_conformance__an_oversized_frame_costs_a_link_at_most),
	    BEHAVIOUR(test_conformance__a_rate_limit_is_waited_out),
	    BEHAVIOUR(test_conformance__maintenance_is_waited_out),
	    BEHAVIOUR(test_conformance__a_reconnect_restores_what_was_heard),
	    BEHAVIOUR(test_conformance__a_lost_link_hides_nothing),
	    BEHAVIOUR(test_conformance__a_key_that_can_trade_is_refused),
	    BEHAVIOUR(test_conformance__clocks_that_differ_are_no_obstacle),
	};
	return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}

int
conformance_run_file(const plm_venue_desc *desc, const char *name)
{
	suite s = {desc, name};
	const struct CMUnitTest tests[] = {
	    BEHAVIOUR(test_conformance__from_nothing_to_live),
	    BEHAVIOUR(test_conformance__an_update_shows),
	    BEHAVIOUR(test_conformance__a_close_is_zero),
	    BEHAVIOUR(test_conformance__half_a_file_changes_nothing),
	    BEHAVIOUR(test_conformance__a_wrong_file_changes_nothing),
	    BEHAVIOUR(test_conformance__an_oversized_file_changes_nothing),
	    BEHAVIOUR(test_conformance__an_empty_hedge_row_hides_nothing),
	};
	return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}
