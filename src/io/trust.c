/* trust.c: whom a client believes: TLS settings, one virtual host for each ca_file. */
#include <stdio.h>
#include <string.h>

#include "io/inflate.h"
#include "io/net.h"

static const struct lws_protocols trust_protocols[] = {
    {"plimsoll", pli_ws_callback, 0, 1 << 16, 0, NULL, 0},
    {NULL, NULL, 0, 0, 0, NULL, 0},
};

/* Our own context: the library's would also believe certificates in "../share". */
static SSL_CTX *
trust_create_tls(const char *ca_file)
{
	SSL_CTX *tls = SSL_CTX_new(TLS_client_method());
	if (tls == NULL)
		return NULL;
	int ok = (int)SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION);
	if (ok == 1 && ca_file[0] != '\0')
		ok = SSL_CTX_load_verify_file(tls, ca_file);
	else if (ok == 1)
		ok = SSL_CTX_set_default_verify_paths(tls);
	if (ok != 1) {
		SSL_CTX_free(tls);
		return NULL;
	}
	SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, NULL);
	return tls;
}

static plm_err
trust_create(pli_net_io *net, const char *ca_file, bool tls, pli_trust *ret_trust)
{
	pli_trust trust = {.tls = tls};
	(void)snprintf(trust.ca_file, sizeof trust.ca_file, "%s", ca_file);
	struct lws_context_creation_info info = {.port = CONTEXT_PORT_NO_LISTEN,
	    .protocols = trust_protocols,
	    .extensions = pli_inflate_extensions,
	    .vhost_name = "client",
	    .timeout_secs = 300,
	    .connect_timeout_secs = 300,
	    /* Given, so that the environment's proxy is not taken. */
	    .http_proxy_address = "",
	    .alpn = "http/1.1",
	    .gid = -1,
	    .uid = -1};
	if (tls) {
		trust.tls_ctx = trust_create_tls(ca_file);
		if (trust.tls_ctx == NULL)
			return PLM_EAUTH;
		info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
		info.provided_client_ssl_ctx = trust.tls_ctx;
	}
	trust.vhost = lws_create_vhost(net->loop.lws, &info);
	if (trust.vhost == NULL) {
		SSL_CTX_free(trust.tls_ctx);
		return PLM_EIO;
	}
	*ret_trust = trust;
	return PLM_OK;
}

plm_err
pli_trust_get(pli_net_io *net, const char *ca_file, bool tls, struct lws_vhost **ret_vhost)
{
	const char *wanted = tls && ca_file != NULL ? ca_file : "";
	for (uint32_t i = 0; i < net->trusts_count; i++) {
		if (net->trusts[i].tls == tls && strcmp(net->trusts[i].ca_file, wanted) == 0) {
			*ret_vhost = net->trusts[i].vhost;
			return PLM_OK;
		}
	}
	if (net->trusts_count == PLI_NET_TRUSTS_MAX)
		return PLM_EFULL;
	if (strlen(wanted) >= sizeof net->trusts[0].ca_file)
		return PLM_EARG;
	pli_trust *trust = &net->trusts[net->trusts_count];
	pli_io_lock();
	plm_err err = trust_create(net, wanted, tls, trust);
	pli_io_unlock();
	if (err != PLM_OK)
		return err;
	net->trusts_count++;
	*ret_vhost = trust->vhost;
	return PLM_OK;
}

void
pli_trust_fini(pli_net_io *net)
{
	for (uint32_t i = 0; i < net->trusts_count; i++)
		SSL_CTX_free(net->trusts[i].tls_ctx);
	net->trusts_count = 0;
}
