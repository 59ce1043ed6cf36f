/* loop_bench.h: the real engine and adapters against simulated venues, in memory, in one thread, on
 * a clock of the test's own; for tests by cmocka, whose asserts it uses. */
#ifndef TESTS_SUPPORT_LOOP_BENCH_H
#define TESTS_SUPPORT_LOOP_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/engine.h"
#include "sim/sim.h"
#include "support/loop_world.h"

typedef struct loop_bench {
	loop_world *world;
	pli_clock clock;
	pli_net net;
	pli_sim *sim;
	pli_engine *engine;
	const bool *venues; /* which are there */
	uint32_t accounts_count;
} loop_bench;

/* loop_bench_init: all accounts of those venues (a market comes with its server), by their keys
 * that read. */
void loop_bench_init(loop_bench *bench, uint64_t seed, const bool venues[PLI_SIM_MARKETS]);
void loop_bench_fini(loop_bench *bench);

/* loop_bench_pass: time goes by. _until_live: until every feed is; false: not within ms. */
void loop_bench_pass(loop_bench *bench, int64_t ms);
bool loop_bench_until_live(loop_bench *bench, int64_t ms);
uint32_t loop_bench_live_count(const loop_bench *bench);

/* loop_bench_wrong: positions and wallets that the book has otherwise than the venue; says which.
 */
uint32_t loop_bench_wrong(const loop_bench *bench);

/* loop_bench_fault: one fault on one venue, then quiet: the truth must be back within one period
 * of readings, on a bench of its own. */
void loop_bench_fault(pli_sim_venue venue, pli_sim_fault fault, const bool venues[PLI_SIM_MARKETS]);

#endif
