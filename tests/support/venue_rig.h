/* venue_rig.h: any venue's adapter on the bench: names, a sink that keeps events, one that keeps
 * requests, and a host of a few lines in one thread, on a clock that the test moves. A venue's own
 * rig (tests/venue/NAME_rig.h) adds what that venue says. */
#ifndef TESTS_SUPPORT_VENUE_RIG_H
#define TESTS_SUPPORT_VENUE_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/host_queue.h"
#include "model/registry.h"
#include "venue/venues.h"

enum { RIG_EVENTS_MAX = 8192, RIG_SENT_MAX = 4096, RIG_TICK_MS = 100 };

/* rig: fixtures: folder of the venue's stored payloads. events: of the last call or wait; keeps:
 * instead, of all since the test set events_count to 0. events_max: what one call may emit.
 * sent: every request so far; sent_max: there is no room for more. answer: what the venue does
 * about one of them, in rig_pass; answered: so many were seen by it. venue_ahead_ms: its clock
 * against ours. */
typedef struct rig {
	const plm_venue_desc *desc;
	const char *fixtures;
	pli_registry *names;
	plm_venue_cfg cfg;
	plm_event *events;
	uint32_t events_count, events_max;
	bool keeps;
	plm_request *sent;
	uint32_t sent_count, sent_max, answered;
	void (*answer)(struct rig *r, const plm_request *request);
	plm_event_sink event_sink;
	plm_request_sink request_sink;
	plm_fault fault;
	plm_err err;
	void *state;
	plm_time_ns now_ns;
	int64_t venue_ahead_ms, way_ms;
} rig;

/* One account called "desk", without a key, at 2027-01-15 08:00 UTC; no state yet. A request that
 * is not on the venue's own list fails the test. */
rig *rig_create_of(const plm_venue_desc *desc);
void rig_destroy(rig *r);

/* Decoding: into events, err and fault; returns err. _fixture: of a stored payload, whole name;
 * false, with a note, where it is not here. rig_payload: its
 * text, to be freed, NULL likewise. rig_read: any file's; NULL: it is not there. */
plm_err rig_decode_slice(rig *r, plm_slice bytes, const char *channel);
plm_err rig_decode(rig *r, const char *text);
bool rig_fixture(rig *r, const char *name);
char *rig_payload(const char *folder, const char *name);
char *rig_read(const char *path, size_t *ret_size);

/* The n-th event of a type, from 0: NULL; _need: fails the test; when there are fewer. */
const plm_event *rig_event(const rig *r, plm_event_type type, uint32_t n);
const plm_event *rig_need(const rig *r, plm_event_type type, uint32_t n);
uint32_t rig_count(const rig *r, plm_event_type type);
const plm_position *rig_position(const rig *r, uint32_t n);
const plm_balance *rig_balance(const rig *r, uint32_t n);
const plm_mark *rig_mark(const rig *r, uint32_t n);

/* The n-th transfer: it must be done, of the rig's account, between accounts of one venue, with no
 * fee told, and of that much of that asset. */
const plm_transfer *rig_internal(const rig *r, uint32_t n, const char *asset, const char *quantity);

/* The instrument of that name, which must be known; an asset's name. */
const plm_instrument *rig_spec(const rig *r, const char *name);
const char *rig_asset(const rig *r, plm_asset_id id);

/* "null" for unknown. */
#define assert_decimal(value, text) rig_assert_decimal((value), (text), __FILE__, __LINE__)
void rig_assert_decimal(plm_decimal value, const char *text, const char *file, int line);
#define assert_asset(r, id, text) assert_string_equal(rig_asset((r), (id)), (text))

/* The host. _start: a state, init must succeed. _frame: what an error emitted is gone, as at the
 * host. _wait: time passes, a tick each 100 ms. _pass:
 * the same, and behind each tick `answer` sees what was asked; all events are kept. */
void rig_start(rig *r);
void rig_open(rig *r, uint8_t link);
void rig_close(rig *r, uint8_t link);
void rig_tick(rig *r, int64_t after_ms);
void rig_wait(rig *r, int64_t ms);
void rig_pass(rig *r, int64_t ms);
plm_err rig_frame(rig *r, const plm_frame *frame);
plm_err rig_say(rig *r, uint8_t link, const char *text);
plm_venue_status rig_status(const rig *r);

/* _reply: the answer to a request that leaves now (sealed where it asks for it). */
plm_err rig_reply(rig *r, const plm_request *sent, uint16_t status, const char *body);

/* How many requests hold that text in target or body; are of a kind on a link. */
uint32_t rig_sent(const rig *r, const char *part);
uint32_t rig_links(const rig *r, plm_request_kind kind, uint8_t link);

#endif
