/* sim_binance_keys.c: keys of the simulated Binance: whose they are, and what they open. */
#include <string.h>

#include "sim/sim_binance_parts.h"

const pli_sim_usdm_key *
pli_sim_usdm_find_key(const pli_sim_binance *b, plm_slice key)
{
	for (uint32_t i = 0; i < b->keys_count; i++)
		if (plm_slice_is(key, b->keys[i].key))
			return &b->keys[i];
	return NULL;
}

/* What of its name is the trader's: the market stands before the last hyphen. */
static const char *
usdm_trader(const pli_sim_account *a)
{
	const char *hyphen = strrchr(a->name, '-');
	return hyphen == NULL ? a->name : hyphen + 1;
}

/* A portfolio margin account holds its markets in itself: its trader has no other one. */
static bool
usdm_one_trader(const pli_sim_account *a, const pli_sim_account *other)
{
	return pli_sim_server_of(other->venue) == PLI_SIM_BINANCE &&
	       a->venue != PLI_SIM_BINANCE_PM && other->venue != PLI_SIM_BINANCE_PM &&
	       strcmp(usdm_trader(a), usdm_trader(other)) == 0;
}

const pli_sim_account *
pli_sim_usdm_opened(const pli_sim_binance *b, const pli_sim_usdm_key *key, pli_sim_venue market)
{
	const pli_sim_account *own = &b->world->accounts[key->account];
	if (market == PLI_SIM_MARKETS || own->venue == market)
		return own;
	for (uint32_t i = 0; i < b->world->accounts_count; i++) {
		const pli_sim_account *other = &b->world->accounts[i];
		if (other->venue == market && usdm_one_trader(own, other))
			return other;
	}
	return NULL;
}

bool
pli_sim_binance_opens(const pli_sim_binance *b, plm_slice key, uint32_t account)
{
	const pli_sim_usdm_key *row = pli_sim_usdm_find_key(b, key);
	const pli_sim_account *a = &b->world->accounts[account];
	return row != NULL && pli_sim_usdm_opened(b, row, a->venue) == a;
}

uint32_t
pli_sim_usdm_index(const pli_sim_binance *b, const pli_sim_account *account)
{
	return (uint32_t)(account - b->world->accounts);
}
