/* deribit_request.c: what this adapter says to Deribit, as JSON-RPC text. */
#include "venue/deribit/deribit.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *const pli_deribit_methods[] = {"private/get_account_summaries", "private/get_positions",
    "private/subscribe", "public/auth", "public/get_instrument", "public/get_instruments",
    "public/set_heartbeat", "public/status", "public/subscribe", "public/test", NULL};

static size_t
request_size(const plm_request *request)
{
	return strlen(request->body);
}

/* Appends; a text that does not fit whole changes nothing. */
static bool request_append(plm_request *request, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool
request_append(plm_request *request, const char *format, ...)
{
	size_t size = request_size(request);
	va_list args;
	int wrote;
	va_start(args, format);
	wrote = vsnprintf(request->body + size, sizeof request->body - size, format, args);
	va_end(args);
	if (wrote >= 0 && (size_t)wrote < sizeof request->body - size)
		return true;
	request->body[size] = '\0';
	return false;
}

/* A string value with its quotes; control bytes, quotes and backslashes escaped. */
static bool
request_append_string(plm_request *request, const char *text)
{
	bool fits = request_append(request, "\"");
	for (; *text != '\0' && fits; text++) {
		unsigned char c = (unsigned char)*text;
		if (c == '"' || c == '\\')
			fits = request_append(request, "\\%c", c);
		else if (c < 0x20)
			fits = request_append(request, "\\u%04x", c);
		else
			fits = request_append(request, "%c", c);
	}
	return fits && request_append(request, "\"");
}

static bool
request_open(plm_request *request, uint32_t id, const char *method)
{
	*request = (plm_request){.kind = PLM_REQUEST_WS_SEND, .tag = id};
	return request_append(
	    request, "{\"jsonrpc\":\"2.0\",\"id\":%u,\"method\":\"%s\",\"params\":{", id, method);
}

static plm_err
request_close(plm_request *request, bool fits)
{
	return fits && request_append(request, "}}") ? PLM_OK : PLM_EOVERFLOW;
}

plm_err
pli_deribit_request_simple(plm_request *request, uint32_t id, pli_deribit_request_kind kind)
{
	static const struct {
		const char *method;
		const char *params;
	} rows[] = {
	    [PLI_DERIBIT_HEARTBEAT] = {"public/set_heartbeat", "\"interval\":10"},
	    [PLI_DERIBIT_TEST] = {"public/test", ""},
	    [PLI_DERIBIT_STATUS] = {"public/status", ""},
	    [PLI_DERIBIT_SUMMARIES] = {"private/get_account_summaries", "\"extended\":true"},
	    [PLI_DERIBIT_POSITIONS] = {"private/get_positions", "\"currency\":\"any\""},
	};
	assert(kind < sizeof rows / sizeof rows[0] && rows[kind].method != NULL);
	bool fits = request_open(request, id, rows[kind].method);
	return request_close(request, fits && request_append(request, "%s", rows[kind].params));
}

plm_err
pli_deribit_request_auth(plm_request *request, uint32_t id, const char *key, const char *secret)
{
	bool fits = request_open(request, id, "public/auth") &&
		    request_append(
			request, "\"grant_type\":\"client_credentials\",\"client_id\":") &&
		    request_append_string(request, key) &&
		    request_append(request, ",\"client_secret\":") &&
		    request_append_string(request, secret);
	return request_close(request, fits);
}

plm_err
pli_deribit_request_named(
    plm_request *request, uint32_t id, pli_deribit_request_kind kind, const char *argument)
{
	bool fits;
	assert(kind == PLI_DERIBIT_INSTRUMENT || kind == PLI_DERIBIT_INSTRUMENTS);
	if (kind == PLI_DERIBIT_INSTRUMENT)
		fits = request_open(request, id, "public/get_instrument") &&
		       request_append(request, "\"instrument_name\":") &&
		       request_append_string(request, argument);
	else
		fits = request_open(request, id, "public/get_instruments") &&
		       request_append(request, "\"currency\":") &&
		       request_append_string(request, argument) &&
		       request_append(request, ",\"expired\":false");
	return request_close(request, fits);
}

void
pli_deribit_subscribe_open(plm_request *request, uint32_t id, bool user)
{
	bool fits = request_open(request, id, user ? "private/subscribe" : "public/subscribe") &&
		    request_append(request, "\"channels\":[");
	assert(fits);
	(void)fits;
}

bool
pli_deribit_subscribe_add(
    plm_request *request, const char *prefix, plm_slice middle, const char *suffix)
{
	size_t size = request_size(request);
	const char *comma = request->body[size - 1] == '[' ? "" : ",";
	/* Room for the end of the message is kept. */
	if (size + strlen(prefix) + middle.size + strlen(suffix) + 8 > sizeof request->body)
		return false;
	return request_append(request, "%s\"%s%.*s%s\"", comma, prefix, (int)middle.size,
	    middle.bytes == NULL ? "" : middle.bytes, suffix);
}

void
pli_deribit_subscribe_close(plm_request *request)
{
	bool fits = request_append(request, "]}}");
	assert(fits);
	(void)fits;
}
