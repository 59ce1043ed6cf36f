/* liquidity.c: shares of pools with a range. */
#include "plimsoll/liquidity.h"

#include <math.h>

void
plm_liquidity_at(
    double liquidity, double price, double lower, double upper, plm_liquidity *ret_share)
{
	if (!(liquidity >= 0 && price > 0 && lower > 0 && lower < upper)) {
		*ret_share = (plm_liquidity){NAN, NAN, NAN, NAN, NAN};
		return;
	}
	double at = fmin(fmax(price, lower), upper);
	double amount0 = liquidity * (1 / sqrt(at) - 1 / sqrt(upper));
	double amount1 = liquidity * (sqrt(at) - sqrt(lower));
	bool inside = price > lower && price < upper;
	*ret_share = (plm_liquidity){amount0, amount1, amount0 * price + amount1, amount0,
	    inside ? -liquidity / (2 * price * sqrt(price)) : 0};
}

double
plm_liquidity_price(int32_t tick)
{
	return pow(1.0001, tick);
}

/* A fraction of a unit that is only the error of the roots is none. */
static uint64_t
whole_units(long double amount, bool is_charged)
{
	long double nearest = roundl(amount);
	if (fabsl(amount - nearest) > 0.05L)
		nearest = is_charged ? ceill(amount) : floorl(amount);
	return nearest >= 0 && nearest < 0x1p64L ? (uint64_t)nearest : UINT64_MAX;
}

/* NaN unless above 0. */
static long double
wide(plm_decimal value)
{
	return plm_decimal_sign(value) > 0
		   ? (long double)value.units / (long double)PLM_DECIMAL_ONE_UNITS
		   : (long double)NAN;
}

uint64_t
plm_liquidity_delta0(plm_decimal liquidity, plm_decimal from, plm_decimal to, bool is_charged)
{
	long double moved = 1 / sqrtl(wide(from)) - 1 / sqrtl(wide(to));
	return whole_units(fabsl(wide(liquidity) * moved), is_charged);
}

uint64_t
plm_liquidity_delta1(plm_decimal liquidity, plm_decimal from, plm_decimal to, bool is_charged)
{
	long double moved = sqrtl(wide(to)) - sqrtl(wide(from));
	return whole_units(fabsl(wide(liquidity) * moved), is_charged);
}
