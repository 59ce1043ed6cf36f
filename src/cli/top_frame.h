/* top_frame.h: one picture of `plimsoll top` as cells, before it meets a terminal.
 *
 * Rendering is pure: model and size in, cells out. The terminal, `--once` and the tests all show
 * the same frame. Numbers are never cut: where there is no room, a column is left out. */
#ifndef PLI_CLI_TOP_FRAME_H
#define PLI_CLI_TOP_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/command.h"
#include "cli/top_model.h"

enum {
	PLI_TOP_WIDTH_MAX = 400,
	PLI_TOP_HEIGHT_MAX = 200,
	PLI_TOP_WIDTH_MIN = 60,
	PLI_TOP_HEIGHT_MIN = 10,
};

/* pli_top_cell: one code point in UTF-8, NUL-terminated; "" is a blank. */
typedef struct pli_top_cell {
	char text[5];
	uint8_t style; /* pli_style */
	bool selected;
} pli_top_cell;

typedef struct pli_top_frame {
	int width, height;
	pli_top_cell cells[PLI_TOP_HEIGHT_MAX][PLI_TOP_WIDTH_MAX];
} pli_top_frame;

/* pli_top_view: where the person is. ascii: no characters beyond ASCII. link: what the link to the
 * daemon is doing, "" when all is well. now_ns: as_of, going on by itself. rows_shown is written:
 * how many rows of the table fit. */
typedef struct pli_top_view {
	uint32_t selected; /* index into model->visible */
	uint32_t first;    /* first row in sight */
	bool ascii;
	bool greeks; /* gamma, vega, theta in place of long, short, gross, offset */
	bool margin; /* pools in place of rows */
	bool help;
	bool typing_filter;
	double now_ns;
	const char *link;
	const char *grouping;
	const char *address;
} pli_top_view;

/* pli_top_frame_render draws; a size out of bounds is brought into them. */
void pli_top_frame_render(const pli_top_model *model, const pli_top_view *view, int width,
    int height, pli_top_frame *ret_frame);

/* pli_top_frame_rows: how many rows of the table a frame of this height has. */
int pli_top_frame_rows(int height);

/* pli_top_frame_print writes the frame as lines, with the styles when cli->out has colours. */
void pli_top_frame_print(const pli_top_frame *frame, pli_cli *cli);

#endif
