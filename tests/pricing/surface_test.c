/* surface_test.c: smiles between and beyond their quotes, shocks, and arbitrage that is told. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/random.h"
#include "plimsoll/surface.h"

enum { QUOTES = 15, SMILES = 3, TRIALS = 2000 };

typedef struct market {
	plm_vol_quote quotes[SMILES][QUOTES];
	plm_smile_point points[SMILES][QUOTES];
	plm_smile smiles[SMILES];
	plm_surface surface;
} market;

/* A surface without arbitrage: one smile in k / sqrt(years), as the simulated venue has. */
static void
market_make(market *m)
{
	static const double years[SMILES] = {0.05, 0.25, 0.75};
	for (uint32_t s = 0; s < SMILES; s++) {
		double forward = 50000 * (1 + 0.05 * years[s]);
		for (uint32_t i = 0; i < QUOTES; i++) {
			double k = ((double)i - QUOTES / 2) * 0.05;
			double x = k / sqrt(years[s]);
			m->quotes[s][i] = (plm_vol_quote){
			    forward * exp(k), 0.5 * (1 - 0.10 * x + 0.12 * x * x)};
		}
		assert_int_equal(plm_smile_make(forward, years[s], m->quotes[s], QUOTES,
				     m->points[s], &m->smiles[s]),
		    PLM_OK);
	}
	m->surface = (plm_surface){m->smiles, SMILES};
}

static void
test_surface__quotes_are_met(void **state)
{
	(void)state;
	market m;
	market_make(&m);
	for (uint32_t s = 0; s < SMILES; s++) {
		for (uint32_t i = 0; i < QUOTES; i++) {
			const plm_vol_quote *quote = &m.quotes[s][i];
			assert_true(
			    fabs(plm_smile_vol(&m.smiles[s], quote->strike) - quote->vol) < 1e-14);
			double k = m.points[s][i].k;
			assert_true(fabs(plm_surface_vol(&m.surface, k, m.smiles[s].years) -
					 quote->vol) < 1e-14);
		}
	}
}

/* Random quotes, wild ones too: between two of them the variance is never outside of both, and has
 * no jump. */
static void
test_surface__nothing_overshoots(void **state)
{
	(void)state;
	pli_random random;
	pli_random_init(&random, 3);
	for (uint32_t trial = 0; trial < TRIALS; trial++) {
		plm_vol_quote quotes[QUOTES];
		plm_smile_point p[QUOTES];
		plm_smile smile;
		uint32_t count = (uint32_t)pli_random_below(&random, QUOTES) + 1;
		for (uint32_t i = 0; i < count; i++)
			quotes[i] = (plm_vol_quote){(i > 0 ? quotes[i - 1].strike : 100) + 1 +
							(double)pli_random_below(&random, 50),
			    0.05 + 2 * pli_random_unit(&random)};
		assert_int_equal(plm_smile_make(300, 0.3, quotes, count, p, &smile), PLM_OK);
		for (uint32_t i = 0; i + 1 < count; i++) {
			double low = fmin(p[i].variance, p[i + 1].variance);
			double high = fmax(p[i].variance, p[i + 1].variance);
			double before = p[i].variance;
			for (uint32_t t = 0; t <= 64; t++) {
				double k = p[i].k + (p[i + 1].k - p[i].k) * t / 64;
				double w = plm_smile_variance(&smile, k);
				assert_true(w >= low * (1 - 1e-12) && w <= high * (1 + 1e-12));
				bool rises = p[i + 1].variance >= p[i].variance;
				assert_true(
				    rises ? w >= before * (1 - 1e-12) : w <= before * (1 + 1e-12));
				before = w;
			}
		}
	}
}

static void
test_surface__outside_the_vol_holds(void **state)
{
	(void)state;
	market m;
	market_make(&m);
	const plm_smile *smile = &m.smiles[1];
	double first = m.quotes[1][0].vol, last = m.quotes[1][QUOTES - 1].vol;
	assert_true(fabs(plm_smile_vol(smile, 1000) - first) < 1e-14);
	assert_true(fabs(plm_smile_vol(smile, 1e6) - last) < 1e-14);
	double early = plm_surface_vol(&m.surface, 0.1, m.smiles[0].years);
	assert_true(fabs(plm_surface_vol(&m.surface, 0.1, 0.001) - early) < 1e-14);
	double late = plm_surface_vol(&m.surface, 0.1, m.smiles[SMILES - 1].years);
	assert_true(fabs(plm_surface_vol(&m.surface, 0.1, 9) - late) < 1e-14);
	assert_true(isnan(plm_surface_vol(&(plm_surface){NULL, 0}, 0, 1)));
	assert_true(isnan(plm_surface_vol(&m.surface, 0, 0)));
}

static void
test_surface__variance_is_linear_between_expiries(void **state)
{
	(void)state;
	market m;
	market_make(&m);
	for (int i = -3; i <= 3; i++) {
		double k = 0.07 * i, years = 0.4;
		double w = plm_smile_variance(&m.smiles[1], k) * (0.75 - years) / 0.5 +
			   plm_smile_variance(&m.smiles[2], k) * (years - 0.25) / 0.5;
		double vol = plm_surface_vol(&m.surface, k, years);
		assert_true(fabs(vol * vol * years - w) < 1e-14);
	}
}

static void
test_surface__a_shock_sticks_to_strike_or_moneyness(void **state)
{
	(void)state;
	market m;
	market_make(&m);
	const plm_shocked_option option = {.strike = 55000,
	    .years = m.smiles[1].years,
	    .forward = m.smiles[1].forward,
	    .forward_shocked = m.smiles[1].forward * 1.1};
	double before = plm_smile_vol(&m.smiles[1], option.strike);
	assert_true(
	    fabs(plm_surface_vol_shocked(&m.surface, &option, PLM_STICKY_STRIKE) - before) < 1e-14);
	double moved = plm_surface_vol_shocked(&m.surface, &option, PLM_STICKY_MONEYNESS);
	assert_true(fabs(moved - plm_smile_vol(&m.smiles[1], option.strike / 1.1)) < 1e-14);
	assert_true(fabs(moved - before) > 1e-4);
}

static void
test_surface__arbitrage_is_told(void **state)
{
	(void)state;
	market m;
	plm_surface_fault faults[4];
	market_make(&m);
	assert_int_equal(plm_surface_check(&m.surface, faults, 4), 0);
	m.quotes[1][7].vol *= 1.2; /* one quote stands out: its neighbours' butterflies pay */
	assert_int_equal(plm_smile_make(m.smiles[1].forward, m.smiles[1].years, m.quotes[1], QUOTES,
			     m.points[1], &m.smiles[1]),
	    PLM_OK);
	uint32_t count = plm_surface_check(&m.surface, faults, 4);
	assert_true(count >= 1);
	assert_int_equal(faults[0].kind, PLM_SURFACE_BUTTERFLY);
	assert_int_equal(faults[0].smile, 1);
	assert_true(fabs(faults[0].k) < 0.06);
	assert_true(fabs(faults[0].strike - m.smiles[1].forward * exp(faults[0].k)) < 1e-6);
	market_make(&m);
	for (uint32_t i = 0; i < QUOTES; i++)
		m.quotes[2][i].vol *= 0.4; /* less total variance than a quarter before */
	assert_int_equal(plm_smile_make(m.smiles[2].forward, m.smiles[2].years, m.quotes[2], QUOTES,
			     m.points[2], &m.smiles[2]),
	    PLM_OK);
	count = plm_surface_check(&m.surface, faults, 4);
	assert_true(count > 4);
	for (uint32_t i = 0; i < 4; i++) {
		assert_int_equal(faults[i].kind, PLM_SURFACE_CALENDAR);
		assert_int_equal(faults[i].smile, 2);
		assert_int_equal(faults[i].quoted, 1); /* quotes of the earlier come first */
		assert_true(fabs(faults[i].strike - m.quotes[1][i].strike) <= 0);
		assert_true(faults[i].amount > 0);
	}
}

static void
test_surface__quotes_that_make_no_smile_are_refused(void **state)
{
	(void)state;
	plm_smile_point points[2];
	plm_smile smile;
	const plm_vol_quote good[] = {{100, 0.5}, {110, 0.5}};
	const plm_vol_quote equal[] = {{100, 0.5}, {100, 0.6}};
	const plm_vol_quote none[] = {{100, 0.5}, {110, NAN}};
	const plm_vol_quote zero[] = {{0, 0.5}, {110, 0.5}};
	assert_int_equal(plm_smile_make(100, 1, good, 2, points, &smile), PLM_OK);
	assert_int_equal(plm_smile_make(100, 1, good, 0, points, &smile), PLM_EARG);
	assert_int_equal(plm_smile_make(0, 1, good, 2, points, &smile), PLM_EARG);
	assert_int_equal(plm_smile_make(100, INFINITY, good, 2, points, &smile), PLM_EARG);
	assert_int_equal(plm_smile_make(100, 1, equal, 2, points, &smile), PLM_EARG);
	assert_int_equal(plm_smile_make(100, 1, none, 2, points, &smile), PLM_EARG);
	assert_int_equal(plm_smile_make(100, 1, zero, 2, points, &smile), PLM_EARG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_surface__quotes_are_met),
	    cmocka_unit_test(test_surface__nothing_overshoots),
	    cmocka_unit_test(test_surface__outside_the_vol_holds),
	    cmocka_unit_test(test_surface__variance_is_linear_between_expiries),
	    cmocka_unit_test(test_surface__a_shock_sticks_to_strike_or_moneyness),
	    cmocka_unit_test(test_surface__arbitrage_is_told),
	    cmocka_unit_test(test_surface__quotes_that_make_no_smile_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
