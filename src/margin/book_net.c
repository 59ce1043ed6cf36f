/* book_net.c: the book's net behind edits and moves. */
#include "margin/book_net.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "margin/pool_maker.h"
#include "plimsoll/pricing.h"

struct pli_net_maker {
	uint32_t assets_max, balances_max;
	plm_exposure_row *shown; /* by underlying, as exposure has them */
	pli_net_row *rows;
	uint32_t rows_count;
	uint32_t *row_of; /* by asset id: index of its row plus 1, 0 none */
	double *cash;     /* by balance row: what is added to it */
};

/* One question. */
typedef struct net_work {
	pli_net_maker *maker;
	const pli_exposure *exposure;
	const pli_book *book;
	const pli_ladder_query *query;
} net_work;

pli_net_maker *
pli_net_maker_create(const pli_book_bounds *bounds)
{
	pli_net_maker *maker = calloc(1, sizeof *maker);
	if (maker == NULL)
		return NULL;
	maker->assets_max = bounds->registry.assets_max;
	maker->balances_max = bounds->balances_max;
	maker->shown = calloc(maker->assets_max + 1, sizeof *maker->shown);
	maker->rows = calloc(maker->assets_max + 1, sizeof *maker->rows);
	maker->row_of = calloc(maker->assets_max + 1, sizeof *maker->row_of);
	maker->cash = calloc(maker->balances_max + 1, sizeof *maker->cash);
	if (maker->shown != NULL && maker->rows != NULL && maker->row_of != NULL &&
	    maker->cash != NULL)
		return maker;
	pli_net_maker_destroy(maker);
	return NULL;
}

void
pli_net_maker_destroy(pli_net_maker *maker)
{
	if (maker == NULL)
		return;
	free(maker->shown);
	free(maker->rows);
	free(maker->row_of);
	free(maker->cash);
	free(maker);
}

static double
alias_factor(const net_work *w, plm_asset_id asset)
{
	const plm_asset_fact *fact = pli_registry_asset_get(pli_book_registry(w->book), asset);
	return fact == NULL || fact->alias_of.value == 0 ? 1 : fact->alias_factor;
}

static plm_asset_id
underlying_of(const net_work *w, plm_asset_id asset)
{
	const plm_asset_fact *fact = pli_registry_asset_get(pli_book_registry(w->book), asset);
	return fact == NULL || fact->alias_of.value == 0 ? asset : fact->alias_of;
}

static pli_net_row *
row_of(net_work *w, plm_asset_id underlying)
{
	pli_net_maker *maker = w->maker;
	if (underlying.value > maker->assets_max)
		underlying.value = 0;
	uint32_t *at = &maker->row_of[underlying.value];
	if (*at == 0) {
		maker->rows[maker->rows_count++] = (pli_net_row){.underlying = underlying};
		*at = maker->rows_count;
	}
	return &maker->rows[*at - 1];
}

static void
row_cannot(net_work *w, plm_asset_id underlying, const char *reason)
{
	pli_net_row *row = row_of(w, underlying);
	if (row->reason == NULL)
		row->reason = reason;
}

/* What exposure shows. */
static void
before_fill(net_work *w)
{
	const plm_exposure_query by = {.by = PLM_BY_UNDERLYING, .tier = PLM_TIER_LEG};
	pli_net_maker *maker = w->maker;
	memset(maker->row_of, 0, (maker->assets_max + 1) * sizeof *maker->row_of);
	memset(maker->cash, 0, (maker->balances_max + 1) * sizeof *maker->cash);
	maker->rows_count = 0;
	uint32_t count = pli_exposure_rollup(w->exposure, &by, maker->shown, maker->assets_max);
	for (uint32_t i = 0; i < count && i < maker->assets_max; i++) {
		const plm_exposure_row *shown = &maker->shown[i];
		pli_net_row *row = row_of(w, shown->underlying);
		row->legs_count_unpriced = shown->legs_count_unpriced;
		row->before = row->after = (pli_net_sums){plm_decimal_to_double(shown->net_coins),
		    plm_decimal_to_double(shown->net_usd), plm_decimal_to_double(shown->gross_usd)};
	}
}

static double
factor_of(const net_work *w, plm_asset_id underlying)
{
	double factor = 1;
	for (uint32_t i = 0; i < w->query->moved_count; i++)
		if (w->query->moved[i].value == underlying.value)
			factor *= w->query->factors[i];
	return factor;
}

static pool_maker
maker_of(const net_work *w, const pli_pool_key *key)
{
	return (pool_maker){
	    .exposure = w->exposure, .book = w->book, .key = key, .edits = w->query->edits};
}

/* What an account holds of an asset becomes more by so much. */
static void
cash_add(net_work *w, plm_account_id account, plm_asset_id asset, double amount)
{
	uint32_t row = pli_book_balance_find(w->book, account, asset);
	if (amount == 0)
		return;
	if (isnan(amount))
		row_cannot(
		    w, underlying_of(w, asset), "what a contract wins or pays in it is not known");
	else if (row == PLI_ROW_NONE || row >= w->maker->balances_max ||
		 pli_book_balance(w->book, row)->open == 0)
		row_cannot(w, underlying_of(w, asset),
		    "an account that pays or wins it tells no balance of it");
	else
		w->maker->cash[row] += amount;
}

static void
edits_cash(net_work *w)
{
	const pli_pool_edits *edits = w->query->edits;
	for (uint32_t i = 0; edits != NULL && i < edits->transfers_count; i++)
		cash_add(w, edits->transfers[i].account, edits->transfers[i].asset,
		    edits->transfers[i].quantity);
	for (uint32_t i = 0; edits != NULL && i < edits->trades_count; i++) {
		const pli_pool_trade *trade = &edits->trades[i];
		const plm_instrument *spec = pli_registry_instrument_get(
		    pli_book_registry(w->book), trade->instrument);
		const pli_pool_key key = {trade->account, 0};
		pool_maker m = maker_of(w, &key);
		if (spec != NULL)
			cash_add(w, trade->account, spec->settle, pli_pool_trade_cash(&m, trade));
	}
}

/* A position behind trades: what is held of it, and the prices that hold before any move. */
typedef struct net_position {
	const plm_instrument *spec;
	plm_account_id account;
	plm_asset_id underlying;
	plm_unit unit;
	double held, traded; /* in the unit */
	double mark, delta, price_usd;
	double coins, usd; /* of what is held */
} net_position;

static double
model_delta(const plm_instrument *spec, const pli_exposure_option *model, double factor)
{
	double forward = model->forward * factor, strike = plm_decimal_to_double(spec->strike),
	       delta = NAN;
	uint8_t put = spec->option_type == PLM_OPTION_PUT;
	plm_options option = {&forward, &strike, &model->years, &model->vol, &put};
	plm_greeks greeks = {.delta = &delta};
	plm_black76(&option, &greeks, 1);
	return delta;
}

/* Coins of a position, all of it, at moved prices; NaN: not known. */
static double
coins_moved(const net_work *w, const net_position *p, double factor)
{
	const plm_instrument *spec = p->spec;
	double alias = alias_factor(w, spec->underlying);
	double more = p->traded == 0 ? 0
				     : pli_pool_coins(spec, p->unit, p->traded, p->mark) * alias;
	bool option = spec->kind == PLM_KIND_OPTION;
	double coins = p->coins + (option ? more * p->delta : more);
	if (factor == 1)
		return coins;
	if (!option)
		return spec->inverse ? coins / factor : coins;
	pli_exposure_option model;
	if (!pli_exposure_option_of(w->exposure, spec->id, &model))
		return NAN;
	double size = pli_pool_coins(spec, p->unit, p->held + p->traded, p->mark) * alias;
	return coins + size * (model_delta(spec, &model, factor) - model_delta(spec, &model, 1));
}

/* A leg that counted `coins` and `usd` counts others. */
static void
leg_changes(net_work *w, plm_asset_id underlying, const double now[2], const double then[2])
{
	pli_net_row *row = row_of(w, underlying);
	if (then[0] == now[0] && then[1] == now[1])
		return;
	row->changed = true;
	row->after.net_coins += then[0] - now[0];
	row->after.net_usd += then[1] - now[1];
	row->after.gross_usd += fabs(then[1]) - fabs(now[1]);
}

/* What it wins while prices move. */
static void
position_cash(net_work *w, const net_position *p, double factor)
{
	const plm_instrument *spec = p->spec;
	if (factor == 1 || (spec->kind != PLM_KIND_PERPETUAL && spec->kind != PLM_KIND_FUTURE))
		return;
	bool known = spec->inverse || spec->settle.value == spec->quote.value;
	double gain = pli_pool_gain(spec, p->unit, p->held + p->traded, p->mark, p->mark * factor);
	cash_add(w, p->account, spec->settle, known ? gain : NAN);
}

static void
position_take(net_work *w, const net_position *p)
{
	double factor = factor_of(w, p->underlying);
	if (p->traded == 0 && factor == 1)
		return;
	double coins = coins_moved(w, p, factor);
	if (isnan(coins))
		row_cannot(w, p->underlying, "an option's forward or volatility is not known");
	else if (isnan(p->price_usd))
		row_cannot(w, p->underlying, "no USD price of it is known");
	else
		leg_changes(w, p->underlying, (double[]){p->coins, p->usd},
		    (double[]){coins, coins * p->price_usd * factor});
	position_cash(w, p, factor);
}

static bool
is_traded(const net_work *w, const plm_leg *leg)
{
	const pli_pool_edits *edits = w->query->edits;
	for (uint32_t i = 0; edits != NULL && i < edits->trades_count; i++)
		if (edits->trades[i].account.value == leg->account.value &&
		    edits->trades[i].instrument.value == leg->instrument.value)
			return true;
	return false;
}

/* Legs that are not counted now are not counted then, but for those that trades change. */
static void
leg_position(net_work *w, const plm_leg *leg)
{
	if (!is_traded(w, leg) && factor_of(w, leg->underlying) == 1)
		return; /* most of them */
	const pli_pool_key key = {leg->account, 0};
	pool_maker m = maker_of(w, &key);
	const plm_position fact = {
	    .instrument = leg->instrument, .side = leg->side, .quantity = leg->quantity};
	net_position p = {
	    .spec = pli_registry_instrument_get(pli_book_registry(w->book), leg->instrument),
	    .account = leg->account,
	    .underlying = leg->underlying,
	    .unit = (plm_unit)leg->unit,
	    .held = plm_decimal_to_double(leg->quantity),
	    .traded = w->query->edits == NULL ? 0 : pli_pool_leg_change(&m, &fact),
	    .mark = plm_decimal_to_double(leg->mark_price),
	    .delta = leg->delta,
	    .price_usd = plm_decimal_to_double(leg->price_usd),
	    .coins = plm_decimal_to_double(leg->delta_coins),
	    .usd = plm_decimal_to_double(leg->delta_usd)};
	if (leg->reason == PLM_REASON_EXPIRED)
		return;
	if (leg->included && leg->priced)
		position_take(w, &p);
	else if (p.traded != 0)
		row_cannot(w, leg->underlying, "a position that a trade changes is not counted");
}

static void
collateral_take(net_work *w, const plm_leg *leg, double cash)
{
	double factor = factor_of(w, leg->underlying);
	if (cash == 0 && factor == 1)
		return;
	if (!leg->included || !leg->priced) {
		row_cannot(w, leg->underlying, "a balance of it is not counted");
		return;
	}
	double coins = plm_decimal_to_double(leg->delta_coins),
	       usd = plm_decimal_to_double(leg->delta_usd);
	double then = coins + cash * alias_factor(w, leg->asset);
	leg_changes(w, leg->underlying, (double[]){coins, usd},
	    (double[]){then, then * plm_decimal_to_double(leg->price_usd) * factor});
}

static void
leg_collateral(net_work *w, const plm_leg *leg)
{
	uint32_t row = pli_book_balance_find(w->book, leg->account, leg->asset);
	double cash = row < w->maker->balances_max ? w->maker->cash[row] : 0;
	collateral_take(w, leg, cash);
	if (cash != 0)
		w->maker->cash[row] = 0;
}

/* Balances that were nothing have no leg yet. */
static void
cash_left(net_work *w)
{
	uint32_t count = pli_book_balances_count(w->book);
	for (uint32_t i = 0; i < count && i < w->maker->balances_max; i++) {
		if (w->maker->cash[i] == 0)
			continue;
		plm_asset_id asset = pli_book_balance(w->book, i)->fact.asset;
		plm_asset_id underlying = underlying_of(w, asset);
		plm_decimal price = pli_exposure_price_usd(w->exposure, underlying);
		const plm_leg none = {.asset = asset,
		    .underlying = underlying,
		    .included = 1,
		    .priced = plm_decimal_is_known(price),
		    .price_usd = price};
		collateral_take(w, &none, w->maker->cash[i]);
	}
}

/* A leg that a trade opens, of a coin each as exposure would count an order for it. */
static void
trade_opens(net_work *w, const pli_pool_trade *trade, double quantity)
{
	plm_asset_id underlying;
	plm_decimal coins;
	pli_order_row order = {.account = trade->account};
	plm_unit unit = pli_book_pools_trade_unit(w->book, trade->account, trade->instrument);
	order.fact.instrument = trade->instrument;
	order.fact.unit = (uint8_t)unit;
	order.fact.price = plm_decimal_unknown();
	order.fact.quantity = plm_decimal_from_int(1);
	const plm_instrument *spec = pli_registry_instrument_get(
	    pli_book_registry(w->book), trade->instrument);
	if (spec == NULL)
		return;
	if (pli_exposure_order_coins(w->exposure, &order, &underlying, &coins) != PLM_OK) {
		row_cannot(w, spec->underlying, "the delta of what a trade opens is not known");
		return;
	}
	double price = pli_pool_mark(w->exposure, trade->account, trade->instrument);
	double one = pli_pool_coins(spec, unit, 1, price) * alias_factor(w, spec->underlying);
	net_position p = {.spec = spec,
	    .account = trade->account,
	    .underlying = underlying,
	    .unit = unit,
	    .traded = quantity,
	    .mark = price,
	    .delta = spec->kind == PLM_KIND_OPTION ? plm_decimal_to_double(coins) / one : 1,
	    .price_usd = plm_decimal_to_double(pli_exposure_price_usd(w->exposure, underlying))};
	position_take(w, &p);
}

static void
trades_open(net_work *w)
{
	const pli_pool_edits *edits = w->query->edits;
	for (uint32_t i = 0; edits != NULL && i < edits->trades_count; i++) {
		const pli_pool_trade *trade = &edits->trades[i];
		const pli_pool_key key = {trade->account, 0};
		pool_maker m = maker_of(w, &key);
		bool again = false;
		for (uint32_t k = 0; k < i; k++)
			again |= edits->trades[k].account.value == trade->account.value &&
				 edits->trades[k].instrument.value == trade->instrument.value;
		double quantity = again ? 0 : pli_pool_opened(&m, trade->instrument);
		if (quantity != 0)
			trade_opens(w, trade, quantity);
	}
}

/* Rows of which nothing is priced are in no sum, as in exposure's. */
static void
rows_finish(net_work *w, pli_net_row *ret_all)
{
	const plm_exposure_query everything = {.tier = PLM_TIER_LEG};
	plm_exposure_row total;
	pli_exposure_total(w->exposure, &everything, &total);
	pli_net_row all = {.before = {NAN, plm_decimal_to_double(total.net_usd),
			       plm_decimal_to_double(total.gross_usd)},
	    .legs_count_unpriced = total.legs_count_unpriced};
	all.after = all.before;
	for (uint32_t i = 0; i < w->maker->rows_count; i++) {
		pli_net_row *row = &w->maker->rows[i];
		if (row->reason != NULL) {
			row->after = (pli_net_sums){NAN, NAN, NAN};
			row->changed = true;
			all.reason = "one of its rows is not known";
		}
		if (!row->changed)
			continue;
		all.changed = true;
		all.after.net_usd += row->after.net_usd - row->before.net_usd;
		all.after.gross_usd += row->after.gross_usd - row->before.gross_usd;
	}
	*ret_all = all;
}

uint32_t
pli_net_rows_make(pli_net_maker *maker, const pli_exposure *exposure, const pli_ladder_query *query,
    const pli_net_row **ret_rows, pli_net_row *ret_all)
{
	net_work w = {maker, exposure, pli_exposure_book(exposure), query};
	uint32_t count = 0;
	before_fill(&w);
	edits_cash(&w);
	const plm_leg *legs = pli_exposure_legs(exposure, &count);
	for (uint32_t i = 0; i < count; i++)
		if (legs[i].instrument.value != 0)
			leg_position(&w, &legs[i]);
	trades_open(&w);
	for (uint32_t i = 0; i < count; i++)
		if (legs[i].instrument.value == 0)
			leg_collateral(&w, &legs[i]);
	cash_left(&w);
	rows_finish(&w, ret_all);
	*ret_rows = maker->rows;
	return maker->rows_count;
}
