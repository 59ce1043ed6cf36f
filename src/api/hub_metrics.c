/* hub_metrics.c: Prometheus text from the rows of metrics.def. */
#include <inttypes.h>
#include <math.h>

#include "api/hub_internal.h"
#include "api/ladder_json.h"
#include "book/transit.h"

enum { METRICS_UNDERLYINGS_MAX = 50, METRICS_POOLS_MAX = 100 };

/* metrics_context: what the writers read, gathered once a scrape. */
typedef struct metrics_context {
	pli_hub *hub;
	plm_exposure_row total;
	pli_hub_numbers numbers;
	bool has_numbers;
	uint32_t underlyings;
} metrics_context;

typedef void metrics_writer(const metrics_context *context, const char *name, hub_text *text);

/* put_value: integers whole, doubles with every digit, NaN as Prometheus spells it. */
static void
put_value(hub_text *text, double value)
{
	if (isnan(value))
		pli_hub_text_add(text, " NaN\n");
	else if (isinf(value))
		pli_hub_text_add(text, value > 0 ? " +Inf\n" : " -Inf\n");
	else
		pli_hub_text_add(text, " %.17g\n", value);
}

static void
put_plain(hub_text *text, const char *name, double value)
{
	pli_hub_text_add(text, "plimsoll_%s", name);
	put_value(text, value);
}

/* put_label_value escapes backslash, quote and line feed. */
static void
put_label_value(hub_text *text, const char *value)
{
	for (; *value != '\0'; value++) {
		if (*value == '\\' || *value == '"')
			pli_hub_text_add(text, "\\%c", *value);
		else if (*value == '\n')
			pli_hub_text_add(text, "\\n");
		else
			pli_hub_text_add(text, "%c", *value);
	}
}

static void
put_label(hub_text *text, const char *before, const char *label, const char *value)
{
	pli_hub_text_add(text, "%s%s=\"", before, label);
	put_label_value(text, value);
	pli_hub_text_add(text, "\"");
}

#define W(name)                                                                                    \
	static void write_##name(                                                                  \
	    const metrics_context *context, const char *name_text, hub_text *text)

/* Writers of one plain number each. */
#define PLAIN(name, value)                                                                         \
	W(name)                                                                                    \
	{                                                                                          \
		put_plain(text, name_text, (value));                                               \
	}
#define ENGINE(name, value)                                                                        \
	W(name)                                                                                    \
	{                                                                                          \
		if (context->has_numbers)                                                          \
			put_plain(text, name_text, (value));                                       \
	}

PLAIN(sequence, (double)pli_book_sequence(context->hub->book))
PLAIN(as_of, (double)pli_book_now_ns(context->hub->book) / 1e9)
PLAIN(net_usd, plm_decimal_to_double(context->total.net_usd))
PLAIN(gross_usd, plm_decimal_to_double(context->total.gross_usd))
PLAIN(equity_usd, plm_decimal_to_double(context->total.equity_usd))
PLAIN(leverage_gross, pli_exposure_leverage(context->total.gross_usd, context->total.equity_usd))
PLAIN(leverage_net, fabs(pli_exposure_leverage(context->total.net_usd, context->total.equity_usd)))
PLAIN(priced, context->total.priced_share)
PLAIN(oldest_age,
    context->total.age_ns_max < 0 ? (double)NAN : (double)context->total.age_ns_max / 1e9)
PLAIN(skew, context->total.skew_ns < 0 ? (double)NAN : (double)context->total.skew_ns / 1e9)
PLAIN(legs, context->total.legs_count)
PLAIN(legs_unpriced, context->total.legs_count_unpriced)
PLAIN(legs_stale, context->total.legs_count_stale)
PLAIN(legs_expired, context->total.legs_count_expired)
static double
differences_count(const pli_book *book)
{
	double count = 0;
	for (uint32_t i = 0; i < pli_book_feeds_count(book); i++)
		count += (double)pli_book_reconcile(book, pli_book_feed(book, i)->account)
			     ->rows_differing;
	return count;
}

static double
transits_open_count(const pli_book *book)
{
	double count = 0;
	for (uint32_t i = 0; i < pli_book_transits_count(book); i++)
		count += pli_transit_is_open(pli_book_transit(book, i)->state);
	return count;
}

PLAIN(transits_open, transits_open_count(context->hub->book))
PLAIN(transits_unexplained, (double)pli_book_counters_get(context->hub->book).transits_unexplained)
PLAIN(differences, differences_count(context->hub->book))
PLAIN(alerts, (double)context->hub->counters.alerts)
PLAIN(venue_actions, (double)pli_book_actions_seen(context->hub->book))
PLAIN(events, (double)context->hub->counters.events)
PLAIN(http_requests, (double)context->hub->counters.requests)
PLAIN(http_refused, (double)context->hub->counters.requests_refused)
PLAIN(stream_messages, (double)context->hub->counters.messages)
PLAIN(stream_slow, (double)context->hub->counters.clients_slow)
ENGINE(start_time, (double)context->numbers.started_wall_ns / 1e9)
ENGINE(core_sequence, (double)context->numbers.core_sequence)
ENGINE(frames, (double)context->numbers.frames_count)
ENGINE(frames_bad, (double)context->numbers.frames_count_bad)
ENGINE(marks_conflated, (double)context->numbers.marks_count_conflated)
ENGINE(ring_full, (double)context->numbers.ring_full_count)
ENGINE(journal_bytes, (double)context->numbers.journal_bytes)
ENGINE(journal_failures, (double)context->numbers.journal_failures)
ENGINE(journal_gaps, (double)context->numbers.journal_gaps)
ENGINE(settle_last, (double)context->numbers.settle_ns_last / 1e9)
ENGINE(settle_max, (double)context->numbers.settle_ns_max / 1e9)

W(build_info)
{
	(void)context;
	pli_hub_text_add(text, "plimsoll_%s{version=\"" PLM_VERSION "\"} 1\n", name_text);
}

W(stream_clients)
{
	uint32_t open = 0;

	for (uint32_t i = 0; i < HUB_CLIENTS_MAX; i++)
		open += context->hub->clients[i].used;
	put_plain(text, name_text, open);
}

static void
write_underlyings(const metrics_context *context, const char *name, hub_text *text, bool gross)
{
	const pli_exposure_source *source = &context->hub->source;
	char scratch[PLI_API_NAME_MAX];

	for (uint32_t i = 0; i < context->underlyings; i++) {
		const plm_exposure_row *row = &source->rows[i];
		pli_hub_text_add(text, "plimsoll_%s", name);
		put_label(text, "{", "underlying",
		    pli_api_asset_text(pli_book_registry(source->book), row->underlying, scratch));
		pli_hub_text_add(text, "}");
		put_value(text, plm_decimal_to_double(gross ? row->gross_usd : row->net_usd));
	}
}

W(underlying_net)
{
	write_underlyings(context, name_text, text, false);
}

W(underlying_gross)
{
	write_underlyings(context, name_text, text, true);
}

typedef double pool_number(const pli_ladder_row *row);

/* Ranked at each metric: two of them may be of different looks, never of different pools. */
static void
write_pools(const metrics_context *context, const char *name, hub_text *text, pool_number *number)
{
	const pli_hub *hub = context->hub;
	const pli_registry *registry = pli_book_registry(hub->book);
	uint32_t count = pli_margin_ranked(hub->margin, hub->pools, METRICS_POOLS_MAX);
	for (uint32_t i = 0; i < count && i < METRICS_POOLS_MAX; i++) {
		const pli_ladder_row *row = &hub->pools[i];
		const plm_account_fact *fact = pli_registry_account_get(registry, row->key.account);
		const char *side = pli_ladder_side_text(row);
		char scratch[PLI_API_NAME_MAX];
		pli_hub_text_add(text, "plimsoll_%s", name);
		put_label(text, "{", "account", fact == NULL ? "" : fact->name);
		put_label(text, ",", "pool", pli_ladder_pool_text(registry, row, scratch));
		put_label(text, ",", "side", side == NULL ? "" : side);
		pli_hub_text_add(text, "}");
		put_value(text, number(row));
	}
}

static double
pool_equity(const pli_ladder_row *row)
{
	return row->numbers.equity * row->unit_usd;
}

static double
pool_maintenance(const pli_ladder_row *row)
{
	return row->numbers.maintenance * row->unit_usd;
}

static double
pool_call(const pli_ladder_row *row)
{
	return pli_ladder_nearest(row, PLM_THRESHOLD_CALL, NULL);
}

static double
pool_liquidation(const pli_ladder_row *row)
{
	return pli_ladder_nearest(row, PLM_THRESHOLD_LIQUIDATION, NULL);
}

#define POOLS(name, number)                                                                        \
	W(name)                                                                                    \
	{                                                                                          \
		write_pools(context, name_text, text, number);                                     \
	}
POOLS(margin_equity, pool_equity)
POOLS(margin_maintenance, pool_maintenance)
POOLS(margin_residual, pli_ladder_residual)
POOLS(margin_call, pool_call)
POOLS(margin_liquidation, pool_liquidation)

typedef double feed_number(const pli_feed_row *row);

static void
write_feeds(const metrics_context *context, const char *name, hub_text *text, feed_number *number)
{
	const pli_book *book = context->hub->book;
	const pli_registry *registry = pli_book_registry(book);
	char scratch[PLI_API_NAME_MAX];

	for (uint32_t i = 0; i < pli_book_feeds_count(book); i++) {
		const pli_feed_row *row = pli_book_feed(book, i);
		const plm_account_fact *fact = pli_registry_account_get(registry, row->account);
		pli_hub_text_add(text, "plimsoll_%s", name);
		put_label(text, "{", "venue", fact == NULL ? "" : fact->venue_name);
		put_label(
		    text, ",", "account", pli_api_account_text(registry, row->account, scratch));
		pli_hub_text_add(text, ",feed=\"%u\"}", row->feed.value);
		put_value(text, number(row));
	}
}

static double
feed_is_up(const pli_feed_row *row)
{
	return row->fact.status == PLM_FEED_LIVE;
}

static double
feed_heard_s(const pli_feed_row *row)
{
	return row->fact.heard_time_ns == 0 ? (double)NAN : (double)row->fact.heard_time_ns / 1e9;
}

static double
feed_reconnects(const pli_feed_row *row)
{
	return row->fact.reconnects_count;
}

static double
feed_clock_offset_s(const pli_feed_row *row)
{
	return row->fact.clock_error_ns == 0 ? (double)NAN
					     : (double)row->fact.clock_offset_ns / 1e9;
}

W(feed_clock_offset)
{
	write_feeds(context, name_text, text, feed_clock_offset_s);
}

W(feed_up)
{
	write_feeds(context, name_text, text, feed_is_up);
}

W(feed_heard)
{
	write_feeds(context, name_text, text, feed_heard_s);
}

W(feed_reconnects)
{
	write_feeds(context, name_text, text, feed_reconnects);
}

W(limits_breached)
{
	hub_breaches breaches = pli_hub_breaches_count(context->hub);

	pli_hub_text_add(
	    text, "plimsoll_%s{level=\"soft\"} %" PRIu32 "\n", name_text, breaches.soft);
	pli_hub_text_add(
	    text, "plimsoll_%s{level=\"hard\"} %" PRIu32 "\n", name_text, breaches.hard);
}

static void
write_limits(const metrics_context *context, const char *name, hub_text *text, bool level)
{
	const pli_limits *limits = context->hub->limits;
	pli_limit_state state;

	for (uint32_t i = 0; i < pli_limits_count(limits); i++) {
		if (!pli_limits_state(limits, i, &state))
			continue;
		pli_hub_text_add(text, "plimsoll_%s", name);
		put_label(text, "{", "limit", state.limit->name);
		put_label(text, ",", "scope", state.scope_name);
		pli_hub_text_add(text, ",id=\"%u\"}", state.limit->id.value);
		put_value(text, level ? (double)state.level : state.value);
	}
}

W(limit_value)
{
	write_limits(context, name_text, text, false);
}

W(limit_level)
{
	write_limits(context, name_text, text, true);
}

W(events_ignored)
{
	pli_book_counters counters = pli_book_counters_get(context->hub->book);
	const struct {
		const char *reason;
		uint64_t count;
	} rows[] = {
	    {"duplicate", counters.duplicate},
	    {"old_epoch", counters.old_epoch},
	    {"old_sequence", counters.old_sequence},
	    {"rows_full", counters.rows_full},
	    {"unknown_event", counters.unknown_event},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		pli_hub_text_add(text, "plimsoll_%s{reason=\"%s\"} %" PRIu64 "\n", name_text,
		    rows[i].reason, rows[i].count);
}

void
pli_hub_put_metrics(pli_hub *hub, hub_text *text)
{
	static const struct {
		const char *name;
		const char *type;
		const char *help;
		metrics_writer *write;
	} rows[] = {
#define M(name, type, writer, help) {#name, #type, help, write_##writer},
#include "api/metrics.def"
#undef M
	};
	const plm_exposure_query whole = {.tier = PLM_TIER_LEG};
	const plm_exposure_query by = {.by = PLM_BY_UNDERLYING, .tier = PLM_TIER_LEG};
	metrics_context context = {.hub = hub};

	pli_hub_settle(hub);
	context.has_numbers = pli_hub_numbers_get(hub, &context.numbers);
	pli_exposure_total(hub->exposure, &whole, &context.total);
	context.underlyings = pli_exposure_rollup(
	    hub->exposure, &by, hub->source.rows, METRICS_UNDERLYINGS_MAX);
	if (context.underlyings > METRICS_UNDERLYINGS_MAX)
		context.underlyings = METRICS_UNDERLYINGS_MAX;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		pli_hub_text_add(text, "# HELP plimsoll_%s %s\n# TYPE plimsoll_%s %s\n",
		    rows[i].name, rows[i].help, rows[i].name, rows[i].type);
		rows[i].write(&context, rows[i].name, text);
	}
}
