/* book_suspect.c: which of our inputs is off, where our margin is off the venue's. */
#include <math.h>
#include <stddef.h>

#include "margin/book_ladder_state.h"
#include "margin/pool_maker.h"

/* A leg whose maintenance the venue tells too. off: ours less its, in the pool's unit. mark_off:
 * of the marks, as a share; NaN: not told. */
typedef struct leg_gap {
	double off, mark_off;
	uint32_t leg;
} leg_gap;

const char *
pli_ladder_suspect_text(uint8_t suspect)
{
#define X(name, number, text) [number] = text,
	static const char *const texts[] = {PLM_SUSPECTS(X)};
#undef X
	return suspect < PLM_SUSPECT_COUNT_ ? texts[suspect] : "";
}

/* NaN where the venue does not tell it of a position. */
static leg_gap
gap_of(const pli_ladder_maker *maker, const pli_book *book, const pli_book_pool *made, uint32_t leg)
{
	const plm_position *told = &pli_book_position(book, made->positions[leg])->fact;
	const plm_margin_leg *own = &made->pool.legs[leg];
	const plm_instrument *spec = pli_registry_instrument_get(
	    pli_book_registry(book), told->instrument);
	double mark = pli_pool_price(
	    spec, (plm_unit)told->unit, plm_decimal_to_double(told->mark_price));
	plm_margin_leg_numbers numbers;
	plm_margin_leg_of(maker->work, leg, &numbers);
	double off = numbers.maintenance - plm_decimal_to_double(told->maintenance_margin);
	return (leg_gap){
	    off * made->pool.assets[own->asset].price, fabs(own->mark - mark) / mark, leg};
}

/* All legs. worst: the largest gap; off 0 where all that are told agree. drift: how far a mark is
 * from that of the position's last telling, at most. all_told: the venue tells it of each. */
typedef struct pool_gaps {
	leg_gap worst;
	double drift;
	bool all_told;
} pool_gaps;

static pool_gaps
gaps_find(const pli_ladder_maker *maker, const pli_book *book, const pli_book_pool *made)
{
	pool_gaps gaps = {{0, NAN, 0}, 0, true};
	for (uint32_t i = 0; i < made->pool.legs_count; i++) {
		leg_gap gap = gap_of(maker, book, made, i);
		gaps.drift = fmax(gaps.drift, gap.mark_off);
		gaps.all_told &= !isnan(gap.off);
		if (fabs(gap.off) > fabs(gaps.worst.off))
			gaps.worst = gap;
	}
	return gaps;
}

/* Maintenance moves with the marks about one to one, equity by the leverage more: what marks did
 * since the venue told its sums is nobody's fault. */
static plm_suspect
suspect_of(const pli_ladder_row *row, const pli_book_pool *made, const pool_gaps *gaps)
{
	const leg_gap *worst = &gaps->worst;
	double share = fabs(pli_ladder_residual(row));
	double gap = row->numbers.maintenance - row->venue.maintenance;
	double equity = fabs(row->numbers.equity / row->venue.equity - 1);
	if (share <= PLI_SUSPECT_SHARE)
		return equity > PLI_SUSPECT_SHARE && made->venue_is_now ? PLM_SUSPECT_HAIRCUT
									: PLM_SUSPECT_NONE;
	if (made->pool.parameters != NULL) /* by portfolio: no leg has a part of its own */
		return share > PLI_SUSPECT_SHARE + gaps->drift ? PLM_SUSPECT_PARAMETERS
							       : PLM_SUSPECT_NONE;
	bool of_leg = fabs(worst->off) >= fabs(gap) / 2;
	if (of_leg && worst->mark_off >= share / 2)
		return made->venue_is_now ? PLM_SUSPECT_MARK : PLM_SUSPECT_NONE;
	if (!(share > PLI_SUSPECT_SHARE + gaps->drift))
		return PLM_SUSPECT_NONE;
	if (!of_leg && !gaps->all_told) /* a leg that is not told may agree or not */
		return PLM_SUSPECT_UNKNOWN;
	return of_leg ? PLM_SUSPECT_TIER : PLM_SUSPECT_POSITION;
}

/* Half of the gap must be of one leg, else it is of none that the venue tells it of. */
void
pli_ladder_suspect(const pli_ladder_maker *maker, const pli_book *book, const pli_book_pool *made,
    pli_ladder_row *row)
{
	pool_gaps gaps = gaps_find(maker, book, made);
	row->suspect = (uint8_t)suspect_of(row, made, &gaps);
	if (row->suspect == PLM_SUSPECT_TIER || row->suspect == PLM_SUSPECT_MARK)
		row->suspect_of = made->instruments[gaps.worst.leg];
}
