/* kernel_avx2.c: the kernels for x86-64-v3. */
#include "pricing/lanes_avx2.h"

#include "pricing/chain_body.h"
#include "pricing/implied_body.h"
#include "pricing/kept_body.h"

#define GRID_ROW pli_grid_row_avx2
#include "pricing/grid_body.h"

const pli_kernel pli_kernel_avx2 = {.text = "avx2",
    .lanes = LANES,
    .black76 = black76_run,
    .implied = implied_run,
    .chain = chain_run,
    .logs = logs_run,
    .spreads = spreads_run,
    .grid_row = pli_grid_row_avx2,
    .grid_row_single = pli_grid_row_single_avx2};
