/* sim_dydx_rows.c: dYdX's numbers and rows. */
#include "sim/sim_dydx_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/sim_number.h"

enum { MONEY_PLACES = 8, RATE_PLACES = 17, HOURS_OF_RATE = 8 };

plm_decimal
pli_sim_dydx_initial(const pli_sim_instrument *in)
{
	static const char *const fractions[PLI_SIM_COINS] = {"0.02", "0.02", "0.05", "0.05", "0.1"};
	return pli_sim_of(fractions[in->coin]);
}

static plm_decimal
dydx_maintenance(const pli_sim_instrument *in)
{
	return pli_sim_multiply(pli_sim_dydx_initial(in), pli_sim_of("0.6"));
}

uint32_t
pli_sim_dydx_number(uint32_t parent, const pli_sim_position *p)
{
	uint32_t child = (uint32_t)p->instrument->coin + 1;
	return p->isolated ? parent + child * PLI_SIM_DYDX_CHILDREN : parent;
}

/* size x price, as far as it moves USDC. */
static plm_decimal
dydx_cost(const pli_sim_position *p)
{
	return pli_sim_multiply(p->size, p->entry);
}

static bool
dydx_holds(const pli_sim_position *p, const pli_sim_position *child)
{
	return child == NULL ? !p->isolated : p == child;
}

void
pli_sim_dydx_subaccount(
    const pli_sim_account *a, const pli_sim_position *child, pli_sim_dydx_sums *ret_sums)
{
	pli_sim_dydx_sums s;
	s.wallet = child == NULL ? pli_sim_cross_wallet(a, PLI_SIM_USDC) : child->isolated_wallet;
	s.quote = s.equity = s.wallet;
	plm_decimal margin = plm_decimal_zero();
	for (uint32_t i = 0; i < a->positions_count; i++) {
		const pli_sim_position *p = &a->positions[i];
		const pli_sim_instrument *in = p->instrument;
		if (!dydx_holds(p, child) || pli_sim_is_zero(p->size))
			continue;
		plm_decimal notional = plm_decimal_abs(pli_sim_multiply(p->size, in->mark));
		s.quote = pli_sim_subtract(s.quote, dydx_cost(p));
		s.equity = pli_sim_add(s.equity, pli_sim_profit(in, p->size, p->entry, in->mark));
		margin = pli_sim_add(margin, pli_sim_multiply(pli_sim_round(notional, MONEY_PLACES),
						 pli_sim_dydx_initial(in)));
	}
	s.free = pli_sim_subtract(s.equity, margin);
	*ret_sums = s;
}

static void
put_time(pli_json_writer *w, const char *key, plm_time_ns time_ns)
{
	char text[PLM_TIME_TEXT_MAX];
	pli_sim_put_text(w, key, plm_time_format(time_ns / PLM_NS_PER_MS * PLM_NS_PER_MS, text));
}

static void
put_count(pli_json_writer *w, const char *key, int64_t value)
{
	char text[24];
	(void)snprintf(text, sizeof text, "%" PRId64, value);
	pli_sim_put_text(w, key, text);
}

static void
put_side(pli_json_writer *w, plm_decimal size)
{
	pli_sim_put_text(w, "side", plm_decimal_sign(size) < 0 ? "SHORT" : "LONG");
}

static plm_decimal
dydx_profit(const pli_sim_position *p, plm_decimal size, plm_decimal entry)
{
	return pli_sim_profit(p->instrument, size, entry, p->instrument->mark);
}

/* What the venue keeps of a position beside its size. */
static void
put_position_sums(pli_json_writer *w, const pli_sim_position *p, plm_decimal entry)
{
	pli_sim_put_plain(w, "entryPrice", entry);
	pli_sim_put_null(w, "exitPrice");
	pli_sim_put_plain(w, "sumOpen", p->opened);
	pli_sim_put_plain(w, "sumClose", pli_sim_subtract(p->opened, plm_decimal_abs(p->size)));
	pli_sim_put_plain(w, "realizedPnl", p->realised);
	pli_sim_put_plain(w, "netFunding", p->funding);
}

static void
put_position(pli_json_writer *w, const pli_sim_dydx_owner *owner, const pli_sim_position *p)
{
	pli_json_object_open(w);
	pli_sim_put_text(w, "market", p->instrument->name);
	pli_sim_put_text(w, "status", "OPEN");
	put_side(w, p->size);
	pli_sim_put_plain(w, "size", p->size);
	pli_sim_put_plain(w, "maxSize", p->size);
	put_position_sums(w, p, p->entry);
	pli_sim_put_plain(w, "unrealizedPnl", dydx_profit(p, p->size, p->entry));
	put_time(w, "createdAt", p->updated_ns);
	put_count(w, "createdAtHeight", owner->height);
	pli_sim_put_null(w, "closedAt");
	pli_sim_put_int(w, "subaccountNumber", pli_sim_dydx_number(owner->parent, p));
	pli_json_object_close(w);
}

static void
put_asset(pli_json_writer *w, uint32_t number, plm_decimal quote)
{
	pli_json_key(w, "assetPositions");
	pli_json_object_open(w);
	if (!pli_sim_is_zero(quote)) {
		pli_json_key(w, "USDC");
		pli_json_object_open(w);
		pli_sim_put_plain(w, "size", plm_decimal_abs(quote));
		pli_sim_put_text(w, "symbol", "USDC");
		put_side(w, quote);
		pli_sim_put_text(w, "assetId", "0");
		pli_sim_put_int(w, "subaccountNumber", number);
		pli_json_object_close(w);
	}
	pli_json_object_close(w);
}

/* What an answer that lacks rows adds up to. */
static void
subaccount_shorten(pli_sim_dydx_sums *s, const pli_sim_position *p)
{
	plm_decimal worth = pli_sim_add(dydx_cost(p), dydx_profit(p, p->size, p->entry));
	s->equity = pli_sim_subtract(s->equity, worth);
	s->free = pli_sim_subtract(s->free, worth);
}

static bool
position_is_told(const pli_sim_position *p, const pli_sim_position *child, pli_sim_dydx_lack lack)
{
	return dydx_holds(p, child) && !pli_sim_is_zero(p->size) && lack != PLI_SIM_DYDX_NONE &&
	       !(lack == PLI_SIM_DYDX_HALF && p->instrument->coin % 2 == 0);
}

/* Returns its equity as told. */
static plm_decimal
put_subaccount(pli_json_writer *w, const pli_sim_dydx_owner *owner, const pli_sim_position *child,
    pli_sim_dydx_lack lack)
{
	const pli_sim_account *a = owner->account;
	pli_sim_dydx_sums s;
	uint32_t number = child == NULL ? owner->parent : pli_sim_dydx_number(owner->parent, child);
	pli_sim_dydx_subaccount(a, child, &s);
	if (lack == PLI_SIM_DYDX_NONE)
		s.quote = s.equity = s.free = plm_decimal_zero();
	for (uint32_t i = 0; lack == PLI_SIM_DYDX_HALF && i < a->positions_count; i++)
		if (position_is_told(&a->positions[i], child, PLI_SIM_DYDX_WHOLE) &&
		    !position_is_told(&a->positions[i], child, lack))
			subaccount_shorten(&s, &a->positions[i]);
	pli_json_object_open(w);
	pli_sim_put_text(w, "address", owner->address);
	pli_sim_put_int(w, "subaccountNumber", number);
	pli_sim_put_plain(w, "equity", s.equity);
	pli_sim_put_plain(w, "freeCollateral", s.free);
	pli_json_key(w, "openPerpetualPositions");
	pli_json_object_open(w);
	for (uint32_t i = 0; i < a->positions_count; i++)
		if (position_is_told(&a->positions[i], child, lack)) {
			pli_json_key(w, a->positions[i].instrument->name);
			put_position(w, owner, &a->positions[i]);
		}
	pli_json_object_close(w);
	put_asset(w, number, s.quote);
	pli_sim_put_bool(w, "marginEnabled", true);
	put_count(w, "updatedAtHeight", owner->height);
	put_count(w, "latestProcessedBlockHeight", owner->height);
	pli_json_object_close(w);
	return s.equity;
}

/* A child is there from its first position on. */
void
pli_sim_dydx_put_parent(pli_json_writer *w, const pli_sim_dydx_owner *owner, pli_sim_dydx_lack lack)
{
	const pli_sim_account *a = owner->account;
	pli_sim_dydx_sums s;
	pli_sim_dydx_subaccount(a, NULL, &s);
	pli_json_object_open(w);
	pli_sim_put_text(w, "address", owner->address);
	pli_sim_put_int(w, "parentSubaccountNumber", owner->parent);
	pli_json_key(w, "childSubaccounts");
	pli_json_array_open(w);
	plm_decimal equity = put_subaccount(w, owner, NULL, lack);
	for (uint32_t i = 0; i < a->positions_count; i++)
		if (a->positions[i].isolated)
			equity = pli_sim_add(
			    equity, put_subaccount(w, owner, &a->positions[i], lack));
	pli_json_array_close(w);
	pli_sim_put_plain(w, "equity", equity);
	pli_sim_put_plain(
	    w, "freeCollateral", lack == PLI_SIM_DYDX_WHOLE ? s.free : plm_decimal_zero());
	pli_json_object_close(w);
}

void
pli_sim_dydx_put_list(pli_json_writer *w, const pli_sim_dydx_owner *owner, uint32_t number)
{
	const pli_sim_account *a = owner->account;
	pli_json_object_open(w);
	pli_json_key(w, "positions");
	pli_json_array_open(w);
	for (uint32_t i = 0; i < a->positions_count; i++)
		if (!pli_sim_is_zero(a->positions[i].size) &&
		    pli_sim_dydx_number(owner->parent, &a->positions[i]) == number)
			put_position(w, owner, &a->positions[i]);
	pli_json_array_close(w);
	pli_json_object_close(w);
}

bool
pli_sim_dydx_put_single(pli_json_writer *w, const pli_sim_dydx_owner *owner, uint32_t number)
{
	const pli_sim_account *a = owner->account;
	const pli_sim_position *child = NULL;
	for (uint32_t i = 0; i < a->positions_count && number != owner->parent; i++)
		if (a->positions[i].isolated &&
		    pli_sim_dydx_number(owner->parent, &a->positions[i]) == number)
			child = &a->positions[i];
	if (child == NULL && number != owner->parent)
		return false;
	(void)put_subaccount(w, owner, child, PLI_SIM_DYDX_WHOLE);
	return true;
}

void
pli_sim_dydx_put_position_row(pli_json_writer *w, const pli_sim_dydx_owner *owner,
    const pli_sim_position *p, plm_decimal size, plm_decimal entry, bool open)
{
	plm_decimal now = open ? size : plm_decimal_zero();
	pli_json_object_open(w);
	pli_sim_put_text(w, "address", owner->address);
	pli_sim_put_int(w, "subaccountNumber", pli_sim_dydx_number(owner->parent, p));
	pli_sim_put_text(w, "positionId", "4b4ae0a4-cf5b-5e01-b2f5-3f1b0f3d5c1e");
	pli_sim_put_text(w, "market", p->instrument->name);
	put_side(w, size);
	pli_sim_put_text(w, "status", open ? "OPEN" : "CLOSED");
	pli_sim_put_plain(w, "size", now);
	pli_sim_put_plain(w, "maxSize", size);
	put_position_sums(w, p, entry);
	pli_sim_put_plain(w, "unrealizedPnl", dydx_profit(p, now, entry));
	pli_json_object_close(w);
}

void
pli_sim_dydx_put_asset_row(
    pli_json_writer *w, const pli_sim_dydx_owner *owner, uint32_t number, plm_decimal quote)
{
	pli_json_object_open(w);
	pli_sim_put_text(w, "address", owner->address);
	pli_sim_put_int(w, "subaccountNumber", number);
	pli_sim_put_text(w, "positionId", "8d3cf5f4-5d55-5b8e-93a3-c1b6c2ee4a0a");
	pli_sim_put_text(w, "assetId", "0");
	pli_sim_put_text(w, "symbol", "USDC");
	put_side(w, quote);
	pli_sim_put_plain(w, "size", plm_decimal_abs(quote));
	pli_json_object_close(w);
}

static int
dydx_pair(const pli_sim_instrument *in)
{
	static const int pairs[PLI_SIM_COINS] = {0, 1, 5, 16, 10};
	return pairs[in->coin];
}

void
pli_sim_dydx_put_fill(pli_json_writer *w, const pli_sim_dydx_owner *owner, const pli_sim_fill *fill)
{
	char id[40];
	(void)snprintf(id, sizeof id, "00000000-0000-5000-8000-%012" PRIx64, fill->trade_id);
	pli_json_object_open(w);
	pli_sim_put_text(w, "id", id);
	pli_sim_put_text(w, "side", fill->buy ? "BUY" : "SELL");
	pli_sim_put_text(w, "liquidity", "TAKER");
	pli_sim_put_text(w, "type", fill->forced ? "LIQUIDATED" : "LIMIT");
	put_count(w, "clobPairId", dydx_pair(fill->position->instrument));
	pli_sim_put_plain(w, "size", fill->quantity);
	pli_sim_put_plain(w, "price", fill->price);
	pli_sim_put_plain(w, "quoteAmount",
	    pli_sim_round(pli_sim_multiply(fill->quantity, fill->price), MONEY_PLACES));
	put_time(w, "createdAt", fill->time_ns);
	put_count(w, "createdAtHeight", owner->height);
	pli_sim_put_text(w, "ticker", fill->position->instrument->name);
	pli_sim_put_plain(w, "fee", fill->fee);
	pli_json_object_close(w);
}

/* number < 0: a wallet. */
static void
put_end(pli_json_writer *w, const char *key, const char *address, int64_t number, bool listed)
{
	pli_json_key(w, key);
	pli_json_object_open(w);
	pli_sim_put_text(w, "address", address);
	if (number >= 0)
		pli_sim_put_int(w, listed ? "parentSubaccountNumber" : "subaccountNumber", number);
	pli_json_object_close(w);
}

void
pli_sim_dydx_put_transfer(pli_json_writer *w, const pli_sim_dydx_owner *owner,
    const pli_sim_dydx_transfer *transfer, bool listed)
{
	static const char *const types[2][2] = {
	    {"WITHDRAWAL", "DEPOSIT"}, {"TRANSFER_OUT", "TRANSFER_IN"}};
	char text[PLI_SIM_CHAIN_SIZE + 1];
	const pli_sim_move *move = transfer->move;
	bool in = plm_decimal_sign(move->amount) > 0, inner = transfer->other != NULL;
	const char *from = owner->address, *to = inner ? transfer->other : owner->address;
	int64_t from_number = owner->parent, to_number = -1;
	if (inner)
		to_number = transfer->other_number;
	pli_json_object_open(w);
	(void)snprintf(text, sizeof text, "00000000-0000-5000-9000-%012" PRIx64, move->id);
	if (listed)
		pli_sim_put_text(w, "id", text);
	put_end(w, "sender", in ? to : from, in ? to_number : from_number, listed);
	put_end(w, "recipient", in ? from : to, in ? from_number : to_number, listed);
	pli_sim_put_plain(w, "size", plm_decimal_abs(move->amount));
	pli_sim_put_text(w, "symbol", "USDC");
	pli_sim_put_text(w, "type", types[inner][in]);
	put_time(w, "createdAt", move->time_ns);
	put_count(w, "createdAtHeight", owner->height);
	pli_sim_put_text(w, "transactionHash", pli_sim_move_chain(move, text));
	pli_json_object_close(w);
}

/* Of an hour. */
static plm_decimal
dydx_rate(const pli_sim_instrument *in)
{
	plm_decimal hours = plm_decimal_from_int(HOURS_OF_RATE);
	return pli_sim_round(pli_sim_divide(in->funding_rate, hours), RATE_PLACES);
}

void
pli_sim_dydx_put_market(pli_json_writer *w, const pli_sim_instrument *in)
{
	pli_json_key(w, in->name);
	pli_json_object_open(w);
	put_count(w, "clobPairId", dydx_pair(in));
	pli_sim_put_text(w, "ticker", in->name);
	pli_sim_put_text(w, "status", in->expired ? "FINAL_SETTLEMENT" : "ACTIVE");
	pli_sim_put_plain(w, "oraclePrice", in->mark);
	pli_sim_put_text(w, "priceChange24H", "0");
	pli_sim_put_text(w, "volume24H", "1000000");
	pli_sim_put_int(w, "trades24H", 1000);
	pli_sim_put_plain(w, "nextFundingRate", dydx_rate(in));
	pli_sim_put_plain(w, "initialMarginFraction", pli_sim_dydx_initial(in));
	pli_sim_put_plain(w, "maintenanceMarginFraction", dydx_maintenance(in));
	pli_sim_put_plain(w, "openInterest", in->open_interest);
	pli_sim_put_int(w, "atomicResolution", -10);
	pli_sim_put_int(w, "quantumConversionExponent", -9);
	pli_sim_put_plain(w, "tickSize", in->tick);
	pli_sim_put_plain(w, "stepSize", in->lot);
	pli_sim_put_int(w, "stepBaseQuantums", 1000000);
	pli_sim_put_int(w, "subticksPerTick", 100000);
	pli_sim_put_text(w, "marketType", "CROSS");
	pli_sim_put_text(w, "openInterestLowerCap", "0");
	pli_sim_put_text(w, "openInterestUpperCap", "0");
	pli_sim_put_plain(w, "baseOpenInterest", in->open_interest);
	pli_sim_put_text(w, "defaultFundingRate1H", "0");
	pli_json_object_close(w);
}

static void
put_each(pli_json_writer *w, const pli_sim_market *m, const char *key,
    void (*put)(pli_json_writer *w, const pli_sim_instrument *in))
{
	pli_json_key(w, key);
	pli_json_object_open(w);
	for (uint32_t i = 0; i < m->instruments_count; i++)
		if (m->instruments[i].venue == PLI_SIM_DYDX)
			put(w, &m->instruments[i]);
	pli_json_object_close(w);
}

void
pli_sim_dydx_put_markets(pli_json_writer *w, const pli_sim_market *m)
{
	put_each(w, m, "markets", pli_sim_dydx_put_market);
}

static void
put_trading(pli_json_writer *w, const pli_sim_instrument *in)
{
	pli_json_key(w, in->name);
	pli_json_object_open(w);
	pli_sim_put_plain(w, "nextFundingRate", dydx_rate(in));
	pli_sim_put_plain(w, "openInterest", in->open_interest);
	pli_json_object_close(w);
}

void
pli_sim_dydx_put_trading(pli_json_writer *w, const pli_sim_market *m)
{
	put_each(w, m, "trading", put_trading);
}

void
pli_sim_dydx_put_prices(
    pli_json_writer *w, const pli_sim_market *m, int64_t height, plm_time_ns now_ns)
{
	pli_json_key(w, "oraclePrices");
	pli_json_object_open(w);
	for (uint32_t i = 0; i < m->instruments_count; i++) {
		const pli_sim_instrument *in = &m->instruments[i];
		if (in->venue != PLI_SIM_DYDX || in->expired)
			continue;
		pli_json_key(w, in->name);
		pli_json_object_open(w);
		pli_sim_put_plain(w, "oraclePrice", in->mark);
		put_time(w, "effectiveAt", now_ns);
		put_count(w, "effectiveAtHeight", height);
		pli_sim_put_int(w, "marketId", dydx_pair(in));
		pli_json_object_close(w);
	}
	pli_json_object_close(w);
}
