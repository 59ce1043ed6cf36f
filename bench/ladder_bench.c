/* ladder_bench.c: full ladders of 1,000 pools of 100 legs, a third of them options: on one thread
 * and on two, beside a loop that prices the pool at every tenth of a percent and looks where it
 * crosses.
 *
 * usage: ladder_bench [--json] */
#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "bench_time.h"
#include "plimsoll/margin.h"

enum { POOLS = 1000, LEGS = 100, COINS = 3, NAIVE_POOLS = 20, THREADS = 2 };

#define NAIVE_STEP 1e-3

typedef struct bench_pool {
	plm_margin_pool pool;
	plm_margin_leg legs[LEGS];
	plm_margin_asset asset;
	plm_margin_underlying coins[COINS];
} bench_pool;

static bench_pool pools[POOLS];
static plm_ladder ladders[POOLS];
static plm_margin_step steps[] = {{0, 0.005, 0, 0.01}, {2e5, 0.01, 0, 0.02}, {2e6, 0.025, 0, 0.05}};

static void
leg_make(bench_pool *p, uint32_t index, pli_random *random)
{
	uint32_t coin = (uint32_t)pli_random_below(random, COINS);
	double price = p->coins[coin].price, usd = 2e4 * pli_random_normal(random);
	plm_margin_leg *leg = &p->legs[index];
	*leg = (plm_margin_leg){.kind = PLM_MARGIN_LEG_LINEAR,
	    .underlying = coin,
	    .quantity = usd / price,
	    .entry = price,
	    .mark = price,
	    .forward = NAN,
	    .leverage = 10,
	    .factor = 1,
	    .confidence = 1,
	    .steps = {steps, 3, false, 0}};
	if (index % 3 != 0)
		return;
	leg->kind = PLM_MARGIN_LEG_OPTION;
	leg->put = pli_random_below(random, 2) == 0;
	leg->strike = price * (0.7 + 0.6 * pli_random_unit(random));
	leg->years = 0.02 + pli_random_unit(random);
	leg->vol = 0.4 + 0.5 * pli_random_unit(random);
	leg->mark = leg->entry = plm_margin_option_price(leg, price);
}

static void
pools_make(void)
{
	static const double prices[COINS] = {90000, 3000, 150};
	pli_random random;
	pli_random_init(&random, 1);
	plm_margin_deduct(steps, 3);
	for (int i = 0; i < POOLS; i++) {
		bench_pool *p = &pools[i];
		for (uint32_t c = 0; c < COINS; c++)
			p->coins[c] = (plm_margin_underlying){prices[c], 1 + 0.2 * c, 1};
		for (uint32_t k = 0; k < LEGS; k++)
			leg_make(p, k, &random);
		p->asset = (plm_margin_asset){.wallet = 1e5 + 4e5 * pli_random_unit(&random),
		    .price = 1,
		    .underlying = PLM_MARGIN_STILL,
		    .weight = 1,
		    .weight_initial = 1,
		    .debt_weight = 1,
		    .confidence = 1};
		p->pool = (plm_margin_pool){.rule = plm_margin_rule_find("bybit.uta"),
		    .legs = p->legs,
		    .assets = &p->asset,
		    .underlyings = p->coins,
		    .legs_count = LEGS,
		    .assets_count = 1,
		    .underlyings_count = COINS};
	}
}

static void *
ladders_find(void *ctx)
{
	const int *part = ctx; /* from, to */
	const plm_ladder_query all = {PLM_MARGIN_STILL, 0, NULL};
	plm_margin_work *work = plm_margin_work_create(LEGS, 1, COINS);
	for (int i = part[0]; work != NULL && i < part[1]; i++)
		plm_ladder_find(work, &pools[i].pool, &all, &ladders[i]);
	plm_margin_work_destroy(work);
	return NULL;
}

/* Seconds for all pools on so many threads. */
static double
ladders_time(int threads)
{
	int parts[THREADS][2];
	pthread_t others[THREADS];
	int64_t start_ns = bench_now_ns();
	for (int i = 0; i < threads; i++) {
		parts[i][0] = POOLS * i / threads;
		parts[i][1] = POOLS * (i + 1) / threads;
		if (i > 0 && pthread_create(&others[i], NULL, ladders_find, parts[i]) != 0)
			exit(1);
	}
	(void)ladders_find(parts[0]);
	for (int i = 1; i < threads; i++)
		(void)pthread_join(others[i], NULL);
	return (double)(bench_now_ns() - start_ns) / 1e9;
}

/* The first place on one side where the pool is below the threshold, NaN none. */
static double
naive_crossing(plm_margin_work *work, const plm_margin_pool *pool, int sign)
{
	double end = -log(PLM_LADDER_FACTOR_MIN);
	for (double at = NAIVE_STEP; at <= end; at += NAIVE_STEP) {
		double factors[COINS];
		for (uint32_t c = 0; c < COINS; c++)
			factors[c] = exp(sign * at * pool->underlyings[c].beta);
		plm_margin_numbers numbers;
		plm_margin_evaluate(work, pool, &(plm_margin_move){factors, 0}, &numbers);
		if (numbers.liquidation < 0)
			return exp(sign * at);
	}
	return NAN;
}

/* Seconds a pool, both sides to the end, and by how much the ladders are off at most; also counts
 * the pools where one finds a crossing and the other none. */
static double
naive_time(double *ret_off_max, int *ret_differ)
{
	plm_margin_work *work = plm_margin_work_create(LEGS, 1, COINS);
	int64_t start_ns = bench_now_ns();
	*ret_off_max = *ret_differ = 0;
	for (int i = 0; work != NULL && i < NAIVE_POOLS; i++) {
		for (int side = 0; side < 2; side++) {
			double naive = naive_crossing(work, &pools[i].pool, side == 0 ? -1 : 1);
			double ours = ladders[i].rungs[PLM_THRESHOLD_LIQUIDATION][side].factor;
			*ret_differ += isnan(naive) != isnan(ours);
			if (!isnan(naive) && !isnan(ours))
				*ret_off_max = fmax(*ret_off_max, fabs(log(naive / ours)));
		}
	}
	plm_margin_work_destroy(work);
	return (double)(bench_now_ns() - start_ns) / 1e9 / NAIVE_POOLS;
}

int
main(int argc, char **argv)
{
	bool json = argc > 1 && strcmp(argv[1], "--json") == 0;
	pools_make();
	double one[5], two[5], off_max;
	int differ;
	uint64_t evaluations = 0, found = 0;
	for (int run = 0; run < 5; run++) {
		one[run] = ladders_time(1);
		two[run] = ladders_time(2);
	}
	for (int i = 0; i < POOLS; i++) {
		evaluations += ladders[i].evaluations_count;
		for (int side = 0; side < 2; side++)
			found += ladders[i].rungs[PLM_THRESHOLD_LIQUIDATION][side].status ==
				 PLM_RUNG_FOUND;
	}
	double alone = bench_middle(one, 5), both = bench_middle(two, 5);
	double naive = naive_time(&off_max, &differ) * POOLS;
	const char *form =
	    json ? "{\"bench\":\"ladder\",\"pools\":%d,\"legs\":%d,\"s_one\":%.3f,\"s_two\":%.3f,"
		   "\"s_naive\":%.1f,\"ratio\":%.1f,\"evaluations\":%.0f,\"found\":%llu,"
		   "\"naive_step\":%g,\"off_max\":%.2e,\"differ\":%d}\n"
		 : "ladder: %d pools of %d legs: %.3f s on one thread, %.3f s on two; priced at "
		   "every step "
		   "%.1f s (%.1f x); %.0f evaluations a pool, %llu liquidations found; off the "
		   "steps of %g "
		   "by %.2e at most, %d differ\n";
	(void)printf(form, POOLS, LEGS, alone, both, naive, naive / alone,
	    (double)evaluations / POOLS, (unsigned long long)found, NAIVE_STEP, off_max, differ);
	return differ == 0 && off_max <= NAIVE_STEP * 1.001 ? 0 : 1;
}
