/* bybit_stress.c: the venue's own stress test of what an account holds (asset/portfolio-margin): of
 * each coin gains at each price, contingencies, and what the account is asked for beside them. */
#include <math.h>
#include <string.h>

#include "venue/bybit/bybit_internal.h"
#include "venue/stress_slot.h"

/* Of an option's values at one price: vols up, as they are, down. */
enum { VOLS = 3, VOLS_STAY = 1 };

/* pnlRanges of an object, at a shock: value `which` of `count`. NaN: there is none, or another
 * number of values. */
static double
range_value(bybit_reader *r, uint32_t object, double move, uint32_t which, uint32_t count)
{
	pli_row row = r->row;
	row.node = object;
	uint32_t list = object == 0 ? PLI_NO_LIST : pli_row_list(&row, "pnlRanges");
	for (uint32_t at = pli_row_child(&row, list, 0); at != 0;
	     at = pli_row_child(&row, list, at)) {
		row.node = at;
		if (!(fabs(pli_row_double(&row, "priceScale") - move) < 1e-9))
			continue;
		uint32_t pnls = pli_row_find(&row, "pnls"), value = pnls + 1;
		if (pnls == 0 || r->nodes[pnls].children_count != count)
			return NAN;
		for (uint32_t i = 0; i < which; i++)
			value = r->nodes[value].next;
		return pli_row_double_at(&row, value);
	}
	return NAN;
}

/* What all options gain there while vols stay. */
static double
options_value(bybit_reader *r, double move)
{
	pli_row row = r->row;
	double sum = 0;
	uint32_t list = pli_row_list(&row, "optionExpiryDatePnlRanges");
	for (uint32_t at = pli_row_child(&row, list, 0); at != 0;
	     at = pli_row_child(&row, list, at))
		sum += range_value(r, at, move, VOLS_STAY, VOLS);
	return sum;
}

/* Of a coin without perpetuals there is no row of them. */
static bool
grid_read(bybit_reader *r, plm_margin_stress *stress)
{
	uint32_t totals = pli_row_find(&r->row, "totalPnlRanges");
	uint32_t all = pli_json_find(r->row.json, totals, "ALL");
	uint32_t perpetual = pli_json_find(r->row.json, totals, "PERPETUAL"), read = 0, count;
	pli_row row = r->row;
	row.node = all;
	uint32_t list = all == 0 ? PLI_NO_LIST : pli_row_list(&row, "pnlRanges");
	count = list == PLI_NO_LIST ? 0 : r->nodes[list].children_count;
	double range = 0;
	for (uint32_t at = pli_row_child(&row, list, 0); at != 0;
	     at = pli_row_child(&row, list, at)) {
		row.node = at;
		range = fmax(range, fabs(pli_row_double(&row, "priceScale")));
	}
	for (uint32_t at = pli_row_child(&row, list, 0); at != 0;
	     at = pli_row_child(&row, list, at)) {
		row.node = at;
		double move = pli_row_double(&row, "priceScale");
		uint32_t slot = pli_stress_slot(move, range, count);
		double futures = perpetual == 0 ? 0 : range_value(r, perpetual, move, 0, 1);
		double beside = range_value(r, all, move, 0, 1) - futures - options_value(r, move);
		if (slot == count || isnan(beside))
			return false;
		read |= 1U << slot;
		stress->beside[slot] = beside;
	}
	stress->moves_count = count;
	stress->range = range;
	return r->row.err == PLM_OK && row.err == PLM_OK && count != 0 && read == (1U << count) - 1;
}

/* asset: what the coin is asked for. A coin without a grid tells nothing. */
static void
stress_coin(bybit_reader *r, pli_row *asset)
{
	plm_event event;
	pli_bybit_begin(r, &event, PLM_EVENT_MARGIN_STRESS, true);
	plm_margin_stress *stress = &event.u.margin_stress;
	pli_row contingency = r->row;
	contingency.node = pli_row_find(&r->row, "contingency");
	double maintenance = pli_row_double(asset, "assetMM");
	if (maintenance > 0)
		stress->initial = pli_row_double(asset, "assetIM") / maintenance;
	stress->added = pli_row_double(&contingency, "contingencyComponents");
	stress->spot = stress->decay = stress->least = 0;
	plm_slice coin = pli_row_name(&r->row, "baseCoin");
	if (!grid_read(r, stress) || r->dry)
		return;
	stress->coin = plm_names_asset(r->cfg->names, coin);
	if (stress->coin.value != 0)
		pli_bybit_emit(r, &event);
}

/* What is asked beside the coins: for what is borrowed. */
static void
stress_account(bybit_reader *r, double initial, double maintenance)
{
	plm_event event;
	pli_row wallet = r->row;
	wallet.node = pli_row_find(&r->row, "wallet");
	pli_bybit_begin(r, &event, PLM_EVENT_MARGIN_STRESS, true);
	plm_margin_stress *stress = &event.u.margin_stress;
	double beside = pli_row_double(&wallet, "accountMM") - maintenance;
	double beside_initial = pli_row_double(&wallet, "accountIM") - initial;
	if (isnan(beside) || isnan(beside_initial) || wallet.err != PLM_OK || r->dry)
		return;
	stress->added = fmax(beside, 0); /* coins and account are told of two instants */
	stress->initial = beside > 0 ? fmax(beside_initial, 0) / beside : 1;
	stress->coin = plm_names_asset(r->cfg->names, PLM_SLICE("USD"));
	if (stress->coin.value != 0)
		pli_bybit_emit(r, &event);
}

void
pli_bybit_stress(bybit_reader *r)
{
	double initial = 0, maintenance = 0;
	uint32_t root = r->row.node, list = pli_row_list(&r->row, "assetPnlRange");
	if (list == PLI_NO_LIST)
		pli_row_fail(&r->row, NULL, "a stress test with a list \"assetPnlRange\"");
	for (uint32_t at = pli_row_child(&r->row, list, 0); at != 0;
	     at = pli_row_child(&r->row, list, at)) {
		pli_row asset = r->row;
		asset.node = pli_json_find(r->row.json, at, "asset");
		r->row.node = at;
		stress_coin(r, &asset);
		r->row.node = root;
		maintenance += pli_row_double(&asset, "assetMM");
		initial += pli_row_double(&asset, "assetIM");
	}
	if (r->row.err == PLM_OK)
		stress_account(r, initial, maintenance);
}
