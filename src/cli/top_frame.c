/* top_frame.c: draws the strip, the tree, feeds and alerts into cells. */
#include "cli/top_frame.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/number_text.h"
#include "plimsoll/time.h"

enum { FRAME_TOP = 4, FRAME_BOTTOM = 5, FRAME_NAME_MIN = 30 };

/* One column: width with its blank; the last ones are left out first where there is no room. */
typedef struct frame_column {
	const char *title;
	int width;
	int order; /* 1: always there; higher ones go first */
	int view;  /* FRAME_BOTH, or the one that it is in */
} frame_column;

enum { FRAME_BOTH, FRAME_NETTING, FRAME_GREEKS };

enum {
	COLUMN_LONG,
	COLUMN_SHORT,
	COLUMN_NET,
	COLUMN_NET_USD,
	COLUMN_GROSS,
	COLUMN_OFFSET,
	COLUMN_GAMMA,
	COLUMN_VEGA,
	COLUMN_VEGA_30D,
	COLUMN_THETA,
	COLUMN_AGE,
	COLUMN_SURE,
	COLUMNS_COUNT
};

static const frame_column frame_columns[COLUMNS_COUNT] = {
    {"LONG", 9, 4, FRAME_NETTING},
    {"SHORT", 9, 4, FRAME_NETTING},
    {"NET", 9, 1, FRAME_BOTH},
    {"NET USD", 8, 1, FRAME_BOTH},
    {"GROSS", 7, 2, FRAME_NETTING},
    {"OFFSET", 7, 6, FRAME_NETTING},
    {"GAMMA 1%", 9, 2, FRAME_GREEKS},
    {"VEGA", 8, 2, FRAME_GREEKS},
    {"VEGA 30D", 9, 4, FRAME_GREEKS},
    {"THETA", 8, 2, FRAME_GREEKS},
    {"AGE", 8, 3, FRAME_BOTH},
    {"PRICED", 8, 5, FRAME_BOTH},
};

/* frame_put writes text at (x, y), cut at `width` cells; returns the cells used. */
static int
frame_put(pli_top_frame *frame, int y, int x, int width, pli_style style, const char *text)
{
	int used = 0;

	while (*text != '\0' && used < width && x + used < frame->width) {
		int size = (unsigned char)*text < 0x80   ? 1
			   : (unsigned char)*text < 0xE0 ? 2
			   : (unsigned char)*text < 0xF0 ? 3
							 : 4;
		pli_top_cell *cell = &frame->cells[y][x + used];
		memset(cell->text, 0, sizeof cell->text);
		for (int i = 0; i < size && text[i] != '\0'; i++)
			cell->text[i] = text[i];
		cell->style = (uint8_t)style;
		used++;
		for (int i = 0; i < size && *text != '\0'; i++)
			text++;
	}
	return used;
}

static int frame_format(pli_top_frame *frame, int y, int x, pli_style style, const char *format,
    ...) __attribute__((format(printf, 5, 6)));

static int
frame_format(pli_top_frame *frame, int y, int x, pli_style style, const char *format, ...)
{
	char text[PLI_TOP_WIDTH_MAX];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	return frame_put(frame, y, x, frame->width - x, style, text);
}

/* frame_number writes to the right edge of a column that ends before `end`. */
static void
frame_number(pli_top_frame *frame, int y, int end, pli_style style, const char *text)
{
	int size = (int)strlen(text);

	(void)frame_put(frame, y, end - size, size, style, text);
}

/* item: a label and its value in the strip; moves *x behind it, or onto the next line. */
static void
strip_item(
    pli_top_frame *frame, int *y, int *x, pli_style style, const char *label, const char *value)
{
	int size = (int)(strlen(label) + 1 + strlen(value));

	if (*x + size > frame->width && *y < FRAME_TOP - 2) {
		*x = 0;
		(*y)++;
	}
	*x += frame_format(frame, *y, *x, PLI_STYLE_FAINT, "%s ", label);
	*x += frame_put(frame, *y, *x, frame->width - *x, style, value) + 2;
}

static void
draw_title(const pli_top_model *model, const pli_top_view *view, pli_top_frame *frame)
{
	char time[PLM_TIME_TEXT_MAX] = "?";
	bool live = view->link[0] == '\0';
	int x = frame_put(frame, 0, 0, 9, PLI_STYLE_STRONG, "Plimsoll ");

	if (model->ready)
		(void)plm_time_format((plm_time_ns)model->as_of_ns, time);
	x += frame_format(frame, 0, x, live ? PLI_STYLE_GOOD : PLI_STYLE_BAD, "%s%s ",
	    view->ascii ? live ? "* " : "! "
	    : live      ? "● "
			: "✕ ",
	    live ? "live" : view->link);
	x += frame_format(frame, 0, x,
	    model->feeds_live == model->feeds_all ? PLI_STYLE_PLAIN : PLI_STYLE_WARN,
	    " feeds %u/%u ", model->feeds_live, model->feeds_all);
	if (model->ready)
		x += frame_format(frame, 0, x, PLI_STYLE_FAINT, " as of %.8sZ ", time + 11);
	(void)frame_format(frame, 0, x, PLI_STYLE_FAINT, " by %s", view->grouping);
}

static void
draw_strip(const pli_top_model *model, const pli_top_view *view, pli_top_frame *frame)
{
	const pli_top_row *total = &model->total;
	char text[64], number[PLI_NUMBER_TEXT_MAX], other[PLI_NUMBER_TEXT_MAX];
	int y = 1, x = 0;

	if (!model->ready) {
		(void)frame_format(frame, 1, 0, PLI_STYLE_FAINT, "waiting for %s", view->address);
		return;
	}
	strip_item(
	    frame, &y, &x, PLI_STYLE_STRONG, "net", pli_usd_text(total->net_usd, true, number));
	strip_item(frame, &y, &x, PLI_STYLE_STRONG, "gross",
	    pli_usd_text(total->gross_usd, false, number));
	(void)snprintf(text, sizeof text, "%s/%s", pli_ratio_text(total->leverage_gross, number),
	    pli_ratio_text(total->leverage_net, other));
	strip_item(frame, &y, &x, PLI_STYLE_STRONG, "lev", text);
	strip_item(frame, &y, &x, PLI_STYLE_STRONG, "equity",
	    pli_usd_text(total->equity_usd, false, number));
	(void)snprintf(
	    text, sizeof text, "%u hard %u soft", model->breaches_hard, model->breaches_soft);
	strip_item(frame, &y, &x,
	    model->breaches_hard > 0   ? PLI_STYLE_BAD
	    : model->breaches_soft > 0 ? PLI_STYLE_WARN
				       : PLI_STYLE_GOOD,
	    "breaches", text);
	bool feeds_out = model->feeds_live < model->feeds_all;
	pli_style sure = total->doubt || feeds_out ? PLI_STYLE_WARN : PLI_STYLE_GOOD;
	strip_item(frame, &y, &x, sure, "priced", pli_share_text(total->priced, number));
	strip_item(frame, &y, &x, sure, "oldest",
	    pli_age_text((view->now_ns - total->oldest_ns) / 1e9, other));
	if (feeds_out) {
		(void)snprintf(text, sizeof text, "%u", model->feeds_all - model->feeds_live);
		strip_item(frame, &y, &x, PLI_STYLE_WARN, "feeds out", text);
	}
	if (total->legs_unpriced > 0) {
		(void)snprintf(text, sizeof text, "%u", total->legs_unpriced);
		strip_item(frame, &y, &x, PLI_STYLE_WARN, "not included", text);
	}
	if (total->legs_stale > 0) {
		(void)snprintf(text, sizeof text, "%u", total->legs_stale);
		strip_item(frame, &y, &x, PLI_STYLE_WARN, "stale", text);
	}
	if (total->legs_expired > 0) {
		(void)snprintf(text, sizeof text, "%u", total->legs_expired);
		strip_item(frame, &y, &x, PLI_STYLE_WARN, "expired", text);
	}
}

/* columns_fit marks the columns that there is room for; returns the width left for the name. */
static int
columns_fit(int width, bool greeks, bool ret_shown[COLUMNS_COUNT])
{
	int left = width, other = greeks ? FRAME_NETTING : FRAME_GREEKS;

	for (int order = 1; order <= 6; order++) {
		for (int i = 0; i < COLUMNS_COUNT; i++) {
			if (frame_columns[i].order != order)
				continue;
			ret_shown[i] = frame_columns[i].view != other &&
				       (order == 1 ||
					   left - frame_columns[i].width >= FRAME_NAME_MIN);
			left -= ret_shown[i] ? frame_columns[i].width : 0;
		}
	}
	return left;
}

static pli_style
sign_style(double value, bool old)
{
	if (old || isnan(value))
		return PLI_STYLE_FAINT;
	return fabs(value) > 0 ? PLI_STYLE_PLAIN : PLI_STYLE_FAINT;
}

/* How sure a row is: the share that is priced, of a leg a word. */
static const char *
sure_text(const pli_top_row *row, char ret_text[PLI_NUMBER_TEXT_MAX])
{
	if (!row->is_leg)
		return pli_share_text(row->priced, ret_text);
	if (row->doubt != 0)
		return row->doubt == 2 ? "out" : "stale";
	return row->legs_expired > 0 ? "expired" : "yes";
}

static const char *
cell_text(const pli_top_row *row, int column, double age_s, char ret_text[PLI_NUMBER_TEXT_MAX])
{
	bool no_coins = row->mixed && !row->is_leg && column <= COLUMN_NET;

	if (no_coins || (row->is_leg && column == COLUMN_OFFSET))
		return "";
	switch (column) {
	case COLUMN_LONG:
		return pli_coins_text(row->long_coins, false, ret_text);
	case COLUMN_SHORT:
		return pli_coins_text(row->short_coins, false, ret_text);
	case COLUMN_NET:
		return pli_coins_text(row->net_coins, true, ret_text);
	case COLUMN_NET_USD:
		return pli_usd_text(row->net_usd, true, ret_text);
	case COLUMN_GROSS:
		return pli_usd_text(row->gross_usd, false, ret_text);
	case COLUMN_OFFSET:
		return pli_share_text(row->offset, ret_text);
	case COLUMN_GAMMA:
		return pli_usd_text(row->gamma_usd_1pct, true, ret_text);
	case COLUMN_VEGA:
		return pli_usd_text(row->vega_usd, true, ret_text);
	case COLUMN_VEGA_30D:
		return pli_usd_text(row->vega_usd_30d, true, ret_text);
	case COLUMN_THETA:
		return pli_usd_text(row->theta_usd, true, ret_text);
	case COLUMN_AGE:
		return pli_age_text(age_s, ret_text);
	default:
		return sure_text(row, ret_text);
	}
}

static void
draw_row(const pli_top_model *model, const pli_top_view *view, pli_top_frame *frame, int y,
    const pli_top_row *row)
{
	bool shown[COLUMNS_COUNT];
	int name_width = columns_fit(frame->width, view->greeks, shown), end = name_width;
	double age_s = row->oldest_ns > 0 ? (view->now_ns - row->oldest_ns) / 1e9 : (double)NAN;
	bool old = view->link[0] != '\0' || row->legs_stale > 0 || !(age_s <= 30);
	int x = 2 * row->level;
	char number[PLI_NUMBER_TEXT_MAX];

	if (pli_top_model_expandable(model, row))
		(void)frame_put(frame, y, x, 1, PLI_STYLE_FAINT,
		    view->ascii ? row->open ? "-" : "+"
		    : row->open ? "▾"
				: "▸");
	if (row->doubt != 0)
		(void)frame_put(
		    frame, y, name_width - 1, 1, PLI_STYLE_WARN, row->doubt == 2 ? "?" : "!");
	(void)frame_put(frame, y, x + 2, name_width - x - 4,
	    row->level == 0 ? PLI_STYLE_STRONG : PLI_STYLE_PLAIN, row->name);
	for (int i = 0; i < COLUMNS_COUNT; i++) {
		if (!shown[i])
			continue;
		end += frame_columns[i].width;
		pli_style style = i == COLUMN_NET || i == COLUMN_NET_USD
				      ? sign_style(
					    i == COLUMN_NET ? row->net_coins : row->net_usd, old)
				  : old ? PLI_STYLE_FAINT
					: PLI_STYLE_PLAIN;
		if (style == PLI_STYLE_PLAIN && i == COLUMN_NET_USD)
			style = PLI_STYLE_STRONG;
		frame_number(frame, y, end, style, cell_text(row, i, age_s, number));
	}
}

static void
draw_table(const pli_top_model *model, const pli_top_view *view, pli_top_frame *frame)
{
	bool shown[COLUMNS_COUNT];
	int end = columns_fit(frame->width, view->greeks, shown);
	int rows = pli_top_frame_rows(frame->height);

	(void)frame_put(frame, FRAME_TOP - 1, 0, 20, PLI_STYLE_FAINT, "POSITION");
	for (int i = 0; i < COLUMNS_COUNT; i++) {
		if (!shown[i])
			continue;
		end += frame_columns[i].width;
		frame_number(frame, FRAME_TOP - 1, end, PLI_STYLE_FAINT, frame_columns[i].title);
	}
	for (int i = 0; i < rows && view->first + (uint32_t)i < model->visible_count; i++) {
		uint32_t index = view->first + (uint32_t)i;
		draw_row(model, view, frame, FRAME_TOP + i, &model->rows[model->visible[index]]);
		for (int x = 0; index == view->selected && x < frame->width; x++)
			frame->cells[FRAME_TOP + i][x].selected = true;
	}
	if (model->ready && model->visible_count == 0)
		(void)frame_put(frame, FRAME_TOP, 2, frame->width, PLI_STYLE_FAINT,
		    model->filter[0] == '\0' ? "the book is empty so far"
					     : "nothing here is named like that");
}

static pli_style
line_style(const pli_top_line *line)
{
	return line->level == 0   ? PLI_STYLE_FAINT
	       : line->level == 1 ? PLI_STYLE_WARN
				  : PLI_STYLE_BAD;
}

/* The pool that dies first, the last alerts, what a venue did last. */
static void
draw_foot_lines(const pli_top_model *model, pli_top_frame *frame, int y)
{
	const pli_top_line *action = &model->action;
	bool acted = action->text[0] != '\0';
	int x = frame_put(frame, y, 0, 7, PLI_STYLE_FAINT, "margin ");
	if (model->pools_count > 0)
		(void)frame_put(frame, y, x, frame->width - x, line_style(&model->pools[0]),
		    model->pools[0].text);
	else
		(void)frame_put(frame, y, x, 30, PLI_STYLE_FAINT, "no pool has a position");
	if (acted) {
		x = frame_put(frame, y + 2, 0, 7, PLI_STYLE_FAINT, "venues ");
		(void)frame_put(
		    frame, y + 2, x, frame->width - x, line_style(action), action->text);
	}
	for (uint32_t i = 0; i < (acted ? 1 : 2); i++) {
		const char *label = i == 0 ? "alerts " : "       ";
		x = frame_put(frame, y + 1 + (int)i, 0, 7, PLI_STYLE_FAINT, label);
		if (i < model->alerts_count)
			(void)frame_format(frame, y + 1 + (int)i, x, line_style(&model->alerts[i]),
			    "%s%s", model->alerts[i].level == 2 ? "! " : "", model->alerts[i].text);
		else if (i == 0)
			(void)frame_put(frame, y + 1, x, 20, PLI_STYLE_FAINT, "none so far");
	}
}

static void
draw_pools(const pli_top_model *model, pli_top_frame *frame)
{
	int rows = pli_top_frame_rows(frame->height);
	int shown = (int)model->pools_count > rows ? rows - 1 : (int)model->pools_count;
	(void)frame_put(frame, FRAME_TOP - 1, 0, frame->width, PLI_STYLE_FAINT,
	    "MARGIN POOL: what moves, and where it is called and liquidated");
	for (int i = 0; i < shown; i++)
		(void)frame_put(frame, FRAME_TOP + i, 2, frame->width - 2,
		    model->pools[i].level == 0 ? PLI_STYLE_PLAIN : line_style(&model->pools[i]),
		    model->pools[i].text);
	if (shown < (int)model->pools_count)
		(void)frame_format(frame, FRAME_TOP + shown, 2, PLI_STYLE_FAINT,
		    "%d more: `plimsoll ladder`, or the page", (int)model->pools_count - shown);
}

static void
draw_foot(const pli_top_model *model, const pli_top_view *view, pli_top_frame *frame)
{
	static const char arrows[] =
	    "↑↓ move  ←→ fold  g group  v greeks  m margin  / find  ? help  q quit";
	static const char words[] = "arrows  g group  v greeks  m margin  / find  ? help  q quit";
	int y = frame->height - FRAME_BOTTOM, x;

	x = frame_put(frame, y, 0, 6, PLI_STYLE_FAINT, "feeds ");
	for (int pass = 1; pass >= 0; pass--) { /* what is not live first */
		for (uint32_t i = 0; i < model->feeds_count && x < frame->width - 8; i++) {
			if ((model->feeds[i].level > 0) == (pass == 1))
				x += frame_format(frame, y, x, line_style(&model->feeds[i]),
				    "%s   ", model->feeds[i].text);
		}
	}
	draw_foot_lines(model, frame, y + 1);
	if (view->typing_filter || model->filter[0] != '\0')
		(void)frame_format(frame, frame->height - 1, 0, PLI_STYLE_STRONG, "filter: %s%s",
		    model->filter, view->typing_filter ? "_   Enter keeps it, Esc clears it" : "");
	else
		(void)frame_put(frame, frame->height - 1, 0, frame->width, PLI_STYLE_FAINT,
		    view->ascii ? words : arrows);
}
static void
draw_help(pli_top_frame *frame)
{
	static const char *const lines[] = {
	    "  up, down, k, j     move            left, right, h, l  close, open a row",
	    "  PgUp, PgDn         move a page     Home, End          first, last",
	    "  Enter, space       open or close   *                  open every row in sight",
	    "  g                  next grouping   /                  filter by name",
	    "  v                  greeks, or long, short and gross",
	    "  m                  margin pools, the nearest liquidation first, or the book",
	    "  q                  quit            ?                  this help, any key closes it",
	    "",
	    "  long, short and net: coins of the underlying. net USD and gross: USD.",
	    "  + is long, - is short. ? is not known, which is not zero.",
	    "  ! after a name: priced in part, or its feed is not live. Faint: old numbers.",
	    "  offset: what nets out over the whole book. priced: share with live prices.",
	    "  gamma: USD for 1 %. vega: USD for a vol point; 30D: x sqrt(30 days / life).",
	    "  Every number is the daemon's: nothing is added up here.",
	};
	const int count = (int)(sizeof lines / sizeof lines[0]);

	for (int i = 0; i < pli_top_frame_rows(frame->height); i++) {
		memset(frame->cells[FRAME_TOP + i], 0, sizeof frame->cells[0]);
		if (i < count)
			(void)frame_put(
			    frame, FRAME_TOP + i, 0, frame->width, PLI_STYLE_PLAIN, lines[i]);
	}
}

int
pli_top_frame_rows(int height)
{
	return height - FRAME_TOP - FRAME_BOTTOM;
}

static int
clamp(int value, int lowest, int highest)
{
	return value < lowest ? lowest : value > highest ? highest : value;
}

void
pli_top_frame_render(const pli_top_model *model, const pli_top_view *view, int width, int height,
    pli_top_frame *ret_frame)
{
	assert(model != NULL && view != NULL && view->link != NULL);
	memset(ret_frame->cells, 0, sizeof ret_frame->cells);
	ret_frame->width = clamp(width, PLI_TOP_WIDTH_MIN, PLI_TOP_WIDTH_MAX);
	ret_frame->height = clamp(height, PLI_TOP_HEIGHT_MIN, PLI_TOP_HEIGHT_MAX);
	draw_title(model, view, ret_frame);
	draw_strip(model, view, ret_frame);
	if (view->margin)
		draw_pools(model, ret_frame);
	else
		draw_table(model, view, ret_frame);
	draw_foot(model, view, ret_frame);
	if (view->help)
		draw_help(ret_frame);
}

void
pli_top_frame_print(const pli_top_frame *frame, pli_cli *cli)
{
	for (int y = 0; y < frame->height; y++) {
		uint8_t style = PLI_STYLE_PLAIN;
		int end = frame->width;
		while (end > 0 && frame->cells[y][end - 1].text[0] == '\0')
			end--;
		for (int x = 0; x < end; x++) {
			const pli_top_cell *cell = &frame->cells[y][x];
			if (cell->style != style)
				(void)fprintf(cli->out, "%s%s",
				    pli_style_code(cli, PLI_STYLE_PLAIN),
				    cell->style == PLI_STYLE_PLAIN
					? ""
					: pli_style_code(cli, (pli_style)cell->style));
			style = cell->style;
			(void)fputs(cell->text[0] == '\0' ? " " : cell->text, cli->out);
		}
		if (style != PLI_STYLE_PLAIN)
			(void)fputs(pli_style_code(cli, PLI_STYLE_PLAIN), cli->out);
		(void)fputc('\n', cli->out);
	}
}
