/* recorder.h: a net table in front of another that writes what venues say as a capture.
 *
 * What comes in, each WebSocket message and each answer, becomes one line in the format of
 * capture.h before the engine behind sees it. What goes out is not written: requests are where keys
 * and signatures stand.
 *
 * No secret is in the file, by three means. By structure: the text of members that are credentials
 * or name a person wherever a venue says them (access_token, listenKey, email, ...) is replaced by
 * "removed"; a payload that is no JSON, in which members cannot be told, is left out, with its
 * size. By memory: what was removed once, and each account's key, secret and passphrase, are then
 * looked for in every whole line, plain and as JSON escapes them, and overwritten too. And nothing
 * of an address behind its path is written.
 *
 * Net agent's thread only. */
#ifndef PLI_ENGINE_RECORDER_H
#define PLI_ENGINE_RECORDER_H

#include "engine/venue_host.h"

typedef struct pli_recorder pli_recorder;

/* Borrowed tables must outlive the recorder. */
typedef struct pli_recorder_config {
	const pli_net *net;
	const pli_clock *clock;
	const pli_disk *disk;
	const char *path;
} pli_recorder_config;

/* pli_recorder_counters: omitted: lines without their payload; removed: texts that were
 * overwritten. */
typedef struct pli_recorder_counters {
	uint64_t lines;
	uint64_t omitted;
	uint64_t removed;
	uint64_t bytes;
} pli_recorder_counters;

/* pli_recorder_create makes the file, mode 0600. Errors: PLM_ENOMEM, PLM_EINUSE (there is such a
 * file: nothing is ever written over), those of the disk; the fault says which. */
plm_err pli_recorder_create(
    const pli_recorder_config *config, pli_recorder **ret_recorder, plm_fault *ret_fault);

/* destroy takes NULL; flushes, closes, wipes. What it could not write is lost: close first. */
void pli_recorder_destroy(pli_recorder *recorder);

enum { PLI_RECORDER_SECRET_MIN = 6 };

/* pli_recorder_account: the accounts of the engine behind, in the order in which they are added
 * to it. Copies. Errors: PLM_EFULL; PLM_EARG: a credential has under PLI_RECORDER_SECRET_MIN bytes
 * and could not be told from other text. */
plm_err pli_recorder_account(
    pli_recorder *recorder, const pli_account_config *account, plm_fault *ret_fault);

/* pli_recorder_net: the table to give to the engine; lives as long as the recorder. */
const pli_net *pli_recorder_net(const pli_recorder *recorder);

/* pli_recorder_flush hands what waits to the disk. Errors: those of the disk, of this or any
 * earlier write: the file then ends in the middle of a line, and nothing more is written. */
plm_err pli_recorder_flush(pli_recorder *recorder);

/* pli_recorder_close flushes and waits until it is durable. Errors: as flush. */
plm_err pli_recorder_close(pli_recorder *recorder);

pli_recorder_counters pli_recorder_counters_get(const pli_recorder *recorder);

#endif
