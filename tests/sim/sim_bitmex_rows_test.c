/* sim_bitmex_rows_test.c: amounts are whole numbers that add up; contracts are of the size that
 * their listing says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "sim/sim_bitmex_rows.h"
#include "sim/sim_number.h"

static pli_sim_world world;
static pli_json_writer writer;

static const pli_sim_account *
account_of(const char *name)
{
	for (uint32_t i = 0; i < world.accounts_count; i++)
		if (strcmp(world.accounts[i].name, name) == 0)
			return &world.accounts[i];
	fail_msg("no account %s", name);
	return NULL;
}

static double
member(pli_json *json, const char *key)
{
	const pli_json_node *nodes = pli_json_nodes(json, NULL);
	uint32_t node = pli_json_find(json, 0, key);
	assert_int_not_equal(node, 0);
	char text[64] = "";
	memcpy(text, nodes[node].text.bytes, nodes[node].text.size);
	return strtod(text, NULL);
}

static pli_json *
row_parsed(void)
{
	pli_json *json = pli_json_create();
	plm_slice text = {writer.bytes, writer.size};
	assert_int_equal(pli_json_parse(json, text, NULL), PLM_OK);
	return json;
}

static void
test_sim_bitmex_rows__margins_add_up_in_whole_numbers(void **state)
{
	(void)state;
	static const pli_sim_asset assets[] = {PLI_SIM_BTC, PLI_SIM_USDT};
	for (int i = 0; i < 2; i++) {
		pli_json_writer_reset(&writer);
		pli_sim_bitmex_put_margin(
		    &writer, account_of("bitmex-main"), assets[i], world.market.now_ns, true);
		pli_json *json = row_parsed();
		double wallet = member(json, "walletBalance");
		assert_true(wallet > 0 && wallet == (double)(int64_t)wallet);
		double sum = wallet + member(json, "unrealisedPnl");
		assert_true(sum - member(json, "marginBalance") <= 1 &&
			    member(json, "marginBalance") - sum <= 1); /* each is rounded */
		pli_json_destroy(json);
	}
}

static void
test_sim_bitmex_rows__sizes_are_contracts(void **state)
{
	(void)state;
	const pli_sim_account *a = account_of("bitmex-main");
	for (uint32_t i = 0; i < a->positions_count; i++) {
		const pli_sim_position *p = &a->positions[i];
		pli_json_writer_reset(&writer);
		pli_sim_bitmex_put_position(&writer, a, p, world.market.now_ns, true);
		pli_json *json = row_parsed();
		double contracts = member(json, "currentQty");
		assert_true(contracts == (double)(int64_t)contracts);
		plm_decimal size = pli_sim_multiply(plm_decimal_from_int((int64_t)contracts),
		    pli_sim_bitmex_contract(p->instrument));
		assert_true(size.units == p->size.units);
		pli_json_destroy(json);
	}
	assert_true(a->positions_count > 2);
}

/* multiplier over its divisor is what a position counts a contract as. */
static void
test_sim_bitmex_rows__listings_say_the_size(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < world.market.instruments_count; i++) {
		const pli_sim_instrument *in = &world.market.instruments[i];
		if (in->venue != PLI_SIM_BITMEX)
			continue;
		pli_json_writer_reset(&writer);
		pli_sim_bitmex_put_instrument(&writer, in, world.market.now_ns, true);
		pli_json *json = row_parsed();
		double per = member(
		    json, in->inverse ? "underlyingToSettleMultiplier" : "quoteToSettleMultiplier");
		double size = member(json, "multiplier") / per;
		double contract = plm_decimal_to_double(pli_sim_bitmex_contract(in));
		assert_true(size > contract * (1 - 1e-12) && size < contract * (1 + 1e-12));
		pli_json_destroy(json);
	}
}

static int
world_open(void **state)
{
	(void)state;
	pli_sim_world_init(&world, 3, INT64_C(1795276800) * PLM_NS_PER_S, 1.0);
	pli_sim_world_add(&world, PLI_SIM_BITMEX);
	pli_json_writer_init(&writer, 1 << 16);
	return 0;
}

static int
world_close(void **state)
{
	(void)state;
	pli_json_writer_fini(&writer);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sim_bitmex_rows__margins_add_up_in_whole_numbers),
	    cmocka_unit_test(test_sim_bitmex_rows__sizes_are_contracts),
	    cmocka_unit_test(test_sim_bitmex_rows__listings_say_the_size),
	};
	return cmocka_run_group_tests_name("sim_bitmex_rows", tests, world_open, world_close);
}
