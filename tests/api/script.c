/* script.c: the scripted book. All numbers are made up. */
#include "script.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static plm_decimal
decimal(const char *text)
{
	plm_decimal value = plm_decimal_unknown();
	plm_err err = plm_decimal_parse(plm_slice_of(text), &value, NULL);

	assert(err == PLM_OK);
	return value;
}

static plm_decimal
decimal_of(double number, const char *format)
{
	char text[64];

	(void)snprintf(text, sizeof text, format, number);
	return decimal(text);
}

pli_book_bounds
script_bounds(void)
{
	return (pli_book_bounds){
	    .registry = {.assets_max = 64, .accounts_max = 256, .instruments_max = 64},
	    .positions_max = 1024,
	    .balances_max = 512,
	    .feeds_max = 256};
}

static void
send(script *s, plm_event *event)
{
	event->received_time_ns = s->now_ns;
	event->venue_time_ns = s->now_ns - 3 * PLM_NS_PER_MS;
	pli_core_take(s->core, event, s->now_ns);
}

static void
send_asset(script *s, uint32_t id, const char *name, const char *asset_class)
{
	plm_event event;

	plm_event_init(&event, PLM_EVENT_ASSET);
	event.u.asset.id.value = id;
	event.u.asset.alias_factor = 1;
	(void)snprintf(event.u.asset.name, sizeof event.u.asset.name, "%s", name);
	(void)snprintf(
	    event.u.asset.asset_class, sizeof event.u.asset.asset_class, "%s", asset_class);
	send(s, &event);
}

static void
send_account(script *s, uint32_t id, uint32_t venue, const char *venue_name, const char *name)
{
	plm_event event;
	plm_account_fact *fact = &event.u.account_fact;

	plm_event_init(&event, PLM_EVENT_ACCOUNT);
	fact->id.value = id;
	fact->venue.value = venue;
	(void)snprintf(fact->name, sizeof fact->name, "%s", name);
	(void)snprintf(fact->venue_name, sizeof fact->venue_name, "%s", venue_name);
	(void)snprintf(fact->portfolio, sizeof fact->portfolio, "%s",
	    id == ACCOUNT_VAULT ? "treasury" : "trading");
	(void)snprintf(
	    fact->strategy, sizeof fact->strategy, "%s", id == ACCOUNT_OPTIONS ? "vol" : "basis");
	send(s, &event);
}

static void
send_instrument(
    script *s, uint32_t id, uint32_t venue, const char *name, plm_kind kind, uint32_t underlying)
{
	plm_event event;
	plm_instrument *spec = &event.u.instrument;
	bool deribit = venue == VENUE_DERIBIT;

	plm_event_init(&event, PLM_EVENT_INSTRUMENT);
	spec->id.value = id;
	spec->venue.value = venue;
	spec->underlying.value = underlying;
	spec->quote.value = deribit ? ASSET_USD : ASSET_USDT;
	spec->settle.value = deribit ? underlying : ASSET_USDT;
	spec->kind = (uint8_t)kind;
	spec->inverse = deribit;
	spec->spec_source = PLM_SPEC_VENUE;
	spec->multiplier = decimal(deribit && kind == PLM_KIND_PERPETUAL ? "10" : "1");
	if (id == INSTRUMENT_BTC_PUT) /* a chain of its own, where no volatility is told */
		spec->quote.value = ASSET_USDC;
	if (kind == PLM_KIND_OPTION) {
		spec->option_type = id == INSTRUMENT_BTC_CALL ? PLM_OPTION_CALL : PLM_OPTION_PUT;
		spec->strike = decimal("100000");
		spec->expiry_ns = plm_time_of_date(2027, 3, 26) + 8 * 3600 * PLM_NS_PER_S;
	}
	(void)snprintf(spec->name, sizeof spec->name, "%s", name);
	send(s, &event);
}

static void
send_position(script *s, uint32_t account, uint32_t instrument, const char *quantity, plm_unit unit)
{
	plm_event event;

	plm_event_init(&event, PLM_EVENT_POSITION);
	event.account.value = account;
	event.feed.value = account;
	event.epoch = 1;
	event.u.position.instrument.value = instrument;
	event.u.position.unit = (uint8_t)unit;
	event.u.position.margin_mode = PLM_MARGIN_CROSS;
	event.u.position.quantity = decimal(quantity);
	event.u.position.entry_price = decimal("90000.5");
	event.flags = PLM_FLAG_SNAPSHOT;
	send(s, &event);
}

static void
send_balance(script *s, uint32_t account, uint32_t asset, const char *quantity)
{
	plm_event event;

	plm_event_init(&event, PLM_EVENT_BALANCE);
	event.account.value = account;
	event.feed.value = account;
	event.epoch = 1;
	event.u.balance.asset.value = asset;
	event.u.balance.margin_mode = PLM_MARGIN_CROSS;
	event.u.balance.wallet = event.u.balance.equity = event.u.balance.collateral = decimal(
	    quantity);
	event.u.balance.unrealised_pnl = plm_decimal_zero();
	event.flags = PLM_FLAG_SNAPSHOT;
	send(s, &event);
}

static void
send_snapshot(script *s, plm_event_type type, uint32_t account, uint32_t rows)
{
	plm_event event;

	plm_event_init(&event, type);
	event.account.value = account;
	event.feed.value = account;
	event.epoch = 1;
	event.u.snapshot.scope = PLM_SCOPE_POSITIONS | PLM_SCOPE_BALANCES;
	event.u.snapshot.complete = 1;
	event.u.snapshot.rows_count = rows;
	event.flags = PLM_FLAG_SNAPSHOT;
	send(s, &event);
}

static void
send_feed(script *s, uint32_t account, plm_feed_status status, const char *text)
{
	plm_event event;

	plm_event_init(&event, PLM_EVENT_FEED_STATE);
	event.account.value = account;
	event.feed.value = account;
	event.epoch = 1;
	event.u.feed_state.status = (uint8_t)status;
	event.u.feed_state.heard_time_ns = s->now_ns;
	event.u.feed_state.reconnects_count = account == ACCOUNT_OPTIONS ? 2 : 0;
	event.u.feed_state.clock_offset_ns = account == ACCOUNT_OPTIONS ? -1250 * PLM_NS_PER_MS : 0;
	event.u.feed_state.clock_error_ns = account == ACCOUNT_OPTIONS ? 20 * PLM_NS_PER_MS : 0;
	(void)snprintf(event.u.feed_state.text, sizeof event.u.feed_state.text, "%s", text);
	send(s, &event);
}

static void
send_mark(script *s, uint32_t instrument, double mark, double index, double delta)
{
	plm_event event;

	plm_event_init(&event, PLM_EVENT_MARK);
	event.u.mark.instrument.value = instrument;
	event.u.mark.mark_price = decimal_of(mark, mark < 10 ? "%.4f" : "%.2f");
	event.u.mark.index_price = decimal_of(index, "%.2f");
	event.u.mark.underlying_price = decimal_of(index, "%.2f");
	if (!isnan(delta)) {
		event.u.mark.delta = delta;
		event.u.mark.gamma = 0.000011;
		event.u.mark.vega = 180.5;
		event.u.mark.theta = -42.25;
		event.u.mark.mark_iv = 61.2;
	}
	send(s, &event);
}

static void
send_prices(script *s)
{
	plm_event event;
	const struct {
		uint32_t asset;
		double usd;
	} indexes[] = {{ASSET_BTC, s->btc}, {ASSET_ETH, s->eth}};
	const struct {
		uint32_t asset;
		const char *usd;
	} rates[] = {{ASSET_USDT, "0.9998"}, {ASSET_USDC, "1.0001"}, {ASSET_USD, "1"}};

	for (size_t i = 0; i < sizeof indexes / sizeof indexes[0]; i++) {
		plm_event_init(&event, PLM_EVENT_INDEX);
		event.u.index.asset.value = indexes[i].asset;
		event.u.index.quote.value = ASSET_USD;
		event.u.index.venue.value = VENUE_DERIBIT;
		event.u.index.price = decimal_of(indexes[i].usd, "%.2f");
		send(s, &event);
	}
	for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
		plm_event_init(&event, PLM_EVENT_ASSET_RATE);
		event.u.asset_rate.asset.value = rates[i].asset;
		event.u.asset_rate.usd = decimal(rates[i].usd);
		send(s, &event);
	}
	send_mark(s, INSTRUMENT_BTC_PERP, s->btc + 4.5, s->btc, (double)NAN);
	send_mark(s, INSTRUMENT_BTC_CALL, 0.0425, s->btc, 0.47 + (s->btc - 91000) / 40000);
	send_mark(s, INSTRUMENT_BTCUSDT, s->btc + 12, s->btc, (double)NAN);
	send_mark(s, INSTRUMENT_ETHUSDT, s->eth + 0.4, s->eth, (double)NAN);
}

typedef struct script_limit {
	uint32_t id;
	const char *name;
	plm_limit_scope scope;
	const char *scope_name;
	plm_measure_kind measure;
	double soft, hard;
} script_limit;

static const script_limit script_limits[] = {
    {LIMIT_NET, "net of the book", PLM_LIMIT_BOOK, "", PLM_MEASURE_NET_USD, 5e5, 2e6},
    {LIMIT_BTC, "BTC delta", PLM_LIMIT_UNDERLYING, "BTC", PLM_MEASURE_NET_USD, 1e5, 2.5e5},
    {LIMIT_LEVERAGE, "gross leverage", PLM_LIMIT_BOOK, "", PLM_MEASURE_LEVERAGE_GROSS, 4, 6},
};

static void
send_limit(script *s, const script_limit *limit)
{
	plm_event event;
	plm_limit_fact *fact = &event.u.limit;
	bool one_sided = limit->measure == PLM_MEASURE_LEVERAGE_GROSS;

	plm_event_init(&event, PLM_EVENT_LIMIT_CHANGE);
	fact->id.value = limit->id;
	fact->active = 1;
	fact->scope = (uint8_t)limit->scope;
	fact->measure = (uint8_t)limit->measure;
	fact->tier = PLM_TIER_LEG;
	fact->soft_upper = limit->soft;
	fact->hard_upper = limit->hard;
	fact->soft_lower = one_sided ? (double)NAN : -limit->soft;
	fact->hard_lower = one_sided ? (double)NAN : -limit->hard;
	fact->hysteresis = 0.02;
	(void)snprintf(fact->name, sizeof fact->name, "%s", limit->name);
	(void)snprintf(fact->scope_name, sizeof fact->scope_name, "%s", limit->scope_name);
	send(s, &event);
}

static void
send_definitions(script *s)
{
	send_asset(s, ASSET_BTC, "BTC", "crypto");
	send_asset(s, ASSET_ETH, "ETH", "crypto");
	send_asset(s, ASSET_USDT, "USDT", "stablecoin");
	send_asset(s, ASSET_USD, "USD", "fiat");
	send_asset(s, ASSET_USDC, "USDC", "stablecoin");
	send_asset(s, ASSET_MYST, "MYST", "crypto");
	send_account(s, ACCOUNT_DESK, VENUE_BINANCE, "binance", "desk-a");
	send_account(s, ACCOUNT_OPTIONS, VENUE_DERIBIT, "deribit", "options-1");
	send_account(s, ACCOUNT_VAULT, VENUE_FILE, "file", "cold vault");
	for (uint32_t i = 0; i < s->accounts_extra; i++) {
		char name[40];
		(void)snprintf(name, sizeof name, "sub-%03u", i + 1);
		send_account(s, ACCOUNT_EXTRA + i, VENUE_BINANCE, "binance", name);
	}
	send_instrument(
	    s, INSTRUMENT_BTC_PERP, VENUE_DERIBIT, "BTC-PERPETUAL", PLM_KIND_PERPETUAL, ASSET_BTC);
	send_instrument(s, INSTRUMENT_BTC_CALL, VENUE_DERIBIT, "BTC-26MAR27-100000-C",
	    PLM_KIND_OPTION, ASSET_BTC);
	send_instrument(s, INSTRUMENT_BTC_PUT, VENUE_DERIBIT, "BTC-26MAR27-80000-P",
	    PLM_KIND_OPTION, ASSET_BTC);
	send_instrument(
	    s, INSTRUMENT_BTCUSDT, VENUE_BINANCE, "BTCUSDT", PLM_KIND_PERPETUAL, ASSET_BTC);
	send_instrument(
	    s, INSTRUMENT_ETHUSDT, VENUE_BINANCE, "ETHUSDT", PLM_KIND_PERPETUAL, ASSET_ETH);
	send_instrument(
	    s, INSTRUMENT_MYSTUSDT, VENUE_BINANCE, "MYSTUSDT", PLM_KIND_PERPETUAL, ASSET_MYST);
}

static void
send_accounts(script *s)
{
	char quantity[32];

	send_snapshot(s, PLM_EVENT_SNAPSHOT_BEGIN, ACCOUNT_DESK, 0);
	send_position(s, ACCOUNT_DESK, INSTRUMENT_BTCUSDT, "-6.25", PLM_UNIT_COINS);
	send_position(s, ACCOUNT_DESK, INSTRUMENT_ETHUSDT, "148.5", PLM_UNIT_COINS);
	send_position(s, ACCOUNT_DESK, INSTRUMENT_MYSTUSDT, "25000", PLM_UNIT_COINS);
	send_balance(s, ACCOUNT_DESK, ASSET_USDT, "412345.678901");
	send_snapshot(s, PLM_EVENT_SNAPSHOT_END, ACCOUNT_DESK, 4);
	send_snapshot(s, PLM_EVENT_SNAPSHOT_BEGIN, ACCOUNT_OPTIONS, 0);
	send_position(s, ACCOUNT_OPTIONS, INSTRUMENT_BTC_PERP, "385000", PLM_UNIT_USD);
	send_position(s, ACCOUNT_OPTIONS, INSTRUMENT_BTC_CALL, "-12.5", PLM_UNIT_CONTRACTS);
	send_position(s, ACCOUNT_OPTIONS, INSTRUMENT_BTC_PUT, "4", PLM_UNIT_CONTRACTS);
	send_balance(s, ACCOUNT_OPTIONS, ASSET_BTC, "3.10457211");
	send_snapshot(s, PLM_EVENT_SNAPSHOT_END, ACCOUNT_OPTIONS, 4);
	send_snapshot(s, PLM_EVENT_SNAPSHOT_BEGIN, ACCOUNT_VAULT, 0);
	send_balance(s, ACCOUNT_VAULT, ASSET_BTC, "5");
	send_balance(s, ACCOUNT_VAULT, ASSET_USDC, "250000");
	send_snapshot(s, PLM_EVENT_SNAPSHOT_END, ACCOUNT_VAULT, 2);
	for (uint32_t i = 0; i < s->accounts_extra; i++) {
		uint32_t account = ACCOUNT_EXTRA + i;
		send_snapshot(s, PLM_EVENT_SNAPSHOT_BEGIN, account, 0);
		(void)snprintf(quantity, sizeof quantity, "%s0.%03u", i % 2 ? "-" : "", i + 17);
		send_position(s, account, INSTRUMENT_BTCUSDT, quantity, PLM_UNIT_COINS);
		(void)snprintf(quantity, sizeof quantity, "%s%u.5", i % 3 ? "-" : "", i + 1);
		send_position(s, account, INSTRUMENT_ETHUSDT, quantity, PLM_UNIT_COINS);
		send_balance(s, account, ASSET_USDT, "15000");
		send_snapshot(s, PLM_EVENT_SNAPSHOT_END, account, 3);
	}
}

void
script_init(script *s, plm_time_ns now_ns, uint32_t accounts_extra,
    void (*publish)(void *ctx, const plm_event *event), void *ctx)
{
	const pli_core_config config = {.bounds = script_bounds(),
	    .limits_max = SCRIPT_LIMITS_MAX,
	    .limit_states_max = SCRIPT_LIMIT_STATES_MAX,
	    .publish = publish,
	    .ctx = ctx};

	*s = (script){
	    .now_ns = now_ns, .accounts_extra = accounts_extra, .btc = 91250, .eth = 3120};
	s->random = 7;
	s->core = pli_core_create(&config);
	assert(s->core != NULL);
	send_definitions(s);
	for (size_t i = 0; i < sizeof script_limits / sizeof script_limits[0]; i++)
		send_limit(s, &script_limits[i]);
	pli_core_batch_end(s->core, s->now_ns);
	send_accounts(s);
	send_prices(s);
	send_feed(s, ACCOUNT_DESK, PLM_FEED_LIVE, "");
	send_feed(s, ACCOUNT_OPTIONS, PLM_FEED_LIVE, "");
	send_feed(s, ACCOUNT_VAULT, PLM_FEED_LIVE, "");
	for (uint32_t i = 0; i < accounts_extra; i++)
		send_feed(s, ACCOUNT_EXTRA + i, PLM_FEED_LIVE, "");
	pli_core_batch_end(s->core, s->now_ns);
}

void
script_fini(script *s)
{
	pli_core_destroy(s->core);
}

/* script_random: -1 .. 1, the same on every machine. */
static double
script_random(script *s)
{
	s->random = s->random * 6364136223846793005u + 1442695040888963407u;
	return (double)(int64_t)(s->random >> 11) / 4503599627370496.0 - 1.0;
}

void
script_step(script *s, plm_time_ns now_ns)
{
	s->now_ns = now_ns;
	s->btc += 18 * script_random(s);
	s->eth += 0.9 * script_random(s);
	send_prices(s);
	pli_core_batch_end(s->core, s->now_ns);
}

void
script_position(
    script *s, uint32_t account, uint32_t instrument, const char *quantity, plm_time_ns now_ns)
{
	plm_event event;

	s->now_ns = now_ns;
	plm_event_init(&event, PLM_EVENT_POSITION);
	event.account.value = account;
	event.feed.value = account;
	event.epoch = 1;
	event.u.position.instrument.value = instrument;
	event.u.position.unit = instrument == INSTRUMENT_BTC_PERP ? PLM_UNIT_USD : PLM_UNIT_COINS;
	event.u.position.margin_mode = PLM_MARGIN_CROSS;
	event.u.position.quantity = decimal(quantity);
	send(s, &event);
	pli_core_batch_end(s->core, s->now_ns);
}

void
script_feed(script *s, uint32_t account, plm_feed_status status, const char *text)
{
	send_feed(s, account, status, text);
	pli_core_batch_end(s->core, s->now_ns);
}

void
script_limit_extra(script *s, uint32_t id)
{
	script_limit limit = script_limits[0];
	limit.id = id;
	send_limit(s, &limit);
	pli_core_batch_end(s->core, s->now_ns);
}

void
script_transit_begin(script *s, uint32_t after_s)
{
	plm_event event;
	plm_account_fact *fact = &event.u.account_fact;

	plm_event_init(&event, PLM_EVENT_ACCOUNT);
	fact->id.value = ACCOUNT_TRANSIT;
	fact->is_transit = 1;
	(void)snprintf(fact->name, sizeof fact->name, "transit");
	(void)snprintf(fact->venue_name, sizeof fact->venue_name, "transit");
	send(s, &event);
	plm_event_init(&event, PLM_EVENT_POLICY);
	event.u.policy.transit_after_s = after_s;
	send(s, &event);
	pli_core_batch_end(s->core, s->now_ns);
}

void
script_transfer(script *s, const script_movement *movement)
{
	plm_event event;
	plm_transfer *told = &event.u.transfer;

	plm_event_init(&event, PLM_EVENT_TRANSFER);
	event.account.value = movement->account;
	event.feed.value = movement->account;
	event.epoch = 1;
	event.received_time_ns = s->now_ns;
	event.venue_time_ns = s->now_ns - movement->age_s * PLM_NS_PER_S;
	told->asset.value = movement->asset;
	told->counter_account.value = movement->to;
	told->quantity = decimal(movement->quantity);
	told->kind = plm_decimal_sign(told->quantity) < 0 ? PLM_TRANSFER_WITHDRAWAL
							  : PLM_TRANSFER_DEPOSIT;
	told->fee = movement->fee[0] == '\0' ? plm_decimal_unknown() : decimal(movement->fee);
	told->transfer_hash = movement->name;
	pli_core_take(s->core, &event, s->now_ns);
	pli_core_batch_end(s->core, s->now_ns);
}
