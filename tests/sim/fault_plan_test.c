/* fault_plan_test.c: leaving a fault out shifts no other; lists; the reference page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/fault_plan.h"

enum { DUE_MAX = 4096, PAGE_MAX = 1 << 17 };

typedef struct plan_due {
	pli_fault fault;
	plm_time_ns at_ns;
} plan_due;

static uint32_t
plan_run(uint64_t seed, const char *list, plan_due due[DUE_MAX])
{
	pli_fault_plan plan;
	plm_slice bad;
	uint32_t count = 0;
	assert_int_equal(pli_fault_plan_init(&plan, seed, list, PLM_NS_PER_S, &bad), PLM_OK);
	for (plm_time_ns at_ns; (at_ns = pli_fault_plan_next(&plan)) < 3600 * PLM_NS_PER_S;) {
		pli_fault fault;
		while (count < DUE_MAX && pli_fault_plan_take(&plan, at_ns, &fault))
			due[count++] = (plan_due){fault, at_ns};
	}
	return count;
}

static void
test_sim_fault_plan__leaving_one_out_shifts_no_other(void **state)
{
	(void)state;
	static plan_due both[DUE_MAX], one[DUE_MAX];
	uint32_t both_count = plan_run(9, "net-cut,venue-gap", both);
	uint32_t one_count = plan_run(9, "venue-gap", one), at = 0;
	assert_true(one_count > 5 && both_count > one_count);
	for (uint32_t i = 0; i < both_count; i++) {
		if (both[i].fault.id != PLI_FAULT_VENUE_GAP)
			continue;
		assert_true(both[i].at_ns == one[at].at_ns);
		assert_true(both[i].fault.choice == one[at].fault.choice);
		assert_int_equal(both[i].fault.venue, one[at].fault.venue);
		at++;
	}
	assert_int_equal(at, one_count);
}

static void
test_sim_fault_plan__all_happens_and_none_does_not(void **state)
{
	(void)state;
	static plan_due due[DUE_MAX];
	bool seen[PLI_FAULT_COUNT] = {false};
	assert_int_equal(plan_run(4, "none", due), 0);
	uint32_t count = plan_run(4, "all", due), kinds = 0;
	for (uint32_t i = 0; i < count; i++) {
		assert_in_range(due[i].fault.count, 1, 6);
		pli_fault named;
		plm_slice text = plm_slice_of(pli_fault_text(due[i].fault.id));
		assert_true(pli_fault_plan_find(text, &named));
		assert_int_equal(due[i].fault.grace, named.grace);
		assert_in_range(due[i].fault.duration_ns, PLM_NS_PER_S, 40 * PLM_NS_PER_S);
		seen[due[i].fault.id] = true;
	}
	for (int id = 0; id < PLI_FAULT_COUNT; id++)
		kinds += seen[id];
	assert_int_equal(kinds, PLI_FAULT_COUNT);
	assert_true(plan_run(4, "market-negative", due) > 0);
}

static void
test_sim_fault_plan__a_seed_chooses_some(void **state)
{
	(void)state;
	uint32_t wanted = 0;
	for (uint64_t seed = 0; seed < 100; seed++) {
		pli_fault_plan plan;
		plm_slice bad;
		assert_int_equal(pli_fault_plan_init(&plan, seed, NULL, 0, &bad), PLM_OK);
		for (int id = 0; id < PLI_FAULT_COUNT; id++)
			wanted += plan.wanted[id];
	}
	assert_in_range(wanted, 30 * PLI_FAULT_COUNT, 40 * PLI_FAULT_COUNT);
}

/* Each venue of a world is met, and no other; two venues are drawn as they always were. */
static void
test_sim_fault_plan__faults_befall_the_venues_of_the_world(void **state)
{
	(void)state;
	static plan_due usual[DUE_MAX];
	uint32_t seen = 0, count = plan_run(4, "all", usual), at = 0;
	for (uint32_t world = 3; world <= 13; world += 10) {
		pli_fault_plan plan;
		pli_fault fault;
		plm_slice bad;
		seen = 0;
		assert_int_equal(pli_fault_plan_init(&plan, 4, "all", PLM_NS_PER_S, &bad), PLM_OK);
		pli_fault_plan_venues(&plan, world);
		for (plm_time_ns at_ns; (at_ns = pli_fault_plan_next(&plan)) < 3600 * PLM_NS_PER_S;)
			while (pli_fault_plan_take(&plan, at_ns, &fault)) {
				seen |= 1u << fault.venue;
				if (world == 3)
					assert_int_equal(fault.venue, usual[at++].fault.venue);
			}
		assert_int_equal(seen, world);
	}
	assert_int_equal(at, count);
}

static void
test_sim_fault_plan__an_unknown_name_is_told(void **state)
{
	(void)state;
	pli_fault_plan plan;
	plm_slice bad = {NULL, 0};
	assert_int_equal(pli_fault_plan_init(&plan, 1, "net-cut,net-cat", 0, &bad), PLM_EARG);
	assert_true(plm_slice_is(bad, "net-cat"));
}

static void
test_sim_fault_plan__the_reference_page_has_each_of_them(void **state)
{
	static char page[PAGE_MAX];
	(void)state;
	FILE *file = fopen(PLM_SOURCE_ROOT "/docs/reference/faults.md", "r");
	assert_non_null(file);
	size_t size = fread(page, 1, sizeof page - 1, file);
	(void)fclose(file);
	page[size] = '\0';
	for (int id = 0; id < PLI_FAULT_COUNT; id++) {
		char row[64];
		(void)snprintf(row, sizeof row, "| `%s` |", pli_fault_text((pli_fault_id)id));
		if (strstr(page, row) == NULL || pli_fault_help((pli_fault_id)id)[0] == '\0')
			print_error("docs/reference/faults.md has no row %s\n", row);
		assert_non_null(strstr(page, row));
	}
}

static void
test_sim_fault_plan__given_strikes_come_at_their_time_and_to_the_letter(void **state)
{
	(void)state;
	pli_fault_strike strikes[2] = {{.at_ns = 2 * PLM_NS_PER_S}, {.at_ns = 5 * PLM_NS_PER_S}};
	pli_fault_plan plan;
	pli_fault fault;
	plm_slice bad;
	assert_true(pli_fault_plan_find(plm_slice_of("disk-full"), &strikes[0].fault));
	assert_true(pli_fault_plan_find(plm_slice_of("venue-418"), &strikes[1].fault));
	assert_false(pli_fault_plan_find(plm_slice_of("storm"), &fault));
	assert_true(pli_fault_plan_find(plm_slice_of("venue-gap"), &fault));
	assert_int_equal(fault.grace, PLI_GRACE_LOST);
	strikes[1].fault.duration_ns = 7;
	assert_int_equal(pli_fault_plan_init(&plan, 1, "none", 100, &bad), PLM_OK);
	pli_fault_plan_give(&plan, strikes, 2);
	assert_int_equal(pli_fault_plan_next(&plan), 100 + 2 * PLM_NS_PER_S);
	assert_false(pli_fault_plan_take(&plan, 99 + 2 * PLM_NS_PER_S, &fault));
	assert_true(pli_fault_plan_take(&plan, 100 + 2 * PLM_NS_PER_S, &fault));
	assert_int_equal(fault.kind, PLI_FAULT_OF_DISK);
	assert_false(pli_fault_plan_take(&plan, 100 + 2 * PLM_NS_PER_S, &fault));
	assert_true(pli_fault_plan_take(&plan, INT64_MAX, &fault));
	assert_int_equal(fault.id, PLI_FAULT_VENUE_418);
	assert_int_equal(fault.duration_ns, 7);
	assert_true(pli_fault_plan_next(&plan) == INT64_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sim_fault_plan__leaving_one_out_shifts_no_other),
	    cmocka_unit_test(test_sim_fault_plan__all_happens_and_none_does_not),
	    cmocka_unit_test(test_sim_fault_plan__a_seed_chooses_some),
	    cmocka_unit_test(test_sim_fault_plan__faults_befall_the_venues_of_the_world),
	    cmocka_unit_test(test_sim_fault_plan__an_unknown_name_is_told),
	    cmocka_unit_test(test_sim_fault_plan__the_reference_page_has_each_of_them),
	    cmocka_unit_test(
		test_sim_fault_plan__given_strikes_come_at_their_time_and_to_the_letter),
	};
	return cmocka_run_group_tests_name("fault_plan", tests, NULL, NULL);
}
