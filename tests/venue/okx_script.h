/* okx_script.h: the host and the venue of an OKX session in a few lines: requests are answered as
 * they come, unless the rig is mute; then a test answers one by one. */
#ifndef TESTS_VENUE_OKX_SCRIPT_H
#define TESTS_VENUE_OKX_SCRIPT_H

#include "okx_rig.h"

#define OKX_POSITION(name, pos)                                                                    \
	"{\"instType\":\"SWAP\",\"instId\":\"" name                                                \
	"\",\"mgnMode\":\"cross\",\"posSide\":\"net\","                                            \
	"\"pos\":\"" pos "\",\"avgPx\":\"60000\",\"ccy\":\"USDT\",\"markPx\":\"61000\"}"
#define OKX_PUSH(rows)                                                                             \
	"{\"arg\":{\"channel\":\"positions\",\"instType\":\"ANY\"},\"data\":[" rows "]}"

#define OKX_ACCOUNT_PUSH(cash)                                                                     \
	"{\"arg\":{\"channel\":\"account\"},\"data\":[{\"uTime\":\"1795000100000\",\"totalEq\":"   \
	"\"1\","                                                                                   \
	"\"details\":[{\"ccy\":\"USDT\",\"cashBal\":\"" cash "\",\"eq\":\"" cash "\"}]}]}"
#define OKX_SWAP(coin)                                                                             \
	"{\"instType\":\"SWAP\",\"instId\":\"" coin "-USDT-SWAP\",\"uly\":\"" coin "-USDT\","      \
	"\"ctVal\":\"0.01\",\"ctMult\":\"1\",\"ctValCcy\":\"" coin "\",\"settleCcy\":\"USDT\"}"
#define OKX_OPTION(name)                                                                           \
	"{\"instType\":\"OPTION\",\"instId\":\"" name "\",\"uly\":\"BTC-USD\",\"ctVal\":\"1\","    \
	"\"ctMult\":\"0.01\",\"ctValCcy\":\"BTC\",\"settleCcy\":\"BTC\",\"expTime\":"              \
	"\"1838102400000\",\"stk\":\"90000\",\"optType\":\"C\"}"

static inline plm_venue_status
script_status(const rig *r)
{
	plm_venue_status status;
	pli_venue_okx.ops->status(r->state, &status);
	return status;
}

/* What a request says: its target or its message. */
static inline const char *
script_text(const plm_request *request)
{
	return request->kind == PLM_REQUEST_WS_SEND ? request->body : request->target;
}

static inline int
script_sent(const rig *r, const char *text)
{
	for (uint32_t i = 0; i < r->sent_count; i++)
		if (strstr(script_text(&r->sent[i]), text) != NULL)
			return (int)i;
	return -1;
}

static inline int
script_count(const rig *r, const char *text)
{
	int count = 0;
	for (uint32_t i = 0; i < r->sent_count; i++)
		count += strstr(script_text(&r->sent[i]), text) != NULL;
	return count;
}

static inline int
script_closes(const rig *r, uint8_t link)
{
	int count = 0;
	for (uint32_t i = 0; i < r->sent_count; i++)
		count += r->sent[i].kind == PLM_REQUEST_WS_CLOSE && r->sent[i].link == link;
	return count;
}

/* complete of the last SNAPSHOT_END that was ever sent; kept in the rig's fault line. */
static inline int
script_last_end(const rig *r)
{
	return (int)r->fault.line;
}

static inline void
script_frame(rig *r, const plm_frame *frame)
{
	r->events_count = 0;
	uint32_t last = r->fault.line;
	r->fault = (plm_fault){.code = PLM_OK};
	plm_err err = pli_venue_okx.ops->on_frame(
	    r->state, r->now_ns, frame, &r->event_sink, &r->request_sink, &r->fault);
	if (err != PLM_OK)
		r->err = err;
	const plm_event *end = rig_event(r, PLM_EVENT_SNAPSHOT_END, 0);
	r->fault.line = end != NULL ? end->u.snapshot.complete : last;
}

static inline void
script_ws(rig *r, uint8_t link, const char *text)
{
	plm_frame frame = {.kind = PLM_FRAME_WS, .link = link, .bytes = plm_slice_of(text)};
	script_frame(r, &frame);
}

static inline void
script_push(rig *r, const char *text)
{
	script_ws(r, OKX_LINK_USER, text);
}

static inline void
script_public(rig *r, const char *text)
{
	script_ws(r, OKX_LINK_PUBLIC, text);
}

static inline void
script_tick(rig *r)
{
	r->events_count = 0;
	pli_venue_okx.ops->on_tick(r->state, r->now_ns, &r->event_sink, &r->request_sink);
}

static inline void
script_open(rig *r, uint8_t link)
{
	pli_venue_okx.ops->on_open(r->state, link, r->now_ns, &r->request_sink);
}

/* Two tiers of any family, 50 contracts in the first. */
static inline const char *
script_tiers(const char *family)
{
	static char rows[1024];
	(void)snprintf(rows, sizeof rows,
	    "{\"instFamily\":\"%s\",\"instId\":\"\",\"tier\":\"1\",\"minSz\":\"0\",\"maxSz\":"
	    "\"50\","
	    "\"mmr\":\"0.004\",\"imr\":\"0.01\",\"maxLever\":\"100\"},"
	    "{\"instFamily\":\"%s\",\"instId\":\"\",\"tier\":\"2\",\"minSz\":\"51\",\"maxSz\":"
	    "\"900\","
	    "\"mmr\":\"0.01\",\"imr\":\"0.02\",\"maxLever\":\"50\"}",
	    family, family);
	return rows;
}

static inline const char *
script_rows(const rig *r, const char *target, char time[32])
{
	(void)snprintf(time, 32, "{\"ts\":\"%lld\"}", (long long)(r->now_ns / PLM_NS_PER_MS));
	if (strstr(target, "public/time") != NULL)
		return time;
	if (strstr(target, "account/config") != NULL)
		return okx.config;
	if (strstr(target, "account/positions") != NULL)
		return okx.positions;
	if (strstr(target, "account/bills") != NULL)
		return okx.bills != NULL ? okx.bills : "";
	if (strstr(target, "position-builder") != NULL)
		return okx.stress != NULL ? okx.stress : "";
	if (strstr(target, "position-tiers") != NULL)
		return okx.tiers != NULL ? okx.tiers : script_tiers(strrchr(target, '=') + 1);
	if (strstr(target, "discount-rate") != NULL)
		return "{\"ccy\":\"USDT\",\"discountLv\":\"1\",\"details\":[{\"minAmt\":\"0\","
		       "\"discountRate\":\"1\"}]},"
		       "{\"ccy\":\"DOGE\",\"discountLv\":\"1\",\"details\":[]}";
	if (strstr(target, "instType=SWAP") != NULL)
		return okx.swaps;
	if (strstr(target, "instType=OPTION") != NULL)
		return OKX_OPTION("BTC-USD-280331-90000-C") "," OKX_OPTION(
		    "BTC-USD-280331-95000-C");
	return strstr(target, "system/status") != NULL ? okx.status : "";
}

static inline void
script_http(rig *r, const plm_request *asked)
{
	char body[4096], time[32];
	plm_request request = *asked;
	if (request.seal != 0)
		assert_int_equal(pli_venue_okx.ops->seal(r->state, r->now_ns, &request), PLM_OK);
	const char *rows = script_rows(r, request.target, time);
	bool balance = strstr(request.target, "account/balance") != NULL;
	(void)snprintf(body, sizeof body, "{\"code\":\"%s\",\"msg\":\"\",\"data\":[%s%s%s]}",
	    okx.fails == 200 ? "0" : "50001", balance ? "{\"details\":[" : "",
	    balance ? okx.details : rows, balance ? "],\"totalEq\":\"1\"}" : "");
	plm_frame frame = {.kind = PLM_FRAME_HTTP,
	    .status = okx.fails,
	    .tag = request.tag,
	    .bytes = plm_slice_of(body)};
	script_frame(r, &frame);
}

/* Each channel of a subscription is acknowledged on its own; one of an unheard-of index is not. */
static inline void
script_subscribed(rig *r, const plm_request *request)
{
	const char *at = strstr(request->body, "{\"channel\"");
	for (; at != NULL; at = strstr(at + 1, "{\"channel\"")) {
		char text[256];
		size_t size = strcspn(at, "}") + 1;
		bool refused = strstr(at, "NOPE") != NULL && strstr(at, "NOPE") < at + size;
		(void)snprintf(text, sizeof text, "{\"event\":\"%s\",\"arg\":%.*s%s}",
		    refused ? "error" : "subscribe", (int)size, at,
		    refused ? ",\"code\":\"60018\",\"msg\":\"doesn't exist\"" : "");
		script_ws(r, request->link, text);
	}
}

static inline void
script_answer(rig *r, const plm_request *asked)
{
	plm_request request = *asked;
	if (request.kind == PLM_REQUEST_WS_OPEN)
		script_open(r, request.link);
	else if (request.kind == PLM_REQUEST_WS_CLOSE)
		pli_venue_okx.ops->on_close(r->state, request.link, r->now_ns, &r->request_sink);
	else if (request.kind == PLM_REQUEST_HTTP)
		script_http(r, &request);
	else if (strcmp(request.body, "ping") == 0)
		script_ws(r, request.link, "pong");
	else if (strstr(request.body, "\"login\"") != NULL)
		script_ws(r, request.link, "{\"event\":\"login\",\"code\":\"0\",\"msg\":\"\"}");
	else
		script_subscribed(r, &request);
}

static inline void
script_answer_all(rig *r)
{
	while (r->answered < r->sent_count && !okx.mute)
		script_answer(r, &r->sent[r->answered++]);
	if (okx.mute)
		r->answered = r->sent_count;
}

/* The newest request that says so. */
static inline void
script_answer_one(rig *r, const char *text)
{
	for (uint32_t i = r->sent_count; i-- > 0;)
		if (strstr(script_text(&r->sent[i]), text) != NULL) {
			script_answer(r, &r->sent[i]);
			return;
		}
	fail_msg("%s was not asked for", text);
}

/* 100 ms a turn, as the host does it. */
static inline void
script_pass(rig *r, int64_t ms)
{
	for (int64_t passed = 0; passed < ms; passed += 100) {
		r->now_ns += 100 * PLM_NS_PER_MS;
		script_tick(r);
		script_answer_all(r);
	}
}

/* Answers everything until the text is asked for, and not that. */
static inline void
script_until(rig *r, const char *text)
{
	okx.mute = false;
	for (int turn = 0; turn < 100 && script_sent(r, text) < 0; turn++) {
		r->now_ns += 100 * PLM_NS_PER_MS;
		script_tick(r);
		while (r->answered < r->sent_count && script_sent(r, text) < 0)
			script_answer(r, &r->sent[r->answered++]);
	}
	assert_true(script_sent(r, text) >= 0);
	okx.mute = true;
	r->answered = r->sent_count;
}

static inline rig *
script_create(const char *markets)
{
	rig *r = rig_create();
	r->cfg.key = "k";
	r->cfg.secret = "s";
	r->cfg.passphrase = "p";
	r->cfg.markets = markets;
	okx.positions = okx.status = "";
	okx.details = "{\"ccy\":\"USDT\",\"cashBal\":\"1000\",\"eq\":\"1000\"}";
	okx.config = "{\"acctLv\":\"2\",\"posMode\":\"net_mode\",\"perm\":\"read_only\"}";
	okx.swaps = OKX_SWAP("BTC") "," OKX_SWAP("ETH") "," OKX_SWAP("SOL");
	return r;
}

static inline void
script_start(rig *r)
{
	r->state = aligned_alloc(16, (pli_venue_okx.ops->state_size / 16 + 1) * 16);
	assert_non_null(r->state);
	memset(r->state, 0, pli_venue_okx.ops->state_size);
	assert_int_equal(pli_venue_okx.ops->init(r->state, &r->cfg, &r->fault), PLM_OK);
	script_open(r, PLM_LINK_NONE);
}

static inline rig *
script_live(const char *markets, const char *positions)
{
	rig *r = script_create(markets);
	okx.positions = positions;
	script_start(r);
	script_pass(r, 3000);
	if (script_status(r).status != PLM_FEED_LIVE)
		fail_msg("not live: %s", script_status(r).text);
	return r;
}

static inline void
script_resync(rig *r)
{
	pli_venue_okx.ops->resync(r->state, r->now_ns, &r->request_sink);
	script_tick(r);
}

#endif
