/* binance_crowd.c: what the sessions of one market at one address do once for all of them. */
#include "venue/binance_live/binance_live.h"

#define SECONDS(n) ((n)*PLM_NS_PER_S)
#define MINUTE_NS SECONDS(60)
#define RECONCILE_NS SECONDS(30)
#define ASKED_NS SECONDS(10)  /* so long does another's question stand for one's own */
#define BEAT_NS SECONDS(3)    /* whose ticks stop for so long carries the marks no more */
#define OPENING_NS SECONDS(1) /* so long may its link take, where others have theirs */
#define READINGS_PERCENT 80   /* of what may be spent; the rest is for everything else */
#define GOLDEN_32 2654435769u /* 2^32 over the golden ratio */

static uint32_t
crowd_me(const binance_state *s)
{
	return s->cfg.account.value;
}

void
pli_binance_crowd_init(binance_state *s)
{
	const plm_venue_crowd *crowd = s->cfg.crowd;
	s->shared = crowd != NULL && crowd->memory != NULL ? crowd->memory : &s->alone;
}

void
pli_binance_crowd_clock(binance_state *s)
{
	binance_shared *shared = s->shared;
	int64_t step_ns = s->now_ns - shared->now_ns;
	if (shared->now_ns != 0 && (step_ns < 0 || step_ns > MINUTE_NS)) {
		memset(shared->asks, 0, sizeof shared->asks);
		shared->marks_beat_ns = shared->marks_heard_ns = s->now_ns;
	}
	if (step_ns > BINANCE_STEP_NS)
		shared->asks[BINANCE_ASK_TIME].good_ns = 0;
	shared->now_ns = s->now_ns;
}

/* Another has had the answer. */
static void
crowd_adopt(binance_state *s, binance_ask ask)
{
	binance_task *task = &s->tasks[ask];
	task->tag = task->failures = 0;
	task->done = true;
	task->good_ns = s->shared->asks[ask].good_ns;
	task->due_ns = task->good_ns + SECONDS(s->market->asks[ask].period_s);
	if (ask == BINANCE_ASK_TIME)
		s->clock = s->shared->clock;
	else
		s->list_ids[ask - BINANCE_ASK_INFO] = s->shared->list_ids[ask - BINANCE_ASK_INFO];
	pli_binance_lists_were_read(s);
}

bool
pli_binance_crowd_lets_ask(binance_state *s, binance_ask ask)
{
	const binance_shared_ask *row = &s->shared->asks[ask];
	const binance_ask_row *call = &s->market->asks[ask];
	if ((call->flags & ASK_SHARED) == 0)
		return true;
	if (row->good_ns != 0 && row->good_ns >= s->tasks[ask].need_ns &&
	    s->now_ns - row->good_ns < SECONDS(call->period_s)) {
		crowd_adopt(s, ask);
		return false;
	}
	return row->by == 0 || row->by == crowd_me(s) || s->now_ns - row->asked_ns >= ASKED_NS;
}

void
pli_binance_crowd_asked(binance_state *s, binance_ask ask)
{
	s->shared->asks[ask].asked_ns = s->now_ns;
	s->shared->asks[ask].by = crowd_me(s);
}

void
pli_binance_crowd_told(binance_state *s, binance_ask ask)
{
	if ((s->market->asks[ask].flags & ASK_SHARED) == 0)
		return;
	s->shared->asks[ask] = (binance_shared_ask){.good_ns = s->now_ns};
	if (ask == BINANCE_ASK_TIME)
		s->shared->clock = s->clock;
	else
		s->shared->list_ids[ask - BINANCE_ASK_INFO] = s->list_ids[ask - BINANCE_ASK_INFO];
}

void
pli_binance_crowd_failed(binance_state *s, binance_ask ask)
{
	if (s->shared->asks[ask].by == crowd_me(s))
		s->shared->asks[ask].by = 0;
}

/* Whether a list that another read has contracts that this session did not know. */
bool
pli_binance_crowd_follow(binance_state *s)
{
	bool news = false;
	for (binance_ask ask = BINANCE_ASK_INFO; ask <= BINANCE_ASK_INFO_TOO; ask++) {
		const binance_shared_ask *row = &s->shared->asks[ask];
		uint32_t id = s->list_ids[ask - BINANCE_ASK_INFO];
		if (row->good_ns <= s->tasks[ask].good_ns || s->tasks[ask].tag != 0)
			continue;
		crowd_adopt(s, ask);
		news |= s->list_ids[ask - BINANCE_ASK_INFO] != id;
	}
	return news;
}

bool
pli_binance_crowd_has_marks(const binance_state *s)
{
	return s->cfg.crowd != NULL && s->cfg.crowd->sessions_count > 1 && s->shared != &s->alone &&
	       pli_binance_private(s) && s->markets[0] == '\0';
}

bool
pli_binance_crowd_carries_marks(binance_state *s)
{
	binance_shared *shared = s->shared;
	if (!pli_binance_crowd_has_marks(s))
		return true;
	bool mine = shared->marks_by == crowd_me(s);
	bool carried = shared->marks_by != 0 && s->now_ns - shared->marks_beat_ns <= BEAT_NS;
	/* Its attempt hangs, begun before the way was open again, as it is for this session. */
	bool slow = !shared->marks_open && s->links[BINANCE_LINK_USER].open &&
		    s->now_ns - shared->marks_since_ns > OPENING_NS;
	if (!mine && carried && !slow)
		return false;
	if (!mine) {
		shared->marks_open = false;
		shared->marks_since_ns = s->now_ns;
	}
	shared->marks_by = crowd_me(s);
	shared->marks_beat_ns = s->now_ns;
	return true;
}

void
pli_binance_crowd_opened_marks(binance_state *s)
{
	s->shared->marks_heard_ns = s->now_ns;
	s->shared->marks_open |= s->shared->marks_by == crowd_me(s);
}

void
pli_binance_crowd_leaves_marks(binance_state *s)
{
	if (s->shared->marks_by != crowd_me(s))
		return;
	s->shared->marks_by = 0;
	s->shared->marks_open = false;
}

static uint32_t
crowd_weight(const binance_state *s, bool whole)
{
	const binance_ask_row *asks = s->market->asks;
	uint32_t weight = 0;
	for (binance_ask ask = BINANCE_ASK_CONFIG; pli_binance_snapshot_has(ask); ask++)
		weight += asks[ask].weight;
	return weight - (whole ? asks[BINANCE_ASK_CONFIG].weight + asks[BINANCE_ASK_ACCOUNT].weight
			       : asks[BINANCE_ASK_WHOLE].weight);
}

/* As long as a reading of all takes; 0: there is no limit to share. */
static int64_t
crowd_carried_ns(const binance_state *s, bool whole)
{
	const plm_venue_crowd *crowd = s->cfg.crowd;
	if (crowd == NULL || crowd->weight_per_minute == 0)
		return 0;
	int64_t per_minute = (int64_t)crowd->weight_per_minute * READINGS_PERCENT / 100;
	int64_t all = (int64_t)crowd->sessions_count * crowd_weight(s, whole);
	return SECONDS((all * 60 + per_minute) / (per_minute + 1));
}

bool
pli_binance_crowd_reads_whole(const binance_state *s)
{
	return s->market->asks[BINANCE_ASK_WHOLE].method != NULL && !s->whole_fails &&
	       crowd_carried_ns(s, false) > RECONCILE_NS;
}

int64_t
pli_binance_crowd_period_ns(const binance_state *s, int64_t least_ns)
{
	int64_t carried_ns = crowd_carried_ns(s, pli_binance_crowd_reads_whole(s));
	return carried_ns > least_ns ? carried_ns : least_ns;
}

/* By the golden ratio: accounts with numbers in a row, as they begin together, are far apart. */
int64_t
pli_binance_crowd_turn_ns(const binance_state *s, int64_t least_ns)
{
	int64_t period_ns = pli_binance_crowd_period_ns(s, least_ns);
	int64_t from_ns = period_ns / 2 > least_ns ? period_ns / 2 : least_ns;
	double place = (double)(crowd_me(s) * GOLDEN_32) / (double)UINT32_MAX;
	return from_ns + (int64_t)((double)(period_ns - from_ns) * place);
}
