/* venues.c: one line per venue, in the order in which they came. */
#include "venue/venues.h"

#include <assert.h>

static const plm_venue_desc *const venues[] = {
    &pli_venue_binance,
    &pli_venue_deribit,
    &pli_venue_file,
    &pli_venue_okx,
    &pli_venue_binance_coinm,
    &pli_venue_binance_spot,
    &pli_venue_binance_margin,
    &pli_venue_binance_pm,
    &pli_venue_binance_options,
    &pli_venue_hyperliquid,
    &pli_venue_bybit,
    &pli_venue_bitmex,
    &pli_venue_dydx,
};

uint32_t
pli_venue_count(void)
{
	return sizeof venues / sizeof venues[0];
}

const plm_venue_desc *
pli_venue_at(uint32_t index)
{
	return index < pli_venue_count() ? venues[index] : NULL;
}

const plm_venue_desc *
pli_venue_find(plm_slice name)
{
	for (uint32_t i = 0; i < pli_venue_count(); i++)
		if (plm_slice_is(name, venues[i]->name))
			return venues[i];
	return NULL;
}

plm_venue_id
pli_venue_id_of(const plm_venue_desc *desc)
{
	for (uint32_t i = 0; i < pli_venue_count(); i++)
		if (venues[i] == desc)
			return (plm_venue_id){i + 1};
	return (plm_venue_id){0};
}

const plm_venue_desc *
pli_venue_of(plm_venue_id id)
{
	return id.value == 0 ? NULL : pli_venue_at(id.value - 1);
}
