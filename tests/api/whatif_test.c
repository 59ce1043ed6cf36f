/* whatif_test.c: names of a book, what it cannot answer for, and the document of an answer. */
#include "api/whatif.h"

#include <string.h>

#include "../margin/pool_book.h"

enum { SPOT = SPECS, COMBO, OLD, MARKLESS, LEGS_MAX = 32, POOLS_MAX = 8 };

/* a1 trades BTC and ETH in one pool of USDT, a2 holds BTC isolated, a3 nothing but two balances. */
static void
desk_begin(pool_book *b)
{
	book_begin(b);
	for (uint32_t account = 1; account <= 3; account++) {
		book_account(b, account, "binance");
		book_tiers(b, account, BTCUSDT);
		book_tiers(b, account, ETHUSDT);
		book_wallet(b, account, USDT, 20000, PLM_MARGIN_SEGREGATED);
	}
	book_wallet(b, 3, BTC, 1, PLM_MARGIN_SEGREGATED);
	book_hold(
	    b, &(holding){1, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_SEGREGATED, 3, 58000, NAN, NAN});
	book_hold(
	    b, &(holding){1, ETHUSDT, PLM_SIDE_NET, PLM_MARGIN_SEGREGATED, -10, 3000, NAN, NAN});
	book_hold(
	    b, &(holding){2, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_ISOLATED, 1, 60000, 6000, 600});
	book_spec(b, SPOT, PLM_KIND_SPOT, BTC, USDT);
	book_spec(b, COMBO, PLM_KIND_COMBO, BTC, USDT);
	(void)book_rows(b, NULL, (pli_ladder_row[POOLS_MAX]){0}, POOLS_MAX);
}

static plm_err
ask(pool_book *b, pli_whatif *whatif, const char *body, pli_whatif_answer *ret_answer,
    plm_fault *ret_fault)
{
	pli_whatif_ask asked = {0};
	plm_err err = pli_whatif_ask_json(&asked, pli_json_shared(), plm_slice_of(body), ret_fault);
	return err == PLM_OK
		   ? pli_whatif_ask_book(whatif, b->exposure, &asked, ret_answer, ret_fault)
		   : err;
}

static const struct {
	const char *body;
	plm_err code;
	const char *says;
} wrong[] = {
    {"{\"trades\":[{\"account\":\"b1\",\"symbol\":\"contract-1\",\"quantity\":1}]}", PLM_ENOTFOUND,
	"there is no account \"b1\"; did you mean \"a1\"?"},
    {"{\"trades\":[{\"account\":\"other-desk\",\"symbol\":\"contract-1\",\"quantity\":1}]}",
	PLM_ENOTFOUND, "there is no account \"other-desk\""},
    {"{\"trades\":[{\"account\":\"a1\",\"symbol\":\"contract1\",\"quantity\":1}]}", PLM_ENOTFOUND,
	"did you mean \"contract-1\"?"},
    {"{\"trades\":[{\"account\":\"a1\",\"symbol\":\"BTC/USDT:USD\",\"quantity\":1}]}",
	PLM_ENOTFOUND, "did you mean \"BTC/USDT:USDT\"?"},
    {"{\"trades\":[{\"account\":\"a1\",\"symbol\":\"BTC/USDT\",\"quantity\":1}]}", PLM_EARG,
	"two transfers"},
    {"{\"trades\":[{\"account\":\"a1\",\"symbol\":\"contract-5\",\"quantity\":1}]}", PLM_EARG,
	"a trade of each of its legs"},
    {"{\"transfers\":[{\"asset\":\"USDX\",\"quantity\":1,\"from\":\"a1\",\"to\":\"-\"}]}",
	PLM_ENOTFOUND, "there is no asset \"USDX\"; did you mean"},
    {"{\"transfers\":[{\"asset\":\"USDT\",\"quantity\":1,\"from\":\"a1\",\"to\":\"a9\"}]}",
	PLM_ENOTFOUND, "there is no account \"a9\""},
    {"{\"transfers\":[{\"asset\":\"ETH\",\"quantity\":1,\"from\":\"a1\",\"to\":\"-\"}]}", PLM_EARG,
	"a1 holds no ETH"},
    {"{\"transfers\":[{\"asset\":\"BTC\",\"quantity\":1,\"from\":\"a3\",\"to\":\"a1\"}]}", PLM_EARG,
	"what it would count for there is not known"},
    {"{\"moves\":{\"BTX\":\"-10%\"}}", PLM_ENOTFOUND, "did you mean \"BTC\"?"},
    {"{\"moves\":{\"USDT\":\"-3%\"}}", PLM_EARG, "what prices are told in"},
};

static void
test_what_the_book_cannot_say(void **state)
{
	(void)state;
	pool_book b;
	desk_begin(&b);
	pli_whatif *whatif = pli_whatif_create(pli_book_bounds_get(b.book), LEGS_MAX, POOLS_MAX);
	assert_non_null(whatif);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		pli_whatif_answer answer;
		plm_fault fault = {0};
		plm_err err = ask(&b, whatif, wrong[i].body, &answer, &fault);
		if (err != wrong[i].code || strstr(fault.text, wrong[i].says) == NULL ||
		    strstr(fault.path, "[0]") == NULL)
			fail_msg("%s: %s: %s: %s", wrong[i].body, plm_err_name(err), fault.path,
			    fault.text);
	}
	pli_whatif_destroy(whatif);
	book_end(&b);
}

/* An account of which nothing is held has no margin mode; two isolated legs have two pools. */
static void
test_which_pool_is_not_known(void **state)
{
	(void)state;
	pool_book b;
	pli_whatif_answer answer;
	plm_fault fault = {0};
	desk_begin(&b);
	book_account(&b, 4, "binance");
	book_hold(&b, &(holding){2, ETHUSDT, PLM_SIDE_LONG, PLM_MARGIN_ISOLATED, 1, 3000, 500, 30});
	book_hold(
	    &b, &(holding){2, ETHUSDT, PLM_SIDE_SHORT, PLM_MARGIN_ISOLATED, -2, 3000, 600, 60});
	(void)book_rows(&b, NULL, (pli_ladder_row[POOLS_MAX]){0}, POOLS_MAX);
	pli_whatif *whatif = pli_whatif_create(pli_book_bounds_get(b.book), LEGS_MAX, POOLS_MAX);
	assert_non_null(whatif);
	assert_int_equal(ask(&b, whatif,
			     "{\"trades\":[{\"account\":\"a4\",\"symbol\":\"contract-1\","
			     "\"quantity\":1}]}",
			     &answer, &fault),
	    PLM_EARG);
	assert_non_null(strstr(fault.text, "a4 holds neither USDT nor a contract that settles"));
	assert_int_equal(ask(&b, whatif,
			     "{\"trades\":[{\"account\":\"a2\",\"symbol\":\"contract-2\","
			     "\"quantity\":1}]}",
			     &answer, &fault),
	    PLM_EARG);
	assert_non_null(strstr(fault.text, "long and short, each with margin of its own"));
	pli_whatif_destroy(whatif);
	book_end(&b);
}

/* The words and numbers of a document, by dotted paths. */
static double
number_at(pli_json *json, const char *path)
{
	double value = NAN;
	uint32_t node = pli_json_at(json, 0, path);
	if (node == 0 || pli_json_double(json, node, &value, NULL) != PLM_OK)
		fail_msg("%s is not there", path);
	return value;
}

static uint32_t
element(pli_json *json, const char *path, uint32_t index)
{
	const pli_json_node *nodes = pli_json_nodes(json, &(uint32_t){0});
	uint32_t array = pli_json_at(json, 0, path), node = array + 1;
	assert_true(array != 0 && index < nodes[array].children_count);
	while (index-- > 0)
		node = nodes[node].next;
	return node;
}

static double
number_of(pli_json *json, uint32_t node, const char *path)
{
	double value = NAN;
	uint32_t at = pli_json_at(json, node, path);
	assert_true(at != 0);
	assert_int_equal(pli_json_double(json, at, &value, NULL), PLM_OK);
	return value;
}

static void
test_document(void **state)
{
	(void)state;
	pool_book b;
	pli_whatif_answer answer;
	pli_json_writer w;
	plm_fault fault = {0};
	desk_begin(&b);
	pli_whatif *whatif = pli_whatif_create(pli_book_bounds_get(b.book), LEGS_MAX, POOLS_MAX);
	plm_err err = ask(&b, whatif,
	    "{\"trades\":[{\"account\":\"a2\",\"symbol\":\"BTC/USDT:USDT\",\"quantity\":-0.5,"
	    "\"price\":60100}],\"transfers\":[{\"asset\":\"USDT\",\"quantity\":30000,\"from\":"
	    "\"a3\",\"to\":\"a1\"}],\"moves\":{\"ETH\":\"+10%\"}}",
	    &answer, &fault);
	if (err != PLM_OK)
		fail_msg("%s: %s", fault.path, fault.text);
	assert_int_equal(answer.plan->notes_count, 2);
	assert_non_null(strstr(answer.plan->notes[0], "a2 contract-1 is isolated"));
	assert_non_null(strstr(answer.plan->notes[1], "a3 holds 20000 USDT, less than 30000"));
	pli_json_writer_init(&w, 1 << 20);
	pli_whatif_put_document(&w, b.book, &answer);
	pli_json *json = pli_json_create();
	assert_int_equal(pli_json_parse(json, (plm_slice){w.bytes, w.size}, &fault), PLM_OK);
	uint32_t trade = element(json, "trades", 0), btc = element(json, "net", 0);
	assert_true(number_of(json, trade, "price") == 60100);
	assert_true(plm_slice_is(
	    pli_json_nodes(json, &(uint32_t){0})[pli_json_at(json, trade, "unit")].text, "coins"));
	assert_true(number_at(json, "pools_unchanged") == 0);
	/* 3 BTC and 1 BTC long, 10 ETH short, 1 BTC held; then half a BTC less, 30,000 more, ETH at
	   3,300 */
	assert_true(number_of(json, btc, "before.net_usd") == 5 * 60000.0);
	assert_true(number_of(json, btc, "after.net_usd") == 4.5 * 60000.0);
	assert_true(number_at(json, "before.net_usd") - number_at(json, "after.net_usd") ==
		    30000.0 + 3000 - (-3000 + 50));
	uint32_t pool = element(json, "pools", 0);
	assert_true(number_of(json, pool, "after.rank") == 1);
	pli_json_destroy(json);
	pli_json_writer_fini(&w);
	pli_whatif_destroy(whatif);
	book_end(&b);
}

static const pli_whatif_row *
row_of(const pli_whatif_answer *answer, uint32_t account)
{
	for (uint32_t i = 0; i < answer->pools_count; i++)
		if (answer->pools[i].key.account.value == account)
			return &answer->pools[i];
	return NULL;
}

/* With a watch, what is not touched is as of its last look, unless it is asked for; what is touched
 * is of now. */
static void
test_a_watch_spares_what_is_not_touched(void **state)
{
	(void)state;
	pool_book b;
	plm_event event;
	pli_whatif_answer answer;
	plm_fault fault = {0};
	desk_begin(&b);
	pli_whatif *whatif = pli_whatif_create(pli_book_bounds_get(b.book), LEGS_MAX, POOLS_MAX);
	pli_margin *watch = pli_margin_create(b.exposure);
	assert_true(whatif != NULL && watch != NULL);
	plm_event_init(&event, PLM_EVENT_BATCH_END);
	event.u.batch_end.now_ns = event.applied_time_ns = BOOK_NOW_NS;
	tell(&b, &event, 0);
	pli_margin_watch(watch, b.exposure);
	pli_margin_note(watch);
	pli_margin_settle(watch);
	assert_int_equal(pli_margin_pools_count(watch), 2);
	pli_whatif_watch(whatif, watch);
	const pli_pool_key key = {{2}, pli_margin_pool(watch, 1)->key.pool};
	const pli_ladder_row *looked = pli_margin_row_of(watch, &key);
	assert_non_null(looked);
	book_mark(&b, BTCUSDT, 61000, 61000);
	pli_exposure_settle(b.exposure);
	const char *one = "{\"trades\":[{\"account\":\"a1\",\"symbol\":\"contract-1\","
			  "\"quantity\":1}]}";
	const char *all = "{\"all\":true,\"trades\":[{\"account\":\"a1\",\"symbol\":"
			  "\"contract-1\",\"quantity\":1}]}";
	assert_int_equal(ask(&b, whatif, one, &answer, &fault), PLM_OK);
	assert_near(row_of(&answer, 2)->before.numbers.equity, looked->numbers.equity, 1e-12);
	double touched = row_of(&answer, 1)->before.numbers.equity;
	double changed = row_of(&answer, 1)->after.numbers.maintenance;
	assert_int_equal(ask(&b, whatif, all, &answer, &fault), PLM_OK);
	assert_near(row_of(&answer, 2)->before.numbers.equity, looked->numbers.equity + 1000, 1e-9);
	assert_near(row_of(&answer, 1)->before.numbers.equity, touched, 1e-12);
	assert_near(row_of(&answer, 1)->after.numbers.maintenance, changed, 1e-12);
	pli_margin_destroy(watch);
	pli_whatif_destroy(whatif);
	book_end(&b);
}

/* The document of one question has each of these texts. */
static void
says(pool_book *b, pli_whatif *whatif, const char *body, const char *const *texts)
{
	pli_whatif_answer answer;
	plm_fault fault = {0};
	pli_json_writer w;
	assert_int_equal(ask(b, whatif, body, &answer, &fault), PLM_OK);
	pli_json_writer_init(&w, 1 << 20);
	pli_whatif_put_document(&w, b->book, &answer);
	for (; *texts != NULL; texts++)
		if (memmem(w.bytes, w.size, *texts, strlen(*texts)) == NULL)
			fail_msg("%s: %s is not in %.*s", body, *texts, (int)w.size, w.bytes);
	pli_json_writer_fini(&w);
}

/* 26,000 and 20 times: 4 BTC and 10 ETH ask 13,500, a billion BTC what nobody has; what makes the
 * pool smaller is never refused, where 8,000 are too few either. */
static void
test_a_trade_beyond_the_free_initial_margin(void **state)
{
	(void)state;
	pool_book b;
	desk_begin(&b);
	pli_whatif *whatif = pli_whatif_create(pli_book_bounds_get(b.book), LEGS_MAX, POOLS_MAX);
	assert_non_null(whatif);
	says(&b, whatif,
	    "{\"trades\":[{\"account\":\"a1\",\"symbol\":\"contract-1\",\"quantity\":1e9}]}",
	    (const char *const[]){"\"exceeds_initial\":true", "\"initial_free_usd\":-", NULL});
	says(&b, whatif,
	    "{\"trades\":[{\"account\":\"a1\",\"symbol\":\"contract-1\",\"quantity\":1}]}",
	    (const char *const[]){"\"exceeds_initial\":false", NULL});
	book_wallet(&b, 1, USDT, 2000, PLM_MARGIN_SEGREGATED);
	(void)book_rows(&b, NULL, (pli_ladder_row[POOLS_MAX]){0}, POOLS_MAX);
	says(&b, whatif,
	    "{\"trades\":[{\"account\":\"a1\",\"symbol\":\"contract-1\",\"quantity\":-0.1}]}",
	    (const char *const[]){"\"exceeds_initial\":false", "\"initial_free_usd\":-", NULL});
	pli_whatif_destroy(whatif);
	book_end(&b);
}

/* No mark of the contract was told: the price of the position, or the reason and its name. */
static void
test_a_trade_at_the_price_of_the_position(void **state)
{
	(void)state;
	pool_book b;
	plm_event event;
	desk_begin(&b);
	book_spec(&b, MARKLESS, PLM_KIND_PERPETUAL, BTC, USDT);
	book_tiers(&b, 1, MARKLESS);
	pli_whatif *whatif = pli_whatif_create(pli_book_bounds_get(b.book), LEGS_MAX, POOLS_MAX);
	assert_non_null(whatif);
	static const char body[] =
	    "{\"trades\":[{\"account\":\"a1\",\"symbol\":\"contract-7\",\"quantity\":-1}]}";
	(void)book_rows(&b, NULL, (pli_ladder_row[POOLS_MAX]){0}, POOLS_MAX);
	says(&b, whatif, body,
	    (const char *const[]){
		"\"reason\":\"a contract's mark price is not known: contract-7\"", NULL});
	plm_event_init(&event, PLM_EVENT_POSITION);
	event.u.position = (plm_position){.instrument = {MARKLESS},
	    .unit = PLM_UNIT_COINS,
	    .margin_mode = PLM_MARGIN_SEGREGATED,
	    .delta_coins = NAN,
	    .quantity = number(1),
	    .mark_price = number(60000),
	    .entry_price = number(60000)};
	tell(&b, &event, 1);
	(void)book_rows(&b, NULL, (pli_ladder_row[POOLS_MAX]){0}, POOLS_MAX);
	pli_whatif_answer answer;
	plm_fault fault = {0};
	assert_int_equal(ask(&b, whatif, body, &answer, &fault), PLM_OK);
	for (uint32_t i = 0; i < answer.pools_count; i++)
		if (answer.pools[i].traded) {
			assert_null(answer.pools[i].after.reason);
			assert_near(answer.pools[i].after.numbers.equity,
			    answer.pools[i].before.numbers.equity, 1e-12);
		}
	assert_null(answer.net_all.reason);
	pli_whatif_destroy(whatif);
	book_end(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_what_the_book_cannot_say),
	    cmocka_unit_test(test_which_pool_is_not_known),
	    cmocka_unit_test(test_document),
	    cmocka_unit_test(test_a_watch_spares_what_is_not_touched),
	    cmocka_unit_test(test_a_trade_beyond_the_free_initial_margin),
	    cmocka_unit_test(test_a_trade_at_the_price_of_the_position),
	};
	return cmocka_run_group_tests_name("whatif", tests, NULL, NULL);
}
