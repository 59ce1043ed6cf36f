/* book_whatif_test.c: what is supposed against books in which it really happened: on random books,
 * with random trades, transfers and moves. */
#include "margin/book_whatif.h"

#include <string.h>

#include "base/random.h"
#include "margin/book_net.h"
#include "pool_book.h"

enum { ROUNDS = 300, ACCOUNTS = 5, SLOTS = 2, ROWS = 16, INVERSE = SPECS, FACE = 100 };

/* One position that an account may have; unit contracts of FACE dollars where it is inverse. */
typedef struct slot {
	uint32_t instrument;
	plm_side side;
	double quantity, entry, isolated;
} slot;

/* What there is: of each account its venue, its mode, what it holds, and its wallet. */
typedef struct desk {
	slot slots[ACCOUNTS][SLOTS];
	double wallets[ACCOUNTS];
	double btc, eth;
} desk;

static const struct {
	const char *venue;
	plm_margin_mode mode;
	uint32_t asset;
	uint32_t instruments[SLOTS];
	plm_side sides[SLOTS];
} accounts[ACCOUNTS] = {
    {"binance", PLM_MARGIN_SEGREGATED, USDT, {BTCUSDT, ETHUSDT}, {PLM_SIDE_NET, PLM_SIDE_NET}},
    {"binance", PLM_MARGIN_SEGREGATED, USDT, {BTCUSDT, BTCUSDT}, {PLM_SIDE_LONG, PLM_SIDE_SHORT}},
    {"bybit", PLM_MARGIN_CROSS, USDT, {BTCUSDT, ETHUSDT}, {PLM_SIDE_NET, PLM_SIDE_NET}},
    {"binance", PLM_MARGIN_ISOLATED, USDT, {BTCUSDT, ETHUSDT}, {PLM_SIDE_NET, PLM_SIDE_NET}},
    {"binance-coinm", PLM_MARGIN_SEGREGATED, BTC, {INVERSE, 0}, {PLM_SIDE_NET, PLM_SIDE_NET}},
};

/* Eighths: they add up without rounding. */
static double
eighths(pli_random *random, int most)
{
	return ((double)pli_random_below(random, 16 * (uint64_t)most + 1) - 8 * most) / 8;
}

static double
price_of(const desk *d, uint32_t instrument)
{
	return instrument == ETHUSDT ? d->eth : d->btc;
}

static desk
desk_make(pli_random *random)
{
	desk d = {.btc = 60000, .eth = 3000};
	for (int a = 0; a < ACCOUNTS; a++) {
		double scale = accounts[a].asset == BTC ? 1 : 60000;
		d.wallets[a] = scale * (1 + 4 * pli_random_unit(random));
		for (int i = 0; i < SLOTS; i++) {
			slot *s = &d.slots[a][i];
			s->instrument = accounts[a].instruments[i];
			s->side = accounts[a].sides[i];
			s->entry = price_of(&d, s->instrument) *
				   (0.9 + 0.2 * pli_random_unit(random));
			s->quantity = s->instrument == 0 ? 0 : eighths(random, 4);
			if (s->instrument == INVERSE)
				s->quantity *= 80;
			if (s->side != PLM_SIDE_NET)
				s->quantity = copysign(
				    s->quantity, s->side == PLM_SIDE_LONG ? 1 : -1);
			s->isolated = accounts[a].mode == PLM_MARGIN_ISOLATED ? 6000 : NAN;
		}
	}
	return d;
}

static void
slot_tell(pool_book *b, uint32_t account, plm_margin_mode mode, const slot *s)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_POSITION);
	plm_position *position = &event.u.position;
	position->instrument.value = s->instrument;
	position->side = (uint8_t)s->side;
	position->unit = s->instrument == INVERSE ? PLM_UNIT_CONTRACTS : PLM_UNIT_COINS;
	position->margin_mode = (uint8_t)mode;
	position->quantity = number(s->quantity);
	position->entry_price = number(s->entry);
	position->isolated_margin = number(s->isolated);
	if (s->instrument != 0)
		tell(b, &event, account);
}

/* The book of a desk, settled. */
static void
desk_book(const desk *d, pool_book *b)
{
	book_begin(b);
	book_inverse(b, INVERSE, BTC, BTC, 0, FACE);
	book_price(b, BTC, d->btc);
	book_price(b, ETH, d->eth);
	book_mark(b, BTCUSDT, d->btc, d->btc);
	book_mark(b, INVERSE, d->btc, d->btc);
	book_mark(b, ETHUSDT, d->eth, d->eth);
	for (uint32_t a = 0; a < ACCOUNTS; a++) {
		book_account(b, a + 1, accounts[a].venue);
		book_wallet(b, a + 1, accounts[a].asset, d->wallets[a], accounts[a].mode);
		for (int i = 0; i < SLOTS; i++) {
			book_tiers(b, a + 1, d->slots[a][i].instrument);
			slot_tell(b, a + 1, accounts[a].mode, &d->slots[a][i]);
		}
	}
	(void)book_rows(b, NULL, (pli_ladder_row[ROWS]){0}, ROWS);
}

static double
gain(const slot *s, double quantity, double from, double to)
{
	return s->instrument == INVERSE ? quantity * FACE * (1 / from - 1 / to)
					: quantity * (to - from);
}

/* What a venue does: an opposite fill closes and pays out, one of the same sign averages. */
static void
slot_fill(slot *s, double *wallet, double quantity, double price)
{
	if (s->quantity * quantity < 0) {
		double closed = copysign(fmin(fabs(quantity), fabs(s->quantity)), s->quantity);
		double won = gain(s, closed, s->entry, price);
		*wallet += won;
		s->isolated += won;
		s->quantity -= closed;
		quantity += closed;
	}
	if (quantity == 0)
		return;
	double all = s->quantity + quantity;
	s->entry = s->instrument == INVERSE ? all / (s->quantity / s->entry + quantity / price)
					    : (s->quantity * s->entry + quantity * price) / all;
	s->quantity = all;
}

static void
desk_trade(desk *d, const pli_pool_trade *trade)
{
	uint32_t a = trade->account.value - 1;
	slot *slots = d->slots[a];
	double quantity = trade->quantity, price = trade->price;
	if (isnan(price))
		price = price_of(d, trade->instrument.value);
	if (slots[0].side == PLM_SIDE_NET) {
		slot *s = &slots[slots[0].instrument == trade->instrument.value ? 0 : 1];
		slot_fill(s, &d->wallets[a], quantity, price);
		return;
	}
	slot *same = &slots[quantity > 0 ? 0 : 1], *other = &slots[quantity > 0 ? 1 : 0];
	double closing = copysign(fmin(fabs(quantity), fabs(other->quantity)), quantity);
	if (closing != 0)
		slot_fill(other, &d->wallets[a], closing, price);
	if (quantity != closing)
		slot_fill(same, &d->wallets[a], quantity - closing, price);
}

/* What is supposed in one round. */
typedef struct question {
	pli_pool_trade trades[3];
	pli_pool_transfer transfers[2];
	pli_pool_edits edits;
	plm_asset_id moved[2];
	double factors[2];
	pli_ladder_query query;
} question;

static void
trade_draw(const desk *d, pli_random *random, pli_pool_trade *trade)
{
	uint32_t a = (uint32_t)pli_random_below(random, ACCOUNTS);
	uint32_t i = a == ACCOUNTS - 1 ? 0 : (uint32_t)pli_random_below(random, SLOTS);
	const slot *s = &d->slots[a][i];
	/* an isolated contract of which nothing is held has no pool yet */
	if (accounts[a].mode == PLM_MARGIN_ISOLATED && s->quantity == 0)
		a = 0;
	s = &d->slots[a][a == ACCOUNTS - 1 ? 0 : i];
	double price = price_of(d, s->instrument);
	*trade = (pli_pool_trade){{a + 1}, {s->instrument}, eighths(random, 3), NAN, false, 0};
	if (s->instrument == INVERSE)
		trade->quantity *= 80;
	if (pli_random_below(random, 5) == 0)
		trade->quantity = -s->quantity;
	if (pli_random_below(random, 2) == 0)
		trade->price = price * (0.98 + 0.04 * pli_random_unit(random));
}

static void
question_draw(const desk *d, pli_random *random, question *q)
{
	*q = (question){.moved = {{BTC}, {ETH}}};
	q->edits = (pli_pool_edits){q->trades, q->transfers, (uint32_t)pli_random_below(random, 3),
	    2 * (uint32_t)pli_random_below(random, 2)};
	for (uint32_t i = 0; i < q->edits.trades_count; i++)
		trade_draw(d, random, &q->trades[i]);
	uint32_t from = (uint32_t)pli_random_below(random, 4);
	double amount = 1000 * eighths(random, 5);
	q->transfers[0] = (pli_pool_transfer){{from + 1}, {USDT}, -amount};
	q->transfers[1] = (pli_pool_transfer){{(from + 1) % 4 + 1}, {USDT}, amount};
	for (int i = 0; i < 2; i++)
		q->factors[i] = 0.9 + 0.2 * pli_random_unit(random);
	q->query = (pli_ladder_query){.edits = &q->edits,
	    .moved = q->moved,
	    .factors = q->factors,
	    .moved_count = (uint32_t)pli_random_below(random, 3)};
}

static desk
desk_behind(const desk *before, const question *q)
{
	desk d = *before;
	for (uint32_t i = 0; i < q->edits.trades_count; i++)
		desk_trade(&d, &q->trades[i]);
	for (uint32_t i = 0; i < q->edits.transfers_count; i++)
		d.wallets[q->transfers[i].account.value - 1] += q->transfers[i].quantity;
	if (q->query.moved_count > 0)
		d.btc *= q->factors[0];
	if (q->query.moved_count > 1)
		d.eth *= q->factors[1];
	return d;
}

static void
assert_same(int round, const char *what, double got, double want, double size)
{
	if (isnan(got) && isnan(want))
		return;
	if (!(fabs(got - want) <= 1e-9 * (fabs(want) + size)))
		fail_msg("round %d: %s: got %.17g, want %.17g", round, what, got, want);
}

static void
pool_compare(int round, const pli_ladder_row *got, const pli_ladder_row *want)
{
	double size = fabs(want->numbers.value);
	assert_null(got->reason);
	assert_null(want->reason);
	assert_int_equal(got->legs_count, want->legs_count);
	assert_int_equal(got->moved.value, want->moved.value);
	assert_same(round, "unit", got->unit_usd, want->unit_usd, 0);
	assert_same(round, "value", got->numbers.value, want->numbers.value, size);
	assert_same(round, "equity", got->numbers.equity, want->numbers.equity, size);
	assert_same(round, "maintenance", got->numbers.maintenance, want->numbers.maintenance, 0);
	assert_same(
	    round, "leverage", got->leverage_gross * size, want->leverage_gross * size, 1e4 * size);
	for (int t = 0; t < PLM_THRESHOLD_COUNT_; t++) {
		for (int side = 0; side < 2; side++) {
			const plm_rung *a = &got->rungs[t][side], *b = &want->rungs[t][side];
			assert_int_equal(a->status, b->status);
			assert_same(
			    round, "rung", got->spot * a->factor, want->spot * b->factor, 0);
		}
	}
}

static const pli_ladder_row *
same_pool(const pli_ladder_row *rows, uint32_t count, const pli_ladder_row *row)
{
	for (uint32_t i = 0; i < count; i++)
		if (rows[i].key.account.value == row->key.account.value &&
		    rows[i].instrument.value == row->instrument.value)
			return &rows[i];
	return NULL;
}

/* Every pool that is left is there, with the same numbers and at the same rank. */
static void
pools_compare(int round, pool_book *before, pool_book *after, const question *q)
{
	pli_whatif_row rows[ROWS];
	pli_ladder_row want[ROWS];
	uint32_t count = pli_whatif_before(
	    before->maker, before->exposure, &q->query, NULL, rows, ROWS);
	uint32_t ranked = 0, known = book_rows(after, NULL, want, ROWS);
	pli_whatif_after(before->maker, before->exposure, &q->query, rows, count);
	for (uint32_t i = 0; i < count; i++) {
		const pli_ladder_row *there = same_pool(want, known, &rows[i].after);
		if (rows[i].after.legs_count == 0) {
			assert_null(there);
			assert_int_equal(rows[i].rank_after, 0);
			continue;
		}
		assert_non_null(there);
		pool_compare(round, &rows[i].after, there);
		assert_int_equal(rows[i].rank_after, ++ranked);
		assert_true(there == &want[ranked - 1] || isinf(there->distance) ||
			    there->distance == want[ranked - 1].distance);
	}
	assert_int_equal(ranked, known);
}

/* The net of each underlying is the one that exposure adds up of the other book. */
static void
net_compare(int round, const pool_book *before, const pool_book *after, const question *q)
{
	const plm_exposure_query by = {.by = PLM_BY_UNDERLYING, .tier = PLM_TIER_LEG};
	plm_exposure_row want[ROWS];
	const pli_net_row *rows;
	pli_net_row all;
	double net = 0, gross = 0;
	pli_net_maker *maker = pli_net_maker_create(pli_book_bounds_get(before->book));
	assert_non_null(maker);
	uint32_t known = pli_exposure_rollup(after->exposure, &by, want, ROWS);
	uint32_t count = pli_net_rows_make(maker, before->exposure, &q->query, &rows, &all);
	for (uint32_t i = 0; i < count; i++) {
		const pli_net_sums *got = &rows[i].after;
		double usd = 0, coins = 0, size = 0;
		for (uint32_t k = 0; k < known; k++) {
			if (want[k].underlying.value != rows[i].underlying.value)
				continue;
			usd = plm_decimal_to_double(want[k].net_usd);
			coins = plm_decimal_to_double(want[k].net_coins);
			size = plm_decimal_to_double(want[k].gross_usd);
		}
		assert_null(rows[i].reason);
		assert_same(round, "net coins", got->net_coins, coins, size);
		assert_same(round, "net", got->net_usd, usd, size);
		assert_same(round, "gross", got->gross_usd, size, rows[i].before.gross_usd);
		net += usd;
		gross += size;
	}
	assert_same(round, "net of all", all.after.net_usd, net, gross);
	assert_same(round, "gross of all", all.after.gross_usd, gross, gross);
	pli_net_maker_destroy(maker);
}

static void
test_supposed_is_what_happens(void **state)
{
	(void)state;
	pli_random random;
	pli_random_init(&random, 7);
	for (int round = 0; round < ROUNDS; round++) {
		pool_book before, after;
		question q;
		desk d = desk_make(&random);
		question_draw(&d, &random, &q);
		desk then = desk_behind(&d, &q);
		desk_book(&d, &before);
		desk_book(&then, &after);
		pools_compare(round, &before, &after, &q);
		net_compare(round, &before, &after, &q);
		book_end(&before);
		book_end(&after);
	}
}

/* Nothing supposed changes nothing, to the bit. */
static void
test_nothing_is_no_change(void **state)
{
	(void)state;
	pli_random random;
	pool_book b;
	pli_whatif_row rows[ROWS];
	const pli_net_row *net;
	pli_net_row all;
	pli_random_init(&random, 8);
	desk d = desk_make(&random);
	desk_book(&d, &b);
	const plm_asset_id moved[] = {{BTC}};
	const double same[] = {1};
	const pli_pool_transfer to_itself[] = {{{1}, {USDT}, -5}, {{1}, {USDT}, 5}};
	const pli_pool_edits edits = {NULL, to_itself, 0, 2};
	const pli_ladder_query query = {
	    .edits = &edits, .moved = moved, .factors = same, .moved_count = 1};
	uint32_t count = pli_whatif_before(b.maker, b.exposure, &query, NULL, rows, ROWS);
	pli_whatif_after(b.maker, b.exposure, &query, rows, count);
	assert_true(count > 3);
	for (uint32_t i = 0; i < count; i++) {
		assert_false(rows[i].changed);
		assert_int_equal(rows[i].rank_before, rows[i].rank_after);
	}
	pli_net_maker *maker = pli_net_maker_create(pli_book_bounds_get(b.book));
	(void)pli_net_rows_make(maker, b.exposure, &query, &net, &all);
	assert_false(all.changed);
	assert_true(all.before.net_usd == all.after.net_usd);
	pli_net_maker_destroy(maker);
	book_end(&b);
}

/* Rows that do not fit are counted. A pool that a trade opens has no rank before. */
static void
test_opened_and_bounded(void **state)
{
	(void)state;
	pool_book b;
	pli_whatif_row rows[ROWS];
	book_begin(&b);
	for (uint32_t account = 1; account <= 3; account++) {
		book_account(&b, account, "binance");
		book_tiers(&b, account, BTCUSDT);
		book_wallet(&b, account, USDT, 6000, PLM_MARGIN_SEGREGATED);
	}
	book_hold(&b,
	    &(holding){1, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_SEGREGATED, 0.125, 60000, NAN, NAN});
	(void)book_rows(&b, NULL, (pli_ladder_row[ROWS]){0}, ROWS);
	const pli_pool_trade trades[] = {{{2}, {BTCUSDT}, 1, NAN, false, 0},
	    {{2}, {BTCUSDT}, -0.5, NAN, false, 0}, {{3}, {BTCUSDT}, -1, NAN, false, 0}};
	const pli_pool_edits edits = {trades, NULL, 3, 0};
	const pli_ladder_query query = {.edits = &edits};
	assert_int_equal(pli_whatif_before(b.maker, b.exposure, &query, NULL, rows, ROWS), 3);
	pli_whatif_after(b.maker, b.exposure, &query, rows, 3);
	for (uint32_t i = 0; i < 3; i++) {
		assert_int_equal(rows[i].rank_after, i + 1);
		assert_int_equal(rows[i].opened, rows[i].key.account.value != 1);
		assert_int_equal(rows[i].rank_before, rows[i].opened ? 0 : 1);
		assert_int_equal(rows[i].changed, rows[i].opened);
	}
	assert_string_equal(rows[0].before.reason, "no position is open in it");
	assert_true(rows[0].key.account.value == 3); /* dies at + 9.9 %, a2 at -80 % */
	assert_int_equal(pli_whatif_before(b.maker, b.exposure, &query, NULL, rows, 2), 3);
	book_end(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_supposed_is_what_happens),
	    cmocka_unit_test(test_nothing_is_no_change),
	    cmocka_unit_test(test_opened_and_bounded),
	};
	return cmocka_run_group_tests_name("book_whatif", tests, NULL, NULL);
}
