/* world.h: everything outside the process, as tables: clock, disk, network.
 *
 * Engine, journal, API and venue hosts reach the world through these and nothing else. io/ fills
 * them for Linux; sim/ fills them from a seed; a test fills them by hand. All calls of one table
 * come from one thread: each agent has its own pli_net. Nothing here blocks but pli_net.poll and
 * pli_server.poll, for at most the stated time, and disk calls. Handlers run inside poll and may
 * call back into the same table. */
#ifndef PLI_BASE_WORLD_H
#define PLI_BASE_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "plimsoll/err.h"
#include "plimsoll/slice.h"
#include "plimsoll/time.h"

/* Clock. wall_ns may jump; steady_ns never goes back and goes on during suspend (CLOCK_BOOTTIME).
 * All timers use steady_ns; wall_ns is for labels, ages against venue times and signatures.
 * random: 64 bits, for jitter and connection ids, not for keys. */
typedef struct pli_clock {
	plm_time_ns (*wall_ns)(void *ctx);
	plm_time_ns (*steady_ns)(void *ctx);
	uint64_t (*random)(void *ctx);
	void *ctx;
} pli_clock;

/* A file handle of the disk table; < 0 is none. */
typedef struct pli_file {
	int32_t value;
} pli_file;

typedef enum pli_file_mode {
	PLI_FILE_READ = 0,
	PLI_FILE_APPEND = 1, /* created when absent, mode 0600 */
	PLI_FILE_CREATE = 2, /* emptied when present, mode 0600 */
} pli_file_mode;

/* pli_file_facts: private_to_owner: owned by this user, no bit for group or others, no link. */
typedef struct pli_file_facts {
	uint64_t size;
	plm_time_ns modified_ns;
	bool is_directory;
	bool private_to_owner;
} pli_file_facts;

/* Disk. Errors: PLM_ENOTFOUND, PLM_EACCESS, PLM_ENOSPACE, PLM_EIO (fault text by the caller). A
 * short append is an error of which nothing may be assumed. sync returns when the bytes are
 * durable; after a failed sync the file must be given up. */
typedef struct pli_disk {
	plm_err (*open)(void *ctx, const char *path, pli_file_mode mode, pli_file *ret_file);
	void (*close)(void *ctx, pli_file file);
	plm_err (*append)(void *ctx, pli_file file, const void *bytes, size_t size);
	plm_err (*read)(void *ctx, pli_file file, uint64_t offset, void *ret_bytes, size_t size,
	    size_t *ret_got);
	plm_err (*sync)(void *ctx, pli_file file);
	plm_err (*truncate)(void *ctx, pli_file file, uint64_t size);
	plm_err (*facts)(void *ctx, const char *path, pli_file_facts *ret_facts);
	plm_err (*rename)(void *ctx, const char *from, const char *to);
	plm_err (*remove)(void *ctx, const char *path);
	plm_err (*make_directory)(void *ctx, const char *path);
	/* Until close or the end of the process. Errors: PLM_EAGAIN: another opening holds it.
	 * NULL: a table that nobody else can reach. */
	plm_err (*lock)(void *ctx, pli_file file);
	void *ctx;
} pli_disk;

/* Network, client side. Connections and requests are named by the caller's own ids, unique among
 * what is open. Every ws_open is answered by exactly one on_open or on_close; after on_close the
 * id is free. Every http_send is answered by exactly one on_reply. TLS certificates and host names
 * are always checked for wss and https; ca_file (NULL: the system's) exists for tests. */
typedef struct pli_ws_target {
	const char *url; /* "wss://www.deribit.com/ws/api/v2", "ws://127.0.0.1:9000/..." */
	const char *ca_file;
	uint32_t connect_timeout_ms;
	uint32_t frame_bytes_max; /* larger: closed with PLM_EOVERFLOW */
} pli_ws_target;

typedef struct pli_http_out {
	const char *method;
	const char *url;
	const char *const *headers; /* "Name: value", NULL-terminated; NULL: none. May be secret. */
	plm_slice body;
	const char *ca_file;
	uint32_t timeout_ms;
	uint32_t body_bytes_max;
} pli_http_out;

/* status 0: no answer; err says why (PLM_ETIMEOUT, PLM_EIO, PLM_EAUTH for TLS). */
typedef struct pli_http_reply {
	uint32_t status;
	plm_err err;
	uint32_t retry_after_s; /* 0: no such header */
	uint32_t used_weight;   /* X-MBX-USED-WEIGHT-1M, 0: no such header */
	plm_slice body;
	const char *text; /* why, for a person; "" */
} pli_http_reply;

/* Handler of one pli_net. Frames are whole messages, borrowed for the call. */
typedef struct pli_net_handler {
	void (*on_open)(void *ctx, uint32_t conn);
	void (*on_frame)(void *ctx, uint32_t conn, plm_slice frame, plm_time_ns received_time_ns);
	void (*on_pong)(void *ctx, uint32_t conn);
	void (*on_close)(void *ctx, uint32_t conn, plm_err err, const char *text);
	void (*on_reply)(void *ctx, uint32_t request, const pli_http_reply *reply);
	void *ctx;
} pli_net_handler;

typedef struct pli_net {
	/* Errors: PLM_EFULL, PLM_EARG (url). Name look-up never blocks the caller. */
	plm_err (*ws_open)(void *ctx, uint32_t conn, const pli_ws_target *target);
	/* Copies. Errors: PLM_ECLOSED, PLM_EFULL (peer does not read: the queue bound). */
	plm_err (*ws_send)(void *ctx, uint32_t conn, plm_slice text);
	plm_err (*ws_ping)(void *ctx, uint32_t conn);
	/* on_close follows, from poll. */
	void (*ws_close)(void *ctx, uint32_t conn);
	plm_err (*http_send)(void *ctx, uint32_t request, const pli_http_out *out);
	void (*set_handler)(void *ctx, const pli_net_handler *handler);
	/* Waits at most wait_ns for something to happen, runs handlers, returns how many ran. */
	int (*poll)(void *ctx, int64_t wait_ns);
	/* May be called from any thread: makes a waiting poll return. */
	void (*wake)(void *ctx);
	void *ctx;
	uint32_t
	    requests_max; /* http_send answers PLM_EFULL while so many wait; 0: no such bound */
} pli_net;

/* Network, server side: HTTP and WebSocket on one listening address. */
typedef struct pli_http_in {
	plm_slice method;
	plm_slice path;  /* without query, percent-decoded, NUL-free */
	plm_slice query; /* percent-encoded, without '?'; io/ writes it anew from its parts */
	plm_slice body;
	plm_slice origin; /* Origin header, empty when absent */
	plm_slice host;
	/* for the simulated venues: X-MBX-APIKEY, OK-ACCESS-KEY, X-BAPI-API-KEY or api-key;
	 * OK-ACCESS- or X-BAPI-SIGN and -TIMESTAMP, api-signature and api-expires;
	 * OK-ACCESS-PASSPHRASE; X-BAPI-RECV-WINDOW */
	plm_slice api_key, signature, stamp, passphrase, window;
	plm_slice authorization;
} pli_http_in;

/* Filled by on_request. body is copied before on_request returns to the server's poll.
 * headers: extra "Name: value", NULL-terminated, or NULL. */
typedef struct pli_http_answer {
	uint32_t status;
	const char *content_type;
	const char *const *headers;
	plm_slice body;
	uint32_t delay_ms; /* for simulated venues: answer later; 0 at once */
	bool hang;         /* for simulated venues: never answer */
} pli_http_answer;

typedef struct pli_server_handler {
	void (*on_request)(void *ctx, const pli_http_in *in, pli_http_answer *ret_answer);
	/* A WebSocket asks to be let in at in->path; false refuses with 403. */
	bool (*on_connect)(void *ctx, uint32_t client, const pli_http_in *in);
	void (*on_message)(void *ctx, uint32_t client, plm_slice text);
	void (*on_disconnect)(void *ctx, uint32_t client);
	void *ctx;
} pli_server_handler;

typedef struct pli_server {
	/* host is an address ("127.0.0.1"); port 0 picks one. tls_cert, tls_key: PEM files or NULL.
	 * Errors: PLM_EINUSE, PLM_EACCESS (a low port), PLM_EIO. */
	plm_err (*listen)(void *ctx, const char *host, uint16_t port, const char *tls_cert,
	    const char *tls_key, uint16_t *ret_port);
	/* Copies into the client's queue. Errors: PLM_ECLOSED, PLM_EFULL (slow client). */
	plm_err (*send)(void *ctx, uint32_t client, plm_slice text);
	/* Bytes not yet taken by the client. */
	size_t (*backlog)(void *ctx, uint32_t client);
	void (*disconnect)(void *ctx, uint32_t client, bool abruptly);
	/* Simulated faults: freeze stops reading and writing, the socket stays open. */
	void (*freeze)(void *ctx, uint32_t client, bool frozen);
	void (*set_handler)(void *ctx, const pli_server_handler *handler);
	int (*poll)(void *ctx, int64_t wait_ns);
	void (*wake)(void *ctx);
	void *ctx;
} pli_server;

#endif
