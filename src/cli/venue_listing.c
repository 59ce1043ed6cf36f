/* venue_listing.c: the descriptors of the table of venues, as rows and as JSON. */
#include "cli/venue_listing.h"

#include <stdio.h>

#include "base/suggest.h"
#include "cli/table.h"
#include "venue/venues.h"

enum { VENUES_JSON_MAX = 1 << 20, VENUES_ROWS_MAX = 256 };

static const struct {
	uint32_t bit;
	const char *word;
} venues_caps[] = {{PLM_VENUE_SPOT, "spot"}, {PLM_VENUE_LINEAR, "linear"},
    {PLM_VENUE_INVERSE, "inverse"}, {PLM_VENUE_OPTIONS, "options"}, {PLM_VENUE_HEDGE_MODE, "hedge"},
    {PLM_VENUE_ISOLATED, "isolated"}, {PLM_VENUE_COMBOS, "combos"},
    {PLM_VENUE_ADDRESS, "by-address"}};

enum { VENUES_CAPS = sizeof venues_caps / sizeof venues_caps[0] };

/* All of them in a line. */
static void
venues_put_caps(pli_table *table, uint32_t caps)
{
	char text[PLI_TABLE_CELL_MAX] = "";
	size_t size = 0;
	for (size_t i = 0; i < VENUES_CAPS; i++)
		if ((caps & venues_caps[i].bit) != 0)
			size += (size_t)snprintf(text + size, sizeof text - size, "%s%s",
			    size == 0 ? "" : " ", venues_caps[i].word);
	pli_table_put_text(table, text);
}

static uint32_t
venues_requests_count(const plm_venue_desc *desc)
{
	uint32_t count = 0;
	while (desc->requests_allowed != NULL && desc->requests_allowed[count] != NULL)
		count++;
	return count;
}

/* Zero is "none is stated", which is not a number. */
static void
venues_put_bound(pli_table *table, uint32_t value)
{
	if (value == 0)
		pli_table_put_text(table, "-");
	else
		pli_table_put_int(table, value);
}

static const pli_column venues_columns[] = {{"name", "VENUE", PLI_COLUMN_TEXT},
    {"capabilities", "CAN", PLI_COLUMN_TEXT}, {"stream_url", "STREAM", PLI_COLUMN_TEXT},
    {"rest_url", "REST", PLI_COLUMN_TEXT}, {"weight", "WEIGHT/MIN", PLI_COLUMN_NUMBER},
    {"silence", "SILENCE S", PLI_COLUMN_NUMBER}, {"requests", "REQUESTS", PLI_COLUMN_NUMBER},
    {"checked", "CHECKED", PLI_COLUMN_TEXT}, {0}};

static void
venues_fill(pli_table *table, const plm_venue_desc *desc)
{
	(void)pli_table_row(table, PLI_STYLE_PLAIN);
	pli_table_put_text(table, desc->name);
	venues_put_caps(table, desc->caps);
	pli_table_put_text(table, desc->stream_url);
	pli_table_put_text(table, desc->rest_url);
	venues_put_bound(table, desc->weight_per_minute_max);
	venues_put_bound(table, desc->silence_ms_max / 1000);
	pli_table_put_int(table, venues_requests_count(desc));
	pli_table_put_text(table, desc->checked);
}

static void
venues_put_fact(pli_table *table, const char *name, const char *value)
{
	(void)pli_table_row(table, PLI_STYLE_PLAIN);
	pli_table_put_text(table, name);
	pli_table_put_text(table, value == NULL ? "-" : value);
}

static void
venues_put_number(pli_table *table, const char *name, uint32_t value)
{
	(void)pli_table_row(table, PLI_STYLE_PLAIN);
	pli_table_put_text(table, name);
	venues_put_bound(table, value);
}

static const pli_column venues_fact_columns[] = {
    {"fact", "FACT", PLI_COLUMN_TEXT}, {"value", "VALUE", PLI_COLUMN_TEXT}, {0}};

static void
venues_fill_one(pli_table *table, const plm_venue_desc *desc)
{
	venues_put_fact(table, "name", desc->name);
	venues_put_fact(table, "title", desc->title);
	(void)pli_table_row(table, PLI_STYLE_PLAIN);
	pli_table_put_text(table, "can");
	venues_put_caps(table, desc->caps);
	venues_put_fact(table, "stream", desc->stream_url);
	venues_put_fact(table, "REST", desc->rest_url);
	venues_put_fact(table, "REST, account", desc->rest_url_account);
	for (size_t i = 0; i < 2; i++)
		if (desc->rest_urls_public[i] != NULL)
			venues_put_fact(table, "REST, public", desc->rest_urls_public[i]);
	venues_put_number(table, "weight per minute", desc->weight_per_minute_max);
	venues_put_number(table, "messages per second", desc->messages_per_second_max);
	venues_put_number(table, "silence, ms", desc->silence_ms_max);
	venues_put_fact(table, "key rights by", desc->rights_request);
	venues_put_fact(table, "facts checked", desc->checked);
	for (uint32_t i = 0; i < venues_requests_count(desc); i++)
		venues_put_fact(table, "may send", desc->requests_allowed[i]);
}

static void
venues_write_number(pli_json_writer *json, const char *key, uint32_t value)
{
	pli_json_key(json, key);
	if (value == 0)
		pli_json_put_null(json);
	else
		pli_json_put_uint(json, value);
}

static void
venues_write(pli_json_writer *json, const plm_venue_desc *desc)
{
	pli_json_object_open(json);
	pli_json_member_text(json, "name", desc->name);
	pli_json_member_text(json, "title", desc->title);
	pli_json_key(json, "capabilities");
	pli_json_array_open(json);
	for (size_t i = 0; i < VENUES_CAPS; i++)
		if ((desc->caps & venues_caps[i].bit) != 0)
			pli_json_put_text(json, venues_caps[i].word);
	pli_json_array_close(json);
	pli_json_member_text(json, "stream_url", desc->stream_url);
	pli_json_member_text(json, "rest_url", desc->rest_url);
	pli_json_member_text(json, "rest_url_account", desc->rest_url_account);
	pli_json_key(json, "rest_urls_public");
	pli_json_array_open(json);
	for (size_t i = 0; i < 2 && desc->rest_urls_public[i] != NULL; i++)
		pli_json_put_text(json, desc->rest_urls_public[i]);
	pli_json_array_close(json);
	venues_write_number(json, "weight_per_minute_max", desc->weight_per_minute_max);
	venues_write_number(json, "messages_per_second_max", desc->messages_per_second_max);
	venues_write_number(json, "silence_ms_max", desc->silence_ms_max);
	pli_json_member_text(json, "rights_request", desc->rights_request);
	pli_json_member_text(json, "checked", desc->checked);
	pli_json_key(json, "requests");
	pli_json_array_open(json);
	for (uint32_t i = 0; i < venues_requests_count(desc); i++)
		pli_json_put_text(json, desc->requests_allowed[i]);
	pli_json_array_close(json);
	pli_json_object_close(json);
}

/* one: that venue alone; NULL: all. */
static int
venues_show_json(pli_cli *cli, const plm_venue_desc *one)
{
	pli_json_writer json;
	pli_json_writer_init(&json, VENUES_JSON_MAX);
	pli_json_object_open(&json);
	pli_json_key(&json, "venues");
	pli_json_array_open(&json);
	for (uint32_t i = 0; pli_venue_at(i) != NULL; i++)
		if (one == NULL || one == pli_venue_at(i))
			venues_write(&json, pli_venue_at(i));
	pli_json_array_close(&json);
	pli_json_object_close(&json);
	return pli_json_show(cli, &json);
}

int
pli_venue_listing_show(pli_cli *cli, const plm_venue_desc *one, bool json)
{
	if (json)
		return venues_show_json(cli, one);
	pli_table *table = pli_table_create(
	    one == NULL ? venues_columns : venues_fact_columns, VENUES_ROWS_MAX);
	if (table == NULL)
		return pli_cli_error(cli, PLI_EXIT_SYSTEM, "memory could not be had");
	if (one != NULL)
		venues_fill_one(table, one);
	for (uint32_t i = 0; one == NULL && pli_venue_at(i) != NULL; i++)
		venues_fill(table, pli_venue_at(i));
	pli_table_print(table, cli);
	pli_table_destroy(table);
	return PLI_EXIT_OK;
}

int
pli_venue_listing_unknown(pli_cli *cli, const char *name)
{
	pli_suggestion suggestion = {.word = name};
	for (uint32_t i = 0; i < pli_venue_count(); i++)
		pli_suggest_offer(&suggestion, pli_venue_at(i)->name);
	if (suggestion.best != NULL)
		return pli_cli_usage(
		    cli, "there is no venue %s; did you mean %s?", name, suggestion.best);
	return pli_cli_usage(cli, "there is no venue %s; `plimsoll venues` lists them", name);
}
