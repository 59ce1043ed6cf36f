/* decode_bench.c: one Deribit ticker, as it comes from the socket, to one event. The peer, CCXT's
 * parseTicker over the same bytes, is decode_peer.mjs.
 *
 * usage: decode_bench PAYLOAD [--json] */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_time.h"
#include "model/registry.h"
#include "venue/venues.h"

/* Runs are short, so that the median is of those that nothing interrupted. */
enum { BENCH_RUNS = 2100, BENCH_LOOPS = 200, BENCH_BYTES_MAX = 65536 };

/* Everything that a decoded event says goes into the checksum. */
static plm_err
bench_emit(void *ctx, const plm_event *event)
{
	uint64_t *checksum = ctx;
	*checksum = *checksum * 31 + (uint64_t)event->u.mark.mark_price.units +
		    (uint64_t)event->venue_time_ns + (uint64_t)(event->u.mark.delta * 1e6);
	return PLM_OK;
}

/* How many values an event tells: its instrument, its time, its known prices and measures. */
static plm_err
bench_count(void *ctx, const plm_event *event)
{
	const plm_mark *mark = &event->u.mark;
	const plm_decimal prices[] = {mark->mark_price, mark->index_price, mark->underlying_price};
	const double measures[] = {mark->mark_iv, mark->delta, mark->gamma, mark->vega, mark->theta,
	    mark->rho, mark->funding_rate};
	int *fields = ctx;
	*fields = (mark->instrument.value != 0) + (event->venue_time_ns != 0);
	for (size_t i = 0; i < sizeof prices / sizeof prices[0]; i++)
		*fields += plm_decimal_is_known(prices[i]);
	for (size_t i = 0; i < sizeof measures / sizeof measures[0]; i++)
		*fields += !isnan(measures[i]);
	return PLM_OK;
}

static double
decode_median(const plm_venue_cfg *cfg, plm_slice bytes, uint64_t *checksum)
{
	double ns[BENCH_RUNS];
	plm_event_sink sink = {bench_emit, checksum};
	plm_frame frame = {.kind = PLM_FRAME_RAW, .bytes = bytes};
	plm_fault fault;
	for (int run = 0; run < BENCH_RUNS; run++) {
		int64_t start_ns = bench_now_ns();
		for (int i = 0; i < BENCH_LOOPS; i++) {
			if (pli_venue_deribit.ops->decode(cfg, &frame, &sink, &fault) != PLM_OK)
				abort();
		}
		ns[run] = (double)(bench_now_ns() - start_ns) / BENCH_LOOPS;
	}
	return bench_middle(ns, BENCH_RUNS);
}

int
main(int argc, char **argv)
{
	static char text[BENCH_BYTES_MAX];
	uint64_t checksum = 0;
	FILE *file = argc < 2 ? NULL : fopen(argv[1], "rb");
	pli_registry *names = pli_registry_create((pli_registry_bounds){64, 4, 64});
	if (file == NULL || names == NULL) {
		(void)fprintf(stderr, "usage: decode_bench PAYLOAD [--json]\n");
		return 2;
	}
	size_t size = fread(text, 1, sizeof text, file);
	(void)fclose(file);
	plm_venue_cfg cfg = {
	    .names = names, .venue = pli_venue_id_of(&pli_venue_deribit), .account = {1}};
	double ns = decode_median(&cfg, (plm_slice){text, size}, &checksum);
	int fields = 0;
	plm_event_sink counter = {bench_count, &fields};
	plm_frame frame = {.kind = PLM_FRAME_RAW, .bytes = {text, size}};
	if (pli_venue_deribit.ops->decode(&cfg, &frame, &counter, NULL) != PLM_OK)
		return 1;
	pli_registry_destroy(names);
	if (argc > 2 && strcmp(argv[2], "--json") == 0)
		(void)printf("{\"bench\":\"decode\",\"bytes\":%zu,\"fields\":%d,\"ns\":%.1f,"
			     "\"checksum\":\"%016" PRIx64 "\"}\n",
		    size, fields, ns, checksum);
	else
		(void)printf("decode: Deribit ticker of %zu bytes to an event: %.0f ns, %d fields "
			     "(median of %d), checksum %016" PRIx64 "\n",
		    size, ns, fields, BENCH_RUNS, checksum);
	return 0;
}
