/* inspect_topics.c: the tables this build was made from. */
#include "cli/inspect_topics.h"

#include <malloc.h>
#include <stdio.h>

#include "base/limits.h"
#include "cli/bounds.def"
#include "cli/config.h"
#include "cli/option_accuracy.h"
#include "cli/wiring.h"
#include "engine/core.h"
#include "io/io.h"
#include "plimsoll/event.h"
#include "plimsoll/exposure.h"
#include "plimsoll/pricing.h"

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
	const pli_book_bounds wired = pli_wiring_bounds();
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

/* Bytes that the heap holds; 0 where the heap does not say (under a sanitizer). */
static size_t
inspect_heap_bytes(void)
{
	const struct mallinfo2 info = mallinfo2();
	return info.uordblks + info.hblkhd;
}

static void
inspect_memory(pli_table *table)
{
	const size_t before = inspect_heap_bytes();
	const pli_core_config config = {.bounds = pli_wiring_bounds(),
	    .limits_max = PLI_WIRING_LIMITS_MAX,
	    .limit_states_max = PLI_WIRING_LIMIT_STATES_MAX};
	pli_core *core = pli_core_create(&config);
	const size_t bytes = inspect_heap_bytes() - before;
	pli_core_destroy(core);
	(void)pli_table_row(table, PLI_STYLE_PLAIN);
	pli_table_put_text(table, "core");
	if (core == NULL || bytes == 0)
		pli_table_put_text(table, "-");
	else
		pli_table_put_int(table, (int64_t)bytes);
	pli_table_put_text(table, "bytes");
	pli_table_put_text(table,
	    "book, exposure and limits of one agent, taken at start; the core "
	    "has one and the serving agent another");
	inspect_put(table, "config", (int64_t)sizeof(pli_config), "bytes", "a configuration");
}

static void
inspect_kernels(pli_table *table)
{
	for (int i = 0; i < PLM_KERNEL_COUNT_; i++) {
		plm_kernel kernel = (plm_kernel)i;
		(void)pli_table_row(table, PLI_STYLE_PLAIN);
		pli_table_put_text(table, plm_kernel_text(kernel));
		pli_table_put_int(table, plm_kernel_lanes(kernel));
		pli_table_put_text(table, !plm_kernel_is_here(kernel)  ? "not on this processor"
					  : kernel == plm_kernel_get() ? "used"
								       : "can be forced");
	}
}

static void
inspect_pricing(pli_table *table)
{
	pli_option_accuracy rows[PLI_OPTION_ACCURACY_ROWS];
	pli_option_accuracy_measure(1, rows);
	for (int i = 0; i < PLI_OPTION_ACCURACY_ROWS; i++) {
		(void)pli_table_row(table, PLI_STYLE_PLAIN);
		pli_table_put_text(table, rows[i].output);
		pli_table_put_text(table, rows[i].against);
		pli_table_put_format(table, "%.1e", rows[i].error_max);
		pli_table_put_format(table, "%.1e", rows[i].bound);
	}
}

static const pli_column inspect_kernel_columns[] = {{"name", "kernel", PLI_COLUMN_TEXT},
    {"lanes", "options at once", PLI_COLUMN_NUMBER}, {"state", "state", PLI_COLUMN_TEXT}, {0}};
static const pli_column inspect_pricing_columns[] = {{"output", "output", PLI_COLUMN_TEXT},
    {"against", "measured against", PLI_COLUMN_TEXT},
    {"error_max", "largest error", PLI_COLUMN_NUMBER}, {"bound", "bound", PLI_COLUMN_NUMBER}, {0}};
static const pli_column inspect_bound_columns[] = {{"name", "bound", PLI_COLUMN_TEXT},
    {"value", "value", PLI_COLUMN_NUMBER}, {"unit", "unit", PLI_COLUMN_TEXT},
    {"text", "of", PLI_COLUMN_TEXT}, {0}};
static const pli_column inspect_row_columns[] = {{"name", "name", PLI_COLUMN_TEXT},
    {"number", "number", PLI_COLUMN_NUMBER}, {"text", "text", PLI_COLUMN_TEXT}, {0}};

/* What can be inspected, sorted by name. */
static const pli_inspect_topic inspect_topics[] = {
    {"errors", inspect_row_columns, inspect_errors},
    {"events", inspect_row_columns, inspect_events},
    {"exits", inspect_row_columns, inspect_exits},
    {"kernels", inspect_kernel_columns, inspect_kernels},
    {"limits", inspect_bound_columns, inspect_limits},
    {"memory", inspect_bound_columns, inspect_memory},
    {"pricing", inspect_pricing_columns, inspect_pricing},
};

const pli_inspect_topic *
pli_inspect_topic_at(uint32_t index)
{
	const uint32_t count = sizeof inspect_topics / sizeof inspect_topics[0];
	return index < count ? &inspect_topics[index] : NULL;
}
