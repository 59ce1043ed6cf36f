/* registry_test.c: ids by name, better specifications, definitions that rebuild a registry. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/registry.h"

static const pli_registry_bounds bounds = {
    .assets_max = 4, .accounts_max = 2, .instruments_max = 3};

static void
test_model_registry__same_name_same_id(void **state)
{
	(void)state;
	pli_registry *r = pli_registry_create(bounds);
	plm_asset_id btc = plm_names_asset(r, PLM_SLICE("BTC"));
	assert_int_equal(btc.value, 1);
	assert_int_equal(plm_names_asset(r, PLM_SLICE("ETH")).value, 2);
	assert_int_equal(plm_names_asset(r, PLM_SLICE("BTC")).value, 1);
	assert_string_equal(plm_names_asset_text(r, btc), "BTC");
	assert_string_equal(plm_names_asset_text(r, (plm_asset_id){0}), "");
	assert_int_equal(pli_registry_asset_find(r, PLM_SLICE("SOL")).value, 0);
	pli_registry_destroy(r);
}

static void
test_model_registry__same_name_on_two_venues_is_two_instruments(void **state)
{
	(void)state;
	pli_registry *r = pli_registry_create(bounds);
	plm_venue_id a = {1}, b = {2};
	plm_instrument_id one = plm_names_instrument(r, a, PLM_SLICE("BTCUSDT"));
	plm_instrument_id two = plm_names_instrument(r, b, PLM_SLICE("BTCUSDT"));
	assert_int_not_equal(one.value, two.value);
	assert_int_equal(pli_registry_instrument_find(r, b, PLM_SLICE("BTCUSDT")).value, two.value);
	pli_registry_destroy(r);
}

static void
test_model_registry__bound_reached_gives_none(void **state)
{
	(void)state;
	pli_registry *r = pli_registry_create(bounds);
	plm_venue_id venue = {1};
	for (char c = 'A'; c < 'D'; c++)
		assert_int_not_equal(plm_names_instrument(r, venue, (plm_slice){&c, 1}).value, 0);
	assert_int_equal(plm_names_instrument(r, venue, PLM_SLICE("D")).value, 0);
	assert_int_equal(plm_names_instrument(r, venue, PLM_SLICE("")).value, 0);
	pli_registry_destroy(r);
}

static void
test_model_registry__worse_source_never_replaces_better(void **state)
{
	(void)state;
	pli_registry *r = pli_registry_create(bounds);
	plm_instrument_id id = plm_names_instrument(r, (plm_venue_id){1}, PLM_SLICE("BTC-PERP"));
	plm_instrument spec = *plm_names_instrument_get(r, id);
	spec.kind = PLM_KIND_PERPETUAL;
	spec.spec_source = PLM_SPEC_VENUE;
	spec.multiplier = plm_decimal_from_int(10);
	assert_true(plm_names_instrument_set(r, &spec));
	assert_false(plm_names_instrument_set(r, &spec));
	spec.spec_source = PLM_SPEC_NAME;
	spec.multiplier = plm_decimal_from_int(1);
	assert_false(plm_names_instrument_set(r, &spec));
	assert_true(
	    plm_names_instrument_get(r, id)->multiplier.units == plm_decimal_from_int(10).units);
	pli_registry_destroy(r);
}

static plm_err
sink_apply(void *ctx, const plm_event *event)
{
	pli_registry_apply(ctx, event);
	return PLM_OK;
}

static void
test_model_registry__definitions_rebuild_it(void **state)
{
	(void)state;
	pli_registry *from = pli_registry_create(bounds);
	pli_registry *to = pli_registry_create(bounds);
	plm_venue_id venue = {2};
	plm_asset_id btc = plm_names_asset(from, PLM_SLICE("BTC"));
	plm_asset_id usd = plm_names_asset(from, PLM_SLICE("USD"));
	plm_account_id desk = pli_registry_account(
	    from, venue, PLM_SLICE("deribit"), PLM_SLICE("desk-a"));
	plm_instrument_id id = plm_names_instrument(from, venue, PLM_SLICE("BTC-PERPETUAL"));
	plm_instrument spec = *plm_names_instrument_get(from, id);
	spec.kind = PLM_KIND_PERPETUAL;
	spec.inverse = 1;
	spec.underlying = spec.settle = btc;
	spec.quote = usd;
	spec.spec_source = PLM_SPEC_VENUE;
	(void)plm_names_instrument_set(from, &spec);
	plm_event_sink sink = {sink_apply, to};
	assert_int_equal(pli_registry_flush(from, &sink), PLM_OK);
	assert_int_equal(pli_registry_account_find(to, PLM_SLICE("desk-a")).value, desk.value);
	char symbol[PLM_SYMBOL_MAX];
	assert_int_equal(pli_registry_symbol(to, id, symbol), 11);
	assert_string_equal(symbol, "BTC/USD:BTC");
	assert_int_equal(
	    pli_registry_instrument_find(to, venue, PLM_SLICE("BTC-PERPETUAL")).value, id.value);
	pli_registry_destroy(from);
	pli_registry_destroy(to);
}

static plm_err
sink_count(void *ctx, const plm_event *event)
{
	(void)event;
	++*(int *)ctx;
	return PLM_OK;
}

static void
test_model_registry__flush_sends_each_change_once(void **state)
{
	(void)state;
	pli_registry *r = pli_registry_create(bounds);
	int count = 0;
	plm_event_sink sink = {sink_count, &count};
	(void)plm_names_asset(r, PLM_SLICE("BTC"));
	(void)plm_names_asset(r, PLM_SLICE("USD"));
	assert_int_equal(pli_registry_flush(r, &sink), PLM_OK);
	assert_int_equal(count, 2);
	assert_int_equal(pli_registry_flush(r, &sink), PLM_OK);
	assert_int_equal(count, 2);
	pli_registry_destroy(r);
}

static void
test_model_registry__event_with_a_taken_id_is_refused(void **state)
{
	(void)state;
	pli_registry *r = pli_registry_create(bounds);
	(void)plm_names_asset(r, PLM_SLICE("BTC"));
	plm_event event;
	plm_event_init(&event, PLM_EVENT_ASSET);
	event.u.asset.id.value = 1;
	event.u.asset.name[0] = 'X';
	pli_registry_apply(r, &event);
	assert_string_equal(plm_names_asset_text(r, (plm_asset_id){1}), "BTC");
	assert_int_equal(pli_registry_asset_find(r, PLM_SLICE("X")).value, 0);
	event.u.asset.id.value = 99;
	pli_registry_apply(r, &event);
	assert_int_equal(pli_registry_assets_count(r), 1);
	pli_registry_destroy(r);
}

static void
test_model_registry__coins_in_transit_have_an_account_that_is_no_venues(void **state)
{
	(void)state;
	pli_registry *r = pli_registry_create(bounds);
	assert_int_equal(pli_registry_transit(r), PLM_OK);
	assert_int_equal(pli_registry_transit(r), PLM_OK);
	assert_int_equal(pli_registry_accounts_count(r), 1);
	plm_account_id id = pli_registry_account_find(r, PLM_SLICE("transit"));
	const plm_account_fact *fact = pli_registry_account_get(r, id);
	assert_non_null(fact);
	assert_true(fact->is_transit);
	assert_string_equal(fact->venue_name, "transit");
	pli_registry_destroy(r);
}

static void
test_model_registry__another_account_is_not_made_that_of_coins_in_transit(void **state)
{
	(void)state;
	pli_registry *r = pli_registry_create(bounds);
	plm_account_id id = pli_registry_account(
	    r, (plm_venue_id){1}, PLM_SLICE("binance"), PLM_SLICE("transit"));
	assert_int_equal(pli_registry_transit(r), PLM_EFULL);
	assert_false(pli_registry_account_get(r, id)->is_transit);
	pli_registry_destroy(r);

	r = pli_registry_create(bounds);
	(void)pli_registry_account(r, (plm_venue_id){1}, PLM_SLICE("binance"), PLM_SLICE("a"));
	(void)pli_registry_account(r, (plm_venue_id){1}, PLM_SLICE("binance"), PLM_SLICE("b"));
	assert_int_equal(pli_registry_transit(r), PLM_EFULL);
	pli_registry_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_model_registry__same_name_same_id),
	    cmocka_unit_test(test_model_registry__same_name_on_two_venues_is_two_instruments),
	    cmocka_unit_test(test_model_registry__bound_reached_gives_none),
	    cmocka_unit_test(test_model_registry__worse_source_never_replaces_better),
	    cmocka_unit_test(test_model_registry__definitions_rebuild_it),
	    cmocka_unit_test(test_model_registry__flush_sends_each_change_once),
	    cmocka_unit_test(test_model_registry__event_with_a_taken_id_is_refused),
	    cmocka_unit_test(
		test_model_registry__coins_in_transit_have_an_account_that_is_no_venues),
	    cmocka_unit_test(
		test_model_registry__another_account_is_not_made_that_of_coins_in_transit),
	};
	return cmocka_run_group_tests_name("registry", tests, NULL, NULL);
}
