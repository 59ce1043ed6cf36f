/* host_rig.h: one venue host with a scripted adapter, on clock, net and disk tables filled by hand.
 */
#ifndef PLI_TESTS_ENGINE_HOST_RIG_H
#define PLI_TESTS_ENGINE_HOST_RIG_H

#include "engine/venue_host.h"

/* The world: one clock, and a net that notes what is asked of it. */
typedef struct host_rig_world {
	plm_time_ns steady_ns;
	int64_t wall_off_ns; /* how far the wall clock was set */
	uint32_t opened, closed, pings, sent, requests;
	uint32_t last_request;
	char last_url[256];
	char last_text[256];
	uint32_t headers;
	char last_header[8][32];
} host_rig_world;

/* What the adapter saw. Each frame is one letter that says what to do: L live, E three events,
 * B events and then a decode fault, G gap, K the key can trade, T a trading request, R a reading
 * one, O one that it can do without, P one of another host, H one with two header lines, 1 and 2
 * want that link opened; anything else is none of its kinds. */
typedef struct host_rig_script {
	uint32_t opens, closes, resyncs, http_status;
	bool live;
	int64_t clock_offset_ns, clock_error_ns; /* what it tells of the venue's clock */
	int64_t trip_ns;                         /* of the last frame */
} host_rig_script;

extern host_rig_world world;
extern host_rig_script *script; /* of the host under test */
extern const plm_venue_desc host_rig_desc;

typedef struct host_rig {
	pli_clock clock;
	pli_net net;
	pli_ring *ring;
	pli_budgets budgets;
	pli_crowds crowds;
	pli_host_shared shared;
	pli_venue_host *host;
} host_rig;

void host_rig_init(host_rig *rig);
void host_rig_fini(host_rig *rig);

/* The wall clock; ctx is &world. */
plm_time_ns host_rig_wall(void *ctx);

/* Lets time pass, 50 ms a turn. */
void host_rig_pass(host_rig *rig, int64_t ms);

/* A message on link 0. */
void host_rig_frame(host_rig *rig, const char *text);

/* Opens the link and makes the feed live; forgets what came out so far. */
void host_rig_live(host_rig *rig);

/* The last FEED_STATE in the ring (status PLM_FEED_STATUS_COUNT_: none); takes everything out. */
plm_feed_state host_rig_feed(host_rig *rig);

#endif
