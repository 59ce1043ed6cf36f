/* collateral_row_test.c: of which assets a list of shares is told, and which lists are taken; and
 * the sessions that ask for one. */
#include "bybit_host.h"

#define SHARES "/v5/spot-margin-trade/collateral"
#define STEP(from, share) "{\"minQty\":\"" from "\",\"collateralRatio\":\"" share "\"}"
#define COIN(name, steps) "{\"currency\":\"" name "\",\"collateralRatioList\":[" steps "]}"

static const pli_collateral_members members = {
    "currency", "collateralRatioList", "minQty", "collateralRatio", NULL, NULL};

static plm_event
balance_of(rig *r, const char *asset, int64_t wallet)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_BALANCE);
	event.u.balance.asset = plm_names_asset(r->names, plm_slice_of(asset));
	event.u.balance.wallet = plm_decimal_from_int(wallet);
	return event;
}

static plm_err
row_read_by(
    rig *r, const pli_collateral_members *by, const pli_collateral_held *held, const char *text)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_COLLATERAL);
	pli_row row = {.json = pli_json_shared(), .fault = &r->fault};
	assert_int_equal(pli_row_parse(&row, plm_slice_of(text)), PLM_OK);
	r->events_count = 0;
	pli_collateral_read(&row, by, r->names, held, &event, &r->event_sink);
	return row.err;
}

static plm_err
row_read(rig *r, const pli_collateral_held *held, const char *text)
{
	return row_read_by(r, &members, held, text);
}

static void
test_venue_collateral_row__steps(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    row_read(r, NULL, COIN("BTC", STEP("0", "0.98") "," STEP("20", "0.9"))), PLM_OK);
	const plm_collateral *fact = &rig_event(r, PLM_EVENT_COLLATERAL, 0)->u.collateral;
	assert_string_equal(plm_names_asset_text(r->names, fact->asset), "BTC");
	assert_int_equal(fact->steps_count, 2);
	assert_true(fact->steps[0].floor == 0 && fact->steps[0].weight == 0.98);
	assert_true(fact->steps[1].floor == 20 && fact->steps[1].weight == 0.9);
	assert_int_equal(row_read(r, NULL, COIN("BTC", "")), PLM_OK); /* nothing of it counts */
	assert_int_equal(rig_event(r, PLM_EVENT_COLLATERAL, 0)->u.collateral.steps_count, 0);
	rig_destroy(r);
}

static void
test_venue_collateral_row__what_is_wrong(void **state)
{
	(void)state;
	static const char *const texts[] = {COIN("BTC", STEP("1", "0.9")),
	    COIN("BTC", STEP("0", "0.9") "," STEP("0", "0.8")), COIN("BTC", STEP("0", "1.01")),
	    COIN("BTC", STEP("0", "-0.1")), COIN("BTC", STEP("0", "")), COIN("BTC", STEP("x", "1")),
	    "{\"currency\":\"\",\"collateralRatioList\":[]}"};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		assert_int_equal(row_read(r, NULL, texts[i]), PLM_EDECODE);
		assert_int_equal(r->events_count, 0);
	}
	rig_destroy(r);
}

/* Of what a pair says: what is less than 1 of an asset, and more than 1 of a debt in it. */
static void
test_venue_collateral_row__buffers(void **state)
{
	(void)state;
	static const pli_collateral_members buffers = {"symbol", NULL, NULL, "bid", "USD", "ask"};
	static const struct {
		const char *text;
		plm_err err;
	} rows[] = {
	    {"{\"symbol\":\"ADAUSD\",\"bid\":\"0.1\",\"ask\":\"0.05\"}", PLM_OK},
	    {"{\"symbol\":\"ADAEUR\",\"bid\":\"0.1\",\"ask\":\"0.05\"}", PLM_EDECODE},
	    {"{\"symbol\":\"ADAUSD\",\"bid\":\"1.1\",\"ask\":\"0.05\"}", PLM_EDECODE},
	    {"{\"symbol\":\"ADAUSD\",\"bid\":\"0.1\",\"ask\":\"-0.05\"}", PLM_EDECODE},
	    {"{\"symbol\":\"ADAUSD\",\"bid\":\"0.1\"}", PLM_EDECODE},
	    {"{\"symbol\":\"ADAUSD\",\"ask\":\"0.05\"}", PLM_EDECODE},
	};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(row_read_by(r, &buffers, NULL, rows[i].text), rows[i].err);
		assert_int_equal(r->events_count, rows[i].err == PLM_OK);
		if (rows[i].err != PLM_OK)
			continue;
		const plm_collateral *fact = &r->events[0].u.collateral;
		assert_string_equal(plm_names_asset_text(r->names, fact->asset), "ADA");
		assert_int_equal(fact->steps_count, 1);
		assert_true(fact->steps[0].weight == 1 - 0.1 && fact->debt_more == 0.05);
	}
	rig_destroy(r);
}

/* More steps than an event has: not told, and no fault of the venue's. */
static void
test_venue_collateral_row__too_many_steps(void **state)
{
	(void)state;
	char text[1024] = "{\"currency\":\"BTC\",\"collateralRatioList\":[";
	rig *r = rig_create();
	for (int i = 0; i <= PLM_COLLATERAL_STEPS_MAX; i++)
		(void)snprintf(text + strlen(text), sizeof text - strlen(text),
		    "%s{\"minQty\":\"%d\",\"collateralRatio\":\"0.5\"}", i == 0 ? "" : ",", i);
	(void)snprintf(text + strlen(text), sizeof text - strlen(text), "]}");
	assert_int_equal(row_read(r, NULL, text), PLM_OK);
	assert_int_equal(r->events_count, 0);
	rig_destroy(r);
}

/* Held for the first time it makes the list wanted; only then is it told. */
static void
test_venue_collateral_row__of_what_is_held(void **state)
{
	(void)state;
	static pli_collateral_held held;
	rig *r = rig_create();
	plm_event none = balance_of(r, "ETH", 0), some = balance_of(r, "BTC", 3);
	held = (pli_collateral_held){.wanted = false};
	pli_collateral_see(&held, &none);
	assert_false(held.wanted);
	assert_int_equal(row_read(r, &held, COIN("BTC", STEP("0", "0.9"))), PLM_OK);
	assert_int_equal(r->events_count, 0);
	pli_collateral_see(&held, &some);
	assert_true(held.wanted);
	held.wanted = false;
	pli_collateral_see(&held, &some);
	assert_false(held.wanted);
	assert_int_equal(row_read(r, &held, COIN("BTC", STEP("0", "0.9"))), PLM_OK);
	assert_int_equal(r->events_count, 1);
	assert_int_equal(row_read(r, &held, COIN("ETH", STEP("0", "0.9"))), PLM_OK);
	assert_int_equal(row_read(r, &held, COIN("NEVERHEARD", STEP("0", "0.9"))), PLM_OK);
	assert_int_equal(r->events_count, 0);
	rig_destroy(r);
}

#define BTC_ROW                                                                                    \
	"{\"coin\":\"BTC\",\"walletBalance\":\"2\",\"spotBorrow\":\"0\",\"equity\":\"2\","         \
	"\"unrealisedPnl\":\"0\",\"borrowAmount\":\"0\"}"

/* Asked behind the first believed reading, and again when something else is held. */
static void
test_venue_collateral_row__bybit_asks(void **state)
{
	(void)state;
	rig *r = rig_create();
	rig_go(r);
	rig_wait(r, 100);
	assert_int_equal(rig_asked(r, SHARES), 1);
	assert_int_equal(
	    rig_answer(r, SHARES, 200,
		RIG_LIST(COIN("USDT", STEP("0", "1")) "," COIN("ETH", STEP("0", "0.9")))),
	    PLM_OK);
	assert_int_equal(r->events_count, 1);
	assert_int_equal(r->events[0].account.value, r->cfg.account.value);
	for (int i = 0; i < 2; i++) {
		bybit_pass(r, 30000);
		assert_int_equal(rig_reading(r, RIG_COINS(RIG_USDT_ROW "," BTC_ROW), RIG_BTC_LONG,
				     RIG_LIST(""), RIG_LIST("")),
		    PLM_OK);
		rig_wait(r, 100);
		assert_int_equal(rig_asked(r, SHARES), 2);
		if (i == 0)
			assert_int_equal(rig_answer(r, SHARES, 200, RIG_LIST("")), PLM_OK);
	}
	rig_destroy(r);
}

/* A refusal costs the feed nothing. */
static void
test_venue_collateral_row__bybit_refuses(void **state)
{
	(void)state;
	rig *r = rig_create();
	rig_go(r);
	rig_wait(r, 100);
	plm_feed_status before = rig_status(r).status;
	assert_int_equal(rig_answer(r, SHARES, 403, ""), PLM_OK);
	assert_int_equal(rig_status(r).status, before);
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_venue_collateral_row__steps),
	    cmocka_unit_test(test_venue_collateral_row__what_is_wrong),
	    cmocka_unit_test(test_venue_collateral_row__buffers),
	    cmocka_unit_test(test_venue_collateral_row__too_many_steps),
	    cmocka_unit_test(test_venue_collateral_row__of_what_is_held),
	    cmocka_unit_test(test_venue_collateral_row__bybit_asks),
	    cmocka_unit_test(test_venue_collateral_row__bybit_refuses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
