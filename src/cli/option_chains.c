/* option_chains.c: a table of options priced chain by chain. */
#include "cli/option_chains.h"

#include <stdlib.h>
#include <string.h>

enum { OUTPUTS = 9 };

typedef struct chain_key {
	uint64_t forward, years; /* as bits: NaN is equal to itself */
	uint32_t row;
} chain_key;

static int
key_compare(const void *a, const void *b)
{
	const chain_key *x = a, *y = b;
	if (x->forward != y->forward)
		return x->forward < y->forward ? -1 : 1;
	if (x->years != y->years)
		return x->years < y->years ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

static chain_key
key_of(const plm_options *options, uint32_t row)
{
	chain_key key = {.row = row};
	memcpy(&key.forward, &options->forward[row], sizeof key.forward);
	memcpy(&key.years, &options->years[row], sizeof key.years);
	return key;
}

/* Rows of the sorted table from `from` on that belong to one chain. */
static uint32_t
chain_size(const chain_key *keys, uint32_t from, uint32_t count)
{
	uint32_t end = from + 1;
	while (end < count && keys[end].forward == keys[from].forward &&
	       keys[end].years == keys[from].years)
		end++;
	return end - from;
}

static void
chain_price(pli_option_chains *chains, const plm_options *options, uint32_t from, uint32_t size)
{
	double forward = options->forward[chains->order[from]], *to[OUTPUTS];
	double years = options->years[chains->order[from]];
	for (int o = 0; o < OUTPUTS; o++)
		to[o] = chains->outputs[o] + from;
	plm_greeks greeks = {to[0], to[1], to[2], to[3], to[4], to[5], to[6], to[7], to[8]};
	plm_chain chain = {forward, years, forward, chains->strike + from,
	    chains->log_strike + from, chains->v + from, chains->v_inverse + from,
	    chains->put + from, size};
	plm_chain_logs(chain.strike, forward, chains->log_strike + from, size);
	plm_chain_spreads(
	    chains->vol + from, years, chains->v + from, chains->v_inverse + from, size);
	plm_chain_price(&chain, &greeks);
}

void
pli_option_chains_price(pli_option_chains *chains, const pli_option_table *table,
    double (*ret_outputs)[PLI_OPTION_ROWS])
{
	static chain_key keys[PLI_OPTION_ROWS];
	plm_options options = pli_option_table_options(table);
	for (uint32_t i = 0; i < table->count; i++)
		keys[i] = key_of(&options, i);
	qsort(keys, table->count, sizeof keys[0], key_compare);
	for (uint32_t i = 0; i < table->count; i++) {
		uint32_t row = chains->order[i] = keys[i].row;
		chains->strike[i] = options.strike[row];
		chains->vol[i] = options.vol[row];
		chains->put[i] = options.put[row];
	}
	for (uint32_t from = 0, size; from < table->count; from += size) {
		size = chain_size(keys, from, table->count);
		chain_price(chains, &options, from, size);
	}
	for (int o = 0; o < OUTPUTS; o++)
		for (uint32_t i = 0; i < table->count; i++)
			ret_outputs[o][chains->order[i]] = chains->outputs[o][i];
}
