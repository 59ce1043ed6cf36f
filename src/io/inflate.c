/* inflate.c: permessage-deflate (RFC 7692), receiving side only. */
#include "io/inflate.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

enum { INFLATE_ROOM_MIN = 16 << 10, INFLATE_OPTION_NO_TAKEOVER = 0 };

/* In the order of INFLATE_OPTION_...; the others need nothing from us: a window of 15 bits reads
 * all smaller ones, and we send nothing compressed. */
static const struct lws_ext_options inflate_options[] = {
    {"server_no_context_takeover", EXTARG_NONE},
    {"client_no_context_takeover", EXTARG_NONE},
    {"server_max_window_bits", EXTARG_OPT_DEC},
    {"client_max_window_bits", EXTARG_OPT_DEC},
    {NULL, 0},
};

/* Returns 0 for data in both directions: "not mine", so it passes unchanged. */
static int
inflate_on_extension(struct lws_context *context, const struct lws_extension *extension,
    struct lws *wsi, enum lws_extension_callback_reasons reason, void *user, void *in, size_t size)
{
	(void)context;
	(void)extension;
	(void)size;
	pli_inflate *state = pli_inflate_of_socket(wsi);
	switch (reason) {
	case LWS_EXT_CB_CLIENT_CONSTRUCT:
		if (state == NULL)
			return -1;
		state->agreed = true;
		*(void **)user = NULL;
		*(const struct lws_ext_options **)in = inflate_options;
		return 0;
	case LWS_EXT_CB_OPTION_SET:
		if (state != NULL &&
		    ((struct lws_ext_option_arg *)in)->option_index == INFLATE_OPTION_NO_TAKEOVER)
			state->context_dropped = true;
		return 0;
	default:
		return 0;
	}
}

const struct lws_extension pli_inflate_extensions[] = {
    {"permessage-deflate", inflate_on_extension, "permessage-deflate"},
    {NULL, NULL, NULL},
};

static plm_err
inflate_room(pli_inflate *state, pli_bytes *text, size_t *ret_room)
{
	size_t room = text->size > INFLATE_ROOM_MIN ? text->size : INFLATE_ROOM_MIN;
	char *at;
	if (room > text->max - text->size)
		room = text->max - text->size;
	if (room == 0)
		return PLM_EOVERFLOW;
	plm_err err = pli_bytes_reserve(text, room, &at);
	if (err != PLM_OK)
		return err;
	state->stream.next_out = (unsigned char *)at;
	state->stream.avail_out = (unsigned)room;
	*ret_room = room;
	return PLM_OK;
}

/* Feeds one piece until zlib wants more. */
static plm_err
inflate_feed(pli_inflate *state, plm_slice piece, pli_bytes *text)
{
	z_stream *stream = &state->stream;
	assert(piece.size < UINT_MAX);
	stream->next_in = (unsigned char *)(uintptr_t)piece.bytes;
	stream->avail_in = (unsigned)piece.size;
	for (;;) {
		size_t room;
		plm_err err = inflate_room(state, text, &room);
		/* At the bound one byte more tells whether there is more to come. */
		unsigned char beyond;
		bool at_bound = err == PLM_EOVERFLOW;
		if (at_bound) {
			stream->next_out = &beyond;
			stream->avail_out = 1;
			room = 0;
		} else if (err != PLM_OK) {
			return err;
		}
		unsigned given = stream->avail_out;
		int rc = inflate(stream, Z_SYNC_FLUSH);
		if (at_bound && stream->avail_out == 0)
			return PLM_EOVERFLOW;
		if (!at_bound)
			text->size -= stream->avail_out;
		if (rc == Z_STREAM_END)
			rc = inflateReset(stream);
		if (rc != Z_OK && rc != Z_BUF_ERROR)
			return rc == Z_MEM_ERROR ? PLM_ENOMEM : PLM_EDECODE;
		bool full = !at_bound && stream->avail_out == 0;
		if (!full && (stream->avail_in == 0 || stream->avail_out == given))
			return stream->avail_in == 0 ? PLM_OK : PLM_EDECODE;
	}
}

plm_err
pli_inflate_message(pli_inflate *state, plm_slice message, pli_bytes *ret_text)
{
	static const char trailer[4] = {0, 0, (char)0xff, (char)0xff};
	pli_bytes_clear(ret_text);
	if (state->ready && state->context_dropped)
		(void)inflateReset(&state->stream);
	if (!state->ready && inflateInit2(&state->stream, -MAX_WBITS) != Z_OK)
		return PLM_ENOMEM;
	state->ready = true;
	plm_err err = inflate_feed(state, message, ret_text);
	if (err != PLM_OK)
		return err;
	return inflate_feed(state, (plm_slice){trailer, sizeof trailer}, ret_text);
}

void
pli_inflate_fini(pli_inflate *state)
{
	if (state->ready)
		(void)inflateEnd(&state->stream);
	*state = (pli_inflate){0};
}
