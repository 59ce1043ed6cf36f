/* held_bits_test.c: missing is not gone, and a reading that was wrong proves nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "venue/held_bits.h"

/* A whole reading of some members, each with the bits that it lists; true: it is believed. first:
 * it is the n-th of a session in which none was. */
static bool
held_read(pli_held_bits *held, const uint8_t *bits, int count, int first)
{
	pli_held_bits_judge judge = {.refuted = false};
	for (int i = 0; i < count; i++) {
		pli_held_bits_begin(&held[i]);
		pli_held_bits_told(&held[i], bits[i], true, true);
		pli_held_bits_end(&held[i], &judge);
	}
	bool believed = pli_held_bits_is_believed(&judge, first != 0, (uint32_t)(first - 1));
	for (int i = 0; i < count && believed; i++)
		pli_held_bits_believe(&held[i]);
	return believed;
}

static void
test_venue_held_bits__the_first_reading_takes_a_second_one(void **state)
{
	(void)state;
	pli_held_bits held[2] = {{0}, {0}};
	assert_false(held_read(held, (uint8_t[]){1, 0}, 2, 1));
	assert_false(held_read(held, (uint8_t[]){1, 1}, 2, 2)); /* not the same */
	assert_true(held_read(held, (uint8_t[]){1, 1}, 2, 3));
	assert_int_equal(held[0].held, 1);
	assert_int_equal(held[1].held, 1);
}

static void
test_venue_held_bits__nothing_at_all_is_believed_the_second_time(void **state)
{
	(void)state;
	pli_held_bits held = {0};
	assert_false(held_read(&held, (uint8_t[]){0}, 1, 1)); /* it may lack everything */
	assert_true(held_read(&held, (uint8_t[]){0}, 1, 2));
	assert_false(pli_held_bits_any(&held));
}

static void
test_venue_held_bits__gone_when_two_lack_it(void **state)
{
	(void)state;
	pli_held_bits held = {.held = 3, .last = 3};
	assert_false(held_read(&held, (uint8_t[]){1}, 1, 0));
	assert_int_equal(held.held, 3);
	assert_true(held_read(&held, (uint8_t[]){1}, 1, 0));
	assert_int_equal(held.held, 1);
	assert_int_equal(held.missed, 0);
}

static void
test_venue_held_bits__back_again_is_not_gone(void **state)
{
	(void)state;
	pli_held_bits held = {.held = 1, .last = 1};
	assert_false(held_read(&held, (uint8_t[]){0}, 1, 0));
	assert_true(held_read(&held, (uint8_t[]){1}, 1, 0));
	assert_int_equal(held.held, 1);
	assert_false(held_read(&held, (uint8_t[]){0}, 1, 0)); /* counted anew */
}

/* Empty, then half: the half proves the empty one wrong, and what both lack is not gone yet. */
static void
test_venue_held_bits__a_refuted_reading_proves_nothing(void **state)
{
	(void)state;
	pli_held_bits held[2] = {{.held = 1, .last = 1}, {.held = 1, .last = 1}};
	assert_false(held_read(held, (uint8_t[]){0, 0}, 2, 0));
	assert_false(held_read(held, (uint8_t[]){1, 0}, 2, 0));
	assert_int_equal(held[1].held, 1);
	assert_true(held_read(held, (uint8_t[]){1, 0}, 2, 0));
	assert_int_equal(held[0].held, 1);
	assert_int_equal(held[1].held, 0);
}

/* Only in a reading that was not believed: it takes two that lack it to forget it. */
static void
test_venue_held_bits__seen_once(void **state)
{
	(void)state;
	pli_held_bits held = {0};
	assert_false(held_read(&held, (uint8_t[]){1}, 1, 1));
	assert_false(held_read(&held, (uint8_t[]){0}, 1, 2));
	assert_true(pli_held_bits_any(&held));
	assert_true(held_read(&held, (uint8_t[]){0}, 1, 3));
	assert_false(pli_held_bits_any(&held));
}

static void
test_venue_held_bits__updates_are_believed_at_once(void **state)
{
	(void)state;
	pli_held_bits held = {0};
	pli_held_bits_told(&held, 1, true, false);
	assert_int_equal(held.held, 1);
	assert_true(held_read(&held, (uint8_t[]){1}, 1, 0));
	pli_held_bits_told(&held, 1, false, false);
	assert_false(pli_held_bits_any(&held));
	assert_true(held_read(&held, (uint8_t[]){0}, 1, 0)); /* closed: nothing is lacking */
	/* opened while a reading runs, behind its list */
	pli_held_bits_judge judge = {.refuted = false};
	pli_held_bits_begin(&held);
	pli_held_bits_told(&held, 2, true, false);
	pli_held_bits_end(&held, &judge);
	assert_true(pli_held_bits_is_believed(&judge, false, 9));
}

static void
test_venue_held_bits__a_new_session_keeps_what_is_held(void **state)
{
	(void)state;
	pli_held_bits held = {.held = 1, .last = 1, .missed = 2, .listed = 1};
	pli_held_bits_reset(&held);
	assert_int_equal(held.held, 1);
	assert_int_equal(held.last | held.missed | held.listed, 0);
	assert_false(held_read(&held, (uint8_t[]){0}, 1, 1));
	assert_int_equal(held.held, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_venue_held_bits__the_first_reading_takes_a_second_one),
	    cmocka_unit_test(test_venue_held_bits__nothing_at_all_is_believed_the_second_time),
	    cmocka_unit_test(test_venue_held_bits__gone_when_two_lack_it),
	    cmocka_unit_test(test_venue_held_bits__back_again_is_not_gone),
	    cmocka_unit_test(test_venue_held_bits__a_refuted_reading_proves_nothing),
	    cmocka_unit_test(test_venue_held_bits__seen_once),
	    cmocka_unit_test(test_venue_held_bits__updates_are_believed_at_once),
	    cmocka_unit_test(test_venue_held_bits__a_new_session_keeps_what_is_held),
	};
	return cmocka_run_group_tests_name("held_bits", tests, NULL, NULL);
}
