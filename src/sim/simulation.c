/* simulation.c: one step: time jumps, faults strike, venues, program and readers take their turns,
 * the checker looks. */
#include "sim/simulation.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "api/exposure_json.h"
#include "sim/simulation_parts.h"

/* 2026-11-20T00:00:00Z; the seed adds up to a week, so that expiries and sessions are met. */
static const plm_time_ns simulation_first_ns = INT64_C(1795132800) * PLM_NS_PER_S;

enum { SIMULATION_QUIET_S = 130 };
#define SIMULATION_LINK_AGE_NS (22 * 3600 * PLM_NS_PER_S)

/* Bands that a seed's market crosses now and then. */
static void
simulation_limits(pli_simulation *s)
{
	static const struct {
		const char *name;
		uint8_t scope, measure;
		const char *scope_name;
		double soft_lower, soft_upper, hard_lower, hard_upper;
	} rows[SIMULATION_LIMITS] = {
	    {"net of the book", PLM_LIMIT_BOOK, PLM_MEASURE_NET_USD, "", -6e6, 6e6, -1e7, 1e7},
	    {"leverage", PLM_LIMIT_BOOK, PLM_MEASURE_LEVERAGE_GROSS, "", NAN, 2.2, NAN, 3},
	    {"gross per account", PLM_LIMIT_ACCOUNT, PLM_MEASURE_GROSS_USD, "*", NAN, 3e6, NAN,
		5e6},
	    {"net of BTC", PLM_LIMIT_UNDERLYING, PLM_MEASURE_NET_USD, "BTC", -4e6, 4e6, -6e6, 6e6},
	    {"oldest number", PLM_LIMIT_BOOK, PLM_MEASURE_AGE_S, "", NAN, 15, NAN, 60},
	};
	for (uint32_t i = 0; i < SIMULATION_LIMITS; i++) {
		plm_limit_fact *fact = &s->limits[i];
		*fact = (plm_limit_fact){.id = {i + 1},
		    .active = 1,
		    .scope = rows[i].scope,
		    .measure = rows[i].measure,
		    .tier = PLM_TIER_LEG,
		    .soft_lower = rows[i].soft_lower,
		    .soft_upper = rows[i].soft_upper,
		    .hard_lower = rows[i].hard_lower,
		    .hard_upper = rows[i].hard_upper,
		    .hysteresis = 0.02};
		(void)snprintf(fact->scope_name, sizeof fact->scope_name, "%s", rows[i].scope_name);
		(void)snprintf(fact->name, sizeof fact->name, "%s", rows[i].name);
	}
}

static void
simulation_on_sent(
    void *ctx, pli_seeded_place place, plm_slice method, plm_slice path, plm_slice text)
{
	pli_simulation *s = ctx;
	char head[200] = "";
	pli_checker_sent(s->checker, place, method, path, text);
	if (s->config.on_wire == NULL || place.server >= PLI_SIM_SERVERS)
		return;
	if (method.size > 0)
		(void)snprintf(head, sizeof head, "%.*s %.*s", (int)method.size, method.bytes,
		    (int)path.size, path.bytes);
	pli_simulation_wire wire = {.out = true, .venue = place.server, .head = head, .text = text};
	s->config.on_wire(s->config.ctx, s->steps, &wire);
}

static void
simulation_on_link(void *ctx, uint32_t server, bool open, const char *why)
{
	pli_simulation *s = ctx;
	if (s->config.on_wire == NULL || server >= PLI_SIM_SERVERS)
		return;
	pli_simulation_wire wire = {.venue = server,
	    .head = open ? "a stream is open" : "a stream is closed:",
	    .text = plm_slice_of(why)};
	s->config.on_wire(s->config.ctx, s->steps, &wire);
}

static void
simulation_on_got(void *ctx, uint32_t server, uint32_t status, plm_slice text)
{
	pli_simulation *s = ctx;
	char head[16] = "";
	if (s->config.on_wire == NULL || server >= PLI_SIM_SERVERS)
		return;
	if (status != 0)
		(void)snprintf(head, sizeof head, "%u", status);
	pli_simulation_wire wire = {.venue = server, .head = head, .text = text};
	s->config.on_wire(s->config.ctx, s->steps, &wire);
}

static void
simulation_on_connect(void *ctx, uint32_t server, uint32_t conn)
{
	pli_checker_connected(((pli_simulation *)ctx)->checker, server, conn);
}

static void
simulation_on_told(void *ctx, uint32_t server, uint32_t conn, plm_slice text)
{
	pli_checker_told(((pli_simulation *)ctx)->checker, server, conn, text);
}

static void
simulation_on_answered(void *ctx, pli_seeded_place place, uint32_t status, uint32_t retry_after_s)
{
	pli_checker_answered(((pli_simulation *)ctx)->checker, place, status, retry_after_s);
}

/* row NULL: the account that is a file. */
static bool
account_is(const pli_sim_credential *row, plm_slice text)
{
	if (row == NULL)
		return plm_slice_is(text, "file") || plm_slice_is(text, pli_sim_file_account);
	return plm_slice_is(text, pli_sim_venue_name(row->venue)) ||
	       plm_slice_is(text, row->account);
}

/* Is the account on the list? NULL: all are. */
static bool
account_wanted(const char *list, const pli_sim_credential *row)
{
	for (const char *at = list; at != NULL && *at != '\0';) {
		plm_slice text = {at, strcspn(at, ",")};
		if (account_is(row, text))
			return true;
		at += text.size + (at[text.size] == ',');
	}
	return list == NULL;
}

/* Each word of the list must be somebody. */
static plm_err
simulation_accounts_check(const pli_simulation *s, plm_fault *ret_fault)
{
	pli_sim_credential rows[PLI_SIM_CREDENTIALS_MAX];
	uint32_t count = pli_sim_credentials(s->sim, rows);
	for (const char *at = s->config.venues; at != NULL && *at != '\0';) {
		plm_slice text = {at, strcspn(at, ",")};
		uint32_t i = 0;
		while (i < count && !account_is(&rows[i], text))
			i++;
		if (i == count && !account_is(NULL, text))
			return plm_fault_set(ret_fault, PLM_EARG, NULL,
			    "no venue or account is called '%.*s'", (int)text.size, text.bytes);
		at += text.size + (at[text.size] == ',');
	}
	return s->accounts_count > 0 || s->file_watched
		   ? PLM_OK
		   : plm_fault_set(ret_fault, PLM_EARG, NULL, "a venue must be watched");
}

/* Read-only keys, one for each account of the world that is wanted. */
static void
simulation_keys(pli_simulation *s)
{
	pli_sim_credential rows[PLI_SIM_CREDENTIALS_MAX];
	const pli_sim_world *world = pli_sim_world_of(s->sim);
	uint32_t count = pli_sim_credentials(s->sim, rows);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t account = 0;
		bool known = rows[i].can_trade || !account_wanted(s->config.venues, &rows[i]);
		while (strcmp(world->accounts[account].name, rows[i].account) != 0)
			account++;
		for (uint32_t k = 0; k < s->accounts_count; k++)
			known |= s->accounts[k] == account;
		if (known)
			continue;
		assert(s->accounts_count < PLI_CHECK_ACCOUNTS_MAX);
		s->keys[s->accounts_count] = rows[i];
		s->accounts[s->accounts_count++] = account;
	}
}

static plm_err
simulation_world(pli_simulation *s, plm_fault *ret_fault)
{
	plm_slice bad = {"", 0};
	if (s->config.world != NULL && strcmp(s->config.world, PLI_SIMULATION_DRAWN) == 0) {
		s->venues = pli_sim_venues_draw(s->config.seed);
		return PLM_OK;
	}
	plm_err err = pli_sim_venues_parse(s->config.world, &s->venues, &bad);
	return err == PLM_OK ? PLM_OK
			     : plm_fault_set(ret_fault, err, NULL,
				   "a world has no venue called '%.*s'", (int)bad.size, bad.bytes);
}

static void
simulation_on_news(void *ctx, const pli_sim_news *news)
{
	pli_checker_news(((pli_simulation *)ctx)->checker, news->account);
}

static plm_err
simulation_venues(pli_simulation *s, plm_fault *ret_fault)
{
	/* How often the market moves, and the program gets a turn though nothing arrives. */
	static const int64_t steps_ms[] = {250, 1000, 2000, 2000}, ticks_ms[] = {100, 250, 500};
	pli_random random;
	pli_seeded_stream(&random, s->config.seed, "venues");
	plm_time_ns start_ns = simulation_first_ns +
			       (int64_t)pli_random_below(&random, 7 * 86400) * PLM_NS_PER_S;
	pli_seeded_clock_init(&s->clock, s->config.seed, start_ns);
	s->clock_table = pli_seeded_clock_table(&s->clock);
	s->net = pli_seeded_net_create(&s->clock, s->config.seed);
	s->disk = pli_seeded_disk_create(
	    &s->clock, s->config.seed, 2 * (uint64_t)SIMULATION_JOURNAL_BYTES_MAX);
	if (s->net == NULL || s->disk == NULL)
		return plm_fault_set(ret_fault, PLM_ENOMEM, NULL, "no memory for the world");
	s->engine_net = pli_seeded_net_client(s->net, 0);
	s->api_server = pli_seeded_net_server(s->net, SIMULATION_API);
	s->disk_table = pli_seeded_disk_table(s->disk);
	bool slow = s->config.duration_ns > 3600 * PLM_NS_PER_S;
	pli_sim_config config = {.seed = s->config.seed,
	    .start_ns = start_ns,
	    .transfers = true,
	    .step_ns = PLM_NS_PER_MS * (slow ? 2000 : steps_ms[pli_random_below(&random, 4)])};
	for (uint32_t i = 0; i < PLI_SIM_SERVERS; i++)
		config.servers[i] = pli_seeded_net_server(s->net, i);
	for (uint32_t i = PLI_SIM_VENUES; i < PLI_SIM_MARKETS; i++)
		config.added[i] = (s->venues >> i & 1) != 0;
	s->turn_ns = PLM_NS_PER_MS * (slow ? 500 : ticks_ms[pli_random_below(&random, 3)]);
	plm_err err = pli_sim_create(&config, &s->sim, ret_fault);
	if (err != PLM_OK)
		return err;
	s->file = pli_sim_file_create(
	    s->disk, &s->clock, &pli_sim_world_of(s->sim)->market, s->config.seed);
	s->file_watched = account_wanted(s->config.venues, NULL);
	return s->file != NULL
		   ? PLM_OK
		   : plm_fault_set(ret_fault, PLM_ENOMEM, NULL, "no memory for the file");
}

static plm_err
simulation_faults(pli_simulation *s, plm_fault *ret_fault)
{
	plm_slice bad = {"", 0};
	plm_err err = pli_fault_plan_init(
	    &s->plan, s->config.seed, s->config.faults, s->clock.steady_ns, &bad);
	if (err != PLM_OK)
		return plm_fault_set(
		    ret_fault, err, NULL, "no fault is called '%.*s'", (int)bad.size, bad.bytes);
	pli_fault_plan_venues(&s->plan, s->venues & PLI_SIM_VENUES_SERVERS);
	pli_fault_plan_give(&s->plan, s->config.strikes, s->config.strikes_count);
	size_t size = 0;
	for (int id = 0; id < PLI_FAULT_COUNT; id++)
		if (s->plan.wanted[id])
			size += (size_t)snprintf(s->faults_on + size, sizeof s->faults_on - size,
			    "%s%s", size == 0 ? "" : ",", pli_fault_text((pli_fault_id)id));
	assert(size < sizeof s->faults_on);
	return PLM_OK;
}

static plm_err
simulation_init(pli_simulation *s, plm_fault *ret_fault)
{
	plm_err err = simulation_world(s, ret_fault);
	if (err == PLM_OK)
		err = simulation_venues(s, ret_fault);
	if (err == PLM_OK)
		err = simulation_faults(s, ret_fault);
	if (err != PLM_OK)
		return err;
	simulation_keys(s);
	err = simulation_accounts_check(s, ret_fault);
	if (err != PLM_OK)
		return err;
	simulation_limits(s);
	pli_checker_config config = {.world = pli_sim_world_of(s->sim),
	    .clock = &s->clock,
	    .net = s->net,
	    .accounts = s->accounts,
	    .accounts_count = s->accounts_count,
	    .file = s->file_watched ? s->file : NULL,
	    .limits = s->limits,
	    .limits_count = SIMULATION_LIMITS};
	s->checker = pli_checker_create(&config);
	s->reader = pli_sim_reader_create(
	    s->net, SIMULATION_READERS, 7001 + SIMULATION_API, s->clock.steady_ns);
	if (s->checker == NULL || s->reader == NULL)
		return plm_fault_set(ret_fault, PLM_ENOMEM, NULL, "no memory for the checker");
	pli_seeded_watch watch = {.on_sent = simulation_on_sent,
	    .on_answered = simulation_on_answered,
	    .on_connect = simulation_on_connect,
	    .on_told = simulation_on_told,
	    .on_link = simulation_on_link,
	    .on_got = simulation_on_got,
	    .ctx = s};
	pli_seeded_net_watch(s->net, &watch);
	pli_sim_watch(s->sim, &(pli_sim_news_sink){simulation_on_news, s});
	s->end_ns = s->clock.steady_ns + s->config.duration_ns;
	s->quiet_ns = s->end_ns;
	if (s->config.strikes_count == 0)
		s->quiet_ns -= SIMULATION_QUIET_S * PLM_NS_PER_S;
	s->tick_ns = s->start_ns = s->clock.steady_ns;
	pli_code_points_open(&s->points, s->config.seed, &s->clock, pli_simulation_on_point, s);
	return PLM_OK;
}

plm_err
pli_simulation_create(
    const pli_simulation_config *config, pli_simulation **ret_simulation, plm_fault *ret_fault)
{
	assert(config->duration_ns > 0);
	pli_simulation *s = calloc(1, sizeof *s);
	if (s == NULL)
		return plm_fault_set(ret_fault, PLM_ENOMEM, NULL, "no memory for a simulation");
	s->config = *config;
	plm_err err = simulation_init(s, ret_fault);
	if (err != PLM_OK) {
		pli_simulation_destroy(s);
		return err;
	}
	*ret_simulation = s;
	return PLM_OK;
}

void
pli_simulation_destroy(pli_simulation *s)
{
	if (s == NULL)
		return;
	pli_code_points_close();
	pli_hub_destroy(s->hub);
	pli_engine_destroy(s->engine);
	pli_sim_file_destroy(s->file);
	pli_sim_destroy(s->sim);
	pli_sim_reader_destroy(s->reader);
	pli_checker_destroy(s->checker);
	pli_seeded_disk_destroy(s->disk);
	pli_seeded_net_destroy(s->net);
	free(s);
}

void
pli_simulation_note(pli_simulation *s, const char *format, ...)
{
	char text[300];
	va_list arguments;
	if (s->config.on_note == NULL)
		return;
	va_start(arguments, format);
	(void)vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	s->config.on_note(s->config.ctx, s->steps, pli_seeded_clock_true_ns(&s->clock), text);
}

static plm_time_ns
earlier(plm_time_ns a, plm_time_ns b)
{
	return a < b ? a : b;
}

static void
simulation_move(pli_simulation *s)
{
	plm_time_ns next_ns = earlier(s->tick_ns, pli_seeded_net_next(s->net));
	next_ns = earlier(next_ns, pli_fault_plan_next(&s->plan));
	next_ns = earlier(next_ns, pli_sim_file_next(s->file));
	plm_time_ns reader_ns = pli_sim_reader_next(s->reader);
	if (reader_ns > s->clock.steady_ns)
		next_ns = earlier(next_ns, reader_ns);
	pli_seeded_clock_move(&s->clock, next_ns);
	if (s->tick_ns <= s->clock.steady_ns)
		s->tick_ns = s->clock.steady_ns + s->turn_ns;
}

static void
simulation_strike(pli_simulation *s)
{
	pli_fault fault;
	while (pli_fault_plan_take(&s->plan, s->clock.steady_ns, &fault))
		if (s->clock.steady_ns < s->quiet_ns)
			pli_simulation_break(s, &fault);
}

/* Before anything is broken a feed stays LIVE; its links may be replaced before they are a day old.
 */
static void
simulation_feed(pli_simulation *s, const plm_event *event)
{
	const plm_feed_state *state = &event->u.feed_state;
	uint32_t feed = event->feed.value % PLI_CHECK_ACCOUNTS_MAX, index = event->feed.value - 1;
	const char *name = index < s->accounts_count
			       ? pli_sim_world_of(s->sim)->accounts[s->accounts[index]].name
			       : pli_sim_file_account;
	uint8_t before = s->feeds_told[feed];
	if (before == state->status)
		return;
	s->feeds_told[feed] = state->status;
	pli_simulation_note(s, "feed of %s: %s%s%s", name, pli_api_feed_status_text(state->status),
	    state->text[0] == '\0' ? "" : ": ", state->text);
	int64_t live_for_ns = s->clock.steady_ns - s->feeds_live_ns[feed];
	if (state->status == PLM_FEED_LIVE)
		s->feeds_live_ns[feed] = s->clock.steady_ns;
	else if (before == PLM_FEED_LIVE && s->faults == 0 && live_for_ns < SIMULATION_LINK_AGE_NS)
		pli_checker_say(s->checker,
		    "%s is not live any more, though nothing was broken: %s", name, state->text);
}

static void
simulation_take(pli_simulation *s)
{
	plm_event event;
	while (pli_engine_serve_take(s->engine, &event)) {
		s->events++;
		s->trace_hash = XXH3_64bits_withSeed(&event, sizeof event, s->trace_hash);
		pli_checker_event(s->checker, &event);
		if (s->config.on_event != NULL)
			s->config.on_event(s->config.ctx, s->steps, &event);
		if (event.type == PLM_EVENT_FEED_STATE)
			simulation_feed(s, &event);
		pli_hub_on_event(s->hub, &event);
	}
}

/* A turn of each agent, the core's until nothing waits. */
static void
simulation_process(pli_simulation *s)
{
	plm_time_ns before_ns = s->clock.steady_ns;
	uint64_t points_failed = s->points.failures;
	s->points.inside = true;
	(void)pli_engine_net_work(s->engine, 0);
	int work;
	uint64_t failed;
	do {
		failed = s->points.failures;
		work = pli_engine_core_work(s->engine);
		pli_checker_batch(s->checker);
		simulation_take(s);
	} while (work > 0 || s->points.failures > failed);
	pli_simulation_note_sync(s);
	(void)pli_hub_do_work(
	    s->hub, s->clock.steady_ns, s->clock_table.wall_ns(s->clock_table.ctx));
	s->points.inside = false;
	s->lag_ns = s->lag_ns / 2 + s->clock.steady_ns - before_ns;
	if (s->points.failures > points_failed) /* what failed is done in the next turn */
		s->lag_ns += 2 * s->turn_ns;
	if (pli_engine_serve_lost(s->engine) && s->points.failures > points_failed) {
		pli_simulation_stop(s, SIMULATION_STOP); /* as the daemon does */
		s->start_ns = s->clock.steady_ns;
	}
}

/* A journal is of one run: before the disk is full the program is started anew. */
static void
simulation_turn_over(pli_simulation *s)
{
	if (s->engine != NULL && pli_seeded_disk_bytes(s->disk) > SIMULATION_JOURNAL_BYTES_MAX) {
		pli_simulation_stop(s, SIMULATION_STOP);
		s->start_ns = s->clock.steady_ns;
	}
	if (s->engine == NULL && s->clock.steady_ns >= s->start_ns)
		(void)pli_simulation_start(s);
}

/* The last look: everything live and true; then the journal. */
static void
simulation_last(pli_simulation *s)
{
	bool quiet = s->config.duration_ns > 2 * SIMULATION_QUIET_S * PLM_NS_PER_S;
	if (quiet && pli_checker_lie(s->checker)[0] == '\0')
		(void)pli_checker_settled(s->checker);
	if (s->engine != NULL && pli_checker_lie(s->checker)[0] == '\0')
		pli_simulation_stop(s, SIMULATION_STOP);
}

/* Each minute that the program runs. What the world holds for a while is not the program's: files,
 * and what is on its way. */
static void
simulation_heap(pli_simulation *s)
{
	if (s->engine == NULL || s->clock.steady_ns < s->heap_ns)
		return;
	s->heap_ns += SIMULATION_HEAP_NS;
	uint64_t held = pli_seeded_disk_heap_bytes(s->disk) + pli_seeded_net_heap_bytes(s->net);
	uint64_t bytes = pli_heap_bytes();
	if (bytes != 0 && !pli_heap_watch_look(&s->heap, bytes - held))
		pli_checker_say(s->checker,
		    "the heap has grown to %llu bytes, at the first look it was %llu",
		    (unsigned long long)(bytes - held), (unsigned long long)s->heap.first_bytes);
}

bool
pli_simulation_step(pli_simulation *s)
{
	simulation_move(s);
	s->steps++;
	simulation_turn_over(s);
	simulation_strike(s);
	(void)pli_sim_do_work(s->sim, pli_seeded_clock_true_ns(&s->clock), 0);
	pli_sim_file_work(s->file);
	if (s->engine != NULL)
		simulation_process(s);
	else
		(void)s->api_server.poll(s->api_server.ctx, 0); /* nobody listens: refused */
	const char *wrong = pli_sim_reader_work(s->reader, s->clock.steady_ns);
	if (wrong[0] != '\0')
		pli_checker_say(s->checker, "%s", wrong);
	simulation_heap(s);
	if (!pli_checker_step(s->checker, s->lag_ns))
		return false;
	if (s->clock.steady_ns < s->end_ns)
		return true;
	simulation_last(s);
	return false;
}

const pli_registry *
pli_simulation_names(const pli_simulation *s)
{
	return s->engine == NULL ? NULL
				 : pli_book_registry(pli_core_book(pli_engine_core(s->engine)));
}

void
pli_simulation_report_get(const pli_simulation *s, pli_simulation_report *ret_report)
{
	pli_seeded_counters counters = pli_seeded_net_counters(s->net);
	*ret_report = (pli_simulation_report){.seed = s->config.seed,
	    .steps = s->steps,
	    .events = s->events,
	    .deliveries = counters.deliveries,
	    .connects = counters.connects,
	    .requests = counters.requests,
	    .alerts = pli_checker_alerts(s->checker),
	    .faults = s->faults,
	    .starts = s->starts,
	    .trace_hash = s->trace_hash,
	    .heap_bytes_peak = s->heap.peak_bytes,
	    .simulated_ns = s->config.duration_ns - (s->end_ns - s->clock.steady_ns),
	    .true_ns = pli_seeded_clock_true_ns(&s->clock)};
	(void)snprintf(ret_report->lie, sizeof ret_report->lie, "%s", pli_checker_lie(s->checker));
	pli_sim_venues_format(s->venues, ret_report->world);
	ret_report->world_is_usual = s->venues == PLI_SIM_VENUES_ALWAYS;
	(void)snprintf(ret_report->faults_on, sizeof ret_report->faults_on, "%s", s->faults_on);
}
