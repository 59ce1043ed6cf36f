/* limit_test.c: alerts on a random walk follow the rules, and a replica ends in the same states. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "limit/limit.h"

enum { SEEDS = 10, STEPS = 400, ALERTS_MAX = 2048 };

typedef struct world {
	pli_book *book;
	pli_exposure *exposure;
	pli_limits *limits, *replica;
	plm_event alerts[ALERTS_MAX];
	uint32_t alerts_count;
	uint64_t random;
	plm_time_ns now_ns;
} world;

static plm_err
keep(void *ctx, const plm_event *event)
{
	world *w = ctx;
	assert_true(w->alerts_count < ALERTS_MAX);
	w->alerts[w->alerts_count++] = *event;
	return PLM_OK;
}

static void
batch(world *w)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_BATCH_END);
	event.u.batch_end.now_ns = w->now_ns += PLM_NS_PER_S;
	pli_book_apply(w->book, &event);
	pli_exposure_settle(w->exposure);
	plm_event_sink sink = {keep, w};
	uint32_t before = w->alerts_count;
	pli_limits_evaluate(w->limits, &sink);
	pli_limits_follow(w->replica);
	for (uint32_t i = before; i < w->alerts_count; i++)
		pli_limits_apply(w->replica, &w->alerts[i]);
}

static void
put_asset(world *w, uint32_t id, const char *name)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_ASSET);
	event.u.asset.id.value = id;
	(void)snprintf(event.u.asset.name, sizeof event.u.asset.name, "%s", name);
	pli_book_apply(w->book, &event);
}

static void
put_limit(world *w, uint8_t measure, double soft, double hard)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_LIMIT_CHANGE);
	plm_limit_fact *f = &event.u.limit;
	f->id.value = 1;
	f->active = 1;
	f->measure = measure;
	f->tier = PLM_TIER_BOOK;
	f->soft_upper = soft;
	f->hard_upper = hard;
	f->soft_lower = -soft;
	f->hard_lower = -hard;
	f->hysteresis = 0.05;
	pli_limits_apply(w->limits, &event);
	pli_limits_apply(w->replica, &event);
}

static void
world_init(world *w, uint64_t seed)
{
	pli_book_bounds bounds = {{8, 4, 8}, 16, 16, 4, 8, 0};
	memset(w, 0, sizeof *w);
	w->random = seed;
	w->book = pli_book_create(&bounds);
	w->exposure = pli_exposure_create(w->book);
	w->limits = pli_limits_create(w->exposure, 4, 16);
	w->replica = pli_limits_create(w->exposure, 4, 16);
	assert_non_null(w->replica);
	put_asset(w, 1, "USD");
	put_asset(w, 2, "BTC");
	plm_event event;
	plm_event_init(&event, PLM_EVENT_ACCOUNT);
	event.u.account_fact.id.value = 1;
	event.u.account_fact.venue.value = 1;
	(void)snprintf(event.u.account_fact.name, sizeof event.u.account_fact.name, "a");
	pli_book_apply(w->book, &event);
}

static void
world_fini(world *w)
{
	pli_limits_destroy(w->replica);
	pli_limits_destroy(w->limits);
	pli_exposure_destroy(w->exposure);
	pli_book_destroy(w->book);
}

static void
put_price(world *w, int64_t usd)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_INDEX);
	event.u.index.asset.value = 2;
	event.u.index.quote.value = 1;
	event.u.index.price = plm_decimal_from_int(usd);
	pli_book_apply(w->book, &event);
}

static void
put_balance(world *w, int64_t coins)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_BALANCE);
	event.account.value = 1;
	event.u.balance.asset.value = 2;
	event.u.balance.wallet = plm_decimal_from_int(coins);
	pli_book_apply(w->book, &event);
}

static int64_t
walk(world *w)
{
	w->random = w->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (int64_t)((w->random >> 33) % 41) - 20;
}

/* Where a value stands against +-1000 and +-1500. */
static uint8_t
level_of(double value)
{
	return fabs(value) > 1500 ? 2 : fabs(value) > 1000 ? 1 : 0;
}

static void
test_limit__levels_follow_the_value_and_clear_by_the_hysteresis(void **state)
{
	(void)state;
	static world w;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		world_init(&w, seed);
		put_limit(&w, PLM_MEASURE_NET_USD, 1000, 1500);
		put_balance(&w, 10);
		int64_t price = 100;
		for (uint32_t i = 0; i < STEPS; i++) {
			price += walk(&w);
			price = price < 1 ? 1 : price > 200 ? 200 : price;
			put_price(&w, price);
			batch(&w);
			pli_limit_state now, copy;
			assert_true(pli_limits_state(w.limits, 0, &now));
			double value = (double)price * 10;
			assert_true(fabs(now.value - value) < 1e-6);
			assert_true(now.level >= level_of(value));
			assert_true(now.level <= level_of(value * 1.06));
			assert_true(pli_limits_state(w.replica, 0, &copy));
			assert_int_equal(copy.level, now.level);
			assert_int_equal(copy.transition, now.transition);
		}
		uint8_t level = 0;
		for (uint32_t i = 0; i < w.alerts_count; i++) {
			const plm_alert *alert = &w.alerts[i].u.alert;
			assert_int_equal(alert->transition, i + 1);
			assert_int_not_equal(alert->level, level);
			assert_int_equal(alert->kind == PLM_ALERT_CLEAR, alert->level < level);
			level = alert->level;
		}
		assert_true(w.alerts_count > 0);
		assert_int_equal(pli_limits_alerts_count(w.limits),
		    w.alerts_count < PLI_ALERTS_KEPT ? w.alerts_count : PLI_ALERTS_KEPT);
		world_fini(&w);
	}
}

static void
test_limit__unknown_values_change_nothing(void **state)
{
	(void)state;
	static world w;
	world_init(&w, 1);
	put_limit(&w, PLM_MEASURE_NET_USD, 1000, 1500);
	put_balance(&w, 10);
	batch(&w);
	assert_int_equal(w.alerts_count, 0);
	put_price(&w, 200);
	batch(&w);
	assert_int_equal(w.alerts_count, 1);
	plm_event event;
	plm_event_init(&event, PLM_EVENT_INDEX);
	event.u.index.asset.value = 2;
	event.u.index.quote.value = 1;
	pli_book_apply(w.book, &event);
	batch(&w);
	pli_limit_state now;
	assert_true(pli_limits_state(w.limits, 0, &now));
	assert_true(isnan(now.value));
	assert_int_equal(now.level, 2);
	assert_int_equal(w.alerts_count, 1);
	put_price(&w, 50);
	batch(&w);
	assert_int_equal(w.alerts_count, 2);
	assert_int_equal(w.alerts[1].u.alert.kind, PLM_ALERT_CLEAR);
	world_fini(&w);
}

static void
put_starting(world *w, uint32_t seconds)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_POLICY);
	event.u.policy.starting_s = seconds;
	pli_book_apply(w->book, &event);
}

/* A first price that is not there yet: no alert before the account's grace is over, one after it.
 */
static void
test_limit__first_prices_have_their_time(void **state)
{
	(void)state;
	static world w;
	for (uint32_t grace = 0; grace <= 5; grace += 5) {
		world_init(&w, 1);
		put_starting(&w, grace);
		plm_event event;
		plm_event_init(&event, PLM_EVENT_LIMIT_CHANGE);
		event.u.limit.id.value = 1;
		event.u.limit.active = 1;
		event.u.limit.measure = PLM_MEASURE_PRICED_SHARE;
		event.u.limit.hard_lower = 0.9;
		pli_limits_apply(w.limits, &event);
		batch(&w);
		put_balance(&w, 10);
		for (uint32_t second = 0; second < grace; second++) {
			batch(&w);
			assert_int_equal(w.alerts_count, 0);
		}
		batch(&w);
		assert_int_equal(w.alerts_count, 1);
		assert_int_equal(w.alerts[0].u.alert.level, 2);
		put_price(&w, 100);
		batch(&w);
		assert_int_equal(w.alerts_count, 2);
		world_fini(&w);
	}
	/* a price within the grace: nobody hears of it */
	world_init(&w, 1);
	put_starting(&w, 5);
	put_limit(&w, PLM_MEASURE_PRICED_SHARE, 2, 2);
	put_balance(&w, 10);
	batch(&w);
	put_price(&w, 100);
	for (uint32_t i = 0; i < 10; i++)
		batch(&w);
	assert_int_equal(w.alerts_count, 0);
	world_fini(&w);
}

static void
test_limit__a_removed_limit_has_no_state(void **state)
{
	(void)state;
	static world w;
	world_init(&w, 1);
	put_limit(&w, PLM_MEASURE_NET_USD, 1000, 1500);
	put_balance(&w, 1);
	put_price(&w, 10);
	batch(&w);
	assert_int_equal(pli_limits_count(w.limits), 1);
	plm_event event;
	plm_event_init(&event, PLM_EVENT_LIMIT_CHANGE);
	event.u.limit.id.value = 1;
	pli_limits_apply(w.limits, &event);
	batch(&w);
	assert_int_equal(pli_limits_count(w.limits), 0);
	world_fini(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_limit__levels_follow_the_value_and_clear_by_the_hysteresis),
	    cmocka_unit_test(test_limit__unknown_values_change_nothing),
	    cmocka_unit_test(test_limit__first_prices_have_their_time),
	    cmocka_unit_test(test_limit__a_removed_limit_has_no_state),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
