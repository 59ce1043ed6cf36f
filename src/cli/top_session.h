/* top_session.h: `plimsoll top` between the daemon and the screen: link, keys, what is in sight. */
#ifndef PLI_CLI_TOP_SESSION_H
#define PLI_CLI_TOP_SESSION_H

#include "cli/top_frame.h"
#include "cli/top_screen.h"

typedef struct pli_top_session pli_top_session;

/* pli_top_session_create: address as for pli_api_create; by: a comma list of dimensions, NULL: the
 * first grouping. Nothing is asked of the daemon yet. Errors: PLM_EARG, PLM_ENOMEM, PLM_EIO. */
plm_err pli_top_session_create(
    const char *address, const char *by, pli_top_session **ret_session, plm_fault *ret_fault);
void pli_top_session_destroy(pli_top_session *session); /* takes NULL */

/* pli_top_session_greeks: gamma, vega and theta are shown, as by the key v. */
void pli_top_session_greeks(pli_top_session *session);

/* pli_top_session_margin: pools are shown in place of rows, as by the key m. */
void pli_top_session_margin(pli_top_session *session);

/* pli_top_session_poll keeps the link up (again after a loss, with growing pauses) and takes what
 * comes, waiting at most wait_ms. True when there is something new to draw. */
bool pli_top_session_poll(pli_top_session *session, uint32_t wait_ms);

/* pli_top_session_wait polls until a whole snapshot is there; false after timeout_ms, with why. */
bool pli_top_session_wait(pli_top_session *session, uint32_t timeout_ms, plm_fault *ret_fault);

/* pli_top_session_open_all opens every row and waits for what is below. */
void pli_top_session_open_all(pli_top_session *session);

/* pli_top_session_key does what a key asks for. rows: how many rows are in sight. */
void pli_top_session_key(pli_top_session *session, pli_top_key key, char text, int rows);

/* pli_top_session_ended: the person has quit. */
bool pli_top_session_ended(const pli_top_session *session);

/* pli_top_session_render draws into the session's frame, which _frame lends. */
void pli_top_session_render(pli_top_session *session, int width, int height);
const pli_top_frame *pli_top_session_frame(const pli_top_session *session);

#endif
