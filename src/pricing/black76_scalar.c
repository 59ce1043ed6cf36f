/* black76_scalar.c: the Black-76 kernel for any processor. */
#include "pricing/lanes_scalar.h"

#define BLACK76_NAME pli_black76_scalar
#include "pricing/black76_body.h"
