/* cascade_json.h: who is liquidated while a price walks, as a question and as a JSON document: the
 * one encoder of `plimsoll ladder --cascade --json` and GET /v1/cascade. What is not known is null.
 * docs/reference/openapi.yaml describes each field. */
#ifndef PLI_API_CASCADE_JSON_H
#define PLI_API_CASCADE_JSON_H

#include "api/ladder_json.h"
#include "api/whatif_ask.h"
#include "margin/book_cascade.h"

/* pli_cascade_answer: asset: its name, or "all". found lives until the cascade's next. */
typedef struct pli_cascade_answer {
	const pli_book *book;
	char asset[PLI_API_NAME_MAX];
	double pct;
	pli_cascade_query query;
	pli_cascade_found found;
} pli_cascade_answer;

/* pli_cascade_ask_book: the way is the one move of `ask`, of an asset or of "all": each that has a
 * beta. evaluations_max: as pli_cascade_query. The exposure must be settled. Errors:
 * pli_whatif_plan_make's. Cost: pli_cascade_find's. */
plm_err pli_cascade_ask_book(pli_cascade *cascade, const pli_exposure *exposure,
    const pli_whatif_ask *ask, double evaluations_max, pli_cascade_answer *ret_answer,
    plm_fault *ret_fault);

/* pli_cascade_left_text, pli_cascade_net_text: why what is left of a pool, or the book's net, is
 * not known at a step, with the contract or underlying that it is about; NULL: it is. ret_text is
 * scratch. */
const char *pli_cascade_left_text(const pli_registry *registry, const pli_cascade_step *step,
    char ret_text[PLI_LADDER_REASON_MAX]);
const char *pli_cascade_net_text(const pli_registry *registry, const pli_cascade_step *step,
    char ret_text[PLI_LADDER_REASON_MAX]);

/* pli_cascade_put_document writes {"as_of_ns", "sequence", "asset", "pct", "pools_unknown",
 * "is_whole", "liquidations": [...]}. */
void pli_cascade_put_document(pli_json_writer *w, const pli_cascade_answer *answer);

#endif
