/* venue_payloads.h: a folder of a venue's stored payloads through its decoder, held against a table
 * with a row for each file. */
#ifndef TESTS_SUPPORT_VENUE_PAYLOADS_H
#define TESTS_SUPPORT_VENUE_PAYLOADS_H

#include "venue_rig.h"

/* payload_row: what decoding the file must return, and how many events of the type it tells; for
 * NONE, how many instruments it specifies. A file .jsonl is decoded line by line. */
typedef struct payload_row {
	const char *file;
	plm_err err;
	plm_event_type type;
	uint32_t count;
} payload_row;

/* A new rig for each file. rows: one for each file of the folder but those that begin with a dot or
 * hold ".expected."; a file without a row, and a row without its file, fail the test. Where the
 * folder is not here that is said, and nothing is checked. What every event must have is checked
 * too: its account or none, a position's quantity and contract, a balance's asset and its wallet or
 * equity. What is refused tells no event and says why. */
void rig_payloads_check(
    rig *(*create)(void), const char *folder, const payload_row *rows, size_t rows_count);

#endif
