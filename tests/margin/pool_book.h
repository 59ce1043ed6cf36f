/* pool_book.h: a small book with accounts at venues, for the tests of pools made from a book. */
#ifndef TESTS_MARGIN_POOL_BOOK_H
#define TESTS_MARGIN_POOL_BOOK_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "margin/book_ladder.h"

enum { USD = 1, USDT, BTC, ETH, NAMES };
enum { BTCUSDT = 1, ETHUSDT, BTC_CALL, SPECS };
#define BOOK_NOW_NS (1000 * PLM_NS_PER_S)

typedef struct pool_book {
	pli_book *book;
	pli_exposure *exposure;
	pli_ladder_maker *maker;
	uint64_t sequence;
} pool_book;

static inline void
assert_near(double got, double want, double share)
{
	if (!(fabs(got - want) <= fabs(want) * share + 1e-12))
		fail_msg("got %.17g, want %.17g", got, want);
}

static inline plm_decimal
number(double value)
{
	plm_decimal decimal = plm_decimal_unknown();
	(void)plm_decimal_from_double(value, &decimal);
	return decimal;
}

static inline void
tell(pool_book *b, plm_event *event, uint32_t account)
{
	event->sequence = event->venue_sequence = ++b->sequence;
	event->account.value = account;
	event->venue_time_ns = event->received_time_ns = BOOK_NOW_NS;
	pli_book_apply(b->book, event);
}

static inline void
book_account(pool_book *b, uint32_t id, const char *venue)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_ACCOUNT);
	event.u.account_fact = (plm_account_fact){.id = {id}, .venue = {1}};
	(void)snprintf(event.u.account_fact.name, sizeof event.u.account_fact.name, "a%u", id);
	(void)snprintf(
	    event.u.account_fact.venue_name, sizeof event.u.account_fact.venue_name, "%s", venue);
	tell(b, &event, id);
}

static inline void
book_mark(pool_book *b, uint32_t instrument, double mark, double index)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_MARK);
	event.u.mark.instrument.value = instrument;
	event.u.mark.mark_price = number(mark);
	event.u.mark.index_price = number(index);
	tell(b, &event, 0);
}

static inline void
book_price(pool_book *b, uint32_t asset, double usd)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_ASSET_RATE);
	event.u.asset_rate.asset.value = asset;
	event.u.asset_rate.venue.value = 1;
	event.u.asset_rate.usd = number(usd);
	tell(b, &event, 0);
}

static inline void
book_spec(pool_book *b, uint32_t id, plm_kind kind, uint32_t underlying, uint32_t settle)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_INSTRUMENT);
	event.u.instrument = (plm_instrument){.id = {id},
	    .venue = {1},
	    .underlying = {underlying},
	    .quote = {settle},
	    .settle = {settle},
	    .kind = (uint8_t)kind,
	    .spec_source = PLM_SPEC_VENUE,
	    .multiplier = plm_decimal_from_int(1),
	    .strike = kind == PLM_KIND_OPTION ? number(60000) : plm_decimal_unknown(),
	    .option_type = kind == PLM_KIND_OPTION ? PLM_OPTION_CALL : PLM_OPTION_NONE,
	    .expiry_ns = kind == PLM_KIND_OPTION ? BOOK_NOW_NS + 30 * PLM_NS_PER_DAY : 0};
	(void)snprintf(event.u.instrument.name, sizeof event.u.instrument.name, "contract-%u", id);
	tell(b, &event, 0);
}

/* An inverse contract in US dollars on a coin, of so many; expiry in days, 0: none. */
static inline void
book_inverse(pool_book *b, uint32_t id, uint32_t coin, uint32_t settle, int days, int64_t face)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_INSTRUMENT);
	event.u.instrument = (plm_instrument){.id = {id},
	    .venue = {1},
	    .underlying = {coin},
	    .quote = {USD},
	    .settle = {settle},
	    .kind = days == 0 ? PLM_KIND_PERPETUAL : PLM_KIND_FUTURE,
	    .inverse = 1,
	    .spec_source = PLM_SPEC_VENUE,
	    .multiplier = plm_decimal_from_int(face),
	    .strike = plm_decimal_unknown(),
	    .expiry_ns = days == 0 ? 0 : BOOK_NOW_NS + days * PLM_NS_PER_DAY};
	(void)snprintf(event.u.instrument.name, sizeof event.u.instrument.name, "inverse-%u", id);
	tell(b, &event, 0);
}

/* As a configuration states it: a beta, and nothing of the regression behind it. */
static inline void
book_beta(pool_book *b, uint32_t asset, double beta)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_ASSET);
	event.u.asset = *pli_registry_asset_get(pli_book_registry(b->book), (plm_asset_id){asset});
	event.u.asset.beta = beta;
	tell(b, &event, 0);
}

/* BTC at 60,000 and ETH at 3,000; perpetuals at their index, in USDT of one dollar. */
static inline void
book_begin(pool_book *b)
{
	static const char *const names[] = {"", "USD", "USDT", "BTC", "ETH"};
	pli_book_bounds bounds = {{64, 8, 64}, 64, 64, 8, 8, 64};
	*b = (pool_book){.book = pli_book_create(&bounds)};
	assert_non_null(b->book);
	b->exposure = pli_exposure_create(b->book);
	b->maker = pli_ladder_maker_create(32);
	assert_non_null(b->exposure);
	assert_non_null(b->maker);
	for (uint32_t i = 1; i < NAMES; i++) {
		plm_event event;
		plm_event_init(&event, PLM_EVENT_ASSET);
		event.u.asset.id.value = i;
		(void)snprintf(event.u.asset.name, sizeof event.u.asset.name, "%s", names[i]);
		(void)snprintf(event.u.asset.asset_class, sizeof event.u.asset.asset_class, "%s",
		    i <= USDT ? i == USD ? "fiat" : "stablecoin" : "crypto");
		tell(b, &event, 0);
	}
	book_spec(b, BTCUSDT, PLM_KIND_PERPETUAL, BTC, USDT);
	book_spec(b, ETHUSDT, PLM_KIND_PERPETUAL, ETH, USDT);
	book_price(b, USDT, 1);
	book_price(b, BTC, 60000);
	book_price(b, ETH, 3000);
	book_mark(b, BTCUSDT, 60000, 60000);
	book_mark(b, ETHUSDT, 3000, 3000);
}

static inline void
book_end(pool_book *b)
{
	pli_ladder_maker_destroy(b->maker);
	pli_exposure_destroy(b->exposure);
	pli_book_destroy(b->book);
}

/* Opened at the mark. isolated: its wallet, NaN: not isolated, then in `mode`. */
typedef struct holding {
	uint32_t account, instrument;
	plm_side side;
	plm_margin_mode mode;
	double quantity, entry, isolated, maintenance;
} holding;

static inline void
book_hold(pool_book *b, const holding *held)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_POSITION);
	plm_position *position = &event.u.position;
	position->instrument.value = held->instrument;
	position->side = (uint8_t)held->side;
	position->unit = PLM_UNIT_COINS;
	position->margin_mode = (uint8_t)held->mode;
	position->quantity = number(held->quantity);
	position->entry_price = number(held->entry);
	position->isolated_margin = number(held->isolated);
	position->maintenance_margin = number(held->maintenance);
	tell(b, &event, held->account);
}

static inline void
book_wallet(pool_book *b, uint32_t account, uint32_t asset, double wallet, plm_margin_mode mode)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_BALANCE);
	event.u.balance.asset.value = asset;
	event.u.balance.wallet = number(wallet);
	event.u.balance.margin_mode = (uint8_t)mode;
	tell(b, &event, account);
}

/* Two tiers: 1 % and, from 100,000 on, 2.5 % less what keeps it continuous. */
static inline void
book_tiers(pool_book *b, uint32_t account, uint32_t instrument)
{
	static const double floors[] = {0, 100000}, rates[] = {0.01, 0.025}, amounts[] = {0, 1500};
	for (uint16_t i = 0; i < 2; i++) {
		plm_event event;
		plm_event_init(&event, PLM_EVENT_MARGIN_TIER);
		event.u.margin_tier.instrument.value = instrument;
		event.u.margin_tier.tier = i + 1;
		event.u.margin_tier.tiers_count = 2;
		event.u.margin_tier.notional_floor = number(floors[i]);
		event.u.margin_tier.notional_cap = i == 0 ? number(floors[1])
							  : plm_decimal_unknown();
		event.u.margin_tier.maintenance_rate = number(rates[i]);
		event.u.margin_tier.maintenance_amount = number(amounts[i]);
		event.u.margin_tier.leverage_max = number(20);
		tell(b, &event, account);
	}
}

/* The venue's own sums of a pool. */
static inline void
book_margin(pool_book *b, uint32_t account, uint32_t asset, plm_margin_mode mode, double equity,
    double maintenance)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_VENUE_MARGIN);
	event.u.venue_margin.asset.value = asset;
	event.u.venue_margin.margin_mode = (uint8_t)mode;
	event.u.venue_margin.equity = number(equity);
	event.u.venue_margin.maintenance_margin = number(maintenance);
	tell(b, &event, account);
}

/* All pools, the nearest to its end first. */
static inline uint32_t
book_rows(pool_book *b, const pli_ladder_query *query, pli_ladder_row *rows, uint32_t rows_max)
{
	static const pli_ladder_query plain = {0};
	plm_event event;
	plm_event_init(&event, PLM_EVENT_BATCH_END);
	event.applied_time_ns = BOOK_NOW_NS;
	tell(b, &event, 0);
	pli_exposure_settle(b->exposure);
	return pli_ladder_rows_make(
	    b->maker, b->exposure, query == NULL ? &plain : query, rows, rows_max);
}

#endif
