/* kernel_avx2_single.c: the row of a scenario grid in single precision, for x86-64-v3. */
#include "pricing/lanes_single_avx2.h"

#define GRID_ROW pli_grid_row_single_avx2
#include "pricing/grid_body.h"
