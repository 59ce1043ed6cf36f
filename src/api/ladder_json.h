/* ladder_json.h: margin pools and their ladders as JSON: the one encoder of `plimsoll ladder
 * --json`, `plimsoll whatif --json` and the API. What is not known is null, with the reason beside
 * it. docs/reference/openapi.yaml describes each field. */
#ifndef PLI_API_LADDER_JSON_H
#define PLI_API_LADDER_JSON_H

#include "api/exposure_json.h"
#include "margin/book_legs.h"
#include "margin/margin_watch.h"

/* pli_ladder_pool_text: what a pool is called: its contract where it is isolated, its asset where
 * it has one, "USD" where it counts in US dollars. ret_text is scratch. */
const char *pli_ladder_pool_text(
    const pli_registry *registry, const pli_ladder_row *row, char ret_text[PLI_API_NAME_MAX]);

/* pli_ladder_side_text: "long" or "short" of an isolated leg of a hedge, else NULL. */
const char *pli_ladder_side_text(const pli_ladder_row *row);

/* pli_ladder_reason_text: why a pool has no numbers or no ladder, with the contract or asset that
 * it is about; NULL: it has both. ret_text is scratch. */
enum { PLI_LADDER_REASON_MAX = 192 };
const char *pli_ladder_reason_text(
    const pli_registry *registry, const pli_ladder_row *row, char ret_text[PLI_LADDER_REASON_MAX]);

/* pli_ladder_implied_text: "rates", "haircuts", "rates, haircuts" or "": what row->implied says. */
const char *pli_ladder_implied_text(uint32_t implied);

/* pli_ladder_put_row writes one pool as an object; rank 0: null. _put_rows: an array in the order
 * given, ranked from 1. */
void pli_ladder_put_row(
    pli_json_writer *w, const pli_registry *registry, const pli_ladder_row *row, uint32_t rank);
void pli_ladder_put_rows(pli_json_writer *w, const pli_registry *registry,
    const pli_ladder_row *rows, uint32_t rows_count);

/* pli_ladder_put_pool: the same with the pool's legs, in "legs". pli_ladder_leg_reason: why a rung
 * of a leg has no price; NULL: it has one. */
void pli_ladder_put_pool(pli_json_writer *w, const pli_registry *registry,
    const pli_ladder_row *row, uint32_t rank, const pli_ladder_legs *legs);
const char *pli_ladder_leg_reason(
    const pli_ladder_leg *leg, plm_threshold threshold, uint32_t side);

/* What pools with their legs are made from. margin: a watch of the same book, for what it alone
 * knows. legs: scratch. */
typedef struct pli_ladder_legs_source {
	pli_ladder_maker *maker;
	const pli_exposure *exposure;
	const pli_margin *margin;
	pli_ladder_legs *legs;
} pli_ladder_legs_source;

/* pli_ladder_put_account writes {"as_of_ns", "sequence", "account", "pools": [...]}: each pool of
 * an account with its legs, made now. */
void pli_ladder_put_account(
    pli_json_writer *w, const pli_ladder_legs_source *source, plm_account_id account);

/* pli_ladder_put_document writes {"as_of_ns", "sequence", "joint", "pools": [...],
 * "pools_left_out"} of a watch, the nearest liquidation first; rows: scratch of rows_max. */
void pli_ladder_put_document(pli_json_writer *w, const pli_book *book, const pli_margin *margin,
    pli_ladder_row *rows, uint32_t rows_max);

#endif
