/* binance_margin_conformance_test.c: Binance's cross margin does what every adapter must. */
#include "venue.h"

int
main(void)
{
	return conformance_run(&pli_venue_binance_margin, "binance_margin");
}
