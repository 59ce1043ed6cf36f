/* sim_okx.h: a venue that speaks OKX v5: REST under /api/v5 with keys, passphrases and signatures,
 * the private channels and those of prices. Swaps and dated futures, linear and inverse, in the
 * futures mode (acctLv 2), in multi-currency mode (3) and by portfolio (4), net and long/short;
 * cross margin alone.
 *
 * Reads the world, is told its news, and is driven by its handler functions; it keeps no clock and
 * does no I/O but through the server table it was given. Memory is fixed. */
#ifndef PLI_SIM_OKX_H
#define PLI_SIM_OKX_H

#include "base/json_write.h"
#include "sim/sim_wire.h"
#include "sim/sim_world.h"

enum { PLI_SIM_OKX_KEYS_MAX = 6, PLI_SIM_OKX_TOPICS_MAX = 128 };

/* One API key of one account. */
typedef struct pli_sim_okx_key {
	char key[48];
	char secret[64];
	char passphrase[32];
	uint32_t account;
	bool can_trade;
} pli_sim_okx_key;

/* What a connection listens to. name: of the pair, for an index. */
typedef struct pli_sim_okx_topic {
	uint8_t kind; /* of sim_okx.c */
	const pli_sim_instrument *instrument;
	pli_sim_asset coin, quote; /* of an index */
	plm_time_ns next_ns;
} pli_sim_okx_topic;

typedef struct pli_sim_okx_client {
	uint32_t id;
	bool used;
	const pli_sim_okx_key *key; /* NULL: not logged in */
	uint8_t channels;           /* private ones, a bit each */
	plm_time_ns next_push_ns;
	uint32_t topics_count;
	pli_sim_okx_topic topics[PLI_SIM_OKX_TOPICS_MAX];
} pli_sim_okx_client;

typedef struct pli_sim_okx {
	const pli_sim_world *world;
	pli_sim_wire *wire;
	plm_time_ns now_ns;
	uint32_t keys_count;
	pli_sim_okx_key keys[PLI_SIM_OKX_KEYS_MAX];
	pli_sim_okx_client clients[PLI_SIM_CLIENTS_MAX];
	pli_json_writer body;  /* of the running answer */
	pli_json_writer frame; /* of the running message */
} pli_sim_okx;

/* pli_sim_okx_init: world and wire are borrowed for the model's life. fini frees the writers. */
void pli_sim_okx_init(pli_sim_okx *o, const pli_sim_world *world, pli_sim_wire *wire);
void pli_sim_okx_fini(pli_sim_okx *o);

/* Handlers, as base/world.h's pli_server_handler has them. */
void pli_sim_okx_on_request(pli_sim_okx *o, const pli_http_in *in, pli_http_answer *ret_answer);
bool pli_sim_okx_on_connect(pli_sim_okx *o, uint32_t client, const pli_http_in *in);
void pli_sim_okx_on_message(pli_sim_okx *o, uint32_t client, plm_slice text);
void pli_sim_okx_on_disconnect(pli_sim_okx *o, uint32_t client);

/* pli_sim_okx_on_news pushes what the private channels say about it. */
void pli_sim_okx_on_news(pli_sim_okx *o, const pli_sim_news *news);

/* pli_sim_okx_tick sets the time and sends what is due. */
void pli_sim_okx_tick(pli_sim_okx *o, plm_time_ns now_ns);

#endif
