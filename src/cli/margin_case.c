/* margin_case.c: inputs of a case, and pools made of them. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/margin_case.h"

static void
case_miss(margin_case *c, const char *key, const char *why)
{
	if (c->missing[0] == '\0')
		(void)snprintf(c->missing, sizeof c->missing, "inputs: \"%s\" %s", key, why);
}

void
pli_case_fail(margin_case *c, const char *why)
{
	(void)snprintf(c->missing, sizeof c->missing, "%s", why);
}

uint32_t
pli_case_find(margin_case *c, uint32_t node, const char *key)
{
	return pli_json_find(c->json, node, key);
}

double
pli_case_number_or(margin_case *c, uint32_t node, const char *key, double otherwise)
{
	uint32_t at = pli_case_find(c, node, key);
	double value = NAN;
	if (at == 0)
		return otherwise;
	if (pli_json_double(c->json, at, &value, NULL) != PLM_OK)
		case_miss(c, key, "is no number");
	return isnan(value) ? otherwise : value;
}

double
pli_case_number(margin_case *c, uint32_t node, const char *key)
{
	double value = pli_case_number_or(c, node, key, NAN);
	if (isnan(value))
		case_miss(c, key, "is missing");
	return value;
}

double
pli_case_whole(margin_case *c, uint32_t node, const char *key, double least, double most)
{
	double value = pli_case_number(c, node, key);
	if (value >= least && value <= most && value == floor(value))
		return value;
	case_miss(c, key, "is no whole number, or out of its range");
	return least;
}

plm_slice
pli_case_text(margin_case *c, uint32_t node, const char *key)
{
	plm_slice value = PLM_SLICE("");
	uint32_t at = pli_case_find(c, node, key);
	if (at == 0 || pli_json_string(c->json, at, &value, NULL) != PLM_OK || value.size == 0)
		return PLM_SLICE("");
	return value;
}

bool
pli_case_text_is(margin_case *c, uint32_t node, const char *key, const char *text)
{
	return plm_slice_is(pli_case_text(c, node, key), text);
}

double
pli_case_side(margin_case *c, uint32_t node)
{
	if (pli_case_text_is(c, node, "side", "long"))
		return 1;
	if (pli_case_text_is(c, node, "side", "short"))
		return -1;
	return pli_case_number(c, node, "side");
}

uint32_t
pli_case_first(margin_case *c, uint32_t node, const char *key)
{
	uint32_t array = pli_case_find(c, node, key), count;
	const pli_json_node *nodes = pli_json_nodes(c->json, &count);
	return array != 0 && nodes[array].type == PLI_JSON_ARRAY && nodes[array].children_count != 0
		   ? array + 1
		   : 0;
}

uint32_t
pli_case_next(margin_case *c, uint32_t array, uint32_t at)
{
	uint32_t count;
	const pli_json_node *nodes = pli_json_nodes(c->json, &count);
	return nodes[at].next < nodes[array].next ? nodes[at].next : 0;
}

void
pli_case_pool(margin_case *c, const char *rule)
{
	c->pool = (plm_margin_pool){.rule = plm_margin_rule_find(rule),
	    .legs = c->legs,
	    .assets = c->assets,
	    .underlyings = c->underlyings};
	c->steps_count = 0;
	assert(c->pool.rule != NULL);
}

plm_margin_asset *
pli_case_asset(margin_case *c, double wallet)
{
	static plm_margin_asset none;
	if (c->pool.assets_count == MARGIN_CASE_ASSETS_MAX) {
		case_miss(c, "assets", "are more than this command takes");
		return &none;
	}
	plm_margin_asset *asset = &c->assets[c->pool.assets_count++];
	*asset = (plm_margin_asset){.wallet = wallet,
	    .price = 1,
	    .underlying = PLM_MARGIN_STILL,
	    .weight = 1,
	    .weight_initial = 1,
	    .debt_weight = 1,
	    .confidence = 1};
	return asset;
}

plm_margin_leg *
pli_case_leg(margin_case *c, plm_margin_leg_kind kind, double quantity, double entry, double mark)
{
	static plm_margin_leg none;
	if (c->pool.legs_count == MARGIN_CASE_LEGS_MAX) {
		case_miss(c, "positions", "are more than this command takes");
		return &none;
	}
	if (c->pool.assets_count == 0) {
		case_miss(c, "assets", "are missing");
		(void)pli_case_asset(c, NAN);
	}
	uint32_t underlying = c->pool.underlyings_count++;
	c->underlyings[underlying] = (plm_margin_underlying){mark, 1, 1};
	plm_margin_leg *leg = &c->legs[c->pool.legs_count++];
	*leg = (plm_margin_leg){.kind = (uint8_t)kind,
	    .underlying = underlying,
	    .quantity = quantity,
	    .entry = entry,
	    .mark = mark,
	    .forward = NAN,
	    .leverage = NAN,
	    .factor = 1,
	    .confidence = 1};
	return leg;
}

plm_margin_step *
pli_case_steps(margin_case *c, plm_margin_leg *leg, uint32_t count)
{
	if (c->steps_count + count > MARGIN_CASE_STEPS_MAX) {
		case_miss(c, "tiers", "are more than this command takes");
		count = 0;
	}
	plm_margin_step *rows = &c->steps[c->steps_count];
	c->steps_count += count;
	leg->steps = (plm_margin_steps){rows, count, false, 0};
	return rows;
}

void
pli_case_rate(
    margin_case *c, plm_margin_leg *leg, double maintenance, double deduction, double initial)
{
	plm_margin_step *row = pli_case_steps(c, leg, 1);
	if (leg->steps.count == 1)
		*row = (plm_margin_step){0, maintenance, deduction, initial};
}

void
pli_case_evaluate(margin_case *c)
{
	plm_margin_evaluate(c->work, &c->pool, NULL, &c->numbers);
}

double
pli_case_price_side(margin_case *c, plm_threshold threshold, uint32_t underlying, int side)
{
	plm_ladder ladder;
	plm_ladder_query query = {underlying, 0, NULL};
	plm_ladder_find(c->work, &c->pool, &query, &ladder);
	const plm_rung *rung = &ladder.rungs[threshold][side];
	return c->underlyings[underlying].price * rung->factor;
}

double
pli_case_price(margin_case *c, plm_threshold threshold)
{
	double now = c->underlyings[0].price;
	double down = pli_case_price_side(c, threshold, 0, 0);
	double up = pli_case_price_side(c, threshold, 0, 1);
	if (isnan(down) || isnan(up))
		return isnan(down) ? up : down;
	return log(now / down) <= log(up / now) ? down : up;
}

void
pli_case_put(margin_case *c, const char *key, double value)
{
	pli_json_member_double(c->out, key, value);
}
