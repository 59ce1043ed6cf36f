/* options_fuzz.c: any bytes as a table of options: each row priced, and taken for a price, or
 * refused with its place. */
#include "cli/option_table.h"
#include "harness.h"

static void
fuzz_prices(const pli_option_table *table)
{
	static double prices[PLI_OPTION_ROWS], deltas[PLI_OPTION_ROWS];
	plm_options options = pli_option_table_options(table);
	plm_greeks greeks = {.price = prices, .delta = deltas};
	plm_black76(&options, &greeks, table->count);
	for (uint32_t i = 0; i < table->count; i++) {
		FUZZ_REQUIRE((prices[i] == prices[i]) == (deltas[i] == deltas[i]));
		FUZZ_REQUIRE(!(prices[i] < 0) && !(deltas[i] > 1) && !(deltas[i] < -1));
	}
}

/* A vol, or NaN and why there is none; and that vol is not below 0. */
static void
fuzz_implied(const pli_option_table *table)
{
	static double vols[PLI_OPTION_ROWS];
	static uint8_t statuses[PLI_OPTION_ROWS];
	plm_options options = pli_option_table_options(table);
	plm_implied(&options, options.vol, vols, statuses, table->count);
	for (uint32_t i = 0; i < table->count; i++) {
		FUZZ_REQUIRE(statuses[i] < PLM_IMPLIED_COUNT_);
		FUZZ_REQUIRE((vols[i] == vols[i]) == (statuses[i] == PLM_IMPLIED_OK));
		FUZZ_REQUIRE(!(vols[i] <= 0));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static pli_option_table table;
	plm_fault fault = {0};
	plm_slice text = fuzz_slice(data, size);
	plm_err err = pli_option_table_open(&table, text, "vol", &fault);
	for (table.count = 1; err == PLM_OK && table.count > 0;) {
		err = pli_option_table_read(&table, &fault);
		fuzz_prices(&table);
		fuzz_implied(&table);
		for (uint32_t i = 0; i < table.count; i++) {
			const char *line = table.lines[i].bytes;
			FUZZ_REQUIRE(line >= text.bytes);
			FUZZ_REQUIRE(line + table.lines[i].size <= text.bytes + size);
		}
	}
	if (err != PLM_OK)
		FUZZ_REQUIRE(err == PLM_EDECODE && fault.line > 0 && fault.column > 0);
	return 0;
}
