/* held_legs.c: what is open, and what readings lack. */
#include "venue/held_legs.h"

pli_held_leg *
pli_held_legs_find(
    pli_held_legs *legs, plm_instrument_id instrument, uint8_t side, bool *ret_others)
{
	pli_held_leg *spare = NULL, *found = NULL;
	*ret_others = false;
	for (pli_held_leg *leg = legs->rows; leg < legs->rows + legs->rows_count; leg++) {
		if (leg->instrument.value == instrument.value && leg->side == side)
			found = leg;
		else if (leg->held != PLI_HELD_NOT)
			*ret_others = true;
		else if (spare == NULL)
			spare = leg;
	}
	if (found != NULL)
		return found;
	if (spare == NULL && legs->rows_count < PLI_HELD_LEGS_MAX)
		spare = &legs->rows[legs->rows_count++];
	legs->full |= spare == NULL;
	if (spare != NULL)
		*spare = (pli_held_leg){.instrument = instrument, .side = side};
	return spare;
}

void
pli_held_legs_tell(pli_held_legs *legs, pli_held_leg *leg, plm_decimal quantity, bool of_snapshot)
{
	legs->refuting |= of_snapshot && leg->held == PLI_HELD_MISSING;
	legs->changed |= of_snapshot && leg->quantity.units != quantity.units;
	legs->updates_count += !of_snapshot;
	bool open = !plm_decimal_is_known(quantity) || plm_decimal_sign(quantity) != 0;
	leg->held = open ? PLI_HELD_OPEN : PLI_HELD_NOT;
	leg->quantity = quantity;
}

void
pli_held_legs_begin(pli_held_legs *legs)
{
	legs->refuting = legs->changed = false;
	for (pli_held_leg *leg = legs->rows; leg < legs->rows + legs->rows_count; leg++)
		if (leg->held == PLI_HELD_OPEN)
			leg->held = PLI_HELD_BEFORE;
}

void
pli_held_legs_break(pli_held_legs *legs)
{
	for (pli_held_leg *leg = legs->rows; leg < legs->rows + legs->rows_count; leg++)
		if (leg->held == PLI_HELD_BEFORE)
			leg->held = PLI_HELD_OPEN;
}

bool
pli_held_legs_is_doubtful(pli_held_legs *legs, bool first, const pli_held_leg **ret_missing)
{
	bool doubtful = first && !legs->confirming;
	*ret_missing = NULL;
	for (pli_held_leg *leg = legs->rows; leg < legs->rows + legs->rows_count; leg++)
		if (leg->held == PLI_HELD_BEFORE ||
		    (legs->refuting && leg->held == PLI_HELD_MISSING)) {
			leg->held = PLI_HELD_MISSING;
			*ret_missing = leg;
		}
	legs->confirming = doubtful || *ret_missing != NULL;
	return legs->confirming;
}

void
pli_held_legs_believe(pli_held_legs *legs)
{
	for (pli_held_leg *leg = legs->rows; leg < legs->rows + legs->rows_count; leg++)
		if (leg->held == PLI_HELD_MISSING) {
			legs->changed = true;
			*leg = (pli_held_leg){.held = PLI_HELD_NOT};
		}
}
