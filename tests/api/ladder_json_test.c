/* ladder_json_test.c: what a pool says of itself, and why it cannot. */
#include "api/ladder_json.h"

#include <string.h>

#include "../margin/pool_book.h"
#include "base/json.h"

enum { POOLS = 8 };

static void
holder(pool_book *b)
{
	book_account(b, 1, "binance");
	book_tiers(b, 1, BTCUSDT);
	book_wallet(b, 1, USDT, 20000, PLM_MARGIN_CROSS);
	book_hold(b, &(holding){1, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_CROSS, 1, 60000, NAN, NAN});
}

static void
row_write(pool_book *b, const pli_ladder_row *row, pli_json_writer *w)
{
	pli_json_writer_init(w, 1 << 16);
	pli_ladder_put_row(w, pli_book_registry(b->book), row, 1);
	assert_false(w->overflow);
}

static bool
says(const pli_json_writer *w, const char *text)
{
	return memmem(w->bytes, w->size, text, strlen(text)) != NULL;
}

/* The asset that lacks its beta is named, on each rung. */
static void
test_a_beta_that_lacks_is_named(void **state)
{
	(void)state;
	pool_book b;
	pli_ladder_row row;
	pli_json_writer w;
	pli_ladder_query joint = {.joint = true};
	book_begin(&b);
	holder(&b);
	assert_int_equal(book_rows(&b, &joint, &row, 1), 1);
	row_write(&b, &row, &w);
	assert_true(says(&w, "\"reason\":\"the beta of an asset that it holds is not configured: "
			     "BTC\""));
	assert_true(says(&w, "\"reason\":null"));
	pli_json_writer_fini(&w);
	book_beta(&b, BTC, 1);
	assert_int_equal(book_rows(&b, &joint, &row, 1), 1);
	row_write(&b, &row, &w);
	assert_false(says(&w, "not configured"));
	pli_json_writer_fini(&w);
	book_end(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_beta_that_lacks_is_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
