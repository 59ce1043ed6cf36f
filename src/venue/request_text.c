/* request_text.c: the body of a request, piece by piece. */
#include "venue/request_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool
pli_request_append(plm_request *request, const char *format, ...)
{
	size_t size = strlen(request->body);
	va_list args;
	int wrote;
	va_start(args, format);
	wrote = vsnprintf(request->body + size, sizeof request->body - size, format, args);
	va_end(args);
	if (wrote >= 0 && (size_t)wrote < sizeof request->body - size)
		return true;
	request->body[size] = '\0';
	return false;
}

bool
pli_request_append_string(plm_request *request, const char *text)
{
	bool fits = pli_request_append(request, "\"");
	for (; *text != '\0' && fits; text++) {
		unsigned char c = (unsigned char)*text;
		if (c == '"' || c == '\\')
			fits = pli_request_append(request, "\\%c", c);
		else if (c < 0x20)
			fits = pli_request_append(request, "\\u%04x", c);
		else
			fits = pli_request_append(request, "%c", c);
	}
	return fits && pli_request_append(request, "\"");
}

void
pli_request_time(plm_time_ns time_ns, char ret_text[PLI_REQUEST_TIME_MAX])
{
	int year, month, day;
	plm_time_to_date(time_ns, &year, &month, &day);
	int64_t ms = (time_ns - plm_time_of_date(year, month, day)) / PLM_NS_PER_MS;
	(void)snprintf(ret_text, PLI_REQUEST_TIME_MAX, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", year,
	    month, day, (int)(ms / 3600000), (int)(ms / 60000 % 60), (int)(ms / 1000 % 60),
	    (int)(ms % 1000));
}
