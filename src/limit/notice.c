/* notice.c: alerts of one limit and scope, gathered. */
#include "limit/notice.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/fault_point.h"
#include "book/row_index.h"

/* A limit and scope that was told lately, or is about to be. */
typedef struct notice_row {
	pli_row_key key;
	bool told, told_hard;
	plm_time_ns told_ns;
	pli_notice gathered; /* alerts_count 0: nothing */
} notice_row;

struct pli_notices {
	pli_row_index index;
	notice_row *rows;
	uint32_t rows_count, rows_max;
};

pli_notices *
pli_notices_create(uint32_t rows_max)
{
	pli_notices *notices = PLI_FAULT(NOTICES_MEMORY) ? NULL : calloc(1, sizeof *notices);
	if (notices == NULL)
		return NULL;
	notices->rows_max = rows_max;
	notices->rows = calloc(rows_max, sizeof notices->rows[0]);
	if (notices->rows != NULL && pli_row_index_init(&notices->index, rows_max))
		return notices;
	pli_notices_destroy(notices);
	return NULL;
}

void
pli_notices_destroy(pli_notices *notices)
{
	if (notices == NULL)
		return;
	pli_row_index_fini(&notices->index);
	free(notices->rows);
	free(notices);
}

static notice_row *
notice_row_of(pli_notices *notices, const plm_alert *alert)
{
	size_t size = strnlen(alert->scope_name, sizeof alert->scope_name);
	uint64_t scope = XXH3_64bits(alert->scope_name, size);
	pli_row_key key = {alert->limit.value, (uint32_t)(scope >> 32), (uint32_t)scope};
	uint32_t index = pli_row_index_find(&notices->index, key);
	if (index != PLI_ROW_NONE)
		return &notices->rows[index];
	if (!pli_row_index_insert(&notices->index, key, notices->rows_count))
		return NULL;
	notices->rows[notices->rows_count] = (notice_row){.key = key};
	return &notices->rows[notices->rows_count++];
}

/* The last row moves into the place of one that is over. */
static void
notice_row_remove(pli_notices *notices, uint32_t index)
{
	assert(index < notices->rows_count);
	pli_row_index_remove(&notices->index, notices->rows[index].key);
	uint32_t last = --notices->rows_count;
	if (index == last)
		return;
	notices->rows[index] = notices->rows[last];
	pli_row_index_set(&notices->index, notices->rows[index].key, index);
}

/* Level of what is outside; a clear is none, whatever remains. */
static uint8_t
alert_level(const plm_alert *alert)
{
	return alert->kind == PLM_ALERT_CLEAR ? 0 : alert->level;
}

static bool
alert_is_worse(const plm_alert *alert, const plm_alert *than)
{
	uint8_t level = alert_level(alert), other = alert_level(than);
	if (level != other || level == 0)
		return level >= other;
	return fabs(alert->value - alert->band) > fabs(than->value - than->band);
}

bool
pli_notices_take(pli_notices *notices, const plm_event *alert)
{
	assert(alert->type == PLM_EVENT_ALERT);
	notice_row *row = notice_row_of(notices, &alert->u.alert);
	if (row == NULL)
		return false;
	pli_notice *gathered = &row->gathered;
	if (gathered->alerts_count == 0 ||
	    alert_is_worse(&alert->u.alert, &gathered->worst.u.alert))
		gathered->worst = *alert;
	gathered->last = *alert;
	gathered->alerts_count++;
	return true;
}

bool
pli_notices_next(pli_notices *notices, plm_time_ns now_ns, pli_notice *ret_notice)
{
	for (uint32_t i = notices->rows_count; i-- > 0;) {
		notice_row *row = &notices->rows[i];
		bool over = !row->told || now_ns - row->told_ns >= PLI_NOTICE_NS;
		bool hard = alert_level(&row->gathered.worst.u.alert) == 2;
		if (row->gathered.alerts_count == 0) {
			if (over)
				notice_row_remove(notices, i);
			continue;
		}
		if (!over && (row->told_hard || !hard))
			continue;
		*ret_notice = row->gathered;
		row->told = true;
		row->told_hard = hard;
		row->told_ns = now_ns;
		row->gathered.alerts_count = 0;
		return true;
	}
	return false;
}
