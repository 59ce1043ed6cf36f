/* seeded_net.h: a network in memory between processes of one thread, with faults from a seed.
 *
 * Every message, answer and closing is a delivery with a due time in the heap of the process that
 * will get it; that process's own poll hands it over. Nothing is polled in steps:
 * pli_seeded_net_next says when the next thing is due. A link keeps the order of what is sent in
 * one direction, as TCP does, but for the faults that say otherwise. Servers are found by the port
 * of the URL.
 *
 * Messages are whole; so "split" means that a broken relay passes one message on as two, "corrupt"
 * that it puts bytes into it that cannot be JSON (what a checksum would let through is not made:
 * TLS does not let it through), and "lose" that the venue or a relay swallows one. */
#ifndef PLI_SIM_SEEDED_NET_H
#define PLI_SIM_SEEDED_NET_H

#include "sim/seeded_clock.h"

enum {
	PLI_SEEDED_PEERS = 10, /* clients and as many servers */
	PLI_SEEDED_DOORS = 5,  /* addresses of one server */
	PLI_SEEDED_LINKS_MAX = 128,
	PLI_SEEDED_BACKLOG_MAX = 8 << 20, /* of one link, as the io room's server */
};

/* PLI_NET_FAULTS: name, text. What befalls the way to one server. CUT..HANG last for a time (CUT is
 * at once), LOSE.. take the next messages from the server, by count. */
#define PLI_NET_FAULTS(X)                                                                          \
	X(CUT, "every link is cut; both sides are told")                                           \
	X(STALL, "half-open: nothing gets through, nobody is told; later all of it arrives")       \
	X(DELAY, "everything takes up to two seconds longer")                                      \
	X(REFUSE, "connections are refused")                                                       \
	X(DNS, "the name is not found")                                                            \
	X(TLS, "the certificate is not good")                                                      \
	X(HANG, "HTTP requests are never answered")                                                \
	X(LOSE, "messages from the server are swallowed")                                          \
	X(DUPLICATE, "messages from the server arrive twice")                                      \
	X(REORDER, "messages from the server are overtaken by later ones")                         \
	X(SPLIT, "messages from the server arrive as two halves")                                  \
	X(CORRUPT, "messages and answers from the server hold bytes that are not JSON")

#define X(name, text) PLI_NET_##name,
typedef enum pli_net_fault { PLI_NET_FAULTS(X) PLI_NET_FAULT_COUNT } pli_net_fault;
#undef X

/* pli_seeded_place: a server, by one of its addresses, as one venue has hosts with limits each. */
typedef struct pli_seeded_place {
	uint32_t server, door;
} pli_seeded_place;

/* pli_seeded_watch hears of everything that a client sends, as it leaves: HTTP requests (method and
 * path) and WebSocket messages (method empty, text), and each connection that is tried. Borrowed
 * for the call; must not call back. */
typedef struct pli_seeded_watch {
	void (*on_sent)(
	    void *ctx, pli_seeded_place place, plm_slice method, plm_slice path, plm_slice text);
	void (*on_answered)(
	    void *ctx, pli_seeded_place place, uint32_t status, uint32_t retry_after_s);
	void (*on_connect)(void *ctx, uint32_t server, uint32_t conn);
	/* a client's link to the server opened, or closed and why */
	void (*on_link)(void *ctx, uint32_t server, bool open, const char *why);
	/* a message (status 0) or the text of an answer, as a client gets it */
	void (*on_got)(void *ctx, uint32_t server, uint32_t status, plm_slice text);
	/* a message of one link, before its client is handed it */
	void (*on_told)(void *ctx, uint32_t server, uint32_t conn, plm_slice text);
	void *ctx;
} pli_seeded_watch;

typedef struct pli_seeded_net pli_seeded_net;

/* Borrows the clock. NULL: memory could not be had. destroy takes NULL. */
pli_seeded_net *pli_seeded_net_create(pli_seeded_clock *clock, uint64_t seed);
void pli_seeded_net_destroy(pli_seeded_net *net);

/* Tables of the client or server process of that number, below PLI_SEEDED_PEERS. Server n listens
 * on port 7001 + n, and for its door d on 7001 + n + d * PLI_SEEDED_PEERS. Valid as long as the
 * net. */
pli_net pli_seeded_net_client(pli_seeded_net *net, uint32_t client);
pli_server pli_seeded_net_server(pli_seeded_net *net, uint32_t server);

void pli_seeded_net_watch(pli_seeded_net *net, const pli_seeded_watch *watch);

/* pli_seeded_net_next: steady time of the next delivery after now; INT64_MAX when there is none.
 * What is due but was not taken (a process that is busy or gone) does not count. */
plm_time_ns pli_seeded_net_next(const pli_seeded_net *net);

/* A process is gone: its links break (the other sides are told), what was on its way to it is lost,
 * its handlers are forgotten. */
void pli_seeded_net_client_gone(pli_seeded_net *net, uint32_t client);
void pli_seeded_net_server_gone(pli_seeded_net *net, uint32_t server);

/* pli_seeded_net_break starts a fault on the way to a server. count or duration_ns, as the fault is
 * meant. pli_seeded_net_mend ends all of them. */
void pli_seeded_net_break(
    pli_seeded_net *net, uint32_t server, pli_net_fault fault, uint32_t count, int64_t duration_ns);
void pli_seeded_net_mend(pli_seeded_net *net, uint32_t server);

/* pli_seeded_net_slow: what the links of a client that are open now get is limited to so many bytes
 * a second; 0 ends it. */
void pli_seeded_net_slow(pli_seeded_net *net, uint32_t client, uint32_t bytes_per_second);

/* pli_seeded_net_heard: when the client's connection was last handed something (a message, a pong,
 * its opening); INT64_MIN when it is not open. */
plm_time_ns pli_seeded_net_heard(const pli_seeded_net *net, uint32_t client, uint32_t conn);

/* pli_seeded_net_heap_bytes: taken for what is on its way. */
uint64_t pli_seeded_net_heap_bytes(const pli_seeded_net *net);

/* pli_seeded_net_counters, for reports and tests. */
typedef struct pli_seeded_counters {
	uint64_t deliveries, connects, requests;
	/* of those, to each server; messages: on WebSockets, from clients */
	uint64_t connects_to[PLI_SEEDED_PEERS], requests_to[PLI_SEEDED_PEERS];
	uint64_t messages_to[PLI_SEEDED_PEERS];
	uint64_t faults[PLI_NET_FAULT_COUNT]; /* what each befell */
} pli_seeded_counters;
pli_seeded_counters pli_seeded_net_counters(const pli_seeded_net *net);

#endif
