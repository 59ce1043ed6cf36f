/* margin_models_exposure.c: cases about exposure, on a book of their own. */
#include <math.h>
#include <string.h>

#include "cli/margin_case.h"
#include "cli/margin_case_book.h"
#include "plimsoll/pricing.h"

/* A book, or the case is told that there is no memory for one. */
static bool
book_open(margin_case *c, case_book *b)
{
	bool is_open = pli_case_book_open(b);
	if (!is_open)
		pli_case_fail(c, "no memory for a book");
	return is_open;
}

/* An asset named by a member of a case; the first 23 bytes count. */
static plm_asset_id
asset_of(margin_case *c, case_book *b, uint32_t node, const char *key)
{
	char name[24] = "";
	plm_slice text = pli_case_text(c, node, key);
	memcpy(name, text.bytes, text.size < sizeof name ? text.size : sizeof name - 1);
	return pli_case_book_asset(b, name, 1, NAN);
}

/* Cash of the net asset value, a long and a short in two coins of 1 USD. */
static void
long_and_short(margin_case *c, const char *gross_key, const char *net_key)
{
	case_book b;
	if (!book_open(c, &b))
		return;
	pli_case_book_hold(&b, (plm_asset_id){0}, pli_case_number(c, c->input, "nav"));
	pli_case_book_linear(
	    &b, pli_case_book_asset(&b, "A", 1, NAN), pli_case_number(c, c->input, "long"), 1);
	pli_case_book_linear(&b, pli_case_book_asset(&b, "B", 1, NAN),
	    -fabs(pli_case_number(c, c->input, "short")), 1);
	plm_exposure_row row = pli_case_book_total(&b, PLM_TIER_LEG, true);
	double equity = plm_decimal_to_double(
	    pli_case_book_total(&b, PLM_TIER_LEG, false).equity_usd);
	pli_case_put(c, gross_key, plm_decimal_to_double(row.gross_usd) / equity);
	pli_case_put(c, net_key, fabs(plm_decimal_to_double(row.net_usd)) / equity);
	pli_case_book_close(&b);
}

static void
exposure_gross_net(margin_case *c)
{
	long_and_short(c, "gross_pct", "net_pct");
}

static void
exposure_leverage(margin_case *c)
{
	long_and_short(c, "gross_leverage", "net_leverage");
}

/* Adds one {inst, qty or usd, price, delta}; spot and perpetuals by their word, else an option. */
static void
position_add(margin_case *c, case_book *b, plm_asset_id coin, uint32_t node)
{
	plm_slice name = pli_case_text(c, node, "inst");
	double price = pli_case_number(c, node, "price"),
	       delta = pli_case_number_or(c, node, "delta", 1);
	if (pli_case_find(c, node, "usd") != 0)
		pli_case_book_inverse(b, coin, pli_case_number(c, node, "usd"), price);
	else if (memmem(name.bytes, name.size, "spot", 4) != NULL)
		pli_case_book_hold(b, coin, pli_case_number(c, node, "qty"));
	else if (memmem(name.bytes, name.size, "perp", 4) != NULL ||
		 memmem(name.bytes, name.size, "future", 6) != NULL)
		pli_case_book_linear(b, coin, pli_case_number(c, node, "qty"), price);
	else
		pli_case_book_option(b, coin, pli_case_number(c, node, "qty"), delta, NAN, NAN);
}

/* Legs in the order of the case: the one whose delta a book with that leg alone has. */
static void
exposure_delta_adjusted(margin_case *c)
{
	double reference = pli_case_number(c, c->input, "reference_price");
	uint32_t array = pli_case_find(c, c->input, "positions");
	case_book all;
	if (!book_open(c, &all))
		return;
	plm_asset_id coin = pli_case_book_asset(&all, "BTC", reference, NAN);
	pli_json_key(c->out, "delta_base");
	pli_json_array_open(c->out);
	for (uint32_t at = pli_case_first(c, c->input, "positions"); at != 0;
	     at = pli_case_next(c, array, at)) {
		case_book one;
		if (!book_open(c, &one))
			break;
		position_add(c, &one, pli_case_book_asset(&one, "BTC", reference, NAN), at);
		pli_json_put_double(
		    c->out, plm_decimal_to_double(
				pli_case_book_total(&one, PLM_TIER_LEG, false).net_coins));
		pli_case_book_close(&one);
		position_add(c, &all, coin, at);
	}
	pli_json_array_close(c->out);
	plm_exposure_row row = pli_case_book_total(&all, PLM_TIER_LEG, false);
	pli_case_put(c, "net_delta", plm_decimal_to_double(row.net_coins));
	pli_case_put(c, "net_usd", plm_decimal_to_double(row.net_usd));
	pli_case_put(c, "long_usd", plm_decimal_to_double(row.long_usd));
	pli_case_put(c, "short_usd", plm_decimal_to_double(row.short_usd));
	pli_case_put(c, "gross_usd", plm_decimal_to_double(row.gross_usd));
	pli_case_book_close(&all);
}

/* Both methods of AIFMD: each leg by itself, and after netting inside an underlying. Cash is none
 * of it. */
static void
exposure_aifmd(margin_case *c)
{
	uint32_t array = pli_case_find(c, c->input, "positions");
	case_book b;
	if (!book_open(c, &b))
		return;
	pli_case_book_hold(&b, (plm_asset_id){0}, pli_case_number(c, c->input, "nav"));
	for (uint32_t at = pli_case_first(c, c->input, "positions"); at != 0;
	     at = pli_case_next(c, array, at))
		pli_case_book_linear(
		    &b, asset_of(c, &b, at, "u"), pli_case_number(c, at, "conv"), 1);
	double gross = plm_decimal_to_double(pli_case_book_total(&b, PLM_TIER_LEG, true).gross_usd);
	double commitment = plm_decimal_to_double(
	    pli_case_book_total(&b, PLM_TIER_BOOK, true).gross_usd);
	double equity = plm_decimal_to_double(
	    pli_case_book_total(&b, PLM_TIER_LEG, false).equity_usd);
	pli_case_put(c, "gross_exposure", gross);
	pli_case_put(c, "gross_leverage", gross / equity);
	pli_case_put(c, "commitment_exposure", commitment);
	pli_case_put(c, "commitment_leverage", commitment / equity);
	pli_case_book_close(&b);
}

static void
exposure_futures_equivalent(margin_case *c)
{
	case_book b;
	if (!book_open(c, &b))
		return;
	pli_case_book_option(&b, pli_case_book_asset(&b, "A", 1, NAN),
	    pli_case_number(c, c->input, "contracts"), pli_case_number(c, c->input, "delta"), NAN,
	    NAN);
	pli_case_put(c, "futures_equivalent",
	    plm_decimal_to_double(pli_case_book_total(&b, PLM_TIER_LEG, true).net_coins));
	pli_case_book_close(&b);
}

/* Each underlying has the beta that the case says, the benchmark's price divides. */
static void
exposure_beta_weighted(margin_case *c)
{
	uint32_t array = pli_case_find(c, c->input, "positions"), count = 0;
	case_book b;
	if (!book_open(c, &b))
		return;
	for (uint32_t at = pli_case_first(c, c->input, "positions"); at != 0;
	     at = pli_case_next(c, array, at)) {
		char name[8] = {(char)('A' + count++ % 26)};
		double price = pli_case_number(c, at, "price");
		pli_case_book_linear(&b,
		    pli_case_book_asset(&b, name, price, pli_case_number(c, at, "beta")),
		    pli_case_number(c, at, "delta"), price);
	}
	double usd = pli_case_book_total(&b, PLM_TIER_LEG, true).beta_usd_net;
	pli_case_put(c, "beta_usd", usd);
	pli_case_put(
	    c, "beta_weighted_delta_index", usd / pli_case_number(c, c->input, "index_price"));
	pli_case_book_close(&b);
}

/* Basel's supervisory delta is Black-76's at the supervisory vol; sold options turn its sign. */
static void
exposure_sa_ccr_delta(margin_case *c)
{
	static const uint8_t puts[2] = {0, 1};
	double forward[2], strike[2], years[2], vol[2], delta[2];
	for (int i = 0; i < 2; i++) {
		forward[i] = pli_case_number(c, c->input, "price");
		strike[i] = pli_case_number(c, c->input, "strike");
		years[i] = pli_case_number(c, c->input, "T");
		vol[i] = pli_case_number(c, c->input, "supervisory_vol");
	}
	plm_options options = {forward, strike, years, vol, puts};
	plm_black76(&options, &(plm_greeks){.delta = delta}, 2);
	pli_case_put(c, "long_call", delta[0]);
	pli_case_put(c, "sold_call", -delta[0]);
	pli_case_put(c, "long_put", delta[1]);
	pli_case_put(c, "sold_put", -delta[1]);
}

/* What the gamma of the book makes of a move: half of its square, in units of 1 %. */
static void
greeks_dollar_gamma(margin_case *c)
{
	double spot = pli_case_number(c, c->input, "spot"),
	       move = pli_case_number(c, c->input, "move");
	case_book b;
	if (!book_open(c, &b))
		return;
	pli_case_book_option(&b, pli_case_book_asset(&b, "A", spot, NAN),
	    pli_case_number(c, c->input, "size"), 0.5, pli_case_number(c, c->input, "gamma"), 0);
	double gamma_usd_1pct = pli_case_book_total(&b, PLM_TIER_LEG, true).gamma_usd_1pct;
	pli_case_put(c, "dollar_gamma_1pct", gamma_usd_1pct);
	pli_case_put(c, "pnl_move", gamma_usd_1pct * 50 * move * move);
	pli_case_book_close(&b);
}

/* A book's vega is per vol point. */
static void
greeks_vega_units(margin_case *c)
{
	case_book b;
	if (!book_open(c, &b))
		return;
	pli_case_book_option(&b, pli_case_book_asset(&b, "A", 1, NAN),
	    pli_case_number(c, c->input, "size"), 0.5, 0,
	    pli_case_number(c, c->input, "vega_per_volpt"));
	double vega_usd = pli_case_book_total(&b, PLM_TIER_LEG, true).vega_usd;
	pli_case_put(c, "vega_per_unit_vol", vega_usd * 100);
	pli_case_put(c, "pnl", vega_usd * pli_case_number(c, c->input, "vol_move_pts"));
	pli_case_book_close(&b);
}

const margin_case_model pli_margin_models_exposure[] = {
    {"exposure.gross_net", exposure_gross_net},
    {"exposure.leverage", exposure_leverage},
    {"exposure.delta_adjusted", exposure_delta_adjusted},
    {"exposure.aifmd", exposure_aifmd},
    {"exposure.futures_equivalent", exposure_futures_equivalent},
    {"exposure.beta_weighted", exposure_beta_weighted},
    {"exposure.sa_ccr_delta", exposure_sa_ccr_delta},
    {"greeks.dollar_gamma", greeks_dollar_gamma},
    {"greeks.vega_units", greeks_vega_units},
    {0},
};
