/* core_actions.c: what venues did that was nobody's order, read off facts and told as events; what
 * they say of it themselves. */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "engine/core_internal.h"

static void text_add(plm_venue_action *action, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What does not fit is left out. */
static void
text_add(plm_venue_action *action, const char *format, ...)
{
	size_t used = strlen(action->text);
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(action->text + used, sizeof action->text - used, format, arguments);
	va_end(arguments);
}

static void
text_change(plm_venue_action *action, const char *what, const char *before, const char *now)
{
	text_add(action, "%s%s %s -> %s", action->text[0] == '\0' ? "" : "; ", what,
	    before[0] == '\0' ? "none" : before, now[0] == '\0' ? "none" : now);
}

static const char *
number_text(plm_decimal value, char ret_text[PLM_DECIMAL_TEXT_MAX])
{
	if (!plm_decimal_is_known(value))
		return "unknown";
	(void)plm_decimal_format(value, ret_text);
	return ret_text;
}

static const char *
time_text(plm_time_ns time_ns, char ret_text[PLM_TIME_TEXT_MAX])
{
	ret_text[0] = '\0';
	if (time_ns != 0)
		(void)plm_time_format(time_ns, ret_text);
	return ret_text;
}

static void
text_assets(plm_venue_action *action, const pli_registry *registry, const plm_instrument *before,
    const plm_instrument *now)
{
	const struct {
		const char *what;
		plm_asset_id before, now;
	} rows[] = {{"settled in", before->settle, now->settle},
	    {"on", before->underlying, now->underlying}, {"in", before->quote, now->quote}};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (rows[i].before.value != rows[i].now.value)
			text_change(action, rows[i].what,
			    plm_names_asset_text(registry, rows[i].before),
			    plm_names_asset_text(registry, rows[i].now));
}

/* What the venue says now and said otherwise before; what it had not said before is no change. */
static void
text_spec(plm_venue_action *action, const pli_registry *registry, const plm_instrument *before,
    const plm_instrument *now)
{
	char a[PLM_DECIMAL_TEXT_MAX], b[PLM_DECIMAL_TEXT_MAX];
	char from[PLM_TIME_TEXT_MAX], to[PLM_TIME_TEXT_MAX];
	if (plm_decimal_is_known(before->multiplier) &&
	    before->multiplier.units != now->multiplier.units)
		text_change(action, "contract size", number_text(before->multiplier, a),
		    number_text(now->multiplier, b));
	text_assets(action, registry, before, now);
	if (before->kind != now->kind)
		text_change(action, "kind", plm_kind_text((plm_kind)before->kind),
		    plm_kind_text((plm_kind)now->kind));
	if (before->expiry_ns != now->expiry_ns)
		text_change(action, "expiry", time_text(before->expiry_ns, from),
		    time_text(now->expiry_ns, to));
	if (plm_decimal_is_known(before->strike) && before->strike.units != now->strike.units)
		text_change(
		    action, "strike", number_text(before->strike, a), number_text(now->strike, b));
	if (before->inverse != now->inverse)
		text_change(action, "payoff", before->inverse ? "inverse" : "linear",
		    now->inverse ? "inverse" : "linear");
	if (before->delist_time_ns != 0 && now->delist_time_ns == 0)
		text_change(action, "delisting", "announced", "withdrawn");
}

/* Accounts that hold an open position in it; hedge-mode legs of one account are one. */
static uint32_t
accounts_open(const pli_book *book, plm_instrument_id id)
{
	uint32_t count = 0, last = 0;
	for (uint32_t i = pli_book_position_first_of_instrument(book, id); i != PLI_ROW_NONE;
	     i = pli_book_position_next_of_instrument(book, i)) {
		const pli_position_row *row = pli_book_position(book, i);
		if (!row->open)
			continue;
		count += row->account.value != last;
		last = row->account.value;
	}
	return count;
}

static void
action_begin(const core_parts *parts, const plm_event *of, plm_instrument_id id,
    plm_venue_action_kind kind, plm_event *ret_action)
{
	plm_event_init(ret_action, PLM_EVENT_VENUE_ACTION);
	if (of != NULL) {
		ret_action->feed = of->feed;
		ret_action->epoch = of->epoch;
		ret_action->venue_time_ns = of->venue_time_ns;
		ret_action->received_time_ns = of->received_time_ns;
	}
	ret_action->u.venue_action.instrument = id;
	ret_action->u.venue_action.kind = (uint8_t)kind;
	ret_action->u.venue_action.accounts_count = accounts_open(parts->book, id);
}

static bool
action_of_spec(const core_parts *parts, const plm_event *event, const core_look *look,
    plm_time_ns now_ns, plm_event *ret_action)
{
	const plm_instrument *before = &look->spec;
	const pli_registry *registry = pli_book_registry(parts->book);
	const plm_instrument *now = pli_registry_instrument_get(registry, event->u.instrument.id);
	if (now == NULL || before->spec_source != PLM_SPEC_VENUE ||
	    now->spec_source != PLM_SPEC_VENUE)
		return false;
	bool ends = now->delist_time_ns != 0 && now->delist_time_ns != before->delist_time_ns;
	bool undated = now->delist_time_ns == PLM_DELISTED_UNDATED;
	plm_venue_action_kind kind = !ends                           ? PLM_VENUE_SPEC_CHANGED
				     : now->delist_time_ns <= now_ns ? PLM_VENUE_DELISTED
								     : PLM_VENUE_DELISTING;
	action_begin(parts, event, now->id, kind, ret_action);
	plm_venue_action *action = &ret_action->u.venue_action;
	text_spec(action, registry, before, now);
	if (ends && !undated)
		action->effective_ns = now->delist_time_ns;
	return ends || action->text[0] != '\0';
}

static bool
action_of_fill(
    const core_parts *parts, const plm_event *event, const core_look *look, plm_event *ret_action)
{
	const plm_fill *fill = &event->u.fill;
	if (fill->liquidation == 0 || pli_book_counters_get(parts->book).fills == look->fills)
		return false; /* of an order, or told before */
	action_begin(parts, event, fill->instrument,
	    fill->liquidation == 2 ? PLM_VENUE_DELEVERAGED : PLM_VENUE_LIQUIDATED, ret_action);
	plm_venue_action *action = &ret_action->u.venue_action;
	ret_action->account = event->account;
	action->quantity = fill->quantity;
	action->price = fill->price;
	action->side = fill->side;
	action->unit = fill->unit;
	return true;
}

core_look
pli_core_look(const core_parts *parts, const plm_event *event)
{
	core_look look = {.fills = pli_book_counters_get(parts->book).fills};
	const plm_instrument *spec = event->type != PLM_EVENT_INSTRUMENT
					 ? NULL
					 : pli_registry_instrument_get(
					       pli_book_registry(parts->book),
					       event->u.instrument.id);
	if (spec != NULL)
		look.spec = *spec;
	return look;
}

bool
pli_core_action(const core_parts *parts, const plm_event *event, const core_look *look,
    plm_time_ns now_ns, plm_event *ret_action)
{
	if (event->type == PLM_EVENT_INSTRUMENT)
		return action_of_spec(parts, event, look, now_ns, ret_action);
	return event->type == PLM_EVENT_FILL && action_of_fill(parts, event, look, ret_action);
}

void
pli_core_call(const core_parts *parts, plm_event *call)
{
	plm_venue_action *action = &call->u.venue_action;
	assert(action->kind == PLM_VENUE_MARGIN_CALLED && call->account.value != 0);
	action->accounts_count = accounts_open(parts->book, action->instrument);
}

/* When the contract ends, as far as it was told; INT64_MAX: never. */
static plm_time_ns
spec_end(const plm_instrument *spec)
{
	plm_time_ns end_ns = spec->expiry_ns != 0 ? spec->expiry_ns : INT64_MAX;
	bool sooner = spec->delist_time_ns > PLM_DELISTED_UNDATED && spec->delist_time_ns < end_ns;
	return sooner ? spec->delist_time_ns : end_ns;
}

plm_time_ns
pli_core_end_next(const core_parts *parts, plm_time_ns now_ns)
{
	const pli_registry *registry = pli_book_registry(parts->book);
	plm_time_ns next_ns = INT64_MAX;
	for (uint32_t i = 1; i <= pli_registry_instruments_count(registry); i++) {
		const plm_instrument *spec = pli_registry_instrument_get(
		    registry, (plm_instrument_id){i});
		if (spec != NULL && spec_end(spec) > now_ns && spec_end(spec) < next_ns)
			next_ns = spec_end(spec);
	}
	return next_ns;
}

bool
pli_core_end_action(
    const core_parts *parts, plm_instrument_id id, core_span span, plm_event *ret_action)
{
	const plm_instrument *spec = pli_registry_instrument_get(
	    pli_book_registry(parts->book), id);
	if (spec == NULL || spec_end(spec) <= span.after_ns || spec_end(spec) > span.until_ns)
		return false;
	bool delisted = spec_end(spec) == spec->delist_time_ns;
	action_begin(
	    parts, NULL, id, delisted ? PLM_VENUE_DELISTED : PLM_VENUE_EXPIRED, ret_action);
	ret_action->received_time_ns = span.until_ns;
	ret_action->u.venue_action.effective_ns = spec_end(spec);
	return ret_action->u.venue_action.accounts_count > 0;
}
