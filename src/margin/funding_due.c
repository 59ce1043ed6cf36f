/* funding_due.c: rates of perpetuals times what is held of them. */
#include "margin/funding_due.h"

#include <math.h>
#include <stddef.h>

#include "margin/pool_maker.h"

static const char *
venue_of(const pli_book *book, plm_account_id account)
{
	const plm_account_fact *fact = pli_registry_account_get(pli_book_registry(book), account);
	return fact == NULL ? "" : fact->venue_name;
}

double
pli_funding_due_of_leg(const pli_book *book, plm_account_id account, const pli_book_pool *made,
    uint32_t at, const char **ret_reason)
{
	const plm_margin_leg *leg = &made->pool.legs[at];
	const plm_instrument *spec = pli_registry_instrument_get(
	    pli_book_registry(book), made->instruments[at]);
	if (spec->kind != PLM_KIND_PERPETUAL)
		return 0;
	pli_venue_funding manner = pli_venue_funding_of(venue_of(book, account));
	double rate = pli_book_funding_rate(book, spec->id);
	bool continuous = manner == PLI_FUNDING_CONTINUOUS;
	if (continuous || isnan(rate)) {
		*ret_reason = continuous ? "its venue pays funding all the time, none is due"
					 : "a contract's funding rate is not known";
		return NAN;
	}
	bool at_index = manner == PLI_FUNDING_AT_INDEX;
	double price = at_index ? made->pool.underlyings[leg->underlying].price : leg->mark;
	bool inverse = leg->kind == PLM_MARGIN_LEG_INVERSE;
	return -rate * (inverse ? leg->quantity / price : leg->quantity * price);
}

double
pli_funding_due(const pli_book *book, plm_account_id account, const pli_book_pool *made,
    const char **ret_reason)
{
	double sum = 0;
	*ret_reason = NULL;
	for (uint32_t i = 0; i < made->pool.legs_count; i++) {
		double due = pli_funding_due_of_leg(book, account, made, i, ret_reason);
		sum += due * made->pool.assets[made->pool.legs[i].asset].price;
		if (isnan(sum))
			break;
	}
	if (isnan(sum) && *ret_reason == NULL)
		*ret_reason = "a price that it is counted in is not known";
	return sum;
}

void
pli_funding_take(
    pli_book_pools *pools, const pli_book *book, plm_account_id account, const pli_book_pool *made)
{
	const char *reason;
	if (isnan(pli_funding_due(book, account, made, &reason)))
		return;
	for (uint32_t i = 0; i < made->pool.legs_count; i++)
		pools->assets[made->pool.legs[i].asset].wallet += pli_funding_due_of_leg(
		    book, account, made, i, &reason);
}
