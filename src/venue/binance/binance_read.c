/* binance_read.c: where a reader stands, what it emits, and sequences from times. */
#include "venue/binance/binance_internal.h"

#include <xxhash.h>

#include "base/fault_point.h"

void
pli_binance_at(binance_reader *r, uint32_t node, binance_read *read, const void *keys)
{
	uint32_t outer = r->row.node;
	const void *outer_keys = r->keys;
	r->row.node = node;
	r->keys = keys;
	read(r);
	r->row.node = outer;
	r->keys = outer_keys;
}

void
pli_binance_each(binance_reader *r, uint32_t list, binance_read *read, const void *keys)
{
	for (uint32_t row = pli_row_child(&r->row, list, 0); row != 0;
	     row = pli_row_child(&r->row, list, row))
		pli_binance_at(r, row, read, keys);
}

void
pli_binance_begin(binance_reader *r, plm_event *event, plm_event_type type, bool of_account)
{
	plm_event_init(event, type);
	event->flags = r->flags;
	event->venue_time_ns = r->time_ns;
	if (of_account)
		event->account = r->cfg->account;
}

void
pli_binance_emit(binance_reader *r, const plm_event *event)
{
	if (r->row.err != PLM_OK || r->dry)
		return;
	if (event->type == PLM_EVENT_BALANCE || event->type == PLM_EVENT_POSITION)
		r->rows_count++;
	r->row.err = PLI_FAULT(BINANCE_ROW) ? PLM_EDECODE : r->events->emit(r->events->ctx, event);
	if (r->collateral != NULL && r->row.err == PLM_OK)
		pli_collateral_see(r->collateral, event);
}

uint64_t
pli_binance_sequence(plm_time_ns time_ns, uint32_t copy)
{
	return time_ns <= 0 ? 0 : (uint64_t)(time_ns / PLM_NS_PER_MS) * 1000 + copy;
}

uint64_t
pli_binance_hash(plm_slice text, uint64_t seed)
{
	return XXH3_64bits_withSeed(text.bytes == NULL ? "" : text.bytes, text.size, seed);
}
