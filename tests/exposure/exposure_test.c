/* exposure_test.c: what holds for every book, tried on random ones. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "exposure/exposure_state.h"
#include "exposure_rig.h"

enum { SEEDS = 12, ROWS_MAX = 1024, BY_ALL = 511 };

static plm_exposure_row rows_a[ROWS_MAX], rows_b[ROWS_MAX];

static void
book_fill(rig *r, plm_event *events, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		events[i] = i % 4 == 3 ? rig_balance(r) : rig_position(r);
}

static void
book_random(rig *r, uint64_t seed)
{
	plm_event events[RIG_POSITIONS];
	rig_init(r, seed);
	rig_prices(r);
	book_fill(r, events, RIG_POSITIONS);
	for (uint32_t i = 0; i < RIG_POSITIONS; i++)
		rig_apply(r, &events[i]);
	rig_settle(r);
}

static bool
decimal_same(plm_decimal a, plm_decimal b)
{
	return a.units == b.units;
}

static void
rows_same(const plm_exposure_row *a, const plm_exposure_row *b)
{
	assert_int_equal(a->underlying.value, b->underlying.value);
	assert_int_equal(a->account.value, b->account.value);
	assert_int_equal(a->venue.value, b->venue.value);
	assert_int_equal(a->settle.value, b->settle.value);
	assert_int_equal(a->expiry_ns, b->expiry_ns);
	assert_true(decimal_same(a->strike, b->strike));
	assert_string_equal(a->asset_class, b->asset_class);
	assert_string_equal(a->strategy, b->strategy);
	assert_string_equal(a->portfolio, b->portfolio);
	assert_true(decimal_same(a->long_coins, b->long_coins));
	assert_true(decimal_same(a->short_coins, b->short_coins));
	assert_true(decimal_same(a->net_coins, b->net_coins));
	assert_true(decimal_same(a->gross_coins, b->gross_coins));
	assert_true(decimal_same(a->net_usd, b->net_usd));
	assert_true(decimal_same(a->gross_usd, b->gross_usd));
	assert_true(decimal_same(a->equity_usd, b->equity_usd));
	assert_int_equal(a->legs_count, b->legs_count);
	assert_int_equal(a->legs_count_unpriced, b->legs_count_unpriced);
	assert_memory_equal(&a->beta_usd_net, &b->beta_usd_net, sizeof a->beta_usd_net);
	assert_memory_equal(&a->vega_usd, &b->vega_usd, sizeof a->vega_usd);
	assert_memory_equal(&a->priced_share, &b->priced_share, sizeof a->priced_share);
	assert_memory_equal(&a->offset_ratio, &b->offset_ratio, sizeof a->offset_ratio);
}

static void
exposures_same(const pli_exposure *a, const pli_exposure *b, uint32_t by, plm_tier tier)
{
	plm_exposure_query query = {.by = by, .tier = tier};
	uint32_t count = pli_exposure_rollup(a, &query, rows_a, ROWS_MAX);
	assert_int_equal(count, pli_exposure_rollup(b, &query, rows_b, ROWS_MAX));
	assert_true(count <= ROWS_MAX);
	for (uint32_t i = 0; i < count; i++)
		rows_same(&rows_a[i], &rows_b[i]);
}

static void
test_exposure__rollups_do_not_depend_on_order(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		plm_event events[RIG_POSITIONS];
		rig a, b;
		rig_init(&a, seed);
		rig_init(&b, seed);
		rig_prices(&a);
		rig_prices(&b);
		book_fill(&a, events, RIG_POSITIONS);
		for (uint32_t i = 0; i < RIG_POSITIONS; i++)
			events[i].venue_sequence = i + 1;
		for (uint32_t i = 0; i < RIG_POSITIONS; i++)
			rig_apply(&a, &events[i]);
		for (uint32_t i = RIG_POSITIONS; i > 1; i--) {
			uint32_t j = rig_below(&b, i);
			plm_event swap = events[j];
			events[j] = events[i - 1];
			events[i - 1] = swap;
		}
		for (uint32_t i = 0; i < RIG_POSITIONS; i++) {
			rig_apply(&b, &events[i]);
			if (i % 16 == 0)
				rig_settle(&b);
		}
		rig_settle(&a);
		rig_settle(&b);
		for (uint32_t by = 0; by <= BY_ALL; by += 3)
			exposures_same(
			    a.exposure, b.exposure, by, (plm_tier)(by % PLM_TIER_COUNT_));
		rig_fini(&a);
		rig_fini(&b);
	}
}

static void
test_exposure__a_book_and_its_negative_net_to_zero(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		plm_event events[RIG_POSITIONS];
		rig r;
		rig_init(&r, seed);
		rig_prices(&r);
		book_fill(&r, events, RIG_POSITIONS);
		for (uint32_t i = 0; i < RIG_POSITIONS; i++) {
			events[i].account.value = events[i].account.value % 6 + 1;
			rig_apply(&r, &events[i]);
			rig_negate(&events[i]);
			events[i].account.value += 6;
			rig_apply(&r, &events[i]);
		}
		rig_settle(&r);
		plm_exposure_query query = {.by = PLM_BY_UNDERLYING, .tier = PLM_TIER_BOOK};
		uint32_t count = pli_exposure_rollup(r.exposure, &query, rows_a, ROWS_MAX);
		assert_true(count >= RIG_COINS);
		for (uint32_t i = 0; i < count; i++) {
			assert_int_equal(plm_decimal_sign(rows_a[i].net_coins), 0);
			assert_int_equal(plm_decimal_sign(rows_a[i].net_usd), 0);
			assert_int_equal(plm_decimal_sign(rows_a[i].gross_usd), 0);
			assert_true(rows_a[i].legs_count > 0);
		}
		rig_fini(&r);
	}
}

/* Legs, added by hand, for one row's filter. */
static void
legs_sum(const pli_exposure *exposure, plm_int128 *ret_net, plm_int128 *ret_gross)
{
	uint32_t count;
	const plm_leg *legs = pli_exposure_legs(exposure, &count);
	*ret_net = *ret_gross = 0;
	for (uint32_t i = 0; i < count; i++) {
		if (!legs[i].priced)
			continue;
		plm_int128 usd = legs[i].delta_usd.units;
		*ret_net += usd;
		*ret_gross += usd < 0 ? -usd : usd;
	}
}

static void
test_exposure__leaves_add_up_to_every_rollup(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		rig r;
		book_random(&r, seed);
		plm_int128 net, gross;
		legs_sum(r.exposure, &net, &gross);
		for (uint32_t by = 0; by <= BY_ALL; by++) {
			plm_exposure_query query = {
			    .by = by, .tier = (plm_tier)(by % PLM_TIER_COUNT_)};
			uint32_t count = pli_exposure_rollup(r.exposure, &query, rows_a, ROWS_MAX);
			plm_int128 sum_net = 0, sum_gross = 0;
			uint32_t legs = 0, legs_expected;
			(void)pli_exposure_legs(r.exposure, &legs_expected);
			for (uint32_t i = 0; i < count; i++) {
				sum_net += rows_a[i].net_usd.units;
				sum_gross += rows_a[i].gross_usd.units;
				legs += rows_a[i].legs_count;
			}
			assert_true(sum_net == net);
			assert_true(
			    query.tier == PLM_TIER_LEG ? sum_gross == gross : sum_gross <= gross);
			assert_int_equal(legs, legs_expected);
		}
		rig_fini(&r);
	}
}

static void
test_exposure__gross_falls_over_tiers_and_net_stays(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		rig r;
		book_random(&r, seed);
		for (uint32_t coin = 1; coin <= RIG_COINS + 3; coin++) {
			plm_exposure_row before = {0};
			for (uint32_t tier = 0; tier < PLM_TIER_COUNT_; tier++) {
				plm_exposure_query query = {
				    .tier = (plm_tier)tier, .underlying = {coin}};
				plm_exposure_row row;
				pli_exposure_total(r.exposure, &query, &row);
				assert_true(row.long_coins.units >= 0);
				assert_true(row.short_coins.units <= 0);
				assert_true(row.net_coins.units ==
					    row.long_coins.units + row.short_coins.units);
				assert_true(row.gross_coins.units ==
					    row.long_coins.units - row.short_coins.units);
				if (tier > 0) {
					assert_true(row.net_coins.units == before.net_coins.units);
					assert_true(row.net_usd.units == before.net_usd.units);
					assert_true(
					    row.gross_coins.units <= before.gross_coins.units);
					assert_true(row.gross_usd.units <= before.gross_usd.units);
					assert_true(row.offset_ratio >= before.offset_ratio);
				}
				before = row;
			}
			plm_decimal net = before.net_coins;
			assert_true(before.gross_coins.units == plm_decimal_abs(net).units);
		}
		rig_fini(&r);
	}
}

static void
same_as_settled_anew(const rig *r)
{
	pli_exposure *fresh = pli_exposure_create(r->book);
	assert_non_null(fresh);
	pli_exposure_settle(fresh);
	for (uint32_t by = 0; by <= BY_ALL; by += 5)
		exposures_same(r->exposure, fresh, by, (plm_tier)(by % PLM_TIER_COUNT_));
	pli_exposure_destroy(fresh);
}

/* Settled step by step, or all at once from the same book: the same numbers. */
static void
test_exposure__settling_in_steps_is_settling_at_once(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		rig r;
		book_random(&r, seed);
		for (uint32_t i = 0; i < 400; i++) {
			plm_event event = i % 3 == 0   ? rig_mark(&r)
					  : i % 3 == 1 ? rig_position(&r)
						       : rig_balance(&r);
			rig_apply(&r, &event);
			if (i % 5 == 0)
				rig_settle(&r);
			if (i % 97 == 0)
				rig_prices(&r);
		}
		rig_settle(&r);
		same_as_settled_anew(&r);
		rig_fini(&r);
	}
}

static void
near(double value, plm_decimal exact)
{
	double expected = plm_decimal_to_double(exact);
	if (!plm_decimal_is_known(exact))
		assert_true(value != value);
	else
		assert_true(fabs(value - expected) <= 1e-9 * (1 + fabs(expected)));
}

static void
quick_same(const pli_exposure *exposure, const plm_exposure_query *query)
{
	pli_exposure_quick quick;
	plm_exposure_row row;
	assert_true(pli_exposure_quick_total(exposure, query, &quick));
	pli_exposure_total(exposure, query, &row);
	near(quick.net_usd, row.net_usd);
	near(quick.gross_usd, row.gross_usd);
	near(quick.net_coins, row.net_coins);
	near(quick.equity_usd, row.equity_usd);
	assert_int_equal(quick.legs_count, row.legs_count);
	assert_int_equal(quick.legs_count_unpriced, row.legs_count_unpriced);
}

/* Sums of the book, of an underlying, of it in an account, of an account, of a venue. */
static void
quick_same_all(rig *r)
{
	for (uint32_t tier = 0; tier < PLM_TIER_COUNT_; tier++) {
		plm_exposure_query query = {.tier = (plm_tier)tier};
		quick_same(r->exposure, &query);
		query.underlying.value = rig_below(r, RIG_COINS + 3) + 1;
		quick_same(r->exposure, &query);
		query.account.value = rig_below(r, RIG_ACCOUNTS) + 1;
		quick_same(r->exposure, &query);
		query.underlying.value = 0;
		quick_same(r->exposure, &query);
		query.account.value = 0;
		query.venue.value = rig_below(r, RIG_VENUES) + 1;
		quick_same(r->exposure, &query);
	}
}

/* The sums that limits read are the sums of the legs, through every kind of change. */
static void
test_exposure__running_sums_are_the_sums_of_the_legs(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		rig r;
		book_random(&r, seed);
		for (uint32_t i = 0; i < 300; i++) {
			plm_event event = i % 3 == 0   ? rig_mark(&r)
					  : i % 3 == 1 ? rig_position(&r)
						       : rig_balance(&r);
			rig_apply(&r, &event);
			rig_settle(&r);
			if (i % 20 == 0)
				quick_same_all(&r);
		}
		rig_fini(&r);
	}
}

/* Ticks move the collateral of two assets that count as one underlying, of accounts that change
 * their venue: most events are marks, so that legs stay live for long. */
static void
test_exposure__live_collateral_of_one_underlying_adds_up(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		rig r;
		book_random(&r, seed);
		rig_alias(&r);
		for (uint32_t i = 0; i < 400; i++) {
			plm_event event = i % 23 == 0   ? rig_balance(&r)
					  : i % 19 == 0 ? rig_position(&r)
							: rig_mark(&r);
			rig_apply(&r, &event);
			if (i % 61 == 0)
				rig_account(&r, rig_below(&r, RIG_ACCOUNTS) + 1,
				    rig_below(&r, RIG_VENUES) + 1);
			rig_settle(&r);
			if (i % 20 == 0)
				quick_same_all(&r);
		}
		same_as_settled_anew(&r);
		rig_fini(&r);
	}
}

/* Has the account an open position of which nobody has said what it is? */
static bool
account_is_unspecified(const rig *r, plm_account_id account)
{
	for (uint32_t i = pli_book_position_first_of_account(r->book, account); i != PLI_ROW_NONE;
	     i = pli_book_position_next_of_account(r->book, i)) {
		const pli_position_row *row = pli_book_position(r->book, i);
		const plm_instrument *spec = pli_registry_instrument_get(
		    pli_book_registry(r->book), row->fact.instrument);
		if (row->open && spec->spec_source == PLM_SPEC_NONE)
			return true;
	}
	return false;
}

/* How many wallets were not known: those whose collateral the venue did not state, of accounts with
 * such a position, and no others. */
static uint32_t
wallets_unknown(const rig *r)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < pli_book_balances_count(r->book); i++) {
		const pli_balance_row *row = pli_book_balance(r->book, i);
		bool known = plm_decimal_is_known(
		    pli_exposure_collateral(r->exposure, row->account, row->fact.asset));
		bool derived = !plm_decimal_is_known(row->fact.collateral);
		assert_true(known != (derived && account_is_unspecified(r, row->account)));
		count += !known;
	}
	return count;
}

/* A position that nobody has specified may be worth anything, in any asset: no wallet of its
 * account is known, until it is closed, or somebody says what it is. */
static void
test_exposure__what_is_not_specified_leaves_no_wallet_known(void **state)
{
	(void)state;
	enum { CONTRACTS = 6, STEPS = 600, SPECIFY_EVERY = 80 };
	uint32_t unknown_max = 0;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		rig r;
		book_random(&r, seed);
		for (uint32_t i = 0; i < CONTRACTS; i++)
			rig_unspecified(&r, i);
		for (uint32_t i = 1; i <= STEPS; i++) {
			plm_event event = i % 7 == 0  ? rig_balance(&r)
					  : i % 5 < 2 ? rig_position(&r)
						      : rig_mark(&r);
			if (event.type == PLM_EVENT_POSITION && i % 3 == 0)
				event.u.position.instrument.value = rig_instruments_count() +
								    rig_below(&r, CONTRACTS) + 1;
			rig_apply(&r, &event);
			if (i % SPECIFY_EVERY == 0 && i / SPECIFY_EVERY <= CONTRACTS)
				rig_specify(&r, i / SPECIFY_EVERY - 1);
			if (i % 2 == 0)
				rig_settle(&r);
			uint32_t unknown = i % 2 == 0 ? wallets_unknown(&r) : 0;
			unknown_max = unknown > unknown_max ? unknown : unknown_max;
			if (i % 20 == 0)
				quick_same_all(&r);
			if (i % 100 == 0)
				same_as_settled_anew(&r);
		}
		assert_int_equal(wallets_unknown(&r), 0);
		rig_fini(&r);
	}
	assert_true(unknown_max > 0);
}

static void
age_feed(rig *r, uint32_t account, plm_feed_status status)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_FEED_STATE);
	event.account.value = account;
	event.feed.value = account;
	event.u.feed_state.status = (uint8_t)status;
	event.u.feed_state.heard_time_ns = r->now_ns;
	rig_apply(r, &event);
}

/* All prices are told, seldom, and marks apart from them; a position, a balance, a mark; a feed
 * goes or comes. */
static void
age_step(rig *r, uint32_t step)
{
	r->now_ns += rig_below(r, 5) * PLM_NS_PER_S;
	uint32_t account = rig_below(r, RIG_ACCOUNTS) + 1;
	if (step % 40 == 0) {
		rig_prices(r);
	} else if (step % 40 == 20) {
		for (uint32_t i = 0; i < 500; i++) {
			plm_event event = rig_mark(r);
			rig_apply(r, &event);
		}
	} else if (step % 8 == 0) {
		age_feed(r, account, rig_below(r, 4) == 0 ? PLM_FEED_STALE : PLM_FEED_LIVE);
	} else {
		plm_event event = step % 3 == 0   ? rig_mark(r)
				  : step % 3 == 1 ? rig_position(r)
						  : rig_balance(r);
		rig_apply(r, &event);
	}
	rig_settle(r);
}

/* The age that limits read is the total's, where feeds, quantities and prices are of many times. */
static void
test_exposure__the_age_is_that_of_the_total(void **state)
{
	(void)state;
	uint32_t ages = 0;
	int64_t age_before_ns = -1;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		rig r;
		book_random(&r, seed);
		for (uint32_t i = 1; i <= RIG_ACCOUNTS; i++)
			age_feed(&r, i, PLM_FEED_LIVE);
		for (uint32_t i = 0; i < 300; i++) {
			age_step(&r, i);
			plm_exposure_query queries[5] = {0};
			queries[1].underlying.value = rig_below(&r, RIG_COINS + 3) + 1;
			queries[2].account.value = rig_below(&r, RIG_ACCOUNTS) + 1;
			queries[3].venue.value = rig_below(&r, RIG_VENUES) + 1;
			queries[4].portfolio = i % 2 == 0 ? "portfolio-1" : "no such portfolio";
			for (uint32_t k = 0; k < 5; k++) {
				plm_exposure_row row;
				uint32_t legs_count;
				int64_t age_ns = pli_exposure_age(
				    r.exposure, &queries[k], &legs_count);
				pli_exposure_total(r.exposure, &queries[k], &row);
				assert_int_equal(age_ns, row.age_ns_max);
				assert_int_equal(legs_count, row.legs_count);
				ages += age_ns != age_before_ns;
				age_before_ns = age_ns;
			}
		}
		rig_fini(&r);
	}
	assert_true(ages > SEEDS * 300);
}

/* Few rows asked for are the first of all rows, whichever way they are found. */
static void
test_exposure__the_largest_rows_are_the_first_of_all(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		rig r;
		book_random(&r, seed);
		for (uint32_t i = 0; i < 8; i++) {
			static const uint32_t bys[] = {9, 1, 13, 65};
			plm_exposure_query query = {
			    .by = bys[i % 4], .tier = (plm_tier)(i % PLM_TIER_COUNT_)};
			uint32_t all = pli_exposure_rollup(r.exposure, &query, rows_a, ROWS_MAX);
			uint32_t few = all / 3;
			assert_int_equal(pli_exposure_rollup(r.exposure, &query, rows_b, few), all);
			for (uint32_t j = 0; j < few; j++)
				rows_same(&rows_a[j], &rows_b[j]);
			for (uint32_t j = 1; j < all; j++)
				assert_true(
				    rows_a[j].gross_usd.units <= rows_a[j - 1].gross_usd.units);
			assert_int_equal(pli_exposure_rollup(r.exposure, &query, rows_b, 0), all);
		}
		rig_fini(&r);
	}
}

static void
test_exposure__a_proof_holds_each_leg_once(void **state)
{
	(void)state;
	rig r;
	book_random(&r, 99);
	uint32_t legs_count, indexes[ROWS_MAX];
	const plm_leg *legs = pli_exposure_legs(r.exposure, &legs_count);
	plm_exposure_query query = {.underlying = {4}};
	uint32_t count = pli_exposure_proof(r.exposure, &query, indexes, ROWS_MAX);
	plm_exposure_row row;
	pli_exposure_total(r.exposure, &query, &row);
	assert_int_equal(count, row.legs_count);
	plm_int128 net = 0;
	for (uint32_t i = 0; i < count; i++) {
		assert_true(indexes[i] < legs_count);
		assert_int_equal(legs[indexes[i]].underlying.value, 4);
		net += legs[indexes[i]].delta_coins.units;
	}
	assert_true(net == row.net_coins.units);
	rig_fini(&r);
}

static plm_event
one_position(uint32_t account, uint32_t instrument, int64_t quantity)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_POSITION);
	event.account.value = account;
	event.u.position.instrument.value = instrument;
	event.u.position.unit = PLM_UNIT_CONTRACTS;
	event.u.position.margin_mode = PLM_MARGIN_CROSS;
	event.u.position.quantity = plm_decimal_from_int(quantity);
	event.u.position.entry_price = plm_decimal_from_int(100);
	return event;
}

/* Instruments 1, 6, 11 and 16 are linear, 2 is inverse: every mark derives its rows anew. */
static void
test_exposure__a_close_and_a_mark_in_one_batch_touch_no_other_position(void **state)
{
	(void)state;
	static const uint32_t linear[] = {6, 11, 16};
	rig a, b;
	rig_init(&a, 1);
	rig_init(&b, 1);
	rig_prices(&a);
	rig_prices(&b);
	for (int64_t quantity = 5; quantity >= 0; quantity -= 5) { /* come and gone */
		for (uint32_t i = 0; i < 3; i++) {
			plm_event event = one_position(1, linear[i], quantity);
			rig_apply(&a, &event);
		}
		rig_settle(&a);
	}
	plm_event held = one_position(1, 1, 7);
	plm_event closing = one_position(2, 2, 3);
	rig_apply(&a, &held);
	rig_apply(&b, &held);
	rig_apply(&a, &closing);
	rig_settle(&a);
	closing.u.position.quantity = plm_decimal_zero();
	plm_event mark = rig_mark(&a);
	mark.u.mark.instrument.value = 2;
	rig_apply(&a, &closing);
	rig_apply(&a, &mark);
	rig_apply(&b, &mark);
	plm_event wallet;
	plm_event_init(&wallet, PLM_EVENT_BALANCE);
	wallet.account.value = 1;
	wallet.u.balance.asset.value = 2;
	wallet.u.balance.wallet = plm_decimal_from_int(1000);
	rig_apply(&a, &wallet);
	rig_apply(&b, &wallet);
	rig_settle(&a);
	rig_settle(&b);
	exposures_same(a.exposure, b.exposure, BY_ALL, PLM_TIER_LEG);
	rig_fini(&a);
	rig_fini(&b);
}

/* A new connection of every account that holds nothing. */
static void
accounts_empty(rig *r, uint32_t epoch)
{
	for (uint32_t id = 1; id <= RIG_ACCOUNTS; id++) {
		plm_event event;
		plm_event_init(&event, PLM_EVENT_SNAPSHOT_BEGIN);
		event.account.value = id;
		event.epoch = epoch;
		event.u.snapshot.scope = PLM_SCOPE_POSITIONS;
		rig_apply(r, &event);
		event.type = PLM_EVENT_SNAPSHOT_END;
		event.u.snapshot.complete = 1;
		rig_apply(r, &event);
	}
	rig_settle(r);
}

enum { ROUNDS = 8, ROUND_EVENTS = 400 };

/* One round of trading on a; what b must be told to know the same at the end goes there too. */
static void
round_trade(rig *a, rig *b, uint32_t epoch)
{
	for (uint32_t i = 0; i < ROUND_EVENTS; i++) {
		plm_event event = i % 8 == 6 ? rig_balance(a) : rig_position(a);
		if (i % 8 == 7)
			event = rig_mark(a);
		event.epoch = epoch;
		rig_apply(a, &event);
		if (event.type != PLM_EVENT_POSITION || epoch == ROUNDS)
			rig_apply(b, &event);
		if (i % 50 == 49)
			rig_settle(a);
	}
}

/* Nodes without legs, cells without positions and pools without legs are free, and all of them. */
static void
tables_hold_what_is_used(const pli_exposure *exposure)
{
	uint32_t nodes = 0, cells = 0, pooled = 0, pools_free = 0;
	for (uint32_t i = 0; i < exposure->nodes_count; i++)
		nodes += exposure->nodes[i].legs > 0;
	for (uint32_t i = 0; i < exposure->cells_count; i++)
		cells += exposure->cell_positions[i] > 0;
	for (uint32_t slot = 0; slot < exposure->positions_max + exposure->balances_max; slot++)
		pooled += exposure->links[slot].node != PLI_ROW_NONE &&
			  exposure->links[slot].pool >= NODE_POOL_FIRST;
	for (uint32_t i = exposure->pools_free; i != PLI_ROW_NONE; i = exposure->pool_legs[i])
		pools_free++;
	assert_int_equal(exposure->node_index.count, nodes);
	assert_int_equal(exposure->cell_index.count, cells);
	assert_int_equal(exposure->pool_index.count, exposure->pools_count - pools_free);
	assert_true(exposure->pool_index.count <= pooled);
}

static void
test_exposure__rows_that_serve_again_leave_nothing_behind(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 4; seed++) {
		rig a, b;
		rig_init(&a, seed);
		rig_init(&b, seed);
		rig_prices(&a);
		rig_prices(&b);
		for (uint32_t epoch = 1; epoch <= ROUNDS; epoch++) {
			accounts_empty(&a, epoch);
			round_trade(&a, &b, epoch);
		}
		rig_settle(&a);
		rig_settle(&b);
		pli_book_counters counters = pli_book_counters_get(a.book);
		assert_true(counters.rows_reused > ROUND_EVENTS);
		assert_int_equal(counters.rows_full, 0);
		assert_true(pli_book_hash(a.book) == pli_book_hash(b.book));
		tables_hold_what_is_used(a.exposure);
		for (uint32_t by = 0; by <= BY_ALL; by += 3)
			exposures_same(
			    a.exposure, b.exposure, by, (plm_tier)(by % PLM_TIER_COUNT_));
		rig_fini(&a);
		rig_fini(&b);
	}
}

/* Which positions the last settle traded is what it was, whoever answers: all, the one or none. */
static void
test_exposure__one_that_takes_anothers_place_has_seen_its_trades(void **state)
{
	(void)state;
	rig r;
	book_random(&r, 3);
	for (int round = 0; round < 3; round++) {
		plm_event event = round == 1 ? rig_position(&r) : rig_mark(&r);
		if (round > 0)
			rig_apply(&r, &event);
		rig_settle(&r);
		pli_exposure *fresh = pli_exposure_create(r.book);
		assert_non_null(fresh);
		pli_exposure_settle(fresh);
		pli_exposure_follows(fresh, r.exposure);
		for (uint32_t i = 0; i <= RIG_ACCOUNTS; i++) {
			plm_exposure_query query = {.account = {i}};
			bool traded = pli_exposure_traded(r.exposure, &query);
			assert_int_equal(pli_exposure_traded(fresh, &query), traded);
			if (i == 0 || event.account.value == i)
				assert_int_equal(traded, round == 1);
		}
		pli_exposure_destroy(fresh);
	}
	rig_fini(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_exposure__rollups_do_not_depend_on_order),
	    cmocka_unit_test(test_exposure__a_book_and_its_negative_net_to_zero),
	    cmocka_unit_test(test_exposure__leaves_add_up_to_every_rollup),
	    cmocka_unit_test(test_exposure__gross_falls_over_tiers_and_net_stays),
	    cmocka_unit_test(test_exposure__settling_in_steps_is_settling_at_once),
	    cmocka_unit_test(test_exposure__running_sums_are_the_sums_of_the_legs),
	    cmocka_unit_test(test_exposure__live_collateral_of_one_underlying_adds_up),
	    cmocka_unit_test(test_exposure__what_is_not_specified_leaves_no_wallet_known),
	    cmocka_unit_test(test_exposure__the_age_is_that_of_the_total),
	    cmocka_unit_test(test_exposure__the_largest_rows_are_the_first_of_all),
	    cmocka_unit_test(test_exposure__a_proof_holds_each_leg_once),
	    cmocka_unit_test(
		test_exposure__a_close_and_a_mark_in_one_batch_touch_no_other_position),
	    cmocka_unit_test(test_exposure__rows_that_serve_again_leave_nothing_behind),
	    cmocka_unit_test(test_exposure__one_that_takes_anothers_place_has_seen_its_trades),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
