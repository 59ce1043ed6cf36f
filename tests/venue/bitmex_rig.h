/* bitmex_rig.h: BitMEX on the bench, and a venue that answers each request with what the test has
 * laid out. */
#ifndef TESTS_VENUE_BITMEX_RIG_H
#define TESTS_VENUE_BITMEX_RIG_H

#include "../support/venue_rig.h"

#define BITMEX_FIXTURES PLM_SHARED_DIR "/fixtures/bitmex/"

static struct {
	const char *rights, *positions, *margins, *history;
	uint16_t status, history_status;
} bitmex;

/* What the stream says to a message: a login is granted, a table is heard. */
static inline void
bitmex_subscribed(rig *r, const plm_request *request)
{
	char text[256];
	const char *args = strstr(request->body, "\"args\":[\"");
	if (strstr(request->body, "authKeyExpires") != NULL)
		(void)rig_say(r, 0, "{\"success\":true,\"request\":{\"op\":\"authKeyExpires\"}}");
	if (strstr(request->body, "subscribe") == NULL)
		return;
	(void)snprintf(text, sizeof text, "{\"success\":true,\"subscribe\":\"%.*s\"}",
	    (int)strcspn(args + 9, "\""), args + 9);
	(void)rig_say(r, 0, text);
}

static inline void
bitmex_answer(rig *r, const plm_request *request)
{
	if (request->kind == PLM_REQUEST_WS_SEND)
		bitmex_subscribed(r, request);
	if (request->kind != PLM_REQUEST_HTTP)
		return;
	const char *body = "[{\"asset\":\"ETH\",\"currency\":\"Gwei\",\"scale\":9}]";
	if (strcmp(request->target, "/api/v1/apiKey") == 0)
		body = bitmex.rights;
	else if (strcmp(request->target, "/api/v1/position") == 0)
		body = bitmex.positions;
	else if (strstr(request->target, "/user/margin") != NULL)
		body = bitmex.margins;
	bool history = strstr(request->target, "/user/walletHistory") != NULL;
	(void)rig_reply(r, request, history ? bitmex.history_status : bitmex.status,
	    history ? bitmex.history : body);
}

static inline rig *
rig_create(void)
{
	rig *r = rig_create_of(&pli_venue_bitmex);
	r->cfg.key = "key";
	r->cfg.secret = "secret";
	r->keeps = true;
	r->answer = bitmex_answer;
	bitmex.status = bitmex.history_status = 200;
	bitmex.rights = "[{\"id\":\"other\",\"permissions\":[\"order\"]},"
			"{\"id\":\"key\",\"permissions\":[]}]";
	bitmex.positions = bitmex.margins = bitmex.history = "[]";
	return r;
}

/* A new link, welcomed by a venue whose clock is ahead by so much. */
static inline void
bitmex_open(rig *r)
{
	if (r->state == NULL)
		rig_start(r);
	rig_open(r, 0);
	(void)rig_say(r, 0, "{\"info\":\"Welcome\",\"timestamp\":\"2027-01-15T08:00:30.000Z\"}");
}

#endif
