/* exposure_ticks.c: one mark over all positions of its instrument.
 *
 * A linear position's coins do not move with its mark; its P&L does, and with it the collateral of
 * its account. Rows of 16 bytes stand together by instrument, so that a tick reads them in order;
 * what it must look up is one line for each position, that of the account's live collateral. */
#include "exposure/exposure_ticks.h"

#include <assert.h>
#include <stdlib.h>

#include "base/fault_point.h"
#include "exposure/exposure_nodes.h"

bool
pli_exposure_ticks_init(pli_exposure *exposure)
{
	const pli_book_bounds *bounds = pli_book_bounds_get(exposure->book);
	uint32_t instruments = bounds->registry.instruments_max + 1;
	uint32_t blocks = bounds->positions_max / TICK_BLOCK + instruments;
	exposure->ticks = calloc((size_t)blocks * TICK_BLOCK, sizeof exposure->ticks[0]);
	exposure->tick_previous = calloc(blocks, sizeof exposure->tick_previous[0]);
	exposure->tick_lists = PLI_FAULT(EXPOSURE_TICKS)
				   ? NULL
				   : calloc(instruments, sizeof exposure->tick_lists[0]);
	if (exposure->ticks == NULL || exposure->tick_previous == NULL ||
	    exposure->tick_lists == NULL)
		return false;
	for (uint32_t i = 0; i < blocks; i++)
		exposure->tick_previous[i] = i + 1 < blocks ? i + 1 : PLI_ROW_NONE;
	for (uint32_t i = 0; i < instruments; i++)
		exposure->tick_lists[i].last_block = PLI_ROW_NONE;
	return true;
}

void
pli_exposure_ticks_fini(pli_exposure *exposure)
{
	free(exposure->ticks);
	free(exposure->tick_previous);
	free(exposure->tick_lists);
}

bool
pli_exposure_billionths(plm_decimal value, int64_t *ret_value)
{
	const plm_int128 unit = 1000000000;
	const plm_int128 max = (plm_int128)INT64_MAX * unit;
	if (!plm_decimal_is_known(value) || value.units > max || value.units < -max ||
	    value.units % unit != 0)
		return false;
	*ret_value = (int64_t)(value.units / unit);
	return true;
}

/* A place at the end of an instrument's list. */
static uint32_t
tick_append(pli_exposure *exposure, exposure_tick_list *list)
{
	if (list->last_block == PLI_ROW_NONE || list->count == TICK_BLOCK) {
		uint32_t block = exposure->tick_free;
		assert(block != PLI_ROW_NONE);
		exposure->tick_free = exposure->tick_previous[block];
		exposure->tick_previous[block] = list->last_block;
		list->last_block = block;
		list->count = 0;
	}
	return list->last_block * TICK_BLOCK + list->count++;
}

void
pli_exposure_tick_set(
    pli_exposure *exposure, plm_instrument_id id, uint32_t position, int64_t coins, uint32_t cell)
{
	exposure_pnl *pnl = &exposure->pnl[position];
	exposure_tick_list *list = &exposure->tick_lists[id.value];
	if (pnl->tick == PLI_ROW_NONE)
		pnl->tick = tick_append(exposure, list);
	else
		list->slow_count -= exposure->ticks[pnl->tick].cell == PLI_ROW_NONE;
	list->slow_count += cell == PLI_ROW_NONE;
	exposure->ticks[pnl->tick] = (exposure_tick){coins, cell, position};
}

void
pli_exposure_tick_remove(pli_exposure *exposure, plm_instrument_id id, uint32_t position)
{
	exposure_pnl *pnl = &exposure->pnl[position];
	if (pnl->tick == PLI_ROW_NONE)
		return;
	exposure_tick_list *list = &exposure->tick_lists[id.value];
	assert(list->last_block != PLI_ROW_NONE && list->count > 0);
	list->slow_count -= exposure->ticks[pnl->tick].cell == PLI_ROW_NONE;
	uint32_t last = list->last_block * TICK_BLOCK + --list->count;
	exposure->ticks[pnl->tick] = exposure->ticks[last];
	exposure->pnl[exposure->ticks[last].position].tick = pnl->tick;
	pnl->tick = PLI_ROW_NONE;
	if (list->count > 0)
		return;
	uint32_t block = list->last_block;
	list->last_block = exposure->tick_previous[block];
	list->count = list->last_block == PLI_ROW_NONE ? 0 : TICK_BLOCK;
	exposure->tick_previous[block] = exposure->tick_free;
	exposure->tick_free = block;
}

void
pli_exposure_cell_touch(pli_exposure *exposure, uint32_t index)
{
	exposure_cell *cell = &exposure->cells[index];
	pli_exposure_cell_freeze(exposure, index);
	if (cell->dirty)
		return;
	cell->dirty = 1;
	exposure->cells_dirty[exposure->cells_dirty_count++] = index;
}

/* What the rows of one tick moved, of one venue: added to its totals at the end. pool and account:
 * how much more than the legs. */
typedef struct tick_sums {
	plm_int128 net, leg, pool, account;
	uint32_t venue; /* PLI_ROW_NONE: none yet */
} tick_sums;

static void
sums_flush(pli_exposure *exposure, const tick_sums *sums)
{
	if (sums->venue == PLI_ROW_NONE)
		return;
	exposure_total *venue = &exposure->venues[sums->venue];
	exposure_total *book = &exposure->totals[venue->underlying];
	node_net(&venue->net, sums->net, &book->gross_venue);
	venue->gross_leg += sums->leg;
	venue->gross_pool += sums->leg + sums->pool;
	venue->gross_account += sums->leg + sums->account;
	venue->collateral += sums->net;
	book->net += sums->net;
	book->gross_leg += sums->leg;
	book->gross_pool += sums->leg + sums->pool;
	book->gross_account += sums->leg + sums->account;
	book->collateral += sums->net;
}

/* The leg's coins cannot be 0 afterwards, or it would leave the list, nor too large. The high half
 * decides, so what is within one part in 2^41 of the bound is too large as well: then the leg is
 * derived anew, and finds the exact bound. */
static inline bool
coins_fit(plm_int128 coins)
{
	const uint64_t most = (uint64_t)(EXPOSURE_UNITS_MAX >> 64);
	return coins != 0 && (uint64_t)(coins >> 64) + most - 1 < 2 * most - 2;
}

/* What |units| changes by when units go from `after - change` to `after`. */
static inline plm_int128
abs_change(plm_int128 after, plm_int128 change)
{
	plm_int128 before = after - change;
	plm_int128 sign = after >> 127;
	if ((before ^ after) >= 0)
		return (change ^ sign) - sign;
	return node_abs(after) - node_abs(before);
}

/* A row whose leg is not live: its cell is derived anew when the settle ends. */
static void
tick_touch(pli_exposure *exposure, uint32_t index, plm_int128 change)
{
	pli_exposure_cell_touch(exposure, index);
	exposure->cells[index].units += change;
}

/* A tick asks for the memory of rows that come later: rows a block ahead, then the live legs. */
enum { TICK_AHEAD = 16, TICK_ROWS_PER_LINE = 4 };

static inline void
prefetch_rows(const exposure_tick *rows)
{
	for (uint32_t i = 0; i < TICK_BLOCK; i += TICK_ROWS_PER_LINE)
		__builtin_prefetch(&rows[i]);
}

static inline void
prefetch_live(const pli_exposure *exposure, const exposure_tick *row)
{
	__builtin_prefetch(&exposure->live[row->cell != PLI_ROW_NONE ? row->cell : 0], 1);
}

/* The rows of one block in a tick; `next` are those of the block after it, or again its own. */
typedef struct tick_block {
	const exposure_tick *rows, *next;
	uint32_t count;
} tick_block;

/* Up to the first row that is not moved so, whose place is returned. The sums stay in registers. */
static inline uint32_t
tick_rows(
    pli_exposure *exposure, const tick_block *block, uint32_t i, int64_t moved, tick_sums *io_sums)
{
	tick_sums sums = *io_sums;
	exposure_live *lives = exposure->live;
	for (; i < block->count; i++) {
		const exposure_tick *row = &block->rows[i];
		uint32_t ahead = i + TICK_AHEAD;
		prefetch_live(exposure, ahead < block->count ? &block->rows[ahead]
							     : &block->next[ahead - block->count]);
		if (row->cell == PLI_ROW_NONE)
			break;
		exposure_live *live = &lives[row->cell];
		plm_int128 change = (plm_int128)row->coins * moved, after = live->coins + change;
		if (live->slot == PLI_ROW_NONE || live->venue != sums.venue || !coins_fit(after))
			break;
		plm_int128 leg = abs_change(after, change);
		live->coins = after;
		sums.net += change;
		sums.leg += leg;
		if (live->alone)
			continue;
		sums.pool += abs_change(live->cross_rest + after, change) - leg;
		sums.account += abs_change(live->net_rest + after, change) - leg;
	}
	*io_sums = sums;
	return i;
}

static void
tick_block_run(pli_exposure *exposure, const tick_block *block, int64_t moved, tick_sums *sums,
    void (*derive)(pli_exposure *exposure, uint32_t position))
{
	for (uint32_t i = 0; (i = tick_rows(exposure, block, i, moved, sums)) < block->count;) {
		const exposure_tick *row = &block->rows[i];
		plm_int128 change = (plm_int128)row->coins * moved;
		if (row->cell == PLI_ROW_NONE) {
			derive(exposure, row->position);
			i++;
			continue;
		}
		const exposure_live *live = &exposure->live[row->cell];
		if (live->slot != PLI_ROW_NONE && live->venue != sums->venue) {
			sums_flush(exposure, sums);
			*sums = (tick_sums){.venue = live->venue};
			continue;
		}
		tick_touch(exposure, row->cell, change);
		i++;
	}
}

void
pli_exposure_tick(pli_exposure *exposure, plm_instrument_id id, int64_t moved,
    void (*derive)(pli_exposure *exposure, uint32_t position))
{
	const exposure_tick_list *list = &exposure->tick_lists[id.value];
	tick_sums sums = {.venue = PLI_ROW_NONE};
	tick_block block = {.count = list->count};
	uint32_t index = list->last_block;
	if (index != PLI_ROW_NONE)
		block.next = &exposure->ticks[(size_t)index * TICK_BLOCK];
	for (uint32_t i = 0; i < TICK_AHEAD && i < block.count; i++)
		prefetch_live(exposure, &block.next[i]);
	for (; index != PLI_ROW_NONE; index = exposure->tick_previous[index]) {
		uint32_t after = exposure->tick_previous[index];
		block.rows = block.next;
		if (after != PLI_ROW_NONE)
			block.next = &exposure->ticks[(size_t)after * TICK_BLOCK];
		prefetch_rows(block.next);
		tick_block_run(exposure, &block, moved, &sums, derive);
		block.count = TICK_BLOCK;
	}
	sums_flush(exposure, &sums);
}
