/* seeded_net_parts.h: the inside of the seeded network, for its own files. */
#ifndef PLI_SIM_SEEDED_NET_PARTS_H
#define PLI_SIM_SEEDED_NET_PARTS_H

#include "sim/seeded_net.h"

enum { NET_HEAP_MAX = 1 << 16 };

typedef enum net_direction { NET_UP, NET_DOWN, NET_DIRECTIONS } net_direction;

/* What is handed over; the first four go to a server, the others to a client. */
typedef enum net_kind {
	NET_OPEN,
	NET_TEXT_UP,
	NET_GONE,
	NET_REQUEST,
	NET_OPENED,
	NET_TEXT_DOWN,
	NET_PONG,
	NET_CLOSED,
	NET_REPLY,
} net_kind;

/* Texts of a delivery; TEXT is a message or a body. */
typedef enum net_part {
	NET_TEXT,
	NET_METHOD,
	NET_PATH,
	NET_QUERY,
	NET_KEY, /* this and what follows: headers of a signed request */
	NET_SIGNATURE,
	NET_STAMP,
	NET_PASSPHRASE,
	NET_WINDOW,
	NET_PARTS
} net_part;

/* One thing on its way. order breaks ties of due_ns. parts are NUL-terminated and lie in bytes.
 * life: of the client that asked. */
typedef struct net_delivery {
	plm_time_ns due_ns;
	uint64_t order;
	net_kind kind;
	uint32_t link; /* handle */
	uint32_t client, server, door, life, request;
	uint32_t status, retry_after_s, used_weight;
	plm_err err;
	const char *why; /* static text */
	plm_time_ns deadline_ns;
	size_t heap_bytes;
	plm_slice parts[NET_PARTS];
	char bytes[];
} net_delivery;

/* One WebSocket. client_up: the client's number is in use; client_open: on_open was told. */
typedef struct net_link {
	bool used, client_up, client_open, server_up, server_closing, frozen;
	uint32_t client, conn, server, generation, bytes_per_second;
	size_t queued_bytes; /* on their way to the client */
	int64_t latency_ns;
	plm_time_ns due_ns[NET_DIRECTIONS]; /* of what was sent last */
	plm_time_ns heard_ns;
} net_link;

/* One client or server. heap: by due_ns, then order. */
typedef struct net_process {
	pli_seeded_net *net;
	uint32_t number, life, count;
	bool listening;
	pli_net_handler client;
	pli_server_handler server;
	net_delivery **heap;
} net_process;

/* What befalls the way to one server. */
typedef struct net_way {
	plm_time_ns until_ns[PLI_NET_FAULT_COUNT];
	uint32_t left[PLI_NET_FAULT_COUNT];
} net_way;

struct pli_seeded_net {
	pli_seeded_clock *clock;
	uint64_t order, heap_bytes; /* of all deliveries */
	pli_random latency;
	pli_random faults[PLI_NET_FAULT_COUNT];
	pli_seeded_watch watch;
	pli_seeded_counters counters;
	net_way ways[PLI_SEEDED_PEERS];
	net_process clients[PLI_SEEDED_PEERS];
	net_process servers[PLI_SEEDED_PEERS];
	net_link links[PLI_SEEDED_LINKS_MAX];
};

/* pli_net_delivery_make copies the parts (NULL: none). The heap that it is pushed to owns it; after
 * pop the caller does. Memory that cannot be had ends the run by assert. */
net_delivery *pli_net_delivery_make(
    pli_seeded_net *net, net_kind kind, const plm_slice parts[NET_PARTS]);
void pli_net_delivery_free(pli_seeded_net *net, net_delivery *delivery);

void pli_net_heap_push(net_process *process, net_delivery *delivery);
net_delivery *pli_net_heap_pop(net_process *process); /* count > 0 (asserted) */
void pli_net_heap_clear(net_process *process);

/* pli_net_damage makes the text no JSON: a control byte somewhere, or the end is missing. */
void pli_net_damage(pli_random *random, net_delivery *delivery);

/* pli_net_header: the whole number of the header that begins with `name`; 0: absent. */
uint32_t pli_net_header(const char *const *headers, const char *name);

#endif
