/* margin_case_table.c: cases passed and failed, for a person. */
#include "cli/margin_case_table.h"

#include <stdlib.h>

#include "cli/margin_case_check.h"
#include "cli/table.h"

enum { MARGIN_VENUES_MAX = 32 };

typedef struct venue_count {
	plm_slice venue;
	uint32_t cases, passed, failed;
} venue_count;

/* venues: those past the last row are in it. */
struct margin_case_table {
	pli_table *cases, *counts;
	pli_json *reader;
	venue_count venues[MARGIN_VENUES_MAX], all;
	uint32_t venues_count;
};

static const pli_column case_columns[] = {
    {"venue", "VENUE", PLI_COLUMN_TEXT},
    {"id", "CASE", PLI_COLUMN_TEXT},
    {"result", "RESULT", PLI_COLUMN_TEXT},
    {"text", "", PLI_COLUMN_TEXT},
    {0},
};
static const pli_column count_columns[] = {
    {"venue", "VENUE", PLI_COLUMN_TEXT},
    {"cases", "CASES", PLI_COLUMN_NUMBER},
    {"passed", "PASSED", PLI_COLUMN_NUMBER},
    {"failed", "FAILED", PLI_COLUMN_NUMBER},
    {0},
};

margin_case_table *
pli_margin_table_create(uint32_t cases_max)
{
	margin_case_table *table = calloc(1, sizeof *table);
	if (table == NULL)
		return NULL;
	table->all.venue = PLM_SLICE("all");
	table->cases = pli_table_create(case_columns, cases_max);
	table->counts = pli_table_create(count_columns, MARGIN_VENUES_MAX + 1);
	table->reader = pli_json_create();
	if (table->cases != NULL && table->counts != NULL && table->reader != NULL)
		return table;
	pli_margin_table_destroy(table);
	return NULL;
}

void
pli_margin_table_destroy(margin_case_table *table)
{
	if (table == NULL)
		return;
	pli_table_destroy(table->cases);
	pli_table_destroy(table->counts);
	pli_json_destroy(table->reader);
	free(table);
}

static void
put_slice(pli_table *table, plm_slice text)
{
	pli_table_put_format(table, "%.*s", (int)text.size, text.bytes);
}

static void
count_add(venue_count *count, margin_verdict verdict)
{
	count->cases++;
	count->passed += verdict == MARGIN_PASSED;
	count->failed += verdict == MARGIN_FAILED;
}

static venue_count *
venue_find(margin_case_table *table, plm_slice venue)
{
	uint32_t at = 0;
	while (at < table->venues_count && !plm_slice_equal(table->venues[at].venue, venue))
		at++;
	if (at == MARGIN_VENUES_MAX)
		return &table->venues[MARGIN_VENUES_MAX - 1];
	if (at == table->venues_count)
		table->venues[table->venues_count++].venue = venue;
	return &table->venues[at];
}

void
pli_margin_table_add(
    margin_case_table *table, pli_json *cases, uint32_t node, const char *error, plm_slice got)
{
	static const char *const words[] = {"passed", "failed", "-"};
	static const pli_style styles[] = {PLI_STYLE_PLAIN, PLI_STYLE_BAD, PLI_STYLE_FAINT};
	plm_slice id = PLM_SLICE(""), venue = PLM_SLICE("");
	char text[MARGIN_CHECK_TEXT_MAX];
	(void)pli_json_string(cases, pli_json_find(cases, node, "id"), &id, NULL);
	(void)pli_json_string(cases, pli_json_find(cases, node, "venue"), &venue, NULL);
	margin_verdict verdict = error[0] != '\0'
				     ? MARGIN_FAILED
				     : pli_margin_case_check(cases, node, table->reader, got, text);
	(void)pli_table_row(table->cases, styles[verdict]);
	put_slice(table->cases, venue);
	put_slice(table->cases, id);
	pli_table_put_text(table->cases, words[verdict]);
	pli_table_put_text(table->cases, error[0] != '\0' ? error : text);
	count_add(venue_find(table, venue), verdict);
	count_add(&table->all, verdict);
}

static void
put_count(pli_table *table, const venue_count *count)
{
	(void)pli_table_row(table, count->failed != 0 ? PLI_STYLE_BAD : PLI_STYLE_PLAIN);
	put_slice(table, count->venue);
	pli_table_put_int(table, count->cases);
	pli_table_put_int(table, count->passed);
	pli_table_put_int(table, count->failed);
}

uint32_t
pli_margin_table_print(margin_case_table *table, pli_cli *cli)
{
	for (uint32_t i = 0; i < table->venues_count; i++)
		put_count(table->counts, &table->venues[i]);
	put_count(table->counts, &table->all);
	pli_table_print(table->cases, cli);
	(void)fputc('\n', cli->out);
	pli_table_print(table->counts, cli);
	return table->all.failed;
}
