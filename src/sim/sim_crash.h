/* sim_crash.h: a coin's price that walks, by a seed, past the margin call of one account.
 *
 * The account is in no other world: `binance-levered`, one cross position in the coin's perpetual
 * that nobody trades, long where the price falls, short where it rises, with a wallet that lasts
 * about two thirds of the way. From then on the venue's margin engine watches (sim_margin.h). */
#ifndef PLI_SIM_SIM_CRASH_H
#define PLI_SIM_SIM_CRASH_H

#include "sim/sim_world.h"

/* pli_sim_crash: share: how far the price goes, -0.18 is 18 % down; 0: there is no crash. after_ns:
 * from the world's start on, in wall time. */
typedef struct pli_sim_crash {
	pli_sim_asset coin;
	double share;
	int64_t after_ns, duration_ns;
} pli_sim_crash;

/* pli_sim_crash_parse: "COIN[:PCT[:SECONDS[:AFTER]]]", "SOL:-18:60:20"; what is not said is -18 %
 * in 60 s, 20 s after the start. false: no such coin, a move not within 5 to 60 % either way,
 * seconds not within 1 to 3600, or not within 0 to 3600 after. *ret_crash is written on success.
 * PLI_SIM_CRASH_WANTED says what would be right. */
#define PLI_SIM_CRASH_WANTED                                                                       \
	"COIN[:PCT[:SECONDS[:AFTER]]] is wanted, such as SOL:-18:60:20; coins are BTC, ETH, SOL, " \
	"XRP and DOGE, PCT is 5 to 60 either way, SECONDS 1 to 3600, AFTER 0 to 3600"
bool pli_sim_crash_parse(const char *text, pli_sim_crash *ret_crash);

/* pli_sim_crash_begin adds the account to a world that has just been made, and sets the walk; the
 * seed is its steps'. share is not 0 (asserted). */
void pli_sim_crash_begin(pli_sim_world *w, const pli_sim_crash *crash, uint64_t seed);

#endif
