/* inflate.h: permessage-deflate (RFC 7692), receiving side only.
 *
 * libwebsockets 4.1.6 has an extension of its own, which we do not use: its sending side keeps
 * pointing into the caller's buffer and ends the program on an empty message, its receiving side
 * ends the program when a match crosses the end of its output buffer (docs/decisions: libwebsockets
 * at arm's length). Here the library only negotiates and hands over what came; whole messages are
 * inflated by zlib. */
#ifndef PLI_IO_INFLATE_H
#define PLI_IO_INFLATE_H

#include <libwebsockets.h>
#include <stdbool.h>
#include <zlib.h>

#include "base/bytes.h"

/* pli_inflate: state of one connection. Zeroed memory: not negotiated. */
typedef struct pli_inflate {
	bool agreed;          /* the server answered with the extension */
	bool context_dropped; /* server_no_context_takeover */
	bool ready;
	z_stream stream;
} pli_inflate;

/* pli_inflate_extensions offers "permessage-deflate" in a client's virtual host. The connection's
 * pli_inflate comes from pli_inflate_of_socket, which the includer defines. */
extern const struct lws_extension pli_inflate_extensions[];
pli_inflate *pli_inflate_of_socket(struct lws *wsi);

/* pli_inflate_message inflates one whole message into *ret_text (emptied first), at most to its
 * bound. Errors: PLM_EOVERFLOW (larger), PLM_EDECODE (not deflate data), PLM_ENOMEM; after an
 * error the connection must be closed. */
plm_err pli_inflate_message(pli_inflate *state, plm_slice message, pli_bytes *ret_text);

void pli_inflate_fini(pli_inflate *state);

#endif
