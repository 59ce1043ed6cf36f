/* options_bench.c: 1,000 options of one underlying whose forwards move: apply, reprice and settle
 * all of them, with the same greeks by the C library's log, exp and erfc beside. `--json` prints
 * one document; `--small` is for CI. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "exposure/exposure.h"

enum { EXPIRIES = 10, STRIKES = 50, OPTIONS = EXPIRIES * STRIKES * 2, ROUNDS_MAX = 20000 };
enum { ASSET_USD = 1, ASSET_BTC = 2 };

#define YEAR_S (365.0 * 86400.0)
#define START_NS (1000000 * PLM_NS_PER_S)

typedef struct bench {
	pli_book *book;
	pli_exposure *exposure;
	uint64_t sequence;
	plm_time_ns now_ns;
	double forward;
	double settle_ns[ROUNDS_MAX], libm_ns[ROUNDS_MAX];
	double delta_error_max, checksum;
} bench;

static double
clock_ns(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int
double_compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double
median(double *samples, uint32_t count)
{
	qsort(samples, count, sizeof samples[0], double_compare);
	return samples[count / 2];
}

static void
apply(bench *b, plm_event *event)
{
	event->sequence = ++b->sequence;
	event->venue_time_ns = event->received_time_ns = b->now_ns;
	pli_book_apply(b->book, event);
}

static double
strike_of(uint32_t option)
{
	return 20000 + 1200.0 * (option / 2 % STRIKES);
}

static plm_time_ns
expiry_of(uint32_t option)
{
	return START_NS + (option / 2 / STRIKES + 1) * 14 * PLM_NS_PER_DAY;
}

static double
vol_of(uint32_t option)
{
	return 0.45 + 0.002 * (option / 2 % STRIKES);
}

/* A ticker that tells forward and volatility, and no greeks. */
static void
mark(bench *b, uint32_t option)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_MARK);
	event.u.mark.instrument.value = option + 1;
	event.u.mark.mark_price = plm_decimal_from_int(1);
	event.u.mark.underlying_price = (plm_decimal){
	    (plm_int128)llrint(b->forward * 100) * (PLM_DECIMAL_ONE_UNITS / 100)};
	event.u.mark.mark_iv = vol_of(option) * 100;
	apply(b, &event);
}

static void
option_add(bench *b, uint32_t option)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_INSTRUMENT);
	plm_instrument *spec = &event.u.instrument;
	spec->id.value = option + 1;
	spec->venue.value = 1;
	spec->underlying.value = spec->settle.value = ASSET_BTC;
	spec->quote.value = ASSET_USD;
	spec->kind = PLM_KIND_OPTION;
	spec->option_type = option % 2 == 0 ? PLM_OPTION_CALL : PLM_OPTION_PUT;
	spec->spec_source = PLM_SPEC_VENUE;
	spec->inverse = 1;
	spec->multiplier = plm_decimal_from_int(1);
	spec->strike = plm_decimal_from_int((int64_t)strike_of(option));
	spec->expiry_ns = expiry_of(option);
	(void)snprintf(spec->name, sizeof spec->name, "option-%u", option);
	apply(b, &event);
	plm_event_init(&event, PLM_EVENT_POSITION);
	event.account.value = 1;
	event.u.position.instrument.value = option + 1;
	event.u.position.quantity = plm_decimal_from_int(1 + option % 7);
	apply(b, &event);
	mark(b, option);
}

static void
settle(bench *b)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_BATCH_END);
	event.u.batch_end.now_ns = b->now_ns;
	apply(b, &event);
	pli_exposure_settle(b->exposure);
}

static void
book_make(bench *b)
{
	static const char *const names[] = {"", "USD", "BTC"};
	pli_book_bounds bounds = {{8, 8, OPTIONS + 1}, OPTIONS + 1, 16, 16, 16, 0};
	b->book = pli_book_create(&bounds);
	b->exposure = b->book == NULL ? NULL : pli_exposure_create(b->book);
	if (b->exposure == NULL)
		exit(1);
	for (uint32_t i = ASSET_USD; i <= ASSET_BTC; i++) {
		plm_event event;
		plm_event_init(&event, PLM_EVENT_ASSET);
		event.u.asset.id.value = i;
		(void)snprintf(event.u.asset.name, sizeof event.u.asset.name, "%s", names[i]);
		apply(b, &event);
	}
	for (uint32_t i = 0; i < OPTIONS; i++)
		option_add(b, i);
	settle(b);
}

static double
normal(double x)
{
	return 0.5 * erfc(-x / sqrt(2));
}

/* The peer: the same five numbers of each option, one after the other. */
static double
libm_greeks(const bench *b, double *deltas)
{
	double sum = 0;
	for (uint32_t i = 0; i < OPTIONS; i++) {
		double k = strike_of(i), s = vol_of(i), f = b->forward;
		double t = (double)(expiry_of(i) - b->now_ns) / 1e9 / YEAR_S, v = s * sqrt(t);
		double d1 = log(f / k) / v + v / 2, d2 = d1 - v;
		double density = exp(-d1 * d1 / 2) / sqrt(2 * 3.14159265358979323846);
		double sign = i % 2 == 0 ? 1 : -1;
		double price = sign * (f * normal(sign * d1) - k * normal(sign * d2));
		deltas[i] = sign * normal(sign * d1);
		sum += price + density / (f * v) + f * density * sqrt(t) / 100 -
		       f * density * s / (2 * sqrt(t)) / 365;
	}
	return sum;
}

static void
deltas_compare(bench *b, const double *deltas)
{
	uint32_t count;
	const plm_leg *legs = pli_exposure_legs(b->exposure, &count);
	for (uint32_t i = 0; i < count; i++) {
		if (legs[i].delta_source != PLM_GREEK_MODEL)
			exit(1);
		double error = fabs(legs[i].delta - deltas[legs[i].instrument.value - 1]);
		b->delta_error_max = fmax(b->delta_error_max, error);
	}
	if (count != OPTIONS)
		exit(1);
}

/* Each expiry is told a new forward by one of its options; a settle reprices all. */
static void
bench_round(bench *b, uint32_t round)
{
	static double deltas[OPTIONS];
	b->now_ns += 100 * PLM_NS_PER_MS;
	b->forward = 50000 + 40 * (double)(round % 50);
	double start = clock_ns();
	for (uint32_t e = 0; e < EXPIRIES; e++)
		mark(b, (e * STRIKES + round % STRIKES) * 2);
	settle(b);
	b->settle_ns[round] = clock_ns() - start;
	start = clock_ns();
	b->checksum += libm_greeks(b, deltas);
	b->libm_ns[round] = clock_ns() - start;
	if (round % 100 == 0)
		deltas_compare(b, deltas);
}

int
main(int argc, char **argv)
{
	static bench b = {.now_ns = START_NS, .forward = 50000};
	uint32_t rounds = 4000;
	bool json = false;
	for (int i = 1; i < argc; i++) {
		json = json || strcmp(argv[i], "--json") == 0;
		if (strcmp(argv[i], "--small") == 0)
			rounds = 50;
	}
	book_make(&b);
	for (uint32_t round = 0; round < rounds; round++)
		bench_round(&b, round);
	double settle_us = median(b.settle_ns, rounds) / 1e3;
	double libm_us = median(b.libm_ns, rounds) / 1e3;
	const char *format = json ? "{\"options\":%d,\"rounds\":%" PRIu32
				    ",\"remark_us\":%.1f,\"peer\":{\"name\":\"libm, greeks alone\","
				    "\"us\":%.1f},\"delta_error_max\":%.2g}\n"
				  : "%d options, %" PRIu32
				    " rounds: re-marked, repriced and settled in %.1f us; "
				    "libm's greeks alone %.1f us; delta within %.2g\n";
	printf(format, OPTIONS, rounds, settle_us, libm_us, b.delta_error_max);
	pli_exposure_destroy(b.exposure);
	pli_book_destroy(b.book);
	return isfinite(b.checksum) ? 0 : 1;
}
