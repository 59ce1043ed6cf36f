/* deribit_name_test.c: the grammar of Deribit's instrument names, as a table. */
#include "deribit_rig.h"

#include "venue/deribit/deribit.h"

typedef struct name_case {
	const char *name;
	uint8_t kind;
	bool inverse;
	const char *underlying;
	const char *quote;
	const char *settle;
	const char *strike;
	uint8_t option_type;
	const char *expiry; /* "" none */
} name_case;

static const name_case good[] = {
    {"BTC-PERPETUAL", PLM_KIND_PERPETUAL, true, "BTC", "USD", "BTC", "null", 0, ""},
    {"ETH_USDC-PERPETUAL", PLM_KIND_PERPETUAL, false, "ETH", "USDC", "USDC", "null", 0, ""},
    {"BTC-25MAR23", PLM_KIND_FUTURE, true, "BTC", "USD", "BTC", "null", 0, "2023-03-25T08:00:00Z"},
    {"BTC-3SEP21", PLM_KIND_FUTURE, true, "BTC", "USD", "BTC", "null", 0, "2021-09-03T08:00:00Z"},
    {"BTC_USDC-26DEC25", PLM_KIND_FUTURE, false, "BTC", "USDC", "USDC", "null", 0,
	"2025-12-26T08:00:00Z"},
    {"BTC-25MAR23-420-C", PLM_KIND_OPTION, true, "BTC", "USD", "BTC", "420", PLM_OPTION_CALL,
	"2023-03-25T08:00:00Z"},
    {"ETH-5JUN20-310-P", PLM_KIND_OPTION, true, "ETH", "USD", "ETH", "310", PLM_OPTION_PUT,
	"2020-06-05T08:00:00Z"},
    {"XRP_USDC-30JUN23-0d625-C", PLM_KIND_OPTION, false, "XRP", "USDC", "USDC", "0.625",
	PLM_OPTION_CALL, "2023-06-30T08:00:00Z"},
    {"MATIC_USDC-9MAR24-1d02-C", PLM_KIND_OPTION, false, "MATIC", "USDC", "USDC", "1.02",
	PLM_OPTION_CALL, "2024-03-09T08:00:00Z"},
    {"BTC_USDC", PLM_KIND_SPOT, false, "BTC", "USDC", "USDC", "null", 0, ""},
    {"BTC-FS-30SEP22_PERP", PLM_KIND_COMBO, true, "BTC", "USD", "BTC", "null", 0, ""},
    {"BTC-STRD-30SEP22-20000", PLM_KIND_COMBO, true, "BTC", "USD", "BTC", "null", 0, ""},
    {"BTC-CSR12-16SEP22-21000_23000", PLM_KIND_COMBO, true, "BTC", "USD", "BTC", "null", 0, ""},
    {"BTC-BOX-25DEC26-58000_60000", PLM_KIND_COMBO, true, "BTC", "USD", "BTC", "null", 0, ""},
    {"BTC-FS-22MAY26_19MAY26", PLM_KIND_COMBO, true, "BTC", "USD", "BTC", "null", 0, ""},
};

static void
assert_slice(plm_slice slice, const char *text)
{
	if (!plm_slice_is(slice, text))
		fail_msg("%.*s instead of %s", (int)slice.size, slice.bytes, text);
}

static void
test_deribit_name__names_that_follow_the_grammar(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		const name_case *c = &good[i];
		pli_contract_name name;
		char time[PLM_TIME_TEXT_MAX];

		if (pli_deribit_name_parse(plm_slice_of(c->name), &name) != PLM_OK)
			fail_msg("%s was refused", c->name);
		assert_int_equal(name.kind, c->kind);
		assert_int_equal(name.inverse, c->inverse);
		assert_int_equal(name.option_type, c->option_type);
		assert_slice(name.underlying, c->underlying);
		assert_slice(name.quote, c->quote);
		assert_slice(name.settle, c->settle);
		assert_decimal(name.strike, c->strike);
		if (c->expiry[0] == '\0')
			assert_int_equal(name.expiry_ns, 0);
		else
			assert_string_equal(plm_time_format(name.expiry_ns, time), c->expiry);
	}
}

static void
test_deribit_name__other_names_are_refused(void **state)
{
	static const char *const bad[] = {"", "-", "BTC", "BTC-", "_USDC", "BTC_", "btc-PERPETUAL",
	    "BTC-PERPETUALS", "BTC-32MAR23", "BTC-0MAR23", "BTC-25MÄR23", "BTC-25XXX23",
	    "BTC-25MAR2", "BTC-25MAR23-420", "BTC-25MAR23-420-X", "BTC-25MAR23-4.2-C",
	    "BTC-25MAR23-1d2d3-C", "BTC-25MAR23--C", "BTC-25MAR23-420-C-1", "BTC-F", "BTC-FS-",
	    "BTC USDC-PERPETUAL", "BTC-25MAR23-99999999999999999999999999-C"};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		pli_contract_name name = {.kind = 77};

		if (pli_deribit_name_parse(plm_slice_of(bad[i]), &name) != PLM_EPARSE)
			fail_msg("\"%s\" was taken", bad[i]);
		assert_int_equal(name.kind, 77);
	}
}

static void
test_deribit_name__specification_from_a_name(void **state)
{
	rig *r = rig_create();
	plm_instrument spec;
	char symbol[PLM_SYMBOL_MAX];

	(void)state;
	pli_deribit_name_spec(PLM_SLICE("BTC-25DEC26-100000-C"), r->cfg.venue, r->names, &spec);
	assert_int_equal(spec.spec_source, PLM_SPEC_NAME);
	assert_int_not_equal(spec.id.value, 0);
	assert_decimal(spec.multiplier, "null");
	plm_symbol_format(&spec, plm_names_asset_text(r->names, spec.underlying),
	    plm_names_asset_text(r->names, spec.quote), plm_names_asset_text(r->names, spec.settle),
	    symbol);
	assert_string_equal(symbol, "BTC/USD:BTC-261225-100000-C");
	pli_deribit_name_spec(PLM_SLICE("what is this"), r->cfg.venue, r->names, &spec);
	assert_int_equal(spec.spec_source, PLM_SPEC_NONE);
	assert_int_equal(spec.kind, PLM_KIND_UNKNOWN);
	assert_string_equal(spec.name, "what is this");
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_deribit_name__names_that_follow_the_grammar),
	    cmocka_unit_test(test_deribit_name__other_names_are_refused),
	    cmocka_unit_test(test_deribit_name__specification_from_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
