/* ladder_scan.h: where a ladder looks between two places of its scan, for the files that find one.
 *
 * What a pool has above a threshold is smooth but where an option's strike is met, in the last days
 * of its life above all. So a cell of the scan is cut at the strikes in it, where they could turn
 * the pool's worth by enough to matter; and where the ways into a piece and out of it point at a
 * turn beyond the threshold, the turn is looked for. */
#ifndef PLI_MARGIN_LADDER_SCAN_H
#define PLI_MARGIN_LADDER_SCAN_H

#include "margin/margin_work.h"

/* Cells of one side of a scan; pieces that one cell is cut into at most: strikes nearer than a cell
 * over this are one. */
enum { PLI_LADDER_CELLS_MAX = 128, PLI_LADDER_PIECES_MAX = 32 };

/* How far above each threshold the pool is. */
typedef struct ladder_heights {
	double above[PLM_THRESHOLD_COUNT_];
} ladder_heights;

/* place: log of the factor. */
typedef struct ladder_node {
	double place;
	ladder_heights heights;
} ladder_node;

/* edges: of the cells, from the prices of now outwards, in logs; the same on both sides.
 * kinks_count: of the work's kinks. turns: by side and cell, by what a move of 1, in logs, changes
 * the options with a strike in it at most, in the pool's unit. by_scenario: strikes matter at other
 * prices too. */
typedef struct ladder_search {
	plm_margin_work *work;
	const plm_margin_pool *pool;
	const plm_ladder_query *query;
	plm_ladder *ladder;
	uint32_t cells_count, kinks_count;
	bool by_scenario;
	double edges[PLI_LADDER_CELLS_MAX + 1];
	double turns[2][PLI_LADDER_CELLS_MAX];
} ladder_search;

/* pli_ladder_node: the pool there; an evaluation. */
ladder_node pli_ladder_node(const ladder_search *search, double place);

/* pli_ladder_kinks fills the work's kinks with where each moved option meets its strike, and turns,
 * by the edges. */
void pli_ladder_kinks(ladder_search *search);

/* pli_ladder_cut: places inside of a cell, between its two nodes, where it is to be cut, outwards.
 * Returns how many, less than PLI_LADDER_PIECES_MAX. */
uint32_t pli_ladder_cut(const ladder_search *search, uint32_t cell, const ladder_node *from,
    const ladder_node *to, double ret_places[PLI_LADDER_PIECES_MAX]);

/* pli_ladder_turn: is the pool on the other side of the threshold somewhere between nodes[1] and
 * nodes[2], at both of which it is on one? nodes[0] and [3] are those before and behind; [3] may be
 * [2] itself, where there is none. Then *ret_node is there. Cost: none where the ways do not point
 * at it, else two to some 20 evaluations. */
bool pli_ladder_turn(const ladder_search *search, plm_threshold threshold,
    const ladder_node nodes[4], ladder_node *ret_node);

#endif
