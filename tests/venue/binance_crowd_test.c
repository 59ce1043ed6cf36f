/* binance_crowd_test.c: several accounts at one address: what is asked once, and how often. */
#include "binance_session.h"

#include "venue/binance_live/binance_live.h"

#define WHOLE "GET /fapi/v2/account"
static const char whole_long[] =
    "{\"multiAssetsMargin\":false,\"totalMarginBalance\":\"1001\",\"assets\":[{\"asset\":\"USDT\","
    "\"walletBalance\":\"1000\",\"unrealizedProfit\":\"1\",\"marginBalance\":\"1001\","
    "\"updateTime\":1}],\"positions\":[{\"symbol\":\"GONEUSDT\",\"positionSide\":\"BOTH\","
    "\"positionAmt\":\"0\"},{\"symbol\":\"BTCUSDT\",\"positionSide\":\"BOTH\",\"positionAmt\":"
    "\"0.500\"}]}";

/* Two sessions that share names, clock and crowd; each has its own requests. */
typedef struct crowd_rig {
	plm_venue_crowd crowd;
	rig *first, *second;
} crowd_rig;

static void
crowd_init(crowd_rig *c, uint32_t sessions_count)
{
	*c = (crowd_rig){.crowd = {.sessions_count = sessions_count,
			     .weight_per_minute = 1440,
			     .memory = calloc(1, pli_venue_binance.ops->crowd_size)}};
	assert_non_null(c->crowd.memory);
	for (uint32_t i = 0; i < 2; i++) {
		rig *r = rig_create();
		r->cfg.key = "the-key";
		r->cfg.secret = "the-secret";
		r->cfg.crowd = &c->crowd;
		if (i == 0) {
			c->first = r;
		} else {
			c->second = r;
			r->cfg.names = c->first->cfg.names;
			r->cfg.account.value = c->first->cfg.account.value + 1;
		}
		rig_start(r);
	}
}

static void
crowd_fini(crowd_rig *c)
{
	rig_destroy(c->second);
	rig_destroy(c->first);
	free(c->crowd.memory);
}

/* The first is live, the second begins. */
static void
crowd_begin(crowd_rig *c)
{
	session_live(c->first);
	binance_config_tag = 0;
	c->second->now_ns = c->first->now_ns;
	rig_open(c->second, PLM_LINK_NONE);
}

static void
crowd_answer_whole(rig *r, const char *text)
{
	assert_int_equal(rig_answer(r, WHOLE, 200, text), PLM_OK);
	assert_int_equal(rig_answer(r, POSITIONS, 200, positions_long), PLM_OK);
	assert_int_equal(snapshot_end(r)->complete, 1);
}

static void
test_venue_binance_crowd__clock_lists_and_marks_are_asked_for_once(void **state)
{
	(void)state;
	crowd_rig c;
	crowd_init(&c, 2);
	crowd_begin(&c);
	rig *r = c.second;
	assert_int_equal(rig_asked(r, "GET", "/fapi/v1/time"), 0);
	assert_int_equal(rig_asked(r, "GET", "/fapi/v1/exchangeInfo"), 0);
	assert_int_equal(rig_answer(r, RIGHTS, 200, rights_reading), PLM_OK);
	assert_int_equal(rig_answer(r, LISTEN, 200, "{\"listenKey\":\"abcDEF456\"}"), PLM_OK);
	rig_open(r, 0);
	rig_tick(r, 100);
	session_config(r, config_single);
	assert_int_equal(rig_answer(r, KEEP, 200, "{}"), PLM_OK);
	assert_int_equal(rig_answer(r, ACCOUNT, 200, account_long), PLM_OK);
	assert_int_equal(rig_answer(r, POSITIONS, 200, positions_long), PLM_OK);
	assert_decimal(rig_position(r, 0)->quantity, "0.5");
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_OPEN, 1), 0);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	assert_true(rig_status(r).clock_offset_ns == rig_status(c.first).clock_offset_ns);
	rig_wait(r, 8000); /* nobody carries marks any more */
	assert_int_equal(rig_status(r).status, PLM_FEED_DEGRADED);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_OPEN, 1), 1);
	rig_open(r, 1);
	assert_int_equal(rig_say(r, 1, mark), PLM_OK);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	c.first->now_ns = r->now_ns;
	rig_tick(c.first, 100);
	assert_int_equal(rig_links(c.first, PLM_REQUEST_WS_CLOSE, 1), 1);
	crowd_fini(&c);
}

/* Who asked may have gone, or got no good answer: then another asks. */
static void
test_venue_binance_crowd__what_is_not_answered_is_anothers_to_ask(void **state)
{
	(void)state;
	crowd_rig c;
	crowd_init(&c, 2);
	rig_open(c.first, PLM_LINK_NONE);
	c.second->now_ns = c.first->now_ns;
	rig_open(c.second, PLM_LINK_NONE);
	assert_int_equal(rig_asked(c.second, "GET", "/fapi/v1/exchangeInfo"), 0);
	assert_int_equal(rig_answer(c.first, INFO, 503, ""), PLM_OK);
	rig_tick(c.second, 100);
	assert_int_equal(rig_asked(c.second, "GET", "/fapi/v1/exchangeInfo"), 1);
	rig_wait(c.second, 9000);
	assert_int_equal(rig_asked(c.second, "GET", "/fapi/v1/time"), 0);
	rig_wait(c.second, 2000);
	assert_int_equal(rig_asked(c.second, "GET", "/fapi/v1/time"), 1);
	crowd_fini(&c);
}

/* A clock that the venue calls wrong is read anew, whatever another has read before. */
static void
test_venue_binance_crowd__an_answer_from_before_the_need_will_not_do(void **state)
{
	(void)state;
	crowd_rig c;
	crowd_init(&c, 2);
	crowd_begin(&c);
	rig *r = c.second;
	assert_int_equal(
	    rig_answer(r, RIGHTS, 400, "{\"code\":-1021,\"msg\":\"Timestamp\"}"), PLM_OK);
	assert_int_equal(rig_asked(r, "GET", "/fapi/v1/time"), 1);
	crowd_fini(&c);
}

static void
test_venue_binance_crowd__readings_are_as_far_apart_as_the_weight_of_all_takes(void **state)
{
	(void)state;
	crowd_rig c;
	crowd_init(&c, 2);
	crowd_begin(&c);
	uint32_t before = rig_asked(c.first, "GET", "/fapi/v1/accountConfig");
	session_wait(c.first, 31);
	assert_int_equal(rig_asked(c.first, "GET", "/fapi/v1/accountConfig"), before + 1);
	assert_string_equal(rig_status(c.first).text, "");
	assert_int_equal(rig_answer(c.first, ACCOUNT, 200, account_long), PLM_OK);
	assert_int_equal(rig_answer(c.first, POSITIONS, 200, positions_long), PLM_OK);
	/* 10 x 1,000 at 80 % of 1,440 a minute */
	c.crowd.sessions_count = 1000;
	assert_true(pli_binance_crowd_period_ns(c.first->state, 0) / PLM_NS_PER_S ==
		    (10 * 1000 * 60 + 1151) / (1440 * 80 / 100));
	session_wait(c.first, 31);
	crowd_answer_whole(c.first, whole_long);
	before = rig_asked(c.first, "GET", "/fapi/v2/account");
	session_wait(c.first, 515);
	assert_int_equal(rig_asked(c.first, "GET", "/fapi/v2/account"), before);
	assert_int_equal(rig_status(c.first).status, PLM_FEED_LIVE);
	assert_string_equal(rig_status(c.first).text,
	    "all is read every 521 s, not 30: 1000 accounts share the venue's limit");
	session_wait(c.first, 10);
	assert_int_equal(rig_asked(c.first, "GET", "/fapi/v2/account"), before + 1);
	session_wait(c.first, 10); /* no answer to it */
	assert_int_equal(rig_status(c.first).status, PLM_FEED_DEGRADED);
	assert_string_equal(
	    rig_status(c.first).text, "positions and balances could not be read for over 531 s");
	crowd_fini(&c);
}

/* Many that were read at once are not due at once again. */
static void
test_venue_binance_crowd__accounts_that_began_together_take_turns(void **state)
{
	(void)state;
	crowd_rig c;
	crowd_init(&c, 1000);
	binance_state *s = c.first->state;
	uint32_t tenths[10] = {0};
	for (uint32_t i = 1; i <= 160; i++) {
		s->cfg.account.value = i;
		int64_t turn_ns = pli_binance_crowd_turn_ns(s, 30 * PLM_NS_PER_S);
		assert_in_range(turn_ns, 521 * PLM_NS_PER_S / 2, 521 * PLM_NS_PER_S);
		tenths[(2 * turn_ns / PLM_NS_PER_S - 521) * 10 / 522]++;
	}
	for (int i = 0; i < 10; i++)
		assert_in_range(tenths[i], 15, 17);
	c.crowd.sessions_count = 2;
	assert_true(
	    pli_binance_crowd_turn_ns(c.first->state, 30 * PLM_NS_PER_S) == 30 * PLM_NS_PER_S);
	crowd_fini(&c);
}

/* One answer says modes, wallets and legs; every contract without a leg in it is passed over. Where
 * the venue has it no more, it is asked for no more. */
static void
test_venue_binance_crowd__many_accounts_are_read_by_the_whole(void **state)
{
	(void)state;
	crowd_rig c;
	crowd_init(&c, 39);
	rig *r = c.first;
	rig_open(r, PLM_LINK_NONE);
	answer_time(r);
	assert_int_equal(rig_answer(r, RIGHTS, 200, rights_reading), PLM_OK);
	assert_int_equal(rig_answer(r, INFO, 200, contracts), PLM_OK);
	assert_int_equal(rig_answer(r, LISTEN, 200, "{\"listenKey\":\"abcDEF123\"}"), PLM_OK);
	rig_open(r, 0);
	rig_open(r, 1);
	rig_tick(r, 100);
	assert_int_equal(rig_asked(r, "GET", "/fapi/v1/accountConfig"), 0);
	assert_int_equal(rig_asked(r, "GET", "/fapi/v3/positionRisk"), 0);
	assert_int_equal(rig_answer(r, KEEP, 200, "{}"), PLM_OK);
	assert_int_equal(rig_answer(r, WHOLE, 200, whole_long), PLM_OK);
	assert_int_equal(rig_count(r, PLM_EVENT_POSITION), 0);
	assert_int_equal(rig_balance(r, 0)->margin_mode, PLM_MARGIN_SEGREGATED);
	assert_int_equal(rig_asked(r, "GET", "/fapi/v1/exchangeInfo"), 1); /* GONEUSDT is none */
	assert_int_equal(rig_answer(r, POSITIONS, 200, positions_long), PLM_OK);
	assert_int_equal(rig_position(r, 0)->margin_mode, PLM_MARGIN_SEGREGATED);
	assert_int_equal(snapshot_end(r)->complete, 1);
	assert_int_equal(rig_asked(r, "GET", "/fapi/v3/account"), 0);
	session_wait(r, 31);
	assert_int_equal(rig_answer(r, WHOLE, 200, whole_long), PLM_OK);
	assert_int_equal(rig_answer(r, POSITIONS, 200, "[]"), PLM_OK); /* a short list */
	assert_int_equal(snapshot_end(r)->complete, 0);
	rig_wait(r, 2000);
	assert_int_equal(rig_answer(r, WHOLE, 404, "{\"code\":-5000,\"msg\":\"no\"}"), PLM_OK);
	rig_wait(r, 3000);
	session_config(r, config_single);
	assert_int_equal(rig_answer(r, ACCOUNT, 200, account_long), PLM_OK);
	assert_int_equal(rig_answer(r, POSITIONS, 200, positions_long), PLM_OK);
	assert_int_equal(snapshot_end(r)->complete, 1);
	uint32_t asked = rig_asked(r, "GET", "/fapi/v2/account");
	session_wait(r, 40);
	assert_int_equal(rig_asked(r, "GET", "/fapi/v2/account"), asked);
	crowd_fini(&c);
}

/* The stream may open in minutes: the account is read now, and once more behind it. */
static void
test_venue_binance_crowd__an_account_whose_link_waits_is_read_and_not_live(void **state)
{
	(void)state;
	crowd_rig c;
	crowd_init(&c, 2);
	crowd_begin(&c);
	rig *r = c.second;
	c.crowd.links_wait = true;
	assert_int_equal(rig_answer(r, RIGHTS, 200, rights_reading), PLM_OK);
	rig_tick(r, 100);
	assert_int_equal(rig_asked(r, "POST", "/fapi/v1/listenKey"), 0);
	assert_int_equal(rig_asked(r, "GET", "/fapi/v1/accountConfig"), 0);
	rig_wait(r, 1500);
	session_config(r, config_single);
	assert_int_equal(rig_answer(r, ACCOUNT, 200, account_long), PLM_OK);
	assert_int_equal(rig_answer(r, POSITIONS, 200, positions_long), PLM_OK);
	assert_int_equal(snapshot_end(r)->complete, 1);
	assert_int_equal(rig_status(r).status, PLM_FEED_CONNECTING);
	assert_string_equal(rig_status(r).text, "read without its user stream, whose link waits");
	c.crowd.links_wait = false;
	rig_tick(r, 100);
	assert_int_equal(rig_answer(r, LISTEN, 200, "{\"listenKey\":\"abcDEF456\"}"), PLM_OK);
	rig_open(r, 0);
	assert_int_equal(rig_answer(r, KEEP, 200, "{}"), PLM_OK);
	assert_int_equal(rig_say(c.first, 1, mark), PLM_OK);
	assert_int_equal(rig_status(r).status, PLM_FEED_CONNECTING);
	rig_tick(r, 100);
	session_config(r, config_single);
	assert_int_equal(rig_answer(r, ACCOUNT, 200, account_flat), PLM_OK);
	assert_int_equal(rig_answer(r, POSITIONS, 200, "[]"), PLM_OK);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	rig_wait(r, 3000); /* what changed before the stream makes nobody call it deaf */
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_CLOSE, 0), 0);
	crowd_fini(&c);
}

/* A link that opens while the account is read without it: once more behind it, at once. */
static void
test_venue_binance_crowd__a_link_that_opens_during_a_reading(void **state)
{
	(void)state;
	crowd_rig c;
	crowd_init(&c, 2);
	crowd_begin(&c);
	rig *r = c.second;
	assert_int_equal(rig_answer(r, RIGHTS, 200, rights_reading), PLM_OK);
	assert_int_equal(rig_answer(r, LISTEN, 200, "{\"listenKey\":\"abcDEF456\"}"), PLM_OK);
	c.crowd.links_wait = true;
	rig_wait(r, 1500);
	session_config(r, config_single);
	rig_open(r, 0);
	assert_int_equal(rig_answer(r, KEEP, 200, "{}"), PLM_OK);
	assert_int_equal(rig_answer(r, ACCOUNT, 200, account_long), PLM_OK);
	assert_int_equal(rig_answer(r, POSITIONS, 200, positions_long), PLM_OK);
	assert_int_equal(rig_status(r).status, PLM_FEED_CONNECTING);
	rig_tick(r, 100);
	session_config(r, config_single);
	assert_int_equal(rig_answer(r, ACCOUNT, 200, account_long), PLM_OK);
	assert_int_equal(rig_answer(r, POSITIONS, 200, positions_long), PLM_OK);
	assert_int_equal(rig_say(c.first, 1, mark), PLM_OK);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	crowd_fini(&c);
}

/* What another read before our clock was set, be it by seconds, is no reading of now. */
static void
test_venue_binance_crowd__a_clock_that_was_set_is_read_again(void **state)
{
	static const int64_t steps_s[] = {0, 5, -5};
	(void)state;
	for (uint32_t i = 0; i < 3; i++) {
		crowd_rig c;
		crowd_init(&c, 2);
		session_live(c.first);
		binance_config_tag = 0;
		c.second->now_ns = c.first->now_ns + steps_s[i] * PLM_NS_PER_S;
		rig_open(c.second, PLM_LINK_NONE);
		rig_tick(c.second, 100);
		assert_int_equal(
		    rig_asked(c.second, "GET", "/fapi/v1/time"), steps_s[i] == 0 ? 0 : 1);
		crowd_fini(&c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_venue_binance_crowd__clock_lists_and_marks_are_asked_for_once),
	    cmocka_unit_test(test_venue_binance_crowd__a_clock_that_was_set_is_read_again),
	    cmocka_unit_test(test_venue_binance_crowd__what_is_not_answered_is_anothers_to_ask),
	    cmocka_unit_test(test_venue_binance_crowd__an_answer_from_before_the_need_will_not_do),
	    cmocka_unit_test(
		test_venue_binance_crowd__readings_are_as_far_apart_as_the_weight_of_all_takes),
	    cmocka_unit_test(test_venue_binance_crowd__a_link_that_opens_during_a_reading),
	    cmocka_unit_test(test_venue_binance_crowd__accounts_that_began_together_take_turns),
	    cmocka_unit_test(test_venue_binance_crowd__many_accounts_are_read_by_the_whole),
	    cmocka_unit_test(
		test_venue_binance_crowd__an_account_whose_link_waits_is_read_and_not_live),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
