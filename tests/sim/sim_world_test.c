/* sim_world_test.c: the same seed gives the same world; nothing is made or lost in its books. */
#include <math.h>

#include "sim/sim_number.h"
#include "sim/sim_world.h"
#include "sim_fake_server.h"

#define START_NS (INT64_C(1795276800) * PLM_NS_PER_S)

enum { STEPS = 6000 };

/* What the news said, summed. */
typedef struct ledger {
	plm_decimal cash[PLI_SIM_ACCOUNTS_MAX][PLI_SIM_ASSETS];
	plm_decimal size[PLI_SIM_ACCOUNTS_MAX][PLI_SIM_POSITIONS_MAX];
	uint32_t fills, fundings, transfers, settled, delivered;
	pli_sim_world world;
} ledger;

static void
ledger_on_news(void *ctx, const pli_sim_news *news)
{
	ledger *l = ctx;
	const pli_sim_account *a = &l->world.accounts[news->account];
	plm_decimal *cash = &l->cash[news->account][news->asset];
	if (news->kind == PLI_SIM_NEWS_FILL) {
		const pli_sim_fill *f = news->fill;
		plm_decimal *size = &l->size[news->account][f->position - a->positions];
		*size = pli_sim_add(*size, f->buy ? f->quantity : plm_decimal_negate(f->quantity));
		*cash = pli_sim_subtract(pli_sim_add(*cash, f->realised), f->fee);
	} else if (news->kind == PLI_SIM_NEWS_FUNDING || news->kind == PLI_SIM_NEWS_TRANSFER) {
		*cash = pli_sim_add(*cash, news->amount);
	}
	l->fills += news->kind == PLI_SIM_NEWS_FILL;
	l->fundings += news->kind == PLI_SIM_NEWS_FUNDING;
	l->transfers += news->kind == PLI_SIM_NEWS_TRANSFER;
	l->settled += news->kind == PLI_SIM_NEWS_SETTLED;
	l->delivered += news->kind == PLI_SIM_NEWS_DELIVERY;
}

static ledger *
ledger_run(uint64_t seed, int steps)
{
	ledger *l = calloc(1, sizeof *l);
	assert_non_null(l);
	pli_sim_world_init(&l->world, seed, START_NS, 240.0);
	l->world.sink = (pli_sim_news_sink){ledger_on_news, l};
	for (uint32_t i = 0; i < l->world.accounts_count; i++) {
		const pli_sim_account *a = &l->world.accounts[i];
		for (int k = 0; k < PLI_SIM_ASSETS; k++)
			l->cash[i][k] = a->wallets[k].cash;
		for (uint32_t k = 0; k < a->positions_count; k++)
			l->size[i][k] = a->positions[k].size;
	}
	for (int i = 1; i <= steps; i++)
		(void)pli_sim_world_advance(
		    &l->world, START_NS + i * (int64_t)PLI_SIM_STEP_MS * PLM_NS_PER_MS);
	return l;
}

static void
test_sim_world__binance_wallets_and_all_sizes_are_the_sum_of_the_news(void **state)
{
	(void)state;
	ledger *l = ledger_run(21, STEPS);
	assert_true(l->fills > 500 && l->fundings > 5 && l->transfers > 3 && l->settled > 0);
	for (uint32_t i = 0; i < l->world.accounts_count; i++) {
		const pli_sim_account *a = &l->world.accounts[i];
		for (int k = 0; a->venue == PLI_SIM_BINANCE && k < PLI_SIM_ASSETS; k++)
			assert_int_equal(plm_decimal_compare(l->cash[i][k], a->wallets[k].cash), 0);
		for (uint32_t k = 0; k < a->positions_count; k++)
			assert_int_equal(
			    plm_decimal_compare(l->size[i][k], a->positions[k].size), 0);
	}
	free(l);
}

static void
test_sim_world__same_seed_same_world(void **state)
{
	(void)state;
	ledger *a = ledger_run(5, 800), *b = ledger_run(5, 800), *c = ledger_run(6, 800);
	assert_int_equal(a->world.sequence, b->world.sequence);
	for (uint32_t i = 0; i < a->world.market.instruments_count; i++)
		assert_int_equal(plm_decimal_compare(a->world.market.instruments[i].mark,
				     b->world.market.instruments[i].mark),
		    0);
	for (uint32_t i = 0; i < a->world.accounts_count; i++)
		assert_int_equal(a->world.accounts[i].changes, b->world.accounts[i].changes);
	assert_int_not_equal(plm_decimal_compare(a->world.market.instruments[0].mark,
				 c->world.market.instruments[0].mark),
	    0);
	free(a);
	free(b);
	free(c);
}

static void
test_sim_world__pause_stops_everything(void **state)
{
	(void)state;
	ledger *l = ledger_run(5, 100);
	uint64_t sequence = l->world.sequence;
	pli_sim_world_pause(&l->world, true, START_NS);
	assert_int_equal(pli_sim_world_advance(&l->world, START_NS + 3600 * PLM_NS_PER_S), 0);
	assert_int_equal(l->world.sequence, sequence);
	pli_sim_world_pause(&l->world, false, START_NS + 3600 * PLM_NS_PER_S);
	assert_int_equal(pli_sim_world_advance(&l->world, START_NS + 3600 * PLM_NS_PER_S), 1);
	assert_true(l->world.sequence > sequence);
	free(l);
}

static void
test_sim_world__expired_instruments_are_delivered(void **state)
{
	(void)state;
	ledger *l = ledger_run(5, 50);
	plm_time_ns expiry = l->world.market.expiries_ns[0];
	(void)pli_sim_world_advance(&l->world, expiry + PLM_NS_PER_S);
	assert_true(l->delivered > 0);
	uint32_t expired = 0;
	for (uint32_t i = 0; i < l->world.market.instruments_count; i++)
		expired += l->world.market.instruments[i].expired;
	assert_int_equal(expired, 28); /* the weekly calls and puts of BTC and ETH */
	for (uint32_t i = 0; i < l->world.accounts_count; i++)
		for (uint32_t k = 0; k < l->world.accounts[i].positions_count; k++) {
			const pli_sim_position *p = &l->world.accounts[i].positions[k];
			assert_true(!p->instrument->expired || pli_sim_is_zero(p->size));
		}
	free(l);
}

/* Put and call of one strike differ by forward - strike, in coin; greeks as Deribit's. */
static void
test_sim_world__option_marks_keep_put_call_parity(void **state)
{
	(void)state;
	ledger *l = ledger_run(9, 300);
	const pli_sim_market *m = &l->world.market;
	uint32_t pairs = 0;
	for (uint32_t i = 0; i + 1 < m->instruments_count; i++) {
		const pli_sim_instrument *call = &m->instruments[i], *put = call + 1;
		if (call->kind != PLI_SIM_OPTION || !call->option_call || put->option_call)
			continue;
		double forward = plm_decimal_to_double(call->underlying);
		double strike = plm_decimal_to_double(call->strike);
		double gap = plm_decimal_to_double(call->mark) - plm_decimal_to_double(put->mark);
		assert_true(fabs(gap - (1.0 - strike / forward)) < 3e-6);
		double delta = plm_decimal_to_double(call->delta) -
			       plm_decimal_to_double(put->delta);
		assert_true(fabs(delta - 1.0) < 2.1e-5);
		pairs++;
	}
	assert_int_equal(pairs, 42);
	free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sim_world__binance_wallets_and_all_sizes_are_the_sum_of_the_news),
	    cmocka_unit_test(test_sim_world__same_seed_same_world),
	    cmocka_unit_test(test_sim_world__pause_stops_everything),
	    cmocka_unit_test(test_sim_world__expired_instruments_are_delivered),
	    cmocka_unit_test(test_sim_world__option_marks_keep_put_call_parity),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
