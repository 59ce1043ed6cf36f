/* json_write.c: the JSON writer. */
#include "base/json_write.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault_point.h"
#include "base/utf8.h"

enum { JSON_WRITE_FIRST = 4096 };

void
pli_json_writer_init(pli_json_writer *w, size_t capacity_max)
{
	*w = (pli_json_writer){.capacity_max = capacity_max};
}

void
pli_json_writer_fini(pli_json_writer *w)
{
	free(w->bytes);
	*w = (pli_json_writer){0};
}

void
pli_json_writer_reset(pli_json_writer *w)
{
	w->size = 0;
	w->depth = 0;
	w->overflow = false;
	w->after_key = false;
	w->has_member[0] = false;
}

static bool
json_write_grow(pli_json_writer *w, size_t size)
{
	if (w->overflow)
		return false;
	if (size > w->capacity_max - w->size) {
		w->overflow = true;
		return false;
	}
	size_t wanted = w->size + size;
	size_t capacity = w->capacity == 0 ? JSON_WRITE_FIRST : w->capacity;
	while (capacity < wanted)
		capacity *= 2;
	if (capacity > w->capacity_max)
		capacity = w->capacity_max;
	char *bytes = PLI_FAULT(JSON_WRITE) ? NULL : realloc(w->bytes, capacity);
	if (bytes == NULL) {
		w->overflow = true;
		return false;
	}
	w->bytes = bytes;
	w->capacity = capacity;
	return true;
}

/* Room for `size` more bytes; false: the writer has overflowed. */
static inline bool
json_write_reserve(pli_json_writer *w, size_t size)
{
	return (!w->overflow && size <= w->capacity - w->size) || json_write_grow(w, size);
}

static inline void
json_write_bytes(pli_json_writer *w, const char *bytes, size_t size)
{
	if (size == 0 || !json_write_reserve(w, size))
		return;
	memcpy(w->bytes + w->size, bytes, size);
	w->size += size;
}

static inline void
json_write_byte(pli_json_writer *w, char byte)
{
	if (json_write_reserve(w, 1))
		w->bytes[w->size++] = byte;
}

/* The comma that a value or key needs before it. */
static inline void
json_write_before(pli_json_writer *w)
{
	if (w->after_key) {
		w->after_key = false;
		return;
	}
	assert(w->depth > 0 || !w->has_member[0]);
	if (w->has_member[w->depth])
		json_write_byte(w, ',');
	w->has_member[w->depth] = true;
}

static void
json_write_open(pli_json_writer *w, char bracket)
{
	json_write_before(w);
	json_write_byte(w, bracket);
	assert(w->depth < PLI_JSON_WRITE_DEPTH_MAX);
	w->has_member[++w->depth] = false;
}

static void
json_write_close(pli_json_writer *w, char bracket)
{
	assert(w->depth > 0 && !w->after_key);
	w->depth--;
	json_write_byte(w, bracket);
}

void
pli_json_object_open(pli_json_writer *w)
{
	json_write_open(w, '{');
}

void
pli_json_object_close(pli_json_writer *w)
{
	json_write_close(w, '}');
}

void
pli_json_array_open(pli_json_writer *w)
{
	json_write_open(w, '[');
}

void
pli_json_array_close(pli_json_writer *w)
{
	json_write_close(w, ']');
}

static void
json_write_escape(pli_json_writer *w, unsigned char byte)
{
	static const char from[] = "\"\\\b\f\n\r\t";
	static const char to[] = "\"\\bfnrt";
	const char *found = byte == 0 ? NULL : strchr(from, byte);
	char text[8];
	int size = 2;
	if (found != NULL) {
		text[0] = '\\';
		text[1] = to[found - from];
	} else {
		size = snprintf(text, sizeof text, "\\u%04x", byte);
	}
	json_write_bytes(w, text, (size_t)size);
}

static bool
byte_is_plain(char byte)
{
	return (unsigned char)byte >= 0x20 && (unsigned char)byte < 0x80 && byte != '"' &&
	       byte != '\\';
}

/* Eight bytes at once: the highest bit of a byte is set where it is one that needs a look. What is
 * below `limit` borrows from the highest bit; a byte that equals `c` is 0 after the XOR, and 0 is
 * below 1. */
static size_t
json_plain_size(plm_slice text)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), high = ones << 7;
	size_t i = 0;
	for (; i + sizeof(uint64_t) <= text.size; i += sizeof(uint64_t)) {
		uint64_t word;
		memcpy(&word, text.bytes + i, sizeof word);
		uint64_t quote = word ^ ones * '"', slash = word ^ ones * '\\';
		uint64_t odd = word | (word - ones * 0x20) | (quote - ones) | (slash - ones);
		if ((odd & high) != 0)
			break;
	}
	while (i < text.size && byte_is_plain(text.bytes[i]))
		i++;
	return i;
}

/* A text whose first `plain` bytes need no change, but not all of them. */
static void
json_write_escaped(pli_json_writer *w, plm_slice text, size_t plain)
{
	static const char replacement[] = "\xef\xbf\xbd";
	size_t i = plain;
	plain = 0; /* start of the run that needs no change */
	json_write_byte(w, '"');
	while (i < text.size) {
		unsigned char byte = (unsigned char)text.bytes[i];
		if (byte_is_plain(text.bytes[i])) {
			i++;
			continue;
		}
		size_t size = byte < 0x80 ? 0 : pli_utf8_size(text.bytes + i, text.size - i);
		if (size > 0) {
			i += size;
			continue;
		}
		json_write_bytes(w, text.bytes + plain, i - plain);
		if (byte < 0x80)
			json_write_escape(w, byte);
		else
			json_write_bytes(w, replacement, 3);
		plain = ++i;
	}
	json_write_bytes(w, text.bytes + plain, i - plain);
	json_write_byte(w, '"');
}

static inline void
json_write_string(pli_json_writer *w, plm_slice text)
{
	size_t plain = json_plain_size(text);
	if (plain < text.size) {
		json_write_escaped(w, text, plain);
	} else if (json_write_reserve(w, text.size + 2)) {
		char *at = w->bytes + w->size;
		*at++ = '"';
		if (text.size > 0)
			memcpy(at, text.bytes, text.size);
		at[text.size] = '"';
		w->size += text.size + 2;
	}
}

void
pli_json_key(pli_json_writer *w, const char *key)
{
	assert(!w->after_key && w->depth > 0);
	json_write_before(w);
	json_write_string(w, plm_slice_of(key));
	json_write_byte(w, ':');
	w->after_key = true;
}

static void
json_write_word(pli_json_writer *w, const char *word, size_t size)
{
	json_write_before(w);
	json_write_bytes(w, word, size);
}

void
pli_json_put_null(pli_json_writer *w)
{
	json_write_word(w, "null", 4);
}

void
pli_json_put_bool(pli_json_writer *w, bool value)
{
	json_write_word(w, value ? "true" : "false", value ? 4 : 5);
}

static void
json_write_whole(pli_json_writer *w, uint64_t magnitude, bool negative)
{
	char text[24];
	char *end = text + sizeof text;
	char *start = end;
	do {
		*--start = (char)('0' + (int)(magnitude % 10));
		magnitude /= 10;
	} while (magnitude > 0);
	if (negative)
		*--start = '-';
	json_write_word(w, start, (size_t)(end - start));
}

void
pli_json_put_int(pli_json_writer *w, int64_t value)
{
	json_write_whole(w, value < 0 ? -(uint64_t)value : (uint64_t)value, value < 0);
}

void
pli_json_put_uint(pli_json_writer *w, uint64_t value)
{
	json_write_whole(w, value, false);
}

void
pli_json_put_double(pli_json_writer *w, double value)
{
	if (!isfinite(value)) {
		pli_json_put_null(w);
		return;
	}
	char text[PLI_JSON_DOUBLE_TEXT_MAX];
	size_t size = pli_json_double_format(value, text);
	json_write_word(w, text, size);
}

void
pli_json_put_text(pli_json_writer *w, const char *text)
{
	if (text == NULL) {
		pli_json_put_null(w);
		return;
	}
	pli_json_put_slice(w, plm_slice_of(text));
}

void
pli_json_put_slice(pli_json_writer *w, plm_slice text)
{
	json_write_before(w);
	json_write_string(w, text);
}

void
pli_json_put_decimal(pli_json_writer *w, plm_decimal value)
{
	char text[PLM_DECIMAL_TEXT_MAX];
	size_t size = plm_decimal_format(value, text);
	json_write_word(w, text, size);
}

void
pli_json_put_decimal_text(pli_json_writer *w, plm_decimal value)
{
	char text[PLM_DECIMAL_TEXT_MAX];
	if (!plm_decimal_is_known(value)) {
		pli_json_put_null(w);
		return;
	}
	size_t size = plm_decimal_format(value, text);
	pli_json_put_slice(w, (plm_slice){text, size});
}

void
pli_json_put_time(pli_json_writer *w, plm_time_ns time_ns)
{
	char text[PLM_TIME_TEXT_MAX];
	if (time_ns == 0) {
		pli_json_put_null(w);
		return;
	}
	pli_json_put_text(w, plm_time_format(time_ns, text));
}

void
pli_json_put_raw(pli_json_writer *w, plm_slice json)
{
	json_write_word(w, json.bytes, json.size);
}

void
pli_json_newline(pli_json_writer *w)
{
	assert(w->depth == 0 && !w->after_key);
	json_write_byte(w, '\n');
	w->has_member[0] = false;
}

void
pli_json_member_text(pli_json_writer *w, const char *key, const char *text)
{
	pli_json_key(w, key);
	pli_json_put_text(w, text);
}

void
pli_json_member_decimal(pli_json_writer *w, const char *key, plm_decimal value)
{
	pli_json_key(w, key);
	pli_json_put_decimal(w, value);
}

void
pli_json_member_double(pli_json_writer *w, const char *key, double value)
{
	pli_json_key(w, key);
	pli_json_put_double(w, value);
}

void
pli_json_member_int(pli_json_writer *w, const char *key, int64_t value)
{
	pli_json_key(w, key);
	pli_json_put_int(w, value);
}

void
pli_json_member_bool(pli_json_writer *w, const char *key, bool value)
{
	pli_json_key(w, key);
	pli_json_put_bool(w, value);
}

void
pli_json_member_time_ns(pli_json_writer *w, const char *key, plm_time_ns time_ns)
{
	pli_json_key(w, key);
	if (time_ns == 0)
		pli_json_put_null(w);
	else
		pli_json_put_int(w, time_ns);
}
