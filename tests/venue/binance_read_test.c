/* binance_read_test.c: the sticky error, what is unknown, and sequences from times. */
#include "binance_rig.h"

static binance_reader
reader_on(rig *r, const char *text)
{
	binance_reader reader = {
	    .row = {.fault = &r->fault}, .cfg = &r->cfg, .events = &r->event_sink};
	r->events_count = 0;
	assert_int_equal(pli_binance_parse(&reader, plm_slice_of(text)), PLM_OK);
	return reader;
}

/* A reader of "a": nothing is emitted behind an error. */
static void
emit_behind_a(binance_reader *reader)
{
	plm_event event;
	(void)pli_row_decimal(&reader->row, "a");
	pli_binance_begin(reader, &event, PLM_EVENT_MARK, false);
	pli_binance_emit(reader, &event);
}

static void
test_venue_binance_read__the_first_error_stays(void **state)
{
	(void)state;
	rig *r = rig_create();
	binance_reader reader = reader_on(r, "{\"l\":[{\"a\":\"1\"},{\"a\":\"x\"},{\"a\":\"2\"}]}");
	pli_binance_each(&reader, pli_row_list(&reader.row, "l"), emit_behind_a, NULL);
	assert_int_equal(reader.row.err, PLM_EDECODE);
	assert_string_equal(r->fault.path, "l[1].a");
	assert_int_equal(r->events_count, 1);
	rig_destroy(r);
}

static void
test_venue_binance_read__a_dry_walk_emits_nothing(void **state)
{
	(void)state;
	rig *r = rig_create();
	binance_reader reader = reader_on(r, "{}");
	plm_event event;
	pli_binance_begin(&reader, &event, PLM_EVENT_POSITION, true);
	reader.dry = true;
	pli_binance_emit(&reader, &event);
	assert_int_equal(r->events_count + reader.rows_count, 0);
	reader.dry = false;
	pli_binance_emit(&reader, &event);
	assert_int_equal(r->events_count, 1);
	assert_int_equal(reader.rows_count, 1);
	rig_destroy(r);
}

static void
count_by_keys(binance_reader *reader)
{
	assert_int_not_equal(reader->row.node, 0);
	++*(uint32_t *)(uintptr_t)reader->keys;
}

static void
test_venue_binance_read__comes_back_to_where_it_was(void **state)
{
	(void)state;
	rig *r = rig_create();
	binance_reader reader = reader_on(r, "{\"l\":[{\"a\":1},{\"a\":[{},{}]}],\"e\":[]}");
	uint32_t count = 0;
	reader.keys = "outer";
	pli_binance_each(&reader, pli_row_list(&reader.row, "l"), count_by_keys, &count);
	assert_int_equal(count, 2);
	pli_binance_each(&reader, pli_row_list(&reader.row, "e"), count_by_keys, &count);
	pli_binance_each(&reader, pli_row_list(&reader.row, "none"), count_by_keys, &count);
	assert_int_equal(count, 2);
	assert_int_equal(reader.row.node, 0);
	assert_string_equal(reader.keys, "outer");
	rig_destroy(r);
}

static void
test_venue_binance_read__sequences_keep_the_order_of_one_millisecond(void **state)
{
	(void)state;
	plm_time_ns time_ns = INT64_C(1768644498002) * PLM_NS_PER_MS;
	assert_true(pli_binance_sequence(0, 0) == 0);
	assert_true(pli_binance_sequence(time_ns, 0) == UINT64_C(1768644498002000));
	assert_true(pli_binance_sequence(time_ns, 0) < pli_binance_sequence(time_ns, 1));
	assert_true(pli_binance_sequence(time_ns, BINANCE_COPY_LAST) <
		    pli_binance_sequence(time_ns + PLM_NS_PER_MS, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_venue_binance_read__the_first_error_stays),
	    cmocka_unit_test(test_venue_binance_read__a_dry_walk_emits_nothing),
	    cmocka_unit_test(test_venue_binance_read__comes_back_to_where_it_was),
	    cmocka_unit_test(test_venue_binance_read__sequences_keep_the_order_of_one_millisecond),
	};
	return cmocka_run_group_tests_name("binance_read", tests, NULL, NULL);
}
