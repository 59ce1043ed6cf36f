/* black76_avx512.c: the Black-76 kernel for x86-64-v4. */
#include "pricing/lanes_avx512.h"

#define BLACK76_NAME pli_black76_avx512
#include "pricing/black76_body.h"
