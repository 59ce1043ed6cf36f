/* sim_crash.c: who is levered, and how the price goes. */
#include "sim/sim_crash.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/sim_number.h"

enum { CRASH_PERCENT = 18, CRASH_SECONDS = 60, CRASH_AFTER_S = 20, CRASH_LEVERAGE = 20 };

/* The next ":NUMBER" of a text, if there is one; false: it is no number within low and high. */
static bool
crash_number(const char **at, double low, double high, double *ret_value)
{
	if (**at == '\0')
		return true;
	char *end = NULL;
	double value = strtod(*at + 1, &end);
	if (**at != ':' || end == *at + 1 || !(value >= low && value <= high))
		return false;
	*at = end;
	*ret_value = value;
	return true;
}

bool
pli_sim_crash_parse(const char *text, pli_sim_crash *ret_crash)
{
	const char *at = text + strcspn(text, ":");
	pli_sim_asset coin = pli_sim_asset_find((plm_slice){text, (size_t)(at - text)});
	double percent = -CRASH_PERCENT, seconds = CRASH_SECONDS, after_s = CRASH_AFTER_S;
	if (coin >= PLI_SIM_COINS || !crash_number(&at, -60, 60, &percent) ||
	    !crash_number(&at, 1, 3600, &seconds) || !crash_number(&at, 0, 3600, &after_s) ||
	    *at != '\0' || fabs(percent) < 5)
		return false;
	*ret_crash = (pli_sim_crash){coin, percent / 100, (int64_t)(after_s * PLM_NS_PER_S),
	    (int64_t)(seconds * PLM_NS_PER_S)};
	return true;
}

static const pli_sim_instrument *
crash_contract(const pli_sim_market *m, pli_sim_asset coin)
{
	for (uint32_t i = 0; i < m->instruments_count; i++) {
		const pli_sim_instrument *in = &m->instruments[i];
		if (in->venue == PLI_SIM_BINANCE && in->kind == PLI_SIM_PERPETUAL &&
		    in->coin == coin && in->settle == PLI_SIM_USDT)
			return in;
	}
	assert(false); /* each coin has one */
	return NULL;
}

/* Of 400,000 USDT or so; the wallet lasts for two thirds of the way, and what is asked then. */
static void
crash_open(pli_sim_world *w, const pli_sim_crash *crash, pli_random *random)
{
	pli_sim_account *a = pli_sim_world_add_holder(w, "binance-levered", PLI_SIM_BINANCE);
	const pli_sim_instrument *in = crash_contract(&w->market, crash->coin);
	bool rises = crash->share > 0;
	plm_decimal price = rises ? in->bid : in->ask;
	double notional = 400000 * (0.9 + 0.2 * pli_random_unit(random));
	plm_decimal size = pli_sim_snap(
	    pli_sim_from(notional / plm_decimal_to_double(price), 8), in->lot);
	pli_sim_account_add_cash(
	    a, PLI_SIM_USDT, pli_sim_from(notional * (fabs(crash->share) * 2 / 3 + 0.025), 2));
	pli_sim_position *p = pli_sim_account_position(a, in, PLI_SIM_NET);
	p->isolated = false;
	p->leverage = CRASH_LEVERAGE;
	pli_sim_fill fill = {.time_ns = w->market.now_ns};
	pli_sim_account_trade(a, p, rises ? plm_decimal_negate(size) : size, price, &fill);
}

void
pli_sim_crash_begin(pli_sim_world *w, const pli_sim_crash *crash, uint64_t seed)
{
	pli_random random;
	assert(crash->share > -1 && crash->share != 0 && crash->duration_ns > 0);
	pli_random_init(&random, seed ^ UINT64_C(0xc4a54));
	crash_open(w, crash, &random);
	plm_time_ns start_ns = w->market.start_ns + crash->after_ns;
	w->market.walk = (pli_sim_walk){.coin = crash->coin,
	    .log_move = log1p(crash->share),
	    .start_ns = start_ns,
	    .end_ns = start_ns + crash->duration_ns,
	    .random = random};
	w->watches_margin = true;
}
