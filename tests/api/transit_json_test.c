/* transit_json_test.c: movements of coins as the book has them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hub_rig.h"

enum { AFTER_S = 86400 };

/* A withdrawal of coins that the account's balance, which does not know them, does not show. */
static void
tell_sent(hub_rig *rig, const char *quantity, uint64_t name)
{
	const script_movement sent = {.account = ACCOUNT_VAULT,
	    .asset = ASSET_MYST,
	    .quantity = quantity,
	    .fee = "",
	    .name = name};
	script_transfer(&rig->script, &sent);
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
	script_transit_begin(&rig->script, AFTER_S);
	tell_sent(rig, "-7", 1);
	tell_sent(rig, "-8", 2);
	assert_int_equal(rig_get(rig, "/v1/transits"), 200);
	rig_json(rig);
	assert_int_equal(rig_length(rig, rig_node(rig, "transits")), 2);
	assert_non_null(strstr(rig->answer,
	    "{\"state\":\"in flight\",\"kind\":\"withdrawal\",\"asset\":\"MYST\",\"quantity\":7,"
	    "\"fee\":null,\"from\":\"cold vault\",\"to\":null,\"counted\":7,\"in_doubt\":7,"
	    "\"matched_by\":\"none\","
	    "\"reason\":\"no account of this book is known to get it\",\"is_over\":false,"));
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
