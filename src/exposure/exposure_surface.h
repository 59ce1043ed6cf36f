/* exposure_surface.h: the implied volatilities of an exposure by expiry, and what could be
 * arbitraged in them.
 *
 * Read off settled state when somebody asks, as roll-ups are; nothing is kept. One thread. */
#ifndef PLI_EXPOSURE_EXPOSURE_SURFACE_H
#define PLI_EXPOSURE_EXPOSURE_SURFACE_H

#include "exposure/exposure.h"
#include "plimsoll/surface.h"

/* PLI_SMILE_REASONS: why an expiry has no smile. */
#define PLI_SMILE_REASONS(X)                                                                       \
	X(NONE, 0, "a smile")                                                                      \
	X(NO_FORWARD, 1, "no forward is known at this expiry, or not when it was told")            \
	X(NO_QUOTE, 2,                                                                             \
	    "no option tells a volatility, or a price that has one on a forward told with it")

#define X(name, number, text) PLI_SMILE_##name = number,
typedef enum pli_smile_reason { PLI_SMILE_REASONS(X) PLI_SMILE_REASON_COUNT_ } pli_smile_reason;
#undef X

/* pli_surface_faults: of one kind: how many, and the largest (plm_surface_fault has its units; 0
 * where there is none). */
typedef struct pli_surface_faults {
	uint32_t count;
	double strike, amount;
} pli_surface_faults;

/* pli_surface_row: one expiry of the options of a venue on one underlying in one quote asset.
 * Without a smile all that follows of it is NaN or 0. */
typedef struct pli_surface_row {
	plm_venue_id venue;
	plm_asset_id underlying, quote;
	plm_time_ns expiry_ns;
	uint8_t reason;         /* pli_smile_reason */
	uint8_t forward_source; /* plm_forward_source */
	double forward;         /* in quote units; NaN unknown */
	double years;           /* ACT/365 from when the forward was told */
	double vol_atm;         /* at the forward; 0.6 for 60 % */
	double strike_min, strike_max;
	uint32_t points_count;         /* strikes of the smile */
	uint32_t points_count_iv;      /* of these, from mark volatilities */
	uint32_t points_count_price;   /* and from mark prices */
	uint32_t options_count_silent; /* with a mark that gives no vol */
	uint32_t strikes_left_out;     /* more than a smile holds */
	plm_time_ns oldest_time_ns;    /* received time of the oldest point, 0 none */
	plm_time_ns
	    before_expiry_ns; /* that calendar was held against; 0: there is no smile before */
	pli_surface_faults butterfly, calendar;
	uint32_t expiry; /* for pli_exposure_surface_faults */
} pli_surface_row;

/* pli_exposure_surface writes at most rows_max rows, by underlying, venue, quote and expiry, and
 * returns how many there are: the expiries to come that have a marked or a held option. Of the
 * query only underlying and venue are looked at; 0: all. Cost: a vol for each option, a few times
 * over; 80 KB of stack. */
uint32_t pli_exposure_surface(const pli_exposure *exposure, const plm_exposure_query *query,
    pli_surface_row *rows, uint32_t rows_max);

/* pli_exposure_surface_faults writes at most faults_max of a row's faults, butterflies first, and
 * returns how many there are. quoted: 0 for a quote of the expiry before, 1 for one of its own. The
 * row must be of the last settle. Cost: as one row. */
uint32_t pli_exposure_surface_faults(const pli_exposure *exposure, const pli_surface_row *row,
    plm_surface_fault *faults, uint32_t faults_max);

/* Texts; never NULL. PLI_SURFACE_EXTRAPOLATION: what holds where nothing is quoted. */
const char *pli_smile_reason_text(pli_smile_reason reason);
const char *pli_surface_fault_kind_text(plm_surface_fault_kind kind);
#define PLI_SURFACE_EXTRAPOLATION                                                                  \
	"beyond the outermost strikes the vol of the last point holds; before the first expiry "   \
	"and after the last the vol at equal ln(strike / forward) holds"

#endif
