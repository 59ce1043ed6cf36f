/* ladder_json.c: the one encoder of ladders. */
#include "api/ladder_json.h"

#include <math.h>
#include <stdio.h>

const char *
pli_ladder_pool_text(
    const pli_registry *registry, const pli_ladder_row *row, char ret_text[PLI_API_NAME_MAX])
{
	const plm_instrument *alone = pli_registry_instrument_get(registry, row->instrument);
	if (row->instrument.value != 0 && alone != NULL)
		return alone->name;
	return row->unit.value == 0 ? "USD" : pli_api_asset_text(registry, row->unit, ret_text);
}

const char *
pli_ladder_side_text(const pli_ladder_row *row)
{
	return row->side == PLM_SIDE_LONG ? "long" : row->side == PLM_SIDE_SHORT ? "short" : NULL;
}

const char *
pli_ladder_reason_text(
    const pli_registry *registry, const pli_ladder_row *row, char ret_text[PLI_LADDER_REASON_MAX])
{
	const char *reason = row->reason != NULL ? row->reason : row->ladder_reason;
	const plm_instrument *of = pli_registry_instrument_get(registry, row->reason_of);
	char name[PLI_API_NAME_MAX];
	const char *about = row->reason_asset.value != 0
				? pli_api_asset_text(registry, row->reason_asset, name)
			    : row->reason_of.value != 0 && of != NULL ? of->name
								      : NULL;
	if (reason == NULL || about == NULL)
		return reason;
	(void)snprintf(ret_text, PLI_LADDER_REASON_MAX, "%s: %s", reason, about);
	return ret_text;
}

static const char *
rung_lacks(const plm_rung *rung)
{
	if (rung->status == PLM_RUNG_FOUND)
		return NULL;
	return rung->status == PLM_RUNG_NONE   ? "no price does that"
	       : rung->status == PLM_RUNG_PAST ? "already past"
					       : "a number is not known";
}

const char *
pli_ladder_leg_reason(const pli_ladder_leg *leg, plm_threshold threshold, uint32_t side)
{
	return leg->reason != NULL ? leg->reason : rung_lacks(&leg->rungs[threshold][side]);
}

const char *
pli_ladder_implied_text(uint32_t implied)
{
	static const char *const texts[] = {"", "rates", "haircuts", "rates, haircuts"};
	return texts[implied & (PLI_IMPLIED_RATES | PLI_IMPLIED_HAIRCUTS)];
}

/* The object stays open. */
static void
rung_open(pli_json_writer *w, const char *key, const plm_rung *rung, double spot)
{
	double factor = rung->status == PLM_RUNG_FOUND ? rung->factor : NAN;
	pli_json_key(w, key);
	pli_json_object_open(w);
	pli_json_member_double(w, "price", spot * factor);
	pli_json_member_double(w, "pct", (factor - 1) * 100);
	pli_json_member_int(w, "crossings", rung->crossings_count);
}

static void
put_rung(pli_json_writer *w, const char *key, const pli_ladder_row *row, const plm_rung *rung,
    const char *reason)
{
	double factor = rung->status == PLM_RUNG_FOUND ? rung->factor : NAN;
	double sigmas = fabs(log(factor)) / row->sigma_day;
	rung_open(w, key, rung, row->spot);
	pli_json_member_double(w, "sigmas", sigmas);
	pli_json_member_double(w, "days", sigmas * sigmas);
	if (reason == NULL && isnan(row->sigma_day))
		reason = "sigmas: realised volatility has not been seen for long enough";
	pli_json_member_text(w, "reason", reason);
	pli_json_object_close(w);
}

static const struct {
	const char *key;
	plm_threshold threshold;
	uint32_t side;
} rung_keys[] = {{"call_down", PLM_THRESHOLD_CALL, 0}, {"call_up", PLM_THRESHOLD_CALL, 1},
    {"liquidation_down", PLM_THRESHOLD_LIQUIDATION, 0},
    {"liquidation_up", PLM_THRESHOLD_LIQUIDATION, 1},
    {"bankruptcy_down", PLM_THRESHOLD_BANKRUPTCY, 0},
    {"bankruptcy_up", PLM_THRESHOLD_BANKRUPTCY, 1}};
enum { RUNGS_COUNT = sizeof rung_keys / sizeof *rung_keys };

static void
put_rungs(pli_json_writer *w, const pli_registry *registry, const pli_ladder_row *row)
{
	char text[PLI_LADDER_REASON_MAX];
	const char *reason = pli_ladder_reason_text(registry, row, text);
	for (size_t i = 0; i < RUNGS_COUNT; i++) {
		const plm_rung *rung = &row->rungs[rung_keys[i].threshold][rung_keys[i].side];
		put_rung(
		    w, rung_keys[i].key, row, rung, reason != NULL ? reason : rung_lacks(rung));
	}
}

static void
put_leg(pli_json_writer *w, const pli_registry *registry, const pli_ladder_row *row,
    const pli_ladder_leg *leg)
{
	char name[PLI_API_NAME_MAX];
	pli_json_object_open(w);
	pli_json_member_text(
	    w, "instrument", pli_registry_instrument_get(registry, leg->instrument)->name);
	pli_json_member_text(w, "underlying", pli_api_asset_text(registry, leg->underlying, name));
	pli_json_member_text(w, "side", pli_api_side_text(leg->side));
	pli_json_member_double(w, "quantity", leg->quantity);
	pli_json_member_double(w, "entry_price", leg->entry);
	pli_json_member_double(w, "mark_price", leg->mark);
	pli_json_member_double(w, "break_even_price", leg->break_even);
	pli_json_member_double(w, "delta_usd", leg->delta * row->unit_usd);
	pli_json_member_double(w, "maintenance_usd", leg->maintenance * row->unit_usd);
	pli_json_member_double(w, "funding_due_usd", leg->funding_due * row->unit_usd);
	pli_json_member_double(w, "venue_liquidation_price", leg->venue_liquidation);
	pli_json_member_double(w, "spot", leg->spot);
	for (size_t i = 0; i < RUNGS_COUNT; i++) {
		plm_threshold threshold = rung_keys[i].threshold;
		uint32_t side = rung_keys[i].side;
		rung_open(w, rung_keys[i].key, &leg->rungs[threshold][side], leg->spot);
		pli_json_member_text(w, "reason", pli_ladder_leg_reason(leg, threshold, side));
		pli_json_object_close(w);
	}
	pli_json_object_close(w);
}

static void
put_names(pli_json_writer *w, const pli_registry *registry, const pli_ladder_row *row)
{
	const plm_account_fact *account = pli_registry_account_get(registry, row->key.account);
	char name[PLI_API_NAME_MAX], reason[PLI_LADDER_REASON_MAX];
	pli_json_member_text(w, "venue", account == NULL ? NULL : account->venue_name);
	pli_json_member_text(w, "account", account == NULL ? NULL : account->name);
	pli_json_member_text(w, "pool", pli_ladder_pool_text(registry, row, name));
	pli_json_member_text(w, "side", pli_ladder_side_text(row));
	pli_json_member_text(w, "rule", row->rule == NULL ? NULL : plm_margin_rule_name(row->rule));
	pli_json_member_text(w, "status", row->is_estimate ? "estimate" : "verified");
	pli_json_member_text(
	    w, "implied", row->implied == 0 ? NULL : pli_ladder_implied_text(row->implied));
	pli_json_member_text(w, "reason",
	    row->reason == NULL ? NULL : pli_ladder_reason_text(registry, row, reason));
	pli_json_member_int(w, "legs_count", row->legs_count);
}

static void
put_numbers(pli_json_writer *w, const pli_registry *registry, const pli_ladder_row *row)
{
	const plm_instrument *suspect_of = pli_registry_instrument_get(registry, row->suspect_of);
	double usd = row->unit_usd;
	pli_json_member_double(w, "equity_usd", row->numbers.equity * usd);
	pli_json_member_double(w, "initial_usd", row->numbers.initial * usd);
	pli_json_member_double(w, "maintenance_usd", row->numbers.maintenance * usd);
	pli_json_member_double(w, "venue_equity_usd", row->venue.equity * usd);
	pli_json_member_double(w, "venue_maintenance_usd", row->venue.maintenance * usd);
	pli_json_member_double(w, "residual_pct", pli_ladder_residual(row) * 100);
	pli_json_member_text(w, "suspect",
	    row->suspect == PLM_SUSPECT_NONE ? NULL : pli_ladder_suspect_text(row->suspect));
	pli_json_member_text(w, "suspect_of", row->suspect_of.value == 0 ? NULL : suspect_of->name);
	pli_json_member_double(w, "funding_due_usd", row->funding_due * usd);
	pli_json_member_text(w, "funding_reason", row->funding_reason);
	pli_json_member_double(w, "ratio", row->numbers.ratio);
	pli_json_member_double(w, "cushion", plm_margin_cushion(&row->numbers));
	pli_json_member_double(w, "leverage_gross", row->leverage_gross);
	pli_json_member_double(w, "leverage_net", row->leverage_net);
}

static void
row_open(pli_json_writer *w, const pli_registry *registry, const pli_ladder_row *row, uint32_t rank)
{
	char name[PLI_API_NAME_MAX];
	const plm_instrument *dominant = pli_registry_instrument_get(registry, row->dominant);
	pli_json_object_open(w);
	pli_json_key(w, "rank");
	if (rank == 0)
		pli_json_put_null(w);
	else
		pli_json_put_uint(w, rank);
	put_names(w, registry, row);
	put_numbers(w, registry, row);
	pli_json_member_text(w, "moved",
	    row->moved.value == 0 ? NULL : pli_api_asset_text(registry, row->moved, name));
	pli_json_member_double(w, "spot", row->spot);
	pli_json_member_double(w, "sigma_day_pct", row->sigma_day * 100);
	pli_json_member_text(w, "spot_of",
	    row->spot_of.value == 0 ? NULL
				    : pli_registry_instrument_get(registry, row->spot_of)->name);
	put_rungs(w, registry, row);
	pli_json_member_text(w, "dominant", row->dominant.value == 0 ? NULL : dominant->name);
}

void
pli_ladder_put_row(
    pli_json_writer *w, const pli_registry *registry, const pli_ladder_row *row, uint32_t rank)
{
	row_open(w, registry, row, rank);
	pli_json_object_close(w);
}

void
pli_ladder_put_pool(pli_json_writer *w, const pli_registry *registry, const pli_ladder_row *row,
    uint32_t rank, const pli_ladder_legs *legs)
{
	row_open(w, registry, row, rank);
	pli_json_key(w, "legs");
	pli_json_array_open(w);
	for (uint32_t i = 0; i < legs->count; i++)
		put_leg(w, registry, row, &legs->legs[i]);
	pli_json_array_close(w);
	pli_json_object_close(w);
}

/* What the watch alone knows of a pool. */
static void
row_sigma(const pli_margin *margin, pli_ladder_row *row)
{
	const pli_ladder_row *watched = pli_margin_row_of(margin, &row->key);
	if (watched != NULL && watched->moved.value == row->moved.value)
		row->sigma_day = watched->sigma_day;
}

void
pli_ladder_put_account(
    pli_json_writer *w, const pli_ladder_legs_source *source, plm_account_id account)
{
	const pli_book *book = pli_exposure_book(source->exposure);
	const pli_registry *registry = pli_book_registry(book);
	pli_json_object_open(w);
	pli_json_member_time_ns(w, "as_of_ns", pli_book_now_ns(book));
	pli_json_member_int(w, "sequence", (int64_t)pli_book_sequence(book));
	pli_json_member_text(w, "account", pli_registry_account_get(registry, account)->name);
	pli_json_key(w, "pools");
	pli_json_array_open(w);
	for (pli_pool_key key = {account, 0};
	     pli_book_pools_next(book, &key) && key.account.value == account.value;) {
		pli_ladder_legs_make(source->maker, source->exposure, &key, 0, source->legs);
		row_sigma(source->margin, &source->legs->row);
		pli_ladder_put_pool(w, registry, &source->legs->row, 0, source->legs);
	}
	pli_json_array_close(w);
	pli_json_object_close(w);
}

void
pli_ladder_put_rows(pli_json_writer *w, const pli_registry *registry, const pli_ladder_row *rows,
    uint32_t rows_count)
{
	pli_json_array_open(w);
	for (uint32_t i = 0; i < rows_count; i++)
		pli_ladder_put_row(w, registry, &rows[i], rows[i].reason == NULL ? i + 1 : 0);
	pli_json_array_close(w);
}

void
pli_ladder_put_document(pli_json_writer *w, const pli_book *book, const pli_margin *margin,
    pli_ladder_row *rows, uint32_t rows_max)
{
	uint32_t count = pli_margin_ranked(margin, rows, rows_max);
	uint32_t shown = count < rows_max ? count : rows_max;
	pli_json_object_open(w);
	pli_json_member_time_ns(w, "as_of_ns", pli_book_now_ns(book));
	pli_json_member_int(w, "sequence", (int64_t)pli_book_sequence(book));
	pli_json_member_text(w, "joint", "single");
	pli_json_key(w, "pools");
	pli_ladder_put_rows(w, pli_book_registry(book), rows, shown);
	pli_json_member_int(w, "pools_left_out", count - shown);
	pli_json_object_close(w);
}
