/* report_source.h: a settled book to report on: from a capture, or from live venues once. */
#ifndef PLI_CLI_REPORT_SOURCE_H
#define PLI_CLI_REPORT_SOURCE_H

#include "cli/wiring.h"

typedef struct pli_report_source pli_report_source;

/* pli_report_source_open: config_path may be NULL with a capture; with both, the configuration
 * gives assets, rates and limits, the capture the facts. at_ns 0: up to the end. Without a capture
 * the venues are connected and the book is read when every account is live and what each asks
 * first is answered, or 30 s have passed. Says what is wrong on cli->err, and of each account that
 * is not live why; when none has numbers, that is PLI_EXIT_UNAVAILABLE. Returns the exit code and
 * sets *ret_source on PLI_EXIT_OK only. close takes NULL. */
int pli_report_source_open(pli_cli *cli, const char *config_path, const char *capture_path,
    plm_time_ns at_ns, pli_report_source **ret_source);
void pli_report_source_close(pli_report_source *source);

/* pli_report_source_run: open, print, close. Returns what print does, else why there was nothing to
 * print; accounts without numbers: PLI_EXIT_UNAVAILABLE. */
typedef int pli_report_printer(pli_cli *cli, const void *options, pli_core *core);
int pli_report_source_run(pli_cli *cli, const char *config_path, const char *capture_path,
    plm_time_ns at_ns, pli_report_printer *print, const void *options);

pli_core *pli_report_source_core(pli_report_source *source);

/* pli_report_source_missing: accounts without numbers; what is printed is without them. */
uint32_t pli_report_source_missing(const pli_report_source *source);

#endif
