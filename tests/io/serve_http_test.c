/* serve_http_test.c: what a pli_server makes of requests, well formed and not, byte by byte. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "raw_peer.h"
#include "rig.h"

enum { SECOND = 5000, REPLY_MAX = 64 << 10 };

static rig r;
static char reply[REPLY_MAX];

/* Sends bytes, turns the rig until the answer has ended (or for quiet_ms), and keeps it. */
static bool
say(const char *bytes, size_t size, int quiet_ms)
{
	int fd = raw_connect(r.port);
	bool closed = false;
	size_t used = 0;
	raw_write(fd, bytes, size);
	int64_t end_ms = rig_now_ms() + quiet_ms;
	while (!closed && rig_now_ms() < end_ms && used + 1 < sizeof reply) {
		rig_turn(&r);
		ssize_t n = recv(fd, reply + used, sizeof reply - 1 - used, MSG_DONTWAIT);
		if (n > 0)
			used += (size_t)n;
		closed = n == 0 || (n < 0 && errno != EAGAIN);
	}
	reply[used] = '\0';
	(void)close(fd);
	return closed;
}

static void
expect_status(const char *request, const char *status, bool closes)
{
	uint32_t before = r.requests;
	bool closed = say(request, strlen(request), closes ? SECOND : 300);
	if (strncmp(reply, status, strlen(status)) != 0 || closed != closes)
		fail_msg("asked '%.60s', wanted '%s' (%s), got '%.60s' (%s)", request, status,
		    closes ? "closed" : "open", reply, closed ? "closed" : "open");
	if (strncmp(status, "HTTP/1.1 2", 10) != 0)
		assert_int_equal(r.requests, before);
}

static void
test_serve_http__requests_that_are_refused(void **state)
{
	(void)state;
	rig_up(&r, NULL, NULL, NULL);
	expect_status("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 OK\r\n", false);
	expect_status(
	    "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 200 OK\r\n", true);
	expect_status("OPTIONS / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 405 ", true);
	assert_non_null(strstr(reply, "Allow: GET, POST, PUT, DELETE\r\n"));
	expect_status("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 405 ", true);
	expect_status("PATCH / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 405 ", true);
	/* Methods that the library does not know end in it, with a 403 or without a word. */
	expect_status("TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", "", true);
	expect_status("BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n", "", true);
	expect_status("CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", "", true);
	expect_status("GET / HTTP/1.0\r\nHost: x\r\n\r\n", "HTTP/1.1 505 ", true);
	expect_status("GET / HTTP/2.0\r\nHost: x\r\n\r\n", "HTTP/1.1 505 ", true);
	expect_status("GET /\r\nHost: x\r\n\r\n", "", true);
	expect_status("GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 ", true);
	expect_status("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
		      "Transfer-Encoding: chunked\r\n\r\nabc",
	    "HTTP/1.1 400 ", true);
	expect_status("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	    "HTTP/1.1 501 ", true);
	expect_status(
	    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -3\r\n\r\nabc", "HTTP/1.1 400 ", true);
	expect_status(
	    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3x\r\n\r\nabc", "HTTP/1.1 400 ", true);
	expect_status("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
		      "Content-Length: 4\r\n\r\nabcd",
	    "", true);
	expect_status("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\nabc",
	    "HTTP/1.1 413 ", true);
	expect_status("GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n"
		      "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n\r\n",
	    "HTTP/1.1 400 ", true);
	expect_status("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "", true);
	expect_status("GET /a%00b HTTP/1.1\r\nHost: x\r\n\r\n", "", true);
	expect_status("GET /a%zz HTTP/1.1\r\nHost: x\r\n\r\n", "", true);
	expect_status("\x16\x03\x01\x02", "", true);
	rig_down(&r);
}

static void
test_serve_http__too_large_heads(void **state)
{
	(void)state;
	static char request[64 << 10];
	rig_up(&r, NULL, NULL, NULL);
	static const size_t sizes[] = {900, 1100, 5000, 9000, 40000};
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		memset(request, 0, sizeof request);
		int at = snprintf(request, sizeof request, "GET /");
		memset(request + at, 'p', sizes[i]);
		(void)strncat(request, " HTTP/1.1\r\nHost: x\r\n\r\n", 64);
		expect_status(request, sizes[i] < 1000 ? "HTTP/1.1 200 " : "", sizes[i] > 1000);
		at = snprintf(request, sizeof request, "GET / HTTP/1.1\r\nHost: x\r\nX-Long: ");
		memset(request + at, 'h', sizes[i]);
		request[(size_t)at + sizes[i]] = '\0';
		(void)strncat(request, "\r\n\r\n", 8);
		expect_status(request, sizes[i] < 6000 ? "HTTP/1.1 200 " : "", sizes[i] > 6000);
	}
	rig_down(&r);
}

static void
test_serve_http__paths_and_queries(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
	    {"/v1/a%20b?x=1", "GET /v1/a b?x=1 0"},
	    {"/v1/%C3%A9", "GET /v1/\xc3\xa9? 0"},
	    {"/a/../../b", "GET /b? 0"},
	    {"/a//b/./c", "GET /a/b/c? 0"},
	    {"/?a=1&b=2&b=3", "GET /?a=1&b=2&b=3 0"},
	    {"/?a=%26%3D&c", "GET /?a=%26%3D&c 0"},
	    {"/?symbol=BTC-PERP&t=1.5_~", "GET /?symbol=BTC-PERP&t=1.5_~ 0"},
	    {"/?", "GET /? 0"},
	};
	rig_up(&r, NULL, NULL, NULL);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char request[256];
		(void)snprintf(request, sizeof request,
		    "GET %s HTTP/1.1\r\nHost: x\r\n"
		    "Connection: close\r\n\r\n",
		    cases[i][0]);
		expect_status(request, "HTTP/1.1 200 OK\r\n", true);
		assert_string_equal(r.request_line, cases[i][1]);
	}
	rig_down(&r);
}

/* A stated length of 0 is how a POST without a body is sent: answered like any other. */
static void
test_serve_http__body_of_stated_length_zero(void **state)
{
	(void)state;
	rig_up(&r, NULL, NULL, NULL);
	expect_status("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
	    "HTTP/1.1 200 OK\r\n", false);
	expect_status("PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n"
		      "Connection: close\r\n\r\n",
	    "HTTP/1.1 200 OK\r\n", true);
	assert_int_equal(r.requests, 2);
	rig_down(&r);
}

static void
test_serve_http__in_pieces_and_pipelined(void **state)
{
	(void)state;
	static const char two[] = "POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\none"
				  "GET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
	rig_up(&r, NULL, NULL, NULL);
	/* One byte at a time, while another client is served. */
	int slow = raw_connect(r.port);
	uint32_t served = 0;
	for (size_t i = 0; i < sizeof two - 1; i++) {
		raw_write(slow, two + i, 1);
		rig_turn(&r);
		if (strncmp(two + i + 1, "GET", 3) == 0)
			rig_idle(&r, 20);
		if (i % 40 == 0) {
			rig_get(&r, served, "GET", "/fast", (plm_slice){NULL, 0});
			assert_true(rig_until(&r, &r.seen[served].replies, 1, SECOND));
			served++;
		}
	}
	assert_true(rig_until(&r, &r.requests, 2 + served, SECOND));
	(void)close(slow);
	/* All at once: answered in order or closed, never stuck. */
	static const char *const pipelines[] = {
	    ("POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\none"
	     "POST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\ntwo"
	     "GET /3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
	    ("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n"
	     "GET /3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
	    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\ntoo",
	    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nlonger than said",
	    "GET / HTTP/1.1\r\nHost: x\r\n\r\ngarbage",
	};
	for (uint32_t delay_ms = 0; delay_ms < 60; delay_ms += 50) {
		r.answer.delay_ms = delay_ms;
		for (size_t i = 0; i < sizeof pipelines / sizeof pipelines[0]; i++) {
			bool closed = say(pipelines[i], strlen(pipelines[i]), 400);
			print_message("# pipeline %zu: %s, %zu bytes\n", i,
			    closed ? "closed" : "open", strlen(reply));
			rig_get(&r, 40 + served, "GET", "/after", (plm_slice){NULL, 0});
			assert_true(rig_until(&r, &r.seen[40 + served].replies, 1, SECOND));
			served++;
		}
	}
	rig_down(&r);
}

static void
test_serve_http__body_bound(void **state)
{
	(void)state;
	const pli_io_server_cfg cfg = {.body_bytes_max = 10};
	rig_up(&r, &cfg, NULL, NULL);
	expect_status("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n"
		      "Connection: close\r\n\r\n0123456789",
	    "HTTP/1.1 200 ", true);
	assert_non_null(strstr(reply, "0123456789"));
	expect_status("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n01234567890",
	    "HTTP/1.1 413 ", true);
	rig_down(&r);
}

static void
test_serve_http__answers_cannot_be_split(void **state)
{
	(void)state;
	static const char *const forged[] = {"X-A: 1\r\nX-Forged: 1", "X-Good: 1", NULL};
	rig_up(&r, NULL, NULL, NULL);
	r.answer.headers = forged;
	expect_status(
	    "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 200 ", true);
	assert_null(strstr(reply, "Forged"));
	assert_non_null(strstr(reply, "X-Good: 1\r\n"));
	assert_null(strcasestr(reply, "server:"));
	r.answer.headers = NULL;
	r.answer.status = 204;
	expect_status(
	    "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 204 ", true);
	assert_null(strcasestr(reply, "content-length"));
	rig_down(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_serve_http__requests_that_are_refused),
	    cmocka_unit_test(test_serve_http__too_large_heads),
	    cmocka_unit_test(test_serve_http__paths_and_queries),
	    cmocka_unit_test(test_serve_http__body_of_stated_length_zero),
	    cmocka_unit_test(test_serve_http__in_pieces_and_pipelined),
	    cmocka_unit_test(test_serve_http__body_bound),
	    cmocka_unit_test(test_serve_http__answers_cannot_be_split),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
