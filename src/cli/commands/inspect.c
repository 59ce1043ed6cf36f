/* inspect.c: `plimsoll inspect`: the tables this build was made from. */
#include <string.h>

#include "book/book.h"
#include "cli/bounds.def"
#include "cli/command.h"
#include "cli/suggest.h"
#include "cli/table.h"
#include "limit/limit.h"
#include "plimsoll/event.h"
#include "plimsoll/exposure.h"
#include "venue/venues.h"

enum { INSPECT_ROWS_MAX = 256 };

static void
inspect_put(pli_table *table, const char *name, int64_t number, const char *unit, const char *text)
{
	(void)pli_table_row(table, PLI_STYLE_PLAIN);
	pli_table_put_text(table, name);
	pli_table_put_int(table, number);
	if (unit != NULL)
		pli_table_put_text(table, unit);
	pli_table_put_text(table, text);
}

static void
inspect_limits(pli_table *table)
{
#define X(name, value, unit, text) inspect_put(table, name, (int64_t)(value), unit, text);
	PLI_BOUNDS(X)
#undef X
#define X(type) inspect_put(table, #type, (int64_t)sizeof(type), "bytes", "size of one");
	PLI_STRUCTS(X)
#undef X
}

static void
inspect_errors(pli_table *table)
{
	for (int err = 0; err < PLM_ERR_COUNT_; err++)
		inspect_put(
		    table, plm_err_name((plm_err)err), err, NULL, plm_err_text((plm_err)err));
}

static void
inspect_events(pli_table *table)
{
#define X(name, number, text) inspect_put(table, #name, number, NULL, text);
	PLM_EVENTS(X)
#undef X
}

static void
inspect_exits(pli_table *table)
{
#define X(name, number, text) inspect_put(table, #name, number, NULL, text);
	PLI_EXITS(X)
#undef X
}

/* What a venue can do, in words. */
static void
inspect_put_caps(pli_table *table, uint32_t caps)
{
	static const struct {
		uint32_t bit;
		const char *word;
	} words[] = {{PLM_VENUE_SPOT, "spot"}, {PLM_VENUE_LINEAR, "linear"},
	    {PLM_VENUE_INVERSE, "inverse"}, {PLM_VENUE_OPTIONS, "options"},
	    {PLM_VENUE_HEDGE_MODE, "hedge"}, {PLM_VENUE_ISOLATED, "isolated"},
	    {PLM_VENUE_COMBOS, "combos"}};
	char text[PLI_TABLE_CELL_MAX] = "";
	size_t size = 0;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if ((caps & words[i].bit) != 0)
			size += (size_t)snprintf(text + size, sizeof text - size, "%s%s",
			    size == 0 ? "" : " ", words[i].word);
	}
	pli_table_put_text(table, text);
}

static void
inspect_venues(pli_table *table)
{
	for (uint32_t i = 0; pli_venue_at(i) != NULL; i++) {
		const plm_venue_desc *venue = pli_venue_at(i);
		(void)pli_table_row(table, PLI_STYLE_PLAIN);
		pli_table_put_text(table, venue->name);
		pli_table_put_text(table, venue->title);
		inspect_put_caps(table, venue->caps);
		pli_table_put_text(table, venue->stream_url);
		pli_table_put_text(table, venue->rest_url);
		pli_table_put_text(table, venue->checked);
	}
}

static const pli_column inspect_venue_columns[] = {{"name", "name", PLI_COLUMN_TEXT},
    {"title", "title", PLI_COLUMN_TEXT}, {"capabilities", "can", PLI_COLUMN_TEXT},
    {"stream_url", "stream", PLI_COLUMN_TEXT}, {"rest_url", "REST", PLI_COLUMN_TEXT},
    {"checked", "checked", PLI_COLUMN_TEXT}, {0}};
static const pli_column inspect_bound_columns[] = {{"name", "bound", PLI_COLUMN_TEXT},
    {"value", "value", PLI_COLUMN_NUMBER}, {"unit", "unit", PLI_COLUMN_TEXT},
    {"text", "of", PLI_COLUMN_TEXT}, {0}};
static const pli_column inspect_row_columns[] = {{"name", "name", PLI_COLUMN_TEXT},
    {"number", "number", PLI_COLUMN_NUMBER}, {"text", "text", PLI_COLUMN_TEXT}, {0}};

/* What can be inspected, sorted by name. */
static const struct inspect_topic {
	const char *name;
	const pli_column *columns;
	void (*fill)(pli_table *table);
} inspect_topics[] = {
    {"errors", inspect_row_columns, inspect_errors},
    {"events", inspect_row_columns, inspect_events},
    {"exits", inspect_row_columns, inspect_exits},
    {"limits", inspect_bound_columns, inspect_limits},
    {"venues", inspect_venue_columns, inspect_venues},
};

static int
inspect_show(pli_cli *cli, const char *name, bool json)
{
	pli_suggestion suggestion = {.word = name};
	for (size_t i = 0; i < sizeof inspect_topics / sizeof inspect_topics[0]; i++) {
		const struct inspect_topic *topic = &inspect_topics[i];
		pli_suggest_offer(&suggestion, topic->name);
		if (strcmp(topic->name, name) != 0)
			continue;
		pli_table *table = pli_table_create(topic->columns, INSPECT_ROWS_MAX);
		if (table == NULL)
			return pli_cli_error(cli, PLI_EXIT_SYSTEM, "memory could not be had");
		topic->fill(table);
		const int code = pli_table_show(table, cli, topic->name, json);
		pli_table_destroy(table);
		return code;
	}
	if (suggestion.best == NULL)
		return pli_cli_usage(cli, "there is nothing called '%s' to inspect", name);
	return pli_cli_usage(cli, "there is nothing called '%s' to inspect; did you mean '%s'?",
	    name, suggestion.best);
}

int
pli_command_inspect(pli_cli *cli, int argc, char **argv)
{
	static const struct option options[] = {{"json", no_argument, NULL, 'j'}, {0}};
	bool json = false;
	for (int option; (option = pli_cli_option(cli, argc, argv, options)) != PLI_OPTION_END;) {
		if (option == PLI_OPTION_EXIT)
			return cli->exit_code;
		json = true;
	}
	if (argc - cli->argument_index != 1)
		return pli_cli_usage(cli, "say what: limits, errors, events, exits or venues");
	return inspect_show(cli, argv[cli->argument_index], json);
}
