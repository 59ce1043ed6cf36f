/* margin_case_check.c: expected members against those that were got. */
#include "cli/margin_case_check.h"

#include <math.h>
#include <stdio.h>

enum { MARGIN_VALUE_MAX = 32 };

/* NaN: not given. */
typedef struct check_tolerance {
	double abs, rel;
} check_tolerance;

static double
number_of(pli_json *json, uint32_t node, const char *key)
{
	double value = NAN;
	uint32_t at = pli_json_find(json, node, key);
	if (at != 0)
		(void)pli_json_double(json, at, &value, NULL);
	return value;
}

/* A member's own, else that of all. */
static check_tolerance
tolerance_of(pli_json *cases, uint32_t node, plm_slice key)
{
	char name[64];
	uint32_t of = pli_json_find(cases, node, "tolerance");
	uint32_t keys = of == 0 ? 0 : pli_json_find(cases, of, "keys");
	(void)snprintf(name, sizeof name, "%.*s", (int)key.size, key.bytes);
	uint32_t own = keys == 0 ? 0 : pli_json_find(cases, keys, name);
	if (own != 0)
		of = own;
	if (of == 0)
		return (check_tolerance){NAN, NAN};
	return (check_tolerance){number_of(cases, of, "abs"), number_of(cases, of, "rel")};
}

static bool
numbers_agree(double expected, double got, check_tolerance most)
{
	double off = fabs(got - expected);
	return off <= 0 || off <= most.abs || off <= most.rel * fabs(expected);
}

/* One value, or of a list each. */
static bool
values_agree(
    pli_json *cases, uint32_t expected, pli_json *reader, uint32_t got, check_tolerance most)
{
	uint32_t count;
	const pli_json_node *of = &pli_json_nodes(cases, &count)[expected];
	const pli_json_node *to = &pli_json_nodes(reader, &count)[got];
	double a = NAN, b = NAN;
	if (of->type != to->type || of->children_count != to->children_count)
		return false;
	if (of->type == PLI_JSON_NUMBER) {
		(void)pli_json_double(cases, expected, &a, NULL);
		(void)pli_json_double(reader, got, &b, NULL);
		return numbers_agree(a, b, most);
	}
	if (of->type != PLI_JSON_ARRAY)
		return of->type != PLI_JSON_OBJECT && plm_slice_equal(of->text, to->text);
	uint32_t left = expected + 1, right = got + 1;
	for (uint32_t i = 0; i < of->children_count; i++) {
		if (!values_agree(cases, left, reader, right, most))
			return false;
		left = pli_json_nodes(cases, &count)[left].next;
		right = pli_json_nodes(reader, &count)[right].next;
	}
	return true;
}

/* The first of a value's text; "null" of null. */
static plm_slice
value_text(const pli_json_node *node)
{
	plm_slice text = node->text;
	if (node->type == PLI_JSON_NULL)
		text = PLM_SLICE("null");
	if (text.size > MARGIN_VALUE_MAX)
		text.size = MARGIN_VALUE_MAX;
	return text;
}

/* got: NULL: there is no such member. */
static void
say_off(const pli_json_node *expected, const pli_json_node *got, char *ret_text)
{
	plm_slice is = got == NULL ? PLM_SLICE("missing") : value_text(got);
	plm_slice due = value_text(expected);
	(void)snprintf(ret_text, MARGIN_CHECK_TEXT_MAX, "%.*s is %.*s, not %.*s",
	    (int)expected->key.size, expected->key.bytes, (int)is.size, is.bytes, (int)due.size,
	    due.bytes);
}

margin_verdict
pli_margin_case_check(
    pli_json *cases, uint32_t node, pli_json *reader, plm_slice got, char *ret_text)
{
	uint32_t count, of = pli_json_find(cases, node, "expected"), agree = 0;
	const pli_json_node *nodes = pli_json_nodes(cases, &count);
	(void)snprintf(ret_text, MARGIN_CHECK_TEXT_MAX, "nothing is expected");
	if (of == 0 || nodes[of].type != PLI_JSON_OBJECT || nodes[of].children_count == 0)
		return MARGIN_NOTHING;
	bool read = pli_json_parse(reader, got, NULL) == PLM_OK;
	for (uint32_t at = of + 1; at < nodes[of].next; at = nodes[at].next, agree++) {
		char name[64];
		(void)snprintf(
		    name, sizeof name, "%.*s", (int)nodes[at].key.size, nodes[at].key.bytes);
		uint32_t has = read ? pli_json_find(reader, 0, name) : 0, all;
		if (has != 0 &&
		    values_agree(cases, at, reader, has, tolerance_of(cases, node, nodes[at].key)))
			continue;
		say_off(&nodes[at], has == 0 ? NULL : &pli_json_nodes(reader, &all)[has], ret_text);
		return MARGIN_FAILED;
	}
	(void)snprintf(ret_text, MARGIN_CHECK_TEXT_MAX, "%u value%s", agree, agree == 1 ? "" : "s");
	return MARGIN_PASSED;
}
