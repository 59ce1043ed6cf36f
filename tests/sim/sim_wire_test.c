/* sim_wire_test.c: each fault does to frames what its name says, and nothing after. */
#include "sim/sim_wire.h"
#include "sim_fake_server.h"

typedef struct wire_rig {
	fake_server fake;
	pli_sim_wire wire;
} wire_rig;

static int
rig_open(void **state)
{
	wire_rig *r = calloc(1, sizeof *r);
	assert_non_null(r);
	r->wire.server = fake_table(&r->fake);
	assert_true(pli_sim_wire_connect(&r->wire, 1));
	pli_sim_wire_tick(&r->wire, PLM_NS_PER_S);
	*state = r;
	return 0;
}

static int
rig_close(void **state)
{
	wire_rig *r = *state;
	fake_clear(&r->fake);
	free(r);
	return 0;
}

/* Sends events "1", "2", … of an account and checks what arrived, in order. */
static void
expect(wire_rig *r, int count, const char *arrived)
{
	char got[256] = "";
	fake_clear(&r->fake);
	for (int i = 1; i <= count; i++) {
		char text[8];
		(void)snprintf(text, sizeof text, "%d", i);
		pli_sim_wire_event(&r->wire, 1, plm_slice_of(text), true);
	}
	for (uint32_t i = 0; i < r->fake.frames_count; i++) {
		const char *text = r->fake.frames[i].text;
		(void)strncat(got, strlen(text) < 3 ? text : "#", sizeof got - strlen(got) - 1);
	}
	assert_string_equal(got, arrived);
}

static void
test_sim_wire__gap_duplicate_reorder_and_garbage(void **state)
{
	wire_rig *r = *state;
	expect(r, 4, "1234");
	pli_sim_wire_fault(&r->wire, PLI_SIM_FAULT_GAP, 2, 0);
	expect(r, 4, "34");
	pli_sim_wire_fault(&r->wire, PLI_SIM_FAULT_DUPLICATE, 2, 0);
	expect(r, 3, "11223");
	pli_sim_wire_fault(&r->wire, PLI_SIM_FAULT_REORDER, 2, 0);
	expect(r, 5, "21435");
	pli_sim_wire_fault(&r->wire, PLI_SIM_FAULT_GARBAGE, 2, 0);
	expect(r, 3, "#1#23");
	expect(r, 3, "123");
	assert_int_equal(r->wire.touched[PLI_SIM_FAULT_GAP], 2);
}

/* A quiet account has no events for minutes: what was not taken by then is not taken any more. */
static void
test_sim_wire__counted_faults_end_with_their_time(void **state)
{
	wire_rig *r = *state;
	plm_time_ns now_ns = r->wire.now_ns;
	pli_sim_wire_fault(&r->wire, PLI_SIM_FAULT_GAP, 3, 2000);
	pli_sim_wire_fault(&r->wire, PLI_SIM_FAULT_REORDER, 1, 4000);
	pli_sim_wire_tick(&r->wire, now_ns + 1999 * PLM_NS_PER_MS);
	expect(r, 1, "");
	pli_sim_wire_tick(&r->wire, now_ns + 2000 * PLM_NS_PER_MS);
	expect(r, 1, "");
	pli_sim_wire_tick(&r->wire, now_ns + 4000 * PLM_NS_PER_MS);
	assert_int_equal(r->fake.frames_count, 1); /* the held one */
	expect(r, 2, "12");
}

static void
test_sim_wire__slow_frames_arrive_late_and_in_order(void **state)
{
	wire_rig *r = *state;
	pli_sim_wire_fault(&r->wire, PLI_SIM_FAULT_SLOW, 0, 1000);
	expect(r, 3, "");
	pli_sim_wire_tick(&r->wire, 2400 * PLM_NS_PER_MS);
	pli_sim_wire_event(&r->wire, 1, PLM_SLICE("4"), true); /* behind what is still on its way */
	assert_int_equal(r->fake.frames_count, 0);
	pli_sim_wire_tick(&r->wire, 2500 * PLM_NS_PER_MS);
	assert_int_equal(r->fake.frames_count, 4);
	assert_string_equal(r->fake.frames[3].text, "4");
	expect(r, 2, "12"); /* and no later one has to wait for another */
}

static void
test_sim_wire__the_slow_queue_is_bounded(void **state)
{
	wire_rig *r = *state;
	static char big[60000];
	memset(big, 'x', sizeof big);
	pli_sim_wire_fault(&r->wire, PLI_SIM_FAULT_SLOW, 0, 100000);
	for (int round = 0; round < 40; round++) {
		for (int i = 0; i < 30; i++)
			pli_sim_wire_event(
			    &r->wire, 1, (plm_slice){big, sizeof big - (size_t)i}, true);
		pli_sim_wire_tick(&r->wire, r->wire.now_ns + 700 * PLM_NS_PER_MS);
	}
	pli_sim_wire_tick(&r->wire, r->wire.now_ns + 1600 * PLM_NS_PER_MS);
	assert_int_equal(r->fake.frames_count, 40 * 30); /* late or at once, none is lost */
	for (uint32_t i = 0; i < r->fake.frames_count; i++)
		assert_true(strspn(r->fake.frames[i].text, "x") == r->fake.frames[i].size);
}

static void
test_sim_wire__stalls_end_and_drops_cut(void **state)
{
	wire_rig *r = *state;
	pli_sim_wire_fault(&r->wire, PLI_SIM_FAULT_STALL, 0, 500);
	assert_true(r->fake.frozen[1]);
	pli_sim_wire_tick(&r->wire, 1400 * PLM_NS_PER_MS);
	assert_true(r->fake.frozen[1]);
	pli_sim_wire_tick(&r->wire, 1500 * PLM_NS_PER_MS);
	assert_false(r->fake.frozen[1]);
	pli_sim_wire_fault(&r->wire, PLI_SIM_FAULT_DROP, 0, 0);
	assert_true(r->fake.cut[1]);
}

static void
test_sim_wire__who_does_not_read_is_cut(void **state)
{
	wire_rig *r = *state;
	r->fake.full = true;
	pli_sim_wire_reply(&r->wire, 1, PLM_SLICE("x"));
	assert_true(r->fake.cut[1]);
	pli_sim_wire_disconnect(&r->wire, 1);
	pli_sim_wire_reply(&r->wire, 1, PLM_SLICE("x")); /* nobody there: nothing happens */
	for (uint32_t i = 0; i < PLI_SIM_WIRE_CLIENTS_MAX; i++)
		assert_true(pli_sim_wire_connect(&r->wire, 100 + i));
	assert_false(pli_sim_wire_connect(&r->wire, 99));
}

static void
test_sim_wire__names_are_found(void **state)
{
	(void)state;
	for (int i = 0; i < PLI_SIM_FAULT_COUNT; i++) {
		const char *name = pli_sim_fault_name((pli_sim_fault)i);
		assert_int_equal(pli_sim_fault_find(plm_slice_of(name)), i);
		assert_true(strlen(pli_sim_fault_help((pli_sim_fault)i)) > 10);
	}
	assert_int_equal(pli_sim_fault_find(PLM_SLICE("no such")), PLI_SIM_FAULT_COUNT);
}

int
main(void)
{
#define ROW(name) cmocka_unit_test_setup_teardown(name, rig_open, rig_close)
	const struct CMUnitTest tests[] = {
	    ROW(test_sim_wire__gap_duplicate_reorder_and_garbage),
	    ROW(test_sim_wire__counted_faults_end_with_their_time),
	    ROW(test_sim_wire__slow_frames_arrive_late_and_in_order),
	    ROW(test_sim_wire__the_slow_queue_is_bounded),
	    ROW(test_sim_wire__stalls_end_and_drops_cut),
	    ROW(test_sim_wire__who_does_not_read_is_cut),
	    ROW(test_sim_wire__names_are_found),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
