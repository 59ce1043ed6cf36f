/* pool_fold_test.c: a folded pool has the numbers of the pool, whatever its legs, rule and prices.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/random.h"
#include "margin/margin_work.h"

enum { LEGS = 200, UNDERLYINGS = 3, ASSETS = 2, POOLS = 30, TABLES = 4, ROWS = 5, MOVES = 8 };

typedef struct desk {
	pli_random random;
	plm_margin_work *work;
	plm_margin_rule folding, plain;
	plm_margin_pool pool;
	plm_margin_leg legs[LEGS];
	plm_margin_asset assets[ASSETS];
	plm_margin_underlying underlyings[UNDERLYINGS];
	plm_margin_step rows[TABLES][ROWS];
} desk;

static double
unit(desk *d)
{
	return pli_random_unit(&d->random);
}

static uint32_t
below(desk *d, uint32_t bound)
{
	return (uint32_t)pli_random_below(&d->random, bound);
}

static void
table_make(desk *d, plm_margin_step *rows)
{
	for (int i = 0; i < ROWS; i++)
		rows[i] = (plm_margin_step){
		    .floor = i == 0 ? 0 : rows[i - 1].floor * 3 + 1e4 * (1 + unit(d)),
		    .maintenance = (i == 0 ? 0 : rows[i - 1].maintenance) + 0.01 * unit(d),
		    .initial = 0.1};
	plm_margin_deduct(rows, ROWS);
}

static void
leg_make(desk *d, plm_margin_leg *leg)
{
	static const double leverages[] = {NAN, 5, 20};
	uint32_t of = below(d, UNDERLYINGS), asset = below(d, ASSETS);
	double price = d->underlyings[of].price * (1 + 0.02 * unit(d));
	double usd = 1e4 * (1 + 4 * unit(d)) * (unit(d) < 0.5 ? -1 : 1);
	*leg = (plm_margin_leg){.kind = asset == 0 ? PLM_MARGIN_LEG_LINEAR : PLM_MARGIN_LEG_INVERSE,
	    .underlying = asset == 0 ? of : 0,
	    .asset = asset,
	    .forward = NAN,
	    .leverage = leverages[below(d, 3)],
	    .fee = unit(d) < 0.5 ? 0 : 0.0005,
	    .factor = 1,
	    .confidence = 1,
	    .steps = {d->rows[below(d, TABLES)], ROWS, false, 0}};
	leg->mark = asset == 0 ? price : d->underlyings[0].price;
	leg->entry = leg->mark * (0.9 + 0.2 * unit(d));
	leg->quantity = asset == 0 ? usd / price : usd;
	if (unit(d) < 0.2)
		leg->steps.count = 1;
	if (asset != 0 || unit(d) > 0.05)
		return;
	leg->kind = PLM_MARGIN_LEG_OPTION;
	leg->strike = price * (0.8 + 0.4 * unit(d));
	leg->years = 0.1 + unit(d);
	leg->vol = 0.3 + unit(d);
	leg->mark = leg->entry = plm_margin_option_price(leg, price);
}

static void
desk_make(desk *d, const plm_margin_rule *rule, uint64_t seed)
{
	pli_random_init(&d->random, seed);
	d->folding = d->plain = *rule;
	d->plain.legs_add = false;
	for (int i = 0; i < TABLES; i++)
		table_make(d, d->rows[i]);
	for (int i = 0; i < UNDERLYINGS; i++)
		d->underlyings[i] = (plm_margin_underlying){100 * (1 + unit(d)), 1 + unit(d), 1};
	for (uint32_t i = 0; i < ASSETS; i++)
		d->assets[i] = (plm_margin_asset){
		    .wallet = (i == 0 ? 1e5 : 1e3) * (1 + 4 * unit(d)),
		    .price = i == 0 ? 1 : d->underlyings[0].price,
		    .underlying = i == 0 ? PLM_MARGIN_STILL : 0,
		    .weight = 0.95,
		    .weight_initial = 0.9,
		    .debt_weight = 1.05,
		    .confidence = 1};
	for (int i = 0; i < LEGS; i++)
		leg_make(d, &d->legs[i]);
	d->pool = (plm_margin_pool){.rule = &d->folding,
	    .legs = d->legs,
	    .assets = d->assets,
	    .underlyings = d->underlyings,
	    .legs_count = LEGS,
	    .assets_count = ASSETS,
	    .underlyings_count = UNDERLYINGS};
}

static bool
near(double a, double b, double scale)
{
	return fabs(a - b) <= 1e-9 * scale;
}

static void
moves_check(desk *d, const plm_margin_pool *folded)
{
	for (int i = 0; i < MOVES; i++) {
		double factors[UNDERLYINGS], most = 0;
		for (int u = 0; u < UNDERLYINGS; u++) {
			factors[u] = exp(4 * pli_random_normal(&d->random));
			most = fmax(most, fmax(factors[u], 1 / factors[u]));
		}
		plm_margin_numbers of, by;
		plm_margin_move move = {factors, 0};
		plm_margin_evaluate(d->work, &d->pool, &move, &of);
		plm_margin_evaluate(d->work, folded, &move, &by);
		double scale = LEGS * 5e4 * most;
		assert_true(near(by.value, of.value, scale));
		assert_true(near(by.equity, of.equity, scale));
		assert_true(near(by.maintenance, of.maintenance, of.maintenance));
		assert_true(near(by.call, of.call, scale));
		assert_true(near(by.liquidation, of.liquidation, scale));
	}
}

/* Returns how many rungs were found. */
static uint32_t
ladders_check(desk *d)
{
	plm_ladder by, of;
	uint32_t found = 0;
	plm_ladder_query query = {
	    unit(d) < 0.5 ? PLM_MARGIN_STILL : below(d, UNDERLYINGS), 0, NULL};
	plm_ladder_find(d->work, &d->pool, &query, &by);
	d->pool.rule = &d->plain;
	plm_ladder_find(d->work, &d->pool, &query, &of);
	for (int t = 0; t < PLM_THRESHOLD_COUNT_; t++)
		for (int side = 0; side < 2; side++) {
			const plm_rung *a = &by.rungs[t][side], *b = &of.rungs[t][side];
			assert_int_equal(a->status, b->status);
			assert_int_equal(a->crossings_count, b->crossings_count);
			assert_true(isnan(a->factor) == isnan(b->factor));
			assert_false(fabs(a->factor - b->factor) > 1e-9 * b->factor);
			found += !isnan(b->factor);
		}
	return found;
}

static void
test_numbers_and_ladders_are_those_of_all_legs(void **state)
{
	(void)state;
	static desk d;
	uint32_t rules = 0, found = 0, folds = 0;
	d.work = plm_margin_work_create(LEGS, ASSETS, UNDERLYINGS);
	assert_non_null(d.work);
	const plm_margin_rule *rule;
	for (uint32_t row = 0; (rule = plm_margin_rule_at(row)) != NULL; row++) {
		rules += rule->legs_add;
		for (uint64_t seed = 0; rule->legs_add && seed < POOLS; seed++) {
			plm_margin_pool folded;
			desk_make(&d, rule, seed + 1000 * row);
			if (!pli_margin_fold(&d.work->fold, &d.pool, &folded))
				continue;
			folds++;
			assert_true(folded.legs_count * 2 <= LEGS);
			moves_check(&d, &folded);
			found += ladders_check(&d);
		}
	}
	assert_int_equal(rules, 10);
	assert_true(folds > 5 * POOLS && found > folds);
	plm_margin_work_destroy(d.work);
}

static void
test_what_does_not_add_up_stays_as_it_is(void **state)
{
	(void)state;
	static desk d;
	plm_margin_pool folded;
	d.work = plm_margin_work_create(LEGS, ASSETS, UNDERLYINGS);
	desk_make(&d, plm_margin_rule_find("kraken"), 1);
	assert_false(pli_margin_fold(&d.work->fold, &d.pool, &folded));
	desk_make(&d, plm_margin_rule_find("binance.usdm"), 1);
	for (uint32_t i = 0; i < LEGS; i++) {
		d.legs[i] = d.legs[0];
		d.legs[i].kind = PLM_MARGIN_LEG_LINEAR;
	}
	assert_true(pli_margin_fold(&d.work->fold, &d.pool, &folded));
	assert_int_equal(folded.legs_count, 1);
	for (uint32_t i = 0; i < LEGS; i += 20) /* rates are not known */
		d.legs[i].steps.count = 0;
	d.legs[15].entry = NAN;
	d.legs[16].steps.slope = 0.001;
	d.legs[17].quantity = 0;
	assert_true(pli_margin_fold(&d.work->fold, &d.pool, &folded));
	assert_int_equal(folded.legs_count, 1 + LEGS / 20 + 3);
	d.rows[0][1].deduction = 1e9; /* the row asks for less than nothing at its floor */
	for (uint32_t i = 0; i < LEGS; i++)
		d.legs[i].steps = (plm_margin_steps){d.rows[0], ROWS, false, 0};
	assert_false(pli_margin_fold(&d.work->fold, &d.pool, &folded));
	plm_margin_work_destroy(d.work);
}

/* A table by quantity asks the same rate at every price. */
static void
test_a_table_by_quantity_is_one_rate(void **state)
{
	(void)state;
	static desk d;
	plm_margin_pool folded;
	d.work = plm_margin_work_create(LEGS, ASSETS, UNDERLYINGS);
	desk_make(&d, plm_margin_rule_find("okx.futures"), 5);
	for (int i = 0; i < ROWS; i++)
		d.rows[0][i].floor = d.rows[0][i].deduction = 0;
	for (int i = 1; i < ROWS; i++)
		d.rows[0][i].floor = 20 * i;
	for (uint32_t i = 0; i < LEGS; i++)
		if (d.legs[i].kind == PLM_MARGIN_LEG_LINEAR)
			d.legs[i].steps = (plm_margin_steps){d.rows[0], ROWS, true, 0};
	assert_true(pli_margin_fold(&d.work->fold, &d.pool, &folded));
	moves_check(&d, &folded);
	assert_true(ladders_check(&d) > 0);
	plm_margin_work_destroy(d.work);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_numbers_and_ladders_are_those_of_all_legs),
	    cmocka_unit_test(test_what_does_not_add_up_stays_as_it_is),
	    cmocka_unit_test(test_a_table_by_quantity_is_one_rate),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
