/* rule_stress_test.c: a grid of prices, and what a venue told beside it. */
#include "margin_rig.h"

#include "margin/rule_stress.h"

/* The pool as it is once its first underlying has moved. */
static margin_view
view_at(rig *r, double factor)
{
	plm_margin_numbers numbers;
	double factors[2] = {factor, 1};
	plm_margin_evaluate(r->work, &r->pool, &(plm_margin_move){factors, 0}, &numbers);
	return pli_margin_view(r->work, &r->pool);
}

static plm_margin_stress
grid_of(uint32_t moves, double range)
{
	return (plm_margin_stress){.coin = {1}, .moves_count = moves, .range = range, .initial = 1};
}

/* The shock is to the index: a future moves by as much in money, whatever its own mark. */
static void
test_stress_moves_futures_by_the_index(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r, "okx.pm", 10000);
	rig_leg(&r, 0, 2)->mark = 60600;
	(void)rig_leg(&r, 1, 5); /* on another coin: not in it */
	for (double factor = 0.5; factor < 2; factor += 0.5) {
		margin_view view = view_at(&r, factor);
		pli_stress stress = pli_stress_of(&view, 0);
		assert_true(fabs(pli_stress_gain(&stress, -0.1) + 2 * 0.1 * 60000 * factor) < 1e-6);
		assert_true(stress.usd == 1);
	}
	plm_margin_work_destroy(r.work);
}

/* An option is priced anew while its vol stays: a bought straddle loses nowhere by prices alone. */
static void
test_stress_prices_options(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r, "okx.pm", 10000);
	for (int put = 0; put < 2; put++) {
		plm_margin_leg *leg = rig_leg(&r, 0, 1);
		leg->kind = PLM_MARGIN_LEG_OPTION;
		leg->put = put == 1;
		leg->strike = leg->forward = 60000;
		leg->years = 0.1;
		leg->vol = 0.5;
		leg->mark = plm_margin_option_price(leg, 60000);
	}
	margin_view view = view_at(&r, 1);
	pli_stress stress = pli_stress_of(&view, 0);
	plm_margin_stress grid = grid_of(7, 0.12);
	assert_true(pli_stress_gain(&stress, 0.12) > 0 && pli_stress_gain(&stress, -0.12) > 0);
	assert_true(fabs(pli_stress_gain(&stress, 0)) < 1e-9);
	assert_true(pli_stress_worst(&stress, &grid) == 0);
	grid.beside[3] = -700; /* vols that fall where no price moves */
	assert_true(fabs(pli_stress_worst(&stress, &grid) - 700) < 1e-9);
	r.legs[0].quantity = r.legs[1].quantity = -1;
	view = view_at(&r, 1);
	stress = pli_stress_of(&view, 0);
	double at_end = -pli_stress_gain(&stress, -0.12);
	assert_true(at_end > 700);
	grid.beside[3] = 0;
	grid.beside[0] = -900;
	assert_true(fabs(pli_stress_worst(&stress, &grid) - at_end - 900) < 1e-6);
	plm_margin_work_destroy(r.work);
}

/* Spot that stands in the test moves with the index; told in US dollars, counted in the coin. */
static void
test_stress_counts_spot_and_units(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r, "okx.pm", 2);
	plm_margin_leg *leg = rig_leg(&r, 0, -60000);
	leg->kind = PLM_MARGIN_LEG_INVERSE;
	margin_view view = view_at(&r, 1);
	pli_stress stress = pli_stress_of(&view, 0);
	assert_true(fabs(stress.usd - 60000) < 1e-9);
	plm_margin_stress grid = grid_of(3, 0.1);
	double alone = pli_stress_worst(&stress, &grid);
	assert_true(fabs(alone - (1 - 1 / 1.1)) < 1e-9);
	grid.spot = 1;
	assert_true(pli_stress_worst(&stress, &grid) == 0); /* it gains as much, and more below */
	grid.spot = 0;
	grid.beside[2] = -600;
	assert_true(fabs(pli_stress_worst(&stress, &grid) - alone - 0.01) < 1e-9);
	plm_margin_work_destroy(r.work);
}

/* What was not told is no number. */
static void
test_stress_unknown_stays_unknown(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r, "okx.pm", 2);
	(void)rig_leg(&r, 0, 1);
	margin_view view = view_at(&r, 1);
	pli_stress stress = pli_stress_of(&view, 0);
	plm_margin_stress grid = grid_of(7, 0.12);
	assert_true(pli_stress_is_whole(&grid));
	grid.beside[1] = NAN;
	assert_true(isnan(pli_stress_worst(&stress, &grid)));
	assert_false(pli_stress_is_whole(&grid));
	double *const parts[] = {
	    &grid.range, &grid.spot, &grid.decay, &grid.added, &grid.least, &grid.initial};
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		grid = grid_of(7, 0.12);
		*parts[i] = NAN;
		assert_false(pli_stress_is_whole(&grid));
	}
	grid = grid_of(6, 0.12);
	assert_false(pli_stress_is_whole(&grid));
	grid = grid_of(0, 0.12);
	assert_false(pli_stress_is_whole(&grid));
	grid = grid_of(7, 1);
	assert_false(pli_stress_is_whole(&grid));
	plm_margin_work_destroy(r.work);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_stress_moves_futures_by_the_index),
	    cmocka_unit_test(test_stress_prices_options),
	    cmocka_unit_test(test_stress_counts_spot_and_units),
	    cmocka_unit_test(test_stress_unknown_stays_unknown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
