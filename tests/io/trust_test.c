/* trust_test.c: TLS of both clients: the right server is believed, every other one gets no byte. */
#include <openssl/ssl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "certs.h"
#include "raw_peer.h"
#include "rig.h"

enum { SECOND = 5000 };

static rig r;
static char folder[64];
static char ca_path[96];
static char cert_path[96];
static char key_path[96];
static cert ca;

static int
make_authority(void **state)
{
	(void)state;
	(void)snprintf(folder, sizeof folder, "/tmp/plm-trust-XXXXXX");
	assert_non_null(mkdtemp(folder));
	(void)snprintf(ca_path, sizeof ca_path, "%s/ca.pem", folder);
	(void)snprintf(cert_path, sizeof cert_path, "%s/cert.pem", folder);
	(void)snprintf(key_path, sizeof key_path, "%s/key.pem", folder);
	ca = cert_make(&(cert_wish){.name = "test CA", .is_ca = true, .to_days = 2});
	cert_write(&ca, ca_path, NULL);
	return 0;
}

static int
remove_authority(void **state)
{
	(void)state;
	cert_free(&ca);
	(void)unlink(ca_path);
	(void)unlink(cert_path);
	(void)unlink(key_path);
	(void)rmdir(folder);
	return 0;
}

static void
ask_https(uint32_t id, const char *host, uint16_t port, const char *ca_file)
{
	char url[128];
	static const char *const headers[] = {"X-MBX-APIKEY: secret", NULL};
	(void)snprintf(url, sizeof url, "https://%s:%u/x", host, port);
	pli_http_out out = {.method = "GET",
	    .url = url,
	    .headers = headers,
	    .ca_file = ca_file,
	    .timeout_ms = 3000};
	assert_int_equal(r.net.http_send(r.net.ctx, id, &out), PLM_OK);
}

static void
test_trust__the_right_server(void **state)
{
	(void)state;
	char url[128];
	cert good = cert_make(&(cert_wish){.name = "server",
	    .alternative = "DNS:localhost,IP:127.0.0.1",
	    .to_days = 1,
	    .issuer = &ca});
	cert_write(&good, cert_path, key_path);
	rig_up(&r, NULL, cert_path, key_path);
	static const char *const hosts[] = {"localhost", "127.0.0.1"};
	for (uint32_t i = 0; i < 2; i++) {
		(void)snprintf(url, sizeof url, "wss://%s:%u/echo", hosts[i], r.port);
		rig_open(&r, i, url, ca_path);
		if (!rig_until(&r, &r.seen[i].opens, 1, SECOND))
			fail_msg("%s", r.seen[i].close_text);
		assert_int_equal(r.net.ws_send(r.net.ctx, i, PLM_SLICE("hello")), PLM_OK);
		assert_true(rig_until(&r, &r.seen[i].frames, 1, SECOND));
		ask_https(10 + i, hosts[i], r.port, ca_path);
		assert_true(rig_until(&r, &r.seen[10 + i].replies, 1, SECOND));
		assert_int_equal(r.seen[10 + i].status, 200);
	}
	static char large[1500000];
	memset(large, 'z', sizeof large);
	plm_slice message = {large, sizeof large};
	assert_int_equal(r.server.send(r.server.ctx, r.clients[0], message), PLM_OK);
	assert_true(rig_until(&r, &r.seen[0].frames, 2, SECOND));
	assert_true(plm_slice_equal(pli_bytes_slice(&r.seen[0].last), message));
	r.server.disconnect(r.server.ctx, r.clients[0], false);
	assert_true(rig_until(&r, &r.seen[0].closes, 1, SECOND));
	assert_non_null(strstr(r.seen[0].close_text, "1000"));
	r.server.disconnect(r.server.ctx, r.clients[1], true);
	assert_true(rig_until(&r, &r.seen[1].closes, 1, SECOND));
	/* Without the authority's file the same server is a stranger. */
	(void)snprintf(url, sizeof url, "wss://localhost:%u/echo", r.port);
	rig_open(&r, 5, url, NULL);
	assert_true(rig_until(&r, &r.seen[5].closes, 1, SECOND));
	assert_int_equal(r.seen[5].close_err, PLM_EAUTH);
	rig_down(&r);
	cert_free(&good);
}

/* A TLS server that shows a certificate and counts what is said to it. */
typedef struct shower {
	cert shown;
	int version_max;
	atomic_int application_bytes;
	atomic_int handshakes;
} shower;

static void
shower_script(int fd, void *ctx)
{
	shower *s = ctx;
	char room[4096];
	SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
	SSL_CTX_set_security_level(tls, 0);
	(void)SSL_CTX_set_max_proto_version(tls, s->version_max);
	assert_int_equal(SSL_CTX_use_certificate(tls, s->shown.x509), 1);
	assert_int_equal(SSL_CTX_use_PrivateKey(tls, s->shown.key), 1);
	SSL *ssl = SSL_new(tls);
	(void)SSL_set_fd(ssl, fd);
	if (SSL_accept(ssl) == 1) {
		s->handshakes++;
		int n = SSL_read(ssl, room, sizeof room);
		s->application_bytes += n > 0 ? n : 0;
	}
	SSL_free(ssl);
	SSL_CTX_free(tls);
}

static void
expect_refused(const char *what, cert shown, int version_max)
{
	shower s = {.shown = shown, .version_max = version_max};
	raw_peer peer;
	char url[128];
	rig_up(&r, NULL, NULL, NULL);
	raw_peer_start(&peer, 2, shower_script, &s);
	(void)snprintf(url, sizeof url, "wss://localhost:%u/", peer.port);
	rig_open(&r, 1, url, ca_path);
	assert_true(rig_until(&r, &r.seen[1].closes, 1, SECOND));
	ask_https(2, "localhost", peer.port, ca_path);
	assert_true(rig_until(&r, &r.seen[2].replies, 1, SECOND));
	print_message("# %s: ws %s (%s), https %s (%s)\n", what, plm_err_name(r.seen[1].close_err),
	    r.seen[1].close_text, plm_err_name(r.seen[2].reply_err), r.seen[2].reply_text);
	rig_down(&r);
	raw_peer_join(&peer);
	assert_int_equal(r.seen[1].opens, 0);
	assert_int_equal(r.seen[2].status, 0);
	assert_int_equal(r.seen[1].close_err, PLM_EAUTH);
	assert_int_equal(r.seen[2].reply_err, PLM_EAUTH);
	assert_int_equal(s.application_bytes, 0);
	cert_free(&shown);
}

static void
test_trust__wrong_servers_get_no_byte(void **state)
{
	(void)state;
	static const char local[] = "DNS:localhost,IP:127.0.0.1";
	cert other_ca = cert_make(&(cert_wish){.name = "other CA", .is_ca = true, .to_days = 2});
	cert no_ca = cert_make(&(cert_wish){.name = "no CA", .to_days = 2, .issuer = &ca});
	const struct {
		const char *what;
		cert_wish wish;
	} cases[] = {
	    {"wrong host", {"s", "DNS:example.org", false, 0, 1, 0, NULL, &ca}},
	    {"host only in the common name of another",
		{"example.org", NULL, false, 0, 1, 0, NULL, &ca}},
	    {"name with a tail", {"s", "DNS:localhost.example.org", false, 0, 1, 0, NULL, &ca}},
	    {"expired", {"s", local, false, -3, -1, 0, NULL, &ca}},
	    {"not yet valid", {"s", local, false, 1, 3, 0, NULL, &ca}},
	    {"signed by itself", {"s", local, false, 0, 1, 0, NULL, NULL}},
	    {"signed by itself as authority", {"s", local, true, 0, 1, 0, NULL, NULL}},
	    {"unknown authority", {"s", local, false, 0, 1, 0, NULL, &other_ca}},
	    {"issuer is no authority", {"s", local, false, 0, 1, 0, NULL, &no_ca}},
	    {"weak key", {"s", local, false, 0, 1, 1024, NULL, &ca}},
	    {"weak digest", {"s", local, false, 0, 1, 0, EVP_sha1(), &ca}},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		expect_refused(cases[i].what, cert_make(&cases[i].wish), TLS1_3_VERSION);
	cert good = cert_make(
	    &(cert_wish){.name = "s", .alternative = local, .to_days = 1, .issuer = &ca});
	expect_refused("TLS 1.1 only", good, TLS1_1_VERSION);
	cert_free(&other_ca);
	cert_free(&no_ca);
}

static void
test_trust__unusable_files(void **state)
{
	(void)state;
	pli_ws_target target = {.url = "wss://localhost:1/", .ca_file = "/nonexistent.pem"};
	rig_up(&r, NULL, NULL, NULL);
	assert_int_equal(r.net.ws_open(r.net.ctx, 1, &target), PLM_EAUTH);
	uint16_t port;
	assert_int_equal(
	    r.server.listen(r.server.ctx, "127.0.0.1", 0, "/no.pem", "/no.pem", &port), PLM_EAUTH);
	assert_int_equal(
	    r.server.listen(r.server.ctx, "127.0.0.1", 0, "/no.pem", NULL, &port), PLM_EARG);
	rig_down(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_trust__the_right_server),
	    cmocka_unit_test(test_trust__wrong_servers_get_no_byte),
	    cmocka_unit_test(test_trust__unusable_files),
	};
	return cmocka_run_group_tests(tests, make_authority, remove_authority);
}
