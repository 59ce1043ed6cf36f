/* limit_movers.c: which legs moved a limit's value. */
#include <assert.h>
#include <math.h>

#include "limit/limit_state.h"

/* What a leg adds to the value, in the measure's unit; NaN when it adds nothing that is known. */
static double
leg_value(const plm_limit_fact *fact, const plm_leg *leg)
{
	if (!leg->included)
		return NAN;
	switch (fact->measure) {
	case PLM_MEASURE_NET_COINS:
		return plm_decimal_to_double(leg->delta_coins);
	case PLM_MEASURE_GROSS_USD:
	case PLM_MEASURE_LEVERAGE_GROSS:
		return fabs(plm_decimal_to_double(leg->delta_usd));
	default:
		return plm_decimal_to_double(leg->delta_usd);
	}
}

static bool
leg_is(const limit_leg *kept, const plm_leg *leg)
{
	return kept->account == leg->account.value && kept->instrument == leg->instrument.value &&
	       kept->asset == leg->asset.value && kept->side == leg->side;
}

/* How far a leg moved since it was kept; NaN when that is not known. */
static double
leg_moved(const limit_state *state, const plm_limit_fact *fact, const plm_leg *leg)
{
	double value = leg_value(fact, leg);
	for (uint32_t i = 0; i < state->legs_count; i++) {
		if (leg_is(&state->legs[i], leg))
			return value - state->legs[i].value;
	}
	return state->legs_whole ? value : NAN;
}

/* Puts a mover where it belongs, biggest first; the last falls off. */
static void
movers_insert(plm_alert *alert, const limit_leg *leg)
{
	uint32_t at = alert->legs_count;
	while (at > 0 && fabs((double)alert->legs[at - 1].moved) < fabs(leg->value))
		at--;
	if (at >= LIMIT_MOVERS_MAX)
		return;
	if (alert->legs_count < LIMIT_MOVERS_MAX)
		alert->legs_count++;
	for (uint32_t i = alert->legs_count - 1; i > at; i--)
		alert->legs[i] = alert->legs[i - 1];
	alert->legs[at].account = leg->account;
	alert->legs[at].instrument = leg->instrument;
	alert->legs[at].asset = leg->asset;
	alert->legs[at].moved = (__typeof__(alert->legs[at].moved))leg->value;
}

static limit_leg
leg_of(const plm_leg *leg, double value)
{
	return (limit_leg){
	    leg->account.value, leg->instrument.value, leg->asset.value, leg->side, value};
}

/* Legs that are gone moved by all they added. */
static void
movers_gone(const pli_limits *limits, const limit_state *state, plm_alert *alert)
{
	uint32_t count;
	const plm_leg *legs = pli_exposure_legs(limits->exposure, &count);
	for (uint32_t i = 0; i < state->legs_count; i++) {
		uint32_t j = 0;
		while (j < count && !leg_is(&state->legs[i], &legs[j]))
			j++;
		if (j < count)
			continue;
		limit_leg gone = state->legs[i];
		gone.value = -gone.value;
		movers_insert(alert, &gone);
	}
}

void
pli_limit_movers(const pli_limits *limits, const limit_state *state, plm_alert *alert)
{
	const plm_limit_fact *fact = &limits->facts[state->limit];
	alert->legs_count = 0;
	if (pli_limit_is_margin(fact))
		pli_limit_margin_mover(limits, state, alert);
	if (fact->measure >= PLM_MEASURE_PRICED_SHARE) /* of money only */
		return;
	plm_exposure_query query = pli_limit_query(limits, state);
	uint32_t legs_count;
	const plm_leg *legs = pli_exposure_legs(limits->exposure, &legs_count);
	uint32_t count = pli_exposure_proof(
	    limits->exposure, &query, limits->indexes, limits->legs_max);
	for (uint32_t i = 0; i < count && i < limits->legs_max; i++) {
		const plm_leg *leg = &legs[limits->indexes[i]];
		double moved = leg_moved(state, fact, leg);
		limit_leg mover = leg_of(leg, moved);
		if (isfinite(moved) && fabs(moved) > 0)
			movers_insert(alert, &mover);
	}
	movers_gone(limits, state, alert);
}

void
pli_limit_keep_legs(const pli_limits *limits, limit_state *state)
{
	const plm_limit_fact *fact = &limits->facts[state->limit];
	plm_exposure_query query = pli_limit_query(limits, state);
	uint32_t legs_count;
	const plm_leg *legs = pli_exposure_legs(limits->exposure, &legs_count);
	uint32_t count = pli_exposure_proof(
	    limits->exposure, &query, limits->indexes, LIMIT_LEGS_KEPT);
	assert(state->limit < limits->limits_max);
	state->legs_count = 0;
	for (uint32_t i = 0; i < count && i < LIMIT_LEGS_KEPT; i++) {
		const plm_leg *leg = &legs[limits->indexes[i]];
		double value = leg_value(fact, leg);
		if (isfinite(value))
			state->legs[state->legs_count++] = leg_of(leg, value);
	}
	state->legs_whole = count <= LIMIT_LEGS_KEPT;
}
