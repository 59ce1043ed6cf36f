/* rule_table.c: the table of rules. */
#include <stddef.h>
#include <string.h>

#include "margin/rule_table.h"

/* name, venue, reproduced on the venue's own numbers, function */
static const plm_margin_rule rules[] = {
    {"binance.usdm", "binance", true, pli_rule_binance_futures},
    {"binance.coinm", "binance", true, pli_rule_binance_futures},
    {"binance.multi", "binance", false, pli_rule_binance_multi},
    {"binance.pm", "binance", false, pli_rule_binance_pm},
    {"binance.option", "binance", false, pli_rule_binance_option},
    {"hyperliquid", "hyperliquid", true, pli_rule_hyperliquid},
    {"hyperliquid.2023", "hyperliquid", true, pli_rule_hyperliquid_2023},
    {"dydx.v4", "dydx", true, pli_rule_dydx},
    {"deribit.sm", "deribit", false, pli_rule_deribit_sm},
    {"deribit.pm", "deribit", false, pli_rule_deribit_pm},
    {"okx.futures", "okx", true, pli_rule_okx},
    {"okx.multi", "okx", false, pli_rule_okx},
    {"okx.pm", "okx", false, pli_rule_okx_pm},
    {"bybit.uta", "bybit", false, pli_rule_bybit},
    {"bybit.entry", "bybit", true, pli_rule_bybit_entry},
    {"bitmex", "bitmex", false, pli_rule_bitmex},
    {"phemex", "phemex", true, pli_rule_phemex},
    {"kraken", "kraken", false, pli_rule_kraken},
    {"derive.srm", "derive", true, pli_rule_derive_srm},
    {"derive.pmrm", "derive", true, pli_rule_derive_pmrm},
    {"derive.pmrm2", "derive", true, pli_rule_derive_pmrm2},
    {"aave.v3", "aave", true, pli_rule_aave},
    {"compound.v3", "compound", true, pli_rule_compound},
};

const plm_margin_rule *
plm_margin_rule_at(uint32_t row)
{
	return row < sizeof rules / sizeof *rules ? &rules[row] : NULL;
}

const plm_margin_rule *
plm_margin_rule_find(const char *name)
{
	for (uint32_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (strcmp(rules[i].name, name) == 0)
			return &rules[i];
	return NULL;
}

const char *
plm_margin_rule_name(const plm_margin_rule *rule)
{
	return rule->name;
}

const char *
plm_margin_rule_venue(const plm_margin_rule *rule)
{
	return rule->venue;
}

bool
plm_margin_rule_is_verified(const plm_margin_rule *rule)
{
	return rule->is_verified;
}
