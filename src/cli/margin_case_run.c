/* margin_case_run.c: a case file, a line of answers for each case. */
#include <stdlib.h>
#include <string.h>

#include "cli/margin_case.h"
#include "cli/margin_case_run.h"

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

/* Writes {id, got} or {id, error}: what a model wrote is thrown away when an input was missing. */
static void
case_answer(margin_case *c, uint32_t node, pli_json_writer *line, pli_json_writer *got)
{
	plm_slice id = plm_slice_of(""), name = plm_slice_of("");
	(void)pli_json_string(c->json, pli_json_find(c->json, node, "id"), &id, NULL);
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
	pli_json_object_open(line);
	pli_json_key(line, "id");
	pli_json_put_slice(line, id);
	if (model == NULL) {
		pli_json_member_text(line, "error", "no such model");
	} else if (c->missing[0] != '\0') {
		pli_json_member_text(line, "error", c->missing);
	} else {
		pli_json_key(line, "got");
		pli_json_put_raw(line, (plm_slice){got->bytes, got->size});
	}
	pli_json_object_close(line);
	pli_json_newline(line);
}

static int
cases_run(pli_cli *cli, margin_case *c)
{
	uint32_t count;
	const pli_json_node *nodes = pli_json_nodes(c->json, &count);
	pli_json_writer line, got;
	pli_json_writer_init(&line, MARGIN_ANSWER_MAX);
	pli_json_writer_init(&got, MARGIN_ANSWER_MAX);
	for (uint32_t at = 1; nodes[0].children_count != 0 && at < nodes[0].next;
	     at = nodes[at].next) {
		pli_json_writer_reset(&line);
		case_answer(c, at, &line, &got);
		(void)fwrite(line.bytes, 1, line.size, cli->out);
	}
	bool overflow = line.overflow || got.overflow;
	pli_json_writer_fini(&line);
	pli_json_writer_fini(&got);
	return overflow ? pli_cli_error(cli, PLI_EXIT_BAD_INPUT, "an answer is over %d bytes long",
			      MARGIN_ANSWER_MAX)
			: PLI_EXIT_OK;
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
pli_margin_cases_run(pli_cli *cli, const char *file, plm_slice text)
{
	margin_case *c = case_create();
	if (c == NULL)
		return pli_cli_error(cli, PLI_EXIT_SYSTEM, "memory could not be had");
	plm_fault fault;
	uint32_t count;
	plm_err err = pli_json_parse(c->json, text, &fault);
	if (err == PLM_OK && pli_json_nodes(c->json, &count)[0].type != PLI_JSON_ARRAY)
		err = pli_json_fault(c->json, 0, "an array of cases", &fault);
	int code = err == PLM_OK ? cases_run(cli, c) : pli_cli_fault(cli, file, &fault);
	case_destroy(c);
	return code;
}
