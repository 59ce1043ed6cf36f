/* host_link_test.c: links are opened, backed off from, and watched while open. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host_rig.h"

static void
test_engine_host_link__opens_the_link_and_says_what_is_sent(void **state)
{
	(void)state;
	host_rig rig;
	host_rig_init(&rig);
	host_rig_pass(&rig, 50);
	assert_string_equal(world.last_url, "wss://venue/ws");
	assert_int_equal(host_rig_feed(&rig).status, PLM_FEED_CONNECTING);
	pli_venue_host_on_open(rig.host, 1);
	assert_int_equal(script->opens, 1);
	assert_string_equal(world.last_text, "{\"method\":\"login\"}");
	host_rig_frame(&rig, "L");
	assert_int_equal(host_rig_feed(&rig).status, PLM_FEED_LIVE);
	host_rig_fini(&rig);
}

/* As many links as the venue lets an address open were opened: one of a new session waits. */
static void
test_engine_host_link__waits_while_the_address_has_opened_enough(void **state)
{
	(void)state;
	host_rig rig;
	host_rig_init(&rig);
	assert_int_equal(rig.crowds.openings_count, 1);
	rig.crowds.openings[0].max = 10;
	for (int i = 0; i < 8; i++)
		pli_openings_add(&rig.crowds.openings[0], world.steady_ns);
	host_rig_pass(&rig, 299000);
	assert_int_equal(world.opened, 0);
	plm_feed_state feed = host_rig_feed(&rig);
	assert_int_equal(feed.status, PLM_FEED_CONNECTING);
	assert_string_equal(
	    feed.text, "waits for its link: the venue lets an address open so many in 5 minutes");
	host_rig_pass(&rig, 1100);
	assert_int_equal(world.opened, 1);
	host_rig_fini(&rig);
}

static void
test_engine_host_link__backs_off_while_the_venue_refuses(void **state)
{
	(void)state;
	host_rig rig;
	host_rig_init(&rig);
	for (int i = 0; i < 1200; i++) { /* a minute of refusals */
		uint32_t before = world.opened;
		host_rig_pass(&rig, 50);
		if (world.opened != before)
			pli_venue_host_on_close(rig.host, 1, PLM_EIO, "refused");
	}
	assert_in_range(world.opened, 5, 12);
	host_rig_fini(&rig);
}

static void
test_engine_host_link__an_open_silent_socket_is_found(void **state)
{
	(void)state;
	host_rig rig;
	host_rig_init(&rig);
	host_rig_live(&rig);
	host_rig_pass(&rig, 6500);
	assert_true(world.pings >= 1);
	assert_int_equal(world.closed, 1);
	host_rig_fini(&rig);
}

static void
test_engine_host_link__pings_answered_without_data_are_found_too(void **state)
{
	(void)state;
	host_rig rig;
	host_rig_init(&rig);
	host_rig_live(&rig);
	for (int i = 0; i < 14; i++) {
		host_rig_pass(&rig, 1000);
		pli_venue_host_on_pong(rig.host, 1);
	}
	assert_int_equal(world.closed, 0);
	host_rig_pass(&rig, 1500);
	assert_int_equal(world.closed, 1);
	host_rig_fini(&rig);
}

/* Frames come all the time, but the pong that was answered before does not: they are old. */
static void
test_engine_host_link__a_link_that_is_behind_is_found(void **state)
{
	(void)state;
	host_rig rig;
	host_rig_init(&rig);
	host_rig_live(&rig);
	host_rig_pass(&rig, 100);
	assert_true(world.pings >= 1);
	pli_venue_host_on_pong(rig.host, 1);
	for (int i = 0; i < 30; i++) { /* the next ping 2.5 s later waits for its pong */
		host_rig_pass(&rig, 200);
		host_rig_frame(&rig, "L");
	}
	assert_int_equal(world.closed, 0);
	for (int i = 0; i < 20; i++) {
		host_rig_pass(&rig, 200);
		if (world.closed == 0)
			host_rig_frame(&rig, "L");
	}
	assert_int_equal(world.closed, 1);
	plm_feed_state feed = host_rig_feed(&rig);
	assert_int_equal(feed.status, PLM_FEED_STALE);
	assert_string_equal(feed.text, "the link is behind: what it brings is over 6 s old");
	host_rig_fini(&rig);
}

/* A peer that answers no ping at all is not judged by that while its frames come. */
static void
test_engine_host_link__pings_that_were_never_answered_judge_nobody(void **state)
{
	(void)state;
	host_rig rig;
	host_rig_init(&rig);
	host_rig_live(&rig);
	for (int i = 0; i < 100; i++) {
		host_rig_pass(&rig, 200);
		host_rig_frame(&rig, "L");
	}
	assert_true(world.pings >= 4);
	assert_int_equal(world.closed, 0);
	host_rig_fini(&rig);
}

/* One that hangs in an attempt is given up when another one opens, and tried anew. */
static void
test_engine_host_link__an_opening_ends_an_attempt_that_hangs(void **state)
{
	(void)state;
	host_rig rig;
	host_rig_init(&rig);
	host_rig_pass(&rig, 50);
	pli_venue_host_on_open(rig.host, 1);
	host_rig_frame(&rig, "1");
	host_rig_pass(&rig, 2900);
	host_rig_frame(&rig, "2");
	host_rig_pass(&rig, 50);
	uint32_t closed = world.closed;
	pli_venue_host_on_open(rig.host, 3);
	assert_int_equal(world.closed, closed); /* not so long yet */
	host_rig_pass(&rig, 500);
	pli_venue_host_on_close(rig.host, 3, PLM_EIO, "refused");
	host_rig_frame(&rig, "2");
	host_rig_pass(&rig, 500);
	pli_venue_host_on_open(rig.host, 3);
	assert_int_equal(world.closed, closed + 1);
	pli_venue_host_on_close(rig.host, 2, PLM_EIO, "closed");
	uint32_t opened = world.opened;
	host_rig_frame(&rig, "1");
	host_rig_pass(&rig, 300);
	assert_int_equal(world.opened, opened + 1);
	host_rig_fini(&rig);
}

/* A link that was refused again and again is tried at once when another one opens. */
static void
test_engine_host_link__an_opening_ends_the_waiting_of_the_others(void **state)
{
	(void)state;
	host_rig rig;
	host_rig_init(&rig);
	host_rig_pass(&rig, 50);
	pli_venue_host_on_open(rig.host, 1);
	for (int i = 0; i < 6; i++) {
		uint32_t opened = world.opened;
		host_rig_frame(&rig, "1");
		while (world.opened == opened) {
			host_rig_pass(&rig, 500);
			host_rig_frame(&rig, "E");
		}
		pli_venue_host_on_close(rig.host, 2, PLM_EIO, "refused");
	}
	uint32_t opened = world.opened;
	host_rig_frame(&rig, "1");
	host_rig_pass(&rig, 500);
	assert_int_equal(world.opened, opened);
	host_rig_frame(&rig, "2");
	host_rig_pass(&rig, 50);
	assert_int_equal(world.opened, opened + 1);
	pli_venue_host_on_open(rig.host, 3);
	host_rig_pass(&rig, 50);
	assert_int_equal(world.opened, opened + 2);
	pli_venue_host_on_close(rig.host, 2, PLM_EIO, "refused"); /* and backs off as before */
	host_rig_frame(&rig, "1");
	host_rig_pass(&rig, 500);
	assert_int_equal(world.opened, opened + 2);
	host_rig_fini(&rig);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_engine_host_link__opens_the_link_and_says_what_is_sent),
	    cmocka_unit_test(test_engine_host_link__waits_while_the_address_has_opened_enough),
	    cmocka_unit_test(test_engine_host_link__backs_off_while_the_venue_refuses),
	    cmocka_unit_test(test_engine_host_link__an_open_silent_socket_is_found),
	    cmocka_unit_test(test_engine_host_link__pings_answered_without_data_are_found_too),
	    cmocka_unit_test(test_engine_host_link__a_link_that_is_behind_is_found),
	    cmocka_unit_test(test_engine_host_link__an_opening_ends_an_attempt_that_hangs),
	    cmocka_unit_test(test_engine_host_link__an_opening_ends_the_waiting_of_the_others),
	    cmocka_unit_test(test_engine_host_link__pings_that_were_never_answered_judge_nobody),
	};
	return cmocka_run_group_tests_name("host_link", tests, NULL, NULL);
}
