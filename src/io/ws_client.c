/* ws_client.c: WebSocket connections of one pli_net: look-up, connect, frames, close.
 *
 * A connection is reported closed from the turn, never from inside a library callback, and its
 * memory lives until then. A library socket that has lost its connection finishes on its own in
 * the background, so that a peer that does not read cannot hold up a close. */
#include <assert.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "base/bytes.h"
#include "base/fault_point.h"
#include "io/inflate.h"
#include "io/net.h"
#include "io/outbox.h"

typedef enum ws_state {
	WS_LOOKUP = 0,
	WS_CONNECTING = 1,
	WS_OPEN = 2,
	WS_ENDED = 3, /* on_close is due */
} ws_state;

struct pli_ws_conn {
	pli_net_io *net;
	uint32_t id;
	ws_state state;
	pli_url url;
	char host_header[PLI_URL_HOST_MAX + 8];
	pli_name name;
	uint32_t address_next;
	int64_t deadline_ns;
	int64_t attempt_deadline_ns;
	uint32_t frame_bytes_max;
	struct lws_vhost *vhost;
	struct lws *wsi;
	pli_bytes frame; /* as it came */
	bool frame_deflated;
	pli_inflate inflate;
	pli_bytes inflated;
	pli_outbox outbox;
	uint32_t pings_due;
	bool attempt_failed;
	bool attempt_final; /* no other address would help */
	plm_err err;
	char text[PLI_NET_TEXT_MAX];
};

enum { WS_USER_TIMEOUT_MS = 10000, WS_WRITES_PER_TURN = 16 };

static pli_ws_conn *
ws_find(const pli_net_io *net, uint32_t id)
{
	for (uint32_t i = 0; i < net->conns_count; i++)
		if (net->conn_ids[i] == id)
			return net->conns[i];
	return NULL;
}

static void
ws_destroy(pli_ws_conn *conn)
{
	pli_name_end(&conn->name);
	pli_bytes_release(&conn->frame);
	pli_bytes_release(&conn->inflated);
	pli_inflate_fini(&conn->inflate);
	pli_outbox_release(&conn->outbox);
	free(conn);
}

/* The socket goes on without us: it says goodbye if it can, and is killed if it cannot. */
static void
ws_detach(pli_ws_conn *conn, bool politely)
{
	if (conn->wsi == NULL)
		return;
	lws_set_opaque_user_data(conn->wsi, NULL);
	if (politely)
		lws_set_timer_usecs(conn->wsi, 1);
	else
		lws_set_timeout(conn->wsi, PENDING_TIMEOUT_CLOSE_SEND, LWS_TO_KILL_ASYNC);
	/* Timers set from outside its callbacks are not looked at before the next event. */
	lws_cancel_service(conn->net->loop.lws);
	conn->wsi = NULL;
}

static void __attribute__((format(printf, 3, 4)))
ws_end(pli_ws_conn *conn, plm_err err, const char *format, ...)
{
	if (conn->state == WS_ENDED)
		return;
	conn->state = WS_ENDED;
	conn->net->conns_move = true;
	conn->err = err;
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(conn->text, sizeof conn->text, format, arguments);
	va_end(arguments);
}

static void
ws_set_host_header(pli_ws_conn *conn)
{
	const pli_url *url = &conn->url;
	const char *format = url->host_is_ipv6 ? "[%s]" : "%s";
	bool standard = url->port == (url->tls ? 443 : 80);
	int size = snprintf(conn->host_header, sizeof conn->host_header, format, url->host);
	if (!standard)
		(void)snprintf(conn->host_header + size, sizeof conn->host_header - (size_t)size,
		    ":%u", url->port);
}

static plm_err
ws_create(pli_net_io *net, uint32_t id, const pli_ws_target *target, pli_ws_conn **ret_conn)
{
	pli_ws_conn *conn = PLI_FAULT(WS_MEMORY) ? NULL : calloc(1, sizeof *conn);
	if (conn == NULL)
		return PLM_ENOMEM;
	conn->net = net;
	conn->id = id;
	conn->frame_bytes_max = target->frame_bytes_max > 0 ? target->frame_bytes_max : 8 << 20;
	conn->frame.max = conn->frame_bytes_max;
	conn->inflated.max = conn->frame_bytes_max;
	conn->outbox.max = PLI_IO_SEND_QUEUE_MAX;
	uint32_t timeout_ms = target->connect_timeout_ms > 0 ? target->connect_timeout_ms : 10000;
	conn->deadline_ns = pli_loop_now_ns() + timeout_ms * PLM_NS_PER_MS;
	plm_err err = pli_url_parse(target->url, &conn->url);
	if (err == PLM_OK && !conn->url.websocket)
		err = PLM_EARG;
	if (err == PLM_OK)
		err = pli_trust_get(net, target->ca_file, conn->url.tls, &conn->vhost);
	if (err == PLM_OK)
		err = pli_name_begin(net, &conn->name, &conn->url);
	if (err != PLM_OK) {
		ws_destroy(conn);
		return err;
	}
	ws_set_host_header(conn);
	*ret_conn = conn;
	return PLM_OK;
}

plm_err
pli_ws_open(void *ctx, uint32_t id, const pli_ws_target *target)
{
	pli_net_io *net = ctx;
	assert(ws_find(net, id) == NULL);
	if (net->conns_count == PLI_IO_CONNS_MAX)
		return PLM_EFULL;
	plm_err err = ws_create(net, id, target, &net->conns[net->conns_count]);
	if (err != PLM_OK)
		return err;
	net->conn_ids[net->conns_count++] = id;
	net->conns_move = true;
	pli_loop_wake(&net->loop);
	return PLM_OK;
}

static void
ws_connect(pli_ws_conn *conn, int64_t now_ns)
{
	pli_net_io *net = conn->net;
	uint32_t left = conn->name.addresses.count - conn->address_next;
	assert(left > 0);
	conn->state = WS_CONNECTING;
	conn->attempt_failed = false;
	conn->attempt_deadline_ns = now_ns + (conn->deadline_ns - now_ns) / left;
	struct lws_client_connect_info info = {
	    .context = net->loop.lws,
	    .address = conn->name.addresses.text[conn->address_next++],
	    .port = conn->url.port,
	    .ssl_connection = conn->url.tls ? LCCSCF_USE_SSL : 0,
	    .path = conn->url.path,
	    .host = conn->host_header,
	    .ietf_version_or_minus_one = -1,
	    .vhost = conn->vhost,
	    .pwsi = &conn->wsi,
	    .local_protocol_name = "plimsoll",
	    .alpn = "http/1.1",
	    .opaque_user_data = conn,
	};
	if (lws_client_connect_via_info(&info) == NULL) {
		conn->wsi = NULL;
		if (!conn->attempt_failed) {
			conn->attempt_failed = true;
			conn->err = PLM_EIO;
			(void)snprintf(
			    conn->text, sizeof conn->text, "no connection could be begun");
		}
	}
}

static void
ws_turn_lookup(pli_ws_conn *conn, int64_t now_ns)
{
	plm_err err;
	if (now_ns >= conn->deadline_ns)
		ws_end(
		    conn, PLM_ETIMEOUT, "the address of %s was not found in time", conn->url.host);
	else if (!pli_name_ready(conn->net, &conn->name, now_ns, &err))
		return;
	else if (err != PLM_OK)
		ws_end(conn, err, "the address of %s was not found: %s", conn->url.host,
		    plm_err_text(err));
	else
		ws_connect(conn, now_ns);
}

static void
ws_turn_connecting(pli_ws_conn *conn, int64_t now_ns)
{
	if (!conn->attempt_failed && now_ns < conn->attempt_deadline_ns)
		return;
	if (!conn->attempt_failed) {
		conn->err = PLM_ETIMEOUT;
		(void)snprintf(conn->text, sizeof conn->text,
		    "%s port %u did not complete a connection in time", conn->url.host,
		    conn->url.port);
	}
	ws_detach(conn, false);
	bool more = conn->address_next < conn->name.addresses.count;
	if (more && !conn->attempt_final && now_ns < conn->deadline_ns) {
		ws_connect(conn, now_ns);
		return;
	}
	pli_name_doubt(conn->net, &conn->name);
	conn->state = WS_ENDED;
}

/* The last row takes the place of the one that goes. */
static void
ws_report(pli_net_io *net, uint32_t row)
{
	pli_ws_conn *conn = net->conns[row];
	ws_detach(conn, true);
	uint32_t last = --net->conns_count;
	net->conns[row] = net->conns[last];
	net->conn_ids[row] = net->conn_ids[last];
	net->loop.handled++;
	if (net->handler.on_close != NULL)
		net->handler.on_close(net->handler.ctx, conn->id, conn->err, conn->text);
	ws_destroy(conn);
}

int64_t
pli_ws_turn(pli_net_io *net, int64_t now_ns)
{
	int64_t next_ns = INT64_MAX;
	if (!net->conns_move)
		return next_ns;
	net->conns_move = false;
	for (uint32_t i = 0; i < net->conns_count; i++) {
		pli_ws_conn *conn = net->conns[i];
		net->conns_move |= conn->state != WS_OPEN;
		if (conn->state == WS_LOOKUP)
			ws_turn_lookup(conn, now_ns);
		if (conn->state == WS_CONNECTING)
			ws_turn_connecting(conn, now_ns);
		int64_t due_ns = INT64_MAX;
		if (conn->state == WS_LOOKUP)
			due_ns = conn->name.deadline_ns < conn->deadline_ns ? conn->name.deadline_ns
									    : conn->deadline_ns;
		else if (conn->state == WS_CONNECTING)
			due_ns = conn->attempt_failed ? now_ns : conn->attempt_deadline_ns;
		next_ns = due_ns < next_ns ? due_ns : next_ns;
		if (conn->state == WS_ENDED)
			ws_report(net, i--);
	}
	return next_ns;
}

plm_err
pli_ws_send(void *ctx, uint32_t id, plm_slice text)
{
	pli_ws_conn *conn = ws_find(ctx, id);
	if (conn == NULL || conn->state != WS_OPEN)
		return PLM_ECLOSED;
	plm_err err = pli_outbox_push(&conn->outbox, text);
	if (err == PLM_OK)
		(void)lws_callback_on_writable(conn->wsi);
	return err;
}

plm_err
pli_ws_ping(void *ctx, uint32_t id)
{
	pli_ws_conn *conn = ws_find(ctx, id);
	if (conn == NULL || conn->state != WS_OPEN)
		return PLM_ECLOSED;
	conn->pings_due = 1;
	(void)lws_callback_on_writable(conn->wsi);
	return PLM_OK;
}

void
pli_ws_close(void *ctx, uint32_t id)
{
	pli_ws_conn *conn = ws_find(ctx, id);
	if (conn == NULL)
		return;
	bool open = conn->state == WS_OPEN;
	ws_end(conn, PLM_OK, "closed by us");
	ws_detach(conn, open);
	pli_loop_wake(&conn->net->loop);
}

void
pli_ws_fini(pli_net_io *net)
{
	while (net->conns_count > 0) {
		pli_ws_conn *conn = net->conns[--net->conns_count];
		ws_detach(conn, false);
		ws_destroy(conn);
	}
}

static plm_time_ns
ws_wall_ns(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (plm_time_ns)now.tv_sec * PLM_NS_PER_S + now.tv_nsec;
}

static int
ws_on_established(pli_ws_conn *conn, struct lws *wsi)
{
	pli_net_io *net = conn->net;
	int one = 1;
	int timeout_ms = WS_USER_TIMEOUT_MS;
	int fd = (int)lws_get_socket_fd(wsi);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout_ms, sizeof timeout_ms);
	conn->wsi = wsi;
	conn->state = WS_OPEN;
	conn->text[0] = '\0';
	net->loop.handled++;
	if (net->handler.on_open != NULL)
		net->handler.on_open(net->handler.ctx, conn->id);
	return 0;
}

static void
ws_deliver(pli_ws_conn *conn, plm_slice frame)
{
	pli_net_io *net = conn->net;
	net->loop.handled++;
	if (net->handler.on_frame != NULL)
		net->handler.on_frame(net->handler.ctx, conn->id, frame, ws_wall_ns());
}

/* The other side broke the rules: the socket says why and closes. */
static int
ws_break(pli_ws_conn *conn, struct lws *wsi, plm_err err)
{
	enum lws_close_status code = LWS_CLOSE_STATUS_PROTOCOL_ERR;
	if (err == PLM_EOVERFLOW) {
		code = LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE;
		ws_end(conn, err, "a message of more than %u bytes", conn->frame_bytes_max);
	} else {
		ws_end(conn, err, "a message that cannot be read: %s", plm_err_text(err));
	}
	lws_set_opaque_user_data(wsi, NULL);
	conn->wsi = NULL;
	lws_close_reason(wsi, code, NULL, 0);
	return -1;
}

static plm_err
ws_complete(pli_ws_conn *conn, plm_slice frame)
{
	if (conn->frame_deflated) {
		plm_err err = pli_inflate_message(&conn->inflate, frame, &conn->inflated);
		if (err != PLM_OK)
			return err;
		frame = pli_bytes_slice(&conn->inflated);
	}
	ws_deliver(conn, frame);
	return PLM_OK;
}

static int
ws_on_receive(pli_ws_conn *conn, struct lws *wsi, const char *piece, size_t size)
{
	bool first = lws_is_first_fragment(wsi) != 0;
	bool last = lws_is_final_fragment(wsi) != 0;
	plm_err err = PLM_OK;
	if (first) {
		int reserved = lws_get_reserved_bits(wsi);
		conn->frame_deflated = (reserved & 0x40) != 0;
		pli_bytes_clear(&conn->frame);
		if ((reserved & 0x30) != 0 || (conn->frame_deflated && !conn->inflate.agreed))
			return ws_break(conn, wsi, PLM_EDECODE);
	}
	if (size > conn->frame_bytes_max - conn->frame.size)
		return ws_break(conn, wsi, PLM_EOVERFLOW);
	if (first && last) {
		err = ws_complete(conn, (plm_slice){piece, size});
		return err == PLM_OK ? 0 : ws_break(conn, wsi, err);
	}
	err = pli_bytes_append(&conn->frame, piece, size);
	if (err == PLM_OK && last)
		err = ws_complete(conn, pli_bytes_slice(&conn->frame));
	if (last)
		pli_bytes_clear(&conn->frame);
	return err == PLM_OK ? 0 : ws_break(conn, wsi, err);
}

static int
ws_on_writeable(pli_ws_conn *conn, struct lws *wsi)
{
	unsigned char *payload;
	size_t size;
	if (conn->pings_due > 0) {
		unsigned char ping[LWS_PRE + 8] = {0};
		conn->pings_due = 0;
		if (lws_write(wsi, ping + LWS_PRE, 0, LWS_WRITE_PING) < 0)
			return -1;
	}
	for (int i = 0; i < WS_WRITES_PER_TURN; i++) {
		if (!pli_outbox_front(&conn->outbox, &payload, &size))
			return 0;
		if (lws_send_pipe_choked(wsi) != 0)
			break;
		if (lws_write(wsi, payload, size, LWS_WRITE_TEXT) < 0)
			return -1;
		pli_outbox_pop(&conn->outbox);
	}
	(void)lws_callback_on_writable(wsi);
	return 0;
}

static void
ws_on_connect_error(pli_ws_conn *conn, struct lws *wsi, const char *why, size_t size)
{
	const char *host = conn->url.host;
	SSL *tls = conn->url.tls ? lws_get_ssl(wsi) : NULL;
	long verdict = tls == NULL ? X509_V_OK : SSL_get_verify_result(tls);
	unsigned status = lws_http_client_http_response(wsi);
	conn->attempt_failed = true;
	conn->err = PLM_EIO;
	if (verdict != X509_V_OK) {
		conn->err = PLM_EAUTH;
		conn->attempt_final = true;
		(void)snprintf(conn->text, sizeof conn->text, "certificate of %s refused: %s", host,
		    X509_verify_cert_error_string(verdict));
	} else if (tls != NULL && strncmp(why, "connect SSL err", 15) == 0) {
		conn->err = PLM_EAUTH;
		conn->attempt_final = true;
		(void)snprintf(conn->text, sizeof conn->text,
		    "%s port %u: no TLS that both sides accept", host, conn->url.port);
	} else if (status > 101 && status <= 999) {
		conn->err = PLM_EREFUSED;
		conn->attempt_final = true;
		(void)snprintf(conn->text, sizeof conn->text,
		    "%s refused the WebSocket with HTTP status %u", host, status);
	} else {
		(void)snprintf(conn->text, sizeof conn->text, "%s port %u: %.*s", host,
		    conn->url.port, (int)(size < 120 ? size : 120), why);
	}
	lws_set_opaque_user_data(wsi, NULL);
	conn->wsi = NULL;
}

static void
ws_on_peer_close(pli_ws_conn *conn, const unsigned char *body, size_t size)
{
	if (size < 2)
		(void)snprintf(conn->text, sizeof conn->text, "closed by the other side");
	else
		(void)snprintf(conn->text, sizeof conn->text,
		    "closed by the other side with code %u", body[0] << 8 | body[1]);
}

static void
ws_on_closed(pli_ws_conn *conn, struct lws *wsi)
{
	char said[PLI_NET_TEXT_MAX];
	(void)snprintf(said, sizeof said, "%s",
	    conn->text[0] != '\0' ? conn->text : "connection lost without a goodbye");
	ws_end(conn, PLM_ECLOSED, "%s", said);
	lws_set_opaque_user_data(wsi, NULL);
	conn->wsi = NULL;
}

/* A socket whose connection is gone. */
static int
ws_orphan(struct lws *wsi, enum lws_callback_reasons reason)
{
	switch (reason) {
	case LWS_CALLBACK_TIMER:
		/* Not from WRITEABLE: there the library would close without a word. */
		lws_close_reason(wsi, LWS_CLOSE_STATUS_NORMAL, NULL, 0);
		return -1;
	case LWS_CALLBACK_CLIENT_ESTABLISHED:
		return -1;
	default:
		return 0;
	}
}

pli_inflate *
pli_inflate_of_socket(struct lws *wsi)
{
	pli_ws_conn *conn = lws_get_opaque_user_data(wsi);
	return conn == NULL ? NULL : &conn->inflate;
}

int
pli_ws_callback(
    struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t size)
{
	(void)user;
	if (wsi == NULL)
		return 0;
	pli_ws_conn *conn = lws_get_opaque_user_data(wsi);
	if (conn == NULL)
		return ws_orphan(wsi, reason);
	switch (reason) {
	case LWS_CALLBACK_CLIENT_ESTABLISHED:
		return ws_on_established(conn, wsi);
	case LWS_CALLBACK_CLIENT_RECEIVE:
		return ws_on_receive(conn, wsi, in, size);
	case LWS_CALLBACK_CLIENT_RECEIVE_PONG:
		conn->net->loop.handled++;
		if (conn->net->handler.on_pong != NULL)
			conn->net->handler.on_pong(conn->net->handler.ctx, conn->id);
		return 0;
	case LWS_CALLBACK_CLIENT_WRITEABLE:
		return ws_on_writeable(conn, wsi);
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		ws_on_connect_error(
		    conn, wsi, in == NULL ? "connection failed" : in, in == NULL ? 17 : size);
		return 0;
	case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
		ws_on_peer_close(conn, in, size);
		return 0;
	case LWS_CALLBACK_CLIENT_CLOSED:
		ws_on_closed(conn, wsi);
		return 0;
	case LWS_CALLBACK_WSI_DESTROY:
		/* Nothing else told us: never leave a connection without an end. */
		if (conn->state == WS_OPEN)
			ws_on_closed(conn, wsi);
		else if (conn->wsi == wsi && !conn->attempt_failed)
			ws_on_connect_error(conn, wsi, "connection failed", 17);
		return 0;
	default:
		return 0;
	}
}
