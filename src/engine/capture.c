/* capture.c: one line, one payload, one batch. */
#include "engine/capture.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault_point.h"
#include "base/json.h"
#include "venue/venues.h"

enum { CAPTURE_BATCH_MAX = 1 << 15 };

struct pli_capture {
	pli_core *core;
	pli_registry *registry;
	pli_json *json;
	plm_event *batch;
	uint32_t batch_count;
	uint8_t *said; /* per account id: the status that its feed was said to have; 0 none */
	uint32_t said_max;
	uint32_t line_number;
	pli_capture_counters counters;
	plm_fault left_out; /* the first payload that gave no event; line 0: none */
};

/* What a line says, before its payload is decoded. */
typedef struct capture_line {
	plm_time_ns time_ns;
	const plm_venue_desc *desc;
	plm_slice account;
	plm_slice channel;
	plm_slice payload;
	bool is_refused; /* an answer of another status than 200, or without its payload */
} capture_line;

pli_capture *
pli_capture_create(pli_core *core, pli_registry *registry)
{
	pli_capture *capture = PLI_FAULT(CAPTURE_MEMORY) ? NULL : calloc(1, sizeof *capture);
	if (capture == NULL)
		return NULL;
	capture->core = core;
	capture->registry = registry;
	capture->said_max = 1 << 16;
	capture->json = pli_json_create();
	capture->batch = calloc(CAPTURE_BATCH_MAX, sizeof *capture->batch);
	capture->said = calloc(capture->said_max, 1);
	if (capture->json != NULL && capture->batch != NULL && capture->said != NULL)
		return capture;
	pli_capture_destroy(capture);
	return NULL;
}

void
pli_capture_destroy(pli_capture *capture)
{
	if (capture == NULL)
		return;
	pli_json_destroy(capture->json);
	free(capture->batch);
	free(capture->said);
	free(capture);
}

/* The bytes of the value that starts at `offset` of a document that was found well-formed. */
static plm_slice
capture_raw_value(plm_slice line, size_t offset)
{
	int depth = 0;
	bool in_string = false;
	for (size_t i = offset; i < line.size; i++) {
		char c = line.bytes[i];
		if (in_string) {
			i += c == '\\';
			in_string = c != '"';
			if (in_string || depth > 0)
				continue;
		} else if (c == '"') {
			in_string = true;
			continue;
		} else if (c == '{' || c == '[') {
			depth++;
			continue;
		} else if (c == '}' || c == ']') {
			depth--;
		} else if (depth > 0 ||
			   (i + 1 < line.size && strchr(",}] \t", line.bytes[i + 1]) == NULL)) {
			continue;
		}
		if (depth == 0)
			return (plm_slice){line.bytes + offset, i + 1 - offset};
	}
	return (plm_slice){line.bytes + offset, line.size - offset};
}

static plm_err
capture_member(pli_capture *capture, const char *key, plm_slice *ret_text, plm_fault *ret_fault)
{
	uint32_t node = pli_json_find(capture->json, 0, key);
	if (node == 0)
		return pli_json_fault(capture->json, 0,
		    "a capture line with the members time, venue, account and payload", ret_fault);
	return pli_json_string(capture->json, node, ret_text, ret_fault);
}

static plm_err
capture_time(pli_capture *capture, plm_time_ns *ret_time_ns, plm_fault *ret_fault)
{
	uint32_t node = pli_json_find(capture->json, 0, "time");
	uint32_t count;
	const pli_json_node *nodes = pli_json_nodes(capture->json, &count);
	if (node == 0 || plm_time_parse(nodes[node].text, ret_time_ns) != PLM_OK)
		return pli_json_fault(capture->json, node,
		    "time as RFC 3339 or as a whole number since 1970", ret_fault);
	if (*ret_time_ns < capture->counters.time_ns_last)
		return pli_json_fault(
		    capture->json, node, "a time that is not before the line above", ret_fault);
	return PLM_OK;
}

/* What the venue refused, and what the recorder left out, gives no event. */
static plm_err
capture_payload(pli_capture *capture, plm_slice text, capture_line *ret_line, plm_fault *ret_fault)
{
	int64_t status = 200;
	uint32_t refused = pli_json_find(capture->json, 0, "status");
	if (refused != 0 && pli_json_int(capture->json, refused, &status, ret_fault) != PLM_OK)
		return PLM_EDECODE;
	ret_line->is_refused = status != 200 || pli_json_find(capture->json, 0, "omitted") != 0;
	uint32_t payload = pli_json_find(capture->json, 0, "payload");
	if (payload == 0 && ret_line->is_refused)
		return PLM_OK;
	if (payload == 0)
		return pli_json_fault(capture->json, 0, "a member \"payload\"", ret_fault);
	uint32_t count;
	const pli_json_node *node = &pli_json_nodes(capture->json, &count)[payload];
	bool inside = node->type == PLI_JSON_STRING && node->text.size > 0 &&
		      strchr("{[", node->text.bytes[0]) != NULL;
	ret_line->payload = inside ? node->text : capture_raw_value(text, node->offset);
	return PLM_OK;
}

static plm_err
capture_parse(pli_capture *capture, plm_slice text, capture_line *ret_line, plm_fault *ret_fault)
{
	plm_err err = pli_json_parse(capture->json, text, ret_fault);
	plm_slice venue = {NULL, 0};
	if (err == PLM_OK)
		err = capture_time(capture, &ret_line->time_ns, ret_fault);
	if (err == PLM_OK)
		err = capture_member(capture, "venue", &venue, ret_fault);
	if (err == PLM_OK)
		err = capture_member(capture, "account", &ret_line->account, ret_fault);
	uint32_t channel = err == PLM_OK ? pli_json_find(capture->json, 0, "channel") : 0;
	if (channel != 0)
		err = pli_json_string(capture->json, channel, &ret_line->channel, ret_fault);
	if (err != PLM_OK)
		return err;
	ret_line->desc = pli_venue_find(venue);
	if (ret_line->desc == NULL)
		return plm_fault_set(ret_fault, PLM_ENOTFOUND, "venue",
		    "no venue is called \"%.*s\"; `plimsoll venues` lists those there are",
		    (int)venue.size, venue.bytes);
	return capture_payload(capture, text, ret_line, ret_fault);
}

static plm_err
capture_emit(void *ctx, const plm_event *event)
{
	pli_capture *capture = ctx;
	if (capture->batch_count == CAPTURE_BATCH_MAX)
		return PLM_EFULL;
	capture->batch[capture->batch_count++] = *event;
	return PLM_OK;
}

static void
capture_take(
    pli_capture *capture, const plm_event *event, plm_account_id account, plm_time_ns time_ns)
{
	plm_event row = *event;
	row.feed.value = account.value;
	row.epoch = 1;
	if (row.received_time_ns == 0)
		row.received_time_ns = time_ns;
	pli_core_take(capture->core, &row, time_ns);
	capture->counters.events++;
}

typedef struct capture_definitions {
	pli_capture *capture;
	plm_account_id account;
	plm_time_ns time_ns;
} capture_definitions;

static plm_err
capture_define(void *ctx, const plm_event *event)
{
	capture_definitions *definitions = ctx;
	capture_take(definitions->capture, event, definitions->account, definitions->time_ns);
	return PLM_OK;
}

/* A captured account has no link that could be stale: it is as live as its time says. What a
 * payload said that gave no event may be missing, from there on. */
static void
capture_feed(pli_capture *capture, plm_account_id account, bool left_out, plm_time_ns time_ns)
{
	uint8_t status = left_out ? PLM_FEED_DEGRADED : PLM_FEED_LIVE;
	if (account.value >= capture->said_max || capture->said[account.value] == status ||
	    capture->said[account.value] == PLM_FEED_DEGRADED)
		return;
	capture->said[account.value] = status;
	plm_event event;
	plm_event_init(&event, PLM_EVENT_FEED_STATE);
	event.account = account;
	event.u.feed_state.status = status;
	event.u.feed_state.heard_time_ns = time_ns;
	(void)snprintf(event.u.feed_state.text, sizeof event.u.feed_state.text, "from a capture%s",
	    left_out ? "; not all its lines can be read alone, what is shown may be old or short"
		     : "");
	capture_take(capture, &event, account, time_ns);
}

static void
capture_commit(pli_capture *capture, plm_account_id account, bool left_out, plm_time_ns time_ns)
{
	capture_definitions definitions = {capture, account, time_ns};
	plm_event_sink sink = {capture_define, &definitions};
	(void)pli_registry_flush(capture->registry, &sink);
	capture_feed(capture, account, left_out, time_ns);
	for (uint32_t i = 0; i < capture->batch_count; i++)
		capture_take(capture, &capture->batch[i], account, time_ns);
	pli_core_batch_end(capture->core, time_ns);
}

/* A payload that a session lives through too. */
static void
capture_leave_out(pli_capture *capture, plm_err err, const plm_fault *fault)
{
	capture->batch_count = 0;
	capture->counters.lines_other++;
	capture->counters.lines_broken += err == PLM_EDECODE;
	if (capture->left_out.line != 0)
		return;
	if (fault != NULL)
		capture->left_out = *fault;
	capture->left_out.line = capture->line_number;
}

static plm_err
capture_decode(pli_capture *capture, const capture_line *line, plm_fault *ret_fault)
{
	plm_venue_id venue = pli_venue_id_of(line->desc);
	plm_account_id account = pli_registry_account(
	    capture->registry, venue, plm_slice_of(line->desc->name), line->account);
	if (account.value == 0)
		return plm_fault_set(ret_fault, PLM_EDECODE, "account",
		    "expected an account name of 1 to 39 characters");
	char name[40];
	(void)snprintf(name, sizeof name, "%.*s", (int)line->account.size, line->account.bytes);
	plm_venue_cfg cfg = {.names = capture->registry,
	    .venue = venue,
	    .account = account,
	    .account_name = name,
	    .markets = ""};
	plm_frame frame = {.kind = PLM_FRAME_RAW,
	    .received_time_ns = line->time_ns,
	    .channel = line->channel,
	    .bytes = line->payload};
	plm_event_sink sink = {capture_emit, capture};
	capture->batch_count = 0;
	plm_err err = line->is_refused
			  ? plm_fault_set(ret_fault, PLM_EKIND, NULL, "refused, or not recorded")
			  : line->desc->ops->decode(&cfg, &frame, &sink, ret_fault);
	/* a file is somebody's own: what is wrong in it is to be mended */
	bool is_file = line->desc->stream_url == NULL && line->desc->rest_url == NULL;
	if (err != PLM_OK && err != PLM_EKIND && (is_file || err != PLM_EDECODE))
		return err;
	if (err != PLM_OK)
		capture_leave_out(capture, err, ret_fault);
	capture_commit(capture, account, err != PLM_OK, line->time_ns);
	return PLM_OK;
}

plm_err
pli_capture_line(pli_capture *capture, plm_slice text, plm_time_ns until_ns, bool *ret_past,
    plm_fault *ret_fault)
{
	capture->line_number++;
	while (text.size > 0 && strchr(" \t\r", text.bytes[text.size - 1]) != NULL)
		text.size--;
	if (text.size == 0)
		return PLM_OK;
	capture_line line = {0};
	plm_err err = capture_parse(capture, text, &line, ret_fault);
	if (err != PLM_OK)
		return err;
	if (until_ns != 0 && line.time_ns > until_ns) {
		if (ret_past != NULL)
			*ret_past = true;
		return PLM_OK;
	}
	err = capture_decode(capture, &line, ret_fault);
	if (err != PLM_OK)
		return err;
	capture->counters.lines++;
	capture->counters.time_ns_last = line.time_ns;
	return PLM_OK;
}

void
pli_capture_end(pli_capture *capture, plm_time_ns until_ns)
{
	plm_time_ns time_ns = until_ns != 0 ? until_ns : capture->counters.time_ns_last;
	if (time_ns > capture->counters.time_ns_last)
		pli_core_batch_end(capture->core, time_ns);
}

pli_capture_counters
pli_capture_counters_get(const pli_capture *capture)
{
	return capture->counters;
}

const plm_fault *
pli_capture_left_out(const pli_capture *capture)
{
	return capture->left_out.line != 0 ? &capture->left_out : NULL;
}
