/* bitmex.h: what the files of this folder share. Nothing here leaves the folder.
 *
 * The stream tells tables: a whole row first ("partial", "insert"), then members that changed. A
 * sparse row means something only beside the last whole one, so rows are kept. A payload is walked
 * twice, first dry: nothing is kept or sent of one with an impossible row. */
#ifndef PLI_VENUE_BITMEX_H
#define PLI_VENUE_BITMEX_H

#include "plimsoll/sys/venue.h"
#include "venue/kept_rows.h"
#include "venue/name_row.h"

enum { BITMEX_ASSETS_MAX = 64 };

/* bitmex_asset: a currency of amounts ("XBt"): whole numbers of 10^-scale of the asset. */
typedef struct bitmex_asset {
	char currency[12];
	plm_asset_id id;
	uint8_t scale;
} bitmex_asset;

typedef struct bitmex_tables {
	pli_kept_rows rows;
	bitmex_asset assets[BITMEX_ASSETS_MAX];
	uint32_t assets_count;
	uint64_t account;
} bitmex_tables;

/* Of kept rows, as the venue writes them: currentQty and homeNotional of a position, leavesQty of
 * an order; initMargin, maintMargin and marginUsedPcnt of a pool. */
enum { BITMEX_AMOUNT = 0, BITMEX_HOME = 1, BITMEX_INIT = 0, BITMEX_MAINT = 1, BITMEX_USED = 2 };

/* bitmex_reader: one walk. tables NULL: decode, where every row stands alone. whole: rows are whole
 * ones; gone: rows name what is no more. lacking: a sparse row had no whole one before it.
 * wallet_moved: a margin's walletBalance is another one than before. observe: called with each row
 * that is kept; may be NULL. account: whose rows they are; 0 not told yet. since_ns: what came and
 * went before that is not told. */
typedef struct bitmex_reader {
	pli_row row;
	const plm_venue_cfg *cfg;
	plm_event_sink *events;
	bitmex_tables *tables;
	bool dry, whole, gone, lacking, wallet_moved;
	uint16_t flags;
	uint64_t seen, account;
	plm_time_ns since_ns;
	uint32_t sent_count, rows_count; /* events; of them BALANCE and POSITION */
	pli_kept_row work;
	void (*observe)(void *ctx, const pli_kept_row *row);
	void *observe_ctx;
} bitmex_reader;

/* bitmex_read reads the object at row.node of a bitmex_reader. */
typedef void bitmex_read(void *reader);

/* Walks (bitmex_decode.c). pli_bitmex_walk reads each object of the list at r->row.node, or the one
 * object there, first dry. pli_bitmex_table reads a message of a table; ret_name: its name.
 * pli_bitmex_decode is the whole of ops->decode. Errors: PLM_EKIND, PLM_EDECODE, PLM_EFULL. */
plm_err pli_bitmex_walk(bitmex_reader *r, bitmex_read *read);
plm_err pli_bitmex_table(bitmex_reader *r, plm_slice *ret_name);
plm_err pli_bitmex_decode(
    const plm_venue_cfg *cfg, const plm_frame *frame, plm_event_sink *events, plm_fault *ret_fault);

/* pli_bitmex_row_open puts the kept row of that event type and key into r->work, or a blank one;
 * false: this message is older than what is kept, or is sparse and nothing is kept. _close keeps it
 * and sends its event. _send: another event of the account. */
bool pli_bitmex_row_open(bitmex_reader *r, plm_event_type type, uint64_t key);
void pli_bitmex_row_close(bitmex_reader *r);
void pli_bitmex_send(bitmex_reader *r, const plm_event *event);

/* pli_bitmex_one_account refuses the row where it is of another account than those before. */
void pli_bitmex_one_account(bitmex_reader *r);

/* Names (bitmex_name.c). pli_bitmex_currency: the asset of a currency ("XBt" is BTC) and its scale,
 * PLI_SCALE_UNKNOWN where neither the venue's list nor this adapter knows it. _instrument: by
 * member "symbol", with what name and row say; NULL behind an error. _is_quanto: settled in a coin
 * that is neither its underlying nor its quote. */
plm_asset_id pli_bitmex_currency(bitmex_reader *r, plm_slice text, uint8_t *ret_scale);
const plm_instrument *pli_bitmex_instrument(bitmex_reader *r);
bool pli_bitmex_is_quanto(const plm_instrument *spec);
bool pli_bitmex_is_spot(plm_slice symbol);

/* Rows (bitmex_row.c). pli_bitmex_orders_end: orders that a whole list lacks are gone. */
bitmex_read pli_bitmex_position, pli_bitmex_margin, pli_bitmex_listing, pli_bitmex_assets;
bitmex_read pli_bitmex_execution, pli_bitmex_order, pli_bitmex_funding, pli_bitmex_error;
bitmex_read pli_bitmex_history;
void pli_bitmex_orders_end(bitmex_reader *r);

#endif
