/* deribit_fuzz.c: any bytes as a captured payload of Deribit's, read both ways, and as a frame of a
 * live session. */
#include <string.h>

#include "venue_harness.h"

/* A blank before it keeps a payload from being read the quick way: the same events come of it. */
static void
fuzz_quick(const plm_venue_cfg *cfg, plm_slice bytes)
{
	char *blank = malloc(bytes.size + 1);
	plm_err errs[2];
	FUZZ_REQUIRE(blank != NULL);
	blank[0] = ' ';
	if (bytes.size > 0)
		memcpy(blank + 1, bytes.bytes, bytes.size);
	uint64_t quick = fuzz_venue_decode(&pli_venue_deribit, cfg, bytes, &errs[0]);
	uint64_t general = fuzz_venue_decode(
	    &pli_venue_deribit, cfg, (plm_slice){blank, bytes.size + 1}, &errs[1]);
	FUZZ_REQUIRE(errs[0] == errs[1] && quick == general);
	free(blank);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const fuzz_venue venue = {
	    .key = "k", .secret = "s", .markets = "BTC", .trading = true, .links = 1};
	plm_slice bytes = fuzz_slice(data, size);
	plm_err err;
	plm_venue_cfg cfg = fuzz_venue_cfg(&pli_venue_deribit, &venue);
	(void)fuzz_venue_decode(&pli_venue_deribit, &cfg, bytes, &err); /* its instruments */
	if (err != PLM_EFULL)
		fuzz_quick(&cfg, bytes);
	fuzz_venue_run(&pli_venue_deribit, &venue, bytes);
	return 0;
}
