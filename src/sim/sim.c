/* sim.c: one world, its venues, their servers and what steers them. */
#include "sim/sim.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/sim_binance.h"
#include "sim/sim_bitmex.h"
#include "sim/sim_bybit.h"
#include "sim/sim_call.h"
#include "sim/sim_deribit.h"
#include "sim/sim_dydx.h"
#include "sim/sim_hyperliquid.h"
#include "sim/sim_number.h"
#include "sim/sim_okx.h"
#include "sim/sim_truth.h"
#include "sim/sim_venues.h"
#include "sim/sim_world.h"

enum { TRUTH_MAX = 4 << 20 };

/* One venue's handler context. */
typedef struct sim_door {
	pli_sim *sim;
	pli_sim_venue venue;
} sim_door;

struct pli_sim {
	plm_time_ns now_ns;
	uint64_t seed;
	uint32_t faults;
	double fault_mean_s;
	pli_sim_news_sink watcher;
	plm_time_ns next_fault_ns;
	pli_random random;
	bool served[PLI_SIM_SERVERS];
	uint16_t ports[PLI_SIM_SERVERS];
	sim_door doors[PLI_SIM_SERVERS];
	pli_json_writer answer;
	pli_sim_world world;
	pli_sim_wire wires[PLI_SIM_SERVERS];
	pli_sim_deribit deribit;
	pli_sim_binance binance;
	pli_sim_okx okx;
	pli_sim_hyperliquid hyperliquid;
	pli_sim_bybit bybit;
	pli_sim_bitmex bitmex;
	pli_sim_dydx dydx;
};

static void
sim_on_news(void *ctx, const pli_sim_news *news)
{
	pli_sim *sim = ctx;
	pli_sim_venue venue = sim->world.accounts[news->account].venue;
	if (sim->watcher.on_news != NULL)
		sim->watcher.on_news(sim->watcher.ctx, news);
	if (venue == PLI_SIM_DERIBIT)
		pli_sim_deribit_on_news(&sim->deribit, news);
	else if (venue == PLI_SIM_OKX)
		pli_sim_okx_on_news(&sim->okx, news);
	else if (venue == PLI_SIM_HYPERLIQUID)
		pli_sim_hyperliquid_on_news(&sim->hyperliquid, news);
	else if (venue == PLI_SIM_BYBIT)
		pli_sim_bybit_on_news(&sim->bybit, news);
	else if (venue == PLI_SIM_BITMEX)
		pli_sim_bitmex_on_news(&sim->bitmex, news);
	else if (venue == PLI_SIM_DYDX)
		pli_sim_dydx_on_news(&sim->dydx, news);
	else
		pli_sim_binance_on_news(&sim->binance, news);
}

void
pli_sim_watch(pli_sim *sim, const pli_sim_news_sink *watcher)
{
	sim->watcher = *watcher;
}

void
pli_sim_pause(pli_sim *sim, bool paused)
{
	pli_sim_world_pause(&sim->world, paused, sim->now_ns);
}

void
pli_sim_fire(
    pli_sim *sim, pli_sim_venue venue, pli_sim_fault fault, uint32_t count, uint32_t duration_ms)
{
	if (!sim->served[venue])
		return;
	pli_sim_wire_fault(&sim->wires[venue], fault, count, duration_ms);
	if (venue == PLI_SIM_BINANCE)
		pli_sim_binance_on_fault(&sim->binance, fault);
}

/* What was asked of it since the start, by path. */
static void
sim_truth_requests(const pli_sim_binance *b, pli_json_writer *w)
{
	pli_sim_put_int(w, "requests", (int64_t)b->requests_count);
	pli_sim_put_int(w, "refusals", (int64_t)b->refusals_count);
	pli_json_key(w, "paths");
	pli_json_array_open(w);
	for (uint32_t i = 0; i < b->paths_count; i++) {
		const pli_sim_usdm_count *row = &b->paths[i];
		pli_json_object_open(w);
		pli_sim_put_text(w, "method", row->method != NULL ? row->method : "");
		pli_sim_put_text(w, "path", row->path != NULL ? row->path : "");
		pli_sim_put_int(w, "requests", (int64_t)row->requests);
		pli_sim_put_int(w, "weight", (int64_t)row->weight);
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
}

void
pli_sim_truth(const pli_sim *sim, pli_sim_venue venue, pli_json_writer *w)
{
	pli_json_object_open(w);
	pli_sim_put_text(w, "venue", pli_sim_venue_name(venue));
	pli_json_key(w, "seed");
	pli_json_put_uint(w, sim->seed);
	if (venue == PLI_SIM_BINANCE)
		sim_truth_requests(&sim->binance, w);
	pli_sim_truth_body(w, &sim->world, venue);
	pli_json_key(w, "faults");
	pli_json_array_open(w);
	for (int i = 0; i < PLI_SIM_FAULT_COUNT; i++) {
		const pli_sim_wire *wire = &sim->wires[venue];
		if (wire->fired[i] == 0)
			continue;
		pli_json_object_open(w);
		pli_sim_put_text(w, "name", pli_sim_fault_name((pli_sim_fault)i));
		pli_sim_put_int(w, "asked", (int64_t)wire->fired[i]);
		pli_sim_put_int(w, "befell", (int64_t)wire->touched[i]);
		pli_sim_put_bool(
		    w, "active", wire->left[i] > 0 || wire->until_ns[i] > wire->now_ns);
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
	pli_json_object_close(w);
}

/* Steering by HTTP. */

static uint32_t
sim_whole(const pli_http_in *in, const char *name)
{
	plm_slice text = pli_sim_param(in, name);
	uint32_t value = 0;
	for (size_t i = 0; i < text.size && i < 8; i++)
		value = text.bytes[i] >= '0' && text.bytes[i] <= '9'
			    ? value * 10 + (uint32_t)(text.bytes[i] - '0')
			    : value;
	return value;
}

static uint32_t
sim_answer_fault(pli_sim *sim, pli_sim_venue venue, const pli_http_in *in)
{
	pli_sim_fault fault = pli_sim_fault_find(pli_sim_param(in, "name"));
	pli_json_writer *w = &sim->answer;
	pli_json_object_open(w);
	if (fault == PLI_SIM_FAULT_COUNT) {
		pli_json_key(w, "unknown_fault_known_are");
		pli_json_array_open(w);
		for (int i = 0; i < PLI_SIM_FAULT_COUNT; i++)
			pli_json_put_text(w, pli_sim_fault_name((pli_sim_fault)i));
		pli_json_array_close(w);
	} else {
		pli_sim_fire(
		    sim, venue, fault, sim_whole(in, "count"), sim_whole(in, "duration_ms"));
		pli_sim_put_text(w, "fault", pli_sim_fault_name(fault));
	}
	pli_json_object_close(w);
	return fault == PLI_SIM_FAULT_COUNT ? 400 : 200;
}

/* Answers /sim/…; false: not ours. */
static bool
sim_steer(pli_sim *sim, pli_sim_venue venue, const pli_http_in *in, pli_http_answer *ret_answer)
{
	bool post = plm_slice_is(in->method, "POST");
	bool pause = plm_slice_is(in->path, "/sim/pause");
	bool resume = plm_slice_is(in->path, "/sim/resume");
	uint32_t status = 200;
	pli_json_writer_reset(&sim->answer);
	if (plm_slice_is(in->path, "/sim/truth")) {
		pli_sim_truth(sim, venue, &sim->answer);
	} else if (post && (pause || resume)) {
		pli_sim_pause(sim, pause);
		pli_json_object_open(&sim->answer);
		pli_sim_put_bool(&sim->answer, "paused", pause);
		pli_json_object_close(&sim->answer);
	} else if (post && plm_slice_is(in->path, "/sim/fault")) {
		status = sim_answer_fault(sim, venue, in);
	} else {
		return false;
	}
	assert(!sim->answer.overflow);
	*ret_answer = (pli_http_answer){.status = status,
	    .content_type = "application/json",
	    .body = {sim->answer.bytes, sim->answer.size}};
	return true;
}

static void
sim_on_request(void *ctx, const pli_http_in *in, pli_http_answer *ret_answer)
{
	sim_door *door = ctx;
	if (sim_steer(door->sim, door->venue, in, ret_answer))
		return;
	if (door->venue == PLI_SIM_DERIBIT)
		pli_sim_deribit_on_request(&door->sim->deribit, in, ret_answer);
	else if (door->venue == PLI_SIM_OKX)
		pli_sim_okx_on_request(&door->sim->okx, in, ret_answer);
	else if (door->venue == PLI_SIM_HYPERLIQUID)
		pli_sim_hyperliquid_on_request(&door->sim->hyperliquid, in, ret_answer);
	else if (door->venue == PLI_SIM_BYBIT)
		pli_sim_bybit_on_request(&door->sim->bybit, in, ret_answer);
	else if (door->venue == PLI_SIM_BITMEX)
		pli_sim_bitmex_on_request(&door->sim->bitmex, in, ret_answer);
	else if (door->venue == PLI_SIM_DYDX)
		pli_sim_dydx_on_request(&door->sim->dydx, in, ret_answer);
	else
		pli_sim_binance_on_request(&door->sim->binance, in, ret_answer);
}

static bool
sim_on_connect(void *ctx, uint32_t client, const pli_http_in *in)
{
	sim_door *door = ctx;
	if (door->venue == PLI_SIM_DERIBIT)
		return pli_sim_deribit_on_connect(&door->sim->deribit, client, in);
	if (door->venue == PLI_SIM_OKX)
		return pli_sim_okx_on_connect(&door->sim->okx, client, in);
	if (door->venue == PLI_SIM_HYPERLIQUID)
		return pli_sim_hyperliquid_on_connect(&door->sim->hyperliquid, client, in);
	if (door->venue == PLI_SIM_BYBIT)
		return pli_sim_bybit_on_connect(&door->sim->bybit, client, in);
	if (door->venue == PLI_SIM_BITMEX)
		return pli_sim_bitmex_on_connect(&door->sim->bitmex, client, in);
	if (door->venue == PLI_SIM_DYDX)
		return pli_sim_dydx_on_connect(&door->sim->dydx, client, in);
	return pli_sim_binance_on_connect(&door->sim->binance, client, in);
}

static void
sim_on_message(void *ctx, uint32_t client, plm_slice text)
{
	sim_door *door = ctx;
	if (door->venue == PLI_SIM_DERIBIT)
		pli_sim_deribit_on_message(&door->sim->deribit, client, text);
	else if (door->venue == PLI_SIM_OKX)
		pli_sim_okx_on_message(&door->sim->okx, client, text);
	else if (door->venue == PLI_SIM_HYPERLIQUID)
		pli_sim_hyperliquid_on_message(&door->sim->hyperliquid, client, text);
	else if (door->venue == PLI_SIM_BYBIT)
		pli_sim_bybit_on_message(&door->sim->bybit, client, text);
	else if (door->venue == PLI_SIM_BITMEX)
		pli_sim_bitmex_on_message(&door->sim->bitmex, client, text);
	else if (door->venue == PLI_SIM_DYDX)
		pli_sim_dydx_on_message(&door->sim->dydx, client, text);
	else
		pli_sim_binance_on_message(&door->sim->binance, client, text);
}

static void
sim_on_disconnect(void *ctx, uint32_t client)
{
	sim_door *door = ctx;
	if (door->venue == PLI_SIM_DERIBIT)
		pli_sim_deribit_on_disconnect(&door->sim->deribit, client);
	else if (door->venue == PLI_SIM_OKX)
		pli_sim_okx_on_disconnect(&door->sim->okx, client);
	else if (door->venue == PLI_SIM_HYPERLIQUID)
		pli_sim_hyperliquid_on_disconnect(&door->sim->hyperliquid, client);
	else if (door->venue == PLI_SIM_BYBIT)
		pli_sim_bybit_on_disconnect(&door->sim->bybit, client);
	else if (door->venue == PLI_SIM_BITMEX)
		pli_sim_bitmex_on_disconnect(&door->sim->bitmex, client);
	else if (door->venue == PLI_SIM_DYDX)
		pli_sim_dydx_on_disconnect(&door->sim->dydx, client);
	else
		pli_sim_binance_on_disconnect(&door->sim->binance, client);
}

/* Life. */

static plm_err
sim_listen(pli_sim *sim, const pli_sim_config *config, pli_sim_venue venue, plm_fault *ret_fault)
{
	pli_server *server = &sim->wires[venue].server;
	const char *host = config->host == NULL ? "127.0.0.1" : config->host;
	*server = config->servers[venue];
	if (server->send == NULL)
		return PLM_OK;
	sim->doors[venue] = (sim_door){sim, venue};
	pli_server_handler handler = {
	    sim_on_request, sim_on_connect, sim_on_message, sim_on_disconnect, &sim->doors[venue]};
	server->set_handler(server->ctx, &handler);
	plm_err err = server->listen(
	    server->ctx, host, config->ports[venue], NULL, NULL, &sim->ports[venue]);
	if (err != PLM_OK)
		return plm_fault_set(ret_fault, err, NULL,
		    "simulated %s: cannot listen on %s port %u: %s; another port, or 0 for any, "
		    "would do",
		    pli_sim_venue_name(venue), host, config->ports[venue], plm_err_text(err));
	sim->served[venue] = true;
	return PLM_OK;
}

static void
sim_plan_fault(pli_sim *sim)
{
	double wait_s = -log(1.0 - pli_random_unit(&sim->random)) * sim->fault_mean_s;
	sim->next_fault_ns = sim->now_ns + (int64_t)(wait_s * 1e9);
}

plm_err
pli_sim_create(const pli_sim_config *config, pli_sim **ret_sim, plm_fault *ret_fault)
{
	assert(config->start_ns > 0 && config->speed >= 0);
	pli_sim *sim = calloc(1, sizeof *sim);
	if (sim == NULL)
		return plm_fault_set(ret_fault, PLM_ENOMEM, NULL, "no memory for the simulator");
	sim->now_ns = config->start_ns;
	sim->seed = config->seed;
	sim->faults = config->faults;
	sim->fault_mean_s = config->fault_mean_s > 0 ? config->fault_mean_s : 20.0;
	double speed = config->speed > 0 ? config->speed : 1.0;
	pli_random_init(&sim->random, config->seed ^ UINT64_C(0xfa0175));
	sim_plan_fault(sim);
	pli_json_writer_init(&sim->answer, TRUTH_MAX);
	pli_sim_world_init(&sim->world, config->seed, config->start_ns, speed);
	if (config->transfers)
		pli_sim_transfers_open(&sim->world.transfers, config->seed, config->start_ns);
	for (int i = PLI_SIM_VENUES; i < PLI_SIM_MARKETS; i++)
		if (config->added[i] &&
		    (i < PLI_SIM_KINDS || config->added[pli_sim_server_of((pli_sim_venue)i)]))
			pli_sim_world_add(&sim->world, (pli_sim_venue)i);
	if (config->crash.share != 0)
		pli_sim_crash_begin(&sim->world, &config->crash, config->seed);
	if (config->step_ns != 0)
		pli_sim_world_step_set(&sim->world, config->step_ns);
	pli_sim_deribit_init(&sim->deribit, &sim->world, &sim->wires[PLI_SIM_DERIBIT]);
	plm_err err = pli_sim_binance_init(
	    &sim->binance, &sim->world, &sim->wires[PLI_SIM_BINANCE]);
	pli_sim_okx_init(&sim->okx, &sim->world, &sim->wires[PLI_SIM_OKX]);
	pli_sim_hyperliquid_init(&sim->hyperliquid, &sim->world, &sim->wires[PLI_SIM_HYPERLIQUID]);
	pli_sim_bybit_init(&sim->bybit, &sim->world, &sim->wires[PLI_SIM_BYBIT]);
	pli_sim_bitmex_init(&sim->bitmex, &sim->world, &sim->wires[PLI_SIM_BITMEX]);
	pli_sim_dydx_init(&sim->dydx, &sim->world, &sim->wires[PLI_SIM_DYDX]);
	sim->world.sink = (pli_sim_news_sink){sim_on_news, sim};
	if (err == PLM_OK)
		pli_sim_binance_copy_keys(&sim->binance, (uint32_t)config->copies);
	else
		(void)plm_fault_set(ret_fault, err, NULL, "no memory for the simulator");
	for (int i = 0; i < PLI_SIM_SERVERS && err == PLM_OK; i++)
		if (i < PLI_SIM_VENUES || config->added[i])
			err = sim_listen(sim, config, (pli_sim_venue)i, ret_fault);
	if (err != PLM_OK) {
		pli_sim_destroy(sim);
		return err;
	}
	*ret_sim = sim;
	return PLM_OK;
}

void
pli_sim_destroy(pli_sim *sim)
{
	if (sim == NULL)
		return;
	pli_sim_deribit_fini(&sim->deribit);
	pli_sim_binance_fini(&sim->binance);
	pli_sim_okx_fini(&sim->okx);
	pli_sim_hyperliquid_fini(&sim->hyperliquid);
	pli_sim_bybit_fini(&sim->bybit);
	pli_sim_bitmex_fini(&sim->bitmex);
	pli_sim_dydx_fini(&sim->dydx);
	pli_json_writer_fini(&sim->answer);
	free(sim);
}

static void
sim_fire_by_seed(pli_sim *sim)
{
	if (sim->faults == 0 || sim->now_ns < sim->next_fault_ns)
		return;
	sim_plan_fault(sim);
	pli_sim_venue venues[PLI_SIM_SERVERS] = {PLI_SIM_DERIBIT, PLI_SIM_BINANCE};
	uint32_t count = PLI_SIM_VENUES;
	for (int i = PLI_SIM_VENUES; i < PLI_SIM_SERVERS; i++)
		if (sim->served[i])
			venues[count++] = (pli_sim_venue)i;
	pli_sim_venue venue = venues[pli_random_below(&sim->random, count)];
	uint32_t skip = (uint32_t)pli_random_below(&sim->random, PLI_SIM_FAULT_COUNT);
	for (uint32_t i = 0; i < PLI_SIM_FAULT_COUNT; i++) {
		uint32_t fault = (skip + i) % PLI_SIM_FAULT_COUNT;
		if ((sim->faults >> fault & 1) == 0)
			continue;
		pli_sim_fire(sim, venue, (pli_sim_fault)fault, 0, 0);
		return;
	}
}

int
pli_sim_do_work(pli_sim *sim, plm_time_ns now_ns, int64_t wait_ns)
{
	sim->now_ns = now_ns;
	for (int i = 0; i < PLI_SIM_SERVERS; i++)
		if (sim->served[i])
			pli_sim_wire_tick(&sim->wires[i], now_ns);
	sim->deribit.now_ns = now_ns;
	sim->binance.now_ns = now_ns;
	sim->okx.now_ns = now_ns;
	sim->hyperliquid.now_ns = now_ns;
	sim->bybit.now_ns = now_ns;
	sim->bitmex.now_ns = now_ns;
	sim->dydx.now_ns = now_ns;
	int done = pli_sim_world_advance(&sim->world, now_ns);
	sim_fire_by_seed(sim);
	if (sim->served[PLI_SIM_DERIBIT])
		pli_sim_deribit_tick(&sim->deribit, now_ns);
	if (sim->served[PLI_SIM_BINANCE])
		pli_sim_binance_tick(&sim->binance, now_ns);
	if (sim->served[PLI_SIM_OKX])
		pli_sim_okx_tick(&sim->okx, now_ns);
	if (sim->served[PLI_SIM_HYPERLIQUID])
		pli_sim_hyperliquid_tick(&sim->hyperliquid, now_ns);
	if (sim->served[PLI_SIM_BYBIT])
		pli_sim_bybit_tick(&sim->bybit, now_ns);
	if (sim->served[PLI_SIM_BITMEX])
		pli_sim_bitmex_tick(&sim->bitmex, now_ns);
	if (sim->served[PLI_SIM_DYDX])
		pli_sim_dydx_tick(&sim->dydx, now_ns);
	for (int i = 0; i < PLI_SIM_SERVERS; i++) {
		pli_server *server = &sim->wires[i].server;
		if (sim->served[i])
			done += server->poll(server->ctx, wait_ns / 2);
	}
	return done;
}

uint32_t
pli_sim_strike(pli_sim *sim, const pli_sim_shock *shock)
{
	return pli_sim_shock_apply(&sim->world, shock);
}

const pli_sim_world *
pli_sim_world_of(const pli_sim *sim)
{
	return &sim->world;
}

uint16_t
pli_sim_port(const pli_sim *sim, pli_sim_venue venue)
{
	return sim->ports[pli_sim_server_of(venue)];
}

uint32_t
pli_sim_credentials(const pli_sim *sim, pli_sim_credential ret_rows[PLI_SIM_CREDENTIALS_MAX])
{
	_Static_assert((int)PLI_SIM_DERI_KEYS_MAX + (int)PLI_SIM_USDM_KEYS_OWN_MAX +
			       (int)PLI_SIM_OKX_KEYS_MAX + (int)PLI_SIM_HL_ADDRESSES_MAX +
			       (int)PLI_SIM_BYBIT_KEYS_MAX + (int)PLI_SIM_BITMEX_KEYS_MAX +
			       (int)PLI_SIM_DYDX_ACCOUNTS_MAX <=
			   (int)PLI_SIM_CREDENTIALS_MAX,
	    "room for all keys");
	uint32_t count = 0;
	for (uint32_t i = 0; i < sim->deribit.keys_count; i++) {
		const pli_sim_deri_key *key = &sim->deribit.keys[i];
		ret_rows[count++] = (pli_sim_credential){PLI_SIM_DERIBIT,
		    sim->world.accounts[key->account].name, key->key, key->secret, "",
		    key->can_trade};
	}
	for (uint32_t i = 0; i < sim->binance.keys_count_own; i++) {
		const pli_sim_usdm_key *key = &sim->binance.keys[i];
		const pli_sim_account *account = &sim->world.accounts[key->account];
		ret_rows[count++] = (pli_sim_credential){
		    account->venue, account->name, key->key, key->secret, "", key->can_trade};
	}
	for (uint32_t i = 0; i < sim->okx.keys_count; i++) {
		const pli_sim_okx_key *key = &sim->okx.keys[i];
		ret_rows[count++] = (pli_sim_credential){PLI_SIM_OKX,
		    sim->world.accounts[key->account].name, key->key, key->secret, key->passphrase,
		    key->can_trade};
	}
	for (uint32_t i = 0; i < sim->hyperliquid.addresses_count; i++) {
		const pli_sim_hl_address *address = &sim->hyperliquid.addresses[i];
		ret_rows[count++] = (pli_sim_credential){PLI_SIM_HYPERLIQUID,
		    sim->world.accounts[address->account].name, address->text, "", "", false};
	}
	for (uint32_t i = 0; i < sim->bybit.keys_count; i++) {
		const pli_sim_bybit_key *key = &sim->bybit.keys[i];
		ret_rows[count++] = (pli_sim_credential){PLI_SIM_BYBIT,
		    sim->world.accounts[key->account].name, key->key, key->secret, "",
		    key->can_trade};
	}
	for (uint32_t i = 0; i < sim->bitmex.keys_count; i++) {
		const pli_sim_bitmex_key *key = &sim->bitmex.keys[i];
		ret_rows[count++] = (pli_sim_credential){PLI_SIM_BITMEX,
		    sim->world.accounts[key->account].name, key->key, key->secret, "",
		    key->can_trade};
	}
	for (uint32_t i = 0; i < sim->dydx.addresses_count; i++) {
		const pli_sim_dydx_address *address = &sim->dydx.addresses[i];
		ret_rows[count++] = (pli_sim_credential){PLI_SIM_DYDX,
		    sim->world.accounts[address->account].name, address->key, "", "", false};
	}
	return count;
}

bool
pli_sim_opens(const pli_sim *sim, const pli_sim_credential *row, uint32_t account)
{
	const pli_sim_account *a = &sim->world.accounts[account];
	if (pli_sim_server_of(row->venue) == PLI_SIM_BINANCE)
		return pli_sim_binance_opens(&sim->binance, plm_slice_of(row->key), account);
	return strcmp(a->name, row->account) == 0;
}
