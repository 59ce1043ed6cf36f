/* bytes.c: a byte buffer that grows up to a stated bound. */
#include "base/bytes.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault_point.h"

enum { BYTES_CAPACITY_MIN = 256 };

static plm_err
bytes_grow(pli_bytes *bytes, size_t needed)
{
	size_t capacity = bytes->capacity < BYTES_CAPACITY_MIN ? BYTES_CAPACITY_MIN
							       : bytes->capacity;
	while (capacity < needed)
		capacity = capacity > SIZE_MAX / 2 ? needed : capacity * 2;
	if (capacity > bytes->max)
		capacity = bytes->max;
	/* Not realloc: it could leave a copy of a secret behind. */
	char *data = PLI_FAULT(BYTES_MEMORY) ? NULL : malloc(capacity);
	if (data == NULL)
		return PLM_ENOMEM;
	if (bytes->size > 0)
		memcpy(data, bytes->data, bytes->size);
	if (bytes->data != NULL)
		explicit_bzero(bytes->data, bytes->size);
	free(bytes->data);
	bytes->data = data;
	bytes->capacity = capacity;
	return PLM_OK;
}

plm_err
pli_bytes_reserve(pli_bytes *bytes, size_t size, char **ret_room)
{
	assert(bytes->size <= bytes->max);
	if (size > bytes->max - bytes->size)
		return PLM_EFULL;
	if (bytes->size + size > bytes->capacity) {
		plm_err err = bytes_grow(bytes, bytes->size + size);
		if (err != PLM_OK)
			return err;
	}
	*ret_room = bytes->data == NULL ? NULL : bytes->data + bytes->size;
	bytes->size += size;
	return PLM_OK;
}

plm_err
pli_bytes_append(pli_bytes *bytes, const void *data, size_t size)
{
	char *room;
	plm_err err = pli_bytes_reserve(bytes, size, &room);
	if (err == PLM_OK && size > 0)
		memcpy(room, data, size);
	return err;
}

void
pli_bytes_clear(pli_bytes *bytes)
{
	bytes->size = 0;
}

void
pli_bytes_release(pli_bytes *bytes)
{
	free(bytes->data);
	bytes->data = NULL;
	bytes->size = 0;
	bytes->capacity = 0;
}

void
pli_bytes_wipe(pli_bytes *bytes)
{
	if (bytes->data != NULL)
		explicit_bzero(bytes->data, bytes->capacity);
	pli_bytes_release(bytes);
}

/* Letters of [first, last] are moved by `step`. */
static size_t
text_cased(plm_slice text, char first, char last, int step, char *ret_text, size_t size_max)
{
	size_t size = text.size < size_max ? text.size : size_max - 1;
	for (size_t i = 0; i < size; i++) {
		char c = text.bytes[i];
		ret_text[i] = (char)(c >= first && c <= last ? c + step : c);
	}
	ret_text[size] = '\0';
	return size;
}

size_t
pli_text_lower(plm_slice text, char *ret_text, size_t size_max)
{
	return text_cased(text, 'A', 'Z', 'a' - 'A', ret_text, size_max);
}

size_t
pli_text_upper(plm_slice text, char *ret_text, size_t size_max)
{
	return text_cased(text, 'a', 'z', 'A' - 'a', ret_text, size_max);
}

size_t
pli_text_printable(plm_slice text, char *ret_text, size_t size_max)
{
	size_t size = text.size < size_max ? text.size : size_max - 1;
	for (size_t i = 0; i < size; i++)
		ret_text[i] = text.bytes[i] < ' ' || text.bytes[i] > '~' ? '?' : text.bytes[i];
	ret_text[size] = '\0';
	return size;
}
