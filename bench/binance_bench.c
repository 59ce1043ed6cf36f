/* binance_bench.c: time of one mark price update of Binance's, from bytes to its event. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_time.h"
#include "model/registry.h"
#include "venue/venues.h"

enum { BENCH_RUNS = 21, BENCH_LOOPS = 20000 };

typedef struct bench_row {
	const char *name;
	const char *text;
} bench_row;

/* Written here in the venue's shape. */
static const bench_row rows[] = {
    {"markPriceUpdate in its envelope", "{\"stream\":\"btcusdt@markPrice@1s\",\"data\":{\"e\":"
					"\"markPriceUpdate\",\"E\":1795420800125,"
					"\"s\":\"BTCUSDT\",\"p\":\"91234.56780000\",\"P\":\"91240."
					"12345678\",\"i\":\"91236.45670000\","
					"\"r\":\"0.00005383\",\"T\":1795449600000}}"},
    {"ACCOUNT_UPDATE, one balance, one leg",
	"{\"e\":\"ACCOUNT_UPDATE\",\"T\":1795420800125,\"E\":1795420800131,\"a\":{\"B\":[{\"a\":"
	"\"USDT\",\"wb\":\"1021.12168460\",\"cw\":\"1021.12168460\",\"bc\":\"0\"}],\"P\":[{\"s\":"
	"\"XRPUSDT\",\"pa\":\"-5\",\"ep\":\"1.15540\",\"cr\":\"0\",\"up\":\"0.00100000\",\"mt\":"
	"\"cross\",\"iw\":\"0\",\"ps\":\"BOTH\",\"ma\":\"USDT\"}],\"m\":\"ORDER\"}}"},
};

/* Adds up what it is given, so that nothing can be left out. */
static plm_err
bench_emit(void *ctx, const plm_event *event)
{
	uint64_t *sum = ctx;
	*sum += event->type + (uint64_t)event->venue_time_ns;
	if (event->type == PLM_EVENT_MARK)
		*sum += (uint64_t)event->u.mark.mark_price.units;
	return PLM_OK;
}

/* Median of the runs, in ns a message. */
static double
bench_median(const plm_venue_cfg *cfg, const char *text, uint64_t *checksum)
{
	double ns[BENCH_RUNS];
	plm_event_sink sink = {bench_emit, checksum};
	plm_frame frame = {.kind = PLM_FRAME_RAW, .bytes = plm_slice_of(text)};
	plm_fault fault;
	for (int run = 0; run < BENCH_RUNS; run++) {
		int64_t start_ns = bench_now_ns();
		for (int i = 0; i < BENCH_LOOPS; i++)
			if (pli_venue_binance.ops->decode(cfg, &frame, &sink, &fault) != PLM_OK)
				abort();
		ns[run] = (double)(bench_now_ns() - start_ns) / BENCH_LOOPS;
	}
	qsort(ns, BENCH_RUNS, sizeof ns[0], bench_compare);
	return ns[BENCH_RUNS / 2];
}

int
main(int argc, char **argv)
{
	bool json = argc > 1 && strcmp(argv[1], "--json") == 0;
	pli_registry *names = pli_registry_create((pli_registry_bounds){64, 4, 64});
	if (names == NULL)
		return 1;
	plm_venue_cfg cfg = {.names = names, .venue = {1}, .account = {1}};
	uint64_t checksum = 0;
	(void)printf(json ? "{\"bench\":\"binance\",\"rows\":[" : "%-40s %8s %10s\n", "decode",
	    "bytes", "ns");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		double ns = bench_median(&cfg, rows[i].text, &checksum);
		if (json)
			(void)printf("%s{\"name\":\"%s\",\"bytes\":%zu,\"ns\":%.1f}",
			    i == 0 ? "" : ",", rows[i].name, strlen(rows[i].text), ns);
		else
			(void)printf("%-40s %8zu %10.1f\n", rows[i].name, strlen(rows[i].text), ns);
	}
	(void)printf(json ? "],\"checksum\":%" PRIu64 "}\n" : "checksum %" PRIu64 "\n", checksum);
	pli_registry_destroy(names);
	return 0;
}
