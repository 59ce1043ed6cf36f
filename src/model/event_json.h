/* event_json.h: an event as one JSON object, for `plimsoll decode`, the journal reader and the API.
 *
 * Bookkept numbers (quantities, prices, cash) are strings with every digit, measures are numbers,
 * what is not known is null. docs/reference/events.md lists the members of each type. */
#ifndef PLI_MODEL_EVENT_JSON_H
#define PLI_MODEL_EVENT_JSON_H

#include "base/json_write.h"
#include "model/registry.h"

/* pli_event_json: where names come from. venue_text: the name of a venue, NULL when there is none;
 * the pointer itself may be NULL. with_envelope adds sequence, applied_time_ns, received_time_ns,
 * epoch, feed and flags, which only a journalled event has. All borrowed. */
typedef struct pli_event_json {
	const pli_registry *registry;
	const char *(*venue_text)(plm_venue_id id);
	bool with_envelope;
} pli_event_json;

/* pli_event_json_put writes the event as an object; the caller ends the line. Names of ids that
 * the registry does not know are null. */
void pli_event_json_put(pli_json_writer *w, const pli_event_json *source, const plm_event *event);

/* Words of the enums, as they stand in JSON and in config; NULL for numbers outside. */
const char *pli_event_json_side(uint8_t side);
const char *pli_event_json_margin_mode(uint8_t margin_mode);

#endif
