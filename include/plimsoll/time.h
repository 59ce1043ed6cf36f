/* time.h: instants as nanoseconds since 1970-01-01T00:00:00Z, UTC, without leap seconds. */
#ifndef PLIMSOLL_TIME_H
#define PLIMSOLL_TIME_H

#include <stdint.h>

#include "plimsoll/err.h"
#include "plimsoll/slice.h"

#ifdef __cplusplus
extern "C" {
#endif

/* plm_time_ns: an instant. 0 means "not known". Durations are int64_t with a unit suffix. */
typedef int64_t plm_time_ns;

/* PLM_NS_PER_US, PLM_NS_PER_MS, PLM_NS_PER_S, PLM_NS_PER_DAY: nanoseconds in a unit of time. */
#define PLM_NS_PER_US INT64_C(1000)
#define PLM_NS_PER_MS INT64_C(1000000)
#define PLM_NS_PER_S INT64_C(1000000000)
#define PLM_NS_PER_DAY (INT64_C(86400) * PLM_NS_PER_S)

enum { PLM_TIME_TEXT_MAX = 32 };

/* plm_time_format writes RFC 3339 with the fewest of 0, 3, 6 or 9 decimals that lose nothing, and
 * a final Z: "2026-11-22T08:00:00.125Z". ret_text has room for PLM_TIME_TEXT_MAX bytes. Returns
 * ret_text. Years 1678 to 2261; the type holds no others. */
char *plm_time_format(plm_time_ns time_ns, char ret_text[PLM_TIME_TEXT_MAX]);

/* plm_time_parse reads RFC 3339 ("2026-11-22T08:00:00.125Z", offsets allowed, blank for T) or a
 * whole number: of up to 11 digits seconds, up to 14 milliseconds, up to 17 microseconds, else
 * nanoseconds. Errors: PLM_EPARSE (not a time), PLM_EOVERFLOW. */
plm_err plm_time_parse(plm_slice text, plm_time_ns *ret_time_ns);

/* plm_time_of_date: midnight UTC of a Gregorian date. month 1..12, day 1..31 (asserted). */
plm_time_ns plm_time_of_date(int year, int month, int day);

/* plm_time_to_date is its inverse for the day that holds time_ns. No pointer may be NULL. */
void plm_time_to_date(plm_time_ns time_ns, int *ret_year, int *ret_month, int *ret_day);

#ifdef __cplusplus
}
#endif

#endif
