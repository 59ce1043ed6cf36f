/* suggest.c: edit distance with neighbour swaps, on short words. */
#include "base/suggest.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { SUGGEST_WORD_MAX = 63 };

static char
suggest_lower(char letter)
{
	return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

static size_t
suggest_min(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t
pli_edit_distance(const char *a, const char *b)
{
	const size_t a_size = strlen(a), b_size = strlen(b);
	if (a_size > SUGGEST_WORD_MAX || b_size > SUGGEST_WORD_MAX)
		return SIZE_MAX;
	size_t rows[3][SUGGEST_WORD_MAX + 1];
	for (size_t j = 0; j <= b_size; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a_size; i++) {
		size_t *row = rows[i % 3];
		const size_t *above = rows[(i + 2) % 3], *above_two = rows[(i + 1) % 3];
		const char x = suggest_lower(a[i - 1]);
		row[0] = i;
		for (size_t j = 1; j <= b_size; j++) {
			const char y = suggest_lower(b[j - 1]);
			row[j] = suggest_min(
			    above[j - 1] + (x != y), 1 + suggest_min(above[j], row[j - 1]));
			if (i > 1 && j > 1 && x == suggest_lower(b[j - 2]) &&
			    y == suggest_lower(a[i - 2]))
				row[j] = suggest_min(row[j], 1 + above_two[j - 2]);
		}
	}
	return rows[a_size % 3][b_size];
}

/* key: key_env; dry: dry-run. */
static bool
suggest_goes_on(const char *word, const char *candidate)
{
	size_t size = strlen(word);
	return size > 2 && strncmp(word, candidate, size) == 0 &&
	       (candidate[size] == '_' || candidate[size] == '-');
}

void
pli_suggest_offer(pli_suggestion *suggestion, const char *candidate)
{
	if (candidate == NULL)
		return;
	const size_t distance = suggest_goes_on(suggestion->word, candidate)
				    ? 1
				    : pli_edit_distance(suggestion->word, candidate);
	const size_t allowed = 1 +
			       (strlen(suggestion->word) > 3 ? strlen(suggestion->word) / 3 : 0);
	if (distance > allowed || distance >= strlen(candidate))
		return;
	if (suggestion->best == NULL || distance < suggestion->distance) {
		suggestion->best = candidate;
		suggestion->distance = distance;
	}
}
