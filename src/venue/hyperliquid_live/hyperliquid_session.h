/* hyperliquid_session.h: the state of one account's feed from Hyperliquid. Fixed size, no heap, no
 * I/O; time comes in with each call. hyperliquid_live.c drives it. */
#ifndef PLI_VENUE_HYPERLIQUID_LIVE_HYPERLIQUID_SESSION_H
#define PLI_VENUE_HYPERLIQUID_LIVE_HYPERLIQUID_SESSION_H

#include "venue/hyperliquid/hyperliquid.h"
#include "venue/hyperliquid_live/hyperliquid_asks.def"
#include "venue/topics.h"
#include "venue/venue_clock.h"

enum { HL_OF_USER = 1, HL_OPTIONAL = 2 }; /* the body names the address; may be dropped */

#define X(name, type, weight, flags, period_s) HL_ASK_##name,
typedef enum hl_ask { HL_ASKS(X) HL_ASK_COUNT_ } hl_ask;
#undef X

enum { HL_TAG_BITS = 8, HL_MARKETS_MAX = 400 };

/* One request kind. tag 0: nothing pending. done: answered since the last start. */
typedef struct hl_task {
	plm_time_ns due_ns, sent_ns;
	uint32_t tag, failures;
	bool done;
} hl_task;

/* What is listened to: rows below HL_TOPIC_COINS are of the account, by the type of subscription;
 * the others are coins whose prices are. */
enum { HL_TOPIC_STATES, HL_TOPIC_SPOT, HL_TOPIC_COINS = 6 };

/* One reading of all dexes and of spot. dex: index of the one that is asked for. read_ns: when the
 * last complete one began. suspect_ns: 0, or when a change that no message told of means a deaf
 * stream. pushes_begin, doubts_begin: counts when it began; pushes_before: when the last complete
 * one did. unsummed: as the reader has it, of any of its states. */
typedef struct hl_snapshot {
	bool running, complete, end_owed, unsummed;
	uint32_t dex, rows_count, failures;
	uint64_t pushes_before, pushes_begin, doubts_begin, spot_pushes_begin;
	plm_time_ns due_ns, began_ns, read_ns, suspect_ns;
} hl_snapshot;

typedef struct hl_session {
	plm_venue_cfg cfg;                 /* strings of its own below */
	char address[HL_ADDRESS_SIZE + 1]; /* lower case; "": prices alone */
	pli_venue_time time;
	plm_time_ns now_ns; /* of all timers */
	pli_venue_clock clock;
	hl_task tasks[HL_ASK_COUNT_];
	uint32_t serial, walks_count;
	bool open, refused, crowded, lacked; /* lacked: the last message did */
	plm_time_ns pinged_ns, lists_next_ns;
	int64_t lists_wait_ns, tiers_next_ns;
	bool tiers_wanted; /* of legs that opened since the lists were last asked for */
	hl_account account;
	hl_tokens tokens;
	pli_held_legs legs;
	pli_topics topics;
	hl_snapshot snapshot;
	uint64_t pushes_count, spot_pushes_count, doubts_count;
	uint32_t subs_count;
	char text[120];
	char doubt[120]; /* why what is shown may be old; "": it is not in doubt */
} hl_session;

bool pli_hl_is_private(const hl_session *s);
#define pli_hl_say(s, ...) ((void)snprintf((s)->text, sizeof(s)->text, __VA_ARGS__))

/* Requests. pli_hl_ask_send asks; for STATE of the snapshot's dex. Answers false when it could not
 * leave; it stays due. */
extern const char *const pli_hl_requests_allowed[];
extern const int64_t pli_hl_periods_ns[HL_ASK_COUNT_];
bool pli_hl_ask_send(hl_session *s, hl_ask ask, plm_request_sink *requests);
void pli_hl_ask_due(hl_session *s, hl_ask ask, plm_time_ns due_ns);
bool pli_hl_ask_is_of_snapshot(hl_ask ask);

/* Topics. _init: those of the account, and coins of a comma list. _feed sends a few subscriptions.
 * _follow: prices of what is held. */
void pli_hl_topics_init(hl_session *s, const char *markets);
void pli_hl_topics_feed(hl_session *s, plm_request_sink *requests);
void pli_hl_topics_follow(hl_session *s);

/* Snapshots. _begin sends SNAPSHOT_BEGIN and asks; _break gives it up, another one follows in
 * wait_ns; _finish ends it: complete, or as one that a second reading must confirm. _soon:
 * something is told in part. _doubt: something may have been lost: not LIVE until a snapshot that
 * begins from now on is complete. */
void pli_hl_snapshot_begin(hl_session *s, plm_event_sink *events);
void pli_hl_snapshot_break(hl_session *s, int64_t wait_ns, const char *why);
plm_err pli_hl_snapshot_finish(hl_session *s, plm_event_sink *events);
void pli_hl_snapshot_soon(hl_session *s);
void pli_hl_doubt(hl_session *s, const char *why);

/* What came (hyperliquid_reply.c): an answer to whatever was asked; a message of the link, and
 * whether it was of the account, so that what is refused puts it in doubt. _unlisted: a position
 * was opened in a contract that the lists lack. Errors: those of on_frame. */
plm_err pli_hl_answer(hl_session *s, hl_reader *r, const plm_frame *frame);
plm_err pli_hl_message(hl_session *s, hl_reader *r, const plm_frame *frame, bool *ret_of_account);
void pli_hl_unlisted(hl_session *s);

#endif
