/* core_actions_test.c: what venues did that was nobody's order, told once and kept in the journal.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core_rig.h"

enum { CONTRACT = 1 };

static recording record;

/* A contract on BTC, settled in USD, as its venue says it. */
static plm_event
contract(int64_t multiplier)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_INSTRUMENT);
	plm_instrument *spec = &event.u.instrument;
	spec->id.value = CONTRACT;
	spec->venue.value = 1;
	spec->kind = PLM_KIND_PERPETUAL;
	spec->spec_source = PLM_SPEC_VENUE;
	spec->underlying.value = 2;
	spec->quote.value = spec->settle.value = 1;
	spec->multiplier = plm_decimal_from_int(multiplier);
	memcpy(spec->name, "BTCUSD", sizeof "BTCUSD");
	return event;
}

static void
take_position(pli_core *core, uint32_t instrument, int64_t quantity)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_POSITION);
	event.account.value = event.epoch = 1;
	event.u.position.instrument.value = instrument;
	event.u.position.quantity = plm_decimal_from_int(quantity);
	pli_core_take(core, &event, start_ns);
}

static pli_core *
make(void)
{
	record.count = 0;
	pli_core *core = rig_core_make(&record);
	assert_non_null(core);
	rig_take_facts(core);
	plm_event event = contract(10);
	pli_core_take(core, &event, start_ns);
	take_position(core, CONTRACT, 3);
	pli_core_batch_end(core, start_ns);
	assert_int_equal(rig_count_of(&record, PLM_EVENT_VENUE_ACTION), 0);
	return core;
}

static const plm_venue_action *
last_action(const pli_core *core)
{
	assert_true(pli_book_actions_count(pli_core_book(core)) > 0);
	return &pli_book_action(pli_core_book(core), 0)->u.venue_action;
}

/* A replay of what was journalled ends in the same state, actions included. */
static void
finish(pli_core *core)
{
	plm_fault fault;
	pli_core *again = rig_core_make(NULL);
	for (uint32_t i = 0; i < record.count; i++) {
		assert_int_equal(record.events[i].sequence, i + 1);
		assert_int_equal(pli_core_replay(again, &record.events[i], &fault), PLM_OK);
	}
	assert_true(pli_core_hash(again) == pli_core_hash(core));
	assert_int_equal(pli_book_actions_count(pli_core_book(again)),
	    pli_book_actions_count(pli_core_book(core)));
	pli_core_destroy(again);
	pli_core_destroy(core);
}

static void
test_engine_core_actions__a_changed_contract_is_told(void **state)
{
	(void)state;
	pli_core *core = make();
	plm_event event = contract(10);
	pli_core_take(core, &event, start_ns); /* as it was */
	assert_int_equal(rig_count_of(&record, PLM_EVENT_VENUE_ACTION), 0);
	event = contract(1);
	event.u.instrument.settle.value = 2;
	event.u.instrument.expiry_ns = start_ns + 3600 * PLM_NS_PER_S;
	pli_core_take(core, &event, start_ns);
	pli_core_batch_end(core, start_ns);
	assert_int_equal(rig_count_of(&record, PLM_EVENT_VENUE_ACTION), 1);
	const plm_venue_action *action = last_action(core);
	assert_int_equal(action->kind, PLM_VENUE_SPEC_CHANGED);
	assert_int_equal(action->accounts_count, 1);
	assert_int_equal(action->instrument.value, CONTRACT);
	assert_string_equal(action->text,
	    "contract size 10 -> 1; settled in USD -> BTC; expiry none -> 2026-11-22T09:00:00Z");
	finish(core);
}

/* What a name said is no word of the venue's. */
static void
test_engine_core_actions__better_knowledge_is_no_change(void **state)
{
	(void)state;
	pli_core *core = make();
	plm_event event = contract(7);
	event.u.instrument.id.value = 2;
	event.u.instrument.spec_source = PLM_SPEC_NAME;
	memcpy(event.u.instrument.name, "OTHER", sizeof "OTHER");
	pli_core_take(core, &event, start_ns);
	event.u.instrument.multiplier = plm_decimal_from_int(8);
	event.u.instrument.spec_source = PLM_SPEC_VENUE;
	pli_core_take(core, &event, start_ns);
	pli_core_batch_end(core, start_ns);
	assert_int_equal(rig_count_of(&record, PLM_EVENT_VENUE_ACTION), 0);
	finish(core);
}

static void
test_engine_core_actions__a_delisting_is_told_when_announced_and_when_it_comes(void **state)
{
	(void)state;
	pli_core *core = make();
	const plm_time_ns end_ns = start_ns + 60 * PLM_NS_PER_S;
	plm_event event = contract(10);
	event.u.instrument.delist_time_ns = end_ns;
	pli_core_take(core, &event, start_ns);
	pli_core_batch_end(core, start_ns + PLM_NS_PER_S);
	assert_int_equal(last_action(core)->kind, PLM_VENUE_DELISTING);
	assert_true(last_action(core)->effective_ns == end_ns);
	pli_core_batch_end(core, end_ns - 1);
	assert_int_equal(rig_count_of(&record, PLM_EVENT_VENUE_ACTION), 1);
	pli_core_batch_end(core, end_ns + PLM_NS_PER_S);
	assert_int_equal(last_action(core)->kind, PLM_VENUE_DELISTED);
	pli_core_batch_end(core, end_ns + 2 * PLM_NS_PER_S);
	assert_int_equal(rig_count_of(&record, PLM_EVENT_VENUE_ACTION), 2);
	uint32_t legs_count;
	const plm_leg *legs = pli_exposure_legs(pli_core_exposure(core), &legs_count);
	assert_int_equal(legs_count, 1);
	assert_int_equal(legs[0].reason, PLM_REASON_DELISTED);
	event = contract(10);
	pli_core_take(core, &event, end_ns);
	assert_string_equal(last_action(core)->text, "delisting announced -> withdrawn");
	event.u.instrument.delist_time_ns = PLM_DELISTED_UNDATED;
	pli_core_take(core, &event, end_ns);
	assert_int_equal(last_action(core)->kind, PLM_VENUE_DELISTED);
	assert_true(last_action(core)->effective_ns == 0);
	pli_core_batch_end(core, end_ns + 3 * PLM_NS_PER_S);
	finish(core);
}

/* With a position; without one nobody needs to know. */
static void
test_engine_core_actions__an_expiry_under_a_position_is_told(void **state)
{
	(void)state;
	for (int64_t quantity = 0; quantity < 2; quantity++) {
		pli_core *core = make();
		plm_event event = contract(10);
		event.u.instrument.id.value = 2;
		event.u.instrument.kind = PLM_KIND_FUTURE;
		event.u.instrument.expiry_ns = start_ns + 60 * PLM_NS_PER_S;
		memcpy(event.u.instrument.name, "FUT", sizeof "FUT");
		pli_core_take(core, &event, start_ns);
		take_position(core, 2, quantity);
		pli_core_batch_end(core, start_ns + 59 * PLM_NS_PER_S);
		assert_int_equal(rig_count_of(&record, PLM_EVENT_VENUE_ACTION), 0);
		pli_core_batch_end(core, start_ns + 61 * PLM_NS_PER_S);
		pli_core_batch_end(core, start_ns + 62 * PLM_NS_PER_S);
		assert_int_equal(rig_count_of(&record, PLM_EVENT_VENUE_ACTION), quantity);
		if (quantity > 0)
			assert_int_equal(last_action(core)->kind, PLM_VENUE_EXPIRED);
		finish(core);
	}
}

static void
test_engine_core_actions__a_forced_fill_is_told_once(void **state)
{
	(void)state;
	pli_core *core = make();
	plm_event event;
	plm_event_init(&event, PLM_EVENT_FILL);
	event.account.value = event.epoch = 1;
	event.u.fill.instrument.value = CONTRACT;
	event.u.fill.trade_hash = 77;
	event.u.fill.quantity = plm_decimal_from_int(-2);
	event.u.fill.price = plm_decimal_from_int(50000);
	pli_core_take(core, &event, start_ns); /* of an order */
	assert_int_equal(rig_count_of(&record, PLM_EVENT_VENUE_ACTION), 0);
	for (uint8_t forced = 1; forced <= 2; forced++) {
		event.u.fill.liquidation = forced;
		event.u.fill.trade_hash++;
		pli_core_take(core, &event, start_ns);
		pli_core_take(core, &event, start_ns);
		assert_int_equal(rig_count_of(&record, PLM_EVENT_VENUE_ACTION), forced);
		const plm_venue_action *action = last_action(core);
		assert_int_equal(
		    action->kind, forced == 2 ? PLM_VENUE_DELEVERAGED : PLM_VENUE_LIQUIDATED);
		assert_true(action->quantity.units == event.u.fill.quantity.units);
		assert_true(action->price.units == event.u.fill.price.units);
		assert_int_equal(pli_book_action(pli_core_book(core), 0)->account.value, 1);
	}
	pli_core_batch_end(core, start_ns);
	finish(core);
}

static void
test_engine_core_actions__a_margin_call_is_kept_as_the_venue_told_it(void **state)
{
	(void)state;
	pli_core *core = make();
	plm_event event;
	plm_event_init(&event, PLM_EVENT_VENUE_ACTION);
	event.account.value = 1;
	event.u.venue_action.instrument.value = CONTRACT;
	event.u.venue_action.kind = PLM_VENUE_MARGIN_CALLED;
	event.u.venue_action.price = plm_decimal_from_int(50000);
	pli_core_take(core, &event, start_ns);
	assert_int_equal(rig_count_of(&record, PLM_EVENT_VENUE_ACTION), 1);
	assert_int_equal(last_action(core)->kind, PLM_VENUE_MARGIN_CALLED);
	assert_int_equal(last_action(core)->accounts_count, 1);
	assert_true(last_action(core)->price.units == event.u.venue_action.price.units);
	pli_core_batch_end(core, start_ns);
	finish(core);
}

static void
test_engine_core_actions__the_last_ones_are_kept(void **state)
{
	(void)state;
	pli_core *core = make();
	for (int64_t i = 0; i < PLI_ACTIONS_KEPT + 5; i++) {
		plm_event event = contract(11 + i);
		pli_core_take(core, &event, start_ns);
	}
	pli_core_batch_end(core, start_ns);
	assert_int_equal(pli_book_actions_count(pli_core_book(core)), PLI_ACTIONS_KEPT);
	assert_true(pli_book_actions_seen(pli_core_book(core)) == PLI_ACTIONS_KEPT + 5);
	assert_string_equal(last_action(core)->text, "contract size 270 -> 271");
	finish(core);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_engine_core_actions__a_changed_contract_is_told),
	    cmocka_unit_test(test_engine_core_actions__better_knowledge_is_no_change),
	    cmocka_unit_test(
		test_engine_core_actions__a_delisting_is_told_when_announced_and_when_it_comes),
	    cmocka_unit_test(test_engine_core_actions__an_expiry_under_a_position_is_told),
	    cmocka_unit_test(test_engine_core_actions__a_forced_fill_is_told_once),
	    cmocka_unit_test(test_engine_core_actions__a_margin_call_is_kept_as_the_venue_told_it),
	    cmocka_unit_test(test_engine_core_actions__the_last_ones_are_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
