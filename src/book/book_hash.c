/* book_hash.c: 64 bits over every fact; a sum of row hashes, so that row order does not count. */
#include <assert.h>
#include <string.h>

#include <xxhash.h>

#include "book/book.h"
#include "book/book_state.h"

enum { HASH_DOUBLES_MAX = 14 };

/* What is hashed of a row: its kind, its key and its fact, all bytes given. */
typedef struct hash_head {
	uint32_t kind;
	uint32_t a, b, c;
} hash_head;

static uint64_t
hash_key(hash_head head)
{
	return XXH3_64bits(&head, sizeof head);
}

static uint64_t
hash_text(uint64_t seed, const char *text)
{
	return XXH3_64bits_withSeed(text, strlen(text), seed);
}

/* values: at most HASH_DOUBLES_MAX. */
static uint64_t
hash_doubles(uint64_t seed, const double *values, size_t count)
{
	uint64_t bits[HASH_DOUBLES_MAX];
	assert(count <= HASH_DOUBLES_MAX);
	for (size_t i = 0; i < count; i++) {
		bits[i] = UINT64_C(0x7ff8000000000000); /* one NaN for all */
		if (values[i] == values[i])
			memcpy(&bits[i], &values[i], sizeof bits[i]);
	}
	return XXH3_64bits_withSeed(bits, count * sizeof bits[0], seed);
}

static uint64_t
hash_decimals(uint64_t seed, const plm_decimal *values, size_t count)
{
	return XXH3_64bits_withSeed(values, count * sizeof values[0], seed);
}

static uint64_t
hash_names(const pli_registry *registry)
{
	uint64_t sum = 0;
	for (uint32_t i = 1; i <= pli_registry_assets_count(registry); i++) {
		const plm_asset_fact *fact = pli_registry_asset_get(registry, (plm_asset_id){i});
		if (fact == NULL)
			continue;
		hash_head head = {PLM_EVENT_ASSET, i, fact->alias_of.value, 0};
		uint64_t h = hash_text(hash_key(head), fact->name);
		double values[] = {fact->beta, fact->beta_r2, fact->beta_samples_count,
		    fact->alias_of.value != 0 ? fact->alias_factor : 0.0};
		sum += hash_doubles(hash_text(h, fact->asset_class), values, 4);
	}
	for (uint32_t i = 1; i <= pli_registry_accounts_count(registry); i++) {
		const plm_account_fact *fact = pli_registry_account_get(
		    registry, (plm_account_id){i});
		if (fact == NULL)
			continue;
		hash_head head = {PLM_EVENT_ACCOUNT, i, fact->venue.value, 0};
		uint64_t h = hash_text(hash_key(head), fact->name);
		sum += hash_text(hash_text(h, fact->portfolio), fact->strategy);
	}
	for (uint32_t i = 1; i <= pli_registry_instruments_count(registry); i++) {
		const plm_instrument *fact = pli_registry_instrument_get(
		    registry, (plm_instrument_id){i});
		if (fact == NULL)
			continue;
		hash_head head = {PLM_EVENT_INSTRUMENT, i,
		    fact->underlying.value << 16 ^ fact->quote.value << 8 ^ fact->settle.value,
		    (uint32_t)fact->expiry_by_name << 24 | (uint32_t)fact->kind << 16 |
			(uint32_t)fact->option_type << 8 | fact->inverse};
		plm_decimal values[] = {fact->multiplier, fact->strike};
		uint64_t h = hash_decimals(hash_text(hash_key(head), fact->name), values, 2);
		sum += h ^ (uint64_t)fact->expiry_ns ^ (uint64_t)fact->delist_time_ns << 1;
	}
	return sum;
}

static uint64_t
hash_positions(const pli_book *book)
{
	uint64_t sum = 0;
	for (uint32_t i = 0; i < book->positions_count; i++) {
		const pli_position_row *row = &book->positions[i];
		const plm_position *f = &row->fact;
		if (!row->open)
			continue;
		hash_head head = {PLM_EVENT_POSITION, row->account.value, f->instrument.value,
		    (uint32_t)f->adl_rank << 24 | (uint32_t)f->side << 16 | (uint32_t)f->unit << 8 |
			f->margin_mode};
		plm_decimal values[] = {f->quantity, f->entry_price, f->mark_price,
		    f->liquidation_price, f->unrealised_pnl, f->leverage, f->initial_margin,
		    f->maintenance_margin, f->isolated_margin, row->unreconciled};
		sum += hash_decimals(hash_doubles(hash_key(head), &f->delta_coins, 1), values,
		    sizeof values / sizeof values[0]);
	}
	return sum;
}

static uint64_t
hash_balances(const pli_book *book)
{
	uint64_t sum = 0;
	for (uint32_t i = 0; i < book->balances_count; i++) {
		const pli_balance_row *row = &book->balances[i];
		const plm_balance *f = &row->fact;
		if (!row->open)
			continue;
		hash_head head = {
		    PLM_EVENT_BALANCE, row->account.value, f->asset.value, f->margin_mode};
		plm_decimal values[] = {f->wallet, f->equity, f->available, f->unrealised_pnl,
		    f->collateral, f->borrowed};
		sum += hash_decimals(hash_key(head), values, sizeof values / sizeof values[0]);
		if (plm_decimal_sign(row->unreconciled) != 0)
			sum += hash_decimals(~hash_key(head), &row->unreconciled, 1);
	}
	return sum;
}

static uint64_t
hash_transits(const pli_book *book)
{
	uint64_t sum = 0;
	for (uint32_t i = 0; i < book->transits_count; i++) {
		const pli_transit_row *f = &book->transits[i];
		if (f->state == PLI_TRANSIT_FREE)
			continue;
		hash_head head = {PLM_EVENT_TRANSFER, f->out.account.value, f->in.account.value,
		    f->asset.value << 8 | f->state};
		plm_decimal values[] = {f->quantity, f->fee, f->counted, f->doubt};
		uint64_t names = f->out.transfer_hash ^ f->in.transfer_hash << 1;
		sum += hash_decimals(hash_key(head) ^ names, values, 4);
	}
	for (uint32_t i = 0; i < book->addresses_count; i++)
		sum += hash_key((hash_head){PLM_EVENT_ADDRESS, book->addresses[i].account.value,
		    (uint32_t)book->addresses[i].hash, (uint32_t)(book->addresses[i].hash >> 32)});
	return sum;
}

static uint64_t
hash_prices(const pli_book *book)
{
	uint64_t sum = 0;
	for (uint32_t i = 1; i <= book->bounds.registry.instruments_max; i++) {
		const plm_mark *f = &book->marks[i].fact;
		if (!book->marks[i].known)
			continue;
		hash_head head = {PLM_EVENT_MARK, i, 0, 0};
		plm_decimal values[] = {f->mark_price, f->index_price, f->underlying_price};
		double measures[] = {f->mark_iv, f->delta, f->gamma, f->vega, f->theta,
		    pli_book_funding_rate(book, (plm_instrument_id){i})};
		sum += hash_doubles(hash_decimals(hash_key(head), values, 3), measures, 6);
	}
	for (uint32_t i = 0; i < book->prices_count; i++) {
		const pli_price_row *row = &book->prices[i];
		if (row->source != PLI_PRICE_INDEX && row->source != PLI_PRICE_RATE)
			continue;
		hash_head head = {PLM_EVENT_INDEX, row->asset.value, row->quote.value,
		    row->venue.value << 3 | row->source};
		sum += hash_decimals(hash_key(head), &row->price, 1);
	}
	return sum;
}

static uint64_t
hash_tiers(const pli_book *book)
{
	uint64_t sum = 0;
	for (uint32_t i = 0; i < book->tiers_count; i++) {
		const plm_margin_tier *f = &book->tiers[i].fact;
		if (f->tiers_count == 0)
			continue;
		hash_head head = {PLM_EVENT_MARGIN_TIER, book->tiers[i].account.value,
		    f->instrument.value,
		    (uint32_t)f->tier << 16 | (uint32_t)f->in_contracts << 15 | f->tiers_count};
		plm_decimal values[] = {f->notional_floor, f->notional_cap, f->leverage_max,
		    f->maintenance_rate, f->maintenance_amount, f->notional_factor};
		sum += hash_decimals(hash_key(head), values, sizeof values / sizeof values[0]);
	}
	return sum;
}

static uint64_t
hash_matrices(const pli_book *book)
{
	uint64_t sum = 0;
	for (uint32_t i = 0; i < book->matrices_count; i++) {
		const plm_margin_matrix *f = &book->matrices[i].fact;
		hash_head head = {PLM_EVENT_MARGIN_MATRIX, book->matrices[i].account.value,
		    f->coin.value, f->settle.value};
		double values[] = {f->buckets, f->range, f->vol_up, f->vol_down, f->vol_power_short,
		    f->vol_power_long, f->vol_min, f->extended_factor, f->dampener_usd,
		    f->annual_move, f->annual_move_min, f->offset, f->offset_usd_max,
		    f->maintenance};
		sum += hash_doubles(hash_key(head), values, sizeof values / sizeof values[0]);
	}
	return sum;
}

static uint64_t
hash_stresses(const pli_book *book)
{
	uint64_t sum = 0;
	for (uint32_t i = 0; i < book->stresses_count; i++) {
		const plm_margin_stress *f = &book->stresses[i].fact;
		hash_head head = {PLM_EVENT_MARGIN_STRESS, book->stresses[i].account.value,
		    f->coin.value, (uint32_t)f->moves_count << 1 | book->stresses[i].is_old};
		double values[] = {f->range, f->spot, f->far_move, f->far_share, f->decay, f->added,
		    f->least, f->initial};
		uint64_t h = hash_doubles(hash_key(head), values, sizeof values / sizeof values[0]);
		sum += hash_doubles(h, f->beside, f->moves_count);
	}
	return sum;
}

static uint64_t
hash_collaterals(const pli_book *book)
{
	uint64_t sum = 0;
	for (uint32_t i = 0; i < book->collaterals_count; i++) {
		const plm_collateral *f = &book->collaterals[i].fact;
		hash_head head = {PLM_EVENT_COLLATERAL, book->collaterals[i].account.value,
		    f->asset.value, f->steps_count};
		uint64_t h = hash_key(head);
		for (uint32_t k = 0; k < f->steps_count; k++)
			h = hash_doubles(h, (double[]){f->steps[k].floor, f->steps[k].weight}, 2);
		sum += hash_doubles(h, &f->debt_more, 1);
	}
	return sum;
}

static uint64_t
hash_rest(const pli_book *book)
{
	uint64_t sum = 0;
	for (uint32_t i = 0; i < book->orders_count; i++) {
		const pli_order_row *row = &book->orders[i];
		hash_head head = {PLM_EVENT_ORDER_OPEN, row->account.value,
		    row->fact.instrument.value,
		    (uint32_t)row->fact.unit << 8 | row->fact.reduce_only};
		plm_decimal values[] = {row->fact.quantity, row->fact.price};
		sum += hash_decimals(hash_key(head) ^ row->fact.order_hash, values, 2);
	}
	for (uint32_t i = 0; i < book->margins_count; i++) {
		const pli_margin_row *row = &book->margins[i];
		const plm_venue_margin *f = &row->fact;
		hash_head head = {PLM_EVENT_VENUE_MARGIN, row->account.value, f->instrument.value,
		    f->asset.value << 8 | (uint32_t)f->is_portfolio << 7 |
			(uint32_t)f->margin_mode << 4 | (uint32_t)f->is_beside << 3 | f->side};
		plm_decimal values[] = {
		    f->equity, f->initial_margin, f->maintenance_margin, f->available, f->ratio};
		sum += hash_decimals(hash_key(head), values, sizeof values / sizeof values[0]);
	}
	for (uint32_t i = 0; i < book->feeds_count; i++) {
		const pli_feed_row *row = &book->feeds[i];
		hash_head head = {
		    PLM_EVENT_FEED_STATE, row->feed.value, row->account.value, row->fact.status};
		sum += hash_key(head);
	}
	for (uint32_t i = 0; i < BOOK_LIMITS_MAX; i++) {
		const plm_limit_fact *f = &book->limits[i];
		if (!f->active)
			continue;
		hash_head head = {PLM_EVENT_LIMIT_CHANGE, f->id.value,
		    (uint32_t)f->scope << 16 | (uint32_t)f->measure << 8 | f->tier, 0};
		uint64_t h = hash_text(hash_text(hash_key(head), f->scope_name), f->name);
		double values[] = {
		    f->soft_lower, f->soft_upper, f->hard_lower, f->hard_upper, f->hysteresis};
		sum += hash_doubles(h, values, 5);
	}
	return sum;
}

static uint64_t
hash_actions(const pli_book *book)
{
	uint64_t sum = book->actions_seen;
	for (uint32_t i = 0; i < pli_book_actions_count(book); i++)
		sum += XXH3_64bits(pli_book_action(book, i), sizeof(plm_event));
	return sum;
}

uint64_t
pli_book_hash(const pli_book *book)
{
	hash_head policy = {PLM_EVENT_POLICY, book->policy.benchmark.value,
	    book->policy.stale_after_s, book->policy.pending_orders};
	return hash_names(book->registry) + hash_positions(book) + hash_balances(book) +
	       hash_transits(book) + hash_actions(book) + hash_prices(book) + hash_tiers(book) +
	       hash_matrices(book) + hash_stresses(book) + hash_collaterals(book) +
	       hash_rest(book) + hash_key(policy);
}
