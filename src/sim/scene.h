/* scene.h: a run that is written down: its world, faults at given times, and what must be true
 *then.
 *
 * A text of lines (docs/reference/scenes.md):
 *
 *	at 40 net-stall binance for 30
 *	expect binance not-live within 10
 *	expect binance live within 5 after end
 *
 * An expectation belongs to the `at` line above it and is watched until the next one. `missed` in
 * place of `expect` is a target that the program is known to miss; that it is met is then the news.
 * The same format keeps seeds that failed once (`faults seed`). Pure; memory is the caller's. */
#ifndef PLI_SIM_SCENE_H
#define PLI_SIM_SCENE_H

#include "sim/simulation.h"

enum {
	PLI_SCENE_STRIKES_MAX = 32,
	PLI_SCENE_EXPECTS_MAX = 32,
	PLI_SCENE_LIST_MAX = 1200,
	PLI_SCENE_LINE_MAX = 120,
	PLI_SCENE_COUNT_MAX = 100000,
};

/* PLI_SCENE_STATES: name, text, whether it must last from then on (else it must come once), help.
 */
#define PLI_SCENE_STATES(X)                                                                        \
	X(LIVE, "live", true, "the feeds are live")                                                \
	X(TRUE, "true", true, "no live feed shows a position or a wallet that its venue has not")  \
	X(NOT_LIVE, "not-live", false, "none of the feeds is live")                                \
	X(STALE, "stale", false, "each feed was stale")                                            \
	X(DEGRADED, "degraded", false, "each feed was degraded")                                   \
	X(MAINTENANCE, "maintenance", false, "each feed was under maintenance")                    \
	X(DOWN, "down", false, "each feed was down")                                               \
	X(FAILING, "failing", false, "the journal is said to fail")                                \
	X(WRITING, "writing", true, "the journal is written")                                      \
	X(BY_MODEL, "by-model", false, "each account has options, all with the model's delta")     \
	X(BY_VENUE, "by-venue", true, "no option has the model's delta")                           \
	X(CLOCK_TOLD, "clock-told", true, "each feed says how far its venue's clock is from ours")

/* PLI_SCENE_COUNTERS: name, text, help. */
#define PLI_SCENE_COUNTERS(X)                                                                      \
	X(CONNECTS, "connects", "WebSockets that the program opens")                               \
	X(REQUESTS, "requests", "HTTP requests that the program sends")                            \
	X(MESSAGES, "messages", "WebSocket messages that the program sends")                       \
	X(LEAVES, "leaves", "feeds that were live and are not any more")                           \
	X(ALERTS, "alerts", "alerts of one limit and scope, the most of any")                      \
	X(NOTICES, "notices", "notices of one limit, scope and band, the most of any")             \
	X(BAD_FRAMES, "bad-frames", "payloads that an adapter dropped as broken")                  \
	X(STARTS, "starts", "starts of the program")

#define X(name, text, lasts, help) PLI_SCENE_##name,
typedef enum pli_scene_state { PLI_SCENE_STATES(X) PLI_SCENE_STATE_COUNT } pli_scene_state;
#undef X

#define X(name, text, help) PLI_SCENE_##name,
typedef enum pli_scene_counter { PLI_SCENE_COUNTERS(X) PLI_SCENE_COUNTER_COUNT } pli_scene_counter;
#undef X

typedef enum pli_scene_kind {
	PLI_SCENE_NO_LIE,
	PLI_SCENE_COMES, /* a state comes within bound seconds */
	PLI_SCENE_LASTS, /* a state is there from bound seconds on; TRUE: was never gone for longer
			  */
	PLI_SCENE_MOST,  /* a counter counts at most bound */
	PLI_SCENE_LEAST,
	PLI_SCENE_CLOCK_OFF, /* what is told of venues' clocks is at most bound seconds off */
} pli_scene_kind;

/* pli_scene_since: what a state's seconds count from: the strike, its end, of each account the
 * moment when its stream is open again (of what lasts only), or the last start of the program. */
typedef enum pli_scene_since {
	PLI_SCENE_SINCE_STRIKE,
	PLI_SCENE_SINCE_END,
	PLI_SCENE_SINCE_OPEN,
	PLI_SCENE_SINCE_START,
} pli_scene_since;

/* pli_scene_expect: venues: bit per pli_sim_venue, and one for the file (PLI_CHECK_FILE). what: a
 * state or a counter, as kind says. Times in ns since the start of the run. per_ns > 0: in any
 * window of that length. */
typedef struct pli_scene_expect {
	pli_scene_kind kind;
	bool missed; /* it is known not to hold; that it does would be the news */
	int what;
	uint32_t venues;
	double bound;
	pli_scene_since since;
	int64_t strike_ns, end_ns; /* of the strike above it */
	int64_t until_ns;          /* the watch ends */
	int64_t per_ns;
	uint32_t line;
	char text[PLI_SCENE_LINE_MAX]; /* the line */
} pli_scene_expect;

typedef struct pli_scene {
	uint64_t seed;
	int64_t duration_ns;
	bool by_seed; /* faults are the seed's choice */
	bool no_journal;
	char world[PLI_SIM_VENUES_TEXT_MAX]; /* "": the venues of every world */
	char faults[PLI_SCENE_LIST_MAX], venues[PLI_SCENE_LIST_MAX]; /* venues "": all */
	char was[240]; /* what the run's lie once was; "": it never had one */
	uint32_t strikes_count, expects_count;
	pli_fault_strike strikes[PLI_SCENE_STRIKES_MAX];
	pli_scene_expect expects[PLI_SCENE_EXPECTS_MAX];
} pli_scene;

/* pli_scene_parse reads a whole text. Errors: PLM_EPARSE: *ret_fault has the line and says what
 * is wrong in it. */
plm_err pli_scene_parse(plm_slice text, pli_scene *ret_scene, plm_fault *ret_fault);

/* pli_scene_last makes the scene last so long, and with it what is watched until its end. */
void pli_scene_last(pli_scene *scene, int64_t duration_ns);

/* pli_scene_config: the run that the scene is; borrows the scene. Notes are left to the caller. */
pli_simulation_config pli_scene_config(const pli_scene *scene);

#endif
