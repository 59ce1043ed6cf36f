/* sim_crash_test.c: a crash is what it was asked to be, by its seed, and of one coin alone. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/sim_crash.h"
#include "sim/sim_number.h"

static const plm_time_ns start_ns = INT64_C(1795132800) * PLM_NS_PER_S;
static pli_sim_world world, other;

static void
test_sim_crash__what_may_be_asked(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		pli_sim_asset coin;
		double share;
		int seconds, after_s;
	} rows[] = {{"SOL", PLI_SIM_SOL, -0.18, 60, 20}, {"btc:10", PLI_SIM_BTC, 0.10, 60, 20},
	    {"DOGE:-30:90", PLI_SIM_DOGE, -0.30, 90, 20}, {"XRP:-5:1:0", PLI_SIM_XRP, -0.05, 1, 0}};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		pli_sim_crash crash;
		assert_true(pli_sim_crash_parse(rows[i].text, &crash));
		assert_int_equal(crash.coin, rows[i].coin);
		assert_true(fabs(crash.share - rows[i].share) < 1e-12);
		assert_true(crash.duration_ns == rows[i].seconds * PLM_NS_PER_S);
		assert_true(crash.after_ns == rows[i].after_s * PLM_NS_PER_S);
	}
	static const char *const wrong[] = {"", "USDT", "GOLD:-10", "SOL:", "SOL:-4", "SOL:-61",
	    "SOL:nan", "SOL:-10:0", "SOL:-10:3601", "SOL:-10:60:-1", "SOL:-10:60:20:5", "SOL-10"};
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		pli_sim_crash crash = {.share = 7};
		assert_false(pli_sim_crash_parse(wrong[i], &crash));
		assert_true(crash.share == 7);
	}
}

static void
begin(pli_sim_world *w, double share, uint64_t seed)
{
	pli_sim_crash crash = {PLI_SIM_SOL, share, 5 * PLM_NS_PER_S, 20 * PLM_NS_PER_S};
	pli_sim_world_init(w, seed, start_ns, 1);
	pli_sim_crash_begin(w, &crash, seed);
}

static void
walk(pli_sim_world *w, int from_ms, int to_ms)
{
	for (int ms = from_ms; ms <= to_ms; ms += PLI_SIM_STEP_MS)
		(void)pli_sim_world_advance(w, start_ns + ms * PLM_NS_PER_MS);
}

static void
test_sim_crash__one_account_is_levered_and_left_alone(void **state)
{
	(void)state;
	for (int up = 0; up < 2; up++) {
		begin(&world, up ? 0.18 : -0.18, 3);
		const pli_sim_account *a = &world.accounts[world.accounts_count - 1];
		assert_string_equal(a->name, "binance-levered");
		assert_int_equal(a->positions_count, 1);
		assert_int_equal(plm_decimal_sign(a->positions[0].size), up ? -1 : 1);
		uint64_t changes = a->changes;
		walk(&world, 100, 5000);
		assert_true(a->changes == changes);
	}
}

static void
test_sim_crash__the_price_goes_where_it_was_sent(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		double share = seed % 2 == 0 ? 0.2 : -0.2;
		begin(&world, share, seed);
		walk(&world, 100, 5000);
		double before = world.market.coins[PLI_SIM_SOL].price;
		walk(&world, 5100, 25000);
		double went = log(world.market.coins[PLI_SIM_SOL].price / before);
		/* the walk scatters by a twentieth, the market by less than a hundredth */
		assert_true(fabs(went - log1p(share)) < 0.25 * fabs(log1p(share)));
		before = world.market.coins[PLI_SIM_SOL].price;
		walk(&world, 25100, 35000);
		assert_true(fabs(log(world.market.coins[PLI_SIM_SOL].price / before)) < 0.02);
	}
}

static void
test_sim_crash__no_other_coin_moves_with_it(void **state)
{
	(void)state;
	begin(&world, -0.18, 4);
	pli_sim_world_init(&other, 4, start_ns, 1);
	walk(&world, 100, 30000);
	walk(&other, 100, 30000);
	for (int i = 0; i < PLI_SIM_COINS; i++)
		assert_int_equal(
		    world.market.coins[i].price == other.market.coins[i].price, i != PLI_SIM_SOL);
}

static void
test_sim_crash__the_same_seed_gives_the_same_walk(void **state)
{
	(void)state;
	begin(&world, -0.18, 9);
	begin(&other, -0.18, 9);
	walk(&world, 100, 25000);
	walk(&other, 100, 25000);
	assert_true(world.market.coins[PLI_SIM_SOL].price == other.market.coins[PLI_SIM_SOL].price);
	assert_true(world.sequence == other.sequence);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sim_crash__what_may_be_asked),
	    cmocka_unit_test(test_sim_crash__one_account_is_levered_and_left_alone),
	    cmocka_unit_test(test_sim_crash__the_price_goes_where_it_was_sent),
	    cmocka_unit_test(test_sim_crash__no_other_coin_moves_with_it),
	    cmocka_unit_test(test_sim_crash__the_same_seed_gives_the_same_walk),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
