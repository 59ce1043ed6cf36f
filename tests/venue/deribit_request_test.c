/* deribit_request_test.c: requests as they leave: whole JSON, escaped, inside the body's bound. */
#include "deribit_rig.h"

#include "base/json.h"
#include "venue/deribit_live/deribit_request.h"

/* Parses the body; fails the test when it is no JSON-RPC request of this id. */
static pli_json *
request_parse(const plm_request *request, uint32_t id)
{
	pli_json *json = pli_json_create();
	plm_fault fault;
	int64_t said = 0;

	assert_int_equal(request->kind, PLM_REQUEST_WS_SEND);
	assert_int_equal(request->tag, id);
	assert_int_equal(pli_json_parse(json, plm_slice_of(request->body), &fault), PLM_OK);
	assert_int_equal(pli_json_int(json, pli_json_find(json, 0, "id"), &said, &fault), PLM_OK);
	assert_int_equal(said, id);
	return json;
}

static plm_slice
request_text(pli_json *json, const char *path)
{
	plm_slice text = {NULL, 0};

	assert_int_equal(pli_json_string(json, pli_json_at(json, 0, path), &text, NULL), PLM_OK);
	return text;
}

static void
test_deribit_request__texts_are_escaped(void **state)
{
	const char *secret = "quote\" back\\slash \x01 caf\xc3\xa9";
	plm_request request;
	pli_json *json;

	(void)state;
	assert_int_equal(pli_deribit_request(&request, 7, PLI_DERIBIT_AUTH, "key", secret), PLM_OK);
	json = request_parse(&request, 7);
	assert_true(plm_slice_is(request_text(json, "method"), "public/auth"));
	assert_true(plm_slice_is(request_text(json, "params.grant_type"), "client_credentials"));
	assert_true(plm_slice_is(request_text(json, "params.client_id"), "key"));
	assert_true(plm_slice_is(request_text(json, "params.client_secret"), secret));
	pli_json_destroy(json);
}

static void
test_deribit_request__arguments_stand_where_they_belong(void **state)
{
	plm_request request;
	pli_json *json;

	(void)state;
	assert_int_equal(
	    pli_deribit_request(&request, 1, PLI_DERIBIT_INSTRUMENTS, "BTC", NULL), PLM_OK);
	json = request_parse(&request, 1);
	assert_true(plm_slice_is(request_text(json, "params.currency"), "BTC"));
	assert_int_not_equal(pli_json_at(json, 0, "params.expired"), 0);
	pli_json_destroy(json);
	assert_int_equal(
	    pli_deribit_request(&request, UINT32_MAX, PLI_DERIBIT_POSITIONS, NULL, NULL), PLM_OK);
	json = request_parse(&request, UINT32_MAX);
	assert_true(plm_slice_is(request_text(json, "params.currency"), "any"));
	pli_json_destroy(json);
}

static void
test_deribit_request__what_does_not_fit_is_refused(void **state)
{
	char text[PLM_BODY_MAX + 1];
	plm_request request;

	(void)state;
	memset(text, 'x', PLM_BODY_MAX);
	text[PLM_BODY_MAX] = '\0';
	assert_int_equal(
	    pli_deribit_request(&request, 1, PLI_DERIBIT_INSTRUMENT, text, NULL), PLM_EOVERFLOW);
	memset(text, '"', PLM_BODY_MAX);
	assert_int_equal(
	    pli_deribit_request(&request, 1, PLI_DERIBIT_INSTRUMENT, text, NULL), PLM_EOVERFLOW);
}

static void
test_deribit_request__a_full_subscription_is_still_whole(void **state)
{
	plm_request request;
	uint32_t count, added = 0;
	pli_json *json;

	(void)state;
	pli_deribit_subscribe_open(&request, 3, false);
	while (pli_deribit_subscribe_add(
	    &request, "ticker.", PLM_SLICE("BTC-25DEC26-100000-C"), ".100ms"))
		added++;
	pli_deribit_subscribe_close(&request);
	json = request_parse(&request, 3);
	assert_true(added > 90);
	assert_true(plm_slice_is(request_text(json, "method"), "public/subscribe"));
	assert_int_equal(
	    pli_json_nodes(json, &count)[pli_json_at(json, 0, "params.channels")].children_count,
	    added);
	pli_json_destroy(json);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_deribit_request__texts_are_escaped),
	    cmocka_unit_test(test_deribit_request__arguments_stand_where_they_belong),
	    cmocka_unit_test(test_deribit_request__what_does_not_fit_is_refused),
	    cmocka_unit_test(test_deribit_request__a_full_subscription_is_still_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
