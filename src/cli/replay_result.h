/* replay_result.h: what `plimsoll replay` says at its end, of a journal or of a capture. */
#ifndef PLI_CLI_REPLAY_RESULT_H
#define PLI_CLI_REPLAY_RESULT_H

#include "cli/command.h"
#include "engine/core.h"

/* pli_replay_result: events that were run again; gaps that the journal names and the events that
 * are missing in them. */
typedef struct pli_replay_result {
	pli_core *core;
	uint64_t events;
	uint64_t gaps, missing;
} pli_replay_result;

/* pli_replay_print: events, sequence, time and hash of the state; hash: the hash alone. */
void pli_replay_print(
    pli_cli *cli, const char *path, const pli_replay_result *replay, bool hash, bool json);

/* pli_replay_is_capture: the file begins like JSON lines, which a journal does not. */
bool pli_replay_is_capture(const pli_disk *disk, const char *path);

/* pli_replay_capture runs a capture from its first line to its last and prints the same. Returns a
 * pli_exit. */
int pli_replay_capture(pli_cli *cli, const char *path, bool hash, bool json);

#endif
