/* event.c: texts of the event table, and records that start out unknown. */
#include "plimsoll/event.h"

#include <math.h>
#include <string.h>

#define X(name, number, text) [number] = text,
static const char *const event_texts[] = {PLM_EVENTS(X)};
static const char *const kind_texts[] = {PLM_KINDS(X)};
static const char *const unit_texts[] = {PLM_UNITS(X)};
static const char *const transfer_kind_texts[] = {PLM_TRANSFER_KINDS(X)};
static const char *const transfer_state_texts[] = {PLM_TRANSFER_STATES(X)};
static const char *const action_texts[] = {PLM_VENUE_ACTIONS(X)};
#undef X
_Static_assert(sizeof event_texts / sizeof event_texts[0] == PLM_EVENT_COUNT_, "gap in events");
_Static_assert(sizeof kind_texts / sizeof kind_texts[0] == PLM_KIND_COUNT_, "gap in kinds");
_Static_assert(sizeof unit_texts / sizeof unit_texts[0] == PLM_UNIT_COUNT_, "gap in units");

const char *
plm_event_text(plm_event_type type)
{
	return (unsigned)type < PLM_EVENT_COUNT_ ? event_texts[type] : event_texts[0];
}

const char *
plm_venue_action_text(plm_venue_action_kind kind)
{
	return (unsigned)kind < PLM_VENUE_ACTION_COUNT_ ? action_texts[kind] : action_texts[0];
}

const char *
plm_kind_text(plm_kind kind)
{
	return (unsigned)kind < PLM_KIND_COUNT_ ? kind_texts[kind] : kind_texts[0];
}

const char *
plm_unit_text(plm_unit unit)
{
	return (unsigned)unit < PLM_UNIT_COUNT_ ? unit_texts[unit] : unit_texts[0];
}

const char *
plm_transfer_kind_text(uint8_t kind)
{
	return kind < PLM_TRANSFER_KIND_COUNT_ ? transfer_kind_texts[kind] : "unknown";
}

const char *
plm_transfer_state_text(uint8_t state)
{
	return state < PLM_TRANSFER_STATE_COUNT_ ? transfer_state_texts[state] : "unknown";
}

uint64_t
plm_transfer_hash(plm_slice text)
{
	if (text.size >= 2 && text.bytes[0] == '0' && (text.bytes[1] | 32) == 'x')
		text = (plm_slice){text.bytes + 2, text.size - 2};
	uint64_t hash = text.size == 0 ? 0 : UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i < text.size; i++) {
		uint8_t byte = (uint8_t)text.bytes[i];
		byte |= byte >= 'A' && byte <= 'Z' ? 32 : 0;
		hash = (hash ^ byte) * UINT64_C(0x100000001b3);
	}
	return hash;
}

static void
event_init_mark(plm_mark *mark)
{
	mark->mark_price = mark->index_price = mark->underlying_price = plm_decimal_unknown();
	mark->mark_iv = mark->delta = mark->gamma = mark->vega = mark->theta = NAN;
	mark->rho = mark->funding_rate = NAN;
}

static void
event_init_balance(plm_balance *balance)
{
	balance->wallet = balance->equity = balance->available = plm_decimal_unknown();
	balance->unrealised_pnl = balance->collateral = balance->borrowed = plm_decimal_unknown();
}

static void
event_init_position(plm_position *position)
{
	position->delta_coins = NAN;
	position->quantity = position->entry_price = plm_decimal_unknown();
	position->mark_price = position->liquidation_price = plm_decimal_unknown();
	position->unrealised_pnl = position->leverage = plm_decimal_unknown();
	position->initial_margin = position->maintenance_margin = plm_decimal_unknown();
	position->isolated_margin = plm_decimal_unknown();
}

static void
event_init_fill(plm_fill *fill)
{
	fill->quantity = fill->price = fill->fee = fill->realised_pnl = plm_decimal_unknown();
}

static void
event_init_venue_margin(plm_venue_margin *margin)
{
	margin->equity = margin->initial_margin = plm_decimal_unknown();
	margin->maintenance_margin = margin->available = plm_decimal_unknown();
	margin->ratio = plm_decimal_unknown();
}

static void
event_init_margin_tier(plm_margin_tier *tier)
{
	tier->notional_floor = tier->notional_cap = tier->leverage_max = plm_decimal_unknown();
	tier->maintenance_rate = tier->maintenance_amount = plm_decimal_unknown();
	tier->notional_factor = plm_decimal_unknown();
}

static void
event_init_margin_matrix(plm_margin_matrix *matrix)
{
	*matrix = (plm_margin_matrix){.range = NAN,
	    .vol_up = NAN,
	    .vol_down = NAN,
	    .vol_power_short = NAN,
	    .vol_power_long = NAN,
	    .vol_min = NAN,
	    .extended_factor = NAN,
	    .dampener_usd = NAN,
	    .annual_move = NAN,
	    .annual_move_min = NAN,
	    .offset = NAN,
	    .offset_usd_max = NAN,
	    .maintenance = NAN};
}

static void
event_init_margin_stress(plm_margin_stress *stress)
{
	*stress = (plm_margin_stress){.range = NAN,
	    .spot = NAN,
	    .far_move = NAN,
	    .far_share = NAN,
	    .decay = NAN,
	    .added = NAN,
	    .least = NAN,
	    .initial = NAN};
	for (int i = 0; i < PLM_STRESS_MOVES_MAX; i++)
		stress->beside[i] = NAN;
}

static void
event_init_limit(plm_limit_fact *limit)
{
	limit->soft_lower = limit->soft_upper = NAN;
	limit->hard_lower = limit->hard_upper = NAN;
}

static void
event_init_funding(plm_funding *funding)
{
	funding->rate = NAN;
	funding->amount = plm_decimal_unknown();
}

static void
event_init_alert(plm_alert *alert)
{
	alert->value = alert->band = alert->value_before = NAN;
}

/* Types whose payload is one or two numbers. */
static void
event_init_small(plm_event *event, plm_event_type type)
{
	if (type == PLM_EVENT_ASSET)
		event->u.asset.alias_factor = event->u.asset.beta = event->u.asset.beta_r2 =
		    event->u.asset.beta_samples_count = NAN;
	else if (type == PLM_EVENT_INSTRUMENT)
		event->u.instrument.multiplier = event->u.instrument.strike = plm_decimal_unknown();
	else if (type == PLM_EVENT_INDEX)
		event->u.index.price = plm_decimal_unknown();
	else if (type == PLM_EVENT_ASSET_RATE)
		event->u.asset_rate.usd = plm_decimal_unknown();
	else if (type == PLM_EVENT_TRANSFER)
		event->u.transfer.quantity = event->u.transfer.fee = plm_decimal_unknown();
	else if (type == PLM_EVENT_ORDER_OPEN)
		event->u.order_open.quantity = event->u.order_open.price = plm_decimal_unknown();
	else if (type == PLM_EVENT_VENUE_ACTION)
		event->u.venue_action.quantity = event->u.venue_action.price =
		    plm_decimal_unknown();
}

void
plm_event_init(plm_event *event, plm_event_type type)
{
	memset(event, 0, sizeof *event);
	event->type = (uint16_t)type;
	switch (type) {
	case PLM_EVENT_MARK:
		event_init_mark(&event->u.mark);
		break;
	case PLM_EVENT_BALANCE:
		event_init_balance(&event->u.balance);
		break;
	case PLM_EVENT_POSITION:
		event_init_position(&event->u.position);
		break;
	case PLM_EVENT_FILL:
		event_init_fill(&event->u.fill);
		break;
	case PLM_EVENT_VENUE_MARGIN:
		event_init_venue_margin(&event->u.venue_margin);
		break;
	case PLM_EVENT_MARGIN_TIER:
		event_init_margin_tier(&event->u.margin_tier);
		break;
	case PLM_EVENT_MARGIN_MATRIX:
		event_init_margin_matrix(&event->u.margin_matrix);
		break;
	case PLM_EVENT_MARGIN_STRESS:
		event_init_margin_stress(&event->u.margin_stress);
		break;
	case PLM_EVENT_LIMIT_CHANGE:
		event_init_limit(&event->u.limit);
		break;
	case PLM_EVENT_FUNDING:
		event_init_funding(&event->u.funding);
		break;
	case PLM_EVENT_ALERT:
		event_init_alert(&event->u.alert);
		break;
	default:
		event_init_small(event, type);
		break;
	}
}
