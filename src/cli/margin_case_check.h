/* margin_case_check.h: is the answer to a margin case what the case expects? */
#ifndef PLI_CLI_MARGIN_CASE_CHECK_H
#define PLI_CLI_MARGIN_CASE_CHECK_H

#include "base/json.h"

/* What became of a case. NOTHING: it expects nothing. */
typedef enum margin_verdict {
	MARGIN_PASSED,
	MARGIN_FAILED,
	MARGIN_NOTHING,
} margin_verdict;

enum { MARGIN_CHECK_TEXT_MAX = 128 };

/* pli_margin_case_check holds `got`, a JSON object, against the member `expected` of the case at
 * `node`, member by member: numbers within `tolerance` {abs, rel, keys: {member: {abs, rel}}} (abs
 * or rel of what is expected; none: equal), lists element by element, all else as it is. Members
 * that are not expected are not looked at. reader: to read got with. ret_text,
 * MARGIN_CHECK_TEXT_MAX bytes: how many members agree, or the first that does not, with both
 * values. */
margin_verdict pli_margin_case_check(
    pli_json *cases, uint32_t node, pli_json *reader, plm_slice got, char *ret_text);

#endif
