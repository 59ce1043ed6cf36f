/* cascade_json.c: a price, its way, and the liquidations on it. */
#include "api/cascade_json.h"

#include <math.h>
#include <stdio.h>

#include "api/whatif_plan.h"

/* Which asset the way is of; 0 of "all". */
static plm_err
asset_find(const pli_whatif_ask *ask, const pli_exposure *exposure, plm_asset_id *ret_asset,
    plm_fault *ret_fault)
{
	pli_whatif_plan plan;
	*ret_asset = (plm_asset_id){0};
	if (plm_slice_is(ask->moves[0].asset, "all"))
		return PLM_OK;
	plm_err err = pli_whatif_plan_make(&plan, ask, exposure, ret_fault);
	if (err == PLM_OK)
		*ret_asset = plan.moved[0];
	return err;
}

plm_err
pli_cascade_ask_book(pli_cascade *cascade, const pli_exposure *exposure, const pli_whatif_ask *ask,
    double evaluations_max, pli_cascade_answer *ret_answer, plm_fault *ret_fault)
{
	const pli_whatif_move *move = &ask->moves[0];
	plm_asset_id asset;
	plm_err err = asset_find(ask, exposure, &asset, ret_fault);
	if (err != PLM_OK)
		return err;
	*ret_answer = (pli_cascade_answer){.book = pli_exposure_book(exposure),
	    .pct = move->pct,
	    .query = {asset, move->factor, evaluations_max}};
	(void)snprintf(ret_answer->asset, sizeof ret_answer->asset, "%.*s", (int)move->asset.size,
	    move->asset.bytes);
	pli_cascade_find(cascade, exposure, &ret_answer->query, &ret_answer->found);
	return PLM_OK;
}

const char *
pli_cascade_left_text(const pli_registry *registry, const pli_cascade_step *step,
    char ret_text[PLI_LADDER_REASON_MAX])
{
	const pli_ladder_row why = {.reason = step->left_reason, .reason_of = step->left_reason_of};
	return pli_ladder_reason_text(registry, &why, ret_text);
}

const char *
pli_cascade_net_text(const pli_registry *registry, const pli_cascade_step *step,
    char ret_text[PLI_LADDER_REASON_MAX])
{
	const pli_ladder_row why = {
	    .reason = step->net_reason, .reason_asset = step->net_reason_of};
	return pli_ladder_reason_text(registry, &why, ret_text);
}

/* What is left without a fee that is not known is at most so much: the two have reasons apart. */
static void
put_reasons(pli_json_writer *w, const pli_registry *registry, const pli_cascade_step *step)
{
	char text[PLI_LADDER_REASON_MAX];
	const char *left = pli_cascade_left_text(registry, step, text);
	pli_json_member_text(w, "left_reason", left);
	pli_json_member_text(w, "fee_reason",
	    !isnan(step->fee_usd) ? NULL
	    : left != NULL        ? left
				  : "what the venue takes for one of its legs is not known");
	pli_json_member_text(w, "net_reason", pli_cascade_net_text(registry, step, text));
}

static void
put_step(pli_json_writer *w, const pli_registry *registry, const pli_cascade_step *step)
{
	const pli_ladder_row *row = &step->row;
	const plm_account_fact *account = pli_registry_account_get(registry, row->key.account);
	char name[PLI_API_NAME_MAX];
	pli_json_object_open(w);
	pli_json_member_double(w, "pct", (step->factor - 1) * 100);
	pli_json_member_double(w, "price", step->price);
	pli_json_member_text(w, "venue", account == NULL ? NULL : account->venue_name);
	pli_json_member_text(w, "account", account == NULL ? NULL : account->name);
	pli_json_member_text(w, "pool", pli_ladder_pool_text(registry, row, name));
	pli_json_member_text(w, "side", pli_ladder_side_text(row));
	pli_json_member_text(w, "status", row->is_estimate ? "estimate" : "verified");
	pli_json_member_double(w, "equity_usd", row->numbers.equity * row->unit_usd);
	pli_json_member_double(w, "maintenance_usd", row->numbers.maintenance * row->unit_usd);
	pli_json_member_int(w, "parts", step->parts);
	pli_json_member_int(w, "parts_left", step->parts_left);
	pli_json_member_bool(w, "parts_are_ours", step->parts_are_ours);
	pli_json_member_double(w, "closed_usd", step->closed_usd);
	pli_json_member_double(w, "fee_usd", step->fee_usd);
	pli_json_member_double(w, "left_usd", step->left_usd);
	pli_json_member_double(w, "net_usd_before", step->net_usd_before);
	pli_json_member_double(w, "net_usd_after", step->net_usd_after);
	put_reasons(w, registry, step);
	pli_json_member_int(w, "adl_accounts_count", step->adl_accounts_count);
	pli_json_key(w, "adl_rank");
	if (step->adl_rank == 0)
		pli_json_put_null(w);
	else
		pli_json_put_uint(w, step->adl_rank);
	pli_json_object_close(w);
}

void
pli_cascade_put_document(pli_json_writer *w, const pli_cascade_answer *answer)
{
	const pli_registry *registry = pli_book_registry(answer->book);
	pli_json_object_open(w);
	pli_json_member_time_ns(w, "as_of_ns", pli_book_now_ns(answer->book));
	pli_json_member_int(w, "sequence", (int64_t)pli_book_sequence(answer->book));
	pli_json_member_text(w, "asset", answer->asset);
	pli_json_member_double(w, "pct", answer->pct);
	pli_json_member_int(w, "pools_unknown", answer->found.pools_unknown);
	pli_json_member_bool(w, "is_whole", answer->found.is_whole);
	pli_json_key(w, "liquidations");
	pli_json_array_open(w);
	for (uint32_t i = 0; i < answer->found.steps_count; i++)
		put_step(w, registry, &answer->found.steps[i]);
	pli_json_array_close(w);
	pli_json_object_close(w);
}
