/* cascade_json_test.c: the question to a book, and its answer as JSON. */
#include "api/cascade_json.h"

#include <string.h>

#include "../margin/pool_book.h"
#include "base/json.h"

enum { LEGS = 16, POOLS = 8 };

static pli_cascade *
cascade_create(void)
{
	pli_book_bounds bounds = {{64, 8, 64}, 64, 64, 8, 8, 64};
	pli_cascade *cascade = pli_cascade_create(&bounds, LEGS, POOLS);
	assert_non_null(cascade);
	return cascade;
}

static plm_err
ask(pool_book *b, pli_cascade *cascade, const char *move, pli_cascade_answer *answer,
    plm_fault *fault)
{
	pli_whatif_ask asked = {0};
	pli_ladder_row rows[POOLS];
	(void)book_rows(b, NULL, rows, POOLS);
	assert_int_equal(pli_whatif_ask_move(&asked, plm_slice_of(move), fault), PLM_OK);
	return pli_cascade_ask_book(cascade, b->exposure, &asked, 0, answer, fault);
}

static double
number_at(pli_json *json, uint32_t node, const char *key)
{
	double value = NAN;
	uint32_t at = pli_json_find(json, node, key);
	assert_true(at != 0);
	assert_int_equal(pli_json_double(json, at, &value, NULL), PLM_OK);
	return value;
}

/* A long of 1 BTC at dYdX with 20,000: w + p - 60,000 = 0.01 p. */
static void
test_a_liquidation_as_json(void **state)
{
	(void)state;
	pool_book b;
	pli_cascade_answer answer;
	plm_fault fault;
	pli_json_writer w;
	pli_json *json = pli_json_create();
	pli_cascade *cascade = cascade_create();
	book_begin(&b);
	book_account(&b, 1, "dydx");
	book_tiers(&b, 1, BTCUSDT);
	book_wallet(&b, 1, USDT, 20000, PLM_MARGIN_CROSS);
	book_hold(&b, &(holding){1, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_CROSS, 1, 60000, NAN, NAN});
	assert_int_equal(ask(&b, cascade, "BTC=-50%", &answer, &fault), PLM_OK);
	pli_json_writer_init(&w, 1 << 16);
	pli_cascade_put_document(&w, &answer);
	assert_int_equal(pli_json_parse(json, (plm_slice){w.bytes, w.size}, &fault), PLM_OK);
	assert_near(number_at(json, 0, "pct"), -50, 1e-9);
	assert_near(number_at(json, 0, "pools_unknown"), 0, 0);
	uint32_t list = pli_json_find(json, 0, "liquidations"), count;
	assert_int_equal(pli_json_nodes(json, &count)[list].children_count, 1);
	uint32_t step = list + 1;
	const pli_cascade_step *of = &answer.found.steps[0];
	assert_near(number_at(json, step, "price"), of->price, 1e-12 * of->price);
	assert_near(number_at(json, step, "parts"), 5, 0);
	assert_near(number_at(json, step, "fee_usd"), of->closed_usd * 0.015, 1e-9);
	assert_near(number_at(json, step, "left_usd"),
	    number_at(json, step, "equity_usd") - number_at(json, step, "fee_usd"), 1e-6);
	assert_true(isnan(number_at(json, step, "adl_rank")));
	pli_json_writer_fini(&w);
	book_end(&b);
	pli_cascade_destroy(cascade);
	pli_json_destroy(json);
}

/* A number that is null has its reason beside it, with the name of what it is about. */
static void
test_null_has_its_reason(void **state)
{
	(void)state;
	pool_book b;
	pli_cascade_answer answer;
	plm_fault fault;
	pli_json_writer w;
	pli_cascade *cascade = cascade_create();
	book_begin(&b);
	book_account(&b, 1, "binance");
	book_tiers(&b, 1, BTCUSDT);
	book_wallet(&b, 1, USDT, 10000, PLM_MARGIN_CROSS);
	book_hold(&b, &(holding){1, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_CROSS, 1, 60000, NAN, NAN});
	book_account(&b, 2, "file");
	book_hold(&b, &(holding){2, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_CROSS, -1, 60000, NAN, NAN});
	assert_int_equal(ask(&b, cascade, "BTC=-50%", &answer, &fault), PLM_OK);
	pli_json_writer_init(&w, 1 << 16);
	pli_cascade_put_document(&w, &answer);
	static const char *const says[] = {"\"net_usd_before\":null", "\"net_usd_after\":null",
	    "\"net_reason\":\"an account that pays or wins it tells no balance of it: USDT\"",
	    "\"fee_reason\":\"what the venue takes", "\"left_reason\":null"};
	for (size_t i = 0; i < sizeof says / sizeof *says; i++)
		if (memmem(w.bytes, w.size, says[i], strlen(says[i])) == NULL)
			fail_msg("%s is not in %.*s", says[i], (int)w.size, w.bytes);
	pli_json_writer_fini(&w);
	book_end(&b);
	pli_cascade_destroy(cascade);
}

static void
test_what_cannot_walk_is_refused(void **state)
{
	(void)state;
	pool_book b;
	pli_cascade_answer answer;
	plm_fault fault = {0};
	pli_cascade *cascade = cascade_create();
	book_begin(&b);
	assert_int_equal(ask(&b, cascade, "DOGE=-50%", &answer, &fault), PLM_ENOTFOUND);
	assert_non_null(strstr(fault.text, "no asset \"DOGE\""));
	assert_int_equal(ask(&b, cascade, "all=-50%", &answer, &fault), PLM_OK);
	assert_string_equal(answer.asset, "all");
	assert_int_equal(answer.query.asset.value, 0);
	book_end(&b);
	pli_cascade_destroy(cascade);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_liquidation_as_json),
	    cmocka_unit_test(test_null_has_its_reason),
	    cmocka_unit_test(test_what_cannot_walk_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
