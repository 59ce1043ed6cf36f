/* sim_dydx_test.c: the simulated dYdX answers by address and number, tells a trade in the indexer's
 * order, numbers its messages, and sends no member that the venue does not. */
#include "sim_keys.h"
#include "sim_rig.h"

static const char *
dydx_key(const rig *r, const char *account)
{
	for (uint32_t i = 0; i < r->keys_count; i++)
		if (strcmp(r->keys[i].account, account) == 0)
			return r->keys[i].key;
	fail_msg("no account %s", account);
	return NULL;
}

/* GET of an account; what: "parentSubaccountNumber". number: -1: as its key says. */
static plm_slice
dydx_ask(rig *r, const char *account, const char *what, int number)
{
	const char *key = dydx_key(r, account), *slash = strchr(key, '/');
	char path[160];
	if (number < 0)
		number = (int)strtol(slash + 1, NULL, 10);
	(void)snprintf(
	    path, sizeof path, "/v4/addresses/%.*s/%s/%d", (int)(slash - key), key, what, number);
	return rig_get(r, PLI_SIM_DYDX, path, "");
}

static plm_slice
dydx_parent(rig *r, const char *account)
{
	return dydx_ask(r, account, "parentSubaccountNumber", -1);
}

static void
test_sim_dydx__answers_are_by_address_and_number(void **state)
{
	rig *r = *state;
	assert_true(rig_has(rig_get(r, PLI_SIM_DYDX, "/v4/time", ""), "\"iso\":\"2026-11-21T"));
	assert_true(rig_has(rig_get(r, PLI_SIM_DYDX, "/v4/perpetualMarkets", ""),
	    "\"BTC-USD\":{\"clobPairId\":\"0\""));
	assert_true(rig_has(dydx_parent(r, "dydx-main"), "\"parentSubaccountNumber\":0"));
	assert_true(rig_has(dydx_parent(r, "dydx-main"), "\"subaccountNumber\":384")); /* SOL's */
	assert_true(rig_has(dydx_parent(r, "dydx-cross"), "\"parentSubaccountNumber\":1"));
	assert_false(rig_has(dydx_parent(r, "dydx-cross"), "\"subaccountNumber\":385"));
	assert_true(rig_has(dydx_ask(r, "dydx-main", "subaccountNumber", 384), "SOL-USD"));
	assert_int_equal(r->answer.status, 200);
	(void)dydx_ask(r, "dydx-main", "subaccountNumber", 128 * 50);
	assert_int_equal(r->answer.status, 404);
	(void)dydx_ask(r, "dydx-main", "parentSubaccountNumber", 2);
	assert_int_equal(r->answer.status, 404);
	(void)dydx_ask(r, "dydx-main", "parentSubaccountNumber", 128);
	assert_int_equal(r->answer.status, 404);
	(void)rig_get(r, PLI_SIM_DYDX, "/v4/nothing", "");
	assert_int_equal(r->answer.status, 404);
}

/* The list that other clients ask for. */
static plm_slice
dydx_list(rig *r, const char *account, const char *more)
{
	char query[128];
	const char *key = dydx_key(r, account), *slash = strchr(key, '/');
	(void)snprintf(
	    query, sizeof query, "address=%.*s&status=OPEN%s", (int)(slash - key), key, more);
	return rig_get(r, PLI_SIM_DYDX, "/v4/perpetualPositions", query);
}

static void
test_sim_dydx__the_list_has_the_positions_of_one_subaccount(void **state)
{
	rig *r = *state;
	plm_slice parent = dydx_list(r, "dydx-main", "&subaccountNumber=0");
	assert_true(rig_has(parent, "{\"positions\":[{\"market\":\""));
	assert_false(rig_has(parent, "SOL-USD"));
	assert_true(rig_has(dydx_list(r, "dydx-main", "&subaccountNumber=384"), "\"SOL-USD\""));
	assert_true(
	    rig_has(dydx_list(r, "dydx-main", "&subaccountNumber=256"), "\"positions\":[]"));
	(void)dydx_list(r, "dydx-main", "&subaccountNumber=2");
	assert_int_equal(r->answer.status, 404);
	(void)dydx_list(r, "dydx-main", "");
	assert_int_equal(r->answer.status, 404);
}

static void
dydx_subscribe(rig *r, uint32_t client, const char *channel, const char *more)
{
	(void)snprintf(r->text, sizeof r->text, "{\"type\":\"subscribe\",\"channel\":\"%s\"%s}",
	    channel, more);
	rig_say(r, PLI_SIM_DYDX, client, r->text);
}

static uint32_t
said(rig *r, const char *part)
{
	return fake_count(&r->fakes[PLI_SIM_DYDX], 0, part);
}

/* Both channels of an account. */
static void
dydx_listen(rig *r, const char *account, bool account_first)
{
	char more[80];
	(void)snprintf(more, sizeof more, ",\"id\":\"%s\"", dydx_key(r, account));
	rig_connect(r, PLI_SIM_DYDX, 0, "/v4/ws");
	rig_step(r, 1);
	if (account_first)
		dydx_subscribe(r, 0, "v4_parent_subaccounts", more);
	dydx_subscribe(r, 0, "v4_markets", ",\"batched\":true");
	if (!account_first)
		dydx_subscribe(r, 0, "v4_parent_subaccounts", more);
	rig_step(r, 1);
}

static int64_t
frame_id(const fake_frame *frame)
{
	const char *at = strstr(frame->text, "\"message_id\":");
	assert_non_null(at);
	return strtol(at + strlen("\"message_id\":"), NULL, 10);
}

/* The answer to a subscription has the number of the asking, whenever it comes. */
static void
test_sim_dydx__messages_are_numbered(void **state)
{
	rig *r = *state;
	dydx_listen(r, "dydx-cross", false);
	assert_int_equal(said(r, "\"type\":\"connected\""), 1);
	assert_int_equal(said(r, "\"type\":\"subscribed\""), 2);
	assert_int_equal(said(r, "\"markets\":{\"BTC-USD\""), 1);
	rig_step(r, 300);
	assert_true(said(r, "\"type\":\"channel_batch_data\"") > 10);
	bool seen[FAKE_FRAMES_MAX] = {false}, late = false;
	int64_t last = -1;
	for (uint32_t i = 0; i < r->fakes[PLI_SIM_DYDX].frames_count; i++) {
		int64_t id = frame_id(&r->fakes[PLI_SIM_DYDX].frames[i]);
		assert_true(id >= 0 && id < FAKE_FRAMES_MAX && !seen[id]);
		seen[id] = true;
		late |= id < last;
		last = id > last ? id : last;
	}
	assert_int_equal(last + 1, r->fakes[PLI_SIM_DYDX].frames_count);
	assert_true(late);
	dydx_subscribe(r, 0, "v4_nothing", "");
	assert_int_equal(said(r, "\"type\":\"error\""), 1);
}

/* While an account's answer is owed, markets are answered at once and with their own. */
static void
test_sim_dydx__an_owed_answer_stands_in_nobody_s_way(void **state)
{
	rig *r = *state;
	dydx_listen(r, "dydx-cross", true);
	assert_int_equal(said(r, "\"channel\":\"v4_markets\",\"contents\":{\"markets\":"), 1);
	assert_int_equal(said(r, "\"childSubaccounts\""), 1);
}

/* The first frame from `from` on that has both parts; its place. */
static uint32_t
frame_after(const rig *r, uint32_t from, const char *part, const char *other)
{
	const fake_server *fake = &r->fakes[PLI_SIM_DYDX];
	while (from < fake->frames_count && (strstr(fake->frames[from].text, part) == NULL ||
						strstr(fake->frames[from].text, other) == NULL))
		from++;
	assert_true(from < fake->frames_count);
	return from;
}

/* USDC goes to the child, told of each; then the subaccount as it is, at the entry price that was;
 * then the fill. */
static void
test_sim_dydx__a_trade_is_told_in_several_messages(void **state)
{
	rig *r = *state;
	dydx_listen(r, "dydx-main", false);
	const char *fill = "\"fills\":[{", *child = "\"subaccountNumber\":384,\"contents\"";
	for (int i = 0; i < 4000 && said(r, fill) < 20; i++)
		rig_step(r, 1);
	uint32_t at = frame_after(r, 0, "\"status\":\"OPEN\"", "\"entryPrice\":\"0\"");
	const fake_frame *frames = r->fakes[PLI_SIM_DYDX].frames;
	assert_non_null(strstr(frames[at].text, "\"assetPositions\""));
	assert_null(strstr(frames[at].text, fill));
	assert_non_null(strstr(frames[at + 1].text, fill));
	assert_null(strstr(frames[at + 1].text, "\"entryPrice\":\"0\""));
	assert_null(strstr(frames[at + 1].text, "\"assetPositions\""));
	uint32_t moved = frame_after(r, 0, "{\"assetPositions\"", child);
	bool given = strstr(frames[moved - 1].text, "{\"assetPositions\"") != NULL;
	const fake_frame *parent = &frames[given ? moved - 1 : moved + 1];
	assert_non_null(strstr(parent->text, "{\"assetPositions\""));
	assert_non_null(strstr(parent->text, "\"subaccountNumber\":0,\"contents\""));
}

static void
test_sim_dydx__faults_of_answers(void **state)
{
	rig *r = *state;
	size_t whole = dydx_parent(r, "dydx-main").size;
	pli_sim_fire(r->sim, PLI_SIM_DYDX, PLI_SIM_FAULT_EMPTY, 1, 0);
	assert_false(rig_has(dydx_parent(r, "dydx-main"), "\"status\":\"OPEN\""));
	pli_sim_fire(r->sim, PLI_SIM_DYDX, PLI_SIM_FAULT_TORN, 1, 0);
	assert_int_equal(dydx_parent(r, "dydx-main").size, whole / 2);
	pli_sim_fire(r->sim, PLI_SIM_DYDX, PLI_SIM_FAULT_LIMIT, 0, 500);
	assert_true(rig_has(dydx_parent(r, "dydx-main"), "{\"errors\":[{\"msg\":\"Too many"));
	assert_int_equal(r->answer.status, 429);
	assert_string_equal(r->answer.headers[0], "Retry-After: 500"); /* milliseconds */
	rig_step(r, 10);
	(void)dydx_parent(r, "dydx-main");
	assert_int_equal(r->answer.status, 200);
	assert_null(r->answer.headers[0]);
	pli_sim_fire(r->sim, PLI_SIM_DYDX, PLI_SIM_FAULT_BAN, 0, 500);
	(void)dydx_parent(r, "dydx-main");
	assert_int_equal(r->answer.status, 403);
	rig_step(r, 10);
	pli_sim_fire(r->sim, PLI_SIM_DYDX, PLI_SIM_FAULT_MAINTENANCE, 0, 500);
	(void)rig_get(r, PLI_SIM_DYDX, "/v4/time", "");
	assert_int_equal(r->answer.status, 503);
}

/* Each member of ours stands in the captured payload too; of maps by ticker the first row is held
 * against the first. */
static void
members_are_known(pli_json *real, uint32_t known, pli_json *sent, uint32_t row, const char *but)
{
	const pli_json_node *nodes = pli_json_nodes(sent, NULL), *theirs;
	uint32_t at = row + 1;
	theirs = pli_json_nodes(real, NULL);
	assert_int_equal(nodes[row].type, theirs[known].type);
	for (uint32_t i = 0; i < nodes[row].children_count; i++, at = nodes[at].next) {
		char name[64];
		uint32_t found = known + 1;
		(void)snprintf(
		    name, sizeof name, "%.*s", (int)nodes[at].key.size, nodes[at].key.bytes);
		bool row_of_map = nodes[row].type == PLI_JSON_ARRAY || strstr(name, "-USD") != NULL;
		if (!row_of_map)
			found = pli_json_find(real, known, name);
		if (found == 0 && strstr(but, name) == NULL)
			fail_msg("no %s", name);
		if (found != 0 && nodes[at].type >= PLI_JSON_OBJECT &&
		    theirs[known].children_count > 0)
			members_are_known(real, found, sent, at, but);
		if (row_of_map)
			return;
	}
}

static void
payload_is_known(const char *fixture, plm_slice ours, const char *but)
{
	char *text = keys_read(fixture, 0);
	if (text == NULL) {
		print_message("# SKIP %s is not here\n", fixture);
		return;
	}
	pli_json *real = pli_json_create(), *sent = pli_json_create();
	assert_int_equal(pli_json_parse(real, plm_slice_of(text), NULL), PLM_OK);
	assert_int_equal(pli_json_parse(sent, ours, NULL), PLM_OK);
	members_are_known(real, 0, sent, 0, but);
	pli_json_destroy(real);
	pli_json_destroy(sent);
	free(text);
}

/* Each movement of the account's cash stands in the list, the newest first, and is told once. */
static void
test_sim_dydx__what_moves_is_listed_and_told(void **state)
{
	rig *r = *state;
	char query[120];
	const char *key = dydx_key(r, "dydx-main"), *slash = strchr(key, '/');
	dydx_listen(r, "dydx-main", true);
	uint32_t moves = rig_moves(r, "dydx-main");
	(void)snprintf(query, sizeof query, "address=%.*s&parentSubaccountNumber=%s&limit=100",
	    (int)(slash - key), key, slash + 1);
	plm_slice body = rig_get(r, PLI_SIM_DYDX, "/v4/transfers/parentSubaccountNumber", query);
	assert_int_equal(rig_count(body, "\"transactionHash\""), moves);
	assert_int_equal(fake_count(&r->fakes[PLI_SIM_DYDX], 0, "\"transfers\""), moves);
}

static void
test_sim_dydx__no_member_is_made_up(void **state)
{
	rig *r = *state;
	dydx_listen(r, "dydx-main", false);
	payload_is_known("dydx-v4/perpetualMarkets--nautilus.json",
	    rig_get(r, PLI_SIM_DYDX, "/v4/perpetualMarkets", ""), "");
	payload_is_known("dydx-v4/subaccount-with-positions--ccxt-src.json",
	    dydx_ask(r, "dydx-main", "subaccountNumber", 384), "");
	/* heights are newer than that capture */
	payload_is_known("dydx-v4/v4_parent_subaccounts-isolated-APE--abacus.json",
	    fake_last(&r->fakes[PLI_SIM_DYDX], 0, "\"childSubaccounts\""),
	    "updatedAtHeight latestProcessedBlockHeight");
	payload_is_known("dydx-v4/v4_markets-oracle-batch--abacus.json",
	    rig_wait_frame(r, PLI_SIM_DYDX, 0, "\"oraclePrices\""), "version");
	dydx_subscribe(r, 0, "v4_nothing", "");
	payload_is_known("dydx-v4/error--nautilus.json",
	    fake_last(&r->fakes[PLI_SIM_DYDX], 0, "\"type\":\"error\""), "");
}

static int
open_dydx(void **state)
{
	return rig_open_with(state, PLI_SIM_DYDX);
}

int
main(void)
{
#define ROW(name) cmocka_unit_test_setup_teardown(name, open_dydx, rig_close)
	const struct CMUnitTest tests[] = {
	    ROW(test_sim_dydx__answers_are_by_address_and_number),
	    ROW(test_sim_dydx__the_list_has_the_positions_of_one_subaccount),
	    ROW(test_sim_dydx__messages_are_numbered),
	    ROW(test_sim_dydx__an_owed_answer_stands_in_nobody_s_way),
	    ROW(test_sim_dydx__a_trade_is_told_in_several_messages),
	    ROW(test_sim_dydx__faults_of_answers),
	    ROW(test_sim_dydx__what_moves_is_listed_and_told),
	    ROW(test_sim_dydx__no_member_is_made_up),
	};
	return cmocka_run_group_tests_name("sim_dydx", tests, NULL, NULL);
}
