/* decimal_bench.c: time of one decimal operation of each kind. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_time.h"
#include "plimsoll/decimal.h"

enum { BENCH_RUNS = 21, BENCH_VALUES = 1024, BENCH_LOOPS = 200 };

typedef struct bench_data {
	char texts[BENCH_VALUES][24];
	plm_slice slices[BENCH_VALUES];
	plm_decimal values[BENCH_VALUES];
	double doubles[BENCH_VALUES];
} bench_data;

typedef struct bench_row {
	const char *name;
	uint64_t (*run)(const bench_data *data);
} bench_row;

/* Prices and sizes as venues send them: up to six digits before the point, up to eight behind. */
static void
bench_fill(bench_data *data)
{
	uint64_t bits = UINT64_C(0x20261122);
	for (size_t i = 0; i < BENCH_VALUES; i++) {
		bits = bits * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		(void)snprintf(data->texts[i], sizeof data->texts[i], "%s%u.%0*u",
		    bits >> 63 ? "-" : "", (unsigned)(bits >> 20) % 200000,
		    (int)(1 + (bits >> 50) % 4), (unsigned)(bits >> 40) % 10);
		data->slices[i] = plm_slice_of(data->texts[i]);
		if (plm_decimal_parse(data->slices[i], &data->values[i], NULL) != PLM_OK)
			abort();
		data->doubles[i] = plm_decimal_to_double(data->values[i]);
	}
}

static uint64_t
bench_parse(const bench_data *data)
{
	uint64_t sum = 0;
	plm_decimal value = plm_decimal_zero();
	for (size_t i = 0; i < BENCH_VALUES; i++) {
		(void)plm_decimal_parse(data->slices[i], &value, NULL);
		sum += (uint64_t)value.units;
	}
	return sum;
}

static uint64_t
bench_format(const bench_data *data)
{
	uint64_t sum = 0;
	char text[PLM_DECIMAL_TEXT_MAX];
	for (size_t i = 0; i < BENCH_VALUES; i++)
		sum += plm_decimal_format(data->values[i], text) + (uint64_t)text[0];
	return sum;
}

static uint64_t
bench_add(const bench_data *data)
{
	plm_decimal sum = plm_decimal_zero();
	for (size_t i = 0; i < BENCH_VALUES; i++)
		(void)plm_decimal_add(sum, data->values[i], &sum);
	return (uint64_t)sum.units;
}

static uint64_t
bench_multiply(const bench_data *data)
{
	uint64_t sum = 0;
	plm_decimal value = plm_decimal_zero();
	for (size_t i = 1; i < BENCH_VALUES; i++) {
		(void)plm_decimal_multiply(data->values[i - 1], data->values[i], &value);
		sum += (uint64_t)value.units;
	}
	return sum;
}

static uint64_t
bench_divide(const bench_data *data)
{
	uint64_t sum = 0;
	plm_decimal value = plm_decimal_zero();
	for (size_t i = 1; i < BENCH_VALUES; i++) {
		(void)plm_decimal_divide(data->values[i - 1], data->values[i], &value);
		sum += (uint64_t)value.units;
	}
	return sum;
}

static uint64_t
bench_to_double(const bench_data *data)
{
	double sum = 0;
	for (size_t i = 0; i < BENCH_VALUES; i++)
		sum += plm_decimal_to_double(data->values[i]);
	return (uint64_t)(int64_t)sum;
}

static uint64_t
bench_from_double(const bench_data *data)
{
	uint64_t sum = 0;
	plm_decimal value = plm_decimal_zero();
	for (size_t i = 0; i < BENCH_VALUES; i++) {
		(void)plm_decimal_from_double(data->doubles[i], &value);
		sum += (uint64_t)value.units;
	}
	return sum;
}

static double
bench_median(const bench_row *row, const bench_data *data, uint64_t *ret_checksum)
{
	double ns[BENCH_RUNS];
	*ret_checksum = 0;
	for (int run = 0; run < BENCH_RUNS; run++) {
		int64_t start_ns = bench_now_ns();
		for (int i = 0; i < BENCH_LOOPS; i++)
			*ret_checksum += row->run(data);
		ns[run] = (double)(bench_now_ns() - start_ns) / BENCH_LOOPS / BENCH_VALUES;
	}
	qsort(ns, BENCH_RUNS, sizeof ns[0], bench_compare);
	return ns[BENCH_RUNS / 2];
}

int
main(int argc, char **argv)
{
	static const bench_row rows[] = {{"parse", bench_parse}, {"format", bench_format},
	    {"add", bench_add}, {"multiply", bench_multiply}, {"divide", bench_divide},
	    {"to_double", bench_to_double}, {"from_double", bench_from_double}};
	static bench_data data;
	bool as_json = argc > 1 && strcmp(argv[1], "--json") == 0;
	bench_fill(&data);
	(void)printf(
	    as_json ? "{\"bench\":\"decimal\"" : "decimal: median of %d runs\n", BENCH_RUNS);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		uint64_t checksum;
		double ns = bench_median(&rows[i], &data, &checksum);
		(void)printf(as_json ? ",\"%s_ns\":%.2f,\"%s_checksum\":\"%016" PRIx64 "\""
				     : "  %-12s %7.2f ns   %s checksum %016" PRIx64 "\n",
		    rows[i].name, ns, as_json ? rows[i].name : "", checksum);
	}
	(void)printf(as_json ? "}\n" : "");
	return 0;
}
