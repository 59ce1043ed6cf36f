/* progress.c: draws the bar; knows when to be quiet. */
#include "cli/progress.h"

#include <inttypes.h>

#define PROGRESS_QUIET_NS (2 * PLM_NS_PER_S)
#define PROGRESS_LINE_NS (5 * PLM_NS_PER_S)
#define PROGRESS_DRAW_NS (PLM_NS_PER_S / 10)

enum { PROGRESS_BAR_WIDTH = 24 };

void
pli_progress_init(pli_progress *progress, pli_cli *cli, const pli_clock *clock, const char *label,
    const char *unit, uint64_t total)
{
	*progress = (pli_progress){
	    .cli = cli, .clock = clock, .label = label, .unit = unit, .total = total};
	progress->start_ns = clock->steady_ns(clock->ctx);
}

static void
progress_draw(const pli_progress *progress, uint64_t done, double seconds)
{
	static const char marks[] = "########################";
	FILE *err = progress->cli->err;
	const double rate = seconds > 0 ? (double)done / seconds : 0;
	const char *before = progress->cli->err_is_tty ? "\r" : "";
	const char *after = progress->cli->err_is_tty ? "\033[K" : "\n";
	if (progress->total == 0 || done > progress->total) {
		(void)fprintf(err, "%s%s: %" PRIu64 " %s, %.0f/s%s", before, progress->label, done,
		    progress->unit, rate, after);
	} else {
		const double share = (double)done / (double)progress->total;
		const int width = (int)(share * PROGRESS_BAR_WIDTH);
		(void)fprintf(err, "%s%s: [%.*s%*s] %3.0f %%", before, progress->label, width,
		    marks, PROGRESS_BAR_WIDTH - width, "", share * 100);
		if (rate >= 1)
			(void)fprintf(err, ", %.0f %s/s, %.0f s left", rate, progress->unit,
			    (double)(progress->total - done) / rate);
		else
			(void)fprintf(err, ", %" PRIu64 " of %" PRIu64 " %s", done, progress->total,
			    progress->unit);
		(void)fputs(after, err);
	}
	(void)fflush(err);
}

void
pli_progress_update(pli_progress *progress, uint64_t done)
{
	const plm_time_ns now_ns = progress->clock->steady_ns(progress->clock->ctx);
	const int64_t ran_ns = now_ns - progress->start_ns;
	const int64_t pause_ns = progress->cli->err_is_tty ? PROGRESS_DRAW_NS : PROGRESS_LINE_NS;
	if (ran_ns < PROGRESS_QUIET_NS)
		return;
	if (progress->shown_ns != 0 && now_ns - progress->shown_ns < pause_ns)
		return;
	progress->shown_ns = now_ns;
	progress_draw(progress, done, (double)ran_ns / (double)PLM_NS_PER_S);
}

void
pli_progress_fini(pli_progress *progress)
{
	if (progress->shown_ns != 0 && progress->cli->err_is_tty)
		(void)fputs("\r\033[K", progress->cli->err);
	progress->shown_ns = 0;
}
