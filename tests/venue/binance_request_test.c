/* binance_request_test.c: signatures, targets, and that nothing but reading can be asked for. */
#include "binance_rig.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "venue/binance/binance_usdm.def"
#include "venue/binance_live/binance_live.h"

static const binance_ask_row asks[BINANCE_ASK_COUNT_] = {BINANCE_USDM_ASKS(BINANCE_ASK_ROW)};

/* The signature by another library, over what stands between '?' and the signature. */
static void
signature_by_openssl(const char *target, const char *secret, char ret_hex[65])
{
	const char *query = strchr(target, '?') + 1;
	const char *end = strstr(target, "&signature=");
	assert_non_null(end);
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned size = 0;
	assert_non_null(HMAC(EVP_sha256(), secret, (int)strlen(secret),
	    (const unsigned char *)query, (size_t)(end - query), mac, &size));
	assert_int_equal(size, 32);
	for (unsigned i = 0; i < size; i++)
		(void)snprintf(ret_hex + (size_t)2 * i, 3, "%02x", mac[i]);
}

static void
test_venue_binance_request__signature_equals_openssl(void **state)
{
	(void)state;
	static const char *const secrets[] = {"s", "an ordinary secret of some length",
	    "a secret that is longer than one block of the hash function: 64 bytes, and some"};
	for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
		plm_request request;
		char expected[65];
		pli_binance_request(&request, &asks[BINANCE_ASK_ACCOUNT], "key");
		assert_int_equal(
		    pli_binance_request_seal(&request, 1800000000123, secrets[i]), PLM_OK);
		assert_non_null(
		    strstr(request.target, "?recvWindow=5000&timestamp=1800000000123&"));
		signature_by_openssl(request.target, secrets[i], expected);
		assert_string_equal(strstr(request.target, "signature=") + 10, expected);
	}
}

/* A request that waited and is sealed again carries one time stamp and one signature. */
static void
test_venue_binance_request__sealed_twice_is_sealed_once(void **state)
{
	(void)state;
	plm_request request, fresh;
	pli_binance_request(&request, &asks[BINANCE_ASK_POSITIONS], "key");
	fresh = request;
	assert_int_equal(pli_binance_request_seal(&request, 1, "secret"), PLM_OK);
	assert_int_equal(pli_binance_request_seal(&request, 1800000000456, "secret"), PLM_OK);
	assert_int_equal(pli_binance_request_seal(&fresh, 1800000000456, "secret"), PLM_OK);
	assert_string_equal(request.target, fresh.target);
}

static void
test_venue_binance_request__every_one_is_on_the_list(void **state)
{
	(void)state;
	for (binance_ask ask = 0; ask < BINANCE_ASK_COUNT_; ask++) {
		if (asks[ask].method == NULL)
			continue;
		plm_request request;
		char call[PLM_TARGET_MAX + 8];
		pli_binance_request(&request, &asks[ask], "key");
		(void)snprintf(call, sizeof call, "%s %s", request.method, request.target);
		bool found = false;
		for (const char *const *row = pli_venue_binance.requests_allowed; *row != NULL;
		     row++)
			found |= strcmp(*row, call) == 0;
		assert_true(found);
		assert_true(request.weight > 0);
	}
}

/* Only a listen key may be made or prolonged; all else reads. */
static void
test_venue_binance_request__the_list_holds_no_order(void **state)
{
	(void)state;
	for (const char *const *row = pli_venue_binance.requests_allowed; *row != NULL; row++) {
		bool reads = strncmp(*row, "GET ", 4) == 0;
		assert_true(reads || strstr(*row, "/listenKey") != NULL);
		assert_null(strstr(*row, "/order"));
		assert_null(strstr(*row, "withdraw"));
	}
}

static void
test_venue_binance_request__key_only_where_it_is_needed(void **state)
{
	(void)state;
	plm_request request;
	pli_binance_request(&request, &asks[BINANCE_ASK_TIME], "my-key");
	assert_string_equal(request.header, "");
	pli_binance_request(&request, &asks[BINANCE_ASK_INFO], "my-key");
	assert_string_equal(request.header, "");
	pli_binance_request(&request, &asks[BINANCE_ASK_LISTEN], "my-key");
	assert_string_equal(request.header, "X-MBX-APIKEY: my-key");
	assert_int_equal(request.seal, 0);
	pli_binance_request(&request, &asks[BINANCE_ASK_RIGHTS], "my-key");
	assert_int_equal(request.seal, 1);
	assert_int_equal(request.link, 1);
}

/* A query of its own is signed with the rest, once. */
static void
test_venue_binance_request__a_query_is_signed_too(void **state)
{
	(void)state;
	static const binance_ask_row row = {
	    "GET", "/api/v3/account?omitZeroBalances=true", 20, ASK_SIGN, 0, NULL};
	plm_request request;
	char expected[65];
	pli_binance_request(&request, &row, "key");
	assert_int_equal(pli_binance_request_seal(&request, 1, "secret"), PLM_OK);
	assert_int_equal(pli_binance_request_seal(&request, 1800000000456, "secret"), PLM_OK);
	assert_non_null(strstr(
	    request.target, "?omitZeroBalances=true&recvWindow=5000&timestamp=1800000000456&sig"));
	signature_by_openssl(request.target, "secret", expected);
	assert_string_equal(strstr(request.target, "signature=") + 10, expected);
}

static void
test_venue_binance_request__a_subscription_is_signed_when_it_leaves(void **state)
{
	(void)state;
	static const pli_credentials credentials = {.key = "my-key", .secret = "my-secret"};
	plm_request request;
	char expected[65], text[512];
	pli_binance_request_subscribe(&request, "userDataStream.subscribe.signature", "");
	assert_int_equal(request.kind, PLM_REQUEST_WS_SEND);
	assert_int_equal(request.seal, 1);
	assert_int_equal(pli_binance_request_subscribe_seal(&request, 1, &credentials), PLM_OK);
	assert_int_equal(
	    pli_binance_request_subscribe_seal(&request, 1800000000456, &credentials), PLM_OK);
	signature_by_openssl("?apiKey=my-key&recvWindow=5000&timestamp=1800000000456&signature=",
	    "my-secret", expected);
	(void)snprintf(text, sizeof text,
	    "{\"id\":\"user\",\"method\":\"userDataStream.subscribe.signature\",\"params\":{"
	    "\"apiKey\":\"my-key\",\"recvWindow\":5000,\"timestamp\":1800000000456,"
	    "\"signature\":\"%s\"}}",
	    expected);
	assert_string_equal(request.body, text);
	pli_binance_request_subscribe(&request, "userDataStream.subscribe.listenToken", "a+b/c=");
	assert_int_equal(request.seal, 0);
	assert_string_equal(request.body,
	    "{\"id\":\"user\",\"method\":\"userDataStream.subscribe.listenToken\",\"params\":{"
	    "\"listenToken\":\"a+b/c=\"}}");
}

static void
test_venue_binance_request__streams(void **state)
{
	(void)state;
	static const char head[] = "/market/stream?streams=!assetIndex@arr";
	static const char all[] = "/!markPrice@arr@1s";
	char target[PLM_TARGET_MAX], markets[BINANCE_MARKETS_MAX] = "";
	pli_binance_marks_path(head, all, "", target);
	assert_string_equal(target, "/market/stream?streams=!assetIndex@arr/!markPrice@arr@1s");
	pli_binance_marks_path(head, all, " btcusdt, ethusdt ,", target);
	assert_string_equal(target, "/market/stream?streams=!assetIndex@arr/btcusdt@markPrice@1s/"
				    "ethusdt@markPrice@1s");
	for (int i = 0; i < 40; i++)
		(void)strncat(markets, "solusdt,", sizeof markets - strlen(markets) - 1);
	pli_binance_marks_path(head, all, markets, target);
	assert_string_equal(target, "/market/stream?streams=!assetIndex@arr/!markPrice@arr@1s");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_venue_binance_request__signature_equals_openssl),
	    cmocka_unit_test(test_venue_binance_request__sealed_twice_is_sealed_once),
	    cmocka_unit_test(test_venue_binance_request__every_one_is_on_the_list),
	    cmocka_unit_test(test_venue_binance_request__the_list_holds_no_order),
	    cmocka_unit_test(test_venue_binance_request__key_only_where_it_is_needed),
	    cmocka_unit_test(test_venue_binance_request__a_query_is_signed_too),
	    cmocka_unit_test(test_venue_binance_request__a_subscription_is_signed_when_it_leaves),
	    cmocka_unit_test(test_venue_binance_request__streams),
	};
	return cmocka_run_group_tests_name("binance_request", tests, NULL, NULL);
}
