/* deribit_session_test.c: topics, locks and pending requests. */
#include "deribit_rig.h"

#include "venue/deribit_live/deribit_session.h"

static pli_deribit_session *
session_create(rig *r)
{
	pli_deribit_session *s = calloc(1, sizeof *s);

	assert_non_null(s);
	s->cfg = r->cfg;
	s->phase = DERIBIT_READY;
	return s;
}

static void
test_deribit_session__topics_are_found_in_any_case(void **state)
{
	rig *r = rig_create();
	pli_deribit_session *s = session_create(r);
	pli_deribit_topic *btc = pli_deribit_topic_add(s, DERIBIT_TOPIC_CURRENCY, PLM_SLICE("BTC"));

	(void)state;
	assert_non_null(btc);
	assert_string_equal(btc->name, "btc");
	assert_ptr_equal(pli_deribit_topic_add(s, DERIBIT_TOPIC_CURRENCY, PLM_SLICE("btc")), btc);
	assert_ptr_not_equal(pli_deribit_topic_add(s, DERIBIT_TOPIC_MARKET, PLM_SLICE("BTC")), btc);
	assert_ptr_not_equal(
	    pli_deribit_topic_add(s, DERIBIT_TOPIC_CURRENCY, PLM_SLICE("BT")), btc);
	assert_null(pli_deribit_topic_add(s, DERIBIT_TOPIC_CURRENCY, PLM_SLICE("")));
	free(s);
	rig_destroy(r);
}

static void
test_deribit_session__full_table_gives_up_what_is_not_held(void **state)
{
	rig *r = rig_create();
	pli_deribit_session *s = session_create(r);

	(void)state;
	for (int i = 0; i < DERIBIT_TOPICS_MAX; i++) {
		char name[32];
		pli_deribit_topic *topic;

		snprintf(name, sizeof name, "BTC-25DEC26-%d-C", i);
		topic = pli_deribit_topic_add(s, DERIBIT_TOPIC_INSTRUMENT, plm_slice_of(name));
		assert_non_null(topic);
		topic->held = 1;
	}
	assert_null(pli_deribit_topic_add(s, DERIBIT_TOPIC_INSTRUMENT, PLM_SLICE("ETH-PERPETUAL")));
	assert_int_equal(s->topics_full_count, 1);
	s->topics[77].held = 0;
	assert_ptr_equal(
	    pli_deribit_topic_add(s, DERIBIT_TOPIC_INSTRUMENT, PLM_SLICE("ETH-PERPETUAL")),
	    &s->topics[77]);
	free(s);
	rig_destroy(r);
}

static void
test_deribit_session__locks_touch_what_is_watched(void **state)
{
	rig *r = rig_create();
	pli_deribit_session *s = session_create(r);
	pli_deribit_topic *sol;
	const char *index;

	(void)state;
	sol = pli_deribit_topic_add(s, DERIBIT_TOPIC_INSTRUMENT, PLM_SLICE("SOL_USDC-PERPETUAL"));
	pli_deribit_lock_set(s, PLM_SLICE("sol_usdc"), true);
	pli_deribit_lock_set(s, PLM_SLICE("so"), true);
	assert_false(pli_deribit_is_locked(s, &index));
	sol->held = 1;
	assert_true(pli_deribit_is_locked(s, &index));
	assert_string_equal(index, "sol_usdc");
	pli_deribit_lock_set(s, PLM_SLICE("sol_usdc"), false);
	assert_false(pli_deribit_is_locked(s, &index));
	(void)pli_deribit_topic_add(s, DERIBIT_TOPIC_CURRENCY, PLM_SLICE("ETH"));
	pli_deribit_lock_set(s, PLM_SLICE("ETH"), true);
	assert_true(pli_deribit_is_locked(s, &index));
	pli_deribit_lock_set(s, PLM_SLICE("eth_usd"), false);
	assert_false(pli_deribit_is_locked(s, &index));
	s->platform_locked = true;
	assert_true(pli_deribit_is_locked(s, &index));
	free(s);
	rig_destroy(r);
}

static void
test_deribit_session__pending_requests_have_a_bound(void **state)
{
	rig *r = rig_create();
	pli_deribit_session *s = session_create(r);

	(void)state;
	for (int i = 0; i < PLI_PENDING_MAX; i++)
		assert_true(pli_deribit_ask(s, r->now_ns, &r->request_sink, PLI_DERIBIT_TEST, 0));
	assert_false(pli_deribit_ask(s, r->now_ns, &r->request_sink, PLI_DERIBIT_TEST, 0));
	assert_int_equal(pli_pending_count(&s->pending, PLI_DERIBIT_TEST), PLI_PENDING_MAX);
	assert_null(pli_pending_find(&s->pending, 0));
	assert_null(pli_pending_find(&s->pending, PLI_PENDING_MAX + 1));
	pli_pending_find(&s->pending, 5)->id = 0;
	s->pending.id_last = UINT32_MAX;
	assert_true(pli_deribit_ask(s, r->now_ns, &r->request_sink, PLI_DERIBIT_TEST, 0));
	assert_int_equal(s->pending.id_last, 1);
	free(s);
	rig_destroy(r);
}

static void
test_deribit_session__a_request_that_cannot_leave_is_not_pending(void **state)
{
	rig *r = rig_create();
	pli_deribit_session *s = session_create(r);

	(void)state;
	r->sent_max = 0;
	assert_false(pli_deribit_ask(s, r->now_ns, &r->request_sink, PLI_DERIBIT_TEST, 0));
	assert_int_equal(pli_pending_count(&s->pending, PLI_DERIBIT_TEST), 0);
	(void)pli_deribit_topic_add(s, DERIBIT_TOPIC_CURRENCY, PLM_SLICE("BTC"));
	pli_deribit_topics_feed(s, r->now_ns, &r->request_sink);
	assert_int_equal(s->topics[0].channel, DERIBIT_CHANNEL_WANTED);
	free(s);
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_deribit_session__topics_are_found_in_any_case),
	    cmocka_unit_test(test_deribit_session__full_table_gives_up_what_is_not_held),
	    cmocka_unit_test(test_deribit_session__locks_touch_what_is_watched),
	    cmocka_unit_test(test_deribit_session__pending_requests_have_a_bound),
	    cmocka_unit_test(test_deribit_session__a_request_that_cannot_leave_is_not_pending),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
