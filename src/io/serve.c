/* serve.c: the server table: create, poll, destroy; accepted sockets and their WebSocket side. */
#include "io/serve.h"

#include <assert.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fault_point.h"

enum { SERVE_WRITES_PER_TURN = 16, SERVE_CLIENTS_LIMIT = 0xffff };

static pli_peer *
serve_find(pli_serve *serve, uint32_t id)
{
	uint32_t slot = id & SERVE_CLIENTS_LIMIT;
	if (slot >= serve->cfg.clients_max || serve->peers[slot] == NULL)
		return NULL;
	return serve->peers[slot]->id == id ? serve->peers[slot] : NULL;
}

static pli_peer *
serve_find_open(pli_serve *serve, uint32_t id)
{
	pli_peer *peer = serve_find(serve, id);
	return peer == NULL || !peer->admitted || peer->closing ? NULL : peer;
}

static pli_peer *
peer_create(pli_serve *serve)
{
	for (uint32_t slot = 0; slot < serve->cfg.clients_max; slot++) {
		if (serve->peers[slot] != NULL)
			continue;
		pli_peer *peer = PLI_FAULT(SERVER_PEER) ? NULL : calloc(1, sizeof *peer);
		if (peer == NULL)
			return NULL;
		serve->generation = serve->generation % 0x7fff + 1;
		peer->serve = serve;
		peer->id = serve->generation << 16 | slot;
		peer->outbox.max = serve->cfg.backlog_bytes_max;
		peer->message.max = serve->cfg.message_bytes_max;
		peer->request_body.max = serve->cfg.body_bytes_max;
		serve->peers[slot] = peer;
		return peer;
	}
	return NULL;
}

static void
peer_report_gone(pli_peer *peer)
{
	pli_serve *serve = peer->serve;
	if (!peer->admitted)
		return;
	peer->admitted = false;
	serve->loop.handled++;
	if (serve->handler.on_disconnect != NULL)
		serve->handler.on_disconnect(serve->handler.ctx, peer->id);
}

static void
peer_destroy(pli_peer *peer)
{
	peer_report_gone(peer);
	pli_serve_http_end(peer);
	pli_bytes_release(&peer->message);
	pli_outbox_release(&peer->outbox);
	peer->serve->peers[peer->id & SERVE_CLIENTS_LIMIT] = NULL;
	free(peer);
}

void
pli_serve_accepted(pli_serve *serve, struct lws_vhost *vhost, int fd)
{
	pli_peer *peer = peer_create(serve);
	if (peer == NULL) {
		(void)close(fd);
		return;
	}
	int one = 1;
	uint32_t id = peer->id;
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	lws_adopt_desc_t adopt = {.vh = vhost,
	    .type = LWS_ADOPT_SOCKET | LWS_ADOPT_HTTP | LWS_ADOPT_ALLOW_SSL,
	    .fd = {.sockfd = fd},
	    .opaque = peer};
	/* On failure the library has closed the socket, and maybe told us so. */
	if (lws_adopt_descriptor_vhost_via_info(&adopt) == NULL) {
		peer = serve_find(serve, id);
		if (peer != NULL)
			peer_destroy(peer);
	}
}

static plm_err
serve_listen(void *ctx, const char *host, uint16_t port, const char *tls_cert, const char *tls_key,
    uint16_t *ret_port)
{
	return pli_listen_open(ctx, host, port, tls_cert, tls_key, ret_port);
}

static plm_err
serve_send(void *ctx, uint32_t client, plm_slice text)
{
	pli_peer *peer = serve_find_open(ctx, client);
	if (peer == NULL)
		return PLM_ECLOSED;
	plm_err err = pli_outbox_push(&peer->outbox, text);
	if (err == PLM_OK && peer->established && !peer->frozen)
		(void)lws_callback_on_writable(peer->wsi);
	return err;
}

static size_t
serve_backlog(void *ctx, uint32_t client)
{
	pli_peer *peer = serve_find_open(ctx, client);
	return peer == NULL ? 0 : peer->outbox.waiting;
}

static void
serve_disconnect(void *ctx, uint32_t client, bool abruptly)
{
	pli_peer *peer = serve_find_open(ctx, client);
	if (peer == NULL)
		return;
	peer->closing = true;
	if (peer->wsi == NULL)
		return;
	/* Timers set from outside its callbacks are not looked at before the next event. */
	lws_cancel_service(peer->serve->loop.lws);
	if (peer->frozen)
		(void)lws_rx_flow_control(peer->wsi, 1);
	if (!abruptly && peer->established) {
		lws_set_timer_usecs(peer->wsi, 1);
		return;
	}
	struct linger at_once = {.l_onoff = 1, .l_linger = 0};
	(void)setsockopt(
	    (int)lws_get_socket_fd(peer->wsi), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	lws_set_timeout(peer->wsi, PENDING_TIMEOUT_CLOSE_SEND, LWS_TO_KILL_ASYNC);
}

static void
serve_freeze(void *ctx, uint32_t client, bool frozen)
{
	pli_peer *peer = serve_find_open(ctx, client);
	if (peer == NULL || peer->frozen == frozen)
		return;
	peer->frozen = frozen;
	if (peer->wsi == NULL || !peer->established)
		return;
	(void)lws_rx_flow_control(peer->wsi, frozen ? 0 : 1);
	if (!frozen)
		(void)lws_callback_on_writable(peer->wsi);
}

static void
serve_set_handler(void *ctx, const pli_server_handler *handler)
{
	pli_serve *serve = ctx;
	serve->handler = *handler;
}

static int64_t
serve_turn(void *owner)
{
	return pli_serve_http_turn(owner, pli_loop_now_ns());
}

static int
serve_poll(void *ctx, int64_t wait_ns)
{
	pli_serve *serve = ctx;
	return pli_loop_poll(&serve->loop, wait_ns, serve_turn, serve);
}

static void
serve_wake(void *ctx)
{
	pli_serve *serve = ctx;
	pli_loop_wake(&serve->loop);
}

/* WebSocket side of the library's callback. */

static int
serve_on_established(pli_peer *peer, struct lws *wsi)
{
	peer->established = true;
	pli_serve_http_end(peer);
	if (peer->closing)
		return -1;
	if (peer->frozen)
		(void)lws_rx_flow_control(wsi, 0);
	if (peer->outbox.waiting > 0)
		(void)lws_callback_on_writable(wsi);
	return 0;
}

static int
serve_on_receive(pli_peer *peer, struct lws *wsi, const char *piece, size_t size)
{
	pli_serve *serve = peer->serve;
	if (peer->closing)
		return 0;
	if (lws_frame_is_binary(wsi)) {
		lws_close_reason(wsi, LWS_CLOSE_STATUS_UNACCEPTABLE_OPCODE, NULL, 0);
		return -1;
	}
	if (lws_is_first_fragment(wsi))
		pli_bytes_clear(&peer->message);
	if (pli_bytes_append(&peer->message, piece, size) != PLM_OK) {
		lws_close_reason(wsi, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE, NULL, 0);
		return -1;
	}
	if (!lws_is_final_fragment(wsi))
		return 0;
	serve->loop.handled++;
	if (serve->handler.on_message != NULL)
		serve->handler.on_message(
		    serve->handler.ctx, peer->id, pli_bytes_slice(&peer->message));
	pli_bytes_clear(&peer->message);
	return 0;
}

static int
serve_on_writeable(pli_peer *peer, struct lws *wsi)
{
	unsigned char *payload;
	size_t size;
	if (peer->closing)
		return 0;
	if (peer->in_flight) {
		/* The library calls again only when it has sent all that it kept. */
		peer->in_flight = false;
		pli_outbox_pop(&peer->outbox);
	}
	if (peer->frozen)
		return 0;
	for (int i = 0; i < SERVE_WRITES_PER_TURN; i++) {
		if (!pli_outbox_front(&peer->outbox, &payload, &size))
			return 0;
		if (lws_send_pipe_choked(wsi) != 0)
			break;
		if (lws_write(wsi, payload, size, LWS_WRITE_TEXT) < 0)
			return -1;
		if (lws_partial_buffered(wsi) != 0) {
			peer->in_flight = true;
			break;
		}
		pli_outbox_pop(&peer->outbox);
	}
	(void)lws_callback_on_writable(wsi);
	return 0;
}

static int
serve_dispatch_ws(
    pli_peer *peer, struct lws *wsi, enum lws_callback_reasons reason, void *in, size_t size)
{
	switch (reason) {
	case LWS_CALLBACK_ESTABLISHED:
		return serve_on_established(peer, wsi);
	case LWS_CALLBACK_RECEIVE:
		return serve_on_receive(peer, wsi, in, size);
	case LWS_CALLBACK_SERVER_WRITEABLE:
		return serve_on_writeable(peer, wsi);
	case LWS_CALLBACK_TIMER:
		/* Not from WRITEABLE: there the library would close without a word. */
		lws_close_reason(wsi, LWS_CLOSE_STATUS_NORMAL, NULL, 0);
		return -1;
	case LWS_CALLBACK_RAW_ADOPT:
	case LWS_CALLBACK_RAW_RX:
	case LWS_CALLBACK_RAW_WRITEABLE:
		/* What CONNECT makes of a connection. */
		return -1;
	case LWS_CALLBACK_CLOSED:
	case LWS_CALLBACK_CLOSED_HTTP:
		peer_report_gone(peer);
		return 0;
	default:
		return 0;
	}
}

int
pli_serve_callback(
    struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t size)
{
	(void)user;
	pli_peer *peer = wsi == NULL ? NULL : lws_get_opaque_user_data(wsi);
	if (peer == NULL)
		return 0;
	peer->wsi = wsi;
	switch (reason) {
	case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
		return pli_serve_on_upgrade(peer, in);
	case LWS_CALLBACK_HTTP:
		return pli_serve_on_http(peer);
	case LWS_CALLBACK_HTTP_BODY:
		return pli_serve_on_http_body(peer, in, size);
	case LWS_CALLBACK_HTTP_BODY_COMPLETION:
		return pli_serve_on_http_body_end(peer);
	case LWS_CALLBACK_HTTP_WRITEABLE:
		return pli_serve_on_http_writeable(peer);
	case LWS_CALLBACK_WSI_DESTROY:
		lws_set_opaque_user_data(wsi, NULL);
		peer_destroy(peer);
		return 0;
	default:
		return serve_dispatch_ws(peer, wsi, reason, in, size);
	}
}

static void
serve_default_cfg(pli_io_server_cfg *cfg)
{
	if (cfg->clients_max == 0)
		cfg->clients_max = 1024;
	if (cfg->clients_max > SERVE_CLIENTS_LIMIT)
		cfg->clients_max = SERVE_CLIENTS_LIMIT;
	if (cfg->body_bytes_max == 0)
		cfg->body_bytes_max = 1 << 20;
	if (cfg->message_bytes_max == 0)
		cfg->message_bytes_max = 1 << 20;
	if (cfg->backlog_bytes_max == 0)
		cfg->backlog_bytes_max = 8 << 20;
}

static plm_err
serve_init(pli_serve *serve, plm_fault *ret_fault)
{
	serve->peers = PLI_FAULT(SERVER_PEERS) ? NULL
					       : calloc(serve->cfg.clients_max, sizeof(pli_peer *));
	if (serve->peers == NULL)
		return plm_fault_set(ret_fault, PLM_ENOMEM, NULL, "no memory for a server table");
	/* 64 spare: the library's own pipe, and connections on their way out. */
	struct lws_context_creation_info info = {.options = LWS_SERVER_OPTION_VALIDATE_UTF8,
	    .fd_limit_per_thread = serve->cfg.clients_max + 64,
	    .max_http_header_data = 8192,
	    .ka_time = 30,
	    .ka_probes = 3,
	    .ka_interval = 10};
	return pli_loop_init(&serve->loop, &info, ret_fault);
}

plm_err
pli_io_server_create(const pli_io_server_cfg *cfg, pli_server *ret_server, plm_fault *ret_fault)
{
	pli_serve *serve = PLI_FAULT(SERVER_MEMORY) ? NULL : calloc(1, sizeof *serve);
	if (serve == NULL)
		return plm_fault_set(ret_fault, PLM_ENOMEM, NULL, "no memory for a server table");
	if (cfg != NULL)
		serve->cfg = *cfg;
	serve_default_cfg(&serve->cfg);
	plm_err err = serve_init(serve, ret_fault);
	if (err != PLM_OK) {
		free(serve->peers);
		free(serve);
		return err;
	}
	serve->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	*ret_server = (pli_server){.listen = serve_listen,
	    .send = serve_send,
	    .backlog = serve_backlog,
	    .disconnect = serve_disconnect,
	    .freeze = serve_freeze,
	    .set_handler = serve_set_handler,
	    .poll = serve_poll,
	    .wake = serve_wake,
	    .ctx = serve};
	return PLM_OK;
}

void
pli_io_server_destroy(pli_server *server)
{
	pli_serve *serve = server->ctx;
	if (serve == NULL)
		return;
	serve->handler = (pli_server_handler){0};
	pli_listen_close_all(serve);
	pli_loop_fini(&serve->loop);
	if (serve->spare_fd >= 0)
		(void)close(serve->spare_fd);
	for (uint32_t i = 0; i < serve->cfg.clients_max; i++)
		assert(serve->peers[i] == NULL);
	free(serve->peers);
	free(serve);
	*server = (pli_server){0};
}
