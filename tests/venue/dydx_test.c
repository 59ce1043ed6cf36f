/* dydx_test.c: the session: order of what is asked, what is believed, numbered messages. */
#include "dydx_rig.h"

#define CHANGE(side, status, size, height)                                                         \
	"{\"perpetualPositions\":[{\"market\":\"ETH-USD\",\"side\":\"" side                        \
	"\",\"status\":\"" status "\",\"size\":\"" size                                            \
	"\",\"entryPrice\":\"90\",\"subaccountNumber\":0}],"                                       \
	"\"blockHeight\":\"" height "\"}"

static void
test_dydx__both_channels_before_the_reading(void **state)
{
	(void)state;
	rig *r = dydx_live(DYDX_USUAL);
	static const char *const order[] = {"v4_markets", "v4_parent_subaccounts", "/addresses/"};
	uint32_t at = 0;
	for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
		while (at < r->sent_count && strstr(r->sent[at].target, order[i]) == NULL &&
		       strstr(r->sent[at].body, order[i]) == NULL)
			at++;
		assert_true(at < r->sent_count);
	}
	assert_int_equal(rig_sent(r, "/v4/addresses/" DYDX_ADDRESS "/parentSubaccountNumber/0"), 2);
	assert_true(rig_status(r).clock_error_ns > 0);
	rig_destroy(r);
}

static void
test_dydx__an_account_is_an_address_and_a_number(void **state)
{
	(void)state;
	static const struct {
		const char *key, *secret;
		bool good;
	} rows[] = {{DYDX_ADDRESS, NULL, true}, {DYDX_ADDRESS "/127", NULL, true}, {"", NULL, true},
	    {DYDX_ADDRESS "/128", NULL, false}, {DYDX_ADDRESS "/", NULL, false},
	    {DYDX_ADDRESS "/0x", NULL, false}, {DYDX_ADDRESS "/-1", NULL, false},
	    {DYDX_ADDRESS "a", NULL, false},
	    {"0x00000000000000000000000000000000000000a1", NULL, false},
	    {"cosmos1qqqsyqcyq5rqwzqfpg9scrgwpugpzysnsqqtesta", NULL, false},
	    {"one two three four five six", NULL, false}, {DYDX_ADDRESS, "secret", false}};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		rig *r = rig_create();
		r->cfg.key = rows[i].key;
		r->cfg.secret = rows[i].secret;
		r->state = calloc(1, pli_venue_dydx.ops->state_size);
		plm_err err = pli_venue_dydx.ops->init(r->state, &r->cfg, &r->fault);
		if ((err == PLM_OK) != rows[i].good)
			fail_msg("%s: %s", rows[i].key, r->fault.text);
		rig_destroy(r);
	}
}

static void
test_dydx__a_change_shows_at_once(void **state)
{
	(void)state;
	rig *r = dydx_live(DYDX_USUAL);
	dydx_update(r, CHANGE("LONG", "OPEN", "8", "51"));
	assert_int_equal(r->err, PLM_OK);
	assert_decimal(rig_position(r, 0)->quantity, "8");
	/* Turned over: one message closes the long and opens the short. */
	r->events_count = 0;
	dydx_update(r, "{\"perpetualPositions\":[{\"market\":\"ETH-USD\",\"side\":\"LONG\","
		       "\"status\":\"CLOSED\",\"size\":\"0\",\"entryPrice\":\"90\","
		       "\"subaccountNumber\":0},{\"market\":\"ETH-USD\",\"side\":\"SHORT\","
		       "\"status\":\"OPEN\",\"size\":\"-3\",\"entryPrice\":\"90\","
		       "\"subaccountNumber\":0}],\"assetPositions\":[{\"symbol\":\"USDC\","
		       "\"side\":\"LONG\",\"size\":\"1270\",\"subaccountNumber\":0}],"
		       "\"blockHeight\":\"52\"}");
	assert_int_equal(rig_count(r, PLM_EVENT_POSITION), 1);
	assert_decimal(rig_position(r, 0)->quantity, "-3");
	assert_decimal(rig_balance(r, 0)->wallet, "1000");
	assert_decimal(rig_balance(r, 0)->equity, "null");
	rig_destroy(r);
}

/* A message is lost, a later one is heard: an answer of a block before that one says nothing of
 * what was lost behind it. */
static void
test_dydx__an_overtaken_answer_ends_no_doubt(void **state)
{
	(void)state;
	rig *r = dydx_live(DYDX_USUAL);
	dydx.messages_count++;
	dydx_update(r, CHANGE("LONG", "OPEN", "8", "60"));
	assert_int_equal(rig_status(r).status, PLM_FEED_DEGRADED);
	uint32_t asked = rig_sent(r, "/addresses/");
	rig_pass(r, 5000);
	assert_true(rig_sent(r, "/addresses/") > asked + 2);
	assert_int_equal(rig_status(r).status, PLM_FEED_DEGRADED);
	dydx.account = DYDX_ACCOUNT(
	    "1000", DYDX_CHILD("0", "1000", DYDX_POSITION("ETH-USD", "LONG", "8", "90"),
			DYDX_USDC("LONG", "280"), "61"));
	rig_pass(r, 5000);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	rig_destroy(r);
}

#define USDC_ROW(side, size)                                                                       \
	"\"assetPositions\":[{\"symbol\":\"USDC\",\"side\":\"" side "\",\"size\":\"" size          \
	"\",\"subaccountNumber\":0}]"
#define POSITION_ROW(size, entry)                                                                  \
	"\"perpetualPositions\":[{\"market\":\"ETH-USD\",\"side\":\"LONG\",\"status\":\"OPEN\","   \
	"\"size\":\"" size "\",\"entryPrice\":\"" entry "\",\"unrealizedPnl\":\"7\","              \
	"\"subaccountNumber\":0}]"
#define FILL_ROW                                                                                   \
	"\"fills\":[{\"id\":\"f1\",\"side\":\"BUY\",\"size\":\"2\",\"price\":\"96\",\"fee\":"      \
	"\"1\","                                                                                   \
	"\"type\":\"LIMIT\",\"ticker\":\"ETH-USD\"}]"

/* Ten at 90 and two at 96 are twelve at 91. The subaccount is told first, at the entry price that
 * was; its wallet by that price was never anybody's. */
static void
test_dydx__a_position_that_grew_waits_for_its_fill(void **state)
{
	(void)state;
	rig *r = dydx_live(DYDX_USUAL);
	uint32_t asked = rig_sent(r, "/addresses/");
	dydx_update(r,
	    "{" POSITION_ROW("12", "90") "," USDC_ROW("SHORT", "93") ","
								     "\"blockHeight\":\"51\"}");
	assert_int_equal(rig_count(r, PLM_EVENT_POSITION) + rig_count(r, PLM_EVENT_BALANCE), 0);
	dydx_update(r, "{" FILL_ROW "," POSITION_ROW("12", "91") ",\"blockHeight\":\"51\"}");
	assert_decimal(rig_position(r, 0)->quantity, "12");
	assert_decimal(rig_position(r, 0)->entry_price, "91");
	assert_decimal(rig_balance(r, 0)->wallet, "999");
	rig_pass(r, 5000);
	assert_int_equal(rig_sent(r, "/addresses/"), asked); /* nothing was left to ask */
	rig_destroy(r);
}

/* Where the fill does not come all is read; where that is not answered either the size is shown,
 * in doubt. */
static void
test_dydx__a_position_without_its_price_is_read(void **state)
{
	(void)state;
	rig *r = dydx_live(DYDX_USUAL);
	uint32_t asked = rig_sent(r, "/addresses/");
	dydx_update(r, "{" POSITION_ROW("12", "0") ",\"blockHeight\":\"51\"}");
	dydx.status = 503;
	rig_pass(r, 1000);
	assert_true(rig_sent(r, "/addresses/") > asked);
	assert_int_equal(rig_count(r, PLM_EVENT_POSITION), 0);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	rig_pass(r, 1000);
	assert_int_equal(rig_status(r).status, PLM_FEED_DEGRADED);
	assert_decimal(rig_position(r, 0)->quantity, "12");
	assert_decimal(rig_position(r, 0)->entry_price, "null");
	assert_decimal(rig_position(r, 0)->unrealised_pnl, "null");
	assert_int_equal(rig_count(r, PLM_EVENT_BALANCE), 0);
	rig_destroy(r);
}

/* USDC that goes to a child is told of each of the two: in between it is nowhere, or twice there.
 * The first answer is of the block before. */
static void
test_dydx__what_goes_to_a_child_is_never_missing(void **state)
{
	(void)state;
	rig *r = dydx_live(DYDX_USUAL);
	dydx_update(r, "{" USDC_ROW("LONG", "60") ",\"blockHeight\":\"51\"}");
	assert_int_equal(rig_count(r, PLM_EVENT_BALANCE), 0);
	rig_pass(r, 800);
	assert_int_equal(rig_need(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot.complete, 0);
	assert_int_equal(rig_count(r, PLM_EVENT_BALANCE), 0);
	dydx.account = DYDX_ACCOUNT(
	    "1000", DYDX_CHILD("0", "960", DYDX_POSITION("ETH-USD", "LONG", "10", "90"),
			DYDX_USDC("LONG", "60"),
			"51") "," DYDX_CHILD("128", "40", "", DYDX_USDC("LONG", "40"), "51"));
	rig_pass(r, 700);
	uint32_t readings = rig_count(r, PLM_EVENT_SNAPSHOT_END);
	assert_int_equal(rig_need(r, PLM_EVENT_SNAPSHOT_END, readings - 1)->u.snapshot.complete, 1);
	assert_decimal(rig_balance(r, 0)->wallet, "1000");
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	rig_destroy(r);
}

#define USDC_OF(child, size)                                                                       \
	"{\"assetPositions\":[{\"symbol\":\"USDC\",\"side\":\"LONG\",\"size\":\"" size             \
	"\",\"subaccountNumber\":" child "}],\"blockHeight\":\"52\"}"

/* Both halves are told: nothing is in doubt, and no reading is needed to say so. */
static void
test_dydx__what_came_whole_waits_for_no_reading(void **state)
{
	static const char *const second[] = {USDC_OF("128", "50"), USDC_OF("128", "49")};
	(void)state;
	for (int short_of = 0; short_of < 2; short_of++) {
		rig *r = dydx_live(DYDX_ACCOUNT("1000",
		    DYDX_CHILD("0", "960", DYDX_POSITION("ETH-USD", "LONG", "10", "90"),
			DYDX_USDC("LONG", "60"),
			"51") "," DYDX_CHILD("128", "40", "", DYDX_USDC("LONG", "40"), "51")));
		dydx.status = 503;
		dydx_update(r, USDC_OF("0", "50"));
		assert_int_equal(rig_count(r, PLM_EVENT_BALANCE), 0);
		dydx_update(r, second[short_of]);
		assert_int_equal(rig_count(r, PLM_EVENT_BALANCE), !short_of);
		if (!short_of)
			assert_decimal(rig_balance(r, 0)->wallet, "1000");
		rig_pass(r, 2000);
		assert_int_equal(
		    rig_status(r).status, short_of ? PLM_FEED_DEGRADED : PLM_FEED_LIVE);
		rig_destroy(r);
	}
}

/* An answer has all of its block: a message of that block which comes late is older. */
static void
test_dydx__what_is_late_of_a_block_undoes_no_answer(void **state)
{
	(void)state;
	rig *r = dydx_live(DYDX_USUAL);
	dydx.account = DYDX_ACCOUNT(
	    "1000", DYDX_CHILD("0", "1000", DYDX_POSITION("ETH-USD", "LONG", "4", "90"),
			DYDX_USDC("LONG", "640"), "52"));
	rig_pass(r, 31000);
	r->events_count = 0;
	dydx_update(r, CHANGE("LONG", "OPEN", "7", "52"));
	assert_int_equal(rig_count(r, PLM_EVENT_POSITION), 0);
	dydx_update(r, CHANGE("LONG", "OPEN", "3", "53"));
	dydx_update(r, CHANGE("LONG", "OPEN", "2", "53"));
	assert_decimal(rig_position(r, 1)->quantity, "2");
	rig_destroy(r);
}

/* What an answer that is not believed says of USDC is not kept either. */
static void
test_dydx__an_answer_that_is_not_believed_leaves_nothing(void **state)
{
	(void)state;
	rig *r = dydx_live(DYDX_USUAL);
	dydx.account = DYDX_ACCOUNT("0", DYDX_CHILD("0", "0", "", "", "60"));
	rig_pass(r, 29000);
	while (rig_count(r, PLM_EVENT_SNAPSHOT_END) == 0)
		rig_tick(r, RIG_TICK_MS);
	assert_int_equal(rig_need(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot.complete, 0);
	r->events_count = 0;
	dydx_update(r, CHANGE("LONG", "OPEN", "8", "61"));
	assert_decimal(rig_balance(r, 0)->wallet, "820"); /* 8 x 90 + 100 */
	rig_destroy(r);
}

/* Answers come from replicas: one of an earlier block than the stream's is the stream's word. */
static void
test_dydx__an_older_answer_undoes_nothing(void **state)
{
	(void)state;
	rig *r = dydx_live(DYDX_USUAL);
	dydx_update(r, CHANGE("LONG", "OPEN", "8", "51"));
	r->events_count = 0;
	rig_pass(r, 31000);
	const plm_event *event = rig_need(r, PLM_EVENT_POSITION, 0);
	assert_int_equal(event->flags & PLM_FLAG_SNAPSHOT, PLM_FLAG_SNAPSHOT);
	assert_decimal(event->u.position.quantity, "8");
	/* So is a message of an earlier one. */
	r->events_count = 0;
	dydx_update(r, CHANGE("LONG", "OPEN", "11", "50"));
	assert_int_equal(rig_count(r, PLM_EVENT_POSITION), 0);
	rig_destroy(r);
}

static void
test_dydx__a_number_that_is_missing_is_seen(void **state)
{
	(void)state;
	rig *r = dydx_live(DYDX_USUAL);
	uint32_t asked = rig_sent(r, "/addresses/");
	dydx.messages_count++;
	dydx_say(r, "v4_markets", "channel_data", "{\"trading\":{}}");
	assert_int_equal(rig_status(r).status, PLM_FEED_DEGRADED);
	assert_string_not_equal(rig_status(r).text, "");
	rig_pass(r, 2000);
	assert_int_equal(rig_sent(r, "/addresses/"), asked + 1);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	/* The same number twice: the second says nothing. */
	dydx.messages_count--;
	r->events_count = 0;
	dydx_update(r, CHANGE("LONG", "OPEN", "15", "60"));
	assert_int_equal(r->events_count, 0);
	rig_destroy(r);
}

static void
test_dydx__missing_is_not_flat(void **state)
{
	(void)state;
	rig *r = dydx_live(DYDX_USUAL);
	dydx.account = DYDX_ACCOUNT(
	    "100", DYDX_CHILD("0", "100", "", DYDX_USDC("LONG", "100"), "60"));
	rig_pass(r, 32000);
	const plm_event *first = rig_need(r, PLM_EVENT_SNAPSHOT_END, 0);
	const plm_event *second = rig_need(r, PLM_EVENT_SNAPSHOT_END, 1);
	assert_int_equal(first->u.snapshot.complete, 0);
	assert_int_equal(second->u.snapshot.complete, 1);
	assert_decimal(rig_position(r, 0)->quantity, "0");
	rig_destroy(r);
}

/* Sizes that change though no message tells of it: the link is opened again. */
static void
test_dydx__a_deaf_stream_is_opened_again(void **state)
{
	(void)state;
	rig *r = dydx_live(DYDX_USUAL);
	dydx.account = DYDX_ACCOUNT(
	    "1000", DYDX_CHILD("0", "1000", DYDX_POSITION("ETH-USD", "LONG", "5", "90"),
			DYDX_USDC("LONG", "550"), "60"));
	rig_pass(r, 36000);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_CLOSE, 0), 1);
	rig_destroy(r);
}

static void
test_dydx__an_account_that_is_not_sent_is_never_live(void **state)
{
	(void)state;
	rig *r = rig_create();
	dydx.refuses = true;
	dydx_open(r);
	rig_pass(r, 30000);
	assert_int_equal(rig_status(r).status, PLM_FEED_CONNECTING);
	assert_non_null(strstr(rig_status(r).text, "check the address"));
	assert_true(rig_links(r, PLM_REQUEST_WS_CLOSE, 0) > 0);
	assert_int_equal(rig_count(r, PLM_EVENT_POSITION), 0);
	rig_destroy(r);
}

static void
test_dydx__a_subaccount_that_is_not_there_is_never_flat(void **state)
{
	(void)state;
	rig *r = rig_create();
	dydx_open(r);
	dydx.status = 404;
	rig_pass(r, 30000);
	assert_int_equal(rig_status(r).status, PLM_FEED_CONNECTING);
	assert_non_null(strstr(rig_status(r).text, "no such subaccount"));
	rig_destroy(r);
}

/* What cannot be read, or is of another account, puts this one in doubt until it is read again. */
static void
test_dydx__an_account_message_that_is_refused_is_read_again(void **state)
{
	(void)state;
	static const char *const odd[] = {CHANGE("LONG", "OPEN", "many", "51"),
	    CHANGE("LONG", "GONE", "1", "51"), "{\"assetPositions\":[{\"symbol\":\"DAI\"}]}"};
	for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
		rig *r = dydx_live(DYDX_USUAL);
		dydx_update(r, odd[i]);
		assert_int_equal(r->err, PLM_EDECODE);
		assert_int_equal(rig_count(r, PLM_EVENT_POSITION), 0);
		assert_int_equal(rig_status(r).status, PLM_FEED_DEGRADED);
		dydx.account = DYDX_ACCOUNT(
		    "1000", DYDX_CHILD("0", "1000", DYDX_POSITION("ETH-USD", "LONG", "10", "90"),
				DYDX_USDC("LONG", "100"), "52"));
		rig_pass(r, 3000);
		assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
		rig_destroy(r);
	}
}

/* A child that is opened while an answer without it is under way keeps its USDC. */
static void
test_dydx__a_child_that_an_answer_does_not_know_yet_stays(void **state)
{
	(void)state;
	rig *r = dydx_live(DYDX_USUAL);
	for (uint32_t asked = rig_sent(r, "/addresses/"); rig_sent(r, "/addresses/") == asked;)
		rig_tick(r, RIG_TICK_MS);
	dydx_update(r, "{\"perpetualPositions\":[{\"market\":\"SOL-USD\",\"side\":\"LONG\","
		       "\"status\":\"OPEN\",\"size\":\"1\",\"entryPrice\":\"20\","
		       "\"subaccountNumber\":128}],\"assetPositions\":[{\"symbol\":\"USDC\","
		       "\"side\":\"SHORT\",\"size\":\"10\",\"subaccountNumber\":128}],"
		       "\"blockHeight\":\"51\"}");
	assert_decimal(rig_balance(r, 0)->wallet, "1010");
	r->events_count = 0;
	rig_pass(r, RIG_TICK_MS);
	assert_int_equal(rig_need(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot.complete, 1);
	assert_int_equal(rig_count(r, PLM_EVENT_POSITION), 2);
	assert_decimal(rig_balance(r, 0)->wallet, "1010");
	rig_destroy(r);
}

/* Opened and closed again while an answer was under way that is of the block of its end: the USDC
 * of the sale and the position are not counted both. */
static void
test_dydx__what_a_later_answer_lacks_is_not_kept_beside_it(void **state)
{
	(void)state;
	rig *r = dydx_live(DYDX_USUAL);
	for (uint32_t asked = rig_sent(r, "/addresses/"); rig_sent(r, "/addresses/") == asked;)
		rig_tick(r, RIG_TICK_MS);
	dydx_update(r, "{\"fills\":[],\"perpetualPositions\":[{\"market\":\"SOL-USD\","
		       "\"side\":\"LONG\",\"status\":\"OPEN\",\"size\":\"1\","
		       "\"entryPrice\":\"20\",\"subaccountNumber\":0}]," USDC_ROW(
			   "LONG", "80") ",\"blockHeight\":\"51\"}");
	assert_decimal(rig_balance(r, 0)->wallet, "1000");
	dydx.account = DYDX_ACCOUNT(
	    "1000", DYDX_CHILD("0", "1000", DYDX_POSITION("ETH-USD", "LONG", "10", "90"),
			DYDX_USDC("LONG", "100"), "52"));
	r->events_count = 0;
	rig_pass(r, RIG_TICK_MS);
	assert_int_equal(rig_need(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot.complete, 0);
	assert_int_equal(rig_count(r, PLM_EVENT_BALANCE), 0);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE); /* its end is on its way */
	dydx_update(r, "{\"fills\":[],\"perpetualPositions\":[{\"market\":\"SOL-USD\","
		       "\"side\":\"LONG\",\"status\":\"CLOSED\",\"size\":\"0\","
		       "\"entryPrice\":\"20\",\"subaccountNumber\":0}]," USDC_ROW(
			   "LONG", "100") ",\"blockHeight\":\"52\"}");
	assert_decimal(rig_balance(r, 0)->wallet, "1000");
	rig_pass(r, 2000);
	assert_int_equal(rig_need(r, PLM_EVENT_SNAPSHOT_END, 1)->u.snapshot.complete, 1);
	assert_decimal(rig_balance(r, 1)->wallet, "1000");
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	rig_destroy(r);
}

/* Prices alone: nothing of an account is asked for, and a lost message is no account's doubt. */
static void
test_dydx__without_an_address_there_are_prices(void **state)
{
	(void)state;
	rig *r = rig_create();
	r->cfg.key = NULL;
	dydx_open(r);
	rig_pass(r, 3000);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	assert_true(rig_count(r, PLM_EVENT_MARK) > 0);
	dydx.messages_count++;
	dydx_say(r, "v4_markets", "channel_data", "{\"trading\":{}}");
	rig_pass(r, 60000);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	assert_int_equal(rig_sent(r, "/addresses/") + rig_sent(r, "v4_parent_subaccounts"), 0);
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_dydx__both_channels_before_the_reading),
	    cmocka_unit_test(test_dydx__an_account_is_an_address_and_a_number),
	    cmocka_unit_test(test_dydx__a_change_shows_at_once),
	    cmocka_unit_test(test_dydx__an_overtaken_answer_ends_no_doubt),
	    cmocka_unit_test(test_dydx__a_position_that_grew_waits_for_its_fill),
	    cmocka_unit_test(test_dydx__a_position_without_its_price_is_read),
	    cmocka_unit_test(test_dydx__what_goes_to_a_child_is_never_missing),
	    cmocka_unit_test(test_dydx__what_came_whole_waits_for_no_reading),
	    cmocka_unit_test(test_dydx__what_is_late_of_a_block_undoes_no_answer),
	    cmocka_unit_test(test_dydx__an_answer_that_is_not_believed_leaves_nothing),
	    cmocka_unit_test(test_dydx__an_older_answer_undoes_nothing),
	    cmocka_unit_test(test_dydx__a_number_that_is_missing_is_seen),
	    cmocka_unit_test(test_dydx__missing_is_not_flat),
	    cmocka_unit_test(test_dydx__a_deaf_stream_is_opened_again),
	    cmocka_unit_test(test_dydx__an_account_that_is_not_sent_is_never_live),
	    cmocka_unit_test(test_dydx__a_subaccount_that_is_not_there_is_never_flat),
	    cmocka_unit_test(test_dydx__an_account_message_that_is_refused_is_read_again),
	    cmocka_unit_test(test_dydx__a_child_that_an_answer_does_not_know_yet_stays),
	    cmocka_unit_test(test_dydx__what_a_later_answer_lacks_is_not_kept_beside_it),
	    cmocka_unit_test(test_dydx__without_an_address_there_are_prices),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
