/* sim_deribit.h: a venue that speaks Deribit's API v2: JSON-RPC over WebSocket at /ws/api/v2 and
 * over HTTP at /api/v2, keys with scopes, heartbeats, public and private subscriptions.
 *
 * Reads the world, is told its news, and is driven by its handler functions; it keeps no clock and
 * does no I/O but through the server table it was given. Memory is fixed. */
#ifndef PLI_SIM_DERIBIT_H
#define PLI_SIM_DERIBIT_H

#include "base/json_write.h"
#include "sim/sim_wire.h"
#include "sim/sim_world.h"

enum { PLI_SIM_DERI_KEYS_MAX = 8, PLI_SIM_DERI_CHANNELS_MAX = 320, PLI_SIM_CHANNEL_NAME_MAX = 64 };

/* One API key of one account, with the tokens it was last given. */
typedef struct pli_sim_deri_key {
	char key[48];
	char secret[64];
	char token[64];
	uint32_t account;
	bool can_trade;
} pli_sim_deri_key;

/* One subscribed channel. sent: the world's sequence when it was last sent. */
typedef struct pli_sim_deri_channel {
	char name[PLI_SIM_CHANNEL_NAME_MAX];
	uint8_t kind; /* of sim_deribit_parts.h */
	pli_sim_asset asset;
	pli_sim_asset quote;
	const pli_sim_instrument *instrument; /* NULL: any */
	uint8_t renames;                      /* of it then: its old name's channel says no more */
	int64_t every_ns;
	plm_time_ns next_ns;
	uint64_t sent;
} pli_sim_deri_channel;

typedef struct pli_sim_deri_client {
	uint32_t id;
	bool used;
	const pli_sim_deri_key *key; /* NULL: not logged in */
	int64_t heartbeat_ns;        /* 0: off */
	plm_time_ns next_beat_ns;
	plm_time_ns heard_ns; /* last message of the client */
	bool tested;          /* a test_request is unanswered */
	uint32_t channels_count;
	pli_sim_deri_channel channels[PLI_SIM_DERI_CHANNELS_MAX];
} pli_sim_deri_client;

typedef struct pli_sim_deribit {
	const pli_sim_world *world;
	pli_sim_wire *wire;
	plm_time_ns now_ns;
	bool was_locked;
	uint64_t tokens;
	uint32_t keys_count;
	pli_sim_deri_key keys[PLI_SIM_DERI_KEYS_MAX];
	pli_sim_deri_client clients[PLI_SIM_CLIENTS_MAX];
	pli_json_writer body;  /* of the running answer */
	pli_json_writer frame; /* of the running event */
} pli_sim_deribit;

/* pli_sim_deribit_init: world and wire are borrowed for the model's life. fini frees the writers.
 */
void pli_sim_deribit_init(pli_sim_deribit *d, const pli_sim_world *world, pli_sim_wire *wire);
void pli_sim_deribit_fini(pli_sim_deribit *d);

/* Handlers, as base/world.h's pli_server_handler has them. */
void pli_sim_deribit_on_request(
    pli_sim_deribit *d, const pli_http_in *in, pli_http_answer *ret_answer);
bool pli_sim_deribit_on_connect(pli_sim_deribit *d, uint32_t client, const pli_http_in *in);
void pli_sim_deribit_on_message(pli_sim_deribit *d, uint32_t client, plm_slice text);
void pli_sim_deribit_on_disconnect(pli_sim_deribit *d, uint32_t client);

/* pli_sim_deribit_on_news pushes user.changes and its like. */
void pli_sim_deribit_on_news(pli_sim_deribit *d, const pli_sim_news *news);

/* pli_sim_deribit_tick sets the time, sends what is due, and cuts clients that let a
 * test_request go unanswered for a heartbeat interval. */
void pli_sim_deribit_tick(pli_sim_deribit *d, plm_time_ns now_ns);

#endif
