/* sim_number.h: exact decimals without error codes: the simulator chooses its own magnitudes, so
 * an overflow or an unknown here is our own mistake and asserts. Rounding is half to even.
 *
 * Also the Black-76 of Deribit's conventions (r = 0, ACT/365) and JSON members in one call. */
#ifndef PLI_SIM_NUMBER_H
#define PLI_SIM_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/json_write.h"
#include "plimsoll/decimal.h"

plm_decimal pli_sim_add(plm_decimal a, plm_decimal b);
plm_decimal pli_sim_subtract(plm_decimal a, plm_decimal b);
plm_decimal pli_sim_multiply(plm_decimal a, plm_decimal b);
plm_decimal pli_sim_divide(plm_decimal a, plm_decimal b);

/* pli_sim_round keeps `places` decimals (0..18). */
plm_decimal pli_sim_round(plm_decimal value, int places);

/* pli_sim_snap: the multiple of step nearest to value; step > 0. */
plm_decimal pli_sim_snap(plm_decimal value, plm_decimal step);

/* pli_sim_of: the decimal of a literal ("0.001"). */
plm_decimal pli_sim_of(const char *text);

/* pli_sim_from: a double, rounded to `places` decimals. */
plm_decimal pli_sim_from(double value, int places);

bool pli_sim_is_zero(plm_decimal value);
bool pli_sim_less(plm_decimal a, plm_decimal b);
plm_decimal pli_sim_larger(plm_decimal a, plm_decimal b);
plm_decimal pli_sim_smaller(plm_decimal a, plm_decimal b);

enum { PLI_SIM_FIXED_MAX = 64 };

/* pli_sim_fixed writes value with exactly `places` decimals ("1.50000000"); returns ret_text. */
char *pli_sim_fixed(plm_decimal value, int places, char ret_text[PLI_SIM_FIXED_MAX]);

/* Members of the open object: name and value in one call. fixed: a string with `places` decimals;
 * plain: a string as short as exactness allows; number: a JSON number. */
void pli_sim_put_text(pli_json_writer *w, const char *key, const char *value);
void pli_sim_put_fixed(pli_json_writer *w, const char *key, plm_decimal value, int places);
void pli_sim_put_plain(pli_json_writer *w, const char *key, plm_decimal value);
void pli_sim_put_number(pli_json_writer *w, const char *key, plm_decimal value);
void pli_sim_put_int(pli_json_writer *w, const char *key, int64_t value);
void pli_sim_put_bool(pli_json_writer *w, const char *key, bool value);
void pli_sim_put_null(pli_json_writer *w, const char *key);
/* milliseconds as a string; time 0: an empty one */
void pli_sim_put_ms(pli_json_writer *w, const char *key, plm_time_ns time_ns);

/* pli_sim_option: value and greeks of one option on a forward, in quote money and Deribit's units:
 * vega per vol point, theta per day (capped by life and by the option's value), rho per point. */
typedef struct pli_sim_option {
	double value;
	double delta;
	double gamma;
	double vega;
	double theta;
	double rho;
} pli_sim_option;

/* pli_sim_black: forward, strike, sigma > 0; years > 0. */
pli_sim_option pli_sim_black(double forward, double strike, double sigma, double years, bool call);

#endif
