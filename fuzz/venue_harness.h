/* venue_harness.h: any bytes as a captured payload of a venue, as messages of a live session, and
 * as the answers to its requests; what is wrong sends nothing, and the session goes on.
 *
 * A target says what must be there before anything else can happen: words of the stream, and good
 * answers to some requests. The bytes are the rest. */
#ifndef PLI_FUZZ_VENUE_HARNESS_H
#define PLI_FUZZ_VENUE_HARNESS_H

#include "harness.h"
#include "venue/venues.h"

enum { FUZZ_WORDS_MAX = 8 };

/* fuzz_venue: trading: keys that can trade are let in. public_too: a session without an account as
 * well. links: the bytes are said on so many. bad_each, bad_status: each so manieth answer is of
 * that status; 0: none. reply: to the nth request of the session; NULL: the bytes. holds:
 * what is so of each event of this venue besides; NULL. words: said on link 0 when the
 * first requests are answered, up to the first NULL. */
typedef struct fuzz_venue {
	const char *key, *secret, *passphrase, *markets;
	bool trading, public_too;
	uint8_t links;
	uint32_t bad_each;
	uint16_t bad_status;
	const char *(*reply)(const plm_request *request, uint32_t nth);
	void (*holds)(const plm_event *event);
	const char *words[FUZZ_WORDS_MAX + 1];
} fuzz_venue;

/* One input: decoded, then a session. fuzz_venue_cfg: what both are given, for a target's own
 * checks. fuzz_venue_decode: decodes; returns a hash of its events. */
void fuzz_venue_run(const plm_venue_desc *desc, const fuzz_venue *venue, plm_slice bytes);
plm_venue_cfg fuzz_venue_cfg(const plm_venue_desc *desc, const fuzz_venue *venue);
uint64_t fuzz_venue_decode(
    const plm_venue_desc *desc, const plm_venue_cfg *cfg, plm_slice bytes, plm_err *ret_err);

#endif
