/* decimal_fuzz.c: any text to the decimal parser; any bits to the arithmetic. */
#include "harness.h"
#include "plimsoll/decimal.h"

static void
fuzz_text(plm_slice text)
{
	plm_decimal value = {7};
	plm_decimal back;
	char written[PLM_DECIMAL_TEXT_MAX];
	bool inexact;
	plm_err err = plm_decimal_parse(text, &value, &inexact);
	if (err != PLM_OK) {
		FUZZ_REQUIRE(err == PLM_EPARSE || err == PLM_EOVERFLOW);
		FUZZ_REQUIRE(value.units == 7);
		return;
	}
	FUZZ_REQUIRE(plm_decimal_is_known(value));
	size_t size = plm_decimal_format(value, written);
	FUZZ_REQUIRE(size == strlen(written) && size < sizeof written);
	FUZZ_REQUIRE(plm_decimal_parse((plm_slice){written, size}, &back, &inexact) == PLM_OK);
	FUZZ_REQUIRE(!inexact && back.units == value.units);
}

static void
fuzz_arithmetic(plm_decimal a, plm_decimal b)
{
	plm_decimal left, right;
	plm_err err = plm_decimal_add(a, b, &left);
	if (err == PLM_OK) {
		FUZZ_REQUIRE(plm_decimal_subtract(left, b, &right) == PLM_OK);
		FUZZ_REQUIRE(right.units == a.units);
	}
	err = plm_decimal_multiply(a, b, &left);
	FUZZ_REQUIRE(err == plm_decimal_multiply(b, a, &right));
	FUZZ_REQUIRE(err != PLM_OK || left.units == right.units);
	err = plm_decimal_divide(a, b, &left);
	FUZZ_REQUIRE(err != PLM_OK || plm_decimal_is_known(left));
	if (plm_decimal_from_double(plm_decimal_to_double(a), &left) == PLM_OK)
		FUZZ_REQUIRE(plm_decimal_sign(left) == plm_decimal_sign(a));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	plm_decimal values[2];
	fuzz_text(fuzz_slice(data, size));
	if (size < sizeof values)
		return 0;
	memcpy(values, data, sizeof values);
	fuzz_arithmetic(values[0], values[1]);
	return 0;
}
