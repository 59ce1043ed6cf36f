/* sim_hyperliquid_test.c: the simulated Hyperliquid answers by type and address, pushes what
 * changed, and sends no member that the venue does not. */
#include "sim_keys.h"
#include "sim_rig.h"

static plm_slice
hl_post(rig *r, const char *path, const char *body)
{
	pli_http_in in = {
	    .method = PLM_SLICE("POST"), .path = plm_slice_of(path), .body = plm_slice_of(body)};
	return rig_http(r, PLI_SIM_HYPERLIQUID, &in);
}

/* {"type":..,"user": the address of an account, in capitals: the venue does not mind */
static plm_slice
hl_ask(rig *r, const char *type, const char *account)
{
	const char *address = "0x00000000000000000000000000000000000000ff";
	for (uint32_t i = 0; i < r->keys_count; i++)
		if (strcmp(r->keys[i].account, account) == 0)
			address = r->keys[i].key;
	(void)snprintf(r->text, sizeof r->text, "{\"type\":\"%s\",\"user\":\"%s\"}", type, address);
	return hl_post(r, "/info", r->text);
}

static void
test_sim_hyperliquid__questions_are_told_by_type_and_address(void **state)
{
	rig *r = *state;
	assert_true(rig_has(hl_ask(r, "userRole", "hyperliquid-main"), "\"user\""));
	assert_true(rig_has(hl_ask(r, "userRole", "nobody"), "\"missing\""));
	assert_true(rig_has(hl_ask(r, "userAbstraction", "hyperliquid-main"), "default"));
	assert_true(rig_has(hl_ask(r, "userAbstraction", "hyperliquid-unified"), "unifiedAccount"));
	assert_true(rig_has(hl_ask(r, "clearinghouseState", "hyperliquid-main"), "\"szi\""));
	assert_true(rig_has(hl_ask(r, "clearinghouseState", "nobody"), "\"assetPositions\":[]"));
	assert_true(
	    rig_has(hl_ask(r, "spotClearinghouseState", "hyperliquid-main"), "\"total\":\"1000\""));
	(void)hl_post(r, "/info", "{\"type\":\"order\"}");
	assert_int_equal(r->answer.status, 422);
	(void)hl_post(r, "/info", "{");
	assert_int_equal(r->answer.status, 422);
	(void)hl_post(r, "/exchange", "{\"type\":\"meta\"}");
	assert_int_equal(r->answer.status, 404);
}

static bool
said(rig *r, uint32_t client, const char *part)
{
	return fake_count(&r->fakes[PLI_SIM_HYPERLIQUID], client, part) > 0;
}

static void
hl_subscribe(rig *r, uint32_t client, const char *type, const char *key, const char *value)
{
	(void)snprintf(r->text, sizeof r->text,
	    "{\"method\":\"subscribe\",\"subscription\":{\"type\":\"%s\",\"%s\":\"%s\"}}", type,
	    key, value);
	rig_say(r, PLI_SIM_HYPERLIQUID, client, r->text);
}

static void
test_sim_hyperliquid__streams_tell_what_changed(void **state)
{
	rig *r = *state;
	const char *address = NULL;
	for (uint32_t i = 0; i < r->keys_count && address == NULL; i++)
		if (strcmp(r->keys[i].account, "hyperliquid-main") == 0)
			address = r->keys[i].key;
	rig_connect(r, PLI_SIM_HYPERLIQUID, 0, "/ws");
	rig_say(r, PLI_SIM_HYPERLIQUID, 0, "{\"method\":\"ping\"}");
	assert_true(said(r, 0, "{\"channel\":\"pong\"}"));
	hl_subscribe(r, 0, "allDexsClearinghouseState", "user", address);
	hl_subscribe(r, 0, "userFills", "user", address);
	hl_subscribe(r, 0, "activeAssetCtx", "coin", "BTC");
	assert_true(said(r, 0, "\"subscription\":{\"type\":\"userFills\""));
	assert_false(said(r, 0, "\"channel\":\"error\""));
	hl_subscribe(r, 0, "activeAssetCtx", "coin", "NOTHING");
	hl_subscribe(r, 0, "userFills", "user", "0x00000000000000000000000000000000000000ff");
	assert_int_equal(fake_count(&r->fakes[PLI_SIM_HYPERLIQUID], 0, "\"channel\":\"error\""), 2);
	plm_slice fill = rig_wait_frame(r, PLI_SIM_HYPERLIQUID, 0, "\"fills\":[{");
	assert_true(rig_has(fill, address));
	assert_true(said(r, 0, "\"clearinghouseStates\":[[\"\",{\"marginSummary\""));
	assert_true(said(r, 0, "\"coin\":\"BTC\",\"ctx\":{\"funding\""));
	assert_false(said(r, 0, "\"spotState\""));
}

static void
test_sim_hyperliquid__faults_of_answers(void **state)
{
	rig *r = *state;
	static const char type[] = "clearinghouseState", account[] = "hyperliquid-main";
	size_t whole = hl_ask(r, type, account).size;
	pli_sim_fire(r->sim, PLI_SIM_HYPERLIQUID, PLI_SIM_FAULT_EMPTY, 1, 0);
	assert_true(rig_has(hl_ask(r, type, account), "\"assetPositions\":[]"));
	pli_sim_fire(r->sim, PLI_SIM_HYPERLIQUID, PLI_SIM_FAULT_TORN, 1, 0);
	assert_int_equal(hl_ask(r, type, account).size, whole / 2);
	pli_sim_fire(r->sim, PLI_SIM_HYPERLIQUID, PLI_SIM_FAULT_LIMIT, 0, 500);
	assert_true(rig_has(hl_ask(r, type, account), "null"));
	assert_int_equal(r->answer.status, 429);
	rig_step(r, 10);
	pli_sim_fire(r->sim, PLI_SIM_HYPERLIQUID, PLI_SIM_FAULT_MAINTENANCE, 0, 500);
	(void)hl_ask(r, "exchangeStatus", account);
	assert_int_equal(r->answer.status, 503);
}

/* Each member of ours stands in the captured payload too. */
static void
members_are_known(pli_json *real, uint32_t known, pli_json *sent, uint32_t row, const char *but)
{
	const pli_json_node *nodes = pli_json_nodes(sent, NULL);
	uint32_t at = row + 1;
	assert_int_equal(nodes[row].type, PLI_JSON_OBJECT);
	for (uint32_t i = 0; i < nodes[row].children_count; i++, at = nodes[at].next) {
		char name[64];
		(void)snprintf(
		    name, sizeof name, "%.*s", (int)nodes[at].key.size, nodes[at].key.bytes);
		uint32_t found = pli_json_find(real, known, name);
		if (found == 0 && strstr(but, name) == NULL)
			fail_msg("no %s", name);
		if (found != 0 && nodes[at].type == PLI_JSON_OBJECT)
			members_are_known(real, found, sent, at, but);
	}
}

/* list: of whose first rows the members are compared; NULL: of the payload itself. */
static void
payload_is_known(const char *fixture, plm_slice ours, const char *list, const char *but)
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
	if (list != NULL)
		members_are_known(real, pli_json_find(real, 0, list) + 1, sent,
		    pli_json_find(sent, 0, list) + 1, but);
	pli_json_destroy(real);
	pli_json_destroy(sent);
	free(text);
}

static void
test_sim_hyperliquid__no_member_is_made_up(void **state)
{
	rig *r = *state;
	payload_is_known("hyperliquid/clearinghouseState-isolated--jkorf.json",
	    hl_ask(r, "clearinghouseState", "hyperliquid-main"), "assetPositions", "");
	payload_is_known("hyperliquid/spotClearinghouseState--jkorf.json",
	    hl_ask(r, "spotClearinghouseState", "hyperliquid-main"), "balances", "");
	payload_is_known("hyperliquid/meta--go-hyperliquid.json", hl_ask(r, "meta", ""), "universe",
	    "collateralToken"); /* that capture is older than it */
	payload_is_known(
	    "hyperliquid/spotMeta--go-hyperliquid.json", hl_ask(r, "spotMeta", ""), "tokens", "");
}

static int
open_hyperliquid(void **state)
{
	return rig_open_with(state, PLI_SIM_HYPERLIQUID);
}

int
main(void)
{
#define ROW(name) cmocka_unit_test_setup_teardown(name, open_hyperliquid, rig_close)
	const struct CMUnitTest tests[] = {
	    ROW(test_sim_hyperliquid__questions_are_told_by_type_and_address),
	    ROW(test_sim_hyperliquid__streams_tell_what_changed),
	    ROW(test_sim_hyperliquid__faults_of_answers),
	    ROW(test_sim_hyperliquid__no_member_is_made_up),
	};
	return cmocka_run_group_tests_name("sim_hyperliquid", tests, NULL, NULL);
}
