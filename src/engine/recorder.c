/* recorder.c: a net table in front of another; its handler writes, then hands on. */
#include "engine/recorder.h"

#include <assert.h>
#include <ctype.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_write.h"
#include "base/limits.h"
#include "engine/redaction.h"

enum {
	RECORDER_IN_FLIGHT_MAX = 4096,
	RECORDER_CHANNEL_MAX = 128,
	RECORDER_ADDRESS_MAX = 128,
	RECORDER_LINE_ROOM = 1024, /* what a line has besides its payload */
	RECORDER_LINE_MAX = PLI_JSON_BYTES_MAX,
	RECORDER_WAITING_MAX = 256 << 10,
};

typedef struct recorder_account {
	const char *venue;
	char name[40];
} recorder_account;

/* A request that waits for its answer; id 0: free. */
typedef struct recorder_request {
	uint32_t id;
	char channel[RECORDER_CHANNEL_MAX];
} recorder_request;

struct pli_recorder {
	pli_net net; /* what the engine calls */
	const pli_net *under;
	const pli_clock *clock;
	const pli_disk *disk;
	pli_file file;
	bool file_open;
	plm_err err; /* the first that the disk answered */
	pli_net_handler handler;
	pli_redaction *redaction;
	pli_json_writer line;
	char *payload; /* RECORDER_LINE_MAX */
	char *waiting; /* whole lines, RECORDER_WAITING_MAX */
	size_t waiting_size;
	plm_time_ns time_ns_last;
	recorder_request requests[RECORDER_IN_FLIGHT_MAX];
	recorder_account accounts[PLI_HOSTS_MAX];
	uint32_t accounts_count;
	pli_recorder_counters counters;
};

/* One line. status 0: a message, not an answer. */
typedef struct recorder_frame {
	uint32_t account;
	plm_time_ns time_ns;
	const char *channel;
	uint32_t status;
	plm_slice bytes;
} recorder_frame;

static void
recorder_write(pli_recorder *r, const char *bytes, size_t size)
{
	if (r->err == PLM_OK)
		r->err = r->disk->append(r->disk->ctx, r->file, bytes, size);
}

plm_err
pli_recorder_flush(pli_recorder *r)
{
	if (r->waiting_size > 0)
		recorder_write(r, r->waiting, r->waiting_size);
	r->waiting_size = 0;
	return r->err;
}

static void
recorder_take_line(pli_recorder *r)
{
	size_t size = r->line.size;
	if (r->waiting_size + size > RECORDER_WAITING_MAX)
		(void)pli_recorder_flush(r);
	if (size > RECORDER_WAITING_MAX) {
		recorder_write(r, r->line.bytes, size);
	} else {
		memcpy(r->waiting + r->waiting_size, r->line.bytes, size);
		r->waiting_size += size;
	}
	r->counters.lines++;
	r->counters.bytes += size;
}

/* The payload as a value, or why it is not here. */
static void
recorder_put_payload(pli_recorder *r, plm_slice bytes)
{
	char why[64] = "";
	if (bytes.size > RECORDER_LINE_MAX - RECORDER_LINE_ROOM) {
		(void)snprintf(why, sizeof why, "too large, %zu bytes", bytes.size);
	} else {
		if (bytes.size > 0)
			memcpy(r->payload, bytes.bytes, bytes.size);
		if (!pli_redaction_members(r->redaction, r->payload, bytes.size))
			(void)snprintf(why, sizeof why, "no JSON, %zu bytes", bytes.size);
	}
	if (why[0] == '\0') {
		pli_json_key(&r->line, "payload");
		pli_json_put_raw(&r->line, (plm_slice){r->payload, bytes.size});
		return;
	}
	pli_json_member_text(&r->line, "omitted", why);
	r->counters.omitted++;
}

/* Time may not go back in a capture; a clock that was set back stands still instead. */
static void
recorder_line(pli_recorder *r, const recorder_frame *frame)
{
	if (r->err != PLM_OK || frame->account >= r->accounts_count)
		return;
	if (frame->time_ns > r->time_ns_last)
		r->time_ns_last = frame->time_ns;
	const recorder_account *account = &r->accounts[frame->account];
	pli_json_writer_reset(&r->line);
	pli_json_object_open(&r->line);
	pli_json_key(&r->line, "time");
	pli_json_put_time(&r->line, r->time_ns_last);
	pli_json_member_text(&r->line, "venue", account->venue);
	pli_json_member_text(&r->line, "account", account->name);
	if (frame->channel[0] != '\0')
		pli_json_member_text(&r->line, "channel", frame->channel);
	if (frame->status != 0 && frame->status != 200)
		pli_json_member_int(&r->line, "status", frame->status);
	recorder_put_payload(r, frame->bytes);
	pli_json_object_close(&r->line);
	pli_json_newline(&r->line);
	assert(!r->line.overflow);
	pli_redaction_overwrite(r->redaction, r->line.bytes, r->line.size);
	recorder_take_line(r);
}

/* The net table. */

static plm_err
recorder_ws_open(void *ctx, uint32_t conn, const pli_ws_target *target)
{
	pli_recorder *r = ctx;
	return r->under->ws_open(r->under->ctx, conn, target);
}

static plm_err
recorder_ws_send(void *ctx, uint32_t conn, plm_slice text)
{
	pli_recorder *r = ctx;
	return r->under->ws_send(r->under->ctx, conn, text);
}

static plm_err
recorder_ws_ping(void *ctx, uint32_t conn)
{
	pli_recorder *r = ctx;
	return r->under->ws_ping(r->under->ctx, conn);
}

static void
recorder_ws_close(void *ctx, uint32_t conn)
{
	pli_recorder *r = ctx;
	r->under->ws_close(r->under->ctx, conn);
}

static recorder_request *
recorder_request_find(pli_recorder *r, uint32_t id)
{
	for (uint32_t i = 0; i < RECORDER_IN_FLIGHT_MAX; i++)
		if (r->requests[i].id == id)
			return &r->requests[i];
	return NULL;
}

/* "https://host/fapi/v3/account?timestamp=..." is heard on "fapi/v3/account". */
static void
recorder_channel(const char *url, char ret_channel[RECORDER_CHANNEL_MAX])
{
	const char *host = strstr(url, "://");
	const char *path = strchr(host == NULL ? url : host + 3, '/');
	path = path == NULL ? "" : path + 1;
	(void)snprintf(ret_channel, RECORDER_CHANNEL_MAX, "%.*s", (int)strcspn(path, "?#"), path);
}

/* One that finds no room is answered all the same; its line then has no channel. */
static plm_err
recorder_http_send(void *ctx, uint32_t id, const pli_http_out *out)
{
	pli_recorder *r = ctx;
	plm_err err = r->under->http_send(r->under->ctx, id, out);
	recorder_request *slot = err == PLM_OK ? recorder_request_find(r, 0) : NULL;
	if (slot != NULL) {
		slot->id = id;
		recorder_channel(out->url, slot->channel);
	}
	return err;
}

static void
recorder_set_handler(void *ctx, const pli_net_handler *handler)
{
	((pli_recorder *)ctx)->handler = *handler;
}

static int
recorder_poll(void *ctx, int64_t wait_ns)
{
	pli_recorder *r = ctx;
	return r->under->poll(r->under->ctx, wait_ns);
}

static void
recorder_wake(void *ctx)
{
	pli_recorder *r = ctx;
	r->under->wake(r->under->ctx);
}

/* Its handler. */

static void
recorder_on_open(void *ctx, uint32_t conn)
{
	pli_recorder *r = ctx;
	r->handler.on_open(r->handler.ctx, conn);
}

static void
recorder_on_frame(void *ctx, uint32_t conn, plm_slice bytes, plm_time_ns received_time_ns)
{
	pli_recorder *r = ctx;
	recorder_line(r, &(recorder_frame){.account = pli_venue_host_of_conn(conn),
			     .time_ns = received_time_ns,
			     .channel = "",
			     .bytes = bytes});
	r->handler.on_frame(r->handler.ctx, conn, bytes, received_time_ns);
}

static void
recorder_on_pong(void *ctx, uint32_t conn)
{
	pli_recorder *r = ctx;
	r->handler.on_pong(r->handler.ctx, conn);
}

static void
recorder_on_close(void *ctx, uint32_t conn, plm_err err, const char *text)
{
	pli_recorder *r = ctx;
	r->handler.on_close(r->handler.ctx, conn, err, text);
}

static void
recorder_on_reply(void *ctx, uint32_t id, const pli_http_reply *reply)
{
	pli_recorder *r = ctx;
	recorder_request *slot = recorder_request_find(r, id);
	if (reply->status != 0)
		recorder_line(r, &(recorder_frame){.account = pli_venue_host_of_request(id),
				     .time_ns = r->clock->wall_ns(r->clock->ctx),
				     .channel = slot == NULL ? "" : slot->channel,
				     .status = reply->status,
				     .bytes = reply->body});
	if (slot != NULL)
		slot->id = 0;
	r->handler.on_reply(r->handler.ctx, id, reply);
}

/* Birth and death. */

static void
recorder_tables(pli_recorder *r)
{
	r->net = (pli_net){recorder_ws_open, recorder_ws_send, recorder_ws_ping, recorder_ws_close,
	    recorder_http_send, recorder_set_handler, recorder_poll, recorder_wake, r,
	    r->under->requests_max};
	pli_net_handler handler = {recorder_on_open, recorder_on_frame, recorder_on_pong,
	    recorder_on_close, recorder_on_reply, r};
	r->under->set_handler(r->under->ctx, &handler);
}

static plm_err
recorder_open(pli_recorder *r, const char *path, plm_fault *ret_fault)
{
	pli_file_facts facts;
	plm_err err = r->disk->facts(r->disk->ctx, path, &facts);
	if (err == PLM_OK)
		return plm_fault_set(ret_fault, PLM_EINUSE, path,
		    "there is such a file already: choose another name, nothing is written over");
	if (err == PLM_ENOTFOUND)
		err = r->disk->open(r->disk->ctx, path, PLI_FILE_CREATE, &r->file);
	r->file_open = err == PLM_OK;
	return err == PLM_OK
		   ? PLM_OK
		   : plm_fault_set(ret_fault, err, path, "cannot be made: %s", plm_err_text(err));
}

plm_err
pli_recorder_create(
    const pli_recorder_config *config, pli_recorder **ret_recorder, plm_fault *ret_fault)
{
	pli_recorder *r = calloc(1, sizeof *r);
	if (r == NULL)
		return plm_fault_set(ret_fault, PLM_ENOMEM, NULL, "no memory for the capture");
	r->under = config->net;
	r->clock = config->clock;
	r->disk = config->disk;
	pli_json_writer_init(&r->line, RECORDER_LINE_MAX + RECORDER_LINE_ROOM);
	r->redaction = pli_redaction_create();
	r->payload = malloc(RECORDER_LINE_MAX);
	r->waiting = malloc(RECORDER_WAITING_MAX);
	plm_err err = PLM_OK;
	if (r->redaction == NULL || r->payload == NULL || r->waiting == NULL)
		err = plm_fault_set(ret_fault, PLM_ENOMEM, NULL, "no memory for the capture");
	if (err == PLM_OK)
		err = recorder_open(r, config->path, ret_fault);
	if (err != PLM_OK) {
		pli_recorder_destroy(r);
		return err;
	}
	recorder_tables(r);
	*ret_recorder = r;
	return PLM_OK;
}

void
pli_recorder_destroy(pli_recorder *r)
{
	if (r == NULL)
		return;
	if (r->file_open) {
		(void)pli_recorder_flush(r);
		r->disk->close(r->disk->ctx, r->file);
	}
	pli_redaction_destroy(r->redaction);
	if (r->payload != NULL)
		sodium_memzero(r->payload, RECORDER_LINE_MAX);
	free(r->payload);
	free(r->waiting);
	pli_json_writer_fini(&r->line);
	free(r);
}

static plm_err
recorder_secret(pli_recorder *r, const char *account, const char *secret, plm_fault *ret_fault)
{
	if (secret == NULL)
		return PLM_OK;
	if (strlen(secret) < PLI_RECORDER_SECRET_MIN)
		return plm_fault_set(ret_fault, PLM_EARG, account,
		    "a key, secret or passphrase of under %d bytes cannot be told from other text, "
		    "so a capture could not be kept free of it",
		    PLI_RECORDER_SECRET_MIN);
	plm_err err = pli_redaction_secret(r->redaction, secret);
	return err == PLM_OK ? PLM_OK
			     : plm_fault_set(ret_fault, err, account, "too many credentials");
}

/* Venues write an address without the account's number behind it, and in small letters. */
static plm_err
recorder_address(pli_recorder *r, const pli_account_config *account, plm_fault *ret_fault)
{
	char address[RECORDER_ADDRESS_MAX];
	if (account->key == NULL)
		return PLM_OK;
	int size = snprintf(
	    address, sizeof address, "%.*s", (int)strcspn(account->key, "/"), account->key);
	if (size < 0 || (size_t)size >= sizeof address)
		return plm_fault_set(ret_fault, PLM_EARG, account->name,
		    "an address of under %d bytes", RECORDER_ADDRESS_MAX);
	plm_err err = recorder_secret(r, account->name, address, ret_fault);
	bool same = true;
	for (char *c = address; *c != '\0'; c++) {
		same &= *c == (char)tolower((unsigned char)*c);
		*c = (char)tolower((unsigned char)*c);
	}
	return err != PLM_OK || same ? err : recorder_secret(r, account->name, address, ret_fault);
}

plm_err
pli_recorder_account(pli_recorder *r, const pli_account_config *account, plm_fault *ret_fault)
{
	if (r->accounts_count == PLI_HOSTS_MAX)
		return plm_fault_set(ret_fault, PLM_EFULL, account->name, "too many accounts");
	recorder_account *row = &r->accounts[r->accounts_count++];
	row->venue = account->desc->name;
	(void)snprintf(row->name, sizeof row->name, "%s", account->name);
	bool by_address = (account->desc->caps & PLM_VENUE_ADDRESS) != 0;
	plm_err err = by_address ? recorder_address(r, account, ret_fault)
				 : recorder_secret(r, account->name, account->key, ret_fault);
	if (err == PLM_OK)
		err = recorder_secret(r, account->name, account->secret, ret_fault);
	if (err == PLM_OK)
		err = recorder_secret(r, account->name, account->passphrase, ret_fault);
	return err;
}

const pli_net *
pli_recorder_net(const pli_recorder *r)
{
	return &r->net;
}

plm_err
pli_recorder_close(pli_recorder *r)
{
	if (pli_recorder_flush(r) == PLM_OK)
		r->err = r->disk->sync(r->disk->ctx, r->file);
	return r->err;
}

pli_recorder_counters
pli_recorder_counters_get(const pli_recorder *r)
{
	pli_recorder_counters counters = r->counters;
	counters.removed = pli_redaction_count(r->redaction);
	return counters;
}
