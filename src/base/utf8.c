/* utf8.c: UTF-8 in and out. */
#include "base/utf8.h"

#include <assert.h>

size_t
pli_utf8_size(const char *text, size_t size)
{
	const unsigned char *bytes = (const unsigned char *)text;
	assert(size > 0);
	unsigned char lead = bytes[0];
	if (lead < 0x80)
		return 1;
	size_t wanted = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
	if (lead < 0xc2 || lead > 0xf4 || wanted > size)
		return 0;
	unsigned char lower = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
	unsigned char upper = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
	if (bytes[1] < lower || bytes[1] > upper)
		return 0;
	for (size_t i = 2; i < wanted; i++) {
		if (bytes[i] < 0x80 || bytes[i] > 0xbf)
			return 0;
	}
	return wanted;
}

char *
pli_utf8_put(char *out, uint32_t code)
{
	assert(code <= 0x10ffff && (code < 0xd800 || code > 0xdfff));
	if (code < 0x80) {
		*out++ = (char)code;
		return out;
	}
	if (code < 0x800) {
		*out++ = (char)(0xc0 | (code >> 6));
	} else if (code < 0x10000) {
		*out++ = (char)(0xe0 | (code >> 12));
		*out++ = (char)(0x80 | ((code >> 6) & 0x3f));
	} else {
		*out++ = (char)(0xf0 | (code >> 18));
		*out++ = (char)(0x80 | ((code >> 12) & 0x3f));
		*out++ = (char)(0x80 | ((code >> 6) & 0x3f));
	}
	*out++ = (char)(0x80 | (code & 0x3f));
	return out;
}
