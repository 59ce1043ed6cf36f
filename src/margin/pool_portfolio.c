/* pool_portfolio.c: what a venue that margins by portfolio asks by, one row for each underlying. */
#include <stddef.h>

#include "margin/pool_maker.h"

/* What the legs on an underlying settle in; value 0: there are none. False: in several assets. */
static bool
settle_of(const pool_maker *m, uint32_t underlying, plm_asset_id *ret_settle)
{
	bool one = true;
	*ret_settle = (plm_asset_id){0};
	for (uint32_t i = 0; i < m->made->pool.legs_count; i++) {
		plm_asset_id settle = m->pools->settles[i];
		if (m->pools->legs[i].underlying != underlying)
			continue;
		one &= ret_settle->value == 0 || ret_settle->value == settle.value;
		*ret_settle = settle;
	}
	return one;
}

/* A matrix is of one coin and one settle asset: what those of one coin take off each other no case
 * shows. */
static void
row_find(pool_maker *m, uint32_t underlying)
{
	plm_asset_id settle;
	const pli_registry *names = pli_book_registry(m->book);
	plm_deribit_pm *row = &m->pools->portfolio[underlying];
	*row = (plm_deribit_pm){0};
	if (!settle_of(m, underlying, &settle))
		pli_pool_cannot(m, "its account is margined by portfolio, and how contracts on one "
				   "coin that settle in several assets offset is not known");
	if (settle.value == 0)
		return;
	const plm_asset_fact *coin = pli_registry_asset_get(
	    names, m->pools->underlying_ids[underlying]);
	const plm_asset_fact *in = pli_registry_asset_get(names, settle);
	if (coin == NULL || in == NULL || !pli_venue_deribit_pm(coin->name, in->name, row))
		pli_pool_cannot(m, "its account is margined by portfolio, of which the venue's "
				   "parameters for a coin that it holds are not known");
}

void
pli_pool_portfolio(pool_maker *m)
{
	for (uint32_t i = 0; i < m->made->pool.underlyings_count; i++)
		row_find(m, i);
	m->made->pool.parameters = m->pools->portfolio;
}
