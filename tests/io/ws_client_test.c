/* ws_client_test.c: WebSocket connections of a pli_net, against a pli_server and raw peers. */
#include <arpa/inet.h>
#include <netdb.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "raw_peer.h"
#include "rig.h"

enum { SECOND = 5000, BIG = 1500000 };

static rig r;

static void
test_ws_client__echo_and_close(void **state)
{
	(void)state;
	int before = rig_count_descriptors_warm();
	rig_up(&r, NULL, NULL, NULL);
	rig_open(&r, 1, NULL, NULL);
	assert_true(rig_until(&r, &r.seen[1].opens, 1, SECOND));
	assert_int_equal(r.net.ws_send(r.net.ctx, 1, PLM_SLICE("hello")), PLM_OK);
	assert_true(rig_until(&r, &r.seen[1].frames, 1, SECOND));
	assert_true(plm_slice_is(pli_bytes_slice(&r.seen[1].last), "hello"));
	assert_int_equal(r.net.ws_ping(r.net.ctx, 1), PLM_OK);
	assert_true(rig_until(&r, &r.seen[1].pongs, 1, SECOND));
	r.net.ws_close(r.net.ctx, 1);
	assert_int_equal(r.net.ws_send(r.net.ctx, 1, PLM_SLICE("late")), PLM_ECLOSED);
	assert_int_equal(r.net.ws_ping(r.net.ctx, 1), PLM_ECLOSED);
	assert_true(rig_until(&r, &r.seen[1].closes, 1, SECOND));
	assert_true(rig_until(&r, &r.disconnects, 1, SECOND));
	assert_int_equal(r.seen[1].close_err, PLM_OK);
	rig_idle(&r, 50);
	assert_int_equal(r.seen[1].opens, 1);
	assert_int_equal(r.seen[1].closes, 1);
	rig_down(&r);
	assert_int_equal(rig_count_descriptors(), before);
}

/* Message i of a fixed sequence: sizes of all header forms, four of 1.5 MB, some incompressible. */
static plm_slice
sequence_message(char *room, uint32_t i)
{
	static const size_t sizes[] = {0, 1, 125, 126, 127, 1000, 4096, 16384, 65535, 65536, 70000};
	size_t size = i % 500 == 250 ? BIG : sizes[i % 11];
	uint32_t noise = i * 2654435761u + 1;
	for (size_t j = 0; j < size; j++) {
		noise = noise * 1664525u + 1013904223u;
		room[j] = i % 20 == 7 ? (char)(' ' + (noise >> 24) % 95) : (char)('a' + j % 23);
	}
	return (plm_slice){room, size};
}

static void
exchange_sequence(uint32_t count)
{
	const pli_io_server_cfg cfg = {.message_bytes_max = 2 << 20, .backlog_bytes_max = 64 << 20};
	char *room = malloc(BIG);
	uint64_t hash = 0;
	uint64_t bytes = 0;
	assert_non_null(room);
	rig_up(&r, &cfg, NULL, NULL);
	rig_open(&r, 1, NULL, NULL);
	assert_true(rig_until(&r, &r.seen[1].opens, 1, SECOND));
	for (uint32_t i = 0; i < count; i++) {
		plm_slice message = sequence_message(room, i);
		hash = rig_hash(hash, message);
		bytes += message.size;
		plm_err err;
		while ((err = r.net.ws_send(r.net.ctx, 1, message)) == PLM_EFULL)
			rig_turn(&r);
		assert_int_equal(err, PLM_OK);
		if (i % 50 == 0)
			assert_int_equal(r.net.ws_ping(r.net.ctx, 1), PLM_OK);
	}
	assert_true(rig_until(&r, &r.seen[1].frames, count, 12 * SECOND));
	assert_int_equal(r.messages, count);
	assert_true(r.message_hash == hash);
	assert_int_equal(r.seen[1].frames, count);
	assert_true(r.seen[1].bytes == bytes);
	assert_true(r.seen[1].hash == hash);
	assert_true(r.seen[1].pongs > 0);
	assert_int_equal(r.seen[1].closes, 0);
	print_message("# %u messages, %llu bytes each way\n", count, (unsigned long long)bytes);
	rig_down(&r);
	free(room);
}

static void
test_ws_client__torture_both_ways(void **state)
{
	(void)state;
	exchange_sequence(2074);
}

/* What a raw server sends, and what the client should have seen of it. */
typedef struct fragments {
	const char *extension;
	bool deflate;
	bool no_takeover;
	uint32_t messages;
	uint64_t bytes;
	uint64_t bytes_on_wire;
	uint64_t hash;
} fragments;

static plm_slice
fragments_deflate(z_stream *stream, plm_slice message, char *room, size_t room_size)
{
	stream->next_in = (unsigned char *)(uintptr_t)message.bytes;
	stream->avail_in = (unsigned)message.size;
	stream->next_out = (unsigned char *)room;
	stream->avail_out = (unsigned)room_size;
	if (message.size == 0) {
		room[0] = 0;
		return (plm_slice){room, 1};
	}
	assert_int_equal(deflate(stream, Z_SYNC_FLUSH), Z_OK);
	assert_int_equal(stream->avail_in, 0);
	return (plm_slice){room, room_size - stream->avail_out - 4};
}

static void
fragments_script(int fd, void *ctx)
{
	fragments *f = ctx;
	char *room = malloc(BIG);
	char *packed = malloc(2 * BIG);
	z_stream stream = {0};
	assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
	raw_ws_accept(fd, f->extension);
	for (uint32_t i = 0; i < f->messages; i++) {
		plm_slice message = sequence_message(room, i);
		size_t pieces = 1 + i % 7;
		/* Some go uncompressed, as the protocol allows. */
		bool deflated = f->deflate && i % 5 != 3;
		f->hash = rig_hash(f->hash, message);
		f->bytes += message.size;
		if (deflated) {
			message = fragments_deflate(&stream, message, packed, 2 * BIG);
			if (f->no_takeover)
				(void)deflateReset(&stream);
		}
		f->bytes_on_wire += message.size;
		for (size_t k = 0; k < pieces; k++) {
			size_t from = message.size * k / pieces;
			size_t to = message.size * (k + 1) / pieces;
			uint8_t first = (uint8_t)((k + 1 == pieces ? 0x80 : 0) | (k == 0 ? 1 : 0) |
						  (k == 0 && deflated ? 0x40 : 0));
			raw_ws_write(fd, first, message.bytes + from, to - from, 0);
			raw_ws_write(fd, 0x89, "ping", 4, 0);
		}
	}
	raw_ws_write(fd, 0x88, "\x03\xe8", 2, 0);
	char rest[4096];
	while (raw_read_some(fd, rest, sizeof rest) > 0)
		continue;
	(void)deflateEnd(&stream);
	free(packed);
	free(room);
}

static void
receive_fragments(fragments *f)
{
	raw_peer peer;
	char url[64];
	rig_up(&r, NULL, NULL, NULL);
	raw_peer_start(&peer, 1, fragments_script, f);
	(void)snprintf(url, sizeof url, "ws://127.0.0.1:%u/", peer.port);
	rig_open(&r, 3, url, NULL);
	assert_true(rig_until(&r, &r.seen[3].closes, 1, 12 * SECOND));
	print_message("# %u messages, %llu bytes, %llu on the wire: %s\n", r.seen[3].frames,
	    (unsigned long long)r.seen[3].bytes, (unsigned long long)f->bytes_on_wire,
	    r.seen[3].close_text);
	assert_int_equal(r.seen[3].close_err, PLM_ECLOSED);
	assert_non_null(strstr(r.seen[3].close_text, "1000"));
	assert_int_equal(r.seen[3].opens, 1);
	rig_down(&r);
	raw_peer_join(&peer);
	assert_int_equal(r.seen[3].frames, f->messages);
	assert_true(r.seen[3].bytes == f->bytes);
	assert_true(r.seen[3].hash == f->hash);
}

static void
test_ws_client__fragments_with_pings_between(void **state)
{
	(void)state;
	fragments f = {.messages = 600};
	receive_fragments(&f);
}

static void
test_ws_client__deflated_with_context(void **state)
{
	(void)state;
	fragments f = {.messages = 2074,
	    .deflate = true,
	    .extension = "Sec-WebSocket-Extensions: permessage-deflate"};
	receive_fragments(&f);
	assert_true(f.bytes_on_wire < f.bytes / 2);
}

static void
test_ws_client__deflated_without_context(void **state)
{
	(void)state;
	fragments f = {.messages = 600,
	    .deflate = true,
	    .no_takeover = true,
	    .extension = "Sec-WebSocket-Extensions: permessage-deflate; "
			 "server_no_context_takeover; server_max_window_bits=15"};
	receive_fragments(&f);
}

/* What breaks the rules: raw first bytes and payload, and what should come of it. */
typedef struct breach {
	const char *extension;
	uint8_t first;
	plm_slice payload;
	plm_err err;
} breach;

static void
breach_script(int fd, void *ctx)
{
	const breach *b = ctx;
	char rest[256];
	raw_ws_accept(fd, b->extension);
	raw_ws_write(fd, b->first, b->payload.bytes, b->payload.size, 0);
	(void)raw_read_all(fd, rest, sizeof rest);
}

static void
test_ws_client__breaches_end_the_connection(void **state)
{
	(void)state;
	static const char deflate_header[] = "Sec-WebSocket-Extensions: permessage-deflate";
	static char bomb[2 << 20];
	static char packed[64 << 10];
	z_stream stream = {0};
	assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
	plm_slice small = fragments_deflate(
	    &stream, (plm_slice){bomb, sizeof bomb}, packed, sizeof packed);
	(void)deflateEnd(&stream);
	const breach breaches[] = {
	    {NULL, 0xc1, PLM_SLICE("x"), PLM_ECLOSED},           /* compressed, never agreed */
	    {deflate_header, 0xe1, PLM_SLICE("x"), PLM_EDECODE}, /* a bit that nobody uses */
	    {deflate_header, 0xc1, PLM_SLICE("\xff\xff\xff"), PLM_EDECODE},
	    {deflate_header, 0xc1, small, PLM_EOVERFLOW}, /* 1000 times its size */
	    {NULL, 0x83, PLM_SLICE("x"), PLM_ECLOSED},    /* no such opcode */
	    {"Sec-WebSocket-Extensions: unheard-of", 0x81, PLM_SLICE("x"), PLM_EIO},
	};
	for (size_t i = 0; i < sizeof breaches / sizeof breaches[0]; i++) {
		raw_peer peer;
		char url[64];
		breach b = breaches[i];
		rig_up(&r, NULL, NULL, NULL);
		raw_peer_start(&peer, 1, breach_script, &b);
		(void)snprintf(url, sizeof url, "ws://127.0.0.1:%u/", peer.port);
		pli_ws_target target = {.url = url, .frame_bytes_max = 1 << 20};
		assert_int_equal(r.net.ws_open(r.net.ctx, 6, &target), PLM_OK);
		assert_true(rig_until(&r, &r.seen[6].closes, 1, SECOND));
		print_message(
		    "# %zu: %s: %s\n", i, plm_err_name(r.seen[6].close_err), r.seen[6].close_text);
		assert_int_equal(r.seen[6].close_err, b.err);
		assert_int_equal(r.seen[6].frames, 0);
		assert_int_equal(r.seen[6].closes, 1);
		rig_down(&r);
		raw_peer_join(&peer);
	}
}

static void
test_ws_client__server_ends_it(void **state)
{
	(void)state;
	rig_up(&r, NULL, NULL, NULL);
	for (uint32_t i = 0; i < 2; i++) {
		rig_open(&r, i, NULL, NULL);
		assert_true(rig_until(&r, &r.clients_count, i + 1, SECOND));
		assert_true(rig_until(&r, &r.seen[i].opens, 1, SECOND));
		int64_t began_ms = rig_now_ms();
		r.server.disconnect(r.server.ctx, r.clients[i], i == 1);
		assert_int_equal(
		    r.server.send(r.server.ctx, r.clients[i], PLM_SLICE("x")), PLM_ECLOSED);
		assert_true(rig_until(&r, &r.seen[i].closes, 1, SECOND));
		assert_true(rig_until(&r, &r.disconnects, i + 1, SECOND));
		assert_true(rig_now_ms() - began_ms < 1500);
		assert_int_equal(r.seen[i].close_err, PLM_ECLOSED);
		print_message("# %s\n", r.seen[i].close_text);
	}
	assert_non_null(strstr(r.seen[0].close_text, "code 1000"));
	assert_non_null(strstr(r.seen[1].close_text, "without a goodbye"));
	rig_down(&r);
}

static void
test_ws_client__frozen_server_is_silence_and_close_works(void **state)
{
	(void)state;
	rig_up(&r, NULL, NULL, NULL);
	rig_open(&r, 1, NULL, NULL);
	assert_true(rig_until(&r, &r.seen[1].opens, 1, SECOND));
	r.server.freeze(r.server.ctx, r.clients[0], true);
	assert_int_equal(r.server.send(r.server.ctx, r.clients[0], PLM_SLICE("held")), PLM_OK);
	assert_int_equal(r.net.ws_send(r.net.ctx, 1, PLM_SLICE("unread")), PLM_OK);
	assert_int_equal(r.net.ws_ping(r.net.ctx, 1), PLM_OK);
	rig_idle(&r, 200);
	assert_int_equal(r.seen[1].frames, 0);
	assert_int_equal(r.seen[1].pongs, 0);
	assert_int_equal(r.seen[1].closes, 0);
	assert_int_equal(r.messages, 0);
	assert_int_equal(r.server.backlog(r.server.ctx, r.clients[0]), 4);
	r.server.freeze(r.server.ctx, r.clients[0], false);
	assert_true(rig_until(&r, &r.seen[1].frames, 2, SECOND));
	assert_true(rig_until(&r, &r.seen[1].pongs, 1, SECOND));
	r.server.freeze(r.server.ctx, r.clients[0], true);
	int64_t began_ms = rig_now_ms();
	r.net.ws_close(r.net.ctx, 1);
	assert_true(rig_until(&r, &r.seen[1].closes, 1, SECOND));
	assert_true(rig_now_ms() - began_ms < 1500);
	rig_down(&r);
}

/* A frozen peer's socket fills up: the queue is bounded and close does not wait. */
static void
test_ws_client__queue_bound_and_close_with_full_socket(void **state)
{
	(void)state;
	static char block[256 << 10];
	plm_err err = PLM_OK;
	size_t accepted = 0;
	memset(block, 'x', sizeof block);
	rig_up(&r, NULL, NULL, NULL);
	rig_open(&r, 1, NULL, NULL);
	assert_true(rig_until(&r, &r.seen[1].opens, 1, SECOND));
	r.server.freeze(r.server.ctx, r.clients[0], true);
	for (int i = 0; i < 200 && err == PLM_OK; i++) {
		err = r.net.ws_send(r.net.ctx, 1, (plm_slice){block, sizeof block});
		accepted += err == PLM_OK ? sizeof block : 0;
		rig_turn(&r);
	}
	assert_int_equal(err, PLM_EFULL);
	assert_true(accepted >= PLI_IO_SEND_QUEUE_MAX);
	r.net.ws_close(r.net.ctx, 1);
	int64_t began_ms = rig_now_ms();
	assert_true(rig_until(&r, &r.seen[1].closes, 1, SECOND));
	assert_true(rig_now_ms() - began_ms < 1500);
	/* The orphan is killed after its two seconds and the server learns of it. */
	r.server.freeze(r.server.ctx, r.clients[0], false);
	assert_true(rig_until(&r, &r.disconnects, 1, 2 * SECOND));
	rig_down(&r);
}

static void
expect_refusal(const char *url, plm_err wanted, const char *text)
{
	rig_open(&r, 7, url, NULL);
	r.seen[7].closes = 0;
	assert_true(rig_until(&r, &r.seen[7].closes, 1, SECOND));
	print_message(
	    "# %s: %s: %s\n", url, plm_err_name(r.seen[7].close_err), r.seen[7].close_text);
	assert_int_equal(r.seen[7].close_err, wanted);
	assert_int_equal(r.seen[7].opens, 0);
	assert_non_null(strstr(r.seen[7].close_text, text));
}

static void
test_ws_client__refusals(void **state)
{
	(void)state;
	char url[128];
	rig_up(&r, NULL, NULL, NULL);
	expect_refusal("ws://127.0.0.1:1/", PLM_EIO, "127.0.0.1");
	(void)snprintf(url, sizeof url, "ws://127.0.0.1:%u/forbidden", r.port);
	expect_refusal(url, PLM_EREFUSED, "403");
	static const char *const wrong[] = {"http://127.0.0.1/", "ws://", "ws://a b/", "ws://h:0/",
	    "ws://h:70000/", "ws://u@h/", "wss://h/\n", "ftp://h/", ""};
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		pli_ws_target target = {.url = wrong[i]};
		assert_int_equal(r.net.ws_open(r.net.ctx, 8, &target), PLM_EARG);
	}
	rig_down(&r);
}

static void
silent_script(int fd, void *ctx)
{
	char room[4096];
	(void)ctx;
	(void)raw_read_all(fd, room, sizeof room);
}

static void
test_ws_client__silent_server_times_out(void **state)
{
	(void)state;
	raw_peer peer;
	char url[64];
	rig_up(&r, NULL, NULL, NULL);
	raw_peer_start(&peer, 1, silent_script, NULL);
	(void)snprintf(url, sizeof url, "ws://127.0.0.1:%u/", peer.port);
	pli_ws_target target = {.url = url, .connect_timeout_ms = 300};
	int64_t began_ms = rig_now_ms();
	assert_int_equal(r.net.ws_open(r.net.ctx, 5, &target), PLM_OK);
	assert_true(rig_until(&r, &r.seen[5].closes, 1, SECOND));
	int64_t took_ms = rig_now_ms() - began_ms;
	assert_true(took_ms >= 290 && took_ms < 3000);
	assert_int_equal(r.seen[5].close_err, PLM_ETIMEOUT);
	rig_down(&r);
	raw_peer_join(&peer);
}

static void
test_ws_client__too_large_a_message(void **state)
{
	(void)state;
	static char block[4096];
	rig_up(&r, NULL, NULL, NULL);
	memset(block, 'y', sizeof block);
	pli_ws_target target = {.url = r.url, .frame_bytes_max = 4095};
	assert_int_equal(r.net.ws_open(r.net.ctx, 2, &target), PLM_OK);
	assert_true(rig_until(&r, &r.seen[2].opens, 1, SECOND));
	plm_slice fits = {block, 4095};
	assert_int_equal(r.server.send(r.server.ctx, r.clients[0], fits), PLM_OK);
	assert_true(rig_until(&r, &r.seen[2].frames, 1, SECOND));
	plm_slice large = {block, 4096};
	assert_int_equal(r.server.send(r.server.ctx, r.clients[0], large), PLM_OK);
	assert_true(rig_until(&r, &r.seen[2].closes, 1, SECOND));
	assert_int_equal(r.seen[2].close_err, PLM_EOVERFLOW);
	assert_int_equal(r.seen[2].frames, 1);
	assert_true(rig_until(&r, &r.disconnects, 1, SECOND));
	rig_down(&r);
}

static void
test_ws_client__two_hundred_connections(void **state)
{
	(void)state;
	enum { NETS = 4, EACH = 50 };
	static rig more[NETS];
	int before = rig_count_descriptors_warm();
	rig_up(&r, NULL, NULL, NULL);
	for (int n = 0; n < NETS; n++) {
		rig_up(&more[n], NULL, NULL, NULL);
		for (uint32_t i = 0; i < EACH; i++)
			rig_open(&more[n], i, r.url, NULL);
	}
	int64_t end_ms = rig_now_ms() + 2 * SECOND;
	uint32_t frames = 0;
	bool sent = false;
	while (frames < NETS * EACH && rig_now_ms() < end_ms) {
		uint32_t opens = 0;
		frames = 0;
		rig_turn(&r);
		for (int n = 0; n < NETS; n++)
			rig_turn(&more[n]);
		for (int n = 0; n < NETS; n++)
			for (uint32_t i = 0; i < EACH; i++) {
				opens += more[n].seen[i].opens;
				frames += more[n].seen[i].frames;
			}
		if (opens == NETS * EACH && !sent) {
			for (uint32_t c = 0; c < r.clients_count; c++)
				assert_int_equal(
				    r.server.send(r.server.ctx, r.clients[c], PLM_SLICE("all")),
				    PLM_OK);
			sent = true;
		}
	}
	assert_int_equal(frames, NETS * EACH);
	for (int n = 0; n < NETS; n++)
		rig_down(&more[n]);
	assert_true(rig_until(&r, &r.disconnects, NETS * EACH, SECOND));
	rig_down(&r);
	assert_int_equal(rig_count_descriptors(), before);
}

static void
test_ws_client__server_restart(void **state)
{
	(void)state;
	plm_fault fault;
	rig_up(&r, NULL, NULL, NULL);
	rig_open(&r, 1, NULL, NULL);
	assert_true(rig_until(&r, &r.seen[1].opens, 1, SECOND));
	pli_io_server_destroy(&r.server);
	assert_true(rig_until(&r, &r.seen[1].closes, 1, SECOND));
	assert_int_equal(r.seen[1].close_err, PLM_ECLOSED);
	rig_open(&r, 1, NULL, NULL);
	assert_true(rig_until(&r, &r.seen[1].closes, 2, SECOND));
	assert_int_equal(r.seen[1].close_err, PLM_EIO);
	static rig again;
	rig_up(&again, NULL, NULL, NULL);
	uint16_t port = 0;
	assert_int_equal(
	    again.server.listen(again.server.ctx, "127.0.0.1", r.port, NULL, NULL, &port), PLM_OK);
	assert_int_equal(port, r.port);
	uint16_t other;
	assert_int_equal(
	    again.server.listen(again.server.ctx, "127.0.0.1", r.port, NULL, NULL, &other),
	    PLM_EINUSE);
	assert_int_equal(
	    again.server.listen(again.server.ctx, "localhost", 0, NULL, NULL, &other), PLM_EARG);
	rig_open(&r, 1, NULL, NULL);
	for (int i = 0; i < 2000 && r.seen[1].opens < 2; i++) {
		rig_turn(&r);
		rig_turn(&again);
	}
	assert_int_equal(r.seen[1].opens, 2);
	rig_down(&again);
	rig_down(&r);
	(void)fault;
}

/* A handler that closes and opens from inside. */
static pli_net inner_net;
static char inner_url[128];
static uint32_t inner_opens;
static uint32_t inner_closes;

static void
inner_on_open(void *ctx, uint32_t conn)
{
	(void)ctx;
	inner_opens++;
	inner_net.ws_close(inner_net.ctx, conn);
}

static void
inner_on_close(void *ctx, uint32_t conn, plm_err err, const char *text)
{
	(void)ctx;
	(void)err;
	(void)text;
	pli_ws_target target = {.url = inner_url};
	if (++inner_closes < 20)
		assert_int_equal(inner_net.ws_open(inner_net.ctx, conn, &target), PLM_OK);
}

static void
test_ws_client__handlers_may_call_back(void **state)
{
	(void)state;
	plm_fault fault;
	const pli_net_handler handler = {.on_open = inner_on_open, .on_close = inner_on_close};
	rig_up(&r, NULL, NULL, NULL);
	assert_int_equal(pli_io_net_create(&inner_net, &fault), PLM_OK);
	inner_net.set_handler(inner_net.ctx, &handler);
	(void)snprintf(inner_url, sizeof inner_url, "%s", r.url);
	pli_ws_target target = {.url = inner_url};
	assert_int_equal(inner_net.ws_open(inner_net.ctx, 4, &target), PLM_OK);
	int64_t end_ms = rig_now_ms() + 2 * SECOND;
	while (inner_closes < 20 && rig_now_ms() < end_ms) {
		rig_turn(&r);
		(void)inner_net.poll(inner_net.ctx, 0);
	}
	assert_int_equal(inner_opens, 20);
	assert_int_equal(inner_closes, 20);
	pli_io_net_destroy(&inner_net);
	pli_io_net_destroy(&inner_net);
	rig_down(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_ws_client__echo_and_close),
	    cmocka_unit_test(test_ws_client__torture_both_ways),
	    cmocka_unit_test(test_ws_client__fragments_with_pings_between),
	    cmocka_unit_test(test_ws_client__deflated_with_context),
	    cmocka_unit_test(test_ws_client__deflated_without_context),
	    cmocka_unit_test(test_ws_client__breaches_end_the_connection),
	    cmocka_unit_test(test_ws_client__server_ends_it),
	    cmocka_unit_test(test_ws_client__frozen_server_is_silence_and_close_works),
	    cmocka_unit_test(test_ws_client__queue_bound_and_close_with_full_socket),
	    cmocka_unit_test(test_ws_client__refusals),
	    cmocka_unit_test(test_ws_client__silent_server_times_out),
	    cmocka_unit_test(test_ws_client__too_large_a_message),
	    cmocka_unit_test(test_ws_client__two_hundred_connections),
	    cmocka_unit_test(test_ws_client__server_restart),
	    cmocka_unit_test(test_ws_client__handlers_may_call_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
