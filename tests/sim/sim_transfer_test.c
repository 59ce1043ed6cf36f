/* sim_transfer_test.c: coins that move between accounts are nowhere lost, and no two are alike. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/sim_number.h"
#include "sim/sim_world.h"

#define START_NS (INT64_C(1795132800) * PLM_NS_PER_S)
#define TOTAL_S 3600

static uint32_t told_count;
static plm_decimal told_sum;

static void
on_news(void *ctx, const pli_sim_news *news)
{
	(void)ctx;
	if (news->transfer == 0)
		return;
	told_count++;
	told_sum = pli_sim_add(told_sum, news->amount);
}

/* An hour of a world with all whose transfers are told; at each second `look` is asked. */
static pli_sim_world *
world_run(uint64_t seed, bool transfers, void (*look)(const pli_sim_world *w))
{
	pli_sim_world *w = calloc(1, sizeof *w);
	assert_non_null(w);
	pli_sim_world_init(w, seed, START_NS, 1.0);
	pli_sim_world_add(w, PLI_SIM_OKX);
	pli_sim_world_add(w, PLI_SIM_BITMEX);
	pli_sim_world_add(w, PLI_SIM_DYDX);
	if (transfers)
		pli_sim_transfers_open(&w->transfers, seed, START_NS);
	w->sink.on_news = on_news;
	told_count = 0;
	told_sum = plm_decimal_zero();
	for (int64_t s = 1; s <= TOTAL_S; s++) {
		(void)pli_sim_world_advance(w, START_NS + s * PLM_NS_PER_S);
		if (look != NULL)
			look(w);
	}
	return w;
}

static plm_decimal
flying(const pli_sim_world *w)
{
	plm_decimal sum = plm_decimal_zero();
	for (uint64_t id = 1; id <= w->transfers.count; id++) {
		const pli_sim_transfer *row = pli_sim_transfer_find(&w->transfers, id);
		if (row->state == PLI_SIM_TRANSFER_FLIES)
			sum = pli_sim_add(sum, row->sent);
		if (row->state == PLI_SIM_TRANSFER_ARRIVED)
			sum = pli_sim_add(sum, pli_sim_subtract(row->sent, row->got)); /* fee */
	}
	return sum;
}

/* What left is in flight, arrived, was taken as a fee, or is back. */
static void
look_nothing_is_lost(const pli_sim_world *w)
{
	assert_int_equal(pli_sim_add(told_sum, flying(w)).units, 0);
}

static void
test_sim_transfer__nothing_is_lost(void **state)
{
	(void)state;
	pli_sim_world *w = world_run(7, true, look_nothing_is_lost);
	uint32_t over[3] = {0}, between = 0, charged = 0;
	for (uint64_t id = 1; id <= w->transfers.count; id++) {
		const pli_sim_transfer *row = pli_sim_transfer_find(&w->transfers, id);
		assert_true(row->from != row->to);
		assert_true(pli_sim_transfer_is_party(w->accounts[row->from].venue));
		assert_true(pli_sim_transfer_is_party(w->accounts[row->to].venue));
		between += w->accounts[row->from].venue != w->accounts[row->to].venue;
		charged += row->got.units != row->sent.units;
		over[row->state]++;
	}
	assert_true(over[PLI_SIM_TRANSFER_ARRIVED] > 0 && over[PLI_SIM_TRANSFER_RETURNED] > 0);
	assert_true(between > 0 && between < w->transfers.count);
	assert_true(charged > 0 && charged < between);
	uint32_t ends = (uint32_t)w->transfers.count + over[PLI_SIM_TRANSFER_ARRIVED] +
			over[PLI_SIM_TRANSFER_RETURNED];
	assert_int_equal(told_count, ends);
	free(w);
}

/* By more than the two parts in a hundred that a fee may be, for as long as one may be taken for
 * another. */
static void
test_sim_transfer__no_two_are_alike(void **state)
{
	(void)state;
	pli_sim_world *w = world_run(3, true, NULL);
	for (uint64_t id = 2; id <= w->transfers.count; id++) {
		const pli_sim_transfer *row = pli_sim_transfer_find(&w->transfers, id);
		for (uint64_t k = 1; k < id; k++) {
			const pli_sim_transfer *other = pli_sim_transfer_find(&w->transfers, k);
			double share = plm_decimal_to_double(row->sent) /
				       plm_decimal_to_double(other->sent);
			bool apart = row->left_ns - other->over_ns > 600 * PLM_NS_PER_S;
			assert_true(row->asset != other->asset || apart || fabs(share - 1) > 0.025);
		}
	}
	free(w);
}

/* What comes from outside or goes there is less; and where nobody asks for them there are none. */
static void
test_sim_transfer__what_is_from_outside_is_less(void **state)
{
	(void)state;
	pli_sim_world *with = world_run(5, true, NULL), *without = world_run(5, false, NULL);
	assert_true(with->transfers.count > 100 && without->transfers.count == 0);
	for (uint64_t i = 0; i < with->moves_count && i < PLI_SIM_MOVES_MAX; i++) {
		const pli_sim_move *move = &with->moves[i];
		double usd = plm_decimal_to_double(move->amount) *
			     plm_decimal_to_double(with->market.dollar[move->asset]);
		assert_true(move->transfer != 0 || fabs(usd) < PLI_SIM_TRANSFER_USD_MIN);
	}
	free(with);
	free(without);
}

/* Both ends of one are one transaction; those of outside are others. */
static void
test_sim_transfer__a_transaction_is_one_on_both_sides(void **state)
{
	char a[PLI_SIM_CHAIN_SIZE + 1], b[PLI_SIM_CHAIN_SIZE + 1];
	(void)state;
	pli_sim_move out = {.id = 4, .transfer = 9}, in = {.id = 5, .transfer = 9};
	pli_sim_move outside = {.id = 9};
	assert_string_equal(pli_sim_move_chain(&out, a), pli_sim_move_chain(&in, b));
	assert_string_not_equal(pli_sim_move_chain(&outside, a), b);
	assert_int_equal(strlen(a), PLI_SIM_CHAIN_SIZE);
	assert_null(pli_sim_transfer_find(&(pli_sim_transfers){.count = 3}, 0));
	assert_null(pli_sim_transfer_find(&(pli_sim_transfers){.count = 3}, 4));
	assert_null(
	    pli_sim_transfer_find(&(pli_sim_transfers){.count = PLI_SIM_TRANSFERS_MAX + 1}, 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sim_transfer__nothing_is_lost),
	    cmocka_unit_test(test_sim_transfer__no_two_are_alike),
	    cmocka_unit_test(test_sim_transfer__what_is_from_outside_is_less),
	    cmocka_unit_test(test_sim_transfer__a_transaction_is_one_on_both_sides),
	};
	return cmocka_run_group_tests_name("sim_transfer", tests, NULL, NULL);
}
