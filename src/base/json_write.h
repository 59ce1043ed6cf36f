/* json_write.h: a JSON writer over a growing buffer with a stated maximum. It is only printing.
 *
 * Commas and quotes are the writer's business; nesting is checked by asserts. Strings are escaped
 * (control bytes, quotes, backslash; invalid UTF-8 becomes U+FFFD). Unknown decimals and NaN are
 * written as null. After an overflow the writer stays silent and `overflow` is true. */
#ifndef PLI_BASE_JSON_WRITE_H
#define PLI_BASE_JSON_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "plimsoll/decimal.h"
#include "plimsoll/slice.h"
#include "plimsoll/time.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { PLI_JSON_WRITE_DEPTH_MAX = 32, PLI_JSON_DOUBLE_TEXT_MAX = 32 };

/* pli_json_writer: bytes[0..size) is the text so far. Owned by the writer. */
typedef struct pli_json_writer {
	char *bytes;
	size_t size;
	size_t capacity;
	size_t capacity_max;
	uint32_t depth;
	bool overflow;
	bool after_key;
	bool has_member[PLI_JSON_WRITE_DEPTH_MAX + 1]; /* by depth; 0: the document */
} pli_json_writer;

/* init takes no memory yet; fini accepts zeroed; reset keeps the memory. */
void pli_json_writer_init(pli_json_writer *w, size_t capacity_max);
void pli_json_writer_fini(pli_json_writer *w);
void pli_json_writer_reset(pli_json_writer *w);

void pli_json_object_open(pli_json_writer *w);
void pli_json_object_close(pli_json_writer *w);
void pli_json_array_open(pli_json_writer *w);
void pli_json_array_close(pli_json_writer *w);
void pli_json_key(pli_json_writer *w, const char *key);

/* Values: after a key, inside an array, or as the whole document. */
void pli_json_put_null(pli_json_writer *w);
void pli_json_put_bool(pli_json_writer *w, bool value);
void pli_json_put_int(pli_json_writer *w, int64_t value);
void pli_json_put_uint(pli_json_writer *w, uint64_t value);
/* shortest text that reads back to the same double, at most 17 digits; NaN and infinities: null */
void pli_json_put_double(pli_json_writer *w, double value);
/* pli_json_double_format writes that text of a finite value, NUL-terminated, in any locale;
 * returns its length. */
size_t pli_json_double_format(double value, char ret_text[PLI_JSON_DOUBLE_TEXT_MAX]);
void pli_json_put_text(pli_json_writer *w, const char *text); /* NULL: null */
void pli_json_put_slice(pli_json_writer *w, plm_slice text);
void pli_json_put_decimal(pli_json_writer *w, plm_decimal value);      /* as a number */
void pli_json_put_decimal_text(pli_json_writer *w, plm_decimal value); /* as a string, or null */
void pli_json_put_time(pli_json_writer *w, plm_time_ns time_ns);       /* RFC 3339, 0: null */
/* pli_json_put_raw: text that is JSON already. */
void pli_json_put_raw(pli_json_writer *w, plm_slice json);

/* Members of an object: key and value in one. time_ns: nanoseconds as an integer, 0: null. */
void pli_json_member_text(pli_json_writer *w, const char *key, const char *text);
void pli_json_member_decimal(pli_json_writer *w, const char *key, plm_decimal value);
void pli_json_member_double(pli_json_writer *w, const char *key, double value);
void pli_json_member_int(pli_json_writer *w, const char *key, int64_t value);
void pli_json_member_bool(pli_json_writer *w, const char *key, bool value);
void pli_json_member_time_ns(pli_json_writer *w, const char *key, plm_time_ns time_ns);

/* pli_json_newline ends a line of a JSON-lines stream; only at depth 0. */
void pli_json_newline(pli_json_writer *w);

#ifdef __cplusplus
}
#endif

#endif
