/* sim_dydx.h: a venue that speaks the protocol of dYdX v4's indexer: GETs and one stream, by
 * address and without keys. Perpetuals settled in USDC, cross in the parent subaccount and isolated
 * in its children.
 *
 * One trade is told by several messages, as the indexer does: what goes to a child or comes back,
 * USDC alone, of each of the two; the subaccount with its new size, still at the entry price of
 * before; the fill with the new one. Fundings are told by nobody: answers have them. Blocks are
 * numbered; what was told with a number holds all of that block.
 *
 * Reads the world, is told its news, and is driven by its handler functions; it keeps no clock and
 * does no I/O but through the server table it was given. Memory is fixed. */
#ifndef PLI_SIM_DYDX_H
#define PLI_SIM_DYDX_H

#include "sim/sim_dydx_rows.h"
#include "sim/sim_wire.h"

enum { PLI_SIM_DYDX_ACCOUNTS_MAX = 4, PLI_SIM_DYDX_POSITIONS_MAX = 8 };

/* What the stream has told of one position: its size, its entry price, USDC of its child. */
typedef struct pli_sim_dydx_told {
	plm_decimal size, entry, quote;
} pli_sim_dydx_told;

/* One parent of an address; key: "dydx1../1", as the program is given it. */
typedef struct pli_sim_dydx_address {
	char text[PLI_SIM_DYDX_ADDRESS_SIZE + 1];
	char key[PLI_SIM_DYDX_ADDRESS_SIZE + 4];
	uint32_t account, parent;
	plm_decimal quote; /* USDC of the parent, as told */
	pli_sim_dydx_told told[PLI_SIM_DYDX_POSITIONS_MAX];
} pli_sim_dydx_address;

/* A connection. next_id: of its next message. asked_id: of the subscription to an account whose
 * answer is owed; -1: none. address: NULL: it hears no account. */
typedef struct pli_sim_dydx_client {
	uint32_t id;
	bool used, greeted, markets, batched;
	int64_t next_id, asked_id;
	const pli_sim_dydx_address *address, *asked;
	plm_time_ns next_push_ns;
} pli_sim_dydx_client;

/* told: something was told at this height: what comes is of the next block. */
typedef struct pli_sim_dydx {
	const pli_sim_world *world;
	pli_sim_wire *wire;
	plm_time_ns now_ns;
	int64_t height;
	bool told;
	uint32_t addresses_count;
	pli_sim_dydx_address addresses[PLI_SIM_DYDX_ACCOUNTS_MAX];
	pli_sim_dydx_client clients[PLI_SIM_CLIENTS_MAX];
	char header_retry[40];
	const char *headers[2];
	pli_json_writer body;  /* of the running answer */
	pli_json_writer frame; /* of the running message */
} pli_sim_dydx;

/* pli_sim_dydx_init: world and wire are borrowed for the model's life. fini frees the writers. */
void pli_sim_dydx_init(pli_sim_dydx *d, const pli_sim_world *world, pli_sim_wire *wire);
void pli_sim_dydx_fini(pli_sim_dydx *d);

/* Handlers, as base/world.h's pli_server_handler has them. */
void pli_sim_dydx_on_request(pli_sim_dydx *d, const pli_http_in *in, pli_http_answer *ret_answer);
bool pli_sim_dydx_on_connect(pli_sim_dydx *d, uint32_t client, const pli_http_in *in);
void pli_sim_dydx_on_message(pli_sim_dydx *d, uint32_t client, plm_slice text);
void pli_sim_dydx_on_disconnect(pli_sim_dydx *d, uint32_t client);

/* pli_sim_dydx_on_news pushes what the account's stream says about it. */
void pli_sim_dydx_on_news(pli_sim_dydx *d, const pli_sim_news *news);

/* pli_sim_dydx_tick sets the time and sends what is due. */
void pli_sim_dydx_tick(pli_sim_dydx *d, plm_time_ns now_ns);

/* sim_dydx_stream.c, for sim_dydx.c: the answers to subscriptions to markets and to the account
 * that was asked for, prices, a message that has no contents. _height: of the block that is told
 * now. _told_all: what the world holds is known. _transfer_of: what a movement of the address
 * is: with a subaccount where its other end is here, and every second one from outside. */
int64_t pli_sim_dydx_height(pli_sim_dydx *d);
pli_sim_dydx_owner pli_sim_dydx_owner_of(
    const pli_sim_dydx *d, const pli_sim_dydx_address *address);
pli_sim_dydx_transfer pli_sim_dydx_transfer_of(
    const pli_sim_dydx *d, const pli_sim_dydx_address *address, const pli_sim_move *move);
void pli_sim_dydx_push_markets(pli_sim_dydx *d, pli_sim_dydx_client *client);
void pli_sim_dydx_push_account(pli_sim_dydx *d, pli_sim_dydx_client *client);
void pli_sim_dydx_push_prices(pli_sim_dydx *d, pli_sim_dydx_client *client);
void pli_sim_dydx_told_all(const pli_sim_dydx *d, pli_sim_dydx_address *address);
void pli_sim_dydx_say(
    pli_sim_dydx *d, pli_sim_dydx_client *client, const char *type, const char *message);

#endif
