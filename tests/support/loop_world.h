/* loop_world.h: clock and network in memory, for tests: clients and servers of one process joined
 * without sockets, in one thread, on a clock that moves only when told to.
 *
 * Everything is delivered in order, in poll, and nowhere else. Servers are found by the port in
 * the URL ("ws://127.0.0.1:7001/path", "http://127.0.0.1:7001/..."). */
#ifndef TESTS_SUPPORT_LOOP_WORLD_H
#define TESTS_SUPPORT_LOOP_WORLD_H

#include "base/world.h"

typedef struct loop_world loop_world;

/* Asserts on its own bounds. start_wall_ns: wall time at steady time 1 s. */
loop_world *loop_world_create(plm_time_ns start_wall_ns);
void loop_world_destroy(loop_world *world);

pli_clock loop_world_clock(loop_world *world);
pli_net loop_world_net(loop_world *world);
/* A new server table; at most LOOP_SERVERS_MAX. */
enum { LOOP_SERVERS_MAX = 8 };
pli_server loop_world_server(loop_world *world);

/* Time moves on by ns, for both clocks. */
void loop_world_pass(loop_world *world, int64_t ns);

/* Delivers what is due to everybody; returns how many deliveries. */
int loop_world_deliver(loop_world *world);

/* Cuts every WebSocket, as a broken network does: both sides are told. */
void loop_world_cut(loop_world *world);
/* Half-open: nothing is delivered any more on the WebSockets that are open now. */
void loop_world_stall(loop_world *world);
/* While true, connects and requests are refused. */
void loop_world_refuse(loop_world *world, bool refuse);

/* Counts since create. */
uint64_t loop_world_requests(const loop_world *world);
uint64_t loop_world_connects(const loop_world *world);

#endif
