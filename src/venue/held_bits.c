/* held_bits.c: bits of what is open, and readings that may lack some. */
#include "venue/held_bits.h"

void
pli_held_bits_told(pli_held_bits *held, uint8_t bit, bool open, bool of_reading)
{
	uint8_t *const sets[] = {&held->listed, &held->held, &held->last};
	for (int i = 0; i < (of_reading ? 1 : 3); i++)
		*sets[i] = (uint8_t)(open ? *sets[i] | bit : *sets[i] & ~bit);
	if (!of_reading)
		held->missed &= (uint8_t)~bit;
}

bool
pli_held_bits_any(const pli_held_bits *held)
{
	return (held->held | held->listed | held->last | held->missed) != 0;
}

void
pli_held_bits_begin(pli_held_bits *held)
{
	held->listed = 0;
}

void
pli_held_bits_reset(pli_held_bits *held)
{
	held->listed = held->last = held->missed = 0;
}

void
pli_held_bits_end(pli_held_bits *held, pli_held_bits_judge *judge)
{
	uint8_t missed = (uint8_t)((held->held | held->last | held->missed) & ~held->listed);
	judge->refuted |= (held->missed & held->listed) != 0;
	judge->lacking |= (missed & ~held->missed) != 0;
	judge->missing |= missed != 0;
	judge->different |= held->last != held->listed;
	held->missed = missed;
	held->last = held->listed;
}

bool
pli_held_bits_is_believed(const pli_held_bits_judge *judge, bool first, uint32_t whole_count)
{
	bool alone = first && (whole_count == 0 || judge->different);
	return !alone && !judge->lacking && !(judge->refuted && judge->missing);
}

void
pli_held_bits_believe(pli_held_bits *held)
{
	held->held = held->listed;
	held->missed = 0;
}
