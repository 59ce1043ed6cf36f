/* bench_pricing.h: what a price, a vol and a cell of a grid cost, beside libm and beside a peer. */
#ifndef PLI_CLI_BENCH_PRICING_H
#define PLI_CLI_BENCH_PRICING_H

#include "cli/command.h"
#include "plimsoll/pricing.h"

/* pli_bench_peer: another library at the same work. Names as shown; nothing may be NULL. prepare:
 * the options of all later calls, kept by the peer where it can profit from that; not timed. */
typedef struct pli_bench_peer {
	const char *general_name, *implied_name, *grid_name;
	void (*prepare)(const plm_options *options, size_t count);
	/* price, delta, gamma, vega, theta */
	void (*general)(const plm_options *options, const plm_greeks *greeks, size_t count);
	void (*implied)(
	    const plm_options *options, const double *price, double *ret_vol, size_t count);
	void (*price)(const plm_options *options, double *ret_price, size_t count);
} pli_bench_peer;

/* pli_bench_peer_set: before the command runs; peer is borrowed for good. Only bench/pricing_bench
 * calls it. pli_bench_peer_get: NULL where there is none. */
void pli_bench_peer_set(const pli_bench_peer *peer);
const pli_bench_peer *pli_bench_peer_get(void);

enum { PLI_BENCH_ROUNDS_MAX = 1001 };

/* pli_bench_pricing times the kernel in use, libm and the peer in turn, `rounds` times (1 to
 * PLI_BENCH_ROUNDS_MAX), in CPU time of the thread, and prints medians with the errors of the same
 * run. reason: why there is no peer, else NULL. Not reentrant. Returns a pli_exit. Cost: about 0.1
 * s a round. */
int pli_bench_pricing(pli_cli *cli, int rounds, const char *reason, bool json);

#endif
