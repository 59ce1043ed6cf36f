/* alert_notes.h: what a person at the terminal is told of limits, as sentences. */
#ifndef PLI_CLI_ALERT_NOTES_H
#define PLI_CLI_ALERT_NOTES_H

#include "cli/command.h"
#include "cli/config.h"
#include "limit/notice.h"
#include "model/registry.h"

/* pli_alert_note says a notice on cli->err, in one line: the limit's name, the scope where it has
 * one, how bad it was and how it stands. A limit that the configuration has not goes by its id. */
void pli_alert_note(
    pli_cli *cli, const pli_config *config, const pli_registry *names, const pli_notice *notice);

#endif
