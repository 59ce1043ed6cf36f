/* rig.h: a client and a server of src/io in one thread, with everything that happens written down.
 */
#ifndef PLI_TESTS_IO_RIG_H
#define PLI_TESTS_IO_RIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/world.h"
#include "io/io.h"

enum { RIG_TEXT_MAX = 320, RIG_CLIENTS_MAX = 512 };

/* What the client side saw of one connection or request. */
typedef struct rig_seen {
	uint32_t opens;
	uint32_t closes;
	uint32_t frames;
	uint32_t pongs;
	uint64_t bytes;
	uint64_t hash; /* over all frames, in order, with their sizes */
	plm_err close_err;
	char close_text[RIG_TEXT_MAX];
	uint32_t replies;
	uint32_t status;
	plm_err reply_err;
	uint32_t retry_after_s;
	uint32_t used_weight;
	char reply_text[RIG_TEXT_MAX];
	pli_bytes last; /* frame or reply body */
} rig_seen;

typedef struct rig {
	pli_net net;
	pli_server server;
	uint16_t port;
	char url[256];                  /* ws://127.0.0.1:port/echo */
	rig_seen seen[RIG_CLIENTS_MAX]; /* index: the client's own id */
	/* Server side. */
	uint32_t clients[RIG_CLIENTS_MAX];
	uint32_t clients_count; /* of all that ever came */
	uint32_t disconnects;
	uint32_t messages;
	uint64_t message_hash;
	uint32_t requests;
	char request_line[8192];  /* "METHOD path?query body-size" of the last */
	char request_extra[1024]; /* "origin|host|api_key|authorization" */
	bool echo;
	pli_http_answer answer; /* what the server says next */
	pli_bytes answer_body;
} rig;

/* rig_up: cfg may be NULL; with tls the server uses the PEM files. */
void rig_up(rig *r, const pli_io_server_cfg *cfg, const char *tls_cert, const char *tls_key);
void rig_down(rig *r);

/* rig_turn polls both sides once, waiting a little. */
void rig_turn(rig *r);

/* rig_until polls until *value >= wanted, or for timeout_ms; returns whether it came. */
bool rig_until(rig *r, const uint32_t *value, uint32_t wanted, int timeout_ms);

/* rig_idle polls for so long. */
void rig_idle(rig *r, int ms);

/* rig_open connects `id` to url (NULL: the rig's own) and asserts that it is accepted. */
void rig_open(rig *r, uint32_t id, const char *url, const char *ca_file);
void rig_get(rig *r, uint32_t id, const char *method, const char *url, plm_slice body);

uint64_t rig_hash(uint64_t hash, plm_slice bytes);
int rig_count_descriptors(void);

/* rig_count_descriptors_warm counts after a rig went up and down: what the libraries open once in
 * a process stays open. */
int rig_count_descriptors_warm(void);
int64_t rig_now_ms(void);

#endif
