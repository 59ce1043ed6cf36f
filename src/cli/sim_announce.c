/* sim_announce.c: seed, addresses and demo keys of a simulator, for a person or a program. */
#include "cli/sim_announce.h"

#include <inttypes.h>
#include <string.h>

#include "base/json_write.h"
#include "sim/sim_venues.h"
#include "sim/sim_world.h"

enum { LINE_MAX_BYTES = 1 << 16 };

/* The accounts that the key reads, its own first. */
static void
announce_opens_json(pli_json_writer *w, const pli_sim *sim, const pli_sim_credential *key)
{
	const pli_sim_world *world = pli_sim_world_of(sim);
	pli_json_key(w, "opens");
	pli_json_array_open(w);
	pli_json_put_text(w, key->account);
	for (uint32_t i = 0; i < world->accounts_count; i++)
		if (pli_sim_opens(sim, key, i) &&
		    strcmp(world->accounts[i].name, key->account) != 0)
			pli_json_put_text(w, world->accounts[i].name);
	pli_json_array_close(w);
}

static void
announce_json(FILE *out, const pli_sim *sim, uint64_t seed)
{
	pli_sim_credential keys[PLI_SIM_CREDENTIALS_MAX];
	uint32_t count = pli_sim_credentials(sim, keys);
	pli_json_writer w;
	pli_json_writer_init(&w, LINE_MAX_BYTES);
	pli_json_object_open(&w);
	pli_json_key(&w, "seed");
	pli_json_put_uint(&w, seed);
	for (int i = 0; i < PLI_SIM_SERVERS; i++) {
		char name[40];
		uint16_t port = pli_sim_port(sim, (pli_sim_venue)i);
		(void)snprintf(name, sizeof name, "%s_port", pli_sim_venue_name((pli_sim_venue)i));
		if (i >= PLI_SIM_VENUES && port == 0)
			continue;
		pli_json_key(&w, name);
		pli_json_put_uint(&w, port);
	}
	pli_json_key(&w, "keys");
	pli_json_array_open(&w);
	for (uint32_t i = 0; i < count; i++) {
		pli_json_object_open(&w);
		pli_json_key(&w, "venue");
		pli_json_put_text(&w, pli_sim_venue_name(keys[i].venue));
		pli_json_key(&w, "account");
		pli_json_put_text(&w, keys[i].account);
		pli_json_key(&w, "key");
		pli_json_put_text(&w, keys[i].key);
		pli_json_key(&w, "secret");
		pli_json_put_text(&w, keys[i].secret);
		if (keys[i].passphrase[0] != '\0')
			pli_json_member_text(&w, "passphrase", keys[i].passphrase);
		pli_json_key(&w, "can_trade");
		pli_json_put_bool(&w, keys[i].can_trade);
		announce_opens_json(&w, sim, &keys[i]);
		pli_json_object_close(&w);
	}
	pli_json_array_close(&w);
	pli_json_object_close(&w);
	pli_json_newline(&w);
	(void)fwrite(w.bytes, 1, w.size, out);
	pli_json_writer_fini(&w);
}

/* Options are at a host with a low limit of its own: by another name they do not share it with the
 * other markets. */
static const char *
announce_host(pli_sim_venue venue)
{
	return venue == PLI_SIM_BINANCE_OPTIONS ? "localhost" : "127.0.0.1";
}

/* The accounts of a configuration that reads it all, keys aside. */
static void
announce_accounts(FILE *out, const pli_sim *sim, const pli_sim_credential *keys, uint32_t count)
{
	(void)fprintf(out, "config   accounts:\n");
	for (uint32_t i = 0; i < count; i++) {
		unsigned port = pli_sim_port(sim, keys[i].venue);
		const char *host = announce_host(keys[i].venue);
		bool address = keys[i].secret[0] == '\0';
		if (port == 0 || keys[i].can_trade)
			continue;
		(void)fprintf(out, "config     - {name: %s, venue: %s, ", keys[i].account,
		    pli_sim_venue_name(keys[i].venue));
		(void)fprintf(out, address ? "address: \"%s\"" : "key_file: %s", keys[i].key);
		(void)fprintf(out, ", rest_url: \"http://%s:%u\", stream_url: \"ws://%s:%u\"}\n",
		    host, port, host, port);
	}
}

/* Where the venues are that are not in every world, and under which paths they speak. */
static void
announce_added(FILE *out, const pli_sim *sim)
{
	static const struct {
		pli_sim_venue venue;
		const char *rest, *stream;
	} rows[] = {{PLI_SIM_OKX, "/api/v5", "/ws/v5"}, {PLI_SIM_HYPERLIQUID, "/info", "/ws"},
	    {PLI_SIM_BYBIT, "/v5", "/v5"}, {PLI_SIM_BITMEX, "/api/v1", "/realtime"},
	    {PLI_SIM_DYDX, "/v4", "/v4/ws"}};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unsigned port = pli_sim_port(sim, rows[i].venue);
		if (port != 0)
			(void)fprintf(out,
			    "%-8s http://127.0.0.1:%u%-7s  ws://127.0.0.1:%u%s\n"
			    "truth    http://127.0.0.1:%u/sim/truth\n",
			    pli_sim_venue_name(rows[i].venue), port, rows[i].rest, port,
			    rows[i].stream, port);
	}
}

/* Where a key reads other accounts than the one that it is called after. */
static void
announce_opens(FILE *out, const pli_sim *sim, const pli_sim_credential *key)
{
	const pli_sim_world *world = pli_sim_world_of(sim);
	const char *before = "; also opens ";
	for (uint32_t i = 0; i < world->accounts_count; i++) {
		if (!pli_sim_opens(sim, key, i) ||
		    strcmp(world->accounts[i].name, key->account) == 0)
			continue;
		(void)fprintf(out, "%s%s", before, world->accounts[i].name);
		before = ", ";
	}
}

static void
announce_text(FILE *out, const pli_sim *sim, uint64_t seed)
{
	pli_sim_credential keys[PLI_SIM_CREDENTIALS_MAX];
	uint32_t count = pli_sim_credentials(sim, keys);
	unsigned deribit = pli_sim_port(sim, PLI_SIM_DERIBIT);
	unsigned binance = pli_sim_port(sim, PLI_SIM_BINANCE);
	(void)fprintf(out, "seed %" PRIu64 "\n", seed);
	(void)fprintf(out, "deribit  http://127.0.0.1:%u/api/v2  ws://127.0.0.1:%u/ws/api/v2\n",
	    deribit, deribit);
	(void)fprintf(
	    out, "binance  http://127.0.0.1:%u/fapi    ws://127.0.0.1:%u/ws\n", binance, binance);
	(void)fprintf(out,
	    "truth    http://127.0.0.1:%u/sim/truth  http://127.0.0.1:%u/sim/truth\n", deribit,
	    binance);
	announce_added(out, sim);
	for (uint32_t i = 0; i < count; i++) {
		if (keys[i].secret[0] == '\0') {
			(void)fprintf(out, "address  %s\n", keys[i].key);
			continue;
		}
		(void)fprintf(out, "key      %-22s secret %-32s %s", keys[i].key, keys[i].secret,
		    keys[i].can_trade ? "may trade" : "reads only");
		if (keys[i].passphrase[0] != '\0')
			(void)fprintf(out, "  passphrase %s", keys[i].passphrase);
		announce_opens(out, sim, &keys[i]);
		(void)fputc('\n', out);
	}
	announce_accounts(out, sim, keys, count);
}

void
pli_sim_announce(FILE *out, const pli_sim *sim, uint64_t seed, bool json)
{
	if (json)
		announce_json(out, sim, seed);
	else
		announce_text(out, sim, seed);
}
