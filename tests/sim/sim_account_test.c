/* sim_account_test.c: averages, flips and margins against worked examples. */
#include "sim/sim_account.h"
#include "sim/sim_coinm.h"
#include "sim/sim_number.h"
#include "sim/sim_usdm.h"
#include "sim_fake_server.h"

static pli_sim_account account;
static pli_sim_instrument instrument;

static pli_sim_position *
fresh(pli_sim_venue venue, pli_sim_asset coin, bool inverse, const char *mark)
{
	account = (pli_sim_account){.venue = venue};
	instrument = (pli_sim_instrument){.venue = venue, .kind = PLI_SIM_PERPETUAL, .coin = coin};
	instrument.inverse = inverse;
	instrument.settle = inverse ? coin : venue == PLI_SIM_DERIBIT ? PLI_SIM_USDC : PLI_SIM_USDT;
	instrument.mark = instrument.index = pli_sim_of(mark);
	account.wallets[instrument.settle] = (pli_sim_wallet){
	    .used = true, .cash = plm_decimal_from_int(100000)};
	return pli_sim_account_position(&account, &instrument, PLI_SIM_NET);
}

static void
expect(plm_decimal value, const char *text)
{
	char got[PLM_DECIMAL_TEXT_MAX];
	(void)plm_decimal_format(value, got);
	assert_string_equal(got, text);
}

static void
test_sim_account__linear_grow_reduce_flip_close(void **state)
{
	(void)state;
	pli_sim_fill fill = {0};
	pli_sim_position *p = fresh(PLI_SIM_BINANCE, PLI_SIM_BTC, false, "120");
	pli_sim_account_trade(&account, p, pli_sim_of("1"), pli_sim_of("100"), &fill);
	pli_sim_account_trade(&account, p, pli_sim_of("3"), pli_sim_of("120"), &fill);
	expect(p->entry, "115");
	pli_sim_account_trade(&account, p, pli_sim_of("-1"), pli_sim_of("125"), &fill);
	expect(fill.realised, "10");
	assert_true(fill.reduce);
	expect(p->entry, "115");
	pli_sim_account_trade(&account, p, pli_sim_of("-5"), pli_sim_of("110"), &fill);
	expect(fill.realised, "-15");
	expect(p->size, "-2");
	expect(p->entry, "110");
	pli_sim_account_trade(&account, p, pli_sim_of("2"), pli_sim_of("100"), &fill);
	expect(fill.realised, "20");
	expect(p->size, "0");
	/* 100000 + 10 - 15 + 20 - 0.05 % of 100 + 360 + 125 + 550 + 200 */
	expect(account.wallets[PLI_SIM_USDT].cash, "100014.3325");
}

/* What the cash was after each change is kept, the newest PLI_SIM_CASH_PAST of it. */
static void
test_sim_account__keeps_what_the_cash_was(void **state)
{
	(void)state;
	pli_sim_fill fill = {0};
	pli_sim_position *p = fresh(PLI_SIM_BINANCE, PLI_SIM_BTC, false, "120");
	const pli_sim_wallet *wallet = &account.wallets[PLI_SIM_USDT];
	pli_sim_account_trade(&account, p, pli_sim_of("1"), pli_sim_of("100"), &fill);
	expect(wallet->past[wallet->past_count - 1], "99999.95");
	pli_sim_account_add_cash(&account, PLI_SIM_USDT, pli_sim_of("-1000"));
	expect(wallet->past[wallet->past_count - 2], "99999.95");
	expect(wallet->past[wallet->past_count - 1], "98999.95");
	for (int i = 0; i < PLI_SIM_CASH_PAST; i++)
		pli_sim_account_add_cash(&account, PLI_SIM_USDT, pli_sim_of("1"));
	expect(wallet->past[wallet->past_count % PLI_SIM_CASH_PAST], "99000.95");
	expect(wallet->cash, "99063.95");
}

static void
test_sim_account__inverse_averages_are_harmonic(void **state)
{
	(void)state;
	pli_sim_fill fill = {0};
	pli_sim_position *p = fresh(PLI_SIM_DERIBIT, PLI_SIM_BTC, true, "40000");
	pli_sim_account_trade(&account, p, pli_sim_of("10000"), pli_sim_of("20000"), &fill);
	pli_sim_account_trade(&account, p, pli_sim_of("10000"), pli_sim_of("60000"), &fill);
	expect(p->entry, "30000");
	pli_sim_coinm_row row;
	pli_sim_coinm_position(&account, p, &row);
	expect(row.size_currency, "0.5");
	expect(row.total, "0.16666667"); /* 20000 x (1/30000 - 1/40000) */
}

static void
test_sim_account__deribit_margins_are_the_published_examples(void **state)
{
	(void)state;
	static const struct {
		pli_sim_asset coin;
		bool inverse;
		const char *size, *mark, *initial, *maintenance;
	} rows[] = {
	    {PLI_SIM_BTC, false, "25", "100000", "53125", "28125"},
	    {PLI_SIM_SOL, false, "25", "200", "200.625", "100.625"},
	    {PLI_SIM_BTC, true, "2500000", "100000", "0.53125", "0.28125"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		pli_sim_position *p = fresh(
		    PLI_SIM_DERIBIT, rows[i].coin, rows[i].inverse, rows[i].mark);
		pli_sim_fill fill = {0};
		pli_sim_account_trade(
		    &account, p, pli_sim_of(rows[i].size), pli_sim_of(rows[i].mark), &fill);
		pli_sim_coinm_row row;
		pli_sim_coinm_position(&account, p, &row);
		expect(row.initial, rows[i].initial);
		expect(row.maintenance, rows[i].maintenance);
	}
}

static void
test_sim_account__binance_brackets_and_liquidation(void **state)
{
	(void)state;
	static const char *const cums[] = {
	    "0", "50", "950", "11450", "131450", "481450", "2981450", "14481450"};
	pli_sim_bracket rows[PLI_SIM_BRACKETS_MAX];
	pli_sim_position *p = fresh(PLI_SIM_BINANCE, PLI_SIM_BTC, false, "50000");
	assert_int_equal(pli_sim_brackets(p->instrument, rows), 8);
	for (int i = 0; i < 8; i++)
		expect(rows[i].cum, cums[i]);
	pli_sim_fill fill = {0};
	pli_sim_account_trade(&account, p, pli_sim_of("10"), pli_sim_of("50000"), &fill);
	pli_sim_usdm_row row;
	pli_sim_usdm_position(&account, p, &row);
	expect(row.notional, "500000");
	expect(row.maintenance, "2450"); /* 0.5 % less 50 */
	expect(row.initial, "25000");
	/* At that price equity is the maintenance: wallet + 10 (P - 50000) = 10 P 0.005 - 50 */
	plm_decimal equity = pli_sim_add(account.wallets[PLI_SIM_USDT].cash,
	    pli_sim_multiply(p->size, pli_sim_subtract(row.liquidation, p->entry)));
	plm_decimal due = pli_sim_subtract(
	    pli_sim_multiply(pli_sim_multiply(p->size, row.liquidation), pli_sim_of("0.005")),
	    pli_sim_of("50"));
	expect(pli_sim_round(pli_sim_subtract(equity, due), 6), "0");
}

/* COIN-M: everything in the coin; brackets too. */
static void
test_sim_account__coinm_brackets_and_liquidation(void **state)
{
	(void)state;
	pli_sim_bracket rows[PLI_SIM_BRACKETS_MAX];
	pli_sim_fill fill = {0};
	pli_sim_position *p = fresh(PLI_SIM_BINANCE_COINM, PLI_SIM_BTC, true, "50000");
	account.wallets[PLI_SIM_BTC].cash = pli_sim_of("1.004");
	assert_int_equal(pli_sim_brackets(p->instrument, rows), 6);
	expect(rows[1].floor, "5");
	expect(rows[1].cum, "0.005"); /* 5 x (0.5 % - 0.4 %) */
	pli_sim_account_trade(&account, p, pli_sim_of("400000"), pli_sim_of("50000"), &fill);
	expect(fill.fee, "0.004");
	expect(pli_sim_usdm_amount(p->instrument, p->size), "4000");
	pli_sim_usdm_row row;
	pli_sim_usdm_position(&account, p, &row);
	expect(row.notional, "8");
	expect(row.initial, "0.4");
	expect(row.maintenance, "0.035"); /* 0.5 % less 0.005 */
	/* At that price P: 1 + 400000 (1/50000 - 1/P) = 0.005 x 400000 / P - 0.005 */
	plm_decimal equity = pli_sim_add(
	    pli_sim_of("1"), pli_sim_profit(p->instrument, p->size, p->entry, row.liquidation));
	plm_decimal due = pli_sim_subtract(
	    pli_sim_divide(pli_sim_of("2000"), row.liquidation), pli_sim_of("0.005"));
	expect(pli_sim_round(pli_sim_subtract(equity, due), 6), "0");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sim_account__linear_grow_reduce_flip_close),
	    cmocka_unit_test(test_sim_account__keeps_what_the_cash_was),
	    cmocka_unit_test(test_sim_account__inverse_averages_are_harmonic),
	    cmocka_unit_test(test_sim_account__deribit_margins_are_the_published_examples),
	    cmocka_unit_test(test_sim_account__binance_brackets_and_liquidation),
	    cmocka_unit_test(test_sim_account__coinm_brackets_and_liquidation),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
