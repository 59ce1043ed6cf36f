/* kernel_option.c: the option --kernel of commands that price. */
#include "cli/kernel_option.h"

#include <string.h>

#include "plimsoll/pricing.h"

int
pli_cli_kernel(pli_cli *cli, const char *name)
{
	for (int kernel = 0; kernel < PLM_KERNEL_COUNT_; kernel++) {
		if (strcmp(name, plm_kernel_text((plm_kernel)kernel)) != 0)
			continue;
		if (plm_kernel_force((plm_kernel)kernel) == PLM_OK)
			return PLI_EXIT_OK;
		return pli_cli_error(cli, PLI_EXIT_USAGE,
		    "this processor cannot run the kernel %s; `plimsoll inspect kernels` says "
		    "which",
		    name);
	}
	return pli_cli_usage(
	    cli, "there is no kernel %s; `plimsoll inspect kernels` lists them", name);
}
