/* sim_dapi.c: the simulated Binance's COIN-M futures: what their answers have of their own. */
#include "sim/sim_binance_parts.h"
#include "sim/sim_number.h"

static void
dapi_put_risk(pli_json_writer *w, const pli_sim_account *a, const pli_sim_position *p)
{
	pli_sim_usdm_row row;
	pli_sim_usdm_position(a, p, &row);
	pli_json_object_open(w);
	pli_sim_put_text(w, "symbol", p->instrument->name);
	pli_sim_usdm_put_size(w, "positionAmt", p);
	pli_sim_usdm_put_price(w, "entryPrice", p->entry);
	pli_sim_usdm_put_price(w, "breakEvenPrice", row.break_even);
	pli_sim_put_fixed(w, "markPrice", p->instrument->mark, 8);
	pli_sim_put_fixed(w, "unRealizedProfit", row.profit, 8);
	pli_sim_put_plain(w, "liquidationPrice", row.liquidation);
	pli_json_key(w, "leverage");
	pli_json_put_decimal_text(w, plm_decimal_from_int(p->leverage));
	pli_sim_usdm_put_cap(w, "maxQty", p);
	pli_sim_put_text(w, "marginType", p->isolated ? "isolated" : "cross");
	pli_sim_put_fixed(w, "isolatedMargin", row.isolated_margin, 8);
	pli_sim_put_text(w, "isAutoAddMargin", "false");
	pli_sim_put_text(w, "positionSide", pli_sim_usdm_side(p->side));
	pli_sim_put_plain(w, "notionalValue", row.notional);
	pli_sim_put_int(w, "updateTime", p->updated_ns / PLM_NS_PER_MS);
	pli_json_object_close(w);
}

static void
dapi_position_risk(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	pli_json_array_open(&b->body);
	pli_sim_usdm_each(b, call, dapi_put_risk);
	pli_json_array_close(&b->body);
}

static void
dapi_put_position(pli_json_writer *w, const pli_sim_account *a, const pli_sim_position *p)
{
	pli_sim_usdm_row row;
	pli_sim_usdm_position(a, p, &row);
	pli_json_object_open(w);
	pli_sim_put_text(w, "symbol", p->instrument->name);
	pli_sim_usdm_put_size(w, "positionAmt", p);
	pli_sim_put_plain(w, "initialMargin", row.initial);
	pli_sim_put_plain(w, "maintMargin", row.maintenance);
	pli_sim_put_fixed(w, "unrealizedProfit", row.profit, 8);
	pli_sim_put_plain(w, "positionInitialMargin", row.initial);
	pli_sim_put_text(w, "openOrderInitialMargin", "0");
	pli_json_key(w, "leverage");
	pli_json_put_decimal_text(w, plm_decimal_from_int(p->leverage));
	pli_sim_put_bool(w, "isolated", p->isolated);
	pli_sim_put_text(w, "positionSide", pli_sim_usdm_side(p->side));
	pli_sim_usdm_put_price(w, "entryPrice", p->entry);
	pli_sim_usdm_put_price(w, "breakEvenPrice", row.break_even);
	pli_sim_usdm_put_cap(w, "maxQty", p);
	pli_sim_put_int(w, "updateTime", p->updated_ns / PLM_NS_PER_MS);
	pli_json_object_close(w);
}

static void
dapi_account(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	pli_json_writer *w = &b->body;
	pli_json_object_open(w);
	pli_sim_usdm_put_assets(w, call->account, false);
	pli_json_key(w, "positions");
	pli_json_array_open(w);
	pli_sim_usdm_each(b, call, dapi_put_position);
	pli_json_array_close(w);
	pli_sim_put_bool(w, "canDeposit", true);
	pli_sim_put_bool(w, "canTrade", true);
	pli_sim_put_bool(w, "canWithdraw", true);
	pli_sim_put_int(w, "feeTier", 0);
	pli_sim_put_int(w, "updateTime", 0);
	pli_json_object_close(w);
}

const pli_sim_usdm_route pli_sim_dapi_routes[] = {
    {"GET", "/dapi/v1/ping", PLI_SIM_OPEN, 1, pli_sim_usdm_ping},
    {"GET", "/dapi/v1/time", PLI_SIM_OPEN, 1, pli_sim_usdm_time},
    {"GET", "/dapi/v1/exchangeInfo", PLI_SIM_OPEN, 1, pli_sim_usdm_exchange_info},
    {"GET", "/dapi/v1/premiumIndex", PLI_SIM_OPEN, 10, pli_sim_usdm_premium_index},
    {"GET", "/dapi/v2/leverageBracket", PLI_SIM_SIGNED, 1, pli_sim_usdm_leverage_bracket},
    {"GET", "/dapi/v1/positionSide/dual", PLI_SIM_SIGNED, 30, pli_sim_usdm_position_mode},
    {"GET", "/dapi/v1/openOrders", PLI_SIM_SIGNED, 40, pli_sim_usdm_empty_list},
    {"GET", "/dapi/v1/positionRisk", PLI_SIM_SIGNED, 1, dapi_position_risk},
    {"GET", "/dapi/v1/account", PLI_SIM_SIGNED, 5, dapi_account},
    {"GET", "/dapi/v1/balance", PLI_SIM_SIGNED, 1, pli_sim_usdm_balance_v2},
    {"POST", "/dapi/v1/listenKey", PLI_SIM_KEYED, 1, pli_sim_usdm_listen_create},
    {"PUT", "/dapi/v1/listenKey", PLI_SIM_KEYED, 1, pli_sim_usdm_listen_extend},
    {"DELETE", "/dapi/v1/listenKey", PLI_SIM_KEYED, 1, pli_sim_usdm_listen_close},
    {.method = NULL},
};
