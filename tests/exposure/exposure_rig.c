/* exposure_rig.c: random books for the tests of exposure and limit. */
#include "exposure_rig.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KINDS = 5, INSTRUMENTS = RIG_COINS * KINDS * RIG_VENUES };

/* Assets: 1 USD, 2 USDT, 3 USDC, then the coins. */
enum { ASSET_USD = 1, ASSET_USDT = 2, ASSET_USDC = 3, ASSET_COIN = 4 };

uint64_t
rig_random(rig *r)
{
	uint64_t z = (r->random += UINT64_C(0x9e3779b97f4a7c15));
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

uint32_t
rig_below(rig *r, uint32_t bound)
{
	return (uint32_t)(rig_random(r) % bound);
}

uint32_t
rig_instruments_count(void)
{
	return INSTRUMENTS;
}

void
rig_apply(rig *r, const plm_event *event)
{
	plm_event copy = *event;
	copy.sequence = ++r->sequence;
	pli_book_apply(r->book, &copy);
}

void
rig_settle(rig *r)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_BATCH_END);
	event.u.batch_end.now_ns = r->now_ns;
	rig_apply(r, &event);
	pli_exposure_settle(r->exposure);
}

static void
rig_asset(rig *r, uint32_t id, const char *name, const char *class)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_ASSET);
	event.u.asset.id.value = id;
	event.u.asset.beta = id == ASSET_USD ? 0 : 0.5 + id * 0.125;
	(void)snprintf(event.u.asset.name, sizeof event.u.asset.name, "%s", name);
	(void)snprintf(event.u.asset.asset_class, sizeof event.u.asset.asset_class, "%s", class);
	rig_apply(r, &event);
}

void
rig_alias(rig *r)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_ASSET);
	event.u.asset = (plm_asset_fact){.id = {ASSET_USDT},
	    .alias_of = {ASSET_USDC},
	    .alias_factor = 1,
	    .name = "USDT",
	    .asset_class = "stablecoin"};
	rig_apply(r, &event);
}

void
rig_account(rig *r, uint32_t id, uint32_t venue)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_ACCOUNT);
	plm_account_fact *fact = &event.u.account_fact;
	fact->id.value = id;
	fact->venue.value = venue;
	(void)snprintf(fact->name, sizeof fact->name, "account-%u", id);
	(void)snprintf(fact->venue_name, sizeof fact->venue_name, "venue-%u", fact->venue.value);
	(void)snprintf(fact->portfolio, sizeof fact->portfolio, "portfolio-%u", id % 2);
	(void)snprintf(fact->strategy, sizeof fact->strategy, "strategy-%u", id % 4);
	rig_apply(r, &event);
}

/* Kinds: linear perpetual, inverse perpetual, dated future, option, spot. */
static void
rig_instrument(rig *r, uint32_t id)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_INSTRUMENT);
	plm_instrument *spec = &event.u.instrument;
	uint32_t kind = id % KINDS, coin = id / KINDS % RIG_COINS;
	spec->id.value = id + 1;
	spec->venue.value = id / (KINDS * RIG_COINS) + 1;
	spec->underlying.value = ASSET_COIN + coin;
	spec->quote.value = kind == 0 ? ASSET_USDT : kind == 2 ? ASSET_USDC : ASSET_USD;
	spec->settle = kind == 1 || kind == 3 ? spec->underlying : spec->quote;
	spec->inverse = kind == 1 || kind == 3;
	static const uint8_t kinds[KINDS] = {PLM_KIND_PERPETUAL, PLM_KIND_PERPETUAL,
	    PLM_KIND_FUTURE, PLM_KIND_OPTION, PLM_KIND_SPOT};
	spec->kind = kinds[kind];
	spec->option_type = kind == 3 ? PLM_OPTION_CALL : PLM_OPTION_NONE;
	if (kind == 3)
		spec->strike = plm_decimal_from_int(100 * (1 + id % 3));
	spec->spec_source = PLM_SPEC_VENUE;
	spec->multiplier = kind == 0 && id % 2 == 0 ? (plm_decimal){PLM_DECIMAL_ONE_UNITS / 1000}
						    : plm_decimal_from_int(kind == 1 ? 10 : 1);
	spec->expiry_ns = kind == 2 || kind == 3 ? (id % 2 + 1) * 100 * PLM_NS_PER_DAY : 0;
	(void)snprintf(spec->name, sizeof spec->name, "instrument-%u", id + 1);
	rig_apply(r, &event);
}

void
rig_unspecified(rig *r, uint32_t number)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_INSTRUMENT);
	plm_instrument *spec = &event.u.instrument;
	spec->id.value = INSTRUMENTS + number + 1;
	spec->venue.value = (INSTRUMENTS + number) / (KINDS * RIG_COINS) + 1;
	(void)snprintf(spec->name, sizeof spec->name, "instrument-%u", spec->id.value);
	rig_apply(r, &event);
	event = rig_mark(r);
	event.u.mark.instrument.value = INSTRUMENTS + number + 1;
	rig_apply(r, &event);
}

void
rig_specify(rig *r, uint32_t number)
{
	rig_instrument(r, INSTRUMENTS + number);
}

void
rig_init(rig *r, uint64_t seed)
{
	memset(r, 0, sizeof *r);
	r->random = seed;
	r->now_ns = 1000 * PLM_NS_PER_S;
	pli_book_bounds bounds = {{16, 32, 128}, 1024, 256, 16, 64, 0};
	r->book = pli_book_create(&bounds);
	assert(r->book != NULL);
	r->exposure = pli_exposure_create(r->book);
	assert(r->exposure != NULL);
	rig_asset(r, ASSET_USD, "USD", "fiat");
	rig_asset(r, ASSET_USDT, "USDT", "stablecoin");
	rig_asset(r, ASSET_USDC, "USDC", "stablecoin");
	for (uint32_t i = 0; i < RIG_COINS; i++) {
		char name[8];
		(void)snprintf(name, sizeof name, "C%u", i);
		rig_asset(r, ASSET_COIN + i, name, i < 2 ? "major" : "minor");
	}
	for (uint32_t i = 1; i <= RIG_ACCOUNTS; i++)
		rig_account(r, i, i % RIG_VENUES + 1);
	for (uint32_t i = 0; i < INSTRUMENTS; i++)
		rig_instrument(r, i);
}

void
rig_fini(rig *r)
{
	pli_exposure_destroy(r->exposure);
	pli_book_destroy(r->book);
}

/* A decimal below 1,000 with up to 9 places. */
static plm_decimal
rig_decimal(rig *r)
{
	return (plm_decimal){
	    (plm_int128)(rig_random(r) % UINT64_C(1000000000000)) * 1000000000 + 1000000000};
}

plm_event
rig_position(rig *r)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_POSITION);
	event.account.value = rig_below(r, RIG_ACCOUNTS) + 1;
	event.received_time_ns = r->now_ns;
	plm_position *p = &event.u.position;
	p->instrument.value = rig_below(r, INSTRUMENTS) + 1;
	p->side = (uint8_t)rig_below(r, 3);
	p->quantity = rig_decimal(r);
	if (p->side == PLM_SIDE_SHORT || (p->side == PLM_SIDE_NET && rig_below(r, 2) == 0))
		p->quantity = plm_decimal_negate(p->quantity);
	if (rig_below(r, 8) == 0)
		p->quantity = plm_decimal_zero();
	p->unit = PLM_UNIT_CONTRACTS;
	p->margin_mode = (uint8_t)(rig_below(r, 3) + 1);
	p->entry_price = rig_decimal(r);
	p->delta_coins = NAN;
	return event;
}

plm_event
rig_balance(rig *r)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_BALANCE);
	event.account.value = rig_below(r, RIG_ACCOUNTS) + 1;
	event.received_time_ns = r->now_ns;
	plm_balance *b = &event.u.balance;
	b->asset.value = rig_below(r, RIG_COINS + 3) + 1;
	b->margin_mode = (uint8_t)(rig_below(r, 2) * 2 + 1);
	b->wallet = rig_decimal(r);
	if (rig_below(r, 4) == 0)
		b->wallet = plm_decimal_negate(b->wallet);
	if (rig_below(r, 3) == 0)
		b->collateral = rig_decimal(r);
	return event;
}

plm_event
rig_mark(rig *r)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_MARK);
	event.received_time_ns = r->now_ns;
	plm_mark *m = &event.u.mark;
	m->instrument.value = rig_below(r, INSTRUMENTS) + 1;
	m->mark_price = rig_decimal(r);
	m->delta = (double)rig_below(r, 100000) / 1e5;
	m->gamma = 1e-5;
	m->vega = 3;
	m->theta = -2;
	return event;
}

void
rig_negate(plm_event *event)
{
	if (event->type == PLM_EVENT_POSITION) {
		plm_position *p = &event->u.position;
		p->quantity = plm_decimal_negate(p->quantity);
		p->side = p->side == PLM_SIDE_NET ? PLM_SIDE_NET : (uint8_t)(3 - p->side);
		return;
	}
	plm_balance *b = &event->u.balance;
	b->wallet = plm_decimal_negate(b->wallet);
	b->collateral = plm_decimal_negate(b->collateral);
}

void
rig_prices(rig *r)
{
	for (uint32_t i = 2; i < ASSET_COIN + RIG_COINS; i++) {
		plm_event event;
		if (i < ASSET_COIN) {
			plm_event_init(&event, PLM_EVENT_ASSET_RATE);
			event.u.asset_rate.asset.value = i;
			event.u.asset_rate.usd = (plm_decimal){
			    PLM_DECIMAL_ONE_UNITS - (plm_int128)rig_below(r, 1000000) * 1000000000};
		} else {
			plm_event_init(&event, PLM_EVENT_INDEX);
			event.u.index.asset.value = i;
			event.u.index.quote.value = i % 2 == 0 ? ASSET_USD : ASSET_USDT;
			event.u.index.venue.value = 1;
			event.u.index.price = rig_decimal(r);
		}
		event.received_time_ns = r->now_ns;
		rig_apply(r, &event);
	}
	for (uint32_t i = 1; i <= INSTRUMENTS; i++) {
		plm_event event = rig_mark(r);
		event.u.mark.instrument.value = i;
		rig_apply(r, &event);
	}
}
