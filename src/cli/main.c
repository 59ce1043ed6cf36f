/* main.c: the program's entry; commands are one file each in commands/. */
#include <stdio.h>

int
main(void)
{
	(void)puts("plimsoll " PLM_VERSION);
	return 0;
}
