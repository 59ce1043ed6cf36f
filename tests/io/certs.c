/* certs.c: certificates made while a test runs. */
#include "certs.h"

#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void
cert_add_extension(X509 *x509, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, issuer, x509, NULL, NULL, 0);
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	assert_non_null(extension);
	assert_int_equal(X509_add_ext(x509, extension, -1), 1);
	X509_EXTENSION_free(extension);
}

cert
cert_make(const cert_wish *wish)
{
	static long serial = 1;
	cert c = {.x509 = X509_new()};
	c.key = wish->rsa_bits > 0 ? EVP_RSA_gen((unsigned)wish->rsa_bits) : EVP_EC_gen("P-256");
	assert_non_null(c.key);
	assert_non_null(c.x509);
	X509 *issuer = wish->issuer == NULL ? c.x509 : wish->issuer->x509;
	(void)X509_set_version(c.x509, 2);
	(void)ASN1_INTEGER_set(X509_get_serialNumber(c.x509), serial++);
	(void)X509_gmtime_adj(X509_getm_notBefore(c.x509), wish->from_days * 86400);
	(void)X509_gmtime_adj(X509_getm_notAfter(c.x509), wish->to_days * 86400);
	(void)X509_set_pubkey(c.x509, c.key);
	(void)X509_NAME_add_entry_by_txt(X509_get_subject_name(c.x509), "CN", MBSTRING_ASC,
	    (const unsigned char *)wish->name, -1, -1, 0);
	(void)X509_set_issuer_name(c.x509, X509_get_subject_name(issuer));
	cert_add_extension(
	    c.x509, issuer, NID_basic_constraints, wish->is_ca ? "critical,CA:TRUE" : "CA:FALSE");
	if (wish->alternative != NULL)
		cert_add_extension(c.x509, issuer, NID_subject_alt_name, wish->alternative);
	EVP_PKEY *signer = wish->issuer == NULL ? c.key : wish->issuer->key;
	const EVP_MD *digest = wish->digest == NULL ? EVP_sha256() : wish->digest;
	assert_true(X509_sign(c.x509, signer, digest) > 0);
	return c;
}

void
cert_free(cert *c)
{
	EVP_PKEY_free(c->key);
	X509_free(c->x509);
	*c = (cert){0};
}

void
cert_write(const cert *c, const char *cert_path, const char *key_path)
{
	FILE *file = fopen(cert_path, "w");
	assert_non_null(file);
	assert_int_equal(PEM_write_X509(file, c->x509), 1);
	(void)fclose(file);
	if (key_path == NULL)
		return;
	file = fopen(key_path, "w");
	assert_non_null(file);
	assert_int_equal(PEM_write_PrivateKey(file, c->key, NULL, NULL, 0, NULL, NULL), 1);
	(void)fclose(file);
}
