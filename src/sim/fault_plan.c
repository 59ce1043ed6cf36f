/* fault_plan.c: the table of faults, and their due times. */
#include "sim/fault_plan.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/seeded_disk.h"
#include "sim/seeded_net.h"
#include "sim/sim_file.h"
#include "sim/sim_shock.h"
#include "sim/sim_venues.h"
#include "sim/sim_wire.h"

enum { FAULT_SECONDS_MAX = 40, FAULT_MESSAGES_MAX = 6, FAULT_GAP_S_MIN = 45 };

static const struct {
	const char *text;
	pli_fault_kind kind;
	int argument;
	int mean_s;
	pli_fault_grace grace;
	const char *help;
} plan_rows[PLI_FAULT_COUNT] = {
#define F(name, text, kind, argument, mean_s, grace, help)                                         \
	{text, PLI_FAULT_OF_##kind, argument, mean_s, PLI_GRACE_##grace, help},
#include "sim/faults.def"
#undef F
};

const char *
pli_fault_text(pli_fault_id id)
{
	assert(id < PLI_FAULT_COUNT);
	return plan_rows[id].text;
}

const char *
pli_fault_help(pli_fault_id id)
{
	assert(id < PLI_FAULT_COUNT);
	return plan_rows[id].help;
}

static pli_fault_id
fault_find(plm_slice text)
{
	int id = 0;
	while (id < PLI_FAULT_COUNT && !plm_slice_is(text, plan_rows[id].text))
		id++;
	return (pli_fault_id)id;
}

static plm_err
plan_read(pli_fault_plan *plan, const char *list, plm_slice *ret_bad)
{
	for (const char *at = list; *at != '\0';) {
		plm_slice text = {at, strcspn(at, ",")};
		pli_fault_id id = fault_find(text);
		*ret_bad = text;
		if (id == PLI_FAULT_COUNT)
			return PLM_EARG;
		plan->wanted[id] = true;
		at += text.size + (at[text.size] == ',');
	}
	return PLM_OK;
}

static void
plan_next(pli_fault_plan *plan, pli_fault_id id, plm_time_ns now_ns)
{
	double mean_s = plan_rows[id].mean_s / plan->pace;
	plan->next_ns[id] = now_ns + FAULT_GAP_S_MIN * PLM_NS_PER_S +
			    pli_seeded_wait(&plan->random[id], (int64_t)(mean_s * 1e9));
}

plm_err
pli_fault_plan_init(
    pli_fault_plan *plan, uint64_t seed, const char *list, plm_time_ns start_ns, plm_slice *ret_bad)
{
	pli_random pace;
	*plan = (pli_fault_plan){.pace = 1, .venues = PLI_SIM_VENUES_ALWAYS, .start_ns = start_ns};
	pli_seeded_stream(&pace, seed, "plan.pace");
	plan->pace = exp2(3.0 * pli_random_unit(&pace) - 1.0);
	bool by_seed = list == NULL, all = !by_seed && strcmp(list, "all") == 0;
	if (!by_seed && !all && strcmp(list, "none") != 0) {
		plm_err err = plan_read(plan, list, ret_bad);
		if (err != PLM_OK)
			return err;
	}
	for (int id = 0; id < PLI_FAULT_COUNT; id++) {
		pli_seeded_stream(&plan->random[id], seed, plan_rows[id].text);
		bool chosen = pli_random_unit(&plan->random[id]) < 0.35;
		plan->wanted[id] |= all || (by_seed && chosen);
		plan_next(plan, (pli_fault_id)id, start_ns);
		plan->next_ns[id] -= FAULT_GAP_S_MIN * PLM_NS_PER_S;
	}
	return PLM_OK;
}

void
pli_fault_plan_venues(pli_fault_plan *plan, uint32_t venues)
{
	assert(venues != 0);
	plan->venues = venues;
}

void
pli_fault_plan_give(pli_fault_plan *plan, const pli_fault_strike *strikes, uint32_t count)
{
	for (uint32_t i = 1; i < count; i++)
		assert(strikes[i - 1].at_ns <= strikes[i].at_ns);
	plan->strikes = strikes;
	plan->strikes_count = count;
}

bool
pli_fault_plan_find(plm_slice text, pli_fault *ret_fault)
{
	pli_fault_id id = fault_find(text);
	if (id == PLI_FAULT_COUNT)
		return false;
	*ret_fault = (pli_fault){.id = id,
	    .kind = plan_rows[id].kind,
	    .grace = plan_rows[id].grace,
	    .argument = plan_rows[id].argument};
	return true;
}

static plm_time_ns
plan_next_given(const pli_fault_plan *plan)
{
	return plan->strikes_count == 0 ? INT64_MAX : plan->start_ns + plan->strikes[0].at_ns;
}

plm_time_ns
pli_fault_plan_next(const pli_fault_plan *plan)
{
	plm_time_ns next_ns = plan_next_given(plan);
	for (int id = 0; id < PLI_FAULT_COUNT; id++)
		if (plan->wanted[id] && plan->next_ns[id] < next_ns)
			next_ns = plan->next_ns[id];
	return next_ns;
}

static uint32_t
plan_venue(const pli_fault_plan *plan, pli_random *random)
{
	uint64_t skip = pli_random_below(random, (uint64_t)__builtin_popcount(plan->venues));
	uint32_t venue = 0;
	while ((plan->venues >> venue & 1) == 0 || skip-- > 0)
		venue++;
	return venue;
}

bool
pli_fault_plan_take(pli_fault_plan *plan, plm_time_ns now_ns, pli_fault *ret_fault)
{
	if (plan_next_given(plan) <= now_ns) {
		*ret_fault = plan->strikes[0].fault;
		plan->strikes++;
		plan->strikes_count--;
		return true;
	}
	for (int id = 0; id < PLI_FAULT_COUNT; id++) {
		if (!plan->wanted[id] || plan->next_ns[id] > now_ns)
			continue;
		pli_random *random = &plan->random[id];
		*ret_fault = (pli_fault){.id = (pli_fault_id)id,
		    .kind = plan_rows[id].kind,
		    .grace = plan_rows[id].grace,
		    .argument = plan_rows[id].argument};
		ret_fault->venue = plan_venue(plan, random);
		ret_fault->count = 1 + (uint32_t)pli_random_below(random, FAULT_MESSAGES_MAX);
		ret_fault->duration_ns =
		    (int64_t)(1 + pli_random_below(random, FAULT_SECONDS_MAX)) * PLM_NS_PER_S;
		ret_fault->choice = pli_random_next(random);
		plan_next(plan, (pli_fault_id)id, now_ns);
		return true;
	}
	return false;
}
