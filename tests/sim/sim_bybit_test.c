/* sim_bybit_test.c: the simulated Bybit refuses what the venue refuses, lists in pages, pushes what
 * changed, and sends no member that the venue does not. */
#include "plimsoll/time.h"
#include "sim_keys.h"
#include "sim_rig.h"
#include "venue/sign.h"

typedef struct bybit_credential {
	const char *key, *secret;
	int64_t late_ms;
} bybit_credential;

static bybit_credential
credential(const rig *r, const char *key)
{
	const pli_sim_credential *c = rig_key(r, key);
	return (bybit_credential){c->key, c->secret, 0};
}

static plm_slice
bybit_get(rig *r, const char *path, const char *query, const bybit_credential *c)
{
	char stamp[32], text[512], sign[PLI_SIGNATURE_HEX + 1];
	(void)snprintf(
	    stamp, sizeof stamp, "%lld", (long long)(r->now_ns / PLM_NS_PER_MS - c->late_ms));
	(void)snprintf(text, sizeof text, "%s%s5000%s", stamp, c->key, query);
	pli_sign_hmac_sha256(c->secret, plm_slice_of(text), sign);
	pli_http_in in = {.method = PLM_SLICE("GET"),
	    .path = plm_slice_of(path),
	    .query = plm_slice_of(query),
	    .api_key = plm_slice_of(c->key),
	    .signature = plm_slice_of(sign),
	    .stamp = plm_slice_of(stamp),
	    .window = PLM_SLICE("5000")};
	return rig_http(r, PLI_SIM_BYBIT, &in);
}

static void
test_sim_bybit__calls_are_signed(void **state)
{
	rig *r = *state;
	static const char rights[] = "/v5/user/query-api";
	bybit_credential good = credential(r, "bybitmainread");
	assert_true(rig_has(bybit_get(r, rights, "", &good), "\"readOnly\":1"));
	bybit_credential trade = credential(r, "bybitmaintrade");
	assert_true(rig_has(bybit_get(r, rights, "", &trade), "\"readOnly\":0"));
	assert_true(
	    rig_has(bybit_get(r, "/v5/account/info", "", &good), "\"unifiedMarginStatus\":5"));
	bybit_credential isolated = credential(r, "bybitisolatedread");
	assert_true(rig_has(bybit_get(r, "/v5/account/info", "", &isolated), "ISOLATED_MARGIN"));
	static const struct {
		const char *key, *secret;
		int64_t late_ms;
		uint32_t status;
		const char *code;
	} rows[] = {
	    {"nobody", NULL, 0, 401, "10003"},
	    {NULL, "guess", 0, 200, "10004"},
	    {NULL, NULL, 5001, 200, "10002"},
	    {NULL, NULL, -1000, 200, "10002"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		bybit_credential c = {rows[i].key == NULL ? good.key : rows[i].key,
		    rows[i].secret == NULL ? good.secret : rows[i].secret, rows[i].late_ms};
		plm_slice body = bybit_get(
		    r, "/v5/account/wallet-balance", "accountType=UNIFIED", &c);
		assert_int_equal(r->answer.status, rows[i].status);
		assert_true(rig_has(body, rows[i].code));
	}
	(void)bybit_get(r, "/v5/order/create", "", &good);
	assert_int_equal(r->answer.status, 404);
}

/* Each movement of the account's cash is a row of the log, by the way it went. */
static void
test_sim_bybit__the_log_is_what_moved(void **state)
{
	rig *r = *state;
	bybit_credential c = credential(r, "bybitmainread");
	uint32_t rows = 0;
	uint32_t moves = rig_moves(r, "bybit-main");
	static const char *const types[] = {"TRANSFER_IN", "TRANSFER_OUT"};
	for (int k = 0; k < 2; k++) {
		char query[80], part[40];
		(void)snprintf(
		    query, sizeof query, "accountType=UNIFIED&limit=50&type=%s", types[k]);
		(void)snprintf(part, sizeof part, "\"type\":\"%s\"", types[k]);
		plm_slice body = bybit_get(r, "/v5/account/transaction-log", query, &c);
		rows += rig_count(body, part);
	}
	assert_int_equal(rows, moves);
}

static void
test_sim_bybit__wrong_parameters_are_told(void **state)
{
	rig *r = *state;
	bybit_credential c = credential(r, "bybitmainread");
	static const struct {
		const char *path, *query;
	} rows[] = {
	    {"/v5/account/wallet-balance", "accountType=SPOT"},
	    {"/v5/position/list", "settleCoin=USDT"},
	    {"/v5/position/list", "category=linear"},
	    {"/v5/position/list", "category=spot"},
	    {"/v5/position/list", "category=linear&symbol=BTCUSD"},
	    {"/v5/position/list", "category=linear&settleCoin=USDT&limit=201"},
	    {"/v5/position/list", "category=linear&settleCoin=USDT&cursor=x"},
	    {"/v5/order/realtime", "category=linear"},
	    {"/v5/market/instruments-info", "category=linear&symbol=NOUSDT"},
	    {"/v5/market/tickers", "category=spot&symbol=USDTUSDT"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_true(rig_has(bybit_get(r, rows[i].path, rows[i].query, &c), ":10001,"));
	assert_true(
	    rig_has(bybit_get(r, "/v5/order/realtime", "category=option", &c), "\"list\":[]"));
}

/* How many rows a list has, from page to page; and how many pages there were. */
static uint32_t
pages_read(
    rig *r, const char *path, const char *query, const bybit_credential *c, uint32_t *ret_pages)
{
	char next[64] = "", text[256];
	uint32_t rows = 0;
	pli_json *json = pli_json_create();
	*ret_pages = 0;
	do {
		(void)snprintf(
		    text, sizeof text, "%s%s%s", query, next[0] == '\0' ? "" : "&cursor=", next);
		plm_slice body = bybit_get(r, path, text, c), cursor = {NULL, 0};
		assert_int_equal(pli_json_parse(json, body, NULL), PLM_OK);
		uint32_t list = pli_json_at(json, 0, "result.list");
		rows += pli_json_nodes(json, NULL)[list].children_count;
		assert_int_equal(pli_json_string(json,
				     pli_json_at(json, 0, "result.nextPageCursor"), &cursor, NULL),
		    PLM_OK);
		(void)snprintf(next, sizeof next, "%.*s", (int)cursor.size, cursor.bytes);
		++*ret_pages;
	} while (next[0] != '\0');
	pli_json_destroy(json);
	return rows;
}

static void
test_sim_bybit__lists_come_in_pages(void **state)
{
	rig *r = *state;
	bybit_credential c = credential(r, "bybitmainread");
	static const char usdt[] = "category=linear&settleCoin=USDT";
	uint32_t pages;
	rig_step(r, 200);
	pli_sim_pause(r->sim, true);
	uint32_t whole = pages_read(r, "/v5/position/list", usdt, &c, &pages);
	assert_true(whole > 2);
	assert_int_equal(
	    pages, 2); /* the last page of positions has a cursor too, to an empty one */
	char limited[64];
	(void)snprintf(limited, sizeof limited, "%s&limit=2", usdt);
	assert_int_equal(pages_read(r, "/v5/position/list", limited, &c, &pages), whole);
	assert_int_equal(pages, (whole + 1) / 2 + 1);
	assert_int_equal(
	    pages_read(r, "/v5/market/instruments-info", "category=linear&limit=4", &c, &pages), 9);
	assert_int_equal(pages, 3);
	assert_int_equal(
	    pages_read(r, "/v5/market/instruments-info", "category=spot", &c, &pages), 6);
}

/* By its symbol a contract is listed although nothing is held of it: a row, or one a leg. */
static void
test_sim_bybit__a_flat_contract_has_rows(void **state)
{
	rig *r = *state;
	bybit_credential net = credential(r, "bybitmainread");
	bybit_credential hedge = credential(r, "bybithedgeread");
	uint32_t pages;
	static const char one[] = "category=linear&symbol=SOLUSDT";
	assert_int_equal(pages_read(r, "/v5/position/list", one, &net, &pages), 1);
	assert_int_equal(pages_read(r, "/v5/position/list", one, &hedge, &pages), 2);
	plm_slice body = bybit_get(r, "/v5/position/list", one, &hedge);
	assert_true(rig_has(body, "\"positionIdx\":1") && rig_has(body, "\"positionIdx\":2"));
}

static void
bybit_login(rig *r, uint32_t client, const bybit_credential *c)
{
	char text[512], until[64], sign[PLI_SIGNATURE_HEX + 1];
	long long until_ms = (long long)(r->now_ns / PLM_NS_PER_MS + 10000 - c->late_ms);
	(void)snprintf(until, sizeof until, "GET/realtime%lld", until_ms);
	pli_sign_hmac_sha256(c->secret, plm_slice_of(until), sign);
	(void)snprintf(text, sizeof text,
	    "{\"op\":\"auth\",\"req_id\":\"7\",\"args\":[\"%s\",%lld,\"%s\"]}", c->key, until_ms,
	    sign);
	rig_say(r, PLI_SIM_BYBIT, client, text);
}

static bool
said(rig *r, uint32_t client, const char *part)
{
	return fake_count(&r->fakes[PLI_SIM_BYBIT], client, part) > 0;
}

static void
test_sim_bybit__the_private_stream_wants_a_login(void **state)
{
	rig *r = *state;
	static const char subscribe[] =
	    "{\"op\":\"subscribe\",\"args\":[\"position\",\"wallet\",\"execution\",\"order\","
	    "\"greeks\"]}";
	bybit_credential good = credential(r, "bybitmainread"), wrong[] = {good, good, good};
	static const char *const codes[] = {":10003", ":10004", ":10002"};
	wrong[0].key = "nobody";
	wrong[1].secret = "guess";
	wrong[2].late_ms = 20000;
	rig_connect(r, PLI_SIM_BYBIT, 0, "/v5/private");
	rig_say(r, PLI_SIM_BYBIT, 0, "{\"op\":\"ping\"}");
	assert_true(said(r, 0, "\"op\":\"pong\""));
	for (int i = 0; i < 3; i++) {
		bybit_login(r, 0, &wrong[i]);
		assert_true(said(r, 0, codes[i]));
		rig_say(r, PLI_SIM_BYBIT, 0, subscribe);
		assert_true(said(r, 0, "not authorized"));
	}
	bybit_login(r, 0, &good);
	assert_true(
	    said(r, 0, "\"success\":true,\"ret_msg\":\"\",\"op\":\"auth\",\"req_id\":\"7\""));
	rig_say(r, PLI_SIM_BYBIT, 0, "{\"op\":\"subscribe\",\"args\":[\"position\",\"nothing\"]}");
	assert_true(said(r, 0, "topic:nothing"));
	rig_say(r, PLI_SIM_BYBIT, 0, subscribe);
	plm_slice order = rig_wait_frame(r, PLI_SIM_BYBIT, 0, "\"topic\":\"order\"");
	assert_true(rig_has(order, "\"orderStatus\":\"Filled\""));
	assert_true(said(r, 0, "\"execType\":\"Trade\""));
	assert_true(said(r, 0, "\"entryPrice\":") && said(r, 0, "\"topic\":\"wallet\""));
	rig_say(r, PLI_SIM_BYBIT, 0, "{\"op\":\"order.create\"}");
	assert_true(said(r, 0, "invalid op"));
}

static void
test_sim_bybit__a_funding_is_an_execution(void **state)
{
	rig *r = *state;
	bybit_credential c = credential(r, "bybitmainread");
	rig_connect(r, PLI_SIM_BYBIT, 0, "/v5/private");
	bybit_login(r, 0, &c);
	rig_say(r, PLI_SIM_BYBIT, 0, "{\"op\":\"subscribe\",\"args\":[\"execution\"]}");
	for (int i = 0; i < 400 && !said(r, 0, "\"execType\":\"Funding\""); i++) {
		fake_clear(&r->fakes[PLI_SIM_BYBIT]);
		rig_step(r, 50);
	}
	assert_true(said(r, 0, "\"execType\":\"Funding\""));
}

/* The first message has all, those behind it have what changed. */
static void
test_sim_bybit__prices_need_no_login(void **state)
{
	rig *r = *state;
	fake_server *fake = &r->fakes[PLI_SIM_BYBIT];
	rig_connect(r, PLI_SIM_BYBIT, 1, "/v5/public/linear");
	rig_say(r, PLI_SIM_BYBIT, 1,
	    "{\"op\":\"subscribe\",\"req_id\":\"3\",\"args\":[\"tickers.BTCUSDT\",\"tickers."
	    "BTCUSD\"]}");
	assert_true(said(r, 1, "handler not found,topic:tickers.BTCUSD\""));
	rig_say(r, PLI_SIM_BYBIT, 1, "{\"op\":\"subscribe\",\"args\":[\"tickers.BTCUSDT\"]}");
	plm_slice first = rig_wait_frame(r, PLI_SIM_BYBIT, 1, "\"type\":\"snapshot\"");
	assert_true(rig_has(first, "\"nextFundingTime\"") && rig_has(first, "\"markPrice\""));
	plm_slice update = rig_wait_frame(r, PLI_SIM_BYBIT, 1, "\"type\":\"delta\"");
	assert_true(rig_has(update, "\"bid1Size\"") && !rig_has(update, "\"nextFundingTime\""));
	pli_sim_pause(r->sim, true);
	rig_step(r, 20);
	fake_clear(fake);
	rig_step(r, 20);
	assert_true(said(r, 1, "\"type\":\"delta\"") && !said(r, 1, "\"markPrice\""));
	rig_connect(r, PLI_SIM_BYBIT, 2, "/v5/public/spot");
	rig_say(r, PLI_SIM_BYBIT, 2, "{\"op\":\"subscribe\",\"args\":[\"tickers.USDCUSDT\"]}");
	rig_step(r, 1);
	assert_true(said(r, 2, "\"usdIndexPrice\":"));
}

static const pli_sim_instrument *
some_option(const rig *r)
{
	const pli_sim_market *m = &pli_sim_world_of(r->sim)->market;
	for (uint32_t i = 0; i < m->instruments_count; i++)
		if (m->instruments[i].venue == PLI_SIM_BYBIT &&
		    m->instruments[i].kind == PLI_SIM_OPTION)
			return &m->instruments[i];
	fail_msg("no options");
	return NULL;
}

/* Those of a subscription that are not there are named; the others are told, whole each time. */
static void
test_sim_bybit__options_have_a_stream(void **state)
{
	rig *r = *state;
	const pli_sim_instrument *option = some_option(r);
	char text[160];
	rig_connect(r, PLI_SIM_BYBIT, 3, "/v5/public/option");
	(void)snprintf(text, sizeof text,
	    "{\"op\":\"subscribe\",\"args\":[\"tickers.BTC-1JAN27-1-C\",\"tickers.%s\"]}",
	    option->name);
	rig_say(r, PLI_SIM_BYBIT, 3, text);
	(void)snprintf(text, sizeof text,
	    "\"failTopics\":[\"tickers.BTC-1JAN27-1-C\"],\"successTopics\":[\"tickers.%s\"]",
	    option->name);
	assert_true(said(r, 3, text));
	rig_step(r, 20);
	assert_true(fake_count(&r->fakes[PLI_SIM_BYBIT], 3, "\"markPriceIv\":") > 2);
	assert_false(said(r, 3, "\"type\":\"delta\""));
	keys_known("bybit/tickers-ETH-30JUN23-200-P--tardis.json", "data",
	    rig_wait_frame(r, PLI_SIM_BYBIT, 3, "\"markPriceIv\":"), "data", "");
	bybit_credential c = credential(r, "bybitmainread");
	rig_connect(r, PLI_SIM_BYBIT, 0, "/v5/private");
	bybit_login(r, 0, &c);
	rig_say(r, PLI_SIM_BYBIT, 0, "{\"op\":\"subscribe\",\"args\":[\"greeks\"]}");
	keys_known("bybit/greeks-docs--jkorf.json", "data",
	    rig_wait_frame(r, PLI_SIM_BYBIT, 0, "\"topic\":\"greeks\""), "data", "");
	keys_known("bybit/instruments-info-option--roq-bybit.json", "result.list",
	    rig_get(r, PLI_SIM_BYBIT, "/v5/market/instruments-info", "category=option"),
	    "result.list", "");
	keys_known("bybit/tickers-option-docs--jkorf.json", "result.list",
	    rig_get(r, PLI_SIM_BYBIT, "/v5/market/tickers", "category=option&baseCoin=BTC"),
	    "result.list", "");
}

static void
test_sim_bybit__tiers_are_of_a_contract(void **state)
{
	rig *r = *state;
	static const char path[] = "/v5/market/risk-limit";
	plm_slice text = rig_get(r, PLI_SIM_BYBIT, path, "category=linear&symbol=BTCUSDT");
	assert_true(rig_has(text, "\"id\":1,\"symbol\":\"BTCUSDT\",\"riskLimitValue\":\"25000\""));
	assert_true(rig_has(text, "\"id\":5,"));
	text = rig_get(r, PLI_SIM_BYBIT, path, "category=inverse&symbol=BTCUSDT");
	assert_true(rig_has(text, "symbol invalid"));
	assert_false(rig_has(text, "riskLimitValue"));
}

static void
test_sim_bybit__faults_of_answers(void **state)
{
	rig *r = *state;
	bybit_credential c = credential(r, "bybitmainread");
	static const char path[] = "/v5/position/list", usdt[] = "category=linear&settleCoin=USDT";
	size_t whole = bybit_get(r, path, usdt, &c).size;
	pli_sim_fire(r->sim, PLI_SIM_BYBIT, PLI_SIM_FAULT_EMPTY, 1, 0);
	assert_true(
	    rig_has(bybit_get(r, path, "category=linear&settleCoin=ETH", &c), "\"list\":[]"));
	assert_true(rig_has(bybit_get(r, path, usdt, &c), "\"list\":[]"));
	pli_sim_fire(r->sim, PLI_SIM_BYBIT, PLI_SIM_FAULT_TORN, 1, 0);
	assert_true(bybit_get(r, path, usdt, &c).size < whole);
	pli_sim_fire(r->sim, PLI_SIM_BYBIT, PLI_SIM_FAULT_LIMIT, 0, 500);
	assert_true(rig_has(bybit_get(r, path, usdt, &c), "10006"));
	assert_int_equal(r->answer.status, 200);
	rig_step(r, 10);
	static const pli_sim_fault faults[] = {PLI_SIM_FAULT_BAN, PLI_SIM_FAULT_MAINTENANCE};
	static const uint32_t statuses[] = {403, 503};
	for (int i = 0; i < 2; i++) {
		pli_sim_fire(r->sim, PLI_SIM_BYBIT, faults[i], 0, 500);
		(void)rig_get(r, PLI_SIM_BYBIT, "/v5/market/time", "");
		assert_int_equal(r->answer.status, statuses[i]);
		rig_step(r, 10);
	}
	assert_int_equal(bybit_get(r, path, usdt, &c).size > 0, 1);
	assert_int_equal(r->answer.status, 200);
}

static void
test_sim_bybit__no_member_is_made_up(void **state)
{
	rig *r = *state;
	bybit_credential c = credential(r, "bybitmainread");
	rig_step(r, 100);
	keys_known("bybit/position-list-BTCUSD-inverse--jkorf.json", "result.list",
	    bybit_get(r, "/v5/position/list", "category=linear&settleCoin=USDT", &c), "result.list",
	    "mmrSysUpdatedTime positionIMByMp positionMMByMp");
	plm_slice wallet = bybit_get(r, "/v5/account/wallet-balance", "accountType=UNIFIED", &c);
	keys_known("bybit/wallet-balance-UNIFIED--roq-bybit.json", "result.list", wallet,
	    "result.list", "");
	keys_known("bybit/instruments-info-linear--roq-bybit.json", "result.list",
	    rig_get(r, PLI_SIM_BYBIT, "/v5/market/instruments-info", "category=linear"),
	    "result.list", "");
	keys_known("bybit/instruments-info-spot-xstocks--nautilus.json", "result.list",
	    rig_get(r, PLI_SIM_BYBIT, "/v5/market/instruments-info", "category=spot"),
	    "result.list", "");
	rig_connect(r, PLI_SIM_BYBIT, 0, "/v5/private");
	bybit_login(r, 0, &c);
	rig_say(r, PLI_SIM_BYBIT, 0,
	    "{\"op\":\"subscribe\",\"args\":[\"position\",\"execution\",\"wallet\"]}");
	keys_known("bybit/position-ETHUSDT-short-cross--nautilus.json", "data",
	    rig_wait_frame(r, PLI_SIM_BYBIT, 0, "\"topic\":\"position\""), "data", "");
	keys_known("bybit/execution-linear--nautilus.json", "data",
	    rig_wait_frame(r, PLI_SIM_BYBIT, 0, "\"topic\":\"execution\""), "data", "");
	keys_known("bybit/wallet-UNIFIED--gct.json", "data",
	    rig_wait_frame(r, PLI_SIM_BYBIT, 0, "\"topic\":\"wallet\""), "data", "");
	rig_connect(r, PLI_SIM_BYBIT, 1, "/v5/public/linear");
	rig_say(r, PLI_SIM_BYBIT, 1, "{\"op\":\"subscribe\",\"args\":[\"tickers.BTCUSDT\"]}");
	keys_known("bybit/tickers-BTCUSDT-snapshot--tardis.json", "data",
	    rig_wait_frame(r, PLI_SIM_BYBIT, 1, "\"type\":\"snapshot\""), "data", "");
}

static int
open_bybit(void **state)
{
	return rig_open_with(state, PLI_SIM_BYBIT);
}

int
main(void)
{
#define ROW(name) cmocka_unit_test_setup_teardown(name, open_bybit, rig_close)
	const struct CMUnitTest tests[] = {
	    ROW(test_sim_bybit__calls_are_signed),
	    ROW(test_sim_bybit__wrong_parameters_are_told),
	    ROW(test_sim_bybit__the_log_is_what_moved),
	    ROW(test_sim_bybit__lists_come_in_pages),
	    ROW(test_sim_bybit__a_flat_contract_has_rows),
	    ROW(test_sim_bybit__the_private_stream_wants_a_login),
	    ROW(test_sim_bybit__a_funding_is_an_execution),
	    ROW(test_sim_bybit__prices_need_no_login),
	    ROW(test_sim_bybit__options_have_a_stream),
	    ROW(test_sim_bybit__tiers_are_of_a_contract),
	    ROW(test_sim_bybit__faults_of_answers),
	    ROW(test_sim_bybit__no_member_is_made_up),
	};
	return cmocka_run_group_tests_name("sim_bybit", tests, NULL, NULL);
}
