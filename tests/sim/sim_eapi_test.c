/* sim_eapi_test.c: the simulated European options: contracts of so many coins, sums that re-add, a
 * stream that tells cash, and a host with a limit of its own. */
#include "sim/sim_number.h"
#include "sim/sim_usdm.h"
#include "sim_markets.h"

static const char key[] = "options-main-read";

static plm_decimal
number(pli_json *json, uint32_t node, const char *member)
{
	plm_decimal value = plm_decimal_unknown();
	assert_int_equal(
	    pli_json_decimal(json, pli_json_find(json, node, member), &value, NULL), PLM_OK);
	return value;
}

static pli_json *
parsed(plm_slice text)
{
	pli_json *json = pli_json_create();
	assert_int_equal(pli_json_parse(json, text, NULL), PLM_OK);
	return json;
}

static const pli_sim_position *
held(const rig *r, plm_slice symbol)
{
	const pli_sim_account *a = markets_account(r, "options-main");
	for (uint32_t i = 0; i < a->positions_count; i++)
		if (plm_slice_is(symbol, a->positions[i].instrument->name))
			return &a->positions[i];
	return NULL;
}

/* 100 coins a contract of XRP, one of BTC; quantities and prices are those of contracts. */
static void
test_sim_eapi__positions_are_contracts(void **state)
{
	rig *r = *state;
	rig_step(r, 100);
	pli_json *json = parsed(rig_signed(r, key, "GET", "/eapi/v1/position"));
	const pli_json_node *nodes = pli_json_nodes(json, NULL);
	uint32_t row = 1, seen[2] = {0, 0};
	for (uint32_t i = 0; i < nodes[0].children_count; i++, row = nodes[row].next) {
		plm_slice symbol;
		(void)pli_json_string(json, pli_json_find(json, row, "symbol"), &symbol, NULL);
		bool btc = memcmp(symbol.bytes, "BTC", 3) == 0;
		plm_decimal unit = plm_decimal_from_int(btc ? 1 : 100);
		const pli_sim_position *p = held(r, symbol);
		assert_non_null(p);
		plm_decimal size = pli_sim_multiply(number(json, row, "quantity"), unit);
		plm_decimal mark = pli_sim_multiply(p->instrument->mark, unit);
		assert_int_equal(plm_decimal_compare(size, p->size), 0);
		assert_int_equal(plm_decimal_compare(mark, number(json, row, "markPrice")), 0);
		plm_decimal value = pli_sim_multiply(number(json, row, "quantity"), mark);
		assert_int_equal(
		    plm_decimal_compare(pli_sim_round(value, 8), number(json, row, "markValue")),
		    0);
		seen[btc]++;
	}
	pli_json_destroy(json);
	assert_true(seen[0] > 0 && seen[1] > 0);
}

/* equity = marginBalance + unrealizedPNL, and the cash with what options are worth. */
static void
test_sim_eapi__equity_adds_up(void **state)
{
	rig *r = *state;
	rig_step(r, 100);
	const pli_sim_account *a = markets_account(r, "options-main");
	pli_json *json = parsed(rig_signed(r, key, "GET", "/eapi/v1/marginAccount"));
	uint32_t row = pli_json_find(json, 0, "asset") + 1;
	plm_decimal equity = number(json, row, "equity");
	plm_decimal sum = pli_sim_add(
	    number(json, row, "marginBalance"), number(json, row, "unrealizedPNL"));
	assert_int_equal(plm_decimal_compare(equity, sum), 0);
	sum = pli_sim_add(a->wallets[PLI_SIM_USDT].cash, pli_sim_option_account(a).value);
	assert_int_equal(plm_decimal_compare(equity, sum), 0);
	assert_true(plm_decimal_compare(
			number(json, row, "marginBalance"), a->wallets[PLI_SIM_USDT].cash) != 0);
	pli_json_destroy(json);
}

static void
listen(rig *r, uint32_t client)
{
	char path[160], listen_key[80];
	plm_slice body = rig_signed(r, key, "POST", "/eapi/v1/listenKey");
	assert_int_equal(sscanf(body.bytes, "{\"listenKey\":\"%64[^\"]", listen_key), 1);
	(void)snprintf(path, sizeof path, "/private/ws/%s", listen_key);
	rig_connect(r, PLI_SIM_BINANCE, client, path);
}

/* The stream's balance is the cash; its sums come every 10 s too. */
static void
test_sim_eapi__the_stream_tells_cash(void **state)
{
	rig *r = *state;
	listen(r, 0);
	plm_slice text = rig_wait_frame(r, PLI_SIM_BINANCE, 0, "BALANCE_POSITION_UPDATE");
	pli_json *json = parsed(text);
	plm_decimal cash = markets_account(r, "options-main")->wallets[PLI_SIM_USDT].cash;
	uint32_t event = pli_json_find(json, 0, "data");
	uint32_t row = pli_json_find(json, event, "B") + 1;
	assert_true(event != 0); /* in an envelope */
	assert_int_equal(plm_decimal_compare(number(json, row, "b"), cash), 0);
	pli_json_destroy(json);
	json = parsed(rig_wait_frame(r, PLI_SIM_BINANCE, 0, "ACCOUNT_UPDATE"));
	event = pli_json_find(json, 0, "data");
	plm_decimal sum = pli_sim_add(number(json, event, "b"), number(json, event, "m"));
	assert_int_equal(plm_decimal_compare(number(json, event, "eq"), sum), 0);
	pli_json_destroy(json);
	pli_sim_pause(r->sim, true);
	uint32_t before = fake_count(&r->fakes[PLI_SIM_BINANCE], 0, "ACCOUNT_UPDATE");
	rig_step(r, 110);
	assert_true(fake_count(&r->fakes[PLI_SIM_BINANCE], 0, "ACCOUNT_UPDATE") > before);
}

/* One stream for all options on a coin. */
static void
test_sim_eapi__marks_come_by_underlying(void **state)
{
	rig *r = *state;
	rig_connect(r, PLI_SIM_BINANCE, 0, "/market/stream");
	rig_say(r, PLI_SIM_BINANCE, 0,
	    "{\"method\":\"SUBSCRIBE\",\"params\":[\"xrpusdt@optionMarkPrice\"],\"id\":1}");
	plm_slice text = rig_wait_frame(r, PLI_SIM_BINANCE, 0, "markPrice");
	assert_true(rig_has(text, "\"s\":\"XRP-"));
	assert_false(rig_has(text, "\"s\":\"BTC-"));
	assert_true(rig_has(text, "\"stream\":\"xrpusdt@optionMarkPrice\""));
}

static void
test_sim_eapi__snapshots_obey_the_faults(void **state)
{
	rig *r = *state;
	size_t whole = rig_signed(r, key, "GET", "/eapi/v1/position").size;
	pli_sim_fire(r->sim, PLI_SIM_BINANCE, PLI_SIM_FAULT_PARTIAL, 1, 0);
	size_t half = rig_signed(r, key, "GET", "/eapi/v1/position").size;
	assert_true(half < whole && half > whole / 3);
	pli_sim_fire(r->sim, PLI_SIM_BINANCE, PLI_SIM_FAULT_EMPTY, 1, 0);
	assert_true(plm_slice_is(rig_signed(r, key, "GET", "/eapi/v1/position"), "[]"));
}

/* 400 a minute; the other hosts know nothing of it. */
static void
test_sim_eapi__weights_are_its_own(void **state)
{
	rig *r = *state;
	for (int i = 0; i < 80; i++) /* of weight 5 */
		(void)rig_get(r, PLI_SIM_BINANCE, "/eapi/v1/mark", "");
	assert_int_equal(r->answer.status, 200);
	(void)rig_get(r, PLI_SIM_BINANCE, "/eapi/v1/time", "");
	assert_int_equal(r->answer.status, 429);
	(void)rig_get(r, PLI_SIM_BINANCE, "/dapi/v1/time", "");
	assert_int_equal(r->answer.status, 200);
}

static void
test_sim_eapi__an_index_is_of_a_coin_that_has_options(void **state)
{
	rig *r = *state;
	(void)rig_get(r, PLI_SIM_BINANCE, "/eapi/v1/index", "underlying=NONE");
	assert_int_equal(r->answer.status, 400);
	assert_true(rig_has(rig_get(r, PLI_SIM_BINANCE, "/eapi/v1/index", "underlying=XRPUSDT"),
	    "\"indexPrice\":\""));
}

static void
test_sim_eapi__is_not_there_unless_asked_for(void **state)
{
	rig *r = *state;
	(void)rig_get(r, PLI_SIM_BINANCE, "/eapi/v1/exchangeInfo", "");
	assert_int_equal(r->answer.status, 404);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    MARKETS_TEST(test_sim_eapi__positions_are_contracts),
	    MARKETS_TEST(test_sim_eapi__equity_adds_up),
	    MARKETS_TEST(test_sim_eapi__the_stream_tells_cash),
	    MARKETS_TEST(test_sim_eapi__marks_come_by_underlying),
	    MARKETS_TEST(test_sim_eapi__snapshots_obey_the_faults),
	    MARKETS_TEST(test_sim_eapi__weights_are_its_own),
	    MARKETS_TEST(test_sim_eapi__an_index_is_of_a_coin_that_has_options),
	    cmocka_unit_test_setup_teardown(
		test_sim_eapi__is_not_there_unless_asked_for, rig_open, rig_close),
	};
	return cmocka_run_group_tests_name("sim_eapi", tests, NULL, NULL);
}
