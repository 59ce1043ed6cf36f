/* deribit_ledger_test.c: when the transaction log is asked for, and what its silence means. */
#include "deribit_script.h"
#include "venue/ledger_ask.h"

#define NONE "{\"continuation\":null,\"logs\":[]}"
#define CAME                                                                                       \
	"{\"continuation\":null,\"logs\":[{\"type\":\"deposit\",\"id\":9,\"timestamp\":"           \
	"1613659830333,"                                                                           \
	"\"currency\":\"BTC\",\"change\":2,\"info\":{\"transaction\":\"ab\",\"addr\":\"c\"}}]}"
#define PORTFOLIO(balance)                                                                         \
	"{\"jsonrpc\":\"2.0\",\"method\":\"subscription\",\"params\":{"                            \
	"\"channel\":\"user.portfolio.any\",\"data\":" SUMMARY(                                    \
	    "BTC", balance, "segregated_sm") "}}"

static const char *const words[] = {"deposit", "withdrawal", "transfer"};

/* What was asked about a word since the last forget. */
static uint32_t
asked(const rig *r, const char *word)
{
	char text[64];
	(void)snprintf(text, sizeof text, "\"query\":\"%s\"", word);
	return script_asked(r, text);
}

static uint32_t
asked_all(const rig *r)
{
	return asked(r, words[0]) + asked(r, words[1]) + asked(r, words[2]);
}

/* Time passes, snapshots and questions about the log are answered, from one second to the next. */
static void
pass(rig *r, int64_t seconds, const char *log)
{
	uint32_t answered = asked_all(r), snapshots = script_asked(r, "get_account_summaries");
	for (int64_t i = 0; i < seconds; i++) {
		script_wait(r, 1000);
		if (script_asked(r, "get_account_summaries") > snapshots) {
			snapshots++;
			script_snapshot(r, SUMMARIES(SUMMARY("BTC", "1.5", "segregated_sm")),
			    "[" PERPETUAL "," OPTION "]");
		}
		if (asked_all(r) == answered)
			continue;
		assert_int_equal(asked_all(r), ++answered); /* one at a time */
		assert_int_equal(script_answer(r, "get_transaction_log", log), PLM_OK);
	}
}

static long long
number_behind(const char *text, const char *key)
{
	const char *at = strstr(text, key);
	assert_non_null(at);
	return strtoll(at + strlen(key), NULL, 10);
}

/* The last question about a word: how far back it reaches, ms. */
static long long
reach_ms(const rig *r, const char *word)
{
	for (uint32_t i = r->sent_count; i-- > 0;)
		if (strstr(r->sent[i].body, "get_transaction_log") != NULL &&
		    strstr(r->sent[i].body, word) != NULL) {
			long long from = number_behind(r->sent[i].body, "\"start_timestamp\":");
			return number_behind(r->sent[i].body, "\"end_timestamp\":") - 3600000 -
			       from;
		}
	fail_msg("nobody asked about %s", word);
	return 0;
}

static void
test_deribit_ledger__a_day_once_then_what_is_new(void **state)
{
	(void)state;
	rig *r = script_create_live();
	pass(r, 12, NONE);
	for (int k = 0; k < 3; k++) {
		assert_int_equal(asked(r, words[k]), 1);
		assert_int_equal(reach_ms(r, words[k]), 86400000);
	}
	assert_int_equal(script_asked(r, "\"currency\":\"BTC\",\"query\""), 3);
	pass(r, 40, NONE);
	assert_int_equal(asked_all(r), 3);
	pass(r, 20, NONE);
	for (int k = 0; k < 3; k++) {
		assert_int_equal(asked(r, words[k]), 2);
		assert_in_range(reach_ms(r, words[k]), 3600000 + 55000, 3600000 + 65000);
	}
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	rig_destroy(r);
}

static void
test_deribit_ledger__a_changed_wallet_is_asked_about_soon(void **state)
{
	(void)state;
	rig *r = script_create_live();
	pass(r, 25, NONE);
	script_forget(r);
	assert_int_equal(script_frame(r, PORTFOLIO("3.5")), PLM_OK);
	script_wait(r, 1500);
	assert_int_equal(asked_all(r), 1);
	script_forget_events(r);
	assert_int_equal(script_answer(r, "get_transaction_log", CAME), PLM_OK);
	const plm_event *event = rig_need(r, PLM_EVENT_TRANSFER, 0);
	assert_int_equal(event->account.value, r->cfg.account.value);
	assert_int_equal(event->flags & PLM_FLAG_SNAPSHOT, 0);
	/* each second another change: the same question no more than once in ten seconds */
	for (int i = 0; i < 20; i++) {
		char text[1024];
		(void)snprintf(text, sizeof text, "%s", PORTFOLIO("4.5"));
		text[strstr(text, "4.5") - text] = (char)('1' + i % 9);
		assert_int_equal(script_frame(r, text), PLM_OK);
		pass(r, 1, NONE);
	}
	for (int k = 0; k < 3; k++)
		assert_in_range(asked(r, words[k]), 2, 3);
	rig_destroy(r);
}

/* What cannot be read is not skipped: the next question reaches as far back. */
static void
test_deribit_ledger__what_was_not_read_is_asked_for_again(void **state)
{
	(void)state;
	rig *r = script_create_live();
	pass(r, 12, "{\"continuation\":5,\"logs\":[]}"); /* there is more than a page */
	assert_int_equal(asked_all(r), 3);
	pass(r, 60, NONE);
	for (int k = 0; k < 3; k++)
		assert_int_equal(reach_ms(r, words[k]), 86400000);
	script_forget(r);
	pass(r, 50, NONE);
	script_wait(r, 12000);
	assert_true(asked_all(r) > 0);
	assert_int_equal(
	    script_answer(r, "get_transaction_log", "{\"logs\":[{\"type\":\"deposit\"}]}"),
	    PLM_EDECODE);
	assert_int_equal(
	    script_answer(r, "get_transaction_log", "{\"logs\":[{\"type\":\"deposit\"}]}"),
	    PLM_OK); /* unknown by now */
	rig_destroy(r);
}

static void
test_deribit_ledger__a_refusal_costs_no_more_than_the_movements(void **state)
{
	(void)state;
	rig *r = script_create_live();
	script_wait(r, 1000);
	assert_int_equal(asked_all(r), 1);
	assert_int_equal(script_refuse(r, "get_transaction_log", 13021, "forbidden"), PLM_OK);
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	assert_non_null(strstr(script_status(r).text, PLI_LEDGER_SILENT));
	script_forget(r);
	pass(r, 600, NONE);
	assert_int_equal(asked_all(r), 0);
	pass(r, 3100, NONE);
	assert_true(asked_all(r) >= 3);
	assert_string_equal(script_status(r).text, "");
	rig_destroy(r);
}

/* What the snapshot has to tell, it tells: the log's question does not put it off. */
static void
test_deribit_ledger__maintenance_is_not_its_to_tell(void **state)
{
	(void)state;
	rig *r = script_create_live();
	script_wait(r, 1000);
	assert_int_equal(asked_all(r), 1);
	assert_int_equal(
	    script_refuse(r, "get_transaction_log", 11051, "system_maintenance"), PLM_OK);
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	pli_venue_deribit.ops->resync(r->state, r->now_ns, &r->request_sink);
	assert_int_equal(
	    script_refuse(r, "get_account_summaries", 11051, "system_maintenance"), PLM_OK);
	assert_int_equal(script_status(r).status, PLM_FEED_MAINTENANCE);
	script_forget(r);
	script_wait(r, 5200); /* asked again behind it, but nothing about the log */
	assert_int_equal(script_asked(r, "get_account_summaries"), 1);
	assert_int_equal(asked_all(r), 0);
	rig_destroy(r);
}

static void
test_deribit_ledger__no_answer_is_said(void **state)
{
	(void)state;
	rig *r = script_create_live();
	uint32_t count = 0;
	for (int i = 0; i < 120 && strstr(script_status(r).text, PLI_LEDGER_SILENT) == NULL; i++) {
		script_wait(r, 1000);
		if (script_asked(r, "get_account_summaries") > count) {
			count = script_asked(r, "get_account_summaries");
			script_snapshot(r, SUMMARIES(SUMMARY("BTC", "1.5", "segregated_sm")),
			    "[" PERPETUAL "," OPTION "]");
		}
	}
	assert_non_null(strstr(script_status(r).text, PLI_LEDGER_SILENT));
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_deribit_ledger__a_day_once_then_what_is_new),
	    cmocka_unit_test(test_deribit_ledger__a_changed_wallet_is_asked_about_soon),
	    cmocka_unit_test(test_deribit_ledger__what_was_not_read_is_asked_for_again),
	    cmocka_unit_test(test_deribit_ledger__a_refusal_costs_no_more_than_the_movements),
	    cmocka_unit_test(test_deribit_ledger__maintenance_is_not_its_to_tell),
	    cmocka_unit_test(test_deribit_ledger__no_answer_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
