/* number_text.h: numbers for people on a terminal: compact, signed, never cut, "?" when unknown.
 * The page (web/src/format.js) follows the same rules. */
#ifndef PLI_CLI_NUMBER_TEXT_H
#define PLI_CLI_NUMBER_TEXT_H

#include <stdbool.h>

#include "plimsoll/slice.h"

enum { PLI_NUMBER_TEXT_MAX = 24 };

/* Each writes into ret_text and returns it; NaN gives "?". At most 9 characters for sizes below
 * 1e15. plus: "+" before what is above 0. */
/* pli_usd_text: "+1.44m", "-68.4k", "12.30", "~0" for what is not 0 but below half a cent. */
char *pli_usd_text(double value, bool plus, char ret_text[PLI_NUMBER_TEXT_MAX]);
/* pli_coins_text: four significant digits: "-6.250", "412.3k", "0.0945". */
char *pli_coins_text(double value, bool plus, char ret_text[PLI_NUMBER_TEXT_MAX]);
/* pli_share_text: "99.2%"; only 1 is "100%". */
char *pli_share_text(double value, char ret_text[PLI_NUMBER_TEXT_MAX]);
/* pli_age_text: from seconds: "0.4 s", "12 s", "3 min", "2 h". */
char *pli_age_text(double seconds, char ret_text[PLI_NUMBER_TEXT_MAX]);
/* pli_ratio_text: "2.22x". */
char *pli_ratio_text(double value, char ret_text[PLI_NUMBER_TEXT_MAX]);
/* pli_measure_text: a limit's value by the name of its measure ("net_usd", "age_s"). */
char *pli_measure_text(plm_slice measure, double value, char ret_text[PLI_NUMBER_TEXT_MAX]);

#endif
