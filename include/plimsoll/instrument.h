/* instrument.h: what a tradable thing is, in the same words for every venue. */
#ifndef PLIMSOLL_INSTRUMENT_H
#define PLIMSOLL_INSTRUMENT_H

#include <stddef.h>
#include <stdint.h>

#include "plimsoll/decimal.h"
#include "plimsoll/ids.h"
#include "plimsoll/time.h"

/* PLM_KINDS: name, number, text. UNKNOWN: the venue named it, its specification is not known. */
#define PLM_KINDS(X)                                                                               \
	X(UNKNOWN, 0, "unknown")                                                                   \
	X(SPOT, 1, "spot")                                                                         \
	X(PERPETUAL, 2, "perpetual")                                                               \
	X(FUTURE, 3, "future")                                                                     \
	X(OPTION, 4, "option")                                                                     \
	X(COMBO, 5, "combo")

#define X(name, number, text) PLM_KIND_##name = number,
typedef enum plm_kind { PLM_KINDS(X) PLM_KIND_COUNT_ } plm_kind;
#undef X

/* plm_option_type: NONE unless kind is OPTION. */
typedef enum plm_option_type {
	PLM_OPTION_NONE = 0,
	PLM_OPTION_CALL = 1,
	PLM_OPTION_PUT = 2,
} plm_option_type;

/* plm_unit: what one unit of a position's quantity is, as the venue counts it.
 * CONTRACTS  quantity x multiplier gives coins (linear, option) or quote currency (inverse)
 * COINS      units of the underlying; the multiplier is not applied again
 * USD        units of the quote currency (Deribit's inverse futures count this way) */
#define PLM_UNITS(X)                                                                               \
	X(CONTRACTS, 0, "contracts")                                                               \
	X(COINS, 1, "coins")                                                                       \
	X(USD, 2, "usd")

#define X(name, number, text) PLM_UNIT_##name = number,
typedef enum plm_unit { PLM_UNITS(X) PLM_UNIT_COUNT_ } plm_unit;
#undef X

enum { PLM_NAME_MAX = 56, PLM_SYMBOL_MAX = 96 };

/* plm_instrument: the specification.
 * inverse      settled in the underlying, worth a fixed number of quote units (1/price rule)
 * multiplier   linear, option: coins per contract; inverse: quote units per contract; > 0, or
 *              unknown
 * strike       in quote units; unknown unless kind is OPTION
 * expiry_ns    0 for spot and perpetual
 * expiry_by_name   1: only the day was told; the hour is the one that naming rules say
 * delist_time_ns   when the venue takes the contract off and settles what is open; 0: it said
 *              nothing of the kind; PLM_DELISTED_UNDATED: it is off, and nobody said since when
 * spec_source  who said so: the venue's own specification, or its naming rules alone
 * name         the venue's own name, NUL-terminated */
#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wpadded" /* a payload of events: see event.h */
typedef struct plm_instrument {
	plm_instrument_id id;
	plm_venue_id venue;
	plm_asset_id underlying;
	plm_asset_id quote;
	plm_asset_id settle;
	uint8_t kind;        /* plm_kind */
	uint8_t option_type; /* plm_option_type */
	uint8_t inverse;     /* 0 or 1 */
	uint8_t spec_source; /* plm_spec_source */
	uint8_t expiry_by_name;
	uint8_t reserved[7]; /* 0 */
	plm_decimal multiplier;
	plm_decimal strike;
	plm_time_ns expiry_ns;
	plm_time_ns delist_time_ns;
	char name[PLM_NAME_MAX];
	uint64_t reserved_last; /* 0 */
} plm_instrument;
#pragma GCC diagnostic pop

#define PLM_DELISTED_UNDATED ((plm_time_ns)1)

/* plm_spec_source: NONE: only the name is known; NAME: read off the name by the venue's naming
 * rules; VENUE: the venue's own instrument payload. A better source replaces a worse one. */
typedef enum plm_spec_source {
	PLM_SPEC_NONE = 0,
	PLM_SPEC_NAME = 1,
	PLM_SPEC_VENUE = 2,
} plm_spec_source;

/* plm_kind_text, plm_unit_text: the row's text; never NULL. */
const char *plm_kind_text(plm_kind kind);
const char *plm_unit_text(plm_unit unit);

/* plm_symbol_format writes the CCXT unified symbol: "BTC/USDT", "BTC/USDT:USDT",
 * "BTC/USD:BTC-261225", "BTC/USD:BTC-261225-100000-C". underlying, quote and settle are the
 * assets' names. Returns the length, or 0 with ret_text = "" when the kind is UNKNOWN or COMBO
 * or a needed part is missing. Always NUL-terminated. Source of the form: CCXT manual,
 * "Symbols and Market Ids" (2024). */
size_t plm_symbol_format(const plm_instrument *instrument, const char *underlying,
    const char *quote, const char *settle, char ret_text[PLM_SYMBOL_MAX]);

/* plm_symbol: the parts of a unified symbol, as plm_symbol_parse reads them. Slices borrow from
 * the text. settle is empty for spot; expiry_ns is 08:00 UTC of the date, the hour at which the
 * venues of this kind settle; strike unknown unless an option. */
typedef struct plm_symbol {
	plm_slice base;
	plm_slice quote;
	plm_slice settle;
	plm_kind kind;
	plm_option_type option_type;
	plm_time_ns expiry_ns;
	plm_decimal strike;
	uint8_t inverse; /* settle == base and kind is not SPOT */
} plm_symbol;

/* plm_symbol_parse is the inverse of plm_symbol_format.
 * Errors: PLM_EPARSE. *ret_symbol is written on success only. */
plm_err plm_symbol_parse(plm_slice text, plm_symbol *ret_symbol);

#endif
