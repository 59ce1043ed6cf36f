/* sim_binance_test.c: the simulated Binance from its handlers: checks, weights, listen keys, and a
 * user stream from which the account can be rebuilt exactly. */
#include <sodium.h>

#include "sim/sim_binance.h"
#include "sim/sim_number.h"
#include "sim_fake_server.h"

#define START_NS (INT64_C(1795276800) * PLM_NS_PER_S) /* 2026-11-21T16:00:00Z */

typedef struct rig {
	fake_server fake;
	pli_sim_world world;
	pli_sim_wire wire;
	pli_sim_binance venue;
	pli_http_answer answer;
	plm_time_ns now_ns;
} rig;

static void
rig_on_news(void *ctx, const pli_sim_news *news)
{
	rig *r = ctx;
	if (r->world.accounts[news->account].venue == PLI_SIM_BINANCE)
		pli_sim_binance_on_news(&r->venue, news);
}

static int
rig_open(void **state)
{
	rig *r = calloc(1, sizeof *r);
	assert_non_null(r);
	pli_sim_world_init(&r->world, 11, START_NS, 1.0);
	r->world.sink = (pli_sim_news_sink){rig_on_news, r};
	r->wire.server = fake_table(&r->fake);
	(void)pli_sim_binance_init(&r->venue, &r->world, &r->wire);
	r->now_ns = START_NS;
	pli_sim_wire_tick(&r->wire, r->now_ns);
	pli_sim_binance_tick(&r->venue, r->now_ns);
	*state = r;
	return 0;
}

static int
rig_close(void **state)
{
	rig *r = *state;
	pli_sim_binance_fini(&r->venue);
	fake_clear(&r->fake);
	free(r);
	return 0;
}

static void
rig_step(rig *r, int steps)
{
	for (int i = 0; i < steps; i++) {
		r->now_ns += 100 * PLM_NS_PER_MS;
		pli_sim_wire_tick(&r->wire, r->now_ns);
		(void)pli_sim_world_advance(&r->world, r->now_ns);
		pli_sim_binance_tick(&r->venue, r->now_ns);
	}
}

static pli_http_in
rig_in(const char *method, const char *path, const char *query, const char *key)
{
	return (pli_http_in){.method = plm_slice_of(method),
	    .path = plm_slice_of(path),
	    .query = plm_slice_of(query),
	    .api_key = plm_slice_of(key)};
}

static plm_slice
rig_call(rig *r, const char *method, const char *path, const char *query, const char *key)
{
	pli_http_in in = rig_in(method, path, query, key);
	pli_sim_binance_on_request(&r->venue, &in, &r->answer);
	return r->answer.body;
}

/* The account of a read key: rig_signed asks with key and signature of the venue's n-th key. */
static plm_slice
rig_signed(rig *r, uint32_t key, const char *path, const char *more)
{
	static char query[512];
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	char hex[2 * sizeof mac + 1];
	const char *secret = r->venue.keys[key].secret;
	int size = snprintf(query, sizeof query, "%s%stimestamp=%lld&recvWindow=5000", more,
	    more[0] == '\0' ? "" : "&", (long long)(r->now_ns / PLM_NS_PER_MS));
	crypto_auth_hmacsha256_state hash;
	crypto_auth_hmacsha256_init(&hash, (const unsigned char *)secret, strlen(secret));
	crypto_auth_hmacsha256_update(&hash, (const unsigned char *)query, (size_t)size);
	crypto_auth_hmacsha256_final(&hash, mac);
	sodium_bin2hex(hex, sizeof hex, mac, sizeof mac);
	(void)snprintf(query + size, sizeof query - (size_t)size, "&signature=%s", hex);
	return rig_call(r, "GET", path, query, r->venue.keys[key].key);
}

static bool
body_has(plm_slice body, const char *part)
{
	return memmem(body.bytes, body.size, part, strlen(part)) != NULL;
}

static void
test_sim_binance__checks_key_time_and_signature(void **state)
{
	rig *r = *state;
	assert_true(body_has(rig_call(r, "GET", "/fapi/v2/account", "timestamp=1", ""), "-2014"));
	assert_int_equal(r->answer.status, 401);
	assert_true(body_has(rig_call(r, "GET", "/fapi/v2/account", "timestamp=1", "x"), "-2015"));
	const char *key = r->venue.keys[0].key;
	assert_true(body_has(rig_call(r, "GET", "/fapi/v2/account", "", key), "-1102"));
	assert_true(body_has(rig_call(r, "GET", "/fapi/v2/account", "timestamp=1", key), "-1021"));
	char query[64];
	(void)snprintf(query, sizeof query, "timestamp=%lld&signature=00",
	    (long long)(r->now_ns / PLM_NS_PER_MS));
	assert_true(body_has(rig_call(r, "GET", "/fapi/v2/account", query, key), "-1022"));
	assert_int_equal(r->answer.status, 400);
	assert_true(body_has(rig_signed(r, 0, "/fapi/v2/account", ""), "totalWalletBalance"));
	assert_int_equal(r->answer.status, 200);
	assert_true(body_has(rig_call(r, "GET", "/nothing", "", ""), "-5000"));
	assert_int_equal(r->answer.status, 404);
	assert_true(
	    body_has(rig_call(r, "GET", "/fapi/v1/premiumIndex", "symbol=NO", ""), "-1121"));
}

static void
test_sim_binance__tells_what_a_key_may_do(void **state)
{
	rig *r = *state;
	plm_slice body = rig_signed(r, 0, "/sapi/v1/account/apiRestrictions", "");
	assert_true(body_has(body, "\"enableReading\":true"));
	assert_true(body_has(body, "\"enableFutures\":false"));
	body = rig_signed(r, 1, "/sapi/v1/account/apiRestrictions", "");
	assert_true(body_has(body, "\"enableFutures\":true"));
	assert_true(body_has(body, "\"enableWithdrawals\":false"));
}

static void
test_sim_binance__an_address_opens_three_hundred_links_in_five_minutes(void **state)
{
	rig *r = *state;
	pli_http_in in = {.path = plm_slice_of("/market/ws/btcusdt@markPrice")};
	plm_time_ns first_ns = r->venue.now_ns;
	for (int i = 0; i < PLI_SIM_USDM_OPENINGS_MAX; i++) {
		assert_true(pli_sim_binance_on_connect(&r->venue, 0, &in));
		pli_sim_binance_on_disconnect(&r->venue, 0);
	}
	assert_false(pli_sim_binance_on_connect(&r->venue, 0, &in));
	assert_int_equal(r->venue.refusals_count, 1);
	pli_sim_binance_tick(&r->venue, first_ns + 300 * PLM_NS_PER_S - 1);
	assert_false(pli_sim_binance_on_connect(&r->venue, 0, &in));
	pli_sim_binance_tick(&r->venue, first_ns + 300 * PLM_NS_PER_S);
	assert_true(pli_sim_binance_on_connect(&r->venue, 0, &in));
}

static void
test_sim_binance__counts_weights_then_429_then_418(void **state)
{
	rig *r = *state;
	(void)rig_call(r, "GET", "/fapi/v1/premiumIndex", "", "");
	assert_string_equal(r->answer.headers[0], "X-MBX-USED-WEIGHT-1M: 10");
	assert_int_equal(r->venue.paths_count, 1);
	assert_string_equal(r->venue.paths[0].path, "/fapi/v1/premiumIndex");
	assert_int_equal(r->venue.paths[0].weight, 10);
	for (int i = 1; i < 240; i++)
		(void)rig_call(r, "GET", "/fapi/v1/premiumIndex", "", "");
	assert_int_equal(r->answer.status, 200);
	for (int i = 0; i < 11; i++) {
		assert_true(body_has(rig_call(r, "GET", "/fapi/v1/time", "", ""), "-1003"));
		assert_int_equal(r->answer.status, 429);
		assert_string_equal(r->answer.headers[1], "Retry-After: 60");
	}
	(void)rig_call(r, "GET", "/sapi/v1/nothing", "", ""); /* another host of the venue */
	assert_int_equal(r->answer.status, 404);
	assert_string_equal(r->answer.headers[0], "X-MBX-USED-WEIGHT-1M: 1");
	(void)rig_call(r, "GET", "/fapi/v1/time", "", "");
	assert_int_equal(r->answer.status, 418);
	assert_string_equal(r->answer.headers[1], "Retry-After: 120");
	rig_step(r, 1201);
	(void)rig_call(r, "GET", "/fapi/v1/time", "", "");
	assert_int_equal(r->answer.status, 200);
	assert_null(r->answer.headers[1]);
}

/* A client's own book, folded from ACCOUNT_UPDATE. */
typedef struct folded {
	char symbol[PLI_SIM_NAME_MAX];
	char side[8];
	plm_decimal size;
	plm_decimal entry;
} folded;

static uint32_t
fold_update(pli_json *json, plm_slice frame, folded *rows, uint32_t count)
{
	assert_int_equal(pli_json_parse(json, frame, NULL), PLM_OK);
	uint32_t list = pli_json_at(json, 0, "a.P");
	const pli_json_node *nodes = pli_json_nodes(json, NULL);
	uint32_t at = list + 1;
	for (uint32_t i = 0; list != 0 && i < nodes[list].children_count;
	     i++, at = nodes[at].next) {
		plm_slice symbol, side;
		assert_int_equal(
		    pli_json_string(json, pli_json_find(json, at, "s"), &symbol, NULL), PLM_OK);
		assert_int_equal(
		    pli_json_string(json, pli_json_find(json, at, "ps"), &side, NULL), PLM_OK);
		uint32_t k = 0;
		while (k < count &&
		       (!plm_slice_is(symbol, rows[k].symbol) || !plm_slice_is(side, rows[k].side)))
			k++;
		count += k == count;
		(void)snprintf(
		    rows[k].symbol, sizeof rows[k].symbol, "%.*s", (int)symbol.size, symbol.bytes);
		(void)snprintf(
		    rows[k].side, sizeof rows[k].side, "%.*s", (int)side.size, side.bytes);
		(void)pli_json_decimal(json, pli_json_find(json, at, "pa"), &rows[k].size, NULL);
		(void)pli_json_decimal(json, pli_json_find(json, at, "ep"), &rows[k].entry, NULL);
	}
	return count;
}

static void
test_sim_binance__user_stream_rebuilds_the_account_exactly(void **state)
{
	rig *r = *state;
	static const char *const sides[] = {"BOTH", "LONG", "SHORT"};
	uint32_t accounts[] = {r->venue.keys[0].account, r->venue.keys[2].account};
	for (uint32_t n = 0; n < 2; n++) {
		plm_slice body = rig_call(
		    r, "POST", "/fapi/v1/listenKey", "", r->venue.keys[n == 0 ? 0 : 2].key);
		assert_true(body_has(body, "listenKey"));
		char path[128];
		(void)snprintf(path, sizeof path, "/ws/%s", r->venue.listen_keys[accounts[n]].text);
		pli_http_in in = rig_in("GET", path, "", "");
		assert_true(pli_sim_binance_on_connect(&r->venue, n, &in));
	}
	rig_step(r, 3000);
	pli_json *json = pli_json_create();
	for (uint32_t n = 0; n < 2; n++) {
		folded rows[64];
		uint32_t count = 0;
		plm_decimal unknown = plm_decimal_unknown();
		for (uint32_t i = 0; i < r->fake.frames_count; i++) {
			const fake_frame *f = &r->fake.frames[i];
			if (f->client == n && strstr(f->text, "ACCOUNT_UPDATE") != NULL)
				count = fold_update(
				    json, (plm_slice){f->text, f->size}, rows, count);
		}
		assert_true(count > 5);
		const pli_sim_account *a = &r->world.accounts[accounts[n]];
		uint32_t touched = 0;
		for (uint32_t k = 0; k < count; k++) {
			plm_decimal size = unknown, entry = unknown;
			for (uint32_t i = 0; i < a->positions_count; i++) {
				const pli_sim_position *p = &a->positions[i];
				if (strcmp(p->instrument->name, rows[k].symbol) == 0 &&
				    strcmp(sides[p->side], rows[k].side) == 0) {
					size = p->size;
					entry = p->entry;
				}
			}
			if (!plm_decimal_is_known(size)) {
				assert_string_equal(
				    rows[k].side, "BOTH"); /* hedge mode's empty row */
				continue;
			}
			touched++;
			assert_int_equal(plm_decimal_compare(size, rows[k].size), 0);
			assert_int_equal(plm_decimal_compare(entry, rows[k].entry), 0);
		}
		assert_true(touched > 3);
	}
	assert_true(fake_count(&r->fake, 0, "\"e\":\"ORDER_TRADE_UPDATE\"") > 20);
	assert_true(fake_count(&r->fake, 0, "\"e\":\"TRADE_LITE\"") > 10);
	pli_json_destroy(json);
}

static void
test_sim_binance__listen_keys_expire_with_and_without_a_word(void **state)
{
	rig *r = *state;
	const char *key = r->venue.keys[0].key;
	for (int silent = 0; silent < 2; silent++) {
		(void)rig_call(r, "POST", "/fapi/v1/listenKey", "", key);
		const pli_sim_listen_key *listen = &r->venue.listen_keys[r->venue.keys[0].account];
		char path[128];
		(void)snprintf(path, sizeof path, "/private/ws/%s", listen->text);
		pli_http_in in = rig_in("GET", path, "", "");
		assert_true(pli_sim_binance_on_connect(&r->venue, (uint32_t)silent, &in));
		rig_step(r, 300);
		assert_true(fake_count(&r->fake, (uint32_t)silent, "ACCOUNT_UPDATE") > 0);
		pli_sim_binance_on_fault(
		    &r->venue, silent ? PLI_SIM_FAULT_KEY_SILENT : PLI_SIM_FAULT_KEY_EXPIRE);
		assert_int_equal(
		    fake_count(&r->fake, (uint32_t)silent, "listenKeyExpired"), silent ? 0 : 1);
		fake_clear(&r->fake);
		rig_step(r, 300);
		assert_int_equal(r->fake.frames_count, 0);
		assert_true(body_has(rig_call(r, "PUT", "/fapi/v1/listenKey", "", key), "-1125"));
	}
	(void)rig_call(r, "POST", "/fapi/v1/listenKey", "", key);
	(void)rig_call(r, "PUT", "/fapi/v1/listenKey", "", key);
	assert_int_equal(r->answer.status, 200);
	rig_step(r, 36010); /* an hour without renewal */
	assert_true(body_has(rig_call(r, "PUT", "/fapi/v1/listenKey", "", key), "-1125"));
}

static void
test_sim_binance__serves_mark_streams_by_path_and_by_subscription(void **state)
{
	rig *r = *state;
	pli_http_in in = rig_in(
	    "GET", "/stream", "streams=btcusdt@markPrice@1s/!assetIndex@arr", "");
	assert_true(pli_sim_binance_on_connect(&r->venue, 0, &in));
	in = rig_in("GET", "/ws", "", "");
	assert_true(pli_sim_binance_on_connect(&r->venue, 1, &in));
	pli_sim_binance_on_message(&r->venue, 1,
	    PLM_SLICE("{\"method\":\"SUBSCRIBE\",\"params\":[\"ethusdt@markPrice\"],\"id\":7}"));
	plm_slice reply = fake_last(&r->fake, 1, "result");
	assert_true(plm_slice_is(reply, "{\"result\":null,\"id\":7}"));
	rig_step(r, 60);
	assert_int_equal(fake_count(&r->fake, 0, "\"stream\":\"btcusdt@markPrice@1s\""), 6 + 1);
	assert_true(fake_count(&r->fake, 0, "assetIndexUpdate") > 4);
	uint32_t slow = fake_count(&r->fake, 1, "\"s\":\"ETHUSDT\"");
	assert_true(slow == 2 || slow == 3);
	pli_sim_binance_on_message(&r->venue, 1,
	    PLM_SLICE("{\"method\":\"UNSUBSCRIBE\",\"params\":[\"ethusdt@markPrice\"],\"id\":8}"));
	rig_step(r, 60);
	assert_int_equal(fake_count(&r->fake, 1, "\"s\":\"ETHUSDT\""), slow);
	pli_sim_binance_on_message(&r->venue, 1, PLM_SLICE("{nonsense"));
	assert_true(body_has(fake_last(&r->fake, 1, "error"), "\"code\":2"));
	in = rig_in("GET", "/elsewhere", "", "");
	assert_false(pli_sim_binance_on_connect(&r->venue, 2, &in));
}

static void
test_sim_binance__position_snapshots_obey_the_faults(void **state)
{
	rig *r = *state;
	plm_slice body = rig_signed(r, 0, "/fapi/v3/positionRisk", "");
	size_t whole = body.size;
	pli_sim_wire_fault(&r->wire, PLI_SIM_FAULT_PARTIAL, 1, 0);
	body = rig_signed(r, 0, "/fapi/v3/positionRisk", "");
	assert_true(body.size < whole && body.size > 100);
	pli_sim_wire_fault(&r->wire, PLI_SIM_FAULT_EMPTY, 1, 0);
	assert_true(plm_slice_is(rig_signed(r, 0, "/fapi/v3/positionRisk", ""), "[]"));
	pli_sim_wire_fault(&r->wire, PLI_SIM_FAULT_TORN, 1, 0);
	body = rig_signed(r, 0, "/fapi/v3/positionRisk", "");
	assert_int_not_equal(pli_json_parse(pli_json_shared(), body, NULL), PLM_OK);
	pli_sim_wire_fault(&r->wire, PLI_SIM_FAULT_LIMIT, 0, 3000);
	(void)rig_signed(r, 0, "/fapi/v3/positionRisk", "");
	assert_int_equal(r->answer.status, 429);
	assert_string_equal(r->answer.headers[1], "Retry-After: 3");
	rig_step(r, 30);
	pli_sim_wire_fault(&r->wire, PLI_SIM_FAULT_MAINTENANCE, 0, 1000);
	(void)rig_signed(r, 0, "/fapi/v3/positionRisk", "");
	assert_int_equal(r->answer.status, 503);
	rig_step(r, 11);
	assert_true(rig_signed(r, 0, "/fapi/v3/positionRisk", "").size > 100);
	assert_int_equal(r->answer.status, 200);
}

int
main(void)
{
#define ROW(name) cmocka_unit_test_setup_teardown(name, rig_open, rig_close)
	const struct CMUnitTest tests[] = {
	    ROW(test_sim_binance__checks_key_time_and_signature),
	    ROW(test_sim_binance__tells_what_a_key_may_do),
	    ROW(test_sim_binance__an_address_opens_three_hundred_links_in_five_minutes),
	    ROW(test_sim_binance__counts_weights_then_429_then_418),
	    ROW(test_sim_binance__user_stream_rebuilds_the_account_exactly),
	    ROW(test_sim_binance__listen_keys_expire_with_and_without_a_word),
	    ROW(test_sim_binance__serves_mark_streams_by_path_and_by_subscription),
	    ROW(test_sim_binance__position_snapshots_obey_the_faults),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
