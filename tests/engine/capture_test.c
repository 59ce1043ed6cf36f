/* capture_test.c: recorded payloads become a book; wrong lines name their place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/capture.h"

typedef struct capture_bench {
	pli_core *core;
	pli_registry *registry;
	pli_capture *capture;
	plm_fault fault;
} capture_bench;

static const pli_book_bounds bounds = {
    .registry = {.assets_max = 32, .accounts_max = 8, .instruments_max = 64},
    .positions_max = 64,
    .balances_max = 64,
    .feeds_max = 8};

static void
bench_init(capture_bench *bench)
{
	pli_core_config config = {.bounds = bounds, .limits_max = 4, .limit_states_max = 16};
	*bench = (capture_bench){
	    .core = pli_core_create(&config), .registry = pli_registry_create(bounds.registry)};
	bench->capture = pli_capture_create(bench->core, bench->registry);
}

static void
bench_fini(capture_bench *bench)
{
	pli_capture_destroy(bench->capture);
	pli_core_destroy(bench->core);
	pli_registry_destroy(bench->registry);
}

static plm_err
bench_line(capture_bench *bench, const char *line)
{
	return pli_capture_line(bench->capture, plm_slice_of(line), 0, NULL, &bench->fault);
}

static const char book_line[] =
    "{\"time\":\"2026-11-22T08:00:00Z\",\"venue\":\"file\",\"account\":\"desk\",\"channel\":\"\","
    "\"payload\":{\"positions\":[{\"symbol\":\"BTC/USD:BTC\",\"quantity\":-180000,\"unit\":\"usd\","
    "\"entry_price\":90000,"
    "\"mark_price\":90000,\"index_price\":90000}],\"balances\":[{\"asset\":\"BTC\",\"wallet\":"
    "\"3\"}]}}";

static const char later_line[] =
    "{\"time\":1795334460000000000,\"venue\":\"file\",\"account\":\"desk\","
    "\"payload\":{\"positions\":[],\"balances\":[{\"asset\":\"BTC\",\"wallet\":\"5\"}]}}";

static plm_exposure_row
bench_total(capture_bench *bench)
{
	plm_exposure_query query = {.by = PLM_BY_NOTHING,
	    .tier = PLM_TIER_LEG,
	    .underlying = pli_registry_asset_find(bench->registry, PLM_SLICE("BTC"))};
	plm_exposure_row row;
	pli_exposure_total(pli_core_exposure(bench->core), &query, &row);
	return row;
}

static void
test_engine_capture__payloads_become_a_book(void **state)
{
	(void)state;
	capture_bench bench;
	bench_init(&bench);
	assert_int_equal(bench_line(&bench, book_line), PLM_OK);
	plm_exposure_row row = bench_total(&bench);
	assert_true(row.net_coins.units == plm_decimal_from_int(1).units); /* 3 - 180000 / 90000 */
	assert_true(row.gross_coins.units == plm_decimal_from_int(5).units);
	assert_true(row.net_usd.units == plm_decimal_from_int(90000).units);
	assert_int_equal(row.age_ns_max, 0);
	bench_fini(&bench);
}

static void
test_engine_capture__a_later_file_is_the_whole_truth(void **state)
{
	(void)state;
	capture_bench bench;
	bench_init(&bench);
	assert_int_equal(bench_line(&bench, book_line), PLM_OK);
	assert_int_equal(bench_line(&bench, later_line), PLM_OK);
	plm_exposure_row row = bench_total(&bench);
	assert_true(row.net_coins.units == plm_decimal_from_int(5).units);
	assert_int_equal(row.legs_count, 1);
	bench_fini(&bench);
}

static void
test_engine_capture__stops_at_the_time_asked_for_and_ages_to_it(void **state)
{
	(void)state;
	capture_bench bench;
	bench_init(&bench);
	plm_time_ns until_ns = INT64_C(1795334400) * PLM_NS_PER_S + 30 * PLM_NS_PER_S;
	bool past = false;
	assert_int_equal(
	    pli_capture_line(bench.capture, plm_slice_of(book_line), until_ns, &past, &bench.fault),
	    PLM_OK);
	assert_false(past);
	assert_int_equal(pli_capture_line(bench.capture, plm_slice_of(later_line), until_ns, &past,
			     &bench.fault),
	    PLM_OK);
	assert_true(past);
	pli_capture_end(bench.capture, until_ns);
	plm_exposure_row row = bench_total(&bench);
	assert_true(row.net_coins.units == plm_decimal_from_int(1).units);
	assert_true(row.age_ns_max == 30 * PLM_NS_PER_S);
	bench_fini(&bench);
}

static void
test_engine_capture__wrong_lines_say_what_is_wrong_and_change_nothing(void **state)
{
	(void)state;
	static const struct {
		const char *line;
		plm_err err;
	} wrong[] = {
	    {"{\"time\":1", PLM_EDECODE},
	    {"[]", PLM_EDECODE},
	    {"{\"venue\":\"file\",\"account\":\"d\",\"payload\":{}}", PLM_EDECODE},
	    {"{\"time\":\"soon\",\"venue\":\"file\",\"account\":\"d\",\"payload\":{}}",
		PLM_EDECODE},
	    {"{\"time\":1795334460000000000,\"venue\":\"nowhere\",\"account\":\"d\",\"payload\":{}"
	     "}",
		PLM_ENOTFOUND},
	    {"{\"time\":1795334460000000000,\"venue\":\"file\",\"account\":\"\",\"payload\":{}}",
		PLM_EDECODE},
	    {"{\"time\":1795334460000000000,\"venue\":\"file\",\"account\":\"d\"}", PLM_EDECODE},
	    {"{\"time\":1795334399000000000,\"venue\":\"file\",\"account\":\"d\",\"payload\":{}}",
		PLM_EDECODE}, /* before the line above */
	    {"{\"time\":1795334460000000000,\"venue\":\"file\",\"account\":\"desk\",\"payload\":"
	     "{\"positions\":[{\"symbol\":\"BTC/"
	     "USD:BTC\",\"quantity\":\"many\",\"unit\":\"usd\"}]}}",
		PLM_EDECODE},
	};
	capture_bench bench;
	bench_init(&bench);
	assert_int_equal(bench_line(&bench, book_line), PLM_OK);
	uint64_t hash = pli_book_hash(pli_core_book(bench.core));
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		bench.fault = (plm_fault){0};
		assert_int_equal(bench_line(&bench, wrong[i].line), wrong[i].err);
		assert_true(bench.fault.text[0] != '\0');
		assert_true(pli_book_hash(pli_core_book(bench.core)) == hash);
	}
	assert_int_equal(bench_line(&bench, "  \r"), PLM_OK);
	bench_fini(&bench);
}

/* An answer that was refused, and a payload that the recorder left out, are counted and no more. */
static void
test_engine_capture__refusals_give_no_event(void **state)
{
	(void)state;
	capture_bench bench;
	bench_init(&bench);
	assert_int_equal(bench_line(&bench, book_line), PLM_OK);
	assert_int_equal(
	    bench_line(&bench,
		"{\"time\":1795334460000000000,\"venue\":\"file\",\"account\":\"desk\","
		"\"status\":503,\"payload\":{\"positions\":[]}}"),
	    PLM_OK);
	assert_int_equal(
	    bench_line(&bench,
		"{\"time\":1795334460000000000,\"venue\":\"file\",\"account\":\"desk\","
		"\"omitted\":\"no JSON, 4 bytes\"}"),
	    PLM_OK);
	assert_int_equal(pli_capture_counters_get(bench.capture).lines_other, 2);
	assert_true(bench_total(&bench).net_coins.units == plm_decimal_from_int(1).units);
	assert_int_equal(
	    bench_line(&bench,
		"{\"time\":1795334460000000000,\"venue\":\"file\",\"account\":\"desk\","
		"\"status\":\"x\",\"payload\":{}}"),
	    PLM_EDECODE);
	assert_int_equal(
	    bench_line(&bench,
		"{\"time\":1795334460000000000,\"venue\":\"file\",\"account\":\"desk\","
		"\"status\":200}"),
	    PLM_EDECODE);
	bench_fini(&bench);
}

static plm_feed_state
bench_feed(capture_bench *bench, const char *account)
{
	const pli_feed_row *row = pli_book_feed_of(pli_core_book(bench->core),
	    pli_registry_account_find(bench->registry, plm_slice_of(account)));
	assert_non_null(row);
	return row->fact;
}

static void
test_engine_capture__what_no_line_says_alone_may_be_missing(void **state)
{
	(void)state;
	capture_bench bench;
	bench_init(&bench);
	assert_int_equal(bench_line(&bench, book_line), PLM_OK);
	assert_null(pli_capture_left_out(bench.capture));
	assert_int_equal(bench_feed(&bench, "desk").status, PLM_FEED_LIVE);
	assert_int_equal(
	    bench_line(&bench, "{\"time\":1795334460000000000,\"venue\":\"okx\",\"account\":"
			       "\"okx-main\",\"payload\":{\"event\":\"login\",\"code\":\"0\"}}"),
	    PLM_OK);
	assert_int_equal(bench_feed(&bench, "okx-main").status, PLM_FEED_DEGRADED);
	assert_int_equal(bench_feed(&bench, "desk").status, PLM_FEED_LIVE);
	assert_int_equal(pli_capture_left_out(bench.capture)->line, 2);
	assert_true(pli_capture_left_out(bench.capture)->text[0] != '\0');
	bench_fini(&bench);
}

/* As a session does, which lives on. */
static void
test_engine_capture__a_broken_payload_of_a_venue_degrades_its_account(void **state)
{
	(void)state;
	capture_bench bench;
	bench_init(&bench);
	static const char broken[] =
	    "{\"time\":1795334460000000000,\"venue\":\"okx\",\"account\":\"okx-main\","
	    "\"channel\":\"api/v5/account/balance\",\"payload\":{\"code\":\"0\",\"data\":[{"
	    "\"adjEq\":\"\",\"totalEq\":\"\",\"uTime\":\"1795334460000\",\"details\":[{"
	    "\"availEq\":\"1\",\"ccy\":\"BTC\",\"cashBal\":\"1\",\"eq\":\"28 .2\"}]}]}}";
	assert_int_equal(bench_line(&bench, broken), PLM_OK);
	assert_int_equal(bench_line(&bench, book_line), PLM_EDECODE); /* earlier */
	pli_capture_counters counters = pli_capture_counters_get(bench.capture);
	assert_int_equal(counters.lines_broken, 1);
	assert_int_equal(counters.lines, 1);
	assert_int_equal(bench_feed(&bench, "okx-main").status, PLM_FEED_DEGRADED);
	assert_non_null(strstr(pli_capture_left_out(bench.capture)->path, "eq"));
	bench_fini(&bench);
}

/* A payload is a text of a venue, or JSON inside one. */
static void
test_engine_capture__a_text_is_a_payload_too(void **state)
{
	(void)state;
	capture_bench bench;
	bench_init(&bench);
	assert_int_equal(
	    bench_line(&bench, "{\"time\":1795334400000000000,\"venue\":\"hyperliquid\","
			       "\"account\":\"hl\",\"channel\":\"info\",\"payload\":\"default\"}"),
	    PLM_OK);
	assert_int_equal(pli_capture_counters_get(bench.capture).lines_other, 1);
	assert_int_equal(bench_line(&bench, later_line), PLM_OK);
	assert_int_equal(bench_line(&bench,
			     "{\"time\":1795334460000000000,\"venue\":\"file\",\"account\":"
			     "\"desk\",\"payload\":\"{\\\"balances\\\":[{\\\"asset\\\":\\\"BTC\\\","
			     "\\\"wallet\\\":\\\"7\\\"}]}\"}"),
	    PLM_OK);
	assert_true(bench_total(&bench).net_coins.units == plm_decimal_from_int(7).units);
	bench_fini(&bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_engine_capture__payloads_become_a_book),
	    cmocka_unit_test(test_engine_capture__a_later_file_is_the_whole_truth),
	    cmocka_unit_test(test_engine_capture__stops_at_the_time_asked_for_and_ages_to_it),
	    cmocka_unit_test(test_engine_capture__wrong_lines_say_what_is_wrong_and_change_nothing),
	    cmocka_unit_test(test_engine_capture__refusals_give_no_event),
	    cmocka_unit_test(test_engine_capture__what_no_line_says_alone_may_be_missing),
	    cmocka_unit_test(test_engine_capture__a_broken_payload_of_a_venue_degrades_its_account),
	    cmocka_unit_test(test_engine_capture__a_text_is_a_payload_too),
	};
	return cmocka_run_group_tests_name("capture", tests, NULL, NULL);
}
