/* pool_portfolio.c: what a venue that margins by portfolio asks by. */
#include <math.h>
#include <stddef.h>
#include <string.h>

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

/* A parameter that the venue does not state, or that no grid is made of, leaves none. */
static bool
row_is_told(const pli_matrix_row *told, plm_deribit_pm *ret_row)
{
	const plm_margin_matrix *f = &told->fact;
	*ret_row = (plm_deribit_pm){.range = f->range,
	    .buckets = f->buckets,
	    .vol_up = f->vol_up,
	    .vol_down = f->vol_down,
	    .vol_power_short = f->vol_power_short,
	    .vol_power_long = f->vol_power_long,
	    .vol_min = f->vol_min,
	    .extended_factor = f->extended_factor,
	    .dampener_usd = f->dampener_usd,
	    .annual_move = f->annual_move,
	    .annual_move_min = f->annual_move_min,
	    .offset = f->offset,
	    .offset_usd_max = f->offset_usd_max,
	    .maintenance = f->maintenance};
	double sum = f->range + f->vol_up + f->vol_down + f->vol_power_short + f->vol_power_long +
		     f->vol_min + f->extended_factor + f->dampener_usd + f->annual_move +
		     f->annual_move_min + f->offset + f->offset_usd_max + f->maintenance;
	return f->buckets != 0 && f->buckets <= PLM_DERIBIT_BUCKETS_MAX && f->range > 0 &&
	       f->maintenance > 0 && isfinite(sum);
}

/* As the venue told the account, else by the table of what others were told. */
static bool
row_known(const pool_maker *m, plm_asset_id coin, plm_asset_id settle, plm_deribit_pm *ret_row)
{
	const pli_registry *names = pli_book_registry(m->book);
	const pli_matrix_row *told = pli_book_matrix(m->book, m->key->account, coin, settle);
	const plm_asset_fact *of = pli_registry_asset_get(names, coin);
	const plm_asset_fact *in = pli_registry_asset_get(names, settle);
	return (told != NULL && row_is_told(told, ret_row)) ||
	       (of != NULL && in != NULL && pli_venue_deribit_pm(of->name, in->name, ret_row));
}

/* A matrix is of one coin and one settle asset: what those of one coin take off each other no case
 * shows. */
static void
row_find(pool_maker *m, uint32_t underlying)
{
	plm_asset_id settle;
	plm_deribit_pm *row = &m->pools->portfolio[underlying];
	*row = (plm_deribit_pm){0};
	if (!settle_of(m, underlying, &settle))
		pli_pool_cannot(m, "its account is margined by portfolio, and how contracts on one "
				   "coin that settle in several assets offset is not known");
	if (settle.value == 0)
		return;
	if (!row_known(m, m->pools->underlying_ids[underlying], settle, row))
		pli_pool_cannot(m, "its account is margined by portfolio, of which the venue's "
				   "parameters for a coin that it holds are not known");
}

/* OKX: what moves of the index ask of perpetuals is known; of what is dated and of options not. */
static void
okx_find(pool_maker *m)
{
	const pli_registry *names = pli_book_registry(m->book);
	for (uint32_t i = 0; i < m->made->pool.legs_count; i++) {
		const plm_instrument *spec = pli_registry_instrument_get(
		    names, m->pools->instruments[i]);
		const plm_asset_fact *coin = pli_registry_asset_get(
		    names, m->pools->underlying_ids[m->pools->legs[i].underlying]);
		if (spec == NULL || spec->kind != PLM_KIND_PERPETUAL)
			pli_pool_cannot(m, "its account is margined by portfolio, and what the "
					   "venue asks there of options and dated futures is not "
					   "known");
		m->made->pool.parameters = coin == NULL ? NULL : pli_venue_okx_pm(coin->name);
		if (m->made->pool.parameters == NULL)
			pli_pool_cannot(m, "its account is margined by portfolio, of which the "
					   "venue's parameters for a coin that it holds are not "
					   "known");
	}
}

void
pli_pool_portfolio(pool_maker *m)
{
	if (strcmp(m->rule->rule, "okx.pm") == 0) {
		okx_find(m);
		return;
	}
	for (uint32_t i = 0; i < m->made->pool.underlyings_count; i++)
		row_find(m, i);
	m->made->pool.parameters = m->pools->portfolio;
}
