/* whatif.h: the answer to "what if": every pool and every underlying before and after, as rows and
 * as a JSON document: the one encoder of `plimsoll whatif --json` and POST /v1/whatif. What is not
 * known is null, with the reason beside it. docs/reference/openapi.yaml describes each field. */
#ifndef PLI_API_WHATIF_H
#define PLI_API_WHATIF_H

#include "api/whatif_plan.h"
#include "base/json_write.h"
#include "margin/book_net.h"

/* pli_whatif: memory for one question at a time. */
typedef struct pli_whatif pli_whatif;

/* pli_whatif_create: for a book of these bounds, pools of up to legs_max legs, and so many of them.
 * NULL: memory could not be had. destroy takes NULL. */
pli_whatif *pli_whatif_create(const pli_book_bounds *bounds, uint32_t legs_max, uint32_t pools_max);
void pli_whatif_destroy(pli_whatif *whatif);

/* pli_whatif_ladders: the maker of its ladders, for others between two questions. */
pli_ladder_maker *pli_whatif_ladders(pli_whatif *whatif);

/* pli_whatif_watch: from here on, where neither all pools are asked for nor prices move nor the
 * ladders are joint, pools of accounts that no trade or transfer names are as of the last look of a
 * watch of the same book, which must outlive it; NULL: none. They are not in the answer but by
 * their rank. */
void pli_whatif_watch(pli_whatif *whatif, const pli_margin *watch);

/* The answer; lives until the next. pools: the one that would die first comes first, all of them;
 * pools_left_out: beyond pools_max. net, net_all: book_net.h. */
typedef struct pli_whatif_answer {
	const pli_whatif_plan *plan;
	const pli_whatif_row *pools;
	const pli_net_row *net;
	uint32_t pools_count, pools_left_out, net_count;
	pli_net_row net_all;
	bool all, joint;
} pli_whatif_answer;

/* pli_whatif_ask_book answers from a settled exposure. Errors: pli_whatif_plan_make's. Cost: a
 * ladder of each pool that no watch has, a second one of those that an edit or a move may change.
 */
plm_err pli_whatif_ask_book(pli_whatif *whatif, const pli_exposure *exposure,
    const pli_whatif_ask *ask, pli_whatif_answer *ret_answer, plm_fault *ret_fault);

/* pli_whatif_put_document writes {"as_of_ns", "joint", "trades", "transfers", "moves", "notes",
 * "before", "after", "pools", "pools_unchanged", "pools_left_out", "net"}. */
void pli_whatif_put_document(
    pli_json_writer *w, const pli_book *book, const pli_whatif_answer *answer);

#endif
