/* checker_transit.c: what is shown as in transit, and with it each net, against the transfers of
 * the world. */
#include <stdlib.h>
#include <string.h>

#include "book/transit.h"
#include "sim/checker_parts.h"
#include "sim/sim_number.h"

/* Behind what befell a way: a ledger is asked for each minute, and a question that the host drops
 * a minute later again. */
#define TRANSIT_TOLD_NS (130 * PLM_NS_PER_S)

/* So long the book remembers what moved a balance, or was told to. P&L of which a venue tells the
 * one and not the other, as Deribit does of a session's, may hide as much of a movement. */
#define TRANSIT_HIDES_NS (180 * PLM_NS_PER_S)

/* So long behind a movement its word may be swallowed. */
#define TRANSIT_WORD_NS (5 * PLM_NS_PER_S)

static const pli_book *
transit_book(const pli_checker *checker)
{
	return pli_core_book(pli_engine_core(checker->engine));
}

/* The venue tells of a movement once, and keeps no list of them that is read. */
static bool
venue_tells_once(pli_sim_venue venue)
{
	return pli_sim_server_of(venue) == PLI_SIM_BINANCE;
}

static check_account *
account_of_world(pli_checker *checker, uint32_t index)
{
	for (uint32_t i = 0; i < checker->config.accounts_count; i++)
		if (checker->accounts[i].index == index)
			return &checker->accounts[i];
	return NULL;
}

static const check_account *
account_of_id(const pli_checker *checker, plm_account_id id)
{
	for (uint32_t i = 0; i < checker->config.accounts_count; i++)
		if (id.value != 0 && checker->accounts[i].id.value == id.value)
			return &checker->accounts[i];
	return NULL;
}

static pli_sim_asset
asset_of_id(const pli_checker *checker, plm_asset_id id)
{
	const plm_asset_fact *fact = pli_registry_asset_get(
	    pli_book_registry(transit_book(checker)), id);
	return fact == NULL ? PLI_SIM_ASSETS : pli_sim_asset_find(plm_slice_of(fact->name));
}

/* Steady time of a time of the world. */
static plm_time_ns
steady_of(const pli_checker *checker, plm_time_ns true_ns)
{
	const pli_seeded_clock *clock = checker->config.clock;
	return clock->steady_ns - (pli_seeded_clock_true_ns(clock) - true_ns);
}

void
pli_check_transit_look(pli_checker *checker, check_account *account, bool live)
{
	pli_sim_venue venue = checker->config.world->accounts[account->index].venue;
	bool calm = pli_check_grace_ns(checker, pli_sim_server_of(venue)) == PLI_CHECK_CALM_NS;
	if (!live || !calm)
		account->uneasy_ns = checker->config.clock->steady_ns;
}

/* The word that this account's venue had for it may not have come. */
static bool
word_is_lost(const check_account *account, pli_sim_venue venue, plm_time_ns then_ns)
{
	return venue_tells_once(venue) && account->uneasy_ns > then_ns - TRANSIT_WORD_NS;
}

/* ---- rows ---- */

/* Of what left the account, that of the row's amount whose time is nearest to the row's: amounts
 * come again after an hour. NULL: there is none. */
static const pli_sim_move *
row_move(const pli_checker *checker, const pli_transit_row *row)
{
	const check_account *account = account_of_id(checker, row->out.account);
	const pli_sim_world *world = checker->config.world;
	pli_sim_asset asset = asset_of_id(checker, row->asset);
	const pli_sim_move *best = NULL;
	const pli_sim_move *move = pli_sim_world_move(world, account->index, 0, 0);
	for (; move != NULL; move = pli_sim_world_move(world, account->index, move->id, 0)) {
		int64_t off_ns = llabs(move->time_ns - row->out.time_ns);
		if (move->asset == asset && move->amount.units == -row->out.total.units &&
		    (best == NULL || off_ns < llabs(best->time_ns - row->out.time_ns)))
			best = move;
	}
	return best;
}

/* The world remembers what moved then. */
static bool
world_remembers(const pli_sim_world *world, plm_time_ns time_ns)
{
	if (world->moves_count <= PLI_SIM_MOVES_MAX)
		return true;
	return time_ns - TRANSIT_TOLD_NS >
	       world->moves[world->moves_count % PLI_SIM_MOVES_MAX].time_ns;
}

/* So many rows are of the movement that this one is of. */
static uint32_t
rows_of(const pli_checker *checker, const pli_transit_row *like, const pli_sim_move *move)
{
	const pli_book *book = transit_book(checker);
	uint32_t count = 0;
	for (uint32_t i = 0; i < pli_book_transits_count(book); i++) {
		const pli_transit_row *row = pli_book_transit(book, i);
		count += row->state != PLI_TRANSIT_FREE && row->out.told != 0 &&
			 row->out.account.value == like->out.account.value &&
			 row->asset.value == like->asset.value &&
			 row->out.total.units == like->out.total.units &&
			 world_remembers(checker->config.world, row->out.time_ns) &&
			 row_move(checker, row) == move;
	}
	return count;
}

/* Everybody who could tell that it is over had the time to. */
static bool
transfer_must_be_over(pli_checker *checker, const pli_sim_transfer *transfer)
{
	uint32_t end = transfer->refused ? transfer->from : transfer->to;
	const check_account *from = account_of_world(checker, transfer->from);
	const check_account *to = account_of_world(checker, end);
	if (transfer->state == PLI_SIM_TRANSFER_FLIES || from == NULL || to == NULL)
		return false;
	plm_time_ns over_ns = steady_of(checker, transfer->over_ns), since_ns = over_ns;
	if (word_is_lost(to, checker->config.world->accounts[end].venue, over_ns))
		return false;
	since_ns = since_ns > from->uneasy_ns ? since_ns : from->uneasy_ns;
	since_ns = since_ns > to->uneasy_ns ? since_ns : to->uneasy_ns;
	since_ns = since_ns > checker->jumped_ns ? since_ns : checker->jumped_ns;
	return checker->config.clock->steady_ns - since_ns > TRANSIT_TOLD_NS;
}

/* A movement of the world's transfers. */
static void
transit_transfer(pli_checker *checker, const pli_transit_row *row, const pli_sim_transfer *transfer)
{
	char amount[PLM_DECIMAL_TEXT_MAX], counted[PLM_DECIMAL_TEXT_MAX];
	const char *left = checker->config.world->accounts[transfer->from].name;
	const char *asset = pli_sim_asset_name(transfer->asset);
	int64_t ago_ns = checker->config.clock->steady_ns - steady_of(checker, transfer->over_ns);
	(void)plm_decimal_format(row->out.total, amount);
	(void)plm_decimal_format(row->counted, counted);
	if (row->state == PLI_TRANSIT_IN_FLIGHT && row->counted.units != transfer->sent.units &&
	    row->counted.units != transfer->got.units)
		pli_checker_say(checker, "%s %s that left %s count as %s in flight", amount, asset,
		    left, counted);
	else if (pli_transit_is_open(row->state) && transfer_must_be_over(checker, transfer))
		pli_checker_say(checker, "%s %s that left %s are %s, they %s %lld ms ago", amount,
		    asset, left, pli_transit_state_text(row->state),
		    transfer->refused ? "came back" : "arrived",
		    (long long)(ago_ns / PLM_NS_PER_MS));
}

static void
transit_row(pli_checker *checker, const pli_transit_row *row)
{
	char amount[PLM_DECIMAL_TEXT_MAX];
	const pli_sim_world *world = checker->config.world;
	const check_account *account = account_of_id(checker, row->out.account);
	if (row->out.told == 0 || account == NULL || !world_remembers(world, row->out.time_ns))
		return;
	const pli_sim_move *move = row_move(checker, row);
	const char *name = world->accounts[account->index].name;
	const char *asset = pli_sim_asset_name(asset_of_id(checker, row->asset));
	(void)plm_decimal_format(row->out.total, amount);
	uint32_t rows = move == NULL ? 0 : rows_of(checker, row, move);
	const pli_sim_transfer *transfer = pli_sim_transfer_find(
	    &world->transfers, move == NULL ? 0 : move->transfer);
	if (move == NULL)
		pli_checker_say(checker, "%s is said to have sent %s %s, which it never did", name,
		    amount, asset);
	else if (rows > 1 && transfer != NULL)
		pli_checker_say(checker, "%s %s that left %s are a movement %u times", amount,
		    asset, name, rows);
	else if (transfer != NULL)
		transit_transfer(checker, row, transfer);
}

/* ---- sums ---- */

/* Where a net may be: by what the wallets held lately but for movements, and what the model says of
 * those; doubt: what the program says that it does not know. */
typedef struct transit_sum {
	plm_int128 shown, low, high, doubt;
	bool unknown;
} transit_sum;

/* What came from outside or went there lately may not be shown. */
static void
sum_outside(
    const pli_checker *checker, const check_account *account, pli_sim_asset asset, transit_sum *sum)
{
	const pli_sim_world *world = checker->config.world;
	plm_time_ns since_ns = pli_check_wallets_since(checker, account);
	const pli_sim_move *move = pli_sim_world_move(world, account->index, 0, 0);
	for (; move != NULL && steady_of(checker, move->time_ns) >= since_ns;
	     move = pli_sim_world_move(world, account->index, move->id, 0)) {
		if (move->asset != asset || move->transfer != 0)
			continue;
		if (plm_decimal_sign(move->amount) > 0)
			sum->low -= move->amount.units;
		else
			sum->high -= move->amount.units;
	}
}

static void
sum_wallet(pli_checker *checker, const check_account *account, pli_sim_asset asset, plm_asset_id id,
    transit_sum *sum)
{
	const pli_sim_account *a = &checker->config.world->accounts[account->index];
	const check_fact *fact = &account->nets[asset];
	plm_time_ns since_ns = checker->config.clock->steady_ns - TRANSIT_HIDES_NS;
	uint32_t count = fact->past_count < CHECK_PAST_MAX ? fact->past_count : CHECK_PAST_MAX;
	plm_int128 low = fact->value.units, high = low;
	uint32_t index = pli_book_balance_find(transit_book(checker), account->id, id);
	if (!pli_check_holds(a, asset))
		return;
	if (index == PLI_ROW_NONE || pli_check_cash_is_split(a)) {
		sum->unknown = true;
		return;
	}
	for (uint32_t i = 0; i < count; i++) {
		const check_past *past = &fact->past[i];
		if (past->until_ns < since_ns)
			continue;
		low = past->value.units < low ? past->value.units : low;
		high = past->value.units > high ? past->value.units : high;
	}
	const pli_balance_row *row = pli_book_balance(transit_book(checker), index);
	sum->shown += row->open ? row->fact.wallet.units : 0;
	plm_int128 hidden = 2 * pli_check_profit_range(account, asset, since_ns).units;
	sum->low += low + a->moved[asset].units - hidden;
	sum->high += high + a->moved[asset].units + hidden;
	sum->unknown |= !plm_decimal_is_known(row->fact.wallet);
	sum_outside(checker, account, asset, sum);
}

/* The word that it left need not have come, or is not read yet. */
static bool
flight_is_untold(pli_checker *checker, const pli_sim_transfer *row)
{
	const pli_sim_world *world = checker->config.world;
	const check_account *from = account_of_world(checker, row->from);
	plm_time_ns left_ns = steady_of(checker, row->left_ns);
	return (checker->config.clock->steady_ns - from->uneasy_ns < TRANSIT_TOLD_NS &&
		   from->uneasy_ns > left_ns - TRANSIT_WORD_NS) ||
	       word_is_lost(from, world->accounts[row->from].venue, left_ns);
}

/* It is over, and who has it now need not show it yet. */
static bool
flight_is_just_over(pli_checker *checker, const pli_sim_transfer *row)
{
	bool back = row->state == PLI_SIM_TRANSFER_RETURNED;
	const check_account *at = account_of_world(checker, back ? row->from : row->to);
	return row->state != PLI_SIM_TRANSFER_FLIES &&
	       steady_of(checker, row->over_ns) >= pli_check_wallets_since(checker, at);
}

/* What flies between accounts. What nobody was told of need not be known while it flies, nor at
 * once behind. */
static void
sum_flying(pli_checker *checker, pli_sim_asset asset, transit_sum *sum)
{
	const pli_sim_world *world = checker->config.world;
	for (uint32_t i = 0; i < PLI_SIM_TRANSFERS_MAX; i++) {
		const pli_sim_transfer *row = &world->transfers.rows[i];
		if (row->id == 0 || row->asset != asset)
			continue;
		plm_int128 units = row->refused ? row->sent.units : row->got.units;
		bool flies = row->state == PLI_SIM_TRANSFER_FLIES;
		sum->low += flies ? units : 0;
		sum->high += flies ? units : 0;
		if ((flies || flight_is_just_over(checker, row)) && flight_is_untold(checker, row))
			sum->low -= units;
	}
}

static plm_int128
rows_count(const pli_book *book, plm_asset_id asset)
{
	plm_int128 units = 0;
	for (uint32_t i = 0; i < pli_book_transits_count(book); i++)
		if (pli_book_transit(book, i)->asset.value == asset.value)
			units += pli_book_transit(book, i)->counted.units;
	return units;
}

static void
transit_net(pli_checker *checker, pli_sim_asset asset)
{
	char shows[PLM_DECIMAL_TEXT_MAX], low[PLM_DECIMAL_TEXT_MAX], high[PLM_DECIMAL_TEXT_MAX];
	const pli_book *book = transit_book(checker);
	transit_sum sum = {0};
	plm_asset_id id = pli_registry_asset_find(
	    pli_book_registry(book), plm_slice_of(pli_sim_asset_name(asset)));
	if (id.value == 0)
		return;
	for (uint32_t i = 0; i < checker->config.accounts_count && !sum.unknown; i++)
		sum_wallet(checker, &checker->accounts[i], asset, id, &sum);
	if (sum.unknown)
		return;
	uint32_t index = pli_book_balance_find(book, checker->transit, id);
	plm_int128 held = 0;
	if (index != PLI_ROW_NONE && pli_book_balance(book, index)->open) {
		held = pli_book_balance(book, index)->fact.wallet.units;
		sum.doubt = pli_book_balance(book, index)->unreconciled.units;
	}
	if (held != rows_count(book, id))
		pli_checker_say(checker, "what is in transit of %s is not what its rows count",
		    pli_sim_asset_name(asset));
	sum.shown += held;
	sum_flying(checker, asset, &sum);
	if (sum.shown >= sum.low - sum.doubt && sum.shown <= sum.high + sum.doubt)
		return;
	(void)plm_decimal_format((plm_decimal){sum.shown}, shows);
	(void)plm_decimal_format((plm_decimal){sum.low - sum.doubt}, low);
	(void)plm_decimal_format((plm_decimal){sum.high + sum.doubt}, high);
	pli_checker_say(checker,
	    "all wallets and what is in transit are %s %s, by the venues %s to %s", shows,
	    pli_sim_asset_name(asset), low, high);
}

/* Every account that may send or get is watched, and told of; and our clock was not set since the
 * program began: the book forgets by it. */
static bool
transit_is_known(pli_checker *checker, bool all_live)
{
	const pli_sim_world *world = checker->config.world;
	bool known = all_live && checker->transit.value != 0 &&
		     checker->jumped_ns <= checker->began_ns;
	for (uint32_t i = 0; i < world->accounts_count && known; i++)
		known = !pli_sim_transfer_is_party(world->accounts[i].venue) ||
			account_of_world(checker, i) != NULL;
	return known;
}

void
pli_check_transit(pli_checker *checker, bool all_live)
{
	static const pli_sim_asset assets[] = {PLI_SIM_USDT, PLI_SIM_BTC, PLI_SIM_USDC};
	const pli_book *book = transit_book(checker);
	for (uint32_t i = 0; i < pli_book_transits_count(book); i++)
		if (pli_book_transit(book, i)->state != PLI_TRANSIT_FREE)
			transit_row(checker, pli_book_transit(book, i));
	for (size_t i = 0; i < sizeof assets / sizeof assets[0]; i++)
		if (transit_is_known(checker, all_live))
			transit_net(checker, assets[i]);
}
