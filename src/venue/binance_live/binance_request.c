/* binance_request.c: requests to the venue, all of them read-only, and their signatures. */
#include "venue/binance_live/binance_live.h"

#include <assert.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

#include "venue/request_text.h"
#include "venue/sign.h"

void
pli_binance_request(plm_request *request, const binance_ask_row *row, const char *key)
{
	assert(row->method != NULL);
	*request = (plm_request){
	    .kind = PLM_REQUEST_HTTP, .seal = (row->flags & (ASK_SIGN | ASK_STAMP)) != 0};
	request->optional = (row->flags & ASK_OPTIONAL) != 0;
	request->weight = row->weight;
	request->link = (uint8_t)(row->flags >> ASK_HOST_SHIFT & 3U);
	(void)snprintf(request->method, sizeof request->method, "%s", row->method);
	(void)snprintf(request->target, sizeof request->target, "%s", row->target);
	if ((row->flags & (ASK_KEY | ASK_SIGN)) != 0)
		(void)snprintf(request->header, sizeof request->header, "X-MBX-APIKEY: %s", key);
}

/* Appends recvWindow, timestamp and signature to the query; anything already signed is signed
 * anew. */
plm_err
pli_binance_request_seal(plm_request *request, int64_t time_ms, const char *secret)
{
	char *signed_before = strstr(request->target, "recvWindow=");
	if (signed_before != NULL)
		signed_before[-1] = '\0';
	size_t head = strlen(request->target);
	char *query = strchr(request->target, '?');
	int size = snprintf(request->target + head, sizeof request->target - head,
	    "%crecvWindow=5000&timestamp=%" PRId64, query == NULL ? '?' : '&', time_ms);
	if (size < 0 || head + (size_t)size + 80 > sizeof request->target)
		return PLM_EOVERFLOW;
	char *begin = strchr(request->target, '?') + 1;
	char *out = request->target + head + size;
	memcpy(out, "&signature=", 11);
	pli_sign_hmac_sha256(secret, (plm_slice){begin, (size_t)(out - begin)}, out + 11);
	return PLM_OK;
}

void
pli_binance_request_subscribe(plm_request *request, const char *method, const char *token)
{
	*request = (plm_request){.kind = PLM_REQUEST_WS_SEND, .link = BINANCE_LINK_USER};
	request->seal = token[0] == '\0';
	(void)pli_request_append(request, "{\"id\":\"user\",\"method\":\"%s\"", method);
	if (token[0] != '\0')
		(void)pli_request_append(request, ",\"params\":{\"listenToken\":\"%s\"}", token);
	(void)pli_request_append(request, "}");
}

/* The signature is over the parameters in the order of their names, as a query. */
plm_err
pli_binance_request_subscribe_seal(
    plm_request *request, int64_t time_ms, const pli_credentials *credentials)
{
	char *end = strstr(request->body, ",\"params\"");
	end = end == NULL ? strrchr(request->body, '}') : end;
	assert(end != NULL);
	*end = '\0';
	char query[256], signature[PLI_SIGNATURE_HEX + 1];
	int size = snprintf(query, sizeof query, "apiKey=%s&recvWindow=5000&timestamp=%" PRId64,
	    credentials->key, time_ms);
	if (size < 0 || (size_t)size >= sizeof query)
		return PLM_EOVERFLOW;
	pli_sign_hmac_sha256(credentials->secret, (plm_slice){query, (size_t)size}, signature);
	bool fits = pli_request_append(request, ",\"params\":{\"apiKey\":");
	fits = fits && pli_request_append_string(request, credentials->key);
	fits = fits && pli_request_append(request,
			   ",\"recvWindow\":5000,\"timestamp\":%" PRId64 ",\"signature\":\"%s\"}}",
			   time_ms, signature);
	sodium_memzero(query, sizeof query);
	return fits ? PLM_OK : PLM_EOVERFLOW;
}

void
pli_binance_marks_path(
    const char *head, const char *all, const char *markets, char ret_target[PLM_TARGET_MAX])
{
	size_t first = strlen(head), size = first;
	(void)snprintf(ret_target, PLM_TARGET_MAX, "%s", head);
	const char *at = markets + strspn(markets, ", ");
	while (*at != '\0' && size < PLM_TARGET_MAX) {
		size_t length = strcspn(at, ", ");
		size += (size_t)snprintf(ret_target + size, PLM_TARGET_MAX - size,
		    "/%.*s@markPrice@1s", (int)length, at);
		at += length + strspn(at + length, ", ");
	}
	if (size >= PLM_TARGET_MAX || size == first)
		(void)snprintf(ret_target, PLM_TARGET_MAX, "%s%s", head, all);
}
