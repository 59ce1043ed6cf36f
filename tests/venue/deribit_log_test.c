/* deribit_log_test.c: which rows of a transaction log are movements of coins, and what they say. */
#include "deribit_script.h"

#define ROW(type, id, currency, change, info)                                                      \
	"{\"username\":\"a\",\"user_seq\":" id ",\"user_id\":7,\"type\":\"" type                   \
	"\",\"trade_id\":null,\"timestamp\":1613659830333,\"side\":\"-\",\"price\":null,"          \
	"\"info\":" info ",\"id\":" id ",\"equity\":3000.9,\"currency\":\"" currency               \
	"\",\"commission\":0,\"change\":" change ",\"cashflow\":" change ",\"balance\":3001.2}"
#define LOGS(rows) "{\"continuation\":null,\"logs\":[" rows "]}"
#define ON_CHAIN "{\"transaction\":\"0xAB12\",\"addr\":\"bc1qxyz\"}"

static const plm_transfer *
told(const rig *r, uint32_t n, const char *asset, const char *quantity)
{
	const plm_event *event = rig_need(r, PLM_EVENT_TRANSFER, n);
	const plm_transfer *transfer = &event->u.transfer;
	plm_decimal expected;
	assert_int_equal(plm_decimal_parse(plm_slice_of(quantity), &expected, NULL), PLM_OK);
	assert_int_equal(plm_decimal_compare(transfer->quantity, expected), 0);
	assert_string_equal(plm_names_asset_text(r->names, transfer->asset), asset);
	assert_int_equal(event->account.value, r->cfg.account.value);
	assert_int_equal(event->venue_time_ns, 1613659830333 * PLM_NS_PER_MS);
	assert_int_equal(transfer->state, PLM_TRANSFER_DONE);
	assert_false(plm_decimal_is_known(transfer->fee));
	return transfer;
}

static void
test_deribit_log__movements_are_told_by_what_they_changed(void **state)
{
	(void)state;
	rig *r = rig_decoded(
	    RESULT(LOGS(ROW("transfer", "5", "BTC", "-2.5", "{\"other_user\":\"b\"}") "," ROW(
		"settlement", "4", "BTC", "0.1", "{}") "," ROW("withdrawal", "3", "ETH", "-1.006",
		ON_CHAIN) "," ROW("deposit", "2", "USDC", "1000", ON_CHAIN))),
	    PLM_OK);
	assert_int_equal(r->events_count, 3);
	const plm_transfer *moved = told(r, 0, "BTC", "-2.5");
	assert_int_equal(moved->kind, PLM_TRANSFER_INTERNAL);
	assert_true(moved->chain_hash == 0 && moved->address_hash == 0);
	const plm_transfer *sent = told(r, 1, "ETH", "-1.006");
	assert_int_equal(sent->kind, PLM_TRANSFER_WITHDRAWAL);
	assert_true(sent->chain_hash == plm_transfer_hash(PLM_SLICE("ab12")));
	assert_true(sent->address_hash == plm_transfer_hash(PLM_SLICE("bc1qxyz")));
	const plm_transfer *came = told(r, 2, "USDC", "1000");
	assert_int_equal(came->kind, PLM_TRANSFER_DEPOSIT);
	assert_true(came->chain_hash == sent->chain_hash);
	assert_true(came->address_hash == 0);
	rig_destroy(r);
}

/* An id may count by currency: two rows of one id are two movements; one row twice is one. */
static void
test_deribit_log__names_are_of_a_currency(void **state)
{
	(void)state;
	rig *r = rig_decoded(LOGS(ROW("deposit", "2", "BTC", "1", "{}") "," ROW("deposit", "2",
				 "ETH", "1", "null") "," ROW("deposit", "2", "BTC", "1", "\"x\"")),
	    PLM_OK);
	uint64_t first = told(r, 0, "BTC", "1")->transfer_hash;
	assert_true(first != 0 && told(r, 1, "ETH", "1")->transfer_hash != first);
	assert_true(told(r, 2, "BTC", "1")->transfer_hash == first);
	assert_true(told(r, 2, "BTC", "1")->chain_hash == 0);
	rig_destroy(r);
}

static void
test_deribit_log__rows_that_move_nothing(void **state)
{
	(void)state;
	rig *r = rig_decoded(
	    LOGS(ROW("trade", "2", "BTC", "null", "{}") "," ROW("deposit", "3", "BTC", "0", "{}")),
	    PLM_OK);
	assert_int_equal(r->events_count, 0);
	assert_int_equal(rig_decode(r, RESULT("{\"logs\":[]}")), PLM_OK);
	assert_int_equal(r->events_count, 0);
	rig_destroy(r);
}

/* Nothing of a log is told where a row of it cannot be read. */
static void
test_deribit_log__broken_rows(void **state)
{
	static const char *const texts[] = {"{\"logs\":7}", "{\"logs\":[7]}",
	    LOGS(
		ROW("deposit", "2", "BTC", "1", "{}") "," ROW("deposit", "3", "BTC", "null", "{}")),
	    LOGS(ROW("deposit", "2", "BTC", "\"much\"", "{}")),
	    LOGS(ROW("deposit", "2", "", "1", "{}")),
	    LOGS(ROW("deposit", "null", "BTC", "1", "{}")),
	    LOGS("{\"type\":\"deposit\",\"id\":1,\"currency\":\"BTC\",\"change\":1}"),
	    LOGS("{\"type\":7}")};
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		rig_refused(texts[i], PLM_EDECODE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_deribit_log__movements_are_told_by_what_they_changed),
	    cmocka_unit_test(test_deribit_log__names_are_of_a_currency),
	    cmocka_unit_test(test_deribit_log__rows_that_move_nothing),
	    cmocka_unit_test(test_deribit_log__broken_rows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
