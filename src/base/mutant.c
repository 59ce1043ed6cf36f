/* mutant.c: which deliberate mistake is awake. */
#include "base/mutant.h"

#ifdef PLI_MUTANTS

#include <assert.h>

/* Set before the run, by one thread. */
static pli_mutant_id mutant_awake;

void
pli_mutant_wake(pli_mutant_id id)
{
	assert(id < PLI_MUTANT_COUNT);
	mutant_awake = id;
}

bool
pli_mutant_is_awake(pli_mutant_id id)
{
	return id == mutant_awake;
}

const char *
pli_mutant_text(pli_mutant_id id)
{
	static const char *const texts[PLI_MUTANT_COUNT] = {
	    "",
#define M(name, help) help,
#include "base/mutants.def"
#undef M
	};
	return texts[id];
}

const char *
pli_mutant_name(pli_mutant_id id)
{
	static const char *const names[PLI_MUTANT_COUNT] = {
	    "",
#define M(name, help) #name,
#include "base/mutants.def"
#undef M
	};
	return names[id];
}

#else
typedef int mutant_unit_is_not_empty;
#endif
