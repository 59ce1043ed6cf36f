/* okx_stress_test.c: the venue's own stress test of what is held: what is read of it, and when it
 * is asked for. */
#include "okx_script.h"

#define ROW(a, b, c) "{\"-0.12\":\"" a "\",\"0\":\"" b "\",\"0.12\":\"" c "\"}"
#define SWAP_ROW(real)                                                                             \
	"{\"instId\":\"BTC-USDT-SWAP\",\"instType\":\"SWAP\",\"amt\":\"-10\",\"isRealPos\":" real  \
	"}"
#define SPOT_ROW                                                                                   \
	"{\"instId\":\"BTC-USDT\",\"instType\":\"SPOT\",\"amt\":\"0.25\",\"isRealPos\":false}"
#define UNIT(name, same, portfolios)                                                               \
	"{\"riskUnit\":\"" name                                                                    \
	"\",\"mmr\":\"200\",\"imr\":\"260\",\"mr1\":\"150\",\"mr2\":\"7\","                        \
	"\"mr3\":\"3\",\"mr4\":\"19.5\",\"mr5\":\"0.5\",\"mr6\":\"60\",\"mr7\":\"43\",\"mr8\":"    \
	"\"9\","                                                                                   \
	"\"mr9\":\"2\",\"mr6FinalResult\":{\"pnl\":\"-120\",\"spotShock\":\"0.24\"},"              \
	"\"mr1Scenarios\":{\"volSame\":" same                                                      \
	",\"volShockUp\":" ROW("-50", "-30", "-150") ",\"volShockDown\":" ROW(                     \
	    "80", "10", "-90") "},\"portfolios\":[" portfolios "]}"
#define SAME ROW("40", "0", "-100")
#define ANSWER(units)                                                                              \
	"{\"riskUnitData\":[" units "],\"borrowMmr\":\"100\",\"totalMmr\":\"300\","                \
	"\"totalImr\":\"760\",\"derivMmr\":\"200\",\"ts\":\"1795000100000\"}"

static const plm_event *
decoded(rig *r, const char *answer)
{
	char text[4096];
	(void)snprintf(text, sizeof text, "{\"code\":\"0\",\"msg\":\"\",\"data\":[%s]}", answer);
	r->events_count = 0;
	plm_frame frame = {.kind = PLM_FRAME_HTTP, .status = 200, .bytes = plm_slice_of(text)};
	r->err = pli_venue_okx.ops->decode(&r->cfg, &frame, &r->event_sink, &r->fault);
	return rig_event(r, PLM_EVENT_MARGIN_STRESS, 0);
}

/* Vols: what the worse of the two rows takes more than vols that stay, from the lowest price. */
static void
test_okx_stress__a_unit_says_what_vols_and_spot_do(void **state)
{
	(void)state;
	rig *r = rig_create();
	const plm_event *event = decoded(
	    r, ANSWER(UNIT("BTC", SAME, SWAP_ROW("true") "," SPOT_ROW)));
	assert_int_equal(r->err, PLM_OK);
	assert_non_null(event);
	const plm_margin_stress *fact = &event->u.margin_stress;
	assert_string_equal(plm_names_asset_text(r->names, fact->coin), "BTC");
	assert_true(event->venue_time_ns == 1795000100000 * PLM_NS_PER_MS);
	assert_int_equal(fact->moves_count, 3);
	assert_true(fact->range == 0.12 && fact->spot == 0.25);
	assert_true(fact->beside[0] == -90 && fact->beside[1] == -30 && fact->beside[2] == -50);
	assert_true(fact->far_move == 0.24 && fact->far_share == 0.5);
	assert_true(fact->decay == 7 && fact->added == 25 && fact->least == 43);
	assert_true(fact->initial == 1.3);
	const plm_margin_stress *owed = &rig_need(r, PLM_EVENT_MARGIN_STRESS, 1)->u.margin_stress;
	assert_string_equal(plm_names_asset_text(r->names, owed->coin), "USD");
	assert_int_equal(owed->moves_count, 0);
	assert_true(owed->added == 100 && owed->initial == 5);
	rig_destroy(r);
}

/* Nothing is told of a coin by a test of positions that nobody holds, by a unit of the time before
 * units were merged, or by a grid that is none. */
static void
test_okx_stress__what_is_no_test_of_the_account_is_left_out(void **state)
{
	(void)state;
	static const char *const answers[] = {ANSWER(UNIT("BTC", SAME, SWAP_ROW("false"))),
	    ANSWER(UNIT("BTC-USDT", SAME, SWAP_ROW("true"))), ANSWER(UNIT("BTC", "{}", "")),
	    ANSWER(UNIT("BTC", "{\"-0.12\":\"1\",\"0.05\":\"0\",\"0.12\":\"1\"}", "")),
	    ANSWER(UNIT("BTC", "{\"-0.12\":\"1\",\"0.12\":\"1\"}", "")),
	    ANSWER(UNIT("BTC", ROW("1", "", "1"), "")),
	    ANSWER(UNIT("BTC", "{\"-0.12\":\"1\",\"x\":\"0\",\"0.12\":\"1\"}", ""))};
	for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
		rig *r = rig_create();
		const plm_event *event = decoded(r, answers[i]);
		assert_int_equal(r->err, PLM_OK);
		assert_non_null(event);
		assert_int_equal(event->u.margin_stress.moves_count, 0); /* of the account alone */
		assert_int_equal(rig_count(r, PLM_EVENT_MARGIN_STRESS), 1);
		rig_destroy(r);
	}
	rig *r = rig_create();
	assert_null(decoded(r, "{\"riskUnitData\":5,\"borrowMmr\":\"1\",\"totalMmr\":\"1\"}"));
	assert_int_equal(r->err, PLM_EDECODE);
	rig_destroy(r);
}

static rig *
portfolio_live(void)
{
	rig *r = script_create("");
	okx.config = "{\"acctLv\":\"4\",\"posMode\":\"net_mode\",\"perm\":\"read_only\"}";
	okx.positions = OKX_POSITION("BTC-USDT-SWAP", "-10");
	okx.stress = ANSWER(UNIT("BTC", SAME, SWAP_ROW("true")));
	script_start(r);
	script_pass(r, 3000);
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	return r;
}

/* Of an account by portfolio alone; each minute, and soon after a size has changed. */
static void
test_okx_stress__is_asked_for_when_sizes_change(void **state)
{
	(void)state;
	rig *r = script_live("", OKX_POSITION("BTC-USDT-SWAP", "-10"));
	script_pass(r, 70000);
	assert_int_equal(script_count(r, "position-builder"), 0);
	rig_destroy(r);
	r = portfolio_live();
	int asked = script_count(r, "position-builder");
	assert_true(asked >= 1);
	script_pass(r, 20000);
	assert_int_equal(script_count(r, "position-builder"), asked);
	okx.positions = OKX_POSITION("BTC-USDT-SWAP", "-12");
	script_push(r, OKX_PUSH(OKX_POSITION("BTC-USDT-SWAP", "-12")));
	script_pass(r, 3000);
	assert_int_equal(script_count(r, "position-builder"), asked + 1);
	script_pass(r, 61000);
	assert_int_equal(script_count(r, "position-builder"), asked + 2);
	rig_destroy(r);
}

/* An answer that a change of size has crossed is of neither portfolio. */
static void
test_okx_stress__an_answer_that_was_crossed_is_not_told(void **state)
{
	(void)state;
	for (int crossed = 0; crossed < 2; crossed++) {
		rig *r = script_create("");
		okx.config = "{\"acctLv\":\"4\",\"posMode\":\"net_mode\",\"perm\":\"read_only\"}";
		okx.positions = OKX_POSITION("BTC-USDT-SWAP", "-10");
		okx.stress = ANSWER(UNIT("BTC", SAME, SWAP_ROW("true")));
		script_start(r);
		script_until(r, "position-builder");
		if (crossed != 0)
			script_push(r, OKX_PUSH(OKX_POSITION("BTC-USDT-SWAP", "-12")));
		script_answer_one(r, "position-builder");
		assert_int_equal(rig_count(r, PLM_EVENT_MARGIN_STRESS), crossed != 0 ? 0 : 2);
		rig_destroy(r);
	}
}

/* Without it the account counts as before: a key that may not ask for it is no wrong key. */
static void
test_okx_stress__a_refusal_leaves_the_feed_alone(void **state)
{
	(void)state;
	rig *r = portfolio_live();
	script_push(r, OKX_PUSH(OKX_POSITION("BTC-USDT-SWAP", "-12")));
	okx.positions = OKX_POSITION("BTC-USDT-SWAP", "-12");
	int asked = script_count(r, "position-builder");
	while (script_count(r, "position-builder") == asked) {
		r->now_ns += 100 * PLM_NS_PER_MS;
		script_tick(r);
		while (r->answered < r->sent_count && script_count(r, "position-builder") == asked)
			script_answer(r, &r->sent[r->answered++]);
	}
	uint32_t last = r->sent_count;
	while (strstr(r->sent[last - 1].target, "position-builder") == NULL)
		last--;
	plm_frame frame = {.kind = PLM_FRAME_HTTP,
	    .status = 401,
	    .tag = r->sent[last - 1].tag,
	    .bytes = PLM_SLICE("{\"code\":\"50120\",\"msg\":\"no permission\",\"data\":[]}")};
	script_frame(r, &frame);
	assert_int_equal(r->err, PLM_OK);
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_okx_stress__a_unit_says_what_vols_and_spot_do),
	    cmocka_unit_test(test_okx_stress__what_is_no_test_of_the_account_is_left_out),
	    cmocka_unit_test(test_okx_stress__is_asked_for_when_sizes_change),
	    cmocka_unit_test(test_okx_stress__an_answer_that_was_crossed_is_not_told),
	    cmocka_unit_test(test_okx_stress__a_refusal_leaves_the_feed_alone),
	};
	return cmocka_run_group_tests_name("okx_stress", tests, NULL, NULL);
}
