/* margin_case_run.c: a case file, and an answer to each case. */
#include <stdlib.h>
#include <string.h>

#include "cli/margin_case.h"
#include "cli/margin_case_run.h"
#include "cli/margin_case_table.h"

enum { MARGIN_ANSWER_MAX = 1 << 20 };

static const margin_case_model *const tables[] = {
    pli_margin_models_binance,
    pli_margin_models_hyperliquid,
    pli_margin_models_deribit,
    pli_margin_models_okx,
    pli_margin_models_bybit,
    pli_margin_models_derive,
    pli_margin_models_exposure,
    pli_margin_models_measures,
    pli_margin_models_others,
};

static const margin_case_model *
model_find(plm_slice name)
{
	for (unsigned t = 0; t < sizeof tables / sizeof *tables; t++)
		for (const margin_case_model *row = tables[t]; row->name != NULL; row++)
			if (plm_slice_equal(name, plm_slice_of(row->name)))
				return row;
	return NULL;
}

/* Fills got, which is to be thrown away when there is an error; returns it, "" none. */
static const char *
case_answer(margin_case *c, uint32_t node, pli_json_writer *got)
{
	plm_slice name = PLM_SLICE("");
	(void)pli_json_string(c->json, pli_json_find(c->json, node, "model"), &name, NULL);
	const margin_case_model *model = model_find(name);
	c->input = pli_json_find(c->json, node, "inputs");
	c->missing[0] = '\0';
	c->out = got;
	pli_json_writer_reset(got);
	pli_json_object_open(got);
	if (model != NULL)
		model->run(c);
	pli_json_object_close(got);
	return model == NULL ? "no such model" : c->missing;
}

static void
line_print(pli_cli *cli, plm_slice id, const char *error, plm_slice got, pli_json_writer *line)
{
	pli_json_writer_reset(line);
	pli_json_object_open(line);
	pli_json_key(line, "id");
	pli_json_put_slice(line, id);
	if (error[0] != '\0') {
		pli_json_member_text(line, "error", error);
	} else {
		pli_json_key(line, "got");
		pli_json_put_raw(line, got);
	}
	pli_json_object_close(line);
	pli_json_newline(line);
	(void)fwrite(line->bytes, 1, line->size, cli->out);
}

/* table: NULL: lines. */
static int
cases_run(pli_cli *cli, margin_case *c, margin_case_table *table)
{
	uint32_t count;
	const pli_json_node *nodes = pli_json_nodes(c->json, &count);
	pli_json_writer line, got;
	pli_json_writer_init(&line, MARGIN_ANSWER_MAX);
	pli_json_writer_init(&got, MARGIN_ANSWER_MAX);
	for (uint32_t at = 1; nodes[0].children_count != 0 && at < nodes[0].next;
	     at = nodes[at].next) {
		plm_slice id = PLM_SLICE("");
		const char *error = case_answer(c, at, &got);
		plm_slice answer = {got.bytes, got.size};
		(void)pli_json_string(c->json, pli_json_find(c->json, at, "id"), &id, NULL);
		if (table == NULL)
			line_print(cli, id, error, answer, &line);
		else
			pli_margin_table_add(table, c->json, at, error, answer);
	}
	bool overflow = line.overflow || got.overflow;
	pli_json_writer_fini(&line);
	pli_json_writer_fini(&got);
	if (overflow)
		return pli_cli_error(
		    cli, PLI_EXIT_BAD_INPUT, "an answer is over %d bytes long", MARGIN_ANSWER_MAX);
	return table != NULL && pli_margin_table_print(table, cli) != 0 ? PLI_EXIT_LIE
									: PLI_EXIT_OK;
}

static int
table_run(pli_cli *cli, margin_case *c)
{
	uint32_t count;
	uint32_t cases = pli_json_nodes(c->json, &count)[0].children_count;
	margin_case_table *table = pli_margin_table_create(cases + 1);
	int code = table == NULL ? pli_cli_error(cli, PLI_EXIT_SYSTEM, "memory could not be had")
				 : cases_run(cli, c, table);
	pli_margin_table_destroy(table);
	return code;
}

static void
case_destroy(margin_case *c)
{
	if (c == NULL)
		return;
	plm_margin_work_destroy(c->work);
	pli_json_destroy(c->json);
	free(c);
}

/* NULL: memory could not be had. */
static margin_case *
case_create(void)
{
	margin_case *c = calloc(1, sizeof *c);
	if (c == NULL)
		return NULL;
	c->json = pli_json_create();
	c->work = plm_margin_work_create(
	    MARGIN_CASE_LEGS_MAX, MARGIN_CASE_ASSETS_MAX, MARGIN_CASE_LEGS_MAX);
	if (c->json != NULL && c->work != NULL)
		return c;
	case_destroy(c);
	return NULL;
}

int
pli_margin_cases_run(pli_cli *cli, const char *file, plm_slice text, bool json)
{
	margin_case *c = case_create();
	if (c == NULL)
		return pli_cli_error(cli, PLI_EXIT_SYSTEM, "memory could not be had");
	plm_fault fault;
	uint32_t count;
	plm_err err = pli_json_parse(c->json, text, &fault);
	if (err == PLM_OK && pli_json_nodes(c->json, &count)[0].type != PLI_JSON_ARRAY)
		err = pli_json_fault(c->json, 0, "an array of cases", &fault);
	int code = err != PLM_OK ? pli_cli_fault(cli, file, &fault)
		   : json        ? cases_run(cli, c, NULL)
				 : table_run(cli, c);
	case_destroy(c);
	return code;
}
