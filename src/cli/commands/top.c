/* top.c: plimsoll top: the live book in a terminal, from the daemon's stream. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/api_client.h"
#include "cli/top_screen.h"
#include "cli/top_session.h"

typedef struct top_options {
	const char *address;
	const char *by;
	const char *open;
	bool once, greeks, margin;
	int width, height;
} top_options;

static int
top_once(pli_cli *cli, pli_top_session *session, const top_options *options)
{
	plm_fault fault = {0};

	if (!pli_top_session_wait(session, 5000, &fault))
		return pli_cli_error(cli, PLI_EXIT_UNAVAILABLE, "%s", fault.text);
	if (options->open != NULL && strcmp(options->open, "all") == 0)
		pli_top_session_open_all(session);
	pli_top_session_render(session, options->width, options->height);
	pli_top_frame_print(pli_top_session_frame(session), cli);
	return PLI_EXIT_OK;
}

static int
top_live(pli_cli *cli, pli_top_session *session)
{
	char text;
	int width, height;

	if (!cli->out_is_tty)
		return pli_cli_usage(cli, "the output is no terminal; --once prints one frame");
	if (!pli_top_screen_open(cli->out_colour))
		return pli_cli_error(cli, PLI_EXIT_SYSTEM,
		    "the terminal type '%s' is not known here; set TERM, or use --once",
		    getenv("TERM") == NULL ? "" : getenv("TERM"));
	while (!pli_top_session_ended(session)) {
		bool drew = pli_top_session_poll(session, 40);
		for (pli_top_key key; (key = pli_top_screen_key(&text)) != PLI_TOP_KEY_NONE;) {
			pli_top_screen_size(&width, &height);
			pli_top_session_key(session, key, text, pli_top_frame_rows(height));
			drew = true;
		}
		if (!drew)
			continue;
		pli_top_screen_size(&width, &height);
		pli_top_session_render(session, width, height);
		pli_top_screen_show(pli_top_session_frame(session));
	}
	pli_top_screen_close();
	return PLI_EXIT_OK;
}

/* size_parse reads "100x30"; false when it is not of that form or out of bounds. */
static bool
size_parse(const char *text, top_options *options)
{
	char *end = NULL;
	long width = strtol(text, &end, 10);
	long height = *end == 'x' ? strtol(end + 1, &end, 10) : 0;

	if (*end != '\0' || width < PLI_TOP_WIDTH_MIN || width > PLI_TOP_WIDTH_MAX ||
	    height < PLI_TOP_HEIGHT_MIN || height > PLI_TOP_HEIGHT_MAX)
		return false;
	options->width = (int)width;
	options->height = (int)height;
	return true;
}

int
pli_command_top(pli_cli *cli, int argc, char **argv)
{
	static const struct option table[] = {{"api", required_argument, NULL, 'a'},
	    {"by", required_argument, NULL, 'b'}, {"once", no_argument, NULL, '1'},
	    {"greeks", no_argument, NULL, 'v'}, {"margin", no_argument, NULL, 'm'},
	    {"open", required_argument, NULL, 'o'}, {"size", required_argument, NULL, 's'}, {0}};
	top_options options = {.width = 80, .height = 24};
	pli_top_session *session = NULL;
	plm_fault fault = {0};
	int code;

	for (int option; (option = pli_cli_option(cli, argc, argv, table)) != PLI_OPTION_END;) {
		if (option == PLI_OPTION_EXIT)
			return cli->exit_code;
		if (option == 'a')
			options.address = optarg;
		if (option == 'b')
			options.by = optarg;
		if (option == 'o')
			options.open = optarg;
		if (option == '1')
			options.once = true;
		if (option == 'v')
			options.greeks = true;
		if (option == 'm')
			options.margin = true;
		if (option == 's' && !size_parse(optarg, &options))
			return pli_cli_usage(cli,
			    "'%s' is no size; expected WIDTHxHEIGHT from 60x10 to 400x200", optarg);
	}
	if (cli->argument_index < argc)
		return pli_cli_usage(cli, "top takes no argument: '%s'", argv[cli->argument_index]);
	if (pli_top_session_create(options.address, options.by, &session, &fault) != PLM_OK)
		return fault.code == PLM_EARG
			   ? pli_cli_usage(cli, "%s", fault.text)
			   : pli_cli_error(cli, PLI_EXIT_SYSTEM, "%s", fault.text);
	if (options.greeks)
		pli_top_session_greeks(session);
	if (options.margin)
		pli_top_session_margin(session);
	code = options.once ? top_once(cli, session, &options) : top_live(cli, session);
	pli_top_session_destroy(session);
	return code;
}
