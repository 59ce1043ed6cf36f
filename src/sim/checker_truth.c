/* checker_truth.c: each position and wallet that is shown against what the venue holds or lately
 * held. */
#include <string.h>

#include "sim/checker_parts.h"
#include "sim/sim_bitmex_rows.h"
#include "sim/sim_number.h"
#include "sim/sim_okx_rows.h"
#include "sim/sim_usdm.h"

static void
fact_remember(check_fact *fact, plm_decimal value, plm_time_ns now_ns)
{
	if (fact->value.units == value.units)
		return;
	fact->past[fact->past_count++ % CHECK_PAST_MAX] = (check_past){fact->value, now_ns};
	fact->value = value;
}

/* What the venue shows of an asset of which the account had that cash. */
static plm_decimal
wallet_of_cash(const pli_sim_account *a, pli_sim_asset asset, plm_decimal cash)
{
	if (a->venue == PLI_SIM_BITMEX)
		return pli_sim_bitmex_money(asset, cash);
	if (a->venue < PLI_SIM_SERVERS)
		return cash;
	plm_decimal net = pli_sim_subtract(cash, pli_sim_wallet_debt(&a->wallets[asset]));
	return pli_sim_add(net, pli_sim_account_pooled(a, asset));
}

static void
funding_remember(check_fact *fact, const pli_sim_position *p, plm_time_ns now_ns)
{
	if (fact->funding.units == p->funding.units)
		return;
	fact->funded = pli_sim_subtract(p->funding, fact->funding);
	fact->funding = p->funding;
	fact->funded_ns = now_ns;
}

plm_decimal
pli_check_wallet(const pli_sim_account *a, pli_sim_asset asset)
{
	return wallet_of_cash(a, asset, a->wallets[asset].cash);
}

bool
pli_check_holds(const pli_sim_account *a, pli_sim_asset asset)
{
	return a->wallets[asset].used || !pli_sim_is_zero(pli_sim_account_pooled(a, asset));
}

static void
wallet_was(check_account *account, const pli_sim_account *a, pli_sim_asset asset, plm_decimal value,
    plm_time_ns now_ns)
{
	fact_remember(&account->wallets[asset], value, now_ns);
	fact_remember(
	    &account->nets[asset], pli_sim_subtract(value, a->moved[asset]), now_ns);
}

/* Several changes of one step are told one by one: each of them was true for a moment. */
static void
wallet_remember(
    check_account *account, const pli_sim_account *a, pli_sim_asset asset, plm_time_ns now_ns)
{
	check_fact *fact = &account->wallets[asset];
	const pli_sim_wallet *wallet = &a->wallets[asset];
	uint32_t first = wallet->past_count < PLI_SIM_CASH_PAST
			     ? 0
			     : wallet->past_count - PLI_SIM_CASH_PAST;
	for (uint32_t i = first > fact->seen_count ? first : fact->seen_count;
	     i < wallet->past_count; i++)
		wallet_was(account, a, asset,
		    wallet_of_cash(a, asset, wallet->past[i % PLI_SIM_CASH_PAST]), now_ns);
	fact->seen_count = wallet->past_count;
	wallet_was(account, a, asset, pli_check_wallet(a, asset), now_ns);
}

void
pli_check_remember(pli_checker *checker)
{
	plm_time_ns now_ns = checker->config.clock->steady_ns;
	for (uint32_t i = 0; i < checker->config.accounts_count; i++) {
		check_account *account = &checker->accounts[i];
		const pli_sim_account *a = &checker->config.world->accounts[account->index];
		if (a->changes == account->changes &&
		    a->positions_count == account->positions_count)
			continue;
		account->changes = a->changes;
		if (a->accruals != account->accruals)
			account->accrued_ns = now_ns;
		account->accruals = a->accruals;
		account->positions_count = a->positions_count;
		account->dirty = true;
		for (uint32_t k = 0; k < a->positions_count; k++) {
			fact_remember(&account->positions[k], a->positions[k].size, now_ns);
			funding_remember(&account->positions[k], &a->positions[k], now_ns);
		}
		for (uint32_t k = 0; k < PLI_SIM_ASSETS; k++)
			wallet_remember(account, a, (pli_sim_asset)k, now_ns);
	}
}

static const pli_registry *
check_registry(const pli_checker *checker)
{
	return pli_book_registry(pli_core_book(pli_engine_core(checker->engine)));
}

/* Was it so at some moment since then? */
static bool
fact_was(const check_fact *fact, plm_decimal value, plm_time_ns since_ns)
{
	uint32_t count = fact->past_count < CHECK_PAST_MAX ? fact->past_count : CHECK_PAST_MAX;
	if (fact->value.units == value.units)
		return true;
	for (uint32_t i = 0; i < count; i++)
		if (fact->past[i].until_ns >= since_ns && fact->past[i].value.units == value.units)
			return true;
	return false;
}

/* What is shown never goes back: an update that is older than the last one undoes nothing, however
 * late it comes. False: it did. */
static bool
fact_advances(check_fact *fact, plm_decimal shown)
{
	uint32_t count = fact->past_count;
	uint32_t first = count < CHECK_PAST_MAX ? 0 : count - CHECK_PAST_MAX;
	bool was = false;
	for (uint32_t i = first; i <= count; i++) {
		plm_decimal value = i == count ? fact->value : fact->past[i % CHECK_PAST_MAX].value;
		if (value.units != shown.units)
			continue;
		was = true;
		if (i < fact->shown)
			continue;
		fact->shown = i;
		return true;
	}
	return !was;
}

void
pli_check_forget(check_account *account)
{
	for (uint32_t k = 0; k < account->positions_count; k++) {
		account->positions[k].shown = 0;
		account->positions[k].both_ns = 0;
	}
}

/* Which of the account's positions a row of the book is; PLI_SIM_POSITIONS_MAX: none of them. old:
 * by the name that it had before. Looked for from `first` down, around. */
static uint32_t
position_of_row(const pli_sim_account *a, const char *name, uint8_t side, bool old, uint32_t first)
{
	for (uint32_t i = 0; i < a->positions_count; i++) {
		uint32_t k = (first + a->positions_count - i) % a->positions_count;
		const pli_sim_instrument *in = a->positions[k].instrument;
		if ((uint8_t)a->positions[k].side == side &&
		    strcmp(old ? in->name_before : in->name, name) == 0)
			return k;
	}
	return PLI_SIM_POSITIONS_MAX;
}

/* what: "long of", "BTCUSDT". */
static void
fact_check(pli_checker *checker, const check_account *account, const check_fact *fact,
    const char *const what[2], plm_decimal shown, plm_time_ns since_ns)
{
	char has[PLM_DECIMAL_TEXT_MAX], shows[PLM_DECIMAL_TEXT_MAX];
	if (fact_was(fact, shown, since_ns))
		return;
	(void)plm_decimal_format(fact->value, has);
	(void)plm_decimal_format(shown, shows);
	pli_checker_say(checker,
	    "%s is live and shows %s %s %s, the venue has %s, for over %lld ms",
	    checker->config.world->accounts[account->index].name, shows, what[0], what[1], has,
	    (long long)((checker->config.clock->steady_ns - since_ns) / PLM_NS_PER_MS));
}

int64_t
pli_check_grace_ns(const pli_checker *checker, uint32_t way)
{
	static const int64_t graces_ns[PLI_GRACE_COUNT] = {
	    PLI_CHECK_CALM_NS, PLI_CHECK_LATE_NS, PLI_CHECK_SILENT_OLD_NS, PLI_CHECK_LOST_NS};
	int grace = PLI_GRACE_COUNT - 1;
	while (grace > PLI_GRACE_CALM &&
	       checker->disturbed_ns[way][grace] < checker->config.clock->steady_ns)
		grace--;
	return graces_ns[grace];
}

/* What the book shows of each of an account's positions; names: under how many. next: most rows
 * stand in the venue's order, the last first. */
typedef struct truth_shown {
	uint32_t next;
	plm_decimal size[PLI_SIM_POSITIONS_MAX];
	uint8_t names[PLI_SIM_POSITIONS_MAX];
} truth_shown;

/* What its venue counts a size of the contract in. */
static plm_unit
row_unit(const pli_sim_instrument *in)
{
	if (in->venue == PLI_SIM_OKX || in->venue == PLI_SIM_BINANCE_COINM ||
	    in->venue == PLI_SIM_BITMEX || in->venue == PLI_SIM_BINANCE_OPTIONS)
		return PLM_UNIT_CONTRACTS;
	return in->inverse && in->kind != PLI_SIM_OPTION ? PLM_UNIT_USD : PLM_UNIT_COINS;
}

/* How much one contract is. */
static plm_decimal
row_contract(const pli_sim_instrument *in)
{
	if (in->venue == PLI_SIM_BITMEX)
		return pli_sim_bitmex_contract(in);
	return in->venue == PLI_SIM_OKX ? pli_sim_okx_value(in) : pli_sim_usdm_contract(in);
}

/* Where a venue counts contracts, its list alone says how much one is; a name does not, and a leg
 * without it counts nothing. */
static void
row_check_multiplier(
    pli_checker *checker, const pli_sim_instrument *in, const plm_instrument *spec, bool exact)
{
	char has[PLM_DECIMAL_TEXT_MAX], shows[PLM_DECIMAL_TEXT_MAX];
	plm_decimal value = row_contract(in);
	bool unsaid = !plm_decimal_is_known(spec->multiplier) && !exact;
	if (row_unit(in) != PLM_UNIT_CONTRACTS || unsaid || spec->multiplier.units == value.units)
		return;
	(void)plm_decimal_format(value, has);
	(void)plm_decimal_format(spec->multiplier, shows);
	pli_checker_say(checker, "a contract of %s counts as %s, it is %s", in->name, shows, has);
}

/* What a specification says: on which coin a contract is, and how its size is counted. exact: it
 * must be the venue's own. */
static void
row_check_spec(pli_checker *checker, const pli_position_row *row, const pli_sim_instrument *in,
    const plm_instrument *spec, bool exact)
{
	static const char *const units[] = {
	    [PLM_UNIT_CONTRACTS] = "contracts", [PLM_UNIT_COINS] = "coins", [PLM_UNIT_USD] = "USD"};
	const pli_registry *registry = check_registry(checker);
	if (spec->spec_source == PLM_SPEC_NONE && !exact)
		return; /* its leg must say so: checker_legs.c */
	bool counts = row_unit(in) != PLM_UNIT_CONTRACTS ||
		      plm_decimal_is_known(spec->multiplier) || exact;
	const char *coin = plm_names_asset_text(registry, spec->underlying);
	if (spec->spec_source == PLM_SPEC_NONE)
		pli_checker_say(checker, "%s is a contract that nobody has asked about", in->name);
	else if (counts && strcmp(coin, pli_sim_underlying(in)) != 0)
		pli_checker_say(checker, "%s counts as %s, its contract is on %s", spec->name, coin,
		    pli_sim_underlying(in));
	else if (row->fact.unit != row_unit(in))
		pli_checker_say(checker, "the size of %s is not counted in %s", spec->name,
		    units[row_unit(in)]);
	else
		row_check_multiplier(checker, in, spec, exact);
}

/* A contract goes by its old name until the next reconcile, at the latest. */
static void
row_check_name(pli_checker *checker, const pli_sim_instrument *in, bool exact)
{
	int64_t since_ns = pli_seeded_clock_true_ns(checker->config.clock) - in->renamed_ns;
	if (since_ns > (exact ? PLI_CHECK_CALM_NS : PLI_CHECK_LOST_NS))
		pli_checker_say(checker, "%s is shown, which the venue calls %s since %lld ms",
		    in->name_before, in->name, (long long)(since_ns / PLM_NS_PER_MS));
}

/* As the model counts it. */
static plm_decimal
row_size(const pli_sim_instrument *in, const pli_position_row *row)
{
	return row_unit(in) == PLM_UNIT_CONTRACTS
		   ? pli_sim_multiply(row->fact.quantity, row_contract(in))
		   : row->fact.quantity;
}

static void
truth_row(pli_checker *checker, const pli_sim_account *a, const pli_position_row *row, bool exact,
    truth_shown *shown)
{
	const plm_instrument *spec = pli_registry_instrument_get(
	    check_registry(checker), row->fact.instrument);
	const char *name = spec == NULL ? "an unknown instrument" : spec->name;
	uint32_t k = position_of_row(a, name, row->fact.side, false, shown->next);
	bool old = k == PLI_SIM_POSITIONS_MAX;
	if (old)
		k = position_of_row(a, name, row->fact.side, true, shown->next);
	if (k == PLI_SIM_POSITIONS_MAX) {
		pli_checker_say(
		    checker, "%s is live and shows %s, which it never held", a->name, name);
		return;
	}
	const pli_sim_instrument *in = a->positions[k].instrument;
	if (old)
		row_check_name(checker, in, exact);
	else
		row_check_spec(checker, row, in, spec, exact);
	shown->size[k] = row_size(a->positions[k].instrument, row);
	shown->names[k]++;
	shown->next = k + a->positions_count - 1;
}

/* The same contract under two names, each with a size: what is counted twice. False: it is not. */
static bool
fact_check_both(pli_checker *checker, check_fact *fact, const char *what, bool both, bool exact,
    plm_time_ns since_ns)
{
	plm_time_ns now_ns = checker->config.clock->steady_ns;
	if (!both || fact->both_ns == 0)
		fact->both_ns = both ? now_ns : 0;
	if (both && (exact || fact->both_ns < since_ns))
		pli_checker_say(checker, "%s is counted under both its names for %lld ms", what,
		    (long long)((now_ns - fact->both_ns) / PLM_NS_PER_MS));
	return both;
}

/* ordered: nothing is late and all comes by one stream, so no update may undo a newer one.
 * Binance's snapshots come another way than its updates, and neither says which of two within a
 * second is the newer one: the program believes the stream, for as long as it takes the next update
 * to come. */
static void
truth_position(pli_checker *checker, check_account *account, uint32_t k, plm_decimal shown,
    plm_time_ns since_ns, bool ordered)
{
	static const char *const sides[] = {"net of", "long of", "short of"};
	const pli_sim_account *a = &checker->config.world->accounts[account->index];
	const pli_sim_position *p = &a->positions[k];
	check_fact *fact = &account->positions[k];
	const char *const what[] = {sides[p->side], p->instrument->name};
	if (!fact_advances(fact, shown)) {
		fact->shown = 0;
		if (ordered)
			pli_checker_say(checker, "%s is live and went back to an older %s %s",
			    a->name, what[0], what[1]);
	}
	fact_check(checker, account, fact, what, shown, since_ns);
}

static void
truth_positions(
    pli_checker *checker, check_account *account, plm_time_ns since_ns, bool ordered, bool exact)
{
	const pli_book *book = pli_core_book(pli_engine_core(checker->engine));
	const pli_sim_account *a = &checker->config.world->accounts[account->index];
	truth_shown shown = {.next = a->positions_count};
	for (uint32_t i = pli_book_position_first_of_account(book, account->id); i != PLI_ROW_NONE;
	     i = pli_book_position_next_of_account(book, i)) {
		const pli_position_row *row = pli_book_position(book, i);
		if (row->open && plm_decimal_sign(row->fact.quantity) != 0)
			truth_row(checker, a, row, exact, &shown);
	}
	for (uint32_t k = 0; k < a->positions_count; k++) {
		const char *name = a->positions[k].instrument->name;
		bool both = shown.names[k] > 1;
		if (!fact_check_both(checker, &account->positions[k], name, both, exact, since_ns))
			truth_position(checker, account, k, shown.size[k], since_ns, ordered);
	}
}

/* Within the time until the next reading a funding may not be told: at dYdX no message tells it. */
static bool
is_funded(const pli_checker *checker, pli_sim_venue venue)
{
	const pli_sim_world *world = checker->config.world;
	plm_time_ns funded_ns = world->next_funding_ns - pli_sim_market_funding_ns(&world->market);
	return venue == PLI_SIM_DYDX &&
	       pli_seeded_clock_true_ns(checker->config.clock) - funded_ns < PLI_CHECK_LOST_NS;
}

/* dYdX tells of a funding by the next reading, or by what else befalls a subaccount: of each by
 * itself. Is it so much less than was held? */
static bool
cash_is_part_funded(const pli_checker *checker, const check_account *account, plm_decimal shown,
    plm_time_ns since_ns)
{
	const pli_sim_account *a = &checker->config.world->accounts[account->index];
	plm_time_ns now_ns = checker->config.clock->steady_ns;
	plm_decimal parts[PLI_SIM_COINS + 1] = {{0}};
	uint32_t count = 1; /* the parent; then each child */
	for (uint32_t k = 0; k < a->positions_count && count <= PLI_SIM_COINS; k++) {
		plm_decimal *part = a->positions[k].isolated ? &parts[count++] : &parts[0];
		if (now_ns - account->positions[k].funded_ns < PLI_CHECK_LOST_NS)
			*part = pli_sim_add(*part, account->positions[k].funded);
	}
	for (uint32_t mask = 0; mask < 1U << count; mask++) {
		plm_decimal held = shown;
		for (uint32_t i = 0; i < count; i++)
			if ((mask >> i & 1) != 0)
				held = pli_sim_add(held, parts[i]);
		if (fact_was(&account->wallets[PLI_SIM_USDC], held, since_ns))
			return true;
	}
	return false;
}

/* Cash; of equity, which moves with marks: checker_equity.c. */
static void
truth_wallets(pli_checker *checker, const check_account *account, plm_time_ns since_ns)
{
	const pli_book *book = pli_core_book(pli_engine_core(checker->engine));
	const pli_sim_account *a = &checker->config.world->accounts[account->index];
	plm_decimal shown[PLI_SIM_ASSETS];
	memset(shown, 0, sizeof shown);
	for (uint32_t i = pli_book_balance_first_of_account(book, account->id); i != PLI_ROW_NONE;
	     i = pli_book_balance_next_of_account(book, i)) {
		const pli_balance_row *row = pli_book_balance(book, i);
		const plm_asset_fact *asset = pli_registry_asset_get(
		    pli_book_registry(book), row->fact.asset);
		pli_sim_asset k = asset == NULL ? PLI_SIM_ASSETS
						: pli_sim_asset_find(plm_slice_of(asset->name));
		if (row->open && k != PLI_SIM_ASSETS)
			shown[k] = row->fact.wallet;
	}
	for (uint32_t k = 0; k < PLI_SIM_ASSETS; k++) {
		const char *const what[] = {pli_sim_asset_name((pli_sim_asset)k), "in cash"};
		bool added_up = pli_check_cash_is_split(a) &&
				pli_check_cash_was(
				    account, a, (pli_sim_asset)k, shown[k], since_ns);
		if (k == PLI_SIM_USDC && is_funded(checker, a->venue))
			added_up |= cash_is_part_funded(checker, account, shown[k], since_ns);
		if (pli_check_holds(a, (pli_sim_asset)k) && !added_up)
			fact_check(
			    checker, account, &account->wallets[k], what, shown[k], since_ns);
	}
}

/* No stream tells what is in some wallets: they are read again behind an update, and interest is
 * charged without one. */
static int64_t
wallets_grace_ns(const check_account *account, pli_sim_venue venue, plm_time_ns now_ns)
{
	bool read = venue == PLI_SIM_BINANCE_MARGIN || venue == PLI_SIM_BINANCE_PM;
	bool accrued = account->accrued_ns != 0 && now_ns - account->accrued_ns < PLI_CHECK_LOST_NS;
	return accrued ? PLI_CHECK_LOST_NS : read ? PLI_CHECK_READ_NS : 0;
}

plm_time_ns
pli_check_wallets_since(const pli_checker *checker, const check_account *account)
{
	plm_time_ns now_ns = checker->config.clock->steady_ns;
	pli_sim_venue venue = checker->config.world->accounts[account->index].venue;
	int64_t grace_ns = pli_check_grace_ns(checker, pli_sim_server_of(venue));
	int64_t wallets_ns = wallets_grace_ns(account, venue, now_ns);
	if (is_funded(checker, venue))
		wallets_ns = PLI_CHECK_LOST_NS;
	return now_ns - (wallets_ns > grace_ns ? wallets_ns : grace_ns);
}

void
pli_check_truth(pli_checker *checker, check_account *account, bool exact)
{
	pli_sim_venue venue = checker->config.world->accounts[account->index].venue;
	int64_t grace_ns = exact ? PLI_CHECK_CALM_NS
				 : pli_check_grace_ns(checker, pli_sim_server_of(venue));
	plm_time_ns now_ns = checker->config.clock->steady_ns, since_ns = now_ns - grace_ns;
	truth_positions(checker, account, since_ns,
	    venue == PLI_SIM_DERIBIT && grace_ns == PLI_CHECK_CALM_NS && !exact, exact);
	int64_t wallets_ns = wallets_grace_ns(account, venue, now_ns);
	if (wallets_ns > grace_ns)
		since_ns = now_ns - wallets_ns;
	truth_wallets(checker, account, since_ns);
	pli_check_equity(checker, account, since_ns);
}
