/* json_row.c: members of one JSON object, with one error for all of them. */
#include "venue/json_row.h"

#include <math.h>

uint32_t
pli_row_find(const pli_row *r, const char *key)
{
	return pli_json_find(r->json, r->node, key);
}

plm_decimal
pli_row_decimal(pli_row *r, const char *key)
{
	plm_decimal value = plm_decimal_unknown();
	if (r->err == PLM_OK)
		r->err = pli_json_decimal(r->json, pli_row_find(r, key), &value, r->fault);
	return value;
}

double
pli_row_double(pli_row *r, const char *key)
{
	double value = NAN;
	if (r->err == PLM_OK)
		r->err = pli_json_double(r->json, pli_row_find(r, key), &value, r->fault);
	return value;
}

plm_slice
pli_row_string(pli_row *r, const char *key)
{
	plm_slice value = {NULL, 0};
	if (r->err == PLM_OK)
		r->err = pli_json_string(r->json, pli_row_find(r, key), &value, r->fault);
	return value;
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

plm_time_ns
pli_row_time(pli_row *r, const char *key, plm_time_ns otherwise)
{
	int64_t time_ns = 0;
	if (r->err == PLM_OK)
		r->err = pli_json_time_ms(r->json, pli_row_find(r, key), &time_ns, r->fault);
	return time_ns == 0 ? otherwise : time_ns;
}

void
pli_row_fail(pli_row *r, const char *key, const char *expected)
{
	uint32_t node = pli_row_find(r, key);
	if (r->err == PLM_OK)
		r->err = pli_json_fault(r->json, node == 0 ? r->node : node, expected, r->fault);
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
