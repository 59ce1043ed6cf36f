/* sim_coinm.c: Deribit's standard margin by its published formulas. */
#include "sim/sim_coinm.h"

#include <assert.h>

#include "sim/sim_number.h"

enum { MONEY_PLACES = 8, SIZE_PLACES = 9 };

/* Percentages grow with size n in coins: base + slope x n. */
static const struct {
	const char *initial;
	const char *maintenance;
	const char *slope_inverse;
	const char *slope_linear;
} margin_facts[PLI_SIM_COINS] = {
    {"0.02", "0.01", "0.00005", "0.00005"},
    {"0.02", "0.01", "0.000004", "0.000004"},
    {"0.04", "0.02", "0.000005", "0.000005"},
    {"0.04", "0.02", "0.00000005", "0.00000005"},
    {"0.04", "0.02", "0.000000005", "0.000000005"},
};

static plm_decimal
coinm_money(plm_decimal value)
{
	return pli_sim_round(value, MONEY_PLACES);
}

static bool
coinm_is_option(const pli_sim_position *p)
{
	return p->instrument->kind == PLI_SIM_OPTION;
}

static plm_decimal
coinm_future_coins(const pli_sim_position *p)
{
	const pli_sim_instrument *in = p->instrument;
	if (!in->inverse)
		return p->size;
	return pli_sim_round(pli_sim_divide(p->size, in->mark), SIZE_PLACES);
}

static void
coinm_future_margin(const pli_sim_position *p, pli_sim_coinm_row *row)
{
	const pli_sim_instrument *in = p->instrument;
	plm_decimal coins = plm_decimal_abs(row->size_currency);
	const char *slope = in->inverse ? margin_facts[in->coin].slope_inverse
					: margin_facts[in->coin].slope_linear;
	plm_decimal more = pli_sim_multiply(coins, pli_sim_of(slope));
	plm_decimal base = in->inverse ? coins : pli_sim_multiply(coins, in->index);
	plm_decimal initial = pli_sim_add(pli_sim_of(margin_facts[in->coin].initial), more);
	plm_decimal maintenance = pli_sim_add(pli_sim_of(margin_facts[in->coin].maintenance), more);
	row->initial = coinm_money(pli_sim_multiply(base, initial));
	row->maintenance = coinm_money(pli_sim_multiply(base, maintenance));
}

/* Short options; long ones are paid for and need nothing. */
static void
coinm_option_margin(const pli_sim_position *p, pli_sim_coinm_row *row)
{
	const pli_sim_instrument *in = p->instrument;
	if (plm_decimal_sign(p->size) >= 0)
		return;
	plm_decimal zero = plm_decimal_zero();
	plm_decimal away = in->option_call ? pli_sim_subtract(in->strike, in->underlying)
					   : pli_sim_subtract(in->underlying, in->strike);
	plm_decimal out = pli_sim_divide(pli_sim_larger(away, zero), in->underlying);
	plm_decimal part = pli_sim_larger(
	    pli_sim_subtract(pli_sim_of("0.15"), out), pli_sim_of("0.1"));
	plm_decimal initial = pli_sim_add(part, in->mark);
	plm_decimal least = pli_sim_of("0.075");
	plm_decimal maintenance = pli_sim_add(least, in->mark);
	if (!in->option_call) {
		plm_decimal scaled = pli_sim_multiply(least, in->mark);
		maintenance = pli_sim_add(pli_sim_larger(least, scaled), in->mark);
		initial = pli_sim_larger(initial, maintenance);
	}
	plm_decimal size = plm_decimal_abs(p->size);
	row->initial = coinm_money(pli_sim_multiply(size, initial));
	row->maintenance = coinm_money(pli_sim_multiply(size, maintenance));
}

static void
coinm_row(const pli_sim_position *p, pli_sim_coinm_row *row)
{
	const pli_sim_instrument *in = p->instrument;
	plm_decimal zero = plm_decimal_zero();
	*row = (pli_sim_coinm_row){
	    zero, zero, zero, zero, zero, zero, zero, zero, zero, zero, plm_decimal_unknown()};
	if (pli_sim_is_zero(p->size))
		return;
	row->floating = pli_sim_profit(in, p->size, p->session_entry, in->mark);
	row->total = pli_sim_profit(in, p->size, p->entry, in->mark);
	if (coinm_is_option(p)) {
		row->delta = pli_sim_round(pli_sim_multiply(p->size, in->delta), 5);
		row->gamma = pli_sim_round(pli_sim_multiply(p->size, in->gamma), 5);
		row->vega = pli_sim_round(pli_sim_multiply(p->size, in->vega), 5);
		row->theta = pli_sim_round(pli_sim_multiply(p->size, in->theta), 5);
		row->value = coinm_money(pli_sim_multiply(p->size, in->mark));
		coinm_option_margin(p, row);
		return;
	}
	row->size_currency = coinm_future_coins(p);
	row->delta = row->size_currency;
	coinm_future_margin(p, row);
}

/* Solves margin balance = maintenance for this instrument's price alone. */
static plm_decimal
coinm_liquidation(const pli_sim_account *a, const pli_sim_position *p, const pli_sim_coinm_row *own)
{
	const pli_sim_instrument *in = p->instrument;
	pli_sim_coinm_sums sums;
	pli_sim_coinm_summary(a, in->settle, &sums);
	plm_decimal others = pli_sim_subtract(sums.maintenance, own->maintenance);
	plm_decimal free = pli_sim_subtract(sums.margin_balance, others);
	plm_decimal coins = plm_decimal_abs(own->size_currency);
	plm_decimal base = in->inverse ? coins : pli_sim_multiply(coins, in->mark);
	if (pli_sim_is_zero(base))
		return plm_decimal_unknown(); /* a mark of 0, or next to nothing */
	plm_decimal rate = pli_sim_divide(own->maintenance, base);
	plm_decimal above, below;
	if (in->inverse) {
		/* free + S N (1/M - 1/P) = m N / P */
		plm_decimal n = plm_decimal_abs(p->size);
		plm_decimal side = plm_decimal_from_int(plm_decimal_sign(p->size));
		above = pli_sim_multiply(n, pli_sim_add(side, rate));
		below = pli_sim_add(free, own->size_currency);
	} else {
		/* free + q (P - M) = |q| m P */
		above = pli_sim_subtract(free, pli_sim_multiply(p->size, in->mark));
		below = pli_sim_subtract(pli_sim_multiply(coins, rate), p->size);
	}
	if (pli_sim_is_zero(below))
		return plm_decimal_unknown();
	if (plm_decimal_sign(above) * plm_decimal_sign(below) <= 0)
		return plm_decimal_unknown();
	if (pli_sim_less(plm_decimal_abs(below), pli_sim_of("0.0000001")))
		return plm_decimal_unknown();
	return pli_sim_round(pli_sim_divide(above, below), 2);
}

void
pli_sim_coinm_position(
    const pli_sim_account *a, const pli_sim_position *p, pli_sim_coinm_row *ret_row)
{
	coinm_row(p, ret_row);
	if (!coinm_is_option(p) && !pli_sim_is_zero(p->size))
		ret_row->liquidation = coinm_liquidation(a, p, ret_row);
}

static void
coinm_add(plm_decimal *sum, plm_decimal more)
{
	*sum = pli_sim_add(*sum, more);
}

static void
coinm_add_option(pli_sim_coinm_sums *s, const pli_sim_coinm_row *row)
{
	plm_decimal delta = pli_sim_subtract(row->delta, row->value);
	coinm_add(&s->options_upl, row->floating);
	coinm_add(&s->options_pl, row->total);
	coinm_add(&s->options_value, row->value);
	coinm_add(&s->options_delta, delta);
	coinm_add(&s->options_gamma, row->gamma);
	coinm_add(&s->options_vega, row->vega);
	coinm_add(&s->options_theta, row->theta);
	coinm_add(&s->delta_total, delta);
}

void
pli_sim_coinm_summary(
    const pli_sim_account *a, pli_sim_asset currency, pli_sim_coinm_sums *ret_sums)
{
	assert(a->venue == PLI_SIM_DERIBIT);
	pli_sim_coinm_sums s = {
	    .balance = a->wallets[currency].cash, .session_rpl = a->wallets[currency].session};
	for (uint32_t i = 0; i < a->positions_count; i++) {
		const pli_sim_position *p = &a->positions[i];
		if (p->instrument->settle != currency || pli_sim_is_zero(p->size))
			continue;
		pli_sim_coinm_row row;
		coinm_row(p, &row);
		pli_sim_asset coin = p->instrument->coin;
		s.has_coin[coin] = true;
		coinm_add(&s.initial, row.initial);
		coinm_add(&s.maintenance, row.maintenance);
		if (coinm_is_option(p)) {
			coinm_add_option(&s, &row);
			coinm_add(&s.delta_coins[coin], pli_sim_subtract(row.delta, row.value));
			continue;
		}
		coinm_add(&s.futures_upl, row.floating);
		coinm_add(&s.futures_pl, row.total);
		coinm_add(&s.delta_total, row.delta);
		coinm_add(&s.delta_coins[coin], row.delta);
	}
	s.margin_balance = pli_sim_add(pli_sim_add(s.balance, s.session_rpl), s.futures_upl);
	s.equity = pli_sim_add(s.margin_balance, s.options_value);
	s.available = pli_sim_subtract(s.margin_balance, s.initial);
	*ret_sums = s;
}
