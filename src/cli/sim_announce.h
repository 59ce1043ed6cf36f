/* sim_announce.h: says where a simulator is to be found, and with which keys. */
#ifndef PLI_CLI_SIM_ANNOUNCE_H
#define PLI_CLI_SIM_ANNOUNCE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "sim/sim.h"

/* pli_sim_announce prints the seed first, then addresses and keys; json: all on one line. */
void pli_sim_announce(FILE *out, const pli_sim *sim, uint64_t seed, bool json);

#endif
