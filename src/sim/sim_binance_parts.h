/* sim_binance_parts.h: what the files of the simulated Binance share among themselves. */
#ifndef PLI_SIM_BINANCE_PARTS_H
#define PLI_SIM_BINANCE_PARTS_H

#include "sim/sim_binance.h"
#include "sim/sim_usdm.h"

/* pli_sim_usdm_call: one REST call that has passed its checks. account is NULL for public ones.
 * status: 200 unless the route changes it; the route writes the body into model->body. */
typedef struct pli_sim_usdm_call {
	const pli_http_in *in;
	pli_sim_venue market; /* whose path it is; PLI_SIM_MARKETS: of all */
	const pli_sim_usdm_key *key;
	const pli_sim_account *account;
	uint32_t status;
	bool torn;
} pli_sim_usdm_call;

/* pli_sim_usdm_route: one path. security: what a call must carry. */
typedef enum pli_sim_usdm_security {
	PLI_SIM_OPEN,
	PLI_SIM_KEYED,
	PLI_SIM_SIGNED
} pli_sim_usdm_security;

typedef struct pli_sim_usdm_route {
	const char *method;
	const char *path;
	pli_sim_usdm_security security;
	uint32_t weight;
	void (*run)(pli_sim_binance *b, pli_sim_usdm_call *call);
} pli_sim_usdm_route;

/* The paths of the other markets (sim_dapi.c, sim_sapi.c, sim_papi.c, sim_eapi.c); a NULL method
 * ends them. */
extern const pli_sim_usdm_route pli_sim_dapi_routes[], pli_sim_spot_routes[],
    pli_sim_margin_routes[], pli_sim_papi_routes[], pli_sim_eapi_routes[];

/* European options (sim_eapi.c). WEIGHTS: their host's limit a minute. on_news: what the account's
 * stream says. tick: what it says by the clock. put_marks: the marks of all options on that one's
 * coin, into b->frame. */
enum { PLI_SIM_EAPI_WEIGHTS = 400 };
void pli_sim_eapi_on_news(pli_sim_binance *b, const pli_sim_news *news);
void pli_sim_eapi_tick(pli_sim_binance *b);
void pli_sim_eapi_put_marks(pli_sim_binance *b, const pli_sim_instrument *of);

/* pli_sim_papi_contracts: what of a portfolio margin account's cash is in the wallet of contracts
 * (UM, CM); the rest, which was lent, is in the margin wallet. */
plm_decimal pli_sim_papi_contracts(const pli_sim_account *a, pli_sim_asset asset);

/* pli_sim_usdm_cut: how much of a snapshot of positions is let out, by the faults that are due.
 * let_out: is the next row? */
typedef struct pli_sim_usdm_cut {
	bool half;
	bool empty;
	uint32_t seen;
} pli_sim_usdm_cut;

pli_sim_usdm_cut pli_sim_usdm_begin_snapshot(pli_sim_binance *b, pli_sim_usdm_call *call);
bool pli_sim_usdm_let_out(pli_sim_usdm_cut *cut);

/* Members of rows: a size as the venue states it, a price (0 is "0.0"), the cap of the bracket that
 * a position's leverage allows. */
void pli_sim_usdm_put_size(pli_json_writer *w, const char *key, const pli_sim_position *p);
void pli_sim_usdm_put_price(pli_json_writer *w, const char *key, plm_decimal price);
void pli_sim_usdm_put_cap(pli_json_writer *w, const char *key, const pli_sim_position *p);

/* pli_sim_usdm_put_assets: the member "assets" of an account. v2: with marginAvailable. */
void pli_sim_usdm_put_assets(pli_json_writer *w, const pli_sim_account *a, bool v2);

/* pli_sim_usdm_each calls put for every symbol of the call's market, held or not, both legs in
 * hedge mode. */
void pli_sim_usdm_each(pli_sim_binance *b, pli_sim_usdm_call *call,
    void (*put)(pli_json_writer *w, const pli_sim_account *a, const pli_sim_position *p));

/* pli_sim_usdm_error makes the call's answer {"code":…,"msg":…}. */
void pli_sim_usdm_error(
    pli_sim_binance *b, pli_sim_usdm_call *call, uint32_t status, int code, const char *text);

/* Routes: public data. */
void pli_sim_usdm_ping(pli_sim_binance *b, pli_sim_usdm_call *call);
void pli_sim_usdm_time(pli_sim_binance *b, pli_sim_usdm_call *call);
void pli_sim_usdm_exchange_info(pli_sim_binance *b, pli_sim_usdm_call *call);
void pli_sim_usdm_premium_index(pli_sim_binance *b, pli_sim_usdm_call *call);
void pli_sim_usdm_asset_index(pli_sim_binance *b, pli_sim_usdm_call *call);
void pli_sim_usdm_funding_info(pli_sim_binance *b, pli_sim_usdm_call *call);

/* Routes: account. */
void pli_sim_usdm_leverage_bracket(pli_sim_binance *b, pli_sim_usdm_call *call);
void pli_sim_usdm_position_mode(pli_sim_binance *b, pli_sim_usdm_call *call);
void pli_sim_usdm_assets_mode(pli_sim_binance *b, pli_sim_usdm_call *call);
void pli_sim_usdm_position_risk_v2(pli_sim_binance *b, pli_sim_usdm_call *call);
void pli_sim_usdm_position_risk_v3(pli_sim_binance *b, pli_sim_usdm_call *call);
void pli_sim_usdm_account_v2(pli_sim_binance *b, pli_sim_usdm_call *call);
void pli_sim_usdm_account_v3(pli_sim_binance *b, pli_sim_usdm_call *call);
void pli_sim_usdm_balance_v2(pli_sim_binance *b, pli_sim_usdm_call *call);
void pli_sim_usdm_balance_v3(pli_sim_binance *b, pli_sim_usdm_call *call);
void pli_sim_usdm_account_config(pli_sim_binance *b, pli_sim_usdm_call *call);
void pli_sim_usdm_symbol_config(pli_sim_binance *b, pli_sim_usdm_call *call);
void pli_sim_usdm_capital_config(pli_sim_binance *b, pli_sim_usdm_call *call);
void pli_sim_usdm_empty_list(pli_sim_binance *b, pli_sim_usdm_call *call);
void pli_sim_usdm_restrictions(pli_sim_binance *b, pli_sim_usdm_call *call);

/* Routes: listen keys (sim_binance_stream.c). */
void pli_sim_usdm_listen_create(pli_sim_binance *b, pli_sim_usdm_call *call);
void pli_sim_usdm_listen_extend(pli_sim_binance *b, pli_sim_usdm_call *call);
void pli_sim_usdm_listen_close(pli_sim_binance *b, pli_sim_usdm_call *call);
void pli_sim_usdm_listen_token(pli_sim_binance *b, pli_sim_usdm_call *call); /* a day's */

/* pli_sim_usdm_open_event begins an event of that name in b->frame, an object that stays open;
 * at_ns: its member T, 0 none. _tell sends b->frame to everybody who listens to the account. */
void pli_sim_usdm_open_event(pli_sim_binance *b, const char *name, plm_time_ns at_ns);
void pli_sim_usdm_tell(pli_sim_binance *b, uint32_t account);

/* Keys: of that text (NULL: none); the account of a market that one opens (NULL: its trader has
 * none there; MARKETS: its own), and that one's number; does the signature of a text hold? */
const pli_sim_usdm_key *pli_sim_usdm_find_key(const pli_sim_binance *b, plm_slice key);
const pli_sim_account *pli_sim_usdm_opened(
    const pli_sim_binance *b, const pli_sim_usdm_key *key, pli_sim_venue market);
uint32_t pli_sim_usdm_index(const pli_sim_binance *b, const pli_sim_account *account);
bool pli_sim_usdm_signed(const pli_sim_usdm_key *key, plm_slice text, plm_slice signature);

/* pli_sim_usdm_put_texts: a member that is a list of strings; NULL ends them. */
void pli_sim_usdm_put_texts(pli_json_writer *w, const char *key, const char *const *texts);

/* The WebSocket API, on which spot and margin have their user streams (sim_wsapi.c). on_news: what
 * the account's stream says. tell: b->frame, to those who subscribed to the account. on_fault: the
 * subscriptions end, with a word or without. */
void pli_sim_wsapi_on_message(pli_sim_binance *b, pli_sim_usdm_client *client, plm_slice text);
void pli_sim_wsapi_on_news(pli_sim_binance *b, const pli_sim_news *news);
void pli_sim_wsapi_tell(pli_sim_binance *b, uint32_t account);
void pli_sim_wsapi_on_fault(pli_sim_binance *b, bool told);

/* pli_sim_usdm_pair: "BTCUSDT", "BTCUSD". */
void pli_sim_usdm_pair(const pli_sim_instrument *in, char ret_pair[PLI_SIM_NAME_MAX]);

/* "BOTH", "LONG", "SHORT". */
const char *pli_sim_usdm_side(pli_sim_side side);

/* Milliseconds of the model's time. */
int64_t pli_sim_usdm_now_ms(const pli_sim_binance *b);

#endif
