/* io.h: the world of Linux: fills the tables of base/world.h.
 *
 * The only room with system calls. Clock and disk have no state and may be used from any thread.
 * Each pli_net and each pli_server is one event loop of its own and belongs to the thread that
 * polls it; only wake may come from another thread. Several of them may live in one process, in
 * one thread or in many: creating and destroying are serialised inside, because libwebsockets,
 * OpenSSL and libcurl are not safe there. The first create also ignores SIGPIPE for the process
 * and silences libwebsockets' log: nothing in this room writes to stdout or stderr.
 *
 * wss and https always check certificate, validity and host name, with TLS 1.2 or later; there is
 * no switch for it. Proxies of the environment are not used; redirects are not followed. */
#ifndef PLI_IO_IO_H
#define PLI_IO_IO_H

#include <stdint.h>

#include "base/world.h"
#include "plimsoll/err.h"

/* pli_io_clock fills the clock table: CLOCK_REALTIME, CLOCK_BOOTTIME, getrandom. No errors: a
 * system without them stops the program. */
void pli_io_clock(pli_clock *ret_clock);

/* pli_io_disk fills the disk table: plain POSIX files. Handles are file descriptors. */
void pli_io_disk(pli_disk *ret_disk);

/* pli_io_descriptors: may this process have `least` open files? Raises its own soft limit as far as
 * it may. To be asked before the first event loop is made: the libraries below end the process or
 * wait for ever when they get no descriptor for themselves. Errors: PLM_EFULL. */
plm_err pli_io_descriptors(uint32_t least, plm_fault *ret_fault);

/* Bounds of one pli_net. */
enum {
	PLI_IO_CONNS_MAX = 5120,  /* WebSocket connections open or opening */
	PLI_IO_REQUESTS_MAX = 32, /* HTTP requests in flight; the next is PLM_EFULL */
	PLI_IO_LOOKUPS_MAX = 32,  /* name look-ups under way in the process */
	PLI_IO_LOOKUP_TIMEOUT_MS = 3000,
	PLI_IO_SEND_QUEUE_MAX = 4 << 20, /* bytes waiting to be sent, each connection */
	PLI_IO_URL_MAX = 2048,
};

/* pli_io_net_create makes a client side with its own event loop and fills the table. Destroy it
 * with pli_io_net_destroy. Errors: PLM_ENOMEM, PLM_EIO (descriptors are used up); ret_fault says
 * which. Cost: a few ms (the event loop, a libwebsockets context). */
plm_err pli_io_net_create(pli_net *ret_net, plm_fault *ret_fault);

/* pli_io_net_destroy closes everything without calling any handler and frees. Never waits for a
 * peer or for a name look-up. The table is zeroed. NULL ctx: nothing happens. */
void pli_io_net_destroy(pli_net *net);

/* How a pli_server is bounded. Zeroes mean the defaults given here. */
typedef struct pli_io_server_cfg {
	uint32_t clients_max;       /* connections of any kind; 1024; more are closed at once */
	uint32_t body_bytes_max;    /* request body; 1 MiB; larger: 413 */
	uint32_t message_bytes_max; /* WebSocket message from a client; 1 MiB; larger: closed */
	uint32_t backlog_bytes_max; /* unsent bytes of a client; 8 MiB; then PLM_EFULL */
} pli_io_server_cfg;

/* pli_io_server_create makes a server side with its own event loop and fills the table; cfg may
 * be NULL. listen may be called once or more. Destroy it with pli_io_server_destroy. Errors and
 * cost: as pli_io_net_create. */
plm_err pli_io_server_create(
    const pli_io_server_cfg *cfg, pli_server *ret_server, plm_fault *ret_fault);

/* pli_io_server_destroy closes the listening sockets and all clients without calling a handler,
 * and frees. The table is zeroed. NULL ctx: nothing happens. */
void pli_io_server_destroy(pli_server *server);

#endif
