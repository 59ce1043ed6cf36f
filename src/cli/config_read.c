/* config_read.c: walks the YAML document by the schema; every complaint points at its place. The
 * only file that knows libfyaml. */
#include <assert.h>
#include <libfyaml.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_place.h"
#include "base/suggest.h"
#include "cli/config_schema.h"

/* One reading. `texts` collects libfyaml's words, in which the input has no name yet. */
typedef struct config_reader {
	pli_config *config;
	struct fy_document *document;
	FILE *texts;
	uint32_t faults;
} config_reader;

/* Where the checks of one item report to. */
typedef struct config_place {
	config_reader *reader;
	struct fy_node *item;
} config_place;

static void config_report(config_reader *reader, struct fy_node *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void
config_report(config_reader *reader, struct fy_node *node, const char *format, ...)
{
	char text[512];
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	reader->faults++;
	/* libfyaml cannot point at what takes no room: point at what holds it. */
	size_t size = 0;
	while (node != NULL && fy_node_is_scalar(node) && fy_node_get_style(node) == FYNS_PLAIN &&
	       (fy_node_get_scalar(node, &size) == NULL || size == 0))
		node = fy_node_get_parent(node);
	const long before = ftell(reader->texts);
	if (node != NULL)
		fy_node_report(node, FYET_ERROR, "%s", text);
	if (ftell(reader->texts) == before)
		(void)fprintf(reader->texts, "<memory-@>: error: %s\n", text);
}

/* The text of a plain or quoted scalar; NULL for maps, lists and aliases. */
static bool
config_scalar(struct fy_node *node, plm_slice *ret_text)
{
	if (node == NULL || !fy_node_is_scalar(node) || fy_node_is_alias(node))
		return false;
	size_t size = 0;
	const char *bytes = fy_node_get_scalar(node, &size);
	*ret_text = (plm_slice){bytes == NULL ? "" : bytes, bytes == NULL ? 0 : size};
	return true;
}

static bool
config_is_null(struct fy_node *node, plm_slice text)
{
	return fy_node_get_style(node) == FYNS_PLAIN &&
	       (text.size == 0 || plm_slice_is(text, "~") || plm_slice_is(text, "null"));
}

static const char *
config_kind(struct fy_node *node)
{
	if (node == NULL)
		return "nothing";
	if (fy_node_is_alias(node))
		return "an alias, which is not read here";
	if (fy_node_is_sequence(node))
		return "a list";
	if (fy_node_is_scalar(node) && fy_node_get_style(node) == FYNS_PLAIN &&
	    fy_node_get_scalar0(node) != NULL && fy_node_get_scalar0(node)[0] == '\0')
		return "nothing";
	return fy_node_is_mapping(node) ? "a map of keys" : "a plain value";
}

static void
config_value_complain(config_reader *reader, struct fy_node *node, const pli_config_key *key,
    plm_slice text, plm_err err)
{
	char word[64];
	(void)snprintf(word, sizeof word, "%.*s", text.size > 60 ? 60 : (int)text.size, text.bytes);
	const char *nearest = pli_config_value_nearest(key->type, word);
	const bool is_number = key->min < key->max;
	if (err == PLM_EOVERFLOW && is_number)
		config_report(reader, node, "%s: must be from %.15g to %.15g, got '%s'", key->name,
		    key->min, key->max, word);
	else if (err == PLM_EOVERFLOW)
		config_report(reader, node, "%s: at most %zu bytes, got %zu", key->name,
		    key->size - 1, text.size);
	else if (nearest != NULL)
		config_report(reader, node, "%s: expected %s, got '%s'; did you mean '%s'?",
		    key->name, pli_config_expected(key->type), word, nearest);
	else
		config_report(reader, node, "%s: expected %s, got '%s'", key->name,
		    pli_config_expected(key->type), word);
}

/* One end of a band: an amount, or ~ for none. */
static bool
config_band_end(
    config_reader *reader, struct fy_node *node, const pli_config_key *key, double *ret_value)
{
	plm_slice text;
	if (!config_scalar(node, &text)) {
		config_report(reader, node,
		    "%s: expected an amount such as 250k or 3.5m, or ~, got %s", key->name,
		    config_kind(node));
		return false;
	}
	*ret_value = __builtin_nan("");
	if (config_is_null(node, text))
		return true;
	const plm_err err = pli_config_amount_parse(text, ret_value);
	if (err == PLM_OK && *ret_value >= key->min && *ret_value <= key->max)
		return true;
	config_report(reader, node, "%s: expected an amount such as 250k or 3.5m, or ~, got '%.*s'",
	    key->name, (int)(text.size > 60 ? 60 : text.size), text.bytes);
	return false;
}

static void
config_read_band(config_reader *reader, struct fy_node *node, const pli_config_key *key, void *item)
{
	if (!fy_node_is_sequence(node) || fy_node_sequence_item_count(node) != 2) {
		config_report(reader, node, "%s: expected %s, got %s", key->name,
		    pli_config_expected(key->type),
		    fy_node_is_sequence(node) ? "a list that has not two ends" : config_kind(node));
		return;
	}
	double ends[2];
	void *previous = NULL;
	for (int i = 0; i < 2; i++) {
		struct fy_node *end = fy_node_sequence_iterate(node, &previous);
		if (!config_band_end(reader, end, key, &ends[i]))
			return;
	}
	memcpy((char *)item + key->offset, ends, sizeof ends);
}

static void
config_read_value(
    config_reader *reader, struct fy_node *node, const pli_config_key *key, void *item)
{
	plm_slice text;
	if (key->type == PLI_CONFIG_BAND) {
		config_read_band(reader, node, key, item);
		return;
	}
	if (!config_scalar(node, &text)) {
		config_report(reader, node, "%s: expected %s, got %s", key->name,
		    pli_config_expected(key->type), config_kind(node));
		return;
	}
	if (key->type == PLI_CONFIG_NUMBER && text.size == 0)
		return; /* as the manual writes an absent number */
	const plm_err err = pli_config_value_parse(key, text, item);
	if (err != PLM_OK)
		config_value_complain(reader, node, key, text, err);
	else if (key->default_text == NULL && text.size == 0)
		config_report(reader, node, "%s: must not be empty", key->name);
}

/* Keys of one map; root: names of sections are keys too, and are read elsewhere. */
static void
config_unknown_key(config_reader *reader, struct fy_node *node, const pli_config_section *section,
    const char *word)
{
	pli_suggestion suggestion = {.word = word};
	for (uint32_t i = 0; i < section->keys_count; i++)
		pli_suggest_offer(&suggestion, section->keys[i].name);
	for (uint32_t i = 1; section->name[0] == '\0' && pli_config_section_at(i) != NULL; i++)
		pli_suggest_offer(&suggestion, pli_config_section_at(i)->name);
	const char *where = section->name[0] == '\0' ? "the file" : section->name;
	if (suggestion.best != NULL)
		config_report(reader, node, "%s: there is no key '%s'; did you mean '%s'?", where,
		    word, suggestion.best);
	else
		config_report(reader, node, "%s: there is no key '%s'", where, word);
}

/* `key:` with nothing behind it, or with ~ */
static bool
config_is_absent(struct fy_node *value)
{
	plm_slice text;
	return value == NULL || (config_scalar(value, &text) && config_is_null(value, text));
}

static const pli_config_section *
config_section_find(plm_slice name)
{
	for (uint32_t i = 1; pli_config_section_at(i) != NULL; i++)
		if (plm_slice_is(name, pli_config_section_at(i)->name))
			return pli_config_section_at(i);
	return NULL;
}

static void config_read_section(
    config_reader *reader, struct fy_node *node, const pli_config_section *section);

static void
config_read_pair(
    config_reader *reader, struct fy_node_pair *pair, const pli_config_section *section, void *item)
{
	plm_slice name;
	struct fy_node *key_node = fy_node_pair_key(pair), *value = fy_node_pair_value(pair);
	if (!config_scalar(key_node, &name)) {
		config_report(reader, key_node == NULL ? value : key_node, "expected a key, got %s",
		    config_kind(key_node));
		return;
	}
	for (uint32_t i = 0; i < section->keys_count; i++) {
		const pli_config_key *key = &section->keys[i];
		if (!plm_slice_is(name, key->name))
			continue;
		if (config_is_absent(value))
			config_report(reader, key_node,
			    "%s: expected %s, got nothing; leave the key out instead", key->name,
			    pli_config_expected(key->type));
		else
			config_read_value(reader, value, key, item);
		return;
	}
	const pli_config_section *child = section->name[0] == '\0' ? config_section_find(name)
								   : NULL;
	if (child != NULL) {
		if (!config_is_absent(value)) /* else its keys are all commented out */
			config_read_section(reader, value, child);
		return;
	}
	char word[64];
	(void)snprintf(word, sizeof word, "%.*s", name.size > 60 ? 60 : (int)name.size, name.bytes);
	config_unknown_key(reader, key_node, section, word);
}

static struct fy_node *
config_child(struct fy_node *map, const char *key)
{
	return key == NULL ? NULL : fy_node_mapping_lookup_by_string(map, key, FY_NT);
}

/* A map is pointed at by its first key: carets under all of it would hide more than they show. */
static struct fy_node *
config_anchor(struct fy_node *node)
{
	void *previous = NULL;
	struct fy_node_pair *pair = fy_node_is_mapping(node)
					? fy_node_mapping_iterate(node, &previous)
					: NULL;
	return pair == NULL || fy_node_pair_key(pair) == NULL ? node : fy_node_pair_key(pair);
}

static bool
config_read_map(
    config_reader *reader, struct fy_node *node, const pli_config_section *section, void *item)
{
	if (!fy_node_is_mapping(node)) {
		config_report(reader, node, "%s: expected a map of keys, got %s",
		    section->name[0] == '\0' ? "the file" : section->name, config_kind(node));
		return false;
	}
	const uint32_t faults = reader->faults;
	void *previous = NULL;
	struct fy_node_pair *pair;
	while ((pair = fy_node_mapping_iterate(node, &previous)) != NULL)
		config_read_pair(reader, pair, section, item);
	for (uint32_t i = 0; i < section->keys_count; i++) {
		const pli_config_key *key = &section->keys[i];
		if (key->default_text == NULL && config_child(node, key->name) == NULL)
			config_report(reader, config_anchor(node),
			    "%s: the key '%s' is missing: %s", section->name, key->name, key->help);
	}
	return reader->faults == faults;
}

static void
config_place_report(void *ctx, const char *key, const char *text)
{
	const config_place *place = ctx;
	struct fy_node *node = config_child(place->item, key);
	if (key == NULL)
		config_report(place->reader, config_anchor(place->item), "%s", text);
	else
		config_report(place->reader, node == NULL ? config_anchor(place->item) : node,
		    "%s: %s", key, text);
}

static uint32_t
config_node_line(struct fy_node *node)
{
	struct fy_node *scalar = node;
	void *previous = NULL;
	if (fy_node_is_mapping(node)) {
		struct fy_node_pair *pair = fy_node_mapping_iterate(node, &previous);
		scalar = pair == NULL ? NULL : fy_node_pair_key(pair);
	}
	struct fy_token *token = scalar == NULL ? NULL : fy_node_get_scalar_token(scalar);
	const struct fy_mark *mark = token == NULL ? NULL : fy_token_start_mark(token);
	return mark == NULL ? 0 : (uint32_t)mark->line + 1;
}

static void
config_read_list(config_reader *reader, struct fy_node *node, const pli_config_section *section)
{
	uint32_t *count = (uint32_t *)((char *)reader->config + section->count_offset);
	void *previous = NULL;
	struct fy_node *item_node;
	while ((item_node = fy_node_sequence_iterate(node, &previous)) != NULL) {
		if (*count == section->items_max) {
			config_report(reader, item_node, "%s: at most %u rows", section->name,
			    section->items_max);
			return;
		}
		char *item = (char *)reader->config + section->items_offset +
			     *count * section->item_size;
		const uint32_t line = config_node_line(item_node);
		pli_config_defaults(section, item);
		memcpy(item + section->line_offset, &line, sizeof line);
		const bool is_right = config_read_map(reader, item_node, section, item);
		config_place place = {reader, item_node};
		if (is_right)
			pli_config_check_item(reader->config, section, *count,
			    (pli_config_reporter){config_place_report, &place});
		(*count)++;
	}
}

static void
config_read_section(config_reader *reader, struct fy_node *node, const pli_config_section *section)
{
	if (!section->is_list) {
		(void)config_read_map(reader, node, section, reader->config);
	} else if (fy_node_is_sequence(node)) {
		config_read_list(reader, node, section);
	} else {
		config_report(reader, node,
		    "%s: expected a list of rows, each beginning with '- ', got %s", section->name,
		    config_kind(node));
	}
}

/* Names that stand in one list and mean a row of another: only when every row was read. */
static void
config_read_names(config_reader *reader)
{
	struct fy_node *root = fy_document_root(reader->document);
	for (uint32_t i = 0; pli_config_section_at(i) != NULL; i++) {
		const pli_config_section *section = pli_config_section_at(i);
		struct fy_node *list = config_child(root, section->name);
		if (!section->is_list || list == NULL || !fy_node_is_sequence(list))
			continue;
		void *previous = NULL;
		struct fy_node *item;
		for (uint32_t j = 0; (item = fy_node_sequence_iterate(list, &previous)) != NULL;
		     j++) {
			config_place place = {reader, item};
			pli_config_check_names(reader->config, section, j,
			    (pli_config_reporter){config_place_report, &place});
		}
	}
}

static void
config_read_document(config_reader *reader)
{
	struct fy_node *root = fy_document_root(reader->document);
	plm_slice text;
	if (root == NULL || (config_scalar(root, &text) && config_is_null(root, text)))
		return; /* an empty file: the defaults */
	(void)config_read_map(reader, root, pli_config_section_at(0), reader->config);
	if (reader->faults == 0)
		config_read_names(reader);
}

/* libfyaml names text in memory "<memory-@0x...-0x...>": put the file's name there. */
static void
config_print_report(FILE *report, const char *path, const char *texts)
{
	for (const char *rest = texts; *rest != '\0';) {
		const char *mark = strstr(rest, "<memory-@");
		const char *end = mark == NULL ? NULL : strchr(mark, '>');
		if (end == NULL) {
			(void)fputs(rest, report);
			return;
		}
		(void)fprintf(report, "%.*s%s", (int)(mark - rest), rest, path);
		rest = end + 1;
	}
}

static void
config_output(struct fy_diag *diag, void *user, const char *text, size_t size)
{
	(void)diag;
	(void)fwrite(text, 1, size, ((config_reader *)user)->texts);
}

/* Nothing but blanks and comments: libfyaml finds no document in it. */
static bool
config_is_empty(plm_slice text)
{
	bool comment = false;
	for (size_t i = 0; i < text.size; i++) {
		const char letter = text.bytes[i];
		if (letter == '\n')
			comment = false;
		else if (letter == '#')
			comment = true;
		else if (!comment && letter != ' ' && letter != '\r')
			return false;
	}
	return true;
}

static plm_err
config_parse_with(config_reader *reader, plm_slice text)
{
	if (config_is_empty(text))
		return PLM_OK;
	struct fy_diag_cfg diag_cfg;
	fy_diag_cfg_default(&diag_cfg);
	diag_cfg.fp = NULL;
	diag_cfg.output_fn = config_output;
	diag_cfg.user = reader;
	diag_cfg.colorize = false;
	struct fy_diag *diag = fy_diag_create(&diag_cfg);
	if (diag == NULL)
		return PLM_ENOMEM;
	const struct fy_parse_cfg cfg = {.diag = diag};
	reader->document = fy_document_build_from_string(&cfg, text.bytes, text.size);
	if (reader->document != NULL)
		config_read_document(reader);
	else
		reader->faults++;
	fy_document_destroy(reader->document);
	fy_diag_destroy(diag);
	return reader->faults == 0 ? PLM_OK : PLM_ECONFIG;
}

/* Paths in the file are relative to the file. */
static void
config_resolve(char *path, size_t size, const char *source)
{
	const char *slash = strrchr(source, '/');
	if (path[0] == '\0' || path[0] == '/' || slash == NULL)
		return;
	char joined[2 * PLI_CONFIG_PATH_MAX];
	(void)snprintf(joined, sizeof joined, "%.*s/%s", (int)(slash - source), source, path);
	if (strlen(joined) < size)
		memcpy(path, joined, strlen(joined) + 1);
}

static void
config_resolve_all(pli_config *config, const char *source)
{
	(void)snprintf(config->source, sizeof config->source, "%s", source);
	config_resolve(config->journal_path, sizeof config->journal_path, source);
	for (uint32_t i = 0; i < config->accounts_count; i++) {
		pli_config_account *account = &config->accounts[i];
		config_resolve(account->key_file, sizeof account->key_file, source);
		config_resolve(account->ca_file, sizeof account->ca_file, source);
		config_resolve(account->path, sizeof account->path, source);
	}
	for (uint32_t i = 0; i < config->limits_count; i++)
		config->limits[i].fact.active = 1;
}

/* libfyaml 0.7.12 does not come back from some bytes that are not UTF-8: they never reach it. */
static bool
config_is_utf8(plm_slice text, const char *path, FILE *report)
{
	plm_fault place = {0};
	size_t offset = pli_json_place_bad_utf8(text);
	if (offset == text.size)
		return true;
	pli_json_place_set(text, offset, &place);
	(void)fprintf(report, "%s:%u:%u: error: not valid UTF-8; save the file as UTF-8\n", path,
	    place.line, place.column);
	return false;
}

plm_err
pli_config_parse(
    plm_slice text, const char *path, FILE *report, pli_config *ret_config, uint32_t *ret_count)
{
	char *texts = NULL;
	size_t texts_size = 0;
	if (!config_is_utf8(text, path, report)) {
		if (ret_count != NULL)
			*ret_count = 1;
		return PLM_ECONFIG;
	}
	config_reader reader = {.config = pli_config_create()};
	reader.texts = open_memstream(&texts, &texts_size);
	plm_err err = PLM_ENOMEM;
	if (reader.config != NULL && reader.texts != NULL)
		err = config_parse_with(&reader, text);
	if (reader.texts != NULL && fclose(reader.texts) == 0)
		config_print_report(report, path, texts);
	if (err == PLM_OK) {
		config_resolve_all(reader.config, path);
		*ret_config = *reader.config;
	} else if (err == PLM_ENOMEM) {
		(void)fprintf(report, "%s: error: memory could not be had\n", path);
	}
	if (ret_count != NULL)
		*ret_count = reader.faults;
	free(texts);
	pli_config_destroy(reader.config);
	return err;
}
