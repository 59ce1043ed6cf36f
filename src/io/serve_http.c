/* serve_http.c: HTTP side of one pli_server: read a request, ask the handler, write the answer. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/fault_point.h"
#include "io/serve.h"

enum { SERVE_PIECE = 64 << 10, SERVE_ANSWER_HEAD_MAX = 16 << 10, SERVE_HEADERS_MAX = 32 };

static const char *
answer_reason(uint32_t status)
{
	static const struct {
		uint32_t status;
		const char *text;
	} reasons[] = {{200, "OK"}, {201, "Created"}, {202, "Accepted"}, {204, "No Content"},
	    {304, "Not Modified"}, {400, "Bad Request"}, {401, "Unauthorized"}, {403, "Forbidden"},
	    {404, "Not Found"}, {405, "Method Not Allowed"}, {409, "Conflict"},
	    {413, "Content Too Large"}, {414, "URI Too Long"}, {418, "I'm a teapot"},
	    {429, "Too Many Requests"}, {431, "Request Header Fields Too Large"},
	    {500, "Internal Server Error"}, {501, "Not Implemented"}, {503, "Service Unavailable"},
	    {505, "HTTP Version Not Supported"}};
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		if (reasons[i].status == status)
			return reasons[i].text;
	return "Status";
}

static bool
answer_line_ok(const char *line)
{
	for (; *line != '\0'; line++)
		if ((unsigned char)*line < ' ' && *line != '\t')
			return false;
	return true;
}

static void __attribute__((format(printf, 2, 3)))
answer_add(pli_answer *answer, const char *format, ...)
{
	char line[2048];
	va_list arguments;
	va_start(arguments, format);
	int size = vsnprintf(line, sizeof line, format, arguments);
	va_end(arguments);
	assert(size >= 0);
	if ((size_t)size >= sizeof line || !answer_line_ok(line))
		return;
	(void)pli_bytes_append(&answer->head, line, (size_t)size);
	(void)pli_bytes_append(&answer->head, "\r\n", 2);
}

/* Writes the head; false: no memory. */
static bool
answer_fill(pli_answer *answer, const pli_http_answer *from)
{
	uint32_t status = from->status == 0 ? 500 : from->status;
	bool bodiless = status == 204 || status == 304;
	answer->head.max = SERVE_ANSWER_HEAD_MAX;
	answer->body.max = SIZE_MAX;
	/* The library wants room before what it is given. */
	char *room;
	if (pli_bytes_reserve(&answer->head, LWS_PRE, &room) != PLM_OK)
		return false;
	answer_add(answer, "HTTP/1.1 %u %s", status, answer_reason(status));
	if (!bodiless) {
		answer_add(answer, "Content-Length: %zu", from->body.size);
		answer_add(answer, "Content-Type: %s",
		    from->content_type == NULL ? "application/octet-stream" : from->content_type);
	}
	for (size_t i = 0; from->headers != NULL && from->headers[i] != NULL; i++)
		if (i < SERVE_HEADERS_MAX)
			answer_add(answer, "%s", from->headers[i]);
	if (answer->close_after)
		answer_add(answer, "Connection: close");
	if (pli_bytes_append(&answer->head, "\r\n", 2) != PLM_OK)
		return false;
	if (bodiless || from->body.size == 0)
		return true;
	return pli_bytes_reserve(&answer->body, LWS_PRE, &room) == PLM_OK &&
	       pli_bytes_append(&answer->body, from->body.bytes, from->body.size) == PLM_OK;
}

static int
answer_begin(pli_peer *peer, const pli_http_answer *from, bool close_after)
{
	pli_answer *answer = &peer->answer;
	assert(!answer->due);
	answer->due = true;
	answer->hang = from->hang;
	answer->close_after = close_after;
	lws_set_timeout(peer->wsi, NO_PENDING_TIMEOUT, 0);
	if (from->hang)
		return 0;
	if (!answer_fill(answer, from))
		return -1;
	if (from->delay_ms == 0) {
		(void)lws_callback_on_writable(peer->wsi);
		return 0;
	}
	answer->not_before_ns = pli_loop_now_ns() + from->delay_ms * PLM_NS_PER_MS;
	peer->serve->answers_waiting++;
	return 0;
}

static int
answer_refuse(pli_peer *peer, uint32_t status)
{
	char text[80];
	int size = snprintf(text, sizeof text, "%u %s\n", status, answer_reason(status));
	static const char *const allow[] = {"Allow: GET, POST, PUT, DELETE", NULL};
	pli_http_answer answer = {.status = status,
	    .content_type = "text/plain; charset=utf-8",
	    .headers = status == 405 ? allow : NULL,
	    .body = {text, (size_t)size}};
	return answer_begin(peer, &answer, true);
}

static int
serve_ask(pli_peer *peer)
{
	pli_serve *serve = peer->serve;
	pli_http_in in = pli_serve_head_in(peer->head);
	pli_http_answer answer = {.status = 404};
	in.body = pli_bytes_slice(&peer->request_body);
	serve->loop.handled++;
	if (serve->handler.on_request != NULL)
		serve->handler.on_request(serve->handler.ctx, &in, &answer);
	return answer_begin(peer, &answer, false);
}

void
pli_serve_http_end(pli_peer *peer)
{
	if (peer->answer.not_before_ns != 0)
		peer->serve->answers_waiting--;
	pli_bytes_wipe(&peer->request_body);
	pli_bytes_release(&peer->answer.head);
	pli_bytes_release(&peer->answer.body);
	peer->answer = (pli_answer){0};
	if (peer->head != NULL)
		explicit_bzero(peer->head, sizeof *peer->head);
	free(peer->head);
	peer->head = NULL;
}

static pli_serve_head *
serve_create_head(pli_peer *peer)
{
	pli_serve_http_end(peer);
	peer->head = PLI_FAULT(SERVER_HEAD) ? NULL : calloc(1, sizeof *peer->head);
	if (peer->head != NULL)
		pli_serve_head_read(peer->wsi, peer->serve->cfg.body_bytes_max, peer->head);
	return peer->head;
}

/* A request that comes before the last one is answered closes the connection: the library would
 * spin for ever on it. */
int
pli_serve_on_http(pli_peer *peer)
{
	if (peer->answer.due)
		return -1;
	const pli_serve_head *head = serve_create_head(peer);
	if (head == NULL)
		return -1;
	if (head->status_refused != 0)
		return answer_refuse(peer, head->status_refused);
	return head->body_bytes > 0 ? 0 : serve_ask(peer);
}

int
pli_serve_on_http_body(pli_peer *peer, const char *piece, size_t size)
{
	if (peer->head == NULL || peer->answer.due)
		return 0;
	return pli_bytes_append(&peer->request_body, piece, size) == PLM_OK ? 0 : -1;
}

int
pli_serve_on_http_body_end(pli_peer *peer)
{
	if (peer->head == NULL)
		return -1;
	if (!peer->answer.due)
		return serve_ask(peer);
	/* Called once for the body of a refused request or for one of stated length 0 (which was
	 * answered with its head), and again when more comes. */
	bool answered = peer->answer.close_after || peer->head->body_bytes == 0;
	bool first = answered && !peer->answer.body_ended;
	peer->answer.body_ended = true;
	return first ? 0 : -1;
}

/* Refused upgrades are answered here and at once: the library then goes on with HTTP. */
static int
serve_refuse_upgrade(pli_peer *peer, uint32_t status)
{
	static const char format[] =
	    "HTTP/1.1 %u %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
	unsigned char text[LWS_PRE + 160];
	int size = snprintf(
	    (char *)text + LWS_PRE, sizeof text - LWS_PRE, format, status, answer_reason(status));
	(void)lws_write(peer->wsi, text + LWS_PRE, (size_t)size, LWS_WRITE_HTTP_HEADERS);
	pli_serve_http_end(peer);
	return -1;
}

int
pli_serve_on_upgrade(pli_peer *peer, const char *to)
{
	pli_serve *serve = peer->serve;
	const pli_serve_head *head = serve_create_head(peer);
	if (head == NULL)
		return -1;
	if (to == NULL || strcasecmp(to, "websocket") != 0)
		return serve_refuse_upgrade(peer, 400);
	if (head->status_refused != 0)
		return serve_refuse_upgrade(peer, head->status_refused);
	if (strcmp(head->method, "GET") != 0)
		return serve_refuse_upgrade(peer, 405);
	pli_http_in in = pli_serve_head_in(head);
	serve->loop.handled++;
	/* Set before the call: the handler may send at once. */
	peer->admitted = true;
	if (serve->handler.on_connect != NULL &&
	    serve->handler.on_connect(serve->handler.ctx, peer->id, &in)) {
		pli_serve_http_end(peer);
		return 0;
	}
	peer->admitted = false;
	return serve_refuse_upgrade(peer, 403);
}

static int
serve_write_part(pli_peer *peer, const pli_bytes *part, size_t offset, bool is_head)
{
	size_t left = part->size - LWS_PRE - offset;
	size_t size = left < SERVE_PIECE ? left : SERVE_PIECE;
	bool last = size == left && (!is_head || peer->answer.body.size == 0);
	enum lws_write_protocol how = last ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP;
	unsigned char *from = (unsigned char *)part->data + LWS_PRE + offset;
	if (lws_write(peer->wsi, from, size, is_head ? LWS_WRITE_HTTP_HEADERS : how) < 0)
		return -1;
	peer->answer.sent += size;
	return 0;
}

int
pli_serve_on_http_writeable(pli_peer *peer)
{
	pli_answer *answer = &peer->answer;
	if (!answer->due || answer->hang || answer->not_before_ns != 0)
		return 0;
	size_t head_size = answer->head.size - LWS_PRE;
	size_t body_size = answer->body.size == 0 ? 0 : answer->body.size - LWS_PRE;
	if (answer->sent < head_size) {
		if (serve_write_part(peer, &answer->head, answer->sent, true) < 0)
			return -1;
	} else if (answer->sent < head_size + body_size) {
		if (serve_write_part(peer, &answer->body, answer->sent - head_size, false) < 0)
			return -1;
	}
	if (answer->sent < head_size + body_size) {
		(void)lws_callback_on_writable(peer->wsi);
		return 0;
	}
	bool close_after = answer->close_after;
	pli_serve_http_end(peer);
	return close_after || lws_http_transaction_completed(peer->wsi) != 0 ? -1 : 0;
}

int64_t
pli_serve_http_turn(pli_serve *serve, int64_t now_ns)
{
	int64_t next_ns = INT64_MAX;
	if (serve->answers_waiting == 0)
		return next_ns;
	for (uint32_t i = 0; i < serve->cfg.clients_max; i++) {
		pli_peer *peer = serve->peers[i];
		if (peer == NULL || peer->answer.not_before_ns == 0)
			continue;
		if (peer->answer.not_before_ns > now_ns) {
			if (peer->answer.not_before_ns < next_ns)
				next_ns = peer->answer.not_before_ns;
			continue;
		}
		peer->answer.not_before_ns = 0;
		serve->answers_waiting--;
		(void)lws_callback_on_writable(peer->wsi);
	}
	return next_ns;
}
