/* registry.c: rows in three fixed arrays, each with a map from name to id. */
#include "model/registry.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault_point.h"
#include "base/limits.h"
#include "base/map.h"

/* REGISTRY_KEY_MAX: venue number, blank, name. */
enum { REGISTRY_KEY_MAX = 16 + PLM_NAME_MAX };

/* One kind of row: ids 1 .. count. dirty: new or changed since the last flush. */
typedef struct registry_table {
	pli_map *map;
	uint32_t count;
	uint32_t rows_max;
	uint32_t dirty_first; /* lowest dirty id, 0 none */
	uint8_t *state;       /* per id: REGISTRY_KNOWN, REGISTRY_DIRTY */
} registry_table;

enum { REGISTRY_KNOWN = 1, REGISTRY_DIRTY = 2 };

struct plm_names {
	registry_table assets;
	registry_table accounts;
	registry_table instruments;
	plm_asset_fact *asset_rows;
	plm_account_fact *account_rows;
	plm_instrument *instrument_rows;
};

static bool
asset_equal(const void *owner, uint32_t value, plm_slice key)
{
	const pli_registry *registry = owner;
	return plm_slice_is(key, registry->asset_rows[value].name);
}

static bool
account_equal(const void *owner, uint32_t value, plm_slice key)
{
	const pli_registry *registry = owner;
	return plm_slice_is(key, registry->account_rows[value].name);
}

/* Instrument keys are the venue's id followed by the name. */
static bool
instrument_equal(const void *owner, uint32_t value, plm_slice key)
{
	const pli_registry *registry = owner;
	const plm_instrument *row = &registry->instrument_rows[value];
	size_t head = sizeof row->venue.value;
	return key.size >= head && memcmp(key.bytes, &row->venue.value, head) == 0 &&
	       plm_slice_is((plm_slice){key.bytes + head, key.size - head}, row->name);
}

static plm_slice
instrument_key(plm_venue_id venue, plm_slice name, char buffer[REGISTRY_KEY_MAX])
{
	assert(name.size < PLM_NAME_MAX);
	memcpy(buffer, &venue.value, sizeof venue.value);
	memcpy(buffer + sizeof venue.value, name.bytes, name.size);
	return (plm_slice){buffer, sizeof venue.value + name.size};
}

static bool
table_init(registry_table *table, uint32_t rows_max, pli_map_equal equal, const void *owner)
{
	table->rows_max = rows_max;
	table->map = pli_map_create(rows_max, equal, owner);
	table->state = PLI_FAULT(REGISTRY_STATE) ? NULL : calloc((size_t)rows_max + 1, 1);
	return table->map != NULL && table->state != NULL;
}

static void
table_fini(registry_table *table)
{
	pli_map_destroy(table->map);
	free(table->state);
}

static void
table_touch(registry_table *table, uint32_t id)
{
	table->state[id] |= REGISTRY_KNOWN | REGISTRY_DIRTY;
	if (table->dirty_first == 0 || id < table->dirty_first)
		table->dirty_first = id;
}

/* Gives the next free id, or 0 at the bound. */
static uint32_t
table_add(registry_table *table, plm_slice key)
{
	if (table->count == table->rows_max)
		return 0;
	uint32_t id = table->count + 1;
	if (pli_map_put(table->map, key, id) != PLM_OK)
		return 0;
	table->count = id;
	table_touch(table, id);
	return id;
}

/* Makes row `id` exist under key when it comes by event; false: past the bound or other key. */
static bool
table_place(registry_table *table, plm_slice key, uint32_t id)
{
	if (id == 0 || id > table->rows_max)
		return false;
	uint32_t found = pli_map_find(table->map, key);
	if (found != 0)
		return found == id;
	if ((table->state[id] & REGISTRY_KNOWN) != 0 || pli_map_put(table->map, key, id) != PLM_OK)
		return false;
	if (id > table->count)
		table->count = id;
	return true;
}

pli_registry *
pli_registry_create(pli_registry_bounds bounds)
{
	pli_registry *registry = PLI_FAULT(REGISTRY_MEMORY) ? NULL : calloc(1, sizeof *registry);
	if (registry == NULL)
		return NULL;
	registry->asset_rows = PLI_FAULT(REGISTRY_ROWS)
				   ? NULL
				   : calloc((size_t)bounds.assets_max + 1, sizeof(plm_asset_fact));
	registry->account_rows = calloc((size_t)bounds.accounts_max + 1, sizeof(plm_account_fact));
	registry->instrument_rows = calloc(
	    (size_t)bounds.instruments_max + 1, sizeof(plm_instrument));
	bool ready = registry->asset_rows != NULL && registry->account_rows != NULL &&
		     registry->instrument_rows != NULL;
	ready &= table_init(&registry->assets, bounds.assets_max, asset_equal, registry);
	ready &= table_init(&registry->accounts, bounds.accounts_max, account_equal, registry);
	ready &= table_init(
	    &registry->instruments, bounds.instruments_max, instrument_equal, registry);
	if (ready)
		return registry;
	pli_registry_destroy(registry);
	return NULL;
}

void
pli_registry_destroy(pli_registry *registry)
{
	if (registry == NULL)
		return;
	table_fini(&registry->assets);
	table_fini(&registry->accounts);
	table_fini(&registry->instruments);
	free(registry->asset_rows);
	free(registry->account_rows);
	free(registry->instrument_rows);
	free(registry);
}

static void
registry_name_copy(char *target, size_t target_size, plm_slice name)
{
	assert(name.size < target_size);
	memcpy(target, name.bytes, name.size);
	target[name.size] = '\0';
}

plm_asset_id
plm_names_asset(plm_names *names, plm_slice name)
{
	if (name.size == 0 || name.size >= sizeof names->asset_rows[0].name)
		return (plm_asset_id){0};
	uint32_t id = pli_map_find(names->assets.map, name);
	if (id != 0)
		return (plm_asset_id){id};
	id = PLI_FAULT(NAMES_FULL) ? 0 : table_add(&names->assets, name);
	if (id == 0)
		return (plm_asset_id){0};
	plm_asset_fact *row = &names->asset_rows[id];
	*row = (plm_asset_fact){.id = {id},
	    .alias_factor = NAN,
	    .beta = NAN,
	    .beta_r2 = NAN,
	    .beta_samples_count = NAN};
	registry_name_copy(row->name, sizeof row->name, name);
	return row->id;
}

plm_instrument_id
plm_names_instrument(plm_names *names, plm_venue_id venue, plm_slice name)
{
	if (name.size == 0 || name.size >= PLM_NAME_MAX)
		return (plm_instrument_id){0};
	char buffer[REGISTRY_KEY_MAX];
	plm_slice key = instrument_key(venue, name, buffer);
	uint32_t id = pli_map_find(names->instruments.map, key);
	if (id != 0)
		return (plm_instrument_id){id};
	id = PLI_FAULT(NAMES_FULL) ? 0 : table_add(&names->instruments, key);
	if (id == 0)
		return (plm_instrument_id){0};
	plm_instrument *row = &names->instrument_rows[id];
	*row = (plm_instrument){.id = {id}, .venue = venue};
	row->multiplier = row->strike = plm_decimal_unknown();
	registry_name_copy(row->name, sizeof row->name, name);
	return row->id;
}

const plm_instrument *
plm_names_instrument_get(const plm_names *names, plm_instrument_id id)
{
	return pli_registry_instrument_get(names, id);
}

static bool
instrument_same(const plm_instrument *a, const plm_instrument *b)
{
	return a->underlying.value == b->underlying.value && a->quote.value == b->quote.value &&
	       a->settle.value == b->settle.value && a->kind == b->kind &&
	       a->option_type == b->option_type && a->inverse == b->inverse &&
	       a->spec_source == b->spec_source && a->multiplier.units == b->multiplier.units &&
	       a->strike.units == b->strike.units && a->expiry_ns == b->expiry_ns &&
	       a->expiry_by_name == b->expiry_by_name && a->delist_time_ns == b->delist_time_ns;
}

bool
plm_names_instrument_set(plm_names *names, const plm_instrument *instrument)
{
	uint32_t id = instrument->id.value;
	assert(id > 0 && id <= names->instruments.count);
	plm_instrument *row = &names->instrument_rows[id];
	if (instrument->spec_source < row->spec_source || instrument_same(row, instrument))
		return false;
	plm_instrument merged = *instrument;
	merged.venue = row->venue;
	memcpy(merged.name, row->name, sizeof merged.name);
	*row = merged;
	table_touch(&names->instruments, id);
	return true;
}

const char *
plm_names_asset_text(const plm_names *names, plm_asset_id id)
{
	const plm_asset_fact *row = pli_registry_asset_get(names, id);
	return row == NULL ? "" : row->name;
}

plm_account_id
pli_registry_account(
    pli_registry *registry, plm_venue_id venue, plm_slice venue_name, plm_slice name)
{
	plm_account_fact *rows = registry->account_rows;
	if (name.size == 0 || name.size >= sizeof rows[0].name ||
	    venue_name.size >= sizeof rows[0].venue_name)
		return (plm_account_id){0};
	uint32_t id = pli_map_find(registry->accounts.map, name);
	if (id != 0)
		return (plm_account_id){id};
	id = table_add(&registry->accounts, name);
	if (id == 0)
		return (plm_account_id){0};
	rows[id] = (plm_account_fact){.id = {id}, .venue = venue};
	registry_name_copy(rows[id].name, sizeof rows[id].name, name);
	registry_name_copy(rows[id].venue_name, sizeof rows[id].venue_name, venue_name);
	return rows[id].id;
}

void
pli_registry_account_set(pli_registry *registry, const plm_account_fact *fact)
{
	assert(pli_registry_account_get(registry, fact->id) != NULL);
	registry->account_rows[fact->id.value] = *fact;
	table_touch(&registry->accounts, fact->id.value);
}

void
pli_registry_asset_set(pli_registry *registry, const plm_asset_fact *fact)
{
	assert(pli_registry_asset_get(registry, fact->id) != NULL);
	registry->asset_rows[fact->id.value] = *fact;
	table_touch(&registry->assets, fact->id.value);
}

plm_err
pli_registry_transit(pli_registry *registry)
{
	const plm_venue_id none = {PLI_VENUES_MAX - 1};
	plm_slice name = PLM_SLICE(PLI_TRANSIT_NAME);
	plm_account_id id = pli_registry_account(registry, none, name, name);
	const plm_account_fact *row = pli_registry_account_get(registry, id);
	if (row == NULL || row->venue.value != none.value)
		return PLM_EFULL;
	plm_account_fact fact = *row;
	fact.is_transit = 1;
	pli_registry_account_set(registry, &fact);
	return PLM_OK;
}

static void
registry_apply_instrument(pli_registry *registry, const plm_instrument *instrument)
{
	plm_instrument row = *instrument;
	row.name[PLM_NAME_MAX - 1] = '\0';
	char buffer[REGISTRY_KEY_MAX];
	plm_slice key = instrument_key(row.venue, plm_slice_of(row.name), buffer);
	if (!table_place(&registry->instruments, key, row.id.value))
		return;
	registry->instrument_rows[row.id.value] = row;
	table_touch(&registry->instruments, row.id.value);
}

void
pli_registry_apply(pli_registry *registry, const plm_event *event)
{
	if (event->type == PLM_EVENT_ASSET) {
		plm_asset_fact row = event->u.asset;
		row.name[sizeof row.name - 1] = '\0';
		row.asset_class[sizeof row.asset_class - 1] = '\0';
		if (!table_place(&registry->assets, plm_slice_of(row.name), row.id.value))
			return;
		registry->asset_rows[row.id.value] = row;
		table_touch(&registry->assets, row.id.value);
	} else if (event->type == PLM_EVENT_ACCOUNT) {
		plm_account_fact row = event->u.account_fact;
		row.name[sizeof row.name - 1] = '\0';
		row.venue_name[sizeof row.venue_name - 1] = '\0';
		row.portfolio[sizeof row.portfolio - 1] = '\0';
		row.strategy[sizeof row.strategy - 1] = '\0';
		if (!table_place(&registry->accounts, plm_slice_of(row.name), row.id.value))
			return;
		registry->account_rows[row.id.value] = row;
		table_touch(&registry->accounts, row.id.value);
	} else if (event->type == PLM_EVENT_INSTRUMENT) {
		registry_apply_instrument(registry, &event->u.instrument);
	}
}

uint32_t
pli_registry_assets_count(const pli_registry *registry)
{
	return registry->assets.count;
}

uint32_t
pli_registry_accounts_count(const pli_registry *registry)
{
	return registry->accounts.count;
}

uint32_t
pli_registry_instruments_count(const pli_registry *registry)
{
	return registry->instruments.count;
}

static bool
table_has(const registry_table *table, uint32_t id)
{
	return id > 0 && id <= table->count && (table->state[id] & REGISTRY_KNOWN) != 0;
}

const plm_asset_fact *
pli_registry_asset_get(const pli_registry *registry, plm_asset_id id)
{
	return table_has(&registry->assets, id.value) ? &registry->asset_rows[id.value] : NULL;
}

const plm_account_fact *
pli_registry_account_get(const pli_registry *registry, plm_account_id id)
{
	return table_has(&registry->accounts, id.value) ? &registry->account_rows[id.value] : NULL;
}

const plm_instrument *
pli_registry_instrument_get(const pli_registry *registry, plm_instrument_id id)
{
	return table_has(&registry->instruments, id.value) ? &registry->instrument_rows[id.value]
							   : NULL;
}

plm_asset_id
pli_registry_asset_find(const pli_registry *registry, plm_slice name)
{
	return (plm_asset_id){pli_map_find(registry->assets.map, name)};
}

plm_account_id
pli_registry_account_find(const pli_registry *registry, plm_slice name)
{
	return (plm_account_id){pli_map_find(registry->accounts.map, name)};
}

plm_instrument_id
pli_registry_instrument_find(const pli_registry *registry, plm_venue_id venue, plm_slice name)
{
	if (name.size == 0 || name.size >= PLM_NAME_MAX)
		return (plm_instrument_id){0};
	char buffer[REGISTRY_KEY_MAX];
	plm_slice key = instrument_key(venue, name, buffer);
	return (plm_instrument_id){pli_map_find(registry->instruments.map, key)};
}

size_t
pli_registry_symbol(
    const pli_registry *registry, plm_instrument_id id, char ret_text[PLM_SYMBOL_MAX])
{
	const plm_instrument *row = pli_registry_instrument_get(registry, id);
	ret_text[0] = '\0';
	if (row == NULL)
		return 0;
	return plm_symbol_format(row, plm_names_asset_text(registry, row->underlying),
	    plm_names_asset_text(registry, row->quote), plm_names_asset_text(registry, row->settle),
	    ret_text);
}

/* Fills the definition event of row `id` of one table. */
typedef void (*registry_define)(const pli_registry *registry, uint32_t id, plm_event *ret_event);

static void
define_asset(const pli_registry *registry, uint32_t id, plm_event *ret_event)
{
	plm_event_init(ret_event, PLM_EVENT_ASSET);
	ret_event->u.asset = registry->asset_rows[id];
}

static void
define_account(const pli_registry *registry, uint32_t id, plm_event *ret_event)
{
	plm_event_init(ret_event, PLM_EVENT_ACCOUNT);
	ret_event->u.account_fact = registry->account_rows[id];
	ret_event->account = registry->account_rows[id].id;
}

static void
define_instrument(const pli_registry *registry, uint32_t id, plm_event *ret_event)
{
	plm_event_init(ret_event, PLM_EVENT_INSTRUMENT);
	ret_event->u.instrument = registry->instrument_rows[id];
}

static plm_err
table_flush(
    pli_registry *registry, registry_table *table, registry_define define, plm_event_sink *sink)
{
	if (table->dirty_first == 0)
		return PLM_OK;
	for (uint32_t id = table->dirty_first; id <= table->count; id++) {
		if ((table->state[id] & REGISTRY_DIRTY) == 0)
			continue;
		plm_event event;
		define(registry, id, &event);
		plm_err err = sink->emit(sink->ctx, &event);
		if (err != PLM_OK) {
			table->dirty_first = id;
			return err;
		}
		table->state[id] = REGISTRY_KNOWN;
	}
	table->dirty_first = 0;
	return PLM_OK;
}

plm_err
pli_registry_flush(pli_registry *registry, plm_event_sink *sink)
{
	plm_err err = table_flush(registry, &registry->assets, define_asset, sink);
	if (err == PLM_OK)
		err = table_flush(registry, &registry->accounts, define_account, sink);
	if (err == PLM_OK)
		err = table_flush(registry, &registry->instruments, define_instrument, sink);
	return err;
}

static plm_err
table_define(const pli_registry *registry, const registry_table *table, registry_define define,
    plm_event_sink *sink)
{
	plm_err err = PLM_OK;
	for (uint32_t id = 1; id <= table->count && err == PLM_OK; id++) {
		if ((table->state[id] & REGISTRY_KNOWN) == 0)
			continue;
		plm_event event;
		define(registry, id, &event);
		err = sink->emit(sink->ctx, &event);
	}
	return err;
}

plm_err
pli_registry_define(const pli_registry *registry, plm_event_sink *sink)
{
	plm_err err = table_define(registry, &registry->assets, define_asset, sink);
	if (err == PLM_OK)
		err = table_define(registry, &registry->accounts, define_account, sink);
	if (err == PLM_OK)
		err = table_define(registry, &registry->instruments, define_instrument, sink);
	return err;
}
