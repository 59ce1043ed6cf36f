/* resolve.h: names to addresses, without blocking the loop that asks.
 *
 * Each look-up runs getaddrinfo in a thread of its own, because the system's resolver can neither
 * be cancelled nor given a deadline: an answer that comes too late, or after its owner is gone, is
 * thrown away by that thread. uv_getaddrinfo would do the same work, but its threads are joined
 * when the program ends, so that a dead name server would hold up every exit, and four slow names
 * would stop all others. */
#ifndef PLI_IO_RESOLVE_H
#define PLI_IO_RESOLVE_H

#include <stdbool.h>
#include <stdint.h>

#include "plimsoll/err.h"

enum { PLI_ADDRESSES_MAX = 8, PLI_ADDRESS_TEXT_MAX = 64 };

/* pli_addresses: numeric addresses, in the order in which they should be tried. */
typedef struct pli_addresses {
	uint32_t count;
	char text[PLI_ADDRESSES_MAX][PLI_ADDRESS_TEXT_MAX];
} pli_addresses;

typedef struct pli_lookup pli_lookup;

/* pli_lookup_create begins a look-up. wake(wake_ctx) is called once from another thread when the
 * answer is there, unless the look-up is destroyed first; destroy waits for a call under way.
 * Errors: PLM_EFULL (PLI_IO_LOOKUPS_MAX are under way in the process), PLM_ENOMEM. */
plm_err pli_lookup_create(
    const char *host, void (*wake)(void *wake_ctx), void *wake_ctx, pli_lookup **ret_lookup);

/* pli_lookup_poll: false: no answer yet. true: *ret_err is PLM_OK and *ret_addresses holds at
 * least one, or PLM_ENOTFOUND (no such name) or PLM_EIO (no name server answered), and then
 * *ret_addresses is unchanged. */
bool pli_lookup_poll(pli_lookup *lookup, plm_err *ret_err, pli_addresses *ret_addresses);

/* pli_lookup_destroy never waits for the name server. NULL: nothing happens. */
void pli_lookup_destroy(pli_lookup *lookup);

/* pli_address_literal: host is an IPv4 or IPv6 address already; then *ret_addresses holds it. */
bool pli_address_literal(const char *host, pli_addresses *ret_addresses);

#endif
