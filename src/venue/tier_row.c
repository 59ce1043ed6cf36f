/* tier_row.c: tables of margin tiers. */
#include "venue/tier_row.h"

#include <string.h>

#include "venue/contract_name.h"

#define AGAIN_NS (600 * PLM_NS_PER_S)

/* The name goes into a query as it is. */
static bool
has_tiers(const plm_instrument *spec)
{
	return spec != NULL &&
	       (spec->kind == PLM_KIND_PERPETUAL || spec->kind == PLM_KIND_FUTURE) &&
	       pli_name_is_plain(plm_slice_of(spec->name), "-_");
}

void
pli_tier_asks_see(pli_tier_asks *asks, const plm_names *names, const plm_event *event)
{
	plm_instrument_id id = event->u.position.instrument;
	if (event->type != PLM_EVENT_POSITION ||
	    plm_decimal_sign(event->u.position.quantity) == 0 || asks->count == PLI_TIER_ASKS_MAX ||
	    !has_tiers(plm_names_instrument_get(names, id)))
		return;
	for (uint32_t i = 0; i < asks->count; i++)
		if (asks->rows[i].instrument.value == id.value)
			return;
	asks->rows[asks->count].instrument = id;
	asks->rows[asks->count++].due_ns = 0;
}

bool
pli_tier_asks_any(const pli_tier_asks *asks, plm_time_ns now_ns)
{
	for (uint32_t i = 0; i < asks->count; i++)
		if (asks->rows[i].due_ns <= now_ns)
			return true;
	return false;
}

const plm_instrument *
pli_tier_asks_take(pli_tier_asks *asks, const plm_names *names, plm_time_ns now_ns)
{
	uint32_t oldest = 0;
	if (!pli_tier_asks_any(asks, now_ns))
		return NULL;
	for (uint32_t i = 1; i < asks->count; i++)
		if (asks->rows[i].due_ns < asks->rows[oldest].due_ns)
			oldest = i;
	asks->rows[oldest].due_ns = now_ns + AGAIN_NS;
	asks->asked = asks->rows[oldest].instrument;
	asks->asked_ns = now_ns;
	return plm_names_instrument_get(names, asks->asked);
}

/* One table on its way. sink NULL: it is only looked at. */
typedef struct tier_walk {
	pli_row *row;
	const pli_tier_members *members;
	plm_event *event;
	const plm_event_sink *sink;
	const char *name;
} tier_walk;

/* A fraction; initial margin x leverage is 1, or 100 where both rates are percents. */
static plm_decimal
tier_rate(tier_walk *w, plm_decimal leverage)
{
	plm_decimal rate = pli_row_number(w->row, w->members->rate), whole;
	plm_decimal initial = pli_row_number(w->row, w->members->initial);
	if (w->row->err != PLM_OK)
		return rate;
	bool told = plm_decimal_multiply(initial, leverage, &whole) == PLM_OK;
	bool percent = told && plm_decimal_compare(whole, plm_decimal_from_int(10)) > 0;
	plm_int128 unit = plm_decimal_from_int(percent ? 100 : 1).units;
	if (!told || whole.units < unit / 2 || whole.units > unit * 2)
		pli_row_fail(w->row, w->members->initial, "an initial margin of 1 / leverage");
	else if (rate.units < 0 || rate.units > unit)
		pli_row_fail(w->row, w->members->rate, "a rate between 0 and all of it");
	else
		(void)plm_decimal_divide(rate, (plm_decimal){unit}, &rate);
	return rate;
}

static plm_decimal
tier_amount(tier_walk *w)
{
	plm_decimal amount = pli_row_decimal(w->row, w->members->amount);
	bool none = w->members->amount == NULL || w->event->u.margin_tier.tier == 1;
	return none ? pli_row_known(amount, plm_decimal_zero()) : amount;
}

static void
tier_read(tier_walk *w, bool is_last)
{
	pli_row *row = w->row;
	const pli_tier_members *members = w->members;
	plm_margin_tier *tier = &w->event->u.margin_tier;
	plm_decimal end = tier->tier++ == 0 ? plm_decimal_zero() : tier->notional_cap;
	tier->notional_floor = members->floor == NULL ? end : pli_row_number(row, members->floor);
	tier->notional_cap = pli_row_decimal(row, members->cap);
	tier->leverage_max = pli_row_number(row, members->leverage);
	tier->maintenance_rate = tier_rate(w, tier->leverage_max);
	tier->maintenance_amount = tier_amount(w);
	bool known = plm_decimal_is_known(tier->notional_cap);
	if (row->err != PLM_OK)
		return;
	if (!pli_row_is(row, members->name, w->name))
		pli_row_fail(row, members->name, "the contract that was asked for");
	bool above = tier->tier == 1 ? tier->notional_floor.units == 0
				     : tier->notional_floor.units >= end.units;
	if (!above || (known ? tier->notional_cap.units <= tier->notional_floor.units : !is_last))
		pli_row_fail(row, members->cap, "tiers from 0 on, each above the one before");
	if (w->sink != NULL && row->err == PLM_OK)
		row->err = w->sink->emit(w->sink->ctx, w->event);
}

static void
table_walk(tier_walk *w, uint32_t list, uint32_t count)
{
	pli_row *row = w->row;
	uint32_t home = row->node;
	w->event->u.margin_tier.tier = 0;
	for (uint32_t at = pli_row_child(row, list, 0), seen = 1; at != 0;
	     at = pli_row_child(row, list, at), seen++) {
		row->node = at;
		tier_read(w, seen == count);
		row->node = home;
	}
}

plm_err
pli_tiers_read(pli_row *r, uint32_t list, const pli_tier_members *members, pli_tier_asks *asks,
    plm_event *event, const plm_event_sink *events)
{
	const char *name = strrchr(asks->query, '=');
	tier_walk walk = {r, members, event, NULL, name == NULL ? "" : name + 1};
	uint32_t count = list == PLI_NO_LIST ? 0
					     : pli_json_nodes(r->json, NULL)[list].children_count;
	if (count == 0 || count > PLM_MARGIN_TIERS_MAX)
		pli_row_fail(r, NULL, "a table of 1 to 128 tiers");
	event->u.margin_tier.instrument = asks->asked;
	event->u.margin_tier.in_contracts = members->in_contracts;
	event->u.margin_tier.tiers_count = (uint16_t)count;
	table_walk(&walk, list, count);
	walk.sink = events;
	table_walk(&walk, list, count);
	for (uint32_t i = 0; i < asks->count && r->err == PLM_OK; i++)
		if (asks->rows[i].instrument.value == asks->asked.value)
			asks->rows[i].due_ns = asks->asked_ns + PLM_NS_PER_DAY;
	return r->err;
}
