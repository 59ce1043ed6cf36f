/* command.c: finds the command, reads options, and prints what is wrong in one way for all. */
#include "cli/command.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/suggest.h"

enum { COMMAND_HELP = 'h', COMMAND_COLOR = 0x4000 };

static bool
command_colour_wanted(bool is_tty)
{
	const char *none = getenv("NO_COLOR"), *terminal = getenv("TERM");
	const bool dumb = terminal != NULL && strcmp(terminal, "dumb") == 0;
	return is_tty && !dumb && (none == NULL || none[0] == '\0');
}

void
pli_cli_init(pli_cli *cli, FILE *out, FILE *err)
{
	*cli = (pli_cli){.out = out, .err = err, .command = ""};
	cli->out_is_tty = fileno(out) >= 0 && isatty(fileno(out)) == 1;
	cli->err_is_tty = fileno(err) >= 0 && isatty(fileno(err)) == 1;
	cli->out_colour = command_colour_wanted(cli->out_is_tty);
	cli->err_colour = command_colour_wanted(cli->err_is_tty);
}

/* --color=auto|always|never */
static bool
command_colour_set(pli_cli *cli, const char *when)
{
	if (when == NULL || strcmp(when, "always") == 0) {
		cli->out_colour = cli->err_colour = true;
	} else if (strcmp(when, "never") == 0) {
		cli->out_colour = cli->err_colour = false;
	} else if (strcmp(when, "auto") != 0) {
		(void)pli_cli_usage(cli, "--color takes auto, always or never, not '%s'", when);
		return false;
	}
	return true;
}

const char *
pli_style_code(const pli_cli *cli, pli_style style)
{
	static const char *const codes[] = {
	    [PLI_STYLE_PLAIN] = "\033[0m",
	    [PLI_STYLE_STRONG] = "\033[1m",
	    [PLI_STYLE_FAINT] = "\033[2m",
	    [PLI_STYLE_GOOD] = "\033[32m",
	    [PLI_STYLE_WARN] = "\033[33m",
	    [PLI_STYLE_BAD] = "\033[1;31m",
	};
	assert((unsigned)style < sizeof codes / sizeof codes[0]);
	return cli->out_colour ? codes[style] : "";
}

static void
command_print_name(pli_cli *cli, const char *word)
{
	const bool colour = cli->err_colour && word[0] != '\0';
	(void)fprintf(cli->err, "plimsoll%s%s: %s%s%s", cli->command[0] == '\0' ? "" : " ",
	    cli->command, colour ? "\033[1;31m" : "", word, colour ? "\033[0m" : "");
}

int
pli_cli_usage(pli_cli *cli, const char *format, ...)
{
	command_print_name(cli, "");
	va_list arguments;
	va_start(arguments, format);
	(void)vfprintf(cli->err, format, arguments);
	va_end(arguments);
	(void)fprintf(cli->err, "; see plimsoll help%s%s\n", cli->command[0] == '\0' ? "" : " ",
	    cli->command);
	return PLI_EXIT_USAGE;
}

int
pli_cli_error(pli_cli *cli, pli_exit code, const char *format, ...)
{
	command_print_name(cli, "error: ");
	va_list arguments;
	va_start(arguments, format);
	(void)vfprintf(cli->err, format, arguments);
	va_end(arguments);
	(void)fputc('\n', cli->err);
	return (int)code;
}

void
pli_cli_note(pli_cli *cli, const char *format, ...)
{
	command_print_name(cli, "");
	va_list arguments;
	va_start(arguments, format);
	(void)vfprintf(cli->err, format, arguments);
	va_end(arguments);
	(void)fputc('\n', cli->err);
}

int
pli_cli_fault(pli_cli *cli, const char *file, const plm_fault *fault)
{
	const bool has_place = file != NULL || fault->line > 0;
	if (!has_place)
		command_print_name(cli, "");
	if (file != NULL)
		(void)fprintf(cli->err, "%s:", file);
	if (fault->line > 0)
		(void)fprintf(cli->err, "%s%u:", file == NULL ? "line " : "", fault->line);
	if (fault->line > 0 && fault->column > 0)
		(void)fprintf(cli->err, "%u:", fault->column);
	(void)fprintf(cli->err, "%serror: %s%s%s\n", has_place ? " " : "", fault->path,
	    fault->path[0] == '\0' ? "" : ": ",
	    fault->text[0] == '\0' ? plm_err_text(fault->code) : fault->text);
	return (int)pli_exit_of(fault->code);
}

pli_exit
pli_exit_of(plm_err err)
{
	switch (err) {
	case PLM_OK:
		return PLI_EXIT_OK;
	case PLM_EKIND:
		return PLI_EXIT_OTHER_KIND;
	case PLM_ENOTFOUND:
	case PLM_EACCESS:
		return PLI_EXIT_NO_INPUT;
	case PLM_ECONFIG:
		return PLI_EXIT_CONFIG;
	case PLM_EAUTH:
	case PLM_EKEYPOWER:
	case PLM_EREFUSED:
		return PLI_EXIT_REFUSED;
	case PLM_EIO:
	case PLM_ENOSPACE:
		return PLI_EXIT_IO;
	case PLM_ENOMEM:
	case PLM_EFULL:
	case PLM_EINUSE:
		return PLI_EXIT_SYSTEM;
	case PLM_ECLOSED:
	case PLM_ETIMEOUT:
	case PLM_EAGAIN:
	case PLM_EVENUE:
		return PLI_EXIT_UNAVAILABLE;
	default:
		return PLI_EXIT_BAD_INPUT;
	}
}

/* The caller's options and the common ones, in the two forms that getopt_long wants. */
typedef struct command_options {
	struct option longs[PLI_OPTIONS_MAX + 3];
	char shorts[2 * PLI_OPTIONS_MAX + 8];
} command_options;

static void
command_options_init(command_options *all, const struct option *options)
{
	uint32_t count = 0;
	size_t size = 0;
	all->shorts[size++] = ':';
	for (; options[count].name != NULL; count++) {
		assert(count < PLI_OPTIONS_MAX);
		all->longs[count] = options[count];
		if (options[count].val > 0 && options[count].val < 128) {
			all->shorts[size++] = (char)options[count].val;
			if (options[count].has_arg == required_argument)
				all->shorts[size++] = ':';
		}
	}
	all->longs[count++] = (struct option){"help", no_argument, NULL, COMMAND_HELP};
	all->longs[count++] = (struct option){"color", optional_argument, NULL, COMMAND_COLOR};
	all->longs[count] = (struct option){0};
	all->shorts[size++] = COMMAND_HELP;
	all->shorts[size] = '\0';
}

static void
command_option_unknown(pli_cli *cli, const command_options *all, const char *text)
{
	if (optopt > 0 && optopt < 128 && strncmp(text, "--", 2) != 0) {
		(void)pli_cli_usage(cli, "there is no option -%c", optopt);
		return;
	}
	char word[64];
	(void)snprintf(word, sizeof word, "%.*s", (int)strcspn(text + 2, "="), text + 2);
	pli_suggestion suggestion = {.word = word};
	bool exact = false;
	for (const struct option *option = all->longs; option->name != NULL; option++) {
		pli_suggest_offer(&suggestion, option->name);
		exact = exact || strcmp(option->name, word) == 0;
	}
	if (exact)
		(void)pli_cli_usage(cli, "option --%s takes no value", word);
	else if (suggestion.best != NULL)
		(void)pli_cli_usage(
		    cli, "there is no option --%s; did you mean --%s?", word, suggestion.best);
	else
		(void)pli_cli_usage(cli, "there is no option --%s", word);
}

int
pli_cli_option(pli_cli *cli, int argc, char **argv, const struct option *options)
{
	command_options all;
	command_options_init(&all, options);
	opterr = 0;
	const int value = getopt_long(argc, argv, all.shorts, all.longs, NULL);
	cli->exit_code = PLI_EXIT_USAGE;
	switch (value) {
	case -1:
		cli->exit_code = PLI_EXIT_OK;
		cli->argument_index = optind;
		return PLI_OPTION_END;
	case COMMAND_HELP: {
		const pli_command *command = pli_command_find(cli->command);
		assert(command != NULL);
		(void)fprintf(cli->out, "usage: %s\n", command->usage);
		cli->exit_code = PLI_EXIT_OK;
		return PLI_OPTION_EXIT;
	}
	case COMMAND_COLOR:
		return command_colour_set(cli, optarg) ? pli_cli_option(cli, argc, argv, options)
						       : PLI_OPTION_EXIT;
	case ':':
		(void)pli_cli_usage(cli, "option %s needs a value", argv[optind - 1]);
		return PLI_OPTION_EXIT;
	case '?':
		command_option_unknown(cli, &all, argv[optind > 1 ? optind - 1 : 1]);
		return PLI_OPTION_EXIT;
	default:
		return value;
	}
}

bool
pli_cli_number(const char *text, uint64_t max, uint64_t *ret_value)
{
	uint64_t value = 0;
	if (text[0] == '\0')
		return false;
	for (; *text != '\0'; text++) {
		const uint64_t digit = (uint64_t)(*text - '0');
		if (digit > 9 || value > (max - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*ret_value = value;
	return true;
}

int
pli_cli_unknown_command(pli_cli *cli, const char *name)
{
	pli_suggestion suggestion = {.word = name};
	for (uint32_t i = 0; pli_command_at(i) != NULL; i++)
		pli_suggest_offer(&suggestion, pli_command_at(i)->name);
	if (suggestion.best != NULL)
		return pli_cli_usage(
		    cli, "there is no command '%s'; did you mean '%s'?", name, suggestion.best);
	return pli_cli_usage(cli, "there is no command '%s'", name);
}

static int
command_dispatch(pli_cli *cli, int argc, char **argv)
{
	int index = 1;
	optind = 0; /* getopt_long begins anew */
	for (; index < argc && argv[index][0] == '-'; index++) {
		const char *option = argv[index];
		if (strcmp(option, "--help") == 0 || strcmp(option, "-h") == 0) {
			cli->command = "help";
			return pli_command_help(cli, 1, argv);
		}
		if (strcmp(option, "--version") == 0 || strcmp(option, "-V") == 0) {
			cli->command = "version";
			return pli_command_version(cli, 1, argv);
		}
		if (strncmp(option, "--color", 7) != 0 || (option[7] != '\0' && option[7] != '='))
			return pli_cli_usage(cli, "there is no option %s before a command", option);
		if (!command_colour_set(cli, option[7] == '=' ? option + 8 : NULL))
			return PLI_EXIT_USAGE;
	}
	if (index == argc)
		return pli_cli_usage(cli, "a command is missing, such as run, report or top");
	const pli_command *command = pli_command_find(argv[index]);
	if (command == NULL)
		return pli_cli_unknown_command(cli, argv[index]);
	cli->command = command->name;
	return command->run(cli, argc - index, argv + index);
}

int
pli_cli_flush(pli_cli *cli)
{
	if (fflush(cli->out) == 0 && ferror(cli->out) == 0)
		return PLI_EXIT_OK;
	if (!cli->out_failed)
		(void)pli_cli_error(
		    cli, PLI_EXIT_IO, "writing the output went wrong: %s", strerror(errno));
	cli->out_failed = true;
	return PLI_EXIT_IO;
}

int
pli_cli_run(pli_cli *cli, int argc, char **argv)
{
	const int code = command_dispatch(cli, argc, argv);
	const int flushed = pli_cli_flush(cli);
	return flushed == PLI_EXIT_OK ? code : flushed;
}
