/* ledger_get_test.c: when a ledger that is one GET is asked for. */
#include "../support/venue_rig.h"
#include "venue/ledger_get.h"

#define NOW_NS (INT64_C(1795276800) * PLM_NS_PER_S)

static const pli_get_row rows[] = {{"/ledger", true, 60}};
static uint32_t sent_count;

static plm_err
sink_submit(void *ctx, const plm_request *request)
{
	(void)ctx;
	(void)request;
	sent_count++;
	return PLM_OK;
}

/* So many seconds from now, and what left then; answered: 200 with its rows, else 500. */
static uint32_t
at_second(pli_ledger_get *get, pli_gets *gets, int64_t second, bool answered)
{
	plm_request_sink sink = {.submit = sink_submit};
	plm_time_ns now_ns = NOW_NS + PLI_SECONDS(second);
	uint32_t lost, before = sent_count;
	pli_gets_drive(gets, now_ns, &sink, &lost);
	pli_ledger_get_sent(get, gets, now_ns);
	if (sent_count == before)
		return 0;
	plm_frame frame = {.status = answered ? 200 : 500, .tag = gets->tasks[0].tag};
	(void)pli_gets_end(gets, 0, &frame, answered, now_ns);
	if (answered)
		pli_ledger_ask_read(&get->ask);
	return sent_count - before;
}

static void
test_ledger_get__behind_the_reading_then_by_its_period(void **state)
{
	pli_gets gets = {.rows = rows, .count = 1};
	pli_ledger_get get = {.row = 0};
	(void)state;
	pli_gets_start(&gets, NOW_NS);
	pli_ledger_get_wait(&get, &gets);
	pli_ledger_get_soon(&get, &gets, NOW_NS); /* nothing is hurried before that */
	assert_int_equal(at_second(&get, &gets, 30, true), 0);
	pli_ledger_get_read(&get, &gets, NOW_NS + PLI_SECONDS(31));
	assert_int_equal(at_second(&get, &gets, 31, true), 1);
	assert_int_equal(get.from_ns, NOW_NS + PLI_SECONDS(31 - 86400));
	pli_ledger_get_read(&get, &gets, NOW_NS + PLI_SECONDS(32));
	assert_int_equal(at_second(&get, &gets, 90, true), 0);
	assert_int_equal(at_second(&get, &gets, 91, true), 1);
	assert_int_equal(get.from_ns, NOW_NS + PLI_SECONDS(31 - 3600));
}

static void
test_ledger_get__a_change_is_read_soon(void **state)
{
	pli_gets gets = {.rows = rows, .count = 1};
	pli_ledger_get get = {.row = 0};
	(void)state;
	pli_gets_start(&gets, NOW_NS);
	assert_int_equal(at_second(&get, &gets, 0, true), 1);
	pli_ledger_get_soon(&get, &gets, NOW_NS + PLI_SECONDS(3));
	assert_int_equal(at_second(&get, &gets, 9, true), 0);
	assert_int_equal(at_second(&get, &gets, 10, true), 1);
	pli_ledger_get_soon(&get, &gets, NOW_NS + PLI_SECONDS(25));
	assert_int_equal(at_second(&get, &gets, 25, true), 0);
	assert_int_equal(at_second(&get, &gets, 26, false), 1);
	pli_ledger_get_soon(&get, &gets, NOW_NS + PLI_SECONDS(26));
	assert_int_equal(at_second(&get, &gets, 27, false), 1); /* by its own wait */
	pli_ledger_get_soon(&get, &gets, NOW_NS + PLI_SECONDS(27));
	assert_int_equal(at_second(&get, &gets, 28, false), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_ledger_get__behind_the_reading_then_by_its_period),
	    cmocka_unit_test(test_ledger_get__a_change_is_read_soon),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
