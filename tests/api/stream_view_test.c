/* stream_view_test.c: keys, versions and disappearance of rows. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "hub_rig.h"

#include "api/stream_view.h"

static bool
open_everything(void *ctx, uint64_t hash)
{
	(void)hash;
	return *(const bool *)ctx;
}

static stream_shape
shape_of(uint32_t first, uint32_t second, bool legs)
{
	return (stream_shape){
	    .levels = {first, second}, .levels_count = 2, .nested = true, .legs = legs};
}

static const stream_row *
row_named(const stream_view *view, const char *key)
{
	for (uint32_t i = 0; i < view->rows_count; i++) {
		if (view->rows[i].alive && strcmp(view->rows[i].key, key) == 0)
			return &view->rows[i];
	}
	return NULL;
}

static void
test_versions_move_only_with_values(void **state)
{
	hub_rig *rig = *state;
	stream_shape shape = shape_of(PLM_BY_VENUE, PLM_BY_UNDERLYING, false);
	stream_view *view = pli_stream_view_create(&shape, 256);
	pli_exposure_source source;
	bool open = false;
	const stream_wanted wanted = {open_everything, &open};

	assert_int_equal(pli_exposure_source_init(&source, pli_hub_book(rig->hub),
			     pli_hub_exposure(rig->hub), 256, 2048),
	    PLM_OK);
	pli_stream_view_refresh(view, &source, &wanted);
	uint64_t first = view->version;
	assert_non_null(row_named(view, "deribit"));
	assert_non_null(row_named(view, "binance/BTC"));
	assert_int_equal(row_named(view, "binance/BTC")->level, 1);
	assert_true(row_named(view, "binance/BTC")->parent == row_named(view, "binance")->hash);
	pli_stream_view_refresh(view, &source, &wanted);
	assert_int_equal(view->version, first);
	script_position(&rig->script, ACCOUNT_DESK, INSTRUMENT_BTCUSDT, "-5", rig->now_ns);
	(void)pli_hub_exposure(rig->hub);
	pli_stream_view_refresh(view, &source, &wanted);
	assert_true(view->version > first);
	assert_int_equal(row_named(view, "binance/BTC")->version, view->version);
	assert_true(row_named(view, "binance/ETH")->version <= first);
	script_position(&rig->script, ACCOUNT_DESK, INSTRUMENT_BTCUSDT, "0", rig->now_ns);
	(void)pli_hub_exposure(rig->hub);
	pli_stream_view_refresh(view, &source, &wanted);
	assert_null(row_named(view, "binance/BTC"));
	pli_exposure_source_fini(&source);
	pli_stream_view_destroy(view);
}

static void
test_legs_only_below_open_nodes(void **state)
{
	hub_rig *rig = *state;
	stream_shape shape = shape_of(PLM_BY_UNDERLYING, PLM_BY_ACCOUNT, true);
	stream_view *view = pli_stream_view_create(&shape, 256);
	pli_exposure_source source;
	bool open = false;
	const stream_wanted wanted = {open_everything, &open};

	assert_int_equal(pli_exposure_source_init(&source, pli_hub_book(rig->hub),
			     pli_hub_exposure(rig->hub), 256, 2048),
	    PLM_OK);
	pli_stream_view_refresh(view, &source, &wanted);
	uint32_t groups = view->rows_alive;
	open = true;
	pli_stream_view_refresh(view, &source, &wanted);
	uint32_t legs = 0;
	(void)pli_exposure_legs(source.exposure, &legs);
	assert_int_equal(view->rows_alive, groups + legs);
	open = false;
	pli_stream_view_refresh(view, &source, &wanted);
	assert_int_equal(view->rows_alive, groups);
	pli_exposure_source_fini(&source);
	pli_stream_view_destroy(view);
}

static void
test_bound_is_counted(void **state)
{
	hub_rig *rig = *state;
	stream_shape shape = shape_of(PLM_BY_UNDERLYING, PLM_BY_ACCOUNT, false);
	stream_view *view = pli_stream_view_create(&shape, 4);
	pli_exposure_source source;
	bool open = false;
	const stream_wanted wanted = {open_everything, &open};

	assert_int_equal(pli_exposure_source_init(&source, pli_hub_book(rig->hub),
			     pli_hub_exposure(rig->hub), 256, 2048),
	    PLM_OK);
	pli_stream_view_refresh(view, &source, &wanted);
	assert_int_equal(view->rows_count, 4);
	assert_true(view->rows_left_out > 0);
	pli_exposure_source_fini(&source);
	pli_stream_view_destroy(view);
}

static void
test_shapes(void **state)
{
	stream_shape a = shape_of(PLM_BY_VENUE, PLM_BY_ACCOUNT, true);
	stream_shape b = a;

	(void)state;
	assert_true(pli_stream_shape_equal(&a, &b));
	b.query.tier = PLM_TIER_BOOK;
	assert_false(pli_stream_shape_equal(&a, &b));
	b = shape_of(PLM_BY_ACCOUNT, PLM_BY_VENUE, true);
	assert_false(pli_stream_shape_equal(&a, &b));
	assert_true(pli_stream_key_hash(PLM_SLICE("a")) != pli_stream_key_hash(PLM_SLICE("b")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_versions_move_only_with_values, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(
		test_legs_only_below_open_nodes, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(test_bound_is_counted, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(test_shapes, rig_setup, rig_teardown),
	};
	return cmocka_run_group_tests_name("stream_view", tests, NULL, NULL);
}
