/* core_test.c: sequence numbers, batches, alerts, and a replay that ends in the same state. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/core.h"

enum { EVENTS_MAX = 2048, MANY_ACCOUNTS = 400 };

/* Every sequenced event, as a journal would keep it. */
typedef struct recording {
	plm_event events[EVENTS_MAX];
	uint32_t count;
} recording;

static recording record;

static void
record_publish(void *ctx, const plm_event *event)
{
	recording *r = ctx;
	assert_true(r->count < EVENTS_MAX);
	r->events[r->count++] = *event;
}

static pli_core_config
core_config(recording *r)
{
	return (pli_core_config){
	    .bounds = {.registry = {.assets_max = 16, .accounts_max = 8, .instruments_max = 16},
		.positions_max = 64,
		.balances_max = 64,
		.feeds_max = 8},
	    .limits_max = 8,
	    .limit_states_max = 64,
	    .publish = r == NULL ? NULL : record_publish,
	    .ctx = r};
}

static pli_core *
core_make(recording *r)
{
	pli_core_config config = core_config(r);
	return pli_core_create(&config);
}

static const plm_time_ns start_ns = INT64_C(1795334400) * PLM_NS_PER_S;

/* One account, USD and BTC, a spot balance to move, a limit on net. */
static void
take_facts(pli_core *core)
{
	plm_event event;
	static const char *const assets[] = {"USD", "BTC"};
	for (uint32_t i = 0; i < 2; i++) {
		plm_event_init(&event, PLM_EVENT_ASSET);
		event.u.asset.id.value = i + 1;
		(void)snprintf(event.u.asset.name, sizeof event.u.asset.name, "%s", assets[i]);
		pli_core_take(core, &event, start_ns);
	}
	plm_event_init(&event, PLM_EVENT_ACCOUNT);
	event.u.account_fact = (plm_account_fact){
	    .id = {1}, .venue = {1}, .name = "desk", .venue_name = "test"};
	pli_core_take(core, &event, start_ns);
	plm_event_init(&event, PLM_EVENT_FEED_STATE);
	event.feed.value = event.account.value = event.epoch = 1;
	event.u.feed_state.status = PLM_FEED_LIVE;
	pli_core_take(core, &event, start_ns);
	plm_event_init(&event, PLM_EVENT_LIMIT_CHANGE);
	event.u.limit.id.value = 1;
	event.u.limit.active = 1;
	event.u.limit.measure = PLM_MEASURE_NET_USD;
	event.u.limit.soft_upper = 100000;
	event.u.limit.hard_upper = 300000;
	event.u.limit.hysteresis = 0.02;
	pli_core_take(core, &event, start_ns);
}

static void
take_balance(pli_core *core, int64_t coins, plm_time_ns now_ns)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_BALANCE);
	event.feed.value = event.account.value = event.epoch = 1;
	event.received_time_ns = event.venue_time_ns = now_ns;
	event.u.balance.asset.value = 2;
	event.u.balance.wallet = event.u.balance.collateral = plm_decimal_from_int(coins);
	pli_core_take(core, &event, now_ns);
}

static void
take_index(pli_core *core, int64_t price, plm_time_ns now_ns)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_INDEX);
	event.received_time_ns = event.venue_time_ns = now_ns;
	event.u.index.asset.value = 2;
	event.u.index.quote.value = 1;
	event.u.index.price = plm_decimal_from_int(price);
	pli_core_take(core, &event, now_ns);
}

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

/* A small session: over the soft edge, over the hard one, back. */
static void
run_session(pli_core *core)
{
	static const int64_t coins[] = {1, 2, 5, 5, 1, -1};
	take_facts(core);
	for (uint32_t i = 0; i < 6; i++) {
		plm_time_ns now_ns = start_ns + (i + 1) * PLM_NS_PER_S;
		take_index(core, 70000, now_ns);
		take_balance(core, coins[i], now_ns);
		pli_core_batch_end(core, now_ns);
	}
}

static uint32_t
count_of(const recording *r, plm_event_type type)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < r->count; i++)
		count += r->events[i].type == type;
	return count;
}

static void
test_engine_core__sequence_has_no_holes(void **state)
{
	(void)state;
	record.count = 0;
	pli_core *core = core_make(&record);
	run_session(core);
	for (uint32_t i = 0; i < record.count; i++)
		assert_int_equal(record.events[i].sequence, i + 1);
	assert_int_equal(count_of(&record, PLM_EVENT_BATCH_END), 6);
	assert_int_equal(pli_core_sequence(core), record.count);
	pli_core_destroy(core);
	pli_core_destroy(NULL);
}

static void
test_engine_core__alerts_follow_their_batch_end(void **state)
{
	(void)state;
	record.count = 0;
	pli_core *core = core_make(&record);
	run_session(core);
	/* 2 BTC: soft; 5 BTC: worse; still 5: nothing; 1 BTC: clear */
	assert_int_equal(count_of(&record, PLM_EVENT_ALERT), 3);
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
	pli_core *live = core_make(&record);
	run_session(live);
	pli_core *again = core_make(NULL);
	plm_fault fault;
	for (uint32_t i = 0; i < record.count; i++)
		assert_int_equal(pli_core_replay(again, &record.events[i], &fault), PLM_OK);
	assert_true(pli_core_hash(again) == pli_core_hash(live));
	take_balance(live, 7, start_ns + 60 * PLM_NS_PER_S);
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
	pli_core *live = core_make(&record);
	run_session(live);
	plm_fault fault;
	pli_core *again = core_make(NULL);
	assert_int_equal(pli_core_replay(again, &record.events[0], &fault), PLM_OK);
	assert_int_equal(pli_core_replay(again, &record.events[2], &fault), PLM_EGAP);
	assert_string_equal(fault.text, "expected the event with sequence 2, got 3");
	pli_core_destroy(again);

	again = core_make(NULL);
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
	pli_core_config config = core_config(&many);
	config.bounds.registry.accounts_max = config.bounds.balances_max = MANY_ACCOUNTS;
	config.limit_states_max = MANY_ACCOUNTS;
	pli_core *live = pli_core_create(&config);
	take_facts(live);
	take_accounts(live);
	take_index(live, 70000, start_ns);
	pli_core_batch_end(live, start_ns);
	take_index(live, 150000, start_ns + 1);
	pli_core_batch_end(live, start_ns + 1);
	assert_int_equal(count_of(&many, PLM_EVENT_ALERT), MANY_ACCOUNTS);
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
	pli_core *core = core_make(&record);
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
