/* option_accuracy.h: how exact prices and vols are, measured now against other arithmetic. */
#ifndef PLI_CLI_OPTION_ACCURACY_H
#define PLI_CLI_OPTION_ACCURACY_H

#include <stdint.h>

/* pli_option_accuracy: the largest error of one output over a sample, and what it is bound to. */
typedef struct pli_option_accuracy {
	const char *output;
	const char *against; /* what the error is measured against */
	double error_max, bound;
} pli_option_accuracy;

enum { PLI_OPTION_ACCURACY_ROWS = 12, PLI_OPTION_ACCURACY_OPTIONS = 100000 };

/* pli_option_accuracy_measure draws pli_option_range_usual from `seed`, prices it with the kernel
 * in use, and fills every row: nine outputs, chains, and vols. Cost: half a second. Not reentrant.
 */
void pli_option_accuracy_measure(
    uint64_t seed, pli_option_accuracy ret_rows[PLI_OPTION_ACCURACY_ROWS]);

#endif
