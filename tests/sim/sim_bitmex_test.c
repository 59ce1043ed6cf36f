/* sim_bitmex_test.c: the simulated BitMEX answers to signed calls, logs in, tells tables whole and
 * then what changed, and sends no member that the venue does not. */
#include "sim/sim_bitmex.h"
#include "sim_keys.h"
#include "sim_rig.h"
#include "venue/sign.h"

static const char key_text[] = "bitmex-main-read";

/* A signed call that is good for so many seconds. */
static plm_slice
bitmex_get(rig *r, const char *path, const char *query, int seconds)
{
	char stamp[24], signature[PLI_SIGNATURE_HEX + 1];
	(void)snprintf(
	    stamp, sizeof stamp, "%lld", (long long)(r->now_ns / PLM_NS_PER_S + seconds));
	(void)snprintf(r->text, sizeof r->text, "GET%s%s%s%s", path, query[0] == '\0' ? "" : "?",
	    query, stamp);
	pli_sign_hmac_sha256(rig_key(r, key_text)->secret, plm_slice_of(r->text), signature);
	pli_http_in in = {.method = PLM_SLICE("GET"),
	    .path = plm_slice_of(path),
	    .query = plm_slice_of(query),
	    .api_key = plm_slice_of(key_text),
	    .stamp = plm_slice_of(stamp),
	    .signature = plm_slice_of(signature)};
	return rig_http(r, PLI_SIM_BITMEX, &in);
}

static void
test_sim_bitmex__calls_are_signed_and_not_late(void **state)
{
	rig *r = *state;
	assert_true(rig_has(bitmex_get(r, "/api/v1/apiKey", "", 10), "\"permissions\":[]"));
	assert_true(rig_has(bitmex_get(r, "/api/v1/position", "", 10), "\"currentQty\":"));
	assert_true(rig_has(
	    bitmex_get(r, "/api/v1/user/margin", "currency=all", 10), "\"marginBalance\":"));
	assert_int_equal(r->answer.status, 200);
	assert_true(rig_has(bitmex_get(r, "/api/v1/position", "", -1), "has expired"));
	assert_int_equal(r->answer.status, 400);
	(void)rig_get(r, PLI_SIM_BITMEX, "/api/v1/position", "");
	assert_int_equal(r->answer.status, 401);
	assert_true(rig_has(
	    rig_get(r, PLI_SIM_BITMEX, "/api/v1/wallet/assets", ""), "\"currency\":\"XBt\""));
	(void)bitmex_get(r, "/api/v1/order", "", 10);
	assert_int_equal(r->answer.status, 404);
}

static bool
said(rig *r, const char *part)
{
	return fake_count(&r->fakes[PLI_SIM_BITMEX], 0, part) > 0;
}

static void
bitmex_login(rig *r)
{
	char text[64], signature[PLI_SIGNATURE_HEX + 1];
	long long second = (long long)(r->now_ns / PLM_NS_PER_S + 10);
	(void)snprintf(text, sizeof text, "GET/realtime%lld", second);
	pli_sign_hmac_sha256(rig_key(r, key_text)->secret, plm_slice_of(text), signature);
	(void)snprintf(r->text, sizeof r->text,
	    "{\"op\":\"authKeyExpires\",\"args\":[\"%s\",%lld,\"%s\"]}", key_text, second,
	    signature);
	rig_say(r, PLI_SIM_BITMEX, 0, r->text);
}

static void
test_sim_bitmex__tables_are_told_whole_then_in_part(void **state)
{
	rig *r = *state;
	rig_connect(r, PLI_SIM_BITMEX, 0, "/realtime");
	rig_step(r, 1);
	assert_true(said(r, "\"info\":\"Welcome"));
	rig_say(r, PLI_SIM_BITMEX, 0, "ping");
	assert_true(said(r, "pong"));
	rig_say(r, PLI_SIM_BITMEX, 0, "{\"op\":\"subscribe\",\"args\":[\"position\"]}");
	assert_true(said(r, "\"status\":401"));
	bitmex_login(r);
	assert_true(said(r, "\"success\":true,\"request\":{\"op\":\"authKeyExpires\""));
	rig_say(r, PLI_SIM_BITMEX, 0, "{\"op\":\"subscribe\",\"args\":[\"position\"]}");
	rig_say(r, PLI_SIM_BITMEX, 0, "{\"op\":\"subscribe\",\"args\":[\"margin\"]}");
	rig_say(r, PLI_SIM_BITMEX, 0, "{\"op\":\"subscribe\",\"args\":[\"execution\"]}");
	rig_say(r, PLI_SIM_BITMEX, 0, "{\"op\":\"subscribe\",\"args\":[\"instrument:XBTUSD\"]}");
	rig_say(r, PLI_SIM_BITMEX, 0, "{\"op\":\"subscribe\",\"args\":[\"instrument:NOTHING\"]}");
	assert_true(said(r, "\"table\":\"position\",\"action\":\"partial\""));
	assert_true(said(r, "\"isInverse\":true,\"multiplier\":-100000000"));
	assert_true(said(r, "Unknown or expired symbol."));
	plm_slice fill = rig_wait_frame(r, PLI_SIM_BITMEX, 0,
	    "\"table\":\"execution\",\"action\":"
	    "\"insert\"");
	assert_true(rig_has(fill, "\"execType\":\"Trade\""));
	assert_true(said(r, "\"table\":\"position\",\"action\":\"update\""));
	assert_true(said(r, "\"table\":\"margin\",\"action\":\"update\""));
	(void)rig_wait_frame(
	    r, PLI_SIM_BITMEX, 0, "\"table\":\"instrument\",\"action\":\"update\"");
	assert_true(said(r, "\"table\":\"instrument\",\"action\":\"update\""));
}

static void
test_sim_bitmex__faults_of_answers(void **state)
{
	rig *r = *state;
	static const char path[] = "/api/v1/position";
	size_t whole = bitmex_get(r, path, "", 10).size;
	pli_sim_fire(r->sim, PLI_SIM_BITMEX, PLI_SIM_FAULT_EMPTY, 1, 0);
	assert_true(rig_has(bitmex_get(r, path, "", 10), "[]"));
	pli_sim_fire(r->sim, PLI_SIM_BITMEX, PLI_SIM_FAULT_PARTIAL, 1, 0);
	assert_true(bitmex_get(r, path, "", 10).size < whole);
	pli_sim_fire(r->sim, PLI_SIM_BITMEX, PLI_SIM_FAULT_TORN, 1, 0);
	assert_int_equal(bitmex_get(r, path, "", 10).size, whole / 2);
	pli_sim_fire(r->sim, PLI_SIM_BITMEX, PLI_SIM_FAULT_LIMIT, 0, 500);
	(void)bitmex_get(r, path, "", 10);
	assert_int_equal(r->answer.status, 429);
	assert_string_equal(r->answer.headers[0], "Retry-After: 1");
	rig_step(r, 10);
	pli_sim_fire(r->sim, PLI_SIM_BITMEX, PLI_SIM_FAULT_MAINTENANCE, 0, 500);
	(void)bitmex_get(r, path, "", 10);
	assert_int_equal(r->answer.status, 503);
}

/* Each movement of the account's cash is a row, the newest first. */
static void
test_sim_bitmex__the_history_is_what_moved(void **state)
{
	rig *r = *state;
	uint32_t moves = rig_moves(r, "bitmex-main");
	plm_slice body = bitmex_get(r, "/api/v1/user/walletHistory", "currency=all&count=500", 10);
	assert_int_equal(rig_count(body, "\"transactID\""), moves);
}

static void
test_sim_bitmex__no_member_is_made_up(void **state)
{
	rig *r = *state;
	keys_known("bitmex/position-row-nautilus--nautilus.json", "",
	    bitmex_get(r, "/api/v1/position", "", 10), "", "");
	keys_known("bitmex/margin-nautilus--nautilus.json", "",
	    bitmex_get(r, "/api/v1/user/margin", "currency=all", 10), "", "");
}

static int
open_bitmex(void **state)
{
	return rig_open_with(state, PLI_SIM_BITMEX);
}

int
main(void)
{
#define ROW(name) cmocka_unit_test_setup_teardown(name, open_bitmex, rig_close)
	const struct CMUnitTest tests[] = {
	    ROW(test_sim_bitmex__calls_are_signed_and_not_late),
	    ROW(test_sim_bitmex__tables_are_told_whole_then_in_part),
	    ROW(test_sim_bitmex__faults_of_answers),
	    ROW(test_sim_bitmex__the_history_is_what_moved),
	    ROW(test_sim_bitmex__no_member_is_made_up),
	};
	return cmocka_run_group_tests_name("sim_bitmex", tests, NULL, NULL);
}
