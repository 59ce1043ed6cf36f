/* kept_rows.h: rows as they stand, of a venue that tells each whole once and from then on the
 * members that changed. A sparse row means something only beside the last whole one. Fixed size;
 * zeroed it is empty. Pure. */
#ifndef PLI_VENUE_KEPT_ROWS_H
#define PLI_VENUE_KEPT_ROWS_H

#include <stdbool.h>

#include "plimsoll/event.h"

enum { PLI_KEPT_ROWS_MAX = 2048, PLI_KEPT_MORE = 3, PLI_SCALE_UNKNOWN = 255 };

/* pli_kept_row: key 0: free. dead: over, its place may be taken. seen: the walk that told it last.
 * event: what was last made of it. The rest is the adapter's: members that the event does not hold
 * as they are, and the scale of its amounts. */
typedef struct pli_kept_row {
	uint64_t key, seen;
	bool dead, sells, works;
	uint8_t scale;
	plm_decimal more[PLI_KEPT_MORE];
	plm_event event;
} pli_kept_row;

/* full: a row had no room and stood alone. */
typedef struct pli_kept_rows {
	pli_kept_row rows[PLI_KEPT_ROWS_MAX];
	bool full;
} pli_kept_rows;

/* What a message's row means. OLD: it is dated before what is kept. LACKING: it is sparse, and
 * nothing is kept. */
typedef enum pli_kept { PLI_KEPT_GOOD, PLI_KEPT_OLD, PLI_KEPT_LACKING } pli_kept;

/* pli_kept_open copies to ret_row what the row begins with: the kept one of that type and id, where
 * it is sparse or old, else a blank one, all unknown. Its event is dated time_ns, unless old.
 * rows NULL: every row is taken as a whole one. Cost: O(1), O(rows) when nearly full. */
pli_kept pli_kept_open(const pli_kept_rows *rows, plm_event_type type, uint64_t id,
    plm_time_ns time_ns, bool whole, pli_kept_row *ret_row);

/* pli_kept_close keeps it. pli_kept_forget: all but those of that type. */
void pli_kept_close(pli_kept_rows *rows, const pli_kept_row *row);
void pli_kept_forget(pli_kept_rows *rows, plm_event_type but);

/* pli_kept_unseen: the next row of that type, from *at on, that the walk has not told; NULL: none.
 */
pli_kept_row *pli_kept_unseen(
    pli_kept_rows *rows, plm_event_type type, uint64_t seen, uint32_t *at);

#endif
