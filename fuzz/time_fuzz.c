/* time_fuzz.c: any text to the time parser; any instant to text and back. */
#include "harness.h"
#include "plimsoll/time.h"

static void
fuzz_back(plm_time_ns time_ns)
{
	char text[PLM_TIME_TEXT_MAX];
	plm_time_ns back_ns;
	size_t size = strlen(plm_time_format(time_ns, text));
	FUZZ_REQUIRE(size < sizeof text);
	FUZZ_REQUIRE(plm_time_parse((plm_slice){text, size}, &back_ns) == PLM_OK);
	FUZZ_REQUIRE(back_ns == time_ns);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	plm_time_ns time_ns = 7;
	plm_err err = plm_time_parse(fuzz_slice(data, size), &time_ns);
	if (err == PLM_OK)
		fuzz_back(time_ns);
	else
		FUZZ_REQUIRE((err == PLM_EPARSE || err == PLM_EOVERFLOW) && time_ns == 7);
	if (size >= sizeof time_ns) {
		memcpy(&time_ns, data, sizeof time_ns);
		fuzz_back(time_ns);
	}
	return 0;
}
