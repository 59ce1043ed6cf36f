/* bybit_topics_test.c: tickers of what is held: batches, refusals, a table that is full. */
#include "bybit_host.h"

static bybit_state *
state_of(rig *r)
{
	return r->state;
}

static rig *
rig_public(const char *markets)
{
	rig *r = rig_create();
	r->cfg.markets = markets;
	rig_start(r);
	rig_open(r, PLM_LINK_NONE);
	return r;
}

static void
test_venue_bybit_topics__ten_a_message(void **state)
{
	(void)state;
	rig *r = rig_public("AUSDT,BUSDT,CUSDT,DUSDT,EUSDT,FUSDT,GUSDT,HUSDT,IUSDT,JUSDT,KUSDT");
	rig_open(r, 0);
	assert_non_null(rig_said(r, 0, "tickers.JUSDT"));
	assert_null(rig_said(r, 0, "tickers.KUSDT"));
	assert_int_equal(rig_say(r, 0, "{\"success\":true,\"op\":\"subscribe\"}"), PLM_OK);
	assert_non_null(rig_said(r, 0, "[\"tickers.KUSDT\"]"));
	rig_destroy(r);
}

/* A batch with one bad name is asked for one by one; the bad one is left alone then. */
static void
test_venue_bybit_topics__a_batch_that_is_refused(void **state)
{
	(void)state;
	static const char no[] =
	    "{\"success\":false,\"ret_msg\":\"error:handler not found\",\"op\":"
	    "\"subscribe\"}";
	static const char yes[] = "{\"success\":true,\"op\":\"subscribe\"}";
	rig *r = rig_public("AUSDT,BADUSDT,CUSDT");
	rig_open(r, 0);
	assert_int_equal(rig_say(r, 0, no), PLM_OK);
	assert_non_null(rig_said(r, 0, "[\"tickers.AUSDT\"]"));
	assert_int_equal(rig_say(r, 0, yes), PLM_OK);
	assert_non_null(rig_said(r, 0, "[\"tickers.BADUSDT\"]"));
	assert_int_equal(rig_say(r, 0, no), PLM_OK);
	assert_non_null(rig_said(r, 0, "[\"tickers.CUSDT\"]"));
	assert_int_equal(rig_say(r, 0, yes), PLM_OK);
	uint32_t sent = r->sent_count;
	rig_wait(r, 15000);
	for (uint32_t i = sent; i < r->sent_count; i++)
		assert_null(strstr(r->sent[i].body, "tickers."));
	rig_close(r, 0);
	rig_open(r, PLM_LINK_NONE);
	rig_open(r, 0); /* a new connection tries all of them */
	assert_non_null(strstr(rig_said(r, 0, "tickers.AUSDT")->body, "tickers.BADUSDT"));
	rig_destroy(r);
}

static void
test_venue_bybit_topics__options_that_are_refused_by_name(void **state)
{
	(void)state;
	rig *r = rig_public("BTC-26DEC27-90000-C,BTC-26DEC27-95000-C");
	rig_open(r, BYBIT_OPTION);
	assert_int_equal(
	    rig_say(r, BYBIT_OPTION,
		"{\"success\":true,\"data\":{\"failTopics\":[\"tickers.BTC-26DEC27-95000-C\",7,"
		"\"x\"],\"successTopics\":[\"tickers.BTC-26DEC27-90000-C\"]},\"type\":"
		"\"COMMAND_RESP\"}"),
	    PLM_OK);
	bybit_topic *good = pli_bybit_topic_find(
	    state_of(r), BYBIT_OPTION, PLM_SLICE("BTC-26DEC27-90000-C"));
	bybit_topic *bad = pli_bybit_topic_find(
	    state_of(r), BYBIT_OPTION, PLM_SLICE("BTC-26DEC27-95000-C"));
	assert_int_equal(good->channel, BYBIT_LIVE);
	assert_int_equal(bad->channel, BYBIT_REFUSED);
	rig_destroy(r);
}

static void
test_venue_bybit_topics__no_answer_is_asked_again(void **state)
{
	(void)state;
	rig *r = rig_public("AUSDT");
	rig_open(r, 0);
	uint32_t sent = r->sent_count;
	rig_wait(r, 10200);
	bool again = false;
	for (uint32_t i = sent; i < r->sent_count; i++)
		again |= strstr(r->sent[i].body, "tickers.AUSDT") != NULL;
	assert_true(again);
	rig_destroy(r);
}

/* What is held stays; what is not makes room; without room, it is counted. */
static void
test_venue_bybit_topics__a_table_that_is_full(void **state)
{
	(void)state;
	rig *r = rig_public("");
	bybit_state *s = state_of(r);
	char symbol[24];
	for (int i = 0; i < BYBIT_TOPICS_MAX; i++) {
		(void)snprintf(symbol, sizeof symbol, "C%dUSDT", i);
		bybit_topic *topic = pli_bybit_topic_add(s, BYBIT_LINEAR, plm_slice_of(symbol));
		assert_non_null(topic);
		topic->held.held = i != 7;
	}
	assert_non_null(pli_bybit_topic_add(s, BYBIT_LINEAR, PLM_SLICE("NEWUSDT")));
	assert_null(pli_bybit_topic_find(s, BYBIT_LINEAR, PLM_SLICE("C7USDT")));
	pli_bybit_topic_find(s, BYBIT_LINEAR, PLM_SLICE("NEWUSDT"))->held.held = 1;
	assert_null(pli_bybit_topic_add(s, BYBIT_LINEAR, PLM_SLICE("LASTUSDT")));
	assert_int_equal(s->topics_full_count, 1);
	assert_non_null(pli_bybit_topic_add(s, BYBIT_LINEAR, PLM_SLICE("C8USDT")));
	rig_destroy(r);
}

/* A long and a short leg of one contract, coins and the two that share a pair. */
static void
test_venue_bybit_topics__what_is_held(void **state)
{
	(void)state;
	rig *r = rig_create();
	rig_go(r);
	bybit_state *s = state_of(r);
	bybit_topic *btc = pli_bybit_topic_find(s, BYBIT_LINEAR, PLM_SLICE("BTCUSDT"));
	assert_int_equal(btc->held.held, 1U << PLM_SIDE_NET);
	bybit_topic *usdc = pli_bybit_topic_find(s, BYBIT_SPOT, PLM_SLICE("USDCUSDT"));
	assert_int_equal(usdc->held.held, 2);
	plm_event event;
	plm_event_init(&event, PLM_EVENT_BALANCE);
	event.u.balance.asset = plm_names_asset(r->names, PLM_SLICE("USDC"));
	event.u.balance.wallet = plm_decimal_from_int(5);
	pli_bybit_topics_observe(s, &event);
	assert_int_equal(usdc->held.held, 3);
	event.u.balance.wallet = plm_decimal_zero();
	pli_bybit_topics_observe(s, &event);
	assert_int_equal(usdc->held.held, 2);
	plm_event_init(&event, PLM_EVENT_POSITION);
	event.u.position.instrument = rig_spec(r, "BTCUSDT")->id;
	event.u.position.side = PLM_SIDE_SHORT;
	event.u.position.quantity = plm_decimal_from_int(-1);
	pli_bybit_topics_observe(s, &event);
	assert_int_equal(btc->held.held, 1U << PLM_SIDE_NET | 1U << PLM_SIDE_SHORT);
	event.u.position.quantity = plm_decimal_zero();
	pli_bybit_topics_observe(s, &event);
	assert_int_equal(btc->held.held, 1U << PLM_SIDE_NET);
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_venue_bybit_topics__ten_a_message),
	    cmocka_unit_test(test_venue_bybit_topics__a_batch_that_is_refused),
	    cmocka_unit_test(test_venue_bybit_topics__options_that_are_refused_by_name),
	    cmocka_unit_test(test_venue_bybit_topics__no_answer_is_asked_again),
	    cmocka_unit_test(test_venue_bybit_topics__a_table_that_is_full),
	    cmocka_unit_test(test_venue_bybit_topics__what_is_held),
	};
	return cmocka_run_group_tests_name("bybit_topics", tests, NULL, NULL);
}
