/* recorded_venue.c: clock, net and disk tables whose other end is a recording. */
#include "recorded_venue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { TURN_MS = 20, WAY_MS = 10, RING_EVENTS = 1 << 14, BATCH_EVENTS = 1 << 12 };
enum { STAMP_AHEAD_MS = 1000, STAMP_BEHIND_MS = 5000 };

static const plm_time_ns wall_offset_ns = 1800000000 * PLM_NS_PER_S;

static plm_time_ns
clock_steady(void *ctx)
{
	return ((recorded_venue *)ctx)->steady_ns;
}

static plm_time_ns
clock_wall(void *ctx)
{
	return ((recorded_venue *)ctx)->steady_ns + wall_offset_ns;
}

static uint64_t
clock_random(void *ctx)
{
	(void)ctx;
	return 0;
}

static recorded_due *
venue_due(recorded_venue *v, recorded_due_kind kind, uint32_t id)
{
	assert_true(v->due_count < RECORDED_DUE_MAX);
	recorded_due *due = &v->due[v->due_count++];
	*due = (recorded_due){
	    .at_ns = v->steady_ns + WAY_MS * PLM_NS_PER_MS, .kind = kind, .id = id};
	return due;
}

/* request: what $<name> in the body refers to. number: see recording_fill. */
static char *
venue_text(const recorded_venue *v, const char *body, const char *request, uint32_t *number)
{
	recording_fill fill = {.request = request,
	    .number = number,
	    .venue_ns = v->steady_ns + wall_offset_ns + v->venue_ahead_ns,
	    .unknown_fields = v->unknown_fields};
	return recording_text(body, &fill);
}

static void
venue_say(recorded_venue *v, uint32_t link, const char *body, const char *request)
{
	venue_due(v, RECORDED_FRAME, link + 1)->text = venue_text(
	    v, body, request, &v->links[link].number);
}

static const char *
venue_note(recorded_venue *v, char *text)
{
	assert_true(v->sent_count < RECORDED_SENT_MAX);
	v->sent[v->sent_count++] = text;
	return text;
}

/* The stamp behind the pattern against the venue's clock, as venues judge it. */
static bool
venue_stamp_is_off(const recorded_venue *v, const char *stamp)
{
	plm_time_ns said_ns;
	stamp += strspn(stamp, " ");
	plm_slice text = {stamp, strspn(stamp, "0123456789-:.TZ")};
	if (plm_time_parse(text, &said_ns) != PLM_OK)
		fail_msg("%s: no time behind a stamp: %s", v->recording->path, stamp);
	int64_t ahead_ms = (said_ns - (v->steady_ns + wall_offset_ns + v->venue_ahead_ns)) /
			   PLM_NS_PER_MS;
	return ahead_ms > STAMP_AHEAD_MS || ahead_ms < -STAMP_BEHIND_MS;
}

static const recording_section *
venue_stale(const recorded_venue *v, const char *request)
{
	const recording_section *stale = recording_find(
	    v->recording, v->state, RECORDING_STALE, request);
	if (stale == NULL ||
	    !venue_stamp_is_off(v, strstr(request, stale->pattern) + strlen(stale->pattern)))
		return NULL;
	return stale;
}

static const recording_section *
venue_answer(recorded_venue *v, const char *request)
{
	const recording_section *answer = venue_stale(v, request);
	if (answer == NULL)
		answer = recording_find(v->recording, v->state, RECORDING_ANSWER, request);
	if (answer == NULL)
		fail_msg("%s: nothing answers: %s", v->recording->path, request);
	return answer;
}

static void
venue_halve(recorded_venue *v, char *text)
{
	if (v->halves == 0 || text == NULL)
		return;
	v->halves--;
	text[strlen(text) / 2] = '\0';
}

/* The net table. */

static plm_err
net_ws_open(void *ctx, uint32_t conn, const pli_ws_target *target)
{
	recorded_venue *v = ctx;
	recorded_link *link = &v->links[conn - 1];
	assert_false(link->open || link->opening);
	memset(link, 0, sizeof *link);
	link->opening = true;
	(void)snprintf(link->url, sizeof link->url, "%s", target->url);
	(void)venue_due(v, RECORDED_OPENED, conn);
	return PLM_OK;
}

static plm_err
net_ws_send(void *ctx, uint32_t conn, plm_slice text)
{
	recorded_venue *v = ctx;
	if (!v->links[conn - 1].open)
		return PLM_ECLOSED;
	const char *request = venue_note(v, strndup(text.bytes, text.size));
	const recording_section *answer = venue_answer(v, request);
	uint32_t before = v->due_count;
	for (uint32_t i = 0; i < answer->bodies_count; i++)
		venue_say(v, conn - 1, answer->bodies[i], request);
	if (v->due_count > before)
		venue_halve(v, v->due[before].text);
	return PLM_OK;
}

static plm_err
net_ws_ping(void *ctx, uint32_t conn)
{
	(void)venue_due(ctx, RECORDED_PONG, conn);
	return PLM_OK;
}

static void
net_ws_close(void *ctx, uint32_t conn)
{
	recorded_drop(ctx, conn - 1, PLM_ECLOSED);
}

static char *
net_request_text(const pli_http_out *out)
{
	char *text = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&text, &size);
	assert_non_null(file);
	const char *host_end = strstr(out->url, "://");
	host_end = strchr(host_end == NULL ? out->url : host_end + 3, '/');
	(void)fprintf(file, "%s %s\n", out->method, host_end == NULL ? out->url : host_end);
	for (uint32_t i = 0; out->headers != NULL && out->headers[i] != NULL; i++)
		(void)fprintf(file, "%s\n", out->headers[i]);
	(void)fwrite(out->body.bytes, 1, out->body.size, file);
	(void)fclose(file);
	return text;
}

static plm_err
net_http_send(void *ctx, uint32_t request_id, const pli_http_out *out)
{
	recorded_venue *v = ctx;
	const char *request = venue_note(v, net_request_text(out));
	const recording_section *answer = venue_answer(v, request);
	recorded_due *due = venue_due(v, RECORDED_REPLY, request_id);
	due->status = answer->status;
	due->retry_s = answer->retry_s;
	due->err = answer->status == 0 ? PLM_ETIMEOUT : PLM_OK;
	due->text = venue_text(
	    v, answer->bodies_count == 0 ? "" : answer->bodies[0], request, NULL);
	venue_halve(v, due->text);
	return PLM_OK;
}

/* What is due. */

static void
deliver_opened(recorded_venue *v, uint32_t conn)
{
	recorded_link *link = &v->links[conn - 1];
	if (!link->opening)
		return;
	link->opening = false;
	link->open = true;
	pli_venue_host_on_open(v->host, conn);
	const recording_section *said = recording_find(
	    v->recording, v->state, RECORDING_OPEN, link->url);
	for (uint32_t i = 0; said != NULL && i < said->bodies_count; i++)
		venue_say(v, conn - 1, said->bodies[i], "");
}

static void
deliver(recorded_venue *v, const recorded_due *due)
{
	pli_http_reply reply = {.status = due->status,
	    .err = due->err,
	    .retry_after_s = due->retry_s,
	    .body = plm_slice_of(due->text),
	    .text = ""};
	switch (due->kind) {
	case RECORDED_OPENED:
		deliver_opened(v, due->id);
		return;
	case RECORDED_FRAME:
		if (v->links[due->id - 1].open)
			pli_venue_host_on_frame(
			    v->host, due->id, plm_slice_of(due->text), clock_wall(v));
		return;
	case RECORDED_PONG:
		if (v->links[due->id - 1].open)
			pli_venue_host_on_pong(v->host, due->id);
		return;
	case RECORDED_CLOSED:
		pli_venue_host_on_close(v->host, due->id, due->err, plm_err_text(due->err));
		return;
	case RECORDED_REPLY:
		pli_venue_host_on_reply(v->host, due->id, &reply);
		return;
	}
}

static void
venue_deliver(recorded_venue *v)
{
	while (v->due_count > 0 && v->due[0].at_ns <= v->steady_ns) {
		recorded_due due = v->due[0];
		memmove(&v->due[0], &v->due[1], --v->due_count * sizeof v->due[0]);
		deliver(v, &due);
		free(due.text);
	}
}

static void
venue_every(recorded_venue *v, uint32_t index)
{
	const recording_section *section = &v->recording->sections[index];
	for (uint32_t i = 0; i < PLM_LINKS_MAX; i++) {
		recorded_link *link = &v->links[i];
		if (!link->open || strstr(link->url, section->pattern) == NULL ||
		    v->steady_ns - link->said_ns[index] < section->every_s * PLM_NS_PER_S)
			continue;
		link->said_ns[index] = v->steady_ns;
		for (uint32_t j = 0; j < section->bodies_count; j++)
			venue_say(v, i, section->bodies[j], "");
	}
}

/* The state's own periodic messages, or, where it has none, the usual ones. */
static void
venue_speak(recorded_venue *v)
{
	const recording *r = v->recording;
	const recording_section *own = recording_find(r, v->state, RECORDING_EVERY, NULL);
	for (uint32_t i = 0; own != NULL && i < r->sections_count; i++)
		if (r->sections[i].kind == RECORDING_EVERY && r->sections[i].state == own->state)
			venue_every(v, i);
}

static void
venue_drain(recorded_venue *v)
{
	plm_event event;
	(void)pli_event_outbox_flush(v->shared.outbox);
	while (pli_ring_pop(v->ring, &event))
		pli_book_apply(v->book, &event);
	plm_event_init(&event, PLM_EVENT_BATCH_END);
	event.u.batch_end.now_ns = clock_wall(v);
	pli_book_apply(v->book, &event);
	pli_book_dirty_clear(v->book);
}

void
recorded_pass(recorded_venue *v, int64_t ms)
{
	for (; ms > 0 && v->host != NULL; ms -= TURN_MS) {
		v->steady_ns += TURN_MS * PLM_NS_PER_MS;
		venue_speak(v);
		venue_deliver(v);
		pli_venue_host_do_work(v->host, v->steady_ns, clock_wall(v));
		venue_drain(v);
	}
}

void
recorded_say(recorded_venue *v, uint32_t link, plm_slice text)
{
	venue_due(v, RECORDED_FRAME, link + 1)->text = strndup(text.bytes, text.size);
}

static void
pushed_forget(recorded_venue *v)
{
	for (uint32_t i = 0; i < v->pushed_count; i++)
		free(v->pushed[i]);
	v->pushed_count = 0;
}

static void
push_on_link(recorded_venue *v, const recording_section *section, uint32_t link)
{
	if (!v->links[link].open || strstr(v->links[link].url, section->pattern) == NULL)
		return;
	for (uint32_t i = 0; i < section->bodies_count; i++) {
		assert_true(v->pushed_count < RECORDED_PUSHED_MAX);
		v->pushed_links[v->pushed_count] = link;
		v->pushed[v->pushed_count++] = venue_text(
		    v, section->bodies[i], "", &v->links[link].number);
	}
}

static uint32_t
venue_state(const recorded_venue *v, const char *state)
{
	int index = recording_state(v->recording, state);
	if (index < 0)
		fail_msg("%s: no state is called %s", v->recording->path, state);
	return (uint32_t)index;
}

void
recorded_push(recorded_venue *v, const char *state)
{
	const recording *r = v->recording;
	uint32_t index = venue_state(v, state);
	pushed_forget(v);
	for (uint32_t i = 0; i < r->sections_count; i++)
		for (uint32_t j = 0; j < PLM_LINKS_MAX; j++)
			if (r->sections[i].kind == RECORDING_PUSH && r->sections[i].state == index)
				push_on_link(v, &r->sections[i], j);
	recorded_repeat(v);
}

void
recorded_repeat(recorded_venue *v)
{
	recorded_half(v, 8);
}

void
recorded_half(recorded_venue *v, uint32_t part_of_8)
{
	for (uint32_t i = 0; i < v->pushed_count; i++)
		recorded_say(v, v->pushed_links[i],
		    (plm_slice){v->pushed[i], strlen(v->pushed[i]) * part_of_8 / 8});
}

void
recorded_enter(recorded_venue *v, const char *state, bool with_pushes)
{
	v->state = venue_state(v, state);
	if (with_pushes)
		recorded_push(v, state);
}

void
recorded_drop(recorded_venue *v, uint32_t link, plm_err err)
{
	recorded_link *row = &v->links[link];
	if (!row->open && !row->opening)
		return;
	row->open = row->opening = false;
	venue_due(v, RECORDED_CLOSED, link + 1)->err = err;
}

void
recorded_cut(recorded_venue *v, plm_err err)
{
	for (uint32_t i = 0; i < PLM_LINKS_MAX; i++)
		recorded_drop(v, i, err);
}

/* The disk table: one file, whose content is the state's. */

static const char *
disk_content(const recorded_venue *v)
{
	const recording_section *file = recording_find(
	    v->recording, v->state, RECORDING_FILE, NULL);
	if (file == NULL || file->bodies_count == 0)
		fail_msg("%s: no section file", v->recording->path);
	return file->bodies[0];
}

static plm_err
disk_open(void *ctx, const char *path, pli_file_mode mode, pli_file *ret_file)
{
	(void)ctx;
	(void)path;
	assert_int_equal(mode, PLI_FILE_READ);
	*ret_file = (pli_file){1};
	return PLM_OK;
}

static void
disk_close(void *ctx, pli_file file)
{
	(void)ctx;
	(void)file;
}

static size_t
disk_size(const recorded_venue *v)
{
	size_t size = v->file_bytes != 0 ? v->file_bytes : strlen(disk_content(v));
	return v->halves > 0 ? size / 2 : size;
}

static plm_err
disk_read(void *ctx, pli_file file, uint64_t offset, void *ret_bytes, size_t size, size_t *ret_got)
{
	recorded_venue *v = ctx;
	(void)file;
	assert_int_equal(offset, 0);
	assert_int_equal(v->file_bytes, 0); /* too large a file is not read */
	*ret_got = size < disk_size(v) ? size : disk_size(v);
	memcpy(ret_bytes, disk_content(v), *ret_got);
	return PLM_OK;
}

static plm_err
disk_facts(void *ctx, const char *path, pli_file_facts *ret_facts)
{
	recorded_venue *v = ctx;
	(void)path;
	*ret_facts = (pli_file_facts){.size = disk_size(v),
	    .modified_ns = wall_offset_ns + (v->state + 1) * PLM_NS_PER_S + v->halves};
	return PLM_OK;
}

/* What it is seen by. */

const plm_feed_state *
recorded_feed(const recorded_venue *v)
{
	static const plm_feed_state none = {.status = PLM_FEED_CONNECTING};
	const pli_feed_row *row = pli_book_feed_of(v->book, v->account);
	return row == NULL ? &none : &row->fact;
}

static int
line_compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

enum { BOOK_LINE_MAX = 160, BOOK_LINES_MAX = 64 };

static bool
balance_line(const recorded_venue *v, const pli_balance_row *row, char *ret_line)
{
	char text[PLM_DECIMAL_TEXT_MAX];
	plm_decimal shown = plm_decimal_is_known(row->fact.wallet) ? row->fact.wallet
								   : row->fact.equity;
	if (row->open == 0 || (plm_decimal_is_known(shown) && plm_decimal_sign(shown) == 0))
		return false;
	(void)plm_decimal_format(shown, text);
	(void)snprintf(ret_line, BOOK_LINE_MAX, "balance %s %s\n",
	    plm_names_asset_text(pli_book_registry(v->book), row->fact.asset), text);
	return true;
}

static bool
position_line(const recorded_venue *v, const pli_position_row *row, char *ret_line)
{
	static const char *const sides[] = {"net", "long", "short"};
	char text[PLM_DECIMAL_TEXT_MAX];
	if (row->open == 0)
		return false;
	const plm_instrument *spec = pli_registry_instrument_get(
	    pli_book_registry(v->book), row->fact.instrument);
	(void)plm_decimal_format(row->fact.quantity, text);
	(void)snprintf(ret_line, BOOK_LINE_MAX, "position %s %s %s %s\n", spec->name,
	    sides[row->fact.side], text, plm_unit_text(row->fact.unit));
	return true;
}

const char *
recorded_book(recorded_venue *v)
{
	static char lines[BOOK_LINES_MAX][BOOK_LINE_MAX];
	uint32_t count = 0;
	for (uint32_t i = 0; i < pli_book_positions_count(v->book) && count < BOOK_LINES_MAX; i++)
		count += position_line(v, pli_book_position(v->book, i), lines[count]);
	for (uint32_t i = 0; i < pli_book_balances_count(v->book) && count < BOOK_LINES_MAX; i++)
		count += balance_line(v, pli_book_balance(v->book, i), lines[count]);
	assert_true(count < BOOK_LINES_MAX);
	qsort(lines, count, sizeof lines[0], line_compare);
	size_t size = 0;
	v->book_text[0] = '\0';
	for (uint32_t i = 0; i < count; i++)
		size += (size_t)snprintf(
		    v->book_text + size, sizeof v->book_text - size, "%s", lines[i]);
	return v->book_text;
}

const char *
recorded_expectation(const recorded_venue *v, const char *state)
{
	int index = recording_state(v->recording, state);
	const recording_section *expect = recording_find(
	    v->recording, index < 0 ? 0 : (uint32_t)index, RECORDING_EXPECT, NULL);
	if (expect == NULL)
		fail_msg("%s: no section expect", v->recording->path);
	return expect->bodies_count == 0 ? "" : expect->bodies[0];
}

/* Birth and death. */

static void
recorded_tables(recorded_venue *v)
{
	v->clock = (pli_clock){clock_wall, clock_steady, clock_random, v};
	v->net = (pli_net){.ws_open = net_ws_open,
	    .ws_send = net_ws_send,
	    .ws_ping = net_ws_ping,
	    .ws_close = net_ws_close,
	    .http_send = net_http_send,
	    .ctx = v};
	v->disk = (pli_disk){.open = disk_open,
	    .close = disk_close,
	    .read = disk_read,
	    .facts = disk_facts,
	    .ctx = v};
	v->ring = pli_ring_create(RING_EVENTS, sizeof(plm_event));
	pli_registry_bounds bounds = {1024, 4, 1024};
	v->shared = (pli_host_shared){.net = &v->net,
	    .clock = &v->clock,
	    .disk = &v->disk,
	    .registry = pli_registry_create(bounds),
	    .outbox = pli_event_outbox_create(v->ring, RING_EVENTS, 1024),
	    .budgets = &v->budgets,
	    .crowds = &v->crowds,
	    .batch = calloc(BATCH_EVENTS, sizeof(plm_event)),
	    .batch_max = BATCH_EVENTS};
	pli_book_bounds book_bounds = {
	    .registry = bounds, .positions_max = 256, .balances_max = 64, .feeds_max = 4};
	v->book = pli_book_create(&book_bounds);
	assert_non_null(v->book);
}

recorded_venue *
recorded_create(const plm_venue_desc *desc, const char *name, const recorded_options *options)
{
	recorded_venue *v = calloc(1, sizeof *v);
	assert_non_null(v);
	v->recording = recording_create(name);
	v->desc = desc;
	v->steady_ns = 100 * PLM_NS_PER_S;
	v->unknown_fields = options->unknown_fields;
	v->halves = options->halves;
	v->venue_ahead_ns = options->venue_ahead_ns;
	recorded_tables(v);
	if (options->state != NULL)
		recorded_enter(v, options->state, false);
	pli_account_config config = {.desc = desc,
	    .venue = pli_venue_id_of(desc),
	    .name = "desk",
	    .key = v->recording->key,
	    .secret = v->recording->secret,
	    .passphrase = v->recording->passphrase,
	    .markets = v->recording->markets,
	    .path = desc->stream_url == NULL && desc->rest_url == NULL ? "/book.file" : NULL,
	    .allow_trading_keys = options->allow_trading_keys};
	plm_fault fault = {.code = PLM_OK};
	plm_err err = pli_venue_host_create(&v->shared, 0, &config, &v->host, &fault);
	v->account = pli_registry_account(
	    v->shared.registry, config.venue, plm_slice_of(desc->name), PLM_SLICE("desk"));
	if (err != PLM_OK)
		fail_msg("%s: %s", v->recording->path, fault.text);
	return v;
}

void
recorded_destroy(recorded_venue *v)
{
	pli_venue_host_destroy(v->host);
	pli_registry_destroy(v->shared.registry);
	pli_event_outbox_destroy(v->shared.outbox);
	free(v->shared.batch);
	pli_crowds_fini(&v->crowds);
	pli_ring_destroy(v->ring);
	pli_book_destroy(v->book);
	pushed_forget(v);
	for (uint32_t i = 0; i < v->due_count; i++)
		free(v->due[i].text);
	for (uint32_t i = 0; i < v->sent_count; i++)
		free(v->sent[i]);
	recording_destroy(v->recording);
	free(v);
}
