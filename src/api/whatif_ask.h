/* whatif_ask.h: what somebody supposes, as it was written: trades, transfers and moves of prices.
 *
 * Two spellings, one result: the texts of `plimsoll whatif` and the JSON of POST /v1/whatif. Here
 * only what is wrong with a text in itself is found; whether there is such an account or contract
 * is for whatif_plan.h. Bounded; no heap. */
#ifndef PLI_API_WHATIF_ASK_H
#define PLI_API_WHATIF_ASK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/json.h"

enum { PLI_WHATIF_TRADES_MAX = 64, PLI_WHATIF_TRANSFERS_MAX = 64, PLI_WHATIF_MOVES_MAX = 64 };

/* The name that stands for what is outside of the book. */
#define PLI_WHATIF_OUTSIDE "-"

/* symbol: the venue's name or the unified symbol. quantity: signed, not 0, in the unit of the
 * contract's positions. price: in quote units, > 0; NaN: the mark. */
typedef struct pli_whatif_trade {
	plm_slice account, symbol;
	double quantity, price;
} pli_whatif_trade;

/* quantity > 0 of an asset, from one account to another; one of them may be the outside. */
typedef struct pli_whatif_transfer {
	plm_slice asset, from, to;
	double quantity;
} pli_whatif_transfer;

/* The asset's price times factor, > 0, which is 1 + pct / 100. */
typedef struct pli_whatif_move {
	plm_slice asset;
	double pct, factor;
} pli_whatif_move;

/* pli_whatif_ask: all of it; begin with zeroes. Slices borrow from the texts. all: pools and
 * underlyings that do not change are shown too; joint: of ladders, as pli_ladder_query. */
typedef struct pli_whatif_ask {
	pli_whatif_trade trades[PLI_WHATIF_TRADES_MAX];
	pli_whatif_transfer transfers[PLI_WHATIF_TRANSFERS_MAX];
	pli_whatif_move moves[PLI_WHATIF_MOVES_MAX];
	uint32_t trades_count, transfers_count, moves_count;
	bool all, joint;
} pli_whatif_ask;

/* pli_whatif_ask_trade adds "ACCOUNT SYMBOL QTY[@PRICE]", _transfer "ASSET QTY FROM TO", _move
 * "ASSET=-10%". Errors: PLM_EPARSE (not of that form), PLM_EARG (a number that cannot be),
 * PLM_EFULL (too many); the fault says what would be right. */
plm_err pli_whatif_ask_trade(pli_whatif_ask *ask, plm_slice text, plm_fault *ret_fault);
plm_err pli_whatif_ask_transfer(pli_whatif_ask *ask, plm_slice text, plm_fault *ret_fault);
plm_err pli_whatif_ask_move(pli_whatif_ask *ask, plm_slice text, plm_fault *ret_fault);

/* pli_whatif_ask_json reads {"trades": [{"account", "symbol", "quantity", "price"}], "transfers":
 * [{"asset", "quantity", "from", "to"}], "moves": {"BTC": "-10%"}, "joint": "single"|"beta", "all":
 * true}. Each may be left out. Slices live until the reader's next parse. Errors as above, and
 * PLM_EDECODE; the fault has the place. */
plm_err pli_whatif_ask_json(
    pli_whatif_ask *ask, pli_json *json, plm_slice body, plm_fault *ret_fault);

/* pli_whatif_ask_is_empty: nothing is supposed. */
bool pli_whatif_ask_is_empty(const pli_whatif_ask *ask);

#endif
