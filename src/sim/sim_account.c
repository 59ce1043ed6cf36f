/* sim_account.c: exact bookkeeping of simulated accounts. */
#include "sim/sim_account.h"

#include <assert.h>

#include "sim/sim_number.h"

enum { CASH_PLACES = 8, ENTRY_PLACES = 8 };

static bool
account_is_inverse_future(const pli_sim_instrument *in)
{
	return in->inverse && in->kind != PLI_SIM_OPTION;
}

plm_decimal
pli_sim_profit(const pli_sim_instrument *in, plm_decimal size, plm_decimal from, plm_decimal to)
{
	plm_decimal move = pli_sim_subtract(to, from);
	plm_decimal profit = pli_sim_multiply(size, move);
	if (account_is_inverse_future(in)) {
		/* Two divisions keep the quotient's digits where one by from x to would lose them.
		 */
		profit = pli_sim_multiply(pli_sim_divide(size, from), pli_sim_divide(move, to));
	}
	return pli_sim_round(profit, CASH_PLACES);
}

/* Average of old and added size: harmonic for inverse futures, since there the coin is earned. */
static plm_decimal
account_average(const pli_sim_instrument *in, plm_decimal size, plm_decimal entry, plm_decimal more,
    plm_decimal price)
{
	plm_decimal total = pli_sim_add(size, more);
	if (account_is_inverse_future(in)) {
		plm_decimal coins = pli_sim_add(
		    pli_sim_divide(size, entry), pli_sim_divide(more, price));
		return pli_sim_round(pli_sim_divide(total, coins), ENTRY_PLACES);
	}
	plm_decimal cost = pli_sim_add(
	    pli_sim_multiply(size, entry), pli_sim_multiply(more, price));
	return pli_sim_round(pli_sim_divide(cost, total), ENTRY_PLACES);
}

static int
account_leverage(const pli_sim_instrument *in)
{
	static const int leverages[PLI_SIM_COINS] = {20, 20, 10, 10, 5};
	return leverages[in->coin];
}

pli_sim_position *
pli_sim_account_position(pli_sim_account *a, const pli_sim_instrument *in, pli_sim_side side)
{
	for (uint32_t i = 0; i < a->positions_count; i++)
		if (a->positions[i].instrument == in && a->positions[i].side == side)
			return &a->positions[i];
	assert(a->positions_count < PLI_SIM_POSITIONS_MAX);
	pli_sim_position *p = &a->positions[a->positions_count++];
	*p = (pli_sim_position){.instrument = in, .side = side, .leverage = account_leverage(in)};
	p->isolated = (a->isolated_coins >> in->coin & 1) != 0;
	return p;
}

static plm_decimal
account_notional(const pli_sim_position *p, plm_decimal quantity, plm_decimal price)
{
	if (account_is_inverse_future(p->instrument))
		return pli_sim_divide(quantity, price);
	return pli_sim_multiply(quantity, price);
}

static plm_decimal
account_fee(const pli_sim_position *p, plm_decimal quantity, plm_decimal price)
{
	const pli_sim_instrument *in = p->instrument;
	plm_decimal fee;
	if (in->kind == PLI_SIM_OPTION) {
		/* 0.03 % of the coin, at most an eighth of the premium */
		plm_decimal most = pli_sim_of("0.0003");
		if (!in->inverse)
			most = pli_sim_multiply(most, in->index);
		fee = pli_sim_multiply(
		    quantity, pli_sim_smaller(most, pli_sim_multiply(price, pli_sim_of("0.125"))));
	} else {
		fee = pli_sim_multiply(account_notional(p, quantity, price), pli_sim_of("0.0005"));
	}
	return pli_sim_round(fee, CASH_PLACES);
}

static void
wallet_add(pli_sim_wallet *wallet, plm_decimal amount)
{
	wallet->used = true;
	wallet->cash = pli_sim_add(wallet->cash, amount);
	wallet->past[wallet->past_count++ % PLI_SIM_CASH_PAST] = wallet->cash;
}

void
pli_sim_account_add_cash(pli_sim_account *a, pli_sim_asset asset, plm_decimal amount)
{
	wallet_add(&a->wallets[asset], amount);
}

/* What a contract earns or costs, where it is traded. */
static void
account_earn(pli_sim_account *a, const pli_sim_instrument *in, plm_decimal amount)
{
	pli_sim_account_add_cash(a, in->settle, amount);
	if (pli_sim_of_dex(in))
		a->dex_cash = pli_sim_add(a->dex_cash, amount);
}

bool
pli_sim_account_has_session(const pli_sim_account *a, const pli_sim_instrument *in)
{
	return a->venue == PLI_SIM_DERIBIT ||
	       (a->venue == PLI_SIM_BYBIT && in->settle == PLI_SIM_USDC &&
		   in->kind != PLI_SIM_OPTION);
}

/* Books what closing `part` (signed like size) at `price` earns, and returns what is reported. */
static plm_decimal
account_realise(pli_sim_account *a, pli_sim_position *p, plm_decimal part, plm_decimal price)
{
	const pli_sim_instrument *in = p->instrument;
	bool deribit = a->venue == PLI_SIM_DERIBIT;
	plm_decimal from = pli_sim_account_has_session(a, in) ? p->session_entry : p->entry;
	plm_decimal profit = pli_sim_profit(in, part, from, price);
	p->realised = pli_sim_add(p->realised, profit);
	if (in->kind == PLI_SIM_OPTION)
		return profit; /* the premium has moved the cash */
	if (!deribit)
		account_earn(a, in, profit);
	else
		a->wallets[in->settle].session = pli_sim_add(
		    a->wallets[in->settle].session, profit);
	return profit;
}

static void
account_reduce(pli_sim_account *a, pli_sim_position *p, plm_decimal part, plm_decimal price,
    pli_sim_fill *fill)
{
	plm_decimal before = p->size;
	fill->realised = account_realise(a, p, part, price);
	p->size = pli_sim_subtract(before, part);
	plm_decimal share = pli_sim_divide(p->size, before);
	p->isolated_wallet = pli_sim_round(
	    pli_sim_multiply(p->isolated_wallet, share), CASH_PLACES);
	if (pli_sim_is_zero(p->size)) {
		p->entry = plm_decimal_zero();
		p->session_entry = plm_decimal_zero();
		p->isolated_wallet = plm_decimal_zero();
		p->opened = plm_decimal_zero();
	}
}

/* dYdX's average weighs with all that was ever added: what that moves the entry price of the rest
 * by is profit no more, but in the wallet. */
static void
account_average_opened(pli_sim_account *a, pli_sim_position *p, plm_decimal more, plm_decimal price)
{
	plm_decimal added = plm_decimal_abs(more), opened = pli_sim_add(p->opened, added);
	plm_decimal cost = pli_sim_add(
	    pli_sim_multiply(p->size, p->entry), pli_sim_multiply(more, price));
	p->entry = pli_sim_round(pli_sim_divide(pli_sim_add(pli_sim_multiply(p->opened, p->entry),
						    pli_sim_multiply(added, price)),
				     opened),
	    ENTRY_PLACES);
	p->opened = opened;
	plm_decimal size = pli_sim_add(p->size, more);
	plm_decimal moved = pli_sim_subtract(pli_sim_multiply(size, p->entry), cost);
	pli_sim_account_add_cash(a, p->instrument->settle, moved);
	if (p->isolated)
		p->isolated_wallet = pli_sim_add(p->isolated_wallet, moved);
}

static void
account_enlarge(pli_sim_account *a, pli_sim_position *p, plm_decimal more, plm_decimal price)
{
	const pli_sim_instrument *in = p->instrument;
	if (a->venue == PLI_SIM_DYDX) {
		account_average_opened(a, p, more, price);
	} else if (pli_sim_is_zero(p->size)) {
		p->entry = price;
		p->session_entry = price;
	} else {
		p->entry = account_average(in, p->size, p->entry, more, price);
		p->session_entry = account_average(in, p->size, p->session_entry, more, price);
	}
	p->size = pli_sim_add(p->size, more);
	if (p->isolated) {
		plm_decimal margin = account_notional(p, plm_decimal_abs(more), price);
		margin = pli_sim_divide(margin, plm_decimal_from_int(p->leverage));
		p->isolated_wallet = pli_sim_round(
		    pli_sim_add(p->isolated_wallet, margin), CASH_PLACES);
	}
}

void
pli_sim_account_trade(pli_sim_account *a, pli_sim_position *p, plm_decimal signed_quantity,
    plm_decimal price, pli_sim_fill *ret_fill)
{
	const pli_sim_instrument *in = p->instrument;
	plm_decimal quantity = plm_decimal_abs(signed_quantity);
	assert(plm_decimal_sign(quantity) > 0 && plm_decimal_sign(price) > 0);
	ret_fill->position = p;
	ret_fill->buy = plm_decimal_sign(signed_quantity) > 0;
	ret_fill->quantity = quantity;
	ret_fill->price = price;
	ret_fill->realised = plm_decimal_zero();
	ret_fill->fee = account_fee(p, quantity, price);
	bool against = plm_decimal_sign(p->size) * plm_decimal_sign(signed_quantity) < 0;
	ret_fill->reduce = against;
	plm_decimal rest = signed_quantity;
	if (against) {
		plm_decimal part = pli_sim_smaller(quantity, plm_decimal_abs(p->size));
		if (plm_decimal_sign(p->size) < 0)
			part = plm_decimal_negate(part);
		account_reduce(a, p, part, price, ret_fill);
		rest = pli_sim_add(signed_quantity, part);
	}
	if (!pli_sim_is_zero(rest))
		account_enlarge(a, p, rest, price);
	assert(p->side != PLI_SIM_LONG || plm_decimal_sign(p->size) >= 0);
	assert(p->side != PLI_SIM_SHORT || plm_decimal_sign(p->size) <= 0);
	account_earn(a, in, plm_decimal_negate(ret_fill->fee));
	if (in->kind == PLI_SIM_OPTION) {
		plm_decimal premium = pli_sim_round(pli_sim_multiply(signed_quantity, price), 8);
		pli_sim_account_add_cash(a, in->settle, plm_decimal_negate(premium));
	}
	p->updated_ns = ret_fill->time_ns;
	a->wallets[in->settle].updated_ns = ret_fill->time_ns;
	a->changes++;
}

plm_decimal
pli_sim_account_fund(pli_sim_account *a, pli_sim_position *p, plm_decimal rate)
{
	const pli_sim_instrument *in = p->instrument;
	plm_decimal due = pli_sim_multiply(account_notional(p, p->size, in->mark), rate);
	plm_decimal got = plm_decimal_negate(pli_sim_round(due, CASH_PLACES));
	p->funding = pli_sim_add(p->funding, got);
	if (a->venue == PLI_SIM_DERIBIT) {
		a->wallets[in->settle].session = pli_sim_add(a->wallets[in->settle].session, got);
	} else {
		account_earn(a, in, got);
		if (p->isolated)
			p->isolated_wallet = pli_sim_add(p->isolated_wallet, got);
	}
	a->changes++;
	return got;
}

void
pli_sim_account_settle(pli_sim_account *a)
{
	assert(a->venue == PLI_SIM_DERIBIT);
	for (uint32_t i = 0; i < a->positions_count; i++) {
		pli_sim_position *p = &a->positions[i];
		const pli_sim_instrument *in = p->instrument;
		p->realised = plm_decimal_zero();
		p->funding = plm_decimal_zero();
		if (pli_sim_is_zero(p->size))
			continue;
		if (in->kind != PLI_SIM_OPTION)
			pli_sim_account_add_cash(
			    a, in->settle, pli_sim_profit(in, p->size, p->session_entry, in->mark));
		p->session_entry = in->mark;
	}
	for (int i = 0; i < PLI_SIM_ASSETS; i++) {
		if (pli_sim_is_zero(a->wallets[i].session))
			continue;
		pli_sim_account_add_cash(a, (pli_sim_asset)i, a->wallets[i].session);
		a->wallets[i].session = plm_decimal_zero();
	}
	a->changes++;
}

void
pli_sim_account_settle_one(pli_sim_account *a, pli_sim_position *p, plm_time_ns now_ns)
{
	const pli_sim_instrument *in = p->instrument;
	assert(a->venue == PLI_SIM_BYBIT && pli_sim_account_has_session(a, in));
	plm_decimal profit = pli_sim_profit(in, p->size, p->session_entry, in->mark);
	p->realised = pli_sim_add(p->realised, profit);
	pli_sim_account_add_cash(a, in->settle, profit);
	p->session_entry = in->mark;
	p->updated_ns = now_ns;
	a->changes++;
}

void
pli_sim_account_deliver(pli_sim_account *a, pli_sim_position *p)
{
	const pli_sim_instrument *in = p->instrument;
	assert(in->expired);
	if (pli_sim_is_zero(p->size))
		return;
	if (in->kind == PLI_SIM_OPTION)
		pli_sim_account_add_cash(
		    a, in->settle, pli_sim_round(pli_sim_multiply(p->size, in->mark), CASH_PLACES));
	pli_sim_fill fill = {0};
	account_reduce(a, p, p->size, in->mark, &fill);
	a->changes++;
}

plm_decimal
pli_sim_cross_wallet(const pli_sim_account *a, pli_sim_asset asset)
{
	plm_decimal cross = a->wallets[asset].cash;
	for (uint32_t i = 0; i < a->positions_count; i++)
		if (a->positions[i].isolated && a->positions[i].instrument->settle == asset)
			cross = pli_sim_subtract(cross, a->positions[i].isolated_wallet);
	return cross;
}

plm_decimal
pli_sim_wallet_debt(const pli_sim_wallet *wallet)
{
	return pli_sim_add(wallet->loan, wallet->interest);
}

plm_decimal
pli_sim_wallet_net(const pli_sim_wallet *wallet)
{
	return pli_sim_subtract(wallet->cash, pli_sim_wallet_debt(wallet));
}

plm_decimal
pli_sim_account_pooled(const pli_sim_account *a, pli_sim_asset asset)
{
	plm_decimal sum = plm_decimal_zero();
	for (uint32_t i = 0; i < a->pools_count; i++) {
		if (a->pools[i].coin == asset)
			sum = pli_sim_add(sum, pli_sim_wallet_net(&a->pools[i].base));
		if (asset == PLI_SIM_USDT)
			sum = pli_sim_add(sum, pli_sim_wallet_net(&a->pools[i].quote));
	}
	return sum;
}

static void
wallet_repay(pli_sim_wallet *wallet, plm_decimal *debt)
{
	plm_decimal part = pli_sim_smaller(*debt, wallet->cash);
	if (plm_decimal_sign(part) <= 0)
		return;
	*debt = pli_sim_subtract(*debt, part);
	wallet_add(wallet, plm_decimal_negate(part));
}

bool
pli_sim_account_swap(pli_sim_account *a, pli_sim_swap *swap, bool borrows)
{
	pli_sim_wallet *base = swap->pool != NULL ? &swap->pool->base : &a->wallets[swap->coin];
	pli_sim_wallet *quote = swap->pool != NULL ? &swap->pool->quote : &a->wallets[PLI_SIM_USDT];
	plm_decimal cost = pli_sim_round(
	    pli_sim_multiply(swap->quantity, swap->price), CASH_PLACES);
	swap->fee = pli_sim_round(pli_sim_multiply(cost, pli_sim_of("0.001")), CASH_PLACES);
	plm_decimal gives = swap->buy ? pli_sim_add(cost, swap->fee) : swap->quantity;
	plm_decimal gets = swap->buy ? swap->quantity : pli_sim_subtract(cost, swap->fee);
	pli_sim_wallet *from = swap->buy ? quote : base, *to = swap->buy ? base : quote;
	plm_decimal lacks = pli_sim_subtract(gives, from->cash);
	swap->borrowed = pli_sim_larger(lacks, plm_decimal_zero());
	if (!pli_sim_is_zero(swap->borrowed) && !borrows)
		return false;
	from->loan = pli_sim_add(from->loan, swap->borrowed);
	wallet_add(from, pli_sim_subtract(swap->borrowed, gives));
	wallet_add(to, gets);
	wallet_repay(to, &to->interest);
	wallet_repay(to, &to->loan);
	base->updated_ns = quote->updated_ns = swap->time_ns;
	a->changes++;
	return true;
}

static void
wallet_accrue(pli_sim_wallet *wallet, plm_decimal rate)
{
	plm_decimal due = pli_sim_round(pli_sim_multiply(wallet->loan, rate), CASH_PLACES);
	wallet->interest = pli_sim_add(wallet->interest, due);
}

void
pli_sim_account_accrue(pli_sim_account *a, plm_decimal rate)
{
	for (int i = 0; i < PLI_SIM_ASSETS; i++)
		wallet_accrue(&a->wallets[i], rate);
	for (uint32_t i = 0; i < a->pools_count; i++) {
		wallet_accrue(&a->pools[i].base, rate);
		wallet_accrue(&a->pools[i].quote, rate);
	}
	a->changes++;
	a->accruals++;
}
