/* harness.h: what a fuzz target is: one function that takes any bytes and never crashes.
 *
 * A target <thing>_fuzz.c defines LLVMFuzzerTestOneInput and is listed in fuzz/meson.build; its
 * corpus, inputs written by us alone, is fuzz/corpus/<thing>/. With clang and -Dfuzz=true (no
 * tests) it links libFuzzer: build-fuzz/fuzz/<thing>_fuzz fuzz/corpus/<thing>. In every other
 * build corpus_replay.c drives it over its corpus, each input whole and cut short, as a test. */
#ifndef PLI_FUZZ_HARNESS_H
#define PLI_FUZZ_HARNESS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "plimsoll/slice.h"

/* Returns 0. data is borrowed; when size is 0 it may be NULL. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* FUZZ_REQUIRE: a property that holds for any input; on in every build. */
#define FUZZ_REQUIRE(condition)                                                                    \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			(void)fprintf(                                                             \
			    stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);        \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

static inline plm_slice
fuzz_slice(const uint8_t *data, size_t size)
{
	return (plm_slice){(const char *)data, size};
}

#endif
