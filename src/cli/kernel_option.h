/* kernel_option.h: the option --kernel of commands that price. */
#ifndef PLI_CLI_KERNEL_OPTION_H
#define PLI_CLI_KERNEL_OPTION_H

#include "cli/command.h"

/* pli_cli_kernel forces the kernel of that name. Returns PLI_EXIT_OK, or PLI_EXIT_USAGE having said
 * which there are, or that this processor cannot run it. */
int pli_cli_kernel(pli_cli *cli, const char *name);

#endif
