/* venue_decode_bench.c: messages of each venue to events, what one costs. The peer, CCXT's parsers
 * over the same bytes, is venue_decode_peer.mjs.
 *
 * usage: venue_decode_bench MESSAGES [--json]     MESSAGES: JSON lines {venue, what, text} */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "bench_time.h"
#include "model/registry.h"
#include "venue/venues.h"

enum { RUNS = 501, LOOPS = 200, LINE_MAX_BYTES = 65536 };

typedef struct bench_message {
	const plm_venue_desc *desc;
	char venue[24], what[24], text[LINE_MAX_BYTES];
} bench_message;

typedef struct bench_sum {
	uint64_t checksum, events;
} bench_sum;

static plm_err
sum_emit(void *ctx, const plm_event *event)
{
	bench_sum *sum = ctx;
	uint64_t price = event->type == PLM_EVENT_MARK ? (uint64_t)event->u.mark.mark_price.units
						       : 0;
	uint64_t size = event->type == PLM_EVENT_POSITION
			    ? (uint64_t)event->u.position.quantity.units
			    : 0;
	sum->checksum = sum->checksum * 31 + event->type + price + size;
	sum->events++;
	return PLM_OK;
}

static void
member_copy(pli_json *json, const char *key, char *to, size_t room)
{
	plm_slice value = {"", 0};
	uint32_t node = pli_json_find(json, 0, key);
	if (node == 0 || pli_json_string(json, node, &value, NULL) != PLM_OK ||
	    value.size >= room) {
		(void)fprintf(stderr, "a line without %s, or one too long\n", key);
		exit(2);
	}
	memcpy(to, value.bytes, value.size);
	to[value.size] = '\0';
}

static void
message_read(pli_json *json, const char *line, bench_message *message)
{
	plm_fault fault;
	if (pli_json_parse(json, plm_slice_of(line), &fault) != PLM_OK) {
		(void)fprintf(stderr, "%s\n", fault.text);
		exit(2);
	}
	member_copy(json, "venue", message->venue, sizeof message->venue);
	member_copy(json, "what", message->what, sizeof message->what);
	member_copy(json, "text", message->text, sizeof message->text);
	message->desc = pli_venue_find(plm_slice_of(message->venue));
	if (message->desc == NULL) {
		(void)fprintf(stderr, "no venue %s\n", message->venue);
		exit(2);
	}
}

static double
message_median(const bench_message *message, bench_sum *sum)
{
	static double ns[RUNS];
	pli_registry *names = pli_registry_create((pli_registry_bounds){64, 4, 64});
	plm_venue_cfg cfg = {
	    .names = names, .venue = pli_venue_id_of(message->desc), .account = {1}};
	plm_event_sink sink = {sum_emit, sum};
	plm_frame frame = {.kind = PLM_FRAME_RAW, .bytes = plm_slice_of(message->text)};
	plm_fault fault;
	for (int run = 0; names != NULL && run < RUNS; run++) {
		int64_t start_ns = bench_now_ns();
		for (int i = 0; i < LOOPS; i++) {
			if (message->desc->ops->decode(&cfg, &frame, &sink, &fault) != PLM_OK) {
				(void)fprintf(stderr, "%s %s: %s\n", message->venue, message->what,
				    fault.text);
				exit(1);
			}
		}
		ns[run] = (double)(bench_now_ns() - start_ns) / LOOPS;
	}
	pli_registry_destroy(names);
	return bench_middle(ns, RUNS);
}

static void
message_print(const bench_message *message, double ns, const bench_sum *sum, bool json)
{
	size_t size = strlen(message->text);
	unsigned events = (unsigned)(sum->events / (RUNS * LOOPS));
	if (json)
		(void)printf(
		    "{\"bench\":\"venue_decode\",\"venue\":\"%s\",\"what\":\"%s\",\"bytes\":%zu,"
		    "\"events\":%u,\"ns\":%.1f,\"checksum\":\"%016" PRIx64 "\"}\n",
		    message->venue, message->what, size, events, ns, sum->checksum);
	else
		(void)printf("%-15s %-9s %5zu bytes %2u events %7.0f ns  checksum %016" PRIx64 "\n",
		    message->venue, message->what, size, events, ns, sum->checksum);
}

int
main(int argc, char **argv)
{
	static char line[2 * LINE_MAX_BYTES];
	static bench_message message;
	FILE *file = argc < 2 ? NULL : fopen(argv[1], "rb");
	pli_json *json = pli_json_create();
	if (file == NULL || json == NULL) {
		(void)fprintf(stderr, "usage: venue_decode_bench MESSAGES [--json]\n");
		return 2;
	}
	bool as_json = argc > 2 && strcmp(argv[2], "--json") == 0;
	while (fgets(line, sizeof line, file) != NULL) {
		bench_sum sum = {0, 0};
		message_read(json, line, &message);
		double ns = message_median(&message, &sum);
		message_print(&message, ns, &sum, as_json);
	}
	(void)fclose(file);
	pli_json_destroy(json);
	return 0;
}
