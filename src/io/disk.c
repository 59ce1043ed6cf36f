/* disk.c: the disk table of Linux, on plain POSIX calls. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault_point.h"
#include "io/io.h"

static plm_err
disk_err(void)
{
	switch (errno) {
	case ENOENT:
	case ENOTDIR:
		return PLM_ENOTFOUND;
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		return PLM_ENOSPACE;
	case EACCES:
	case EPERM:
	case EROFS:
		return PLM_EACCESS;
	default:
		return PLM_EIO;
	}
}

static plm_err
disk_open(void *ctx, const char *path, pli_file_mode mode, pli_file *ret_file)
{
	(void)ctx;
	static const int flags[] = {
	    [PLI_FILE_READ] = O_RDONLY,
	    [PLI_FILE_APPEND] = O_RDWR | O_CREAT | O_APPEND,
	    [PLI_FILE_CREATE] = O_RDWR | O_CREAT | O_TRUNC | O_APPEND,
	};
	assert((unsigned)mode < sizeof flags / sizeof flags[0]);
	int fd;
	if (PLI_FAULT(DISK_OPEN))
		return PLM_EIO;
	do
		fd = open(path, flags[mode] | O_CLOEXEC | O_NOCTTY, 0600);
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		return disk_err();
	*ret_file = (pli_file){fd};
	return PLM_OK;
}

static void
disk_close(void *ctx, pli_file file)
{
	(void)ctx;
	if (file.value >= 0)
		(void)close(file.value);
}

static plm_err
disk_append(void *ctx, pli_file file, const void *bytes, size_t size)
{
	(void)ctx;
	const char *from = bytes;
	if (PLI_FAULT(DISK_APPEND))
		return PLM_ENOSPACE;
	while (size > 0) {
		ssize_t written = write(file.value, from, size);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return disk_err();
		if (written == 0)
			return PLM_EIO;
		from += written;
		size -= (size_t)written;
	}
	return PLM_OK;
}

static plm_err
disk_read(void *ctx, pli_file file, uint64_t offset, void *ret_bytes, size_t size, size_t *ret_got)
{
	(void)ctx;
	char *to = ret_bytes;
	size_t got = 0;
	while (got < size) {
		ssize_t n = pread(file.value, to + got, size - got, (off_t)(offset + got));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return disk_err();
		if (n == 0)
			break;
		got += (size_t)n;
	}
	*ret_got = got;
	return PLM_OK;
}

static plm_err
disk_sync(void *ctx, pli_file file)
{
	(void)ctx;
	/* Not repeated on any error: after a failed sync the pages may be gone. */
	return !PLI_FAULT(DISK_SYNC) && fdatasync(file.value) == 0 ? PLM_OK : disk_err();
}

static plm_err
disk_truncate(void *ctx, pli_file file, uint64_t size)
{
	(void)ctx;
	int rc;
	do
		rc = ftruncate(file.value, (off_t)size);
	while (rc < 0 && errno == EINTR);
	return rc == 0 ? PLM_OK : disk_err();
}

static plm_err
disk_facts(void *ctx, const char *path, pli_file_facts *ret_facts)
{
	(void)ctx;
	struct stat self;
	struct stat target;
	if (lstat(path, &self) != 0 || stat(path, &target) != 0)
		return disk_err();
	*ret_facts = (pli_file_facts){
	    .size = (uint64_t)target.st_size,
	    .modified_ns = (plm_time_ns)target.st_mtim.tv_sec * PLM_NS_PER_S +
			   target.st_mtim.tv_nsec,
	    .is_directory = S_ISDIR(target.st_mode),
	    .private_to_owner = !S_ISLNK(self.st_mode) && self.st_nlink >= 1 &&
				target.st_uid == geteuid() && (target.st_mode & 077) == 0,
	};
	return PLM_OK;
}

static plm_err
disk_rename(void *ctx, const char *from, const char *to)
{
	(void)ctx;
	return !PLI_FAULT(DISK_RENAME) && rename(from, to) == 0 ? PLM_OK : disk_err();
}

static plm_err
disk_remove(void *ctx, const char *path)
{
	(void)ctx;
	return remove(path) == 0 ? PLM_OK : disk_err();
}

static plm_err
disk_make_directory(void *ctx, const char *path)
{
	(void)ctx;
	struct stat facts;
	if (mkdir(path, 0700) == 0)
		return PLM_OK;
	if (errno == EEXIST && stat(path, &facts) == 0 && S_ISDIR(facts.st_mode))
		return PLM_OK;
	return disk_err();
}

static plm_err
disk_lock(void *ctx, pli_file file)
{
	(void)ctx;
	int rc;
	do
		rc = flock(file.value, LOCK_EX | LOCK_NB);
	while (rc < 0 && errno == EINTR);
	if (rc == 0)
		return PLM_OK;
	return errno == EWOULDBLOCK ? PLM_EAGAIN : disk_err();
}

void
pli_io_disk(pli_disk *ret_disk)
{
	*ret_disk = (pli_disk){
	    .open = disk_open,
	    .close = disk_close,
	    .append = disk_append,
	    .read = disk_read,
	    .sync = disk_sync,
	    .truncate = disk_truncate,
	    .facts = disk_facts,
	    .rename = disk_rename,
	    .remove = disk_remove,
	    .make_directory = disk_make_directory,
	    .lock = disk_lock,
	    .ctx = NULL,
	};
}
