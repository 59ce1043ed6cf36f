/* hub_stream_test.c: snapshot, changes, opened nodes, alerts, slow clients. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hub_rig.h"

static bool
last_has_row(hub_rig *rig, uint32_t id, const char *key)
{
	char text[128];
	const rig_client *client = &rig->clients[id];

	(void)snprintf(text, sizeof text, "{\"key\":\"%s\"", key);
	return client->count > 0 && strstr(client->messages[client->count - 1], text) != NULL;
}

static void
test_snapshot_then_changes(void **state)
{
	hub_rig *rig = *state;

	assert_true(rig_connect(rig, 1, "by=underlying"));
	rig_turn(rig, 100);
	assert_int_equal(rig->clients[1].count, 1);
	assert_true(rig_last(rig, 1));
	assert_true(rig_text_is(rig, "type", "snapshot"));
	assert_int_equal(rig_length(rig, rig_node(rig, "rows")), 5);
	double sequence = rig_number(rig, "sequence");
	script_position(&rig->script, ACCOUNT_DESK, INSTRUMENT_BTCUSDT, "-1", rig->now_ns);
	rig_turn(rig, 100);
	assert_int_equal(rig->clients[1].count >= 2, true);
	assert_true(rig_last(rig, 1));
	assert_true(rig_text_is(rig, "type", "change"));
	assert_true(rig_number(rig, "sequence") > sequence);
	assert_true(last_has_row(rig, 1, "BTC"));
	assert_false(last_has_row(rig, 1, "ETH"));
}

static void
test_nothing_new_is_not_sent(void **state)
{
	hub_rig *rig = *state;

	assert_true(rig_connect(rig, 1, ""));
	rig_turn(rig, 100);
	assert_int_equal(rig->clients[1].sent, 1);
	for (int i = 0; i < 8; i++)
		rig_turn(rig, 100);
	assert_int_equal(rig->clients[1].sent, 1);
}

static void
test_changes_rebuild_the_snapshot(void **state)
{
	hub_rig *rig = *state;
	static char net[8][64];

	assert_true(rig_connect(rig, 1, "by=underlying"));
	for (int i = 0; i < 30; i++)
		rig_step(rig, 100);
	/* The last value sent for BTC must be the one that a request shows. */
	assert_int_equal(rig_get(rig, "/v1/exposure"), 200);
	const char *shown = strstr(rig->answer, "\"net_usd\":");
	assert_non_null(shown);
	(void)snprintf(net[0], sizeof net[0], "%.*s", (int)strcspn(shown, ","), shown);
	assert_true(last_has_row(rig, 1, "BTC"));
	const char *last = rig->clients[1].messages[rig->clients[1].count - 1];
	const char *row = strstr(last, "{\"key\":\"BTC\"");
	assert_non_null(strstr(row, net[0]));
}

static void
test_tree_opens_and_closes(void **state)
{
	hub_rig *rig = *state;

	assert_true(rig_connect(rig, 1, "by=underlying,venue,account&levels=all&legs=true"));
	rig_turn(rig, 100);
	assert_true(last_has_row(rig, 1, "BTC"));
	assert_false(last_has_row(rig, 1, "BTC/deribit"));
	rig_say(rig, 1, "{\"type\":\"open\",\"keys\":[\"BTC\",\"BTC/deribit\"]}");
	rig_turn(rig, 100);
	assert_true(last_has_row(rig, 1, "BTC/deribit"));
	assert_true(last_has_row(rig, 1, "BTC/deribit/options-1"));
	assert_false(last_has_row(rig, 1, "ETH/binance"));
	rig_say(rig, 1, "{\"type\":\"open\",\"keys\":[\"BTC/deribit/options-1\"]}");
	rig_turn(rig, 100);
	assert_non_null(strstr(rig->clients[1].messages[rig->clients[1].count - 1],
	    "\"instrument\":\"BTC-PERPETUAL\""));
	rig_say(rig, 1,
	    "{\"type\":\"close\",\"keys\":[\"BTC\",\"BTC/deribit\",\"BTC/deribit/options-1\"]}");
	rig_step(rig, 200);
	assert_true(last_has_row(rig, 1, "BTC"));
	assert_false(last_has_row(rig, 1, "BTC/deribit"));
	rig_say(rig, 1, "{\"type\":\"open\",\"keys\":[\"BTC\"]}");
	rig_turn(rig, 200);
	assert_true(last_has_row(rig, 1, "BTC/deribit"));
}

static void
test_closed_positions_are_removed(void **state)
{
	hub_rig *rig = *state;

	assert_true(rig_connect(rig, 1, "by=underlying,account&derivatives_only=true"));
	rig_turn(rig, 100);
	assert_true(last_has_row(rig, 1, "ETH/desk-a"));
	script_position(&rig->script, ACCOUNT_DESK, INSTRUMENT_ETHUSDT, "0", rig->now_ns);
	rig_turn(rig, 100);
	assert_true(rig_last(rig, 1));
	assert_int_equal(rig_length(rig, rig_node(rig, "removed")), 1);
	assert_non_null(strstr(
	    rig->clients[1].messages[rig->clients[1].count - 1], "\"removed\":[\"ETH/desk-a\"]"));
}

static void
test_alerts_do_not_wait(void **state)
{
	hub_rig *rig = *state;

	assert_true(rig_connect(rig, 1, ""));
	rig_turn(rig, 100);
	rig_forget(rig, 1);
	script_position(&rig->script, ACCOUNT_DESK, INSTRUMENT_BTCUSDT, "-1", rig->now_ns);
	assert_true(rig->clients[1].count >= 1);
	assert_true(rig_last(rig, 1));
	assert_true(rig_text_is(rig, "type", "alert"));
	assert_true(rig_text_is(rig, "alert.kind", "breach"));
	assert_true(rig_text_is(rig, "alert.scope_name", "BTC"));
}

/* Messages of that type among what the client got since it was forgotten. */
static uint32_t
count_type(const hub_rig *rig, uint32_t id, const char *type)
{
	char text[40];
	uint32_t count = 0;

	(void)snprintf(text, sizeof text, "{\"type\":\"%s\"", type);
	for (uint32_t i = 0; i < rig->clients[id].count; i++)
		count += strncmp(rig->clients[id].messages[i], text, strlen(text)) == 0;
	return count;
}

/* A net goes from band to band, always farther: each change is an alert; notices are fewer, and the
 * last tells of what came since the first. */
static void
test_notices_are_gathered_for_who_asks(void **state)
{
	static const char *const sizes[] = {"9", "-30", "60", "-100", "160"};
	hub_rig *rig = *state;
	uint32_t alerts = 0, notices = 0;

	assert_true(rig_connect(rig, 1, "notices=true"));
	assert_true(rig_connect(rig, 2, ""));
	rig_turn(rig, 31000);
	for (uint32_t i = 0; i < 5; i++) {
		rig_forget(rig, 1);
		rig_forget(rig, 2);
		script_position(
		    &rig->script, ACCOUNT_DESK, INSTRUMENT_BTCUSDT, sizes[i], rig->now_ns);
		rig_turn(rig, 1000);
		assert_int_equal(count_type(rig, 2, "notice"), 0);
		assert_int_equal(count_type(rig, 2, "alert"), count_type(rig, 1, "alert"));
		alerts += count_type(rig, 1, "alert");
		notices += count_type(rig, 1, "notice");
	}
	assert_true(alerts >= 5);
	assert_true(notices >= 1 && notices < alerts);
	rig_forget(rig, 1);
	rig_turn(rig, 31000);
	assert_true(count_type(rig, 1, "notice") >= 1);
}

static void
test_slow_client_is_bounded_and_closed(void **state)
{
	hub_rig *rig = *state;

	assert_true(rig_connect(rig, 1, "by=underlying"));
	assert_true(rig_connect(rig, 2, "by=underlying"));
	rig_turn(rig, 100);
	rig->clients[1].backlog = 1 << 20;
	uint64_t before = rig->clients[1].sent, healthy = rig->clients[2].sent;
	for (int i = 0; i < 95; i++)
		rig_step(rig, 100);
	assert_int_equal(rig->clients[1].sent, before);
	assert_true(rig->clients[2].sent > healthy + 80);
	assert_false(rig->clients[1].disconnected);
	/* It reads again: one message with the newest values, not ninety. */
	rig->clients[1].backlog = 0;
	rig_step(rig, 100);
	assert_int_equal(rig->clients[1].sent, before + 1);
	rig->clients[1].backlog = 1 << 20;
	for (int i = 0; i < 105; i++)
		rig_step(rig, 100);
	assert_true(rig->clients[1].disconnected);
	assert_true(rig_last(rig, 1));
	assert_true(rig_text_is(rig, "type", "closed"));
	assert_true(rig_node(rig, "reason") != 0);
	assert_false(rig->clients[2].disconnected);
}

static void
test_bad_streams_and_messages(void **state)
{
	static const char *const messages[] = {"", "{", "[]", "{\"type\":\"open\"}",
	    "{\"type\":\"open\",\"keys\":7}", "{\"type\":\"open\",\"keys\":[1,null,{}]}",
	    "{\"type\":\"trade\",\"keys\":[\"BTC\"]}", "\xff\xfe"};
	hub_rig *rig = *state;
	const pli_http_in foreign = {.method = PLM_SLICE("GET"),
	    .path = PLM_SLICE("/v1/stream"),
	    .host = PLM_SLICE("localhost:8470"),
	    .origin = PLM_SLICE("https://evil.example")};

	assert_false(rig_connect(rig, 1, "by=colour"));
	assert_false(rig_connect(rig, 1, "scope=venue:ftx"));
	assert_false(rig->handler.on_connect(rig->handler.ctx, 1, &foreign));
	assert_true(rig_connect(rig, 1, ""));
	for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++)
		rig_say(rig, 1, messages[i]);
	rig_say(rig, 7, "{\"type\":\"open\",\"keys\":[\"BTC\"]}");
	rig_turn(rig, 100);
	assert_int_equal(rig->clients[1].sent, 1);
	rig->handler.on_disconnect(rig->handler.ctx, 1);
	rig->handler.on_disconnect(rig->handler.ctx, 1);
	rig_step(rig, 100);
	assert_int_equal(rig->clients[1].sent, 1);
}

static void
test_large_book_comes_in_parts(void **state)
{
	hub_rig *rig = calloc(1, sizeof *rig);

	(void)state;
	rig_init(rig, 200);
	assert_true(rig_connect(rig, 1, "by=underlying,account&levels=all&open=all&legs=true"));
	rig_turn(rig, 100);
	uint32_t rows = 0;
	for (uint32_t i = 0; i < rig->clients[1].count; i++) {
		const char *text = rig->clients[1].messages[i];
		for (const char *at = text; (at = strstr(at, "{\"key\":")) != NULL; at++)
			rows++;
		assert_int_equal(
		    strstr(text, "\"more\":true") != NULL, i + 1 < rig->clients[1].count);
	}
	assert_true(rig->clients[1].count > 3);
	/* 200 accounts x 3 assets and the script's own, each as a node and as a leg. */
	assert_true(rows > 1200);
	rig_fini(rig);
	free(rig);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_snapshot_then_changes, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(test_nothing_new_is_not_sent, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(
		test_changes_rebuild_the_snapshot, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(test_tree_opens_and_closes, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(
		test_closed_positions_are_removed, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(test_alerts_do_not_wait, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(
		test_notices_are_gathered_for_who_asks, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(
		test_slow_client_is_bounded_and_closed, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(test_bad_streams_and_messages, rig_setup, rig_teardown),
	    cmocka_unit_test(test_large_book_comes_in_parts),
	};
	return cmocka_run_group_tests_name("hub_stream", tests, NULL, NULL);
}
