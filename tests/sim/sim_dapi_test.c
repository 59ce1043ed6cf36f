/* sim_dapi_test.c: the simulated COIN-M futures: contracts, sums that re-add, limits of its own,
 * and not there unless asked for. */
#include "sim/sim_number.h"
#include "sim_markets.h"

static plm_decimal
number(pli_json *json, uint32_t node, const char *key)
{
	plm_decimal value = plm_decimal_unknown();
	assert_int_equal(
	    pli_json_decimal(json, pli_json_find(json, node, key), &value, NULL), PLM_OK);
	return value;
}

/* What the world holds of a contract's leg, in USD. */
static plm_decimal
held_usd(const rig *r, const char *account, plm_slice symbol, plm_slice side)
{
	static const char *const sides[] = {"BOTH", "LONG", "SHORT"};
	const pli_sim_account *a = markets_account(r, account);
	for (uint32_t i = 0; i < a->positions_count; i++)
		if (plm_slice_is(symbol, a->positions[i].instrument->name) &&
		    plm_slice_is(side, sides[a->positions[i].side]))
			return a->positions[i].size;
	return plm_decimal_zero();
}

static uint32_t
check_amounts(rig *r, const char *account, const char *key)
{
	pli_json *json = pli_json_create();
	plm_slice body = rig_signed(r, key, "GET", "/dapi/v1/positionRisk");
	assert_int_equal(pli_json_parse(json, body, NULL), PLM_OK);
	const pli_json_node *nodes = pli_json_nodes(json, NULL);
	uint32_t open = 0, row = 1;
	for (uint32_t i = 0; i < nodes[0].children_count; i++, row = nodes[row].next) {
		plm_slice symbol, side;
		(void)pli_json_string(json, pli_json_find(json, row, "symbol"), &symbol, NULL);
		(void)pli_json_string(json, pli_json_find(json, row, "positionSide"), &side, NULL);
		bool btc = memcmp(symbol.bytes, "BTC", 3) == 0;
		plm_decimal usd = pli_sim_multiply(
		    number(json, row, "positionAmt"), plm_decimal_from_int(btc ? 100 : 10));
		assert_int_equal(plm_decimal_compare(usd, held_usd(r, account, symbol, side)), 0);
		open += !pli_sim_is_zero(usd);
	}
	pli_json_destroy(json);
	return open;
}

static void
test_sim_dapi__amounts_are_contracts(void **state)
{
	rig *r = *state;
	rig_step(r, 100);
	assert_true(check_amounts(r, "coinm-main", "coinm-main-read") > 1);
	assert_true(check_amounts(r, "coinm-hedge", "coinm-hedge-read") > 1);
}

/* Of each coin: the margins of its contracts add up to those of its pool. */
static void
test_sim_dapi__margins_add_up(void **state)
{
	rig *r = *state;
	pli_json *json = pli_json_create();
	plm_slice body = rig_signed(r, "coinm-main-read", "GET", "/dapi/v1/account");
	assert_int_equal(pli_json_parse(json, body, NULL), PLM_OK);
	const pli_json_node *nodes = pli_json_nodes(json, NULL);
	uint32_t assets = pli_json_find(json, 0, "assets");
	uint32_t positions = pli_json_find(json, 0, "positions");
	uint32_t row = assets + 1;
	for (uint32_t i = 0; i < nodes[assets].children_count; i++, row = nodes[row].next) {
		plm_slice asset, symbol;
		(void)pli_json_string(json, pli_json_find(json, row, "asset"), &asset, NULL);
		plm_decimal sum = plm_decimal_zero();
		uint32_t leg = positions + 1;
		for (uint32_t k = 0; k < nodes[positions].children_count;
		     k++, leg = nodes[leg].next) {
			(void)pli_json_string(
			    json, pli_json_find(json, leg, "symbol"), &symbol, NULL);
			if (memcmp(symbol.bytes, asset.bytes, asset.size) == 0)
				sum = pli_sim_add(sum, number(json, leg, "maintMargin"));
		}
		assert_int_equal(plm_decimal_compare(sum, number(json, row, "maintMargin")), 0);
	}
	assert_int_equal(nodes[assets].children_count, 3);
	pli_json_destroy(json);
}

static void
test_sim_dapi__snapshots_obey_the_faults(void **state)
{
	rig *r = *state;
	size_t whole = rig_signed(r, "coinm-main-read", "GET", "/dapi/v1/positionRisk").size;
	pli_sim_fire(r->sim, PLI_SIM_BINANCE, PLI_SIM_FAULT_PARTIAL, 1, 0);
	size_t half = rig_signed(r, "coinm-main-read", "GET", "/dapi/v1/positionRisk").size;
	assert_true(half < whole && half > whole / 3);
	pli_sim_fire(r->sim, PLI_SIM_BINANCE, PLI_SIM_FAULT_EMPTY, 1, 0);
	plm_slice body = rig_signed(r, "coinm-main-read", "GET", "/dapi/v1/positionRisk");
	assert_true(plm_slice_is(body, "[]"));
}

/* One limit for the address, whichever market spends it; so is a ban. */
/* The markets are hosts of their own at the venue: what one has used up, the other still has. */
static void
test_sim_dapi__weights_and_bans_are_its_own(void **state)
{
	rig *r = *state;
	for (int i = 0; i < 240; i++)
		(void)rig_get(r, PLI_SIM_BINANCE, "/dapi/v1/premiumIndex", "");
	assert_int_equal(r->answer.status, 200);
	(void)rig_get(r, PLI_SIM_BINANCE, "/dapi/v1/time", "");
	assert_int_equal(r->answer.status, 429);
	(void)rig_get(r, PLI_SIM_BINANCE, "/fapi/v1/time", "");
	assert_int_equal(r->answer.status, 200);
	for (int i = 0; i < 11; i++)
		(void)rig_get(r, PLI_SIM_BINANCE, "/dapi/v1/time", "");
	assert_int_equal(r->answer.status, 418);
	(void)rig_get(r, PLI_SIM_BINANCE, "/fapi/v1/time", "");
	assert_int_equal(r->answer.status, 200);
}

static void
test_sim_dapi__is_not_there_unless_asked_for(void **state)
{
	rig *r = *state;
	(void)rig_get(r, PLI_SIM_BINANCE, "/dapi/v1/exchangeInfo", "");
	assert_int_equal(r->answer.status, 404);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    MARKETS_TEST(test_sim_dapi__amounts_are_contracts),
	    MARKETS_TEST(test_sim_dapi__margins_add_up),
	    MARKETS_TEST(test_sim_dapi__snapshots_obey_the_faults),
	    MARKETS_TEST(test_sim_dapi__weights_and_bans_are_its_own),
	    cmocka_unit_test_setup_teardown(
		test_sim_dapi__is_not_there_unless_asked_for, rig_open, rig_close),
	};
	return cmocka_run_group_tests_name("sim_dapi", tests, NULL, NULL);
}
