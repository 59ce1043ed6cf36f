/* whatif_plan.h: what is supposed, with the names of a book resolved.
 *
 * What the book cannot answer for is refused with a sentence that says what would be right; what it
 * answers for with a doubt is a note. */
#ifndef PLI_API_WHATIF_PLAN_H
#define PLI_API_WHATIF_PLAN_H

#include "api/whatif_ask.h"
#include "margin/book_whatif.h"

enum {
	PLI_WHATIF_NOTES_MAX = PLI_WHATIF_TRADES_MAX + PLI_WHATIF_TRANSFERS_MAX,
	PLI_WHATIF_NOTE_MAX = 320,
};

/* A transfer with its ends; account 0: outside of the book. held: what `from` holds of the asset
 * now, available: what its venue says may be withdrawn; NaN: not told, or outside. */
typedef struct pli_whatif_way {
	plm_account_id from, to;
	plm_asset_id asset;
	double quantity, held, available;
} pli_whatif_way;

/* pli_whatif_plan: moved: after aliases. edits points into the plan: it must not be copied. */
typedef struct pli_whatif_plan {
	pli_pool_trade trades[PLI_WHATIF_TRADES_MAX];
	pli_pool_transfer sides[2 * PLI_WHATIF_TRANSFERS_MAX];
	pli_whatif_way ways[PLI_WHATIF_TRANSFERS_MAX];
	plm_asset_id moved[PLI_WHATIF_MOVES_MAX];
	double factors[PLI_WHATIF_MOVES_MAX], pcts[PLI_WHATIF_MOVES_MAX];
	uint32_t ways_count;
	pli_pool_edits edits;
	pli_ladder_query query;
	char notes[PLI_WHATIF_NOTES_MAX][PLI_WHATIF_NOTE_MAX];
	uint32_t notes_count;
} pli_whatif_plan;

/* pli_whatif_plan_make fills *plan. The exposure must be settled. Errors: PLM_ENOTFOUND (no such
 * account, contract or asset; the nearest name is offered), PLM_EARG (there is, but the book cannot
 * say what would be). Cost: a contract by its unified symbol is a walk over all contracts. */
plm_err pli_whatif_plan_make(pli_whatif_plan *plan, const pli_whatif_ask *ask,
    const pli_exposure *exposure, plm_fault *ret_fault);

#endif
