/* host_crowd_test.c: what sessions at one address share, and how many links they may open. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/host_crowd.h"

static const plm_venue_ops ops = {.crowd_size = 64}, ops_alone = {.crowd_size = 0};
static const plm_venue_desc one = {.name = "one", .ops = &ops},
			    other = {.name = "other", .ops = &ops_alone};

static void
test_engine_host_crowd__sessions_of_a_venue_at_an_address_share_memory_and_weight(void **state)
{
	(void)state;
	static pli_crowds crowds;
	pli_budgets budgets = {0};
	pli_budget *here = pli_budgets_get(&budgets, "https://a", 1000);
	pli_budget *there = pli_budgets_get(&budgets, "https://b", 1000);
	pli_crowd *crowd = pli_crowd_create(&crowds, &one, here);
	assert_ptr_equal(pli_crowd_create(&crowds, &one, here), crowd);
	pli_crowd *far = pli_crowd_create(&crowds, &one, there);
	pli_crowd *beside = pli_crowd_create(&crowds, &other, here);
	assert_ptr_not_equal(far, crowd);
	assert_null(beside->told.memory);
	for (size_t i = 0; i < 64; i++)
		assert_int_equal(((const char *)crowd->told.memory)[i], 0);
	for (int i = 0; i < 3; i++)
		pli_crowd_count(&crowds, crowd, 1);
	pli_crowd_count(&crowds, far, 1);
	assert_int_equal(crowd->told.weight_per_minute, 600);
	pli_crowd_count(&crowds, beside, 1);
	assert_int_equal(crowd->told.sessions_count, 3);
	assert_int_equal(crowd->told.weight_per_minute, 450);
	assert_int_equal(beside->told.weight_per_minute, 150);
	assert_int_equal(far->told.weight_per_minute, 600);
	pli_crowd_count(&crowds, crowd, -1);
	assert_int_equal(crowd->told.weight_per_minute, 400);
	pli_crowds_fini(&crowds);
}

static uint32_t
openings_at(pli_openings *openings, bool again, plm_time_ns steady_ns)
{
	uint32_t count = 0;
	while (pli_openings_may(openings, again, steady_ns) && count < 1000) {
		pli_openings_add(openings, steady_ns);
		count++;
	}
	return count;
}

static void
test_engine_host_crowd__no_five_minutes_see_more_openings_than_the_venue_allows(void **state)
{
	(void)state;
	static pli_crowds crowds;
	pli_openings *openings = pli_openings_get(&crowds, "wss://a", 300);
	assert_ptr_equal(pli_openings_get(&crowds, "wss://a", 0), openings);
	plm_time_ns first_ns = 100 * PLM_NS_PER_S, next_ns = first_ns + 300 * PLM_NS_PER_S;
	assert_int_equal(openings_at(openings, false, first_ns), 255);
	assert_int_equal(openings_at(openings, true, first_ns + PLM_NS_PER_S), 30);
	assert_int_equal(openings_at(openings, true, next_ns - 1), 0);
	assert_int_equal(openings_at(openings, false, next_ns), 255 - 30);
	assert_ptr_equal(pli_openings_get(&crowds, "wss://a", 100), openings);
	assert_int_equal(openings->max, 100); /* the least holds */
	pli_openings *free_ones = pli_openings_get(&crowds, "wss://b", 0);
	assert_int_equal(openings_at(free_ones, false, first_ns), 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_engine_host_crowd__sessions_of_a_venue_at_an_address_share_memory_and_weight),
	    cmocka_unit_test(
		test_engine_host_crowd__no_five_minutes_see_more_openings_than_the_venue_allows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
