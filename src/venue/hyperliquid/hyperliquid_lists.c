/* hyperliquid_lists.c: what trades: contracts and their margin tiers, tokens and pairs, prices. */
#include "venue/hyperliquid/hyperliquid.h"

/* Nothing where one of the assets is not known: a name alone explains no contract. */
static void
spec_set(
    hl_reader *r, plm_instrument *spec, plm_kind kind, plm_asset_id underlying, plm_asset_id quote)
{
	if (r->row.err != PLM_OK || underlying.value == 0 || quote.value == 0)
		return;
	spec->underlying = underlying;
	spec->quote = spec->settle = quote;
	spec->kind = (uint8_t)kind;
	spec->spec_source = PLM_SPEC_VENUE;
	spec->multiplier = plm_decimal_from_int(1);
	spec->strike = plm_decimal_unknown();
	(void)plm_names_instrument_set(r->cfg->names, spec);
}

static plm_decimal
tier_rate(hl_reader *r, plm_decimal leverage)
{
	plm_decimal rate = plm_decimal_unknown(), twice;
	if (plm_decimal_sign(leverage) <= 0 ||
	    plm_decimal_add(leverage, leverage, &twice) != PLM_OK ||
	    plm_decimal_divide(plm_decimal_from_int(1), twice, &rate) != PLM_OK)
		pli_row_fail(&r->row, "maxLeverage", "a leverage above 0");
	return rate;
}

/* Half of the initial margin at the tier's highest leverage; the amount keeps the sum continuous:
 * amount_n = amount_(n-1) + floor_n x (rate_n - rate_(n-1)). */
static void
tier_read(hl_reader *r, plm_margin_tier *tier)
{
	plm_decimal rate_before = tier->maintenance_rate, step = plm_decimal_zero();
	tier->leverage_max = pli_row_number(&r->row, "maxLeverage");
	tier->notional_floor = pli_row_find(&r->row, "lowerBound") == 0
				   ? plm_decimal_zero()
				   : pli_row_number(&r->row, "lowerBound");
	tier->maintenance_rate = tier_rate(r, tier->leverage_max);
	if (tier->tier > 0 && r->row.err == PLM_OK &&
	    (plm_decimal_subtract(tier->maintenance_rate, rate_before, &step) != PLM_OK ||
		plm_decimal_multiply(step, tier->notional_floor, &step) != PLM_OK))
		pli_row_fail(&r->row, "lowerBound", "the lower bound of a margin tier");
	tier->maintenance_amount = pli_row_add(&r->row, tier->maintenance_amount, step);
	tier->tier++;
}

/* The table of that number; 0: no table has it, its tiers are one. */
static uint32_t
tier_table(hl_reader *r, uint32_t tables, plm_slice id)
{
	const pli_json_node *nodes = pli_json_nodes(r->row.json, NULL);
	if (tables == PLI_NO_LIST || id.size == 0)
		return 0;
	for (uint32_t row = tables + 1; row < nodes[tables].next; row = nodes[row].next)
		if (nodes[row].type == PLI_JSON_ARRAY && nodes[row].children_count == 2 &&
		    plm_slice_equal(nodes[row + 1].text, id))
			return pli_json_find(r->row.json, nodes[row + 1].next, "marginTiers");
	return 0;
}

static bool
tier_is_wanted(const hl_reader *r, plm_instrument_id id)
{
	uint32_t i = 0;
	uint32_t count = r->legs == NULL ? 0 : r->legs->rows_count;
	while (i < count && (r->legs->rows[i].held == PLI_HELD_NOT ||
				r->legs->rows[i].instrument.value != id.value))
		i++;
	return r->legs == NULL || i < count;
}

static void
tier_emit(hl_reader *r, const plm_margin_tier *tier, uint32_t next)
{
	plm_event event;
	pli_hl_begin(r, &event, PLM_EVENT_MARGIN_TIER, true);
	event.u.margin_tier = *tier;
	if (next != 0)
		event.u.margin_tier.notional_cap = pli_row_decimal_at(
		    &r->row, pli_json_find(r->row.json, next, "lowerBound"));
	pli_hl_emit(r, &event);
}

/* The reader stands on a row of the universe. */
static void
tiers_read(hl_reader *r, uint32_t tables, plm_instrument_id id)
{
	uint32_t list = tier_table(r, tables, pli_row_text(&r->row, "marginTableId"));
	uint32_t outer = r->row.node;
	const pli_json_node *nodes = pli_json_nodes(r->row.json, NULL);
	plm_event zero;
	plm_event_init(&zero, PLM_EVENT_MARGIN_TIER);
	plm_margin_tier tier = zero.u.margin_tier;
	tier.instrument = id;
	tier.tiers_count = 1;
	tier.maintenance_amount = plm_decimal_zero();
	if (list != 0) {
		tier.tiers_count = (uint16_t)nodes[list].children_count;
		r->row.node = pli_row_child(&r->row, list, 0);
	}
	if (list != 0 && (nodes[list].children_count > PLM_MARGIN_TIERS_MAX || r->row.node == 0))
		pli_row_fail_at(&r->row, list, "1 to 32 margin tiers");
	for (uint32_t next = r->row.node; next != 0 && r->row.err == PLM_OK;) {
		r->row.node = next;
		tier_read(r, &tier);
		next = list == 0 ? 0 : pli_row_child(&r->row, list, next);
		tier_emit(r, &tier, next);
	}
	r->row.node = outer;
}

/* The dex of a list of contracts, by the first of them; NULL: it is empty. */
static hl_dex *
contracts_dex(hl_reader *r, uint32_t universe)
{
	pli_row first = r->row;
	first.node = pli_row_child(&r->row, universe, 0);
	if (first.node == 0)
		return NULL;
	plm_slice name = pli_row_name(&first, "name");
	r->row.err = first.err;
	return r->row.err == PLM_OK ? pli_hl_dex(r, pli_hl_dex_of(name)) : NULL;
}

void
pli_hl_contracts(hl_reader *r)
{
	uint32_t universe = pli_row_list(&r->row, "universe"), outer = r->row.node;
	uint32_t tables = pli_row_list(&r->row, "marginTables");
	hl_dex *dex = contracts_dex(r, universe);
	if (dex == NULL)
		return;
	plm_decimal token = pli_row_decimal(&r->row, "collateralToken");
	if (plm_decimal_sign(token) >= 0 && plm_decimal_is_known(token))
		dex->collateral = pli_hl_token_at(
		    r, (uint32_t)(token.units / PLM_DECIMAL_ONE_UNITS));
	dex->listed = true;
	for (uint32_t row = pli_row_child(&r->row, universe, 0); row != 0;
	     row = pli_row_child(&r->row, universe, row)) {
		r->row.node = row;
		const plm_instrument *known = pli_hl_coin(r, "name");
		if (known == NULL)
			break;
		plm_instrument spec = *known;
		spec.delist_time_ns = pli_row_bool(&r->row, "isDelisted") * PLM_DELISTED_UNDATED;
		spec_set(r, &spec, PLM_KIND_PERPETUAL, pli_hl_asset(r, plm_slice_of(spec.name)),
		    dex->collateral);
		if (tier_is_wanted(r, spec.id))
			tiers_read(r, tables, spec.id);
	}
	r->row.node = outer;
}

void
pli_hl_contracts_all(hl_reader *r)
{
	pli_hl_each(r, r->row.node, pli_hl_contracts);
}

static void
token_read(hl_reader *r)
{
	plm_asset_id asset = pli_hl_token(r, "name", "index");
	plm_decimal index = pli_row_decimal(&r->row, "index");
	if (r->row.err == PLM_OK && index.units < HL_TOKENS_MAX * PLM_DECIMAL_ONE_UNITS)
		r->tokens->assets[index.units / PLM_DECIMAL_ONE_UNITS] = asset;
}

/* One of the two tokens of a pair; UINT32_MAX with the error. */
static uint32_t
pair_token(hl_reader *r, uint32_t node)
{
	int64_t index = -1;
	if (r->row.err == PLM_OK)
		r->row.err = pli_json_int(r->row.json, node, &index, r->row.fault);
	if (r->row.err == PLM_OK && (index < 0 || index > INT32_MAX))
		pli_row_fail_at(&r->row, node, "the index of a token");
	return r->row.err == PLM_OK ? (uint32_t)index : UINT32_MAX;
}

static void
pair_read(hl_reader *r)
{
	const pli_json_node *nodes = pli_json_nodes(r->row.json, NULL);
	uint32_t list = pli_row_list(&r->row, "tokens");
	if (r->row.err == PLM_OK && (list == PLI_NO_LIST || nodes[list].children_count != 2))
		pli_row_fail(&r->row, "tokens", "two indexes of tokens");
	const plm_instrument *known = pli_hl_coin(r, "name");
	if (known == NULL)
		return;
	uint32_t base = pair_token(r, list + 1), quote = pair_token(r, nodes[list + 1].next);
	plm_instrument spec = *known;
	spec_set(r, &spec, PLM_KIND_SPOT, pli_hl_token_at(r, base), pli_hl_token_at(r, quote));
	if (r->row.err == PLM_OK && base < HL_TOKENS_MAX && quote == 0 &&
	    r->tokens->pairs[base].value == 0)
		r->tokens->pairs[base] = spec.id;
}

void
pli_hl_spot_lists(hl_reader *r)
{
	uint32_t tokens = pli_row_list(&r->row, "tokens");
	uint32_t universe = pli_row_list(&r->row, "universe");
	if (tokens == PLI_NO_LIST || universe == PLI_NO_LIST)
		pli_row_fail(&r->row, NULL, "tokens and universe of the spot market");
	pli_hl_each(r, tokens, token_read);
	pli_hl_each(r, universe, pair_read);
}

/* No time: the venue states none. A rate is of the hour that runs. */
static void
price_emit(hl_reader *r, const plm_instrument *spec)
{
	plm_event event;
	if (spec == NULL)
		return;
	pli_hl_begin(r, &event, PLM_EVENT_MARK, false);
	plm_mark *mark = &event.u.mark;
	mark->instrument = spec->id;
	mark->mark_price = pli_row_above_zero(&r->row, "markPx");
	mark->index_price = pli_row_above_zero(&r->row, "oraclePx");
	mark->funding_rate = pli_row_double(&r->row, "funding");
	pli_hl_emit(r, &event);
}

void
pli_hl_price(hl_reader *r)
{
	const plm_instrument *spec = pli_hl_coin(r, "coin");
	uint32_t outer = r->row.node, ctx = pli_row_find(&r->row, "ctx");
	r->row.node = ctx == 0 ? outer : ctx; /* in lists, the coin is in it */
	price_emit(r, spec);
	r->row.node = outer;
}

/* [lists, prices]: one price for each row of the universe, in its order. */
void
pli_hl_contracts_priced(hl_reader *r)
{
	const pli_json_node *nodes = pli_json_nodes(r->row.json, NULL);
	uint32_t outer = r->row.node, lists = outer + 1, prices = nodes[lists].next;
	r->row.node = lists;
	uint32_t universe = pli_row_list(&r->row, "universe");
	if (r->row.err == PLM_OK && (universe == PLI_NO_LIST || nodes[universe].children_count !=
								    nodes[prices].children_count))
		pli_row_fail_at(&r->row, prices, "as many prices as there are contracts");
	pli_hl_contracts(r);
	uint32_t price = pli_row_child(&r->row, prices, 0);
	for (uint32_t row = pli_row_child(&r->row, universe, 0); row != 0 && price != 0;
	     row = pli_row_child(&r->row, universe, row)) {
		r->row.node = row;
		const plm_instrument *spec = pli_hl_coin(r, "name");
		r->row.node = price;
		price_emit(r, spec);
		price = pli_row_child(&r->row, prices, price);
	}
	r->row.node = outer;
}

/* [lists, prices]: each price names its pair. */
void
pli_hl_spot_priced(hl_reader *r)
{
	uint32_t lists = r->row.node + 1;
	pli_hl_at(r, lists, pli_hl_spot_lists);
	pli_hl_each(r, pli_json_nodes(r->row.json, NULL)[lists].next, pli_hl_price);
}
