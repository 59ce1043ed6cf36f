/* stream_view.c: compares roll-ups with what was sent before, row by row. */
#include "api/stream_view.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/fault_point.h"

static bool
view_row_has_key(const void *owner, uint32_t value, plm_slice key)
{
	const stream_view *view = owner;

	assert(value >= 1 && value <= view->rows_count);
	return plm_slice_is(key, view->rows[value - 1].key);
}

stream_view *
pli_stream_view_create(const stream_shape *shape, uint32_t rows_max)
{
	stream_view *view = PLI_FAULT(VIEW_MEMORY) ? NULL : calloc(1, sizeof *view);

	if (view == NULL)
		return NULL;
	view->shape = *shape;
	view->rows_max = rows_max;
	view->rows = PLI_FAULT(VIEW_ROWS) ? NULL : calloc(rows_max, sizeof *view->rows);
	view->map = pli_map_create(rows_max, view_row_has_key, view);
	if (view->rows == NULL || view->map == NULL) {
		pli_stream_view_destroy(view);
		return NULL;
	}
	return view;
}

void
pli_stream_view_destroy(stream_view *view)
{
	if (view == NULL)
		return;
	pli_map_destroy(view->map);
	free(view->rows);
	free(view);
}

static bool
text_equal(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return strcmp(a, b) == 0;
}

bool
pli_stream_shape_equal(const stream_shape *a, const stream_shape *b)
{
	const plm_exposure_query *p = &a->query, *q = &b->query;

	if (a->levels_count != b->levels_count || a->nested != b->nested || a->legs != b->legs ||
	    a->offsets != b->offsets)
		return false;
	if (memcmp(a->levels, b->levels, a->levels_count * sizeof a->levels[0]) != 0)
		return false;
	return p->tier == q->tier && p->underlying.value == q->underlying.value &&
	       p->venue.value == q->venue.value && p->account.value == q->account.value &&
	       text_equal(p->portfolio, q->portfolio) && text_equal(p->strategy, q->strategy) &&
	       p->derivatives_only == q->derivatives_only;
}

uint64_t
pli_stream_key_hash(plm_slice key)
{
	uint64_t hash = XXH3_64bits(key.bytes, key.size);

	return hash == 0 ? 1 : hash;
}

/* key_part appends '/' (unless first) and the name, '/' and '%' escaped. */
static void
key_part(char key[STREAM_KEY_MAX], const char *name)
{
	size_t size = strlen(key);

	if (size > 0 && size + 1 < STREAM_KEY_MAX)
		key[size++] = '/';
	for (; name != NULL && *name != '\0' && size + 4 < STREAM_KEY_MAX; name++) {
		if (*name == '/' || *name == '%') {
			memcpy(key + size, *name == '/' ? "%2F" : "%25", 3);
			size += 3;
		} else {
			key[size++] = *name;
		}
	}
	key[size] = '\0';
}

static void
key_dimension(char key[STREAM_KEY_MAX], const pli_registry *registry, const plm_exposure_row *row,
    uint32_t bit)
{
	char scratch[PLI_API_NAME_MAX];
	char date[PLM_TIME_TEXT_MAX];
	char number[PLM_DECIMAL_TEXT_MAX];

	if (bit == PLM_BY_UNDERLYING)
		key_part(key, pli_api_asset_text(registry, row->underlying, scratch));
	else if (bit == PLM_BY_VENUE)
		key_part(key, pli_api_venue_text(registry, row->venue, scratch));
	else if (bit == PLM_BY_ACCOUNT)
		key_part(key, pli_api_account_text(registry, row->account, scratch));
	else if (bit == PLM_BY_SETTLE)
		key_part(key, pli_api_asset_text(registry, row->settle, scratch));
	else if (bit == PLM_BY_EXPIRY)
		key_part(key, row->expiry_ns == 0 ? "" : plm_time_format(row->expiry_ns, date));
	else if (bit == PLM_BY_STRIKE)
		key_part(key, pli_api_strike_text(row->strike, number));
	else if (bit == PLM_BY_ASSET_CLASS)
		key_part(key, row->asset_class);
	else if (bit == PLM_BY_STRATEGY)
		key_part(key, row->strategy);
	else if (bit == PLM_BY_PORTFOLIO)
		key_part(key, row->portfolio);
}

static void
key_leg(char key[STREAM_KEY_MAX], const pli_registry *registry, const plm_leg *leg)
{
	const plm_instrument *spec = pli_registry_instrument_get(registry, leg->instrument);
	char scratch[PLI_API_NAME_MAX], account[PLI_API_NAME_MAX];
	char part[PLM_NAME_MAX + 96];

	(void)snprintf(part, sizeof part, "%s|%s|%s|%u",
	    pli_api_account_text(registry, leg->account, account),
	    spec != NULL ? spec->name : pli_api_asset_text(registry, leg->asset, scratch),
	    spec != NULL ? pli_api_side_text(leg->side) : "balance", leg->pool);
	key_part(key, part);
}

/* view_empty starts the table again when dead rows fill it. */
static void
view_empty(stream_view *view)
{
	pli_map *map = pli_map_create(view->rows_max, view_row_has_key, view);

	if (map == NULL)
		return;
	pli_map_destroy(view->map);
	view->map = map;
	view->rows_count = 0;
	view->generation++;
}

static stream_row *
view_row_for(stream_view *view, const char *key, uint64_t parent, uint8_t level)
{
	plm_slice text = plm_slice_of(key);
	uint32_t found = pli_map_find(view->map, text);
	stream_row *row;

	if (found != 0)
		return &view->rows[found - 1];
	if (view->rows_count == view->rows_max) {
		view->rows_left_out++;
		return NULL;
	}
	row = &view->rows[view->rows_count];
	*row = (stream_row){.hash = pli_stream_key_hash(text),
	    .parent = parent,
	    .level = level,
	    .offset_pool = (double)NAN,
	    .offset_book = (double)NAN};
	memcpy(row->key, key, text.size + 1);
	if (pli_map_put(view->map, text, view->rows_count + 1) != PLM_OK)
		return NULL;
	view->rows_count++;
	return row;
}

#define SAME(member) (memcmp(&a->member, &b->member, sizeof a->member) == 0)

/* Bits are compared, so that unknown equals unknown; structs are not: their gaps hold anything. */
static bool
row_amounts_equal(const plm_exposure_row *a, const plm_exposure_row *b)
{
	return SAME(long_coins) && SAME(short_coins) && SAME(net_coins) && SAME(gross_coins) &&
	       SAME(long_usd) && SAME(short_usd) && SAME(net_usd) && SAME(gross_usd) &&
	       SAME(equity_usd);
}

static bool
row_measures_equal(const plm_exposure_row *a, const plm_exposure_row *b)
{
	return SAME(offset_ratio) && SAME(beta_usd_net) && SAME(gamma_usd_1pct) && SAME(vega_usd) &&
	       SAME(vega_usd_30d) && SAME(theta_usd) && SAME(priced_share) &&
	       SAME(unreconciled_coins) && SAME(venues_lagging) && SAME(net_usd_lower) &&
	       SAME(net_usd_upper);
}

static bool
row_counts_equal(const plm_exposure_row *a, const plm_exposure_row *b)
{
	return SAME(legs_count) && SAME(legs_count_unpriced) && SAME(legs_count_stale) &&
	       SAME(legs_count_model) && SAME(legs_count_expired) && SAME(adl_rank_max);
}

static bool
leg_amounts_equal(const plm_leg *a, const plm_leg *b)
{
	return SAME(quantity) && SAME(multiplier) && SAME(delta) && SAME(mark_price) &&
	       SAME(price_usd) && SAME(delta_coins) && SAME(delta_usd) && SAME(gamma_usd_1pct) &&
	       SAME(vega_usd) && SAME(vega_usd_30d) && SAME(theta_usd) && SAME(forward) &&
	       SAME(vol) && SAME(settlement_pending);
}

static bool
leg_facts_equal(const plm_leg *a, const plm_leg *b)
{
	return SAME(reason) && SAME(delta_source) && SAME(greeks_source) && SAME(feed_status) &&
	       SAME(included) && SAME(priced) && SAME(unit) && SAME(fact_time_ns) &&
	       SAME(expiry_ns) && SAME(delist_time_ns) && SAME(adl_rank);
}
#undef SAME

static void
view_row_touch(stream_view *view, stream_row *row, bool changed)
{
	if (changed || !row->alive)
		row->version = view->tick;
	if (changed || !row->alive)
		view->version = view->tick;
	row->alive = true;
	row->seen = view->tick;
}

/* view_row_of finds or adds the row of `fresh`, whose dimensions are the first `levels`. */
static stream_row *
view_row_of(
    stream_view *view, const pli_registry *registry, const plm_exposure_row *fresh, uint32_t levels)
{
	char key[STREAM_KEY_MAX] = "";
	uint64_t parent = 0;

	for (uint32_t i = 0; i < levels; i++) {
		if (i > 0)
			parent = pli_stream_key_hash(plm_slice_of(key));
		key_dimension(key, registry, fresh, view->shape.levels[i]);
	}
	if (view->shape.nested)
		return view_row_for(view, key, parent, (uint8_t)(levels - 1));
	return view_row_for(view, key, 0, 0);
}

static void
view_take_row(stream_view *view, const pli_exposure_source *source, const plm_exposure_row *fresh,
    uint32_t levels)
{
	plm_time_ns oldest_ns = pli_exposure_row_oldest_ns(source, fresh);
	stream_row *row = view_row_of(view, pli_book_registry(source->book), fresh, levels);
	bool changed;

	if (row == NULL)
		return;
	changed = row->oldest_ns != oldest_ns || !row_amounts_equal(&row->row, fresh) ||
		  !row_measures_equal(&row->row, fresh) || !row_counts_equal(&row->row, fresh);
	row->row = *fresh;
	row->oldest_ns = oldest_ns;
	view_row_touch(view, row, changed);
}

/* view_take_offset notes what is offset at another tier; a row that shows at its own tier only
 * through rows_max is left alone. */
static void
view_take_offset(stream_view *view, const pli_exposure_source *source,
    const plm_exposure_row *fresh, uint32_t levels, plm_tier tier)
{
	stream_row *row = view_row_of(view, pli_book_registry(source->book), fresh, levels);
	double *offset;

	if (row == NULL || row->seen != view->tick)
		return;
	offset = tier == PLM_TIER_POOL ? &row->offset_pool : &row->offset_book;
	if (memcmp(offset, &fresh->offset_ratio, sizeof *offset) != 0)
		view_row_touch(view, row, true);
	*offset = fresh->offset_ratio;
}

static bool
leg_belongs(const plm_leg *leg, const plm_exposure_row *row)
{
	if ((row->by & PLM_BY_EXPIRY) && leg->expiry_ns != row->expiry_ns)
		return false;
	if ((row->by & PLM_BY_STRIKE) && leg->strike.units != row->strike.units)
		return false;
	return !(row->by & PLM_BY_SETTLE) || leg->settle.value == row->settle.value;
}

/* view_take_legs brings in the legs under the open node rows[index]. */
static void
view_take_legs(stream_view *view, pli_exposure_source *source, uint32_t index)
{
	const plm_exposure_row node = view->rows[index].row;
	const uint64_t parent = view->rows[index].hash;
	plm_exposure_query query = view->shape.query;
	uint32_t legs_count = 0, found;
	const plm_leg *legs = pli_exposure_legs(source->exposure, &legs_count);

	query.by = PLM_BY_NOTHING;
	if (node.by & PLM_BY_UNDERLYING)
		query.underlying = node.underlying;
	if (node.by & PLM_BY_VENUE)
		query.venue = node.venue;
	if (node.by & PLM_BY_ACCOUNT)
		query.account = node.account;
	if (node.by & PLM_BY_PORTFOLIO)
		query.portfolio = node.portfolio;
	if (node.by & PLM_BY_STRATEGY)
		query.strategy = node.strategy;
	found = pli_exposure_proof(source->exposure, &query, source->leg_indexes, source->legs_max);
	for (uint32_t i = 0; i < found && i < source->legs_max; i++) {
		const plm_leg *leg = &legs[source->leg_indexes[i]];
		char key[STREAM_KEY_MAX];
		stream_row *row;
		assert(source->leg_indexes[i] < legs_count);
		if (!leg_belongs(leg, &node))
			continue;
		memcpy(key, view->rows[index].key, sizeof key);
		key_leg(key, pli_book_registry(source->book), leg);
		row = view_row_for(view, key, parent,
		    (uint8_t)(view->shape.nested ? view->shape.levels_count : 1));
		if (row == NULL)
			continue;
		plm_time_ns oldest_ns = pli_exposure_leg_oldest_ns(source, leg);
		bool changed = row->oldest_ns != oldest_ns || !leg_amounts_equal(&row->leg, leg) ||
			       !leg_facts_equal(&row->leg, leg);
		row->is_leg = true;
		row->leg = *leg;
		row->oldest_ns = oldest_ns;
		view_row_touch(view, row, changed);
	}
}

/* view_drop_unseen: rows that this refresh did not meet are gone, and that is a change. */
static void
view_drop_unseen(stream_view *view)
{
	view->rows_alive = 0;
	for (uint32_t i = 0; i < view->rows_count; i++) {
		stream_row *row = &view->rows[i];
		if (row->alive && row->seen != view->tick) {
			row->alive = false;
			row->version = view->tick;
			view->version = view->tick;
		}
		view->rows_alive += row->alive;
	}
}

static void
view_take_offsets(stream_view *view, pli_exposure_source *source, const plm_exposure_query *level,
    uint32_t levels)
{
	static const plm_tier tiers[] = {PLM_TIER_POOL, PLM_TIER_BOOK};

	for (size_t t = 0; t < sizeof tiers / sizeof tiers[0]; t++) {
		plm_exposure_query query = *level;
		uint32_t found;
		query.tier = tiers[t];
		found = pli_exposure_rollup(
		    source->exposure, &query, source->rows, source->rows_max);
		for (uint32_t i = 0; i < found && i < source->rows_max; i++)
			view_take_offset(view, source, &source->rows[i], levels, tiers[t]);
	}
}

static void
view_take_level(stream_view *view, pli_exposure_source *source, uint32_t levels)
{
	plm_exposure_query query = view->shape.query;
	uint32_t found;

	query.by = 0;
	for (uint32_t i = 0; i < levels; i++)
		query.by |= view->shape.levels[i];
	found = pli_exposure_rollup(source->exposure, &query, source->rows, source->rows_max);
	if (found > source->rows_max) {
		view->rows_left_out += found - source->rows_max;
		found = source->rows_max;
	}
	for (uint32_t i = 0; i < found; i++)
		view_take_row(view, source, &source->rows[i], levels);
	if (view->shape.offsets)
		view_take_offsets(view, source, &query, levels);
}

void
pli_stream_view_refresh(stream_view *view, pli_exposure_source *source, const stream_wanted *wanted)
{
	uint32_t last = view->shape.levels_count;

	if (view->rows_count == view->rows_max && view->rows_alive < view->rows_max / 2)
		view_empty(view);
	view->tick++;
	view->rows_left_out = 0;
	for (uint32_t levels = view->shape.nested ? 1 : last; levels <= last; levels++)
		view_take_level(view, source, levels);
	for (uint32_t i = 0; view->shape.legs && i < view->rows_count; i++) {
		const stream_row *row = &view->rows[i];
		if (!row->is_leg && row->seen == view->tick &&
		    row->level + 1u == (view->shape.nested ? last : 1) &&
		    wanted->is_open(wanted->ctx, row->hash))
			view_take_legs(view, source, i);
	}
	view_drop_unseen(view);
}

void
pli_stream_view_put_row(
    pli_json_writer *w, const pli_exposure_source *source, const stream_row *row)
{
	pli_json_object_open(w);
	pli_json_key(w, "key");
	pli_json_put_text(w, row->key);
	pli_json_key(w, "level");
	pli_json_put_int(w, row->level);
	pli_json_key(w, "leg");
	pli_json_put_bool(w, row->is_leg);
	if (row->is_leg) {
		pli_exposure_put_leg_members(w, source, &row->leg, false);
	} else {
		pli_exposure_put_row_members(w, source, &row->row, false);
		pli_json_key(w, "offset_pool");
		pli_json_put_double(w, row->offset_pool);
		pli_json_key(w, "offset_book");
		pli_json_put_double(w, row->offset_book);
	}
	pli_json_object_close(w);
}
