/* dydx.h: what the files of this folder share. Nothing here leaves the folder.
 *
 * An address has parents (0 to 127), each with children (its number + a multiple of 128). A parent
 * is one account: it backs all that is open in it; a child backs what is open in it alone. What is
 * told of each of them is kept in tables, and an event of the account is the sum over them. A
 * payload is walked twice, first dry: nothing is kept or sent of one with an impossible row. */
#ifndef PLI_VENUE_DYDX_H
#define PLI_VENUE_DYDX_H

#include "plimsoll/sys/venue.h"
#include "venue/held_bits.h"
#include "venue/kept_rows.h"
#include "venue/name_row.h"
#include "venue/reading.h"
#include "venue/topics.h"

enum { DYDX_LEGS_MAX = 256, DYDX_POTS_MAX = 256, DYDX_CHILDREN = 128, DYDX_ADDRESS_SIZE = 43 };

/* dydx_held: size: signed, in coins. */
typedef struct dydx_held {
	plm_decimal size, entry, pnl;
} dydx_held;

/* dydx_leg: what is open in one market by one subaccount; instrument 0: free. touched: by the
 * running walk. answer: as the running reading has it, where is_answered. */
typedef struct dydx_leg {
	plm_instrument_id instrument;
	uint32_t subaccount;
	bool touched, is_answered;
	pli_held_bits bits;
	dydx_held now, answer;
} dydx_leg;

/* dydx_pot: one subaccount. height: of the block of what is kept, 0 not told. quote: its USDC, with
 * what was paid for what is open taken off: a short's proceeds are in it. whole: equity and free
 * are of the same moment as the rest. listed: by the running reading. */
typedef struct dydx_pot {
	uint32_t number;
	bool used, whole, listed;
	int64_t height;
	plm_decimal quote, equity, free;
} dydx_pot;

/* answered: pots as the running reading has them, by their place; of one that is not believed
 * nothing is kept. full: something had no room. mixed: a market is open in two subaccounts.
 * moved: USDC came or went without a position, by moved_sum over all subaccounts, last in block
 * moved_height: a message that brings the sum to 0 ends it, or a reading; of an unknown one only a
 * reading. held_ns: since when what is kept is half of a change, 0: it is not; owed: it was not
 * sent for that. answer_height: the lowest one of the running reading; contradicted: it lacks what
 * an update has told open since it began, by its block: it is done again. overtaken: an update of a
 * later block than the answer's stood instead of it: then it ends no doubt. */
typedef struct dydx_tables {
	dydx_leg legs[DYDX_LEGS_MAX];
	dydx_pot pots[DYDX_POTS_MAX], answered[DYDX_POTS_MAX];
	bool full, mixed, moved, owed, contradicted, overtaken;
	plm_decimal moved_sum;
	int64_t moved_height, answer_height;
	plm_time_ns held_ns;
} dydx_tables;

/* So long a change that is told in part is held back. */
#define DYDX_HELD_NS (1500 * PLM_NS_PER_MS)

/* dydx_reader: one walk. tables: a blank one in decode. rows: marks and orders as they stand, NULL
 * in decode. wanted: markets that are read, NULL all. account: "address/parent" whose payloads are
 * taken, NULL any. whole: the lists are whole ones. of_reading: rows belong to a reading.
 * of_account: it told of the account. of_fill, of_cash: a message with fills; without positions.
 * since_ns: what came and went before that is not told. */
typedef struct dydx_reader {
	pli_row row;
	const plm_venue_cfg *cfg;
	plm_event_sink *events;
	dydx_tables *tables;
	pli_kept_rows *rows;
	const pli_topics *wanted;
	const char *account;
	bool dry, whole, of_reading, of_account, of_fill, of_cash;
	uint64_t seen;
	plm_time_ns now_ns, since_ns;
	int64_t height;
	plm_decimal equity;              /* of the subaccounts so far */
	uint32_t sent_count, rows_count; /* events; of them BALANCE and POSITION */
	pli_kept_row work;
} dydx_reader;

/* dydx_read reads the object at row.node. */
typedef void dydx_read(dydx_reader *r);

/* Walks (dydx_decode.c). pli_dydx_each: each object of the list or map `node`; 0: none.
 * pli_dydx_take reads what row.node holds, twice; PLM_EKIND where it is none of the kinds.
 * pli_dydx_message: a message of the stream. pli_dydx_decode is the whole of ops->decode. Errors:
 * PLM_EKIND, PLM_EDECODE, PLM_EFULL. */
void pli_dydx_each(dydx_reader *r, uint32_t node, dydx_read *read);
plm_err pli_dydx_take(dydx_reader *r);
plm_err pli_dydx_message(dydx_reader *r);
plm_err pli_dydx_decode(
    const plm_venue_cfg *cfg, const plm_frame *frame, plm_event_sink *events, plm_fault *ret_fault);
void pli_dydx_begin(const dydx_reader *r, plm_event *event, plm_event_type type);
void pli_dydx_send(dydx_reader *r, const plm_event *event);

/* Names (dydx_name.c). _market: NULL behind an error. _name: how a ticker is called
 * here: as it stands, or shortened into `room` where it is too long for a name. */
const plm_instrument *pli_dydx_market(dydx_reader *r, plm_slice ticker);
plm_slice pli_dydx_name(plm_slice ticker, char room[PLM_NAME_MAX]);
plm_asset_id pli_dydx_usdc(dydx_reader *r);

/* The account (dydx_account.c). _subaccount: an answer or first message, whole. _position, _asset:
 * rows of an update. _send_touched: the positions that walks have told since the last time, and,
 * but for an update in decode, the balance where all of it is known; `flags` to its events; nothing
 * for DYDX_HELD_NS while it is half of a change. _is_held: it is. _send_all: everything that is
 * kept. A reading: _listing begins it; _believed ends it, and what two of them lack is closed. */
dydx_read pli_dydx_subaccount, pli_dydx_position, pli_dydx_asset;
void pli_dydx_send_touched(dydx_reader *r, uint16_t flags);
void pli_dydx_send_all(dydx_reader *r, uint16_t flags);
void pli_dydx_listing(dydx_tables *tables);
bool pli_dydx_is_held(dydx_tables *tables, plm_time_ns now_ns);
bool pli_dydx_believed(dydx_tables *tables, pli_reading *reading, plm_time_ns now_ns);

/* Rows (dydx_row.c). pli_dydx_orders_end: orders that a whole list lacks are gone. */
dydx_read pli_dydx_listing_row, pli_dydx_fill, pli_dydx_order, pli_dydx_funding;
dydx_read pli_dydx_error;
void pli_dydx_orders_end(dydx_reader *r);

/* What came and went (dydx_transfer.c), of a list of REST or a message of the stream. */
dydx_read pli_dydx_transfer;

#endif
