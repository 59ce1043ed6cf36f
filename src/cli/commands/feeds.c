/* feeds.c: plimsoll feeds: how far each feed of the running daemon can be trusted. */
#include <math.h>

#include "cli/api_client_rows.h"
#include "cli/number_text.h"

static const pli_column columns[] = {
    {"status", "STATUS", PLI_COLUMN_TEXT},
    {"venue", "VENUE", PLI_COLUMN_TEXT},
    {"account", "ACCOUNT", PLI_COLUMN_TEXT},
    {"heard", "HEARD", PLI_COLUMN_NUMBER},
    {"reconnects", "RECONNECTS", PLI_COLUMN_NUMBER},
    {"readings", "READINGS", PLI_COLUMN_NUMBER},
    {"differing", "DIFFERING", PLI_COLUMN_NUMBER},
    {"clock", "CLOCK", PLI_COLUMN_NUMBER},
    {"text", "WHY", PLI_COLUMN_TEXT},
    {0},
};

/* The venue's clock against ours, in seconds, never -0.000; "-": not known. */
static void
put_clock(pli_table *table, pli_json *json, uint32_t node)
{
	double offset_s = pli_api_number_of(json, node, "clock_offset_ns") / 1e9;

	if (isnan(offset_s))
		pli_table_put_text(table, "-");
	else
		pli_table_put_format(table, "%+.3f s", round(offset_s * 1e3) / 1e3 + 0.0);
}

static void
put_feed(pli_table *table, pli_json *json, uint32_t node, double now_ns)
{
	plm_slice status = pli_api_text_of(json, node, "status");
	double heard_ns = pli_api_number_of(json, node, "heard_time_ns");
	uint32_t reconcile = pli_json_find(json, node, "reconcile");
	int64_t reconnects = 0, readings = 0, differing = 0;
	char age[PLI_NUMBER_TEXT_MAX];

	(void)pli_json_int(json, pli_json_find(json, node, "reconnects"), &reconnects, NULL);
	(void)pli_json_int(json, pli_json_find(json, reconcile, "readings"), &readings, NULL);
	(void)pli_json_int(json, pli_json_find(json, reconcile, "differing"), &differing, NULL);
	(void)pli_table_row(table, plm_slice_is(status, "live")   ? PLI_STYLE_GOOD
				   : plm_slice_is(status, "down") ? PLI_STYLE_BAD
								  : PLI_STYLE_WARN);
	pli_api_put_slice(table, pli_api_text_of(json, node, "status"));
	pli_api_put_slice(table, pli_api_text_of(json, node, "venue"));
	pli_api_put_slice(table, pli_api_text_of(json, node, "account"));
	pli_table_put_text(table, pli_age_text((now_ns - heard_ns) / 1e9, age));
	pli_table_put_int(table, reconnects);
	pli_table_put_int(table, readings);
	pli_table_put_int(table, differing);
	put_clock(table, json, node);
	pli_api_put_slice(table, pli_api_text_of(json, node, "text"));
}

int
pli_command_feeds(pli_cli *cli, int argc, char **argv)
{
	static const pli_api_rows rows = {"feeds", "/v1/feeds", columns, put_feed, NULL};
	return pli_api_rows_command(&rows, cli, argc, argv);
}
