/* sim_keys.h: compares the shape of a simulated payload with one that a real venue sent: the same
 * members, of the same JSON types, at every depth. What differs must be listed, with a reason. */
#ifndef SIM_KEYS_H
#define SIM_KEYS_H

#include "sim_fake_server.h"

/* path without indexes: "[].brackets[].cum". lacks: the real one has it, ours does not; more: the
 * other way round; type: both have it, of different types. */
typedef struct keys_exception {
	const char *fixture;
	const char *path;
	const char *reason;
} keys_exception;

/* Fixtures that were not there; how often each exception was met. */
static uint32_t keys_skipped;
static uint32_t keys_used[64];

typedef struct keys_run {
	const char *fixture;
	const keys_exception *exceptions; /* ends with a NULL fixture */
	pli_json *real;
	pli_json *ours;
	uint32_t compared;
	uint32_t wrong;
} keys_run;

static inline bool
keys_is_listed(keys_run *run, const char *path)
{
	for (const keys_exception *e = run->exceptions; e->fixture != NULL; e++) {
		if (strcmp(e->path, path) != 0 ||
		    (strcmp(e->fixture, "*") != 0 && strcmp(e->fixture, run->fixture) != 0))
			continue;
		keys_used[e - run->exceptions]++;
		return true;
	}
	return false;
}

static inline void
keys_report(keys_run *run, const char *path, const char *what)
{
	if (keys_is_listed(run, path))
		return;
	print_message("# %s: %s: %s\n", run->fixture, path, what);
	run->wrong++;
}

static inline void
keys_compare(keys_run *run, uint32_t real, uint32_t ours, const char *path)
{
	const pli_json_node *r = pli_json_nodes(run->real, NULL);
	const pli_json_node *o = pli_json_nodes(run->ours, NULL);
	char below[512];
	run->compared++;
	if (r[real].type == PLI_JSON_NULL || o[ours].type == PLI_JSON_NULL)
		return;
	if (r[real].type != o[ours].type) {
		keys_report(run, path, "another type");
		return;
	}
	if (r[real].type == PLI_JSON_ARRAY) {
		uint32_t i = real + 1, k = ours + 1;
		uint32_t count = r[real].children_count < o[ours].children_count
				     ? r[real].children_count
				     : o[ours].children_count;
		(void)snprintf(below, sizeof below, "%s[]", path);
		for (; count > 0; count--, i = r[i].next, k = o[k].next)
			keys_compare(run, i, k, below);
	}
	if (r[real].type != PLI_JSON_OBJECT)
		return;
	uint32_t at = real + 1;
	for (uint32_t i = 0; i < r[real].children_count; i++, at = r[at].next) {
		char name[128];
		(void)snprintf(name, sizeof name, "%.*s", (int)r[at].key.size, r[at].key.bytes);
		(void)snprintf(below, sizeof below, "%s.%s", path, name);
		uint32_t found = pli_json_find(run->ours, ours, name);
		if (found == 0)
			keys_report(run, below, "the venue has it, the simulator lacks it");
		else
			keys_compare(run, at, found, below);
	}
	at = ours + 1;
	for (uint32_t i = 0; i < o[ours].children_count; i++, at = o[at].next) {
		char name[128];
		(void)snprintf(name, sizeof name, "%.*s", (int)o[at].key.size, o[at].key.bytes);
		(void)snprintf(below, sizeof below, "%s.%s", path, name);
		if (pli_json_find(run->real, real, name) == 0)
			keys_report(run, below, "the simulator has it, the venue lacks it");
	}
}

/* The text of a fixture; NULL when the folder is not there. line: 0 the whole file, else that
 * line of a .jsonl. */
static inline char *
keys_read(const char *fixture, uint32_t line)
{
	char path[512];
	(void)snprintf(path, sizeof path, "%s/fixtures/%s", PLM_SHARED_DIR, fixture);
	FILE *file = fopen(path, "rb");
	if (file == NULL)
		return NULL;
	char *text = calloc(1, 1 << 20);
	assert_non_null(text);
	size_t size = fread(text, 1, (1 << 20) - 1, file);
	(void)fclose(file);
	char *start = text;
	for (uint32_t i = 1; i < line; i++)
		start = strchr(start, '\n') + 1;
	if (line > 0) {
		char *end = strchr(start, '\n');
		if (end != NULL)
			*end = '\0';
		memmove(text, start, strlen(start) + 1);
	}
	assert_true(size > 0);
	return text;
}

/* Each member of our first row stands in the captured one too, but those in `but`. Paths: of a list
 * of rows, or of one object. */
static inline void
keys_known(
    const char *fixture, const char *real_path, plm_slice ours, const char *path, const char *but)
{
	char *text = keys_read(fixture, 0);
	if (text == NULL) {
		print_message("# SKIP %s is not here\n", fixture);
		return;
	}
	pli_json *real = pli_json_create(), *sent = pli_json_create();
	assert_int_equal(pli_json_parse(real, plm_slice_of(text), NULL), PLM_OK);
	assert_int_equal(pli_json_parse(sent, ours, NULL), PLM_OK);
	uint32_t known = pli_json_at(real, 0, real_path), row = pli_json_at(sent, 0, path);
	const pli_json_node *nodes = pli_json_nodes(sent, NULL);
	known += pli_json_nodes(real, NULL)[known].type == PLI_JSON_ARRAY;
	row += nodes[row].type == PLI_JSON_ARRAY;
	assert_true(row > 0 && nodes[row].type == PLI_JSON_OBJECT);
	uint32_t at = row + 1;
	for (uint32_t i = 0; i < nodes[row].children_count; i++, at = nodes[at].next) {
		char name[64];
		(void)snprintf(
		    name, sizeof name, "%.*s", (int)nodes[at].key.size, nodes[at].key.bytes);
		if (pli_json_find(real, known, name) == 0 && strstr(but, name) == NULL)
			fail_msg("%s has no %s", fixture, name);
	}
	pli_json_destroy(real);
	pli_json_destroy(sent);
	free(text);
}

/* Compares `ours` at a dotted path ("" the root) with a fixture at its own; fails the test on any
 * difference that is not listed. */
typedef struct keys_pair {
	const char *fixture;
	uint32_t line;
	const char *real_path;
	plm_slice ours;
	const char *ours_path;
} keys_pair;

static inline void
keys_check(const keys_pair *pair, const keys_exception *exceptions)
{
	char *text = keys_read(pair->fixture, pair->line);
	if (text == NULL) {
		print_message("# SKIP %s is not here\n", pair->fixture);
		keys_skipped++;
		return;
	}
	keys_run run = {.fixture = pair->fixture, .exceptions = exceptions};
	run.real = pli_json_create();
	run.ours = pli_json_create();
	assert_int_equal(pli_json_parse(run.real, plm_slice_of(text), NULL), PLM_OK);
	assert_int_equal(pli_json_parse(run.ours, pair->ours, NULL), PLM_OK);
	uint32_t real = 0, ours = 0;
	if (pair->real_path[0] != '\0')
		assert_true((real = pli_json_at(run.real, 0, pair->real_path)) != 0);
	if (pair->ours_path[0] != '\0')
		assert_true((ours = pli_json_at(run.ours, 0, pair->ours_path)) != 0);
	keys_compare(&run, real, ours, "");
	assert_true(run.compared > 1);
	pli_json_destroy(run.real);
	pli_json_destroy(run.ours);
	free(text);
	assert_int_equal(run.wrong, 0);
}

#endif
