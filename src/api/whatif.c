/* whatif.c: a question to a book, and its answer as JSON. */
#include "api/whatif.h"

#include <math.h>
#include <stdlib.h>

#include "api/ladder_json.h"

struct pli_whatif {
	pli_ladder_maker *ladders;
	pli_net_maker *net;
	pli_whatif_row *pools;
	uint32_t pools_max;
	const pli_margin *watch;
	pli_whatif_plan plan;
};

pli_whatif *
pli_whatif_create(const pli_book_bounds *bounds, uint32_t legs_max, uint32_t pools_max)
{
	pli_whatif *whatif = calloc(1, sizeof *whatif);
	if (whatif == NULL)
		return NULL;
	whatif->pools_max = pools_max;
	whatif->ladders = pli_ladder_maker_create(legs_max);
	whatif->net = pli_net_maker_create(bounds);
	whatif->pools = pli_whatif_rows_create(pools_max);
	if (whatif->ladders != NULL && whatif->net != NULL && whatif->pools != NULL)
		return whatif;
	pli_whatif_destroy(whatif);
	return NULL;
}

void
pli_whatif_destroy(pli_whatif *whatif)
{
	if (whatif == NULL)
		return;
	pli_ladder_maker_destroy(whatif->ladders);
	pli_net_maker_destroy(whatif->net);
	free(whatif->pools);
	free(whatif);
}

pli_ladder_maker *
pli_whatif_ladders(pli_whatif *whatif)
{
	return whatif->ladders;
}

void
pli_whatif_watch(pli_whatif *whatif, const pli_margin *watch)
{
	whatif->watch = watch;
}

plm_err
pli_whatif_ask_book(pli_whatif *whatif, const pli_exposure *exposure, const pli_whatif_ask *ask,
    pli_whatif_answer *ret_answer, plm_fault *ret_fault)
{
	pli_whatif_plan *plan = &whatif->plan;
	plm_err err = pli_whatif_plan_make(plan, ask, exposure, ret_fault);
	if (err != PLM_OK)
		return err;
	bool anew = ask->all || ask->joint || ask->moves_count > 0;
	uint32_t count = pli_whatif_before(whatif->ladders, exposure, &plan->query,
	    anew ? NULL : whatif->watch, whatif->pools, whatif->pools_max);
	uint32_t kept = count < whatif->pools_max ? count : whatif->pools_max;
	pli_whatif_after(whatif->ladders, exposure, &plan->query, whatif->pools, kept);
	*ret_answer = (pli_whatif_answer){.plan = plan,
	    .pools = whatif->pools,
	    .pools_count = kept,
	    .pools_left_out = count - kept,
	    .all = ask->all,
	    .joint = ask->joint};
	ret_answer->net_count = pli_net_rows_make(
	    whatif->net, exposure, &plan->query, &ret_answer->net, &ret_answer->net_all);
	return PLM_OK;
}

/* JSON */

static void
put_account(pli_json_writer *w, const char *key, const pli_registry *registry, plm_account_id id)
{
	const plm_account_fact *fact = pli_registry_account_get(registry, id);
	pli_json_member_text(w, key, fact == NULL ? NULL : fact->name);
}

static void
put_asset(pli_json_writer *w, const char *key, const pli_registry *registry, plm_asset_id id)
{
	char name[PLI_API_NAME_MAX];
	pli_json_member_text(w, key, id.value == 0 ? NULL : pli_api_asset_text(registry, id, name));
}

static void
put_trades(pli_json_writer *w, const pli_book *book, const pli_whatif_plan *plan)
{
	const pli_registry *registry = pli_book_registry(book);
	pli_json_key(w, "trades");
	pli_json_array_open(w);
	for (uint32_t i = 0; i < plan->edits.trades_count; i++) {
		const pli_pool_trade *trade = &plan->trades[i];
		char symbol[PLM_SYMBOL_MAX];
		size_t size = pli_registry_symbol(registry, trade->instrument, symbol);
		pli_json_object_open(w);
		put_account(w, "account", registry, trade->account);
		pli_json_member_text(w, "instrument",
		    pli_registry_instrument_get(registry, trade->instrument)->name);
		pli_json_member_text(w, "symbol", size == 0 ? NULL : symbol);
		pli_json_member_double(w, "quantity", trade->quantity);
		pli_json_member_text(w, "unit",
		    plm_unit_text(
			pli_book_pools_trade_unit(book, trade->account, trade->instrument)));
		pli_json_member_double(w, "price", trade->price);
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
}

static void
put_transfers(pli_json_writer *w, const pli_registry *registry, const pli_whatif_plan *plan)
{
	pli_json_key(w, "transfers");
	pli_json_array_open(w);
	for (uint32_t i = 0; i < plan->ways_count; i++) {
		const pli_whatif_way *way = &plan->ways[i];
		pli_json_object_open(w);
		put_asset(w, "asset", registry, way->asset);
		pli_json_member_double(w, "quantity", way->quantity);
		put_account(w, "from", registry, way->from);
		put_account(w, "to", registry, way->to);
		pli_json_member_double(w, "from_held", way->held);
		pli_json_member_double(w, "from_available", way->available);
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
}

static void
put_supposed(pli_json_writer *w, const pli_book *book, const pli_whatif_plan *plan)
{
	const pli_registry *registry = pli_book_registry(book);
	put_trades(w, book, plan);
	put_transfers(w, registry, plan);
	pli_json_key(w, "moves");
	pli_json_array_open(w);
	for (uint32_t i = 0; i < plan->query.moved_count; i++) {
		pli_json_object_open(w);
		put_asset(w, "asset", registry, plan->moved[i]);
		pli_json_member_double(w, "pct", plan->pcts[i]);
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
	pli_json_key(w, "notes");
	pli_json_array_open(w);
	for (uint32_t i = 0; i < plan->notes_count; i++)
		pli_json_put_text(w, plan->notes[i]);
	pli_json_array_close(w);
}

/* The first of a side: of the book's sums, and who dies first. */
static void
put_side(pli_json_writer *w, const char *key, const pli_registry *registry,
    const pli_whatif_answer *answer, bool after)
{
	const pli_net_sums *sums = after ? &answer->net_all.after : &answer->net_all.before;
	char name[PLI_API_NAME_MAX];
	pli_json_key(w, key);
	pli_json_object_open(w);
	pli_json_member_double(w, "net_usd", sums->net_usd);
	pli_json_member_double(w, "gross_usd", sums->gross_usd);
	pli_json_key(w, "first");
	for (uint32_t i = 0; i < answer->pools_count; i++) {
		const pli_whatif_row *pool = &answer->pools[i];
		const pli_ladder_row *row = after ? &pool->after : &pool->before;
		if ((after ? pool->rank_after : pool->rank_before) != 1 || isinf(row->distance))
			continue;
		pli_json_object_open(w);
		put_account(w, "account", registry, row->key.account);
		pli_json_member_text(w, "pool", pli_ladder_pool_text(registry, row, name));
		pli_json_object_close(w);
		pli_json_object_close(w);
		return;
	}
	pli_json_put_null(w);
	pli_json_object_close(w);
}

/* Null where that is not known of what trades ask. */
static void
put_initial(pli_json_writer *w, const pli_whatif_row *pool)
{
	double left = pli_whatif_initial_free(pool);
	pli_json_member_double(w, "initial_free_usd", left * pool->after.unit_usd);
	pli_json_key(w, "exceeds_initial");
	if (pool->traded && isnan(left))
		pli_json_put_null(w);
	else
		pli_json_put_bool(w, pli_whatif_exceeds_initial(pool));
}

static uint32_t
put_pools(pli_json_writer *w, const pli_registry *registry, const pli_whatif_answer *answer)
{
	uint32_t unchanged = 0;
	pli_json_key(w, "pools");
	pli_json_array_open(w);
	for (uint32_t i = 0; i < answer->pools_count; i++) {
		const pli_whatif_row *pool = &answer->pools[i];
		unchanged += !pool->changed;
		if (!pool->changed && !answer->all)
			continue;
		pli_json_object_open(w);
		pli_json_member_bool(w, "changed", pool->changed);
		put_initial(w, pool);
		pli_json_key(w, "before");
		pli_ladder_put_row(w, registry, &pool->before, pool->rank_before);
		pli_json_key(w, "after");
		pli_ladder_put_row(w, registry, &pool->after, pool->rank_after);
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
	return unchanged;
}

static void
put_sums(pli_json_writer *w, const char *key, const pli_net_sums *sums)
{
	pli_json_key(w, key);
	pli_json_object_open(w);
	pli_json_member_double(w, "net_coins", sums->net_coins);
	pli_json_member_double(w, "net_usd", sums->net_usd);
	pli_json_member_double(w, "gross_usd", sums->gross_usd);
	pli_json_object_close(w);
}

static void
put_net(pli_json_writer *w, const pli_registry *registry, const pli_whatif_answer *answer)
{
	pli_json_key(w, "net");
	pli_json_array_open(w);
	for (uint32_t i = 0; i < answer->net_count; i++) {
		const pli_net_row *row = &answer->net[i];
		if (!row->changed && !answer->all)
			continue;
		pli_json_object_open(w);
		put_asset(w, "underlying", registry, row->underlying);
		pli_json_member_bool(w, "changed", row->changed);
		put_sums(w, "before", &row->before);
		put_sums(w, "after", &row->after);
		pli_json_member_int(w, "legs_unpriced", row->legs_count_unpriced);
		pli_json_member_text(w, "reason", row->reason);
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
}

void
pli_whatif_put_document(pli_json_writer *w, const pli_book *book, const pli_whatif_answer *answer)
{
	const pli_registry *registry = pli_book_registry(book);
	pli_json_object_open(w);
	pli_json_member_time_ns(w, "as_of_ns", pli_book_now_ns(book));
	pli_json_member_text(w, "joint", answer->joint ? "beta" : "single");
	put_supposed(w, book, answer->plan);
	put_side(w, "before", registry, answer, false);
	put_side(w, "after", registry, answer, true);
	pli_json_member_int(w, "pools_unchanged", put_pools(w, registry, answer));
	pli_json_member_int(w, "pools_left_out", answer->pools_left_out);
	put_net(w, registry, answer);
	pli_json_object_close(w);
}
