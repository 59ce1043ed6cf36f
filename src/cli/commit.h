/* commit.h: which commit this program was built from. */
#ifndef PLI_CLI_COMMIT_H
#define PLI_CLI_COMMIT_H

/* pli_commit: as `git describe --always --dirty` names it; "unknown" when built without git. The
 * build makes commit.c from commit.c.in. */
extern const char pli_commit[];

#endif
