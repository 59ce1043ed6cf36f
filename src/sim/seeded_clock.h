/* seeded_clock.h: a clock that moves only when told to, and the streams of chance of a seed.
 *
 * The venues live on true time; the program under test sees wall_ns, which a fault may set off.
 * All of a run's chance comes from streams named by what they are for: leaving one out does not
 * shift another. */
#ifndef PLI_SIM_SEEDED_CLOCK_H
#define PLI_SIM_SEEDED_CLOCK_H

#include "base/random.h"
#include "base/world.h"

/* pli_seeded_stream: the stream of one concern ("net.cut") of a seed. */
void pli_seeded_stream(pli_random *ret_random, uint64_t seed, const char *concern);

/* pli_seeded_wait: a time drawn so that such things happen every mean_ns on average; >= 1 ms. */
int64_t pli_seeded_wait(pli_random *random, int64_t mean_ns);

typedef struct pli_seeded_clock {
	plm_time_ns steady_ns;
	plm_time_ns start_true_ns; /* true time at steady time 1 s */
	int64_t wall_off_ns;       /* the program's wall clock minus true time */
	pli_random random;
} pli_seeded_clock;

/* pli_seeded_clock_init starts at steady time 1 s and true time start_ns. */
void pli_seeded_clock_init(pli_seeded_clock *clock, uint64_t seed, plm_time_ns start_ns);

/* pli_seeded_clock_table borrows the clock. */
pli_clock pli_seeded_clock_table(pli_seeded_clock *clock);

/* pli_seeded_clock_move goes on to steady_ns; never back (an earlier time changes nothing). */
void pli_seeded_clock_move(pli_seeded_clock *clock, plm_time_ns steady_ns);

/* pli_seeded_clock_true_ns: the time that the venues keep. */
plm_time_ns pli_seeded_clock_true_ns(const pli_seeded_clock *clock);

#endif
