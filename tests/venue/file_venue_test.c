/* file_venue_test.c: a file's read is one snapshot, and a broken file changes nothing. */
#include "base/limits.h"

#include "file_rig.h"

#define HEADER "type,account,symbol,quantity,unit,asset,wallet\n"

static _Alignas(16) unsigned char memory[4096];

static plm_err
on_file(rig *r, const char *text)
{
	plm_frame frame = {.kind = PLM_FRAME_FILE,
	    .channel = plm_slice_of(r->cfg.path),
	    .bytes = plm_slice_of(text)};
	r->events_count = r->events_all = 0;
	r->fault = (plm_fault){0};
	return pli_venue_file.ops->on_frame(memory, 1, &frame, &r->sink, NULL, &r->fault);
}

static plm_venue_status
status(void)
{
	plm_venue_status status;
	pli_venue_file.ops->status(memory, &status);
	return status;
}

static void
test_venue_file__a_read_is_a_complete_snapshot(void **state)
{
	rig *r = *state;
	rig_take(r, HEADER "position,,BTC/USDT:USDT,1,coins,,\n"
			   "position,desk,ETH/USDT:USDT,-2,coins,,\n"
			   "position,other,SOL/USDT:USDT,-2,coins,,\n"
			   "balance,,,,,USDT,100\n");
	assert_int_equal(r->events_all, 5);
	assert_int_equal(r->events[0].type, PLM_EVENT_SNAPSHOT_BEGIN);
	assert_int_equal(r->events[0].u.snapshot.scope, PLM_SCOPE_POSITIONS | PLM_SCOPE_BALANCES);
	const plm_event *end = &r->events[4];
	assert_int_equal(end->type, PLM_EVENT_SNAPSHOT_END);
	assert_int_equal(end->account.value, r->cfg.account.value);
	assert_int_equal(end->u.snapshot.complete, 1);
	assert_int_equal(end->u.snapshot.rows_count, 3);
}

static void
test_venue_file__a_header_alone_is_an_empty_account(void **state)
{
	rig *r = *state;
	rig_take(r, HEADER);
	assert_int_equal(r->events_all, 2);
	assert_int_equal(r->events[1].u.snapshot.rows_count, 0);
}

static void
test_venue_file__rows_of_other_accounts_only_are_an_error(void **state)
{
	rig *r = *state;
	rig_refuse(r, HEADER "balance,dekc,,,,USDT,100\n", 0, 0, "", "rows of the account desk");
	r->cfg.account_name = NULL;
	rig_take(r, HEADER "balance,dekc,,,,USDT,100\n");
}

static void
test_venue_file__each_row_once(void **state)
{
	rig *r = *state;
	rig_refuse(r, HEADER "balance,,,,,USDT,1\nbalance,,,,,USDC,1\nbalance,,,,,USDT,2\n", 4, 13,
	    "asset", "each asset once");
	rig_refuse(r,
	    "type,symbol,side,quantity,unit\nposition,BTC/USDT:USDT,,1,coins\n"
	    "position,BTC/USDT:USDT,net,1,coins\n",
	    3, 10, "symbol", "each symbol and side once");
}

/* The fault is on the last row: not one event of the rows before it is sent, nor a name taken. */
static void
test_venue_file__a_broken_last_row_sends_nothing(void **state)
{
	rig *r = *state;
	uint32_t assets = pli_registry_assets_count(r->names);
	rig_refuse(r, HEADER "position,,BTC/USDT:USDT,1,coins,,\nbalance,,,,,USDT,x\n", 3, 18,
	    "wallet", "a number, got \"x\"");
	assert_int_equal(pli_registry_assets_count(r->names), assets);
	assert_int_equal(pli_registry_instruments_count(r->names), 0);
}

static void
test_venue_file__status_follows_the_file(void **state)
{
	rig *r = *state;
	assert_true(pli_venue_file.ops->state_size <= sizeof memory);
	memset(memory, 0, sizeof memory);
	assert_int_equal(pli_venue_file.ops->init(memory, &r->cfg, &r->fault), PLM_OK);
	pli_venue_file.ops->on_open(memory, PLM_LINK_NONE, 1, NULL);
	assert_int_equal(status().status, PLM_FEED_CONNECTING);
	assert_int_equal(on_file(r, "oops\n"), PLM_EDECODE);
	assert_int_equal(status().status, PLM_FEED_DOWN);
	assert_int_equal(on_file(r, HEADER "balance,,,,,USDT,1\n"), PLM_OK);
	assert_int_equal(status().status, PLM_FEED_LIVE);
	assert_string_equal(status().text, "");
	assert_int_equal(on_file(r, HEADER "balance,,,,,USDT,x\n"), PLM_EDECODE);
	assert_int_equal(r->events_all, 0);
	assert_int_equal(status().status, PLM_FEED_DEGRADED);
	assert_string_equal(status().text, "desk.csv:2:18: wallet: expected a number, got \"x\"");
	pli_venue_file.ops->resync(memory, 1, NULL);
	plm_frame frame = {.kind = PLM_FRAME_WS, .bytes = PLM_SLICE("{}")};
	assert_int_equal(
	    pli_venue_file.ops->on_frame(memory, 1, &frame, &r->sink, NULL, &r->fault), PLM_EKIND);
	pli_venue_file.ops->fini(memory);
	pli_venue_file.ops->fini(memory);
	r->cfg.key = "k";
	assert_int_equal(pli_venue_file.ops->init(memory, &r->cfg, &r->fault), PLM_EARG);
}

static void
test_venue_file__rows_have_a_bound(void **state)
{
	rig *r = *state;
	size_t size = 64 + (size_t)(PLI_FILE_ROWS_MAX + 1) * 32;
	char *text = test_malloc(size);
	size_t used = (size_t)snprintf(text, size, "type,asset,wallet\n");
	for (int i = 0; i < PLI_FILE_ROWS_MAX; i++)
		used += (size_t)snprintf(text + used, size - used, "balance,A%d,1\n", i);
	r->names = (pli_registry_destroy(r->names),
	    pli_registry_create((pli_registry_bounds){20000, 8, 8}));
	assert_non_null(r->names);
	r->cfg.names = r->names;
	rig_take(r, text);
	assert_int_equal(r->events_all, PLI_FILE_ROWS_MAX + 2);
	(void)snprintf(text + used, size - used, "balance,B,1\n");
	rig_refuse(r, text, PLI_FILE_ROWS_MAX + 2, 1, "type", "at most 16000 rows");
	test_free(text);
}

/* Names that do not fit are an error: the host drops the batch and says so. */
static void
test_venue_file__names_have_a_bound(void **state)
{
	rig *r = *state;
	pli_registry_destroy(r->names);
	r->names = pli_registry_create((pli_registry_bounds){2, 8, 8});
	assert_non_null(r->names);
	r->cfg.names = r->names;
	assert_int_equal(rig_decode(r, "type,asset,wallet\nbalance,A,1\nbalance,B,1\nbalance,C,1\n"
				       "balance,D,1\n"),
	    PLM_EFULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_venue_file__a_read_is_a_complete_snapshot, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(
		test_venue_file__a_header_alone_is_an_empty_account, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(
		test_venue_file__rows_of_other_accounts_only_are_an_error, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(
		test_venue_file__each_row_once, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(
		test_venue_file__a_broken_last_row_sends_nothing, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(
		test_venue_file__status_follows_the_file, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(
		test_venue_file__rows_have_a_bound, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(
		test_venue_file__names_have_a_bound, rig_setup, rig_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
