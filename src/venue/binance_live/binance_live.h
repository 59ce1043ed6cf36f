/* binance_live.h: a live session with one market of Binance, and what a market is to it.
 *
 * The markets (USD-M and COIN-M futures, spot, margin, options, portfolio margin) differ in hosts,
 * calls, streams and in what an answer holds; tasks with due times, links, snapshots, key rights
 * and clock are the same. A market is a constant binance_market in a folder of its own. */
#ifndef PLI_VENUE_BINANCE_LIVE_BINANCE_LIVE_H
#define PLI_VENUE_BINANCE_LIVE_BINANCE_LIVE_H

#include "venue/binance/binance_internal.h"
#include "venue/credentials.h"
#include "venue/same_time.h"
#include "venue/venue_clock.h"

/* Everything that may be asked for, in the order in which it leaves when several are due. _TOO: the
 * same of a second market in one account. CONFIG to POSITIONS_TOO make up the snapshot. WHOLE: what
 * CONFIG and ACCOUNT say in one answer, which is long: asked where many accounts share the limit.
 */
#define BINANCE_ASK_NAMES(X)                                                                       \
	X(TIME)                                                                                    \
	X(RIGHTS)                                                                                  \
	X(INFO)                                                                                    \
	X(INFO_TOO)                                                                                \
	X(TIERS)                                                                                   \
	X(TIERS_TOO)                                                                               \
	X(RATES)                                                                                   \
	X(SHARES)                                                                                  \
	X(PRICES)                                                                                  \
	X(LISTEN)                                                                                  \
	X(KEEP)                                                                                    \
	X(CONFIG)                                                                                  \
	X(WHOLE)                                                                                   \
	X(ACCOUNT)                                                                                 \
	X(BALANCES)                                                                                \
	X(LEGS)                                                                                    \
	X(LEGS_TOO)                                                                                \
	X(POSITIONS)                                                                               \
	X(POSITIONS_TOO)                                                                           \
	X(ORDERS)                                                                                  \
	X(ORDERS_TOO)

#define X(name) BINANCE_ASK_##name,
typedef enum binance_ask { BINANCE_ASK_NAMES(X) BINANCE_ASK_COUNT_ } binance_ask;
#undef X

/* ASK_STAMP: sent through seal, for the time of leaving alone. ASK_KEY: carries the key. ASK_SIGN:
 * key, time and signature. ASK_OPTIONAL: may be dropped while the budget is short. ASK_HOST_n: a
 * host of the descriptor's other than rest_url. ASK_LIST: the answer is a list. ASK_CHECKS: its
 * positions are counted and not told: they must be those of the ASK_LEGS answers. ASK_SHARED: the
 * answer is the same for all sessions of the market at one address: one of them asks. */
enum {
	ASK_STAMP = 1,
	ASK_KEY = 2,
	ASK_SIGN = 4,
	ASK_OPTIONAL = 8,
	ASK_HOST_ACCOUNT = 16,
	ASK_HOST_PUBLIC = 32,
	ASK_HOST_PUBLIC_TOO = 48,
	ASK_LIST = 64,
	ASK_CHECKS = 128,
	ASK_LEGS = 256,
	ASK_SHARED = 512,
	ASK_HOST_SHIFT = 4
};

/* One call. method NULL: the market has no such call. weight: as the venue publishes it. period_s:
 * what repeats by itself; 0: once per start, or when something asks for it. kind: how the answer is
 * read; NULL: the session reads it. */
typedef struct binance_ask_row {
	const char *method, *target;
	uint32_t weight, flags;
	int64_t period_s;
	const binance_kind *kind;
} binance_ask_row;

/* A market's calls are a list of X(name, method, target, weight, flags, period_s, kind): these make
 * its table and its read-only list of it. */
#define BINANCE_ASK_ROW(name, method, target, weight, flags, period_s, kind)                       \
	[BINANCE_ASK_##name] = {method, target, weight, flags, period_s, kind},
#define BINANCE_ASK_ALLOWED(name, method, target, weight, flags, period_s, kind) method " " target,

enum { BINANCE_MARKETS_MAX = 400, BINANCE_LISTEN_KEY_MAX = 256 };

typedef struct binance_state binance_state;

/* binance_market: constant.
 * asks            BINANCE_ASK_COUNT_ rows
 * pool_mode       plm_margin_mode of what is not isolated; NONE: CONFIG's answer says it
 * account_member  a list that an answer to ACCOUNT must have
 * positions_name  what the answers with positions are called in a sentence
 * user_target     path of the user stream, with %s for the listen key; NULL: no listen key
 * marks_target    writes the path of the stream of marks for the wanted symbols (lower case, ""
 *                 all); NULL: there is none, PRICES tells them
 * topics          writes what to hear of a listed contract, as JSON strings with commas between,
 *                 and returns the size (0: nothing, -1: it did not fit); NULL: the path says all
 * subscribe       method of the message that turns the open link into the user stream (signed, or
 *                 with the token that LISTEN gave); NULL: the path does
 * many_wallets    an account lists wallets of any coin, nothing else says which: those that were
 *                 never held are passed over, and one that is gone must be gone in two readings
 * behind          what CONFIG asks for before the account is asked for again by this call, behind
 *                 it: what it holds must be the same in both. 0: CONFIG asks for something else
 * isolated        that is isolated margin, with which the account's wallets are told
 * costs           that are options, what they cost is in the account's balance
 * balances_part   the stream tells of a part of each wallet: it only says that all must be read */
typedef struct binance_market {
	const char *title;
	const binance_ask_row *asks;
	uint8_t pool_mode;
	binance_ask behind;
	bool balances_part, many_wallets, isolated, costs;
	const char *account_member, *positions_name;
	const char *user_target, *subscribe;
	void (*marks_target)(const char *markets, char ret_target[PLM_TARGET_MAX]);
	int (*topics)(const binance_state *s, const plm_instrument *spec, char *ret_text, int size);
} binance_market;

/* One call's life. tag 0: nothing pending. done: answered since the last start. true_ns: what a
 * signed one's answer was true at, at the earliest, by the venue's clock. good_ns: when it was last
 * answered well. need_ns: an answer from before then will not do. */
typedef struct binance_task {
	plm_time_ns due_ns, sent_ns, true_ns, good_ns, need_ns;
	uint32_t tag, failures;
	bool done;
} binance_task;

/* busy: opening or closing, on_open or on_close will tell. */
typedef struct binance_link {
	bool open, busy;
	plm_time_ns since_ns, heard_ns;
} binance_link;

/* last_digest: of the last complete one; updates_before: user updates counted at its begin;
 * doubts_begin: refused ones. parts: bits of binance_ask. whole_count: readings since the start
 * whose parts agreed. */
typedef struct binance_snapshot {
	bool running;
	bool complete;   /* one since the last start */
	bool end_owed;   /* it broke off: the end is told by the next call that can emit */
	bool again;      /* it broke off, and another has not begun */
	bool checked;    /* by an answer that lists positions beside those that are told */
	bool lacks_legs; /* an answer that should list positions did not */
	bool whole;      /* WHOLE stands for CONFIG and ACCOUNT */
	bool heard;      /* the last complete one began behind the open user stream */
	bool heard_begin;
	uint32_t parts, rows_count, failures, whole_count;
	uint32_t listed_begin, listed_max; /* of the list at its begin; at that of the last one */
	uint8_t sides_open;                /* bits of plm_side */
	uint64_t checks_digest, legs_digest, last_digest;
	uint64_t updates_before, updates_begin, doubts_begin;
	plm_time_ns due_ns, began_ns;
	plm_time_ns read_ns;    /* when the last complete one began */
	plm_time_ns suspect_ns; /* 0: no suspicion */
} binance_snapshot;

/* binance_shared: what the sessions of a market at one address have in common. asks: by whom, and
 * when, a call was last asked that no good answer came to yet (by 0: none), and the last good
 * answer. marks_by: who carries the link with all marks, 0 nobody, since marks_since_ns;
 * marks_open: it is open; marks_beat_ns: its last tick. */
typedef struct binance_shared_ask {
	uint32_t by;
	plm_time_ns asked_ns, good_ns;
} binance_shared_ask;

typedef struct binance_shared {
	plm_time_ns now_ns;
	pli_venue_clock clock;
	uint32_t list_ids[2];
	binance_shared_ask asks[BINANCE_ASK_COUNT_];
	uint32_t marks_by;
	bool marks_open;
	plm_time_ns marks_since_ns, marks_beat_ns, marks_heard_ns;
} binance_shared;

/* Between calls; of a longer step ahead nobody knows whether our clock was set. */
#define BINANCE_STEP_NS PLM_NS_PER_S

enum { BINANCE_LINK_USER = 0, BINANCE_LINK_MARKS = 1, BINANCE_LINKS_COUNT = 2 };

/* listed_max: the last one as binance_reader has it. topics_max: the last instrument that was
 * subscribed to on this link. subscribed: the venue said so. unread_count: messages of the user
 * stream that were no JSON, ever; unread_asked: of those, when it was last asked whether the listen
 * key lives; unread_kept: when that was asked which it last said yes to. wallets_changed_ns: where
 * only readings tell of wallets, when an update first said that they changed, behind the begin of
 * the last reading; wallets_reading_ns: before it, while it is not complete; 0: none did. */
struct binance_state {
	const binance_market *market;
	plm_venue_cfg cfg;
	binance_shared *shared;
	binance_shared alone; /* where there is no crowd */
	binance_task tasks[BINANCE_ASK_COUNT_];
	binance_link links[BINANCE_LINKS_COUNT];
	binance_snapshot snapshot;
	uint32_t serial, listed_max, topics_max;
	uint32_t list_ids[2]; /* listed_max of each list */
	uint64_t updates_count, doubts_count;
	plm_time_ns wallets_changed_ns, wallets_reading_ns;
	uint64_t unread_count, unread_asked, unread_kept;
	plm_time_ns now_ns, opened_ns; /* opened: the epoch's begin */
	pli_venue_clock clock;
	pli_same_time same; /* updates of one millisecond */
	uint8_t pool_mode;  /* of what is not isolated; NONE until the venue has said it */
	plm_time_ns list_due_ns, list_wait_ns; /* for a symbol that it lacks: when, how long */
	bool hedge, refused, subscribed, was_heard, whole_fails, key_can_trade, key_can_withdraw,
	    key_checked;
	char text[120];
	char doubt[120]; /* why what is shown may be old; "": it is not in doubt */
	char listen_key[BINANCE_LISTEN_KEY_MAX];
	binance_held held;
	pli_collateral_held collateral;
	binance_isolated isolated;
	plm_decimal costs; /* of options, in the snapshot */
	pli_credentials credentials;
	char markets[BINANCE_MARKETS_MAX];
};

/* Of the session's own files (binance_live.c); all at s->now_ns.
 * pli_binance_say           the sentence of the feed, formatted
 * pli_binance_has_lists     every list of contracts that the market has was read once
 * pli_binance_private       there is a key, and the account is wanted
 * pli_binance_wants         is the symbol (lower case) among the wanted ones? All are where none is
 * named pli_binance_marks_link    the link that carries marks: the first one where there is no user
 * pli_binance_task_due      asks at that time, unless an answer is awaited
 * pli_binance_task_wait_ns  from now, how long after a failure: 1 s from when it was sent, doubling
 * to 32 s, or to 4 s where the venue is not there (status 0, 5xx) pli_binance_snapshot_has  is the
 * call a part of the snapshot? pli_binance_snapshot_parts  asks for all parts but the configuration
 * pli_binance_snapshot_break  gives up the running one: nothing of it shows, another follows
 * pli_binance_snapshot_part   a part is here: with the last one it is complete, if the parts agree;
 *                             errors of the sink
 * pli_binance_key_ask       asks whether the listen key lives, where a message behind the last such
 *                           question may have been its end; once a second at most
 * pli_binance_snapshot_soon   something is known in part: all is read again, not at once
 * pli_binance_user_restart    ends the epoch, for a reason
 * pli_binance_time_again    what anybody read of the venue's clock is not believed any more
 * pli_binance_lists_were_read  every symbol that the lists have is known now, if all were read
 * pli_binance_drive         sends what has fallen due; events NULL: cannot emit now */
void pli_binance_say(binance_state *s, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
bool pli_binance_has_lists(const binance_state *s);
bool pli_binance_private(const binance_state *s);
bool pli_binance_wants(const binance_state *s, const char *name);
uint8_t pli_binance_marks_link(const binance_state *s);
void pli_binance_task_due(binance_state *s, binance_ask ask, plm_time_ns due_ns);
void pli_binance_key_ask(binance_state *s);
int64_t pli_binance_task_wait_ns(const binance_state *s, const binance_task *task, uint16_t status);
bool pli_binance_snapshot_has(binance_ask ask);
void pli_binance_snapshot_parts(binance_state *s);
void pli_binance_snapshot_break(binance_state *s, int64_t wait_ns, const char *why);
plm_err pli_binance_snapshot_part(binance_state *s, binance_ask ask, plm_event_sink *events);
void pli_binance_snapshot_soon(binance_state *s);
void pli_binance_user_restart(binance_state *s, plm_request_sink *requests, const char *why);
void pli_binance_clock(binance_state *s, plm_time_ns now_ns);
void pli_binance_time_again(binance_state *s);
void pli_binance_lists_were_read(binance_state *s);
void pli_binance_drive(binance_state *s, plm_event_sink *events, plm_request_sink *requests);

/* The crowd (binance_crowd.c): what one session of a market does for all at its address.
 * _init           behind the copy of the configuration
 * _clock          at each call, behind s->now_ns: a clock that jumped makes all be asked anew
 * _lets_ask       false: the call is another's to make now, or its answer is here and was taken
 *                 over
 * _asked, _told, _failed   a shared call was sent; was answered well; was not
 * _follow         takes over lists that another has read anew; true: with contracts that are new
 * _has_marks      one link brings the marks of all
 * _carries_marks  it is this session's to open; true where each has its own
 * _opened_marks   it is open
 * _leaves_marks   another may open it
 * _reads_whole    readings are by WHOLE: the limit does not carry one in 30 s of all otherwise
 * _turn_ns        of the reading behind the first, half a period to one later: accounts that began
 *                 together take turns, and first readings of others are not kept waiting
 * _period_ns      of readings of the account: as long as the weight of all takes, least_ns or more
 */
void pli_binance_crowd_init(binance_state *s);
void pli_binance_crowd_clock(binance_state *s);
bool pli_binance_crowd_lets_ask(binance_state *s, binance_ask ask);
void pli_binance_crowd_asked(binance_state *s, binance_ask ask);
void pli_binance_crowd_told(binance_state *s, binance_ask ask);
void pli_binance_crowd_failed(binance_state *s, binance_ask ask);
bool pli_binance_crowd_follow(binance_state *s);
bool pli_binance_crowd_has_marks(const binance_state *s);
bool pli_binance_crowd_carries_marks(binance_state *s);
void pli_binance_crowd_opened_marks(binance_state *s);
void pli_binance_crowd_leaves_marks(binance_state *s);
bool pli_binance_crowd_reads_whole(const binance_state *s);
int64_t pli_binance_crowd_turn_ns(const binance_state *s, int64_t least_ns);
int64_t pli_binance_crowd_period_ns(const binance_state *s, int64_t least_ns);

/* Entry points of every market's ops; init is the market's own, which names itself. on_frame is in
 * binance_reply.c. */
plm_err pli_binance_init(
    void *state, const binance_market *market, const plm_venue_cfg *cfg, plm_fault *ret_fault);
void pli_binance_fini(void *state);
void pli_binance_on_open(void *state, uint8_t link, plm_time_ns now_ns, plm_request_sink *requests);
void pli_binance_on_close(
    void *state, uint8_t link, plm_time_ns now_ns, plm_request_sink *requests);
plm_err pli_binance_on_frame(void *state, plm_time_ns now_ns, const plm_frame *frame,
    plm_event_sink *events, plm_request_sink *requests, plm_fault *ret_fault);
void pli_binance_on_tick(
    void *state, plm_time_ns now_ns, plm_event_sink *events, plm_request_sink *requests);
void pli_binance_resync(void *state, plm_time_ns now_ns, plm_request_sink *requests);
plm_err pli_binance_seal(void *state, plm_time_ns now_ns, plm_request *request);
void pli_binance_status(const void *state, plm_venue_status *ret_status);

/* BINANCE_OPS: the ops of a market, whose init is the one named. */
#define BINANCE_OPS(init_of_market)                                                                \
	{                                                                                          \
		.state_size = sizeof(binance_state), .crowd_size = sizeof(binance_shared),         \
		.init = (init_of_market), .fini = pli_binance_fini,                                \
		.on_open = pli_binance_on_open, .on_close = pli_binance_on_close,                  \
		.on_frame = pli_binance_on_frame, .on_tick = pli_binance_on_tick,                  \
		.resync = pli_binance_resync, .seal = pli_binance_seal,                            \
		.status = pli_binance_status, .decode = pli_binance_decode,                        \
	}

/* Requests (binance_request.c). Shapes a request; seal signs it. signature: 64 hex digits of
 * HMAC-SHA256 over the query. */
void pli_binance_request(plm_request *request, const binance_ask_row *row, const char *key);
plm_err pli_binance_request_seal(plm_request *request, int64_t time_ms, const char *secret);

/* pli_binance_request_subscribe: the message by which the user stream begins on an open link;
 * token "": it is signed by _subscribe_seal with the venue's time (PLM_EOVERFLOW: the key does not
 * fit). */
void pli_binance_request_subscribe(plm_request *request, const char *method, const char *token);
plm_err pli_binance_request_subscribe_seal(
    plm_request *request, int64_t time_ms, const pli_credentials *credentials);

/* pli_binance_marks_path: head, then "/symbol@markPrice@1s" for each wanted symbol; `all` behind
 * the head where none is wanted or they do not fit in one path. */
void pli_binance_marks_path(
    const char *head, const char *all, const char *markets, char ret_target[PLM_TARGET_MAX]);

#endif
