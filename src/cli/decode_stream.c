/* decode_stream.c: payloads through a venue's decoder, events to JSON lines. */
#include "cli/decode_stream.h"

#include <assert.h>
#include <string.h>

#include "base/bytes.h"
#include "base/json_write.h"
#include "model/event_json.h"
#include "model/registry.h"
#include "venue/venues.h"

enum {
	DECODE_EVENTS_MAX = 1 << 18,
	DECODE_LINE_MAX = 1 << 16,
	DECODE_ASSETS_MAX = 8192,
	DECODE_INSTRUMENTS_MAX = 1 << 16,
};

/* events: of the payload that is being decoded, printed when all of it is good. has_facts: it has
 * events other than definitions. */
typedef struct decode_stream {
	pli_cli *cli;
	const pli_decode_job *job;
	pli_registry *registry;
	plm_venue_cfg cfg;
	pli_bytes events;
	bool has_facts;
	pli_json_writer writer;
	pli_event_json source;
	plm_fault other; /* the first payload without an event, and why */
	uint64_t payloads;
	uint64_t others;
	uint64_t broken;
	uint64_t printed;
} decode_stream;

static const char *
decode_venue_text(plm_venue_id id)
{
	const plm_venue_desc *desc = pli_venue_of(id);
	return desc == NULL ? NULL : desc->name;
}

static plm_err
decode_keep(void *ctx, const plm_event *event)
{
	decode_stream *stream = ctx;
	return pli_bytes_append(&stream->events, event, sizeof *event);
}

/* Of definitions, instruments alone are shown: what the payload itself specified, or all of them
 * when it says nothing else (a list of combos). */
static plm_err
decode_keep_definition(void *ctx, const plm_event *event)
{
	decode_stream *stream = ctx;
	if (event->type != PLM_EVENT_INSTRUMENT)
		return PLM_OK;
	if (event->u.instrument.spec_source != PLM_SPEC_VENUE && stream->has_facts)
		return PLM_OK;
	return decode_keep(ctx, event);
}

static plm_err
decode_drop(void *ctx, const plm_event *event)
{
	(void)ctx;
	(void)event;
	return PLM_OK;
}

static void
decode_print(decode_stream *stream)
{
	size_t count = stream->events.size / sizeof(plm_event);
	for (size_t i = 0; i < count; i++) {
		plm_event event;
		memcpy(&event, stream->events.data + i * sizeof event, sizeof event);
		pli_json_writer_reset(&stream->writer);
		pli_event_json_put(&stream->writer, &stream->source, &event);
		pli_json_newline(&stream->writer);
		assert(!stream->writer.overflow);
		(void)fwrite(stream->writer.bytes, 1, stream->writer.size, stream->cli->out);
	}
	stream->printed += count;
	pli_bytes_clear(&stream->events);
}

/* Definitions come before the events that use them. */
static plm_err
decode_commit(decode_stream *stream)
{
	pli_bytes events = stream->events;
	stream->has_facts = events.size > 0;
	stream->events = (pli_bytes){.max = events.max};
	plm_event_sink sink = {decode_keep_definition, stream};
	plm_err err = pli_registry_flush(stream->registry, &sink);
	if (err == PLM_OK)
		decode_print(stream);
	pli_bytes_release(&stream->events);
	stream->events = events;
	if (err == PLM_OK)
		decode_print(stream);
	return err;
}

/* One payload. line: its line in the input, where payloads stand one a line, else 1. */
static plm_err
decode_payload(decode_stream *stream, plm_slice payload, uint32_t line)
{
	const pli_decode_job *job = stream->job;
	plm_fault fault = {0};
	plm_event_sink sink = {decode_keep, stream};
	plm_frame frame = {
	    .kind = PLM_FRAME_RAW, .channel = plm_slice_of(job->channel), .bytes = payload};
	pli_bytes_clear(&stream->events);
	stream->payloads++;
	uint64_t printed = stream->printed;
	plm_err err = job->desc->ops->decode(&stream->cfg, &frame, &sink, &fault);
	if (err == PLM_OK)
		err = decode_commit(stream);
	if (err == PLM_OK && stream->printed != printed)
		return PLM_OK;
	if (err == PLM_OK)
		err = plm_fault_set(&fault, PLM_EKIND, NULL,
		    "it is read, and tells of nothing: nothing is held, or nothing is new");
	plm_event_sink drop = {decode_drop, NULL};
	(void)pli_registry_flush(stream->registry, &drop);
	fault.code = err;
	fault.line = line + (fault.line > 0 ? fault.line - 1 : 0);
	if (err == PLM_EKIND) {
		if (stream->others++ == 0)
			stream->other = fault;
		return PLM_OK;
	}
	(void)pli_cli_fault(stream->cli, job->file, &fault);
	if (err != PLM_EDECODE)
		return err;
	stream->broken++;
	return PLM_OK;
}

/* Cuts the next line off *rest. */
static plm_slice
decode_cut_line(plm_slice *rest)
{
	const char *end = memchr(rest->bytes, '\n', rest->size);
	size_t size = end == NULL ? rest->size : (size_t)(end - rest->bytes);
	plm_slice line = {rest->bytes, size};
	size_t used = size + (end != NULL);
	*rest = (plm_slice){rest->bytes + used, rest->size - used};
	while (line.size > 0 && memchr(" \t\r", line.bytes[line.size - 1], 3) != NULL)
		line.size--;
	return line;
}

static bool
decode_is_lines(const pli_decode_job *job, plm_slice input)
{
	uint32_t lines = 0;
	if (job->form != PLI_DECODE_AUTO)
		return job->form == PLI_DECODE_LINES;
	while (input.size > 0) {
		plm_slice line = decode_cut_line(&input);
		if (line.size == 0)
			continue;
		if (line.bytes[0] != '{' && line.bytes[0] != '[')
			return false;
		lines++;
	}
	return lines > 1;
}

static plm_err
decode_lines(decode_stream *stream, plm_slice input)
{
	plm_err err = PLM_OK;
	for (uint32_t line = 1; input.size > 0 && err == PLM_OK; line++) {
		plm_slice payload = decode_cut_line(&input);
		if (payload.size > 0)
			err = decode_payload(stream, payload, line);
	}
	return err;
}

/* What is said at the end, and the exit code. */
static int
decode_close(decode_stream *stream, bool lines)
{
	pli_cli *cli = stream->cli;
	if (stream->others > 0 && lines)
		pli_cli_note(cli, "%s: %llu of %llu payloads give no event; the first, line %u: %s",
		    stream->job->file, (unsigned long long)stream->others,
		    (unsigned long long)stream->payloads, stream->other.line, stream->other.text);
	else if (stream->others > 0)
		pli_cli_note(cli, "%s: gives no event: %s", stream->job->file, stream->other.text);
	if (stream->payloads == 0)
		pli_cli_note(cli, "%s: holds no payload", stream->job->file);
	if (stream->broken > 0)
		return PLI_EXIT_BAD_INPUT;
	bool nothing = stream->printed == 0 && (stream->others > 0 || stream->payloads == 0);
	return nothing ? PLI_EXIT_OTHER_KIND : PLI_EXIT_OK;
}

static bool
decode_open(decode_stream *stream)
{
	const pli_decode_job *job = stream->job;
	stream->registry = pli_registry_create(
	    (pli_registry_bounds){DECODE_ASSETS_MAX, 4, DECODE_INSTRUMENTS_MAX});
	if (stream->registry == NULL)
		return false;
	stream->events.max = DECODE_EVENTS_MAX * sizeof(plm_event);
	pli_json_writer_init(&stream->writer, DECODE_LINE_MAX);
	stream->source = (pli_event_json){
	    .registry = stream->registry, .venue_text = decode_venue_text};
	const char *account = job->account[0] != '\0' ? job->account : "default";
	plm_venue_id venue = pli_venue_id_of(job->desc);
	stream->cfg = (plm_venue_cfg){.names = stream->registry,
	    .venue = venue,
	    .account = pli_registry_account(
		stream->registry, venue, plm_slice_of(job->desc->name), plm_slice_of(account)),
	    .account_name = job->account,
	    .markets = ""};
	return true;
}

int
pli_decode_input(pli_cli *cli, const pli_decode_job *job, plm_slice input)
{
	decode_stream stream = {.cli = cli, .job = job};
	int code;
	if (!decode_open(&stream))
		return pli_cli_error(cli, PLI_EXIT_SYSTEM, "memory could not be had");
	if (stream.cfg.account.value == 0) {
		code = pli_cli_usage(cli, "--account takes a name of 1 to 39 characters");
	} else {
		bool lines = decode_is_lines(job, input);
		plm_err err = lines ? decode_lines(&stream, input)
				    : decode_payload(&stream, input, 1);
		code = err == PLM_OK ? decode_close(&stream, lines) : (int)pli_exit_of(err);
	}
	pli_json_writer_fini(&stream.writer);
	pli_bytes_release(&stream.events);
	pli_registry_destroy(stream.registry);
	return code;
}
