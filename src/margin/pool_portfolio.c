/* pool_portfolio.c: what a venue that margins by portfolio asks by. */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "margin/pool_maker.h"
#include "margin/rule_stress.h"

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
	plm_deribit_pm *row = &m->pools->portfolio.deribit[underlying];
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

/* Losses that the venue states of what was held so long ago are of other prices. */
#define STRESS_AGE_NS (600 * PLM_NS_PER_S)

static bool
stress_is_new(const pool_maker *m, const pli_stress_row *row)
{
	return row != NULL && row->is_old == 0 &&
	       pli_book_now_ns(m->book) - row->received_time_ns <= STRESS_AGE_NS;
}

/* A trade that is supposed makes it another portfolio than the one that the venue has tested. */
static bool
is_edited(const pool_maker *m, plm_asset_id coin)
{
	for (uint32_t i = 0; m->edits != NULL && i < m->edits->trades_count; i++) {
		const pli_pool_trade *trade = &m->edits->trades[i];
		const plm_instrument *spec = pli_registry_instrument_get(
		    pli_book_registry(m->book), trade->instrument);
		if (trade->account.value == m->key->account.value && spec != NULL &&
		    pli_pool_underlying_of(m, spec->underlying).value == coin.value)
			return true;
	}
	return false;
}

/* What the venue's own stress test said of what the pool holds on an underlying; NULL: nothing that
 * can be used. */
static const plm_margin_stress *
stress_told(const pool_maker *m, uint32_t underlying)
{
	plm_asset_id coin = m->pools->underlying_ids[underlying];
	const pli_stress_row *row = pli_book_stress(m->book, m->key->account, coin);
	bool usable = stress_is_new(m, row) && !is_edited(m, coin) &&
		      pli_stress_is_whole(&row->fact);
	return usable ? &row->fact : NULL;
}

/* Borrowing that the venue told of the account as a whole, in US dollars. False: not told. */
static bool
stress_account(pool_maker *m)
{
	plm_asset_id usd = pli_registry_asset_find(pli_book_registry(m->book), PLM_SLICE("USD"));
	const pli_stress_row *row = pli_book_stress(m->book, m->key->account, usd);
	if (!stress_is_new(m, row) || !isfinite(row->fact.added))
		return false;
	double asked = row->fact.added / m->made->unit_usd;
	m->made->pool.other_maintenance += asked;
	m->made->pool.other_initial += asked > 0 ? asked * row->fact.initial : 0;
	return true;
}

static bool
owes(const pool_maker *m)
{
	for (uint32_t i = 0; i < m->made->pool.assets_count; i++)
		if (m->pools->assets[i].wallet < 0)
			return true;
	return false;
}

/* Perpetuals that all point the same way: nothing in it hedges anything. */
static bool
is_simple(const pool_maker *m, uint32_t underlying)
{
	bool longs = false, shorts = false, simple = true;
	for (uint32_t i = 0; i < m->made->pool.legs_count; i++) {
		const plm_instrument *spec = pli_registry_instrument_get(
		    pli_book_registry(m->book), m->pools->instruments[i]);
		const plm_margin_leg *leg = &m->pools->legs[i];
		if (leg->underlying != underlying)
			continue;
		simple &= spec != NULL && spec->kind == PLM_KIND_PERPETUAL;
		longs |= leg->quantity > 0;
		shorts |= leg->quantity < 0;
	}
	return simple && !(longs && shorts);
}

static bool
is_held(const pool_maker *m, uint32_t underlying)
{
	plm_asset_id settle;
	return !settle_of(m, underlying, &settle) || settle.value != 0;
}

/* What the venue said of its test stands for what has no known formula. */
static void
okx_row(pool_maker *m, uint32_t underlying)
{
	const plm_asset_fact *coin = pli_registry_asset_get(
	    pli_book_registry(m->book), m->pools->underlying_ids[underlying]);
	const plm_margin_stress *told = stress_told(m, underlying);
	plm_okx_pm *row = &m->pools->portfolio.okx[underlying];
	*row = *pli_venue_okx_pm(coin == NULL ? "" : coin->name);
	if (!is_held(m, underlying))
		return;
	if (told != NULL) {
		row->told = *told;
		row->initial = told->initial;
		if (told->far_move > 0 && told->far_share >= 0) {
			row->move_far = told->far_move;
			row->far_share = told->far_share;
		}
	} else if (!is_simple(m, underlying)) {
		pli_pool_cannot(m, "its account is margined by portfolio, and what the venue asks "
				   "there of options, dated futures and contracts that offset is "
				   "known of what its own stress test was told of alone");
	} else if (isnan(row->basis)) {
		pli_pool_cannot(m, "its account is margined by portfolio, of which the venue's "
				   "parameters for a coin that it holds are not known");
	}
}

static void
okx_find(pool_maker *m)
{
	for (uint32_t i = 0; i < m->made->pool.underlyings_count; i++)
		okx_row(m, i);
	m->made->pool.parameters = m->pools->portfolio.okx;
}

static void
bybit_find(pool_maker *m)
{
	for (uint32_t i = 0; i < m->made->pool.underlyings_count; i++) {
		const plm_margin_stress *told = stress_told(m, i);
		m->pools->portfolio.bybit[i] = told == NULL || !is_held(m, i)
						   ? (plm_margin_stress){0}
						   : *told;
		if (told == NULL && is_held(m, i))
			pli_pool_cannot(m, "its account is margined by portfolio, and what the "
					   "venue's stress test says of what it holds is not told");
	}
	m->made->pool.parameters = m->pools->portfolio.bybit;
}

static void
deribit_find(pool_maker *m)
{
	for (uint32_t i = 0; i < m->made->pool.underlyings_count; i++)
		row_find(m, i);
	m->made->pool.parameters = m->pools->portfolio.deribit;
}

void
pli_pool_portfolio(pool_maker *m)
{
	if (strcmp(m->rule->rule, "deribit.pm") == 0) {
		deribit_find(m);
		return;
	}
	if (strcmp(m->rule->rule, "okx.pm") == 0)
		okx_find(m);
	else
		bybit_find(m);
	if (!stress_account(m) && owes(m))
		pli_pool_cannot(m, "its account is margined by portfolio, and what the venue asks "
				   "there for what it owes is not told");
}
