/* outbox.h: messages waiting to be written to one WebSocket, in one bounded buffer. */
#ifndef PLI_IO_OUTBOX_H
#define PLI_IO_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"

/* pli_outbox: zeroed memory is an empty one; max bounds the payload bytes waiting. */
typedef struct pli_outbox {
	pli_bytes bytes; /* records: size, room for the library's header, payload */
	size_t head;     /* where the first record begins */
	size_t waiting;
	size_t max;
} pli_outbox;

/* pli_outbox_push copies a message to the end. Errors: PLM_EFULL, PLM_ENOMEM. */
plm_err pli_outbox_push(pli_outbox *outbox, plm_slice message);

/* pli_outbox_front gives the first message; LWS_PRE bytes before it may be overwritten. false:
 * nothing waits. */
bool pli_outbox_front(pli_outbox *outbox, unsigned char **ret_payload, size_t *ret_size);

/* pli_outbox_pop removes the first message; there must be one. */
void pli_outbox_pop(pli_outbox *outbox);

/* pli_outbox_release frees the memory. */
void pli_outbox_release(pli_outbox *outbox);

#endif
