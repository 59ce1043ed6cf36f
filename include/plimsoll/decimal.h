/* decimal.h: exact decimals for what is bookkeeping: quantities, prices, cash.
 *
 * A decimal is a whole number of 1e-18 in a 128-bit integer: +-1.7e20 with 18 places, so that
 * 0.1 + 0.2 - 0.3 is 0. One value is set aside for "unknown"; unknown is never zero. Nothing
 * wraps: a result that does not fit is PLM_EOVERFLOW. Measures (delta, vega, exposure under a
 * shock) are doubles instead; the two types meet only in plm_decimal_to_double and
 * plm_decimal_from_double.
 *
 * Pure: no clock, no heap, no I/O, any thread. */
#ifndef PLIMSOLL_DECIMAL_H
#define PLIMSOLL_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

#include "plimsoll/err.h"
#include "plimsoll/slice.h"

#ifdef __cplusplus
extern "C" {
#endif

__extension__ typedef __int128 plm_int128;
__extension__ typedef unsigned __int128 plm_uint128;

/* plm_decimal: units of 1e-18. INT128_MIN is "unknown". Compare by plm_decimal_compare, not by
 * memcmp; two equal decimals have equal bits, though. */
typedef struct plm_decimal {
	plm_int128 units;
} plm_decimal;

enum { PLM_DECIMAL_PLACES = 18, PLM_DECIMAL_TEXT_MAX = 48 };

/* The constant 10^18, units of one. */
#define PLM_DECIMAL_ONE_UNITS ((plm_int128)1000000000000000000)
#define PLM_DECIMAL_UNKNOWN_UNITS ((plm_int128)((plm_uint128)1 << 127))

/* plm_decimal_zero, plm_decimal_unknown, plm_decimal_from_int: constructors that cannot fail. */
static inline plm_decimal
plm_decimal_zero(void)
{
	plm_decimal value = {0};
	return value;
}

static inline plm_decimal
plm_decimal_unknown(void)
{
	plm_decimal value = {PLM_DECIMAL_UNKNOWN_UNITS};
	return value;
}

static inline plm_decimal
plm_decimal_from_int(int64_t value)
{
	plm_decimal result = {(plm_int128)value * PLM_DECIMAL_ONE_UNITS};
	return result;
}

/* plm_decimal_is_known: false for the unknown value only. */
static inline bool
plm_decimal_is_known(plm_decimal a)
{
	return a.units != PLM_DECIMAL_UNKNOWN_UNITS;
}

/* plm_decimal_sign: -1, 0 or 1; 0 for unknown (ask is_known first). */
static inline int
plm_decimal_sign(plm_decimal a)
{
	return plm_decimal_is_known(a) ? (a.units > 0) - (a.units < 0) : 0;
}

/* plm_decimal_parse reads `[+-]digits[.digits][e[+-]digits]` and nothing else (no blanks, no
 * hex, no "nan"). Digits past the 18th place are rounded half to even; *ret_inexact, when not
 * NULL, says whether any of them was not zero.
 * Errors: PLM_EPARSE (not a number, or empty), PLM_EOVERFLOW (|value| >= 1.7e20).
 * *ret_value is written on success only. */
plm_err plm_decimal_parse(plm_slice text, plm_decimal *ret_value, bool *ret_inexact);

/* plm_decimal_format writes the shortest exact text ("-1.5", "0", "0.000000000000000001"), no
 * exponent, no "-0", NUL-terminated; unknown gives "null". Returns the length without NUL. */
size_t plm_decimal_format(plm_decimal value, char ret_text[PLM_DECIMAL_TEXT_MAX]);

/* Arithmetic. Rounding (multiply, divide) is half to even at the 18th place.
 * Errors: PLM_EUNKNOWN (an operand is unknown), PLM_EOVERFLOW, PLM_EDIVZERO.
 * *ret_value is written on success only and may be one of the operands. */
plm_err plm_decimal_add(plm_decimal a, plm_decimal b, plm_decimal *ret_value);
plm_err plm_decimal_subtract(plm_decimal a, plm_decimal b, plm_decimal *ret_value);
plm_err plm_decimal_multiply(plm_decimal a, plm_decimal b, plm_decimal *ret_value);
plm_err plm_decimal_divide(plm_decimal a, plm_decimal b, plm_decimal *ret_value);

/* plm_decimal_negate and plm_decimal_abs cannot overflow; unknown stays unknown. */
plm_decimal plm_decimal_negate(plm_decimal a);
plm_decimal plm_decimal_abs(plm_decimal a);

/* plm_decimal_compare: -1, 0, 1. Both must be known (asserted). */
int plm_decimal_compare(plm_decimal a, plm_decimal b);

/* plm_decimal_to_double: nearest double, at most 1 ulp off; NaN for unknown. */
double plm_decimal_to_double(plm_decimal a);

/* plm_decimal_from_double: the decimal nearest to value.
 * Errors: PLM_EPARSE for NaN or infinity, PLM_EOVERFLOW. */
plm_err plm_decimal_from_double(double value, plm_decimal *ret_value);

#ifdef __cplusplus
}
#endif

#endif
