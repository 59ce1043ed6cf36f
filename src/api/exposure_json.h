/* exposure_json.h: exposure as JSON documents: rows, legs, proof.
 *
 * The one encoder of these documents: `plimsoll report --json`, `GET /v1/exposure` and the stream
 * print through it, so that one number never has two spellings. Decimals (coins, USD, prices) are
 * numbers with every digit in their text; so are measures (ratios, greeks, bounds); what is not
 * known is null, never 0. docs/reference/openapi.yaml describes each field.
 *
 * Reads settled state; computes nothing but the sums of a proof and the two leverage ratios.
 * Not shared between threads (the scratch is written). */
#ifndef PLI_API_EXPOSURE_JSON_H
#define PLI_API_EXPOSURE_JSON_H

#include "base/json_write.h"
#include "exposure/exposure.h"

/* pli_exposure_source: what a document is printed from. book and exposure are borrowed and must be
 * settled. rows and leg_indexes are scratch memory, written by each call; a document with more rows
 * than rows_max says how many it left out. */
typedef struct pli_exposure_source {
	const pli_book *book;
	const pli_exposure *exposure;
	plm_exposure_row *rows;
	uint32_t rows_max;
	uint32_t *leg_indexes;
	uint32_t legs_max;
} pli_exposure_source;

/* pli_exposure_source_init takes the scratch memory (about 600 B a row, 4 B a leg).
 * Errors: PLM_ENOMEM. fini frees it and accepts zeroed. */
plm_err pli_exposure_source_init(pli_exposure_source *source, const pli_book *book,
    const pli_exposure *exposure, uint32_t rows_max, uint32_t legs_max);
void pli_exposure_source_fini(pli_exposure_source *source);

/* pli_exposure_scope_parse reads "book", "venue:deribit", "account:desk-a", "portfolio:p",
 * "strategy:s" or "underlying:BTC" into the filter fields of *query; a comma list narrows further.
 * Names must be known to the registry. Texts are borrowed from the registry.
 * Errors: PLM_EPARSE (not of this form), PLM_ENOTFOUND (no such name); the fault says which. */
plm_err pli_exposure_scope_parse(
    const pli_registry *registry, plm_slice text, plm_exposure_query *query, plm_fault *ret_fault);

/* pli_exposure_put_document writes {"as_of_ns", "as_of", "sequence", "by", "tier", "rows": [...],
 * "rows_left_out", "total": {...}, "not_included": [...]}. */
void pli_exposure_put_document(
    pli_json_writer *w, pli_exposure_source *source, const plm_exposure_query *query);

/* pli_exposure_put_proof writes the legs behind query's row, with sums that re-add to it:
 * {"as_of_ns", ..., "row": {...}, "legs": [...], "sums": {...}, "readds": true}. query->by is
 * taken as nothing. */
void pli_exposure_put_proof(
    pli_json_writer *w, pli_exposure_source *source, const plm_exposure_query *query);

/* pli_exposure_put_not_included writes the array of legs that are not (fully) in the numbers. */
void pli_exposure_put_not_included(
    pli_json_writer *w, pli_exposure_source *source, const plm_exposure_query *query);

/* pli_exposure_put_row writes one row as an object. pli_exposure_put_row_members writes the
 * members alone into an object that is open; with_age false leaves out age_ns_max and skew_ns,
 * which change with every batch (oldest_time_ns, which does not, is always there). */
void pli_exposure_put_row(
    pli_json_writer *w, const pli_exposure_source *source, const plm_exposure_row *row);
void pli_exposure_put_row_members(pli_json_writer *w, const pli_exposure_source *source,
    const plm_exposure_row *row, bool with_age);

/* pli_exposure_put_leg, _members: the same for one leg. */
void pli_exposure_put_leg(
    pli_json_writer *w, const pli_exposure_source *source, const plm_leg *leg);
void pli_exposure_put_leg_members(
    pli_json_writer *w, const pli_exposure_source *source, const plm_leg *leg, bool with_age);

/* pli_exposure_row_oldest_ns: received time of the row's oldest price or quantity; 0 for none. */
plm_time_ns pli_exposure_row_oldest_ns(
    const pli_exposure_source *source, const plm_exposure_row *row);

/* pli_exposure_leg_oldest_ns: the same for one leg. A live feed vouches for its quantities now. */
plm_time_ns pli_exposure_leg_oldest_ns(const pli_exposure_source *source, const plm_leg *leg);

/* pli_exposure_leverage: part / equity; NaN when one is unknown or equity is not above zero. */
double pli_exposure_leverage(plm_decimal part, plm_decimal equity);

/* pli_api_asset_text, pli_api_venue_text, pli_api_account_text: a name for an id; "" for id 0;
 * "asset#7" for an id that the registry does not hold. ret_text is used for the latter only. */
enum { PLI_API_NAME_MAX = 24 };
const char *pli_api_asset_text(
    const pli_registry *registry, plm_asset_id id, char ret_text[PLI_API_NAME_MAX]);
const char *pli_api_venue_text(
    const pli_registry *registry, plm_venue_id id, char ret_text[PLI_API_NAME_MAX]);
const char *pli_api_account_text(
    const pli_registry *registry, plm_account_id id, char ret_text[PLI_API_NAME_MAX]);

/* pli_api_member_rank: a rank of auto-deleveraging, 1 to 5; 0 is not known: null. */
void pli_api_member_rank(pli_json_writer *w, const char *key, uint32_t rank);

/* pli_api_strike_text: all digits, "" for what has none; returns ret_text. */
const char *pli_api_strike_text(plm_decimal strike, char ret_text[PLM_DECIMAL_TEXT_MAX]);

/* pli_api_feed_status_text, pli_api_side_text: words of the enums; never NULL. */
const char *pli_api_feed_status_text(uint8_t status);
const char *pli_api_side_text(uint8_t side);

#endif
