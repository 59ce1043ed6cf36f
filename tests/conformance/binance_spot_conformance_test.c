/* binance_spot_conformance_test.c: Binance's spot adapter does what every adapter must. */
#include "venue.h"

int
main(void)
{
	return conformance_run(&pli_venue_binance_spot, "binance_spot");
}
