/* scene_test.c: the text of a scene, and what is said about a wrong one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/checker.h"
#include "sim/scene.h"

static pli_scene scene;

static plm_err
parse(const char *text, plm_fault *ret_fault)
{
	return pli_scene_parse(plm_slice_of(text), &scene, ret_fault);
}

static void
good(const char *text)
{
	plm_fault fault = {0};
	if (parse(text, &fault) != PLM_OK)
		print_error("%s\n", fault.text);
	assert_string_equal(fault.text, "");
}

static void
test_sim_scene__strikes_and_what_is_expected_of_them(void **state)
{
	(void)state;
	good("# a remark\n\nseed 7\nseconds 90\nvenues deribit\n"
	     "at 5 net-stall feeds for 20 # half-open\n"
	     "expect binance not-live within 10\n"
	     "  expect feeds live within 2.5 after end until 60\n"
	     "at 40 venue-gap deribit count 3\n"
	     "expect feeds stay true\n"
	     "missed alerts at most 1 per 30 until 80\n");
	assert_int_equal(scene.seed, 7);
	assert_int_equal(scene.strikes_count, 3);
	assert_int_equal(scene.strikes[0].fault.venue, 0);
	assert_int_equal(scene.strikes[1].fault.venue, 1);
	assert_int_equal(scene.strikes[1].fault.duration_ns, 20 * PLM_NS_PER_S);
	assert_int_equal(scene.strikes[2].fault.id, PLI_FAULT_VENUE_GAP);
	assert_int_equal(scene.strikes[2].fault.count, 3);
	assert_int_equal(scene.expects_count, 4);
	const pli_scene_expect *e = scene.expects;
	assert_int_equal(e[0].kind, PLI_SCENE_COMES);
	assert_int_equal(e[0].venues, 2);
	assert_int_equal(e[0].until_ns, 40 * PLM_NS_PER_S);
	assert_int_equal(e[1].kind, PLI_SCENE_LASTS);
	assert_int_equal(e[1].since, PLI_SCENE_SINCE_END);
	assert_int_equal(e[1].end_ns, 25 * PLM_NS_PER_S);
	assert_int_equal(e[1].until_ns, 60 * PLM_NS_PER_S);
	assert_int_equal(e[2].what, PLI_SCENE_TRUE);
	assert_int_equal(e[2].until_ns, 90 * PLM_NS_PER_S);
	assert_true(e[3].missed && !e[2].missed);
	assert_int_equal(e[3].per_ns, 30 * PLM_NS_PER_S);
	assert_string_equal(e[3].text, "missed alerts at most 1 per 30 until 80");
	pli_scene_last(&scene, 100 * PLM_NS_PER_S);
	assert_int_equal(e[2].until_ns, 100 * PLM_NS_PER_S);
	assert_int_equal(e[3].until_ns, 80 * PLM_NS_PER_S);
}

static void
test_sim_scene__its_world_has_other_venues(void **state)
{
	(void)state;
	good("world okx,hyperliquid\nat 5 net-cut feeds\nat 6 venue-gap okx count 2\n"
	     "expect hyperliquid stay live\nexpect leaves at most 1\nexpect file live within 1\n");
	assert_int_equal(scene.strikes_count, 5);
	for (uint32_t venue = 0; venue < 4; venue++)
		assert_int_equal(scene.strikes[venue].fault.venue, venue);
	assert_int_equal(scene.strikes[4].fault.venue, PLI_SIM_OKX);
	assert_int_equal(scene.expects[0].venues, 1 << PLI_SIM_HYPERLIQUID);
	assert_int_equal(scene.expects[1].venues, 15);
	assert_int_equal(scene.expects[2].venues, 1 << PLI_CHECK_FILE);
	assert_string_equal(pli_scene_config(&scene).world, "okx,hyperliquid");
	good("at 5 market-zero\n");
	assert_int_equal(scene.strikes_count, 1);
}

static void
test_sim_scene__a_seed_that_failed_is_one(void **state)
{
	(void)state;
	good("was Deribit: shown as live\nseed 47\nminutes 3\nfaults seed\nexpect no lie\n");
	assert_string_equal(scene.was, "Deribit: shown as live");
	pli_simulation_config config = pli_scene_config(&scene);
	assert_int_equal(config.seed, 47);
	assert_int_equal(config.duration_ns, 180 * PLM_NS_PER_S);
	assert_null(config.faults);
	assert_null(config.venues);
	good("faults net-cut,disk-full\nvenues binance-main\njournal none");
	config = pli_scene_config(&scene);
	assert_string_equal(config.faults, "net-cut,disk-full");
	assert_string_equal(config.venues, "binance-main");
	assert_true(config.no_journal);
}

static void
test_sim_scene__the_clock_and_a_coin_are_a_choice(void **state)
{
	(void)state;
	good("at 1 clock-jump by -86400\nat 2 market-flash feeds coin ETH for 5\n");
	assert_true((int64_t)scene.strikes[0].fault.choice == -86400);
	assert_int_equal(scene.strikes[1].fault.choice >> 8, 1);
}

static void
test_sim_scene__a_clock_is_off_by_seconds(void **state)
{
	(void)state;
	good("at 7 clock-jump by 5\nexpect binance clock-off at most 0.05\n"
	     "missed feeds clock-off at most 0.02 from 20 until 30\n"
	     "expect feeds clock-told within 5\n");
	assert_int_equal(scene.expects[0].kind, PLI_SCENE_CLOCK_OFF);
	assert_int_equal(scene.expects[0].venues, 1 << PLI_SIM_BINANCE);
	assert_true(scene.expects[0].bound == 0.05);
	assert_true(scene.expects[0].strike_ns == 7 * PLM_NS_PER_S);
	assert_true(scene.expects[1].missed);
	assert_true(scene.expects[1].strike_ns == 20 * PLM_NS_PER_S);
	assert_true(scene.expects[1].until_ns == 30 * PLM_NS_PER_S);
	assert_int_equal(scene.expects[2].kind, PLI_SCENE_LASTS);
	assert_int_equal(scene.expects[2].what, PLI_SCENE_CLOCK_TOLD);
}

static void
test_sim_scene__what_is_wrong_is_said_with_its_line(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
	    {"seed 1\nstorm", "2:no line begins with 'storm'"},
	    {"at 5 storm", "1:no fault is called 'storm'"},
	    {"at soon net-cut feeds", "1:a number is wanted, not 'soon'"},
	    {"at 5 net-cut", "1:a venue is wanted, or feeds"},
	    {"at 5 net-cut feeds loudly", "1:there is no room for 'loudly'"},
	    {"at 5 net-cut feeds for -1", "1:a fault lasts no time below 0"},
	    {"at 5 net-cut feeds\nat 4 disk-full", "2:faults stand in the order of their times"},
	    {"at 5 market-flash coin LTC", "1:no coin is called 'LTC'"},
	    {"expect", "1:what is expected 'expect'"},
	    {"expect no rain", "1:'no lie' is wanted, not 'rain'"},
	    {"expect feeds happy", "1:no state or counter is called 'happy'"},
	    {"expect feeds live soon", "1:'within' is wanted, not 'soon'"},
	    {"expect feeds stay stale", "1:only what lasts can stay"},
	    {"expect feeds live within 2 after lunch",
		"1:after end, open or start is wanted, not 'lunch'"},
	    {"expect feeds stale within 2 after open", "1:only what lasts counts from an opening"},
	    {"expect feeds clock-off within 5", "1:'at most' is wanted, not 'within'"},
	    {"expect alerts 3", "1:'at most' or 'at least' is wanted, not '3'"},
	    {"expect alerts at most 3 ever", "1:there is no room for 'ever'"},
	    {"journal some", "1:'none' is wanted, not 'some'"},
	    {"faults", "1:a list is wanted, not"},
	    {"world okx,mtgox", "1:a world has no venue called 'mtgox'"},
	    {"at 5 net-cut feeds\nworld okx", "2:the world is said before what happens in it"},
	    {"at 5 net-cut okx", "1:a venue is wanted, or feeds 'okx'"},
	    {"\x1b[2J", "1:no line begins with '?[2J'"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char got[512];
		plm_fault fault = {0};
		assert_int_equal(parse(rows[i][0], &fault), PLM_EPARSE);
		(void)snprintf(got, sizeof got, "%u:%s", fault.line, fault.text);
		assert_string_equal(got, rows[i][1]);
	}
}

/* Each state and counter has its row in the reference page. */
static void
test_sim_scene__the_reference_page_has_each_word(void **state)
{
	(void)state;
	static const char *const words[][2] = {
#define X(name, text, lasts, help) {text, help},
	    PLI_SCENE_STATES(X)
#undef X
#define X(name, text, help) {text, help},
		PLI_SCENE_COUNTERS(X)
#undef X
	};
	static char page[1 << 15];
	FILE *file = fopen(PLM_SOURCE_ROOT "/docs/reference/scenes.md", "r");
	assert_non_null(file);
	page[fread(page, 1, sizeof page - 1, file)] = '\0';
	(void)fclose(file);
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		char row[160];
		(void)snprintf(row, sizeof row, "| `%s` | %s |", words[i][0], words[i][1]);
		if (strstr(page, row) == NULL)
			print_error("docs/reference/scenes.md has no row %s\n", row);
		assert_non_null(strstr(page, row));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sim_scene__strikes_and_what_is_expected_of_them),
	    cmocka_unit_test(test_sim_scene__its_world_has_other_venues),
	    cmocka_unit_test(test_sim_scene__a_seed_that_failed_is_one),
	    cmocka_unit_test(test_sim_scene__the_clock_and_a_coin_are_a_choice),
	    cmocka_unit_test(test_sim_scene__a_clock_is_off_by_seconds),
	    cmocka_unit_test(test_sim_scene__what_is_wrong_is_said_with_its_line),
	    cmocka_unit_test(test_sim_scene__the_reference_page_has_each_word),
	};
	return cmocka_run_group_tests_name("scene", tests, NULL, NULL);
}
