/* loop_bench.c: engine and simulator side by side, and the truth beside the book. */
#include "support/loop_bench.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "sim/sim_venues.h"
#include "venue/venues.h"

enum { STEP_MS = 20, ACCOUNTS_MAX = 16 };

static const plm_time_ns start_ns = INT64_C(1795334400) * PLM_NS_PER_S;

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
		if (rows[i].can_trade || !bench->venues[rows[i].venue] ||
		    bench_knows(bench, rows[i].account))
			continue;
		char stream[64], rest[64];
		uint16_t port = pli_sim_port(bench->sim, rows[i].venue);
		/* options have a low limit, which nobody else shares by another name */
		const char *host = rows[i].venue == PLI_SIM_BINANCE_OPTIONS ? "localhost"
									    : "127.0.0.1";
		(void)snprintf(stream, sizeof stream, "ws://%s:%u", host, port);
		(void)snprintf(rest, sizeof rest, "http://%s:%u", host, port);
		const plm_venue_desc *desc = pli_venue_find(
		    plm_slice_of(pli_sim_venue_name(rows[i].venue)));
		pli_account_config config = {.desc = desc,
		    .venue = pli_venue_id_of(desc),
		    .name = rows[i].account,
		    .key = rows[i].key,
		    .secret = rows[i].secret,
		    .passphrase = rows[i].passphrase[0] == '\0' ? NULL : rows[i].passphrase,
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

void
loop_bench_init(loop_bench *bench, uint64_t seed, const bool venues[PLI_SIM_MARKETS])
{
	*bench = (loop_bench){.world = loop_world_create(start_ns), .venues = venues};
	bench->clock = loop_world_clock(bench->world);
	bench->net = loop_world_net(bench->world);
	pli_sim_config sim = {.seed = seed, .start_ns = start_ns};
	for (uint32_t i = 0; i < PLI_SIM_SERVERS; i++) {
		if (!venues[i])
			continue;
		sim.servers[i] = loop_world_server(bench->world);
		sim.added[i] = true;
	}
	for (uint32_t i = PLI_SIM_SERVERS; i < PLI_SIM_MARKETS; i++)
		sim.added[i] = venues[i];
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

void
loop_bench_fini(loop_bench *bench)
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

void
loop_bench_pass(loop_bench *bench, int64_t ms)
{
	for (; ms > 0; ms -= STEP_MS)
		bench_step(bench);
}

static const pli_book *
bench_book(const loop_bench *bench)
{
	return pli_core_book(pli_engine_core(bench->engine));
}

uint32_t
loop_bench_live_count(const loop_bench *bench)
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
bool
loop_bench_until_live(loop_bench *bench, int64_t ms)
{
	for (; ms > 0; ms -= STEP_MS) {
		bench_step(bench);
		if (loop_bench_live_count(bench) == bench->accounts_count)
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

static uint32_t
truth_wallets(const pli_book *book, pli_json *json, uint32_t node, plm_account_id account)
{
	uint32_t wrong = 0, count = 0;
	const pli_json_node *nodes = pli_json_nodes(json, &count);
	uint32_t list = pli_json_find(json, node, "balances");
	for (uint32_t i = list + 1; i < nodes[list].next; i = nodes[i].next) {
		plm_slice name = truth_text(json, i, "asset");
		plm_asset_id asset = pli_registry_asset_find(pli_book_registry(book), name);
		plm_decimal held, wallet = plm_decimal_zero();
		assert_int_equal(
		    pli_json_decimal(json, pli_json_find(json, i, "wallet"), &held, NULL), PLM_OK);
		for (uint32_t k = 0; k < pli_book_balances_count(book); k++) {
			const pli_balance_row *row = pli_book_balance(book, k);
			if (row->open && row->account.value == account.value &&
			    row->fact.asset.value == asset.value)
				wallet = row->fact.wallet;
		}
		if (wallet.units == held.units)
			continue;
		print_error("%.*s: the wallet is another one\n", (int)name.size, name.bytes);
		wrong++;
	}
	return wrong;
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
		uint32_t contracts = pli_json_find(json, i, "contracts");
		assert_int_equal(
		    pli_json_decimal(json,
			contracts != 0 ? contracts : pli_json_find(json, i, "size"), &size, NULL),
		    PLM_OK);
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
	return wrong + truth_wallets(book, json, node, account) +
	       (open != nodes[positions].children_count);
}

uint32_t
loop_bench_wrong(const loop_bench *bench)
{
	uint32_t wrong = 0, accounts = 0;
	for (uint32_t venue = 0; venue < PLI_SIM_SERVERS; venue++) {
		if (!bench->venues[venue])
			continue;
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

void
loop_bench_fault(pli_sim_venue venue, pli_sim_fault fault, const bool venues[PLI_SIM_MARKETS])
{
	static const char *const texts[] = {
#define X(name, text, count, duration, help) text,
	    PLI_SIM_FAULTS(X)
#undef X
	};
	loop_bench bench;
	loop_bench_init(&bench, 7 + (uint64_t)fault, venues);
	assert_true(loop_bench_until_live(&bench, 10000));
	loop_bench_pass(&bench, 2000);
	pli_sim_fire(bench.sim, venue, fault, 0, 0);
	loop_bench_pass(&bench, 45000);
	pli_sim_pause(bench.sim, true);
	bool live = loop_bench_until_live(&bench, 60000);
	loop_bench_pass(&bench, 36000);
	uint32_t wrong = loop_bench_wrong(&bench);
	if (!live || wrong != 0)
		print_error("after %s on %s: live %d, wrong %u\n", texts[fault],
		    pli_sim_venue_name(venue), live, wrong);
	if (!live)
		bench_say_feeds(&bench);
	assert_true(live);
	assert_int_equal(wrong, 0);
	loop_bench_fini(&bench);
}
