/* exposure_text_test.c: names of tiers, dimensions and reasons go there and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plimsoll/exposure.h"

static void
test_exposure_text__tiers_read_back(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < PLM_TIER_COUNT_; i++) {
		plm_tier tier;
		assert_int_equal(
		    plm_tier_parse(plm_slice_of(plm_tier_text((plm_tier)i)), &tier), PLM_OK);
		assert_int_equal(tier, i);
	}
	plm_tier tier = PLM_TIER_BOOK;
	assert_int_equal(plm_tier_parse(PLM_SLICE("firm"), &tier), PLM_EPARSE);
	assert_int_equal(tier, PLM_TIER_BOOK);
}

static void
test_exposure_text__dimensions_add_up(void **state)
{
	(void)state;
	uint32_t by;
	assert_int_equal(plm_by_parse(PLM_SLICE(""), &by), PLM_OK);
	assert_int_equal(by, 0);
	assert_int_equal(plm_by_parse(PLM_SLICE("underlying,venue"), &by), PLM_OK);
	assert_int_equal(by, PLM_BY_UNDERLYING | PLM_BY_VENUE);
	assert_int_equal(plm_by_parse(PLM_SLICE("underlying,"), &by), PLM_EPARSE);
	assert_int_equal(plm_by_parse(PLM_SLICE("coin"), &by), PLM_EPARSE);
}

static void
test_exposure_text__unknown_reasons_have_a_text(void **state)
{
	(void)state;
	assert_string_equal(plm_reason_text(PLM_REASON_EXPIRED), "expired, awaiting settlement");
	assert_string_equal(plm_reason_text((plm_reason)999), "unknown");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_exposure_text__tiers_read_back),
	    cmocka_unit_test(test_exposure_text__dimensions_add_up),
	    cmocka_unit_test(test_exposure_text__unknown_reasons_have_a_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
