/* exposure_ticks.h: open positions grouped by instrument, for the files of this room. */
#ifndef PLI_EXPOSURE_EXPOSURE_TICKS_H
#define PLI_EXPOSURE_EXPOSURE_TICKS_H

#include "exposure/exposure_state.h"

/* init takes memory; false when it could not be had. fini takes a zeroed one. */
bool pli_exposure_ticks_init(pli_exposure *exposure);
void pli_exposure_ticks_fini(pli_exposure *exposure);

/* A whole number of billionths that fits 63 bits; false when the decimal is no such number. */
bool pli_exposure_billionths(plm_decimal value, int64_t *ret_value);

/* pli_exposure_tick_set puts a position in its instrument's list, or changes its row there;
 * _remove takes it out. */
void pli_exposure_tick_set(
    pli_exposure *exposure, plm_instrument_id id, uint32_t position, int64_t coins, uint32_t cell);
void pli_exposure_tick_remove(pli_exposure *exposure, plm_instrument_id id, uint32_t position);

/* pli_exposure_cell_touch: the units of a cell are about to change otherwise than by a tick. Its
 * collateral leg keeps its coins until it is derived anew at the end of the settle. */
void pli_exposure_cell_touch(pli_exposure *exposure, uint32_t cell);

/* pli_exposure_tick runs a mark that moved by `moved` billionths over the positions whose P&L
 * follows it; the others of the instrument are handed to `derive`. Cost: a few nanoseconds a
 * position; see bench/. */
void pli_exposure_tick(pli_exposure *exposure, plm_instrument_id id, int64_t moved,
    void (*derive)(pli_exposure *exposure, uint32_t position));

#endif
