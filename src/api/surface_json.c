/* surface_json.c: the one encoder of surfaces. */
#include "api/surface_json.h"

#include <assert.h>

plm_err
pli_surface_query_check(const plm_exposure_query *query, plm_fault *ret_fault)
{
	if (query->account.value == 0 && query->portfolio == NULL && query->strategy == NULL)
		return PLM_OK;
	return plm_fault_set(ret_fault, PLM_EPARSE, "scope",
	    "a surface is of a venue's options, whoever holds them; expected venue:NAME, "
	    "underlying:NAME or both");
}

static void
put_fault(pli_json_writer *w, const plm_surface_fault *fault)
{
	pli_json_object_open(w);
	pli_json_member_text(w, "kind", pli_surface_fault_kind_text(fault->kind));
	pli_json_member_double(w, "strike", fault->strike);
	pli_json_member_text(w, "quoted_at", fault->quoted == 1 ? "expiry" : "expiry_before");
	pli_json_member_double(w, "moneyness", fault->k);
	pli_json_member_double(w, "size", fault->amount);
	pli_json_object_close(w);
}

static void
put_faults(pli_json_writer *w, const pli_exposure_source *source, const pli_surface_row *row)
{
	plm_surface_fault faults[PLI_SURFACE_FAULTS_MAX];
	uint32_t count = 0, shown = 0;
	if (row->butterfly.count + row->calendar.count > 0)
		count = pli_exposure_surface_faults(
		    source->exposure, row, faults, PLI_SURFACE_FAULTS_MAX);
	pli_json_key(w, "faults");
	pli_json_array_open(w);
	for (; shown < count && shown < PLI_SURFACE_FAULTS_MAX; shown++)
		put_fault(w, &faults[shown]);
	pli_json_array_close(w);
	pli_json_member_int(w, "faults_left_out", count - shown);
}

/* How many there are; null where nothing could be looked at. */
static void
put_check(pli_json_writer *w, const char *key, const pli_surface_faults *faults, bool looked_at)
{
	pli_json_key(w, key);
	if (looked_at)
		pli_json_put_uint(w, faults->count);
	else
		pli_json_put_null(w);
}

static void
put_row_names(pli_json_writer *w, const pli_exposure_source *source, const pli_surface_row *row)
{
	const pli_registry *registry = pli_book_registry(source->book);
	char scratch[PLI_API_NAME_MAX];
	pli_json_member_text(
	    w, "underlying", pli_api_asset_text(registry, row->underlying, scratch));
	pli_json_member_text(w, "venue", pli_api_venue_text(registry, row->venue, scratch));
	pli_json_member_text(w, "quote", pli_api_asset_text(registry, row->quote, scratch));
	pli_json_member_time_ns(w, "expiry_ns", row->expiry_ns);
	pli_json_key(w, "expiry");
	pli_json_put_time(w, row->expiry_ns);
}

static void
put_row(pli_json_writer *w, const pli_exposure_source *source, const pli_surface_row *row)
{
	bool smile = row->reason == PLI_SMILE_NONE;
	pli_json_object_open(w);
	put_row_names(w, source, row);
	pli_json_member_double(w, "years", row->years);
	pli_json_member_double(w, "forward", row->forward);
	pli_json_member_text(
	    w, "forward_source", plm_forward_source_text((plm_forward_source)row->forward_source));
	pli_json_member_double(w, "vol_atm", row->vol_atm);
	pli_json_member_int(w, "strikes", row->points_count);
	pli_json_member_double(w, "strike_min", row->strike_min);
	pli_json_member_double(w, "strike_max", row->strike_max);
	pli_json_member_int(w, "points_mark_iv", row->points_count_iv);
	pli_json_member_int(w, "points_price", row->points_count_price);
	pli_json_member_int(w, "options_silent", row->options_count_silent);
	pli_json_member_int(w, "strikes_left_out", row->strikes_left_out);
	put_check(w, "butterflies", &row->butterfly, smile);
	put_check(w, "calendars", &row->calendar, row->before_expiry_ns != 0);
	pli_json_member_time_ns(w, "expiry_before_ns", row->before_expiry_ns);
	put_faults(w, source, row);
	pli_json_member_time_ns(w, "oldest_time_ns", row->oldest_time_ns);
	pli_json_key(w, "age_ns_max");
	if (row->oldest_time_ns == 0)
		pli_json_put_null(w);
	else
		pli_json_put_int(w, pli_book_now_ns(source->book) - row->oldest_time_ns);
	pli_json_member_text(
	    w, "reason", smile ? NULL : pli_smile_reason_text((pli_smile_reason)row->reason));
	pli_json_object_close(w);
}

void
pli_surface_put_document(
    pli_json_writer *w, const pli_exposure_source *source, const plm_exposure_query *query)
{
	pli_surface_row rows[PLI_SURFACE_ROWS_MAX];
	assert(w != NULL && source != NULL && query != NULL);
	uint32_t count = pli_exposure_surface(source->exposure, query, rows, PLI_SURFACE_ROWS_MAX);
	uint32_t shown = count < PLI_SURFACE_ROWS_MAX ? count : PLI_SURFACE_ROWS_MAX;
	pli_json_object_open(w);
	pli_json_member_time_ns(w, "as_of_ns", pli_book_now_ns(source->book));
	pli_json_key(w, "as_of");
	pli_json_put_time(w, pli_book_now_ns(source->book));
	pli_json_key(w, "sequence");
	pli_json_put_uint(w, pli_book_sequence(source->book));
	pli_json_member_text(w, "extrapolation", PLI_SURFACE_EXTRAPOLATION);
	pli_json_key(w, "rows");
	pli_json_array_open(w);
	for (uint32_t i = 0; i < shown; i++)
		put_row(w, source, &rows[i]);
	pli_json_array_close(w);
	pli_json_member_int(w, "rows_left_out", count - shown);
	pli_json_object_close(w);
}
