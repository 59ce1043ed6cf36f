/* seeded_disk.c: the disk table over files in memory. */
#include "sim/seeded_disk.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DISK_HANDLES_MAX = 32, DISK_FILE_BYTES_FIRST = 1 << 16, DISK_SLOW_MS_MAX = 500 };

typedef struct disk_file {
	char name[PLI_SEEDED_NAME_MAX]; /* "": free */
	char *bytes;
	uint64_t size, synced, capacity;
	plm_time_ns modified_ns;
	bool is_directory;
} disk_file;

typedef struct disk_handle {
	uint32_t file; /* index + 1; 0: free */
	bool append;
} disk_handle;

struct pli_seeded_disk {
	pli_seeded_clock *clock;
	uint64_t bytes, bytes_max;
	pli_random random[PLI_DISK_FAULT_COUNT];
	pli_random power;
	plm_time_ns until_ns[PLI_DISK_FAULT_COUNT];
	uint64_t befell[PLI_DISK_FAULT_COUNT];
	disk_handle handles[DISK_HANDLES_MAX];
	disk_file files[PLI_SEEDED_FILES_MAX];
};

static disk_file *
disk_find(const pli_seeded_disk *disk, const char *path)
{
	for (uint32_t i = 0; i < PLI_SEEDED_FILES_MAX; i++)
		if (disk->files[i].name[0] != '\0' && strcmp(disk->files[i].name, path) == 0)
			return (disk_file *)&disk->files[i];
	return NULL;
}

static disk_file *
disk_of_handle(pli_seeded_disk *disk, pli_file file)
{
	if (file.value < 0 || file.value >= DISK_HANDLES_MAX)
		return NULL;
	uint32_t index = disk->handles[file.value].file;
	return index == 0 ? NULL : &disk->files[index - 1];
}

static void
file_free(pli_seeded_disk *disk, disk_file *file)
{
	for (int i = 0; i < DISK_HANDLES_MAX; i++)
		if (disk->handles[i].file == (uint32_t)(file - disk->files) + 1)
			disk->handles[i].file = 0;
	disk->bytes -= file->size;
	free(file->bytes);
	*file = (disk_file){0};
}

static disk_file *
disk_make(pli_seeded_disk *disk, const char *path)
{
	if (strlen(path) >= PLI_SEEDED_NAME_MAX)
		return NULL;
	for (uint32_t i = 0; i < PLI_SEEDED_FILES_MAX; i++) {
		disk_file *file = &disk->files[i];
		if (file->name[0] != '\0')
			continue;
		(void)snprintf(file->name, sizeof file->name, "%s", path);
		return file;
	}
	return NULL;
}

static bool
file_grow(disk_file *file, uint64_t size)
{
	if (size <= file->capacity)
		return true;
	uint64_t capacity = file->capacity == 0 ? DISK_FILE_BYTES_FIRST : file->capacity;
	while (capacity < size)
		capacity *= 2;
	char *bytes = realloc(file->bytes, capacity);
	if (bytes == NULL)
		return false;
	file->bytes = bytes;
	file->capacity = capacity;
	return true;
}

static bool
disk_has(const pli_seeded_disk *disk, pli_disk_fault fault)
{
	return disk->until_ns[fault] > disk->clock->steady_ns;
}

/* A fault of the next call: true once. */
static bool
disk_take(pli_seeded_disk *disk, pli_disk_fault fault)
{
	if (disk->until_ns[fault] == 0)
		return false;
	disk->until_ns[fault] = 0;
	disk->befell[fault]++;
	return true;
}

static void
disk_wait(pli_seeded_disk *disk)
{
	if (!disk_has(disk, PLI_DISK_SLOW))
		return;
	disk->befell[PLI_DISK_SLOW]++;
	uint64_t ms = pli_random_below(&disk->random[PLI_DISK_SLOW], DISK_SLOW_MS_MAX);
	pli_seeded_clock_move(disk->clock, disk->clock->steady_ns + (int64_t)ms * PLM_NS_PER_MS);
}

static plm_err
disk_open(void *ctx, const char *path, pli_file_mode mode, pli_file *ret_file)
{
	pli_seeded_disk *disk = ctx;
	disk_file *file = disk_find(disk, path);
	if (file == NULL && mode != PLI_FILE_READ)
		file = disk_make(disk, path);
	if (file == NULL)
		return mode == PLI_FILE_READ ? PLM_ENOTFOUND : PLM_EIO;
	if (mode == PLI_FILE_CREATE) {
		disk->bytes -= file->size;
		file->size = file->synced = 0;
		file->modified_ns = pli_seeded_clock_true_ns(disk->clock);
	}
	for (int i = 0; i < DISK_HANDLES_MAX; i++) {
		if (disk->handles[i].file != 0)
			continue;
		disk->handles[i] = (disk_handle){
		    (uint32_t)(file - disk->files) + 1, mode != PLI_FILE_READ};
		ret_file->value = i;
		return PLM_OK;
	}
	return PLM_EIO;
}

static void
disk_close(void *ctx, pli_file file)
{
	pli_seeded_disk *disk = ctx;
	if (file.value >= 0 && file.value < DISK_HANDLES_MAX)
		disk->handles[file.value].file = 0;
}

static plm_err
file_append(pli_seeded_disk *disk, disk_file *file, const void *bytes, size_t size)
{
	if (!file_grow(file, file->size + size))
		return PLM_EIO;
	memcpy(file->bytes + file->size, bytes, size);
	file->size += size;
	disk->bytes += size;
	file->modified_ns = pli_seeded_clock_true_ns(disk->clock);
	return PLM_OK;
}

static plm_err
disk_append(void *ctx, pli_file handle, const void *bytes, size_t size)
{
	pli_seeded_disk *disk = ctx;
	disk_file *file = disk_of_handle(disk, handle);
	if (file == NULL || !disk->handles[handle.value].append)
		return PLM_EIO;
	disk_wait(disk);
	bool full = disk_has(disk, PLI_DISK_FULL);
	disk->befell[PLI_DISK_FULL] += full;
	full = full || disk->bytes + size > disk->bytes_max;
	bool torn = disk_take(disk, PLI_DISK_TORN);
	if (!full && !torn)
		return file_append(disk, file, bytes, size);
	size_t kept = pli_random_below(&disk->random[full ? PLI_DISK_FULL : PLI_DISK_TORN], size);
	uint64_t room = disk->bytes_max - disk->bytes;
	(void)file_append(disk, file, bytes, kept < room ? kept : (size_t)room);
	return full ? PLM_ENOSPACE : PLM_EIO;
}

static plm_err
disk_read(
    void *ctx, pli_file handle, uint64_t offset, void *ret_bytes, size_t size, size_t *ret_got)
{
	disk_file *file = disk_of_handle(ctx, handle);
	if (file == NULL)
		return PLM_EIO;
	uint64_t left = offset < file->size ? file->size - offset : 0;
	*ret_got = left < size ? (size_t)left : size;
	if (*ret_got > 0)
		memcpy(ret_bytes, file->bytes + offset, *ret_got);
	return PLM_OK;
}

static void
file_cut(pli_seeded_disk *disk, disk_file *file, uint64_t size)
{
	assert(size <= file->size);
	disk->bytes -= file->size - size;
	file->size = size;
	if (file->synced > size)
		file->synced = size;
}

static plm_err
disk_sync(void *ctx, pli_file handle)
{
	pli_seeded_disk *disk = ctx;
	disk_file *file = disk_of_handle(disk, handle);
	if (file == NULL)
		return PLM_EIO;
	disk_wait(disk);
	if (disk_take(disk, PLI_DISK_SYNC)) {
		file_cut(disk, file, file->synced);
		return PLM_EIO;
	}
	file->synced = file->size;
	return PLM_OK;
}

static plm_err
disk_truncate(void *ctx, pli_file handle, uint64_t size)
{
	pli_seeded_disk *disk = ctx;
	disk_file *file = disk_of_handle(disk, handle);
	if (file == NULL || size > file->size)
		return PLM_EIO;
	file_cut(disk, file, size);
	return PLM_OK;
}

static plm_err
disk_facts(void *ctx, const char *path, pli_file_facts *ret_facts)
{
	const disk_file *file = disk_find(ctx, path);
	if (file == NULL)
		return PLM_ENOTFOUND;
	*ret_facts = (pli_file_facts){.size = file->size,
	    .modified_ns = file->modified_ns,
	    .is_directory = file->is_directory,
	    .private_to_owner = true};
	return PLM_OK;
}

static plm_err
disk_remove(void *ctx, const char *path)
{
	disk_file *file = disk_find(ctx, path);
	if (file == NULL)
		return PLM_ENOTFOUND;
	file_free(ctx, file);
	return PLM_OK;
}

static plm_err
disk_rename(void *ctx, const char *from, const char *to)
{
	disk_file *file = disk_find(ctx, from);
	if (file == NULL)
		return PLM_ENOTFOUND;
	if (strlen(to) >= PLI_SEEDED_NAME_MAX)
		return PLM_EIO;
	(void)disk_remove(ctx, to);
	(void)snprintf(file->name, sizeof file->name, "%s", to);
	return PLM_OK;
}

static plm_err
disk_make_directory(void *ctx, const char *path)
{
	disk_file *file = disk_find(ctx, path);
	if (file == NULL)
		file = disk_make(ctx, path);
	if (file == NULL)
		return PLM_EIO;
	file->is_directory = true;
	return PLM_OK;
}

pli_seeded_disk *
pli_seeded_disk_create(pli_seeded_clock *clock, uint64_t seed, uint64_t bytes_max)
{
	static const char *const names[PLI_DISK_FAULT_COUNT] = {
#define X(name, text) "disk." #name,
	    PLI_DISK_FAULTS(X)
#undef X
	};
	pli_seeded_disk *disk = calloc(1, sizeof *disk);
	if (disk == NULL)
		return NULL;
	disk->clock = clock;
	disk->bytes_max = bytes_max;
	for (int i = 0; i < PLI_DISK_FAULT_COUNT; i++)
		pli_seeded_stream(&disk->random[i], seed, names[i]);
	pli_seeded_stream(&disk->power, seed, "disk.power");
	return disk;
}

void
pli_seeded_disk_destroy(pli_seeded_disk *disk)
{
	if (disk == NULL)
		return;
	for (uint32_t i = 0; i < PLI_SEEDED_FILES_MAX; i++)
		free(disk->files[i].bytes);
	free(disk);
}

pli_disk
pli_seeded_disk_table(pli_seeded_disk *disk)
{
	return (pli_disk){.open = disk_open,
	    .close = disk_close,
	    .append = disk_append,
	    .read = disk_read,
	    .sync = disk_sync,
	    .truncate = disk_truncate,
	    .facts = disk_facts,
	    .rename = disk_rename,
	    .remove = disk_remove,
	    .make_directory = disk_make_directory,
	    .ctx = disk};
}

void
pli_seeded_disk_break(pli_seeded_disk *disk, pli_disk_fault fault, int64_t duration_ns)
{
	disk->until_ns[fault] = disk->clock->steady_ns + duration_ns;
}

void
pli_seeded_disk_mend(pli_seeded_disk *disk)
{
	memset(disk->until_ns, 0, sizeof disk->until_ns);
}

/* Power is gone: some of what was not synced is kept. On some disks the size got there before the
 * bytes, and what is missing reads as zeros. */
static void
file_lose(pli_seeded_disk *disk, disk_file *file)
{
	uint64_t loose = file->size - file->synced;
	if (loose == 0)
		return;
	uint64_t kept = file->synced + pli_random_below(&disk->power, loose + 1);
	if (pli_random_below(&disk->power, 2) == 0) {
		file_cut(disk, file, kept);
		return;
	}
	uint64_t zeros = pli_random_below(&disk->power, file->size - kept + 1);
	file_cut(disk, file, kept + zeros);
	memset(file->bytes + kept, 0, zeros);
}

void
pli_seeded_disk_crash(pli_seeded_disk *disk, bool power)
{
	memset(disk->handles, 0, sizeof disk->handles);
	for (uint32_t i = 0; power && i < PLI_SEEDED_FILES_MAX; i++) {
		if (disk->files[i].size > 0)
			file_lose(disk, &disk->files[i]);
	}
}

void
pli_seeded_disk_put(
    pli_seeded_disk *disk, const char *path, plm_slice bytes, plm_time_ns modified_ns)
{
	disk_file *file = disk_find(disk, path);
	if (file == NULL)
		file = disk_make(disk, path);
	assert(file != NULL);
	file_cut(disk, file, 0);
	plm_err err = file_append(disk, file, bytes.bytes, bytes.size);
	assert(err == PLM_OK);
	(void)err;
	file->synced = file->size;
	file->modified_ns = modified_ns;
}

void
pli_seeded_disk_flip(pli_seeded_disk *disk, const char *path, uint64_t offset)
{
	disk_file *file = disk_find(disk, path);
	assert(file != NULL && offset < file->size);
	file->bytes[offset] = (char)~file->bytes[offset];
}

uint64_t
pli_seeded_disk_size(const pli_seeded_disk *disk, const char *path)
{
	const disk_file *file = disk_find(disk, path);
	return file == NULL ? 0 : file->size;
}

uint64_t
pli_seeded_disk_size_synced(const pli_seeded_disk *disk, const char *path)
{
	const disk_file *file = disk_find(disk, path);
	return file == NULL ? 0 : file->synced;
}

uint64_t
pli_seeded_disk_bytes(const pli_seeded_disk *disk)
{
	return disk->bytes;
}

uint64_t
pli_seeded_disk_heap_bytes(const pli_seeded_disk *disk)
{
	uint64_t bytes = 0;
	for (uint32_t i = 0; i < PLI_SEEDED_FILES_MAX; i++)
		bytes += disk->files[i].capacity;
	return bytes;
}

uint64_t
pli_seeded_disk_befell(const pli_seeded_disk *disk, pli_disk_fault fault)
{
	return disk->befell[fault];
}
