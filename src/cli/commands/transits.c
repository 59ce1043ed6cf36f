/* transits.c: plimsoll transits: coins of the running daemon's book that are between accounts. */
#include "cli/api_client_rows.h"
#include "cli/number_text.h"

static const pli_column columns[] = {
    {"state", "STATE", PLI_COLUMN_TEXT},
    {"quantity", "QUANTITY", PLI_COLUMN_NUMBER},
    {"asset", "ASSET", PLI_COLUMN_TEXT},
    {"fee", "FEE", PLI_COLUMN_NUMBER},
    {"from", "FROM", PLI_COLUMN_TEXT},
    {"to", "TO", PLI_COLUMN_TEXT},
    {"since", "SINCE", PLI_COLUMN_NUMBER},
    {"in_doubt", "IN DOUBT", PLI_COLUMN_NUMBER},
    {"matched_by", "MATCHED BY", PLI_COLUMN_TEXT},
    {"reason", "WHY", PLI_COLUMN_TEXT},
    {0},
};

static plm_decimal
decimal_of(pli_json *json, uint32_t node, const char *key)
{
	plm_decimal value = plm_decimal_unknown();

	(void)pli_json_decimal(json, pli_json_find(json, node, key), &value, NULL);
	return value;
}

static bool
transit_is_over(pli_json *json, uint32_t node)
{
	return pli_api_flag_of(json, node, "is_over");
}

/* "?": not known which account, if any. */
static void
put_account(pli_table *table, pli_json *json, uint32_t node, const char *key)
{
	plm_slice name = pli_api_text_of(json, node, key);

	pli_api_put_slice(table, name.size == 0 ? PLM_SLICE("?") : name);
}

static void
put_transit(pli_table *table, pli_json *json, uint32_t node, double now_ns)
{
	double since_ns = pli_api_number_of(json, node, "since_ns");
	plm_decimal doubt = decimal_of(json, node, "in_doubt");
	plm_slice match = pli_api_text_of(json, node, "matched_by");
	plm_slice state = pli_api_text_of(json, node, "state");
	char age[PLI_NUMBER_TEXT_MAX];

	(void)pli_table_row(table, plm_slice_is(state, "unexplained") ? PLI_STYLE_BAD
				   : plm_decimal_sign(doubt) != 0     ? PLI_STYLE_WARN
								      : PLI_STYLE_PLAIN);
	pli_api_put_slice(table, state);
	pli_table_put_decimal(table, decimal_of(json, node, "quantity"));
	pli_api_put_slice(table, pli_api_text_of(json, node, "asset"));
	pli_table_put_decimal(table, decimal_of(json, node, "fee"));
	put_account(table, json, node, "from");
	put_account(table, json, node, "to");
	pli_table_put_text(table, pli_age_text((now_ns - since_ns) / 1e9, age));
	pli_table_put_decimal(table, doubt);
	pli_api_put_slice(table, plm_slice_is(match, "none") ? PLM_SLICE("-") : match);
	pli_api_put_slice(table, pli_api_text_of(json, node, "reason"));
}

int
pli_command_transits(pli_cli *cli, int argc, char **argv)
{
	static const pli_api_rows rows = {
	    "transits", "/v1/transits", columns, put_transit, transit_is_over};
	return pli_api_rows_command(&rows, cli, argc, argv);
}
