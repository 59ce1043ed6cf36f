/* real_points_test.c: fault points beyond the simulated world (base/fault_points.def: REAL): each
 * is made to fail once, and its caller gets the error that the header promises. Built with
 * -Dfault_points=true alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fault_point.h"
#include "engine/ban_memory.h"
#include "engine/capture.h"
#include "engine/engine.h"
#include "io/resolve.h"
#include "journal/journal.h"
#include "rig.h"
#include "venue/venues.h"

enum { RECORDS = 3, TORN_BYTES = 100, TRY_MS = 3000 };

/* Fails the first time that it is passed, and not again. */
typedef struct point_arm {
	pli_fault_point point;
	bool fired;
} point_arm;

static point_arm arm;
static pli_disk disk;
static char folder[64], file[96];

static bool
arm_decide(void *ctx, pli_fault_point point)
{
	(void)ctx;
	bool fires = point == arm.point && !arm.fired;
	arm.fired |= fires;
	return fires;
}

static void
arm_point(pli_fault_point point)
{
	arm = (point_arm){.point = point};
	pli_fault_points_arm(arm_decide, NULL);
}

static void
folder_make(void)
{
	(void)snprintf(folder, sizeof folder, "/tmp/plimsoll-points-XXXXXX");
	assert_non_null(mkdtemp(folder));
	(void)snprintf(file, sizeof file, "%s/file", folder);
	pli_io_disk(&disk);
}

static void
folder_remove(void)
{
	char other[128];
	(void)unlink(file);
	(void)snprintf(other, sizeof other, "%s.bans", file);
	(void)unlink(other);
	assert_int_equal(rmdir(folder), 0);
}

static void
file_write(const char *text)
{
	pli_file handle;
	assert_int_equal(disk.open(disk.ctx, file, PLI_FILE_APPEND, &handle), PLM_OK);
	assert_int_equal(disk.append(disk.ctx, handle, text, strlen(text)), PLM_OK);
	disk.close(disk.ctx, handle);
}

/* Journals and bans */

static void
journal_write(void)
{
	pli_journal *journal;
	plm_fault fault;
	assert_int_equal(pli_journal_open(&disk, file, &journal, &fault), PLM_OK);
	for (uint64_t i = 1; i <= RECORDS; i++) {
		plm_event event;
		plm_event_init(&event, PLM_EVENT_BATCH_END);
		event.sequence = i;
		assert_int_equal(pli_journal_append(journal, &event), PLM_OK);
	}
	pli_journal_close(journal);
}

static bool
journal_count(void *ctx, const plm_event *event)
{
	(void)event;
	++*(uint32_t *)ctx;
	return true;
}

static void
journal_reads(pli_fault_point point, plm_err wanted)
{
	uint32_t count = 0;
	plm_fault fault = {0};
	journal_write();
	arm_point(point);
	assert_int_equal(pli_journal_read(&disk, file, journal_count, &count, &fault), wanted);
	assert_true(fault.text[0] != '\0');
	assert_int_equal(count, 0);
	assert_int_equal(pli_journal_read(&disk, file, journal_count, &count, &fault), PLM_OK);
	assert_int_equal(count, RECORDS);
}

static void
try_journal_reader(pli_fault_point point)
{
	journal_reads(point, PLM_ENOMEM);
}

static void
try_journal_read(pli_fault_point point)
{
	journal_reads(point, PLM_EIO);
}

static void
try_journal_tail(pli_fault_point point)
{
	char torn[TORN_BYTES + 1];
	pli_journal *journal;
	plm_fault fault = {0};
	memset(torn, 'x', TORN_BYTES);
	torn[TORN_BYTES] = '\0';
	journal_write();
	file_write(torn);
	arm_point(point);
	assert_int_equal(pli_journal_open(&disk, file, &journal, &fault), PLM_EIO);
	assert_true(fault.text[0] != '\0');
	assert_int_equal(pli_journal_open(&disk, file, &journal, &fault), PLM_OK);
	pli_journal_close(journal);
}

static void
try_ban_read(pli_fault_point point)
{
	static pli_ban_memory memory;
	static pli_budgets budgets;
	plm_fault fault = {0};
	plm_time_ns wall_ns = INT64_C(1795000000) * PLM_NS_PER_S;
	assert_int_equal(pli_ban_memory_open(&memory, &disk, file, wall_ns, &fault), PLM_OK);
	pli_budget *budget = pli_budgets_get(&budgets, "https://a", 0);
	pli_budget_on_answer(budget, 418, 600, 0, PLM_NS_PER_S);
	pli_ban_memory_keep(&memory, &budgets, wall_ns, PLM_NS_PER_S);
	arm_point(point);
	assert_int_equal(pli_ban_memory_open(&memory, &disk, file, wall_ns, &fault), PLM_EIO);
	assert_true(fault.text[0] != '\0');
	assert_int_equal(memory.count, 0);
	assert_int_equal(pli_ban_memory_open(&memory, &disk, file, wall_ns, &fault), PLM_OK);
	assert_int_equal(memory.count, 1);
}

/* The disk table */

static void
try_disk_open(pli_fault_point point)
{
	pli_file handle;
	arm_point(point);
	assert_int_equal(disk.open(disk.ctx, file, PLI_FILE_APPEND, &handle), PLM_EIO);
	file_write("x");
}

static void
disk_writes(pli_fault_point point)
{
	pli_journal *journal;
	plm_event event;
	plm_event_init(&event, PLM_EVENT_BATCH_END);
	event.sequence = 1;
	assert_int_equal(pli_journal_open(&disk, file, &journal, NULL), PLM_OK);
	assert_int_equal(pli_journal_append(journal, &event), PLM_OK);
	arm_point(point);
	assert_int_not_equal(pli_journal_flush(journal, true), PLM_OK);
	assert_int_not_equal(pli_journal_append(journal, &event), PLM_OK); /* given up */
	pli_journal_close(journal);
}

static void
try_disk_rename(pli_fault_point point)
{
	char other[128];
	file_write("x");
	(void)snprintf(other, sizeof other, "%s.bans", file);
	arm_point(point);
	assert_int_not_equal(disk.rename(disk.ctx, file, other), PLM_OK);
	assert_int_equal(disk.rename(disk.ctx, file, other), PLM_OK);
}

/* An engine without a venue, on a clock of its own */

static plm_time_ns engine_now_ns;

static plm_time_ns
engine_clock_ns(void *ctx)
{
	(void)ctx;
	return engine_now_ns;
}

static uint64_t
engine_random(void *ctx)
{
	(void)ctx;
	return 0;
}

static const pli_clock engine_clock = {
    .wall_ns = engine_clock_ns, .steady_ns = engine_clock_ns, .random = engine_random};

static pli_engine *
engine_make(void)
{
	pli_engine *engine;
	plm_fault fault;
	engine_now_ns = INT64_C(1795000000) * PLM_NS_PER_S;
	pli_engine_config config = {.clock = &engine_clock,
	    .disk = &disk,
	    .bounds = {.registry = {.assets_max = 16, .accounts_max = 4, .instruments_max = 16},
		.positions_max = 16,
		.balances_max = 16,
		.feeds_max = 4},
	    .limits_max = 2,
	    .limit_states_max = 4,
	    .accounts_max = 2};
	assert_int_equal(pli_engine_create(&config, &engine, &fault), PLM_OK);
	return engine;
}

static plm_err
engine_watch(pli_engine *engine, plm_fault *ret_fault)
{
	const plm_venue_desc *desc = pli_venue_find(PLM_SLICE("file"));
	pli_account_config config = {
	    .desc = desc, .venue = pli_venue_id_of(desc), .name = "by-hand", .path = file};
	file_write("type,symbol,quantity,unit,asset,wallet\nbalance,,,,BTC,3\n");
	return pli_engine_add_account(engine, &config, ret_fault);
}

/* The feed's state after some turns; 0 where it was not told anew. */
static uint8_t
engine_turn(pli_engine *engine, int64_t passed_ms)
{
	uint8_t status = 0;
	plm_event event;
	engine_now_ns += passed_ms * PLM_NS_PER_MS;
	(void)pli_engine_net_work(engine, 0);
	while (pli_engine_core_work(engine) > 0)
		continue;
	while (pli_engine_serve_take(engine, &event))
		if (event.type == PLM_EVENT_FEED_STATE)
			status = event.u.feed_state.status;
	return status;
}

static void
try_file_memory(pli_fault_point point)
{
	plm_fault fault = {0};
	pli_engine *engine = engine_make();
	arm_point(point);
	assert_int_equal(engine_watch(engine, &fault), PLM_ENOMEM);
	assert_true(fault.text[0] != '\0');
	pli_engine_destroy(engine);
}

static void
file_fails(pli_fault_point point)
{
	plm_fault fault = {0};
	pli_engine *engine = engine_make();
	assert_int_equal(engine_watch(engine, &fault), PLM_OK);
	arm_point(point);
	assert_int_not_equal(engine_turn(engine, 1000), PLM_FEED_LIVE);
	assert_int_equal(engine_turn(engine, 1000), PLM_FEED_LIVE); /* the very same file */
	pli_engine_destroy(engine);
}

static void
try_commands_full(pli_fault_point point)
{
	plm_event event;
	pli_engine *engine = engine_make();
	plm_event_init(&event, PLM_EVENT_ACKNOWLEDGEMENT);
	arm_point(point);
	assert_int_equal(pli_engine_command(engine, &event), PLM_EFULL);
	assert_int_equal(pli_engine_command(engine, &event), PLM_OK);
	pli_engine_destroy(engine);
}

static void
try_capture_memory(pli_fault_point point)
{
	pli_engine *engine = engine_make();
	arm_point(point);
	assert_null(pli_capture_create(pli_engine_core(engine), pli_engine_registry(engine)));
	pli_engine_destroy(engine);
}

static void
try_bytes_memory(pli_fault_point point)
{
	pli_bytes bytes = {.max = 1000};
	arm_point(point);
	assert_int_equal(pli_bytes_append(&bytes, "x", 1), PLM_ENOMEM);
	assert_int_equal(pli_bytes_append(&bytes, "x", 1), PLM_OK);
	pli_bytes_release(&bytes);
}

/* Sockets */

static void
net_fails(pli_fault_point point)
{
	pli_net net;
	plm_fault fault = {0};
	arm_point(point);
	assert_int_equal(pli_io_net_create(&net, &fault), PLM_ENOMEM);
	assert_true(fault.text[0] != '\0');
	assert_int_equal(pli_io_net_create(&net, &fault), PLM_OK);
	pli_io_net_destroy(&net);
}

static void
server_fails(pli_fault_point point)
{
	pli_server server;
	plm_fault fault = {0};
	arm_point(point);
	assert_int_equal(pli_io_server_create(NULL, &server, &fault), PLM_ENOMEM);
	assert_true(fault.text[0] != '\0');
	assert_int_equal(pli_io_server_create(NULL, &server, &fault), PLM_OK);
	pli_io_server_destroy(&server);
}

static void
lookup_wake(void *ctx)
{
	(void)ctx;
}

static void
lookup_fails(pli_fault_point point)
{
	pli_lookup *lookup = NULL;
	arm_point(point);
	assert_int_equal(pli_lookup_create("localhost", lookup_wake, NULL, &lookup), PLM_ENOMEM);
	assert_null(lookup);
}

static rig sockets;

static void
try_ws_memory(pli_fault_point point)
{
	rig_up(&sockets, NULL, NULL, NULL);
	pli_ws_target target = {.url = sockets.url, .frame_bytes_max = 1000};
	arm_point(point);
	assert_int_equal(sockets.net.ws_open(sockets.net.ctx, 1, &target), PLM_ENOMEM);
	rig_open(&sockets, 1, NULL, NULL);
	rig_down(&sockets);
}

static plm_err
http_get(uint32_t id)
{
	char url[64];
	(void)snprintf(url, sizeof url, "http://127.0.0.1:%u/x", sockets.port);
	pli_http_out out = {
	    .method = "GET", .url = url, .timeout_ms = TRY_MS, .body_bytes_max = 1000};
	return sockets.net.http_send(sockets.net.ctx, id, &out);
}

static void
try_http_memory(pli_fault_point point)
{
	rig_up(&sockets, NULL, NULL, NULL);
	arm_point(point);
	assert_int_equal(http_get(1), PLM_ENOMEM);
	rig_down(&sockets);
}

/* One answer without a status; the next request is answered as ever. */
static void
http_fails(pli_fault_point point)
{
	rig_up(&sockets, NULL, NULL, NULL);
	sockets.answer = (pli_http_answer){.status = 200, .content_type = "text/plain"};
	arm_point(point);
	assert_int_equal(http_get(1), PLM_OK);
	assert_true(rig_until(&sockets, &sockets.seen[1].replies, 1, 2 * TRY_MS));
	assert_int_equal(sockets.seen[1].status, 0);
	assert_int_not_equal(sockets.seen[1].reply_err, PLM_OK);
	assert_int_equal(http_get(2), PLM_OK);
	assert_true(rig_until(&sockets, &sockets.seen[2].replies, 1, 2 * TRY_MS));
	assert_int_equal(sockets.seen[2].status, 200);
	rig_down(&sockets);
}

/* The rows */

static const struct {
	pli_fault_point point;
	void (*attempt)(pli_fault_point point);
} rows[] = {
    {PLI_FAULT_POINT_JOURNAL_READER, try_journal_reader},
    {PLI_FAULT_POINT_JOURNAL_READ, try_journal_read},
    {PLI_FAULT_POINT_JOURNAL_TAIL, try_journal_tail},
    {PLI_FAULT_POINT_BAN_READ, try_ban_read},
    {PLI_FAULT_POINT_FILE_MEMORY, try_file_memory},
    {PLI_FAULT_POINT_FILE_FACTS, file_fails},
    {PLI_FAULT_POINT_FILE_OPEN, file_fails},
    {PLI_FAULT_POINT_FILE_READ, file_fails},
    {PLI_FAULT_POINT_CAPTURE_MEMORY, try_capture_memory},
    {PLI_FAULT_POINT_COMMANDS_FULL, try_commands_full},
    {PLI_FAULT_POINT_BYTES_MEMORY, try_bytes_memory},
    {PLI_FAULT_POINT_DISK_OPEN, try_disk_open},
    {PLI_FAULT_POINT_DISK_APPEND, disk_writes},
    {PLI_FAULT_POINT_DISK_SYNC, disk_writes},
    {PLI_FAULT_POINT_DISK_RENAME, try_disk_rename},
    {PLI_FAULT_POINT_LOOP_CONTEXT, net_fails},
    {PLI_FAULT_POINT_NET_MEMORY, net_fails},
    {PLI_FAULT_POINT_NET_HTTP, net_fails},
    {PLI_FAULT_POINT_LOOKUP_MEMORY, lookup_fails},
    {PLI_FAULT_POINT_LOOKUP_THREAD, lookup_fails},
    {PLI_FAULT_POINT_WS_MEMORY, try_ws_memory},
    {PLI_FAULT_POINT_HTTP_MEMORY, try_http_memory},
    {PLI_FAULT_POINT_HTTP_EASY, http_fails},
    {PLI_FAULT_POINT_HTTP_POLL, http_fails},
    {PLI_FAULT_POINT_SERVER_MEMORY, server_fails},
    {PLI_FAULT_POINT_SERVER_PEERS, server_fails},
    {PLI_FAULT_POINT_SERVER_PEER, http_fails},
    {PLI_FAULT_POINT_SERVER_HEAD, http_fails},
};

static void
test_io_real_points__each_is_answered_as_promised(void **state)
{
	bool tried[PLI_FAULT_POINT_COUNT] = {false};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("# %s\n", pli_fault_point_name(rows[i].point));
		folder_make();
		rows[i].attempt(rows[i].point);
		assert_int_equal(pli_fault_point_failed(rows[i].point), 1);
		pli_fault_points_arm(NULL, NULL);
		folder_remove();
		tried[rows[i].point] = true;
	}
	for (int i = 0; i < PLI_FAULT_POINT_COUNT; i++) {
		bool real = pli_fault_point_where_of((pli_fault_point)i) == PLI_FAULT_POINT_AT_REAL;
		if (real && !tried[i])
			print_error(
			    "%s is tried by no test\n", pli_fault_point_name((pli_fault_point)i));
		assert_true(!real || tried[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_io_real_points__each_is_answered_as_promised),
	};
	return cmocka_run_group_tests_name("real_points", tests, NULL, NULL);
}
