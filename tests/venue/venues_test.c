/* venues_test.c: the table of venues keeps its ids, is complete, asks only what is read-only. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "venue/venues.h"

static void
test_venue_venues__rows_keep_their_ids_and_are_found_again(void **state)
{
	(void)state;
	static const char *const first[] = {"binance", "deribit", "file", "okx", "binance-coinm",
	    "binance-spot", "binance-margin", "binance-pm", "binance-options", "hyperliquid",
	    "bybit", "bitmex", "dydx"}; /* in journals */
	for (uint32_t i = 0; i < sizeof first / sizeof first[0]; i++)
		assert_string_equal(pli_venue_of((plm_venue_id){i + 1})->name, first[i]);
	for (uint32_t i = 0; i < pli_venue_count(); i++) {
		const plm_venue_desc *desc = pli_venue_at(i);
		assert_ptr_equal(pli_venue_find(plm_slice_of(desc->name)), desc);
		assert_ptr_equal(pli_venue_of(pli_venue_id_of(desc)), desc);
	}
	assert_null(pli_venue_at(pli_venue_count()));
	assert_null(pli_venue_find(PLM_SLICE("nowhere")));
	assert_null(pli_venue_of((plm_venue_id){0}));
	assert_int_equal(pli_venue_id_of(NULL).value, 0);
}

static void
test_venue_venues__each_has_what_the_host_needs(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < pli_venue_count(); i++) {
		const plm_venue_desc *desc = pli_venue_at(i);
		assert_non_null(desc->title);
		assert_non_null(desc->checked);
		assert_non_null(desc->ops);
		assert_true(desc->ops->state_size > 0);
		assert_non_null(desc->ops->init);
		assert_non_null(desc->ops->fini);
		assert_non_null(desc->ops->on_open);
		assert_non_null(desc->ops->on_frame);
		assert_non_null(desc->ops->resync);
		assert_non_null(desc->ops->status);
		assert_non_null(desc->ops->decode);
		assert_true(
		    desc->stream_url == NULL || strncmp(desc->stream_url, "wss://", 6) == 0);
		assert_true(desc->rest_url == NULL || strncmp(desc->rest_url, "https://", 8) == 0);
	}
}

/* The request that tells a key's rights is one that may be sent. */
static void
test_venue_venues__rights_are_asked_for_by_a_listed_request(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < pli_venue_count(); i++) {
		const plm_venue_desc *desc = pli_venue_at(i);
		bool listed = desc->rights_request == NULL;
		for (const char *const *row = desc->requests_allowed; *row != NULL; row++)
			listed |= desc->rights_request != NULL &&
				  strcmp(*row, desc->rights_request) == 0;
		assert_true(listed);
	}
	assert_non_null(pli_venue_binance.rights_request);
	assert_non_null(pli_venue_deribit.rights_request);
	assert_non_null(pli_venue_bybit.rights_request);
	assert_non_null(pli_venue_bitmex.rights_request);
}

/* Words of the trading class; none may stand in a list of what may be asked, unless it is by GET.
 */
static void
test_venue_venues__no_list_holds_a_trading_request(void **state)
{
	(void)state;
	static const char *const words[] = {"order", "buy", "sell", "cancel", "withdraw",
	    "transfer", "edit", "close_position", "DELETE"};
	for (uint32_t i = 0; i < pli_venue_count(); i++) {
		const char *const *row = pli_venue_at(i)->requests_allowed;
		for (; row != NULL && *row != NULL; row++)
			for (size_t w = 0; w < sizeof words / sizeof words[0]; w++)
				if (strstr(*row, words[w]) != NULL && strncmp(*row, "GET ", 4) != 0)
					fail_msg("%s may be asked", *row);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_venue_venues__rows_keep_their_ids_and_are_found_again),
	    cmocka_unit_test(test_venue_venues__each_has_what_the_host_needs),
	    cmocka_unit_test(test_venue_venues__rights_are_asked_for_by_a_listed_request),
	    cmocka_unit_test(test_venue_venues__no_list_holds_a_trading_request),
	};
	return cmocka_run_group_tests_name("venues", tests, NULL, NULL);
}
