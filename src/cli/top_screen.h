/* top_screen.h: the terminal of `plimsoll top`: ncurses, keys, resize. */
#ifndef PLI_CLI_TOP_SCREEN_H
#define PLI_CLI_TOP_SCREEN_H

#include "cli/top_frame.h"

/* What a person asked for. */
typedef enum pli_top_key {
	PLI_TOP_KEY_NONE = 0,
	PLI_TOP_KEY_UP,
	PLI_TOP_KEY_DOWN,
	PLI_TOP_KEY_LEFT,
	PLI_TOP_KEY_RIGHT,
	PLI_TOP_KEY_PAGE_UP,
	PLI_TOP_KEY_PAGE_DOWN,
	PLI_TOP_KEY_HOME,
	PLI_TOP_KEY_END,
	PLI_TOP_KEY_ENTER,
	PLI_TOP_KEY_ESCAPE,
	PLI_TOP_KEY_BACKSPACE,
	PLI_TOP_KEY_RESIZE,
	PLI_TOP_KEY_TEXT, /* *ret_text is the character */
} pli_top_key;

/* pli_top_screen_open takes over the terminal; colours only when asked for. false: the terminal
 * is unknown to ncurses (TERM). close gives it back; may be called when open was not. */
bool pli_top_screen_open(bool colours);
void pli_top_screen_close(void);

/* pli_top_screen_size: the terminal's size now. */
void pli_top_screen_size(int *ret_width, int *ret_height);

/* pli_top_screen_show draws what changed since the last frame. */
void pli_top_screen_show(const pli_top_frame *frame);

/* pli_top_screen_key reads one key without waiting; NONE when there is none. */
pli_top_key pli_top_screen_key(char *ret_text);

/* pli_top_screen_is_ascii: the locale cannot show characters beyond ASCII. */
bool pli_top_screen_is_ascii(void);

#endif
