/* bybit_decode_test.c: every stored payload and session of Bybit's through the decoder, what its
 * numbers must agree with, and what is wrong with broken ones. */
#include "bybit_host.h"

#include <math.h>

#include "../support/venue_payloads.h"

#define FIXTURES PLM_SHARED_DIR "/fixtures/bybit/"

/* One row per file of the folder; a file without a row fails the test. */
static const payload_row expectations[] = {
    {"auth-failure--nautilus.json", PLM_OK, PLM_EVENT_VENUE_ERROR, 1},
    {"coin-greeks--jkorf.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"collateral-info--jkorf.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"execution-adl--nautilus.json", PLM_OK, PLM_EVENT_FILL, 1},
    {"execution-docs--jkorf.json", PLM_OK, PLM_EVENT_FILL, 1},
    {"execution-linear--nautilus.json", PLM_OK, PLM_EVENT_FILL, 1},
    {"execution-list-hb--hirokisan.json", PLM_OK, PLM_EVENT_FILL, 1},
    {"execution.fast--nautilus.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"funding-history--nautilus.json", PLM_OK, PLM_EVENT_FUNDING, 2},
    {"greeks-docs--jkorf.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"instruments-info-linear--roq-bybit.json", PLM_OK, PLM_EVENT_NONE, 2},
    {"instruments-info-linear-symbolType--nautilus.json", PLM_OK, PLM_EVENT_NONE, 1},
    {"instruments-info-option--roq-bybit.json", PLM_OK, PLM_EVENT_NONE, 2},
    {"instruments-info-option-all-hb--hirokisan.json", PLM_OK, PLM_EVENT_NONE, 500},
    {"instruments-info-prelisting--jkorf.json", PLM_OK, PLM_EVENT_NONE, 1},
    {"instruments-info-spot-xstocks--nautilus.json", PLM_OK, PLM_EVENT_NONE, 1},
    {"position-BTCUSDT-hb--hirokisan.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"position-ETHUSDT-short-cross--nautilus.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"position-XRPUSDT--gct.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"position-XRPUSDT-unified--ccxt-src.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"position-flat-docs--jkorf.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"position-list--nautilus.json", PLM_OK, PLM_EVENT_POSITION, 3},
    {"position-list-ADAUSDT-tpsl--ccxt-pr18841.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"position-list-ADL--ccxt-src.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"position-list-BTCUSD-inverse--jkorf.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"position-list-BTCUSDT--roq-bybit.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"tickers-BTC-28JUN24-60000-P--gct.json", PLM_OK, PLM_EVENT_MARK, 1},
    {"tickers-BTCPERP-2024--gct.json", PLM_OK, PLM_EVENT_MARK, 1},
    {"tickers-BTCUSD-delta--tardis.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"tickers-BTCUSD-snapshot--tardis.json", PLM_OK, PLM_EVENT_MARK, 1},
    {"tickers-BTCUSDT-2024--gct.json", PLM_OK, PLM_EVENT_MARK, 1},
    {"tickers-BTCUSDT-snapshot--tardis.json", PLM_OK, PLM_EVENT_MARK, 1},
    {"tickers-BTCUSDU23-delta--tardis.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"tickers-BTCUSDU23-snapshot--tardis.json", PLM_OK, PLM_EVENT_MARK, 1},
    {"tickers-ETH-30JUN23-200-P--tardis.json", PLM_OK, PLM_EVENT_MARK, 1},
    {"tickers-inverse-dated--roq-bybit.json", PLM_OK, PLM_EVENT_MARK, 1},
    {"tickers-inverse-docs--jkorf.json", PLM_OK, PLM_EVENT_MARK, 1},
    {"tickers-linear--roq-bybit.json", PLM_OK, PLM_EVENT_MARK, 1},
    {"tickers-option-all-hb--hirokisan.json", PLM_OK, PLM_EVENT_MARK, 362},
    {"tickers-option-docs--jkorf.json", PLM_OK, PLM_EVENT_MARK, 1},
    {"tickers-option-hb--hirokisan.json", PLM_OK, PLM_EVENT_MARK, 1},
    {"wallet-SPOT--roq-bybit.json", PLM_OK, PLM_EVENT_BALANCE, 1},
    {"wallet-SPOT-b--roq-bybit.json", PLM_OK, PLM_EVENT_BALANCE, 1},
    {"wallet-UNIFIED--gct.json", PLM_OK, PLM_EVENT_BALANCE, 6},
    {"wallet-balance-UNIFIED--roq-bybit.json", PLM_OK, PLM_EVENT_BALANCE, 5},
    {"wallet-balance-docs--jkorf.json", PLM_OK, PLM_EVENT_BALANCE, 1},
    {"wallet-balance-spot-borrow-short--nautilus.json", PLM_OK, PLM_EVENT_BALANCE, 2},
    {"wallet-docs--jkorf.json", PLM_OK, PLM_EVENT_BALANCE, 1},
    {"wallet-docs--nautilus.json", PLM_OK, PLM_EVENT_BALANCE, 2},
};

static void
test_venue_bybit_decode__every_stored_payload(void **state)
{
	(void)state;
	rig_payloads_check(
	    rig_create, FIXTURES, expectations, sizeof expectations / sizeof expectations[0]);
}

static double
as_double(plm_decimal value)
{
	return plm_decimal_to_double(value);
}

/* unrealisedPnl = side * (mark - entry) * size, printed to 8 places; inverse: size / entry - size /
 * mark coins. */
static void
test_venue_bybit_decode__profit_of_captured_positions(void **state)
{
	(void)state;
	static const char *const files[] = {"position-ETHUSDT-short-cross--nautilus.json",
	    "position-XRPUSDT--gct.json", "position-XRPUSDT-unified--ccxt-src.json",
	    "position-list-ADAUSDT-tpsl--ccxt-pr18841.json",
	    "position-list-BTCUSDT--roq-bybit.json", "position-list-ADL--ccxt-src.json"};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		if (!rig_fixture(r, files[i]))
			continue;
		const plm_position *position = rig_position(r, 0);
		double move = as_double(position->mark_price) - as_double(position->entry_price);
		assert_near(as_double(position->unrealised_pnl),
		    move * as_double(position->quantity), 1e-7);
	}
	if (rig_fixture(r, "position-list-BTCUSD-inverse--jkorf.json")) {
		const plm_position *position = rig_position(r, 0);
		double inverse = 1 / as_double(position->entry_price) -
				 1 / as_double(position->mark_price);
		assert_int_equal(position->unit, PLM_UNIT_USD);
		assert_near(as_double(position->unrealised_pnl),
		    as_double(position->quantity) * inverse, 2e-8);
	}
	rig_destroy(r);
}

/* A client's reading of the same payload, kept beside it. */
static void
test_venue_bybit_decode__position_as_a_client_reads_it(void **state)
{
	(void)state;
	rig *r = rig_create();
	if (rig_fixture(r, "position-list-ADAUSDT-tpsl--ccxt-pr18841.json")) {
		const plm_position *position = rig_position(r, 0);
		assert_decimal(position->quantity, "16");
		assert_decimal(position->entry_price, "0.2993043");
		assert_decimal(position->initial_margin, "1.1991926");
		assert_decimal(position->maintenance_margin, "0.03789193");
		assert_decimal(position->leverage, "4");
	}
	rig_destroy(r);
}

/* equity = wallet + unrealised P&L of each coin; available = margin balance - initial margin. */
static void
test_venue_bybit_decode__captured_wallet_adds_up(void **state)
{
	(void)state;
	rig *r = rig_create();
	if (rig_fixture(r, "wallet-balance-UNIFIED--roq-bybit.json")) {
		for (uint32_t i = 0; i < 5; i++) {
			const plm_balance *balance = rig_balance(r, i);
			assert_near(as_double(balance->equity),
			    as_double(balance->wallet) + as_double(balance->unrealised_pnl), 2e-8);
		}
		assert_int_equal(rig_balance(r, 0)->margin_mode, PLM_MARGIN_CROSS);
		assert_int_equal(
		    rig_balance(r, 1)->margin_mode, PLM_MARGIN_NONE); /* switched off */
		const plm_venue_margin *margin =
		    &rig_event(r, PLM_EVENT_VENUE_MARGIN, 0)->u.venue_margin;
		plm_decimal available = plm_decimal_unknown();
		assert_int_equal(
		    plm_decimal_subtract(margin->equity, margin->initial_margin, &available),
		    PLM_OK);
		assert_int_equal(plm_decimal_compare(available, margin->available), 0);
	}
	rig_destroy(r);
}

/* One option as our own model has it, from what the venue says of it. */
static void
check_greeks(const rig *r, const plm_event *event)
{
	const plm_mark *mark = &event->u.mark;
	const plm_instrument *spec = plm_names_instrument_get(r->names, mark->instrument);
	double forward = as_double(mark->underlying_price), strike = as_double(spec->strike);
	double years = (double)(spec->expiry_ns - event->venue_time_ns) / 1e9 / (365.0 * 86400);
	double root = mark->mark_iv / 100 * sqrt(years);
	double d1 = log(forward / strike) / root + root / 2;
	double density = exp(-d1 * d1 / 2) / sqrt(2 * acos(-1));
	double call = 0.5 * erfc(-d1 / sqrt(2));
	assert_near(mark->delta, spec->option_type == PLM_OPTION_CALL ? call : call - 1, 5e-5);
	double gamma = density / (forward * root), vega = forward * density * sqrt(years) / 100;
	double theta = -forward * density * mark->mark_iv / 100 / (2 * sqrt(years)) / 365;
	assert_near(mark->gamma / gamma, 1, 2e-3);
	assert_near(mark->vega / vega, 1, 2e-3);
	assert_near(mark->theta / theta, 1, 2e-3);
}

/* One of them has 0.86 days to live: what the venue scales down is scaled up again. */
static void
test_venue_bybit_decode__captured_greeks_are_black(void **state)
{
	(void)state;
	static const char *const files[] = {
	    "tickers-option-hb--hirokisan.json", "tickers-BTC-28JUN24-60000-P--gct.json"};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		if (rig_fixture(r, files[i]))
			check_greeks(r, rig_event(r, PLM_EVENT_MARK, 0));
	rig_destroy(r);
}

static void
test_venue_bybit_decode__broken_payloads(void **state)
{
	(void)state;
	static const struct {
		const char *text, *place;
	} rows[] = {
	    {"", ""},
	    {"{", ""},
	    {"{\"topic\":\"position\",\"data\":3}", "data"},
	    {"{\"topic\":\"position\",\"data\":[3]}", "data[0]"},
	    {"{\"topic\":\"wallet\",\"data\":[{\"coin\":{}}]}", "data[0].coin"},
	    {"{\"topic\":\"wallet\",\"data\":[{\"coin\":[{\"coin\":\"BTC\"}]}]}",
		"data[0].coin[0]"},
	    {"{\"topic\":\"wallet\",\"creationTime\":\"never\",\"data\":[]}", "creationTime"},
	    {"{\"retCode\":\"x\",\"result\":{}}", "retCode"},
	};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(rig_decode(r, rows[i].text), PLM_EDECODE);
		assert_int_equal(r->events_count, 0);
		assert_non_null(strstr(r->fault.path, rows[i].place));
		assert_true(r->fault.text[0] != '\0');
	}
	rig_destroy(r);
}

static void
test_venue_bybit_decode__other_kinds_are_named(void **state)
{
	(void)state;
	static const struct {
		const char *text, *what;
	} rows[] = {
	    {"{\"topic\":\"orderbook.50.BTCUSDT\",\"data\":{\"s\":\"BTCUSDT\"}}", "orderbook.50"},
	    {"{\"topic\":\"orderBookL2_25.BTCUSD\",\"data\":{\"delete\":[]}}", "orderBookL2_25"},
	    {"{\"topic\":\"greeks\",\"data\":[{\"baseCoin\":\"BTC\"}]}", "sums of greeks"},
	    {"{\"topic\":\"execution.fast\",\"data\":[{\"symbol\":\"BTCUSDT\"}]}", "early copy"},
	    {"{\"topic\":\"position\",\"data\":[]}", "an empty list"},
	    {"{\"success\":true,\"op\":\"subscribe\"}", "of a kind"},
	    {"{\"op\":\"pong\",\"args\":[\"1\"]}", "of a kind"},
	    {"17", "no object"},
	    {"[{\"symbol\":\"BTCUSDT\",\"markPrice\":\"1\",\"positionAmt\":\"2\"}]",
		"words that are not Bybit's"},
	    {"{\"retCode\":0,\"result\":{\"readOnly\":1,\"permissions\":{}}}", "what a key may do"},
	    {"{\"retCode\":0,\"result\":{\"marginMode\":\"REGULAR_MARGIN\",\"unifiedMarginStatus\":"
	     "6}}",
		"the modes of an account"},
	    {"{\"topic\":\"tickers.BTCUSDT\",\"type\":\"delta\",\"data\":{\"symbol\":\"BTCUSDT\","
	     "\"markPrice\":\"1\"}}",
		"what changed of a ticker"},
	    {"{\"topic\":\"tickers.BTCUSDT\",\"type\":\"snapshot\",\"data\":{\"symbol\":"
	     "\"BTCUSDT\","
	     "\"lastPrice\":\"1\"}}",
		"without a mark price"},
	};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(rig_decode(r, rows[i].text), PLM_EKIND);
		assert_non_null(strstr(r->fault.text, rows[i].what));
		assert_int_equal(r->events_count, 0);
	}
	rig_destroy(r);
}

/* Nothing is listed, and the channel says of what. */
static void
test_venue_bybit_decode__empty_lists(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(rig_decode(r, RIG_LIST("")), PLM_EKIND);
	assert_int_equal(rig_decode_slice(r, PLM_SLICE(RIG_LIST("")), "v5/position/list"), PLM_OK);
	assert_int_equal(r->events_count, 0);
	assert_int_equal(
	    rig_decode_slice(r, PLM_SLICE(RIG_LIST("")), "v5/account/collateral-info"), PLM_EKIND);
	rig_destroy(r);
}

static void
test_venue_bybit_decode__errors_of_the_venue(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r, "{\"retCode\":10006,\"retMsg\":\"Too many visits!\",\"result\":{}}"),
	    PLM_OK);
	assert_int_equal(rig_event(r, PLM_EVENT_VENUE_ERROR, 0)->u.venue_error.code, 10006);
	assert_string_equal(
	    rig_event(r, PLM_EVENT_VENUE_ERROR, 0)->u.venue_error.message, "Too many visits!");
	assert_int_equal(
	    rig_decode(r, "{\"success\":false,\"ret_msg\":\"error:handler not found\",\"op\":"
			  "\"subscribe\"}"),
	    PLM_OK);
	assert_string_equal(rig_event(r, PLM_EVENT_VENUE_ERROR, 0)->u.venue_error.message,
	    "error:handler not found");
	rig_destroy(r);
}

/* A sink that is full, or a row that is wrong behind a good one, leaves nothing half told. */
static void
test_venue_bybit_decode__a_full_sink(void **state)
{
	(void)state;
	rig *r = rig_create();
	r->events_max = 1;
	assert_int_equal(rig_decode(r, RIG_LIST(RIG_ROW("BTCUSDT", "1", "Buy", "1") "," RIG_ROW(
					   "BTCUSDT", "2", "Sell", "1"))),
	    PLM_EFULL);
	rig_destroy(r);
}

/* One line a message: whatever it is, it is told or named. */
static void
test_venue_bybit_decode__stored_sessions(void **state)
{
	(void)state;
	FILE *file = fopen(
	    PLM_SHARED_DIR "/data/ws_sessions/tardis_node_bybit_messages.jsonl", "r");
	if (file == NULL) {
		(void)printf("# SKIP no stored session of Bybit's\n");
		return;
	}
	rig *r = rig_create();
	static char line[1 << 16];
	uint32_t marks = 0, lines = 0;
	while (fgets(line, sizeof line, file) != NULL) {
		plm_err err = rig_decode(r, line);
		assert_true(err == PLM_OK || err == PLM_EKIND);
		marks += rig_count(r, PLM_EVENT_MARK);
		lines++;
	}
	(void)fclose(file);
	assert_true(lines > 10 && marks > 0);
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_venue_bybit_decode__every_stored_payload),
	    cmocka_unit_test(test_venue_bybit_decode__profit_of_captured_positions),
	    cmocka_unit_test(test_venue_bybit_decode__position_as_a_client_reads_it),
	    cmocka_unit_test(test_venue_bybit_decode__captured_wallet_adds_up),
	    cmocka_unit_test(test_venue_bybit_decode__captured_greeks_are_black),
	    cmocka_unit_test(test_venue_bybit_decode__broken_payloads),
	    cmocka_unit_test(test_venue_bybit_decode__other_kinds_are_named),
	    cmocka_unit_test(test_venue_bybit_decode__empty_lists),
	    cmocka_unit_test(test_venue_bybit_decode__errors_of_the_venue),
	    cmocka_unit_test(test_venue_bybit_decode__a_full_sink),
	    cmocka_unit_test(test_venue_bybit_decode__stored_sessions),
	};
	return cmocka_run_group_tests_name("bybit_decode", tests, NULL, NULL);
}
