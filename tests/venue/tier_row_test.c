/* tier_row_test.c: whose table is asked for when, and which tables are taken. */
#include "bybit_rig.h"

#include "venue/tier_row.h"

#define DAY_NS PLM_NS_PER_DAY
#define ROW(name, from, to, rate, initial, leverage)                                               \
	"{\"n\":\"" name "\",\"from\":" from ",\"to\":" to ",\"rate\":" rate                       \
	",\"initial\":" initial ",\"leverage\":" leverage "}"
#define LOW ROW("BTCUSDT", "0", "100", "0.005", "0.01", "100")

static const pli_tier_members members = {
    "n", "from", "to", "leverage", "rate", "initial", NULL, true};

/* One that asks for BTCUSDT. */
static rig *
rig_asking(pli_tier_asks *asks)
{
	rig *r = rig_create();
	*asks = (pli_tier_asks){
	    .asked = plm_names_instrument(r->names, r->cfg.venue, PLM_SLICE("BTCUSDT")),
	    .query = "linear&symbol=BTCUSDT"};
	return r;
}

static plm_err
table_read(rig *r, pli_tier_asks *asks, const char *text)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_MARGIN_TIER);
	pli_row row = {.json = pli_json_shared(), .fault = &r->fault};
	assert_int_equal(pli_row_parse(&row, plm_slice_of(text)), PLM_OK);
	r->events_count = 0;
	return pli_tiers_read(&row, 0, &members, asks, &event, &r->event_sink);
}

static void
test_venue_tier_row__a_table(void **state)
{
	(void)state;
	pli_tier_asks asks;
	rig *r = rig_asking(&asks);
	assert_int_equal(table_read(r, &asks,
			     "[" LOW "," ROW("BTCUSDT", "101", "null", "0.01", "0.02", "50") "]"),
	    PLM_OK);
	assert_int_equal(r->events_count, 2);
	const plm_margin_tier *tier = &r->events[0].u.margin_tier;
	assert_int_equal(tier->instrument.value, asks.asked.value);
	assert_true(tier->tier == 1 && tier->tiers_count == 2 && tier->in_contracts == 1);
	assert_decimal(tier->maintenance_rate, "0.005");
	tier = &r->events[1].u.margin_tier;
	assert_int_equal(tier->tier, 2);
	assert_decimal(tier->notional_floor, "101");
	assert_false(plm_decimal_is_known(tier->notional_cap));
	assert_decimal(tier->maintenance_amount, "0");
	rig_destroy(r);
}

/* Nothing of a table that is in part wrong is told. */
static void
test_venue_tier_row__tables_that_are_none(void **state)
{
	(void)state;
	static const char *const texts[] = {
	    "[]",
	    "[" LOW "," LOW "]",
	    "[" LOW "," ROW("ETHUSDT", "100", "200", "0.01", "0.02", "50") "]",
	    "[" LOW "," ROW("BTCUSDT", "99", "200", "0.01", "0.02", "50") "]",
	    "[" LOW "," ROW("BTCUSDT", "100", "100", "0.01", "0.02", "50") "]",
	    "[" LOW "," ROW("BTCUSDT", "100", "200", "-0.01", "0.02", "50") "]",
	    "[" LOW "," ROW("BTCUSDT", "100", "200", "1.01", "0.02", "50") "]",
	    "[" LOW "," ROW("BTCUSDT", "100", "200", "0.01", "0.2", "50") "]",
	    "[" LOW "," ROW("BTCUSDT", "100", "200", "0.01", "0.0002", "50") "]",
	    "[" LOW "," ROW("BTCUSDT", "100", "200", "0.01", "0.02", "null") "]",
	    "[" LOW "," ROW("BTCUSDT", "100", "200", "null", "0.02", "50") "]",
	    "[" ROW("BTCUSDT", "0", "null", "0.005", "0.01", "100") "," ROW(
		"BTCUSDT", "100", "200", "0.01", "0.02", "50") "]",
	    "[" ROW("BTCUSDT", "1", "100", "0.005", "0.01", "100") "]",
	    "[7]",
	};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		pli_tier_asks asks;
		rig *r = rig_asking(&asks);
		if (table_read(r, &asks, texts[i]) != PLM_EDECODE || r->events_count != 0)
			fail_msg("%s: %u events", texts[i], r->events_count);
		rig_destroy(r);
	}
}

/* 128 rows are a table, 129 are none. */
static void
test_venue_tier_row__the_longest(void **state)
{
	(void)state;
	for (int count = PLM_MARGIN_TIERS_MAX; count <= PLM_MARGIN_TIERS_MAX + 1; count++) {
		pli_tier_asks asks;
		rig *r = rig_asking(&asks);
		size_t room = (size_t)count * 120;
		char *text = calloc(1, room);
		assert_non_null(text);
		for (int i = 0; i < count; i++)
			(void)snprintf(text + strlen(text), room - strlen(text),
			    "%s{\"n\":\"BTCUSDT\",\"from\":%d,\"to\":%d,\"rate\":0.005,"
			    "\"initial\":0.01,\"leverage\":100}%s",
			    i == 0 ? "[" : ",", i, i + 1, i + 1 == count ? "]" : "");
		bool fits = count == PLM_MARGIN_TIERS_MAX;
		assert_int_equal(table_read(r, &asks, text), fits ? PLM_OK : PLM_EDECODE);
		assert_int_equal(r->events_count, fits ? count : 0);
		free(text);
		rig_destroy(r);
	}
}

static void
see(rig *r, pli_tier_asks *asks, const char *name, plm_kind kind, int quantity)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_POSITION);
	plm_instrument_id id = plm_names_instrument(r->names, r->cfg.venue, plm_slice_of(name));
	plm_instrument spec = *plm_names_instrument_get(r->names, id);
	spec.kind = (uint8_t)kind;
	(void)plm_names_instrument_set(r->names, &spec);
	event.u.position.instrument = id;
	event.u.position.quantity = plm_decimal_from_int(quantity);
	pli_tier_asks_see(asks, r->names, &event);
}

static void
test_venue_tier_row__whose_turn_it_is(void **state)
{
	(void)state;
	pli_tier_asks *asks = calloc(1, sizeof *asks);
	rig *r = rig_create();
	plm_time_ns now_ns = r->now_ns;
	assert_non_null(asks);
	see(r, asks, "FLAT", PLM_KIND_PERPETUAL, 0);
	see(r, asks, "BTC-C", PLM_KIND_OPTION, 1);
	see(r, asks, "A&B", PLM_KIND_PERPETUAL, 1);
	assert_false(pli_tier_asks_any(asks, now_ns));
	assert_null(pli_tier_asks_take(asks, r->names, now_ns));
	see(r, asks, "BTCUSDT", PLM_KIND_PERPETUAL, 1);
	see(r, asks, "BTCUSDT", PLM_KIND_PERPETUAL, -2);
	see(r, asks, "BTCUSDZ28", PLM_KIND_FUTURE, -1);
	assert_int_equal(asks->count, 2);
	assert_string_equal(pli_tier_asks_take(asks, r->names, now_ns)->name, "BTCUSDT");
	assert_string_equal(pli_tier_asks_take(asks, r->names, now_ns)->name, "BTCUSDZ28");
	assert_null(pli_tier_asks_take(asks, r->names, now_ns + 599 * PLM_NS_PER_S));
	now_ns += 600 * PLM_NS_PER_S; /* neither was read */
	assert_string_equal(pli_tier_asks_take(asks, r->names, now_ns)->name, "BTCUSDT");
	(void)snprintf(asks->query, sizeof asks->query, "symbol=BTCUSDT");
	assert_int_equal(table_read(r, asks, "[" LOW "]"), PLM_OK);
	assert_string_equal(pli_tier_asks_take(asks, r->names, now_ns)->name, "BTCUSDZ28");
	now_ns += DAY_NS - 1;
	assert_string_equal(pli_tier_asks_take(asks, r->names, now_ns)->name, "BTCUSDZ28");
	assert_null(pli_tier_asks_take(asks, r->names, now_ns));
	assert_string_equal(pli_tier_asks_take(asks, r->names, now_ns + 1)->name, "BTCUSDT");
	free(asks);
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_venue_tier_row__a_table),
	    cmocka_unit_test(test_venue_tier_row__tables_that_are_none),
	    cmocka_unit_test(test_venue_tier_row__the_longest),
	    cmocka_unit_test(test_venue_tier_row__whose_turn_it_is),
	};
	return cmocka_run_group_tests_name("venue_tier_row", tests, NULL, NULL);
}
