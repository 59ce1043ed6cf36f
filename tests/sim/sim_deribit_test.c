/* sim_deribit_test.c: the simulated Deribit from its handlers: keys and scopes, heartbeats,
 * subscriptions, errors with the venue's codes, and the identities of its numbers. */
#include "sim_rig.h"

static void
test_sim_deribit__keys_scopes_and_errors(void **state)
{
	rig *r = *state;
	rig_connect(r, PLI_SIM_DERIBIT, 0, "/ws/api/v2");
	assert_true(rig_has(rig_rpc(r, 0, "private/get_positions", "{}"), "\"code\":13009"));
	assert_true(rig_has(rig_rpc(r, 0, "public/auth",
				"{\"grant_type\":\"client_credentials\",\"client_id\":\"x\","
				"\"client_secret\":\"y\"}"),
	    "\"code\":13004"));
	assert_true(rig_has(rig_rpc(r, 0, "public/nothing", "{}"), "\"code\":-32601"));
	assert_true(rig_has(
	    rig_rpc(r, 0, "public/ticker", "{\"instrument_name\":\"NO\"}"), "\"code\":13020"));
	rig_say(r, PLI_SIM_DERIBIT, 0, "{broken");
	assert_true(rig_has(fake_last(&r->fakes[PLI_SIM_DERIBIT], 0, "error"), "-32700"));
	assert_true(rig_has(
	    rig_rpc(r, 0, "public/subscribe", "{\"channels\":[\"ticker.BTC-PERPETUAL.raw\"]}"),
	    "\"code\":13778"));
	rig_login(r, 1, "deribit-main-read");
	rig_login(r, 2, "deribit-main-trade");
	assert_true(
	    rig_has(fake_last(&r->fakes[PLI_SIM_DERIBIT], 1, "scope"), "trade:read wallet"));
	assert_true(rig_has(fake_last(&r->fakes[PLI_SIM_DERIBIT], 2, "scope"), "trade:read_write"));
	pli_sim_fire(r->sim, PLI_SIM_DERIBIT, PLI_SIM_FAULT_MAINTENANCE, 0, 500);
	assert_true(rig_has(rig_rpc(r, 1, "private/get_positions", "{}"), "\"code\":11051"));
	assert_true(rig_has(rig_rpc(r, 1, "public/status", "{}"), "\"locked\":\"true\""));
	rig_step(r, 6);
	assert_true(rig_has(rig_rpc(r, 1, "private/get_positions", "{}"), "\"result\":["));
}

static void
test_sim_deribit__cuts_who_does_not_answer_a_test_request(void **state)
{
	rig *r = *state;
	for (uint32_t client = 0; client < 2; client++) {
		rig_connect(r, PLI_SIM_DERIBIT, client, "/ws/api/v2");
		assert_true(rig_has(
		    rig_rpc(r, client, "public/set_heartbeat", "{\"interval\":9}"), "-32602"));
		assert_true(rig_has(
		    rig_rpc(r, client, "public/set_heartbeat", "{\"interval\":10}"), "\"ok\""));
	}
	rig_step(r, 101);
	assert_int_equal(fake_count(&r->fakes[PLI_SIM_DERIBIT], 0, "test_request"), 1);
	(void)rig_rpc(r, 0, "public/test", "{}");
	rig_step(r, 100);
	assert_false(r->fakes[PLI_SIM_DERIBIT].cut[0]);
	assert_true(r->fakes[PLI_SIM_DERIBIT].cut[1]);
}

static void
test_sim_deribit__subscribes_and_goes_silent_when_asked(void **state)
{
	rig *r = *state;
	fake_server *fake = &r->fakes[PLI_SIM_DERIBIT];
	rig_login(r, 0, "deribit-main-read");
	plm_slice answer = rig_rpc(r, 0, "private/subscribe",
	    "{\"channels\":[\"ticker.BTC-PERPETUAL.100ms\",\"user.portfolio.any\",\"nothing.x\","
	    "\"platform_state\",\"user.changes.any.any.100ms\"]}");
	assert_true(rig_has(answer, "user.portfolio.any"));
	assert_false(rig_has(answer, "nothing.x"));
	fake_clear(fake);
	rig_step(r, 10);
	assert_int_equal(fake_count(fake, 0, "ticker.BTC-PERPETUAL.100ms"), 10);
	assert_true(fake_count(fake, 0, "user.portfolio.any") >= 3);
	pli_sim_pause(r->sim, true);
	rig_step(r, 20);
	fake_clear(fake);
	rig_step(r, 20);
	assert_int_equal(fake->frames_count, 0); /* a still world has nothing to tell */
	pli_sim_pause(r->sim, false);
	pli_sim_fire(r->sim, PLI_SIM_DERIBIT, PLI_SIM_FAULT_MAINTENANCE, 0, 300);
	rig_step(r, 5);
	assert_int_equal(fake_count(fake, 0, "platform_state"), 2);
	(void)rig_rpc(r, 0, "private/unsubscribe_all", "{}");
	fake_clear(fake);
	rig_step(r, 20);
	assert_int_equal(fake->frames_count, 0);
}

static plm_decimal
number_at(pli_json *json, uint32_t node, const char *key)
{
	plm_decimal value = plm_decimal_unknown();
	uint32_t at = pli_json_find(json, node, key);
	assert_true(at != 0);
	assert_int_equal(pli_json_decimal(json, at, &value, NULL), PLM_OK);
	return value;
}

static plm_decimal
sum(plm_decimal a, plm_decimal b)
{
	plm_decimal r = plm_decimal_unknown();
	assert_int_equal(plm_decimal_add(a, b, &r), PLM_OK);
	return r;
}

static void
test_sim_deribit__summaries_keep_the_identities(void **state)
{
	rig *r = *state;
	rig_step(r, 500);
	rig_login(r, 0, "deribit-main-read");
	plm_slice answer = rig_rpc(r, 0, "private/get_account_summaries", "{\"extended\":true}");
	pli_json *json = pli_json_create();
	assert_int_equal(pli_json_parse(json, answer, NULL), PLM_OK);
	const pli_json_node *nodes = pli_json_nodes(json, NULL);
	uint32_t list = pli_json_at(json, 0, "result.summaries");
	uint32_t at = list + 1;
	for (uint32_t i = 0; i < nodes[list].children_count; i++, at = nodes[at].next) {
		plm_decimal margin = number_at(json, at, "margin_balance");
		plm_decimal cash = sum(
		    number_at(json, at, "balance"), number_at(json, at, "session_rpl"));
		cash = sum(cash, number_at(json, at, "futures_session_upl"));
		assert_int_equal(plm_decimal_compare(margin, cash), 0);
		plm_decimal equity = sum(margin, number_at(json, at, "options_value"));
		assert_int_equal(plm_decimal_compare(equity, number_at(json, at, "equity")), 0);
		plm_decimal funds = sum(
		    margin, plm_decimal_negate(number_at(json, at, "initial_margin")));
		assert_int_equal(
		    plm_decimal_compare(funds, number_at(json, at, "available_funds")), 0);
	}
	assert_int_equal(nodes[list].children_count, 6);
	pli_json_destroy(json);
}

int
main(void)
{
#define ROW(name) cmocka_unit_test_setup_teardown(name, rig_open, rig_close)
	const struct CMUnitTest tests[] = {
	    ROW(test_sim_deribit__keys_scopes_and_errors),
	    ROW(test_sim_deribit__cuts_who_does_not_answer_a_test_request),
	    ROW(test_sim_deribit__subscribes_and_goes_silent_when_asked),
	    ROW(test_sim_deribit__summaries_keep_the_identities),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
