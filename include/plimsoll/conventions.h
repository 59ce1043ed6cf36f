/* conventions.h: sensitivities as each venue states them, to compare, and as we add them up.
 *
 * plm_black76 gives raw units: per 1.00 of vol, per year, in the quote of the forward (USD). A
 * convention turns them into a venue's. S is the spot, F the forward, V the raw price, D the raw
 * delta, days = 365 x years, life = min(1, days). What each venue does was measured on what it
 *sent: docs/reference/pricing.md has the errors, and what was ruled out.
 *
 *	plimsoll        price V, delta D, gamma per USD, vega and rho / 100, theta / 365: USD per
 *vol point, per point of rate, per day; what exposure adds up deribit         price V / F, coins.
 *delta D: plain, not premium-adjusted. gamma per USD, vega USD per vol point. theta USD per day,
 *times life, and no more than V. rho T (F D - V) / 100: of the strike's discount, not of the whole
 *price deribit-linear  as deribit, price V (options settled in USDC) okx             coins: price V
 * / F, delta D - V / F (premium-adjusted), gamma S gBS - 2 delta, vega vega / F / 100, theta theta
 * / F / 365 times life okx-bs          USD: price V S / F, delta D, gammaBS gamma F / S, vegaBS
 *vega S / F / 100: on the spot. thetaBS (theta S / F - r S / F (F D - V)) / 365 times life, with r
 *= ln(F/S) / T: the basis counts as a rate bybit           price V, vega / 100; gamma, and theta /
 *365, times life binance         price V x unit, vega / 100, theta / 365
 *
 * A sensitivity that a venue does not state (OKX, Bybit and Binance: rho; all: vanna, volga and
 * charm) is NaN. Sources: the venues' API pages, read and measured 2026; Deribit's and OKX's
 * meaning of delta also in their help pages. */
#ifndef PLIMSOLL_CONVENTIONS_H
#define PLIMSOLL_CONVENTIONS_H

#include "plimsoll/pricing.h"
#include "plimsoll/slice.h"

/* PLM_CONVENTIONS, plm_convention: name, text, what it is. */
#define PLM_CONVENTIONS(X)                                                                         \
	X(PLIMSOLL, "plimsoll", "USD; per vol point, day and point of rate")                       \
	X(DERIBIT, "deribit", "options that settle in their coin")                                 \
	X(DERIBIT_LINEAR, "deribit-linear", "options that settle in USDC")                         \
	X(OKX, "okx", "in coins, premium-adjusted: delta, gamma, vega, theta")                     \
	X(OKX_BS, "okx-bs", "in USD, on the spot: deltaBS, gammaBS, vegaBS, thetaBS")              \
	X(BYBIT, "bybit", "in USDT or USDC")                                                       \
	X(BINANCE, "binance", "in USDT; a price is that of a contract of so many coins")

#define X(name, text, help) PLM_CONVENTION_##name,
typedef enum plm_convention { PLM_CONVENTIONS(X) PLM_CONVENTION_COUNT_ } plm_convention;
#undef X

/* plm_convention_terms: what a convention needs beside the option. spot: one for each option, in
 * USD, borrowed; NULL: the forward stands for it. unit: coins of one contract (Binance; others do
 * not look at it). dividend: exp(-qT) of the coin, by which okx-bs has delta, gamma and vega
 * smaller; 0: not told, 1. */
typedef struct plm_convention_terms {
	const double *spot;
	double unit;
	double dividend;
} plm_convention_terms;

/* plm_convention_text: never NULL. plm_convention_parse reads it back; errors: PLM_EPARSE. */
const char *plm_convention_text(plm_convention convention);
plm_err plm_convention_parse(plm_slice text, plm_convention *ret_convention);

/* plm_greeks_state turns what plm_black76 filled for these options into a convention, in place.
 * price, delta, gamma, vega and theta must be there; others may be NULL. NaN stays NaN. A spot that
 * is not above 0 makes NaN of what needs it. Any thread; no heap; a logarithm of libm for okx-bs.
 */
void plm_greeks_state(plm_convention convention, const plm_options *options,
    const plm_convention_terms *terms, const plm_greeks *greeks, size_t count);

#endif
