/* kernel_scalar.c: the kernels for any processor. */
#include "pricing/lanes_scalar.h"

#include "pricing/chain_body.h"
#include "pricing/implied_body.h"
#include "pricing/kept_body.h"

#define GRID_ROW pli_grid_row_scalar
#include "pricing/grid_body.h"

const pli_kernel pli_kernel_scalar = {.text = "scalar",
    .lanes = LANES,
    .black76 = black76_run,
    .implied = implied_run,
    .chain = chain_run,
    .logs = logs_run,
    .spreads = spreads_run,
    .grid_row = pli_grid_row_scalar,
    .grid_row_single = pli_grid_row_single_scalar};
