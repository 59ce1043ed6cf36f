/* config_show.c: the configuration as YAML with its manual, or as JSON. */
#include <string.h>

#include "cli/config_schema.h"

/* A URL without what stands between "//" and "@": that would be a password. */
static const char *
config_redact(const pli_config_key *key, const char *text, char ret_text[PLI_CONFIG_VALUE_TEXT_MAX])
{
	const bool is_url = key->type == PLI_CONFIG_STREAM_URL || key->type == PLI_CONFIG_REST_URL;
	const char *start = is_url ? strstr(text, "//") : NULL;
	const char *at = start == NULL ? NULL : strrchr(start, '@');
	if (at == NULL)
		return text;
	(void)snprintf(
	    ret_text, PLI_CONFIG_VALUE_TEXT_MAX, "%.*s***%s", (int)(start + 2 - text), text, at);
	return ret_text;
}

static const char *
config_text(const pli_config_key *key, const void *item, char ret_text[PLI_CONFIG_VALUE_TEXT_MAX])
{
	char buffer[PLI_CONFIG_VALUE_TEXT_MAX], redacted[PLI_CONFIG_VALUE_TEXT_MAX];
	const char *text = config_redact(key, pli_config_value_format(key, item, buffer), redacted);
	(void)snprintf(ret_text, PLI_CONFIG_VALUE_TEXT_MAX, "%s", text);
	return ret_text;
}

static void
config_show_help(const pli_config_key *key, const char *indent, FILE *out)
{
	(void)fprintf(out, "%s# %s\n%s# (%s%s%s", indent, key->help, indent,
	    pli_config_expected(key->type), key->unit[0] == '\0' ? "" : "; ", key->unit);
	if (key->min < key->max && key->type != PLI_CONFIG_PORT)
		(void)fprintf(out, "; %.15g to %.15g", key->min, key->max);
	if (key->default_text == NULL)
		(void)fprintf(out, "; must be given)\n");
	else if (key->default_text[0] == '\0')
		(void)fprintf(out, "; may be left out)\n");
	else
		(void)fprintf(out, "; default %s)\n", key->default_text);
}

static void
config_show_item(const pli_config_section *section, const void *item, bool manual, FILE *out)
{
	const char *indent = section->is_list ? "    " : section->name[0] == '\0' ? "" : "  ";
	bool is_first = section->is_list;
	for (uint32_t i = 0; i < section->keys_count; i++) {
		const pli_config_key *key = &section->keys[i];
		char text[PLI_CONFIG_VALUE_TEXT_MAX];
		(void)config_text(key, item, text);
		if (manual)
			config_show_help(key, indent, out);
		if (text[0] == '\0' && manual)
			(void)fprintf(out, "%s# %s:\n", indent, key->name);
		else if (text[0] != '\0')
			(void)fprintf(
			    out, "%s%s: %s\n", is_first ? "  - " : indent, key->name, text);
		is_first = is_first && text[0] == '\0';
	}
}

/* The manual of a list: every key of one row, commented out, with an example. */
static void
config_show_example(const pli_config_section *section, FILE *out)
{
	for (uint32_t i = 0; i < section->keys_count; i++) {
		const pli_config_key *key = &section->keys[i];
		const char *text = key->example[0] == '\0' && key->default_text != NULL
				       ? key->default_text
				       : key->example;
		config_show_help(key, "  #   ", out);
		(void)fprintf(out, "%s%s: %s\n", i == 0 ? "  # - " : "  #   ", key->name, text);
	}
}

static uint32_t
config_count(const pli_config *config, const pli_config_section *section)
{
	uint32_t count;
	memcpy(&count, (const char *)config + section->count_offset, sizeof count);
	return count;
}

void
pli_config_show(const pli_config *config, bool manual, FILE *out)
{
	if (manual)
		(void)fprintf(out, "# Plimsoll's configuration: every key, with its default. Paths "
				   "are relative to the\n"
				   "# file. Check yours with `plimsoll config check FILE`.\n");
	for (uint32_t i = 0; pli_config_section_at(i) != NULL; i++) {
		const pli_config_section *section = pli_config_section_at(i);
		if (section->name[0] != '\0' && manual)
			(void)fprintf(out, "\n# %s\n", section->help);
		const uint32_t count = section->is_list ? config_count(config, section) : 0;
		if (section->name[0] != '\0')
			(void)fprintf(out, "%s:%s\n", section->name,
			    section->is_list && count == 0 ? " []" : "");
		if (!section->is_list)
			config_show_item(section, config, manual, out);
		else if (manual && count == 0)
			config_show_example(section, out);
		for (uint32_t j = 0; j < count; j++)
			config_show_item(section,
			    (const char *)config + section->items_offset + j * section->item_size,
			    manual, out);
	}
}

static void
config_write_value(const pli_config_key *key, const void *item, pli_json_writer *json)
{
	const char *field = (const char *)item + key->offset;
	double pair[2] = {0};
	char text[PLI_CONFIG_VALUE_TEXT_MAX], redacted[PLI_CONFIG_VALUE_TEXT_MAX];
	uint32_t seconds;
	switch (key->type) {
	case PLI_CONFIG_BAND:
		memcpy(pair, field, sizeof pair);
		pli_json_array_open(json);
		pli_json_put_double(json, pair[0]);
		pli_json_put_double(json, pair[1]);
		pli_json_array_close(json);
		break;
	case PLI_CONFIG_NUMBER:
	case PLI_CONFIG_RATIO:
		memcpy(pair, field, sizeof pair[0]);
		pli_json_put_double(json, pair[0]);
		break;
	case PLI_CONFIG_SECONDS:
		memcpy(&seconds, field, sizeof seconds);
		pli_json_put_uint(json, seconds);
		break;
	case PLI_CONFIG_FLAG:
		pli_json_put_bool(json, *(const bool *)field);
		break;
	case PLI_CONFIG_PORT:
		pli_json_put_raw(json, plm_slice_of(pli_config_value_format(key, item, text)));
		break;
	case PLI_CONFIG_SCOPE:
	case PLI_CONFIG_MEASURE:
	case PLI_CONFIG_TIER:
		pli_json_put_text(json, pli_config_value_format(key, item, text));
		break;
	default:
		pli_json_put_text(json, config_redact(key, field, redacted));
		break;
	}
}

static void
config_write_item(const pli_config_section *section, const void *item, pli_json_writer *json)
{
	for (uint32_t i = 0; i < section->keys_count; i++) {
		pli_json_key(json, section->keys[i].name);
		config_write_value(&section->keys[i], item, json);
	}
}

void
pli_config_write(const pli_config *config, pli_json_writer *json)
{
	pli_json_object_open(json);
	for (uint32_t i = 0; pli_config_section_at(i) != NULL; i++) {
		const pli_config_section *section = pli_config_section_at(i);
		if (section->name[0] == '\0') {
			config_write_item(section, config, json);
			continue;
		}
		pli_json_key(json, section->name);
		if (!section->is_list) {
			pli_json_object_open(json);
			config_write_item(section, config, json);
			pli_json_object_close(json);
			continue;
		}
		pli_json_array_open(json);
		for (uint32_t j = 0; j < config_count(config, section); j++) {
			pli_json_object_open(json);
			config_write_item(section,
			    (const char *)config + section->items_offset + j * section->item_size,
			    json);
			pli_json_object_close(json);
		}
		pli_json_array_close(json);
	}
	pli_json_object_close(json);
}
