/* bybit_fuzz.c: any bytes as a captured payload of Bybit's, as a message of each link of a live
 * session, and as the answer to each request. */
#include <string.h>

#include "venue_harness.h"

enum { FUZZ_LINKS = 5 };

static void
holds(const plm_event *event)
{
	if (event->type == PLM_EVENT_MARK)
		FUZZ_REQUIRE(plm_decimal_sign(event->u.mark.mark_price) >= 0);
}

/* What the session needs to go on; the first request is for the time. */
static const char *
reply(const plm_request *request, uint32_t nth)
{
	if (nth == 0)
		return "{\"retCode\":0,\"result\":{\"timeNano\":\"1800000000000000000\"}}";
	if (strcmp(request->target, "/v5/account/info") == 0)
		return "{\"retCode\":0,\"result\":{\"marginMode\":\"REGULAR_MARGIN\","
		       "\"unifiedMarginStatus\":6},\"time\":1800000000000}";
	return strstr(request->target, "instruments-info") == NULL
		   ? NULL
		   : "{\"retCode\":0,\"result\":{\"list\":[],\"nextPageCursor\":\"\"},\"time\":1}";
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const fuzz_venue venue = {.key = "k",
	    .secret = "s",
	    .markets = "BTCUSDT,BTCUSD,BTC-26DEC27-90000-C",
	    .trading = true,
	    .public_too = true,
	    .links = FUZZ_LINKS,
	    .bad_each = 7,
	    .bad_status = 400,
	    .reply = reply,
	    .holds = holds,
	    .words = {"{\"success\":true,\"op\":\"auth\"}",
		"{\"success\":true,\"op\":\"subscribe\"}",
		"{\"topic\":\"position\",\"data\":[{\"category\":\"linear\",\"symbol\":\"BTCUSDT\","
		"\"positionIdx\":0,\"side\":\"Buy\",\"size\":\"1\",\"entryPrice\":\"60000\"}]}"}};
	fuzz_venue_run(&pli_venue_bybit, &venue, fuzz_slice(data, size));
	return 0;
}
