/* host_internal.h: a venue host's own parts; for src/engine/host_*.c and venue_host.c only.
 *
 * Each file calls those above it, never below: host_batch, host_status, host_request, host_link,
 * host_frame, host_probe, host_file, venue_host. Net agent's thread only. */
#ifndef PLI_ENGINE_HOST_INTERNAL_H
#define PLI_ENGINE_HOST_INTERNAL_H

#include "engine/venue_host.h"

enum {
	HOST_TEXT_MAX = 256,
	HOST_IN_FLIGHT_MAX = 32,
	HOST_TICK_MS = 100,
	HOST_PING_MS = 2500,
	HOST_DEAD_MS = 6000, /* neither frame nor pong for so long */
	HOST_BACKOFF_MS_MIN = 250,
	HOST_BACKOFF_MS_MAX = 30000,
	HOST_STARTING_MAX = 32,       /* accounts of one agent that begin at once */
	HOST_STARTING_MAX_SHORT = 12, /* while their budget is short */
	HOST_STARTING_MS_MAX = 60000, /* so long does one of them keep others waiting */
	HOST_RESTED_MS = 300,         /* longer than a tick: what an answer leads to was asked */
	HOST_CROWDED_MS = 1000,       /* who was turned away asks again sooner */
	HOST_HASTE_ATTEMPTS = 1,      /* count at most where the way is known to be open */
	HOST_CONNECT_MS_MAX = 10000,
	HOST_FRAME_BYTES_MAX = 8 << 20,
	HOST_BODY_BYTES_MAX = 8 << 20,
	HOST_BAD_FRAMES_PER_MINUTE_MAX = 10,
	HOST_FILE_MS = 500,
	HOST_FILE_AGAIN_MS = 30000, /* so often are its bytes looked at, whatever its date says */
	HOST_HEARD_MS = 2000,       /* how often a live feed says again that it is */
	HOST_REPLY_MS_DEFAULT = 10000,
	HOST_PROBE_AFTER_MS = 1000, /* a request waits and nothing was answered for so long */
	HOST_PROBE_MS = 500,
	HOST_PROBE_REPLY_MS = 3000,
	HOST_PROBE_LOST_MS = 3000, /* so long a silence has swallowed what was sent in it */
};

#define HOST_WEIGHT_PAID                                                                           \
	UINT32_MAX /* of a request in the queue that the budget has given already */

typedef enum host_link_state {
	LINK_CLOSED,
	LINK_WANTED,
	LINK_OPENING,
	LINK_OPEN,
	LINK_CLOSING
} host_link_state;

/* One WebSocket. next_ns: when a WANTED link may be opened (backoff). heard_ns counts pongs too,
 * frame_ns only messages. pinged_ns: the last ping, which ping_waits for its pong. ponged: this
 * link's peer has answered one. */
typedef struct host_link {
	host_link_state state;
	uint32_t attempts;
	plm_time_ns next_ns;
	plm_time_ns opening_ns; /* when it was last tried */
	plm_time_ns heard_ns;
	plm_time_ns frame_ns;
	plm_time_ns pinged_ns;
	bool ping_waits;
	bool ponged;
	plm_time_ns send_ns; /* earliest next message, for messages_per_second_max */
	char target[PLM_TARGET_MAX];
} host_link;

/* link: of the request. probe: the host's own question, of which the adapter hears nothing. */
typedef struct host_in_flight {
	uint32_t request; /* 0: free */
	uint32_t tag;
	plm_time_ns sent_ns;
	uint8_t link;
	bool probe;
} host_in_flight;

struct pli_venue_host {
	pli_host_shared *shared;
	const plm_venue_desc *desc;
	plm_venue_cfg cfg;
	char name[40], markets[HOST_TEXT_MAX], path[HOST_TEXT_MAX], ca_file[HOST_TEXT_MAX];
	char stream_url[HOST_TEXT_MAX], rest_url[HOST_TEXT_MAX];
	char key[HOST_TEXT_MAX], secret[HOST_TEXT_MAX], passphrase[HOST_TEXT_MAX];
	void *state;
	pli_budget *budgets[PLM_REST_HOSTS_MAX]; /* by a request's link; NULL: no such host */
	pli_crowd *crowd;                        /* NULL: no REST host */
	pli_openings *openings;                  /* NULL: no stream host */
	uint32_t index;
	uint32_t epoch;
	uint32_t requests_count;
	uint32_t batch_count;
	bool begun;        /* on_open of this epoch was called */
	bool starting;     /* counted in shared->starting_count */
	bool pictured;     /* a snapshot was complete, in any epoch */
	bool was_live;     /* in any epoch: then a closed link is STALE, not CONNECTING */
	bool rested;       /* live, and what this epoch asked first is answered */
	plm_err stopped;   /* PLM_OK, or why a person is needed */
	plm_err batch_err; /* of the running adapter call */
	plm_time_ns steady_ns, wall_ns; /* of the running turn */
	plm_time_ns starting_ns;        /* since when; since the limit last kept it from asking */
	plm_time_ns begin_ns;           /* restart not before */
	plm_time_ns busy_ns;            /* something was asked, or waited for the limit */
	plm_time_ns ticked_ns;
	plm_time_ns reported_ns;
	plm_time_ns answered_ns; /* last HTTP answer, of whatever status */
	plm_time_ns probed_ns;
	plm_time_ns minute_ns;
	uint32_t minute_bad;
	uint32_t begin_attempts;
	plm_time_ns file_checked_ns;
	plm_time_ns file_modified_ns;
	uint64_t file_size, file_hash;
	plm_time_ns file_read_ns;
	char *file_bytes; /* of file venues: HOST_BODY_BYTES_MAX */
	host_link links[PLM_LINKS_MAX];
	host_in_flight in_flight[HOST_IN_FLIGHT_MAX];
	pli_request_queue queue;
	plm_feed_state reported;
	int64_t clock_offset_ns; /* as the adapter last read it, and what our clock was then */
	int64_t clock_base_ns;   /* wall minus steady; 0: the offset is not known */
	char trouble[120];       /* last decode fault or closing reason; "" once live again */
	pli_host_counters counters;
};

/* host_batch.c. batch_open begins a call of the adapter; emit (an event sink's) adds one event,
 * with the host's feed and epoch; commit sends definitions of new names and then the batch.
 * Errors of emit: PLM_EFULL, kept in batch_err; the batch must not be committed then. */
void pli_host_batch_open(pli_venue_host *host);
plm_err pli_host_emit(void *ctx, const plm_event *event);
void pli_host_commit(pli_venue_host *host);

/* host_status.c. is_file: a watched file stands for the venue, no socket. rest_url: of HTTP
 * requests with that link: a rest_url of the config's serves them all. trouble keeps the sentence
 * (copied, cut) that FEED_STATE shows while the feed is not live. report says FEED_STATE when it
 * changed, and every HOST_HEARD_MS while live so that silence of this very thread can be seen
 * downstream; of the venue's clock what the adapter read, moved as ours was set since, at once
 * where what was told is not true any more. */
bool pli_host_is_file(const pli_venue_host *host);
const char *pli_host_rest_url(const pli_venue_host *host, uint32_t link);
void pli_host_trouble(pli_venue_host *host, const char *text);
void pli_host_report(pli_venue_host *host);

/* host_request.c. requests: the sink that adapters get; it refuses what is not on the read-only
 * list. pump sends what may go now, in order; an optional request gives way while the budget is
 * short. conn: the number that the net table knows a link by. in_flight_take frees the slot of an
 * answered request; false when it is of an older epoch. send_http sends one; PLM_EAGAIN: too many
 * wait for their answers. */
plm_request_sink pli_host_requests(pli_venue_host *host);
void pli_host_pump(pli_venue_host *host);
uint32_t pli_host_conn(const pli_venue_host *host, uint32_t link);
bool pli_host_in_flight_take(pli_venue_host *host, uint32_t request, host_in_flight *ret_slot);
plm_err pli_host_send_http(pli_venue_host *host, const plm_request *request, bool probe);

/* host_link.c. begin starts the venue: its first link, or for a venue that opens its own links a
 * new epoch at once. epoch_begin: nothing of the old epoch is waited for any more. restart ends
 * the epoch: every link goes, do_work begins anew after the backoff. links_gone: none is left. */
void pli_host_begin(pli_venue_host *host);
void pli_host_epoch_begin(pli_venue_host *host);
void pli_host_restart(pli_venue_host *host);
void pli_host_call_open(pli_venue_host *host, uint8_t link);
void pli_host_links_work(pli_venue_host *host);
bool pli_host_links_gone(const pli_venue_host *host);
/* pli_host_links_hasten: the way to the venue is open: links that wait out a backoff are tried at
 * once, what they had counted stays; one in an attempt is tried anew soon when that fails, and at
 * once when it hangs. */
void pli_host_links_hasten(pli_venue_host *host);
plm_time_ns pli_host_backoff_ns(pli_venue_host *host, uint32_t attempts);

/* host_frame.c. take_frame hands one frame to the adapter and acts on its answer: commit, resync,
 * restart, or stop for good. tick: the adapter's own clock, at most every HOST_TICK_MS. */
void pli_host_take_frame(pli_venue_host *host, const plm_frame *frame);
void pli_host_tick(pli_venue_host *host);

/* host_probe.c. While requests wait and nothing is answered, probe asks for the descriptor's
 * probe_target each HOST_PROBE_MS. probe_answered: one that was sent then got its answer: what was
 * sent before it, in a silence of HOST_PROBE_LOST_MS or more, will get none; the adapter is told so
 * now instead of at its deadline. */
void pli_host_probe(pli_venue_host *host);
void pli_host_probe_answered(pli_venue_host *host, plm_time_ns sent_ns);

/* host_file.c. Looks at the file's size and date every HOST_FILE_MS, and at its bytes, which may
 * change without either, every HOST_FILE_AGAIN_MS; does nothing for other venues. */
void pli_host_file_watch(pli_venue_host *host);

#endif
