/* hub_rig.h: a hub over a server that a test plays by hand, fed by the script. */
#ifndef PLI_TESTS_API_HUB_RIG_H
#define PLI_TESTS_API_HUB_RIG_H

#include "api/hub.h"
#include "base/json.h"
#include "script.h"

enum { RIG_CLIENTS_MAX = 8, RIG_MESSAGES_MAX = 64, RIG_START_NS_S = 1795000000 };

/* What one client was sent, newest last; older ones fall out. blocked: the socket takes nothing. */
typedef struct rig_client {
	char *messages[RIG_MESSAGES_MAX];
	uint32_t count;
	uint64_t sent;
	size_t backlog;
	bool disconnected;
} rig_client;

typedef struct hub_rig {
	pli_server server;
	pli_clock clock;
	pli_server_handler handler;
	pli_hub *hub;
	script script;
	pli_json *json;
	rig_client clients[RIG_CLIENTS_MAX];
	plm_time_ns now_ns;
	uint32_t events;
	bool feed_numbers; /* the engine has numbers to show */
	bool journal_failing;
	plm_event commands[4];
	uint32_t commands_count;
	plm_err command_err;
	char *answer; /* of the last request, NUL-terminated */
	uint32_t status;
	char content_type[64];
	char headers[2048];
} hub_rig;

/* rig_init makes hub and script; everything is sent and settled. fini frees. */
void rig_init(hub_rig *rig, uint32_t extra_accounts);
void rig_fini(hub_rig *rig);

/* For cmocka: a rig on the heap, without extra accounts, in *state. */
int rig_setup(void **state);
int rig_teardown(void **state);

/* rig_get: one request; the answer stays in the rig; returns the status. rig_json parses it. */
uint32_t rig_get(hub_rig *rig, const char *path_and_query);
uint32_t rig_ask(hub_rig *rig, const char *method, const char *path_and_query, const char *body,
    const char *host, const char *origin);
void rig_json(hub_rig *rig);
/* A number, text or flag of the parsed document, by a dotted path; fails the test when absent. */
double rig_number(hub_rig *rig, const char *path);
bool rig_text_is(hub_rig *rig, const char *path, const char *expected);
/* Index of the node, 0 absent; and of an element of an array. */
uint32_t rig_node(hub_rig *rig, const char *path);
uint32_t rig_element(hub_rig *rig, uint32_t array, uint32_t index);
uint32_t rig_length(hub_rig *rig, uint32_t array);

/* rig_connect opens a stream as client `id` (1 .. RIG_CLIENTS_MAX - 1). */
bool rig_connect(hub_rig *rig, uint32_t id, const char *query);
void rig_say(hub_rig *rig, uint32_t id, const char *message);

/* rig_turn lets ms pass and the hub work once; rig_step also moves prices. */
void rig_turn(hub_rig *rig, int64_t ms);
void rig_step(hub_rig *rig, int64_t ms);

/* The last message of a client, parsed; false when there is none. */
bool rig_last(hub_rig *rig, uint32_t id);
void rig_forget(hub_rig *rig, uint32_t id);

#endif
