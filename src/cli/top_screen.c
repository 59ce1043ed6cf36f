/* top_screen.c: frames onto an ncurses screen, keys from it. */
#include "cli/top_screen.h"

#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

#undef lines /* curses names too many things */

static SCREEN *screen_open;
static bool screen_colours;

bool
pli_top_screen_is_ascii(void)
{
	(void)setlocale(LC_CTYPE, "");
	return strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
}

bool
pli_top_screen_open(bool colours)
{
	int problem = 0;

	(void)setlocale(LC_CTYPE, "");
	if (setupterm(NULL, STDOUT_FILENO, &problem) != OK)
		return false;
	screen_open = newterm(NULL, stdout, stdin);
	if (screen_open == NULL)
		return false;
	(void)set_term(screen_open);
	(void)cbreak();
	(void)noecho();
	(void)nonl();
	(void)keypad(stdscr, TRUE);
	(void)nodelay(stdscr, TRUE);
	(void)set_escdelay(25);
	(void)curs_set(0);
	screen_colours = colours && has_colors();
	if (screen_colours) {
		(void)start_color();
		(void)use_default_colors();
		(void)init_pair(PLI_STYLE_GOOD, COLOR_GREEN, -1);
		(void)init_pair(PLI_STYLE_WARN, COLOR_YELLOW, -1);
		(void)init_pair(PLI_STYLE_BAD, COLOR_RED, -1);
	}
	return true;
}

void
pli_top_screen_close(void)
{
	if (screen_open == NULL)
		return;
	(void)endwin();
	delscreen(screen_open);
	screen_open = NULL;
}

void
pli_top_screen_size(int *ret_width, int *ret_height)
{
	*ret_width = COLS;
	*ret_height = LINES;
}

static attr_t
cell_attributes(const pli_top_cell *cell)
{
	attr_t attributes = cell->selected ? A_REVERSE : A_NORMAL;

	switch ((pli_style)cell->style) {
	case PLI_STYLE_STRONG:
		return attributes | A_BOLD;
	case PLI_STYLE_FAINT:
		return cell->selected ? attributes : attributes | A_DIM;
	case PLI_STYLE_GOOD:
	case PLI_STYLE_WARN:
	case PLI_STYLE_BAD:
		if (cell->style == PLI_STYLE_BAD)
			attributes |= A_BOLD;
		return screen_colours ? attributes | (attr_t)COLOR_PAIR(cell->style) : attributes;
	default:
		return attributes;
	}
}

void
pli_top_screen_show(const pli_top_frame *frame)
{
	(void)erase();
	for (int y = 0; y < frame->height && y < LINES; y++) {
		for (int x = 0; x < frame->width && x < COLS; x++) {
			const pli_top_cell *cell = &frame->cells[y][x];
			if (cell->text[0] == '\0' && !cell->selected)
				continue;
			(void)attrset((int)cell_attributes(cell));
			(void)mvaddstr(y, x, cell->text[0] == '\0' ? " " : cell->text);
		}
	}
	(void)refresh();
}

pli_top_key
pli_top_screen_key(char *ret_text)
{
	static const struct {
		int code;
		pli_top_key key;
	} keys[] = {{KEY_UP, PLI_TOP_KEY_UP}, {KEY_DOWN, PLI_TOP_KEY_DOWN},
	    {KEY_LEFT, PLI_TOP_KEY_LEFT}, {KEY_RIGHT, PLI_TOP_KEY_RIGHT},
	    {KEY_PPAGE, PLI_TOP_KEY_PAGE_UP}, {KEY_NPAGE, PLI_TOP_KEY_PAGE_DOWN},
	    {KEY_HOME, PLI_TOP_KEY_HOME}, {KEY_END, PLI_TOP_KEY_END},
	    {KEY_ENTER, PLI_TOP_KEY_ENTER}, {'\r', PLI_TOP_KEY_ENTER}, {'\n', PLI_TOP_KEY_ENTER},
	    {27, PLI_TOP_KEY_ESCAPE}, {KEY_BACKSPACE, PLI_TOP_KEY_BACKSPACE},
	    {127, PLI_TOP_KEY_BACKSPACE}, {8, PLI_TOP_KEY_BACKSPACE},
	    {KEY_RESIZE, PLI_TOP_KEY_RESIZE}};
	int code = getch();

	*ret_text = '\0';
	if (code == ERR)
		return PLI_TOP_KEY_NONE;
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		if (keys[i].code == code)
			return keys[i].key;
	}
	if (code < ' ' || code > '~')
		return PLI_TOP_KEY_RESIZE; /* redraw: harmless */
	*ret_text = (char)code;
	return PLI_TOP_KEY_TEXT;
}
