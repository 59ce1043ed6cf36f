/* http_client_test.c: REST requests of a pli_net against a pli_server on loopback. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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
	rig_down(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_http_client__methods_query_and_body),
	    cmocka_unit_test(test_http_client__headers_both_ways),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
