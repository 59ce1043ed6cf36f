/* mark_row.h: a mark from the members of a payload, however they were found: what tickers of all
 * venues have in common. Pure. */
#ifndef PLI_VENUE_MARK_ROW_H
#define PLI_VENUE_MARK_ROW_H

#include "plimsoll/event.h"
#include "venue/json_row.h"

/* Members of a mark, by which pli_mark_read finds their nodes. */
enum {
	PLI_MARK_TIME, /* in milliseconds */
	PLI_MARK_PRICE,
	PLI_MARK_INDEX_PRICE,
	PLI_MARK_UNDERLYING_PRICE,
	PLI_MARK_IV,
	PLI_MARK_FUNDING,
	PLI_MARK_DELTA,
	PLI_MARK_GAMMA,
	PLI_MARK_VEGA,
	PLI_MARK_THETA,
	PLI_MARK_RHO,
	PLI_MARK_MEMBERS
};

/* What a mark price may be: above 0; 0 as well; anything. One that cannot be reads as unknown, and
 * leaves the payload's other facts as they are: 0 stands for "none", and a price below it is the
 * venue's mistake about one instrument. */
typedef enum pli_mark_of {
	PLI_MARK_OF_FUTURE,
	PLI_MARK_OF_OPTION,
	PLI_MARK_OF_COMBO,
} pli_mark_of;

/* pli_mark_read fills a MARK event but for its instrument. members: a node for each, 0 none. Units
 * are the payload's; its time is 0 when it has none. The mark price must be there. Errors: in
 * r->err, as of json_row.h, in the order of the members. */
void pli_mark_read(
    pli_row *r, const uint32_t members[PLI_MARK_MEMBERS], pli_mark_of of, plm_event *ret_event);

#endif
