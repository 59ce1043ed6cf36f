/* sim.h: the simulated venues together: one seeded world, a server each, faults, and the truth.
 *
 * The caller brings the servers (Linux: pli_io_server_create, or memory in a test) and the time.
 * Besides the venues' own protocols each server answers:
 *	GET  /sim/truth                  the simulator's own state as JSON, with a sequence
 *	POST /sim/fault?name=&count=&duration_ms=   one of the faults of sim_wire.h
 *	POST /sim/pause, /sim/resume     freeze or resume prices and trading, at both venues
 * All calls of one pli_sim come from one thread. Memory is taken at create and stays. */
#ifndef PLI_SIM_SIM_H
#define PLI_SIM_SIM_H

#include "base/json_write.h"
#include "base/world.h"
#include "sim/sim_crash.h"
#include "sim/sim_shock.h"
#include "sim/sim_wire.h"

enum { PLI_SIM_CREDENTIALS_MAX = 56 };

/* pli_sim_config. servers: a NULL send means that venue is not served. ports: 0 picks one.
 * faults: bit per pli_sim_fault that is fired by seed, about every fault_mean_s (0: 20). */
typedef struct pli_sim_config {
	uint64_t seed;
	double speed; /* market time over wall time; 0: 1 */
	plm_time_ns start_ns;
	const char *host; /* NULL: 127.0.0.1 */
	uint16_t ports[PLI_SIM_SERVERS];
	pli_server servers[PLI_SIM_SERVERS];
	/* venues beyond the first PLI_SIM_VENUES that are in the world too: another one for this
	 * seed */
	bool added[PLI_SIM_MARKETS];
	bool transfers;      /* coins move between accounts (sim_transfer.h) */
	pli_sim_crash crash; /* share 0: none; with one the seed makes another world, too */
	uint32_t faults;
	double fault_mean_s;
	uint64_t copies; /* of keys of Binance's USD-M accounts, as sim_binance.h has them */
	int64_t step_ns; /* between two states of the market; 0: PLI_SIM_STEP_MS */
} pli_sim_config;

/* pli_sim_credential: one demo key; texts live as long as the simulator. */
typedef struct pli_sim_credential {
	pli_sim_venue venue; /* the market */
	const char *account;
	const char *key;
	const char *secret;
	const char
	    *passphrase; /* "" where the venue has none; so is secret, where key is an address */
	bool can_trade;
} pli_sim_credential;

typedef struct pli_sim pli_sim;

/* pli_sim_create makes the world and listens. Errors: PLM_ENOMEM; what listen gives, with the
 * address in the fault. destroy takes NULL; the servers stay the caller's. */
plm_err pli_sim_create(const pli_sim_config *config, pli_sim **ret_sim, plm_fault *ret_fault);
void pli_sim_destroy(pli_sim *sim);

/* pli_sim_do_work: one turn: time, prices, trades, frames that are due, then each server's poll
 * for at most half of wait_ns. Returns how much was done. */
int pli_sim_do_work(pli_sim *sim, plm_time_ns now_ns, int64_t wait_ns);

/* pli_sim_port: where a venue or the server of a market listens; 0 when it is not served. */
uint16_t pli_sim_port(const pli_sim *sim, pli_sim_venue venue);

/* pli_sim_credentials fills at most PLI_SIM_CREDENTIALS_MAX rows, read-only keys before trading
 * keys of an account; returns how many. */
uint32_t pli_sim_credentials(
    const pli_sim *sim, pli_sim_credential ret_rows[PLI_SIM_CREDENTIALS_MAX]);

/* pli_sim_opens: is that account of the world read with the credential? Its own is, and at Binance
 * those that its trader has in the other markets. */
bool pli_sim_opens(const pli_sim *sim, const pli_sim_credential *row, uint32_t account);

/* pli_sim_truth writes the state of one venue, all its markets, as one JSON object. */
void pli_sim_truth(const pli_sim *sim, pli_sim_venue venue, pli_json_writer *w);

/* pli_sim_pause, pli_sim_fire: what the two POSTs do. */
void pli_sim_pause(pli_sim *sim, bool paused);
void pli_sim_fire(
    pli_sim *sim, pli_sim_venue venue, pli_sim_fault fault, uint32_t count, uint32_t duration_ms);

/* pli_sim_strike: a shock of sim_shock.h; answers how much it touched. */
uint32_t pli_sim_strike(pli_sim *sim, const pli_sim_shock *shock);

/* pli_sim_watch: who hears of each change of the world, before the venue tells its clients. */
void pli_sim_watch(pli_sim *sim, const pli_sim_news_sink *watcher);

/* pli_sim_world_of: the world itself, to compare with; borrowed. */
const pli_sim_world *pli_sim_world_of(const pli_sim *sim);

#endif
