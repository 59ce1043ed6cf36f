/* venue_rules.h: which margin rule is for which pools of which venue, with dated defaults of what
 * venues do not tell of an account. */
#ifndef PLI_MARGIN_VENUE_RULES_H
#define PLI_MARGIN_VENUE_RULES_H

#include "plimsoll/event.h"
#include "plimsoll/margin_rules.h"

/* pli_venue_rule: fee: taker's rate that closing is counted at, 0 none. haircut_initial_only: a
 * haircut lowers what stands against the initial margin alone. numbers_have_isolated: the
 * venue's sums of an asset hold isolated positions too. equity_of_venue: balances hold more
 * than backs the pool, what does is the venue's own equity. in_contracts: sizes are told in
 * contracts, else in coins, of inverse ones in quote units. fee_is_told: a position's margins hold
 * the fee already, so that rates implied from them do. by_portfolio: legs have no rates of their
 * own, parameters of each underlying stand for them. linear_at_index: rates of a linear contract
 * are of its notional at the index. loan_rate: what maintenance asks of what is
 * borrowed; 0 nothing. Binance's portfolio margin: 10 %, 8 % or 5 % by the leverage that was chosen
 * for loans, 3, 5 or 10 (FAQ 5e33af8e, 2024), which the venue does not tell: the most. */
typedef struct pli_venue_rule {
	const char *venue;
	uint32_t modes; /* bits 1 << plm_margin_mode */
	const char *rule;
	double fee;
	bool haircut_initial_only;
	bool numbers_have_isolated;
	bool in_contracts;
	bool equity_of_venue;
	bool fee_is_told;
	bool by_portfolio;
	bool linear_at_index;
	double loan_rate;
} pli_venue_rule;

/* pli_venue_rule_find: NULL: there is none for such a pool yet. _portfolio: of an account that its
 * venue margins by portfolio. */
const pli_venue_rule *pli_venue_rule_find(const char *venue, plm_margin_mode mode);
const pli_venue_rule *pli_venue_rule_find_portfolio(const char *venue);

/* pli_venue_deribit_pm: Deribit's parameters of what is on one coin and settles in another asset;
 * false: they are not known. The venue tells them to the account alone: those of BTC are of its
 * documents of private/pme/simulate (2024), those of ETH and of what settles in USDC of an
 * account's payload (February 2026). */
bool pli_venue_deribit_pm(const char *coin, const char *settle, plm_deribit_pm *ret_row);

/* pli_venue_rise: what a rule asks of a future by its size: rates of a position of no size, and by
 * how much both grow for each coin of it. */
typedef struct pli_venue_rise {
	double maintenance, initial;
	double slope;
} pli_venue_rise;

/* pli_venue_rise_of: of Deribit's standard margin, by the coin and what a contract on it settles
 * in: inverse ones of BTC and ETH since January 11, 2022 (support 25944826427293), linear ones of
 * BTC and SOL in USDC (support 25944738177565); of all others no document was read: false. Its
 * announcement of August 2026, of another model, is not in it. */
bool pli_venue_rise_of(
    const char *rule, const char *coin, const char *settle, pli_venue_rise *ret_rise);

/* pli_venue_okx_pm: OKX's parameters of a coin's risk unit; never NULL. Moves and the three classes
 * are those of its help on portfolio margin with merged risk units (December 2025; announced
 * January 2, 2025); the two rates of |delta| are of the example of POST account/position-builder
 * (January 2025): BTC's, and LTC's for its class; of all other coins no payload has one: NaN. */
const plm_okx_pm *pli_venue_okx_pm(const char *coin);

/* pli_venue_okx_share: share of the coin that OKX's single- and multi-currency margin asks as
 * maintenance of a short option on it, where its size is of the first tier
 * (okx.com/help/ii-option-margin): 0.03 of BTC, 0.05 of ETH, NaN: not known. */
double pli_venue_okx_share(const char *coin);

/* pli_venue_in_contracts: in_contracts, which is the same for all pools of a venue; false where
 * there is no rule. */
bool pli_venue_in_contracts(const char *venue);

/* How a venue charges funding: at settlements, of the notional at the mark or at the index; or all
 * the time (Deribit, support 31424939178397, 2026), so that none is ever due. */
typedef enum pli_venue_funding {
	PLI_FUNDING_AT_MARK,
	PLI_FUNDING_AT_INDEX,
	PLI_FUNDING_CONTINUOUS,
} pli_venue_funding;

/* pli_venue_funding_of: at the mark where nothing else is known. */
pli_venue_funding pli_venue_funding_of(const char *venue);

/* pli_venue_manner: how the venue of a rule liquidates, from the venues' documents on it.
 * parts_from_usd   size of a position from which on it closes a part of it and looks again, in US
 *                  dollars; 0: of any, INFINITY: it takes the whole position at once
 * parts_from_tier  and tier of a position from which on it does, the lowest is 1; 0: of any
 * rest_follows     behind the first part it closes all that is left
 * parts_are_ours   its parts are not ours: it goes by tiers (OKX, Bybit), or by its book (Deribit)
 * fee              of the notional that is closed; NaN: not known, 0: none. dYdX: at most so much
 */
typedef struct pli_venue_manner {
	double parts_from_usd;
	uint32_t parts_from_tier;
	bool rest_follows, parts_are_ours;
	double fee;
} pli_venue_manner;

/* pli_venue_manner_of: rule: NULL: nothing is known; coin: the underlying, since fees of some
 * venues are by it. Cost: a walk over a short table. */
pli_venue_manner pli_venue_manner_of(const plm_margin_rule *rule, const char *coin);

#endif
