/* inspect_topics.h: what `plimsoll inspect` can show, each as one table. */
#ifndef PLI_CLI_INSPECT_TOPICS_H
#define PLI_CLI_INSPECT_TOPICS_H

#include "cli/table.h"

/* pli_inspect_topic: fill puts at most PLI_INSPECT_ROWS_MAX rows. */
typedef struct pli_inspect_topic {
	const char *name;
	const pli_column *columns;
	void (*fill)(pli_table *table);
} pli_inspect_topic;

enum { PLI_INSPECT_ROWS_MAX = 256 };

/* pli_inspect_topic_at: rows in name order; NULL past the end. */
const pli_inspect_topic *pli_inspect_topic_at(uint32_t index);

#endif
