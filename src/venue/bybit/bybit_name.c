/* bybit_name.c: what the venue's symbols say by their form, and ids for them.
 *
 * BTCUSDT                   linear perpetual, settled in USDT
 * BTCPERP                   linear perpetual, settled in USDC
 * BTCUSDT-26DEC25           linear future, USDT
 * BTC-26DEC25               linear future, USDC
 * BTCUSD                    inverse perpetual: contracts of 1 USD
 * BTCUSDZ25                 inverse future, delivered on the last Friday of the month
 * BTC-26DEC25-90000-C       option, settled in USDC; with -USDT behind it in USDT
 * spot:BTCUSDT              spot pair: its own name, BTCUSDT, is that of a perpetual */
#include "venue/bybit/bybit_internal.h"

#include <stdio.h>
#include <xxhash.h>

enum { EXPIRY_HOUR = 8 };
static const char spot_prefix[] = "spot:";

#define EXPIRY_NS (EXPIRY_HOUR * INT64_C(3600) * PLM_NS_PER_S)

static bool
name_expiry(plm_slice text, plm_time_ns *ret_expiry_ns)
{
	if (!pli_name_date(text, ret_expiry_ns))
		return false;
	*ret_expiry_ns += EXPIRY_NS;
	return true;
}

static bool
name_undated(plm_slice text, pli_contract_name *name)
{
	static const char *const tails[] = {"USDT", "PERP", "USD"};
	plm_slice tail;
	if (pli_name_tail(text, tails, 3, &name->underlying, &tail)) {
		name->kind = PLM_KIND_PERPETUAL;
		name->quote = plm_slice_is(tail, "PERP") ? PLM_SLICE("USDC") : tail;
		name->inverse = plm_slice_is(tail, "USD");
		return true;
	}
	name->kind = PLM_KIND_FUTURE;
	name->inverse = true;
	name->quote = PLM_SLICE("USD");
	if (!pli_name_month(text, &text, &name->expiry_ns))
		return false;
	name->expiry_ns += EXPIRY_NS;
	return pli_name_ends(text, "USD", &name->underlying);
}

static bool
name_linear_future(plm_slice head, plm_slice date, pli_contract_name *name)
{
	name->kind = PLM_KIND_FUTURE;
	name->underlying = head;
	name->quote = PLM_SLICE("USDC");
	if (pli_name_ends(head, "USDT", &name->underlying))
		name->quote = PLM_SLICE("USDT");
	return head.size != 0 && name_expiry(date, &name->expiry_ns);
}

/* rest: "90000-C" or "90000-C-USDT". Strike and price of an option settled in USDC count USD. */
static bool
name_option(plm_slice base, plm_slice date, plm_slice rest, pli_contract_name *name)
{
	plm_slice strike, type, settle = {NULL, 0};
	if (!pli_name_cut(rest, '-', &strike, &type))
		return false;
	bool suffixed = pli_name_cut(type, '-', &type, &settle);
	bool call = plm_slice_is(type, "C");
	if (base.size == 0 || (!call && !plm_slice_is(type, "P")) ||
	    (suffixed && !plm_slice_is(settle, "USDT") && !plm_slice_is(settle, "USDC")) ||
	    !name_expiry(date, &name->expiry_ns) ||
	    plm_decimal_parse(strike, &name->strike, NULL) != PLM_OK ||
	    plm_decimal_sign(name->strike) <= 0)
		return false;
	name->kind = PLM_KIND_OPTION;
	name->option_type = call ? PLM_OPTION_CALL : PLM_OPTION_PUT;
	name->underlying = base;
	name->settle = suffixed ? settle : PLM_SLICE("USDC");
	name->quote = plm_slice_is(name->settle, "USDT") ? PLM_SLICE("USDT") : PLM_SLICE("USD");
	return true;
}

static bool
name_spot(plm_slice text, pli_contract_name *name)
{
	static const char *const quotes[] = {"USDT", "USDC", "USDE", "USDQ", "USD1", "EUR", "BRL",
	    "TRY", "PLN", "DAI", "BTC", "ETH", "MNT"};
	name->kind = PLM_KIND_SPOT;
	return pli_name_tail(
	    text, quotes, sizeof quotes / sizeof quotes[0], &name->underlying, &name->quote);
}

bool
pli_bybit_name_parse(plm_slice text, bool spot, pli_contract_name *ret_name)
{
	pli_contract_name name = {
	    .multiplier = plm_decimal_from_int(1), .strike = plm_decimal_unknown()};
	plm_slice head, rest, date;
	bool known;
	if (spot)
		known = name_spot(text, &name);
	else if (!pli_name_cut(text, '-', &head, &rest))
		known = name_undated(text, &name);
	else if (pli_name_cut(rest, '-', &date, &rest))
		known = name_option(head, date, rest, &name);
	else
		known = name_linear_future(head, rest, &name);
	if (name.settle.size == 0)
		name.settle = name.inverse ? name.underlying : name.quote;
	if (known)
		*ret_name = name;
	return known;
}

bybit_category
pli_bybit_category(plm_slice text)
{
	static const char *const names[BYBIT_CATEGORIES] = {
	    "", "linear", "inverse", "option", "spot"};
	for (int i = BYBIT_LINEAR; i < BYBIT_CATEGORIES; i++)
		if (plm_slice_is(text, names[i]))
			return (bybit_category)i;
	return BYBIT_NONE;
}

/* A row's own category, else the payload's. */
static bybit_category
row_category(bybit_reader *r)
{
	bybit_category own = pli_bybit_category(pli_row_string(&r->row, "category"));
	return own == BYBIT_NONE ? (bybit_category)r->category : own;
}

plm_unit
pli_bybit_unit(bybit_reader *r, const plm_instrument *spec)
{
	bybit_category category = row_category(r);
	if (spec->spec_source != PLM_SPEC_NONE)
		return spec->inverse ? PLM_UNIT_USD : PLM_UNIT_COINS;
	if (category == BYBIT_NONE)
		return PLM_UNIT_CONTRACTS;
	return category == BYBIT_INVERSE ? PLM_UNIT_USD : PLM_UNIT_COINS;
}

/* Lists tell of linear and inverse contracts; what they lack has no specification. */
static bool
instrument_by_name(bybit_reader *r, const plm_instrument *known, bool spot, plm_slice text,
    pli_contract_name *ret_name)
{
	bool parsed = pli_bybit_name_parse(text, spot, ret_name);
	bool listed = r->listed && !spot && (!parsed || ret_name->kind != PLM_KIND_OPTION);
	r->unlisted |= listed && known->spec_source != PLM_SPEC_VENUE;
	return parsed && !listed && known->spec_source == PLM_SPEC_NONE;
}

const plm_instrument *
pli_bybit_instrument(bybit_reader *r, const char *key)
{
	plm_slice text = pli_row_name(&r->row, key);
	bool spot = row_category(r) == BYBIT_SPOT;
	char name[PLM_NAME_MAX];
	if (r->row.err != PLM_OK)
		return NULL;
	if (text.size + sizeof spot_prefix > sizeof name) {
		pli_row_fail(&r->row, key, "a symbol of at most 50 bytes");
		return NULL;
	}
	(void)snprintf(
	    name, sizeof name, "%s%.*s", spot ? spot_prefix : "", (int)text.size, text.bytes);
	plm_slice whole = plm_slice_of(name);
	plm_instrument_id id = plm_names_instrument(r->cfg->names, r->cfg->venue, whole);
	if (id.value == 0) {
		pli_name_full(&r->row, text);
		return NULL;
	}
	const plm_instrument *spec = plm_names_instrument_get(r->cfg->names, id);
	pli_contract_name said;
	if (!instrument_by_name(r, spec, spot, text, &said))
		return spec;
	plm_instrument named;
	pli_contract_name_spec(&said, whole, r->cfg->venue, r->cfg->names, &named);
	if (named.underlying.value != 0 && named.quote.value != 0 && named.settle.value != 0)
		(void)plm_names_instrument_set(r->cfg->names, &named);
	return plm_names_instrument_get(r->cfg->names, id);
}

uint64_t
pli_bybit_hash(plm_slice text, uint64_t seed)
{
	return XXH3_64bits_withSeed(text.bytes == NULL ? "" : text.bytes, text.size, seed);
}
