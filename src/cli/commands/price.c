/* price.c: `plimsoll price`: options as CSV, priced. */
#include <string.h>

#include "cli/command.h"
#include "cli/input.h"
#include "cli/option_table.h"

enum { PRICE_OUTPUTS = 9, PRICE_USUAL = 6, PRICE_INPUT_MAX = 1 << 30 };

static const char *const output_names[PRICE_OUTPUTS] = {
    "price", "delta", "gamma", "vega", "theta", "rho", "vanna", "volga", "charm"};

/* The rows of a block and what comes of them; too large for a stack. */
typedef struct price_job {
	pli_option_table table;
	double outputs[PRICE_OUTPUTS][PLI_OPTION_ROWS];
	uint32_t outputs_count;
} price_job;

static void
price_print(pli_cli *cli, const price_job *job)
{
	for (uint32_t i = 0; i < job->table.count; i++) {
		plm_slice line = job->table.lines[i];
		(void)fwrite(line.bytes, 1, line.size, cli->out);
		for (uint32_t o = 0; o < job->outputs_count; o++)
			(void)fprintf(cli->out, ",%.17g", job->outputs[o][i]);
		(void)fputc('\n', cli->out);
	}
}

static void
price_header(pli_cli *cli, const price_job *job)
{
	static const char *const inputs[] = {"forward", "strike", "years", "vol", "type"};
	for (uint32_t i = 0; i < PLI_OPTION_COLUMNS; i++)
		(void)fprintf(cli->out, "%s%s", i == 0 ? "" : ",", inputs[job->table.columns[i]]);
	for (uint32_t o = 0; o < job->outputs_count; o++)
		(void)fprintf(cli->out, ",%s", output_names[o]);
	(void)fputc('\n', cli->out);
}

static int
price_text(pli_cli *cli, price_job *job, plm_slice text, const char *name)
{
	plm_fault fault = {0};
	double(*o)[PLI_OPTION_ROWS] = job->outputs;
	plm_greeks greeks = {o[0], o[1], o[2], o[3], o[4], o[5], o[6], o[7], o[8]};
	plm_err err = pli_option_table_open(&job->table, text, &fault);
	if (err == PLM_OK)
		price_header(cli, job);
	while (err == PLM_OK) {
		err = pli_option_table_read(&job->table, &fault);
		plm_options options = pli_option_table_options(&job->table);
		plm_black76(&options, &greeks, job->table.count);
		price_print(cli, job);
		if (job->table.count == 0)
			break;
	}
	return err == PLM_OK ? PLI_EXIT_OK : pli_cli_fault(cli, name, &fault);
}

static int
price_kernel(pli_cli *cli, const char *name)
{
	for (int kernel = 0; kernel < PLM_KERNEL_COUNT_; kernel++) {
		if (strcmp(name, plm_kernel_text((plm_kernel)kernel)) != 0)
			continue;
		if (plm_kernel_force((plm_kernel)kernel) == PLM_OK)
			return PLI_EXIT_OK;
		return pli_cli_error(cli, PLI_EXIT_USAGE,
		    "this processor cannot run the kernel %s; `plimsoll inspect kernels` says "
		    "which",
		    name);
	}
	return pli_cli_usage(
	    cli, "there is no kernel %s; `plimsoll inspect kernels` lists them", name);
}

static int
price_file(pli_cli *cli, const char *name, uint32_t outputs_count)
{
	static price_job job;
	pli_bytes bytes = {.max = PRICE_INPUT_MAX};
	job.outputs_count = outputs_count;
	int code = pli_cli_read(cli, name, &bytes);
	if (code == PLI_EXIT_OK)
		code = price_text(cli, &job, pli_bytes_slice(&bytes), pli_cli_input_name(name));
	pli_bytes_release(&bytes);
	return code;
}

int
pli_command_price(pli_cli *cli, int argc, char **argv)
{
	static const struct option options[] = {{"greeks", required_argument, NULL, 'g'},
	    {"kernel", required_argument, NULL, 'k'}, {0}};
	uint32_t outputs_count = PRICE_USUAL;
	for (int option; (option = pli_cli_option(cli, argc, argv, options)) != PLI_OPTION_END;) {
		if (option == PLI_OPTION_EXIT)
			return cli->exit_code;
		if (option == 'g' && strcmp(optarg, "all") != 0)
			return pli_cli_usage(cli, "--greeks takes \"all\", got \"%s\"", optarg);
		if (option == 'g')
			outputs_count = PRICE_OUTPUTS;
		int code = option == 'k' ? price_kernel(cli, optarg) : PLI_EXIT_OK;
		if (code != PLI_EXIT_OK)
			return code;
	}
	int count = argc - cli->argument_index;
	if (count > 1)
		return pli_cli_usage(cli, "takes at most one file");
	return price_file(cli, count == 1 ? argv[cli->argument_index] : "-", outputs_count);
}
