/* sim_binance.h: a venue that speaks Binance USD-M futures: REST under /fapi and /sapi with keys,
 * signatures and weights, listen keys, the user stream and mark-price streams. Where their accounts
 * are in the world, the other markets too, on the same server, each host of the venue under its own
 * limit of weights: COIN-M under /dapi, portfolio margin under /papi, European options under /eapi,
 * spot under /api and margin under /sapi; the user streams of the last two by the WebSocket API.
 *
 * Reads the world, is told its news, and is driven by its handler functions; it keeps no clock and
 * does no I/O but through the server table it was given. Memory is fixed. */
#ifndef PLI_SIM_BINANCE_H
#define PLI_SIM_BINANCE_H

#include "base/json_write.h"
#include "sim/sim_wire.h"
#include "sim/sim_world.h"

enum {
	PLI_SIM_USDM_COPIES_MAX = 1024,
	PLI_SIM_USDM_KEYS_OWN_MAX = 20,
	PLI_SIM_USDM_KEYS_MAX = PLI_SIM_USDM_KEYS_OWN_MAX + PLI_SIM_USDM_COPIES_MAX,
	PLI_SIM_USDM_STREAMS_MAX = 64,
	PLI_SIM_STREAM_NAME_MAX = 72,
	PLI_SIM_LISTEN_KEY_SIZE = 64,
	PLI_SIM_USDM_PATHS_MAX = 128,
	PLI_SIM_USDM_OPENINGS_MAX = 300,
};

/* One API key: made for one account, it opens each of its trader's: those that have the same name
 * behind that of their market (coinm-main, spot-main), but for portfolio margin, which is alone. */
typedef struct pli_sim_usdm_key {
	char key[48];
	char secret[64];
	uint32_t account;
	bool can_trade;
} pli_sim_usdm_key;

/* One account's listen key; ending: 0 valid, else it has expired and nothing is sent any more. */
typedef struct pli_sim_listen_key {
	char text[PLI_SIM_LISTEN_KEY_SIZE + 1];
	uint32_t account;
	plm_time_ns expires_ns;
	bool valid;
} pli_sim_listen_key;

/* One stream of one connection. */
typedef struct pli_sim_usdm_stream {
	char name[PLI_SIM_STREAM_NAME_MAX];
	const pli_sim_instrument *instrument; /* NULL: all, or a user stream */
	uint8_t renames;                      /* of it then: its old name's stream says no more */
	uint8_t kind;                         /* of sim_binance_stream.c */
	bool wrapped;                         /* in an envelope, as a combined one */
	uint16_t every_ms;
	plm_time_ns next_ns;
} pli_sim_usdm_stream;

typedef struct pli_sim_usdm_client {
	uint32_t id;
	bool used;
	bool combined;
	bool api;        /* the WebSocket API */
	bool subscribed; /* there, to the user stream of the account */
	uint32_t account;
	uint32_t streams_count;
	pli_sim_usdm_stream streams[PLI_SIM_USDM_STREAMS_MAX];
} pli_sim_usdm_client;

/* pli_sim_usdm_weights: what was asked of one of the venue's REST hosts in this minute. All are
 * served at one address here, and each has its limit: fapi, dapi, api with sapi, papi, eapi.
 * over_limit: calls made in spite of a 429. */
enum { PLI_SIM_USDM_HOSTS = 5 };
typedef struct pli_sim_usdm_weights {
	int64_t minute;
	uint32_t used;
	uint32_t over_limit;
	plm_time_ns ban_until_ns;
} pli_sim_usdm_weights;

/* What was asked for by one method and path since the start; of no route: path NULL. */
typedef struct pli_sim_usdm_count {
	const char *method, *path;
	uint64_t requests, weight;
} pli_sim_usdm_count;

typedef struct pli_sim_binance {
	const pli_sim_world *world;
	pli_sim_wire *wire;
	pli_random random; /* listen keys, nothing else */
	plm_time_ns now_ns;
	uint32_t markets; /* bit per pli_sim_venue that there are accounts of */
	uint32_t keys_count;
	uint32_t keys_count_own;                 /* the others are copies */
	uint64_t requests_count, refusals_count; /* since the start; refused by a limit */
	uint32_t opened_next;
	plm_time_ns opened_ns[PLI_SIM_USDM_OPENINGS_MAX]; /* links, the oldest at opened_next */
	uint32_t paths_count;
	pli_sim_usdm_count paths[PLI_SIM_USDM_PATHS_MAX]; /* in the order of their first request */
	pli_sim_usdm_key keys[PLI_SIM_USDM_KEYS_MAX];
	pli_sim_listen_key listen_keys[PLI_SIM_ACCOUNTS_MAX];
	uint32_t clients_top;         /* no row from there on was ever used */
	pli_sim_usdm_client *clients; /* PLI_SIM_WIRE_CLIENTS_MAX */
	pli_sim_usdm_weights weights[PLI_SIM_USDM_HOSTS];
	plm_time_ns options_next_ns; /* when their accounts are told of again */
	char header_weight[64];
	char header_retry[40];
	const char *headers[3];
	pli_json_writer body;  /* of the running answer */
	pli_json_writer frame; /* of the running event */
} pli_sim_binance;

/* pli_sim_binance_init: world and wire are borrowed for the model's life. fini frees the writers.
 * Errors: PLM_ENOMEM. copy_keys: `count` more read-only keys, at most PLI_SIM_USDM_COPIES_MAX: key
 * and secret of those of USD-M accounts, in turn, with -1 to -count behind; they are not announced.
 */
plm_err pli_sim_binance_init(pli_sim_binance *b, const pli_sim_world *world, pli_sim_wire *wire);
void pli_sim_binance_fini(pli_sim_binance *b);
void pli_sim_binance_copy_keys(pli_sim_binance *b, uint32_t count);

/* pli_sim_binance_opens: is that account of the world read with the key of that text? */
bool pli_sim_binance_opens(const pli_sim_binance *b, plm_slice key, uint32_t account);

/* Handlers, as base/world.h's pli_server_handler has them. */
void pli_sim_binance_on_request(
    pli_sim_binance *b, const pli_http_in *in, pli_http_answer *ret_answer);
bool pli_sim_binance_on_connect(pli_sim_binance *b, uint32_t client, const pli_http_in *in);
void pli_sim_binance_on_message(pli_sim_binance *b, uint32_t client, plm_slice text);
void pli_sim_binance_on_disconnect(pli_sim_binance *b, uint32_t client);

/* pli_sim_binance_on_news pushes what the account's user stream says about it. */
void pli_sim_binance_on_news(pli_sim_binance *b, const pli_sim_news *news);

/* pli_sim_binance_tick sets the time, expires listen keys and sends what is due. */
void pli_sim_binance_tick(pli_sim_binance *b, plm_time_ns now_ns);

/* pli_sim_binance_on_fault: what a fault asks of this venue beyond the wire. */
void pli_sim_binance_on_fault(pli_sim_binance *b, pli_sim_fault fault);

#endif
