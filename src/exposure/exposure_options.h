/* exposure_options.h: options by underlying and expiry, and what the model makes of them, for the
 * files of this room.
 *
 * Every number here is a function of facts and their times, not of the moment of the settle: so
 * that settled step by step or all at once it is the same. */
#ifndef PLI_EXPOSURE_EXPOSURE_OPTIONS_H
#define PLI_EXPOSURE_EXPOSURE_OPTIONS_H

#include "exposure/exposure.h"
#include "plimsoll/surface.h"

/* A price for delivery at an expiry, in quote units. times: when it was said by the venue's clock
 * (ours where it did not say) and when it was received. */
typedef struct exposure_forward {
	double price; /* NaN: none */
	plm_time_ns venue_ns, received_ns;
	double index;   /* of the same mark, NaN: none */
	uint32_t from;  /* instrument that said so */
	uint8_t source; /* plm_forward_source */
} exposure_forward;

/* One expiry of one venue's options on one underlying in one quote asset. */
typedef struct exposure_expiry {
	plm_time_ns expiry_ns;
	uint32_t venue, underlying, quote;
	uint32_t next_of_asset;      /* expiries of the same underlying */
	uint32_t first;              /* option, by strike rising; 0 none */
	uint32_t future;             /* instrument; 0 none */
	exposure_forward of_options; /* the newest that an option's mark holds */
	exposure_forward forward;    /* the chosen one */
	plm_time_ns venue_ns_min;    /* oldest delta of the venue's in use; INT64_MAX none */
	uint32_t model_count;        /* held options whose delta is not the venue's */
	uint32_t vols_count;         /* of these, those without a vol of their own */
	uint8_t touched;             /* something of it is dirty */
	uint8_t scan;                /* look at all its options */
} exposure_expiry;

/* What the model says of one option, per one coin of it: price and greeks in quote units, vega per
 * vol point, theta per day. vol: 0.6 for 60 %. oldest_ns: received time of the older input. */
typedef struct exposure_model {
	double price, delta, gamma, vega, theta;
	double forward, vol, years;
	plm_time_ns oldest_ns;
	uint8_t forward_source, vol_source;
} exposure_model;

/* One option, by instrument id. */
typedef struct exposure_option {
	double strike;
	uint32_t expiry; /* PLI_ROW_NONE: in none; of a future: its own */
	uint32_t next;   /* of its expiry, 0 none */
	uint8_t put;
	uint8_t kept;    /* the model below is that of the last settle */
	uint64_t marked; /* settles_count when its mark was dirty, plus 1 */
	exposure_model model;
} exposure_option;

/* Options whose model is made in one batch. */
typedef struct exposure_batch {
	uint32_t *ids;
	double *forward, *strike, *years, *vol;
	double *price, *delta, *gamma, *vega, *theta;
	uint8_t *put;
	uint32_t count;
} exposure_batch;

/* init takes memory for the bounds of the book; false: it could not be had. fini takes zeroes. */
bool pli_exposure_options_init(pli_exposure *exposure);
void pli_exposure_options_fini(pli_exposure *exposure);

/* pli_exposure_options_settle brings forwards and models up to date, those of one settle in one
 * batch. Prices of assets are settled before it: those that are dirty, or all_prices. Afterwards
 * exposure->repriced holds the options that must be derived anew though their own mark is not
 * dirty. Cost: what is dirty, and the options of an expiry that has one whose delta is not the
 * venue's. */
void pli_exposure_options_settle(
    pli_exposure *exposure, const pli_book_dirty *dirty, bool all_prices);

/* pli_exposure_model_of: what the model says of an option; false: forward or vol are not known.
 * Cost: a look-up where the option is held and needs it, else Black-76 once. */
bool pli_exposure_model_of(
    const pli_exposure *exposure, plm_instrument_id id, exposure_model *ret_model);

/* pli_exposure_greek_is_late: the forward of the option's expiry is newer by more than the
 * policy's greeks_after_s than a greek that was received at `received_ns`. */
bool pli_exposure_greek_is_late(
    const pli_exposure *exposure, plm_instrument_id id, plm_time_ns received_ns);

/* pli_exposure_years: ACT/365 from `said_ns` to the expiry, to the millisecond; not below 0. */
double pli_exposure_years(const exposure_expiry *expiry, plm_time_ns said_ns);

/* exposure_vols.c. A vol, 0.6 for 60 %, and when its oldest input was received. NaN, NONE: none. */
typedef struct exposure_vol {
	double vol;
	plm_time_ns received_ns;
	uint8_t source; /* plm_vol_source */
} exposure_vol;

/* Strikes of one expiry that a smile is made of; those behind them are left out. */
enum { EXPOSURE_STRIKES_MAX = 256 };

/* exposure_strikes: what a smile is made of, by strike rising. left_out: strikes behind the last.
 * silent_count: options with a mark that gives no vol. */
typedef struct exposure_strikes {
	plm_vol_quote quotes[EXPOSURE_STRIKES_MAX];
	plm_smile_point points[EXPOSURE_STRIKES_MAX];
	plm_time_ns times_ns[EXPOSURE_STRIKES_MAX];
	uint8_t sources[EXPOSURE_STRIKES_MAX];
	uint32_t count, left_out, silent_count;
} exposure_strikes;

/* pli_exposure_vol_of_mark: what an option's own mark says: its volatility, else that of its price,
 * on the forward that the same mark tells, else on that which another option or the future of its
 * expiry tells, if the two were received no more than the policy's greeks_after_s apart. The coin's
 * own price is no such forward: far from expiry its lack of a basis would be taken for vol. Prices
 * of linear options whose contract is not one coin are not used: venues differ in what such a price
 * is of. Cost: a look-up, or plm_implied once. */
exposure_vol pli_exposure_vol_of_mark(const pli_exposure *exposure, plm_instrument_id id);

/* pli_exposure_vol_of_surface: what an option's neighbours say: the smile of its expiry or, where
 * nothing is quoted there, those of the nearest expiries of its chain (same venue, underlying and
 * quote). received_ns: of the oldest quote next to it. Cost: the options of these expiries. */
exposure_vol pli_exposure_vol_of_surface(
    const pli_exposure *exposure, const exposure_expiry *expiry, const plm_shocked_option *option);

/* pli_exposure_smile: the smile of an expiry, on `strikes`; of a call and a put on one strike a
 * vol goes before a price, and then the one out of the money. False: nothing is quoted there, or
 * its forward is not known. pli_exposure_smile_beside: of the nearest expiry of the chain before
 * (side -1) or after (1) that has one: its index, PLI_ROW_NONE where there is none. */
bool pli_exposure_smile(const pli_exposure *exposure, const exposure_expiry *expiry,
    exposure_strikes *strikes, plm_smile *ret_smile);
uint32_t pli_exposure_smile_beside(const pli_exposure *exposure, const exposure_expiry *expiry,
    int side, exposure_strikes *strikes, plm_smile *ret_smile);

#endif
