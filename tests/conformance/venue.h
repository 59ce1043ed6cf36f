/* venue.h: what every venue's adapter must do, as one suite over a recording of the venue.
 *
 * An adapter runs in the program's own host; the other end is tests/conformance/NAME.recording.
 * tests/conformance/README.md says how to write one. The whole test of a venue:
 *
 *     int main(void) { return conformance_run(&pli_venue_deribit, "deribit"); } */
#ifndef TESTS_CONFORMANCE_VENUE_H
#define TESTS_CONFORMANCE_VENUE_H

#include "venue/venues.h"

/* Runs every behaviour of venue.c, as TAP. A behaviour that the venue cannot show needs a line
 * "== none BEHAVIOUR: REASON" in its recording: one that is merely not there fails. Returns main's
 * value. */
int conformance_run(const plm_venue_desc *desc, const char *name);

/* The same for a venue that is a watched file. */
int conformance_run_file(const plm_venue_desc *desc, const char *name);

#endif
