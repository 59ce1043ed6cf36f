/* file_venue.c: the venue `file`: a book kept by hand or by another program, read when it changes.
 *
 * Each read is a complete snapshot of the account. A file is checked from end to end before its
 * first event is sent, so that a broken one changes nothing. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <xxhash.h>

#include "base/limits.h"
#include "base/mutant.h"
#include "venue/file/file_row.h"
#include "venue/venues.h"

/* State of one account. has_good: a whole file was taken; broken: what the last one said. */
typedef struct file_state {
	plm_venue_cfg cfg;
	char account_name[40];
	bool has_good;
	bool broken;
	char text[120];
} file_state;

/* Hashes of the rows of the file that is being checked; 0 is an empty slot. */
static _Thread_local uint64_t file_seen[PLI_FILE_SLOTS];

static uint64_t
file_row_hash(const pli_file_row *row)
{
	plm_slice side = row->values[PLI_FILE_SIDE];
	if (side.size == 0)
		side = PLM_SLICE("net");
	const plm_slice parts[] = {row->values[PLI_FILE_SYMBOL], row->values[PLI_FILE_ASSET],
	    row->values[PLI_FILE_ACCOUNT], row->values[PLI_FILE_ID], side};
	uint64_t hash = (uint64_t)row->type + 1;
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		hash = XXH3_64bits_withSeed(parts[i].bytes, parts[i].size, hash);
	return hash == 0 ? 1 : hash;
}

/* Each position, balance, price, rate and transfer may be said once. */
static plm_err
file_check_once(const pli_file_table *table, const pli_file_row *row)
{
	static const struct {
		pli_file_column column;
		const char *once;
	} named[] = {
	    [PLI_FILE_POSITION] = {PLI_FILE_SYMBOL, "each symbol and side once"},
	    [PLI_FILE_PRICE] = {PLI_FILE_SYMBOL, "each symbol and side once"},
	    [PLI_FILE_BALANCE] = {PLI_FILE_ASSET, "each asset once"},
	    [PLI_FILE_RATE] = {PLI_FILE_ASSET, "each asset once"},
	    [PLI_FILE_TRANSFER] = {PLI_FILE_ID, "each asset and id once"},
	};
	uint64_t hash = file_row_hash(row);
	uint64_t slot = hash & (PLI_FILE_SLOTS - 1);
	while (file_seen[slot] != 0 && file_seen[slot] != hash)
		slot = (slot + 1) & (PLI_FILE_SLOTS - 1);
	if (file_seen[slot] == hash)
		return pli_file_table_fault(
		    table, row, named[row->type].column, named[row->type].once);
	file_seen[slot] = hash;
	return PLM_OK;
}

static plm_err
file_too_many(const pli_file_table *table, const pli_file_row *row)
{
	char expected[40];
	(void)snprintf(expected, sizeof expected, "at most %d rows in a file", PLI_FILE_ROWS_MAX);
	return pli_file_table_fault(table, row, PLI_FILE_TYPE, expected);
}

static plm_err
file_rows(pli_file_reader *reader)
{
	pli_file_row row;
	uint32_t count = 0;
	plm_err err;
	if (reader->events == NULL)
		memset(file_seen, 0, sizeof file_seen);
	while ((err = pli_file_table_next(reader->table, &row)) == PLM_OK) {
		if (++count > PLI_FILE_ROWS_MAX)
			return file_too_many(reader->table, &row);
		if (reader->events == NULL)
			err = file_check_once(reader->table, &row);
		if (err == PLM_OK)
			err = pli_file_row_apply(reader, &row);
		if (err != PLM_OK)
			return err;
	}
	if (err == PLM_ENOTFOUND && reader->rows_other == count && count > 0)
		return plm_fault_set(reader->table->fault, PLM_EDECODE, NULL,
		    "expected rows of the account %s, got %u rows of other accounts only",
		    reader->account_name, count);
	return err == PLM_ENOTFOUND ? PLM_OK : err;
}

static plm_err
file_snapshot(const pli_file_reader *reader, plm_event_type type, uint32_t rows_count)
{
	plm_event event;
	plm_event_init(&event, type);
	event.account = reader->cfg->account;
	event.u.snapshot.scope = PLM_SCOPE_POSITIONS | PLM_SCOPE_BALANCES;
	event.u.snapshot.complete = type == PLM_EVENT_SNAPSHOT_END;
	event.u.snapshot.rows_count = rows_count;
	return reader->events->emit(reader->events->ctx, &event);
}

static plm_err
file_read(
    const plm_venue_cfg *cfg, const plm_frame *frame, plm_event_sink *events, plm_fault *ret_fault)
{
	pli_file_table table;
	const char *name = cfg->account_name;
	pli_file_reader reader = {
	    .cfg = cfg,
	    .table = &table,
	    .account_name = name != NULL && name[0] != '\0' ? name : NULL,
	};
	plm_err err = pli_file_table_open(&table, frame->bytes, ret_fault);
	if (err == PLM_OK)
		err = file_rows(&reader);
	if (err != PLM_OK && !pli_mutant(FILE_BAD_LINE_APPLIED))
		return err;
	uint32_t rows_count = reader.rows_count;
	reader.events = events;
	reader.rows_count = reader.rows_other = 0;
	pli_file_table_rewind(&table);
	err = file_snapshot(&reader, PLM_EVENT_SNAPSHOT_BEGIN, 0);
	if (err == PLM_OK)
		err = file_rows(&reader);
	if (pli_mutant(FILE_BAD_LINE_APPLIED)) {
		rows_count = reader.rows_count;
		err = PLM_OK;
	}
	assert(err != PLM_OK || reader.rows_count == rows_count);
	return err == PLM_OK ? file_snapshot(&reader, PLM_EVENT_SNAPSHOT_END, rows_count) : err;
}

static plm_err
file_decode(
    const plm_venue_cfg *cfg, const plm_frame *frame, plm_event_sink *events, plm_fault *ret_fault)
{
	plm_fault fault = {0};
	plm_err err = file_read(cfg, frame, events, &fault);
	if (err != PLM_OK && ret_fault != NULL)
		*ret_fault = fault;
	return err == PLM_EOVERFLOW ? PLM_EDECODE : err;
}

/* ---- ops ---- */

static plm_err
file_init(void *state, const plm_venue_cfg *cfg, plm_fault *ret_fault)
{
	file_state *s = state;
	if (cfg->key != NULL || cfg->secret != NULL)
		return plm_fault_set(
		    ret_fault, PLM_EARG, NULL, "a file takes no key and no secret");
	s->cfg = *cfg;
	(void)snprintf(s->account_name, sizeof s->account_name, "%s",
	    cfg->account_name == NULL ? "" : cfg->account_name);
	s->cfg.account_name = s->account_name;
	s->cfg.path = NULL;
	s->cfg.markets = NULL;
	(void)snprintf(s->text, sizeof s->text, "waiting for the file");
	return PLM_OK;
}

static void
file_fini(void *state)
{
	memset(state, 0, sizeof(file_state));
}

/* Nothing to ask for: the host hands the file over when it is there, and when it changes. */
static void
file_on_open(void *state, uint8_t link, plm_time_ns now_ns, plm_request_sink *requests)
{
	(void)state;
	(void)link;
	(void)now_ns;
	(void)requests;
}

static void
file_resync(void *state, plm_time_ns now_ns, plm_request_sink *requests)
{
	(void)state;
	(void)now_ns;
	(void)requests;
}

/* The last part of a path. */
static plm_slice
file_base_name(plm_slice path)
{
	plm_slice name = path;
	for (size_t i = 0; i < path.size; i++) {
		if (path.bytes[i] == '/')
			name = (plm_slice){path.bytes + i + 1, path.size - i - 1};
	}
	return name;
}

static plm_err
file_on_frame(void *state, plm_time_ns now_ns, const plm_frame *frame, plm_event_sink *events,
    plm_request_sink *requests, plm_fault *ret_fault)
{
	file_state *s = state;
	plm_fault fault = {0};
	(void)now_ns;
	(void)requests;
	if (frame->kind != PLM_FRAME_FILE)
		return plm_fault_set(
		    ret_fault, PLM_EKIND, NULL, "not a file's content, which is all that is read");
	plm_err err = file_decode(&s->cfg, frame, events, &fault);
	s->broken = err != PLM_OK;
	s->has_good |= err == PLM_OK;
	s->text[0] = '\0';
	if (err == PLM_OK)
		return PLM_OK;
	plm_slice name = file_base_name(frame->channel);
	(void)snprintf(s->text, sizeof s->text, "%.*s:%u:%u: %.20s%s%.80s",
	    (int)(name.size < 40 ? name.size : 40), name.bytes == NULL ? "" : name.bytes,
	    fault.line, fault.column, fault.path, fault.path[0] == '\0' ? "" : ": ", fault.text);
	if (ret_fault != NULL)
		*ret_fault = fault;
	return err;
}

static void
file_status(const void *state, plm_venue_status *ret_status)
{
	const file_state *s = state;
	*ret_status = (plm_venue_status){.status = PLM_FEED_CONNECTING, .key_checked = true};
	if (s->broken)
		ret_status->status = s->has_good ? PLM_FEED_DEGRADED : PLM_FEED_DOWN;
	else if (s->has_good)
		ret_status->status = PLM_FEED_LIVE;
	memcpy(ret_status->text, s->text, sizeof ret_status->text);
}

static const plm_venue_ops file_ops = {
    .state_size = sizeof(file_state),
    .init = file_init,
    .fini = file_fini,
    .on_open = file_on_open,
    .on_frame = file_on_frame,
    .resync = file_resync,
    .status = file_status,
    .decode = file_decode,
};

static const char *const file_requests_allowed[] = {NULL};

const plm_venue_desc pli_venue_file = {
    .name = "file",
    .title = "File (CSV or JSON)",
    .caps = PLM_VENUE_SPOT | PLM_VENUE_LINEAR | PLM_VENUE_INVERSE | PLM_VENUE_OPTIONS |
	    PLM_VENUE_HEDGE_MODE | PLM_VENUE_ISOLATED,
    .requests_allowed = file_requests_allowed,
    .checked = "2026-11-22",
    .ops = &file_ops,
};
