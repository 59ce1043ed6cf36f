/* sim_okx_pm.c: the simulated OKX's stress test of a portfolio. */
#include "sim/sim_okx_pm.h"

#include <math.h>
#include <stdio.h>

#include "sim/sim_number.h"
#include "sim/sim_okx_rows.h"

enum { MONEY_PLACES = 8 };
#define FAR_SHARE 0.5
#define INITIAL 1.3

/* The gain of one position in USD when the index moves; the mark moves by as much in money. */
static double
position_gain(const pli_sim_market *m, const pli_sim_position *p, double move)
{
	const pli_sim_instrument *in = p->instrument;
	double mark = plm_decimal_to_double(in->mark), size = plm_decimal_to_double(p->size);
	double shift = plm_decimal_to_double(in->index) * move;
	double gain = in->inverse ? size / mark - size / (mark + shift) : size * shift;
	return gain * plm_decimal_to_double(m->dollar[in->settle]);
}

static double
position_delta(const pli_sim_market *m, const pli_sim_position *p)
{
	double dollar = plm_decimal_to_double(m->dollar[p->instrument->settle]);
	double mark = plm_decimal_to_double(p->instrument->mark);
	double size = plm_decimal_to_double(p->size);
	return dollar * (p->instrument->inverse ? size / mark : size * mark);
}

static bool
position_is(const pli_sim_position *p, pli_sim_asset coin)
{
	return p->instrument->coin == coin && !pli_sim_is_zero(p->size);
}

static double
unit_gain(const pli_sim_market *m, const pli_sim_account *a, pli_sim_asset coin, double move)
{
	double gain = 0;
	for (uint32_t i = 0; i < a->positions_count; i++)
		if (position_is(&a->positions[i], coin))
			gain += position_gain(m, &a->positions[i], move);
	return gain;
}

/* Net of all that expires with the position. */
static double
expiry_delta(const pli_sim_market *m, const pli_sim_account *a, const pli_sim_position *p)
{
	double delta = 0;
	for (uint32_t i = 0; i < a->positions_count; i++) {
		const pli_sim_position *other = &a->positions[i];
		bool with = position_is(other, p->instrument->coin) &&
			    other->instrument->expiry_ns == p->instrument->expiry_ns;
		if (with && other < p)
			return 0; /* counted there */
		delta += with ? position_delta(m, other) : 0;
	}
	return delta;
}

void
pli_sim_okx_unit_of(const pli_sim_market *m, const pli_sim_account *a, pli_sim_asset coin,
    pli_sim_okx_unit *ret_unit)
{
	bool first = coin == PLI_SIM_BTC || coin == PLI_SIM_ETH;
	double basis = first ? 0.002 : 0.008, least = first ? 0.0045 : 0.007;
	pli_sim_okx_unit u = {.range = first ? 0.12 : 0.18};
	for (int i = 0; i < PLI_SIM_OKX_MOVES; i++) {
		u.same[i] = unit_gain(m, a, coin, u.range * (i - 3) / 3);
		u.mr1 = fmax(u.mr1, -u.same[i]);
	}
	for (int side = -2; side <= 2; side += 4)
		u.mr6 = fmax(u.mr6, -FAR_SHARE * unit_gain(m, a, coin, side * u.range));
	for (uint32_t i = 0; i < a->positions_count; i++) {
		const pli_sim_position *p = &a->positions[i];
		if (!position_is(p, coin))
			continue;
		u.held = true;
		u.mr4 += basis * fabs(expiry_delta(m, a, p));
		u.mr7 += least * fabs(position_delta(m, p));
	}
	u.maintenance = fmax(fmax(u.mr1, u.mr6) + u.mr4, u.mr7);
	u.initial = INITIAL * u.maintenance;
	*ret_unit = u;
}

void
pli_sim_okx_portfolio(const pli_sim_market *m, const pli_sim_account *a, plm_decimal *ret_initial,
    plm_decimal *ret_maintenance)
{
	double initial = 0, maintenance = 0;
	for (int coin = 0; coin < PLI_SIM_COINS; coin++) {
		pli_sim_okx_unit u;
		pli_sim_okx_unit_of(m, a, (pli_sim_asset)coin, &u);
		initial += u.initial;
		maintenance += u.maintenance;
	}
	*ret_initial = pli_sim_from(initial, MONEY_PLACES);
	*ret_maintenance = pli_sim_from(maintenance, MONEY_PLACES);
}

static void
put_usd(pli_json_writer *w, const char *key, double value)
{
	pli_sim_put_plain(w, key, pli_sim_from(value, MONEY_PLACES));
}

static void
put_moves(pli_json_writer *w, const char *key, const pli_sim_okx_unit *u)
{
	pli_json_key(w, key);
	pli_json_object_open(w);
	for (int i = 0; i < PLI_SIM_OKX_MOVES; i++) {
		char text[PLM_DECIMAL_TEXT_MAX];
		(void)plm_decimal_format(pli_sim_from(u->range * (i - 3) / 3, 2), text);
		put_usd(w, text, u->same[i]);
	}
	pli_json_object_close(w);
}

static void
put_portfolios(pli_json_writer *w, const pli_sim_account *a, pli_sim_asset coin)
{
	pli_json_key(w, "portfolios");
	pli_json_array_open(w);
	for (uint32_t i = 0; i < a->positions_count; i++) {
		const pli_sim_position *p = &a->positions[i];
		if (!position_is(p, coin))
			continue;
		pli_json_object_open(w);
		pli_sim_put_text(w, "instId", p->instrument->name);
		pli_sim_put_text(
		    w, "instType", p->instrument->kind == PLI_SIM_PERPETUAL ? "SWAP" : "FUTURES");
		pli_sim_put_plain(w, "amt", pli_sim_okx_contracts(p));
		pli_sim_put_bool(w, "isRealPos", true);
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
}

static void
put_unit(pli_json_writer *w, const pli_sim_market *m, const pli_sim_account *a, pli_sim_asset coin)
{
	static const char *const none[] = {"mr2", "mr3", "mr5", "mr8", "mr9"};
	pli_sim_okx_unit u;
	pli_sim_okx_unit_of(m, a, coin, &u);
	if (!u.held)
		return;
	pli_json_object_open(w);
	pli_sim_put_text(w, "riskUnit", pli_sim_asset_name(coin));
	put_usd(w, "mmr", u.maintenance);
	put_usd(w, "imr", u.initial);
	put_usd(w, "mr1", u.mr1);
	put_usd(w, "mr4", u.mr4);
	put_usd(w, "mr6", u.mr6);
	put_usd(w, "mr7", u.mr7);
	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
		pli_sim_put_text(w, none[i], "0");
	pli_json_key(w, "mr1Scenarios");
	pli_json_object_open(w);
	put_moves(w, "volShockDown", &u);
	put_moves(w, "volSame", &u);
	put_moves(w, "volShockUp", &u);
	pli_json_object_close(w);
	pli_json_key(w, "mr6FinalResult");
	pli_json_object_open(w);
	put_usd(w, "pnl", -u.mr6 / FAR_SHARE);
	put_usd(w, "spotShock", 2 * u.range);
	pli_json_object_close(w);
	put_portfolios(w, a, coin);
	pli_json_object_close(w);
}

void
pli_sim_okx_put_stress(
    pli_json_writer *w, const pli_sim_market *m, const pli_sim_account *a, plm_time_ns now_ns)
{
	plm_decimal initial, maintenance;
	pli_sim_okx_portfolio(m, a, &initial, &maintenance);
	pli_json_object_open(w);
	pli_sim_put_plain(w, "totalMmr", maintenance);
	pli_sim_put_plain(w, "totalImr", initial);
	pli_sim_put_plain(w, "derivMmr", maintenance);
	pli_sim_put_text(w, "borrowMmr", "0");
	pli_json_key(w, "riskUnitData");
	pli_json_array_open(w);
	for (int coin = 0; coin < PLI_SIM_COINS; coin++)
		put_unit(w, m, a, (pli_sim_asset)coin);
	pli_json_array_close(w);
	pli_sim_put_ms(w, "ts", now_ns);
	pli_json_object_close(w);
}
