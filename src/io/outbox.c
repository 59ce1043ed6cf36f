/* outbox.c: messages waiting to be written to one WebSocket, in one bounded buffer. */
#include "io/outbox.h"

#include <assert.h>
#include <libwebsockets.h>
#include <stdint.h>
#include <string.h>

enum { OUTBOX_ROOM = sizeof(uint64_t) + LWS_PRE, OUTBOX_KEEP_MAX = 256 << 10 };

static void
outbox_compact(pli_outbox *outbox)
{
	size_t left = outbox->bytes.size - outbox->head;
	if (outbox->head == 0 || outbox->head < left)
		return;
	memmove(outbox->bytes.data, outbox->bytes.data + outbox->head, left);
	outbox->bytes.size = left;
	outbox->head = 0;
}

plm_err
pli_outbox_push(pli_outbox *outbox, plm_slice message)
{
	assert(outbox->waiting <= outbox->max);
	if (message.size > outbox->max - outbox->waiting)
		return PLM_EFULL;
	outbox_compact(outbox);
	outbox->bytes.max = SIZE_MAX;
	char *room;
	plm_err err = pli_bytes_reserve(&outbox->bytes, OUTBOX_ROOM + message.size, &room);
	if (err != PLM_OK)
		return err;
	uint64_t size = message.size;
	memcpy(room, &size, sizeof size);
	if (message.size > 0)
		memcpy(room + OUTBOX_ROOM, message.bytes, message.size);
	outbox->waiting += message.size;
	return PLM_OK;
}

static size_t
outbox_front_size(const pli_outbox *outbox)
{
	uint64_t size;
	memcpy(&size, outbox->bytes.data + outbox->head, sizeof size);
	return size;
}

bool
pli_outbox_front(pli_outbox *outbox, unsigned char **ret_payload, size_t *ret_size)
{
	if (outbox->head == outbox->bytes.size)
		return false;
	*ret_size = outbox_front_size(outbox);
	*ret_payload = (unsigned char *)outbox->bytes.data + outbox->head + OUTBOX_ROOM;
	return true;
}

void
pli_outbox_pop(pli_outbox *outbox)
{
	assert(outbox->head < outbox->bytes.size);
	size_t size = outbox_front_size(outbox);
	outbox->head += OUTBOX_ROOM + size;
	outbox->waiting -= size;
	if (outbox->head < outbox->bytes.size)
		return;
	outbox->head = 0;
	pli_bytes_clear(&outbox->bytes);
	if (outbox->bytes.capacity > OUTBOX_KEEP_MAX)
		pli_bytes_release(&outbox->bytes);
}

void
pli_outbox_release(pli_outbox *outbox)
{
	pli_bytes_release(&outbox->bytes);
	outbox->head = 0;
	outbox->waiting = 0;
}
