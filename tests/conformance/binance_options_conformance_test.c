/* binance_options_conformance_test.c: Binance's options adapter does what every adapter must. */
#include "venue.h"

int
main(void)
{
	return conformance_run(&pli_venue_binance_options, "binance_options");
}
