/* request_text.h: builds the body of a request, piece by piece. */
#ifndef PLI_VENUE_REQUEST_TEXT_H
#define PLI_VENUE_REQUEST_TEXT_H

#include "plimsoll/sys/venue.h"

/* Appends to the body; a text that does not fit whole changes nothing, and is false. */
bool pli_request_append(plm_request *request, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* pli_request_append_string: a JSON string with its quotes; control bytes, quotes and backslashes
 * escaped. False where it does not fit: then a part of it may be there. */
bool pli_request_append_string(plm_request *request, const char *text);

/* pli_request_time: "2026-11-27T08:00:00.123Z", always with three decimals, as some venues want the
 * time of what is signed. */
enum { PLI_REQUEST_TIME_MAX = 40 };
void pli_request_time(plm_time_ns time_ns, char ret_text[PLI_REQUEST_TIME_MAX]);

#endif
