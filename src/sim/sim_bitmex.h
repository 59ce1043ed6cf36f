/* sim_bitmex.h: a venue that speaks BitMEX's protocol: REST under /api/v1, and the tables of
 * /realtime, by key. Inverse and linear contracts; quantos, spot pairs and resting orders are not
 * simulated.
 *
 * Reads the world, is told its news, and is driven by its handler functions; it keeps no clock and
 * does no I/O but through the server table it was given. Memory is fixed. */
#ifndef PLI_SIM_BITMEX_H
#define PLI_SIM_BITMEX_H

#include "base/json_write.h"
#include "sim/sim_wire.h"
#include "sim/sim_world.h"

enum { PLI_SIM_BITMEX_KEYS_MAX = 4, PLI_SIM_BITMEX_SYMBOLS_MAX = 32 };

/* One API key of one account. */
typedef struct pli_sim_bitmex_key {
	char key[40], secret[48];
	uint32_t account;
	bool can_trade;
} pli_sim_bitmex_key;

/* One connection. tables: of the account, a bit each; told_count, wallets: rows of positions and of
 * currencies that it knows. symbols: whose prices it hears. key NULL: nobody is logged in. */
typedef struct pli_sim_bitmex_client {
	uint32_t id;
	bool used, welcomed;
	uint8_t tables;
	const pli_sim_bitmex_key *key;
	uint32_t told_count, wallets;
	plm_time_ns next_push_ns;
	uint32_t symbols_count;
	const pli_sim_instrument *symbols[PLI_SIM_BITMEX_SYMBOLS_MAX];
} pli_sim_bitmex_client;

typedef struct pli_sim_bitmex {
	const pli_sim_world *world;
	pli_sim_wire *wire;
	plm_time_ns now_ns;
	uint32_t keys_count;
	pli_sim_bitmex_key keys[PLI_SIM_BITMEX_KEYS_MAX];
	pli_sim_bitmex_client clients[PLI_SIM_CLIENTS_MAX];
	char header_retry[40];
	const char *headers[2];
	pli_json_writer body;  /* of the running answer */
	pli_json_writer frame; /* of the running message */
} pli_sim_bitmex;

/* pli_sim_bitmex_init: world and wire are borrowed for the model's life. fini frees the writers. */
void pli_sim_bitmex_init(pli_sim_bitmex *b, const pli_sim_world *world, pli_sim_wire *wire);
void pli_sim_bitmex_fini(pli_sim_bitmex *b);

/* Handlers, as base/world.h's pli_server_handler has them. */
void pli_sim_bitmex_on_request(
    pli_sim_bitmex *b, const pli_http_in *in, pli_http_answer *ret_answer);
bool pli_sim_bitmex_on_connect(pli_sim_bitmex *b, uint32_t client, const pli_http_in *in);
void pli_sim_bitmex_on_message(pli_sim_bitmex *b, uint32_t client, plm_slice text);
void pli_sim_bitmex_on_disconnect(pli_sim_bitmex *b, uint32_t client);

/* pli_sim_bitmex_on_news pushes what the account's tables say about it. */
void pli_sim_bitmex_on_news(pli_sim_bitmex *b, const pli_sim_news *news);

/* pli_sim_bitmex_tick sets the time and sends what is due. */
void pli_sim_bitmex_tick(pli_sim_bitmex *b, plm_time_ns now_ns);

#endif
