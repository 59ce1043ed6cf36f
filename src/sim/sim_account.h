/* sim_account.h: the simulated venues' own books: positions, cash, realised profit, exactly.
 *
 * All sums are decimals, rounded where the venue rounds (8 places), so that what the simulator
 * shows re-adds. Signs: long > 0, short < 0; cash that leaves the account is negative.
 *
 * Binance: realised profit and fees go to the wallet at once; an isolated position holds part of
 * the wallet. Deribit: profit of futures of the running session stands beside the balance until
 * the session is settled; option premiums and fees move the balance at once. Bybit: as Binance, but
 * profit of contracts settled in USDC counts from the price of the last settlement, which moved
 * what there was into the wallet. dYdX: the entry price is the average of all that was ever added,
 * what was taken away since included, and the wallet is what that price leaves. Pure. */
#ifndef PLI_SIM_ACCOUNT_H
#define PLI_SIM_ACCOUNT_H

#include "sim/sim_market.h"

enum { PLI_SIM_POSITIONS_MAX = 128, PLI_SIM_ACCOUNTS_MAX = 32, PLI_SIM_CASH_PAST = 64 };
enum { PLI_SIM_POOLS_MAX = 2 };

typedef enum pli_sim_side { PLI_SIM_NET, PLI_SIM_LONG, PLI_SIM_SHORT } pli_sim_side;

/* pli_sim_distress: what the venue's margin engine has done to a pool (sim_margin.h): called, and
 * cut by half. */
typedef struct pli_sim_distress {
	bool called, cut;
} pli_sim_distress;

/* pli_sim_position: one row per (instrument, side) ever held; size 0 when closed.
 * size: signed; inverse futures in USD, all others in coin. realised: Binance since the first
 * trade, Deribit of the session. */
typedef struct pli_sim_position {
	const pli_sim_instrument *instrument;
	pli_sim_side side;
	bool isolated;
	int leverage;
	plm_decimal size;
	plm_decimal opened; /* dYdX: all that was added since it was 0 */
	plm_decimal entry;
	plm_decimal session_entry; /* Deribit, Bybit in USDC: entry, or the last settlement price */
	plm_decimal realised;
	plm_decimal funding;
	plm_decimal isolated_wallet;
	pli_sim_distress distress; /* where isolated */
	plm_time_ns updated_ns;
} pli_sim_position;

/* pli_sim_wallet: cash of one asset. loan, interest: owed, >= 0; what was lent is in the cash.
 * session: Deribit's futures_session_rpl. past: what the cash
 * was after each of its last changes, past_count of them ever: several of one step are told one by
 * one. */
typedef struct pli_sim_wallet {
	bool used;
	plm_decimal cash;
	plm_decimal session;
	plm_decimal loan;
	plm_decimal interest;
	pli_sim_distress distress; /* of the cross positions that it backs */
	plm_time_ns updated_ns;
	uint32_t past_count;
	plm_decimal past[PLI_SIM_CASH_PAST];
} pli_sim_wallet;

/* pli_sim_pool: an isolated margin pair, with wallets of its own: the coin, and USDT. */
typedef struct pli_sim_pool {
	pli_sim_asset coin;
	pli_sim_wallet base;
	pli_sim_wallet quote;
} pli_sim_pool;

typedef struct pli_sim_account {
	char name[24];
	pli_sim_venue venue;
	uint32_t user_id;
	bool hedge;
	bool multi_assets;
	bool portfolio;          /* margined by portfolio */
	bool dexes;              /* Hyperliquid: trades at a builder's dex too */
	plm_decimal dex_cash;    /* of the cash, what that dex holds */
	uint32_t isolated_coins; /* bit per coin whose positions are isolated */
	double capital_usd;      /* what its agent sizes trades by */
	plm_time_ns next_trade_ns;
	uint64_t changes;  /* facts changed since the start */
	uint32_t accruals; /* of interest: changes that no stream tells of */
	pli_sim_wallet wallets[PLI_SIM_ASSETS];
	plm_decimal moved[PLI_SIM_ASSETS]; /* what came to the account less what left it */
	uint32_t pools_count;
	pli_sim_pool pools[PLI_SIM_POOLS_MAX];
	uint32_t positions_count;
	pli_sim_position positions[PLI_SIM_POSITIONS_MAX];
} pli_sim_account;

/* pli_sim_fill: one executed order. quantity > 0; realised as the venue reports it, fee > 0 is a
 * cost, both in the settle asset. */
typedef struct pli_sim_fill {
	uint32_t account;
	const pli_sim_position *position;
	bool buy;
	bool reduce;
	bool forced; /* the venue's order, not the holder's */
	plm_decimal quantity;
	plm_decimal price;
	plm_decimal fee;
	plm_decimal realised;
	uint64_t order_id;
	uint64_t trade_id;
	plm_time_ns time_ns;
} pli_sim_fill;

/* pli_sim_swap: one executed spot order of a coin for USDT. quantity > 0; fee > 0 is a cost, in
 * USDT. borrowed: what the order lacked and lends, of the asset that it gives; pool: NULL for the
 * account's own wallets. */
typedef struct pli_sim_swap {
	uint32_t account;
	pli_sim_pool *pool;
	pli_sim_asset coin;
	bool buy;
	plm_decimal quantity;
	plm_decimal price;
	plm_decimal fee;
	plm_decimal borrowed;
	uint64_t order_id;
	uint64_t trade_id;
	plm_time_ns time_ns;
} pli_sim_swap;

/* pli_sim_account_swap books it, and fills fee and borrowed. What comes pays what is owed first.
 * borrows: what is lacking is lent; else false: it cannot be paid, and nothing is booked. */
bool pli_sim_account_swap(pli_sim_account *a, pli_sim_swap *swap, bool borrows);

/* pli_sim_account_accrue: interest of `rate` on every loan. */
void pli_sim_account_accrue(pli_sim_account *a, plm_decimal rate);

/* pli_sim_wallet_net: cash less loan and interest. _debt: loan and interest. */
plm_decimal pli_sim_wallet_net(const pli_sim_wallet *wallet);
plm_decimal pli_sim_wallet_debt(const pli_sim_wallet *wallet);

/* pli_sim_account_pooled: what isolated pools hold of an asset, net. */
plm_decimal pli_sim_account_pooled(const pli_sim_account *a, pli_sim_asset asset);

/* pli_sim_account_position: the row of (instrument, side), made when absent. */
pli_sim_position *pli_sim_account_position(
    pli_sim_account *a, const pli_sim_instrument *in, pli_sim_side side);

/* pli_sim_account_trade books `signed_quantity` at `price`; fills price, quantity, fee, realised
 * and position of *ret_fill. A LONG leg may not become short, nor a SHORT leg long (asserted). */
void pli_sim_account_trade(pli_sim_account *a, pli_sim_position *p, plm_decimal signed_quantity,
    plm_decimal price, pli_sim_fill *ret_fill);

/* pli_sim_account_add_cash: every change of a wallet's cash goes by here. */
void pli_sim_account_add_cash(pli_sim_account *a, pli_sim_asset asset, plm_decimal amount);

/* pli_sim_account_fund books a funding of rate x notional; returns what was paid (< 0) or got. */
plm_decimal pli_sim_account_fund(pli_sim_account *a, pli_sim_position *p, plm_decimal rate);

/* pli_sim_account_settle ends Deribit's session: profit of futures goes into the balance and the
 * marks become the entries of the next session. */
void pli_sim_account_settle(pli_sim_account *a);

/* pli_sim_account_has_session: its profit counts from session_entry, not from entry.
 * pli_sim_account_settle_one is Bybit's settlement of one of them at its mark. */
bool pli_sim_account_has_session(const pli_sim_account *a, const pli_sim_instrument *in);
void pli_sim_account_settle_one(pli_sim_account *a, pli_sim_position *p, plm_time_ns now_ns);

/* pli_sim_account_deliver closes a position of an expired instrument at its delivery price. */
void pli_sim_account_deliver(pli_sim_account *a, pli_sim_position *p);

/* pli_sim_profit: of `size` from price `from` to price `to`, in the settle asset, 8 places. */
plm_decimal pli_sim_profit(
    const pli_sim_instrument *in, plm_decimal size, plm_decimal from, plm_decimal to);

/* pli_sim_cross_wallet: the wallet without what isolated positions hold. */
plm_decimal pli_sim_cross_wallet(const pli_sim_account *a, pli_sim_asset asset);

#endif
