/* decode_stream_test.c: payloads to lines: what is printed, what is said, how it ends. */
#include "cli/decode_stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "venue/venues.h"

#define RATE "{\"rates\":[{\"asset\":\"USDT\",\"usd\":0.9998}]}"
#define BROKEN "{\"rates\":[{\"asset\":\"USDC\",\"usd\":1},{\"asset\":\"USDT\",\"usd\":\"x\"}]}"

static uint32_t
count_of(const char *text, const char *word)
{
	uint32_t count = 0;
	for (const char *at = text; (at = strstr(at, word)) != NULL; at++)
		count++;
	return count;
}

/* Runs a job; NULL words are not looked for. lines: of output. */
static void
expect(const plm_venue_desc *desc, pli_decode_form form, const char *input, int code,
    uint32_t lines, const char *said)
{
	char *out_text = NULL, *err_text = NULL;
	size_t out_size = 0, err_size = 0;
	FILE *out = open_memstream(&out_text, &out_size);
	FILE *err = open_memstream(&err_text, &err_size);
	pli_cli cli;
	pli_cli_init(&cli, out, err);
	pli_decode_job job = {
	    .desc = desc, .file = "in", .channel = "", .account = "", .form = form};
	int got = pli_decode_input(&cli, &job, plm_slice_of(input));
	assert_int_equal(fclose(out), 0);
	assert_int_equal(fclose(err), 0);
	if (got != code || count_of(out_text, "\n") != lines || strstr(err_text, said) == NULL)
		fail_msg("%s: exit %d, out: %s, err: %s", input, got, out_text, err_text);
	if (said[0] == '\0')
		assert_string_equal(err_text, "");
	free(out_text);
	free(err_text);
}

static void
test_cli_decode_stream__one_payload(void **state)
{
	(void)state;
	expect(&pli_venue_file, PLI_DECODE_AUTO, RATE, PLI_EXIT_OK, 3, "");
	expect(&pli_venue_file, PLI_DECODE_AUTO, "{\n\"rates\": []\n}\n", PLI_EXIT_OK, 2, "");
}

static void
test_cli_decode_stream__a_payload_a_line(void **state)
{
	(void)state;
	expect(&pli_venue_file, PLI_DECODE_AUTO, RATE "\n\n" RATE "\r\n", PLI_EXIT_OK, 6, "");
	expect(&pli_venue_file, PLI_DECODE_LINES, RATE, PLI_EXIT_OK, 3, "");
	expect(&pli_venue_file, PLI_DECODE_WHOLE, RATE "\n" RATE, PLI_EXIT_BAD_INPUT, 0,
	    "in:2:1: error: expected nothing after the document");
}

/* The good lines around a broken one are printed, of the broken one nothing, though its first row
 * is good. */
static void
test_cli_decode_stream__a_broken_payload_prints_nothing(void **state)
{
	(void)state;
	expect(&pli_venue_file, PLI_DECODE_AUTO, BROKEN, PLI_EXIT_BAD_INPUT, 0,
	    "in:1:58: error: rates[1].usd: expected a number above 0, got \"x\"");
	expect(&pli_venue_file, PLI_DECODE_AUTO, RATE "\n" BROKEN "\n" RATE, PLI_EXIT_BAD_INPUT, 6,
	    "in:2:58: error: rates[1].usd");
	expect(&pli_venue_file, PLI_DECODE_AUTO, "{\n\"rates\": [\n{]}", PLI_EXIT_BAD_INPUT, 0,
	    "in:3:2: error: rates[0]: ");
}

static void
test_cli_decode_stream__payloads_of_another_kind(void **state)
{
	(void)state;
	expect(&pli_venue_deribit, PLI_DECODE_AUTO, "{\"hello\":1}", PLI_EXIT_OTHER_KIND, 0,
	    "in: gives no event: not ");
	expect(&pli_venue_deribit, PLI_DECODE_AUTO, "{\"hello\":1}\n{\"hello\":2}\n",
	    PLI_EXIT_OTHER_KIND, 0, "2 of 2 payloads give no event; the first, line 1: not ");
	expect(&pli_venue_deribit, PLI_DECODE_AUTO,
	    "{\"hello\":1}\n{\"jsonrpc\":\"2.0\",\"error\":{\"code\":13009,\"message\":\"no\"}}\n",
	    PLI_EXIT_OK, 1, "1 of 2 payloads give no event");
	expect(&pli_venue_deribit, PLI_DECODE_LINES, "\n\n", PLI_EXIT_OTHER_KIND, 0,
	    "holds no payload");
}

/* An account that holds nothing is well-formed, and no event. */
static void
test_cli_decode_stream__a_payload_that_tells_of_nothing(void **state)
{
	(void)state;
	static const char none[] = "{\"arg\":{\"channel\":\"account\"},\"data\":[{\"details\":[],"
				   "\"totalEq\":\"0\",\"uTime\":\"1774795570586\"}]}";
	static const char both[] =
	    "{\"arg\":{\"channel\":\"positions\"},\"data\":[]}\n"
	    "{\"arg\":{\"channel\":\"account\"},\"data\":[{\"totalEq\":\"1\",\"details\":[{"
	    "\"ccy\":\"BTC\",\"cashBal\":\"1\"}]}]}\n";
	expect(&pli_venue_okx, PLI_DECODE_AUTO, none, PLI_EXIT_OTHER_KIND, 0,
	    "in: gives no event: it is read, and tells of nothing");
	expect(&pli_venue_okx, PLI_DECODE_AUTO, both, PLI_EXIT_OK, 1,
	    "1 of 2 payloads give no event; the first, line 1: it is read");
}

static void
test_cli_decode_stream__the_account_needs_a_name_that_fits(void **state)
{
	(void)state;
	char account[64];
	memset(account, 'a', sizeof account);
	account[sizeof account - 1] = '\0';
	FILE *nowhere = fopen("/dev/null", "w");
	assert_non_null(nowhere);
	pli_cli cli;
	pli_cli_init(&cli, nowhere, nowhere);
	pli_decode_job job = {
	    .desc = &pli_venue_file, .file = "in", .channel = "", .account = account};
	assert_int_equal(pli_decode_input(&cli, &job, plm_slice_of(RATE)), PLI_EXIT_USAGE);
	assert_int_equal(fclose(nowhere), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cli_decode_stream__one_payload),
	    cmocka_unit_test(test_cli_decode_stream__a_payload_a_line),
	    cmocka_unit_test(test_cli_decode_stream__a_broken_payload_prints_nothing),
	    cmocka_unit_test(test_cli_decode_stream__payloads_of_another_kind),
	    cmocka_unit_test(test_cli_decode_stream__a_payload_that_tells_of_nothing),
	    cmocka_unit_test(test_cli_decode_stream__the_account_needs_a_name_that_fits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
