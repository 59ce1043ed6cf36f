/* sim_deribit.c: the simulated Deribit's door: JSON-RPC, keys, scopes, errors. */
#include "sim/sim_deribit.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>

#include "sim/sim_deribit_parts.h"
#include "sim/sim_number.h"

enum { BODY_MAX = 4 << 20, TOKEN_SECONDS = 31536000 };

static pli_sim_deri_method deribit_auth;
static pli_sim_deri_method deribit_logout;
static pli_sim_deri_method deribit_hello;

static const struct {
	const char *name;
	pli_sim_deri_method *run;
} deribit_methods[] = {
    {"public/auth", deribit_auth},
    {"public/hello", deribit_hello},
    {"public/test", pli_sim_deri_test},
    {"public/get_time", pli_sim_deri_get_time},
    {"public/status", pli_sim_deri_status},
    {"public/set_heartbeat", pli_sim_deri_set_heartbeat},
    {"public/disable_heartbeat", pli_sim_deri_disable_heartbeat},
    {"public/get_instruments", pli_sim_deri_get_instruments},
    {"public/get_instrument", pli_sim_deri_get_instrument},
    {"public/get_combos", pli_sim_deri_get_combos},
    {"public/get_currencies", pli_sim_deri_get_currencies},
    {"public/get_index_price", pli_sim_deri_get_index_price},
    {"public/ticker", pli_sim_deri_ticker},
    {"public/get_book_summary_by_currency", pli_sim_deri_book_summary},
    {"public/get_book_summary_by_instrument", pli_sim_deri_book_summary},
    {"public/subscribe", pli_sim_deri_subscribe},
    {"public/unsubscribe", pli_sim_deri_unsubscribe},
    {"public/unsubscribe_all", pli_sim_deri_unsubscribe_all},
    {"private/logout", deribit_logout},
    {"private/get_positions", pli_sim_deri_get_positions},
    {"private/get_position", pli_sim_deri_get_position},
    {"private/get_account_summary", pli_sim_deri_get_summary},
    {"private/get_account_summaries", pli_sim_deri_get_summaries},
    {"private/get_transaction_log", pli_sim_deri_get_log},
    {"private/subscribe", pli_sim_deri_subscribe},
    {"private/unsubscribe", pli_sim_deri_unsubscribe},
    {"private/unsubscribe_all", pli_sim_deri_unsubscribe_all},
};

void
pli_sim_deri_fail(pli_sim_deri_call *call, int code, const char *text, const char *reason)
{
	call->error = code;
	call->error_text = text;
	call->error_reason = reason;
}

static plm_slice
deribit_query_param(plm_slice query, const char *name)
{
	size_t size = strlen(name);
	size_t at = 0;
	while (at < query.size) {
		const char *amp = memchr(query.bytes + at, '&', query.size - at);
		size_t end = amp == NULL ? query.size : (size_t)(amp - query.bytes);
		if (end - at > size && memcmp(query.bytes + at, name, size) == 0 &&
		    query.bytes[at + size] == '=')
			return (plm_slice){query.bytes + at + size + 1, end - at - size - 1};
		at = end + 1;
	}
	return (plm_slice){NULL, 0};
}

plm_slice
pli_sim_deri_param(const pli_sim_deri_call *call, const char *name)
{
	if (call->json == NULL)
		return deribit_query_param(call->in->query, name);
	if (call->params == 0)
		return (plm_slice){NULL, 0};
	uint32_t node = pli_json_find(call->json, call->params, name);
	const pli_json_node *nodes = pli_json_nodes(call->json, NULL);
	bool scalar = node != 0 && nodes[node].type != PLI_JSON_NULL &&
		      nodes[node].type != PLI_JSON_ARRAY && nodes[node].type != PLI_JSON_OBJECT;
	return scalar ? nodes[node].text : (plm_slice){NULL, 0};
}

const pli_sim_instrument *
pli_sim_deri_find_instrument(pli_sim_deribit *d, pli_sim_deri_call *call)
{
	plm_slice name = pli_sim_deri_param(call, "instrument_name");
	const pli_sim_instrument *in = pli_sim_market_find(
	    &d->world->market, PLI_SIM_DERIBIT, name);
	if (name.size == 0)
		pli_sim_deri_fail(call, -32602, "Invalid params", "instrument_name is required");
	else if (in == NULL)
		pli_sim_deri_fail(call, 13020, "not_found", "instrument not found");
	return in;
}

/* Signatures. */

static bool
deribit_signature_holds(const pli_sim_deri_key *key, const plm_slice *parts, plm_slice signature)
{
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	char hex[2 * sizeof mac + 1];
	crypto_auth_hmacsha256_state state;
	(void)crypto_auth_hmacsha256_init(
	    &state, (const unsigned char *)key->secret, strlen(key->secret));
	for (; parts->bytes != NULL; parts++)
		(void)crypto_auth_hmacsha256_update(
		    &state, (const unsigned char *)parts->bytes, parts->size);
	(void)crypto_auth_hmacsha256_final(&state, mac);
	(void)sodium_bin2hex(hex, sizeof hex, mac, sizeof mac);
	return plm_slice_is(signature, hex);
}

static const pli_sim_deri_key *
deribit_find_key(const pli_sim_deribit *d, plm_slice name)
{
	for (uint32_t i = 0; i < d->keys_count; i++)
		if (plm_slice_is(name, d->keys[i].key))
			return &d->keys[i];
	return NULL;
}

static const pli_sim_deri_key *
deribit_find_token(const pli_sim_deribit *d, plm_slice token)
{
	for (uint32_t i = 0; i < d->keys_count; i++)
		if (d->keys[i].token[0] != '\0' && plm_slice_is(token, d->keys[i].token))
			return &d->keys[i];
	return NULL;
}

/* A part "name=value" of an Authorization header, up to the comma. */
static plm_slice
deribit_header_part(plm_slice header, const char *name)
{
	const char *found = memmem(header.bytes, header.size, name, strlen(name));
	if (found == NULL)
		return (plm_slice){"", 0};
	found += strlen(name);
	size_t left = header.size - (size_t)(found - header.bytes);
	const char *comma = memchr(found, ',', left);
	return (plm_slice){found, comma == NULL ? left : (size_t)(comma - found)};
}

static const pli_sim_deri_key *
deribit_check_hmac(const pli_sim_deribit *d, const pli_http_in *in)
{
	plm_slice header = in->authorization;
	const pli_sim_deri_key *key = deribit_find_key(d, deribit_header_part(header, "id="));
	plm_slice body = in->body.bytes == NULL ? PLM_SLICE("") : in->body;
	plm_slice line = PLM_SLICE("\n");
	plm_slice query = in->query.size > 0 ? in->query : PLM_SLICE("");
	const plm_slice parts[] = {deribit_header_part(header, "ts="), line,
	    deribit_header_part(header, "nonce="), line, in->method, line, in->path,
	    query.size > 0 ? PLM_SLICE("?") : PLM_SLICE(""), query, line, body, line, {NULL, 0}};
	plm_slice signature = deribit_header_part(header, "sig=");
	return key != NULL && deribit_signature_holds(key, parts, signature) ? key : NULL;
}

static const pli_sim_deri_key *
deribit_check_basic(const pli_sim_deribit *d, plm_slice text)
{
	char plain[160];
	size_t size = 0;
	if (sodium_base642bin((unsigned char *)plain, sizeof plain - 1, text.bytes, text.size, NULL,
		&size, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
		return NULL;
	plain[size] = '\0';
	char *colon = strchr(plain, ':');
	if (colon == NULL)
		return NULL;
	*colon = '\0';
	const pli_sim_deri_key *key = deribit_find_key(d, plm_slice_of(plain));
	return key != NULL && strcmp(key->secret, colon + 1) == 0 ? key : NULL;
}

/* Who an HTTP call is from; NULL: nobody that is known. */
static const pli_sim_deri_key *
deribit_http_key(const pli_sim_deribit *d, const pli_http_in *in)
{
	plm_slice header = in->authorization;
	if (header.size > 16 && memcmp(header.bytes, "deri-hmac-sha256", 16) == 0)
		return deribit_check_hmac(d, in);
	if (header.size > 6 && memcmp(header.bytes, "Basic ", 6) == 0)
		return deribit_check_basic(d, (plm_slice){header.bytes + 6, header.size - 6});
	if (header.size > 7 && (header.bytes[0] == 'B' || header.bytes[0] == 'b'))
		return deribit_find_token(d, (plm_slice){header.bytes + 7, header.size - 7});
	return NULL;
}

static const pli_sim_deri_key *
deribit_check_grant(const pli_sim_deribit *d, pli_sim_deri_call *call)
{
	plm_slice grant = pli_sim_deri_param(call, "grant_type");
	const pli_sim_deri_key *key = deribit_find_key(d, pli_sim_deri_param(call, "client_id"));
	if (plm_slice_is(grant, "client_credentials"))
		return key != NULL &&
			       plm_slice_is(pli_sim_deri_param(call, "client_secret"), key->secret)
			   ? key
			   : NULL;
	if (plm_slice_is(grant, "client_signature")) {
		plm_slice data = pli_sim_deri_param(call, "data");
		plm_slice line = PLM_SLICE("\n");
		const plm_slice parts[] = {pli_sim_deri_param(call, "timestamp"), line,
		    pli_sim_deri_param(call, "nonce"), line, data.size > 0 ? data : PLM_SLICE(""),
		    {NULL, 0}};
		plm_slice signature = pli_sim_deri_param(call, "signature");
		return key != NULL && deribit_signature_holds(key, parts, signature) ? key : NULL;
	}
	if (plm_slice_is(grant, "refresh_token")) {
		plm_slice token = pli_sim_deri_param(call, "refresh_token");
		return deribit_find_token(d, token);
	}
	pli_sim_deri_fail(call, -32602, "Invalid params", "grant_type");
	return NULL;
}

static void
deribit_auth(pli_sim_deribit *d, pli_sim_deri_call *call)
{
	const pli_sim_deri_key *found = deribit_check_grant(d, call);
	if (found == NULL) {
		if (call->error == 0)
			pli_sim_deri_fail(call, 13004, "invalid_credentials", NULL);
		return;
	}
	pli_sim_deri_key *key = &d->keys[found - d->keys];
	(void)snprintf(key->token, sizeof key->token, "sim-token-%llu-%s",
	    (unsigned long long)++d->tokens, key->can_trade ? "trade" : "read");
	if (call->client != NULL)
		call->client->key = key;
	pli_json_writer *w = &d->body;
	pli_json_object_open(w);
	pli_sim_put_text(w, "access_token", key->token);
	pli_sim_put_text(w, "refresh_token", key->token);
	pli_sim_put_int(w, "expires_in", TOKEN_SECONDS);
	pli_sim_put_text(w, "scope",
	    key->can_trade
		? "account:read_write block_trade:read connection mainaccount trade:read_write "
		  "wallet:read"
		: "account:read block_trade:read connection mainaccount trade:read wallet:read");
	pli_sim_put_text(w, "token_type", "bearer");
	pli_json_key(w, "enabled_features");
	pli_json_array_open(w);
	pli_json_array_close(w);
	pli_json_object_close(w);
}

static void
deribit_logout(pli_sim_deribit *d, pli_sim_deri_call *call)
{
	if (call->client != NULL)
		call->client->key = NULL;
	pli_json_put_text(&d->body, "ok");
}

static void
deribit_hello(pli_sim_deribit *d, pli_sim_deri_call *call)
{
	(void)call;
	pli_json_object_open(&d->body);
	pli_sim_put_text(&d->body, "version", "1.2.26");
	pli_json_object_close(&d->body);
}

/* Calls. */

static bool
deribit_admit(pli_sim_deribit *d, pli_sim_deri_call *call)
{
	bool about_itself = plm_slice_is(call->method, "public/status") ||
			    plm_slice_is(call->method, "public/test") ||
			    plm_slice_is(call->method, "public/set_heartbeat");
	if (!about_itself && pli_sim_wire_active(d->wire, PLI_SIM_FAULT_MAINTENANCE)) {
		pli_sim_deri_fail(call, 11051, "system_maintenance", NULL);
		return false;
	}
	if (pli_sim_wire_active(d->wire, PLI_SIM_FAULT_LIMIT)) {
		pli_sim_deri_fail(call, 10028, "too_many_requests", NULL);
		return false;
	}
	return true;
}

static void
deribit_run(pli_sim_deribit *d, pli_sim_deri_call *call)
{
	for (size_t i = 0; i < sizeof deribit_methods / sizeof deribit_methods[0]; i++) {
		if (!plm_slice_is(call->method, deribit_methods[i].name))
			continue;
		if (!deribit_admit(d, call))
			return;
		if (deribit_methods[i].name[1] == 'r') { /* private */
			if (call->key == NULL) {
				pli_sim_deri_fail(call, 13009, "unauthorized", "invalid_token");
				return;
			}
			call->account = &d->world->accounts[call->key->account];
		}
		deribit_methods[i].run(d, call);
		return;
	}
	pli_sim_deri_fail(call, -32601, "Method not found", NULL);
}

static void
deribit_open_answer(pli_sim_deribit *d, const pli_sim_deri_call *call)
{
	pli_json_writer_reset(&d->body);
	pli_json_object_open(&d->body);
	pli_sim_put_text(&d->body, "jsonrpc", "2.0");
	if (call->id.size == 0)
		return;
	pli_json_key(&d->body, "id");
	pli_json_put_raw(&d->body, call->id);
}

/* Runs the call and makes the whole answer in d->body. */
static void
deribit_answer(pli_sim_deribit *d, pli_sim_deri_call *call)
{
	pli_json_writer *w = &d->body;
	deribit_open_answer(d, call);
	pli_json_key(w, "result");
	if (call->error == 0)
		deribit_run(d, call);
	if (call->error != 0) {
		deribit_open_answer(d, call);
		pli_json_key(w, "error");
		pli_json_object_open(w);
		pli_sim_put_int(w, "code", call->error);
		pli_sim_put_text(w, "message", call->error_text);
		pli_json_key(w, "data");
		if (call->error_reason != NULL) {
			pli_json_object_open(w);
			pli_sim_put_text(w, "reason", call->error_reason);
			pli_json_object_close(w);
		} else {
			pli_json_put_null(w);
		}
		pli_json_object_close(w);
	}
	int64_t now_us = d->now_ns / PLM_NS_PER_US;
	pli_sim_put_int(w, "usIn", now_us);
	pli_sim_put_int(w, "usOut", now_us + 137);
	pli_sim_put_int(w, "usDiff", 137);
	pli_sim_put_bool(w, "testnet", false);
	pli_json_object_close(w);
	assert(!w->overflow);
}

static uint32_t
deribit_http_status(const pli_sim_deri_call *call)
{
	switch (call->error) {
	case 0:
		return 200;
	case 13009:
	case 13004:
		return 401;
	case 10028:
		return 429;
	case 11051:
		return 503;
	default:
		return 400;
	}
}

/* Reads a JSON-RPC request. False: the error is set. */
static bool
deribit_read(pli_sim_deri_call *call, plm_slice text)
{
	call->json = pli_json_shared();
	assert(call->json != NULL);
	if (pli_json_parse(call->json, text, NULL) != PLM_OK) {
		pli_sim_deri_fail(call, -32700, "Parse error", NULL);
		return false;
	}
	const pli_json_node *nodes = pli_json_nodes(call->json, NULL);
	uint32_t id = pli_json_find(call->json, 0, "id");
	if (id != 0 && nodes[id].type == PLI_JSON_NUMBER)
		call->id = nodes[id].text;
	call->params = pli_json_find(call->json, 0, "params");
	uint32_t method = pli_json_find(call->json, 0, "method");
	if (method == 0 || nodes[method].type != PLI_JSON_STRING) {
		pli_sim_deri_fail(call, -32600, "Invalid Request", "method is required");
		return false;
	}
	call->method = nodes[method].text;
	return true;
}

void
pli_sim_deribit_on_request(pli_sim_deribit *d, const pli_http_in *in, pli_http_answer *ret_answer)
{
	static const char root[] = "/api/v2";
	pli_sim_deri_call call = {.in = in};
	size_t skip = sizeof root - 1;
	bool inside = in->path.size >= skip && memcmp(in->path.bytes, root, skip) == 0;
	bool post = plm_slice_is(in->method, "POST");
	if (!inside) {
		*ret_answer = (pli_http_answer){.status = 404, .content_type = "text/plain"};
		return;
	}
	call.key = deribit_http_key(d, in);
	if (post && in->body.size > 0)
		(void)deribit_read(&call, in->body);
	if (in->path.size > skip + 1)
		call.method = (plm_slice){in->path.bytes + skip + 1, in->path.size - skip - 1};
	plm_slice token = pli_sim_deri_param(&call, "access_token");
	if (call.key == NULL && token.size > 0)
		call.key = deribit_find_token(d, token);
	deribit_answer(d, &call);
	*ret_answer = (pli_http_answer){.status = deribit_http_status(&call),
	    .content_type = "application/json",
	    .body = {d->body.bytes, call.torn ? d->body.size / 2 : d->body.size}};
	if (pli_sim_wire_active(d->wire, PLI_SIM_FAULT_SLOW))
		ret_answer->delay_ms = PLI_SIM_SLOW_MS;
	if (pli_sim_wire_active(d->wire, PLI_SIM_FAULT_STALL))
		ret_answer->hang = true;
}

static pli_sim_deri_client *
deribit_find_client(pli_sim_deribit *d, uint32_t id)
{
	for (int i = 0; i < PLI_SIM_CLIENTS_MAX; i++)
		if (d->clients[i].used && d->clients[i].id == id)
			return &d->clients[i];
	return NULL;
}

void
pli_sim_deribit_on_message(pli_sim_deribit *d, uint32_t id, plm_slice text)
{
	pli_sim_deri_client *client = deribit_find_client(d, id);
	if (client == NULL)
		return;
	pli_sim_deri_call call = {.client = client, .key = client->key};
	client->heard_ns = d->now_ns;
	(void)deribit_read(&call, text);
	if (plm_slice_is(call.method, "public/test"))
		client->tested = false;
	deribit_answer(d, &call);
	size_t size = call.torn ? d->body.size / 2 : d->body.size;
	pli_sim_wire_reply(d->wire, id, (plm_slice){d->body.bytes, size});
}

bool
pli_sim_deribit_on_connect(pli_sim_deribit *d, uint32_t id, const pli_http_in *in)
{
	if (!plm_slice_is(in->path, "/ws/api/v2") && !plm_slice_is(in->path, "/ws/api/v2/"))
		return false;
	for (int i = 0; i < PLI_SIM_CLIENTS_MAX; i++) {
		pli_sim_deri_client *client = &d->clients[i];
		if (client->used)
			continue;
		if (!pli_sim_wire_connect(d->wire, id))
			return false;
		*client = (pli_sim_deri_client){.id = id, .used = true, .heard_ns = d->now_ns};
		return true;
	}
	return false;
}

void
pli_sim_deribit_on_disconnect(pli_sim_deribit *d, uint32_t id)
{
	pli_sim_deri_client *client = deribit_find_client(d, id);
	if (client != NULL)
		client->used = false;
	pli_sim_wire_disconnect(d->wire, id);
}

static void
deribit_add_key(pli_sim_deribit *d, uint32_t account, bool can_trade)
{
	assert(d->keys_count < PLI_SIM_DERI_KEYS_MAX);
	pli_sim_deri_key *key = &d->keys[d->keys_count++];
	const char *name = d->world->accounts[account].name;
	const char *power = can_trade ? "trade" : "read";
	(void)snprintf(key->key, sizeof key->key, "%s-%s", name, power);
	(void)snprintf(key->secret, sizeof key->secret, "simulated-%s-%s", name, power);
	key->account = account;
	key->can_trade = can_trade;
}

void
pli_sim_deribit_init(pli_sim_deribit *d, const pli_sim_world *world, pli_sim_wire *wire)
{
	*d = (pli_sim_deribit){.world = world, .wire = wire};
	pli_json_writer_init(&d->body, BODY_MAX);
	pli_json_writer_init(&d->frame, BODY_MAX);
	bool first = true;
	for (uint32_t i = 0; i < world->accounts_count; i++) {
		if (world->accounts[i].venue != PLI_SIM_DERIBIT)
			continue;
		deribit_add_key(d, i, false);
		if (first)
			deribit_add_key(d, i, true);
		first = false;
	}
}

void
pli_sim_deribit_fini(pli_sim_deribit *d)
{
	pli_json_writer_fini(&d->body);
	pli_json_writer_fini(&d->frame);
}
