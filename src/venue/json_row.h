/* json_row.h: one JSON object of a venue's, read member by member. The first error sticks and reads
 * after it give unknown, so that a decoder checks once, at its end.
 *
 * Shared by the adapters. Pure; borrows the parsed document. */
#ifndef PLI_VENUE_JSON_ROW_H
#define PLI_VENUE_JSON_ROW_H

#include "base/json.h"
#include "plimsoll/time.h"

/* pli_row: node is the object; err PLM_OK or the first error, which is then in fault (may be NULL).
 * A reader may walk down and up again by setting node. */
typedef struct pli_row {
	pli_json *json;
	plm_fault *fault;
	uint32_t node;
	plm_err err;
} pli_row;

/* Members that are absent or null, and the NULL key, read as unknown: unknown decimal, NaN, empty
 * text, false. A wrong type or an impossible text is PLM_EDECODE. Behind the first error all is
 * unknown; pli_row_has is then false. Cost: linear in the object's members. */
uint32_t pli_row_find(const pli_row *r, const char *key);
plm_decimal pli_row_decimal(pli_row *r, const char *key);
double pli_row_double(pli_row *r, const char *key);
plm_slice pli_row_string(pli_row *r, const char *key);
bool pli_row_bool(pli_row *r, const char *key);
bool pli_row_has(const pli_row *r, const char *key);

/* The same of a node that was found already; 0 reads as absent. pli_row_known_at: it is there and
 * not null. pli_row_fail_at sets the error, unless there is one, at the node or at the object. */
plm_decimal pli_row_decimal_at(pli_row *r, uint32_t node);
double pli_row_double_at(pli_row *r, uint32_t node);
plm_slice pli_row_string_at(pli_row *r, uint32_t node);
plm_time_ns pli_row_time_at(pli_row *r, uint32_t node); /* 0 none */
bool pli_row_known_at(const pli_row *r, uint32_t node);
void pli_row_fail_at(pli_row *r, uint32_t node, const char *expected);

/* pli_row_time reads milliseconds; `otherwise` when there is no such member. */
plm_time_ns pli_row_time(pli_row *r, const char *key, plm_time_ns otherwise);

/* pli_row_time_text reads RFC 3339; 0 none. */
plm_time_ns pli_row_time_text(pli_row *r, const char *key);

/* Of a sparse row: a member that is there replaces *value (null: by unknown). _price: as
 * pli_row_above_zero. */
void pli_row_replace(pli_row *r, const char *key, plm_decimal *value);
void pli_row_replace_price(pli_row *r, const char *key, plm_decimal *value);

/* pli_row_scaled: amount x 10^-scale. Unknown for a scale above 18. _replace_scaled: as above. */
plm_decimal pli_row_scaled(plm_decimal amount, uint8_t scale);
void pli_row_replace_scaled(pli_row *r, const char *key, plm_decimal *value, uint8_t scale);

/* pli_row_int: a whole number, of 0 or more where `otherwise` is; that one where there is no such
 * member. 0 behind an error. */
int64_t pli_row_int(pli_row *r, const char *key, int64_t otherwise);

/* pli_row_fail sets the error, unless there is one: what was expected at member `key`, or at the
 * object, with the member's name where it has no such one. key NULL: of the object itself. */
void pli_row_fail(pli_row *r, const char *key, const char *expected);

/* pli_row_wrong: the same of the object; returns the row's error. */
plm_err pli_row_wrong(pli_row *r, const char *expected);

/* pli_row_required: a decimal that must be there. */
plm_decimal pli_row_required(pli_row *r, const char *key, const char *expected);

/* The same with a sentence of their own: a number; a name that is not empty and has no blanks. */
plm_decimal pli_row_number(pli_row *r, const char *key);
plm_slice pli_row_name(pli_row *r, const char *key);

/* pli_row_price: may be absent, never negative; _or_none: where a venue writes 0 for "none". */
plm_decimal pli_row_price(pli_row *r, const char *key);
plm_decimal pli_row_price_or_none(pli_row *r, const char *key);

/* pli_row_above_zero: 0 and less read as unknown (a threshold that cannot be reached, a price that
 * must not cost the row its other facts). pli_row_from_zero: less than 0 does. */
plm_decimal pli_row_above_zero(pli_row *r, const char *key);
plm_decimal pli_row_from_zero(pli_row *r, const char *key);

/* pli_row_list: the list member `key`; PLI_NO_LIST when absent or null, and (an error) when it is
 * something else. pli_row_child: the list's first object (previous 0) or the one behind `previous`;
 * 0 at the end, for PLI_NO_LIST, for a node that is no list, and behind the first error. A child
 * that is no object is an error. The row's own node does not change. */
#define PLI_NO_LIST UINT32_MAX
uint32_t pli_row_list(pli_row *r, const char *key);
uint32_t pli_row_child(pli_row *r, uint32_t list, uint32_t previous);

/* pli_row_is_rows: the row is on an object, or on a list that is empty or begins with one.
 * pli_row_list_lacks: the first object of the list member `key` has no member `of_it`; false where
 * there is no list, or none in it. Neither sets an error. */
bool pli_row_is_rows(const pli_row *r);
bool pli_row_list_lacks(const pli_row *r, const char *key, const char *of_it);

/* pli_row_list_has: an object of the list has that text as its member `key`. */
bool pli_row_list_has(pli_row *r, uint32_t list, const char *key, const char *text);

/* pli_row_each: read on each object of the list that the row is on, or on the one object there. */
void pli_row_each(pli_row *r, void (*read)(void *ctx), void *ctx);

/* pli_row_text: a string or number as it stands; empty when there is none. pli_row_is: it is that.
 */
plm_slice pli_row_text(const pli_row *r, const char *key);
bool pli_row_is(const pli_row *r, const char *key, const char *text);

/* pli_row_rank: a place in a queue of auto-deleveraging, a digit as string or number from `lowest`
 * on, as 1 .. 5 of plm_position; 0 where there is none or it is something else: that costs the row
 * nothing. */
uint8_t pli_row_rank(const pli_row *r, const char *key, int lowest);

/* pli_row_add: unknown where one of both is; a sum that is too large is an error. pli_row_known:
 * the first where it is known, else the second. */
plm_decimal pli_row_add(pli_row *r, plm_decimal a, plm_decimal b);
plm_decimal pli_row_known(plm_decimal a, plm_decimal b);

/* pli_row_parse puts the row on the root of these bytes, read by this thread's shared reader.
 * Errors: PLM_EDECODE (also for what is too large or too deep), PLM_ENOMEM. */
plm_err pli_row_parse(pli_row *r, plm_slice bytes);

/* pli_row_identifier: 64-bit hash (FNV-1a) of an identifier, string or number; 0: none. */
uint64_t pli_row_identifier(const pli_row *r, const char *key);

#endif
