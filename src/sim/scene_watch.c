/* scene_watch.c: states and counters of a running simulation, measured against expectations. */
#include "sim/scene_watch.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/checker_parts.h"
#include "sim/simulation_parts.h"

enum { WATCH_MARKS_MAX = 512, WATCH_KEYS_MAX = 64 };

/* When something was counted, and for whom (alerts, notices: watch_told). */
typedef struct watch_mark {
	int64_t at_ns;
	uint32_t key;
} watch_mark;

/* How one expectation stands. since_ns: INT64_MIN: it has not begun. gone_ns: the state is gone
 * since then; INT64_MAX: it is there. */
typedef struct watch_row {
	int64_t since_ns, gone_ns;
	uint32_t reached;              /* bit per account */
	uint32_t closed, opened, gone; /* bit per account: its stream was, is again; it waits */
	int64_t opened_ns[PLI_CHECK_ACCOUNTS_MAX];
	double measured;
	uint64_t counted;
	uint32_t marks_count; /* ever */
	watch_mark marks[WATCH_MARKS_MAX];
} watch_row;

/* One step, as the expectations see it: bit per account; counts of the step by venue. */
typedef struct watch_look {
	int64_t at_ns;
	uint32_t accounts[PLI_CHECK_WAYS]; /* of each venue, and the file's */
	uint32_t live, untrue, open, status[PLM_FEED_STATUS_COUNT_];
	uint32_t by_venue, by_model; /* has an option whose delta is of that source */
	uint32_t clock_told;         /* the feed says how far its venue's clock is from ours */
	int64_t clock_off_ns[PLI_CHECK_ACCOUNTS_MAX]; /* how far off that is; 0: not told */
	bool failing;
	uint64_t counts[PLI_SCENE_COUNTER_COUNT][PLI_CHECK_WAYS];
} watch_look;

/* For whom something was told: one limit and scope each; of notices, one band of them. */
typedef struct watch_told {
	uint32_t count;
	uint32_t keys[WATCH_KEYS_MAX];
} watch_told;

struct pli_scene_watch {
	const pli_scene *scene;
	pli_simulation *s;
	int64_t start_ns;
	bool needs_truth, needs_greeks;
	uint32_t live_before;
	pli_seeded_counters net_before;
	uint64_t bad_before, starts_before;
	watch_told alerts, notices; /* of this step */
	uint32_t keys_count;
	struct {
		uint32_t limit;
		bool hard;
		char scope[CHECK_NAME_MAX];
	} keys[WATCH_KEYS_MAX];
	watch_row rows[PLI_SCENE_EXPECTS_MAX];
};

pli_scene_watch *
pli_scene_watch_create(const pli_scene *scene, pli_simulation *simulation)
{
	pli_scene_watch *watch = calloc(1, sizeof *watch);
	if (watch == NULL)
		return NULL;
	watch->scene = scene;
	watch->s = simulation;
	watch->start_ns = simulation->clock.steady_ns;
	watch->net_before = pli_seeded_net_counters(simulation->net);
	for (uint32_t i = 0; i < scene->expects_count; i++) {
		const pli_scene_expect *expect = &scene->expects[i];
		watch->rows[i].since_ns = INT64_MIN;
		watch->rows[i].gone_ns = INT64_MAX;
		watch->rows[i].measured = (double)NAN;
		watch->needs_truth |= expect->kind == PLI_SCENE_LASTS &&
				      expect->what == PLI_SCENE_TRUE;
		watch->needs_greeks |=
		    (expect->kind == PLI_SCENE_COMES && expect->what == PLI_SCENE_BY_MODEL) ||
		    (expect->kind == PLI_SCENE_LASTS && expect->what == PLI_SCENE_BY_VENUE);
	}
	return watch;
}

void
pli_scene_watch_destroy(pli_scene_watch *watch)
{
	free(watch);
}

/* The number of a limit, scope and band; the last one for all that are too many. */
static uint32_t
alert_key(pli_scene_watch *watch, const plm_alert *alert, bool hard)
{
	uint32_t key = 0;
	while (key < watch->keys_count &&
	       (watch->keys[key].limit != alert->limit.value || watch->keys[key].hard != hard ||
		   strcmp(watch->keys[key].scope, alert->scope_name) != 0))
		key++;
	if (key == watch->keys_count && watch->keys_count < WATCH_KEYS_MAX - 1) {
		watch->keys[key].limit = alert->limit.value;
		watch->keys[key].hard = hard;
		(void)snprintf(
		    watch->keys[key].scope, sizeof watch->keys[key].scope, "%s", alert->scope_name);
		watch->keys_count++;
	}
	return key;
}

static void
told_add(pli_scene_watch *watch, watch_told *told, const plm_alert *alert, bool hard)
{
	if (told->count < WATCH_KEYS_MAX)
		told->keys[told->count++] = alert_key(watch, alert, hard);
}

void
pli_scene_watch_event(pli_scene_watch *watch, const plm_event *event)
{
	if (event->type == PLM_EVENT_ALERT)
		told_add(watch, &watch->alerts, &event->u.alert, false);
}

void
pli_scene_watch_notice(pli_scene_watch *watch, const pli_notice *notice)
{
	const plm_alert *worst = &notice->worst.u.alert;
	bool hard = worst->kind != PLM_ALERT_CLEAR && worst->level == 2;
	told_add(watch, &watch->notices, worst, hard);
}

/* Looking */

/* Are the positions and wallets that the account's feed shows the venue's, or the file's (NULL)?
 * Nothing of it stays. */
static bool
look_is_true(pli_checker *checker, check_account *account)
{
	char lie[sizeof checker->lie];
	memcpy(lie, checker->lie, sizeof lie);
	checker->lie[0] = '\0';
	if (account != NULL)
		pli_check_truth(checker, account, true);
	else
		pli_check_file(checker, 0, true);
	bool holds = checker->lie[0] == '\0';
	memcpy(checker->lie, lie, sizeof lie);
	return holds;
}

static void
look_at_feed(const pli_scene_watch *watch, plm_account_id id, check_account *account, uint32_t bit,
    watch_look *look)
{
	const pli_simulation *s = watch->s;
	const pli_book *book = pli_core_book(pli_engine_core(s->engine));
	const pli_feed_row *feed = id.value == 0 ? NULL : pli_book_feed_of(book, id);
	if (feed == NULL)
		return;
	look->status[feed->fact.status] |= bit;
	if (feed->fact.status != PLM_FEED_LIVE)
		return;
	look->live |= bit;
	if (watch->needs_truth && !look_is_true(s->checker, account))
		look->untrue |= bit;
}

static void
look_at_account(const pli_scene_watch *watch, uint32_t i, watch_look *look)
{
	const pli_simulation *s = watch->s;
	check_account *account = &s->checker->accounts[i];
	uint32_t bit = 1u << i;
	pli_sim_venue venue = pli_sim_world_of(s->sim)->accounts[account->index].venue;
	look->accounts[pli_sim_server_of(venue)] |= bit;
	if (s->engine == NULL)
		return;
	if (pli_seeded_net_heard(s->net, 0, i * PLM_LINKS_MAX + 1) != INT64_MIN)
		look->open |= bit;
	look_at_feed(watch, account->id, account, bit, look);
	if (pli_check_clock_off(s->checker, account->id, &look->clock_off_ns[i]))
		look->clock_told |= bit;
}

/* It comes behind the accounts of venues. */
static void
look_at_file(const pli_scene_watch *watch, watch_look *look)
{
	const pli_simulation *s = watch->s;
	uint32_t bit = 1u << s->accounts_count;
	look->accounts[PLI_CHECK_FILE] = s->file_watched ? bit : 0;
	if (s->engine != NULL && s->file_watched)
		look_at_feed(watch, s->checker->file_account, NULL, bit, look);
}

/* Whose delta the options have. */
static void
look_at_greeks(const pli_scene_watch *watch, watch_look *look)
{
	const pli_simulation *s = watch->s;
	uint32_t count;
	if (s->engine == NULL)
		return;
	const plm_leg *legs = pli_exposure_legs(
	    pli_core_exposure(pli_engine_core(s->engine)), &count);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t bit = 0;
		for (uint32_t a = 0; a < s->accounts_count; a++)
			if (s->checker->accounts[a].id.value == legs[i].account.value)
				bit = 1u << a;
		if (legs[i].kind != PLM_KIND_OPTION || !legs[i].included)
			continue;
		if (legs[i].delta_source == PLM_GREEK_MODEL)
			look->by_model |= bit;
		else
			look->by_venue |= bit;
	}
}

/* What has been counted since the last look. */
static void
look_at_counts(pli_scene_watch *watch, watch_look *look)
{
	const pli_simulation *s = watch->s;
	pli_seeded_counters net = pli_seeded_net_counters(s->net);
	const pli_seeded_counters *before = &watch->net_before;
	uint64_t bad = s->engine == NULL ? 0 : pli_engine_numbers_get(s->engine).frames_count_bad;
	for (uint32_t venue = 0; venue < PLI_SIM_SERVERS; venue++) {
		look->counts[PLI_SCENE_CONNECTS][venue] = net.connects_to[venue] -
							  before->connects_to[venue];
		look->counts[PLI_SCENE_REQUESTS][venue] = net.requests_to[venue] -
							  before->requests_to[venue];
		look->counts[PLI_SCENE_MESSAGES][venue] = net.messages_to[venue] -
							  before->messages_to[venue];
	}
	for (uint32_t way = 0; way < PLI_CHECK_WAYS; way++)
		look->counts[PLI_SCENE_LEAVES][way] = (uint64_t)__builtin_popcount(
		    watch->live_before & ~look->live & look->accounts[way]);
	/* not of a venue: with the first */
	look->counts[PLI_SCENE_BAD_FRAMES][0] = bad > watch->bad_before ? bad - watch->bad_before
									: 0;
	look->counts[PLI_SCENE_STARTS][0] = s->starts - watch->starts_before;
	watch->net_before = net;
	watch->bad_before = bad;
	watch->starts_before = s->starts;
	watch->live_before = look->live;
}

/* Expectations */

static void
row_mark(watch_row *row, const pli_scene_expect *expect, int64_t at_ns, uint32_t key)
{
	uint64_t most = 0;
	row->marks[row->marks_count++ % WATCH_MARKS_MAX] = (watch_mark){at_ns, key};
	uint32_t known = row->marks_count < WATCH_MARKS_MAX ? row->marks_count : WATCH_MARKS_MAX;
	for (uint32_t i = 0; i < known; i++)
		most += row->marks[i].key == key &&
			(expect->per_ns == 0 || row->marks[i].at_ns > at_ns - expect->per_ns);
	if (row->counted < most)
		row->counted = most;
}

static void
row_count(const pli_scene_watch *watch, watch_row *row, const pli_scene_expect *expect,
    const watch_look *look)
{
	const watch_told *told = expect->what == PLI_SCENE_ALERTS    ? &watch->alerts
				 : expect->what == PLI_SCENE_NOTICES ? &watch->notices
								     : NULL;
	for (uint32_t i = 0; told != NULL && i < told->count; i++)
		row_mark(row, expect, look->at_ns, told->keys[i]);
	for (uint32_t venue = 0; venue < PLI_CHECK_WAYS; venue++) {
		uint64_t count = look->counts[expect->what][venue];
		bool global = expect->what == PLI_SCENE_BAD_FRAMES ||
			      expect->what == PLI_SCENE_STARTS;
		if (!global && (expect->venues & 1u << venue) == 0)
			continue;
		for (uint64_t i = 0; expect->per_ns != 0 && i < count && i < WATCH_MARKS_MAX; i++)
			row_mark(row, expect, look->at_ns, 0);
		row->counted += expect->per_ns != 0 ? 0 : count;
	}
}

static uint32_t
row_accounts(const pli_scene_expect *expect, const watch_look *look)
{
	uint32_t bits = 0;
	for (uint32_t venue = 0; venue < PLI_CHECK_WAYS; venue++)
		bits |= expect->venues & 1u << venue ? look->accounts[venue] : 0;
	return bits;
}

/* From when on the seconds of an expectation count. */
static void
row_begin(watch_row *row, const pli_scene_expect *expect, const watch_look *look)
{
	switch (expect->since) {
	case PLI_SCENE_SINCE_STRIKE:
		row->since_ns = expect->strike_ns;
		break;
	case PLI_SCENE_SINCE_END:
		row->since_ns = expect->end_ns;
		break;
	case PLI_SCENE_SINCE_OPEN:
		break; /* each account's own: row_opened */
	case PLI_SCENE_SINCE_START:
		if (look->counts[PLI_SCENE_STARTS][0] > 0 && look->at_ns > expect->strike_ns)
			row->since_ns = look->at_ns;
		break;
	}
}

/* Which accounts are in the state; a journal's state is all of theirs. */
static uint32_t
row_state(const pli_scene_expect *expect, const watch_look *look)
{
	static const uint8_t statuses[PLI_SCENE_STATE_COUNT] = {[PLI_SCENE_STALE] = PLM_FEED_STALE,
	    [PLI_SCENE_DEGRADED] = PLM_FEED_DEGRADED,
	    [PLI_SCENE_MAINTENANCE] = PLM_FEED_MAINTENANCE,
	    [PLI_SCENE_DOWN] = PLM_FEED_DOWN};
	switch (expect->what) {
	case PLI_SCENE_LIVE:
		return look->live;
	case PLI_SCENE_TRUE:
		return ~look->untrue;
	case PLI_SCENE_NOT_LIVE:
		return ~look->live;
	case PLI_SCENE_FAILING:
		return look->failing ? UINT32_MAX : 0;
	case PLI_SCENE_WRITING:
		return look->failing ? 0 : UINT32_MAX;
	case PLI_SCENE_BY_MODEL:
		return look->by_model & ~look->by_venue;
	case PLI_SCENE_BY_VENUE:
		return ~look->by_model;
	case PLI_SCENE_CLOCK_TOLD:
		return look->clock_told;
	default:
		return look->status[statuses[expect->what]];
	}
}

static double
seconds_between(int64_t from_ns, int64_t to_ns)
{
	return (double)(to_ns - from_ns) / 1e9;
}

/* Until the last moment at which the state was gone; of the truth, its longest absence. */
static void
row_lasts(watch_row *row, const pli_scene_expect *expect, int64_t at_ns, bool there)
{
	if (isnan(row->measured))
		row->measured = 0;
	if (!there && row->gone_ns == INT64_MAX)
		row->gone_ns = at_ns;
	if (row->gone_ns == INT64_MAX)
		return;
	int64_t from_ns = expect->what == PLI_SCENE_TRUE ? row->gone_ns : row->since_ns;
	row->measured = fmax(row->measured, seconds_between(from_ns, at_ns));
	if (there)
		row->gone_ns = INT64_MAX;
}

/* Of each account, from when its stream was open again until the state was there. */
static void
row_lasts_since_open(watch_row *row, const pli_scene_expect *expect, const watch_look *look)
{
	uint32_t accounts = row_accounts(expect, look), state = row_state(expect, look);
	row->closed |= ~look->open & accounts;
	for (uint32_t i = 0; i < PLI_CHECK_ACCOUNTS_MAX; i++) {
		uint32_t bit = 1u << i;
		if ((row->closed & look->open & ~row->opened & bit) != 0) {
			row->opened |= bit;
			row->opened_ns[i] = look->at_ns;
		}
		if ((row->opened & accounts & bit) == 0)
			continue;
		row->gone |= ~state & bit;
		double seconds = row->gone & bit ? seconds_between(row->opened_ns[i], look->at_ns)
						 : 0;
		row->measured = isnan(row->measured) ? seconds : fmax(row->measured, seconds);
		row->gone &= ~state;
	}
}

static void
row_comes(watch_row *row, const pli_scene_expect *expect, const watch_look *look)
{
	uint32_t accounts = row_accounts(expect, look);
	row->reached |= row_state(expect, look);
	if (isnan(row->measured) && (row->reached & accounts) == accounts)
		row->measured = seconds_between(row->since_ns, look->at_ns);
}

/* The farthest of any feed that tells, in seconds. */
static void
row_clock_off(watch_row *row, const pli_scene_expect *expect, const watch_look *look)
{
	uint32_t told = row_accounts(expect, look) & look->clock_told;
	for (uint32_t i = 0; i < PLI_CHECK_ACCOUNTS_MAX; i++)
		if ((told & 1u << i) != 0)
			row->measured = fmax(
			    row->measured, fabs((double)look->clock_off_ns[i]) / 1e9);
}

static void
row_step(const pli_scene_watch *watch, watch_row *row, const pli_scene_expect *expect,
    const watch_look *look)
{
	if (look->at_ns < expect->strike_ns || look->at_ns >= expect->until_ns)
		return;
	if (expect->kind == PLI_SCENE_MOST || expect->kind == PLI_SCENE_LEAST) {
		row_count(watch, row, expect, look);
		return;
	}
	if (expect->kind == PLI_SCENE_CLOCK_OFF) {
		row_clock_off(row, expect, look);
		return;
	}
	if (expect->since == PLI_SCENE_SINCE_OPEN) {
		row_lasts_since_open(row, expect, look);
		return;
	}
	row_begin(row, expect, look);
	if (expect->kind == PLI_SCENE_NO_LIE || row->since_ns == INT64_MIN ||
	    look->at_ns < row->since_ns)
		return;
	uint32_t accounts = row_accounts(expect, look);
	if (expect->kind == PLI_SCENE_COMES)
		row_comes(row, expect, look);
	else
		row_lasts(
		    row, expect, look->at_ns, (row_state(expect, look) & accounts) == accounts);
}

void
pli_scene_watch_step(pli_scene_watch *watch)
{
	pli_simulation *s = watch->s;
	watch_look look = {.at_ns = s->clock.steady_ns - watch->start_ns};
	for (uint32_t i = 0; i < s->accounts_count; i++)
		look_at_account(watch, i, &look);
	look_at_file(watch, &look);
	if (watch->needs_greeks)
		look_at_greeks(watch, &look);
	look.failing = s->engine != NULL && pli_engine_numbers_get(s->engine).journal_err != PLM_OK;
	look_at_counts(watch, &look);
	for (uint32_t i = 0; i < watch->scene->expects_count; i++)
		row_step(watch, &watch->rows[i], &watch->scene->expects[i], &look);
	watch->alerts.count = watch->notices.count = 0;
}

pli_scene_outcome
pli_scene_watch_outcome(const pli_scene_watch *watch, uint32_t i)
{
	assert(i < watch->scene->expects_count);
	const pli_scene_expect *expect = &watch->scene->expects[i];
	const watch_row *row = &watch->rows[i];
	bool honest = pli_checker_lie(watch->s->checker)[0] == '\0';
	pli_scene_outcome outcome = {.expect = expect, .measured = row->measured};
	switch (expect->kind) {
	case PLI_SCENE_NO_LIE:
		outcome.measured = honest ? 0 : (double)NAN;
		break;
	case PLI_SCENE_MOST:
	case PLI_SCENE_LEAST:
		outcome.measured = (double)row->counted;
		break;
	default:
		break;
	}
	bool least = expect->kind == PLI_SCENE_LEAST;
	bool met = least ? outcome.measured >= expect->bound : outcome.measured <= expect->bound;
	outcome.holds = honest && met != expect->missed;
	return outcome;
}

void
pli_scene_outcome_format(const pli_scene_outcome *outcome, char *ret_text, size_t size)
{
	const pli_scene_expect *expect = outcome->expect;
	bool count = expect->kind == PLI_SCENE_MOST || expect->kind == PLI_SCENE_LEAST;
	if (expect->kind == PLI_SCENE_NO_LIE)
		(void)snprintf(ret_text, size, "%s", expect->text);
	else if (isnan(outcome->measured))
		(void)snprintf(ret_text, size, "%s: never", expect->text);
	else if (count)
		(void)snprintf(ret_text, size, "%s: %.0f", expect->text, outcome->measured);
	else if (expect->kind == PLI_SCENE_CLOCK_OFF)
		(void)snprintf(ret_text, size, "%s: %.4f s", expect->text, outcome->measured);
	else
		(void)snprintf(ret_text, size, "%s: %.2f s", expect->text, outcome->measured);
}
