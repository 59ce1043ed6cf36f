/* json_row.c: members of one JSON object, with one error for all of them. */
#include "venue/json_row.h"

#include <math.h>
#include <stdio.h>

uint32_t
pli_row_find(const pli_row *r, const char *key)
{
	return key == NULL ? 0 : pli_json_find(r->json, r->node, key);
}

plm_decimal
pli_row_decimal_at(pli_row *r, uint32_t node)
{
	plm_decimal value = plm_decimal_unknown();
	if (r->err == PLM_OK)
		r->err = pli_json_decimal(r->json, node, &value, r->fault);
	return value;
}

double
pli_row_double_at(pli_row *r, uint32_t node)
{
	double value = NAN;
	if (r->err == PLM_OK)
		r->err = pli_json_double(r->json, node, &value, r->fault);
	return value;
}

plm_slice
pli_row_string_at(pli_row *r, uint32_t node)
{
	plm_slice value = {NULL, 0};
	if (r->err == PLM_OK)
		r->err = pli_json_string(r->json, node, &value, r->fault);
	return value;
}

plm_time_ns
pli_row_time_at(pli_row *r, uint32_t node)
{
	int64_t time_ns = 0;
	if (r->err == PLM_OK)
		r->err = pli_json_time_ms(r->json, node, &time_ns, r->fault);
	return time_ns;
}

bool
pli_row_known_at(const pli_row *r, uint32_t node)
{
	return node != 0 && pli_json_nodes(r->json, NULL)[node].type != PLI_JSON_NULL;
}

void
pli_row_fail_at(pli_row *r, uint32_t node, const char *expected)
{
	if (r->err == PLM_OK)
		r->err = pli_json_fault(r->json, node == 0 ? r->node : node, expected, r->fault);
}

plm_decimal
pli_row_decimal(pli_row *r, const char *key)
{
	return pli_row_decimal_at(r, pli_row_find(r, key));
}

double
pli_row_double(pli_row *r, const char *key)
{
	return pli_row_double_at(r, pli_row_find(r, key));
}

plm_slice
pli_row_string(pli_row *r, const char *key)
{
	return pli_row_string_at(r, pli_row_find(r, key));
}

bool
pli_row_bool(pli_row *r, const char *key)
{
	bool value = false;
	uint32_t node = r->err == PLM_OK ? pli_row_find(r, key) : 0;
	if (node != 0)
		r->err = pli_json_bool(r->json, node, &value, r->fault);
	return value;
}

bool
pli_row_has(const pli_row *r, const char *key)
{
	return r->err == PLM_OK && pli_row_find(r, key) != 0;
}

plm_time_ns
pli_row_time(pli_row *r, const char *key, plm_time_ns otherwise)
{
	plm_time_ns time_ns = pli_row_time_at(r, pli_row_find(r, key));
	return time_ns == 0 ? otherwise : time_ns;
}

plm_time_ns
pli_row_time_text(pli_row *r, const char *key)
{
	plm_time_ns time_ns = 0;
	plm_slice text = pli_row_string(r, key);
	if (text.size != 0 && (plm_time_parse(text, &time_ns) != PLM_OK || time_ns <= 0))
		pli_row_fail(r, key, "a time, such as 2026-11-27T08:00:00.000Z");
	return r->err == PLM_OK ? time_ns : 0;
}

void
pli_row_replace(pli_row *r, const char *key, plm_decimal *value)
{
	if (pli_row_has(r, key))
		*value = pli_row_decimal(r, key);
}

void
pli_row_replace_price(pli_row *r, const char *key, plm_decimal *value)
{
	if (pli_row_has(r, key))
		*value = pli_row_above_zero(r, key);
}

plm_decimal
pli_row_scaled(plm_decimal amount, uint8_t scale)
{
	plm_decimal unit = {PLM_DECIMAL_ONE_UNITS};
	if (scale > PLM_DECIMAL_PLACES || !plm_decimal_is_known(amount))
		return plm_decimal_unknown();
	for (uint8_t i = 0; i < scale; i++)
		unit.units /= 10;
	(void)plm_decimal_multiply(amount, unit, &amount); /* never more than it was */
	return amount;
}

void
pli_row_replace_scaled(pli_row *r, const char *key, plm_decimal *value, uint8_t scale)
{
	if (pli_row_has(r, key))
		*value = pli_row_scaled(pli_row_decimal(r, key), scale);
}

int64_t
pli_row_int(pli_row *r, const char *key, int64_t otherwise)
{
	int64_t value = otherwise;
	uint32_t node = r->err == PLM_OK ? pli_row_find(r, key) : 0;
	if (node != 0)
		r->err = pli_json_int(r->json, node, &value, r->fault);
	if (value < 0 && otherwise >= 0)
		pli_row_fail(r, key, "a number of 0 or more");
	return r->err == PLM_OK ? value : 0;
}

static void
row_missing(pli_row *r, const char *key, const char *what)
{
	char expected[128];
	if (r->err != PLM_OK)
		return;
	(void)snprintf(expected, sizeof expected, "%s in the member \"%s\"", what, key);
	r->err = pli_json_fault(r->json, r->node, expected, r->fault);
}

void
pli_row_fail(pli_row *r, const char *key, const char *expected)
{
	uint32_t node = pli_row_find(r, key);
	if (key != NULL && node == 0)
		row_missing(r, key, expected);
	else
		pli_row_fail_at(r, node, expected);
}

plm_err
pli_row_wrong(pli_row *r, const char *expected)
{
	pli_row_fail(r, NULL, expected);
	return r->err;
}

plm_decimal
pli_row_required(pli_row *r, const char *key, const char *expected)
{
	plm_decimal value = pli_row_decimal(r, key);
	if (r->err == PLM_OK && !plm_decimal_is_known(value))
		pli_row_fail(r, key, expected);
	return value;
}

plm_decimal
pli_row_number(pli_row *r, const char *key)
{
	plm_decimal value = pli_row_decimal(r, key);
	if (!plm_decimal_is_known(value))
		row_missing(r, key, "a number");
	return value;
}

plm_slice
pli_row_name(pli_row *r, const char *key)
{
	plm_slice value = pli_row_string(r, key);
	bool clean = value.size != 0;
	for (size_t i = 0; i < value.size; i++)
		clean &= (unsigned char)value.bytes[i] > ' ';
	if (!clean)
		row_missing(r, key, "a name without blanks");
	return value;
}

plm_decimal
pli_row_price(pli_row *r, const char *key)
{
	plm_decimal value = pli_row_decimal(r, key);
	if (plm_decimal_sign(value) < 0)
		pli_row_fail(r, key, "a price of 0 or more");
	return value;
}

plm_decimal
pli_row_price_or_none(pli_row *r, const char *key)
{
	plm_decimal value = pli_row_price(r, key);
	return plm_decimal_sign(value) == 0 ? plm_decimal_unknown() : value;
}

plm_decimal
pli_row_above_zero(pli_row *r, const char *key)
{
	plm_decimal value = pli_row_decimal(r, key);
	return plm_decimal_sign(value) > 0 ? value : plm_decimal_unknown();
}

plm_decimal
pli_row_from_zero(pli_row *r, const char *key)
{
	plm_decimal value = pli_row_decimal(r, key);
	return plm_decimal_sign(value) >= 0 ? value : plm_decimal_unknown();
}

uint32_t
pli_row_list(pli_row *r, const char *key)
{
	uint32_t node = r->err == PLM_OK ? pli_row_find(r, key) : 0;
	uint32_t type = node == 0 ? PLI_JSON_NULL : pli_json_nodes(r->json, NULL)[node].type;
	if (type == PLI_JSON_ARRAY)
		return node;
	if (type != PLI_JSON_NULL)
		pli_row_fail(r, key, "a list");
	return PLI_NO_LIST;
}

uint32_t
pli_row_child(pli_row *r, uint32_t list, uint32_t previous)
{
	const pli_json_node *nodes = pli_json_nodes(r->json, NULL);
	if (r->err != PLM_OK || list == PLI_NO_LIST || nodes[list].type != PLI_JSON_ARRAY)
		return 0;
	uint32_t child = previous == 0 ? list + 1 : nodes[previous].next;
	if (child >= nodes[list].next)
		return 0;
	if (nodes[child].type != PLI_JSON_OBJECT)
		r->err = pli_json_fault(r->json, child, "an object", r->fault);
	return r->err == PLM_OK ? child : 0;
}

bool
pli_row_is_rows(const pli_row *r)
{
	const pli_json_node *node = &pli_json_nodes(r->json, NULL)[r->node];
	bool list = node->type == PLI_JSON_ARRAY;
	if (list && node->children_count == 0)
		return true;
	return node[list].type == PLI_JSON_OBJECT;
}

bool
pli_row_list_lacks(const pli_row *r, const char *key, const char *of_it)
{
	const pli_json_node *nodes = pli_json_nodes(r->json, NULL);
	uint32_t list = pli_row_find(r, key);
	bool begun = list != 0 && nodes[list].type == PLI_JSON_ARRAY &&
		     nodes[list].children_count != 0 && nodes[list + 1].type == PLI_JSON_OBJECT;
	return begun && pli_json_find(r->json, list + 1, of_it) == 0;
}

bool
pli_row_list_has(pli_row *r, uint32_t list, const char *key, const char *text)
{
	pli_row row = *r;
	for (row.node = pli_row_child(r, list, 0); row.node != 0;
	     row.node = pli_row_child(r, list, row.node))
		if (pli_row_is(&row, key, text))
			return true;
	return false;
}

void
pli_row_each(pli_row *r, void (*read)(void *ctx), void *ctx)
{
	uint32_t list = r->node;
	if (pli_json_nodes(r->json, NULL)[list].type != PLI_JSON_ARRAY)
		read(ctx);
	for (uint32_t row = pli_row_child(r, list, 0); row != 0;
	     row = pli_row_child(r, list, row)) {
		r->node = row;
		read(ctx);
		r->node = list;
	}
}

plm_slice
pli_row_text(const pli_row *r, const char *key)
{
	uint32_t node = pli_row_find(r, key);
	return node == 0 ? (plm_slice){NULL, 0} : pli_json_nodes(r->json, NULL)[node].text;
}

uint64_t
pli_row_identifier(const pli_row *r, const char *key)
{
	plm_slice text = pli_row_text(r, key);
	uint64_t hash = text.size == 0 ? 0 : UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i < text.size; i++)
		hash = (hash ^ (uint8_t)text.bytes[i]) * UINT64_C(0x100000001b3);
	return hash;
}

uint8_t
pli_row_rank(const pli_row *r, const char *key, int lowest)
{
	plm_slice text = pli_row_text(r, key);
	int rank = text.size == 1 ? text.bytes[0] - '0' - lowest + 1 : 0;
	return rank >= 1 && rank <= 5 ? (uint8_t)rank : 0;
}

bool
pli_row_is(const pli_row *r, const char *key, const char *text)
{
	return plm_slice_is(pli_row_text(r, key), text);
}

plm_decimal
pli_row_add(pli_row *r, plm_decimal a, plm_decimal b)
{
	plm_decimal sum = plm_decimal_unknown();
	if (plm_decimal_add(a, b, &sum) == PLM_EOVERFLOW && r->err == PLM_OK)
		r->err = plm_fault_set(
		    r->fault, PLM_EDECODE, NULL, "a sum of amounts is too large");
	return sum;
}

plm_decimal
pli_row_known(plm_decimal a, plm_decimal b)
{
	return plm_decimal_is_known(a) ? a : b;
}

plm_err
pli_row_parse(pli_row *r, plm_slice bytes)
{
	r->json = pli_json_shared();
	r->node = 0;
	if (r->json == NULL)
		return r->err = plm_fault_set(
			   r->fault, PLM_ENOMEM, NULL, "no memory for a JSON reader");
	if (pli_json_parse(r->json, bytes, r->fault) == PLM_OK)
		return PLM_OK;
	if (r->fault != NULL)
		r->fault->code = PLM_EDECODE; /* too large and too deep, too */
	return r->err = PLM_EDECODE;
}
