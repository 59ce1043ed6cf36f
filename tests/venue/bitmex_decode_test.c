/* bitmex_decode_test.c: which payload is this; stored payloads, and what must hold inside them. */
#include "bitmex_rig.h"

#include <dirent.h>
#include <math.h>

#include "venue/json_row.h"

#define TIME "\"timestamp\":\"2026-11-27T08:00:00.000Z\""

static void
test_bitmex_decode__kinds_by_table_or_member(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		plm_err err;
		uint32_t events;
	} rows[] = {
	    {"{\"table\":\"funding\",\"action\":\"partial\",\"data\":[{\"symbol\":\"XBTUSD\","
	     "\"fundingRate\":0.0001," TIME "}]}",
		PLM_OK, 1},
	    {"[{\"symbol\":\"XBTUSD\",\"markPrice\":9," TIME "}]", PLM_OK, 1},
	    {"{\"error\":{\"message\":\"no\",\"name\":\"HTTPError\"}}", PLM_OK, 1},
	    {"{\"status\":400,\"error\":\"Unknown table\",\"request\":{}}", PLM_OK, 1},
	    {"{\"table\":\"settlement\",\"action\":\"partial\",\"data\":[{}]}", PLM_EKIND, 0},
	    {"{\"table\":\"chat\",\"action\":\"insert\",\"data\":[]}", PLM_EKIND, 0},
	    {"{\"table\":\"order\",\"action\":\"shrink\",\"data\":[]}", PLM_EDECODE, 0},
	    {"{\"table\":\"order\",\"action\":\"update\"}", PLM_EDECODE, 0},
	    {"{\"success\":true,\"subscribe\":\"order\"}", PLM_EKIND, 0},
	    {"[{\"symbol\":\"BTCUSDT\",\"markPrice\":\"9\",\"positionAmt\":\"1\"}]", PLM_EKIND, 0},
	    {"{\"channel\":\"futures.tickers\",\"error\":null,\"result\":[]}", PLM_EKIND, 0},
	    {"{\"id\":1,\"error\":{\"code\":10028,\"message\":\"no\"}}", PLM_EKIND, 0},
	    {"[{\"asset\":\"XBT\",\"currency\":\"XBt\",\"scale\":8}]", PLM_EKIND, 0},
	    {"[]", PLM_EKIND, 0},
	    {"7", PLM_EKIND, 0},
	    {"{\"table\":", PLM_EDECODE, 0},
	};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		rig_decode(r, rows[i].text);
		if (r->err != rows[i].err || r->events_count != rows[i].events)
			fail_msg("%s: error %d, %u events", rows[i].text, r->err, r->events_count);
		assert_true(r->err == PLM_OK || r->fault.text[0] != '\0');
	}
	rig_destroy(r);
}

static void
test_bitmex_decode__a_broken_last_row_sends_nothing(void **state)
{
	(void)state;
	rig *r = rig_create();
	rig_decode(r,
	    "{\"table\":\"position\",\"action\":\"partial\",\"data\":[{\"symbol\":\"A\","
	    "\"currentQty\":1," TIME "},{\"symbol\":\"B\",\"currentQty\":\"x\"," TIME "}]}");
	assert_int_equal(r->err, PLM_EDECODE);
	assert_int_equal(r->events_count, 0);
	assert_non_null(strstr(r->fault.path, "currentQty"));
	rig_decode(r, "[{\"account\":1,\"symbol\":\"A\",\"currentQty\":1},{\"account\":2,"
		      "\"symbol\":\"A\",\"currentQty\":2}]");
	assert_int_equal(r->err, PLM_EDECODE);
	assert_non_null(strstr(r->fault.text, "several"));
	rig_destroy(r);
}

/* Every stored payload: how many events of which type, or the documented "not read". */
static void
test_bitmex_decode__every_stored_payload(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		plm_event_type type;
		uint32_t count;
	} files[] = {{"error--nautilus.json", PLM_EVENT_VENUE_ERROR, 1},
	    {"execution-tradeHistory--xchange.json", PLM_EVENT_FILL, 2},
	    {"funding-partial--roq-bitmex.json", PLM_EVENT_FUNDING, 1},
	    {"instrument-XBTUSD--nautilus.json", PLM_EVENT_MARK, 1},
	    {"instrument-active--xchange.json", PLM_EVENT_MARK, 5},
	    {"instrument-active-2021--cryptofeed.json", PLM_EVENT_MARK, 34},
	    {"instrument-index-update--nautilus.json", PLM_EVENT_MARK, 1},
	    {"instrument-mark-update--nautilus.json", PLM_EVENT_MARK, 1},
	    {"margin-nautilus--nautilus.json", PLM_EVENT_BALANCE, 1},
	    {"margin-partial--roq-bitmex.json", PLM_EVENT_BALANCE, 1},
	    {"position--xchange.json", PLM_EVENT_NONE, 0},
	    {"position-nautilus--nautilus.json", PLM_EVENT_POSITION, 1},
	    {"position-partial--xchange.json", PLM_EVENT_POSITION, 1},
	    {"position-row-nautilus--nautilus.json", PLM_EVENT_POSITION, 1},
	    {"position-update-close--xchange.json", PLM_EVENT_POSITION, 1},
	    {"position-update-open--xchange.json", PLM_EVENT_POSITION, 1},
	    {"settlement-partial--roq-bitmex.json", PLM_EVENT_NONE, 0}};
	uint32_t count = sizeof files / sizeof files[0], found = 0;
	DIR *folder = opendir(BITMEX_FIXTURES);
	if (folder == NULL) {
		(void)printf("# SKIP no folder %s\n", BITMEX_FIXTURES);
		return;
	}
	for (const struct dirent *entry; (entry = readdir(folder)) != NULL;)
		found += entry->d_name[0] != '.';
	(void)closedir(folder);
	assert_int_equal(found, count);
	for (uint32_t i = 0; i < count; i++) {
		rig *r = rig_create();
		char *text = rig_payload("bitmex", files[i].name);
		assert_non_null(text);
		rig_decode(r, text);
		bool read = files[i].type != PLM_EVENT_NONE;
		assert_int_equal(r->err, read ? PLM_OK : PLM_EKIND);
		assert_int_equal(rig_count(r, files[i].type), files[i].count);
		free(text);
		rig_destroy(r);
	}
}

/* equity = wallet + P&L, and equity - what is tied up = what is free. */
static void
test_bitmex_decode__margins_add_up(void **state)
{
	(void)state;
	static const char *const names[] = {
	    "margin-nautilus--nautilus.json", "margin-partial--roq-bitmex.json"};
	for (size_t i = 0; i < 2; i++) {
		char *text = rig_payload("bitmex", names[i]);
		if (text == NULL)
			return;
		rig *r = rig_create();
		plm_decimal sum, tied;
		rig_decode(r, text);
		const plm_balance *balance = &rig_need(r, PLM_EVENT_BALANCE, 0)->u.balance;
		const plm_venue_margin *margin =
		    &rig_need(r, PLM_EVENT_VENUE_MARGIN, 0)->u.venue_margin;
		assert_int_equal(
		    plm_decimal_add(balance->wallet, balance->unrealised_pnl, &sum), PLM_OK);
		assert_true(sum.units == balance->equity.units);
		assert_int_equal(
		    plm_decimal_add(margin->initial_margin, margin->available, &tied), PLM_OK);
		assert_true(tied.units == balance->equity.units);
		free(text);
		rig_destroy(r);
	}
}

/* A row's own volumes in contracts, coins and quote units say the size of a contract. */
static void
listing_check_size(rig *r, pli_row *row)
{
	const plm_instrument *spec = plm_names_instrument_get(
	    r->names, plm_names_instrument(r->names, r->cfg.venue, pli_row_string(row, "symbol")));
	double volume = pli_row_double(row, "volume24h");
	double home = pli_row_double(row, "homeNotional24h");
	double foreign = pli_row_double(row, "foreignNotional24h");
	double size = plm_decimal_to_double(spec->multiplier);
	assert_int_equal(row->err, PLM_OK);
	if (!(volume > 0) || !plm_decimal_is_known(spec->multiplier))
		return;
	double counted = volume * size, told = spec->inverse ? foreign : home;
	if (fabs(counted - told) > 1e-6 * told)
		fail_msg("%s: %g contracts of %g are %g, told %g", spec->name, volume, size,
		    counted, told);
}

/* Of a quanto: coins = contracts x settlement units a point / settlement units a quote unit, which
 * moved over the day. */
static bool
listing_check_quanto(pli_row *row)
{
	double volume = pli_row_double(row, "volume24h");
	double rate = pli_row_double(row, "quoteToSettleMultiplier");
	double coins = volume * pli_row_double(row, "multiplier") / rate;
	if (!pli_row_bool(row, "isQuanto") || !(volume > 0))
		return false;
	double told = pli_row_double(row, "homeNotional24h");
	assert_true(fabs(coins - told) < 0.1 * told);
	return true;
}

static void
test_bitmex_decode__sizes_are_what_volumes_say(void **state)
{
	(void)state;
	static const char *const names[] = {
	    "instrument-active-2021--cryptofeed.json", "instrument-active--xchange.json"};
	uint32_t quantos_count = 0;
	for (size_t i = 0; i < 2; i++) {
		char *text = rig_payload("bitmex", names[i]);
		if (text == NULL)
			return;
		rig *r = rig_create();
		rig_decode(r, text);
		assert_int_equal(r->err, PLM_OK);
		pli_row row = {.fault = &r->fault};
		assert_int_equal(pli_row_parse(&row, plm_slice_of(text)), PLM_OK);
		for (uint32_t at = pli_row_child(&row, 0, 0); at != 0;
		     at = pli_row_child(&row, 0, at)) {
			row.node = at;
			listing_check_size(r, &row);
			quantos_count += listing_check_quanto(&row);
			row.node = 0;
		}
		free(text);
		rig_destroy(r);
	}
	assert_true(quantos_count > 10);
}

/* A spot fill: quantity x price x commission is the fee, in the scale of its currency. */
static void
test_bitmex_decode__fees_are_what_the_rate_says(void **state)
{
	(void)state;
	char *text = rig_payload("bitmex", "execution-tradeHistory--xchange.json");
	if (text == NULL)
		return;
	rig *r = rig_create();
	rig_decode(r, text);
	pli_row row = {.fault = &r->fault};
	assert_int_equal(pli_row_parse(&row, plm_slice_of(text)), PLM_OK);
	uint32_t at = 0;
	for (uint32_t i = 0; i < 2; i++) {
		const plm_fill *fill = &rig_event(r, PLM_EVENT_FILL, i)->u.fill;
		at = pli_row_child(&row, 0, at);
		pli_row one = row;
		one.node = at;
		double fee = plm_decimal_to_double(fill->quantity) *
			     plm_decimal_to_double(fill->price) *
			     pli_row_double(&one, "commission");
		assert_true(fabs(fee - plm_decimal_to_double(fill->fee)) < 1e-6);
		assert_int_equal(fill->unit, PLM_UNIT_COINS);
	}
	free(text);
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_bitmex_decode__kinds_by_table_or_member),
	    cmocka_unit_test(test_bitmex_decode__a_broken_last_row_sends_nothing),
	    cmocka_unit_test(test_bitmex_decode__every_stored_payload),
	    cmocka_unit_test(test_bitmex_decode__margins_add_up),
	    cmocka_unit_test(test_bitmex_decode__sizes_are_what_volumes_say),
	    cmocka_unit_test(test_bitmex_decode__fees_are_what_the_rate_says),
	};
	return cmocka_run_group_tests_name("bitmex_decode", tests, NULL, NULL);
}
