/* top_pools.c: margin pools of the daemon's document, a line each. */
#include <math.h>
#include <stdio.h>

#include "cli/api_client_json.h"
#include "cli/top_model.h"

/* A call nearer than this is a warning, or bad: as on the page. */
#define POOL_WARN_PCT 10
#define POOL_BAD_PCT 5

/* The nearer side of a threshold. pct: NaN no price does it, 0 past. */
typedef struct pool_rung {
	double price, pct;
} pool_rung;

static pool_rung
rung_nearest(pli_json *json, uint32_t pool, const char *down, const char *up)
{
	const char *const sides[] = {down, up};
	pool_rung best = {NAN, NAN};
	for (int i = 0; i < 2; i++) {
		uint32_t node = pli_json_find(json, pool, sides[i]);
		if (node == 0)
			continue;
		pool_rung rung = {
		    pli_api_number_of(json, node, "price"), pli_api_number_of(json, node, "pct")};
		if (plm_slice_is(pli_api_text_of(json, node, "reason"), "already past"))
			rung.pct = 0;
		if (!isnan(rung.pct) && !(fabs(rung.pct) >= fabs(best.pct)))
			best = rung;
	}
	return best;
}

/* "called -8.4% at 157.583", "past its call", "no call". */
static void
rung_text(const pool_rung *rung, const char *does, const char *is, char *ret_text, size_t size)
{
	if (isnan(rung->pct))
		(void)snprintf(ret_text, size, "no %s", is);
	else if (fabs(rung->pct) <= 0)
		(void)snprintf(ret_text, size, "past its %s", is);
	else if (isnan(rung->price))
		(void)snprintf(ret_text, size, "%s %+.1f%%", does, rung->pct);
	else
		(void)snprintf(ret_text, size, "%s %+.1f%% at %.6g", does, rung->pct, rung->price);
}

static void
pool_read(pli_json *json, uint32_t node, pli_top_line *line)
{
	char called[48], liquidated[48];
	plm_slice account = pli_api_text_of(json, node, "account");
	plm_slice pool = pli_api_text_of(json, node, "pool");
	plm_slice side = pli_api_text_of(json, node, "side");
	plm_slice moved = pli_api_text_of(json, node, "moved");
	plm_slice reason = pli_api_text_of(json, node, "reason");
	int used = snprintf(line->text, sizeof line->text, "%.*s %.*s%s%.*s: ", (int)account.size,
	    account.bytes, (int)pool.size, pool.bytes, side.size > 0 ? " " : "", (int)side.size,
	    side.bytes);
	size_t at = used < 0 || (size_t)used >= sizeof line->text ? sizeof line->text - 1
								  : (size_t)used;
	line->level = 0;
	if (reason.size > 0) {
		(void)snprintf(line->text + at, sizeof line->text - at, "no ladder: %.*s",
		    (int)reason.size, reason.bytes);
		return;
	}
	pool_rung call = rung_nearest(json, node, "call_down", "call_up");
	pool_rung end = rung_nearest(json, node, "liquidation_down", "liquidation_up");
	rung_text(&call, "called", "call", called, sizeof called);
	rung_text(&end, "liquidated", "liquidation", liquidated, sizeof liquidated);
	(void)snprintf(line->text + at, sizeof line->text - at, "%.*s%s%s, %s", (int)moved.size,
	    moved.bytes, moved.size > 0 ? " " : "", called, liquidated);
	line->level = fabs(call.pct) < POOL_BAD_PCT ? 2 : fabs(call.pct) < POOL_WARN_PCT ? 1 : 0;
}

void
pli_top_model_take_pools(pli_top_model *model, plm_slice text)
{
	pli_json *json = model->json;
	uint32_t count = 0;
	if (pli_json_parse(json, text, NULL) != PLM_OK)
		return;
	const pli_json_node *nodes = pli_json_nodes(json, &count);
	uint32_t pools = pli_json_find(json, 0, "pools");
	model->pools_count = 0;
	for (uint32_t i = 0, node = pools + 1; pools != 0 && i < nodes[pools].children_count &&
					       model->pools_count < PLI_TOP_POOLS_MAX;
	     i++, node = nodes[node].next)
		pool_read(json, node, &model->pools[model->pools_count++]);
}
