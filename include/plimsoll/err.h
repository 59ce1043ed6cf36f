/* err.h: the errors that the outside can cause, as one table.
 *
 * Three kinds of wrong are kept apart: the outside went wrong (a plm_err, must be checked), the
 * user is wrong (a plm_fault: one sentence with the place and the remedy), we are wrong (assert,
 * on in release builds too). */
#ifndef PLIMSOLL_ERR_H
#define PLIMSOLL_ERR_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* PLM_ERRORS: name, number, text. Numbers are stable; docs/reference/errors.md lists each row. */
#define PLM_ERRORS(X)                                                                              \
	X(OK, 0, "success")                                                                        \
	X(EARG, 1, "argument outside its domain")                                                  \
	X(EPARSE, 2, "text is not what was expected")                                              \
	X(EOVERFLOW, 3, "value does not fit")                                                      \
	X(EUNKNOWN, 4, "an operand is unknown")                                                    \
	X(EDIVZERO, 5, "division by zero")                                                         \
	X(EFULL, 6, "a stated bound is reached")                                                   \
	X(ENOTFOUND, 7, "no such thing")                                                           \
	X(EDECODE, 8, "payload is broken or holds an impossible value")                            \
	X(EKIND, 9, "payload is of another kind")                                                  \
	X(EGAP, 10, "sequence gap")                                                                \
	X(EAUTH, 11, "credentials are missing or were refused")                                    \
	X(EKEYPOWER, 12, "key can trade or withdraw")                                              \
	X(EIO, 13, "input or output went wrong")                                                   \
	X(ECLOSED, 14, "connection is closed")                                                     \
	X(ETIMEOUT, 15, "no answer in time")                                                       \
	X(EAGAIN, 16, "not now; try later")                                                        \
	X(ENOMEM, 17, "memory could not be had")                                                   \
	X(EVERSION, 18, "format of another version")                                               \
	X(ECONFIG, 19, "configuration is wrong")                                                   \
	X(EREFUSED, 20, "refused by policy")                                                       \
	X(EVENUE, 21, "the venue answered with an error of its own")                               \
	X(EINUSE, 22, "another program is using it")                                               \
	X(EACCESS, 23, "this user may not")                                                        \
	X(ENOSPACE, 24, "no space is left there")

#define X(name, number, text) PLM_##name = number,
typedef enum plm_err { PLM_ERRORS(X) PLM_ERR_COUNT_ } plm_err;
#undef X

/* plm_err_text returns the row's text ("sequence gap"); never NULL, static storage. */
const char *plm_err_text(plm_err err);

/* plm_err_name returns the row's name ("EGAP"); never NULL, static storage. */
const char *plm_err_name(plm_err err);

enum { PLM_FAULT_PATH_MAX = 160, PLM_FAULT_TEXT_MAX = 320 };

/* plm_fault: what was wrong, where, and what would be right, for a person to read.
 * line and column count from 1; 0 means unknown. path is a place inside a document
 * ("params.data.positions[1].size") or a file name; both strings are NUL-terminated. */
typedef struct plm_fault {
	plm_err code;
	uint32_t line;
	uint32_t column;
	char path[PLM_FAULT_PATH_MAX];
	char text[PLM_FAULT_TEXT_MAX];
} plm_fault;

/* plm_fault_set fills *ret_fault (which may be NULL: then nothing is written) and returns code,
 * so that a caller can write `return plm_fault_set(fault, PLM_EPARSE, path, "...", ...)`.
 * path may be NULL (empty). Texts that are too long are cut, never overrun. line and column are
 * set to 0; set them afterwards where they are known. */
plm_err plm_fault_set(plm_fault *ret_fault, plm_err code, const char *path, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#ifdef __cplusplus
}
#endif

#endif
