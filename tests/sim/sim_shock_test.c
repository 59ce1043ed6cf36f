/* sim_shock_test.c: shocks lie over prices for their time; contracts change, go, shrink. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/sim_number.h"
#include "sim/sim_shock.h"

static const plm_time_ns start_ns = INT64_C(1795132800) * PLM_NS_PER_S;
static const plm_time_ns strike_ns = INT64_C(1795132800) * PLM_NS_PER_S + 700 * PLM_NS_PER_MS;
static pli_sim_world world;

static uint32_t
strike(pli_sim_shock_kind kind, uint64_t choice)
{
	pli_sim_shock shock = {.kind = kind,
	    .venue = PLI_SIM_BINANCE,
	    .now_ns = strike_ns,
	    .until_ns = start_ns + 5 * PLM_NS_PER_S,
	    .choice = choice};
	return pli_sim_shock_apply(&world, &shock);
}

static const pli_sim_instrument *
btcusdt(void)
{
	return pli_sim_market_find(&world.market, PLI_SIM_BINANCE, PLM_SLICE("BTCUSDT"));
}

static void
test_sim_shock__prices_are_off_for_their_time(void **state)
{
	static const struct {
		pli_sim_shock_kind kind;
		double low, high; /* mark over index */
	} rows[] = {{PLI_SIM_SHOCK_FLASH, 0.98, 1.02}, {PLI_SIM_SHOCK_ZERO, 0, 0},
	    {PLI_SIM_SHOCK_NEGATIVE, -1.02, -0.98}, {PLI_SIM_SHOCK_ABSURD, 9800, 10200},
	    {PLI_SIM_SHOCK_DIVERGE, 1.27, 1.33}};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		pli_sim_world_init(&world, 1, start_ns, 1);
		double before = plm_decimal_to_double(btcusdt()->index);
		assert_true(strike(rows[i].kind, PLI_SIM_BTC) > 0);
		assert_int_equal(pli_sim_world_advance(&world, start_ns + PLM_NS_PER_S), 1);
		double mark = plm_decimal_to_double(btcusdt()->mark);
		double index = plm_decimal_to_double(btcusdt()->index);
		assert_true(mark / index >= rows[i].low && mark / index <= rows[i].high);
		bool halved = index < 0.6 * before;
		assert_int_equal(halved, rows[i].kind == PLI_SIM_SHOCK_FLASH);
		assert_int_equal(pli_sim_world_advance(&world, start_ns + 9 * PLM_NS_PER_S), 1);
		mark = plm_decimal_to_double(btcusdt()->mark);
		assert_true(mark > 0.9 * before && mark < 1.1 * before);
	}
}

static void
test_sim_shock__specifications_change(void **state)
{
	(void)state;
	pli_sim_world_init(&world, 1, start_ns, 1);
	plm_decimal lot = btcusdt()->lot;
	assert_true(strike(PLI_SIM_SHOCK_SPEC, PLI_SIM_BTC) > 0);
	assert_true(btcusdt()->lot.units * 10 == lot.units && pli_sim_less(btcusdt()->lot, lot));
}

static void
test_sim_shock__a_contract_is_settled_and_gone(void **state)
{
	(void)state;
	pli_sim_world_init(&world, 1, start_ns, 1);
	uint32_t expired = 0;
	assert_int_equal(strike(PLI_SIM_SHOCK_DELIST, PLI_SIM_BTC), 1);
	assert_int_equal(pli_sim_world_advance(&world, start_ns + PLM_NS_PER_S), 1);
	for (uint32_t i = 0; i < world.market.instruments_count; i++)
		expired += world.market.instruments[i].expired;
	assert_int_equal(expired, 1);
	for (uint32_t a = 0; a < world.accounts_count; a++)
		for (uint32_t k = 0; k < world.accounts[a].positions_count; k++)
			if (world.accounts[a].positions[k].instrument->expired)
				assert_true(pli_sim_is_zero(world.accounts[a].positions[k].size));
}

static void
count_rename(void *ctx, const pli_sim_news *news)
{
	*(int *)ctx += news->kind == PLI_SIM_NEWS_RENAME;
	assert_true(!pli_sim_is_zero(news->position->size));
}

/* choice: the coin, then every other time the holders are told. */
static void
test_sim_shock__a_contract_goes_by_another_name(void **state)
{
	(void)state;
	int told = 0;
	pli_sim_world_init(&world, 1, start_ns, 1);
	world.sink = (pli_sim_news_sink){count_rename, &told};
	const pli_sim_instrument *in = btcusdt();
	assert_int_equal(strike(PLI_SIM_SHOCK_RENAME, PLI_SIM_BTC), 1);
	assert_string_equal(in->name, "BTC1USDT");
	assert_string_equal(in->name_before, "BTCUSDT");
	assert_true(told > 0);
	assert_null(btcusdt());
	assert_int_equal(in->renamed_ns, strike_ns);
	/* the next perpetual of the coin, and then there is none that was not renamed just now */
	int before = told;
	assert_int_equal(strike(PLI_SIM_SHOCK_RENAME, PLI_SIM_BTC + PLI_SIM_COINS), 1);
	assert_int_equal(told, before);
	assert_int_equal(strike(PLI_SIM_SHOCK_RENAME, PLI_SIM_BTC), 0);
	pli_sim_shock later = {.kind = PLI_SIM_SHOCK_RENAME,
	    .venue = PLI_SIM_BINANCE,
	    .now_ns = strike_ns + PLI_SIM_RENAME_NS};
	assert_int_equal(pli_sim_shock_apply(&world, &later), 1);
	assert_string_equal(in->name, "BTC2USDT");
	later.venue = PLI_SIM_DERIBIT;
	assert_int_equal(pli_sim_shock_apply(&world, &later), 1);
	assert_non_null(
	    pli_sim_market_find(&world.market, PLI_SIM_DERIBIT, PLM_SLICE("BTC-PERPETUAL1")));
}

static void
count_fill(void *ctx, const pli_sim_news *news)
{
	*(int *)ctx += news->kind == PLI_SIM_NEWS_FILL;
	/* between two steps of the market, and not at the last one */
	assert_int_equal(news->fill->time_ns, strike_ns);
	assert_int_equal(news->position->updated_ns, strike_ns);
}

static void
test_sim_shock__a_leg_is_reduced_and_told(void **state)
{
	(void)state;
	int fills = 0;
	uint64_t before = 0, after = 0;
	pli_sim_world_init(&world, 1, start_ns, 1);
	world.sink = (pli_sim_news_sink){count_fill, &fills};
	for (uint32_t a = 0; a < world.accounts_count; a++)
		before += world.accounts[a].changes;
	assert_int_equal(strike(PLI_SIM_SHOCK_ADL, PLI_SIM_BTC), 1);
	for (uint32_t a = 0; a < world.accounts_count; a++)
		after += world.accounts[a].changes;
	assert_int_equal(fills, 1);
	assert_true(after > before);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sim_shock__prices_are_off_for_their_time),
	    cmocka_unit_test(test_sim_shock__specifications_change),
	    cmocka_unit_test(test_sim_shock__a_contract_is_settled_and_gone),
	    cmocka_unit_test(test_sim_shock__a_contract_goes_by_another_name),
	    cmocka_unit_test(test_sim_shock__a_leg_is_reduced_and_told),
	};
	return cmocka_run_group_tests_name("sim_shock", tests, NULL, NULL);
}
