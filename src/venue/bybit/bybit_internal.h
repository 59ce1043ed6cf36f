/* bybit_internal.h: payloads of Bybit to events; for this folder and bybit_live/.
 *
 * Decoding is a walk over parsed JSON with one sticky error, as in venue/json_row.h: the first
 * thing that is wrong is kept, and nothing more is emitted. A payload of several rows is walked
 * twice, first without emitting, so that a broken last row emits nothing at all. */
#ifndef PLI_VENUE_BYBIT_INTERNAL_H
#define PLI_VENUE_BYBIT_INTERNAL_H

#include "base/mutant.h"
#include "venue/collateral_row.h"
#include "venue/name_row.h"
#include "venue/same_time.h"

/* bybit_category: the venue's product types. Spot pairs go by the names of linear contracts. */
typedef enum bybit_category {
	BYBIT_NONE,
	BYBIT_LINEAR,
	BYBIT_INVERSE,
	BYBIT_OPTION,
	BYBIT_SPOT,
	BYBIT_CATEGORIES
} bybit_category;

/* bybit_ticker: what a stream has told of one future or perpetual so far; its updates hold only
 * what changed. known: a snapshot began it. */
typedef struct bybit_ticker {
	bool known;
	plm_decimal mark_price, index_price;
	double funding_rate;
	plm_time_ns told_ns; /* venue time of the last mark that was emitted */
} bybit_ticker;

/* bybit_reader: one walk. row: the object that is read, and the sticky error. category: of the
 * payload; NONE: rows say their own. time_ns: the message's own time. ticker: of the instrument
 * that a ticker is about; NULL: no session, and then an update of a ticker is not read.
 * legs_digest: XOR over the open legs seen. observe (may be NULL) hears of each event emitted. */
typedef struct bybit_reader {
	pli_row row;
	const plm_venue_cfg *cfg;
	const pli_json_node *nodes;
	plm_event_sink *events;
	bool dry, is_portfolio;
	uint8_t category;  /* bybit_category */
	uint8_t pool_mode; /* plm_margin_mode of the account's positions; NONE: not known */
	uint16_t flags;
	uint16_t copy;         /* which of several updates of one millisecond this is */
	uint64_t sequence_min; /* rows were true then at the earliest */
	plm_time_ns time_ns;
	plm_slice channel; /* hint, or the stream's topic */
	bool of_stream;    /* the payload has a topic */
	bybit_ticker *ticker;
	uint32_t rows_count;
	uint64_t legs_digest;
	bool listed;   /* the venue's lists of linear and inverse contracts are known */
	bool unlisted; /* a contract was met that is on neither */
	pli_collateral_held *collateral; /* NULL: no session */
	void (*observe)(void *ctx, const plm_event *event);
	void *observe_ctx;
} bybit_reader;

/* Reads the object at r->row. */
typedef void bybit_read(bybit_reader *r);

/* One payload kind: what it is for a person, how a row of it is read; NULL: known, and holds
 * nothing for the book. */
typedef struct bybit_kind {
	const char *what;
	bybit_read *read;
} bybit_kind;

/* Names (bybit_name.c). name_parse: false when the venue's naming rules do not explain the name. A
 * spot pair is parsed without its prefix. _instrument interns the name in the member `key`; its
 * specification is read off the name until the venue has told it, and of linear and inverse
 * contracts only while their lists are not known. A full registry is the
 * sticky error PLM_EFULL; then, and behind any error, NULL or id 0. */
bool pli_bybit_name_parse(plm_slice text, bool spot, pli_contract_name *ret_name);
const plm_instrument *pli_bybit_instrument(bybit_reader *r, const char *key);
/* Futures and perpetuals of the category INVERSE count USD, all else coins: by its specification,
 * else by the row's category; without either contracts, each of which is one of what it will turn
 * out to count. */
plm_unit pli_bybit_unit(bybit_reader *r, const plm_instrument *spec);
bybit_category pli_bybit_category(plm_slice text);

uint64_t pli_bybit_hash(plm_slice text, uint64_t seed);

/* Rows (bybit_row.c, bybit_market.c). */
void pli_bybit_begin(bybit_reader *r, plm_event *event, plm_event_type type, bool of_account);
void pli_bybit_emit(bybit_reader *r, const plm_event *event);
bybit_read pli_bybit_position, pli_bybit_wallet, pli_bybit_execution, pli_bybit_order,
    pli_bybit_log;
bybit_read pli_bybit_ticker, pli_bybit_spot_ticker, pli_bybit_instrument_info, pli_bybit_funding;
bybit_read pli_bybit_error, pli_bybit_collateral, pli_bybit_stress;

/* Decoding (bybit_decode.c). parse puts a reader on bytes, at the object or list that holds the
 * rows, and takes topic, category and time from the envelope; read also tells the kind and walks
 * it. kind_of: PLM_EKIND says what the payload is instead. code: the answer's retCode, 0 good;
 * pli_bybit_walk walks rows as that kind. */
plm_err pli_bybit_parse(bybit_reader *r, plm_slice bytes, int64_t *ret_code);
plm_err pli_bybit_kind_of(bybit_reader *r, const bybit_kind **ret_kind);
plm_err pli_bybit_walk(bybit_reader *r, bybit_read *read);
plm_err pli_bybit_decode(
    const plm_venue_cfg *cfg, const plm_frame *frame, plm_event_sink *events, plm_fault *ret_fault);

#endif
