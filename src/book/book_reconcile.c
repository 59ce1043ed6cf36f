/* book_reconcile.c: what updates told against what is read in full. */
#include <assert.h>

#include "book/book.h"
#include "book/book_state.h"

bool
pli_book_reconcile_is_check(
    const pli_book *book, plm_account_id account, const book_snapshot *snapshot)
{
	return snapshot->is_check && book->accounts[account.value].read_epoch == snapshot->epoch;
}

static bool
quantity_equal(plm_decimal a, plm_decimal b)
{
	return a.units == b.units;
}

void
pli_book_reconcile_read(pli_book *book, uint32_t index, bool is_new, const shadow_row *said)
{
	assert(index < book->positions_count);
	pli_position_row *row = &book->positions[index];
	pli_reconcile *reconcile = &book->accounts[row->account.value].reconcile;
	plm_decimal before = is_new || !row->open ? plm_decimal_zero() : row->fact.quantity;
	plm_decimal read = said == NULL ? plm_decimal_zero() : said->u.position.quantity;
	row->unreconciled = plm_decimal_zero();
	if (quantity_equal(before, read)) {
		reconcile->rows_equal++;
		return;
	}
	reconcile->rows_differing++;
	reconcile->instrument = row->fact.instrument;
	reconcile->side = row->fact.side;
	reconcile->quantity_before = before;
	reconcile->quantity_read = read;
	reconcile->received_time_ns = said == NULL ? book->now_ns : said->received_time_ns;
	if (plm_decimal_subtract(read, before, &row->unreconciled) != PLM_OK)
		row->unreconciled = read; /* all of it: one of them is unknown */
}

void
pli_book_reconcile_newer(pli_book *book, plm_account_id account)
{
	book->accounts[account.value].reconcile.rows_newer++;
}

void
pli_book_reconcile_told(pli_book *book, uint32_t index, plm_decimal quantity_before)
{
	pli_position_row *row = &book->positions[index];
	if (plm_decimal_sign(row->unreconciled) == 0)
		return;
	book->accounts[row->account.value].reconcile.rows_explained += quantity_equal(
	    quantity_before, row->fact.quantity);
	row->unreconciled = plm_decimal_zero();
}

void
pli_book_reconcile_end(
    pli_book *book, plm_account_id account, const book_snapshot *snapshot, bool is_check)
{
	book_account *of = &book->accounts[account.value];
	of->read_epoch = snapshot->epoch;
	of->reconcile.readings_count += is_check;
}

const pli_reconcile *
pli_book_reconcile(const pli_book *book, plm_account_id account)
{
	if (account.value > book->bounds.registry.accounts_max)
		return NULL;
	return &book->accounts[account.value].reconcile;
}
