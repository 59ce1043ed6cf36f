/* url.c: the four schemes we speak, taken apart strictly. */
#include "io/url.h"

#include <string.h>

typedef struct url_scheme {
	const char *prefix;
	bool tls;
	bool websocket;
} url_scheme;

static const url_scheme url_schemes[] = {
    {"wss://", true, true},
    {"ws://", false, true},
    {"https://", true, false},
    {"http://", false, false},
};

static bool
url_host_char(char c, bool ipv6)
{
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
		return true;
	return c == '.' || (ipv6 ? c == ':' : c == '-' || c == '_');
}

static plm_err
url_parse_host(const char **cursor, pli_url *url)
{
	const char *at = *cursor;
	url->host_is_ipv6 = *at == '[';
	if (url->host_is_ipv6)
		at++;
	size_t size = 0;
	while (url_host_char(at[size], url->host_is_ipv6))
		size++;
	if (size == 0 || size >= sizeof url->host)
		return PLM_EARG;
	memcpy(url->host, at, size);
	url->host[size] = '\0';
	at += size;
	if (url->host_is_ipv6 && *at++ != ']')
		return PLM_EARG;
	*cursor = at;
	return PLM_OK;
}

static plm_err
url_parse_port(const char **cursor, pli_url *url)
{
	const char *at = *cursor;
	url->port = url->tls ? 443 : 80;
	if (*at != ':')
		return PLM_OK;
	uint32_t port = 0;
	const char *first = ++at;
	while (*at >= '0' && *at <= '9' && port <= UINT16_MAX)
		port = port * 10 + (uint32_t)(*at++ - '0');
	if (at == first || port == 0 || port > UINT16_MAX)
		return PLM_EARG;
	url->port = (uint16_t)port;
	*cursor = at;
	return PLM_OK;
}

static plm_err
url_parse_path(const char *at, pli_url *url)
{
	if (*at != '\0' && *at != '/' && *at != '?')
		return PLM_EARG;
	size_t size = 0;
	if (*at != '/')
		url->path[size++] = '/';
	for (; *at != '\0'; at++) {
		unsigned char c = (unsigned char)*at;
		if (c <= ' ' || c >= 0x7f || c == '#' || size + 1 >= sizeof url->path)
			return PLM_EARG;
		url->path[size++] = *at;
	}
	url->path[size] = '\0';
	return PLM_OK;
}

plm_err
pli_url_parse(const char *text, pli_url *ret_url)
{
	if (text == NULL)
		return PLM_EARG;
	pli_url url = {0};
	const char *at = NULL;
	for (size_t i = 0; i < sizeof url_schemes / sizeof url_schemes[0]; i++) {
		size_t size = strlen(url_schemes[i].prefix);
		if (strncmp(text, url_schemes[i].prefix, size) != 0)
			continue;
		at = text + size;
		url.tls = url_schemes[i].tls;
		url.websocket = url_schemes[i].websocket;
	}
	if (at == NULL)
		return PLM_EARG;
	plm_err err = url_parse_host(&at, &url);
	if (err == PLM_OK)
		err = url_parse_port(&at, &url);
	if (err == PLM_OK)
		err = url_parse_path(at, &url);
	if (err == PLM_OK)
		*ret_url = url;
	return err;
}
