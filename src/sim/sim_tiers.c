/* sim_tiers.c: tables of margin tiers. */
#include "sim/sim_tiers.h"

#include "sim/sim_number.h"

static const struct {
	int64_t cap;
	const char *leverage_max, *rate, *initial;
} tier_facts[PLI_SIM_TIERS] = {
    {1, "100", "0.005", "0.01"},
    {4, "62.5", "0.008", "0.016"},
    {16, "40", "0.0125", "0.025"},
    {80, "25", "0.02", "0.04"},
    {400, "10", "0.05", "0.1"},
};

pli_sim_tier
pli_sim_tier_of(plm_decimal unit, int number)
{
	pli_sim_tier tier = {.cap = plm_decimal_zero()};
	for (int i = 0; i <= number; i++) {
		plm_decimal before = tier.rate;
		tier.floor = tier.cap;
		tier.cap = pli_sim_multiply(unit, plm_decimal_from_int(tier_facts[i].cap));
		tier.rate = pli_sim_of(tier_facts[i].rate);
		plm_decimal rise = pli_sim_subtract(tier.rate, before);
		tier.deduction = pli_sim_add(tier.deduction, pli_sim_multiply(tier.floor, rise));
	}
	tier.leverage_max = pli_sim_of(tier_facts[number].leverage_max);
	tier.initial = pli_sim_of(tier_facts[number].initial);
	return tier;
}

int
pli_sim_tier_at(plm_decimal unit, plm_decimal size)
{
	int number = 0;
	while (number + 1 < PLI_SIM_TIERS && pli_sim_less(pli_sim_tier_of(unit, number).cap, size))
		number++;
	return number;
}
