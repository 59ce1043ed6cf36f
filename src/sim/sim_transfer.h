/* sim_transfer.h: coins that go from one account of the world to another: of one venue at once,
 * else minutes later, now and then less a fee; and coins that a venue refused to send, which come
 * back.
 *
 * Amounts differ from one another, and from what comes from outside, by more than what a fee may
 * be, so that none can be taken for another. They have chances of their own. */
#ifndef PLI_SIM_TRANSFER_H
#define PLI_SIM_TRANSFER_H

#include "base/random.h"
#include "sim/sim_account.h"

enum { PLI_SIM_TRANSFERS_MAX = 512 };

/* What is not of a transfer, and comes from outside or goes there, is worth less than this. */
#define PLI_SIM_TRANSFER_USD_MIN 5000.0

typedef enum pli_sim_transfer_state {
	PLI_SIM_TRANSFER_FLIES,
	PLI_SIM_TRANSFER_ARRIVED,
	PLI_SIM_TRANSFER_RETURNED,
} pli_sim_transfer_state;

/* pli_sim_transfer: from, to: accounts of the world. sent: what leaves; got: what arrives of it.
 * refused: it comes back, all of it. over_ns: when it does either, by the world's time. id: from 1,
 * in order. */
typedef struct pli_sim_transfer {
	uint64_t id;
	uint32_t from, to;
	pli_sim_asset asset;
	plm_decimal sent, got;
	bool refused;
	pli_sim_transfer_state state;
	plm_time_ns left_ns, over_ns;
} pli_sim_transfer;

/* count: ever; the last PLI_SIM_TRANSFERS_MAX are kept. next_ns: of the next one; 0: there are
 * none in this world. */
typedef struct pli_sim_transfers {
	pli_random random;
	plm_time_ns next_ns;
	uint64_t count;
	pli_sim_transfer rows[PLI_SIM_TRANSFERS_MAX];
} pli_sim_transfers;

struct pli_sim_world;

/* pli_sim_transfers_open: from start_ns on coins move. _step: at now_ns what is due leaves, arrives
 * or comes back, each told at once. */
void pli_sim_transfers_open(pli_sim_transfers *transfers, uint64_t seed, plm_time_ns start_ns);
void pli_sim_transfers_step(struct pli_sim_world *w, plm_time_ns now_ns);

/* pli_sim_transfer_find: NULL: id 0, or no longer kept. */
const pli_sim_transfer *pli_sim_transfer_find(const pli_sim_transfers *transfers, uint64_t id);

/* pli_sim_transfer_is_party: accounts of that venue send and get them: what comes and goes is told
 * there. */
bool pli_sim_transfer_is_party(pli_sim_venue venue);

#endif
