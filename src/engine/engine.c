/* engine.c: net and core agents, rings between. */
#include "engine/engine.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/fault_point.h"
#include "base/mutant.h"
#include "engine/ban_memory.h"

enum {
	ENGINE_RING_EVENTS = 1 << 13,
	ENGINE_COMMANDS = 256,
	ENGINE_BATCH_MAX = 1 << 15,   /* events of one adapter call */
	ENGINE_WAITING_MAX = 1 << 17, /* several whole calls, and all definitions */
	ENGINE_TURN_EVENTS = 512,
	ENGINE_QUIET_MS = 100, /* an empty batch: time passes */
	ENGINE_SYNC_MS = 1000,
	ENGINE_RESUME_MS = 2000, /* a journal that failed is tried again */
	ENGINE_SERVE_LOST_S = 10,
	ENGINE_HOSTS_PER_MS =
	    64, /* turns of many hosts are made less often: they tick each 100 ms */
};

/* Counters that other agents read. */
typedef struct engine_shared_numbers {
	_Atomic uint64_t core_sequence, frames, frames_bad, refused;
	_Atomic uint64_t conflated_net, conflated_core, full_net, full_core;
	_Atomic uint64_t journal_bytes, journal_failures, journal_gaps;
	_Atomic int journal_err;
	_Atomic int64_t settle_last, settle_max;
	_Atomic bool serve_lost;
} engine_shared_numbers;

struct pli_engine {
	pli_engine_config config;
	plm_time_ns started_ns;
	engine_shared_numbers numbers;
	/* net agent */
	pli_registry *registry;
	pli_host_shared shared;
	pli_budgets budgets;
	pli_crowds crowds;
	pli_ban_memory bans;
	pli_venue_host **hosts;
	uint32_t hosts_count;
	plm_time_ns hosts_next_ns; /* steady: their next turn */
	pli_event_outbox *net_outbox;
	/* between */
	pli_ring *events;
	pli_ring *sequenced;
	pli_ring *commands;
	/* core agent */
	pli_core *core;
	pli_journal *journal;
	pli_event_outbox *core_outbox;
	plm_time_ns batch_steady_ns; /* last batch end */
	plm_time_ns sync_steady_ns;
	plm_time_ns resume_steady_ns;  /* not before: a journal that failed is tried again */
	plm_time_ns blocked_steady_ns; /* serve has not taken since, 0 it does */
	bool batch_open;               /* events came whose LAST did not yet */
};

static plm_time_ns
engine_steady(const pli_engine *engine)
{
	return engine->config.clock->steady_ns(engine->config.clock->ctx);
}

static plm_time_ns
engine_wall(const pli_engine *engine)
{
	return engine->config.clock->wall_ns(engine->config.clock->ctx);
}

/* net agent: handlers of its table */

static pli_venue_host *
engine_host(pli_engine *engine, uint32_t index)
{
	assert(index < engine->hosts_count);
	return engine->hosts[index];
}

static void
engine_on_open(void *ctx, uint32_t conn)
{
	pli_venue_host_on_open(engine_host(ctx, pli_venue_host_of_conn(conn)), conn);
}

static void
engine_on_frame(void *ctx, uint32_t conn, plm_slice frame, plm_time_ns received_ns)
{
	pli_venue_host_on_frame(
	    engine_host(ctx, pli_venue_host_of_conn(conn)), conn, frame, received_ns);
}

static void
engine_on_pong(void *ctx, uint32_t conn)
{
	pli_venue_host_on_pong(engine_host(ctx, pli_venue_host_of_conn(conn)), conn);
}

static void
engine_on_close(void *ctx, uint32_t conn, plm_err err, const char *text)
{
	pli_venue_host_on_close(engine_host(ctx, pli_venue_host_of_conn(conn)), conn, err, text);
}

static void
engine_on_reply(void *ctx, uint32_t request, const pli_http_reply *reply)
{
	pli_venue_host_on_reply(
	    engine_host(ctx, pli_venue_host_of_request(request)), request, reply);
}

static void
engine_net_numbers(pli_engine *engine)
{
	uint64_t frames = 0, bad = 0, refused = 0;
	for (uint32_t i = 0; i < engine->hosts_count; i++) {
		pli_host_counters counters = pli_venue_host_counters_get(engine->hosts[i]);
		frames += counters.frames;
		bad += counters.frames_bad;
		refused += counters.requests_refused;
	}
	pli_event_outbox_counters outbox = pli_event_outbox_counters_get(engine->net_outbox);
	atomic_store_explicit(&engine->numbers.frames, frames, memory_order_relaxed);
	atomic_store_explicit(&engine->numbers.frames_bad, bad, memory_order_relaxed);
	atomic_store_explicit(&engine->numbers.refused, refused, memory_order_relaxed);
	atomic_store_explicit(
	    &engine->numbers.conflated_net, outbox.marks_conflated, memory_order_relaxed);
	atomic_store_explicit(&engine->numbers.full_net, outbox.full, memory_order_relaxed);
}

int
pli_engine_net_work(pli_engine *engine, int64_t wait_ns)
{
	int work = PLI_FAULT(RING_STILL_FULL) ? 0 : (int)pli_event_outbox_flush(engine->net_outbox);
	if (pli_event_outbox_blocked(engine->net_outbox))
		return work; /* the ring is full: sockets are not read */
	const pli_net *net = engine->config.net;
	if (net != NULL)
		work += net->poll(net->ctx, wait_ns);
	plm_time_ns steady_ns = engine_steady(engine), wall_ns = engine_wall(engine);
	bool due = steady_ns >= engine->hosts_next_ns;
	if (due)
		engine->hosts_next_ns = steady_ns +
					engine->hosts_count / ENGINE_HOSTS_PER_MS * PLM_NS_PER_MS;
	for (uint32_t i = 0; due && i < engine->hosts_count; i++) {
		if (pli_event_outbox_room(engine->net_outbox) < ENGINE_WAITING_MAX / 2)
			break;
		pli_venue_host_do_work(engine->hosts[i], steady_ns, wall_ns);
	}
	pli_ban_memory_keep(&engine->bans, &engine->budgets, wall_ns, steady_ns);
	engine_net_numbers(engine);
	return work;
}

/* core agent */

static void
engine_publish(void *ctx, const plm_event *event)
{
	pli_engine *engine = ctx;
	if (atomic_load_explicit(&engine->numbers.serve_lost, memory_order_relaxed))
		return;
	if (pli_mutant(ENGINE_EVENT_UNPUBLISHED) && event->sequence % 1000 == 7)
		return;
	if (PLI_FAULT(SERVE_LOST) || pli_event_outbox_push(engine->core_outbox, event) != PLM_OK)
		atomic_store(&engine->numbers.serve_lost, true);
}

static int
engine_core_commands(pli_engine *engine, plm_time_ns now_ns)
{
	int work = 0;
	plm_event event;
	while (work < ENGINE_COMMANDS && pli_ring_pop(engine->commands, &event)) {
		pli_core_take(engine->core, &event, now_ns);
		work++;
	}
	return work;
}

/* Whole transactions only: a batch never ends between two events of one. */
static int
engine_core_events(pli_engine *engine, plm_time_ns now_ns)
{
	int work = 0;
	plm_event event;
	while ((work < ENGINE_TURN_EVENTS || engine->batch_open) &&
	       pli_ring_pop(engine->events, &event)) {
		pli_core_take(engine->core, &event, now_ns);
		engine->batch_open = (event.flags & PLM_FLAG_LAST) == 0;
		work++;
	}
	return work;
}

/* The journal failed, now or before; PLM_OK: it is written again. */
static plm_err
engine_journal_resume(pli_engine *engine, plm_time_ns steady_ns, plm_err err)
{
	engine_shared_numbers *numbers = &engine->numbers;
	bool known = atomic_load(&numbers->journal_err) != PLM_OK;
	if (known && steady_ns < engine->resume_steady_ns)
		return err;
	engine->resume_steady_ns = steady_ns + ENGINE_RESUME_MS * PLM_NS_PER_MS;
	if (!known) {
		atomic_fetch_add(&numbers->journal_failures, 1);
		return err;
	}
	err = pli_core_journal_resume(engine->core);
	atomic_fetch_add(&numbers->journal_gaps, err == PLM_OK);
	return err;
}

static void
engine_core_journal(pli_engine *engine, plm_time_ns steady_ns)
{
	if (engine->journal == NULL)
		return;
	bool sync = steady_ns - engine->sync_steady_ns >= ENGINE_SYNC_MS * PLM_NS_PER_MS;
	if (sync)
		engine->sync_steady_ns = steady_ns;
	plm_err err = pli_journal_flush(engine->journal, sync);
	if (err != PLM_OK)
		err = engine_journal_resume(engine, steady_ns, err);
	atomic_store(&engine->numbers.journal_err, (int)err);
	atomic_store_explicit(&engine->numbers.journal_bytes, pli_journal_bytes(engine->journal),
	    memory_order_relaxed);
}

static void
engine_core_batch(pli_engine *engine, plm_time_ns now_ns)
{
	plm_time_ns before_ns = engine_steady(engine);
	pli_core_batch_end(engine->core, now_ns);
	plm_time_ns after_ns = engine_steady(engine);
	engine->batch_steady_ns = after_ns;
	int64_t took_ns = after_ns - before_ns;
	engine_shared_numbers *numbers = &engine->numbers;
	atomic_store_explicit(&numbers->settle_last, took_ns, memory_order_relaxed);
	if (took_ns > atomic_load_explicit(&numbers->settle_max, memory_order_relaxed))
		atomic_store_explicit(&numbers->settle_max, took_ns, memory_order_relaxed);
	atomic_store_explicit(
	    &numbers->core_sequence, pli_core_sequence(engine->core), memory_order_relaxed);
	pli_event_outbox_counters outbox = pli_event_outbox_counters_get(engine->core_outbox);
	atomic_store_explicit(
	    &numbers->conflated_core, outbox.marks_conflated, memory_order_relaxed);
	atomic_store_explicit(&numbers->full_core, outbox.full, memory_order_relaxed);
	engine_core_journal(engine, after_ns);
}

/* Serve that takes nothing must not stop the watch for ever. */
static bool
engine_core_waits(pli_engine *engine, plm_time_ns steady_ns)
{
	(void)pli_event_outbox_flush(engine->core_outbox);
	if (!pli_event_outbox_blocked(engine->core_outbox) ||
	    atomic_load(&engine->numbers.serve_lost)) {
		engine->blocked_steady_ns = 0;
		return false;
	}
	if (engine->blocked_steady_ns == 0)
		engine->blocked_steady_ns = steady_ns;
	if (steady_ns - engine->blocked_steady_ns < ENGINE_SERVE_LOST_S * PLM_NS_PER_S)
		return true;
	atomic_store(&engine->numbers.serve_lost, true);
	return false;
}

int
pli_engine_core_work(pli_engine *engine)
{
	plm_time_ns steady_ns = engine_steady(engine);
	if (engine_core_waits(engine, steady_ns))
		return 0;
	plm_time_ns now_ns = engine_wall(engine);
	int work = engine->batch_open ? 0 : engine_core_commands(engine, now_ns);
	work += engine_core_events(engine, now_ns);
	bool quiet = steady_ns - engine->batch_steady_ns >= ENGINE_QUIET_MS * PLM_NS_PER_MS;
	if (!engine->batch_open && (pli_core_batch_count(engine->core) > 0 || quiet))
		engine_core_batch(engine, now_ns);
	return work;
}

/* serve's side */

bool
pli_engine_serve_take(pli_engine *engine, plm_event *ret_event)
{
	return pli_ring_pop(engine->sequenced, ret_event);
}

plm_err
pli_engine_command(pli_engine *engine, const plm_event *event)
{
	assert(event->type == PLM_EVENT_ACKNOWLEDGEMENT || event->type == PLM_EVENT_LIMIT_CHANGE);
	return !PLI_FAULT(COMMANDS_FULL) && pli_ring_push(engine->commands, event) ? PLM_OK
										   : PLM_EFULL;
}

bool
pli_engine_serve_lost(const pli_engine *engine)
{
	return atomic_load(&engine->numbers.serve_lost);
}

pli_engine_numbers
pli_engine_numbers_get(const pli_engine *engine)
{
	const engine_shared_numbers *n = &engine->numbers;
	return (pli_engine_numbers){.started_wall_ns = engine->started_ns,
	    .core_sequence = atomic_load(&n->core_sequence),
	    .frames_count = atomic_load(&n->frames),
	    .frames_count_bad = atomic_load(&n->frames_bad),
	    .requests_count_refused = atomic_load(&n->refused),
	    .marks_count_conflated = atomic_load(&n->conflated_net) +
				     atomic_load(&n->conflated_core),
	    .ring_full_count = atomic_load(&n->full_net) + atomic_load(&n->full_core),
	    .journal_bytes = atomic_load(&n->journal_bytes),
	    .journal_failures = atomic_load(&n->journal_failures),
	    .journal_gaps = atomic_load(&n->journal_gaps),
	    .journal_err = (plm_err)atomic_load(&n->journal_err),
	    .settle_ns_last = atomic_load(&n->settle_last),
	    .settle_ns_max = atomic_load(&n->settle_max)};
}

/* Life */

static void
engine_handle_net(pli_engine *engine)
{
	pli_net_handler handler = {.on_open = engine_on_open,
	    .on_frame = engine_on_frame,
	    .on_pong = engine_on_pong,
	    .on_close = engine_on_close,
	    .on_reply = engine_on_reply,
	    .ctx = engine};
	const pli_net *net = engine->config.net;
	if (net != NULL)
		net->set_handler(net->ctx, &handler);
}

static bool
engine_take_memory(pli_engine *engine)
{
	const pli_engine_config *config = &engine->config;
	uint32_t instruments = config->bounds.registry.instruments_max;
	engine->registry = pli_registry_create(config->bounds.registry);
	engine->events = pli_ring_create(ENGINE_RING_EVENTS, sizeof(plm_event));
	engine->sequenced = pli_ring_create(ENGINE_RING_EVENTS, sizeof(plm_event));
	engine->commands = pli_ring_create(ENGINE_COMMANDS, sizeof(plm_event));
	engine->hosts = PLI_FAULT(ENGINE_HOSTS)
			    ? NULL
			    : calloc(config->accounts_max + 1, sizeof(pli_venue_host *));
	engine->shared.batch = PLI_FAULT(ENGINE_BATCH)
				   ? NULL
				   : calloc(ENGINE_BATCH_MAX, sizeof(plm_event));
	if (engine->registry == NULL || engine->events == NULL || engine->sequenced == NULL ||
	    engine->commands == NULL || engine->hosts == NULL || engine->shared.batch == NULL)
		return false;
	engine->net_outbox = pli_event_outbox_create(
	    engine->events, ENGINE_WAITING_MAX, instruments);
	engine->core_outbox = pli_event_outbox_create(
	    engine->sequenced, ENGINE_WAITING_MAX, instruments);
	return engine->net_outbox != NULL && engine->core_outbox != NULL;
}

static plm_err
engine_init(pli_engine *engine, plm_fault *ret_fault)
{
	const pli_engine_config *config = &engine->config;
	if (!engine_take_memory(engine))
		return plm_fault_set(ret_fault, PLM_ENOMEM, NULL, "no memory for the engine");
	engine->shared.net = config->net;
	engine->shared.clock = config->clock;
	engine->shared.disk = config->disk;
	engine->shared.registry = engine->registry;
	engine->shared.outbox = engine->net_outbox;
	engine->shared.budgets = &engine->budgets;
	engine->shared.crowds = &engine->crowds;
	engine->shared.batch_max = ENGINE_BATCH_MAX;
	if (config->journal_path != NULL) {
		plm_err err = pli_journal_open(
		    config->disk, config->journal_path, &engine->journal, ret_fault);
		if (err != PLM_OK)
			return err;
	}
	pli_core_config core = {.bounds = config->bounds,
	    .limits_max = config->limits_max,
	    .limit_states_max = config->limit_states_max,
	    .journal = engine->journal,
	    .publish = engine_publish,
	    .ctx = engine};
	engine->core = pli_core_create(&core);
	if (engine->core == NULL)
		return plm_fault_set(ret_fault, PLM_ENOMEM, NULL, "no memory for the book");
	return PLM_OK;
}

plm_err
pli_engine_create(const pli_engine_config *config, pli_engine **ret_engine, plm_fault *ret_fault)
{
	assert(config->accounts_max > 0 && config->accounts_max <= PLI_HOSTS_MAX);
	pli_engine *engine = PLI_FAULT(ENGINE_MEMORY) ? NULL : calloc(1, sizeof *engine);
	if (engine == NULL)
		return plm_fault_set(ret_fault, PLM_ENOMEM, NULL, "no memory for the engine");
	engine->config = *config;
	engine->started_ns = engine_wall(engine);
	plm_err err = engine_init(engine, ret_fault);
	if (err != PLM_OK) {
		pli_engine_destroy(engine);
		return err;
	}
	(void)pli_ban_memory_open(
	    &engine->bans, config->disk, config->journal_path, engine->started_ns, ret_fault);
	engine_handle_net(engine);
	*ret_engine = engine;
	return PLM_OK;
}

void
pli_engine_destroy(pli_engine *engine)
{
	if (engine == NULL)
		return;
	for (uint32_t i = 0; i < engine->hosts_count; i++)
		pli_venue_host_destroy(engine->hosts[i]);
	free(engine->hosts);
	pli_crowds_fini(&engine->crowds);
	free(engine->shared.batch);
	pli_core_destroy(engine->core);
	pli_journal_close(engine->journal);
	pli_event_outbox_destroy(engine->net_outbox);
	pli_event_outbox_destroy(engine->core_outbox);
	pli_ring_destroy(engine->events);
	pli_ring_destroy(engine->sequenced);
	pli_ring_destroy(engine->commands);
	pli_registry_destroy(engine->registry);
	free(engine);
}

plm_err
pli_engine_add_account(pli_engine *engine, const pli_account_config *config, plm_fault *ret_fault)
{
	if (engine->hosts_count == engine->config.accounts_max)
		return plm_fault_set(ret_fault, PLM_EFULL, config->name,
		    "there is room for %u accounts", engine->config.accounts_max);
	plm_err err = pli_venue_host_create(&engine->shared, engine->hosts_count, config,
	    &engine->hosts[engine->hosts_count], ret_fault);
	if (err != PLM_OK)
		return err;
	engine->hosts_count++;
	pli_ban_memory_recall(
	    &engine->bans, &engine->budgets, engine_wall(engine), engine_steady(engine));
	return PLM_OK;
}

pli_registry *
pli_engine_registry(pli_engine *engine)
{
	return engine->registry;
}

static plm_err
engine_inject_definition(void *ctx, const plm_event *event)
{
	plm_event row = *event;
	row.flags |= PLM_FLAG_LAST;
	return pli_event_outbox_push(ctx, &row);
}

plm_err
pli_engine_inject(pli_engine *engine, const plm_event *event)
{
	plm_event_sink sink = {engine_inject_definition, engine->net_outbox};
	plm_err err = pli_registry_flush(engine->registry, &sink);
	if (err != PLM_OK)
		return err;
	plm_event row = *event;
	row.flags |= PLM_FLAG_LAST;
	if (row.received_time_ns == 0)
		row.received_time_ns = engine_wall(engine);
	return pli_event_outbox_push(engine->net_outbox, &row);
}

uint32_t
pli_engine_restless_count(const pli_engine *engine)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < engine->hosts_count; i++)
		count += !pli_venue_host_is_rested(engine->hosts[i]);
	return count;
}

pli_core *
pli_engine_core(pli_engine *engine)
{
	return engine->core;
}
