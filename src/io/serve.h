/* serve.h: what the parts of one pli_server share; nobody outside this room includes it. */
#ifndef PLI_IO_SERVE_H
#define PLI_IO_SERVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/world.h"
#include "io/io.h"
#include "io/loop.h"
#include "io/outbox.h"

enum {
	PLI_SERVE_LISTENERS_MAX = 4,
	PLI_SERVE_PATH_MAX = 1024,
	PLI_SERVE_QUERY_MAX = 4096,
	PLI_SERVE_HEADER_MAX = 1024,
	PLI_SERVE_SIGN_MAX = 160,
};

/* pli_serve_head: the parts of a request's head that handlers see, NUL-terminated. */
typedef struct pli_serve_head {
	const char *method;      /* static; NULL: one that we do not serve */
	uint32_t status_refused; /* not 0: answer with it and close */
	uint64_t body_bytes;
	char path[PLI_SERVE_PATH_MAX];
	char query[PLI_SERVE_QUERY_MAX];
	char origin[PLI_SERVE_HEADER_MAX];
	char host[PLI_SERVE_HEADER_MAX];
	char api_key[PLI_SERVE_HEADER_MAX];
	char signature[PLI_SERVE_SIGN_MAX], stamp[PLI_SERVE_SIGN_MAX];
	char passphrase[PLI_SERVE_SIGN_MAX], window[PLI_SERVE_SIGN_MAX];
	char authorization[PLI_SERVE_HEADER_MAX];
} pli_serve_head;

/* pli_answer: an answer on its way out. */
typedef struct pli_answer {
	bool due; /* there is one */
	bool hang;
	bool close_after;
	bool body_ended; /* of a request that is refused */
	int64_t not_before_ns;
	pli_bytes head;
	pli_bytes body;
	size_t sent; /* of head and body together */
} pli_answer;

typedef struct pli_serve pli_serve;

/* pli_peer: one accepted socket: HTTP, and WebSocket from when it asks to become one. Freed when
 * the library has done with the socket. */
typedef struct pli_peer {
	pli_serve *serve;
	uint32_t id;
	struct lws *wsi;
	/* HTTP */
	pli_serve_head *head; /* of the request being read or answered; NULL between requests */
	pli_bytes request_body;
	pli_answer answer;
	/* WebSocket */
	bool admitted; /* on_connect said yes: on_disconnect is owed */
	bool established;
	bool closing;
	bool frozen;
	bool in_flight; /* the first of the outbox is with the library, part of it unsent */
	pli_outbox outbox;
	pli_bytes message;
} pli_peer;

typedef struct pli_listener {
	uv_poll_t poll;
	int fd;
	struct lws_vhost *vhost;
	pli_serve *serve;
} pli_listener;

/* pli_serve: the ctx of a server table. */
struct pli_serve {
	pli_loop loop;
	pli_io_server_cfg cfg;
	pli_server_handler handler;
	pli_listener listeners[PLI_SERVE_LISTENERS_MAX];
	uint32_t listeners_count;
	pli_peer **peers; /* cfg.clients_max; index: id & 0xffff */
	uint32_t generation;
	uint32_t answers_waiting;
	int spare_fd; /* given up for a moment when descriptors run out */
};

/* pli_serve_callback is the libwebsockets callback of all accepted sockets. */
int pli_serve_callback(
    struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t size);

/* HTTP part: returns what the library's callback shall return. */
int pli_serve_on_http(pli_peer *peer);
int pli_serve_on_http_body(pli_peer *peer, const char *piece, size_t size);
int pli_serve_on_http_body_end(pli_peer *peer);
int pli_serve_on_http_writeable(pli_peer *peer);
int pli_serve_on_upgrade(pli_peer *peer, const char *to);

/* pli_serve_http_turn starts answers whose delay is over; returns the next such time. */
int64_t pli_serve_http_turn(pli_serve *serve, int64_t now_ns);

/* pli_serve_http_end forgets the request and its answer, wiping what may be secret. */
void pli_serve_http_end(pli_peer *peer);

/* pli_serve_head_read takes a request's head from the library, checked; *ret_in borrows it. */
void pli_serve_head_read(struct lws *wsi, uint64_t body_bytes_max, pli_serve_head *ret_head);
pli_http_in pli_serve_head_in(const pli_serve_head *head);

/* Listening sockets. Errors: PLM_EINUSE, PLM_EACCESS (a low port), PLM_EARG (not an address),
 * PLM_EIO, PLM_EAUTH (certificate or key), PLM_EFULL. */
plm_err pli_listen_open(pli_serve *serve, const char *host, uint16_t port, const char *tls_cert,
    const char *tls_key, uint16_t *ret_port);
void pli_listen_close_all(pli_serve *serve);

/* pli_serve_accepted takes the socket over. */
void pli_serve_accepted(pli_serve *serve, struct lws_vhost *vhost, int fd);

#endif
