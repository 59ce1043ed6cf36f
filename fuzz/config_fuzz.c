/* config_fuzz.c: any text as a configuration: a struct, or at least one fault that is said. */
#include "cli/config.h"
#include "harness.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *said = NULL;
	size_t said_size = 0;
	FILE *report = open_memstream(&said, &said_size);
	pli_config *config = pli_config_create();
	FUZZ_REQUIRE(report != NULL && config != NULL);
	uint32_t count = 0;
	const plm_err err = pli_config_parse(
	    fuzz_slice(data, size), "fuzz.yaml", report, config, &count);
	FUZZ_REQUIRE(fclose(report) == 0);
	FUZZ_REQUIRE(err == PLM_OK || err == PLM_ECONFIG);
	FUZZ_REQUIRE((err == PLM_OK) == (count == 0));
	FUZZ_REQUIRE(err == PLM_OK || said_size > 0);
	FUZZ_REQUIRE(config->limits_count <= PLI_CONFIG_LIMITS_MAX);
	pli_config_destroy(config);
	free(said);
	return 0;
}
