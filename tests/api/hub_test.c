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

/* Rates of what it holds, and nothing that has no price. */
static void
desk_has_a_ladder(hub_rig *rig)
{
	plm_event event;

	script_position(&rig->script, ACCOUNT_DESK, INSTRUMENT_MYSTUSDT, "0", rig->now_ns);
	for (uint32_t id = INSTRUMENT_BTCUSDT; id <= INSTRUMENT_ETHUSDT; id++) {
		plm_event_init(&event, PLM_EVENT_MARGIN_TIER);
		event.account.value = event.feed.value = ACCOUNT_DESK;
		event.epoch = 1;
		event.received_time_ns = rig->now_ns;
		event.u.margin_tier.instrument.value = id;
		event.u.margin_tier.tier = event.u.margin_tier.tiers_count = 1;
		event.u.margin_tier.notional_floor = plm_decimal_from_int(0);
		assert_int_equal(
		    plm_decimal_from_double(0.01, &event.u.margin_tier.maintenance_rate), PLM_OK);
		event.u.margin_tier.leverage_max = plm_decimal_from_int(20);
		pli_core_take(rig->script.core, &event, rig->now_ns);
	}
	pli_core_batch_end(rig->script.core, rig->now_ns);
}

/* Prices move for eleven minutes and nobody asks: the first who does is told sigmas. */
static void
test_sigmas_for_who_asks_once(void **state)
{
	hub_rig *rig = *state;
	uint32_t known = 0;

	desk_has_a_ladder(rig);
	for (int second = 0; second < 11 * 60; second++)
		rig_step(rig, 1000);
	assert_int_equal(rig_get(rig, "/v1/margin"), 200);
	rig_json(rig);
	uint32_t pools = rig_node(rig, "pools");
	assert_true(rig_length(rig, pools) > 0);
	for (uint32_t i = 0; i < rig_length(rig, pools); i++) {
		double sigma = NAN;
		uint32_t at = pli_json_find(rig->json, rig_element(rig, pools, i), "sigma_day_pct");
		if (pli_json_double(rig->json, at, &sigma, NULL) == PLM_OK)
			known += sigma > 0;
	}
	assert_true(known > 0);
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
	    cmocka_unit_test_setup_teardown(test_sigmas_for_who_asks_once, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(test_listen_refuses_the_world, rig_setup, rig_teardown),
	};
	return cmocka_run_group_tests_name("hub", tests, NULL, NULL);
}
