/* hub_routes_test.c: who may ask, what for, and what errors say; routes against openapi.yaml. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hub_rig.h"

static void
test_every_route_answers(void **state)
{
	static const char *const paths[] = {"/v1/exposure", "/v1/exposure/BTC/proof",
	    "/v1/accounts", "/v1/positions", "/v1/feeds", "/v1/limits", "/v1/alerts", "/v1/surface",
	    "/v1/margin", "/v1/margin/desk-a", "/v1/margin/cold%20vault",
	    "/v1/cascade?move=BTC=-50%25", "/v1/cascade?move=all%3D%2B20%25"};
	hub_rig *rig = *state;

	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		assert_int_equal(rig_get(rig, paths[i]), 200);
		assert_string_equal(rig->content_type, "application/json");
		rig_json(rig);
		assert_true(rig_number(rig, "as_of_ns") > 0);
		assert_true(rig_number(rig, "sequence") > 0);
	}
	assert_int_equal(rig_get(rig, "/v1/stream"), 426);
	assert_int_equal(rig_get(rig, "/"), 200);
	assert_string_equal(rig->content_type, "text/html; charset=utf-8");
}

static void
test_errors_are_sentences(void **state)
{
	static const struct {
		const char *path;
		uint32_t status;
		const char *says;
	} rows[] = {
	    {"/v1/exposure?by=colour", 400, "'colour' is nothing to group by"},
	    {"/v1/exposure?tier=desk", 400, "leg, pool, account, venue or book"},
	    {"/v1/exposure?scope=venue:ftx", 404, "no venue named 'ftx'"},
	    {"/v1/exposure?scope=planet:earth", 400, "is no scope"},
	    {"/v1/exposure?teir=book", 400, "'teir' is no parameter"},
	    {"/v1/exposure/DOGE/proof", 404, "no underlying named 'DOGE'"},
	    {"/v1/exposure/BTC/prove", 404, "UNDERLYING/proof"},
	    {"/v1/margin/nobody", 404, "no account named 'nobody'"},
	    {"/v1/margin/cold%2", 404, "no account named 'cold%2'"},
	    {"/v1/cascade", 400, "?move=ASSET=PERCENT"},
	    {"/v1/cascade?move=BTC", 400, "expected \\\"ASSET=MOVE\\\""},
	    {"/v1/cascade?move=BTC=-50", 400, "in per cent"},
	    {"/v1/cascade?move=BTC=-100%25", 400, "cannot be"},
	    {"/v1/cascade?move=DOGE=-50%25", 404, "no asset"},
	    {"/v1/cascade?move=USD=-5%25", 400, "USD"},
	    {"/v1/cascade?mvoe=BTC=-50%25", 400, "'mvoe' is no parameter here; expected move"},
	    {"/v1/nothing", 404, "openapi.yaml"},
	    {"/v1/alerts/ack", 405, "POST"},
	    {"/v1/whatif", 405, "POST"},
	};
	hub_rig *rig = *state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(rig_get(rig, rows[i].path), rows[i].status);
		rig_json(rig);
		assert_true(rig_node(rig, "error.code") != 0);
		if (strstr(rig->answer, rows[i].says) == NULL)
			fail_msg("%s: %s", rows[i].path, rig->answer);
	}
}

static void
test_foreign_hosts_and_origins(void **state)
{
	hub_rig *rig = *state;
	const char *body = "{\"limit_id\":1,\"transition\":1,\"scope_name\":\"\"}";

	assert_int_equal(rig_ask(rig, "GET", "/v1/feeds", NULL, "evil.example:8470", NULL), 421);
	assert_int_equal(rig_ask(rig, "GET", "/v1/feeds", NULL, "", NULL), 421);
	assert_int_equal(
	    rig_ask(rig, "GET", "/v1/feeds", NULL, "127.0.0.1.evil.example", NULL), 421);
	assert_int_equal(rig_ask(rig, "GET", "/v1/feeds", NULL, "localhost", NULL), 200);
	assert_int_equal(rig_ask(rig, "GET", "/v1/feeds", NULL, "[::1]:8470", NULL), 200);
	assert_int_equal(
	    rig_ask(rig, "POST", "/v1/alerts/ack", body, "localhost:8470", "http://evil.example"),
	    403);
	assert_int_equal(
	    rig_ask(rig, "POST", "/v1/alerts/ack", body, "localhost:8470", "null"), 403);
	assert_int_equal(
	    rig_ask(rig, "POST", "/v1/alerts/ack", body, "localhost:8470", "http://localhost:9999"),
	    403);
	assert_int_equal(rig->commands_count, 0);
	assert_int_equal(
	    rig_ask(rig, "POST", "/v1/alerts/ack", body, "localhost:8470", "http://localhost:8470"),
	    202);
	assert_int_equal(rig->commands_count, 1);
}

static void
test_acknowledge(void **state)
{
	hub_rig *rig = *state;
	const char *host = "127.0.0.1:8470";

	assert_int_equal(rig_get(rig, "/v1/alerts"), 200);
	rig_json(rig);
	uint32_t alerts = rig_node(rig, "alerts");
	assert_true(rig_length(rig, alerts) >= 1);
	assert_int_equal(rig_ask(rig, "POST", "/v1/alerts/ack", "{\"limit_id\":", host, NULL), 400);
	assert_int_equal(
	    rig_ask(rig, "POST", "/v1/alerts/ack", "{\"limit_id\":-4}", host, NULL), 400);
	assert_int_equal(rig_ask(rig, "POST", "/v1/alerts/ack",
			     "{\"limit_id\":9,\"transition\":1,\"scope_name\":\"\"}", host, NULL),
	    404);
	rig->command_err = PLM_EFULL;
	assert_int_equal(rig_ask(rig, "POST", "/v1/alerts/ack",
			     "{\"limit_id\":1,\"transition\":1,\"scope_name\":\"\"}", host, NULL),
	    503);
	rig->command_err = PLM_OK;
	assert_int_equal(rig_ask(rig, "POST", "/v1/alerts/ack",
			     "{\"limit_id\":1,\"transition\":1,\"who\":\"anna\"}", host, NULL),
	    202);
	assert_string_equal(rig->commands[0].u.acknowledgement.who, "anna");
	rig_turn(rig, 100);
	assert_int_equal(rig_get(rig, "/v1/alerts"), 200);
	assert_non_null(strstr(rig->answer, "\"acknowledged\":true"));
}

/* Supposes, answers, and leaves everything as it was. */
static void
test_whatif(void **state)
{
	static const struct {
		const char *body;
		uint32_t status;
		const char *says;
	} rows[] = {
	    {"", 400, "expected"},
	    {"{}", 400, "nothing is supposed"},
	    {"{\"moves\":{\"BTC\":-10}}", 400, "moves.BTC: expected a text such as"},
	    {"{\"moves\":{\"BTX\":\"-10%\"}}", 404, "did you mean"},
	    {"{\"trades\":[{\"account\":\"desk-b\",\"symbol\":\"BTCUSDT\",\"quantity\":1}]}", 404,
		"trades[0]: there is no account"},
	};
	const char *body = "{\"trades\":[{\"account\":\"desk-a\",\"symbol\":\"BTCUSDT\","
			   "\"quantity\":-2}],\"moves\":{\"BTC\":\"-10%\"}}";
	const char *host = "127.0.0.1:8470";
	hub_rig *rig = *state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(
		    rig_ask(rig, "POST", "/v1/whatif", rows[i].body, host, NULL), rows[i].status);
		if (strstr(rig->answer, rows[i].says) == NULL)
			fail_msg("%s: %s", rows[i].body, rig->answer);
	}
	assert_int_equal(
	    rig_ask(rig, "POST", "/v1/whatif", body, host, "http://evil.example"), 403);
	assert_int_equal(rig_get(rig, "/v1/exposure"), 200);
	rig_json(rig);
	double net_usd = rig_number(rig, "total.net_usd");
	assert_int_equal(rig_ask(rig, "POST", "/v1/whatif", body, host, NULL), 200);
	rig_json(rig);
	assert_true(rig_number(rig, "before.net_usd") == net_usd);
	assert_true(rig_number(rig, "after.net_usd") != net_usd);
	assert_int_equal(rig_length(rig, rig_node(rig, "pools")), 2);
	assert_true(rig_number(rig, "pools_unchanged") == 0);
	assert_non_null(strstr(rig->answer, "mark price is not known"));
	assert_non_null(strstr(rig->answer, "\"pct\":-10}"));
	assert_int_equal(rig->commands_count, 0);
	assert_int_equal(rig_get(rig, "/v1/exposure"), 200);
	rig_json(rig);
	assert_true(rig_number(rig, "total.net_usd") == net_usd);
}

static void
test_headers(void **state)
{
	hub_rig *rig = *state;

	assert_int_equal(rig_get(rig, "/"), 200);
	assert_non_null(strstr(rig->headers, "default-src 'none'"));
	assert_non_null(strstr(rig->headers, "require-trusted-types-for 'script'"));
	assert_null(strstr(rig->headers, "unsafe"));
	assert_non_null(strstr(rig->headers, "nosniff"));
	assert_int_equal(rig_get(rig, "/v1/nothing"), 404);
	assert_non_null(strstr(rig->headers, "no-store"));
}

static void
test_health(void **state)
{
	hub_rig *rig = *state;

	assert_int_equal(rig_get(rig, "/healthz"), 200);
	script_feed(&rig->script, ACCOUNT_OPTIONS, PLM_FEED_STALE, "nothing heard for 12 s");
	assert_int_equal(rig_get(rig, "/healthz"), 503);
	assert_non_null(strstr(rig->answer, "options-1 is stale: nothing heard for 12 s"));
	script_feed(&rig->script, ACCOUNT_OPTIONS, PLM_FEED_LIVE, "");
	script_limit_extra(&rig->script, SCRIPT_LIMITS_MAX);
	assert_int_equal(rig_get(rig, "/healthz"), 200);
	script_limit_extra(&rig->script, SCRIPT_LIMITS_MAX + 1);
	assert_int_equal(rig_get(rig, "/healthz"), 503);
	assert_non_null(strstr(rig->answer, "some are not watched"));
	assert_null(strstr(rig->answer, "journal"));
	rig->journal_failing = true;
	assert_int_equal(rig_get(rig, "/healthz"), 503);
	assert_non_null(strstr(rig->answer, "no space left"));
}

static char *
read_file(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = calloc(1, 200000);

	assert_non_null(file);
	assert_true(fread(text, 1, 199999, file) > 0);
	(void)fclose(file);
	return text;
}

static void
test_openapi_has_every_route(void **state)
{
	static const struct {
		const char *method;
		const char *path;
	} rows[] = {
#define R(method, path, handler, help) {method, path},
#include "api/routes.def"
#undef R
	};
	char *text = read_file(PLM_SOURCE_ROOT "/docs/reference/openapi.yaml");
	uint32_t described = 0;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char line[96];
		(void)snprintf(line, sizeof line, "\n  %s:\n    %s:\n",
		    strcmp(rows[i].path, "/v1/exposure/*") == 0 ? "/v1/exposure/{underlying}/proof"
		    : strcmp(rows[i].path, "/v1/margin/*") == 0 ? "/v1/margin/{account}"
								: rows[i].path,
		    strcmp(rows[i].method, "GET") == 0 ? "get" : "post");
		if (strstr(text, line) == NULL)
			fail_msg("openapi.yaml lacks %s %s", rows[i].method, rows[i].path);
	}
	for (const char *at = text; (at = strstr(at, "\n  /")) != NULL; at++)
		described++;
	assert_int_equal(described, sizeof rows / sizeof rows[0]);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_every_route_answers, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(test_errors_are_sentences, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(
		test_foreign_hosts_and_origins, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(test_acknowledge, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(test_whatif, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(test_headers, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(test_health, rig_setup, rig_teardown),
	    cmocka_unit_test(test_openapi_has_every_route),
	};
	return cmocka_run_group_tests_name("hub_routes", tests, NULL, NULL);
}
