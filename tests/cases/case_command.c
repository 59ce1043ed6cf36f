/* case_command.c: the lines of a case that are facts, as events into the book. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case_world.h"

/* Word i after the command; the line is broken without it. */
static const char *
need(const case_line *line, uint32_t i)
{
	if (i >= line->words_count)
		case_broken(line, "a word is missing");
	return line->words[i];
}

static uint8_t
side_of(const case_line *line)
{
	const char *text = case_option(line, "side");
	if (text == NULL || strcmp(text, "net") == 0)
		return PLM_SIDE_NET;
	return strcmp(text, "long") == 0 ? PLM_SIDE_LONG : PLM_SIDE_SHORT;
}

static uint8_t
mode_of(const case_line *line)
{
	const char *text = case_option(line, "mode");
	if (text == NULL)
		return PLM_MARGIN_CROSS;
	if (strcmp(text, "isolated") == 0)
		return PLM_MARGIN_ISOLATED;
	if (strcmp(text, "segregated") == 0)
		return PLM_MARGIN_SEGREGATED;
	return strcmp(text, "none") == 0 ? PLM_MARGIN_NONE : PLM_MARGIN_CROSS;
}

static uint8_t
unit_of(const case_line *line)
{
	const char *text = case_option(line, "unit");
	if (text == NULL || strcmp(text, "contracts") == 0)
		return PLM_UNIT_CONTRACTS;
	return strcmp(text, "coins") == 0 ? PLM_UNIT_COINS : PLM_UNIT_USD;
}

static plm_event
event_of(const case_world *world, const case_line *line, plm_event_type type)
{
	plm_event event;
	plm_event_init(&event, type);
	event.epoch = (uint32_t)case_uint(line, "epoch", 0);
	event.venue_sequence = case_uint(line, "seq", 0);
	event.venue_time_ns = (plm_time_ns)case_uint(line, "vtime", 0) * PLM_NS_PER_S;
	event.received_time_ns = world->now_ns;
	if (case_has(line, "snapshot"))
		event.flags |= PLM_FLAG_SNAPSHOT;
	if (case_has(line, "synthetic"))
		event.flags |= PLM_FLAG_SYNTHETIC;
	return event;
}

/* Into the book, after the names that it uses. */
static void
put(case_world *world, const plm_event *event)
{
	(void)pli_registry_flush(world->names, &world->sink);
	(void)world->sink.emit(world->sink.ctx, event);
}

static void
command_asset(case_world *world, const case_line *line)
{
	plm_asset_fact fact = {.id = case_asset(world, need(line, 1)),
	    .beta = NAN,
	    .beta_r2 = NAN,
	    .beta_samples_count = NAN};
	const char *alias = case_option(line, "alias"), *class = case_option(line, "class");
	if (alias != NULL)
		fact.alias_of = case_asset(world, alias);
	fact.alias_factor = case_double(line, "factor");
	fact.beta = case_double(line, "beta");
	fact.beta_r2 = case_double(line, "beta_r2");
	fact.beta_samples_count = case_double(line, "beta_samples");
	(void)snprintf(fact.name, sizeof fact.name, "%s", line->words[1]);
	(void)snprintf(fact.asset_class, sizeof fact.asset_class, "%s", class != NULL ? class : "");
	pli_registry_asset_set(world->names, &fact);
	(void)pli_registry_flush(world->names, &world->sink);
}

static void
command_account(case_world *world, const case_line *line)
{
	const char *venue = case_option(line, "venue");
	plm_account_id id = case_account(world, need(line, 1), venue);
	plm_account_fact fact = *pli_registry_account_get(world->names, id);
	const char *portfolio = case_option(line, "portfolio");
	const char *strategy = case_option(line, "strategy");
	if (portfolio != NULL)
		(void)snprintf(fact.portfolio, sizeof fact.portfolio, "%s", portfolio);
	if (strategy != NULL)
		(void)snprintf(fact.strategy, sizeof fact.strategy, "%s", strategy);
	fact.is_transit = case_has(line, "transit");
	pli_registry_account_set(world->names, &fact);
	(void)pli_registry_flush(world->names, &world->sink);
}

static uint8_t
kind_of(const case_line *line)
{
	const char *text = case_option(line, "kind");
	for (int kind = 0; text != NULL && kind < PLM_KIND_COUNT_; kind++) {
		if (strcmp(text, plm_kind_text((plm_kind)kind)) == 0)
			return (uint8_t)kind;
	}
	case_broken(line, "kind= is missing or unknown");
}

/* The part of a name before the first '-' or '_': "BTC-PERP" is on BTC. */
static plm_asset_id
asset_option(case_world *world, const case_line *line, const char *key, const char *otherwise)
{
	const char *text = case_option(line, key);
	char head[24];
	(void)snprintf(head, sizeof head, "%s", text != NULL ? text : otherwise);
	if (text == NULL)
		head[strcspn(head, "-_")] = '\0';
	return case_asset(world, head);
}

static void
command_instrument(case_world *world, const case_line *line)
{
	const char *name = need(line, 1);
	plm_instrument spec = {.id = case_instrument(world, line, name)};
	const char *expiry = case_option(line, "expiry"), *option = case_option(line, "option");
	const char *contract_usd = case_option(line, "contract_usd");
	spec.venue = plm_names_instrument_get(world->names, spec.id)->venue;
	spec.kind = kind_of(line);
	spec.spec_source = PLM_SPEC_VENUE;
	spec.inverse = contract_usd != NULL || case_has(line, "inverse");
	spec.underlying = asset_option(world, line, "underlying", name);
	spec.quote = asset_option(world, line, "quote", "USD");
	spec.settle = case_option(line, "settle") != NULL
			  ? asset_option(world, line, "settle", "")
			  : (spec.inverse ? spec.underlying : spec.quote);
	spec.multiplier = case_option(line, "multiplier") != NULL ? case_decimal(line, "multiplier")
			  : contract_usd != NULL ? case_decimal(line, "contract_usd")
						 : plm_decimal_from_int(1);
	spec.strike = case_decimal(line, "strike");
	if (option != NULL)
		spec.option_type = strcmp(option, "put") == 0 ? PLM_OPTION_PUT : PLM_OPTION_CALL;
	if (expiry != NULL)
		spec.expiry_ns = (plm_time_ns)strtoll(expiry, NULL, 10) * PLM_NS_PER_S;
	spec.expiry_by_name = case_has(line, "by_name");
	if (case_option(line, "delist") != NULL)
		spec.delist_time_ns = (plm_time_ns)strtoll(case_option(line, "delist"), NULL, 10) *
				      PLM_NS_PER_S;
	if (case_has(line, "delisted"))
		spec.delist_time_ns = PLM_DELISTED_UNDATED;
	(void)snprintf(spec.name, sizeof spec.name, "%s", name);
	(void)plm_names_instrument_set(world->names, &spec);
	(void)pli_registry_flush(world->names, &world->sink);
}

static void
command_position(case_world *world, const case_line *line)
{
	plm_event event = event_of(world, line, PLM_EVENT_POSITION);
	event.account = case_account(world, need(line, 1), NULL);
	plm_position *p = &event.u.position;
	p->instrument = case_instrument(world, line, need(line, 2));
	p->quantity = case_number(line, need(line, 3));
	p->side = side_of(line);
	p->unit = unit_of(line);
	p->margin_mode = mode_of(line);
	p->delta_coins = case_double(line, "delta");
	p->entry_price = case_decimal(line, "entry");
	p->mark_price = case_decimal(line, "mark");
	p->unrealised_pnl = case_decimal(line, "upnl");
	if (case_option(line, "adl") != NULL)
		p->adl_rank = (uint8_t)strtoul(case_option(line, "adl"), NULL, 10);
	put(world, &event);
}

static void
command_balance(case_world *world, const case_line *line)
{
	plm_event event = event_of(world, line, PLM_EVENT_BALANCE);
	event.account = case_account(world, need(line, 1), NULL);
	plm_balance *b = &event.u.balance;
	b->asset = case_asset(world, need(line, 2));
	b->margin_mode = mode_of(line);
	b->wallet = case_decimal(line, "wallet");
	b->equity = case_decimal(line, "equity");
	b->collateral = case_decimal(line, "collateral");
	b->unrealised_pnl = case_decimal(line, "upnl");
	put(world, &event);
}

static void
command_mark(case_world *world, const case_line *line)
{
	plm_event event = event_of(world, line, PLM_EVENT_MARK);
	plm_mark *m = &event.u.mark;
	m->instrument = case_instrument(world, line, need(line, 1));
	m->mark_price = case_number(line, need(line, 2));
	m->index_price = case_decimal(line, "index");
	m->underlying_price = case_decimal(line, "underlying");
	m->mark_iv = case_double(line, "iv");
	m->delta = case_double(line, "delta");
	m->gamma = case_double(line, "gamma");
	m->vega = case_double(line, "vega");
	m->theta = case_double(line, "theta");
	put(world, &event);
}

/* "BTC/USD" in two names. */
static void
command_index(case_world *world, const case_line *line)
{
	plm_event event = event_of(world, line, PLM_EVENT_INDEX);
	char pair[48];
	(void)snprintf(pair, sizeof pair, "%s", need(line, 1));
	char *slash = strchr(pair, '/');
	if (slash == NULL)
		case_broken(line, "index needs ASSET/QUOTE");
	*slash = '\0';
	event.u.index.asset = case_asset(world, pair);
	event.u.index.quote = case_asset(world, slash + 1);
	const char *venue = case_option(line, "venue");
	event.u.index.venue = case_venue(world, venue != NULL ? venue : "paper");
	event.u.index.price = case_number(line, need(line, 2));
	put(world, &event);
}

static void
command_rate(case_world *world, const case_line *line)
{
	plm_event event = event_of(world, line, PLM_EVENT_ASSET_RATE);
	const char *venue = case_option(line, "venue");
	event.u.asset_rate.asset = case_asset(world, need(line, 1));
	if (venue != NULL)
		event.u.asset_rate.venue = case_venue(world, venue);
	event.u.asset_rate.usd = case_number(line, need(line, 2));
	put(world, &event);
}

#define X(name, number, text) [number] = text,
static const char *const feed_texts[] = {PLM_FEED_STATUSES(X)};
static const char *const measure_texts[] = {PLM_MEASURES(X)};
#undef X

static void
command_feed(case_world *world, const case_line *line)
{
	plm_event event = event_of(world, line, PLM_EVENT_FEED_STATE);
	event.account = case_account(world, need(line, 1), NULL);
	event.feed.value = event.account.value;
	event.u.feed_state.heard_time_ns = world->now_ns;
	for (uint8_t i = 0; i < PLM_FEED_STATUS_COUNT_; i++) {
		if (strcmp(need(line, 2), feed_texts[i]) == 0)
			event.u.feed_state.status = i;
	}
	put(world, &event);
}

static uint32_t
scope_of(const case_line *line)
{
	const char *text = case_option(line, "scope");
	if (text == NULL || strcmp(text, "all") == 0)
		return PLM_SCOPE_POSITIONS | PLM_SCOPE_BALANCES;
	return strcmp(text, "balances") == 0 ? PLM_SCOPE_BALANCES : PLM_SCOPE_POSITIONS;
}

static void
command_begin(case_world *world, const case_line *line)
{
	plm_event event = event_of(world, line, PLM_EVENT_SNAPSHOT_BEGIN);
	event.account = case_account(world, need(line, 1), NULL);
	event.u.snapshot.scope = scope_of(line);
	event.u.snapshot.is_check = case_has(line, "check");
	put(world, &event);
}

static void
command_end(case_world *world, const case_line *line)
{
	plm_event event = event_of(world, line, PLM_EVENT_SNAPSHOT_END);
	event.account = case_account(world, need(line, 1), NULL);
	event.u.snapshot.scope = scope_of(line);
	event.u.snapshot.complete = !case_has(line, "incomplete");
	event.u.snapshot.rows_count = (uint32_t)case_uint(line, "rows", 0);
	put(world, &event);
}

static void
command_fill(case_world *world, const case_line *line)
{
	plm_event event = event_of(world, line, PLM_EVENT_FILL);
	event.account = case_account(world, need(line, 1), NULL);
	event.u.fill.instrument = case_instrument(world, line, need(line, 2));
	event.u.fill.quantity = case_number(line, need(line, 3));
	event.u.fill.trade_hash = case_uint(line, "id", 0);
	event.u.fill.liquidation = case_has(line, "adl") ? 2 : 0;
	put(world, &event);
}

static void
command_transfer(case_world *world, const case_line *line)
{
	plm_event event = event_of(world, line, PLM_EVENT_TRANSFER);
	event.account = case_account(world, need(line, 1), NULL);
	plm_transfer *t = &event.u.transfer;
	t->asset = case_asset(world, need(line, 2));
	t->quantity = case_number(line, need(line, 3));
	t->fee = case_decimal(line, "fee");
	t->transfer_hash = case_uint(line, "id", 0);
	t->chain_hash = case_uint(line, "chain", 0);
	t->kind = plm_decimal_sign(t->quantity) < 0 ? PLM_TRANSFER_WITHDRAWAL
						    : PLM_TRANSFER_DEPOSIT;
	t->state = case_has(line, "failed")    ? PLM_TRANSFER_FAILED
		   : case_has(line, "pending") ? PLM_TRANSFER_PENDING
					       : PLM_TRANSFER_DONE;
	put(world, &event);
}

static void
command_order(case_world *world, const case_line *line)
{
	plm_event event = event_of(world, line, PLM_EVENT_ORDER_OPEN);
	event.account = case_account(world, need(line, 1), NULL);
	event.u.order_open.instrument = case_instrument(world, line, need(line, 2));
	event.u.order_open.quantity = case_number(line, need(line, 3));
	event.u.order_open.order_hash = case_uint(line, "id", 0);
	event.u.order_open.price = case_decimal(line, "price");
	event.u.order_open.reduce_only = case_has(line, "reduce_only");
	put(world, &event);
}

static void
command_policy(case_world *world, const case_line *line)
{
	plm_event event = event_of(world, line, PLM_EVENT_POLICY);
	const char *benchmark = case_option(line, "benchmark");
	if (benchmark != NULL)
		event.u.policy.benchmark = case_asset(world, benchmark);
	event.u.policy.stale_after_s = (uint32_t)case_uint(line, "stale", 0);
	event.u.policy.greeks_after_s = (uint32_t)case_uint(line, "greeks", 0);
	event.u.policy.lag_after_s = (uint32_t)case_uint(line, "lag", 0);
	event.u.policy.lag_vol_percent = (uint32_t)case_uint(line, "lag_vol", 0);
	event.u.policy.pending_orders = case_has(line, "pending");
	event.u.policy.transit_after_s = (uint32_t)case_uint(line, "transit", 0);
	put(world, &event);
}

static uint8_t
limit_scope_of(const case_line *line)
{
	static const char *const scopes[] = {"book", "portfolio", "account", "venue", "underlying"};
	const char *text = case_option(line, "scope");
	for (uint8_t i = 0; text != NULL && i < 5; i++) {
		if (strcmp(text, scopes[i]) == 0)
			return i;
	}
	return PLM_LIMIT_BOOK;
}

static void
command_limit(case_world *world, const case_line *line)
{
	plm_event event = event_of(world, line, PLM_EVENT_LIMIT_CHANGE);
	plm_limit_fact *f = &event.u.limit;
	const char *name = need(line, 1), *of = case_option(line, "of");
	uint32_t id = 0;
	while (id < world->limits_count && strcmp(world->limit_names[id], name) != 0)
		id++;
	if (id == world->limits_count)
		(void)snprintf(world->limit_names[world->limits_count++],
		    sizeof world->limit_names[0], "%s", name);
	f->id.value = id + 1;
	f->active = !case_has(line, "off");
	f->scope = limit_scope_of(line);
	for (uint8_t i = 0; i < PLM_MEASURE_COUNT_; i++) {
		const char *measure = case_option(line, "measure");
		if (measure != NULL && strcmp(measure, measure_texts[i]) == 0)
			f->measure = i;
	}
	plm_tier tier = PLM_TIER_BOOK;
	if (case_option(line, "tier") != NULL)
		(void)plm_tier_parse(plm_slice_of(case_option(line, "tier")), &tier);
	f->tier = (uint8_t)tier;
	f->soft_lower = case_double(line, "soft_lower");
	f->soft_upper = case_double(line, "soft_upper");
	f->hard_lower = case_double(line, "hard_lower");
	f->hard_upper = case_double(line, "hard_upper");
	f->hysteresis = case_double(line, "hysteresis");
	(void)snprintf(f->name, sizeof f->name, "%s", name);
	(void)snprintf(f->scope_name, sizeof f->scope_name, "%s", of != NULL ? of : "");
	put(world, &event);
	pli_limits_apply(world->limits, &event);
}

static void
command_acknowledge(case_world *world, const case_line *line)
{
	plm_event event = event_of(world, line, PLM_EVENT_ACKNOWLEDGEMENT);
	plm_acknowledgement *ack = &event.u.acknowledgement;
	for (uint32_t i = 0; i < world->limits_count; i++) {
		if (strcmp(world->limit_names[i], need(line, 1)) == 0)
			ack->limit.value = i + 1;
	}
	ack->transition = (uint32_t)case_uint(line, "transition", 0);
	const char *scope = case_option(line, "of");
	(void)snprintf(ack->scope_name, sizeof ack->scope_name, "%s", scope != NULL ? scope : "");
	pli_limits_apply(world->limits, &event);
}

static void
command_wait(case_world *world, const case_line *line)
{
	double seconds = strtod(need(line, 1), NULL);
	world->now_ns += (plm_time_ns)(seconds * 1e9);
	world->pending++;
}

static void
command_at(case_world *world, const case_line *line)
{
	world->now_ns = (plm_time_ns)strtoll(need(line, 1), NULL, 10) * PLM_NS_PER_S;
	world->pending++;
}

static void
command_batch(case_world *world, const case_line *line)
{
	(void)line;
	case_batch(world);
}

static const struct {
	const char *name;
	void (*run)(case_world *world, const case_line *line);
} commands[] = {
    {"account", command_account},
    {"acknowledge", command_acknowledge},
    {"asset", command_asset},
    {"at", command_at},
    {"balance", command_balance},
    {"batch", command_batch},
    {"begin", command_begin},
    {"end", command_end},
    {"feed", command_feed},
    {"fill", command_fill},
    {"index", command_index},
    {"instrument", command_instrument},
    {"limit", command_limit},
    {"mark", command_mark},
    {"order", command_order},
    {"transfer", command_transfer},
    {"policy", command_policy},
    {"position", command_position},
    {"rate", command_rate},
    {"wait", command_wait},
};

bool
case_command(case_world *world, const case_line *line)
{
	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
		if (strcmp(line->words[0], commands[i].name) == 0) {
			commands[i].run(world, line);
			return true;
		}
	}
	return false;
}
