/* okx_stress.c: the venue's own stress test of what an account holds (account/position-builder of
 * real positions): its risk units, one for each coin, and what is borrowed. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "venue/okx/okx.h"
#include "venue/stress_slot.h"

/* Shocks are keys: "-0.12" to "0.12". */
static double
key_double(plm_slice key)
{
	plm_decimal value = plm_decimal_unknown();
	return plm_decimal_parse(key, &value, NULL) == PLM_OK ? plm_decimal_to_double(value) : NAN;
}

static double
grid_range(const pli_json_node *nodes, uint32_t same)
{
	double range = 0;
	for (uint32_t at = same + 1; at < nodes[same].next; at = nodes[at].next)
		range = fmax(range, fabs(key_double(nodes[at].key)));
	return range;
}

/* The member of that key in another row of the grid. */
static double
grid_cell(okx_reader *r, uint32_t row, plm_slice key)
{
	char text[32];
	(void)snprintf(text, sizeof text, "%.*s", (int)(key.size < 31 ? key.size : 31), key.bytes);
	return pli_row_double_at(&r->row, pli_json_find(r->row.json, row, text));
}

/* What the worse of vols up and down takes more than vols that stay, at each price. */
static bool
grid_read(okx_reader *r, uint32_t scenarios, plm_margin_stress *stress)
{
	const pli_json_node *nodes = pli_json_nodes(r->row.json, NULL);
	uint32_t same = pli_json_find(r->row.json, scenarios, "volSame");
	uint32_t up = pli_json_find(r->row.json, scenarios, "volShockUp");
	uint32_t down = pli_json_find(r->row.json, scenarios, "volShockDown");
	uint32_t count = same == 0 ? 0 : nodes[same].children_count, read = 0;
	double range = count == 0 ? 0 : grid_range(nodes, same);
	if (up == 0 || down == 0)
		return false;
	for (uint32_t at = same + 1; at < nodes[same].next; at = nodes[at].next) {
		uint32_t slot = pli_stress_slot(key_double(nodes[at].key), range, count);
		double stay = pli_row_double_at(&r->row, at);
		double rise = grid_cell(r, up, nodes[at].key) - stay;
		double fall = grid_cell(r, down, nodes[at].key) - stay;
		if (slot == count || isnan(rise) || isnan(fall))
			return false;
		read |= 1U << slot;
		stress->beside[slot] = fmin(0, fmin(rise, fall));
	}
	stress->moves_count = count;
	stress->range = range;
	return r->row.err == PLM_OK && count != 0 && read == (1U << count) - 1;
}

/* Spot in use; false: a position of it is not real. */
static bool
portfolio_read(okx_reader *r, plm_margin_stress *stress)
{
	pli_row row = r->row;
	uint32_t list = pli_row_list(&r->row, "portfolios");
	stress->spot = 0;
	for (uint32_t at = pli_row_child(&r->row, list, 0); at != 0;
	     at = pli_row_child(&r->row, list, at)) {
		row.node = at;
		bool spot = pli_row_is(&row, "instType", "SPOT");
		if (spot)
			stress->spot += pli_row_double(&row, "amt");
		else if (!pli_row_bool(&row, "isRealPos"))
			return false;
	}
	return list != PLI_NO_LIST && row.err == PLM_OK;
}

static void
far_read(okx_reader *r, plm_margin_stress *stress)
{
	uint32_t result = pli_row_find(&r->row, "mr6FinalResult");
	double move = pli_row_double_at(&r->row, pli_json_find(r->row.json, result, "spotShock"));
	double pnl = pli_row_double_at(&r->row, pli_json_find(r->row.json, result, "pnl"));
	if (!(pnl < 0) || move == 0)
		return;
	stress->far_move = fabs(move);
	stress->far_share = pli_row_double(&r->row, "mr6") / -pnl;
}

/* A unit that is no coin's, of positions that are supposed, or without a grid tells nothing. */
static void
stress_unit(okx_reader *r)
{
	plm_event event;
	pli_okx_begin(r, &event, PLM_EVENT_MARGIN_STRESS, r->time_ns);
	plm_margin_stress *stress = &event.u.margin_stress;
	plm_slice name = pli_row_name(&r->row, "riskUnit");
	double maintenance = pli_row_double(&r->row, "mmr");
	uint32_t scenarios = pli_row_find(&r->row, "mr1Scenarios");
	stress->decay = pli_row_double(&r->row, "mr2");
	stress->added = pli_row_double(&r->row, "mr3") + pli_row_double(&r->row, "mr4") +
			pli_row_double(&r->row, "mr5") + pli_row_double(&r->row, "mr9");
	stress->least = pli_row_double(&r->row, "mr7");
	if (maintenance > 0)
		stress->initial = pli_row_double(&r->row, "imr") / maintenance;
	far_read(r, stress);
	bool of_coin = r->row.err == PLM_OK && memchr(name.bytes, '-', name.size) == NULL;
	if (!of_coin || !portfolio_read(r, stress) || !grid_read(r, scenarios, stress))
		return;
	stress->coin = pli_okx_asset(r, "riskUnit");
	pli_okx_emit(r, &event, true);
}

/* What is asked for borrowing; its initial margin is what the units leave of the account's. */
static void
stress_account(okx_reader *r)
{
	plm_event event;
	pli_row unit = r->row;
	pli_okx_begin(r, &event, PLM_EVENT_MARGIN_STRESS, r->time_ns);
	plm_margin_stress *stress = &event.u.margin_stress;
	double initial = pli_row_double(&r->row, "totalImr");
	uint32_t list = pli_row_list(&r->row, "riskUnitData");
	for (uint32_t at = pli_row_child(&r->row, list, 0); at != 0;
	     at = pli_row_child(&r->row, list, at)) {
		unit.node = at;
		initial -= pli_row_double(&unit, "imr");
	}
	stress->added = pli_row_double(&r->row, "borrowMmr");
	stress->initial = stress->added > 0 ? initial / stress->added : 1;
	if (isnan(stress->added) || isnan(stress->initial) || r->row.err != PLM_OK || r->dry)
		return;
	stress->coin = plm_names_asset(r->cfg->names, PLM_SLICE("USD"));
	if (stress->coin.value != 0)
		pli_okx_emit(r, &event, true);
}

void
pli_okx_stress(okx_reader *r)
{
	if (pli_row_list(&r->row, "riskUnitData") == PLI_NO_LIST)
		pli_row_fail(&r->row, NULL, "a margin simulation with a list \"riskUnitData\"");
	r->time_ns = pli_row_time(&r->row, "ts", r->time_ns);
	pli_okx_each(r, "riskUnitData", stress_unit);
	if (r->row.err == PLM_OK)
		stress_account(r);
}
