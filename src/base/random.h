/* random.h: a seeded generator (xoshiro256**, seeded by splitmix64): the same seed gives the same
 * numbers in every build and on every machine. For simulation and jitter, never for keys.
 *
 * Pure: no clock, no heap, no I/O; one state belongs to one thread. */
#ifndef PLI_BASE_RANDOM_H
#define PLI_BASE_RANDOM_H

#include <stdint.h>

/* pli_random: state. All zero is not a state: init first. */
typedef struct pli_random {
	uint64_t words[4];
} pli_random;

/* pli_random_init: any seed is good, also 0. */
void pli_random_init(pli_random *random, uint64_t seed);

/* pli_random_next: 64 even bits. */
uint64_t pli_random_next(pli_random *random);

/* pli_random_below: an even whole number in [0, bound); bound > 0 (asserted). Unbiased. */
uint64_t pli_random_below(pli_random *random, uint64_t bound);

/* pli_random_unit: [0, 1), a multiple of 2^-53. */
double pli_random_unit(pli_random *random);

/* pli_random_normal: mean 0, standard deviation 1 (polar method, nothing kept between calls). */
double pli_random_normal(pli_random *random);

#endif
