/* corpus_replay.c: runs a fuzz target over the files of a folder: each whole, and each of its first
 * bytes, as often as there are up to a bound. Prints TAP, one point a file. */
#include <dirent.h>
#include <stdbool.h>
#include <string.h>

#include "harness.h"

enum { REPLAY_FILES_MAX = 4096, REPLAY_BYTES_MAX = 1 << 20, REPLAY_CUTS_MAX = 2048 };

static int
replay_compare(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
replay_wanted(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* A copy of exactly `size` bytes, so that a read behind its end is caught. */
static void
replay_input(const uint8_t *bytes, size_t size)
{
	uint8_t *copy = malloc(size == 0 ? 1 : size);
	FUZZ_REQUIRE(copy != NULL);
	memcpy(copy, bytes, size);
	FUZZ_REQUIRE(LLVMFuzzerTestOneInput(copy, size) == 0);
	free(copy);
}

static bool
replay_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	if (file == NULL)
		return false;
	uint8_t *bytes = malloc(REPLAY_BYTES_MAX);
	FUZZ_REQUIRE(bytes != NULL);
	size_t size = fread(bytes, 1, REPLAY_BYTES_MAX, file);
	bool good = ferror(file) == 0 && feof(file) != 0;
	(void)fclose(file);
	for (size_t cut = 0; good && cut < size && cut < REPLAY_CUTS_MAX; cut++)
		replay_input(bytes, cut);
	if (good)
		replay_input(bytes, size);
	free(bytes);
	return good;
}

int
main(int argc, char **argv)
{
	struct dirent **entries;
	int bad = 0;
	if (argc != 2) {
		(void)fprintf(stderr, "usage: %s CORPUS_FOLDER\n", argv[0]);
		return 2;
	}
	int count = scandir(argv[1], &entries, replay_wanted, replay_compare);
	if (count <= 0 || count > REPLAY_FILES_MAX) {
		(void)fprintf(
		    stderr, "%s: expected a folder of 1 to %d files\n", argv[1], REPLAY_FILES_MAX);
		return 2;
	}
	(void)printf("1..%d\n", count);
	for (int i = 0; i < count; i++) {
		char path[4096];
		(void)snprintf(path, sizeof path, "%s/%s", argv[1], entries[i]->d_name);
		bool good = replay_file(path);
		(void)printf("%sok %d - %s\n", good ? "" : "not ", i + 1, entries[i]->d_name);
		(void)fflush(stdout);
		bad += !good;
		free(entries[i]);
	}
	free(entries);
	return bad == 0 ? 0 : 1;
}
