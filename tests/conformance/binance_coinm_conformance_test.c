/* binance_coinm_conformance_test.c: Binance's COIN-M adapter does what every adapter must. */
#include "venue.h"

int
main(void)
{
	return conformance_run(&pli_venue_binance_coinm, "binance_coinm");
}
