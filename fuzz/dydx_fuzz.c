/* dydx_fuzz.c: any bytes as a captured payload of dYdX's, as a message of a live session, and as
 * the answer to each request. */
#include <string.h>

#include "venue_harness.h"

#define FUZZ_ADDRESS "dydx1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
#define FUZZ_ACCOUNT                                                                               \
	"\"subaccount\":{\"address\":\"" FUZZ_ADDRESS "\",\"parentSubaccountNumber\":0,"           \
	"\"equity\":\"5\",\"freeCollateral\":\"5\",\"childSubaccounts\":[{\"subaccountNumber\":0," \
	"\"equity\":\"5\",\"freeCollateral\":\"5\",\"openPerpetualPositions\":{\"BTC-USD\":{"      \
	"\"market\":\"BTC-USD\",\"status\":\"OPEN\",\"side\":\"LONG\",\"size\":\"1\","             \
	"\"entryPrice\":\"10\",\"unrealizedPnl\":\"0\"}},\"assetPositions\":{\"USDC\":{"           \
	"\"symbol\":\"USDC\",\"side\":\"SHORT\",\"size\":\"5\"}},"                                 \
	"\"latestProcessedBlockHeight\":\"7\"}]}"

/* The first two readings are believed; those behind them are the bytes. */
static const char *
reply(const plm_request *request, uint32_t nth)
{
	if (strcmp(request->target, "/v4/time") == 0)
		return "{\"iso\":\"2027-01-15T08:00:00.000Z\",\"epoch\":1}";
	return strstr(request->target, "/addresses/") != NULL && nth < 4 ? "{" FUZZ_ACCOUNT "}"
									 : NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const fuzz_venue venue = {.key = FUZZ_ADDRESS,
	    .markets = "ETH-USD",
	    .links = 1,
	    .bad_each = 11,
	    .bad_status = 503,
	    .reply = reply,
	    .words = {"{\"type\":\"connected\",\"message_id\":0}",
		"{\"type\":\"subscribed\",\"channel\":\"v4_markets\",\"message_id\":1,\"contents\":"
		"{\"markets\":{}}}",
		"{\"type\":\"subscribed\",\"channel\":\"v4_parent_subaccounts\",\"message_id\":2,"
		"\"id\":\"" FUZZ_ADDRESS "/0\",\"contents\":{" FUZZ_ACCOUNT ",\"orders\":[]}}"}};
	fuzz_venue_run(&pli_venue_dydx, &venue, fuzz_slice(data, size));
	return 0;
}
