/* recording.h: what a venue says, as a text file: tests/conformance/NAME.recording.
 *
 * The format is in tests/conformance/README.md. What is not as it says fails the test with file and
 * line. */
#ifndef TESTS_CONFORMANCE_RECORDING_H
#define TESTS_CONFORMANCE_RECORDING_H

#include <stdbool.h>
#include <stdint.h>

#include "plimsoll/slice.h"
#include "plimsoll/time.h"

enum {
	RECORDING_SECTIONS_MAX = 256,
	RECORDING_BODIES_MAX = 8,
	RECORDING_STATES_MAX = 16,
	RECORDING_NONES_MAX = 16,
};

typedef enum recording_kind {
	RECORDING_ANSWER, /* to a request that holds the pattern */
	RECORDING_OPEN,   /* said by itself when a link opens whose address holds the pattern */
	RECORDING_EVERY,  /* said each every_s on such a link */
	RECORDING_PUSH,   /* said on such a link when its state begins */
	RECORDING_STALE,  /* answer to a request whose stamp behind the pattern is off */
	RECORDING_FILE,   /* the watched file's content */
	RECORDING_EXPECT, /* what the book must then hold */
} recording_kind;

/* One section. state: index, 0 is the venue's usual one. bodies are its paragraphs; status and
 * retry_s belong to an HTTP answer. */
typedef struct recording_section {
	recording_kind kind;
	uint32_t state;
	uint32_t status;
	uint32_t retry_s;
	uint32_t every_s;
	char *pattern;
	char *bodies[RECORDING_BODIES_MAX];
	uint32_t bodies_count;
} recording_section;

typedef struct recording {
	char path[512];
	char *key, *secret, *passphrase, *markets; /* NULL: none is configured */
	char *states[RECORDING_STATES_MAX];
	uint32_t states_count;
	recording_section sections[RECORDING_SECTIONS_MAX];
	uint32_t sections_count;
	char *nones[RECORDING_NONES_MAX]; /* "behaviour: why this venue has none" */
	uint32_t nones_count;
} recording;

/* Reads tests/conformance/NAME.recording; the caller destroys it. */
recording *recording_create(const char *name);
void recording_destroy(recording *r); /* takes NULL */

/* Index of a state, or -1. */
int recording_state(const recording *r, const char *name);

/* Why the venue has no such behaviour; NULL: it does not say so. */
const char *recording_none(const recording *r, const char *behaviour);

/* The first section of a kind, in the state and then in the usual one, whose pattern is held by the
 * text (NULL: any); NULL: none. */
const recording_section *recording_find(
    const recording *r, uint32_t state, recording_kind kind, const char *text);

/* How a body becomes bytes. request: to whose text $<name> looks ("" none). unknown_fields: each
 * object gets a member that no venue knows, but for those that are written "{~". */
typedef struct recording_fill {
	const char *request;
	plm_time_ns venue_ns;
	bool unknown_fields;
	uint32_t *number; /* of the link's next message; NULL: on no link */
} recording_fill;

/* The body with its $names replaced; to be freed. */
char *recording_text(const char *body, const recording_fill *fill);

#endif
