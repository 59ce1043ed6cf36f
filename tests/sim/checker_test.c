/* checker_test.c: the checker must be able to fail: what is not true is told, what is, is not. That
 * whole runs with a deliberate mistake are caught is shown by mutants_test.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/checker_parts.h"

typedef struct checker_rig {
	pli_sim_world world;
	pli_seeded_clock clock;
	pli_checker *checker;
} checker_rig;

static checker_rig rig;

static void
rig_make(void)
{
	static const uint32_t accounts[] = {0, 2};
	plm_time_ns start_ns = INT64_C(1795132800) * PLM_NS_PER_S;
	pli_seeded_clock_init(&rig.clock, 1, start_ns);
	pli_sim_world_init(&rig.world, 1, start_ns, 1);
	pli_checker_config config = {
	    .world = &rig.world, .clock = &rig.clock, .accounts = accounts, .accounts_count = 2};
	rig.checker = pli_checker_create(&config);
	assert_non_null(rig.checker);
}

static const char *
rig_lie(void)
{
	return pli_checker_lie(rig.checker);
}

static void
send_http(const char *method, const char *path)
{
	plm_slice none = {"", 0};
	pli_checker_sent(
	    rig.checker, (pli_seeded_place){1, 0}, plm_slice_of(method), plm_slice_of(path), none);
}

static void
send_body(const char *path, const char *body)
{
	pli_checker_sent(rig.checker, (pli_seeded_place){PLI_SIM_OKX, 0}, PLM_SLICE("POST"),
	    plm_slice_of(path), plm_slice_of(body));
}

static void
send_ws(const char *text)
{
	plm_slice none = {"", 0};
	pli_checker_sent(rig.checker, (pli_seeded_place){0, 0}, none, none, plm_slice_of(text));
}

static void
test_sim_checker__reads_are_no_lie_and_orders_are(void **state)
{
	(void)state;
	rig_make();
	send_http("GET", "/fapi/v3/account");
	send_http("POST", "/fapi/v1/listenKey");
	send_ws("{\"method\":\"private/get_positions\"}");
	send_ws("{\"method\":\"private/subscribe\"}");
	send_ws("{\"method\":\"public/auth\"}");
	assert_string_equal(rig_lie(), "");
	send_http("POST", "/fapi/v1/order");
	assert_non_null(strstr(rig_lie(), "does not only read"));
	pli_checker_destroy(rig.checker);
	rig_make();
	send_ws("{\"method\":\"private/buy\"}");
	assert_non_null(strstr(rig_lie(), "private/buy"));
	pli_checker_destroy(rig.checker);
}

/* A question that is posted reads by its whole body alone. */
static void
test_sim_checker__a_body_that_only_reads_is_no_lie(void **state)
{
	(void)state;
	static const struct {
		const char *path, *body;
		bool reads;
	} cases[] = {{"/api/v5/account/position-builder", "{\"inclRealPosAndEq\":true}", true},
	    {"/api/v5/account/position-builder", "{\"inclRealPosAndEq\":true,\"x\":1}", false},
	    {"/api/v5/account/position-builder", "", false},
	    {"/api/v5/trade/order", "{\"inclRealPosAndEq\":true}", false}};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		rig_make();
		send_body(cases[i].path, cases[i].body);
		assert_int_equal(rig_lie()[0] == '\0', cases[i].reads);
		pli_checker_destroy(rig.checker);
	}
}

static void
test_sim_checker__a_request_during_a_ban_is_a_lie(void **state)
{
	(void)state;
	rig_make();
	pli_checker_answered(rig.checker, (pli_seeded_place){1, 0}, 200, 0);
	pli_checker_answered(rig.checker, (pli_seeded_place){1, 0}, 418, 30);
	pli_seeded_clock_move(&rig.clock, 31 * PLM_NS_PER_S + 1);
	send_http("GET", "/fapi/v1/time");
	assert_string_equal(rig_lie(), "");
	pli_checker_answered(rig.checker, (pli_seeded_place){1, 0}, 429, 30);
	pli_seeded_clock_move(&rig.clock, 50 * PLM_NS_PER_S);
	send_http("GET", "/fapi/v1/time");
	assert_non_null(strstr(rig_lie(), "more of silence"));
	pli_checker_destroy(rig.checker);
}

/* A new process must know of the ban, unless what it remembers by may be gone. */
static void
test_sim_checker__a_ban_outlives_the_process(void **state)
{
	(void)state;
	for (int lost = 0; lost < 2; lost++) {
		rig_make();
		pli_checker_answered(rig.checker, (pli_seeded_place){1, 0}, 418, 30);
		pli_checker_memory_lost(rig.checker, (4 + 2 * lost) * PLM_NS_PER_S);
		pli_seeded_clock_move(&rig.clock, 5 * PLM_NS_PER_S);
		pli_checker_end(rig.checker);
		pli_checker_begin(rig.checker, NULL, NULL);
		send_http("GET", "/fapi/v1/time");
		assert_int_equal(strstr(rig_lie(), "more of silence") == NULL, lost);
		pli_checker_destroy(rig.checker);
	}
}

static void
test_sim_checker__a_link_that_is_tried_without_a_pause_is_a_lie(void **state)
{
	(void)state;
	rig_make();
	for (int i = 0; i < 60; i++, pli_seeded_clock_move(&rig.clock, (i + 1) * PLM_NS_PER_S))
		pli_checker_connected(rig.checker, 1, PLM_LINKS_MAX + 1);
	assert_string_equal(rig_lie(), "");
	for (int i = 0; i <= PLI_CHECK_CONNECTS_MAX; i++)
		pli_checker_connected(rig.checker, PLI_SIM_SERVERS, 1); /* of no venue */
	assert_string_equal(rig_lie(), "");
	for (int i = 0; i <= PLI_CHECK_CONNECTS_MAX; i++)
		pli_checker_connected(rig.checker, 1, 1);
	assert_non_null(strstr(rig_lie(), "has tried its link 0 16 times"));
	pli_checker_destroy(rig.checker);
}

static void
test_sim_checker__a_sequence_that_jumps_is_a_lie_and_the_first_one_stays(void **state)
{
	(void)state;
	plm_event event;
	rig_make();
	plm_event_init(&event, PLM_EVENT_BATCH_END);
	for (event.sequence = 1; event.sequence < 4; event.sequence++)
		pli_checker_event(rig.checker, &event);
	assert_string_equal(rig_lie(), "");
	event.sequence = 5;
	pli_checker_event(rig.checker, &event);
	assert_string_equal(rig_lie(), "sequence 5 came behind 3");
	pli_checker_say(rig.checker, "another");
	assert_string_equal(rig_lie(), "sequence 5 came behind 3");
	assert_false(pli_checker_step(rig.checker, 0));
	pli_checker_destroy(rig.checker);
}

static void
test_sim_checker__an_alert_that_nobody_expects_is_a_lie(void **state)
{
	(void)state;
	plm_event event;
	rig_make();
	plm_event_init(&event, PLM_EVENT_ALERT);
	event.sequence = 1;
	event.u.alert.limit.value = 1;
	pli_checker_event(rig.checker, &event);
	assert_non_null(strstr(rig_lie(), "not expected"));
	assert_int_equal(pli_checker_alerts(rig.checker), 0);
	pli_checker_destroy(rig.checker);
}

static void
test_sim_checker__a_program_that_does_not_run_is_not_settled(void **state)
{
	(void)state;
	rig_make();
	assert_true(pli_checker_step(rig.checker, 0));
	assert_false(pli_checker_settled(rig.checker));
	assert_non_null(strstr(rig_lie(), "not live again"));
	pli_checker_destroy(rig.checker);
}

/* The widest grace that still holds counts, for its own venue alone. */
static void
test_sim_checker__a_fault_gives_no_more_grace_than_its_kind(void **state)
{
	(void)state;
	rig_make();
	plm_time_ns now_ns = rig.clock.steady_ns;
	assert_int_equal(pli_check_grace_ns(rig.checker, 1), PLI_CHECK_CALM_NS);
	pli_checker_disturb(rig.checker, 1, PLI_GRACE_CALM, now_ns + 90 * PLM_NS_PER_S);
	assert_int_equal(pli_check_grace_ns(rig.checker, 1), PLI_CHECK_CALM_NS);
	pli_checker_disturb(rig.checker, 1, PLI_GRACE_LATE, now_ns + 30 * PLM_NS_PER_S);
	pli_checker_disturb(rig.checker, 1, PLI_GRACE_LATE, now_ns + 10 * PLM_NS_PER_S);
	pli_checker_disturb(rig.checker, 1, PLI_GRACE_LOST, now_ns + 20 * PLM_NS_PER_S);
	assert_int_equal(pli_check_grace_ns(rig.checker, 1), PLI_CHECK_LOST_NS);
	assert_int_equal(pli_check_grace_ns(rig.checker, 0), PLI_CHECK_CALM_NS);
	pli_seeded_clock_move(&rig.clock, now_ns + 25 * PLM_NS_PER_S);
	assert_int_equal(pli_check_grace_ns(rig.checker, 1), PLI_CHECK_LATE_NS);
	pli_seeded_clock_move(&rig.clock, now_ns + 31 * PLM_NS_PER_S);
	assert_int_equal(pli_check_grace_ns(rig.checker, 1), PLI_CHECK_CALM_NS);
	pli_checker_disturb(rig.checker, 1, PLI_GRACE_SILENT, now_ns + 40 * PLM_NS_PER_S);
	assert_int_equal(pli_check_grace_ns(rig.checker, 1), PLI_CHECK_SILENT_OLD_NS);
	pli_checker_destroy(rig.checker);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sim_checker__reads_are_no_lie_and_orders_are),
	    cmocka_unit_test(test_sim_checker__a_body_that_only_reads_is_no_lie),
	    cmocka_unit_test(test_sim_checker__a_request_during_a_ban_is_a_lie),
	    cmocka_unit_test(test_sim_checker__a_ban_outlives_the_process),
	    cmocka_unit_test(test_sim_checker__a_link_that_is_tried_without_a_pause_is_a_lie),
	    cmocka_unit_test(
		test_sim_checker__a_sequence_that_jumps_is_a_lie_and_the_first_one_stays),
	    cmocka_unit_test(test_sim_checker__an_alert_that_nobody_expects_is_a_lie),
	    cmocka_unit_test(test_sim_checker__a_fault_gives_no_more_grace_than_its_kind),
	    cmocka_unit_test(test_sim_checker__a_program_that_does_not_run_is_not_settled),
	};
	return cmocka_run_group_tests_name("checker", tests, NULL, NULL);
}
