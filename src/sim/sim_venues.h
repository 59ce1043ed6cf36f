/* sim_venues.h: the simulated venues by name, and which of them a world has.
 *
 * A world is what its seed and its venues make of it: with another venue in it the same seed gives
 * another market. So the venues are chosen by name, and one that is added to the simulator later
 * changes no world that was there before. Pure. */
#ifndef PLI_SIM_SIM_VENUES_H
#define PLI_SIM_SIM_VENUES_H

#include "plimsoll/err.h"
#include "sim/sim_market.h"

/* Bit per pli_sim_venue. ALWAYS: those that are in every world; MARKETS: Binance's other markets,
 * but for options, which come together, at Binance's server; ALL: every one that a world may have,
 * since the checker knows what is true of it; SERVERS: those of them with a server of their own. */
#define PLI_SIM_VENUES_ALWAYS ((1U << PLI_SIM_VENUES) - 1)
#define PLI_SIM_VENUES_ALL                                                                         \
	(PLI_SIM_VENUES_ALWAYS | 1U << PLI_SIM_OKX | 1U << PLI_SIM_HYPERLIQUID |                   \
	    1U << PLI_SIM_BYBIT | 1U << PLI_SIM_BITMEX | 1U << PLI_SIM_DYDX |                      \
	    PLI_SIM_VENUES_MARKETS | 1U << PLI_SIM_BINANCE_OPTIONS | 1U << PLI_SIM_OKX_MULTI |     \
	    1U << PLI_SIM_OKX_PM | 1U << PLI_SIM_HYPERLIQUID_DEXES)
#define PLI_SIM_VENUES_MARKETS                                                                     \
	(1U << PLI_SIM_BINANCE_COINM | 1U << PLI_SIM_BINANCE_SPOT | 1U << PLI_SIM_BINANCE_MARGIN | \
	    1U << PLI_SIM_BINANCE_PM)

#define PLI_SIM_VENUES_SERVERS ((1U << PLI_SIM_SERVERS) - 1)

enum { PLI_SIM_VENUES_TEXT_MAX = 16 * PLI_SIM_MARKETS };

/* pli_sim_venue_name: "deribit", "binance-coinm", as the program's own adapter is called.
 * pli_sim_venue_find is its inverse, of venues with a server of their own; PLI_SIM_SERVERS: none
 * has that name. */
const char *pli_sim_venue_name(pli_sim_venue venue);
pli_sim_venue pli_sim_venue_find(plm_slice name);

/* pli_sim_venues_parse: the venues of a comma list, "binance-markets", "binance-options",
 * "okx-multi" (OKX with an account in multi-currency mode), "okx-pm" (with one that is margined by
 * portfolio), "hyperliquid-dexes" (Hyperliquid with a builder's dex) and "all" among its words;
 * those of ALWAYS are in it in any case. NULL or "": they alone. Errors: PLM_EARG: *ret_bad is the
 * first word that names no venue. */
plm_err pli_sim_venues_parse(const char *list, uint32_t *ret_venues, plm_slice *ret_bad);

/* pli_sim_venues_draw: those of ALWAYS and none to three more (OKX with or without each kind of
 * account), by chance, the same for a seed: faults fall on few venues there and a run is short, so
 * that many small worlds see more than one with all venues. A venue that is added to the simulator
 * later changes what is drawn: a world that is kept is named in full. */
uint32_t pli_sim_venues_draw(uint64_t seed);

/* pli_sim_venues_format writes the list that parses to `venues`. */
void pli_sim_venues_format(uint32_t venues, char ret_text[PLI_SIM_VENUES_TEXT_MAX]);

#endif
