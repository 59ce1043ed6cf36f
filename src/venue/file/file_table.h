/* file_table.h: a file of rows, CSV or JSON, as one kind of table. Nothing here is for other
 * rooms: the only symbol that the rest of the tree sees is pli_venue_file. */
#ifndef PLI_VENUE_FILE_TABLE_H
#define PLI_VENUE_FILE_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/csv.h"
#include "base/json.h"
#include "plimsoll/err.h"
#include "plimsoll/slice.h"

/* PLI_FILE_TYPES: name, word in the column "type", list in a JSON document. */
#define PLI_FILE_TYPES(X)                                                                          \
	X(POSITION, "position", "positions")                                                       \
	X(BALANCE, "balance", "balances")                                                          \
	X(PRICE, "price", "prices")                                                                \
	X(RATE, "rate", "rates")                                                                   \
	X(TRANSFER, "transfer", "transfers")

#define X(name, word, list) PLI_FILE_##name,
typedef enum pli_file_type { PLI_FILE_TYPES(X) PLI_FILE_TYPE_COUNT } pli_file_type;
#undef X

enum {
	PLI_FILE_ON_POSITION = 1 << PLI_FILE_POSITION,
	PLI_FILE_ON_BALANCE = 1 << PLI_FILE_BALANCE,
	PLI_FILE_ON_PRICE = 1 << PLI_FILE_PRICE,
	PLI_FILE_ON_RATE = 1 << PLI_FILE_RATE,
	PLI_FILE_ON_TRANSFER = 1 << PLI_FILE_TRANSFER,
	PLI_FILE_ON_ANY = 31,
	PLI_FILE_ON_MARKED = PLI_FILE_ON_POSITION | PLI_FILE_ON_PRICE,
};

/* PLI_FILE_COLUMNS: name, word, rows that may have a value in it. README.md says what each is. */
#define PLI_FILE_COLUMNS(X)                                                                        \
	X(TYPE, "type", PLI_FILE_ON_ANY)                                                           \
	X(ACCOUNT, "account", PLI_FILE_ON_ANY)                                                     \
	X(NOTE, "note", PLI_FILE_ON_ANY)                                                           \
	X(SYMBOL, "symbol", PLI_FILE_ON_MARKED)                                                    \
	X(SIDE, "side", PLI_FILE_ON_POSITION)                                                      \
	X(QUANTITY, "quantity", PLI_FILE_ON_POSITION | PLI_FILE_ON_TRANSFER)                       \
	X(UNIT, "unit", PLI_FILE_ON_POSITION)                                                      \
	X(MULTIPLIER, "multiplier", PLI_FILE_ON_POSITION)                                          \
	X(MARGIN_MODE, "margin_mode", PLI_FILE_ON_POSITION)                                        \
	X(ENTRY_PRICE, "entry_price", PLI_FILE_ON_POSITION)                                        \
	X(LIQUIDATION_PRICE, "liquidation_price", PLI_FILE_ON_POSITION)                            \
	X(LEVERAGE, "leverage", PLI_FILE_ON_POSITION)                                              \
	X(INITIAL_MARGIN, "initial_margin", PLI_FILE_ON_POSITION)                                  \
	X(MAINTENANCE_MARGIN, "maintenance_margin", PLI_FILE_ON_POSITION)                          \
	X(UNREALISED_PNL, "unrealised_pnl", PLI_FILE_ON_POSITION | PLI_FILE_ON_BALANCE)            \
	X(MARK_PRICE, "mark_price", PLI_FILE_ON_MARKED)                                            \
	X(INDEX_PRICE, "index_price", PLI_FILE_ON_MARKED)                                          \
	X(UNDERLYING_PRICE, "underlying_price", PLI_FILE_ON_MARKED)                                \
	X(MARK_IV, "mark_iv", PLI_FILE_ON_MARKED)                                                  \
	X(DELTA, "delta", PLI_FILE_ON_MARKED)                                                      \
	X(GAMMA, "gamma", PLI_FILE_ON_MARKED)                                                      \
	X(VEGA, "vega", PLI_FILE_ON_MARKED)                                                        \
	X(THETA, "theta", PLI_FILE_ON_MARKED)                                                      \
	X(ASSET, "asset", PLI_FILE_ON_BALANCE | PLI_FILE_ON_RATE | PLI_FILE_ON_TRANSFER)           \
	X(WALLET, "wallet", PLI_FILE_ON_BALANCE)                                                   \
	X(EQUITY, "equity", PLI_FILE_ON_BALANCE)                                                   \
	X(AVAILABLE, "available", PLI_FILE_ON_BALANCE)                                             \
	X(BORROWED, "borrowed", PLI_FILE_ON_BALANCE)                                               \
	X(USD, "usd", PLI_FILE_ON_RATE)                                                            \
	X(ID, "id", PLI_FILE_ON_TRANSFER)                                                          \
	X(TIME, "time", PLI_FILE_ON_TRANSFER)                                                      \
	X(STATE, "state", PLI_FILE_ON_TRANSFER)                                                    \
	X(FEE, "fee", PLI_FILE_ON_TRANSFER)                                                        \
	X(TRANSACTION, "transaction", PLI_FILE_ON_TRANSFER)                                        \
	X(ADDRESS, "address", PLI_FILE_ON_TRANSFER)

#define X(name, word, rows) PLI_FILE_##name,
typedef enum pli_file_column { PLI_FILE_COLUMNS(X) PLI_FILE_COLUMN_COUNT } pli_file_column;
#undef X

/* pli_file_row: values[c].size 0: not given. places: where a value stands: CSV: its column in the
 * line, JSON: its node. node: where the row begins in JSON. Borrowed until the next row. */
typedef struct pli_file_row {
	pli_file_type type;
	uint32_t node;
	plm_slice values[PLI_FILE_COLUMN_COUNT];
	uint32_t places[PLI_FILE_COLUMN_COUNT];
} pli_file_row;

/* pli_file_table: a cursor over the rows of one file. JSON is read by this thread's shared reader
 * (json, NULL for CSV): its nodes must not be replaced in between. */
typedef struct pli_file_table {
	plm_slice text;
	plm_fault *fault;
	/* CSV */
	pli_csv csv;
	uint32_t columns_count;
	uint8_t columns[PLI_FILE_COLUMN_COUNT]; /* of the header, in its order */
	/* JSON */
	pli_json *json;
	uint32_t list;     /* of rows */
	uint32_t list_end; /* node behind the list's last row */
	uint32_t node;     /* next row */
	uint32_t lists_end;
} pli_file_table;

/* pli_file_table_open reads the header or the whole JSON document; text is borrowed. JSON when its
 * first byte is "{" or "[". fault may be NULL. Errors: PLM_EDECODE, PLM_EOVERFLOW, PLM_ENOMEM. */
plm_err pli_file_table_open(pli_file_table *table, plm_slice text, plm_fault *fault);

/* pli_file_table_rewind goes back to before the first row; cheap. */
void pli_file_table_rewind(pli_file_table *table);

/* pli_file_table_next reads one row. PLM_ENOTFOUND: there is none. Errors: PLM_EDECODE. */
plm_err pli_file_table_next(pli_file_table *table, pli_file_row *ret_row);

/* pli_file_table_fault says what was expected in a column of a row, and returns PLM_EDECODE. */
plm_err pli_file_table_fault(const pli_file_table *table, const pli_file_row *row,
    pli_file_column column, const char *expected);

#endif
