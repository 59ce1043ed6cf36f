/* stress_slot.c: rows of a grid of prices. */
#include "venue/stress_slot.h"

#include <math.h>

#define STEP_SLACK 1e-9

uint32_t
pli_stress_slot(double move, double range, uint32_t count)
{
	double half = (count - 1) / 2.0, step = move / range * half + half;
	if (count % 2 == 0 || count > PLM_STRESS_MOVES_MAX || !(range > 0) || !(step > -0.5) ||
	    !(step < count - 0.5) || fabs(step - round(step)) > STEP_SLACK)
		return count;
	return (uint32_t)lround(step);
}
