/* capture.h: recorded payloads through the adapters' decoders into a core.
 *
 * A capture is JSON lines: {"time": RFC 3339 or a whole number, "venue": name, "account": name,
 * "channel": hint or absent, "status": of an answer over HTTP, absent for 200, "payload": the
 * venue's own JSON, or a string with JSON in it}; a line of another status, or with "omitted": why
 * instead of a payload, gives no event. Lines are taken in file order; time may not go back.
 * Accounts get ids in the order of first sight. Each payload is read alone, without what a session
 * remembers: an account counts as live as long as each of its lines gave events, from then on as
 * degraded. */
#ifndef PLI_ENGINE_CAPTURE_H
#define PLI_ENGINE_CAPTURE_H

#include "engine/core.h"
#include "model/registry.h"
#include "plimsoll/sys/venue.h"

typedef struct pli_capture pli_capture;

/* pli_capture_counters: lines_other: payloads that give no event; lines_broken: of these, what the
 * venue's adapter finds broken. */
typedef struct pli_capture_counters {
	uint64_t lines;
	uint64_t lines_other;
	uint64_t lines_broken;
	uint64_t events;
	plm_time_ns time_ns_last;
} pli_capture_counters;

/* Borrows core and registry (the registry that interns; the core has its own copy).
 * NULL: memory could not be had. destroy takes NULL. */
pli_capture *pli_capture_create(pli_core *core, pli_registry *registry);
void pli_capture_destroy(pli_capture *capture);

/* pli_capture_line takes one line, without its newline; blank lines are skipped.
 * until_ns: a line later than that is not taken and *ret_past (may be NULL) is set; 0: no end.
 * Errors: PLM_EDECODE (not a capture line, or of a file a payload that is broken; the fault's path
 * begins with the member), PLM_ENOTFOUND (unknown venue). The book is unchanged then. */
plm_err pli_capture_line(pli_capture *capture, plm_slice line, plm_time_ns until_ns, bool *ret_past,
    plm_fault *ret_fault);

/* pli_capture_end closes the last batch at until_ns, or (0) at the last line's time. */
void pli_capture_end(pli_capture *capture, plm_time_ns until_ns);

pli_capture_counters pli_capture_counters_get(const pli_capture *capture);

/* pli_capture_left_out: of the first payload that gave no event, its line and why; NULL: none. */
const plm_fault *pli_capture_left_out(const pli_capture *capture);

#endif
