/* clock_test.c: the clocks go forward and the random numbers differ. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "io/io.h"

static void
test_clock__both_clocks(void **state)
{
	(void)state;
	pli_clock clock;
	struct timespec now;
	pli_io_clock(&clock);
	(void)clock_gettime(CLOCK_REALTIME, &now);
	plm_time_ns reference = (plm_time_ns)now.tv_sec * PLM_NS_PER_S + now.tv_nsec;
	plm_time_ns wall = clock.wall_ns(clock.ctx);
	assert_true(wall >= reference && wall < reference + PLM_NS_PER_S);
	plm_time_ns before = clock.steady_ns(clock.ctx);
	for (int i = 0; i < 10000; i++) {
		plm_time_ns after = clock.steady_ns(clock.ctx);
		assert_true(after >= before);
		before = after;
	}
	(void)clock_gettime(CLOCK_BOOTTIME, &now);
	reference = (plm_time_ns)now.tv_sec * PLM_NS_PER_S + now.tv_nsec;
	assert_true(before <= reference && reference - before < PLM_NS_PER_S);
}

static void
test_clock__random_bits(void **state)
{
	(void)state;
	pli_clock clock;
	uint64_t seen_set = 0;
	uint64_t seen_clear = 0;
	uint64_t last = 0;
	pli_io_clock(&clock);
	for (int i = 0; i < 200; i++) {
		uint64_t value = clock.random(clock.ctx);
		assert_true(value != last);
		last = value;
		seen_set |= value;
		seen_clear |= ~value;
	}
	assert_true(seen_set == UINT64_MAX && seen_clear == UINT64_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_clock__both_clocks),
	    cmocka_unit_test(test_clock__random_bits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
