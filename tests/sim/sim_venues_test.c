/* sim_venues_test.c: the venues of a world, as a list and as bits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/sim_venues.h"
#include "venue/venues.h"

static uint32_t
parsed(const char *list)
{
	plm_slice bad = {NULL, 0};
	uint32_t venues = 0;
	assert_int_equal(pli_sim_venues_parse(list, &venues, &bad), PLM_OK);
	return venues;
}

/* Each is called as the adapter that watches it. */
static void
test_sim_venues__are_called_as_their_adapters(void **state)
{
	(void)state;
	for (int i = 0; i < PLI_SIM_SERVERS; i++) {
		plm_slice name = plm_slice_of(pli_sim_venue_name((pli_sim_venue)i));
		assert_int_equal(pli_sim_venue_find(name), i);
		assert_non_null(pli_venue_find(name));
	}
	assert_int_equal(pli_sim_venue_find(PLM_SLICE("mtgox")), PLI_SIM_SERVERS);
}

static void
test_sim_venues__two_are_in_every_world(void **state)
{
	(void)state;
	uint32_t two = 1u << PLI_SIM_DERIBIT | 1u << PLI_SIM_BINANCE;
	assert_int_equal(parsed(NULL), two);
	assert_int_equal(parsed(""), two);
	assert_int_equal(parsed("binance"), two);
	assert_int_equal(parsed("okx"), two | 1u << PLI_SIM_OKX);
	assert_int_equal(parsed("all"), PLI_SIM_VENUES_ALL);
}

/* None to three more, the same for the same seed, and each venue in some world. */
static void
test_sim_venues__are_drawn_by_a_seed(void **state)
{
	(void)state;
	uint32_t seen = 0, sizes = 0;
	for (uint64_t seed = 0; seed < 200; seed++) {
		uint32_t venues = pli_sim_venues_draw(seed);
		uint32_t more = venues & ~PLI_SIM_VENUES_ALWAYS;
		uint32_t alone = more & ~(PLI_SIM_VENUES_MARKETS | 1u << PLI_SIM_OKX_MULTI |
					    1u << PLI_SIM_OKX_PM | 1u << PLI_SIM_HYPERLIQUID_DEXES);
		int size = __builtin_popcount(alone) + ((more & PLI_SIM_VENUES_MARKETS) != 0);
		assert_int_equal(venues, pli_sim_venues_draw(seed));
		assert_int_equal(venues & PLI_SIM_VENUES_ALWAYS, PLI_SIM_VENUES_ALWAYS);
		assert_in_range(size, 0, 3);
		assert_true((venues >> PLI_SIM_OKX_MULTI & 1) <= (venues >> PLI_SIM_OKX & 1));
		seen |= venues;
		sizes |= 1U << size;
	}
	assert_int_equal(seen, PLI_SIM_VENUES_ALL);
	assert_int_equal(sizes, 0xf);
}

/* They come together, but for options, and all of them in "all". */
static void
test_sim_venues__binance_has_other_markets(void **state)
{
	(void)state;
	char text[PLI_SIM_VENUES_TEXT_MAX];
	uint32_t venues = parsed("binance-markets");
	for (int i = PLI_SIM_SERVERS; i < PLI_SIM_MARKETS; i++) {
		assert_int_equal(venues >> i & 1, i < PLI_SIM_BINANCE_OPTIONS);
		assert_true((PLI_SIM_VENUES_ALL >> i & 1) != 0);
	}
	assert_int_equal(venues & PLI_SIM_VENUES_SERVERS, parsed(NULL));
	pli_sim_venues_format(venues, text);
	assert_string_equal(text, "deribit,binance,binance-markets");
	venues = parsed("binance-options");
	assert_int_equal(venues, parsed(NULL) | 1u << PLI_SIM_BINANCE_OPTIONS);
	pli_sim_venues_format(venues, text);
	assert_string_equal(text, "deribit,binance,binance-options");
}

/* A second kind of account comes with its venue, at that one's server. */
static void
comes_with(const char *name, pli_sim_venue kind, pli_sim_venue venue)
{
	char text[PLI_SIM_VENUES_TEXT_MAX], expected[PLI_SIM_VENUES_TEXT_MAX];
	uint32_t venues = parsed(name);
	assert_int_equal(venues, parsed(NULL) | 1u << venue | 1u << kind);
	assert_int_equal(pli_sim_server_of(kind), venue);
	pli_sim_venues_format(venues, text);
	(void)snprintf(expected, sizeof expected, "deribit,binance,%s,%s",
	    pli_sim_venue_name(venue), name);
	assert_string_equal(text, expected);
	assert_int_equal(parsed(text), venues);
}

static void
test_sim_venues__other_accounts_come_with_their_venues(void **state)
{
	(void)state;
	comes_with("okx-multi", PLI_SIM_OKX_MULTI, PLI_SIM_OKX);
	comes_with("okx-pm", PLI_SIM_OKX_PM, PLI_SIM_OKX);
	comes_with("hyperliquid-dexes", PLI_SIM_HYPERLIQUID_DEXES, PLI_SIM_HYPERLIQUID);
}

static void
test_sim_venues__a_list_comes_back_in_one_order(void **state)
{
	(void)state;
	char text[PLI_SIM_VENUES_TEXT_MAX];
	pli_sim_venues_format(parsed("hyperliquid,binance,okx"), text);
	assert_string_equal(text, "deribit,binance,okx,hyperliquid");
	pli_sim_venues_format(parsed("all"), text);
	assert_int_equal(parsed(text), PLI_SIM_VENUES_ALL);
	pli_sim_venues_format(parsed(NULL), text);
	assert_string_equal(text, "deribit,binance");
}

static void
test_sim_venues__a_word_that_is_none_is_told(void **state)
{
	(void)state;
	plm_slice bad = {NULL, 0};
	uint32_t venues = 77;
	assert_int_equal(pli_sim_venues_parse("okx,mtgox,all", &venues, &bad), PLM_EARG);
	assert_true(plm_slice_is(bad, "mtgox"));
	assert_int_equal(venues, 77);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sim_venues__are_called_as_their_adapters),
	    cmocka_unit_test(test_sim_venues__two_are_in_every_world),
	    cmocka_unit_test(test_sim_venues__are_drawn_by_a_seed),
	    cmocka_unit_test(test_sim_venues__binance_has_other_markets),
	    cmocka_unit_test(test_sim_venues__other_accounts_come_with_their_venues),
	    cmocka_unit_test(test_sim_venues__a_list_comes_back_in_one_order),
	    cmocka_unit_test(test_sim_venues__a_word_that_is_none_is_told),
	};
	return cmocka_run_group_tests_name("sim_venues", tests, NULL, NULL);
}
