/* version.c: `plimsoll version`: what this is, and which libraries it runs on. */
#include <curl/curl.h>
#include <libfyaml.h>
#include <libwebsockets.h>
#include <openssl/crypto.h>
#include <sodium.h>
#include <uv.h>

#include "cli/command.h"
#include "cli/table.h"

static void
version_put(pli_table *table, const char *part, const char *version)
{
	(void)pli_table_row(table, PLI_STYLE_PLAIN);
	pli_table_put_text(table, part);
	pli_table_put_text(table, version);
}

int
pli_command_version(pli_cli *cli, int argc, char **argv)
{
	static const pli_column columns[] = {
	    {"part", "part", PLI_COLUMN_TEXT}, {"version", "version", PLI_COLUMN_TEXT}, {0}};
	static const struct option options[] = {{"json", no_argument, NULL, 'j'}, {0}};
	bool json = false;
	for (int option; (option = pli_cli_option(cli, argc, argv, options)) != PLI_OPTION_END;) {
		if (option == PLI_OPTION_EXIT)
			return cli->exit_code;
		json = true;
	}
	if (cli->argument_index < argc)
		return pli_cli_usage(cli, "takes no argument");
	pli_table *table = pli_table_create(columns, 8);
	if (table == NULL)
		return pli_cli_error(cli, PLI_EXIT_SYSTEM, "memory could not be had");
	version_put(table, "plimsoll", PLM_VERSION);
	version_put(table, "compiler", __VERSION__);
	version_put(table, "libcurl", curl_version_info(CURLVERSION_NOW)->version);
	version_put(table, "libfyaml", fy_library_version());
	version_put(table, "libsodium", sodium_version_string());
	version_put(table, "libuv", uv_version_string());
	version_put(table, "libwebsockets", lws_get_library_version());
	version_put(table, "openssl", OpenSSL_version(OPENSSL_VERSION_STRING));
	const int code = pli_table_show(table, cli, "version", json);
	pli_table_destroy(table);
	return code;
}
