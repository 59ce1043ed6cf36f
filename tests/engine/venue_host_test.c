/* venue_host_test.c: a host's life. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host_rig.h"

static void
test_engine_venue_host__a_failed_init_says_why(void **state)
{
	(void)state;
	host_rig rig;
	host_rig_init(&rig);
	pli_account_config config = {
	    .desc = &host_rig_desc, .venue = {1}, .name = "other", .key = "k"};
	pli_venue_host *host = NULL;
	plm_fault fault;
	assert_int_equal(pli_venue_host_create(&rig.shared, 1, &config, &host, &fault), PLM_EAUTH);
	assert_null(host);
	assert_string_equal(fault.text, "no secret");
	config = (pli_account_config){.desc = &host_rig_desc, .venue = {1}, .name = ""};
	assert_int_equal(pli_venue_host_create(&rig.shared, 1, &config, &host, &fault), PLM_EARG);
	host_rig_fini(&rig);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_engine_venue_host__a_failed_init_says_why),
	};
	return cmocka_run_group_tests_name("venue_host", tests, NULL, NULL);
}
