/* hyperliquid_fuzz.c: any bytes as a captured payload of Hyperliquid's, as a message of a live
 * session, and as the answer to each request. */
#include <string.h>

#include "venue_harness.h"

#define HEARD(type)                                                                                \
	"{\"channel\":\"subscriptionResponse\",\"data\":{\"subscription\":{\"type\":\"" type "\"}" \
											     "}}"

/* What must be there before anything else happens. */
static const char *
reply(const plm_request *request, uint32_t nth)
{
	static const struct {
		const char *type, *body;
	} rows[] = {{"\"userRole\"", "{\"role\":\"user\"}"}, {"\"userAbstraction\"", "\"default\""},
	    {"\"userVaultEquities\"", "[]"}, {"\"spotMeta\"", "{\"universe\":[],\"tokens\":[]}"},
	    {"\"allPerpMetas\"", "[{\"universe\":[{\"name\":\"BTC\",\"maxLeverage\":40}]}]"}};
	(void)nth;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (strstr(request->body, rows[i].type) != NULL)
			return rows[i].body;
	return NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const fuzz_venue venue = {.key = "0x00000000000000000000000000000000000000a1",
	    .markets = "BTC,xyz:TSLA",
	    .links = 1,
	    .bad_each = 11,
	    .bad_status = 400,
	    .reply = reply,
	    .words = {HEARD("allDexsClearinghouseState"), HEARD("spotState")}};
	fuzz_venue_run(&pli_venue_hyperliquid, &venue, fuzz_slice(data, size));
	return 0;
}
