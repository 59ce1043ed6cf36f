/* json.h: reading JSON into a flat array of nodes, with the exact text of every number.
 *
 * simdjson finds the structure; one pass writes nodes that point into a padded copy of the input.
 * Nothing is converted until asked for. Bounded: input size, node count and depth have maxima
 * (base/limits.h); past them parse answers PLM_EOVERFLOW, never cuts. Strict (RFC 8259; lone
 * surrogates are refused too), over the whole document and before anything can be read. Of members
 * with the same name the first is found. Not shared between threads. Writing JSON is
 * json_write.h. */
#ifndef PLI_BASE_JSON_H
#define PLI_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "plimsoll/decimal.h"
#include "plimsoll/err.h"
#include "plimsoll/slice.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum pli_json_type {
	PLI_JSON_NULL,
	PLI_JSON_BOOL,
	PLI_JSON_NUMBER,
	PLI_JSON_STRING,
	PLI_JSON_ARRAY,
	PLI_JSON_OBJECT,
} pli_json_type;

/* pli_json_node: node 0 is the root. key: the member's name, unescaped, empty in arrays. text: a
 * number's exact text, a string's unescaped content, "true" or "false", an array's or object's own
 * JSON text from bracket to bracket; empty for null. children_count: members
 * of an array or object, which start at the next index; `next` is the index after this node's
 * whole subtree, so siblings are walked by next. offset: byte of the input, for places. */
typedef struct pli_json_node {
	plm_slice key;
	plm_slice text;
	uint32_t type; /* pli_json_type */
	uint32_t next;
	uint32_t children_count;
	uint32_t offset;
} pli_json_node;

typedef struct pli_json pli_json;

/* pli_json_create: a reader to be used again and again; grows to the bounds of base/limits.h and
 * keeps its memory. NULL: memory could not be had. destroy takes NULL. */
pli_json *pli_json_create(void);
void pli_json_destroy(pli_json *json);

/* pli_json_shared: this thread's own reader for short uses inside one call (decoders have no
 * heap). Created at first use, freed at thread end. NULL: memory could not be had. */
pli_json *pli_json_shared(void);

/* pli_json_parse reads one whole document. Nodes and slices live until the next parse.
 * Errors: PLM_EDECODE (broken JSON, invalid UTF-8, bytes behind the document, empty input; fault
 * has line, column and what was expected), PLM_EOVERFLOW (too large or too deep). */
plm_err pli_json_parse(pli_json *json, plm_slice input, plm_fault *ret_fault);

/* The node array of the last good parse; nodes[0] is the root. */
const pli_json_node *pli_json_nodes(const pli_json *json, uint32_t *ret_count);

/* pli_json_find: index of the member `key` of object `node`, 0 when there is none or when node is
 * no object. Cost: a comparison of each member for the first one asked for of an object, of about
 * one member for the next. */
uint32_t pli_json_find(pli_json *json, uint32_t node, const char *key);

/* pli_json_at: find along a dotted path ("params.data.timestamp"). */
uint32_t pli_json_at(pli_json *json, uint32_t node, const char *path);

/* Typed access by node index. A node of 0, JSON null and (for decimals, doubles and times) the
 * empty string read as unknown with PLM_OK: decimal unknown, NaN, time 0, slice empty, bool false;
 * an int has no such value and gives 0, so look for the node first where that matters. A wrong
 * type or an impossible text is PLM_EDECODE with place and expectation in the fault. Numbers may
 * stand in strings ("1.5"), as venues send them. Decimal places past the 18th are rounded.
 * *_ms reads milliseconds into nanoseconds and refuses what lies before 1970 or behind 2262 (a
 * "never" such as the year 3000: read that with pli_json_int). */
plm_err pli_json_decimal(
    pli_json *json, uint32_t node, plm_decimal *ret_value, plm_fault *ret_fault);
plm_err pli_json_double(pli_json *json, uint32_t node, double *ret_value, plm_fault *ret_fault);
plm_err pli_json_int(pli_json *json, uint32_t node, int64_t *ret_value, plm_fault *ret_fault);
plm_err pli_json_bool(pli_json *json, uint32_t node, bool *ret_value, plm_fault *ret_fault);
plm_err pli_json_string(pli_json *json, uint32_t node, plm_slice *ret_value, plm_fault *ret_fault);
plm_err pli_json_time_ms(pli_json *json, uint32_t node, int64_t *ret_time_ns, plm_fault *ret_fault);

/* pli_json_fault fills a fault with line, column and path ("result[2].size") of a node and
 * "expected <expected>, got <the node's text>", and returns PLM_EDECODE. */
plm_err pli_json_fault(pli_json *json, uint32_t node, const char *expected, plm_fault *ret_fault);

#ifdef __cplusplus
}
#endif

#endif
