/* utf8.h: UTF-8 in and out, one code point at a time. Pure. */
#ifndef PLI_BASE_UTF8_H
#define PLI_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* pli_utf8_size: bytes of the well-formed sequence at the start of text[0..size), size > 0; 0
 * when there is none (Unicode 15, table 3-7). */
size_t pli_utf8_size(const char *text, size_t size);

/* pli_utf8_put writes a code point (no surrogate, at most 0x10ffff; asserted) in 1 to 4 bytes and
 * returns the byte behind it. */
char *pli_utf8_put(char *out, uint32_t code);

#ifdef __cplusplus
}
#endif

#endif
