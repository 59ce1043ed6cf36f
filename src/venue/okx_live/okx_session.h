/* okx_session.h: the state of one account's feed from OKX. Fixed size, no heap, no I/O; time comes
 * in with each call. okx_live.c drives it. */
#ifndef PLI_VENUE_OKX_LIVE_OKX_SESSION_H
#define PLI_VENUE_OKX_LIVE_OKX_SESSION_H

#include "venue/credentials.h"
#include "venue/held_legs.h"
#include "venue/ledger_ask.h"
#include "venue/okx/okx.h"
#include "venue/okx_live/okx_asks.def"
#include "venue/task.h"
#include "venue/tier_row.h"
#include "venue/venue_clock.h"

/* STAMP: sent through seal, for the time of leaving alone; SIGN: signed there. */
enum { ASK_STAMP = 1, ASK_SIGN = 2, ASK_OPTIONAL = 4 };

#define X(name, target, query, flags, period_s) OKX_ASK_##name,
typedef enum okx_ask { OKX_ASKS(X) OKX_POSTS(X) OKX_ASK_COUNT_ } okx_ask;
#undef X

enum { OKX_LINK_USER = 0, OKX_LINK_PUBLIC = 1, OKX_LINKS = 2, OKX_TAG_BITS = 8 };
enum { OKX_CHANNELS_MAX = 1024, OKX_FAMILY_MAX = 32 };
enum { OKX_MARKETS_MAX = 400 };

/* What is listened to on the public link. */
typedef enum okx_topic {
	OKX_TOPIC_MARK,      /* of an instrument */
	OKX_TOPIC_FUNDING,   /* of a swap */
	OKX_TOPIC_INDEX,     /* of a pair */
	OKX_TOPIC_OPTIONS,   /* greeks of a family, and its list of contracts by REST */
	OKX_TOPIC_CONTRACTS, /* changes of contracts of a type */
	OKX_TOPIC_STATUS,
} okx_topic;

typedef enum okx_channel_state {
	OKX_CHANNEL_WANTED,
	OKX_CHANNEL_ASKED,
	OKX_CHANNEL_LIVE,
	OKX_CHANNEL_REFUSED,
} okx_channel_state;

/* tries: subscriptions without an answer; from the second one it is asked for alone. mark: the last
 * price of an option. */
typedef struct okx_channel {
	char name[PLM_NAME_MAX];
	uint8_t topic; /* okx_topic */
	uint8_t state; /* okx_channel_state */
	uint8_t tries;
	plm_time_ns asked_ns;
	plm_time_ns list_due_ns; /* OPTIONS: when to read the list (again) */
	plm_decimal mark;
} okx_channel;

/* busy: opening or closing, on_open or on_close will tell. since_ns: open since then. */
typedef struct okx_link {
	bool open, busy;
	plm_time_ns since_ns, heard_ns, pinged_ns;
} okx_link;

/* read_ns: when the last complete one began. suspect_ns: 0, or when a change that no update told of
 * means a deaf stream. updates_begin, doubts_begin: counts when it began. */
typedef struct okx_snapshot {
	bool running, complete, end_owed;
	uint32_t rows_count, failures;
	uint64_t updates_begin, doubts_begin;
	plm_time_ns due_ns, began_ns, read_ns, suspect_ns;
} okx_snapshot;

typedef struct okx_session {
	plm_venue_cfg cfg; /* strings of its own below */
	pli_credentials credentials;
	pli_venue_time time;
	plm_time_ns now_ns; /* of all timers */
	pli_venue_clock clock;
	plm_time_ns venue_ns; /* the latest instant that the venue has told of */
	pli_task tasks[OKX_ASK_COUNT_];
	uint32_t serial;
	okx_link links[OKX_LINKS];
	bool ready; /* the private channels are heard */
	uint8_t heard_channels;
	okx_level level;
	okx_snapshot snapshot;
	uint64_t doubts_count;
	pli_same_time same_positions, same_balances;
	okx_channel channels[OKX_CHANNELS_MAX];
	uint32_t channels_count, channels_refused;
	plm_time_ns subscribe_next_ns;
	char family[OKX_FAMILY_MAX]; /* that is asked about */
	pli_tier_asks tiers;
	pli_ledger_ask ledger;
	char bills[24]; /* from when on they are asked for, ms */
	pli_held_legs legs;
	bool full; /* more is listened to than there are channels */
	bool maintenance, specs_wanted;
	uint32_t listed_max; /* names above it are newer than the lists that this feed has read */
	plm_time_ns maintenance_until_ns, specs_next_ns;
	int64_t specs_wait_ns; /* until the lists are read again for a contract that they lack */
	bool refused, key_can_trade, key_can_withdraw, key_checked;
	char text[120];
	char doubt[120]; /* why what is shown may be old: it is from doubt_ns on; "": not */
	plm_time_ns doubt_ns;
	pli_collateral_held collateral;
	/* sizes that changed so far, and how many had when the stress test was asked for */
	uint64_t moves_count, stress_moves;
	char markets[OKX_MARKETS_MAX];
} okx_session;

/* Requests (okx_request.c). pli_okx_request shapes a call; pli_okx_request_seal signs it as of
 * time_ns by the venue's clock: headers of a call, the whole body of a login. Errors:
 * PLM_EOVERFLOW. The messages are on the list of what may leave by their "op". */
void pli_okx_request(plm_request *request, okx_ask ask, const char *about);
void pli_okx_login(plm_request *request);
plm_err pli_okx_request_seal(
    plm_request *request, plm_time_ns time_ns, const pli_credentials *credentials);
/* A subscription is opened, fed and closed; add is false when the channel does not fit. */
void pli_okx_subscribe_open(plm_request *request, uint8_t link);
bool pli_okx_subscribe_add(
    plm_request *request, const char *channel, const char *key, const char *value);
void pli_okx_subscribe_close(plm_request *request);
extern const char *const pli_okx_requests_allowed[];
extern const int64_t pli_okx_periods_ns[OKX_ASK_COUNT_];

/* Channels and legs (okx_session.c). _channel_add finds or makes one; NULL when the table is full
 * (which is noted). _channel_find by the words of an answer. _channels_feed sends at most one
 * subscription. _follow takes a position to its leg and to the channels that price it,
 * _follow_asset a currency to its index. _leg_spec: of the row of a leg that is open, else NULL. */
okx_channel *pli_okx_channel_add(okx_session *s, okx_topic topic, plm_slice name);
okx_channel *pli_okx_channel_find(okx_session *s, okx_topic topic, plm_slice name);
void pli_okx_channels_from_markets(okx_session *s);
void pli_okx_channels_reset(okx_session *s);
void pli_okx_channels_feed(okx_session *s, plm_request_sink *requests);
void pli_okx_channels_answered(okx_session *s, const char *channel, plm_slice name);
/* An error of the public link: a channel that was asked for alone is refused. */
void pli_okx_channels_refused(okx_session *s);
void pli_okx_follow(okx_session *s, const plm_event *event, plm_decimal options_value);
const plm_instrument *pli_okx_leg_spec(const okx_session *s, uint32_t leg);
void pli_okx_follow_asset(okx_session *s, plm_asset_id asset);
plm_decimal pli_okx_options_of(void *session, plm_asset_id asset);

/* Snapshots. _begin sends SNAPSHOT_BEGIN and asks; _break gives it up, another one follows in
 * wait_ns; _finish ends it: complete, or as one that a second reading must confirm. _soon: an
 * update told something in part. _doubt: an update may have been lost: not LIVE until a snapshot
 * that begins from now on is complete. */
void pli_okx_snapshot_begin(okx_session *s, plm_event_sink *events);
void pli_okx_snapshot_break(okx_session *s, int64_t wait_ns, const char *why);
plm_err pli_okx_snapshot_finish(okx_session *s, plm_event_sink *events);
void pli_okx_snapshot_soon(okx_session *s);
void pli_okx_doubt(okx_session *s, const char *name, const char *why);

/* Answers (okx_reply.c). pli_okx_reply takes one to whatever was asked. pli_okx_code: what an error
 * number means for all of the feed; PLM_EAUTH where it is about the key. */
plm_err pli_okx_reply(okx_session *s, okx_reader *r, const plm_frame *frame);
plm_err pli_okx_code(okx_session *s, int64_t code, plm_fault *ret_fault);
bool pli_okx_first(okx_reader *r); /* to the first object of the list "data" */
bool pli_okx_is_private(const okx_session *s);
bool pli_okx_of_snapshot(okx_ask ask);
#define pli_okx_say(s, ...) ((void)snprintf((s)->text, sizeof(s)->text, __VA_ARGS__))

#endif
