/* raw_peer.c: a blocking TCP peer in a thread, for what no library would send. */
#include "raw_peer.h"

#include <arpa/inet.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

static void *
raw_peer_run(void *arg)
{
	raw_peer *peer = arg;
	for (int i = 0; i < peer->accepts; i++) {
		int fd = accept(peer->listen_fd, NULL, NULL);
		if (fd < 0)
			break;
		peer->script(fd, peer->ctx);
		(void)close(fd);
	}
	return NULL;
}

void
raw_peer_start(raw_peer *peer, int accepts, void (*script)(int fd, void *ctx), void *ctx)
{
	*peer = (raw_peer){.accepts = accepts, .script = script, .ctx = ctx};
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t size = sizeof address;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	peer->listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(peer->listen_fd >= 0);
	assert_int_equal(bind(peer->listen_fd, (struct sockaddr *)&address, size), 0);
	assert_int_equal(listen(peer->listen_fd, 16), 0);
	assert_int_equal(getsockname(peer->listen_fd, (struct sockaddr *)&address, &size), 0);
	peer->port = ntohs(address.sin_port);
	assert_int_equal(pthread_create(&peer->thread, NULL, raw_peer_run, peer), 0);
}

void
raw_peer_join(raw_peer *peer)
{
	(void)shutdown(peer->listen_fd, SHUT_RDWR);
	assert_int_equal(pthread_join(peer->thread, NULL), 0);
	(void)close(peer->listen_fd);
}

int
raw_connect(uint16_t port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
	return fd;
}

void
raw_write(int fd, const void *bytes, size_t size)
{
	const char *from = bytes;
	while (size > 0) {
		ssize_t n = send(fd, from, size, MSG_NOSIGNAL);
		if (n <= 0)
			return;
		from += n;
		size -= (size_t)n;
	}
}

size_t
raw_read_some(int fd, char *ret_text, size_t room)
{
	struct timeval second = {1, 0};
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof second);
	ssize_t n = recv(fd, ret_text, room, 0);
	return n > 0 ? (size_t)n : 0;
}

size_t
raw_read_all(int fd, char *ret_text, size_t room)
{
	size_t size = 0;
	while (size + 1 < room) {
		size_t n = raw_read_some(fd, ret_text + size, room - 1 - size);
		if (n == 0)
			break;
		size += n;
	}
	ret_text[size] = '\0';
	return size;
}

/* Reads byte by byte to the end of a head. */
static void
raw_read_head(int fd, char *ret_text, size_t room)
{
	size_t size = 0;
	ret_text[0] = '\0';
	while (size + 1 < room && strstr(ret_text, "\r\n\r\n") == NULL) {
		if (raw_read_some(fd, ret_text + size, 1) == 0)
			return;
		ret_text[++size] = '\0';
	}
}

void
raw_ws_accept(int fd, const char *extension)
{
	char head[4096];
	char joined[128];
	unsigned char digest[SHA_DIGEST_LENGTH];
	unsigned char accept_key[64];
	raw_read_head(fd, head, sizeof head);
	const char *key = strcasestr(head, "sec-websocket-key: ");
	if (key == NULL)
		return;
	(void)snprintf(
	    joined, sizeof joined, "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key + 19);
	(void)SHA1((unsigned char *)joined, strlen(joined), digest);
	(void)EVP_EncodeBlock(accept_key, digest, sizeof digest);
	int size = snprintf(head, sizeof head,
	    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
	    "Sec-WebSocket-Accept: %s\r\n%s%s\r\n",
	    accept_key, extension == NULL ? "" : extension, extension == NULL ? "" : "\r\n");
	raw_write(fd, head, (size_t)size);
}

int
raw_ws_upgrade(int fd, const char *path, const char *extension)
{
	char head[4096];
	int size = snprintf(head, sizeof head,
	    "GET %s HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
	    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%s%s\r\n",
	    path, extension == NULL ? "" : extension, extension == NULL ? "" : "\r\n");
	raw_write(fd, head, (size_t)size);
	raw_read_head(fd, head, sizeof head);
	return strncmp(head, "HTTP/1.1 ", 9) == 0 ? (int)strtol(head + 9, NULL, 10) : 0;
}

void
raw_ws_write(int fd, uint8_t first, const void *payload, size_t size, int masked)
{
	static const uint8_t mask[4] = {0x12, 0x34, 0x56, 0x78};
	uint8_t *frame = malloc(size + 16);
	size_t at = 0;
	assert_non_null(frame);
	frame[at++] = first;
	uint8_t mask_bit = masked ? 0x80 : 0;
	if (size < 126) {
		frame[at++] = (uint8_t)(mask_bit | size);
	} else if (size < 65536) {
		frame[at++] = mask_bit | 126;
		frame[at++] = (uint8_t)(size >> 8);
		frame[at++] = (uint8_t)size;
	} else {
		frame[at++] = mask_bit | 127;
		for (int shift = 56; shift >= 0; shift -= 8)
			frame[at++] = (uint8_t)((uint64_t)size >> shift);
	}
	if (masked) {
		memcpy(frame + at, mask, sizeof mask);
		at += sizeof mask;
	}
	for (size_t i = 0; i < size; i++)
		frame[at + i] = (uint8_t)(((const uint8_t *)payload)[i] ^
					  (masked ? mask[i % 4] : 0));
	raw_write(fd, frame, at + size);
	free(frame);
}
