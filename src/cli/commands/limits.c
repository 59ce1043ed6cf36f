/* limits.c: plimsoll limits: each limit of the running daemon with its value and band. */
#include <math.h>

#include "cli/api_client_rows.h"
#include "cli/number_text.h"

static const pli_column columns[] = {
    {"level", "LEVEL", PLI_COLUMN_TEXT},
    {"name", "LIMIT", PLI_COLUMN_TEXT},
    {"scope", "SCOPE", PLI_COLUMN_TEXT},
    {"measure", "MEASURE", PLI_COLUMN_TEXT},
    {"value", "VALUE", PLI_COLUMN_NUMBER},
    {"soft", "SOFT BAND", PLI_COLUMN_NUMBER},
    {"hard", "HARD BAND", PLI_COLUMN_NUMBER},
    {"seen", "SEEN", PLI_COLUMN_TEXT},
    {0},
};

/* put_band: "-500k .. 500k"; a side without a band is "..". */
static void
put_band(pli_table *table, pli_json *json, uint32_t node, const char *lower, const char *upper)
{
	double low = pli_api_number_of(json, node, lower),
	       high = pli_api_number_of(json, node, upper);
	char low_text[PLI_NUMBER_TEXT_MAX] = "", high_text[PLI_NUMBER_TEXT_MAX] = "";

	if (!isnan(low))
		(void)pli_measure_text(pli_api_text_of(json, node, "measure"), low, low_text);
	if (!isnan(high))
		(void)pli_measure_text(pli_api_text_of(json, node, "measure"), high, high_text);
	pli_table_put_format(table, "%s .. %s", low_text, high_text);
}

static void
put_limit(pli_table *table, pli_json *json, uint32_t node, double now_ns)
{
	plm_slice level = pli_api_text_of(json, node, "level"),
		  scope = pli_api_text_of(json, node, "scope_name");
	double value = pli_api_number_of(json, node, "value");
	bool seen = false;
	char text[PLI_NUMBER_TEXT_MAX];

	(void)now_ns;
	(void)pli_json_bool(json, pli_json_find(json, node, "acknowledged"), &seen, NULL);
	(void)pli_table_row(table, plm_slice_is(level, "hard")   ? PLI_STYLE_BAD
				   : plm_slice_is(level, "soft") ? PLI_STYLE_WARN
								 : PLI_STYLE_PLAIN);
	pli_api_put_slice(table, isnan(value) ? PLM_SLICE("unknown") : level);
	pli_api_put_slice(table, pli_api_text_of(json, node, "name"));
	pli_api_put_slice(table, scope.size == 0 ? PLM_SLICE("book") : scope);
	pli_api_put_slice(table, pli_api_text_of(json, node, "measure"));
	pli_table_put_text(
	    table, pli_measure_text(pli_api_text_of(json, node, "measure"), value, text));
	put_band(table, json, node, "soft_lower", "soft_upper");
	put_band(table, json, node, "hard_lower", "hard_upper");
	pli_table_put_text(table, plm_slice_is(level, "inside") ? "" : seen ? "yes" : "no");
}

int
pli_command_limits(pli_cli *cli, int argc, char **argv)
{
	static const pli_api_rows rows = {"limits", "/v1/limits", columns, put_limit, NULL};
	return pli_api_rows_command(&rows, cli, argc, argv);
}
