/* host_crowd.c: crowds of sessions, and openings of links. */
#include "engine/host_crowd.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPENINGS_PERCENT_AGAIN = 95, OPENINGS_PERCENT_FIRST = 85 };

pli_crowd *
pli_crowd_create(pli_crowds *crowds, const plm_venue_desc *desc, const pli_budget *budget)
{
	for (uint32_t i = 0; i < crowds->crowds_count; i++)
		if (crowds->crowds[i]->desc == desc && crowds->crowds[i]->budget == budget)
			return crowds->crowds[i];
	if (crowds->crowds_count == PLI_BUDGETS_MAX)
		return NULL;
	size_t size = desc->ops->crowd_size;
	pli_crowd *crowd = calloc(1, sizeof *crowd);
	void *memory = crowd == NULL || size == 0 ? NULL : calloc(1, size);
	if (crowd == NULL || (memory == NULL && size != 0)) {
		free(crowd);
		return NULL;
	}
	*crowd = (pli_crowd){.desc = desc, .budget = budget, .told.memory = memory};
	crowds->crowds[crowds->crowds_count++] = crowd;
	return crowd;
}

void
pli_crowds_fini(pli_crowds *crowds)
{
	for (uint32_t i = 0; i < crowds->crowds_count; i++) {
		free(crowds->crowds[i]->told.memory);
		free(crowds->crowds[i]);
	}
	crowds->crowds_count = 0;
}

void
pli_crowd_count(pli_crowds *crowds, pli_crowd *crowd, int sessions)
{
	assert(sessions > 0 || crowd->told.sessions_count > 0);
	crowd->told.sessions_count += (uint32_t)sessions;
	double all = 0.0;
	for (uint32_t i = 0; i < crowds->crowds_count; i++)
		if (crowds->crowds[i]->budget == crowd->budget)
			all += crowds->crowds[i]->told.sessions_count;
	for (uint32_t i = 0; i < crowds->crowds_count; i++) {
		plm_venue_crowd *told = &crowds->crowds[i]->told;
		if (crowds->crowds[i]->budget == crowd->budget && all > 0.0)
			told->weight_per_minute = (uint32_t)(crowd->budget->tokens_max *
							     told->sessions_count / all);
	}
}

pli_openings *
pli_openings_get(pli_crowds *crowds, const char *url, uint32_t max)
{
	assert(max <= PLI_OPENINGS_MAX);
	pli_openings *row = crowds->openings, *end = row + crowds->openings_count;
	while (row < end && strcmp(row->url, url) != 0)
		row++;
	if (row < end) {
		row->max = max != 0 && (row->max == 0 || max < row->max) ? max : row->max;
		return row;
	}
	if (crowds->openings_count == PLI_BUDGETS_MAX)
		return NULL;
	crowds->openings_count++;
	*row = (pli_openings){.max = max};
	(void)snprintf(row->url, sizeof row->url, "%s", url);
	return row;
}

bool
pli_openings_may(const pli_openings *openings, bool again, plm_time_ns steady_ns)
{
	uint32_t percent = again ? OPENINGS_PERCENT_AGAIN : OPENINGS_PERCENT_FIRST;
	uint32_t most = openings->max * percent / 100;
	if (most == 0)
		return true;
	uint32_t at = (openings->next + PLI_OPENINGS_MAX - most) % PLI_OPENINGS_MAX;
	plm_time_ns before_ns = openings->opened_ns[at];
	return before_ns == 0 || steady_ns - before_ns >= PLI_OPENINGS_S * PLM_NS_PER_S;
}

void
pli_openings_add(pli_openings *openings, plm_time_ns steady_ns)
{
	openings->opened_ns[openings->next] = steady_ns;
	openings->next = (openings->next + 1) % PLI_OPENINGS_MAX;
}
