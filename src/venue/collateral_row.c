/* collateral_row.c: lists of shares of collateral. */
#include "venue/collateral_row.h"

#include <stddef.h>

#include "model/registry.h"
#include "venue/contract_name.h"

static uint64_t
bit_of(plm_asset_id asset)
{
	return asset.value < PLI_COLLATERAL_ASSETS_MAX ? UINT64_C(1) << asset.value % 64 : 0;
}

static bool
is_in(const uint64_t *bits, plm_asset_id asset)
{
	uint64_t bit = bit_of(asset);
	return bit != 0 && (bits[asset.value / 64] & bit) != 0;
}

void
pli_collateral_see(pli_collateral_held *held, const plm_event *event)
{
	const plm_balance *balance = &event->u.balance;
	bool told = event->type == PLM_EVENT_BALANCE && (plm_decimal_sign(balance->wallet) != 0 ||
							    plm_decimal_sign(balance->equity) != 0);
	if (!told || bit_of(balance->asset) == 0 || is_in(held->bits, balance->asset))
		return;
	held->bits[balance->asset.value / 64] |= bit_of(balance->asset);
	held->wanted = true;
}

/* The step that the row is on, behind those before it. Too many: counted, and not kept. */
static void
step_read(pli_row *r, const pli_collateral_members *members, plm_collateral *fact)
{
	uint32_t count = fact->steps_count++;
	double floor = members->floor == NULL ? 0 : pli_row_double(r, members->floor);
	double weight = pli_row_double(r, members->weight);
	if (members->debt_more != NULL)
		weight = 1 - weight;
	if (count >= PLM_COLLATERAL_STEPS_MAX)
		return;
	if (count == 0 ? floor != 0 : !(floor > fact->steps[count - 1].floor))
		pli_row_fail(r, members->floor, "steps that rise from 0");
	if (!(weight >= 0 && weight <= 1))
		pli_row_fail(r, members->weight, "a share from 0 to 1");
	fact->steps[count].floor = floor;
	fact->steps[count].weight = weight;
}

void
pli_collateral_read(pli_row *r, const pli_collateral_members *members, plm_names *names,
    const pli_collateral_held *held, plm_event *event, const plm_event_sink *events)
{
	plm_slice name = pli_row_name(r, members->name);
	uint32_t outer = r->node, list;
	plm_collateral *fact = &event->u.collateral;
	if (r->err == PLM_OK && members->name_end != NULL &&
	    !pli_name_ends(name, members->name_end, &name))
		pli_row_fail(r, members->name, "an asset's pair such as BTCUSD");
	if (r->err != PLM_OK)
		return;
	fact->asset = held == NULL && events != NULL ? plm_names_asset(names, name)
						     : pli_registry_asset_find(names, name);
	fact->steps_count = 0;
	fact->debt_more = members->debt_more == NULL ? 0 : pli_row_double(r, members->debt_more);
	if (!(fact->debt_more >= 0))
		pli_row_fail(r, members->debt_more, "a share from 0 on");
	if (held != NULL && !is_in(held->bits, fact->asset))
		return;
	if (members->steps == NULL) {
		step_read(r, members, fact);
	} else {
		list = pli_row_list(r, members->steps);
		for (uint32_t at = pli_row_child(r, list, 0); at != 0;
		     at = pli_row_child(r, list, at)) {
			r->node = at;
			step_read(r, members, fact);
		}
		r->node = outer;
	}
	bool fits = fact->steps_count <= PLM_COLLATERAL_STEPS_MAX && fact->asset.value != 0;
	if (r->err == PLM_OK && fits && events != NULL)
		r->err = events->emit(events->ctx, event);
}
