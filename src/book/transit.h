/* transit.h: coins that left an account of ours and have not reached another.
 *
 * A book that was told a transit account (ACCOUNT with is_transit) keeps one row for each movement
 * that a TRANSFER tells of, and holds the coins of those that are under way as balances of that
 * account, so that they stand in the net once. How the two sides of a movement find each other, and
 * what stays in doubt meanwhile, is in docs/reference/transit.md. */
#ifndef PLI_BOOK_TRANSIT_H
#define PLI_BOOK_TRANSIT_H

#include "plimsoll/event.h"

/* PLI_TRANSITS: states: name, number, text.
 * PENDING      asked for; the coins are in the balance as before
 * LEAVING      told as gone; the balance still shows them
 * IN_FLIGHT    gone; nobody has them
 * ARRIVING     told as credited; the balance does not show them yet
 * RETURNING    refused; the balance does not show them again yet
 * ARRIVED, RETURNED   over: a balance of ours has them
 * LEFT         over: gone to an address that is not ours
 * UNEXPLAINED  over: they reached nobody in time
 * RECEIVED     came in; no withdrawal of ours explains them */
#define PLI_TRANSITS(X)                                                                            \
	X(FREE, 0, "free")                                                                         \
	X(PENDING, 1, "pending")                                                                   \
	X(LEAVING, 2, "leaving")                                                                   \
	X(IN_FLIGHT, 3, "in flight")                                                               \
	X(ARRIVING, 4, "arriving")                                                                 \
	X(RETURNING, 5, "returning")                                                               \
	X(ARRIVED, 6, "arrived")                                                                   \
	X(RETURNED, 7, "returned")                                                                 \
	X(LEFT, 8, "left")                                                                         \
	X(UNEXPLAINED, 9, "unexplained")                                                           \
	X(RECEIVED, 10, "received")

#define X(name, number, text) PLI_TRANSIT_##name = number,
typedef enum pli_transit_state { PLI_TRANSITS(X) PLI_TRANSIT_COUNT_ } pli_transit_state;
#undef X

/* PLI_TRANSIT_MATCHES: why two sides are taken for one movement, surest last: asset and amount
 * (less the fee) within the time; the venue named the account; the same transaction and amount. */
#define PLI_TRANSIT_MATCHES(X)                                                                     \
	X(NONE, 0, "none")                                                                         \
	X(AMOUNT, 1, "amount")                                                                     \
	X(ACCOUNT, 2, "account")                                                                   \
	X(TRANSACTION, 3, "transaction")

#define X(name, number, text) PLI_MATCH_##name = number,
typedef enum pli_transit_match { PLI_TRANSIT_MATCHES(X) } pli_transit_match;
#undef X

/* One side of a movement: what one account's venue says of it.
 * total    by how much the balance falls or rises; > 0
 * told     PLI_TOLD_... bits of what was told of it; 0: nothing; BALANCE: a rise of it alone
 * pending  the balance is not to change yet
 * shown    it was told with balances that show it
 * seen     the balance shows it */
enum { PLI_TOLD_CHANGE = 1, PLI_TOLD_RECORD = 2, PLI_TOLD_BALANCE = 4 };
typedef struct pli_transit_side {
	plm_account_id account; /* 0 not known */
	uint8_t told;
	uint8_t pending;
	uint8_t seen;
	uint8_t shown;
	uint64_t transfer_hash, chain_hash;
	plm_time_ns time_ns; /* by the venue, else received */
	plm_decimal total;
} pli_transit_side;

/* One movement. to: where it goes as far as that is told, 0 not known. quantity: what the other
 * side gets. doubt: of it, whether it is still ours, or whether a balance holds it. until_ns: it is
 * unexplained then. */
typedef struct pli_transit_row {
	plm_asset_id asset;
	plm_account_id to;
	uint8_t state; /* pli_transit_state */
	uint8_t match; /* pli_transit_match */
	uint8_t kind;  /* plm_transfer_kind */
	uint8_t foreign;
	uint8_t failed;
	uint8_t reserved[3];
	plm_decimal quantity, fee;
	plm_decimal counted; /* in the transit account's balance; < 0: two balances show it */
	plm_decimal doubt;
	plm_time_ns since_ns, until_ns, changed_ns;
	pli_transit_side out, in;
} pli_transit_row;

/* Rows 0 .. count-1; some are FREE. NULL past the end. Borrowed until the next apply. */
typedef struct pli_book pli_book;
uint32_t pli_book_transits_count(const pli_book *book);
const pli_transit_row *pli_book_transit(const pli_book *book, uint32_t index);

/* pli_transit_is_open: under way, so that it may be counted. _is_over: neither that nor
 * unexplained, nothing of it is in doubt, and no coins are announced that may still come. Texts are
 * never NULL. */
bool pli_transit_is_open(uint8_t state);
bool pli_transit_is_over(const pli_transit_row *row, plm_time_ns now_ns);
const char *pli_transit_state_text(uint8_t state);
const char *pli_transit_match_text(uint8_t match);

#endif
