/* sim_margin.c: margin ratios of Binance's futures, and what the venue does about them. */
#include "sim/sim_margin.h"

#include "sim/sim_number.h"
#include "sim/sim_usdm.h"

/* Maintenance over margin balance. */
#define RATIO_CALL "0.8"
#define RATIO_CALM "0.7"

/* Which pool, and what was done to it before. */
typedef struct margin_case {
	uint32_t account;
	pli_sim_asset asset;
	pli_sim_position *isolated; /* NULL: the cross legs */
	pli_sim_distress *distress;
} margin_case;

bool
pli_sim_margin_shares(
    const pli_sim_position *p, pli_sim_asset asset, const pli_sim_position *isolated)
{
	if (pli_sim_is_zero(p->size))
		return false;
	return isolated != NULL ? p == isolated : !p->isolated && p->instrument->settle == asset;
}

pli_sim_margin_pool
pli_sim_margin_of(const pli_sim_account *a, pli_sim_asset asset, const pli_sim_position *isolated)
{
	pli_sim_margin_pool pool = {
	    isolated != NULL ? isolated->isolated_wallet : pli_sim_cross_wallet(a, asset),
	    plm_decimal_zero()};
	for (uint32_t i = 0; i < a->positions_count; i++) {
		const pli_sim_position *p = &a->positions[i];
		pli_sim_usdm_row row;
		if (!pli_sim_margin_shares(p, asset, isolated))
			continue;
		pli_sim_usdm_position(a, p, &row);
		pool.balance = pli_sim_add(pool.balance, row.profit);
		pool.maintenance = pli_sim_add(pool.maintenance, row.maintenance);
	}
	return pool;
}

/* Is maintenance over balance at `ratio` or above? */
static bool
margin_is_at(const pli_sim_margin_pool *pool, const char *ratio)
{
	return !pli_sim_less(pool->maintenance, pli_sim_multiply(pool->balance, pli_sim_of(ratio)));
}

static void
margin_tell(pli_sim_world *w, const margin_case *c, pli_sim_news_kind kind, plm_decimal amount)
{
	pli_sim_world_tell(w, &(pli_sim_news){.kind = kind,
				  .account = c->account,
				  .position = c->isolated,
				  .asset = c->asset,
				  .amount = amount});
}

/* Half of a leg, by lots, or all that is left. */
static plm_decimal
margin_part(const pli_sim_position *p, bool whole)
{
	plm_decimal size = plm_decimal_abs(p->size), lot = p->instrument->lot;
	plm_decimal half = pli_sim_snap(pli_sim_multiply(size, pli_sim_of("0.5")), lot);
	return whole ? size : pli_sim_smaller(pli_sim_larger(half, lot), size);
}

/* Returns the notional that was closed. */
static plm_decimal
margin_close(pli_sim_world *w, const margin_case *c)
{
	pli_sim_account *a = &w->accounts[c->account];
	plm_decimal closed = plm_decimal_zero();
	for (uint32_t i = 0; i < a->positions_count; i++) {
		pli_sim_position *p = &a->positions[i];
		if (!pli_sim_margin_shares(p, c->asset, c->isolated))
			continue;
		plm_decimal part = margin_part(p, c->distress->cut);
		plm_decimal price = pli_sim_world_force(w, c->account, i, part);
		closed = pli_sim_add(closed, pli_sim_multiply(part, price));
	}
	return closed;
}

/* What the closed part has left: of cross legs all that backs them; of an isolated one what came
 * free of its wallet, less what was lost. */
static plm_decimal
margin_left(
    const pli_sim_account *a, const margin_case *c, plm_decimal cash, plm_decimal isolated_wallet)
{
	if (c->isolated == NULL)
		return pli_sim_margin_of(a, c->asset, NULL).balance;
	plm_decimal lost = pli_sim_subtract(cash, a->wallets[c->asset].cash);
	plm_decimal freed = pli_sim_subtract(isolated_wallet, c->isolated->isolated_wallet);
	return pli_sim_subtract(freed, lost);
}

static void
margin_liquidate(pli_sim_world *w, const margin_case *c)
{
	pli_sim_account *a = &w->accounts[c->account];
	plm_decimal cash = a->wallets[c->asset].cash;
	plm_decimal wallet = c->isolated == NULL ? plm_decimal_zero()
						 : c->isolated->isolated_wallet;
	bool whole = c->distress->cut;
	plm_decimal closed = margin_close(w, c);
	c->distress->cut = true;
	plm_decimal left = margin_left(a, c, cash, wallet);
	plm_decimal fee = pli_sim_round(
	    pli_sim_multiply(closed, pli_sim_of(PLI_SIM_CLEARANCE_FEE)), 8);
	fee = pli_sim_smaller(fee, pli_sim_larger(left, plm_decimal_zero()));
	if (whole && plm_decimal_sign(left) < 0)
		fee = left; /* the fund pays */
	if (pli_sim_is_zero(fee))
		return;
	pli_sim_account_add_cash(a, c->asset, plm_decimal_negate(fee));
	a->wallets[c->asset].updated_ns = w->market.now_ns;
	a->changes++;
	margin_tell(w, c, PLI_SIM_NEWS_CLEARANCE, plm_decimal_negate(fee));
}

static void
margin_judge(pli_sim_world *w, const margin_case *c)
{
	pli_sim_margin_pool pool = pli_sim_margin_of(
	    &w->accounts[c->account], c->asset, c->isolated);
	if (pli_sim_is_zero(pool.maintenance)) {
		*c->distress = (pli_sim_distress){0};
		return;
	}
	if (!margin_is_at(&pool, RATIO_CALM)) {
		c->distress->called = false;
		return;
	}
	if (margin_is_at(&pool, RATIO_CALL) && !c->distress->called) {
		c->distress->called = true;
		margin_tell(w, c, PLI_SIM_NEWS_MARGIN_CALL, plm_decimal_zero());
	}
	if (margin_is_at(&pool, "1"))
		margin_liquidate(w, c);
}

void
pli_sim_margin_look(pli_sim_world *w)
{
	for (uint32_t i = 0; i < w->accounts_count; i++) {
		pli_sim_account *a = &w->accounts[i];
		if (a->venue != PLI_SIM_BINANCE || a->multi_assets)
			continue;
		for (uint32_t k = 0; k < a->positions_count; k++) {
			pli_sim_position *p = &a->positions[k];
			if (p->isolated)
				margin_judge(
				    w, &(margin_case){i, p->instrument->settle, p, &p->distress});
		}
		for (int k = 0; k < PLI_SIM_ASSETS; k++)
			margin_judge(
			    w, &(margin_case){i, (pli_sim_asset)k, NULL, &a->wallets[k].distress});
	}
}
