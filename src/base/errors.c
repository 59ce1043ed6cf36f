/* errors.c: texts of the error table, and faults. */
#include "plimsoll/err.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#define X(name, number, text) [number] = text,
static const char *const error_texts[] = {PLM_ERRORS(X)};
#undef X
#define X(name, number, text) [number] = #name,
static const char *const error_names[] = {PLM_ERRORS(X)};
#undef X
_Static_assert(
    sizeof error_texts / sizeof error_texts[0] == PLM_ERR_COUNT_, "gap in error numbers");

const char *
plm_err_text(plm_err err)
{
	assert((unsigned)err < PLM_ERR_COUNT_);
	return error_texts[err];
}

const char *
plm_err_name(plm_err err)
{
	assert((unsigned)err < PLM_ERR_COUNT_);
	return error_names[err];
}

plm_err
plm_fault_set(plm_fault *ret_fault, plm_err code, const char *path, const char *format, ...)
{
	if (ret_fault == NULL)
		return code;
	ret_fault->code = code;
	ret_fault->line = 0;
	ret_fault->column = 0;
	(void)snprintf(ret_fault->path, sizeof ret_fault->path, "%s", path == NULL ? "" : path);
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(ret_fault->text, sizeof ret_fault->text, format, arguments);
	va_end(arguments);
	return code;
}
