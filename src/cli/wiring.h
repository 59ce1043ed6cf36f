/* wiring.h: a configuration becomes an engine; an engine becomes three threads.
 *
 * The only place where all rooms meet. */
#ifndef PLI_CLI_WIRING_H
#define PLI_CLI_WIRING_H

#include "cli/command.h"
#include "cli/config.h"
#include "engine/engine.h"

/* pli_world: the tables that the process runs on. */
typedef struct pli_world {
	pli_clock clock;
	pli_disk disk;
	pli_net net;
	pli_server server;
} pli_world;

/* pli_world_init fills the tables for Linux. Errors: those of
 * pli_io_descriptors and pli_io_net_create. fini closes. */
plm_err pli_world_init(pli_world *world, plm_fault *ret_fault);
void pli_world_fini(pli_world *world);

/* Bounds of the book and of limits, for every command. */
pli_book_bounds pli_wiring_bounds(void);
enum { PLI_WIRING_LIMITS_MAX = 1024, PLI_WIRING_LIMIT_STATES_MAX = 16384 };

/* pli_wiring_facts: the configuration's assets, rates, policy and limits as events, definitions
 * first. registry is the one that interns. Errors: what emit answers, PLM_EFULL. */
plm_err pli_wiring_facts(
    const pli_config *config, pli_registry *registry, plm_time_ns now_ns, plm_event_sink *sink);

/* pli_wiring_account: one account as an engine takes it; *ret_row borrows from account and from
 * *secret, which the caller wipes, after an error too. Errors: those of pli_config_secret,
 * PLM_ECONFIG (no such venue). */
plm_err pli_wiring_account(const pli_disk *disk, const pli_config_account *account,
    pli_secret *secret, pli_account_config *ret_row, plm_fault *ret_fault);

/* pli_wiring_engine makes an engine for the configuration: accounts with their secrets, facts.
 * journal_path may be NULL. Errors: PLM_EAUTH, PLM_ECONFIG, PLM_ENOMEM, those of the journal;
 * the fault says which account. */
plm_err pli_wiring_engine(const pli_config *config, const pli_world *world,
    const char *journal_path, pli_engine **ret_engine, plm_fault *ret_fault);

/* pli_wiring_read_config reads `path` and says what is wrong on cli->err; NULL: *ret_exit says how
 * to end. The caller destroys. */
pli_config *pli_wiring_read_config(
    pli_cli *cli, const pli_disk *disk, const char *path, int *ret_exit);

/* pli_daemon_run listens, keeps an older journal, connects, and runs net and core on threads of
 * their own and serve on this one, until SIGINT, SIGTERM or a fault; returns the exit code. While
 * it cannot listen, it touches no journal: that of a daemon that runs already is its own. ready
 * (may be NULL) is called once with the port. What is wrong with a feed is said on cli->err. */
int pli_daemon_run(pli_cli *cli, const pli_config *config, pli_world *world,
    void (*ready)(void *ctx, uint16_t port), void *ctx);

#endif
