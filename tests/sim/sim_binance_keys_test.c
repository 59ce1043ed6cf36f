/* sim_binance_keys_test.c: one key opens each market of its trader, and no other trader's. */
#include "sim_markets.h"
#include "venue/sign.h"

/* An account of each market of the trader whose USD-M account is binance-main, and where it is read
 * by REST. */
static const struct {
	const char *account, *key, *path;
} rows[] = {{"binance-main", "binance-main-read", "/fapi/v3/account"},
    {"coinm-main", "coinm-main-read", "/dapi/v1/account"},
    {"spot-main", "spot-main-read", "/api/v3/account"},
    {"margin-main", "margin-main-read", "/sapi/v1/margin/account"},
    {"options-main", "options-main-read", "/eapi/v1/marginAccount"}};

enum { ROWS = sizeof rows / sizeof rows[0] };

static char kept[1 << 16];

static const char *
read_by(rig *r, const char *key, const char *path)
{
	plm_slice body = rig_signed(r, key, "GET", path);
	assert_true(body.size < sizeof kept);
	memcpy(kept, body.bytes, body.size);
	kept[body.size] = '\0';
	return kept;
}

static void
test_sim_binance_keys__one_opens_each_market_of_its_trader(void **state)
{
	rig *r = *state;
	rig_step(r, 100);
	for (uint32_t i = 0; i < ROWS; i++) {
		(void)read_by(r, rows[i].key, rows[i].path);
		assert_int_equal(r->answer.status, 200);
		for (uint32_t k = 0; k < ROWS; k++) {
			plm_slice body = rig_signed(r, rows[k].key, "GET", rows[i].path);
			assert_int_equal(r->answer.status, 200);
			assert_true(plm_slice_is(body, kept));
		}
	}
}

static void
test_sim_binance_keys__none_opens_what_another_trader_has(void **state)
{
	rig *r = *state;
	rig_step(r, 100);
	/* binance-hedge has COIN-M, and that alone */
	(void)read_by(r, "coinm-hedge-read", rows[1].path);
	assert_true(plm_slice_is(rig_signed(r, "binance-hedge-read", "GET", rows[1].path), kept));
	for (uint32_t i = 0; i < 2; i++) {
		(void)read_by(r, rows[i].key, rows[i].path);
		plm_slice body = rig_signed(r, "binance-hedge-read", "GET", rows[i].path);
		assert_int_equal(r->answer.status, 200);
		assert_false(plm_slice_is(body, kept));
	}
	for (uint32_t i = 2; i < ROWS; i++) {
		assert_non_null(strstr(read_by(r, "binance-hedge-read", rows[i].path), "-2015"));
		assert_int_equal(r->answer.status, 401);
	}
	assert_non_null(strstr(read_by(r, "binance-multi-read", rows[1].path), "-2015"));
}

/* It holds its markets in itself. */
static void
test_sim_binance_keys__portfolio_margin_is_a_trader_of_its_own(void **state)
{
	rig *r = *state;
	(void)rig_signed(r, "pm-main-read", "GET", "/papi/v1/balance");
	assert_int_equal(r->answer.status, 200);
	(void)rig_signed(r, "binance-main-read", "GET", "/papi/v1/balance");
	assert_int_equal(r->answer.status, 401);
	for (uint32_t i = 0; i < ROWS; i++) {
		(void)rig_signed(r, "pm-main-read", "GET", rows[i].path);
		assert_int_equal(r->answer.status, 401);
	}
}

/* What is asked of no market: rights are the key's, the spot wallet its trader's. */
static void
test_sim_binance_keys__rights_are_its_own(void **state)
{
	rig *r = *state;
	static const char rights[] = "/sapi/v1/account/apiRestrictions";
	static const char coins[] = "/sapi/v1/capital/config/getall";
	assert_non_null(strstr(read_by(r, "coinm-main-read", rights), "\"enableFutures\":false"));
	assert_non_null(strstr(read_by(r, "binance-main-trade", rights), "\"enableFutures\":true"));
	(void)read_by(r, "spot-main-read", coins);
	assert_true(plm_slice_is(rig_signed(r, "binance-main-read", "GET", coins), kept));
	assert_false(plm_slice_is(rig_signed(r, "binance-hedge-read", "GET", coins), kept));
}

static void
listen_key(rig *r, const char *key, const char *path, char ret_text[80])
{
	plm_slice body = rig_signed(r, key, "POST", path);
	assert_int_equal(sscanf(body.bytes, "{\"listenKey\":\"%64[^\"]", ret_text), 1);
}

static void
test_sim_binance_keys__listen_keys_are_of_the_account(void **state)
{
	rig *r = *state;
	static const char *const paths[] = {
	    "/fapi/v1/listenKey", "/dapi/v1/listenKey", "/eapi/v1/listenKey"};
	static const char *const own[] = {
	    "binance-main-read", "coinm-main-read", "options-main-read"};
	static const char *const events[] = {
	    "\"e\":\"ACCOUNT_UPDATE\"", "\"i\":\"sim\"", "\"e\":\"BALANCE_POSITION_UPDATE\""};
	char texts[3][80], text[80], path[128];
	for (uint32_t i = 0; i < 3; i++) {
		listen_key(r, "binance-main-read", paths[i], texts[i]);
		listen_key(r, own[i], paths[i], text);
		assert_string_equal(text, texts[i]);
		(void)rig_signed(r, own[i], "PUT", paths[i]);
		assert_int_equal(r->answer.status, 200);
		(void)snprintf(path, sizeof path, "/private/ws/%s", text);
		rig_connect(r, PLI_SIM_BINANCE, i, path);
	}
	assert_string_not_equal(texts[0], texts[1]);
	assert_string_not_equal(texts[0], texts[2]);
	for (uint32_t i = 0; i < 3; i++)
		(void)rig_wait_frame(r, PLI_SIM_BINANCE, i, events[i]);
	assert_int_equal(fake_count(&r->fakes[PLI_SIM_BINANCE], 0, events[1]), 0);
	(void)rig_signed(r, "binance-main-read", "DELETE", paths[1]);
	(void)rig_signed(r, "coinm-main-read", "PUT", paths[1]);
	assert_int_equal(r->answer.status, 400);
	(void)rig_signed(r, "binance-main-read", "PUT", paths[0]);
	assert_int_equal(r->answer.status, 200);
}

static void
subscribe_signed(rig *r, uint32_t client, const char *key)
{
	char query[256], text[512], sign[PLI_SIGNATURE_HEX + 1];
	long long stamp = (long long)(r->now_ns / PLM_NS_PER_MS);
	(void)snprintf(query, sizeof query, "apiKey=%s&timestamp=%lld", key, stamp);
	pli_sign_hmac_sha256(rig_key(r, key)->secret, plm_slice_of(query), sign);
	(void)snprintf(text, sizeof text,
	    "{\"id\":1,\"method\":\"userDataStream.subscribe.signature\",\"params\":{"
	    "\"timestamp\":%lld,\"apiKey\":\"%s\",\"signature\":\"%s\"}}",
	    stamp, key, sign);
	rig_connect(r, PLI_SIM_BINANCE, client, "/ws-api/v3");
	rig_say(r, PLI_SIM_BINANCE, client, text);
}

static void
subscribe_by_token(rig *r, uint32_t client, const char *key)
{
	char token[80], text[256];
	plm_slice body = rig_signed(r, key, "POST", "/sapi/v1/userListenToken");
	assert_int_equal(sscanf(body.bytes, "{\"token\":\"%64[^\"]", token), 1);
	(void)snprintf(text, sizeof text,
	    "{\"id\":1,\"method\":\"userDataStream.subscribe.listenToken\",\"params\":{"
	    "\"listenToken\":\"%s\"}}",
	    token);
	rig_connect(r, PLI_SIM_BINANCE, client, "/ws-api/v3");
	rig_say(r, PLI_SIM_BINANCE, client, text);
}

/* Spot by a signature, margin by a token: margin alone tells of loans. */
static void
test_sim_binance_keys__the_api_of_web_sockets_takes_them_too(void **state)
{
	rig *r = *state;
	const fake_server *fake = &r->fakes[PLI_SIM_BINANCE];
	subscribe_signed(r, 0, "binance-main-read");
	subscribe_by_token(r, 1, "binance-main-read");
	subscribe_signed(r, 2, "binance-hedge-read");
	(void)rig_signed(r, "binance-hedge-read", "POST", "/sapi/v1/userListenToken");
	assert_int_equal(r->answer.status, 401);
	for (uint32_t i = 0; i < 2; i++)
		(void)rig_wait_frame(r, PLI_SIM_BINANCE, i, "outboundAccountPosition");
	(void)rig_wait_frame(r, PLI_SIM_BINANCE, 1, "liabilityChange");
	assert_int_equal(fake_count(fake, 0, "liabilityChange"), 0);
	assert_int_equal(fake_count(fake, 2, "-2015"), 1);
	assert_int_equal(fake_count(fake, 2, "\"event\""), 0);
}

static uint32_t
opened(const rig *r, const char *key)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < pli_sim_world_of(r->sim)->accounts_count; i++)
		count += pli_sim_opens(r->sim, rig_key(r, key), i);
	return count;
}

static void
test_sim_binance_keys__what_one_opens_is_told(void **state)
{
	rig *r = *state;
	const pli_sim_account *accounts = pli_sim_world_of(r->sim)->accounts;
	for (uint32_t i = 0; i < ROWS; i++) {
		uint32_t account = (uint32_t)(markets_account(r, rows[i].account) - accounts);
		assert_true(pli_sim_opens(r->sim, rig_key(r, "binance-main-read"), account));
		assert_int_equal(opened(r, rows[i].key), ROWS);
	}
	assert_int_equal(opened(r, "binance-hedge-read"), 2);
	assert_int_equal(opened(r, "binance-multi-read"), 1);
	assert_int_equal(opened(r, "pm-main-read"), 1);
	assert_int_equal(opened(r, "deribit-main-read"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    MARKETS_TEST(test_sim_binance_keys__one_opens_each_market_of_its_trader),
	    MARKETS_TEST(test_sim_binance_keys__none_opens_what_another_trader_has),
	    MARKETS_TEST(test_sim_binance_keys__portfolio_margin_is_a_trader_of_its_own),
	    MARKETS_TEST(test_sim_binance_keys__rights_are_its_own),
	    MARKETS_TEST(test_sim_binance_keys__listen_keys_are_of_the_account),
	    MARKETS_TEST(test_sim_binance_keys__the_api_of_web_sockets_takes_them_too),
	    MARKETS_TEST(test_sim_binance_keys__what_one_opens_is_told),
	};
	return cmocka_run_group_tests_name("sim_binance_keys", tests, NULL, NULL);
}
