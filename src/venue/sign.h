/* sign.h: signatures that venues ask of requests. */
#ifndef PLI_VENUE_SIGN_H
#define PLI_VENUE_SIGN_H

#include "plimsoll/slice.h"

enum { PLI_SIGNATURE_HEX = 64, PLI_SIGNATURE_BASE64 = 44 };

/* pli_sign_hmac_sha256 writes the HMAC-SHA256 of text under secret as 64 lower-case hex digits and
 * an end; _base64 as 44 characters of base64 (RFC 4648, padded). Pure; the secret leaves no trace
 * behind. */
void pli_sign_hmac_sha256(const char *secret, plm_slice text, char ret_hex[PLI_SIGNATURE_HEX + 1]);
void pli_sign_hmac_sha256_base64(
    const char *secret, plm_slice text, char ret_base64[PLI_SIGNATURE_BASE64 + 1]);

#endif
