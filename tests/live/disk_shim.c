/* disk_shim.c: preloaded under the daemon by tests: a disk that is full, breaks or writes short.
 *
 * Only files whose path ends with DISK_SHIM_MATCH are touched. DISK_SHIM_FULL names a file: while
 * it exists, a write puts half of its bytes on the disk and what follows gets ENOSPC.
 * DISK_SHIM_SYNC=n: the n-th fdatasync gets EIO, once. DISK_SHIM_SHORT=n: each n-th write takes a
 * third of its bytes. Core agent's thread only. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool
shim_matches(int fd)
{
	const char *end = getenv("DISK_SHIM_MATCH");
	char link[64], path[512];
	(void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	ssize_t size = readlink(link, path, sizeof path);
	if (end == NULL || size < (ssize_t)strlen(end))
		return false;
	return memcmp(path + size - strlen(end), end, strlen(end)) == 0;
}

/* Is this call, the count-th, the one that the variable names? */
static bool
shim_due(const char *variable, long count, bool again)
{
	const char *text = getenv(variable);
	long number = text == NULL ? 0 : strtol(text, NULL, 10);
	return number > 0 && (again ? count % number == 0 : count == number);
}

ssize_t
write(int fd, const void *bytes, size_t size)
{
	static long count;
	static bool half_done;
	if (size < 2 || fd <= 2 || !shim_matches(fd))
		return syscall(SYS_write, fd, bytes, size);
	const char *full = getenv("DISK_SHIM_FULL");
	if (full == NULL || access(full, F_OK) != 0) {
		half_done = false;
		size = shim_due("DISK_SHIM_SHORT", ++count, true) ? size / 3 + 1 : size;
		return syscall(SYS_write, fd, bytes, size);
	}
	if (half_done) {
		errno = ENOSPC;
		return -1;
	}
	half_done = true;
	return syscall(SYS_write, fd, bytes, size / 2 + 1);
}

int
fdatasync(int fd)
{
	static long count;
	if (shim_matches(fd) && shim_due("DISK_SHIM_SYNC", ++count, false)) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_fdatasync, fd);
}
