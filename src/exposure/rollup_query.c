/* rollup_query.c: which legs a query means, and which row each belongs to. */
#include <assert.h>
#include <stddef.h>
#include <string.h>

#include <xxhash.h>

#include "exposure/rollup.h"

/* Number of a text that was met before; `impossible` is set when it was not. */
static uint32_t
text_find(const pli_exposure *exposure, const char *text, bool *impossible)
{
	if (text == NULL || text[0] == '\0')
		return 0;
	XXH128_hash_t hash = XXH3_128bits(text, strlen(text));
	pli_row_key key = {
	    (uint32_t)hash.low64, (uint32_t)(hash.low64 >> 32), (uint32_t)hash.high64};
	uint32_t number = pli_row_index_find(&exposure->text_index, key);
	if (number == PLI_ROW_NONE)
		*impossible = true;
	return number;
}

rollup_query
pli_rollup_query(const pli_exposure *exposure, const plm_exposure_query *query)
{
	rollup_query q = {.query = *query};
	q.portfolio = text_find(exposure, query->portfolio, &q.impossible);
	q.strategy = text_find(exposure, query->strategy, &q.impossible);
	q.filtered = query->underlying.value != 0 || query->account.value != 0 ||
		     query->venue.value != 0 || query->derivatives_only || q.portfolio != 0 ||
		     q.strategy != 0 || q.impossible;
	return q;
}

bool
pli_rollup_names(const pli_exposure *exposure, const rollup_query *q, uint32_t slot)
{
	const exposure_hot *hot = &exposure->hot[slot];
	const exposure_account *account = &exposure->accounts[hot->account];
	const plm_exposure_query *query = &q->query;
	if (query->derivatives_only && (hot->flags & HOT_COLLATERAL) != 0)
		return false;
	if (query->underlying.value != 0 && query->underlying.value != hot->underlying)
		return false;
	if (query->account.value != 0 && query->account.value != hot->account)
		return false;
	if (query->venue.value != 0 && query->venue.value != account->venue)
		return false;
	if (q->portfolio != 0 && q->portfolio != account->portfolio)
		return false;
	return !q->impossible && (q->strategy == 0 || q->strategy == account->strategy);
}

bool
pli_exposure_traded(const pli_exposure *exposure, const plm_exposure_query *query)
{
	rollup_query q = pli_rollup_query(exposure, query);
	for (uint32_t i = 0; i < exposure->traded_count; i++) {
		if (pli_rollup_names(exposure, &q, exposure->traded[i]))
			return true;
	}
	return false;
}

void
pli_exposure_follows(pli_exposure *exposure, const pli_exposure *before)
{
	assert(exposure->book == before->book);
	exposure->traded_count = before->traded_count;
	memcpy(exposure->traded, before->traded, before->traded_count * sizeof before->traded[0]);
}

/* What the instrument of a position says. */
static void
key_of_spec(const pli_exposure *exposure, uint32_t by, uint32_t slot, rollup_key *key)
{
	const plm_instrument *spec = pli_registry_instrument_get(pli_book_registry(exposure->book),
	    pli_book_position(exposure->book, slot)->fact.instrument);
	if (spec == NULL)
		return;
	if ((by & PLM_BY_EXPIRY) != 0)
		key->expiry_ns = spec->expiry_ns;
	if ((by & PLM_BY_SETTLE) != 0)
		key->settle = spec->settle.value;
	if ((by & PLM_BY_STRIKE) != 0 && spec->kind == PLM_KIND_OPTION &&
	    plm_decimal_is_known(spec->strike))
		key->strike = spec->strike.units;
}

rollup_key
pli_rollup_key(const pli_exposure *exposure, uint32_t by, uint32_t slot)
{
	const exposure_hot *hot = &exposure->hot[slot];
	const exposure_account *account = &exposure->accounts[hot->account];
	rollup_key key = {0};
	if ((by & PLM_BY_UNDERLYING) != 0)
		key.underlying = hot->underlying;
	if ((by & PLM_BY_ASSET_CLASS) != 0)
		key.asset_class = exposure->classes[hot->underlying];
	if ((by & PLM_BY_VENUE) != 0)
		key.venue = account->venue;
	if ((by & PLM_BY_ACCOUNT) != 0)
		key.account = hot->account;
	if ((by & PLM_BY_STRATEGY) != 0)
		key.strategy = account->strategy;
	if ((by & PLM_BY_PORTFOLIO) != 0)
		key.portfolio = account->portfolio;
	if ((by & (PLM_BY_EXPIRY | PLM_BY_SETTLE | PLM_BY_STRIKE)) == 0)
		return key;
	if ((hot->flags & HOT_COLLATERAL) != 0) {
		if ((by & PLM_BY_SETTLE) != 0)
			key.settle = pli_book_balance(
			    exposure->book, slot - exposure->positions_max)
					 ->fact.asset.value;
		return key;
	}
	key_of_spec(exposure, by, slot, &key);
	return key;
}

static int
number_compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

int
pli_rollup_key_compare(const rollup_key *a, const rollup_key *b)
{
	const uint32_t *x = &a->underlying, *y = &b->underlying;
	size_t count = (offsetof(rollup_key, reserved) - offsetof(rollup_key, underlying)) /
		       sizeof x[0];
	for (size_t i = 0; i < count; i++) {
		if (x[i] != y[i])
			return number_compare(x[i], y[i]);
	}
	if (a->expiry_ns != b->expiry_ns)
		return number_compare((uint64_t)a->expiry_ns, (uint64_t)b->expiry_ns);
	return (a->strike > b->strike) - (a->strike < b->strike);
}

static plm_time_ns
time_older(plm_time_ns a, plm_time_ns b)
{
	if (a == 0 || b == 0)
		return a != 0 ? a : b;
	return a < b ? a : b;
}

/* When the quantity was last known to be right: a live feed vouches for it now. */
static plm_time_ns
quantity_time(const pli_exposure *exposure, const exposure_hot *hot, uint32_t slot)
{
	const exposure_account *account = &exposure->accounts[hot->account];
	if (account->has_feed && account->feed_status == PLM_FEED_LIVE)
		return pli_book_now_ns(exposure->book);
	plm_time_ns fact_ns =
	    (hot->flags & HOT_COLLATERAL) != 0
		? pli_book_balance(exposure->book, slot - exposure->positions_max)->received_time_ns
		: pli_book_position(exposure->book, slot)->received_time_ns;
	return account->has_feed && account->heard_ns > fact_ns ? account->heard_ns : fact_ns;
}

/* When the oldest of quantity and own mark was last right; 0: never told. */
static plm_time_ns
leg_time(const pli_exposure *exposure, uint32_t slot)
{
	const exposure_hot *hot = &exposure->hot[slot];
	plm_time_ns quantity_ns = quantity_time(exposure, hot, slot);
	if ((hot->flags & HOT_COLLATERAL) != 0)
		return quantity_ns;
	return time_older(quantity_ns, exposure->found[slot].mark_time_ns);
}

rollup_leg
pli_rollup_leg(const pli_exposure *exposure, uint32_t slot)
{
	const exposure_hot *hot = &exposure->hot[slot];
	rollup_leg leg = {.hot = hot, .slot = slot};
	leg.coins = exposure_coins(exposure, slot);
	leg.priced = exposure_usd(exposure, slot, &leg.usd);
	leg.time_ns = leg_time(exposure, slot);
	if (leg.priced)
		leg.time_ns = time_older(leg.time_ns, exposure->prices[hot->underlying].time_ns);
	return leg;
}

/* Whether a leg has a price costs more than its times: asked only where that would be the oldest.
 */
int64_t
pli_exposure_age(
    const pli_exposure *exposure, const plm_exposure_query *query, uint32_t *ret_legs_count)
{
	rollup_query q = pli_rollup_query(exposure, query);
	plm_time_ns oldest_ns = 0;
	uint32_t count = 0;
	for (uint32_t slot = exposure_slot_first(exposure); slot < exposure_slot_end(exposure);
	     slot = exposure_slot_next(exposure, slot)) {
		if (!rollup_match(exposure, &q, slot))
			continue;
		count++;
		oldest_ns = time_older(oldest_ns, leg_time(exposure, slot));
		plm_time_ns price_ns = exposure->prices[exposure->hot[slot].underlying].time_ns;
		plm_int128 usd;
		if (time_older(oldest_ns, price_ns) != oldest_ns &&
		    exposure_usd(exposure, slot, &usd))
			oldest_ns = price_ns;
	}
	*ret_legs_count = count;
	int64_t age_ns = pli_book_now_ns(exposure->book) - oldest_ns;
	return oldest_ns == 0 ? -1 : age_ns > 0 ? age_ns : 0;
}
