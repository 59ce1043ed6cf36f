/* ledger_ask.c: see ledger_ask.h. */
#include "venue/ledger_ask.h"

#define FIRST_NS (86400 * PLM_NS_PER_S)
#define OVERLAP_NS (3600 * PLM_NS_PER_S)

plm_time_ns
pli_ledger_ask_from(pli_ledger_ask *ask, plm_time_ns venue_ns)
{
	ask->asked_ns = venue_ns;
	ask->unanswered++;
	return ask->read_ns == 0 ? venue_ns - FIRST_NS : ask->read_ns - OVERLAP_NS;
}

void
pli_ledger_ask_read(pli_ledger_ask *ask)
{
	ask->read_ns = ask->asked_ns;
	ask->unanswered = 0;
}

bool
pli_ledger_ask_is_silent(const pli_ledger_ask *ask)
{
	return ask->unanswered > PLI_LEDGER_UNANSWERED_MAX;
}
