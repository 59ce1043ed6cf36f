/* threads_test.c: the three agents on three threads, with small pauses on serve so that rings run
 * full: no fact is lost, none doubled, order kept. Run under TSan by `make tsan`. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "engine/engine.h"

enum { FACTS_MAX = 60000, FACTS_PER_TICK = 300, MARKS_PER_TICK = 200 };

/* Time that goes on by a millisecond whenever anybody looks. */
static _Atomic int64_t now_ns = INT64_C(1795334400) * PLM_NS_PER_S;

static plm_time_ns
clock_look(void *ctx)
{
	(void)ctx;
	return atomic_fetch_add(&now_ns, PLM_NS_PER_MS);
}

static uint64_t
clock_random(void *ctx)
{
	(void)ctx;
	return 4;
}

/* The adapter: marks and balances out of nothing. */
typedef struct flood_state {
	plm_instrument_id instrument;
	plm_asset_id asset;
	uint64_t facts;
} flood_state;

static plm_err
flood_init(void *state, const plm_venue_cfg *cfg, plm_fault *ret_fault)
{
	flood_state *s = state;
	(void)ret_fault;
	s->asset = plm_names_asset(cfg->names, PLM_SLICE("BTC"));
	s->instrument = plm_names_instrument(cfg->names, cfg->venue, PLM_SLICE("BTC-PERP"));
	return PLM_OK;
}

static void
flood_fini(void *state)
{
	(void)state;
}

static void
flood_on_open(void *state, uint8_t link, plm_time_ns at_ns, plm_request_sink *requests)
{
	(void)state;
	(void)link;
	(void)at_ns;
	(void)requests;
}

static plm_err
flood_on_frame(void *state, plm_time_ns at_ns, const plm_frame *frame, plm_event_sink *events,
    plm_request_sink *requests, plm_fault *ret_fault)
{
	(void)state;
	(void)at_ns;
	(void)frame;
	(void)events;
	(void)requests;
	(void)ret_fault;
	return PLM_EKIND;
}

static void
flood_on_tick(void *state, plm_time_ns at_ns, plm_event_sink *events, plm_request_sink *requests)
{
	flood_state *s = state;
	(void)requests;
	plm_event event;
	for (uint32_t i = 0; i < MARKS_PER_TICK && s->facts < FACTS_MAX; i++) {
		plm_event_init(&event, PLM_EVENT_MARK);
		event.venue_time_ns = at_ns;
		event.u.mark.instrument = s->instrument;
		event.u.mark.mark_price = plm_decimal_from_int((int64_t)(s->facts + i));
		(void)events->emit(events->ctx, &event);
	}
	for (uint32_t i = 0; i < FACTS_PER_TICK && s->facts < FACTS_MAX; i++) {
		plm_event_init(&event, PLM_EVENT_BALANCE);
		event.account.value = 1;
		event.venue_sequence = ++s->facts;
		event.u.balance.asset = s->asset;
		event.u.balance.wallet = plm_decimal_from_int((int64_t)s->facts);
		(void)events->emit(events->ctx, &event);
	}
}

static void
flood_resync(void *state, plm_time_ns at_ns, plm_request_sink *requests)
{
	(void)state;
	(void)at_ns;
	(void)requests;
}

static void
flood_status(const void *state, plm_venue_status *ret_status)
{
	(void)state;
	*ret_status = (plm_venue_status){.status = PLM_FEED_LIVE};
}

static const plm_venue_ops flood_ops = {.state_size = sizeof(flood_state),
    .init = flood_init,
    .fini = flood_fini,
    .on_open = flood_on_open,
    .on_frame = flood_on_frame,
    .on_tick = flood_on_tick,
    .resync = flood_resync,
    .status = flood_status};
static const plm_venue_desc flood_desc = {.name = "flood", .ops = &flood_ops};

static pli_engine *engine;
static _Atomic bool stop;

static void *
net_thread(void *argument)
{
	(void)argument;
	while (!atomic_load(&stop))
		if (pli_engine_net_work(engine, 0) == 0)
			(void)sched_yield();
	return NULL;
}

static void *
core_thread(void *argument)
{
	(void)argument;
	while (!atomic_load(&stop))
		if (pli_engine_core_work(engine) == 0)
			(void)sched_yield();
	return NULL;
}

static void
test_engine_threads__no_fact_is_lost_or_doubled(void **state)
{
	(void)state;
	const pli_clock clock = {clock_look, clock_look, clock_random, NULL};
	pli_engine_config config = {.clock = &clock,
	    .bounds = {.registry = {.assets_max = 8, .accounts_max = 4, .instruments_max = 8},
		.positions_max = 8,
		.balances_max = 8,
		.feeds_max = 4},
	    .limits_max = 4,
	    .limit_states_max = 16,
	    .accounts_max = 1};
	plm_fault fault = {0};
	assert_int_equal(pli_engine_create(&config, &engine, &fault), PLM_OK);
	pli_account_config account = {.desc = &flood_desc, .venue = {1}, .name = "desk"};
	assert_int_equal(pli_engine_add_account(engine, &account, &fault), PLM_OK);
	pthread_t net, core;
	assert_int_equal(pthread_create(&net, NULL, net_thread, NULL), 0);
	assert_int_equal(pthread_create(&core, NULL, core_thread, NULL), 0);
	uint64_t facts = 0, sequence = 0, commands = 0, acknowledged = 0;
	while (facts < FACTS_MAX) {
		plm_event event;
		if (!pli_engine_serve_take(engine, &event)) {
			(void)sched_yield();
			continue;
		}
		assert_true(event.sequence > sequence); /* marks may be conflated on the way */
		sequence = event.sequence;
		acknowledged += event.type == PLM_EVENT_ACKNOWLEDGEMENT;
		if (event.type != PLM_EVENT_BALANCE)
			continue;
		assert_int_equal(event.venue_sequence, ++facts);
		if (facts % 1000 == 0) {
			plm_event_init(&event, PLM_EVENT_ACKNOWLEDGEMENT);
			commands += pli_engine_command(engine, &event) == PLM_OK;
		}
	}
	for (int i = 0; i < 1000000 && acknowledged < commands; i++) {
		plm_event event;
		if (pli_engine_serve_take(engine, &event))
			acknowledged += event.type == PLM_EVENT_ACKNOWLEDGEMENT;
		else
			(void)sched_yield();
	}
	assert_int_equal(acknowledged, commands);
	assert_false(pli_engine_serve_lost(engine));
	atomic_store(&stop, true);
	(void)pthread_join(net, NULL);
	(void)pthread_join(core, NULL);
	assert_true(pli_engine_numbers_get(engine).core_sequence >= FACTS_MAX);
	pli_engine_destroy(engine);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_engine_threads__no_fact_is_lost_or_doubled),
	};
	return cmocka_run_group_tests_name("threads", tests, NULL, NULL);
}
