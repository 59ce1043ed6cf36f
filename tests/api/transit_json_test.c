/* transit_json_test.c: movements of coins as the book has them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hub_rig.h"

enum { ACCOUNT_TRANSIT = ACCOUNT_EXTRA, AFTER_S = 86400 };

static void
tell(hub_rig *rig, plm_event *event)
{
	event->received_time_ns = rig->now_ns;
	event->epoch = 1;
	pli_core_take(rig->script.core, event, rig->now_ns);
	pli_core_batch_end(rig->script.core, rig->now_ns);
}

static void
tell_transit_account(hub_rig *rig)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_ACCOUNT);
	event.u.account_fact.id.value = ACCOUNT_TRANSIT;
	event.u.account_fact.is_transit = 1;
	memcpy(event.u.account_fact.name, "transit", sizeof "transit");
	memcpy(event.u.account_fact.venue_name, "transit", sizeof "transit");
	tell(rig, &event);
	plm_event_init(&event, PLM_EVENT_POLICY);
	event.u.policy.transit_after_s = AFTER_S;
	tell(rig, &event);
}

/* A withdrawal of coins that the account's balance, which does not know them, does not show. */
static void
tell_sent(hub_rig *rig, int64_t coins, uint64_t name)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_TRANSFER);
	event.account.value = ACCOUNT_VAULT;
	event.venue_time_ns = rig->now_ns;
	event.u.transfer.asset.value = ASSET_MYST;
	event.u.transfer.kind = PLM_TRANSFER_WITHDRAWAL;
	event.u.transfer.quantity = plm_decimal_from_int(-coins);
	event.u.transfer.transfer_hash = name;
	tell(rig, &event);
}

static void
test_transits(void **state)
{
	(void)state;
	hub_rig *rig = calloc(1, sizeof *rig);
	assert_non_null(rig);
	rig_init(rig, 0);
	assert_int_equal(rig_get(rig, "/v1/transits"), 200);
	rig_json(rig);
	assert_int_equal(rig_length(rig, rig_node(rig, "transits")), 0);
	tell_transit_account(rig);
	tell_sent(rig, 7, 1);
	tell_sent(rig, 8, 2);
	assert_int_equal(rig_get(rig, "/v1/transits"), 200);
	rig_json(rig);
	assert_int_equal(rig_length(rig, rig_node(rig, "transits")), 2);
	assert_non_null(strstr(rig->answer,
	    "{\"state\":\"in flight\",\"kind\":\"withdrawal\",\"asset\":\"MYST\",\"quantity\":7,"
	    "\"fee\":null,\"from\":\"cold vault\",\"to\":null,\"counted\":7,\"in_doubt\":7,"
	    "\"matched_by\":\"none\","
	    "\"reason\":\"no account of this book is known to get it\""));
	assert_int_equal(rig_get(rig, "/v1/accounts"), 200);
	assert_non_null(strstr(rig->answer, "\"venue\":\"transit\",\"account\":\"transit\""));
	assert_non_null(strstr(rig->answer, "\"wallet\":15,"));
	rig_fini(rig);
	free(rig);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_transits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
