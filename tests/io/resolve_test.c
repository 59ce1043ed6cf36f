/* resolve_test.c: look-ups that are slow, fail or come too late never hold up a poll. */
#include <dlfcn.h>
#include <netdb.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/resolve.h"
#include "rig.h"

enum { SECOND = 5000 };

static rig r;
static atomic_int slow_ms;
static atomic_int failing;
static atomic_int asked;

/* Stands before the C library's: "*.test" is answered here, after slow_ms, with 127.0.0.1. */
int
getaddrinfo(
    const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **ret_list)
{
	int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
	void *found = dlsym(RTLD_NEXT, "getaddrinfo");
	memcpy(&real, &found, sizeof real);
	size_t size = host == NULL ? 0 : strlen(host);
	if (size < 5 || strcmp(host + size - 5, ".test") != 0)
		return real(host, service, hints, ret_list);
	asked++;
	struct timespec wait = {slow_ms / 1000, slow_ms % 1000 * 1000000L};
	(void)nanosleep(&wait, NULL);
	if (failing)
		return failing;
	return real("127.0.0.1", service, hints, ret_list);
}

/* Polls the client alone and returns the longest that one poll of at most 1 ms took. */
static int64_t
longest_poll_ms(const uint32_t *value, uint32_t wanted, int timeout_ms)
{
	int64_t longest = 0;
	int64_t end_ms = rig_now_ms() + timeout_ms;
	while (*value < wanted && rig_now_ms() < end_ms) {
		int64_t began_ms = rig_now_ms();
		(void)r.net.poll(r.net.ctx, 1000000);
		int64_t took_ms = rig_now_ms() - began_ms;
		longest = took_ms > longest ? took_ms : longest;
		(void)r.server.poll(r.server.ctx, 0);
	}
	return longest;
}

static void
ask(uint32_t id, const char *host, uint32_t timeout_ms)
{
	static char url[128];
	(void)snprintf(url, sizeof url, "http://%s:%u/", host, r.port);
	pli_http_out out = {.method = "GET", .url = url, .timeout_ms = timeout_ms};
	assert_int_equal(r.net.http_send(r.net.ctx, id, &out), PLM_OK);
}

static void
test_resolve__slow_answers_do_not_block(void **state)
{
	(void)state;
	char url[128];
	rig_up(&r, NULL, NULL, NULL);
	slow_ms = 700;
	failing = 0;
	(void)snprintf(url, sizeof url, "ws://venue.test:%u/echo", r.port);
	rig_open(&r, 1, url, NULL);
	ask(2, "rest.test", 4000);
	rig_open(&r, 3, NULL, NULL);
	int64_t longest_ms = longest_poll_ms(&r.seen[3].opens, 1, SECOND);
	assert_int_equal(r.seen[1].opens, 0);
	int64_t second_ms = longest_poll_ms(&r.seen[1].opens, 1, SECOND);
	int64_t third_ms = longest_poll_ms(&r.seen[2].replies, 1, SECOND);
	print_message("# longest poll %lld, %lld, %lld ms while names took 700 ms\n",
	    (long long)longest_ms, (long long)second_ms, (long long)third_ms);
	assert_true(longest_ms < 600 && second_ms < 600 && third_ms < 600);
	assert_int_equal(r.seen[1].opens, 1);
	assert_int_equal(r.seen[2].status, 200);
	/* Within a minute the answer is not asked for again. */
	int before = asked;
	ask(4, "rest.test", 4000);
	assert_true(rig_until(&r, &r.seen[4].replies, 1, SECOND));
	assert_int_equal(asked, before);
	rig_down(&r);
}

static void
test_resolve__deadlines_and_failures(void **state)
{
	(void)state;
	rig_up(&r, NULL, NULL, NULL);
	slow_ms = 1500;
	failing = 0;
	int64_t began_ms = rig_now_ms();
	ask(1, "never.test", 300);
	assert_true(rig_until(&r, &r.seen[1].replies, 1, SECOND));
	assert_true(rig_now_ms() - began_ms < 1400);
	assert_int_equal(r.seen[1].status, 0);
	assert_int_equal(r.seen[1].reply_err, PLM_ETIMEOUT);
	pli_ws_target target = {.url = "ws://never.test:1/", .connect_timeout_ms = 300};
	assert_int_equal(r.net.ws_open(r.net.ctx, 2, &target), PLM_OK);
	assert_true(rig_until(&r, &r.seen[2].closes, 1, SECOND));
	assert_int_equal(r.seen[2].close_err, PLM_ETIMEOUT);
	slow_ms = 0;
	failing = EAI_NONAME;
	ask(3, "nowhere.test", 2000);
	assert_true(rig_until(&r, &r.seen[3].replies, 1, SECOND));
	assert_int_equal(r.seen[3].reply_err, PLM_ENOTFOUND);
	failing = EAI_AGAIN;
	ask(4, "nowhere.test", 2000);
	assert_true(rig_until(&r, &r.seen[4].replies, 1, SECOND));
	assert_int_equal(r.seen[4].reply_err, PLM_EIO);
	print_message(
	    "# %s\n# %s\n# %s\n", r.seen[1].reply_text, r.seen[2].close_text, r.seen[3].reply_text);
	rig_down(&r);
}

static void
test_resolve__destroy_does_not_wait(void **state)
{
	(void)state;
	rig_up(&r, NULL, NULL, NULL);
	slow_ms = 1000;
	failing = 0;
	ask(1, "late.test", 3000);
	pli_ws_target target = {.url = "ws://later.test:1/"};
	assert_int_equal(r.net.ws_open(r.net.ctx, 2, &target), PLM_OK);
	rig_idle(&r, 50);
	r.net.ws_close(r.net.ctx, 2);
	assert_true(rig_until(&r, &r.seen[2].closes, 1, SECOND));
	int64_t began_ms = rig_now_ms();
	rig_down(&r);
	assert_true(rig_now_ms() - began_ms < 900);
	(void)usleep(1200000);
}

static void
lookup_wake(void *ctx)
{
	atomic_int *woken = ctx;
	(*woken)++;
}

static void
test_resolve__bound_and_literals(void **state)
{
	(void)state;
	static pli_lookup *lookups[PLI_IO_LOOKUPS_MAX + 1];
	atomic_int woken = 0;
	pli_addresses addresses;
	slow_ms = 200;
	failing = 0;
	for (size_t i = 0; i < PLI_IO_LOOKUPS_MAX; i++)
		assert_int_equal(
		    pli_lookup_create("many.test", lookup_wake, &woken, &lookups[i]), PLM_OK);
	pli_lookup *one_more = NULL;
	assert_int_equal(pli_lookup_create("many.test", lookup_wake, &woken, &one_more), PLM_EFULL);
	int64_t end_ms = rig_now_ms() + SECOND;
	while (woken < PLI_IO_LOOKUPS_MAX && rig_now_ms() < end_ms)
		(void)usleep(10000);
	assert_int_equal(woken, PLI_IO_LOOKUPS_MAX);
	for (size_t i = 0; i < PLI_IO_LOOKUPS_MAX; i++) {
		plm_err err = PLM_EIO;
		assert_true(pli_lookup_poll(lookups[i], &err, &addresses));
		assert_int_equal(err, PLM_OK);
		assert_string_equal(addresses.text[0], "127.0.0.1");
		pli_lookup_destroy(lookups[i]);
	}
	assert_true(pli_address_literal("::1", &addresses));
	assert_true(pli_address_literal("10.0.0.1", &addresses));
	assert_false(pli_address_literal("10.0.0.1.example", &addresses));
	assert_false(pli_address_literal("localhost", &addresses));
	pli_lookup_destroy(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_resolve__slow_answers_do_not_block),
	    cmocka_unit_test(test_resolve__deadlines_and_failures),
	    cmocka_unit_test(test_resolve__destroy_does_not_wait),
	    cmocka_unit_test(test_resolve__bound_and_literals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
