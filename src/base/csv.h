/* csv.h: lines and fields of a CSV text. What they mean is the caller's. */
#ifndef PLI_BASE_CSV_H
#define PLI_BASE_CSV_H

#include <stdbool.h>
#include <stdint.h>

#include "plimsoll/err.h"
#include "plimsoll/slice.h"

/* pli_csv: a cursor over a text, which is borrowed. line: number of the line read last. */
typedef struct pli_csv {
	plm_slice text;
	size_t at;
	uint32_t line;
} pli_csv;

/* pli_csv_open begins at the first line, behind a byte order mark. */
pli_csv pli_csv_open(plm_slice text);

/* pli_csv_line gives the next line, without its end and blanks before it. Blank lines and those
 * that begin with "#" are passed over. False: the end of the text; nothing was written. */
bool pli_csv_line(pli_csv *csv, plm_slice *ret_line);

/* pli_csv_field cuts the next field off *rest, without the blanks around it and its quotes; behind
 * the last one *rest is the empty slice. A field may stand in quotes, with no quote inside. False:
 * a quote is where none may be (pli_csv_quotes is what was expected); nothing was written. */
bool pli_csv_field(plm_slice *rest, plm_slice *ret_field);
extern const char pli_csv_quotes[];

/* pli_csv_place: the column, from 1, at which the rest of that line begins. */
uint32_t pli_csv_place(plm_slice line, plm_slice rest);

/* pli_csv_fault fills *ret_fault (may be NULL) with the place, what was expected there and the
 * first 40 bytes of what was found, printable; path may be NULL. Returns PLM_EDECODE. */
plm_err pli_csv_fault(const pli_csv *csv, uint32_t column, const char *path, const char *expected,
    plm_slice got, plm_fault *ret_fault);

#endif
