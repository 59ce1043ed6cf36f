/* bybit_session.h: the state of one account's connection to Bybit. Fixed size, no heap, no I/O;
 * bybit_live.c drives it. */
#ifndef PLI_VENUE_BYBIT_LIVE_BYBIT_SESSION_H
#define PLI_VENUE_BYBIT_LIVE_BYBIT_SESSION_H

#include "venue/bybit/bybit_internal.h"
#include "venue/bybit_live/bybit_asks.def"
#include "venue/credentials.h"
#include "venue/held_bits.h"
#include "venue/ledger_ask.h"
#include "venue/reading.h"
#include "venue/same_time.h"
#include "venue/task.h"
#include "venue/tier_row.h"
#include "venue/venue_clock.h"

/* Link 0 is the user stream; every other one has the number of its category. Without a key link 0
 * is that of linear contracts. */
enum { BYBIT_LINK_USER = 0, BYBIT_LINKS = BYBIT_CATEGORIES };
enum { BYBIT_TOPICS_MAX = 1024, BYBIT_TAG_ASK_BITS = 8 };

_Static_assert((int)BYBIT_LINKS <= (int)PLM_LINKS_MAX, "a link for the account and one a category");

#define X(name, path, query, flags, period_s) BYBIT_ASK_##name,
typedef enum bybit_ask { BYBIT_ASKS(X) BYBIT_ASK_COUNT_ } bybit_ask;
#undef X
/* Tag of the login, which no answer of HTTP carries. */
enum { BYBIT_TAG_LOGIN = BYBIT_ASK_COUNT_ };

/* Requests (bybit_request.c). cursor: of the next page, "" the first; of TIERS and of the logs what
 * is asked about.
 * seal signs: header lines of REST, or the body of a login. allowed: the read-only list. */
void pli_bybit_request(plm_request *request, bybit_ask ask, const char *cursor);
int64_t pli_bybit_period_ns(bybit_ask ask); /* 0: it does not repeat by itself */
plm_err pli_bybit_request_seal(
    plm_request *request, int64_t time_ms, const pli_credentials *credentials);
extern const char *const pli_bybit_requests_allowed[];

/* busy: opening or closing, on_open or on_close will tell. lost: it was open. asked: number of the
 * subscription that has no answer yet, 0 none. alone: a batch was refused: one topic a message. */
typedef struct bybit_link {
	bool open, busy, lost, alone;
	uint32_t asked;
	plm_time_ns since_ns, heard_ns, pinged_ns, asked_ns;
	plm_time_ns
	    ticker_ns; /* the last ticker on it; of one that is new in a live feed: asked for */
} bybit_link;

enum { BYBIT_WANTED, BYBIT_ASKED, BYBIT_LIVE, BYBIT_REFUSED };

/* bybit_topic: a ticker to hear, and what is held of its contract or coin: a bit of each plm_side
 * of a contract; of a coin, bit 0 for itself and bit 1 for USDT, whose rate the ticker of USDC
 * tells. */
typedef struct bybit_topic {
	char symbol[PLM_NAME_MAX];
	uint8_t category; /* bybit_category */
	uint8_t channel;  /* BYBIT_WANTED ... */
	bool wanted;      /* from the config: never dropped */
	bool listed;      /* on a page of the list that is being read */
	pli_held_bits held;
	uint32_t asked; /* the subscription that asked for it */
	bybit_ticker ticker;
	plm_decimal sizes[PLM_SIDE_SHORT + 1]; /* of its legs, by side */
} bybit_topic;

/* bybit_ledger: the log of one type, of several pages. from_ns: where they begin. */
typedef struct bybit_ledger {
	pli_ledger_ask ask;
	plm_time_ns from_ns;
} bybit_ledger;

typedef struct bybit_state {
	plm_venue_cfg cfg;
	pli_credentials credentials;
	pli_task tasks[BYBIT_ASK_COUNT_];
	bybit_link links[BYBIT_LINKS];
	bybit_topic topics[BYBIT_TOPICS_MAX];
	uint32_t topics_count, topics_full_count;
	pli_tier_asks tiers;
	pli_collateral_held collateral;
	bybit_ledger ledgers[2]; /* LOG_IN, LOG_OUT */
	pli_reading reading;
	/* sizes that changed so far, and how many had when the stress test was asked for */
	uint64_t moves_count, stress_moves;
	uint32_t parts; /* of the running reading, those that are here: a bit of each */
	uint32_t serial, subscriptions;
	bool listed[2]; /* linear and inverse contracts are known */
	plm_time_ns now_ns;
	pli_venue_clock clock;
	pli_same_time same;
	uint8_t pool_mode; /* NONE until the venue has said it */
	bool subscribed, is_portfolio;
	bool refused, key_can_trade, key_can_withdraw, key_checked;
	plm_time_ns listed_ns;            /* when a symbol on no list was asked for last */
	plm_time_ns maintenance_until_ns; /* 0: the venue has announced none that runs */
	bool maintenance;
	char text[120];
} bybit_state;

bool pli_bybit_is_private(const bybit_state *s);
uint8_t pli_bybit_link_of(const bybit_state *s, bybit_category category);
bybit_category pli_bybit_category_of(const bybit_state *s, uint8_t link);

/* Topics (bybit_topics.c). add finds or makes one; NULL when the table is full of held ones.
 * observe takes what a position or balance says about what is held, and returns the category of a
 * contract that no topic was of, BYBIT_NONE otherwise. feed asks for what is not heard
 * yet, one message a link; answered takes the venue's word. reset: the links of an epoch are gone.
 * link_lost: one of them. */
bybit_topic *pli_bybit_topic_add(bybit_state *s, bybit_category category, plm_slice symbol);
bybit_topic *pli_bybit_topic_find(bybit_state *s, bybit_category category, plm_slice symbol);
void pli_bybit_topics_from_markets(bybit_state *s, const char *markets);
bybit_category pli_bybit_topics_observe(bybit_state *s, const plm_event *event);
void pli_bybit_topics_feed(bybit_state *s, plm_request_sink *requests);
void pli_bybit_topics_answered(bybit_state *s, uint8_t link, bybit_reader *answer);
void pli_bybit_topics_reset(bybit_state *s);
void pli_bybit_topics_link_lost(bybit_state *s, uint8_t link);
bool pli_bybit_topics_need(const bybit_state *s, bybit_category category);
/* A page of a list of contracts; behind the last one, what is held and on none is in doubt. */
void pli_bybit_topics_list(bybit_state *s, bybit_reader *r, bybit_category category, bool last);

/* Driving (bybit_drive.c). Each entry point of the adapter calls clock first and drive last; events
 * NULL: it cannot emit.
 * say              what the status tells a person
 * snapshot_break   gives up the running one: nothing of it shows, another one follows
 * user_restart     closes the user stream: the host begins a new epoch, with start
 * login            signed when it leaves; without an answer the link is restarted
 * trusts_key       without rights known, a key goes on only where the config allows trading keys */
#define BYBIT_SOON_NS PLI_SECONDS(1)
#define pli_bybit_say(s, ...) ((void)snprintf((s)->text, sizeof(s)->text, __VA_ARGS__))
void pli_bybit_clock(bybit_state *s, plm_time_ns now_ns);
void pli_bybit_start(bybit_state *s);
void pli_bybit_drive(bybit_state *s, plm_event_sink *events, plm_request_sink *requests);
void pli_bybit_links_drive(bybit_state *s, plm_request_sink *requests);
bool pli_bybit_snapshot_has(bybit_ask ask);
void pli_bybit_snapshot_break(bybit_state *s, int64_t wait_ns, const char *why);
void pli_bybit_user_restart(bybit_state *s, plm_request_sink *requests, const char *why);
void pli_bybit_login(plm_request_sink *requests);
bool pli_bybit_link_say(uint8_t link, const char *body, plm_request_sink *requests);
bool pli_bybit_trusts_key(const bybit_state *s);
/* Coins may have come or gone: the logs are read in 1 s, but once in 10 s at most. is_silent: they
 * are not answered. */
void pli_bybit_ledger_soon(bybit_state *s);
bool pli_bybit_ledger_is_silent(const bybit_state *s);

/* Answers (bybit_reply.c). reply takes an answer of HTTP; errors: as of on_frame. code_is_of_key:
 * the venue's code says that the key is no good; key_refused: then the feed is over. */
plm_err pli_bybit_reply(bybit_state *s, bybit_reader *r, const plm_frame *frame);
bool pli_bybit_code_is_of_key(int64_t code);
plm_err pli_bybit_key_refused(bybit_state *s, plm_fault *ret_fault, int64_t code);

/* A reading: begin clears what is listed; end answers whether it can be believed, and then what it
 * listed is what is held; else it is kept for the next one to be held against. */
void pli_bybit_reading_begin(bybit_state *s);
bool pli_bybit_reading_end(bybit_state *s);

#endif
