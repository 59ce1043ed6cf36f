/* hyperliquid.h: payloads of Hyperliquid to events; for this folder and hyperliquid_live/.
 *
 * A payload of several rows is walked twice, first without emitting, so that a broken last row
 * emits nothing at all. What is told of an account goes into hl_account as well: a balance is the
 * sum of what the venue keeps in several places. */
#ifndef PLI_VENUE_HYPERLIQUID_H
#define PLI_VENUE_HYPERLIQUID_H

#include "base/fault_point.h"
#include "base/mutant.h"
#include "venue/held_legs.h"
#include "venue/json_row.h"
#include "venue/venues.h"

enum {
	HL_DEXES_MAX = 192,
	HL_DEX_NAME_MAX = 16,
	HL_TOKENS_MAX = 2048,
	HL_HOLDINGS_MAX = 256,
	HL_ADDRESS_SIZE = 42, /* "0x" and 40 hex digits */
};

/* How an account's money is kept, as userAbstraction says. STANDARD: each dex has a balance of its
 * own, and spot another one. UNIFIED: spot has it all, a pool for each asset; what a dex says of
 * its value is a part of that. PORTFOLIO: likewise, in one pool. */
typedef enum hl_mode { HL_MODE_NONE, HL_MODE_STANDARD, HL_MODE_UNIFIED, HL_MODE_PORTFOLIO } hl_mode;

/* One place where perpetuals trade: the venue's own (name "") or a builder's. collateral: id 0
 * while not known. told: the rest is there; it was true at time_ns. value: account value,
 * unrealised P&L (pnl) and isolated margins included; cross_...: of what is not isolated. */
typedef struct hl_dex {
	char name[HL_DEX_NAME_MAX];
	plm_asset_id collateral;
	bool listed, told;
	uint32_t seen; /* the reader's seen of when it was told last */
	plm_time_ns time_ns;
	plm_decimal value, pnl, available, cross_value, cross_initial, cross_maintenance;
} hl_dex;

/* A token, or a vault: an asset of its own, of which a unit is worth a USDC by the venue's word. */
typedef struct hl_holding {
	plm_asset_id asset;
	plm_decimal total, hold;
} hl_holding;

typedef struct hl_account {
	hl_mode mode;
	hl_dex dexes[HL_DEXES_MAX];
	hl_holding spots[HL_HOLDINGS_MAX], vaults[HL_HOLDINGS_MAX];
	uint32_t dexes_count, spots_count, vaults_count;
	bool spots_told, vaults_told;
	plm_decimal portfolio_ratio;
} hl_account;

/* Tokens by the venue's index: their assets, and the pair against USDC that prices them (id 0:
 * none). */
typedef struct hl_tokens {
	plm_asset_id assets[HL_TOKENS_MAX];
	plm_instrument_id pairs[HL_TOKENS_MAX];
} hl_tokens;

/* hl_reader: one walk. legs: NULL in decode; else positions are told to it, and margin tiers are
 * emitted for what it holds alone. address: of the account, lower case, "" or NULL not known.
 * unlisted: a position was opened in a contract that the lists lack; opened: in any. unsummed: a
 * state stated no sum that its positions could be held against. told: legs of the walk, or NULL. */
typedef struct hl_reader hl_reader;
typedef void hl_read(hl_reader *r);
struct hl_reader {
	pli_row row;
	const plm_venue_cfg *cfg;
	plm_event_sink *events;
	hl_account *account;
	hl_tokens *tokens;
	pli_held_legs *legs;
	hl_dex *dex; /* that a state is of, where the caller knows it */
	const char *address;
	bool dry, unlisted, opened, unsummed, *told;
	uint16_t flags;
	uint32_t seen; /* tells walks apart */
	plm_time_ns time_ns;
	uint32_t rows_count; /* BALANCE and POSITION events emitted */
	hl_read *row_read;   /* of a list that is read row by row */
};

/* Reads what is at r->row.node. pli_hl_walk runs it, first dry. pli_hl_at runs it on another node,
 * pli_hl_each on every object of a list. */
plm_err pli_hl_walk(hl_reader *r, hl_read *read);
void pli_hl_at(hl_reader *r, uint32_t node, hl_read *read);
void pli_hl_each(hl_reader *r, uint32_t list, hl_read *read);
const pli_json_node *pli_hl_node(const hl_reader *r);

/* pli_hl_begin: an event of the account (or of nobody), not later than r->time_ns. pli_hl_emit. */
void pli_hl_begin(hl_reader *r, plm_event *event, plm_event_type type, bool of_account);
void pli_hl_emit(hl_reader *r, const plm_event *event);

/* Names (hyperliquid_name.c). pli_hl_coin: the instrument of member "coin"; NULL behind an error.
 * pli_hl_token: the asset of members "coin" and "token". pli_hl_token_named: by its name alone,
 * pli_hl_token_at: by its index alone; id 0 where that is not enough: names of tokens are not
 * unique. pli_hl_asset: of a text. */
const plm_instrument *pli_hl_coin(hl_reader *r, const char *key);
plm_asset_id pli_hl_asset(hl_reader *r, plm_slice text);
plm_asset_id pli_hl_token(hl_reader *r, const char *name_key, const char *index_key);
plm_asset_id pli_hl_token_named(hl_reader *r, plm_slice name);
plm_asset_id pli_hl_token_at(hl_reader *r, uint32_t index);
plm_slice pli_hl_dex_of(plm_slice coin); /* "xyz" of "xyz:TSLA", else empty */
/* The dex of that name, made where there is none; NULL (an error) when there is no room. */
hl_dex *pli_hl_dex(hl_reader *r, plm_slice name);

/* Lists (hyperliquid_lists.c): contracts with their margin tiers, tokens and pairs, and with prices
 * beside them. pli_hl_contracts reads one dex's, pli_hl_contracts_all a list of them. */
hl_read pli_hl_contracts, pli_hl_contracts_all, pli_hl_spot_lists, pli_hl_contracts_priced,
    pli_hl_spot_priced, pli_hl_price;

/* The account (hyperliquid_account.c). pli_hl_state: of one dex; into its hl_dex. pli_hl_states:
 * members clearinghouseStates or dexToClearinghouseState. pli_hl_spots: token balances. Balances
 * are emitted by pli_hl_balances alone, once all that they are a sum of was told. */
hl_read pli_hl_state, pli_hl_states, pli_hl_spots, pli_hl_vaults, pli_hl_balances;
bool pli_hl_account_is_whole(const hl_account *account);
/* HL_MODE_NONE: no such mode is known here. */
hl_mode pli_hl_mode_of(plm_slice text);

/* What happened (hyperliquid_trade.c). */
hl_read pli_hl_fill, pli_hl_order, pli_hl_funding, pli_hl_ledger, pli_hl_error;
bool pli_hl_is_mine(hl_reader *r, const char *key); /* the address there is the account's */

/* Decoding (hyperliquid_decode.c). pli_hl_payload reads any payload that it knows; live, channels
 * of the account's state are not given to it. */
plm_err pli_hl_payload(hl_reader *r);
plm_err pli_hl_decode(
    const plm_venue_cfg *cfg, const plm_frame *frame, plm_event_sink *events, plm_fault *ret_fault);

#endif
