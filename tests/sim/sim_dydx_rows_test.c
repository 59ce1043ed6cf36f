/* sim_dydx_rows_test.c: the numbers of subaccounts re-add, in the venue's own identities. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "sim/sim_dydx_rows.h"
#include "sim/sim_number.h"
#include "sim_rows.h"

/* The parent and the children together are the account; USDC and what is open are the wallet. */
static void
test_sim_dydx_rows__subaccounts_are_the_account(void **state)
{
	(void)state;
	pli_sim_world *w = world_create(PLI_SIM_DYDX, 400);
	uint32_t checked = 0, children = 0;
	for (uint32_t i = 0; i < w->accounts_count; i++) {
		const pli_sim_account *a = &w->accounts[i];
		pli_sim_dydx_sums s;
		if (a->venue != PLI_SIM_DYDX)
			continue;
		pli_sim_dydx_subaccount(a, NULL, &s);
		plm_decimal wallet = s.wallet, quote = s.quote, equity = s.equity, open = {0},
			    profit = {0};
		for (uint32_t k = 0; k < a->positions_count; k++) {
			const pli_sim_position *p = &a->positions[k];
			open = pli_sim_add(open, pli_sim_multiply(p->size, p->entry));
			profit = pli_sim_add(profit,
			    pli_sim_profit(p->instrument, p->size, p->entry, p->instrument->mark));
			checked++;
			if (!p->isolated)
				continue;
			pli_sim_dydx_subaccount(a, p, &s);
			wallet = pli_sim_add(wallet, s.wallet);
			quote = pli_sim_add(quote, s.quote);
			equity = pli_sim_add(equity, s.equity);
			assert_true(pli_sim_dydx_number(3, p) % PLI_SIM_DYDX_CHILDREN == 3);
			assert_true(pli_sim_dydx_number(3, p) > PLI_SIM_DYDX_CHILDREN);
			children++;
		}
		assert_true(same(wallet, a->wallets[PLI_SIM_USDC].cash));
		assert_true(same(pli_sim_add(quote, open), wallet));
		assert_true(same(pli_sim_add(wallet, profit), equity));
	}
	assert_true(checked > children && children > 0);
	free(w);
}

/* What is added goes into an average of all that was ever added; trades move USDC by their price.
 */
static void
test_sim_dydx_rows__an_entry_price_is_of_all_that_was_added(void **state)
{
	(void)state;
	pli_sim_world *w = world_create(PLI_SIM_DYDX, 0);
	pli_sim_account *a = pli_sim_world_add_holder(w, "hand", PLI_SIM_DYDX);
	const pli_sim_instrument *in = pli_sim_market_find(
	    &w->market, PLI_SIM_DYDX, PLM_SLICE("ETH-USD"));
	pli_sim_position *p = pli_sim_account_position(a, in, PLI_SIM_NET);
	static const struct {
		const char *size, *price, *entry, *quote;
	} trades[] = {
	    {"1", "100", "100", "-100"},
	    {"-0.5", "140", "100", "-30"},
	    {"1", "160", "130", "-190"}, /* not 140: the half that is gone counts */
	    {"-1.5", "130", "0", "5"},
	};
	plm_decimal fees = plm_decimal_zero();
	pli_sim_dydx_sums s;
	for (size_t i = 0; i < sizeof trades / sizeof trades[0]; i++) {
		pli_sim_fill fill = {0};
		pli_sim_account_trade(
		    a, p, pli_sim_of(trades[i].size), pli_sim_of(trades[i].price), &fill);
		fees = pli_sim_add(fees, fill.fee);
		pli_sim_dydx_subaccount(a, NULL, &s);
		assert_true(same(p->entry, pli_sim_of(trades[i].entry)));
		assert_true(same(pli_sim_add(s.quote, fees), pli_sim_of(trades[i].quote)));
	}
	free(w);
}

static void
test_sim_dydx_rows__short_answers_add_up_all_the_same(void **state)
{
	(void)state;
	pli_sim_world *w = world_create(PLI_SIM_DYDX, 400);
	pli_json_writer out;
	pli_json_writer_init(&out, 1 << 16);
	pli_json *json = pli_json_create();
	uint32_t positions_last = UINT32_MAX;
	for (uint32_t lack = PLI_SIM_DYDX_WHOLE; lack <= PLI_SIM_DYDX_NONE; lack++) {
		pli_sim_dydx_owner owner = {.account = &w->accounts[w->accounts_count - 2],
		    .address = "dydx1",
		    .height = 7};
		uint32_t positions = 0;
		pli_json_writer_reset(&out);
		pli_sim_dydx_put_parent(&out, &owner, (pli_sim_dydx_lack)lack);
		assert_int_equal(
		    pli_json_parse(json, (plm_slice){out.bytes, out.size}, NULL), PLM_OK);
		const pli_json_node *nodes = pli_json_nodes(json, NULL);
		uint32_t list = pli_json_find(json, 0, "childSubaccounts");
		for (uint32_t row = list + 1; row < nodes[list].next; row = nodes[row].next)
			positions += nodes[pli_json_find(json, row, "openPerpetualPositions")]
					 .children_count;
		assert_true(positions < positions_last);
		positions_last = positions;
	}
	assert_int_equal(positions_last, 0);
	pli_json_destroy(json);
	pli_json_writer_fini(&out);
	free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sim_dydx_rows__subaccounts_are_the_account),
	    cmocka_unit_test(test_sim_dydx_rows__an_entry_price_is_of_all_that_was_added),
	    cmocka_unit_test(test_sim_dydx_rows__short_answers_add_up_all_the_same),
	};
	return cmocka_run_group_tests_name("sim_dydx_rows", tests, NULL, NULL);
}
