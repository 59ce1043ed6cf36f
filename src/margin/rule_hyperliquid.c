/* rule_hyperliquid.c: cross and isolated, tiers by half of the initial margin at most leverage. */
#include <math.h>

#include "margin/rule_table.h"
#include "plimsoll/margin_rules.h"

static void
hyperliquid_evaluate(const margin_view *view, bool at_mark, plm_margin_numbers *numbers)
{
	for (uint32_t i = 0; i < view->pool->legs_count; i++) {
		const plm_margin_leg *leg = &view->pool->legs[i];
		margin_leg *moved = &view->legs[i];
		margin_leg held = *moved;
		if (at_mark)
			held.notional = fabs(leg->quantity) * leg->mark;
		const plm_margin_step *step = pli_margin_step(leg, &held);
		moved->maintenance = held.notional * step->maintenance - step->deduction;
		moved->initial = held.notional * pli_margin_initial_rate(leg, step);
	}
	margin_sums sums = pli_margin_sum(view, false);
	pli_margin_fill(view, &sums, numbers);
}

void
pli_rule_hyperliquid(const margin_view *view, plm_margin_numbers *numbers)
{
	hyperliquid_evaluate(view, false, numbers);
}

/* The chain of 2023 held what is asked at today's notional. */
void
pli_rule_hyperliquid_2023(const margin_view *view, plm_margin_numbers *numbers)
{
	hyperliquid_evaluate(view, true, numbers);
}

const char *
plm_hyperliquid_stage(double equity, double maintenance)
{
	if (isnan(equity) || isnan(maintenance))
		return "UNKNOWN";
	if (equity >= maintenance)
		return "OK";
	return equity * 3 < maintenance * 2 ? "BACKSTOP" : "LIQUIDATE_ORDERBOOK";
}

double
plm_hyperliquid_transfer_min(double initial, double notional)
{
	return isnan(initial) || isnan(notional) ? NAN : margin_max(initial, notional / 10);
}

double
plm_hyperliquid_borrowable(double balance, double price, double ltv)
{
	return balance * price * ltv;
}
