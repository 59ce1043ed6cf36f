/* rule_table.h: the rules, a function each; the table is in rule_table.c. */
#ifndef PLI_MARGIN_RULE_TABLE_H
#define PLI_MARGIN_RULE_TABLE_H

#include "margin/rule.h"

/* rule_binance.c */
void pli_rule_binance_futures(const margin_view *view, plm_margin_numbers *numbers);
void pli_rule_binance_multi(const margin_view *view, plm_margin_numbers *numbers);
void pli_rule_binance_pm(const margin_view *view, plm_margin_numbers *numbers);
void pli_rule_binance_option(const margin_view *view, plm_margin_numbers *numbers);

/* rule_hyperliquid.c */
void pli_rule_hyperliquid(const margin_view *view, plm_margin_numbers *numbers);
void pli_rule_hyperliquid_2023(const margin_view *view, plm_margin_numbers *numbers);

/* rule_dydx.c */
void pli_rule_dydx(const margin_view *view, plm_margin_numbers *numbers);

/* rule_deribit.c, rule_deribit_pm.c */
void pli_rule_deribit_sm(const margin_view *view, plm_margin_numbers *numbers);
void pli_rule_deribit_pm(const margin_view *view, plm_margin_numbers *numbers);

/* rule_okx.c */
void pli_rule_okx(const margin_view *view, plm_margin_numbers *numbers);
void pli_rule_okx_pm(const margin_view *view, plm_margin_numbers *numbers);

/* rule_bybit.c */
void pli_rule_bybit(const margin_view *view, plm_margin_numbers *numbers);
void pli_rule_bybit_pm(const margin_view *view, plm_margin_numbers *numbers);
void pli_rule_bybit_entry(const margin_view *view, plm_margin_numbers *numbers);

/* rule_bitmex.c, rule_phemex.c, rule_kraken.c */
void pli_rule_bitmex(const margin_view *view, plm_margin_numbers *numbers);
void pli_rule_phemex(const margin_view *view, plm_margin_numbers *numbers);
void pli_rule_kraken(const margin_view *view, plm_margin_numbers *numbers);

/* rule_lending.c */
void pli_rule_aave(const margin_view *view, plm_margin_numbers *numbers);
void pli_rule_compound(const margin_view *view, plm_margin_numbers *numbers);

/* rule_derive.c, rule_derive_pmrm.c */
void pli_rule_derive_srm(const margin_view *view, plm_margin_numbers *numbers);
void pli_rule_derive_pmrm(const margin_view *view, plm_margin_numbers *numbers);
void pli_rule_derive_pmrm2(const margin_view *view, plm_margin_numbers *numbers);

#endif
