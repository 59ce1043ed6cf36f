/* venue_payloads.c: every stored payload of a folder, one rig each. */
#include "venue_payloads.h"

#include <dirent.h>

static uint32_t
count_specified(const rig *r)
{
	uint32_t count = 0;
	for (uint32_t id = 1; id <= pli_registry_instruments_count(r->names); id++)
		count +=
		    pli_registry_instrument_get(r->names, (plm_instrument_id){id})->spec_source ==
		    PLM_SPEC_VENUE;
	return count;
}

static void
check_event(const rig *r, const plm_event *event)
{
	bool of_market = event->type == PLM_EVENT_MARK || event->type == PLM_EVENT_INDEX ||
			 event->type == PLM_EVENT_ASSET_RATE;
	bool of_account = event->type == PLM_EVENT_POSITION || event->type == PLM_EVENT_BALANCE ||
			  event->type == PLM_EVENT_FILL || event->type == PLM_EVENT_TRANSFER ||
			  event->type == PLM_EVENT_VENUE_MARGIN;
	if (of_market)
		assert_int_equal(event->account.value, 0);
	if (of_account)
		assert_int_equal(event->account.value, r->cfg.account.value);
	if (event->type == PLM_EVENT_POSITION) {
		assert_true(plm_decimal_is_known(event->u.position.quantity));
		assert_non_null(plm_names_instrument_get(r->names, event->u.position.instrument));
	}
	if (event->type == PLM_EVENT_BALANCE) {
		assert_true(plm_decimal_is_known(event->u.balance.wallet) ||
			    plm_decimal_is_known(event->u.balance.equity));
		assert_true(event->u.balance.asset.value != 0);
	}
}

/* How many events of the row's type that text tells. */
static uint32_t
check_text(rig *r, const payload_row *row, plm_slice text)
{
	(void)rig_decode_slice(r, text, NULL);
	if (r->err != row->err)
		fail_msg("%s: %s: %s", row->file, plm_err_name(r->err), r->fault.text);
	if (row->err != PLM_OK) {
		assert_int_equal(r->events_count, 0);
		assert_true(strlen(r->fault.text) > 20);
	}
	for (uint32_t i = 0; i < r->events_count; i++)
		check_event(r, &r->events[i]);
	return row->type == PLM_EVENT_NONE ? 0 : rig_count(r, row->type);
}

static void
check_file(rig *r, const char *path, const payload_row *row)
{
	size_t size = 0;
	char *text = rig_read(path, &size);
	assert_non_null(text);
	bool lines = strstr(row->file, ".jsonl") != NULL;
	uint32_t count = 0;
	for (char *at = text; at < text + size;) {
		char *end = lines ? memchr(at, '\n', (size_t)(text + size - at)) : NULL;
		end = end == NULL ? text + size : end;
		count += check_text(r, row, (plm_slice){at, (size_t)(end - at)});
		at = end + 1;
	}
	count = row->type == PLM_EVENT_NONE ? count_specified(r) : count;
	if (count != row->count)
		fail_msg("%s gave %u, expected %u", row->file, count, row->count);
	free(text);
}

static const payload_row *
row_find(const payload_row *rows, size_t rows_count, const char *file)
{
	for (size_t i = 0; i < rows_count; i++)
		if (strcmp(rows[i].file, file) == 0)
			return &rows[i];
	return NULL;
}

void
rig_payloads_check(
    rig *(*create)(void), const char *folder, const payload_row *rows, size_t rows_count)
{
	DIR *files = opendir(folder);
	if (files == NULL) {
		(void)printf("# SKIP no folder %s\n", folder);
		return;
	}
	size_t files_count = 0;
	for (const struct dirent *entry; (entry = readdir(files)) != NULL;) {
		if (entry->d_name[0] == '.' || strstr(entry->d_name, ".expected.") != NULL)
			continue;
		const payload_row *row = row_find(rows, rows_count, entry->d_name);
		if (row == NULL)
			fail_msg("no row for %s", entry->d_name);
		char path[512];
		(void)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		rig *r = create();
		check_file(r, path, row);
		rig_destroy(r);
		files_count++;
	}
	(void)closedir(files);
	assert_int_equal(files_count, rows_count);
}
