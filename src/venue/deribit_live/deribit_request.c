/* deribit_request.c: what a session says to Deribit, as JSON-RPC text. */
#include "venue/deribit_live/deribit_request.h"

#include <assert.h>
#include <string.h>

#include "base/mutant.h"
#include "venue/request_text.h"

const char *const pli_deribit_methods[] = {"private/get_account_summaries", "private/get_positions",
    "private/get_transaction_log", "private/pme/simulate", "private/subscribe", "public/auth",
    "public/get_instrument", "public/get_instruments", "public/set_heartbeat", "public/status",
    "public/subscribe", "public/test", NULL};

static bool
request_open(plm_request *request, uint32_t id, const char *method)
{
	*request = (plm_request){.kind = PLM_REQUEST_WS_SEND, .seal = 1, .tag = id};
	method = pli_mutant(ADAPTER_TRADES) && id % 16 == 15 ? "private/buy" : method;
	return pli_request_append(
	    request, "{\"jsonrpc\":\"2.0\",\"id\":%u,\"method\":\"%s\",\"params\":{", id, method);
}

plm_err
pli_deribit_request(plm_request *request, uint32_t id, pli_deribit_request_kind kind,
    const char *first, const char *second)
{
	/* Parameters: text, the first argument, text, the second argument. */
	static const struct {
		const char *method;
		const char *text[2];
	} rows[] = {
	    [PLI_DERIBIT_AUTH] = {"public/auth",
		{"\"grant_type\":\"client_credentials\",\"client_id\":", ",\"client_secret\":"}},
	    [PLI_DERIBIT_HEARTBEAT] = {"public/set_heartbeat", {"\"interval\":10", ""}},
	    [PLI_DERIBIT_TEST] = {"public/test", {"", ""}},
	    [PLI_DERIBIT_STATUS] = {"public/status", {"", ""}},
	    [PLI_DERIBIT_SUMMARIES] = {"private/get_account_summaries", {"\"extended\":true", ""}},
	    [PLI_DERIBIT_POSITIONS] = {"private/get_positions", {"\"currency\":\"any\"", ""}},
	    [PLI_DERIBIT_INSTRUMENT] = {"public/get_instrument", {"\"instrument_name\":", ""}},
	    [PLI_DERIBIT_INSTRUMENTS] = {"public/get_instruments",
		{"\"currency\":", ",\"expired\":false"}},
	    [PLI_DERIBIT_MATRIX] = {"private/pme/simulate", {"\"currency\":", ""}},
	};
	assert(kind < sizeof rows / sizeof rows[0] && rows[kind].method != NULL);
	bool fits = request_open(request, id, rows[kind].method) &&
		    pli_request_append(request, "%s", rows[kind].text[0]) &&
		    (first == NULL || pli_request_append_string(request, first)) &&
		    pli_request_append(request, "%s", rows[kind].text[1]) &&
		    (second == NULL || pli_request_append_string(request, second)) &&
		    pli_request_append(request, "}}");
	return fits ? PLM_OK : PLM_EOVERFLOW;
}

plm_err
pli_deribit_log_request(plm_request *request, uint32_t id, const pli_deribit_log_ask *ask)
{
	bool fits =
	    request_open(request, id, "private/get_transaction_log") &&
	    pli_request_append(request, "\"currency\":") &&
	    pli_request_append_string(request, ask->currency) &&
	    pli_request_append(request,
		",\"query\":\"%s\",\"count\":250,\"start_timestamp\":%lld,\"end_timestamp\":%lld}}",
		ask->word, (long long)(ask->from_ns / PLM_NS_PER_MS),
		(long long)(ask->to_ns / PLM_NS_PER_MS));
	return fits ? PLM_OK : PLM_EOVERFLOW;
}

void
pli_deribit_subscribe_open(plm_request *request, uint32_t id, bool user)
{
	bool fits = request_open(request, id, user ? "private/subscribe" : "public/subscribe") &&
		    pli_request_append(request, "\"channels\":[");
	assert(fits);
	(void)fits;
}

bool
pli_deribit_subscribe_add(
    plm_request *request, const char *prefix, plm_slice middle, const char *suffix)
{
	size_t size = strlen(request->body);
	const char *comma = request->body[size - 1] == '[' ? "" : ",";
	/* Room for the end of the message is kept. */
	if (size + strlen(prefix) + middle.size + strlen(suffix) + 8 > sizeof request->body)
		return false;
	return pli_request_append(request, "%s\"%s%.*s%s\"", comma, prefix, (int)middle.size,
	    middle.bytes == NULL ? "" : middle.bytes, suffix);
}

void
pli_deribit_subscribe_close(plm_request *request)
{
	bool fits = pli_request_append(request, "]}}");
	assert(fits);
	(void)fits;
}
