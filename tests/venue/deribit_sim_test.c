/* deribit_sim_test.c: the adapter against the simulated venue, in one thread and in memory: the
 * book must end at what the venue holds, whatever happened to the wire. */
#include "deribit_rig.h"

#include "base/json.h"
#include "book/book.h"
#include "sim/sim.h"

enum { LINK_FRAMES_MAX = 4096, LINK_STEP_MS = 20 };

/* One account's connection: the sim's server in memory, the adapter, and the book behind it. */
typedef struct link_world {
	rig *r;
	pli_sim *sim;
	pli_book *book;
	pli_server_handler handler;
	char *frames[LINK_FRAMES_MAX];
	uint32_t frames_count;
	uint32_t client; /* 0: closed */
	uint32_t clients_count;
	bool frozen;
	uint32_t epoch;
	int64_t reopen_ms; /* until the next attempt */
	plm_err stopped;
	const char *account;
} link_world;

static plm_err
link_listen(void *ctx, const char *host, uint16_t port, const char *cert, const char *key,
    uint16_t *ret_port)
{
	(void)ctx;
	(void)host;
	(void)cert;
	(void)key;
	*ret_port = port == 0 ? 1 : port;
	return PLM_OK;
}

static plm_err
link_send(void *ctx, uint32_t client, plm_slice text)
{
	link_world *w = ctx;

	if (client != w->client || w->frozen)
		return PLM_OK;
	assert_true(w->frames_count < LINK_FRAMES_MAX);
	w->frames[w->frames_count++] = strndup(text.bytes, text.size);
	return PLM_OK;
}

static size_t
link_backlog(void *ctx, uint32_t client)
{
	(void)ctx;
	(void)client;
	return 0;
}

static void
link_lose(link_world *w)
{
	for (uint32_t i = 0; i < w->frames_count; i++)
		free(w->frames[i]);
	w->frames_count = 0;
	w->client = 0;
	w->frozen = false;
	w->reopen_ms = 1000;
	pli_venue_deribit.ops->on_close(w->r->state, 0, w->r->now_ns, &w->r->request_sink);
	w->r->sent_count = 0;
}

static void
link_disconnect(void *ctx, uint32_t client, bool abruptly)
{
	link_world *w = ctx;

	(void)abruptly;
	if (client == w->client)
		link_lose(w);
}

static void
link_freeze(void *ctx, uint32_t client, bool frozen)
{
	link_world *w = ctx;

	if (client == w->client)
		w->frozen = frozen;
}

static void
link_set_handler(void *ctx, const pli_server_handler *handler)
{
	((link_world *)ctx)->handler = *handler;
}

static int
link_poll(void *ctx, int64_t wait_ns)
{
	(void)ctx;
	(void)wait_ns;
	return 0;
}

static void
link_wake(void *ctx)
{
	(void)ctx;
}

/* The host's part: definitions first, then the events, with epoch and receive time. */
static plm_err
link_apply(void *ctx, const plm_event *event)
{
	link_world *w = ctx;
	plm_event copy = *event;

	copy.epoch = w->epoch;
	copy.feed = (plm_feed_id){1};
	copy.received_time_ns = w->r->now_ns;
	pli_book_apply(w->book, &copy);
	return PLM_OK;
}

static void
link_commit(link_world *w)
{
	plm_event_sink sink = {link_apply, w};
	plm_event end;

	assert_int_equal(pli_registry_flush(w->r->names, &sink), PLM_OK);
	for (uint32_t i = 0; i < w->r->events_count; i++)
		assert_int_equal(link_apply(w, &w->r->events[i]), PLM_OK);
	w->r->events_count = 0;
	plm_event_init(&end, PLM_EVENT_BATCH_END);
	end.u.batch_end.now_ns = w->r->now_ns;
	assert_int_equal(link_apply(w, &end), PLM_OK);
}

static void
link_requests(link_world *w)
{
	uint32_t count = w->r->sent_count;

	w->r->sent_count = 0;
	for (uint32_t i = 0; i < count && w->client != 0; i++) {
		plm_request request = w->r->sent[i];

		if (request.kind == PLM_REQUEST_WS_CLOSE) {
			w->handler.on_disconnect(w->handler.ctx, w->client);
			link_lose(w);
		} else if (!w->frozen) {
			w->handler.on_message(
			    w->handler.ctx, w->client, plm_slice_of(request.body));
		}
	}
}

static void
link_frames(link_world *w)
{
	uint32_t count = w->frames_count;
	char *frames[LINK_FRAMES_MAX];

	memcpy(frames, w->frames, count * sizeof *frames);
	w->frames_count = 0;
	for (uint32_t i = 0; i < count; i++) {
		plm_frame frame = {.kind = PLM_FRAME_WS, .bytes = plm_slice_of(frames[i])};
		plm_err err = pli_venue_deribit.ops->on_frame(w->r->state, w->r->now_ns, &frame,
		    &w->r->event_sink, &w->r->request_sink, &w->r->fault);

		if (err == PLM_EAUTH || err == PLM_EKEYPOWER)
			w->stopped = err;
		else
			assert_true(err == PLM_OK || err == PLM_EDECODE || err == PLM_EKIND);
		link_commit(w);
		free(frames[i]);
	}
}

static void
link_open(link_world *w)
{
	pli_http_in in = {.method = PLM_SLICE("GET"), .path = PLM_SLICE("/ws/api/v2")};

	w->reopen_ms -= LINK_STEP_MS;
	if (w->reopen_ms > 0)
		return;
	w->reopen_ms = 1000;
	if (!w->handler.on_connect(w->handler.ctx, w->clients_count + 1, &in))
		return;
	w->client = ++w->clients_count;
	w->epoch++;
	pli_venue_deribit.ops->on_open(w->r->state, 0, w->r->now_ns, &w->r->request_sink);
}

static void
link_run(link_world *w, int64_t milliseconds)
{
	for (int64_t passed = 0; passed < milliseconds && w->stopped == PLM_OK;
	     passed += LINK_STEP_MS) {
		w->r->now_ns += LINK_STEP_MS * PLM_NS_PER_MS;
		pli_sim_do_work(w->sim, w->r->now_ns, 0);
		if (w->client == 0)
			link_open(w);
		link_requests(w);
		link_frames(w);
		if (passed % 100 == 0) {
			pli_venue_deribit.ops->on_tick(
			    w->r->state, w->r->now_ns, &w->r->event_sink, &w->r->request_sink);
			link_commit(w);
		}
	}
}

static link_world *
link_create(uint64_t seed, bool trading_key)
{
	link_world *w = calloc(1, sizeof *w);
	pli_sim_credential keys[PLI_SIM_CREDENTIALS_MAX];
	pli_book_bounds bounds = {{256, 16, 8192}, 4096, 256, 4, 0, 0};
	uint32_t count;

	assert_non_null(w);
	w->r = rig_create();
	w->book = pli_book_create(&bounds);
	assert_non_null(w->book);
	pli_sim_config config = {.seed = seed, .speed = 60, .start_ns = w->r->now_ns};
	config.servers[PLI_SIM_DERIBIT] = (pli_server){link_listen, link_send, link_backlog,
	    link_disconnect, link_freeze, link_set_handler, link_poll, link_wake, w};
	assert_int_equal(pli_sim_create(&config, &w->sim, &w->r->fault), PLM_OK);
	count = pli_sim_credentials(w->sim, keys);
	for (uint32_t i = 0; i < count && w->account == NULL; i++) {
		if (keys[i].venue != PLI_SIM_DERIBIT || keys[i].can_trade != trading_key)
			continue;
		w->account = keys[i].account;
		w->r->cfg.key = keys[i].key;
		w->r->cfg.secret = keys[i].secret;
	}
	assert_non_null(w->account);
	w->r->state = calloc(1, pli_venue_deribit.ops->state_size);
	assert_int_equal(
	    pli_venue_deribit.ops->init(w->r->state, &w->r->cfg, &w->r->fault), PLM_OK);
	return w;
}

static void
link_destroy(link_world *w)
{
	for (uint32_t i = 0; i < w->frames_count; i++)
		free(w->frames[i]);
	pli_sim_destroy(w->sim);
	pli_book_destroy(w->book);
	rig_destroy(w->r);
	free(w);
}

static plm_venue_status
link_status(const link_world *w)
{
	plm_venue_status status;

	pli_venue_deribit.ops->status(w->r->state, &status);
	return status;
}

/* The book's quantity of an instrument; unknown when it has no row. */
static plm_decimal
book_quantity(const link_world *w, plm_slice name)
{
	plm_instrument_id id = pli_registry_instrument_find(w->r->names, w->r->cfg.venue, name);

	for (uint32_t i = 0; i < pli_book_positions_count(w->book); i++) {
		const pli_position_row *row = pli_book_position(w->book, i);

		if (row->open && row->fact.instrument.value == id.value)
			return row->fact.quantity;
	}
	return plm_decimal_unknown();
}

static plm_decimal
truth_decimal(pli_json *json, uint32_t node, const char *key)
{
	plm_decimal value = plm_decimal_unknown();
	assert_int_equal(
	    pli_json_decimal(json, pli_json_find(json, node, key), &value, NULL), PLM_OK);
	return value;
}

static void
truth_equal(plm_decimal venue, plm_decimal book, plm_slice name, const char *what)
{
	char one[PLM_DECIMAL_TEXT_MAX], two[PLM_DECIMAL_TEXT_MAX];
	plm_decimal_format(venue, one);
	plm_decimal_format(book, two);
	if (strcmp(one, two) != 0)
		fail_msg(
		    "%s of %.*s: venue %s, book %s", what, (int)name.size, name.bytes, one, two);
}

/* Each position of the account in the truth against the book. Returns how many are open. */
static uint32_t
truth_positions(const link_world *w, pli_json *json, uint32_t list)
{
	uint32_t count;
	const pli_json_node *nodes = pli_json_nodes(json, &count);
	for (uint32_t i = 0, at = list + 1; i < nodes[list].children_count; i++) {
		plm_slice name = {NULL, 0};
		(void)pli_json_string(json, pli_json_find(json, at, "instrument"), &name, NULL);
		truth_equal(
		    truth_decimal(json, at, "size"), book_quantity(w, name), name, "quantity");
		at = nodes[at].next;
	}
	return nodes[list].children_count;
}

static void
truth_balances(const link_world *w, pli_json *json, uint32_t list)
{
	uint32_t count;
	const pli_json_node *nodes = pli_json_nodes(json, &count);
	for (uint32_t i = 0, at = list + 1; i < nodes[list].children_count; i++) {
		plm_slice name = {NULL, 0};
		(void)pli_json_string(json, pli_json_find(json, at, "asset"), &name, NULL);
		plm_asset_id id = pli_registry_asset_find(w->r->names, name);
		plm_decimal wallet = plm_decimal_unknown();
		for (uint32_t k = 0; k < pli_book_balances_count(w->book); k++) {
			const pli_balance_row *row = pli_book_balance(w->book, k);
			if (row->open && row->fact.asset.value == id.value)
				wallet = row->fact.wallet;
		}
		truth_equal(truth_decimal(json, at, "wallet"), wallet, name, "wallet");
		at = nodes[at].next;
	}
	assert_true(nodes[list].children_count > 0);
}

/* The account's truth against the book, and no position in the book that is not in the truth. */
static void
link_compare(link_world *w)
{
	pli_json_writer text;
	pli_json *json = pli_json_create();
	uint32_t count, open = 0, open_book = 0;
	pli_json_writer_init(&text, 1 << 22);
	pli_sim_truth(w->sim, PLI_SIM_DERIBIT, &text);
	assert_int_equal(
	    pli_json_parse(json, (plm_slice){text.bytes, text.size}, &w->r->fault), PLM_OK);
	const pli_json_node *nodes = pli_json_nodes(json, &count);
	uint32_t accounts = pli_json_find(json, 0, "accounts");
	assert_int_not_equal(accounts, 0);
	for (uint32_t i = 0, at = accounts + 1; i < nodes[accounts].children_count; i++) {
		plm_slice name = {NULL, 0};
		(void)pli_json_string(json, pli_json_find(json, at, "account"), &name, NULL);
		if (plm_slice_is(name, w->account)) {
			open = truth_positions(w, json, pli_json_find(json, at, "positions"));
			truth_balances(w, json, pli_json_find(json, at, "balances"));
		}
		at = nodes[at].next;
	}
	for (uint32_t i = 0; i < pli_book_positions_count(w->book); i++) {
		const pli_position_row *row = pli_book_position(w->book, i);
		open_book += row->open && plm_decimal_sign(row->fact.quantity) != 0;
	}
	assert_true(open > 0);
	assert_int_equal(open_book, open);
	pli_json_writer_fini(&text);
	pli_json_destroy(json);
}

static void
test_deribit_sim__the_book_follows_the_venue(void **state)
{
	link_world *w = link_create(7, false);

	(void)state;
	link_run(w, 5000);
	assert_int_equal(link_status(w).status, PLM_FEED_LIVE);
	for (int i = 0; i < 10; i++) {
		link_run(w, 3000);
		pli_sim_pause(w->sim, true);
		link_run(w, 1000);
		link_compare(w);
		pli_sim_pause(w->sim, false);
	}
	link_destroy(w);
}

/* What came and went by the venue's own ledger, each once. */
static void
test_deribit_sim__movements_are_told(void **state)
{
	link_world *w = link_create(7, false);
	const pli_sim_world *world = pli_sim_world_of(w->sim);
	uint32_t account = 0, count = 0;
	(void)state;
	while (strcmp(world->accounts[account].name, w->account) != 0)
		account++;
	link_run(w, 120000);
	pli_sim_pause(w->sim, true);
	link_run(w, 75000);
	const pli_sim_move *move = pli_sim_world_move(world, account, 0, 0);
	for (; move != NULL; move = pli_sim_world_move(world, account, move->id, 0))
		count++;
	assert_true(count > 0);
	assert_int_equal(pli_book_counters_get(w->book).transfers, count);
	link_destroy(w);
}

/* After each fault, and one reconcile, the book is what the venue holds. */
static void
test_deribit_sim__every_fault_is_healed(void **state)
{
	(void)state;
	for (int fault = 0; fault < PLI_SIM_FAULT_COUNT; fault++) {
		link_world *w = link_create(11 + (uint64_t)fault, false);

		link_run(w, 5000);
		assert_int_equal(link_status(w).status, PLM_FEED_LIVE);
		pli_sim_fire(w->sim, PLI_SIM_DERIBIT, (pli_sim_fault)fault, 0, 0);
		link_run(w, 35000);
		pli_sim_pause(w->sim, true);
		link_run(w, 45000);
		if (link_status(w).status != PLM_FEED_LIVE)
			fail_msg("fault %d: status %d, %s", fault, link_status(w).status,
			    link_status(w).text);
		link_compare(w);
		link_destroy(w);
	}
}

static void
test_deribit_sim__trading_key_is_refused(void **state)
{
	link_world *w = link_create(3, true);

	(void)state;
	link_run(w, 3000);
	assert_int_equal(w->stopped, PLM_EKEYPOWER);
	assert_int_equal(pli_book_positions_count(w->book), 0);
	link_destroy(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_deribit_sim__the_book_follows_the_venue),
	    cmocka_unit_test(test_deribit_sim__movements_are_told),
	    cmocka_unit_test(test_deribit_sim__every_fault_is_healed),
	    cmocka_unit_test(test_deribit_sim__trading_key_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
