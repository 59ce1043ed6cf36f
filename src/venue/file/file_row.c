/* file_row.c: what each row must say, and the events that it becomes. */
#include "venue/file/file_row.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mutant.h"

#define FAULT(reader, row, column, expected)                                                       \
	pli_file_table_fault((reader)->table, (row), PLI_FILE_##column, (expected))

/* What a number in a column must be. */
typedef enum row_domain { ROW_ANY, ROW_NOT_NEGATIVE, ROW_POSITIVE } row_domain;

typedef struct row_number {
	pli_file_column column;
	row_domain domain;
	size_t offset; /* of the field in the struct that it fills */
} row_number;

static const char *const row_expected[] = {"a number", "a number of 0 or more", "a number above 0"};

static plm_err
row_decimal(const pli_file_reader *reader, const pli_file_row *row, const row_number *number,
    plm_decimal *ret_value)
{
	plm_slice text = row->values[number->column];
	plm_decimal value;
	*ret_value = plm_decimal_unknown();
	if (text.size == 0)
		return PLM_OK;
	plm_err err = plm_decimal_parse(text, &value, NULL);
	if (err == PLM_EOVERFLOW)
		return pli_file_table_fault(
		    reader->table, row, number->column, "a number below 1.7e20");
	int sign_min = number->domain == ROW_POSITIVE ? 1 : number->domain == ROW_ANY ? -1 : 0;
	if (err != PLM_OK || plm_decimal_sign(value) < sign_min)
		return pli_file_table_fault(
		    reader->table, row, number->column, row_expected[number->domain]);
	*ret_value = value;
	return PLM_OK;
}

/* Fills the decimals of a fact from a list of columns. */
static plm_err
row_decimals(const pli_file_reader *reader, const pli_file_row *row, const row_number *numbers,
    size_t count, void *fact)
{
	plm_err err = PLM_OK;
	for (size_t i = 0; i < count && err == PLM_OK; i++)
		err = row_decimal(reader, row, &numbers[i],
		    (plm_decimal *)(void *)((char *)fact + numbers[i].offset));
	return err;
}

static plm_err
row_double(const pli_file_reader *reader, const pli_file_row *row, pli_file_column column,
    double *ret_value)
{
	const row_number number = {column, ROW_ANY, 0};
	plm_decimal exact;
	plm_err err = row_decimal(reader, row, &number, &exact);
	if (err == PLM_OK)
		*ret_value = plm_decimal_to_double(exact);
	return err;
}

/* Index of the value among words (ended by NULL); first when nothing is given. */
static plm_err
row_word(const pli_file_reader *reader, const pli_file_row *row, pli_file_column column,
    const char *const *words, const char *expected, uint8_t *ret_index)
{
	plm_slice text = row->values[column];
	uint8_t index = 0;
	while (text.size > 0 && words[index] != NULL && !plm_slice_is(text, words[index]))
		index++;
	if (words[index] == NULL)
		return pli_file_table_fault(reader->table, row, column, expected);
	*ret_index = index;
	return PLM_OK;
}

static plm_err
row_emit(const pli_file_reader *reader, plm_event *event)
{
	event->flags |= PLM_FLAG_SNAPSHOT; /* prices too: the file says how things stood */
	event->account = reader->cfg->account;
	return reader->events->emit(reader->events->ctx, event);
}

/* ---- instruments ---- */

static plm_err
row_symbol(const pli_file_reader *reader, const pli_file_row *row, plm_symbol *ret_symbol)
{
	plm_slice text = row->values[PLI_FILE_SYMBOL];
	if (text.size == 0 || text.size >= PLM_NAME_MAX ||
	    plm_symbol_parse(text, ret_symbol) != PLM_OK)
		return FAULT(reader, row, SYMBOL,
		    "a unified symbol of at most 55 characters, such as BTC/USDT:USDT");
	return PLM_OK;
}

/* The instrument as the file defines it. A quantity in coins (in USD when inverse) needs no
 * contract size: one unit is one. */
static plm_err
row_instrument(const pli_file_reader *reader, const pli_file_row *row, const plm_symbol *symbol,
    plm_decimal multiplier, plm_instrument_id *ret_id)
{
	plm_names *names = reader->cfg->names;
	plm_venue_id venue = reader->cfg->venue;
	plm_slice name = row->values[PLI_FILE_SYMBOL];
	plm_instrument spec = {.id = plm_names_instrument(names, venue, name),
	    .venue = venue,
	    .underlying = plm_names_asset(names, symbol->base),
	    .quote = plm_names_asset(names, symbol->quote),
	    .kind = (uint8_t)symbol->kind,
	    .option_type = (uint8_t)symbol->option_type,
	    .inverse = symbol->inverse,
	    .spec_source = PLM_SPEC_VENUE,
	    .multiplier = multiplier,
	    .strike = symbol->strike,
	    .expiry_by_name = symbol->expiry_ns != 0,
	    .expiry_ns = symbol->expiry_ns};
	spec.settle = plm_names_asset(
	    names, symbol->settle.size > 0 ? symbol->settle : symbol->quote);
	if (spec.id.value == 0 || spec.underlying.value == 0 || spec.quote.value == 0 ||
	    spec.settle.value == 0)
		return plm_fault_set(reader->table->fault, PLM_EFULL, NULL,
		    "too many different instruments or assets");
	memcpy(spec.name, name.bytes, name.size);
	const plm_instrument *known = plm_names_instrument_get(names, spec.id);
	bool kept = pli_mutant(FILE_SIZE_KEPT) && known != NULL &&
		    known->spec_source == PLM_SPEC_VENUE;
	if ((!plm_decimal_is_known(multiplier) || kept) && known != NULL)
		spec.multiplier = known->spec_source == PLM_SPEC_VENUE ? known->multiplier
								       : plm_decimal_unknown();
	(void)plm_names_instrument_set(names, &spec);
	*ret_id = spec.id;
	return PLM_OK;
}

/* ---- marks ---- */

static const row_number mark_numbers[] = {
    {PLI_FILE_MARK_PRICE, ROW_NOT_NEGATIVE, offsetof(plm_mark, mark_price)},
    {PLI_FILE_INDEX_PRICE, ROW_POSITIVE, offsetof(plm_mark, index_price)},
    {PLI_FILE_UNDERLYING_PRICE, ROW_POSITIVE, offsetof(plm_mark, underlying_price)},
};

static const struct {
	pli_file_column column;
	size_t offset;
} mark_measures[] = {
    {PLI_FILE_MARK_IV, offsetof(plm_mark, mark_iv)},
    {PLI_FILE_DELTA, offsetof(plm_mark, delta)},
    {PLI_FILE_GAMMA, offsetof(plm_mark, gamma)},
    {PLI_FILE_VEGA, offsetof(plm_mark, vega)},
    {PLI_FILE_THETA, offsetof(plm_mark, theta)},
};

/* Greeks belong to options, and a delta to one coin of option. */
static plm_err
row_check_greeks(const pli_file_reader *reader, const pli_file_row *row, const plm_symbol *symbol,
    const plm_mark *mark)
{
	for (size_t i = 0; i < sizeof mark_measures / sizeof mark_measures[0]; i++) {
		if (row->values[mark_measures[i].column].size > 0 &&
		    symbol->kind != PLM_KIND_OPTION)
			return pli_file_table_fault(reader->table, row, mark_measures[i].column,
			    "nothing, since the symbol is no option");
	}
	double sign = symbol->option_type == PLM_OPTION_PUT ? -1 : 1;
	if (isfinite(mark->delta) && (mark->delta * sign < 0 || mark->delta * sign > 1))
		return FAULT(reader, row, DELTA,
		    "the delta of one coin of option: 0 to 1 for a call, -1 to 0 for a put");
	if (isfinite(mark->mark_iv) && mark->mark_iv <= 0)
		return FAULT(reader, row, MARK_IV, "a volatility in points above 0, such as 48.7");
	return PLM_OK;
}

/* Reads the mark columns; *ret_given: at least one has a value. */
static plm_err
row_mark(const pli_file_reader *reader, const pli_file_row *row, const plm_symbol *symbol,
    plm_event *ret_event, bool *ret_given)
{
	plm_event_init(ret_event, PLM_EVENT_MARK);
	plm_mark *mark = &ret_event->u.mark;
	size_t count = sizeof mark_numbers / sizeof mark_numbers[0];
	plm_err err = row_decimals(reader, row, mark_numbers, count, mark);
	*ret_given = false;
	for (size_t i = 0; i < count; i++)
		*ret_given |= row->values[mark_numbers[i].column].size > 0;
	for (size_t i = 0; i < sizeof mark_measures / sizeof mark_measures[0]; i++) {
		if (err == PLM_OK)
			err = row_double(reader, row, mark_measures[i].column,
			    (double *)(void *)((char *)mark + mark_measures[i].offset));
		*ret_given |= row->values[mark_measures[i].column].size > 0;
	}
	return err != PLM_OK ? err : row_check_greeks(reader, row, symbol, mark);
}

static plm_err
row_price(pli_file_reader *reader, const pli_file_row *row)
{
	plm_symbol symbol;
	plm_event event;
	bool given = false;
	plm_err err = row_symbol(reader, row, &symbol);
	if (err == PLM_OK)
		err = row_mark(reader, row, &symbol, &event, &given);
	if (err == PLM_OK && !given)
		err = FAULT(reader, row, MARK_PRICE, "a price in mark_price or index_price");
	if (err == PLM_OK && symbol.kind != PLM_KIND_OPTION &&
	    plm_decimal_is_known(event.u.mark.mark_price) &&
	    plm_decimal_sign(event.u.mark.mark_price) == 0)
		err = FAULT(reader, row, MARK_PRICE, "a number above 0");
	if (err != PLM_OK || reader->events == NULL)
		return err;
	err = row_instrument(reader, row, &symbol, plm_decimal_unknown(), &event.u.mark.instrument);
	return err != PLM_OK ? err : row_emit(reader, &event);
}

/* ---- positions ---- */

static const row_number position_numbers[] = {
    {PLI_FILE_QUANTITY, ROW_ANY, offsetof(plm_position, quantity)},
    {PLI_FILE_ENTRY_PRICE, ROW_NOT_NEGATIVE, offsetof(plm_position, entry_price)},
    {PLI_FILE_MARK_PRICE, ROW_NOT_NEGATIVE, offsetof(plm_position, mark_price)},
    {PLI_FILE_LIQUIDATION_PRICE, ROW_NOT_NEGATIVE, offsetof(plm_position, liquidation_price)},
    {PLI_FILE_UNREALISED_PNL, ROW_ANY, offsetof(plm_position, unrealised_pnl)},
    {PLI_FILE_LEVERAGE, ROW_POSITIVE, offsetof(plm_position, leverage)},
    {PLI_FILE_INITIAL_MARGIN, ROW_NOT_NEGATIVE, offsetof(plm_position, initial_margin)},
    {PLI_FILE_MAINTENANCE_MARGIN, ROW_NOT_NEGATIVE, offsetof(plm_position, maintenance_margin)},
};

/* Side "short" takes 2 and -2 alike for two short; "long" takes no negative. */
static plm_err
row_side(const pli_file_reader *reader, const pli_file_row *row, plm_position *position)
{
	static const char *const sides[] = {"net", "long", "short", NULL};
	static const char *const modes[] = {"none", "cross", "isolated", "segregated", NULL};
	plm_err err = row_word(
	    reader, row, PLI_FILE_SIDE, sides, "long, short or net", &position->side);
	if (err == PLM_OK)
		err = row_word(reader, row, PLI_FILE_MARGIN_MODE, modes,
		    "cross, isolated, segregated or none", &position->margin_mode);
	if (err != PLM_OK)
		return err;
	int sign = plm_decimal_sign(position->quantity);
	if (position->side == PLM_SIDE_LONG && sign < 0)
		return FAULT(reader, row, QUANTITY, "a number of 0 or more on the side long");
	if (position->side == PLM_SIDE_SHORT && sign > 0)
		position->quantity = plm_decimal_negate(position->quantity);
	return PLM_OK;
}

/* Reads unit and multiplier, and checks that they fit the instrument. */
static plm_err
row_unit(const pli_file_reader *reader, const pli_file_row *row, const plm_symbol *symbol,
    plm_position *position, plm_decimal *ret_multiplier)
{
	static const char *const units[] = {"contracts", "coins", "usd", NULL};
	static const row_number number = {PLI_FILE_MULTIPLIER, ROW_POSITIVE, 0};
	static const char expected[] = "contracts, coins or usd";
	if (row->values[PLI_FILE_UNIT].size == 0)
		return FAULT(reader, row, UNIT, expected);
	plm_err err = row_word(reader, row, PLI_FILE_UNIT, units, expected, &position->unit);
	if (err == PLM_OK)
		err = row_decimal(reader, row, &number, ret_multiplier);
	if (err != PLM_OK || plm_decimal_is_known(*ret_multiplier))
		return err;
	if (position->unit == PLM_UNIT_CONTRACTS)
		return FAULT(reader, row, MULTIPLIER,
		    symbol->inverse && symbol->kind != PLM_KIND_OPTION
			? "the quote units of one contract, since the quantity is in contracts"
			: "the coins of one contract, since the quantity is in contracts");
	bool in_quote = symbol->inverse && symbol->kind != PLM_KIND_OPTION;
	if (in_quote == (position->unit == PLM_UNIT_USD))
		*ret_multiplier = plm_decimal_from_int(1);
	return PLM_OK;
}

static plm_err
row_position_read(const pli_file_reader *reader, const pli_file_row *row, const plm_symbol *symbol,
    plm_position *position, plm_decimal *ret_multiplier)
{
	size_t count = sizeof position_numbers / sizeof position_numbers[0];
	plm_err err = row_decimals(reader, row, position_numbers, count, position);
	if (err == PLM_OK && !plm_decimal_is_known(position->quantity))
		err = FAULT(reader, row, QUANTITY, "a number");
	if (err == PLM_OK)
		err = row_unit(reader, row, symbol, position, ret_multiplier);
	if (err == PLM_OK && position->unit == PLM_UNIT_USD && symbol->kind == PLM_KIND_OPTION)
		err = FAULT(reader, row, UNIT, "contracts or coins, since the symbol is an option");
	return err == PLM_OK ? row_side(reader, row, position) : err;
}

/* quantity, with a contract's size where the quantity counts contracts. */
static plm_err
row_sized(const plm_position *position, plm_decimal multiplier, plm_decimal *ret_value)
{
	*ret_value = position->quantity;
	if (position->unit != PLM_UNIT_CONTRACTS)
		return PLM_OK;
	return plm_decimal_multiply(position->quantity, multiplier, ret_value);
}

/* Unrealised P&L of a perpetual or future whose row gives entry and mark but no P&L: exact, from
 * the file's own numbers. Where it does not follow from them it stays unknown. */
static void
row_derive_pnl(const plm_symbol *symbol, plm_decimal multiplier, plm_position *position)
{
	plm_decimal sized, at_entry, at_mark, pnl;
	plm_unit own = symbol->inverse ? PLM_UNIT_USD : PLM_UNIT_COINS;
	bool dated = symbol->kind == PLM_KIND_PERPETUAL || symbol->kind == PLM_KIND_FUTURE;
	if (!dated || plm_decimal_is_known(position->unrealised_pnl) ||
	    (position->unit != PLM_UNIT_CONTRACTS && position->unit != own) ||
	    plm_decimal_sign(position->entry_price) <= 0 ||
	    plm_decimal_sign(position->mark_price) <= 0)
		return;
	plm_err err = row_sized(position, multiplier, &sized);
	plm_err (*worth)(plm_decimal, plm_decimal,
	    plm_decimal *) = symbol->inverse ? plm_decimal_divide : plm_decimal_multiply;
	if (err == PLM_OK)
		err = worth(sized, position->entry_price, &at_entry);
	if (err == PLM_OK)
		err = worth(sized, position->mark_price, &at_mark);
	if (err == PLM_OK)
		err = symbol->inverse ? plm_decimal_subtract(at_entry, at_mark, &pnl)
				      : plm_decimal_subtract(at_mark, at_entry, &pnl);
	if (err == PLM_OK)
		position->unrealised_pnl = pnl;
}

static plm_err
row_position(pli_file_reader *reader, const pli_file_row *row)
{
	plm_symbol symbol;
	plm_event event, mark;
	plm_decimal multiplier = plm_decimal_unknown();
	bool has_mark = false;
	plm_event_init(&event, PLM_EVENT_POSITION);
	plm_err err = row_symbol(reader, row, &symbol);
	if (err == PLM_OK)
		err = row_position_read(reader, row, &symbol, &event.u.position, &multiplier);
	if (err == PLM_OK)
		err = row_mark(reader, row, &symbol, &mark, &has_mark);
	reader->rows_count++;
	if (err != PLM_OK || reader->events == NULL)
		return err;
	row_derive_pnl(&symbol, multiplier, &event.u.position);
	err = row_instrument(reader, row, &symbol, multiplier, &event.u.position.instrument);
	mark.u.mark.instrument = event.u.position.instrument;
	if (err == PLM_OK && has_mark)
		err = row_emit(reader, &mark);
	return err != PLM_OK ? err : row_emit(reader, &event);
}

/* ---- balances and rates ---- */

static const row_number balance_numbers[] = {
    {PLI_FILE_WALLET, ROW_ANY, offsetof(plm_balance, wallet)},
    {PLI_FILE_EQUITY, ROW_ANY, offsetof(plm_balance, equity)},
    {PLI_FILE_AVAILABLE, ROW_ANY, offsetof(plm_balance, available)},
    {PLI_FILE_UNREALISED_PNL, ROW_ANY, offsetof(plm_balance, unrealised_pnl)},
    {PLI_FILE_BORROWED, ROW_NOT_NEGATIVE, offsetof(plm_balance, borrowed)},
};

static plm_err
row_asset(const pli_file_reader *reader, const pli_file_row *row)
{
	static const char others[] = "._";
	plm_slice text = row->values[PLI_FILE_ASSET];
	bool good = text.size > 0 && text.size <= 20;
	for (size_t i = 0; i < text.size && good; i++) {
		char byte = text.bytes[i];
		char upper = (char)(byte & ~0x20);
		good = (upper >= 'A' && upper <= 'Z') || (byte >= '0' && byte <= '9') ||
		       byte == others[0] || byte == others[1];
	}
	return good ? PLM_OK
		    : FAULT(reader, row, ASSET,
			  "an asset's name of at most 20 letters and digits, such as USDT");
}

static plm_err
row_intern_asset(const pli_file_reader *reader, const pli_file_row *row, plm_asset_id *ret_asset)
{
	*ret_asset = plm_names_asset(reader->cfg->names, row->values[PLI_FILE_ASSET]);
	if (ret_asset->value != 0)
		return PLM_OK;
	return plm_fault_set(reader->table->fault, PLM_EFULL, NULL, "too many different assets");
}

static plm_err
row_balance(pli_file_reader *reader, const pli_file_row *row)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_BALANCE);
	plm_err err = row_asset(reader, row);
	if (err == PLM_OK)
		err = row_decimals(reader, row, balance_numbers,
		    sizeof balance_numbers / sizeof balance_numbers[0], &event.u.balance);
	if (err == PLM_OK && !plm_decimal_is_known(event.u.balance.wallet))
		err = FAULT(reader, row, WALLET, "a number");
	reader->rows_count++;
	if (err != PLM_OK || reader->events == NULL)
		return err;
	err = row_intern_asset(reader, row, &event.u.balance.asset);
	return err != PLM_OK ? err : row_emit(reader, &event);
}

static plm_err
row_rate(pli_file_reader *reader, const pli_file_row *row)
{
	static const row_number number = {PLI_FILE_USD, ROW_POSITIVE, 0};
	plm_event event;
	plm_event_init(&event, PLM_EVENT_ASSET_RATE);
	event.u.asset_rate.venue = reader->cfg->venue;
	plm_err err = row_asset(reader, row);
	if (err == PLM_OK)
		err = row_decimal(reader, row, &number, &event.u.asset_rate.usd);
	if (err == PLM_OK && !plm_decimal_is_known(event.u.asset_rate.usd))
		err = FAULT(reader, row, USD, "a number above 0");
	if (err != PLM_OK || reader->events == NULL)
		return err;
	err = row_intern_asset(reader, row, &event.u.asset_rate.asset);
	return err != PLM_OK ? err : row_emit(reader, &event);
}

/* ---- transfers ---- */

static plm_err
row_transfer_read(const pli_file_reader *reader, const pli_file_row *row, plm_event *event)
{
	static const row_number numbers[] = {
	    {PLI_FILE_QUANTITY, ROW_ANY, offsetof(plm_transfer, quantity)},
	    {PLI_FILE_FEE, ROW_NOT_NEGATIVE, offsetof(plm_transfer, fee)},
	};
	static const char *const states[] = {"done", "pending", "failed", NULL};
	plm_transfer *transfer = &event->u.transfer;
	plm_err err = row_asset(reader, row);
	if (err == PLM_OK)
		err = row_decimals(reader, row, numbers, 2, transfer);
	if (err == PLM_OK && (!plm_decimal_is_known(transfer->quantity) ||
				 plm_decimal_sign(transfer->quantity) == 0))
		err = FAULT(reader, row, QUANTITY, "a number, below 0 for what left");
	if (err == PLM_OK)
		err = row_word(reader, row, PLI_FILE_STATE, states, "done, pending or failed",
		    &transfer->state);
	if (err == PLM_OK && row->values[PLI_FILE_ID].size == 0)
		err = FAULT(reader, row, ID, "a name of its own, such as its number");
	if (err == PLM_OK &&
	    plm_time_parse(row->values[PLI_FILE_TIME], &event->venue_time_ns) != PLM_OK)
		err = FAULT(reader, row, TIME, "a time such as 2026-11-22T08:00:00Z");
	return err;
}

/* What the file's balances hold already, or hold no more, unless it is pending. */
static plm_err
row_transfer(pli_file_reader *reader, const pli_file_row *row)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_TRANSFER);
	plm_err err = row_transfer_read(reader, row, &event);
	if (err != PLM_OK || reader->events == NULL)
		return err;
	plm_transfer *transfer = &event.u.transfer;
	transfer->kind = plm_decimal_sign(transfer->quantity) < 0 ? PLM_TRANSFER_WITHDRAWAL
								  : PLM_TRANSFER_DEPOSIT;
	transfer->transfer_hash = plm_transfer_hash(row->values[PLI_FILE_ID]);
	transfer->chain_hash = plm_transfer_hash(row->values[PLI_FILE_TRANSACTION]);
	transfer->address_hash = plm_transfer_hash(row->values[PLI_FILE_ADDRESS]);
	err = row_intern_asset(reader, row, &transfer->asset);
	return err != PLM_OK ? err : row_emit(reader, &event);
}

plm_err
pli_file_row_apply(pli_file_reader *reader, const pli_file_row *row)
{
	static plm_err (*const apply[])(pli_file_reader *, const pli_file_row *) = {
	    [PLI_FILE_POSITION] = row_position,
	    [PLI_FILE_BALANCE] = row_balance,
	    [PLI_FILE_PRICE] = row_price,
	    [PLI_FILE_RATE] = row_rate,
	    [PLI_FILE_TRANSFER] = row_transfer,
	};
	assert(row->type < PLI_FILE_TYPE_COUNT);
	plm_slice account = row->values[PLI_FILE_ACCOUNT];
	if (account.size > 0 && reader->account_name != NULL &&
	    !plm_slice_is(account, reader->account_name)) {
		reader->rows_other++;
		return PLM_OK;
	}
	return apply[row->type](reader, row);
}
