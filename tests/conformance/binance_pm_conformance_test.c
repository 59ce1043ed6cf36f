/* binance_pm_conformance_test.c: Binance's portfolio margin does what every adapter must. */
#include "venue.h"

int
main(void)
{
	return conformance_run(&pli_venue_binance_pm, "binance_pm");
}
