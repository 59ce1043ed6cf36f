/* implied.c: the vol that a price stands for. */
#include <string.h>

#include "pricing/float_mode.h"
#include "pricing/kernel.h"

static const char *const status_texts[PLM_IMPLIED_COUNT_] = {
    "ok", "below_intrinsic", "at_or_above_maximum", "no_information", "bad_input"};

const char *
plm_implied_text(plm_implied_status status)
{
	return status_texts[status];
}

void
plm_implied(const plm_options *options, const double *price, double *ret_vol, uint8_t *ret_status,
    size_t count)
{
	const pli_kernel *kernel = pli_kernel_now();
	plm_options in = *options;
	size_t whole = count - count % kernel->lanes, rest = count - whole;
	pli_float_mode mode = pli_float_mode_enter();
	in.vol = price;
	if (whole > 0)
		kernel->implied(&in, ret_vol, ret_status, whole);
	if (rest > 0) {
		double vol[PLI_LANES_MAX];
		uint8_t status[PLI_LANES_MAX];
		pli_options_tail tail;
		pli_options_tail_init(&tail, &in, whole, rest);
		kernel->implied(&tail.options, vol, status, kernel->lanes);
		memcpy(ret_vol + whole, vol, rest * sizeof vol[0]);
		memcpy(ret_status + whole, status, rest);
	}
	pli_float_mode_leave(mode);
}

plm_implied_status
plm_implied_one(const plm_options *options, double price, double *ret_vol)
{
	uint8_t status;
	plm_implied(options, &price, ret_vol, &status, 1);
	return (plm_implied_status)status;
}
