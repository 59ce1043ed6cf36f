/* ladder_cascade.c: liquidations on the way of a price, as a table or JSON. */
#include "cli/ladder_cascade.h"

#include <math.h>

#include "api/cascade_json.h"
#include "api/ladder_json.h"
#include "cli/number_text.h"
#include "cli/table.h"

enum { CASCADE_JSON_MAX = 8 << 20, CASCADE_LEGS_MAX = 16384, CASCADE_POOLS_MAX = 16384 };

static const pli_column columns[] = {
    {"step", "", PLI_COLUMN_NUMBER},
    {"price", "AT", PLI_COLUMN_NUMBER},
    {"account", "ACCOUNT", PLI_COLUMN_TEXT},
    {"pool", "POOL", PLI_COLUMN_TEXT},
    {"liquidated", "LIQUIDATED", PLI_COLUMN_TEXT},
    {"closed", "CLOSED", PLI_COLUMN_NUMBER},
    {"fee", "FEE", PLI_COLUMN_NUMBER},
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
put_step(pli_table *table, const pli_registry *registry, const pli_cascade_step *step, uint32_t at)
{
	const pli_ladder_row *row = &step->row;
	const plm_account_fact *account = pli_registry_account_get(registry, row->key.account);
	const char *side = pli_ladder_side_text(row);
	char name[PLI_API_NAME_MAX];
	(void)pli_table_row(table, step->left_usd < 0 ? PLI_STYLE_BAD : PLI_STYLE_PLAIN);
	pli_table_put_int(table, at + 1);
	if (isnan(step->price))
		pli_table_put_format(table, "%+.1f%%", (step->factor - 1) * 100);
	else
		pli_table_put_format(table, "%.6g %+.1f%%", step->price, (step->factor - 1) * 100);
	pli_table_put_text(table, account == NULL ? "?" : account->name);
	pli_table_put_format(table, "%s%s%s", pli_ladder_pool_text(registry, row, name),
	    side == NULL ? "" : " ", side == NULL ? "" : side);
	if (step->parts == PLI_CASCADE_PARTS)
		pli_table_put_text(table, "whole");
	else
		pli_table_put_format(table, "%s%u of %d parts%s", step->parts_are_ours ? "~" : "",
		    step->parts, PLI_CASCADE_PARTS, step->parts_left == 0 ? ", the last" : "");
	put_usd(table, step->closed_usd, false);
	put_usd(table, step->fee_usd, false);
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

/* Behind the table: why a cell of it is "?", each reason of the nets once. */
static void
reasons_print(pli_cli *cli, const pli_cascade_answer *answer)
{
	const pli_registry *registry = pli_book_registry(answer->book);
	const pli_cascade_found *found = &answer->found;
	const char *before = NULL;
	for (uint32_t i = 0; i < found->steps_count; i++) {
		const pli_cascade_step *step = &found->steps[i];
		char text[PLI_LADDER_REASON_MAX];
		const char *left = pli_cascade_left_text(registry, step, text);
		if (left != NULL)
			(void)fprintf(
			    cli->out, "step %u: what is left is not known: %s\n", i + 1, left);
		const char *net = pli_cascade_net_text(registry, step, text);
		if (net != NULL && step->net_reason != before)
			(void)fprintf(cli->out, "step %u: the net is not known: %s\n", i + 1, net);
		before = step->net_reason;
	}
}

static int
answer_table(pli_cli *cli, const pli_cascade_answer *answer)
{
	const pli_cascade_found *found = &answer->found;
	pli_table *table = pli_table_create(columns, found->steps_count + 1);
	if (table == NULL)
		return pli_cli_error(cli, PLI_EXIT_SYSTEM, "no memory for the table");
	for (uint32_t i = 0; i < found->steps_count; i++)
		put_step(table, pli_book_registry(answer->book), &found->steps[i], i);
	if (found->steps_count > 0)
		pli_table_print(table, cli);
	else
		(void)fprintf(cli->out, "no pool is liquidated while %s moves by %+g%%\n",
		    answer->asset, answer->pct);
	pli_table_destroy(table);
	reasons_print(cli, answer);
	if (found->pools_unknown > 0)
		(void)fprintf(cli->out,
		    "%u more %s no ladder and may die on the way: `plimsoll ladder%s` says why\n",
		    found->pools_unknown, found->pools_unknown == 1 ? "pool has" : "pools have",
		    answer->query.asset.value == 0 ? " --joint beta" : "");
	if (!found->is_whole)
		(void)fprintf(cli->out, "there are more: only the first %d are shown\n",
		    PLI_CASCADE_STEPS_MAX);
	return PLI_EXIT_OK;
}

static int
answer_json(pli_cli *cli, const pli_cascade_answer *answer)
{
	pli_json_writer w;
	pli_json_writer_init(&w, CASCADE_JSON_MAX);
	pli_cascade_put_document(&w, answer);
	return pli_json_show(cli, &w);
}

int
pli_cascade_print(pli_cli *cli, const pli_whatif_ask *ask, bool json, pli_core *core)
{
	pli_cascade_answer answer;
	plm_fault fault = {0};
	pli_cascade *cascade = pli_cascade_create(
	    pli_book_bounds_get(pli_core_book(core)), CASCADE_LEGS_MAX, CASCADE_POOLS_MAX);
	if (cascade == NULL)
		return pli_cli_error(cli, PLI_EXIT_SYSTEM, "no memory for the cascade");
	int code = pli_cascade_ask_book(
		       cascade, pli_core_exposure(core), ask, 0, &answer, &fault) != PLM_OK
		       ? pli_cli_error(cli, PLI_EXIT_USAGE, "--cascade: %s", fault.text)
		   : json ? answer_json(cli, &answer)
			  : answer_table(cli, &answer);
	pli_cascade_destroy(cascade);
	return code;
}
