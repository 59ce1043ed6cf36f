/* dydx_name.c: what tickers say.
 *
 * BTC-USD                        a market that governance listed
 * AIXBT,raydium,6BwPF..-USD      one that anybody listed: a token, where it trades, its address
 *
 * All are perpetuals, of one coin a contract, settled in USDC. A name with commas is longer than
 * names are here; and whose token is called so is told by the address alone: it is no asset of that
 * plain name. Both get a hash in place of what is left out. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "venue/dydx/dydx.h"

enum { ASSET_NAME_MAX = sizeof((plm_asset_fact *)0)->name, HEAD_MAX = 12 };

static int
name_head_size(plm_slice text)
{
	const char *comma = memchr(text.bytes, ',', text.size);
	size_t size = comma == NULL ? text.size : (size_t)(comma - text.bytes);
	return (int)(size < HEAD_MAX ? size : HEAD_MAX);
}

plm_slice
pli_dydx_name(plm_slice ticker, char room[PLM_NAME_MAX])
{
	if (ticker.size < PLM_NAME_MAX)
		return ticker;
	int size = snprintf(room, PLM_NAME_MAX, "%.*s,%08x-USD", name_head_size(ticker),
	    ticker.bytes, XXH32(ticker.bytes, ticker.size, 0));
	return (plm_slice){room, (size_t)size};
}

plm_asset_id
pli_dydx_usdc(dydx_reader *r)
{
	return pli_name_asset_of(&r->row, r->cfg, PLM_SLICE("USDC"));
}

/* The coin's name lives until the next call in this thread. */
static bool
name_parse(plm_slice ticker, pli_contract_name *ret_name)
{
	static _Thread_local char coin[ASSET_NAME_MAX];
	plm_slice head;
	if (!pli_name_ends(ticker, "-USD", &head))
		return false;
	bool plain = head.size < ASSET_NAME_MAX && memchr(head.bytes, ',', head.size) == NULL;
	int size = plain ? snprintf(coin, sizeof coin, "%.*s", (int)head.size, head.bytes)
			 : snprintf(coin, sizeof coin, "%.*s-%08x", name_head_size(head),
			       head.bytes, XXH32(ticker.bytes, ticker.size, 0));
	for (int i = 0; i < size; i++)
		coin[i] = (char)toupper((unsigned char)coin[i]);
	*ret_name = (pli_contract_name){.underlying = {coin, (size_t)size},
	    .quote = PLM_SLICE("USDC"),
	    .settle = PLM_SLICE("USDC"),
	    .kind = PLM_KIND_PERPETUAL,
	    .multiplier = plm_decimal_from_int(1),
	    .strike = plm_decimal_unknown()};
	return true;
}

const plm_instrument *
pli_dydx_market(dydx_reader *r, plm_slice ticker)
{
	char room[PLM_NAME_MAX];
	if (ticker.size == 0)
		pli_row_fail(&r->row, NULL, "a row with the ticker of its market");
	if (r->row.err != PLM_OK)
		return NULL;
	return pli_name_instrument_of(&r->row, pli_dydx_name(ticker, room), r->cfg, name_parse);
}
