/* core_test.c: sequence numbers, batches, alerts, and a replay that ends in the same state. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core_rig.h"

enum { MANY_ACCOUNTS = 400 };

static recording record;

/* One BTC in each of many accounts, and a limit on each; the limit on the book goes. */
static void
take_accounts(pli_core *core)
{
	plm_event event;
	for (uint32_t i = 1; i <= MANY_ACCOUNTS; i++) {
		plm_event_init(&event, PLM_EVENT_ACCOUNT);
		event.u.account_fact = (plm_account_fact){
		    .id = {i}, .venue = {1}, .venue_name = "test"};
		(void)snprintf(
		    event.u.account_fact.name, sizeof event.u.account_fact.name, "desk-%u", i);
		pli_core_take(core, &event, start_ns);
		plm_event_init(&event, PLM_EVENT_BALANCE);
		event.feed.value = event.epoch = 1;
		event.account.value = i;
		event.received_time_ns = start_ns;
		event.u.balance.asset.value = 2;
		event.u.balance.wallet = event.u.balance.collateral = plm_decimal_from_int(1);
		pli_core_take(core, &event, start_ns);
	}
	plm_event_init(&event, PLM_EVENT_LIMIT_CHANGE);
	event.u.limit.id.value = 1;
	pli_core_take(core, &event, start_ns);
	event.u.limit = (plm_limit_fact){.id = {2},
	    .active = 1,
	    .scope = PLM_LIMIT_ACCOUNT,
	    .scope_name = "*",
	    .measure = PLM_MEASURE_NET_USD,
	    .soft_upper = 100000,
	    .hard_upper = 300000,
	    .soft_lower = NAN,
	    .hard_lower = NAN,
	    .hysteresis = 0.02};
	pli_core_take(core, &event, start_ns);
}

static void
test_engine_core__sequence_has_no_holes(void **state)
{
	(void)state;
	record.count = 0;
	pli_core *core = rig_core_make(&record);
	rig_run_session(core);
	for (uint32_t i = 0; i < record.count; i++)
		assert_int_equal(record.events[i].sequence, i + 1);
	assert_int_equal(rig_count_of(&record, PLM_EVENT_BATCH_END), 6);
	assert_int_equal(pli_core_sequence(core), record.count);
	pli_core_destroy(core);
	pli_core_destroy(NULL);
}

static void
test_engine_core__alerts_follow_their_batch_end(void **state)
{
	(void)state;
	record.count = 0;
	pli_core *core = rig_core_make(&record);
	rig_run_session(core);
	/* 2 BTC: soft; 5 BTC: worse; still 5: nothing; 1 BTC: clear */
	assert_int_equal(rig_count_of(&record, PLM_EVENT_ALERT), 3);
	static const uint8_t kinds[] = {PLM_ALERT_BREACH, PLM_ALERT_WORSENING, PLM_ALERT_CLEAR};
	uint32_t seen = 0;
	for (uint32_t i = 0; i < record.count; i++) {
		if (record.events[i].type != PLM_EVENT_ALERT)
			continue;
		assert_int_equal(record.events[i - 1].type, PLM_EVENT_BATCH_END);
		assert_int_equal(record.events[i].u.alert.kind, kinds[seen++]);
	}
	pli_core_destroy(core);
}

static void
test_engine_core__replay_ends_in_the_same_state(void **state)
{
	(void)state;
	record.count = 0;
	pli_core *live = rig_core_make(&record);
	rig_run_session(live);
	pli_core *again = rig_core_make(NULL);
	plm_fault fault;
	for (uint32_t i = 0; i < record.count; i++)
		assert_int_equal(pli_core_replay(again, &record.events[i], &fault), PLM_OK);
	assert_true(pli_core_hash(again) == pli_core_hash(live));
	rig_take_balance(live, 7, start_ns + 60 * PLM_NS_PER_S);
	pli_core_batch_end(live, start_ns + 60 * PLM_NS_PER_S);
	assert_false(pli_core_hash(again) == pli_core_hash(live));
	pli_core_destroy(live);
	pli_core_destroy(again);
}

static void
test_engine_core__replay_finds_a_lost_event_and_another_alert(void **state)
{
	(void)state;
	record.count = 0;
	pli_core *live = rig_core_make(&record);
	rig_run_session(live);
	plm_fault fault;
	pli_core *again = rig_core_make(NULL);
	assert_int_equal(pli_core_replay(again, &record.events[0], &fault), PLM_OK);
	assert_int_equal(pli_core_replay(again, &record.events[2], &fault), PLM_EGAP);
	assert_string_equal(fault.text, "expected the event with sequence 2, got 3");
	pli_core_destroy(again);

	again = rig_core_make(NULL);
	plm_err err = PLM_OK;
	for (uint32_t i = 0; i < record.count && err == PLM_OK; i++) {
		plm_event event = record.events[i];
		if (event.type == PLM_EVENT_ALERT)
			event.u.alert.value += 1;
		err = pli_core_replay(again, &event, &fault);
	}
	assert_int_equal(err, PLM_EDECODE);
	pli_core_destroy(again);
	pli_core_destroy(live);
}

/* A jump of the index takes each of many accounts over its band in one batch. */
static void
test_engine_core__replay_takes_an_alert_of_every_state_in_one_batch(void **state)
{
	(void)state;
	static recording many;
	many.count = 0;
	pli_core_config config = rig_core_config(&many);
	config.bounds.registry.accounts_max = config.bounds.balances_max = MANY_ACCOUNTS;
	config.limit_states_max = MANY_ACCOUNTS;
	pli_core *live = pli_core_create(&config);
	rig_take_facts(live);
	take_accounts(live);
	rig_take_index(live, 70000, start_ns);
	pli_core_batch_end(live, start_ns);
	rig_take_index(live, 150000, start_ns + 1);
	pli_core_batch_end(live, start_ns + 1);
	assert_int_equal(rig_count_of(&many, PLM_EVENT_ALERT), MANY_ACCOUNTS);
	config.publish = NULL;
	pli_core *again = pli_core_create(&config);
	plm_fault fault = {0};
	for (uint32_t i = 0; i < many.count; i++)
		assert_int_equal(pli_core_replay(again, &many.events[i], &fault), PLM_OK);
	assert_true(pli_core_hash(again) == pli_core_hash(live));
	pli_core_destroy(live);
	pli_core_destroy(again);
}

static void
test_engine_core__time_never_goes_back_in_the_book(void **state)
{
	(void)state;
	record.count = 0;
	pli_core *core = rig_core_make(&record);
	pli_core_batch_end(core, start_ns + 10);
	pli_core_batch_end(core, start_ns);
	assert_true(pli_book_now_ns(pli_core_book(core)) == start_ns + 10);
	pli_core_destroy(core);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_engine_core__sequence_has_no_holes),
	    cmocka_unit_test(test_engine_core__alerts_follow_their_batch_end),
	    cmocka_unit_test(test_engine_core__replay_ends_in_the_same_state),
	    cmocka_unit_test(test_engine_core__replay_finds_a_lost_event_and_another_alert),
	    cmocka_unit_test(test_engine_core__replay_takes_an_alert_of_every_state_in_one_batch),
	    cmocka_unit_test(test_engine_core__time_never_goes_back_in_the_book),
	};
	return cmocka_run_group_tests_name("core", tests, NULL, NULL);
}
