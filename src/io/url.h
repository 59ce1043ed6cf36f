/* url.h: the four schemes we speak, taken apart strictly. */
#ifndef PLI_IO_URL_H
#define PLI_IO_URL_H

#include <stdbool.h>
#include <stdint.h>

#include "plimsoll/err.h"

enum { PLI_URL_HOST_MAX = 128, PLI_URL_PATH_MAX = 2048 };

/* pli_url: "wss://host:port/path?query". host without brackets; path begins with '/'. */
typedef struct pli_url {
	bool tls;       /* wss, https */
	bool websocket; /* ws, wss */
	bool host_is_ipv6;
	uint16_t port;
	char host[PLI_URL_HOST_MAX];
	char path[PLI_URL_PATH_MAX];
} pli_url;

/* pli_url_parse: no user information, no fragment, no blanks or control bytes, host and port
 * within bounds. Errors: PLM_EARG. */
plm_err pli_url_parse(const char *text, pli_url *ret_url);

#endif
