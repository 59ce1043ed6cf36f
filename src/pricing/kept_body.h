/* kept_body.h: what is taken once for many prices, for any lanes. */
#include "pricing/kernel.h"
#include "pricing/kernel_log.h"

/* ln(a / b). */
static void
logs_run(const double *a, const double *b, double *ret_logs, size_t count)
{
	for (size_t i = 0; i < count; i += LANES) {
		log_parts parts = log_parts_of(lanes_load(a + i), lanes_load(b + i));
		lanes s = lanes_divide(parts.below, parts.above);
		lanes_store(ret_logs + i, log_finish(parts.twos, s));
	}
}

/* v and 1/v, 0 where v is 0, of vols and years under a shock. */
static void
spreads_run(const pli_spreads *in, double *ret_v, double *ret_v_inverse, size_t count)
{
	const lanes zero = lanes_of(0), one = lanes_of(1), passed = lanes_of(in->years_passed);
	const lanes factor = lanes_of(in->vol_factor), shift = lanes_of(in->vol_shift);
	for (size_t i = 0; i < count; i += LANES) {
		lanes years = lanes_greatest(
		    lanes_subtract(lanes_load(in->years + i), passed), zero);
		lanes vol = lanes_fma(lanes_load(in->vol + i), factor, shift);
		lanes v = lanes_multiply(lanes_greatest(vol, zero), lanes_sqrt(years));
		v = lanes_least(v, lanes_of(PRICING_V_MAX));
		lanes_mask some = lanes_less(zero, v);
		lanes inverse = lanes_divide(one, lanes_select(some, v, one));
		lanes_store(ret_v + i, v);
		lanes_store(ret_v_inverse + i, lanes_select(some, inverse, zero));
	}
}
