/* json_pick.cpp: one pass over the structure of a document that keeps what is wanted of it. */
#include "base/json_pick.h"

#include <assert.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/json_inside.h"

enum { PICK_SCOPE_NONE = 255, PICK_UNSET = 255 };

static inline uint32_t
pick_hash(uint32_t scope, const char *name, size_t size)
{
	return (scope * 29 + (uint8_t)name[0] * 3 + (uint8_t)name[size - 1] + (uint32_t)size * 41) %
	       PLI_JSON_PICK_SLOTS;
}

/* Equal sizes, which most often are 4 to 16: two reads of each that overlap. */
static inline bool
pick_same(const char *a, const char *b, size_t size)
{
	uint64_t a8[2], b8[2];
	uint32_t a4[2], b4[2];
	if (size - 4 < 4) {
		memcpy(&a4[0], a, 4);
		memcpy(&a4[1], a + size - 4, 4);
		memcpy(&b4[0], b, 4);
		memcpy(&b4[1], b + size - 4, 4);
		return ((a4[0] ^ b4[0]) | (a4[1] ^ b4[1])) == 0;
	}
	if (size - 8 > 8)
		return memcmp(a, b, size) == 0;
	memcpy(&a8[0], a, 8);
	memcpy(&a8[1], a + size - 8, 8);
	memcpy(&b8[0], b, 8);
	memcpy(&b8[1], b + size - 8, 8);
	return ((a8[0] ^ b8[0]) | (a8[1] ^ b8[1])) == 0;
}

/* ---- preparing ---- */

static pli_json_pick_row *
picks_row(pli_json_picks *picks, uint32_t scope, const char *name, size_t size)
{
	for (uint32_t i = 0; i < picks->rows_count; i++) {
		pli_json_pick_row *row = &picks->rows[i];
		if (row->scope == scope && row->size == size && memcmp(row->name, name, size) == 0)
			return row;
	}
	assert(picks->rows_count < 2 * PLI_JSON_PICKS_MAX && size > 0 && size <= UINT8_MAX);
	pli_json_pick_row *row = &picks->rows[picks->rows_count++];
	*row = pli_json_pick_row{name, (uint8_t)size, (uint8_t)scope, 0, 0};
	uint32_t slot = pick_hash(scope, name, size);
	while (picks->slots[slot] != 0)
		slot = (slot + 1) % PLI_JSON_PICK_SLOTS;
	picks->slots[slot] = picks->rows_count;
	return row;
}

void
pli_json_picks_init(pli_json_picks *ret_picks, const char *const *paths, uint32_t count)
{
	assert(count <= PLI_JSON_PICKS_MAX);
	*ret_picks = pli_json_picks{};
	for (uint32_t i = 0; i < count; i++) {
		const char *name = paths[i], *dot;
		uint32_t scope = 0;
		while ((dot = strchr(name, '.')) != NULL) {
			pli_json_pick_row *row = picks_row(
			    ret_picks, scope, name, (size_t)(dot - name));
			if (row->inside == 0)
				row->inside = ++ret_picks->scopes_count;
			scope = row->inside;
			name = dot + 1;
		}
		picks_row(ret_picks, scope, name, strlen(name))->node = ++ret_picks->nodes_count;
	}
	/* An object on the way has one too: it must not come twice. */
	for (uint32_t i = 0; i < ret_picks->rows_count; i++)
		if (ret_picks->rows[i].node == 0)
			ret_picks->rows[i].node = ++ret_picks->nodes_count;
}

/* ---- the pass ---- */

/* What is open outside the innermost container. */
struct pick_stack {
	uint8_t scopes[PLI_JSON_DEPTH_MAX];
	bool objects[PLI_JSON_DEPTH_MAX];
};

/* The walker's own state, in registers. */
struct pick_walker {
	const uint8_t *bytes;
	const uint32_t *at; /* into the structural indexes */
	pli_json_node *nodes;
	const pli_json_picks *picks;
	pli_json_node *node; /* of the value that comes next; node 0 is where all others go */
	uint32_t inside;     /* its scope, should it be an object */
	uint32_t depth;      /* of open containers */
	uint32_t scope;      /* of the innermost one */
	bool object;         /* which is an object */
	pick_stack *stack;
};

/* `"name":` without blanks. */
[[gnu::always_inline]] static inline bool
pick_name(pick_walker &w)
{
	uint32_t quote = w.at[0], colon = w.at[1];
	const char *name = (const char *)w.bytes + quote + 1;
	size_t size = (size_t)colon - quote - 2;
	if (w.bytes[quote] != '"' || w.bytes[colon] != ':' || colon < quote + 2 ||
	    w.bytes[colon - 1] != '"')
		return false;
	w.at += 2;
	w.node = w.nodes;
	w.inside = PICK_SCOPE_NONE;
	if (w.scope == PICK_SCOPE_NONE || size == 0)
		return true;
	uint32_t slot = pick_hash(w.scope, name, size);
	for (uint8_t i; (i = w.picks->slots[slot]) != 0; slot = (slot + 1) % PLI_JSON_PICK_SLOTS) {
		const pli_json_pick_row *row = &w.picks->rows[i - 1];
		if (row->size != size || row->scope != w.scope || !pick_same(row->name, name, size))
			continue;
		w.node = w.nodes + row->node;
		w.inside = row->inside != 0 ? row->inside : (uint32_t)PICK_SCOPE_NONE;
		break;
	}
	return true;
}

/* The end of the number that starts at p; the usual one, of at most 15 digits with a point, is seen
 * in one go. NULL: none. */
[[gnu::always_inline]] static inline const uint8_t *
pick_number_end(const uint8_t *p)
{
#ifdef __SSE2__
	const uint8_t *start = p + (*p == '-');
	__m128i bytes = _mm_loadu_si128((const __m128i *)start);
	__m128i shifted = _mm_add_epi8(bytes, _mm_set1_epi8((char)(0x80 - '0')));
	__m128i digits = _mm_cmplt_epi8(shifted, _mm_set1_epi8((char)(0x80 + 10)));
	uint32_t others = ~(uint32_t)_mm_movemask_epi8(digits);
	uint32_t whole = (uint32_t)__builtin_ctz(others), end = whole;
	if (start[whole] == '.') {
		end = (uint32_t)__builtin_ctz(others & (others - 1));
		whole += end == whole + 1 ? 16 : 0;
	}
	bool usual = end < 16 && whole - 1 < 15 && (*start != '0' || whole == 1) &&
		     (start[end] | 0x20) != 'e';
	if (__builtin_expect(usual, true))
		return start + end;
#endif
	return json_number_end(p);
}

static bool
pick_word(const uint8_t *start, size_t size, pli_json_node *node)
{
	if (size == 4 && memcmp(start, "true", 4) == 0)
		node->type = PLI_JSON_BOOL;
	else if (size == 5 && memcmp(start, "false", 5) == 0)
		node->type = PLI_JSON_BOOL;
	else if (size == 4 && memcmp(start, "null", 4) == 0)
		node->type = PLI_JSON_NULL;
	else
		return false;
	node->text = plm_slice{(const char *)start, node->type == PLI_JSON_NULL ? 0 : size};
	return true;
}

/* A value that is no container, up to the next token. */
[[gnu::always_inline]] static inline bool
pick_scalar(pick_walker &w, pli_json_node *node)
{
	uint32_t from = w.at[0], to = w.at[1];
	const uint8_t *start = w.bytes + from;
	w.at++;
	if (*start == '"') {
		node->type = PLI_JSON_STRING;
		node->text = plm_slice{(const char *)start + 1, (size_t)to - from - 2};
		return to >= from + 2 && w.bytes[to - 1] == '"';
	}
	if (*start != '-' && !json_is_digit(*start))
		return pick_word(start, to - from, node);
	node->type = PLI_JSON_NUMBER;
	node->text = plm_slice{(const char *)start, (size_t)to - from};
	return pick_number_end(start) == w.bytes + to;
}

[[gnu::always_inline]] static inline bool
pick_open(pick_walker &w, bool object)
{
	if (w.depth == PLI_JSON_DEPTH_MAX)
		return false;
	w.stack->scopes[w.depth] = (uint8_t)w.scope;
	w.stack->objects[w.depth++] = w.object;
	w.scope = object ? w.inside : (uint32_t)PICK_SCOPE_NONE;
	w.object = object;
	w.at++;
	w.node = w.nodes;
	w.inside = PICK_SCOPE_NONE;
	return true;
}

/* After a value: closes what closes here, up to the next value or the end. */
[[gnu::always_inline]] static inline bool
pick_after(pick_walker &w)
{
	for (;;) {
		uint8_t byte = w.bytes[*w.at];
		if (byte == ',') {
			w.at++;
			return !w.object || pick_name(w);
		}
		if (byte != (w.object ? '}' : ']'))
			return false;
		w.at++;
		w.object = w.stack->objects[--w.depth];
		w.scope = w.stack->scopes[w.depth];
		if (w.depth == 0)
			return true;
	}
}

/* Where the pass ended, NULL where it stopped before the end. */
static const uint32_t *
pick_run(const pli_json *json, const pli_json_picks *picks)
{
	pick_stack stack;
	pick_walker w = {json->bytes, json->stages->structural_indexes.get(), json->nodes, picks,
	    json->nodes, 0, 0, 0, false, &stack};
	do {
		uint8_t byte = w.bytes[*w.at];
		pli_json_node *node = w.node;
		if (node != w.nodes && node->type != PICK_UNSET)
			return NULL;
		if (byte == '{' || byte == '[') {
			bool object = byte == '{';
			node->type = object ? PLI_JSON_OBJECT : PLI_JSON_ARRAY;
			node->text = plm_slice{NULL, 0};
			if (!pick_open(w, object))
				return NULL;
			if (w.bytes[*w.at] != (object ? '}' : ']')) {
				if (object && !pick_name(w))
					return NULL;
				continue;
			}
		} else if (w.depth == 0 || !pick_scalar(w, node)) {
			return NULL;
		}
		if (!pick_after(w))
			return NULL;
	} while (w.depth > 0);
	return w.at;
}

plm_err
pli_json_pick(pli_json *json, plm_slice input, const pli_json_picks *picks)
{
	uint32_t count = picks->nodes_count + 1U;
	plm_err err = pli_json_load(json, input, NULL);
	if (err != PLM_OK || memchr(json->bytes, '\\', json->size) != NULL)
		return err == PLM_ENOMEM ? PLM_ENOMEM : PLM_EKIND;
	if (!pli_json_reserve_nodes(json, count))
		return PLM_ENOMEM;
	for (uint32_t i = 0; i < count; i++)
		json->nodes[i].type = PICK_UNSET;
	const uint32_t *end = pick_run(json, picks);
	bool whole = end != NULL && *end == json->size;
	for (uint32_t i = 0; i < count; i++)
		if (json->nodes[i].type == PICK_UNSET)
			json->nodes[i].type = PLI_JSON_NULL;
	json->nodes[0].type = PLI_JSON_OBJECT;
	json->nodes[0].next = 1;
	json->nodes[0].children_count = 0;
	json->nodes_count = whole ? count : 0;
	return whole ? PLM_OK : PLM_EKIND;
}
