/* loop.h: one uv loop with a libwebsockets context on it, and how a table's poll runs it. */
#ifndef PLI_IO_LOOP_H
#define PLI_IO_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include <libwebsockets.h>
#include <uv.h>

#include "plimsoll/err.h"

/* pli_loop: all fields belong to the polling thread; only the uv_async inside is shared. */
typedef struct pli_loop {
	uv_loop_t uv;
	uv_async_t wake;
	struct lws_context *lws;
	int handled; /* handlers that ran since this poll began */
	bool woken;
} pli_loop;

/* pli_loop_turn: what the owner does after each turn of the loop: report what waits to be
 * reported (adding to loop->handled) and look after deadlines. Returns the next deadline on the
 * steady clock of pli_loop_now_ns, or INT64_MAX. */
typedef int64_t (*pli_loop_turn)(void *owner);

/* pli_loop_init makes the loop and the context from info, of which options, port, foreign_loops
 * and the log are set here. Serialised over the process. After an error nothing is left.
 * Errors: PLM_EIO, PLM_ENOMEM; *ret_fault says which call failed. */
plm_err pli_loop_init(pli_loop *loop, struct lws_context_creation_info *info, plm_fault *ret_fault);

/* pli_loop_fini destroys the context, runs the loop until every handle is closed, and closes it.
 * The owner has begun closing its own uv handles before. Serialised over the process. */
void pli_loop_fini(pli_loop *loop);

/* pli_loop_poll runs the loop until a handler ran, wake came or wait_ns has passed. Returns how
 * many handlers ran. */
int pli_loop_poll(pli_loop *loop, int64_t wait_ns, pli_loop_turn turn, void *owner);

/* pli_loop_wake may be called from any thread between init and fini. */
void pli_loop_wake(pli_loop *loop);

/* pli_loop_now_ns: CLOCK_MONOTONIC, what uv itself uses. */
int64_t pli_loop_now_ns(void);

/* pli_io_lock and pli_io_unlock guard calls that the libraries do not allow in two threads at
 * once: creating and destroying contexts, virtual hosts and curl handles. The first lock of the
 * process initialises OpenSSL and libcurl. */
void pli_io_lock(void);
void pli_io_unlock(void);

#endif
