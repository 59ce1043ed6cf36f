/* hyperliquid_name.c: what names say. A coin is a perpetual of the venue's own ("BTC", "kPEPE"),
 * one of a builder's dex ("xyz:TSLA") or a spot pair ("PURR/USDC", "@107").
 *
 * Anybody may list a token under any name, and a builder's dex any contract: TRUMP of the spot
 * market is not what the perpetual TRUMP is on. So a token has the plain name of an asset only
 * where it is known to be it, and else its index in its name, as has a builder's contract its dex.
 */
#include "venue/hyperliquid/hyperliquid.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "venue/name_row.h"

enum { ASSET_NAME_MAX = sizeof((plm_asset_fact *)0)->name };

/* Tokens of the main network that are what their name says. */
static const struct {
	uint32_t index;
	const char *name;
} known_tokens[] = {{0, "USDC"}, {1, "PURR"}, {150, "HYPE"}, {197, "UBTC"}, {221, "UETH"},
    {235, "USDE"}, {254, "USOL"}, {268, "USDT0"}, {360, "USDH"}};
enum { KNOWN_TOKENS = sizeof known_tokens / sizeof known_tokens[0] };

/* In capitals; empty where it is too long. A dex is set off by a hyphen: its colon means something
 * else in symbols. */
static plm_slice
name_asset(plm_slice text, char ret_name[ASSET_NAME_MAX])
{
	if (text.size >= ASSET_NAME_MAX)
		return (plm_slice){NULL, 0};
	for (size_t i = 0; i < text.size; i++)
		ret_name[i] = (char)(text.bytes[i] == ':' ? '-'
							  : toupper((unsigned char)text.bytes[i]));
	return (plm_slice){ret_name, text.size};
}

plm_asset_id
pli_hl_asset(hl_reader *r, plm_slice text)
{
	char name[ASSET_NAME_MAX];
	plm_asset_id id = {0};
	if (r->row.err == PLM_OK)
		id = plm_names_asset(r->cfg->names, name_asset(text, name));
	if (id.value == 0)
		pli_name_full(&r->row, text);
	return id;
}

plm_slice
pli_hl_dex_of(plm_slice coin)
{
	plm_slice head = {NULL, 0}, rest;
	(void)pli_name_cut(coin, ':', &head, &rest);
	return head;
}

/* What a name says by itself: of the venue's own perpetuals, which settle in USDC, and of its one
 * pair that has a name. The underlying lives until the next call in this thread. */
static bool
name_parse(plm_slice text, pli_contract_name *ret_name)
{
	static _Thread_local char underlying[ASSET_NAME_MAX];
	bool pair = plm_slice_is(text, "PURR/USDC");
	*ret_name = (pli_contract_name){
	    .underlying = pair ? PLM_SLICE("PURR") : name_asset(text, underlying),
	    .quote = PLM_SLICE("USDC"),
	    .settle = PLM_SLICE("USDC"),
	    .kind = pair ? PLM_KIND_SPOT : PLM_KIND_PERPETUAL,
	    .multiplier = plm_decimal_from_int(1),
	    .strike = plm_decimal_unknown()};
	return (pair || pli_name_is_plain(text, "")) && ret_name->underlying.size > 0;
}

const plm_instrument *
pli_hl_coin(hl_reader *r, const char *key)
{
	return pli_name_instrument(&r->row, key, r->cfg, name_parse);
}

/* By name and index, or by one of them alone (name NULL, index NO_INDEX); NULL: none of them. */
#define NO_INDEX UINT32_MAX
static const char *
known_token(const plm_slice *name, uint32_t index)
{
	for (size_t i = 0; i < KNOWN_TOKENS; i++)
		if ((index == NO_INDEX || known_tokens[i].index == index) &&
		    (name == NULL || plm_slice_is(*name, known_tokens[i].name)))
			return known_tokens[i].name;
	return NULL;
}

plm_asset_id
pli_hl_token(hl_reader *r, const char *name_key, const char *index_key)
{
	char text[ASSET_NAME_MAX + 16];
	plm_slice name = pli_row_name(&r->row, name_key);
	plm_decimal number = pli_row_number(&r->row, index_key);
	if (number.units < 0 || number.units >= NO_INDEX * PLM_DECIMAL_ONE_UNITS)
		pli_row_fail(&r->row, index_key, "the index of a token");
	if (r->row.err != PLM_OK)
		return (plm_asset_id){0};
	uint32_t index = (uint32_t)(number.units / PLM_DECIMAL_ONE_UNITS);
	if (known_token(&name, index) != NULL)
		return pli_hl_asset(r, name);
	int size = snprintf(text, sizeof text, "%.*s-HL%u",
	    (int)(name.size < ASSET_NAME_MAX ? name.size : ASSET_NAME_MAX), name.bytes, index);
	return pli_hl_asset(r, (plm_slice){text, (size_t)size});
}

plm_asset_id
pli_hl_token_named(hl_reader *r, plm_slice name)
{
	return known_token(&name, NO_INDEX) == NULL ? (plm_asset_id){0} : pli_hl_asset(r, name);
}

plm_asset_id
pli_hl_token_at(hl_reader *r, uint32_t index)
{
	if (index < HL_TOKENS_MAX && r->tokens->assets[index].value != 0)
		return r->tokens->assets[index];
	const char *known = index == NO_INDEX ? NULL : known_token(NULL, index);
	return known == NULL ? (plm_asset_id){0} : pli_hl_asset(r, plm_slice_of(known));
}

hl_dex *
pli_hl_dex(hl_reader *r, plm_slice name)
{
	hl_account *account = r->account;
	for (hl_dex *dex = account->dexes; dex < account->dexes + account->dexes_count; dex++)
		if (plm_slice_is(name, dex->name))
			return dex;
	if (name.size >= HL_DEX_NAME_MAX || account->dexes_count == HL_DEXES_MAX) {
		pli_name_full(&r->row, name);
		return NULL;
	}
	hl_dex *dex = &account->dexes[account->dexes_count++];
	*dex = (hl_dex){.time_ns = 0};
	memcpy(dex->name, name.size == 0 ? "" : name.bytes, name.size);
	if (name.size == 0)
		dex->collateral = pli_hl_asset(r, PLM_SLICE("USDC"));
	return dex;
}
