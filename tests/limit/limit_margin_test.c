/* limit_margin_test.c: limits on margin pools: what they look at, and what their alert says. */
#include "../margin/pool_book.h"

#include "limit/limit.h"

#define MS(n) ((n)*PLM_NS_PER_MS)
enum { ALERTS_MAX = 8 };

typedef struct world {
	pool_book b;
	pli_margin *margin;
	pli_limits *limits;
	plm_time_ns now_ns;
	plm_event alerts[ALERTS_MAX];
	uint32_t alerts_count;
} world;

static plm_err
world_alert(void *ctx, const plm_event *event)
{
	world *w = ctx;
	assert_true(w->alerts_count < ALERTS_MAX);
	w->alerts[w->alerts_count++] = *event;
	return PLM_OK;
}

static void
batch(world *w, int64_t later_ns)
{
	plm_event event;
	plm_event_sink sink = {world_alert, w};
	w->now_ns += later_ns;
	plm_event_init(&event, PLM_EVENT_BATCH_END);
	event.u.batch_end.now_ns = w->now_ns;
	event.sequence = ++w->b.sequence;
	event.applied_time_ns = w->now_ns;
	pli_book_apply(w->b.book, &event);
	pli_margin_note(w->margin);
	pli_exposure_settle(w->b.exposure);
	pli_margin_settle(w->margin);
	pli_limits_evaluate(w->limits, &sink);
}

static void
world_limit(world *w, uint32_t id, plm_measure_kind measure, double lower, double upper)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_LIMIT_CHANGE);
	event.u.limit = (plm_limit_fact){.id = {id},
	    .active = 1,
	    .scope = PLM_LIMIT_ACCOUNT,
	    .measure = (uint8_t)measure,
	    .soft_lower = lower,
	    .soft_upper = upper,
	    .hard_lower = NAN,
	    .hard_upper = NAN,
	    .hysteresis = NAN,
	    .scope_name = "*",
	    .name = "margin"};
	pli_limits_apply(w->limits, &event);
}

static void
begin(world *w, const char *venue)
{
	*w = (world){.now_ns = BOOK_NOW_NS};
	book_begin(&w->b);
	book_account(&w->b, 1, venue);
	book_wallet(&w->b, 1, USDT, 20000, PLM_MARGIN_SEGREGATED);
	w->margin = pli_margin_create(w->b.exposure);
	w->limits = pli_limits_create(w->b.exposure, 4, 16);
	assert_non_null(w->margin);
	assert_non_null(w->limits);
	pli_limits_watch_margin(w->limits, w->margin);
}

static void
end(world *w)
{
	pli_limits_destroy(w->limits);
	pli_margin_destroy(w->margin);
	book_end(&w->b);
}

static void
hold(world *w, double quantity, double maintenance)
{
	book_hold(&w->b, &(holding){1, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_SEGREGATED, quantity,
			     60000, NAN, maintenance});
}

/* 2 BTC with 20,000, called where 2.5 % less 1,500 is 80 % of equity; the alert names the price. */
static void
test_call_is_told(void **state)
{
	(void)state;
	world w;
	begin(&w, "binance");
	book_tiers(&w.b, 1, BTCUSDT);
	hold(&w, 2, NAN);
	world_limit(&w, 1, PLM_MEASURE_CALL_PCT, 5, NAN);
	batch(&w, MS(1));
	assert_int_equal(w.alerts_count, 0);
	pli_limit_state now;
	assert_true(pli_limits_state(w.limits, 0, &now));
	assert_true(now.value > 10 && now.value < 20);
	book_mark(&w.b, BTCUSDT, 53000, 53000);
	batch(&w, MS(5000));
	assert_int_equal(w.alerts_count, 1);
	const plm_alert *alert = &w.alerts[0].u.alert;
	assert_int_equal(alert->kind, PLM_ALERT_BREACH);
	assert_int_equal(alert->measure, PLM_MEASURE_CALL_PCT);
	assert_string_equal(alert->scope_name, "a1");
	assert_int_equal(alert->legs_count, 1);
	assert_int_equal(alert->legs[0].account, 1);
	assert_int_equal(alert->legs[0].instrument, BTCUSDT);
	assert_int_equal(alert->legs[0].asset, BTC);
	/* 0.8 (20,000 + 2 (p - 60,000)) = 2 p 0.025 - 1,500 */
	double price = (100000 * 0.8 - 1500) / (2 * 0.8 - 2 * 0.025);
	assert_true(fabs((double)alert->legs[0].moved - price) < price * 1e-6);
	assert_true(fabs(alert->value - (1 - price / 53000) * 100) < 1e-6);
	book_mark(&w.b, BTCUSDT, 60000, 60000);
	batch(&w, MS(5000));
	assert_int_equal(w.alerts_count, 2);
	assert_int_equal(w.alerts[1].u.alert.kind, PLM_ALERT_CLEAR);
	end(&w);
}

/* A short is called upwards: as far as the price must rise, of the price of now. */
static void
test_a_rise_counts_from_now(void **state)
{
	(void)state;
	world w;
	begin(&w, "binance");
	book_tiers(&w.b, 1, BTCUSDT);
	hold(&w, -2, NAN);
	world_limit(&w, 1, PLM_MEASURE_CALL_PCT, 15, NAN);
	batch(&w, MS(1));
	assert_int_equal(w.alerts_count, 1);
	const plm_alert *alert = &w.alerts[0].u.alert;
	/* 0.8 (20,000 - 2 (p - 60,000)) = 2 p 0.025 - 1,500 */
	double price = (140000 * 0.8 + 1500) / (2 * 0.8 + 2 * 0.025);
	assert_true(fabs((double)alert->legs[0].moved - price) < price * 1e-6);
	assert_true(fabs(alert->value - (price / 60000 - 1) * 100) < 1e-6);
	end(&w);
}

/* Past its call: 0, the price at which it would be back, and the leg that it was. */
static void
test_past_names_the_short(void **state)
{
	(void)state;
	world w;
	begin(&w, "binance");
	book_tiers(&w.b, 1, BTCUSDT);
	hold(&w, -2, NAN);
	world_limit(&w, 1, PLM_MEASURE_LIQUIDATION_PCT, 5, NAN);
	book_mark(&w.b, BTCUSDT, 69000, 69000);
	batch(&w, MS(1));
	assert_int_equal(w.alerts_count, 1);
	const plm_alert *alert = &w.alerts[0].u.alert;
	/* 20,000 - 2 (p - 60,000) = 2 p 0.025 - 1,500 */
	double price = 141500 / 2.05;
	assert_true(price > 69000);
	book_mark(&w.b, BTCUSDT, 69500, 69500);
	batch(&w, MS(5000));
	pli_limit_state now;
	assert_true(pli_limits_state(w.limits, 0, &now));
	assert_true(now.value <= 0 && now.value >= 0);
	assert_true(fabs((double)alert->legs[0].moved - price) < price * 1e-6);
	assert_int_equal(alert->legs[0].instrument, BTCUSDT);
	assert_int_equal(pli_margin_pool(w.margin, 0)->dominant.value, BTCUSDT);
	end(&w);
}

/* In sigmas the way is the logarithm of it over a day's deviation; unknown before that is known. */
static void
test_call_in_sigmas(void **state)
{
	(void)state;
	world w;
	pli_limit_state now;
	begin(&w, "binance");
	book_tiers(&w.b, 1, BTCUSDT);
	hold(&w, 2, NAN);
	world_limit(&w, 1, PLM_MEASURE_CALL_SIGMAS, 0.5, NAN);
	batch(&w, MS(1));
	assert_true(pli_limits_state(w.limits, 0, &now));
	assert_true(isnan(now.value));
	for (int i = 0; i < 60; i++) {
		double mark = i % 2 == 0 ? 60000 : 60060;
		book_price(&w.b, BTC, mark);
		book_mark(&w.b, BTCUSDT, mark, mark);
		batch(&w, MS(31000));
	}
	const pli_ladder_row *row = pli_margin_pool(w.margin, 0);
	assert_true(row->sigma_day > 0);
	assert_true(pli_limits_state(w.limits, 0, &now));
	double way = -log(row->rungs[PLM_THRESHOLD_CALL][0].factor);
	assert_true(fabs(now.value - way / row->sigma_day) < 1e-9);
	assert_int_equal(w.alerts_count, 0);
	end(&w);
}

/* A pool that no price kills is known to be far: a limit on it clears. */
static void
test_no_price_is_far(void **state)
{
	(void)state;
	world w;
	begin(&w, "binance");
	book_tiers(&w.b, 1, BTCUSDT);
	hold(&w, 0.1, NAN);
	world_limit(&w, 1, PLM_MEASURE_CALL_PCT, 5, NAN);
	batch(&w, MS(1));
	pli_limit_state now;
	assert_true(pli_limits_state(w.limits, 0, &now));
	assert_true(now.value >= PLM_LIMIT_PCT_NONE && isfinite(now.value));
	assert_int_equal(w.alerts_count, 0);
	end(&w);
}

/* A pool that is closed, by hand or by its venue, is no breach any more; one that cannot be
 * computed stays what it was. */
static void
test_what_is_gone_clears(void **state)
{
	(void)state;
	world w;
	begin(&w, "binance");
	book_tiers(&w.b, 1, BTCUSDT);
	hold(&w, 2, NAN);
	world_limit(&w, 1, PLM_MEASURE_CALL_PCT, 20, NAN);
	batch(&w, MS(1));
	assert_int_equal(w.alerts_count, 1);
	hold(&w, 0, NAN);
	batch(&w, MS(5000));
	assert_int_equal(w.alerts_count, 2);
	assert_int_equal(w.alerts[1].u.alert.kind, PLM_ALERT_CLEAR);
	assert_true(w.alerts[1].u.alert.value >= PLM_LIMIT_PCT_NONE);
	pli_limit_state now;
	assert_true(pli_limits_state(w.limits, 0, &now));
	assert_int_equal(now.level, 0);
	end(&w);
	begin(&w, "binance");
	book_tiers(&w.b, 1, BTCUSDT);
	hold(&w, 2, NAN);
	world_limit(&w, 1, PLM_MEASURE_CALL_PCT, 20, NAN);
	batch(&w, MS(1));
	book_wallet(&w.b, 1, USDT, NAN, PLM_MARGIN_SEGREGATED);
	batch(&w, MS(11000));
	assert_int_equal(w.alerts_count, 1);
	assert_true(pli_limits_state(w.limits, 0, &now));
	assert_true(isnan(now.value) && now.level == 1);
	end(&w);
}

/* Coins under way are no account to be told of, unless by name. */
static void
test_transit_is_no_scope(void **state)
{
	(void)state;
	world w;
	plm_event event;
	begin(&w, "binance");
	plm_event_init(&event, PLM_EVENT_ACCOUNT);
	event.u.account_fact = (plm_account_fact){
	    .id = {2}, .venue = {2}, .is_transit = 1, .name = "transit", .venue_name = "transit"};
	tell(&w.b, &event, 2);
	world_limit(&w, 1, PLM_MEASURE_CALL_PCT, 5, NAN);
	batch(&w, MS(1));
	pli_limit_state now;
	assert_true(pli_limits_state(w.limits, 0, &now));
	assert_false(pli_limits_state(w.limits, 1, &now));
	end(&w);
}

/* An implied rate alarms only where the venue's own sums say the same; where they do not, they do
 * by themselves. Either way the alert says so. */
static void
test_an_estimate_never_alone(void **state)
{
	(void)state;
	world w;
	begin(&w, "binance");
	hold(&w, 2, 6000);
	world_limit(&w, 1, PLM_MEASURE_MARGIN_USAGE, NAN, 0.2);
	batch(&w, MS(1));
	assert_int_equal(w.alerts_count, 0);
	book_margin(&w.b, 1, USDT, PLM_MARGIN_SEGREGATED, 20000, 6100);
	batch(&w, MS(11000));
	assert_int_equal(w.alerts_count, 1);
	assert_true(fabs(w.alerts[0].u.alert.value - 0.3) < 1e-9);
	assert_int_equal(w.alerts[0].u.alert.basis, PLM_ALERT_BASIS_IMPLIED);
	assert_true(isfinite(w.alerts[0].u.alert.legs[0].moved));
	end(&w);
}

/* Ours says 30 %, by a rate, and the venue asks for three times that: its own sums count, as a
 * share of equity. Distances are of our ladder: nothing is said of them. */
static void
test_limit_margin__the_venue_counts_where_we_do_not(void **state)
{
	(void)state;
	world w;
	pli_limit_state way;
	begin(&w, "binance");
	hold(&w, 2, 6000);
	book_margin(&w.b, 1, USDT, PLM_MARGIN_SEGREGATED, 20000, 19800);
	world_limit(&w, 1, PLM_MEASURE_MARGIN_USAGE, NAN, 0.5);
	world_limit(&w, 2, PLM_MEASURE_CUSHION, 0.5, NAN);
	world_limit(&w, 3, PLM_MEASURE_CALL_PCT, 99, NAN);
	batch(&w, MS(1));
	assert_int_equal(w.alerts_count, 2);
	assert_true(fabs(w.alerts[0].u.alert.value - 0.99) < 1e-9);
	assert_true(fabs(w.alerts[1].u.alert.value - 0.01) < 1e-9);
	for (int i = 0; i < 2; i++) {
		const plm_alert *alert = &w.alerts[i].u.alert;
		assert_int_equal(alert->basis, PLM_ALERT_BASIS_VENUE);
		assert_int_equal(alert->legs[0].account, 1);
		assert_true(isnan(alert->legs[0].moved));
	}
	assert_true(pli_limits_state(w.limits, 2, &way));
	assert_true(isnan(way.value));
	end(&w);
}

/* Of a pool that has no rule the venue's own sums count too, for ten minutes. */
static void
test_limit_margin__the_venue_counts_where_no_rule_is(void **state)
{
	(void)state;
	world w;
	pli_limit_state now;
	begin(&w, "nowhere");
	hold(&w, 2, NAN);
	book_margin(&w.b, 1, USDT, PLM_MARGIN_SEGREGATED, 20000, 19800);
	world_limit(&w, 1, PLM_MEASURE_MARGIN_USAGE, NAN, 0.5);
	batch(&w, MS(1));
	assert_int_equal(w.alerts_count, 1);
	assert_true(fabs(w.alerts[0].u.alert.value - 0.99) < 1e-9);
	assert_int_equal(w.alerts[0].u.alert.basis, PLM_ALERT_BASIS_VENUE);
	book_mark(&w.b, BTCUSDT, 60001, 60001);
	batch(&w, MS(601000));
	assert_true(pli_limits_state(w.limits, 0, &now));
	assert_true(isnan(now.value) && now.level == 1);
	end(&w);
}

/* What an estimate was near to ten minutes ago does not stand for it. */
static void
test_limit_margin__a_comparison_expires(void **state)
{
	(void)state;
	world w;
	begin(&w, "binance");
	hold(&w, 2, 6000);
	book_margin(&w.b, 1, USDT, PLM_MARGIN_SEGREGATED, 20000, 6000);
	world_limit(&w, 1, PLM_MEASURE_MARGIN_USAGE, NAN, 0.9);
	batch(&w, MS(1));
	for (int i = 0; i < 2; i++) {
		const pli_ladder_row *row = pli_margin_pool(w.margin, 0);
		assert_int_equal(isnan(row->residual_last), i);
		book_mark(&w.b, BTCUSDT, 60001, 60001);
		batch(&w, MS(601000));
	}
	end(&w);
}

/* Our sum is off the venue's: that alone is told, whatever the rule is. */
static void
test_residual(void **state)
{
	(void)state;
	world w;
	begin(&w, "binance");
	book_tiers(&w.b, 1, BTCUSDT);
	hold(&w, 2, NAN);
	book_margin(&w.b, 1, USDT, PLM_MARGIN_SEGREGATED, 20000, 1500);
	world_limit(&w, 1, PLM_MEASURE_RESIDUAL_PCT, NAN, 1);
	batch(&w, MS(1));
	assert_int_equal(w.alerts_count, 0);
	book_margin(&w.b, 1, USDT, PLM_MARGIN_SEGREGATED, 20000, 1000);
	batch(&w, MS(11000));
	assert_int_equal(w.alerts_count, 1);
	assert_true(fabs(w.alerts[0].u.alert.value - 50) < 1e-9);
	/* The position's own maintenance is not told: it may be the contract, or one we lack. */
	assert_int_equal(w.alerts[0].u.alert.suspect, PLM_SUSPECT_UNKNOWN);
	assert_int_equal(w.alerts[0].u.alert.legs[0].account, 1);
	end(&w);
}

/* Two contracts, of which the venue asks another rate of the smaller one: the alert names it. */
static void
test_residual_names_the_suspect(void **state)
{
	(void)state;
	world w;
	begin(&w, "binance");
	book_tiers(&w.b, 1, BTCUSDT);
	book_tiers(&w.b, 1, ETHUSDT);
	hold(&w, 2, 1500);
	book_hold(
	    &w.b, &(holding){1, ETHUSDT, PLM_SIDE_NET, PLM_MARGIN_SEGREGATED, 1, 3000, NAN, 300});
	book_margin(&w.b, 1, USDT, PLM_MARGIN_SEGREGATED, 20000, 1800);
	world_limit(&w, 1, PLM_MEASURE_RESIDUAL_PCT, NAN, 1);
	world_limit(&w, 2, PLM_MEASURE_CALL_PCT, 50, NAN);
	batch(&w, MS(1));
	assert_int_equal(w.alerts_count, 2);
	for (int i = 0; i < 2; i++) {
		const plm_alert *alert = &w.alerts[i].u.alert;
		bool of = alert->measure == PLM_MEASURE_RESIDUAL_PCT;
		assert_int_equal(alert->suspect, of ? PLM_SUSPECT_TIER : PLM_SUSPECT_NONE);
		assert_int_equal(alert->legs[0].instrument, of ? ETHUSDT : BTCUSDT);
	}
	end(&w);
}

static void
test_unknown_says_nothing(void **state)
{
	(void)state;
	world w;
	begin(&w, "nowhere");
	hold(&w, 2, 6000);
	world_limit(&w, 1, PLM_MEASURE_CALL_PCT, 50, NAN);
	batch(&w, MS(1));
	pli_limit_state now;
	assert_true(pli_limits_state(w.limits, 0, &now));
	assert_true(isnan(now.value));
	pli_limits_watch_margin(w.limits, NULL);
	batch(&w, MS(1000));
	assert_int_equal(w.alerts_count, 0);
	end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_call_is_told),
	    cmocka_unit_test(test_a_rise_counts_from_now),
	    cmocka_unit_test(test_past_names_the_short),
	    cmocka_unit_test(test_call_in_sigmas),
	    cmocka_unit_test(test_no_price_is_far),
	    cmocka_unit_test(test_what_is_gone_clears),
	    cmocka_unit_test(test_transit_is_no_scope),
	    cmocka_unit_test(test_an_estimate_never_alone),
	    cmocka_unit_test(test_limit_margin__the_venue_counts_where_we_do_not),
	    cmocka_unit_test(test_limit_margin__the_venue_counts_where_no_rule_is),
	    cmocka_unit_test(test_limit_margin__a_comparison_expires),
	    cmocka_unit_test(test_residual),
	    cmocka_unit_test(test_residual_names_the_suspect),
	    cmocka_unit_test(test_unknown_says_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
