/* deribit_fixture_test.c: every stored payload and session of Deribit's through the decoder. */
#include "deribit_rig.h"

#include <dirent.h>
#include <math.h>

#define FIXTURES PLM_SHARED_DIR "/fixtures/deribit/"

typedef struct expectation {
	const char *file;
	plm_err err;
	plm_event_type type; /* counted below; NONE: instruments in the registry */
	uint32_t count;
} expectation;

/* One row per file of the folder; a file without a row fails the test. */
static const expectation expectations[] = {
    {"deribit_price_index.btc_usd--kyber.json", PLM_OK, PLM_EVENT_INDEX, 1},
    {"error-10028--nautilus.json", PLM_OK, PLM_EVENT_VENUE_ERROR, 1},
    {"estimated_expiration_price.btc_usd--kyber.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"get_account_summaries--nautilus.json", PLM_OK, PLM_EVENT_BALANCE, 2},
    {"get_account_summary-BTC-testnet--ccxt-pr19524.json", PLM_OK, PLM_EVENT_BALANCE, 1},
    {"get_combos--nautilus.json", PLM_OK, PLM_EVENT_NONE, 6},
    {"get_instruments-SOL-2022--cryptofeed.json", PLM_OK, PLM_EVENT_NONE, 177},
    {"get_instruments-USDC-2022--cryptofeed.json", PLM_OK, PLM_EVENT_NONE, 16},
    {"get_instruments-future_combo--nautilus.json", PLM_OK, PLM_EVENT_NONE, 6},
    {"get_instruments-mixed--nautilus.json", PLM_OK, PLM_EVENT_NONE, 4},
    {"get_instruments-option_combo--nautilus.json", PLM_OK, PLM_EVENT_NONE, 6},
    {"get_last_trades-future_combo--nautilus.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"get_last_trades-option_combo--nautilus.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"get_position-ETH-9JAN22-3200-C--ccxt-pr11173.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"get_user_trades_by_currency--joaquinbejar.json", PLM_OK, PLM_EVENT_FILL, 6},
    {"markprice.options.btc_usd--kyber.json", PLM_OK, PLM_EVENT_MARK, 2},
    {"perpetual.BTC-PERPETUAL.100ms--kyber.json", PLM_OK, PLM_EVENT_FUNDING, 1},
    {"private.get_positions--openapi.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"private.get_subaccounts_details--openapi.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"private.get_user_trades_by_currency--openapi.json", PLM_OK, PLM_EVENT_FILL, 2},
    {"private.pme.simulate--openapi.json", PLM_OK, PLM_EVENT_MARGIN_MATRIX, 2},
    {"private.simulate_portfolio--openapi.json", PLM_OK, PLM_EVENT_BALANCE, 1},
    {"public.get_book_summary_by_currency--openapi.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"public.get_funding_rate_history--openapi.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"public.get_instruments--openapi.json", PLM_OK, PLM_EVENT_NONE, 2},
    {"ticker-BTC-FS-30SEP22_PERP-raw--tardis.json", PLM_OK, PLM_EVENT_MARK, 1},
    {"ticker-BTC-PERPETUAL-rest--roq-deribit.json", PLM_OK, PLM_EVENT_MARK, 1},
    {"ticker-BTC-STRD-30SEP22-20000-raw--tardis.json", PLM_OK, PLM_EVENT_MARK, 1},
    {"ticker-ETH-10JUN20-270-C-raw--tardis.json", PLM_OK, PLM_EVENT_MARK, 1},
    {"ticker-ETH-5JUN20-310-P-raw--tardis.json", PLM_OK, PLM_EVENT_MARK, 1},
    {"trades-option_combo-raw--nautilus.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"user.changes-gct--gct.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"user.changes.BTC-PERPETUAL.100ms--kyber.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"user.orders.BTC-PERPETUAL.100ms--kyber.json", PLM_OK, PLM_EVENT_ORDER_OPEN, 1},
    {"user.portfolio-btc-gct--gct.json", PLM_OK, PLM_EVENT_BALANCE, 1},
    {"user.portfolio.btc--roq-deribit.json", PLM_OK, PLM_EVENT_BALANCE, 1},
};

static const expectation *
expectation_find(const char *file)
{
	for (size_t i = 0; i < sizeof expectations / sizeof expectations[0]; i++) {
		if (strcmp(expectations[i].file, file) == 0)
			return &expectations[i];
	}
	return NULL;
}

/* false, with a note, when the folder is not there. */
static bool
fixtures_present(void)
{
	DIR *folder = opendir(FIXTURES);

	if (folder == NULL) {
		printf("# SKIP no folder %s\n", FIXTURES);
		return false;
	}
	closedir(folder);
	return true;
}

static plm_err
fixture_decode(rig *r, const char *file)
{
	char path[512];
	size_t size = 0;
	char *text;
	plm_err err;

	snprintf(path, sizeof path, FIXTURES "%s", file);
	text = rig_read(path, &size);
	assert_non_null(text);
	err = rig_decode_slice(r, (plm_slice){text, size}, NULL);
	free(text);
	return err;
}

static void
test_deribit_fixture__every_file_as_expected(void **state)
{
	(void)state;
	if (!fixtures_present())
		return;
	DIR *folder = opendir(FIXTURES);
	for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
		const expectation *e;
		rig *r;

		if (entry->d_name[0] == '.' || strstr(entry->d_name, ".expected.") != NULL ||
		    strstr(entry->d_name, ".jsonl") != NULL)
			continue;
		e = expectation_find(entry->d_name);
		if (e == NULL)
			fail_msg("no expectation for %s", entry->d_name);
		r = rig_create();
		plm_err err = fixture_decode(r, entry->d_name);
		if (err != e->err)
			fail_msg("%s: %s, %s", entry->d_name, plm_err_name(err), r->fault.text);
		uint32_t count = e->type == PLM_EVENT_NONE
				     ? pli_registry_instruments_count(r->names)
				     : rig_count(r, e->type);
		if (count != e->count)
			fail_msg("%s: %u rows instead of %u", entry->d_name, count, e->count);
		if (err == PLM_EKIND) {
			assert_int_equal(r->events_count, 0);
			assert_true(strlen(r->fault.text) > 10);
		}
		rig_destroy(r);
	}
	closedir(folder);
}

/* Decodes each line that holds JSON; nothing may be broken. Returns how many gave events. */
static uint32_t
lines_decode(const char *path, uint32_t *ret_kind)
{
	size_t size;
	char *text = rig_read(path, &size), *line, *rest;
	uint32_t good = 0, number = 0;
	rig *r;

	*ret_kind = 0;
	if (text == NULL) {
		printf("# SKIP no file %s\n", path);
		return 0;
	}
	text = realloc(text, size + 1);
	text[size] = '\0';
	r = rig_create();
	for (line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
		char *json = strchr(line, '{');
		plm_err err;

		number++;
		if (json == NULL || strncmp(line, "configuration", 13) == 0)
			continue;
		err = rig_decode(r, json);
		if (err != PLM_OK && err != PLM_EKIND)
			fail_msg("%s:%u: %s %s", path, number, plm_err_name(err), r->fault.text);
		assert_int_equal(rig_both_ways(r, json), err);
		good += err == PLM_OK;
		*ret_kind += err == PLM_EKIND;
	}
	rig_destroy(r);
	free(text);
	return good;
}

static void
test_deribit_fixture__captured_option_tickers(void **state)
{
	uint32_t other;

	(void)state;
	if (!fixtures_present())
		return;
	assert_int_equal(lines_decode(FIXTURES "ticker-options-raw--cryptofeed.jsonl", &other), 60);
	assert_int_equal(other, 0);
}

static void
test_deribit_fixture__tardis_messages(void **state)
{
	uint32_t other, good;

	(void)state;
	if (!fixtures_present())
		return;
	good = lines_decode(
	    PLM_SHARED_DIR "/data/options_chain/tardis_node_deribit_messages.jsonl", &other);
	assert_true(good >= 9);
	assert_true(other >= 7);
}

/* A whole recorded session, unpacked by gzip into a temporary file. */
static void
session_decode(const char *name, uint32_t good_min)
{
	char command[512], path[] = "/tmp/deribit-session-XXXXXX";
	int handle;
	uint32_t other;

	if (!fixtures_present())
		return;
	handle = mkstemp(path);
	assert_true(handle >= 0);
	snprintf(command, sizeof command, "gzip -dc " PLM_SHARED_DIR "/data/ws_sessions/%s > %s",
	    name, path);
	assert_int_equal(system(command), 0);
	assert_true(lines_decode(path, &other) >= good_min);
	remove(path);
}

static void
test_deribit_fixture__recorded_websocket_session(void **state)
{
	(void)state;
	session_decode("cryptofeed_DERIBIT.ws.1.0.txt.gz", 80);
}

static void
test_deribit_fixture__recorded_rest_session(void **state)
{
	(void)state;
	session_decode("cryptofeed_DERIBIT.0.txt.gz", 4);
}

static void
test_deribit_fixture__option_position_equals_ccxt(void **state)
{
	rig *r;
	const plm_position *position;
	const plm_mark *mark;
	const plm_instrument *spec;

	(void)state;
	if (!fixtures_present())
		return;
	r = rig_create();
	assert_int_equal(
	    fixture_decode(r, "get_position-ETH-9JAN22-3200-C--ccxt-pr11173.json"), PLM_OK);
	position = &rig_need(r, PLM_EVENT_POSITION, 0)->u.position;
	assert_decimal(position->quantity, "1");
	assert_int_equal(position->unit, PLM_UNIT_COINS);
	assert_decimal(position->entry_price, "0.0165");
	assert_decimal(position->mark_price, "0.016574");
	assert_decimal(position->unrealised_pnl, "0.00007362");
	assert_decimal(position->leverage, "null");
	assert_decimal(position->liquidation_price, "null");
	assert_true(fabs(position->delta_coins - 0.5848) < 1e-12);
	mark = &rig_need(r, PLM_EVENT_MARK, 0)->u.mark;
	assert_true(fabs(mark->gamma - 0.00367) < 1e-12);
	assert_true(fabs(mark->vega - 0.63669) < 1e-12);
	assert_true(fabs(mark->theta + 20.6926) < 1e-12);
	spec = rig_spec(r, "ETH-9JAN22-3200-C");
	assert_int_equal(spec->kind, PLM_KIND_OPTION);
	assert_int_equal(spec->expiry_ns, INT64_C(1641715200) * PLM_NS_PER_S);
	assert_decimal(spec->strike, "3200");
	rig_destroy(r);
}

static double
number(plm_decimal value)
{
	assert_true(plm_decimal_is_known(value));
	return plm_decimal_to_double(value);
}

/* margin_balance = balance + futures upl + rpl; available = margin_balance - IM;
 * equity = margin_balance + options value. */
static void
test_deribit_fixture__segregated_identities(void **state)
{
	static const struct {
		const char *file;
		double options_value;
	} cases[] = {{"user.portfolio-btc-gct--gct.json", 0},
	    {"user.portfolio.btc--roq-deribit.json", 0},
	    {"get_account_summaries--nautilus.json", -0.0086}};

	(void)state;
	if (!fixtures_present())
		return;
	for (size_t i = 0; i < 3; i++) {
		rig *r = rig_create();
		const plm_balance *balance;
		const plm_venue_margin *margin;

		assert_int_equal(fixture_decode(r, cases[i].file), PLM_OK);
		balance = &rig_need(r, PLM_EVENT_BALANCE, 0)->u.balance;
		margin = &rig_need(r, PLM_EVENT_VENUE_MARGIN, 0)->u.venue_margin;
		assert_int_equal(balance->margin_mode, PLM_MARGIN_SEGREGATED);
		assert_int_equal(margin->margin_mode, PLM_MARGIN_SEGREGATED);
		assert_int_equal(margin->asset.value, balance->asset.value);
		assert_true(fabs(number(balance->equity) - number(balance->collateral) -
				 cases[i].options_value) < 2e-8);
		assert_true(fabs(number(margin->equity) - number(margin->initial_margin) -
				 number(margin->available)) < 2e-8);
		assert_true(fabs(number(balance->collateral) - number(margin->equity)) < 2e-8);
		rig_destroy(r);
	}
}

static void
test_deribit_fixture__cross_identities(void **state)
{
	rig *r;
	const plm_balance *balance;
	const plm_venue_margin *margin;

	(void)state;
	if (!fixtures_present())
		return;
	r = rig_create();
	assert_int_equal(fixture_decode(r, "private.simulate_portfolio--openapi.json"), PLM_OK);
	balance = &rig_need(r, PLM_EVENT_BALANCE, 0)->u.balance;
	assert_int_equal(balance->margin_mode, PLM_MARGIN_CROSS);
	assert_true(
	    fabs(number(balance->collateral) + -1056.41256672 - number(balance->equity)) < 1e-6);
	assert_int_equal(rig_count(r, PLM_EVENT_VENUE_MARGIN), 1);
	margin = &rig_need(r, PLM_EVENT_VENUE_MARGIN, 0)->u.venue_margin;
	assert_string_equal(plm_names_asset_text(r->names, margin->asset), "USD");
	assert_decimal(margin->equity, "12798550648250.61");
	assert_decimal(margin->initial_margin, "3139528603778.822");
	assert_decimal(margin->maintenance_margin, "2511559381417.215");
	assert_int_equal(margin->margin_mode, PLM_MARGIN_CROSS);
	rig_destroy(r);
}

/* Inverse perpetual: delta = size / mark, pnl = size (1 / entry - 1 / mark), IM 2 %, MM 1 %. */
static void
test_deribit_fixture__inverse_perpetual_identities(void **state)
{
	rig *r;
	const plm_position *position;
	double size, entry, mark;

	(void)state;
	if (!fixtures_present())
		return;
	r = rig_create();
	assert_int_equal(fixture_decode(r, "user.changes.BTC-PERPETUAL.100ms--kyber.json"), PLM_OK);
	position = &rig_need(r, PLM_EVENT_POSITION, 0)->u.position;
	assert_int_equal(position->unit, PLM_UNIT_USD);
	size = number(position->quantity);
	entry = number(position->entry_price);
	mark = number(position->mark_price);
	assert_true(fabs(position->delta_coins - size / mark) < 1e-9);
	assert_true(fabs(number(position->unrealised_pnl) - size * (1 / entry - 1 / mark)) < 2e-9);
	assert_true(fabs(number(position->initial_margin) - 0.02 * size / mark) < 2e-9);
	assert_true(fabs(number(position->maintenance_margin) - 0.01 * size / mark) < 6e-9);
	assert_int_equal(rig_count(r, PLM_EVENT_FILL), 2);
	assert_decimal(rig_need(r, PLM_EVENT_FILL, 1)->u.fill.quantity, "80");
	assert_decimal(rig_need(r, PLM_EVENT_FILL, 1)->u.fill.fee, "0.00000184");
	assert_decimal(rig_need(r, PLM_EVENT_ORDER_OPEN, 0)->u.order_open.quantity, "0");
	assert_int_equal(rig_need(r, PLM_EVENT_POSITION, 0)->venue_time_ns,
	    INT64_C(1662964399064) * PLM_NS_PER_MS);
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_deribit_fixture__every_file_as_expected),
	    cmocka_unit_test(test_deribit_fixture__captured_option_tickers),
	    cmocka_unit_test(test_deribit_fixture__tardis_messages),
	    cmocka_unit_test(test_deribit_fixture__recorded_websocket_session),
	    cmocka_unit_test(test_deribit_fixture__recorded_rest_session),
	    cmocka_unit_test(test_deribit_fixture__option_position_equals_ccxt),
	    cmocka_unit_test(test_deribit_fixture__segregated_identities),
	    cmocka_unit_test(test_deribit_fixture__cross_identities),
	    cmocka_unit_test(test_deribit_fixture__inverse_perpetual_identities),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
