/* dydx_account.c: what subaccounts hold, kept, and the account's events as sums over them.
 *
 * USDC is told as a quote balance: what a short was sold for is in it, what a long cost is not. The
 * wallet is that plus size x entry price of everything that is open; equity adds the profit. */
#include <math.h>
#include <string.h>

#include "base/mutant.h"
#include "venue/dydx/dydx.h"

/* So small that no product of two, and no sum of those of all legs, is too large. */
static plm_decimal
amount_checked(dydx_reader *r, const char *key, plm_decimal value)
{
	static const plm_int128 units_max = (plm_int128)1000000000000 * PLM_DECIMAL_ONE_UNITS;
	if (plm_decimal_is_known(value) && (value.units >= units_max || value.units <= -units_max))
		pli_row_fail(&r->row, key, "an amount below 1e12");
	return value;
}

/* An amount with its side. A short's size is told with its sign or without. */
static plm_decimal
amount_sided(dydx_reader *r)
{
	plm_decimal size = amount_checked(r, "size", pli_row_number(&r->row, "size"));
	bool is_short = pli_row_is(&r->row, "side", "SHORT");
	bool is_long = pli_row_is(&r->row, "side", "LONG");
	if ((!is_short && !is_long) || (is_long && plm_decimal_sign(size) < 0))
		pli_row_fail(&r->row, "side", "LONG, or SHORT, as the size has it");
	bool keeps = is_short && !pli_mutant(DYDX_SHORT_UNSIGNED);
	return keeps ? plm_decimal_negate(plm_decimal_abs(size)) : plm_decimal_abs(size);
}

static plm_decimal
amount_value(plm_decimal size, plm_decimal price)
{
	plm_decimal value = plm_decimal_unknown();
	(void)plm_decimal_multiply(size, price, &value);
	return value;
}

static uint32_t
row_subaccount(dydx_reader *r)
{
	int64_t number = pli_row_int(&r->row, "subaccountNumber", UINT32_MAX);
	if (number >= DYDX_CHILDREN * 1001)
		pli_row_fail(&r->row, NULL, "a row with its subaccountNumber");
	return (uint32_t)number;
}

/* The pot of a number, made where there is none; NULL where there is no room, or r is dry. */
static dydx_pot *
pot_get(dydx_reader *r, uint32_t number)
{
	dydx_pot *spare = NULL;
	for (dydx_pot *pot = r->tables->pots; pot < r->tables->pots + DYDX_POTS_MAX; pot++) {
		if (pot->used && pot->number == number)
			return pot;
		if (!pot->used && spare == NULL)
			spare = pot;
	}
	r->tables->full |= spare == NULL && !r->dry;
	if (spare != NULL && !r->dry)
		*spare = (dydx_pot){.number = number,
		    .used = true,
		    .quote = plm_decimal_unknown(),
		    .equity = plm_decimal_unknown(),
		    .free = plm_decimal_unknown()};
	return r->dry ? NULL : spare;
}

static dydx_leg *
leg_get(dydx_reader *r, plm_instrument_id instrument, uint32_t subaccount)
{
	dydx_leg *spare = NULL;
	for (dydx_leg *leg = r->tables->legs; leg < r->tables->legs + DYDX_LEGS_MAX; leg++) {
		if (leg->instrument.value == instrument.value && leg->subaccount == subaccount)
			return leg;
		bool free = plm_decimal_sign(leg->now.size) == 0 &&
			    !pli_held_bits_any(&leg->bits) && !leg->touched;
		if ((leg->instrument.value == 0 || free) && spare == NULL)
			spare = leg;
	}
	r->tables->full |= spare == NULL;
	if (spare != NULL)
		*spare = (dydx_leg){.instrument = instrument, .subaccount = subaccount};
	return spare;
}

/* A position that was made or grew has its new entry price with the fill alone, which another
 * message tells. */
static bool
entry_is_old(const dydx_reader *r, const dydx_leg *leg, plm_decimal size, plm_decimal entry)
{
	bool grew = plm_decimal_compare(plm_decimal_abs(size), plm_decimal_abs(leg->now.size)) > 0;
	bool same = leg->now.entry.units == entry.units && plm_decimal_sign(leg->now.size) != 0;
	return !plm_decimal_is_known(entry) || (!r->whole && !r->of_fill && grew && same);
}

/* One position. ret_value: what it is worth by this row, size x entry price + profit. */
static void
position_read(dydx_reader *r, uint32_t subaccount, plm_decimal *ret_value)
{
	bool open = pli_row_is(&r->row, "status", "OPEN");
	plm_decimal size = amount_sided(r);
	plm_decimal entry = amount_checked(
	    r, "entryPrice", pli_row_above_zero(&r->row, "entryPrice"));
	plm_decimal pnl = amount_checked(
	    r, "unrealizedPnl", pli_row_decimal(&r->row, "unrealizedPnl"));
	const plm_instrument *spec = pli_dydx_market(r, pli_row_name(&r->row, "market"));
	if (spec == NULL)
		return;
	if (!open && !pli_row_is(&r->row, "status", "CLOSED") &&
	    !pli_row_is(&r->row, "status", "LIQUIDATED"))
		pli_row_fail(&r->row, "status", "OPEN, CLOSED or LIQUIDATED");
	size = open ? size : plm_decimal_zero();
	*ret_value = pli_row_add(&r->row, amount_value(size, entry), pnl);
	dydx_leg *leg = r->dry || r->row.err != PLM_OK ? NULL : leg_get(r, spec->id, subaccount);
	if (leg == NULL)
		return;
	if (entry_is_old(r, leg, size, entry))
		entry = pnl = plm_decimal_unknown();
	dydx_held *row = r->of_reading ? &leg->answer : &leg->now;
	*row = (dydx_held){size, entry, open ? pnl : plm_decimal_zero()};
	leg->is_answered |= r->of_reading;
	leg->touched |= !r->of_reading;
	open = plm_decimal_sign(size) != 0;
	pli_held_bits_told(&leg->bits, 1, open, r->of_reading);
}

static plm_decimal
asset_read(dydx_reader *r)
{
	plm_slice symbol = pli_row_name(&r->row, "symbol");
	if (!plm_slice_is(symbol, "USDC"))
		pli_row_fail(&r->row, "symbol", "USDC, the one asset that backs positions here");
	return amount_sided(r);
}

/* A list that came short does not add up to the venue's own sum. scale: of what was added. */
static void
equity_check(dydx_reader *r, plm_decimal sum, plm_decimal scale, bool may_be_more)
{
	plm_decimal told = pli_row_decimal(&r->row, "equity");
	if (!plm_decimal_is_known(sum) || !plm_decimal_is_known(told))
		return;
	double off = plm_decimal_to_double(sum) - plm_decimal_to_double(told);
	double allowed = 1e-5 + 1e-9 * fabs(plm_decimal_to_double(scale));
	if (off < -allowed || (off > allowed && !may_be_more))
		pli_row_fail(&r->row, "equity", "the sum of what is listed");
}

/* The stream has told of a later block: what it said stands, as if it were listed. */
static void
pot_keep(dydx_reader *r, uint32_t number)
{
	for (dydx_leg *leg = r->tables->legs; leg < r->tables->legs + DYDX_LEGS_MAX; leg++)
		if (leg->subaccount == number && plm_decimal_sign(leg->now.size) != 0)
			pli_held_bits_told(&leg->bits, 1, true, r->of_reading);
}

/* An answer of no earlier block lacks what an update has told open since the reading began: it was
 * closed again, or the answer is short. */
static bool
pot_is_contradicted(const dydx_reader *r, uint32_t number)
{
	bool lacks = false;
	for (const dydx_leg *leg = r->tables->legs; leg < r->tables->legs + DYDX_LEGS_MAX; leg++)
		lacks |= leg->subaccount == number && leg->bits.listed != 0 && !leg->is_answered;
	return lacks;
}

static void
pot_lists(dydx_reader *r, dydx_pot *pot)
{
	plm_decimal values = plm_decimal_zero(), value = plm_decimal_unknown();
	const pli_json_node *nodes = pli_json_nodes(r->row.json, NULL);
	uint32_t outer = r->row.node, positions = pli_row_find(&r->row, "openPerpetualPositions");
	uint32_t assets = pli_row_find(&r->row, "assetPositions");
	if (positions == 0 || assets == 0 || nodes[positions].type != PLI_JSON_OBJECT ||
	    nodes[assets].type != PLI_JSON_OBJECT)
		pli_row_fail(&r->row, NULL,
		    "a subaccount with its openPerpetualPositions and assetPositions");
	if (r->row.err != PLM_OK)
		return;
	pot->quote = plm_decimal_zero(); /* one that holds none is not listed */
	for (uint32_t at = assets + 1; at < nodes[assets].next; at = nodes[at].next) {
		r->row.node = at;
		pot->quote = asset_read(r);
	}
	for (uint32_t at = positions + 1; at < nodes[positions].next; at = nodes[at].next) {
		r->row.node = at;
		position_read(r, pot->number, &value);
		values = pli_row_add(&r->row, values, value);
	}
	r->row.node = outer;
	equity_check(r, pli_row_add(&r->row, pot->quote, values), pot->quote, false);
}

static void
subaccount_read(dydx_reader *r)
{
	dydx_pot told = {.number = row_subaccount(r), .used = true, .whole = true};
	told.height = pli_row_int(&r->row, "latestProcessedBlockHeight", r->height);
	told.equity = amount_checked(r, "equity", pli_row_number(&r->row, "equity"));
	told.free = amount_checked(r, "freeCollateral", pli_row_decimal(&r->row, "freeCollateral"));
	r->equity = pli_row_add(&r->row, r->equity, told.equity);
	dydx_pot *pot = r->row.err == PLM_OK ? pot_get(r, told.number) : NULL;
	if (pot != NULL)
		pot->listed = told.listed = true;
	if (pot != NULL && r->of_reading && told.height < r->tables->answer_height)
		r->tables->answer_height = told.height;
	if (pot != NULL && told.height != 0 && told.height < pot->height) {
		pot_keep(r, told.number);
		r->tables->overtaken |= r->of_reading;
		return;
	}
	pot_lists(r, &told);
	if (pot != NULL && r->of_reading && told.height != 0)
		r->tables->contradicted |= pot_is_contradicted(r, told.number);
	if (pot != NULL && r->row.err == PLM_OK && r->of_reading)
		r->tables->answered[pot - r->tables->pots] = told;
	else if (pot != NULL && r->row.err == PLM_OK)
		*pot = told;
}

void
pli_dydx_subaccount(dydx_reader *r)
{
	uint32_t children = pli_row_list(&r->row, "childSubaccounts");
	r->of_account = true;
	r->whole = true;
	r->equity = plm_decimal_zero();
	plm_slice address = pli_row_name(&r->row, "address");
	if (r->account != NULL && (address.size != DYDX_ADDRESS_SIZE ||
				      memcmp(address.bytes, r->account, address.size) != 0))
		pli_row_fail(&r->row, "address", "the address that was asked for");
	if (children == PLI_NO_LIST) {
		subaccount_read(r);
		return;
	}
	pli_dydx_each(r, children, subaccount_read);
	equity_check(r, r->equity, r->equity, true);
}

/* A block has several updates of one subaccount, the last of which holds; an answer has them all.
 */
static bool
update_is_old(const dydx_reader *r, const dydx_pot *pot)
{
	bool whole = pot->whole && !pli_mutant(DYDX_BLOCK_AGAIN);
	return r->height != 0 && (whole ? r->height <= pot->height : r->height < pot->height);
}

/* An update of a subaccount: the pot that it may change; NULL: it is older, or r is dry. */
static dydx_pot *
update_pot(dydx_reader *r, uint32_t number)
{
	r->of_account = true;
	dydx_pot *pot = r->row.err == PLM_OK ? pot_get(r, number) : NULL;
	if (pot == NULL || update_is_old(r, pot))
		return NULL;
	pot->height = r->height;
	pot->whole = false;
	pot->listed = true; /* an answer that is under way may not know it yet */
	return pot;
}

void
pli_dydx_position(dydx_reader *r)
{
	plm_decimal value = plm_decimal_unknown();
	uint32_t number = row_subaccount(r);
	if (update_pot(r, number) != NULL || r->dry)
		position_read(r, number, &value);
}

/* What one subaccount lost and another got has both its halves: it waits for nothing. What a
 * subaccount held that was not there is not known. */
static void
cash_moves(dydx_tables *tables, plm_decimal from, plm_decimal to, int64_t height)
{
	plm_decimal sum = tables->moved ? tables->moved_sum : plm_decimal_zero();
	plm_decimal change = plm_decimal_unknown();
	tables->moved_sum = plm_decimal_unknown();
	if (plm_decimal_add(to, plm_decimal_negate(from), &change) == PLM_OK)
		(void)plm_decimal_add(sum, change, &tables->moved_sum);
	tables->moved = !plm_decimal_is_known(tables->moved_sum) ||
			plm_decimal_sign(tables->moved_sum) != 0;
	tables->moved_height = height;
}

void
pli_dydx_asset(dydx_reader *r)
{
	uint32_t number = row_subaccount(r);
	plm_decimal quote = asset_read(r);
	dydx_pot *pot = update_pot(r, number);
	if (pot == NULL || r->row.err != PLM_OK)
		return;
	if (r->of_cash && pot->quote.units != quote.units)
		cash_moves(r->tables, pot->quote, quote, r->height);
	pot->quote = quote;
}

static bool
leg_is_alone(dydx_tables *tables, const dydx_leg *one)
{
	for (dydx_leg *leg = tables->legs; leg < tables->legs + DYDX_LEGS_MAX; leg++)
		if (leg != one && leg->subaccount == one->subaccount &&
		    plm_decimal_sign(leg->now.size) != 0)
			return false;
	return true;
}

static void
margin_send(dydx_reader *r, const dydx_pot *pot, plm_instrument_id isolated)
{
	plm_event event;
	plm_venue_margin *margin = &event.u.venue_margin;
	if (pot == NULL || !pot->whole)
		return;
	pli_dydx_begin(r, &event, PLM_EVENT_VENUE_MARGIN);
	margin->asset = pli_dydx_usdc(r);
	margin->instrument = isolated;
	margin->margin_mode = isolated.value == 0 ? PLM_MARGIN_CROSS : PLM_MARGIN_ISOLATED;
	margin->equity = pot->equity;
	margin->available = pot->free;
	margin->initial_margin = pli_row_add(&r->row, pot->equity, plm_decimal_negate(pot->free));
	pli_dydx_send(r, &event);
}

/* What a child has that nothing else is open in: the pool of this position alone. */
static void
position_isolated(dydx_reader *r, const dydx_leg *leg, plm_position *position)
{
	const dydx_pot *pot = pot_get(r, leg->subaccount);
	position->margin_mode = PLM_MARGIN_ISOLATED;
	if (pot == NULL || !leg_is_alone(r->tables, leg))
		return;
	position->isolated_margin = pli_row_add(
	    &r->row, pot->quote, amount_value(leg->now.size, leg->now.entry));
	margin_send(r, pot, leg->instrument);
}

/* All that is open in a market, as one position. */
static void
position_send(dydx_reader *r, plm_instrument_id instrument, uint16_t flags)
{
	plm_event event;
	plm_position *position = &event.u.position;
	const dydx_leg *one = NULL;
	uint32_t open_count = 0;
	pli_dydx_begin(r, &event, PLM_EVENT_POSITION);
	event.flags = flags;
	position->instrument = instrument;
	position->unit = PLM_UNIT_COINS;
	position->margin_mode = PLM_MARGIN_CROSS;
	position->quantity = position->unrealised_pnl = plm_decimal_zero();
	for (dydx_leg *leg = r->tables->legs; leg < r->tables->legs + DYDX_LEGS_MAX; leg++) {
		if (leg->instrument.value != instrument.value)
			continue;
		leg->touched = false;
		position->quantity = pli_row_add(&r->row, position->quantity, leg->now.size);
		position->unrealised_pnl = pli_row_add(
		    &r->row, position->unrealised_pnl, leg->now.pnl);
		open_count += plm_decimal_sign(leg->now.size) != 0;
		one = plm_decimal_sign(leg->now.size) != 0 ? leg : one;
	}
	r->tables->mixed |= open_count > 1;
	if (open_count == 1)
		position->entry_price = one->now.entry;
	if (open_count == 1 && one->subaccount >= DYDX_CHILDREN)
		position_isolated(r, one, position);
	pli_dydx_send(r, &event);
}

/* All USDC of the account, isolated or not. Collateral is derived from the wallet and the
 * positions, so that it moves with the marks: what is stated is of the last reading. */
static void
balance_send(dydx_reader *r, uint16_t flags)
{
	plm_event event;
	plm_balance *balance = &event.u.balance;
	pli_dydx_begin(r, &event, PLM_EVENT_BALANCE);
	event.flags = flags;
	balance->asset = pli_dydx_usdc(r);
	balance->margin_mode = PLM_MARGIN_CROSS;
	balance->wallet = balance->equity = balance->available = plm_decimal_zero();
	balance->unrealised_pnl = plm_decimal_zero();
	for (dydx_pot *pot = r->tables->pots; pot < r->tables->pots + DYDX_POTS_MAX; pot++) {
		plm_decimal none = plm_decimal_unknown();
		if (!pot->used)
			continue;
		balance->wallet = pli_row_add(&r->row, balance->wallet, pot->quote);
		balance->equity = pli_row_add(
		    &r->row, balance->equity, pot->whole ? pot->equity : none);
		if (pot->number < DYDX_CHILDREN)
			balance->available = pot->whole ? pot->free : none;
	}
	for (dydx_leg *leg = r->tables->legs; leg < r->tables->legs + DYDX_LEGS_MAX; leg++)
		if (plm_decimal_sign(leg->now.size) != 0 && !pli_mutant(DYDX_QUOTE_IS_WALLET)) {
			balance->wallet = pli_row_add(
			    &r->row, balance->wallet, amount_value(leg->now.size, leg->now.entry));
			balance->unrealised_pnl = pli_row_add(
			    &r->row, balance->unrealised_pnl, leg->now.pnl);
		}
	if (!plm_decimal_is_known(balance->equity))
		balance->unrealised_pnl = plm_decimal_unknown();
	if (plm_decimal_is_known(balance->wallet))
		pli_dydx_send(r, &event);
}

bool
pli_dydx_is_held(dydx_tables *tables, plm_time_ns now_ns)
{
	bool held = tables->moved;
	if (pli_mutant(DYDX_HALF_IS_SHOWN))
		return false;
	for (dydx_leg *leg = tables->legs; leg < tables->legs + DYDX_LEGS_MAX; leg++)
		held |= plm_decimal_sign(leg->now.size) != 0 &&
			!plm_decimal_is_known(leg->now.entry);
	if (!held)
		tables->held_ns = 0;
	else if (tables->held_ns == 0)
		tables->held_ns = now_ns;
	return held;
}

void
pli_dydx_send_touched(dydx_reader *r, uint16_t flags)
{
	dydx_tables *tables = r->tables;
	tables->owed = r->rows != NULL && pli_dydx_is_held(tables, r->now_ns) &&
		       r->now_ns - tables->held_ns < DYDX_HELD_NS;
	if (tables->owed)
		return;
	for (dydx_leg *leg = r->tables->legs; leg < r->tables->legs + DYDX_LEGS_MAX; leg++)
		if (leg->touched)
			position_send(r, leg->instrument, flags);
	if (r->rows != NULL || r->whole)
		balance_send(r, flags);
}

void
pli_dydx_send_all(dydx_reader *r, uint16_t flags)
{
	r->tables->mixed = false;
	for (dydx_leg *leg = r->tables->legs; leg < r->tables->legs + DYDX_LEGS_MAX; leg++)
		if (plm_decimal_sign(leg->now.size) != 0)
			leg->touched = true;
	pli_dydx_send_touched(r, flags);
	for (dydx_pot *pot = r->tables->pots; pot < r->tables->pots + DYDX_POTS_MAX; pot++)
		if (pot->used && pot->number < DYDX_CHILDREN)
			margin_send(r, pot, (plm_instrument_id){0});
}

void
pli_dydx_listing(dydx_tables *tables)
{
	for (dydx_leg *leg = tables->legs; leg < tables->legs + DYDX_LEGS_MAX; leg++) {
		pli_held_bits_begin(&leg->bits);
		leg->is_answered = false;
	}
	for (dydx_pot *pot = tables->pots; pot < tables->pots + DYDX_POTS_MAX; pot++) {
		pot->listed = false;
		tables->answered[pot - tables->pots].used = false;
	}
	tables->answer_height = INT64_MAX;
	tables->contradicted = tables->overtaken = false;
}

/* A reading of no earlier block has both halves of what moved. Where blocks have no number it must
 * have begun since. */
static bool
moved_is_read(const dydx_tables *tables, const pli_reading *reading)
{
	if (tables->moved_height != 0 && tables->answer_height != 0)
		return tables->answer_height >= tables->moved_height;
	return reading->began_ns >= tables->held_ns;
}

/* Is all of it known, with what the reading says? A message that was lost is in neither an older
 * answer nor what the stream said since. */
static bool
reading_is_half(dydx_tables *tables, const pli_reading *reading)
{
	tables->moved &= !moved_is_read(tables, reading);
	bool half = tables->moved || tables->contradicted ||
		    (tables->overtaken && reading->doubt[0] != '\0');
	for (dydx_leg *leg = tables->legs; leg < tables->legs + DYDX_LEGS_MAX; leg++) {
		const dydx_held *row = leg->is_answered ? &leg->answer : &leg->now;
		half |= leg->bits.listed != 0 && !plm_decimal_is_known(row->entry);
	}
	return half;
}

/* What a believed reading says of a subaccount, as a whole. */
static void
pot_believe(dydx_tables *tables, dydx_pot *pot)
{
	const dydx_pot *told = &tables->answered[pot - tables->pots];
	if (told->used && told->height >= pot->height)
		*pot = *told;
	for (dydx_leg *leg = tables->legs; leg < tables->legs + DYDX_LEGS_MAX; leg++)
		if (leg->is_answered && leg->subaccount == pot->number)
			leg->now = leg->answer;
	pot->used &= pot->listed;
}

bool
pli_dydx_believed(dydx_tables *tables, pli_reading *reading, plm_time_ns now_ns)
{
	pli_held_bits_judge judge = {.refuted = false};
	for (dydx_leg *leg = tables->legs; leg < tables->legs + DYDX_LEGS_MAX; leg++)
		pli_held_bits_end(&leg->bits, &judge);
	if (!pli_held_bits_is_believed(&judge, reading->first, reading->whole_count) &&
	    !pli_mutant(DYDX_MISSING_IS_FLAT)) {
		if (judge.missing)
			pli_reading_lacks(reading, reading->began_ns);
		return false;
	}
	if (reading_is_half(tables, reading))
		return false;
	for (dydx_pot *pot = tables->pots; pot < tables->pots + DYDX_POTS_MAX; pot++)
		pot_believe(tables, pot);
	for (dydx_leg *leg = tables->legs; leg < tables->legs + DYDX_LEGS_MAX; leg++) {
		pli_held_bits_believe(&leg->bits);
		leg->touched |= leg->bits.held == 0 && plm_decimal_sign(leg->now.size) != 0;
		if (leg->bits.held == 0)
			leg->now.size = leg->now.pnl = plm_decimal_zero();
		reading->digest += (uint64_t)leg->now.size.units *
				   (leg->instrument.value * UINT64_C(2) + 1 + leg->subaccount);
	}
	(void)pli_dydx_is_held(tables, now_ns);
	return true;
}
