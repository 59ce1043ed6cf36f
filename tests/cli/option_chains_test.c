/* option_chains_test.c: rows of several chains, shuffled, each priced and in its place. */
#include "cli/option_chains.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
test_option_chains__each_row_is_in_its_place(void **state)
{
	(void)state;
	static pli_option_table table;
	static pli_option_chains chains;
	static double outputs[9][PLI_OPTION_ROWS], price[PLI_OPTION_ROWS], delta[PLI_OPTION_ROWS];
	table.count = PLI_OPTION_ROWS;
	for (uint32_t i = 0; i < table.count; i++) {
		table.values[0][i] = i % 11 == 10 ? (double)NAN : 100 + i % 11;
		table.values[1][i] = 60 + i * 37 % 101;
		table.values[2][i] = 0.1 * (1 + i % 3);
		table.values[3][i] = 0.3 + 0.01 * (i % 50);
		table.put[i] = i % 2;
	}
	pli_option_chains_price(&chains, &table, outputs);
	plm_options options = pli_option_table_options(&table);
	plm_greeks greeks = {.price = price, .delta = delta};
	plm_black76(&options, &greeks, table.count);
	for (uint32_t i = 0; i < table.count; i++) {
		if (isnan(price[i]) && isnan(outputs[0][i]) && isnan(outputs[1][i]))
			continue;
		assert_true(fabs(outputs[0][i] - price[i]) <= 1e-12);
		assert_true(fabs(outputs[1][i] - delta[i]) <= 1e-14);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_option_chains__each_row_is_in_its_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
