/* symbol_test.c: unified symbols, both ways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plimsoll/instrument.h"

static void
symbol_round_trip(const char *text, plm_kind kind, bool inverse)
{
	plm_symbol symbol;
	assert_int_equal(plm_symbol_parse(plm_slice_of(text), &symbol), PLM_OK);
	assert_int_equal(symbol.kind, kind);
	assert_int_equal(symbol.inverse, inverse);
	plm_instrument instrument = {.kind = (uint8_t)symbol.kind,
	    .option_type = (uint8_t)symbol.option_type,
	    .strike = symbol.strike,
	    .expiry_ns = symbol.expiry_ns};
	char base[32] = "", quote[32] = "", settle[32] = "", out[PLM_SYMBOL_MAX];
	memcpy(base, symbol.base.bytes, symbol.base.size);
	memcpy(quote, symbol.quote.bytes, symbol.quote.size);
	if (symbol.settle.size > 0)
		memcpy(settle, symbol.settle.bytes, symbol.settle.size);
	assert_int_equal(plm_symbol_format(&instrument, base, quote, settle, out), strlen(text));
	assert_string_equal(out, text);
}

static void
test_model_symbol__round_trips(void **state)
{
	(void)state;
	symbol_round_trip("BTC/USDT", PLM_KIND_SPOT, false);
	symbol_round_trip("BTC/USDT:USDT", PLM_KIND_PERPETUAL, false);
	symbol_round_trip("BTC/USD:BTC", PLM_KIND_PERPETUAL, true);
	symbol_round_trip("BTC/USD:BTC-261225", PLM_KIND_FUTURE, true);
	symbol_round_trip("1000PEPE/USDT:USDT-261225", PLM_KIND_FUTURE, false);
	symbol_round_trip("BTC/USD:BTC-261225-100000-C", PLM_KIND_OPTION, true);
	symbol_round_trip("XRP/USDC:USDC-230630-0.625-P", PLM_KIND_OPTION, false);
}

static void
test_model_symbol__expiry_is_eight_utc(void **state)
{
	(void)state;
	plm_symbol symbol;
	assert_int_equal(plm_symbol_parse(PLM_SLICE("BTC/USD:BTC-261225"), &symbol), PLM_OK);
	assert_true(symbol.expiry_ns == INT64_C(1798185600) * PLM_NS_PER_S);
}

static void
test_model_symbol__refuses_what_is_not_one(void **state)
{
	(void)state;
	static const char *const bad[] = {"", "BTC", "/", "BTC/", "/USDT",
	    "BTC/USDT:", "BTC/USDT:USDT-", "BTC/USDT:USDT-2612", "BTC/USDT:USDT-261325",
	    "BTC/USDT:USDT-261200", "BTC/USDT:USDT-261225-", "BTC/USDT:USDT-261225-x-C",
	    "BTC/USDT:USDT-261225-100", "BTC/USDT:USDT-261225-100-X", "BTC/USDT:USDT-261225--5-C",
	    "B C/USDT", "BTC/USDT:USDT-26122a"};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		plm_symbol symbol;
		assert_int_equal(plm_symbol_parse(plm_slice_of(bad[i]), &symbol), PLM_EPARSE);
	}
}

static void
test_model_symbol__no_symbol_without_the_parts(void **state)
{
	(void)state;
	plm_instrument instrument = {.kind = PLM_KIND_UNKNOWN, .strike = plm_decimal_unknown()};
	char out[PLM_SYMBOL_MAX];
	assert_int_equal(plm_symbol_format(&instrument, "BTC", "USD", "BTC", out), 0);
	instrument.kind = PLM_KIND_OPTION;
	instrument.expiry_ns = PLM_NS_PER_DAY;
	assert_int_equal(plm_symbol_format(&instrument, "BTC", "USD", "BTC", out), 0);
	instrument.kind = PLM_KIND_PERPETUAL;
	assert_int_equal(plm_symbol_format(&instrument, "BTC", "USD", "", out), 0);
	assert_string_equal(out, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_model_symbol__round_trips),
	    cmocka_unit_test(test_model_symbol__expiry_is_eight_utc),
	    cmocka_unit_test(test_model_symbol__refuses_what_is_not_one),
	    cmocka_unit_test(test_model_symbol__no_symbol_without_the_parts),
	};
	return cmocka_run_group_tests_name("symbol", tests, NULL, NULL);
}
