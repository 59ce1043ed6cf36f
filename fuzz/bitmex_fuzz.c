/* bitmex_fuzz.c: any bytes as a captured payload of BitMEX's, as a message of a live session, and
 * as the answer to each request. */
#include <string.h>

#include "venue_harness.h"

/* What must be there before anything else happens. */
static const char *
reply(const plm_request *request, uint32_t nth)
{
	(void)nth;
	if (strcmp(request->target, "/api/v1/apiKey") == 0)
		return "[{\"id\":\"key\",\"permissions\":[]}]";
	if (strcmp(request->target, "/api/v1/wallet/assets") == 0)
		return "[{\"asset\":\"ETH\",\"currency\":\"Gwei\",\"scale\":9}]";
	return NULL;
}

/* Logged in and listening, with a whole row that the bytes may change. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const fuzz_venue venue = {.key = "key",
	    .secret = "secret",
	    .markets = "ETHUSDT,SOLUSD",
	    .links = 1,
	    .bad_each = 11,
	    .bad_status = 503,
	    .reply = reply,
	    .words = {"{\"info\":\"Welcome\",\"timestamp\":\"2027-01-15T08:00:00.000Z\"}",
		"{\"success\":true,\"request\":{\"op\":\"authKeyExpires\"}}",
		"{\"success\":true,\"subscribe\":\"position\"}",
		"{\"success\":true,\"subscribe\":\"margin\"}",
		"{\"table\":\"position\",\"action\":\"partial\",\"data\":[{\"account\":1,"
		"\"symbol\":\"XBTUSD\",\"currency\":\"XBt\",\"underlying\":\"XBT\","
		"\"quoteCurrency\":\"USD\",\"currentQty\":100,"
		"\"timestamp\":\"2026-11-27T08:00:00.000Z\"}]}"}};
	fuzz_venue_run(&pli_venue_bitmex, &venue, fuzz_slice(data, size));
	return 0;
}
