/* file_conformance_test.c: a book in a file does what every venue must, as far as it applies. */
#include "venue.h"

int
main(void)
{
	return conformance_run_file(&pli_venue_file, "file");
}
