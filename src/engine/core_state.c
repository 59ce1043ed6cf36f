/* core_state.c: the whole state of a core into a journal that lost events, and out of it. */
#include <assert.h>
#include <string.h>

#include "base/mutant.h"
#include "engine/core_internal.h"

enum { STATE_MUTANT_TABLE = 6 };

static pli_regions
state_regions(core_parts *parts)
{
	pli_regions regions = {0};
	pli_book_regions(parts->book, &regions);
	pli_margin_regions(parts->margin, &regions);
	pli_limits_regions(parts->limits, &regions);
	return regions;
}

/* Equal where the tables have equal sizes: of one build and one set of bounds. */
static uint64_t
state_layout(const pli_regions *regions)
{
	uint64_t sum = regions->count;
	for (uint32_t i = 0; i < regions->count; i++)
		sum = sum * UINT64_C(0x9e3779b97f4a7c15) + regions->items[i].size;
	return sum;
}

static bool
piece_is_new(const char *bytes, size_t size, uint8_t fill)
{
	for (size_t i = 0; i < size; i++)
		if ((uint8_t)bytes[i] != fill)
			return false;
	return true;
}

static plm_err
state_emit_table(const pli_regions *regions, uint32_t table, plm_event_sink *sink)
{
	const pli_region *region = &regions->items[table];
	plm_err err = PLM_OK;
	for (size_t at = 0; at < region->size && err == PLM_OK; at += PLM_JOURNAL_STATE_BYTES) {
		size_t left = region->size - at;
		size_t size = left < PLM_JOURNAL_STATE_BYTES ? left : PLM_JOURNAL_STATE_BYTES;
		const char *bytes = (const char *)region->bytes + at;
		if (piece_is_new(bytes, size, region->fill))
			continue;
		plm_event event;
		plm_event_init(&event, PLM_EVENT_JOURNAL_STATE);
		event.u.journal_state.table = table;
		event.u.journal_state.size = (uint32_t)size;
		event.u.journal_state.offset = at;
		memcpy(event.u.journal_state.bytes, bytes, size);
		err = sink->emit(sink->ctx, &event);
	}
	return err;
}

/* Everything behind a JOURNAL_GAP, in order. */
static plm_err
state_emit(core_parts *parts, plm_event_sink *sink)
{
	pli_regions regions = state_regions(parts);
	plm_err err = pli_registry_define(pli_book_registry(parts->book), sink);
	for (uint32_t i = 0; i < regions.count && err == PLM_OK; i++)
		if (!pli_mutant(JOURNAL_STATE_LACKS) || i != STATE_MUTANT_TABLE)
			err = state_emit_table(&regions, i, sink);
	return err;
}

static plm_err
state_count(void *ctx, const plm_event *event)
{
	(void)event;
	++*(uint32_t *)ctx;
	return PLM_OK;
}

static plm_err
state_journal(void *ctx, const plm_event *event)
{
	const pli_core *core = ctx;
	plm_event row = *event;
	row.sequence = core->sequence;
	row.applied_time_ns = core->now_ns;
	return pli_journal_append(core->config.journal, &row);
}

/* Legs whose inner order has no history: those that come out of the facts alone, as in a core that
 * is restored. */
static plm_err
state_derive_anew(core_parts *parts)
{
	pli_exposure *exposure = pli_exposure_create(parts->book);
	if (exposure == NULL)
		return PLM_ENOMEM;
	pli_exposure_settle(exposure);
	pli_exposure_follows(exposure, parts->exposure);
	pli_limits_watch(parts->limits, exposure);
	pli_margin_watch(parts->margin, exposure);
	pli_limits_watch_margin(parts->limits, parts->margin);
	pli_exposure_destroy(parts->exposure);
	parts->exposure = exposure;
	return PLM_OK;
}

static plm_err
state_write(pli_core *core, uint64_t sequence_before)
{
	plm_event gap;
	plm_event_init(&gap, PLM_EVENT_JOURNAL_GAP);
	pli_regions regions = state_regions(&core->parts);
	gap.u.journal_gap.sequence_before = sequence_before;
	gap.u.journal_gap.layout = state_layout(&regions);
	gap.u.journal_gap.state_hash = pli_core_hash(core);
	plm_event_sink counts = {state_count, &gap.u.journal_gap.pieces_count};
	(void)state_emit(&core->parts, &counts);
	plm_event_sink sink = {state_journal, core};
	plm_err err = sink.emit(sink.ctx, &gap);
	if (err == PLM_OK)
		err = state_emit(&core->parts, &sink);
	return err == PLM_OK ? pli_journal_flush(core->config.journal, true) : err;
}

plm_err
pli_core_journal_resume(pli_core *core)
{
	assert(core->batch_count == 0 && core->sequence > 0 && !core->replaying);
	uint32_t records_count = 1;
	uint64_t sequence_before = 0;
	plm_event_sink counts = {state_count, &records_count};
	(void)state_emit(&core->parts, &counts);
	plm_err err = pli_journal_reopen(core->config.journal, records_count, &sequence_before);
	if (err == PLM_OK) {
		err = state_derive_anew(&core->parts);
		if (err == PLM_OK)
			err = state_write(core, sequence_before);
		if (err != PLM_OK)
			pli_journal_break(core->config.journal, err);
	}
	core->journal_err = err;
	return err;
}

/* Out of the journal */

static plm_err
restore_begin(pli_core *core, const plm_event *gap, plm_fault *ret_fault)
{
	const plm_journal_gap *fact = &gap->u.journal_gap;
	if (core->sequence != 0 && core->sequence != fact->sequence_before)
		return plm_fault_set(ret_fault, PLM_EGAP, NULL,
		    "the journal says that it lost what came after sequence %llu, but goes to %llu",
		    (unsigned long long)fact->sequence_before, (unsigned long long)core->sequence);
	if (!pli_core_parts_create(&core->coming, &core->config)) {
		pli_core_parts_destroy(&core->coming);
		return plm_fault_set(ret_fault, PLM_ENOMEM, NULL, "no memory for another book");
	}
	pli_regions regions = state_regions(&core->coming);
	if (fact->layout != state_layout(&regions)) {
		pli_core_parts_destroy(&core->coming);
		return plm_fault_set(ret_fault, PLM_EVERSION, NULL,
		    "the state at sequence %llu was written by a build with other tables",
		    (unsigned long long)gap->sequence);
	}
	core->coming_gap = *gap;
	core->coming_count = fact->pieces_count;
	core->coming_tables = false;
	return PLM_OK;
}

static plm_err
restore_piece(pli_core *core, const plm_journal_state *piece)
{
	pli_regions regions = state_regions(&core->coming);
	for (uint32_t i = 0; i < regions.count && !core->coming_tables; i++)
		memset(regions.items[i].bytes, regions.items[i].fill, regions.items[i].size);
	core->coming_tables = true;
	if (piece->table >= regions.count || piece->size > PLM_JOURNAL_STATE_BYTES ||
	    piece->offset > regions.items[piece->table].size ||
	    piece->size > regions.items[piece->table].size - piece->offset)
		return PLM_EDECODE;
	memcpy(
	    (char *)regions.items[piece->table].bytes + piece->offset, piece->bytes, piece->size);
	return PLM_OK;
}

static void
restore_swap(core_parts *a, core_parts *b)
{
	core_parts parts = *a;
	*a = *b;
	*b = parts;
}

/* The state is whole. */
static plm_err
restore_end(pli_core *core, plm_fault *ret_fault)
{
	const plm_event *gap = &core->coming_gap;
	pli_exposure_settle(core->coming.exposure);
	restore_swap(&core->parts, &core->coming);
	bool same = pli_core_hash(core) == gap->u.journal_gap.state_hash;
	if (!same)
		restore_swap(&core->parts, &core->coming);
	pli_core_parts_destroy(&core->coming);
	if (!same)
		return plm_fault_set(ret_fault, PLM_EDECODE, NULL,
		    "the state at sequence %llu is not the one that the journal says",
		    (unsigned long long)gap->sequence);
	core->sequence = gap->sequence;
	core->now_ns = gap->applied_time_ns;
	core->batch_count = core->expected_first = core->expected_count = 0;
	return PLM_OK;
}

plm_err
pli_core_restore(pli_core *core, const plm_event *event, plm_fault *ret_fault)
{
	plm_err err = PLM_OK;
	if (event->type == PLM_EVENT_JOURNAL_GAP && core->coming_count == 0)
		return restore_begin(core, event, ret_fault);
	if (event->type == PLM_EVENT_JOURNAL_STATE)
		err = restore_piece(core, &event->u.journal_state);
	else if (event->type >= PLM_EVENT_ASSET && event->type <= PLM_EVENT_INSTRUMENT)
		pli_book_apply(core->coming.book, event);
	else
		err = PLM_EDECODE;
	if (err != PLM_OK || event->sequence != core->coming_gap.sequence)
		return plm_fault_set(ret_fault, PLM_EDECODE, NULL,
		    "the state at sequence %llu holds an event that is no part of it",
		    (unsigned long long)core->coming_gap.sequence);
	return --core->coming_count == 0 ? restore_end(core, ret_fault) : PLM_OK;
}
