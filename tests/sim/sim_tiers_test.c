/* sim_tiers_test.c: tables that have no gap, and no step where they are marginal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/sim_number.h"
#include "sim/sim_tiers.h"

static plm_decimal
due(const pli_sim_tier *tier, plm_decimal size)
{
	return pli_sim_subtract(pli_sim_multiply(size, tier->rate), tier->deduction);
}

static void
test_sim_tiers__are_continuous(void **state)
{
	(void)state;
	plm_decimal unit = pli_sim_of("25000");
	for (int i = 0; i + 1 < PLI_SIM_TIERS; i++) {
		pli_sim_tier low = pli_sim_tier_of(unit, i), high = pli_sim_tier_of(unit, i + 1);
		assert_true(plm_decimal_compare(low.cap, high.floor) == 0);
		assert_true(plm_decimal_compare(due(&low, low.cap), due(&high, low.cap)) == 0);
		assert_true(pli_sim_less(low.rate, high.rate));
	}
}

static void
test_sim_tiers__a_cap_is_of_its_own_tier(void **state)
{
	(void)state;
	plm_decimal unit = pli_sim_of("60");
	for (int i = 0; i < PLI_SIM_TIERS; i++) {
		plm_decimal cap = pli_sim_tier_of(unit, i).cap, more = pli_sim_of("0.001");
		int above = i + 1 < PLI_SIM_TIERS ? i + 1 : i;
		assert_int_equal(pli_sim_tier_at(unit, cap), i);
		assert_int_equal(pli_sim_tier_at(unit, pli_sim_add(cap, more)), above);
	}
	assert_int_equal(pli_sim_tier_at(unit, plm_decimal_zero()), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sim_tiers__are_continuous),
	    cmocka_unit_test(test_sim_tiers__a_cap_is_of_its_own_tier),
	};
	return cmocka_run_group_tests_name("sim_tiers", tests, NULL, NULL);
}
