/* margin_watch.c: which pools are looked at when. */
#include "margin/margin_watch.h"

#include <math.h>
#include <stdlib.h>

#include "margin/realised_vol.h"

/* How often pools are looked over, and how long a row may stand whose pool has news: so many
 * seconds for each unit of log distance, within bounds. */
#define SCAN_NS (100 * PLM_NS_PER_MS)
#define WAIT_S_PER_DISTANCE 20.0
#define WAIT_S_MIN 0.2
#define WAIT_S_MAX 10.0

/* Leg evaluations per second of the book's time, and how many may be saved up. */
#define LEGS_PER_S 4e6
#define LEGS_SAVED_MAX 4e6

enum { WATCH_LEGS_MAX = 16384 };

/* open: the pool had a position when its account was last looked at. seen: settle at which the row
 * was made, 0: never. compared_ns: when the venue told the sums that the last residual is to. */
typedef struct watch_pool {
	pli_ladder_row row;
	plm_time_ns made_ns, compared_ns;
	uint64_t seen;
	uint32_t next_of_account;
	bool open;
} watch_pool;

struct pli_margin {
	const pli_exposure *exposure;
	const pli_book *book;
	pli_ladder_maker *maker;
	watch_pool *pools;
	pli_row_index index; /* (account, pool, 0) */
	uint32_t *first_of_account;
	uint32_t pools_count, pools_max;
	/* settle at which each was last dirty */
	uint64_t *instruments, *accounts, *assets;
	pli_realised_vol *vols;   /* by asset */
	uint64_t settles, all;    /* all: everything was dirty */
	uint64_t accounts_looked; /* settle up to which accounts were looked at */
	plm_time_ns scanned_ns, sampled_ns;
	double legs_left;
	pli_margin_counters counters;
};

pli_margin *
pli_margin_create(const pli_exposure *exposure)
{
	pli_margin *margin = calloc(1, sizeof *margin);
	if (margin == NULL)
		return NULL;
	margin->exposure = exposure;
	margin->book = pli_exposure_book(exposure);
	const pli_book_bounds *bounds = pli_book_bounds_get(margin->book);
	uint32_t legs = bounds->positions_max < WATCH_LEGS_MAX ? bounds->positions_max
							       : WATCH_LEGS_MAX;
	margin->pools_max = bounds->positions_max;
	margin->maker = pli_ladder_maker_create(legs);
	margin->pools = calloc(margin->pools_max, sizeof *margin->pools);
	margin->instruments = calloc(
	    bounds->registry.instruments_max + 1, sizeof *margin->instruments);
	margin->accounts = calloc(bounds->registry.accounts_max + 1, sizeof *margin->accounts);
	margin->assets = calloc(bounds->registry.assets_max + 1, sizeof *margin->assets);
	margin->vols = calloc(bounds->registry.assets_max + 1, sizeof *margin->vols);
	margin->first_of_account = calloc(
	    bounds->registry.accounts_max + 1, sizeof *margin->first_of_account);
	if (margin->maker == NULL || margin->pools == NULL || margin->vols == NULL ||
	    margin->first_of_account == NULL || margin->instruments == NULL ||
	    margin->accounts == NULL || margin->assets == NULL ||
	    !pli_row_index_init(&margin->index, margin->pools_max)) {
		pli_margin_destroy(margin);
		return NULL;
	}
	pli_margin_watch(margin, exposure);
	return margin;
}

void
pli_margin_destroy(pli_margin *margin)
{
	if (margin == NULL)
		return;
	pli_row_index_fini(&margin->index);
	pli_ladder_maker_destroy(margin->maker);
	free(margin->pools);
	free(margin->first_of_account);
	free(margin->vols);
	free(margin->instruments);
	free(margin->accounts);
	free(margin->assets);
	free(margin);
}

void
pli_margin_watch(pli_margin *margin, const pli_exposure *exposure)
{
	margin->exposure = exposure;
	margin->all = margin->settles + 1;
	margin->scanned_ns = 0;
	margin->legs_left = LEGS_SAVED_MAX;
	margin->accounts_looked = 0;
	margin->pools_count = 0;
	pli_row_index_clear(&margin->index);
	for (uint32_t i = 0; i <= pli_book_bounds_get(margin->book)->registry.accounts_max; i++)
		margin->first_of_account[i] = PLI_ROW_NONE;
}

static void
stamp(uint64_t *stamps, const uint32_t *ids, uint32_t count, uint64_t settle)
{
	for (uint32_t i = 0; i < count; i++)
		stamps[ids[i]] = settle;
}

void
pli_margin_note(pli_margin *margin)
{
	pli_book_dirty dirty = pli_book_dirty_get(margin->book);
	uint64_t settle = ++margin->settles;
	if (dirty.everything)
		margin->all = settle;
	stamp(margin->instruments, dirty.marks, dirty.marks_count, settle);
	stamp(margin->instruments, dirty.specs, dirty.specs_count, settle);
	stamp(margin->assets, dirty.assets, dirty.assets_count, settle);
	stamp(margin->accounts, dirty.accounts, dirty.accounts_count, settle);
	for (uint32_t i = 0; i < dirty.positions_count; i++)
		margin
		    ->accounts[pli_book_position(margin->book, dirty.positions[i])->account.value] =
		    settle;
	for (uint32_t i = 0; i < dirty.balances_count; i++)
		margin->accounts[pli_book_balance(margin->book, dirty.balances[i])->account.value] =
		    settle;
}

static void
pool_open(pli_margin *margin, const pli_pool_key *key)
{
	pli_row_key at = {key->account.value, key->pool, 0};
	uint32_t row = pli_row_index_find(&margin->index, at);
	if (row == PLI_ROW_NONE && margin->pools_count < margin->pools_max &&
	    pli_row_index_insert(&margin->index, at, margin->pools_count)) {
		row = margin->pools_count++;
		margin->pools[row] = (watch_pool){.row = {.key = *key},
		    .next_of_account = margin->first_of_account[key->account.value]};
		margin->first_of_account[key->account.value] = row;
	}
	if (row != PLI_ROW_NONE)
		margin->pools[row].open = true;
}

static bool
account_has_news(const pli_margin *margin, uint32_t account, uint64_t since)
{
	return margin->all > since || margin->accounts[account] > since;
}

/* Pools come and go with positions: those of accounts with news are found anew. */
static void
accounts_look(pli_margin *margin)
{
	uint32_t accounts = pli_registry_accounts_count(pli_book_registry(margin->book));
	for (uint32_t i = 0; i < margin->pools_count; i++)
		if (account_has_news(
			margin, margin->pools[i].row.key.account.value, margin->accounts_looked))
			margin->pools[i].open = false;
	for (uint32_t id = 1; id <= accounts; id++) {
		pli_pool_key key = {{id}, 0};
		while (account_has_news(margin, id, margin->accounts_looked) &&
		       pli_book_pools_next(margin->book, &key) && key.account.value == id)
			pool_open(margin, &key);
	}
	for (uint32_t i = 0; i < margin->pools_count; i++) {
		if (margin->pools[i].open)
			continue;
		margin->counters.rows_gone += margin->pools[i].seen != 0;
		margin->pools[i].seen = 0;
	}
	margin->accounts_looked = margin->settles;
}

/* Something that the pool's numbers hang on has changed since they were made. */
static bool
pool_has_news(const pli_margin *margin, const watch_pool *pool)
{
	plm_account_id account = pool->row.key.account;
	if (account_has_news(margin, account.value, pool->seen))
		return true;
	for (uint32_t row = pli_book_position_first_of_account(margin->book, account);
	     row != PLI_ROW_NONE; row = pli_book_position_next_of_account(margin->book, row)) {
		const pli_position_row *position = pli_book_position(margin->book, row);
		if (position->pool == pool->row.key.pool &&
		    margin->instruments[position->fact.instrument.value] > pool->seen)
			return true;
	}
	for (uint32_t row = pli_book_balance_first_of_account(margin->book, account);
	     pool->row.unit.value == 0 && row != PLI_ROW_NONE;
	     row = pli_book_balance_next_of_account(margin->book, row))
		if (margin->assets[pli_book_balance(margin->book, row)->fact.asset.value] >
		    pool->seen)
			return true;
	return false;
}

static int64_t
pool_wait_ns(const watch_pool *pool)
{
	double distance = fmin(pool->row.distance, pool->row.distance_call);
	double seconds = fmin(fmax(distance * WAIT_S_PER_DISTANCE, WAIT_S_MIN), WAIT_S_MAX);
	return (int64_t)(seconds * 1e9);
}

/* Pools that are due, those that wait longest for their distance first; never made ones before all.
 */
static double
pool_urgency(const pli_margin *margin, const watch_pool *pool)
{
	if (pool->seen == 0)
		return INFINITY;
	int64_t age_ns = pli_book_now_ns(margin->book) - pool->made_ns;
	return (double)age_ns / (double)pool_wait_ns(pool);
}

static void
pool_make(pli_margin *margin, watch_pool *pool)
{
	static const pli_ladder_query query = {0};
	pli_pool_key key = pool->row.key;
	bool stands = pool->seen != 0 && pli_book_pools_stands(margin->book, pool->compared_ns);
	double residual = stands ? pool->row.residual_last : NAN;
	pli_ladder_row_make(margin->maker, margin->exposure, &key, &query, &pool->row);
	double now = pli_ladder_residual(&pool->row);
	pool->row.residual_last = isnan(now) ? residual : now;
	if (!isnan(now))
		pool->compared_ns = pool->row.venue_time_ns;
	pool->row.sigma_day = pli_realised_vol_day(&margin->vols[pool->row.moved.value]);
	pool->made_ns = pli_book_now_ns(margin->book);
	pool->seen = margin->settles;
	margin->counters.rows_made++;
	margin->counters.evaluations += pool->row.evaluations_count;
	margin->legs_left -= pli_ladder_row_cost(&pool->row);
}

/* The most urgent that is due and has news; NULL: none. Those without news wait anew. */
static watch_pool *
pool_choose(pli_margin *margin)
{
	watch_pool *best = NULL;
	double most = 0;
	for (uint32_t i = 0; i < margin->pools_count; i++) {
		watch_pool *pool = &margin->pools[i];
		double urgency = pool->open ? pool_urgency(margin, pool) : 0;
		if (urgency < 1 || urgency <= most)
			continue;
		if (pool->seen != 0 && !pool_has_news(margin, pool)) {
			pool->made_ns = pli_book_now_ns(margin->book);
			pool->row.sigma_day = pli_realised_vol_day(
			    &margin->vols[pool->row.moved.value]);
			margin->counters.rows_spared++;
			continue;
		}
		best = pool;
		most = urgency;
	}
	return best;
}

static void
legs_earn(pli_margin *margin)
{
	int64_t passed_ns = pli_book_now_ns(margin->book) - margin->scanned_ns;
	double earned = margin->scanned_ns == 0 ? LEGS_SAVED_MAX
						: (double)passed_ns / 1e9 * LEGS_PER_S;
	margin->legs_left = fmin(margin->legs_left + earned, LEGS_SAVED_MAX);
	margin->scanned_ns = pli_book_now_ns(margin->book);
}

bool
pli_margin_is_due(const pli_margin *margin)
{
	return pli_book_now_ns(margin->book) - margin->sampled_ns >= PLI_VOL_SAMPLE_NS;
}

static void
vols_sample(pli_margin *margin)
{
	uint32_t assets = pli_registry_assets_count(pli_book_registry(margin->book));
	plm_time_ns now_ns = pli_book_now_ns(margin->book);
	if (pli_margin_is_due(margin))
		margin->sampled_ns = now_ns;
	for (uint32_t id = 1; id <= assets; id++) {
		plm_decimal price = pli_exposure_price_usd(margin->exposure, (plm_asset_id){id});
		if (plm_decimal_is_known(price))
			pli_realised_vol_take(
			    &margin->vols[id], plm_decimal_to_double(price), now_ns);
	}
}

void
pli_margin_regions(pli_margin *margin, pli_regions *regions)
{
	size_t assets = pli_book_bounds_get(margin->book)->registry.assets_max + 1;
	pli_regions_add(regions, margin->vols, assets * sizeof *margin->vols, 0);
}

void
pli_margin_settle(pli_margin *margin)
{
	plm_time_ns now_ns = pli_book_now_ns(margin->book);
	bool first = margin->scanned_ns == 0;
	if (now_ns == 0 || (!first && now_ns - margin->scanned_ns < SCAN_NS))
		return;
	legs_earn(margin);
	vols_sample(margin);
	accounts_look(margin);
	watch_pool *pool;
	while (margin->legs_left > 0 && (pool = pool_choose(margin)) != NULL)
		pool_make(margin, pool);
}

uint32_t
pli_margin_pools_count(const pli_margin *margin)
{
	return margin->pools_count;
}

const pli_ladder_row *
pli_margin_pool(const pli_margin *margin, uint32_t index)
{
	if (index >= margin->pools_count || !margin->pools[index].open ||
	    margin->pools[index].seen == 0)
		return NULL;
	return &margin->pools[index].row;
}

uint32_t
pli_margin_first_of_account(const pli_margin *margin, plm_account_id account)
{
	return margin->first_of_account[account.value];
}

uint32_t
pli_margin_next_of_account(const pli_margin *margin, uint32_t index)
{
	return margin->pools[index].next_of_account;
}

plm_time_ns
pli_margin_pool_time_ns(const pli_margin *margin, uint32_t index)
{
	return index < margin->pools_count ? margin->pools[index].made_ns : 0;
}

const pli_ladder_row *
pli_margin_row_of(const pli_margin *margin, const pli_pool_key *key)
{
	for (uint32_t i = pli_margin_first_of_account(margin, key->account); i != PLI_ROW_NONE;
	     i = pli_margin_next_of_account(margin, i)) {
		const pli_ladder_row *row = pli_margin_pool(margin, i);
		if (row != NULL && row->key.pool == key->pool)
			return row;
	}
	return NULL;
}

uint32_t
pli_margin_ranked(const pli_margin *margin, pli_ladder_row *rows, uint32_t rows_max)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < margin->pools_count; i++) {
		const pli_ladder_row *row = pli_margin_pool(margin, i);
		if (row != NULL && count++ < rows_max)
			rows[count - 1] = *row;
	}
	pli_ladder_rows_sort(rows, count < rows_max ? count : rows_max);
	return count;
}

pli_margin_counters
pli_margin_counters_get(const pli_margin *margin)
{
	return margin->counters;
}
