/* sim_binance.c: the simulated Binance's door: routes, keys, signatures, weights, bans. */
#include "sim/sim_binance.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/sim_binance_parts.h"
#include "sim/sim_call.h"
#include "sim/sim_number.h"

enum {
	OVER_LIMIT_MAX = 10,
	BAN_MS = 120000,
	BODY_MAX = 4 << 20,
	WINDOW_MS = 5000,
	WINDOW_MS_MAX = 60000,
};

static const pli_sim_usdm_route usdm_routes[] = {
    {"GET", "/fapi/v1/ping", PLI_SIM_OPEN, 1, pli_sim_usdm_ping},
    {"GET", "/fapi/v1/time", PLI_SIM_OPEN, 1, pli_sim_usdm_time},
    {"GET", "/fapi/v1/exchangeInfo", PLI_SIM_OPEN, 1, pli_sim_usdm_exchange_info},
    {"GET", "/fapi/v1/premiumIndex", PLI_SIM_OPEN, 10, pli_sim_usdm_premium_index},
    {"GET", "/fapi/v1/assetIndex", PLI_SIM_OPEN, 10, pli_sim_usdm_asset_index},
    {"GET", "/fapi/v1/fundingInfo", PLI_SIM_OPEN, 1, pli_sim_usdm_funding_info},
    {"GET", "/fapi/v1/leverageBracket", PLI_SIM_SIGNED, 1, pli_sim_usdm_leverage_bracket},
    {"GET", "/fapi/v1/positionSide/dual", PLI_SIM_SIGNED, 30, pli_sim_usdm_position_mode},
    {"GET", "/fapi/v1/multiAssetsMargin", PLI_SIM_SIGNED, 30, pli_sim_usdm_assets_mode},
    {"GET", "/fapi/v1/openOrders", PLI_SIM_SIGNED, 40, pli_sim_usdm_empty_list},
    {"GET", "/fapi/v2/positionRisk", PLI_SIM_SIGNED, 5, pli_sim_usdm_position_risk_v2},
    {"GET", "/fapi/v3/positionRisk", PLI_SIM_SIGNED, 5, pli_sim_usdm_position_risk_v3},
    {"GET", "/fapi/v2/account", PLI_SIM_SIGNED, 5, pli_sim_usdm_account_v2},
    {"GET", "/fapi/v3/account", PLI_SIM_SIGNED, 5, pli_sim_usdm_account_v3},
    {"GET", "/fapi/v2/balance", PLI_SIM_SIGNED, 5, pli_sim_usdm_balance_v2},
    {"GET", "/fapi/v3/balance", PLI_SIM_SIGNED, 5, pli_sim_usdm_balance_v3},
    {"GET", "/fapi/v1/accountConfig", PLI_SIM_SIGNED, 5, pli_sim_usdm_account_config},
    {"GET", "/fapi/v1/symbolConfig", PLI_SIM_SIGNED, 5, pli_sim_usdm_symbol_config},
    {"POST", "/fapi/v1/listenKey", PLI_SIM_KEYED, 1, pli_sim_usdm_listen_create},
    {"PUT", "/fapi/v1/listenKey", PLI_SIM_KEYED, 1, pli_sim_usdm_listen_extend},
    {"DELETE", "/fapi/v1/listenKey", PLI_SIM_KEYED, 1, pli_sim_usdm_listen_close},
    {.method = NULL},
};

/* What every key may ask for. */
static const pli_sim_usdm_route shared_routes[] = {
    {"GET", "/sapi/v1/account/apiRestrictions", PLI_SIM_SIGNED, 1, pli_sim_usdm_restrictions},
    {"GET", "/sapi/v1/capital/config/getall", PLI_SIM_SIGNED, 10, pli_sim_usdm_capital_config},
    {"GET", "/sapi/v1/margin/allPairs", PLI_SIM_KEYED, 1, pli_sim_usdm_empty_list},
    {"GET", "/sapi/v1/margin/isolated/allPairs", PLI_SIM_KEYED, 1, pli_sim_usdm_empty_list},
    {.method = NULL},
};

static const struct {
	pli_sim_venue market;
	const pli_sim_usdm_route *routes;
} usdm_tables[] = {
    {PLI_SIM_BINANCE, usdm_routes},
    {PLI_SIM_MARKETS, shared_routes},
    {PLI_SIM_BINANCE_COINM, pli_sim_dapi_routes},
    {PLI_SIM_BINANCE_SPOT, pli_sim_spot_routes},
    {PLI_SIM_BINANCE_MARGIN, pli_sim_margin_routes},
    {PLI_SIM_BINANCE_PM, pli_sim_papi_routes},
    {PLI_SIM_BINANCE_OPTIONS, pli_sim_eapi_routes},
};

int64_t
pli_sim_usdm_now_ms(const pli_sim_binance *b)
{
	return b->now_ns / PLM_NS_PER_MS;
}

void
pli_sim_usdm_error(
    pli_sim_binance *b, pli_sim_usdm_call *call, uint32_t status, int code, const char *text)
{
	call->status = status;
	pli_json_writer_reset(&b->body);
	pli_json_object_open(&b->body);
	pli_sim_put_int(&b->body, "code", code);
	pli_sim_put_text(&b->body, "msg", text);
	pli_json_object_close(&b->body);
}

/* Feeds form into the hash without its "signature" part. */
static void
usdm_hash_form(crypto_auth_hmacsha256_state *state, plm_slice form)
{
	plm_slice signature = pli_sim_form_find(form, "signature");
	if (signature.bytes == NULL) {
		(void)crypto_auth_hmacsha256_update(
		    state, (const unsigned char *)form.bytes, form.size);
		return;
	}
	size_t start = (size_t)(signature.bytes - form.bytes) - sizeof "signature=" + 1;
	size_t end = (size_t)(signature.bytes - form.bytes) + signature.size;
	size_t before = start > 0 ? start - 1 : 0;
	(void)crypto_auth_hmacsha256_update(state, (const unsigned char *)form.bytes, before);
	if (start == 0 && end < form.size)
		end++;
	(void)crypto_auth_hmacsha256_update(
	    state, (const unsigned char *)form.bytes + end, form.size - end);
}

static bool
usdm_mac_is(crypto_auth_hmacsha256_state *state, plm_slice signature)
{
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	char hex[2 * sizeof mac + 1];
	(void)crypto_auth_hmacsha256_final(state, mac);
	(void)sodium_bin2hex(hex, sizeof hex, mac, sizeof mac);
	return plm_slice_is(signature, hex);
}

static void
usdm_mac_begin(crypto_auth_hmacsha256_state *state, const pli_sim_usdm_key *key)
{
	(void)crypto_auth_hmacsha256_init(
	    state, (const unsigned char *)key->secret, strlen(key->secret));
}

bool
pli_sim_usdm_signed(const pli_sim_usdm_key *key, plm_slice text, plm_slice signature)
{
	crypto_auth_hmacsha256_state state;
	usdm_mac_begin(&state, key);
	(void)crypto_auth_hmacsha256_update(&state, (const unsigned char *)text.bytes, text.size);
	return usdm_mac_is(&state, signature);
}

static bool
usdm_signature_holds(const pli_sim_usdm_key *key, const pli_http_in *in)
{
	crypto_auth_hmacsha256_state state;
	usdm_mac_begin(&state, key);
	usdm_hash_form(&state, in->query);
	usdm_hash_form(&state, in->body);
	return usdm_mac_is(&state, pli_sim_param(in, "signature"));
}

/* A whole number of a parameter; false when absent or broken. */
static bool
usdm_whole(const pli_http_in *in, const char *name, int64_t *ret_value)
{
	plm_slice text = pli_sim_param(in, name);
	int64_t value = 0;
	if (text.size == 0 || text.size > 15)
		return false;
	for (size_t i = 0; i < text.size; i++) {
		if (text.bytes[i] < '0' || text.bytes[i] > '9')
			return false;
		value = value * 10 + (text.bytes[i] - '0');
	}
	*ret_value = value;
	return true;
}

static bool
usdm_check_time(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	int64_t stamp = 0;
	int64_t window = WINDOW_MS;
	int64_t now = pli_sim_usdm_now_ms(b);
	if (!usdm_whole(call->in, "timestamp", &stamp)) {
		pli_sim_usdm_error(b, call, 400, -1102,
		    "Mandatory parameter 'timestamp' was not sent, was empty/null, or malformed.");
		return false;
	}
	if (usdm_whole(call->in, "recvWindow", &window) && window > WINDOW_MS_MAX) {
		pli_sim_usdm_error(b, call, 400, -1131, "recvWindow must be less than 60000");
		return false;
	}
	if (stamp >= now + 1000) {
		pli_sim_usdm_error(b, call, 400, -1021,
		    "Timestamp for this request was 1000ms ahead of the server's time.");
		return false;
	}
	if (now - stamp > window) {
		pli_sim_usdm_error(b, call, 400, -1021,
		    "Timestamp for this request is outside of the recvWindow.");
		return false;
	}
	return true;
}

static bool
usdm_authorise(pli_sim_binance *b, pli_sim_usdm_call *call, pli_sim_usdm_security security)
{
	if (security == PLI_SIM_OPEN)
		return true;
	if (call->in->api_key.size == 0) {
		pli_sim_usdm_error(b, call, 401, -2014, "API-key format invalid.");
		return false;
	}
	call->key = pli_sim_usdm_find_key(b, call->in->api_key);
	if (call->key != NULL)
		call->account = pli_sim_usdm_opened(b, call->key, call->market);
	if (call->account == NULL) {
		pli_sim_usdm_error(
		    b, call, 401, -2015, "Invalid API-key, IP, or permissions for action");
		return false;
	}
	if (security == PLI_SIM_KEYED)
		return true;
	if (!usdm_check_time(b, call))
		return false;
	if (!usdm_signature_holds(call->key, call->in)) {
		pli_sim_usdm_error(b, call, 400, -1022, "Signature for this request is not valid.");
		return false;
	}
	return true;
}

/* Weight a minute by host, and the letter that its paths begin with behind the slash. */
static const struct {
	char letter[3];
	uint32_t limit;
} usdm_hosts[PLI_SIM_USDM_HOSTS] = {
    {"f", 2400}, {"d", 2400}, {"as", 6000}, {"p", 6000}, {"e", PLI_SIM_EAPI_WEIGHTS}};

/* Of a path that is nobody's: the first. */
static uint32_t
usdm_host(const pli_http_in *in)
{
	char letter = in->path.size > 1 ? in->path.bytes[1] : 'f';
	for (uint32_t i = 0; i < PLI_SIM_USDM_HOSTS; i++)
		if (strchr(usdm_hosts[i].letter, letter) != NULL)
			return i;
	return 0;
}

static void
usdm_refuse(pli_sim_binance *b, pli_sim_usdm_call *call, uint32_t status, int64_t wait_ms)
{
	char text[160];
	int64_t until = pli_sim_usdm_now_ms(b) + wait_ms;
	int64_t seconds = (wait_ms + 999) / 1000;
	(void)snprintf(b->header_retry, sizeof b->header_retry, "Retry-After: %lld",
	    (long long)(seconds < 1 ? 1 : seconds));
	b->headers[1] = b->header_retry;
	if (status == 418)
		(void)snprintf(text, sizeof text,
		    "Way too many requests; IP(127.0.0.1) banned until %lld.", (long long)until);
	else
		(void)snprintf(text, sizeof text,
		    "Too many requests; current limit of IP(127.0.0.1) is %u requests per minute.",
		    usdm_hosts[usdm_host(call->in)].limit);
	pli_sim_usdm_error(b, call, status, -1003, text);
}

/* False: refused; the answer is made. */
static bool
usdm_admit(pli_sim_binance *b, pli_sim_usdm_call *call, uint32_t weight)
{
	int64_t minute = b->now_ns / (60 * PLM_NS_PER_S);
	uint32_t host = usdm_host(call->in);
	pli_sim_usdm_weights *weights = &b->weights[host];
	if (minute != weights->minute)
		*weights = (pli_sim_usdm_weights){
		    .minute = minute, .ban_until_ns = weights->ban_until_ns};
	weights->used += weight;
	if (pli_sim_wire_active(b->wire, PLI_SIM_FAULT_MAINTENANCE)) {
		pli_sim_usdm_error(b, call, 503, -1001,
		    "Internal error; unable to process your request. Please try again.");
		return false;
	}
	bool asked = pli_sim_wire_active(b->wire, PLI_SIM_FAULT_BAN);
	plm_time_ns until = asked ? b->wire->until_ns[PLI_SIM_FAULT_BAN] : weights->ban_until_ns;
	if (until > b->now_ns) {
		usdm_refuse(b, call, 418, (until - b->now_ns) / PLM_NS_PER_MS);
		return false;
	}
	if (pli_sim_wire_active(b->wire, PLI_SIM_FAULT_LIMIT)) {
		until = b->wire->until_ns[PLI_SIM_FAULT_LIMIT];
		usdm_refuse(b, call, 429, (until - b->now_ns) / PLM_NS_PER_MS);
		return false;
	}
	if (weights->used <= usdm_hosts[host].limit)
		return true;
	if (++weights->over_limit > OVER_LIMIT_MAX)
		weights->ban_until_ns = b->now_ns + BAN_MS * PLM_NS_PER_MS;
	int64_t left = (minute + 1) * 60000 - pli_sim_usdm_now_ms(b);
	usdm_refuse(b, call, 429, left);
	return false;
}

static bool
usdm_serves(const pli_sim_binance *b, pli_sim_venue market)
{
	return market == PLI_SIM_MARKETS || (b->markets >> market & 1U) != 0;
}

/* The path's row, and its market in *call; NULL: there is no such path. */
static const pli_sim_usdm_route *
usdm_find_route(const pli_sim_binance *b, pli_sim_usdm_call *call)
{
	for (size_t i = 0; i < sizeof usdm_tables / sizeof usdm_tables[0]; i++) {
		const pli_sim_usdm_route *route = usdm_tables[i].routes;
		for (; usdm_serves(b, usdm_tables[i].market) && route->method != NULL; route++) {
			if (!plm_slice_is(call->in->path, route->path) ||
			    !plm_slice_is(call->in->method, route->method))
				continue;
			call->market = usdm_tables[i].market;
			return route;
		}
	}
	return NULL;
}

static void
usdm_count(pli_sim_binance *b, const char *method, const char *path, uint32_t weight)
{
	pli_sim_usdm_count *row = b->paths, *end = row + b->paths_count;
	while (row < end && (row->path != path || row->method != method))
		row++;
	assert(row < b->paths + PLI_SIM_USDM_PATHS_MAX);
	if (row == end) {
		*row = (pli_sim_usdm_count){.method = method, .path = path};
		b->paths_count++;
	}
	row->requests++;
	row->weight += weight;
}

static void
usdm_dispatch(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	const pli_sim_usdm_route *route = usdm_find_route(b, call);
	if (route != NULL)
		usdm_count(b, route->method, route->path, route->weight);
	else
		usdm_count(b, NULL, NULL, 1);
	if (route != NULL) {
		if (usdm_admit(b, call, route->weight) && usdm_authorise(b, call, route->security))
			route->run(b, call);
		return;
	}
	if (!usdm_admit(b, call, 1))
		return;
	char text[160];
	const pli_http_in *in = call->in;
	(void)snprintf(text, sizeof text, "Path %.*s, Method %.*s is invalid",
	    in->path.size > 100 ? 100 : (int)in->path.size, in->path.bytes,
	    in->method.size > 10 ? 10 : (int)in->method.size, in->method.bytes);
	pli_sim_usdm_error(b, call, 404, -5000, text);
}

void
pli_sim_binance_on_request(pli_sim_binance *b, const pli_http_in *in, pli_http_answer *ret_answer)
{
	pli_sim_usdm_call call = {.in = in, .status = 200};
	pli_json_writer_reset(&b->body);
	b->headers[1] = NULL;
	usdm_dispatch(b, &call);
	assert(!b->body.overflow);
	(void)snprintf(b->header_weight, sizeof b->header_weight, "X-MBX-USED-WEIGHT-1M: %u",
	    b->weights[usdm_host(in)].used);
	b->headers[0] = b->header_weight;
	size_t size = call.torn ? b->body.size / 2 : b->body.size;
	b->requests_count++;
	b->refusals_count += call.status == 429 || call.status == 418;
	*ret_answer = (pli_http_answer){.status = call.status,
	    .content_type = "application/json",
	    .headers = b->headers,
	    .body = {b->body.bytes, size}};
	if (pli_sim_wire_active(b->wire, PLI_SIM_FAULT_SLOW))
		ret_answer->delay_ms = PLI_SIM_SLOW_MS;
	if (pli_sim_wire_active(b->wire, PLI_SIM_FAULT_STALL))
		ret_answer->hang = true;
}

static void
usdm_add_key(pli_sim_binance *b, uint32_t account, bool can_trade)
{
	assert(b->keys_count < PLI_SIM_USDM_KEYS_OWN_MAX);
	pli_sim_usdm_key *key = &b->keys[b->keys_count++];
	const char *power = can_trade ? "trade" : "read";
	const char *name = b->world->accounts[account].name;
	(void)snprintf(key->key, sizeof key->key, "%s-%s", name, power);
	(void)snprintf(key->secret, sizeof key->secret, "simulated-%s-%s", name, power);
	key->account = account;
	key->can_trade = can_trade;
}

plm_err
pli_sim_binance_init(pli_sim_binance *b, const pli_sim_world *world, pli_sim_wire *wire)
{
	*b = (pli_sim_binance){.world = world, .wire = wire};
	b->clients = calloc(PLI_SIM_WIRE_CLIENTS_MAX, sizeof *b->clients);
	if (b->clients == NULL)
		return PLM_ENOMEM;
	pli_random_init(&b->random, world->agents.words[0]);
	pli_json_writer_init(&b->body, BODY_MAX);
	pli_json_writer_init(&b->frame, BODY_MAX);
	bool first = true;
	for (uint32_t i = 0; i < world->accounts_count; i++) {
		if (pli_sim_server_of(world->accounts[i].venue) != PLI_SIM_BINANCE)
			continue;
		b->markets |= 1U << world->accounts[i].venue;
		usdm_add_key(b, i, false);
		if (first)
			usdm_add_key(b, i, true);
		first = false;
	}
	b->keys_count_own = b->keys_count;
	return PLM_OK;
}

void
pli_sim_binance_copy_keys(pli_sim_binance *b, uint32_t count)
{
	assert(count <= PLI_SIM_USDM_COPIES_MAX);
	for (uint32_t made = 0, i = 0; made < count; i = (i + 1) % b->keys_count_own) {
		const pli_sim_usdm_key own = b->keys[i];
		if (own.can_trade || b->world->accounts[own.account].venue != PLI_SIM_BINANCE)
			continue;
		pli_sim_usdm_key *key = &b->keys[b->keys_count++];
		*key = (pli_sim_usdm_key){.account = own.account};
		made++;
		(void)snprintf(key->key, sizeof key->key, "%s-%u", own.key, made);
		(void)snprintf(key->secret, sizeof key->secret, "%s-%u", own.secret, made);
	}
}

void
pli_sim_binance_fini(pli_sim_binance *b)
{
	free(b->clients);
	b->clients = NULL;
	pli_json_writer_fini(&b->body);
	pli_json_writer_fini(&b->frame);
}
