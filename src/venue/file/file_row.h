/* file_row.h: rows of a file to events. Internal to this adapter. */
#ifndef PLI_VENUE_FILE_ROW_H
#define PLI_VENUE_FILE_ROW_H

#include "plimsoll/sys/venue.h"
#include "venue/file/file_table.h"

/* pli_file_reader: one file on its way to events.
 * events      NULL while checking: nothing is interned or sent then
 * account_name rows that name another account are passed over; NULL takes all
 * rows_count  positions and balances taken; rows_other: passed over */
typedef struct pli_file_reader {
	const plm_venue_cfg *cfg;
	pli_file_table *table;
	plm_event_sink *events;
	const char *account_name;
	uint32_t rows_count;
	uint32_t rows_other;
} pli_file_reader;

/* pli_file_row_apply checks one row and, with a sink, sends its events.
 * Errors: PLM_EDECODE, PLM_EFULL (sink or names). */
plm_err pli_file_row_apply(pli_file_reader *reader, const pli_file_row *row);

#endif
