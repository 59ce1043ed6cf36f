/* sim_reader_test.c: the reader connects again, and says what is wrong with what it reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/sim_reader.h"

typedef struct reader_rig {
	pli_seeded_clock clock;
	pli_seeded_net *net;
	pli_server server;
	pli_sim_reader *reader;
	uint32_t peer;
	int connects;
	const char *body;
} reader_rig;

static void
on_request(void *ctx, const pli_http_in *in, pli_http_answer *ret_answer)
{
	assert_true(in->path.size > 1);
	*ret_answer = (pli_http_answer){
	    .status = 200, .body = plm_slice_of(((reader_rig *)ctx)->body)};
}

static bool
on_connect(void *ctx, uint32_t client, const pli_http_in *in)
{
	reader_rig *r = ctx;
	assert_true(plm_slice_is(in->path, "/v1/stream"));
	r->peer = client;
	r->connects++;
	return true;
}

static void
on_message(void *ctx, uint32_t client, plm_slice text)
{
	(void)ctx, (void)client, (void)text;
	fail();
}

static void
rig_init(reader_rig *r)
{
	*r = (reader_rig){.body = "{\"ok\":true}"};
	pli_seeded_clock_init(&r->clock, 1, INT64_C(1795132800) * PLM_NS_PER_S);
	r->net = pli_seeded_net_create(&r->clock, 1);
	r->server = pli_seeded_net_server(r->net, 2);
	pli_server_handler handler = {on_request, on_connect, on_message, NULL, r};
	r->server.set_handler(r->server.ctx, &handler);
	uint16_t port;
	assert_int_equal(
	    r->server.listen(r->server.ctx, "127.0.0.1", 0, NULL, NULL, &port), PLM_OK);
	r->reader = pli_sim_reader_create(r->net, 1, port, r->clock.steady_ns);
	assert_non_null(r->reader);
}

static const char *
rig_pass(reader_rig *r, int64_t seconds)
{
	const char *wrong = "";
	for (int64_t i = 0; i < 20 * seconds && wrong[0] == '\0'; i++) {
		pli_seeded_clock_move(&r->clock, r->clock.steady_ns + 50 * PLM_NS_PER_MS);
		(void)r->server.poll(r->server.ctx, 0);
		wrong = pli_sim_reader_work(r->reader, r->clock.steady_ns);
	}
	return wrong;
}

static void
rig_fini(reader_rig *r)
{
	pli_sim_reader_destroy(r->reader);
	pli_seeded_net_destroy(r->net);
}

static void
rig_send(reader_rig *r, const char *text)
{
	assert_int_equal(r->server.send(r->server.ctx, r->peer, plm_slice_of(text)), PLM_OK);
}

static void
test_sim_reader__follows_asks_and_comes_back(void **state)
{
	(void)state;
	reader_rig r;
	rig_init(&r);
	assert_string_equal(rig_pass(&r, 3), "");
	rig_send(&r, "{\"type\":\"snapshot\",\"sequence\":7}");
	rig_send(&r, "{\"type\":\"alert\",\"sequence\":8}");
	rig_send(&r, "{\"type\":\"change\",\"sequence\":7}");
	assert_string_equal(rig_pass(&r, 10), "");
	assert_true(pli_sim_reader_messages(r.reader) >= 5);
	assert_true(pli_sim_reader_next(r.reader) > r.clock.steady_ns);
	r.server.disconnect(r.server.ctx, r.peer, true);
	assert_string_equal(rig_pass(&r, 3), "");
	assert_int_equal(r.connects, 2);
	rig_fini(&r);
}

static void
test_sim_reader__says_what_is_wrong(void **state)
{
	(void)state;
	reader_rig r;
	rig_init(&r);
	assert_string_equal(rig_pass(&r, 3), "");
	rig_send(&r, "{\"type\":\"change\",\"sequence\":7}");
	rig_send(&r, "{\"type\":\"change\",\"sequence\":6}");
	assert_non_null(strstr(rig_pass(&r, 3), "went back"));
	rig_fini(&r);
	rig_init(&r);
	r.body = "{\"ok\":";
	assert_non_null(strstr(rig_pass(&r, 3), "no JSON"));
	rig_fini(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sim_reader__follows_asks_and_comes_back),
	    cmocka_unit_test(test_sim_reader__says_what_is_wrong),
	};
	return cmocka_run_group_tests_name("sim_reader", tests, NULL, NULL);
}
