/* sim_bybit.h: a venue that speaks Bybit v5: REST under /v5 with keys and signatures, the private
 * stream, and those of prices by category. Unified accounts 2.0, in regular or in isolated
 * margin (one): linear and inverse perpetuals and futures, one-way and hedge mode (USDT), options
 * settled in USDC, coins and their spot pairs; no orders rest.
 *
 * Cursors hold plain characters only: the server writes a query anew before it is signed again.
 *
 * Reads the world, is told its news, and is driven by its handler functions; it keeps no clock and
 * does no I/O but through the server table it was given. Memory is fixed. */
#ifndef PLI_SIM_BYBIT_H
#define PLI_SIM_BYBIT_H

#include "base/json_write.h"
#include "sim/sim_bybit_market.h"
#include "sim/sim_wire.h"
#include "sim/sim_world.h"

enum { PLI_SIM_BYBIT_KEYS_MAX = 4, PLI_SIM_BYBIT_TOPICS_MAX = 64 };

/* One API key of one account. */
typedef struct pli_sim_bybit_key {
	char key[48];
	char secret[64];
	uint32_t account;
	bool can_trade;
} pli_sim_bybit_key;

/* A ticker that a connection listens to: of a contract, or (instrument NULL) of a spot pair. */
typedef struct pli_sim_bybit_topic {
	const pli_sim_instrument *instrument;
	pli_sim_asset coin;
	pli_sim_bybit_told told;
	plm_time_ns next_ns;
} pli_sim_bybit_topic;

/* category: of a stream of prices; PLI_SIM_BYBIT_CATEGORIES: the private one. */
typedef struct pli_sim_bybit_client {
	uint32_t id;
	bool used;
	pli_sim_bybit_category category;
	const pli_sim_bybit_key *key; /* NULL: not logged in */
	uint8_t channels;             /* private ones, a bit each */
	uint32_t topics_count;
	pli_sim_bybit_topic topics[PLI_SIM_BYBIT_TOPICS_MAX];
} pli_sim_bybit_client;

typedef struct pli_sim_bybit {
	const pli_sim_world *world;
	pli_sim_wire *wire;
	plm_time_ns now_ns;
	uint64_t serial; /* of messages */
	uint32_t keys_count;
	pli_sim_bybit_key keys[PLI_SIM_BYBIT_KEYS_MAX];
	pli_sim_bybit_client clients[PLI_SIM_CLIENTS_MAX];
	pli_json_writer body;  /* of the running answer */
	pli_json_writer frame; /* of the running message */
} pli_sim_bybit;

/* pli_sim_bybit_init: world and wire are borrowed for the model's life. fini frees the writers. */
void pli_sim_bybit_init(pli_sim_bybit *b, const pli_sim_world *world, pli_sim_wire *wire);
void pli_sim_bybit_fini(pli_sim_bybit *b);

/* pli_sim_bybit_key_find: the key of that text; NULL: there is none. _signed: sign is that key's
 * signature of text. */
const pli_sim_bybit_key *pli_sim_bybit_key_find(const pli_sim_bybit *b, plm_slice key);
bool pli_sim_bybit_signed(const pli_sim_bybit_key *key, const char *text, plm_slice sign);

/* Handlers, as base/world.h's pli_server_handler has them. */
void pli_sim_bybit_on_request(pli_sim_bybit *b, const pli_http_in *in, pli_http_answer *ret_answer);
bool pli_sim_bybit_on_connect(pli_sim_bybit *b, uint32_t client, const pli_http_in *in);
void pli_sim_bybit_on_message(pli_sim_bybit *b, uint32_t client, plm_slice text);
void pli_sim_bybit_on_disconnect(pli_sim_bybit *b, uint32_t client);

/* pli_sim_bybit_on_news pushes what the private channels say about it. */
void pli_sim_bybit_on_news(pli_sim_bybit *b, const pli_sim_news *news);

/* pli_sim_bybit_tick sets the time and sends what is due. */
void pli_sim_bybit_tick(pli_sim_bybit *b, plm_time_ns now_ns);

#endif
