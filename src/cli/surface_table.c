/* surface_table.c: smiles as a table; faults as a list under it. */
#include "cli/surface_table.h"

#include "cli/number_text.h"
#include "cli/table.h"

static const pli_column row_columns[] = {
    {"underlying", "UNDERLYING", PLI_COLUMN_TEXT},
    {"venue", "VENUE", PLI_COLUMN_TEXT},
    {"expiry", "EXPIRY", PLI_COLUMN_TEXT},
    {"years", "YEARS", PLI_COLUMN_NUMBER},
    {"forward", "FORWARD", PLI_COLUMN_NUMBER},
    {"forward_source", "OF", PLI_COLUMN_TEXT},
    {"vol_atm", "ATM %", PLI_COLUMN_NUMBER},
    {"strikes", "STRIKES", PLI_COLUMN_NUMBER},
    {"points_mark_iv", "OF IV", PLI_COLUMN_NUMBER},
    {"points_price", "OF PRICE", PLI_COLUMN_NUMBER},
    {"butterfly", "BUTTERFLY", PLI_COLUMN_TEXT},
    {"calendar", "CALENDAR", PLI_COLUMN_TEXT},
    {"age", "AGE", PLI_COLUMN_NUMBER},
    {0},
};

static const pli_column fault_columns[] = {
    {"underlying", "UNDERLYING", PLI_COLUMN_TEXT},
    {"venue", "VENUE", PLI_COLUMN_TEXT},
    {"expiry", "EXPIRY", PLI_COLUMN_TEXT},
    {"kind", "ARBITRAGE", PLI_COLUMN_TEXT},
    {"strike", "STRIKE", PLI_COLUMN_NUMBER},
    {"quoted_at", "QUOTED AT", PLI_COLUMN_TEXT},
    {"size", "SIZE", PLI_COLUMN_NUMBER},
    {0},
};

static void
put_day(pli_table *table, plm_time_ns time_ns)
{
	char date[PLM_TIME_TEXT_MAX];
	(void)plm_time_format(time_ns, date);
	date[10] = '\0';
	pli_table_put_text(table, date);
}

static void
put_names(pli_table *table, const pli_registry *registry, const pli_surface_row *row)
{
	char name[PLI_API_NAME_MAX];
	pli_table_put_text(table, pli_api_asset_text(registry, row->underlying, name));
	pli_table_put_text(table, pli_api_venue_text(registry, row->venue, name));
	put_day(table, row->expiry_ns);
}

/* "ok", "3, at 52000", or "?" where nothing could be looked at. */
static void
put_check(pli_table *table, const pli_surface_faults *faults, bool looked_at)
{
	if (!looked_at)
		pli_table_put_text(table, "?");
	else if (faults->count == 0)
		pli_table_put_text(table, "ok");
	else
		pli_table_put_format(table, "%u, at %g", faults->count, faults->strike);
}

static void
put_row(pli_table *table, const pli_exposure_source *source, const pli_surface_row *row)
{
	char age[PLI_NUMBER_TEXT_MAX];
	bool smile = row->reason == PLI_SMILE_NONE;
	bool doubt = !smile || row->butterfly.count + row->calendar.count > 0;
	int64_t age_ns = pli_book_now_ns(source->book) - row->oldest_time_ns;
	(void)pli_table_row(table, doubt ? PLI_STYLE_WARN : PLI_STYLE_PLAIN);
	put_names(table, pli_book_registry(source->book), row);
	pli_table_put_double(table, row->years, 4);
	pli_table_put_double(table, row->forward, 2);
	pli_table_put_text(table, plm_forward_source_text((plm_forward_source)row->forward_source));
	pli_table_put_double(table, row->vol_atm * 100, 2);
	pli_table_put_int(table, row->points_count);
	pli_table_put_int(table, row->points_count_iv);
	pli_table_put_int(table, row->points_count_price);
	put_check(table, &row->butterfly, smile);
	put_check(table, &row->calendar, row->before_expiry_ns != 0);
	pli_table_put_text(table, row->oldest_time_ns == 0
				      ? "?"
				      : pli_age_text((double)age_ns / (double)PLM_NS_PER_S, age));
}

static void
put_faults(pli_table *table, const pli_exposure_source *source, const pli_surface_row *row)
{
	plm_surface_fault faults[PLI_SURFACE_FAULTS_MAX];
	uint32_t count = 0;
	if (row->butterfly.count + row->calendar.count > 0)
		count = pli_exposure_surface_faults(
		    source->exposure, row, faults, PLI_SURFACE_FAULTS_MAX);
	for (uint32_t i = 0; i < count && i < PLI_SURFACE_FAULTS_MAX; i++) {
		(void)pli_table_row(table, PLI_STYLE_WARN);
		put_names(table, pli_book_registry(source->book), row);
		pli_table_put_text(table, pli_surface_fault_kind_text(faults[i].kind));
		pli_table_put_double(table, faults[i].strike, 2);
		if (faults[i].quoted == 1)
			put_day(table, row->expiry_ns);
		else
			put_day(table, row->before_expiry_ns);
		pli_table_put_double(table, faults[i].amount, 6);
	}
}

/* Why rows have no smile, and what is not in one, in sentences. */
static void
say_what_is_missing(pli_cli *cli, const pli_exposure_source *source, const pli_surface_row *row)
{
	char venue[PLI_API_NAME_MAX], asset[PLI_API_NAME_MAX], date[PLM_TIME_TEXT_MAX];
	const pli_registry *registry = pli_book_registry(source->book);
	(void)plm_time_format(row->expiry_ns, date);
	date[10] = '\0';
	const char *names[] = {pli_api_asset_text(registry, row->underlying, asset),
	    pli_api_venue_text(registry, row->venue, venue)};
	if (row->reason != PLI_SMILE_NONE)
		(void)fprintf(cli->out, "%s at %s, %s: unknown, because %s\n", names[0], names[1],
		    date, pli_smile_reason_text((pli_smile_reason)row->reason));
	else if (row->options_count_silent > 0)
		(void)fprintf(cli->out, "%s at %s, %s: marks of %u options give no vol\n", names[0],
		    names[1], date, row->options_count_silent);
	if (row->strikes_left_out > 0)
		(void)fprintf(cli->out, "%s at %s, %s: %u strikes behind the last are left out\n",
		    names[0], names[1], date, row->strikes_left_out);
	uint32_t faults = row->butterfly.count + row->calendar.count;
	if (faults > PLI_SURFACE_FAULTS_MAX)
		(void)fprintf(cli->out, "%s at %s, %s: the first %d of %u arbitrages are shown\n",
		    names[0], names[1], date, PLI_SURFACE_FAULTS_MAX, faults);
}

static int
table_print(
    pli_cli *cli, const pli_exposure_source *source, const pli_surface_row *rows, uint32_t count)
{
	pli_table *table = pli_table_create(row_columns, count + 1);
	pli_table *faults = pli_table_create(fault_columns, count * PLI_SURFACE_FAULTS_MAX + 1);
	int exit_code = PLI_EXIT_OK;
	if (table == NULL || faults == NULL)
		exit_code = pli_cli_error(cli, PLI_EXIT_SYSTEM, "no memory for the table");
	for (uint32_t i = 0; i < count && exit_code == PLI_EXIT_OK; i++) {
		put_row(table, source, &rows[i]);
		put_faults(faults, source, &rows[i]);
	}
	if (exit_code == PLI_EXIT_OK)
		pli_table_print(table, cli);
	if (exit_code == PLI_EXIT_OK && pli_table_rows_count(faults) > 0) {
		(void)fprintf(cli->out, "\n");
		pli_table_print(faults, cli);
	}
	pli_table_destroy(table);
	pli_table_destroy(faults);
	return exit_code;
}

int
pli_surface_table(pli_cli *cli, const pli_exposure_source *source, const plm_exposure_query *query)
{
	char time_text[PLM_TIME_TEXT_MAX];
	pli_surface_row rows[PLI_SURFACE_ROWS_MAX];
	uint32_t found = pli_exposure_surface(source->exposure, query, rows, PLI_SURFACE_ROWS_MAX);
	uint32_t count = found < PLI_SURFACE_ROWS_MAX ? found : PLI_SURFACE_ROWS_MAX;
	(void)plm_time_format(pli_book_now_ns(source->book), time_text);
	(void)fprintf(cli->out, "as of %s\n", time_text);
	if (found == 0)
		(void)fprintf(cli->out, "no option that has not expired is marked or held here\n");
	int exit_code = found == 0 ? PLI_EXIT_OK : table_print(cli, source, rows, count);
	if (exit_code != PLI_EXIT_OK || found == 0)
		return exit_code;
	(void)fprintf(cli->out, "\n");
	for (uint32_t i = 0; i < count; i++)
		say_what_is_missing(cli, source, &rows[i]);
	if (found > count)
		(void)fprintf(cli->out, "%u expiries more are left out\n", found - count);
	(void)fprintf(cli->out,
	    "Butterfly: part by which the slope of the call price falls; calendar: total variance "
	    "lacking.\nWhere nothing is quoted: %s.\n",
	    PLI_SURFACE_EXTRAPOLATION);
	return PLI_EXIT_OK;
}
