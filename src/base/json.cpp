/* json.cpp: the JSON reader. simdjson's first stage finds structure and checks UTF-8 and strings;
 * the grammar walk over its indexes is ours, so that it is strict and keeps number texts. */
#include "base/json.h"

#include <charconv>
#include <memory>
#include <new>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <simdjson.h>

#include "base/json_place.h"
#include "base/json_write.h"
#include "base/limits.h"
#include "base/utf8.h"

struct json_hint {
	uint32_t node;
	uint32_t child;
};

/* One open container. mask has a bit per hash of a member's name. */
struct json_frame {
	uint32_t node;
	uint32_t last_child;
	uint64_t mask[4];
};

struct pli_json {
	std::unique_ptr<simdjson::internal::dom_parser_implementation> stages;
	uint8_t *bytes; /* the input, and blanks behind it */
	char *strings;  /* unescaped strings; NULL until one is met */
	size_t bytes_capacity;
	size_t strings_capacity;
	size_t strings_size;
	size_t size;
	pli_json_node *nodes;
	uint8_t *repeats; /* per node: an object that may hold a name twice */
	uint32_t nodes_capacity;
	uint32_t nodes_count;
	bool has_escapes;
	json_hint hints[PLI_JSON_HINTS];
	/* state of the walk */
	const uint32_t *at;
	uint32_t depth;
	const char *expected; /* why the walk stopped */
	uint32_t stopped_at;
	bool too_many;
	json_frame frames[PLI_JSON_DEPTH_MAX];
};

static const uint32_t json_names_checked_max = 128;

pli_json *
pli_json_create(void)
{
	pli_json *json = new (std::nothrow) pli_json();
	return json;
}

void
pli_json_destroy(pli_json *json)
{
	if (json == NULL)
		return;
	free(json->bytes);
	free(json->strings);
	free(json->nodes);
	free(json->repeats);
	delete json;
}

namespace
{

struct json_holder {
	pli_json *json = nullptr;
	~json_holder()
	{
		pli_json_destroy(json);
	}
};

thread_local json_holder json_of_thread;

} // namespace

pli_json *
pli_json_shared(void)
{
	if (json_of_thread.json == NULL)
		json_of_thread.json = pli_json_create();
	return json_of_thread.json;
}

/* ---- memory ---- */

static size_t
json_grown(size_t capacity, size_t first, size_t wanted)
{
	size_t grown = capacity == 0 ? first : capacity;
	while (grown < wanted)
		grown *= 2;
	return grown;
}

static bool
json_reserve_bytes(pli_json *json, size_t size)
{
	if (json->bytes != NULL && size <= json->bytes_capacity)
		return true;
	size_t capacity = json_grown(json->bytes_capacity, PLI_JSON_BYTES_FIRST, size);
	uint8_t *bytes = (uint8_t *)malloc(capacity + simdjson::SIMDJSON_PADDING);
	if (bytes == NULL)
		return false;
	std::unique_ptr<simdjson::internal::dom_parser_implementation> stages;
	if (simdjson::get_active_implementation()->create_dom_parser_implementation(
		capacity, PLI_JSON_DEPTH_MAX, stages) != simdjson::SUCCESS) {
		free(bytes);
		return false;
	}
	free(json->bytes);
	json->bytes = bytes;
	json->bytes_capacity = capacity;
	json->stages = std::move(stages);
	return true;
}

static bool
json_reserve_strings(pli_json *json)
{
	if (json->strings_capacity >= json->bytes_capacity)
		return true;
	free(json->strings);
	json->strings = (char *)malloc(json->bytes_capacity);
	json->strings_capacity = json->strings == NULL ? 0 : json->bytes_capacity;
	return json->strings != NULL;
}

static bool
json_reserve_nodes(pli_json *json, size_t wanted)
{
	if (wanted > PLI_JSON_NODES_MAX)
		wanted = PLI_JSON_NODES_MAX;
	if (wanted <= json->nodes_capacity)
		return true;
	size_t capacity = json_grown(json->nodes_capacity, PLI_JSON_NODES_FIRST, wanted);
	free(json->nodes);
	free(json->repeats);
	json->nodes = (pli_json_node *)malloc(capacity * sizeof *json->nodes);
	json->repeats = (uint8_t *)malloc(capacity);
	json->nodes_capacity = (uint32_t)capacity;
	if (json->nodes != NULL && json->repeats != NULL)
		return true;
	free(json->nodes);
	free(json->repeats);
	json->nodes = NULL;
	json->repeats = NULL;
	json->nodes_capacity = 0;
	return false;
}

/* ---- places ---- */

static plm_slice
json_input(const pli_json *json)
{
	return plm_slice{(const char *)json->bytes, json->size};
}

static void
json_path_of(const pli_json *json, uint32_t target, char path[PLM_FAULT_PATH_MAX])
{
	size_t used = 0;
	uint32_t at = 0;
	path[0] = '\0';
	while (at != target) {
		bool in_array = json->nodes[at].type == PLI_JSON_ARRAY;
		uint32_t index = 0;
		uint32_t child = at + 1;
		while (json->nodes[child].next <= target) {
			child = json->nodes[child].next;
			index++;
		}
		used = pli_json_place_path_append(path, used, &json->nodes[child], in_array, index);
		at = child;
	}
}

static void
json_path_of_walk(const pli_json *json, char path[PLM_FAULT_PATH_MAX])
{
	size_t used = 0;
	path[0] = '\0';
	for (uint32_t i = 0; i < json->depth; i++) {
		const json_frame *frame = &json->frames[i];
		const pli_json_node *parent = &json->nodes[frame->node];
		bool in_array = parent->type == PLI_JSON_ARRAY;
		if (parent->children_count == 0)
			return;
		used = pli_json_place_path_append(path, used, &json->nodes[frame->last_child],
		    in_array, parent->children_count - 1);
	}
}

static plm_err
json_broken(const pli_json *json, size_t offset, const char *expected, plm_fault *ret_fault)
{
	if (ret_fault == NULL)
		return PLM_EDECODE;
	char path[PLM_FAULT_PATH_MAX];
	char got[PLI_JSON_SHOW_MAX];
	json_path_of_walk(json, path);
	pli_json_place_show(json_input(json), offset, 24, got);
	if (offset >= json->size)
		plm_fault_set(
		    ret_fault, PLM_EDECODE, path, "expected %s, got the end of the text", expected);
	else
		plm_fault_set(
		    ret_fault, PLM_EDECODE, path, "expected %s, got \"%s\"", expected, got);
	pli_json_place_set(json_input(json), offset, ret_fault);
	return PLM_EDECODE;
}

static plm_err
json_bad_utf8(const pli_json *json, plm_fault *ret_fault)
{
	size_t offset = pli_json_place_bad_utf8(json_input(json));
	return json_broken(json, offset, "valid UTF-8", ret_fault);
}

static plm_err
json_bad_string(const pli_json *json, plm_fault *ret_fault)
{
	bool control;
	size_t offset = pli_json_place_bad_string(json_input(json), &control);
	return json_broken(json, offset,
	    control ? "control bytes in a string to be escaped"
		    : "a string that is closed by a quote",
	    ret_fault);
}

/* ---- tokens ---- */

static inline bool
json_is_digit(uint8_t byte)
{
	return (uint8_t)(byte - '0') < 10;
}

static inline bool
json_is_blank(uint8_t byte)
{
	return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

static inline bool
json_ends_token(uint8_t byte)
{
	return byte == ',' || byte == '}' || byte == ']' || byte == ':' || json_is_blank(byte);
}

/* The end of the number that starts at p, NULL when it is none (RFC 8259, section 6). The text
 * must have a byte behind it that is no digit. */
static inline const uint8_t *
json_number_end(const uint8_t *p)
{
	p += *p == '-';
	if (!json_is_digit(*p))
		return NULL;
	if (*p++ != '0') {
		while (json_is_digit(*p))
			p++;
	}
	if (*p == '.') {
		p++;
		if (!json_is_digit(*p))
			return NULL;
		while (json_is_digit(*p))
			p++;
	}
	if ((*p | 0x20) == 'e') {
		p++;
		p += *p == '-' || *p == '+';
		if (!json_is_digit(*p))
			return NULL;
		while (json_is_digit(*p))
			p++;
	}
	return p;
}

static bool
json_stop(pli_json *json, const char *expected)
{
	json->expected = expected;
	json->stopped_at = *json->at;
	return false;
}

/* Four hex digits, or -1. */
static int32_t
json_hex4(const uint8_t *p)
{
	int32_t value = 0;
	for (int i = 0; i < 4; i++) {
		uint8_t byte = p[i];
		uint8_t lower = (uint8_t)(byte | 0x20);
		if (json_is_digit(byte))
			value = value * 16 + (byte - '0');
		else if (lower >= 'a' && lower <= 'f')
			value = value * 16 + (lower - 'a' + 10);
		else
			return -1;
	}
	return value;
}

/* Reads the hex part of a \u escape, with its second half where there must be one. p is behind
 * the "u"; returns the byte behind, NULL when it is no code point. */
static const uint8_t *
json_unescape_code(const uint8_t *p, char **out)
{
	int32_t code = json_hex4(p);
	p += 4;
	if (code >= 0xd800 && code <= 0xdbff) {
		int32_t low = p[0] == '\\' && p[1] == 'u' ? json_hex4(p + 2) : -1;
		if (low < 0xdc00 || low > 0xdfff)
			return NULL;
		code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
		p += 6;
	} else if (code < 0 || (code >= 0xdc00 && code <= 0xdfff)) {
		return NULL;
	}
	*out = pli_utf8_put(*out, (uint32_t)code);
	return p;
}

static bool
json_unescape(pli_json *json, const uint8_t *p, const uint8_t *end, plm_slice *ret_text)
{
	static const char from[] = "\"\\/bfnrt";
	static const char to[] = "\"\\/\b\f\n\r\t";
	if (!json_reserve_strings(json))
		return json_stop(json, "memory for strings");
	char *start = json->strings + json->strings_size;
	char *out = start;
	while (p < end) {
		if (*p != '\\') {
			*out++ = (char)*p++;
			continue;
		}
		const uint8_t *escape = p;
		const char *found = (const char *)memchr(from, p[1], sizeof from - 1);
		if (found != NULL) {
			*out++ = to[found - from];
			p += 2;
		} else {
			p = p[1] == 'u' ? json_unescape_code(p + 2, &out) : NULL;
		}
		if (p == NULL || p > end) {
			json_stop(json, "a valid escape sequence");
			json->stopped_at = (uint32_t)(escape - json->bytes);
			return false;
		}
	}
	json->strings_size += (size_t)(out - start);
	*ret_text = plm_slice{start, (size_t)(out - start)};
	return true;
}

/* Stage 1 marks the opening quote only; between the closing one and the next mark are blanks. */
static inline bool
json_string(pli_json *json, plm_slice *ret_text)
{
	const uint8_t *start = json->bytes + json->at[0] + 1;
	const uint8_t *end = json->bytes + json->at[1] - 1;
	while (json_is_blank(*end))
		end--;
	if (end < start || *end != '"')
		return json_stop(json, "a string that is closed by a quote");
	size_t size = (size_t)(end - start);
	if (json->has_escapes && memchr(start, '\\', size) != NULL) {
		if (!json_unescape(json, start, end, ret_text))
			return false;
	} else {
		*ret_text = plm_slice{(const char *)start, size};
	}
	json->at++;
	return true;
}

static bool
json_word(pli_json *json, pli_json_node *node, const char *word, pli_json_type type)
{
	const uint8_t *start = json->bytes + *json->at;
	size_t size = strlen(word);
	if (memcmp(start, word, size) != 0 || !json_ends_token(start[size]))
		return json_stop(json, "a value");
	node->type = type;
	node->text = plm_slice{(const char *)start, type == PLI_JSON_NULL ? 0 : size};
	json->at++;
	return true;
}

static inline bool
json_scalar(pli_json *json, pli_json_node *node)
{
	const uint8_t *start = json->bytes + *json->at;
	switch (*start) {
	case '"':
		node->type = PLI_JSON_STRING;
		return json_string(json, &node->text);
	case 't':
		return json_word(json, node, "true", PLI_JSON_BOOL);
	case 'f':
		return json_word(json, node, "false", PLI_JSON_BOOL);
	case 'n':
		return json_word(json, node, "null", PLI_JSON_NULL);
	default:
		break;
	}
	if (*start != '-' && !json_is_digit(*start))
		return json_stop(json, "a value");
	const uint8_t *end = json_number_end(start);
	if (end == NULL || !json_ends_token(*end))
		return json_stop(json, "a JSON number");
	node->type = PLI_JSON_NUMBER;
	node->text = plm_slice{(const char *)start, (size_t)(end - start)};
	json->at++;
	return true;
}

/* ---- the walk ---- */

/* Notes in repeats[] when the object of frame may hold `key` twice. */
static inline void
json_note_name(pli_json *json, json_frame *frame, plm_slice key)
{
	uint8_t first = key.size == 0 ? 0 : (uint8_t)key.bytes[0];
	uint8_t middle = key.size == 0 ? 0 : (uint8_t)key.bytes[key.size / 2];
	uint8_t last = key.size == 0 ? 0 : (uint8_t)key.bytes[key.size - 1];
	uint32_t hash = (uint32_t)(first * 3 + middle * 17 + last * 71 + key.size * 29) & 255;
	uint64_t bit = UINT64_C(1) << (hash & 63);
	bool seen = (frame->mask[hash >> 6] & bit) != 0;
	frame->mask[hash >> 6] |= bit;
	if (!seen || json->repeats[frame->node] != 0)
		return;
	uint32_t count = json->nodes[frame->node].children_count;
	uint32_t child = frame->node + 1;
	bool repeats = count > json_names_checked_max;
	for (uint32_t i = 0; i < count && !repeats; i++) {
		repeats = plm_slice_equal(json->nodes[child].key, key);
		child = json->nodes[child].next;
	}
	json->repeats[frame->node] = repeats;
}

/* Reads `"name":` where *json->at must be a quote. */
static inline bool
json_name(pli_json *json, plm_slice *ret_key)
{
	if (json->bytes[*json->at] != '"')
		return json_stop(json, "a member name in quotes");
	if (!json_string(json, ret_key))
		return false;
	if (json->bytes[*json->at] != ':')
		return json_stop(json, "\":\" after the member name");
	json->at++;
	json_note_name(json, &json->frames[json->depth - 1], *ret_key);
	return true;
}

static inline pli_json_node *
json_add(pli_json *json, plm_slice key)
{
	if (json->nodes_count == json->nodes_capacity) {
		json->too_many = true;
		json_stop(json, "fewer values");
		return NULL;
	}
	uint32_t index = json->nodes_count++;
	pli_json_node *node = &json->nodes[index];
	node->key = key;
	node->text = plm_slice{NULL, 0};
	node->type = PLI_JSON_NULL;
	node->next = index + 1;
	node->children_count = 0;
	node->offset = *json->at;
	if (json->depth > 0) {
		json_frame *frame = &json->frames[json->depth - 1];
		frame->last_child = index;
		json->nodes[frame->node].children_count++;
	}
	return node;
}

static inline bool
json_open(pli_json *json, pli_json_node *node, pli_json_type type)
{
	if (json->depth == PLI_JSON_DEPTH_MAX) {
		json->too_many = true;
		return json_stop(json, "fewer levels of nesting");
	}
	uint32_t index = (uint32_t)(node - json->nodes);
	node->type = type;
	json->repeats[index] = 0;
	json->frames[json->depth++] = json_frame{index, 0, {0, 0, 0, 0}};
	json->at++;
	return true;
}

static inline void
json_close(pli_json *json)
{
	pli_json_node *node = &json->nodes[json->frames[--json->depth].node];
	node->next = json->nodes_count;
	node->text = plm_slice{
	    (const char *)json->bytes + node->offset, *json->at + 1 - node->offset};
	json->at++;
}

/* After a value: closes what closes here. *ret_done: the document is complete; else a comma was
 * read and *ret_key is the name of what follows. */
static inline bool
json_after_value(pli_json *json, plm_slice *ret_key, bool *ret_done)
{
	for (;;) {
		if (json->depth == 0) {
			*ret_done = true;
			return *json->at == json->size ||
			       json_stop(json, "nothing after the document");
		}
		bool object = json->nodes[json->frames[json->depth - 1].node].type ==
			      PLI_JSON_OBJECT;
		uint8_t byte = json->bytes[*json->at];
		if (byte == ',') {
			json->at++;
			return !object || json_name(json, ret_key);
		}
		if (byte != (object ? '}' : ']'))
			return json_stop(json, object ? "\",\" or \"}\"" : "\",\" or \"]\"");
		json_close(json);
	}
}

static bool
json_walk(pli_json *json)
{
	plm_slice key = {NULL, 0};
	bool done = false;
	while (!done) {
		pli_json_node *node = json_add(json, key);
		if (node == NULL)
			return false;
		uint8_t byte = json->bytes[*json->at];
		key = plm_slice{NULL, 0};
		if (byte == '{') {
			if (!json_open(json, node, PLI_JSON_OBJECT))
				return false;
			if (json->bytes[*json->at] != '}') {
				if (!json_name(json, &key))
					return false;
				continue;
			}
		} else if (byte == '[') {
			if (!json_open(json, node, PLI_JSON_ARRAY))
				return false;
			if (json->bytes[*json->at] != ']')
				continue;
		} else if (!json_scalar(json, node)) {
			return false;
		}
		if (!json_after_value(json, &key, &done))
			return false;
	}
	return true;
}

static plm_err
json_stage1(pli_json *json, plm_fault *ret_fault)
{
	simdjson::error_code error = json->stages->stage1(
	    json->bytes, json->size, simdjson::stage1_mode::regular);
	if (error == simdjson::SUCCESS)
		return PLM_OK;
	if (error == simdjson::UTF8_ERROR)
		return json_bad_utf8(json, ret_fault);
	if (error == simdjson::UNESCAPED_CHARS || error == simdjson::UNCLOSED_STRING)
		return json_bad_string(json, ret_fault);
	if (error == simdjson::MEMALLOC)
		return plm_fault_set(
		    ret_fault, PLM_ENOMEM, NULL, "no memory for %zu bytes", json->size);
	return json_broken(json, json->size, "a JSON value", ret_fault);
}

static plm_err
json_load(pli_json *json, plm_slice input, plm_fault *ret_fault)
{
	json->nodes_count = 0;
	json->depth = 0;
	json->strings_size = 0;
	json->too_many = false;
	json->size = 0;
	memset(json->hints, 0, sizeof json->hints);
	if (input.size > PLI_JSON_BYTES_MAX)
		return plm_fault_set(ret_fault, PLM_EOVERFLOW, NULL,
		    "expected at most %d bytes, got %zu", PLI_JSON_BYTES_MAX, input.size);
	if (!json_reserve_bytes(json, input.size))
		return plm_fault_set(
		    ret_fault, PLM_ENOMEM, NULL, "no memory for %zu bytes", input.size);
	json->size = input.size;
	if (input.size > 0)
		memcpy(json->bytes, input.bytes, input.size);
	memset(json->bytes + input.size, ' ', simdjson::SIMDJSON_PADDING);
	return json_stage1(json, ret_fault);
}

plm_err
pli_json_parse(pli_json *json, plm_slice input, plm_fault *ret_fault)
{
	plm_err err = json_load(json, input, ret_fault);
	if (err != PLM_OK)
		return err;
	uint32_t count = json->stages->n_structural_indexes;
	uint32_t *indexes = json->stages->structural_indexes.get();
	if (!json_reserve_nodes(json, count))
		return plm_fault_set(ret_fault, PLM_ENOMEM, NULL, "no memory for %u values", count);
	indexes[count] = (uint32_t)json->size;
	indexes[count + 1] = (uint32_t)json->size;
	json->has_escapes = memchr(json->bytes, '\\', json->size) != NULL;
	json->at = indexes;
	if (json_walk(json))
		return PLM_OK;
	err = json_broken(json, json->stopped_at, json->expected, ret_fault);
	json->nodes_count = 0;
	if (!json->too_many)
		return err;
	if (ret_fault != NULL)
		ret_fault->code = PLM_EOVERFLOW;
	return PLM_EOVERFLOW;
}

/* ---- access ---- */

const pli_json_node *
pli_json_nodes(const pli_json *json, uint32_t *ret_count)
{
	if (ret_count != NULL)
		*ret_count = json->nodes_count;
	return json->nodes_count == 0 ? NULL : json->nodes;
}

static inline uint32_t
json_scan(const pli_json *json, uint32_t from, uint32_t end, plm_slice key)
{
	const pli_json_node *nodes = json->nodes;
	for (uint32_t child = from; child < end; child = nodes[child].next) {
		if (nodes[child].key.size == key.size &&
		    memcmp(nodes[child].key.bytes, key.bytes, key.size) == 0)
			return child;
	}
	return 0;
}

static uint32_t
json_find(pli_json *json, uint32_t node, plm_slice key)
{
	if (node >= json->nodes_count || json->nodes[node].type != PLI_JSON_OBJECT)
		return 0;
	uint32_t end = json->nodes[node].next;
	if (json->repeats[node])
		return json_scan(json, node + 1, end, key);
	json_hint *hint = &json->hints[node & (PLI_JSON_HINTS - 1)];
	uint32_t from = hint->node == node && hint->child != 0 ? json->nodes[hint->child].next
							       : node + 1;
	uint32_t found = json_scan(json, from, end, key);
	if (found == 0)
		found = json_scan(json, node + 1, from, key);
	if (found != 0)
		*hint = json_hint{node, found};
	return found;
}

uint32_t
pli_json_find(pli_json *json, uint32_t node, const char *key)
{
	return json_find(json, node, plm_slice{key, strlen(key)});
}

uint32_t
pli_json_at(pli_json *json, uint32_t node, const char *path)
{
	const char *dot;
	while ((dot = strchr(path, '.')) != NULL) {
		node = json_find(json, node, plm_slice{path, (size_t)(dot - path)});
		if (node == 0)
			return 0;
		path = dot + 1;
	}
	return json_find(json, node, plm_slice{path, strlen(path)});
}

plm_err
pli_json_fault(pli_json *json, uint32_t node, const char *expected, plm_fault *ret_fault)
{
	if (ret_fault == NULL)
		return PLM_EDECODE;
	if (node >= json->nodes_count)
		return plm_fault_set(ret_fault, PLM_EDECODE, NULL, "expected %s", expected);
	const pli_json_node *at = &json->nodes[node];
	char path[PLM_FAULT_PATH_MAX];
	char got[PLI_JSON_SHOW_MAX];
	json_path_of(json, node, path);
	pli_json_place_show(json_input(json), at->offset,
	    at->type == PLI_JSON_NULL     ? 4
	    : at->type == PLI_JSON_STRING ? at->text.size + 2
					  : at->text.size,
	    got);
	plm_fault_set(ret_fault, PLM_EDECODE, path, "expected %s, got %s", expected, got);
	pli_json_place_set(json_input(json), at->offset, ret_fault);
	return PLM_EDECODE;
}

/* True when the node stands for "not given". */
static inline bool
json_is_unknown(const pli_json *json, uint32_t node)
{
	return node == 0 || node >= json->nodes_count || json->nodes[node].type == PLI_JSON_NULL;
}

static inline bool
json_is_texty(const pli_json_node *node)
{
	return node->type == PLI_JSON_NUMBER || node->type == PLI_JSON_STRING;
}

plm_err
pli_json_decimal(pli_json *json, uint32_t node, plm_decimal *ret_value, plm_fault *ret_fault)
{
	const pli_json_node *at = &json->nodes[node];
	if (json_is_unknown(json, node) || (at->type == PLI_JSON_STRING && at->text.size == 0)) {
		*ret_value = plm_decimal_unknown();
		return PLM_OK;
	}
	if (!json_is_texty(at))
		return pli_json_fault(json, node, "a number", ret_fault);
	plm_err err = plm_decimal_parse(at->text, ret_value, NULL);
	if (err == PLM_OK)
		return PLM_OK;
	return pli_json_fault(
	    json, node, err == PLM_EOVERFLOW ? "a number below 1.7e20" : "a number", ret_fault);
}

plm_err
pli_json_double(pli_json *json, uint32_t node, double *ret_value, plm_fault *ret_fault)
{
	const pli_json_node *at = &json->nodes[node];
	if (json_is_unknown(json, node) || (at->type == PLI_JSON_STRING && at->text.size == 0)) {
		*ret_value = __builtin_nan("");
		return PLM_OK;
	}
	/* A number's text always has a byte behind it: the padding, or a string's quote; the bytes
	 * of an unescaped string do not, and no number needs an escape. */
	if (!json_is_texty(at) || (const char *)json->bytes > at->text.bytes ||
	    (const char *)json->bytes + json->size < at->text.bytes ||
	    json_number_end((const uint8_t *)at->text.bytes) !=
		(const uint8_t *)at->text.bytes + at->text.size)
		return pli_json_fault(json, node, "a number", ret_fault);
	double value = 0;
	auto result = std::from_chars(at->text.bytes, at->text.bytes + at->text.size, value);
	if (result.ec != std::errc())
		return pli_json_fault(json, node, "a number that fits a double", ret_fault);
	*ret_value = value;
	return PLM_OK;
}

/* Plain digits that fit, the usual form. */
static inline bool
json_whole(const pli_json_node *node, int64_t *ret_value)
{
	const char *end = node->text.bytes + node->text.size;
	int64_t value = 0;
	if (node->text.size == 0)
		return false;
	auto result = std::from_chars(node->text.bytes, end, value);
	if (result.ec != std::errc() || result.ptr != end)
		return false;
	*ret_value = value;
	return true;
}

plm_err
pli_json_int(pli_json *json, uint32_t node, int64_t *ret_value, plm_fault *ret_fault)
{
	if (json_is_unknown(json, node)) {
		*ret_value = 0;
		return PLM_OK;
	}
	const pli_json_node *at = &json->nodes[node];
	if (!json_is_texty(at))
		return pli_json_fault(json, node, "a whole number", ret_fault);
	if (json_whole(at, ret_value))
		return PLM_OK;
	plm_decimal exact;
	if (plm_decimal_parse(at->text, &exact, NULL) != PLM_OK ||
	    exact.units % PLM_DECIMAL_ONE_UNITS != 0)
		return pli_json_fault(json, node, "a whole number", ret_fault);
	plm_int128 whole = exact.units / PLM_DECIMAL_ONE_UNITS;
	if (whole > INT64_MAX || whole < INT64_MIN)
		return pli_json_fault(json, node, "a whole number below 9.2e18", ret_fault);
	*ret_value = (int64_t)whole;
	return PLM_OK;
}

plm_err
pli_json_bool(pli_json *json, uint32_t node, bool *ret_value, plm_fault *ret_fault)
{
	if (json_is_unknown(json, node)) {
		*ret_value = false;
		return PLM_OK;
	}
	if (json->nodes[node].type != PLI_JSON_BOOL)
		return pli_json_fault(json, node, "true or false", ret_fault);
	*ret_value = json->nodes[node].text.size == 4;
	return PLM_OK;
}

plm_err
pli_json_string(pli_json *json, uint32_t node, plm_slice *ret_value, plm_fault *ret_fault)
{
	if (json_is_unknown(json, node)) {
		*ret_value = plm_slice{NULL, 0};
		return PLM_OK;
	}
	if (json->nodes[node].type != PLI_JSON_STRING)
		return pli_json_fault(json, node, "a string", ret_fault);
	*ret_value = json->nodes[node].text;
	return PLM_OK;
}

plm_err
pli_json_time_ms(pli_json *json, uint32_t node, int64_t *ret_time_ns, plm_fault *ret_fault)
{
	static const char expected[] = "milliseconds since 1970, up to the year 2262";
	const plm_int128 units_per_ns = 1000000000000;
	int64_t whole_ms;
	plm_decimal ms;
	if (json_is_unknown(json, node)) {
		*ret_time_ns = 0;
		return PLM_OK;
	}
	if (json_whole(&json->nodes[node], &whole_ms) && whole_ms >= 0 &&
	    whole_ms <= INT64_MAX / 1000000) {
		*ret_time_ns = whole_ms * 1000000;
		return PLM_OK;
	}
	if (pli_json_decimal(json, node, &ms, NULL) != PLM_OK)
		return pli_json_fault(json, node, expected, ret_fault);
	plm_int128 time_ns = plm_decimal_is_known(ms) ? ms.units / units_per_ns : 0;
	if (time_ns < 0 || time_ns > INT64_MAX)
		return pli_json_fault(json, node, expected, ret_fault);
	*ret_time_ns = (int64_t)time_ns;
	return PLM_OK;
}

size_t
pli_json_double_format(double value, char ret_text[PLI_JSON_DOUBLE_TEXT_MAX])
{
	auto result = std::to_chars(ret_text, ret_text + PLI_JSON_DOUBLE_TEXT_MAX - 1, value);
	*result.ptr = '\0';
	return (size_t)(result.ptr - ret_text);
}
