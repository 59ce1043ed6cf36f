/* venue_rules_test.c: which rule is for which pools. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "margin/venue_rules.h"

static void
test_rules_of_venues(void **state)
{
	(void)state;
	static const struct {
		const char *venue;
		plm_margin_mode mode;
		const char *rule;
	} rows[] = {{"binance", PLM_MARGIN_ISOLATED, "binance.usdm"},
	    {"binance", PLM_MARGIN_CROSS, "binance.multi"},
	    {"binance-pm", PLM_MARGIN_CROSS, "binance.pm"}, {"okx", PLM_MARGIN_CROSS, "okx.multi"},
	    {"okx", PLM_MARGIN_SEGREGATED, "okx.futures"},
	    {"deribit", PLM_MARGIN_SEGREGATED, "deribit.sm"},
	    {"hyperliquid", PLM_MARGIN_ISOLATED, "hyperliquid"},
	    {"dydx", PLM_MARGIN_CROSS, "dydx.v4"}, {"dydx", PLM_MARGIN_ISOLATED, "dydx.v4"}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const pli_venue_rule *rule = pli_venue_rule_find(rows[i].venue, rows[i].mode);
		assert_non_null(rule);
		assert_string_equal(rule->rule, rows[i].rule);
		assert_non_null(plm_margin_rule_find(rule->rule));
	}
	assert_null(pli_venue_rule_find("file", PLM_MARGIN_CROSS));
	assert_null(pli_venue_rule_find("", PLM_MARGIN_NONE));
}

/* Three classes of coins, each moved further; what the last one is asked by is not known. */
static void
test_rules_okx_classes(void **state)
{
	(void)state;
	const plm_okx_pm *btc = pli_venue_okx_pm("BTC"), *sol = pli_venue_okx_pm("SOL"),
			 *other = pli_venue_okx_pm("PNUT");
	assert_ptr_equal(btc, pli_venue_okx_pm("ETH"));
	assert_ptr_equal(sol, pli_venue_okx_pm("ADA"));
	assert_ptr_equal(other, pli_venue_okx_pm(""));
	assert_true(btc->move < sol->move && sol->move < other->move);
	assert_true(btc->move_far < sol->move_far && sol->move_far < other->move_far);
	assert_true(btc->basis < sol->basis && btc->least < sol->least);
	assert_true(isnan(other->basis) && isnan(other->least));
}

/* Of accounts by portfolio, three venues'; rows by what is priced and what it settles in. */
static void
test_rules_by_portfolio(void **state)
{
	(void)state;
	plm_deribit_pm btc, eth, linear;
	const pli_venue_rule *rule = pli_venue_rule_find_portfolio("deribit");
	assert_non_null(rule);
	assert_true(rule->by_portfolio);
	assert_non_null(plm_margin_rule_find(rule->rule));
	rule = pli_venue_rule_find_portfolio("okx");
	assert_true(rule != NULL && rule->by_portfolio && rule->in_contracts);
	assert_non_null(plm_margin_rule_find(rule->rule));
	rule = pli_venue_rule_find_portfolio("bybit");
	assert_true(rule != NULL && rule->by_portfolio && !rule->in_contracts);
	assert_non_null(plm_margin_rule_find(rule->rule));
	assert_null(pli_venue_rule_find_portfolio("hyperliquid"));
	assert_true(pli_venue_deribit_pm("BTC", "BTC", &btc));
	assert_true(pli_venue_deribit_pm("ETH", "ETH", &eth));
	assert_true(pli_venue_deribit_pm("ETH", "USDC", &linear));
	assert_true(linear.range == eth.range && eth.range > btc.range);
	assert_true(linear.dampener_usd < btc.dampener_usd && btc.dampener_usd < eth.dampener_usd);
	assert_false(pli_venue_deribit_pm("SOL", "USDC", &linear));
	assert_false(pli_venue_deribit_pm("BTC", "USDT", &linear));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rules_of_venues),
	    cmocka_unit_test(test_rules_okx_classes),
	    cmocka_unit_test(test_rules_by_portfolio),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
