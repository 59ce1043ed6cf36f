/* recording.c: reads a recording, and fills in what only the moment knows. */
#include "recording.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { LINE_MAX_BYTES = 1 << 16 };

typedef struct reader {
	recording *r;
	FILE *file;
	uint32_t line;
	uint32_t state;
	recording_section *section; /* that the next paragraph belongs to */
	bool in_paragraph;
} reader;

static void
reader_fail(const reader *in, const char *why)
{
	fail_msg("%s:%u: %s", in->r->path, in->line, why);
}

/* Cuts the first word off; "" at the end. */
static char *
reader_word(char **text)
{
	char *word = *text + strspn(*text, " ");
	char *end = word + strcspn(word, " ");
	*text = *end == '\0' ? end : end + 1;
	*end = '\0';
	return word;
}

static void
reader_state(reader *in, const char *name)
{
	recording *r = in->r;
	if (r->states_count == RECORDING_STATES_MAX || recording_state(r, name) >= 0)
		reader_fail(in, "a state's name, once, at most 16 of them");
	in->state = r->states_count;
	r->states[r->states_count++] = strdup(name);
}

static void
reader_none(reader *in, const char *text)
{
	if (in->r->nones_count == RECORDING_NONES_MAX || strstr(text, ": ") == NULL)
		reader_fail(in, "expected none BEHAVIOUR: REASON");
	in->r->nones[in->r->nones_count++] = strdup(text);
}

static void
reader_credential(reader *in, const char *name, const char *value)
{
	recording *r = in->r;
	char **slot = strcmp(name, "key") == 0          ? &r->key
		      : strcmp(name, "secret") == 0     ? &r->secret
		      : strcmp(name, "passphrase") == 0 ? &r->passphrase
							: &r->markets;
	free(*slot);
	*slot = strdup(value);
}

/* "429 retry=5 GET /path": an HTTP answer's status and Retry-After stand before its pattern. */
static void
section_status(recording_section *section, char **text)
{
	char *end;
	unsigned long status = strtoul(*text, &end, 10);
	section->status = 200;
	if (end == *text || *end != ' ')
		return;
	section->status = (uint32_t)status;
	*text = end + 1;
	if (strncmp(*text, "retry=", 6) != 0)
		return;
	section->retry_s = (uint32_t)strtoul(*text + 6, &end, 10);
	*text = end + strspn(end, " ");
}

static void
reader_section(reader *in, recording_kind kind, char *text)
{
	recording *r = in->r;
	if (r->sections_count == RECORDING_SECTIONS_MAX)
		reader_fail(in, "at most 256 sections");
	recording_section *section = &r->sections[r->sections_count++];
	*section = (recording_section){.kind = kind, .state = in->state};
	if (kind == RECORDING_ANSWER || kind == RECORDING_STALE)
		section_status(section, &text);
	if (kind == RECORDING_EVERY)
		section->every_s = (uint32_t)strtoul(reader_word(&text), NULL, 10);
	if (kind == RECORDING_EVERY && section->every_s == 0)
		reader_fail(in, "expected every SECONDS LINK");
	section->pattern = strdup(text);
	in->section = section;
}

static void
reader_head(reader *in, char *text)
{
	static const char *const kinds[] = {
	    "answer", "open", "every", "push", "stale", "file", "expect"};
	const char *word = reader_word(&text);
	in->section = NULL;
	in->in_paragraph = false;
	if (strcmp(word, "state") == 0) {
		reader_state(in, text);
		return;
	}
	if (strcmp(word, "none") == 0) {
		reader_none(in, text);
		return;
	}
	if (strcmp(word, "key") == 0 || strcmp(word, "secret") == 0 ||
	    strcmp(word, "passphrase") == 0 || strcmp(word, "markets") == 0) {
		reader_credential(in, word, text);
		return;
	}
	for (uint32_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (strcmp(word, kinds[i]) == 0) {
			reader_section(in, (recording_kind)i, text);
			return;
		}
	reader_fail(in, "expected answer, open, every, push, stale, file, expect, state, none, "
			"key, secret, passphrase or markets behind ==");
}

/* Lines of a paragraph are joined: with a newline where the newline means something. */
static void
reader_body(reader *in, const char *line)
{
	recording_section *section = in->section;
	if (line[0] == '\0' && (section == NULL || section->kind != RECORDING_FILE)) {
		in->in_paragraph = section != NULL && section->kind == RECORDING_EXPECT &&
				   in->in_paragraph;
		return;
	}
	if (section == NULL)
		reader_fail(in, "text that belongs to no section; comments begin with #");
	if (!in->in_paragraph && section->bodies_count == RECORDING_BODIES_MAX)
		reader_fail(in, "at most 8 paragraphs in a section");
	if (!in->in_paragraph)
		section->bodies[section->bodies_count++] = strdup("");
	in->in_paragraph = true;
	char **body = &section->bodies[section->bodies_count - 1];
	size_t size = strlen(*body) + strlen(line) + 2;
	bool lines = section->kind == RECORDING_EXPECT || section->kind == RECORDING_FILE;
	char *longer = malloc(size);
	assert_non_null(longer);
	(void)snprintf(longer, size, "%s%s%s", *body, line, lines ? "\n" : "");
	free(*body);
	*body = longer;
}

recording *
recording_create(const char *name)
{
	static char line[LINE_MAX_BYTES];
	recording *r = calloc(1, sizeof *r);
	assert_non_null(r);
	(void)snprintf(
	    r->path, sizeof r->path, "%s/tests/conformance/%s.recording", PLM_SOURCE_ROOT, name);
	reader in = {.r = r, .file = fopen(r->path, "rb")};
	if (in.file == NULL)
		reader_fail(&in, "no such file");
	reader_state(&in, "usual");
	while (fgets(line, sizeof line, in.file) != NULL) {
		in.line++;
		line[strcspn(line, "\r\n")] = '\0';
		if (line[0] == '#')
			continue;
		if (strncmp(line, "== ", 3) == 0)
			reader_head(&in, line + 3);
		else
			reader_body(&in, line);
	}
	(void)fclose(in.file);
	return r;
}

void
recording_destroy(recording *r)
{
	if (r == NULL)
		return;
	for (uint32_t i = 0; i < r->sections_count; i++) {
		free(r->sections[i].pattern);
		for (uint32_t j = 0; j < r->sections[i].bodies_count; j++)
			free(r->sections[i].bodies[j]);
	}
	for (uint32_t i = 0; i < r->states_count; i++)
		free(r->states[i]);
	for (uint32_t i = 0; i < r->nones_count; i++)
		free(r->nones[i]);
	free(r->key);
	free(r->secret);
	free(r->passphrase);
	free(r->markets);
	free(r);
}

int
recording_state(const recording *r, const char *name)
{
	for (uint32_t i = 0; i < r->states_count; i++)
		if (strcmp(r->states[i], name) == 0)
			return (int)i;
	return -1;
}

const char *
recording_none(const recording *r, const char *behaviour)
{
	size_t size = strlen(behaviour);
	for (uint32_t i = 0; i < r->nones_count; i++)
		if (strncmp(r->nones[i], behaviour, size) == 0 && r->nones[i][size] == ':')
			return r->nones[i] + size + 2;
	return NULL;
}

static const recording_section *
recording_find_in(const recording *r, uint32_t state, recording_kind kind, const char *text)
{
	for (uint32_t i = 0; i < r->sections_count; i++) {
		const recording_section *section = &r->sections[i];
		if (section->kind == kind && section->state == state &&
		    (text == NULL || strstr(text, section->pattern) != NULL))
			return section;
	}
	return NULL;
}

const recording_section *
recording_find(const recording *r, uint32_t state, recording_kind kind, const char *text)
{
	const recording_section *section = recording_find_in(r, state, kind, text);
	return section != NULL || state == 0 ? section : recording_find_in(r, 0, kind, text);
}

/* The bytes of a value of the request: a JSON member's, or a query parameter's. */
static plm_slice
request_value(const char *request, const char *name, size_t name_size)
{
	char key[64];
	(void)snprintf(key, sizeof key, "\"%.*s\":", (int)name_size, name);
	const char *at = strstr(request, key);
	if (at == NULL) {
		(void)snprintf(key, sizeof key, "%.*s=", (int)name_size, name);
		at = strstr(request, key);
		if (at == NULL)
			fail_msg("the request has no %.*s: %s", (int)name_size, name, request);
		at += strlen(key);
		return (plm_slice){at, strcspn(at, "&\n ")};
	}
	at += strlen(key);
	int depth = 0;
	bool quoted = false;
	size_t size = 0;
	for (; at[size] != '\0'; size++) {
		char c = at[size];
		if (c == '"')
			quoted = !quoted;
		if (quoted)
			continue;
		if (depth == 0 && (c == ',' || c == '}' || c == ']'))
			break;
		depth += c == '[' || c == '{';
		depth -= c == ']' || c == '}';
	}
	return (plm_slice){at, size};
}

/* What a $name stands for; ret_used: bytes of the name, 0 when it is none. */
static void
fill_name(FILE *out, const char *at, const recording_fill *fill, size_t *ret_used)
{
	static const struct {
		const char *name;
		int64_t unit_ns;
	} units[] = {{"$MS", PLM_NS_PER_MS}, {"$US", PLM_NS_PER_US}, {"$NS", 1}};
	char text[PLM_TIME_TEXT_MAX];
	*ret_used = 0;
	if (at[1] == '<') {
		size_t size = strcspn(at + 2, ">");
		plm_slice value = request_value(fill->request, at + 2, size);
		(void)fwrite(value.bytes, 1, value.size, out);
		*ret_used = size + 3;
		return;
	}
	if (fill->number != NULL && strncmp(at, "$SEQ", 4) == 0) {
		(void)fprintf(out, "%u", (*fill->number)++);
		*ret_used = 4;
	}
	if (fill->number != NULL && strncmp(at, "$GAP", 4) == 0) {
		(void)fprintf(out, "%u", *fill->number + 1);
		*fill->number += 2;
		*ret_used = 4;
	}
	if (strncmp(at, "$ISO", 4) == 0) {
		(void)fputs(plm_time_format(fill->venue_ns, text), out);
		*ret_used = 4;
	}
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
		if (strncmp(at, units[i].name, 3) == 0) {
			(void)fprintf(out, "%lld", (long long)(fill->venue_ns / units[i].unit_ns));
			*ret_used = 3;
		}
}

static void
fill_object(FILE *out, const char *at, const recording_fill *fill)
{
	(void)fputc('{', out);
	if (at[1] == '~' || !fill->unknown_fields)
		return;
	bool empty = at[1 + strspn(at + 1, " ")] == '}';
	(void)fprintf(
	    out, "\"plimsoll_unknown\":[{\"a\":[null,1e5,\"\\u00e9\"]}]%s", empty ? "" : ",");
}

char *
recording_text(const char *body, const recording_fill *fill)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	bool quoted = false;
	for (const char *at = body; *at != '\0'; at++) {
		size_t used = 0;
		if (*at == '"')
			quoted = !quoted;
		if (*at == '$')
			fill_name(out, at, fill, &used);
		if (used > 0)
			at += used - 1;
		else if (*at == '{' && !quoted)
			fill_object(out, at, fill);
		else if (*at != '~' || quoted)
			(void)fputc(*at, out);
	}
	(void)fclose(out);
	return text;
}
