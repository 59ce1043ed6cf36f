/* mutant.h: deliberate mistakes, to prove that checks can fail. Only with -Dmutants=true; elsewhere
 * pli_mutant(NAME) is false at compile time and nothing of it is left.
 *
 * A mutant stands where the mistake would: `if (pli_mutant(SIGN)) quantity = -quantity;`. One at a
 * time is awake; tests wake it. mutants.def names each of them. */
#ifndef PLI_BASE_MUTANT_H
#define PLI_BASE_MUTANT_H

#include <stdbool.h>

#define M(name, help) PLI_MUTANT_##name,
typedef enum pli_mutant_id {
	PLI_MUTANT_NONE_,
#include "base/mutants.def"
	PLI_MUTANT_COUNT
} pli_mutant_id;
#undef M

#ifdef PLI_MUTANTS

/* pli_mutant_wake: that one, until another; PLI_MUTANT_NONE_: none.
 * pli_mutant_text, pli_mutant_name: of its row. */
void pli_mutant_wake(pli_mutant_id id);
bool pli_mutant_is_awake(pli_mutant_id id);
const char *pli_mutant_text(pli_mutant_id id);
const char *pli_mutant_name(pli_mutant_id id);

#define pli_mutant(name) pli_mutant_is_awake(PLI_MUTANT_##name)
#else
#define pli_mutant(name) false
#endif

#endif
