/* ring_test.c: order, bounds, and two threads (run under TSan by `make tsan`). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <sched.h>

#include "base/ring.h"

enum { RECORDS = 200000 };

static void
test_base_ring__full_refuses_and_keeps_order(void **state)
{
	(void)state;
	pli_ring *ring = pli_ring_create(3, sizeof(uint64_t)); /* rounded up to 4 */
	assert_int_equal(pli_ring_capacity(ring), 4);
	uint64_t value;
	assert_false(pli_ring_pop(ring, &value));
	for (uint64_t i = 0; i < 4; i++)
		assert_true(pli_ring_push(ring, &i));
	value = 4;
	assert_false(pli_ring_push(ring, &value));
	assert_int_equal(pli_ring_count(ring), 4);
	for (uint64_t i = 0; i < 10; i++) {
		assert_true(pli_ring_pop(ring, &value));
		assert_int_equal(value, i);
		value = i + 4;
		assert_true(pli_ring_push(ring, &value));
	}
	pli_ring_destroy(ring);
	pli_ring_destroy(NULL);
}

static void *
pusher(void *argument)
{
	pli_ring *ring = argument;
	for (uint64_t i = 0; i < RECORDS; i++) {
		uint64_t record[4] = {i, ~i, i * 3, i ^ 0x5555};
		while (!pli_ring_push(ring, record))
			sched_yield();
	}
	return NULL;
}

static void
test_base_ring__two_threads_lose_nothing(void **state)
{
	(void)state;
	pli_ring *ring = pli_ring_create(64, 4 * sizeof(uint64_t));
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, pusher, ring), 0);
	for (uint64_t i = 0; i < RECORDS; i++) {
		uint64_t record[4];
		while (!pli_ring_pop(ring, record))
			sched_yield();
		assert_true(record[0] == i && record[1] == ~i && record[2] == i * 3);
	}
	(void)pthread_join(thread, NULL);
	assert_int_equal(pli_ring_count(ring), 0);
	pli_ring_destroy(ring);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_base_ring__full_refuses_and_keeps_order),
	    cmocka_unit_test(test_base_ring__two_threads_lose_nothing),
	};
	return cmocka_run_group_tests_name("ring", tests, NULL, NULL);
}
