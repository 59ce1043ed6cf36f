/* whatif_ask_test.c: what somebody supposes, in both spellings, and every way to get it wrong. */
#include "api/whatif_ask.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

typedef plm_err ask_function(pli_whatif_ask *ask, plm_slice text, plm_fault *ret_fault);

static void
test_trade(void **state)
{
	(void)state;
	pli_whatif_ask ask = {0};
	const char *text = " desk-a  BTC/USDT:USDT -0.5@60000.5 ";
	assert_int_equal(pli_whatif_ask_trade(&ask, plm_slice_of(text), NULL), PLM_OK);
	assert_int_equal(
	    pli_whatif_ask_trade(&ask, PLM_SLICE("a BTC-PERPETUAL +1e3"), NULL), PLM_OK);
	assert_int_equal(ask.trades_count, 2);
	assert_true(plm_slice_is(ask.trades[0].account, "desk-a"));
	assert_true(plm_slice_is(ask.trades[0].symbol, "BTC/USDT:USDT"));
	assert_true(ask.trades[0].quantity == -0.5 && ask.trades[0].price == 60000.5);
	assert_true(ask.trades[1].quantity == 1000 && isnan(ask.trades[1].price));
}

static void
test_transfer_and_move(void **state)
{
	(void)state;
	pli_whatif_ask ask = {0};
	assert_true(pli_whatif_ask_is_empty(&ask));
	assert_int_equal(
	    pli_whatif_ask_transfer(&ask, PLM_SLICE("USDT 5000 desk-a -"), NULL), PLM_OK);
	assert_true(ask.transfers[0].quantity == 5000);
	assert_true(plm_slice_is(ask.transfers[0].to, PLI_WHATIF_OUTSIDE));
	assert_int_equal(pli_whatif_ask_move(&ask, PLM_SLICE("BTC=-10%"), NULL), PLM_OK);
	assert_int_equal(pli_whatif_ask_move(&ask, PLM_SLICE("ETH=+2.5%"), NULL), PLM_OK);
	assert_true(ask.moves[0].factor == 0.9 && ask.moves[1].factor == 1.025);
	assert_false(pli_whatif_ask_is_empty(&ask));
}

static void
assert_refused(ask_function *function, const char *text, plm_err code, const char *says)
{
	pli_whatif_ask ask = {0};
	plm_fault fault = {0};
	assert_int_equal(pli_whatif_ask_move(&ask, PLM_SLICE("SOL=1%"), NULL), PLM_OK);
	plm_err err = function(&ask, plm_slice_of(text), &fault);
	if (err != code || strstr(fault.text, says) == NULL)
		fail_msg("%s: %s: %s", text, plm_err_name(err), fault.text);
	assert_int_equal(ask.trades_count + ask.transfers_count + ask.moves_count, 1);
}

static void
test_wrong_texts(void **state)
{
	static const struct {
		ask_function *function;
		const char *text;
		plm_err code;
		const char *says;
	} rows[] = {
	    {pli_whatif_ask_trade, "", PLM_EPARSE, "expected \"ACCOUNT SYMBOL QUANTITY\""},
	    {pli_whatif_ask_trade, "a b", PLM_EPARSE, "expected \"ACCOUNT SYMBOL QUANTITY\""},
	    {pli_whatif_ask_trade, "a b 1 @ 2 3 4", PLM_EPARSE, "QUANTITY@PRICE"},
	    {pli_whatif_ask_trade, "a b one", PLM_EPARSE, "\"one\" is no quantity"},
	    {pli_whatif_ask_trade, "a b +-1", PLM_EPARSE, "\"+-1\" is no quantity"},
	    {pli_whatif_ask_trade, "a b nan", PLM_EPARSE, "is no quantity"},
	    {pli_whatif_ask_trade, "a b 0", PLM_EARG, "a trade of 0"},
	    {pli_whatif_ask_trade, "a b 1@", PLM_EPARSE, "\"\" is no price"},
	    {pli_whatif_ask_trade, "a b 1@x", PLM_EPARSE, "\"x\" is no price"},
	    {pli_whatif_ask_trade, "a b 1@0", PLM_EARG, "expected one above 0"},
	    {pli_whatif_ask_trade, "a b 1@-3", PLM_EARG, "a price of -3"},
	    {pli_whatif_ask_transfer, "USDT 5 a", PLM_EPARSE, "\"ASSET QUANTITY FROM TO\""},
	    {pli_whatif_ask_transfer, "USDT x a b", PLM_EPARSE, "\"x\" is no quantity"},
	    {pli_whatif_ask_transfer, "USDT 0 a b", PLM_EARG, "above 0"},
	    {pli_whatif_ask_transfer, "USDT -5 a b", PLM_EARG, "change FROM and TO"},
	    {pli_whatif_ask_transfer, "USDT 5 a a", PLM_EARG, "expected two accounts"},
	    {pli_whatif_ask_transfer, "USDT 5 - -", PLM_EARG, "expected two accounts"},
	    {pli_whatif_ask_move, "BTC", PLM_EPARSE, "\"ASSET=MOVE\""},
	    {pli_whatif_ask_move, "=-10%", PLM_EPARSE, "\"ASSET=MOVE\""},
	    {pli_whatif_ask_move, "BTC=-0.1", PLM_EPARSE, "in per cent"},
	    {pli_whatif_ask_move, "BTC=%", PLM_EPARSE, "in per cent"},
	    {pli_whatif_ask_move, "BTC=-100%", PLM_EARG, "above -100%"},
	    {pli_whatif_ask_move, "BTC=-250%", PLM_EARG, "above -100%"},
	    {pli_whatif_ask_move, "BTC=9e9%", PLM_EARG, "cannot be"},
	    {pli_whatif_ask_move, "SOL=2%", PLM_EARG, "moved twice"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_refused(rows[i].function, rows[i].text, rows[i].code, rows[i].says);
}

/* The bound is a sentence, not a cut. */
static void
test_too_many(void **state)
{
	static pli_whatif_ask ask;
	plm_fault fault = {0};
	char text[16];
	(void)state;
	for (int i = 0; i < PLI_WHATIF_TRADES_MAX; i++)
		assert_int_equal(pli_whatif_ask_trade(&ask, PLM_SLICE("a b 1"), NULL), PLM_OK);
	assert_int_equal(pli_whatif_ask_trade(&ask, PLM_SLICE("a b 1"), &fault), PLM_EFULL);
	assert_non_null(strstr(fault.text, "at most 64 trades"));
	for (int i = 0; i < PLI_WHATIF_TRANSFERS_MAX; i++)
		assert_int_equal(pli_whatif_ask_transfer(&ask, PLM_SLICE("A 1 b c"), NULL), PLM_OK);
	assert_int_equal(pli_whatif_ask_transfer(&ask, PLM_SLICE("A 1 b c"), &fault), PLM_EFULL);
	for (int i = 0; i < PLI_WHATIF_MOVES_MAX; i++) {
		static char names[PLI_WHATIF_MOVES_MAX][16];
		(void)snprintf(names[i], sizeof names[i], "C%d=1%%", i);
		assert_int_equal(pli_whatif_ask_move(&ask, plm_slice_of(names[i]), NULL), PLM_OK);
	}
	(void)snprintf(text, sizeof text, "D=1%%");
	assert_int_equal(pli_whatif_ask_move(&ask, plm_slice_of(text), &fault), PLM_EFULL);
}

static void
test_json(void **state)
{
	(void)state;
	pli_whatif_ask ask = {0};
	plm_fault fault = {0};
	const char *body = "{\"trades\":[{\"account\":\"a\",\"symbol\":\"BTCUSDT\",\"quantity\":-2,"
			   "\"price\":\"60000\"},{\"account\":\"a\",\"symbol\":\"S\",\"quantity\":"
			   "\"1\",\"price\":null}],\"transfers\":[{\"asset\":\"USDT\",\"quantity\":"
			   "10,\"from\":\"-\",\"to\":\"a\"}],\"moves\":{\"BTC\":\"-10%\"},"
			   "\"joint\":\"beta\",\"all\":true}";
	plm_err err = pli_whatif_ask_json(&ask, pli_json_shared(), plm_slice_of(body), &fault);
	if (err != PLM_OK)
		fail_msg("%s: %s", fault.path, fault.text);
	assert_int_equal(ask.trades_count, 2);
	assert_true(ask.trades[0].quantity == -2 && ask.trades[0].price == 60000);
	assert_true(ask.trades[1].quantity == 1 && isnan(ask.trades[1].price));
	assert_true(plm_slice_is(ask.transfers[0].from, "-"));
	assert_true(plm_slice_is(ask.moves[0].asset, "BTC") && ask.moves[0].factor == 0.9);
	assert_true(ask.all && ask.joint);
}

static void
test_wrong_json(void **state)
{
	static const struct {
		const char *body, *path, *says;
	} rows[] = {
	    {"", "", "expected"},
	    {"[]", "", "an object of trades"},
	    {"{}", "", "nothing is supposed"},
	    {"{\"trade\":[]}", "trade", "no such member"},
	    {"{\"trades\":{}}", "trades", "an array"},
	    {"{\"trades\":[1]}", "trades[0]", "an object of account"},
	    {"{\"trades\":[{\"symbol\":\"s\",\"quantity\":1}]}", "trades[0]", "\"account\""},
	    {"{\"trades\":[{\"account\":\"\",\"symbol\":\"s\",\"quantity\":1}]}", "trades[0]",
		"\"account\""},
	    {"{\"trades\":[{\"account\":\"a\",\"quantity\":1}]}", "trades[0]", "\"symbol\""},
	    {"{\"trades\":[{\"account\":\"a\",\"symbol\":\"s\"}]}", "trades[0]", "\"quantity\""},
	    {"{\"trades\":[{\"account\":\"a\",\"symbol\":\"s\",\"quantity\":true}]}",
		"trades[0].quantity", "expected"},
	    {"{\"trades\":[{\"account\":\"a\",\"symbol\":\"s\",\"quantity\":0}]}", "trades[0]",
		"a trade of 0"},
	    {"{\"trades\":[{\"account\":\"a\",\"symbol\":\"s\",\"quantity\":1,\"side\":1}]}",
		"trades[0].side", "no such member"},
	    {"{\"trades\":[{\"account\":\"a\",\"symbol\":\"s\",\"quantity\":1,\"price\":-1}]}",
		"trades[0]", "a price of -1"},
	    {"{\"transfers\":[{\"asset\":\"A\",\"quantity\":1,\"from\":\"a\"}]}", "transfers[0]",
		"\"to\""},
	    {"{\"transfers\":[{\"asset\":\"A\",\"quantity\":1,\"from\":\"a\",\"to\":\"a\"}]}",
		"transfers[0]", "expected two accounts"},
	    {"{\"moves\":[]}", "moves", "an object such as"},
	    {"{\"moves\":{\"BTC\":-10}}", "moves.BTC", "a text such as"},
	    {"{\"moves\":{\"BTC\":\"-0.1\"}}", "moves.BTC", "in per cent"},
	    {"{\"moves\":{\"BTC\":\"1%\"},\"joint\":\"all\"}", "joint", "\"beta\""},
	    {"{\"moves\":{\"BTC\":\"1%\"},\"all\":1}", "all", "expected"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		pli_whatif_ask ask = {0};
		plm_fault fault = {0};
		plm_err err = pli_whatif_ask_json(
		    &ask, pli_json_shared(), plm_slice_of(rows[i].body), &fault);
		if (err == PLM_OK || strcmp(fault.path, rows[i].path) != 0 ||
		    strstr(fault.text, rows[i].says) == NULL)
			fail_msg("%s: %s: %s: %s", rows[i].body, plm_err_name(err), fault.path,
			    fault.text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_trade),
	    cmocka_unit_test(test_transfer_and_move),
	    cmocka_unit_test(test_wrong_texts),
	    cmocka_unit_test(test_too_many),
	    cmocka_unit_test(test_json),
	    cmocka_unit_test(test_wrong_json),
	};
	return cmocka_run_group_tests_name("whatif_ask", tests, NULL, NULL);
}
