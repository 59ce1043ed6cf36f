/* action_text.c: what a venue did, as a sentence. */
#include "api/action_text.h"

#include <assert.h>
#include <stdio.h>

#include "api/exposure_json.h"

static const char *
quantity_text(plm_decimal value, char ret_text[PLM_DECIMAL_TEXT_MAX])
{
	if (!plm_decimal_is_known(value))
		return "an unknown number";
	(void)plm_decimal_format(value, ret_text);
	return ret_text;
}

static void
text_of_fill(const pli_registry *registry, const plm_event *event, const char *instrument,
    char ret_text[PLI_ACTION_TEXT_MAX])
{
	const plm_venue_action *action = &event->u.venue_action;
	char name[PLI_API_NAME_MAX], quantity[PLM_DECIMAL_TEXT_MAX], price[PLM_DECIMAL_TEXT_MAX];
	bool priced = plm_decimal_is_known(action->price);
	bool deleveraged = action->kind == PLM_VENUE_DELEVERAGED;
	(void)snprintf(ret_text, PLI_ACTION_TEXT_MAX, "%s: %s, %s%s %s of %s%s%s",
	    pli_api_account_text(registry, event->account, name),
	    deleveraged ? "auto-deleveraging" : "liquidation",
	    plm_decimal_sign(action->quantity) > 0 ? "+" : "",
	    quantity_text(action->quantity, quantity), plm_unit_text((plm_unit)action->unit),
	    instrument, priced ? " at " : "", priced ? quantity_text(action->price, price) : "");
}

static void
text_of_call(const pli_registry *registry, const plm_event *event, const char *instrument,
    char ret_text[PLI_ACTION_TEXT_MAX])
{
	const plm_venue_action *action = &event->u.venue_action;
	char name[PLI_API_NAME_MAX], quantity[PLM_DECIMAL_TEXT_MAX], price[PLM_DECIMAL_TEXT_MAX];
	bool priced = plm_decimal_is_known(action->price);
	(void)snprintf(ret_text, PLI_ACTION_TEXT_MAX, "%s: margin call, %s%s %s of %s%s%s%s%s",
	    pli_api_account_text(registry, event->account, name),
	    plm_decimal_sign(action->quantity) > 0 ? "+" : "",
	    quantity_text(action->quantity, quantity), plm_unit_text((plm_unit)action->unit),
	    instrument, priced ? " marked at " : "",
	    priced ? quantity_text(action->price, price) : "", action->text[0] == '\0' ? "" : "; ",
	    action->text);
}

static void
text_of_contract(const pli_registry *registry, const plm_venue_action *action,
    const plm_instrument *spec, char ret_text[PLI_ACTION_TEXT_MAX])
{
	static const char *const words[PLM_VENUE_ACTION_COUNT_] = {
	    [PLM_VENUE_SPEC_CHANGED] = "changed",
	    [PLM_VENUE_DELISTING] = "will be delisted",
	    [PLM_VENUE_DELISTED] = "delisted",
	    [PLM_VENUE_EXPIRED] = "expired, awaiting settlement"};
	char name[PLI_API_NAME_MAX], time[PLM_TIME_TEXT_MAX] = "";
	const char *word = action->kind < PLM_VENUE_ACTION_COUNT_ ? words[action->kind] : NULL;
	if (action->effective_ns != 0)
		(void)plm_time_format(action->effective_ns, time);
	(void)snprintf(ret_text, PLI_ACTION_TEXT_MAX, "%s %s: %s%s%s%s%s; held by %u account%s",
	    pli_api_venue_text(registry, spec == NULL ? (plm_venue_id){0} : spec->venue, name),
	    spec == NULL ? "a contract" : spec->name, word == NULL ? "changed" : word,
	    time[0] == '\0' ? "" : " at ", time, action->text[0] == '\0' ? "" : ": ", action->text,
	    action->accounts_count, action->accounts_count == 1 ? "" : "s");
}

const char *
pli_action_text(
    const pli_registry *registry, const plm_event *action, char ret_text[PLI_ACTION_TEXT_MAX])
{
	assert(action->type == PLM_EVENT_VENUE_ACTION);
	const plm_venue_action *fact = &action->u.venue_action;
	const plm_instrument *spec = pli_registry_instrument_get(registry, fact->instrument);
	if (fact->kind == PLM_VENUE_DELEVERAGED || fact->kind == PLM_VENUE_LIQUIDATED)
		text_of_fill(registry, action, spec == NULL ? "a contract" : spec->name, ret_text);
	else if (fact->kind == PLM_VENUE_MARGIN_CALLED)
		text_of_call(registry, action, spec == NULL ? "a contract" : spec->name, ret_text);
	else
		text_of_contract(registry, fact, spec, ret_text);
	return ret_text;
}
