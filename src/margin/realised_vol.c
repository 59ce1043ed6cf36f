/* realised_vol.c: squares of returns, fading. */
#include "margin/realised_vol.h"

#include <math.h>

/* Behind a longer silence the return says little of the time that is asked about. */
#define SILENCE_NS (3600 * PLM_NS_PER_S)

void
pli_realised_vol_take(pli_realised_vol *vol, double price, plm_time_ns now_ns)
{
	int64_t passed_ns = now_ns - vol->time_ns;
	if (!(price > 0) || !isfinite(price) || (vol->price > 0 && passed_ns < PLI_VOL_SAMPLE_NS))
		return;
	if (vol->price > 0 && passed_ns <= SILENCE_NS) {
		double days = (double)passed_ns / (double)PLM_NS_PER_DAY;
		double fade = exp2(-days), moved = log(price / vol->price);
		vol->squares = vol->squares * fade + moved * moved;
		vol->days = vol->days * fade + days;
		vol->samples_count++;
	}
	vol->price = price;
	vol->time_ns = now_ns;
}

double
pli_realised_vol_day(const pli_realised_vol *vol)
{
	if (vol->samples_count < PLI_VOL_SAMPLES_MIN || !(vol->squares > 0))
		return NAN;
	return sqrt(vol->squares / vol->days);
}
