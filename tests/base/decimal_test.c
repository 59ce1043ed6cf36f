/* decimal_test.c: decimals against a big-number library, and at their edges. */
#include "plimsoll/decimal.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <gmp.h>

enum { ORACLE_ROUNDS = 60000 };

#define UNITS_LARGEST ((plm_int128) ~(plm_uint128)PLM_DECIMAL_UNKNOWN_UNITS)

static const uint64_t seed_first = UINT64_C(0x5eed20261122);
static uint64_t seed;

/* splitmix64 */
static uint64_t
random_bits(void)
{
	uint64_t z = (seed += UINT64_C(0x9e3779b97f4a7c15));
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* Of any size, often near a power of ten, zero or the ends. */
static plm_decimal
random_decimal(void)
{
	plm_uint128 bits = ((plm_uint128)random_bits() << 64) | random_bits();
	plm_int128 units = (plm_int128)(bits >> (1 + random_bits() % 127));
	uint64_t shape = random_bits() % 16;
	if (shape == 0)
		units = UNITS_LARGEST - (plm_int128)(random_bits() % 3);
	else if (shape == 1)
		units = (plm_int128)(random_bits() % 3);
	else if (shape == 2)
		units = PLM_DECIMAL_ONE_UNITS * (plm_int128)(random_bits() % 1000000);
	else if (shape == 3)
		units = PLM_DECIMAL_ONE_UNITS / 2 * (plm_int128)(random_bits() % 1000);
	return (plm_decimal){random_bits() % 2 == 0 ? units : -units};
}

static void
big_set(mpz_t big, plm_int128 value)
{
	plm_uint128 magnitude = value < 0 ? -(plm_uint128)value : (plm_uint128)value;
	mpz_set_ui(big, (unsigned long)(magnitude >> 64));
	mpz_mul_2exp(big, big, 64);
	mpz_add_ui(big, big, (unsigned long)magnitude);
	if (value < 0)
		mpz_neg(big, big);
}

/* quotient = numerator / divisor, half to even. */
static void
big_divide_even(mpz_t quotient, const mpz_t numerator, const mpz_t divisor)
{
	mpz_t remainder, twice, size;
	mpz_inits(remainder, twice, size, NULL);
	mpz_fdiv_qr(quotient, remainder, numerator, divisor);
	mpz_mul_ui(twice, remainder, 2);
	mpz_abs(twice, twice);
	mpz_abs(size, divisor);
	int side = mpz_cmp(twice, size);
	if (side > 0 || (side == 0 && mpz_odd_p(quotient)))
		mpz_add_ui(quotient, quotient, 1);
	mpz_clears(remainder, twice, size, NULL);
}

static void
assert_same(plm_err err, plm_decimal got, const mpz_t wanted)
{
	mpz_t big, largest;
	mpz_inits(big, largest, NULL);
	big_set(largest, UNITS_LARGEST);
	if (mpz_cmpabs(wanted, largest) > 0) {
		assert_int_equal(err, PLM_EOVERFLOW);
	} else {
		assert_int_equal(err, PLM_OK);
		big_set(big, got.units);
		if (mpz_cmp(big, wanted) != 0) {
			(void)gmp_fprintf(stderr, "# expected %Zd, got %Zd\n", wanted, big);
			fail();
		}
	}
	mpz_clears(big, largest, NULL);
}

static plm_decimal
of(const char *text)
{
	plm_decimal value;
	assert_int_equal(plm_decimal_parse(plm_slice_of(text), &value, NULL), PLM_OK);
	return value;
}

static void
assert_text(plm_decimal value, const char *wanted)
{
	char text[PLM_DECIMAL_TEXT_MAX];
	assert_int_equal(plm_decimal_format(value, text), strlen(wanted));
	assert_string_equal(text, wanted);
}

static void
test_base_decimal__arithmetic_is_that_of_the_oracle(void **state)
{
	(void)state;
	seed = seed_first;
	print_message("# seed %llu\n", (unsigned long long)seed);
	mpz_t a, b, one, wanted;
	mpz_inits(a, b, one, wanted, NULL);
	big_set(one, PLM_DECIMAL_ONE_UNITS);
	for (int i = 0; i < ORACLE_ROUNDS; i++) {
		plm_decimal left = random_decimal();
		plm_decimal right = random_decimal();
		plm_decimal got = plm_decimal_zero();
		big_set(a, left.units);
		big_set(b, right.units);
		mpz_add(wanted, a, b);
		plm_err err = plm_decimal_add(left, right, &got);
		assert_same(err, got, wanted);
		mpz_sub(wanted, a, b);
		err = plm_decimal_subtract(left, right, &got);
		assert_same(err, got, wanted);
		mpz_mul(wanted, a, b);
		big_divide_even(wanted, wanted, one);
		err = plm_decimal_multiply(left, right, &got);
		assert_same(err, got, wanted);
		if (right.units == 0)
			continue;
		mpz_mul(wanted, a, one);
		big_divide_even(wanted, wanted, b);
		err = plm_decimal_divide(left, right, &got);
		assert_same(err, got, wanted);
		assert_int_equal(plm_decimal_compare(left, right), mpz_cmp(a, b) > 0   ? 1
								   : mpz_cmp(a, b) < 0 ? -1
										       : 0);
	}
	mpz_clears(a, b, one, wanted, NULL);
}

static void
test_base_decimal__text_goes_there_and_back(void **state)
{
	(void)state;
	seed = seed_first + 1;
	for (int i = 0; i < ORACLE_ROUNDS; i++) {
		char text[PLM_DECIMAL_TEXT_MAX];
		bool inexact = true;
		plm_decimal value = random_decimal();
		plm_decimal back;
		size_t size = plm_decimal_format(value, text);
		assert_int_equal(size, strlen(text));
		assert_int_equal(
		    plm_decimal_parse((plm_slice){text, size}, &back, &inexact), PLM_OK);
		assert_true(back.units == value.units);
		assert_false(inexact);
	}
}

/* Every count of places, with zeros inside and none at the end. */
static void
test_base_decimal__no_zero_is_written_at_the_end(void **state)
{
	(void)state;
	plm_int128 unit = PLM_DECIMAL_ONE_UNITS;
	for (size_t places = 1; places <= PLM_DECIMAL_PLACES; places++) {
		char wanted[48] = "-100203040500607080.";
		size_t whole = strlen(wanted);
		unit /= 10;
		memset(wanted + whole, '0', places);
		wanted[whole + places - 1] = '7';
		plm_int128 units = (plm_int128)100203040500607080 * PLM_DECIMAL_ONE_UNITS;
		assert_text((plm_decimal){-units - 7 * unit}, wanted);
		wanted[whole] = places == 1 ? '7' : '9';
		units += places == 1 ? 0 : PLM_DECIMAL_ONE_UNITS / 10 * 9;
		assert_text((plm_decimal){-units - 7 * unit}, wanted);
	}
}

/* A text of random digits with a point and an exponent, weighed by the oracle. */
static void
test_base_decimal__any_text_is_read_as_by_the_oracle(void **state)
{
	(void)state;
	seed = seed_first + 2;
	mpz_t wanted, divisor;
	mpz_inits(wanted, divisor, NULL);
	for (int i = 0; i < ORACLE_ROUNDS; i++) {
		char digits[64] = {0};
		char text[96];
		int whole = 1 + (int)(random_bits() % 24);
		int fraction = (int)(random_bits() % 30);
		int exponent = (int)(random_bits() % 50) - 25;
		bool negative = random_bits() % 2 == 0;
		for (int d = 0; d < whole + fraction; d++)
			digits[d] = (char)('0' + (random_bits() % 3 == 0 ? 0 : random_bits() % 10));
		(void)snprintf(text, sizeof text, "%s%.*s%s%se%d", negative ? "-" : "", whole,
		    digits, fraction > 0 ? "." : "", digits + whole, exponent);
		mpz_set_str(wanted, digits, 10);
		int shift = exponent - fraction + 18;
		mpz_ui_pow_ui(divisor, 10, (unsigned long)abs(shift));
		if (shift >= 0)
			mpz_mul(wanted, wanted, divisor);
		else
			big_divide_even(wanted, wanted, divisor);
		if (negative)
			mpz_neg(wanted, wanted);
		plm_decimal got = plm_decimal_zero();
		plm_err err = plm_decimal_parse(plm_slice_of(text), &got, NULL);
		assert_same(err, got, wanted);
	}
	mpz_clears(wanted, divisor, NULL);
}

static void
test_base_decimal__doubles_are_read_as_by_the_oracle(void **state)
{
	(void)state;
	seed = seed_first + 3;
	mpz_t wanted, divisor, one;
	mpz_inits(wanted, divisor, one, NULL);
	big_set(one, PLM_DECIMAL_ONE_UNITS);
	for (int i = 0; i < ORACLE_ROUNDS; i++) {
		int64_t mantissa = (int64_t)(random_bits() >> 11) - (INT64_C(1) << 52);
		int exponent = (int)(random_bits() % 160) - 130;
		big_set(wanted, mantissa);
		mpz_mul(wanted, wanted, one);
		mpz_set_ui(divisor, 1);
		if (exponent >= 0) {
			mpz_mul_2exp(wanted, wanted, (unsigned long)exponent);
		} else {
			mpz_mul_2exp(divisor, divisor, (unsigned long)-exponent);
			big_divide_even(wanted, wanted, divisor);
		}
		plm_decimal got = plm_decimal_zero();
		plm_err err = plm_decimal_from_double(ldexp((double)mantissa, exponent), &got);
		assert_same(err, got, wanted);
	}
	mpz_clears(wanted, divisor, one, NULL);
}

static void
test_base_decimal__sums_of_tenths_are_exact(void **state)
{
	(void)state;
	plm_decimal sum;
	assert_int_equal(plm_decimal_add(of("0.1"), of("0.2"), &sum), PLM_OK);
	assert_int_equal(plm_decimal_subtract(sum, of("0.3"), &sum), PLM_OK);
	assert_int_equal(plm_decimal_sign(sum), 0);
	assert_text(sum, "0");
}

/* A meme coin's position and a wei-sized price: 10^15 units at 18 places. */
static void
test_base_decimal__large_quantities_keep_all_places(void **state)
{
	(void)state;
	plm_decimal value = of("1000000000000000.000000000000000001");
	plm_decimal product;
	assert_text(value, "1000000000000000.000000000000000001");
	assert_int_equal(plm_decimal_multiply(value, of("1"), &product), PLM_OK);
	assert_int_equal(plm_decimal_compare(value, product), 0);
	assert_int_equal(plm_decimal_multiply(value, of("0.00001"), &product), PLM_OK);
	assert_text(product, "10000000000");
	assert_int_equal(plm_decimal_multiply(value, value, &product), PLM_EOVERFLOW);
	assert_int_equal(plm_decimal_divide(value, of("0.000001"), &product), PLM_EOVERFLOW);
	assert_int_equal(plm_decimal_divide(value, of("1000000000000000"), &product), PLM_OK);
	assert_text(product, "1");
}

static void
test_base_decimal__overflow_is_an_error_and_writes_nothing(void **state)
{
	(void)state;
	plm_decimal largest = {UNITS_LARGEST};
	plm_decimal tiny = {1};
	plm_decimal value = {42};
	assert_text(largest, "170141183460469231731.687303715884105727");
	assert_int_equal(plm_decimal_add(largest, tiny, &value), PLM_EOVERFLOW);
	assert_int_equal(
	    plm_decimal_subtract(plm_decimal_negate(largest), tiny, &value), PLM_EOVERFLOW);
	assert_int_equal(plm_decimal_multiply(largest, of("1.000001"), &value), PLM_EOVERFLOW);
	assert_int_equal(plm_decimal_divide(largest, of("0.999999"), &value), PLM_EOVERFLOW);
	assert_int_equal(plm_decimal_divide(of("1"), plm_decimal_zero(), &value), PLM_EDIVZERO);
	static const char *const large[] = {"170141183460469231731.687303715884105728",
	    "-170141183460469231731.687303715884105728", "1e21", "1e999999999999", "2e20",
	    "170141183460469231731.6873037158841057275"};
	for (size_t i = 0; i < sizeof large / sizeof large[0]; i++)
		assert_int_equal(
		    plm_decimal_parse(plm_slice_of(large[i]), &value, NULL), PLM_EOVERFLOW);
	assert_int_equal(plm_decimal_from_double(1.8e20, &value), PLM_EOVERFLOW);
	assert_int_equal(plm_decimal_from_double(-1e300, &value), PLM_EOVERFLOW);
	assert_true(value.units == 42);
}

static void
test_base_decimal__unknown_goes_through(void **state)
{
	(void)state;
	plm_decimal unknown = plm_decimal_unknown();
	plm_decimal one = plm_decimal_from_int(1);
	plm_decimal value = {42};
	assert_false(plm_decimal_is_known(unknown));
	assert_int_equal(plm_decimal_add(unknown, one, &value), PLM_EUNKNOWN);
	assert_int_equal(plm_decimal_add(one, unknown, &value), PLM_EUNKNOWN);
	assert_int_equal(plm_decimal_subtract(one, unknown, &value), PLM_EUNKNOWN);
	assert_int_equal(plm_decimal_multiply(plm_decimal_zero(), unknown, &value), PLM_EUNKNOWN);
	assert_int_equal(plm_decimal_divide(unknown, plm_decimal_zero(), &value), PLM_EUNKNOWN);
	assert_true(value.units == 42);
	assert_false(plm_decimal_is_known(plm_decimal_negate(unknown)));
	assert_false(plm_decimal_is_known(plm_decimal_abs(unknown)));
	assert_true(isnan(plm_decimal_to_double(unknown)));
	assert_text(unknown, "null");
	assert_int_equal(plm_decimal_from_double((double)NAN, &value), PLM_EPARSE);
	assert_int_equal(plm_decimal_from_double((double)INFINITY, &value), PLM_EPARSE);
}

static void
test_base_decimal__what_is_no_number(void **state)
{
	(void)state;
	static const char *const rows[] = {"", "-", "+", ".", "1.", ".5", "-.5", "1e", "1e+",
	    "1e1.5", " 1", "1 ", "1,5", "0x10", "nan", "inf", "1..2", "1.2.3", "--1", "1-", "1e5x",
	    "e5", "12345678901234567890123456789x", "1_000"};
	plm_decimal value = {42};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (plm_decimal_parse(plm_slice_of(rows[i]), &value, NULL) != PLM_EPARSE)
			fail_msg("taken: \"%s\"", rows[i]);
	}
	assert_int_equal(plm_decimal_parse((plm_slice){NULL, 0}, &value, NULL), PLM_EPARSE);
	assert_true(value.units == 42);
}

static void
test_base_decimal__rounding_is_half_to_even_and_said(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int units;
		bool inexact;
	} rows[] = {
	    {"0.0000000000000000005", 0, true},
	    {"0.0000000000000000015", 2, true},
	    {"-0.0000000000000000025", -2, true},
	    {"0.00000000000000000050000001", 1, true},
	    {"0.0000000000000000010000000", 1, false},
	    {"1e-18", 1, false},
	    {"1e-999999999999", 0, true},
	    {"0e999999999999", 0, false},
	    {"-0", 0, false},
	    {"+3e-18", 3, false},
	    {"000000000000000000000000000000000000000000000000000000e0", 0, false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		plm_decimal value;
		bool inexact;
		assert_int_equal(
		    plm_decimal_parse(plm_slice_of(rows[i].text), &value, &inexact), PLM_OK);
		assert_true(value.units == rows[i].units);
		assert_int_equal(inexact, rows[i].inexact);
	}
	plm_decimal value;
	assert_int_equal(plm_decimal_divide(of("1"), of("3"), &value), PLM_OK);
	assert_text(value, "0.333333333333333333");
	assert_int_equal(plm_decimal_divide(of("-2"), of("3"), &value), PLM_OK);
	assert_text(value, "-0.666666666666666667");
}

static void
test_base_decimal__to_double_is_within_one_ulp(void **state)
{
	(void)state;
	assert_true(plm_decimal_to_double(of("1.5")) == 1.5);
	assert_true(plm_decimal_to_double(of("-90987.12")) == -90987.12);
	assert_true(plm_decimal_to_double(of("0.3")) == 0.3);
	assert_true(plm_decimal_to_double(of("1234567.12345678")) == 1234567.12345678);
	seed = seed_first + 4;
	for (int i = 0; i < ORACLE_ROUNDS; i++) {
		char text[PLM_DECIMAL_TEXT_MAX];
		plm_decimal value = random_decimal();
		(void)plm_decimal_format(value, text);
		double wanted = strtod(text, NULL);
		double got = plm_decimal_to_double(value);
		assert_true(
		    got >= nextafter(wanted, -INFINITY) && got <= nextafter(wanted, INFINITY));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_base_decimal__arithmetic_is_that_of_the_oracle),
	    cmocka_unit_test(test_base_decimal__text_goes_there_and_back),
	    cmocka_unit_test(test_base_decimal__no_zero_is_written_at_the_end),
	    cmocka_unit_test(test_base_decimal__any_text_is_read_as_by_the_oracle),
	    cmocka_unit_test(test_base_decimal__doubles_are_read_as_by_the_oracle),
	    cmocka_unit_test(test_base_decimal__sums_of_tenths_are_exact),
	    cmocka_unit_test(test_base_decimal__large_quantities_keep_all_places),
	    cmocka_unit_test(test_base_decimal__overflow_is_an_error_and_writes_nothing),
	    cmocka_unit_test(test_base_decimal__unknown_goes_through),
	    cmocka_unit_test(test_base_decimal__what_is_no_number),
	    cmocka_unit_test(test_base_decimal__rounding_is_half_to_even_and_said),
	    cmocka_unit_test(test_base_decimal__to_double_is_within_one_ulp),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
