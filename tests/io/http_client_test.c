/* http_client_test.c: REST requests of a pli_net, against a pli_server and raw peers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "raw_peer.h"
#include "rig.h"

enum { SECOND = 5000 };

static rig r;

static void
test_http_client__methods_query_and_body(void **state)
{
	(void)state;
	static const char *const methods[] = {"GET", "POST", "PUT", "DELETE"};
	rig_up(&r, NULL, NULL, NULL);
	for (uint32_t i = 0; i < 4; i++) {
		char wanted[256];
		plm_slice body = i == 0 ? (plm_slice){NULL, 0} : PLM_SLICE("{\"a\":1}");
		rig_get(&r, i, methods[i], "/fapi/v1/x?symbols=%5B%22A%22%5D&a=b%20c&t=1", body);
		assert_true(rig_until(&r, &r.seen[i].replies, 1, SECOND));
		assert_int_equal(r.seen[i].reply_err, PLM_OK);
		assert_int_equal(r.seen[i].status, 200);
		assert_true(plm_slice_equal(pli_bytes_slice(&r.seen[i].last), body));
		(void)snprintf(wanted, sizeof wanted,
		    "%s /fapi/v1/x?symbols=%%5B%%22A%%22%%5D&a=b%%20c&t=1 %zu", methods[i],
		    body.size);
		assert_string_equal(r.request_line, wanted);
	}
	assert_int_equal(r.requests, 4);
	rig_down(&r);
}

/* A PUT without a word on its length made the server wait, and what came behind it on the link. */
static void
test_http_client__a_call_without_a_body_holds_up_nothing(void **state)
{
	(void)state;
	static const char *const methods[] = {"POST", "PUT", "GET", "PUT", "DELETE", "GET"};
	rig_up(&r, NULL, NULL, NULL);
	for (uint32_t i = 0; i < 6; i++) {
		rig_get(&r, i, methods[i], "/x", (plm_slice){NULL, 0});
		assert_true(rig_until(&r, &r.seen[i].replies, 1, SECOND));
		assert_int_equal(r.seen[i].reply_err, PLM_OK);
		assert_int_equal(r.seen[i].status, 200);
	}
	rig_down(&r);
}

static void
test_http_client__headers_both_ways(void **state)
{
	(void)state;
	static const char *const answer_headers[] = {
	    "Retry-After: 7", "X-MBX-USED-WEIGHT-1M: 1201", NULL};
	static const char *const headers[] = {
	    "X-MBX-APIKEY: abc", "Authorization: Bearer x", "Origin: http://o", NULL};
	char url[64];
	rig_up(&r, NULL, NULL, NULL);
	r.answer.status = 429;
	r.answer.headers = answer_headers;
	(void)snprintf(url, sizeof url, "http://127.0.0.1:%u/", r.port);
	pli_http_out out = {.method = "GET", .url = url, .headers = headers, .timeout_ms = 2000};
	assert_int_equal(r.net.http_send(r.net.ctx, 9, &out), PLM_OK);
	assert_true(rig_until(&r, &r.seen[9].replies, 1, SECOND));
	assert_int_equal(r.seen[9].status, 429);
	assert_int_equal(r.seen[9].retry_after_s, 7);
	assert_int_equal(r.seen[9].used_weight, 1201);
	char wanted[256];
	(void)snprintf(wanted, sizeof wanted, "http://o|127.0.0.1:%u|abc|Bearer x", r.port);
	assert_string_equal(r.request_extra, wanted);
	static const char *const forged[] = {"X: y\r\nX-Forged: 1", NULL};
	out.headers = forged;
	assert_int_equal(r.net.http_send(r.net.ctx, 10, &out), PLM_EARG);
	static const char *const wrong[] = {
	    "ftp://127.0.0.1/", "file:///etc/passwd", "ws://127.0.0.1/", "http://a b/", "", NULL};
	out.headers = NULL;
	for (size_t i = 0; i == 0 || wrong[i - 1] != NULL; i++) {
		out.url = wrong[i];
		assert_int_equal(r.net.http_send(r.net.ctx, 10, &out), PLM_EARG);
	}
	out.url = url;
	out.method = "TRACE";
	assert_int_equal(r.net.http_send(r.net.ctx, 10, &out), PLM_EARG);
	rig_down(&r);
}

static int64_t
ask_and_wait(const pli_http_out *out)
{
	int64_t began_ms = rig_now_ms();
	r.seen[1].replies = 0;
	assert_int_equal(r.net.http_send(r.net.ctx, 1, out), PLM_OK);
	assert_true(rig_until(&r, &r.seen[1].replies, 1, SECOND));
	if (r.seen[1].status == 0)
		print_message("# %s: %s: %s\n", out->url, plm_err_name(r.seen[1].reply_err),
		    r.seen[1].reply_text);
	return rig_now_ms() - began_ms;
}

static void
test_http_client__late_and_missing_answers(void **state)
{
	(void)state;
	char url[64];
	rig_up(&r, NULL, NULL, NULL);
	(void)snprintf(url, sizeof url, "http://127.0.0.1:%u/", r.port);
	pli_http_out out = {.method = "GET", .url = url, .timeout_ms = 2000};
	r.answer.delay_ms = 150;
	int64_t took_ms = ask_and_wait(&out);
	assert_int_equal(r.seen[1].status, 200);
	assert_true(took_ms >= 149 && took_ms < 1900);
	r.answer.delay_ms = 0;
	r.answer.hang = true;
	out.timeout_ms = 200;
	took_ms = ask_and_wait(&out);
	assert_int_equal(r.seen[1].status, 0);
	assert_int_equal(r.seen[1].reply_err, PLM_ETIMEOUT);
	assert_true(took_ms >= 199 && took_ms < 3000);
	/* A delayed answer whose asker has gone harms nobody. */
	r.answer.hang = false;
	r.answer.delay_ms = 300;
	(void)ask_and_wait(&out);
	assert_int_equal(r.seen[1].reply_err, PLM_ETIMEOUT);
	rig_idle(&r, 200);
	r.answer.delay_ms = 0;
	(void)ask_and_wait(&out);
	assert_int_equal(r.seen[1].status, 200);
	out.url = "http://127.0.0.1:1/";
	(void)ask_and_wait(&out);
	assert_int_equal(r.seen[1].reply_err, PLM_EIO);
	rig_down(&r);
}

static void
test_http_client__body_bound_and_redirect(void **state)
{
	(void)state;
	char url[64];
	static const char *const elsewhere[] = {"Location: http://127.0.0.1:1/", NULL};
	rig_up(&r, NULL, NULL, NULL);
	(void)snprintf(url, sizeof url, "http://127.0.0.1:%u/", r.port);
	char *room;
	assert_int_equal(pli_bytes_reserve(&r.answer_body, 3000000, &room), PLM_OK);
	for (size_t i = 0; i < 3000000; i++)
		room[i] = (char)('a' + i % 26);
	pli_http_out out = {
	    .method = "GET", .url = url, .timeout_ms = 4000, .body_bytes_max = 3000000};
	(void)ask_and_wait(&out);
	assert_int_equal(r.seen[1].status, 200);
	assert_true(
	    plm_slice_equal(pli_bytes_slice(&r.seen[1].last), pli_bytes_slice(&r.answer_body)));
	out.body_bytes_max = 2999999;
	(void)ask_and_wait(&out);
	assert_int_equal(r.seen[1].status, 0);
	assert_int_equal(r.seen[1].reply_err, PLM_EOVERFLOW);
	pli_bytes_clear(&r.answer_body);
	r.answer.status = 302;
	r.answer.headers = elsewhere;
	(void)ask_and_wait(&out);
	assert_int_equal(r.seen[1].status, 302);
	static char large[1 << 20];
	memset(large, 'b', sizeof large);
	out.method = "POST";
	out.body = (plm_slice){large, sizeof large};
	(void)ask_and_wait(&out);
	assert_int_equal(r.seen[1].status, 302);
	assert_int_equal(r.seen[1].last.size, sizeof large);
	rig_down(&r);
}

static void
test_http_client__requests_in_flight_are_bounded(void **state)
{
	(void)state;
	char url[64];
	rig_up(&r, NULL, NULL, NULL);
	(void)snprintf(url, sizeof url, "http://127.0.0.1:%u/", r.port);
	pli_http_out out = {.method = "GET", .url = url, .timeout_ms = 5000};
	r.answer.delay_ms = 50;
	for (int round = 0; round < 2; round++) {
		for (uint32_t i = 0; i < PLI_IO_REQUESTS_MAX; i++)
			assert_int_equal(r.net.http_send(r.net.ctx, i, &out), PLM_OK);
		assert_int_equal(r.net.http_send(r.net.ctx, 100, &out), PLM_EFULL);
		for (uint32_t i = 0; i < PLI_IO_REQUESTS_MAX; i++) {
			assert_true(rig_until(&r, &r.seen[i].replies, round + 1, SECOND));
			assert_int_equal(r.seen[i].status, 200);
		}
	}
	rig_down(&r);
}

/* Answers four requests on one connection, then closes in the middle of the fifth answer. */
static void
one_connection_script(int fd, void *ctx)
{
	static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
	static const char half[] = "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nok";
	char room[4096];
	int *answered = ctx;
	for (int i = 0; i < 5; i++) {
		if (raw_read_some(fd, room, sizeof room) == 0)
			return;
		raw_write(fd, i < 4 ? answer : half, i < 4 ? sizeof answer - 1 : sizeof half - 1);
		(*answered)++;
	}
}

static void
test_http_client__connection_is_used_again(void **state)
{
	(void)state;
	int answered = 0;
	raw_peer peer;
	char url[64];
	rig_up(&r, NULL, NULL, NULL);
	raw_peer_start(&peer, 1, one_connection_script, &answered);
	(void)snprintf(url, sizeof url, "http://127.0.0.1:%u/", peer.port);
	pli_http_out out = {.method = "GET", .url = url, .timeout_ms = 1500};
	for (int i = 0; i < 4; i++) {
		(void)ask_and_wait(&out);
		assert_int_equal(r.seen[1].status, 200);
	}
	(void)ask_and_wait(&out);
	assert_int_equal(r.seen[1].status, 0);
	assert_int_equal(r.seen[1].reply_err, PLM_EIO);
	rig_down(&r);
	raw_peer_join(&peer);
	assert_int_equal(answered, 5);
}

static void
test_http_client__destroy_with_requests_under_way(void **state)
{
	(void)state;
	int before = rig_count_descriptors_warm();
	char url[64];
	rig_up(&r, NULL, NULL, NULL);
	(void)snprintf(url, sizeof url, "http://127.0.0.1:%u/", r.port);
	pli_http_out out = {.method = "GET", .url = url, .timeout_ms = 5000};
	r.answer.hang = true;
	for (uint32_t i = 0; i < 10; i++)
		assert_int_equal(r.net.http_send(r.net.ctx, i, &out), PLM_OK);
	assert_true(rig_until(&r, &r.requests, 10, SECOND));
	rig_open(&r, 20, NULL, NULL);
	rig_open(&r, 21, "ws://127.0.0.1:1/", NULL);
	rig_down(&r);
	for (uint32_t i = 0; i < 22; i++)
		assert_int_equal(r.seen[i].replies + r.seen[i].closes, 0);
	assert_int_equal(rig_count_descriptors(), before);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_http_client__methods_query_and_body),
	    cmocka_unit_test(test_http_client__a_call_without_a_body_holds_up_nothing),
	    cmocka_unit_test(test_http_client__headers_both_ways),
	    cmocka_unit_test(test_http_client__late_and_missing_answers),
	    cmocka_unit_test(test_http_client__body_bound_and_redirect),
	    cmocka_unit_test(test_http_client__requests_in_flight_are_bounded),
	    cmocka_unit_test(test_http_client__connection_is_used_again),
	    cmocka_unit_test(test_http_client__destroy_with_requests_under_way),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
