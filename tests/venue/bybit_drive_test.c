/* bybit_drive_test.c: what is asked for when, links that must be kept, clocks that jump. */
#include "bybit_host.h"

static void
test_venue_bybit_drive__what_repeats(void **state)
{
	(void)state;
	rig *r = rig_create();
	rig_go(r);
	uint32_t times = rig_asked(r, RIG_TIME), readings = rig_asked(r, RIG_CONFIG);
	bybit_pass(r, 29000);
	assert_int_equal(rig_asked(r, RIG_CONFIG), readings);
	bybit_pass(r, 2000);
	assert_int_equal(rig_asked(r, RIG_CONFIG), readings + 1);
	bybit_pass(r, 30000);
	assert_int_equal(rig_asked(r, RIG_TIME), times + 1);
	assert_int_equal(rig_asked(r, RIG_RIGHTS), 1);
	assert_int_equal(rig_asked(r, RIG_LINEAR), 1);
	rig_destroy(r);
}

/* A reading whose answers do not come breaks off after a minute; the feed is late long before. */
static void
test_venue_bybit_drive__answers_that_never_come(void **state)
{
	(void)state;
	rig *r = rig_create();
	rig_go(r);
	bybit_pass(r, 30100);
	uint32_t readings = rig_asked(r, RIG_CONFIG);
	bybit_pass(r, 11000);
	assert_int_equal(rig_status(r).status, PLM_FEED_DEGRADED);
	assert_non_null(strstr(rig_status(r).text, "could not be read for over 40 s"));
	bybit_pass(r, 55000);
	assert_true(rig_asked(r, RIG_CONFIG) > readings);
	rig_destroy(r);
}

static void
test_venue_bybit_drive__pings_and_silence(void **state)
{
	(void)state;
	rig *r = rig_create();
	rig_go(r);
	assert_null(rig_said(r, BYBIT_LINK_USER, "ping"));
	rig_wait(r, 20200);
	assert_non_null(rig_said(r, BYBIT_LINK_USER, "\"op\":\"ping\""));
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_CLOSE, BYBIT_LINK_USER), 0);
	rig_wait(r, 10200);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_CLOSE, BYBIT_LINK_USER), 1);
	assert_non_null(strstr(rig_status(r).text, "the venue sends nothing"));
	rig_destroy(r);
}

/* Pongs are no prices. */
static void
test_venue_bybit_drive__a_link_that_brings_no_prices(void **state)
{
	(void)state;
	rig *r = rig_create();
	rig_go(r);
	rig_open(r, BYBIT_LINEAR);
	rig_open(r, BYBIT_SPOT);
	bybit_pass(r, 11000);
	assert_int_equal(rig_status(r).status, PLM_FEED_DEGRADED);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_CLOSE, BYBIT_LINEAR), 0);
	bybit_pass(r, 51000);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_CLOSE, BYBIT_LINEAR), 1);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_CLOSE, BYBIT_SPOT), 0); /* at a change only */
	rig_destroy(r);
}

static void
test_venue_bybit_drive__a_login_without_an_answer(void **state)
{
	(void)state;
	rig *r = rig_create();
	r->cfg.key = "k1";
	r->cfg.secret = "s1";
	rig_start(r);
	rig_open(r, PLM_LINK_NONE);
	rig_answer_time(r);
	assert_int_equal(rig_answer(r, RIG_RIGHTS, 200,
			     "{\"retCode\":0,\"result\":{\"readOnly\":1,\"permissions\":{}}}"),
	    PLM_OK);
	rig_open(r, BYBIT_LINK_USER);
	rig_wait(r, 10200);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_CLOSE, BYBIT_LINK_USER), 1);
	assert_non_null(strstr(rig_status(r).text, "the login has no answer"));
	rig_destroy(r);
}

/* Refused for its time: the clock is read again; for the key: that is the end. */
static void
test_venue_bybit_drive__a_login_that_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		plm_err err;
	} rows[] = {
	    {"{\"success\":false,\"ret_msg\":\"Request expired\",\"op\":\"auth\"}", PLM_OK},
	    {"{\"success\":false,\"retCode\":10003,\"retMsg\":\"Invalid apikey\",\"op\":\"auth\"}",
		PLM_EAUTH},
	    {"{\"success\":false,\"ret_msg\":\"unknown topic\",\"op\":\"subscribe\"}", PLM_OK},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		rig *r = rig_create();
		r->cfg.key = "k1";
		r->cfg.secret = "s1";
		rig_start(r);
		rig_open(r, PLM_LINK_NONE);
		rig_answer_time(r);
		assert_int_equal(
		    rig_answer(r, RIG_RIGHTS, 200,
			"{\"retCode\":0,\"result\":{\"readOnly\":1,\"permissions\":{}}}"),
		    PLM_OK);
		rig_open(r, BYBIT_LINK_USER);
		assert_int_equal(rig_say(r, BYBIT_LINK_USER, rows[i].text), rows[i].err);
		if (rows[i].err == PLM_OK) {
			assert_int_equal(rig_asked(r, RIG_TIME), 2);
			assert_int_equal(rig_links(r, PLM_REQUEST_WS_CLOSE, BYBIT_LINK_USER), 1);
			assert_int_equal(rig_count(r, PLM_EVENT_VENUE_ERROR), 1);
		} else {
			assert_int_equal(rig_status(r).status, PLM_FEED_DOWN);
		}
		rig_destroy(r);
	}
}

/* A queue that is full: whatever finds no room is tried again. */
static void
test_venue_bybit_drive__requests_that_find_no_room(void **state)
{
	(void)state;
	rig *r = rig_create();
	r->cfg.key = "k1";
	r->cfg.secret = "s1";
	rig_start(r);
	r->sent_max = r->sent_count;
	rig_open(r, PLM_LINK_NONE);
	assert_int_equal(r->sent_count, 0);
	r->sent_max = RIG_SENT_MAX;
	rig_wait(r, 100);
	assert_int_equal(rig_asked(r, RIG_TIME), 1);
	assert_int_equal(rig_asked(r, RIG_LINEAR), 1);
	rig_destroy(r);
}

/* Set back by a day or ahead by one: nothing waits for tomorrow, and nothing is late. */
static void
test_venue_bybit_drive__clocks_that_jump(void **state)
{
	(void)state;
	static const int64_t steps_s[] = {-86400, 86400};
	for (size_t i = 0; i < 2; i++) {
		rig *r = rig_create();
		rig_go(r);
		uint32_t times = rig_asked(r, RIG_TIME), readings = rig_asked(r, RIG_CONFIG);
		r->now_ns += steps_s[i] * PLM_NS_PER_S;
		rig_wait(r, 200);
		assert_int_equal(rig_asked(r, RIG_TIME), times + 1);
		assert_int_equal(rig_asked(r, RIG_CONFIG), readings + 1);
		assert_int_equal(rig_links(r, PLM_REQUEST_WS_CLOSE, BYBIT_LINK_USER), 0);
		assert_null(strstr(rig_status(r).text, "over 40 s"));
		rig_destroy(r);
	}
}

static void
test_venue_bybit_drive__resync_reads_at_once(void **state)
{
	(void)state;
	rig *r = rig_create();
	rig_go(r);
	uint32_t readings = rig_asked(r, RIG_CONFIG);
	pli_venue_bybit.ops->resync(r->state, r->now_ns, &r->request_sink);
	rig_wait(r, 100);
	assert_int_equal(rig_asked(r, RIG_CONFIG), readings + 1);
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_venue_bybit_drive__what_repeats),
	    cmocka_unit_test(test_venue_bybit_drive__answers_that_never_come),
	    cmocka_unit_test(test_venue_bybit_drive__pings_and_silence),
	    cmocka_unit_test(test_venue_bybit_drive__a_link_that_brings_no_prices),
	    cmocka_unit_test(test_venue_bybit_drive__a_login_without_an_answer),
	    cmocka_unit_test(test_venue_bybit_drive__a_login_that_is_refused),
	    cmocka_unit_test(test_venue_bybit_drive__requests_that_find_no_room),
	    cmocka_unit_test(test_venue_bybit_drive__clocks_that_jump),
	    cmocka_unit_test(test_venue_bybit_drive__resync_reads_at_once),
	};
	return cmocka_run_group_tests_name("bybit_drive", tests, NULL, NULL);
}
