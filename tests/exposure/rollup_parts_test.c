/* rollup_parts_test.c: the largest rows, chosen by parts of nodes, are the first of all rows. */
#include "exposure/rollup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "exposure_rig.h"

enum { SEEDS = 12, ROWS_MAX = 1024 };

static plm_exposure_row rows_all[ROWS_MAX], rows_few[ROWS_MAX];

static void
book_random(rig *r, uint64_t seed)
{
	rig_init(r, seed);
	rig_prices(r);
	for (uint32_t i = 0; i < RIG_POSITIONS; i++) {
		plm_event event = i % 4 == 3 ? rig_balance(r) : rig_position(r);
		rig_apply(r, &event);
	}
	rig_settle(r);
}

/* Compares the first rows with those of all, and counts in *chosen how often parts could tell. */
static void
check_query(const rig *r, const plm_exposure_query *query, uint32_t *chosen)
{
	static const uint32_t few[] = {1, 2, 3, 5, 9, 14};
	uint32_t all = pli_exposure_rollup(r->exposure, query, rows_all, ROWS_MAX);
	assert_true(all <= ROWS_MAX);
	for (size_t i = 0; i < sizeof few / sizeof few[0]; i++) {
		rollup_query q = pli_rollup_query(r->exposure, query);
		uint32_t nodes_count, rows_count;
		memset(rows_few, 0x5a, sizeof rows_few);
		assert_int_equal(pli_exposure_rollup(r->exposure, query, rows_few, few[i]), all);
		uint32_t shown = few[i] < all ? few[i] : all;
		assert_memory_equal(rows_all, rows_few, shown * sizeof rows_all[0]);
		if (!pli_rollup_rows_are_parts(query) ||
		    !pli_rollup_choose_parts(r->exposure, &q, few[i], &nodes_count, &rows_count))
			continue;
		assert_int_equal(rows_count, all);
		assert_true(nodes_count > 0 && nodes_count <= all);
		++*chosen;
	}
}

static void
test_exposure_rollup_parts__the_largest_rows_are_the_first_of_all(void **state)
{
	(void)state;
	const uint32_t node = PLM_BY_ACCOUNT | PLM_BY_UNDERLYING;
	const uint32_t bys[] = {node, node | PLM_BY_EXPIRY, node | PLM_BY_SETTLE,
	    node | PLM_BY_EXPIRY | PLM_BY_SETTLE | PLM_BY_VENUE};
	uint32_t chosen = 0;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		rig r;
		book_random(&r, seed);
		for (uint32_t i = 0; i < 4 * PLM_TIER_COUNT_ * 2; i++) {
			plm_exposure_query query = {.by = bys[i % 4],
			    .tier = (plm_tier)(i / 4 % PLM_TIER_COUNT_),
			    .derivatives_only = i >= 4 * PLM_TIER_COUNT_};
			check_query(&r, &query, &chosen);
			query.venue.value = 1 + i % RIG_VENUES;
			check_query(&r, &query, &chosen);
			query = (plm_exposure_query){.by = bys[i % 4], .underlying = {4}};
			check_query(&r, &query, &chosen);
		}
		rig_fini(&r);
	}
	assert_true(chosen > 1000);
}

/* Rows that say nothing by their size are not chosen by it. */
static void
test_exposure_rollup_parts__small_sums_are_left_to_the_legs(void **state)
{
	(void)state;
	rig r;
	rig_init(&r, 3);
	for (uint32_t i = 0; i < RIG_POSITIONS; i++) {
		plm_event event = rig_position(&r);
		rig_apply(&r, &event);
	}
	rig_settle(&r);
	plm_exposure_query query = {.by = PLM_BY_ACCOUNT | PLM_BY_UNDERLYING | PLM_BY_EXPIRY};
	rollup_query q = pli_rollup_query(r.exposure, &query);
	uint32_t nodes_count, rows_count, chosen = 0;
	uint32_t all = pli_exposure_rollup(r.exposure, &query, rows_all, ROWS_MAX);
	assert_true(all > 20);
	assert_false(pli_rollup_choose_parts(r.exposure, &q, 0, &nodes_count, &rows_count));
	assert_false(pli_rollup_choose_parts(r.exposure, &q, all, &nodes_count, &rows_count));
	check_query(&r, &query, &chosen);
	rig_fini(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_exposure_rollup_parts__the_largest_rows_are_the_first_of_all),
	    cmocka_unit_test(test_exposure_rollup_parts__small_sums_are_left_to_the_legs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
