/* limit.c: limits and their states; what events tell about them. */
#include "limit/limit.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault_point.h"
#include "limit/limit_state.h"

pli_limits *
pli_limits_create(pli_exposure *exposure, uint32_t limits_max, uint32_t states_max)
{
	assert(exposure != NULL && limits_max > 0 && states_max > 0);
	pli_limits *limits = PLI_FAULT(LIMITS_MEMORY) ? NULL : calloc(1, sizeof *limits);
	if (limits == NULL)
		return NULL;
	limits->exposure = exposure;
	limits->limits_max = limits_max;
	limits->states_max = states_max;
	const pli_book_bounds *bounds = pli_book_bounds_get(pli_exposure_book(exposure));
	limits->legs_max = bounds->positions_max + bounds->balances_max;
	if (limits->legs_max < LIMIT_LEGS_KEPT)
		limits->legs_max = LIMIT_LEGS_KEPT;
	if (limits->legs_max > LIMIT_LEGS_LOOKED_AT)
		limits->legs_max = LIMIT_LEGS_LOOKED_AT;
	limits->indexes = calloc(limits->legs_max, sizeof limits->indexes[0]);
	limits->scopes_dirty = true;
	limits->facts = calloc(limits_max, sizeof limits->facts[0]);
	limits->states = PLI_FAULT(LIMITS_ROWS) ? NULL
						: calloc(states_max, sizeof limits->states[0]);
	if (limits->indexes == NULL || limits->facts == NULL || limits->states == NULL ||
	    !pli_row_index_init(&limits->state_index, states_max)) {
		pli_limits_destroy(limits);
		return NULL;
	}
	return limits;
}

void
pli_limits_destroy(pli_limits *limits)
{
	if (limits == NULL)
		return;
	pli_row_index_fini(&limits->state_index);
	free(limits->indexes);
	free(limits->facts);
	free(limits->states);
	free(limits);
}

void
pli_limits_watch(pli_limits *limits, pli_exposure *exposure)
{
	assert(pli_exposure_book(exposure) == pli_exposure_book(limits->exposure));
	limits->exposure = exposure;
	limits->scopes_dirty = true;
}

void
pli_limits_watch_margin(pli_limits *limits, const pli_margin *margin)
{
	limits->margin = margin;
	limits->margin_seen = 0;
}

void
pli_limits_regions(pli_limits *limits, pli_regions *regions)
{
	size_t facts = limits->limits_max, states = limits->states_max;
	pli_regions_add(regions, limits->facts, facts * sizeof limits->facts[0], 0);
	pli_regions_add(regions, limits->states, states * sizeof limits->states[0], 0);
	pli_regions_add(regions, &limits->states_count, sizeof limits->states_count, 0);
	pli_row_index_regions(&limits->state_index, regions);
	pli_regions_add(regions, limits->alerts, sizeof limits->alerts, 0);
	pli_regions_add(regions, &limits->alerts_seen, sizeof limits->alerts_seen, 0);
	pli_regions_add(regions, &limits->dropped, sizeof limits->dropped, 0);
	pli_regions_add(regions, &limits->accounts_seen, sizeof limits->accounts_seen, 0);
	pli_regions_add(regions, &limits->assets_seen, sizeof limits->assets_seen, 0);
	pli_regions_add(regions, &limits->underlyings_seen, sizeof limits->underlyings_seen, 0);
	pli_regions_add(regions, &limits->scopes_dirty, sizeof limits->scopes_dirty, 0);
}

bool
pli_limits_whole(const pli_limits *limits)
{
	return limits->dropped == 0;
}

limit_state *
pli_limit_state_of(pli_limits *limits, uint32_t limit, uint32_t scope, const char *scope_name)
{
	pli_row_key key = {limit, scope, 0};
	uint32_t index = pli_row_index_find(&limits->state_index, key);
	if (index != PLI_ROW_NONE)
		return &limits->states[index];
	if (limits->states_count >= limits->states_max) {
		limits->dropped++;
		return NULL;
	}
	index = limits->states_count++;
	bool stored = pli_row_index_insert(&limits->state_index, key, index);
	assert(stored);
	limit_state *state = &limits->states[index];
	memset(state, 0, sizeof *state);
	state->limit = limit;
	state->scope = scope;
	(void)snprintf(state->scope_name, sizeof state->scope_name, "%s", scope_name);
	return state;
}

static void
state_remove(pli_limits *limits, uint32_t index)
{
	assert(index < limits->states_count);
	limit_state *state = &limits->states[index];
	pli_row_index_remove(&limits->state_index, (pli_row_key){state->limit, state->scope, 0});
	uint32_t last = --limits->states_count;
	if (index == last)
		return;
	*state = limits->states[last];
	pli_row_index_set(
	    &limits->state_index, (pli_row_key){state->limit, state->scope, 0}, index);
}

static void
states_remove(pli_limits *limits, uint32_t limit)
{
	for (uint32_t i = limits->states_count; i-- > 0;) {
		if (limits->states[i].limit == limit)
			state_remove(limits, i);
	}
}

/* A limit that looks at something else starts anew; one whose bands moved keeps its states. */
static void
apply_limit(pli_limits *limits, const plm_event *event)
{
	uint32_t id = event->u.limit.id.value;
	if (id == 0 || id > limits->limits_max) {
		limits->dropped++;
		return;
	}
	plm_limit_fact *fact = &limits->facts[id - 1];
	bool same = fact->active && event->u.limit.active && fact->scope == event->u.limit.scope &&
		    fact->measure == event->u.limit.measure && fact->tier == event->u.limit.tier &&
		    strcmp(fact->scope_name, event->u.limit.scope_name) == 0;
	if (!same)
		states_remove(limits, id - 1);
	*fact = event->u.limit;
	limits->scopes_dirty = true;
}

static limit_state *
state_find(pli_limits *limits, plm_limit_id id, const char *scope_name, size_t size)
{
	for (uint32_t i = 0; i < limits->states_count; i++) {
		limit_state *state = &limits->states[i];
		if (state->limit + 1 == id.value &&
		    strncmp(state->scope_name, scope_name, size) == 0)
			return state;
	}
	return NULL;
}

static void
apply_acknowledgement(pli_limits *limits, const plm_event *event)
{
	const plm_acknowledgement *fact = &event->u.acknowledgement;
	limit_state *state = state_find(
	    limits, fact->limit, fact->scope_name, sizeof fact->scope_name - 1);
	if (state == NULL || state->transition != fact->transition)
		return;
	state->acknowledged = 1;
	for (uint32_t i = 0; i < PLI_ALERTS_KEPT; i++) {
		plm_alert *alert = &limits->alerts[i].u.alert;
		if (alert->limit.value == fact->limit.value &&
		    alert->transition == fact->transition &&
		    strncmp(alert->scope_name, fact->scope_name, sizeof alert->scope_name - 1) == 0)
			alert->acknowledged = 1;
	}
}

void
pli_limit_remember(pli_limits *limits, const plm_event *alert)
{
	assert(alert->type == PLM_EVENT_ALERT);
	limits->alerts[limits->alerts_seen % PLI_ALERTS_KEPT] = *alert;
	limits->alerts_seen++;
}

static void
apply_alert(pli_limits *limits, const plm_event *event)
{
	const plm_alert *alert = &event->u.alert;
	limit_state *state = state_find(
	    limits, alert->limit, alert->scope_name, sizeof alert->scope_name - 1);
	if (state != NULL && state->transition >= alert->transition)
		return;
	pli_limit_remember(limits, event);
	if (state == NULL)
		return;
	state->transition = alert->transition;
	state->level = alert->level;
	state->value = alert->value;
	state->band = alert->band;
	state->acknowledged = alert->acknowledged;
	state->since_ns = event->applied_time_ns;
}

void
pli_limits_apply(pli_limits *limits, const plm_event *event)
{
	switch (event->type) {
	case PLM_EVENT_LIMIT_CHANGE:
		apply_limit(limits, event);
		break;
	case PLM_EVENT_ACKNOWLEDGEMENT:
		apply_acknowledgement(limits, event);
		break;
	case PLM_EVENT_ALERT:
		apply_alert(limits, event);
		break;
	default:
		break;
	}
}

uint32_t
pli_limits_count(const pli_limits *limits)
{
	return limits->states_count;
}

bool
pli_limits_state(const pli_limits *limits, uint32_t index, pli_limit_state *ret_state)
{
	if (index >= limits->states_count)
		return false;
	const limit_state *state = &limits->states[index];
	*ret_state = (pli_limit_state){
	    .limit = &limits->facts[state->limit],
	    .value = state->value,
	    .band = state->band,
	    .level = state->level,
	    .acknowledged = state->acknowledged,
	    .excused = state->excused,
	    .transition = state->transition,
	    .since_ns = state->since_ns,
	};
	memcpy(ret_state->scope_name, state->scope_name, sizeof ret_state->scope_name);
	return true;
}

uint32_t
pli_limits_alerts_count(const pli_limits *limits)
{
	return limits->alerts_seen < PLI_ALERTS_KEPT ? (uint32_t)limits->alerts_seen
						     : PLI_ALERTS_KEPT;
}

const plm_event *
pli_limits_alert(const pli_limits *limits, uint32_t index)
{
	if (index >= pli_limits_alerts_count(limits))
		return NULL;
	return &limits->alerts[(limits->alerts_seen - 1 - index) % PLI_ALERTS_KEPT];
}
