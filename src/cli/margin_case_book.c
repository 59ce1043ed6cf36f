/* margin_case_book.c: a book made by events, and its roll-ups. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/margin_case_book.h"

enum { BOOK_ROWS = 64, ACCOUNT = 1, VENUE = 1, USD = 1 };

#define BOOK_NOW_NS (1000 * PLM_NS_PER_S)

static void
book_apply(case_book *b, plm_event *event)
{
	event->sequence = ++b->sequence;
	event->account.value = ACCOUNT;
	event->venue_time_ns = event->received_time_ns = BOOK_NOW_NS;
	pli_book_apply(b->book, event);
}

static plm_decimal
decimal_of(double value)
{
	plm_decimal decimal = plm_decimal_unknown();
	(void)plm_decimal_from_double(value, &decimal);
	return decimal;
}

static void
book_name(case_book *b, const char *name, double beta)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_ASSET);
	event.u.asset.id.value = ++b->assets;
	event.u.asset.beta = beta;
	(void)snprintf(event.u.asset.name, sizeof event.u.asset.name, "%s", name);
	book_apply(b, &event);
}

bool
pli_case_book_open(case_book *b)
{
	pli_book_bounds bounds = {{BOOK_ROWS, 2, BOOK_ROWS}, BOOK_ROWS, BOOK_ROWS, 2, 2, 0};
	*b = (case_book){.book = pli_book_create(&bounds)};
	b->exposure = b->book == NULL ? NULL : pli_exposure_create(b->book);
	if (b->exposure == NULL) {
		pli_case_book_close(b);
		return false;
	}
	book_name(b, "USD", NAN);
	plm_event event;
	plm_event_init(&event, PLM_EVENT_ACCOUNT);
	event.u.account_fact = (plm_account_fact){
	    .id = {ACCOUNT}, .venue = {VENUE}, .name = "case", .venue_name = "case"};
	book_apply(b, &event);
	return true;
}

void
pli_case_book_close(case_book *b)
{
	pli_exposure_destroy(b->exposure);
	pli_book_destroy(b->book);
	*b = (case_book){0};
}

plm_asset_id
pli_case_book_asset(case_book *b, const char *name, double price, double beta)
{
	const pli_registry *names = pli_book_registry(b->book);
	plm_asset_id id = pli_registry_asset_find(names, plm_slice_of(name));
	if (id.value != 0)
		return id;
	book_name(b, name, beta);
	plm_event event;
	plm_event_init(&event, PLM_EVENT_INDEX);
	event.u.index = (plm_index){
	    .asset = {b->assets}, .quote = {USD}, .venue = {VENUE}, .price = decimal_of(price)};
	book_apply(b, &event);
	return event.u.index.asset;
}

void
pli_case_book_hold(case_book *b, plm_asset_id asset, double quantity)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_BALANCE);
	event.u.balance.asset = asset.value == 0 ? (plm_asset_id){USD} : asset;
	event.u.balance.wallet = event.u.balance.collateral = decimal_of(quantity);
	event.u.balance.margin_mode = PLM_MARGIN_CROSS;
	book_apply(b, &event);
}

/* A contract of one unit on the asset. */
static plm_instrument
book_spec(case_book *b, plm_asset_id asset, plm_kind kind, bool inverse)
{
	plm_instrument spec = {.id = {++b->instruments},
	    .venue = {VENUE},
	    .underlying = asset,
	    .quote = {USD},
	    .settle = inverse ? asset : (plm_asset_id){USD},
	    .kind = (uint8_t)kind,
	    .inverse = inverse,
	    .spec_source = PLM_SPEC_VENUE,
	    .multiplier = plm_decimal_from_int(1),
	    .strike = plm_decimal_unknown()};
	if (kind == PLM_KIND_OPTION) {
		spec.option_type = PLM_OPTION_CALL;
		spec.strike = plm_decimal_from_int(1);
		spec.expiry_ns = BOOK_NOW_NS + PLM_NS_PER_DAY;
	}
	(void)snprintf(spec.name, sizeof spec.name, "contract-%u", b->instruments);
	return spec;
}

static void
book_position(case_book *b, const plm_instrument *spec, double quantity, double mark)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_INSTRUMENT);
	event.u.instrument = *spec;
	book_apply(b, &event);
	plm_event_init(&event, PLM_EVENT_POSITION);
	plm_position *position = &event.u.position;
	position->instrument = spec->id;
	position->unit = spec->inverse ? PLM_UNIT_USD : PLM_UNIT_COINS;
	position->margin_mode = PLM_MARGIN_CROSS;
	position->quantity = decimal_of(quantity);
	position->entry_price = position->mark_price = decimal_of(mark);
	position->unrealised_pnl = plm_decimal_zero();
	book_apply(b, &event);
}

static void
book_mark(case_book *b, const plm_mark *mark)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_MARK);
	plm_mark *fact = &event.u.mark;
	fact->instrument = mark->instrument;
	fact->mark_price = mark->mark_price;
	fact->delta = mark->delta;
	fact->gamma = mark->gamma;
	fact->vega = mark->vega;
	book_apply(b, &event);
}

static void
book_future(case_book *b, const plm_instrument *spec, double quantity, double mark)
{
	book_position(b, spec, quantity, mark);
	book_mark(b, &(plm_mark){.instrument = spec->id,
			 .mark_price = decimal_of(mark),
			 .delta = NAN,
			 .gamma = NAN,
			 .vega = NAN});
}

void
pli_case_book_linear(case_book *b, plm_asset_id asset, double quantity, double mark)
{
	plm_instrument spec = book_spec(b, asset, PLM_KIND_PERPETUAL, false);
	book_future(b, &spec, quantity, mark);
}

void
pli_case_book_inverse(case_book *b, plm_asset_id asset, double quantity, double mark)
{
	plm_instrument spec = book_spec(b, asset, PLM_KIND_PERPETUAL, true);
	book_future(b, &spec, quantity, mark);
}

void
pli_case_book_option(
    case_book *b, plm_asset_id asset, double quantity, double delta, double gamma, double vega)
{
	plm_instrument spec = book_spec(b, asset, PLM_KIND_OPTION, false);
	book_position(b, &spec, quantity, 1);
	book_mark(b, &(plm_mark){.instrument = spec.id,
			 .mark_price = plm_decimal_from_int(1),
			 .delta = delta,
			 .gamma = gamma,
			 .vega = vega});
}

plm_exposure_row
pli_case_book_total(case_book *b, plm_tier tier, bool derivatives)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_BATCH_END);
	event.u.batch_end.now_ns = BOOK_NOW_NS;
	book_apply(b, &event);
	pli_exposure_settle(b->exposure);
	plm_exposure_query query = {.tier = tier, .derivatives_only = derivatives};
	plm_exposure_row row;
	pli_exposure_total(b->exposure, &query, &row);
	return row;
}
