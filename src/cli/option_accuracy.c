/* option_accuracy.c: how exact prices and vols are, measured now against other arithmetic. */
#include "cli/option_accuracy.h"

#include <math.h>
#include <string.h>

#include "cli/option_sample.h"

enum { OPTIONS = PLI_OPTION_ACCURACY_OPTIONS, OUTPUTS = PLI_OPTION_OUTPUTS, CHAIN = 1000 };
enum { ROW_CHAIN_PRICE = OUTPUTS, ROW_CHAIN_DELTA, ROW_VOL };

static const pli_option_accuracy accuracy_rows[PLI_OPTION_ACCURACY_ROWS] = {
    {"price", "the larger of forward and strike", 0, 2e-15}, {"delta", "1", 0, 1e-13},
    {"gamma", "itself", 0, 3e-14}, {"vega", "itself", 0, 3e-14}, {"theta", "itself", 0, 3e-14},
    {"rho", "years times the larger of forward and strike", 0, 2e-15},
    {"vanna", "itself and a hundredth of gamma times the forward", 0, 1e-13},
    {"volga", "itself and a hundredth of vega", 0, 1e-13},
    {"charm", "itself and a hundredth of gamma times the forward", 0, 1e-13},
    {"chain_price", "the larger of forward and strike", 0, 2e-15}, {"chain_delta", "1", 0, 1e-13},
    {"implied_vol", "1, or the vol where it is larger", 0, 1e-12}};

static double inputs[4][OPTIONS], outputs[OUTPUTS][OPTIONS];
static uint8_t is_put[OPTIONS];
static const plm_options options = {inputs[0], inputs[1], inputs[2], inputs[3], is_put};

static void
row_see(pli_option_accuracy *row, double error)
{
	row->error_max = fmax(row->error_max, error);
}

static void
accuracy_general(pli_option_accuracy *rows)
{
	double(*o)[OPTIONS] = outputs;
	plm_greeks greeks = {o[0], o[1], o[2], o[3], o[4], o[5], o[6], o[7], o[8]};
	plm_black76(&options, &greeks, OPTIONS);
	for (size_t i = 0; i < OPTIONS; i++) {
		long double values[OUTPUTS];
		double scales[OUTPUTS];
		pli_option_oracle(&options, i, values);
		pli_option_oracle_scales(&options, i, values, scales);
		for (int j = 0; j < OUTPUTS; j++)
			row_see(&rows[j], fabs((double)(o[j][i] - values[j])) / scales[j]);
	}
}

/* Of the prices in outputs[0]. */
static void
accuracy_vols(pli_option_accuracy *row)
{
	static uint8_t status[OPTIONS];
	plm_implied(&options, outputs[0], outputs[1], status, OPTIONS);
	for (size_t i = 0; i < OPTIONS; i++)
		if (status[i] == PLM_IMPLIED_OK)
			row_see(row, fabs(outputs[1][i] - inputs[3][i]) / fmax(1, inputs[3][i]));
}

/* Rows from `from` on as one chain: of the first one's forward and years, at its own deviations. */
static void
accuracy_chain(pli_option_accuracy *rows, size_t from)
{
	static double log_strike[CHAIN], v[CHAIN], v_inverse[CHAIN];
	double forward = inputs[0][from], years = inputs[2][from];
	for (size_t i = from; i < from + CHAIN; i++) {
		inputs[1][i] *= forward / inputs[0][i];
		inputs[0][i] = forward;
		inputs[3][i] *= sqrt(inputs[2][i] / years);
		inputs[2][i] = years;
	}
	plm_chain_logs(inputs[1] + from, forward * 0.97, log_strike, CHAIN);
	plm_chain_spreads(inputs[3] + from, years, v, v_inverse, CHAIN);
	plm_chain chain = {forward, years, forward * 0.97, inputs[1] + from, log_strike, v,
	    v_inverse, is_put + from, CHAIN};
	plm_greeks greeks = {.price = outputs[0] + from, .delta = outputs[1] + from};
	plm_chain_price(&chain, &greeks);
	for (size_t i = from; i < from + CHAIN; i++) {
		long double values[OUTPUTS];
		pli_option_oracle(&options, i, values);
		double larger = fmax(forward, inputs[1][i]);
		row_see(&rows[0], fabs((double)(outputs[0][i] - values[0])) / larger);
		row_see(&rows[1], fabs((double)(outputs[1][i] - values[1])));
	}
}

void
pli_option_accuracy_measure(uint64_t seed, pli_option_accuracy ret_rows[PLI_OPTION_ACCURACY_ROWS])
{
	pli_option_arrays arrays = {inputs[0], inputs[1], inputs[2], inputs[3], is_put, OPTIONS};
	memcpy(ret_rows, accuracy_rows, sizeof accuracy_rows);
	pli_option_sample(&arrays, &pli_option_range_usual, seed);
	accuracy_general(ret_rows);
	accuracy_vols(&ret_rows[ROW_VOL]);
	for (size_t from = 0; from < OPTIONS; from += CHAIN)
		accuracy_chain(&ret_rows[ROW_CHAIN_PRICE], from);
}
