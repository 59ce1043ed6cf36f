/* recorded_venue.h: a venue that says what its recording says, the program's own host and book at
 * the other end, and a clock that a test moves. One thread, no socket. */
#ifndef TESTS_CONFORMANCE_RECORDED_VENUE_H
#define TESTS_CONFORMANCE_RECORDED_VENUE_H

#include "book/book.h"
#include "engine/venue_host.h"
#include "recording.h"
#include "venue/venues.h"

enum { RECORDED_DUE_MAX = 1024, RECORDED_SENT_MAX = 8192, RECORDED_PUSHED_MAX = 16 };
enum { RECORDED_BOOK_TEXT_MAX = 1 << 14 };

typedef enum recorded_due_kind {
	RECORDED_OPENED,
	RECORDED_FRAME,
	RECORDED_PONG,
	RECORDED_CLOSED,
	RECORDED_REPLY,
} recorded_due_kind;

/* What reaches the program at at_ns (steady); id: of a connection or a request. */
typedef struct recorded_due {
	plm_time_ns at_ns;
	recorded_due_kind kind;
	uint32_t id;
	uint32_t status, retry_s;
	plm_err err;
	char *text;
} recorded_due;

typedef struct recorded_link {
	bool opening, open;
	uint32_t number; /* of its next message */
	char url[PLM_TARGET_MAX + 256];
	plm_time_ns said_ns[RECORDING_SECTIONS_MAX]; /* per every section */
} recorded_link;

/* state: of the recording, now. sent: every message and call so far, "GET /path?query\nheaders" or
 * a message as it was. halves: so many of the next answers end in their middle.
 * file_bytes: what the watched file's size is said to be; 0: what it is. */
typedef struct recorded_venue {
	recording *recording;
	const plm_venue_desc *desc;
	uint32_t state;
	bool unknown_fields;
	uint32_t halves;
	size_t file_bytes;
	int64_t venue_ahead_ns;
	plm_time_ns steady_ns;
	recorded_link links[PLM_LINKS_MAX];
	recorded_due due[RECORDED_DUE_MAX];
	uint32_t due_count;
	char *sent[RECORDED_SENT_MAX];
	uint32_t sent_count;
	pli_clock clock;
	pli_net net;
	pli_disk disk;
	pli_ring *ring;
	pli_budgets budgets;
	pli_crowds crowds;
	pli_host_shared shared;
	pli_venue_host *host;
	pli_book *book;
	plm_account_id account;
	char *pushed[RECORDED_PUSHED_MAX]; /* by the last recorded_push, with their links */
	uint32_t pushed_links[RECORDED_PUSHED_MAX];
	uint32_t pushed_count;
	char book_text[RECORDED_BOOK_TEXT_MAX];
} recorded_venue;

/* What differs from the usual: the state it begins in (NULL: the usual one). */
typedef struct recorded_options {
	const char *state;
	bool allow_trading_keys;
	bool unknown_fields;
	uint32_t halves;
	int64_t venue_ahead_ns;
} recorded_options;

/* The venue of tests/conformance/NAME.recording with one account, and no time passed yet. */
recorded_venue *recorded_create(
    const plm_venue_desc *desc, const char *name, const recorded_options *options);
void recorded_destroy(recorded_venue *v);

/* Time passes, 20 ms a turn. */
void recorded_pass(recorded_venue *v, int64_t ms);

/* The venue is in another state; with_pushes: it says so by itself as well. */
void recorded_enter(recorded_venue *v, const char *state, bool with_pushes);

/* What the state pushes. repeat: the same bytes once more, as long as the links are open. half: the
 * first part_of_8 eighths of each. say: one message of the venue on a link, as it stands. */
void recorded_push(recorded_venue *v, const char *state);
void recorded_repeat(recorded_venue *v);
void recorded_half(recorded_venue *v, uint32_t part_of_8);
void recorded_say(recorded_venue *v, uint32_t link, plm_slice text);

/* The link is lost. Cut: every open one. */
void recorded_drop(recorded_venue *v, uint32_t link, plm_err err);
void recorded_cut(recorded_venue *v, plm_err err);

/* The feed's last state, as everyone downstream sees it. */
const plm_feed_state *recorded_feed(const recorded_venue *v);

/* Open rows of the book, a line each, sorted: "position NAME SIDE QUANTITY UNIT" and "balance ASSET
 * WALLET" (equity, where no wallet is told). Borrowed until the next call. */
const char *recorded_book(recorded_venue *v);

/* What the recording expects in a state. */
const char *recorded_expectation(const recorded_venue *v, const char *state);

#endif
