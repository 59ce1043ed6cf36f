/* sign.c: by libsodium. */
#include "venue/sign.h"

#include <sodium.h>
#include <string.h>

_Static_assert(PLI_SIGNATURE_HEX == 2 * crypto_auth_hmacsha256_BYTES, "two digits a byte");

static void
sign_hmac(const char *secret, plm_slice text, unsigned char ret_mac[crypto_auth_hmacsha256_BYTES])
{
	crypto_auth_hmacsha256_state hmac;
	(void)crypto_auth_hmacsha256_init(&hmac, (const unsigned char *)secret, strlen(secret));
	(void)crypto_auth_hmacsha256_update(&hmac, (const unsigned char *)text.bytes, text.size);
	(void)crypto_auth_hmacsha256_final(&hmac, ret_mac);
	sodium_memzero(&hmac, sizeof hmac);
}

void
pli_sign_hmac_sha256(const char *secret, plm_slice text, char ret_hex[PLI_SIGNATURE_HEX + 1])
{
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	sign_hmac(secret, text, mac);
	(void)sodium_bin2hex(ret_hex, PLI_SIGNATURE_HEX + 1, mac, sizeof mac);
}

void
pli_sign_hmac_sha256_base64(
    const char *secret, plm_slice text, char ret_base64[PLI_SIGNATURE_BASE64 + 1])
{
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	sign_hmac(secret, text, mac);
	(void)sodium_bin2base64(
	    ret_base64, PLI_SIGNATURE_BASE64 + 1, mac, sizeof mac, sodium_base64_VARIANT_ORIGINAL);
}
