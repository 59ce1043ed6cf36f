/* topics_test.c: subscriptions that are wanted, asked for, heard and refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "venue/topics.h"

static pli_topics *
topics_create(const char *list)
{
	pli_topics *topics = calloc(1, sizeof *topics);
	assert_non_null(topics);
	pli_topics_add_list(topics, list);
	return topics;
}

static void
test_topics__each_name_stands_once(void **state)
{
	(void)state;
	pli_topics *topics = topics_create(" BTC, ETH,,BTC ");
	assert_int_equal(topics->count, 2);
	assert_string_equal(topics->rows[1].name, "ETH");
	char name[PLM_NAME_MAX + 1];
	memset(name, 'a', sizeof name);
	pli_topics_add(topics, (plm_slice){name, PLM_NAME_MAX}); /* too long for a name */
	pli_topics_add(topics, (plm_slice){name, PLM_NAME_MAX - 1});
	assert_int_equal(topics->count, 3);
	free(topics);
}

static void
test_topics__no_receipt_three_times_is_a_refusal(void **state)
{
	(void)state;
	pli_topics *topics = topics_create("A,B");
	plm_time_ns now_ns = PLM_NS_PER_S;
	pli_topics_heard(topics, PLM_SLICE("B"));
	for (int i = 0; i < PLI_TOPIC_TRIES_MAX; i++) {
		pli_topic *topic = pli_topics_next(topics, 0, now_ns);
		assert_non_null(topic);
		assert_string_equal(topic->name, "A");
		pli_topic_asked(topic, now_ns);
		assert_null(pli_topics_next(topics, 0, now_ns + PLM_NS_PER_S));
		now_ns += (PLI_TOPIC_WAIT_S + 1) * PLM_NS_PER_S;
	}
	assert_null(pli_topics_next(topics, 0, now_ns));
	assert_int_equal(topics->rows[0].state, PLI_TOPIC_REFUSED);
	assert_int_equal(topics->refused_count, 1);
	pli_topics_reset(topics); /* another connection may hear it */
	assert_int_equal(topics->refused_count, 0);
	assert_ptr_equal(pli_topics_next(topics, 0, now_ns), &topics->rows[0]);
	assert_ptr_equal(pli_topics_next(topics, 1, now_ns), &topics->rows[1]);
	free(topics);
}

static void
test_topics__a_full_table_is_noted(void **state)
{
	(void)state;
	pli_topics *topics = topics_create("");
	for (int i = 0; i <= PLI_TOPICS_MAX; i++) {
		char name[16];
		(void)snprintf(name, sizeof name, "n%d", i);
		assert_false(topics->full);
		pli_topics_add(topics, plm_slice_of(name));
	}
	assert_true(topics->full);
	assert_int_equal(topics->count, PLI_TOPICS_MAX);
	free(topics);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_topics__each_name_stands_once),
	    cmocka_unit_test(test_topics__no_receipt_three_times_is_a_refusal),
	    cmocka_unit_test(test_topics__a_full_table_is_noted),
	};
	return cmocka_run_group_tests_name("topics", tests, NULL, NULL);
}
