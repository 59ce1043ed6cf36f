/* sim_fake_server.h: a pli_server in memory for tests of the simulated venues: keeps what was sent
 * to each client, and whether the client was cut or frozen. */
#ifndef SIM_FAKE_SERVER_H
#define SIM_FAKE_SERVER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/world.h"

enum { FAKE_FRAMES_MAX = 4096, FAKE_CLIENTS_MAX = 8 };

typedef struct fake_frame {
	uint32_t client;
	char *text;
	size_t size;
} fake_frame;

typedef struct fake_server {
	fake_frame frames[FAKE_FRAMES_MAX];
	uint32_t frames_count;
	bool cut[FAKE_CLIENTS_MAX];
	bool frozen[FAKE_CLIENTS_MAX];
	bool full;
	const pli_server_handler *handler;
	pli_server_handler handler_copy;
} fake_server;

static inline plm_err
fake_listen(void *ctx, const char *host, uint16_t port, const char *tls_cert, const char *tls_key,
    uint16_t *ret_port)
{
	(void)ctx, (void)host, (void)tls_cert, (void)tls_key;
	*ret_port = port == 0 ? 4242 : port;
	return PLM_OK;
}

static inline plm_err
fake_send(void *ctx, uint32_t client, plm_slice text)
{
	fake_server *fake = ctx;
	assert_true(client < FAKE_CLIENTS_MAX);
	if (fake->full)
		return PLM_EFULL;
	assert_true(fake->frames_count < FAKE_FRAMES_MAX);
	fake_frame *frame = &fake->frames[fake->frames_count++];
	frame->client = client;
	frame->size = text.size;
	frame->text = malloc(text.size + 1);
	assert_non_null(frame->text);
	memcpy(frame->text, text.bytes, text.size);
	frame->text[text.size] = '\0';
	return PLM_OK;
}

static inline size_t
fake_backlog(void *ctx, uint32_t client)
{
	(void)ctx, (void)client;
	return 0;
}

static inline void
fake_disconnect(void *ctx, uint32_t client, bool abruptly)
{
	(void)abruptly;
	((fake_server *)ctx)->cut[client] = true;
}

static inline void
fake_freeze(void *ctx, uint32_t client, bool frozen)
{
	((fake_server *)ctx)->frozen[client] = frozen;
}

static inline void
fake_set_handler(void *ctx, const pli_server_handler *handler)
{
	fake_server *fake = ctx;
	fake->handler_copy = *handler;
	fake->handler = &fake->handler_copy;
}

static inline int
fake_poll(void *ctx, int64_t wait_ns)
{
	(void)ctx, (void)wait_ns;
	return 0;
}

static inline void
fake_wake(void *ctx)
{
	(void)ctx;
}

static inline pli_server
fake_table(fake_server *fake)
{
	return (pli_server){fake_listen, fake_send, fake_backlog, fake_disconnect, fake_freeze,
	    fake_set_handler, fake_poll, fake_wake, fake};
}

static inline void
fake_clear(fake_server *fake)
{
	for (uint32_t i = 0; i < fake->frames_count; i++)
		free(fake->frames[i].text);
	fake->frames_count = 0;
}

/* The last frame of a client that contains `part`; fails the test when there is none. */
static inline plm_slice
fake_last(const fake_server *fake, uint32_t client, const char *part)
{
	for (uint32_t i = fake->frames_count; i > 0; i--) {
		const fake_frame *frame = &fake->frames[i - 1];
		if (frame->client == client && strstr(frame->text, part) != NULL)
			return (plm_slice){frame->text, frame->size};
	}
	fail_msg("no frame with %s for client %u", part, client);
	return (plm_slice){NULL, 0};
}

static inline uint32_t
fake_count(const fake_server *fake, uint32_t client, const char *part)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < fake->frames_count; i++)
		count += fake->frames[i].client == client &&
			 strstr(fake->frames[i].text, part) != NULL;
	return count;
}

#endif
