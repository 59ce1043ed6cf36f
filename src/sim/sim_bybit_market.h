/* sim_bybit_market.h: what Bybit says of contracts and spot pairs: specifications and tickers.
 * Pure.
 */
#ifndef PLI_SIM_BYBIT_MARKET_H
#define PLI_SIM_BYBIT_MARKET_H

#include "sim/sim_bybit_rows.h"

/* pli_sim_bybit_put_contract, _pair: one row of instruments-info. */
void pli_sim_bybit_put_contract(pli_json_writer *w, const pli_sim_instrument *in);
void pli_sim_bybit_put_pair(pli_json_writer *w, pli_sim_asset asset);

/* pli_sim_bybit_put_tiers: the rows of risk-limit of one contract. */
void pli_sim_bybit_put_tiers(pli_json_writer *w, const pli_sim_instrument *in);

/* pli_sim_bybit_told: what a stream has said of one contract; unknown: not yet. */
typedef struct pli_sim_bybit_told {
	plm_decimal mark, index, last, funding;
} pli_sim_bybit_told;

/* pli_sim_bybit_put_ticker: told NULL: a row of an answer. Else the object of a message: all of it
 * at first, then what has changed since; sizes of quotes change every second. */
void pli_sim_bybit_put_ticker(pli_json_writer *w, const pli_sim_market *m,
    const pli_sim_instrument *in, pli_sim_bybit_told *told);

/* pli_sim_bybit_put_option: pushed: as a stream calls its members. */
void pli_sim_bybit_put_option(
    pli_json_writer *w, const pli_sim_market *m, const pli_sim_instrument *in, bool pushed);

/* pli_sim_bybit_put_spot: quoted: with bid and ask, as an answer has them. */
void pli_sim_bybit_put_spot(
    pli_json_writer *w, const pli_sim_market *m, pli_sim_asset asset, bool quoted);

/* pli_sim_bybit_spot_price: of the pair with USDT, in its ticks. */
plm_decimal pli_sim_bybit_spot_price(const pli_sim_market *m, pli_sim_asset asset);

#endif
