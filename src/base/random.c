/* random.c: xoshiro256** with splitmix64 seeding. */
#include "base/random.h"

#include <assert.h>
#include <math.h>

static uint64_t
random_split(uint64_t *state)
{
	uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static uint64_t
random_rotate(uint64_t x, int by)
{
	return (x << by) | (x >> (64 - by));
}

void
pli_random_init(pli_random *random, uint64_t seed)
{
	for (int i = 0; i < 4; i++)
		random->words[i] = random_split(&seed);
}

uint64_t
pli_random_next(pli_random *random)
{
	uint64_t *s = random->words;
	assert((s[0] | s[1] | s[2] | s[3]) != 0);
	uint64_t result = random_rotate(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;
	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = random_rotate(s[3], 45);
	return result;
}

uint64_t
pli_random_below(pli_random *random, uint64_t bound)
{
	assert(bound > 0);
	uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
	uint64_t x;
	do {
		x = pli_random_next(random);
	} while (x >= limit);
	return x % bound;
}

double
pli_random_unit(pli_random *random)
{
	return (double)(pli_random_next(random) >> 11) * 0x1p-53;
}

double
pli_random_normal(pli_random *random)
{
	double u, v, s;
	do {
		u = 2.0 * pli_random_unit(random) - 1.0;
		v = 2.0 * pli_random_unit(random) - 1.0;
		s = u * u + v * v;
	} while (s >= 1.0 || s <= 0.0);
	return u * sqrt(-2.0 * log(s) / s);
}
