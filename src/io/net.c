/* net.c: the client table: create, poll, destroy; and host names with their last good answers. */
#include "io/net.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault_point.h"

static const int64_t name_fresh_ns = 60 * PLM_NS_PER_S;
static const int64_t name_usable_ns = PLM_NS_PER_DAY;

static pli_known_host *
name_find_known(pli_net_io *net, const char *host)
{
	for (size_t i = 0; i < PLI_NET_KNOWN_HOSTS_MAX; i++)
		if (strcmp(net->known_hosts[i].host, host) == 0)
			return &net->known_hosts[i];
	return NULL;
}

static void
name_remember(pli_net_io *net, const pli_name *name, int64_t now_ns)
{
	pli_known_host *known = name_find_known(net, name->host);
	if (known == NULL)
		known = &net->known_hosts[net->known_hosts_next++ % PLI_NET_KNOWN_HOSTS_MAX];
	(void)snprintf(known->host, sizeof known->host, "%s", name->host);
	known->found_ns = now_ns;
	known->addresses = name->addresses;
}

static void
name_wake(void *ctx)
{
	pli_loop_wake(ctx);
}

plm_err
pli_name_begin(pli_net_io *net, pli_name *name, const pli_url *url)
{
	*name = (pli_name){.tls = url->tls};
	(void)snprintf(name->host, sizeof name->host, "%s", url->host);
	if (pli_address_literal(url->host, &name->addresses))
		return PLM_OK;
	int64_t now_ns = pli_loop_now_ns();
	pli_known_host *known = name_find_known(net, name->host);
	if (known != NULL && now_ns - known->found_ns < name_fresh_ns) {
		name->addresses = known->addresses;
		return PLM_OK;
	}
	name->deadline_ns = now_ns + PLI_IO_LOOKUP_TIMEOUT_MS * PLM_NS_PER_MS;
	return pli_lookup_create(name->host, name_wake, &net->loop, &name->lookup);
}

bool
pli_name_ready(pli_net_io *net, pli_name *name, int64_t now_ns, plm_err *ret_err)
{
	plm_err err = PLM_OK;
	if (name->lookup == NULL) {
		*ret_err = name->addresses.count > 0 ? PLM_OK : PLM_ENOTFOUND;
		return true;
	}
	if (!pli_lookup_poll(name->lookup, &err, &name->addresses)) {
		if (now_ns < name->deadline_ns)
			return false;
		err = PLM_ETIMEOUT;
	}
	pli_name_end(name);
	if (err == PLM_OK)
		name_remember(net, name, now_ns);
	const pli_known_host *known = name_find_known(net, name->host);
	if (err != PLM_OK && name->tls && known != NULL &&
	    now_ns - known->found_ns < name_usable_ns) {
		name->addresses = known->addresses;
		err = PLM_OK;
	}
	*ret_err = err;
	return true;
}

void
pli_name_doubt(pli_net_io *net, const pli_name *name)
{
	pli_known_host *known = name_find_known(net, name->host);
	int64_t stale_ns = pli_loop_now_ns() - name_fresh_ns;
	if (known != NULL && known->found_ns > stale_ns)
		known->found_ns = stale_ns;
}

void
pli_name_end(pli_name *name)
{
	pli_lookup_destroy(name->lookup);
	name->lookup = NULL;
}

static void
net_set_handler(void *ctx, const pli_net_handler *handler)
{
	pli_net_io *net = ctx;
	net->handler = *handler;
}

static int64_t
net_turn(void *owner)
{
	pli_net_io *net = owner;
	int64_t now_ns = pli_loop_now_ns();
	int64_t ws_ns = pli_ws_turn(net, now_ns);
	int64_t http_ns = pli_http_turn(net, now_ns);
	return ws_ns < http_ns ? ws_ns : http_ns;
}

static int
net_poll(void *ctx, int64_t wait_ns)
{
	pli_net_io *net = ctx;
	return pli_loop_poll(&net->loop, wait_ns, net_turn, net);
}

static void
net_wake(void *ctx)
{
	pli_net_io *net = ctx;
	pli_loop_wake(&net->loop);
}

plm_err
pli_io_net_create(pli_net *ret_net, plm_fault *ret_fault)
{
	pli_net_io *net = PLI_FAULT(NET_MEMORY) ? NULL : calloc(1, sizeof *net);
	if (net == NULL)
		return plm_fault_set(ret_fault, PLM_ENOMEM, NULL, "no memory for a network table");
	/* 16 spare: the library's own pipe, and connections on their way out. */
	struct lws_context_creation_info info = {.fd_limit_per_thread = 2 * PLI_IO_CONNS_MAX + 16,
	    .ka_time = 5,
	    .ka_probes = 3,
	    .ka_interval = 2};
	plm_err err = pli_loop_init(&net->loop, &info, ret_fault);
	if (err == PLM_OK) {
		err = PLI_FAULT(NET_HTTP) ? PLM_ENOMEM : pli_http_init(net);
		if (err != PLM_OK) {
			pli_loop_fini(&net->loop);
			(void)plm_fault_set(ret_fault, err, NULL, "libcurl gave no multi handle");
		}
	}
	if (err != PLM_OK) {
		free(net);
		return err;
	}
	*ret_net = (pli_net){.ws_open = pli_ws_open,
	    .ws_send = pli_ws_send,
	    .ws_ping = pli_ws_ping,
	    .ws_close = pli_ws_close,
	    .http_send = pli_http_send,
	    .set_handler = net_set_handler,
	    .poll = net_poll,
	    .wake = net_wake,
	    .ctx = net,
	    .requests_max = PLI_IO_REQUESTS_MAX};
	return PLM_OK;
}

void
pli_io_net_destroy(pli_net *net)
{
	pli_net_io *io = net->ctx;
	if (io == NULL)
		return;
	pli_http_fini(io);
	pli_ws_fini(io);
	pli_loop_fini(&io->loop);
	pli_trust_fini(io);
	free(io);
	*net = (pli_net){0};
}
