/* scene_watch.h: what a scene expects, held against the run while it goes on.
 *
 * The owner steps the simulation and tells the watch of each event and each step; at the end each
 * expectation has an outcome with the figure that was measured. */
#ifndef PLI_SIM_SCENE_WATCH_H
#define PLI_SIM_SCENE_WATCH_H

#include "plimsoll/event.h"
#include "sim/scene.h"

typedef struct pli_scene_watch pli_scene_watch;

/* Borrows both. NULL: memory could not be had. destroy takes NULL. */
pli_scene_watch *pli_scene_watch_create(const pli_scene *scene, pli_simulation *simulation);
void pli_scene_watch_destroy(pli_scene_watch *watch);

/* pli_scene_watch_event: each event that the core gave out (on_event of the configuration).
 * pli_scene_watch_notice: each notice (on_notice). pli_scene_watch_step: after each step. */
void pli_scene_watch_event(pli_scene_watch *watch, const plm_event *event);
void pli_scene_watch_notice(pli_scene_watch *watch, const pli_notice *notice);
void pli_scene_watch_step(pli_scene_watch *watch);

/* pli_scene_outcome: measured: seconds, or a count; NAN: what was expected never came. */
typedef struct pli_scene_outcome {
	const pli_scene_expect *expect;
	bool holds;
	double measured;
} pli_scene_outcome;

/* pli_scene_watch_outcome: of expectation i, below the scene's expects_count; once the run is over.
 * A run that ended by a lie fulfils nothing. pli_scene_outcome_format writes it as one line without
 * its end: "expect feeds live within 2: 0.41 s". */
pli_scene_outcome pli_scene_watch_outcome(const pli_scene_watch *watch, uint32_t i);
void pli_scene_outcome_format(const pli_scene_outcome *outcome, char *ret_text, size_t size);

#endif
