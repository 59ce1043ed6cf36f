/* recorder_test.c: what comes in is written first, without what is secret; a disk that fails stops
 * it and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/recorder.h"
#include "venue/venues.h"

/* A net and a disk by hand, and what the engine behind was told. */
typedef struct bench {
	plm_time_ns wall_ns;
	pli_clock clock;
	pli_net net;
	pli_disk disk;
	pli_net_handler under; /* what the recorder set */
	bool exists;
	plm_err disk_err;
	char file[8192];
	size_t file_size;
	uint32_t frames, replies;
	uint32_t synced, closed;
	pli_recorder *recorder;
	plm_fault fault;
} bench;

static plm_time_ns
bench_wall(void *ctx)
{
	return ((bench *)ctx)->wall_ns;
}

static plm_err
bench_http_send(void *ctx, uint32_t request, const pli_http_out *out)
{
	(void)ctx;
	(void)request;
	(void)out;
	return PLM_OK;
}

static void
bench_set_handler(void *ctx, const pli_net_handler *handler)
{
	((bench *)ctx)->under = *handler;
}

static plm_err
bench_facts(void *ctx, const char *path, pli_file_facts *ret_facts)
{
	(void)path;
	(void)ret_facts;
	return ((bench *)ctx)->exists ? PLM_OK : PLM_ENOTFOUND;
}

static plm_err
bench_open(void *ctx, const char *path, pli_file_mode mode, pli_file *ret_file)
{
	(void)path;
	assert_int_equal(mode, PLI_FILE_CREATE);
	*ret_file = (pli_file){3};
	return ((bench *)ctx)->disk_err;
}

static plm_err
bench_append(void *ctx, pli_file file, const void *bytes, size_t size)
{
	bench *b = ctx;
	(void)file;
	if (b->disk_err != PLM_OK)
		return b->disk_err;
	assert_true(b->file_size + size < sizeof b->file);
	memcpy(b->file + b->file_size, bytes, size);
	b->file_size += size;
	return PLM_OK;
}

static plm_err
bench_sync(void *ctx, pli_file file)
{
	(void)file;
	((bench *)ctx)->synced++;
	return PLM_OK;
}

static void
bench_close(void *ctx, pli_file file)
{
	(void)file;
	((bench *)ctx)->closed++;
}

static void
engine_on_frame(void *ctx, uint32_t conn, plm_slice frame, plm_time_ns received_time_ns)
{
	bench *b = ctx;
	(void)conn;
	(void)received_time_ns;
	assert_true(frame.size > 0);
	b->frames++;
}

static void
engine_on_reply(void *ctx, uint32_t request, const pli_http_reply *reply)
{
	(void)request;
	(void)reply;
	((bench *)ctx)->replies++;
}

static plm_err
bench_account(bench *b, const plm_venue_desc *desc, const char *name, const char *secret)
{
	pli_account_config account = {
	    .desc = desc, .name = name, .key = "the-key", .secret = secret};
	return pli_recorder_account(b->recorder, &account, &b->fault);
}

static void
bench_init(bench *b)
{
	*b = (bench){.wall_ns = 1800000000 * PLM_NS_PER_S};
	b->clock = (pli_clock){.wall_ns = bench_wall, .ctx = b};
	b->net = (pli_net){
	    .http_send = bench_http_send, .set_handler = bench_set_handler, .ctx = b};
	b->disk = (pli_disk){.open = bench_open,
	    .close = bench_close,
	    .append = bench_append,
	    .sync = bench_sync,
	    .facts = bench_facts,
	    .ctx = b};
}

static void
bench_start(bench *b)
{
	bench_init(b);
	pli_recorder_config config = {&b->net, &b->clock, &b->disk, "a.capture"};
	assert_int_equal(pli_recorder_create(&config, &b->recorder, &b->fault), PLM_OK);
	assert_int_equal(bench_account(b, &pli_venue_deribit, "desk", "the-secret"), PLM_OK);
	assert_int_equal(bench_account(b, &pli_venue_binance, "main", "another-secret"), PLM_OK);
	const pli_net *net = pli_recorder_net(b->recorder);
	pli_net_handler handler = {
	    .on_frame = engine_on_frame, .on_reply = engine_on_reply, .ctx = b};
	net->set_handler(net->ctx, &handler);
}

/* conn 1 is the first account's link 0, 5 the second's. */
static void
bench_frame(bench *b, uint32_t conn, const char *text)
{
	b->wall_ns += PLM_NS_PER_S;
	b->under.on_frame(b->under.ctx, conn, plm_slice_of(text), b->wall_ns);
}

static void
bench_reply(bench *b, const char *url, uint32_t status, const char *body)
{
	const pli_net *net = pli_recorder_net(b->recorder);
	uint32_t id = 1 << 20 | 7;
	pli_http_out out = {.method = "GET", .url = url};
	pli_http_reply reply = {.status = status, .body = plm_slice_of(body), .text = ""};
	assert_int_equal(net->http_send(net->ctx, id, &out), PLM_OK);
	b->under.on_reply(b->under.ctx, id, &reply);
}

/* What is in the file; ends the recording. */
static const char *
bench_end(bench *b)
{
	assert_int_equal(pli_recorder_close(b->recorder), PLM_OK);
	b->file[b->file_size] = '\0';
	pli_recorder_destroy(b->recorder);
	assert_int_equal(b->synced, 1);
	assert_int_equal(b->closed, 1);
	return b->file;
}

static void
test_recorder__messages_and_answers_become_lines(void **state)
{
	(void)state;
	bench b;
	bench_start(&b);
	bench_frame(&b, 1, "{\"a\":\n[1.50]}");
	bench_reply(&b, "https://host:1/fapi/v3/account?timestamp=1&signature=ab", 200, "{}");
	bench_reply(&b, "https://host/fapi/v3/account", 429, "{\"code\":-1003}");
	bench_reply(&b, "https://host/fapi/v3/account", 0, "");
	assert_int_equal(b.frames, 1);
	assert_int_equal(b.replies, 3);
	assert_int_equal(pli_recorder_counters_get(b.recorder).lines, 3);
	assert_string_equal(bench_end(&b),
	    "{\"time\":\"2027-01-15T08:00:01Z\",\"venue\":\"deribit\",\"account\":\"desk\","
	    "\"payload\":{\"a\": [1.50]}}\n"
	    "{\"time\":\"2027-01-15T08:00:01Z\",\"venue\":\"binance\",\"account\":\"main\","
	    "\"channel\":\"fapi/v3/account\",\"payload\":{}}\n"
	    "{\"time\":\"2027-01-15T08:00:01Z\",\"venue\":\"binance\",\"account\":\"main\","
	    "\"channel\":\"fapi/v3/account\",\"status\":429,\"payload\":{\"code\":-1003}}\n");
}

static void
test_recorder__no_credential_is_in_the_file(void **state)
{
	(void)state;
	bench b;
	bench_start(&b);
	bench_frame(&b, 1, "{\"result\":{\"access_token\":\"token-of-today\"}}");
	bench_frame(
	    &b, 1, "{\"echo\":\"the-secret\",\"again\":\"token-of-today\",\"k\":\"the-key\"}");
	bench_frame(&b, 5, "{\"of another account\":\"the-secret another-secret\"}");
	bench_frame(&b, 5, "{\"access_token\":\"torn-tok");
	bench_reply(&b, "https://host/the-secret", 200, "{}");
	assert_int_equal(pli_recorder_counters_get(b.recorder).omitted, 1);
	const char *file = bench_end(&b);
	static const char *const secrets[] = {
	    "the-secret", "another-secret", "the-key", "token-of-today", "torn-tok"};
	for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++)
		assert_null(strstr(file, secrets[i]));
	assert_non_null(strstr(file, "\"omitted\":\"no JSON, 25 bytes\""));
}

/* Venues write it in small letters, and without the number of the account behind it. */
static void
test_recorder__no_address_is_in_the_file(void **state)
{
	(void)state;
	bench b;
	bench_start(&b);
	pli_account_config dydx = {
	    .desc = &pli_venue_dydx, .name = "d", .key = "dydx1an0address0of0somebody/0"};
	pli_account_config hyperliquid = {
	    .desc = &pli_venue_hyperliquid, .name = "h", .key = "0xABcdEF0123456789"};
	assert_int_equal(pli_recorder_account(b.recorder, &dydx, &b.fault), PLM_OK);
	assert_int_equal(pli_recorder_account(b.recorder, &hyperliquid, &b.fault), PLM_OK);
	bench_frame(
	    &b, 1, "{\"id\":\"dydx1an0address0of0somebody/0\",\"a\":\"0xabcdef0123456789\"}");
	bench_reply(&b, "https://host/v4/addresses/dydx1an0address0of0somebody/x", 200, "{}");
	bench_frame(&b, 1, "[\"0xABcdEF0123456789\"]");
	const char *file = bench_end(&b);
	assert_null(strstr(file, "somebody"));
	assert_null(strcasestr(file, "0xabcdef"));
}

static void
test_recorder__time_stands_still_while_the_clock_was_set_back(void **state)
{
	(void)state;
	bench b;
	bench_start(&b);
	bench_frame(&b, 1, "1");
	b.wall_ns -= 3600 * PLM_NS_PER_S;
	bench_frame(&b, 1, "2");
	const char *file = bench_end(&b);
	const char *second = strchr(file, '\n') + 1;
	assert_int_equal(strncmp(second, file, strlen("{\"time\":\"2027-01-15T08:00:01Z\"")), 0);
}

static void
test_recorder__nothing_is_written_over(void **state)
{
	(void)state;
	bench b;
	bench_init(&b);
	b.exists = true;
	pli_recorder_config config = {&b.net, &b.clock, &b.disk, "a.capture"};
	assert_int_equal(pli_recorder_create(&config, &b.recorder, &b.fault), PLM_EINUSE);
	assert_non_null(strstr(b.fault.text, "choose another name"));
	b.exists = false;
	b.disk_err = PLM_EACCESS;
	assert_int_equal(pli_recorder_create(&config, &b.recorder, &b.fault), PLM_EACCESS);
	assert_int_equal(b.closed, 0);
}

static void
test_recorder__a_short_credential_is_refused(void **state)
{
	(void)state;
	bench b;
	bench_start(&b);
	assert_int_equal(bench_account(&b, &pli_venue_deribit, "third", "12345"), PLM_EARG);
	assert_non_null(strstr(b.fault.text, "under 6 bytes"));
	pli_recorder_destroy(b.recorder);
}

static void
test_recorder__a_disk_that_fails_is_told_and_the_engine_goes_on(void **state)
{
	(void)state;
	bench b;
	bench_start(&b);
	bench_frame(&b, 1, "1");
	assert_int_equal(pli_recorder_flush(b.recorder), PLM_OK);
	b.disk_err = PLM_ENOSPACE;
	bench_frame(&b, 1, "2");
	assert_int_equal(pli_recorder_flush(b.recorder), PLM_ENOSPACE);
	b.disk_err = PLM_OK;
	bench_frame(&b, 1, "3");
	assert_int_equal(b.frames, 3);
	assert_int_equal(pli_recorder_close(b.recorder), PLM_ENOSPACE);
	b.file[b.file_size] = '\0';
	assert_null(strchr(strchr(b.file, '\n') + 1, '\n')); /* one line alone */
	pli_recorder_destroy(b.recorder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_recorder__messages_and_answers_become_lines),
	    cmocka_unit_test(test_recorder__no_credential_is_in_the_file),
	    cmocka_unit_test(test_recorder__no_address_is_in_the_file),
	    cmocka_unit_test(test_recorder__time_stands_still_while_the_clock_was_set_back),
	    cmocka_unit_test(test_recorder__nothing_is_written_over),
	    cmocka_unit_test(test_recorder__a_short_credential_is_refused),
	    cmocka_unit_test(test_recorder__a_disk_that_fails_is_told_and_the_engine_goes_on),
	};
	return cmocka_run_group_tests_name("recorder", tests, NULL, NULL);
}
