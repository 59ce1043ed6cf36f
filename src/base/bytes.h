/* bytes.h: a byte buffer that grows up to a stated bound. */
#ifndef PLI_BASE_BYTES_H
#define PLI_BASE_BYTES_H

#include <stddef.h>

#include "plimsoll/err.h"
#include "plimsoll/slice.h"

/* pli_bytes: data[0..size) is in use. Zeroed memory is an empty buffer without memory; max must
 * be set before the first append. Owned by one thread. */
typedef struct pli_bytes {
	char *data;
	size_t size;
	size_t capacity;
	size_t max;
} pli_bytes;

/* pli_bytes_append copies `size` bytes to the end. Errors: PLM_EFULL (the bound would be passed),
 * PLM_ENOMEM; then nothing was changed. Cost: amortised O(size). */
plm_err pli_bytes_append(pli_bytes *bytes, const void *data, size_t size);

/* pli_bytes_reserve makes room for `size` more bytes, of unspecified content, and adds them to
 * the size. *ret_room is where they begin; valid until the next call. Errors: as append. */
plm_err pli_bytes_reserve(pli_bytes *bytes, size_t size, char **ret_room);

/* pli_bytes_clear empties the buffer and keeps its memory. */
void pli_bytes_clear(pli_bytes *bytes);

/* pli_bytes_release frees the memory; the buffer is empty and may be used again. */
void pli_bytes_release(pli_bytes *bytes);

/* pli_bytes_wipe overwrites all memory of the buffer with zeros, then releases it. For secrets. */
void pli_bytes_wipe(pli_bytes *bytes);

/* pli_bytes_slice borrows the content until the next change. */
static inline plm_slice
pli_bytes_slice(const pli_bytes *bytes)
{
	return (plm_slice){bytes->data, bytes->size};
}

/* pli_text_lower, _upper: ASCII letters in one case, copied with a NUL, cut to what fits; other
 * bytes as they are. size_max > 0. Returns the size of the copy. */
size_t pli_text_lower(plm_slice text, char *ret_text, size_t size_max);
size_t pli_text_upper(plm_slice text, char *ret_text, size_t size_max);

/* pli_text_printable: the same for messages: bytes that are not printable ASCII become "?". */
size_t pli_text_printable(plm_slice text, char *ret_text, size_t size_max);

#endif
