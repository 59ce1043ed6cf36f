/* decimal.c: exact decimals in 128 bits; products and quotients pass through 256 and 192 bits. */
#include "plimsoll/decimal.h"

#include <assert.h>
#include <math.h>

#define UNITS_MAX ((plm_uint128)~PLM_DECIMAL_UNKNOWN_UNITS)

static const uint64_t powers_of_ten[] = {UINT64_C(1), UINT64_C(10), UINT64_C(100), UINT64_C(1000),
    UINT64_C(10000), UINT64_C(100000), UINT64_C(1000000), UINT64_C(10000000), UINT64_C(100000000),
    UINT64_C(1000000000), UINT64_C(10000000000), UINT64_C(100000000000), UINT64_C(1000000000000),
    UINT64_C(10000000000000), UINT64_C(100000000000000), UINT64_C(1000000000000000),
    UINT64_C(10000000000000000), UINT64_C(100000000000000000), UINT64_C(1000000000000000000)};

static const uint64_t one_units = UINT64_C(1000000000000000000);

/* An unsigned number of 256 bits, least significant limb first. */
typedef struct decimal_wide {
	uint64_t limbs[4];
} decimal_wide;

static inline plm_uint128
decimal_magnitude(plm_decimal a)
{
	return a.units < 0 ? -(plm_uint128)a.units : (plm_uint128)a.units;
}

/* Quotient and remainder of one division; the compiler would make two. */
static inline plm_uint128
decimal_divide_by(plm_uint128 value, plm_uint128 divisor, plm_uint128 *ret_rest)
{
	plm_uint128 quotient = value / divisor;
	*ret_rest = value - quotient * divisor;
	return quotient;
}

/* {high, low} / divisor, high < divisor, for a constant: the compiler turns shift and reciprocal
 * into constants and no division is left. Moeller and Granlund, Improved division by invariant
 * integers, algorithm 4. */
static inline uint64_t
decimal_divide_digit_by(uint64_t high, uint64_t low, uint64_t divisor, uint64_t *ret_rest)
{
	const int shift = __builtin_clzll(divisor);
	const uint64_t scaled = divisor << shift;
	const uint64_t reciprocal = (uint64_t)(~(plm_uint128)0 / scaled);
	plm_uint128 top = (((plm_uint128)high << 64) | low) << shift;
	plm_uint128 guess = (plm_uint128)reciprocal * (uint64_t)(top >> 64) + top;
	uint64_t quotient = (uint64_t)(guess >> 64) + 1;
	uint64_t rest = (uint64_t)top - quotient * scaled;
	if (rest > (uint64_t)guess) {
		quotient--;
		rest += scaled;
	}
	if (rest >= scaled) {
		quotient++;
		rest -= scaled;
	}
	*ret_rest = rest >> shift;
	return quotient;
}

/* value / 10^18. */
static inline plm_uint128
decimal_divide_by_one(plm_uint128 value, uint64_t *ret_rest)
{
	uint64_t high = (uint64_t)(value >> 64);
	uint64_t quotient = high / one_units;
	uint64_t low = decimal_divide_digit_by(
	    high - quotient * one_units, (uint64_t)value, one_units, ret_rest);
	return ((plm_uint128)quotient << 64) | low;
}

static inline plm_err
decimal_of_magnitude(plm_uint128 magnitude, bool negative, plm_decimal *ret_value)
{
	if (magnitude > UNITS_MAX)
		return PLM_EOVERFLOW;
	ret_value->units = negative ? -(plm_int128)magnitude : (plm_int128)magnitude;
	return PLM_OK;
}

/* ---- text ---- */

/* The parts of a number's text, found before its digits are weighed. */
typedef struct decimal_text {
	const char *whole;
	const char *fraction;
	size_t whole_size;
	size_t fraction_size;
	int64_t exponent;
	bool negative;
} decimal_text;

static inline bool
decimal_is_digit(char byte)
{
	return (unsigned char)(byte - '0') < 10;
}

static size_t
decimal_digits(const char *p, const char *end)
{
	const char *start = p;
	while (p < end && decimal_is_digit(*p))
		p++;
	return (size_t)(p - start);
}

/* Reads what follows "e"; false when it is no exponent. Past a billion the size no longer matters:
 * the value is 0 or does not fit. */
static bool
decimal_split_exponent(const char *p, const char *end, int64_t *ret_exponent)
{
	const int64_t exponent_max = 1000000000;
	bool negative = p < end && *p == '-';
	int64_t exponent = 0;
	if (p < end && (*p == '-' || *p == '+'))
		p++;
	if (p == end || decimal_digits(p, end) != (size_t)(end - p))
		return false;
	for (; p < end; p++) {
		exponent = exponent * 10 + (*p - '0');
		if (exponent > exponent_max)
			exponent = exponent_max;
	}
	*ret_exponent = negative ? -exponent : exponent;
	return true;
}

static bool
decimal_split(plm_slice text, decimal_text *ret_parts)
{
	const char *p = text.bytes;
	const char *end = text.bytes + text.size;
	decimal_text parts = {.negative = p < end && *p == '-'};
	if (p < end && (*p == '-' || *p == '+'))
		p++;
	parts.whole = p;
	parts.whole_size = decimal_digits(p, end);
	p += parts.whole_size;
	if (parts.whole_size == 0)
		return false;
	if (p < end && *p == '.') {
		parts.fraction = ++p;
		parts.fraction_size = decimal_digits(p, end);
		p += parts.fraction_size;
		if (parts.fraction_size == 0)
			return false;
	}
	if (p < end && (*p == 'e' || *p == 'E') &&
	    !decimal_split_exponent(p + 1, end, &parts.exponent))
		return false;
	if (p < end && *p != 'e' && *p != 'E')
		return false;
	*ret_parts = parts;
	return true;
}

/* Digits as they are weighed one by one, from the highest place down. */
typedef struct decimal_sum {
	plm_uint128 units;
	int64_t place;  /* power of ten of the next digit */
	uint32_t guard; /* the digit at the 19th place */
	bool rest;      /* a digit past the 19th place is not zero */
	bool overflow;
} decimal_sum;

static void
decimal_sum_digit(decimal_sum *sum, uint32_t digit)
{
	if (sum->place >= -PLM_DECIMAL_PLACES) {
		sum->overflow |= sum->units > (UNITS_MAX - digit) / 10;
		sum->units = sum->units * 10 + digit;
	} else if (sum->place == -PLM_DECIMAL_PLACES - 1) {
		sum->guard = digit;
	} else {
		sum->rest |= digit != 0;
	}
	sum->place--;
}

/* Any text; decimal_parse_short takes the common ones. */
static plm_err
decimal_parse_long(plm_slice text, plm_decimal *ret_value, bool *ret_inexact)
{
	decimal_text parts;
	if (!decimal_split(text, &parts))
		return PLM_EPARSE;
	decimal_sum sum = {.place = (int64_t)parts.whole_size - 1 + parts.exponent};
	for (size_t i = 0; i < parts.whole_size && !sum.overflow; i++)
		decimal_sum_digit(&sum, (uint32_t)(parts.whole[i] - '0'));
	for (size_t i = 0; i < parts.fraction_size && !sum.overflow; i++)
		decimal_sum_digit(&sum, (uint32_t)(parts.fraction[i] - '0'));
	while (sum.units != 0 && sum.place >= -PLM_DECIMAL_PLACES && !sum.overflow)
		decimal_sum_digit(&sum, 0);
	if (sum.overflow)
		return PLM_EOVERFLOW;
	if (sum.guard > 5 || (sum.guard == 5 && (sum.rest || (sum.units & 1) != 0)))
		sum.units++;
	plm_err err = decimal_of_magnitude(sum.units, parts.negative, ret_value);
	if (err == PLM_OK && ret_inexact != NULL)
		*ret_inexact = sum.guard != 0 || sum.rest;
	return err;
}

/* Up to 18 digits, at most one point, no exponent. False: another text, nothing written. */
static inline bool
decimal_parse_short(plm_slice text, plm_decimal *ret_value)
{
	const char *p = text.bytes;
	const char *end = text.bytes + text.size;
	const char *point = NULL;
	uint64_t digits = 0;
	bool negative = text.size > 0 && *p == '-';
	p += negative;
	if (end - p > 19 || end - p < 1 || !decimal_is_digit(*p) || !decimal_is_digit(end[-1]))
		return false;
	for (; p < end; p++) {
		if (decimal_is_digit(*p)) {
			digits = digits * 10 + (uint64_t)(*p - '0');
		} else {
			if (*p != '.' || point != NULL)
				return false;
			point = p;
		}
	}
	size_t places = point == NULL ? 0 : (size_t)(end - point) - 1;
	plm_int128 units = (plm_int128)((plm_uint128)digits * powers_of_ten[18 - places]);
	ret_value->units = negative ? -units : units;
	return true;
}

plm_err
plm_decimal_parse(plm_slice text, plm_decimal *ret_value, bool *ret_inexact)
{
	if (!decimal_parse_short(text, ret_value))
		return decimal_parse_long(text, ret_value, ret_inexact);
	if (ret_inexact != NULL)
		*ret_inexact = false;
	return PLM_OK;
}

/* The two digits of each number below a hundred. */
static const char digit_pairs[] = "00010203040506070809101112131415161718192021222324"
				  "25262728293031323334353637383940414243444546474849"
				  "50515253545556575859606162636465666768697071727374"
				  "75767778798081828384858687888990919293949596979899";

static inline char *
decimal_put_pair(char *end, uint32_t pair)
{
	memcpy(end - 2, &digit_pairs[2 * pair], 2);
	return end - 2;
}

/* Writes value's digits so that they end before `end`; returns the first. */
static char *
decimal_put_digits(char *end, plm_uint128 value)
{
	while (value > UINT64_MAX) {
		*--end = (char)('0' + (int)(value % 10));
		value /= 10;
	}
	uint64_t rest = (uint64_t)value;
	for (; rest >= 10; rest /= 100)
		end = decimal_put_pair(end, (uint32_t)(rest % 100));
	if (rest > 0 || value == 0)
		*--end = (char)('0' + (int)rest);
	return end;
}

/* Nine digits, zeros in front. */
static inline void
decimal_put_nine(char text[9], uint32_t value)
{
	for (int i = 7; i > 0; i -= 2, value /= 100)
		(void)decimal_put_pair(text + i + 2, value % 100);
	text[0] = (char)('0' + (int)value);
}

/* Writes "." and the decimal places of what is not zero, without zeros at the end; returns the end.
 * Most numbers have few places. */
static char *
decimal_put_fraction(char *text, uint64_t fraction)
{
	const uint64_t half = UINT64_C(1000000000);
	char *end = text + 10;
	*text++ = '.';
	decimal_put_nine(text, (uint32_t)(fraction / half));
	if (fraction % half != 0) {
		decimal_put_nine(end, (uint32_t)(fraction % half));
		end += 9;
	}
	while (end[-1] == '0')
		end--;
	return end;
}

size_t
plm_decimal_format(plm_decimal value, char ret_text[PLM_DECIMAL_TEXT_MAX])
{
	if (!plm_decimal_is_known(value)) {
		memcpy(ret_text, "null", 5);
		return 4;
	}
	char text[PLM_DECIMAL_TEXT_MAX];
	char *point = text + PLM_DECIMAL_TEXT_MAX / 2;
	uint64_t fraction;
	plm_uint128 whole = decimal_divide_by_one(decimal_magnitude(value), &fraction);
	char *start = decimal_put_digits(point, whole);
	char *end = fraction == 0 ? point : decimal_put_fraction(point, fraction);
	if (value.units < 0)
		*--start = '-';
	size_t size = (size_t)(end - start);
	memcpy(ret_text, start, size);
	ret_text[size] = '\0';
	return size;
}

/* ---- arithmetic ---- */

plm_err
plm_decimal_add(plm_decimal a, plm_decimal b, plm_decimal *ret_value)
{
	plm_int128 sum;
	if (!plm_decimal_is_known(a) || !plm_decimal_is_known(b))
		return PLM_EUNKNOWN;
	if (__builtin_add_overflow(a.units, b.units, &sum) || sum == PLM_DECIMAL_UNKNOWN_UNITS)
		return PLM_EOVERFLOW;
	ret_value->units = sum;
	return PLM_OK;
}

plm_err
plm_decimal_subtract(plm_decimal a, plm_decimal b, plm_decimal *ret_value)
{
	return plm_decimal_add(a, plm_decimal_negate(b), ret_value);
}

static inline decimal_wide
decimal_wide_product(plm_uint128 a, plm_uint128 b)
{
	plm_uint128 low = (plm_uint128)(uint64_t)a * (uint64_t)b;
	plm_uint128 left = (plm_uint128)(uint64_t)(a >> 64) * (uint64_t)b;
	plm_uint128 right = (plm_uint128)(uint64_t)a * (uint64_t)(b >> 64);
	plm_uint128 high = (plm_uint128)(uint64_t)(a >> 64) * (uint64_t)(b >> 64);
	plm_uint128 middle = (low >> 64) + (uint64_t)left + (uint64_t)right;
	high += (left >> 64) + (right >> 64) + (middle >> 64);
	return (decimal_wide){
	    {(uint64_t)low, (uint64_t)middle, (uint64_t)high, (uint64_t)(high >> 64)}};
}

static inline plm_uint128
decimal_wide_low(const decimal_wide *value)
{
	return ((plm_uint128)value->limbs[1] << 64) | value->limbs[0];
}

/* Returns the remainder. */
static uint64_t
decimal_wide_divide(decimal_wide *value, uint64_t divisor)
{
	uint64_t remainder = 0;
	for (int i = 3; i >= 0; i--) {
		plm_uint128 part = ((plm_uint128)remainder << 64) | value->limbs[i];
		value->limbs[i] = (uint64_t)(part / divisor);
		remainder = (uint64_t)part - value->limbs[i] * divisor;
	}
	return remainder;
}

/* quotient, rounded half to even by remainder of divisor, as a decimal. */
static plm_err
decimal_round(plm_uint128 quotient, plm_uint128 remainder, plm_uint128 divisor, bool negative,
    plm_decimal *ret_value)
{
	plm_uint128 rest = divisor - remainder;
	if (quotient > UNITS_MAX)
		return PLM_EOVERFLOW;
	if (remainder > rest || (remainder == rest && (quotient & 1) != 0))
		quotient++;
	return decimal_of_magnitude(quotient, negative, ret_value);
}

plm_err
plm_decimal_multiply(plm_decimal a, plm_decimal b, plm_decimal *ret_value)
{
	if (!plm_decimal_is_known(a) || !plm_decimal_is_known(b))
		return PLM_EUNKNOWN;
	plm_uint128 left = decimal_magnitude(a);
	plm_uint128 right = decimal_magnitude(b);
	decimal_wide wide = decimal_wide_product(left, right);
	bool negative = (a.units < 0) != (b.units < 0);
	if (wide.limbs[3] != 0 || wide.limbs[2] >= one_units)
		return PLM_EOVERFLOW;
	uint64_t rest;
	uint64_t high = decimal_divide_digit_by(wide.limbs[2], wide.limbs[1], one_units, &rest);
	uint64_t low = decimal_divide_digit_by(rest, wide.limbs[0], one_units, &rest);
	plm_uint128 quotient = ((plm_uint128)high << 64) | low;
	return decimal_round(quotient, rest, one_units, negative, ret_value);
}

/* One digit, base 2^64, of a long division: {top, low} by a divisor whose highest bit is set, with
 * top < divisor. *ret_rest is what is left. Knuth, TAOCP 2, 4.3.1, algorithm D. */
static uint64_t
decimal_divide_digit(plm_uint128 top, uint64_t low, plm_uint128 divisor, plm_uint128 *ret_rest)
{
	uint64_t high = (uint64_t)(divisor >> 64);
	plm_uint128 digit = top / high;
	plm_uint128 rest = top % high;
	if (digit > UINT64_MAX) {
		rest += (digit - UINT64_MAX) * high;
		digit = UINT64_MAX;
	}
	while (rest <= UINT64_MAX && digit * (uint64_t)divisor > ((rest << 64) | low)) {
		digit--;
		rest += high;
	}
	*ret_rest = ((top << 64) | low) - digit * divisor;
	return (uint64_t)digit;
}

/* A number of at most 187 bits by one of more than 64 and at most 127. */
static plm_err
decimal_divide_long(
    const decimal_wide *numerator, plm_uint128 divisor, bool negative, plm_decimal *ret_value)
{
	int shift = __builtin_clzll((uint64_t)(divisor >> 64));
	int back = 64 - shift;
	const uint64_t *limbs = numerator->limbs;
	plm_uint128 scaled = divisor << shift;
	plm_uint128 rest = ((plm_uint128)limbs[2] << shift) | (limbs[1] >> back);
	assert(shift > 0 && rest < scaled);
	uint64_t middle = (limbs[1] << shift) | (limbs[0] >> back);
	uint64_t high = decimal_divide_digit(rest, middle, scaled, &rest);
	uint64_t low = decimal_divide_digit(rest, limbs[0] << shift, scaled, &rest);
	plm_uint128 quotient = ((plm_uint128)high << 64) | low;
	return decimal_round(quotient, rest >> shift, divisor, negative, ret_value);
}

plm_err
plm_decimal_divide(plm_decimal a, plm_decimal b, plm_decimal *ret_value)
{
	if (!plm_decimal_is_known(a) || !plm_decimal_is_known(b))
		return PLM_EUNKNOWN;
	if (b.units == 0)
		return PLM_EDIVZERO;
	plm_uint128 divisor = decimal_magnitude(b);
	plm_uint128 numerator, rest;
	bool negative = (a.units < 0) != (b.units < 0);
	if (!__builtin_mul_overflow(decimal_magnitude(a), (plm_uint128)one_units, &numerator)) {
		plm_uint128 quotient = decimal_divide_by(numerator, divisor, &rest);
		return decimal_round(quotient, rest, divisor, negative, ret_value);
	}
	decimal_wide wide = decimal_wide_product(decimal_magnitude(a), one_units);
	assert(wide.limbs[3] == 0);
	if (divisor >> 64 != 0)
		return decimal_divide_long(&wide, divisor, negative, ret_value);
	uint64_t remainder = decimal_wide_divide(&wide, (uint64_t)divisor);
	if (wide.limbs[2] != 0)
		return PLM_EOVERFLOW;
	return decimal_round(decimal_wide_low(&wide), remainder, divisor, negative, ret_value);
}

plm_decimal
plm_decimal_negate(plm_decimal a)
{
	return plm_decimal_is_known(a) ? (plm_decimal){-a.units} : a;
}

plm_decimal
plm_decimal_abs(plm_decimal a)
{
	return a.units < 0 ? plm_decimal_negate(a) : a;
}

int
plm_decimal_compare(plm_decimal a, plm_decimal b)
{
	assert(plm_decimal_is_known(a) && plm_decimal_is_known(b));
	return (a.units > b.units) - (a.units < b.units);
}

/* ---- doubles ---- */

/* With at most 8 places and 53 bits both halves of the quotient are exact doubles, so that the one
 * division rounds to the nearest: 90987.12 gives the double that is written 90987.12. */
double
plm_decimal_to_double(plm_decimal a)
{
	const uint64_t units_per_step = UINT64_C(10000000000);
	const uint64_t exact_max = UINT64_C(1) << 53;
	if (!plm_decimal_is_known(a))
		return (double)NAN;
	plm_uint128 magnitude = decimal_magnitude(a);
	uint64_t high = (uint64_t)(magnitude >> 64), low = (uint64_t)magnitude, rest;
	if (high < units_per_step && low % 1024 == 0) { /* a step is 5^10 x 1024 */
		uint64_t steps = decimal_divide_digit_by(high, low, units_per_step, &rest);
		if (rest == 0 && steps <= exact_max)
			return (a.units < 0 ? -(double)steps : (double)steps) / 1e8;
	}
	return (double)a.units / 1e18;
}

plm_err
plm_decimal_from_double(double value, plm_decimal *ret_value)
{
	if (!isfinite(value))
		return PLM_EPARSE;
	uint64_t bits;
	memcpy(&bits, &value, sizeof bits);
	int shift = (int)(bits >> 52 & 0x7ff) - 1075; /* value = mantissa x 2^shift */
	uint64_t mantissa = (bits & ((UINT64_C(1) << 52) - 1)) | UINT64_C(1) << 52;
	plm_uint128 scaled = (plm_uint128)mantissa * one_units;
	bool negative = value < 0;
	if (shift < -126)
		return decimal_of_magnitude(0, false, ret_value);
	if (shift >= 0) {
		if (shift > 16 || scaled > UNITS_MAX >> shift)
			return PLM_EOVERFLOW;
		return decimal_of_magnitude(scaled << shift, negative, ret_value);
	}
	plm_uint128 divisor = (plm_uint128)1 << -shift;
	return decimal_round(
	    scaled >> -shift, scaled & (divisor - 1), divisor, negative, ret_value);
}
