/* action_text_test.c: what venues did, in a sentence; what is not known says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "api/action_text.h"

static const char *
text_of(const plm_event *event)
{
	static char text[PLI_ACTION_TEXT_MAX];
	pli_registry *registry = pli_registry_create((pli_registry_bounds){4, 4, 4});
	assert_non_null(registry);
	(void)pli_registry_account(
	    registry, (plm_venue_id){1}, PLM_SLICE("deribit"), PLM_SLICE("desk-a"));
	(void)plm_names_instrument(registry, (plm_venue_id){1}, PLM_SLICE("BTC-PERPETUAL"));
	(void)pli_action_text(registry, event, text);
	pli_registry_destroy(registry);
	return text;
}

static plm_event
action(plm_venue_action_kind kind, uint32_t instrument)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_VENUE_ACTION);
	event.u.venue_action.kind = (uint8_t)kind;
	event.u.venue_action.instrument.value = instrument;
	return event;
}

static void
test_action_text__forced_fills(void **state)
{
	(void)state;
	plm_event event = action(PLM_VENUE_LIQUIDATED, 1);
	event.account.value = 1;
	event.u.venue_action.unit = PLM_UNIT_USD;
	assert_string_equal(
	    text_of(&event), "desk-a: liquidation, an unknown number usd of BTC-PERPETUAL");
	event.u.venue_action.quantity = plm_decimal_from_int(-30);
	event.u.venue_action.price = plm_decimal_from_int(61000);
	assert_string_equal(
	    text_of(&event), "desk-a: liquidation, -30 usd of BTC-PERPETUAL at 61000");
	event = action(PLM_VENUE_DELEVERAGED, 9);
	event.account.value = 3;
	event.u.venue_action.quantity = plm_decimal_from_int(2);
	assert_string_equal(
	    text_of(&event), "account#3: auto-deleveraging, +2 contracts of a contract");
}

static void
test_action_text__margin_calls(void **state)
{
	(void)state;
	plm_event event = action(PLM_VENUE_MARGIN_CALLED, 1);
	event.account.value = 1;
	event.u.venue_action.unit = PLM_UNIT_COINS;
	event.u.venue_action.quantity = plm_decimal_from_int(3);
	assert_string_equal(text_of(&event), "desk-a: margin call, +3 coins of BTC-PERPETUAL");
	event.u.venue_action.price = plm_decimal_from_int(61000);
	memcpy(event.u.venue_action.text, "maintenance margin 915 USDC", 28);
	assert_string_equal(text_of(&event),
	    "desk-a: margin call, +3 coins of BTC-PERPETUAL marked at 61000; maintenance margin "
	    "915 USDC");
}

static void
test_action_text__contracts(void **state)
{
	(void)state;
	plm_event event = action(PLM_VENUE_DELISTING, 1);
	event.u.venue_action.effective_ns = plm_time_of_date(2026, 12, 1);
	assert_string_equal(text_of(&event),
	    "deribit BTC-PERPETUAL: will be delisted at 2026-12-01T00:00:00Z; held by 0 accounts");
	event = action(PLM_VENUE_SPEC_CHANGED, 1);
	event.u.venue_action.accounts_count = 1;
	memcpy(event.u.venue_action.text, "contract size 10 -> 1", 22);
	assert_string_equal(text_of(&event),
	    "deribit BTC-PERPETUAL: changed: contract size 10 -> 1; held by 1 account");
	event = action(PLM_VENUE_DELISTED, 1);
	assert_string_equal(text_of(&event), "deribit BTC-PERPETUAL: delisted; held by 0 accounts");
	event = action(PLM_VENUE_EXPIRED, 1);
	assert_string_equal(text_of(&event),
	    "deribit BTC-PERPETUAL: expired, awaiting settlement; held by 0 accounts");
	event = action(PLM_VENUE_ACTION_COUNT_, 7);
	assert_string_equal(text_of(&event), " a contract: changed; held by 0 accounts");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_action_text__forced_fills),
	    cmocka_unit_test(test_action_text__margin_calls),
	    cmocka_unit_test(test_action_text__contracts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
