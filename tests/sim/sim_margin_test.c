/* sim_margin_test.c: the simulated Binance calls at its ratio, liquidates in two steps, keeps its
 * books, and says so on the user stream. */
#include "sim_rig.h"

#include <math.h>

#include "sim/sim_binance.h"
#include "sim/sim_margin.h"
#include "sim/sim_number.h"
#include "sim/sim_usdm.h"

#define START_NS RIG_START_NS

/* One account's troubles, as they come. */
typedef struct trouble {
	pli_sim_world world;
	uint32_t account; /* looked at; of isolated pools any */
	bool isolated;
	uint32_t calls, forced, clearances;
	double call_ratio, ratio; /* maintenance over balance: at the call, and before each step */
	plm_decimal cash;         /* that the news explain */
	plm_decimal sizes[3];
} trouble;

static trouble t;

static void
on_news(void *ctx, const pli_sim_news *news)
{
	(void)ctx;
	bool isolated = news->position != NULL && news->position->isolated;
	if (t.isolated ? !isolated : news->account != t.account)
		return;
	if (news->kind == PLI_SIM_NEWS_MARGIN_CALL) {
		pli_sim_margin_pool pool = pli_sim_margin_of(
		    &t.world.accounts[news->account], news->asset, news->position);
		t.call_ratio = plm_decimal_to_double(pool.maintenance) /
			       plm_decimal_to_double(pool.balance);
		t.calls++;
		t.account = news->account;
	} else if (news->kind == PLI_SIM_NEWS_FILL && news->fill->forced) {
		assert_true(t.calls >= 1);
		if (t.forced < 3)
			t.sizes[t.forced] = news->position->size;
		t.forced++;
		t.cash = pli_sim_add(
		    t.cash, pli_sim_subtract(news->fill->realised, news->fill->fee));
	} else if (news->kind == PLI_SIM_NEWS_CLEARANCE) {
		t.clearances++;
		t.cash = pli_sim_add(t.cash, news->amount);
	}
}

static void
begin(double share, uint64_t seed)
{
	pli_sim_crash crash = {PLI_SIM_SOL, share, 0, 30 * PLM_NS_PER_S};
	memset(&t, 0, sizeof t);
	pli_sim_world_init(&t.world, seed, START_NS, 1);
	pli_sim_crash_begin(&t.world, &crash, seed);
	t.world.sink.on_news = on_news;
	t.account = t.world.accounts_count - 1;
}

static double
ratio_of(const pli_sim_account *a)
{
	pli_sim_margin_pool pool = pli_sim_margin_of(a, PLI_SIM_USDT, NULL);
	return plm_decimal_to_double(pool.maintenance) / plm_decimal_to_double(pool.balance);
}

static void
step(int i)
{
	(void)pli_sim_world_advance(&t.world, START_NS + i * (int64_t)100 * PLM_NS_PER_MS);
}

static void
test_sim_margin__it_calls_at_its_ratio_and_takes_half_then_all(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 12; seed++) {
		begin(seed % 2 == 0 ? 0.18 : -0.18, seed);
		const pli_sim_account *a = &t.world.accounts[t.account];
		plm_decimal cash = a->wallets[PLI_SIM_USDT].cash, size = a->positions[0].size;
		for (int i = 1; i <= 400; i++) {
			double before = ratio_of(a);
			uint32_t calls = t.calls, forced = t.forced;
			step(i);
			if (calls == 0 && t.calls == 1)
				assert_true(before < 0.8 && t.call_ratio >= 0.8);
			if (forced == 0 && t.forced == 1)
				assert_true(before < 1);
			assert_true(t.forced > 0 || ratio_of(a) < 1);
		}
		assert_true(t.calls == 1 || t.calls == 2); /* again for the half that is left */
		assert_int_equal(t.forced, 2);
		assert_true(
		    fabs(plm_decimal_to_double(pli_sim_divide(t.sizes[0], size)) - 0.5) < 1e-4);
		assert_true(pli_sim_is_zero(t.sizes[1]) && pli_sim_is_zero(a->positions[0].size));
		cash = pli_sim_add(cash, t.cash);
		assert_true(a->wallets[PLI_SIM_USDT].cash.units == cash.units);
		assert_true(plm_decimal_sign(cash) >= 0);
		assert_true(t.clearances >= 1);
	}
}

static void
test_sim_margin__the_price_is_the_one_that_the_venue_shows(void **state)
{
	(void)state;
	begin(-0.18, 5);
	const pli_sim_account *a = &t.world.accounts[t.account];
	pli_sim_usdm_row row;
	pli_sim_usdm_position(a, &a->positions[0], &row);
	double shown = plm_decimal_to_double(row.liquidation), above = 0, below = 0;
	for (int i = 1; i <= 400 && t.forced == 0; i++) {
		above = plm_decimal_to_double(a->positions[0].instrument->mark);
		step(i);
		below = plm_decimal_to_double(a->positions[0].instrument->mark);
	}
	assert_int_equal(t.forced, 1);
	assert_true(below <= shown && shown < above);
}

/* binance-main is short of SOL, isolated, by this seed. */
static void
test_sim_margin__an_isolated_leg_dies_alone(void **state)
{
	(void)state;
	begin(0.18, 1);
	t.isolated = true;
	for (int i = 1; i <= 400; i++)
		step(i);
	const pli_sim_account *a = &t.world.accounts[t.account];
	assert_string_equal(a->name, "binance-main");
	assert_true(t.calls == 1 || t.calls == 2);
	assert_int_equal(t.forced, 2);
	assert_true(pli_sim_is_zero(t.sizes[1]));
	assert_true(plm_decimal_to_double(pli_sim_cross_wallet(a, PLI_SIM_USDT)) > 700000);
}

static void
test_sim_margin__the_usual_world_has_no_engine(void **state)
{
	(void)state;
	memset(&t, 0, sizeof t);
	pli_sim_world_init(&t.world, 1, START_NS, 1);
	assert_false(t.world.watches_margin);
}

static int
open_crash(void **state)
{
	pli_sim_config config = {.seed = 2, .speed = 1, .start_ns = RIG_START_NS};
	config.crash = (pli_sim_crash){PLI_SIM_SOL, -0.18, 0, 20 * PLM_NS_PER_S};
	return rig_open_config(state, &config);
}

/* In this order: the call, the orders, what is left, the fee. */
static void
test_sim_margin__the_user_stream_says_it_all(void **state)
{
	rig *r = *state;
	char path[160];
	const char *key = NULL;
	for (uint32_t i = 0; i < r->keys_count; i++)
		if (strcmp(r->keys[i].account, "binance-levered") == 0 && !r->keys[i].can_trade)
			key = r->keys[i].key;
	assert_non_null(key);
	plm_slice body = rig_signed(r, key, "POST", "/fapi/v1/listenKey");
	const char *listen = strstr(body.bytes, ":\"") + 2;
	(void)snprintf(path, sizeof path, "/ws/%.*s", PLI_SIM_LISTEN_KEY_SIZE, listen);
	rig_connect(r, PLI_SIM_BINANCE, 4, path);
	plm_slice call = rig_wait_frame(r, PLI_SIM_BINANCE, 4, "\"e\":\"MARGIN_CALL\"");
	assert_true(rig_has(call, "\"cw\":\"") && rig_has(call, "\"mt\":\"CROSSED\""));
	assert_int_equal(fake_count(&r->fakes[PLI_SIM_BINANCE], 4, "autoclose-"), 0);
	plm_slice order = rig_wait_frame(r, PLI_SIM_BINANCE, 4, "\"x\":\"CALCULATED\"");
	assert_true(
	    rig_has(order, "\"c\":\"autoclose-") && rig_has(order, "\"o\":\"LIQUIDATION\""));
	(void)rig_wait_frame(r, PLI_SIM_BINANCE, 4, "\"m\":\"INSURANCE_CLEAR\"");
	(void)rig_wait_frame(r, PLI_SIM_BINANCE, 4, "\"pa\":\"0\"");
	assert_int_equal(fake_count(&r->fakes[PLI_SIM_BINANCE], 4, "\"x\":\"CALCULATED\""), 2);
	assert_int_equal(fake_count(&r->fakes[PLI_SIM_BINANCE], 4, "MARGIN_CALL"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sim_margin__it_calls_at_its_ratio_and_takes_half_then_all),
	    cmocka_unit_test(test_sim_margin__the_price_is_the_one_that_the_venue_shows),
	    cmocka_unit_test(test_sim_margin__an_isolated_leg_dies_alone),
	    cmocka_unit_test(test_sim_margin__the_usual_world_has_no_engine),
	    cmocka_unit_test_setup_teardown(
		test_sim_margin__the_user_stream_says_it_all, open_crash, rig_close),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
