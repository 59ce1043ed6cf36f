/* host_request_test.c: what may leave, and answers that find their way back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host_rig.h"

static void
test_engine_host_request__a_trading_request_never_leaves(void **state)
{
	(void)state;
	host_rig rig;
	host_rig_init(&rig);
	host_rig_live(&rig);
	host_rig_frame(&rig, "T");
	assert_int_equal(world.requests, 0);
	assert_int_equal(pli_venue_host_counters_get(rig.host).requests_refused, 1);
	host_rig_fini(&rig);
}

static void
test_engine_host_request__answers_find_their_tag_and_429_stops_requests(void **state)
{
	(void)state;
	host_rig rig;
	host_rig_init(&rig);
	host_rig_live(&rig);
	host_rig_frame(&rig, "R");
	assert_int_equal(world.requests, 1);
	assert_string_equal(world.last_url, "https://venue/read");
	pli_http_reply reply = {.status = 429, .retry_after_s = 3, .text = ""};
	pli_venue_host_on_reply(rig.host, world.last_request, &reply);
	assert_int_equal(script->http_status, 429);
	host_rig_frame(&rig, "R");
	assert_int_equal(world.requests, 1);
	assert_int_equal(host_rig_feed(&rig).status, PLM_FEED_DEGRADED);
	host_rig_frame(&rig, "heartbeat");
	host_rig_pass(&rig, 2900);
	assert_int_equal(world.requests, 1);
	host_rig_pass(&rig, 200);
	assert_int_equal(world.requests, 2);
	host_rig_fini(&rig);
}

/* While accounts begin, what they can do without goes too, where nobody waits for the weight. */
static void
test_engine_host_request__a_start_has_what_it_can_do_without(void **state)
{
	(void)state;
	host_rig rig;
	host_rig_init(&rig);
	host_rig_pass(&rig, 50);
	pli_venue_host_on_open(rig.host, 1);
	host_rig_frame(&rig, "R");
	host_rig_frame(&rig, "O");
	assert_int_equal(world.requests, 2);
	for (int i = 0; i < 3000 && pli_budget_is_rich(&rig.budgets.rows[0]); i++)
		host_rig_frame(&rig, "R");
	uint32_t requests = world.requests;
	host_rig_frame(&rig, "O");
	assert_int_equal(world.requests, requests);
	host_rig_fini(&rig);
}

/* Takes so much of the budget as the host would, or all that there is. */
static void
budget_spend(host_rig *rig, double weight)
{
	pli_budget_ask ask = {.weight = 1, .waiter = 1, .urgent = true};
	while (weight-- > 0 && pli_budget_take(&rig->budgets.rows[0], &ask, world.steady_ns))
		continue;
}

/* Others that wait to begin come before what an account can do without. */
static void
test_engine_host_request__what_it_can_do_without_waits_for_those_who_wait_to_begin(void **state)
{
	(void)state;
	host_rig rig;
	host_rig_init(&rig);
	host_rig_pass(&rig, 50);
	pli_venue_host_on_open(rig.host, 1);
	budget_spend(&rig, rig.budgets.rows[0].tokens_max / 2);
	assert_true(pli_budget_is_rich(&rig.budgets.rows[0]));
	rig.shared.starting_count += UINT16_MAX;
	pli_account_config config = {.desc = &host_rig_desc, .venue = {1}, .name = "waits"};
	pli_venue_host *waits = NULL;
	plm_fault fault;
	assert_int_equal(pli_venue_host_create(&rig.shared, 1, &config, &waits, &fault), PLM_OK);
	pli_venue_host_do_work(waits, world.steady_ns, host_rig_wall(&world));
	host_rig_frame(&rig, "O");
	assert_int_equal(world.requests, 0);
	rig.shared.starting_count -= UINT16_MAX;
	host_rig_pass(&rig, 1100);
	host_rig_frame(&rig, "O");
	assert_int_equal(world.requests, 1);
	pli_venue_host_destroy(waits);
	host_rig_fini(&rig);
}

/* For a minute it keeps others from beginning, and for as long as the limit keeps it waiting. */
static void
test_engine_host_request__a_start_lasts_while_the_limit_holds_it_up(void **state)
{
	(void)state;
	host_rig rig;
	host_rig_init(&rig);
	host_rig_pass(&rig, 50);
	pli_venue_host_on_open(rig.host, 1);
	assert_int_equal(rig.shared.starting_count, 1);
	for (int i = 0; i < 100; i++) {
		budget_spend(&rig, rig.budgets.rows[0].weight_per_minute_max);
		host_rig_frame(&rig, "R");
		host_rig_pass(&rig, 1000);
	}
	assert_int_equal(rig.shared.starting_count, 1);
	for (int i = 0; i < 100; i++) {
		host_rig_frame(&rig, "heartbeat");
		host_rig_pass(&rig, 1000);
	}
	assert_int_equal(rig.shared.starting_count, 0);
	host_rig_fini(&rig);
}

/* One who reads a book once waits for answers, and for what the limit keeps from being asked. */
static void
test_engine_host_request__a_start_rests_when_all_it_asks_is_answered(void **state)
{
	(void)state;
	host_rig rig;
	host_rig_init(&rig);
	assert_true(pli_venue_host_is_rested(rig.host)); /* not live: it says so itself */
	host_rig_live(&rig);
	host_rig_frame(&rig, "R");
	host_rig_pass(&rig, 500);
	assert_false(pli_venue_host_is_rested(rig.host));
	pli_http_reply reply = {.status = 200, .text = ""};
	pli_venue_host_on_reply(rig.host, world.last_request, &reply);
	for (int i = 0; i < 10; i++) {
		rig.budgets.rows[0].tokens = -1000; /* spent by others */
		host_rig_frame(&rig, "R");
		host_rig_pass(&rig, 100);
	}
	assert_int_equal(world.requests, 1);
	assert_false(pli_venue_host_is_rested(rig.host));
	host_rig_frame(&rig, "heartbeat");
	host_rig_pass(&rig, 400);
	assert_true(pli_venue_host_is_rested(rig.host));
	host_rig_frame(&rig, "R"); /* the first ones were answered */
	host_rig_pass(&rig, 100);
	assert_true(pli_venue_host_is_rested(rig.host));
	host_rig_fini(&rig);
}

/* What the table has no room for is neither lost nor paid for: it goes when an answer makes room.
 */
static void
test_engine_host_request__what_finds_no_room_waits_for_an_answer(void **state)
{
	(void)state;
	host_rig rig;
	host_rig_init(&rig);
	host_rig_live(&rig);
	rig.net.requests_max = 1;
	host_rig_frame(&rig, "R");
	host_rig_frame(&rig, "R");
	host_rig_pass(&rig, 500);
	assert_int_equal(world.requests, 1);
	assert_int_equal(pli_venue_host_counters_get(rig.host).requests_dropped, 0);
	pli_http_reply reply = {.status = 200, .text = ""};
	pli_venue_host_on_reply(rig.host, world.last_request, &reply);
	assert_int_equal(world.requests, 2);
	host_rig_fini(&rig);
}

/* Paid for and queued is not sent: a ban that comes meanwhile holds for it too. */
static void
test_engine_host_request__a_ban_holds_for_what_is_paid_for(void **state)
{
	(void)state;
	host_rig rig;
	host_rig_init(&rig);
	host_rig_live(&rig);
	rig.net.requests_max = 1;
	host_rig_frame(&rig, "R");
	host_rig_frame(&rig, "R");
	assert_int_equal(world.requests, 1);
	pli_http_reply reply = {.status = 429, .retry_after_s = 3, .text = ""};
	pli_venue_host_on_reply(rig.host, world.last_request, &reply);
	assert_int_equal(world.requests, 1);
	host_rig_frame(&rig, "heartbeat");
	host_rig_pass(&rig, 2900);
	assert_int_equal(world.requests, 1);
	host_rig_pass(&rig, 200);
	assert_int_equal(world.requests, 2);
	host_rig_fini(&rig);
}

static void
test_engine_host_request__header_lines_leave_one_by_one(void **state)
{
	(void)state;
	host_rig rig;
	host_rig_init(&rig);
	host_rig_live(&rig);
	host_rig_frame(&rig, "R");
	assert_int_equal(world.headers, 0);
	host_rig_frame(&rig, "H");
	assert_int_equal(world.headers, 2);
	assert_string_equal(world.last_header[0], "A: 1");
	assert_string_equal(world.last_header[1], "B: 2");
	host_rig_fini(&rig);
}

static uint32_t
asked_of(const host_rig *rig, const char *url)
{
	for (uint32_t i = 0; i < rig->budgets.count; i++)
		if (strcmp(rig->budgets.rows[i].url, url) == 0)
			return (uint32_t)(rig->budgets.rows[i].tokens_max -
					  rig->budgets.rows[i].tokens);
	fail_msg("no budget for %s", url);
	return 0;
}

/* Each REST host of a venue has its own budget: a stop of one stops that one alone. */
static void
test_engine_host_request__a_stop_of_one_host_does_not_stop_another(void **state)
{
	(void)state;
	host_rig rig;
	host_rig_init(&rig);
	host_rig_live(&rig);
	host_rig_frame(&rig, "P");
	assert_string_equal(world.last_url, "https://public/read");
	assert_int_equal(asked_of(&rig, "https://public"), 1);
	assert_int_equal(asked_of(&rig, "https://venue"), 0);
	pli_http_reply reply = {.status = 429, .retry_after_s = 3, .text = ""};
	pli_venue_host_on_reply(rig.host, world.last_request, &reply);
	host_rig_frame(&rig, "P");
	assert_int_equal(world.requests, 1);
	host_rig_frame(&rig, "R");
	assert_int_equal(world.requests, 2);
	assert_string_equal(world.last_url, "https://venue/read");
	pli_http_reply good = {.status = 200, .text = ""};
	pli_venue_host_on_reply(rig.host, world.last_request, &good);
	host_rig_pass(&rig, 2900);
	assert_int_equal(world.requests, 2);
	host_rig_pass(&rig, 200);
	assert_int_equal(world.requests, 3);
	assert_string_equal(world.last_url, "https://public/read");
	host_rig_fini(&rig);
}

/* A rest_url of the config's is the one host of all, with one budget. */
static void
test_engine_host_request__a_configured_host_serves_all(void **state)
{
	(void)state;
	host_rig rig;
	host_rig_init(&rig);
	pli_venue_host_destroy(rig.host);
	rig.budgets = (pli_budgets){0};
	pli_account_config config = {
	    .desc = &host_rig_desc, .venue = {1}, .name = "desk", .rest_url = "http://localhost:1"};
	plm_fault fault;
	assert_int_equal(pli_venue_host_create(&rig.shared, 0, &config, &rig.host, &fault), PLM_OK);
	assert_int_equal(rig.budgets.count, 1);
	host_rig_live(&rig);
	host_rig_frame(&rig, "P");
	assert_string_equal(world.last_url, "http://localhost:1/read");
	host_rig_fini(&rig);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_engine_host_request__a_trading_request_never_leaves),
	    cmocka_unit_test(
		test_engine_host_request__answers_find_their_tag_and_429_stops_requests),
	    cmocka_unit_test(test_engine_host_request__a_start_has_what_it_can_do_without),
	    cmocka_unit_test(
		test_engine_host_request__what_it_can_do_without_waits_for_those_who_wait_to_begin),
	    cmocka_unit_test(test_engine_host_request__a_start_lasts_while_the_limit_holds_it_up),
	    cmocka_unit_test(test_engine_host_request__a_start_rests_when_all_it_asks_is_answered),
	    cmocka_unit_test(test_engine_host_request__what_finds_no_room_waits_for_an_answer),
	    cmocka_unit_test(test_engine_host_request__a_ban_holds_for_what_is_paid_for),
	    cmocka_unit_test(test_engine_host_request__header_lines_leave_one_by_one),
	    cmocka_unit_test(test_engine_host_request__a_stop_of_one_host_does_not_stop_another),
	    cmocka_unit_test(test_engine_host_request__a_configured_host_serves_all),
	};
	return cmocka_run_group_tests_name("host_request", tests, NULL, NULL);
}
