/* black76_avx2.c: the Black-76 kernel for x86-64-v3. */
#include "pricing/lanes_avx2.h"

#define BLACK76_NAME pli_black76_avx2
#include "pricing/black76_body.h"
