/* host_queue_test.c: budgets, bans, and the list of what may be asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/host_queue.h"

static const char *const allowed[] = {
    "GET /fapi/v3/account", "public/auth", "subscribe", "ping", NULL};
static const plm_venue_desc desc = {.name = "test", .requests_allowed = allowed};

static bool
take(pli_budget *budget, uint32_t weight, uint32_t waiter, plm_time_ns now_ns)
{
	return pli_budget_take(
	    budget, &(pli_budget_ask){.weight = weight, .waiter = waiter}, now_ns);
}

static void
test_engine_host_queue__budget_is_sixty_percent_and_refills(void **state)
{
	(void)state;
	pli_budgets budgets = {0};
	pli_budget *budget = pli_budgets_get(&budgets, "https://a", 1000);
	assert_ptr_equal(pli_budgets_get(&budgets, "https://a", 1000), budget);
	uint32_t taken = 0;
	while (take(budget, 100, 1, PLM_NS_PER_S))
		taken += 100;
	assert_int_equal(taken, 600);
	assert_false(take(budget, 100, 1, 2 * PLM_NS_PER_S)); /* 10 came back */
	assert_true(take(budget, 100, 1, 12 * PLM_NS_PER_S)); /* 110 did */
}

static void
test_engine_host_queue__nothing_goes_out_during_a_ban(void **state)
{
	(void)state;
	pli_budgets budgets = {0};
	pli_budget *budget = pli_budgets_get(&budgets, "https://a", 1000);
	assert_true(take(budget, 1, 1, PLM_NS_PER_S));
	pli_budget_on_answer(budget, 429, 7, 0, PLM_NS_PER_S);
	assert_false(take(budget, 1, 1, 8 * PLM_NS_PER_S - 1));
	assert_true(take(budget, 1, 1, 8 * PLM_NS_PER_S));
	pli_budget_on_answer(budget, 418, 0, 0, 10 * PLM_NS_PER_S);
	assert_false(take(budget, 1, 1, 129 * PLM_NS_PER_S));
	assert_true(take(budget, 1, 1, 131 * PLM_NS_PER_S));
	assert_int_equal(budget->answers_429 + budget->answers_418, 2);
}

/* A full burst and what comes back meanwhile are more than a venue grants: a minute has an end. */
static void
test_engine_host_queue__no_minute_sees_more_than_ninety_percent(void **state)
{
	(void)state;
	enum { TURNS = 3000, TURN_MS = 100, TURNS_PER_MINUTE = 600 };
	static uint32_t taken[TURNS];
	pli_budgets budgets = {0};
	pli_budget *budget = pli_budgets_get(&budgets, "https://a", 1000);
	uint32_t minute = 0, most = 0, all = 0;
	for (uint32_t i = 0; i < TURNS; i++) {
		taken[i] = 0;
		while (take(budget, 7, 1, PLM_NS_PER_S + (int64_t)i * TURN_MS * PLM_NS_PER_MS))
			taken[i] += 7;
		minute += taken[i] - (i < TURNS_PER_MINUTE ? 0 : taken[i - TURNS_PER_MINUTE]);
		most = minute > most ? minute : most;
		all += taken[i];
	}
	assert_in_range(most, 850, 900);
	assert_in_range(all, 3300, 3600); /* the burst, and five minutes of what comes back */
}

static void
test_engine_host_queue__who_asked_first_is_not_overtaken(void **state)
{
	(void)state;
	pli_budgets budgets = {0};
	pli_budget *budget = pli_budgets_get(&budgets, "https://a", 1000);
	assert_true(take(budget, 600, 1, PLM_NS_PER_S));
	assert_false(take(budget, 20, 1, PLM_NS_PER_S));
	plm_time_ns now_ns = PLM_NS_PER_S;
	for (int i = 0; i < 19; i++) {
		now_ns += 100 * PLM_NS_PER_MS; /* 1 comes back */
		assert_false(take(budget, 1, 2, now_ns));
		assert_false(take(budget, 1, 0, now_ns));
		assert_false(take(budget, 20, 1, now_ns));
	}
	now_ns += 150 * PLM_NS_PER_MS;
	assert_true(take(budget, 20, 1, now_ns));
	now_ns += 100 * PLM_NS_PER_MS;
	assert_true(take(budget, 1, 2, now_ns));
	assert_false(take(budget, 20, 1, now_ns)); /* and asks no more */
	assert_false(take(budget, 1, 2, now_ns + 900 * PLM_NS_PER_MS));
	assert_true(take(budget, 1, 2, now_ns + 1100 * PLM_NS_PER_MS));
}

/* While accounts are read for the first time, others get 5 % of the limit. */
static void
test_engine_host_queue__who_is_urgent_goes_first_for_a_while(void **state)
{
	(void)state;
	pli_budgets budgets = {0};
	pli_budget *budget = pli_budgets_get(&budgets, "https://a", 1000);
	pli_budget_ask urgent = {.weight = 1, .waiter = 1, .urgent = true};
	plm_time_ns now_ns = PLM_NS_PER_S;
	uint32_t others = 0;
	for (int i = 0; i < 12; i++, now_ns += PLM_NS_PER_S / 2) {
		assert_true(pli_budget_take(budget, &urgent, now_ns));
		others += take(budget, 1, 2, now_ns);
	}
	assert_int_equal(others, 4); /* 50 a minute, for 5.5 s */
	assert_true(take(budget, 1, 2, now_ns + 2 * PLM_NS_PER_S));
}

/* What is read for the first time may take all that a minute has, for long; who is not urgent gets
 * 5 % of the limit all the same, and what can be done without nothing. */
static void
test_engine_host_queue__who_is_urgent_spends_a_whole_minute_and_starves_nobody(void **state)
{
	(void)state;
	enum { TURNS = 3000, TURN_MS = 100 };
	pli_budgets budgets = {0};
	pli_budget *budget = pli_budgets_get(&budgets, "https://a", 1000);
	pli_budget_ask urgent = {.weight = 5, .waiter = 1, .urgent = true};
	uint32_t all = 0, patient = 0, optional = 0;
	for (uint32_t i = 0; i < TURNS; i++) {
		plm_time_ns now_ns = PLM_NS_PER_S + (int64_t)i * TURN_MS * PLM_NS_PER_MS;
		while (pli_budget_take(budget, &urgent, now_ns))
			all += 5;
		patient += take(budget, 5, 2, now_ns);
		optional += take(budget, 1, 0, now_ns);
	}
	assert_in_range(all + 5 * patient, 4300, 4500);
	assert_in_range(5 * patient, 200, 250); /* of five minutes */
	assert_int_equal(optional, 0);
}

static void
test_engine_host_queue__of_two_limits_for_one_host_the_least_holds(void **state)
{
	(void)state;
	pli_budgets budgets = {0};
	pli_budget *budget = pli_budgets_get(&budgets, "https://a", 6000);
	assert_ptr_equal(pli_budgets_get(&budgets, "https://a", 1000), budget);
	assert_ptr_equal(pli_budgets_get(&budgets, "https://a", 2400), budget);
	assert_true(take(budget, 600, 1, PLM_NS_PER_S));
	assert_false(take(budget, 1, 1, PLM_NS_PER_S));
}

static void
test_engine_host_queue__believes_the_weight_that_the_venue_states(void **state)
{
	(void)state;
	pli_budgets budgets = {0};
	pli_budget *budget = pli_budgets_get(&budgets, "https://a", 1000);
	pli_budget_on_answer(budget, 200, 0, 895, PLM_NS_PER_S);
	assert_false(take(budget, 10, 1, PLM_NS_PER_S));
	assert_true(take(budget, 5, 1, PLM_NS_PER_S));
}

static plm_request
request(plm_request_kind kind, const char *method, const char *target, const char *body)
{
	plm_request row = {.kind = (uint8_t)kind};
	(void)snprintf(row.method, sizeof row.method, "%s", method);
	(void)snprintf(row.target, sizeof row.target, "%s", target);
	(void)snprintf(row.body, sizeof row.body, "%s", body);
	return row;
}

static void
test_engine_host_queue__only_what_is_on_the_list_may_leave(void **state)
{
	(void)state;
	plm_request row = request(PLM_REQUEST_HTTP, "GET", "/fapi/v3/account?timestamp=1", "");
	assert_true(pli_request_allowed(&desc, &row));
	row = request(PLM_REQUEST_HTTP, "POST", "/fapi/v3/account", "");
	assert_false(pli_request_allowed(&desc, &row));
	row = request(PLM_REQUEST_HTTP, "POST", "/fapi/v1/order", "");
	assert_false(pli_request_allowed(&desc, &row));
	row = request(PLM_REQUEST_HTTP, "GET", "/fapi/v3/accountX", "");
	assert_false(pli_request_allowed(&desc, &row));
	row = request(PLM_REQUEST_WS_SEND, "", "", "{\"id\":1,\"method\":\"public/auth\"}");
	assert_true(pli_request_allowed(&desc, &row));
	row = request(PLM_REQUEST_WS_SEND, "", "", "{\"id\":1,\"method\":\"private/buy\"}");
	assert_false(pli_request_allowed(&desc, &row));
	row = request(PLM_REQUEST_WS_SEND, "", "", "{\"id\":1}");
	assert_false(pli_request_allowed(&desc, &row));
	row = request(PLM_REQUEST_WS_SEND, "", "", "{\"op\":\"subscribe\",\"args\":[]}");
	assert_true(pli_request_allowed(&desc, &row));
	row = request(PLM_REQUEST_WS_SEND, "", "", "{\"op\":\"order\",\"args\":[]}");
	assert_false(pli_request_allowed(&desc, &row));
	row = request(
	    PLM_REQUEST_WS_SEND, "", "", "{\"op\":\"subscribe\",\"method\":\"private/buy\"}");
	assert_false(pli_request_allowed(&desc, &row));
	row = request(PLM_REQUEST_WS_SEND, "", "", "ping");
	assert_true(pli_request_allowed(&desc, &row));
	row = request(PLM_REQUEST_WS_SEND, "", "", "order");
	assert_false(pli_request_allowed(&desc, &row));
	plm_venue_desc none = {.name = "none"};
	row = request(PLM_REQUEST_HTTP, "GET", "/fapi/v3/account", "");
	assert_false(pli_request_allowed(&none, &row));
}

/* A star is one part of a path, whatever it is; a message may be told by its type. */
static void
test_engine_host_queue__a_star_is_one_part_of_a_path(void **state)
{
	(void)state;
	static const char *const rows[] = {"GET /a/*/b/*", "subscribe", NULL};
	static const plm_venue_desc starred = {.name = "test", .requests_allowed = rows};
	static const struct {
		const char *method, *target;
		bool allowed;
	} cases[] = {{"GET", "/a/x/b/0", true}, {"GET", "/a/x/b/0?c=/d", true},
	    {"GET", "/a//b/0", false}, {"GET", "/a/x/b/", false}, {"GET", "/a/x/y/b/0", false},
	    {"GET", "/a/x/b/0/order", false}, {"POST", "/a/x/b/0", false}, {"GET", "/a/x", false}};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		plm_request row = request(PLM_REQUEST_HTTP, cases[i].method, cases[i].target, "");
		assert_int_equal(pli_request_allowed(&starred, &row), cases[i].allowed);
	}
	plm_request row = request(PLM_REQUEST_WS_SEND, "", "", "{\"type\":\"subscribe\"}");
	assert_true(pli_request_allowed(&starred, &row));
	row = request(PLM_REQUEST_WS_SEND, "", "", "{\"type\":\"subscribe\",\"op\":\"order\"}");
	assert_false(pli_request_allowed(&starred, &row));
}

/* One path for everything: what is asked for stands in the body. */
static void
test_engine_host_queue__a_body_may_leave_by_its_type_alone(void **state)
{
	(void)state;
	static const char *const rows[] = {
	    "POST /info meta", "POST /info", "POST /test {\"real\":true}", NULL};
	static const plm_venue_desc posting = {.name = "test", .requests_allowed = rows};
	static const struct {
		const char *target, *body;
		bool allowed;
	} cases[] = {
	    {"/info", "{\"type\":\"meta\"}", true},
	    {"/info", "{\"type\":\"meta\",\"user\":\"0x1\"}", true},
	    {"/info", "", true},
	    {"/exchange", "{\"type\":\"meta\"}", false},
	    {"/info", "{\"type\":\"order\"}", false},
	    {"/info", "{\"type\":\"metaX\"}", false},
	    {"/info", "{\"type\":\"\"}", false},
	    {"/info", "{\"type\":\"meta", false},
	    {"/info", "{\"user\":1,\"type\":\"meta\"}", false},
	    {"/info", "{\"type\":\"meta\",\"type\":\"order\"}", false},
	    {"/info", "{\"type\":\"meta\",\"action\":{\"type\":\"order\"}}", false},
	    {"/info", "{\"type\":\"meta\",\"\\u0074ype\":\"order\"}", false},
	    {"/info", "meta", false},
	    {"/test", "{\"real\":true}", true},
	    {"/test", "{\"real\":true,\"order\":1}", false},
	    {"/test", "{\"real\":true} ", false},
	    {"/test", "{\"type\":\"real\"}", false},
	    {"/test", "", false},
	    {"/info", "{\"real\":true}", false},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		plm_request row = request(PLM_REQUEST_HTTP, "POST", cases[i].target, cases[i].body);
		if (pli_request_allowed(&posting, &row) != cases[i].allowed)
			fail_msg("%s %s", cases[i].target, cases[i].body);
	}
}

static void
test_engine_host_queue__first_in_first_out_up_to_the_bound(void **state)
{
	(void)state;
	static pli_request_queue queue;
	for (uint32_t round = 0; round < 3; round++) {
		for (uint32_t i = 0; i < PLI_QUEUE_MAX; i++) {
			plm_request row = {.tag = i};
			assert_int_equal(pli_request_queue_push(&queue, &row), PLM_OK);
		}
		plm_request row = {.tag = 99};
		assert_int_equal(pli_request_queue_push(&queue, &row), PLM_EFULL);
		for (uint32_t i = 0; i < PLI_QUEUE_MAX; i++) {
			assert_int_equal(pli_request_queue_front(&queue)->tag, i);
			pli_request_queue_pop(&queue);
		}
		assert_null(pli_request_queue_front(&queue));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_engine_host_queue__budget_is_sixty_percent_and_refills),
	    cmocka_unit_test(test_engine_host_queue__nothing_goes_out_during_a_ban),
	    cmocka_unit_test(test_engine_host_queue__no_minute_sees_more_than_ninety_percent),
	    cmocka_unit_test(test_engine_host_queue__who_asked_first_is_not_overtaken),
	    cmocka_unit_test(test_engine_host_queue__who_is_urgent_goes_first_for_a_while),
	    cmocka_unit_test(
		test_engine_host_queue__who_is_urgent_spends_a_whole_minute_and_starves_nobody),
	    cmocka_unit_test(test_engine_host_queue__of_two_limits_for_one_host_the_least_holds),
	    cmocka_unit_test(test_engine_host_queue__believes_the_weight_that_the_venue_states),
	    cmocka_unit_test(test_engine_host_queue__only_what_is_on_the_list_may_leave),
	    cmocka_unit_test(test_engine_host_queue__a_star_is_one_part_of_a_path),
	    cmocka_unit_test(test_engine_host_queue__a_body_may_leave_by_its_type_alone),
	    cmocka_unit_test(test_engine_host_queue__first_in_first_out_up_to_the_bound),
	};
	return cmocka_run_group_tests_name("host_queue", tests, NULL, NULL);
}
