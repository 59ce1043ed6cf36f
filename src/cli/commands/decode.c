/* decode.c: `plimsoll decode`: what a venue's payload means, as events. */
#include <string.h>

#include "cli/command.h"
#include "cli/decode_stream.h"
#include "cli/input.h"
#include "cli/venue_listing.h"
#include "venue/venues.h"

enum { DECODE_INPUT_MAX = 1 << 30 };

static pli_decode_form
decode_form_of(const char *file, const plm_venue_desc *desc)
{
	static const char suffix[] = ".jsonl";
	size_t size = strlen(file);
	if (size >= sizeof suffix && strcmp(file + size - (sizeof suffix - 1), suffix) == 0)
		return PLI_DECODE_LINES;
	/* A file of rows is one payload, whatever its lines look like. */
	bool is_file = desc->stream_url == NULL && desc->rest_url == NULL;
	return is_file ? PLI_DECODE_WHOLE : PLI_DECODE_AUTO;
}

static int
decode_file(pli_cli *cli, pli_decode_job *job, const char *file)
{
	pli_bytes bytes = {.max = DECODE_INPUT_MAX};
	job->file = pli_cli_input_name(file);
	job->form = decode_form_of(file, job->desc);
	int code = pli_cli_read(cli, file, &bytes);
	if (code == PLI_EXIT_OK)
		code = pli_decode_input(cli, job, pli_bytes_slice(&bytes));
	pli_bytes_release(&bytes);
	return code;
}

int
pli_command_decode(pli_cli *cli, int argc, char **argv)
{
	static const struct option options[] = {{"channel", required_argument, NULL, 'c'},
	    {"account", required_argument, NULL, 'a'}, {0}};
	pli_decode_job job = {.channel = "", .account = ""};
	for (int option; (option = pli_cli_option(cli, argc, argv, options)) != PLI_OPTION_END;) {
		if (option == PLI_OPTION_EXIT)
			return cli->exit_code;
		if (option == 'c')
			job.channel = optarg;
		else
			job.account = optarg;
	}
	int count = argc - cli->argument_index;
	if (count < 1 || count > 2)
		return pli_cli_usage(cli, "takes a venue and at most one file");
	const char *venue = argv[cli->argument_index];
	job.desc = pli_venue_find(plm_slice_of(venue));
	if (job.desc == NULL || job.desc->ops == NULL)
		return pli_venue_listing_unknown(cli, venue);
	return decode_file(cli, &job, count == 2 ? argv[cli->argument_index + 1] : "-");
}
