/* demo.h: what `plimsoll run` shows without a configuration: two simulated venues on loopback
 * sockets, and a file of positions held elsewhere. */
#ifndef PLI_CLI_DEMO_H
#define PLI_CLI_DEMO_H

#include "cli/command.h"
#include "cli/config.h"
#include "sim/sim_crash.h"

typedef struct pli_demo pli_demo;

/* pli_demo_start serves the simulated venues on a thread of their own and fills the configuration
 * with their accounts, the file, assets and limits. Files go to a new folder under TMPDIR (or
 * /tmp), which stop removes, but for the journal. Returns the exit code; *ret_demo on
 * PLI_EXIT_OK only. stop takes NULL. crash: share 0 for none; what the venue does to the account
 * that it levers goes to cli->out. */
int pli_demo_start(pli_cli *cli, uint64_t seed, const pli_sim_crash *crash, pli_config *ret_config,
    pli_demo **ret_demo);
void pli_demo_stop(pli_demo *demo);

#endif
