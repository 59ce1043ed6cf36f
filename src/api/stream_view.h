/* stream_view.h: the rows that streams of one shape show, and which of them changed when.
 *
 * A view is a shape (dimensions, tier, filter) shared by every client that asked for it. refresh
 * rolls the replica up, level by level, and gives each row that differs from before a new version;
 * a client needs the rows whose version is above the one it has: newest wins by itself, and no
 * client has a queue of its own.
 *
 * A row's key is its path: the names along the dimensions joined by '/' ("BTC/deribit/desk-a"; '/'
 * and '%' inside a name as %2F and %25), and for a leg one more part. Keys are opaque but stable.
 */
#ifndef PLI_API_STREAM_VIEW_H
#define PLI_API_STREAM_VIEW_H

#include "api/exposure_json.h"
#include "base/map.h"

enum { STREAM_KEY_MAX = 320, STREAM_LEVELS_MAX = 9 };

/* stream_shape: levels[0..levels_count) are the dimensions, one bit each, outermost first. nested:
 * rows of every level, as a tree (else of the last level alone). legs: legs below the last level.
 */
typedef struct stream_shape {
	uint32_t levels[STREAM_LEVELS_MAX];
	uint32_t levels_count;
	bool nested;
	bool legs;
	bool offsets;
	plm_exposure_query query;
} stream_shape;

/* stream_row: version: of the last change (also of the disappearance, alive false). level counts
 * from 0; parent is the hash of the parent's key, 0 at level 0. */
typedef struct stream_row {
	char key[STREAM_KEY_MAX];
	uint64_t hash;
	uint64_t parent;
	uint64_t version;
	uint64_t seen;
	uint8_t level;
	bool is_leg;
	bool alive;
	plm_time_ns oldest_ns;
	double offset_pool; /* NaN unless shape.offsets */
	double offset_book;
	plm_exposure_row row;
	plm_leg leg;
} stream_row;

/* stream_view: rows[0..rows_count), in order of first sight. version: of the last refresh that
 * changed anything. generation counts the times that the table was emptied because it was full of
 * dead rows: a client of another generation starts again with a snapshot. */
typedef struct stream_view {
	stream_shape shape;
	stream_row *rows;
	uint32_t rows_count;
	uint32_t rows_max;
	uint32_t rows_alive;
	uint32_t rows_left_out;
	uint32_t clients_count;
	uint64_t version;
	uint64_t generation;
	uint64_t tick;
	pli_map *map;
} stream_view;

/* stream_wanted: is the node with this hash open in any client? */
typedef struct stream_wanted {
	bool (*is_open)(void *ctx, uint64_t hash);
	void *ctx;
} stream_wanted;

/* pli_stream_view_create: memory for rows_max rows, touched as they come. NULL: no memory. */
stream_view *pli_stream_view_create(const stream_shape *shape, uint32_t rows_max);
void pli_stream_view_destroy(stream_view *view); /* takes NULL */

/* pli_stream_shape_equal: two clients can share a view. */
bool pli_stream_shape_equal(const stream_shape *a, const stream_shape *b);

/* pli_stream_view_refresh compares the replica with the rows and versions what differs. source must
 * be settled. Cost: one roll-up a level, one scan of the legs for each open node of the last level.
 */
void pli_stream_view_refresh(
    stream_view *view, pli_exposure_source *source, const stream_wanted *wanted);

/* pli_stream_key_hash: hash of a key; never 0. */
uint64_t pli_stream_key_hash(plm_slice key);

/* pli_stream_view_put_row writes {"key", "level", "leaf", ...} with the row's or leg's members. */
void pli_stream_view_put_row(
    pli_json_writer *w, const pli_exposure_source *source, const stream_row *row);

#endif
