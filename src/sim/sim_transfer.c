/* sim_transfer.c: who sends what to whom, and what becomes of it. */
#include "sim/sim_transfer.h"

#include <math.h>

#include "sim/sim_number.h"
#include "sim/sim_world.h"

#define APART_NS (3900 * PLM_NS_PER_S) /* two of one amount: what is missing is given up by then */

enum { APART_S_MIN = 5, APART_S_MAX = 25, STEPS = 46, TRIES = 8 };
#define STEP 1.03 /* more than what a fee is taken to be */

static const pli_sim_asset assets[] = {PLI_SIM_USDT, PLI_SIM_BTC, PLI_SIM_USDC};

bool
pli_sim_transfer_is_party(pli_sim_venue venue)
{
	return venue == PLI_SIM_DERIBIT || venue == PLI_SIM_BINANCE || venue == PLI_SIM_OKX ||
	       venue == PLI_SIM_BYBIT || venue == PLI_SIM_BITMEX || venue == PLI_SIM_DYDX ||
	       venue == PLI_SIM_BINANCE_COINM;
}

/* Of a venue that says that it sends no more what has left the wallet. */
static bool
venue_refuses(pli_sim_venue venue)
{
	return venue == PLI_SIM_BINANCE || venue == PLI_SIM_BINANCE_COINM ||
	       venue == PLI_SIM_BITMEX;
}

void
pli_sim_transfers_open(pli_sim_transfers *transfers, uint64_t seed, plm_time_ns start_ns)
{
	pli_random_init(&transfers->random, seed ^ UINT64_C(0x7a5f));
	transfers->next_ns = start_ns + APART_S_MIN * PLM_NS_PER_S;
}

const pli_sim_transfer *
pli_sim_transfer_find(const pli_sim_transfers *transfers, uint64_t id)
{
	if (id == 0 || id > transfers->count || id + PLI_SIM_TRANSFERS_MAX <= transfers->count)
		return NULL;
	return &transfers->rows[(id - 1) % PLI_SIM_TRANSFERS_MAX];
}

/* Between two whole numbers of seconds. */
static int64_t
random_ns(pli_random *r, uint64_t from_s, uint64_t to_s)
{
	return (int64_t)(pli_random_below(r, (to_s - from_s) * 1000) + from_s * 1000) *
	       PLM_NS_PER_MS;
}

/* The n-th amount that is sent, in coins. BTC's are by a price of long ago. */
static plm_decimal
amount_of(pli_sim_asset asset, uint64_t n)
{
	double first = asset == PLI_SIM_BTC ? 0.08 : PLI_SIM_TRANSFER_USD_MIN;
	return pli_sim_from(first * pow(STEP, (double)n), 6);
}

static bool
amount_is_free(
    const pli_sim_transfers *t, pli_sim_asset asset, plm_decimal sent, plm_time_ns now_ns)
{
	for (uint32_t i = 0; i < PLI_SIM_TRANSFERS_MAX; i++) {
		const pli_sim_transfer *row = &t->rows[i];
		if (row->id != 0 && row->asset == asset && row->sent.units == sent.units &&
		    (row->state == PLI_SIM_TRANSFER_FLIES || now_ns - row->over_ns < APART_NS))
			return false;
	}
	return true;
}

static bool
account_holds(const pli_sim_account *a, pli_sim_asset asset, plm_decimal least)
{
	const pli_sim_wallet *wallet = &a->wallets[asset];
	return pli_sim_transfer_is_party(a->venue) && wallet->used &&
	       wallet->cash.units >= least.units;
}

/* Whom it leaves, whom it reaches, and how much; false: nobody has enough of it, or nobody else. */
static bool
transfer_choose(pli_sim_world *w, pli_sim_transfer *row, plm_time_ns now_ns)
{
	pli_random *r = &w->transfers.random;
	row->asset = assets[pli_random_below(r, sizeof assets / sizeof assets[0])];
	row->sent = amount_of(row->asset, pli_random_below(r, STEPS));
	row->from = (uint32_t)pli_random_below(r, w->accounts_count);
	row->to = (uint32_t)pli_random_below(r, w->accounts_count);
	plm_decimal least = pli_sim_multiply(row->sent, plm_decimal_from_int(4));
	return row->from != row->to && account_holds(&w->accounts[row->from], row->asset, least) &&
	       account_holds(&w->accounts[row->to], row->asset, plm_decimal_zero()) &&
	       amount_is_free(&w->transfers, row->asset, row->sent, now_ns);
}

/* How long it takes, what it costs, and whether it is refused. */
static void
transfer_draw(pli_sim_world *w, pli_sim_transfer *row, plm_time_ns now_ns)
{
	pli_random *r = &w->transfers.random;
	pli_sim_venue from = w->accounts[row->from].venue;
	bool inside = from == w->accounts[row->to].venue;
	uint64_t how = pli_random_below(r, 16);
	uint64_t last_s = how < 10 ? 40 : how < 14 ? 120 : 400;
	row->refused = !inside && venue_refuses(from) && pli_random_below(r, 6) == 0;
	row->left_ns = now_ns;
	row->over_ns = now_ns + random_ns(r, inside ? 0 : 3, inside ? 2 : last_s);
	double fee = inside || how % 2 == 0 ? 0 : 0.001 + 0.004 * pli_random_unit(r);
	plm_decimal taken = pli_sim_from(plm_decimal_to_double(row->sent) * fee, 6);
	row->got = pli_sim_subtract(row->sent, taken);
}

/* Cash of an account, by a transfer, and the word of it. */
static void
transfer_move(pli_sim_world *w, const pli_sim_transfer *row, uint32_t account, plm_decimal amount)
{
	pli_sim_account *a = &w->accounts[account];
	pli_sim_account_add_cash(a, row->asset, amount);
	a->moved[row->asset] = pli_sim_add(a->moved[row->asset], amount);
	a->changes++;
	pli_sim_world_tell(w, &(pli_sim_news){.kind = PLI_SIM_NEWS_TRANSFER,
				  .account = account,
				  .asset = row->asset,
				  .amount = amount,
				  .transfer = row->id});
}

static void
transfers_begin(pli_sim_world *w, plm_time_ns now_ns)
{
	pli_sim_transfers *t = &w->transfers;
	pli_sim_transfer row = {0};
	t->next_ns = now_ns + random_ns(&t->random, APART_S_MIN, APART_S_MAX);
	uint64_t oldest = t->count < PLI_SIM_TRANSFERS_MAX ? 0
							   : t->count + 1 - PLI_SIM_TRANSFERS_MAX;
	const pli_sim_transfer *last = pli_sim_transfer_find(t, oldest);
	int left = TRIES;
	while (left > 0 && !transfer_choose(w, &row, now_ns))
		left--;
	if (left == 0 || (last != NULL && last->state == PLI_SIM_TRANSFER_FLIES))
		return;
	transfer_draw(w, &row, now_ns);
	row.id = ++t->count;
	pli_sim_transfer *kept = &t->rows[(row.id - 1) % PLI_SIM_TRANSFERS_MAX];
	*kept = row;
	transfer_move(w, kept, kept->from, plm_decimal_negate(kept->sent));
}

void
pli_sim_transfers_step(pli_sim_world *w, plm_time_ns now_ns)
{
	pli_sim_transfers *t = &w->transfers;
	for (uint32_t i = 0; i < PLI_SIM_TRANSFERS_MAX; i++) {
		pli_sim_transfer *row = &t->rows[i];
		if (row->id == 0 || row->state != PLI_SIM_TRANSFER_FLIES || row->over_ns > now_ns)
			continue;
		row->over_ns = now_ns;
		row->state = row->refused ? PLI_SIM_TRANSFER_RETURNED : PLI_SIM_TRANSFER_ARRIVED;
		if (row->refused)
			transfer_move(w, row, row->from, row->sent);
		else
			transfer_move(w, row, row->to, row->got);
	}
	if (t->next_ns != 0 && t->next_ns <= now_ns)
		transfers_begin(w, now_ns);
}
