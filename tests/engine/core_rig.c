/* core_rig.c: a core with one account, a limit and a short session. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core_rig.h"

void
rig_record(void *ctx, const plm_event *event)
{
	recording *r = ctx;
	assert_true(r->count < EVENTS_MAX);
	r->events[r->count++] = *event;
}

pli_core_config
rig_core_config(recording *r)
{
	return (pli_core_config){
	    .bounds = {.registry = {.assets_max = 16, .accounts_max = 8, .instruments_max = 16},
		.positions_max = 64,
		.balances_max = 64,
		.feeds_max = 8},
	    .limits_max = 8,
	    .limit_states_max = 64,
	    .publish = r == NULL ? NULL : rig_record,
	    .ctx = r};
}

pli_core *
rig_core_make(recording *r)
{
	pli_core_config config = rig_core_config(r);
	return pli_core_create(&config);
}

/* One account, USD and BTC, a spot balance to move, a limit on net. */
void
rig_take_facts(pli_core *core)
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

void
rig_take_balance(pli_core *core, int64_t coins, plm_time_ns now_ns)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_BALANCE);
	event.feed.value = event.account.value = event.epoch = 1;
	event.received_time_ns = event.venue_time_ns = now_ns;
	event.u.balance.asset.value = 2;
	event.u.balance.wallet = event.u.balance.collateral = plm_decimal_from_int(coins);
	pli_core_take(core, &event, now_ns);
}

void
rig_take_index(pli_core *core, int64_t price, plm_time_ns now_ns)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_INDEX);
	event.received_time_ns = event.venue_time_ns = now_ns;
	event.u.index.asset.value = 2;
	event.u.index.quote.value = 1;
	event.u.index.price = plm_decimal_from_int(price);
	pli_core_take(core, &event, now_ns);
}

/* A small session: over the soft edge, over the hard one, back. */
void
rig_run_session(pli_core *core)
{
	static const int64_t coins[] = {1, 2, 5, 5, 1, -1};
	rig_take_facts(core);
	for (uint32_t i = 0; i < 6; i++) {
		plm_time_ns now_ns = start_ns + (i + 1) * PLM_NS_PER_S;
		rig_take_index(core, 70000, now_ns);
		rig_take_balance(core, coins[i], now_ns);
		pli_core_batch_end(core, now_ns);
	}
}

uint32_t
rig_count_of(const recording *r, plm_event_type type)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < r->count; i++)
		count += r->events[i].type == type;
	return count;
}
