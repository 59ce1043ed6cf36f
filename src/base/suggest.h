/* suggest.h: "did you mean": the nearest of the names that would have been right. */
#ifndef PLI_BASE_SUGGEST_H
#define PLI_BASE_SUGGEST_H

#include <stddef.h>

/* pli_suggestion: the best candidate so far. Begin with {word}; best is NULL until one is near
 * enough: at most a third of the word's letters, and at least one, have to change, or it goes on
 * behind the whole word with "_" or "-". */
typedef struct pli_suggestion {
	const char *word;
	const char *best;
	size_t distance;
} pli_suggestion;

/* pli_suggest_offer weighs one candidate; NULL is passed over. candidate is borrowed as best. */
void pli_suggest_offer(pli_suggestion *suggestion, const char *candidate);

/* pli_edit_distance: letters to insert, drop, change or swap with their neighbour; words longer
 * than 63 letters are unlike everything: SIZE_MAX. Case does not count. */
size_t pli_edit_distance(const char *a, const char *b);

#endif
