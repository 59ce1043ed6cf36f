/* binance_internal.h: what the folders of Binance share. Nothing here leaves them.
 *
 * Decoding is a walk over parsed JSON with one sticky error: the first thing that is wrong is
 * kept, everything read after it is "unknown", and nothing more is emitted. A payload of several
 * rows is walked twice, first without emitting, so that a broken last row emits nothing at all. */
#ifndef PLI_VENUE_BINANCE_INTERNAL_H
#define PLI_VENUE_BINANCE_INTERNAL_H

#include "plimsoll/sys/venue.h"
#include "venue/collateral_row.h"
#include "venue/contract_name.h"
#include "venue/held_bits.h"
#include "venue/json_row.h"

/* binance_held: hashes of the assets that an account was seen to hold, or owe, and what its
 * readings say of each; what comes past the bound is not in it. */
enum { BINANCE_HELD_MAX = 512 };
typedef struct binance_held {
	uint32_t count;
	uint64_t hashes[BINANCE_HELD_MAX];
	pli_held_bits bits[BINANCE_HELD_MAX];
} binance_held;

/* pli_binance_holds: false for NULL. Cost: linear in what is held. */
bool pli_binance_holds(const binance_held *held, plm_slice asset);

/* binance_isolated: what isolated margin pairs hold, net, and owe, added up by asset. told: a
 * wallet of the cross account has it in. */
enum { BINANCE_ISOLATED_MAX = 128 };
typedef struct binance_isolated_row {
	plm_asset_id asset;
	bool told;
	plm_decimal net, borrowed;
} binance_isolated_row;

typedef struct binance_isolated {
	uint32_t count;
	binance_isolated_row rows[BINANCE_ISOLATED_MAX];
} binance_isolated;

/* binance_reader: one walk. row: the object that is read, and the sticky error. keys: the table of
 * member names that it is read by. legs_digest: XOR over the open legs seen (symbol, side,
 * quantity). rows_count: BALANCE and POSITION events emitted. quiet_positions: count legs into the
 * digest, emit none (the live snapshot takes positions from positionRisk, which knows more).
 * quiet_balances: emit no balances (those of the stream are a part of a wallet). quiet_departures:
 * emit no transfer away (it may go to another part of it). held: where assets
 * with a balance are noted, empty wallets that are not being passed over; NULL: all are told.
 * isolated: made by the answer about isolated margin, told with the wallets of cross margin; NULL:
 * neither. cost: what the options seen did cost is added to it, and an options account's cash is
 * told by it; NULL: neither. collateral: sees the balances that are told; NULL: no session. */
typedef struct binance_reader {
	pli_row row;
	const void *keys;
	const plm_venue_cfg *cfg;
	const pli_json_node *nodes;
	plm_event_sink *events;
	binance_held *held;
	binance_isolated *isolated;
	plm_decimal *cost;
	pli_collateral_held *collateral;
	bool dry, quiet_positions, quiet_balances, quiet_departures;
	uint8_t pool_mode;  /* plm_margin_mode of what is not isolated; NONE: not known */
	uint8_t sides_open; /* bits of plm_side: the open legs seen */
	uint16_t flags;
	uint16_t copy;         /* which of several updates of one millisecond this is */
	uint64_t sequence_min; /* rows were true then at the earliest */
	plm_time_ns time_ns;
	plm_slice channel;
	uint32_t rows_count;
	uint64_t legs_digest;
	uint32_t
	    listed_max;  /* instruments above it are newer than the venue's list; 0: no list yet */
	uint32_t id_max; /* of the instruments met */
	bool unlisted;   /* one of them is not on the list */
} binance_reader;

/* Reads the object at r->row by r->keys. */
typedef void binance_read(binance_reader *r);

/* pli_binance_at runs `read` on another object; _each on every object of a list (PLI_NO_LIST has
 * none), until the first error. The reader comes back to where it was. */
void pli_binance_at(binance_reader *r, uint32_t node, binance_read *read, const void *keys);
void pli_binance_each(binance_reader *r, uint32_t list, binance_read *read, const void *keys);

/* pli_binance_begin zeroes an event of the account (or of nobody); pli_binance_emit sends it. */
void pli_binance_begin(binance_reader *r, plm_event *event, plm_event_type type, bool of_account);
void pli_binance_emit(binance_reader *r, const plm_event *event);

/* pli_binance_sequence: the venue's update time as a sequence: microseconds, where the three
 * digits below the millisecond tell several updates of one millisecond apart. 0 for no time. */
uint64_t pli_binance_sequence(plm_time_ns time_ns, uint32_t copy);
enum { BINANCE_COPY_LAST = 999 };

uint64_t pli_binance_hash(plm_slice text, uint64_t seed);

/* Names (binance_name.c). pli_binance_asset, _instrument: ids; the specification is read off the
 * name where the venue has not told it. Once its list is known a name says nothing: a contract that
 * the list lacks stays without a specification. A full registry is the sticky error PLM_EFULL. */
plm_asset_id pli_binance_asset(binance_reader *r, const char *key);
const plm_instrument *pli_binance_instrument(binance_reader *r, const char *key);

/* pli_binance_unit: what sizes count: USD-M coins, COIN-M and options contracts. By the name where
 * nothing else tells of the contract. */
plm_unit pli_binance_unit(const plm_instrument *spec);

/* pli_binance_name_parse: false when the venue's naming rules do not explain the name. */
bool pli_binance_name_parse(plm_slice text, pli_contract_name *ret_name);
/* "BTCUSD" or "BTCUSDT" into base and quote, for indexes and pairs. */
bool pli_binance_pair_split(plm_slice pair, plm_slice *ret_base, plm_slice *ret_quote);

/* One payload kind: what it is for a person, how it is read. rows: may emit more than one event,
 * so it is walked dry first. read NULL: known, holds nothing for the book. */
typedef struct binance_kind {
	const char *what;
	binance_read *read;
	const void *keys;
	bool rows;
} binance_kind;

/* Rows (binance_rows.c): each table names the members of one endpoint; NULL: it has none. */
typedef struct binance_position_keys {
	const char *symbol, *side, *amount, *entry, *mark, *pnl, *pnl_too, *liquidation, *leverage,
	    *initial, *maintenance, *mode, *isolated, *isolated_too, *time, *adl;
	bool unordered;
} binance_position_keys;

typedef struct binance_balance_keys {
	const char *asset, *wallet, *wallet_more, *borrowed, *interest, *pnl, *pnl_more, *equity,
	    *available, *time;
	bool wallet_without_loans; /* the wallet as stated does not count loans as negative */
	bool wallet_is_all;        /* nothing unrealised: equity is the wallet */
	bool equity_has_options;   /* equity less P&L is cash and what options cost */
	bool wallet_is_cash;       /* beside options: their value and P&L are not in it */
	bool with_isolated;        /* of a margin account */
	uint8_t mode;              /* plm_margin_mode */
} binance_balance_keys;

typedef struct binance_margin_keys {
	uint8_t mode;
	const char *equity, *initial, *maintenance, *available, *ratio;
} binance_margin_keys;

typedef struct binance_mark_keys {
	const char *symbol, *time, *mark, *index, *funding, *funding_time, *iv, *delta, *gamma,
	    *vega, *theta;
} binance_mark_keys;

typedef struct binance_order_keys {
	const char *symbol, *id, *side, *price, *quantity, *filled, *state, *reduce_only, *time;
} binance_order_keys;

void pli_binance_margin(binance_reader *r, const binance_margin_keys *keys, plm_asset_id asset);
binance_read pli_binance_position, pli_binance_balance, pli_binance_mark, pli_binance_order,
    pli_binance_call, /* of a position in a MARGIN_CALL, by its keys */
    pli_binance_fill; /* the fill in an ORDER_TRADE_UPDATE */

/* pli_binance_note_held: also what is owed, which needs a price as well. False: an empty wallet
 * that never held anything. */
bool pli_binance_note_held(binance_reader *r, const plm_balance *balance);

/* Isolated margin (binance_isolated.c). _add puts what pairs hold of its asset into a
 * wallet. _rest tells the assets without a wallet in the
 * cross account. */
void pli_binance_isolated_add(binance_reader *r, plm_balance *balance);
void pli_binance_isolated_rest(binance_reader *r);
binance_read pli_binance_read_isolated;

/* Payloads (binance_payload.c). pli_binance_pool_mode: plm_margin_mode that the multi-assets mode
 * of the object at r->row gives to what is not isolated. */
uint8_t pli_binance_pool_mode(binance_reader *r);
enum { BINANCE_RIGHTS_MAX = 256 };
/* pli_binance_rights: what a key may do beyond reading; text: those rights by name, "" none. */
plm_err pli_binance_rights(binance_reader *r, bool *ret_can_trade, bool *ret_can_withdraw,
    char ret_text[BINANCE_RIGHTS_MAX]);
extern const binance_position_keys pli_binance_position_rest, pli_binance_position_option;
extern const binance_balance_keys pli_binance_balance_futures, pli_binance_balance_portfolio;
extern const binance_mark_keys pli_binance_mark_stream, pli_binance_mark_premium,
    pli_binance_mark_option_stream, pli_binance_mark_option_rest;
extern const binance_order_keys pli_binance_order_rest;
binance_read pli_binance_ticker, pli_binance_read_legs, pli_binance_read_option_update,
    pli_binance_read_futures_account, pli_binance_read_portfolio_account,
    pli_binance_read_option_account, pli_binance_read_spot_account, pli_binance_read_margin_account,
    pli_binance_read_index, pli_binance_read_asset_index, pli_binance_read_funding,
    pli_binance_read_instruments, pli_binance_read_options, pli_binance_read_tiers,
    pli_binance_read_share, pli_binance_read_buffers, pli_binance_read_error,
    pli_binance_read_account_update, pli_binance_read_margin_call, pli_binance_read_order_update,
    pli_binance_read_spot_update, pli_binance_read_balance_change;

/* What the answers of a session hold (binance_payload.c), by what was asked for. */
extern const binance_kind pli_binance_kind_contracts, pli_binance_kind_tiers,
    pli_binance_kind_shares, pli_binance_kind_buffers, pli_binance_kind_account,
    pli_binance_kind_positions, pli_binance_kind_orders, pli_binance_kind_tickers,
    pli_binance_kind_rates, pli_binance_kind_spot, pli_binance_kind_margin,
    pli_binance_kind_isolated, pli_binance_kind_premium, pli_binance_kind_portfolio,
    pli_binance_kind_portfolio_balances, pli_binance_kind_legs, pli_binance_kind_options,
    pli_binance_kind_option_account, pli_binance_kind_option_positions;

/* Decoding (binance_decode.c). pli_binance_parse puts a reader on bytes, at the payload inside its
 * envelope; _kind_of tells its kind (or says, PLM_EKIND, what it is instead); _walk reads it;
 * _read does all three, _decode with a reader of its own. */
plm_err pli_binance_parse(binance_reader *r, plm_slice bytes);
plm_err pli_binance_kind_of(binance_reader *r, const binance_kind **ret_kind);
plm_err pli_binance_walk(binance_reader *r, const binance_kind *kind);
plm_err pli_binance_read(binance_reader *r, plm_slice bytes);
plm_err pli_binance_decode(
    const plm_venue_cfg *cfg, const plm_frame *frame, plm_event_sink *events, plm_fault *ret_fault);

#endif
