/* binance_read_test.c: the sticky error, what is unknown, and sequences from times. */
#include "binance_rig.h"

static binance_reader
reader_on(rig *r, const char *text)
{
	binance_reader reader = {.cfg = &r->cfg, .events = &r->event_sink, .fault = &r->fault};
	uint32_t root = 1;
	r->events_count = 0;
	assert_int_equal(pli_binance_parse(&reader, plm_slice_of(text), &root), PLM_OK);
	return reader;
}

static void
test_venue_binance_read__absent_null_and_empty_are_unknown(void **state)
{
	(void)state;
	rig *r = rig_create();
	binance_reader reader = reader_on(r, "{\"a\":null,\"b\":\"\",\"c\":\"0\",\"d\":1.5}");
	assert_decimal(pli_binance_decimal(&reader, 0, "a"), "null");
	assert_decimal(pli_binance_decimal(&reader, 0, "b"), "null");
	assert_decimal(pli_binance_decimal(&reader, 0, "c"), "0");
	assert_decimal(pli_binance_decimal(&reader, 0, "d"), "1.5");
	assert_decimal(pli_binance_decimal(&reader, 0, "e"), "null");
	assert_decimal(pli_binance_decimal(&reader, 0, NULL), "null");
	assert_decimal(pli_binance_price(&reader, 0, "c"), "null");
	assert_true(pli_binance_double(&reader, 0, "b") != pli_binance_double(&reader, 0, "b"));
	assert_int_equal(reader.err, PLM_OK);
	rig_destroy(r);
}

static void
test_venue_binance_read__the_first_error_stays(void **state)
{
	(void)state;
	rig *r = rig_create();
	binance_reader reader = reader_on(r, "{\"a\":\"x\",\"b\":\"y\",\"c\":\"7\"}");
	(void)pli_binance_decimal(&reader, 0, "a");
	assert_int_equal(reader.err, PLM_EDECODE);
	assert_string_equal(r->fault.path, "a");
	(void)pli_binance_decimal(&reader, 0, "b");
	assert_decimal(pli_binance_decimal(&reader, 0, "c"), "null");
	assert_string_equal(r->fault.path, "a");
	plm_event event;
	pli_binance_begin(&reader, &event, PLM_EVENT_MARK, false);
	pli_binance_emit(&reader, &event);
	assert_int_equal(r->events_count, 0);
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
test_venue_binance_read__rows_end_at_the_list(void **state)
{
	(void)state;
	rig *r = rig_create();
	binance_reader reader = reader_on(
	    r, "{\"l\":[{\"a\":1},{\"a\":[{},{}]}],\"m\":{},\"e\":[]}");
	uint32_t rows = pli_binance_rows(&reader, 0, "l"), count = 0;
	for (uint32_t row = pli_binance_row_first(&reader, rows); row != 0;
	     row = pli_binance_row_next(&reader, rows, row))
		count++;
	assert_int_equal(count, 2);
	assert_int_equal(pli_binance_row_first(&reader, pli_binance_rows(&reader, 0, "e")), 0);
	assert_true(pli_binance_rows(&reader, 0, "none") == BINANCE_NO_ROWS);
	assert_int_equal(pli_binance_row_first(&reader, BINANCE_NO_ROWS), 0);
	assert_int_equal(reader.err, PLM_OK);
	assert_true(pli_binance_rows(&reader, 0, "m") == BINANCE_NO_ROWS);
	assert_int_equal(reader.err, PLM_EDECODE);
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
	    cmocka_unit_test(test_venue_binance_read__absent_null_and_empty_are_unknown),
	    cmocka_unit_test(test_venue_binance_read__the_first_error_stays),
	    cmocka_unit_test(test_venue_binance_read__a_dry_walk_emits_nothing),
	    cmocka_unit_test(test_venue_binance_read__rows_end_at_the_list),
	    cmocka_unit_test(test_venue_binance_read__sequences_keep_the_order_of_one_millisecond),
	};
	return cmocka_run_group_tests_name("binance_read", tests, NULL, NULL);
}
