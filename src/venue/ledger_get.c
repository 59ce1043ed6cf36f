/* ledger_get.c: see ledger_get.h. */
#include "venue/ledger_get.h"

#define SOON_NS PLI_SECONDS(1)
#define APART_NS PLI_SECONDS(10)

void
pli_ledger_get_wait(const pli_ledger_get *get, pli_gets *gets)
{
	pli_task_restart(&gets->tasks[get->row], PLI_NEVER);
}

void
pli_ledger_get_read(const pli_ledger_get *get, pli_gets *gets, plm_time_ns now_ns)
{
	if (gets->tasks[get->row].due_ns == PLI_NEVER)
		pli_task_due(&gets->tasks[get->row], now_ns);
}

void
pli_ledger_get_sent(pli_ledger_get *get, const pli_gets *gets, plm_time_ns venue_ns)
{
	uint32_t tag = gets->tasks[get->row].tag;
	if (tag == 0 || tag == get->tag)
		return;
	get->tag = tag;
	get->from_ns = pli_ledger_ask_from(&get->ask, venue_ns);
}

void
pli_ledger_get_soon(const pli_ledger_get *get, pli_gets *gets, plm_time_ns now_ns)
{
	pli_task *task = &gets->tasks[get->row];
	plm_time_ns soon_ns = now_ns + SOON_NS;
	if (soon_ns < task->sent_ns + APART_NS)
		soon_ns = task->sent_ns + APART_NS;
	if (task->due_ns != PLI_NEVER && soon_ns < task->due_ns && task->failures == 0)
		pli_task_due(task, soon_ns);
}
