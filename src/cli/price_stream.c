/* price_stream.c: options from a CSV file, priced, as CSV. */
#include "cli/price_stream.h"

#include "cli/option_chains.h"

enum { OUTPUTS = 9, OUTPUTS_USUAL = 6 };

static const char *const output_names[OUTPUTS] = {
    "price", "delta", "gamma", "vega", "theta", "rho", "vanna", "volga", "charm"};

/* The rows of a block and what comes of them; too large for a stack. */
typedef struct price_stream {
	pli_option_table table;
	pli_option_chains chains;
	double outputs[OUTPUTS][PLI_OPTION_ROWS];
	uint8_t status[PLI_OPTION_ROWS];
	uint32_t outputs_count;
} price_stream;

static void
stream_header(pli_cli *cli, const price_stream *stream, const pli_price_request *request)
{
	for (uint32_t i = 0; i < stream->table.columns_count; i++)
		(void)fprintf(
		    cli->out, "%s%s", i == 0 ? "" : ",", pli_option_table_name(&stream->table, i));
	if (request->implied)
		(void)fputs(",vol,status", cli->out);
	for (uint32_t o = 0; !request->implied && o < stream->outputs_count; o++)
		(void)fprintf(cli->out, ",%s", output_names[o]);
	(void)fputc('\n', cli->out);
}

static void
stream_compute(price_stream *stream, const pli_price_request *request)
{
	double(*o)[PLI_OPTION_ROWS] = stream->outputs;
	plm_greeks greeks = {o[0], o[1], o[2], o[3], o[4], o[5], o[6], o[7], o[8]};
	plm_options options = pli_option_table_options(&stream->table);
	if (request->implied)
		plm_implied(&options, options.vol, o[0], stream->status, stream->table.count);
	else if (request->chains)
		pli_option_chains_price(&stream->chains, &stream->table, o);
	else
		plm_black76(&options, &greeks, stream->table.count);
	plm_convention_terms terms = {pli_option_table_spot(&stream->table), request->unit, 0};
	if (request->stated)
		plm_greeks_state(
		    request->convention, &options, &terms, &greeks, stream->table.count);
}

static void
stream_print(pli_cli *cli, const price_stream *stream, const pli_price_request *request)
{
	for (uint32_t i = 0; i < stream->table.count; i++) {
		plm_slice line = stream->table.lines[i];
		(void)fwrite(line.bytes, 1, line.size, cli->out);
		for (uint32_t o = 0; o < stream->outputs_count; o++)
			(void)fprintf(cli->out, ",%.17g", stream->outputs[o][i]);
		if (request->implied)
			(void)fprintf(cli->out, ",%s",
			    plm_implied_text((plm_implied_status)stream->status[i]));
		(void)fputc('\n', cli->out);
	}
}

int
pli_price_stream(pli_cli *cli, const pli_price_request *request, plm_slice text, const char *name)
{
	static price_stream stream;
	plm_fault fault = {0};
	pli_option_table *table = &stream.table;
	stream.outputs_count = request->implied ? 1 : request->greeks_all ? OUTPUTS : OUTPUTS_USUAL;
	plm_err err = pli_option_table_open(
	    table, text, request->implied ? "price" : "vol", &fault);
	if (err == PLM_OK)
		stream_header(cli, &stream, request);
	while (err == PLM_OK) {
		err = pli_option_table_read(table, &fault);
		stream_compute(&stream, request);
		stream_print(cli, &stream, request);
		if (table->count == 0)
			break;
	}
	return err == PLM_OK ? PLI_EXIT_OK : pli_cli_fault(cli, name, &fault);
}
