/* hyperliquid_account_test.c: positions and balances, in all the places where an account has them.
 */
#include "hyperliquid_rig.h"

/* Identities of a stored isolated position: what is in it, and its liquidation price. */
static void
test_hyperliquid_account__an_isolated_position(void **state)
{
	(void)state;
	rig *r = rig_create();
	if (rig_fixture(r, "clearinghouseState-isolated--jkorf.json")) {
		const plm_position *p = rig_position(r, 0);
		assert_decimal(p->quantity, "2");
		assert_int_equal(p->unit, PLM_UNIT_COINS);
		assert_int_equal(p->margin_mode, PLM_MARGIN_ISOLATED);
		assert_decimal(p->mark_price, "37.826");
		assert_decimal(p->isolated_margin, "7.531754"); /* rawUsd + 2 x 37.829 */
		assert_decimal(p->initial_margin, "null");
		/* l = 1/(2 x 10): px - side x (margin - ntl x l) / size / (1 - l x side) */
		double l = 1.0 / 20, price = 37.826 - (7.525754 - 75.652 * l) / 2 / (1 - l);
		double stated = plm_decimal_to_double(p->liquidation_price);
		assert_true(price - stated < 1e-9 && stated - price < 1e-9);
		assert_decimal(hl_balance(r, "USDC")->wallet, "83.313638");
		assert_decimal(hl_balance(r, "USDC")->equity, "83.307638");
	}
	rig_destroy(r);
}

static void
test_hyperliquid_account__a_cross_position(void **state)
{
	(void)state;
	rig *r = rig_create();
	if (rig_fixture(r, "clearinghouseState-BTC-long--roq-hyperliquid.json")) {
		const plm_position *p = rig_position(r, 0);
		const plm_venue_margin *margin =
		    &rig_event(r, PLM_EVENT_VENUE_MARGIN, 0)->u.venue_margin;
		assert_decimal(p->mark_price, "78135");
		assert_decimal(p->initial_margin, "2.383117");
		assert_decimal(p->liquidation_price, "null");
		assert_int_equal(p->margin_mode, PLM_MARGIN_CROSS);
		assert_decimal(margin->equity, "179.007426");
		assert_decimal(margin->maintenance_margin, "0.595779");
		/* half of the initial margin at 40x, of 47.66235 */
		double off = 47.66235 / 80 - plm_decimal_to_double(margin->maintenance_margin);
		assert_true(off < 1e-6 && off > -1e-6);
	}
	rig_destroy(r);
}

/* In 2023, too: values add up to the total, P&L is size x (mark - entry), also of a short. */
static void
test_hyperliquid_account__old_states_keep_the_identities(void **state)
{
	(void)state;
	rig *r = rig_create();
	if (rig_fixture(r, "clearinghouseState-2023--hl-python-sdk.json")) {
		uint32_t shorts = 0;
		for (uint32_t i = 0; i < rig_count(r, PLM_EVENT_POSITION); i++) {
			const plm_position *p = rig_position(r, i);
			double pnl = plm_decimal_to_double(p->quantity) *
				     (plm_decimal_to_double(p->mark_price) -
					 plm_decimal_to_double(p->entry_price));
			double off = pnl - plm_decimal_to_double(p->unrealised_pnl);
			assert_true(off < 0.01 && off > -0.01);
			shorts += plm_decimal_sign(p->quantity) < 0;
		}
		assert_true(shorts > 2);
	}
	rig_destroy(r);
}

/* The formula of the venue's page against 29 stored liquidation prices is in docs; here: one that
 * is none, and one at or below 0, cannot be reached. */
static void
test_hyperliquid_account__what_cannot_be_reached_is_unknown(void **state)
{
	(void)state;
	static const char *const rows[] = {"null", "\"0.0\"", "\"-3.5\""};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[256];
		(void)snprintf(text, sizeof text,
		    "{\"assetPositions\":[{\"position\":{\"coin\":\"BTC\",\"szi\":\"-1\","
		    "\"liquidationPx\":%s}}]}",
		    rows[i]);
		assert_int_equal(rig_decode(r, text), PLM_OK);
		assert_decimal(rig_position(r, 0)->liquidation_price, "null");
		assert_decimal(rig_position(r, 0)->quantity, "-1");
		assert_decimal(rig_position(r, 0)->mark_price, "null");
	}
	rig_destroy(r);
}

#define STATES(value_own, value_builder)                                                           \
	"\"dexToClearinghouseState\":[[\"\",{\"marginSummary\":{\"accountValue\":\"" value_own     \
	"\"},\"crossMarginSummary\":{\"accountValue\":\"" value_own "\"},"                         \
	"\"crossMaintenanceMarginUsed\":\"3\",\"assetPositions\":[{\"position\":{\"coin\":"        \
	"\"BTC\",\"szi\":\"1\",\"unrealizedPnl\":\"4\",\"leverage\":{\"type\":\"cross\","          \
	"\"value\":2}}}],\"withdrawable\":\"1\"}],[\"xyz\",{\"marginSummary\":{"                   \
	"\"accountValue\":\"" value_builder "\"},\"assetPositions\":[]}]]"
#define SPOT                                                                                       \
	"\"spotState\":{\"balances\":[{\"coin\":\"USDC\",\"token\":0,\"total\":\"1000\","          \
	"\"hold\":\"100\"},{\"coin\":\"HYPE\",\"token\":150,\"total\":\"5\",\"hold\":\"0\"}]}"

/* The same states and balances, under each mode. */
static void
test_hyperliquid_account__money_is_counted_once(void **state)
{
	(void)state;
	static const struct {
		const char *mode, *wallet, *equity;
		uint8_t pool;
	} rows[] = {
	    /* dex and spot are apart */
	    {",\"abstraction\":\"default\"", "1146", "1150", PLM_MARGIN_CROSS},
	    {",\"abstraction\":\"disabled\"", "1146", "1150", PLM_MARGIN_CROSS},
	    {",\"abstraction\":\"dexAbstraction\"", "1146", "1150", PLM_MARGIN_CROSS},
	    /* spot has it all */
	    {",\"abstraction\":\"unifiedAccount\"", "996", "1000", PLM_MARGIN_SEGREGATED},
	    {",\"abstraction\":\"portfolioMargin\"", "996", "1000", PLM_MARGIN_CROSS},
	    /* nobody says which */
	    {"", "null", "null", PLM_MARGIN_CROSS},
	};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[1024];
		(void)snprintf(
		    text, sizeof text, "[{%s,%s%s}]", STATES("150", "0"), SPOT, rows[i].mode);
		assert_int_equal(rig_decode(r, text), PLM_OK);
		assert_int_equal(rig_count(r, PLM_EVENT_BALANCE), 2);
		assert_decimal(hl_balance(r, "USDC")->wallet, rows[i].wallet);
		assert_decimal(hl_balance(r, "USDC")->equity, rows[i].equity);
		assert_int_equal(hl_balance(r, "USDC")->margin_mode, rows[i].pool);
		assert_decimal(hl_balance(r, "HYPE")->equity, "5");
		assert_int_equal(rig_position(r, 0)->margin_mode, rows[i].pool);
		const plm_event *margin = rig_event(r, PLM_EVENT_VENUE_MARGIN, 0);
		assert_int_equal(margin != NULL && margin->u.venue_margin.is_portfolio == 1,
		    strstr(rows[i].mode, "portfolioMargin") != NULL);
	}
	rig_destroy(r);
}

/* supplied + account value of the dex = total of the token: the stored portfolio account. */
static void
test_hyperliquid_account__a_portfolio_account_has_it_all_in_spot(void **state)
{
	(void)state;
	rig *r = rig_create();
	if (rig_fixture(r, "subAccounts2--jkorf.json")) {
		const plm_balance *usdc = hl_balance(r, "USDC");
		double off = 746.67710305 + 147.412857 - plm_decimal_to_double(usdc->equity);
		assert_true(off < 1e-6 && off > -1e-6);
		const plm_venue_margin *margin =
		    &rig_event(r, PLM_EVENT_VENUE_MARGIN, 0)->u.venue_margin;
		assert_decimal(margin->maintenance_margin, "23.104792");
		assert_decimal(margin->ratio, "0.025841686");
		/* its ratio is maintenance margin / equity */
		off = 23.104792 / 894.08996004 - plm_decimal_to_double(margin->ratio);
		assert_true(off < 1e-8 && off > -1e-8);
		assert_decimal(usdc->wallet, "null"); /* its positions do not tell their P&L */
	}
	rig_destroy(r);
}

/* Cross positions of a builder's dex do not back those of the venue's own. */
static void
test_hyperliquid_account__a_builders_dex_is_another_pool(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(rig_decode(r, RIG_COINS), PLM_OK);
	char *text = rig_state(1, "10", "100", RIG_ROW("xyz:TSLA", "-1", "100", "1"));
	assert_int_equal(rig_decode(r, text), PLM_OK);
	assert_int_equal(rig_position(r, 0)->margin_mode, PLM_MARGIN_SEGREGATED);
	assert_int_equal(rig_count(r, PLM_EVENT_VENUE_MARGIN), 0);
	assert_int_equal(rig_count(r, PLM_EVENT_BALANCE), 0); /* this payload tells no collateral */
	free(text);
	rig_destroy(r);
}

static void
test_hyperliquid_account__a_vault_is_an_asset_of_its_own(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r, "[{\"vaultAddress\":\"0x07fd993f0fa3a185f7207adccd29f7a87404689d\","
			  "\"equity\":\"688536.03\",\"lockedUntilTimestamp\":1}]"),
	    PLM_OK);
	assert_decimal(hl_balance(r, "VAULT-07FD993F0FA3")->equity, "688536.03");
	assert_int_equal(hl_balance(r, "VAULT-07FD993F0FA3")->margin_mode, PLM_MARGIN_NONE);
	const plm_index *index = &rig_event(r, PLM_EVENT_INDEX, 0)->u.index;
	assert_string_equal(rig_asset(r, index->quote), "USDC");
	assert_decimal(index->price, "1");
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_hyperliquid_account__an_isolated_position),
	    cmocka_unit_test(test_hyperliquid_account__a_cross_position),
	    cmocka_unit_test(test_hyperliquid_account__old_states_keep_the_identities),
	    cmocka_unit_test(test_hyperliquid_account__what_cannot_be_reached_is_unknown),
	    cmocka_unit_test(test_hyperliquid_account__money_is_counted_once),
	    cmocka_unit_test(test_hyperliquid_account__a_portfolio_account_has_it_all_in_spot),
	    cmocka_unit_test(test_hyperliquid_account__a_builders_dex_is_another_pool),
	    cmocka_unit_test(test_hyperliquid_account__a_vault_is_an_asset_of_its_own),
	};
	return cmocka_run_group_tests_name("hyperliquid_account", tests, NULL, NULL);
}
