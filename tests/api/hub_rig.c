/* hub_rig.c: the hand-played server. */
#include "hub_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static plm_err
rig_listen(void *ctx, const char *host, uint16_t port, const char *tls_cert, const char *tls_key,
    uint16_t *ret_port)
{
	(void)ctx, (void)host, (void)tls_cert, (void)tls_key;
	*ret_port = port == 0 ? 8470 : port;
	return PLM_OK;
}

static plm_err
rig_send(void *ctx, uint32_t id, plm_slice text)
{
	hub_rig *rig = ctx;
	rig_client *client = &rig->clients[id];

	assert_true(id < RIG_CLIENTS_MAX);
	if (client->disconnected)
		return PLM_ECLOSED;
	if (client->count == RIG_MESSAGES_MAX) {
		free(client->messages[0]);
		memmove(client->messages, client->messages + 1,
		    (RIG_MESSAGES_MAX - 1) * sizeof client->messages[0]);
		client->count--;
	}
	client->messages[client->count++] = strndup(text.bytes, text.size);
	client->sent++;
	return PLM_OK;
}

static size_t
rig_backlog(void *ctx, uint32_t id)
{
	const hub_rig *rig = ctx;

	return rig->clients[id].backlog;
}

static void
rig_disconnect(void *ctx, uint32_t id, bool abruptly)
{
	hub_rig *rig = ctx;

	(void)abruptly;
	rig->clients[id].disconnected = true;
	rig->handler.on_disconnect(rig->handler.ctx, id);
}

static void
rig_set_handler(void *ctx, const pli_server_handler *handler)
{
	hub_rig *rig = ctx;

	rig->handler = *handler;
}

static int
rig_poll(void *ctx, int64_t wait_ns)
{
	(void)ctx, (void)wait_ns;
	return 0;
}

static plm_time_ns
rig_clock_ns(void *ctx)
{
	const hub_rig *rig = ctx;

	return rig->now_ns;
}

static void
rig_publish(void *ctx, const plm_event *event)
{
	hub_rig *rig = ctx;

	rig->events++;
	pli_hub_on_event(rig->hub, event);
}

static plm_err
rig_command(void *ctx, const plm_event *event)
{
	hub_rig *rig = ctx;

	if (rig->command_err != PLM_OK)
		return rig->command_err;
	assert_true(rig->commands_count < 4);
	rig->commands[rig->commands_count++] = *event;
	pli_core_take(rig->script.core, event, rig->now_ns);
	pli_core_batch_end(rig->script.core, rig->now_ns);
	return PLM_OK;
}

static void
rig_numbers(void *ctx, pli_hub_numbers *ret_numbers)
{
	const hub_rig *rig = ctx;

	ret_numbers->started_wall_ns = RIG_START_NS_S * PLM_NS_PER_S;
	ret_numbers->frames_count = 12345;
	ret_numbers->journal_failing = rig->journal_failing;
	(void)snprintf(ret_numbers->journal_text, sizeof ret_numbers->journal_text, "%s",
	    rig->journal_failing ? "no space left on the disk" : "");
}

void
rig_init(hub_rig *rig, uint32_t extra_accounts)
{
	*rig = (hub_rig){.now_ns = RIG_START_NS_S * PLM_NS_PER_S};
	rig->server = (pli_server){.listen = rig_listen,
	    .send = rig_send,
	    .backlog = rig_backlog,
	    .disconnect = rig_disconnect,
	    .set_handler = rig_set_handler,
	    .poll = rig_poll,
	    .ctx = rig};
	rig->clock = (pli_clock){.wall_ns = rig_clock_ns, .steady_ns = rig_clock_ns, .ctx = rig};
	const pli_hub_config config = {.server = &rig->server,
	    .clock = &rig->clock,
	    .bounds = script_bounds(),
	    .limits_max = SCRIPT_LIMITS_MAX,
	    .limit_states_max = SCRIPT_LIMIT_STATES_MAX,
	    .numbers = rig_numbers,
	    .command = rig_command,
	    .ctx = rig};
	rig->hub = pli_hub_create(&config);
	rig->json = pli_json_create();
	assert_non_null(rig->hub);
	assert_non_null(rig->json);
	script_init(&rig->script, rig->now_ns, extra_accounts, rig_publish, rig);
	rig_turn(rig, 0);
}

void
rig_forget(hub_rig *rig, uint32_t id)
{
	rig_client *client = &rig->clients[id];

	for (uint32_t i = 0; i < client->count; i++)
		free(client->messages[i]);
	client->count = 0;
}

void
rig_fini(hub_rig *rig)
{
	for (uint32_t id = 0; id < RIG_CLIENTS_MAX; id++)
		rig_forget(rig, id);
	free(rig->answer);
	script_fini(&rig->script);
	pli_json_destroy(rig->json);
	pli_hub_destroy(rig->hub);
}

int
rig_setup(void **state)
{
	hub_rig *rig = calloc(1, sizeof *rig);
	rig_init(rig, 0);
	*state = rig;
	return 0;
}

int
rig_teardown(void **state)
{
	rig_fini(*state);
	free(*state);
	return 0;
}

uint32_t
rig_ask(hub_rig *rig, const char *method, const char *path_and_query, const char *body,
    const char *host, const char *origin)
{
	const char *query = strchr(path_and_query, '?');
	pli_http_answer answer;
	pli_http_in in = {.method = plm_slice_of(method),
	    .path = plm_slice_of(path_and_query),
	    .body = plm_slice_of(body),
	    .host = plm_slice_of(host),
	    .origin = plm_slice_of(origin)};

	if (query != NULL) {
		in.path.size = (size_t)(query - path_and_query);
		in.query = plm_slice_of(query + 1);
	}
	rig->handler.on_request(rig->handler.ctx, &in, &answer);
	free(rig->answer);
	rig->answer = strndup(answer.body.bytes == NULL ? "" : answer.body.bytes, answer.body.size);
	rig->status = answer.status;
	(void)snprintf(rig->content_type, sizeof rig->content_type, "%s", answer.content_type);
	rig->headers[0] = '\0';
	for (const char *const *header = answer.headers; header != NULL && *header != NULL;
	     header++)
		(void)snprintf(rig->headers + strlen(rig->headers),
		    sizeof rig->headers - strlen(rig->headers), "%s\n", *header);
	return answer.status;
}

uint32_t
rig_get(hub_rig *rig, const char *path_and_query)
{
	return rig_ask(rig, "GET", path_and_query, NULL, "127.0.0.1:8470", NULL);
}

static void
rig_parse(hub_rig *rig, const char *text)
{
	plm_fault fault = {0};

	if (pli_json_parse(rig->json, plm_slice_of(text), &fault) != PLM_OK)
		fail_msg(
		    "not JSON at %u:%u: %s in %.200s", fault.line, fault.column, fault.text, text);
}

void
rig_json(hub_rig *rig)
{
	rig_parse(rig, rig->answer);
}

uint32_t
rig_node(hub_rig *rig, const char *path)
{
	return pli_json_at(rig->json, 0, path);
}

double
rig_number(hub_rig *rig, const char *path)
{
	uint32_t node = rig_node(rig, path);
	double value = 0;

	if (node == 0)
		fail_msg("there is no %s", path);
	assert_int_equal(pli_json_double(rig->json, node, &value, NULL), PLM_OK);
	return value;
}

bool
rig_text_is(hub_rig *rig, const char *path, const char *expected)
{
	plm_slice value = {NULL, 0};

	(void)pli_json_string(rig->json, rig_node(rig, path), &value, NULL);
	return plm_slice_is(value, expected);
}

uint32_t
rig_element(hub_rig *rig, uint32_t array, uint32_t index)
{
	uint32_t count;
	const pli_json_node *nodes = pli_json_nodes(rig->json, &count);
	uint32_t node = array + 1;

	if (array == 0 || index >= nodes[array].children_count)
		return 0;
	while (index-- > 0)
		node = nodes[node].next;
	return node;
}

uint32_t
rig_length(hub_rig *rig, uint32_t array)
{
	uint32_t count;

	return array == 0 ? 0 : pli_json_nodes(rig->json, &count)[array].children_count;
}

bool
rig_connect(hub_rig *rig, uint32_t id, const char *query)
{
	const pli_http_in in = {.method = PLM_SLICE("GET"),
	    .path = PLM_SLICE("/v1/stream"),
	    .query = plm_slice_of(query),
	    .host = PLM_SLICE("localhost:8470")};

	rig->clients[id].disconnected = false;
	return rig->handler.on_connect(rig->handler.ctx, id, &in);
}

void
rig_say(hub_rig *rig, uint32_t id, const char *message)
{
	rig->handler.on_message(rig->handler.ctx, id, plm_slice_of(message));
}

void
rig_turn(hub_rig *rig, int64_t ms)
{
	rig->now_ns += ms * PLM_NS_PER_MS;
	(void)pli_hub_do_work(rig->hub, rig->now_ns, rig->now_ns);
}

void
rig_step(hub_rig *rig, int64_t ms)
{
	script_step(&rig->script, rig->now_ns + ms * PLM_NS_PER_MS);
	rig_turn(rig, ms);
}

bool
rig_last(hub_rig *rig, uint32_t id)
{
	const rig_client *client = &rig->clients[id];

	if (client->count == 0)
		return false;
	rig_parse(rig, client->messages[client->count - 1]);
	return true;
}
