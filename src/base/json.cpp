/* json.cpp: the JSON reader. simdjson's first stage finds structure and checks UTF-8 and strings;
 * the grammar walk over its indexes is ours, so that it is strict and keeps number texts. */
#include "base/json.h"

#include <charconv>
#include <memory>
#include <new>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault_point.h"
#include "base/json_inside.h"
#include "base/json_place.h"
#include "base/json_write.h"
#include "base/limits.h"
#include "base/utf8.h"

/* The walk's own state, in registers: what it writes must not make it read these again. */
struct json_walker {
	pli_json *json;
	const uint8_t *bytes;
	const uint32_t *at; /* into the structural indexes */
	pli_json_node *nodes;
	uint32_t nodes_count;
	uint32_t depth;
	uint32_t children_count; /* of the innermost open container */
	uint32_t last_child;
	bool object; /* that container is one */
};

pli_json *
pli_json_create(void)
{
	return new (std::nothrow) pli_json();
}

void
pli_json_destroy(pli_json *json)
{
	if (json == NULL)
		return;
	free(json->bytes);
	free(json->strings);
	free(json->nodes);
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
	return PLI_FAULT(JSON_READER) ? NULL : json_of_thread.json;
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

bool
pli_json_reserve_nodes(pli_json *json, size_t wanted)
{
	if (wanted > PLI_JSON_NODES_MAX)
		wanted = PLI_JSON_NODES_MAX;
	if (wanted <= json->nodes_capacity)
		return true;
	size_t capacity = json_grown(json->nodes_capacity, PLI_JSON_NODES_FIRST, wanted);
	free(json->nodes);
	json->nodes = (pli_json_node *)malloc(capacity * sizeof *json->nodes);
	json->nodes_capacity = json->nodes == NULL ? 0 : (uint32_t)capacity;
	return json->nodes != NULL;
}

/* ---- places ---- */

static plm_slice
json_input(const pli_json *json)
{
	return plm_slice{(const char *)json->bytes, json->size};
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
		if (frame->children_count == 0)
			return;
		uint32_t child = i + 1 < json->depth ? json->frames[i + 1].node : json->last_child;
		used = pli_json_place_path_append(
		    path, used, &json->nodes[child], in_array, frame->children_count - 1);
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

/* ---- tokens ---- */

static bool
json_stop_at(pli_json *json, const uint8_t *at, const char *expected)
{
	json->expected = expected;
	json->stopped_at = (uint32_t)(at - json->bytes);
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
		return json_stop_at(json, p, "memory for strings");
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
		if (p == NULL || p > end)
			return json_stop_at(json, escape, "a valid escape sequence");
	}
	json->strings_size += (size_t)(out - start);
	*ret_text = plm_slice{start, (size_t)(out - start)};
	return true;
}

/* ---- the walk: inlined into one function, so that the walker stays in registers ---- */

[[gnu::always_inline]] static inline bool
walk_stop(json_walker &w, const char *expected)
{
	return json_stop_at(w.json, w.bytes + *w.at, expected);
}

/* Stage 1 marks the opening quote only; between the closing one and the next mark are blanks. */
[[gnu::always_inline]] static inline bool
walk_string(json_walker &w, plm_slice &ret_text)
{
	const uint8_t *start = w.bytes + w.at[0] + 1;
	const uint8_t *end = w.bytes + w.at[1] - 1;
	while (json_is_blank(*end))
		end--;
	if (end < start || *end != '"')
		return walk_stop(w, "a string that is closed by a quote");
	plm_slice text = {(const char *)start, (size_t)(end - start)};
	if (w.json->has_escapes && memchr(start, '\\', text.size) != NULL) {
		plm_slice unescaped;
		if (!json_unescape(w.json, start, end, &unescaped))
			return false;
		text = unescaped;
	}
	ret_text = text;
	w.at++;
	return true;
}

[[gnu::always_inline]] static inline bool
walk_word(json_walker &w, pli_json_node *node, const char *word, pli_json_type type)
{
	const uint8_t *start = w.bytes + *w.at;
	size_t size = strlen(word);
	if (memcmp(start, word, size) != 0 || !json_ends_token(start[size]))
		return walk_stop(w, "a value");
	node->type = type;
	node->text = plm_slice{(const char *)start, type == PLI_JSON_NULL ? 0 : size};
	w.at++;
	return true;
}

[[gnu::always_inline]] static inline bool
walk_scalar(json_walker &w, pli_json_node *node)
{
	const uint8_t *start = w.bytes + *w.at;
	switch (*start) {
	case '"':
		node->type = PLI_JSON_STRING;
		return walk_string(w, node->text);
	case 't':
		return walk_word(w, node, "true", PLI_JSON_BOOL);
	case 'f':
		return walk_word(w, node, "false", PLI_JSON_BOOL);
	case 'n':
		return walk_word(w, node, "null", PLI_JSON_NULL);
	default:
		break;
	}
	if (*start != '-' && !json_is_digit(*start))
		return walk_stop(w, "a value");
	const uint8_t *end = json_number_end(start);
	if (end == NULL || !json_ends_token(*end))
		return walk_stop(w, "a JSON number");
	node->type = PLI_JSON_NUMBER;
	node->text = plm_slice{(const char *)start, (size_t)(end - start)};
	w.at++;
	return true;
}

/* Reads `"name":` where *w.at must be a quote. */
[[gnu::always_inline]] static inline bool
walk_name(json_walker &w, plm_slice &ret_key)
{
	if (w.bytes[*w.at] != '"')
		return walk_stop(w, "a member name in quotes");
	if (!walk_string(w, ret_key))
		return false;
	if (w.bytes[*w.at] != ':')
		return walk_stop(w, "\":\" after the member name");
	w.at++;
	return true;
}

[[gnu::always_inline]] static inline pli_json_node *
walk_add(json_walker &w, plm_slice key)
{
	if (w.nodes_count == w.json->nodes_capacity) {
		w.json->too_many = true;
		walk_stop(w, "fewer values");
		return NULL;
	}
	uint32_t index = w.nodes_count++;
	pli_json_node *node = &w.nodes[index];
	node->key = key;
	node->next = index + 1;
	node->children_count = 0;
	node->offset = *w.at;
	w.last_child = index;
	w.children_count++;
	return node;
}

[[gnu::always_inline]] static inline bool
walk_open(json_walker &w, pli_json_node *node, pli_json_type type)
{
	if (w.depth == PLI_JSON_DEPTH_MAX) {
		w.json->too_many = true;
		return walk_stop(w, "fewer levels of nesting");
	}
	node->type = type;
	if (w.depth > 0)
		w.json->frames[w.depth - 1].children_count = w.children_count;
	w.json->frames[w.depth++] = json_frame{w.last_child, 0};
	w.children_count = 0;
	w.object = type == PLI_JSON_OBJECT;
	w.at++;
	return true;
}

[[gnu::always_inline]] static inline void
walk_close(json_walker &w)
{
	const json_frame *frame = &w.json->frames[--w.depth];
	pli_json_node *node = &w.nodes[frame->node];
	node->next = w.nodes_count;
	node->children_count = w.children_count;
	node->text = plm_slice{(const char *)w.bytes + node->offset, *w.at + 1 - node->offset};
	w.at++;
	w.last_child = frame->node;
	if (w.depth == 0)
		return;
	w.children_count = frame[-1].children_count;
	w.object = w.nodes[frame[-1].node].type == PLI_JSON_OBJECT;
}

/* After a value: closes what closes here. ret_done: the document is complete; else a comma was
 * read and ret_key is the name of what follows. */
[[gnu::always_inline]] static inline bool
walk_after_value(json_walker &w, plm_slice &ret_key, bool &ret_done)
{
	for (;;) {
		if (w.depth == 0) {
			ret_done = true;
			return *w.at == w.json->size || walk_stop(w, "nothing after the document");
		}
		uint8_t byte = w.bytes[*w.at];
		if (byte == ',') {
			w.at++;
			return !w.object || walk_name(w, ret_key);
		}
		if (byte != (w.object ? '}' : ']'))
			return walk_stop(w, w.object ? "\",\" or \"}\"" : "\",\" or \"]\"");
		walk_close(w);
	}
}

[[gnu::always_inline]] static inline bool
walk_run(json_walker &w)
{
	plm_slice key = {NULL, 0};
	bool done = false;
	while (!done) {
		pli_json_node *node = walk_add(w, key);
		if (node == NULL)
			return false;
		uint8_t byte = w.bytes[*w.at];
		key = plm_slice{NULL, 0};
		if (byte == '{') {
			if (!walk_open(w, node, PLI_JSON_OBJECT))
				return false;
			if (w.bytes[*w.at] != '}') {
				if (!walk_name(w, key))
					return false;
				continue;
			}
		} else if (byte == '[') {
			if (!walk_open(w, node, PLI_JSON_ARRAY))
				return false;
			if (w.bytes[*w.at] != ']')
				continue;
		} else if (!walk_scalar(w, node)) {
			return false;
		}
		if (!walk_after_value(w, key, done))
			return false;
	}
	return true;
}

static bool
json_walk(pli_json *json, const uint32_t *indexes)
{
	json_walker w = {json, json->bytes, indexes, json->nodes, 0, 0, 0, 0, false};
	bool whole = walk_run(w);
	json->nodes_count = w.nodes_count;
	json->depth = w.depth;
	json->last_child = w.last_child;
	if (w.depth > 0)
		json->frames[w.depth - 1].children_count = w.children_count;
	return whole;
}

static plm_err
json_stage1(pli_json *json, plm_fault *ret_fault)
{
	simdjson::error_code error = json->stages->stage1(
	    json->bytes, json->size, simdjson::stage1_mode::regular);
	if (error == simdjson::SUCCESS)
		return PLM_OK;
	if (error == simdjson::UTF8_ERROR)
		return json_broken(
		    json, pli_json_place_bad_utf8(json_input(json)), "valid UTF-8", ret_fault);
	if (error == simdjson::UNESCAPED_CHARS || error == simdjson::UNCLOSED_STRING) {
		bool control;
		size_t offset = pli_json_place_bad_string(json_input(json), &control);
		return json_broken(json, offset,
		    control ? "control bytes in a string to be escaped"
			    : "a string that is closed by a quote",
		    ret_fault);
	}
	if (error == simdjson::MEMALLOC)
		return plm_fault_set(
		    ret_fault, PLM_ENOMEM, NULL, "no memory for %zu bytes", json->size);
	return json_broken(json, json->size, "a JSON value", ret_fault);
}

plm_err
pli_json_load(pli_json *json, plm_slice input, plm_fault *ret_fault)
{
	json->parse++;
	json->nodes_count = 0;
	json->depth = 0;
	json->strings_size = 0;
	json->too_many = false;
	json->size = 0;
	if (input.size > PLI_JSON_BYTES_MAX)
		return plm_fault_set(ret_fault, PLM_EOVERFLOW, NULL,
		    "expected at most %d bytes, got %zu", PLI_JSON_BYTES_MAX, input.size);
	if (PLI_FAULT(JSON_BYTES) || !json_reserve_bytes(json, input.size))
		return plm_fault_set(
		    ret_fault, PLM_ENOMEM, NULL, "no memory for %zu bytes", input.size);
	json->size = input.size;
	if (input.size > 0)
		memcpy(json->bytes, input.bytes, input.size);
	memset(json->bytes + input.size, ' ', simdjson::SIMDJSON_PADDING);
	plm_err err = PLI_FAULT(JSON_PARSE) ? PLM_EDECODE : json_stage1(json, ret_fault);
	if (err != PLM_OK)
		return err;
	uint32_t count = json->stages->n_structural_indexes;
	uint32_t *indexes = json->stages->structural_indexes.get();
	indexes[count] = (uint32_t)json->size;
	indexes[count + 1] = (uint32_t)json->size;
	return PLM_OK;
}

plm_err
pli_json_parse(pli_json *json, plm_slice input, plm_fault *ret_fault)
{
	plm_err err = pli_json_load(json, input, ret_fault);
	if (err != PLM_OK)
		return err;
	uint32_t count = json->stages->n_structural_indexes;
	uint32_t *indexes = json->stages->structural_indexes.get();
	if (PLI_FAULT(JSON_NODES) || !pli_json_reserve_nodes(json, count))
		return plm_fault_set(ret_fault, PLM_ENOMEM, NULL, "no memory for %u values", count);
	json->has_escapes = memchr(json->bytes, '\\', json->size) != NULL;
	if (json_walk(json, indexes))
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
json_name_hash(plm_slice key)
{
	if (key.size == 0)
		return 0;
	uint8_t first = (uint8_t)key.bytes[0];
	uint8_t middle = (uint8_t)key.bytes[key.size / 2];
	uint8_t last = (uint8_t)key.bytes[key.size - 1];
	return (uint32_t)(first * 3 + middle * 17 + last * 71 + key.size * 29) % JSON_HASHES;
}

static void
json_index_make(pli_json *json, uint32_t node, json_index *index)
{
	const pli_json_node *nodes = json->nodes;
	memset(index->first, 0, sizeof index->first);
	for (uint32_t child = node + 1; child < nodes[node].next; child = nodes[child].next) {
		uint16_t *first = &index->first[json_name_hash(nodes[child].key)];
		*first = *first != 0 ? *first : (uint16_t)(child - node);
	}
	index->node = node;
	index->parse = json->parse;
}

static uint32_t
json_find(pli_json *json, uint32_t node, plm_slice key)
{
	if (node >= json->nodes_count || json->nodes[node].type != PLI_JSON_OBJECT)
		return 0;
	const pli_json_node *nodes = json->nodes;
	uint32_t end = nodes[node].next, child = node + 1;
	if (nodes[node].children_count >= JSON_INDEX_MEMBERS_MIN && end - node <= UINT16_MAX) {
		json_index *index = &json->indexes[node % PLI_JSON_INDEXES];
		if (index->node != node || index->parse != json->parse)
			json_index_make(json, node, index);
		uint32_t first = index->first[json_name_hash(key)];
		child = first == 0 ? end : node + first;
	}
	for (; child < end; child = nodes[child].next) {
		if (nodes[child].key.size == key.size &&
		    memcmp(nodes[child].key.bytes, key.bytes, key.size) == 0)
			return child;
	}
	return 0;
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
	pli_json_place_path(json->nodes, node, path);
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

/* At most 15 digits, at most one point, no exponent: both numbers of the one division are exact, so
 * it gives the nearest double. False: another text. */
static inline bool
json_double_short(plm_slice text, double *ret_value)
{
	static const double powers[] = {
	    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
	const char *p = text.bytes, *end = text.bytes + text.size, *point = end;
	bool negative = *p == '-';
	uint64_t digits = 0;
	p += negative;
	if (end - p > 16)
		return false;
	for (; p < end; p++) {
		if (json_is_digit((uint8_t)*p))
			digits = digits * 10 + (uint64_t)(*p - '0');
		else if (*p == '.')
			point = p + 1;
		else
			return false;
	}
	if (digits >= UINT64_C(1000000000000000))
		return false;
	double value = (double)digits / powers[end - point];
	*ret_value = negative ? -value : value;
	return true;
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
	if (at->type == PLI_JSON_NUMBER && json_double_short(at->text, ret_value))
		return PLM_OK;
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
	const char *p = node->text.bytes, *end = p + node->text.size;
	bool negative = p < end && *p == '-';
	int64_t value = 0;
	p += negative;
	if (p == end || end - p > 18)
		return false;
	for (; p < end; p++) {
		if (!json_is_digit((uint8_t)*p))
			return false;
		value = value * 10 + (*p - '0');
	}
	*ret_value = negative ? -value : value;
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
