/* task.c: due times, retries and pages of one request kind. */
#include "venue/task.h"

#include <ctype.h>
#include <string.h>

#include "venue/venue_clock.h"

#define LOST_NS PLI_SECONDS(60)

void
pli_task_due(pli_task *task, plm_time_ns due_ns)
{
	if (task->tag == 0)
		task->due_ns = due_ns;
}

void
pli_task_restart(pli_task *task, plm_time_ns due_ns)
{
	task->tag = task->pages = 0;
	task->cursor[0] = '\0';
	task->due_ns = due_ns;
}

bool
pli_task_is_due(const pli_task *task, plm_time_ns now_ns)
{
	return task->tag == 0 && now_ns >= task->due_ns;
}

bool
pli_task_is_lost(const pli_task *task, plm_time_ns now_ns)
{
	return task->tag != 0 && now_ns - task->sent_ns > LOST_NS;
}

void
pli_task_sent(pli_task *task, uint32_t tag, plm_time_ns now_ns)
{
	task->tag = tag;
	task->sent_ns = now_ns;
	task->due_ns = PLI_NEVER;
}

int64_t
pli_task_failed(pli_task *task, plm_time_ns now_ns, uint16_t status, uint32_t retry_after_s)
{
	int64_t left_ns = pli_venue_retry_ns(task->sent_ns, now_ns, ++task->failures, status);
	if (left_ns < PLI_SECONDS((int64_t)retry_after_s))
		left_ns = PLI_SECONDS((int64_t)retry_after_s);
	pli_task_restart(task, now_ns + left_ns);
	return left_ns;
}

void
pli_task_succeeded(pli_task *task, plm_time_ns now_ns, int64_t period_ns)
{
	task->done = true;
	task->failures = 0;
	pli_task_restart(task, period_ns == 0 ? PLI_NEVER : now_ns + period_ns);
}

static bool
cursor_is_clean(plm_slice cursor)
{
	for (size_t i = 0; i < cursor.size; i++)
		if (!isalnum((unsigned char)cursor.bytes[i]) &&
		    (cursor.bytes[i] == '\0' || strchr("%-_.~:,", cursor.bytes[i]) == NULL))
			return false;
	return cursor.size < PLI_CURSOR_MAX;
}

bool
pli_task_page(pli_task *task, plm_slice cursor, bool empty, plm_time_ns now_ns, bool *ret_wrong)
{
	bool more = cursor.size != 0 && !empty && !plm_slice_is(cursor, task->cursor);
	bool fits = cursor_is_clean(cursor) && task->pages + 1 < PLI_PAGES_MAX;
	*ret_wrong = more && !fits;
	if (!more || !fits) {
		pli_task_restart(task, task->due_ns);
		return false;
	}
	memcpy(task->cursor, cursor.bytes, cursor.size);
	task->cursor[cursor.size] = '\0';
	task->pages++;
	task->due_ns = now_ns;
	return true;
}

void
pli_task_clock(pli_task *task, plm_time_ns now_ns)
{
	task->sent_ns = now_ns;
	task->due_ns = task->due_ns == PLI_NEVER ? PLI_NEVER : now_ns;
}
