/* okx_request_test.c: what leaves, and how it is signed. */
#include "okx_rig.h"
#include "venue/sign.h"

static const pli_credentials credentials = {
    .key = "my-key", .secret = "my-secret", .passphrase = "p \"q"};

/* The venue's page: base64 of HMAC-SHA256 over time, method and target with its query. */
static void
test_okx_request__a_call_is_signed_with_its_query(void **state)
{
	(void)state;
	plm_request request;
	char sign[PLI_SIGNATURE_BASE64 + 1], wanted[PLM_HEADER_MAX];
	pli_okx_request(&request, OKX_ASK_OPTIONS, "BTC-USD");
	assert_string_equal(
	    request.target, "/api/v5/public/instruments?instType=OPTION&instFamily=BTC-USD");
	plm_time_ns time_ns = plm_time_of_date(2026, 11, 27) + 3661 * PLM_NS_PER_S;
	assert_int_equal(pli_okx_request_seal(&request, time_ns, &credentials), PLM_OK);
	pli_sign_hmac_sha256_base64("my-secret",
	    PLM_SLICE("2026-11-27T01:01:01.000ZGET/api/v5/public/"
		      "instruments?instType=OPTION&instFamily=BTC-USD"),
	    sign);
	(void)snprintf(wanted, sizeof wanted,
	    "OK-ACCESS-KEY: my-key\nOK-ACCESS-SIGN: %s\n"
	    "OK-ACCESS-TIMESTAMP: 2026-11-27T01:01:01.000Z\nOK-ACCESS-PASSPHRASE: p \"q",
	    sign);
	assert_string_equal(request.header, wanted);
}

/* A call with a body is signed with it, and may say nothing else. */
static void
test_okx_request__a_body_is_signed_as_it_stands(void **state)
{
	(void)state;
	plm_request request;
	char sign[PLI_SIGNATURE_BASE64 + 1];
	pli_okx_request(&request, OKX_ASK_STRESS, "");
	assert_int_equal(pli_okx_request_seal(&request, 0, &credentials), PLM_OK);
	pli_sign_hmac_sha256_base64("my-secret",
	    PLM_SLICE("1970-01-01T00:00:00.000ZPOST/api/v5/account/position-builder"
		      "{\"inclRealPosAndEq\":true}"),
	    sign);
	assert_non_null(strstr(request.header, sign));
	(void)snprintf(request.body, sizeof request.body, "{\"inclRealPosAndEq\":false}");
	assert_false(pli_request_allowed(&pli_venue_okx, &request));
	request.body[0] = '\0';
	assert_false(pli_request_allowed(&pli_venue_okx, &request));
}

static void
test_okx_request__a_login_is_sealed_in_seconds(void **state)
{
	(void)state;
	plm_request request;
	char sign[PLI_SIGNATURE_BASE64 + 1], wanted[512];
	pli_okx_login(&request);
	assert_true(pli_request_allowed(&pli_venue_okx, &request));
	assert_null(strstr(request.body, "my-"));
	assert_int_equal(
	    pli_okx_request_seal(&request, 1800000000 * PLM_NS_PER_S + 999, &credentials), PLM_OK);
	pli_sign_hmac_sha256_base64(
	    "my-secret", PLM_SLICE("1800000000GET/users/self/verify"), sign);
	(void)snprintf(wanted, sizeof wanted,
	    "{\"op\":\"login\",\"args\":[{\"apiKey\":\"my-key\",\"passphrase\":\"p \\\"q\","
	    "\"timestamp\":\"1800000000\",\"sign\":\"%s\"}]}",
	    sign);
	assert_string_equal(request.body, wanted);
	assert_null(strstr(request.body, "my-secret"));
}

static void
test_okx_request__every_call_is_on_the_list(void **state)
{
	(void)state;
	for (okx_ask ask = 0; ask < OKX_ASK_COUNT_; ask++) {
		plm_request request;
		pli_okx_request(&request, ask, "BTC-USD");
		assert_true(pli_request_allowed(&pli_venue_okx, &request));
		bool posted = ask == OKX_ASK_STRESS;
		assert_string_equal(request.method, posted ? "POST" : "GET");
		assert_int_equal(request.body[0] != '\0', posted);
	}
	plm_request trade = {.kind = PLM_REQUEST_HTTP, .method = "POST"};
	(void)snprintf(trade.target, sizeof trade.target, "/api/v5/trade/order");
	assert_false(pli_request_allowed(&pli_venue_okx, &trade));
	trade = (plm_request){.kind = PLM_REQUEST_WS_SEND, .body = "{\"op\":\"order\"}"};
	assert_false(pli_request_allowed(&pli_venue_okx, &trade));
}

/* A message that is full stays whole. */
static void
test_okx_request__subscriptions(void **state)
{
	(void)state;
	plm_request request;
	uint32_t added = 0;
	pli_okx_subscribe_open(&request, 1);
	assert_true(pli_okx_subscribe_add(&request, "account", "", ""));
	while (pli_okx_subscribe_add(&request, "mark-price", "instId", "BTC-USDT-SWAP"))
		added++;
	pli_okx_subscribe_close(&request);
	assert_true(added > 50);
	static const char head[] = "{\"op\":\"subscribe\",\"args\":[{\"channel\":\"account\"},"
				   "{\"channel\":\"mark-price\",\"instId\":\"BTC-USDT-SWAP\"},";
	assert_memory_equal(request.body, head, sizeof head - 1);
	size_t size = strlen(request.body);
	assert_string_equal(request.body + size - 3, "}]}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_okx_request__a_call_is_signed_with_its_query),
	    cmocka_unit_test(test_okx_request__a_body_is_signed_as_it_stands),
	    cmocka_unit_test(test_okx_request__a_login_is_sealed_in_seconds),
	    cmocka_unit_test(test_okx_request__every_call_is_on_the_list),
	    cmocka_unit_test(test_okx_request__subscriptions),
	};
	return cmocka_run_group_tests_name("okx_request", tests, NULL, NULL);
}
