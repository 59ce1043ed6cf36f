/* sim_reader.c: a stream and a question every few seconds. */
#include "sim/sim_reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault_point.h"
#include "base/json.h"

enum { READER_CONN = 1, READER_ASK_S = 7, READER_CONNECT_S = 1, READER_BODY_MAX = 64 << 20 };

struct pli_sim_reader {
	pli_net net;
	uint16_t port;
	bool busy, open; /* the stream */
	plm_time_ns connect_ns, ask_ns, now_ns;
	uint32_t asked;
	uint64_t sequence, messages;
	char wrong[120];
};

static void
reader_say(pli_sim_reader *reader, const char *text)
{
	if (reader->wrong[0] == '\0')
		(void)snprintf(reader->wrong, sizeof reader->wrong, "%s", text);
}

static void
reader_on_open(void *ctx, uint32_t conn)
{
	pli_sim_reader *reader = ctx;
	(void)conn;
	reader->open = true;
	reader->sequence = 0;
}

static void
reader_on_frame(void *ctx, uint32_t conn, plm_slice frame, plm_time_ns received_ns)
{
	static const char key[] = "\"sequence\":";
	pli_sim_reader *reader = ctx;
	(void)conn, (void)received_ns;
	reader->messages++;
	if (frame.size < 2 || frame.bytes[0] != '{' || frame.bytes[frame.size - 1] != '}')
		reader_say(reader, "the stream sent what is no object");
	const char *found = memmem(frame.bytes, frame.size, key, sizeof key - 1);
	/* An alert goes out at once, with its own number, a notice has those of its alerts; rows
	 * follow with the last batch's. */
	if (found == NULL || memmem(frame.bytes, frame.size, "\"type\":\"alert\"", 14) != NULL ||
	    memmem(frame.bytes, frame.size, "\"type\":\"notice\"", 15) != NULL)
		return;
	uint64_t sequence = strtoull(found + sizeof key - 1, NULL, 10);
	if (sequence < reader->sequence)
		reader_say(reader, "the sequence of the API's stream went back");
	reader->sequence = sequence;
}

static void
reader_on_close(void *ctx, uint32_t conn, plm_err err, const char *text)
{
	pli_sim_reader *reader = ctx;
	(void)conn, (void)err, (void)text;
	reader->open = reader->busy = false;
	reader->connect_ns = reader->now_ns + READER_CONNECT_S * PLM_NS_PER_S;
}

static void
reader_on_reply(void *ctx, uint32_t request, const pli_http_reply *reply)
{
	pli_sim_reader *reader = ctx;
	plm_fault fault;
	(void)request;
	if (reply->status == 0)
		return; /* nobody is there just now */
	reader->messages++;
	bool short_of_memory = PLI_FAULT_POINTS_BUILT &&
			       (reply->status == 507 || reply->status == 500);
	if (reply->status != 200 && reply->status != 503 && !short_of_memory)
		reader_say(reader, "the API answered with neither 200 nor 503");
	if (reply->status == 200 && reply->body.size > 0 && reply->body.bytes[0] != '#' &&
	    pli_json_parse(pli_json_shared(), reply->body, &fault) != PLM_OK)
		reader_say(reader, "the API's answer is no JSON");
}

pli_sim_reader *
pli_sim_reader_create(pli_seeded_net *net, uint32_t client, uint16_t port, plm_time_ns now_ns)
{
	pli_sim_reader *reader = calloc(1, sizeof *reader);
	if (reader == NULL)
		return NULL;
	reader->net = pli_seeded_net_client(net, client);
	reader->port = port;
	reader->connect_ns = reader->ask_ns = now_ns + PLM_NS_PER_S;
	pli_net_handler handler = {.on_open = reader_on_open,
	    .on_frame = reader_on_frame,
	    .on_close = reader_on_close,
	    .on_reply = reader_on_reply,
	    .ctx = reader};
	reader->net.set_handler(reader->net.ctx, &handler);
	return reader;
}

void
pli_sim_reader_destroy(pli_sim_reader *reader)
{
	free(reader);
}

static void
reader_connect(pli_sim_reader *reader)
{
	char url[64];
	(void)snprintf(url, sizeof url, "ws://127.0.0.1:%u/v1/stream", reader->port);
	pli_ws_target target = {
	    .url = url, .connect_timeout_ms = 5000, .frame_bytes_max = READER_BODY_MAX};
	reader->busy = reader->net.ws_open(reader->net.ctx, READER_CONN, &target) == PLM_OK;
}

static void
reader_ask(pli_sim_reader *reader)
{
	static const char *const paths[] = {"/v1/exposure", "/v1/positions", "/healthz",
	    "/v1/accounts", "/v1/feeds", "/v1/limits", "/v1/alerts", "/metrics"};
	char url[96];
	uint32_t which = reader->asked++ % (sizeof paths / sizeof paths[0]);
	(void)snprintf(url, sizeof url, "http://127.0.0.1:%u%s", reader->port, paths[which]);
	pli_http_out out = {
	    .method = "GET", .url = url, .timeout_ms = 5000, .body_bytes_max = READER_BODY_MAX};
	(void)reader->net.http_send(reader->net.ctx, reader->asked, &out);
}

const char *
pli_sim_reader_work(pli_sim_reader *reader, plm_time_ns now_ns)
{
	reader->now_ns = now_ns;
	(void)reader->net.poll(reader->net.ctx, 0);
	if (!reader->busy && now_ns >= reader->connect_ns)
		reader_connect(reader);
	if (now_ns >= reader->ask_ns) {
		reader->ask_ns = now_ns + READER_ASK_S * PLM_NS_PER_S;
		reader_ask(reader);
	}
	return reader->wrong;
}

plm_time_ns
pli_sim_reader_next(const pli_sim_reader *reader)
{
	return reader->busy || reader->ask_ns < reader->connect_ns ? reader->ask_ns
								   : reader->connect_ns;
}

uint64_t
pli_sim_reader_messages(const pli_sim_reader *reader)
{
	return reader->messages;
}
