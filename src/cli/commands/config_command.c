/* config_command.c: `plimsoll config`: checks a configuration, or shows one with its manual. */
#include <string.h>

#include "cli/command.h"
#include "cli/config.h"
#include "io/io.h"

enum { CONFIG_JSON_BYTES_MAX = 4 << 20 };

/* Names what is wrong with each key file; returns the first one's exit code. Variables may be those
 * of another process: they are not looked at. */
static int
config_check_keys(pli_cli *cli, const pli_disk *disk, const pli_config *config, uint32_t *ret_count)
{
	int code = PLI_EXIT_OK;
	uint32_t count = 0;
	for (uint32_t i = 0; i < config->accounts_count; i++) {
		const pli_config_account *account = &config->accounts[i];
		plm_fault fault = {0};
		pli_secret secret;
		if (account->key_file[0] == '\0')
			continue;
		if (pli_config_secret(disk, account, &secret, &fault) == PLM_OK) {
			pli_secret_wipe(&secret);
			continue;
		}
		fault.line = account->line;
		int one = pli_cli_fault(cli, config->source, &fault);
		code = count++ == 0 ? one : code;
	}
	*ret_count = count;
	return code;
}

static int
config_check(pli_cli *cli, const char *path)
{
	pli_disk disk;
	pli_io_disk(&disk);
	pli_config *config = pli_config_create();
	if (config == NULL)
		return pli_cli_error(cli, PLI_EXIT_SYSTEM, "memory could not be had");
	uint32_t count = 0;
	const plm_err err = pli_config_read(&disk, path, cli->err, config, &count);
	int code = (int)pli_exit_of(err);
	if (err == PLM_OK)
		code = config_check_keys(cli, &disk, config, &count);
	if (code == PLI_EXIT_OK)
		(void)fprintf(cli->out,
		    "%s: right: %u accounts, %u limits, %u assets, %u portfolios\n", path,
		    config->accounts_count, config->limits_count, config->assets_count,
		    config->portfolios_count);
	else if (err == PLM_OK || err == PLM_ECONFIG)
		pli_cli_note(cli, "%s: %u fault%s", path, count, count == 1 ? "" : "s");
	pli_config_destroy(config);
	return code;
}

static int
config_print_json(pli_cli *cli, const pli_config *config)
{
	pli_json_writer writer;
	pli_json_writer_init(&writer, CONFIG_JSON_BYTES_MAX);
	pli_config_write(config, &writer);
	pli_json_newline(&writer);
	(void)fwrite(writer.bytes, 1, writer.size, cli->out);
	const bool overflow = writer.overflow;
	pli_json_writer_fini(&writer);
	return overflow
		   ? pli_cli_error(cli, PLI_EXIT_SYSTEM, "the configuration is too long for JSON")
		   : PLI_EXIT_OK;
}

/* path NULL: the defaults, which are the manual. */
static int
config_show(pli_cli *cli, const char *path, bool json)
{
	pli_disk disk;
	pli_io_disk(&disk);
	pli_config *config = pli_config_create();
	if (config == NULL)
		return pli_cli_error(cli, PLI_EXIT_SYSTEM, "memory could not be had");
	const plm_err err = path == NULL ? PLM_OK
					 : pli_config_read(&disk, path, cli->err, config, NULL);
	int code = (int)pli_exit_of(err);
	if (err == PLM_OK && json)
		code = config_print_json(cli, config);
	else if (err == PLM_OK)
		pli_config_show(config, path == NULL, cli->out);
	pli_config_destroy(config);
	return code;
}

int
pli_command_config(pli_cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
	    {"defaults", no_argument, NULL, 'd'}, {"json", no_argument, NULL, 'j'}, {0}};
	bool defaults = false, json = false;
	for (int option; (option = pli_cli_option(cli, argc, argv, options)) != PLI_OPTION_END;) {
		if (option == PLI_OPTION_EXIT)
			return cli->exit_code;
		defaults = defaults || option == 'd';
		json = json || option == 'j';
	}
	const int count = argc - cli->argument_index;
	const char *verb = count > 0 ? argv[cli->argument_index] : "";
	const char *path = count > 1 ? argv[cli->argument_index + 1] : NULL;
	if (count > 2)
		return pli_cli_usage(cli, "one file at a time");
	if (strcmp(verb, "check") == 0 && !defaults && !json)
		return config_check(cli, path == NULL ? "plimsoll.yaml" : path);
	if (strcmp(verb, "show") == 0 && defaults != (path != NULL))
		return config_show(cli, path, json);
	if (strcmp(verb, "show") == 0)
		return pli_cli_usage(cli, "show takes a file, or --defaults");
	return pli_cli_usage(cli, "say check FILE, show FILE or show --defaults");
}
