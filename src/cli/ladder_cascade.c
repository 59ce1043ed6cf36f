/* ladder_cascade.c: liquidations on the way of a price, as a table or JSON. */
#include "cli/ladder_cascade.h"

#include <math.h>

#include "api/ladder_json.h"
#include "api/whatif_plan.h"
#include "cli/number_text.h"
#include "cli/table.h"
#include "margin/book_cascade.h"

enum { CASCADE_JSON_MAX = 8 << 20, CASCADE_LEGS_MAX = 16384, CASCADE_POOLS_MAX = 16384 };

/* What was asked and found. asset: its name, "all". */
typedef struct cascade_view {
	const pli_registry *registry;
	const pli_book *book;
	char asset[PLI_API_NAME_MAX];
	double pct;
	pli_cascade_query query;
	const pli_cascade_step *steps;
	uint32_t steps_count, unknown;
} cascade_view;

static const pli_column columns[] = {
    {"step", "", PLI_COLUMN_NUMBER},
    {"price", "AT", PLI_COLUMN_NUMBER},
    {"account", "ACCOUNT", PLI_COLUMN_TEXT},
    {"pool", "POOL", PLI_COLUMN_TEXT},
    {"liquidated", "LIQUIDATED", PLI_COLUMN_TEXT},
    {"closed", "CLOSED", PLI_COLUMN_NUMBER},
    {"left", "LEFT", PLI_COLUMN_NUMBER},
    {"net_before", "NET BEFORE", PLI_COLUMN_NUMBER},
    {"net_after", "NET AFTER", PLI_COLUMN_NUMBER},
    {"rule", "RULE", PLI_COLUMN_TEXT},
    {"reduced", "MAY BE REDUCED", PLI_COLUMN_TEXT},
    {0},
};

static void
put_usd(pli_table *table, double usd, bool plus)
{
	char text[PLI_NUMBER_TEXT_MAX];
	pli_table_put_text(table, pli_usd_text(usd, plus, text));
}

static void
put_step(pli_table *table, const cascade_view *view, uint32_t at)
{
	const pli_cascade_step *step = &view->steps[at];
	const pli_ladder_row *row = &step->row;
	const plm_account_fact *account = pli_registry_account_get(
	    view->registry, row->key.account);
	const char *side = pli_ladder_side_text(row);
	char name[PLI_API_NAME_MAX];
	(void)pli_table_row(table, step->left_usd < 0 ? PLI_STYLE_BAD : PLI_STYLE_PLAIN);
	pli_table_put_int(table, at + 1);
	if (isnan(step->price))
		pli_table_put_format(table, "%+.1f%%", (step->factor - 1) * 100);
	else
		pli_table_put_format(
		    table, "%.6g %+.1f%%", step->price, (step->factor - 1) * 100);
	pli_table_put_text(table, account == NULL ? "?" : account->name);
	pli_table_put_format(table, "%s%s%s", pli_ladder_pool_text(view->registry, row, name),
	    side == NULL ? "" : " ", side == NULL ? "" : side);
	if (step->parts == PLI_CASCADE_PARTS)
		pli_table_put_text(table, "whole");
	else
		pli_table_put_format(table, "%u of %d parts%s", step->parts, PLI_CASCADE_PARTS,
		    step->parts_left == 0 ? ", the last" : "");
	put_usd(table, step->closed_usd, false);
	put_usd(table, step->left_usd, false);
	put_usd(table, step->net_usd_before, true);
	put_usd(table, step->net_usd_after, true);
	pli_table_put_format(table, "%s%s",
	    row->rule == NULL ? "" : plm_margin_rule_name(row->rule),
	    row->is_estimate ? " estimate" : "");
	if (step->adl_accounts_count == 0)
		pli_table_put_text(table, "");
	else
		pli_table_put_format(table, "%u of ours%s", step->adl_accounts_count,
		    step->adl_rank >= 4 ? ", high in the queue" : "");
}

static int
view_table(pli_cli *cli, const cascade_view *view)
{
	pli_table *table = pli_table_create(columns, view->steps_count + 1);
	if (table == NULL)
		return pli_cli_error(cli, PLI_EXIT_SYSTEM, "no memory for the table");
	for (uint32_t i = 0; i < view->steps_count; i++)
		put_step(table, view, i);
	if (view->steps_count > 0)
		pli_table_print(table, cli);
	else
		(void)fprintf(cli->out, "no pool is liquidated while %s moves by %+g%%\n",
		    view->asset, view->pct);
	pli_table_destroy(table);
	if (view->unknown > 0)
		(void)fprintf(cli->out,
		    "%u more %s no ladder and may die on the way: `plimsoll ladder%s` says why\n",
		    view->unknown, view->unknown == 1 ? "pool has" : "pools have",
		    view->query.asset.value == 0 ? " --joint beta" : "");
	if (view->steps_count == PLI_CASCADE_STEPS_MAX)
		(void)fprintf(cli->out, "there are more: only the first %d are shown\n",
		    PLI_CASCADE_STEPS_MAX);
	return PLI_EXIT_OK;
}

static void
write_step(pli_json_writer *w, const cascade_view *view, const pli_cascade_step *step)
{
	const plm_account_fact *account = pli_registry_account_get(
	    view->registry, step->row.key.account);
	char name[PLI_API_NAME_MAX];
	pli_json_object_open(w);
	pli_json_member_double(w, "pct", (step->factor - 1) * 100);
	pli_json_member_double(w, "price", step->price);
	pli_json_member_text(w, "venue", account == NULL ? NULL : account->venue_name);
	pli_json_member_text(w, "account", account == NULL ? NULL : account->name);
	pli_json_member_text(w, "pool", pli_ladder_pool_text(view->registry, &step->row, name));
	pli_json_member_text(w, "side", pli_ladder_side_text(&step->row));
	pli_json_member_text(w, "status", step->row.is_estimate ? "estimate" : "verified");
	pli_json_member_double(w, "equity_usd", step->row.numbers.equity * step->row.unit_usd);
	pli_json_member_double(
	    w, "maintenance_usd", step->row.numbers.maintenance * step->row.unit_usd);
	pli_json_member_int(w, "parts", step->parts);
	pli_json_member_int(w, "parts_left", step->parts_left);
	pli_json_member_double(w, "closed_usd", step->closed_usd);
	pli_json_member_double(w, "left_usd", step->left_usd);
	pli_json_member_double(w, "net_usd_before", step->net_usd_before);
	pli_json_member_double(w, "net_usd_after", step->net_usd_after);
	pli_json_member_int(w, "adl_accounts_count", step->adl_accounts_count);
	pli_json_key(w, "adl_rank");
	if (step->adl_rank == 0)
		pli_json_put_null(w);
	else
		pli_json_put_uint(w, step->adl_rank);
	pli_json_object_close(w);
}

static int
view_json(pli_cli *cli, const cascade_view *view)
{
	pli_json_writer w;
	pli_json_writer_init(&w, CASCADE_JSON_MAX);
	pli_json_object_open(&w);
	pli_json_member_time_ns(&w, "as_of_ns", pli_book_now_ns(view->book));
	pli_json_member_text(&w, "asset", view->asset);
	pli_json_member_double(&w, "pct", view->pct);
	pli_json_member_int(&w, "pools_unknown", view->unknown);
	pli_json_key(&w, "liquidations");
	pli_json_array_open(&w);
	for (uint32_t i = 0; i < view->steps_count; i++)
		write_step(&w, view, &view->steps[i]);
	pli_json_array_close(&w);
	pli_json_object_close(&w);
	return pli_json_show(cli, &w);
}

/* Which asset the way is of. */
static int
view_ask(
    pli_cli *cli, const pli_whatif_ask *ask, const pli_exposure *exposure, cascade_view *view)
{
	const pli_whatif_move *move = &ask->moves[0];
	plm_fault fault = {0};
	(void)snprintf(
	    view->asset, sizeof view->asset, "%.*s", (int)move->asset.size, move->asset.bytes);
	view->pct = move->pct;
	view->query.factor = move->factor;
	if (plm_slice_is(move->asset, "all"))
		return PLI_EXIT_OK;
	pli_whatif_plan plan;
	plm_err err = pli_whatif_plan_make(&plan, ask, exposure, &fault);
	view->query.asset = plan.moved[0];
	return err == PLM_OK ? PLI_EXIT_OK
			     : pli_cli_error(cli, PLI_EXIT_USAGE, "--cascade: %s", fault.text);
}

int
pli_cascade_print(pli_cli *cli, const pli_whatif_ask *ask, bool json, pli_core *core)
{
	const pli_exposure *exposure = pli_core_exposure(core);
	cascade_view view = {
	    .book = pli_core_book(core), .registry = pli_book_registry(pli_core_book(core))};
	int code = view_ask(cli, ask, exposure, &view);
	if (code != PLI_EXIT_OK)
		return code;
	pli_cascade *cascade = pli_cascade_create(
	    pli_book_bounds_get(view.book), CASCADE_LEGS_MAX, CASCADE_POOLS_MAX);
	if (cascade == NULL)
		return pli_cli_error(cli, PLI_EXIT_SYSTEM, "no memory for the cascade");
	view.steps_count = pli_cascade_find(
	    cascade, exposure, &view.query, &view.steps, &view.unknown);
	code = json ? view_json(cli, &view) : view_table(cli, &view);
	pli_cascade_destroy(cascade);
	return code;
}
