/* main.c: the program's entry; commands are one file each in commands/. */
#include <locale.h>

#include "cli/command.h"

int
main(int argc, char **argv)
{
	/* Letters as the terminal has them; numbers stay as in every locale's code: "1.5". */
	(void)setlocale(LC_CTYPE, "");
	pli_cli cli;
	pli_cli_init(&cli, stdout, stderr);
	return pli_cli_run(&cli, argc, argv);
}
