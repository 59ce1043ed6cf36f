/* whatif_fuzz.c: any bytes as the body of a what-if, and each line of them as its three texts:
 * bounded, with finite numbers that can be, or refused with a sentence. */
#include <math.h>
#include <string.h>

#include "api/whatif_ask.h"
#include "harness.h"

static bool
is_inside(plm_slice part, plm_slice text)
{
	return part.size == 0 ||
	       (part.bytes >= text.bytes && part.bytes + part.size <= text.bytes + text.size);
}

static void
fuzz_check(const pli_whatif_ask *ask)
{
	FUZZ_REQUIRE(ask->trades_count <= PLI_WHATIF_TRADES_MAX);
	FUZZ_REQUIRE(ask->transfers_count <= PLI_WHATIF_TRANSFERS_MAX);
	FUZZ_REQUIRE(ask->moves_count <= PLI_WHATIF_MOVES_MAX);
	for (uint32_t i = 0; i < ask->trades_count; i++) {
		FUZZ_REQUIRE(isfinite(ask->trades[i].quantity) && ask->trades[i].quantity != 0);
		FUZZ_REQUIRE(!(ask->trades[i].price <= 0));
	}
	for (uint32_t i = 0; i < ask->transfers_count; i++)
		FUZZ_REQUIRE(
		    isfinite(ask->transfers[i].quantity) && ask->transfers[i].quantity > 0);
	for (uint32_t i = 0; i < ask->moves_count; i++)
		FUZZ_REQUIRE(isfinite(ask->moves[i].factor) && ask->moves[i].factor > 0);
}

typedef plm_err ask_text(pli_whatif_ask *ask, plm_slice text, plm_fault *ret_fault);

static void
fuzz_line(plm_slice line)
{
	static ask_text *const texts[] = {
	    pli_whatif_ask_trade, pli_whatif_ask_transfer, pli_whatif_ask_move};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		pli_whatif_ask ask = {0};
		plm_fault fault = {0};
		if (texts[i](&ask, line, &fault) != PLM_OK)
			FUZZ_REQUIRE(fault.text[0] != '\0');
		fuzz_check(&ask);
		for (uint32_t k = 0; k < ask.trades_count; k++)
			FUZZ_REQUIRE(is_inside(ask.trades[k].account, line) &&
				     is_inside(ask.trades[k].symbol, line));
		for (uint32_t k = 0; k < ask.moves_count; k++)
			FUZZ_REQUIRE(is_inside(ask.moves[k].asset, line));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	plm_slice text = fuzz_slice(data, size);
	pli_whatif_ask ask = {0};
	plm_fault fault = {0};
	if (pli_whatif_ask_json(&ask, pli_json_shared(), text, &fault) != PLM_OK)
		FUZZ_REQUIRE(fault.text[0] != '\0');
	fuzz_check(&ask);
	while (text.size > 0) {
		const char *end = memchr(text.bytes, '\n', text.size);
		size_t line = end == NULL ? text.size : (size_t)(end - text.bytes);
		fuzz_line((plm_slice){text.bytes, line});
		line += end != NULL;
		text = (plm_slice){text.bytes + line, text.size - line};
	}
	return 0;
}
