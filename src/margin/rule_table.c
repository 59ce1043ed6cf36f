/* rule_table.c: the table of rules. */
#include <stddef.h>
#include <string.h>

#include "margin/rule_table.h"
#include "plimsoll/event.h"

/* 27 cells, 8 far moves, where nothing moves, and a slope. */
enum { DERIBIT_PM_LOOKS = 27 + 8 + 2 };
/* 7 prices, 2 far moves, where nothing moves, and a slope. */
enum { OKX_PM_LOOKS = 7 + 2 + 1 + 2 };
enum { BYBIT_PM_LOOKS = PLM_STRESS_MOVES_MAX + 1 };

/* name, venue, reproduced on the venue's own numbers, legs add up, looks, function */
static const plm_margin_rule rules[] = {
    {"binance.usdm", "binance", true, true, 1, pli_rule_binance_futures},
    {"binance.coinm", "binance", true, true, 1, pli_rule_binance_futures},
    {"binance.multi", "binance", true, true, 1, pli_rule_binance_multi},
    {"binance.pm", "binance", false, true, 1, pli_rule_binance_pm},
    {"binance.option", "binance", false, false, 1, pli_rule_binance_option},
    {"hyperliquid", "hyperliquid", true, true, 1, pli_rule_hyperliquid},
    {"hyperliquid.2023", "hyperliquid", true, false, 1, pli_rule_hyperliquid_2023},
    {"dydx.v4", "dydx", true, true, 1, pli_rule_dydx},
    {"deribit.sm", "deribit", false, false, 1, pli_rule_deribit_sm},
    {"deribit.pm", "deribit", false, false, DERIBIT_PM_LOOKS, pli_rule_deribit_pm},
    {"okx.futures", "okx", true, true, 1, pli_rule_okx},
    {"okx.multi", "okx", false, true, 1, pli_rule_okx},
    {"okx.pm", "okx", false, false, OKX_PM_LOOKS, pli_rule_okx_pm},
    {"bybit.uta", "bybit", false, true, 1, pli_rule_bybit},
    {"bybit.pm", "bybit", false, false, BYBIT_PM_LOOKS, pli_rule_bybit_pm},
    {"bybit.entry", "bybit", true, false, 1, pli_rule_bybit_entry},
    {"bitmex", "bitmex", false, false, 1, pli_rule_bitmex},
    {"phemex", "phemex", true, true, 1, pli_rule_phemex},
    {"kraken", "kraken", false, false, 1, pli_rule_kraken},
    {"derive.srm", "derive", true, false, 1, pli_rule_derive_srm},
    {"derive.pmrm", "derive", true, false, 1, pli_rule_derive_pmrm},
    {"derive.pmrm2", "derive", true, false, 1, pli_rule_derive_pmrm2},
    {"aave.v3", "aave", true, false, 1, pli_rule_aave},
    {"compound.v3", "compound", true, false, 1, pli_rule_compound},
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

uint32_t
pli_margin_rule_looks(const plm_margin_rule *rule)
{
	return rule == NULL ? 1 : rule->looks;
}

bool
plm_margin_rule_is_verified(const plm_margin_rule *rule)
{
	return rule->is_verified;
}
