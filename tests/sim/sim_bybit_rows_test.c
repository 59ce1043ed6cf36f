/* sim_bybit_rows_test.c: the numbers of a coin and of an account re-add, and contracts in USDC are
 * settled into the wallet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/sim_bybit_rows.h"
#include "sim/sim_number.h"
#include "sim_rows.h"

static const pli_sim_account *
account_of(const pli_sim_world *w, const char *name)
{
	for (uint32_t i = 0; i < w->accounts_count; i++)
		if (strcmp(w->accounts[i].name, name) == 0)
			return &w->accounts[i];
	fail_msg("no account %s", name);
	return NULL;
}

static void
test_sim_bybit_rows__a_coin_re_adds(void **state)
{
	(void)state;
	pli_sim_world *w = world_create(PLI_SIM_BYBIT, 400);
	const pli_sim_account *a = account_of(w, "bybit-main");
	plm_decimal profit = plm_decimal_zero(), maintenance = profit;
	for (uint32_t k = 0; k < a->positions_count; k++) {
		pli_sim_bybit_row row;
		pli_sim_bybit_position(a, &a->positions[k], &row);
		assert_true(plm_decimal_sign(row.value) >= 0);
		bool free = a->positions[k].instrument->kind == PLI_SIM_OPTION &&
			    plm_decimal_sign(a->positions[k].size) > 0;
		assert_true(pli_sim_is_zero(row.value) || free ||
			    pli_sim_less(row.maintenance, row.initial));
		assert_true(!free || pli_sim_is_zero(row.initial));
		if (a->positions[k].instrument->settle != PLI_SIM_USDC)
			continue;
		profit = pli_sim_add(profit, row.profit);
		maintenance = pli_sim_add(maintenance, row.maintenance);
	}
	pli_sim_bybit_sums sums;
	pli_sim_bybit_asset(a, PLI_SIM_USDC, &sums);
	assert_true(same(sums.cash, a->wallets[PLI_SIM_USDC].cash));
	assert_true(same(pli_sim_add(sums.profit, sums.options_profit), profit));
	assert_true(same(sums.maintenance, maintenance) && plm_decimal_sign(maintenance) > 0);
	assert_true(
	    same(sums.equity, pli_sim_add(pli_sim_add(sums.cash, sums.profit), sums.options)));
	assert_false(pli_sim_is_zero(sums.options));
	free(w);
}

static void
test_sim_bybit_rows__an_account_re_adds(void **state)
{
	(void)state;
	pli_sim_world *w = world_create(PLI_SIM_BYBIT, 400);
	const pli_sim_account *a = account_of(w, "bybit-hedge");
	const pli_sim_market *m = &w->market;
	pli_sim_bybit_totals t;
	pli_sim_bybit_account(m, a, &t);
	pli_sim_bybit_sums usdt, sol;
	pli_sim_bybit_asset(a, PLI_SIM_USDT, &usdt);
	pli_sim_bybit_asset(a, PLI_SIM_SOL, &sol);
	plm_decimal worth = pli_sim_add(
	    pli_sim_round(pli_sim_multiply(usdt.equity, m->dollar[PLI_SIM_USDT]), 8),
	    pli_sim_round(pli_sim_multiply(sol.equity, m->dollar[PLI_SIM_SOL]), 8));
	assert_true(same(t.equity, worth));
	assert_true(pli_sim_less(t.margin, t.equity)); /* the coin counts for less */
	assert_true(same(t.margin, pli_sim_add(t.wallet, t.profit)));
	assert_true(same(t.available, pli_sim_subtract(t.margin, t.initial)));
	assert_true(pli_sim_less(t.maintenance_rate, t.initial_rate));
	assert_true(pli_sim_less(t.initial_rate, plm_decimal_from_int(1)));
	free(w);
}

/* Both legs of a contract are there, and never of one settled in anything but USDT. */
static void
test_sim_bybit_rows__hedge_mode_is_of_usdt(void **state)
{
	(void)state;
	pli_sim_world *w = world_create(PLI_SIM_BYBIT, 400);
	const pli_sim_account *a = account_of(w, "bybit-hedge");
	uint32_t legs[3] = {0, 0, 0};
	for (uint32_t k = 0; k < a->positions_count; k++) {
		assert_int_equal(a->positions[k].instrument->settle, PLI_SIM_USDT);
		legs[a->positions[k].side]++;
	}
	assert_int_equal(legs[PLI_SIM_NET], 0);
	assert_true(legs[PLI_SIM_LONG] > 0 && legs[PLI_SIM_SHORT] > 0);
	free(w);
}

/* At the price of its liquidation an isolated position has lost all but maintenance. */
static void
test_sim_bybit_rows__an_isolated_position_has_prices(void **state)
{
	(void)state;
	pli_sim_world *w = world_create(PLI_SIM_BYBIT, 400);
	const pli_sim_account *a = account_of(w, "bybit-isolated");
	uint32_t checked = 0;
	assert_true(pli_sim_bybit_is_isolated(a));
	assert_false(pli_sim_bybit_is_isolated(account_of(w, "bybit-main")));
	for (uint32_t k = 0; k < a->positions_count; k++) {
		const pli_sim_position *p = &a->positions[k];
		pli_sim_bybit_row row;
		pli_sim_bybit_position(a, p, &row);
		if (pli_sim_is_zero(p->size) || pli_sim_is_zero(row.bust))
			continue;
		plm_decimal loss = pli_sim_profit(p->instrument, p->size, p->entry, row.bust);
		plm_decimal left = pli_sim_add(p->isolated_wallet, loss);
		assert_true(pli_sim_less(plm_decimal_abs(left), pli_sim_of("0.01")));
		loss = pli_sim_profit(p->instrument, p->size, p->entry, row.liquidation);
		left = pli_sim_subtract(pli_sim_add(p->isolated_wallet, loss), row.maintenance);
		assert_true(pli_sim_less(plm_decimal_abs(left), pli_sim_of("0.01")));
		checked++;
	}
	assert_true(checked > 1);
	free(w);
}

/* Bought and sold again, an option leaves the difference of the premiums, less fees. */
static void
test_sim_bybit_rows__premiums_move_the_cash(void **state)
{
	(void)state;
	pli_sim_world *w = world_create(PLI_SIM_BYBIT, 1);
	const pli_sim_instrument *option = NULL;
	for (uint32_t i = 0; i < w->market.instruments_count && option == NULL; i++)
		if (w->market.instruments[i].venue == PLI_SIM_BYBIT &&
		    w->market.instruments[i].kind == PLI_SIM_OPTION)
			option = &w->market.instruments[i];
	assert_non_null(option);
	pli_sim_account a = {.venue = PLI_SIM_BYBIT};
	pli_sim_account_add_cash(&a, PLI_SIM_USDC, plm_decimal_from_int(1000));
	pli_sim_position *p = pli_sim_account_position(&a, option, PLI_SIM_NET);
	pli_sim_fill bought = {0}, sold = {0};
	pli_sim_account_trade(&a, p, pli_sim_of("2"), plm_decimal_from_int(100), &bought);
	assert_true(same(
	    a.wallets[PLI_SIM_USDC].cash, pli_sim_subtract(plm_decimal_from_int(800), bought.fee)));
	pli_sim_account_trade(&a, p, pli_sim_of("-2"), plm_decimal_from_int(130), &sold);
	assert_true(same(sold.realised, plm_decimal_from_int(60)));
	assert_true(same(a.wallets[PLI_SIM_USDC].cash,
	    pli_sim_subtract(plm_decimal_from_int(1060), pli_sim_add(bought.fee, sold.fee))));
	free(w);
}

typedef struct settled {
	const pli_sim_world *world;
	uint32_t count;
} settled;

static void
settled_hear(void *ctx, const pli_sim_news *news)
{
	settled *s = ctx;
	const pli_sim_account *a = &s->world->accounts[news->account];
	if (news->kind != PLI_SIM_NEWS_SETTLED || a->venue != PLI_SIM_BYBIT)
		return;
	assert_int_equal(news->asset, PLI_SIM_USDC);
	assert_true(same(news->position->session_entry, news->position->instrument->mark));
	pli_sim_bybit_row row;
	pli_sim_bybit_position(a, news->position, &row);
	assert_true(pli_sim_is_zero(row.profit)); /* it is in the wallet now */
	s->count++;
}

static void
test_sim_bybit_rows__usdc_is_settled_into_the_wallet(void **state)
{
	(void)state;
	pli_sim_world *w = world_create(PLI_SIM_BYBIT, 1);
	settled heard = {.world = w};
	w->sink = (pli_sim_news_sink){settled_hear, &heard};
	for (plm_time_ns at = START_NS; heard.count == 0 && at < START_NS + 4000 * PLM_NS_PER_S;
	     at += w->step_ns)
		(void)pli_sim_world_advance(w, at);
	assert_true(heard.count > 0);
	free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sim_bybit_rows__a_coin_re_adds),
	    cmocka_unit_test(test_sim_bybit_rows__an_account_re_adds),
	    cmocka_unit_test(test_sim_bybit_rows__hedge_mode_is_of_usdt),
	    cmocka_unit_test(test_sim_bybit_rows__an_isolated_position_has_prices),
	    cmocka_unit_test(test_sim_bybit_rows__premiums_move_the_cash),
	    cmocka_unit_test(test_sim_bybit_rows__usdc_is_settled_into_the_wallet),
	};
	return cmocka_run_group_tests_name("sim_bybit_rows", tests, NULL, NULL);
}
