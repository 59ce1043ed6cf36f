/* checker_equity.c: what is shown as equity of a wallet against what the venue's model has and had.
 *
 * What a venue stated is one of the model's own numbers, to the last digit. What the program adds
 * up itself, from a wallet and marks that are each of another age, lies in the range that the marks
 * moved in. Old facts say how old they are: so far back the model's past counts. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "sim/checker_parts.h"
#include "sim/sim_bitmex_rows.h"
#include "sim/sim_number.h"

/* A live feed's marks are not older; an age that the wall clock cannot tell. */
#define EQUITY_MARKS_NS (6 * PLM_NS_PER_S)
#define EQUITY_AGE_NS_MAX (60 * PLM_NS_PER_S)

static void
tick_add(check_tick *tick, const pli_sim_account *a, const pli_sim_position *p)
{
	const pli_sim_instrument *in = p->instrument;
	plm_decimal *equity = &tick->equity[in->settle];
	if (in->kind == PLI_SIM_OPTION) { /* its value is no collateral */
		*equity = pli_sim_add(
		    *equity, pli_sim_round(pli_sim_multiply(p->size, in->mark), 8));
		return;
	}
	plm_decimal from = pli_sim_account_has_session(a, in) ? p->session_entry : p->entry;
	plm_decimal profit = pli_sim_profit(in, p->size, from, in->mark);
	plm_decimal *collateral = &tick->collateral[in->settle];
	*equity = pli_sim_add(*equity, profit);
	*collateral = pli_sim_add(*collateral, profit);
	tick->profit[in->settle] = pli_sim_add(tick->profit[in->settle], profit);
	if (pli_sim_of_dex(in))
		tick->dex_equity = pli_sim_add(tick->dex_equity, profit);
}

/* CHECK_TICK_MARKS_MAX: of a venue that states what is collateral. */
static uint32_t
marks_slot(const pli_sim_market *m, uint32_t instrument)
{
	uint32_t first = instrument;
	if (instrument < CHECK_TICK_LEGS_MAX)
		return instrument;
	if (m->instruments[instrument].venue != PLI_SIM_DYDX)
		return CHECK_TICK_MARKS_MAX;
	while (m->instruments[first - 1].venue == PLI_SIM_DYDX)
		first--;
	assert(instrument - first < CHECK_TICK_MARKS_MAX - CHECK_TICK_LEGS_MAX);
	return CHECK_TICK_LEGS_MAX + instrument - first;
}

static void
tick_fill(check_tick *tick, const pli_sim_market *m, const pli_sim_account *a)
{
	bool rounds = a->venue == PLI_SIM_BITMEX; /* sums, and not their parts */
	for (uint32_t i = 0; i < PLI_SIM_ASSETS; i++) {
		tick->collateral[i] = rounds ? a->wallets[i].cash
					     : pli_check_wallet(a, (pli_sim_asset)i);
		if (a->venue == PLI_SIM_DERIBIT)
			tick->collateral[i] = pli_sim_add(
			    tick->collateral[i], a->wallets[i].session);
		tick->equity[i] = tick->collateral[i];
		tick->profit[i] = plm_decimal_zero();
	}
	tick->dex_cash = tick->dex_equity = a->dex_cash;
	memset(tick->legs, 0, sizeof tick->legs);
	for (uint32_t k = 0; k < a->positions_count; k++) {
		const pli_sim_position *p = &a->positions[k];
		if (pli_sim_is_zero(p->size))
			continue;
		tick_add(tick, a, p);
		if (k < CHECK_TICK_LEGS_MAX)
			tick->legs[k] = (check_tick_leg){
			    plm_decimal_to_double(p->size), plm_decimal_to_double(p->entry)};
	}
	for (int i = 0; rounds && i < PLI_SIM_ASSETS; i++) {
		tick->collateral[i] = pli_sim_bitmex_money((pli_sim_asset)i, tick->collateral[i]);
		tick->equity[i] = pli_sim_bitmex_money((pli_sim_asset)i, tick->equity[i]);
	}
	for (uint32_t i = 0; i < m->instruments_count; i++) {
		uint32_t slot = marks_slot(m, i);
		if (slot < CHECK_TICK_MARKS_MAX)
			tick->marks[slot] = plm_decimal_to_double(m->instruments[i].mark);
	}
}

static void
equity_tick(const pli_checker *checker, check_account *account)
{
	const pli_sim_world *world = checker->config.world;
	check_tick *tick = &account->ticks[account->ticks_count++ % CHECK_TICKS_MAX];
	tick->from_ns = checker->config.clock->steady_ns;
	tick_fill(tick, &world->market, &world->accounts[account->index]);
}

/* Deribit and Binance tell of equity behind a step, or by an answer. */
void
pli_check_equity_news(pli_checker *checker, uint32_t index)
{
	if (checker->config.world->accounts[index].venue < PLI_SIM_VENUES)
		return;
	for (uint32_t i = 0; i < checker->config.accounts_count; i++)
		if (checker->accounts[i].index == index)
			equity_tick(checker, &checker->accounts[i]);
}

void
pli_check_equity_remember(pli_checker *checker)
{
	const pli_seeded_clock *clock = checker->config.clock;
	const pli_sim_world *world = checker->config.world;
	if (clock->wall_off_ns != checker->wall_off_ns) {
		checker->wall_off_ns = clock->wall_off_ns;
		checker->jumped_ns = clock->steady_ns;
	}
	if (checker->world_sequence == world->sequence && checker->accounts[0].ticks_count > 0)
		return;
	checker->world_sequence = world->sequence;
	for (uint32_t i = 0; i < checker->config.accounts_count; i++)
		equity_tick(checker, &checker->accounts[i]);
}

/* The tick before `n` that still held since then; NULL: there is none. known: the past reaches so
 * far back. */
static const check_tick *
tick_before(const check_account *account, uint64_t *n, plm_time_ns since_ns, bool *ret_known)
{
	uint64_t last = account->ticks_count;
	*ret_known = true;
	if (*n == 0)
		return NULL;
	if (last - *n >= CHECK_TICKS_MAX) {
		*ret_known = false;
		return NULL;
	}
	if (*n < last && account->ticks[*n % CHECK_TICKS_MAX].from_ns < since_ns)
		return NULL;
	return &account->ticks[--*n % CHECK_TICKS_MAX];
}

/* What is left of it at one moment without the builder's dex, and what that dex held at another:
 * an answer is about one dex. */
static plm_decimal
dexes_rest(const check_tick *tick, pli_sim_asset asset, bool cash)
{
	plm_decimal all = cash ? pli_sim_subtract(tick->equity[asset], tick->profit[asset])
			       : tick->equity[asset];
	return pli_sim_subtract(all, cash ? tick->dex_cash : tick->dex_equity);
}

static bool
dexes_were(const check_account *account, pli_sim_asset asset, bool cash, plm_decimal shown,
    plm_time_ns since_ns)
{
	bool known, known_too;
	uint64_t n = account->ticks_count;
	for (const check_tick *tick = tick_before(account, &n, since_ns, &known); tick != NULL;
	     tick = tick_before(account, &n, since_ns, &known)) {
		plm_decimal rest = pli_sim_subtract(shown, dexes_rest(tick, asset, cash));
		uint64_t k = account->ticks_count;
		for (const check_tick *other = tick_before(account, &k, since_ns, &known_too);
		     other != NULL; other = tick_before(account, &k, since_ns, &known_too))
			if ((cash ? other->dex_cash : other->dex_equity).units == rest.units)
				return true;
	}
	return !known;
}

/* Was it so at some moment since then? */
static bool
equity_was(const check_account *account, pli_sim_asset asset, bool collateral, plm_decimal shown,
    plm_time_ns since_ns)
{
	bool known;
	uint64_t n = account->ticks_count;
	for (const check_tick *tick = tick_before(account, &n, since_ns, &known); tick != NULL;
	     tick = tick_before(account, &n, since_ns, &known)) {
		plm_decimal value = collateral ? tick->collateral[asset] : tick->equity[asset];
		if (value.units == shown.units)
			return true;
	}
	return !known;
}

bool
pli_check_cash_is_split(const pli_sim_account *a)
{
	return a->venue == PLI_SIM_HYPERLIQUID && (a->multi_assets || a->dexes);
}

bool
pli_check_cash_was(const check_account *account, const pli_sim_account *a, pli_sim_asset asset,
    plm_decimal shown, plm_time_ns since_ns)
{
	bool known;
	if (a->dexes)
		return dexes_were(account, asset, true, shown, since_ns);
	uint64_t n = account->ticks_count;
	for (const check_tick *tick = tick_before(account, &n, since_ns, &known); tick != NULL;
	     tick = tick_before(account, &n, since_ns, &known)) {
		plm_decimal profit = pli_sim_subtract(tick->equity[asset], shown);
		uint64_t k = account->ticks_count;
		bool known_too;
		for (const check_tick *other = tick_before(account, &k, since_ns, &known_too);
		     other != NULL; other = tick_before(account, &k, since_ns, &known_too))
			if (other->profit[asset].units == profit.units)
				return true;
	}
	return !known;
}

static void
equity_check_stated(pli_checker *checker, const check_account *account, pli_sim_asset asset,
    const plm_balance *fact, plm_time_ns since_ns)
{
	char shown[PLM_DECIMAL_TEXT_MAX], has[PLM_DECIMAL_TEXT_MAX];
	const check_tick *now = &account->ticks[(account->ticks_count - 1) % CHECK_TICKS_MAX];
	bool dexes = checker->config.world->accounts[account->index].dexes;
	for (int collateral = 0; collateral < 2; collateral++) {
		plm_decimal value = collateral ? fact->collateral : fact->equity;
		if (!plm_decimal_is_known(value) ||
		    equity_was(account, asset, collateral, value, since_ns) ||
		    (dexes && dexes_were(account, asset, false, value, since_ns)))
			continue;
		(void)plm_decimal_format(value, shown);
		(void)plm_decimal_format(
		    collateral ? now->collateral[asset] : now->equity[asset], has);
		pli_checker_say(checker,
		    "%s is live and shows %s %s as %s, the venue has %s and had nothing else for "
		    "%lld ms",
		    checker->config.world->accounts[account->index].name, shown,
		    pli_sim_asset_name(asset), collateral ? "collateral" : "equity", has,
		    (long long)((checker->config.clock->steady_ns - since_ns) / PLM_NS_PER_MS));
	}
}

/* How old a fact says that it is; after a jump of the wall clock that says nothing. */
static int64_t
equity_age_ns(const pli_checker *checker, plm_time_ns received_time_ns)
{
	const pli_book *book = pli_core_book(pli_engine_core(checker->engine));
	int64_t age_ns = pli_book_now_ns(book) - received_time_ns;
	bool jumped = checker->jumped_ns != 0 &&
		      checker->config.clock->steady_ns - checker->jumped_ns < 2 * EQUITY_AGE_NS_MAX;
	return jumped || age_ns < 0 || age_ns > EQUITY_AGE_NS_MAX ? EQUITY_AGE_NS_MAX : age_ns;
}

typedef struct equity_range {
	double low, high;
} equity_range;

/* The marks of one slot since then. False: one of them cannot be, or is not known any more. */
static bool
marks_range(
    const check_account *account, uint32_t slot, plm_time_ns since_ns, equity_range *ret_range)
{
	bool known;
	uint64_t n = account->ticks_count;
	*ret_range = (equity_range){INFINITY, -INFINITY};
	for (const check_tick *tick = tick_before(account, &n, since_ns, &known); tick != NULL;
	     tick = tick_before(account, &n, since_ns, &known)) {
		ret_range->low = fmin(ret_range->low, tick->marks[slot]);
		ret_range->high = fmax(ret_range->high, tick->marks[slot]);
	}
	return known && ret_range->low > 0;
}

/* The least and the most that leg k was worth: each size and entry since then by those marks. */
static equity_range
leg_range(const check_account *account, uint32_t k, plm_time_ns since_ns, const equity_range *marks)
{
	bool known;
	uint64_t n = account->ticks_count;
	equity_range range = {INFINITY, -INFINITY};
	for (const check_tick *tick = tick_before(account, &n, since_ns, &known); tick != NULL;
	     tick = tick_before(account, &n, since_ns, &known)) {
		const check_tick_leg *leg = &tick->legs[k];
		double a = leg->size * (marks->low - leg->entry);
		double b = leg->size * (marks->high - leg->entry);
		range.low = fmin(range.low, fmin(a, b));
		range.high = fmax(range.high, fmax(a, b));
	}
	return range;
}

/* By its name or, until the program has heard of another one, by the one before. */
static bool
leg_is_of(const plm_instrument *spec, const pli_sim_instrument *in)
{
	return strcmp(spec->name, in->name) == 0 ||
	       (in->renames > 0 && strcmp(spec->name, in->name_before) == 0);
}

/* How old the mark may be that the program values the position by: the stream's, or, where that
 * has none above 0, the one that came with the position. 0: it has no such position. */
static int64_t
leg_mark_age_ns(const pli_checker *checker, plm_account_id account, const pli_sim_instrument *in)
{
	const pli_book *book = pli_core_book(pli_engine_core(checker->engine));
	int64_t age_ns = 0, most_ns = 0;
	for (uint32_t i = pli_book_position_first_of_account(book, account); i != PLI_ROW_NONE;
	     i = pli_book_position_next_of_account(book, i)) {
		const pli_position_row *row = pli_book_position(book, i);
		const plm_instrument *spec = pli_registry_instrument_get(
		    pli_book_registry(book), row->fact.instrument);
		const pli_mark_row *mark = pli_book_mark(book, row->fact.instrument);
		if (!row->open || spec == NULL || !leg_is_of(spec, in))
			continue;
		bool streamed = mark != NULL && plm_decimal_sign(mark->fact.mark_price) > 0;
		age_ns = equity_age_ns(
		    checker, streamed ? mark->received_time_ns : row->received_time_ns);
		most_ns = age_ns > most_ns ? age_ns : most_ns;
	}
	return most_ns;
}

/* A wallet with the profit of its positions, as the program adds it up. */
static void
equity_check_derived(pli_checker *checker, const check_account *account, pli_sim_asset asset,
    double shown, double wallet)
{
	const pli_sim_world *world = checker->config.world;
	const pli_sim_account *a = &world->accounts[account->index];
	if (a->positions_count > CHECK_TICK_LEGS_MAX)
		return;
	double low = wallet, high = wallet;
	plm_time_ns since_ns = checker->config.clock->steady_ns -
			       pli_check_grace_ns(checker, pli_sim_server_of(a->venue)) -
			       EQUITY_MARKS_NS;
	for (uint32_t k = 0; k < a->positions_count && k < CHECK_TICK_LEGS_MAX; k++) {
		const pli_sim_instrument *in = a->positions[k].instrument;
		uint32_t slot = marks_slot(
		    &world->market, (uint32_t)(in - world->market.instruments));
		int64_t age_ns = leg_mark_age_ns(checker, account->id, in);
		equity_range marks, range;
		if (in->settle != asset)
			continue;
		if (slot == CHECK_TICK_MARKS_MAX)
			return;
		if (!marks_range(account, slot, since_ns - age_ns, &marks))
			return;
		range = leg_range(account, k, since_ns, &marks);
		low += range.low;
		high += range.high;
	}
	double slack = 1e-7 * (fabs(low) + fabs(high)) + 1e-6;
	if (shown < low - slack || shown > high + slack)
		pli_checker_say(checker,
		    "%s is live and shows %.8f %s as equity, its marks were worth %.8f to %.8f",
		    a->name, shown, pli_sim_asset_name(asset), low, high);
}

void
pli_check_equity(pli_checker *checker, const check_account *account, plm_time_ns since_ns)
{
	pli_core *core = pli_engine_core(checker->engine);
	const pli_book *book = pli_core_book(pli_engine_core(checker->engine));
	const pli_sim_account *a = &checker->config.world->accounts[account->index];
	if (pli_core_batch_count(core) > 0)
		return;
	for (uint32_t i = pli_book_balance_first_of_account(book, account->id); i != PLI_ROW_NONE;
	     i = pli_book_balance_next_of_account(book, i)) {
		const pli_balance_row *row = pli_book_balance(book, i);
		pli_sim_asset asset = pli_sim_asset_find(
		    plm_slice_of(plm_names_asset_text(pli_book_registry(book), row->fact.asset)));
		if (!row->open || asset == PLI_SIM_ASSETS || !pli_check_holds(a, asset))
			continue;
		equity_check_stated(checker, account, asset, &row->fact,
		    since_ns - equity_age_ns(checker, row->received_time_ns));
		plm_decimal shown = pli_exposure_collateral(
		    pli_core_exposure(core), account->id, row->fact.asset);
		if (!plm_decimal_is_known(row->fact.collateral) && plm_decimal_is_known(shown))
			equity_check_derived(checker, account, asset, plm_decimal_to_double(shown),
			    plm_decimal_to_double(row->fact.wallet));
	}
}

plm_decimal
pli_check_profit_range(const check_account *account, pli_sim_asset asset, plm_time_ns since_ns)
{
	uint64_t count = account->ticks_count,
		 first = count < CHECK_TICKS_MAX ? 0 : count - CHECK_TICKS_MAX;
	plm_int128 low = 0, high = 0;
	for (uint64_t i = count; i > first; i--) {
		const check_tick *tick = &account->ticks[(i - 1) % CHECK_TICKS_MAX];
		plm_int128 units = tick->profit[asset].units;
		low = i == count || units < low ? units : low;
		high = i == count || units > high ? units : high;
		if (tick->from_ns < since_ns)
			break;
	}
	return (plm_decimal){high - low};
}
