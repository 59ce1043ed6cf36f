/* rig.c: a client and a server of src/io in one thread, with everything that happens written down.
 */
#include "rig.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

uint64_t
rig_hash(uint64_t hash, plm_slice bytes)
{
	hash = (hash ^ bytes.size) * UINT64_C(0x100000001b3);
	for (size_t i = 0; i < bytes.size; i++)
		hash = (hash ^ (unsigned char)bytes.bytes[i]) * UINT64_C(0x100000001b3);
	return hash;
}

int64_t
rig_now_ms(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

int
rig_count_descriptors(void)
{
	int count = 0;
	DIR *folder = opendir("/proc/self/fd");
	assert_non_null(folder);
	while (readdir(folder) != NULL)
		count++;
	(void)closedir(folder);
	return count;
}

static void
rig_keep(rig_seen *seen, plm_slice bytes)
{
	pli_bytes_clear(&seen->last);
	seen->last.max = SIZE_MAX;
	assert_int_equal(pli_bytes_append(&seen->last, bytes.bytes, bytes.size), PLM_OK);
}

static void
rig_on_open(void *ctx, uint32_t conn)
{
	rig *r = ctx;
	r->seen[conn].opens++;
}

static void
rig_on_frame(void *ctx, uint32_t conn, plm_slice frame, plm_time_ns received_time_ns)
{
	rig *r = ctx;
	assert_true(received_time_ns > 0);
	r->seen[conn].frames++;
	r->seen[conn].bytes += frame.size;
	r->seen[conn].hash = rig_hash(r->seen[conn].hash, frame);
	rig_keep(&r->seen[conn], frame);
}

static void
rig_on_pong(void *ctx, uint32_t conn)
{
	rig *r = ctx;
	r->seen[conn].pongs++;
}

static void
rig_on_close(void *ctx, uint32_t conn, plm_err err, const char *text)
{
	rig *r = ctx;
	assert_non_null(text);
	r->seen[conn].closes++;
	r->seen[conn].close_err = err;
	(void)snprintf(r->seen[conn].close_text, RIG_TEXT_MAX, "%s", text);
}

static void
rig_on_reply(void *ctx, uint32_t request, const pli_http_reply *reply)
{
	rig *r = ctx;
	rig_seen *seen = &r->seen[request];
	seen->replies++;
	seen->status = reply->status;
	seen->reply_err = reply->err;
	seen->retry_after_s = reply->retry_after_s;
	seen->used_weight = reply->used_weight;
	(void)snprintf(seen->reply_text, RIG_TEXT_MAX, "%s", reply->text);
	rig_keep(seen, reply->body);
}

static void
rig_on_request(void *ctx, const pli_http_in *in, pli_http_answer *ret_answer)
{
	rig *r = ctx;
	r->requests++;
	(void)snprintf(r->request_line, sizeof r->request_line, "%.*s %.*s?%.*s %zu",
	    (int)in->method.size, in->method.bytes, (int)in->path.size, in->path.bytes,
	    (int)in->query.size, in->query.bytes, in->body.size);
	(void)snprintf(r->request_extra, sizeof r->request_extra, "%.*s|%.*s|%.*s|%.*s",
	    (int)in->origin.size, in->origin.bytes, (int)in->host.size, in->host.bytes,
	    (int)in->api_key.size, in->api_key.bytes, (int)in->authorization.size,
	    in->authorization.bytes);
	*ret_answer = r->answer;
	if (r->answer_body.size > 0)
		ret_answer->body = pli_bytes_slice(&r->answer_body);
	else if (ret_answer->body.size == 0)
		ret_answer->body = in->body;
}

static bool
rig_on_connect(void *ctx, uint32_t client, const pli_http_in *in)
{
	rig *r = ctx;
	if (plm_slice_is(in->path, "/forbidden"))
		return false;
	assert_true(r->clients_count < RIG_CLIENTS_MAX);
	r->clients[r->clients_count++] = client;
	return true;
}

static void
rig_on_message(void *ctx, uint32_t client, plm_slice text)
{
	rig *r = ctx;
	r->messages++;
	r->message_hash = rig_hash(r->message_hash, text);
	if (r->echo)
		assert_int_equal(r->server.send(r->server.ctx, client, text), PLM_OK);
}

static void
rig_on_disconnect(void *ctx, uint32_t client)
{
	rig *r = ctx;
	(void)client;
	r->disconnects++;
}

void
rig_up(rig *r, const pli_io_server_cfg *cfg, const char *tls_cert, const char *tls_key)
{
	plm_fault fault = {0};
	memset(r, 0, sizeof *r);
	r->echo = true;
	r->answer = (pli_http_answer){.status = 200, .content_type = "text/plain"};
	r->answer_body.max = SIZE_MAX;
	if (pli_io_net_create(&r->net, &fault) != PLM_OK ||
	    pli_io_server_create(cfg, &r->server, &fault) != PLM_OK)
		fail_msg("%s", fault.text);
	const pli_net_handler net_handler = {
	    rig_on_open, rig_on_frame, rig_on_pong, rig_on_close, rig_on_reply, r};
	const pli_server_handler server_handler = {
	    rig_on_request, rig_on_connect, rig_on_message, rig_on_disconnect, r};
	r->net.set_handler(r->net.ctx, &net_handler);
	r->server.set_handler(r->server.ctx, &server_handler);
	assert_int_equal(
	    r->server.listen(r->server.ctx, "127.0.0.1", 0, tls_cert, tls_key, &r->port), PLM_OK);
	assert_true(r->port > 0);
	(void)snprintf(r->url, sizeof r->url, "ws://127.0.0.1:%u/echo", r->port);
}

void
rig_down(rig *r)
{
	pli_io_net_destroy(&r->net);
	pli_io_server_destroy(&r->server);
	for (size_t i = 0; i < RIG_CLIENTS_MAX; i++)
		pli_bytes_release(&r->seen[i].last);
	pli_bytes_release(&r->answer_body);
}

void
rig_turn(rig *r)
{
	if (r->server.ctx != NULL)
		(void)r->server.poll(r->server.ctx, 200000);
	(void)r->net.poll(r->net.ctx, 200000);
}

bool
rig_until(rig *r, const uint32_t *value, uint32_t wanted, int timeout_ms)
{
	int64_t end_ms = rig_now_ms() + timeout_ms;
	while (*value < wanted && rig_now_ms() < end_ms)
		rig_turn(r);
	return *value >= wanted;
}

void
rig_idle(rig *r, int ms)
{
	int64_t end_ms = rig_now_ms() + ms;
	while (rig_now_ms() < end_ms)
		rig_turn(r);
}

void
rig_open(rig *r, uint32_t id, const char *url, const char *ca_file)
{
	pli_ws_target target = {.url = url == NULL ? r->url : url,
	    .ca_file = ca_file,
	    .connect_timeout_ms = 5000,
	    .frame_bytes_max = 8 << 20};
	assert_int_equal(r->net.ws_open(r->net.ctx, id, &target), PLM_OK);
}

void
rig_get(rig *r, uint32_t id, const char *method, const char *url, plm_slice body)
{
	char full[4096];
	(void)snprintf(full, sizeof full, "http://127.0.0.1:%u%s", r->port, url);
	pli_http_out out = {.method = method,
	    .url = full,
	    .body = body,
	    .timeout_ms = 5000,
	    .body_bytes_max = 8 << 20};
	assert_int_equal(r->net.http_send(r->net.ctx, id, &out), PLM_OK);
}

int
rig_count_descriptors_warm(void)
{
	static rig warm;
	rig_up(&warm, NULL, NULL, NULL);
	rig_down(&warm);
	return rig_count_descriptors();
}
