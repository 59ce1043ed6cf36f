/* credentials_test.c: half a credential is none, and what is refused leaves nothing behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "venue/credentials.h"

static plm_err
credentials_of(const char *key, const char *secret, pli_credentials *credentials, plm_fault *fault)
{
	plm_venue_cfg cfg = {.key = key, .secret = secret};
	return pli_credentials_init(credentials, &cfg, "Venue", fault);
}

static void
test_credentials__both_or_none(void **state)
{
	(void)state;
	static const struct {
		const char *key, *secret;
		plm_err err;
		const char *says;
	} rows[] = {
	    {NULL, NULL, PLM_OK, ""},
	    {"", NULL, PLM_OK, ""},
	    {"k", "s", PLM_OK, ""},
	    {"k", "", PLM_EAUTH, "the secret is missing"},
	    {NULL, "s", PLM_EAUTH, "the key is missing"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		pli_credentials credentials = {.key = "before", .secret = "before"};
		plm_fault fault = {.code = PLM_OK};
		assert_int_equal(
		    credentials_of(rows[i].key, rows[i].secret, &credentials, &fault), rows[i].err);
		if (rows[i].err != PLM_OK) {
			assert_non_null(strstr(fault.text, rows[i].says));
			assert_string_equal(credentials.key, "before");
			continue;
		}
		assert_string_equal(credentials.key, rows[i].key == NULL ? "" : rows[i].key);
		assert_string_equal(
		    credentials.secret, rows[i].secret == NULL ? "" : rows[i].secret);
	}
}

static void
test_credentials__what_does_not_fit_is_refused(void **state)
{
	(void)state;
	char text[PLI_SECRET_MAX + 1];
	pli_credentials credentials = {.key = ""};
	plm_fault fault = {.code = PLM_OK};
	memset(text, 'x', sizeof text);
	text[PLI_KEY_MAX] = '\0';
	assert_int_equal(credentials_of(text, "s", &credentials, &fault), PLM_EARG);
	text[PLI_KEY_MAX - 1] = '\0';
	assert_int_equal(credentials_of(text, "s", &credentials, &fault), PLM_OK);
	assert_int_equal(strlen(credentials.key), PLI_KEY_MAX - 1);
	memset(text, 'x', sizeof text - 1);
	text[PLI_SECRET_MAX] = '\0';
	assert_int_equal(credentials_of("k", text, &credentials, &fault), PLM_EARG);
	assert_null(strstr(fault.text, "xxx"));
}

static void
test_credentials__a_passphrase_may_stand_beside_them(void **state)
{
	(void)state;
	pli_credentials credentials = {.passphrase = "before"};
	plm_fault fault = {.code = PLM_OK};
	plm_venue_cfg cfg = {.key = "k", .secret = "s", .passphrase = "p q"};
	assert_int_equal(pli_credentials_init(&credentials, &cfg, "Venue", &fault), PLM_OK);
	assert_string_equal(credentials.passphrase, "p q");
	cfg.passphrase = "p\nX: y"; /* another header line */
	assert_int_equal(pli_credentials_init(&credentials, &cfg, "Venue", &fault), PLM_EARG);
	assert_null(strstr(fault.text, "X: y"));
	assert_int_equal(credentials_of("k", "s", &credentials, &fault), PLM_OK);
	assert_string_equal(credentials.passphrase, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_credentials__both_or_none),
	    cmocka_unit_test(test_credentials__what_does_not_fit_is_refused),
	    cmocka_unit_test(test_credentials__a_passphrase_may_stand_beside_them),
	};
	return cmocka_run_group_tests_name("credentials", tests, NULL, NULL);
}
