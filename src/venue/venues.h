/* venues.h: the venues that this build knows. A venue's id is its row number, from 1. Journals and
 * traces hold these ids: a new venue's row comes last, and no row ever moves. */
#ifndef PLI_VENUE_VENUES_H
#define PLI_VENUE_VENUES_H

#include "plimsoll/sys/venue.h"

/* The adapters' only exported symbols. */
extern const plm_venue_desc pli_venue_binance;
extern const plm_venue_desc pli_venue_binance_coinm;
extern const plm_venue_desc pli_venue_binance_margin;
extern const plm_venue_desc pli_venue_binance_options;
extern const plm_venue_desc pli_venue_binance_pm;
extern const plm_venue_desc pli_venue_binance_spot;
extern const plm_venue_desc pli_venue_bitmex;
extern const plm_venue_desc pli_venue_bybit;
extern const plm_venue_desc pli_venue_deribit;
extern const plm_venue_desc pli_venue_dydx;
extern const plm_venue_desc pli_venue_file;
extern const plm_venue_desc pli_venue_okx;
extern const plm_venue_desc pli_venue_hyperliquid;

/* pli_venue_count, pli_venue_at: rows 0 .. count-1 in the order of ids; NULL past the end. */
uint32_t pli_venue_count(void);
const plm_venue_desc *pli_venue_at(uint32_t index);

/* pli_venue_find by name ("deribit"); NULL when there is none. */
const plm_venue_desc *pli_venue_find(plm_slice name);

/* pli_venue_id_of: the id of a row of this table; {0} for NULL. */
plm_venue_id pli_venue_id_of(const plm_venue_desc *desc);

/* pli_venue_of: the row of an id; NULL for 0 or unknown. */
const plm_venue_desc *pli_venue_of(plm_venue_id id);

#endif
