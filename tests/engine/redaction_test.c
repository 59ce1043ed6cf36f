/* redaction_test.c: what is secret is gone by its member's name, and wherever else it shows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/redaction.h"

/* The document with its members taken out; static, until the next call. */
static const char *
members(pli_redaction *redaction, const char *document)
{
	static char bytes[1024];
	size_t size = strlen(document);
	memcpy(bytes, document, size + 1);
	assert_true(pli_redaction_members(redaction, bytes, size));
	return bytes;
}

static void
test_redaction__credentials_and_persons_are_overwritten_at_any_depth(void **state)
{
	(void)state;
	pli_redaction *redaction = pli_redaction_create();
	assert_string_equal(members(redaction, "{\"result\":{\"access_token\":\"abc\",\"a\":1}}"),
	    "{\"result\":{\"access_token\":\"***\",\"a\":1}}");
	assert_string_equal(members(redaction, "[{\"EMAIL\":\"a@b\"},\n{\"listenKey\": \"xyz1\"}]"),
	    "[{\"EMAIL\":\"***\"}, {\"listenKey\": \"****\"}]");
	assert_string_equal(members(redaction, "{\"secret\":\"a\\\"b\\\\\",\"b\":\"kept\"}"),
	    "{\"secret\":\"******\",\"b\":\"kept\"}");
	/* a number of a coin, not a credential; an empty text tells nothing */
	assert_string_equal(members(redaction, "{\"token\":150,\"secret\":\"\"}"),
	    "{\"token\":150,\"secret\":\"\"}");
	assert_int_equal(pli_redaction_count(redaction), 4);
	pli_redaction_destroy(redaction);
}

static void
test_redaction__what_is_no_json_is_not_passed_on(void **state)
{
	(void)state;
	pli_redaction *redaction = pli_redaction_create();
	char torn[] = "{\"access_token\":\"abcdefgh";
	assert_false(pli_redaction_members(redaction, torn, strlen(torn)));
	assert_false(pli_redaction_members(redaction, torn, 0));
	pli_redaction_destroy(redaction);
}

static void
test_redaction__a_known_secret_goes_wherever_it_shows(void **state)
{
	(void)state;
	pli_redaction *redaction = pli_redaction_create();
	assert_int_equal(pli_redaction_secret(redaction, "se\"cret"), PLM_OK);
	char text[] = "a se\"cret, as JSON \"se\\\"cret\", twice se\"cretse\"cret";
	pli_redaction_overwrite(redaction, text, strlen(text));
	assert_string_equal(text, "a *******, as JSON \"********\", twice **************");
	pli_redaction_destroy(redaction);
}

/* A listen key that was handed out shows again in an event, under another name. */
static void
test_redaction__a_credential_once_seen_is_known(void **state)
{
	(void)state;
	pli_redaction *redaction = pli_redaction_create();
	(void)members(redaction, "{\"listenKey\":\"abcdefgh1234\",\"email\":\"somebody\"}");
	char text[] = "{\"stream\":\"abcdefgh1234\",\"account\":\"somebody\"}";
	pli_redaction_overwrite(redaction, text, strlen(text));
	/* a person's name is no secret of the whole file: an account may be called like it */
	assert_string_equal(text, "{\"stream\":\"************\",\"account\":\"somebody\"}");
	for (int i = 0; i < 400; i++) {
		char document[64];
		(void)snprintf(document, sizeof document, "{\"token\":\"another-token-%d\"}", i);
		(void)members(redaction, document);
	}
	char last[] = "another-token-399";
	pli_redaction_overwrite(redaction, last, strlen(last));
	assert_string_equal(last, "*****************");
	pli_redaction_destroy(redaction);
}

static void
test_redaction__has_room_for_the_credentials_of_many_accounts(void **state)
{
	(void)state;
	pli_redaction *redaction = pli_redaction_create();
	plm_err err = PLM_OK;
	int taken = 0;
	for (; err == PLM_OK && taken < 1000; taken++) {
		char secret[32];
		(void)snprintf(secret, sizeof secret, "secret-of-%d", taken);
		err = pli_redaction_secret(redaction, secret);
	}
	assert_int_equal(err, PLM_EFULL);
	assert_true(taken > 64 * 3);
	pli_redaction_destroy(redaction);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_redaction__credentials_and_persons_are_overwritten_at_any_depth),
	    cmocka_unit_test(test_redaction__what_is_no_json_is_not_passed_on),
	    cmocka_unit_test(test_redaction__a_known_secret_goes_wherever_it_shows),
	    cmocka_unit_test(test_redaction__a_credential_once_seen_is_known),
	    cmocka_unit_test(test_redaction__has_room_for_the_credentials_of_many_accounts),
	};
	return cmocka_run_group_tests_name("redaction", tests, NULL, NULL);
}
