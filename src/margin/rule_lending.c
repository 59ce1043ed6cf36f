/* rule_lending.c: Aave v3 and Compound v3: collateral by thresholds against debts. */
#include <math.h>
#include <stddef.h>

#include "margin/rule_table.h"
#include "plimsoll/margin_rules.h"

/* Positive wallets by weight against negative ones: maintenance is the debt. */
static void
lending_evaluate(const margin_view *view, plm_margin_numbers *numbers)
{
	double collateral = 0, borrowable = 0, debt = 0;
	for (uint32_t i = 0; i < view->pool->assets_count; i++) {
		const plm_margin_asset *asset = &view->pool->assets[i];
		const margin_asset *moved = &view->assets[i];
		numbers->value += moved->amount * moved->price;
		if (moved->amount < 0) {
			debt -= moved->amount * moved->price;
			continue;
		}
		collateral += plm_collateral_value(asset, moved->amount, false) * moved->price;
		borrowable += plm_collateral_value(asset, moved->amount, true) * moved->price;
	}
	numbers->equity = collateral + view->pool->other_equity;
	numbers->equity_initial = borrowable + view->pool->other_equity;
	numbers->initial = debt + view->pool->other_initial;
	numbers->maintenance = debt + view->pool->other_maintenance;
	if (view->pool->legs_count != 0) /* positions are not what these protocols hold */
		numbers->maintenance = NAN;
}

void
pli_rule_aave(const margin_view *view, plm_margin_numbers *numbers)
{
	lending_evaluate(view, numbers);
	numbers->ratio = numbers->maintenance > 0 ? numbers->equity / numbers->maintenance : NAN;
	pli_margin_close(view, numbers);
}

void
pli_rule_compound(const margin_view *view, plm_margin_numbers *numbers)
{
	lending_evaluate(view, numbers);
	pli_margin_close(view, numbers);
}

double
plm_aave_close_factor(double health, double collateral_usd, double debt_usd)
{
	if (isnan(health) || isnan(collateral_usd) || isnan(debt_usd))
		return NAN;
	if (health >= 1)
		return 0;
	bool large = collateral_usd >= 2000 && debt_usd >= 2000;
	return health > 0.95 && large ? 0.5 : 1;
}
