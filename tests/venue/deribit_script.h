/* deribit_script.h: payloads written here, and a session played with them up to its parts. */
#ifndef TESTS_VENUE_DERIBIT_SCRIPT_H
#define TESTS_VENUE_DERIBIT_SCRIPT_H

#include "deribit_rig.h"

#define READ_SCOPE "account:read connection mainaccount trade:read wallet:read"
#define POWER_SCOPE "account:read connection mainaccount trade:read_write wallet:read"

#define POSITION(name, kind, size, direction, mark)                                                \
	"{\"average_price\":50000,\"delta\":0.002,\"direction\":\"" direction "\","                \
	"\"estimated_liquidation_price\":null,\"floating_profit_loss\":0.0001,"                    \
	"\"index_price\":50010.5,\"initial_margin\":0.0001,\"instrument_name\":\"" name "\","      \
	"\"interest_value\":0,\"kind\":\"" kind "\",\"leverage\":50,"                              \
	"\"maintenance_margin\":0.00005,\"mark_price\":" mark ",\"open_orders_margin\":0,"         \
	"\"realized_funding\":0,\"realized_profit_loss\":0,\"settlement_price\":50000,"            \
	"\"size\":" size ",\"size_currency\":0.002,\"total_profit_loss\":0.0002}"

#define PERPETUAL POSITION("BTC-PERPETUAL", "future", "100", "buy", "50000")
#define OPTION POSITION("BTC-25DEC26-60000-C", "option", "-2.5", "sell", "0.05")

#define SUMMARY(currency, balance, model)                                                          \
	"{\"currency\":\"" currency "\",\"balance\":" balance ",\"equity\":" balance               \
	",\"margin_balance\":" balance ",\"available_funds\":" balance                             \
	",\"initial_margin\":0.1,\"maintenance_margin\":0.05,\"futures_session_upl\":0,"           \
	"\"futures_session_rpl\":0,\"session_upl\":0,\"session_rpl\":0,\"options_value\":0,"       \
	"\"cross_collateral_enabled\":false,\"portfolio_margining_enabled\":false,"                \
	"\"margin_model\":\"" model "\"}"

#define SUMMARIES(rows)                                                                            \
	"{\"id\":10,\"email\":\"a@example.com\",\"system_name\":\"a\",\"username\":\"a\","         \
	"\"type\":\"main\",\"summaries\":[" rows "]}"

#define CHANGES(position)                                                                          \
	"{\"jsonrpc\":\"2.0\",\"method\":\"subscription\",\"params\":{"                            \
	"\"channel\":\"user.changes.any.any.100ms\",\"data\":{\"instrument_name\":\"x\","          \
	"\"trades\":[],\"orders\":[],\"positions\":[" position "]}}}"

static inline void
script_init(rig *r)
{
	r->cfg.key = "key";
	r->cfg.secret = "se\"cret";
	r->state = calloc(1, pli_venue_deribit.ops->state_size);
	assert_non_null(r->state);
	assert_int_equal(pli_venue_deribit.ops->init(r->state, &r->cfg, &r->fault), PLM_OK);
}

static inline plm_err
script_frame(rig *r, const char *text)
{
	plm_frame frame = {.kind = PLM_FRAME_WS, .bytes = plm_slice_of(text)};
	r->now_ns += PLM_NS_PER_MS;
	r->fault = (plm_fault){.code = PLM_OK};
	return pli_venue_deribit.ops->on_frame(
	    r->state, r->now_ns, &frame, &r->event_sink, &r->request_sink, &r->fault);
}

/* Lets time pass in ticks of 100 ms. */
static inline void
script_wait(rig *r, int64_t milliseconds)
{
	for (int64_t i = 0; i < milliseconds; i += 100) {
		r->now_ns += 100 * PLM_NS_PER_MS;
		pli_venue_deribit.ops->on_tick(
		    r->state, r->now_ns, &r->event_sink, &r->request_sink);
	}
}

static inline void
script_forget(rig *r)
{
	r->sent_count = 0;
	r->events_count = 0;
}

static inline void
script_forget_events(rig *r)
{
	r->events_count = 0;
}

/* How often a method, or any other text, was asked since the last forget. */
static inline uint32_t
script_asked(const rig *r, const char *text)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < r->sent_count; i++)
		count += strstr(r->sent[i].body, text) != NULL;
	return count;
}

/* The JSON-RPC id of the last request that holds the text. */
static long
script_id(const rig *r, const char *text)
{
	for (uint32_t i = r->sent_count; i-- > 0;) {
		const char *id = strstr(r->sent[i].body, "\"id\":");
		if (id != NULL && strstr(r->sent[i].body, text) != NULL)
			return strtol(id + 5, NULL, 10);
	}
	fail_msg("nobody asked for %s", text);
	return 0;
}

/* The last request that holds the text waits for its turn and leaves. */
static inline void
script_send(rig *r, const char *text)
{
	script_wait(r, deribit_queue_ms);
	for (uint32_t i = r->sent_count; i-- > 0;) {
		if (strstr(r->sent[i].body, text) == NULL)
			continue;
		assert_int_equal(
		    pli_venue_deribit.ops->seal(r->state, r->now_ns, &r->sent[i]), PLM_OK);
		return;
	}
}

/* member: "result" or "error". */
static inline plm_err
script_reply(rig *r, const char *text, const char *member, const char *value)
{
	size_t size = strlen(value) + 256;
	char *reply = malloc(size);
	script_send(r, text);
	long long us = (long long)(r->now_ns / 1000 + r->venue_ahead_ms * 1000);
	plm_err err;
	assert_non_null(reply);
	snprintf(reply, size,
	    "{\"jsonrpc\":\"2.0\",\"id\":%ld,\"%s\":%s,\"usIn\":%lld,\"usOut\":%lld,\"usDiff\":3,"
	    "\"testnet\":false}",
	    script_id(r, text), member, value, us, us + 3);
	err = script_frame(r, reply);
	free(reply);
	return err;
}

static inline plm_err
script_answer(rig *r, const char *text, const char *result)
{
	return script_reply(r, text, "result", result);
}

static inline plm_err
script_refuse(rig *r, const char *text, int code, const char *message)
{
	char error[160];
	snprintf(error, sizeof error, "{\"code\":%d,\"message\":\"%s\"}", code, message);
	return script_reply(r, text, "error", error);
}

static plm_venue_status
script_status(const rig *r)
{
	plm_venue_status status;
	pli_venue_deribit.ops->status(r->state, &status);
	return status;
}

static inline plm_err
script_login(rig *r, const char *scope)
{
	char result[512];
	pli_venue_deribit.ops->on_open(r->state, 0, r->now_ns, &r->request_sink);
	assert_int_equal(script_asked(r, "public/auth"), 1);
	assert_int_equal(script_answer(r, "set_heartbeat", "\"ok\""), PLM_OK);
	assert_int_equal(script_answer(r, "public/status", "{\"locked\":\"false\"}"), PLM_OK);
	snprintf(result, sizeof result,
	    "{\"access_token\":\"t\",\"expires_in\":900,\"refresh_token\":\"u\",\"scope\":\"%s\","
	    "\"enabled_features\":[],\"token_type\":\"bearer\"}",
	    scope);
	return script_answer(r, "public/auth", result);
}

static inline void
script_snapshot(rig *r, const char *summaries, const char *positions)
{
	assert_int_equal(script_answer(r, "get_account_summaries", summaries), PLM_OK);
	assert_int_equal(script_answer(r, "get_positions", positions), PLM_OK);
}

/* The first snapshot of a session is believed when a second one confirms it. */
static inline void
script_first_snapshot(rig *r, const char *summaries, const char *positions)
{
	script_snapshot(r, summaries, positions);
	assert_int_not_equal(script_status(r).status, PLM_FEED_LIVE);
	script_snapshot(r, summaries, positions);
}

/* Up to the first complete snapshot. */
static inline void
script_live(rig *r)
{
	assert_int_equal(script_login(r, READ_SCOPE), PLM_OK);
	assert_int_equal(script_status(r).status, PLM_FEED_CONNECTING);
	assert_int_equal(script_answer(r, "private/subscribe",
			     "[\"user.portfolio.any\",\"user.changes.any.any.100ms\"]"),
	    PLM_OK);
	assert_int_equal(script_status(r).status, PLM_FEED_CONNECTING);
	script_first_snapshot(
	    r, SUMMARIES(SUMMARY("BTC", "1.5", "segregated_sm")), "[" PERPETUAL "," OPTION "]");
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
}

static inline rig *
script_create_live(void)
{
	rig *r = rig_create();
	script_init(r);
	script_live(r);
	return r;
}

#endif
