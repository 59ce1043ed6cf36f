/* checker.c: what is checked when; deadlines, clocks, sequence, requests, bounds. */
#include "sim/checker.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/checker_parts.h"

/* In the first seconds of a process everything is looked at after every step. */
#define CHECK_EVERY_NS (500 * PLM_NS_PER_MS)
#define CHECK_CLOSELY_NS (10 * PLM_NS_PER_S)

/* A program that began is live everywhere behind this. */
#define CHECK_BEGINS_NS (60 * PLM_NS_PER_S)

void
pli_checker_remember(pli_checker *checker)
{
	pli_check_remember(checker);
	pli_check_equity_remember(checker);
}

void
pli_checker_news(pli_checker *checker, uint32_t account)
{
	pli_check_remember(checker);
	pli_check_equity_news(checker, account);
}

pli_checker *
pli_checker_create(const pli_checker_config *config)
{
	pli_checker *checker = calloc(1, sizeof *checker);
	if (checker == NULL)
		return NULL;
	checker->config = *config;
	for (uint32_t i = 0; i < config->accounts_count; i++)
		checker->accounts[i].index = config->accounts[i];
	pli_checker_remember(checker);
	return checker;
}

void
pli_checker_destroy(pli_checker *checker)
{
	free(checker);
}

void
pli_checker_say(pli_checker *checker, const char *format, ...)
{
	va_list arguments;
	if (checker->lie[0] != '\0')
		return; /* the first one counts */
	va_start(arguments, format);
	(void)vsnprintf(checker->lie, sizeof checker->lie, format, arguments);
	va_end(arguments);
}

const char *
pli_checker_lie(const pli_checker *checker)
{
	return checker->lie;
}

uint64_t
pli_checker_alerts(const pli_checker *checker)
{
	return checker->alerts;
}

void
pli_checker_begin(pli_checker *checker, pli_engine *engine, pli_hub *hub)
{
	checker->engine = engine;
	checker->hub = hub;
	checker->sequence = checker->batch_sequence = checker->conflated = 0;
	checker->looked_sequence = UINT64_MAX;
	checker->states_count = checker->expected_count = 0;
	checker->began_ns = checker->config.clock->steady_ns;
	checker->excused = false;
	if (checker->began_ns < checker->memory_lost_ns)
		memset(checker->waits_ns, 0, sizeof checker->waits_ns);
	for (uint32_t i = 0; i < checker->config.accounts_count; i++) {
		checker->accounts[i].id.value = 0;
		checker->accounts[i].epoch = checker->accounts[i].epoch_min = 0;
		checker->accounts[i].expired_ns = 0;
		memset(checker->accounts[i].connects, 0, sizeof checker->accounts[i].connects);
		checker->accounts[i].closed_ns = checker->config.clock->steady_ns;
	}
	checker->file_account.value = checker->transit.value = 0;
}

void
pli_checker_end(pli_checker *checker)
{
	checker->engine = NULL;
	checker->hub = NULL;
}

void
pli_checker_disturb(
    pli_checker *checker, uint32_t venue, pli_fault_grace grace, plm_time_ns until_ns)
{
	if (checker->disturbed_ns[venue][grace] < until_ns)
		checker->disturbed_ns[venue][grace] = until_ns;
}

void
pli_checker_excuse(pli_checker *checker)
{
	checker->excused = true;
	checker->memory_lost_ns = INT64_MAX;
	for (uint32_t i = 0; i < checker->config.accounts_count; i++)
		checker->accounts[i].expired_ns = 0; /* its word may be what was not read */
}

void
pli_checker_memory_lost(pli_checker *checker, plm_time_ns until_ns)
{
	if (checker->memory_lost_ns < until_ns)
		checker->memory_lost_ns = until_ns;
}

/* Requests */

static bool
text_holds(plm_slice text, const char *word)
{
	return text.bytes != NULL && memmem(text.bytes, text.size, word, strlen(word)) != NULL;
}

/* Is it one of the words, as the value of that member of a message? */
static bool
text_says(plm_slice text, const char *member, const char *const *words)
{
	char pair[64];
	for (; *words != NULL; words++) {
		(void)snprintf(pair, sizeof pair, "\"%s\":\"%s\"", member, *words);
		if (text_holds(text, pair))
			return true;
	}
	return false;
}

/* Of JSON-RPC what is public, a question or a subscription. */
static bool
message_only_reads(uint32_t server, plm_slice text)
{
	static const char *const okx[] = {"login", "subscribe", "unsubscribe", NULL};
	static const char *const hyperliquid[] = {"subscribe", "unsubscribe", "ping", NULL};
	static const char *const binance[] = {"SUBSCRIBE", "UNSUBSCRIBE",
	    "userDataStream.subscribe.signature", "userDataStream.subscribe.listenToken", NULL};
	static const char *const bitmex[] = {"authKeyExpires", "subscribe", NULL};
	static const char *const dydx[] = {"subscribe", "unsubscribe", NULL};
	static const char *const bybit[] = {"auth", "subscribe", "unsubscribe", "ping", NULL};
	if (server == PLI_SIM_BINANCE)
		return text_says(text, "method", binance);
	if (server == PLI_SIM_OKX)
		return plm_slice_is(text, "ping") || text_says(text, "op", okx);
	if (server == PLI_SIM_HYPERLIQUID)
		return text_says(text, "method", hyperliquid);
	if (server == PLI_SIM_BYBIT)
		return text_says(text, "op", bybit);
	if (server == PLI_SIM_BITMEX)
		return plm_slice_is(text, "ping") || text_says(text, "op", bitmex);
	if (server == PLI_SIM_DYDX)
		return text_says(text, "type", dydx);
	return !text_holds(text, "\"private/") || text_holds(text, "\"private/get_") ||
	       text_holds(text, "\"private/subscribe\"") ||
	       text_holds(text, "\"private/unsubscribe");
}

/* Makes or keeps the key of a user stream at Binance. */
static bool
path_is_of_listen_key(plm_slice path)
{
	static const char *const paths[] = {"/fapi/v1/listenKey", "/dapi/v1/listenKey",
	    "/papi/v1/listenKey", "/eapi/v1/listenKey", "/sapi/v1/userListenToken"};
	uint32_t i = 0;
	while (i < sizeof paths / sizeof *paths && !plm_slice_is(path, paths[i]))
		i++;
	return i < sizeof paths / sizeof *paths;
}

/* OKX's stress test of what is held reads by a body, and supposes nothing in it. */
static bool
request_is_stress_test(uint32_t server, plm_slice method, plm_slice path, plm_slice text)
{
	return server == PLI_SIM_OKX && plm_slice_is(method, "POST") &&
	       plm_slice_is(path, "/api/v5/account/position-builder") &&
	       plm_slice_is(text, "{\"inclRealPosAndEq\":true}");
}

/* Reads; at Binance also what a listen key needs. Hyperliquid's questions are POSTs to one path. */
static bool
request_only_reads(uint32_t server, plm_slice method, plm_slice path, plm_slice text)
{
	if (method.size == 0)
		return message_only_reads(server, text);
	if (server == PLI_SIM_HYPERLIQUID)
		return plm_slice_is(path, "/info");
	return plm_slice_is(method, "GET") || path_is_of_listen_key(path) ||
	       request_is_stress_test(server, method, path, text);
}

void
pli_checker_sent(
    pli_checker *checker, pli_seeded_place place, plm_slice method, plm_slice path, plm_slice text)
{
	uint32_t server = place.server;
	if (server >= PLI_SIM_SERVERS)
		return;
	if (!request_only_reads(server, method, path, text))
		pli_checker_say(checker,
		    "a request that does not only read was sent: %.*s %.*s%.*s", (int)method.size,
		    method.bytes, (int)path.size, path.bytes, text.size > 80 ? 80 : (int)text.size,
		    text.bytes);
	plm_time_ns left_ns = checker->waits_ns[server][place.door] -
			      checker->config.clock->steady_ns;
	if (method.size > 0 && left_ns > 0)
		pli_checker_say(checker,
		    "%.*s %.*s was sent though the venue had asked for %lld ms more of silence",
		    (int)method.size, method.bytes, (int)path.size, path.bytes,
		    (long long)(left_ns / PLM_NS_PER_MS));
}

/* dYdX's Retry-After is in milliseconds. */
void
pli_checker_answered(
    pli_checker *checker, pli_seeded_place place, uint32_t status, uint32_t retry_after)
{
	if (place.server >= PLI_SIM_SERVERS || (status != 418 && status != 429))
		return;
	int64_t unit_ns = place.server == PLI_SIM_DYDX ? PLM_NS_PER_MS : PLM_NS_PER_S;
	plm_time_ns until_ns = checker->config.clock->steady_ns + retry_after * unit_ns;
	plm_time_ns *wait_ns = &checker->waits_ns[place.server][place.door];
	*wait_ns = *wait_ns < until_ns ? until_ns : *wait_ns;
}

/* conn: as a venue host numbers its links. */
void
pli_checker_connected(pli_checker *checker, uint32_t server, uint32_t conn)
{
	uint32_t index = (conn - 1) / PLM_LINKS_MAX, link = (conn - 1) % PLM_LINKS_MAX;
	if (server >= PLI_SIM_SERVERS || index >= checker->config.accounts_count)
		return;
	check_account *account = &checker->accounts[index];
	plm_time_ns now_ns = checker->config.clock->steady_ns;
	if (now_ns - account->connects_ns[link] > PLI_CHECK_CONNECTS_NS) {
		account->connects_ns[link] = now_ns;
		account->connects[link] = 0;
	}
	if (++account->connects[link] > PLI_CHECK_CONNECTS_MAX)
		pli_checker_say(checker, "%s has tried its link %u %u times within %lld ms",
		    checker->config.world->accounts[account->index].name, link,
		    account->connects[link],
		    (long long)((now_ns - account->connects_ns[link]) / PLM_NS_PER_MS));
}

/* Events */

void
pli_checker_batch(pli_checker *checker)
{
	uint64_t sequence = pli_book_sequence(pli_core_book(pli_engine_core(checker->engine)));
	if (sequence == checker->batch_sequence)
		return;
	checker->batch_sequence = sequence;
	checker->facts_changed |= sequence > checker->sequence + 1;
	pli_check_expect(checker);
}

static check_account *
check_account_of(pli_checker *checker, plm_account_id id)
{
	for (uint32_t i = 0; i < checker->config.accounts_count; i++)
		if (id.value != 0 && checker->accounts[i].id.value == id.value)
			return &checker->accounts[i];
	return NULL;
}

static void
check_learn(pli_checker *checker, const plm_account_fact *fact)
{
	for (uint32_t i = 0; i < checker->config.accounts_count; i++) {
		check_account *account = &checker->accounts[i];
		if (strcmp(checker->config.world->accounts[account->index].name, fact->name) == 0)
			account->id = fact->id;
	}
	if (fact->is_transit)
		checker->transit = fact->id;
	if (checker->config.file != NULL && strcmp(pli_sim_file_account, fact->name) == 0)
		checker->file_account = fact->id;
}

/* A stream whose key is over says nothing more. Only whole messages count. */
void
pli_checker_told(pli_checker *checker, uint32_t server, uint32_t conn, plm_slice text)
{
	uint32_t index = (conn - 1) / PLM_LINKS_MAX;
	if (server != PLI_SIM_BINANCE || index >= checker->config.accounts_count ||
	    !text_holds(text, "\"e\":\"listenKeyExpired\"") || text.bytes[0] != '{' ||
	    text.bytes[text.size - 1] != '}')
		return;
	checker->accounts[index].expired_ns = checker->config.clock->steady_ns;
}

/* It counts up by one; marks that gave way to newer ones before a ring that was full leave gaps. */
static void
check_sequence(pli_checker *checker, uint64_t sequence)
{
	uint64_t gap = sequence - checker->sequence - 1, conflated = checker->conflated;
	if (gap != 0 && checker->engine != NULL)
		conflated = pli_engine_numbers_get(checker->engine).marks_count_conflated;
	if (sequence <= checker->sequence || gap > conflated - checker->conflated)
		pli_checker_say(checker, "sequence %llu came behind %llu",
		    (unsigned long long)sequence, (unsigned long long)checker->sequence);
	else
		checker->conflated += gap;
}

void
pli_checker_event(pli_checker *checker, const plm_event *event)
{
	check_sequence(checker, event->sequence);
	checker->sequence = event->sequence;
	if (event->type == PLM_EVENT_ACCOUNT)
		check_learn(checker, &event->u.account_fact);
	check_account *account = check_account_of(checker, event->account);
	if (account != NULL)
		account->dirty = true;
	if (event->type == PLM_EVENT_ALERT)
		pli_check_alert(checker, &event->u.alert);
}

/* Steps */

static bool
check_is_live(const pli_checker *checker, const check_account *account)
{
	const pli_book *book = pli_core_book(pli_engine_core(checker->engine));
	const pli_feed_row *feed = account->id.value == 0 ? NULL
							  : pli_book_feed_of(book, account->id);
	return feed != NULL && feed->fact.status == PLM_FEED_LIVE;
}

bool
pli_check_clock_off(const pli_checker *checker, plm_account_id id, int64_t *ret_off_ns)
{
	const pli_book *book = pli_core_book(pli_engine_core(checker->engine));
	const pli_feed_row *feed = id.value == 0 ? NULL : pli_book_feed_of(book, id);
	*ret_off_ns = 0;
	if (feed == NULL || feed->fact.clock_error_ns == 0)
		return false;
	*ret_off_ns = feed->fact.clock_offset_ns + checker->config.clock->wall_off_ns;
	return true;
}

/* Venues keep true time: how far theirs is from ours is known to the last digit. */
static void
check_clock(pli_checker *checker, const check_account *account)
{
	int64_t off_ns;
	if (!pli_check_clock_off(checker, account->id, &off_ns))
		return;
	const pli_book *book = pli_core_book(pli_engine_core(checker->engine));
	const plm_feed_state *shown = &pli_book_feed_of(book, account->id)->fact;
	if (off_ns > shown->clock_error_ns || off_ns < -shown->clock_error_ns)
		pli_checker_say(checker,
		    "%s shows its venue's clock %lld us ahead of ours, at most %lld us off; it is "
		    "%lld us",
		    checker->config.world->accounts[account->index].name,
		    (long long)(shown->clock_offset_ns / PLM_NS_PER_US),
		    (long long)(shown->clock_error_ns / PLM_NS_PER_US),
		    (long long)(-checker->config.clock->wall_off_ns / PLM_NS_PER_US));
}

/* The stream of account i of the engine is its host's link 0. */
static void
check_deadline(pli_checker *checker, uint32_t i, int64_t lag_ns)
{
	check_account *account = &checker->accounts[i];
	plm_time_ns now_ns = checker->config.clock->steady_ns;
	plm_time_ns heard_ns = pli_seeded_net_heard(checker->config.net, 0, i * PLM_LINKS_MAX + 1);
	const char *name = checker->config.world->accounts[account->index].name;
	if (heard_ns == INT64_MIN)
		account->expired_ns = 0;
	if (heard_ns != INT64_MIN && account->closed_ns != INT64_MAX)
		account->epoch_min = account->epoch + 1; /* a new connection */
	if (heard_ns != INT64_MIN)
		account->closed_ns = INT64_MAX;
	else if (account->closed_ns == INT64_MAX)
		account->closed_ns = now_ns;
	if (!check_is_live(checker, account))
		return;
	account->epoch =
	    pli_book_feed_of(pli_core_book(pli_engine_core(checker->engine)), account->id)->epoch;
	if (account->epoch < account->epoch_min)
		pli_checker_say(checker, "%s is live by what an older connection said", name);
	if (account->expired_ns != 0 &&
	    now_ns - account->expired_ns > PLI_CHECK_EXPIRED_NS + lag_ns)
		pli_checker_say(checker,
		    "%s is live, its stream said %lld ms ago that its key is over", name,
		    (long long)((now_ns - account->expired_ns) / PLM_NS_PER_MS));
	int64_t closed_for_ns = heard_ns == INT64_MIN ? now_ns - account->closed_ns : 0;
	if (closed_for_ns > PLI_CHECK_CLOSED_NS + lag_ns)
		pli_checker_say(checker, "%s is live, its stream is closed for %lld ms", name,
		    (long long)(closed_for_ns / PLM_NS_PER_MS));
	if (heard_ns != INT64_MIN && now_ns - heard_ns > PLI_CHECK_SILENT_NS + lag_ns)
		pli_checker_say(checker, "%s is live, its stream is silent for %lld ms", name,
		    (long long)((now_ns - heard_ns) / PLM_NS_PER_MS));
}

static void
check_replica(pli_checker *checker)
{
	const pli_book *book = pli_core_book(pli_engine_core(checker->engine));
	const pli_book *replica = pli_hub_book(checker->hub);
	if (pli_core_batch_count(pli_engine_core(checker->engine)) > 0)
		return; /* a ring that was full holds back the rest of a call: the batch is open */
	if (pli_book_sequence(book) != pli_book_sequence(replica))
		pli_checker_say(checker, "the replica is at sequence %llu, the core at %llu",
		    (unsigned long long)pli_book_sequence(replica),
		    (unsigned long long)pli_book_sequence(book));
	else if (pli_book_hash(book) != pli_book_hash(replica))
		pli_checker_say(checker, "the replica's facts differ from the core's at %llu",
		    (unsigned long long)pli_book_sequence(book));
}

static void
check_bounds(pli_checker *checker)
{
	pli_book_counters counters = pli_book_counters_get(
	    pli_core_book(pli_engine_core(checker->engine)));
	pli_engine_numbers numbers = pli_engine_numbers_get(checker->engine);
	if (counters.rows_full > 0 && !checker->excused)
		pli_checker_say(checker, "a table of the book was full");
	if (counters.unknown_event > 0)
		pli_checker_say(checker, "the book met an event of no known type");
	if (numbers.requests_count_refused > 0)
		pli_checker_say(checker, "an adapter asked for what is not on the read-only list");
	if (pli_engine_serve_lost(checker->engine))
		pli_checker_say(checker, "serving was left behind");
}

/* What follows from facts alone: where none came since the last look it is what it was. */
static void
check_facts(pli_checker *checker)
{
	uint64_t sequence = pli_book_sequence(pli_core_book(pli_engine_core(checker->engine)));
	if (sequence == checker->looked_sequence)
		return;
	checker->looked_sequence = sequence;
	pli_check_sums(checker);
	pli_check_legs(checker);
}

bool
pli_checker_step(pli_checker *checker, int64_t lag_ns)
{
	plm_time_ns now_ns = checker->config.clock->steady_ns;
	pli_checker_remember(checker);
	for (uint32_t i = 0; i < checker->config.accounts_count && checker->engine == NULL; i++)
		pli_check_transit_look(checker, &checker->accounts[i], false);
	if (checker->engine == NULL)
		return checker->lie[0] == '\0';
	if (checker->expected_count > 0)
		pli_checker_say(checker, "limit %u did not tell of transition %u",
		    checker->expected[0].limit + 1, checker->expected[0].transition);
	bool all_live = true;
	for (uint32_t i = 0; i < checker->config.accounts_count; i++) {
		check_account *account = &checker->accounts[i];
		bool live = check_is_live(checker, account);
		all_live &= live;
		check_deadline(checker, i, lag_ns);
		check_clock(checker, account);
		pli_check_transit_look(checker, account, live);
		if (!account->dirty && now_ns - account->checked_ns < CHECK_EVERY_NS)
			continue;
		account->dirty = false;
		account->checked_ns = now_ns;
		if (live)
			pli_check_truth(checker, account, false);
		else
			pli_check_forget(account);
	}
	pli_check_file(checker, lag_ns, false);
	bool closely = now_ns - checker->began_ns < CHECK_CLOSELY_NS;
	if (closely || now_ns - checker->sums_ns >= CHECK_EVERY_NS) {
		checker->sums_ns = now_ns;
		check_facts(checker);
		check_bounds(checker);
		pli_check_transit(checker, all_live);
	}
	if (now_ns - checker->replica_ns >= 2 * CHECK_EVERY_NS) {
		checker->replica_ns = now_ns;
		check_replica(checker);
	}
	return checker->lie[0] == '\0';
}

bool
pli_checker_settled(pli_checker *checker)
{
	/* a journal that was full begins anew at any time */
	bool begins = checker->engine != NULL &&
		      checker->config.clock->steady_ns - checker->began_ns < CHECK_BEGINS_NS;
	for (uint32_t i = 0; i < checker->config.accounts_count; i++) {
		check_account *account = &checker->accounts[i];
		const char *name = checker->config.world->accounts[account->index].name;
		bool live = checker->engine != NULL && check_is_live(checker, account);
		if (live)
			pli_check_truth(checker, account, true);
		else if (!begins)
			pli_checker_say(
			    checker, "%s is not live again long after the last fault", name);
	}
	if (checker->engine != NULL)
		pli_check_file(checker, 0, true);
	return checker->lie[0] == '\0';
}
