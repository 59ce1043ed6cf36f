/* collateral_row.h: what share of an asset a venue counts as collateral, by steps of its amount, as
 * venues list it for all assets at once; told of those that the account holds, as COLLATERAL.
 *
 * Shared by the adapters. Fixed size, pure; borrows the parsed document. */
#ifndef PLI_VENUE_COLLATERAL_ROW_H
#define PLI_VENUE_COLLATERAL_ROW_H

#include "plimsoll/sys/venue.h"
#include "venue/json_row.h"

enum { PLI_COLLATERAL_ASSETS_MAX = 4096 };

/* pli_collateral_held: assets that the account was told to hold, a bit for each id; zeroed: none.
 * Those from PLI_COLLATERAL_ASSETS_MAX on have no bit: nothing is told of them. wanted: the list is
 * to be asked for. */
typedef struct pli_collateral_held {
	uint64_t bits[PLI_COLLATERAL_ASSETS_MAX / 64];
	bool wanted;
} pli_collateral_held;

/* pli_collateral_see: a BALANCE that tells of an asset for the first time makes the list wanted. */
void pli_collateral_see(pli_collateral_held *held, const plm_event *event);

/* pli_collateral_members: of a row: the asset's name, and the list of its steps; of a step: where
 * it begins, and its share. steps NULL: the row is its only step. floor NULL: it begins at 0.
 * name_end: what stands behind the asset in the name, NULL nothing. debt_more: of a row, by what
 * share a debt counts more, NULL not told; then `weight` is what a share is less than 1. */
typedef struct pli_collateral_members {
	const char *name, *steps, *floor, *weight, *name_end, *debt_more;
} pli_collateral_members;

/* pli_collateral_read emits what the row that `r` is on says. event: a COLLATERAL as the adapter
 * begins them. held NULL: of whatever asset. Nothing of one that is not held, and of more
 * steps than an event has; steps that do not begin at 0 or do not rise, and shares that are
 * none from 0 to 1, are an error of the row. events NULL: the row is only checked. */
void pli_collateral_read(pli_row *r, const pli_collateral_members *members, plm_names *names,
    const pli_collateral_held *held, plm_event *event, const plm_event_sink *events);

#endif
