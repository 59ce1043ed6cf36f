/* liquidity.h: a share of a Uniswap v3 pool, what it holds and how that moves with the price.
 *
 * L is the liquidity, P the price of token 0 in token 1, the range from Pa to Pb, all in one scale
 * of units. In the range the share holds L (1/sqrt P - 1/sqrt Pb) of token 0 and L (sqrt P - sqrt
 * Pa) of token 1; below it token 0 alone, above it token 1 alone. Its value in token 1 moves by its
 * token 0 for a unit of P, and that by -L / (2 P^1.5) inside, 0 outside: it is short gamma.
 * (Uniswap v3-core at d8b1c63, SqrtPriceMath.sol, 2021.) Pure; any thread. */
#ifndef PLIMSOLL_LIQUIDITY_H
#define PLIMSOLL_LIQUIDITY_H

#include <stdbool.h>
#include <stdint.h>

#include "plimsoll/decimal.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct plm_liquidity {
	double amount0, amount1;
	double value; /* amount0 P + amount1 */
	double delta, gamma;
} plm_liquidity;

/* plm_liquidity_at: all NaN unless L >= 0 and 0 < Pa < Pb and P > 0. */
void plm_liquidity_at(
    double liquidity, double price, double lower, double upper, plm_liquidity *ret_share);

/* plm_liquidity_price: 1.0001^tick. */
double plm_liquidity_price(int32_t tick);

/* plm_liquidity_delta0, _delta1: whole units of token 0 and 1 between two prices, rounded up where
 * the pool charges them, down where it pays. Good to the last unit below 1e18; UINT64_MAX: more
 * than that holds, or an input that is not above 0. */
uint64_t plm_liquidity_delta0(
    plm_decimal liquidity, plm_decimal from, plm_decimal to, bool is_charged);
uint64_t plm_liquidity_delta1(
    plm_decimal liquidity, plm_decimal from, plm_decimal to, bool is_charged);

#ifdef __cplusplus
}
#endif

#endif
