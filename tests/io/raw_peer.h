/* raw_peer.h: a blocking TCP peer in a thread, for what no library would send. */
#ifndef PLI_TESTS_IO_RAW_PEER_H
#define PLI_TESTS_IO_RAW_PEER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

/* raw_peer: script(fd, ctx) runs in the thread, once for each of `accepts` connections. */
typedef struct raw_peer {
	int listen_fd;
	uint16_t port;
	pthread_t thread;
	int accepts;
	void (*script)(int fd, void *ctx);
	void *ctx;
} raw_peer;

void raw_peer_start(raw_peer *peer, int accepts, void (*script)(int fd, void *ctx), void *ctx);
void raw_peer_join(raw_peer *peer);

/* raw_connect: a blocking client socket to a port of 127.0.0.1. */
int raw_connect(uint16_t port);

void raw_write(int fd, const void *bytes, size_t size);

/* raw_read_some reads once, for at most a second; 0: the end or nothing came. */
size_t raw_read_some(int fd, char *ret_text, size_t room);

/* raw_read_all reads until the end of the stream, a second of silence or `room`; NUL-terminates. */
size_t raw_read_all(int fd, char *ret_text, size_t room);

/* raw_ws_accept reads an upgrade request and agrees to it. extension: a header line without CRLF,
 * or NULL. */
void raw_ws_accept(int fd, const char *extension);

/* raw_ws_upgrade sends an upgrade request as a client and reads the answer's head; returns its
 * status. Nothing of what follows the head is kept. */
int raw_ws_upgrade(int fd, const char *path, const char *extension);

/* raw_ws_write writes one frame. first: the first header byte (FIN, RSV, opcode). masked: as a
 * client must. */
void raw_ws_write(int fd, uint8_t first, const void *payload, size_t size, int masked);

#endif
