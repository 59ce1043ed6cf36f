/* bench_time.h: the clock of a bench, and the median of its runs. */
#ifndef BENCH_TIME_H
#define BENCH_TIME_H

#include <stdint.h>
#include <stdlib.h>
#include <time.h>

static inline int64_t
bench_now_ns(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static inline int
bench_compare(const void *a, const void *b)
{
	double left = *(const double *)a;
	double right = *(const double *)b;
	return (left > right) - (left < right);
}

/* bench_middle sorts the runs. */
static inline double
bench_middle(double *runs, size_t count)
{
	qsort(runs, count, sizeof runs[0], bench_compare);
	return runs[count / 2];
}

#endif
