/* seeded_net.c: links, the tables of clients and servers, and what is handed over. */
#include "sim/seeded_net.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/seeded_net_parts.h"

enum { NET_PORT_FIRST = 7001, NET_CLOSE_MS = 1, NET_PARK_MS = 50, NET_DELAY_MS_MAX = 2000 };

/* Links */

static uint32_t
link_handle(const pli_seeded_net *net, const net_link *link)
{
	return (uint32_t)(link - net->links) + link->generation * PLI_SEEDED_LINKS_MAX;
}

static net_link *
link_of(pli_seeded_net *net, uint32_t handle)
{
	net_link *link = &net->links[handle % PLI_SEEDED_LINKS_MAX];
	return link->used && link->generation == handle / PLI_SEEDED_LINKS_MAX ? link : NULL;
}

static net_link *
link_of_conn(const pli_seeded_net *net, uint32_t client, uint32_t conn)
{
	for (uint32_t i = 0; i < PLI_SEEDED_LINKS_MAX; i++) {
		const net_link *link = &net->links[i];
		if (link->used && link->client_up && link->client == client && link->conn == conn)
			return (net_link *)link;
	}
	return NULL;
}

static void
link_release(net_link *link)
{
	if (!link->client_up && !link->server_up)
		link->used = false;
}

/* One to forty milliseconds. */
static int64_t
net_latency(pli_seeded_net *net)
{
	return (int64_t)(1 + pli_random_below(&net->latency, 40)) * PLM_NS_PER_MS;
}

static bool
way_has(const pli_seeded_net *net, uint32_t server, pli_net_fault fault)
{
	return net->ways[server].until_ns[fault] > net->clock->steady_ns;
}

static bool
way_take(pli_seeded_net *net, uint32_t server, pli_net_fault fault)
{
	if (net->ways[server].left[fault] == 0)
		return false;
	net->ways[server].left[fault]--;
	net->counters.faults[fault]++;
	return true;
}

static int64_t
way_delay(pli_seeded_net *net, uint32_t server)
{
	if (!way_has(net, server, PLI_NET_DELAY))
		return 0;
	net->counters.faults[PLI_NET_DELAY]++;
	return (int64_t)pli_random_below(&net->faults[PLI_NET_DELAY], NET_DELAY_MS_MAX) *
	       PLM_NS_PER_MS;
}

/* When the next thing in that direction arrives: never before the one that was sent before. */
static plm_time_ns
link_due(pli_seeded_net *net, net_link *link, net_direction direction)
{
	plm_time_ns due_ns = net->clock->steady_ns + link->latency_ns +
			     way_delay(net, link->server);
	if (due_ns < link->due_ns[direction])
		due_ns = link->due_ns[direction];
	link->due_ns[direction] = due_ns;
	return due_ns;
}

static net_process *
link_receiver(pli_seeded_net *net, const net_link *link, net_direction direction)
{
	return direction == NET_DOWN ? &net->clients[link->client] : &net->servers[link->server];
}

static net_delivery *
link_push(pli_seeded_net *net, net_link *link, net_kind kind, net_direction direction)
{
	net_delivery *d = pli_net_delivery_make(net, kind, NULL);
	d->link = link_handle(net, link);
	d->due_ns = link_due(net, link, direction);
	pli_net_heap_push(link_receiver(net, link, direction), d);
	return d;
}

/* Told at once, whatever is on the way. */
static void
link_push_now(pli_seeded_net *net, net_link *link, net_kind kind, plm_err err, const char *why)
{
	net_delivery *d = pli_net_delivery_make(net, kind, NULL);
	d->link = link_handle(net, link);
	d->due_ns = net->clock->steady_ns + NET_CLOSE_MS * PLM_NS_PER_MS;
	d->err = err;
	d->why = why;
	net_direction direction = kind == NET_CLOSED ? NET_DOWN : NET_UP;
	pli_net_heap_push(link_receiver(net, link, direction), d);
}

static void
link_push_text(pli_seeded_net *net, net_link *link, plm_slice text, net_direction direction)
{
	plm_slice parts[NET_PARTS] = {[NET_TEXT] = text};
	net_delivery *d = pli_net_delivery_make(
	    net, direction == NET_DOWN ? NET_TEXT_DOWN : NET_TEXT_UP, parts);
	d->link = link_handle(net, link);
	d->due_ns = link_due(net, link, direction);
	if (direction == NET_DOWN) {
		link->queued_bytes += text.size;
		if (link->bytes_per_second != 0)
			link->due_ns[NET_DOWN] = d->due_ns += (int64_t)text.size * PLM_NS_PER_S /
							      link->bytes_per_second;
	}
	pli_net_heap_push(link_receiver(net, link, direction), d);
}

/* "ws://127.0.0.1:7001/path?query" to place, path and query; server PLI_SEEDED_PEERS: none. */
static pli_seeded_place
net_url(const char *url, plm_slice *ret_path, plm_slice *ret_query)
{
	static const char host[] = "://127.0.0.1:";
	const char *at = strstr(url, host);
	char *end = NULL;
	long port = at == NULL ? 0 : strtol(at + sizeof host - 1, &end, 10);
	*ret_path = *ret_query = (plm_slice){"", 0};
	if (port < NET_PORT_FIRST || port >= NET_PORT_FIRST + PLI_SEEDED_PEERS * PLI_SEEDED_DOORS)
		return (pli_seeded_place){PLI_SEEDED_PEERS, 0};
	size_t size = strcspn(end, "?");
	*ret_path = (plm_slice){end, size};
	*ret_query = plm_slice_of(end[size] == '?' ? end + size + 1 : "");
	uint32_t address = (uint32_t)(port - NET_PORT_FIRST);
	return (pli_seeded_place){address % PLI_SEEDED_PEERS, address / PLI_SEEDED_PEERS};
}

/* The client's table */

/* Why a connection or request will not even leave; PLM_OK: it leaves. */
static plm_err
way_closed(pli_seeded_net *net, uint32_t server, int64_t *ret_after_ns, const char **ret_why)
{
	static const struct {
		pli_net_fault fault;
		plm_err err;
		int64_t after_ns;
		const char *why;
	} rows[] = {{PLI_NET_DNS, PLM_ENOTFOUND, 3 * PLM_NS_PER_S, "no such name"},
	    {PLI_NET_REFUSE, PLM_EIO, 2 * PLM_NS_PER_MS, "connection refused"},
	    {PLI_NET_TLS, PLM_EAUTH, 60 * PLM_NS_PER_MS, "the certificate has expired"}};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (!way_has(net, server, rows[i].fault))
			continue;
		net->counters.faults[rows[i].fault]++;
		*ret_after_ns = rows[i].after_ns;
		*ret_why = rows[i].why;
		return rows[i].err;
	}
	return PLM_OK;
}

static plm_err
net_ws_open(void *ctx, uint32_t conn, const pli_ws_target *target)
{
	net_process *client = ctx;
	pli_seeded_net *net = client->net;
	plm_slice parts[NET_PARTS] = {0};
	uint32_t server = net_url(target->url, &parts[NET_PATH], &parts[NET_QUERY]).server;
	assert(link_of_conn(net, client->number, conn) == NULL);
	net_link *link = net->links;
	while (link < net->links + PLI_SEEDED_LINKS_MAX && link->used)
		link++;
	if (server == PLI_SEEDED_PEERS || link == net->links + PLI_SEEDED_LINKS_MAX)
		return server == PLI_SEEDED_PEERS ? PLM_EARG : PLM_EFULL;
	net->counters.connects++;
	if (net->watch.on_connect != NULL)
		net->watch.on_connect(net->watch.ctx, server, conn);
	net->counters.connects_to[server]++;
	*link = (net_link){.used = true,
	    .client_up = true,
	    .client = client->number,
	    .conn = conn,
	    .server = server,
	    .generation = link->generation + 1,
	    .latency_ns = net_latency(net)};
	int64_t after_ns = 0;
	const char *why = "";
	plm_err err = way_closed(net, server, &after_ns, &why);
	net_delivery *d = pli_net_delivery_make(net, err == PLM_OK ? NET_OPEN : NET_CLOSED, parts);
	d->link = link_handle(net, link);
	d->err = err;
	d->why = why;
	d->deadline_ns = net->clock->steady_ns + target->connect_timeout_ms * PLM_NS_PER_MS;
	d->due_ns = err == PLM_OK ? link_due(net, link, NET_UP) : net->clock->steady_ns + after_ns;
	pli_net_heap_push(link_receiver(net, link, err == PLM_OK ? NET_UP : NET_DOWN), d);
	return PLM_OK;
}

static plm_err
net_ws_send(void *ctx, uint32_t conn, plm_slice text)
{
	net_process *client = ctx;
	pli_seeded_net *net = client->net;
	net_link *link = link_of_conn(net, client->number, conn);
	if (link == NULL || !link->client_open)
		return PLM_ECLOSED;
	plm_slice none = {"", 0};
	net->counters.messages_to[link->server]++;
	if (net->watch.on_sent != NULL)
		net->watch.on_sent(
		    net->watch.ctx, (pli_seeded_place){link->server, 0}, none, none, text);
	link_push_text(net, link, text, NET_UP);
	return PLM_OK;
}

static plm_err
net_ws_ping(void *ctx, uint32_t conn)
{
	net_process *client = ctx;
	net_link *link = link_of_conn(client->net, client->number, conn);
	if (link == NULL || !link->client_open)
		return PLM_ECLOSED;
	(void)link_push(client->net, link, NET_PONG, NET_DOWN);
	return PLM_OK;
}

static void
net_ws_close(void *ctx, uint32_t conn)
{
	net_process *client = ctx;
	pli_seeded_net *net = client->net;
	net_link *link = link_of_conn(net, client->number, conn);
	assert(link != NULL);
	link->client_open = false;
	link_push_now(net, link, NET_CLOSED, PLM_ECLOSED, "closed");
	if (link->server_up)
		(void)link_push(net, link, NET_GONE, NET_UP);
}

static net_delivery *
request_make(pli_seeded_net *net, const pli_http_out *out, plm_slice parts[NET_PARTS])
{
	static const struct {
		const char *name;
		net_part part;
	} rows[] = {{"X-MBX-APIKEY: ", NET_KEY}, {"OK-ACCESS-KEY: ", NET_KEY},
	    {"OK-ACCESS-SIGN: ", NET_SIGNATURE}, {"OK-ACCESS-TIMESTAMP: ", NET_STAMP},
	    {"OK-ACCESS-PASSPHRASE: ", NET_PASSPHRASE}, {"X-BAPI-API-KEY: ", NET_KEY},
	    {"X-BAPI-SIGN: ", NET_SIGNATURE}, {"X-BAPI-TIMESTAMP: ", NET_STAMP},
	    {"X-BAPI-RECV-WINDOW: ", NET_WINDOW}, {"api-key: ", NET_KEY},
	    {"api-signature: ", NET_SIGNATURE}, {"api-expires: ", NET_STAMP}};
	parts[NET_TEXT] = out->body;
	parts[NET_METHOD] = plm_slice_of(out->method);
	for (const char *const *h = out->headers; h != NULL && *h != NULL; h++)
		for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
			if (strncmp(*h, rows[i].name, strlen(rows[i].name)) == 0)
				parts[rows[i].part] = plm_slice_of(*h + strlen(rows[i].name));
	return pli_net_delivery_make(net, NET_REQUEST, parts);
}

static void
request_end(pli_seeded_net *net, const net_delivery *request, plm_err err, plm_time_ns due_ns)
{
	net_delivery *d = pli_net_delivery_make(net, NET_REPLY, NULL);
	d->request = request->request;
	d->server = request->server;
	d->door = request->door;
	d->deadline_ns = request->deadline_ns;
	d->life = request->life;
	d->err = err;
	d->why = plm_err_text(err);
	d->due_ns = due_ns;
	pli_net_heap_push(&net->clients[request->client], d);
}

static plm_err
net_http_send(void *ctx, uint32_t number, const pli_http_out *out)
{
	net_process *client = ctx;
	pli_seeded_net *net = client->net;
	plm_slice parts[NET_PARTS] = {0};
	pli_seeded_place place = net_url(out->url, &parts[NET_PATH], &parts[NET_QUERY]);
	uint32_t server = place.server;
	if (server == PLI_SEEDED_PEERS)
		return PLM_EARG;
	net->counters.requests++;
	net->counters.requests_to[server]++;
	net_delivery *d = request_make(net, out, parts);
	plm_time_ns now_ns = net->clock->steady_ns;
	d->request = number;
	d->client = client->number;
	d->server = server;
	d->door = place.door;
	d->life = client->life;
	d->deadline_ns = now_ns + (int64_t)out->timeout_ms * PLM_NS_PER_MS;
	d->due_ns = now_ns + net_latency(net) + way_delay(net, server);
	if (net->watch.on_sent != NULL)
		net->watch.on_sent(
		    net->watch.ctx, place, parts[NET_METHOD], parts[NET_PATH], parts[NET_TEXT]);
	int64_t after_ns = 0;
	const char *why = "";
	plm_err err = way_closed(net, server, &after_ns, &why);
	if (err == PLM_OK) {
		pli_net_heap_push(&net->servers[server], d);
		return PLM_OK;
	}
	request_end(net, d, err, now_ns + after_ns);
	pli_net_delivery_free(net, d);
	return PLM_OK;
}

static void
net_set_handler(void *ctx, const pli_net_handler *handler)
{
	((net_process *)ctx)->client = *handler;
}

static void
net_wake(void *ctx)
{
	(void)ctx; /* nobody waits: there is one thread */
}

/* The server's table */

static plm_err
net_listen(void *ctx, const char *host, uint16_t port, const char *cert, const char *key,
    uint16_t *ret_port)
{
	net_process *server = ctx;
	(void)host, (void)port;
	assert(cert == NULL && key == NULL);
	server->listening = true;
	*ret_port = (uint16_t)(NET_PORT_FIRST + server->number);
	return PLM_OK;
}

static void
link_push_damaged(pli_seeded_net *net, net_link *link, plm_slice text)
{
	plm_slice parts[NET_PARTS] = {[NET_TEXT] = text};
	net_delivery *d = pli_net_delivery_make(net, NET_TEXT_DOWN, parts);
	d->link = link_handle(net, link);
	pli_net_damage(&net->faults[PLI_NET_CORRUPT], d);
	link->queued_bytes += d->parts[NET_TEXT].size;
	d->due_ns = link_due(net, link, NET_DOWN);
	pli_net_heap_push(link_receiver(net, link, NET_DOWN), d);
}

static plm_err
net_send(void *ctx, uint32_t handle, plm_slice text)
{
	net_process *server = ctx;
	pli_seeded_net *net = server->net;
	net_link *link = link_of(net, handle);
	if (link == NULL || !link->server_up || link->server_closing)
		return PLM_ECLOSED;
	if (link->queued_bytes > PLI_SEEDED_BACKLOG_MAX)
		return PLM_EFULL;
	uint32_t way = link->server;
	if (way_take(net, way, PLI_NET_LOSE))
		return PLM_OK;
	if (text.size > 1 && way_take(net, way, PLI_NET_SPLIT)) {
		size_t half = 1 + pli_random_below(&net->faults[PLI_NET_SPLIT], text.size - 1);
		link_push_text(net, link, (plm_slice){text.bytes, half}, NET_DOWN);
		link_push_text(
		    net, link, (plm_slice){text.bytes + half, text.size - half}, NET_DOWN);
		return PLM_OK;
	}
	if (text.size > 1 && way_take(net, way, PLI_NET_CORRUPT)) {
		link_push_damaged(net, link, text);
		return PLM_OK;
	}
	if (way_take(net, way, PLI_NET_REORDER)) {
		/* Late, and what comes after does not wait for it. */
		plm_time_ns before_ns = link->due_ns[NET_DOWN];
		uint64_t late_ms = 50 + pli_random_below(&net->faults[PLI_NET_REORDER], 1500);
		link->due_ns[NET_DOWN] = net->clock->steady_ns + link->latency_ns +
					 (int64_t)late_ms * PLM_NS_PER_MS;
		link_push_text(net, link, text, NET_DOWN);
		link->due_ns[NET_DOWN] = before_ns;
		return PLM_OK;
	}
	link_push_text(net, link, text, NET_DOWN);
	if (way_take(net, way, PLI_NET_DUPLICATE))
		link_push_text(net, link, text, NET_DOWN);
	return PLM_OK;
}

static size_t
net_backlog(void *ctx, uint32_t handle)
{
	pli_seeded_net *net = ((net_process *)ctx)->net;
	const net_link *link = link_of(net, handle);
	if (link == NULL)
		return 0;
	bool slow = link->frozen || link->bytes_per_second != 0 ||
		    way_has(net, link->server, PLI_NET_STALL);
	return slow ? link->queued_bytes : 0;
}

static void
net_disconnect(void *ctx, uint32_t handle, bool abruptly)
{
	pli_seeded_net *net = ((net_process *)ctx)->net;
	net_link *link = link_of(net, handle);
	if (link == NULL || !link->server_up || link->server_closing)
		return;
	link->server_closing = true;
	if (link->client_up) {
		net_delivery *d = link_push(net, link, NET_CLOSED, NET_DOWN);
		d->err = abruptly ? PLM_EIO : PLM_ECLOSED;
		d->why = "closed by the server";
	}
	link_push_now(net, link, NET_GONE, PLM_OK, "");
}

static void
net_freeze(void *ctx, uint32_t handle, bool frozen)
{
	net_link *link = link_of(((net_process *)ctx)->net, handle);
	if (link != NULL)
		link->frozen = frozen;
}

static void
net_server_set_handler(void *ctx, const pli_server_handler *handler)
{
	((net_process *)ctx)->server = *handler;
}

/* Handing over */

static void
hand_open(net_process *server, net_link *link, const net_delivery *d)
{
	pli_seeded_net *net = server->net;
	pli_http_in in = {.method = PLM_SLICE("GET"),
	    .path = d->parts[NET_PATH],
	    .query = d->parts[NET_QUERY],
	    .host = PLM_SLICE("127.0.0.1")};
	if (way_has(net, server->number, PLI_NET_STALL)) {
		net_delivery *late = pli_net_delivery_make(net, NET_CLOSED, NULL);
		late->link = d->link;
		late->due_ns = d->deadline_ns;
		late->err = PLM_ETIMEOUT;
		late->why = "not connected in time";
		pli_net_heap_push(&net->clients[link->client], late);
	} else if (!server->listening) {
		link_push_now(net, link, NET_CLOSED, PLM_EIO, "connection refused");
	} else if (!server->server.on_connect(server->server.ctx, d->link, &in)) {
		link_push_now(net, link, NET_CLOSED, PLM_EREFUSED, "refused by the server");
	} else {
		link->server_up = true;
		(void)link_push(net, link, NET_OPENED, NET_DOWN);
	}
}

static void
hand_closed(net_process *client, net_link *link, const net_delivery *d)
{
	const pli_seeded_watch *watch = &client->net->watch;
	uint32_t conn = link->conn;
	if (!link->client_up)
		return; /* it closed its end before, and may have another by that number */
	if (watch->on_link != NULL)
		watch->on_link(watch->ctx, link->server, false, d->why);
	link->client_up = link->client_open = false;
	link_release(link);
	if (client->client.on_close != NULL)
		client->client.on_close(client->client.ctx, conn, d->err, d->why);
}

static void
hand_gone(net_process *server, net_link *link, const net_delivery *d)
{
	if (!link->server_up)
		return;
	link->server_up = false;
	link_release(link);
	if (server->server.on_disconnect != NULL)
		server->server.on_disconnect(server->server.ctx, d->link);
}

/* The server's answer becomes the reply, or a time-out. */
static void
hand_request(net_process *server, const net_delivery *d)
{
	pli_seeded_net *net = server->net;
	plm_time_ns now_ns = net->clock->steady_ns;
	if (way_has(net, d->server, PLI_NET_STALL) || way_has(net, d->server, PLI_NET_HANG)) {
		net->counters.faults[PLI_NET_HANG]++;
		request_end(net, d, PLM_ETIMEOUT, d->deadline_ns);
		return;
	}
	pli_http_answer answer = {.status = 0};
	if (server->listening) {
		pli_http_in in = {.method = d->parts[NET_METHOD],
		    .path = d->parts[NET_PATH],
		    .query = d->parts[NET_QUERY],
		    .body = d->parts[NET_TEXT],
		    .host = PLM_SLICE("127.0.0.1"),
		    .api_key = d->parts[NET_KEY],
		    .signature = d->parts[NET_SIGNATURE],
		    .stamp = d->parts[NET_STAMP],
		    .passphrase = d->parts[NET_PASSPHRASE],
		    .window = d->parts[NET_WINDOW]};
		server->server.on_request(server->server.ctx, &in, &answer);
	}
	plm_time_ns due_ns = now_ns + net_latency(net) + answer.delay_ms * PLM_NS_PER_MS +
			     way_delay(net, d->server);
	if (answer.hang || due_ns > d->deadline_ns || answer.status == 0) {
		bool late = answer.status != 0;
		request_end(net, d, late ? PLM_ETIMEOUT : PLM_EIO, late ? d->deadline_ns : due_ns);
		return;
	}
	plm_slice parts[NET_PARTS] = {[NET_TEXT] = answer.body};
	net_delivery *reply = pli_net_delivery_make(net, NET_REPLY, parts);
	reply->request = d->request;
	reply->server = d->server;
	reply->door = d->door;
	reply->deadline_ns = d->deadline_ns;
	reply->life = d->life;
	reply->status = answer.status;
	reply->due_ns = due_ns;
	reply->retry_after_s = pli_net_header(answer.headers, "Retry-After: ");
	reply->used_weight = pli_net_header(answer.headers, "X-MBX-USED-WEIGHT-1M: ");
	if (answer.body.size > 1 && way_take(net, d->server, PLI_NET_CORRUPT))
		pli_net_damage(&net->faults[PLI_NET_CORRUPT], reply);
	pli_net_heap_push(&net->clients[d->client], reply);
}

static void
hand_reply(net_process *client, const net_delivery *d)
{
	pli_seeded_net *net = client->net;
	if (d->life != client->life || client->client.on_reply == NULL)
		return;
	pli_http_reply reply = {.status = d->status,
	    .err = d->err,
	    .retry_after_s = d->retry_after_s,
	    .used_weight = d->used_weight,
	    .body = d->parts[NET_TEXT],
	    .text = d->why};
	if (net->watch.on_answered != NULL)
		net->watch.on_answered(net->watch.ctx, (pli_seeded_place){d->server, d->door},
		    d->status, d->retry_after_s);
	if (net->watch.on_got != NULL && d->status != 0)
		net->watch.on_got(net->watch.ctx, d->server, d->status, d->parts[NET_TEXT]);
	client->client.on_reply(client->client.ctx, d->request, &reply);
}

static void
hand_to_client(net_process *client, net_link *link, const net_delivery *d)
{
	pli_seeded_net *net = client->net;
	link->heard_ns = net->clock->steady_ns;
	if (d->kind == NET_OPENED) {
		link->client_open = true;
		if (net->watch.on_link != NULL)
			net->watch.on_link(net->watch.ctx, link->server, true, "");
		client->client.on_open(client->client.ctx, link->conn);
		return;
	}
	if (d->kind == NET_TEXT_DOWN)
		link->queued_bytes -= d->parts[NET_TEXT].size;
	if (!link->client_open)
		return;
	pli_clock clock = pli_seeded_clock_table(net->clock);
	if (d->kind == NET_TEXT_DOWN && net->watch.on_got != NULL)
		net->watch.on_got(net->watch.ctx, link->server, 0, d->parts[NET_TEXT]);
	if (d->kind == NET_TEXT_DOWN && net->watch.on_told != NULL)
		net->watch.on_told(net->watch.ctx, link->server, link->conn, d->parts[NET_TEXT]);
	if (d->kind == NET_TEXT_DOWN)
		client->client.on_frame(
		    client->client.ctx, link->conn, d->parts[NET_TEXT], clock.wall_ns(clock.ctx));
	else if (client->client.on_pong != NULL)
		client->client.on_pong(client->client.ctx, link->conn);
}

/* Put off: the way is stalled or the link frozen. A reply that would be too late times out. */
static bool
hand_later(net_process *process, net_link *link, net_delivery *d)
{
	pli_seeded_net *net = process->net;
	plm_time_ns now_ns = net->clock->steady_ns;
	uint32_t server = link != NULL ? link->server : d->server;
	bool local = d->kind == NET_CLOSED && d->err == PLM_ECLOSED && !link->client_open;
	if (d->kind == NET_OPEN || d->kind == NET_REQUEST || d->err == PLM_ETIMEOUT || local)
		return false;
	if (way_has(net, server, PLI_NET_STALL)) {
		net->counters.faults[PLI_NET_STALL]++;
		d->due_ns = net->ways[server].until_ns[PLI_NET_STALL];
		if (d->kind == NET_REPLY && d->due_ns > d->deadline_ns) {
			d->due_ns = d->deadline_ns > now_ns ? d->deadline_ns : now_ns;
			d->status = 0;
			d->err = PLM_ETIMEOUT;
			d->parts[NET_TEXT].size = 0;
		}
	} else if (link != NULL && link->frozen && d->kind != NET_CLOSED) {
		int64_t park_ns = NET_PARK_MS * PLM_NS_PER_MS;
		d->due_ns = (now_ns / park_ns + 1) * park_ns;
	} else {
		return false;
	}
	pli_net_heap_push(process, d);
	return true;
}

static void
hand_over(net_process *process, net_delivery *d)
{
	net_link *link = link_of(process->net, d->link);
	bool of_link = d->kind != NET_REQUEST && d->kind != NET_REPLY;
	if (of_link && link == NULL) {
		pli_net_delivery_free(process->net, d);
		return; /* it is gone */
	}
	if (hand_later(process, of_link ? link : NULL, d))
		return;
	process->net->counters.deliveries++;
	if (d->kind == NET_REQUEST)
		hand_request(process, d);
	else if (d->kind == NET_REPLY)
		hand_reply(process, d);
	else if (d->kind == NET_OPEN)
		hand_open(process, link, d);
	else if (d->kind == NET_GONE)
		hand_gone(process, link, d);
	else if (d->kind == NET_CLOSED)
		hand_closed(process, link, d);
	else if (d->kind == NET_TEXT_UP && link->server_up && !link->server_closing)
		process->server.on_message(process->server.ctx, d->link, d->parts[NET_TEXT]);
	else if (d->kind != NET_TEXT_UP && link->client_up)
		hand_to_client(process, link, d);
	pli_net_delivery_free(process->net, d);
}

static int
net_poll(void *ctx, int64_t wait_ns)
{
	net_process *process = ctx;
	int done = 0;
	(void)wait_ns;
	while (process->count > 0 && process->heap[0]->due_ns <= process->net->clock->steady_ns) {
		hand_over(process, pli_net_heap_pop(process));
		done++;
	}
	return done;
}

/* Life and faults */

static bool
process_init(net_process *process, pli_seeded_net *net, uint32_t number)
{
	*process = (net_process){.net = net, .number = number};
	process->heap = calloc(NET_HEAP_MAX, sizeof(net_delivery *));
	return process->heap != NULL;
}

pli_seeded_net *
pli_seeded_net_create(pli_seeded_clock *clock, uint64_t seed)
{
	static const char *const names[PLI_NET_FAULT_COUNT] = {
#define X(name, text) "net." #name,
	    PLI_NET_FAULTS(X)
#undef X
	};
	pli_seeded_net *net = calloc(1, sizeof *net);
	if (net == NULL)
		return NULL;
	net->clock = clock;
	pli_seeded_stream(&net->latency, seed, "net.latency");
	for (int i = 0; i < PLI_NET_FAULT_COUNT; i++)
		pli_seeded_stream(&net->faults[i], seed, names[i]);
	bool whole = true;
	for (uint32_t i = 0; i < PLI_SEEDED_PEERS; i++) {
		whole &= process_init(&net->clients[i], net, i);
		whole &= process_init(&net->servers[i], net, i);
	}
	if (whole)
		return net;
	pli_seeded_net_destroy(net);
	return NULL;
}

void
pli_seeded_net_destroy(pli_seeded_net *net)
{
	if (net == NULL)
		return;
	for (uint32_t i = 0; i < PLI_SEEDED_PEERS; i++) {
		net_process *both[] = {&net->clients[i], &net->servers[i]};
		for (int k = 0; k < 2; k++) {
			pli_net_heap_clear(both[k]);
			free(both[k]->heap);
		}
	}
	free(net);
}

pli_net
pli_seeded_net_client(pli_seeded_net *net, uint32_t client)
{
	assert(client < PLI_SEEDED_PEERS);
	return (pli_net){.ws_open = net_ws_open,
	    .ws_send = net_ws_send,
	    .ws_ping = net_ws_ping,
	    .ws_close = net_ws_close,
	    .http_send = net_http_send,
	    .set_handler = net_set_handler,
	    .poll = net_poll,
	    .wake = net_wake,
	    .ctx = &net->clients[client]};
}

pli_server
pli_seeded_net_server(pli_seeded_net *net, uint32_t server)
{
	assert(server < PLI_SEEDED_PEERS);
	return (pli_server){.listen = net_listen,
	    .send = net_send,
	    .backlog = net_backlog,
	    .disconnect = net_disconnect,
	    .freeze = net_freeze,
	    .set_handler = net_server_set_handler,
	    .poll = net_poll,
	    .wake = net_wake,
	    .ctx = &net->servers[server]};
}

void
pli_seeded_net_watch(pli_seeded_net *net, const pli_seeded_watch *watch)
{
	net->watch = *watch;
}

plm_time_ns
pli_seeded_net_next(const pli_seeded_net *net)
{
	plm_time_ns next_ns = INT64_MAX;
	for (uint32_t i = 0; i < PLI_SEEDED_PEERS; i++) {
		const net_process *both[] = {&net->clients[i], &net->servers[i]};
		for (int k = 0; k < 2; k++)
			if (both[k]->count > 0 && both[k]->heap[0]->due_ns < next_ns &&
			    both[k]->heap[0]->due_ns > net->clock->steady_ns)
				next_ns = both[k]->heap[0]->due_ns;
	}
	return next_ns;
}

void
pli_seeded_net_client_gone(pli_seeded_net *net, uint32_t client)
{
	net_process *process = &net->clients[client];
	pli_net_heap_clear(process);
	process->life++;
	process->client = (pli_net_handler){0};
	for (uint32_t i = 0; i < PLI_SEEDED_LINKS_MAX; i++) {
		net_link *link = &net->links[i];
		if (!link->used || !link->client_up || link->client != client)
			continue;
		link->client_up = link->client_open = false;
		if (link->server_up)
			(void)link_push(net, link, NET_GONE, NET_UP);
		link_release(link);
	}
}

void
pli_seeded_net_server_gone(pli_seeded_net *net, uint32_t server)
{
	net_process *process = &net->servers[server];
	while (process->count > 0) {
		net_delivery *d = pli_net_heap_pop(process);
		if (d->kind == NET_REQUEST)
			request_end(net, d, PLM_EIO, net->clock->steady_ns + PLM_NS_PER_MS);
		pli_net_delivery_free(net, d);
	}
	process->life++;
	process->listening = false;
	process->server = (pli_server_handler){0};
	for (uint32_t i = 0; i < PLI_SEEDED_LINKS_MAX; i++) {
		net_link *link = &net->links[i];
		if (!link->used || link->server != server)
			continue;
		link->server_up = false;
		if (link->client_up)
			link_push_now(net, link, NET_CLOSED, PLM_EIO, "connection reset");
		link_release(link);
	}
}

void
pli_seeded_net_break(
    pli_seeded_net *net, uint32_t server, pli_net_fault fault, uint32_t count, int64_t duration_ns)
{
	net_way *way = &net->ways[server];
	if (fault >= PLI_NET_LOSE) {
		way->left[fault] = count;
		return;
	}
	if (fault != PLI_NET_CUT) {
		way->until_ns[fault] = net->clock->steady_ns + duration_ns;
		return;
	}
	for (uint32_t i = 0; i < PLI_SEEDED_LINKS_MAX; i++) {
		net_link *link = &net->links[i];
		if (!link->used || link->server != server)
			continue;
		net->counters.faults[PLI_NET_CUT]++;
		if (link->client_up)
			link_push_now(net, link, NET_CLOSED, PLM_EIO, "connection reset");
		if (link->server_up)
			link_push_now(net, link, NET_GONE, PLM_OK, "");
	}
}

void
pli_seeded_net_mend(pli_seeded_net *net, uint32_t server)
{
	net->ways[server] = (net_way){0};
}

void
pli_seeded_net_slow(pli_seeded_net *net, uint32_t client, uint32_t bytes_per_second)
{
	for (uint32_t i = 0; i < PLI_SEEDED_LINKS_MAX; i++)
		if (net->links[i].used && net->links[i].client == client)
			net->links[i].bytes_per_second = bytes_per_second;
}

plm_time_ns
pli_seeded_net_heard(const pli_seeded_net *net, uint32_t client, uint32_t conn)
{
	const net_link *link = link_of_conn(net, client, conn);
	return link == NULL || !link->client_open ? INT64_MIN : link->heard_ns;
}

uint64_t
pli_seeded_net_heap_bytes(const pli_seeded_net *net)
{
	return net->heap_bytes;
}

pli_seeded_counters
pli_seeded_net_counters(const pli_seeded_net *net)
{
	return net->counters;
}
