/* ladder_table.c: the table of `plimsoll ladder`. */
#include "cli/ladder_table.h"

#include <math.h>

#include "api/ladder_json.h"
#include "cli/number_text.h"
#include "cli/table.h"

static const pli_column leg_columns[] = {
    {"account", "ACCOUNT", PLI_COLUMN_TEXT},
    {"pool", "POOL", PLI_COLUMN_TEXT},
    {"instrument", "CONTRACT", PLI_COLUMN_TEXT},
    {"quantity", "QUANTITY", PLI_COLUMN_NUMBER},
    {"delta", "DELTA", PLI_COLUMN_NUMBER},
    {"entry", "ENTRY", PLI_COLUMN_NUMBER},
    {"mark", "MARK", PLI_COLUMN_NUMBER},
    {"break_even", "BREAK-EVEN", PLI_COLUMN_NUMBER},
    {"liquidation_down", "LIQUIDATED BELOW", PLI_COLUMN_NUMBER},
    {"liquidation_up", "LIQUIDATED ABOVE", PLI_COLUMN_NUMBER},
    {"venue_liquidation", "VENUE SAYS", PLI_COLUMN_NUMBER},
    {0},
};

static const pli_column columns[] = {
    {"rank", "", PLI_COLUMN_NUMBER},
    {"account", "ACCOUNT", PLI_COLUMN_TEXT},
    {"pool", "POOL", PLI_COLUMN_TEXT},
    {"equity", "EQUITY", PLI_COLUMN_NUMBER},
    {"maintenance", "MAINT.", PLI_COLUMN_NUMBER},
    {"residual", "OFF", PLI_COLUMN_NUMBER},
    {"cushion", "CUSHION", PLI_COLUMN_NUMBER},
    {"leverage", "LEV.", PLI_COLUMN_NUMBER},
    {"moved", "MOVES", PLI_COLUMN_TEXT},
    {"liquidation_down", "LIQUIDATED BELOW", PLI_COLUMN_NUMBER},
    {"call_down", "CALLED BELOW", PLI_COLUMN_NUMBER},
    {"call_up", "CALLED ABOVE", PLI_COLUMN_NUMBER},
    {"liquidation_up", "LIQUIDATED ABOVE", PLI_COLUMN_NUMBER},
    {"rule", "RULE", PLI_COLUMN_TEXT},
    {0},
};

/* "54545.45 -9.1%", "past", or "-" where no price does it. */
static void
put_found(pli_table *table, const plm_rung *rung, double spot)
{
	double pct = (rung->factor - 1) * 100;
	if (rung->status != PLM_RUNG_FOUND)
		pli_table_put_text(table, rung->status == PLM_RUNG_NONE   ? "-"
					  : rung->status == PLM_RUNG_PAST ? "past"
									  : "?");
	else if (isnan(spot))
		pli_table_put_format(table, "%+.1f%%", pct);
	else if (fabs(pct) >= 1000)
		pli_table_put_format(table, "%.6g  x%.0f", spot * rung->factor, rung->factor);
	else
		pli_table_put_format(table, "%.6g %+.1f%%", spot * rung->factor, pct);
}

static void
put_rung(pli_table *table, const pli_ladder_row *row, plm_threshold threshold, uint32_t side)
{
	if (row->reason != NULL || row->ladder_reason != NULL)
		pli_table_put_text(table, "");
	else
		put_found(table, &row->rungs[threshold][side], row->spot);
}

static pli_style
row_style(const pli_ladder_row *row)
{
	if (row->reason != NULL)
		return PLI_STYLE_FAINT;
	if (row->distance == 0)
		return PLI_STYLE_BAD;
	return row->distance_call < 0.05 ? PLI_STYLE_WARN : PLI_STYLE_PLAIN;
}

static void
put_numbers(pli_table *table, const pli_ladder_row *row)
{
	char text[PLI_NUMBER_TEXT_MAX];
	double residual = pli_ladder_residual(row);
	pli_table_put_text(table, pli_usd_text(row->numbers.equity * row->unit_usd, false, text));
	pli_table_put_text(
	    table, pli_usd_text(row->numbers.maintenance * row->unit_usd, false, text));
	const char *suspect = pli_ladder_suspect_text(row->suspect);
	if (isnan(residual))
		pli_table_put_text(table, "");
	else
		pli_table_put_format(
		    table, "%s%s%+.1f%%", suspect, suspect[0] == '\0' ? "" : " ", residual * 100);
	pli_table_put_text(table, pli_share_text(plm_margin_cushion(&row->numbers), text));
	pli_table_put_text(table, pli_ratio_text(row->leverage_gross, text));
}

static void
put_row(pli_table *table, const pli_registry *registry, const pli_ladder_row *row, uint32_t rank)
{
	const plm_account_fact *account = pli_registry_account_get(registry, row->key.account);
	char name[PLI_API_NAME_MAX];
	(void)pli_table_row(table, row_style(row));
	if (row->reason == NULL)
		pli_table_put_int(table, rank);
	else
		pli_table_put_text(table, "");
	pli_table_put_text(table, account == NULL ? "" : account->name);
	const char *side = pli_ladder_side_text(row);
	pli_table_put_format(table, "%s%s%s", pli_ladder_pool_text(registry, row, name),
	    side == NULL ? "" : " ", side == NULL ? "" : side);
	put_numbers(table, row);
	if (row->reason != NULL || row->ladder_reason != NULL)
		pli_table_put_text(table, "");
	else
		pli_table_put_text(table,
		    row->moved.value == 0 ? "all" : pli_api_asset_text(registry, row->moved, name));
	put_rung(table, row, PLM_THRESHOLD_LIQUIDATION, 0);
	put_rung(table, row, PLM_THRESHOLD_CALL, 0);
	put_rung(table, row, PLM_THRESHOLD_CALL, 1);
	put_rung(table, row, PLM_THRESHOLD_LIQUIDATION, 1);
	pli_table_put_format(table, "%s%s%s%s",
	    row->rule == NULL ? "" : plm_margin_rule_name(row->rule),
	    row->is_estimate && row->rule != NULL ? " estimate" : "",
	    row->implied == 0 ? "" : ", implied: ", pli_ladder_implied_text(row->implied));
}

static void
print_reason(pli_cli *cli, const pli_registry *registry, const pli_ladder_row *row)
{
	char name[PLI_API_NAME_MAX], text[PLI_LADDER_REASON_MAX];
	const char *reason = pli_ladder_reason_text(registry, row, text);
	const plm_account_fact *account = pli_registry_account_get(registry, row->key.account);
	if (reason != NULL)
		(void)fprintf(cli->out, "%s %s: no ladder: %s\n",
		    account == NULL ? "?" : account->name,
		    pli_ladder_pool_text(registry, row, name), reason);
}

int
pli_ladder_table_print(
    pli_cli *cli, const pli_registry *registry, const pli_ladder_row *rows, uint32_t rows_count)
{
	pli_table *table = pli_table_create(columns, rows_count + 1);
	if (table == NULL)
		return pli_cli_error(cli, PLI_EXIT_SYSTEM, "no memory for the table");
	for (uint32_t i = 0; i < rows_count; i++)
		put_row(table, registry, &rows[i], i + 1);
	pli_table_print(table, cli);
	pli_table_destroy(table);
	for (uint32_t i = 0; i < rows_count; i++)
		print_reason(cli, registry, &rows[i]);
	return PLI_EXIT_OK;
}

pli_table *
pli_leg_table_create(uint32_t legs_max)
{
	return pli_table_create(leg_columns, legs_max);
}

static void
put_price(pli_table *table, double price)
{
	if (isnan(price))
		pli_table_put_text(table, "?");
	else
		pli_table_put_format(table, "%.6g", price);
}

static void
put_leg(pli_table *table, const pli_ladder_leg *leg, double unit_usd)
{
	char text[PLI_NUMBER_TEXT_MAX];
	pli_table_put_format(table, "%+.6g", leg->quantity);
	pli_table_put_text(table, pli_usd_text(leg->delta * unit_usd, true, text));
	put_price(table, leg->entry);
	put_price(table, leg->mark);
	put_price(table, leg->break_even);
	put_found(table, &leg->rungs[PLM_THRESHOLD_LIQUIDATION][0], leg->spot);
	put_found(table, &leg->rungs[PLM_THRESHOLD_LIQUIDATION][1], leg->spot);
	if (isnan(leg->venue_liquidation))
		pli_table_put_text(table, "");
	else
		put_price(table, leg->venue_liquidation);
}

void
pli_leg_table_add(pli_table *table, const pli_registry *registry, const pli_ladder_legs *legs)
{
	const pli_ladder_row *row = &legs->row;
	const plm_account_fact *account = pli_registry_account_get(registry, row->key.account);
	char name[PLI_API_NAME_MAX];
	for (uint32_t i = 0; i < legs->count; i++) {
		const pli_ladder_leg *leg = &legs->legs[i];
		const plm_instrument *contract = pli_registry_instrument_get(
		    registry, leg->instrument);
		bool hedge = leg->side != PLM_SIDE_NET;
		(void)pli_table_row(table, PLI_STYLE_PLAIN);
		pli_table_put_text(table, account == NULL ? "" : account->name);
		pli_table_put_text(table, pli_ladder_pool_text(registry, row, name));
		pli_table_put_format(table, "%s%s%s", contract->name, hedge ? " " : "",
		    hedge ? pli_api_side_text(leg->side) : "");
		put_leg(table, leg, row->unit_usd);
	}
}
