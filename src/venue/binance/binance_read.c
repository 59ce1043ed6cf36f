/* binance_read.c: reading members by key under one sticky error, and emitting. */
#include "venue/binance/binance_internal.h"

#include <math.h>
#include <stdio.h>
#include <xxhash.h>

plm_err
pli_binance_wrong(binance_reader *r, uint32_t node, const char *expected)
{
	if (r->err == PLM_OK)
		r->err = pli_json_fault(r->json, node, expected, r->fault);
	return r->err;
}

void
pli_binance_wrong_at(binance_reader *r, uint32_t object, const char *key, const char *expected)
{
	(void)pli_binance_wrong(r, pli_json_find(r->json, object, key), expected);
}

static uint32_t
reader_member(binance_reader *r, uint32_t object, const char *key)
{
	return r->err == PLM_OK && key != NULL ? pli_json_find(r->json, object, key) : 0;
}

static void
reader_missing(binance_reader *r, uint32_t object, const char *key, const char *what)
{
	char expected[96];
	(void)snprintf(expected, sizeof expected, "%s in the member \"%s\"", what, key);
	(void)pli_binance_wrong(r, object, expected);
}

plm_decimal
pli_binance_decimal(binance_reader *r, uint32_t object, const char *key)
{
	plm_decimal value = plm_decimal_unknown();
	uint32_t node = reader_member(r, object, key);
	if (node != 0)
		r->err = pli_json_decimal(r->json, node, &value, r->fault);
	return value;
}

plm_decimal
pli_binance_decimal_must(binance_reader *r, uint32_t object, const char *key)
{
	plm_decimal value = pli_binance_decimal(r, object, key);
	if (!plm_decimal_is_known(value))
		reader_missing(r, object, key, "a number");
	return value;
}

plm_decimal
pli_binance_price(binance_reader *r, uint32_t object, const char *key)
{
	plm_decimal value = pli_binance_decimal(r, object, key);
	if (plm_decimal_sign(value) < 0)
		pli_binance_wrong_at(r, object, key, "a price of 0 or above");
	return plm_decimal_sign(value) > 0 ? value : plm_decimal_unknown();
}

plm_decimal
pli_binance_threshold(binance_reader *r, uint32_t object, const char *key)
{
	plm_decimal value = pli_binance_decimal(r, object, key);
	return plm_decimal_sign(value) > 0 ? value : plm_decimal_unknown();
}

double
pli_binance_double(binance_reader *r, uint32_t object, const char *key)
{
	double value = NAN;
	uint32_t node = reader_member(r, object, key);
	bool empty = node == 0 ||
		     (r->nodes[node].type == PLI_JSON_STRING && r->nodes[node].text.size == 0);
	if (!empty)
		r->err = pli_json_double(r->json, node, &value, r->fault);
	return value;
}

plm_slice
pli_binance_text(binance_reader *r, uint32_t object, const char *key)
{
	plm_slice value = {NULL, 0};
	uint32_t node = reader_member(r, object, key);
	if (node != 0)
		r->err = pli_json_string(r->json, node, &value, r->fault);
	return value;
}

plm_slice
pli_binance_text_must(binance_reader *r, uint32_t object, const char *key)
{
	plm_slice value = pli_binance_text(r, object, key);
	bool clean = value.size != 0;
	for (size_t i = 0; i < value.size; i++)
		clean &= (unsigned char)value.bytes[i] > ' ';
	if (!clean)
		reader_missing(r, object, key, "a name without blanks");
	return value;
}

plm_time_ns
pli_binance_time(binance_reader *r, uint32_t object, const char *key)
{
	int64_t value = 0;
	uint32_t node = reader_member(r, object, key);
	if (node != 0)
		r->err = pli_json_time_ms(r->json, node, &value, r->fault);
	return value;
}

bool
pli_binance_flag(binance_reader *r, uint32_t object, const char *key)
{
	bool value = false;
	uint32_t node = reader_member(r, object, key);
	if (node != 0)
		r->err = pli_json_bool(r->json, node, &value, r->fault);
	return value;
}

bool
pli_binance_has(binance_reader *r, uint32_t object, const char *key)
{
	return reader_member(r, object, key) != 0;
}

uint32_t
pli_binance_rows(binance_reader *r, uint32_t object, const char *key)
{
	uint32_t node = reader_member(r, object, key);
	if (node == 0 || r->nodes[node].type == PLI_JSON_NULL)
		return BINANCE_NO_ROWS;
	if (r->nodes[node].type == PLI_JSON_ARRAY)
		return node;
	(void)pli_binance_wrong(r, node, "a list");
	return BINANCE_NO_ROWS;
}

/* Rows are objects; anything else in the list is an error. */
static uint32_t
reader_row(binance_reader *r, uint32_t row)
{
	if (r->nodes[row].type != PLI_JSON_OBJECT)
		(void)pli_binance_wrong(r, row, "an object");
	return r->err == PLM_OK ? row : 0;
}

uint32_t
pli_binance_row_first(binance_reader *r, uint32_t rows)
{
	if (r->err != PLM_OK || rows == BINANCE_NO_ROWS || r->nodes[rows].type != PLI_JSON_ARRAY ||
	    r->nodes[rows].children_count == 0)
		return 0;
	return reader_row(r, rows + 1);
}

uint32_t
pli_binance_row_next(binance_reader *r, uint32_t rows, uint32_t row)
{
	uint32_t next = r->nodes[row].next;
	if (r->err != PLM_OK || next >= r->nodes[rows].next)
		return 0;
	return reader_row(r, next);
}

void
pli_binance_begin(binance_reader *r, plm_event *event, plm_event_type type, bool of_account)
{
	plm_event_init(event, type);
	event->flags = r->flags;
	event->venue_time_ns = r->time_ns;
	if (of_account)
		event->account = r->cfg->account;
}

void
pli_binance_emit(binance_reader *r, const plm_event *event)
{
	if (r->err != PLM_OK || r->dry)
		return;
	if (event->type == PLM_EVENT_BALANCE || event->type == PLM_EVENT_POSITION)
		r->rows_count++;
	r->err = r->events->emit(r->events->ctx, event);
}

uint64_t
pli_binance_sequence(plm_time_ns time_ns, uint32_t copy)
{
	return time_ns <= 0 ? 0 : (uint64_t)(time_ns / PLM_NS_PER_MS) * 1000 + copy;
}

uint64_t
pli_binance_hash(plm_slice text, uint64_t seed)
{
	return XXH3_64bits_withSeed(text.bytes == NULL ? "" : text.bytes, text.size, seed);
}
