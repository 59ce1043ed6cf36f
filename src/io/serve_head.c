/* serve_head.c: a request's head, taken from libwebsockets and checked more strictly than it does.
 *
 * The library decodes the query while it parses, so `query` is written anew from its parts: same
 * names and values in the same order, every byte outside A-Z a-z 0-9 - _ . ! ~ * ' ( ) as %XX. */
#include <stdio.h>
#include <string.h>

#include "io/serve.h"

static const char *
head_method(struct lws *wsi)
{
	char *uri;
	int size;
	switch (lws_http_get_uri_and_method(wsi, &uri, &size)) {
	case LWSHUMETH_GET:
		return "GET";
	case LWSHUMETH_POST:
		return "POST";
	case LWSHUMETH_PUT:
		return "PUT";
	case LWSHUMETH_DELETE:
		return "DELETE";
	default:
		return NULL;
	}
}

static bool
head_copy(struct lws *wsi, enum lws_token_indexes token, char *ret_text, size_t room)
{
	ret_text[0] = '\0';
	if (lws_hdr_total_length(wsi, token) <= 0)
		return true;
	return lws_hdr_copy(wsi, ret_text, (int)room, token) >= 0;
}

static bool
head_copy_custom(struct lws *wsi, const char *name, char *ret_text, size_t room)
{
	int name_size = (int)strlen(name);
	ret_text[0] = '\0';
	if (lws_hdr_custom_length(wsi, name, name_size) <= 0)
		return true;
	return lws_hdr_custom_copy(wsi, ret_text, (int)room, name, name_size) >= 0;
}

/* What RFC 3986 (2005) lets stand in a query as it is, less what separates parts there. */
static bool
head_char_is_plain(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("-_.!~*'()$,;:@/?", c) != NULL);
}

static bool
head_encode(const char *part, char *text, size_t room, size_t *used)
{
	bool equal_seen = false;
	for (; *part != '\0'; part++) {
		bool first_equal = *part == '=' && !equal_seen;
		equal_seen = equal_seen || first_equal;
		if (*used + 4 > room)
			return false;
		if (first_equal || head_char_is_plain(*part))
			text[(*used)++] = *part;
		else
			*used += (size_t)snprintf(
			    text + *used, 4, "%%%02X", (unsigned)(unsigned char)*part);
	}
	text[*used] = '\0';
	return true;
}

static bool
head_copy_query(struct lws *wsi, char *text, size_t room)
{
	char part[PLI_SERVE_QUERY_MAX];
	size_t used = 0;
	text[0] = '\0';
	for (int i = 0;; i++) {
		int size = lws_hdr_copy_fragment(
		    wsi, part, sizeof part, WSI_TOKEN_HTTP_URI_ARGS, i);
		if (size < 0)
			return i == 0 ||
			       lws_hdr_fragment_length(wsi, WSI_TOKEN_HTTP_URI_ARGS, i) <= 0;
		/* The library writes "/" for a last part that is empty. */
		if (strcmp(part, "/") == 0 &&
		    lws_hdr_fragment_length(wsi, WSI_TOKEN_HTTP_URI_ARGS, i + 1) <= 0)
			return true;
		if (i > 0 && used + 1 < room)
			text[used++] = '&';
		if (!head_encode(part, text, room, &used))
			return false;
	}
}

static bool
head_path(struct lws *wsi, char *ret_path, size_t room)
{
	char *uri = NULL;
	int size = 0;
	if (lws_http_get_uri_and_method(wsi, &uri, &size) < 0 || uri == NULL || size <= 0 ||
	    (size_t)size >= room)
		return false;
	memcpy(ret_path, uri, (size_t)size);
	ret_path[size] = '\0';
	return strlen(ret_path) == (size_t)size && ret_path[0] == '/';
}

/* 0 or the status to refuse with. */
static uint32_t
head_check_body(struct lws *wsi, uint64_t max, uint64_t *ret_bytes)
{
	char text[24];
	uint64_t bytes = 0;
	bool has_length = lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH) > 0;
	if (lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0)
		return has_length ? 400 : 501;
	*ret_bytes = 0;
	if (!has_length)
		return 0;
	if (!head_copy(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH, text, sizeof text))
		return 400;
	for (const char *at = text; *at != '\0'; at++) {
		if (*at < '0' || *at > '9' || bytes > UINT64_MAX / 100)
			return 400;
		bytes = bytes * 10 + (uint64_t)(*at - '0');
	}
	*ret_bytes = bytes;
	return bytes > max ? 413 : 0;
}

/* The first of these headers that is there. */
static bool
head_copy_first(struct lws *wsi, const char *const *names, char *ret_text, size_t room)
{
	ret_text[0] = '\0';
	for (; *names != NULL && ret_text[0] == '\0'; names++)
		if (!head_copy_custom(wsi, *names, ret_text, room))
			return false;
	return true;
}

static bool
head_copy_keys(struct lws *wsi, pli_serve_head *head)
{
	static const char *const keys[] = {
	    "x-mbx-apikey:", "ok-access-key:", "x-bapi-api-key:", "api-key:", NULL};
	static const char *const signs[] = {
	    "ok-access-sign:", "x-bapi-sign:", "api-signature:", NULL};
	static const char *const stamps[] = {
	    "ok-access-timestamp:", "x-bapi-timestamp:", "api-expires:", NULL};
	return head_copy_first(wsi, keys, head->api_key, sizeof head->api_key) &&
	       head_copy_first(wsi, signs, head->signature, sizeof head->signature) &&
	       head_copy_first(wsi, stamps, head->stamp, sizeof head->stamp) &&
	       head_copy_custom(
		   wsi, "ok-access-passphrase:", head->passphrase, sizeof head->passphrase) &&
	       head_copy_custom(wsi, "x-bapi-recv-window:", head->window, sizeof head->window);
}

void
pli_serve_head_read(struct lws *wsi, uint64_t body_bytes_max, pli_serve_head *head)
{
	char version[16];
	head->method = head_method(wsi);
	head->status_refused = head_check_body(wsi, body_bytes_max, &head->body_bytes);
	if (!head_copy(wsi, WSI_TOKEN_HTTP, version, sizeof version) ||
	    strcmp(version, "HTTP/1.1") != 0)
		head->status_refused = 505;
	else if (head->method == NULL)
		head->status_refused = 405;
	else if (!head_path(wsi, head->path, sizeof head->path) ||
		 !head_copy_query(wsi, head->query, sizeof head->query))
		head->status_refused = 414;
	else if (!head_copy(wsi, WSI_TOKEN_HOST, head->host, sizeof head->host) ||
		 head->host[0] == '\0')
		head->status_refused = 400;
	else if (!head_copy(wsi, WSI_TOKEN_ORIGIN, head->origin, sizeof head->origin) ||
		 !head_copy(wsi, WSI_TOKEN_HTTP_AUTHORIZATION, head->authorization,
		     sizeof head->authorization) ||
		 !head_copy_keys(wsi, head))
		head->status_refused = 431;
}

pli_http_in
pli_serve_head_in(const pli_serve_head *head)
{
	return (pli_http_in){.method = plm_slice_of(head->method),
	    .path = plm_slice_of(head->path),
	    .query = plm_slice_of(head->query),
	    .origin = plm_slice_of(head->origin),
	    .host = plm_slice_of(head->host),
	    .api_key = plm_slice_of(head->api_key),
	    .signature = plm_slice_of(head->signature),
	    .stamp = plm_slice_of(head->stamp),
	    .passphrase = plm_slice_of(head->passphrase),
	    .window = plm_slice_of(head->window),
	    .authorization = plm_slice_of(head->authorization)};
}
