/* pending.c: requests without an answer yet. */
#include "venue/pending.h"

#include <string.h>

pli_pending *
pli_pending_add(pli_pending_table *table, plm_time_ns now_ns, int64_t wait_ns, uint32_t kind)
{
	for (uint32_t i = 0; i < PLI_PENDING_MAX; i++) {
		if (table->rows[i].id != 0)
			continue;
		table->id_last = table->id_last == UINT32_MAX ? 1 : table->id_last + 1;
		table->rows[i] = (pli_pending){table->id_last, kind, 0, now_ns, now_ns + wait_ns};
		return &table->rows[i];
	}
	return NULL;
}

pli_pending *
pli_pending_find(pli_pending_table *table, uint32_t id)
{
	for (uint32_t i = 0; i < PLI_PENDING_MAX && id != 0; i++) {
		if (table->rows[i].id == id)
			return &table->rows[i];
	}
	return NULL;
}

uint32_t
pli_pending_count(const pli_pending_table *table, uint32_t kind)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < PLI_PENDING_MAX; i++)
		count += table->rows[i].id != 0 && table->rows[i].kind == kind;
	return count;
}

void
pli_pending_clear(pli_pending_table *table)
{
	memset(table->rows, 0, sizeof table->rows);
}
