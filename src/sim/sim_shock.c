/* sim_shock.c: flash prices, marks that cannot be, contracts that change or go. */
#include "sim/sim_shock.h"

#include <assert.h>

#include "sim/sim_number.h"

enum { SHOCK_LIVING_MIN = 5 };

static bool
shock_meets(const pli_sim_shock *shock, const pli_sim_instrument *in, pli_sim_asset coin)
{
	return in->coin == coin && !in->expired &&
	       (shock->kind == PLI_SIM_SHOCK_FLASH || in->venue == shock->venue);
}

static uint32_t
shock_prices(pli_sim_world *w, const pli_sim_shock *shock, pli_sim_asset coin)
{
	static const char *const factors[PLI_SIM_SHOCK_COUNT] = {[PLI_SIM_SHOCK_FLASH] = "0.5",
	    [PLI_SIM_SHOCK_ZERO] = "0",
	    [PLI_SIM_SHOCK_NEGATIVE] = "-1",
	    [PLI_SIM_SHOCK_ABSURD] = "10000",
	    [PLI_SIM_SHOCK_DIVERGE] = "1.3"};
	uint32_t count = 0;
	assert(factors[shock->kind] != NULL);
	for (uint32_t i = 0; i < w->market.instruments_count; i++) {
		pli_sim_instrument *in = &w->market.instruments[i];
		/* An inverse contract at 0 has no profit that could be stated. */
		bool undefined = shock->kind == PLI_SIM_SHOCK_ZERO && in->inverse &&
				 in->kind != PLI_SIM_OPTION;
		if (!shock_meets(shock, in, coin) || undefined)
			continue;
		in->shock_until_ns = shock->until_ns;
		in->shock_factor = pli_sim_of(factors[shock->kind]);
		in->shock_of_index = shock->kind == PLI_SIM_SHOCK_FLASH;
		count++;
	}
	return count;
}

static uint32_t
shock_spec(pli_sim_world *w, const pli_sim_shock *shock, pli_sim_asset coin)
{
	uint32_t count = 0;
	plm_decimal tenth = pli_sim_of("0.1");
	for (uint32_t i = 0; i < w->market.instruments_count; i++) {
		pli_sim_instrument *in = &w->market.instruments[i];
		if (!shock_meets(shock, in, coin) || in->spec_changes == 2)
			continue;
		in->spec_changes++;
		in->tick = pli_sim_multiply(in->tick, tenth);
		in->lot = pli_sim_multiply(in->lot, tenth);
		count++;
	}
	return count;
}

/* Perpetuals and futures that a venue still has. */
static uint32_t
shock_living(const pli_sim_market *m, pli_sim_venue venue)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < m->instruments_count; i++) {
		const pli_sim_instrument *in = &m->instruments[i];
		count += in->venue == venue && in->kind != PLI_SIM_OPTION && !in->expired;
	}
	return count;
}

/* The first contract of the coin at or behind the chosen place that lives on without an expiry. The
 * last ones stay: in a long run a venue without contracts would be no venue. */
static uint32_t
shock_delist(pli_sim_world *w, const pli_sim_shock *shock, pli_sim_asset coin)
{
	pli_sim_market *m = &w->market;
	if (shock_living(m, shock->venue) <= SHOCK_LIVING_MIN)
		return 0;
	for (uint32_t i = 0; i < m->instruments_count; i++) {
		pli_sim_instrument *in =
		    &m->instruments[(shock->choice + i) % m->instruments_count];
		if (!shock_meets(shock, in, coin) || in->kind == PLI_SIM_OPTION)
			continue;
		in->expiry_ns = m->now_ns; /* the next step settles it */
		return 1;
	}
	return 0;
}

/* Every other time the accounts are told: a venue may also say it in its lists alone. At
 * Hyperliquid and dYdX a contract's name is its coin: another name is another contract; BitMEX ends
 * contracts and begins others. */
static uint32_t
shock_rename(pli_sim_world *w, const pli_sim_shock *shock, pli_sim_asset coin)
{
	const pli_sim_market *m = &w->market;
	uint64_t choice = shock->choice / PLI_SIM_COINS;
	bool by_coin = shock->venue == PLI_SIM_HYPERLIQUID || shock->venue == PLI_SIM_DYDX;
	if (by_coin || shock->venue == PLI_SIM_BITMEX)
		return 0;
	for (uint32_t i = 0; i < m->instruments_count; i++) {
		uint32_t index = (uint32_t)((choice / 2 + i) % m->instruments_count);
		const pli_sim_instrument *in = &m->instruments[index];
		if (shock_meets(shock, in, coin) && in->kind == PLI_SIM_PERPETUAL &&
		    pli_sim_world_rename(w, index, choice % 2 == 0, shock->now_ns))
			return 1;
	}
	return 0;
}

static uint32_t
shock_adl(pli_sim_world *w, const pli_sim_shock *shock, pli_sim_asset coin)
{
	for (uint32_t i = 0; i < w->accounts_count; i++) {
		uint32_t index = (uint32_t)((shock->choice + i) % w->accounts_count);
		const pli_sim_account *a = &w->accounts[index];
		for (uint32_t k = 0; a->venue == shock->venue && k < a->positions_count; k++) {
			const pli_sim_position *p = &a->positions[k];
			if (p->instrument->coin == coin && !p->instrument->expired &&
			    pli_sim_world_reduce(w, index, k, shock->now_ns))
				return 1;
		}
	}
	return 0;
}

uint32_t
pli_sim_shock_apply(pli_sim_world *w, const pli_sim_shock *shock)
{
	pli_sim_asset coin = (pli_sim_asset)(shock->choice % PLI_SIM_COINS);
	switch (shock->kind) {
	case PLI_SIM_SHOCK_SPEC:
		return shock_spec(w, shock, coin);
	case PLI_SIM_SHOCK_DELIST:
		return shock_delist(w, shock, coin);
	case PLI_SIM_SHOCK_RENAME:
		return shock_rename(w, shock, coin);
	case PLI_SIM_SHOCK_ADL:
		return shock_adl(w, shock, coin);
	default:
		return shock_prices(w, shock, coin);
	}
}
