/* okx_fuzz.c: any bytes as a captured payload of OKX's, as a push of either link of a live session,
 * and as the answer to each request. */
#include <string.h>

#include "venue_harness.h"

#define HEARD(channel) "{\"event\":\"subscribe\",\"arg\":{\"channel\":\"" channel "\"}}"

static void
holds(const plm_event *event)
{
	if (event->type == PLM_EVENT_BALANCE)
		FUZZ_REQUIRE(plm_decimal_is_known(event->u.balance.wallet));
}

/* What must be there before anything else happens. */
static const char *
reply(const plm_request *request, uint32_t nth)
{
	(void)nth;
	if (strstr(request->target, "public/time") != NULL)
		return "{\"code\":\"0\",\"data\":[{\"ts\":\"1800000000000\"}]}";
	if (strstr(request->target, "account/config") != NULL)
		return "{\"code\":\"0\",\"data\":[{\"acctLv\":\"2\",\"posMode\":"
		       "\"net_mode\",\"perm\":\"read_only\"}]}";
	return NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const fuzz_venue venue = {.key = "k",
	    .secret = "s",
	    .passphrase = "p",
	    .markets = "BTC-USDT-SWAP,ETH",
	    .links = 2,
	    .bad_each = 7,
	    .bad_status = 400,
	    .reply = reply,
	    .holds = holds,
	    .words = {"{\"event\":\"login\",\"code\":\"0\"}", HEARD("account"), HEARD("positions"),
		HEARD("balance_and_position"), HEARD("orders"),
		"{\"arg\":{\"channel\":\"positions\"},\"data\":[{\"instType\":\"SWAP\",\"instId\":"
		"\"BTC-USDT-SWAP\",\"mgnMode\":\"cross\",\"posSide\":\"net\",\"pos\":\"3\","
		"\"avgPx\":"
		"\"60000\",\"ccy\":\"USDT\"}]}"}};
	fuzz_venue_run(&pli_venue_okx, &venue, fuzz_slice(data, size));
	return 0;
}
