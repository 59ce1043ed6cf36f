/* gets_test.c: what goes out when, and what an answer belongs to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "venue/gets.h"

static const pli_get_row rows[] = {{"/rights", true, 600}, {"/positions", true, 0}};
static plm_request sent[8];
static uint32_t sent_count;

static plm_err
keep(void *ctx, const plm_request *request)
{
	(void)ctx;
	assert_true(sent_count < 8);
	sent[sent_count++] = *request;
	return PLM_OK;
}

static plm_request_sink sink = {keep, NULL};

static void
test_gets__rows_are_asked_and_answered(void **state)
{
	(void)state;
	plm_time_ns now_ns = PLI_SECONDS(1000);
	pli_gets gets = {.rows = rows, .count = 2};
	uint32_t lost;
	sent_count = 0;
	pli_gets_start(&gets, now_ns);
	pli_gets_drive(&gets, now_ns, &sink, &lost);
	assert_int_equal(sent_count, 1);
	assert_string_equal(sent[0].target, "/rights");
	assert_int_equal(sent[0].seal, 1);
	plm_frame frame = {.kind = PLM_FRAME_HTTP, .status = 200, .tag = sent[0].tag};
	assert_int_equal(pli_gets_row_of(&gets, frame.tag), 0);
	assert_int_equal(pli_gets_answered(&gets, &frame), 0);
	assert_int_equal(pli_gets_end(&gets, 0, &frame, true, now_ns), 0);
	assert_int_equal(pli_gets_answered(&gets, &frame), 2); /* a second time */
	frame.tag = 0;
	assert_int_equal(pli_gets_answered(&gets, &frame), 2);
	pli_gets_ask(&gets, 1, now_ns);
	pli_gets_drive(&gets, now_ns, &sink, &lost);
	assert_string_equal(sent[1].target, "/positions");
	assert_true(sent[1].tag != sent[0].tag);
	frame = (plm_frame){.status = 429, .tag = sent[1].tag, .retry_after_s = 7};
	assert_int_equal(pli_gets_answered(&gets, &frame), 1);
	assert_true(pli_gets_end(&gets, 1, &frame, false, now_ns) == PLI_SECONDS(7));
	pli_gets_stop(&gets, 1);
	pli_gets_drive(&gets, now_ns + PLI_SECONDS(599), &sink, &lost);
	assert_int_equal(sent_count, 2);
	pli_gets_drive(&gets, now_ns + PLI_SECONDS(600), &sink, &lost);
	assert_int_equal(sent_count, 3);
	assert_int_equal(lost, 2);
}

static void
test_gets__what_is_lost_is_said_or_asked_again(void **state)
{
	(void)state;
	plm_time_ns now_ns = PLI_SECONDS(1000);
	pli_gets gets = {.rows = rows, .count = 2};
	uint32_t lost;
	sent_count = 0;
	pli_gets_start(&gets, now_ns);
	pli_gets_ask(&gets, 1, now_ns);
	pli_gets_drive(&gets, now_ns, &sink, &lost);
	assert_int_equal(sent_count, 2);
	pli_gets_drive(&gets, now_ns + PLI_SECONDS(61), &sink, &lost);
	assert_int_equal(lost, 1);
	assert_int_equal(sent_count, 3);
	assert_string_equal(sent[2].target, "/rights");
	assert_int_equal(pli_gets_row_of(&gets, 0xff), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_gets__rows_are_asked_and_answered),
	    cmocka_unit_test(test_gets__what_is_lost_is_said_or_asked_again),
	};
	return cmocka_run_group_tests_name("gets", tests, NULL, NULL);
}
