/* file_fuzz.c: any bytes as a file of rows: taken as one whole snapshot, or refused with nothing
 * sent and the place said. */
#include "harness.h"
#include "model/registry.h"
#include "venue/venues.h"

typedef struct fuzz_seen {
	uint32_t events;
	uint32_t rows;
	bool closed;
} fuzz_seen;

static plm_err
fuzz_emit(void *ctx, const plm_event *event)
{
	fuzz_seen *seen = ctx;
	FUZZ_REQUIRE((seen->events == 0) == (event->type == PLM_EVENT_SNAPSHOT_BEGIN));
	FUZZ_REQUIRE(!seen->closed);
	seen->events++;
	if (event->type == PLM_EVENT_POSITION) {
		FUZZ_REQUIRE(plm_decimal_is_known(event->u.position.quantity));
		FUZZ_REQUIRE(event->u.position.instrument.value != 0);
	}
	seen->rows += event->type == PLM_EVENT_POSITION || event->type == PLM_EVENT_BALANCE;
	if (event->type == PLM_EVENT_SNAPSHOT_END) {
		FUZZ_REQUIRE(event->u.snapshot.rows_count == seen->rows);
		seen->closed = true;
	}
	return PLM_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	pli_registry *names = pli_registry_create((pli_registry_bounds){64, 4, 64});
	FUZZ_REQUIRE(names != NULL);
	fuzz_seen seen = {0};
	plm_event_sink sink = {fuzz_emit, &seen};
	plm_fault fault = {0};
	plm_venue_cfg cfg = {.names = names, .venue = pli_venue_id_of(&pli_venue_file)};
	plm_frame frame = {.kind = PLM_FRAME_RAW, .bytes = fuzz_slice(data, size)};
	cfg.account = pli_registry_account(names, cfg.venue, PLM_SLICE("file"), PLM_SLICE("desk"));
	plm_err err = pli_venue_file.ops->decode(&cfg, &frame, &sink, &fault);
	FUZZ_REQUIRE(err == PLM_OK || err == PLM_EDECODE || err == PLM_EFULL);
	FUZZ_REQUIRE((err == PLM_OK) == seen.closed);
	if (err == PLM_EDECODE)
		FUZZ_REQUIRE(seen.events == 0 && fault.line > 0 && fault.text[0] != '\0');
	pli_registry_destroy(names);
	return 0;
}
