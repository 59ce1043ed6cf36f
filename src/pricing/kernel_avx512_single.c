/* kernel_avx512_single.c: the row of a scenario grid in single precision, for x86-64-v4. */
#include "pricing/lanes_single_avx512.h"

#define GRID_ROW pli_grid_row_single_avx512
#include "pricing/grid_body.h"
