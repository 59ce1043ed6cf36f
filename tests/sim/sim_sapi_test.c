/* sim_sapi_test.c: the simulated spot and margin accounts: what is borrowed, pools that are apart,
 * and answers that say what is held. */
#include "sim/sim_number.h"
#include "sim_markets.h"

static pli_sim_account account;

static void
expect(plm_decimal value, const char *text)
{
	char got[PLM_DECIMAL_TEXT_MAX];
	(void)plm_decimal_format(value, got);
	assert_string_equal(got, text);
}

static bool
trade(bool buy, const char *quantity, const char *price, bool borrows, pli_sim_swap *ret_swap)
{
	*ret_swap = (pli_sim_swap){.coin = PLI_SIM_BTC,
	    .buy = buy,
	    .quantity = pli_sim_of(quantity),
	    .price = pli_sim_of(price)};
	return pli_sim_account_swap(&account, ret_swap, borrows);
}

/* A short sale lends the coin; buying it back pays interest first, then the loan. */
static void
test_sim_sapi__what_is_lacking_is_borrowed(void **state)
{
	(void)state;
	account = (pli_sim_account){.venue = PLI_SIM_BINANCE_MARGIN};
	const pli_sim_wallet *btc = &account.wallets[PLI_SIM_BTC];
	const pli_sim_wallet *usdt = &account.wallets[PLI_SIM_USDT];
	pli_sim_swap swap;
	assert_false(trade(false, "1", "50000", false, &swap));
	assert_true(trade(false, "1", "50000", true, &swap));
	expect(swap.borrowed, "1");
	expect(swap.fee, "50");
	expect(btc->loan, "1");
	expect(btc->cash, "0");
	expect(usdt->cash, "49950");
	pli_sim_account_accrue(&account, pli_sim_of("0.01"));
	expect(pli_sim_wallet_debt(btc), "1.01");
	expect(pli_sim_wallet_net(btc), "-1.01");
	assert_true(trade(true, "0.5", "40000", true, &swap));
	expect(btc->interest, "0");
	expect(btc->loan, "0.51");
	expect(btc->cash, "0");
	expect(usdt->cash, "29930");
	assert_true(trade(true, "1", "20000", true, &swap));
	expect(btc->loan, "0");
	expect(btc->cash, "0.49");
}

static void
test_sim_sapi__pools_are_apart(void **state)
{
	(void)state;
	account = (pli_sim_account){.venue = PLI_SIM_BINANCE_MARGIN, .pools_count = 1};
	account.pools[0] = (pli_sim_pool){.coin = PLI_SIM_SOL};
	pli_sim_swap swap = {.pool = &account.pools[0],
	    .coin = PLI_SIM_SOL,
	    .buy = true,
	    .quantity = pli_sim_of("10"),
	    .price = pli_sim_of("100")};
	assert_true(pli_sim_account_swap(&account, &swap, true));
	expect(swap.borrowed, "1001");
	expect(pli_sim_account_pooled(&account, PLI_SIM_SOL), "10");
	expect(pli_sim_account_pooled(&account, PLI_SIM_USDT), "-1001");
	expect(pli_sim_wallet_net(&account.wallets[PLI_SIM_USDT]), "0");
}

/* The sums of an answer's netAsset, and the world's. */
static void
test_sim_sapi__answers_say_what_is_held(void **state)
{
	rig *r = *state;
	rig_step(r, 300);
	const pli_sim_account *a = markets_account(r, "margin-main");
	pli_json *json = pli_json_create();
	plm_slice body = rig_signed(r, "margin-main-read", "GET", "/sapi/v1/margin/account");
	assert_int_equal(pli_json_parse(json, body, NULL), PLM_OK);
	const pli_json_node *nodes = pli_json_nodes(json, NULL);
	uint32_t list = pli_json_find(json, 0, "userAssets"), row = list + 1, owed = 0;
	assert_int_equal(nodes[list].children_count, PLI_SIM_USD);
	for (int i = 0; i < PLI_SIM_USD; i++, row = nodes[row].next) {
		plm_decimal net = plm_decimal_unknown(), loan = net;
		(void)pli_json_decimal(json, pli_json_find(json, row, "netAsset"), &net, NULL);
		(void)pli_json_decimal(json, pli_json_find(json, row, "borrowed"), &loan, NULL);
		assert_int_equal(plm_decimal_compare(net, pli_sim_wallet_net(&a->wallets[i])), 0);
		owed += plm_decimal_sign(loan) > 0;
	}
	pli_json_destroy(json);
	assert_true(owed > 0);
	(void)rig_signed(r, "coinm-hedge-read", "GET", "/sapi/v1/margin/account");
	assert_int_equal(r->answer.status, 401);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sim_sapi__what_is_lacking_is_borrowed),
	    cmocka_unit_test(test_sim_sapi__pools_are_apart),
	    MARKETS_TEST(test_sim_sapi__answers_say_what_is_held),
	};
	return cmocka_run_group_tests_name("sim_sapi", tests, NULL, NULL);
}
