/* certs.h: certificates made while a test runs. */
#ifndef PLI_TESTS_IO_CERTS_H
#define PLI_TESTS_IO_CERTS_H

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdbool.h>

/* cert: a certificate with its key. */
typedef struct cert {
	EVP_PKEY *key;
	X509 *x509;
} cert;

/* cert_wish: what to make. issuer NULL: signed by itself. */
typedef struct cert_wish {
	const char *name;
	const char *alternative; /* "DNS:localhost,IP:127.0.0.1"; NULL: none */
	bool is_ca;
	long from_days; /* from now */
	long to_days;
	int rsa_bits;         /* 0: an elliptic key */
	const EVP_MD *digest; /* NULL: SHA-256 */
	const cert *issuer;
} cert_wish;

cert cert_make(const cert_wish *wish);
void cert_free(cert *c);

/* cert_write puts PEM files; key_path may be NULL. */
void cert_write(const cert *c, const char *cert_path, const char *key_path);

#endif
