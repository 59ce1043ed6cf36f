/* clock.c: the clock table of Linux. */
#include <assert.h>
#include <sys/random.h>
#include <time.h>

#include "io/io.h"

static plm_time_ns
clock_read(clockid_t which)
{
	struct timespec now;
	int rc = clock_gettime(which, &now);
	assert(rc == 0);
	(void)rc;
	return (plm_time_ns)now.tv_sec * PLM_NS_PER_S + now.tv_nsec;
}

static plm_time_ns
clock_wall_ns(void *ctx)
{
	(void)ctx;
	return clock_read(CLOCK_REALTIME);
}

static plm_time_ns
clock_steady_ns(void *ctx)
{
	(void)ctx;
	return clock_read(CLOCK_BOOTTIME);
}

static uint64_t
clock_random(void *ctx)
{
	(void)ctx;
	uint64_t value = 0;
	ssize_t got;
	do
		got = getrandom(&value, sizeof value, 0);
	while (got < 0);
	/* Reads of up to 256 bytes are never short once the pool is ready. */
	assert(got == sizeof value);
	return value;
}

void
pli_io_clock(pli_clock *ret_clock)
{
	*ret_clock = (pli_clock){.wall_ns = clock_wall_ns,
	    .steady_ns = clock_steady_ns,
	    .random = clock_random,
	    .ctx = NULL};
}
