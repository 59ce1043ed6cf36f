/* whatif_bench.c: what one trade would do to a book of 10,000 legs: its pool before and after with
 * ladders, everybody's rank, and the book's net; beside every pool made twice, as one would without
 * knowing which of them a trade touches. In 100 pools of 100 contracts, in a single pool, and in a
 * single pool whose contracts have tables of ten tiers each.
 *
 * usage: whatif_bench [--json] */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "bench_time.h"
#include "margin/book_net.h"
#include "margin/book_whatif.h"

enum { LEGS = 10000, TIERS = 10, QUESTIONS = 101, NAIVE = 5, COINS = 100, USDT = COINS + 1, USD };

typedef struct bench_book {
	pli_book *book;
	pli_exposure *exposure;
	pli_ladder_maker *ladders;
	pli_net_maker *net;
	pli_whatif_row *rows;
	uint32_t pools, contracts, tiers;
	uint64_t sequence;
} bench_book;

static plm_decimal
number(double value)
{
	plm_decimal decimal = plm_decimal_unknown();
	if (plm_decimal_from_double(value, &decimal) != PLM_OK)
		exit(1);
	return decimal;
}

static void
tell(bench_book *b, plm_event *event, uint32_t account)
{
	event->sequence = event->venue_sequence = ++b->sequence;
	event->account.value = account;
	event->venue_time_ns = event->received_time_ns = PLM_NS_PER_S;
	pli_book_apply(b->book, event);
}

static void
names_tell(bench_book *b)
{
	plm_event event;
	for (uint32_t id = 1; id <= USD; id++) {
		plm_event_init(&event, PLM_EVENT_ASSET);
		event.u.asset.id.value = id;
		(void)snprintf(event.u.asset.name, sizeof event.u.asset.name,
		    id == USD    ? "USD"
		    : id == USDT ? "USDT"
				 : "C%u",
		    id);
		(void)snprintf(event.u.asset.asset_class, sizeof event.u.asset.asset_class, "%s",
		    id < USDT ? "crypto" : "stablecoin");
		tell(b, &event, 0);
		plm_event_init(&event, PLM_EVENT_ASSET_RATE);
		event.u.asset_rate.asset.value = id;
		event.u.asset_rate.venue.value = 1;
		event.u.asset_rate.usd = number(id < USDT ? 10 * id : 1);
		tell(b, &event, 0);
	}
	for (uint32_t id = 1; id <= b->pools; id++) {
		plm_event_init(&event, PLM_EVENT_ACCOUNT);
		event.u.account_fact = (plm_account_fact){
		    .id = {id}, .venue = {1}, .venue_name = "bybit"};
		(void)snprintf(
		    event.u.account_fact.name, sizeof event.u.account_fact.name, "a%u", id);
		tell(b, &event, id);
	}
}

static void
contracts_tell(bench_book *b)
{
	plm_event event;
	for (uint32_t id = 1; id <= b->contracts; id++) {
		uint32_t coin = id % COINS + 1;
		plm_event_init(&event, PLM_EVENT_INSTRUMENT);
		event.u.instrument = (plm_instrument){.id = {id},
		    .venue = {1},
		    .underlying = {coin},
		    .quote = {USDT},
		    .settle = {USDT},
		    .kind = PLM_KIND_PERPETUAL,
		    .spec_source = PLM_SPEC_VENUE,
		    .multiplier = plm_decimal_from_int(1),
		    .strike = plm_decimal_unknown()};
		(void)snprintf(
		    event.u.instrument.name, sizeof event.u.instrument.name, "contract-%u", id);
		tell(b, &event, 0);
		plm_event_init(&event, PLM_EVENT_MARK);
		event.u.mark.instrument.value = id;
		event.u.mark.mark_price = event.u.mark.index_price = number(10 * coin);
		tell(b, &event, 0);
	}
}

static void
tiers_tell(bench_book *b, uint32_t account, uint32_t contract)
{
	double floor = 0, amount = 0, rate = 0.004;
	for (uint32_t tier = 1; tier <= b->tiers; tier++) {
		plm_event event;
		plm_event_init(&event, PLM_EVENT_MARGIN_TIER);
		event.u.margin_tier = (plm_margin_tier){.instrument = {contract},
		    .tier = (uint16_t)tier,
		    .tiers_count = (uint16_t)b->tiers,
		    .notional_floor = number(floor),
		    .notional_cap = plm_decimal_unknown(),
		    .leverage_max = number(1 / (2 * rate)),
		    .maintenance_rate = number(rate),
		    .maintenance_amount = number(amount),
		    .notional_factor = plm_decimal_unknown()};
		tell(b, &event, account);
		floor = 1e4 * (1 + contract % 7) * pow(2, tier);
		amount += floor * rate / 2;
		rate *= 1.5;
	}
}

static void
positions_tell(bench_book *b, pli_random *random)
{
	plm_event event;
	for (uint32_t account = 1; account <= b->pools; account++) {
		plm_event_init(&event, PLM_EVENT_BALANCE);
		event.u.balance.asset.value = USDT;
		event.u.balance.wallet = number(4e5 * (1 + pli_random_unit(random)));
		event.u.balance.margin_mode = PLM_MARGIN_CROSS;
		tell(b, &event, account);
		for (uint32_t id = 1; id <= b->contracts; id++) {
			double price = 10 * (id % COINS + 1), usd = 2e4 * pli_random_normal(random);
			plm_event_init(&event, PLM_EVENT_POSITION);
			plm_position *position = &event.u.position;
			position->instrument.value = id;
			position->unit = PLM_UNIT_COINS;
			position->margin_mode = PLM_MARGIN_CROSS;
			position->quantity = number(usd / price);
			position->entry_price = number(price);
			position->isolated_margin = plm_decimal_unknown();
			position->maintenance_margin = number(fabs(usd) * 0.005);
			tell(b, &event, account);
			tiers_tell(b, account, id);
		}
	}
	plm_event_init(&event, PLM_EVENT_BATCH_END);
	event.applied_time_ns = 2 * PLM_NS_PER_S;
	tell(b, &event, 0);
}

static void
book_make(bench_book *b, uint32_t pools, uint32_t tiers)
{
	pli_random random;
	*b = (bench_book){.pools = pools, .contracts = LEGS / pools, .tiers = tiers};
	pli_book_bounds bounds = {
	    {USD + 1, pools + 1, b->contracts + 1}, LEGS + 8, pools + 8, 8, 8, 8 + LEGS * tiers};
	pli_random_init(&random, 3);
	b->book = pli_book_create(&bounds);
	b->exposure = b->book == NULL ? NULL : pli_exposure_create(b->book);
	b->ladders = pli_ladder_maker_create(b->contracts + 8);
	b->net = pli_net_maker_create(&bounds);
	b->rows = pli_whatif_rows_create(pools);
	if (b->exposure == NULL || b->ladders == NULL || b->net == NULL || b->rows == NULL)
		exit(1);
	names_tell(b);
	contracts_tell(b);
	positions_tell(b, &random);
	pli_exposure_settle(b->exposure);
}

static void
book_destroy(bench_book *b)
{
	free(b->rows);
	pli_net_maker_destroy(b->net);
	pli_ladder_maker_destroy(b->ladders);
	pli_exposure_destroy(b->exposure);
	pli_book_destroy(b->book);
}

/* Milliseconds of one question; before is known, as it is on a screen. */
static double
question_time(bench_book *b, const pli_ladder_query *query)
{
	const pli_net_row *net;
	pli_net_row all;
	int64_t start_ns = bench_now_ns();
	pli_whatif_after(b->ladders, b->exposure, query, b->rows, b->pools);
	(void)pli_net_rows_make(b->net, b->exposure, query, &net, &all);
	return (double)(bench_now_ns() - start_ns) / 1e6;
}

/* Every pool before and after, and how many differ from what the question said. */
static double
naive_time(bench_book *b, const pli_ladder_query *query, uint32_t *ret_differ)
{
	static pli_ladder_row rows[LEGS];
	const pli_ladder_query now = {0};
	int64_t start_ns = bench_now_ns();
	(void)pli_ladder_rows_make(b->ladders, b->exposure, &now, rows, LEGS);
	(void)pli_ladder_rows_make(b->ladders, b->exposure, query, rows, LEGS);
	double ms = (double)(bench_now_ns() - start_ns) / 1e6;
	for (uint32_t i = 0; i < b->pools; i++)
		*ret_differ += rows[i].key.account.value != b->rows[i].key.account.value ||
			       rows[i].numbers.equity != b->rows[i].after.numbers.equity ||
			       rows[i].distance != b->rows[i].after.distance;
	return ms;
}

/* Prints one line; false: a question said something else than all pools made anew. */
static bool
book_bench(uint32_t pools, uint32_t tiers, bool json)
{
	static double times[QUESTIONS], naive[NAIVE];
	bench_book b;
	pli_random random;
	uint32_t differ = 0, changed = 0;
	book_make(&b, pools, tiers);
	pli_random_init(&random, 4);
	const pli_ladder_query now = {0};
	if (pli_whatif_before(b.ladders, b.exposure, &now, NULL, b.rows, pools) != pools)
		exit(1);
	for (int i = 0; i < QUESTIONS; i++) {
		pli_pool_trade trade = {{1 + (uint32_t)pli_random_below(&random, pools)},
		    {1 + (uint32_t)pli_random_below(&random, b.contracts)},
		    100 * pli_random_normal(&random), NAN, false, 0};
		const pli_pool_edits edits = {&trade, NULL, 1, 0};
		const pli_ladder_query query = {.edits = &edits};
		times[i] = question_time(&b, &query);
		if (i < NAIVE)
			naive[i] = naive_time(&b, &query, &differ);
		for (uint32_t k = 0; k < pools; k++)
			changed += b.rows[k].changed;
	}
	double one = bench_middle(times, QUESTIONS), all = bench_middle(naive, NAIVE);
	const char *form = json ? "{\"bench\":\"whatif\",\"pools\":%u,\"tiers\":%u,\"legs\":%d,"
				  "\"ms\":%.3f,\"ms_max\":%.3f,"
				  "\"ms_naive\":%.1f,\"ratio\":%.1f,\"changed\":%u,\"differ\":%u}\n"
				: "whatif: %u pools, %u tiers, %d legs in all: %.3f ms a trade (at "
				  "most %.3f), all pools "
				  "twice %.1f ms (%.1f x); %u pools changed in all, %u differ\n";
	(void)printf(
	    form, pools, tiers, LEGS, one, times[QUESTIONS - 1], all, all / one, changed, differ);
	book_destroy(&b);
	return differ == 0 && changed == QUESTIONS;
}

int
main(int argc, char **argv)
{
	bool json = argc > 1 && strcmp(argv[1], "--json") == 0;
	bool many = book_bench(100, 0, json), one = book_bench(1, 0, json);
	return book_bench(1, TIERS, json) && many && one ? 0 : 1;
}
