/* binance_name.c: what the venue's symbols say by their form, and ids for them.
 *
 * BTCUSDT            linear perpetual, base and quote joined
 * BTCUSDT_251226     linear future, delivered at 08:00 UTC of the date
 * BTCUSD_PERP        inverse perpetual: contracts of 100 USD (BTC) or 10 USD (all others)
 * BTCUSD_251226      inverse future, the same contracts
 * BTC-251226-90000-C option on BTCUSDT, settled in USDT */
#include "venue/binance/binance_internal.h"

#include <assert.h>

#include "base/mutant.h"
#include "venue/name_row.h"

static const char *const quotes[] = {"USDT", "USDC", "FDUSD", "BUSD", "USD1", "BTC"};
/* BNBUSD and ARBUSD end in BUSD by chance: such a pair is BUSD only where it was traded so. */
static const char *const quotes_dated[] = {"USDT", "USDC"};

static bool
name_split(plm_slice pair, const char *const *tails, size_t count, plm_slice *ret_base,
    plm_slice *ret_quote)
{
	for (size_t i = 0; i < count; i++)
		if (pli_name_ends(pair, tails[i], ret_base)) {
			*ret_quote = plm_slice_of(tails[i]);
			return true;
		}
	return false;
}

static bool
name_linear(plm_slice pair, plm_slice *ret_base, plm_slice *ret_quote)
{
	return name_split(pair, quotes, sizeof quotes / sizeof quotes[0], ret_base, ret_quote);
}

/* A linear future: USDT or USDC, and the two that were once in BUSD. */
static bool
name_linear_dated(plm_slice pair, plm_slice *ret_base, plm_slice *ret_quote)
{
	if (plm_slice_is(pair, "BTCBUSD") || plm_slice_is(pair, "ETHBUSD"))
		return name_linear(pair, ret_base, ret_quote);
	return name_split(
	    pair, quotes_dated, sizeof quotes_dated / sizeof quotes_dated[0], ret_base, ret_quote);
}

bool
pli_binance_pair_split(plm_slice pair, plm_slice *ret_base, plm_slice *ret_quote)
{
	if (name_linear_dated(pair, ret_base, ret_quote))
		return true;
	*ret_quote = PLM_SLICE("USD");
	return pli_name_ends(pair, "USD", ret_base);
}

static bool
name_parse_future(plm_slice pair, plm_slice tail, pli_contract_name *name)
{
	bool perpetual = plm_slice_is(tail, "PERP");
	if (!perpetual && !pli_name_expiry(tail, &name->expiry_ns))
		return false;
	name->kind = perpetual ? PLM_KIND_PERPETUAL : PLM_KIND_FUTURE;
	if (!perpetual && name_linear_dated(pair, &name->underlying, &name->quote))
		return true;
	name->inverse = true;
	name->quote = PLM_SLICE("USD");
	if (!pli_name_ends(pair, "USD", &name->underlying))
		return false;
	name->multiplier = plm_decimal_from_int(plm_slice_is(name->underlying, "BTC") ? 100 : 10);
	return true;
}

/* The contract of BTC and ETH is one coin; of others it is not in the name, and differs. */
static bool
name_parse_option(plm_slice base, plm_slice rest, pli_contract_name *name)
{
	plm_slice date, strike, type;
	if (!pli_name_cut(rest, '-', &date, &rest) || !pli_name_cut(rest, '-', &strike, &type))
		return false;
	bool call = plm_slice_is(type, "C");
	if (base.size == 0 || !pli_name_expiry(date, &name->expiry_ns) ||
	    (!call && !plm_slice_is(type, "P")) ||
	    plm_decimal_parse(strike, &name->strike, NULL) != PLM_OK ||
	    plm_decimal_sign(name->strike) <= 0)
		return false;
	name->kind = PLM_KIND_OPTION;
	name->option_type = call ? PLM_OPTION_CALL : PLM_OPTION_PUT;
	name->underlying = base;
	name->quote = PLM_SLICE("USDT");
	if (!plm_slice_is(base, "BTC") && !plm_slice_is(base, "ETH"))
		name->multiplier = plm_decimal_unknown();
	return true;
}

bool
pli_binance_name_parse(plm_slice text, pli_contract_name *ret_name)
{
	pli_contract_name name = {
	    .multiplier = plm_decimal_from_int(1), .strike = plm_decimal_unknown()};
	plm_slice head, rest;
	bool known;
	if (pli_name_cut(text, '-', &head, &rest)) {
		known = name_parse_option(head, rest, &name);
	} else if (pli_name_cut(text, '_', &head, &rest)) {
		known = name_parse_future(head, rest, &name);
	} else {
		name.kind = PLM_KIND_PERPETUAL;
		known = name_linear(text, &name.underlying, &name.quote);
	}
	name.settle = name.inverse ? name.underlying : name.quote;
	if (known)
		*ret_name = name;
	return known;
}

static void
names_full(binance_reader *r, plm_slice name)
{
	if (r->row.err == PLM_OK)
		r->row.err = plm_fault_set(r->row.fault, PLM_EFULL, NULL,
		    "no room for the name \"%.*s\": raise the bound of the registry",
		    (int)(name.size < PLM_NAME_MAX ? name.size : PLM_NAME_MAX), name.bytes);
}

const plm_instrument *
pli_binance_instrument(binance_reader *r, const char *key)
{
	plm_slice text = pli_row_name(&r->row, key);
	if (r->row.err != PLM_OK)
		return NULL;
	if (text.size >= PLM_NAME_MAX) {
		pli_row_fail(&r->row, key, "a symbol of at most 55 bytes");
		return NULL;
	}
	plm_instrument_id id = plm_names_instrument(r->cfg->names, r->cfg->venue, text);
	if (id.value == 0) {
		names_full(r, text);
		return NULL;
	}
	const plm_instrument *spec = plm_names_instrument_get(r->cfg->names, id);
	pli_contract_name name;
	bool listed = r->listed_max != 0 && !pli_mutant(BINANCE_UNLISTED_BY_NAME);
	r->id_max = id.value > r->id_max ? id.value : r->id_max;
	r->unlisted |= listed && (id.value > r->listed_max || spec->spec_source == PLM_SPEC_NONE);
	if (spec->spec_source != PLM_SPEC_NONE || listed || !pli_binance_name_parse(text, &name))
		return spec;
	plm_instrument said;
	pli_contract_name_spec(&name, text, r->cfg->venue, r->cfg->names, &said);
	if (said.underlying.value != 0 && said.quote.value != 0)
		(void)plm_names_instrument_set(r->cfg->names, &said);
	return plm_names_instrument_get(r->cfg->names, id);
}

plm_asset_id
pli_binance_asset(binance_reader *r, const char *key)
{
	return pli_name_asset(&r->row, key, r->cfg);
}

/* A contract that no list has told yet may be told, as another, while its position stands. */
plm_unit
pli_binance_unit(const plm_instrument *spec)
{
	pli_contract_name name = {.kind = spec->kind, .inverse = spec->inverse};
	if (spec->spec_source == PLM_SPEC_NONE && !pli_mutant(BINANCE_MARKETS_UNLISTED_IN_COINS))
		(void)pli_binance_name_parse(plm_slice_of(spec->name), &name);
	return name.inverse || name.kind == PLM_KIND_OPTION ? PLM_UNIT_CONTRACTS : PLM_UNIT_COINS;
}
