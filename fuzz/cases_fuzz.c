/* cases_fuzz.c: any bytes as a file of margin cases: each answered in JSON, or the file refused
 * with a sentence. */
#include <string.h>

#include "cli/margin_case_run.h"
#include "harness.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *out = NULL, *err = NULL;
	size_t out_size = 0, err_size = 0;
	pli_cli cli = {.out = open_memstream(&out, &out_size),
	    .err = open_memstream(&err, &err_size),
	    .command = "margin"};
	FUZZ_REQUIRE(cli.out != NULL && cli.err != NULL);
	bool json = size % 2 == 0;
	int code = pli_margin_cases_run(&cli, "cases.json", fuzz_slice(data, size), json);
	(void)fclose(cli.out);
	(void)fclose(cli.err);
	FUZZ_REQUIRE(code == PLI_EXIT_OK || (!json && out_size > 0) || err_size > 0);
	for (char *line = out; json && *line != '\0'; line = strchr(line, '\n') + 1)
		FUZZ_REQUIRE(line[0] == '{' && strstr(line, "}\n") != NULL);
	free(out);
	free(err);
	return 0;
}
