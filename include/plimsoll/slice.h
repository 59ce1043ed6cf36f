/* slice.h: borrowed bytes. A slice owns nothing and need not end in NUL. */
#ifndef PLIMSOLL_SLICE_H
#define PLIMSOLL_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* plm_slice: bytes[0..size), borrowed. {NULL, 0} is the empty slice. */
typedef struct plm_slice {
	const char *bytes;
	size_t size;
} plm_slice;

/* PLM_SLICE makes a slice of a string literal, without its NUL. */
#define PLM_SLICE(literal) ((plm_slice){(literal), sizeof(literal) - 1})

/* plm_slice_of makes a slice of a NUL-terminated string; NULL gives the empty slice. */
static inline plm_slice
plm_slice_of(const char *text)
{
	plm_slice slice = {text, text == NULL ? 0 : strlen(text)};
	return slice;
}

/* plm_slice_equal: same size and same bytes. */
static inline bool
plm_slice_equal(plm_slice a, plm_slice b)
{
	return a.size == b.size && (a.size == 0 || memcmp(a.bytes, b.bytes, a.size) == 0);
}

/* plm_slice_is: the slice holds exactly the text of `text`, which is NUL-terminated. */
static inline bool
plm_slice_is(plm_slice a, const char *text)
{
	return plm_slice_equal(a, plm_slice_of(text));
}

#endif
