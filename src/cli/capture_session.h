/* capture_session.h: the accounts of a configuration, watched and written down. */
#ifndef PLI_CLI_CAPTURE_SESSION_H
#define PLI_CLI_CAPTURE_SESSION_H

#include "cli/wiring.h"

/* pli_capture_session writes what the venues of the configuration say to a new file at `path` (see
 * engine/recorder.h) until SIGINT, SIGTERM or, seconds > 0, for so long; says on cli->err what is
 * wrong with feeds and, at the end, what was written. Returns a pli_exit: UNAVAILABLE when nothing
 * was heard at all, CANNOT_CREATE when there is such a file or none can be made. */
int pli_capture_session(pli_cli *cli, const pli_config *config, const pli_world *world,
    const char *path, int64_t seconds);

#endif
