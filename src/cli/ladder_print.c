/* ladder_print.c: pools and their legs, as tables or JSON. */
#include "cli/ladder_print.h"

#include <stdlib.h>

#include "api/ladder_json.h"
#include "cli/ladder_table.h"

enum { LADDER_JSON_MAX = 64 << 20, LADDER_ROWS_MAX = 16384, LADDER_LEGS_MAX = 16384 };

/* What is printed: pools, ranked, and room for the legs of one. */
typedef struct ladder_rows {
	pli_ladder_maker *maker;
	const pli_exposure *exposure;
	const pli_registry *registry;
	pli_ladder_row *pools;
	pli_ladder_legs legs;
	uint32_t pools_count;
	double vol_power;
} ladder_rows;

static const pli_ladder_legs *
legs_of(ladder_rows *rows, uint32_t pool)
{
	pli_ladder_legs_make(
	    rows->maker, rows->exposure, &rows->pools[pool].key, rows->vol_power, &rows->legs);
	return &rows->legs;
}

static void
pools_write(pli_json_writer *w, ladder_rows *rows)
{
	pli_json_array_open(w);
	for (uint32_t i = 0; i < rows->pools_count; i++)
		pli_ladder_put_pool(w, rows->registry, &rows->pools[i],
		    rows->pools[i].reason == NULL ? i + 1 : 0, legs_of(rows, i));
	pli_json_array_close(w);
}

static int
ladder_json(pli_cli *cli, const pli_ladder_print_options *options, ladder_rows *rows)
{
	pli_json_writer w;
	const pli_book *book = pli_exposure_book(rows->exposure);
	pli_json_writer_init(&w, LADDER_JSON_MAX);
	pli_json_object_open(&w);
	pli_json_member_time_ns(&w, "as_of_ns", pli_book_now_ns(book));
	pli_json_member_text(&w, "joint", options->joint ? "beta" : "single");
	pli_json_member_double(&w, "vol_response", options->vol_power);
	pli_json_member_bool(&w, "with_funding", options->funding);
	pli_json_key(&w, "pools");
	if (options->legs)
		pools_write(&w, rows);
	else
		pli_ladder_put_rows(&w, rows->registry, rows->pools, rows->pools_count);
	pli_json_object_close(&w);
	return pli_json_show(cli, &w);
}

static int
legs_print(pli_cli *cli, ladder_rows *rows)
{
	uint32_t legs_count = 0;
	for (uint32_t i = 0; i < rows->pools_count; i++)
		legs_count += rows->pools[i].legs_count;
	pli_table *table = pli_leg_table_create(legs_count + 1);
	if (table == NULL)
		return pli_cli_error(cli, PLI_EXIT_SYSTEM, "no memory for the table of legs");
	for (uint32_t i = 0; i < rows->pools_count; i++)
		pli_leg_table_add(table, rows->registry, legs_of(rows, i));
	(void)fputc('\n', cli->out);
	pli_table_print(table, cli);
	pli_table_destroy(table);
	return PLI_EXIT_OK;
}

static int
ladder_tables(pli_cli *cli, const pli_ladder_print_options *options, ladder_rows *rows)
{
	int code = pli_ladder_table_print(cli, rows->registry, rows->pools, rows->pools_count);
	return code == PLI_EXIT_OK && options->legs ? legs_print(cli, rows) : code;
}

int
pli_ladder_print(pli_cli *cli, const pli_ladder_print_options *options, pli_core *core)
{
	ladder_rows rows = {.maker = pli_ladder_maker_create(LADDER_LEGS_MAX),
	    .exposure = pli_core_exposure(core),
	    .registry = pli_book_registry(pli_core_book(core)),
	    .pools = pli_ladder_rows_create(LADDER_ROWS_MAX),
	    .vol_power = options->vol_power};
	int code = PLI_EXIT_OK;
	if (rows.maker == NULL || rows.pools == NULL ||
	    !pli_ladder_legs_create(&rows.legs, LADDER_LEGS_MAX)) {
		code = pli_cli_error(cli, PLI_EXIT_SYSTEM, "no memory for the ladder");
	} else {
		const pli_ladder_query query = {.joint = options->joint,
		    .with_funding = options->funding,
		    .vol_power = options->vol_power};
		uint32_t count = pli_ladder_rows_make(
		    rows.maker, rows.exposure, &query, rows.pools, LADDER_ROWS_MAX);
		rows.pools_count = count < LADDER_ROWS_MAX ? count : LADDER_ROWS_MAX;
		code = options->json ? ladder_json(cli, options, &rows)
				     : ladder_tables(cli, options, &rows);
		if (count > rows.pools_count)
			pli_cli_note(cli, "%u pools more are not shown", count - rows.pools_count);
	}
	pli_ladder_legs_destroy(&rows.legs);
	free(rows.pools);
	pli_ladder_maker_destroy(rows.maker);
	return code;
}
