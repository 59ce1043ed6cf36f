/* book_transit_test.c: coins that move between accounts stand in the book once, whatever order
 * their movement is told in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "book/book.h"
#include "book/transit.h"

enum { ACCOUNTS = 3, TRANSIT = 4, COIN = 1, AFTER_S = 24 * 3600, START_S = 1000000 };

/* A book, and the second that it is. */
typedef struct rig {
	pli_book *book;
	int64_t now_s;
} rig;

static plm_decimal
coins(const char *text)
{
	plm_decimal value;
	assert_int_equal(plm_decimal_parse(plm_slice_of(text), &value, NULL), PLM_OK);
	return value;
}

static plm_event
event_at(const rig *r, plm_event_type type, uint32_t account, int64_t venue_s)
{
	plm_event event;
	plm_event_init(&event, type);
	event.account.value = account;
	event.epoch = 1;
	event.venue_time_ns = venue_s * PLM_NS_PER_S;
	event.received_time_ns = r->now_s * PLM_NS_PER_S;
	return event;
}

static void
batch(rig *r)
{
	plm_event event = event_at(r, PLM_EVENT_BATCH_END, 0, 0);
	event.u.batch_end.now_ns = r->now_s * PLM_NS_PER_S;
	pli_book_apply(r->book, &event);
}

static void
batch_after(rig *r, int64_t seconds)
{
	r->now_s += seconds;
	batch(r);
}

static pli_book *
book_make(void)
{
	pli_book_bounds bounds = {{8, 8, 32}, 16, 32, 4, 16, 0};
	pli_book *book = pli_book_create(&bounds);
	assert_non_null(book);
	return book;
}

static void
balance_at(rig *r, uint32_t account, const char *wallet, int64_t venue_s)
{
	plm_event event = event_at(r, PLM_EVENT_BALANCE, account, venue_s);
	event.u.balance.asset.value = COIN;
	event.u.balance.wallet = coins(wallet);
	pli_book_apply(r->book, &event);
}

static void
balance(rig *r, uint32_t account, const char *wallet)
{
	balance_at(r, account, wallet, r->now_s);
}

/* A full reading; wallet NULL: without the coin. */
static void
reading(rig *r, uint32_t account, const char *wallet)
{
	plm_event event = event_at(r, PLM_EVENT_SNAPSHOT_BEGIN, account, r->now_s);
	event.u.snapshot.scope = PLM_SCOPE_BALANCES;
	pli_book_apply(r->book, &event);
	event = event_at(r, PLM_EVENT_BALANCE, account, r->now_s);
	event.flags = PLM_FLAG_SNAPSHOT;
	event.u.balance.asset.value = COIN;
	if (wallet != NULL) {
		event.u.balance.wallet = coins(wallet);
		pli_book_apply(r->book, &event);
	}
	event = event_at(r, PLM_EVENT_SNAPSHOT_END, account, r->now_s);
	event.u.snapshot.scope = PLM_SCOPE_BALANCES;
	event.u.snapshot.complete = 1;
	event.u.snapshot.rows_count = wallet != NULL;
	pli_book_apply(r->book, &event);
}

static plm_event
record(const rig *r, uint32_t account, const char *quantity, uint64_t name)
{
	plm_event event = event_at(r, PLM_EVENT_TRANSFER, account, r->now_s);
	event.u.transfer.asset.value = COIN;
	event.u.transfer.quantity = coins(quantity);
	event.u.transfer.kind = plm_decimal_sign(event.u.transfer.quantity) < 0
				    ? PLM_TRANSFER_WITHDRAWAL
				    : PLM_TRANSFER_DEPOSIT;
	event.u.transfer.transfer_hash = name;
	return event;
}

static void
moved(rig *r, uint32_t account, const char *quantity, uint64_t name)
{
	plm_event event = record(r, account, quantity, name);
	pli_book_apply(r->book, &event);
}

static void
moved_with_fee(rig *r, uint32_t account, const char *quantity, const char *fee, uint64_t name)
{
	plm_event event = record(r, account, quantity, name);
	event.u.transfer.fee = coins(fee);
	pli_book_apply(r->book, &event);
}

static void
moved_by(rig *r, uint32_t account, const char *quantity, uint64_t name, uint64_t chain)
{
	plm_event event = record(r, account, quantity, name);
	event.u.transfer.chain_hash = chain;
	pli_book_apply(r->book, &event);
}

static void
rig_begin(rig *r)
{
	*r = (rig){book_make(), START_S};
	for (uint32_t i = 1; i <= TRANSIT; i++) {
		plm_event event = event_at(r, PLM_EVENT_ACCOUNT, 0, 0);
		event.u.account_fact.id.value = i;
		event.u.account_fact.is_transit = i == TRANSIT;
		pli_book_apply(r->book, &event);
	}
	plm_event event = event_at(r, PLM_EVENT_POLICY, 0, 0);
	event.u.policy.transit_after_s = AFTER_S;
	pli_book_apply(r->book, &event);
	reading(r, 1, "10");
	reading(r, 2, "5");
	reading(r, 3, NULL);
	batch_after(r, 60);
}

static void
rig_end(rig *r)
{
	pli_book_destroy(r->book);
}

static plm_decimal
wallet_of(const rig *r, uint32_t account)
{
	uint32_t index = pli_book_balance_find(
	    r->book, (plm_account_id){account}, (plm_asset_id){COIN});
	const pli_balance_row *row = index == PLI_ROW_NONE ? NULL
							   : pli_book_balance(r->book, index);
	return row != NULL && row->open ? row->fact.wallet : plm_decimal_zero();
}

static plm_decimal
doubt_of(const rig *r)
{
	uint32_t index = pli_book_balance_find(
	    r->book, (plm_account_id){TRANSIT}, (plm_asset_id){COIN});
	return index == PLI_ROW_NONE ? plm_decimal_zero()
				     : pli_book_balance(r->book, index)->unreconciled;
}

static plm_decimal
net_of(const rig *r)
{
	plm_decimal net = plm_decimal_zero();
	for (uint32_t i = 1; i <= TRANSIT; i++)
		assert_int_equal(plm_decimal_add(net, wallet_of(r, i), &net), PLM_OK);
	return net;
}

static void
assert_coins(plm_decimal value, const char *expected)
{
	char text[PLM_DECIMAL_TEXT_MAX];
	(void)plm_decimal_format(value, text);
	assert_string_equal(text, expected);
}

static void
assert_book(const rig *r, const char *net, const char *transit, const char *doubt)
{
	assert_coins(net_of(r), net);
	assert_coins(wallet_of(r, TRANSIT), transit);
	assert_coins(doubt_of(r), doubt);
}

/* Of all rows that are not free there is one in the state. */
static const pli_transit_row *
only_row(const rig *r, pli_transit_state state)
{
	const pli_transit_row *found = NULL;
	for (uint32_t i = 0; i < pli_book_transits_count(r->book); i++) {
		const pli_transit_row *row = pli_book_transit(r->book, i);
		if (row->state != state)
			continue;
		assert_null(found);
		found = row;
	}
	assert_non_null(found);
	return found;
}

static void
test_transit__coins_under_way_stand_in_the_net_once(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r);
	assert_book(&r, "15", "0", "0");
	moved(&r, 1, "-2", 77);
	batch(&r); /* told, and the balance has them still */
	assert_book(&r, "15", "0", "2");
	balance(&r, 1, "8");
	batch_after(&r, 1); /* gone, and nobody knows where */
	assert_book(&r, "15", "2", "2");
	assert_int_equal(only_row(&r, PLI_TRANSIT_IN_FLIGHT)->to.value, 0);
	batch_after(&r, 1200);
	assert_book(&r, "15", "2", "2");
	moved(&r, 2, "2", 78);
	batch(&r); /* told as credited */
	assert_book(&r, "15", "2", "2");
	balance(&r, 2, "7");
	batch_after(&r, 1);
	assert_book(&r, "15", "0", "0");
	const pli_transit_row *row = only_row(&r, PLI_TRANSIT_ARRIVED);
	assert_int_equal(row->match, PLI_MATCH_AMOUNT);
	assert_int_equal(row->in.account.value, 2);
	rig_end(&r);
}

static void
test_transit__the_fee_is_gone(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r);
	balance(&r, 1, "7.9995");
	moved_with_fee(&r, 1, "-2", "0.0005", 1);
	batch(&r);
	assert_book(&r, "14.9995", "2", "2");
	balance(&r, 2, "7");
	moved(&r, 2, "2", 2);
	batch_after(&r, 1500);
	assert_book(&r, "14.9995", "0", "0");
	/* the fee is not told: known when less arrives */
	balance(&r, 2, "4");
	moved(&r, 2, "-3", 3);
	batch_after(&r, 10);
	assert_book(&r, "14.9995", "3", "3");
	balance(&r, 1, "10.9985");
	moved(&r, 1, "2.999", 4);
	batch_after(&r, 900);
	assert_book(&r, "14.9985", "0", "0");
	rig_end(&r);
}

static void
test_transit__two_equal_amounts_are_two_movements(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r);
	moved(&r, 1, "-1", 1);
	moved(&r, 1, "-1", 2);
	balance(&r, 1, "9");
	batch(&r); /* one of them is seen to have left */
	assert_book(&r, "15", "1", "2");
	balance(&r, 1, "8");
	batch_after(&r, 1);
	assert_book(&r, "15", "2", "2");
	moved(&r, 2, "1", 3);
	balance(&r, 2, "6");
	batch_after(&r, 600);
	assert_book(&r, "15", "1", "1");
	moved(&r, 3, "1", 4);
	balance(&r, 3, "1");
	batch_after(&r, 600);
	assert_book(&r, "15", "0", "0");
	rig_end(&r);
}

/* What moves within a venue is not taken for what left by an address, though that waits longer. */
static void
test_transit__of_equal_amounts_the_one_of_its_kind(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r);
	balance(&r, 1, "9");
	moved(&r, 1, "-1", 1);
	batch_after(&r, 1000);
	for (uint32_t i = 0; i < 2; i++) { /* told by who sent it, then by who got it */
		plm_event event = record(&r, i == 0 ? 1 : 2, i == 0 ? "-1" : "1", 2 + i);
		event.u.transfer.kind = PLM_TRANSFER_INTERNAL;
		pli_book_apply(r.book, &event);
		balance(&r, i == 0 ? 1 : 2, i == 0 ? "8" : "6");
		batch_after(&r, 1);
	}
	assert_book(&r, "15", "1", "1");
	assert_int_equal(only_row(&r, PLI_TRANSIT_ARRIVED)->out.transfer_hash, 2);
	assert_int_equal(only_row(&r, PLI_TRANSIT_IN_FLIGHT)->out.transfer_hash, 1);
	rig_end(&r);
}

/* The transaction says which of two is which, also when amounts alone said otherwise before. */
static void
test_transit__a_transaction_is_surer_than_an_amount(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r);
	balance(&r, 1, "8");
	moved_by(&r, 1, "-1", 1, 0xa);
	moved(&r, 1, "-1", 2);
	moved_by(&r, 2, "1", 3, 0xb);
	balance(&r, 2, "6");
	batch(&r);
	assert_book(&r, "15", "1", "1");
	const pli_transit_row *row = only_row(&r, PLI_TRANSIT_ARRIVED);
	assert_int_equal(row->out.transfer_hash, 2);
	assert_int_equal(row->match, PLI_MATCH_AMOUNT);
	moved_by(&r, 1, "-1", 2, 0xc); /* it was another */
	batch_after(&r, 1);
	assert_int_equal(only_row(&r, PLI_TRANSIT_RECEIVED)->in.transfer_hash, 3);
	moved_by(&r, 3, "1", 4, 0xc);
	balance(&r, 3, "1");
	batch_after(&r, 1);
	row = only_row(&r, PLI_TRANSIT_ARRIVED);
	assert_int_equal(row->out.transfer_hash, 2);
	assert_int_equal(row->match, PLI_MATCH_TRANSACTION);
	rig_end(&r);
}

static void
test_transit__the_deposit_may_be_told_first(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r);
	moved(&r, 2, "2", 1);
	balance(&r, 2, "7");
	batch(&r); /* from outside, or from an account that has not told yet */
	assert_book(&r, "17", "0", "2");
	balance(&r, 1, "8");
	batch_after(&r, 5);
	assert_book(&r, "15", "0", "4");
	plm_event late = record(&r, 1, "-2", 2);
	late.venue_time_ns -= 300 * PLM_NS_PER_S;
	pli_book_apply(r.book, &late);
	batch_after(&r, 5);
	assert_book(&r, "15", "0", "0");
	(void)only_row(&r, PLI_TRANSIT_ARRIVED);
	rig_end(&r);
}

/* Between a balance that shows it and one that does not, the net is right. */
static void
test_transit__both_balances_may_show_the_coins(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r);
	moved(&r, 1, "-2", 1);
	moved(&r, 2, "2", 2);
	balance(&r, 2, "7");
	batch(&r);
	assert_book(&r, "15", "-2", "2");
	balance(&r, 1, "8");
	batch_after(&r, 1);
	assert_book(&r, "15", "0", "0");
	rig_end(&r);
}

/* A full reading lacks the coins before anything is told. */
static void
test_transit__a_fall_that_nothing_explains_is_in_doubt(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r);
	reading(&r, 1, "7.5");
	batch(&r);
	assert_book(&r, "12.5", "0", "2.5");
	batch_after(&r, 30);
	moved(&r, 1, "-2.5", 1);
	batch(&r);
	assert_book(&r, "15", "2.5", "2.5");
	reading(&r, 2, NULL); /* all of it gone; this one is a loss */
	batch_after(&r, 1);
	assert_book(&r, "10", "2.5", "7.5");
	batch_after(&r, 300); /* the time to tell is over */
	assert_book(&r, "10", "2.5", "2.5");
	rig_end(&r);
}

/* The program starts while coins are on their way: the first readings lack them already. */
static void
test_transit__what_was_sent_before_the_start_is_under_way(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r);
	plm_event event = record(&r, 1, "-2", 1);
	event.venue_time_ns -= 3600 * PLM_NS_PER_S;
	pli_book_apply(r.book, &event);
	batch(&r);
	assert_book(&r, "17", "2", "2");
	plm_event other = record(&r, 2, "2", 2);
	other.venue_time_ns -= 1800 * PLM_NS_PER_S;
	pli_book_apply(r.book, &other);
	batch_after(&r, 1);
	assert_book(&r, "15", "0", "0");
	/* and a day before that: over */
	event = record(&r, 1, "-3", 3);
	event.venue_time_ns -= (AFTER_S + 10) * PLM_NS_PER_S;
	pli_book_apply(r.book, &event);
	batch_after(&r, 1);
	assert_book(&r, "15", "0", "0");
	rig_end(&r);
}

static void
test_transit__an_address_says_whose_coins_they_are(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r);
	plm_event address = event_at(&r, PLM_EVENT_ADDRESS, 0, 0);
	address.u.address.account.value = 2;
	address.u.address.hash = plm_transfer_hash(PLM_SLICE("0xAB12"));
	pli_book_apply(r.book, &address);
	plm_event event = record(&r, 1, "-2", 1);
	event.u.transfer.address_hash = plm_transfer_hash(PLM_SLICE("ab12"));
	pli_book_apply(r.book, &event);
	balance(&r, 1, "8");
	batch(&r);
	assert_book(&r, "15", "2", "0");
	assert_int_equal(only_row(&r, PLI_TRANSIT_IN_FLIGHT)->to.value, 2);
	/* an equal amount at another account is another movement */
	moved(&r, 3, "2", 2);
	balance(&r, 3, "2");
	batch_after(&r, 400);
	assert_book(&r, "17", "2", "0");
	/* what goes to nobody of ours leaves the net */
	event = record(&r, 1, "-4", 3);
	event.u.transfer.address_hash = plm_transfer_hash(PLM_SLICE("cd34"));
	pli_book_apply(r.book, &event);
	balance(&r, 1, "4");
	batch_after(&r, 1);
	assert_book(&r, "13", "2", "0");
	(void)only_row(&r, PLI_TRANSIT_LEFT);
	rig_end(&r);
}

static void
test_transit__refused_coins_come_back(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r);
	moved(&r, 1, "-2", 1);
	balance(&r, 1, "8");
	batch(&r);
	assert_book(&r, "15", "2", "2");
	plm_event event = record(&r, 1, "-2", 1);
	event.u.transfer.state = PLM_TRANSFER_FAILED;
	pli_book_apply(r.book, &event);
	batch_after(&r, 60);
	assert_book(&r, "15", "2", "2");
	(void)only_row(&r, PLI_TRANSIT_RETURNING);
	balance(&r, 1, "10");
	batch_after(&r, 1);
	assert_book(&r, "15", "0", "0");
	assert_coins(only_row(&r, PLI_TRANSIT_RETURNED)->counted, "0");
	/* a refusal may name nothing but the amount */
	balance(&r, 1, "6");
	moved(&r, 1, "-4", 9);
	batch_after(&r, 1);
	event = record(&r, 1, "-4", 0);
	event.u.transfer.kind = PLM_TRANSFER_CHANGE;
	event.u.transfer.state = PLM_TRANSFER_FAILED;
	pli_book_apply(r.book, &event);
	balance(&r, 1, "10");
	batch_after(&r, 1);
	assert_book(&r, "15", "0", "0");
	/* and what was only asked for never left */
	event = record(&r, 1, "-3", 2);
	event.u.transfer.state = PLM_TRANSFER_PENDING;
	pli_book_apply(r.book, &event);
	batch_after(&r, 1);
	assert_book(&r, "15", "0", "0");
	(void)only_row(&r, PLI_TRANSIT_PENDING);
	event.u.transfer.state = PLM_TRANSFER_FAILED;
	pli_book_apply(r.book, &event);
	batch_after(&r, 1);
	assert_book(&r, "15", "0", "0");
	rig_end(&r);
}

static void
test_transit__coins_that_never_arrive_are_said(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r);
	moved(&r, 1, "-2", 1);
	balance(&r, 1, "8");
	batch_after(&r, 1);
	batch_after(&r, AFTER_S - 10);
	assert_book(&r, "15", "2", "2");
	batch_after(&r, 20);
	assert_book(&r, "13", "0", "0");
	const pli_transit_row *row = only_row(&r, PLI_TRANSIT_UNEXPLAINED);
	assert_coins(row->quantity, "2");
	assert_int_equal(pli_book_counters_get(r.book).transits_unexplained, 1);
	rig_end(&r);
}

static bool
is_over(const rig *r, pli_transit_state state)
{
	return pli_transit_is_over(only_row(r, state), pli_book_now_ns(r->book));
}

/* Over is neither what is under way nor unexplained, nor what is in doubt or announced. */
static void
test_transit__what_is_over(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r);
	moved(&r, 1, "-2", 1);
	balance(&r, 1, "8");
	batch_after(&r, 1);
	assert_false(is_over(&r, PLI_TRANSIT_IN_FLIGHT));
	moved(&r, 2, "2", 2);
	balance(&r, 2, "7");
	batch_after(&r, 1);
	assert_true(is_over(&r, PLI_TRANSIT_ARRIVED));
	plm_event event = record(&r, 2, "3", 3);
	event.u.transfer.state = PLM_TRANSFER_PENDING;
	pli_book_apply(r.book, &event);
	batch_after(&r, 1);
	assert_false(is_over(&r, PLI_TRANSIT_RECEIVED)); /* announced */
	assert_coins(only_row(&r, PLI_TRANSIT_RECEIVED)->doubt, "0");
	moved(&r, 2, "3", 3);
	balance(&r, 2, "10");
	batch_after(&r, 1);
	assert_false(is_over(&r, PLI_TRANSIT_RECEIVED)); /* whence is in doubt */
	batch_after(&r, 1200);
	assert_true(is_over(&r, PLI_TRANSIT_RECEIVED));
	moved(&r, 1, "-4", 4);
	balance(&r, 1, "4");
	batch_after(&r, 1);
	batch_after(&r, AFTER_S + 10);
	assert_false(is_over(&r, PLI_TRANSIT_UNEXPLAINED));
	rig_end(&r);
}

/* One withdrawal told by the balance's stream and by the history is one. */
static void
test_transit__a_change_and_its_record_are_one(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r);
	for (int order = 0; order < 2; order++) {
		plm_event change = record(&r, 1, order == 0 ? "-2.1" : "-1.1", 10 + order);
		change.u.transfer.kind = PLM_TRANSFER_CHANGE;
		if (order == 0)
			pli_book_apply(r.book, &change);
		balance(&r, 1, order == 0 ? "7.9" : "6.8");
		batch_after(&r, 1);
		moved_with_fee(&r, 1, order == 0 ? "-2" : "-1", "0.1", 20 + order);
		if (order == 1)
			pli_book_apply(r.book, &change);
		batch_after(&r, 1);
	}
	assert_book(&r, "14.8", "3", "3");
	rig_end(&r);
}

/* Not every venue tells deposits: its balance rises by just what is under way. What tells of it
 * later is the same. */
static void
test_transit__a_rise_alone_may_be_the_arrival(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r);
	balance(&r, 1, "8");
	moved(&r, 1, "-2", 31);
	batch_after(&r, 900);
	assert_book(&r, "15", "2", "2");
	balance(&r, 2, "5.5");
	batch_after(&r, 1); /* something else */
	assert_book(&r, "15.5", "2", "2.5");
	batch_after(&r, 200);
	balance(&r, 3, "1.999");
	batch_after(&r, 1); /* a deposit may yet be told */
	assert_book(&r, "17.499", "2", "3.999");
	batch_after(&r, 100);
	assert_book(&r, "15.499", "0", "0");
	const pli_transit_row *row = only_row(&r, PLI_TRANSIT_ARRIVED);
	assert_int_equal(row->in.account.value, 3);
	moved(&r, 3, "1.999", 32);
	batch_after(&r, 300);
	assert_book(&r, "15.499", "0", "0");
	assert_int_equal(only_row(&r, PLI_TRANSIT_ARRIVED)->in.transfer_hash, 32);
	rig_end(&r);
}

/* A trade is no movement; what it does to a balance is explained by it. */
static void
test_transit__trades_and_funding_explain_balances(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r);
	plm_event spec = event_at(&r, PLM_EVENT_INSTRUMENT, 0, 0);
	spec.u.instrument.id.value = 1;
	spec.u.instrument.kind = PLM_KIND_SPOT;
	spec.u.instrument.underlying.value = COIN;
	spec.u.instrument.quote.value = 2;
	pli_book_apply(r.book, &spec);
	plm_event fill = event_at(&r, PLM_EVENT_FILL, 1, r.now_s);
	fill.u.fill.instrument.value = 1;
	fill.u.fill.unit = PLM_UNIT_COINS;
	fill.u.fill.quantity = coins("-3");
	fill.u.fill.price = coins("100");
	fill.u.fill.fee = coins("0.01");
	fill.u.fill.fee_asset.value = COIN;
	balance(&r, 1, "6.99");
	batch(&r);
	assert_book(&r, "11.99", "0", "3.01");
	pli_book_apply(r.book, &fill);
	batch_after(&r, 1);
	assert_book(&r, "11.99", "0", "0");
	plm_event funding = event_at(&r, PLM_EVENT_FUNDING, 1, r.now_s);
	funding.u.funding.asset.value = COIN;
	funding.u.funding.amount = coins("0.5");
	pli_book_apply(r.book, &funding);
	batch_after(&r, 1);
	assert_book(&r, "11.99", "0", "0.5");
	balance(&r, 1, "7.49");
	batch_after(&r, 1);
	assert_book(&r, "12.49", "0", "0");
	rig_end(&r);
}

static void
test_transit__without_a_transit_account_nothing_is_kept(void **state)
{
	(void)state;
	rig r = {book_make(), START_S};
	reading(&r, 1, "10");
	batch(&r);
	balance(&r, 1, "8");
	moved(&r, 1, "-2", 1);
	batch_after(&r, 1);
	assert_int_equal(pli_book_transits_count(r.book), 0);
	assert_int_equal(pli_book_balances_count(r.book), 1);
	assert_int_equal(pli_book_counters_get(r.book).transfers, 1);
	rig_end(&r);
}

/* More movements at once than there are rows: the account that lost one says so. */
static void
test_transit__a_full_table_is_said(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r);
	for (uint64_t i = 1; i <= 5000; i++)
		moved(&r, 1, "-0.001", i);
	batch(&r);
	assert_true(pli_book_counters_get(r.book).rows_full > 0);
	rig_end(&r);
}

/* ---- any order ---- */

enum { SEEDS = 200, MOVES = 12, FACTS_MAX = 400 };

static uint64_t
next(uint64_t *random)
{
	*random = *random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *random >> 33;
}

/* What happens in truth, and when it is told. */
typedef struct fact {
	int64_t told_s;
	plm_event event;
} fact;

typedef struct story {
	rig rig;
	fact facts[FACTS_MAX];
	uint32_t facts_count;
	int64_t wallets[ACCOUNTS + 1]; /* thousandths, as the venue keeps them */
	int64_t last_told_s[ACCOUNTS + 1];
} story;

static plm_decimal
thousandths(int64_t value)
{
	return (plm_decimal){(plm_int128)value * (PLM_DECIMAL_ONE_UNITS / 1000)};
}

static void
story_add(story *s, int64_t told_s, plm_event event)
{
	assert_true(s->facts_count < FACTS_MAX);
	event.received_time_ns = told_s * PLM_NS_PER_S;
	s->facts[s->facts_count++] = (fact){told_s, event};
}

/* An account's balances are told in order, each some seconds late. */
static void
story_balance(story *s, uint64_t *random, uint32_t account, int64_t at_s)
{
	plm_event event = event_at(&s->rig, PLM_EVENT_BALANCE, account, at_s);
	event.u.balance.asset.value = COIN;
	event.u.balance.wallet = thousandths(s->wallets[account]);
	int64_t told_s = at_s + (int64_t)(next(random) % 60);
	if (told_s < s->last_told_s[account])
		told_s = s->last_told_s[account];
	s->last_told_s[account] = told_s;
	story_add(s, told_s, event);
}

static void
story_record(
    story *s, uint64_t *random, uint32_t account, int64_t amount, int64_t at_s, uint64_t name)
{
	rig *r = &s->rig;
	plm_event event = record(r, account, amount < 0 ? "-1" : "1", name);
	event.venue_time_ns = at_s * PLM_NS_PER_S;
	event.u.transfer.quantity = thousandths(amount);
	if (next(random) % 2 == 0)
		event.u.transfer.fee = plm_decimal_zero();
	story_add(s, at_s + (int64_t)(next(random) % 90), event);
}

/* One coin move: it leaves, is some time under way, and arrives; equal amounts are frequent. */
typedef struct move {
	uint32_t from, to;
	int64_t amount, left_s, came_s;
} move;

static void
story_write(story *s, uint64_t *random)
{
	move moves[MOVES];
	for (uint32_t i = 0; i < MOVES; i++) {
		moves[i].from = 1 + (uint32_t)next(random) % ACCOUNTS;
		moves[i].to = 1 +
			      (moves[i].from + (uint32_t)next(random) % (ACCOUNTS - 1)) % ACCOUNTS;
		moves[i].amount = 100 * (1 + (int64_t)(next(random) % 3));
		moves[i].left_s = s->rig.now_s + 100 + (int64_t)(next(random) % 3000);
		moves[i].came_s = moves[i].left_s + (int64_t)(next(random) % 600);
	}
	for (int64_t at_s = s->rig.now_s; at_s < s->rig.now_s + 4000; at_s++) {
		for (uint32_t i = 0; i < MOVES; i++) {
			const move *m = &moves[i];
			if (m->left_s == at_s) {
				s->wallets[m->from] -= m->amount;
				story_balance(s, random, m->from, at_s);
				story_record(s, random, m->from, -m->amount, at_s, 100 + i);
			}
			if (m->came_s == at_s) {
				s->wallets[m->to] += m->amount;
				story_balance(s, random, m->to, at_s);
				story_record(s, random, m->to, m->amount, at_s, 200 + i);
			}
		}
	}
}

/* A new book with the old one's tables: a restart from what a journal keeps. */
static void
story_restart(story *s)
{
	pli_regions from = {0}, to = {0};
	pli_book *book = book_make();
	pli_book_dirty_clear(s->rig.book);
	for (uint32_t i = 1; i <= TRANSIT; i++) {
		plm_event event = event_at(&s->rig, PLM_EVENT_ACCOUNT, 0, 0);
		event.u.account_fact.id.value = i;
		event.u.account_fact.is_transit = i == TRANSIT;
		pli_book_apply(book, &event);
	}
	pli_book_dirty_clear(book);
	pli_book_regions(s->rig.book, &from);
	pli_book_regions(book, &to);
	for (uint32_t i = 0; i < from.count; i++)
		memcpy(to.items[i].bytes, from.items[i].bytes, from.items[i].size);
	assert_true(pli_book_hash(book) == pli_book_hash(s->rig.book));
	pli_book_destroy(s->rig.book);
	s->rig.book = book;
}

static void
story_tell(story *s, uint64_t *random, plm_decimal truth)
{
	int64_t end_s = s->rig.now_s + 4200;
	uint32_t told = 0;
	for (; s->rig.now_s < end_s; s->rig.now_s++) {
		bool any = false;
		for (uint32_t i = 0; i < s->facts_count; i++) {
			if (s->facts[i].told_s != s->rig.now_s)
				continue;
			any = true;
			told++;
			pli_book_apply(s->rig.book, &s->facts[i].event);
		}
		if (!any && next(random) % 8 != 0)
			continue;
		batch(&s->rig);
		if (next(random) % 97 == 0)
			story_restart(s);
		plm_decimal off;
		assert_int_equal(plm_decimal_subtract(net_of(&s->rig), truth, &off), PLM_OK);
		assert_true(plm_decimal_compare(plm_decimal_abs(off), doubt_of(&s->rig)) <= 0);
	}
	assert_int_equal(told, s->facts_count);
}

/* Own accounts and what is under way hold what there is, less or more at most what is said to be in
 * doubt; and nothing is in doubt when all is told. */
static void
test_transit__the_net_is_right_in_any_order(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		static story s;
		uint64_t random = seed;
		s = (story){0};
		rig_begin(&s.rig);
		s.wallets[1] = 10000;
		s.wallets[2] = 5000;
		s.wallets[3] = 8000;
		reading(&s.rig, 3, "8");
		batch_after(&s.rig, 300);
		story_write(&s, &random);
		story_tell(&s, &random, thousandths(23000));
		batch_after(&s.rig, 200);
		assert_book(&s.rig, "23", "0", "0");
		rig_end(&s.rig);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_transit__coins_under_way_stand_in_the_net_once),
	    cmocka_unit_test(test_transit__the_fee_is_gone),
	    cmocka_unit_test(test_transit__two_equal_amounts_are_two_movements),
	    cmocka_unit_test(test_transit__of_equal_amounts_the_one_of_its_kind),
	    cmocka_unit_test(test_transit__a_transaction_is_surer_than_an_amount),
	    cmocka_unit_test(test_transit__the_deposit_may_be_told_first),
	    cmocka_unit_test(test_transit__both_balances_may_show_the_coins),
	    cmocka_unit_test(test_transit__a_fall_that_nothing_explains_is_in_doubt),
	    cmocka_unit_test(test_transit__what_was_sent_before_the_start_is_under_way),
	    cmocka_unit_test(test_transit__an_address_says_whose_coins_they_are),
	    cmocka_unit_test(test_transit__refused_coins_come_back),
	    cmocka_unit_test(test_transit__coins_that_never_arrive_are_said),
	    cmocka_unit_test(test_transit__what_is_over),
	    cmocka_unit_test(test_transit__a_change_and_its_record_are_one),
	    cmocka_unit_test(test_transit__a_rise_alone_may_be_the_arrival),
	    cmocka_unit_test(test_transit__trades_and_funding_explain_balances),
	    cmocka_unit_test(test_transit__without_a_transit_account_nothing_is_kept),
	    cmocka_unit_test(test_transit__a_full_table_is_said),
	    cmocka_unit_test(test_transit__the_net_is_right_in_any_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
