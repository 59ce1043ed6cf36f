/* random_test.c: the generator's published first numbers, and even spread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/random.h"

static void
test_base_random__gives_the_published_numbers(void **state)
{
	(void)state;
	pli_random r = {{1, 2, 3, 4}};
	static const uint64_t expected[] = {11520, 0, 1509978240, UINT64_C(1215971899390074240)};
	for (int i = 0; i < 4; i++)
		assert_true(pli_random_next(&r) == expected[i]);
}

static void
test_base_random__repeats_by_seed_and_differs_between_seeds(void **state)
{
	(void)state;
	pli_random a, b, c;
	pli_random_init(&a, 7);
	pli_random_init(&b, 7);
	pli_random_init(&c, 8);
	uint64_t same = 0;
	for (int i = 0; i < 1000; i++) {
		uint64_t x = pli_random_next(&a);
		assert_true(x == pli_random_next(&b));
		same += x == pli_random_next(&c);
	}
	assert_true(same == 0);
}

static void
test_base_random__is_even_below_a_bound_and_normal_has_its_moments(void **state)
{
	(void)state;
	enum { COUNT = 200000 };
	pli_random r;
	pli_random_init(&r, 0);
	uint32_t seen[7] = {0};
	double sum = 0, squares = 0;
	for (int i = 0; i < COUNT; i++) {
		uint64_t below = pli_random_below(&r, 7);
		assert_true(below < 7);
		seen[below]++;
		double unit = pli_random_unit(&r);
		assert_true(unit >= 0.0 && unit < 1.0);
		double x = pli_random_normal(&r);
		sum += x;
		squares += x * x;
	}
	for (int i = 0; i < 7; i++)
		assert_true(seen[i] > COUNT / 7 - 1000 && seen[i] < COUNT / 7 + 1000);
	double mean = sum / COUNT, variance = squares / COUNT - mean * mean;
	assert_true(mean > -0.01 && mean < 0.01);
	assert_true(variance > 0.98 && variance < 1.02);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_base_random__gives_the_published_numbers),
	    cmocka_unit_test(test_base_random__repeats_by_seed_and_differs_between_seeds),
	    cmocka_unit_test(test_base_random__is_even_below_a_bound_and_normal_has_its_moments),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
