/* dydx_conformance_test.c: dYdX's adapter does what every adapter must. */
#include "venue.h"

int
main(void)
{
	return conformance_run(&pli_venue_dydx, "dydx");
}
