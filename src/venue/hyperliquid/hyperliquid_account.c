/* hyperliquid_account.c: positions, balances and margin numbers of one account.
 *
 * A standard account has money in each dex and in spot; a balance is the sum. A unified or
 * portfolio account has it in spot alone, where a dex's account value is already counted (identity:
 * supplied + account values = total of the token). Where the mode is not told, what is in both is
 * unknown. */
#include "venue/hyperliquid/hyperliquid.h"

#include <string.h>

/* What one dex's state adds up to while it is read. */
typedef struct state_sums {
	hl_dex dex;
	plm_decimal notional;
	bool has_values; /* every position states its value */
} state_sums;

/* So small that no sum of them is too large. */
static plm_decimal
amount_checked(pli_row *row, const char *key, plm_decimal value)
{
	static const plm_int128 units_max = 100000000000000000 * PLM_DECIMAL_ONE_UNITS;
	if (plm_decimal_is_known(value) && (value.units >= units_max || value.units <= -units_max))
		pli_row_fail(row, key, "an amount below 1e17");
	return value;
}

static plm_decimal
amount_of(pli_row *row, const char *key)
{
	return amount_checked(row, key, pli_row_decimal(row, key));
}

static plm_decimal
member_of(hl_reader *r, const char *path)
{
	uint32_t node = pli_json_at(r->row.json, r->row.node, path);
	return amount_checked(&r->row, path, pli_row_decimal_at(&r->row, node));
}

/* What is not isolated: all of the venue's own dex backs each other; a builder's dex is a pool of
 * its own, which is told as that of its collateral. */
static uint8_t
pool_mode(const hl_reader *r, bool own)
{
	bool cross = r->account->mode == HL_MODE_PORTFOLIO ||
		     (own && r->account->mode != HL_MODE_UNIFIED);
	return cross ? PLM_MARGIN_CROSS : PLM_MARGIN_SEGREGATED;
}

static bool
position_is_isolated(hl_reader *r, plm_decimal *ret_leverage)
{
	pli_row leverage = r->row;
	leverage.node = pli_row_find(&r->row, "leverage");
	*ret_leverage = plm_decimal_unknown();
	if (leverage.node == 0)
		return false;
	*ret_leverage = pli_row_above_zero(&leverage, "value");
	bool isolated = pli_row_is(&leverage, "type", "isolated");
	if (!isolated && !pli_row_is(&leverage, "type", "cross"))
		pli_row_fail(&leverage, "type", "cross or isolated");
	r->row.err = leverage.err;
	return isolated;
}

static void
position_fill(hl_reader *r, plm_position *position, const hl_dex *dex)
{
	plm_decimal margin = pli_row_decimal(&r->row, "marginUsed");
	bool isolated = position_is_isolated(r, &position->leverage);
	position->unit = PLM_UNIT_COINS;
	position->quantity = pli_row_number(&r->row, "szi");
	if (pli_mutant(HYPERLIQUID_SHORT_UNSIGNED))
		position->quantity = plm_decimal_abs(position->quantity);
	position->entry_price = pli_row_price_or_none(&r->row, "entryPx");
	if (plm_decimal_divide(pli_row_above_zero(&r->row, "positionValue"), /* size x mark */
		plm_decimal_abs(position->quantity), &position->mark_price) != PLM_OK)
		position->mark_price = plm_decimal_unknown();
	position->liquidation_price = pli_row_above_zero(&r->row, "liquidationPx");
	position->unrealised_pnl = pli_row_decimal(&r->row, "unrealizedPnl");
	position->margin_mode = isolated ? PLM_MARGIN_ISOLATED : pool_mode(r, dex->name[0] == '\0');
	plm_decimal profit = position->unrealised_pnl; /* an isolated margin holds it */
	*(isolated ? &position->isolated_margin : &position->initial_margin) =
	    isolated ? pli_row_add(&r->row, margin, plm_decimal_negate(profit)) : margin;
}

/* A contract that the lists lack may be an old one under a new name. */
static void
position_tell(hl_reader *r, const plm_instrument *spec, plm_decimal quantity)
{
	bool others;
	if (r->legs == NULL || r->dry || r->row.err != PLM_OK)
		return;
	pli_held_leg *leg = pli_held_legs_find(r->legs, spec->id, PLM_SIDE_NET, &others);
	if (leg == NULL)
		return;
	if (r->told != NULL)
		r->told[leg - r->legs->rows] = true;
	bool news = leg->held == PLI_HELD_NOT && plm_decimal_sign(quantity) != 0;
	r->opened |= news;
	r->unlisted |= news && spec->spec_source != PLM_SPEC_VENUE;
	pli_held_legs_tell(r->legs, leg, quantity, (r->flags & PLM_FLAG_SNAPSHOT) != 0);
}

static void
position_read(hl_reader *r, state_sums *sums, const hl_dex *dex)
{
	plm_event event;
	const plm_instrument *spec = pli_hl_coin(r, "coin");
	if (spec == NULL)
		return;
	plm_slice of = pli_hl_dex_of(plm_slice_of(spec->name));
	if (!plm_slice_is(of, dex->name))
		pli_row_fail(&r->row, "coin", "a coin of the dex that this state is of");
	pli_hl_begin(r, &event, PLM_EVENT_POSITION, true);
	event.u.position.instrument = spec->id;
	position_fill(r, &event.u.position, dex);
	plm_decimal value = pli_row_decimal(&r->row, "positionValue");
	sums->has_values &= plm_decimal_is_known(value);
	sums->notional = pli_row_add(&r->row, sums->notional, value);
	sums->dex.pnl = pli_row_add(&r->row, sums->dex.pnl, event.u.position.unrealised_pnl);
	pli_hl_emit(r, &event);
	position_tell(r, spec, event.u.position.quantity);
}

/* A list of positions that came out short does not add up to what the venue sums up itself. */
static void
state_check(hl_reader *r, const state_sums *sums)
{
	plm_decimal total = member_of(r, "marginSummary.totalNtlPos");
	bool summed = sums->has_values && plm_decimal_is_known(total);
	r->unsummed |= !summed;
	if (!summed || r->row.err != PLM_OK || pli_mutant(HYPERLIQUID_SHORT_LIST_BELIEVED))
		return;
	double off = plm_decimal_to_double(total) - plm_decimal_to_double(sums->notional);
	double allowed = 0.01 + 1e-9 * plm_decimal_to_double(total);
	if (off > allowed || off < -allowed)
		pli_row_fail(
		    &r->row, "marginSummary", "positions whose values add up to totalNtlPos");
}

/* The venue's numbers of what is not isolated in a pool. */
static void
margin_emit(hl_reader *r, plm_asset_id asset, uint8_t mode, const hl_dex *numbers)
{
	plm_event event;
	pli_hl_begin(r, &event, PLM_EVENT_VENUE_MARGIN, true);
	plm_venue_margin *margin = &event.u.venue_margin;
	margin->asset = asset;
	margin->margin_mode = mode;
	margin->equity = numbers->cross_value;
	margin->initial_margin = numbers->cross_initial;
	margin->maintenance_margin = numbers->cross_maintenance;
	margin->available = numbers->available;
	margin->is_portfolio = r->account->mode == HL_MODE_PORTFOLIO;
	margin->is_beside = mode == PLM_MARGIN_SEGREGATED && r->account->mode == HL_MODE_STANDARD;
	if (margin->is_portfolio != 0)
		margin->ratio = r->account->portfolio_ratio;
	pli_hl_emit(r, &event);
}

static void
state_positions(hl_reader *r, state_sums *sums, const hl_dex *dex)
{
	uint32_t outer = r->row.node, list = pli_row_list(&r->row, "assetPositions");
	if (r->row.err == PLM_OK && list == PLI_NO_LIST)
		pli_row_fail(&r->row, NULL, "a state with its assetPositions");
	for (uint32_t row = pli_row_child(&r->row, list, 0); row != 0;
	     row = pli_row_child(&r->row, list, row)) {
		r->row.node = row;
		r->row.node = pli_row_find(&r->row, "position");
		if (r->row.node == 0)
			pli_row_fail_at(&r->row, row, "an object with a \"position\"");
		position_read(r, sums, dex);
	}
	r->row.node = outer;
}

static void
state_read(hl_reader *r, hl_dex *dex)
{
	state_sums sums = {.dex = *dex, .notional = plm_decimal_zero(), .has_values = true};
	plm_time_ns time_ns = pli_row_time(&r->row, "time", r->time_ns), outer_ns = r->time_ns;
	bool old = time_ns < dex->time_ns;
	if (old && !r->dry && (r->flags & PLM_FLAG_SNAPSHOT) == 0)
		return; /* it came late: what it tells is over */
	sums.dex.pnl = plm_decimal_zero();
	r->time_ns = time_ns;
	state_positions(r, &sums, dex);
	state_check(r, &sums);
	sums.dex.value = member_of(r, "marginSummary.accountValue");
	sums.dex.cross_value = member_of(r, "crossMarginSummary.accountValue");
	sums.dex.cross_initial = member_of(r, "crossMarginSummary.totalMarginUsed");
	sums.dex.pnl = amount_checked(&r->row, "assetPositions", sums.dex.pnl);
	sums.dex.cross_maintenance = amount_of(&r->row, "crossMaintenanceMarginUsed");
	sums.dex.available = amount_of(&r->row, "withdrawable");
	sums.dex.time_ns = time_ns;
	sums.dex.told = true;
	sums.dex.seen = r->seen;
	bool own = dex->name[0] == '\0' && r->account->mode <= HL_MODE_STANDARD;
	if (own && plm_decimal_is_known(sums.dex.cross_value))
		margin_emit(r, dex->collateral, PLM_MARGIN_CROSS, &sums.dex);
	r->time_ns = outer_ns;
	if (r->row.err == PLM_OK && !r->dry && !old)
		*dex = sums.dex;
}

/* A state whose dex is not told is of that which its first position names; without any, of the
 * venue's own. */
void
pli_hl_state(hl_reader *r)
{
	pli_row row = r->row;
	row.node = pli_row_child(&r->row, pli_row_list(&r->row, "assetPositions"), 0);
	row.node = row.node == 0 ? 0 : pli_row_find(&row, "position");
	plm_slice coin = row.node == 0 ? PLM_SLICE("") : pli_row_text(&row, "coin");
	hl_dex *dex = r->dex;
	if (dex == NULL && r->row.err == PLM_OK)
		dex = pli_hl_dex(r, pli_hl_dex_of(coin));
	if (dex != NULL)
		state_read(r, dex);
}

/* [name, state] each. */
void
pli_hl_states(hl_reader *r)
{
	const pli_json_node *nodes = pli_json_nodes(r->row.json, NULL);
	uint32_t outer = r->row.node, list = pli_row_list(&r->row, "clearinghouseStates");
	if (list == PLI_NO_LIST)
		list = pli_row_list(&r->row, "dexToClearinghouseState");
	if (r->row.err == PLM_OK && list == PLI_NO_LIST)
		pli_row_fail(&r->row, NULL, "a list of states");
	for (uint32_t row = list + 1; r->row.err == PLM_OK && row < nodes[list].next;
	     row = nodes[row].next) {
		bool pair = nodes[row].type == PLI_JSON_ARRAY && nodes[row].children_count == 2 &&
			    nodes[row + 1].type == PLI_JSON_STRING &&
			    nodes[nodes[row + 1].next].type == PLI_JSON_OBJECT;
		if (!pair)
			pli_row_fail_at(&r->row, row, "a name and a state");
		hl_dex *dex = pair ? pli_hl_dex(r, nodes[row + 1].text) : NULL;
		r->row.node = nodes[row + 1].next;
		if (dex != NULL)
			state_read(r, dex);
	}
	r->row.node = outer;
}

hl_mode
pli_hl_mode_of(plm_slice text)
{
	static const struct {
		const char *text;
		hl_mode mode;
	} rows[] = {{"default", HL_MODE_STANDARD}, {"disabled", HL_MODE_STANDARD},
	    {"dexAbstraction", HL_MODE_STANDARD}, {"unifiedAccount", HL_MODE_UNIFIED},
	    {"portfolioMargin", HL_MODE_PORTFOLIO}};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (plm_slice_is(text, rows[i].text))
			return rows[i].mode;
	return HL_MODE_NONE;
}

static void
holding_add(hl_reader *r, hl_holding rows[HL_HOLDINGS_MAX], uint32_t *count, hl_holding row)
{
	if (r->row.err != PLM_OK || r->dry)
		return;
	if (*count == HL_HOLDINGS_MAX)
		r->row.err = plm_fault_set(r->row.fault, PLM_EFULL, NULL,
		    "more than %d tokens or vaults in one account", HL_HOLDINGS_MAX);
	else
		rows[(*count)++] = row;
}

static void
spot_read(hl_reader *r)
{
	hl_holding spot = {.asset = pli_hl_token(r, "coin", "token")};
	spot.total = amount_checked(&r->row, "total", pli_row_number(&r->row, "total"));
	spot.hold = amount_of(&r->row, "hold");
	holding_add(r, r->account->spots, &r->account->spots_count, spot);
}

void
pli_hl_spots(hl_reader *r)
{
	uint32_t list = pli_row_list(&r->row, "balances");
	if (r->row.err == PLM_OK && list == PLI_NO_LIST)
		pli_row_fail(&r->row, NULL, "a spot state with its balances");
	if (!r->dry)
		r->account->spots_count = 0;
	pli_hl_each(r, list, spot_read);
	plm_decimal ratio = pli_row_decimal(&r->row, "portfolioMarginRatio");
	if (r->dry || r->row.err != PLM_OK)
		return;
	r->account->portfolio_ratio = ratio;
	r->account->spots_told = true;
}

/* What a vault holds is not told. */
static void
vault_read(hl_reader *r)
{
	char name[] = "VAULT-0123456789AB";
	plm_slice address = pli_row_name(&r->row, "vaultAddress");
	hl_holding vault = {.total = pli_row_number(&r->row, "equity")};
	if (r->row.err == PLM_OK && address.size != HL_ADDRESS_SIZE)
		pli_row_fail(&r->row, "vaultAddress", "an address of 42 characters");
	if (r->row.err != PLM_OK)
		return;
	memcpy(name + 6, address.bytes + 2, 12);
	vault.asset = pli_hl_asset(r, PLM_SLICE(name));
	holding_add(r, r->account->vaults, &r->account->vaults_count, vault);
}

void
pli_hl_vaults(hl_reader *r)
{
	if (!r->dry)
		r->account->vaults_count = 0;
	pli_hl_each(r, r->row.node, vault_read);
	r->account->vaults_told |= !r->dry && r->row.err == PLM_OK;
}

bool
pli_hl_account_is_whole(const hl_account *account)
{
	for (uint32_t i = 0; i < account->dexes_count; i++)
		if (account->dexes[i].listed && !account->dexes[i].told)
			return false;
	return account->mode != HL_MODE_NONE && account->spots_told && account->vaults_told;
}

/* One asset's sums over all that holds it; of.told: a dex that has it as collateral was. */
typedef struct balance_sums {
	hl_dex of;
	bool has_spot, has_dex, has_own;
} balance_sums;

static void
sum_dex(hl_reader *r, balance_sums *sums, const hl_dex *dex)
{
	hl_dex *of = &sums->of;
	sums->has_dex = true;
	sums->has_own |= dex->name[0] == '\0';
	if (!dex->told)
		return;
	of->told = true;
	of->pnl = pli_row_add(&r->row, of->pnl, dex->pnl);
	of->cross_initial = pli_row_add(&r->row, of->cross_initial, dex->cross_initial);
	of->cross_maintenance = pli_row_add(&r->row, of->cross_maintenance, dex->cross_maintenance);
	if (r->account->mode > HL_MODE_STANDARD && !pli_mutant(HYPERLIQUID_VALUE_TWICE))
		return;
	if (r->account->mode == HL_MODE_NONE && sums->has_spot)
		of->value = of->available = plm_decimal_unknown();
	of->value = pli_row_add(&r->row, of->value, dex->value);
	of->available = pli_row_add(&r->row, of->available, dex->available);
}

static balance_sums
sum_of(hl_reader *r, plm_asset_id asset)
{
	const hl_account *account = r->account;
	balance_sums sums = {.of = {.collateral = asset}}; /* a decimal of no bits is 0 */
	for (uint32_t i = 0; i < account->spots_count; i++) {
		const hl_holding *spot = &account->spots[i];
		bool held = account->mode > HL_MODE_STANDARD ||
			    !pli_mutant(HYPERLIQUID_SPOT_LEFT_OUT);
		if (spot->asset.value != asset.value || !held)
			continue;
		sums.has_spot = true;
		sums.of.value = pli_row_add(&r->row, sums.of.value, spot->total);
		sums.of.available = pli_row_add(&r->row, sums.of.available,
		    pli_row_add(&r->row, spot->total, plm_decimal_negate(spot->hold)));
	}
	for (uint32_t i = 0; i < account->dexes_count; i++)
		if (account->dexes[i].collateral.value == asset.value)
			sum_dex(r, &sums, &account->dexes[i]);
	sums.of.cross_value = r->account->mode == HL_MODE_UNIFIED ? sums.of.value
								  : plm_decimal_unknown();
	return sums;
}

static void
balance_emit(hl_reader *r, plm_asset_id asset)
{
	plm_event event;
	balance_sums sums = sum_of(r, asset);
	pli_hl_begin(r, &event, PLM_EVENT_BALANCE, true);
	plm_balance *balance = &event.u.balance;
	balance->asset = asset;
	bool pooled = sums.has_dex || r->account->mode == HL_MODE_PORTFOLIO;
	balance->margin_mode = pooled ? pool_mode(r, sums.has_own) : PLM_MARGIN_NONE;
	balance->equity = balance->collateral = sums.of.value;
	balance->available = sums.of.available;
	if (sums.of.told)
		balance->unrealised_pnl = sums.of.pnl;
	balance->wallet = pli_row_add(&r->row, sums.of.value, plm_decimal_negate(sums.of.pnl));
	pli_hl_emit(r, &event);
	if (sums.of.told && r->account->mode > HL_MODE_STANDARD)
		margin_emit(r, asset, balance->margin_mode, &sums.of);
}

static void
balance_vault(hl_reader *r, const hl_holding *vault)
{
	plm_event event;
	pli_hl_begin(r, &event, PLM_EVENT_BALANCE, true);
	plm_balance *balance = &event.u.balance;
	balance->asset = vault->asset;
	balance->wallet = balance->equity = balance->collateral = vault->total;
	pli_hl_emit(r, &event);
	pli_hl_begin(r, &event, PLM_EVENT_INDEX, false);
	event.u.index.asset = vault->asset;
	event.u.index.quote = pli_hl_asset(r, PLM_SLICE("USDC"));
	event.u.index.venue = r->cfg->venue;
	event.u.index.price = plm_decimal_from_int(1);
	pli_hl_emit(r, &event);
}

/* The first of a dex's rows that has this collateral, and no spot row before it. */
static bool
dex_is_first(const hl_account *account, uint32_t index)
{
	plm_asset_id asset = account->dexes[index].collateral;
	for (uint32_t i = 0; i < account->spots_count; i++)
		if (account->spots[i].asset.value == asset.value)
			return false;
	for (uint32_t i = 0; i < index; i++)
		if (account->dexes[i].collateral.value == asset.value && account->dexes[i].told)
			return false;
	return true;
}

/* A builder's dex with nothing in it, or one that is not told, backs nothing. */
static bool
dex_is_used(const hl_dex *dex, plm_asset_id collateral)
{
	return dex->name[0] != '\0' && dex->told && dex->collateral.value == collateral.value &&
	       !(plm_decimal_is_known(dex->value) && plm_decimal_sign(dex->value) == 0);
}

/* Builders' dexes with one collateral stand in one pool: the venue's numbers of a dex are its own
 * while no other one is used, else they are not known, as dexes do not back each other. */
static void
margins_of_builders(hl_reader *r)
{
	const hl_account *account = r->account;
	for (uint32_t i = 0; i < account->dexes_count; i++) {
		hl_dex numbers = account->dexes[i];
		bool first = dex_is_used(&numbers, numbers.collateral);
		for (uint32_t k = 0; k < account->dexes_count && first; k++) {
			bool other = k != i && dex_is_used(&account->dexes[k], numbers.collateral);
			first = !(other && k < i);
			if (other)
				numbers.cross_value = numbers.available = numbers.cross_initial =
				    numbers.cross_maintenance = plm_decimal_unknown();
		}
		if (first && numbers.collateral.value != 0)
			margin_emit(r, numbers.collateral, PLM_MARGIN_SEGREGATED, &numbers);
	}
}

void
pli_hl_balances(hl_reader *r)
{
	const hl_account *account = r->account;
	for (uint32_t i = 0; i < account->dexes_count; i++)
		if (account->dexes[i].time_ns > r->time_ns)
			r->time_ns = account->dexes[i].time_ns;
	for (uint32_t i = 0; i < account->spots_count; i++)
		balance_emit(r, account->spots[i].asset);
	for (uint32_t i = 0; i < account->dexes_count; i++) {
		const hl_dex *dex = &account->dexes[i];
		if (dex->told && dex->collateral.value != 0 && plm_decimal_is_known(dex->value) &&
		    dex_is_first(account, i))
			balance_emit(r, dex->collateral);
	}
	if (account->mode == HL_MODE_STANDARD)
		margins_of_builders(r);
	for (uint32_t i = 0; i < account->vaults_count; i++)
		balance_vault(r, &account->vaults[i]);
}
