/* topics.h: what a connection is to listen to: asked for, heard, refused. Fixed size; zeroed it is
 * empty. Pure. For venues whose refusals do not name what they refuse: one that gets no receipt
 * several times is taken for refused. */
#ifndef PLI_VENUE_TOPICS_H
#define PLI_VENUE_TOPICS_H

#include <stdbool.h>

#include "plimsoll/instrument.h"
#include "plimsoll/slice.h"
#include "plimsoll/time.h"

enum { PLI_TOPICS_MAX = 768, PLI_TOPIC_TRIES_MAX = 3, PLI_TOPIC_WAIT_S = 5 };

typedef enum pli_topic_state {
	PLI_TOPIC_WANTED,
	PLI_TOPIC_ASKED,
	PLI_TOPIC_HEARD,
	PLI_TOPIC_REFUSED,
} pli_topic_state;

typedef struct pli_topic {
	char name[PLM_NAME_MAX];
	uint8_t state; /* pli_topic_state */
	uint8_t tries;
	plm_time_ns asked_ns;
} pli_topic;

/* full: one was to be added that had no room. refused_count: since the last reset. */
typedef struct pli_topics {
	pli_topic rows[PLI_TOPICS_MAX];
	uint32_t count, refused_count;
	bool full;
} pli_topics;

/* pli_topics_add: once, whatever it is called twice; names are 1 to PLM_NAME_MAX - 1 bytes, others
 * are passed over. _add_list: names of a comma list. */
void pli_topics_add(pli_topics *topics, plm_slice name);
void pli_topics_add_list(pli_topics *topics, const char *list);

/* pli_topics_reset: a new connection hears nothing yet. */
void pli_topics_reset(pli_topics *topics);

/* pli_topics_next: the first one from row `from` on that is to be asked for now; NULL: none. The
 * caller asks, and tells it. Cost: O(rows). */
pli_topic *pli_topics_next(pli_topics *topics, uint32_t from, plm_time_ns now_ns);
void pli_topic_asked(pli_topic *topic, plm_time_ns now_ns);

/* pli_topics_heard: the venue has said that it is subscribed to. */
void pli_topics_heard(pli_topics *topics, plm_slice name);

#endif
