/* sign_test.c: the cases of RFC 4231, which defines the values of HMAC-SHA256. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "venue/sign.h"

static void
test_sign__cases_of_the_standard(void **state)
{
	(void)state;
	static const struct {
		const char *secret, *text, *hex, *base64;
	} rows[] = {
	    {"\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b",
		"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
		"sDRMYdjbOFNcqK/OrwvxK4gdwgDJgz2nJuk3bC4yz/c="},
	    {"Jefe", "what do ya want for nothing?",
		"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
		"W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM="},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char hex[PLI_SIGNATURE_HEX + 1] = "";
		pli_sign_hmac_sha256(rows[i].secret, plm_slice_of(rows[i].text), hex);
		assert_string_equal(hex, rows[i].hex);
		char base64[PLI_SIGNATURE_BASE64 + 1] = "";
		pli_sign_hmac_sha256_base64(rows[i].secret, plm_slice_of(rows[i].text), base64);
		assert_string_equal(base64, rows[i].base64);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sign__cases_of_the_standard),
	};
	return cmocka_run_group_tests_name("sign", tests, NULL, NULL);
}
