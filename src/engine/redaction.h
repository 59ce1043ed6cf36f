/* redaction.h: what must not be in a file that people pass on: taken out by structure, and by what
 * is known to be secret. Pure but for its memory of secrets. */
#ifndef PLI_ENGINE_REDACTION_H
#define PLI_ENGINE_REDACTION_H

#include <stdbool.h>
#include <stdint.h>

#include "plimsoll/err.h"
#include "plimsoll/slice.h"

typedef struct pli_redaction pli_redaction;

/* NULL: memory could not be had. destroy takes NULL and wipes. */
pli_redaction *pli_redaction_create(void);
void pli_redaction_destroy(pli_redaction *redaction);

/* pli_redaction_secret remembers a text that must never show, for good. Errors: PLM_EFULL. */
plm_err pli_redaction_secret(pli_redaction *redaction, const char *secret);

/* pli_redaction_members takes a JSON document and overwrites, in place and with "*", the texts of
 * members that are credentials or name a person; credentials are remembered (the last 256 of 8 to
 * 1,024 bytes). Newlines between its parts become blanks. false: it is no JSON, or more than a
 * reader takes; nothing can be told of it then, and it must not be passed on. Cost: one parse. */
bool pli_redaction_members(pli_redaction *redaction, char *bytes, size_t size);

/* pli_redaction_overwrite puts "*" over each remembered text in the bytes, plain or as JSON escapes
 * it. Cost: one pass over the bytes for each of them. */
void pli_redaction_overwrite(pli_redaction *redaction, char *bytes, size_t size);

/* How many texts were overwritten. */
uint64_t pli_redaction_count(const pli_redaction *redaction);

#endif
