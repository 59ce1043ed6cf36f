/* sim_binance_parts.h: what the files of the simulated Binance share among themselves. */
#ifndef PLI_SIM_BINANCE_PARTS_H
#define PLI_SIM_BINANCE_PARTS_H

#include "sim/sim_binance.h"
#include "sim/sim_usdm.h"

/* pli_sim_usdm_call: one REST call that has passed its checks. account is NULL for public ones.
 * status: 200 unless the route changes it; the route writes the body into model->body. */
typedef struct pli_sim_usdm_call {
	const pli_http_in *in;
	const pli_sim_usdm_key *key;
	const pli_sim_account *account;
	uint32_t status;
	bool torn;
} pli_sim_usdm_call;

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

/* "BOTH", "LONG", "SHORT". */
const char *pli_sim_usdm_side(pli_sim_side side);

/* Milliseconds of the model's time. */
int64_t pli_sim_usdm_now_ms(const pli_sim_binance *b);

#endif
