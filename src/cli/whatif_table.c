/* whatif_table.c: the tables of `plimsoll whatif`. */
#include "cli/whatif_table.h"

#include <math.h>
#include <string.h>

#include "api/ladder_json.h"
#include "cli/number_text.h"
#include "cli/table.h"

enum { CELL_MAX = 64 };

static const pli_column pool_columns[] = {
    {"rank", "RANK", PLI_COLUMN_NUMBER},
    {"account", "ACCOUNT", PLI_COLUMN_TEXT},
    {"pool", "POOL", PLI_COLUMN_TEXT},
    {"equity", "EQUITY", PLI_COLUMN_NUMBER},
    {"maintenance", "MAINT.", PLI_COLUMN_NUMBER},
    {"cushion", "CUSHION", PLI_COLUMN_NUMBER},
    {"call", "TO CALL", PLI_COLUMN_NUMBER},
    {"liquidation", "TO LIQUIDATION", PLI_COLUMN_NUMBER},
    {"moved", "OF", PLI_COLUMN_TEXT},
    {0},
};

static const pli_column net_columns[] = {
    {"underlying", "UNDERLYING", PLI_COLUMN_TEXT},
    {"net_coins", "NET", PLI_COLUMN_NUMBER},
    {"net_usd", "NET USD", PLI_COLUMN_NUMBER},
    {"gross_usd", "GROSS USD", PLI_COLUMN_NUMBER},
    {0},
};

/* "26.0k -> 25.5k", or one of them where they read alike. */
static void
put_pair(pli_table *table, const char *before, const char *after)
{
	if (strcmp(before, after) == 0)
		pli_table_put_text(table, before);
	else
		pli_table_put_format(table, "%s -> %s", before, after);
}

/* The nearer of both sides: "-9.1%", "past", or "-" where no price does it. */
static void
way_text(const pli_ladder_row *row, plm_threshold threshold, char ret_text[CELL_MAX])
{
	const plm_rung *down = &row->rungs[threshold][0], *up = &row->rungs[threshold][1];
	const plm_rung *rung = down;
	if (down->status == PLM_RUNG_NONE ||
	    (down->status == PLM_RUNG_FOUND && up->status == PLM_RUNG_FOUND &&
		log(up->factor) < -log(down->factor)))
		rung = up;
	if (row->reason != NULL || row->ladder_reason != NULL || rung->status == PLM_RUNG_UNKNOWN)
		(void)snprintf(ret_text, CELL_MAX, "?");
	else if (down->status == PLM_RUNG_PAST || up->status == PLM_RUNG_PAST)
		(void)snprintf(ret_text, CELL_MAX, "past");
	else if (rung->status == PLM_RUNG_NONE)
		(void)snprintf(ret_text, CELL_MAX, "-");
	else
		(void)snprintf(ret_text, CELL_MAX, "%+.1f%%", (rung->factor - 1) * 100);
}

static void
put_ways(pli_table *table, const pli_whatif_row *pool, plm_threshold threshold)
{
	char before[CELL_MAX], after[CELL_MAX];
	way_text(&pool->before, threshold, before);
	way_text(&pool->after, threshold, after);
	put_pair(table, before, after);
}

static void
put_usd(pli_table *table, double before, double after, bool plus)
{
	char texts[2][PLI_NUMBER_TEXT_MAX];
	put_pair(table, pli_usd_text(before, plus, texts[0]), pli_usd_text(after, plus, texts[1]));
}

/* Nearer to its end is bad, farther from it good; the words say it too. */
static pli_style
pool_style(const pli_whatif_row *pool)
{
	const pli_ladder_row *before = &pool->before, *after = &pool->after;
	if (after->reason != NULL)
		return PLI_STYLE_FAINT;
	if (after->distance == 0 || after->distance < before->distance)
		return after->distance_call < 0.05 ? PLI_STYLE_BAD : PLI_STYLE_WARN;
	return after->distance > before->distance ? PLI_STYLE_GOOD : PLI_STYLE_PLAIN;
}

static void
rank_text(uint32_t rank, char ret_text[CELL_MAX])
{
	(void)snprintf(ret_text, CELL_MAX, rank == 0 ? "-" : "%u", rank);
}

static const pli_ladder_row *
side_of(const pli_whatif_row *pool)
{
	return pool->after.reason == NULL ? &pool->after : &pool->before;
}

static void
put_pool(pli_table *table, const pli_registry *registry, const pli_whatif_row *pool)
{
	const pli_ladder_row *before = &pool->before, *after = &pool->after, *row = side_of(pool);
	const plm_account_fact *account = pli_registry_account_get(registry, pool->key.account);
	char name[PLI_API_NAME_MAX], texts[2][CELL_MAX], shares[2][PLI_NUMBER_TEXT_MAX];
	(void)pli_table_row(table, pool_style(pool));
	rank_text(pool->rank_before, texts[0]);
	rank_text(pool->rank_after, texts[1]);
	put_pair(table, texts[0], texts[1]);
	pli_table_put_text(table, account == NULL ? "" : account->name);
	pli_table_put_text(table, pli_ladder_pool_text(registry, row, name));
	put_usd(table, before->numbers.equity * before->unit_usd,
	    after->numbers.equity * after->unit_usd, false);
	put_usd(table, before->numbers.maintenance * before->unit_usd,
	    after->numbers.maintenance * after->unit_usd, false);
	put_pair(table, pli_share_text(plm_margin_cushion(&before->numbers), shares[0]),
	    pli_share_text(plm_margin_cushion(&after->numbers), shares[1]));
	put_ways(table, pool, PLM_THRESHOLD_CALL);
	put_ways(table, pool, PLM_THRESHOLD_LIQUIDATION);
	pli_table_put_text(table, row->reason != NULL || row->ladder_reason != NULL ? ""
				  : row->moved.value == 0
				      ? "all"
				      : pli_api_asset_text(registry, row->moved, name));
}

static void
print_reason(pli_cli *cli, const pli_registry *registry, const pli_whatif_row *pool, bool after)
{
	const pli_ladder_row *row = after ? &pool->after : &pool->before;
	char name[PLI_API_NAME_MAX], text[PLI_LADDER_REASON_MAX];
	const char *reason = pli_ladder_reason_text(registry, row, text);
	const plm_account_fact *account = pli_registry_account_get(registry, pool->key.account);
	if (reason != NULL && !(after && row->reason == pool->before.reason))
		(void)fprintf(cli->out, "%s %s %s: %s\n", account == NULL ? "?" : account->name,
		    pli_ladder_pool_text(registry, side_of(pool), name), after ? "after" : "before",
		    reason);
}

static void
print_initial(pli_cli *cli, const pli_registry *registry, const pli_whatif_row *pool)
{
	const plm_account_fact *account = pli_registry_account_get(registry, pool->key.account);
	char name[PLI_API_NAME_MAX], asked[PLI_NUMBER_TEXT_MAX], there[PLI_NUMBER_TEXT_MAX];
	const plm_margin_numbers *after = &pool->after.numbers;
	double usd = pool->after.unit_usd;
	if (pli_whatif_exceeds_initial(pool))
		(void)fprintf(cli->out,
		    "%s %s after: its initial margin, %s, is more than what stands against it, %s: "
		    "its venue would refuse the trade\n",
		    account == NULL ? "?" : account->name,
		    pli_ladder_pool_text(registry, side_of(pool), name),
		    pli_usd_text(after->initial * usd, false, asked),
		    pli_usd_text(after->equity_initial * usd, false, there));
}

static int
pools_print(pli_cli *cli, const pli_registry *registry, const pli_whatif_answer *answer)
{
	pli_table *table = pli_table_create(pool_columns, answer->pools_count + 1);
	if (table == NULL)
		return pli_cli_error(cli, PLI_EXIT_SYSTEM, "no memory for the table");
	for (uint32_t i = 0; i < answer->pools_count; i++)
		if (answer->all || answer->pools[i].changed)
			put_pool(table, registry, &answer->pools[i]);
	uint32_t shown = pli_table_rows_count(table);
	if (shown > 0)
		pli_table_print(table, cli);
	pli_table_destroy(table);
	for (uint32_t i = 0; i < answer->pools_count; i++) {
		if (!answer->all && !answer->pools[i].changed)
			continue;
		print_reason(cli, registry, &answer->pools[i], false);
		print_reason(cli, registry, &answer->pools[i], true);
		print_initial(cli, registry, &answer->pools[i]);
	}
	if (shown < answer->pools_count)
		(void)fprintf(
		    cli->out, "%u pools do not change (--all)\n", answer->pools_count - shown);
	return PLI_EXIT_OK;
}

static void
put_net(pli_table *table, const char *name, const pli_net_row *row, bool coins)
{
	char texts[2][PLI_NUMBER_TEXT_MAX];
	(void)pli_table_row(table, row->reason != NULL ? PLI_STYLE_FAINT : PLI_STYLE_PLAIN);
	pli_table_put_text(table, name);
	if (coins)
		put_pair(table, pli_coins_text(row->before.net_coins, true, texts[0]),
		    pli_coins_text(row->after.net_coins, true, texts[1]));
	else
		pli_table_put_text(table, "");
	put_usd(table, row->before.net_usd, row->after.net_usd, true);
	put_usd(table, row->before.gross_usd, row->after.gross_usd, false);
}

static int
net_print(pli_cli *cli, const pli_registry *registry, const pli_whatif_answer *answer)
{
	char name[PLI_API_NAME_MAX];
	pli_table *table = pli_table_create(net_columns, answer->net_count + 1);
	if (table == NULL)
		return pli_cli_error(cli, PLI_EXIT_SYSTEM, "no memory for the table");
	for (uint32_t i = 0; i < answer->net_count; i++) {
		const pli_net_row *row = &answer->net[i];
		if (answer->all || row->changed)
			put_net(
			    table, pli_api_asset_text(registry, row->underlying, name), row, true);
	}
	put_net(table, "book", &answer->net_all, false);
	pli_table_print(table, cli);
	pli_table_destroy(table);
	for (uint32_t i = 0; i < answer->net_count; i++)
		if (answer->net[i].reason != NULL)
			(void)fprintf(cli->out, "%s after: %s\n",
			    pli_api_asset_text(registry, answer->net[i].underlying, name),
			    answer->net[i].reason);
	return PLI_EXIT_OK;
}

static const char *
account_text(const pli_registry *registry, plm_account_id id)
{
	const plm_account_fact *fact = pli_registry_account_get(registry, id);
	return fact == NULL ? "outside" : fact->name;
}

static void
trade_print(pli_cli *cli, const pli_book *book, const pli_pool_trade *trade)
{
	const pli_registry *registry = pli_book_registry(book);
	plm_unit unit = pli_book_pools_trade_unit(book, trade->account, trade->instrument);
	(void)fprintf(cli->out, "if %s %s %.12g %s of %s", account_text(registry, trade->account),
	    trade->quantity > 0 ? "buys" : "sells", fabs(trade->quantity), plm_unit_text(unit),
	    pli_registry_instrument_get(registry, trade->instrument)->name);
	if (isnan(trade->price))
		(void)fprintf(cli->out, " at the mark\n");
	else
		(void)fprintf(cli->out, " at %.12g\n", trade->price);
}

static void
supposed_print(pli_cli *cli, const pli_book *book, const pli_whatif_plan *plan)
{
	const pli_registry *registry = pli_book_registry(book);
	char name[PLI_API_NAME_MAX];
	for (uint32_t i = 0; i < plan->edits.trades_count; i++)
		trade_print(cli, book, &plan->trades[i]);
	for (uint32_t i = 0; i < plan->ways_count; i++) {
		const pli_whatif_way *way = &plan->ways[i];
		(void)fprintf(cli->out, "if %.12g %s goes from %s to %s", way->quantity,
		    pli_api_asset_text(registry, way->asset, name),
		    account_text(registry, way->from), account_text(registry, way->to));
		if (!isnan(way->available))
			(void)fprintf(
			    cli->out, " (its venue lets %.12g be withdrawn)", way->available);
		(void)fprintf(cli->out, "\n");
	}
	for (uint32_t i = 0; i < plan->query.moved_count; i++)
		(void)fprintf(cli->out, "if %s moves by %+.12g%%\n",
		    pli_api_asset_text(registry, plan->moved[i], name), plan->pcts[i]);
	for (uint32_t i = 0; i < plan->notes_count; i++)
		(void)fprintf(cli->out, "note: %s\n", plan->notes[i]);
}

/* Who dies first, in words: the tables may be long. */
static void
first_print(pli_cli *cli, const pli_registry *registry, const pli_whatif_answer *answer, bool after)
{
	char name[PLI_API_NAME_MAX], way[CELL_MAX];
	for (uint32_t i = 0; i < answer->pools_count; i++) {
		const pli_whatif_row *pool = &answer->pools[i];
		const pli_ladder_row *row = after ? &pool->after : &pool->before;
		if ((after ? pool->rank_after : pool->rank_before) != 1 || isinf(row->distance))
			continue;
		way_text(row, PLM_THRESHOLD_LIQUIDATION, way);
		(void)fprintf(cli->out, "dies first %s: %s %s (%s)\n", after ? "after" : "before",
		    account_text(registry, row->key.account),
		    pli_ladder_pool_text(registry, row, name), way);
		return;
	}
	(void)fprintf(cli->out, "dies first %s: none that is known\n", after ? "after" : "before");
}

int
pli_whatif_table_print(pli_cli *cli, const pli_book *book, const pli_whatif_answer *answer)
{
	const pli_registry *registry = pli_book_registry(book);
	supposed_print(cli, book, answer->plan);
	first_print(cli, registry, answer, false);
	first_print(cli, registry, answer, true);
	(void)fprintf(cli->out, "\n");
	int code = pools_print(cli, registry, answer);
	(void)fprintf(cli->out, "\n");
	return code == PLI_EXIT_OK ? net_print(cli, registry, answer) : code;
}
