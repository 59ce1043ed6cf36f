/* realised_vol.h: how much prices of assets have moved lately, from what the book was told.
 *
 * A price is sampled every PLI_VOL_SAMPLE_NS of the book's time; squares of log returns are
 * averaged with a half life of a day, each over the time that it really took. Nothing is said
 * before PLI_VOL_SAMPLES_MIN returns. Plain tables, so that they can be part of a state. */
#ifndef PLI_MARGIN_REALISED_VOL_H
#define PLI_MARGIN_REALISED_VOL_H

#include <stdint.h>

#include "plimsoll/time.h"

#define PLI_VOL_SAMPLE_NS (30 * PLM_NS_PER_S)
enum { PLI_VOL_SAMPLES_MIN = 20 };

/* One asset. price 0: none yet. squares, days: sums with weights that fade. */
typedef struct pli_realised_vol {
	double price;
	plm_time_ns time_ns;
	double squares, days;
	uint64_t samples_count;
} pli_realised_vol;

/* pli_realised_vol_take: a price > 0 (others are ignored) at a time; ignored unless a sample is
 * due. */
void pli_realised_vol_take(pli_realised_vol *vol, double price, plm_time_ns now_ns);

/* pli_realised_vol_day: standard deviation of the log return of one day; NaN: not known yet, or
 * nothing has moved. */
double pli_realised_vol_day(const pli_realised_vol *vol);

#endif
