/* input.c: a file that a command was given, read whole. */
#include "cli/input.h"

#include <errno.h>
#include <string.h>

enum { INPUT_PART_SIZE = 1 << 16 };

const char *
pli_cli_input_name(const char *name)
{
	return strcmp(name, "-") == 0 ? "standard input" : name;
}

static int
input_too_large(pli_cli *cli, const char *name, size_t max)
{
	bool small = max < 1 << 20;
	return pli_cli_error(cli, PLI_EXIT_BAD_INPUT, "%s: over %zu %s, the most that is read",
	    name, small ? max >> 10 : max >> 20, small ? "KiB" : "MiB");
}

static int
input_read(pli_cli *cli, const char *name, FILE *file, pli_bytes *bytes)
{
	char part[INPUT_PART_SIZE];
	for (size_t got; (got = fread(part, 1, sizeof part, file)) > 0;) {
		plm_err err = pli_bytes_append(bytes, part, got);
		if (err == PLM_EFULL)
			return input_too_large(cli, name, bytes->max);
		if (err != PLM_OK)
			return pli_cli_error(
			    cli, (int)pli_exit_of(err), "%s: %s", name, plm_err_text(err));
	}
	if (ferror(file) == 0)
		return PLI_EXIT_OK;
	if (errno == EISDIR)
		return pli_cli_error(
		    cli, PLI_EXIT_NO_INPUT, "%s: this is a folder; a file is expected", name);
	return pli_cli_error(cli, PLI_EXIT_IO, "%s: %s", name, strerror(errno));
}

int
pli_cli_read(pli_cli *cli, const char *name, pli_bytes *bytes)
{
	if (strcmp(name, "-") == 0)
		return input_read(cli, pli_cli_input_name(name), stdin, bytes);
	FILE *file = fopen(name, "rb");
	if (file == NULL)
		return pli_cli_error(cli, PLI_EXIT_NO_INPUT, "%s: %s", name, strerror(errno));
	int code = input_read(cli, name, file, bytes);
	(void)fclose(file);
	return code;
}
