/* exposure_surface_test.c: rows of smiles: what they are of, and the arbitrage that they tell. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "exposure/exposure_options.h"
#include "exposure/exposure_surface.h"

enum { ASSET_USD = 1, ASSET_BTC = 2, ASSET_ETH = 3, ACCOUNT = 1, STRIKES = 7, ROWS = 16 };

#define NOW_NS (1000 * PLM_NS_PER_S)
#define MONTH (30 * PLM_NS_PER_DAY)

typedef struct market {
	pli_book *book;
	pli_exposure *exposure;
	uint64_t sequence;
	uint32_t instruments;
} market;

static void
market_apply(market *m, plm_event *event)
{
	event->sequence = ++m->sequence;
	event->received_time_ns = event->venue_time_ns = NOW_NS;
	pli_book_apply(m->book, event);
}

static void
market_init(market *m)
{
	static const char *const names[] = {"", "USD", "BTC", "ETH"};
	*m = (market){0};
	pli_book_bounds bounds = {{8, 8, 640}, 256, 16, 16, 16, 0};
	m->book = pli_book_create(&bounds);
	assert_non_null(m->book);
	m->exposure = pli_exposure_create(m->book);
	assert_non_null(m->exposure);
	for (uint32_t i = ASSET_USD; i <= ASSET_ETH; i++) {
		plm_event event;
		plm_event_init(&event, PLM_EVENT_ASSET);
		event.u.asset.id.value = i;
		(void)snprintf(event.u.asset.name, sizeof event.u.asset.name, "%s", names[i]);
		market_apply(m, &event);
	}
}

static void
market_fini(market *m)
{
	pli_exposure_destroy(m->exposure);
	pli_book_destroy(m->book);
}

static void
market_settle(market *m, plm_time_ns now_ns)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_BATCH_END);
	event.u.batch_end.now_ns = now_ns;
	market_apply(m, &event);
	pli_exposure_settle(m->exposure);
}

/* A call; returns its id. */
static uint32_t
market_call(market *m, uint32_t venue, uint32_t underlying, plm_time_ns expiry_ns, int64_t strike)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_INSTRUMENT);
	plm_instrument *spec = &event.u.instrument;
	spec->id.value = ++m->instruments;
	spec->venue.value = venue;
	spec->underlying.value = underlying;
	spec->quote.value = spec->settle.value = ASSET_USD;
	spec->multiplier = plm_decimal_from_int(1);
	spec->spec_source = PLM_SPEC_VENUE;
	spec->kind = PLM_KIND_OPTION;
	spec->option_type = PLM_OPTION_CALL;
	spec->strike = plm_decimal_from_int(strike);
	spec->expiry_ns = expiry_ns;
	(void)snprintf(spec->name, sizeof spec->name, "call-%u", m->instruments);
	market_apply(m, &event);
	return m->instruments;
}

/* NAN: not told. Prices are of USD. */
static void
market_mark(market *m, uint32_t id, double forward, double vol, double price)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_MARK);
	event.u.mark.instrument.value = id;
	if (!isnan(forward))
		event.u.mark.underlying_price = plm_decimal_from_int((int64_t)forward);
	if (!isnan(price))
		event.u.mark.mark_price = (plm_decimal){
		    (plm_int128)llrint(price * 1e8) * 10000000000};
	event.u.mark.mark_iv = vol * 100;
	market_apply(m, &event);
}

/* Seven strikes around 50,000 at one vol; returns the id of the first. */
static uint32_t
market_smile(market *m, plm_time_ns expiry_ns, double vol)
{
	for (uint32_t i = 0; i < STRIKES; i++) {
		uint32_t id = market_call(m, 1, ASSET_BTC, expiry_ns, 35000 + 5000 * (int64_t)i);
		market_mark(m, id, 50000, vol, NAN);
	}
	return m->instruments - STRIKES + 1;
}

static uint32_t
market_rows(const market *m, pli_surface_row rows[ROWS])
{
	return pli_exposure_surface(m->exposure, &(plm_exposure_query){0}, rows, ROWS);
}

static void
test_exposure__a_smile_says_what_it_is_of(void **state)
{
	(void)state;
	market m;
	pli_surface_row rows[ROWS];
	market_init(&m);
	uint32_t first = market_smile(&m, NOW_NS + MONTH, 0.5);
	market_mark(&m, first, 50000, NAN, 15500);     /* a price with a vol */
	market_mark(&m, first + 1, 50000, NAN, 10000); /* what exercise gives: no vol */
	market_settle(&m, NOW_NS + 3 * PLM_NS_PER_S);
	assert_int_equal(market_rows(&m, rows), 1);
	assert_int_equal(rows[0].reason, PLI_SMILE_NONE);
	assert_int_equal(rows[0].underlying.value, ASSET_BTC);
	assert_int_equal(rows[0].points_count, STRIKES - 1);
	assert_int_equal(rows[0].points_count_iv, STRIKES - 2);
	assert_int_equal(rows[0].points_count_price, 1);
	assert_int_equal(rows[0].options_count_silent, 1);
	assert_int_equal(rows[0].strikes_left_out, 0);
	assert_int_equal(rows[0].oldest_time_ns, NOW_NS);
	assert_int_equal(rows[0].before_expiry_ns, 0);
	assert_true(fabs(rows[0].vol_atm - 0.5) < 1e-12);
	assert_true(fabs(rows[0].years - 30 / 365.0) < 1e-12);
	assert_true(fabs(rows[0].forward - 50000) < 1e-9);
	assert_true(fabs(rows[0].strike_min - 35000) < 1e-9);
	assert_true(fabs(rows[0].strike_max - 65000) < 1e-9);
	market_fini(&m);
}

static double
call_price(double f, double k, double vol, double t)
{
	double v = vol * sqrt(t), d = log(f / k) / v + v / 2;
	return f * 0.5 * erfc(-d / sqrt(2)) - k * 0.5 * erfc(-(d - v) / sqrt(2));
}

/* The vol of one strike stands out: selling it and buying its neighbours pays. Its size is that of
 * the library's error function. */
static void
test_exposure__a_butterfly_is_told_with_strike_and_size(void **state)
{
	(void)state;
	market m;
	pli_surface_row rows[ROWS];
	plm_surface_fault faults[4];
	market_init(&m);
	uint32_t first = market_smile(&m, NOW_NS + MONTH, 0.5);
	market_mark(&m, first + 4, 50000, 0.7, NAN);
	market_settle(&m, NOW_NS);
	assert_int_equal(market_rows(&m, rows), 1);
	double t = 30 / 365.0, middle = call_price(50000, 55000, 0.7, t);
	double slope_before = (middle - call_price(50000, 50000, 0.5, t)) / 5000;
	double slope_after = (call_price(50000, 60000, 0.5, t) - middle) / 5000;
	assert_true(slope_before > slope_after);
	assert_int_equal(rows[0].butterfly.count, 1);
	assert_int_equal(rows[0].calendar.count, 0);
	assert_true(fabs(rows[0].butterfly.strike - 55000) < 1e-9);
	assert_true(fabs(rows[0].butterfly.amount - (slope_before - slope_after)) < 1e-9);
	assert_int_equal(pli_exposure_surface_faults(m.exposure, &rows[0], faults, 4), 1);
	assert_int_equal(faults[0].kind, PLM_SURFACE_BUTTERFLY);
	assert_int_equal(faults[0].quoted, 1);
	assert_true(fabs(faults[0].strike - 55000) < 1e-9);
	market_fini(&m);
}

/* A later expiry with less total variance; the one before it in time, whatever came first. */
static void
test_exposure__a_calendar_is_told_of_the_later_expiry(void **state)
{
	(void)state;
	market m;
	pli_surface_row rows[ROWS];
	plm_surface_fault faults[4];
	market_init(&m);
	(void)market_smile(&m, NOW_NS + 3 * MONTH, 0.2);
	(void)market_smile(&m, NOW_NS + MONTH, 0.5);
	(void)market_smile(&m, NOW_NS + 6 * MONTH, 0.5);
	market_settle(&m, NOW_NS);
	assert_int_equal(market_rows(&m, rows), 3);
	assert_int_equal(rows[0].before_expiry_ns, 0);
	assert_int_equal(rows[1].before_expiry_ns, rows[0].expiry_ns);
	assert_int_equal(rows[2].before_expiry_ns, rows[1].expiry_ns);
	assert_int_equal(rows[0].calendar.count + rows[2].calendar.count, 0);
	assert_int_equal(rows[1].calendar.count, 2 * STRIKES);
	double lacking = (0.5 * 0.5 * 30 - 0.2 * 0.2 * 90) / 365;
	assert_true(fabs(rows[1].calendar.amount - lacking) < 1e-12);
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(rows[i].butterfly.count, 0);
	assert_int_equal(pli_exposure_surface_faults(m.exposure, &rows[1], faults, 4), 2 * STRIKES);
	for (uint32_t i = 0; i < 4; i++) {
		assert_int_equal(faults[i].kind, PLM_SURFACE_CALENDAR);
		assert_int_equal(faults[i].quoted, 0);
		assert_true(fabs(faults[i].strike - (35000 + 5000.0 * i)) < 1e-9);
	}
	market_fini(&m);
}

/* Unknown, because: no forward, no vol. What is expired, or neither marked nor held, has no row. */
static void
test_exposure__an_expiry_without_a_smile_says_why(void **state)
{
	(void)state;
	market m;
	pli_surface_row rows[ROWS];
	market_init(&m);
	uint32_t id = market_call(&m, 1, ASSET_BTC, NOW_NS + MONTH, 50000);
	market_mark(&m, id, NAN, 0.5, NAN);
	id = market_call(&m, 1, ASSET_BTC, NOW_NS + 2 * MONTH, 50000);
	market_mark(&m, id, 50000, NAN, NAN);
	(void)market_call(&m, 1, ASSET_BTC, NOW_NS + 3 * MONTH, 50000);
	market_settle(&m, NOW_NS);
	assert_int_equal(market_rows(&m, rows), 2);
	assert_int_equal(rows[0].reason, PLI_SMILE_NO_FORWARD);
	assert_int_equal(rows[1].reason, PLI_SMILE_NO_QUOTE);
	for (uint32_t i = 0; i < 2; i++) {
		assert_true(isnan(rows[i].vol_atm) && isnan(rows[i].years));
		assert_int_equal(rows[i].points_count, 0);
		assert_int_equal(rows[i].oldest_time_ns, 0);
	}
	assert_int_equal(rows[1].options_count_silent, 1);
	market_settle(&m, NOW_NS + MONTH);
	assert_int_equal(market_rows(&m, rows), 1);
	market_fini(&m);
}

/* Rows stand in order, by scope, and those that there is no room for are counted. */
static void
test_exposure__rows_of_a_surface_keep_order_and_scope(void **state)
{
	(void)state;
	market m;
	pli_surface_row rows[ROWS];
	const uint32_t underlyings[] = {ASSET_ETH, ASSET_BTC, ASSET_BTC, ASSET_ETH};
	const uint32_t venues[] = {2, 2, 1, 1};
	market_init(&m);
	for (uint32_t i = 0; i < 8; i++) {
		uint32_t id = market_call(
		    &m, venues[i % 4], underlyings[i % 4], NOW_NS + (i < 4 ? 2 : 1) * MONTH, 50000);
		market_mark(&m, id, 50000, 0.5, NAN);
	}
	market_settle(&m, NOW_NS);
	assert_int_equal(market_rows(&m, rows), 8);
	for (uint32_t i = 0; i < 8; i++) {
		assert_int_equal(rows[i].underlying.value, i < 4 ? ASSET_BTC : ASSET_ETH);
		assert_int_equal(rows[i].venue.value, i / 2 % 2 + 1);
		assert_int_equal(rows[i].expiry_ns, NOW_NS + (i % 2 + 1) * MONTH);
	}
	plm_exposure_query query = {.underlying = {ASSET_ETH}, .venue = {2}};
	assert_int_equal(pli_exposure_surface(m.exposure, &query, rows, ROWS), 2);
	assert_int_equal(rows[0].venue.value, 2);
	memset(rows, 0, sizeof rows);
	query = (plm_exposure_query){0};
	assert_int_equal(pli_exposure_surface(m.exposure, &query, rows, 3), 8);
	assert_int_equal(rows[2].venue.value, 2);
	assert_int_equal(rows[2].expiry_ns, NOW_NS + MONTH);
	assert_int_equal(rows[3].venue.value, 0);
	market_fini(&m);
}

static void
test_exposure__strikes_behind_the_last_are_counted(void **state)
{
	(void)state;
	market m;
	pli_surface_row rows[ROWS];
	market_init(&m);
	for (uint32_t i = 0; i < EXPOSURE_STRIKES_MAX + 5; i++) {
		uint32_t id = market_call(
		    &m, 1, ASSET_BTC, NOW_NS + MONTH, 40000 + 100 * (int64_t)i);
		market_mark(&m, id, 50000, 0.5, NAN);
	}
	market_settle(&m, NOW_NS);
	assert_int_equal(market_rows(&m, rows), 1);
	assert_int_equal(rows[0].points_count, EXPOSURE_STRIKES_MAX);
	assert_int_equal(rows[0].strikes_left_out, 5);
	market_fini(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_exposure__a_smile_says_what_it_is_of),
	    cmocka_unit_test(test_exposure__a_butterfly_is_told_with_strike_and_size),
	    cmocka_unit_test(test_exposure__a_calendar_is_told_of_the_later_expiry),
	    cmocka_unit_test(test_exposure__an_expiry_without_a_smile_says_why),
	    cmocka_unit_test(test_exposure__rows_of_a_surface_keep_order_and_scope),
	    cmocka_unit_test(test_exposure__strikes_behind_the_last_are_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
