/* capture_fuzz.c: any bytes as a line of a capture, and as a payload that a recorder takes secrets
 * out of: what is wrong changes no book, and what is taken out is gone. */
#include <string.h>

#include "base/json.h"
#include "engine/capture.h"
#include "engine/redaction.h"
#include "harness.h"

static const pli_book_bounds bounds = {
    .registry = {.assets_max = 512, .accounts_max = 16, .instruments_max = 1024},
    .positions_max = 1024,
    .balances_max = 256,
    .feeds_max = 16};

static struct {
	pli_core *core;
	pli_registry *names;
	pli_capture *capture;
} fuzzed;

static void
fuzz_begin(void)
{
	pli_core_config config = {.bounds = bounds, .limits_max = 4, .limit_states_max = 16};
	fuzzed.core = pli_core_create(&config);
	fuzzed.names = pli_registry_create(bounds.registry);
	fuzzed.capture = pli_capture_create(fuzzed.core, fuzzed.names);
	FUZZ_REQUIRE(fuzzed.core != NULL && fuzzed.names != NULL && fuzzed.capture != NULL);
}

static void
fuzz_end(void)
{
	pli_capture_destroy(fuzzed.capture);
	pli_registry_destroy(fuzzed.names);
	pli_core_destroy(fuzzed.core);
	fuzzed.capture = NULL;
}

/* A line that is refused leaves the book as it is, for the next one; behind one that was taken all
 * begins anew, since time may not go back. */
static void
fuzz_line(plm_slice line)
{
	plm_fault fault = {.code = PLM_OK};
	if (fuzzed.capture == NULL)
		fuzz_begin();
	uint64_t before = pli_book_hash(pli_core_book(fuzzed.core));
	plm_err err = pli_capture_line(fuzzed.capture, line, 0, NULL, &fault);
	FUZZ_REQUIRE(err == PLM_OK || fault.text[0] != '\0');
	FUZZ_REQUIRE(err == PLM_OK || pli_book_hash(pli_core_book(fuzzed.core)) == before);
	if (err == PLM_OK && line.size > 0)
		fuzz_end();
}

/* What comes out is JSON of the same size, on one line, and a second pass takes nothing more than
 * the first: the texts of its credentials are all "*". */
static void
fuzz_redaction(const uint8_t *data, size_t size)
{
	pli_redaction *redaction = pli_redaction_create();
	char *bytes = malloc(size + 1);
	FUZZ_REQUIRE(redaction != NULL && bytes != NULL);
	if (size > 0)
		memcpy(bytes, data, size);
	FUZZ_REQUIRE(pli_redaction_secret(redaction, "a\"secret") == PLM_OK);
	if (pli_redaction_members(redaction, bytes, size)) {
		FUZZ_REQUIRE(memchr(bytes, '\n', size) == NULL);
		uint64_t taken = pli_redaction_count(redaction);
		char *again = malloc(size + 1);
		FUZZ_REQUIRE(again != NULL);
		memcpy(again, bytes, size);
		FUZZ_REQUIRE(pli_redaction_members(redaction, again, size));
		FUZZ_REQUIRE(memcmp(again, bytes, size) == 0);
		FUZZ_REQUIRE(pli_redaction_count(redaction) == 2 * taken);
		free(again);
	}
	pli_redaction_overwrite(redaction, bytes, size);
	FUZZ_REQUIRE(memmem(bytes, size, "a\"secret", 8) == NULL);
	FUZZ_REQUIRE(memmem(bytes, size, "a\\\"secret", 9) == NULL);
	free(bytes);
	pli_redaction_destroy(redaction);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_line(fuzz_slice(data, size));
	fuzz_redaction(data, size);
	return 0;
}
