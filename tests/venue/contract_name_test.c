/* contract_name_test.c: specifications from what names say; names cut into parts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/registry.h"
#include "venue/contract_name.h"

static void
test_contract_name__specification(void **state)
{
	(void)state;
	pli_registry *names = pli_registry_create((pli_registry_bounds){8, 2, 8});
	assert_non_null(names);
	pli_contract_name said = {.underlying = PLM_SLICE("BTC"),
	    .quote = PLM_SLICE("USD"),
	    .settle = PLM_SLICE("BTC"),
	    .kind = PLM_KIND_PERPETUAL,
	    .inverse = 1,
	    .multiplier = plm_decimal_from_int(100),
	    .strike = plm_decimal_unknown()};
	plm_instrument spec;
	pli_contract_name_spec(&said, PLM_SLICE("BTCUSD_PERP"), (plm_venue_id){3}, names, &spec);
	assert_int_equal(spec.spec_source, PLM_SPEC_NAME);
	assert_int_equal(spec.id.value,
	    pli_registry_instrument_find(names, (plm_venue_id){3}, PLM_SLICE("BTCUSD_PERP")).value);
	assert_int_not_equal(spec.id.value, 0);
	assert_int_equal(spec.settle.value, spec.underlying.value);
	assert_string_equal(plm_names_asset_text(names, spec.quote), "USD");
	assert_true(spec.multiplier.units == plm_decimal_from_int(100).units);
	assert_string_equal(spec.name, "BTCUSD_PERP");
	pli_contract_name_spec(&said, PLM_SLICE("OTHER"), (plm_venue_id){3}, NULL, &spec);
	assert_int_equal(spec.id.value + spec.underlying.value, 0);
	assert_int_equal(spec.spec_source, PLM_SPEC_NAME);
	pli_contract_name_spec(NULL, PLM_SLICE("what is this"), (plm_venue_id){3}, names, &spec);
	assert_int_equal(spec.spec_source, PLM_SPEC_NONE);
	assert_int_equal(spec.kind, PLM_KIND_UNKNOWN);
	assert_false(plm_decimal_is_known(spec.multiplier));
	assert_int_not_equal(spec.id.value, 0);
	pli_registry_destroy(names);
}

static void
test_contract_name__parts(void **state)
{
	(void)state;
	plm_slice head = PLM_SLICE("kept"), rest = head;
	assert_false(pli_name_cut(PLM_SLICE("BTCUSDT"), '_', &head, &rest));
	assert_false(pli_name_cut((plm_slice){NULL, 0}, '_', &head, &rest));
	assert_true(plm_slice_is(head, "kept") && plm_slice_is(rest, "kept"));
	assert_true(pli_name_cut(PLM_SLICE("A-B-C"), '-', &head, &rest));
	assert_true(plm_slice_is(head, "A") && plm_slice_is(rest, "B-C"));
	assert_true(pli_name_cut(PLM_SLICE("A-"), '-', &head, &rest));
	assert_int_equal(rest.size, 0);
	assert_true(pli_name_ends(PLM_SLICE("BTCUSDT"), "USDT", &head));
	assert_true(plm_slice_is(head, "BTC"));
	assert_false(pli_name_ends(PLM_SLICE("USDT"), "USDT", &head)); /* the head is empty */
	assert_false(pli_name_ends(PLM_SLICE("BTCUSD"), "USDT", &head));
}

static void
test_contract_name__plain_ones_go_into_messages(void **state)
{
	(void)state;
	assert_true(pli_name_is_plain(PLM_SLICE("kPEPE1"), ""));
	assert_false(pli_name_is_plain(PLM_SLICE("BTC-USDT"), ""));
	assert_true(pli_name_is_plain(PLM_SLICE("BTC-USDT_1"), "-_"));
	assert_false(pli_name_is_plain(PLM_SLICE("BTC\""), "-_"));
	assert_false(pli_name_is_plain(PLM_SLICE("BTC\0"), "-_"));
	assert_false(pli_name_is_plain(PLM_SLICE("\xd0\x90"), "-_"));
	assert_false(pli_name_is_plain(PLM_SLICE(""), "-_"));
}

static void
test_contract_name__dates(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int year, month, day; /* 0: none */
	} cases[] = {{"5JUN26", 2026, 6, 5}, {"25MAR27", 2027, 3, 25}, {"29FEB28", 2028, 2, 29},
	    {"31DEC99", 2099, 12, 31}, {"", 0, 0, 0}, {"31NOV", 0, 0, 0}, {"32JAN26", 0, 0, 0},
	    {"0JAN26", 0, 0, 0}, {"31APR26", 0, 0, 0}, {"5jun26", 0, 0, 0}, {"5JUX26", 0, 0, 0},
	    {"xJUN26", 0, 0, 0}, {"5JUN2x", 0, 0, 0}, {"125MAR27", 0, 0, 0}};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		plm_time_ns day_ns = -1;
		bool read = pli_name_date(plm_slice_of(cases[i].text), &day_ns);
		if (read != (cases[i].day != 0))
			fail_msg("%s", cases[i].text);
		plm_time_ns want_ns =
		    read ? plm_time_of_date(cases[i].year, cases[i].month, cases[i].day) : -1;
		assert_int_equal(day_ns, want_ns);
	}
}

static void
test_contract_name__expiries_in_digits(void **state)
{
	(void)state;
	static const char *const none[] = {
	    "", "26122", "2612255", "261325", "261200", "261232", "2612x5", "-61225"};
	plm_time_ns expiry_ns = -1;
	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
		if (pli_name_expiry(plm_slice_of(none[i]), &expiry_ns))
			fail_msg("%s", none[i]);
	assert_int_equal(expiry_ns, -1);
	assert_true(pli_name_expiry(PLM_SLICE("261225"), &expiry_ns));
	assert_int_equal(
	    expiry_ns, plm_time_of_date(2026, 12, 25) + INT64_C(8) * 3600 * PLM_NS_PER_S);
}

/* Last Fridays of their months. */
static void
test_contract_name__months(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int year, month, day; /* 0: none */
	} cases[] = {{"BTCUSDZ25", 2025, 12, 26}, {"BTCUSDH26", 2026, 3, 27},
	    {"BTCUSDF21", 2021, 1, 29}, {"BTCUSDG24", 2024, 2, 23}, {"XZ27", 2027, 12, 31},
	    {"Z25", 0, 0, 0}, {"BTCUSDA25", 0, 0, 0}, {"BTCUSDZ2x", 0, 0, 0}, {"", 0, 0, 0}};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		plm_slice text = plm_slice_of(cases[i].text), head = text;
		plm_time_ns day_ns = -1;
		bool read = pli_name_month(text, &head, &day_ns);
		if (read != (cases[i].day != 0))
			fail_msg("%s", cases[i].text);
		if (read)
			assert_int_equal(
			    day_ns, plm_time_of_date(cases[i].year, cases[i].month, cases[i].day));
		assert_int_equal(head.size, read ? text.size - 3 : text.size);
	}
}

static void
test_contract_name__tails(void **state)
{
	(void)state;
	static const char *const tails[] = {"USDT", "USD"};
	plm_slice head, tail;
	assert_true(pli_name_tail(PLM_SLICE("BTCUSDT"), tails, 2, &head, &tail));
	assert_true(plm_slice_is(head, "BTC") && plm_slice_is(tail, "USDT"));
	assert_true(pli_name_tail(PLM_SLICE("BTCUSD"), tails, 2, &head, &tail));
	assert_true(plm_slice_is(head, "BTC") && plm_slice_is(tail, "USD"));
	assert_false(pli_name_tail(PLM_SLICE("USDT"), tails, 2, &head, &tail));
	assert_false(pli_name_tail(PLM_SLICE("BTCEUR"), tails, 2, &head, &tail));
}

static void
test_contract_name__ends(void **state)
{
	(void)state;
	const plm_time_ns day_ns = plm_time_of_date(2026, 12, 1);
	const plm_time_ns never_ns = plm_time_of_date(2100, 12, 25);
	static const struct {
		plm_kind kind;
		uint8_t said; /* 0 nothing, 1 a day, 2 never */
		bool off;
		bool expires;
		uint8_t delisted; /* 0 not, 1 at that day, 2 undated */
	} rows[] = {{PLM_KIND_FUTURE, 1, false, true, 0}, {PLM_KIND_OPTION, 1, true, true, 0},
	    {PLM_KIND_SPOT, 1, true, false, 0}, {PLM_KIND_PERPETUAL, 0, false, false, 0},
	    {PLM_KIND_PERPETUAL, 2, false, false, 0}, {PLM_KIND_PERPETUAL, 1, false, false, 1},
	    {PLM_KIND_PERPETUAL, 1, true, false, 1}, {PLM_KIND_PERPETUAL, 2, true, false, 2},
	    {PLM_KIND_PERPETUAL, 0, true, false, 2}};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		plm_instrument spec = {.kind = (uint8_t)rows[i].kind, .delist_time_ns = 5};
		pli_contract_ends(&spec,
		    rows[i].said == 0   ? 0
		    : rows[i].said == 1 ? day_ns
					: never_ns,
		    rows[i].off);
		assert_true(spec.expiry_ns == (rows[i].expires ? day_ns : 0));
		assert_true(
		    spec.delist_time_ns == (rows[i].delisted == 0      ? 0
					       : rows[i].delisted == 1 ? day_ns
								       : PLM_DELISTED_UNDATED));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_contract_name__ends),
	    cmocka_unit_test(test_contract_name__specification),
	    cmocka_unit_test(test_contract_name__parts),
	    cmocka_unit_test(test_contract_name__plain_ones_go_into_messages),
	    cmocka_unit_test(test_contract_name__dates),
	    cmocka_unit_test(test_contract_name__expiries_in_digits),
	    cmocka_unit_test(test_contract_name__months),
	    cmocka_unit_test(test_contract_name__tails),
	};
	return cmocka_run_group_tests_name("contract_name", tests, NULL, NULL);
}
