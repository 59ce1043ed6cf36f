/* net_test.c: host names with their last good answers, and tables that come and go. */
#include <netdb.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/net.h"
#include "rig.h"

static atomic_int failing;
static atomic_int asked;

/* Stands before the C library's: every name is 127.0.0.1 or fails. */
int
getaddrinfo(
    const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **ret_list)
{
	static const struct sockaddr_in loopback = {
	    .sin_family = AF_INET, .sin_addr = {.s_addr = 0x0100007f}};
	(void)host;
	(void)service;
	(void)hints;
	asked++;
	if (failing != 0)
		return failing;
	struct addrinfo *info = calloc(1, sizeof *info + sizeof loopback);
	info->ai_family = AF_INET;
	info->ai_addr = (struct sockaddr *)(info + 1);
	info->ai_addrlen = sizeof loopback;
	memcpy(info->ai_addr, &loopback, sizeof loopback);
	*ret_list = info;
	return 0;
}

void
freeaddrinfo(struct addrinfo *list)
{
	free(list);
}

/* Looks one name up, to the end. */
static plm_err
look_up(pli_net_io *net, const char *text)
{
	pli_name name = {0};
	pli_url url;
	plm_err err = PLM_OK;
	assert_int_equal(pli_url_parse(text, &url), PLM_OK);
	assert_int_equal(pli_name_begin(net, &name, &url), PLM_OK);
	while (!pli_name_ready(net, &name, pli_loop_now_ns(), &err))
		(void)usleep(1000);
	if (err == PLM_OK)
		assert_string_equal(name.addresses.text[0], "127.0.0.1");
	return err;
}

static void
test_net__last_good_answer(void **state)
{
	(void)state;
	pli_net table;
	plm_fault fault;
	pli_url url;
	assert_int_equal(pli_io_net_create(&table, &fault), PLM_OK);
	pli_net_io *net = table.ctx;
	failing = EAI_AGAIN;
	assert_int_equal(look_up(net, "wss://venue.test/"), PLM_EIO);
	failing = 0;
	assert_int_equal(look_up(net, "wss://venue.test/"), PLM_OK);
	int before = asked;
	assert_int_equal(look_up(net, "wss://venue.test/"), PLM_OK);
	assert_int_equal(asked, before);
	/* A connection to it failed: ask again; with no answer the last good one serves TLS. */
	pli_name name = {0};
	assert_int_equal(pli_url_parse("wss://venue.test/", &url), PLM_OK);
	assert_int_equal(pli_name_begin(net, &name, &url), PLM_OK);
	pli_name_doubt(net, &name);
	failing = EAI_AGAIN;
	assert_int_equal(look_up(net, "wss://venue.test/"), PLM_OK);
	assert_int_equal(asked, before + 1);
	assert_int_equal(look_up(net, "ws://venue.test/"), PLM_EIO);
	/* Too old an answer is none. */
	net->known_hosts[0].found_ns -= 2 * PLM_NS_PER_DAY;
	assert_int_equal(look_up(net, "wss://venue.test/"), PLM_EIO);
	assert_int_equal(look_up(net, "ws://127.0.0.1/"), PLM_OK);
	pli_io_net_destroy(&table);
}

static void
test_net__tables_come_and_go(void **state)
{
	(void)state;
	static rig r;
	failing = 0;
	int before = rig_count_descriptors_warm();
	for (int i = 0; i < 20; i++) {
		rig_up(&r, NULL, NULL, NULL);
		rig_open(&r, 1, NULL, NULL);
		if (i % 2 == 0)
			assert_true(rig_until(&r, &r.seen[1].opens, 1, 5000));
		rig_down(&r);
		assert_null(r.net.ctx);
		assert_null(r.server.ctx);
	}
	assert_int_equal(rig_count_descriptors(), before);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_net__last_good_answer),
	    cmocka_unit_test(test_net__tables_come_and_go),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
