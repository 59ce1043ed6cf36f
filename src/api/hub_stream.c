/* hub_stream.c: WebSocket clients: a snapshot first, then what changed, newest wins.
 *
 * A client has no queue here: it has the version up to which it knows its view's rows. While its
 * socket is slow nothing is sent and newer values overwrite older ones in the view; after ten
 * seconds of that it is closed with a reason. */
#include <assert.h>
#include <string.h>

#include "api/hub_internal.h"
#include "base/fault_point.h"
#include "base/json.h"
#include "base/mutant.h"

static hub_client *
client_find(pli_hub *hub, uint32_t id)
{
	for (uint32_t i = 0; i < HUB_CLIENTS_MAX; i++) {
		if (hub->clients[i].used && hub->clients[i].id == id)
			return &hub->clients[i];
	}
	return NULL;
}

static void
view_release(pli_hub *hub, stream_view *view)
{
	assert(view->clients_count > 0);
	if (--view->clients_count > 0)
		return;
	for (uint32_t i = 0; i < HUB_VIEWS_MAX; i++) {
		if (hub->views[i] == view)
			hub->views[i] = NULL;
	}
	pli_stream_view_destroy(view);
}

static stream_view *
view_acquire(pli_hub *hub, const stream_shape *shape)
{
	stream_view **free_place = NULL;

	for (uint32_t i = 0; i < HUB_VIEWS_MAX; i++) {
		if (hub->views[i] == NULL) {
			free_place = &hub->views[i];
		} else if (pli_stream_shape_equal(&hub->views[i]->shape, shape)) {
			hub->views[i]->clients_count++;
			return hub->views[i];
		}
	}
	if (free_place == NULL)
		return NULL;
	*free_place = pli_stream_view_create(shape, HUB_ROWS_MAX);
	if (*free_place != NULL)
		(*free_place)->clients_count = 1;
	return *free_place;
}

static void
client_drop(pli_hub *hub, hub_client *client)
{
	view_release(hub, client->view);
	*client = (hub_client){0};
}

void
pli_hub_stream_fini(pli_hub *hub)
{
	for (uint32_t i = 0; i < HUB_CLIENTS_MAX; i++) {
		if (hub->clients[i].used)
			client_drop(hub, &hub->clients[i]);
	}
}

static bool
query_flag(plm_slice query, const char *name, const char *wanted)
{
	char text[32];

	return pli_hub_query_value(query, name, text, sizeof text) && strcmp(text, wanted) == 0;
}

bool
pli_hub_on_connect(void *ctx, uint32_t client_id, const pli_http_in *in)
{
	pli_hub *hub = ctx;
	hub_client *client = NULL;
	stream_shape shape = {0};
	hub_by_list by = {0};

	for (uint32_t i = 0; i < HUB_CLIENTS_MAX && client == NULL; i++)
		client = hub->clients[i].used ? NULL : &hub->clients[i];
	if (client == NULL || PLI_FAULT(HUB_CLIENTS_FULL) ||
	    !plm_slice_is(in->path, "/v1/stream") || !pli_hub_guard_host(in->host) ||
	    !pli_hub_guard_origin(in) ||
	    pli_hub_parse_query(hub, in->query, &shape.query, &by, NULL) != PLM_OK) {
		hub->counters.requests_refused++;
		return false;
	}
	memcpy(shape.levels, by.bits, sizeof shape.levels);
	shape.levels_count = by.count;
	shape.nested = query_flag(in->query, "levels", "all");
	shape.legs = query_flag(in->query, "legs", "true");
	shape.offsets = query_flag(in->query, "offsets", "true");
	*client = (hub_client){.used = true, .id = client_id};
	client->open_all = query_flag(in->query, "open", "all");
	client->notices = query_flag(in->query, "notices", "true");
	client->view = view_acquire(hub, &shape);
	client->used = client->view != NULL;
	hub->tick_due_ns = hub->tick_last_ns + HUB_TICK_NS_MIN;
	return client->used;
}

void
pli_hub_on_disconnect(void *ctx, uint32_t client_id)
{
	pli_hub *hub = ctx;
	hub_client *client = client_find(hub, client_id);

	if (client != NULL)
		client_drop(hub, client);
}

static int32_t
client_open_index(const hub_client *client, uint64_t hash)
{
	for (uint32_t i = 0; i < client->open_count; i++) {
		if (client->open[i] == hash)
			return (int32_t)i;
	}
	return -1;
}

static void
client_open(hub_client *client, uint64_t hash)
{
	if (client_open_index(client, hash) >= 0 || client->open_count == HUB_OPEN_MAX)
		return;
	client->open[client->open_count] = hash;
	client->open_age[client->open_count++] = 2;
}

static void
client_close(hub_client *client, uint64_t hash)
{
	int32_t index = client_open_index(client, hash);

	if (index < 0)
		return;
	client->open_count--;
	client->open[index] = client->open[client->open_count];
	client->open_age[index] = client->open_age[client->open_count];
}

/* {"type": "open" | "close", "keys": [...]}; anything else is ignored: a client cannot do harm. */
void
pli_hub_on_message(void *ctx, uint32_t client_id, plm_slice text)
{
	pli_hub *hub = ctx;
	hub_client *client = client_find(hub, client_id);
	pli_json *json = pli_json_shared();
	const pli_json_node *nodes;
	plm_slice type = {NULL, 0};
	uint32_t count = 0, keys, index;

	if (client == NULL || json == NULL || text.size > 65536 ||
	    pli_json_parse(json, text, NULL) != PLM_OK)
		return;
	nodes = pli_json_nodes(json, &count);
	if (pli_json_string(json, pli_json_find(json, 0, "type"), &type, NULL) != PLM_OK)
		return;
	keys = pli_json_find(json, 0, "keys");
	if (keys == 0 || nodes[keys].type != PLI_JSON_ARRAY)
		return;
	index = keys + 1;
	for (uint32_t i = 0; i < nodes[keys].children_count; i++, index = nodes[index].next) {
		assert(index < count);
		if (nodes[index].type != PLI_JSON_STRING)
			continue;
		if (plm_slice_is(type, "open"))
			client_open(client, pli_stream_key_hash(nodes[index].text));
		else if (plm_slice_is(type, "close"))
			client_close(client, pli_stream_key_hash(nodes[index].text));
	}
	hub->tick_due_ns = hub->tick_last_ns + HUB_TICK_NS_MIN;
}

/* wanted_by: is the node open in any client of the view being refreshed? */
typedef struct wanted_by {
	const pli_hub *hub;
	const stream_view *view;
} wanted_by;

static bool
wanted_is_open(void *ctx, uint64_t hash)
{
	const wanted_by *wanted = ctx;

	for (uint32_t i = 0; i < HUB_CLIENTS_MAX; i++) {
		const hub_client *client = &wanted->hub->clients[i];
		if (client->used && client->view == wanted->view &&
		    (client->open_all || client_open_index(client, hash) >= 0))
			return true;
	}
	return false;
}

/* row_due: does the client lack this row? ret_removed: it must be told that the row is gone. */
static bool
row_due(const hub_client *client, const stream_row *row, bool *ret_removed)
{
	int32_t index = -1;
	bool newer = row->version > client->sent_version;

	*ret_removed = false;
	if (row->parent != 0 && !client->open_all) {
		index = client_open_index(client, row->parent);
		if (index < 0)
			return false;
	}
	if (!row->alive) {
		*ret_removed = newer && client->greeted;
		return *ret_removed;
	}
	return newer || (index >= 0 && client->open_age[index] == 1);
}

static void
put_head(pli_hub *hub, pli_json_writer *w, const char *type, const stream_view *view)
{
	hub_breaches breaches = pli_hub_breaches_count(hub);
	plm_exposure_query whole = view->shape.query;
	plm_exposure_row total;
	uint32_t feeds = pli_book_feeds_count(hub->book), live = 0;

	for (uint32_t i = 0; i < feeds; i++)
		live += pli_book_feed(hub->book, i)->fact.status == PLM_FEED_LIVE;
	pli_json_object_open(w);
	pli_json_key(w, "type");
	pli_json_put_text(w, type);
	pli_json_key(w, "sequence");
	pli_json_put_uint(w, pli_mutant(HUB_SEQUENCE_BACK) && hub->counters.messages % 64 == 63
				 ? 1
				 : pli_book_sequence(hub->book));
	pli_json_key(w, "as_of_ns");
	pli_json_put_int(w, pli_book_now_ns(hub->book));
	pli_json_key(w, "state_version");
	pli_json_put_uint(w, hub->state_version);
	pli_json_key(w, "breaches");
	pli_json_object_open(w);
	pli_json_key(w, "soft");
	pli_json_put_uint(w, breaches.soft);
	pli_json_key(w, "hard");
	pli_json_put_uint(w, breaches.hard);
	pli_json_key(w, "unacknowledged");
	pli_json_put_uint(w, breaches.unacknowledged);
	pli_json_object_close(w);
	pli_json_key(w, "feeds");
	pli_json_object_open(w);
	pli_json_key(w, "live");
	pli_json_put_uint(w, live);
	pli_json_key(w, "all");
	pli_json_put_uint(w, feeds);
	pli_json_object_close(w);
	whole.by = PLM_BY_NOTHING;
	pli_exposure_total(hub->exposure, &whole, &total);
	pli_json_key(w, "total");
	pli_exposure_put_row(w, &hub->source, &total);
	pli_json_key(w, "rows_left_out");
	pli_json_put_uint(w, view->rows_left_out);
}

/* pass_put_rows writes the next rows that are due, at most HUB_ROWS_PER_MESSAGE of them, from
 * `cursor` on. Returns the cursor behind the last row looked at. */
static uint32_t
pass_put_rows(pli_hub *hub, pli_json_writer *w, const hub_client *client, uint32_t cursor)
{
	const stream_view *view = client->view;
	uint32_t end = cursor, rows = 0;
	bool removed;

	pli_json_key(w, "rows");
	pli_json_array_open(w);
	for (; end < view->rows_count && rows < HUB_ROWS_PER_MESSAGE; end++) {
		if (row_due(client, &view->rows[end], &removed) && !removed) {
			pli_stream_view_put_row(w, &hub->source, &view->rows[end]);
			rows++;
		}
	}
	pli_json_array_close(w);
	pli_json_key(w, "removed");
	pli_json_array_open(w);
	for (uint32_t i = cursor; i < end; i++) {
		if (row_due(client, &view->rows[i], &removed) && removed)
			pli_json_put_text(w, view->rows[i].key);
	}
	pli_json_array_close(w);
	pli_json_key(w, "more");
	pli_json_put_bool(w, end < view->rows_count);
	pli_json_object_close(w);
	return end;
}

static void
pass_begin(hub_client *client)
{
	client->in_pass = true;
	client->cursor = 0;
	client->pass_version = client->view->version;
	for (uint32_t i = 0; i < client->open_count; i++) {
		if (client->open_age[i] == 2)
			client->open_age[i] = 1;
	}
}

static void
pass_end(hub_client *client)
{
	client->in_pass = false;
	client->greeted = true;
	client->sent_version = client->pass_version;
	for (uint32_t i = 0; i < client->open_count; i++) {
		if (client->open_age[i] == 1)
			client->open_age[i] = 0;
	}
}

static bool
client_has_news(const pli_hub *hub, const hub_client *client)
{
	bool opened = false;

	for (uint32_t i = 0; i < client->open_count; i++)
		opened |= client->open_age[i] == 2;
	return opened || !client->greeted || client->view->version > client->sent_version ||
	       hub->state_version != client->sent_state ||
	       (pli_book_sequence(hub->book) != client->sent_sequence &&
		   hub->steady_ns - client->sent_ns >= HUB_HEARTBEAT_NS);
}

/* client_is_slow also closes a client that was slow for too long. */
static bool
client_is_slow(pli_hub *hub, hub_client *client)
{
	static const char reason[] =
	    "{\"type\":\"closed\",\"reason\":\"this client has not read for 10 seconds; connect "
	    "again for a fresh snapshot\"}";
	const pli_server *server = hub->config.server;
	uint32_t id = client->id;

	if (server->backlog(server->ctx, id) <= HUB_BACKLOG_BYTES_MAX) {
		client->stuck_since_ns = 0;
		return false;
	}
	if (client->stuck_since_ns == 0)
		client->stuck_since_ns = hub->steady_ns;
	if (hub->steady_ns - client->stuck_since_ns >= HUB_SLOW_NS_MAX) {
		hub->counters.clients_slow++;
		(void)server->send(server->ctx, id, PLM_SLICE(reason));
		server->disconnect(server->ctx, id, false);
		if (client->used && client->id == id)
			client_drop(hub, client);
	}
	return true;
}

/* client_send_part sends the next message of the pass; false when the client takes no more now. */
static bool
client_send_part(pli_hub *hub, hub_client *client)
{
	const pli_server *server = hub->config.server;
	bool first = client->cursor == 0 && !client->greeted;
	uint32_t end;

	pli_json_writer_reset(&hub->message);
	put_head(hub, &hub->message, first ? "snapshot" : "change", client->view);
	end = pass_put_rows(hub, &hub->message, client, client->cursor);
	/* A message that was cut is not sent: the next tick writes it anew. */
	if (hub->message.overflow || PLI_FAULT(HUB_SEND) ||
	    server->send(server->ctx, client->id,
		(plm_slice){hub->message.bytes, hub->message.size}) != PLM_OK)
		return false;
	hub->counters.messages++;
	client->cursor = end;
	client->sent_ns = hub->steady_ns;
	client->sent_sequence = pli_book_sequence(hub->book);
	client->sent_state = hub->state_version;
	return true;
}

static int
client_serve(pli_hub *hub, hub_client *client)
{
	int sent = 0;

	if (client->generation != client->view->generation) {
		client->generation = client->view->generation;
		client->in_pass = client->greeted = false;
		client->sent_version = 0;
	}
	if (client_is_slow(hub, client) || (!client->in_pass && !client_has_news(hub, client)))
		return 0;
	if (!client->in_pass)
		pass_begin(client);
	do {
		if (client_is_slow(hub, client) || !client_send_part(hub, client))
			return sent;
		sent++;
	} while (client->cursor < client->view->rows_count);
	pass_end(client);
	return sent;
}

int
pli_hub_stream_tick(pli_hub *hub)
{
	int sent = 0;

	for (uint32_t i = 0; i < HUB_VIEWS_MAX; i++) {
		wanted_by by = {hub, hub->views[i]};
		const stream_wanted wanted = {wanted_is_open, &by};
		if (hub->views[i] == NULL)
			continue;
		pli_hub_settle(hub);
		pli_stream_view_refresh(hub->views[i], &hub->source, &wanted);
		hub->counters.rows_left_out += hub->views[i]->rows_left_out;
	}
	for (uint32_t i = 0; i < HUB_CLIENTS_MAX; i++) {
		if (hub->clients[i].used)
			sent += client_serve(hub, &hub->clients[i]);
	}
	return sent;
}

/* Sends the message; who is not reached learns of an alert by the next change: state_version says
 * so. */
static void
stream_send(pli_hub *hub, bool notice)
{
	const pli_server *server = hub->config.server;
	const pli_json_writer *w = &hub->message;

	for (uint32_t i = 0; i < HUB_CLIENTS_MAX && !w->overflow; i++) {
		const hub_client *client = &hub->clients[i];
		if (client->used && client->greeted && (client->notices || !notice) &&
		    !PLI_FAULT(HUB_ALERT))
			(void)server->send(server->ctx, client->id, (plm_slice){w->bytes, w->size});
	}
}

static pli_json_writer *
stream_begin(pli_hub *hub, const char *type)
{
	pli_json_writer *w = &hub->message;

	pli_json_writer_reset(w);
	pli_json_object_open(w);
	pli_json_key(w, "type");
	pli_json_put_text(w, type);
	return w;
}

void
pli_hub_stream_alert(pli_hub *hub, const plm_event *alert)
{
	pli_json_writer *w = stream_begin(hub, "alert");

	pli_json_key(w, "sequence");
	pli_json_put_uint(w, alert->sequence);
	pli_json_key(w, "alert");
	pli_hub_put_alert(hub, w, alert);
	pli_json_object_close(w);
	stream_send(hub, false);
}

void
pli_hub_stream_notice(pli_hub *hub, const pli_notice *notice)
{
	pli_json_writer *w = stream_begin(hub, "notice");

	pli_json_key(w, "alerts");
	pli_json_put_uint(w, notice->alerts_count);
	pli_json_key(w, "last");
	pli_hub_put_alert(hub, w, &notice->last);
	pli_json_key(w, "worst");
	pli_hub_put_alert(hub, w, &notice->worst);
	pli_json_object_close(w);
	stream_send(hub, true);
}
