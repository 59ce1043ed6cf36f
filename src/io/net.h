/* net.h: what the parts of one pli_net share; nobody outside this room includes it. */
#ifndef PLI_IO_NET_H
#define PLI_IO_NET_H

#include <curl/curl.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/world.h"
#include "io/io.h"
#include "io/loop.h"
#include "io/resolve.h"
#include "io/url.h"

enum { PLI_NET_TRUSTS_MAX = 8, PLI_NET_KNOWN_HOSTS_MAX = 16, PLI_NET_TEXT_MAX = 240 };

/* pli_known_host: the last good answer for a name. For a minute it is used as it is; for a day it
 * stands in when the name servers fail, where TLS proves who answers. */
typedef struct pli_known_host {
	char host[PLI_URL_HOST_MAX];
	int64_t found_ns;
	pli_addresses addresses;
} pli_known_host;

/* pli_trust: whom TLS believes: one virtual host of libwebsockets per ca_file. */
typedef struct pli_trust {
	char ca_file[512]; /* "": the system's */
	bool tls;
	SSL_CTX *tls_ctx;
	struct lws_vhost *vhost;
} pli_trust;

typedef struct pli_ws_conn pli_ws_conn;
typedef struct pli_http_request pli_http_request;

/* pli_net_io: the ctx of a client table. */
typedef struct pli_net_io {
	pli_loop loop;
	pli_net_handler handler;
	uint32_t conns_count;
	bool conns_move; /* one at least opens or has ended */
	uint32_t conn_ids[PLI_IO_CONNS_MAX];
	pli_ws_conn *conns[PLI_IO_CONNS_MAX];
	pli_http_request *requests[PLI_IO_REQUESTS_MAX];
	pli_trust trusts[PLI_NET_TRUSTS_MAX];
	uint32_t trusts_count;
	pli_known_host known_hosts[PLI_NET_KNOWN_HOSTS_MAX];
	uint32_t known_hosts_next;
	CURLM *multi;
	int64_t multi_deadline_ns; /* INT64_MAX: none */
} pli_net_io;

/* pli_name: finding the addresses of one host. Zeroed memory is none. */
typedef struct pli_name {
	pli_lookup *lookup;
	int64_t deadline_ns;
	bool tls;
	char host[PLI_URL_HOST_MAX];
	pli_addresses addresses;
} pli_name;

/* pli_name_begin starts; the answer may be there at once. Errors: PLM_EFULL, PLM_ENOMEM. */
plm_err pli_name_begin(pli_net_io *net, pli_name *name, const pli_url *url);

/* pli_name_ready: false: not yet. true: *ret_err is PLM_OK (addresses hold at least one),
 * PLM_ENOTFOUND, PLM_EIO or PLM_ETIMEOUT. */
bool pli_name_ready(pli_net_io *net, pli_name *name, int64_t now_ns, plm_err *ret_err);

/* pli_name_doubt: the addresses did not work: the next look-up asks the name servers. */
void pli_name_doubt(pli_net_io *net, const pli_name *name);

void pli_name_end(pli_name *name);

/* WebSocket side. The first five fill the table; turn reports and watches deadlines. */
plm_err pli_ws_open(void *ctx, uint32_t conn, const pli_ws_target *target);
plm_err pli_ws_send(void *ctx, uint32_t conn, plm_slice text);
plm_err pli_ws_ping(void *ctx, uint32_t conn);
void pli_ws_close(void *ctx, uint32_t conn);
int64_t pli_ws_turn(pli_net_io *net, int64_t now_ns);
void pli_ws_fini(pli_net_io *net);

/* pli_ws_callback is the libwebsockets callback of all client connections. */
int pli_ws_callback(
    struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t size);

/* pli_trust_get finds or makes the virtual host for a ca_file (NULL: the system's); only with tls
 * are certificates loaded. Errors: PLM_EFULL (PLI_NET_TRUSTS_MAX), PLM_EAUTH (the file cannot be
 * used), PLM_EIO. */
plm_err pli_trust_get(pli_net_io *net, const char *ca_file, bool tls, struct lws_vhost **ret_vhost);
void pli_trust_fini(pli_net_io *net);

/* HTTP side. */
plm_err pli_http_init(pli_net_io *net);
plm_err pli_http_send(void *ctx, uint32_t request, const pli_http_out *out);
int64_t pli_http_turn(pli_net_io *net, int64_t now_ns);
void pli_http_fini(pli_net_io *net);

#endif
