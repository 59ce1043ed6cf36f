/* book_pools.c: which pools a book has, and what the venue says of one. */
#include "margin/book_pools.h"

#include <math.h>
#include <stdlib.h>

#include "margin/pool_maker.h"

#define VENUE_SLACK_NS (2 * PLM_NS_PER_S)
#define VENUE_AGE_NS (600 * PLM_NS_PER_S)

enum { STEPS_A_LEG = 32 };

pli_book_pools *
pli_book_pools_create(uint32_t legs_max)
{
	pli_book_pools *pools = calloc(1, sizeof *pools);
	if (pools == NULL)
		return NULL;
	pools->legs_max = legs_max;
	pools->legs = calloc(legs_max, sizeof *pools->legs);
	pools->settles = calloc(legs_max, sizeof *pools->settles);
	pools->instruments = calloc(legs_max, sizeof *pools->instruments);
	pools->positions = calloc(legs_max, sizeof *pools->positions);
	pools->steps_max = legs_max * STEPS_A_LEG + PLM_MARGIN_TIERS_MAX;
	pools->steps = calloc(pools->steps_max, sizeof *pools->steps);
	if (pools->legs != NULL && pools->settles != NULL && pools->instruments != NULL &&
	    pools->positions != NULL && pools->steps != NULL)
		return pools;
	pli_book_pools_destroy(pools);
	return NULL;
}

void
pli_book_pools_destroy(pli_book_pools *pools)
{
	if (pools == NULL)
		return;
	free(pools->legs);
	free(pools->settles);
	free(pools->instruments);
	free(pools->positions);
	free(pools->steps);
	free(pools);
}

bool
pli_book_pools_next(const pli_book *book, pli_pool_key *key)
{
	uint32_t accounts = pli_registry_accounts_count(pli_book_registry(book));
	if (key->account.value == 0)
		key->account.value = 1;
	for (plm_account_id id = key->account; id.value <= accounts; id.value++, key->pool = 0) {
		uint32_t next = UINT32_MAX;
		for (uint32_t row = pli_book_position_first_of_account(book, id);
		     row != PLI_ROW_NONE; row = pli_book_position_next_of_account(book, row)) {
			const pli_position_row *position = pli_book_position(book, row);
			if (position->open != 0 && position->pool > key->pool &&
			    position->pool < next)
				next = position->pool;
		}
		if (next != UINT32_MAX) {
			*key = (pli_pool_key){id, next};
			return true;
		}
	}
	return false;
}

void
pli_pool_cannot(pool_maker *m, const char *reason)
{
	if (m->made->reason == NULL)
		m->made->reason = reason;
}

void
pli_pool_cannot_of(pool_maker *m, const char *reason, plm_instrument_id of)
{
	if (m->made->reason == NULL)
		m->made->reason_of = of;
	pli_pool_cannot(m, reason);
}

plm_asset_id
pli_pool_underlying_of(const pool_maker *m, plm_asset_id asset)
{
	const plm_asset_fact *fact = pli_registry_asset_get(pli_book_registry(m->book), asset);
	return fact == NULL || fact->alias_of.value == 0 ? asset : fact->alias_of;
}

double
pli_pool_beta(const pli_book *book, plm_asset_id id)
{
	const plm_asset_fact *asset = pli_registry_asset_get(pli_book_registry(book), id);
	if (asset != NULL && isfinite(asset->beta))
		return asset->beta;
	return pli_book_policy(book)->benchmark.value == id.value ? 1 : NAN;
}

uint32_t
pli_pool_underlying(pool_maker *m, plm_asset_id asset, double price)
{
	pli_book_pools *pools = m->pools;
	uint32_t *count = &m->made->pool.underlyings_count, at = 0;
	plm_asset_id id = pli_pool_underlying_of(m, asset);
	while (at < *count && pools->underlying_ids[at].value != id.value)
		at++;
	if (at < *count)
		return at;
	if (*count == PLI_POOL_UNDERLYINGS_MAX) {
		pli_pool_cannot(m, "it holds more underlyings than a pool may");
		return 0;
	}
	pools->underlying_ids[at] = id;
	pools->underlyings[at] = (plm_margin_underlying){price, pli_pool_beta(m->book, id), 1};
	(*count)++;
	return at;
}

/* What the pool is: from its positions, else, where a trade would open it, from a balance. */
static void
pool_mode(pool_maker *m)
{
	pli_book_pool *made = m->made;
	for (uint32_t row = pli_book_position_first_of_account(m->book, m->key->account);
	     row != PLI_ROW_NONE; row = pli_book_position_next_of_account(m->book, row)) {
		const pli_position_row *position = pli_book_position(m->book, row);
		if (position->open == 0 || position->pool != m->key->pool)
			continue;
		const plm_instrument *spec = pli_registry_instrument_get(
		    pli_book_registry(m->book), position->fact.instrument);
		m->settle = spec == NULL ? (plm_asset_id){0} : spec->settle;
		made->mode = position->fact.margin_mode;
		if (made->mode != PLM_MARGIN_ISOLATED)
			return;
		m->isolated = position;
		made->instrument = position->fact.instrument;
		made->side = position->fact.side;
		return;
	}
	for (uint32_t row = pli_book_balance_first_of_account(m->book, m->key->account);
	     row != PLI_ROW_NONE; row = pli_book_balance_next_of_account(m->book, row)) {
		const pli_balance_row *balance = pli_book_balance(m->book, row);
		if (balance->open != 0 && balance->pool == m->key->pool)
			made->mode = balance->fact.margin_mode;
	}
}

/* One where the pool is in US dollars. */
static double
unit_usd(const pool_maker *m)
{
	return m->made->unit.value == 0
		   ? 1
		   : plm_decimal_to_double(pli_exposure_price_usd(m->exposure, m->made->unit));
}

/* The venue's numbers of this pool: by asset where it has one for each, by position where it is
 * isolated; those of a cross pool are alone in their account. */
static const pli_margin_row *
venue_row(const pool_maker *m)
{
	const pli_book_pool *made = m->made;
	for (uint32_t i = 0; i < pli_book_margins_count(m->book); i++) {
		const pli_margin_row *row = pli_book_margin(m->book, i);
		const plm_venue_margin *fact = &row->fact;
		if (row->account.value != m->key->account.value || fact->margin_mode != made->mode)
			continue;
		bool by_asset = made->mode == PLM_MARGIN_SEGREGATED;
		if (fact->instrument.value == made->instrument.value && fact->side == made->side &&
		    (!by_asset || fact->asset.value == m->settle.value))
			return row;
	}
	return NULL;
}

static void
rule_choose(pool_maker *m)
{
	const plm_account_fact *account = pli_registry_account_get(
	    pli_book_registry(m->book), m->key->account);
	const pli_margin_row *told = venue_row(m);
	bool portfolio = told != NULL && told->fact.is_portfolio != 0;
	if (account != NULL)
		m->rule = portfolio ? pli_venue_rule_find_portfolio(account->venue_name)
				    : pli_venue_rule_find(
					  account->venue_name, (plm_margin_mode)m->made->mode);
	if (m->rule != NULL)
		m->made->pool.rule = plm_margin_rule_find(m->rule->rule);
	if (m->made->pool.rule == NULL)
		pli_pool_cannot(m, portfolio ? "its account is margined by portfolio, of which the "
					       "venue's parameters are not known"
					     : "there is no margin rule for its venue yet");
}

/* Isolated positions are pools of their own: theirs is taken out of the venue's sums. */
static void
venue_isolated_leave(pool_maker *m, double rate)
{
	plm_margin_numbers *venue = &m->made->venue;
	for (uint32_t row = pli_book_position_first_of_account(m->book, m->key->account);
	     row != PLI_ROW_NONE; row = pli_book_position_next_of_account(m->book, row)) {
		const plm_position *fact = &pli_book_position(m->book, row)->fact;
		const plm_instrument *spec = pli_registry_instrument_get(
		    pli_book_registry(m->book), fact->instrument);
		bool mine = m->made->mode != PLM_MARGIN_SEGREGATED ||
			    (spec != NULL && spec->settle.value == m->settle.value);
		if (pli_book_position(m->book, row)->open == 0 || !mine ||
		    fact->margin_mode != PLM_MARGIN_ISOLATED)
			continue;
		venue->equity -=
		    (plm_decimal_to_double(fact->isolated_margin) + pli_pool_profit(m, row)) * rate;
		venue->initial -= plm_decimal_to_double(fact->initial_margin) * rate;
		venue->maintenance -= plm_decimal_to_double(fact->maintenance_margin) * rate;
		venue->ratio = NAN;
	}
}

bool
pli_book_pools_stands(const pli_book *book, plm_time_ns told_ns)
{
	return pli_book_now_ns(book) - told_ns <= VENUE_AGE_NS;
}

/* The venue's sums were told before a position of the account was, maybe one that is closed: a
 * reading's parts are no further apart. */
static bool
venue_is_old(const pool_maker *m, const pli_margin_row *numbers)
{
	for (uint32_t row = pli_book_position_first_of_account(m->book, m->key->account);
	     row != PLI_ROW_NONE; row = pli_book_position_next_of_account(m->book, row)) {
		const pli_position_row *position = pli_book_position(m->book, row);
		bool counts = m->isolated == NULL ||
			      position->fact.instrument.value == m->made->instrument.value;
		if (counts &&
		    position->received_time_ns - numbers->received_time_ns > VENUE_SLACK_NS)
			return true;
	}
	return false;
}

static void
venue_numbers(pool_maker *m)
{
	plm_margin_numbers *venue = &m->made->venue;
	const pli_margin_row *row = venue_row(m);
	if (row == NULL)
		return;
	double rate = 1;
	m->made->venue_time_ns = row->received_time_ns;
	m->made->venue_is_old = !pli_book_pools_stands(m->book, row->received_time_ns) ||
				venue_is_old(m, row);
	m->made->venue_is_now = pli_book_now_ns(m->book) - row->received_time_ns <= VENUE_SLACK_NS;
	if (row->fact.asset.value != m->made->unit.value)
		rate = plm_decimal_to_double(pli_exposure_price_usd(m->exposure, row->fact.asset)) /
		       m->made->unit_usd;
	venue->equity = plm_decimal_to_double(row->fact.equity) * rate;
	venue->initial = plm_decimal_to_double(row->fact.initial_margin) * rate;
	venue->maintenance = plm_decimal_to_double(row->fact.maintenance_margin) * rate;
	venue->ratio = plm_decimal_to_double(row->fact.ratio);
	if (m->isolated == NULL && m->rule != NULL && m->rule->numbers_have_isolated)
		venue_isolated_leave(m, rate);
}

/* All legs and balances in one asset: that is the unit; else US dollars. */
static void
unit_choose(pool_maker *m)
{
	bool one = !m->several_settles && m->settle.value != 0;
	if (m->made->mode == PLM_MARGIN_CROSS || m->made->mode == PLM_MARGIN_NONE) {
		for (uint32_t row = pli_book_balance_first_of_account(m->book, m->key->account);
		     row != PLI_ROW_NONE; row = pli_book_balance_next_of_account(m->book, row)) {
			const pli_balance_row *balance = pli_book_balance(m->book, row);
			one &= balance->open == 0 || balance->fact.asset.value == m->settle.value;
		}
	}
	m->made->unit = one ? m->settle : (plm_asset_id){0};
	m->made->unit_usd = unit_usd(m);
}

void
pli_book_pools_make(pli_book_pools *pools, const pli_exposure *exposure, const pli_pool_key *key,
    const pli_pool_edits *edits, pli_book_pool *ret_pool)
{
	pool_maker m = {.pools = pools,
	    .exposure = exposure,
	    .book = pli_exposure_book(exposure),
	    .key = key,
	    .edits = edits,
	    .made = ret_pool};
	*ret_pool = (pli_book_pool){.underlyings = pools->underlying_ids,
	    .instruments = pools->instruments,
	    .positions = pools->positions,
	    .unit_usd = NAN,
	    .venue = {NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN},
	    .pool = {
		.legs = pools->legs, .assets = pools->assets, .underlyings = pools->underlyings}};
	pools->steps_count = 0;
	pool_mode(&m);
	rule_choose(&m);
	pli_pool_legs(&m);
	unit_choose(&m);
	venue_numbers(&m);
	if (ret_pool->reason == NULL)
		pli_pool_assets(&m);
	if (ret_pool->reason == NULL && m.rule->by_portfolio)
		pli_pool_portfolio(&m);
	ret_pool->is_estimate = m.is_guess || ret_pool->implied != 0 ||
				ret_pool->pool.rule == NULL ||
				!plm_margin_rule_is_verified(ret_pool->pool.rule);
}

static bool
position_takes(const pli_book *book, const pli_position_row *position, const pli_pool_trade *trade,
    plm_asset_id settle)
{
	const plm_instrument *spec = pli_registry_instrument_get(
	    pli_book_registry(book), position->fact.instrument);
	return position->fact.margin_mode != PLM_MARGIN_ISOLATED && spec != NULL &&
	       spec->settle.value == settle.value &&
	       position->account.value == trade->account.value;
}

bool
pli_book_pools_of_trade(const pli_book *book, const pli_pool_trade *trade, pli_pool_key *ret_key)
{
	const plm_instrument *spec = pli_registry_instrument_get(
	    pli_book_registry(book), trade->instrument);
	if (spec == NULL)
		return false;
	uint32_t beside = 0;
	for (uint32_t row = pli_book_position_first_of_account(book, trade->account);
	     row != PLI_ROW_NONE; row = pli_book_position_next_of_account(book, row)) {
		const pli_position_row *position = pli_book_position(book, row);
		if (position->open == 0)
			continue;
		if (position->fact.instrument.value == trade->instrument.value &&
		    (!trade->is_of_side || position->fact.side == trade->side)) {
			*ret_key = (pli_pool_key){trade->account, position->pool};
			return true;
		}
		if (position_takes(book, position, trade, spec->settle))
			beside = position->pool;
	}
	uint32_t balance = pli_book_balance_find(book, trade->account, spec->settle);
	if (beside == 0 && balance != PLI_ROW_NONE)
		beside = pli_book_balance(book, balance)->pool;
	*ret_key = (pli_pool_key){trade->account, beside};
	return beside != 0;
}
