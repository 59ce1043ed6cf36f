/* hyperliquid_session_test.c: what is asked and listened to; a snapshot, and what it lacks. */
#include "hyperliquid_script.h"

/* Whatever leaves is on the list (rig_submit looks); what trades is not. */
static void
test_hyperliquid_session__nothing_that_trades_may_leave(void **state)
{
	(void)state;
	static const struct {
		plm_request_kind kind;
		const char *target, *body;
	} rows[] = {
	    {PLM_REQUEST_HTTP, "/exchange", "{\"type\":\"clearinghouseState\"}"},
	    {PLM_REQUEST_HTTP, "/exchange", "{\"action\":{\"type\":\"order\"}}"},
	    {PLM_REQUEST_HTTP, "/info", "{\"type\":\"order\"}"},
	    {PLM_REQUEST_HTTP, "/info", ""},
	    {PLM_REQUEST_WS_SEND, "",
		"{\"method\":\"post\",\"id\":1,\"request\":{\"type\":\"action\"}}"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		plm_request request = {.kind = (uint8_t)rows[i].kind, .method = "POST"};
		(void)snprintf(request.target, sizeof request.target, "%s", rows[i].target);
		(void)snprintf(request.body, sizeof request.body, "%s", rows[i].body);
		assert_false(pli_request_allowed(&pli_venue_hyperliquid, &request));
	}
}

static void
test_hyperliquid_session__requests_are_posted_with_their_type_first(void **state)
{
	(void)state;
	rig *r = script_live();
	bool seen = false;
	for (uint32_t i = 0; i < r->sent_count; i++) {
		const plm_request *request = &r->sent[i];
		if (request->kind != PLM_REQUEST_HTTP)
			continue;
		assert_string_equal(request->method, "POST");
		assert_string_equal(request->target, "/info");
		assert_string_equal(request->header, "Content-Type: application/json");
		seen |= strcmp(request->body,
			    "{\"type\":\"clearinghouseState\",\"user\":\"" RIG_ADDRESS
			    "\",\"dex\":\"xyz\"}") == 0;
	}
	assert_true(seen);
	rig_destroy(r);
}

/* Held contracts, and the pair that prices a token. */
static void
test_hyperliquid_session__what_is_held_is_priced(void **state)
{
	(void)state;
	rig *r = script_create();
	script_hold(r, "45000", SCRIPT_BTC);
	rig_lay("spotClearinghouseState", 200,
	    "{\"balances\":[{\"coin\":\"HYPE\",\"token\":150,\"total\":\"2\",\"hold\":\"0\"}]}");
	hl_start(r, RIG_ADDRESS);
	rig_pass(r, 500);
	/* the builder's dex answers with the same state: its coin is not of that dex */
	assert_int_not_equal(rig_status(r).status, PLM_FEED_LIVE);
	rig_lay("allPerpMetas", 200,
	    "[{\"universe\":[{\"name\":\"BTC\",\"maxLeverage\":40}],\"collateralToken\":0}]");
	rig_destroy(r);
	r = script_create();
	rig_lay("allPerpMetas", 200,
	    "[{\"universe\":[{\"name\":\"BTC\",\"maxLeverage\":40}],\"collateralToken\":0}]");
	rig_lay("spotClearinghouseState", 200,
	    "{\"balances\":[{\"coin\":\"HYPE\",\"token\":150,\"total\":\"2\",\"hold\":\"0\"}]}");
	script_hold(r, "45000", SCRIPT_BTC);
	hl_start(r, RIG_ADDRESS);
	rig_pass(r, 5000);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	assert_string_equal(script_last(r, "BTC"), "0.5");
	assert_int_equal(rig_sent(r, "\"coin\":\"BTC\""), 1);
	assert_int_equal(rig_sent(r, "\"coin\":\"@107\""), 1);
	rig_destroy(r);
}

static rig *
session_with(const char *notional, const char *rows)
{
	rig *r = script_create();
	rig_lay("allPerpMetas", 200,
	    "[{\"universe\":[{\"name\":\"BTC\",\"maxLeverage\":40},{\"name\":\"ETH\","
	    "\"maxLeverage\":25}],\"collateralToken\":0}]");
	script_hold(r, notional, rows);
	hl_start(r, RIG_ADDRESS);
	rig_pass(r, 3000);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	return r;
}

static uint32_t
snapshots(const rig *r, uint32_t complete)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < r->events_count; i++)
		count += r->events[i].type == PLM_EVENT_SNAPSHOT_END &&
			 r->events[i].u.snapshot.complete == complete;
	return count;
}

/* A reading that lacks a position closes nothing; a second one that lacks it too is believed. The
 * feed is degraded meanwhile, but not where what is left adds up to the venue's own sum: then it
 * was closed between two messages. */
static void
test_hyperliquid_session__missing_is_not_flat(void **state)
{
	(void)state;
	for (int summed = 0; summed < 2; summed++) {
		rig *r = session_with("54000", SCRIPT_BTC "," SCRIPT_ETH);
		script_hold(r, "9000", summed ? SCRIPT_ETH : RIG_ROW("ETH", "-3", "", "-1"));
		r->events_count = 0;
		bool degraded = false;
		for (int i = 0; i < 400 && snapshots(r, 1) == 0; i++) {
			rig_pass(r, 100);
			degraded |= rig_status(r).status == PLM_FEED_DEGRADED;
		}
		assert_true(degraded != (bool)summed);
		assert_int_equal(snapshots(r, 0), 1);
		assert_int_equal(snapshots(r, 1), 1);
		rig_pass(r, 1000);
		assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
		rig_destroy(r);
	}
}

/* It was a short answer: the next one has it all, and nothing was ever closed. */
static void
test_hyperliquid_session__a_short_answer_closes_nothing(void **state)
{
	(void)state;
	rig *r = session_with("54000", SCRIPT_BTC "," SCRIPT_ETH);
	script_hold(r, "9000", SCRIPT_ETH);
	r->events_count = 0;
	for (int i = 0; i < 400 && snapshots(r, 0) == 0; i++)
		rig_pass(r, 100);
	assert_int_equal(snapshots(r, 0), 1);
	script_hold(r, "54000", SCRIPT_BTC "," SCRIPT_ETH);
	rig_pass(r, 3000);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	assert_true(snapshots(r, 1) > 0);
	assert_string_equal(script_last(r, "BTC"), "0.5");
	rig_destroy(r);
}

/* More addresses from here than the venue follows: read by REST, and said so. */
static void
test_hyperliquid_session__without_a_stream_it_is_read_and_degraded(void **state)
{
	(void)state;
	rig *r = script_create();
	hl.deaf = true;
	hl_start(r, RIG_ADDRESS);
	rig_pass(r, 1000);
	assert_int_equal(rig_status(r).status, PLM_FEED_CONNECTING);
	assert_int_equal(rig_say(r, 0,
			     "{\"channel\":\"error\",\"data\":\"Cannot track more than 10 "
			     "total users.\"}"),
	    PLM_OK);
	rig_pass(r, 3000);
	assert_int_equal(rig_status(r).status, PLM_FEED_DEGRADED);
	assert_non_null(strstr(rig_status(r).text, "10 addresses"));
	assert_decimal(hl_balance(r, "USDC")->equity, "400");
	rig_destroy(r);
}

/* A dex by its name, what it is worth, and its position. */
typedef struct dex_row {
	const char *name, *value, *row;
} dex_row;

/* What the dexes hold, in one message. */
static void
push_dexes(rig *r, const dex_row *dexes, size_t count)
{
	char text[8192];
	int size = snprintf(text, sizeof text,
	    "{\"channel\":\"allDexsClearinghouseState\",\"data\":{\"user\":\"%s\","
	    "\"clearinghouseStates\":[",
	    RIG_ADDRESS);
	for (size_t i = 0; i < count; i++) {
		char *state = rig_state(
		    r->now_ns / PLM_NS_PER_MS, dexes[i].value, "100", dexes[i].row);
		size += snprintf(text + size, sizeof text - (size_t)size, "%s[\"%s\",%s]",
		    i == 0 ? "" : ",", dexes[i].name, state);
		free(state);
	}
	assert_true(size + 4 < (int)sizeof text);
	(void)strcat(text, "]}}");
	r->events_count = 0;
	assert_int_equal(rig_say(r, 0, text), PLM_OK);
}

static const plm_venue_margin *
margin_of(const rig *r, plm_margin_mode mode)
{
	for (uint32_t i = r->events_count; i-- > 0;)
		if (r->events[i].type == PLM_EVENT_VENUE_MARGIN &&
		    r->events[i].u.venue_margin.margin_mode == mode)
			return &r->events[i].u.venue_margin;
	fail_msg("no numbers of margin mode %d", mode);
	return NULL;
}

/* One in use has numbers of its own, beside those of the venue's own dex. Of two with one
 * collateral neither is told as the other's: they do not back each other. */
static void
test_hyperliquid_session__a_builders_dex_has_its_own_numbers(void **state)
{
	(void)state;
	static const dex_row dexes[] = {{"", "150", RIG_ROW("BTC", "1", "100", "1")},
	    {"xyz", "60", RIG_ROW("xyz:TSLA", "1", "100", "1")},
	    {"abc", "40", RIG_ROW("abc:TSLA", "1", "100", "1")}};
	rig *r = script_live();
	push_dexes(r, dexes, 2);
	assert_decimal(margin_of(r, PLM_MARGIN_CROSS)->equity, "150");
	assert_int_equal(margin_of(r, PLM_MARGIN_CROSS)->is_beside, 0);
	assert_decimal(margin_of(r, PLM_MARGIN_SEGREGATED)->equity, "60");
	assert_decimal(margin_of(r, PLM_MARGIN_SEGREGATED)->maintenance_margin, "2");
	assert_int_equal(margin_of(r, PLM_MARGIN_SEGREGATED)->is_beside, 1);
	rig_destroy(r);
	r = script_create();
	rig_lay("allPerpMetas", 200,
	    "[{\"universe\":[{\"name\":\"BTC\",\"maxLeverage\":40}],\"collateralToken\":0},"
	    "{\"universe\":[{\"name\":\"xyz:TSLA\",\"maxLeverage\":10}],\"collateralToken\":0},"
	    "{\"universe\":[{\"name\":\"abc:TSLA\",\"maxLeverage\":10}],\"collateralToken\":0}]");
	script_hold(r, "0", "");
	hl_start(r, RIG_ADDRESS);
	rig_pass(r, 3000);
	push_dexes(r, dexes, 3);
	assert_decimal(margin_of(r, PLM_MARGIN_CROSS)->equity, "150");
	assert_decimal(margin_of(r, PLM_MARGIN_SEGREGATED)->equity, "null");
	assert_int_equal(margin_of(r, PLM_MARGIN_SEGREGATED)->is_beside, 1);
	rig_destroy(r);
}

/* The lists are read for their tiers once all that is held is known, which several dexes tell. */
static void
test_hyperliquid_session__tiers_of_every_dex_are_read_at_the_start(void **state)
{
	(void)state;
	rig *r = script_create();
	rig_lay("allPerpMetas", 200,
	    "[{\"universe\":[{\"name\":\"BTC\",\"maxLeverage\":40}],\"collateralToken\":0}]");
	script_hold(r, "45000", SCRIPT_BTC);
	hl_start(r, RIG_ADDRESS);
	rig_pass(r, 3000);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	assert_int_equal(rig_sent(r, "\"allPerpMetas\""), 2);
	assert_int_equal(rig_count(r, PLM_EVENT_MARGIN_TIER), 1);
	uint32_t tier = 0, end = 0;
	for (uint32_t i = 0; i < r->events_count; i++) {
		tier = r->events[i].type == PLM_EVENT_MARGIN_TIER ? i : tier;
		end = r->events[i].type == PLM_EVENT_SNAPSHOT_END && end == 0 ? i : end;
	}
	assert_true(end > 0 && tier > end);
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_hyperliquid_session__nothing_that_trades_may_leave),
	    cmocka_unit_test(test_hyperliquid_session__requests_are_posted_with_their_type_first),
	    cmocka_unit_test(test_hyperliquid_session__what_is_held_is_priced),
	    cmocka_unit_test(test_hyperliquid_session__missing_is_not_flat),
	    cmocka_unit_test(test_hyperliquid_session__a_short_answer_closes_nothing),
	    cmocka_unit_test(test_hyperliquid_session__without_a_stream_it_is_read_and_degraded),
	    cmocka_unit_test(test_hyperliquid_session__a_builders_dex_has_its_own_numbers),
	    cmocka_unit_test(test_hyperliquid_session__tiers_of_every_dex_are_read_at_the_start),
	};
	return cmocka_run_group_tests_name("hyperliquid_session", tests, NULL, NULL);
}
