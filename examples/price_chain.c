/* price_chain.c: a small chain from quotes: vols of prices, greeks of the book, and what it is
 * worth after a fall.
 *
 * Against an installed library: cc price_chain.c -lplimsoll -lm -o price_chain */
#include <stdio.h>

#include <plimsoll/pricing.h>

enum { OPTIONS = 5, SPOTS = 3 };

/* One expiry in 30 days, seen from a forward of 65,000 USD: mid prices in USD, and what we hold. */
static const double strike[OPTIONS] = {55000, 60000, 65000, 70000, 75000};
static const double price[OPTIONS] = {742.5, 1683.0, 3720.0, 1902.5, 891.0};
static const double quantity[OPTIONS] = {-4, -2, 1, -2, -4};
static const uint8_t put[OPTIONS] = {1, 1, 0, 0, 0};

int
main(void)
{
	const double forward = 65000, years = 30.0 / 365;
	double forwards[OPTIONS], times[OPTIONS], vol[OPTIONS];
	uint8_t status[OPTIONS];
	for (int i = 0; i < OPTIONS; i++) {
		forwards[i] = forward;
		times[i] = years;
	}
	plm_options options = {forwards, strike, times, vol, put};
	plm_implied(&options, price, vol, status, OPTIONS);
	for (int i = 0; i < OPTIONS; i++) {
		if (status[i] != PLM_IMPLIED_OK) {
			printf("%.0f: no vol, %s\n", strike[i],
			    plm_implied_text((plm_implied_status)status[i]));
			return 1;
		}
		printf("%.0f %s: vol %.2f %%\n", strike[i], put[i] ? "put" : "call", 100 * vol[i]);
	}

	/* Kept from one forward to the next. */
	double log_strike[OPTIONS], v[OPTIONS], v_inverse[OPTIONS];
	plm_chain_logs(strike, forward, log_strike, OPTIONS);
	plm_chain_spreads(vol, years, v, v_inverse, OPTIONS);
	plm_chain chain = {forward, years, forward, strike, log_strike, v, v_inverse, put, OPTIONS};
	plm_chain_sums sums;
	plm_chain_sum(&chain, quantity, &sums);
	printf("book: worth %.0f USD, delta %.3f coins, vega %.0f USD a vol point, theta %.0f USD "
	       "a day\n",
	    sums.price, sums.delta, sums.vega / 100, sums.theta / 365);

	const double spots[SPOTS] = {1, 0.9, 0.8}, up[] = {1.3}, none[] = {0}, week[] = {7.0 / 365};
	plm_grid grid = {spots, SPOTS, up, none, 1, week, 1, PLM_PRECISION_DOUBLE};
	double worth[SPOTS];
	plm_grid_price(&options, quantity, OPTIONS, &grid, worth, NULL);
	for (int s = 0; s < SPOTS; s++)
		printf("in a week, vols up by 30 %%, forward at %3.0f %%: %.0f USD\n",
		    100 * spots[s], worth[s]);
	return 0;
}
