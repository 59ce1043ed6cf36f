/* book_suspect.c: which of our inputs is off, where our margin is off the venue's. */
#include <math.h>
#include <stddef.h>

#include "margin/book_ladder_state.h"
#include "margin/pool_maker.h"

/* A leg whose maintenance the venue tells too. off: ours less its, in the pool's unit. mark_off:
 * of the marks, as a share. */
typedef struct leg_gap {
	double off, mark_off;
	uint32_t leg;
} leg_gap;

const char *
pli_ladder_suspect_text(uint8_t suspect)
{
#define X(name, number, text) [number] = text,
	static const char *const texts[] = {PLI_SUSPECTS(X)};
#undef X
	return suspect < PLI_SUSPECT_COUNT_ ? texts[suspect] : "";
}

/* NaN where the venue does not tell it of a position. */
static leg_gap
gap_of(const pli_ladder_maker *maker, const pli_book *book, const pli_book_pool *made, uint32_t leg)
{
	const plm_position *told = &pli_book_position(book, made->positions[leg])->fact;
	const plm_margin_leg *own = &made->pool.legs[leg];
	double mark = pli_pool_real(told->mark_price);
	plm_margin_leg_numbers numbers;
	plm_margin_leg_of(maker->work, leg, &numbers);
	double off = numbers.maintenance - pli_pool_real(told->maintenance_margin);
	return (leg_gap){
	    off * made->pool.assets[own->asset].price, fabs(own->mark - mark) / mark, leg};
}

/* The largest gap; off 0 where all that are told agree. */
static leg_gap
gap_find(const pli_ladder_maker *maker, const pli_book *book, const pli_book_pool *made)
{
	leg_gap worst = {0, NAN, 0};
	for (uint32_t i = 0; i < made->pool.legs_count; i++) {
		leg_gap gap = gap_of(maker, book, made, i);
		if (fabs(gap.off) > fabs(worst.off))
			worst = gap;
	}
	return worst;
}

/* Half of the gap must be of one leg, else it is of none that we hold. Maintenance moves with the
 * mark about one to one. */
void
pli_ladder_suspect(const pli_ladder_maker *maker, const pli_book *book, const pli_book_pool *made,
    pli_ladder_row *row)
{
	double share = fabs(pli_ladder_residual(row));
	double gap = row->numbers.maintenance - row->venue.maintenance;
	double equity = fabs(row->numbers.equity / row->venue.equity - 1);
	row->suspect = PLI_SUSPECT_NONE;
	if (share <= PLI_SUSPECT_SHARE) {
		if (equity > PLI_SUSPECT_SHARE)
			row->suspect = PLI_SUSPECT_HAIRCUT;
		return;
	}
	if (isnan(share))
		return;
	leg_gap worst = gap_find(maker, book, made);
	if (fabs(worst.off) < fabs(gap) / 2) {
		row->suspect = PLI_SUSPECT_POSITION;
		return;
	}
	row->suspect_of = made->instruments[worst.leg];
	row->suspect = worst.mark_off >= share / 2 ? PLI_SUSPECT_MARK : PLI_SUSPECT_TIER;
}
