/* scene_watch_test.c: what is measured: each kind of expectation is seen to hold, and to be missed.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/scene_watch.h"

typedef struct watch_run {
	pli_scene scene;
	pli_scene_watch *watch;
	pli_simulation *simulation;
} watch_run;

static watch_run run;

static void
on_event(void *ctx, uint64_t step, const plm_event *event)
{
	assert_true(step > 0);
	pli_scene_watch_event(((watch_run *)ctx)->watch, event);
}

static void
on_notice(void *ctx, const pli_notice *notice)
{
	pli_scene_watch_notice(((watch_run *)ctx)->watch, notice);
}

static void
play(const char *text)
{
	plm_fault fault = {0};
	if (pli_scene_parse(plm_slice_of(text), &run.scene, &fault) != PLM_OK)
		print_error("%s\n", fault.text);
	assert_string_equal(fault.text, "");
	pli_simulation_config config = pli_scene_config(&run.scene);
	config.on_event = on_event;
	config.on_notice = on_notice;
	config.ctx = &run;
	assert_int_equal(pli_simulation_create(&config, &run.simulation, &fault), PLM_OK);
	run.watch = pli_scene_watch_create(&run.scene, run.simulation);
	assert_non_null(run.watch);
	while (pli_simulation_step(run.simulation))
		pli_scene_watch_step(run.watch);
}

static void
play_end(void)
{
	pli_scene_watch_destroy(run.watch);
	pli_simulation_destroy(run.simulation);
}

static double
outcome(uint32_t i, bool holds)
{
	char text[PLI_SCENE_LINE_MAX + 40];
	pli_scene_outcome o = pli_scene_watch_outcome(run.watch, i);
	pli_scene_outcome_format(&o, text, sizeof text);
	if (o.holds != holds)
		print_error("%s\n", text);
	assert_true(o.holds == holds);
	assert_true(strncmp(text, o.expect->text, strlen(o.expect->text)) == 0);
	return o.measured;
}

/* A cut: gone at once, back soon; the same bounds set too tight are missed with the same figure. */
static void
test_sim_scene_watch__states_are_timed(void **state)
{
	(void)state;
	play("seed 4\nseconds 30\nvenues binance-main\nat 10 net-cut binance\n"
	     "expect binance not-live within 0.1\n"
	     "expect binance live within 2 after open\n"
	     "expect binance live within 0.1\n"
	     "missed binance live within 0.1\n"
	     "expect binance stay live\n"
	     "expect binance maintenance within 20\n"
	     "expect feeds live within 1 after start\n"
	     "expect journal writing within 0\n"
	     "expect journal failing within 20\n"
	     "expect no lie\n");
	assert_true(outcome(0, true) < 0.1);
	double open_s = outcome(1, true), strike_s = outcome(2, false);
	assert_true(open_s < strike_s && strike_s > 0.1 && strike_s < 10);
	assert_true(outcome(3, true) - strike_s == 0.0);
	assert_true(outcome(4, false) - strike_s == 0.0);
	assert_true(isnan(outcome(5, false)));
	assert_true(isnan(outcome(6, false)));
	assert_true(outcome(7, true) <= 0.0);
	assert_true(isnan(outcome(8, false)));
	(void)outcome(9, true);
	play_end();
}

static void
test_sim_scene_watch__things_are_counted_in_their_window(void **state)
{
	(void)state;
	play("seed 4\nseconds 40\nvenues deribit\nat 10 net-cut deribit\n"
	     "expect deribit connects at most 2 until 20\n"
	     "expect deribit connects at most 1 until 20\n"
	     "expect binance connects at most 0\n"
	     "expect deribit messages at least 2\n"
	     "expect deribit leaves at least 2\n"
	     "expect deribit requests at most 0\n"
	     "at 20 process-kill for 1\n"
	     "expect starts at least 1\n"
	     "expect starts at least 2\n"
	     "expect alerts at most 1000 per 30\n"
	     "expect bad-frames at most 0\n");
	assert_true(outcome(0, true) - 2 == 0.0);
	assert_true(outcome(1, false) - 2 == 0.0);
	(void)outcome(2, true);
	assert_true(outcome(3, true) > 2);
	(void)outcome(4, true);
	(void)outcome(5, true);
	assert_true(outcome(6, true) - 1 == 0.0);
	(void)outcome(7, false);
	assert_true(outcome(8, true) >= 1);
	(void)outcome(9, true);
	play_end();
}

/* Messages that were swallowed leave a position wrong, for a time that is measured. */
static void
test_sim_scene_watch__truth_is_its_longest_absence(void **state)
{
	(void)state;
	play("seed 9\nseconds 60\nat 20 net-lose feeds count 40\n"
	     "expect feeds true within 32.5\nexpect feeds stay true\n");
	double gone_s = outcome(0, true);
	assert_true(gone_s > 0 && outcome(1, false) - gone_s == 0.0);
	play_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sim_scene_watch__states_are_timed),
	    cmocka_unit_test(test_sim_scene_watch__things_are_counted_in_their_window),
	    cmocka_unit_test(test_sim_scene_watch__truth_is_its_longest_absence),
	};
	return cmocka_run_group_tests_name("scene_watch", tests, NULL, NULL);
}
