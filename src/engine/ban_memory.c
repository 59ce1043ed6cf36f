/* ban_memory.c: bans of REST hosts as a small file that is replaced whole. */
#include "engine/ban_memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/fault_point.h"

enum {
	BAN_ROW_BYTES = sizeof(((pli_ban *)0)->url) + 48,
	BAN_FILE_BYTES = 64 + PLI_BUDGETS_MAX * BAN_ROW_BYTES,
	BAN_CHECK_BYTES = 23, /* "check ", 16 digits, end of line */
};

static const char ban_title[] = "plimsoll bans 2\n";

static plm_time_ns
ban_latest(plm_time_ns wall_ns)
{
	return wall_ns + PLI_BAN_DAYS_MAX * 86400 * PLM_NS_PER_S;
}

static pli_ban *
ban_find(pli_ban_memory *memory, const char *url)
{
	for (uint32_t i = 0; i < memory->count; i++)
		if (strcmp(memory->rows[i].url, url) == 0)
			return &memory->rows[i];
	return NULL;
}

/* Rows that are over make room. */
static void
ban_forget_past(pli_ban_memory *memory, plm_time_ns wall_ns)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < memory->count; i++)
		if (memory->rows[i].until_wall_ns > wall_ns)
			memory->rows[kept++] = memory->rows[i];
	memory->count = kept;
}

/* Reading. text ends with NUL. */

static bool
ban_check_holds(const char *text, size_t size)
{
	if (size < sizeof ban_title - 1 + BAN_CHECK_BYTES ||
	    memcmp(text, ban_title, sizeof ban_title - 1) != 0)
		return false;
	char check[BAN_CHECK_BYTES + 1];
	size_t body = size - BAN_CHECK_BYTES;
	(void)snprintf(
	    check, sizeof check, "check %016" PRIx64 "\n", (uint64_t)XXH3_64bits(text, body));
	return memcmp(text + body, check, BAN_CHECK_BYTES) == 0;
}

/* One row, "UNTIL TOLD URL\n"; returns what is behind it, NULL when it is none. */
static const char *
ban_take_row(const char *at, pli_ban *ret_row)
{
	char *told = NULL, *url = NULL;
	ret_row->until_wall_ns = strtoll(at, &told, 10);
	if (told == at || *told != ' ')
		return NULL;
	ret_row->told_wall_ns = strtoll(told, &url, 10);
	if (url == told || *url != ' ')
		return NULL;
	size_t size = strcspn(++url, "\n");
	if (url[size] == '\0' || size >= sizeof ret_row->url)
		return NULL;
	memcpy(ret_row->url, url, size);
	return url + size + 1;
}

/* Only after the check: the rows are as they were written. */
static void
ban_take_rows(pli_ban_memory *memory, const char *text, size_t size)
{
	const char *at = text + sizeof ban_title - 1, *end = text + size - BAN_CHECK_BYTES;
	while (at != NULL && at < end && memory->count < PLI_BUDGETS_MAX) {
		pli_ban row = {0};
		at = ban_take_row(at, &row);
		if (at != NULL)
			memory->rows[memory->count++] = row;
	}
}

static plm_err
ban_read(pli_ban_memory *memory, size_t size, plm_fault *ret_fault)
{
	char text[BAN_FILE_BYTES + 1];
	pli_file file;
	size_t got = 0;
	const pli_disk *disk = memory->disk;
	plm_err err = disk->open(disk->ctx, memory->path, PLI_FILE_READ, &file);
	if (err == PLM_OK) {
		err = PLI_FAULT(BAN_READ)
			  ? PLM_EIO
			  : disk->read(disk->ctx, file, 0, text, BAN_FILE_BYTES, &got);
		disk->close(disk->ctx, file);
	}
	if (err != PLM_OK)
		return plm_fault_set(ret_fault, err, memory->path,
		    "the bans of the run before cannot be read and are ignored: %s",
		    plm_err_text(err));
	text[got] = '\0';
	if (got != size || !ban_check_holds(text, got))
		return plm_fault_set(ret_fault, PLM_EDECODE, memory->path,
		    "the file with the bans of the run before is damaged and is ignored");
	ban_take_rows(memory, text, got);
	return PLM_OK;
}

plm_err
pli_ban_memory_open(pli_ban_memory *memory, const pli_disk *disk, const char *journal_path,
    plm_time_ns wall_ns, plm_fault *ret_fault)
{
	*memory = (pli_ban_memory){.disk = disk};
	if (journal_path == NULL)
		return PLM_OK;
	int length = snprintf(memory->path, sizeof memory->path, "%s.bans", journal_path);
	if (length < 0 || (size_t)length + sizeof ".new" > sizeof memory->path) {
		memory->path[0] = '\0';
		return plm_fault_set(ret_fault, PLM_EARG, journal_path,
		    "the path is too long to keep bans beside it");
	}
	pli_file_facts facts;
	plm_err err = disk->facts(disk->ctx, memory->path, &facts);
	if (err == PLM_ENOTFOUND)
		return PLM_OK;
	if (err == PLM_OK)
		err = ban_read(memory, (size_t)facts.size, ret_fault);
	for (uint32_t i = 0; i < memory->count; i++) {
		pli_ban *row = &memory->rows[i];
		if (row->told_wall_ns > wall_ns) /* the clock was set back: no longer than told */
			row->until_wall_ns -= row->told_wall_ns - wall_ns;
		if (row->until_wall_ns > ban_latest(wall_ns))
			row->until_wall_ns = ban_latest(wall_ns);
	}
	ban_forget_past(memory, wall_ns);
	return err;
}

void
pli_ban_memory_recall(
    pli_ban_memory *memory, pli_budgets *budgets, plm_time_ns wall_ns, plm_time_ns steady_ns)
{
	for (uint32_t i = 0; i < budgets->count; i++) {
		pli_budget *budget = &budgets->rows[i];
		pli_ban *row = ban_find(memory, budget->url);
		if (row == NULL || row->until_steady_ns != 0 || row->until_wall_ns <= wall_ns)
			continue;
		row->until_steady_ns = steady_ns + (row->until_wall_ns - wall_ns);
		row->wall_off_ns = wall_ns - steady_ns;
		if (row->until_steady_ns > budget->banned_until_ns)
			budget->banned_until_ns = row->until_steady_ns;
	}
}

/* Writing. */

static size_t
ban_print(const pli_ban_memory *memory, char ret_text[BAN_FILE_BYTES])
{
	size_t size = (size_t)snprintf(ret_text, BAN_FILE_BYTES, "%s", ban_title);
	for (uint32_t i = 0; i < memory->count; i++)
		size += (size_t)snprintf(ret_text + size, BAN_FILE_BYTES - size,
		    "%" PRId64 " %" PRId64 " %s\n", memory->rows[i].until_wall_ns,
		    memory->rows[i].told_wall_ns, memory->rows[i].url);
	return size + (size_t)snprintf(ret_text + size, BAN_FILE_BYTES - size,
			  "check %016" PRIx64 "\n", (uint64_t)XXH3_64bits(ret_text, size));
}

static plm_err
ban_write(const pli_ban_memory *memory)
{
	char text[BAN_FILE_BYTES], path[PLI_BAN_PATH_MAX + sizeof ".new"];
	size_t size = ban_print(memory, text);
	(void)snprintf(path, sizeof path, "%s.new", memory->path);
	const pli_disk *disk = memory->disk;
	pli_file file;
	plm_err err = PLI_FAULT(BAN_OPEN) ? PLM_EACCESS
					  : disk->open(disk->ctx, path, PLI_FILE_CREATE, &file);
	if (err != PLM_OK)
		return err;
	err = PLI_FAULT(BAN_APPEND) ? PLM_ENOSPACE : disk->append(disk->ctx, file, text, size);
	if (err == PLM_OK)
		err = PLI_FAULT(BAN_SYNC) ? PLM_EIO : disk->sync(disk->ctx, file);
	disk->close(disk->ctx, file);
	if (err == PLM_OK)
		err = PLI_FAULT(BAN_RENAME) ? PLM_EIO : disk->rename(disk->ctx, path, memory->path);
	return err;
}

/* What the row says is another moment then. */
static bool
ban_clock_was_set(const pli_ban *row, int64_t wall_off_ns)
{
	int64_t by_ns = wall_off_ns - row->wall_off_ns;
	return by_ns >= PLI_BAN_DRIFT_NS || by_ns <= -PLI_BAN_DRIFT_NS;
}

/* The row of a host that is banned; a new one when there is room. */
static pli_ban *
ban_row(pli_ban_memory *memory, const char *url, plm_time_ns wall_ns)
{
	pli_ban *row = ban_find(memory, url);
	if (row != NULL)
		return row;
	ban_forget_past(memory, wall_ns);
	if (memory->count == PLI_BUDGETS_MAX)
		return NULL;
	row = &memory->rows[memory->count++];
	*row = (pli_ban){0};
	(void)snprintf(row->url, sizeof row->url, "%s", url);
	return row;
}

void
pli_ban_memory_keep(
    pli_ban_memory *memory, const pli_budgets *budgets, plm_time_ns wall_ns, plm_time_ns steady_ns)
{
	bool news = memory->again_ns != 0 && steady_ns >= memory->again_ns;
	for (uint32_t i = 0; i < budgets->count && memory->path[0] != '\0'; i++) {
		const pli_budget *budget = &budgets->rows[i];
		if (budget->banned_until_ns <= steady_ns)
			continue;
		pli_ban *row = ban_row(memory, budget->url, wall_ns);
		if (row == NULL || (row->until_steady_ns == budget->banned_until_ns &&
				       !ban_clock_was_set(row, wall_ns - steady_ns)))
			continue;
		row->until_steady_ns = budget->banned_until_ns;
		row->until_wall_ns = wall_ns + (budget->banned_until_ns - steady_ns);
		row->told_wall_ns = wall_ns;
		row->wall_off_ns = wall_ns - steady_ns;
		if (row->until_wall_ns > ban_latest(wall_ns))
			row->until_wall_ns = ban_latest(wall_ns);
		news = true;
	}
	if (!news)
		return;
	bool written = ban_write(memory) == PLM_OK;
	memory->failures += !written;
	memory->again_ns = written ? 0 : steady_ns + PLI_BAN_AGAIN_NS;
}
