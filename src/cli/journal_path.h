/* journal_path.h: the journal's file before a run writes to it. */
#ifndef PLI_CLI_JOURNAL_PATH_H
#define PLI_CLI_JOURNAL_PATH_H

#include "base/world.h"
#include "cli/command.h"

/* pli_journal_path_prepare: a journal is of one run, so an older one at the path is kept under
 * another name, and said. Nothing that is no journal, or that another process writes, is touched:
 * then a sentence is printed. path "": no journal. Returns the exit code. */
int pli_journal_path_prepare(pli_cli *cli, const pli_disk *disk, const char *path);

#endif
