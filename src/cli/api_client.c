/* api_client.c: GET and the stream of a running daemon. */
#include "cli/api_client.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "io/io.h"

enum {
	API_URL_MAX = 512,
	API_BODY_BYTES_MAX = 64 << 20,
	API_FRAME_BYTES_MAX = 64 << 20,
	API_STREAM_CONN_FIRST = 1,
};

struct pli_api_client {
	pli_net net;
	pli_clock clock;
	char address[256]; /* "http://host:port" */
	uint32_t request;  /* id of the last one */
	bool answered;
	uint32_t status;
	plm_err err;
	char text[160];
	pli_bytes body;
	uint32_t conn; /* id of the last stream */
	pli_api_stream stream;
	pli_api_message on_message;
	void *ctx;
};

static void
client_on_open(void *ctx, uint32_t conn)
{
	pli_api_client *client = ctx;

	if (conn == client->conn)
		client->stream = PLI_API_STREAM_OPEN;
}

static void
client_on_frame(void *ctx, uint32_t conn, plm_slice frame, plm_time_ns received_time_ns)
{
	pli_api_client *client = ctx;

	(void)received_time_ns;
	if (conn == client->conn && client->on_message != NULL)
		client->on_message(client->ctx, frame);
}

static void
client_on_pong(void *ctx, uint32_t conn)
{
	(void)ctx, (void)conn;
}

static void
client_on_close(void *ctx, uint32_t conn, plm_err err, const char *text)
{
	pli_api_client *client = ctx;

	(void)err, (void)text;
	if (conn == client->conn)
		client->stream = PLI_API_STREAM_CLOSED;
}

static void
client_on_reply(void *ctx, uint32_t request, const pli_http_reply *reply)
{
	pli_api_client *client = ctx;

	if (request != client->request)
		return;
	client->answered = true;
	client->status = reply->status;
	client->err = reply->err;
	(void)snprintf(client->text, sizeof client->text, "%s", reply->text);
	pli_bytes_clear(&client->body);
	if (pli_bytes_append(&client->body, reply->body.bytes, reply->body.size) != PLM_OK)
		client->status = 0;
}

/* HOST:PORT, or [ADDRESS]:PORT for one of IPv6. */
static bool
address_is_whole(const char *host, size_t size)
{
	char text[256];
	uint64_t port = 0;

	(void)snprintf(text, sizeof text, "%.*s", (int)size, host);
	char *colon = strrchr(text, ':');
	if (colon == NULL || colon == text || !pli_cli_number(colon + 1, UINT16_MAX, &port) ||
	    port == 0)
		return false;
	return text[0] == '[' ? colon[-1] == ']' : strchr(text, ':') == colon;
}

static plm_err
address_parse(const char *address, char ret_address[256], plm_fault *ret_fault)
{
	const char *host = address;
	int size;

	if (strncmp(address, "http://", 7) == 0)
		host = address + 7;
	size = (int)strcspn(host, "/");
	if (size > 200 || !address_is_whole(host, (size_t)size) ||
	    (host[size] == '/' && host[size + 1] != '\0'))
		return plm_fault_set(ret_fault, PLM_EARG, NULL,
		    "'%s' is no address of a daemon; expected HOST:PORT, such as 127.0.0.1:8470",
		    address);
	(void)snprintf(ret_address, 256, "http://%.*s", size, host);
	return PLM_OK;
}

plm_err
pli_api_create(const char *address, pli_api_client **ret_client, plm_fault *ret_fault)
{
	pli_api_client *client = calloc(1, sizeof *client);
	plm_err err;

	if (client == NULL)
		return plm_fault_set(ret_fault, PLM_ENOMEM, NULL, "no memory for a connection");
	if (address == NULL || address[0] == '\0')
		address = getenv("PLIMSOLL_API");
	if (address == NULL || address[0] == '\0')
		address = PLI_API_ADDRESS_DEFAULT;
	err = address_parse(address, client->address, ret_fault);
	if (err == PLM_OK)
		err = pli_io_net_create(&client->net, ret_fault);
	if (err != PLM_OK) {
		free(client);
		return err;
	}
	pli_io_clock(&client->clock);
	const pli_net_handler handler = {.on_open = client_on_open,
	    .on_frame = client_on_frame,
	    .on_pong = client_on_pong,
	    .on_close = client_on_close,
	    .on_reply = client_on_reply,
	    .ctx = client};
	client->net.set_handler(client->net.ctx, &handler);
	client->conn = API_STREAM_CONN_FIRST;
	client->body.max = API_BODY_BYTES_MAX;
	*ret_client = client;
	return PLM_OK;
}

void
pli_api_destroy(pli_api_client *client)
{
	if (client == NULL)
		return;
	pli_io_net_destroy(&client->net);
	pli_bytes_release(&client->body);
	free(client);
}

const char *
pli_api_address(const pli_api_client *client)
{
	return client->address;
}

static plm_err
get_failed(const pli_api_client *client, plm_err err, plm_fault *ret_fault)
{
	return plm_fault_set(ret_fault, err, NULL,
	    "no daemon answers at %s (%s); start one with `plimsoll run`, or say where it is with "
	    "--api",
	    client->address, client->text[0] != '\0' ? client->text : plm_err_text(err));
}

plm_err
pli_api_get(pli_api_client *client, const char *path, uint32_t timeout_ms, uint32_t *ret_status,
    plm_slice *ret_body, plm_fault *ret_fault)
{
	const pli_clock *clock = &client->clock;
	char url[API_URL_MAX];
	plm_time_ns until_ns;
	plm_err err;

	if ((size_t)snprintf(url, sizeof url, "%s%s", client->address, path) >= sizeof url)
		return plm_fault_set(ret_fault, PLM_EARG, NULL, "the address is too long");
	const pli_http_out out = {.method = "GET",
	    .url = url,
	    .timeout_ms = timeout_ms,
	    .body_bytes_max = API_BODY_BYTES_MAX};
	client->answered = false;
	client->text[0] = '\0';
	err = client->net.http_send(client->net.ctx, ++client->request, &out);
	if (err != PLM_OK)
		return get_failed(client, err, ret_fault);
	until_ns = clock->steady_ns(clock->ctx) + (timeout_ms + 500) * PLM_NS_PER_MS;
	while (!client->answered && clock->steady_ns(clock->ctx) < until_ns)
		pli_api_poll(client, 100);
	if (!client->answered || client->status == 0)
		return get_failed(client, client->answered ? client->err : PLM_ETIMEOUT, ret_fault);
	*ret_status = client->status;
	*ret_body = pli_bytes_slice(&client->body);
	return PLM_OK;
}

void
pli_api_stream_open(pli_api_client *client, const char *path, pli_api_message on_message, void *ctx)
{
	char url[API_URL_MAX];
	const pli_ws_target target = {
	    .url = url, .connect_timeout_ms = 3000, .frame_bytes_max = API_FRAME_BYTES_MAX};

	pli_api_stream_close(client);
	(void)snprintf(url, sizeof url, "ws://%s%s", client->address + strlen("http://"), path);
	client->conn++;
	client->on_message = on_message;
	client->ctx = ctx;
	client->stream = PLI_API_STREAM_OPENING;
	if (client->net.ws_open(client->net.ctx, client->conn, &target) != PLM_OK)
		client->stream = PLI_API_STREAM_CLOSED;
}

void
pli_api_stream_close(pli_api_client *client)
{
	if (client->stream != PLI_API_STREAM_CLOSED)
		client->net.ws_close(client->net.ctx, client->conn);
	client->stream = PLI_API_STREAM_CLOSED;
}

pli_api_stream
pli_api_stream_state(const pli_api_client *client)
{
	return client->stream;
}

bool
pli_api_stream_send(pli_api_client *client, plm_slice text)
{
	return client->stream == PLI_API_STREAM_OPEN &&
	       client->net.ws_send(client->net.ctx, client->conn, text) == PLM_OK;
}

void
pli_api_poll(pli_api_client *client, uint32_t wait_ms)
{
	(void)client->net.poll(client->net.ctx, wait_ms * PLM_NS_PER_MS);
}

/* document_error prints the daemon's own {"error": {"message": ...}}. */
static int
document_error(pli_cli *cli, uint32_t status, plm_slice body)
{
	pli_json *json = pli_json_shared();
	plm_slice message = {NULL, 0};

	if (json != NULL && pli_json_parse(json, body, NULL) == PLM_OK)
		(void)pli_json_string(json, pli_json_at(json, 0, "error.message"), &message, NULL);
	if (message.size == 0)
		return pli_cli_error(
		    cli, PLI_EXIT_UNAVAILABLE, "the daemon answered with HTTP %u", status);
	return pli_cli_error(cli, status == 404 ? PLI_EXIT_OTHER_KIND : PLI_EXIT_UNAVAILABLE,
	    "the daemon says: %.*s", (int)message.size, message.bytes);
}

int
pli_api_document(pli_cli *cli, const char *address, const char *path, pli_api_client **ret_client,
    plm_slice *ret_body)
{
	pli_api_client *client = NULL;
	plm_fault fault = {0};
	uint32_t status = 0;
	int code = PLI_EXIT_OK;

	plm_err err = pli_api_create(address, &client, &fault);
	if (err == PLM_EARG)
		return pli_cli_usage(cli, "%s", fault.text);
	if (err != PLM_OK)
		return pli_cli_error(cli, PLI_EXIT_SYSTEM, "%s", fault.text);
	if (pli_api_get(client, path, 5000, &status, ret_body, &fault) != PLM_OK)
		code = pli_cli_error(cli, PLI_EXIT_UNAVAILABLE, "%s", fault.text);
	else if (status != 200)
		code = document_error(cli, status, *ret_body);
	if (code != PLI_EXIT_OK) {
		pli_api_destroy(client);
		return code;
	}
	*ret_client = client;
	return PLI_EXIT_OK;
}
