/* feed_notes.h: what a person at the terminal has to know of feeds, said once, when it changes. */
#ifndef PLI_CLI_FEED_NOTES_H
#define PLI_CLI_FEED_NOTES_H

#include "cli/command.h"
#include "cli/config.h"
#include "plimsoll/event.h"

/* pli_feed_notes: what was said last of each account of the configuration. Begins as zeros. */
typedef struct pli_feed_notes {
	struct {
		bool said;
		plm_feed_state state;
	} accounts[PLI_CONFIG_ACCOUNTS_MAX];
} pli_feed_notes;

/* pli_feed_notes_take says on cli->err that a feed is down, stale, degraded or in maintenance, and
 * why; and, after that, that it is live again. The same trouble is said once. index: of the account
 * in the configuration; a feed of none is passed over. */
void pli_feed_notes_take(pli_feed_notes *notes, pli_cli *cli, const pli_config *config,
    uint32_t index, const plm_feed_state *state);

/* pli_feed_notes_files says which files of accounts are not there, or are folders; returns how many
 * accounts that are. */
uint32_t pli_feed_notes_files(pli_cli *cli, const pli_config *config, const pli_disk *disk);

#endif
