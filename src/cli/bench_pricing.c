/* bench_pricing.c: what a price, a vol and a cell of a grid cost, beside libm and beside a peer. */
#include "cli/bench_pricing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/commit.h"
#include "cli/option_sample.h"
#include "cli/table.h"

enum { OPTIONS = 4096, BOOK = 100000, SPOTS = 11, VOLS = 7, CELLS = SPOTS * VOLS };
enum { JSON_BYTES_MAX = 1 << 20 };

/* Who is timed in a row. */
enum { OURS, LIBM, PEER, SIDES };

typedef struct bench_row {
	const char *kernel;
	size_t options; /* that one round computes, cells included */
	void (*run[SIDES])(void);
	const char *peer_name;
	void (*measure)(struct bench_row *row); /* errors of what OURS left */
	double ns[SIDES];                       /* an option: median */
	double price_error_max, delta_error_max, vol_error_max, sum_error_max; /* NaN: not of it */
} bench_row;

static const pli_bench_peer *bench_peer;

/* Options that have nothing in common, a chain, and a book. */
static double general[4][OPTIONS], chained[4][OPTIONS], book[4][BOOK], quantity[BOOK];
static uint8_t general_put[OPTIONS], chained_put[OPTIONS], book_put[BOOK];
static const plm_options general_options = {
    general[0], general[1], general[2], general[3], general_put};
static const plm_options chained_options = {
    chained[0], chained[1], chained[2], chained[3], chained_put};
static const plm_options book_options = {book[0], book[1], book[2], book[3], book_put};
static double log_strike[OPTIONS], v[OPTIONS], v_inverse[OPTIONS];
static plm_chain chain;

static double prices[OPTIONS], outputs[SIDES][5][OPTIONS], sums[CELLS];
static uint8_t statuses[OPTIONS];
static double spots[SPOTS], vol_factors[VOLS], vol_shifts[VOLS], times[1];
static plm_grid grid = {
    spots, SPOTS, vol_factors, vol_shifts, VOLS, times, 1, PLM_PRECISION_DOUBLE};

void
pli_bench_peer_set(const pli_bench_peer *peer)
{
	bench_peer = peer;
}

const pli_bench_peer *
pli_bench_peer_get(void)
{
	return bench_peer;
}

static plm_greeks
outputs_of(int side)
{
	double(*o)[OPTIONS] = outputs[side];
	return (plm_greeks){
	    .price = o[0], .delta = o[1], .gamma = o[2], .vega = o[3], .theta = o[4]};
}

static void
sample_make(void)
{
	pli_option_arrays arrays = {
	    general[0], general[1], general[2], general[3], general_put, OPTIONS};
	pli_option_sample(&arrays, &pli_option_range_usual, 1);
	arrays = (pli_option_arrays){book[0], book[1], book[2], book[3], book_put, BOOK};
	pli_option_sample(&arrays, &pli_option_range_usual, 2);
	for (int i = 0; i < BOOK; i++)
		quantity[i] = (i % 21 - 10) / book[0][i];
	for (int i = 0; i < OPTIONS; i++) {
		chained[0][i] = 65000;
		chained[2][i] = 0.1;
		chained[3][i] = general[3][i];
		chained[1][i] = 65000 * (1 + (i - OPTIONS / 2.0) / OPTIONS);
		chained_put[i] = general_put[i];
	}
	plm_chain_logs(chained[1], 64000, log_strike, OPTIONS);
	plm_chain_spreads(chained[3], 0.1, v, v_inverse, OPTIONS);
	chain = (plm_chain){
	    65000, 0.1, 64000, chained[1], log_strike, v, v_inverse, chained_put, OPTIONS};
	for (int i = 0; i < SPOTS; i++)
		spots[i] = 0.75 + 0.05 * i;
	for (int i = 0; i < VOLS; i++)
		vol_factors[i] = 0.7 + 0.1 * i;
}

/* The formulas of pricing.h, one option after the other, by libm. */
static void
libm_price(const plm_options *o, const plm_greeks *out, size_t at)
{
	const double root_half = 0.70710678118654752, root_2pi_inverse = 0.39894228040143268;
	double f = o->forward[at], k = o->strike[at], root = sqrt(o->years[at]), s = o->vol[at];
	double spread = s * root, d1 = log(f / k) / spread + spread / 2, d2 = d1 - spread;
	double sign = o->put[at] != 0 ? -1 : 1;
	double n1 = erfc(-sign * d1 * root_half) / 2, n2 = erfc(-sign * d2 * root_half) / 2;
	double density;
	out->price[at] = sign * (f * n1 - k * n2);
	if (out->delta == NULL)
		return;
	density = exp(-d1 * d1 / 2) * root_2pi_inverse;
	out->delta[at] = sign * n1;
	out->gamma[at] = density / (f * spread);
	out->vega[at] = f * density * root;
	out->theta[at] = -f * density * s / (2 * root);
}

static void
run_general(void)
{
	plm_greeks greeks = outputs_of(OURS);
	plm_black76(&general_options, &greeks, OPTIONS);
}

static void
run_general_libm(void)
{
	plm_greeks greeks = outputs_of(LIBM);
	for (size_t i = 0; i < OPTIONS; i++)
		libm_price(&general_options, &greeks, i);
}

static void
run_general_peer(void)
{
	plm_greeks greeks = outputs_of(PEER);
	bench_peer->general(&general_options, &greeks, OPTIONS);
}

static void
run_chain(void)
{
	plm_greeks greeks = outputs_of(OURS);
	plm_chain_price(&chain, &greeks);
}

static void
run_chain_sum(void)
{
	plm_chain_sums total;
	plm_chain_sum(&chain, quantity, &total);
	memcpy(sums, &total, sizeof total);
}

static void
run_implied(void)
{
	plm_implied(&general_options, prices, outputs[OURS][0], statuses, OPTIONS);
}

static void
run_implied_peer(void)
{
	bench_peer->implied(&general_options, prices, outputs[PEER][0], OPTIONS);
}

static void
run_grid(void)
{
	grid.precision = PLM_PRECISION_DOUBLE;
	plm_grid_price(&book_options, quantity, BOOK, &grid, sums, NULL);
}

static void
run_grid_single(void)
{
	grid.precision = PLM_PRECISION_SINGLE;
	plm_grid_price(&book_options, quantity, BOOK, &grid, sums, NULL);
}

static void
run_price_libm(void)
{
	plm_greeks greeks = {.price = outputs[LIBM][0]};
	for (size_t i = 0; i < OPTIONS; i++)
		libm_price(&general_options, &greeks, i);
}

static void
run_price_peer(void)
{
	bench_peer->price(&general_options, outputs[PEER][0], OPTIONS);
}

static void
measure_prices(bench_row *row, const plm_options *options)
{
	row->price_error_max = row->delta_error_max = 0;
	for (size_t i = 0; i < OPTIONS; i++) {
		long double values[PLI_OPTION_OUTPUTS];
		double scales[PLI_OPTION_OUTPUTS];
		pli_option_oracle(options, i, values);
		pli_option_oracle_scales(options, i, values, scales);
		double price = fabs((double)(outputs[OURS][0][i] - values[0])) / scales[0];
		double delta = fabs((double)(outputs[OURS][1][i] - values[1]));
		row->price_error_max = fmax(row->price_error_max, price);
		row->delta_error_max = fmax(row->delta_error_max, delta);
	}
}

static void
measure_general(bench_row *row)
{
	measure_prices(row, &general_options);
}

static void
measure_chain(bench_row *row)
{
	measure_prices(row, &chained_options);
}

/* The sums against those of the options one by one, over the gross. */
static void
measure_chain_sums(bench_row *row)
{
	long double sum = 0, gross = 0;
	double total = sums[0];
	run_chain();
	for (size_t i = 0; i < OPTIONS; i++) {
		sum += (long double)quantity[i] * outputs[OURS][0][i];
		gross += fabsl((long double)quantity[i] * outputs[OURS][0][i]);
	}
	row->sum_error_max = (double)(fabsl(total - sum) / gross);
}

static void
measure_vols(bench_row *row)
{
	row->vol_error_max = 0;
	for (size_t i = 0; i < OPTIONS; i++)
		if (statuses[i] == PLM_IMPLIED_OK) {
			double error = fabs(outputs[OURS][0][i] - general[3][i]);
			row->vol_error_max = fmax(row->vol_error_max, error);
		}
}

/* Sums of cells against plm_black76 option by option, over the gross notional of the book. */
static void
measure_grid(bench_row *row)
{
	static double forward[BOOK], vol[BOOK], price[BOOK];
	plm_options shocked = {forward, book[1], book[2], vol, book_put};
	plm_greeks greeks = {.price = price};
	row->sum_error_max = 0;
	for (int cell = 0; cell < CELLS; cell += 19) {
		long double sum = 0, gross = 0;
		for (int i = 0; i < BOOK; i++) {
			forward[i] = book[0][i] * spots[cell % SPOTS];
			vol[i] = book[3][i] * vol_factors[cell / SPOTS];
			gross += fabsl((long double)quantity[i] * book[0][i]);
		}
		plm_black76(&shocked, &greeks, BOOK);
		for (int i = 0; i < BOOK; i++)
			sum += (long double)quantity[i] * price[i];
		double error = (double)(fabsl(sums[cell] - sum) / gross);
		row->sum_error_max = fmax(row->sum_error_max, error);
	}
}

static double
cpu_ns(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static int
compare_ns(const void *a, const void *b)
{
	const double *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

/* The sides in turn, so that what the machine does meanwhile meets all of them. A grid takes long
 * with the scalar kernel: then fewer rounds. */
static void
row_time(bench_row *row, int rounds)
{
	static double ns[SIDES][PLI_BENCH_ROUNDS_MAX];
	const double round_ns_max = 1e8;
	for (int round = 0; round < rounds; round++) {
		for (int side = 0; side < SIDES; side++) {
			size_t options = side == OURS ? row->options : OPTIONS;
			double start = cpu_ns();
			if (row->run[side] != NULL)
				row->run[side]();
			ns[side][round] = (cpu_ns() - start) / (double)options;
		}
		if (ns[OURS][round] * (double)row->options > round_ns_max && round >= 2)
			rounds = round + 1;
	}
	for (int side = 0; side < SIDES; side++) {
		qsort(ns[side], (size_t)rounds, sizeof ns[side][0], compare_ns);
		row->ns[side] = row->run[side] != NULL ? ns[side][rounds / 2] : NAN;
	}
	row->price_error_max = row->delta_error_max = row->vol_error_max = row->sum_error_max = NAN;
	row->measure(row);
}

static void
row_write(const bench_row *row, const char *reason, pli_json_writer *json)
{
	pli_json_object_open(json);
	pli_json_member_text(json, "kernel", row->kernel);
	pli_json_member_text(json, "processor", plm_kernel_text(plm_kernel_get()));
	pli_json_member_double(json, "options_per_second", 1e9 / row->ns[OURS]);
	pli_json_member_double(json, "ns_per_option", row->ns[OURS]);
	pli_json_member_double(json, "ms_per_run", row->ns[OURS] * (double)row->options / 1e6);
	pli_json_member_int(json, "options", (int64_t)row->options);
	pli_json_key(json, "peer");
	if (row->peer_name == NULL) {
		pli_json_put_null(json);
		pli_json_member_text(json, "peer_reason", reason);
	} else {
		pli_json_object_open(json);
		pli_json_member_text(json, "name", row->peer_name);
		pli_json_member_double(json, "ns_per_option", row->ns[PEER]);
		pli_json_object_close(json);
	}
	pli_json_member_double(json, "ratio", row->ns[PEER] / row->ns[OURS]);
	pli_json_member_double(json, "libm_ns_per_option", row->ns[LIBM]);
	pli_json_member_double(json, "libm_ratio", row->ns[LIBM] / row->ns[OURS]);
	pli_json_member_double(json, "price_error_max", row->price_error_max);
	pli_json_member_double(json, "delta_error_max", row->delta_error_max);
	pli_json_member_double(json, "vol_error_max", row->vol_error_max);
	pli_json_member_double(json, "sum_error_max", row->sum_error_max);
	pli_json_object_close(json);
}

static int
bench_write(pli_cli *cli, const bench_row *rows, size_t count, const char *reason)
{
	pli_json_writer json;
	pli_json_writer_init(&json, JSON_BYTES_MAX);
	pli_json_object_open(&json);
	pli_json_member_text(&json, "bench", "pricing");
	pli_json_member_text(&json, "commit", pli_commit);
	pli_json_key(&json, "kernels");
	pli_json_array_open(&json);
	for (size_t i = 0; i < count; i++)
		row_write(&rows[i], reason, &json);
	pli_json_array_close(&json);
	pli_json_object_close(&json);
	pli_json_newline(&json);
	(void)fwrite(json.bytes, 1, json.size, cli->out);
	pli_json_writer_fini(&json);
	return PLI_EXIT_OK;
}

static int
bench_print(pli_cli *cli, const bench_row *rows, size_t count, const char *reason)
{
	static const pli_column columns[] = {{"kernel", "kernel", PLI_COLUMN_TEXT},
	    {"ns", "ns/option", PLI_COLUMN_NUMBER}, {"rate", "million/s", PLI_COLUMN_NUMBER},
	    {"libm", "libm ns", PLI_COLUMN_NUMBER}, {"libm_ratio", "times", PLI_COLUMN_NUMBER},
	    {"peer", "peer ns", PLI_COLUMN_NUMBER}, {"ratio", "times", PLI_COLUMN_NUMBER},
	    {"error", "largest error", PLI_COLUMN_TEXT}, {"name", "peer", PLI_COLUMN_TEXT}, {0}};
	pli_table *table = pli_table_create(columns, (uint32_t)count);
	if (table == NULL)
		return pli_cli_error(cli, PLI_EXIT_SYSTEM, "memory could not be had");
	for (size_t i = 0; i < count; i++) {
		const bench_row *row = &rows[i];
		(void)pli_table_row(table, PLI_STYLE_PLAIN);
		pli_table_put_text(table, row->kernel);
		pli_table_put_double(table, row->ns[OURS], 2);
		pli_table_put_double(table, 1e3 / row->ns[OURS], 1);
		pli_table_put_double(table, row->ns[LIBM], 1);
		pli_table_put_double(table, row->ns[LIBM] / row->ns[OURS], 1);
		pli_table_put_double(table, row->ns[PEER], 1);
		pli_table_put_double(table, row->ns[PEER] / row->ns[OURS], 1);
		if (!isnan(row->price_error_max))
			pli_table_put_format(table, "price %.1e", row->price_error_max);
		else if (!isnan(row->vol_error_max))
			pli_table_put_format(table, "vol %.1e", row->vol_error_max);
		else
			pli_table_put_format(table, "sum %.1e", row->sum_error_max);
		pli_table_put_text(table, row->peer_name != NULL ? row->peer_name : "-");
	}
	pli_table_print(table, cli);
	pli_table_destroy(table);
	if (reason != NULL)
		(void)fprintf(cli->out, "no peer: %s\n", reason);
	return PLI_EXIT_OK;
}

int
pli_bench_pricing(pli_cli *cli, int rounds, const char *reason, bool json)
{
	bench_row rows[] = {{.kernel = "general",
				.options = OPTIONS,
				.run = {run_general, run_general_libm, run_general_peer},
				.measure = measure_general},
	    {.kernel = "chain",
		.options = OPTIONS,
		.run = {run_chain, run_general_libm, run_general_peer},
		.measure = measure_chain},
	    {.kernel = "chain_sums",
		.options = OPTIONS,
		.run = {run_chain_sum, run_general_libm, run_general_peer},
		.measure = measure_chain_sums},
	    {.kernel = "implied",
		.options = OPTIONS,
		.run = {run_implied, NULL, run_implied_peer},
		.measure = measure_vols},
	    {.kernel = "grid",
		.options = (size_t)BOOK * CELLS,
		.run = {run_grid, run_price_libm, run_price_peer},
		.measure = measure_grid},
	    {.kernel = "grid_single",
		.options = (size_t)BOOK * CELLS,
		.run = {run_grid_single, run_price_libm, run_price_peer},
		.measure = measure_grid}};
	const size_t count = sizeof rows / sizeof rows[0];
	plm_greeks greeks = {.price = prices};
	sample_make();
	plm_black76(&general_options, &greeks, OPTIONS);
	if (bench_peer != NULL)
		bench_peer->prepare(&general_options, OPTIONS);
	for (size_t i = 0; i < count; i++) {
		bench_row *row = &rows[i];
		if (bench_peer == NULL)
			row->run[PEER] = NULL;
		else
			row->peer_name = row->run[PEER] == run_general_peer
					     ? bench_peer->general_name
					 : row->run[PEER] == run_price_peer
					     ? bench_peer->grid_name
					     : bench_peer->implied_name;
		row_time(row, rounds);
	}
	return json ? bench_write(cli, rows, count, reason) : bench_print(cli, rows, count, reason);
}
