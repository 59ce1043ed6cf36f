/* venue.h: what a venue adapter must provide. Read this, then src/venue/deribit_live/.
 *
 * An adapter never touches a socket, a clock, a file or the heap. It is handed bytes and the
 * time, and answers with events and with requests. The host (engine/venue_host.c) moves the
 * bytes, calls one entry point at a time, and never from inside a sink. An adapter may not call
 * the host except through the two sinks and the names it was given.
 *
 * Stable within a minor version: this header is for people who write adapters. */
#ifndef PLIMSOLL_SYS_VENUE_H
#define PLIMSOLL_SYS_VENUE_H

#include <stdbool.h>
#include <stdint.h>

#include "plimsoll/err.h"
#include "plimsoll/event.h"
#include "plimsoll/ids.h"
#include "plimsoll/slice.h"
#include "plimsoll/time.h"

/* Capabilities of a venue, for listings. */
enum {
	PLM_VENUE_SPOT = 1,
	PLM_VENUE_LINEAR = 2,
	PLM_VENUE_INVERSE = 4,
	PLM_VENUE_OPTIONS = 8,
	PLM_VENUE_HEDGE_MODE = 16,
	PLM_VENUE_ISOLATED = 32,
	PLM_VENUE_COMBOS = 64,
	/* an account is read by its address, which is no secret: cfg.key is that, and there is no
	 * secret */
	PLM_VENUE_ADDRESS = 128,
};

/* plm_names: text <-> ids, owned by the host; one adapter call at a time uses it. Interning the
 * same text twice gives the same id. All slices are borrowed for the call. Cost: O(1).
 * Ids of value 0 come back when a bound is reached (the host counts it and says so). */
typedef struct plm_names plm_names;

/* plm_names_asset interns an asset by its upper-case name ("BTC"). */
plm_asset_id plm_names_asset(plm_names *names, plm_slice name);

/* plm_names_instrument interns a venue's own instrument name, with no specification yet. */
plm_instrument_id plm_names_instrument(plm_names *names, plm_venue_id venue, plm_slice name);

/* plm_names_instrument_get returns the specification known so far; NULL for id 0. Borrowed until
 * the next plm_names call. */
const plm_instrument *plm_names_instrument_get(const plm_names *names, plm_instrument_id id);

/* plm_names_instrument_set stores a specification (instrument->id must come from
 * plm_names_instrument). A worse spec_source never replaces a better one. Returns true when
 * anything changed: the host then sends an INSTRUMENT event before the call's other events. */
bool plm_names_instrument_set(plm_names *names, const plm_instrument *instrument);

/* plm_names_asset_text: "" for id 0; never NULL; lives as long as names. */
const char *plm_names_asset_text(const plm_names *names, plm_asset_id id);

/* plm_event_sink: where events go. `emit` copies. The adapter fills type, account, venue times,
 * venue_sequence and payload; the host fills feed, epoch and received time. Returns PLM_EFULL
 * when the call has emitted more than the host's bound: the adapter returns PLM_EFULL too, and
 * the host drops the connection and resyncs, so nothing is lost in silence. */
typedef struct plm_event_sink {
	plm_err (*emit)(void *ctx, const plm_event *event);
	void *ctx;
} plm_event_sink;

/* What a request asks of the host. */
typedef enum plm_request_kind {
	/* open link `link` to `target` (path on the venue's stream host) */
	PLM_REQUEST_WS_OPEN = 0,
	PLM_REQUEST_WS_SEND = 1, /* send `body` as one text message on link `link` */
	PLM_REQUEST_WS_CLOSE = 2,
	PLM_REQUEST_HTTP = 3, /* `method` `target` with `body`; answer comes as PLM_FRAME_HTTP */
} plm_request_kind;

/* PLM_LINK_NONE: not a link but the host itself, in on_open of venues without a stream_path. */
enum { PLM_LINK_NONE = 255 };

enum { PLM_LINKS_MAX = 5, PLM_TARGET_MAX = 512, PLM_BODY_MAX = 4096, PLM_HEADER_MAX = 640 };
enum { PLM_HEADER_LINES_MAX = 6, PLM_REST_HOSTS_MAX = 4 };

/* plm_request: bytes for the venue. The sink copies it. link 0 is opened by the host itself when
 * the descriptor's stream_path is not NULL; other links are opened by request.
 * link     of an HTTP request: 0 rest_url, 1 rest_url_account, 2 and 3 rest_urls_public
 * tag      chosen by the adapter, comes back with the answer
 * weight   cost against the rate budget of the host that it goes to; 0 counts as 1
 * seal     1: call ops->seal just before sending (time stamps and signatures go stale in a queue)
 * optional 1: may be dropped while the budget is short
 * deadline_ms: no answer by then gives a PLM_FRAME_HTTP with status 0; 0: 10,000 */
typedef struct plm_request {
	uint8_t kind; /* plm_request_kind */
	uint8_t link;
	uint8_t seal;
	uint8_t optional;
	uint32_t tag;
	uint32_t weight;
	uint32_t deadline_ms;
	char method[8];
	char target[PLM_TARGET_MAX]; /* path and query, without host */
	/* extra "Name: value" lines, at most PLM_HEADER_LINES_MAX with a newline between; "" none
	 */
	char header[PLM_HEADER_MAX];
	char body[PLM_BODY_MAX]; /* NUL-terminated */
} plm_request;

/* plm_request_sink: where requests go. Errors: PLM_EFULL (queue bound; the adapter may try again
 * at the next tick), PLM_ECLOSED (the epoch is over: on_open begins the next), PLM_EREFUSED (the
 * request is not on the read-only list of the venue's descriptor: a trading call can never leave
 * this program). */
typedef struct plm_request_sink {
	plm_err (*submit)(void *ctx, const plm_request *request);
	void *ctx;
} plm_request_sink;

/* What a frame is. */
typedef enum plm_frame_kind {
	PLM_FRAME_WS = 0,   /* one whole WebSocket message of link `link` */
	PLM_FRAME_HTTP = 1, /* answer to the request with `tag`; status 0: none came */
	PLM_FRAME_FILE = 2, /* a watched file's whole content; channel is its path */
	PLM_FRAME_RAW = 3,  /* a captured payload; transport unknown, channel a hint or empty */
} plm_frame_kind;

/* plm_frame: bytes from the venue, borrowed for the call: copy what you keep. */
typedef struct plm_frame {
	uint8_t kind; /* plm_frame_kind */
	uint8_t link;
	uint16_t status; /* HTTP status */
	uint32_t tag;
	plm_time_ns received_time_ns;
	/* RAW: hint such as "user.portfolio" or "fapi/v3/account"; else empty */
	plm_slice channel;
	plm_slice bytes;
	uint32_t retry_after_s; /* HTTP header, 0 absent */
	/* by a clock that nobody sets: how long ago the request left (HTTP), or the link began to
	 * open (WS); the venue wrote the answer, and the link's first message, since then */
	int64_t trip_ns;
} plm_frame;

/* plm_venue_crowd: the sessions of one venue at one REST address, which limits them together. The
 * host keeps it up to date, and gives all of them the same one.
 * sessions_count     those that have not stopped
 * weight_per_minute  REST weight that they may spend on average, all together; 0: not known
 * links_wait         as many links were opened in the last minutes as the venue lets an address
 *                    open: the next one that a session asks for waits
 * memory             ops->crowd_size bytes, zeroed at start, for what one of them has asked for
 *                    and all can use; NULL for size 0 */
typedef struct plm_venue_crowd {
	uint32_t sessions_count;
	uint32_t weight_per_minute;
	bool links_wait;
	void *memory;
} plm_venue_crowd;

/* plm_venue_cfg: one configured account at one venue. Borrowed for the call to init; the names
 * handle and the ids stay valid as long as the state. */
typedef struct plm_venue_cfg {
	plm_names *names;
	plm_venue_id venue;
	plm_account_id account;
	const char *account_name;
	const char *key;    /* NULL: public data or files only */
	const char *secret; /* NULL likewise; never logged, wiped by fini */
	/* third credential, where a venue has one (OKX); NULL: none; never logged, wiped by fini */
	const char *passphrase;
	const char *path; /* file venue: directory or file; else NULL */
	/* comma list of currencies or symbols wanted; "" all that are held */
	const char *markets;
	bool allow_trading_keys;
	bool private_stream;          /* false: market data only */
	const plm_venue_crowd *crowd; /* lives as long as the state; NULL: the session is alone */
} plm_venue_cfg;

/* plm_venue_status: what the adapter knows of itself; the host turns it into FEED_STATE. */
typedef struct plm_venue_status {
	uint8_t status; /* plm_feed_status; LIVE only after a complete snapshot of this epoch */
	bool key_can_trade;
	bool key_can_withdraw;
	bool key_checked;
	plm_time_ns until_ns;
	char text[120]; /* why, one sentence; "" nothing to say */
	/* the venue's clock minus ours, as it was read: as ours is set later, the host moves it */
	int64_t clock_offset_ns;
	int64_t clock_error_ns; /* how far off that may be; 0: not known */
} plm_venue_status;

/* plm_venue_ops: the behaviour of an adapter: one table per dialect, constant. */
typedef struct plm_venue_ops {
	/* Bytes of adapter state. The host allocates it once, zeroed and aligned to 16. */
	size_t state_size;
	size_t crowd_size; /* of plm_venue_crowd's memory; 0: sessions share nothing */

	/* init reads cfg. After a failed init the host still calls fini, so fini must cope with a
	 * half-made (or zeroed) state.
	 * Errors: PLM_EAUTH when one of key and secret is missing; PLM_EARG. Required. */
	plm_err (*init)(void *state, const plm_venue_cfg *cfg, plm_fault *ret_fault);
	void (*fini)(void *state);

	/* on_open: link `link` is up. Ask for what is needed: login, snapshot, subscriptions.
	 * With a stream_path, each opening of link 0 begins a new epoch. Without one, the host
	 * begins by calling on_open with PLM_LINK_NONE (a new epoch: forget everything pending);
	 * the adapter then opens its links by request, and on_open follows for each of them.
	 * Required. */
	void (*on_open)(void *state, uint8_t link, plm_time_ns now_ns, plm_request_sink *requests);

	/* on_close: link `link` is gone, or could not be opened. After link 0 the host waits its
	 * backoff and begins a new epoch: it reopens link 0 (with a stream_path) or calls on_open
	 * with PLM_LINK_NONE (without); other links are closed first. A link above 0 is the
	 * adapter's to open again by request; the host delays that by its backoff. May be NULL. */
	void (*on_close)(void *state, uint8_t link, plm_time_ns now_ns, plm_request_sink *requests);

	/* on_frame: one whole message or answer. Must not block.
	 * Errors: PLM_EDECODE (frame dropped and counted, connection kept), PLM_EKIND (unknown
	 * kind: counted only), PLM_EGAP (host runs resync before any later event), PLM_EAUTH and
	 * PLM_EKEYPOWER (host stops the feed, state DOWN), PLM_EFULL. Required. */
	plm_err (*on_frame)(void *state, plm_time_ns now_ns, const plm_frame *frame,
	    plm_event_sink *events, plm_request_sink *requests, plm_fault *ret_fault);

	/* on_tick: called about every 100 ms: heartbeats, timeouts, key renewal, reconcile. May
	 * emit. May be NULL. */
	void (*on_tick)(
	    void *state, plm_time_ns now_ns, plm_event_sink *events, plm_request_sink *requests);

	/* resync: ask again for the full state of positions and balances. Required. */
	void (*resync)(void *state, plm_time_ns now_ns, plm_request_sink *requests);

	/* seal: the request leaves now: stamp the time, sign. May be NULL. */
	plm_err (*seal)(void *state, plm_time_ns now_ns, plm_request *request);

	/* status: cheap, no side effect. Required. */
	void (*status)(const void *state, plm_venue_status *ret_status);

	/* decode: one captured payload to events, with no protocol state: what `plimsoll decode`
	 * and captures use, and what on_frame itself is built on. frame->kind is RAW.
	 * Errors: PLM_EKIND (well-formed, but not a kind this venue's adapter reads: fault says
	 * what it is not), PLM_EDECODE (broken JSON or an impossible value: line, path and what was
	 * expected in the fault; nothing was emitted). Required. */
	plm_err (*decode)(const plm_venue_cfg *cfg, const plm_frame *frame, plm_event_sink *events,
	    plm_fault *ret_fault);
} plm_venue_ops;

/* Plain facts, no behaviour: what docs, CLI and web list without starting anything. Venues of one
 * dialect (test network) are two descriptors with one ops. */
typedef struct plm_venue_desc {
	const char *name;             /* "deribit": config key, metric label, URL part */
	const char *title;            /* "Deribit" */
	uint32_t caps;                /* PLM_VENUE_OPTIONS | ... */
	const char *stream_url;       /* "wss://www.deribit.com"; NULL: none */
	const char *stream_path;      /* path of link 0; NULL: the adapter opens its links itself */
	const char *rest_url;         /* "https://fapi.binance.com"; NULL: none */
	const char *rest_url_account; /* host of HTTP requests with link 1, where a venue keeps key
				       * rights elsewhere; NULL, or rest_url set by the config (test
				       * network, simulator): rest_url serves them too */
	/* hosts of HTTP requests with link 2 and 3: public data that the venue keeps elsewhere;
	 * NULL likewise */
	const char *rest_urls_public[2];
	uint32_t silence_ms_max; /* link 0 counts as dead when nothing at all, heartbeats
				  * included, was heard for so long */
	/* REST budget per address; the host uses 60 % of it */
	uint32_t weight_per_minute_max;
	uint32_t weights_per_minute_max_more[3]; /* of rest_url_account and rest_urls_public */
	bool retry_after_ms;                     /* its Retry-After is in milliseconds */
	uint32_t messages_per_second_max;        /* sent on one WebSocket */
	/* links that an address may open to stream_url in 5 minutes, at most 300; 0: not known */
	uint32_t openings_max;
	/* A cheap GET of weight 1 on the REST host (and on the read-only list), asked for while
	 * other requests go unanswered; NULL: none. */
	const char *probe_target;
	/* Read-only list: REST as "GET /fapi/v3/account", with a body also by the first member
	 * of it, which is its "type" ("POST /info meta"), or, where it has none, as it stands; a
	 * star is one part of a path, whatever it is; a message by its "method" (JSON-RPC), its
	 * "op" or its "type" ("public/auth", "subscribe"), one that is no object as it stands
	 * ("ping"); a NULL ends it. A request that is not here is refused by the host and by the
	 * adapter's own tests. */
	const char *const *requests_allowed;
	/* The row of requests_allowed whose answer says what a key may do beyond reading; NULL: the
	 * venue has no keys (a file, an address) */
	const char *rights_request;
	const char *checked; /* date on which the facts were last held against the venue's pages */
	const plm_venue_ops *ops; /* NULL: known, not built in */
} plm_venue_desc;

#endif
