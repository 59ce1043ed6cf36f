/* venue_listing.h: the venues that this build knows, for a person or a program to read. */
#ifndef PLI_CLI_VENUE_LISTING_H
#define PLI_CLI_VENUE_LISTING_H

#include "cli/command.h"
#include "plimsoll/sys/venue.h"

/* pli_venue_listing_show prints one venue with all its facts (NULL: a row for each venue), or with
 * json {"venues": [...]}, where both have all facts; a bound that is not stated is "-", or null.
 * Returns a pli_exit. */
int pli_venue_listing_show(pli_cli *cli, const plm_venue_desc *one, bool json);

/* pli_venue_listing_unknown says that no venue has this name, and which one is near; returns
 * PLI_EXIT_USAGE. */
int pli_venue_listing_unknown(pli_cli *cli, const char *name);

#endif
