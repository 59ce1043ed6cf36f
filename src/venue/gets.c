/* gets.c: a task for each row. The low bits of a tag are the row, the others tell requests apart.
 */
#include "venue/gets.h"

#include <stdio.h>

_Static_assert(PLI_GETS_MAX == 16, "four bits of a tag");
enum { GETS_ROW_BITS = 4 };

void
pli_gets_start(pli_gets *gets, plm_time_ns now_ns)
{
	for (uint32_t row = 0; row < gets->count; row++)
		pli_task_restart(
		    &gets->tasks[row], gets->rows[row].period_s != 0 ? now_ns : PLI_NEVER);
}

void
pli_gets_ask(pli_gets *gets, uint32_t first, plm_time_ns now_ns)
{
	for (uint32_t row = first; row < gets->count; row++) {
		pli_task_restart(&gets->tasks[row], now_ns);
		gets->tasks[row].done = false;
	}
}

void
pli_gets_stop(pli_gets *gets, uint32_t first)
{
	for (uint32_t row = first; row < gets->count; row++)
		pli_task_restart(&gets->tasks[row], PLI_NEVER);
}

void
pli_gets_drive(pli_gets *gets, plm_time_ns now_ns, plm_request_sink *requests, uint32_t *ret_lost)
{
	*ret_lost = gets->count;
	for (uint32_t row = 0; row < gets->count; row++) {
		pli_task *task = &gets->tasks[row];
		plm_request request = {.kind = PLM_REQUEST_HTTP, .method = "GET", .seal = 1};
		bool periodic = gets->rows[row].period_s != 0;
		if (pli_task_is_lost(task, now_ns)) {
			pli_task_restart(task, periodic ? now_ns : PLI_NEVER);
			if (!periodic)
				*ret_lost = row;
		}
		if (!pli_task_is_due(task, now_ns))
			continue;
		request.tag = ++gets->serial << GETS_ROW_BITS | row;
		(void)snprintf(request.target, sizeof request.target, "%s", gets->rows[row].target);
		if (requests->submit(requests->ctx, &request) == PLM_OK)
			pli_task_sent(task, request.tag, now_ns);
	}
}

uint32_t
pli_gets_row_of(const pli_gets *gets, uint32_t tag)
{
	uint32_t row = tag & ((1U << GETS_ROW_BITS) - 1);
	return row < gets->count ? row : gets->count;
}

uint32_t
pli_gets_answered(const pli_gets *gets, const plm_frame *frame)
{
	uint32_t row = pli_gets_row_of(gets, frame->tag);
	return frame->tag != 0 && row < gets->count && gets->tasks[row].tag == frame->tag
		   ? row
		   : gets->count;
}

int64_t
pli_gets_end(pli_gets *gets, uint32_t row, const plm_frame *frame, bool well, plm_time_ns now_ns)
{
	if (!well)
		return pli_task_failed(
		    &gets->tasks[row], now_ns, frame->status, frame->retry_after_s);
	pli_task_succeeded(
	    &gets->tasks[row], now_ns, PLI_SECONDS((int64_t)gets->rows[row].period_s));
	return 0;
}
