/* sim_number_test.c: rounding, fixed text, and greeks against tickers that Deribit sent. */
#include <math.h>

#include "sim/sim_number.h"
#include "sim_keys.h"

static void
test_sim_number__rounds_half_to_even_and_prints_fixed_places(void **state)
{
	(void)state;
	static const struct {
		const char *value;
		int places;
		const char *text;
	} rows[] = {{"0.125", 2, "0.12"}, {"0.135", 2, "0.14"}, {"-0.125", 2, "-0.12"},
	    {"-0.1351", 2, "-0.14"}, {"7", 3, "7.000"}, {"0", 0, "0"}, {"2.5", 0, "2"},
	    {"3.5", 0, "4"}, {"-0.004", 2, "0.00"}, {"94250.1", 8, "94250.10000000"}};
	char text[PLI_SIM_FIXED_MAX];
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_string_equal(
		    pli_sim_fixed(pli_sim_of(rows[i].value), rows[i].places, text), rows[i].text);
	assert_string_equal(
	    pli_sim_fixed(pli_sim_snap(pli_sim_of("94251.3"), pli_sim_of("2.5")), 1, text),
	    "94252.5");
}

static double
field(pli_json *json, const char *path)
{
	double value = NAN;
	(void)pli_json_double(json, pli_json_at(json, 0, path), &value, NULL);
	return value;
}

/* 60 frames of 2021: the expiry is in the name, the life to it in the time stamp. */
static void
test_sim_number__greeks_are_those_of_real_tickers(void **state)
{
	(void)state;
	static const struct {
		const char *date;
		int year, month, day;
	} dates[] = {{"-30JUL21-", 2021, 7, 30}, {"-27AUG21-", 2021, 8, 27},
	    {"-24SEP21-", 2021, 9, 24}, {"-31DEC21-", 2021, 12, 31}, {"-25MAR22-", 2022, 3, 25}};
	pli_json *json = pli_json_create();
	uint32_t compared = 0;
	for (uint32_t line = 1; line <= 60; line++) {
		char *text = keys_read("deribit/ticker-options-raw--cryptofeed.jsonl", line);
		if (text == NULL) {
			print_message("# SKIP the stored tickers are not here\n");
			break;
		}
		assert_int_equal(pli_json_parse(json, plm_slice_of(text), NULL), PLM_OK);
		const char *name = strstr(text, "\"instrument_name\":\"");
		for (size_t i = 0; name != NULL && i < sizeof dates / sizeof dates[0]; i++) {
			const char *at = strstr(name, dates[i].date);
			if (at == NULL || at > name + 40)
				continue;
			double strike = strtod(at + 9, NULL);
			bool call = *(strchr(at + 9, '-') + 1) == 'C';
			double expiry = (double)(plm_time_of_date(
						     dates[i].year, dates[i].month, dates[i].day) /
						 PLM_NS_PER_S) +
					28800.0;
			double years = (expiry - field(json, "params.data.timestamp") / 1000.0) /
				       (365.0 * 86400.0);
			double iv = field(json, "params.data.mark_iv") / 100.0;
			if (!(iv > 0.01) || !(years > 0))
				continue;
			pli_sim_option o = pli_sim_black(
			    field(json, "params.data.underlying_price"), strike, iv, years, call);
			assert_true(fabs(o.delta - field(json, "params.data.greeks.delta")) < 1e-4);
			assert_true(fabs(o.vega - field(json, "params.data.greeks.vega")) < 1e-2);
			assert_true(fabs(o.gamma - field(json, "params.data.greeks.gamma")) < 1e-5);
			compared++;
		}
		free(text);
	}
	print_message("# %u real tickers compared\n", compared);
	pli_json_destroy(json);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sim_number__rounds_half_to_even_and_prints_fixed_places),
	    cmocka_unit_test(test_sim_number__greeks_are_those_of_real_tickers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
