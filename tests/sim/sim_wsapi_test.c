/* sim_wsapi_test.c: the simulated WebSocket API: who may subscribe, what is told, how it ends. */
#include "sim_markets.h"
#include "venue/sign.h"

static bool
said(rig *r, uint32_t client, const char *part)
{
	return fake_count(&r->fakes[PLI_SIM_BINANCE], client, part) > 0;
}

static void
subscribe(rig *r, uint32_t client, const char *key, const char *secret, int64_t late_ms)
{
	char query[256], text[512], sign[PLI_SIGNATURE_HEX + 1];
	long long stamp = (long long)(r->now_ns / PLM_NS_PER_MS - late_ms);
	(void)snprintf(query, sizeof query, "apiKey=%s&timestamp=%lld", key, stamp);
	pli_sign_hmac_sha256(secret, plm_slice_of(query), sign);
	(void)snprintf(text, sizeof text,
	    "{\"id\":\"a\",\"method\":\"userDataStream.subscribe.signature\",\"params\":{"
	    "\"timestamp\":%lld,\"apiKey\":\"%s\",\"signature\":\"%s\"}}",
	    stamp, key, sign);
	rig_say(r, PLI_SIM_BINANCE, client, text);
}

static void
test_sim_wsapi__a_subscription_is_signed(void **state)
{
	rig *r = *state;
	const char *secret = rig_key(r, "spot-main-read")->secret;
	rig_connect(r, PLI_SIM_BINANCE, 0, "/ws-api/v3");
	subscribe(r, 0, "nobody", "x", 0);
	assert_true(said(r, 0, "-2015"));
	subscribe(r, 0, "spot-main-read", "guess", 0);
	assert_true(said(r, 0, "-1022"));
	subscribe(r, 0, "spot-main-read", secret, 9000);
	assert_true(said(r, 0, "-1021"));
	rig_step(r, 100);
	assert_false(said(r, 0, "outboundAccountPosition"));
	subscribe(r, 0, "spot-main-read", secret, 0);
	assert_true(said(r, 0, "{\"id\":\"a\",\"status\":200,\"result\":{\"subscriptionId\":0}"));
	(void)rig_wait_frame(r, PLI_SIM_BINANCE, 0, "{\"subscriptionId\":0,\"event\":{\"e\":");
	rig_say(r, PLI_SIM_BINANCE, 0, "{\"id\":1,\"method\":\"order.place\",\"params\":{}}");
	assert_true(said(r, 0, "-1020"));
	rig_say(r, PLI_SIM_BINANCE, 0, "{nonsense");
	assert_true(said(r, 0, "-1135"));
}

static void
test_sim_wsapi__ends_with_a_word_or_without(void **state)
{
	rig *r = *state;
	const char *secret = rig_key(r, "spot-main-read")->secret;
	rig_connect(r, PLI_SIM_BINANCE, 0, "/ws-api/v3");
	for (int silent = 0; silent < 2; silent++) {
		subscribe(r, 0, "spot-main-read", secret, 0);
		fake_clear(&r->fakes[PLI_SIM_BINANCE]);
		pli_sim_fire(r->sim, PLI_SIM_BINANCE,
		    silent ? PLI_SIM_FAULT_KEY_SILENT : PLI_SIM_FAULT_KEY_EXPIRE, 0, 0);
		assert_int_equal(said(r, 0, "eventStreamTerminated"), silent == 0);
		fake_clear(&r->fakes[PLI_SIM_BINANCE]);
		rig_step(r, 100);
		assert_int_equal(r->fakes[PLI_SIM_BINANCE].frames_count, 0);
	}
}

static void
test_sim_wsapi__is_not_there_unless_asked_for(void **state)
{
	rig *r = *state;
	const pli_server_handler *handler = r->fakes[PLI_SIM_BINANCE].handler;
	pli_http_in in = {.method = PLM_SLICE("GET"), .path = PLM_SLICE("/ws-api/v3")};
	assert_false(handler->on_connect(handler->ctx, 0, &in));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    MARKETS_TEST(test_sim_wsapi__a_subscription_is_signed),
	    MARKETS_TEST(test_sim_wsapi__ends_with_a_word_or_without),
	    cmocka_unit_test_setup_teardown(
		test_sim_wsapi__is_not_there_unless_asked_for, rig_open, rig_close),
	};
	return cmocka_run_group_tests_name("sim_wsapi", tests, NULL, NULL);
}
