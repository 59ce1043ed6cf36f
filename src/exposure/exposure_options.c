/* exposure_options.c: forwards of expiries, and the model's greeks in one batch a settle. */
#include "exposure/exposure_options.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/fault_point.h"
#include "exposure/exposure_state.h"
#include "plimsoll/conventions.h"

#define MS_PER_YEAR (365.0 * 86400.0 * 1000.0)

static const exposure_forward forward_none = {.price = NAN, .index = NAN};

static bool
batch_init(exposure_batch *batch, size_t count)
{
	double **arrays[] = {&batch->forward, &batch->strike, &batch->years, &batch->vol,
	    &batch->price, &batch->delta, &batch->gamma, &batch->vega, &batch->theta};
	bool whole = true;
	for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++) {
		*arrays[i] = calloc(count, sizeof **arrays[i]);
		whole = whole && *arrays[i] != NULL;
	}
	batch->put = calloc(count, sizeof batch->put[0]);
	batch->ids = calloc(count, sizeof batch->ids[0]);
	return whole && batch->put != NULL && batch->ids != NULL;
}

static void
batch_fini(exposure_batch *batch)
{
	void *arrays[] = {batch->ids, batch->forward, batch->strike, batch->years, batch->vol,
	    batch->price, batch->delta, batch->gamma, batch->vega, batch->theta, batch->put};
	for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
		free(arrays[i]);
}

bool
pli_exposure_options_init(pli_exposure *exposure)
{
	const pli_book_bounds *bounds = pli_book_bounds_get(exposure->book);
	size_t instruments = (size_t)bounds->registry.instruments_max + 1;
	size_t assets = (size_t)bounds->registry.assets_max + 1;
	exposure->expiries = calloc(instruments, sizeof exposure->expiries[0]);
	exposure->expiries_touched = calloc(instruments, sizeof exposure->expiries_touched[0]);
	exposure->expiries_of_asset = calloc(assets, sizeof exposure->expiries_of_asset[0]);
	exposure->repriced = calloc(instruments, sizeof exposure->repriced[0]);
	exposure->options = PLI_FAULT(EXPOSURE_OPTIONS)
				? NULL
				: calloc(instruments, sizeof exposure->options[0]);
	if (!batch_init(&exposure->batch, instruments) || exposure->expiries == NULL ||
	    exposure->expiries_touched == NULL || exposure->expiries_of_asset == NULL ||
	    exposure->repriced == NULL || exposure->options == NULL)
		return false;
	for (size_t i = 0; i < instruments; i++)
		exposure->options[i].expiry = PLI_ROW_NONE;
	for (size_t i = 0; i < assets; i++)
		exposure->expiries_of_asset[i] = PLI_ROW_NONE;
	return true;
}

void
pli_exposure_options_fini(pli_exposure *exposure)
{
	batch_fini(&exposure->batch);
	free(exposure->expiries);
	free(exposure->expiries_touched);
	free(exposure->expiries_of_asset);
	free(exposure->repriced);
	free(exposure->options);
}

static void
expiry_touch(pli_exposure *exposure, uint32_t index, bool scan)
{
	exposure_expiry *expiry = &exposure->expiries[index];
	expiry->scan = expiry->scan || scan;
	if (expiry->touched)
		return;
	expiry->touched = 1;
	exposure->expiries_touched[exposure->expiries_touched_count++] = index;
}

/* The expiry that an option or future belongs to, made when it is new. */
static uint32_t
expiry_intern(pli_exposure *exposure, const plm_instrument *spec)
{
	uint32_t *head = &exposure->expiries_of_asset[spec->underlying.value];
	for (uint32_t i = *head; i != PLI_ROW_NONE; i = exposure->expiries[i].next_of_asset) {
		const exposure_expiry *expiry = &exposure->expiries[i];
		if (expiry->expiry_ns == spec->expiry_ns && expiry->venue == spec->venue.value &&
		    expiry->quote == spec->quote.value)
			return i;
	}
	uint32_t index = exposure->expiries_count;
	if (index == pli_book_bounds_get(exposure->book)->registry.instruments_max)
		return PLI_ROW_NONE;
	exposure->expiries_count++;
	exposure->expiries[index] = (exposure_expiry){.expiry_ns = spec->expiry_ns,
	    .venue = spec->venue.value,
	    .underlying = spec->underlying.value,
	    .quote = spec->quote.value,
	    .next_of_asset = *head,
	    .of_options = forward_none,
	    .forward = forward_none,
	    .venue_ns_min = INT64_MAX};
	*head = index;
	return index;
}

/* Takes an instrument out of the expiry that it was in. */
static void
option_remove(pli_exposure *exposure, uint32_t id)
{
	exposure_option *option = &exposure->options[id];
	if (option->expiry == PLI_ROW_NONE)
		return;
	exposure_expiry *expiry = &exposure->expiries[option->expiry];
	expiry_touch(exposure, option->expiry, true);
	if (expiry->future == id)
		expiry->future = 0;
	for (uint32_t *at = &expiry->first; *at != 0; at = &exposure->options[*at].next) {
		if (*at == id) {
			*at = option->next;
			break;
		}
	}
	option->expiry = PLI_ROW_NONE;
	option->kept = 0;
	option->strike = 0;
}

static void
option_insert(pli_exposure *exposure, const plm_instrument *spec)
{
	exposure_option *option = &exposure->options[spec->id.value];
	exposure_expiry *expiry = &exposure->expiries[option->expiry];
	option->strike = plm_decimal_to_double(spec->strike);
	option->put = spec->option_type == PLM_OPTION_PUT;
	uint32_t *at = &expiry->first;
	while (*at != 0 &&
	       (exposure->options[*at].strike < option->strike ||
		   (exposure->options[*at].strike <= option->strike && *at < spec->id.value)))
		at = &exposure->options[*at].next;
	option->next = *at;
	*at = spec->id.value;
}

/* A specification came or changed: the instrument's place among the expiries follows. */
static void
option_place(pli_exposure *exposure, plm_instrument_id id)
{
	const plm_instrument *spec = pli_registry_instrument_get(
	    pli_book_registry(exposure->book), id);
	option_remove(exposure, id.value);
	bool option = spec != NULL && spec->kind == PLM_KIND_OPTION;
	bool future = spec != NULL && spec->kind == PLM_KIND_FUTURE;
	if ((!option && !future) || spec->expiry_ns == 0 || spec->underlying.value == 0 ||
	    (option && plm_decimal_sign(spec->strike) <= 0))
		return;
	uint32_t index = expiry_intern(exposure, spec);
	if (index == PLI_ROW_NONE)
		return;
	exposure->options[id.value].expiry = index;
	if (option)
		option_insert(exposure, spec);
	else if (exposure->expiries[index].future == 0 ||
		 id.value < exposure->expiries[index].future)
		exposure->expiries[index].future = id.value;
	expiry_touch(exposure, index, true);
}

/* A price of a mark, as a forward; none when it is no price or too old to be one. */
static exposure_forward
forward_of_mark(const pli_exposure *exposure, uint32_t id, bool of_option)
{
	const pli_mark_row *mark = pli_book_mark(exposure->book, (plm_instrument_id){id});
	if (mark == NULL)
		return forward_none;
	plm_decimal price = of_option ? mark->fact.underlying_price : mark->fact.mark_price;
	if (plm_decimal_sign(price) <= 0 ||
	    pli_exposure_is_stale(exposure, mark->whole_received_time_ns))
		return forward_none;
	plm_time_ns venue_ns = mark->whole_venue_time_ns != 0 ? mark->whole_venue_time_ns
							      : mark->whole_received_time_ns;
	return (exposure_forward){.price = plm_decimal_to_double(price),
	    .index = plm_decimal_to_double(mark->fact.index_price),
	    .venue_ns = venue_ns,
	    .received_ns = mark->whole_received_time_ns,
	    .from = id,
	    .source = of_option ? PLM_FORWARD_OPTION : PLM_FORWARD_FUTURE};
}

/* The newest forward of an expiry's options; of equally new ones that of the lowest id. */
static bool
forward_is_better(const exposure_forward *a, const exposure_forward *b)
{
	if (isnan(a->price) || isnan(b->price))
		return isnan(b->price) && !isnan(a->price);
	return a->received_ns > b->received_ns ||
	       (a->received_ns == b->received_ns && a->from < b->from);
}

static void
forward_search(pli_exposure *exposure, exposure_expiry *expiry)
{
	expiry->of_options = forward_none;
	for (uint32_t id = expiry->first; id != 0; id = exposure->options[id].next) {
		exposure_forward forward = forward_of_mark(exposure, id, true);
		if (forward_is_better(&forward, &expiry->of_options))
			expiry->of_options = forward;
	}
}

/* True when some account has, or had, a position in it. */
static bool
option_is_held(const pli_exposure *exposure, uint32_t id)
{
	return pli_book_position_first_of_instrument(exposure->book, (plm_instrument_id){id}) !=
	       PLI_ROW_NONE;
}

/* Received time of the venue's delta of an option; 0: its mark holds none that can be used. */
static plm_time_ns
option_venue_time(const pli_exposure *exposure, uint32_t id)
{
	const pli_mark_row *mark = pli_book_mark(exposure->book, (plm_instrument_id){id});
	if (mark == NULL || !isfinite(mark->fact.delta) ||
	    pli_exposure_is_stale(exposure, mark->whole_received_time_ns))
		return 0;
	return mark->whole_received_time_ns;
}

/* A mark is new. Only when the newest forward grew older must the other options be asked. */
static void
option_marked(pli_exposure *exposure, uint32_t id)
{
	exposure_option *option = &exposure->options[id];
	exposure_expiry *expiry = &exposure->expiries[option->expiry];
	option->marked = exposure->settles_count + 1;
	if (expiry->future == id || option->strike <= 0) {
		expiry_touch(exposure, option->expiry, false);
		return;
	}
	bool held = option_is_held(exposure, id);
	plm_time_ns venue_ns = option_venue_time(exposure, id);
	expiry_touch(exposure, option->expiry, option->kept || (held && venue_ns == 0));
	if (held && venue_ns != 0 && venue_ns < expiry->venue_ns_min)
		expiry->venue_ns_min = venue_ns; /* also when a clock was set back */
	exposure_forward forward = forward_of_mark(exposure, id, true);
	bool own = expiry->of_options.from == id;
	if (own && forward.received_ns < expiry->of_options.received_ns)
		forward_search(exposure, expiry);
	else if (own || forward_is_better(&forward, &expiry->of_options))
		expiry->of_options = forward;
}

/* The underlying's price now, with the basis that was last said for this expiry. */
static exposure_forward
forward_of_index(const pli_exposure *exposure, const exposure_expiry *expiry)
{
	const exposure_price *coin = &exposure->prices[expiry->underlying];
	double price = plm_decimal_to_double(coin->usd) /
		       plm_decimal_to_double(exposure->prices[expiry->quote].usd);
	if (!(price > 0) || !isfinite(price))
		return forward_none;
	double basis = expiry->of_options.price / expiry->of_options.index;
	return (exposure_forward){.price = basis > 0 ? price * basis : price,
	    .index = price,
	    .venue_ns = coin->time_ns,
	    .received_ns = coin->time_ns,
	    .source = PLM_FORWARD_INDEX};
}

static exposure_forward
forward_choose(const pli_exposure *exposure, const exposure_expiry *expiry)
{
	const plm_time_ns late_ns = pli_book_policy(exposure->book)->greeks_after_s * PLM_NS_PER_S;
	exposure_forward candidates[] = {expiry->of_options,
	    expiry->future == 0 ? forward_none : forward_of_mark(exposure, expiry->future, false),
	    forward_of_index(exposure, expiry)};
	enum { COUNT = sizeof candidates / sizeof candidates[0] };
	plm_time_ns newest_ns = 0;
	for (size_t i = 0; i < COUNT; i++)
		if (candidates[i].received_ns > newest_ns)
			newest_ns = candidates[i].received_ns;
	for (size_t i = 0; i < COUNT; i++)
		if (candidates[i].price > 0 &&
		    (late_ns == 0 || newest_ns - candidates[i].received_ns <= late_ns))
			return candidates[i];
	return forward_none;
}

static bool
is_late(const pli_exposure *exposure, const exposure_expiry *expiry, plm_time_ns received_ns)
{
	uint32_t after_s = pli_book_policy(exposure->book)->greeks_after_s;
	return after_s != 0 && expiry->forward.price > 0 &&
	       expiry->forward.received_ns - received_ns > after_s * PLM_NS_PER_S;
}

bool
pli_exposure_greek_is_late(
    const pli_exposure *exposure, plm_instrument_id id, plm_time_ns received_ns)
{
	uint32_t index = exposure->options[id.value].expiry;
	return index != PLI_ROW_NONE && is_late(exposure, &exposure->expiries[index], received_ns);
}

double
pli_exposure_years(const exposure_expiry *expiry, plm_time_ns said_ns)
{
	int64_t left_ms = expiry->expiry_ns / PLM_NS_PER_MS - said_ns / PLM_NS_PER_MS;
	return left_ms > 0 ? (double)left_ms / MS_PER_YEAR : 0;
}

/* The option's own volatility, else that of its neighbours; false: none is known. */
static bool
model_vol(const pli_exposure *exposure, uint32_t id, exposure_model *model)
{
	const exposure_option *option = &exposure->options[id];
	exposure_vol vol = pli_exposure_vol_of_mark(exposure, (plm_instrument_id){id});
	const plm_shocked_option at = {
	    option->strike, model->years, model->forward, model->forward};
	if (vol.source == PLM_VOL_NONE)
		vol = pli_exposure_vol_of_surface(
		    exposure, &exposure->expiries[option->expiry], &at);
	model->vol = vol.vol;
	model->vol_source = vol.source;
	model->oldest_ns = vol.received_ns;
	return vol.source != PLM_VOL_NONE;
}

/* What goes into the formula for one option; false: not all of it is known. */
static bool
model_inputs(const pli_exposure *exposure, uint32_t id, exposure_model *ret_model)
{
	const exposure_option *option = &exposure->options[id];
	if (option->expiry == PLI_ROW_NONE || option->strike <= 0)
		return false;
	const exposure_expiry *expiry = &exposure->expiries[option->expiry];
	const exposure_forward *forward = &expiry->forward;
	const pli_mark_row *mark = pli_book_mark(exposure->book, (plm_instrument_id){id});
	plm_time_ns said_ns = forward->venue_ns;
	if (said_ns == 0 && mark != NULL)
		said_ns = mark->whole_venue_time_ns != 0 ? mark->whole_venue_time_ns
							 : mark->whole_received_time_ns;
	if (!(forward->price > 0) || said_ns == 0)
		return false;
	exposure_model model = {.forward = forward->price,
	    .forward_source = forward->source,
	    .years = pli_exposure_years(expiry, said_ns)};
	if (!model_vol(exposure, id, &model))
		return false;
	if (forward->received_ns != 0 && forward->received_ns < model.oldest_ns)
		model.oldest_ns = forward->received_ns;
	*ret_model = model;
	return true;
}

static void
model_finish(const exposure_batch *batch, uint32_t at, exposure_model *model)
{
	model->price = batch->price[at];
	model->delta = batch->delta[at];
	model->gamma = batch->gamma[at];
	model->vega = batch->vega[at];
	model->theta = batch->theta[at];
}

/* Prices `count` options in our convention, which is that of plm_mark. */
static void
model_run(const plm_options *options, const plm_greeks *greeks, size_t count)
{
	const plm_convention_terms terms = {.spot = NULL, .unit = 1};
	plm_black76(options, greeks, count);
	plm_greeks_state(PLM_CONVENTION_PLIMSOLL, options, &terms, greeks, count);
}

static void
batch_add(exposure_batch *batch, uint32_t id, const exposure_option *option)
{
	uint32_t at = batch->count++;
	batch->ids[at] = id;
	batch->forward[at] = option->model.forward;
	batch->strike[at] = option->strike;
	batch->years[at] = option->model.years;
	batch->vol[at] = option->model.vol;
	batch->put[at] = option->put;
}

static void
batch_run(pli_exposure *exposure)
{
	exposure_batch *batch = &exposure->batch;
	plm_options options = {batch->forward, batch->strike, batch->years, batch->vol, batch->put};
	plm_greeks greeks = {.price = batch->price,
	    .delta = batch->delta,
	    .gamma = batch->gamma,
	    .vega = batch->vega,
	    .theta = batch->theta};
	model_run(&options, &greeks, batch->count);
	for (uint32_t i = 0; i < batch->count; i++)
		model_finish(batch, i, &exposure->options[batch->ids[i]].model);
	batch->count = 0;
}

bool
pli_exposure_model_of(const pli_exposure *exposure, plm_instrument_id id, exposure_model *ret_model)
{
	const exposure_option *option = &exposure->options[id.value];
	if (option->kept) {
		*ret_model = option->model;
		return true;
	}
	exposure_model model;
	if (!model_inputs(exposure, id.value, &model))
		return false;
	double out[5];
	plm_options options = {
	    &model.forward, &option->strike, &model.years, &model.vol, &option->put};
	plm_greeks greeks = {.price = &out[0],
	    .delta = &out[1],
	    .gamma = &out[2],
	    .vega = &out[3],
	    .theta = &out[4]};
	model_run(&options, &greeks, 1);
	const exposure_batch one = {.price = greeks.price,
	    .delta = greeks.delta,
	    .gamma = greeks.gamma,
	    .vega = greeks.vega,
	    .theta = greeks.theta};
	model_finish(&one, 0, &model);
	*ret_model = model;
	return true;
}

bool
pli_exposure_option_of(
    const pli_exposure *exposure, plm_instrument_id id, pli_exposure_option *ret_option)
{
	exposure_model model;
	if (!pli_exposure_model_of(exposure, id, &model))
		return false;
	*ret_option = (pli_exposure_option){model.forward, model.vol, model.years};
	return true;
}

/* Each held option of an expiry whose delta is not the venue's goes into the batch. */
static void
expiry_scan(pli_exposure *exposure, exposure_expiry *expiry)
{
	expiry->venue_ns_min = INT64_MAX;
	exposure->vols_count -= expiry->vols_count;
	expiry->model_count = expiry->vols_count = 0;
	for (uint32_t id = expiry->first; id != 0; id = exposure->options[id].next) {
		exposure_option *option = &exposure->options[id];
		bool was_kept = option->kept != 0;
		option->kept = 0;
		if (!option_is_held(exposure, id))
			continue;
		plm_time_ns venue_ns = option_venue_time(exposure, id);
		bool needs_model = venue_ns == 0 || is_late(exposure, expiry, venue_ns);
		if (!needs_model && venue_ns < expiry->venue_ns_min)
			expiry->venue_ns_min = venue_ns;
		expiry->model_count += needs_model;
		if (needs_model && model_inputs(exposure, id, &option->model)) {
			option->kept = 1;
			batch_add(&exposure->batch, id, option);
		}
		expiry->vols_count += needs_model && (!option->kept || option->model.vol_source ==
									   PLM_VOL_SURFACE);
		if ((needs_model || was_kept) && option->marked != exposure->settles_count + 1)
			exposure->repriced[exposure->repriced_count++] = id;
	}
	exposure->vols_count += expiry->vols_count;
}

/* Chooses the forward, and tells whether all options of the expiry must be looked at. */
static void
expiry_settle(const pli_exposure *exposure, exposure_expiry *expiry)
{
	exposure_forward before = expiry->forward;
	expiry->forward = forward_choose(exposure, expiry);
	bool moved = expiry->forward.received_ns != before.received_ns ||
		     expiry->forward.venue_ns != before.venue_ns ||
		     expiry->forward.source != before.source ||
		     !(fabs(expiry->forward.price - before.price) <= 0);
	bool overdue = expiry->venue_ns_min != INT64_MAX &&
		       is_late(exposure, expiry, expiry->venue_ns_min);
	expiry->scan = expiry->scan || overdue || (moved && expiry->model_count > 0);
}

/* Where something of a chain changed, options of it that live on its smiles change too. */
static void
smiles_touch(pli_exposure *exposure)
{
	uint32_t count = exposure->expiries_touched_count;
	for (uint32_t i = 0; i < count && exposure->vols_count > 0; i++) {
		const exposure_expiry *changed = &exposure->expiries[exposure->expiries_touched[i]];
		for (uint32_t e = exposure->expiries_of_asset[changed->underlying];
		     e != PLI_ROW_NONE; e = exposure->expiries[e].next_of_asset) {
			const exposure_expiry *other = &exposure->expiries[e];
			if (other->vols_count > 0 && other->venue == changed->venue &&
			    other->quote == changed->quote)
				expiry_touch(exposure, e, true);
		}
	}
}

/* All forwards first: a smile stands on its own. */
static void
expiries_settle(pli_exposure *exposure)
{
	smiles_touch(exposure);
	for (uint32_t i = 0; i < exposure->expiries_touched_count; i++)
		expiry_settle(exposure, &exposure->expiries[exposure->expiries_touched[i]]);
	for (uint32_t i = 0; i < exposure->expiries_touched_count; i++) {
		exposure_expiry *expiry = &exposure->expiries[exposure->expiries_touched[i]];
		if (expiry->scan)
			expiry_scan(exposure, expiry);
		expiry->touched = expiry->scan = 0;
	}
	exposure->expiries_touched_count = 0;
}

/* An option that is held from now on may need the model. */
static void
options_traded(pli_exposure *exposure, const pli_book_dirty *dirty)
{
	for (uint32_t i = 0; i < dirty->positions_count; i++) {
		plm_instrument_id id =
		    pli_book_position(exposure->book, dirty->positions[i])->fact.instrument;
		uint32_t index = exposure->options[id.value].expiry;
		if (index != PLI_ROW_NONE && exposure->expiries[index].future != id.value)
			expiry_touch(exposure, index, true);
	}
}

/* New prices may be what a forward is. */
static void
options_priced(pli_exposure *exposure, const pli_book_dirty *dirty, bool all_prices)
{
	for (uint32_t i = 0; i < dirty->assets_count && !all_prices; i++)
		for (uint32_t e = exposure->expiries_of_asset[dirty->assets[i]]; e != PLI_ROW_NONE;
		     e = exposure->expiries[e].next_of_asset)
			expiry_touch(exposure, e, false);
	for (uint32_t i = 0; i < exposure->expiries_count && all_prices; i++)
		expiry_touch(exposure, i, false);
}

void
pli_exposure_options_settle(pli_exposure *exposure, const pli_book_dirty *dirty, bool all_prices)
{
	uint32_t instruments = pli_registry_instruments_count(pli_book_registry(exposure->book));
	exposure->repriced_count = 0;
	for (uint32_t i = 1; !exposure->settled_once && i <= instruments; i++)
		option_place(exposure, (plm_instrument_id){i});
	for (uint32_t i = 0; i < dirty->specs_count; i++)
		option_place(exposure, (plm_instrument_id){dirty->specs[i]});
	for (uint32_t i = 0; i < dirty->marks_count; i++)
		if (exposure->options[dirty->marks[i]].expiry != PLI_ROW_NONE)
			option_marked(exposure, dirty->marks[i]);
	options_traded(exposure, dirty);
	options_priced(exposure, dirty, all_prices);
	for (uint32_t i = 0; dirty->everything && i < exposure->expiries_count; i++) {
		forward_search(exposure, &exposure->expiries[i]);
		expiry_touch(exposure, i, true);
	}
	expiries_settle(exposure);
	batch_run(exposure);
}
