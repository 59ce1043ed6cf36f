/* sim_deribit_parts.h: what the files of the simulated Deribit share among themselves. */
#ifndef PLI_SIM_DERIBIT_PARTS_H
#define PLI_SIM_DERIBIT_PARTS_H

#include "base/json.h"
#include "sim/sim_coinm.h"
#include "sim/sim_deribit.h"

/* pli_sim_deri_call: one JSON-RPC call, from a WebSocket (client, json) or HTTP (in).
 * A method writes its result into d->body (the "result" key is open), or sets an error. */
typedef struct pli_sim_deri_call {
	pli_sim_deri_client *client; /* NULL: HTTP */
	const pli_http_in *in;       /* NULL: WebSocket */
	pli_json *json;              /* NULL: HTTP GET */
	uint32_t params;             /* node; 0: none */
	plm_slice method;
	plm_slice id; /* raw JSON; empty: none */
	const pli_sim_deri_key *key;
	const pli_sim_account *account; /* private methods */
	int error;                      /* 0: none */
	const char *error_text;
	const char *error_reason; /* NULL: data is null */
	bool torn;
} pli_sim_deri_call;

/* Kinds of channels. */
typedef enum pli_sim_deri_kind {
	PLI_SIM_DERI_TICKER,
	PLI_SIM_DERI_INDEX,
	PLI_SIM_DERI_MARKS,
	PLI_SIM_DERI_PERPETUAL,
	PLI_SIM_DERI_PLATFORM,
	PLI_SIM_DERI_QUIET, /* accepted; nothing happens in the simulator that it would tell */
	PLI_SIM_DERI_PORTFOLIO,
	PLI_SIM_DERI_CHANGES,
	PLI_SIM_DERI_TRADES,
	PLI_SIM_DERI_ORDERS,
} pli_sim_deri_kind;

/* pli_sim_deri_param: text of a parameter, empty when absent. */
plm_slice pli_sim_deri_param(const pli_sim_deri_call *call, const char *name);

/* pli_sim_deri_fail sets the call's error; reason may be NULL. */
void pli_sim_deri_fail(pli_sim_deri_call *call, int code, const char *text, const char *reason);

/* pli_sim_deri_find_instrument: the instrument_name parameter; NULL: the error is set. */
const pli_sim_instrument *pli_sim_deri_find_instrument(pli_sim_deribit *d, pli_sim_deri_call *call);

/* Methods. */
typedef void pli_sim_deri_method(pli_sim_deribit *d, pli_sim_deri_call *call);
pli_sim_deri_method pli_sim_deri_get_time, pli_sim_deri_test, pli_sim_deri_status,
    pli_sim_deri_get_instruments, pli_sim_deri_get_instrument, pli_sim_deri_get_currencies,
    pli_sim_deri_get_index_price, pli_sim_deri_ticker, pli_sim_deri_book_summary,
    pli_sim_deri_get_combos;
pli_sim_deri_method pli_sim_deri_get_positions, pli_sim_deri_get_position, pli_sim_deri_get_summary,
    pli_sim_deri_get_summaries, pli_sim_deri_get_log;
pli_sim_deri_method pli_sim_deri_set_heartbeat, pli_sim_deri_disable_heartbeat,
    pli_sim_deri_subscribe, pli_sim_deri_unsubscribe, pli_sim_deri_unsubscribe_all;

/* Payload writers, used by answers and by events. */
void pli_sim_deri_put_ticker(
    const pli_sim_deribit *d, pli_json_writer *w, const pli_sim_instrument *in, bool over_ws);
void pli_sim_deri_put_position(const pli_sim_deribit *d, pli_json_writer *w,
    const pli_sim_account *a, const pli_sim_position *p, bool with_liquidation);
void pli_sim_deri_put_portfolio(
    pli_json_writer *w, const pli_sim_account *a, pli_sim_asset currency, bool with_limits);

/* pli_sim_deri_index_name: "btc_usd", "sol_usdc"; returns ret_name. parse is its inverse; false:
 * no such index. */
char *pli_sim_deri_index_name(pli_sim_asset coin, pli_sim_asset quote, char ret_name[16]);
bool pli_sim_deri_index_parse(plm_slice name, pli_sim_asset *ret_coin, pli_sim_asset *ret_quote);

/* pli_sim_deri_currencies: the currencies the venue keeps accounts in; PLI_SIM_ASSETS ends. */
extern const pli_sim_asset pli_sim_deri_currencies[];

#endif
