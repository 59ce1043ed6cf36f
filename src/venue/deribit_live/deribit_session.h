/* deribit_session.h: the state of one connection to Deribit, and what is asked on it. Fixed size,
 * no heap, no I/O; time comes in with each call. deribit_live.c drives it. */
#ifndef PLI_VENUE_DERIBIT_LIVE_DERIBIT_SESSION_H
#define PLI_VENUE_DERIBIT_LIVE_DERIBIT_SESSION_H

#include "venue/credentials.h"
#include "venue/deribit/deribit.h"
#include "venue/deribit_live/deribit_request.h"
#include "venue/ledger_ask.h"
#include "venue/pending.h"
#include "venue/venue_clock.h"

enum { DERIBIT_TOPICS_MAX = 1024, DERIBIT_LOCKS_MAX = 32 };

/* Where the session stands. LOGIN waits for its turn or for the answer; SUBSCRIBING for the user
 * channels; READY may take snapshots; REFUSED needs a person. */
typedef enum pli_deribit_phase {
	DERIBIT_CLOSED,
	DERIBIT_LOGIN,
	DERIBIT_SUBSCRIBING,
	DERIBIT_READY,
	DERIBIT_REFUSED,
} pli_deribit_phase;

typedef enum pli_deribit_topic_kind {
	DERIBIT_TOPIC_INSTRUMENT, /* its ticker and specification */
	DERIBIT_TOPIC_CURRENCY,   /* its index */
	DERIBIT_TOPIC_MARKET,     /* all its specifications; no channel */
	DERIBIT_TOPIC_MATRIX,     /* what it is margined by, or "CROSS"; no channel */
	DERIBIT_TOPIC_PLATFORM,
} pli_deribit_topic_kind;

enum { DERIBIT_CHANNEL_WANTED, DERIBIT_CHANNEL_ASKED, DERIBIT_CHANNEL_LIVE };
enum { DERIBIT_CHANNEL_REFUSED = 3, DERIBIT_HELD_BEFORE = 2, DERIBIT_HELD_MISSING = 3 };

/* Something to hear about. name: instrument as the venue writes it, currency in lower case. */
typedef struct pli_deribit_topic {
	char name[PLM_NAME_MAX];
	uint32_t request_id;     /* of the subscription that asked for it */
	uint8_t kind;            /* pli_deribit_topic_kind */
	uint8_t channel;         /* DERIBIT_CHANNEL_x */
	uint8_t held;            /* open; BEFORE: at the last snapshot, MISSING in one since */
	uint8_t wanted;          /* from the config: never dropped */
	plm_time_ns spec_due_ns; /* when to ask (again) for the specification */
} pli_deribit_topic;

/* What the transaction log is read for: a word of the venue's for each. */
enum { DERIBIT_LOG_WORDS = 3, DERIBIT_LEDGER_MAX = 32 };

/* A currency that is held, or was. due_ns, sent_ns: when to ask for the rows of a word (again), and
 * when that was done last. */
typedef struct pli_deribit_ledger_row {
	char currency[24];
	plm_decimal wallet;
	plm_time_ns due_ns[DERIBIT_LOG_WORDS], sent_ns[DERIBIT_LOG_WORDS];
	pli_ledger_ask asks[DERIBIT_LOG_WORDS];
} pli_deribit_ledger_row;

/* failures: questions since the last good answer. */
typedef struct pli_deribit_ledger {
	pli_deribit_ledger_row rows[DERIBIT_LEDGER_MAX];
	uint32_t rows_count, failures;
	plm_time_ns next_ns;
} pli_deribit_ledger;

typedef struct pli_deribit_session {
	plm_venue_cfg cfg; /* strings of its own below */
	pli_credentials credentials;
	bool is_private;
	pli_venue_time time; /* of all timers */
	pli_deribit_phase phase;
	pli_pending_table pending; /* kind: pli_deribit_request_kind; topic: an index */
	pli_deribit_topic topics[DERIBIT_TOPICS_MAX];
	uint32_t topics_count;
	bool subscribe_alone; /* a batch was refused: one channel a message */
	plm_time_ns subscribe_next_ns;
	plm_time_ns heard_ns;
	plm_time_ns token_renew_ns; /* 0: no token */
	bool login_retried;         /* since the last good snapshot */
	bool is_snapshot_asked;     /* summaries first: they say the margin model of positions */
	bool is_snapshot_begun;     /* SNAPSHOT_BEGIN was sent */
	bool is_confirming;         /* the last one lacked a position that was held */
	bool is_refuting;           /* this one shows a position that the last one lacked */
	bool snapshot_done;         /* one was complete in this epoch */
	uint32_t snapshot_rows;
	uint32_t snapshot_failures;
	plm_time_ns snapshot_next_ns, snapshot_asked_ns;
	uint32_t doubts_count;  /* messages that may have told of the account, refused */
	uint32_t doubts_before; /* of them when the running snapshot was asked for */
	char doubt[120];        /* why what is shown may be old; "": it is not in doubt */
	uint8_t margin_modes[DERIBIT_ASSETS_MAX];
	pli_deribit_ledger ledger;
	bool maintenance; /* the venue said so in an error */
	bool platform_locked;
	char locks[DERIBIT_LOCKS_MAX][24]; /* locked indexes ("btc_usd"), "" free */
	plm_time_ns backoff_until_ns;
	int64_t backoff_ns;
	bool backing_off;
	pli_venue_clock clock;
	bool key_can_trade;
	bool key_can_withdraw;
	bool key_checked;
	char scope_power[48]; /* the scope that gives the power */
	char refusal[120];
	uint64_t ids_unknown_count;
	uint64_t channels_refused_count;
	uint64_t topics_full_count;
} pli_deribit_session;

/* Asking. Each answers false when the request could not leave; on_tick tries again. */
bool pli_deribit_ask(pli_deribit_session *s, plm_time_ns now_ns, plm_request_sink *requests,
    pli_deribit_request_kind kind, uint32_t topic);
/* pli_deribit_is_of_topic: a question about one topic, which is asked again in time. */
bool pli_deribit_is_of_topic(pli_deribit_request_kind kind);
/* pli_deribit_ask_log: topic is for the answer. */
bool pli_deribit_ask_log(pli_deribit_session *s, plm_time_ns now_ns, plm_request_sink *requests,
    const pli_deribit_log_ask *ask, uint32_t topic);
bool pli_deribit_ask_user_channels(
    pli_deribit_session *s, plm_time_ns now_ns, plm_request_sink *requests);

/* Topics: add finds (in any case of letters) or makes one; NULL when the table is full of held ones
 * (counted). */
pli_deribit_topic *pli_deribit_topic_add(
    pli_deribit_session *s, pli_deribit_topic_kind kind, plm_slice name);
void pli_deribit_topics_from_markets(pli_deribit_session *s, const char *markets);
void pli_deribit_topics_reset(pli_deribit_session *s);
/* Sends at most one subscription and one request for a specification. */
void pli_deribit_topics_feed(
    pli_deribit_session *s, plm_time_ns now_ns, plm_request_sink *requests);
/* How many channels of a subscription the venue accepted; 0: it refused them all. */
void pli_deribit_topics_answered(pli_deribit_session *s, uint32_t id, uint32_t accepted);
/* The subscription got no answer, or one that says "later". */
void pli_deribit_topics_retry(pli_deribit_session *s, uint32_t id);

/* Snapshots. start asks; begin sends SNAPSHOT_BEGIN once; end sends SNAPSHOT_END. soon: an update
 * told of a contract unheard of, perhaps one that is open under an older name too. doubt: a message
 * that may have told of the account was refused for that reason (NULL: the contract may well be one
 * that is open); the feed is not LIVE until a snapshot that is asked for from now on is complete.
 */
void pli_deribit_snapshot_start(
    pli_deribit_session *s, plm_time_ns now_ns, plm_request_sink *requests);
plm_err pli_deribit_snapshot_begin(pli_deribit_session *s, plm_event_sink *events);
plm_err pli_deribit_snapshot_end(
    pli_deribit_session *s, plm_time_ns now_ns, plm_event_sink *events, bool complete);
void pli_deribit_snapshot_soon(pli_deribit_session *s);
void pli_deribit_doubt(pli_deribit_session *s, const plm_fault *reason);

/* The ledger (deribit_ledger.c): which coins came and went, by the transaction log, of each
 * currency that is held: all of the last day once, then what is new each minute, and soon after the
 * wallet changed. _start: a new connection. _saw: a balance was told. _feed sends at most one
 * question in 2 s: the venue grants one a second, and cuts who asks for more. _answered:
 * pending.topic of a good answer; not whole: rows are missing. _failed: it was refused: not again
 * for an hour. _is_silent: movements are not told. */
void pli_deribit_ledger_start(pli_deribit_session *s, plm_time_ns now_ns);
void pli_deribit_ledger_saw(pli_deribit_session *s, const char *currency, plm_decimal wallet);
void pli_deribit_ledger_feed(
    pli_deribit_session *s, plm_time_ns now_ns, plm_request_sink *requests);
void pli_deribit_ledger_answered(pli_deribit_session *s, uint32_t topic, bool whole);
void pli_deribit_ledger_failed(pli_deribit_session *s, plm_time_ns now_ns);
bool pli_deribit_ledger_is_silent(const pli_deribit_session *s);

/* Locks of the platform. is_locked: one of them touches what we watch. */
void pli_deribit_lock_set(pli_deribit_session *s, plm_slice index, bool locked);
bool pli_deribit_is_locked(const pli_deribit_session *s, const char **ret_index);

#endif
