/* heap_watch_test.c: what is taken is seen, and past the bound it is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sim/heap_watch.h"

enum { PIECES = 64, PIECE_BYTES = 4096, LARGE_BYTES = 1 << 20 };

/* Small pieces come from the heap, large ones from mappings of their own: both count. */
static void
test_sim_heap_watch__what_is_taken_is_counted_until_it_is_given_back(void **state)
{
	(void)state;
	char *pieces[PIECES];
	uint64_t before = pli_heap_bytes();
	if (before == 0) {
		printf("# SKIP the allocator of this build does not say\n");
		return;
	}
	for (int i = 0; i < PIECES; i++) {
		pieces[i] = malloc(PIECE_BYTES);
		assert_non_null(pieces[i]);
	}
	char *large = malloc(LARGE_BYTES);
	assert_non_null(large);
	uint64_t most = pli_heap_bytes();
	assert_true(most >= before + (uint64_t)PIECES * PIECE_BYTES + LARGE_BYTES);
	for (int i = 0; i < PIECES; i++)
		free(pieces[i]);
	free(large);
	assert_true(pli_heap_bytes() <= most - (uint64_t)PIECES / 2 * PIECE_BYTES - LARGE_BYTES);
}

static void
test_sim_heap_watch__growth_past_the_bound_is_told_from_the_first_look_on(void **state)
{
	(void)state;
	const uint64_t first = 50 << 20, bound = first + PLI_HEAP_GROWTH_MAX;
	pli_heap_watch watch = {0};
	assert_true(pli_heap_watch_look(&watch, first));
	assert_true(pli_heap_watch_look(&watch, first / 2));
	assert_true(pli_heap_watch_look(&watch, bound));
	assert_false(pli_heap_watch_look(&watch, bound + 1));
	assert_true(watch.peak_bytes == bound + 1);
	assert_true(watch.first_bytes == first);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sim_heap_watch__what_is_taken_is_counted_until_it_is_given_back),
	    cmocka_unit_test(
		test_sim_heap_watch__growth_past_the_bound_is_told_from_the_first_look_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
