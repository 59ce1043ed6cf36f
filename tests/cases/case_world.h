/* case_world.h: what a case file works on: names, a book, its exposure and its limits. */
#ifndef TESTS_CASES_CASE_WORLD_H
#define TESTS_CASES_CASE_WORLD_H

#include "exposure/exposure.h"
#include "limit/limit.h"

enum { CASE_WORDS_MAX = 32, CASE_ALERTS_MAX = 64, CASE_VENUES_MAX = 16, CASE_LIMITS_MAX = 32 };

/* One line as words; a word "key=value" is an option, others count from 0. */
typedef struct case_line {
	const char *words[CASE_WORDS_MAX];
	uint32_t words_count;
	uint32_t number;
} case_line;

typedef struct case_world {
	pli_registry *names;
	pli_book *book;
	pli_exposure *exposure;
	pli_limits *limits;
	plm_event_sink sink; /* into the book */
	char venues[CASE_VENUES_MAX][24];
	uint32_t venues_count;
	char limit_names[CASE_LIMITS_MAX][48];
	uint32_t limits_count;
	plm_event alerts[CASE_ALERTS_MAX];
	uint32_t alerts_head, alerts_count;
	plm_time_ns now_ns;
	uint32_t pending; /* events since the last batch */
	uint64_t allocations;
	uint32_t expected, failed;
	char error[512]; /* why the last expectation failed */
} case_world;

/* Text of an option or NULL; case_has: a bare word that is there. */
const char *case_option(const case_line *line, const char *key);
bool case_has(const case_line *line, const char *word);

/* Values of options: unknown when the option is absent or says "unknown". A word that is no number
 * ends the program with the line. */
plm_decimal case_decimal(const case_line *line, const char *key);
double case_double(const case_line *line, const char *key);
uint64_t case_uint(const case_line *line, const char *key, uint64_t otherwise);
plm_decimal case_number(const case_line *line, const char *text);
_Noreturn void case_broken(const case_line *line, const char *what);

/* Ids by name, made when new. */
plm_venue_id case_venue(case_world *world, const char *name);
plm_asset_id case_asset(case_world *world, const char *name);
plm_account_id case_account(case_world *world, const char *name, const char *venue);
plm_instrument_id case_instrument(case_world *world, const case_line *line, const char *name);

/* case_command applies a line that is no expectation; false when there is no such command. */
bool case_command(case_world *world, const case_line *line);

/* case_batch closes the batch: BATCH_END, settle, limits. */
void case_batch(case_world *world);

/* case_expect checks a line that starts with "expect"; false leaves world->error. */
bool case_expect(case_world *world, const case_line *line);

#endif
