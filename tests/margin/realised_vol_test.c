/* realised_vol_test.c: the volatility that prices show. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "margin/realised_vol.h"

#define SAMPLES_A_DAY (86400.0 / 30)

/* Returns of plus and minus r each half minute: a day's deviation is r x sqrt(2,880). */
static void
test_known_returns(void **state)
{
	(void)state;
	pli_realised_vol vol = {0};
	plm_time_ns now_ns = PLM_NS_PER_S;
	double r = 0.0004;
	for (int i = 0; i < 200; i++, now_ns += PLI_VOL_SAMPLE_NS) {
		pli_realised_vol_take(&vol, 60000 * exp(i % 2 * r), now_ns);
		pli_realised_vol_take(&vol, 1, now_ns + 1); /* not due: not taken */
		if (i < PLI_VOL_SAMPLES_MIN)
			assert_true(isnan(pli_realised_vol_day(&vol)));
	}
	assert_true(fabs(pli_realised_vol_day(&vol) / (r * sqrt(SAMPLES_A_DAY)) - 1) < 1e-9);
}

/* What is longer ago counts less: behind two quiet days a wild one has faded. */
static void
test_fades(void **state)
{
	(void)state;
	pli_realised_vol vol = {0};
	plm_time_ns now_ns = PLM_NS_PER_S;
	for (int i = 0; i < 2880; i++, now_ns += PLI_VOL_SAMPLE_NS)
		pli_realised_vol_take(&vol, 60000 * exp(i % 2 * 0.004), now_ns);
	double wild = pli_realised_vol_day(&vol);
	for (int i = 0; i < 2 * 2880; i++, now_ns += PLI_VOL_SAMPLE_NS)
		pli_realised_vol_take(&vol, 60000 * exp(i % 2 * 0.0004), now_ns);
	double calm = pli_realised_vol_day(&vol);
	assert_true(calm < wild * 0.45 && calm > wild * 0.1);
}

static void
test_what_is_no_price(void **state)
{
	(void)state;
	pli_realised_vol vol = {0};
	const double wrong[] = {NAN, INFINITY, 0, -5};
	for (int i = 0; i < 400; i++)
		pli_realised_vol_take(&vol, wrong[i % 4], (i + 1) * PLI_VOL_SAMPLE_NS);
	assert_true(isnan(pli_realised_vol_day(&vol)));
	for (int i = 0; i < 40; i++) /* a price that stands still says nothing */
		pli_realised_vol_take(&vol, 60000, (1000 + i) * PLI_VOL_SAMPLE_NS);
	assert_true(isnan(pli_realised_vol_day(&vol)));
	/* a jump over a silence of hours is no return */
	pli_realised_vol_take(&vol, 90000, 2000 * PLI_VOL_SAMPLE_NS);
	assert_true(isnan(pli_realised_vol_day(&vol)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_known_returns),
	    cmocka_unit_test(test_fades),
	    cmocka_unit_test(test_what_is_no_price),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
