/* okx_test.c: a session from its first question to what goes wrong on the way. */
#include "okx_script.h"

static void
test_okx__from_clock_to_live(void **state)
{
	(void)state;
	rig *r = script_live("", OKX_POSITION("BTC-USDT-SWAP", "-3"));
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	assert_true(script_status(r).key_checked);
	assert_string_equal(script_status(r).text, "");
	/* nothing private before the clock and the rights are known */
	assert_non_null(strstr(r->sent[0].target, "/public/time"));
	assert_true(script_sent(r, "account/config") < script_sent(r, "/ws/v5/private"));
	assert_true(script_sent(r, "/ws/v5/private") < script_sent(r, "\"login\""));
	assert_true(
	    script_sent(r, "\"balance_and_position\"") < script_sent(r, "account/positions"));
	/* what is held is priced */
	script_pass(r, 2000);
	assert_true(
	    script_sent(r, "{\"channel\":\"mark-price\",\"instId\":\"BTC-USDT-SWAP\"}") > 0);
	assert_true(script_sent(r, "{\"channel\":\"index-tickers\",\"instId\":\"BTC-USDT\"}") > 0);
	assert_true(script_sent(r, "{\"channel\":\"funding-rate\"") > 0);
	assert_decimal(rig_spec(r, "BTC-USDT-SWAP")->multiplier, "0.01");
	rig_destroy(r);
}

/* The account is read twice before it is shown: a first answer is held against nothing. */
static void
test_okx__the_first_reading_is_confirmed(void **state)
{
	(void)state;
	rig *r = script_live("", OKX_POSITION("BTC-USDT-SWAP", "-3"));
	assert_int_equal(script_count(r, "account/positions"), 2);
	rig_destroy(r);
}

static void
test_okx__a_key_that_can_trade_is_refused(void **state)
{
	(void)state;
	static const char *const perms[] = {
	    "read_only,trade", "trade", "withdraw,read_only", "", "x"};
	for (size_t i = 0; i < sizeof perms / sizeof perms[0]; i++) {
		char config[256];
		(void)snprintf(config, sizeof config,
		    "{\"acctLv\":\"2\",\"posMode\":\"net_mode\",\"perm\":\"%s\"}", perms[i]);
		rig *r = script_create("");
		okx.config = config;
		script_start(r);
		script_pass(r, 1000);
		assert_int_equal(r->err, PLM_EKEYPOWER);
		assert_int_equal(script_status(r).status, PLM_FEED_DOWN);
		assert_int_equal(script_sent(r, "\"login\""), -1);
		rig_destroy(r);
	}
}

static void
test_okx__a_trading_key_is_let_where_the_config_says_so(void **state)
{
	(void)state;
	rig *r = script_create("");
	r->cfg.allow_trading_keys = true;
	okx.config = "{\"acctLv\":\"3\",\"posMode\":\"net_mode\",\"perm\":\"read_only,trade\"}";
	script_start(r);
	script_pass(r, 3000);
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	assert_true(script_status(r).key_can_trade);
	assert_false(script_status(r).key_can_withdraw);
	assert_non_null(strstr(script_status(r).text, "can trade"));
	rig_destroy(r);
}

static void
test_okx__credentials_are_three_or_none(void **state)
{
	(void)state;
	static const struct {
		const char *key, *secret, *passphrase;
		plm_err err;
	} rows[] = {{NULL, NULL, NULL, PLM_OK}, {"k", "s", "p", PLM_OK},
	    {"k", "s", NULL, PLM_EAUTH}, {"k", NULL, "p", PLM_EAUTH}, {NULL, NULL, "p", PLM_EAUTH},
	    {"k", "s", "p\nX: y", PLM_EARG}};
	void *session = calloc(1, sizeof(okx_session));
	assert_non_null(session);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		plm_fault fault = {.code = PLM_OK};
		plm_venue_cfg cfg = {
		    .key = rows[i].key, .secret = rows[i].secret, .passphrase = rows[i].passphrase};
		assert_int_equal(pli_venue_okx.ops->init(session, &cfg, &fault), rows[i].err);
		pli_venue_okx.ops->fini(session);
	}
	free(session);
}

/* A leg that one reading lacks stays; a second one closes it; the feed is in doubt where that one
 * does not come. */
static void
test_okx__missing_is_not_flat(void **state)
{
	(void)state;
	rig *r = script_live("", OKX_POSITION("BTC-USDT-SWAP", "-3"));
	okx.positions = "";
	okx.mute = true; /* the second reading hangs */
	script_resync(r);
	script_answer_one(r, "account/config");
	script_answer_one(r, "account/positions");
	script_answer_one(r, "account/balance");
	const plm_snapshot *end = &rig_need(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot;
	assert_int_equal(end->complete, 0);
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	script_pass(r, 2000);
	assert_int_equal(script_status(r).status, PLM_FEED_DEGRADED);
	assert_non_null(strstr(script_status(r).text, "BTC-USDT-SWAP was open and is missing"));
	script_answer_one(r, "account/config");
	script_answer_one(r, "account/positions");
	script_answer_one(r, "account/balance");
	assert_int_equal(script_last_end(r), 1);
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	rig_destroy(r);
}

/* One that comes back belies the reading before. */
static void
test_okx__a_second_reading_may_refute_the_first(void **state)
{
	(void)state;
	rig *r = script_live(
	    "", OKX_POSITION("BTC-USDT-SWAP", "-3") "," OKX_POSITION("ETH-USDT-SWAP", "2"));
	okx.positions = "";
	okx.mute = true;
	script_resync(r);
	script_answer_one(r, "account/config");
	script_answer_one(r, "account/positions");
	script_answer_one(r, "account/balance");
	okx.positions = OKX_POSITION("ETH-USDT-SWAP", "2");
	script_tick(r);
	script_answer_one(r, "account/config");
	script_answer_one(r, "account/positions");
	script_answer_one(r, "account/balance");
	assert_int_equal(rig_need(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot.complete, 0);
	script_pass(r, 2000);
	assert_int_equal(script_status(r).status, PLM_FEED_DEGRADED);
	script_answer_one(r, "account/config");
	script_answer_one(r, "account/positions");
	script_answer_one(r, "account/balance");
	assert_int_equal(script_last_end(r), 1);
	rig_destroy(r);
}

/* An update under a name that no list has, while others are held, may be an old leg under a new
 * name; a contract that is listed is only traded for the first time. */
static void
test_okx__a_new_name_puts_the_feed_in_doubt(void **state)
{
	(void)state;
	rig *r = script_live("", OKX_POSITION("BTC-USDT-SWAP", "-3"));
	script_push(r, OKX_PUSH(OKX_POSITION("BTC-USDT-SWAP", "-4")));
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	script_push(r, OKX_PUSH(OKX_POSITION("SOL-USDT-SWAP", "5")));
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	script_push(r, OKX_PUSH(OKX_POSITION("XRP-USDT-SWAP", "5")));
	assert_int_equal(rig_count(r, PLM_EVENT_POSITION), 1);
	assert_int_equal(script_status(r).status, PLM_FEED_DEGRADED);
	assert_non_null(strstr(script_status(r).text, "XRP-USDT-SWAP was not heard of"));
	okx.positions = OKX_POSITION("BTC-USDT-SWAP", "-4") "," OKX_POSITION(
	    "SOL-USDT-SWAP", "5") "," OKX_POSITION("XRP-USDT-SWAP", "5");
	okx.swaps = OKX_SWAP("BTC") "," OKX_SWAP("SOL") "," OKX_SWAP("XRP");
	script_pass(r, 7000);
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	rig_destroy(r);
}

/* The same where all that is told under that name is that it is closed. */
static void
test_okx__a_new_name_that_is_closed_already(void **state)
{
	(void)state;
	rig *r = script_live("", OKX_POSITION("BTC-USDT-SWAP", "-3"));
	script_push(r, OKX_PUSH(OKX_POSITION("SOL-USDT-SWAP", "0")));
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	script_push(r, OKX_PUSH(OKX_POSITION("XRP-USDT-SWAP", "0")));
	assert_int_equal(script_status(r).status, PLM_FEED_DEGRADED);
	assert_non_null(strstr(script_status(r).text, "XRP-USDT-SWAP was not heard of"));
	script_pass(r, 7000);
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	rig_destroy(r);
}

/* Shares of collateral are asked for where all currencies back all, of what is held. */
static void
test_okx__discounts_of_a_multi_currency_account(void **state)
{
	(void)state;
	rig *r = script_live("", "");
	assert_int_equal(script_count(r, "discount-rate"), 0);
	rig_destroy(r);
	r = script_create("");
	okx.config = "{\"acctLv\":\"3\",\"posMode\":\"net_mode\",\"perm\":\"read_only\"}";
	script_start(r);
	script_until(r, "discount-rate");
	r->events_count = 0;
	script_answer_one(r, "discount-rate");
	const plm_collateral *fact = &rig_need(r, PLM_EVENT_COLLATERAL, 0)->u.collateral;
	assert_string_equal(plm_names_asset_text(r->names, fact->asset), "USDT");
	assert_int_equal(rig_count(r, PLM_EVENT_COLLATERAL), 1);
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	rig_destroy(r);
}

/* Renamed in silence: the list says it, by lacking what is held. */
static void
test_okx__what_is_held_and_not_listed_any_more_is_read_again(void **state)
{
	(void)state;
	rig *r = script_live("", OKX_POSITION("BTC-USDT-SWAP", "-3"));
	script_pass(r, 1000);
	int lists = script_count(r, "instruments?instType=SWAP");
	okx.swaps = OKX_SWAP("BTC1") "," OKX_SWAP("ETH");
	for (int i = 0; i < 310 && script_status(r).status == PLM_FEED_LIVE; i++)
		script_pass(r, 1000);
	assert_int_equal(script_count(r, "instruments?instType=SWAP"), lists + 1);
	assert_non_null(strstr(script_status(r).text, "BTC-USDT-SWAP is not listed any more"));
	script_pass(r, 10000);
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	rig_destroy(r);
}

/* Accounts are told of twice within a millisecond, and other channels between: the second is the
 * newer one. */
static void
test_okx__pushes_of_one_millisecond_are_numbered_through(void **state)
{
	(void)state;
	rig *r = script_live("", OKX_POSITION("BTC-USDT-SWAP", "-3"));
	uint64_t sequences[2];
	for (int i = 0; i < 2; i++) {
		script_push(r, i == 0 ? OKX_ACCOUNT_PUSH("100") : OKX_ACCOUNT_PUSH("200"));
		sequences[i] = rig_need(r, PLM_EVENT_BALANCE, 0)->venue_sequence;
		script_push(r,
		    "{\"arg\":{\"channel\":\"balance_and_position\"},\"data\":[{\"pTime\":"
		    "\"1795000100000\",\"balData\":[],\"posData\":[]}]}");
	}
	assert_true(sequences[1] > sequences[0]);
	rig_destroy(r);
}

static void
test_okx__a_refused_message_puts_the_feed_in_doubt(void **state)
{
	(void)state;
	rig *r = script_live("", OKX_POSITION("BTC-USDT-SWAP", "-3"));
	static const char *const texts[] = {
	    "{\"arg\":{\"channel\":\"positions\"},\"data\":[{\"inst",
	    OKX_PUSH(OKX_POSITION("BTC-USDT-SWAP", "many")),
	    "{\"arg\":{\"channel\":\"balance_and_position\"},\"data\":[{\"balData\":[{\"ccy\":\"\"}"
	    "],"
	    "\"posData\":[],\"pTime\":\"1\"}]}"};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		script_push(r, texts[i]);
		assert_int_equal(r->err, PLM_EDECODE);
		assert_int_equal(script_status(r).status, PLM_FEED_DEGRADED);
		assert_non_null(strstr(script_status(r).text, "refused"));
		script_pass(r, 7000);
		assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	}
	rig_destroy(r);
}

/* balance_and_position says that something changed; where no position follows, the stream is deaf.
 */
static void
test_okx__a_change_without_a_word_restarts_the_stream(void **state)
{
	(void)state;
	rig *r = script_live("", OKX_POSITION("BTC-USDT-SWAP", "-3"));
	int closes = script_closes(r, OKX_LINK_USER);
	okx.positions = OKX_POSITION("BTC-USDT-SWAP", "-7");
	script_resync(r);
	script_pass(r, 500);
	assert_int_equal(script_last_end(r), 1);
	script_pass(r, 3000);
	assert_int_equal(script_closes(r, OKX_LINK_USER), closes + 1);
	rig_destroy(r);
}

/* A row of a snapshot yields to a push that may be newer, and outranks what a lost one left behind.
 */
static void
test_okx__rows_of_a_snapshot_are_dated_by_what_was_heard(void **state)
{
	(void)state;
	rig *r = script_live("", OKX_POSITION("BTC-USDT-SWAP", "-3"));
	plm_time_ns pushed_ns = r->now_ns;
	char text[1024];
	(void)snprintf(text, sizeof text,
	    "{\"arg\":{\"channel\":\"positions\",\"instType\":\"ANY\"},\"data\":[{\"instId\":"
	    "\"BTC-USDT-SWAP\",\"mgnMode\":\"cross\",\"posSide\":\"net\",\"pos\":\"-5\",\"pTime\":"
	    "\"%lld\"}]}",
	    (long long)(pushed_ns / PLM_NS_PER_MS));
	script_push(r, text);
	uint64_t pushed = rig_need(r, PLM_EVENT_POSITION, 0)->venue_sequence;
	assert_int_equal(pushed, pushed_ns / PLM_NS_PER_US);
	r->now_ns += 3600 * PLM_NS_PER_S; /* our clock leaps: it dates nothing */
	okx.mute = true;
	script_resync(r);
	script_answer_one(r, "account/config");
	script_answer_one(r, "account/positions");
	const plm_event *row = rig_need(r, PLM_EVENT_POSITION, 0);
	assert_int_equal(row->venue_sequence, pushed - PLM_NS_PER_S / PLM_NS_PER_US);
	assert_int_equal(row->flags & PLM_FLAG_SNAPSHOT, PLM_FLAG_SNAPSHOT);
	rig_destroy(r);
}

/* The levels of an account: who backs whom. */
static void
test_okx__levels_tell_the_pools(void **state)
{
	(void)state;
	static const struct {
		const char *level;
		plm_margin_mode mode;
		uint32_t
		    margin_rows; /* a cross margin row is a view of the balances but in level 2 */
	} rows[] = {{"1", PLM_MARGIN_NONE, 0}, {"2", PLM_MARGIN_SEGREGATED, 1},
	    {"3", PLM_MARGIN_CROSS, 0}, {"4", PLM_MARGIN_CROSS, 0}};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char config[256];
		(void)snprintf(config, sizeof config,
		    "{\"acctLv\":\"%s\",\"posMode\":\"net_mode\",\"perm\":\"read_only\"}",
		    rows[i].level);
		rig *r = script_create("");
		okx.config = config;
		okx.details =
		    "{\"ccy\":\"USDT\",\"cashBal\":\"1000\",\"eq\":\"1000\",\"mmr\":\"1\","
		    "\"mgnRatio\":\"1000\"}";
		okx.positions =
		    "{\"instId\":\"ETH-USDT\",\"instType\":\"MARGIN\",\"mgnMode\":\"cross\","
		    "\"posSide\":\"net\",\"ccy\":\"USDT\",\"pos\":\"2\",\"posCcy\":\"ETH\","
		    "\"liab\":"
		    "\"-1\",\"liabCcy\":\"USDT\"}";
		script_start(r);
		script_until(r, "account/positions");
		script_answer_one(r, "account/positions");
		assert_int_equal(rig_count(r, PLM_EVENT_POSITION), rows[i].margin_rows);
		script_answer_one(r, "account/balance");
		assert_int_equal(
		    rig_need(r, PLM_EVENT_BALANCE, 0)->u.balance.margin_mode, rows[i].mode);
		assert_int_equal(
		    rig_need(r, PLM_EVENT_VENUE_MARGIN, 0)->u.venue_margin.is_portfolio,
		    rows[i].level[0] == '4');
		rig_destroy(r);
	}
}

/* The option's value is inside the equity of its coin: the collateral leaves it out. */
static void
test_okx__collateral_leaves_the_value_of_options_out(void **state)
{
	(void)state;
	rig *r = script_create("");
	okx.positions =
	    "{\"instId\":\"BTC-USD-280331-90000-C\",\"instType\":\"OPTION\",\"mgnMode\":\"cross\","
	    "\"posSide\":\"net\",\"ccy\":\"BTC\",\"pos\":\"100\",\"optVal\":\"0.25\",\"deltaBS\":"
	    "\"0.5\"}";
	okx.details = "{\"ccy\":\"BTC\",\"cashBal\":\"2\",\"eq\":\"2.25\",\"upl\":\"0\"},"
		      "{\"ccy\":\"USDT\",\"cashBal\":\"7\",\"eq\":\"7\"}";
	script_start(r);
	script_until(r, "account/positions");
	script_answer_one(r, "account/positions");
	assert_true(rig_need(r, PLM_EVENT_POSITION, 0)->u.position.delta_coins == 0.5);
	script_answer_one(r, "account/balance");
	assert_decimal(rig_event(r, PLM_EVENT_BALANCE, 0)->u.balance.collateral, "2");
	assert_decimal(rig_event(r, PLM_EVENT_BALANCE, 1)->u.balance.collateral, "7");
	rig_destroy(r);
}

/* An option's greeks keep the price that came before them; those of contracts that nobody holds
 * make no names. */
static void
test_okx__greeks_of_what_is_held_alone(void **state)
{
	(void)state;
#define GREEKS(name)                                                                               \
	"{\"instId\":\"" name "\",\"deltaBS\":\"0.5\",\"markVol\":\"0.5\",\"ts\":\"1\"}"
	rig *r = script_live("", OKX_POSITION("BTC-USD-280331-90000-C", "1"));
	script_public(r, "{\"arg\":{\"channel\":\"mark-price\"},\"data\":[{\"instId\":"
			 "\"BTC-USD-280331-90000-C\",\"markPx\":\"0.031\",\"ts\":\"1\"}]}");
	script_public(r, "{\"arg\":{\"channel\":\"opt-summary\"},\"data\":[" GREEKS(
			     "BTC-USD-280331-90000-C") "," GREEKS("BTC-USD-280331-95000-C") "]}");
	assert_int_equal(rig_count(r, PLM_EVENT_MARK), 1);
	assert_decimal(rig_need(r, PLM_EVENT_MARK, 0)->u.mark.mark_price, "0.031");
	assert_int_equal(pli_registry_instrument_find(
			     r->names, r->cfg.venue, PLM_SLICE("BTC-USD-280331-95000-C"))
			     .value,
	    0);
	rig_destroy(r);
#undef GREEKS
}

/* A name tells no size: until the venue's list does, the position counts nothing, and that is said.
 */
static void
test_okx__a_contract_that_no_list_has_is_said(void **state)
{
	(void)state;
	rig *r = script_create("");
	okx.positions = OKX_POSITION("XRP-USDT-SWAP", "7");
	script_start(r);
	script_pass(r, 3000);
	assert_int_equal(script_status(r).status, PLM_FEED_DEGRADED);
	assert_non_null(strstr(script_status(r).text, "XRP-USDT-SWAP: the lists"));
	int lists = script_count(r, "instruments?instType=SWAP");
	assert_in_range(lists, 1, 3);
	okx.swaps = OKX_SWAP("XRP");
	script_push(r, OKX_PUSH(OKX_POSITION("XRP-USDT-SWAP", "7")));
	script_pass(r, 10000);
	assert_true(script_count(r, "instruments?instType=SWAP") > lists);
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	rig_destroy(r);
}

/* Of what is held, each family's table once a day, in contracts, at one rate. */
static void
test_okx__tables_of_tiers_of_what_is_held(void **state)
{
	(void)state;
	rig *r = script_create("");
	okx.positions = OKX_POSITION("BTC-USDT-SWAP", "-3") "," OKX_POSITION("SOL-USDT-SWAP", "8");
	script_start(r);
	r->keeps = true;
	script_until(r, "position-tiers?tdMode=cross&instType=SWAP&instFamily=BTC-USDT");
	r->keeps = false;
	script_answer_one(r, "instFamily=BTC-USDT");
	assert_int_equal(rig_count(r, PLM_EVENT_MARGIN_TIER), 2);
	const plm_event *event = rig_event(r, PLM_EVENT_MARGIN_TIER, 1);
	const plm_margin_tier *tier = &event->u.margin_tier;
	assert_int_equal(event->account.value, r->cfg.account.value);
	assert_int_equal(tier->instrument.value, rig_spec(r, "BTC-USDT-SWAP")->id.value);
	assert_true(tier->tier == 2 && tier->tiers_count == 2 && tier->in_contracts == 1);
	assert_decimal(tier->notional_floor, "51");
	assert_decimal(tier->notional_cap, "900");
	assert_decimal(tier->maintenance_rate, "0.01");
	assert_decimal(tier->maintenance_amount, "0");
	assert_decimal(tier->leverage_max, "50");
	rig_destroy(r);
}

/* One that is of another family is not taken, and asked for again. */
static void
test_okx__a_wrong_table_of_tiers(void **state)
{
	(void)state;
	rig *r = script_create("");
	okx.positions = OKX_POSITION("BTC-USDT-SWAP", "-3") "," OKX_POSITION("SOL-USDT-SWAP", "8");
	okx.tiers = script_tiers("SOL-USDT");
	script_start(r);
	script_pass(r, 60000);
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	assert_int_equal(script_count(r, "instFamily=BTC-USDT"), 1);
	script_pass(r, 600000);
	assert_int_equal(script_count(r, "instFamily=BTC-USDT"), 2);
	assert_int_equal(script_count(r, "instFamily=SOL-USDT"), 1);
	rig_destroy(r);
}

/* Errors of REST wait and come back; those of the key do not. */
static void
test_okx__errors_of_the_venue(void **state)
{
	(void)state;
	rig *r = script_live("", OKX_POSITION("BTC-USDT-SWAP", "-3"));
	okx.fails = 503;
	script_resync(r);
	script_pass(r, 1000);
	assert_int_equal(script_status(r).status, PLM_FEED_MAINTENANCE);
	okx.fails = 200;
	script_pass(r, 8000);
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	script_push(
	    r, "{\"event\":\"error\",\"code\":\"60032\",\"msg\":\"API key doesn't exist\"}");
	assert_int_equal(r->err, PLM_EAUTH);
	assert_int_equal(script_status(r).status, PLM_FEED_DOWN);
	assert_non_null(strstr(script_status(r).text, "60032"));
	rig_destroy(r);
}

static void
test_okx__maintenance_is_told_with_its_end(void **state)
{
	(void)state;
	rig *r = script_live("", OKX_POSITION("BTC-USDT-SWAP", "-3"));
	okx.status =
	    "{\"state\":\"ongoing\",\"serviceType\":\"5\",\"begin\":\"1800000000000\",\"end\":"
	    "\"1800003600000\",\"env\":\"1\"}";
	script_public(r, "{\"arg\":{\"channel\":\"status\"},\"data\":[{\"state\":\"ongoing\"}]}");
	script_pass(r, 500);
	assert_int_equal(script_status(r).status, PLM_FEED_MAINTENANCE);
	assert_int_equal(script_status(r).until_ns, 1800003600 * PLM_NS_PER_S);
	okx.status = "{\"state\":\"ongoing\",\"serviceType\":\"3\",\"end\":\"1800003600000\"}";
	script_public(r, "{\"arg\":{\"channel\":\"status\"},\"data\":[]}");
	script_pass(r, 500);
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE); /* bots alone */
	rig_destroy(r);
}

static void
test_okx__links_that_are_silent_are_asked_and_dropped(void **state)
{
	(void)state;
	rig *r = script_live("", OKX_POSITION("BTC-USDT-SWAP", "-3"));
	int pings = script_count(r, "ping"), closes = script_closes(r, OKX_LINK_PUBLIC);
	script_pass(r, 6000);
	assert_true(script_count(r, "ping") > pings); /* the script answers pong */
	script_pass(r, 20000);
	assert_int_equal(script_closes(r, OKX_LINK_PUBLIC), closes);
	okx.mute = true;
	script_pass(r, 14000);
	assert_true(script_closes(r, OKX_LINK_PUBLIC) > closes);
	rig_destroy(r);
}

/* An answer that did not come, or could not be read, is not waited for. */
static void
test_okx__a_login_without_its_answers_is_tried_again(void **state)
{
	(void)state;
	rig *r = script_create("");
	script_start(r);
	script_until(r, "\"balance_and_position\"");
	script_pass(r, 9000);
	script_push(r, OKX_PUSH(OKX_POSITION("BTC-USDT-SWAP", "-3"))); /* it is not silent */
	assert_int_equal(script_closes(r, OKX_LINK_USER), 0);
	script_pass(r, 2000);
	assert_int_equal(script_closes(r, OKX_LINK_USER), 1);
	assert_non_null(strstr(script_status(r).text, "has no answer"));
	rig_destroy(r);
}

/* A channel that the venue does not have silences no other. */
static void
test_okx__a_channel_that_is_refused_is_asked_for_alone(void **state)
{
	(void)state;
	rig *r = script_create("NOPE");
	okx.positions = OKX_POSITION("BTC-USDT-SWAP", "-3");
	script_start(r);
	script_pass(r, 30000);
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	assert_non_null(strstr(script_status(r).text, "1 channels of prices were refused"));
	rig_destroy(r);
}

static void
test_okx__without_a_key_prices_alone(void **state)
{
	(void)state;
	rig *r = script_create("BTC-USDT-SWAP, ETH");
	r->cfg.key = r->cfg.secret = r->cfg.passphrase = NULL;
	r->cfg.private_stream = false;
	script_start(r);
	script_pass(r, 3000);
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	assert_int_equal(script_sent(r, "account/"), -1);
	assert_int_equal(script_sent(r, "\"login\""), -1);
	assert_true(script_sent(r, "{\"channel\":\"index-tickers\",\"instId\":\"ETH-USD\"}") > 0);
	rig_destroy(r);
}

/* A closed private link is stale at once; the next epoch begins from the start. */
static void
test_okx__a_lost_link_is_stale_until_all_is_read_again(void **state)
{
	(void)state;
	rig *r = script_live("", OKX_POSITION("BTC-USDT-SWAP", "-3"));
	pli_venue_okx.ops->on_close(r->state, OKX_LINK_USER, r->now_ns, &r->request_sink);
	assert_int_equal(script_status(r).status, PLM_FEED_STALE);
	script_open(r, PLM_LINK_NONE);
	assert_int_equal(script_status(r).status, PLM_FEED_CONNECTING);
	script_pass(r, 3000);
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_okx__from_clock_to_live),
	    cmocka_unit_test(test_okx__the_first_reading_is_confirmed),
	    cmocka_unit_test(test_okx__a_key_that_can_trade_is_refused),
	    cmocka_unit_test(test_okx__a_trading_key_is_let_where_the_config_says_so),
	    cmocka_unit_test(test_okx__credentials_are_three_or_none),
	    cmocka_unit_test(test_okx__missing_is_not_flat),
	    cmocka_unit_test(test_okx__discounts_of_a_multi_currency_account),
	    cmocka_unit_test(test_okx__a_second_reading_may_refute_the_first),
	    cmocka_unit_test(test_okx__a_new_name_puts_the_feed_in_doubt),
	    cmocka_unit_test(test_okx__a_new_name_that_is_closed_already),
	    cmocka_unit_test(test_okx__what_is_held_and_not_listed_any_more_is_read_again),
	    cmocka_unit_test(test_okx__pushes_of_one_millisecond_are_numbered_through),
	    cmocka_unit_test(test_okx__a_refused_message_puts_the_feed_in_doubt),
	    cmocka_unit_test(test_okx__a_change_without_a_word_restarts_the_stream),
	    cmocka_unit_test(test_okx__rows_of_a_snapshot_are_dated_by_what_was_heard),
	    cmocka_unit_test(test_okx__levels_tell_the_pools),
	    cmocka_unit_test(test_okx__collateral_leaves_the_value_of_options_out),
	    cmocka_unit_test(test_okx__greeks_of_what_is_held_alone),
	    cmocka_unit_test(test_okx__a_contract_that_no_list_has_is_said),
	    cmocka_unit_test(test_okx__tables_of_tiers_of_what_is_held),
	    cmocka_unit_test(test_okx__a_wrong_table_of_tiers),
	    cmocka_unit_test(test_okx__errors_of_the_venue),
	    cmocka_unit_test(test_okx__maintenance_is_told_with_its_end),
	    cmocka_unit_test(test_okx__links_that_are_silent_are_asked_and_dropped),
	    cmocka_unit_test(test_okx__a_login_without_its_answers_is_tried_again),
	    cmocka_unit_test(test_okx__a_channel_that_is_refused_is_asked_for_alone),
	    cmocka_unit_test(test_okx__without_a_key_prices_alone),
	    cmocka_unit_test(test_okx__a_lost_link_is_stale_until_all_is_read_again),
	};
	return cmocka_run_group_tests_name("okx", tests, NULL, NULL);
}
