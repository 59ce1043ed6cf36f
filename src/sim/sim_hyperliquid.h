/* sim_hyperliquid.h: a venue that speaks Hyperliquid's protocol: POST /info by type, and the
 * streams of /ws, by address and without keys. The venue's own dex and, in worlds that have it, a
 * builder's; linear perpetuals settled in USDC, cross and isolated; a standard account (part of its
 * USDC in spot), a unified one (all of it), and one with positions at both dexes.
 *
 * Reads the world, is told its news, and is driven by its handler functions; it keeps no clock and
 * does no I/O but through the server table it was given. Memory is fixed. */
#ifndef PLI_SIM_HYPERLIQUID_H
#define PLI_SIM_HYPERLIQUID_H

#include "base/json_write.h"
#include "sim/sim_wire.h"
#include "sim/sim_world.h"

enum { PLI_SIM_HL_ADDRESSES_MAX = 4, PLI_SIM_HL_COINS_MAX = 32, PLI_SIM_HL_ADDRESS_SIZE = 43 };

/* The address of one account. */
typedef struct pli_sim_hl_address {
	char text[PLI_SIM_HL_ADDRESS_SIZE];
	uint32_t account;
} pli_sim_hl_address;

/* What a connection listens to: streams of an account, a bit each, and prices of contracts. */
typedef struct pli_sim_hl_client {
	uint32_t id;
	bool used;
	uint8_t streams;
	const pli_sim_hl_address *address;
	plm_time_ns next_push_ns;
	uint32_t coins_count;
	const pli_sim_instrument *coins[PLI_SIM_HL_COINS_MAX];
} pli_sim_hl_client;

typedef struct pli_sim_hyperliquid {
	const pli_sim_world *world;
	pli_sim_wire *wire;
	plm_time_ns now_ns;
	uint32_t addresses_count;
	pli_sim_hl_address addresses[PLI_SIM_HL_ADDRESSES_MAX];
	pli_sim_hl_client clients[PLI_SIM_CLIENTS_MAX];
	pli_json_writer body;  /* of the running answer */
	pli_json_writer frame; /* of the running message */
} pli_sim_hyperliquid;

/* pli_sim_hyperliquid_init: world and wire are borrowed for the model's life. fini frees the
 * writers. */
void pli_sim_hyperliquid_init(
    pli_sim_hyperliquid *h, const pli_sim_world *world, pli_sim_wire *wire);
void pli_sim_hyperliquid_fini(pli_sim_hyperliquid *h);

/* Handlers, as base/world.h's pli_server_handler has them. */
void pli_sim_hyperliquid_on_request(
    pli_sim_hyperliquid *h, const pli_http_in *in, pli_http_answer *ret_answer);
bool pli_sim_hyperliquid_on_connect(pli_sim_hyperliquid *h, uint32_t client, const pli_http_in *in);
void pli_sim_hyperliquid_on_message(pli_sim_hyperliquid *h, uint32_t client, plm_slice text);
void pli_sim_hyperliquid_on_disconnect(pli_sim_hyperliquid *h, uint32_t client);

/* pli_sim_hyperliquid_on_news pushes what the account's streams say about it. */
void pli_sim_hyperliquid_on_news(pli_sim_hyperliquid *h, const pli_sim_news *news);

/* pli_sim_hyperliquid_tick sets the time and sends what is due. */
void pli_sim_hyperliquid_tick(pli_sim_hyperliquid *h, plm_time_ns now_ns);

#endif
