/* json_bench.c: time to parse a Deribit-shaped ticker and to read twelve of its fields. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "bench_time.h"

/* Runs are short, so that the median is of those that nothing interrupted. */
enum { BENCH_RUNS = 2100, BENCH_LOOPS = 200 };

/* Written here in the shape of an option's ticker notification; 790 bytes or so. */
static const char ticker[] =
    "{\"jsonrpc\":\"2.0\",\"method\":\"subscription\",\"params\":{\"channel\":"
    "\"ticker.BTC-25DEC26-90000-C.100ms\",\"data\":{\"timestamp\":1795420800125,\"state\":\"open\","
    "\"stats\":{\"high\":0.0715,\"low\":0.0655,\"price_change\":-1.7301,\"volume\":233.4,"
    "\"volume_usd\":1452371.22},\"settlement_price\":0.06912345,\"open_interest\":2711.9,"
    "\"min_price\":0.0415,\"max_price\":0.1035,\"mark_price\":0.0702,\"mark_iv\":48.71,"
    "\"last_price\":0.0695,\"interest_rate\":0.0,\"instrument_name\":\"BTC-25DEC26-90000-C\","
    "\"underlying_price\":91234.5678,\"underlying_index\":\"BTC-25DEC26\",\"index_price\":90987.12,"
    "\"greeks\":{\"delta\":0.55231,\"gamma\":0.00002,\"vega\":101.45512,\"theta\":-61.22817,"
    "\"rho\":40.11207},\"estimated_delivery_price\":90987.12,\"bid_iv\":47.9,\"ask_iv\":49.44,"
    "\"best_bid_price\":0.0695,\"best_bid_amount\":31.2,\"best_ask_price\":0.071,"
    "\"best_ask_amount\":18.7}}}";

/* Adds the twelve fields up, so that nothing can be left out. */
static uint64_t
bench_read(pli_json *json)
{
	static const char *const exact[] = {
	    "mark_price", "underlying_price", "index_price", "open_interest"};
	static const char *const greeks[] = {"delta", "gamma", "vega", "theta", "rho"};
	uint64_t sum = 0;
	plm_decimal decimal;
	double real;
	int64_t time_ns;
	plm_slice name;
	uint32_t data = pli_json_at(json, 0, "params.data");
	(void)pli_json_time_ms(json, pli_json_find(json, data, "timestamp"), &time_ns, NULL);
	sum += (uint64_t)time_ns;
	for (size_t i = 0; i < 4; i++) {
		(void)pli_json_decimal(json, pli_json_find(json, data, exact[i]), &decimal, NULL);
		sum += (uint64_t)decimal.units;
	}
	(void)pli_json_double(json, pli_json_find(json, data, "mark_iv"), &real, NULL);
	sum += (uint64_t)(real * 1e6);
	(void)pli_json_string(json, pli_json_find(json, data, "instrument_name"), &name, NULL);
	sum += name.size;
	uint32_t node = pli_json_find(json, data, "greeks");
	for (size_t i = 0; i < 5; i++) {
		(void)pli_json_double(json, pli_json_find(json, node, greeks[i]), &real, NULL);
		sum += (uint64_t)(int64_t)(real * 1e6);
	}
	return sum;
}

static double
bench_median(pli_json *json, bool read, uint64_t *checksum)
{
	double ns[BENCH_RUNS];
	plm_slice text = PLM_SLICE(ticker);
	for (int run = 0; run < BENCH_RUNS; run++) {
		int64_t start_ns = bench_now_ns();
		for (int i = 0; i < BENCH_LOOPS; i++) {
			if (pli_json_parse(json, text, NULL) != PLM_OK)
				abort();
			*checksum += read ? bench_read(json) : 1;
		}
		ns[run] = (double)(bench_now_ns() - start_ns) / BENCH_LOOPS;
	}
	qsort(ns, BENCH_RUNS, sizeof ns[0], bench_compare);
	return ns[BENCH_RUNS / 2];
}

int
main(int argc, char **argv)
{
	pli_json *json = pli_json_create();
	uint64_t checksum = 0;
	bool as_json = argc > 1 && strcmp(argv[1], "--json") == 0;
	if (json == NULL)
		return 1;
	double parse_ns = bench_median(json, false, &checksum);
	double read_ns = bench_median(json, true, &checksum);
	pli_json_destroy(json);
	if (as_json)
		(void)printf("{\"bench\":\"json\",\"bytes\":%zu,\"parse_ns\":%.1f,"
			     "\"parse_and_read_ns\":%.1f,\"checksum\":\"%016" PRIx64 "\"}\n",
		    sizeof ticker - 1, parse_ns, read_ns, checksum);
	else
		(void)printf("json: ticker of %zu bytes: parse %.0f ns, parse and read 12 fields "
			     "%.0f ns (median of %d), checksum %016" PRIx64 "\n",
		    sizeof ticker - 1, parse_ns, read_ns, BENCH_RUNS, checksum);
	return 0;
}
