/* kernel_scalar_single.c: the row of a scenario grid in single precision, for any processor. */
#include "pricing/lanes_single_scalar.h"

#define GRID_ROW pli_grid_row_single_scalar
#include "pricing/grid_body.h"
