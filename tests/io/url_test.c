/* url_test.c: what is an address and what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "io/url.h"

static void
test_url__good_ones(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *host;
		const char *path;
		uint16_t port;
		bool tls;
		bool websocket;
	} cases[] = {
	    {"wss://www.deribit.com/ws/api/v2", "www.deribit.com", "/ws/api/v2", 443, true, true},
	    {"ws://127.0.0.1:9000", "127.0.0.1", "/", 9000, false, true},
	    {"https://h?a=1&b=%20", "h", "/?a=1&b=%20", 443, true, false},
	    {"http://a-b_c.D:65535/x?y", "a-b_c.D", "/x?y", 65535, false, false},
	    {"ws://[::1]:80/", "::1", "/", 80, false, true},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		pli_url url;
		assert_int_equal(pli_url_parse(cases[i].text, &url), PLM_OK);
		assert_string_equal(url.host, cases[i].host);
		assert_string_equal(url.path, cases[i].path);
		assert_int_equal(url.port, cases[i].port);
		assert_int_equal(url.tls, cases[i].tls);
		assert_int_equal(url.websocket, cases[i].websocket);
	}
}

static void
test_url__bad_ones(void **state)
{
	(void)state;
	static const char *const cases[] = {NULL, "", "deribit.com", "ftp://h/", "WSS://h/",
	    "ws:/h", "ws://", "ws:///x", "ws://:80/", "ws://h:/", "ws://h:0/", "ws://h:65536/",
	    "ws://h:1x/", "ws://u@h/", "ws://u:p@h/", "ws://h/a b", "ws://h/\r\nX: y", "ws://h/#f",
	    "ws://h\\x", "ws://[::1/", "ws://[::1]x/", "ws://[]/", "ws://h/\x7f",
	    "ws://h/\xc3\xa9"};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		pli_url url;
		memset(&url, 0x5a, sizeof url);
		assert_int_equal(pli_url_parse(cases[i], &url), PLM_EARG);
		assert_int_equal(url.host[0], 0x5a);
	}
}

static void
test_url__bounds(void **state)
{
	(void)state;
	static char text[PLI_URL_PATH_MAX + PLI_URL_HOST_MAX + 64];
	pli_url url;
	for (size_t size = PLI_URL_HOST_MAX - 2; size < PLI_URL_HOST_MAX + 2; size++) {
		strncpy(text, "ws://", sizeof text);
		memset(text + 5, 'h', size);
		text[5 + size] = '\0';
		assert_int_equal(
		    pli_url_parse(text, &url), size < PLI_URL_HOST_MAX ? PLM_OK : PLM_EARG);
	}
	for (size_t size = PLI_URL_PATH_MAX - 2; size < PLI_URL_PATH_MAX + 2; size++) {
		strncpy(text, "ws://h/", sizeof text);
		memset(text + 7, 'p', size - 1);
		text[6 + size] = '\0';
		assert_int_equal(
		    pli_url_parse(text, &url), size < PLI_URL_PATH_MAX ? PLM_OK : PLM_EARG);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_url__good_ones),
	    cmocka_unit_test(test_url__bad_ones),
	    cmocka_unit_test(test_url__bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
