/* feed_notes.c: feeds in trouble, as sentences. */
#include "cli/feed_notes.h"

#include <assert.h>
#include <string.h>

static const char *
feed_status_text(uint8_t status)
{
#define X(name, number, text) [number] = text,
	static const char *const texts[] = {PLM_FEED_STATUSES(X)};
#undef X
	assert(status < PLM_FEED_STATUS_COUNT_);
	return texts[status];
}

void
pli_feed_notes_take(pli_feed_notes *notes, pli_cli *cli, const pli_config *config, uint32_t index,
    const plm_feed_state *state)
{
	if (index >= config->accounts_count)
		return;
	const char *name = config->accounts[index].name;
	bool *said = &notes->accounts[index].said;
	plm_feed_state *last = &notes->accounts[index].state;
	if (state->status == PLM_FEED_LIVE) {
		if (*said)
			pli_cli_note(cli, "account %s is live again", name);
		*said = false;
		return;
	}
	/* What is down needs a person, who reads each new reason; counts in other texts do not. */
	bool same = *said && state->status == last->status &&
		    (state->status != PLM_FEED_DOWN || strcmp(state->text, last->text) == 0);
	if (state->status == PLM_FEED_CONNECTING || same)
		return;
	*said = true;
	*last = *state;
	pli_cli_note(cli, "account %s is %s: %s", name, feed_status_text(state->status),
	    state->text[0] != '\0' ? state->text : "no reason is known");
}

uint32_t
pli_feed_notes_files(pli_cli *cli, const pli_config *config, const pli_disk *disk)
{
	uint32_t missing = 0;
	for (uint32_t i = 0; i < config->accounts_count; i++) {
		const pli_config_account *account = &config->accounts[i];
		pli_file_facts facts = {0};
		if (account->path[0] == '\0')
			continue;
		plm_err err = disk->facts(disk->ctx, account->path, &facts);
		if (err == PLM_OK && !facts.is_directory)
			continue;
		missing++;
		pli_cli_note(cli, "account %s has no numbers: %s: %s", account->name, account->path,
		    err == PLM_ENOTFOUND ? "there is no such file"
		    : err != PLM_OK      ? plm_err_text(err)
					 : "this is a folder; a file is expected");
	}
	return missing;
}
