/* event_json_test.c: the members of each line, as they are promised, and no number made up. */
#include "model/event_json.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"

typedef struct fixture {
	pli_registry *registry;
	pli_json_writer w;
	pli_event_json source;
	plm_account_id account;
	plm_instrument_id perpetual;
	plm_instrument_id unknown; /* a name and nothing more */
	plm_asset_id btc;
} fixture;

static const char *
venue_text(plm_venue_id id)
{
	return id.value == 2 ? "deribit" : NULL;
}

static int
setup(void **state)
{
	fixture *f = calloc(1, sizeof *f);
	assert_non_null(f);
	f->registry = pli_registry_create((pli_registry_bounds){16, 4, 16});
	assert_non_null(f->registry);
	pli_json_writer_init(&f->w, 1 << 16);
	f->source = (pli_event_json){.registry = f->registry, .venue_text = venue_text};
	plm_venue_id venue = {2};
	f->account = pli_registry_account(
	    f->registry, venue, PLM_SLICE("deribit"), PLM_SLICE("desk-a"));
	f->btc = plm_names_asset(f->registry, PLM_SLICE("BTC"));
	f->perpetual = plm_names_instrument(f->registry, venue, PLM_SLICE("BTC-PERPETUAL"));
	f->unknown = plm_names_instrument(f->registry, venue, PLM_SLICE("X-1"));
	plm_instrument spec = {.id = f->perpetual,
	    .venue = venue,
	    .underlying = f->btc,
	    .quote = plm_names_asset(f->registry, PLM_SLICE("USD")),
	    .settle = f->btc,
	    .kind = PLM_KIND_PERPETUAL,
	    .inverse = 1,
	    .spec_source = PLM_SPEC_VENUE,
	    .multiplier = plm_decimal_from_int(10),
	    .strike = plm_decimal_unknown(),
	    .name = "BTC-PERPETUAL"};
	assert_true(plm_names_instrument_set(f->registry, &spec));
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	fixture *f = *state;
	pli_json_writer_fini(&f->w);
	pli_registry_destroy(f->registry);
	free(f);
	return 0;
}

static void
assert_line(fixture *f, const plm_event *event, const char *wanted)
{
	pli_json_writer_reset(&f->w);
	pli_event_json_put(&f->w, &f->source, event);
	if (!plm_slice_is((plm_slice){f->w.bytes, f->w.size}, wanted))
		fail_msg("\n%s\n%.*s", wanted, (int)f->w.size, f->w.bytes);
}

static void
test_model_event_json__position(void **state)
{
	fixture *f = *state;
	plm_event event;
	plm_event_init(&event, PLM_EVENT_POSITION);
	event.account = f->account;
	event.venue_time_ns = 1795334400125000000;
	event.u.position.instrument = f->perpetual;
	event.u.position.unit = PLM_UNIT_USD;
	event.u.position.margin_mode = PLM_MARGIN_SEGREGATED;
	event.u.position.quantity = plm_decimal_from_int(-250000);
	event.u.position.entry_price.units = PLM_DECIMAL_ONE_UNITS * 181001 / 2;
	assert_line(f, &event,
	    "{\"type\":\"position\",\"venue\":\"deribit\",\"account\":\"desk-a\","
	    "\"instrument\":\"BTC-PERPETUAL\",\"symbol\":\"BTC/USD:BTC\",\"side\":\"short\","
	    "\"leg\":\"net\",\"quantity\":\"-250000\",\"unit\":\"usd\",\"entry_price\":\"90500.5\","
	    "\"mark_price\":null,\"liquidation_price\":null,\"unrealised_pnl\":null,"
	    "\"leverage\":null,\"margin_mode\":\"segregated\",\"initial_margin\":null,"
	    "\"maintenance_margin\":null,\"isolated_margin\":null,\"delta_coins\":null,"
	    "\"time_ns\":1795334400125000000}");
}

static void
test_model_event_json__sides(void **state)
{
	fixture *f = *state;
	static const struct {
		int quantity;
		uint8_t leg;
		const char *side;
	} rows[] = {{5, PLM_SIDE_NET, "\"side\":\"long\",\"leg\":\"net\""},
	    {-5, PLM_SIDE_SHORT, "\"side\":\"short\",\"leg\":\"short\""},
	    {0, PLM_SIDE_LONG, "\"side\":\"flat\",\"leg\":\"long\""}};
	plm_event event;
	plm_event_init(&event, PLM_EVENT_POSITION);
	event.u.position.instrument = f->unknown;
	for (size_t i = 0; i <= sizeof rows / sizeof rows[0]; i++) {
		bool known = i < sizeof rows / sizeof rows[0];
		const char *wanted = known ? rows[i].side : "\"side\":\"net\",\"leg\":\"net\"";
		event.u.position.side = known ? rows[i].leg : PLM_SIDE_NET;
		event.u.position.quantity = known ? plm_decimal_from_int(rows[i].quantity)
						  : plm_decimal_unknown();
		pli_json_writer_reset(&f->w);
		pli_event_json_put(&f->w, &f->source, &event);
		f->w.bytes[f->w.size - 1] = '\0';
		assert_non_null(strstr(f->w.bytes, wanted));
		assert_non_null(strstr(f->w.bytes, "\"instrument\":\"X-1\",\"symbol\":null"));
	}
}

static void
test_model_event_json__balance_mark_instrument_error(void **state)
{
	fixture *f = *state;
	plm_event event;
	plm_event_init(&event, PLM_EVENT_BALANCE);
	event.account = f->account;
	event.u.balance.asset = f->btc;
	event.u.balance.wallet = plm_decimal_from_int(3);
	event.u.balance.margin_mode = PLM_MARGIN_CROSS;
	assert_line(f, &event,
	    "{\"type\":\"balance\",\"venue\":\"deribit\",\"account\":\"desk-a\",\"asset\":\"BTC\","
	    "\"wallet\":\"3\",\"equity\":null,\"available\":null,\"unrealised_pnl\":null,"
	    "\"collateral\":null,\"borrowed\":null,\"margin_mode\":\"cross\",\"time_ns\":null}");
	plm_event_init(&event, PLM_EVENT_MARK);
	event.u.mark.instrument = f->perpetual;
	event.u.mark.mark_price = plm_decimal_from_int(91000);
	event.u.mark.delta = 0.5;
	event.venue_sequence = 7;
	assert_line(f, &event,
	    "{\"type\":\"mark\",\"venue\":\"deribit\",\"instrument\":\"BTC-PERPETUAL\","
	    "\"symbol\":\"BTC/USD:BTC\",\"mark_price\":\"91000\",\"index_price\":null,"
	    "\"underlying_price\":null,\"mark_iv\":null,\"delta\":0.5,\"gamma\":null,\"vega\":null,"
	    "\"theta\":null,\"rho\":null,\"funding_rate\":null,\"time_ns\":null,"
	    "\"venue_sequence\":7}");
	plm_event_init(&event, PLM_EVENT_INSTRUMENT);
	event.u.instrument = *plm_names_instrument_get(f->registry, f->perpetual);
	assert_line(f, &event,
	    "{\"type\":\"instrument\",\"venue\":\"deribit\",\"instrument\":\"BTC-PERPETUAL\","
	    "\"symbol\":\"BTC/USD:BTC\",\"kind\":\"perpetual\",\"underlying\":\"BTC\","
	    "\"quote\":\"USD\",\"settle\":\"BTC\",\"inverse\":true,\"multiplier\":\"10\","
	    "\"strike\":null,\"expiry_ns\":null,\"option_type\":null,\"spec_source\":\"venue\","
	    "\"time_ns\":null}");
	plm_event_init(&event, PLM_EVENT_VENUE_ERROR);
	event.account = f->account;
	event.u.venue_error.code = -1121;
	(void)snprintf(event.u.venue_error.message, sizeof event.u.venue_error.message, "no \"x\"");
	assert_line(f, &event,
	    "{\"type\":\"venue_error\",\"venue\":\"deribit\",\"account\":\"desk-a\",\"code\":-1121,"
	    "\"message\":\"no \\\"x\\\"\",\"time_ns\":null}");
}

/* Every type, with all members unknown or out of range, is one JSON object that says its type. */
static void
test_model_event_json__every_type_is_json(void **state)
{
	fixture *f = *state;
	pli_json *json = pli_json_create();
	assert_non_null(json);
	f->source.with_envelope = true;
	f->source.venue_text = NULL;
	for (int type = 0; type < PLM_EVENT_COUNT_; type++) {
		for (int fill = 0; fill < 2; fill++) {
			plm_event event;
			plm_event_init(&event, (plm_event_type)type);
			if (fill == 1)
				memset(event.u.bytes, 0x7f, 32);
			pli_json_writer_reset(&f->w);
			pli_event_json_put(&f->w, &f->source, &event);
			assert_false(f->w.overflow);
			plm_slice text = {f->w.bytes, f->w.size};
			assert_int_equal(pli_json_parse(json, text, NULL), PLM_OK);
			uint32_t node = pli_json_find(json, 0, "type");
			assert_true(plm_slice_is(pli_json_nodes(json, NULL)[node].text,
			    plm_event_text((plm_event_type)type)));
			assert_int_not_equal(pli_json_find(json, 0, "applied_time_ns"), 0);
		}
	}
	pli_json_destroy(json);
}

/* A rate is nobody's: its venue is the instrument's; a payment's is the account's. */
static void
test_model_event_json__funding_names_its_venue(void **state)
{
	fixture *f = *state;
	plm_event event;
	plm_event_init(&event, PLM_EVENT_FUNDING);
	event.u.funding.instrument = f->perpetual;
	event.u.funding.asset = f->btc;
	event.u.funding.rate = 0.5;
	assert_line(f, &event,
	    "{\"type\":\"funding\",\"venue\":\"deribit\",\"account\":null,\"instrument\":"
	    "\"BTC-PERPETUAL\",\"symbol\":\"BTC/USD:BTC\",\"asset\":\"BTC\",\"rate\":0.5,"
	    "\"amount\":null,\"time_ns\":null}");
	event.account = f->account;
	event.u.funding.instrument.value = 0;
	event.u.funding.rate = NAN;
	event.u.funding.amount = plm_decimal_from_int(-3);
	assert_line(f, &event,
	    "{\"type\":\"funding\",\"venue\":\"deribit\",\"account\":\"desk-a\",\"instrument\":"
	    "null,"
	    "\"symbol\":null,\"asset\":\"BTC\",\"rate\":null,\"amount\":\"-3\",\"time_ns\":null}");
}

static void
test_model_event_json__margin_tier(void **state)
{
	fixture *f = *state;
	plm_event event;
	plm_event_init(&event, PLM_EVENT_MARGIN_TIER);
	event.account = f->account;
	event.u.margin_tier.instrument = f->perpetual;
	event.u.margin_tier.tier = 2;
	event.u.margin_tier.tiers_count = 9;
	event.u.margin_tier.notional_floor = plm_decimal_from_int(50);
	event.u.margin_tier.maintenance_amount = plm_decimal_from_int(1);
	assert_line(f, &event,
	    "{\"type\":\"margin_tier\",\"venue\":\"deribit\",\"account\":\"desk-a\",\"instrument\":"
	    "\"BTC-PERPETUAL\",\"symbol\":\"BTC/USD:BTC\",\"asset\":\"BTC\",\"tier\":2,\"tiers\":9,"
	    "\"in_contracts\":false,\"notional_floor\":\"50\",\"notional_cap\":null,\"leverage_"
	    "max\":null,"
	    "\"maintenance_rate\":null,\"maintenance_amount\":\"1\",\"notional_factor\":null,"
	    "\"time_ns\":null}");
}

static void
test_model_event_json__margin_stress(void **state)
{
	fixture *f = *state;
	plm_event event;
	plm_event_init(&event, PLM_EVENT_MARGIN_STRESS);
	event.account = f->account;
	event.u.margin_stress.coin = f->btc;
	event.u.margin_stress.moves_count = 3;
	event.u.margin_stress.range = 0.12;
	event.u.margin_stress.beside[0] = -40;
	event.u.margin_stress.beside[1] = 0;
	event.u.margin_stress.added = 19.5;
	assert_line(f, &event,
	    "{\"type\":\"margin_stress\",\"venue\":\"deribit\",\"account\":\"desk-a\",\"coin\":"
	    "\"BTC\",\"range\":0.12,\"beside\":[-40,0,null],\"spot\":null,\"far_move\":null,"
	    "\"far_share\":null,\"decay\":null,\"added\":19.5,\"least\":null,\"initial\":null,"
	    "\"time_ns\":null}");
}

static void
test_model_event_json__margin_matrix(void **state)
{
	fixture *f = *state;
	plm_event event;
	plm_event_init(&event, PLM_EVENT_MARGIN_MATRIX);
	event.account = f->account;
	event.u.margin_matrix.coin = event.u.margin_matrix.settle = f->btc;
	event.u.margin_matrix.buckets = 4;
	event.u.margin_matrix.range = 0.16;
	event.u.margin_matrix.maintenance = 0.8;
	assert_line(f, &event,
	    "{\"type\":\"margin_matrix\",\"venue\":\"deribit\",\"account\":\"desk-a\",\"coin\":"
	    "\"BTC\","
	    "\"settle\":\"BTC\",\"buckets\":4,\"range\":0.16,\"vol_up\":null,\"vol_down\":null,"
	    "\"vol_power_short\":null,\"vol_power_long\":null,\"vol_min\":null,"
	    "\"extended_factor\":null,\"dampener_usd\":null,\"annual_move\":null,"
	    "\"annual_move_min\":null,\"offset\":null,\"offset_usd_max\":null,"
	    "\"maintenance\":0.8,\"time_ns\":null}");
}

static void
test_model_event_json__collateral(void **state)
{
	fixture *f = *state;
	plm_event event;
	plm_event_init(&event, PLM_EVENT_COLLATERAL);
	event.account = f->account;
	event.u.collateral.asset = f->btc;
	event.u.collateral.steps_count = 2;
	event.u.collateral.steps[0].weight = 0.98;
	event.u.collateral.steps[1].floor = 20;
	event.u.collateral.steps[1].weight = 0.9;
	event.u.collateral.debt_more = 0.05;
	assert_line(f, &event,
	    "{\"type\":\"collateral\",\"venue\":\"deribit\",\"account\":\"desk-a\",\"asset\":"
	    "\"BTC\","
	    "\"steps\":[{\"floor\":0,\"weight\":0.98},{\"floor\":20,\"weight\":0.9}],"
	    "\"debt_more\":0.05,\"time_ns\":null}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_model_event_json__position, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_model_event_json__sides, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_model_event_json__balance_mark_instrument_error, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_model_event_json__funding_names_its_venue, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_model_event_json__margin_tier, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_model_event_json__margin_matrix, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_model_event_json__margin_stress, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_model_event_json__collateral, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_model_event_json__every_type_is_json, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
