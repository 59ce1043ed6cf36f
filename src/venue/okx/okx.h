/* okx.h: payloads of OKX to events; for this folder and okx_live/.
 *
 * Decoding is a walk over parsed JSON with one sticky error: the first thing that is wrong is kept,
 * and nothing more is emitted. Payloads are lists, so each is walked twice, first without emitting:
 * a broken last row emits nothing at all. */
#ifndef PLI_VENUE_OKX_H
#define PLI_VENUE_OKX_H

#include "base/fault_point.h"
#include "base/mutant.h"
#include "plimsoll/sys/venue.h"
#include "venue/collateral_row.h"
#include "venue/name_row.h"
#include "venue/same_time.h"

/* okx_level: how the account margins (acctLv). UNKNOWN: no answer has said it. */
typedef enum okx_level {
	OKX_LEVEL_UNKNOWN = 0,
	OKX_LEVEL_SPOT = 1,
	OKX_LEVEL_FUTURES = 2, /* a pool for each margin currency */
	OKX_LEVEL_MULTI = 3,   /* one pool */
	OKX_LEVEL_PORTFOLIO = 4,
} okx_level;

/* okx_watcher: the live session's part in a walk; NULL in decode.
 * seen         an event that was sent; options_value: an option's own value in its settle asset
 * options_of   value of the options that settle in the asset, which is inside its equity
 * option_mark  the last mark price of an option, whose greeks come without one
 * is_wanted    false: an instrument of a list or a family that nobody has asked for */
typedef struct okx_watcher {
	void (*seen)(void *ctx, const plm_event *event, plm_decimal options_value);
	plm_decimal (*options_of)(void *ctx, plm_asset_id asset);
	plm_decimal (*option_mark)(void *ctx, plm_instrument_id id);
	bool (*is_wanted)(void *ctx, plm_slice name);
	void *ctx;
} okx_watcher;

/* okx_reader: one walk. row: the object that is read, and the sticky error. time_ns: of the
 * message, where the rows have none. copy: which of several pushes of one millisecond this is.
 * sequence_min: rows were true then at the earliest. rows_count: balances and positions sent.
 * collateral: sees the balances that are told; NULL: no session. */
typedef struct okx_reader {
	pli_row row;
	const plm_venue_cfg *cfg;
	plm_event_sink *events;
	const okx_watcher *watcher; /* NULL: none */
	plm_slice channel;
	bool dry;
	okx_level level;
	uint16_t flags, copy;
	uint64_t sequence_min;
	plm_time_ns time_ns;
	uint32_t rows_count;
	plm_decimal options_value; /* of the position that is read */
	pli_collateral_held *collateral;
} okx_reader;

/* Reads the object at r->row to its events. */
typedef void okx_read(okx_reader *r);

/* pli_okx_name_parse reads BTC-USDT (spot, and margin on it), BTC-USD-SWAP, BTC-USDT-261225,
 * BTC-USD-261225-100000-C; in USD a contract is inverse. False: the name follows no rule; else
 * *ret_name is written. No name tells a contract's size. */
bool pli_okx_name_parse(plm_slice text, pli_contract_name *ret_name);

/* As name_row.h has them. */
const plm_instrument *pli_okx_instrument(okx_reader *r, const char *key);
plm_asset_id pli_okx_asset(okx_reader *r, const char *key);

/* Shared by the rows (okx_rows.c). pli_okx_begin starts an event; pli_okx_emit sends it, false
 * where it did not leave. */
void pli_okx_begin(okx_reader *r, plm_event *event, plm_event_type type, plm_time_ns time_ns);
void pli_okx_emit(okx_reader *r, plm_event *event, bool of_account);
void pli_okx_each(okx_reader *r, const char *key, okx_read *read); /* object of that list */
plm_side pli_okx_side(okx_reader *r);

/* Rows (okx_rows.c, okx_market.c, okx_trade.c); pli_okx_balances: the account with its list of
 * currencies. */
okx_read pli_okx_position, pli_okx_balances, pli_okx_changes, pli_okx_mark, pli_okx_index,
    pli_okx_greeks, pli_okx_funding, pli_okx_spec, pli_okx_order, pli_okx_fill, pli_okx_bill,
    pli_okx_discount, pli_okx_stress;

/* okx_kind: what a payload is. read NULL: known, holds nothing for the book. */
typedef struct okx_kind {
	const char *what;
	okx_read *read;
} okx_kind;

/* Decoding (okx_decode.c). pli_okx_parse puts a reader on bytes. pli_okx_walk reads each row of the
 * list "data" (or the object itself, where there is none) with `read`; _check alone sends nothing.
 * pli_okx_kind_of: by the channel of the message, else by the members of its first row; PLM_EKIND
 * says what it is instead. pli_okx_error sends the VENUE_ERROR of an answer and gives its code. */
plm_err pli_okx_parse(okx_reader *r, plm_slice bytes);
plm_err pli_okx_check(okx_reader *r, okx_read *read);
plm_err pli_okx_walk(okx_reader *r, okx_read *read);
plm_err pli_okx_kind_of(okx_reader *r, const okx_kind **ret_kind);
plm_err pli_okx_error(okx_reader *r, int64_t *ret_code);
plm_err pli_okx_decode(
    const plm_venue_cfg *cfg, const plm_frame *frame, plm_event_sink *events, plm_fault *ret_fault);

#endif
