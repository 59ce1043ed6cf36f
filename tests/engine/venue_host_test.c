/* venue_host_test.c: a host's life. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host_rig.h"
#include "venue/venues.h"

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

/* Five accounts of one key, in the five markets of Binance's. */
static void
five_create(host_rig *rig, const char *rest_url, pli_venue_host *ret_hosts[5])
{
	static const char *const venues[] = {
	    "binance", "binance-coinm", "binance-spot", "binance-margin", "binance-options"};
	plm_fault fault;
	rig->budgets = (pli_budgets){0};
	for (uint32_t i = 0; i < 5; i++) {
		const plm_venue_desc *desc = pli_venue_find(plm_slice_of(venues[i]));
		pli_account_config config = {.desc = desc,
		    .venue = pli_venue_id_of(desc),
		    .name = venues[i],
		    .key = "key",
		    .secret = "secret",
		    .rest_url = rest_url};
		assert_int_equal(
		    pli_venue_host_create(&rig->shared, i + 1, &config, &ret_hosts[i], &fault),
		    PLM_OK);
	}
}

static void
five_destroy(pli_venue_host *hosts[5])
{
	for (int i = 0; i < 5; i++)
		pli_venue_host_destroy(hosts[i]);
}

/* The budget is the REST host's: fapi, dapi, api and eapi have one each, whichever accounts read
 * there; at one address there is one for all, by the least of the limits. */
static void
test_engine_venue_host__a_rest_host_has_one_budget_for_all_accounts(void **state)
{
	(void)state;
	static const char *const urls[] = {"https://fapi.binance.com", "https://dapi.binance.com",
	    "https://api.binance.com", "https://eapi.binance.com"};
	host_rig rig;
	pli_venue_host *hosts[5];
	host_rig_init(&rig);
	five_create(&rig, NULL, hosts);
	assert_int_equal(rig.budgets.count, 4);
	for (uint32_t i = 0; i < 4; i++)
		(void)pli_budgets_get(&rig.budgets, urls[i], 0);
	assert_int_equal(rig.budgets.count, 4);
	five_destroy(hosts);
	five_create(&rig, "http://127.0.0.1:8472", hosts);
	assert_int_equal(rig.budgets.count, 1);
	const plm_venue_desc *options = pli_venue_find(PLM_SLICE("binance-options"));
	assert_true(rig.budgets.rows[0].weight_per_minute_max == options->weight_per_minute_max);
	five_destroy(hosts);
	host_rig_fini(&rig);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_engine_venue_host__a_failed_init_says_why),
	    cmocka_unit_test(test_engine_venue_host__a_rest_host_has_one_budget_for_all_accounts),
	};
	return cmocka_run_group_tests_name("venue_host", tests, NULL, NULL);
}
