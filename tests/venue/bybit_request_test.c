/* bybit_request_test.c: requests as text, and what their signatures cover. */
#include "bybit_host.h"

#include "venue/sign.h"

static const pli_credentials credentials = {.key = "XXXXXXXXXX", .secret = "a secret"};

static void
signature_of(const char *text, char ret_hex[PLI_SIGNATURE_HEX + 1])
{
	pli_sign_hmac_sha256(credentials.secret, plm_slice_of(text), ret_hex);
}

static void
test_venue_bybit_request__rest_is_signed_in_its_header(void **state)
{
	(void)state;
	plm_request request;
	char signature[PLI_SIGNATURE_HEX + 1], header[512];
	pli_bybit_request(&request, BYBIT_ASK_USDT, "");
	request.tag = BYBIT_ASK_USDT;
	assert_string_equal(
	    request.target, "/v5/position/list?category=linear&settleCoin=USDT&limit=200");
	assert_string_equal(request.method, "GET");
	assert_string_equal(request.header, ""); /* no key in a queue */
	assert_int_equal(request.seal, 1);
	assert_int_equal(pli_bybit_request_seal(&request, 1658384314791, &credentials), PLM_OK);
	signature_of(
	    "1658384314791XXXXXXXXXX5000category=linear&settleCoin=USDT&limit=200", signature);
	(void)snprintf(header, sizeof header,
	    "X-BAPI-API-KEY: XXXXXXXXXX\nX-BAPI-TIMESTAMP: 1658384314791\nX-BAPI-RECV-WINDOW: "
	    "5000\nX-BAPI-SIGN: %s",
	    signature);
	assert_string_equal(request.header, header);
	/* signed anew, it is as if it had not been */
	assert_int_equal(pli_bybit_request_seal(&request, 1658384314792, &credentials), PLM_OK);
	assert_non_null(strstr(request.header, "TIMESTAMP: 1658384314792"));
}

static void
test_venue_bybit_request__without_a_query(void **state)
{
	(void)state;
	plm_request request;
	char signature[PLI_SIGNATURE_HEX + 1];
	pli_bybit_request(&request, BYBIT_ASK_CONFIG, "");
	request.tag = BYBIT_ASK_CONFIG;
	assert_string_equal(request.target, "/v5/account/info");
	assert_int_equal(pli_bybit_request_seal(&request, 17, &credentials), PLM_OK);
	signature_of("17XXXXXXXXXX5000", signature);
	assert_non_null(strstr(request.header, signature));
}

static void
test_venue_bybit_request__pages_are_signed_too(void **state)
{
	(void)state;
	plm_request request;
	char signature[PLI_SIGNATURE_HEX + 1];
	pli_bybit_request(&request, BYBIT_ASK_OPTION, "BTC%2C1%2C0");
	request.tag = BYBIT_ASK_OPTION;
	assert_string_equal(
	    request.target, "/v5/position/list?category=option&limit=200&cursor=BTC%2C1%2C0");
	assert_int_equal(pli_bybit_request_seal(&request, 17, &credentials), PLM_OK);
	signature_of("17XXXXXXXXXX5000category=option&limit=200&cursor=BTC%2C1%2C0", signature);
	assert_non_null(strstr(request.header, signature));
}

static void
test_venue_bybit_request__public_ones_carry_nothing(void **state)
{
	(void)state;
	static const bybit_ask asks[] = {
	    BYBIT_ASK_TIME, BYBIT_ASK_LINEAR, BYBIT_ASK_INVERSE, BYBIT_ASK_STATUS};
	for (size_t i = 0; i < sizeof asks / sizeof asks[0]; i++) {
		plm_request request;
		pli_bybit_request(&request, asks[i], "");
		request.tag = asks[i];
		assert_int_equal(request.seal, asks[i] == BYBIT_ASK_TIME);
		assert_int_equal(pli_bybit_request_seal(&request, 17, &credentials), PLM_OK);
		assert_string_equal(request.header, "");
	}
}

static void
test_venue_bybit_request__login(void **state)
{
	(void)state;
	plm_request request = {.kind = PLM_REQUEST_WS_SEND, .tag = BYBIT_TAG_LOGIN};
	char signature[PLI_SIGNATURE_HEX + 1], body[256];
	assert_int_equal(pli_bybit_request_seal(&request, 1662350390000, &credentials), PLM_OK);
	signature_of("GET/realtime1662350400000", signature);
	(void)snprintf(body, sizeof body,
	    "{\"op\":\"auth\",\"args\":[\"XXXXXXXXXX\",1662350400000,\"%s\"]}", signature);
	assert_string_equal(request.body, body);
}

/* The longest key and cursor that there can be fit. */
static void
test_venue_bybit_request__the_longest(void **state)
{
	(void)state;
	plm_request request;
	pli_credentials longest = {.secret = "s"};
	char cursor[PLI_CURSOR_MAX] = "";
	memset(longest.key, 'k', sizeof longest.key - 1);
	memset(cursor, 'c', sizeof cursor - 1);
	for (bybit_ask ask = 0; ask < BYBIT_ASK_COUNT_; ask++) {
		pli_bybit_request(&request, ask, cursor);
		request.tag = ask;
		assert_true(strlen(request.target) < sizeof request.target - 1);
		assert_int_equal(pli_bybit_request_seal(&request, INT64_MAX / 2, &longest), PLM_OK);
	}
}

static void
test_venue_bybit_request__only_reads(void **state)
{
	(void)state;
	for (const char *const *row = pli_bybit_requests_allowed; *row != NULL; row++)
		assert_true(strncmp(*row, "GET /v5/", 8) == 0 || strcmp(*row, "auth") == 0 ||
			    strcmp(*row, "subscribe") == 0 || strcmp(*row, "ping") == 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_venue_bybit_request__rest_is_signed_in_its_header),
	    cmocka_unit_test(test_venue_bybit_request__without_a_query),
	    cmocka_unit_test(test_venue_bybit_request__pages_are_signed_too),
	    cmocka_unit_test(test_venue_bybit_request__public_ones_carry_nothing),
	    cmocka_unit_test(test_venue_bybit_request__login),
	    cmocka_unit_test(test_venue_bybit_request__the_longest),
	    cmocka_unit_test(test_venue_bybit_request__only_reads),
	};
	return cmocka_run_group_tests_name("bybit_request", tests, NULL, NULL);
}
