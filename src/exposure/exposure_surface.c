/* exposure_surface.c: smiles by expiry, and what could be arbitraged in them. */
#include "exposure/exposure_surface.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "exposure/exposure_options.h"
#include "exposure/exposure_state.h"

/* A butterfly at each point and behind the last, a calendar at each point of two smiles. */
enum { FAULTS_MAX = 4 * EXPOSURE_STRIKES_MAX };

/* A smile and the one before it in time, as smiles[1] and smiles[0]. */
typedef struct surface_pair {
	exposure_strikes strikes[2];
	plm_smile smiles[2];
	uint32_t before; /* expiry of smiles[0]; PLI_ROW_NONE: there is none */
	bool found;      /* smiles[1] is there */
} surface_pair;

const char *
pli_smile_reason_text(pli_smile_reason reason)
{
#define X(name, number, text) [number] = text,
	static const char *const texts[] = {PLI_SMILE_REASONS(X)};
#undef X
	return (uint32_t)reason < PLI_SMILE_REASON_COUNT_ ? texts[reason] : "unknown";
}

const char *
pli_surface_fault_kind_text(plm_surface_fault_kind kind)
{
	return kind == PLM_SURFACE_CALENDAR ? "calendar" : "butterfly";
}

/* Years of two smiles count from when their forwards were told: one before must be shorter too. */
static void
pair_make(const pli_exposure *exposure, const exposure_expiry *expiry, surface_pair *pair)
{
	pair->before = PLI_ROW_NONE;
	pair->found = pli_exposure_smile(exposure, expiry, &pair->strikes[1], &pair->smiles[1]);
	if (!pair->found)
		return;
	pair->before = pli_exposure_smile_beside(
	    exposure, expiry, -1, &pair->strikes[0], &pair->smiles[0]);
	if (pair->before != PLI_ROW_NONE && pair->smiles[0].years >= pair->smiles[1].years)
		pair->before = PLI_ROW_NONE;
}

/* Faults of the later smile, quoted as in pli_exposure_surface_faults. */
static uint32_t
pair_check(const surface_pair *pair, plm_surface_fault faults[FAULTS_MAX])
{
	uint32_t kept = 0, first = pair->before == PLI_ROW_NONE;
	if (!pair->found)
		return 0;
	uint32_t count = plm_surface_check(
	    &(plm_surface){&pair->smiles[first], 2 - first}, faults, FAULTS_MAX);
	assert(count <= FAULTS_MAX);
	for (uint32_t i = 0; i < count; i++) {
		faults[i].smile += first;
		faults[i].quoted += first;
		if (faults[i].smile == 1)
			faults[kept++] = faults[i];
	}
	return kept;
}

static void
row_add_fault(pli_surface_row *row, const plm_surface_fault *fault)
{
	pli_surface_faults *of = fault->kind == PLM_SURFACE_CALENDAR ? &row->calendar
								     : &row->butterfly;
	of->count++;
	if (fault->amount > of->amount) {
		of->amount = fault->amount;
		of->strike = fault->strike;
	}
}

static void
row_add_points(pli_surface_row *row, const exposure_strikes *strikes)
{
	for (uint32_t i = 0; i < strikes->count; i++) {
		row->points_count_iv += strikes->sources[i] == PLM_VOL_MARK_IV;
		row->points_count_price += strikes->sources[i] == PLM_VOL_PRICE;
		if (i == 0 || strikes->times_ns[i] < row->oldest_time_ns)
			row->oldest_time_ns = strikes->times_ns[i];
	}
	row->points_count = strikes->count;
	row->strike_min = strikes->quotes[0].strike;
	row->strike_max = strikes->quotes[strikes->count - 1].strike;
}

static void
row_fill(const pli_exposure *exposure, pli_surface_row *row)
{
	const exposure_expiry *expiry = &exposure->expiries[row->expiry];
	surface_pair pair;
	plm_surface_fault faults[FAULTS_MAX];
	pair_make(exposure, expiry, &pair);
	row->forward = expiry->forward.price;
	row->forward_source = expiry->forward.source;
	row->options_count_silent = pair.strikes[1].silent_count;
	row->strikes_left_out = pair.strikes[1].left_out;
	row->years = row->vol_atm = row->strike_min = row->strike_max = NAN;
	if (!pair.found) {
		bool forward = row->forward > 0 && expiry->forward.venue_ns != 0;
		row->reason = forward ? PLI_SMILE_NO_QUOTE : PLI_SMILE_NO_FORWARD;
		return;
	}
	row->years = pair.smiles[1].years;
	row->vol_atm = plm_smile_vol(&pair.smiles[1], row->forward);
	row_add_points(row, &pair.strikes[1]);
	if (pair.before != PLI_ROW_NONE)
		row->before_expiry_ns = exposure->expiries[pair.before].expiry_ns;
	uint32_t count = pair_check(&pair, faults);
	for (uint32_t i = 0; i < count; i++)
		row_add_fault(row, &faults[i]);
}

/* Marked or held. */
static bool
expiry_is_shown(const pli_exposure *exposure, const exposure_expiry *expiry)
{
	bool shown = false;
	for (uint32_t id = expiry->first; id != 0 && !shown; id = exposure->options[id].next)
		shown = pli_book_mark(exposure->book, (plm_instrument_id){id}) != NULL ||
			pli_book_position_first_of_instrument(
			    exposure->book, (plm_instrument_id){id}) != PLI_ROW_NONE;
	return shown && expiry->expiry_ns > pli_book_now_ns(exposure->book);
}

static bool
row_is_before(const pli_surface_row *a, const pli_surface_row *b)
{
	if (a->underlying.value != b->underlying.value)
		return a->underlying.value < b->underlying.value;
	if (a->venue.value != b->venue.value)
		return a->venue.value < b->venue.value;
	if (a->quote.value != b->quote.value)
		return a->quote.value < b->quote.value;
	return a->expiry_ns < b->expiry_ns;
}

/* Into its place; the last one falls out where there is no room. */
static void
row_insert(pli_surface_row *rows, uint32_t count, uint32_t rows_max, const pli_surface_row *row)
{
	uint32_t at = count < rows_max ? count : rows_max;
	while (at > 0 && row_is_before(row, &rows[at - 1])) {
		if (at < rows_max)
			rows[at] = rows[at - 1];
		at--;
	}
	if (at < rows_max)
		rows[at] = *row;
}

uint32_t
pli_exposure_surface(const pli_exposure *exposure, const plm_exposure_query *query,
    pli_surface_row *rows, uint32_t rows_max)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < exposure->expiries_count; i++) {
		const exposure_expiry *expiry = &exposure->expiries[i];
		if ((query->underlying.value != 0 &&
			query->underlying.value != expiry->underlying) ||
		    (query->venue.value != 0 && query->venue.value != expiry->venue) ||
		    !expiry_is_shown(exposure, expiry))
			continue;
		const pli_surface_row row = {.venue = {expiry->venue},
		    .underlying = {expiry->underlying},
		    .quote = {expiry->quote},
		    .expiry_ns = expiry->expiry_ns,
		    .expiry = i};
		row_insert(rows, count++, rows_max, &row);
	}
	for (uint32_t i = 0; i < count && i < rows_max; i++)
		row_fill(exposure, &rows[i]);
	return count;
}

uint32_t
pli_exposure_surface_faults(const pli_exposure *exposure, const pli_surface_row *row,
    plm_surface_fault *faults, uint32_t faults_max)
{
	surface_pair pair;
	plm_surface_fault all[FAULTS_MAX];
	assert(row->expiry < exposure->expiries_count);
	pair_make(exposure, &exposure->expiries[row->expiry], &pair);
	uint32_t count = pair_check(&pair, all);
	if (count > 0)
		memcpy(faults, all, (count < faults_max ? count : faults_max) * sizeof all[0]);
	return count;
}
