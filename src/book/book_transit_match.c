/* book_transit_match.c: which deposit is which withdrawal. */
#include <assert.h>

#include "base/mutant.h"
#include "book/book.h"
#include "book/book_state.h"

/* Where no fee was told it is at most this part of the amount; of a rise of a balance that nobody
 * told the cause of, this one. */
enum { MATCH_FEE_PART = 50, MATCH_FEE_PART_UNTOLD = 500 };

/* `got` could be what is left of the withdrawal. ret_equal: to the last digit. */
static bool
match_amount(const pli_transit_row *out, plm_decimal got, int fee_part, bool *ret_equal)
{
	plm_decimal sent = out->quantity, less;
	*ret_equal = plm_decimal_compare(got, sent) == 0;
	if (*ret_equal)
		return true;
	if (plm_decimal_is_known(out->fee)) /* some venues count the fee into the amount */
		return plm_decimal_subtract(sent, out->fee, &less) == PLM_OK &&
		       plm_decimal_compare(got, less) == 0;
	plm_int128 fee = sent.units - got.units;
	return fee > 0 && fee <= sent.units / fee_part;
}

bool
pli_book_transit_is_rise(const pli_transit_row *row, plm_account_id account, plm_decimal came)
{
	bool equal;
	return account.value != row->out.account.value && !row->foreign &&
	       (row->to.value == 0 || row->to.value == account.value) &&
	       plm_decimal_sign(came) > 0 && match_amount(row, came, MATCH_FEE_PART_UNTOLD, &equal);
}

static bool
match_time(const pli_transit_row *out, const pli_transit_row *in)
{
	plm_time_ns after_ns = in->in.time_ns - out->out.time_ns;
	return after_ns >= -BOOK_TRANSIT_APART_NS && in->in.time_ns <= out->until_ns;
}

/* How sure a match of that kind is: equal amounts come first, then records that both, or neither,
 * tell of what moves within a venue. */
enum { SCORE_KINDS = 1, SCORE_EQUAL = 2, SCORE_MATCH = 4 };

static int
score_of(const pli_transit_row *out, const pli_transit_row *in, pli_transit_match match, bool equal)
{
	bool told = out->kind != PLM_TRANSFER_CHANGE && in->kind != PLM_TRANSFER_CHANGE;
	bool kinds = told &&
		     (out->kind == PLM_TRANSFER_INTERNAL) == (in->kind == PLM_TRANSFER_INTERNAL);
	return (int)match * SCORE_MATCH + (equal ? SCORE_EQUAL : 0) + (kinds ? SCORE_KINDS : 0);
}

/* 0: not the same movement; else the larger the surer. */
static int
match_score(const pli_transit_row *out, const pli_transit_row *in)
{
	bool equal, amount = match_amount(out, in->in.total, MATCH_FEE_PART, &equal);
	if (pli_mutant(BOOK_TRANSIT_UNMATCHED) || out->asset.value != in->asset.value ||
	    !match_time(out, in) || out->out.account.value == in->in.account.value)
		return 0;
	uint64_t sent = out->out.chain_hash, got = in->in.chain_hash;
	if (sent != 0 && sent == got) /* one transaction may pay many */
		return amount ? score_of(out, in, PLI_MATCH_TRANSACTION, equal) : 0;
	bool named_to = out->to.value != 0, named_from = in->out.account.value != 0;
	if ((named_to && out->to.value != in->in.account.value) ||
	    (named_from && in->out.account.value != out->out.account.value) ||
	    (sent != 0 && got != 0) || out->foreign || !amount)
		return 0;
	bool named = named_to || named_from;
	return score_of(out, in, named ? PLI_MATCH_ACCOUNT : PLI_MATCH_AMOUNT, equal);
}

static void
match_join(pli_transit_row *out, pli_transit_row *in, int score)
{
	out->in = in->in;
	out->match = (uint8_t)(score / SCORE_MATCH);
	out->foreign = 0;
	out->to = in->in.account;
	out->quantity = in->in.total;
	if (!pli_transit_is_open(out->state))
		out->state = PLI_TRANSIT_IN_FLIGHT; /* it was given up too soon */
	*in = (pli_transit_row){.state = PLI_TRANSIT_FREE};
}

/* The side that left, as it was before it was joined. */
static pli_transit_row
match_out(const pli_transit_row *row)
{
	pli_transit_row out = *row;
	out.in = (pli_transit_side){0};
	out.match = PLI_MATCH_NONE;
	out.to.value = 0;
	if (plm_decimal_subtract(out.out.total, out.fee, &out.quantity) != PLM_OK)
		out.quantity = out.out.total;
	if (!pli_transit_is_open(out.state))
		out.state = PLI_TRANSIT_IN_FLIGHT;
	return out;
}

/* The side that came, as a row of its own. */
static pli_transit_row
match_in(const pli_transit_row *row)
{
	return (pli_transit_row){.asset = row->asset,
	    .kind = row->kind,
	    .state = PLI_TRANSIT_RECEIVED,
	    .quantity = row->in.total,
	    .fee = plm_decimal_unknown(),
	    .counted = plm_decimal_zero(),
	    .doubt = plm_decimal_zero(),
	    .since_ns = row->in.time_ns,
	    .until_ns = row->until_ns,
	    .changed_ns = row->changed_ns,
	    .in = row->in};
}

pli_transit_row *
pli_book_transit_split(pli_book *book, pli_transit_row *row)
{
	assert(row->out.told != 0 && row->in.told != 0);
	pli_transit_row *other = pli_book_transit_take(book);
	if (other != NULL)
		*other = match_in(row);
	*row = match_out(row);
	return other;
}

/* Two that are left over, and a pair of equal amounts between them that can change partners. */
static bool
match_swap(pli_book *book, pli_transit_row *out, pli_transit_row *in)
{
	for (uint32_t i = 0; i < book->transits_count; i++) {
		pli_transit_row *pair = &book->transits[i];
		if (pair->match != PLI_MATCH_AMOUNT || pair->asset.value != out->asset.value)
			continue;
		pli_transit_row left = match_out(pair), came = match_in(pair);
		int first = match_score(out, &came), second = match_score(&left, in);
		if (first == 0 || second == 0)
			continue;
		*pair = left;
		match_join(out, &came, first);
		match_join(pair, in, second);
		return true;
	}
	return false;
}

static bool
match_is_other(const pli_transit_row *row, const pli_transit_row *other)
{
	return other != row && other->state != PLI_TRANSIT_FREE && !other->failed &&
	       (other->out.told != 0) == (row->in.told != 0) &&
	       (other->in.told != 0) == (row->out.told != 0);
}

/* The surest other side of a row that has one; of equal ones that which is waited for longest. */
static void
match_search(pli_book *book, pli_transit_row *row)
{
	pli_transit_row *best = NULL;
	bool out = row->out.told != 0;
	int best_score = 0;
	for (uint32_t i = 0; i < book->transits_count; i++) {
		pli_transit_row *other = &book->transits[i];
		if (!match_is_other(row, other))
			continue;
		int score = out ? match_score(row, other) : match_score(other, row);
		if (score > best_score ||
		    (score > 0 && score == best_score && other->since_ns < best->since_ns)) {
			best = other;
			best_score = score;
		}
	}
	if (best != NULL)
		match_join(out ? row : best, out ? best : row, best_score);
	for (uint32_t i = 0; best == NULL && i < book->transits_count; i++) {
		pli_transit_row *other = &book->transits[i];
		if (match_is_other(row, other) &&
		    match_swap(book, out ? row : other, out ? other : row))
			break;
	}
}

/* The two were joined by their amounts, and a transaction that was told since joins one of them to
 * another. */
static bool
match_is_wrong(const pli_book *book, const pli_transit_row *row)
{
	uint64_t sent = row->out.chain_hash, got = row->in.chain_hash;
	if (sent != 0 && got != 0)
		return sent != got;
	for (uint32_t i = 0; i < book->transits_count; i++) {
		const pli_transit_row *other = &book->transits[i];
		if (other != row && other->state != PLI_TRANSIT_FREE &&
		    ((got != 0 && other->out.chain_hash == got && other->in.chain_hash != got) ||
			(sent != 0 && other->in.chain_hash == sent &&
			    other->out.chain_hash != sent)))
			return row->match == PLI_MATCH_AMOUNT;
	}
	return false;
}

void
pli_book_transit_match(pli_book *book, pli_transit_row *row)
{
	bool both = row->out.told != 0 && row->in.told != 0;
	if (row->failed || (both && !match_is_wrong(book, row)))
		return;
	pli_transit_row *other = NULL;
	if (both) /* by their amounts alone; now their transactions say otherwise */
		other = pli_book_transit_split(book, row);
	match_search(book, row);
	if (other != NULL)
		match_search(book, other);
}
