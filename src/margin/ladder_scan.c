/* ladder_scan.c: strikes and turns between two places of a ladder's scan. */
#include "margin/ladder_scan.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* Beside its price, what an option asks and what collateral counts for turn too. */
#define TURN_SLACK 2.0

/* Secants tell of slopes inside a piece only about: so much steeper, they may be. */
#define SLOPE_SLACK 2.0

/* Of a piece: how far apart two looks tell a slope, and how near to an end a turn is looked for. */
#define SLOPE_STEP 1e-4
#define TURN_EDGE 0.02

/* What is not quite convex may be below the ways from its ends by this share of their height. */
#define TURN_DOUBT 0.1

/* Scenarios price options so far from where the prices are, in logs; the far ones matter little. */
#define SCENARIO_REACH 0.3

enum { TURN_LOOKS_MAX = 10, SCENARIO_PIECES = 8 };

static double
beta_of(const ladder_search *search, uint32_t underlying)
{
	if (underlying == PLM_MARGIN_STILL)
		return 0;
	if (search->query->underlying == PLM_MARGIN_STILL)
		return search->pool->underlyings[underlying].beta;
	return search->query->underlying == underlying;
}

static double
factor_at(const ladder_search *search, uint32_t underlying, double place)
{
	double beta = beta_of(search, underlying);
	double base = search->query->base == NULL || underlying == PLM_MARGIN_STILL
			  ? 1
			  : search->query->base[underlying];
	return beta == 0 ? base : base * exp(beta * place);
}

ladder_node
pli_ladder_node(const ladder_search *search, double place)
{
	double *factors = search->work->factors;
	for (uint32_t i = 0; i < search->pool->underlyings_count; i++)
		factors[i] = factor_at(search, i, place);
	plm_margin_move move = {factors, search->query->vol_power};
	plm_margin_numbers numbers;
	plm_margin_evaluate(search->work, search->pool, &move, &numbers);
	search->ladder->evaluations_count++;
	return (ladder_node){place, {{[PLM_THRESHOLD_CALL] = numbers.call,
					[PLM_THRESHOLD_LIQUIDATION] = numbers.liquidation,
					[PLM_THRESHOLD_BANKRUPTCY] = numbers.value}}};
}

/* False: the leg is no option that moves, or its strike is never met. */
static bool
kink_of(const ladder_search *search, const plm_margin_leg *leg, margin_kink *ret_kink)
{
	double beta = beta_of(search, leg->underlying);
	if (!pli_margin_is_option(leg) || beta == 0)
		return false;
	const plm_margin_asset *asset = &search->pool->assets[leg->asset];
	double forward = isnan(leg->forward) ? search->pool->underlyings[leg->underlying].price
					     : leg->forward;
	double moves = (forward - leg->forward_fixed) * factor_at(search, leg->underlying, 0);
	double place = log((leg->strike - leg->forward_fixed) / moves) / beta;
	double coin = leg->kind == PLM_MARGIN_LEG_OPTION_COIN ? 1 : leg->strike;
	double unit = asset->price * factor_at(search, asset->underlying, place);
	*ret_kink = (margin_kink){place, fabs(leg->quantity * beta) * coin * unit};
	return isfinite(place) && isfinite(ret_kink->turn);
}

/* Of a place inside of the scan. */
static uint32_t
cell_of(const ladder_search *search, double away)
{
	uint32_t at = 0;
	for (uint32_t count = search->cells_count; count > 1;) {
		uint32_t half = count / 2;
		if (search->edges[at + half] <= away)
			at += half;
		count -= half;
	}
	return at;
}

void
pli_ladder_kinks(ladder_search *search)
{
	double end = search->edges[search->cells_count];
	search->kinks_count = 0;
	search->by_scenario = search->pool->rule->looks > 1;
	memset(search->turns, 0, sizeof search->turns);
	for (uint32_t i = 0; i < search->pool->legs_count; i++) {
		margin_kink *kink = &search->work->kinks[search->kinks_count];
		if (!kink_of(search, &search->pool->legs[i], kink) || fabs(kink->place) >= end)
			continue;
		uint32_t cell = cell_of(search, fabs(kink->place));
		search->turns[kink->place > 0][cell] += kink->turn;
		search->kinks_count++;
	}
}

/* A crossing is in it, or what turns in it may be more than what is left to a threshold. */
static bool
cell_matters(const ladder_node *from, const ladder_node *to, double turn)
{
	double change = TURN_SLACK * turn * fabs(to->place - from->place);
	for (int t = 0; t < PLM_THRESHOLD_COUNT_; t++) {
		double a = from->heights.above[t], b = to->heights.above[t];
		bool known = !isnan(a) && !isnan(b);
		if (known && ((a < 0) != (b < 0) || fmin(fabs(a), fabs(b)) <= change))
			return true;
	}
	return false;
}

/* Keeps the places in order, outwards, and apart. */
static uint32_t
place_add(double *places, uint32_t count, double place, double apart)
{
	uint32_t at = count;
	while (at > 0 && fabs(places[at - 1]) > fabs(place))
		at--;
	bool near = (at > 0 && fabs(place - places[at - 1]) < apart) ||
		    (at < count && fabs(place - places[at]) < apart);
	if (near || count + 1 >= PLI_LADDER_PIECES_MAX)
		return count;
	for (uint32_t i = count; i > at; i--)
		places[i] = places[i - 1];
	places[at] = place;
	return count + 1;
}

/* Of all options whose strikes the scenarios of a cell may meet. */
static double
turn_by_scenario(const ladder_search *search, double low, double high)
{
	double turn = 0;
	for (uint32_t i = 0; i < search->kinks_count; i++) {
		const margin_kink *kink = &search->work->kinks[i];
		if (low - SCENARIO_REACH < kink->place && kink->place < high + SCENARIO_REACH)
			turn += kink->turn;
	}
	return turn;
}

uint32_t
pli_ladder_cut(const ladder_search *search, uint32_t cell, const ladder_node *from,
    const ladder_node *to, double ret_places[PLI_LADDER_PIECES_MAX])
{
	double low = fmin(from->place, to->place), high = fmax(from->place, to->place);
	double apart = (high - low) / PLI_LADDER_PIECES_MAX;
	double turn = search->by_scenario ? turn_by_scenario(search, low, high)
					  : search->turns[high > 0][cell];
	uint32_t count = 0;
	if (turn == 0 || !cell_matters(from, to, turn))
		return 0;
	for (uint32_t i = 0; i < search->kinks_count; i++) {
		double place = search->work->kinks[i].place;
		if (low + apart < place && place < high - apart)
			count = place_add(ret_places, count, place, apart);
	}
	for (int i = 1; search->by_scenario && i < SCENARIO_PIECES; i++)
		count = place_add(ret_places, count,
		    from->place + (to->place - from->place) * i / SCENARIO_PIECES, apart);
	return count;
}

/* One end of a piece in which worth turns: how far from its inner end, how high above the
 * threshold on the pool's own side, and how it goes outwards from there. */
typedef struct turn_end {
	double away, height, slope;
} turn_end;

typedef struct turn_search {
	const ladder_search *search;
	plm_threshold threshold;
	double from, sign; /* the inner end; -1: it goes down */
	double side;       /* -1: the pool is below the threshold */
} turn_search;

static double
turn_height(const turn_search *turn, double away, ladder_node *ret_node)
{
	*ret_node = pli_ladder_node(turn->search, turn->from + turn->sign * away);
	return ret_node->heights.above[turn->threshold] * turn->side;
}

/* Where the ways from both ends meet, were they straight; NaN: they do not turn between them. */
static double
ends_meet(const turn_end *low, const turn_end *high, double *ret_height)
{
	*ret_height = NAN;
	if (!(low->slope < 0 && high->slope > 0))
		return NAN;
	double away = (high->height - low->height + low->slope * low->away -
			  high->slope * high->away) /
		      (low->slope - high->slope);
	*ret_height = low->height + low->slope * (away - low->away);
	return away;
}

static double
slope_between(const ladder_node *a, const ladder_node *b, plm_threshold threshold)
{
	return (b->heights.above[threshold] - a->heights.above[threshold]) /
	       fabs(b->place - a->place);
}

/* The end of a piece with its own slope: a look a little inside. */
static void
end_look(const turn_search *turn, turn_end *end, double step)
{
	ladder_node node;
	end->slope = (turn_height(turn, end->away + step, &node) - end->height) / step;
}

/* What is convex lies above the ways from its ends: each look where they meet either finds it
 * beyond, or shows that it is not, or is a new end. */
static bool
turn_find(const turn_search *turn, turn_end low, turn_end high, ladder_node *ret_node)
{
	double width = high.away - low.away, step = width * SLOPE_STEP, least = 0;
	end_look(turn, &low, step);
	end_look(turn, &high, -step);
	for (int i = 0; i < TURN_LOOKS_MAX; i++) {
		turn_end middle = {.away = ends_meet(&low, &high, &least)};
		if (!(least < TURN_DOUBT * fmin(low.height, high.height)))
			return false;
		double edge = TURN_EDGE * (high.away - low.away);
		if (!(middle.away > low.away + edge && middle.away < high.away - edge))
			middle.away = low.away + (high.away - low.away) / 2;
		middle.height = turn_height(turn, middle.away, ret_node);
		if (middle.height < 0)
			return true;
		end_look(turn, &middle, step);
		if (middle.slope < 0)
			low = middle;
		else
			high = middle;
	}
	return false;
}

bool
pli_ladder_turn(const ladder_search *search, plm_threshold threshold, const ladder_node nodes[4],
    ladder_node *ret_node)
{
	double a = nodes[1].heights.above[threshold], b = nodes[2].heights.above[threshold];
	double side = a < 0 ? -1 : 1, least = 0;
	turn_end low = {0, fabs(a), 0}, high = {fabs(nodes[2].place - nodes[1].place), fabs(b), 0};
	if ((a < 0) != (b < 0) || !isfinite(a) || !isfinite(b))
		return false;
	low.slope = side * SLOPE_SLACK * slope_between(&nodes[0], &nodes[1], threshold);
	high.slope = side * SLOPE_SLACK * slope_between(&nodes[2], &nodes[3], threshold);
	(void)ends_meet(&low, &high, &least);
	if (!(least < 0))
		return false;
	turn_search turn = {
	    search, threshold, nodes[1].place, nodes[2].place < nodes[1].place ? -1 : 1, side};
	return turn_find(&turn, low, high, ret_node);
}
