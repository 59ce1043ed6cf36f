/* command.h: what a command of `plimsoll` is given, and how it speaks.
 *
 * One command is one file, commands/<name>.c, with one function pli_command_<name>, and one row in
 * commands.c. Data goes to cli->out, words to cli->err. A command returns a pli_exit. Its shape:
 *
 *	static const struct option options[] = {{"json", no_argument, NULL, 'j'}, {0}};
 *	for (int option; (option = pli_cli_option(cli, argc, argv, options)) != PLI_OPTION_END;) {
 *		if (option == PLI_OPTION_EXIT)
 *			return cli->exit_code;
 *		if (option == 'j')
 *			json = true;
 *	}
 *	... arguments are argv[cli->argument_index] up to argv[argc - 1] ... */
#ifndef PLI_CLI_COMMAND_H
#define PLI_CLI_COMMAND_H

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "cli/exit.h"
#include "plimsoll/err.h"

/* pli_cli: the program's own streams and habits; one per process, made by main, or by a test. */
typedef struct pli_cli {
	FILE *out;           /* data */
	FILE *err;           /* words */
	const char *command; /* name of the running command; "" before */
	bool out_is_tty;
	bool err_is_tty;
	bool out_colour; /* a terminal, NO_COLOR unset, --color not "never" */
	bool err_colour;
	bool out_failed;    /* writing to out went wrong, and was said */
	int exit_code;      /* set with PLI_OPTION_EXIT */
	int argument_index; /* set with PLI_OPTION_END: the first argument that is no option */
} pli_cli;

typedef int (*pli_command_function)(pli_cli *cli, int argc, char **argv);

/* pli_command: one row of the table in commands.c. usage: the synopsis on its first line, then a
 * blank line, then what a person needs; no final newline. */
typedef struct pli_command {
	const char *name;
	const char *summary; /* one line, no full stop */
	const char *usage;
	pli_command_function run;
} pli_command;

/* pli_command_at: rows in name order; NULL past the end. */
const pli_command *pli_command_at(uint32_t index);

/* pli_command_find by name; NULL when there is none. */
const pli_command *pli_command_find(const char *name);

/* pli_cli_init fills the struct for two streams. Colours by their being terminals and NO_COLOR. */
void pli_cli_init(pli_cli *cli, FILE *out, FILE *err);

/* pli_cli_run runs the whole program: argv[0] is its name, then global options and a command.
 * Returns the exit code; flushes out and says when that goes wrong. */
int pli_cli_run(pli_cli *cli, int argc, char **argv);

enum { PLI_OPTION_END = -1, PLI_OPTION_EXIT = -2, PLI_OPTIONS_MAX = 24 };

/* pli_cli_option reads the next option of a command. options: at most PLI_OPTIONS_MAX rows, ended
 * by a zero row; a val below 128 is also the short form. --help (-h) and --color are added to every
 * command and handled here. Returns val, PLI_OPTION_END, or PLI_OPTION_EXIT: help was printed or
 * the line is wrong (a sentence was printed), return cli->exit_code. Options may stand after
 * arguments; "--" ends them. */
int pli_cli_option(pli_cli *cli, int argc, char **argv, const struct option *options);

/* pli_cli_number reads a whole number of digits alone, at most `max`; false for anything else. */
bool pli_cli_number(const char *text, uint64_t max, uint64_t *ret_value);

/* pli_cli_usage prints "plimsoll COMMAND: <sentence>" and where help is; returns PLI_EXIT_USAGE. */
int pli_cli_usage(pli_cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* pli_cli_error prints "plimsoll COMMAND: <sentence>" to err and returns code. Say what is wrong,
 * where, and what would be right; no final full stop needed, no newline. */
int pli_cli_error(pli_cli *cli, pli_exit code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* pli_cli_unknown_command says that there is no such command, and which one is near; returns
 * PLI_EXIT_USAGE. */
int pli_cli_unknown_command(pli_cli *cli, const char *name);

/* pli_cli_flush hands out's bytes to the system. PLI_EXIT_IO when that goes wrong, which is said
 * once. For commands that run on behind what they print; all others are flushed at their end. */
int pli_cli_flush(pli_cli *cli);

/* pli_cli_note prints a sentence that is not an error, to err. */
void pli_cli_note(pli_cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* pli_cli_fault prints a fault as "FILE:LINE:COLUMN: error: path: text" (unknown parts left out)
 * and returns the exit code that belongs to its plm_err. file may be NULL. */
int pli_cli_fault(pli_cli *cli, const char *file, const plm_fault *fault);

/* pli_exit_of: the exit code that belongs to an error of the outside. */
pli_exit pli_exit_of(plm_err err);

/* pli_style: meaning, not colour; never the only carrier of it. */
typedef enum pli_style {
	PLI_STYLE_PLAIN,
	PLI_STYLE_STRONG,
	PLI_STYLE_FAINT,
	PLI_STYLE_GOOD,
	PLI_STYLE_WARN,
	PLI_STYLE_BAD,
} pli_style;

/* pli_style_code: the escape sequence that begins the style on cli->out, "" when out has no
 * colours; PLAIN gives the one that ends it. */
const char *pli_style_code(const pli_cli *cli, pli_style style);

/* The commands, in name order. */
int pli_command_bench(pli_cli *cli, int argc, char **argv);
int pli_command_capture(pli_cli *cli, int argc, char **argv);
int pli_command_config(pli_cli *cli, int argc, char **argv);
int pli_command_decode(pli_cli *cli, int argc, char **argv);
int pli_command_feeds(pli_cli *cli, int argc, char **argv);
int pli_command_help(pli_cli *cli, int argc, char **argv);
int pli_command_inspect(pli_cli *cli, int argc, char **argv);
int pli_command_ladder(pli_cli *cli, int argc, char **argv);
int pli_command_limits(pli_cli *cli, int argc, char **argv);
int pli_command_margin(pli_cli *cli, int argc, char **argv);
int pli_command_price(pli_cli *cli, int argc, char **argv);
int pli_command_replay(pli_cli *cli, int argc, char **argv);
int pli_command_report(pli_cli *cli, int argc, char **argv);
int pli_command_run(pli_cli *cli, int argc, char **argv);
int pli_command_sim(pli_cli *cli, int argc, char **argv);
int pli_command_simulate(pli_cli *cli, int argc, char **argv);
int pli_command_top(pli_cli *cli, int argc, char **argv);
int pli_command_transits(pli_cli *cli, int argc, char **argv);
int pli_command_venues(pli_cli *cli, int argc, char **argv);
int pli_command_version(pli_cli *cli, int argc, char **argv);
int pli_command_whatif(pli_cli *cli, int argc, char **argv);

#endif
