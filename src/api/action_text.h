/* action_text.h: a VENUE_ACTION as a sentence, the same on every surface. */
#ifndef PLI_API_ACTION_TEXT_H
#define PLI_API_ACTION_TEXT_H

#include "model/registry.h"

enum { PLI_ACTION_TEXT_MAX = 320 };

/* pli_action_text writes what was done to whom, in names of the registry, cut where it does not
 * fit; returns ret_text: "desk-a: auto-deleveraging, -2 coins of BTCUSDC at 61000". */
const char *pli_action_text(
    const pli_registry *registry, const plm_event *action, char ret_text[PLI_ACTION_TEXT_MAX]);

#endif
