/* bitmex_row_test.c: units, signs, none and unknown, row by row. */
#include "bitmex_rig.h"

#define TIME "\"timestamp\":\"2026-11-27T08:00:00.000Z\""
#define INVERSE                                                                                    \
	"\"symbol\":\"XBTUSD\",\"currency\":\"XBt\",\"underlying\":\"XBT\","                       \
	"\"quoteCurrency\":\"USD\","
#define QUANTO                                                                                     \
	"\"symbol\":\"SOLUSD\",\"currency\":\"XBt\",\"underlying\":\"SOL\","                       \
	"\"quoteCurrency\":\"USD\","

static void
test_bitmex_row__a_position_is_signed_and_scaled(void **state)
{
	(void)state;
	rig *r = rig_create();
	rig_decode(r,
	    "[{" INVERSE "\"crossMargin\":false,\"currentQty\":-300,\"homeNotional\":"
	    "-0.0033,\"avgEntryPrice\":90000,\"markPrice\":91000,\"liquidationPrice\":"
	    "null,\"leverage\":10,\"unrealisedPnl\":-3663,\"posInit\":33300,\"posMaint\":"
	    "1700,\"posMargin\":33310,\"maintMargin\":29647,\"deleveragePercentile\":0.5423," TIME
	    "}]");
	assert_int_equal(r->err, PLM_OK);
	const plm_position *position = &rig_need(r, PLM_EVENT_POSITION, 0)->u.position;
	assert_decimal(position->quantity, "-300");
	assert_int_equal(position->unit, PLM_UNIT_CONTRACTS);
	assert_int_equal(position->side, PLM_SIDE_NET);
	assert_int_equal(position->margin_mode, PLM_MARGIN_ISOLATED);
	assert_decimal(position->unrealised_pnl, "-0.00003663");
	assert_decimal(position->initial_margin, "0.000333");
	assert_decimal(position->maintenance_margin, "0.000017"); /* not what is left of it */
	assert_decimal(position->isolated_margin, "0.0003331");
	assert_decimal(position->liquidation_price, "null");
	assert_int_equal(position->adl_rank, 3);
	static const struct {
		const char *percentile;
		uint8_t rank;
	} ranks[] = {{"1", 5}, {"0.2", 1}, {"0", 1}, {"0.2001", 2}, {"null", 0}, {"1.5", 0}};
	for (size_t i = 0; i < sizeof ranks / sizeof ranks[0]; i++) {
		char text[256];
		(void)snprintf(text, sizeof text,
		    "[{" INVERSE "\"currentQty\":-300,\"deleveragePercentile\":%s," TIME "}]",
		    ranks[i].percentile);
		rig_decode(r, text);
		assert_int_equal(
		    rig_need(r, PLM_EVENT_POSITION, 0)->u.position.adl_rank, ranks[i].rank);
	}
	/* the venue keeps the percentile of what was closed */
	rig_decode(r, "[{" INVERSE "\"currentQty\":0,\"deleveragePercentile\":1," TIME "}]");
	assert_int_equal(rig_need(r, PLM_EVENT_POSITION, 0)->u.position.adl_rank, 0);
	rig_destroy(r);
}

/* Its size in coins moves with the settlement coin: the venue's own count stands for it. */
static void
test_bitmex_row__a_quanto_counts_in_coins(void **state)
{
	(void)state;
	rig *r = rig_create();
	rig_decode(r, "[{" QUANTO "\"crossMargin\":true,\"currentQty\":-20,\"homeNotional\":0.9,"
		      "\"posMargin\":5," TIME "}]");
	const plm_position *position = &rig_need(r, PLM_EVENT_POSITION, 0)->u.position;
	assert_decimal(position->quantity, "-0.9"); /* the sign is of currentQty */
	assert_int_equal(position->unit, PLM_UNIT_COINS);
	assert_int_equal(position->margin_mode, PLM_MARGIN_SEGREGATED);
	assert_decimal(position->isolated_margin, "null");
	rig_decode(r, "[{" QUANTO "\"currentQty\":-20," TIME "}]");
	position = &rig_need(r, PLM_EVENT_POSITION, 0)->u.position;
	assert_decimal(position->quantity, "-20"); /* of a contract without a size */
	assert_int_equal(position->unit, PLM_UNIT_CONTRACTS);
	rig_destroy(r);
}

static void
test_bitmex_row__margins_have_the_scale_of_their_currency(void **state)
{
	(void)state;
	rig *r = rig_create();
	rig_decode(r, "[{\"currency\":\"USDt\",\"walletBalance\":1000500000,\"marginBalance\":"
		      "999500000,\"unrealisedPnl\":-1000000,\"initMargin\":2000000,\"maintMargin\":"
		      "3000000,\"availableMargin\":994500000,\"marginUsedPcnt\":0.005," TIME "},"
		      "{\"currency\":\"LAMp\",\"walletBalance\":5," TIME "}]");
	assert_int_equal(r->err, PLM_OK);
	const plm_balance *balance = &rig_need(r, PLM_EVENT_BALANCE, 0)->u.balance;
	assert_asset(r, balance->asset, "USDT");
	assert_decimal(balance->wallet, "1000.5");
	assert_decimal(balance->equity, "999.5");
	assert_decimal(balance->collateral, "999.5");
	assert_decimal(balance->unrealised_pnl, "-1");
	assert_int_equal(balance->margin_mode, PLM_MARGIN_SEGREGATED);
	const plm_venue_margin *margin = &rig_need(r, PLM_EVENT_VENUE_MARGIN, 0)->u.venue_margin;
	assert_decimal(margin->initial_margin, "5");
	assert_decimal(margin->maintenance_margin, "null");
	assert_decimal(margin->ratio, "0.005");
	/* A currency that no list has told: nobody knows how much that is. */
	assert_decimal(rig_event(r, PLM_EVENT_BALANCE, 1)->u.balance.wallet, "null");
	rig_destroy(r);
}

#define LISTED(symbol, type, underlying, quote, settle, rest)                                      \
	"[{\"symbol\":\"" symbol "\",\"typ\":\"" type "\",\"underlying\":\"" underlying            \
	"\",\"quoteCurrency\":\"" quote "\",\"settlCurrency\":\"" settle "\"," rest                \
	",\"markPrice\":100," TIME "}]"

static void
test_bitmex_row__sizes_of_contracts(void **state)
{
	(void)state;
	static const struct {
		const char *row, *symbol, *multiplier;
	} rows[] = {
	    {LISTED("XBTUSD", "FFWCSX", "XBT", "USD", "XBt",
		 "\"isInverse\":true,\"multiplier\":-100000000,"
		 "\"underlyingToSettleMultiplier\":-100000000"),
		"XBTUSD", "1"},
	    {LISTED("ETHUSDT", "FFWCSX", "ETH", "USDT", "USDt",
		 "\"multiplier\":1000,\"underlyingToPositionMultiplier\":1000,"
		 "\"quoteToSettleMultiplier\":1000000"),
		"ETHUSDT", "0.001"},
	    {LISTED("ETHZ26", "FFCCSX", "ETH", "XBT", "XBt",
		 "\"multiplier\":100000000,\"quoteToSettleMultiplier\":100000000,"
		 "\"expiry\":\"2026-12-25T12:00:00.000Z\""),
		"ETHZ26", "1"},
	    {LISTED("SOLUSD", "FFWCSX", "SOL", "USD", "XBt",
		 "\"isQuanto\":true,\"multiplier\":10000,\"quoteToSettleMultiplier\":1111"),
		"SOLUSD", "null"},
	    {LISTED("SOL_USDT", "IFXXXP", "SOL", "USDT", "",
		 "\"multiplier\":1,\"underlyingToPositionMultiplier\":10000,"
		 "\"quoteToSettleMultiplier\":1000000"),
		"SOL_USDT", "0.0001"},
	    {LISTED("XRPUSDT", "FFWCSX", "XRP", "USDT", "USDt", "\"multiplier\":0"), "XRPUSDT",
		"null"},
	};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		rig_decode(r, rows[i].row);
		assert_int_equal(r->err, PLM_OK);
		assert_decimal(rig_spec(r, rows[i].symbol)->multiplier, rows[i].multiplier);
	}
	assert_true(rig_spec(r, "ETHZ26")->expiry_ns != 0);
	/* Two members that disagree: neither is believed. */
	rig_decode(r, LISTED("ADAUSDT", "FFWCSX", "ADA", "USDT", "USDt",
			  "\"multiplier\":1000,\"underlyingToPositionMultiplier\":10,"
			  "\"quoteToSettleMultiplier\":1000000"));
	assert_int_equal(r->err, PLM_EDECODE);
	assert_int_equal(r->events_count, 0);
	/* An index, and a kind that is not read as a contract: a price at most. */
	rig_decode(r, LISTED(".BXBT", "MRCXXX", "XBT", "USD", "", "\"multiplier\":1"));
	assert_int_equal(r->events_count, 0);
	rig_decode(r, LISTED("P_XBTETFZ26", "FFICSX", "XBT", "USDT", "USDt", "\"multiplier\":1"));
	assert_int_equal(rig_spec(r, "P_XBTETFZ26")->spec_source, PLM_SPEC_NONE);
	rig_destroy(r);
}

#define EXECUTION(type, rest)                                                                      \
	"[{\"execID\":\"e1\",\"symbol\":\"XBTUSD\",\"side\":\"Sell\",\"lastQty\":300,\"lastPx\":"  \
	"90000,\"execType\":\"" type "\",\"settlCurrency\":\"XBt\",\"currency\":\"USD\"," rest     \
	"," TIME "}]"

static void
test_bitmex_row__executions_are_fills_payments_or_words(void **state)
{
	(void)state;
	static const char *const fills[] = {EXECUTION("Trade", "\"execComm\":250"),
	    EXECUTION("Settlement", "\"execComm\":250"),
	    EXECUTION("Liquidation", "\"execComm\":250"),
	    EXECUTION("Bankruptcy", "\"execComm\":250")};
	rig *r = rig_create();
	for (int i = 0; i < 4; i++) {
		rig_decode(r, fills[i]);
		const plm_fill *fill = &rig_need(r, PLM_EVENT_FILL, 0)->u.fill;
		assert_decimal(fill->quantity, "-300");
		assert_decimal(fill->fee, "0.0000025");
		assert_asset(r, fill->fee_asset, "BTC");
		assert_int_equal(fill->liquidation, i >= 2);
	}
	rig_decode(r, EXECUTION("Funding", "\"execComm\":-33,\"commission\":-0.0001"));
	const plm_funding *funding = &rig_need(r, PLM_EVENT_FUNDING, 0)->u.funding;
	assert_decimal(funding->amount, "0.00000033"); /* a fee below 0 was received */
	assert_true(funding->rate < -0.00009 && funding->rate > -0.00011);
	rig_decode(r, EXECUTION("New", "\"execComm\":null"));
	assert_int_equal(r->err, PLM_EKIND);
	assert_int_equal(r->events_count, 0);
	rig_destroy(r);
}

#define ORDER(rest)                                                                                \
	"[{\"orderID\":\"o1\",\"symbol\":\"XBTUSD\",\"side\":\"Sell\",\"price\":95000," rest       \
	"," TIME "}]"

static void
test_bitmex_row__an_order_rests_while_it_works(void **state)
{
	(void)state;
	static const struct {
		const char *row, *quantity;
		int reduces;
	} rows[] = {
	    {ORDER("\"ordStatus\":\"New\",\"workingIndicator\":true,\"leavesQty\":100"), "-100", 0},
	    {ORDER("\"ordStatus\":\"PartiallyFilled\",\"workingIndicator\":true,\"leavesQty\":40,"
		   "\"execInst\":\"ParticipateDoNotInitiate,ReduceOnly\""),
		"-40", 1},
	    {ORDER("\"ordStatus\":\"New\",\"workingIndicator\":false,\"leavesQty\":100"), "0", 0},
	    {ORDER("\"ordStatus\":\"Canceled\",\"workingIndicator\":true,\"leavesQty\":100"), "0",
		0},
	};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		rig_decode(r, rows[i].row);
		const plm_order_open *open = &rig_need(r, PLM_EVENT_ORDER_OPEN, 0)->u.order_open;
		assert_decimal(open->quantity, rows[i].quantity);
		assert_int_equal(open->reduce_only, rows[i].reduces);
	}
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_bitmex_row__a_position_is_signed_and_scaled),
	    cmocka_unit_test(test_bitmex_row__a_quanto_counts_in_coins),
	    cmocka_unit_test(test_bitmex_row__margins_have_the_scale_of_their_currency),
	    cmocka_unit_test(test_bitmex_row__sizes_of_contracts),
	    cmocka_unit_test(test_bitmex_row__executions_are_fills_payments_or_words),
	    cmocka_unit_test(test_bitmex_row__an_order_rests_while_it_works),
	};
	return cmocka_run_group_tests_name("bitmex_row", tests, NULL, NULL);
}
