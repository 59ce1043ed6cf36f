/* seeded_clock.c: time as a variable, chance as named streams. */
#include "sim/seeded_clock.h"

#include <math.h>
#include <string.h>
#include <xxhash.h>

void
pli_seeded_stream(pli_random *ret_random, uint64_t seed, const char *concern)
{
	pli_random_init(ret_random, XXH3_64bits_withSeed(concern, strlen(concern), seed));
}

int64_t
pli_seeded_wait(pli_random *random, int64_t mean_ns)
{
	double wait_ns = -log(1.0 - pli_random_unit(random)) * (double)mean_ns;
	int64_t ms = (int64_t)(wait_ns / (double)PLM_NS_PER_MS);
	return (ms < 1 ? 1 : ms) * PLM_NS_PER_MS;
}

static plm_time_ns
clock_wall(void *ctx)
{
	const pli_seeded_clock *clock = ctx;
	return pli_seeded_clock_true_ns(clock) + clock->wall_off_ns;
}

static plm_time_ns
clock_steady(void *ctx)
{
	return ((const pli_seeded_clock *)ctx)->steady_ns;
}

static uint64_t
clock_random(void *ctx)
{
	return pli_random_next(&((pli_seeded_clock *)ctx)->random);
}

void
pli_seeded_clock_init(pli_seeded_clock *clock, uint64_t seed, plm_time_ns start_ns)
{
	*clock = (pli_seeded_clock){.steady_ns = PLM_NS_PER_S, .start_true_ns = start_ns};
	pli_seeded_stream(&clock->random, seed, "clock.random");
}

pli_clock
pli_seeded_clock_table(pli_seeded_clock *clock)
{
	return (pli_clock){clock_wall, clock_steady, clock_random, clock};
}

void
pli_seeded_clock_move(pli_seeded_clock *clock, plm_time_ns steady_ns)
{
	if (steady_ns > clock->steady_ns)
		clock->steady_ns = steady_ns;
}

plm_time_ns
pli_seeded_clock_true_ns(const pli_seeded_clock *clock)
{
	return clock->start_true_ns + clock->steady_ns - PLM_NS_PER_S;
}
