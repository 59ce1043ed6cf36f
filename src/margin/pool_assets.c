/* pool_assets.c: balances become assets of a pool. */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "margin/pool_maker.h"
#include "margin/rule.h"

/* An implied share may be off by this much: the venue's sums and our prices are not of one moment.
 */
#define SHARE_SLACK 0.02

bool
pli_book_pools_is_cash(const pli_book *book, plm_asset_id asset)
{
	const plm_asset_fact *fact = pli_registry_asset_get(pli_book_registry(book), asset);
	return fact != NULL &&
	       (strcmp(fact->asset_class, "stablecoin") == 0 ||
		   strcmp(fact->asset_class, "fiat") == 0 || strcmp(fact->name, "USD") == 0);
}

/* Price of an asset in the pool's unit. */
static double
asset_price(const pool_maker *m, plm_asset_id asset)
{
	if (asset.value == m->made->unit.value)
		return 1;
	return plm_decimal_to_double(pli_exposure_price_usd(m->exposure, asset)) /
	       m->made->unit_usd;
}

/* What edits change of what this pool holds of an asset. */
static double
edited(const pool_maker *m, plm_asset_id asset)
{
	double sum = 0;
	const pli_pool_edits *edits = m->edits;
	for (uint32_t i = 0; edits != NULL && i < edits->transfers_count; i++)
		if (edits->transfers[i].account.value == m->key->account.value &&
		    edits->transfers[i].asset.value == asset.value && m->isolated == NULL)
			sum += edits->transfers[i].quantity;
	for (uint32_t i = 0; edits != NULL && i < edits->trades_count; i++) {
		const pli_pool_trade *trade = &edits->trades[i];
		const plm_instrument *spec = pli_registry_instrument_get(
		    pli_book_registry(m->book), trade->instrument);
		pli_pool_key key;
		if (trade->account.value == m->key->account.value && spec != NULL &&
		    spec->settle.value == asset.value &&
		    pli_book_pools_of_trade(m->book, trade, &key) && key.pool == m->key->pool)
			sum += pli_pool_trade_cash(m, trade);
	}
	return sum;
}

/* Isolated positions hold a part of what the account has of an asset. */
static double
isolated_held(const pool_maker *m, plm_asset_id asset)
{
	double held = 0;
	for (uint32_t row = pli_book_position_first_of_account(m->book, m->key->account);
	     row != PLI_ROW_NONE; row = pli_book_position_next_of_account(m->book, row)) {
		const pli_position_row *position = pli_book_position(m->book, row);
		const plm_instrument *spec = pli_registry_instrument_get(
		    pli_book_registry(m->book), position->fact.instrument);
		if (position->open != 0 && position->fact.margin_mode == PLM_MARGIN_ISOLATED &&
		    spec != NULL && spec->settle.value == asset.value)
			held += plm_decimal_to_double(position->fact.isolated_margin) +
				pli_pool_profit(m, row);
	}
	return held;
}

/* What the venue says backs the pool, with its positions' profit as it was then; and since. */
static double
venue_held(const pool_maker *m, plm_asset_id asset)
{
	double held = asset.value == m->made->unit.value ? m->made->venue.equity : NAN;
	for (uint32_t row = pli_book_position_first_of_account(m->book, m->key->account);
	     row != PLI_ROW_NONE; row = pli_book_position_next_of_account(m->book, row)) {
		const pli_position_row *position = pli_book_position(m->book, row);
		if (position->open != 0 && position->pool == m->key->pool)
			held += pli_pool_profit(m, row) -
				plm_decimal_to_double(position->fact.unrealised_pnl);
	}
	return held;
}

static double
asset_held(const pool_maker *m, plm_asset_id asset)
{
	if (m->isolated == NULL && m->rule->equity_of_venue)
		return venue_held(m, asset);
	if (m->isolated == NULL)
		return plm_decimal_to_double(
			   pli_exposure_collateral(m->exposure, m->key->account, asset)) -
		       isolated_held(m, asset);
	uint32_t row = pli_book_position_first_of_account(m->book, m->key->account);
	while (row != PLI_ROW_NONE && pli_book_position(m->book, row) != m->isolated)
		row = pli_book_position_next_of_account(m->book, row);
	return plm_decimal_to_double(m->isolated->fact.isolated_margin) + pli_pool_profit(m, row);
}

/* What legs have won since the entry that they carry is in what is held: wallets are without. */
static double
legs_profit(const pool_maker *m, plm_asset_id asset)
{
	double sum = 0;
	for (uint32_t i = 0; i < m->made->pool.legs_count; i++) {
		const plm_margin_leg *leg = &m->pools->legs[i];
		if (m->pools->settles[i].value == asset.value && !pli_margin_is_option(leg))
			sum += pli_margin_gain(leg, leg->entry, leg->mark);
	}
	return sum;
}

/* What the venue has told the account that it counts of an asset of a pool of many. */
static void
asset_share(pool_maker *m, uint32_t at, plm_asset_id id)
{
	bool cross = m->made->mode == PLM_MARGIN_CROSS || m->made->mode == PLM_MARGIN_NONE;
	plm_margin_asset *asset = &m->pools->assets[at];
	const pli_collateral_row *told = pli_book_collateral(m->book, m->key->account, id);
	if (told == NULL || !cross || m->rule->haircut_initial_only)
		return;
	asset->steps_count = told->fact.steps_count;
	asset->steps = m->pools->shares[at];
	asset->weight = asset->weight_initial = 0;
	asset->debt_weight = 1 + told->fact.debt_more;
	for (uint32_t i = 0; i < asset->steps_count; i++)
		m->pools->shares[at][i] = (plm_collateral_step){
		    told->fact.steps[i].floor, told->fact.steps[i].weight};
}

/* What is borrowed asks for margin by itself. Where it was not told, it is what is owed. */
static void
asset_loan(pool_maker *m, uint32_t at, plm_asset_id id)
{
	uint32_t row = pli_book_balance_find(m->book, m->key->account, id);
	if (m->isolated != NULL || row == PLI_ROW_NONE || !(m->rule->loan_rate > 0))
		return;
	double told = plm_decimal_to_double(pli_book_balance(m->book, row)->fact.borrowed);
	m->pools->assets[at].borrowed = isnan(told) ? fmax(-m->pools->held[at], 0) : told;
	m->pools->assets[at].loan_rate = m->rule->loan_rate;
}

static void
asset_add(pool_maker *m, plm_asset_id id)
{
	plm_margin_pool *pool = &m->made->pool;
	if (pool->assets_count == PLI_POOL_ASSETS_MAX) {
		pli_pool_cannot(m, "it holds more assets than a pool may");
		return;
	}
	double before = asset_held(m, id), price = asset_price(m, id);
	double held = before + edited(m, id);
	if (before == 0 && held == 0 && id.value != m->settle.value)
		return;
	bool still = id.value == m->made->unit.value || pli_book_pools_is_cash(m->book, id);
	uint32_t moves = still ? PLM_MARGIN_STILL : pli_pool_underlying(m, id, price);
	m->pools->asset_ids[pool->assets_count] = id;
	m->pools->held[pool->assets_count] = before;
	m->pools->assets[pool->assets_count] = (plm_margin_asset){
	    .wallet = held - legs_profit(m, id),
	    .price = price,
	    .underlying = moves,
	    .weight = 1,
	    .weight_initial = 1,
	    .debt_weight = 1,
	    .confidence = 1};
	asset_loan(m, pool->assets_count, id);
	asset_share(m, pool->assets_count++, id);
	if (isnan(held))
		pli_pool_cannot(m, "its collateral is not known");
	if (isnan(price))
		pli_pool_cannot(m, "the price of its collateral is not known");
}

static bool
asset_is_in(const pool_maker *m, plm_asset_id id)
{
	for (uint32_t i = 0; i < m->made->pool.assets_count; i++)
		if (m->pools->asset_ids[i].value == id.value)
			return true;
	return false;
}

/* A cross pool has every balance that backs it, an other pool its settle asset. */
static void
assets_gather(pool_maker *m)
{
	bool cross = m->made->mode == PLM_MARGIN_CROSS || m->made->mode == PLM_MARGIN_NONE;
	for (uint32_t row = pli_book_balance_first_of_account(m->book, m->key->account);
	     cross && row != PLI_ROW_NONE; row = pli_book_balance_next_of_account(m->book, row)) {
		const pli_balance_row *balance = pli_book_balance(m->book, row);
		if (balance->open != 0 && balance->fact.margin_mode == m->made->mode)
			asset_add(m, balance->fact.asset);
	}
	for (uint32_t i = 0; i < m->made->pool.legs_count; i++)
		if (!asset_is_in(m, m->pools->settles[i]))
			asset_add(m, m->pools->settles[i]);
	if (m->made->pool.legs_count == 0 && m->settle.value != 0 && !asset_is_in(m, m->settle))
		asset_add(m, m->settle);
}

static void
legs_point(pool_maker *m)
{
	for (uint32_t i = 0; i < m->made->pool.legs_count; i++) {
		uint32_t at = 0;
		while (at + 1 < m->made->pool.assets_count &&
		       m->pools->asset_ids[at].value != m->pools->settles[i].value)
			at++;
		m->pools->legs[i].asset = at;
	}
}

/* A coin of which no share was told. */
static bool
share_is_open(const plm_margin_asset *asset)
{
	return asset->underlying != PLM_MARGIN_STILL && asset->steps == NULL;
}

/* Value of what counts as it is known to (cash, debts, coins whose shares were told) and of other
 * coins, in the pool's unit, options and edits left out. */
static void
assets_value(const pool_maker *m, double *ret_known, double *ret_coins)
{
	*ret_known = *ret_coins = 0;
	for (uint32_t i = 0; i < m->made->pool.assets_count; i++) {
		const plm_margin_asset *asset = &m->pools->assets[i];
		double held = m->pools->held[i];
		if (share_is_open(asset) && held >= 0)
			*ret_coins += held * asset->price;
		else
			*ret_known += plm_collateral_value(asset, held, false) * asset->price;
	}
}

/* Where shares of collateral are not told, what the venue counts of it now gives one for all coins.
 */
static void
haircuts_imply(pool_maker *m)
{
	double cash, coins;
	assets_value(m, &cash, &coins);
	if (!(coins > 0) || m->rule->haircut_initial_only)
		return;
	double share = (m->made->venue.equity - cash) / coins;
	m->made->implied |= PLI_IMPLIED_HAIRCUTS;
	if (!(share >= 0 && share <= 1 + SHARE_SLACK)) {
		pli_pool_cannot(m, "the haircuts of its collateral are not known");
		return;
	}
	for (uint32_t i = 0; i < m->made->pool.assets_count; i++)
		if (share_is_open(&m->pools->assets[i]))
			m->pools->assets[i].weight = m->pools->assets[i].weight_initial = fmin(
			    share, 1);
}

void
pli_pool_assets(pool_maker *m)
{
	assets_gather(m);
	if (m->made->pool.assets_count == 0) {
		pli_pool_cannot(m, "its collateral is not known");
		return;
	}
	legs_point(m);
	if (m->made->unit.value == 0)
		haircuts_imply(m);
}
