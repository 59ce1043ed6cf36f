/* deribit_matrix_test.c: the parameters that an account is margined by, read and asked for. */
#include <math.h>

#include "deribit_script.h"

#define PAIR                                                                                       \
	"{\"price_range\":0.18,\"volatility_range_up\":0.4,\"volatility_range_down\":0.25,"        \
	"\"short_term_vega_power\":0.3,\"long_term_vega_power\":0.13,"                             \
	"\"min_volatility_for_shock_up\":0.5,\"extended_table_factor\":1}"
#define CURRENCY(dampener, offset)                                                                 \
	"{\"extended_dampener\":" dampener ",\"annualised_move_risk\":0.05,"                       \
	"\"min_annualised_move\":0.005,\"pnl_offset\":" offset ",\"max_offsetable_pnl\":20000000}"
#define GENERAL(vols) "{\"mm_factor\":0.8,\"buckets_count\":4,\"vol_scenarios_count\":" vols "}"
#define SIMULATED(pairs, currencies, general)                                                      \
	"{\"model_params\":{\"currency_pair\":{" pairs "},\"currency\":{" currencies               \
	"},\"general\":" general "},\"margins\":{},\"portfolio\":{}}"
#define ETH                                                                                        \
	SIMULATED("\"eth_usd\":" PAIR,                                                             \
	    "\"usd\":" CURRENCY("25000", "0.4") ",\"eth\":" CURRENCY("200000", "0.6"),             \
	    GENERAL("3"))

/* Segregated, margined by portfolio, or cross; its equity may be 0. */
#define BY_PORTFOLIO(currency, margin_balance)                                                     \
	"{\"currency\":\"" currency                                                                \
	"\",\"balance\":1,\"equity\":1,\"margin_balance\":" margin_balance                         \
	",\"portfolio_margining_enabled\":true,\"cross_collateral_enabled\":false,"                \
	"\"margin_model\":\"segregated_pm\"}"
#define BY_CROSS(currency)                                                                         \
	"{\"currency\":\"" currency "\",\"balance\":1,\"equity\":1,\"margin_balance\":1,"          \
	"\"total_margin_balance_usd\":5000,\"portfolio_margining_enabled\":true,"                  \
	"\"cross_collateral_enabled\":true,\"margin_model\":\"cross_pm\"}"

static const plm_margin_matrix *
matrix_at(const rig *r, uint32_t index, const char *coin, const char *settle)
{
	const plm_margin_matrix *matrix =
	    &rig_need(r, PLM_EVENT_MARGIN_MATRIX, index)->u.margin_matrix;
	assert_string_equal(plm_names_asset_text(r->names, matrix->coin), coin);
	assert_string_equal(plm_names_asset_text(r->names, matrix->settle), settle);
	return matrix;
}

/* A pair's own numbers stand with those of what it settles in: its coin, or USDC for "usd". */
static void
test_deribit_matrix__by_coin_and_settle_asset(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(rig_decode_slice(r, PLM_SLICE(ETH), ""), PLM_OK);
	assert_int_equal(r->events_count, 2);
	const plm_margin_matrix *linear = matrix_at(r, 0, "ETH", "USDC");
	const plm_margin_matrix *inverse = matrix_at(r, 1, "ETH", "ETH");
	assert_int_equal(linear->buckets, 4);
	assert_true(linear->dampener_usd == 25000 && linear->offset == 0.4);
	assert_true(inverse->dampener_usd == 200000 && inverse->offset == 0.6);
	assert_true(inverse->range == 0.18 && inverse->vol_up == 0.4 && inverse->vol_down == 0.25);
	assert_true(inverse->vol_power_short == 0.3 && inverse->vol_power_long == 0.13);
	assert_true(inverse->vol_min == 0.5 && inverse->extended_factor == 1);
	assert_true(inverse->annual_move == 0.05 && inverse->annual_move_min == 0.005);
	assert_true(inverse->offset_usd_max == 20000000 && inverse->maintenance == 0.8);
	rig_destroy(r);
}

/* A currency that is no side of a pair says nothing of it; a number that is missing is unknown. */
static void
test_deribit_matrix__what_is_not_said_is_not_told(void **state)
{
	(void)state;
	rig *r = rig_create();
	const char *text = SIMULATED("\"btc_usd\":{},\"sol_usdc\":" PAIR,
	    "\"eth\":" CURRENCY("1", "0") ",\"btc\":{},\"usd\":" CURRENCY("2", "0"), GENERAL("3"));
	assert_int_equal(rig_decode_slice(r, plm_slice_of(text), ""), PLM_OK);
	assert_int_equal(r->events_count, 2);
	const plm_margin_matrix *matrix = matrix_at(r, 0, "BTC", "BTC");
	assert_true(isnan(matrix->range) && isnan(matrix->dampener_usd));
	assert_true(matrix_at(r, 1, "BTC", "USDC")->dampener_usd == 2);
	rig_destroy(r);
}

static void
test_deribit_matrix__broken_parameters(void **state)
{
	(void)state;
	static const char *const texts[] = {"{\"model_params\":7}", "{\"model_params\":{}}",
	    SIMULATED("\"eth_usd\":" PAIR, "\"eth\":" CURRENCY("1", "0"), GENERAL("5")),
	    SIMULATED("\"eth_usd\":" PAIR, "\"eth\":" CURRENCY("1", "0"), "{}"),
	    SIMULATED("\"eth_usd\":" PAIR,
		"\"eth\":" CURRENCY("1", "0") ",\"usd\":" CURRENCY("\"x\"", "0"), GENERAL("3")),
	    SIMULATED("\"eth_usd\":" PAIR, "\"eth\":" CURRENCY("[]", "0"), GENERAL("3")),
	    SIMULATED("\"eth_usd\":" PAIR, "\"eth\":" CURRENCY("1", "0"),
		"{\"buckets_count\":-1,\"vol_scenarios_count\":3}")};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		rig_refused(texts[i], PLM_EDECODE);
}

static rig *
portfolio_live(const char *summaries)
{
	rig *r = script_create_live();
	script_forget(r);
	pli_venue_deribit.ops->resync(r->state, r->now_ns, &r->request_sink);
	script_snapshot(r, summaries, "[" PERPETUAL "," OPTION "]");
	script_wait(r, 3000);
	return r;
}

/* Each pool of the account is asked for, one without anything in it is not; again in an hour. */
static void
test_deribit_matrix__is_asked_for_by_currency(void **state)
{
	(void)state;
	rig *r = portfolio_live(SUMMARIES(BY_PORTFOLIO("BTC", "1") "," BY_PORTFOLIO("ETH", "0")));
	assert_int_equal(script_asked(r, "private/pme/simulate"), 1);
	assert_int_equal(
	    script_asked(r, "\"private/pme/simulate\",\"params\":{\"currency\":\"BTC\"}"), 1);
	script_forget_events(r);
	assert_int_equal(script_answer(r, "private/pme/simulate", ETH), PLM_OK);
	const plm_event *event = rig_need(r, PLM_EVENT_MARGIN_MATRIX, 0);
	assert_int_equal(event->account.value, r->cfg.account.value);
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	rig_destroy(r);
}

static void
test_deribit_matrix__is_asked_for_as_a_whole(void **state)
{
	(void)state;
	rig *r = portfolio_live(SUMMARIES(BY_CROSS("BTC") "," BY_CROSS("ETH")));
	assert_int_equal(script_asked(r, "private/pme/simulate"), 1);
	assert_int_equal(script_asked(r, "\"currency\":\"CROSS\""), 1);
	rig_destroy(r);
}

static void
test_deribit_matrix__nobody_asks_of_standard_margin(void **state)
{
	(void)state;
	rig *r = portfolio_live(SUMMARIES(SUMMARY("BTC", "1.5", "segregated_sm")));
	assert_int_equal(script_asked(r, "private/pme/simulate"), 0);
	rig_destroy(r);
}

/* The account counts without: neither a refusal nor a broken answer costs the feed anything. */
static void
test_deribit_matrix__refused_the_feed_stays_live(void **state)
{
	(void)state;
	static const int codes[] = {13021, 13009, -32602};
	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
		rig *r = portfolio_live(SUMMARIES(BY_PORTFOLIO("BTC", "1")));
		assert_int_equal(script_refuse(r, "private/pme/simulate", codes[i], "no"), PLM_OK);
		script_wait(r, 2000);
		assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
		assert_int_equal(script_asked(r, "private/pme/simulate"), 1);
		rig_destroy(r);
	}
	rig *r = portfolio_live(SUMMARIES(BY_PORTFOLIO("BTC", "1")));
	assert_int_equal(
	    script_answer(r, "private/pme/simulate", "{\"model_params\":{}}"), PLM_EDECODE);
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	rig_destroy(r);
}

/* "Later" is asked again then, and not in an hour. */
static void
test_deribit_matrix__later_is_asked_again(void **state)
{
	(void)state;
	rig *r = portfolio_live(SUMMARIES(BY_PORTFOLIO("BTC", "1")));
	assert_int_equal(script_refuse(r, "private/pme/simulate", 10028, "too many"), PLM_OK);
	script_wait(r, 5000);
	assert_int_equal(script_asked(r, "private/pme/simulate"), 2);
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_deribit_matrix__by_coin_and_settle_asset),
	    cmocka_unit_test(test_deribit_matrix__what_is_not_said_is_not_told),
	    cmocka_unit_test(test_deribit_matrix__broken_parameters),
	    cmocka_unit_test(test_deribit_matrix__is_asked_for_by_currency),
	    cmocka_unit_test(test_deribit_matrix__is_asked_for_as_a_whole),
	    cmocka_unit_test(test_deribit_matrix__nobody_asks_of_standard_margin),
	    cmocka_unit_test(test_deribit_matrix__refused_the_feed_stays_live),
	    cmocka_unit_test(test_deribit_matrix__later_is_asked_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
