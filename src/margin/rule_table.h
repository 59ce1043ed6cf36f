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

#endif
