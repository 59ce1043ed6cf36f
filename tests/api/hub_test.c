/* hub_test.c: the replica follows the core bit by bit; batches are whole; only loopback. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "hub_rig.h"

static void
compare_rows(pli_exposure *core, const pli_exposure *hub, const plm_exposure_query *query)
{
	static plm_exposure_row a[256], b[256];
	uint32_t count = pli_exposure_rollup(core, query, a, 256);

	assert_int_equal(count, pli_exposure_rollup(hub, query, b, 256));
	for (uint32_t i = 0; i < count; i++) {
		assert_memory_equal(&a[i].net_coins, &b[i].net_coins, sizeof a[i].net_coins);
		assert_memory_equal(&a[i].net_usd, &b[i].net_usd, sizeof a[i].net_usd);
		assert_memory_equal(&a[i].gross_usd, &b[i].gross_usd, sizeof a[i].gross_usd);
		assert_memory_equal(&a[i].priced_share, &b[i].priced_share, sizeof(double));
		assert_int_equal(a[i].age_ns_max, b[i].age_ns_max);
	}
}

static void
test_replica_equals_core(void **state)
{
	hub_rig *rig = *state;

	for (int step = 0; step < 50; step++) {
		rig_step(rig, 37);
		if (step == 20)
			script_position(
			    &rig->script, ACCOUNT_DESK, INSTRUMENT_BTCUSDT, "-2.5", rig->now_ns);
		if (step == 30)
			script_feed(&rig->script, ACCOUNT_OPTIONS, PLM_FEED_STALE, "silent");
		const pli_exposure *replica = pli_hub_exposure(rig->hub);
		assert_true(pli_book_hash(pli_hub_book(rig->hub)) ==
			    pli_book_hash(pli_core_book(rig->script.core)));
		for (uint32_t by = 0; by < 16; by++) {
			plm_exposure_query query = {
			    .by = by, .tier = (plm_tier)(by % PLM_TIER_COUNT_)};
			compare_rows(pli_core_exposure(rig->script.core), replica, &query);
		}
	}
}

static void
test_half_a_batch_shows_nowhere(void **state)
{
	hub_rig *rig = *state;
	uint64_t before = pli_book_hash(pli_hub_book(rig->hub));
	plm_event event;

	plm_event_init(&event, PLM_EVENT_POSITION);
	event.account.value = event.feed.value = ACCOUNT_DESK;
	event.epoch = 1;
	event.sequence = 1000000;
	event.u.position.instrument.value = INSTRUMENT_BTCUSDT;
	event.u.position.quantity = plm_decimal_from_int(77);
	pli_hub_on_event(rig->hub, &event);
	assert_true(pli_book_hash(pli_hub_book(rig->hub)) == before);
	plm_event_init(&event, PLM_EVENT_BATCH_END);
	event.sequence = 1000001;
	event.u.batch_end.now_ns = rig->now_ns + 1;
	event.u.batch_end.events_count = 1;
	pli_hub_on_event(rig->hub, &event);
	assert_true(pli_book_hash(pli_hub_book(rig->hub)) != before);
}

static void
test_listen_refuses_the_world(void **state)
{
	static const char *const refused[] = {"0.0.0.0", "::", "192.168.1.4", "example.com"};
	hub_rig *rig = *state;
	uint16_t port = 0;
	plm_fault fault;

	for (size_t i = 0; i < 4; i++)
		assert_int_equal(
		    pli_hub_listen(rig->hub, refused[i], 8470, &port, &fault), PLM_EREFUSED);
	assert_non_null(strstr(fault.text, "loopback"));
	assert_int_equal(pli_hub_listen(rig->hub, "127.0.0.1", 0, &port, &fault), PLM_OK);
	assert_int_equal(port, 8470);
	assert_int_equal(pli_hub_port(rig->hub), 8470);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_replica_equals_core, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(
		test_half_a_batch_shows_nowhere, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(test_listen_refuses_the_world, rig_setup, rig_teardown),
	};
	return cmocka_run_group_tests_name("hub", tests, NULL, NULL);
}
