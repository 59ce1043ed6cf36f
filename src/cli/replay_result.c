/* replay_result.c: to which state a journal or a capture led. */
#include "cli/replay_result.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/json_write.h"
#include "cli/report_source.h"

void
pli_replay_print(
    pli_cli *cli, const char *path, const pli_replay_result *replay, bool hash, bool json)
{
	pli_core *core = replay->core;
	char hash_text[24], time_text[PLM_TIME_TEXT_MAX];
	(void)snprintf(hash_text, sizeof hash_text, "%016" PRIx64, pli_core_hash(core));
	plm_time_ns as_of_ns = pli_book_now_ns(pli_core_book(core)); /* 0: no batch has ended */
	(void)plm_time_format(as_of_ns, time_text);
	if (hash && !json) {
		(void)fprintf(cli->out, "%s\n", hash_text);
		return;
	}
	if (!json) {
		(void)fprintf(cli->out, "%s: %" PRIu64 " events, to sequence %" PRIu64 "%s%s\n",
		    path, replay->events, pli_core_sequence(core),
		    as_of_ns == 0 ? ", before the first batch ends" : " at ",
		    as_of_ns == 0 ? "" : time_text);
		if (replay->gaps > 0)
			(void)fprintf(cli->out,
			    "%" PRIu64 " %s: %" PRIu64
			    " events are not in it, the state behind them is\n",
			    replay->gaps, replay->gaps == 1 ? "gap" : "gaps", replay->missing);
		(void)fprintf(cli->out, "state hash %s\n", hash_text);
		return;
	}
	pli_json_writer w;
	pli_json_writer_init(&w, 1 << 16);
	pli_json_object_open(&w);
	pli_json_key(&w, "journal");
	pli_json_put_text(&w, path);
	pli_json_key(&w, "events");
	pli_json_put_uint(&w, replay->events);
	pli_json_key(&w, "gaps");
	pli_json_put_uint(&w, replay->gaps);
	pli_json_key(&w, "events_missing");
	pli_json_put_uint(&w, replay->missing);
	pli_json_key(&w, "sequence");
	pli_json_put_uint(&w, pli_core_sequence(core));
	pli_json_key(&w, "as_of_ns");
	if (as_of_ns == 0)
		pli_json_put_null(&w);
	else
		pli_json_put_int(&w, as_of_ns);
	pli_json_key(&w, "hash");
	pli_json_put_text(&w, hash_text);
	pli_json_object_close(&w);
	pli_json_newline(&w);
	(void)fwrite(w.bytes, 1, w.size, cli->out);
	pli_json_writer_fini(&w);
}

bool
pli_replay_is_capture(const pli_disk *disk, const char *path)
{
	pli_file file;
	char first[1];
	size_t got = 0;
	if (disk->open(disk->ctx, path, PLI_FILE_READ, &file) != PLM_OK)
		return false;
	plm_err err = disk->read(disk->ctx, file, 0, first, sizeof first, &got);
	disk->close(disk->ctx, file);
	return err == PLM_OK && got == 1 && first[0] == '{';
}

int
pli_replay_capture(pli_cli *cli, const char *path, bool hash, bool json)
{
	pli_report_source *source = NULL;
	int exit_code = pli_report_source_open(cli, NULL, path, 0, &source);
	if (exit_code == PLI_EXIT_OK) {
		pli_core *core = pli_report_source_core(source);
		pli_replay_result result = {.core = core, .events = pli_core_sequence(core)};
		pli_replay_print(cli, path, &result, hash, json);
	}
	pli_report_source_close(source);
	return exit_code;
}
