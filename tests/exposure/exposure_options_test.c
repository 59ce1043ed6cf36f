/* exposure_options_test.c: options whose delta is the model's, on random chains. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "exposure/exposure_state.h"

enum { SEEDS = 12, EXPIRIES = 3, STRIKES = 12, OPTIONS = EXPIRIES * STRIKES * 2 };
enum { ASSET_USD = 1, ASSET_BTC = 2, ACCOUNT = 1, FUTURE = OPTIONS + 1, GREEKS_AFTER_S = 30 };

#define YEAR_S (365.0 * 86400.0)
#define START_NS (1000 * PLM_NS_PER_S)

typedef struct chain {
	pli_book *book;
	pli_exposure *exposure;
	pli_random random;
	plm_time_ns now_ns; /* by the venue's clock */
	int64_t off_ns;     /* of ours */
	uint64_t sequence;
	double forward;
	bool all_greeks; /* no ticker lacks them */
	plm_instrument specs[OPTIONS + 2];
} chain;

static void
chain_apply(chain *c, plm_event *event)
{
	event->sequence = ++c->sequence;
	event->received_time_ns = c->now_ns + c->off_ns;
	pli_book_apply(c->book, event);
}

static void
chain_settle(chain *c)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_BATCH_END);
	event.u.batch_end.now_ns = c->now_ns + c->off_ns;
	chain_apply(c, &event);
	pli_exposure_settle(c->exposure);
}

static plm_decimal
decimal_of(double value)
{
	return (plm_decimal){(plm_int128)llrint(value * 1e8) * 10000000000};
}

static plm_time_ns
expiry_of(uint32_t expiry)
{
	return START_NS + (expiry == 0 ? 1 : expiry * 40) * PLM_NS_PER_DAY;
}

static void
chain_instrument(chain *c, uint32_t id)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_INSTRUMENT);
	plm_instrument *spec = &event.u.instrument;
	uint32_t at = id - 1;
	spec->id.value = id;
	spec->venue.value = 1;
	spec->underlying.value = spec->settle.value = ASSET_BTC;
	spec->quote.value = ASSET_USD;
	spec->inverse = 1;
	spec->multiplier = plm_decimal_from_int(1);
	spec->spec_source = PLM_SPEC_VENUE;
	spec->kind = id == FUTURE ? PLM_KIND_FUTURE : PLM_KIND_OPTION;
	spec->expiry_ns = expiry_of(at / 2 / STRIKES % EXPIRIES);
	if (id != FUTURE) {
		spec->option_type = at % 2 == 0 ? PLM_OPTION_CALL : PLM_OPTION_PUT;
		spec->strike = plm_decimal_from_int(32000 + 3000 * (int64_t)(at / 2 % STRIKES));
	}
	(void)snprintf(spec->name, sizeof spec->name, "instrument-%u", id);
	c->specs[id] = *spec;
	chain_apply(c, &event);
}

static void
chain_index(chain *c)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_INDEX);
	event.u.index.asset.value = ASSET_BTC;
	event.u.index.quote.value = ASSET_USD;
	event.u.index.venue.value = 1;
	event.u.index.price = decimal_of(c->forward * 0.995);
	chain_apply(c, &event);
}

static void
chain_position(chain *c, uint32_t id, double quantity)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_POSITION);
	event.account.value = ACCOUNT;
	event.u.position.instrument.value = id;
	event.u.position.unit = PLM_UNIT_CONTRACTS;
	event.u.position.quantity = decimal_of(quantity);
	chain_apply(c, &event);
}

/* A ticker; parts of it may be lacking. */
static void
chain_mark(chain *c, uint32_t id, bool with_greeks)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_MARK);
	plm_mark *mark = &event.u.mark;
	event.venue_time_ns = c->now_ns - 20 * PLM_NS_PER_MS;
	mark->instrument.value = id;
	mark->mark_price = decimal_of(id == FUTURE ? c->forward : 0.05);
	mark->index_price = decimal_of(c->forward * 0.995);
	if (id != FUTURE && pli_random_below(&c->random, 12) != 0)
		mark->underlying_price = decimal_of(c->forward);
	if (id != FUTURE && pli_random_below(&c->random, 12) != 0)
		mark->mark_iv = 40 + (double)pli_random_below(&c->random, 4000) / 100;
	if (with_greeks) {
		mark->delta = (double)pli_random_below(&c->random, 100000) / 1e5;
		mark->gamma = 1e-5;
		mark->vega = 30;
		mark->theta = -20;
	}
	chain_apply(c, &event);
}

/* One with forward and vol. */
static void
chain_whole_mark(chain *c, uint32_t id, bool with_greeks)
{
	const plm_mark *mark;
	do {
		chain_mark(c, id, with_greeks);
		mark = &pli_book_mark(c->book, (plm_instrument_id){id})->fact;
	} while (!(mark->mark_iv > 0) || !plm_decimal_is_known(mark->underlying_price));
}

static void
chain_init(chain *c, uint64_t seed)
{
	static const char *const names[] = {"", "USD", "BTC"};
	*c = (chain){.now_ns = START_NS, .forward = 50000, .all_greeks = seed % 3 == 0};
	pli_random_init(&c->random, seed);
	pli_book_bounds bounds = {{8, 8, 128}, 256, 16, 16, 16, 0};
	c->book = pli_book_create(&bounds);
	assert_non_null(c->book);
	c->exposure = pli_exposure_create(c->book);
	assert_non_null(c->exposure);
	for (uint32_t i = ASSET_USD; i <= ASSET_BTC; i++) {
		plm_event event;
		plm_event_init(&event, PLM_EVENT_ASSET);
		event.u.asset.id.value = i;
		(void)snprintf(event.u.asset.name, sizeof event.u.asset.name, "%s", names[i]);
		chain_apply(c, &event);
	}
	plm_event policy;
	plm_event_init(&policy, PLM_EVENT_POLICY);
	policy.u.policy.greeks_after_s = GREEKS_AFTER_S;
	policy.u.policy.stale_after_s = seed % 4 == 0 ? 300 : 0;
	chain_apply(c, &policy);
	for (uint32_t id = 1; id <= FUTURE; id++)
		chain_instrument(c, id);
	chain_index(c);
}

static void
chain_fini(chain *c)
{
	pli_exposure_destroy(c->exposure);
	pli_book_destroy(c->book);
}

/* One thing happens: a ticker, the index, a trade, or nothing for a while. */
static void
chain_step(chain *c)
{
	uint32_t what = (uint32_t)pli_random_below(&c->random, 40);
	uint32_t id = (uint32_t)pli_random_below(&c->random, FUTURE) + 1;
	c->now_ns += (int64_t)pli_random_below(&c->random, 3) * PLM_NS_PER_S;
	c->forward *= 1 + 0.002 * ((double)pli_random_below(&c->random, 3) - 1);
	if (what == 0) {
		c->now_ns += 40 * PLM_NS_PER_S;
		c->off_ns -= (int64_t)pli_random_below(&c->random, 3) * 50 * PLM_NS_PER_S;
	} else if (what == 1)
		chain_instrument(c, id);
	else if (what < 6)
		chain_index(c);
	else if (what < 12 && id != FUTURE)
		chain_position(c, id, (double)pli_random_below(&c->random, 9) - 4);
	else
		chain_mark(c, id, c->all_greeks || pli_random_below(&c->random, 2) == 0);
}

static void
doubles_same(double a, double b)
{
	assert_true(memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b)));
}

static uint32_t
legs_same(const pli_exposure *a, const pli_exposure *b)
{
	uint32_t count_a, count_b, by_model = 0;
	const plm_leg *x = pli_exposure_legs(a, &count_a), *y = pli_exposure_legs(b, &count_b);
	assert_int_equal(count_a, count_b);
	for (uint32_t i = 0; i < count_a; i++) {
		assert_int_equal(x[i].instrument.value, y[i].instrument.value);
		assert_int_equal(x[i].delta_source, y[i].delta_source);
		assert_int_equal(x[i].greeks_source, y[i].greeks_source);
		assert_int_equal(x[i].forward_source, y[i].forward_source);
		assert_int_equal(x[i].vol_source, y[i].vol_source);
		doubles_same(x[i].vol, y[i].vol);
		assert_int_equal(x[i].greeks_time_ns, y[i].greeks_time_ns);
		assert_true(x[i].delta_coins.units == y[i].delta_coins.units);
		doubles_same(x[i].delta, y[i].delta);
		doubles_same(x[i].forward, y[i].forward);
		doubles_same(x[i].gamma_usd_1pct, y[i].gamma_usd_1pct);
		doubles_same(x[i].vega_usd_30d, y[i].vega_usd_30d);
		doubles_same(x[i].theta_usd, y[i].theta_usd);
		by_model += x[i].delta_source == PLM_GREEK_MODEL;
	}
	return by_model;
}

/* What a reader of sums gets without whole legs is what the legs say: greeks, USD and age. */
static void
sums_are_of_legs(const pli_exposure *exposure)
{
	uint32_t count, aged_count;
	double gamma = 0, vega_30d = 0;
	plm_int128 usd = 0;
	pli_exposure_amount amounts[OPTIONS + 8];
	const plm_leg *legs = pli_exposure_legs(exposure, &count);
	assert_int_equal(pli_exposure_amounts(exposure, amounts, OPTIONS + 8), count);
	for (uint32_t i = 0; i < count; i++) {
		if (legs[i].kind == PLM_KIND_OPTION && legs[i].reason != PLM_REASON_EXPIRED) {
			gamma += legs[i].gamma_usd_1pct;
			vega_30d += legs[i].vega_usd_30d;
		}
		assert_int_equal(amounts[i].account.value, legs[i].account.value);
		assert_int_equal(amounts[i].underlying.value, legs[i].underlying.value);
		assert_int_equal(amounts[i].priced, legs[i].priced);
		if (legs[i].priced)
			assert_true(amounts[i].usd == legs[i].delta_usd.units);
		usd += amounts[i].usd;
	}
	plm_exposure_query query = {.tier = PLM_TIER_LEG};
	plm_exposure_row row;
	pli_exposure_total(exposure, &query, &row);
	assert_true(!plm_decimal_is_known(row.net_usd) || row.net_usd.units == usd);
	assert_int_equal(pli_exposure_age(exposure, &query, &aged_count), row.age_ns_max);
	assert_int_equal(aged_count, count);
	assert_int_equal(isnan(row.gamma_usd_1pct), isnan(gamma));
	assert_int_equal(isnan(row.vega_usd_30d), isnan(vega_30d));
	if (!isnan(gamma))
		assert_true(fabs(row.gamma_usd_1pct - gamma) < 1e-6 * (1 + fabs(gamma)));
	if (!isnan(vega_30d))
		assert_true(fabs(row.vega_usd_30d - vega_30d) < 1e-6 * (1 + fabs(vega_30d)));
}

/* Settled at each step, or once from the same book: the same legs, whoever told their deltas. */
static void
test_exposure__options_settled_in_steps_are_those_settled_at_once(void **state)
{
	(void)state;
	uint32_t by_model = 0;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		chain c;
		chain_init(&c, seed);
		for (uint32_t i = 0; i < 1200; i++) {
			chain_step(&c);
			if (i % 3 == 0)
				chain_settle(&c);
			if (i % 10 != 0)
				continue;
			chain_settle(&c);
			pli_exposure *fresh = pli_exposure_create(c.book);
			assert_non_null(fresh);
			pli_exposure_settle(fresh);
			by_model += legs_same(c.exposure, fresh);
			sums_are_of_legs(c.exposure);
			pli_exposure_destroy(fresh);
		}
		chain_fini(&c);
	}
	assert_true(by_model > 100);
}

/* A clock is set back by 40 s: what is marked behind the forward is late until that is marked too.
 */
static void
test_exposure__a_clock_that_is_set_back_leaves_no_old_delta(void **state)
{
	(void)state;
	chain c;
	chain_init(&c, 3);
	chain_position(&c, 1, 1);
	chain_position(&c, 3, 1);
	chain_whole_mark(&c, 1, true);
	chain_whole_mark(&c, 3, true);
	chain_settle(&c);
	c.now_ns += 20 * PLM_NS_PER_S;
	chain_whole_mark(&c, 1, true);
	chain_settle(&c);
	c.off_ns = -60 * PLM_NS_PER_S;
	chain_whole_mark(&c, 3, true);
	chain_settle(&c);
	uint32_t count;
	assert_int_equal(pli_exposure_legs(c.exposure, &count)[1].delta_source, PLM_GREEK_MODEL);
	c.now_ns += PLM_NS_PER_S;
	chain_index(&c);
	chain_whole_mark(&c, 1, true);
	chain_settle(&c);
	pli_exposure *fresh = pli_exposure_create(c.book);
	assert_non_null(fresh);
	pli_exposure_settle(fresh);
	assert_int_equal(legs_same(c.exposure, fresh), 0);
	pli_exposure_destroy(fresh);
	chain_fini(&c);
}

static double
normal(double x)
{
	return 0.5 * erfc(-x / sqrt(2));
}

/* Black by the C library's error function, in quote units per coin. */
static double
black(double f, double k, double vol, double t, bool put)
{
	double v = vol * sqrt(t), d1 = log(f / k) / v + v / 2;
	double call = f * normal(d1) - k * normal(d1 - v);
	return put ? call - f + k : call;
}

/* A leg whose vol is that of its price: Black gives the price again, on the mark's own forward
 * where it tells one, else on its expiry's, for which all marks of a chain are told alike. */
static void
price_comes_back(const chain *c, const plm_leg *leg)
{
	const plm_instrument *spec = &c->specs[leg->instrument.value];
	double t = ((double)(spec->expiry_ns - c->now_ns) / 1e9 + 0.02) / YEAR_S;
	double value = black(c->forward, plm_decimal_to_double(spec->strike), leg->vol, t,
	    spec->option_type == PLM_OPTION_PUT);
	assert_true(fabs(value / c->forward - 0.05) < 1e-10);
}

/* Every model leg against the C library's error function, from the mark alone. */
static void
test_exposure__model_greeks_are_black_of_the_marks(void **state)
{
	(void)state;
	chain c;
	chain_init(&c, 5);
	for (uint32_t id = 1; id <= OPTIONS; id++) {
		chain_position(&c, id, 2);
		chain_mark(&c, id, false);
	}
	chain_settle(&c);
	uint32_t count, checked = 0, priced = 0;
	const plm_leg *legs = pli_exposure_legs(c.exposure, &count);
	for (uint32_t i = 0; i < count; i++) {
		const plm_leg *leg = &legs[i];
		const plm_instrument *spec = &c.specs[leg->instrument.value];
		const plm_mark *mark = &pli_book_mark(c.book, leg->instrument)->fact;
		if (!(mark->mark_iv > 0)) {
			assert_int_equal(leg->delta_source, PLM_GREEK_MODEL);
			priced += leg->vol_source == PLM_VOL_PRICE;
			if (leg->vol_source == PLM_VOL_PRICE)
				price_comes_back(&c, leg);
			else
				assert_int_equal(leg->vol_source, PLM_VOL_SURFACE);
			continue;
		}
		double t = ((double)(spec->expiry_ns - c.now_ns) / 1e9 + 0.02) / YEAR_S;
		double k = plm_decimal_to_double(spec->strike), s = mark->mark_iv / 100;
		double d1 = log(50000 / k) / (s * sqrt(t)) + s * sqrt(t) / 2;
		double density = exp(-d1 * d1 / 2) / sqrt(2 * 3.14159265358979323846);
		double delta = normal(d1) - (spec->option_type == PLM_OPTION_PUT);
		assert_int_equal(leg->delta_source, PLM_GREEK_MODEL);
		assert_true(fabs(leg->delta - delta) < 1e-12);
		assert_true(fabs(leg->vega_usd - 2 * 50000 * density * sqrt(t) / 100) < 1e-7);
		assert_true(fabs(leg->gamma_usd_1pct -
				 2 * density / (50000 * s * sqrt(t)) * 50000 * 50000 / 100) < 1e-6);
		assert_true(fabs(leg->vega_usd_30d * sqrt(t * 365 / 30) - leg->vega_usd) < 1e-7);
		checked++;
	}
	assert_true(checked > OPTIONS / 2);
	assert_true(priced > 0);
	chain_fini(&c);
}

static double
book_coins(const pli_exposure *exposure)
{
	plm_exposure_query query = {.underlying = {ASSET_BTC}};
	plm_exposure_row row;
	pli_exposure_total(exposure, &query, &row);
	return plm_decimal_to_double(row.net_coins);
}

static void
chain_collateral(chain *c, double coins)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_BALANCE);
	event.account.value = ACCOUNT;
	event.u.balance.asset.value = ASSET_BTC;
	event.u.balance.collateral = decimal_of(coins);
	chain_apply(c, &event);
}

/* The coin-settled option's own value moves with the coin: the plain delta of the model without it
 * in the collateral is the premium-adjusted delta, N(d1) less the premium in coin, with it. */
static void
test_exposure__premium_adjusted_and_plain_give_one_total(void **state)
{
	(void)state;
	for (uint32_t id = 1; id <= OPTIONS; id++) {
		chain c;
		chain_init(&c, id);
		double quantity = id % 3 == 0 ? -7 : 4;
		chain_position(&c, id, quantity);
		chain_whole_mark(&c, id, false);
		chain_collateral(&c, 3);
		chain_settle(&c);
		double plain = book_coins(c.exposure);
		exposure_model model;
		assert_true(pli_exposure_model_of(c.exposure, (plm_instrument_id){id}, &model));
		double k = plm_decimal_to_double(c.specs[id].strike);
		double v = model.vol * sqrt(model.years);
		double d2 = log(model.forward / k) / v - v / 2;
		double adjusted = k / model.forward *
				  (c.specs[id].option_type == PLM_OPTION_PUT ? -normal(-d2)
									     : normal(d2));
		double value = model.price / model.forward;
		double total = 3 + quantity * value + quantity * adjusted;
		assert_true(fabs(plain - total) < 1e-10);
		chain_fini(&c);
	}
}

static uint8_t
source_of(const chain *c)
{
	uint32_t count;
	const plm_leg *legs = pli_exposure_legs(c->exposure, &count);
	assert_int_equal(count, 1);
	return legs[0].delta_source;
}

/* A future, then the coin's price with the last basis, stand in for a forward that is silent. */
static void
test_exposure__forwards_follow_each_other_by_age(void **state)
{
	(void)state;
	chain c;
	chain_init(&c, 1);
	chain_position(&c, 1, 1);
	chain_whole_mark(&c, 1, true);
	chain_settle(&c);
	assert_int_equal(source_of(&c), PLM_GREEK_VENUE);
	exposure_model model;
	assert_true(pli_exposure_model_of(c.exposure, (plm_instrument_id){1}, &model));
	assert_int_equal(model.forward_source, PLM_FORWARD_OPTION);
	c.now_ns += (GREEKS_AFTER_S + 1) * PLM_NS_PER_S;
	c.forward = 51000;
	chain_mark(&c, FUTURE, false);
	chain_settle(&c);
	assert_true(pli_exposure_model_of(c.exposure, (plm_instrument_id){1}, &model));
	assert_int_equal(model.forward_source, PLM_FORWARD_FUTURE);
	assert_true(fabs(model.forward - 51000) < 1e-9);
	assert_int_equal(source_of(&c), PLM_GREEK_MODEL);
	c.now_ns += (GREEKS_AFTER_S + 1) * PLM_NS_PER_S;
	c.forward = 52000;
	chain_index(&c);
	chain_settle(&c);
	assert_true(pli_exposure_model_of(c.exposure, (plm_instrument_id){1}, &model));
	assert_int_equal(model.forward_source, PLM_FORWARD_INDEX);
	assert_true(fabs(model.forward - 52000) < 1e-6);
	chain_mark(&c, 1, true);
	chain_settle(&c);
	assert_int_equal(source_of(&c), PLM_GREEK_VENUE);
	chain_fini(&c);
}

/* An option that tells no volatility has that of its strikes' neighbours, then of the expiries
 * around it; with a flat market it is that market's. */
static void
test_exposure__a_missing_vol_is_read_off_the_smile(void **state)
{
	(void)state;
	chain c;
	uint32_t count;
	chain_init(&c, 1);
	chain_position(&c, 9, 1);
	chain_settle(&c);
	assert_int_equal(pli_exposure_legs(c.exposure, &count)[0].reason, PLM_REASON_NO_DELTA);
	const uint32_t told[] = {11 + 4 * STRIKES, 7, 11}; /* a later expiry, then both sides */
	const double vols[] = {0.5, 0.6, 0.7};
	for (uint32_t i = 0; i < 3; i++) {
		plm_event event;
		plm_event_init(&event, PLM_EVENT_MARK);
		event.venue_time_ns = c.now_ns;
		event.u.mark.instrument.value = told[i];
		event.u.mark.mark_price = decimal_of(0.05);
		event.u.mark.underlying_price = decimal_of(c.forward);
		event.u.mark.mark_iv = vols[i] * 100;
		chain_apply(&c, &event);
		chain_settle(&c);
		plm_leg leg = pli_exposure_legs(c.exposure, &count)[0];
		assert_int_equal(leg.delta_source, PLM_GREEK_MODEL);
		assert_int_equal(leg.vol_source, PLM_VOL_SURFACE);
		if (i < 2)
			assert_true(fabs(leg.vol - vols[i]) < 1e-12);
		else
			assert_true(leg.vol > 0.61 && leg.vol < 0.69);
	}
	chain_fini(&c);
}

/* One option that tells a price and no volatility. */
static plm_leg
priced_leg(chain *c, double coins, double forward)
{
	plm_event event;
	uint32_t count;
	plm_event_init(&event, PLM_EVENT_MARK);
	event.venue_time_ns = c->now_ns;
	event.u.mark.instrument.value = 9;
	event.u.mark.mark_price = decimal_of(coins);
	if (forward > 0)
		event.u.mark.underlying_price = decimal_of(forward);
	chain_apply(c, &event);
	chain_settle(c);
	return pli_exposure_legs(c->exposure, &count)[0];
}

/* A price stands for a vol where it has one: not below what exercise gives, not at the most that it
 * can be; on the forward of the same mark, or one that its expiry was told about then. */
static void
test_exposure__a_price_tells_a_vol_where_it_has_one(void **state)
{
	(void)state;
	chain c;
	chain_init(&c, 1);
	chain_position(&c, 9, 1); /* a call on 44,000, of one day */
	double t = 1 / 365.0;
	plm_leg leg = priced_leg(&c, black(51000, 44000, 1.5, t, false) / 51000, 51000);
	assert_int_equal(leg.delta_source, PLM_GREEK_MODEL);
	assert_int_equal(leg.vol_source, PLM_VOL_PRICE);
	assert_true(fabs(leg.vol - 1.5) < 1e-4); /* eight decimals of a coin */
	leg = priced_leg(&c, 0.1, 51000);
	assert_int_equal(leg.delta_source, PLM_GREEK_MISSING); /* 51,000 - 44,000 is more */
	leg = priced_leg(&c, 1, 51000);
	assert_int_equal(leg.delta_source, PLM_GREEK_MISSING);
	leg = priced_leg(&c, 0.2, 0); /* the coin's price alone is no forward */
	assert_int_equal(leg.delta_source, PLM_GREEK_MISSING);
	chain_mark(&c, FUTURE, false);
	leg = priced_leg(&c, 0.2, 0);
	assert_int_equal(leg.vol_source, PLM_VOL_PRICE);
	assert_int_equal(leg.forward_source, PLM_FORWARD_FUTURE);
	c.now_ns += (GREEKS_AFTER_S + 1) * PLM_NS_PER_S;
	chain_mark(&c, FUTURE, false);
	chain_settle(&c);
	uint32_t count;
	assert_int_equal(pli_exposure_legs(c.exposure, &count)[0].delta_source, PLM_GREEK_MISSING);
	chain_fini(&c);
}

/* The price of a linear option whose contract is not one coin may be of the contract: not used. */
static void
test_exposure__a_price_of_an_unknown_unit_tells_no_vol(void **state)
{
	(void)state;
	chain c;
	chain_init(&c, 1);
	chain_position(&c, 9, 1);
	for (int64_t multiplier = 1; multiplier <= 100; multiplier += 99) {
		plm_event event;
		plm_event_init(&event, PLM_EVENT_INSTRUMENT);
		event.u.instrument = c.specs[9];
		event.u.instrument.inverse = 0;
		event.u.instrument.settle.value = ASSET_USD;
		event.u.instrument.multiplier = plm_decimal_from_int(multiplier);
		chain_apply(&c, &event);
		plm_leg leg = priced_leg(&c, black(51000, 44000, 1.5, 1 / 365.0, false), 51000);
		assert_int_equal(leg.vol_source, multiplier == 1 ? PLM_VOL_PRICE : PLM_VOL_NONE);
		if (multiplier == 1)
			assert_true(fabs(leg.vol - 1.5) < 1e-6);
	}
	chain_fini(&c);
}

/* The same ticker without greeks, and with them again: what is shown moves by the residual. */
static void
test_exposure__a_change_of_source_jumps_by_the_residual(void **state)
{
	(void)state;
	for (uint32_t id = 1; id <= OPTIONS; id++) {
		chain c;
		uint32_t count;
		chain_init(&c, id);
		chain_position(&c, id, 3);
		chain_whole_mark(&c, id, true);
		chain_settle(&c);
		const plm_leg before = pli_exposure_legs(c.exposure, &count)[0];
		assert_int_equal(before.delta_source, PLM_GREEK_VENUE);
		double residual = before.greeks_venue.delta - before.greeks_model.delta;
		double residual_vega = before.greeks_venue.vega_usd - before.greeks_model.vega_usd;
		plm_event event;
		plm_event_init(&event, PLM_EVENT_MARK);
		event.u.mark = pli_book_mark(c.book, (plm_instrument_id){id})->fact;
		event.venue_time_ns = c.now_ns - 20 * PLM_NS_PER_MS;
		plm_mark with_greeks = event.u.mark;
		event.u.mark.delta = event.u.mark.gamma = NAN;
		event.u.mark.vega = event.u.mark.theta = NAN;
		chain_apply(&c, &event);
		chain_settle(&c);
		plm_leg after = pli_exposure_legs(c.exposure, &count)[0];
		assert_int_equal(after.delta_source, PLM_GREEK_MODEL);
		assert_int_equal(after.greeks_source, PLM_GREEK_MODEL);
		assert_true(fabs(before.delta - after.delta - residual) < 1e-12);
		assert_true(fabs(before.vega_usd - after.vega_usd - residual_vega) < 1e-9);
		event.u.mark = with_greeks;
		chain_apply(&c, &event);
		chain_settle(&c);
		after = pli_exposure_legs(c.exposure, &count)[0];
		assert_int_equal(after.delta_source, PLM_GREEK_VENUE);
		doubles_same(after.delta, before.delta);
		chain_fini(&c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_exposure__options_settled_in_steps_are_those_settled_at_once),
	    cmocka_unit_test(test_exposure__a_clock_that_is_set_back_leaves_no_old_delta),
	    cmocka_unit_test(test_exposure__model_greeks_are_black_of_the_marks),
	    cmocka_unit_test(test_exposure__premium_adjusted_and_plain_give_one_total),
	    cmocka_unit_test(test_exposure__forwards_follow_each_other_by_age),
	    cmocka_unit_test(test_exposure__a_missing_vol_is_read_off_the_smile),
	    cmocka_unit_test(test_exposure__a_price_tells_a_vol_where_it_has_one),
	    cmocka_unit_test(test_exposure__a_price_of_an_unknown_unit_tells_no_vol),
	    cmocka_unit_test(test_exposure__a_change_of_source_jumps_by_the_residual),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
