/* sim_rig.h: a whole simulator on two servers in memory, stepped by hand. */
#ifndef SIM_RIG_H
#define SIM_RIG_H

#include <sodium.h>

#include "sim/sim.h"
#include "sim_fake_server.h"

#define RIG_START_NS (INT64_C(1795276800) * PLM_NS_PER_S) /* 2026-11-21T16:00:00Z */

typedef struct rig {
	fake_server fakes[PLI_SIM_SERVERS];
	pli_sim *sim;
	pli_sim_config config;
	pli_sim_credential keys[PLI_SIM_CREDENTIALS_MAX];
	uint32_t keys_count;
	plm_time_ns now_ns;
	pli_http_answer answer;
	char text[4096];
} rig;

static inline int
rig_open_config(void **state, const pli_sim_config *config)
{
	rig *r = calloc(1, sizeof *r);
	assert_non_null(r);
	r->config = *config;
	for (int i = 0; i < PLI_SIM_SERVERS; i++)
		r->config.servers[i] = fake_table(&r->fakes[i]);
	assert_int_equal(pli_sim_create(&r->config, &r->sim, NULL), PLM_OK);
	r->keys_count = pli_sim_credentials(r->sim, r->keys);
	r->now_ns = RIG_START_NS;
	(void)pli_sim_do_work(r->sim, r->now_ns, 0);
	*state = r;
	return 0;
}

static inline int
rig_open_seed(void **state, uint64_t seed, double speed)
{
	pli_sim_config config = {.seed = seed, .speed = speed, .start_ns = RIG_START_NS};
	return rig_open_config(state, &config);
}

/* With another venue in the world. */
static inline int
rig_open_with(void **state, pli_sim_venue venue)
{
	pli_sim_config config = {.seed = 3, .speed = 20.0, .start_ns = RIG_START_NS};
	config.added[venue] = true;
	return rig_open_config(state, &config);
}

static inline int
rig_open(void **state)
{
	return rig_open_seed(state, 3, 20.0);
}

static inline int
rig_close(void **state)
{
	rig *r = *state;
	pli_sim_destroy(r->sim);
	for (int i = 0; i < PLI_SIM_SERVERS; i++)
		fake_clear(&r->fakes[i]);
	free(r);
	return 0;
}

static inline void
rig_step(rig *r, int steps)
{
	for (int i = 0; i < steps; i++) {
		r->now_ns += PLI_SIM_STEP_MS * PLM_NS_PER_MS;
		(void)pli_sim_do_work(r->sim, r->now_ns, 0);
	}
}

/* Steps until some client of a venue has had a frame with all of `part`. */
static inline plm_slice
rig_wait_frame(rig *r, pli_sim_venue venue, uint32_t client, const char *part)
{
	for (int i = 0; i < 5000 && fake_count(&r->fakes[venue], client, part) == 0; i++)
		rig_step(r, 1);
	return fake_last(&r->fakes[venue], client, part);
}

static inline const pli_sim_credential *
rig_key(const rig *r, const char *key)
{
	for (uint32_t i = 0; i < r->keys_count; i++)
		if (strcmp(r->keys[i].key, key) == 0)
			return &r->keys[i];
	fail_msg("no key %s", key);
	return NULL;
}

static inline plm_slice
rig_http(rig *r, pli_sim_venue venue, const pli_http_in *in)
{
	const pli_server_handler *handler = r->fakes[venue].handler;
	handler->on_request(handler->ctx, in, &r->answer);
	return r->answer.body;
}

static inline plm_slice
rig_get(rig *r, pli_sim_venue venue, const char *path, const char *query)
{
	pli_http_in in = {
	    .method = PLM_SLICE("GET"), .path = plm_slice_of(path), .query = plm_slice_of(query)};
	return rig_http(r, venue, &in);
}

/* A signed Binance call. */
static inline plm_slice
rig_signed(rig *r, const char *key, const char *method, const char *path)
{
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	char hex[2 * sizeof mac + 1];
	const char *secret = rig_key(r, key)->secret;
	int size = snprintf(
	    r->text, sizeof r->text, "timestamp=%lld", (long long)(r->now_ns / PLM_NS_PER_MS));
	crypto_auth_hmacsha256_state hash;
	crypto_auth_hmacsha256_init(&hash, (const unsigned char *)secret, strlen(secret));
	crypto_auth_hmacsha256_update(&hash, (const unsigned char *)r->text, (size_t)size);
	crypto_auth_hmacsha256_final(&hash, mac);
	sodium_bin2hex(hex, sizeof hex, mac, sizeof mac);
	(void)snprintf(r->text + size, sizeof r->text - (size_t)size, "&signature=%s", hex);
	pli_http_in in = {.method = plm_slice_of(method),
	    .path = plm_slice_of(path),
	    .query = plm_slice_of(r->text),
	    .api_key = plm_slice_of(key)};
	return rig_http(r, PLI_SIM_BINANCE, &in);
}

static inline void
rig_connect(rig *r, pli_sim_venue venue, uint32_t client, const char *path)
{
	const pli_server_handler *handler = r->fakes[venue].handler;
	pli_http_in in = {.method = PLM_SLICE("GET"), .path = plm_slice_of(path)};
	assert_true(handler->on_connect(handler->ctx, client, &in));
}

static inline void
rig_say(rig *r, pli_sim_venue venue, uint32_t client, const char *text)
{
	const pli_server_handler *handler = r->fakes[venue].handler;
	handler->on_message(handler->ctx, client, plm_slice_of(text));
}

/* A Deribit call over the WebSocket; params is a JSON object. The answer stays until cleared. */
static inline plm_slice
rig_rpc(rig *r, uint32_t client, const char *method, const char *params)
{
	static int64_t id = 900;
	char mark[40];
	id++;
	(void)snprintf(r->text, sizeof r->text,
	    "{\"jsonrpc\":\"2.0\",\"id\":%lld,\"method\":\"%s\",\"params\":%s}", (long long)id,
	    method, params);
	rig_say(r, PLI_SIM_DERIBIT, client, r->text);
	(void)snprintf(mark, sizeof mark, "\"id\":%lld,", (long long)id);
	return fake_last(&r->fakes[PLI_SIM_DERIBIT], client, mark);
}

static inline void
rig_login(rig *r, uint32_t client, const char *key)
{
	char params[256];
	rig_connect(r, PLI_SIM_DERIBIT, client, "/ws/api/v2");
	(void)snprintf(params, sizeof params,
	    "{\"grant_type\":\"client_credentials\",\"client_id\":\"%s\",\"client_secret\":\"%s\"}",
	    key, rig_key(r, key)->secret);
	plm_slice answer = rig_rpc(r, client, "public/auth", params);
	assert_non_null(strstr(answer.bytes, "access_token"));
}

static inline uint32_t
rig_count(plm_slice body, const char *part)
{
	uint32_t count = 0;
	size_t size = strlen(part);
	for (size_t i = 0; i + size <= body.size; i++)
		count += memcmp(body.bytes + i, part, size) == 0;
	return count;
}

/* How often an account's cash has moved, once it has. */
static inline uint32_t
rig_moves(rig *r, const char *name)
{
	const pli_sim_world *world = pli_sim_world_of(r->sim);
	uint32_t account = 0, moves = 0;
	while (strcmp(world->accounts[account].name, name) != 0)
		account++;
	for (int i = 0; i < 400 && pli_sim_world_move(world, account, 0, 0) == NULL; i++)
		rig_step(r, 100);
	const pli_sim_move *move = pli_sim_world_move(world, account, 0, 0);
	for (; move != NULL; move = pli_sim_world_move(world, account, move->id, 0))
		moves++;
	assert_true(moves > 0);
	return moves;
}

static inline bool
rig_has(plm_slice body, const char *part)
{
	return memmem(body.bytes, body.size, part, strlen(part)) != NULL;
}

#endif
