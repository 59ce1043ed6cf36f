/* core.c: sequence, journal, apply; settle once per batch. */
#include "engine/core.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/fault_point.h"
#include "engine/core_internal.h"

bool
pli_core_parts_create(core_parts *parts, const pli_core_config *config)
{
	parts->book = pli_book_create(&config->bounds);
	parts->exposure = parts->book == NULL ? NULL : pli_exposure_create(parts->book);
	parts->margin = parts->exposure == NULL ? NULL : pli_margin_create(parts->exposure);
	parts->limits = parts->margin == NULL ? NULL
					      : pli_limits_create(parts->exposure,
						    config->limits_max, config->limit_states_max);
	if (parts->limits == NULL)
		return false;
	pli_limits_watch_margin(parts->limits, parts->margin);
	return true;
}

void
pli_core_parts_destroy(core_parts *parts)
{
	pli_limits_destroy(parts->limits);
	pli_margin_destroy(parts->margin);
	pli_exposure_destroy(parts->exposure);
	pli_book_destroy(parts->book);
	*parts = (core_parts){0};
}

pli_core *
pli_core_create(const pli_core_config *config)
{
	pli_core *core = PLI_FAULT(CORE_MEMORY) ? NULL : calloc(1, sizeof *core);
	if (core == NULL)
		return NULL;
	core->config = *config;
	core->end_next_ns = INT64_MAX;
	core->expected = PLI_FAULT(CORE_ALERTS)
			     ? NULL
			     : calloc(config->limit_states_max + 1, sizeof core->expected[0]);
	if (core->expected != NULL && pli_core_parts_create(&core->parts, config))
		return core;
	pli_core_destroy(core);
	return NULL;
}

void
pli_core_destroy(pli_core *core)
{
	if (core == NULL)
		return;
	pli_core_parts_destroy(&core->parts);
	pli_core_parts_destroy(&core->coming);
	free(core->expected);
	free(core);
}

static void
core_journal(pli_core *core, const plm_event *event)
{
	if (core->config.journal == NULL || core->journal_err != PLM_OK)
		return;
	core->journal_err = pli_journal_append(core->config.journal, event);
}

/* Everything that carries a sequence goes through here, live and in replay. */
static void
core_apply(pli_core *core, const plm_event *event)
{
	assert(event->sequence == core->sequence + 1);
	core->sequence = event->sequence;
	core_journal(core, event);
	pli_book_apply(core->parts.book, event);
	if (event->type == PLM_EVENT_LIMIT_CHANGE || event->type == PLM_EVENT_ACKNOWLEDGEMENT)
		pli_limits_apply(core->parts.limits, event);
	if (core->config.publish != NULL)
		core->config.publish(core->config.ctx, event);
}

static void
core_put(pli_core *core, const plm_event *event, plm_time_ns now_ns)
{
	plm_event sequenced = *event;
	sequenced.sequence = core->sequence + 1;
	sequenced.applied_time_ns = now_ns;
	core->batch_count++;
	core_apply(core, &sequenced);
}

void
pli_core_take(pli_core *core, const plm_event *event, plm_time_ns now_ns)
{
	assert(event->type != PLM_EVENT_BATCH_END && event->type != PLM_EVENT_ALERT);
	if (event->type == PLM_EVENT_VENUE_ACTION) {
		plm_event call = *event;
		pli_core_call(&core->parts, &call);
		core_put(core, &call, now_ns);
		return;
	}
	bool may_act = event->type == PLM_EVENT_INSTRUMENT || event->type == PLM_EVENT_FILL;
	if (!may_act) {
		core_put(core, event, now_ns);
		return;
	}
	plm_event action;
	core_look look = pli_core_look(&core->parts, event);
	core_put(core, event, now_ns);
	if (pli_core_action(&core->parts, event, &look, now_ns, &action))
		core_put(core, &action, now_ns);
	if (event->type == PLM_EVENT_INSTRUMENT)
		core->end_next_ns = 0; /* to be found anew */
}

/* Contracts whose end came since the last batch, under open positions. */
static void
core_end_contracts(pli_core *core, plm_time_ns now_ns)
{
	core_span span = {core->now_ns, now_ns};
	uint32_t count = pli_registry_instruments_count(pli_book_registry(core->parts.book));
	plm_event action;
	for (uint32_t i = 1; span.after_ns != 0 && i <= count; i++)
		if (pli_core_end_action(&core->parts, (plm_instrument_id){i}, span, &action))
			core_put(core, &action, now_ns);
	core->end_next_ns = pli_core_end_next(&core->parts, now_ns);
}

/* Alerts come out of evaluate, which has changed its own state already: they are not applied. */
static plm_err
core_on_alert(void *ctx, const plm_event *alert)
{
	pli_core *core = ctx;
	if (core->replaying) {
		uint32_t last = core->expected_first + core->expected_count++;
		assert(last < core->config.limit_states_max);
		core->expected[last] = *alert;
		return PLM_OK;
	}
	plm_event sequenced = *alert;
	sequenced.sequence = core->sequence + 1;
	sequenced.applied_time_ns = core->now_ns;
	core_apply(core, &sequenced);
	return PLM_OK;
}

static void
core_settle(pli_core *core)
{
	pli_margin_note(core->parts.margin);
	pli_exposure_settle(core->parts.exposure);
	pli_margin_settle(core->parts.margin);
	plm_event_sink sink = {core_on_alert, core};
	core->expected_first = 0;
	pli_limits_evaluate(core->parts.limits, &sink);
	core->batch_count = 0;
}

void
pli_core_batch_end(pli_core *core, plm_time_ns now_ns)
{
	plm_event event;
	if (now_ns >= core->end_next_ns)
		core_end_contracts(core, now_ns);
	plm_event_init(&event, PLM_EVENT_BATCH_END);
	if (now_ns > core->now_ns)
		core->now_ns = now_ns;
	event.sequence = core->sequence + 1;
	event.applied_time_ns = core->now_ns;
	event.u.batch_end.now_ns = core->now_ns;
	event.u.batch_end.events_count = core->batch_count;
	core_apply(core, &event);
	core_settle(core);
}

/* A journalled alert must be the next of those that this build computed. */
static plm_err
core_replay_alert(pli_core *core, const plm_event *event, plm_fault *ret_fault)
{
	const plm_event *expected = &core->expected[core->expected_first];
	if (core->expected_count == 0 ||
	    memcmp(&expected->u.alert, &event->u.alert, sizeof event->u.alert) != 0)
		return plm_fault_set(ret_fault, PLM_EDECODE, NULL,
		    "the alert with sequence %llu is not the one that comes out of this build",
		    (unsigned long long)event->sequence);
	core->expected_count--;
	core->expected_first++;
	return PLM_OK;
}

plm_err
pli_core_replay(pli_core *core, const plm_event *event, plm_fault *ret_fault)
{
	core->replaying = true;
	if (event->type == PLM_EVENT_JOURNAL_GAP || core->coming_count > 0)
		return pli_core_restore(core, event, ret_fault);
	if (event->sequence != core->sequence + 1)
		return plm_fault_set(ret_fault, PLM_EGAP, NULL,
		    "expected the event with sequence %llu, got %llu",
		    (unsigned long long)core->sequence + 1, (unsigned long long)event->sequence);
	if (event->type == PLM_EVENT_ALERT) {
		plm_err err = core_replay_alert(core, event, ret_fault);
		if (err != PLM_OK)
			return err;
	} else if (core->expected_count > 0) {
		return plm_fault_set(ret_fault, PLM_EDECODE, NULL,
		    "this build raises an alert before sequence %llu that the journal does not "
		    "have",
		    (unsigned long long)event->sequence);
	}
	core_apply(core, event);
	if (event->type != PLM_EVENT_BATCH_END)
		return PLM_OK;
	core->now_ns = event->u.batch_end.now_ns;
	core_settle(core);
	return PLM_OK;
}

const pli_book *
pli_core_book(const pli_core *core)
{
	return core->parts.book;
}

pli_exposure *
pli_core_exposure(pli_core *core)
{
	return core->parts.exposure;
}

uint64_t
pli_core_sequence(const pli_core *core)
{
	return core->sequence;
}

uint32_t
pli_core_batch_count(const pli_core *core)
{
	return core->batch_count;
}

static uint64_t
hash_leg(const plm_leg *leg, uint64_t seed)
{
	struct {
		uint32_t ids[6];
		uint8_t bytes[8];
		plm_decimal numbers[4];
	} key = {.ids = {leg->account.value, leg->instrument.value, leg->asset.value,
		     leg->underlying.value, leg->settle.value, leg->pool},
	    .bytes = {leg->side, leg->kind, leg->unit, leg->reason, leg->delta_source,
		leg->included, leg->priced, 0},
	    .numbers = {leg->quantity, leg->price_usd, leg->delta_coins, leg->delta_usd}};
	_Static_assert(sizeof key == 96, "no holes in what is hashed");
	return XXH3_64bits_withSeed(&key, sizeof key, seed);
}

static uint64_t
hash_limit(const pli_limit_state *state, uint64_t seed)
{
	uint64_t hash = XXH3_64bits_withSeed(state->scope_name, strlen(state->scope_name), seed);
	uint32_t words[4] = {
	    state->limit->id.value, state->level, state->transition, state->acknowledged};
	return XXH3_64bits_withSeed(words, sizeof words, hash);
}

uint64_t
pli_core_hash(pli_core *core)
{
	uint64_t hash = pli_book_hash(core->parts.book);
	uint32_t legs_count;
	const plm_leg *legs = pli_exposure_legs(core->parts.exposure, &legs_count);
	for (uint32_t i = 0; i < legs_count; i++)
		hash += hash_leg(&legs[i], 1);
	for (uint32_t i = 0; i < pli_limits_count(core->parts.limits); i++) {
		pli_limit_state state;
		if (pli_limits_state(core->parts.limits, i, &state))
			hash += hash_limit(&state, 2);
	}
	return hash;
}
