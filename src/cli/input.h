/* input.h: a file that a command was given, or its standard input, read whole. */
#ifndef PLI_CLI_INPUT_H
#define PLI_CLI_INPUT_H

#include "base/bytes.h"
#include "cli/command.h"

/* pli_cli_input_name: what messages call the input: "standard input" for "-", else the name. */
const char *pli_cli_input_name(const char *name);

/* pli_cli_read reads all of a file, or of standard input for "-", up to bytes->max. Returns an exit
 * code (enum pli_exit); unless it is PLI_EXIT_OK the reason was printed. The caller releases the
 * bytes in any case. */
int pli_cli_read(pli_cli *cli, const char *name, pli_bytes *bytes);

#endif
