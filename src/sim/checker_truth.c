/* checker_truth.c: each position that is shown against what the venue holds or lately held. */
#include <stdio.h>
#include <string.h>

#include "sim/checker_parts.h"

static void
position_remember(check_position *position, plm_decimal size, plm_time_ns now_ns)
{
	if (position->size.units == size.units)
		return;
	position->past[position->past_count++ % CHECK_PAST_MAX] = (check_past){
	    position->size, now_ns};
	position->size = size;
}

void
pli_check_remember(pli_checker *checker)
{
	plm_time_ns now_ns = checker->config.clock->steady_ns;
	for (uint32_t i = 0; i < checker->config.accounts_count; i++) {
		check_account *account = &checker->accounts[i];
		const pli_sim_account *a = &checker->config.world->accounts[account->index];
		if (a->changes == account->changes &&
		    a->positions_count == account->positions_count)
			continue;
		account->changes = a->changes;
		account->positions_count = a->positions_count;
		account->dirty = true;
		for (uint32_t k = 0; k < a->positions_count; k++)
			position_remember(&account->positions[k], a->positions[k].size, now_ns);
	}
}

/* Was it so at some moment since then? */
static bool
position_was(const check_position *position, plm_decimal size, plm_time_ns since_ns)
{
	uint32_t count = position->past_count < CHECK_PAST_MAX ? position->past_count
							       : CHECK_PAST_MAX;
	if (position->size.units == size.units)
		return true;
	for (uint32_t i = 0; i < count; i++)
		if (position->past[i].until_ns >= since_ns &&
		    position->past[i].size.units == size.units)
			return true;
	return false;
}

/* Which of the account's positions a row of the book is; PLI_SIM_POSITIONS_MAX: none of them. */
static uint32_t
position_of_row(const pli_sim_account *a, const plm_instrument *spec, uint8_t side)
{
	uint32_t k = 0;
	while (k < a->positions_count &&
	       ((uint8_t)a->positions[k].side != side ||
		   strcmp(a->positions[k].instrument->name, spec->name) != 0))
		k++;
	return k == a->positions_count ? PLI_SIM_POSITIONS_MAX : k;
}

static void
position_check(pli_checker *checker, const check_account *account, uint32_t k, plm_decimal shown,
    plm_time_ns since_ns)
{
	static const char *const sides[] = {"net", "long", "short"};
	char has[PLM_DECIMAL_TEXT_MAX], shows[PLM_DECIMAL_TEXT_MAX];
	const pli_sim_account *a = &checker->config.world->accounts[account->index];
	const pli_sim_position *p = &a->positions[k];
	if (position_was(&account->positions[k], shown, since_ns))
		return;
	(void)plm_decimal_format(account->positions[k].size, has);
	(void)plm_decimal_format(shown, shows);
	pli_checker_say(checker,
	    "%s is live and shows %s %s of %s, the venue has %s, for over %lld ms", a->name, shows,
	    sides[p->side], p->instrument->name, has,
	    (long long)((checker->config.clock->steady_ns - since_ns) / PLM_NS_PER_MS));
}

int64_t
pli_check_grace_ns(const pli_checker *checker, uint32_t venue)
{
	static const int64_t graces_ns[PLI_GRACE_COUNT] = {
	    PLI_CHECK_CALM_NS, PLI_CHECK_LATE_NS, PLI_CHECK_SILENT_OLD_NS, PLI_CHECK_LOST_NS};
	int grace = PLI_GRACE_COUNT - 1;
	while (grace > PLI_GRACE_CALM &&
	       checker->disturbed_ns[venue][grace] < checker->config.clock->steady_ns)
		grace--;
	return graces_ns[grace];
}

void
pli_check_positions(pli_checker *checker, check_account *account, bool exact)
{
	const pli_book *book = pli_core_book(pli_engine_core(checker->engine));
	const pli_sim_account *a = &checker->config.world->accounts[account->index];
	plm_time_ns since_ns = checker->config.clock->steady_ns -
			       (exact ? PLI_CHECK_CALM_NS : pli_check_grace_ns(checker, a->venue));
	plm_decimal shown[PLI_SIM_POSITIONS_MAX];
	memset(shown, 0, sizeof shown);
	for (uint32_t i = pli_book_position_first_of_account(book, account->id); i != PLI_ROW_NONE;
	     i = pli_book_position_next_of_account(book, i)) {
		const pli_position_row *row = pli_book_position(book, i);
		const plm_instrument *spec = pli_registry_instrument_get(
		    pli_book_registry(book), row->fact.instrument);
		if (!row->open || plm_decimal_sign(row->fact.quantity) == 0)
			continue;
		uint32_t k = spec == NULL ? PLI_SIM_POSITIONS_MAX
					  : position_of_row(a, spec, row->fact.side);
		if (k == PLI_SIM_POSITIONS_MAX)
			pli_checker_say(checker, "%s is live and shows %s, which it never held",
			    a->name, spec == NULL ? "an unknown instrument" : spec->name);
		else
			shown[k] = row->fact.quantity;
	}
	for (uint32_t k = 0; k < a->positions_count; k++)
		position_check(checker, account, k, shown[k], since_ns);
}
