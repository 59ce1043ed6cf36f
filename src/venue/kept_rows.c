/* kept_rows.c: a table by open addressing. */
#include "venue/kept_rows.h"

static uint32_t
kept_place(const pli_kept_rows *rows, uint64_t key, bool make)
{
	uint32_t spare = PLI_KEPT_ROWS_MAX;
	for (uint32_t i = 0; i < PLI_KEPT_ROWS_MAX; i++) {
		uint32_t at = (uint32_t)((key + i) % PLI_KEPT_ROWS_MAX);
		const pli_kept_row *row = &rows->rows[at];
		if (row->key == key && !row->dead)
			return at;
		if (spare == PLI_KEPT_ROWS_MAX && (row->key == 0 || row->dead))
			spare = at;
		if (row->key == 0)
			break;
	}
	return make ? spare : PLI_KEPT_ROWS_MAX;
}

/* The low bits say the type, and spread ids over the table. */
static uint64_t
kept_key(plm_event_type type, uint64_t id)
{
	id *= UINT64_C(0x9e3779b97f4a7c15);
	return (id ^ id >> 32) << 5 | (uint64_t)type;
}

pli_kept
pli_kept_open(const pli_kept_rows *rows, plm_event_type type, uint64_t id, plm_time_ns time_ns,
    bool whole, pli_kept_row *ret_row)
{
	uint64_t key = kept_key(type, id);
	uint32_t at = rows == NULL ? PLI_KEPT_ROWS_MAX : kept_place(rows, key, false);
	const pli_kept_row *kept = at == PLI_KEPT_ROWS_MAX ? NULL : &rows->rows[at];
	bool old = kept != NULL && time_ns != 0 && time_ns < kept->event.venue_time_ns;
	if (kept != NULL && (old || !whole)) {
		*ret_row = *kept;
	} else {
		*ret_row = (pli_kept_row){.key = key, .scale = PLI_SCALE_UNKNOWN};
		for (int i = 0; i < PLI_KEPT_MORE; i++)
			ret_row->more[i] = plm_decimal_unknown();
		plm_event_init(&ret_row->event, type);
	}
	if (!old && time_ns != 0)
		ret_row->event.venue_time_ns = time_ns;
	if (old)
		return PLI_KEPT_OLD;
	return kept == NULL && rows != NULL && !whole ? PLI_KEPT_LACKING : PLI_KEPT_GOOD;
}

void
pli_kept_close(pli_kept_rows *rows, const pli_kept_row *row)
{
	uint32_t at = kept_place(rows, row->key, true);
	if (at < PLI_KEPT_ROWS_MAX)
		rows->rows[at] = *row;
	else
		rows->full = true;
}

void
pli_kept_forget(pli_kept_rows *rows, plm_event_type but)
{
	for (pli_kept_row *row = rows->rows; row < rows->rows + PLI_KEPT_ROWS_MAX; row++)
		row->dead |= row->event.type != but;
	rows->full = false;
}

pli_kept_row *
pli_kept_unseen(pli_kept_rows *rows, plm_event_type type, uint64_t seen, uint32_t *at)
{
	while (*at < PLI_KEPT_ROWS_MAX) {
		pli_kept_row *row = &rows->rows[(*at)++];
		if (row->key != 0 && !row->dead && row->event.type == type && row->seen != seen)
			return row;
	}
	return NULL;
}
