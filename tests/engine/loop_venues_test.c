/* loop_venues_test.c: the real engine and adapters against the simulated venues, in memory, in one
 * thread, on a clock of the test's own. After each fault the book must be the venue's truth again,
 * and while it may not be, the feed must not say that it is live. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "engine/engine.h"
#include "sim/sim.h"
#include "support/loop_world.h"
#include "venue/venues.h"

enum { STEP_MS = 20, ACCOUNTS_MAX = 16 };

typedef struct loop_bench {
	loop_world *world;
	pli_clock clock;
	pli_net net;
	pli_sim *sim;
	pli_engine *engine;
	uint32_t accounts_count;
} loop_bench;

static const plm_time_ns start_ns = INT64_C(1795334400) * PLM_NS_PER_S;

static const char *
venue_name(pli_sim_venue venue)
{
	return venue == PLI_SIM_DERIBIT ? "deribit" : "binance";
}

static bool
bench_knows(const loop_bench *bench, const char *name)
{
	return pli_registry_account_find(pli_engine_registry(bench->engine), plm_slice_of(name))
		   .value != 0;
}

static void
bench_add_accounts(loop_bench *bench)
{
	pli_sim_credential rows[PLI_SIM_CREDENTIALS_MAX];
	uint32_t count = pli_sim_credentials(bench->sim, rows);
	for (uint32_t i = 0; i < count; i++) {
		if (rows[i].can_trade || bench_knows(bench, rows[i].account))
			continue;
		char stream[64], rest[64];
		uint16_t port = pli_sim_port(bench->sim, rows[i].venue);
		(void)snprintf(stream, sizeof stream, "ws://127.0.0.1:%u", port);
		(void)snprintf(rest, sizeof rest, "http://127.0.0.1:%u", port);
		const plm_venue_desc *desc = pli_venue_find(
		    plm_slice_of(venue_name(rows[i].venue)));
		pli_account_config config = {.desc = desc,
		    .venue = pli_venue_id_of(desc),
		    .name = rows[i].account,
		    .key = rows[i].key,
		    .secret = rows[i].secret,
		    .stream_url = stream,
		    .rest_url = rest};
		plm_fault fault = {0};
		plm_err err = pli_engine_add_account(bench->engine, &config, &fault);
		if (err != PLM_OK)
			print_error("%s: %s\n", rows[i].account, fault.text);
		assert_int_equal(err, PLM_OK);
		bench->accounts_count++;
	}
	assert_true(bench->accounts_count >= 2);
}

static void
bench_init(loop_bench *bench, uint64_t seed)
{
	*bench = (loop_bench){.world = loop_world_create(start_ns)};
	bench->clock = loop_world_clock(bench->world);
	bench->net = loop_world_net(bench->world);
	pli_sim_config sim = {.seed = seed, .start_ns = start_ns};
	for (uint32_t i = 0; i < PLI_SIM_VENUES; i++)
		sim.servers[i] = loop_world_server(bench->world);
	plm_fault fault = {0};
	assert_int_equal(pli_sim_create(&sim, &bench->sim, &fault), PLM_OK);
	pli_engine_config config = {.clock = &bench->clock,
	    .net = &bench->net,
	    .bounds = {.registry = {.assets_max = 64, .accounts_max = 16, .instruments_max = 4096},
		.positions_max = 4096,
		.balances_max = 512,
		.feeds_max = 16},
	    .limits_max = 8,
	    .limit_states_max = 64,
	    .accounts_max = ACCOUNTS_MAX};
	assert_int_equal(pli_engine_create(&config, &bench->engine, &fault), PLM_OK);
	bench_add_accounts(bench);
}

static void
bench_fini(loop_bench *bench)
{
	assert_int_equal(pli_engine_numbers_get(bench->engine).requests_count_refused, 0);
	pli_engine_destroy(bench->engine);
	pli_sim_destroy(bench->sim);
	loop_world_destroy(bench->world);
}

static void
bench_step(loop_bench *bench)
{
	loop_world_pass(bench->world, STEP_MS * PLM_NS_PER_MS);
	(void)pli_sim_do_work(bench->sim, bench->clock.wall_ns(bench->clock.ctx), 0);
	(void)pli_engine_net_work(bench->engine, 0);
	(void)pli_engine_core_work(bench->engine);
	plm_event event;
	while (pli_engine_serve_take(bench->engine, &event))
		continue;
}

static void
bench_pass(loop_bench *bench, int64_t ms)
{
	for (; ms > 0; ms -= STEP_MS)
		bench_step(bench);
}

static const pli_book *
bench_book(const loop_bench *bench)
{
	return pli_core_book(pli_engine_core(bench->engine));
}

static uint32_t
bench_live_count(const loop_bench *bench)
{
	uint32_t live = 0;
	const pli_book *book = bench_book(bench);
	for (uint32_t i = 0; i < pli_book_feeds_count(book); i++)
		live += pli_book_feed(book, i)->fact.status == PLM_FEED_LIVE;
	return live;
}

static void
bench_say_feeds(const loop_bench *bench)
{
	const pli_book *book = bench_book(bench);
	for (uint32_t i = 0; i < pli_book_feeds_count(book); i++) {
		const pli_feed_row *row = pli_book_feed(book, i);
		print_error("feed of account %u: status %u, epoch %u, %u reconnects, %s\n",
		    row->account.value, row->fact.status, row->epoch, row->fact.reconnects_count,
		    row->fact.text);
	}
}

/* Passes time until every feed is live; false: not within ms. */
static bool
bench_until_live(loop_bench *bench, int64_t ms)
{
	for (; ms > 0; ms -= STEP_MS) {
		bench_step(bench);
		if (bench_live_count(bench) == bench->accounts_count)
			return true;
	}
	return false;
}

/* Comparison with the truth */

static const pli_position_row *
book_position(const pli_book *book, plm_account_id account, plm_slice instrument, plm_slice side)
{
	static const char *const sides[] = {"net", "long", "short"};
	for (uint32_t i = 0; i < pli_book_positions_count(book); i++) {
		const pli_position_row *row = pli_book_position(book, i);
		const plm_instrument *spec = pli_registry_instrument_get(
		    pli_book_registry(book), row->fact.instrument);
		if (row->open && row->account.value == account.value && spec != NULL &&
		    plm_slice_is(instrument, spec->name) &&
		    plm_slice_is(side, sides[row->fact.side]))
			return row;
	}
	return NULL;
}

static uint32_t
book_open_count(const pli_book *book, plm_account_id account)
{
	uint32_t open = 0;
	for (uint32_t i = 0; i < pli_book_positions_count(book); i++) {
		const pli_position_row *row = pli_book_position(book, i);
		open += row->open && row->account.value == account.value &&
			plm_decimal_sign(row->fact.quantity) != 0;
	}
	return open;
}

static plm_slice
truth_text(pli_json *json, uint32_t node, const char *key)
{
	plm_slice text = {NULL, 0};
	assert_int_equal(
	    pli_json_string(json, pli_json_find(json, node, key), &text, NULL), PLM_OK);
	return text;
}

/* Every position of one account; returns how many differ, and says which. */
static uint32_t
truth_account(const pli_book *book, pli_json *json, uint32_t node)
{
	uint32_t wrong = 0, count = 0;
	plm_slice name = truth_text(json, node, "account");
	plm_account_id account = pli_registry_account_find(pli_book_registry(book), name);
	const pli_json_node *nodes = pli_json_nodes(json, &count);
	uint32_t positions = pli_json_find(json, node, "positions");
	for (uint32_t i = positions + 1; i < nodes[positions].next; i = nodes[i].next) {
		plm_decimal size;
		assert_int_equal(
		    pli_json_decimal(json, pli_json_find(json, i, "size"), &size, NULL), PLM_OK);
		const pli_position_row *row = book_position(
		    book, account, truth_text(json, i, "instrument"), truth_text(json, i, "side"));
		if (row == NULL || row->fact.quantity.units != size.units) {
			plm_slice instrument = truth_text(json, i, "instrument");
			char text[PLM_DECIMAL_TEXT_MAX] = "no row";
			if (row != NULL)
				(void)plm_decimal_format(row->fact.quantity, text);
			print_error("%.*s %.*s: book has %s\n", (int)name.size, name.bytes,
			    (int)instrument.size, instrument.bytes, text);
			wrong++;
		}
	}
	uint32_t open = book_open_count(book, account);
	if (open != nodes[positions].children_count)
		print_error("%.*s: %u open, truth %u\n", (int)name.size, name.bytes, open,
		    nodes[positions].children_count);
	return wrong + (open != nodes[positions].children_count);
}

static uint32_t
bench_wrong(const loop_bench *bench)
{
	uint32_t wrong = 0, accounts = 0;
	for (uint32_t venue = 0; venue < PLI_SIM_VENUES; venue++) {
		pli_json_writer w;
		pli_json_writer_init(&w, 8 << 20);
		pli_sim_truth(bench->sim, (pli_sim_venue)venue, &w);
		pli_json *json = pli_json_create();
		plm_fault fault;
		assert_int_equal(
		    pli_json_parse(json, (plm_slice){w.bytes, w.size}, &fault), PLM_OK);
		uint32_t count;
		const pli_json_node *nodes = pli_json_nodes(json, &count);
		uint32_t list = pli_json_find(json, 0, "accounts");
		for (uint32_t i = list + 1; i < nodes[list].next; i = nodes[i].next) {
			wrong += truth_account(bench_book(bench), json, i);
			accounts++;
		}
		pli_json_destroy(json);
		pli_json_writer_fini(&w);
	}
	assert_int_equal(accounts, bench->accounts_count);
	return wrong;
}

static void
test_engine_loop_venues__all_live_and_true_within_seconds(void **state)
{
	(void)state;
	loop_bench bench;
	bench_init(&bench, 1);
	assert_true(bench_until_live(&bench, 10000));
	bench_pass(&bench, 20000);
	pli_sim_pause(bench.sim, true);
	bench_pass(&bench, 2000);
	assert_int_equal(bench_wrong(&bench), 0);
	assert_int_equal(bench_live_count(&bench), bench.accounts_count);
	bench_fini(&bench);
}

/* One fault on one venue, then quiet: the truth must be back within one reconcile period. */
static void
fault_case(pli_sim_venue venue, pli_sim_fault fault)
{
	static const char *const texts[] = {
#define X(name, text, count, duration, help) text,
	    PLI_SIM_FAULTS(X)
#undef X
	};
	loop_bench bench;
	bench_init(&bench, 7 + (uint64_t)fault);
	assert_true(bench_until_live(&bench, 10000));
	bench_pass(&bench, 2000);
	pli_sim_fire(bench.sim, venue, fault, 0, 0);
	bench_pass(&bench, 45000);
	pli_sim_pause(bench.sim, true);
	bool live = bench_until_live(&bench, 60000);
	bench_pass(&bench, 36000);
	uint32_t wrong = bench_wrong(&bench);
	if (!live || wrong != 0)
		print_error("after %s on %s: live %d, wrong %u\n", texts[fault], venue_name(venue),
		    live, wrong);
	if (!live)
		bench_say_feeds(&bench);
	assert_true(live);
	assert_int_equal(wrong, 0);
	bench_fini(&bench);
}

static void
test_engine_loop_venues__deribit_is_true_again_after_each_fault(void **state)
{
	(void)state;
	for (int fault = 0; fault < PLI_SIM_FAULT_COUNT; fault++)
		if (fault != PLI_SIM_FAULT_KEY_EXPIRE && fault != PLI_SIM_FAULT_KEY_SILENT &&
		    fault != PLI_SIM_FAULT_BAN)
			fault_case(PLI_SIM_DERIBIT, (pli_sim_fault)fault);
}

static void
test_engine_loop_venues__binance_is_true_again_after_each_fault(void **state)
{
	(void)state;
	for (int fault = 0; fault < PLI_SIM_FAULT_COUNT; fault++)
		fault_case(PLI_SIM_BINANCE, (pli_sim_fault)fault);
}

static void
test_engine_loop_venues__a_cut_is_stale_within_100_ms(void **state)
{
	(void)state;
	loop_bench bench;
	bench_init(&bench, 3);
	assert_true(bench_until_live(&bench, 10000));
	loop_world_cut(bench.world);
	bench_pass(&bench, 100);
	assert_int_equal(bench_live_count(&bench), 0);
	assert_true(bench_until_live(&bench, 5000));
	bench_fini(&bench);
}

static void
test_engine_loop_venues__a_stall_is_stale_within_ten_seconds(void **state)
{
	(void)state;
	loop_bench bench;
	bench_init(&bench, 4);
	assert_true(bench_until_live(&bench, 10000));
	loop_world_stall(bench.world);
	loop_world_refuse(bench.world, true);
	bench_pass(&bench, 10000);
	assert_int_equal(bench_live_count(&bench), 0);
	uint64_t before = loop_world_connects(bench.world);
	bench_pass(&bench, 120000);
	/* refused for two minutes: backoff, no hammering */
	assert_in_range(loop_world_connects(bench.world) - before, 1, 20 * bench.accounts_count);
	loop_world_refuse(bench.world, false);
	assert_true(bench_until_live(&bench, 60000));
	bench_fini(&bench);
}

static void
test_engine_loop_venues__a_quiet_market_is_no_alarm(void **state)
{
	(void)state;
	loop_bench bench;
	bench_init(&bench, 5);
	assert_true(bench_until_live(&bench, 10000));
	pli_sim_pause(bench.sim, true);
	uint64_t before = loop_world_connects(bench.world);
	for (int s = 0; s < 180; s++) {
		bench_pass(&bench, 1000);
		assert_int_equal(bench_live_count(&bench), bench.accounts_count);
	}
	assert_int_equal(loop_world_connects(bench.world), before);
	bench_fini(&bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_engine_loop_venues__all_live_and_true_within_seconds),
	    cmocka_unit_test(test_engine_loop_venues__a_cut_is_stale_within_100_ms),
	    cmocka_unit_test(test_engine_loop_venues__a_stall_is_stale_within_ten_seconds),
	    cmocka_unit_test(test_engine_loop_venues__a_quiet_market_is_no_alarm),
	    cmocka_unit_test(test_engine_loop_venues__deribit_is_true_again_after_each_fault),
	    cmocka_unit_test(test_engine_loop_venues__binance_is_true_again_after_each_fault),
	};
	return cmocka_run_group_tests_name("loop_venues", tests, NULL, NULL);
}
