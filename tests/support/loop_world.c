/* loop_world.c: queues of deliveries between handlers. */
#include "support/loop_world.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOOP_LINKS_MAX = 64, LOOP_DELIVERIES_MAX = 1 << 16 };

typedef enum loop_kind {
	LOOP_OPEN,      /* client asks a server to let it in */
	LOOP_TO_SERVER, /* text */
	LOOP_TO_CLIENT, /* text */
	LOOP_PONG,
	LOOP_CLOSE_CLIENT, /* tell the client */

	LOOP_REQUEST,
	LOOP_REPLY,
} loop_kind;

/* Headers that simulated venues look at. */
enum { LOOP_KEY, LOOP_SIGN, LOOP_STAMP, LOOP_WINDOW, LOOP_PASSPHRASE, LOOP_HEADS };

typedef struct loop_delivery {
	loop_kind kind;
	uint32_t link; /* index + generation x LOOP_LINKS_MAX */
	uint32_t request;
	uint32_t server;
	uint32_t status;
	uint32_t retry_after_s;
	uint32_t used_weight;
	plm_err err;
	plm_time_ns due_ns;
	char *text; /* owned; body or message */
	size_t size;
	char *method, *path, *query; /* owned; of LOOP_REQUEST and LOOP_OPEN */
	char *heads[LOOP_HEADS];     /* owned; of LOOP_REQUEST */
} loop_delivery;

typedef struct loop_link {
	uint32_t conn; /* the client's number */
	uint32_t server;
	uint32_t generation;
	bool used, open, stalled, frozen;
} loop_link;

typedef struct loop_server {
	loop_world *world;
	pli_server_handler handler;
	uint32_t number;
	uint16_t port;
	bool used;
} loop_server;

struct loop_world {
	plm_time_ns steady_ns, wall_offset_ns;
	uint64_t random;
	uint64_t requests, connects;
	bool refuse;
	pli_net_handler handler;
	loop_server servers[LOOP_SERVERS_MAX];
	loop_link links[LOOP_LINKS_MAX];
	uint32_t first, count;
	loop_delivery deliveries[LOOP_DELIVERIES_MAX];
};

static char *
loop_copy(plm_slice text)
{
	char *copy = calloc(1, text.size + 1);
	assert(copy != NULL);
	if (text.size > 0)
		memcpy(copy, text.bytes, text.size);
	return copy;
}

static loop_delivery *
loop_push(loop_world *w, loop_kind kind, uint32_t link)
{
	assert(w->count < LOOP_DELIVERIES_MAX);
	loop_delivery *d = &w->deliveries[(w->first + w->count++) % LOOP_DELIVERIES_MAX];
	*d = (loop_delivery){.kind = kind, .link = link, .due_ns = w->steady_ns};
	return d;
}

static void
loop_push_text(loop_world *w, loop_kind kind, uint32_t link, plm_slice text)
{
	loop_delivery *d = loop_push(w, kind, link);
	d->text = loop_copy(text);
	d->size = text.size;
}

static void
delivery_free(loop_delivery *d)
{
	free(d->text);
	free(d->method);
	free(d->path);
	free(d->query);
	for (int i = 0; i < LOOP_HEADS; i++)
		free(d->heads[i]);
}

static loop_link *
loop_link_of(loop_world *w, uint32_t handle)
{
	loop_link *link = &w->links[handle % LOOP_LINKS_MAX];
	return link->used && link->generation == handle / LOOP_LINKS_MAX ? link : NULL;
}

static uint32_t
loop_handle(const loop_world *w, const loop_link *link)
{
	return (uint32_t)(link - w->links) + link->generation * LOOP_LINKS_MAX;
}

static loop_link *
loop_link_of_conn(loop_world *w, uint32_t conn)
{
	for (uint32_t i = 0; i < LOOP_LINKS_MAX; i++)
		if (w->links[i].used && w->links[i].conn == conn)
			return &w->links[i];
	return NULL;
}

/* "ws://127.0.0.1:7001/path?query" to server number, path and query. */
static uint32_t
loop_url(loop_world *w, const char *url, plm_slice *ret_path, plm_slice *ret_query)
{
	unsigned port = 0;
	int used = 0;
	const char *host = strstr(url, "://");
	assert(host != NULL);
	if (sscanf(host, "://127.0.0.1:%u%n", &port, &used) != 1 &&
	    sscanf(host, "://localhost:%u%n", &port, &used) != 1)
		return LOOP_SERVERS_MAX;
	const char *path = host + used;
	size_t size = strcspn(path, "?");
	*ret_path = (plm_slice){path, size};
	*ret_query = plm_slice_of(path[size] == '?' ? path + size + 1 : "");
	for (uint32_t i = 0; i < LOOP_SERVERS_MAX; i++)
		if (w->servers[i].used && w->servers[i].port == port)
			return i;
	return LOOP_SERVERS_MAX;
}

/* The client's table */

static plm_err
loop_ws_open(void *ctx, uint32_t conn, const pli_ws_target *target)
{
	loop_world *w = ctx;
	w->connects++;
	assert(loop_link_of_conn(w, conn) == NULL);
	plm_slice path, query;
	uint32_t server = loop_url(w, target->url, &path, &query);
	for (uint32_t i = 0; i < LOOP_LINKS_MAX; i++) {
		loop_link *link = &w->links[i];
		if (link->used)
			continue;
		uint32_t generation = link->generation + 1;
		*link = (loop_link){
		    .conn = conn, .server = server, .generation = generation, .used = true};
		loop_delivery *d = loop_push(w, LOOP_OPEN, loop_handle(w, link));
		d->path = loop_copy(path);
		d->query = loop_copy(query);
		return PLM_OK;
	}
	return PLM_EFULL;
}

static plm_err
loop_ws_send(void *ctx, uint32_t conn, plm_slice text)
{
	loop_world *w = ctx;
	loop_link *link = loop_link_of_conn(w, conn);
	if (link == NULL || !link->open)
		return PLM_ECLOSED;
	loop_push_text(w, LOOP_TO_SERVER, loop_handle(w, link), text);
	return PLM_OK;
}

static plm_err
loop_ws_ping(void *ctx, uint32_t conn)
{
	loop_world *w = ctx;
	loop_link *link = loop_link_of_conn(w, conn);
	if (link == NULL)
		return PLM_ECLOSED;
	if (!link->stalled && !link->frozen)
		(void)loop_push(w, LOOP_PONG, loop_handle(w, link));
	return PLM_OK;
}

static void
loop_ws_close(void *ctx, uint32_t conn)
{
	loop_world *w = ctx;
	loop_link *link = loop_link_of_conn(w, conn);
	assert(link != NULL);
	loop_delivery *d = loop_push(w, LOOP_CLOSE_CLIENT, loop_handle(w, link));
	d->err = PLM_ECLOSED;
}

static void
loop_keep_head(loop_delivery *d, const char *line)
{
	static const struct {
		const char *name;
		int head;
	} rows[] = {{"X-MBX-APIKEY: ", LOOP_KEY}, {"OK-ACCESS-KEY: ", LOOP_KEY},
	    {"X-BAPI-API-KEY: ", LOOP_KEY}, {"OK-ACCESS-SIGN: ", LOOP_SIGN},
	    {"X-BAPI-SIGN: ", LOOP_SIGN}, {"OK-ACCESS-TIMESTAMP: ", LOOP_STAMP},
	    {"X-BAPI-TIMESTAMP: ", LOOP_STAMP}, {"X-BAPI-RECV-WINDOW: ", LOOP_WINDOW},
	    {"OK-ACCESS-PASSPHRASE: ", LOOP_PASSPHRASE}};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		size_t size = strlen(rows[i].name);
		if (strncmp(line, rows[i].name, size) == 0 && d->heads[rows[i].head] == NULL)
			d->heads[rows[i].head] = loop_copy(plm_slice_of(line + size));
	}
}

static plm_err
loop_http_send(void *ctx, uint32_t request, const pli_http_out *out)
{
	loop_world *w = ctx;
	plm_slice path, query;
	w->requests++;
	loop_delivery *d = loop_push(w, LOOP_REQUEST, 0);
	d->request = request;
	d->server = loop_url(w, out->url, &path, &query);
	d->method = loop_copy(plm_slice_of(out->method));
	d->path = loop_copy(path);
	d->query = loop_copy(query);
	d->text = loop_copy(out->body);
	d->size = out->body.size;
	for (const char *const *h = out->headers; h != NULL && *h != NULL; h++)
		loop_keep_head(d, *h);
	return PLM_OK;
}

static void
loop_set_handler(void *ctx, const pli_net_handler *handler)
{
	((loop_world *)ctx)->handler = *handler;
}

static int
loop_poll(void *ctx, int64_t wait_ns)
{
	(void)wait_ns;
	return loop_world_deliver(ctx);
}

static void
loop_wake(void *ctx)
{
	(void)ctx;
}

/* The servers' table */

static plm_err
loop_listen(void *ctx, const char *host, uint16_t port, const char *cert, const char *key,
    uint16_t *ret_port)
{
	loop_server *s = ctx;
	(void)host;
	assert(cert == NULL && key == NULL);
	s->port = port != 0 ? port : (uint16_t)(7001 + s->number);
	*ret_port = s->port;
	return PLM_OK;
}

static plm_err
loop_send(void *ctx, uint32_t client, plm_slice text)
{
	loop_server *s = ctx;
	loop_link *link = loop_link_of(s->world, client);
	if (link == NULL || !link->open)
		return PLM_ECLOSED;
	loop_push_text(s->world, LOOP_TO_CLIENT, client, text);
	return PLM_OK;
}

static size_t
loop_backlog(void *ctx, uint32_t client)
{
	(void)ctx;
	(void)client;
	return 0;
}

static void
loop_disconnect(void *ctx, uint32_t client, bool abruptly)
{
	loop_server *s = ctx;
	(void)abruptly;
	if (loop_link_of(s->world, client) == NULL)
		return;
	loop_delivery *d = loop_push(s->world, LOOP_CLOSE_CLIENT, client);
	d->err = PLM_ECLOSED;
}

static void
loop_freeze(void *ctx, uint32_t client, bool frozen)
{
	loop_server *s = ctx;
	loop_link *link = loop_link_of(s->world, client);
	if (link != NULL)
		link->frozen = frozen;
}

static void
loop_server_set_handler(void *ctx, const pli_server_handler *handler)
{
	((loop_server *)ctx)->handler = *handler;
}

static int
loop_server_poll(void *ctx, int64_t wait_ns)
{
	(void)ctx;
	(void)wait_ns;
	return 0; /* everything is delivered by the client's poll */
}

/* Deliveries */

static void
deliver_close(loop_world *w, loop_link *link, plm_err err, const char *text)
{
	uint32_t handle = loop_handle(w, link), conn = link->conn;
	bool was_open = link->open;
	loop_server *server = link->server < LOOP_SERVERS_MAX ? &w->servers[link->server] : NULL;
	link->used = link->open = false;
	if (was_open && server != NULL && server->handler.on_disconnect != NULL)
		server->handler.on_disconnect(server->handler.ctx, handle);
	w->handler.on_close(w->handler.ctx, conn, err, text);
}

static void
deliver_open(loop_world *w, loop_link *link, const loop_delivery *d)
{
	if (w->refuse || link->server == LOOP_SERVERS_MAX) {
		deliver_close(w, link, PLM_EIO, "connection refused");
		return;
	}
	loop_server *server = &w->servers[link->server];
	pli_http_in in = {.method = PLM_SLICE("GET"),
	    .path = plm_slice_of(d->path),
	    .query = plm_slice_of(d->query)};
	if (!server->handler.on_connect(server->handler.ctx, d->link, &in)) {
		deliver_close(w, link, PLM_EREFUSED, "refused by the server");
		return;
	}
	link->open = true;
	w->handler.on_open(w->handler.ctx, link->conn);
}

static void
deliver_request(loop_world *w, const loop_delivery *d)
{
	pli_http_answer answer = {.status = 0};
	loop_server *server = d->server < LOOP_SERVERS_MAX ? &w->servers[d->server] : NULL;
	if (!w->refuse && server != NULL) {
		pli_http_in in = {.method = plm_slice_of(d->method),
		    .path = plm_slice_of(d->path),
		    .query = plm_slice_of(d->query),
		    .body = {d->text, d->size},
		    .api_key = plm_slice_of(d->heads[LOOP_KEY]),
		    .signature = plm_slice_of(d->heads[LOOP_SIGN]),
		    .stamp = plm_slice_of(d->heads[LOOP_STAMP]),
		    .window = plm_slice_of(d->heads[LOOP_WINDOW]),
		    .passphrase = plm_slice_of(d->heads[LOOP_PASSPHRASE])};
		server->handler.on_request(server->handler.ctx, &in, &answer);
	}
	uint32_t request = d->request; /* d may move: handlers push */
	loop_delivery *reply = loop_push(w, LOOP_REPLY, 0);
	reply->request = request;
	reply->status = answer.hang ? 0 : answer.status;
	reply->err = reply->status != 0 ? PLM_OK : answer.hang ? PLM_ETIMEOUT : PLM_EIO;
	reply->due_ns += answer.hang ? 10 * PLM_NS_PER_S : answer.delay_ms * PLM_NS_PER_MS;
	reply->text = loop_copy(answer.body);
	reply->size = answer.body.size;
	for (const char *const *h = answer.headers; h != NULL && *h != NULL; h++) {
		(void)sscanf(*h, "Retry-After: %u", &reply->retry_after_s);
		(void)sscanf(*h, "X-MBX-USED-WEIGHT-1M: %u", &reply->used_weight);
	}
}

static void
deliver_on_link(loop_world *w, loop_link *link, const loop_delivery *d)
{
	loop_server *server = link->server < LOOP_SERVERS_MAX ? &w->servers[link->server] : NULL;
	plm_slice text = {d->text, d->size};
	bool silent = link->stalled || link->frozen;
	plm_time_ns wall_ns = w->steady_ns + w->wall_offset_ns;
	if (d->kind == LOOP_CLOSE_CLIENT)
		deliver_close(w, link, d->err, "closed");
	else if (d->kind == LOOP_OPEN)
		deliver_open(w, link, d);
	else if (silent || !link->open)
		return;
	else if (d->kind == LOOP_TO_SERVER && server != NULL)
		server->handler.on_message(server->handler.ctx, d->link, text);
	else if (d->kind == LOOP_TO_CLIENT)
		w->handler.on_frame(w->handler.ctx, link->conn, text, wall_ns);
	else if (d->kind == LOOP_PONG)
		w->handler.on_pong(w->handler.ctx, link->conn);
}

static void
deliver(loop_world *w, const loop_delivery *d)
{
	if (d->kind == LOOP_REQUEST) {
		deliver_request(w, d);
	} else if (d->kind == LOOP_REPLY) {
		pli_http_reply reply = {.status = d->status,
		    .err = d->err,
		    .retry_after_s = d->retry_after_s,
		    .used_weight = d->used_weight,
		    .body = {d->text, d->size},
		    .text = ""};
		w->handler.on_reply(w->handler.ctx, d->request, &reply);
	} else {
		loop_link *link = loop_link_of(w, d->link);
		if (link != NULL)
			deliver_on_link(w, link, d);
	}
}

int
loop_world_deliver(loop_world *w)
{
	int delivered = 0;
	for (uint32_t left = w->count; left > 0; left--) {
		loop_delivery d = w->deliveries[w->first];
		w->first = (w->first + 1) % LOOP_DELIVERIES_MAX;
		w->count--;
		if (d.due_ns > w->steady_ns) { /* later: back into the queue */
			w->deliveries[(w->first + w->count++) % LOOP_DELIVERIES_MAX] = d;
			continue;
		}
		deliver(w, &d);
		delivery_free(&d);
		delivered++;
	}
	return delivered;
}

/* Life and faults */

static plm_time_ns
loop_wall(void *ctx)
{
	loop_world *w = ctx;
	return w->steady_ns + w->wall_offset_ns;
}

static plm_time_ns
loop_steady(void *ctx)
{
	return ((loop_world *)ctx)->steady_ns;
}

static uint64_t
loop_random(void *ctx)
{
	loop_world *w = ctx;
	w->random = w->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return w->random >> 16;
}

loop_world *
loop_world_create(plm_time_ns start_wall_ns)
{
	loop_world *w = calloc(1, sizeof *w);
	assert(w != NULL);
	w->steady_ns = PLM_NS_PER_S;
	w->wall_offset_ns = start_wall_ns - PLM_NS_PER_S;
	w->random = 1;
	return w;
}

void
loop_world_destroy(loop_world *w)
{
	for (; w->count > 0; w->count--) {
		delivery_free(&w->deliveries[w->first]);
		w->first = (w->first + 1) % LOOP_DELIVERIES_MAX;
	}
	free(w);
}

pli_clock
loop_world_clock(loop_world *w)
{
	return (pli_clock){loop_wall, loop_steady, loop_random, w};
}

pli_net
loop_world_net(loop_world *w)
{
	return (pli_net){.ws_open = loop_ws_open,
	    .ws_send = loop_ws_send,
	    .ws_ping = loop_ws_ping,
	    .ws_close = loop_ws_close,
	    .http_send = loop_http_send,
	    .set_handler = loop_set_handler,
	    .poll = loop_poll,
	    .wake = loop_wake,
	    .ctx = w};
}

pli_server
loop_world_server(loop_world *w)
{
	uint32_t number = 0;
	while (number < LOOP_SERVERS_MAX && w->servers[number].used)
		number++;
	assert(number < LOOP_SERVERS_MAX);
	loop_server *s = &w->servers[number];
	*s = (loop_server){.world = w, .number = number, .used = true};
	return (pli_server){.listen = loop_listen,
	    .send = loop_send,
	    .backlog = loop_backlog,
	    .disconnect = loop_disconnect,
	    .freeze = loop_freeze,
	    .set_handler = loop_server_set_handler,
	    .poll = loop_server_poll,
	    .wake = loop_wake,
	    .ctx = s};
}

void
loop_world_pass(loop_world *w, int64_t ns)
{
	w->steady_ns += ns;
}

void
loop_world_cut(loop_world *w)
{
	for (uint32_t i = 0; i < LOOP_LINKS_MAX; i++)
		if (w->links[i].used)
			loop_push(w, LOOP_CLOSE_CLIENT, loop_handle(w, &w->links[i]))->err =
			    PLM_EIO;
}

void
loop_world_stall(loop_world *w)
{
	for (uint32_t i = 0; i < LOOP_LINKS_MAX; i++)
		w->links[i].stalled |= w->links[i].used;
}

void
loop_world_refuse(loop_world *w, bool refuse)
{
	w->refuse = refuse;
}

uint64_t
loop_world_requests(const loop_world *w)
{
	return w->requests;
}

uint64_t
loop_world_connects(const loop_world *w)
{
	return w->connects;
}
