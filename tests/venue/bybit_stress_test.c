/* bybit_stress_test.c: the venue's own stress test of what is held: what is read of it, and when it
 * is asked for. */
#include "bybit_host.h"

#define STRESS "/v5/asset/portfolio-margin"
#define AT(scale, pnls) "{\"priceScale\":\"" scale "\",\"pnls\":[" pnls "]}"
#define RANGES(low, mid, high)                                                                     \
	"{\"pnlRanges\":[" AT("-0.1", low) "," AT("0.0", mid) "," AT("0.1", high) "]}"
#define PERPETUAL ",\"PERPETUAL\":" RANGES("\"-970\"", "\"0\"", "\"970\"")
#define OPTIONS RANGES("\"-20\",\"-30\",\"-40\"", "\"14\",\"0\",\"-11\"", "\"75\",\"58\",\"44\"")
#define COIN(all, perpetual, options)                                                              \
	"{\"baseCoin\":\"BTC\",\"totalPnlRanges\":{\"ALL\":" all perpetual                         \
	"},\"optionExpiryDatePnlRanges\":[" options                                                \
	"],\"contingency\":{\"contingencyComponents\":\"57.5\"},"                                  \
	"\"asset\":{\"coin\":\"BTC\",\"assetIM\":\"1200\",\"assetMM\":\"1000\"}}"
#define ALL RANGES("\"-1003\"", "\"-11\"", "\"1014\"")
#define ANSWER(coins)                                                                              \
	"{\"retCode\":0,\"retMsg\":\"Success\",\"result\":{\"wallet\":{\"equity\":\"52000\","      \
	"\"accountIM\":\"1260\",\"accountMM\":\"1020\"},\"assetPnlRange\":[" coins                 \
	"]},\"time\":1774319290506}"
#define GOOD ANSWER(COIN(ALL, PERPETUAL, OPTIONS "," OPTIONS))

static const plm_event *
decoded(rig *r, const char *answer)
{
	r->events_count = 0;
	plm_frame frame = {.kind = PLM_FRAME_HTTP, .status = 200, .bytes = plm_slice_of(answer)};
	r->err = pli_venue_bybit.ops->decode(&r->cfg, &frame, &r->event_sink, &r->fault);
	return rig_event(r, PLM_EVENT_MARGIN_STRESS, 0);
}

/* Beside what prices do: all, less perpetuals, less options while their vols stay. */
static void
test_bybit_stress__a_coin_says_what_vols_and_hedges_do(void **state)
{
	(void)state;
	rig *r = rig_create();
	const plm_event *event = decoded(r, GOOD);
	assert_int_equal(r->err, PLM_OK);
	assert_non_null(event);
	const plm_margin_stress *fact = &event->u.margin_stress;
	assert_string_equal(plm_names_asset_text(r->names, fact->coin), "BTC");
	assert_int_equal(fact->moves_count, 3);
	assert_true(fact->range == 0.1);
	assert_near(fact->beside[0], -1003 + 970 + 2 * 30, 1e-9);
	assert_near(fact->beside[1], -11, 1e-9);
	assert_near(fact->beside[2], 1014 - 970 - 2 * 58, 1e-9);
	assert_near(fact->initial, 1.2, 1e-12);
	assert_true(fact->added == 57.5 && fact->spot == 0 && fact->decay == 0 && fact->least == 0);
	const plm_margin_stress *owed = &rig_event(r, PLM_EVENT_MARGIN_STRESS, 1)->u.margin_stress;
	assert_string_equal(plm_names_asset_text(r->names, owed->coin), "USD");
	assert_int_equal(owed->moves_count, 0);
	assert_true(owed->added == 20 && owed->initial == 3);
	event = decoded(r, ANSWER(COIN(RANGES("\"-970\"", "\"0\"", "\"970\""), PERPETUAL, "")));
	assert_non_null(event);
	assert_near(event->u.margin_stress.beside[0], 0, 1e-12);
	rig_destroy(r);
}

static void
test_bybit_stress__a_coin_without_a_grid_says_nothing(void **state)
{
	(void)state;
	static const char *const answers[] = {
	    ANSWER(COIN(RANGES("\"1\",\"2\"", "\"0\"", "\"1\""), PERPETUAL, "")),
	    ANSWER(COIN("{\"pnlRanges\":[]}", PERPETUAL, "")),
	    ANSWER(COIN(
		"{\"pnlRanges\":[" AT("-0.1", "\"1\"") "," AT("0.1", "\"1\"") "]}", PERPETUAL, "")),
	    ANSWER(COIN(ALL, ",\"PERPETUAL\":{\"pnlRanges\":[]}", "")),
	    ANSWER(COIN(ALL, PERPETUAL, RANGES("\"1\"", "\"1\"", "\"1\""))),
	    ANSWER(COIN(ALL, PERPETUAL, RANGES("\"1\",\"\",\"1\"", "\"1\"", "\"1\"")))};
	for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
		rig *r = rig_create();
		const plm_event *event = decoded(r, answers[i]);
		assert_int_equal(r->err, PLM_OK);
		assert_non_null(event);
		assert_int_equal(event->u.margin_stress.moves_count, 0); /* of the account alone */
		rig_destroy(r);
	}
	rig *r = rig_create();
	assert_null(decoded(r, "{\"retCode\":0,\"result\":{\"wallet\":{},\"assetPnlRange\":1}}"));
	assert_int_equal(r->err, PLM_EDECODE);
	rig_destroy(r);
}

/* As rig_go has it, of an account by portfolio. */
static void
portfolio_go(rig *r)
{
	r->cfg.key = "k1";
	r->cfg.secret = "s1";
	rig_start(r);
	rig_login(r);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(
		    rig_answer(r, RIG_CONFIG, 200, RIG_MODES("PORTFOLIO_MARGIN", "6")), PLM_OK);
		assert_int_equal(rig_answer(r, RIG_WALLET, 200, RIG_COINS(RIG_USDT_ROW)), PLM_OK);
		assert_int_equal(rig_answer(r, RIG_USDT, 200, RIG_BTC_LONG), PLM_OK);
		assert_int_equal(rig_answer(r, RIG_USDC, 200, RIG_LIST("")), PLM_OK);
		assert_int_equal(rig_answer(r, RIG_COIN, 200, RIG_LIST("")), PLM_OK);
		assert_int_equal(rig_answer(r, RIG_OPTION, 200, RIG_LIST("")), PLM_OK);
		rig_wait(r, i == 0 ? 1100 : 100);
	}
}

#define SIZE(size)                                                                                 \
	"{\"topic\":\"position\",\"creationTime\":1800000001000,\"data\":[{\"category\":"          \
	"\"linear\",\"symbol\":\"BTCUSDT\",\"positionIdx\":0,\"side\":\"Buy\",\"size\":\"" size    \
	"\",\"entryPrice\":\"60000\",\"tradeMode\":0,\"updatedTime\":\"1800000001000\"}]}"

static void
test_bybit_stress__is_asked_for_when_sizes_change(void **state)
{
	(void)state;
	rig *r = rig_create();
	rig_go(r);
	bybit_pass(r, 70000);
	assert_int_equal(rig_asked(r, STRESS), 0);
	rig_destroy(r);
	r = rig_create();
	portfolio_go(r);
	assert_int_equal(rig_asked(r, STRESS), 1);
	r->events_count = 0;
	assert_int_equal(rig_answer(r, STRESS, 200, GOOD), PLM_OK);
	assert_non_null(rig_event(r, PLM_EVENT_MARGIN_STRESS, 1));
	assert_int_equal(rig_say(r, BYBIT_LINK_USER, SIZE("0.5")), PLM_OK);
	rig_wait(r, 5000);
	assert_int_equal(rig_asked(r, STRESS), 1);
	assert_int_equal(rig_say(r, BYBIT_LINK_USER, SIZE("0.7")), PLM_OK);
	rig_wait(r, 3000);
	assert_int_equal(rig_asked(r, STRESS), 2);
	/* crossed by a change: of neither */
	assert_int_equal(rig_say(r, BYBIT_LINK_USER, SIZE("0.8")), PLM_OK);
	r->events_count = 0;
	assert_int_equal(rig_answer(r, STRESS, 200, GOOD), PLM_OK);
	assert_null(rig_event(r, PLM_EVENT_MARGIN_STRESS, 0));
	rig_wait(r, 3000);
	assert_int_equal(rig_asked(r, STRESS), 3);
	rig_destroy(r);
}

/* Without it the account counts as before. */
static void
test_bybit_stress__a_refusal_leaves_the_feed_alone(void **state)
{
	(void)state;
	rig *r = rig_create();
	portfolio_go(r);
	assert_int_equal(
	    rig_answer(r, STRESS, 200, "{\"retCode\":10005,\"retMsg\":\"Permission denied\"}"),
	    PLM_OK);
	plm_venue_status status;
	pli_venue_bybit.ops->status(r->state, &status);
	assert_int_not_equal(status.status, PLM_FEED_DOWN);
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_bybit_stress__a_coin_says_what_vols_and_hedges_do),
	    cmocka_unit_test(test_bybit_stress__a_coin_without_a_grid_says_nothing),
	    cmocka_unit_test(test_bybit_stress__is_asked_for_when_sizes_change),
	    cmocka_unit_test(test_bybit_stress__a_refusal_leaves_the_feed_alone),
	};
	return cmocka_run_group_tests_name("bybit_stress", tests, NULL, NULL);
}
