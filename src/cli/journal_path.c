/* journal_path.c: keeps an older journal, and keeps off what is none. */
#include "cli/journal_path.h"

#include <stdio.h>

#include "cli/config.h"
#include "journal/journal.h"

static int
journal_path_keep(pli_cli *cli, const pli_disk *disk, const char *path, plm_time_ns modified_ns)
{
	char name[PLI_CONFIG_PATH_MAX + PLM_TIME_TEXT_MAX], when[PLM_TIME_TEXT_MAX];
	(void)plm_time_format(modified_ns, when);
	(void)snprintf(name, sizeof name, "%s.%s", path, when);
	plm_err err = disk->rename(disk->ctx, path, name);
	if (err != PLM_OK)
		return pli_cli_error(cli, PLI_EXIT_CANNOT_CREATE, "%s: cannot be renamed to %s: %s",
		    path, name, plm_err_text(err));
	pli_cli_note(cli, "the journal of the run before is now %s", name);
	return PLI_EXIT_OK;
}

int
pli_journal_path_prepare(pli_cli *cli, const pli_disk *disk, const char *path)
{
	pli_file_facts facts;
	plm_fault fault = {0};
	plm_err err = path[0] == '\0' ? PLM_ENOTFOUND : pli_journal_replaceable(disk, path, &fault);
	if (err == PLM_ENOTFOUND)
		return PLI_EXIT_OK;
	if (err != PLM_OK) {
		(void)pli_cli_fault(cli, NULL, &fault);
		return PLI_EXIT_CANNOT_CREATE;
	}
	if (disk->facts(disk->ctx, path, &facts) != PLM_OK || facts.size == 0)
		return PLI_EXIT_OK;
	return journal_path_keep(cli, disk, path, facts.modified_ns);
}
