/* kernel_scalar.c: the kernels for any processor. */
#include "pricing/lanes_scalar.h"

#include "pricing/chain_body.h"
#include "pricing/implied_body.h"

const pli_kernel pli_kernel_scalar = {.text = "scalar",
    .lanes = LANES,
    .black76 = black76_run,
    .implied = implied_run,
    .chain = chain_run};
