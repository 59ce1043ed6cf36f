/* json_inside.h: the inside of the JSON reader, for json.cpp and json_pick.cpp. C++. */
#ifndef PLI_BASE_JSON_INSIDE_H
#define PLI_BASE_JSON_INSIDE_H

#include <memory>
#include <string.h>

#include <simdjson.h>

#include "base/json.h"
#include "base/limits.h"

enum { JSON_HASHES = 128, JSON_INDEX_MEMBERS_MIN = 8 };

/* The members of one object by a hash of their names: how far behind the object's node the first
 * member of that hash stands, 0 none. Made when a member of a large object is first looked for. */
struct json_index {
	uint32_t node;
	uint64_t parse; /* of which parse; 0 none */
	uint16_t first[JSON_HASHES];
};

/* One open container; children_count: of it, while another is open inside. */
struct json_frame {
	uint32_t node;
	uint32_t children_count;
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
	uint32_t nodes_capacity;
	uint32_t nodes_count;
	bool has_escapes;
	uint64_t parse; /* counts parses */
	json_index indexes[PLI_JSON_INDEXES];
	/* where and why the walk stopped; the paths to it */
	const char *expected;
	uint32_t stopped_at;
	uint32_t depth;
	uint32_t last_child;
	bool too_many;
	json_frame frames[PLI_JSON_DEPTH_MAX];
};

/* pli_json_load copies the input, with blanks behind it, and finds its structure: the positions of
 * quotes that open, brackets, colons, commas and the first bytes of other values; the size of the
 * input stands twice behind them. Errors: as pli_json_parse, but for the grammar. */
plm_err pli_json_load(pli_json *json, plm_slice input, plm_fault *ret_fault);

/* pli_json_reserve_nodes: room for that many nodes, or for as many as there may be; what they held
 * is lost. False: no memory. */
bool pli_json_reserve_nodes(pli_json *json, size_t wanted);

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

/* The first byte from p on that is no digit. Reads eight at a time, so there must be as many behind
 * it. */
static inline const uint8_t *
json_digits_end(const uint8_t *p)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	for (;; p += 8) {
		uint64_t eight;
		memcpy(&eight, p, sizeof eight);
		eight ^= ones * '0';
		uint64_t other = (((eight & ones * 0x7f) + ones * (0x80 - 10)) | eight) &
				 ones * 0x80;
		if (other != 0)
			return p + __builtin_ctzll(other) / 8;
	}
}

/* The end of the number that starts at p, NULL when it is none (RFC 8259, section 6). The text
 * must have a byte behind it that is no digit. */
static inline const uint8_t *
json_number_end(const uint8_t *p)
{
	p += *p == '-';
	if (!json_is_digit(*p))
		return NULL;
	p = *p == '0' ? p + 1 : json_digits_end(p + 1);
	if (*p == '.') {
		p++;
		if (!json_is_digit(*p))
			return NULL;
		p = json_digits_end(p);
	}
	if ((*p | 0x20) == 'e') {
		p++;
		p += *p == '-' || *p == '+';
		if (!json_is_digit(*p))
			return NULL;
		p = json_digits_end(p);
	}
	return p;
}

#endif
