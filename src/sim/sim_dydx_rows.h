/* sim_dydx_rows.h: dYdX v4's derived numbers, and rows of its payloads.
 *
 * A parent subaccount backs what is cross; each isolated position has a child of its own, numbered
 * parent + 128 x (1 + its coin). USDC is told as the protocol counts it: less what longs cost, more
 * what shorts brought. Free collateral = equity - notional x initialMarginFraction. Pure. */
#ifndef PLI_SIM_DYDX_ROWS_H
#define PLI_SIM_DYDX_ROWS_H

#include "base/json_write.h"
#include "sim/sim_world.h"

enum { PLI_SIM_DYDX_CHILDREN = 128, PLI_SIM_DYDX_ADDRESS_SIZE = 43 };

/* Whose payloads are written: the account, its address (NUL-terminated), the number of its parent,
 * and the height of the block. */
typedef struct pli_sim_dydx_owner {
	const pli_sim_account *account;
	const char *address;
	uint32_t parent;
	int64_t height;
} pli_sim_dydx_owner;

/* One subaccount. wallet: what it holds without profit; quote: its USDC as told. */
typedef struct pli_sim_dydx_sums {
	plm_decimal wallet, quote, equity, free;
} pli_sim_dydx_sums;

/* child: the isolated position that it is of; NULL: the parent itself. */
void pli_sim_dydx_subaccount(
    const pli_sim_account *a, const pli_sim_position *child, pli_sim_dydx_sums *ret_sums);

/* _number: of the subaccount that a position is in. _initial: its market's margin fraction. */
uint32_t pli_sim_dydx_number(uint32_t parent, const pli_sim_position *p);
plm_decimal pli_sim_dydx_initial(const pli_sim_instrument *in);

/* What an answer comes short of: rows of positions and USDC, out of which its sums are then. */
typedef enum pli_sim_dydx_lack {
	PLI_SIM_DYDX_WHOLE,
	PLI_SIM_DYDX_HALF, /* every other position */
	PLI_SIM_DYDX_NONE, /* all of it */
} pli_sim_dydx_lack;

/* Objects of payloads. _parent: with its children; _single: one subaccount, false: it has none of
 * that number; _list: its open positions. _position_row: of an update, as if its size and entry
 * price were these; open: CLOSED else. _asset_row: USDC of a subaccount. */
void pli_sim_dydx_put_parent(
    pli_json_writer *w, const pli_sim_dydx_owner *owner, pli_sim_dydx_lack lack);
bool pli_sim_dydx_put_single(pli_json_writer *w, const pli_sim_dydx_owner *owner, uint32_t number);
void pli_sim_dydx_put_list(pli_json_writer *w, const pli_sim_dydx_owner *owner, uint32_t number);
void pli_sim_dydx_put_position_row(pli_json_writer *w, const pli_sim_dydx_owner *owner,
    const pli_sim_position *p, plm_decimal size, plm_decimal entry, bool open);
void pli_sim_dydx_put_asset_row(
    pli_json_writer *w, const pli_sim_dydx_owner *owner, uint32_t number, plm_decimal quote);
void pli_sim_dydx_put_fill(
    pli_json_writer *w, const pli_sim_dydx_owner *owner, const pli_sim_fill *fill);
/* A transfer. other: the address of its other end where that is a subaccount, and its number in
 * other_number; NULL: over a wallet. listed: as the list of a parent has it, else as the stream. */
typedef struct pli_sim_dydx_transfer {
	const pli_sim_move *move;
	const char *other;
	uint32_t other_number;
} pli_sim_dydx_transfer;
void pli_sim_dydx_put_transfer(pli_json_writer *w, const pli_sim_dydx_owner *owner,
    const pli_sim_dydx_transfer *transfer, bool listed);
void pli_sim_dydx_put_market(pli_json_writer *w, const pli_sim_instrument *in);

/* Members by ticker of all markets: the list; prices of the oracle; what else moves. */
void pli_sim_dydx_put_markets(pli_json_writer *w, const pli_sim_market *m);
void pli_sim_dydx_put_prices(
    pli_json_writer *w, const pli_sim_market *m, int64_t height, plm_time_ns now_ns);
void pli_sim_dydx_put_trading(pli_json_writer *w, const pli_sim_market *m);

#endif
