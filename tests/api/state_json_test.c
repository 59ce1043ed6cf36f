/* state_json_test.c: accounts, positions, feeds, limits and alerts as the book has them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "hub_rig.h"

static void
test_accounts(void **state)
{
	hub_rig *rig = *state;

	assert_int_equal(rig_get(rig, "/v1/accounts"), 200);
	rig_json(rig);
	assert_int_equal(rig_length(rig, rig_node(rig, "accounts")), 3);
	assert_non_null(strstr(rig->answer, "\"account\":\"cold vault\""));
	assert_non_null(strstr(rig->answer, "\"wallet\":412345.678901"));
	assert_non_null(strstr(rig->answer, "\"portfolio\":\"treasury\""));
}

static void
test_positions_follow_scope(void **state)
{
	static const struct {
		const char *path;
		uint32_t count;
	} rows[] = {{"/v1/positions", 6}, {"/v1/positions?scope=venue:deribit", 3},
	    {"/v1/positions?scope=account:desk-a", 3}, {"/v1/positions?scope=underlying:BTC", 4},
	    {"/v1/positions?scope=portfolio:treasury", 0}, {"/v1/positions?scope=strategy:vol", 3}};
	hub_rig *rig = *state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(rig_get(rig, rows[i].path), 200);
		rig_json(rig);
		assert_int_equal(rig_length(rig, rig_node(rig, "positions")), rows[i].count);
	}
	script_position(&rig->script, ACCOUNT_DESK, INSTRUMENT_ETHUSDT, "0", rig->now_ns);
	assert_int_equal(rig_get(rig, "/v1/positions"), 200);
	rig_json(rig);
	assert_int_equal(rig_length(rig, rig_node(rig, "positions")), 5);
	assert_non_null(strstr(rig->answer, "\"mark_price\":null"));
}

static void
test_feeds(void **state)
{
	hub_rig *rig = *state;

	script_feed(&rig->script, ACCOUNT_OPTIONS, PLM_FEED_DOWN, "the key was refused");
	assert_int_equal(rig_get(rig, "/v1/feeds"), 200);
	rig_json(rig);
	assert_int_equal(rig_length(rig, rig_node(rig, "feeds")), 3);
	assert_non_null(
	    strstr(rig->answer, "\"status\":\"down\",\"text\":\"the key was refused\""));
	assert_non_null(strstr(rig->answer,
	    "\"reconnects\":2,\"clock_offset_ns\":-1250000000,\"clock_error_ns\":20000000"));
	assert_non_null(strstr(
	    rig->answer, "\"reconnects\":0,\"clock_offset_ns\":null,\"clock_error_ns\":null"));
}

static void
test_limits_have_values_and_bands(void **state)
{
	hub_rig *rig = *state;

	assert_int_equal(rig_get(rig, "/v1/limits"), 200);
	rig_json(rig);
	assert_int_equal(rig_length(rig, rig_node(rig, "limits")), 3);
	assert_non_null(strstr(rig->answer, "\"scope_name\":\"BTC\""));
	assert_non_null(strstr(rig->answer, "\"level\":\"soft\""));
	uint32_t first = rig_element(rig, rig_node(rig, "limits"), 0);
	double value = 0;
	assert_int_equal(
	    pli_json_double(rig->json, pli_json_find(rig->json, first, "value"), &value, NULL),
	    PLM_OK);
	assert_true(value > 500000);
	/* A band that is not there is null: leverage has no lower one. */
	assert_non_null(strstr(rig->answer, "\"soft_lower\":null"));
}

static void
test_alerts_newest_first(void **state)
{
	hub_rig *rig = *state;

	script_position(&rig->script, ACCOUNT_DESK, INSTRUMENT_BTCUSDT, "-1", rig->now_ns);
	assert_int_equal(rig_get(rig, "/v1/alerts"), 200);
	rig_json(rig);
	uint32_t alerts = rig_node(rig, "alerts");
	assert_true(rig_length(rig, alerts) >= 2);
	double newer = 0, older = 0;
	assert_int_equal(
	    pli_json_double(rig->json,
		pli_json_find(rig->json, rig_element(rig, alerts, 0), "sequence"), &newer, NULL),
	    PLM_OK);
	assert_int_equal(
	    pli_json_double(rig->json,
		pli_json_find(rig->json, rig_element(rig, alerts, 1), "sequence"), &older, NULL),
	    PLM_OK);
	assert_true(newer > older);
	assert_non_null(strstr(rig->answer, "\"limit\":\"BTC delta\""));
	assert_non_null(strstr(rig->answer, "\"instrument\":\"BTCUSDT\""));
}

/* Each surface shows the same sentence; what is not known is null. */
static void
test_actions_are_told_in_a_sentence(void **state)
{
	hub_rig *rig = *state;
	plm_event event;
	plm_instrument_id id = {INSTRUMENT_BTCUSDT};

	assert_int_equal(rig_get(rig, "/v1/actions"), 200);
	assert_non_null(strstr(rig->answer, "\"actions\":[]"));
	plm_event_init(&event, PLM_EVENT_FILL);
	event.account.value = ACCOUNT_DESK;
	event.epoch = 1;
	event.u.fill.instrument = id;
	event.u.fill.unit = PLM_UNIT_COINS;
	event.u.fill.liquidation = 2;
	event.u.fill.trade_hash = 7;
	event.u.fill.quantity = plm_decimal_from_int(2);
	event.u.fill.price = plm_decimal_from_int(50000);
	pli_core_take(rig->script.core, &event, rig->now_ns);
	plm_event_init(&event, PLM_EVENT_INSTRUMENT);
	event.u.instrument = *pli_registry_instrument_get(
	    pli_book_registry(pli_core_book(rig->script.core)), id);
	event.u.instrument.delist_time_ns = INT64_C(1895334400) * PLM_NS_PER_S;
	pli_core_take(rig->script.core, &event, rig->now_ns);
	pli_core_batch_end(rig->script.core, rig->now_ns);
	assert_int_equal(rig_get(rig, "/v1/actions"), 200);
	rig_json(rig);
	assert_int_equal(rig_length(rig, rig_node(rig, "actions")), 2);
	assert_non_null(
	    strstr(rig->answer, "\"desk-a: auto-deleveraging, +2 coins of BTCUSDT at 50000\""));
	assert_non_null(strstr(rig->answer,
	    "\"binance BTCUSDT: will be delisted at 2030-01-22T17:46:40Z; held by 1 account\""));
	assert_non_null(strstr(rig->answer, "\"account\":null"));
	assert_non_null(strstr(rig->answer, "\"price\":null"));
	assert_int_equal(rig_get(rig, "/v1/positions"), 200);
	assert_non_null(strstr(rig->answer, "\"delist_time_ns\":1895334400000000000"));
	assert_non_null(strstr(rig->answer, "\"adl_rank\":null"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_accounts, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(test_positions_follow_scope, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(test_feeds, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(
		test_limits_have_values_and_bands, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(test_alerts_newest_first, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(
		test_actions_are_told_in_a_sentence, rig_setup, rig_teardown),
	};
	return cmocka_run_group_tests_name("state_json", tests, NULL, NULL);
}
