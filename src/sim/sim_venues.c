/* sim_venues.c: names of simulated venues, and lists of them. */
#include "sim/sim_venues.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"

/* A stream of its own: what a world is made of says nothing about what happens in it. */
#define DRAW_SEED 0x776f726c64ULL
enum { DRAW_MORE_MAX = 3 };

static const char *const venue_names[PLI_SIM_MARKETS] = {[PLI_SIM_DERIBIT] = "deribit",
    [PLI_SIM_BINANCE] = "binance",
    [PLI_SIM_OKX] = "okx",
    [PLI_SIM_HYPERLIQUID] = "hyperliquid",
    [PLI_SIM_BYBIT] = "bybit",
    [PLI_SIM_BITMEX] = "bitmex",
    [PLI_SIM_DYDX] = "dydx",
    [PLI_SIM_BINANCE_COINM] = "binance-coinm",
    [PLI_SIM_BINANCE_SPOT] = "binance-spot",
    [PLI_SIM_BINANCE_MARGIN] = "binance-margin",
    [PLI_SIM_BINANCE_PM] = "binance-pm",
    [PLI_SIM_BINANCE_OPTIONS] = "binance-options",
    [PLI_SIM_OKX_MULTI] = "okx-multi",
    [PLI_SIM_OKX_PM] = "okx-pm",
    [PLI_SIM_HYPERLIQUID_DEXES] = "hyperliquid-dexes"};

static const char markets_name[] = "binance-markets";

/* What a word of a list stands for, beside the venues with a server of their own. */
static const struct {
	const char *word;
	uint32_t venues;
} venue_words[] = {{"all", PLI_SIM_VENUES_ALL}, {markets_name, PLI_SIM_VENUES_MARKETS},
    {"binance-options", 1U << PLI_SIM_BINANCE_OPTIONS},
    {"okx-multi", 1U << PLI_SIM_OKX | 1U << PLI_SIM_OKX_MULTI},
    {"okx-pm", 1U << PLI_SIM_OKX | 1U << PLI_SIM_OKX_PM},
    {"hyperliquid-dexes", 1U << PLI_SIM_HYPERLIQUID | 1U << PLI_SIM_HYPERLIQUID_DEXES}};

const char *
pli_sim_venue_name(pli_sim_venue venue)
{
	assert(venue < PLI_SIM_MARKETS && venue_names[venue] != NULL);
	return venue_names[venue];
}

pli_sim_venue
pli_sim_venue_find(plm_slice name)
{
	int venue = 0;
	while (venue < PLI_SIM_SERVERS && !plm_slice_is(name, venue_names[venue]))
		venue++;
	return (pli_sim_venue)venue;
}

static uint32_t
venues_of_word(plm_slice word)
{
	pli_sim_venue venue = pli_sim_venue_find(word);
	for (size_t i = 0; i < sizeof venue_words / sizeof venue_words[0]; i++)
		if (plm_slice_is(word, venue_words[i].word))
			return venue_words[i].venues;
	return venue < PLI_SIM_SERVERS ? PLI_SIM_VENUES_ALL & 1U << venue : 0;
}

plm_err
pli_sim_venues_parse(const char *list, uint32_t *ret_venues, plm_slice *ret_bad)
{
	uint32_t venues = PLI_SIM_VENUES_ALWAYS;
	for (const char *at = list; at != NULL && *at != '\0';) {
		plm_slice word = {at, strcspn(at, ",")};
		uint32_t more = venues_of_word(word);
		if (more == 0) {
			*ret_bad = word;
			return PLM_EARG;
		}
		venues |= more;
		at += word.size + (at[word.size] == ',');
	}
	*ret_venues = venues;
	return PLM_OK;
}

uint32_t
pli_sim_venues_draw(uint64_t seed)
{
	uint32_t more[PLI_SIM_MARKETS], venues = PLI_SIM_VENUES_ALWAYS;
	size_t count = 0;
	pli_random random;
	for (int venue = PLI_SIM_VENUES; venue < PLI_SIM_SERVERS; venue++)
		more[count++] = 1U << venue;
	more[count++] = PLI_SIM_VENUES_MARKETS;
	more[count++] = 1U << PLI_SIM_BINANCE_OPTIONS;
	more[count++] = 1U << PLI_SIM_HYPERLIQUID | 1U << PLI_SIM_HYPERLIQUID_DEXES;
	pli_random_init(&random, seed ^ DRAW_SEED);
	for (uint64_t rest = pli_random_below(&random, DRAW_MORE_MAX + 1); rest > 0; rest--) {
		size_t at = (size_t)pli_random_below(&random, count);
		venues |= more[at];
		more[at] = more[--count];
	}
	if ((venues >> PLI_SIM_OKX & 1) != 0 && pli_random_below(&random, 2) == 0)
		venues |= 1U << PLI_SIM_OKX_MULTI;
	if ((venues >> PLI_SIM_OKX & 1) != 0 && pli_random_below(&random, 2) == 0)
		venues |= 1U << PLI_SIM_OKX_PM;
	return venues & PLI_SIM_VENUES_ALL;
}

static size_t
format_word(char *text, size_t size, const char *word)
{
	return size + (size_t)snprintf(text + size, PLI_SIM_VENUES_TEXT_MAX - size, "%s%s",
			  size == 0 ? "" : ",", word);
}

void
pli_sim_venues_format(uint32_t venues, char ret_text[PLI_SIM_VENUES_TEXT_MAX])
{
	size_t size = 0;
	ret_text[0] = '\0';
	for (int venue = 0; venue < PLI_SIM_SERVERS; venue++)
		if ((venues >> venue & 1) != 0)
			size = format_word(ret_text, size, venue_names[venue]);
	if ((venues & PLI_SIM_VENUES_MARKETS) != 0)
		size = format_word(ret_text, size, markets_name);
	for (int venue = PLI_SIM_BINANCE_OPTIONS; venue < PLI_SIM_MARKETS; venue++)
		if ((venues >> venue & 1) != 0)
			size = format_word(ret_text, size, venue_names[venue]);
	assert(size < PLI_SIM_VENUES_TEXT_MAX);
}
