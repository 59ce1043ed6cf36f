/* sim_usdm.c: Binance's margin of futures and options by its published formulas. */
#include "sim/sim_usdm.h"

#include <assert.h>

#include "sim/sim_number.h"

enum { MONEY_PLACES = 8 };

typedef struct bracket_fact {
	int leverage_max;
	int64_t cap, rate_millionths;
} bracket_fact;

static const bracket_fact bracket_major[] = {
    {125, 50000, 4000},
    {100, 600000, 5000},
    {75, 3000000, 6500},
    {50, 12000000, 10000},
    {25, 70000000, 20000},
    {20, 100000000, 25000},
    {10, 230000000, 50000},
    {5, 480000000, 100000},
};
static const bracket_fact bracket_minor[] = {
    {75, 10000, 5000},
    {50, 100000, 10000},
    {25, 500000, 20000},
    {20, 2000000, 25000},
    {10, 10000000, 50000},
    {5, 40000000, 100000},
};

/* COIN-M: caps in coins, for BTC; times bracket_coins for the others. */
static const bracket_fact bracket_inverse[] = {
    {125, 5, 4000},
    {100, 10, 5000},
    {50, 20, 10000},
    {20, 50, 25000},
    {10, 100, 50000},
    {5, 200, 100000},
};
static const int64_t bracket_coins[PLI_SIM_COINS] = {1, 30, 600, 40000, 500000};

#define BRACKETS(facts) ((facts) + sizeof(facts) / sizeof((facts)[0]))

/* Returns the end of the table. */
static const bracket_fact *
bracket_facts(const pli_sim_instrument *in, const bracket_fact **ret_facts)
{
	bool major = in->coin == PLI_SIM_BTC || in->coin == PLI_SIM_ETH;
	*ret_facts = in->inverse ? bracket_inverse : major ? bracket_major : bracket_minor;
	if (in->inverse)
		return BRACKETS(bracket_inverse);
	return major ? BRACKETS(bracket_major) : BRACKETS(bracket_minor);
}

/* The bracket above `before`; above all zeros the first. */
static pli_sim_bracket
bracket_next(const pli_sim_instrument *in, const pli_sim_bracket *before, const bracket_fact *fact)
{
	int64_t cap = fact->cap * (in->inverse ? bracket_coins[in->coin] : 1);
	plm_decimal rate = {(plm_int128)fact->rate_millionths * (PLM_DECIMAL_ONE_UNITS / 1000000)};
	plm_decimal steeper = pli_sim_subtract(rate, before->rate);
	plm_decimal cum = pli_sim_add(before->cum, pli_sim_multiply(before->cap, steeper));
	return (pli_sim_bracket){
	    fact->leverage_max, before->cap, plm_decimal_from_int(cap), rate, cum};
}

uint32_t
pli_sim_brackets(const pli_sim_instrument *in, pli_sim_bracket ret_rows[PLI_SIM_BRACKETS_MAX])
{
	pli_sim_bracket row = {0};
	const bracket_fact *fact, *end = bracket_facts(in, &fact);
	uint32_t count = 0;
	for (; fact < end; fact++)
		ret_rows[count++] = row = bracket_next(in, &row, fact);
	return count;
}

static pli_sim_bracket
usdm_bracket(const pli_sim_instrument *in, plm_decimal notional)
{
	const bracket_fact *fact, *end = bracket_facts(in, &fact);
	pli_sim_bracket row = bracket_next(in, &(pli_sim_bracket){0}, fact);
	while (++fact < end && !pli_sim_less(notional, row.cap))
		row = bracket_next(in, &row, fact);
	return row;
}

plm_decimal
pli_sim_usdm_contract(const pli_sim_instrument *in)
{
	if (in->kind == PLI_SIM_OPTION)
		return plm_decimal_from_int(in->coin == PLI_SIM_XRP ? 100 : 1);
	return plm_decimal_from_int(!in->inverse ? 1 : in->coin == PLI_SIM_BTC ? 100 : 10);
}

plm_decimal
pli_sim_usdm_amount(const pli_sim_instrument *in, plm_decimal size)
{
	bool contracts = in->inverse || in->kind == PLI_SIM_OPTION;
	return contracts ? pli_sim_divide(size, pli_sim_usdm_contract(in)) : size;
}

static plm_decimal
usdm_notional(const pli_sim_position *p)
{
	plm_decimal mark = p->instrument->mark;
	return pli_sim_round(p->instrument->inverse ? pli_sim_divide(p->size, mark)
						    : pli_sim_multiply(p->size, mark),
	    MONEY_PLACES);
}

static plm_decimal
usdm_maintenance(const pli_sim_position *p)
{
	plm_decimal notional = plm_decimal_abs(usdm_notional(p));
	pli_sim_bracket b = usdm_bracket(p->instrument, notional);
	plm_decimal due = pli_sim_subtract(pli_sim_multiply(notional, b.rate), b.cum);
	return pli_sim_round(due, MONEY_PLACES);
}

static plm_decimal
usdm_profit(const pli_sim_position *p)
{
	return pli_sim_profit(p->instrument, p->size, p->entry, p->instrument->mark);
}

/* Wallet, profit and maintenance of everything that shares p's fate but its own symbol. */
static plm_decimal
usdm_rest(const pli_sim_account *a, const pli_sim_position *p)
{
	if (p->isolated)
		return p->isolated_wallet;
	pli_sim_asset asset = p->instrument->settle;
	plm_decimal rest = pli_sim_cross_wallet(a, asset);
	for (uint32_t i = 0; i < a->positions_count; i++) {
		const pli_sim_position *other = &a->positions[i];
		if (other->isolated || other->instrument->settle != asset ||
		    other->instrument == p->instrument || pli_sim_is_zero(other->size))
			continue;
		rest = pli_sim_add(rest, usdm_profit(other));
		rest = pli_sim_subtract(rest, usdm_maintenance(other));
	}
	return rest;
}

/* What one leg adds to "equity = maintenance" as a fraction: linear above / below is the price; of
 * an inverse one, below / above. */
static void
usdm_add_leg(const pli_sim_position *leg, plm_decimal *above, plm_decimal *below)
{
	plm_decimal size = plm_decimal_abs(leg->size);
	pli_sim_bracket b = usdm_bracket(leg->instrument, plm_decimal_abs(usdm_notional(leg)));
	plm_decimal due = pli_sim_multiply(size, b.rate);
	*above = pli_sim_add(*above, b.cum);
	if (leg->instrument->inverse) {
		*above = pli_sim_add(*above, pli_sim_divide(leg->size, leg->entry));
		*below = pli_sim_add(*below, pli_sim_add(due, leg->size));
		return;
	}
	*above = pli_sim_subtract(*above, pli_sim_multiply(leg->size, leg->entry));
	*below = pli_sim_add(*below, pli_sim_subtract(due, leg->size));
}

/* Solves equity = maintenance for the symbol's price, all legs of the symbol together. */
static plm_decimal
usdm_liquidation(const pli_sim_account *a, const pli_sim_position *p)
{
	plm_decimal above = usdm_rest(a, p);
	plm_decimal below = plm_decimal_zero();
	for (uint32_t i = 0; i < a->positions_count; i++) {
		const pli_sim_position *leg = &a->positions[i];
		if (leg->instrument != p->instrument || pli_sim_is_zero(leg->size))
			continue;
		if (!p->isolated || leg == p)
			usdm_add_leg(leg, &above, &below);
	}
	plm_decimal part = p->instrument->inverse ? below : above;
	plm_decimal whole = p->instrument->inverse ? above : below;
	if (pli_sim_is_zero(whole))
		return plm_decimal_zero();
	plm_decimal price = pli_sim_round(pli_sim_divide(part, whole), MONEY_PLACES);
	return pli_sim_larger(price, plm_decimal_zero());
}

void
pli_sim_usdm_position(
    const pli_sim_account *a, const pli_sim_position *p, pli_sim_usdm_row *ret_row)
{
	plm_decimal zero = plm_decimal_zero();
	*ret_row = (pli_sim_usdm_row){zero, zero, zero, zero, zero, zero, zero};
	if (pli_sim_is_zero(p->size))
		return;
	ret_row->notional = usdm_notional(p);
	ret_row->profit = usdm_profit(p);
	ret_row->initial = pli_sim_round(
	    pli_sim_divide(plm_decimal_abs(ret_row->notional), plm_decimal_from_int(p->leverage)),
	    MONEY_PLACES);
	ret_row->maintenance = usdm_maintenance(p);
	if (p->isolated)
		ret_row->isolated_margin = pli_sim_add(p->isolated_wallet, ret_row->profit);
	ret_row->liquidation = usdm_liquidation(a, p);
	const char *cost = plm_decimal_sign(p->size) > 0 ? "1.0005" : "0.9995";
	ret_row->break_even = pli_sim_round(pli_sim_multiply(p->entry, pli_sim_of(cost)), 8);
}

void
pli_sim_usdm_asset(const pli_sim_account *a, pli_sim_asset asset, pli_sim_usdm_sums *ret_sums)
{
	plm_decimal zero = plm_decimal_zero();
	pli_sim_usdm_sums s = {a->wallets[asset].cash, zero, zero, zero, zero,
	    pli_sim_cross_wallet(a, asset), zero, zero};
	plm_decimal cross_initial = zero;
	for (uint32_t i = 0; i < a->positions_count; i++) {
		const pli_sim_position *p = &a->positions[i];
		if (p->instrument->settle != asset || pli_sim_is_zero(p->size))
			continue;
		pli_sim_usdm_row row;
		pli_sim_usdm_position(a, p, &row);
		s.profit = pli_sim_add(s.profit, row.profit);
		s.initial = pli_sim_add(s.initial, row.initial);
		s.maintenance = pli_sim_add(s.maintenance, row.maintenance);
		if (p->isolated)
			continue;
		s.cross_profit = pli_sim_add(s.cross_profit, row.profit);
		cross_initial = pli_sim_add(cross_initial, row.initial);
	}
	s.margin_balance = pli_sim_add(s.wallet, s.profit);
	plm_decimal free = pli_sim_add(s.cross_wallet, s.cross_profit);
	s.available = pli_sim_larger(pli_sim_subtract(free, cross_initial), zero);
	*ret_sums = s;
}

pli_sim_usdm_rates
pli_sim_usdm_rates_of(const pli_sim_market *m, pli_sim_asset asset)
{
	bool dollar = asset == PLI_SIM_USDT || asset == PLI_SIM_USDC;
	bool major = asset == PLI_SIM_BTC || asset == PLI_SIM_ETH;
	plm_decimal one = plm_decimal_from_int(1), index = m->dollar[asset];
	pli_sim_usdm_rates r = {index,
	    pli_sim_of(dollar  ? "0.0001"
		       : major ? "0.05"
			       : "0.1"),
	    pli_sim_of(dollar  ? "0.0001"
		       : major ? "0.025"
			       : "0.05"),
	    index, index};
	r.bid = pli_sim_multiply(index, pli_sim_subtract(one, r.bid_buffer));
	r.ask = pli_sim_multiply(index, pli_sim_add(one, r.ask_buffer));
	return r;
}

static void
usdm_add_in_dollars(plm_decimal *sum, plm_decimal amount, plm_decimal rate)
{
	*sum = pli_sim_add(*sum, pli_sim_round(pli_sim_multiply(amount, rate), MONEY_PLACES));
}

/* Assets that back each other: the lesser of what the bid and the ask rate make of each, and what
 * is asked at the ask rate (FAQ c983a9268cfa4e70a4916c276bb3b7bc). All of it is cross. */
static void
usdm_totals_multi(const pli_sim_market *m, const pli_sim_account *a, pli_sim_usdm_sums *t)
{
	for (int i = 0; i < PLI_SIM_ASSETS; i++) {
		pli_sim_usdm_sums s;
		if (!a->wallets[i].used)
			continue;
		pli_sim_usdm_asset(a, (pli_sim_asset)i, &s);
		pli_sim_usdm_rates r = pli_sim_usdm_rates_of(m, (pli_sim_asset)i);
		usdm_add_in_dollars(
		    &t->wallet, s.wallet, plm_decimal_sign(s.wallet) < 0 ? r.ask : r.bid);
		usdm_add_in_dollars(&t->margin_balance, s.margin_balance,
		    plm_decimal_sign(s.margin_balance) < 0 ? r.ask : r.bid);
		usdm_add_in_dollars(&t->maintenance, s.maintenance, r.ask);
		usdm_add_in_dollars(&t->initial, s.initial, r.ask);
	}
	t->profit = t->cross_profit = pli_sim_subtract(t->margin_balance, t->wallet);
	t->cross_wallet = t->wallet;
	t->available = pli_sim_larger(
	    pli_sim_subtract(t->margin_balance, t->initial), plm_decimal_zero());
}

void
pli_sim_usdm_totals(const pli_sim_market *m, const pli_sim_account *a, pli_sim_usdm_sums *ret_sums)
{
	plm_decimal zero = plm_decimal_zero();
	pli_sim_usdm_sums t = {zero, zero, zero, zero, zero, zero, zero, zero};
	if (a->multi_assets)
		usdm_totals_multi(m, a, &t);
	for (int i = 0; !a->multi_assets && i < PLI_SIM_ASSETS; i++) {
		if (!a->wallets[i].used)
			continue;
		pli_sim_usdm_sums s;
		pli_sim_usdm_asset(a, (pli_sim_asset)i, &s);
		plm_decimal rate = m->dollar[i];
		usdm_add_in_dollars(&t.wallet, s.wallet, rate);
		usdm_add_in_dollars(&t.profit, s.profit, rate);
		usdm_add_in_dollars(&t.margin_balance, s.margin_balance, rate);
		usdm_add_in_dollars(&t.maintenance, s.maintenance, rate);
		usdm_add_in_dollars(&t.initial, s.initial, rate);
		usdm_add_in_dollars(&t.cross_wallet, s.cross_wallet, rate);
		usdm_add_in_dollars(&t.cross_profit, s.cross_profit, rate);
		usdm_add_in_dollars(&t.available, s.available, rate);
	}
	*ret_sums = t;
}

/* Of one coin: shares of the index less what it is out of the money, and the mark. */
static plm_decimal
option_due(const pli_sim_position *p, const char *share, const char *share_min)
{
	const pli_sim_instrument *in = p->instrument;
	plm_decimal away = in->option_call ? pli_sim_subtract(in->strike, in->index)
					   : pli_sim_subtract(in->index, in->strike);
	plm_decimal part = pli_sim_subtract(pli_sim_multiply(in->index, pli_sim_of(share)),
	    pli_sim_larger(away, plm_decimal_zero()));
	plm_decimal least = pli_sim_multiply(in->index, pli_sim_of(share_min));
	plm_decimal due = pli_sim_add(pli_sim_larger(part, least), in->mark);
	return pli_sim_round(pli_sim_multiply(plm_decimal_abs(p->size), due), MONEY_PLACES);
}

pli_sim_option_sums
pli_sim_option_row(const pli_sim_position *p)
{
	plm_decimal mark = p->instrument->mark, zero = plm_decimal_zero();
	pli_sim_option_sums s = {
	    .cost = pli_sim_round(pli_sim_multiply(p->size, p->entry), MONEY_PLACES),
	    .value = pli_sim_round(pli_sim_multiply(p->size, mark), MONEY_PLACES),
	    .initial = zero,
	    .maintenance = zero,
	    .open = !pli_sim_is_zero(p->size)};
	if (plm_decimal_sign(p->size) >= 0)
		return s;
	s.initial = option_due(p, PLI_SIM_OPTION_INITIAL, PLI_SIM_OPTION_INITIAL_MIN);
	s.maintenance = option_due(p, PLI_SIM_OPTION_MAINTENANCE, PLI_SIM_OPTION_MAINTENANCE_MIN);
	return s;
}

pli_sim_option_sums
pli_sim_option_account(const pli_sim_account *a)
{
	plm_decimal zero = plm_decimal_zero();
	pli_sim_option_sums s = {zero, zero, zero, zero, false};
	for (uint32_t i = 0; i < a->positions_count; i++) {
		pli_sim_option_sums row = pli_sim_option_row(&a->positions[i]);
		s.cost = pli_sim_add(s.cost, row.cost);
		s.value = pli_sim_add(s.value, row.value);
		s.initial = pli_sim_add(s.initial, row.initial);
		s.maintenance = pli_sim_add(s.maintenance, row.maintenance);
		s.open |= row.open;
	}
	return s;
}
