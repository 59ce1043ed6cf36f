/* kernel_avx512.c: the kernels for x86-64-v4. */
#include "pricing/lanes_avx512.h"

#include "pricing/chain_body.h"
#include "pricing/implied_body.h"
#include "pricing/kept_body.h"

#define GRID_ROW pli_grid_row_avx512
#include "pricing/grid_body.h"

const pli_kernel pli_kernel_avx512 = {.text = "avx512",
    .lanes = LANES,
    .black76 = black76_run,
    .implied = implied_run,
    .chain = chain_run,
    .logs = logs_run,
    .spreads = spreads_run,
    .grid_row = pli_grid_row_avx512,
    .grid_row_single = pli_grid_row_single_avx512};
