/* netting_bench.c: one mark into a book of a million positions, tick to limit, and a whole roll-up,
 * with SQLite beside. `--legs FILE` writes the legs as CSV for netting_duckdb.mjs; `--json` prints
 * one document; `--small` is for CI. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sqlite3.h>

#include "exposure/exposure.h"
#include "limit/limit.h"

enum {
	COINS = 50,
	WIDE_INSTRUMENTS = 1000,  /* of 1,000 positions each */
	NARROW_INSTRUMENTS = 200, /* of 10 positions each */
	INVERSE_INSTRUMENT = WIDE_INSTRUMENTS + NARROW_INSTRUMENTS + 1, /* 1,000 positions */
	OPTION_INSTRUMENT,                                              /* 1,000 positions */
	INSTRUMENTS = OPTION_INSTRUMENT,
	DERIVED_POSITIONS = 1000,
	ROWS_SHOWN = 1000,
	SAMPLES_MAX = 20000,
};

typedef struct bench {
	pli_book *book;
	pli_exposure *exposure;
	pli_limits *limits;
	uint32_t accounts, positions;
	uint64_t random, sequence;
	plm_time_ns now_ns;
	double samples[SAMPLES_MAX];
	uint32_t samples_count;
	uint64_t alerts;
	double apply_per_s, mark_per_s;
	double tick_ns, tick_inverse_ns, tick_option_ns, tick_limit_p50_us, tick_limit_p99_us;
	double rollup_ms, legs_ms, sqlite_ms, sqlite_legs_ms;
	double sum_ours, sum_legs;
	uint64_t hash;
} bench;

static double
clock_ns(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static uint64_t
bench_random(bench *b)
{
	uint64_t z = (b->random += UINT64_C(0x9e3779b97f4a7c15));
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static int
double_compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* The sample at `share` of the way up; sorts the samples. */
static double
quantile(bench *b, double share)
{
	qsort(b->samples, b->samples_count, sizeof b->samples[0], double_compare);
	return b->samples[(uint32_t)(share * (b->samples_count - 1))];
}

static void
apply(bench *b, plm_event *event)
{
	event->sequence = ++b->sequence;
	event->received_time_ns = b->now_ns;
	pli_book_apply(b->book, event);
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
put_asset(bench *b, uint32_t id, const char *name)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_ASSET);
	event.u.asset.id.value = id;
	(void)snprintf(event.u.asset.name, sizeof event.u.asset.name, "%s", name);
	apply(b, &event);
}

/* Assets 1 USD, 2 USDT, then coins. */
static void
put_names(bench *b)
{
	put_asset(b, 1, "USD");
	put_asset(b, 2, "USDT");
	for (uint32_t i = 0; i < COINS; i++) {
		char name[16];
		(void)snprintf(name, sizeof name, "COIN%u", i);
		put_asset(b, 3 + i, name);
	}
	for (uint32_t i = 1; i <= b->accounts; i++) {
		plm_event event;
		plm_event_init(&event, PLM_EVENT_ACCOUNT);
		event.u.account_fact.id.value = i;
		event.u.account_fact.venue.value = i % 10 % 3 + 1;
		(void)snprintf(
		    event.u.account_fact.name, sizeof event.u.account_fact.name, "account-%u", i);
		apply(b, &event);
	}
	for (uint32_t i = 0; i < WIDE_INSTRUMENTS + NARROW_INSTRUMENTS; i++) {
		plm_event event;
		plm_event_init(&event, PLM_EVENT_INSTRUMENT);
		plm_instrument *spec = &event.u.instrument;
		spec->id.value = i + 1;
		spec->venue.value = i % 10 % 3 + 1;
		/* The two instruments that an account has of a coin differ in expiry. */
		bool dated = i < WIDE_INSTRUMENTS && i / (WIDE_INSTRUMENTS / 2) == 1;
		spec->kind = dated ? PLM_KIND_FUTURE : PLM_KIND_PERPETUAL;
		spec->expiry_ns = dated ? 400 * PLM_NS_PER_DAY : 0;
		spec->spec_source = PLM_SPEC_VENUE;
		spec->underlying.value = 3 + i / 10 % COINS;
		spec->quote.value = spec->settle.value = 2;
		spec->multiplier = (plm_decimal){PLM_DECIMAL_ONE_UNITS / 1000};
		(void)snprintf(spec->name, sizeof spec->name, "PERP%u", i);
		apply(b, &event);
	}
}

static void
put_mark(bench *b, uint32_t instrument, int64_t cents)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_MARK);
	event.u.mark.instrument.value = instrument;
	event.u.mark.mark_price.units = (plm_int128)cents * (PLM_DECIMAL_ONE_UNITS / 100);
	event.u.mark.index_price = event.u.mark.mark_price;
	apply(b, &event);
}

static void
put_prices(bench *b)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_ASSET_RATE);
	event.u.asset_rate.asset.value = 2;
	event.u.asset_rate.usd.units = PLM_DECIMAL_ONE_UNITS / 10000 * 9998;
	apply(b, &event);
	for (uint32_t i = 1; i <= WIDE_INSTRUMENTS + NARROW_INSTRUMENTS; i++)
		put_mark(b, i, 1000000 + (int64_t)(bench_random(b) % 1000000));
}

static void
put_position(bench *b, uint32_t account, uint32_t instrument)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_POSITION);
	event.account.value = account;
	plm_position *p = &event.u.position;
	p->instrument.value = instrument;
	p->margin_mode = PLM_MARGIN_CROSS;
	p->quantity = plm_decimal_from_int((int64_t)(bench_random(b) % 20001) - 10000);
	p->entry_price = plm_decimal_from_int(15000);
	apply(b, &event);
}

/* Accounts one after the other, as snapshots come: instruments are scattered over the rows. */
static void
put_positions(bench *b)
{
	double start = clock_ns();
	for (uint32_t account = 1; account <= b->accounts; account++) {
		plm_event event;
		plm_event_init(&event, PLM_EVENT_BALANCE);
		event.account.value = account;
		event.u.balance.asset.value = 2;
		event.u.balance.margin_mode = PLM_MARGIN_CROSS;
		event.u.balance.wallet = plm_decimal_from_int(1000000);
		apply(b, &event);
		for (uint32_t i = account % 10; i < WIDE_INSTRUMENTS; i += 10)
			put_position(b, account, i + 1);
		b->positions += WIDE_INSTRUMENTS / 10;
	}
	b->apply_per_s = (b->positions + b->accounts) / ((clock_ns() - start) / 1e9);
	for (uint32_t i = 0; i < NARROW_INSTRUMENTS; i++) {
		for (uint32_t j = 0; j < 10; j++)
			put_position(b,
			    (uint32_t)(bench_random(b) % (b->accounts / 10 - 1)) * 10 + i % 10 + 10,
			    WIDE_INSTRUMENTS + i + 1);
		b->positions += 10;
	}
}

static plm_err
count_alert(void *ctx, const plm_event *event)
{
	bench *b = ctx;
	b->alerts += event->type == PLM_EVENT_ALERT;
	return PLM_OK;
}

static void
put_limit(bench *b, uint32_t id, uint8_t scope, uint8_t measure, const char *of)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_LIMIT_CHANGE);
	plm_limit_fact *f = &event.u.limit;
	f->id.value = id;
	f->active = 1;
	f->scope = scope;
	f->measure = measure;
	f->tier = PLM_TIER_ACCOUNT;
	f->soft_upper = f->hard_upper = 1e15;
	f->soft_lower = f->hard_lower = -1e15;
	(void)snprintf(f->scope_name, sizeof f->scope_name, "%s", of);
	pli_limits_apply(b->limits, &event);
}

/* One mark, 1,000 positions: apply, batch end, settle. */
static void
bench_tick(bench *b, uint32_t ticks)
{
	b->samples_count = 0;
	for (uint32_t i = 0; i < ticks; i++) {
		uint32_t instrument = (uint32_t)(bench_random(b) % WIDE_INSTRUMENTS) + 1;
		int64_t cents = 1000000 + (int64_t)(bench_random(b) % 1000000);
		b->now_ns += 1000;
		double start = clock_ns();
		put_mark(b, instrument, cents);
		settle(b);
		b->samples[b->samples_count++] = clock_ns() - start;
	}
	b->tick_ns = quantile(b, 0.5) / ((double)b->positions / WIDE_INSTRUMENTS);
}

/* An inverse perpetual and an option on the first coin, in the first accounts: their legs change
 * with each mark, so a tick derives them anew. Not part of the book that was rolled up. */
static void
put_derived(bench *b, uint32_t instrument)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_INSTRUMENT);
	plm_instrument *spec = &event.u.instrument;
	spec->id.value = instrument;
	spec->venue.value = 1;
	spec->kind = instrument == OPTION_INSTRUMENT ? PLM_KIND_OPTION : PLM_KIND_PERPETUAL;
	spec->spec_source = PLM_SPEC_VENUE;
	spec->underlying.value = spec->settle.value = 3;
	spec->quote.value = 1;
	spec->inverse = 1;
	spec->multiplier = plm_decimal_from_int(1);
	if (instrument == OPTION_INSTRUMENT) {
		spec->option_type = PLM_OPTION_CALL;
		spec->strike = plm_decimal_from_int(15000);
		spec->expiry_ns = 400 * PLM_NS_PER_DAY;
	}
	(void)snprintf(spec->name, sizeof spec->name, "DERIVED%u", instrument);
	apply(b, &event);
	for (uint32_t i = 0; i < DERIVED_POSITIONS; i++)
		put_position(b, i % b->accounts + 1, instrument);
}

/* Nanoseconds a position of one mark that moves the legs themselves. */
static double
bench_tick_derived(bench *b, uint32_t instrument, uint32_t ticks)
{
	put_derived(b, instrument);
	uint32_t positions = b->accounts < DERIVED_POSITIONS ? b->accounts : DERIVED_POSITIONS;
	for (uint32_t i = 0; i < ticks; i++) {
		plm_event event;
		plm_event_init(&event, PLM_EVENT_MARK);
		event.u.mark.instrument.value = instrument;
		event.u.mark.mark_price = plm_decimal_from_int(15000 + i % 100);
		event.u.mark.delta = 0.5 + i % 100 * 1e-4;
		b->now_ns += 1000;
		double start = clock_ns();
		apply(b, &event);
		settle(b);
		b->samples[i] = clock_ns() - start;
	}
	b->samples_count = ticks;
	return quantile(b, 0.5) / positions;
}

/* One mark, 10 positions, until the limits were looked at. */
static void
bench_tick_limit(bench *b, uint32_t ticks)
{
	plm_event_sink sink = {count_alert, b};
	put_limit(b, 1, PLM_LIMIT_BOOK, PLM_MEASURE_GROSS_USD, "");
	put_limit(b, 2, PLM_LIMIT_UNDERLYING, PLM_MEASURE_NET_USD, "COIN7");
	put_limit(b, 3, PLM_LIMIT_ACCOUNT, PLM_MEASURE_LEVERAGE_GROSS, "account-7");
	pli_limits_evaluate(b->limits, &sink);
	b->samples_count = 0;
	for (uint32_t i = 0; i < ticks; i++) {
		uint32_t instrument = WIDE_INSTRUMENTS +
				      (uint32_t)(bench_random(b) % NARROW_INSTRUMENTS) + 1;
		int64_t cents = 1000000 + (int64_t)(bench_random(b) % 1000000);
		b->now_ns += 1000;
		double start = clock_ns();
		put_mark(b, instrument, cents);
		settle(b);
		pli_limits_evaluate(b->limits, &sink);
		b->samples[b->samples_count++] = clock_ns() - start;
	}
	b->tick_limit_p50_us = quantile(b, 0.5) / 1000;
	b->tick_limit_p99_us = quantile(b, 0.99) / 1000;
}

static void
bench_marks(bench *b, uint32_t marks)
{
	double start = clock_ns();
	for (uint32_t i = 0; i < marks; i++)
		put_mark(b, (uint32_t)(bench_random(b) % WIDE_INSTRUMENTS) + 1,
		    1000000 + (int64_t)(bench_random(b) % 1000000));
	b->mark_per_s = marks / ((clock_ns() - start) / 1e9);
	settle(b);
}

static double
bench_rollup_by(bench *b, uint32_t by, uint32_t rounds)
{
	static plm_exposure_row rows[ROWS_SHOWN];
	plm_exposure_query query = {.by = by, .tier = PLM_TIER_ACCOUNT};
	b->samples_count = 0;
	uint32_t count = 0;
	for (uint32_t i = 0; i < rounds; i++) {
		double start = clock_ns();
		count = pli_exposure_rollup(b->exposure, &query, rows, ROWS_SHOWN);
		b->samples[b->samples_count++] = clock_ns() - start;
	}
	b->sum_ours = 0;
	for (uint32_t i = 0; i < ROWS_SHOWN && i < count; i++) {
		b->sum_ours += plm_decimal_to_double(rows[i].gross_usd);
		b->hash = (b->hash ^ (uint64_t)rows[i].net_usd.units) * UINT64_C(0x100000001b3);
	}
	return quantile(b, 0.5) / 1e6;
}

static void
legs_write(bench *b, const char *path)
{
	FILE *file = fopen(path, "w");
	if (file == NULL)
		return;
	uint32_t count;
	const plm_leg *legs = pli_exposure_legs(b->exposure, &count);
	(void)fprintf(file, "account,underlying,expiry,coins,price\n");
	for (uint32_t i = 0; i < count; i++)
		(void)fprintf(file, "%u,%u,%" PRId64 ",%.17g,%.17g\n", legs[i].account.value,
		    legs[i].underlying.value, legs[i].expiry_ns,
		    plm_decimal_to_double(legs[i].delta_coins),
		    plm_decimal_to_double(legs[i].price_usd));
	(void)fclose(file);
}

static sqlite3 *
sqlite_fill(bench *b)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *insert = NULL;
	if (sqlite3_open(":memory:", &db) != SQLITE_OK)
		return NULL;
	(void)sqlite3_exec(db,
	    "CREATE TABLE legs(account INT, underlying INT, expiry INT, coins REAL, price REAL);"
	    "BEGIN",
	    NULL, NULL, NULL);
	(void)sqlite3_prepare_v2(
	    db, "INSERT INTO legs VALUES(?1, ?2, ?3, ?4, ?5)", -1, &insert, NULL);
	uint32_t count;
	const plm_leg *legs = pli_exposure_legs(b->exposure, &count);
	for (uint32_t i = 0; i < count; i++) {
		(void)sqlite3_bind_int64(insert, 1, legs[i].account.value);
		(void)sqlite3_bind_int64(insert, 2, legs[i].underlying.value);
		(void)sqlite3_bind_int64(insert, 3, legs[i].expiry_ns);
		(void)sqlite3_bind_double(insert, 4, plm_decimal_to_double(legs[i].delta_coins));
		(void)sqlite3_bind_double(insert, 5, plm_decimal_to_double(legs[i].price_usd));
		(void)sqlite3_step(insert);
		(void)sqlite3_reset(insert);
	}
	(void)sqlite3_finalize(insert);
	(void)sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
	return db;
}

/* Milliseconds of the roll-up by `keys`; *ret_sum is the gross of the rows it shows. */
static double
sqlite_rollup(bench *b, sqlite3 *db, const char *keys, uint32_t rounds, double *ret_sum)
{
	char text[512];
	sqlite3_stmt *query = NULL;
	(void)snprintf(text, sizeof text,
	    "SELECT sum(coins), sum(coins * price), abs(sum(coins * price)) AS gross, "
	    "sum(abs(coins * price)), count(*), %s FROM legs GROUP BY %s ORDER BY gross DESC "
	    "LIMIT 1000",
	    keys, keys);
	(void)sqlite3_prepare_v2(db, text, -1, &query, NULL);
	b->samples_count = 0;
	for (uint32_t i = 0; i < rounds; i++) {
		double start = clock_ns();
		*ret_sum = 0;
		while (sqlite3_step(query) == SQLITE_ROW)
			*ret_sum += sqlite3_column_double(query, 2);
		(void)sqlite3_reset(query);
		b->samples[b->samples_count++] = clock_ns() - start;
	}
	(void)sqlite3_finalize(query);
	return quantile(b, 0.5) / 1e6;
}

/* Both roll-ups in SQLite; false when one gives another sum than ours. */
static bool
bench_sqlite(bench *b, uint32_t rounds)
{
	sqlite3 *db = sqlite_fill(b);
	double sum = 0, sum_legs = 0;
	if (db == NULL)
		return false;
	b->sqlite_ms = sqlite_rollup(b, db, "account, underlying", rounds, &sum);
	b->sqlite_legs_ms = sqlite_rollup(b, db, "account, underlying, expiry", rounds, &sum_legs);
	(void)sqlite3_close(db);
	if (fabs(b->sum_ours - sum) <= 1e-9 * sum &&
	    fabs(b->sum_legs - sum_legs) <= 1e-9 * sum_legs)
		return true;
	(void)fprintf(stderr, "netting_bench: SQLite says %.6f and %.6f, we say %.6f and %.6f\n",
	    sum, sum_legs, b->sum_ours, b->sum_legs);
	return false;
}

static bool
bench_create(bench *b)
{
	uint32_t positions = b->accounts * (WIDE_INSTRUMENTS / 10) + NARROW_INSTRUMENTS * 10 +
			     2 * DERIVED_POSITIONS;
	pli_book_bounds bounds = {
	    .registry = {64, b->accounts + 1, INSTRUMENTS},
	    .positions_max = positions,
	    .balances_max = b->accounts,
	    .feeds_max = 8,
	};
	b->book = pli_book_create(&bounds);
	b->exposure = b->book == NULL ? NULL : pli_exposure_create(b->book);
	b->limits = b->exposure == NULL ? NULL : pli_limits_create(b->exposure, 8, 64);
	return b->limits != NULL;
}

static void
bench_print(const bench *b, bool json)
{
	if (json) {
		printf("{\"positions\":%u,\"apply_per_s\":%.0f,\"mark_per_s\":%.0f,"
		       "\"tick_ns_per_position\":%.2f,\"tick_inverse_ns_per_position\":%.1f,"
		       "\"tick_option_ns_per_position\":%.1f,\"tick_limit_p50_us\":%.3f,"
		       "\"tick_limit_p99_us\":%.3f,\"rollup_ms\":%.3f,\"rollup_legs_ms\":%.3f,"
		       "\"sqlite_ms\":%.1f,\"sqlite_legs_ms\":%.1f,\"sum\":%.6f,"
		       "\"sum_legs\":%.6f,\"hash\":\"%016" PRIx64 "\"}\n",
		    b->positions, b->apply_per_s, b->mark_per_s, b->tick_ns, b->tick_inverse_ns,
		    b->tick_option_ns, b->tick_limit_p50_us, b->tick_limit_p99_us, b->rollup_ms,
		    b->legs_ms, b->sqlite_ms, b->sqlite_legs_ms, b->sum_ours, b->sum_legs, b->hash);
		return;
	}
	printf("%u positions in %u accounts, %u underlyings; medians\n", b->positions, b->accounts,
	    COINS);
	printf("apply a position            %10.0f /s\n", b->apply_per_s);
	printf("apply a mark                %10.0f /s\n", b->mark_per_s);
	printf("tick, 1,000 positions       %10.2f ns a position\n", b->tick_ns);
	printf("tick, 1,000 inverse         %10.1f ns a position\n", b->tick_inverse_ns);
	printf("tick, 1,000 options         %10.1f ns a position\n", b->tick_option_ns);
	printf("tick to limit, 10 positions %10.3f us p50, %.3f us p99\n", b->tick_limit_p50_us,
	    b->tick_limit_p99_us);
	printf("roll-up account x underlying, %d largest rows\n", ROWS_SHOWN);
	printf("  from running sums         %10.3f ms\n", b->rollup_ms);
	printf("  SQLite, in memory         %10.1f ms  (%.0f x)\n", b->sqlite_ms,
	    b->sqlite_ms / b->rollup_ms);
	printf("roll-up account x underlying x expiry, %d largest rows\n", ROWS_SHOWN);
	printf("  from every leg            %10.3f ms\n", b->legs_ms);
	printf("  SQLite, in memory         %10.1f ms  (%.0f x)\n", b->sqlite_legs_ms,
	    b->sqlite_legs_ms / b->legs_ms);
	printf("result %016" PRIx64 ", %u alerts\n", b->hash, (unsigned)b->alerts);
}

int
main(int argc, char **argv)
{
	static bench b;
	bool json = false, small = false;
	const char *legs = NULL;
	for (int i = 1; i < argc; i++) {
		json = json || strcmp(argv[i], "--json") == 0;
		small = small || strcmp(argv[i], "--small") == 0;
		if (strcmp(argv[i], "--legs") == 0 && i + 1 < argc)
			legs = argv[++i];
	}
	b.random = 7;
	b.now_ns = PLM_NS_PER_DAY;
	b.accounts = small ? 500 : 10000;
	if (!bench_create(&b)) {
		(void)fprintf(stderr, "netting_bench: no memory\n");
		return 1;
	}
	put_names(&b);
	put_prices(&b);
	put_positions(&b);
	settle(&b);
	bench_marks(&b, small ? 10000 : 200000);
	bench_tick(&b, small ? 200 : 3000);
	bench_tick_limit(&b, small ? 1000 : 20000);
	b.legs_ms = bench_rollup_by(
	    &b, PLM_BY_ACCOUNT | PLM_BY_UNDERLYING | PLM_BY_EXPIRY, small ? 3 : 5);
	b.sum_legs = b.sum_ours;
	b.hash = 0;
	b.rollup_ms = bench_rollup_by(&b, PLM_BY_ACCOUNT | PLM_BY_UNDERLYING, 15);
	if (!bench_sqlite(&b, small ? 1 : 3))
		return 1;
	if (legs != NULL)
		legs_write(&b, legs);
	b.tick_inverse_ns = bench_tick_derived(&b, INVERSE_INSTRUMENT, small ? 20 : 500);
	b.tick_option_ns = bench_tick_derived(&b, OPTION_INSTRUMENT, small ? 20 : 500);
	bench_print(&b, json);
	pli_limits_destroy(b.limits);
	pli_exposure_destroy(b.exposure);
	pli_book_destroy(b.book);
	return 0;
}
