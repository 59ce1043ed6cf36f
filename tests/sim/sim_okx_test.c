/* sim_okx_test.c: the simulated OKX refuses what the venue refuses, pushes what changed, and sends
 * no member that the venue does not. */
#include "plimsoll/time.h"
#include "sim_keys.h"
#include "sim_rig.h"
#include "venue/request_text.h"
#include "venue/sign.h"

typedef struct okx_credential {
	const char *key, *secret, *passphrase;
	int64_t late_s;
} okx_credential;

static okx_credential
credential(const rig *r, const char *key)
{
	const pli_sim_credential *c = rig_key(r, key);
	return (okx_credential){c->key, c->secret, c->passphrase, 0};
}

static plm_slice
okx_get(rig *r, const char *path, const okx_credential *c)
{
	char stamp[PLI_REQUEST_TIME_MAX], text[256], sign[PLI_SIGNATURE_BASE64 + 1];
	pli_request_time(r->now_ns - c->late_s * PLM_NS_PER_S, stamp);
	(void)snprintf(text, sizeof text, "%sGET%s", stamp, path);
	pli_sign_hmac_sha256_base64(c->secret, plm_slice_of(text), sign);
	pli_http_in in = {.method = PLM_SLICE("GET"),
	    .path = plm_slice_of(path),
	    .api_key = plm_slice_of(c->key),
	    .signature = plm_slice_of(sign),
	    .stamp = plm_slice_of(stamp),
	    .passphrase = plm_slice_of(c->passphrase)};
	return rig_http(r, PLI_SIM_OKX, &in);
}

static void
test_sim_okx__calls_are_signed(void **state)
{
	rig *r = *state;
	okx_credential good = credential(r, "okx-main-read");
	assert_true(rig_has(okx_get(r, "/api/v5/account/config", &good), "\"perm\":\"read_only\""));
	okx_credential trade = credential(r, "okx-main-trade");
	assert_true(rig_has(okx_get(r, "/api/v5/account/config", &trade), "read_only,trade"));
	okx_credential hedge = credential(r, "okx-hedge-read");
	assert_true(rig_has(okx_get(r, "/api/v5/account/config", &hedge), "long_short_mode"));
	okx_credential wrong[] = {good, good, good, good};
	static const char *const codes[] = {"50111", "50113", "50105", "50102"};
	wrong[0].key = "nobody";
	wrong[1].secret = "guess";
	wrong[2].passphrase = "guess";
	wrong[3].late_s = 40;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		plm_slice body = okx_get(r, "/api/v5/account/balance", &wrong[i]);
		assert_int_equal(r->answer.status, 401);
		assert_true(rig_has(body, codes[i]));
	}
	(void)okx_get(r, "/api/v5/trade/order", &good);
	assert_int_equal(r->answer.status, 404);
}

static void
okx_login(rig *r, uint32_t client, const char *key, int64_t late_s)
{
	okx_credential c = credential(r, key);
	char text[512], stamp[64], sign[PLI_SIGNATURE_BASE64 + 1];
	long long now_s = (long long)(r->now_ns / PLM_NS_PER_S - late_s);
	(void)snprintf(stamp, sizeof stamp, "%lldGET/users/self/verify", now_s);
	pli_sign_hmac_sha256_base64(c.secret, plm_slice_of(stamp), sign);
	(void)snprintf(text, sizeof text,
	    "{\"op\":\"login\",\"args\":[{\"apiKey\":\"%s\",\"passphrase\":\"%s\",\"timestamp\":"
	    "\"%lld\",\"sign\":\"%s\"}]}",
	    c.key, c.passphrase, now_s, sign);
	rig_say(r, PLI_SIM_OKX, client, text);
}

static bool
said(rig *r, uint32_t client, const char *part)
{
	return fake_count(&r->fakes[PLI_SIM_OKX], client, part) > 0;
}

static void
test_sim_okx__private_channels_want_a_login(void **state)
{
	rig *r = *state;
	static const char subscribe[] =
	    "{\"op\":\"subscribe\",\"args\":[{\"channel\":\"positions\","
	    "\"instType\":\"ANY\"},{\"channel\":\"orders\"}]}";
	rig_connect(r, PLI_SIM_OKX, 0, "/ws/v5/private");
	rig_say(r, PLI_SIM_OKX, 0, "ping");
	assert_true(said(r, 0, "pong"));
	rig_say(r, PLI_SIM_OKX, 0, subscribe);
	assert_true(said(r, 0, "60011"));
	okx_login(r, 0, "okx-main-read", 60);
	assert_true(said(r, 0, "60006"));
	okx_login(r, 0, "okx-main-read", 0);
	assert_true(said(r, 0, "\"event\":\"login\",\"code\":\"0\""));
	rig_say(r, PLI_SIM_OKX, 0, subscribe);
	assert_true(said(r, 0, "\"event\":\"subscribe\",\"arg\":{\"channel\":\"positions\""));
	plm_slice order = rig_wait_frame(r, PLI_SIM_OKX, 0, "\"channel\":\"orders\",");
	assert_true(rig_has(order, "\"state\":\"filled\""));
	assert_true(said(r, 0, "\"pTime\":"));
	rig_say(r, PLI_SIM_OKX, 0, "{\"op\":\"order\",\"args\":[]}");
	assert_true(said(r, 0, "60012"));
}

static void
test_sim_okx__prices_need_none(void **state)
{
	rig *r = *state;
	rig_connect(r, PLI_SIM_OKX, 1, "/ws/v5/public");
	rig_say(r, PLI_SIM_OKX, 1,
	    "{\"op\":\"subscribe\",\"args\":[{\"channel\":\"mark-price\",\"instId\":\"BTC-USD-"
	    "SWAP\"},"
	    "{\"channel\":\"index-tickers\",\"instId\":\"USDT-USD\"},{\"channel\":\"funding-rate\","
	    "\"instId\":\"ETH-USDT-SWAP\"},{\"channel\":\"mark-price\",\"instId\":\"NO-USD-SWAP\"}]"
	    "}");
	assert_true(said(r, 1, "60018"));
	rig_step(r, 3);
	plm_slice mark = rig_wait_frame(r, PLI_SIM_OKX, 1, "\"markPx\":");
	assert_true(rig_has(mark, "BTC-USD-SWAP"));
	assert_true(said(r, 1, "\"idxPx\":"));
	assert_true(said(r, 1, "\"fundingTime\":"));
}

/* Of a family, in contracts; one that there is not is an error and nothing else. */
static void
test_sim_okx__tiers_are_of_a_family(void **state)
{
	rig *r = *state;
	static const char path[] = "/api/v5/public/position-tiers";
	plm_slice text = rig_get(r, PLI_SIM_OKX, path, "instType=SWAP&instFamily=BTC-USDT");
	assert_true(rig_has(text, "\"tier\":\"1\",\"minSz\":\"0\",\"maxSz\":\"60\""));
	assert_true(rig_has(text, "\"tier\":\"5\",\"minSz\":\"4800.01\""));
	keys_known("okx/position-tiers--nautilus.json", "data", text, "data", "");
	text = rig_get(r, PLI_SIM_OKX, path, "instType=SWAP&instFamily=NO-USDT");
	assert_true(rig_has(text, "\"51000\""));
	pli_json *json = pli_json_create();
	assert_int_equal(pli_json_parse(json, text, NULL), PLM_OK);
	pli_json_destroy(json);
}

static void
test_sim_okx__faults_of_answers(void **state)
{
	rig *r = *state;
	okx_credential c = credential(r, "okx-main-read");
	size_t whole = okx_get(r, "/api/v5/account/positions", &c).size;
	pli_sim_fire(r->sim, PLI_SIM_OKX, PLI_SIM_FAULT_EMPTY, 1, 0);
	assert_true(rig_has(okx_get(r, "/api/v5/account/positions", &c), "\"data\":[]"));
	pli_sim_fire(r->sim, PLI_SIM_OKX, PLI_SIM_FAULT_TORN, 1, 0);
	assert_true(okx_get(r, "/api/v5/account/positions", &c).size < whole);
	pli_sim_fire(r->sim, PLI_SIM_OKX, PLI_SIM_FAULT_LIMIT, 0, 500);
	assert_true(rig_has(okx_get(r, "/api/v5/account/positions", &c), "50011"));
	assert_int_equal(r->answer.status, 429);
	rig_step(r, 10);
	pli_sim_fire(r->sim, PLI_SIM_OKX, PLI_SIM_FAULT_MAINTENANCE, 0, 500);
	assert_true(rig_has(okx_get(r, "/api/v5/public/time", &c), "50001"));
	assert_int_equal(r->answer.status, 503);
}

static void
test_sim_okx__no_member_is_made_up(void **state)
{
	rig *r = *state;
	okx_credential c = credential(r, "okx-main-read");
	keys_known("okx/positions-LTC-cross-long--ccxt-static.json", "data",
	    okx_get(r, "/api/v5/account/positions", &c), "data", "");
	keys_known("okx/account-config--jkorf.json", "data",
	    okx_get(r, "/api/v5/account/config", &c), "data", "");
	keys_known("okx/instruments-SWAP--nautilus.json", "data",
	    rig_get(r, PLI_SIM_OKX, "/api/v5/public/instruments", "instType=SWAP"), "data", "");
	keys_known("okx/account-balance-docs--jkorf.json", "data",
	    okx_get(r, "/api/v5/account/balance", &c), "data", "availEq");
}

/* Each movement of the account's cash is a bill. */
static void
test_sim_okx__bills_are_what_moved(void **state)
{
	rig *r = *state;
	okx_credential c = credential(r, "okx-main-read");
	uint32_t moves = rig_moves(r, "okx-main");
	plm_slice body = okx_get(r, "/api/v5/account/bills", &c);
	assert_int_equal(rig_count(body, "\"billId\""), moves);
}

static int
open_okx(void **state)
{
	return rig_open_with(state, PLI_SIM_OKX);
}

int
main(void)
{
#define ROW(name) cmocka_unit_test_setup_teardown(name, open_okx, rig_close)
	const struct CMUnitTest tests[] = {
	    ROW(test_sim_okx__calls_are_signed),
	    ROW(test_sim_okx__private_channels_want_a_login),
	    ROW(test_sim_okx__prices_need_none),
	    ROW(test_sim_okx__tiers_are_of_a_family),
	    ROW(test_sim_okx__faults_of_answers),
	    ROW(test_sim_okx__bills_are_what_moved),
	    ROW(test_sim_okx__no_member_is_made_up),
	};
	return cmocka_run_group_tests_name("sim_okx", tests, NULL, NULL);
}
