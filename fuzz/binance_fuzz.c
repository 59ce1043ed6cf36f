/* binance_fuzz.c: any bytes as a captured payload of each of Binance's markets, as a frame of a
 * live session, and as the answer to each request. */
#include <string.h>

#include "venue_harness.h"

/* The first request is for the time; a POST for a listen key. */
static const char *
reply(const plm_request *request, uint32_t nth)
{
	if (nth == 0)
		return "{\"serverTime\":1800000000000}";
	return strcmp(request->method, "POST") == 0 ? "{\"listenKey\":\"abc123\"}" : NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const fuzz_venue venue = {.key = "k",
	    .secret = "s",
	    .markets = "BTCUSDT",
	    .trading = true,
	    .links = 2,
	    .bad_each = 5,
	    .bad_status = 400,
	    .reply = reply};
	const plm_venue_desc *desc;
	for (uint32_t i = 0; (desc = pli_venue_at(i)) != NULL; i++)
		if (strncmp(desc->name, "binance", 7) == 0)
			fuzz_venue_run(desc, &venue, fuzz_slice(data, size));
	return 0;
}
