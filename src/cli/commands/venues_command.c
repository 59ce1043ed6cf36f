/* venues_command.c: `plimsoll venues`: what this build knows of each venue. */
#include "cli/venue_listing.h"
#include "venue/venues.h"

int
pli_command_venues(pli_cli *cli, int argc, char **argv)
{
	static const struct option options[] = {{"json", no_argument, NULL, 'j'}, {0}};
	bool json = false;
	for (int option; (option = pli_cli_option(cli, argc, argv, options)) != PLI_OPTION_END;) {
		if (option == PLI_OPTION_EXIT)
			return cli->exit_code;
		json = true;
	}
	int count = argc - cli->argument_index;
	if (count == 0)
		return pli_venue_listing_show(cli, NULL, json);
	if (count > 1)
		return pli_cli_usage(cli, "takes at most one venue");
	const char *name = argv[cli->argument_index];
	const plm_venue_desc *desc = pli_venue_find(plm_slice_of(name));
	return desc == NULL ? pli_venue_listing_unknown(cli, name)
			    : pli_venue_listing_show(cli, desc, json);
}
